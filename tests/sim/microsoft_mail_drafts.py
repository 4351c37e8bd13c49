"""The writing half of Outlook mail: drafts made, answered, changed, moved, deleted. Nothing here sends."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from html import escape
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from tests.sim.graph_description import check_request
from tests.sim.microsoft_answers import GraphError, not_found
from tests.sim.microsoft_mail_filter import bad_request, property_id
from tests.sim.microsoft_mail_format import header_date, html_of, inner, letter, safe, wrapped
from tests.sim.microsoft_mail_reading import Reading
from tests.sim.microsoft_mail_store import Address, Item, MailStore
from tests.sim.microsoft_mail_view import Asked, answered, context, message
from tests.sim.server import Reply

DRAFT_ONLY = {"body", "subject", "replyTo", "internetMessageId", "from", "sender"}
RECIPIENTS = {"toRecipients": "to", "ccRecipients": "cc", "bccRecipients": "bcc", "replyTo": "reply_to"}
MARKS = {"isRead", "flag", "categories", "importance"}
IGNORED = {"inferenceClassification", "isDeliveryReceiptRequested", "isReadReceiptRequested"}
IGNORED |= {"multiValueExtendedProperties"}
ANYTIME = MARKS | IGNORED | {"singleValueExtendedProperties", "toRecipients", "ccRecipients", "bccRecipients"}
IN_REPLY_TO, REFERENCES, CLASS = "String 0x1042", "String 0x1039", "String 0x001a"


class Writing:
    """What the API changes."""

    def __init__(self, box: MailStore, reading: Reading) -> None:
        self.box, self.reading = box, reading

    # Made

    def create(self, one: Asked) -> Reply:
        self._refuse_full()
        if one.request.content_type == "text/plain":
            fields = self._mime(one)
        else:
            body = self._body(one)
            fields = self._fields(body, made=True)
            if self.box.post_takes_conversation and body.get("conversationId"):
                fields["conversation"] = body["conversationId"]
        folder = self.reading.folder(one).id if one.path[0] == "mailFolders" else "drafts"
        return self._answer(one, 201, self.box.add(folder, **self._draft(fields)))

    def create_reply(self, one: Asked) -> Reply:
        """The draft of an answer, with the quoted original, in its conversation."""
        self._refuse_full()
        base = self.reading.item(one, one.path[1])
        if base.is_draft and self.box.reply_to_draft_is_refused:
            raise GraphError(400, "ErrorInvalidOperation", "A reply to a draft cannot be created.")
        fields = self._reply(one, base, everyone=one.path[2] == "createReplyAll")
        if one.request.content_type == "text/plain":
            given = self._mime(one)
            fields |= {name: given[name] for name in ("kind", "content", "subject", "headers")}
            fields |= {name: given[name] for name in ("to", "cc", "bcc") if given[name]}
        elif one.request.body:
            fields |= self._said(self._body(one), fields)
        return self._answer(one, 201, self.box.add("drafts", **self._draft(fields)))

    def _said(self, body: Mapping[str, Any], reply: Mapping[str, Any]) -> dict[str, Any]:
        """What the body of a createReply puts into the draft. Its two parameters are written in either case."""
        given = {name.lower(): value for name, value in body.items()}
        comment, inside = given.get("comment"), given.get("message") or {}
        if comment and inside.get("body"):
            text = "Comment and the Body of the Message parameter cannot both be set."
            raise GraphError(400, "ErrorInvalidRequest", text)
        fields = self._fields(inside, made=True) if self.box.reply_takes_message else {}
        if not self.box.reply_takes_properties:
            fields.pop("properties", None)
        if "content" in fields and self.box.reply_keeps_quote:
            fields["content"] = wrapped(inner(fields["content"]) + inner(reply["content"]))
        if comment and not self.box.comment_is_ignored:
            fields["content"] = wrapped(inner(html_of(comment)) + inner(reply["content"]))
        return fields

    def _reply(self, one: Asked, base: Item, *, everyone: bool) -> dict[str, Any]:
        box = self.box
        own = base.sender is not None and base.sender[1].lower() in box.addresses
        to = list(base.reply_to) or ([base.sender] if base.sender else [])
        if own and not box.reply_to_own_is_self:
            to = list(base.to)
        others: list[Address] = []
        if everyone:
            known = {address.lower() for _, address in to} | box.addresses
            others = [person for person in base.cc if person[1].lower() not in known]
            to += [person for person in base.to if person[1].lower() not in known]
        prefix = box.reply_prefix
        bare = base.subject.lower().startswith(("re:", prefix.strip().lower()))
        return {
            "subject": base.subject if bare else prefix + base.subject,
            "to": to,
            "cc": others,
            "kind": "html",
            "content": _quoted(base, one.prefer.get("outlook.timezone", "UTC")),
            "conversation": base.conversation,
            "index": base.index + box.digest("answer")[:5],
            "parents": [*base.parents, base.internet_message_id],
        }

    def _draft(self, fields: dict[str, Any]) -> dict[str, Any]:
        """A draft is the user's, read, and not raw any more."""
        return {"sender": (self.box.name, self.box.address), **fields, "is_draft": True, "raw": None}

    def _mime(self, one: Asked) -> dict[str, Any]:
        try:
            raw = base64.b64decode(b"".join(one.request.body.split()), validate=True)
        except binascii.Error:
            text = "Invalid base64 string for MIME content."
            raise GraphError(400, "ErrorMimeContentInvalidBase64String", text) from None
        fields = letter(raw)
        own = {
            "from",
            "to",
            "cc",
            "bcc",
            "subject",
            "date",
            "message-id",
            "in-reply-to",
            "references",
            "reply-to",
        }
        kept = [
            (name, value)
            for name, value in fields["headers"]
            if name.lower() not in own and not name.lower().startswith(("content-", "mime-"))
        ]
        return {**fields, "headers": kept, "sender": fields["sender"] or (self.box.name, self.box.address)}

    # Changed

    def update(self, one: Asked) -> Reply:
        item = self.reading.item(one, one.path[1])
        body = self._body(one)
        if self.box.patch_honours_if_match:
            _refuse_stale(one, item)
        self._refuse_full()
        given = {name for name in body if "@" not in name}
        bound = DRAFT_ONLY | (set(RECIPIENTS) if self.box.recipients_are_draft_only else set())
        if not item.is_draft and given & bound:
            raise GraphError(400, "ErrorInvalidPropertySet", "Message is not draft.")
        if given - bound - ANYTIME:
            text = f"The property '{min(given - bound - ANYTIME)}' is read-only."
            raise GraphError(400, "ErrorInvalidPropertySet", text)
        fields = self._fields(body, made=False)
        if "properties" in fields:
            fields["properties"] = {**item.properties, **fields["properties"]}
        marks = given - IGNORED if given - IGNORED <= MARKS else set()
        self.box.change(item, marks=marks, **fields)
        return self._answer(one, 200, item)

    def delete(self, one: Asked) -> Reply:
        item = self.reading.item(one, one.path[1])
        _refuse_stale(one, item)
        target = self.box.delete_goes_to
        if self.box.folders[item.folder].well_known == target:
            target = "recoverableitemsdeletions"
        self.box.move(item, target)
        return Reply(204)

    def delete_for_good(self, one: Asked) -> Reply:
        self.box.remove(self.reading.item(one, one.path[1]))
        return Reply(204)

    def move(self, one: Asked) -> Reply:
        item = self.reading.item(one, one.path[1])
        target = self.box.find_folder(str(self._body(one).get("destinationId", "")))
        if target is None or target.holds is not None:
            raise not_found()
        self.box.move(item, target.id)
        return self._answer(one, 201, item)

    # What is refused

    def _refuse_full(self) -> None:
        if self.box.over_quota:
            raise GraphError(507, "ErrorQuotaExceeded", "The mailbox has exceeded its storage quota.")

    def _body(self, one: Asked) -> dict[str, Any]:
        """The JSON body, of the right types."""
        wrong: list[str] = []
        check_request(one.request, wrong.append)
        bad = [each for each in wrong if ": $" in each or "a body" in each]
        try:
            body = json.loads(one.request.body)
        except ValueError:
            bad, body = ["Unable to read JSON request payload."], None
        if bad or not isinstance(body, dict):
            raise bad_request("; ".join(bad)[:300] or "No object.", "UnableToDeserializePostBody")
        return body

    # JSON → fields

    def _fields(self, body: Mapping[str, Any], *, made: bool) -> dict[str, Any]:
        """The fields of an `Item` that a message in JSON sets. Read-only ones are ignored where one is made."""
        readers: dict[str, Callable[[Any], dict[str, Any]]] = {
            "subject": lambda value: {"subject": value or ""},
            "body": _content,
            "from": lambda value: {"sender": _person(value)},
            "sender": lambda value: {"on_behalf": _person(value)},
            "importance": lambda value: {"importance": value or "normal"},
            "categories": lambda value: {"categories": list(value)},
            "flag": lambda value: {"flag": (value or {}).get("flagStatus") or "notFlagged"},
            "isRead": lambda value: {"is_read": bool(value)},
            "internetMessageId": lambda value: {
                "internet_message_id": value or self.box.new_internet_message_id()
            },
            "singleValueExtendedProperties": self._properties,
        }
        if made:
            readers["internetMessageHeaders"] = _headers
        fields: dict[str, Any] = {}
        for name, value in body.items():
            if name in RECIPIENTS:
                fields[RECIPIENTS[name]] = self._people(value)
            elif name in readers:
                fields |= readers[name](value)
        return fields

    def _people(self, given: list[dict[str, Any]]) -> list[Address]:
        found = [person for each in given if (person := _person(each))]
        if self.box.bad_recipients_are_refused and not all("@" in address for _, address in found):
            raise GraphError(400, "ErrorInvalidRecipients", "At least one recipient isn't valid.")
        return found

    def _properties(self, given: list[dict[str, Any]]) -> dict[str, Any]:
        found: dict[str, str] = {}
        for each in given:
            if not each.get("id") or not isinstance(each.get("value"), str):
                raise GraphError(
                    400, "ErrorInvalidPropertySet", "An extended property needs an id and a value."
                )
            found[property_id(each["id"])] = each["value"]
        fields: dict[str, Any] = {"properties": found}
        if CLASS in found:
            fields["message_class"] = found.pop(CLASS)
        if self.box.threading_properties_count and (IN_REPLY_TO in found or REFERENCES in found):
            before, last = found.pop(REFERENCES, "").split(), found.pop(IN_REPLY_TO, "").strip()
            fields["parents"] = [each for each in before if each != last] + [last] * bool(last)
        return fields

    def _answer(self, one: Asked, status: int, item: Item) -> Reply:
        shown = {"@odata.context": context(one, self.box, "messages/$entity"), **message(self.box, item, one)}
        return answered(one, status, shown)


def _refuse_stale(one: Asked, item: Item) -> None:
    """The message is not as the request knows it. Without If-Match only a fault of the server answers so."""
    if one.request.headers.get("if-match", "*") not in ("*", item.etag):
        raise GraphError(
            412,
            "ErrorIrresolvableConflict",
            "The send or update operation could not be performed because the change key passed in the request does "
            "not match the current change key for the item.",
        )


def _content(value: Mapping[str, Any] | None) -> dict[str, Any]:
    """A body as Exchange keeps it. An HTML one is cleaned and made a whole document."""
    kind, content = (value or {}).get("contentType") or "text", (value or {}).get("content") or ""
    return {"kind": kind, "content": safe(wrapped(content)) if kind == "html" else content}


def _person(value: Mapping[str, Any] | None) -> Address | None:
    told = (value or {}).get("emailAddress") or {}
    address = told.get("address") or ""
    return (told.get("name") or address, address) if address else None


def _headers(given: list[dict[str, Any]]) -> dict[str, Any]:
    """Only own headers can be set; the standard ones are Exchange's."""
    for each in given:
        if not str(each.get("name", "")).lower().startswith("x-"):
            text = f"The internet message header name '{each.get('name')}' should start with 'x-' or 'X-'."
            raise GraphError(400, "InvalidInternetMessageHeader", text)
    return {"headers": [(each["name"], each.get("value") or "") for each in given]}


def _quoted(base: Item, zone: str) -> str:
    """The body of a new reply: a rule, who wrote what when, and the original."""
    sender = base.sender or ("", "")
    people = "; ".join(f"{name} <{address}>" for name, address in base.to)
    rows = (
        ("From", f"{sender[0]} <{sender[1]}>"),
        ("Sent", header_date(_in_zone(base.sent_at, zone))),
        ("To", people),
        ("Subject", base.subject),
    )
    lines = "<br>".join(f"<b>{name}:</b> {escape(value, quote=False)}" for name, value in rows)
    original = inner(base.content) if base.kind == "html" else inner(html_of(base.content))
    head = f'<div id="divRplyFwdMsg" dir="ltr">{lines}<div>&nbsp;</div></div>'
    return wrapped(f'<hr tabindex="-1" style="display:inline-block; width:98%">{head}{original}')


def _in_zone(moment: datetime, zone: str) -> datetime:
    """In the preferred zone, where it goes by its IANA name; in UTC otherwise."""
    try:
        return moment.astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError):
        return moment.astimezone(UTC)
