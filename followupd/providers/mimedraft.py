"""Our drafts as messages of RFC 5322: plain text, 7 bits, and no field that other letters lack.

Sources: RFC 5322 (format, line lengths), RFC 2047 (names and subjects beyond ASCII), RFC 2045
section 6 (transfer encodings), RFC 5891 (domains beyond ASCII).
"""

from __future__ import annotations

import re
from email.header import Header
from email.utils import format_datetime
from quopri import encodestring

from followupd.core.model import Address, Draft
from followupd.errors import Refused
from followupd.providers.mimetext import one_line

MAX_SUBJECT = 900
MAX_NAME = 200
MAX_IDS = 100
LINE = 78

_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"\\@\x00-\x1f\x7f]+@[^\s<>()\[\],;:\"\\@\x00-\x1f\x7f]+")


def render_draft(draft: Draft) -> bytes:
    """The draft as a message with bare line feeds, as Maildir programs write them.

    It has the fields that any letter has and no other: nothing tells that a program wrote it.
    Raises Refused where an address could not be written without changing whom it means.
    """
    lines = [
        f"From: {_mailbox(draft.sender)}",
        *([f"To: {_mailbox(draft.to)}"] if draft.to else []),
        f"Subject: {_subject(draft.subject)}",
        f"Date: {format_datetime(draft.date)}",
        f"Message-ID: {_angle(draft.message_id)}",
        *([f"In-Reply-To: {_angle(draft.in_reply_to)}"] if draft.in_reply_to else []),
        *([_references(draft.references)] if draft.references else []),
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
    ]
    encoding, body = _body(draft.text)
    head = "\n".join([*lines, f"Content-Transfer-Encoding: {encoding}", "", ""])
    return head.encode() + body


def is_address(email: str) -> bool:
    """Whether it can stand in a header field without changing whom it means."""
    return _ADDRESS.fullmatch(email) is not None and email == one_line(email)


def _mailbox(address: Address) -> str:
    email = _domain_in_ascii(address.email)
    if not is_address(email):
        raise Refused(
            "An address of this letter can't be written into a mail header. Correct it: people set."
        )
    name = one_line(address.name)[:MAX_NAME].strip()
    return f"{_phrase(name)} <{email}>" if name else email


def _domain_in_ascii(email: str) -> str:
    """The domain of an address as DNS knows it (RFC 5891), where it is not ASCII."""
    local, at, domain = email.rpartition("@")
    try:
        return email if domain.isascii() else local + at + domain.encode("idna").decode("ascii")
    except UnicodeError:
        return email


def _phrase(name: str) -> str:
    if not name.isascii() or "=?" in name:
        return _encoded(name, 12)
    if re.fullmatch(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+", name):
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _subject(text: str) -> str:
    clean = one_line(text)[:MAX_SUBJECT].strip()
    if clean.isascii() and "=?" not in clean and all(len(word) < LINE - 10 for word in clean.split(" ")):
        return Header(clean, "us-ascii", maxlinelen=LINE, header_name="Subject").encode(linesep="\n")
    return _encoded(clean, len("Subject: "))


def _encoded(text: str, indent: int) -> str:
    return Header(text, "utf-8", maxlinelen=LINE - 2, header_name="x" * indent).encode(linesep="\n")


def _angle(message_id: str) -> str:
    return f"<{''.join(one_line(message_id).split()).strip('<>')}>"


def _references(ids: tuple[str, ...]) -> str:
    return "References: " + "\n ".join(_angle(each) for each in ids[-MAX_IDS:])


def _body(text: str) -> tuple[str, bytes]:
    """7bit where nothing needs more (RFC 2045 section 6), else quoted-printable."""
    clean = text.replace("\r\n", "\n").replace("\r", "\n")
    clean = "".join(c for c in clean if c in "\n\t" or (ord(c) >= 32 and c != "\x7f"))
    data = (clean.rstrip("\n") + "\n").encode("utf-8", "replace")
    quiet = not re.search(rb"^From ", data, re.MULTILINE)
    if data.isascii() and quiet and max(map(len, data.split(b"\n"))) <= LINE:
        return "7bit", data
    # A line that begins with "From " is changed by programs that keep mail in mbox files.
    return "quoted-printable", re.sub(rb"^From ", b"=46rom ", encodestring(data), flags=re.MULTILINE)
