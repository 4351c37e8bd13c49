"""Putting a draft into Drafts, and taking it back.

Taking back is by UID, and a UID never changes its words: a draft that the user saves meanwhile is another message and
stays. It is marked as deleted and expunged alone (UIDPLUS, RFC 4315). Without UIDPLUS nothing is expunged, since that
would remove for good whatever else the user has marked: the draft is moved to Trash (MOVE, RFC 6851), and where that is
not possible either it stays marked as deleted, which mail programs hide or strike out, and which counts as thrown away.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from followupd.core.model import Draft, Folder, Message
from followupd.errors import Conflict, NotDone, Refused, Unavailable
from followupd.providers.internet.imap import answers
from followupd.providers.internet.imap.connection import Connection
from followupd.providers.internet.imap.criteria import MONTHS
from followupd.providers.internet.imap.folders import Folders
from followupd.providers.internet.imap.gate import Literal
from followupd.providers.internet.imap.heads import Head, head_of
from followupd.providers.internet.imap.opened import FolderGone, Opened
from followupd.providers.internet.imap.refusals import no_draft, refusal
from followupd.providers.internet.imap.roles import MailFolder
from followupd.providers.internet.imap.said import Answer
from followupd.providers.mime import render_draft

RECENT = timedelta(minutes=10)
SOON = timedelta(minutes=5)
NEWEST = 20


class Drafts:
    """What is done in the folder for drafts."""

    def __init__(self, connection: Connection, folders: Folders, opened: Opened, zone: str) -> None:
        self._connection, self._folders, self._opened, self._zone = connection, folders, opened, zone

    # --- putting down ---

    def create(self, draft: Draft) -> str:
        """Puts it there and returns its id. Raises NotDone where it is certain that it was not."""
        raw = render_draft(draft).replace(b"\n", b"\r\n")
        folder = self._folder_before()
        answer = self._append(folder, draft.date, raw)
        if not answer.good:
            self._folders.forget()
            raise no_draft(answer.end, self._connection.host, folder.shown)
        made = head_of(raw, folder, uid=0, size=len(raw), received=draft.date, deleted=False, zone=self._zone)
        return self._id_of(folder, made, answers.number_last(answer, "APPENDUID"))

    def _append(self, folder: MailFolder, date: datetime, raw: bytes) -> Answer:
        """Sends it once. Over a connection of an earlier time that broke before it came to the message, once more."""
        kept = self._connection.is_open
        try:
            return self._connection.ask(
                b"APPEND", folder.word, rb"(\Draft \Seen)", _moment(date), Literal(raw)
            )
        except Unavailable as error:
            if self._connection.acted:
                raise
            if not kept:
                raise NotDone(str(error), error.retry_after) from error
        return self._append(folder, date, raw)

    def _folder_before(self) -> MailFolder:
        """The folder. What fails here has done nothing."""
        try:
            return self._connection.steadily(self._folders.drafts)
        except Unavailable as error:
            raise NotDone(str(error), error.retry_after) from error

    def _id_of(self, folder: MailFolder, made: Head, uid: int) -> str:
        """The id under which it is found from now on: some servers rewrite what they are given."""
        try:
            mark = self._opened.open(folder)
            heads = self._opened.heads(
                [uid] if uid else range(max(1, mark.next - NEWEST), mark.next),
            )
            same = (h for h in reversed(heads) if uid or h.message.message_id == made.message.message_id)
            found = next(same, made)
            self._opened.leave()
        except (Unavailable, FolderGone):
            return made.id
        return found.id

    # --- taking back ---

    def withdraw(
        self, draft_id: str, message_id: str, unchanged: Callable[[Message], bool], now: datetime
    ) -> bool:
        """See `providers.base.Mailbox.withdraw_draft`."""
        folder = self._folders.drafts()
        try:
            self._opened.open(folder)
        except FolderGone as error:
            raise Unavailable(f"the folder {folder.shown} can't be read now. It is tried again.") from error
        head = self._find(draft_id, message_id)
        message = next(iter(self._opened.texts([head])), None) if head else None
        if head is None or message is None or message.folder is not Folder.DRAFTS:
            self._opened.leave()
            return False
        if not unchanged(message) or _just_saved(message, draft_id, now):
            self._opened.leave()
            raise Conflict("The draft was changed since it was written; it is left as it is.")
        self._remove(folder, head.uid)
        return True

    def _find(self, draft_id: str, message_id: str) -> Head | None:
        """The draft by its id, else by its Message-ID: a program may have saved it again. Of several the last saved."""
        heads = self._opened.recent(datetime.now(UTC))
        alive = self._opened.flags([head.uid for head in heads])
        there = [head for head in heads if alive.get(head.uid) is False]
        same = [head for head in there if head.id == draft_id]
        named = [head for head in there if message_id and head.message.message_id == message_id]
        return max(same or named, key=lambda head: head.uid, default=None)

    def _remove(self, folder: MailFolder, uid: int) -> None:
        selected = self._connection.ask(b"SELECT", folder.word)
        if not selected.good or "READ-ONLY" in selected.codes:
            raise refusal(selected.end, self._connection.host, "the draft can't be removed")
        if not self._moved_to_trash(uid):
            marked = self._connection.ask(b"UID", b"STORE", b"%d" % uid, b"+FLAGS.SILENT", rb"(\Deleted)")
            if not marked.good:
                raise refusal(marked.end, self._connection.host, "the draft can't be removed")
            self._expunge(uid)
        self._close(folder)

    def _moved_to_trash(self, uid: int) -> bool:
        """Whether it is in Trash now: the way of servers that can't expunge one message alone."""
        trash = self._folders.trash()
        if self._connection.can("UIDPLUS") or not self._connection.can("MOVE") or trash is None:
            return False
        if self._connection.ask(b"UID", b"MOVE", b"%d" % uid, trash.word).good:
            return True
        self._connection.doubt("MOVE")
        return False

    def _expunge(self, uid: int) -> None:
        """Removes it for good where that can be done to it alone. Else it stays marked as deleted."""
        if self._connection.can("UIDPLUS") and not self._connection.ask(b"UID", b"EXPUNGE", b"%d" % uid).good:
            self._connection.doubt("UIDPLUS")
            self._moved_to_trash(uid)

    def _close(self, folder: MailFolder) -> None:
        """Opened for reading only, it can be left without anything being removed."""
        try:
            self._opened.open(folder)
            self._opened.leave()
        except (Unavailable, FolderGone, Refused):
            return  # it is done all the same


def _just_saved(draft: Message, draft_id: str, now: datetime) -> bool:
    """Whether somebody else saved it in the ten minutes before. Ours has our fields, and came when it says."""
    if draft.changed is None or draft.changed <= now - RECENT:
        return False
    return draft.id != draft_id or abs(draft.changed - draft.date) >= SOON


def _moment(date: datetime) -> bytes:
    """A date as APPEND takes it (RFC 9051 section 9, date-time)."""
    at = date.astimezone(UTC)
    return f'"{at.day:02}-{MONTHS[at.month - 1]}-{at.year} {at:%H:%M:%S} +0000"'.encode()
