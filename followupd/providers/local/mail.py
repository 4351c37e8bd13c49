"""A Maildir as a mailbox: Maildir++ (.Drafts) and plain folders, read and written without a server.

Whether anything moved is told from the stamps of directories. A stamp is trusted only when the file
system's own clock is known to have gone past it: a directory that changed within SLACK of the newest
stamp seen is listed again, until it has rested that long. Drafts can be edited in place, so each
draft file is looked at on every cycle.

Cost of an idle cycle: one listing per folder of the directory that holds cur, new and tmp, two stats
a folder, one stat a draft. Sources: see `maildir.py` and `drafts.py`.
"""

# ruff: noqa: PTH208
# Paths are joined by the hundred thousand, where pathlib is too slow.
from __future__ import annotations

import os
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from followupd.core.model import Draft, Folder, Message
from followupd.errors import Conflict, Refused, Unavailable
from followupd.providers.base import Look, MailChanges, Problem, Watched, Whereabouts
from followupd.providers.local import drafts
from followupd.providers.local.mailcursor import Head, Stamp, read_head, read_known, write_cursor
from followupd.providers.local.maildir import Place, digest, find_folders, key_hash, stamped
from followupd.providers.local.mailstore import (
    ATTEMPTS,
    MailFile,
    Reader,
    Store,
    Wanted,
    came_after,
    contents,
    still_same,
)
from followupd.providers.local.regular import NotAFileError, regular
from followupd.providers.matching import is_from, is_letter_to
from followupd.providers.mime import render_draft

SLACK = 2.0
LOOK_SLACK = timedelta(days=1)
FOLDER_GRACE = timedelta(days=1).total_seconds()
MANY = 2_000


class _Vanished(Exception):
    """A listed file is not there any more."""


class Maildir:
    """A `Mailbox` in the directories under `path`. `folders` names special folders by kind."""

    def __init__(self, path: Path, folders: Mapping[str, str], zone: str) -> None:
        self._root = str(path)
        self._folders = dict(folders)
        self._reader = Reader(zone)
        self._clock = time.monotonic
        self._seen: dict[str, tuple[Stamp, float]] = {}
        self._rested: dict[str, Stamp] = {}
        self._expected: set[str] = set()
        self._told: set[Problem] = set()

    # --- what moved ---

    def changes(self, cursor: str | None, since: datetime, watched: Watched) -> MailChanges:
        head = read_head(cursor) if cursor is not None else None
        store = self._open()
        if cursor is not None and head is not None and self._idle(head, store):
            return MailChanges(cursor=cursor)
        whole = store.list_all()
        after = self._head_after(head or Head(), store, since, whole=whole)
        known = read_known(cursor) if cursor is not None else set()
        hashes = {key: key_hash(key) for key in store.files}
        unknown = [file for key, file in store.files.items() if hashes[key] not in known]
        new = self._new_files(head, unknown, store, after, since)
        messages, unread = self._read_all(new, store)
        ids = {mark for key, mark in hashes.items() if key not in unread}
        return MailChanges(
            messages=messages,
            moved=_whereabouts(store, watched, whole=after.whole) if head is not None else (),
            cursor=write_cursor(after, ids if after.whole else ids | known),
            complete=after.whole,
            problems=self._problems(store),
        )

    def _idle(self, head: Head, store: Store) -> bool:
        same = head.whole and not store.problems and self._same_dirs(head, store)
        return same and head.drafts == store.draft_stamps()

    def _same_dirs(self, head: Head, store: Store) -> bool:
        if {label: stamp for label, (stamp, _) in head.dirs.items()} != store.dirs():
            return False
        return all(self._at_rest(head, place) for place in store.places)

    def _at_rest(self, head: Head, place: Place) -> bool:
        """Whether the directory with this stamp still holds what the cursor says."""
        long_ago = place.stamp[1] + SLACK * 1e9 <= head.newest
        if long_ago or self._rested.get(place.label) == place.stamp:
            return True
        _, first_seen = self._seen[place.label]
        rested = self._clock() - first_seen >= SLACK
        if digest(_names(place)) != head.dirs[place.label][1]:
            return False
        if rested:
            self._rested[place.label] = place.stamp
        return True

    def _head_after(self, before: Head, store: Store, since: datetime, *, whole: bool) -> Head:
        """What the next look is compared with. A folder that vanished is waited for, then believed."""
        vanished = (before.folders() | set(before.gone)) - store.folders()
        gone = {name: before.gone.get(name, since.timestamp()) for name in sorted(vanished)}
        gone = {name: at for name, at in gone.items() if since.timestamp() - at < FOLDER_GRACE}
        self._expected = store.folders() | set(gone)
        self._tell_missing(store)
        return Head(
            dirs={place.label: (place.stamp, store.marks.get(place.label, "")) for place in store.places},
            drafts=store.draft_stamps(),
            gone=gone,
            whole=whole and not gone,
        )

    def _tell_missing(self, store: Store) -> None:
        store.problems.extend(
            Problem(f"{self._root}{name}", "this mail folder was there before and is gone")
            for name in sorted(self._expected - store.folders())
        )

    @staticmethod
    def _new_files(
        head: Head | None, new: list[MailFile], store: Store, after: Head, since: datetime
    ) -> list[MailFile]:
        """Of the files that the cursor does not know those to be told, and drafts that were saved again."""
        # Many at once are a first look or an import: of those only what came since, and drafts.
        if head is None or len(new) > MANY:
            new = [file for file in new if file.kind is Folder.DRAFTS or came_after(file, since)]
        before = head.drafts if head is not None else {}
        saved = (key for key, stamp in after.drafts.items() if before.get(key, stamp) != stamp)
        return list(dict.fromkeys([*new, *(store.files[key] for key in saved if key in store.files)]))

    def _read_all(self, files: Collection[MailFile], store: Store) -> tuple[tuple[Message, ...], set[str]]:
        """The messages, and the ids of those that could not be read: they are tried again."""
        messages, unread = [], set()
        for file in files:
            try:
                messages.append(self._reader.read(file))
            except NotAFileError as error:
                unread.add(file.key)
                store.skipped.append(_no_message(file, error))
            except OSError as error:
                unread.add(file.key)
                if not isinstance(error, FileNotFoundError):
                    store.problems.append(_unreadable(file, error))
        return tuple(messages), unread

    def _problems(self, store: Store) -> tuple[Problem, ...]:
        """What stands in the way of a complete look, always; what is merely no message, once."""
        new = [problem for problem in dict.fromkeys(store.skipped) if problem not in self._told]
        self._told.update(new)
        return (*store.problems, *new)

    # --- questions ---

    def letters_to(self, addresses: Collection[str], since: datetime, message_id: str = "") -> Look:
        return self._look(
            since,
            lambda m: is_letter_to(m, addresses, since) or (bool(message_id) and m.message_id == message_id),
        )

    def message(self, message_id: str, since: datetime) -> Look:
        return self._look(since, lambda m: m.message_id == message_id)

    def messages_from(self, addresses: Collection[str], domains: Collection[str], since: datetime) -> Look:
        return self._look(since, lambda m: is_from(m, addresses, domains, since))

    def _look(self, since: datetime, wanted: Wanted) -> Look:
        """All messages in all folders that `wanted` says yes to, saved since a day before `since`.

        When a file is moved while it is looked for, the look begins again: it could have gone from
        a folder not yet read into one already read.
        """
        found: tuple[Message, ...] = ()
        for _ in range(ATTEMPTS):
            store = self._open()
            store.list_all()
            self._tell_missing(store)
            try:
                found = tuple(self._matching(store, since - LOOK_SLACK, wanted))
            except _Vanished:
                continue
            return Look(messages=found, complete=not store.problems, problems=self._problems(store))
        problem = Problem(self._root, "the mail folders changed all the while they were read")
        return Look(messages=found, complete=False, problems=(problem,))

    def _matching(self, store: Store, oldest: datetime, wanted: Wanted) -> Iterator[Message]:
        floor = int(oldest.timestamp() * 1e9)
        for key, file in store.files.items():
            try:
                status = regular(file.path)
                if status.st_mtime_ns >= floor and wanted(self._reader.head(key, file, status)):
                    yield self._reader.read(file)
            except FileNotFoundError as error:
                raise _Vanished from error
            except NotAFileError as error:
                store.skipped.append(_no_message(file, error))
            except OSError as error:
                store.problems.append(_unreadable(file, error))

    # --- drafts ---

    def create_draft(self, draft: Draft) -> str:
        raw = render_draft(draft)
        return drafts.write_draft(self._drafts_folder(), draft, raw)

    def withdraw_draft(
        self, draft_id: str, message_id: str, unchanged: Callable[[Message], bool], now: datetime
    ) -> bool:
        try:
            file = self._find_draft(draft_id, message_id)
            return file is not None and self._withdraw(file, unchanged, now)
        except FileNotFoundError as error:
            raise Conflict("The draft was moved or renamed while it was being withdrawn.") from error
        except OSError as error:
            raise Unavailable(f"The draft could not be withdrawn: {error.strerror}.") from error

    def _withdraw(self, file: MailFile, unchanged: Callable[[Message], bool], now: datetime) -> bool:
        raw, status = contents(file.path)
        message = self._reader.parsed(file, raw, status)
        if not unchanged(message) or drafts.changed_by_others(file.key, status.st_mtime_ns, now):
            raise Conflict("The draft was changed since it was written; it is left as it is.")
        drafts.take_back(
            file.place.folder.path, file.place.sub, file.name, lambda path: still_same(path, raw, status)
        )
        return True

    def listening(self) -> None:
        return None

    def notice(self, now: datetime) -> str:
        return ""

    def clean(self, draft: Draft) -> None:
        for folder in find_folders(self._root, self._folders).of(Folder.DRAFTS):
            try:
                drafts.clean(folder.path, draft)
                drafts.repair(folder.path)
            except OSError as error:
                raise Unavailable(f"The folder {folder.path} can't be cleaned: {error.strerror}.") from error

    def _drafts_folder(self) -> str:
        found = find_folders(self._root, self._folders).of(Folder.DRAFTS)
        if found:
            return found[0].path
        named = self._folders.get("drafts", "Drafts")
        raise Refused(
            f"There is no mail folder {named} in {self._root}. Create it in your mail program, or name "
            "yours in the config: folders: {drafts: ...}."
        )

    def _find_draft(self, draft_id: str, message_id: str) -> MailFile | None:
        """The draft by its id, else by its Message-ID: some programs save it again under a new name."""
        store = self._open()
        whole = store.list_all()
        lying = {key: file for key, file in store.files.items() if file.kind is Folder.DRAFTS}
        if draft_id in lying:
            return lying[draft_id]
        for key, file in lying.items():
            with suppress(NotAFileError):
                status = regular(file.path)
                if message_id and self._reader.head(key, file, status).message_id == message_id:
                    return file
        if not whole:
            raise Unavailable("The draft can't be found now: not all mail folders could be read.")
        return None

    def _open(self) -> Store:
        """The folders as they are now. Drafts that a killed withdrawal left aside are put back first."""
        layout = find_folders(self._root, self._folders)
        if not layout.folders:
            raise Unavailable(f"There is no mail folder in {self._root}. Is the path right, is it mounted?")
        for folder in layout.of(Folder.DRAFTS):
            drafts.repair(folder.path)
        places, problems = stamped(layout)
        for place in places:
            if self._seen.get(place.label, (None,))[0] != place.stamp:
                self._seen[place.label] = (place.stamp, self._clock())
        return Store(self._root, layout, places, [*layout.problems, *problems], skipped=list(layout.skipped))


def _whereabouts(store: Store, watched: Watched, *, whole: bool) -> tuple[Whereabouts, ...]:
    """Where the watched messages are now. What an incomplete look did not find is not gone."""
    found = []
    for key in sorted(set(watched.messages())):
        file = store.files.get(key)
        if file is not None:
            found.append(Whereabouts(key, file.kind, file.place.folder.name))
        elif whole:
            found.append(Whereabouts(key, None))
    return tuple(found)


def _names(place: Place) -> list[str]:
    with suppress(OSError):
        return os.listdir(place.path)
    return []


def _no_message(file: MailFile, error: OSError) -> Problem:
    return Problem(file.path, f"this is no message: {error.strerror}")


def _unreadable(file: MailFile, error: OSError) -> Problem:
    return Problem(file.path, f"this message can't be read: {error.strerror}")
