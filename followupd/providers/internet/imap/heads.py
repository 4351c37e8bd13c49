"""Which message is which: ids that stay when a message is moved.

UIDs change with the folder, and few servers have ids of their own (RFC 8474). So an id is a digest of the fields that
say who wrote what to whom and when, and of the size, with the Message-ID behind it, by which a message is found again.
A message that is moved or copied keeps them all. One that is saved again is another message, as `core/fates.py`
expects: mail programs write a new Date at every saving (neomutt) or a new Message-ID as well (Thunderbird), so the
draft as we wrote it and the one that the user has gone on with never hide each other while both lie in Drafts. Where
fields and size are the same all the same, the copy with the highest UID is the one that counts: it was saved last, and
what was edited is never touched. A copy that was sent has another Date than its draft, too; where a program keeps even
that, the draft has moved to Sent.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b

from followupd.core.model import Folder, Message
from followupd.providers.internet.imap.roles import MailFolder
from followupd.providers.mime import parse_head, parse_message

FIELDS = ("message-id", "date", "from", "to", "cc", "subject")
DIGITS = 24
KEY = 8  # bytes


@dataclass(frozen=True, slots=True)
class Head:
    """A message by its header fields: which it is, where it lies, its size in bytes, and whether it is marked as
    deleted: it is then thrown away, wherever it lies."""

    message: Message
    uid: int
    size: int
    deleted: bool

    @property
    def id(self) -> str:
        return self.message.id

    @property
    def key(self) -> bytes:
        return key_of(self.message.id)


def identity(message: Message, size: int) -> str:
    """The id of a message of this size in bytes."""
    fields = [*(message.header(name) for name in FIELDS), str(size)]
    digest = blake2b("\0".join(fields).encode("utf-8", "replace"), digest_size=DIGITS // 2)
    return f"{digest.hexdigest()}/{message.message_id}"


def key_of(id: str) -> bytes:  # noqa: A002  the word of the model
    """What the cursor keeps of an id; of one that is none of ours nothing that is ever found."""
    try:
        return bytes.fromhex(id[: 2 * KEY])
    except ValueError:
        return b""


def message_id_of(id: str) -> str:  # noqa: A002
    """The Message-ID of the message with this id, "" where it has none."""
    return id.partition("/")[2]


def head_of(
    raw: bytes,
    folder: MailFolder,
    *,
    uid: int,
    size: int,
    received: datetime | None,
    deleted: bool,
    zone: str,
) -> Head:
    """The head of the message whose header fields these are."""
    message = parse_head(raw, id="", folder=folder.kind, received=received, zone=zone)
    return Head(placed(message, identity(message, size), folder, deleted=deleted), uid, size, deleted)


def whole(raw: bytes, head: Head, folder: MailFolder, zone: str) -> Message:
    """The message with its text."""
    message = parse_message(raw, id="", folder=folder.kind, received=head.message.received, zone=zone)
    return placed(message, head.id, folder, deleted=head.deleted)


def placed(message: Message, id: str, folder: MailFolder, *, deleted: bool) -> Message:  # noqa: A002
    """The message as it lies in the folder."""
    kind = Folder.TRASH if deleted else folder.kind
    saved = message.received if folder.kind is Folder.DRAFTS else None
    return replace(message, id=id, folder=kind, folder_name=folder.shown, changed=saved)
