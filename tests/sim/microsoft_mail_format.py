"""What Exchange makes of bodies and MIME: HTML cleaned and wrapped, text of it, letters read and written."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr, getaddresses, parsedate_to_datetime
from typing import Any

from tests.sim.google_mail_format import message_ids, parse, read
from tests.sim.microsoft_mail_store import Address, Item

PREVIEW = 255
_HEAD = '<html><head>\r\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8">'
_UNSAFE = re.compile(
    r"<(script|iframe|object|embed)\b.*?</\1\s*>|\son\w+=(\"[^\"]*\"|'[^']*')", re.IGNORECASE | re.DOTALL
)
_BODY = re.compile(r"<body[^>]*>(.*?)(</body>|$)", re.IGNORECASE | re.DOTALL)
_UNSEEN = re.compile(
    r"<head\b.*?</head>|<style\b.*?</style>|<script\b.*?</script>|<!--.*?-->", re.IGNORECASE | re.DOTALL
)
_LINE = re.compile(r"(?:<br\s*/?>\s*)?(?:</(?:p|div|tr|li|h\d)>\s*)+|<br\s*/?>", re.IGNORECASE)
_RULE = re.compile(r"<hr\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]+>")
_QUOTE = re.compile(
    r"<hr\b|<div id=\"divRplyFwdMsg\"|<blockquote\b"
    r"|(^|<br>|<p>|<div>)\s*(On [^<>\n]{5,200}wrote:|-----Original Message)",
    re.IGNORECASE | re.MULTILINE,
)
_QUOTED_TEXT = re.compile(r"^(On .{5,200}wrote:|-----Original Message|_{10,}|>)", re.MULTILINE)


def wrapped(content: str) -> str:
    """HTML as Exchange keeps it: a whole document."""
    found = _BODY.search(content)
    return f"{_HEAD}</head><body>{found.group(1) if found else content}</body></html>"


def safe(content: str) -> str:
    return _UNSAFE.sub("", content)


def inner(content: str) -> str:
    """What stands in the body of a document."""
    found = _BODY.search(content)
    return found.group(1) if found else content


def html_of(text: str) -> str:
    lines = html.escape(text.replace("\r\n", "\n").strip("\n"), quote=False).split("\n")
    return wrapped('<div class="PlainText">' + "<br>\r\n".join(lines) + "</div>")


def text_of(content: str) -> str:
    """The text of an HTML body, its lines ended by CRLF."""
    bare = " ".join(_UNSEEN.sub("", content).split())
    bare = _RULE.sub("\n" + "_" * 32 + "\n", _LINE.sub(_line_end, bare))
    lines = (line.strip() for line in html.unescape(_TAG.sub("", bare)).replace("\xa0", " ").split("\n"))
    return "\r\n".join(lines).strip() + "\r\n"


def _line_end(closed: re.Match[str]) -> str:
    """A paragraph is followed by an empty line."""
    return "\n\n" if "</p>" in closed.group().lower() else "\n"


def as_text(kind: str, content: str) -> str:
    return text_of(content) if kind == "html" else content


def preview(kind: str, content: str) -> str:
    return " ".join(as_text(kind, content).split())[:PREVIEW]


def unique(kind: str, content: str) -> str:
    """The new part of a reply."""
    if kind == "text":
        found = _QUOTED_TEXT.search(content.replace("\r\n", "\n"))
        return content.replace("\r\n", "\n")[: found.start()] if found else content
    body = inner(content)
    found = _QUOTE.search(body)
    return body[: found.start()] if found else body


def instant(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def header_date(moment: datetime) -> str:
    return f"{moment:%A, %B %d, %Y %I:%M %p}"


# MIME


def letter(raw: bytes) -> dict[str, Any]:
    """The fields of an `Item` that stand in a MIME letter."""
    found = read(raw)
    senders = addresses(found.all("Sender"))
    rich = _html_part(raw)
    named = message_ids(found.header("References")) + message_ids(found.header("In-Reply-To"))
    fields: dict[str, Any] = {
        "internet_message_id": found.message_id,
        "subject": found.subject,
        "kind": "html" if rich else "text",
        "content": wrapped(rich) if rich else found.text,
        "sender": next(iter(addresses(found.all("From"))), None),
        "on_behalf": senders[0] if senders else None,
        "headers": list(found.headers),
        "parents": list(dict.fromkeys(named)),
        "has_attachments": found.has_attachment,
        "raw": raw,
    }
    for name, header in (("to", "To"), ("cc", "Cc"), ("bcc", "Bcc"), ("reply_to", "Reply-To")):
        fields[name] = addresses(found.all(header))
    return fields


def sent_date(raw: bytes) -> datetime | None:
    """The Date header, where it can be read and has a zone."""
    try:
        found = parsedate_to_datetime(read(raw).header("Date"))
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else None


def addresses(values: Iterable[str]) -> list[Address]:
    return [(name or address, address) for name, address in getaddresses(list(values)) if address]


def _html_part(raw: bytes) -> str:
    for part in parse(raw).walk():
        if part.get_content_type() == "text/html" and part.get_content_disposition() != "attachment":
            content = part.get_payload(decode=True)
            return content.decode("utf-8", "replace") if isinstance(content, bytes) else ""
    return ""


def mime(item: Item) -> bytes:
    """`$value`: the bytes it came in, or a letter written from the fields."""
    if item.raw is not None:
        return item.raw
    message = EmailMessage(policy=SMTP.clone(max_line_length=900))  # a Message-ID stays on its line
    for name, people in (("To", item.to), ("Cc", item.cc), ("Bcc", item.bcc), ("Reply-To", item.reply_to)):
        if people:
            message[name] = ", ".join(_shown(person) for person in people)
    if item.sender is not None:
        message["From"] = _shown(item.sender)
    message["Subject"], message["Date"] = item.subject, format_datetime(item.sent_at)
    message["Message-ID"] = item.internet_message_id
    if item.parents:
        message["In-Reply-To"], message["References"] = item.parents[-1], " ".join(item.parents)
    for name, value in item.headers:
        message[name] = value
    message.set_content(as_text(item.kind, item.content))
    if item.kind == "html":
        message.add_alternative(item.content, subtype="html")
        message.set_boundary(f"_000_{item.number:08}_")
    return message.as_bytes()


def _shown(person: Address) -> str:
    name, address = person
    return formataddr((name if name != address else "", address))
