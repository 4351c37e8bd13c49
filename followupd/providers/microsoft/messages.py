"""Messages of Graph as messages of the model.

A list tells what a message is about (`Item`), without its text; a whole message is put together again as
MIME, so that one reader (`providers.mime`) understands the mail of all providers. Of a draft or a sent
letter Graph does not show the headers: what it tells instead stands in for them.

Sources: Graph v1.0, resource message; MS-OXPROPS (PidTagMessageClass 0x001A, PidTagInReplyToId 0x1042,
PidTagInternetReferences 0x1039, PidTagDeferredSendTime 0x3FEF).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from followupd.core.model import Address, Folder, Message
from followupd.providers.mime import parse_message
from followupd.providers.mimetext import MAX_NAME, one_line

CLASS, IN_REPLY_TO, REFERENCES = "String 0x001A", "String 0x1042", "String 0x1039"
SEND_AT = "SystemTime 0x3FEF"
# The Message-ID under which we made a draft. It stays in the user's mailbox; recipients never get it.
MADE_AS = "String {8c1f5f0e-6d0b-4b8e-9d2f-3a5b7c9e1d42} Name MadeAs"
WITHDRAWN = "withdrawn"  # the same property of a draft that we took back: it is no wish of the user's
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

PROPERTIES = "singleValueExtendedProperties($filter={})".format(
    " or ".join(f"id eq '{name}'" for name in (CLASS, IN_REPLY_TO, REFERENCES, SEND_AT, MADE_AS))
)
ABOUT = (
    "id,changeKey,createdDateTime,lastModifiedDateTime,receivedDateTime,sentDateTime,parentFolderId,conversationId,"
    "internetMessageId,isDraft,from,sender,replyTo,toRecipients,ccRecipients,bccRecipients"
)
WHOLE = ABOUT + ",subject,body,internetMessageHeaders"

_RECIPIENTS = ("toRecipients", "ccRecipients", "bccRecipients")
_ID = re.compile(r"<([^<>\s]+)>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """What a list tells of a message. Addresses are in lower case, Message-IDs without angle brackets."""

    id: str
    change_key: str
    created: datetime
    modified: datetime
    received: datetime
    sent: datetime
    folder: str
    conversation: str
    message_id: str
    unsent: bool
    senders: frozenset[str]
    recipients: frozenset[str]
    references: tuple[str, ...] = ()
    message_class: str = ""
    made_as: str = ""
    is_scheduled: bool = False
    is_withdrawn: bool = False

    @property
    def came(self) -> datetime:
        """When it came to this mailbox: a sent copy may have been made long before it was sent."""
        return max(self.created, self.received, self.sent)

    def carries(self, message_id: str) -> bool:
        """Whether it carries this Message-ID, or was made by us under it."""
        return bool(message_id) and message_id in (self.message_id, self.made_as)


def read_item(data: Mapping[str, Any]) -> Item:
    """The item in an answer that selects ABOUT and expands PROPERTIES."""
    extended = _extended(data)
    senders = [data.get("from"), data.get("sender"), *_listed_in(data, "replyTo")]
    recipients = [one for name in _RECIPIENTS for one in _listed_in(data, name)]
    named = extended.get(REFERENCES, "") + " " + extended.get(IN_REPLY_TO, "")
    withdrawn = extended.get(MADE_AS) == WITHDRAWN
    return Item(
        id=str(data["id"]),
        change_key=str(data.get("changeKey") or ""),
        created=_moment(data.get("createdDateTime")),
        modified=_moment(data.get("lastModifiedDateTime")),
        received=_moment(data.get("receivedDateTime")),
        sent=_moment(data.get("sentDateTime")),
        folder=str(data.get("parentFolderId") or ""),
        conversation=str(data.get("conversationId") or ""),
        message_id=_bare(data.get("internetMessageId")),
        unsent=bool(data.get("isDraft")),
        senders=_emails(senders),
        recipients=_emails(recipients),
        references=tuple(dict.fromkeys(_ID.findall(named))),
        message_class=extended.get(CLASS, ""),
        made_as="" if withdrawn else _bare(extended.get(MADE_AS)),
        is_scheduled=SEND_AT in extended,
        is_withdrawn=withdrawn and bool(data.get("isDraft")),
    )


def read_message(
    data: Mapping[str, Any], place: tuple[Folder, str], owner: Address, zone: str, raw: bytes = b""
) -> Message:
    """The message in an answer that selects WHOLE. `raw` is its MIME, where that says more (reports).

    `owner` stands in as the sender of a draft, of which Graph tells none.
    """
    item = read_item(data)
    kind = _kind(item, place[0])
    message = parse_message(
        raw or as_mime(data, item, owner),
        id=item.id,
        folder=kind,
        folder_name=place[1],
        received=item.came if item.unsent else item.received,
        zone=zone,
    )
    return replace(
        message,
        thread=item.conversation if _belongs(item, message) else "",
        changed=item.modified if item.unsent else None,
        unsent=item.unsent,
        made_as=item.made_as,
        message_class=item.message_class,
    )


def _kind(item: Item, folder: Folder) -> Folder:
    """A letter that waits to be sent at a time lies in Drafts, or in the Outbox."""
    return Folder.SCHEDULED if folder is Folder.DRAFTS and item.is_scheduled else folder


def _belongs(item: Item, message: Message) -> bool:
    """Whether its conversation says what it is about.

    Mail of strangers has been seen to share a conversation by its subject alone; an answer names what it answers.
    """
    mine = item.unsent or message.folder in {Folder.SENT, Folder.SCHEDULED}
    return mine or bool(item.references or message.references or message.in_reply_to)


# --- as MIME ------------------------------------------------------------------------------------


def as_mime(data: Mapping[str, Any], item: Item, owner: Address) -> bytes:
    """The message as MIME, with the headers that are known; its attachments are left out."""
    given = _listed_in(data, "internetMessageHeaders")
    fields = [(str(one.get("name", "")), str(one.get("value", ""))) for one in given]
    fields = [(name, value) for name, value in fields if not _is_of_the_body(name)]
    named = {name.lower() for name, _ in fields}
    fields += [
        (name, value) for name, value in _told(data, item, owner) if name.lower() not in named and value
    ]
    head = "".join(f"{name}: {_one_field(value)}\n" for name, value in fields)
    told = data.get("body")
    body = told if isinstance(told, dict) else {}
    kind = "text/plain" if str(body.get("contentType")).lower() == "text" else "text/html"
    return f"{head}Content-Type: {kind}; charset=utf-8\n\n{body.get('content') or ''}".encode(
        "utf-8", "replace"
    )


def _is_of_the_body(name: str) -> bool:
    """Graph tells the body decoded."""
    return name.lower() in {"content-type", "content-transfer-encoding", "mime-version", ""}


def _told(data: Mapping[str, Any], item: Item, owner: Address) -> list[tuple[str, str]]:
    """The headers as far as the properties of a message say them."""
    extended = _extended(data)
    written = data.get("from") or (
        {"emailAddress": {"address": owner.email, "name": owner.name}} if item.unsent else None
    )
    sent = item.created if item.unsent else item.sent
    return [
        ("From", _listed([written])),
        ("Sender", _listed([data.get("sender")])),
        ("Reply-To", _listed(data.get("replyTo"))),
        ("To", _listed(data.get("toRecipients"))),
        ("Cc", _listed(data.get("ccRecipients"))),
        ("Bcc", _listed(data.get("bccRecipients"))),
        ("Subject", str(data.get("subject") or "")),
        ("Date", f"{sent:%a, %d %b %Y %H:%M:%S} +0000"),
        ("Message-ID", f"<{item.message_id}>" if item.message_id else ""),
        ("In-Reply-To", extended.get(IN_REPLY_TO, "")),
        ("References", extended.get(REFERENCES, "")),
    ]


def _listed(people: Any) -> str:
    told = people if isinstance(people, list) else []
    return ", ".join(filter(None, (_mailbox(_address(one)) for one in told)))


def _address(person: Any) -> Mapping[str, Any]:
    """What is told of a recipient; nothing where that is nonsense."""
    told = person.get("emailAddress") if isinstance(person, dict) else None
    return told if isinstance(told, dict) else {}


def _mailbox(told: Mapping[str, Any]) -> str:
    """The address of RFC 5322; "" for an X.500 one, or none."""
    email = "".join(one_line(str(told.get("address") or "")).split())
    name = one_line(str(told.get("name") or ""))[:MAX_NAME]
    if "@" not in email or re.search(r'[<>,;"()]', email):
        return ""
    if not name or name.lower() == email.lower():
        return email
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}" <{email}>'


def _one_field(value: str) -> str:
    """A line break in a value that does not go on with white space would begin another field."""
    return re.sub(r"[\r\n]+[ \t]*", " ", value)


# --- values -------------------------------------------------------------------------------------


def _listed_in(data: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    """The objects in a list; what is none is left out."""
    told = data.get(name)
    return [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []


def _extended(data: Mapping[str, Any]) -> dict[str, str]:
    """Extended properties by the names under which they were asked for; Exchange may write these otherwise."""
    ours = {name.lower(): name for name in (CLASS, IN_REPLY_TO, REFERENCES, SEND_AT, MADE_AS)}
    found = _listed_in(data, "singleValueExtendedProperties")
    told = ((_normal(str(one.get("id") or "")), str(one.get("value") or "")) for one in found)
    return {ours[name]: value for name, value in told if name in ours}


def _normal(name: str) -> str:
    """`String 0x1a` is `String 0x001A`."""
    kind, _, tag = name.lower().partition(" 0x")
    return f"{kind} 0x{tag.zfill(4)}" if tag else name.lower()


def _emails(people: list[Any]) -> frozenset[str]:
    told = (str(_address(one).get("address") or "").strip().lower() for one in people)
    return frozenset(email for email in told if "@" in email)


def _bare(message_id: object) -> str:
    return str(message_id or "").strip().strip("<>").strip()


def _moment(text: object) -> datetime:
    """A moment as Graph writes it, 1970 where it says none."""
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return EPOCH
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
