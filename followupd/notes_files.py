"""The files in the folder of notes: reading them as editors save them, making them, and what was seen of them.

What was seen is kept as the folder's cursor: its names, when each was changed and how long it was.
"""

from __future__ import annotations

import json
import os
import re
import stat
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from pathlib import Path

from followupd.core.jotted import LONGEST_FILE

SOURCE = "notes"
"""The cursor's name in the store; it belongs to no account."""
_NAMES = re.compile(r"[^.~#].*\.(?:md|markdown|txt)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Seen:
    """What was seen of a file: its stamp when it was read, "" if it is to be read again, and whose notes it holds.

    `taken` once its notes were taken over, `ours` while it is as we made it.
    """

    stamp: str = ""
    interview: str = ""
    taken: bool = False
    ours: bool = False


@dataclass(frozen=True, slots=True)
class Pages:
    """What of the notes files is left: names of those that are as we made them, and the interviews that have one."""

    untouched: tuple[str, ...] = ()
    interviews: frozenset[str] = frozenset()


class Unreadable(Exception):
    """A file that holds no notes that could be read. The message says why, and what to do."""


# --- what was seen ------------------------------------------------------------------------------


def from_cursor(cursor: str | None) -> dict[str, Seen]:
    """What was seen of each file, by its name."""
    return {name: Seen(*parts) for name, parts in json.loads(cursor or "{}").items()}


def as_cursor(seen: dict[str, Seen]) -> str:
    """The same as text."""
    return json.dumps({name: astuple(one) for name, one in sorted(seen.items())})


def pages_in(folder: Path, cursor: str | None) -> Pages:
    """What of the notes files is left in the folder, for those who leave. Changes nothing."""
    there: set[str] = set()
    untouched = []
    for name, seen in from_cursor(cursor).items():
        try:
            status = (folder / name).lstat()
        except OSError:
            continue
        there.add(seen.interview)
        if seen.ours and seen.stamp == stamp_of(status):
            untouched.append(name)
    return Pages(tuple(untouched), frozenset(there - {""}))


def stamp_of(status: os.stat_result) -> str:
    """What changes when a file is saved."""
    return f"{status.st_mtime_ns}-{status.st_size}"


def saved_at(status: os.stat_result) -> datetime:
    """When a file was saved."""
    return datetime.fromtimestamp(status.st_mtime, UTC)


# --- files --------------------------------------------------------------------------------------


def listed(folder: Path) -> dict[str, os.stat_result]:
    """The files that may hold notes, as they are now, without what editors leave behind. Raises OSError."""
    found = {}
    with os.scandir(folder) as entries:
        for entry in entries:
            if _NAMES.fullmatch(entry.name):
                try:
                    found[entry.name] = entry.stat()
                except OSError:  # a link to nowhere, or gone in this moment
                    continue
    return {name: one for name, one in found.items() if stat.S_ISREG(one.st_mode)}


def read(path: Path) -> tuple[os.stat_result, str]:
    """A file as it was when its reading began, and its text. Raises OSError and Unreadable."""
    number = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(number, "rb") as file:
        status = os.fstat(number)
        if not stat.S_ISREG(status.st_mode):
            raise Unreadable("it is no file")
        if status.st_size > LONGEST_FILE:
            raise Unreadable(f"it has {status.st_size:,} bytes, and {LONGEST_FILE:,} is the most. Shorten it")
        return status, _decoded(file.read(LONGEST_FILE))


def _decoded(raw: bytes) -> str:
    """Text as editors save it: UTF-8, UTF-16 with its mark, else Windows' own letters. Raises Unreadable."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return raw.decode("utf-16", "replace")
    if b"\0" in raw:
        raise Unreadable("it is no text. Save it as plain text")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def create(path: Path, text: bytes) -> os.stat_result:
    """A new file for its owner alone, whole or not at all; never in the place of another. Raises OSError."""
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(number)
            return os.fstat(number)
    except OSError:
        path.unlink(missing_ok=True)
        raise
