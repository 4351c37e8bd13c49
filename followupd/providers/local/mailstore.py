"""The messages of a Maildir: listed at one moment, read and remembered. Nothing here writes."""

# ruff: noqa: PTH116, PTH208
# Paths are joined by the hundred thousand, where pathlib is too slow.
from __future__ import annotations

import os
from collections import OrderedDict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from stat import S_ISREG

from followupd.core.model import Folder, Message
from followupd.providers.base import Problem
from followupd.providers.local.mailcursor import Stamp
from followupd.providers.local.maildir import Layout, Place, digest, is_trashed, key_of, messages_in, stamped
from followupd.providers.local.regular import open_regular
from followupd.providers.mime import EPOCH, MAX_BODY, MAX_HEADER_BLOCK, parse_head, parse_message

ATTEMPTS = 3
CACHED_HEADS = 5_000
SENDER_CLOCK = timedelta(days=1)
FIRST_READ = 256 * 1024

Wanted = Callable[[Message], bool]


@dataclass(frozen=True, slots=True)
class MailFile:
    """A message file where the listing found it."""

    place: Place
    name: str

    @property
    def path(self) -> str:
        return f"{self.place.path}/{self.name}"

    @property
    def key(self) -> str:
        return key_of(self.name)

    @property
    def kind(self) -> Folder:
        return Folder.TRASH if is_trashed(self.name) else self.place.folder.kind


@dataclass(slots=True)
class Store:
    """What a look found: folders, their stamps, problems; after a listing the files by id too.

    `skipped` is told, but leaves the look complete: what is no file is no message.
    """

    root: str
    layout: Layout
    places: list[Place]
    problems: list[Problem]
    marks: dict[str, str] = field(default_factory=dict)
    files: dict[str, MailFile] = field(default_factory=dict)
    skipped: list[Problem] = field(default_factory=list)

    def dirs(self) -> dict[str, Stamp]:
        return {place.label: place.stamp for place in self.places}

    def folders(self) -> set[str]:
        return {place.folder.below for place in self.places}

    def draft_stamps(self) -> dict[str, Stamp]:
        """How each draft file looks: it may be edited in place, which its directory does not show."""
        stamps: dict[str, Stamp] = {}
        for place in self.places:
            if place.folder.kind is Folder.DRAFTS:
                with suppress(OSError), os.scandir(place.path) as entries:
                    for entry in entries:
                        with suppress(OSError):
                            status = entry.stat()
                            if S_ISREG(status.st_mode):
                                stamps[key_of(entry.name)] = _draft_stamp(status)
        return stamps

    def list_all(self) -> bool:
        """Lists all messages as they were at one moment. False where a part could not be read.

        A message that is moved while the listing runs could be missed in both folders: the listing
        counts only when no directory changed meanwhile.
        """
        for _ in range(ATTEMPTS):
            problems = self._list()
            again, _ = stamped(self.layout)
            if {place.label: place.stamp for place in again} == self.dirs():
                self.problems.extend(problems)
                return not self.problems
            self.places = again
        self.problems.append(Problem(self.root, "the mail folders changed all the while they were read"))
        return False

    def _list(self) -> list[Problem]:
        self.files, self.marks, problems = {}, {}, []
        for place in self.places:
            try:
                names = os.listdir(place.path)
            except OSError as error:
                problems.append(Problem(place.path, f"this mail folder can't be read: {error.strerror}"))
                continue
            self.marks[place.label] = digest(names)
            self.files.update((key_of(name), MailFile(place, name)) for name in messages_in(names))
        return problems


def _draft_stamp(status: os.stat_result) -> Stamp:
    return status.st_mtime_ns, status.st_size, status.st_ino


class Reader:
    """Reads message files. Heads are remembered, so that a repeated question reads nothing twice."""

    def __init__(self, zone: str) -> None:
        self._zone = zone
        self._heads: OrderedDict[tuple[str, int, int], Message] = OrderedDict()

    def read(self, file: MailFile) -> Message:
        raw, status = contents(file.path)
        return self.parsed(file, raw, status)

    def parsed(self, file: MailFile, raw: bytes, status: os.stat_result) -> Message:
        message = parse_message(
            raw,
            id=file.key,
            folder=file.kind,
            folder_name=file.place.folder.name,
            received=None,
            zone=self._zone,
        )
        return _timed(message, file, status)

    def head(self, key: str, file: MailFile, status: os.stat_result) -> Message:
        """The message without its text, remembered as long as the file does not change."""
        mark = (key, status.st_mtime_ns, status.st_size)
        kept = self._heads.get(mark)
        if kept is None:
            kept = parse_head(_start(file.path), id=key, folder=file.kind, received=None, zone=self._zone)
            self._heads[mark] = kept
            if len(self._heads) > CACHED_HEADS:
                self._heads.popitem(last=False)
        placed = replace(kept, folder=file.kind, folder_name=file.place.folder.name)
        return _timed(placed, file, status)


def _timed(message: Message, file: MailFile, status: os.stat_result) -> Message:
    """When it came: as its headers say, but never after the file was written.

    A copied or restored Maildir has new times on old mail. Without a Received header only the
    sender's own clock is left, so up to a day's difference the file is believed.
    """
    written = file_time(status)
    said = min(message.received, written)
    if message.received == EPOCH or (not message.header("received") and written - said < SENDER_CLOCK):
        said = written
    return replace(message, received=said, changed=written if file.kind is Folder.DRAFTS else None)


def file_time(status: os.stat_result) -> datetime:
    """When the file was last written; a time that no calendar has counts as long ago."""
    with suppress(OverflowError, ValueError, OSError):
        return datetime.fromtimestamp(status.st_mtime, UTC)
    return datetime.fromtimestamp(0, UTC)


def came_after(file: MailFile, since: datetime) -> bool:
    """Whether the file was written, or by its name delivered, since then."""
    stamp = file.name.partition(".")[0]
    if stamp.isdecimal() and len(stamp) <= 11 and int(stamp) >= since.timestamp():
        return True
    with suppress(OSError):
        return os.stat(file.path).st_mtime >= since.timestamp()
    return True


def _start(path: str) -> bytes:
    """At least the header block."""
    with open_regular(path) as file:
        raw = file.read(FIRST_READ)
        return raw if _has_head(raw) else raw + file.read(MAX_HEADER_BLOCK)


def contents(path: str) -> tuple[bytes, os.stat_result]:
    """Header block and as much of the body as is ever used, with the stamp of this very file."""
    with open_regular(path) as file:
        raw = file.read(FIRST_READ + MAX_BODY)
        if not _has_head(raw):
            raw += file.read(MAX_HEADER_BLOCK)
        return raw, os.fstat(file.fileno())


def _has_head(raw: bytes) -> bool:
    return b"\n\n" in raw or b"\r\n\r\n" in raw


def still_same(path: str, raw: bytes, status: os.stat_result) -> bool:
    """Whether the file at `path` is the one that was read, unchanged."""
    now, fresh = contents(path)
    was = (status.st_ino, status.st_size, status.st_mtime_ns)
    return now == raw and was == (fresh.st_ino, fresh.st_size, fresh.st_mtime_ns)
