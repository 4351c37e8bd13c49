"""What a server says, taken apart as far as the wire must: kinds, ends, codes (RFC 9051 section 7)."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

MAX_SAID = 2_000

Record = bytes | tuple[bytes, bytes]
"""A piece of an answer as IMAPClient's parser takes it: a line, or one that ends with {n} and the literal behind it."""

STATUS = re.compile(rb"(OK|NO|BAD|BYE|PREAUTH)(?: (.*))?\Z", re.DOTALL | re.IGNORECASE)
_CODE = re.compile(rb"\[([A-Z][A-Z0-9-]{0,40})(?: ([^\]\r\n]{0,2000}))?\]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Status:
    """OK, NO, BAD, BYE or PREAUTH, with its code (RFC 9051 section 7.1) in capital letters and its words."""

    kind: str
    code: str = ""
    value: bytes = b""
    text: bytes = b""


@dataclass(slots=True)
class Answer:
    """What a command came to: its end, and what was said before, as (kind, records) in order."""

    end: Status
    told: list[tuple[bytes, list[Record]]] = field(default_factory=list)
    codes: dict[str, bytes] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        return self.end.kind == "OK"

    def of(self, kind: bytes) -> list[list[Record]]:
        """The records of this kind: "LIST", "FETCH" …"""
        return [records for name, records in self.told if name == kind]


def status_of(records: list[Record]) -> Status:
    """A status answer; what is none counts as BAD."""
    line = records[0] if isinstance(records[0], bytes) else records[0][0]
    found = STATUS.match(line)
    kind, text = (found[1].upper(), found[2] or b"") if found else (b"BAD", line)
    code = _CODE.match(text)
    if code is None:
        return Status(kind.decode(), text=text[:MAX_SAID].strip())
    rest = text[code.end() :][:MAX_SAID].strip()
    return Status(kind.decode(), code[1].decode().upper(), code[2] or b"", rest)
