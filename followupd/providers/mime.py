"""Messages of RFC 5322: reads any bytes without ever raising. Our own are written by `render_draft`.

Reading is bounded in time and memory by the constants below, whatever a stranger sends: the header
block and the body are cut, parts are counted, nesting is limited. Sources: RFC 5322 (format),
RFC 2045-2047 and 2231 (MIME), RFC 3464 (delivery status), RFC 8098 (disposition notification).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message as Parameters
from email.utils import parsedate_to_datetime
from zoneinfo import ZoneInfo

from followupd.core.model import Address, Folder, Message, Report
from followupd.providers.mimedraft import render_draft
from followupd.providers.mimetext import (
    addresses,
    decode_bytes,
    decode_transfer,
    decode_words,
    html_to_text,
    one_line,
)

MAX_HEADER_BLOCK = 8 * 1024 * 1024
MAX_BODY = 1024 * 1024
MAX_TEXT = 64 * 1024
MAX_HEADERS = 200
MAX_HEADER_VALUE = 4 * 1024
MAX_FIELD = 64 * 1024
MAX_PARTS = 100
MAX_DEPTH = 20
MAX_IDS = 100
MAX_ID = 998
MAX_RECIPIENTS = 100
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

__all__ = ["parse_head", "parse_message", "render_draft", "split_head"]

# Kept however many fields stand before them.
_NEEDED = frozenset(
    re.findall(
        r"\S+",
        "from sender reply-to to cc bcc subject date message-id in-reply-to references received return-path "
        "content-type content-transfer-encoding content-disposition auto-submitted precedence "
        "x-failed-recipients list-id",
    )
)
_FIELD = re.compile(rb"^([!-9;-~]{1,200})[ \t]*:(.*(?:\n[ \t].*)*)", re.MULTILINE)
_ID = re.compile(r"<([^<>\s]+)>")


@dataclass(slots=True)
class _Part:
    """One MIME entity: its fields and undecoded body."""

    fields: list[tuple[str, str]]
    body: bytes
    kind: str = "text/plain"
    parameters: Parameters = field(default_factory=Parameters)
    enclosed: bool = False

    def get(self, name: str) -> str:
        return next((value for key, value in self.fields if key == name), "")

    def parameter(self, name: str) -> str:
        """A parameter of Content-Type, by the standard library's lenient reader."""
        try:
            value = self.parameters.get_param(name, "")
            return (
                decode_bytes(value[2].encode("latin-1", "replace"), str(value[0] or ""))
                if isinstance(value, tuple)
                else str(value or "")
            )
        except (ValueError, TypeError, LookupError, AttributeError):
            return ""

    def content(self) -> bytes:
        return decode_transfer(self.body, self.get("content-transfer-encoding"))

    def text(self) -> str:
        return decode_bytes(self.content(), self.parameter("charset")).replace("\x00", "")

    @property
    def attached(self) -> bool:
        return self.get("content-disposition").strip().lower().startswith("attachment")


# --- reading ------------------------------------------------------------------------------------


def parse_message(
    raw: bytes,
    *,
    id: str,  # noqa: A002  the word of the model
    folder: Folder,
    folder_name: str = "",
    received: datetime | None,
    zone: str,
) -> Message:
    """The message in these bytes, as far as it can be read. Times without an offset are in `zone`."""
    head, body = split_head(raw)
    return _message(head, body, id=id, folder=folder, folder_name=folder_name, received=received, zone=zone)


def parse_head(
    raw: bytes,
    *,
    id: str,  # noqa: A002  the word of the model
    folder: Folder,
    folder_name: str = "",
    received: datetime | None,
    zone: str,
) -> Message:
    """Only what the header block says: no text, structure or report. For finding, not for judging."""
    head, _ = split_head(raw)
    return _message(head, None, id=id, folder=folder, folder_name=folder_name, received=received, zone=zone)


def split_head(raw: bytes) -> tuple[bytes, bytes]:
    """Header block and body, both bounded, with bare line feeds and without NUL."""
    found = re.search(rb"\A\r?\n|\r?\n\r?\n|\r\r", raw)
    at, after = (found.start(), found.end()) if found else (len(raw), len(raw))
    return _lines(raw[: min(at, MAX_HEADER_BLOCK)]), _lines(raw[after : after + MAX_BODY])


def _lines(raw: bytes) -> bytes:
    return raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\x00", b"")


def _message(
    head: bytes,
    body: bytes | None,
    *,
    id: str,  # noqa: A002  the word of the model
    folder: Folder,
    folder_name: str,
    received: datetime | None,
    zone: str,
) -> Message:
    fields = _fields(head)
    top = _part(fields, body or b"")
    parts = list(_walk(top)) if body is not None else []
    dated = _when(top.get("date"), zone)
    got = received or _when(top.get("received").rpartition(";")[2], zone) or dated or EPOCH
    return Message(
        id=id,
        folder=folder,
        folder_name=folder_name,
        message_id=next(iter(_ids(top.get("message-id"))), ""),
        in_reply_to=_ids(top.get("in-reply-to")),
        references=_ids(top.get("references")),
        date=dated or got,
        received=got,
        sender=next(iter(addresses(top.get("from"))), None) or next(iter(addresses(top.get("sender"))), None),
        reply_to=addresses(top.get("reply-to")),
        to=_listed(fields, "to"),
        cc=_listed(fields, "cc"),
        bcc=_listed(fields, "bcc"),
        subject=one_line(decode_words(top.get("subject")))[:MAX_HEADER_VALUE],
        headers=tuple(
            (name, one_line(decode_words(value[:MAX_HEADER_VALUE]))[:MAX_HEADER_VALUE])
            for name, value in fields
        ),
        structure=tuple(_type(part) for part in parts),
        report=_report(parts),
        text=_text(parts),
    )


def _fields(block: bytes) -> list[tuple[str, str]]:
    """The fields in order: the first MAX_HEADERS, and of those needed the first few beyond."""
    kept: list[tuple[str, str]] = []
    late: dict[str, int] = {}
    for found in _FIELD.finditer(block):
        name = found[1].decode("ascii").lower()
        if len(kept) >= MAX_HEADERS:
            late[name] = late.get(name, 0) + 1
            if name not in _NEEDED or late[name] > 1 or any(key == name for key, _ in kept):
                continue
        kept.append((name, _unfolded(found[2])))
    return kept


def _unfolded(value: bytes) -> str:
    return decode_bytes(value[:MAX_FIELD].replace(b"\n", b"")).strip()


def _listed(fields: list[tuple[str, str]], name: str) -> tuple[Address, ...]:
    return tuple(address for key, value in fields if key == name for address in addresses(value))


def _ids(value: str) -> tuple[str, ...]:
    """Message-IDs of a field without their brackets; some programs leave the brackets out."""
    found = _ID.findall(value) or [word for word in value.split() if "@" in word]
    return tuple(one_line(word)[:MAX_ID] for word in found[-MAX_IDS:])


def _when(value: str, zone: str) -> datetime | None:
    """A date of RFC 5322, aware; None where it can't be read or is out of this era."""
    if not value.strip():
        return None
    try:
        read = parsedate_to_datetime(value.strip()[:200])
        aware = read if read.tzinfo else read.replace(tzinfo=UTC if "-0000" in value else ZoneInfo(zone))
        return aware if 1970 <= aware.year < 9000 else None
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError, OSError):
        return None


# --- parts --------------------------------------------------------------------------------------


def _part(
    fields: list[tuple[str, str]], body: bytes, default: str = "text/plain", *, enclosed: bool = False
) -> _Part:
    part = _Part(fields, body, default, enclosed=enclosed)
    declared = part.get("content-type")[:MAX_HEADER_VALUE]
    if not declared:
        return part
    try:
        part.parameters["Content-Type"] = one_line(declared)
        part.kind = one_line(part.parameters.get_content_type())[:200] or default
    except (ValueError, TypeError, LookupError, AttributeError):
        part.kind = default
    return part


def _type(part: _Part) -> str:
    """The content type as the model lists it: of a calendar's part with its method (RFC 6047 section 2.4)."""
    if part.kind != "text/calendar":
        return part.kind
    method = part.parameter("method")
    return f"{part.kind}; method={one_line(method)[:20].lower()}" if method else part.kind


def _walk(top: _Part) -> Iterator[_Part]:
    """The entity and those in it, in order, at most MAX_PARTS and MAX_DEPTH deep."""
    stack = [(top, 0)]
    for _ in range(MAX_PARTS):
        if not stack:
            return
        part, depth = stack.pop()
        yield part
        if depth < MAX_DEPTH:
            stack.extend((child, depth + 1) for child in reversed(_children(part)))


def _children(part: _Part) -> list[_Part]:
    if part.kind.startswith("multipart/"):
        default = "message/rfc822" if part.kind == "multipart/digest" else "text/plain"
        pieces = _pieces(part.body, part.parameter("boundary"))
        return [_entity(piece, default, enclosed=part.enclosed) for piece in pieces]
    if part.kind in {"message/rfc822", "message/global"}:
        return [_entity(part.content(), "text/plain", enclosed=True)]
    return []


def _entity(raw: bytes, default: str, *, enclosed: bool) -> _Part:
    head, body = split_head(raw)
    return _part(_fields(head), body, default, enclosed=enclosed)


def _pieces(body: bytes, boundary: str) -> list[bytes]:
    """The parts of a multipart body (RFC 2046 section 5.1.1); an unclosed last part counts."""
    if not boundary:
        return []
    mark = re.escape(boundary.encode("utf-8", "replace"))
    pieces = re.split(rb"(?:^|\n)--" + mark + rb"(--)?[ \t]*(?=\n|\Z)", body, maxsplit=MAX_PARTS)
    found: list[bytes] = []
    for closing, piece in zip(pieces[1::2], pieces[2::2], strict=False):
        if closing:
            break
        found.append(piece[1:])
    return found


def _text(parts: list[_Part]) -> str:
    own = [part for part in parts if not part.enclosed and not part.attached]
    plain = "\n".join(part.text() for part in own if part.kind == "text/plain").strip()
    if plain:
        return plain[:MAX_TEXT]
    html = next((part.text() for part in own if part.kind == "text/html"), "")
    return html_to_text(html)[:MAX_TEXT]


# --- reports ------------------------------------------------------------------------------------

_REPORTS = {
    "message/delivery-status": "delivery-status",
    "message/global-delivery-status": "delivery-status",
    "message/disposition-notification": "disposition-notification",
    "message/global-disposition-notification": "disposition-notification",
}
_RETURNED = frozenset({"message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers"})


def _report(parts: list[_Part]) -> Report | None:
    found = next((part for part in parts if part.kind in _REPORTS and not part.enclosed), None)
    if found is None:
        returned = _returned(parts)
        return Report(kind="", returned_message_id=returned) if returned else None
    groups = [_fields(block) for block in found.content().split(b"\n\n")[: MAX_RECIPIENTS + 1]]
    original = next((v for g in groups for k, v in g if k == "original-message-id"), "")
    return Report(
        kind=_REPORTS[found.kind],
        recipients=tuple(pair for group in groups if (pair := _recipient(dict(group))) is not None),
        returned_message_id=_returned(parts) or next(iter(_ids(original)), ""),
    )


def _recipient(group: dict[str, str]) -> tuple[str, str] | None:
    named = group.get("final-recipient") or group.get("original-recipient")
    if not named:
        return None
    found = addresses(named.rpartition(";")[2])
    said = (group.get(name, "") for name in ("action", "status", "diagnostic-code", "disposition"))
    return (found[0].email if found else "", one_line(" ".join(s for s in said if s))[:MAX_HEADER_VALUE])


def _returned(parts: list[_Part]) -> str:
    """The Message-ID of the message that a report returns."""
    for part in parts:
        if part.kind in _RETURNED:
            fields = dict(reversed(_fields(split_head(part.content().lstrip(b"\n"))[0])))
            if found := _ids(fields.get("message-id", "")):
                return found[0]
    return ""
