"""One request about mail taken apart, and messages and folders as it wants to see them."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import quote, unquote, urlencode

from tests.sim.graph_description import MESSAGE, find, properties
from tests.sim.microsoft_answers import graph_reply
from tests.sim.microsoft_mail_filter import bad_request, property_id
from tests.sim.microsoft_mail_format import as_text, html_of, instant, preview, safe, unique, wrapped
from tests.sim.microsoft_mail_store import Address, Folder, Item, MailStore
from tests.sim.server import Reply, Request

LARGEST_PAGE = 1000
SELECTED_ALONE = {"internetMessageHeaders", "uniqueBody"}  # told only where $select names them
_EXTENDED = re.compile(r"singleValueExtendedProperties\s*\(\s*\$filter\s*=\s*(.+)\)\s*", re.DOTALL)
_WANTED_ID = re.compile(r"\s*id\s+eq\s+'((?:[^']|'')+)'\s*(?:or|$)")


@dataclass(frozen=True)
class Asked:
    """A request. `path` are the segments below /me, decoded."""

    request: Request
    path: tuple[str, ...]
    query: Mapping[str, str]
    prefer: Mapping[str, str]
    root: str
    applied: set[str] = field(default_factory=set)

    @property
    def operation(self) -> str:
        found = find(self.request.http_method, self.request.path)
        return found.operation.name if found else ""

    @property
    def immutable(self) -> bool:
        return self.prefer.get("idtype", "").lower() == "immutableid"

    @property
    def as_text(self) -> bool:
        return self.prefer.get("outlook.body-content-type", "").lower() == "text"

    @property
    def unsafe(self) -> bool:
        return "outlook.allow-unsafe-html" in self.prefer

    def check(self) -> None:
        """What is wrong in $select or $expand is refused, were there nothing to show."""
        _ = self.select, self.expand

    @cached_property
    def select(self) -> frozenset[str]:
        """The properties wanted; empty for the usual ones."""
        names = [name.strip() for name in self.query.get("$select", "").split(",") if name.strip()]
        for name in names:
            if name not in properties(MESSAGE) | {"*"}:
                text = f"Could not find a property named '{name}' on type 'microsoft.graph.message'."
                raise bad_request("Parsing OData Select and Expand failed: " + text)
        return frozenset(names) - {"*"}

    @cached_property
    def expand(self) -> frozenset[str]:
        """The ids of the extended properties wanted, and the names of other things."""
        found: set[str] = set()
        for part in re.split(r",(?![^(]*\))", self.query.get("$expand", "")):
            held = _EXTENDED.fullmatch(part.strip())
            if held:
                found |= {property_id(each.replace("''", "'")) for each in _WANTED_ID.findall(held.group(1))}
            elif part.strip() in ("attachments", "extensions"):
                found.add(part.strip())
            elif part.strip():
                raise bad_request(
                    f"Parsing OData Select and Expand failed: {part.strip()!r} needs a $filter by id."
                )
        return frozenset(found)

    def number(self, name: str, default: int, largest: int = LARGEST_PAGE) -> int:
        given = self.query.get(name)
        if given is None:
            return default
        if not given.isdecimal() or (name == "$top" and int(given) == 0):
            raise bad_request(f"Invalid value '{given}' for {name} query option found.")
        if int(given) > largest and name == "$top":
            text = f"The limit of '{largest}' for Top query has been exceeded. The value from the incoming request is"
            raise bad_request(f"{text} '{given}'.")
        return int(given)

    def page_size(self, default: int) -> int:
        """What odata.maxpagesize allows, or $top says."""
        wished = self.prefer.get("odata.maxpagesize", "")
        if wished.isdecimal() and int(wished):
            self.applied.add(f"odata.maxpagesize={wished}")
            return min(int(wished), LARGEST_PAGE)
        return self.number("$top", default)

    def link(self, path: Iterable[str], query: Mapping[str, str]) -> str:
        """An absolute address, as nextLink and deltaLink are."""
        where = "/".join(quote(part, safe="$") for part in path)
        return f"{self.root}/me/{where}?{urlencode(query, safe='$,')}"


def asked(request: Request) -> Asked:
    """The request taken apart. Links lead to the host that was asked."""
    before, _, below = request.path.partition("/me/")
    root = f"http://{request.headers.get('host', 'graph.microsoft.com')}{before}"
    prefer: dict[str, str] = {}
    for part in request.headers.get("prefer", "").split(","):
        name, _, value = part.strip().partition("=")
        prefer[name.lower()] = value.strip('"')
    path = tuple(unquote(part) for part in below.strip("/").split("/"))
    return Asked(request, path, dict(request.query), prefer, root)


def answered(one: Asked, status: int, answer: Any) -> Reply:
    """A JSON answer, with the preferences that were heard."""
    if one.immutable:
        one.applied.add('IdType="ImmutableId"')
    headers = {"Preference-Applied": ", ".join(sorted(one.applied))} if one.applied else {}
    return graph_reply(status, answer, headers)


def context(one: Asked, box: MailStore, rest: str) -> str:
    return f"{one.root}/$metadata#users('{quote(box.address)}')/{rest}"


# Messages


def message(box: MailStore, item: Item, one: Asked) -> dict[str, Any]:
    """A message with the properties wanted. Its id is always there."""
    whole = _whole(box, item, one)
    chosen = one.select or set(whole) - SELECTED_ALONE
    shown = {name: value for name, value in whole.items() if name in chosen or name[0] == "@" or name == "id"}
    if one.expand - {"attachments", "extensions"}:
        values = {**item.properties, **_computed(item)}
        wanted = [{"id": name, "value": values[name]} for name in sorted(one.expand) if name in values]
        shown |= {"singleValueExtendedProperties": wanted} if wanted else {}
    shown |= {name: [] for name in ("attachments", "extensions") if name in one.expand}
    return shown


def _whole(box: MailStore, item: Item, one: Asked) -> dict[str, Any]:
    found: dict[str, Any] = {"@odata.etag": item.etag}
    if item.message_class.lower().startswith("ipm.schedule.meeting"):
        kind = item.message_class.rpartition("Meeting.")[2]
        ending = next((word for word in ("Request", "Resp") if kind.startswith(word)), "")
        found["@odata.type"] = "#microsoft.graph.eventMessage" + ("Response" if ending == "Resp" else ending)
    found |= {
        "id": item.immutable_id if one.immutable else item.id,
        "createdDateTime": instant(item.created),
        "lastModifiedDateTime": instant(item.modified),
        "changeKey": item.change_key,
        "categories": list(item.categories),
        "receivedDateTime": instant(item.received),
        "sentDateTime": instant(item.sent_at),
        "hasAttachments": item.has_attachments,
        "internetMessageId": item.internet_message_id,
        "subject": item.subject,
        "bodyPreview": preview(item.kind, item.content),
        "importance": item.importance,
        "parentFolderId": item.folder,
        "conversationId": item.conversation,
        "conversationIndex": b64encode(item.index).decode(),
        "isDeliveryReceiptRequested": False,
        "isReadReceiptRequested": False,
        "isRead": item.is_read,
        "isDraft": item.is_draft,
        "webLink": f"https://outlook.live.com/owa/?ItemID={quote(item.id)}&exvsurl=1&viewmodel=ReadMessageItem",
        "inferenceClassification": "focused",
        "body": _body(box, item.kind, item.content, one),
        "toRecipients": recipients(item.to),
        "ccRecipients": recipients(item.cc),
        "bccRecipients": recipients(item.bcc),
        "replyTo": recipients(item.reply_to),
        "flag": {"flagStatus": item.flag},
    }
    if item.sender is not None and (box.drafts_have_sender or not item.is_draft):
        found |= {"from": recipient(item.sender), "sender": recipient(item.on_behalf or item.sender)}
    if "uniqueBody" in one.select:
        found["uniqueBody"] = _body(box, item.kind, unique(item.kind, item.content), one)
    if "internetMessageHeaders" in one.select and item.headers and item.tells_headers:
        found["internetMessageHeaders"] = [{"name": name, "value": value} for name, value in item.headers]
    return found


def _body(box: MailStore, kind: str, content: str, one: Asked) -> dict[str, Any]:
    if one.as_text:
        one.applied.add('outlook.body-content-type="text"')
        return {"contentType": "text", "content": as_text(kind, content)}
    if kind == "text":
        stays = box.text_stays_text
        return {"contentType": "text" if stays else "html", "content": content if stays else html_of(content)}
    whole = wrapped(content)
    return {"contentType": "html", "content": whole if one.unsafe else safe(whole)}


def recipient(person: Address) -> dict[str, Any]:
    return {"emailAddress": {"name": person[0], "address": person[1]}}


def recipients(people: Iterable[Address]) -> list[dict[str, Any]]:
    return [recipient(person) for person in people]


def _computed(item: Item) -> dict[str, str]:
    """MAPI properties that are the message itself (MS-OXPROPS)."""
    found = {"String 0x001a": item.message_class, "String 0x1035": item.internet_message_id}
    if item.parents:
        found |= {"String 0x1042": item.parents[-1], "String 0x1039": " ".join(item.parents)}
    if item.raw is not None and not item.is_draft:
        found["String 0x007d"] = "".join(f"{name}: {value}\r\n" for name, value in item.headers)
    if item.send_at is not None:
        found["SystemTime 0x3fef"] = instant(item.send_at)
    return found


# Folders


def folder(box: MailStore, found: Folder, one: Asked) -> dict[str, Any]:
    held = box.held(found)
    shown: dict[str, Any] = {"@odata.type": "#microsoft.graph.mailSearchFolder"} if found.holds else {}
    shown |= {
        "id": found.id,
        "displayName": found.name,
        "parentFolderId": found.parent,
        "childFolderCount": len(box.children(found)),
        "unreadItemCount": sum(not item.is_read for item in held),
        "totalItemCount": len(held),
        "isHidden": False,
    }
    names = {name.strip() for name in one.query.get("$select", "").split(",") if name.strip()}
    return {
        name: value for name, value in shown.items() if not names or name in names | {"id"} or name[0] == "@"
    }
