"""Text out of mail: encoded words, charsets, addresses, and HTML made plain.

Every function takes whatever a stranger sent and never raises; each is linear in its input, which
the caller bounds. The standard library's own readers are not used where they raise (address groups,
unknown charsets) or are quadratic on crafted input (html.parser, the idna and punycode codecs).

Sources: RFC 2047 (encoded words), RFC 2231 section 5 (language suffix), RFC 5322 section 3.4
(addresses and groups), RFC 2045 section 6 (transfer encodings).
"""

from __future__ import annotations

import binascii
import codecs
import re
import unicodedata
from collections.abc import Iterator
from html import unescape

from followupd.core.model import Address

MAX_ADDRESSES = 1_000
MAX_ADDRESS = 320
MAX_NAME = 1024
MAX_HTML = 256 * 1024
MAX_QUOTE_DEPTH = 5

_NO_CHARSETS = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"})
_WORD = re.compile(r"=\?([^?\s*]{1,40})(?:\*[^?\s]{0,20})?\?([bBqQ])\?([^?\s]*)\?=")
# Explicit directional formatting (Unicode TR 9) and line separators: they make a name or a subject
# look like something that it is not.
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
_BREAKS = re.compile(r"[\r\n\t\v\f\u0085\u2028\u2029]+")
# Quoted strings and comments are limited in length, so that unclosed ones can't make this quadratic.
_PIECE_OF_LIST = re.compile(
    r'"(?:[^"\\]|\\.){0,500}"|\((?:[^()\\]|\\.){0,500}\)|<[^<>]*>|\[[^\[\]]*\]|[,;:]|[^",;:<(\[]+|.',
    re.DOTALL,
)
_TAG = re.compile(r"(/?)([a-zA-Z][a-zA-Z0-9]*)")
_HIDDEN = frozenset({"script", "style", "head", "title", "template"})
_BLOCKS = frozenset(
    re.findall(
        r"\w+",
        "address article aside br dd div dl dt footer form h1 h2 h3 h4 h5 h6 header hr li ol p pre section "
        "table tr ul",
    )
)


def one_line(text: str) -> str:
    """Text fit for one line: no breaks, no control characters, no directional overrides."""
    spaced = _BREAKS.sub(" ", text)
    return "".join(
        c for c in spaced if c not in _BIDI and unicodedata.category(c) not in {"Cc", "Cs"}
    ).strip()


def decode_bytes(raw: bytes, charset: str = "") -> str:
    """Bytes as text in the charset named, else UTF-8, else Windows-1252's superset Latin-1."""
    for name in (charset, "utf-8"):
        if name and _usable(name):
            try:
                return raw.decode(name)
            except (UnicodeError, LookupError, ValueError):
                continue
    if charset and _usable(charset):
        return raw.decode(charset, "replace")
    return raw.decode("cp1252", "replace")


def _usable(charset: str) -> bool:
    try:
        known = codecs.lookup(charset).name.replace("-", "_") not in _NO_CHARSETS
        # Of nothing anything is decoded; of a letter only by a codec that makes text (not zlib, not rot13).
        return known and isinstance(b"x".decode(charset, "replace"), str)
    except (LookupError, UnicodeError, ValueError):
        return False


def decode_transfer(raw: bytes, encoding: str) -> bytes:
    """The content behind a Content-Transfer-Encoding, as far as it can be read."""
    name = encoding.strip().lower()
    if name == "base64":
        return _base64(raw)
    if name == "quoted-printable":
        return binascii.a2b_qp(raw)
    return raw


def _base64(raw: bytes) -> bytes:
    letters = re.sub(rb"[^A-Za-z0-9+/]", b"", raw)
    letters = letters[: len(letters) - 1] if len(letters) % 4 == 1 else letters
    return binascii.a2b_base64(letters + b"=" * (-len(letters) % 4))


def decode_words(text: str) -> str:
    """A header value with its encoded words read, adjacent ones joined before their charset is applied."""
    out: list[str] = []
    pending, charset, at = b"", "", 0
    for word in _WORD.finditer(text):
        gap = text[at : word.start()]
        if gap.strip() or not pending or word[1].lower() != charset:
            out.append(decode_bytes(pending, charset) if pending else "")
            out.append("" if pending and not gap.strip() else gap)
            pending, charset = b"", word[1].lower()
        pending += _word_bytes(word[2], word[3])
        at = word.end()
    out.append(decode_bytes(pending, charset) if pending else "")
    return "".join(out) + text[at:]


def _word_bytes(kind: str, data: str) -> bytes:
    raw = data.encode("utf-8", "replace")
    return _base64(raw) if kind in "bB" else binascii.a2b_qp(raw, header=True)


# --- addresses ----------------------------------------------------------------------------------


def addresses(value: str) -> tuple[Address, ...]:
    """The mailboxes of an address list, those inside groups too; bounded in number."""
    found: list[Address] = []
    words: list[str] = []
    angle: str | None = None
    addressed = False
    for piece in _PIECE_OF_LIST.findall(value):
        if piece in ",;":
            # `Reyes, Dana <dana@acme.example>`: a name that nobody put in quotation marks.
            unaddressed = angle is None and not addressed and 0 < len(words) < MAX_ADDRESSES
            if piece == "," and unaddressed:
                words.append(piece)
                continue
            found += _mailboxes(words, angle)
            words, angle, addressed = [], None, False
        elif piece == ":":
            words, angle, addressed = [], None, False
        elif piece[0] == "<":
            angle = piece[1:-1]
        else:
            words.append(piece)
            addressed |= "@" in piece
        if len(found) >= MAX_ADDRESSES:
            break
    found += _mailboxes(words, angle)
    return tuple(a for a in found if a.email)[:MAX_ADDRESSES]


def _mailboxes(words: list[str], angle: str | None) -> list[Address]:
    """One mailbox, or several words between commas of which those with an @ are addresses, else all."""
    if angle is not None or "," not in words:
        return [_address(words, angle)]
    pieces = [_address(piece, None) for piece in _between_commas(words)]
    return [one for one in pieces if "@" in one.email] or pieces


def _between_commas(words: list[str]) -> Iterator[list[str]]:
    piece: list[str] = []
    for word in words:
        if word == ",":
            yield piece
            piece = []
        else:
            piece.append(word)
    yield piece


def _address(words: list[str], angle: str | None) -> Address:
    plain = "".join(_unquoted(w) for w in words if w[0] != "(")
    comment = " ".join(w[1:-1] for w in words if w[0] == "(" and len(w) > 2)
    if angle is not None:
        return Address(email=_bare(angle), name=one_line(decode_words(plain))[:MAX_NAME])
    return Address(email=_bare(plain), name=one_line(decode_words(comment))[:MAX_NAME])


def _unquoted(word: str) -> str:
    return re.sub(r"\\(.)", r"\1", word[1:-1]) if len(word) > 1 and word[0] == word[-1] == '"' else word


def _bare(text: str) -> str:
    """An address in lower case without blanks, `mailto:` or an obsolete route (RFC 5322 section 4.4)."""
    compact = "".join(one_line(text).split()).lower().removeprefix("mailto:")
    return (compact.rpartition(":")[2] if compact.startswith("@") else compact)[:MAX_ADDRESS]


# --- HTML ---------------------------------------------------------------------------------------


class _Plain:
    """Collects the words of an HTML text, line by line, quoted ones behind "> "."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []
        self.quoted = 0

    def words(self, text: str) -> None:
        flat = re.sub(r"\s+", " ", unescape(text))
        if flat.strip() or (flat and self.line):
            self.line.append(flat)

    def end_line(self) -> None:
        text = re.sub(r" +", " ", "".join(self.line)).strip()
        if text or (self.lines and self.lines[-1].strip("> ")):
            self.lines.append("> " * min(self.quoted, MAX_QUOTE_DEPTH) + text)
        self.line = []

    def tag(self, name: str, *, closing: bool) -> None:
        if name == "blockquote":
            self.end_line()
            self.quoted = max(0, self.quoted + (-1 if closing else 1))
        elif name in _BLOCKS and (self.line or name in {"br", "p"}):
            self.end_line()
        elif name in {"td", "th"}:
            self.line.append(" ")


def html_to_text(html: str) -> str:
    """Readable text of an HTML body. One pass: an unclosed tag or comment ends the reading."""
    plain, at, html = _Plain(), 0, html[:MAX_HTML]
    while at < len(html):
        opens = html.find("<", at)
        if opens < 0:
            plain.words(html[at:])
            break
        plain.words(html[at:opens])
        at = _past_markup(html, opens, plain)
    plain.end_line()
    return "\n".join(plain.lines).strip()


def _past_markup(html: str, at: int, plain: _Plain) -> int:
    """Where the text goes on after the markup at `at`."""
    if html.startswith("<!--", at):
        return _after(html, "-->", at)
    tag = _TAG.match(html, at + 1)
    if tag is None:
        if html[at + 1 : at + 2] in {"!", "?", "/"}:
            return _after(html, ">", at)
        plain.words("<")
        return at + 1
    name, end = tag[2].lower(), _after(html, ">", at)
    plain.tag(name, closing=bool(tag[1]))
    if name in _HIDDEN and not tag[1]:
        closes = re.compile(f"</{name}", re.IGNORECASE).search(html, end)
        return _after(html, ">", closes.start()) if closes else len(html)
    return end


def _after(html: str, mark: str, at: int) -> int:
    found = html.find(mark, at)
    return len(html) if found < 0 else found + len(mark)
