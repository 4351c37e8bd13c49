"""The bytes of a letter as Gmail shows them: headers, payload tree, text, snippet. Nothing here ever raises."""

from __future__ import annotations

import html
import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from email import message_from_bytes
from email.header import decode_header
from email.message import Message
from functools import lru_cache
from hashlib import sha256
from typing import Any, TypeVar

# A tree deeper than what JSON and protocol buffer parsers read (100 levels) is cut there (guess).
MAX_DEPTH = 100
INLINE_LIMIT = 2048  # a part that is no text and is larger becomes an attachment
SNIPPET_LENGTH = 200
ADDRESS_HEADERS = frozenset(
    {"from", "to", "cc", "bcc", "reply-to", "sender", "resent-from", "resent-to", "delivered-to"}
)
_FIELD = re.compile(rb"[!-9;-~]+:")
_REPLY_PREFIX = re.compile(r"^\s*(?:(?:re|fwd?|aw|wg|antw)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)
_MESSAGE_ID = re.compile(r"<[^<>\s]+>")
_TAG = re.compile(r"<(?:style|script)\b.*?</(?:style|script)>|<[^>]*>", re.IGNORECASE | re.DOTALL)
_BREAK = re.compile(r"<(?:br|/p|/div|/tr|/li)\b[^>]*>", re.IGNORECASE)

T = TypeVar("T")


@dataclass(frozen=True)
class Letter:
    """What a search and a view want of a letter."""

    headers: tuple[tuple[str, str], ...]
    text: str
    has_attachment: bool

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def header(self, name: str) -> str:
        return next(iter(self.all(name)), "")

    @property
    def message_id(self) -> str:
        found = message_ids(self.header("Message-ID"))
        return found[0] if found else self.header("Message-ID").strip()

    @property
    def replies_to(self) -> list[str]:
        """The Message-IDs in In-Reply-To, or the last one of References where there is no In-Reply-To."""
        return message_ids(self.header("In-Reply-To")) or message_ids(self.header("References"))[-1:]

    @property
    def references(self) -> set[str]:
        return set(message_ids(self.header("In-Reply-To"))) | set(message_ids(self.header("References")))

    @property
    def subject(self) -> str:
        return self.header("Subject")


@lru_cache(maxsize=4096)
def read(raw: bytes) -> Letter:
    message = parse(raw)
    leaves = list(_leaves(message, 0))
    headers = tuple(_headers(message, decoded=True))
    return Letter(headers, _text(leaves), any(_is_attachment(leaf, _content(leaf)) for leaf in leaves))


def parse(raw: bytes) -> Message:
    """The tree of the standard library's parser; bytes it chokes on are one opaque part."""
    try:
        return message_from_bytes(raw)
    except Exception:  # whatever a broken letter provokes, RecursionError among it
        opaque: Message = Message()
        opaque.set_payload(raw.decode("ascii", "surrogateescape"))
        return opaque


def message_ids(value: str) -> list[str]:
    return _MESSAGE_ID.findall(value)


def same_subject(one: str, other: str) -> bool:
    return _bare_subject(one) == _bare_subject(other)


def _bare_subject(subject: str) -> str:
    return " ".join(_REPLY_PREFIX.sub("", subject).casefold().split())


def base64url(data: bytes) -> str:
    return urlsafe_b64encode(data).decode("ascii")


def snippet(raw: bytes) -> str:
    """The start of the text, HTML-escaped as the API gives it."""
    return html.escape(" ".join(read(raw).text.split())[:SNIPPET_LENGTH])


def payload(raw: bytes, owner: str, *, decoded: bool = True) -> dict[str, Any]:
    """`payload` of format=full. `owner` is the message id, from which attachment ids are made."""
    return _part(parse(raw), "", owner, decoded)


def metadata(raw: bytes, wanted: list[str] | None, *, decoded: bool = True) -> dict[str, Any]:
    """`payload` of format=metadata: top headers alone, all of them or the wanted ones."""
    message = parse(raw)
    names = None if wanted is None else {name.lower() for name in wanted}
    headers = [
        {"name": name, "value": value}
        for name, value in _headers(message, decoded=decoded)
        if names is None or name.lower() in names
    ]
    found: dict[str, Any] = {"mimeType": _clean(message.get_content_type())}
    if headers:
        found["headers"] = headers
    return found


def _part(part: Message, part_id: str, owner: str, decoded: bool) -> dict[str, Any]:
    found: dict[str, Any] = {
        "partId": part_id,
        "mimeType": _clean(part.get_content_type()),
        "filename": _filename(part),
    }
    headers = [{"name": name, "value": value} for name, value in _headers(part, decoded=decoded)]
    if headers:
        found["headers"] = headers
    children = _children(part) if part_id.count(".") < MAX_DEPTH else []
    found["body"] = {"size": 0} if children else _body(part, part_id, owner)
    if children:
        prefix = f"{part_id}." if part_id else ""
        found["parts"] = [
            _part(child, f"{prefix}{index}", owner, decoded) for index, child in enumerate(children)
        ]
    return found


def _body(part: Message, part_id: str, owner: str) -> dict[str, Any]:
    content = _content(part)
    if _is_attachment(part, content):
        digest = sha256(f"{owner}/{part_id}".encode()).digest()
        return {"attachmentId": f"ANGjdJ{base64url(digest).rstrip('=')}", "size": len(content)}
    body: dict[str, Any] = {"size": len(content)}
    if content:
        body["data"] = base64url(content)
    return body


def _children(part: Message) -> list[Message]:
    """The parts inside; a delivery status is one leaf, though the parser splits it in blocks."""
    if not part.is_multipart() or part.get_content_type() == "message/delivery-status":
        return []
    return [child for child in part.get_payload() if isinstance(child, Message)]


def _leaves(part: Message, depth: int) -> Iterator[Message]:
    children = _children(part) if depth < MAX_DEPTH else []
    if not children:
        yield part
    for child in children:
        yield from _leaves(child, depth + 1)


def _content(part: Message) -> bytes:
    """The bytes behind the transfer encoding."""
    if part.is_multipart():
        if part.get_content_type() != "message/delivery-status":
            return b""
        blocks = ("".join(f"{name}: {value}\n" for name, value in _headers(b)) for b in part.get_payload())
        return "\n".join(blocks).encode("utf-8", "replace")
    content = _lenient(lambda: part.get_payload(decode=True), b"")
    return content if isinstance(content, bytes) else b""


def _is_attachment(part: Message, content: bytes) -> bool:
    if _lenient(part.get_content_disposition, None) == "attachment":
        return True
    return part.get_content_maintype() not in {"text", "multipart"} and len(content) > INLINE_LIMIT


def _filename(part: Message) -> str:
    name = _lenient(part.get_filename, None)
    return _decoded_words(name, quote=False) if name else ""


def _text(leaves: list[Message]) -> str:
    """The plain text; where there is none, the HTML without its tags."""
    shown = [leaf for leaf in leaves if not _is_attachment(leaf, b"")]
    plain = [_decoded_text(leaf) for leaf in shown if leaf.get_content_type() == "text/plain"]
    if plain:
        return "\n".join(plain)
    rich = (_decoded_text(leaf) for leaf in shown if leaf.get_content_type() == "text/html")
    return "\n".join(html.unescape(_TAG.sub(" ", _BREAK.sub("\n", text))) for text in rich)


def _decoded_text(part: Message) -> str:
    charset = _lenient(part.get_content_charset, None)
    return _decoded(_content(part), charset or "utf-8").replace("\r\n", "\n")


def _headers(part: Message, *, decoded: bool = True) -> Iterator[tuple[str, str]]:
    for name, value in part.raw_items():
        unfolded = re.sub(r"\r?\n(?=[ \t])|[\r\n]", "", str(value)).strip()
        if decoded:
            unfolded = _decoded_words(unfolded, quote=name.lower() in ADDRESS_HEADERS)
        yield _clean(name), _clean(unfolded)


def _decoded_words(value: str, *, quote: bool) -> str:
    """RFC 2047 words as text. In addresses a name with a comma and the like comes out quoted (guess)."""
    whole = _clean(value)
    chunks = _lenient(lambda: decode_header(whole), None) if "=?" in whole else None
    if chunks is None:
        return whole
    words = []
    for chunk, charset in chunks:
        text = chunk if isinstance(chunk, str) else _decoded(chunk, charset or "utf-8")
        if quote and charset and re.search(r'[,;:<>@()"\\]', text):
            text = '"' + re.sub(r'(["\\])', r"\\\1", text) + '"'
        words.append(text)
    return _clean("".join(words))


def _decoded(data: bytes, charset: str) -> str:
    try:
        return _clean(data.decode(charset, "replace"))
    except (LookupError, ValueError):  # an unknown charset, or a name that is none
        return data.decode("utf-8", "replace")


def _clean(text: str) -> str:
    """Valid Unicode: bytes the parser kept as surrogates are read as UTF-8, or replaced."""
    if not any("\ud800" <= character <= "\udfff" for character in text):
        return text
    try:
        return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    except UnicodeEncodeError:  # surrogates of another origin, as UTF-7 may hold them
        return text.encode("utf-8", "replace").decode("utf-8")


def _lenient(ask: Callable[[], T], otherwise: T) -> T:
    """The standard library's answer, or the other where a broken letter makes it raise."""
    try:
        return ask()
    except Exception:
        return otherwise


def with_headers(raw: bytes, drop: Callable[[str], bool], put: Mapping[str, str]) -> bytes:
    """The same bytes without the dropped headers and those that are put, which then stand on top."""
    fields, rest = _split(raw)
    newline = b"\r\n" if b"\r\n" in raw else b"\n"
    replaced = {name.lower() for name in put}
    kept = [field for field in fields if not (_name(field) in replaced or drop(_name(field)))]
    top = [f"{name}: {value}".encode() + newline for name, value in put.items()]
    return b"".join(top + kept) + (rest or newline)


def with_content(raw: bytes, content: bytes) -> bytes:
    """The letter's headers over another content, which brings its own Content-Type."""
    bare = with_headers(raw, lambda name: name.startswith("content-") or name == "mime-version", {})
    return b"".join(_split(bare)[0]) + content


def _split(raw: bytes) -> tuple[list[bytes], bytes]:
    """The header fields with their line ends, and all that follows, the empty line included."""
    fields: list[bytes] = []
    at = 0
    for line in raw.splitlines(keepends=True):
        if fields and line[:1] in {b" ", b"\t"}:
            fields[-1] += line
        elif _FIELD.match(line):
            fields.append(line)
        else:
            break
        at += len(line)
    if fields and not fields[-1].endswith((b"\n", b"\r")):
        fields[-1] += b"\n"
    rest = raw[at:]
    if rest and not rest.startswith((b"\r", b"\n")):  # no headers at all, or text right behind them
        rest = b"\n" + rest
    return fields, rest


def _name(field: bytes) -> str:
    return field.partition(b":")[0].decode("ascii", "replace").lower()
