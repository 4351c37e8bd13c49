"""One folder at a time, open for reading: lists, header fields and texts of messages, each bounded.

A folder is opened by EXAMINE, so that nothing in it changes, not even what counts as new. Header fields that were
read are remembered, so that a repeated question reads nothing twice. Nothing is asked of a server's text search: it may
be an index that lags behind or that knows words only. What is asked is UIDs and dates (INTERNALDATE), by the day and in
the server's own zone, so a day more is read and compared exactly.

Sources: RFC 9051 sections 6.3.3 (EXAMINE), 6.4.4 (SEARCH), 6.4.5 (FETCH), 2.3.1.1 (UIDs); RFC 3691 (UNSELECT).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from followupd.core.model import Folder, Message
from followupd.errors import Unavailable
from followupd.providers.base import Problem
from followupd.providers.internet.imap import answers
from followupd.providers.internet.imap.connection import Connection
from followupd.providers.internet.imap.criteria import BATCH, TEXT, batches, by_size, day, string, uid_set
from followupd.providers.internet.imap.folders import Folders, Mark
from followupd.providers.internet.imap.heads import Head, head_of, whole
from followupd.providers.internet.imap.refusals import Patience, is_busy, shown
from followupd.providers.internet.imap.roles import MailFolder
from followupd.providers.internet.imap.said import Answer

FEW = 1_000  # new messages that are read without asking first which of them are recent
DRAFTS_AT_MOST = 2_000
CACHED = 5_000
_HEAD = (
    b"(UID FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER.FIELDS (MESSAGE-ID DATE FROM SENDER REPLY-TO TO CC BCC "
    b"SUBJECT IN-REPLY-TO REFERENCES)]<0.65536>)"
)

Wanted = Callable[[Message], bool]


class FolderGone(Exception):
    """The folder can't be opened; it is told in the problems of `Folders`."""


class Opened:
    """What can be read of the folders of one mailbox."""

    def __init__(self, connection: Connection, folders: Folders, zone: str) -> None:
        self._connection, self._folders, self._zone = connection, folders, zone
        self._patience = Patience()
        self._listed: dict[bytes, tuple[Mark, datetime, list[Head]]] = {}
        self._heads: OrderedDict[tuple[bytes, int, int], Head] = OrderedDict()
        self._folder: MailFolder | None = None
        self._opening = 0
        self._mark = Mark()
        self._expunged = False
        self.problems: list[Problem] = []

    def open(self, folder: MailFolder) -> Mark:
        """Opens the folder for reading and tells how it stands. Raises FolderGone."""
        answer = self._connection.ask(b"EXAMINE", folder.word)
        self._folder, self._opening = None, self._connection.opened
        if not answer.good:
            self._folders.trouble(folder, answer)
            raise FolderGone
        self._folders.opened(folder)
        self._folder = folder
        self._mark = mark_of(answer)
        return self._mark

    def leave(self) -> None:
        """Opens none any more: what a server tells of the folder that is open may be old."""
        if self._folder is None or self._opening != self._connection.opened or not self._connection.is_open:
            return
        self._folder = None
        if not self._connection.can("UNSELECT"):
            self._connection.ask(b"CLOSE")
        elif not self._connection.ask(b"UNSELECT").good:
            self._connection.doubt("UNSELECT")
            self._connection.ask(b"CLOSE")

    # --- lists ---

    def recent(self, since: datetime) -> list[Head]:
        """Messages that came or were saved since then, and a little before; of Drafts all, the newest if too many."""
        folder = self._opened
        if folder.kind is Folder.DRAFTS:
            return self.heads(self.search(b"ALL")[-DRAFTS_AT_MOST:])
        return self.heads(self.search(b"SINCE " + day(since)))

    def listed(self, folder: MailFolder, mark: Mark, since: datetime) -> list[Head] | None:
        """What `recent` found there when the folder stood like this, or more; None where it is not known."""
        kept = self._listed.get(folder.name)
        return kept[2] if kept is not None and kept[0] == mark and kept[1] <= since else None

    def listing(self, folder: MailFolder, mark: Mark, since: datetime) -> list[Head]:
        """Opens the folder, which stood like this a moment ago, and tells what is recent. Raises FolderGone."""
        self.open(folder)
        found = self.recent(since)
        if len(found) <= BATCH:
            self._listed[folder.name] = mark, since, found
        return found

    def newer(self, first: int, last: int, since: datetime) -> list[Head]:
        """Messages with UIDs from `first` to `last`. Of very many at once, as an import brings, the recent ones."""
        if last < first:
            return []
        # The range has an end: of "n:*" a server always shows the last message, whatever its UID (RFC 9051 9).
        if last - first < FEW:
            return self._still(range(first, last + 1))
        only = b"" if self._opened.kind is Folder.DRAFTS else b" SINCE " + day(since)
        return self.heads(self.search(b"UID %d:%d%s" % (first, last, only)))

    def _still(self, uids: Sequence[int]) -> list[Head]:
        """Those that are there: what was read before may have been removed since."""
        read = [uid for uid in uids if self._place(uid) in self._heads]
        gone = set(read) - self.flags(read).keys()
        return self.heads([uid for uid in uids if uid not in gone])

    def carrying(self, message_id: str) -> list[Head]:
        """Messages that the server's search finds by this Message-ID: only what listing would not find."""
        return self.heads(self.search(b"HEADER", b"MESSAGE-ID", string(message_id)))

    def search(self, *criteria: bytes) -> list[int]:
        """UIDs, ascending. Raises Unavailable."""
        answer = self._connection.ask(b"UID", b"SEARCH", *criteria)
        if not answer.good:
            raise self._failed(answer)
        return answers.uids(answer)

    def flags(self, uids: Collection[int]) -> dict[int, bool]:
        """Those of the messages that are still there, and whether each is marked as deleted."""
        found = {}
        for batch in batches(sorted(uids), BATCH):
            for item in self._fetch(batch, b"(UID FLAGS)"):
                found[item[0]] = answers.is_deleted(item[1])
        return {uid: deleted for uid, deleted in found.items() if uid in uids}

    # --- reading ---

    def heads(self, uids: Sequence[int]) -> list[Head]:
        """The header fields of those that are there, by UID."""
        unknown = [uid for uid in uids if self._place(uid) not in self._heads]
        for batch in batches(unknown, BATCH):
            for uid, items in self._fetch(batch, _HEAD):
                self._remember(uid, items)
        return [self._heads[self._place(uid)] for uid in uids if self._place(uid) in self._heads]

    def _remember(self, uid: int, items: dict[bytes, Any]) -> None:
        raw, size = answers.body(items), items.get(b"RFC822.SIZE")
        if raw is None:
            return  # nothing but flags, told without being asked for
        self._heads[self._place(uid)] = head_of(
            raw,
            self._opened,
            uid=uid,
            size=size if isinstance(size, int) else 0,
            received=answers.moment(items),
            deleted=answers.is_deleted(items),
            zone=self._zone,
        )

    def texts(self, heads: Collection[Head]) -> Iterator[Message]:
        """The messages with their texts; one whose text can't be had is told by its header fields alone."""
        folder = self._opened
        for batch in by_size(heads):
            before = len(self.problems)
            items = dict(self._fetch([head.uid for head in batch], b"(UID FLAGS BODY.PEEK[]<0.%d>)" % TEXT))
            for head in batch:
                raw = answers.body(items.get(head.uid, {}))
                if raw is not None:
                    now = replace(head, deleted=answers.is_deleted(items[head.uid]))
                    yield whole(raw, now, folder, self._zone)
                elif not self._expunged and (head.uid in items or len(self.problems) > before):
                    yield head.message
                # else it has been removed for good since it was listed

    def _fetch(self, uids: Sequence[int], items: bytes) -> Iterator[tuple[int, dict[bytes, Any]]]:
        if not uids:
            return
        answer = self._connection.ask(b"UID", b"FETCH", uid_set(uids), items)
        if not answer.good and is_busy(answer.end) and not self._patience.is_over((self._opened.name, items)):
            raise self._failed(answer)
        if not answer.good and len(uids) > 1:
            # One message that a server can't show must not hide the others.
            for half in (uids[: len(uids) // 2], uids[len(uids) // 2 :]):
                yield from self._fetch(half, items)
            return
        self._expunged = "EXPUNGEISSUED" in answer.codes  # RFC 5530
        if not answer.good and not self._expunged:
            self._give_up(uids[0], answer)
        for item in answers.fetched(answer):
            if item is None:
                self._tell("the server's answer about a message can't be read")
            else:
                self._patience.ended(self._place(item[0]))
                yield item

    def _give_up(self, uid: int, answer: Answer) -> None:
        """Leaves a message out that was refused for long. Raises Unavailable until then: it may be an answer."""
        if not self._patience.is_over(self._place(uid)):
            raise self._failed(answer)
        self._tell(f"a message can't be read (its number there is {uid})")

    def forget_old(self) -> None:
        """Keeps the memory of header fields bounded; for the end of a look."""
        while len(self._heads) > CACHED:
            self._heads.popitem(last=False)

    @property
    def _opened(self) -> MailFolder:
        assert self._folder is not None
        return self._folder

    def _place(self, uid: int) -> tuple[bytes, int, int]:
        return self._opened.name, self._mark.validity, uid

    def _tell(self, what: str) -> None:
        self.problems.append(Problem(self._opened.shown, what))

    def _failed(self, answer: Answer) -> Unavailable:
        said = shown(answer.end.text)
        return Unavailable(
            f"the folder {self._opened.shown} can't be read just now: “{said}”. It is tried again."
        )


def mark_of(answer: Answer) -> Mark:
    """How a folder stood when it was opened."""
    return Mark(
        answers.number(answer, "UIDVALIDITY"), answers.number(answer, "UIDNEXT"), answers.exists(answer)
    )
