"""What IMAP servers answer, read by IMAPClient's parser, piece by piece: what can't be read costs only itself.

Sources: RFC 9051 section 7; RFC 2342 (NAMESPACE), 5819 (STATUS in LIST), 5032 and 4731 are not used.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from imapclient import imap_utf7
from imapclient.response_parser import parse_fetch_response, parse_response

from followupd.providers.internet.imap.said import Answer, Record

# A name may hold brackets without being quoted, which the parser takes for a part of BODY[...].
_LIST = re.compile(rb'\(([^()]{0,500})\) (NIL|"(?:[^"\\]|\\.)")  ?(.{1,2000})', re.DOTALL | re.IGNORECASE)
_STATUS = re.compile(rb"(.{1,2000}) \(([A-Z0-9 ]{1,500})\) ?", re.DOTALL | re.IGNORECASE)
_NUMBERS = re.compile(rb"[0-9]{1,10}")


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of LIST: attributes in lower case, separator ("" for none), and the name as the server writes it."""

    attributes: frozenset[str]
    separator: str
    name: bytes


def listed(answer: Answer) -> list[Listed]:
    """The lines of LIST, each name once."""
    found: dict[bytes, Listed] = {}
    for records in answer.of(b"LIST"):
        parsed = _parsed(records) or _bracketed(_LIST, records)
        if len(parsed) < 3 or not isinstance(parsed[0], tuple):
            continue
        name = _bytes(parsed[2])
        if name:
            attributes = frozenset(_bytes(one).decode("ascii", "replace").lower() for one in parsed[0])
            separator = _bytes(parsed[1]).decode("ascii", "replace")
            before = found.get(name)
            attributes |= before.attributes if before else frozenset()
            found[name] = Listed(attributes, separator, name)
    return list(found.values())


def statuses(answer: Answer) -> dict[bytes, dict[str, int]]:
    """The numbers of each STATUS, by the folder's name and the item's."""
    found = {}
    for records in answer.of(b"STATUS"):
        parsed = _parsed(records) or _bracketed(_STATUS, records)
        if len(parsed) >= 2 and isinstance(parsed[-1], tuple):
            items = [one for one in parsed[-1] if isinstance(one, bytes | int)]
            pairs = zip(items[::2], items[1::2], strict=False)
            found[_bytes(parsed[0])] = {
                _bytes(name).decode("ascii", "replace").upper(): value
                for name, value in pairs
                if isinstance(value, int)
            }
    return found


def namespaces(answer: Answer) -> tuple[list[bytes], list[bytes]]:
    """The prefixes of the personal namespaces, and those of others' and shared ones."""
    for records in answer.of(b"NAMESPACE"):
        parsed = _parsed(records)
        if len(parsed) >= 3:
            mine, *theirs = ([*_prefixes(part)] for part in parsed[:3])
            return mine, [prefix for part in theirs for prefix in part]
    return [], []


def _prefixes(part: Any) -> Iterator[bytes]:
    for one in part if isinstance(part, tuple) else ():
        if isinstance(one, tuple) and one:
            yield _bytes(one[0])


def uids(answer: Answer) -> list[int]:
    """The numbers of SEARCH, ascending, each once."""
    found: set[int] = set()
    for records in answer.of(b"SEARCH"):
        line = records[0] if isinstance(records[0], bytes) else records[0][0]
        # A MODSEQ in brackets may follow (RFC 7162).
        found.update(int(number) for number in _NUMBERS.findall(line.partition(b"(")[0]))
    return sorted(found)


def number(answer: Answer, code: str) -> int:
    """A number in a response code, such as UIDNEXT; 0 where it is missing."""
    found = _NUMBERS.match(answer.codes.get(code, b""))
    return int(found[0]) if found else 0


def number_last(answer: Answer, code: str) -> int:
    """The last number in a response code, such as the UID in APPENDUID (RFC 4315); 0 where it is missing."""
    found = _NUMBERS.findall(answer.codes.get(code, b""))
    return int(found[-1]) if found else 0


def exists(answer: Answer) -> int:
    """How many messages the folder holds that was just opened."""
    return max((int(_NUMBERS.match(_line(records))[0]) for records in answer.of(b"EXISTS")), default=0)  # type: ignore[index]


def fetched(answer: Answer) -> Iterator[tuple[int, dict[bytes, Any]] | None]:
    """UID and items of each FETCH, in the server's order; None for one that can't be read.

    One that says nothing but new flags, as servers may at any time, is left out unless it names its UID.
    """
    for records in answer.of(b"FETCH"):
        try:
            items = parse_fetch_response(records, normalise_times=False, uid_is_key=False)
            for item in items.values():
                if isinstance(uid := item.get(b"UID"), int):
                    yield uid, dict(item)
        except Exception:  # whatever the parser thinks of a server's words
            yield None


def body(items: dict[bytes, Any]) -> bytes | None:
    """The bytes of BODY[...], None where the server gave none."""
    for name, value in items.items():
        if name.startswith(b"BODY["):
            return value if isinstance(value, bytes) else str(value).encode() if value is not None else None
    return None


def moment(items: dict[bytes, Any]) -> datetime | None:
    """INTERNALDATE, aware, None where it is missing or out of this era."""
    value = items.get(b"INTERNALDATE")
    if not isinstance(value, datetime) or not 1970 <= value.year < 9000:
        return None
    with suppress(ValueError, OverflowError):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).astimezone(UTC)
    return None


def is_deleted(items: dict[bytes, Any]) -> bool:
    """Whether the user, or a program, has marked it for removal."""
    flags = items.get(b"FLAGS")
    return isinstance(flags, tuple) and any(_bytes(flag).lower() == rb"\deleted" for flag in flags)


def folder_name(name: bytes) -> str:
    """A folder's name for people: modified UTF-7 (RFC 3501 section 5.1.3), UTF-8 where a server writes that."""
    if not name.isascii():
        return name.decode("utf-8", "replace")
    with suppress(ValueError, LookupError):
        return str(imap_utf7.decode(name))
    return name.decode("ascii", "replace")


def quoted(name: bytes) -> bytes:
    """A name as a quoted string (RFC 9051 section 4.3)."""
    return b'"' + name.replace(b"\\", rb"\\").replace(b'"', rb"\"") + b'"'


def _line(records: list[Record]) -> bytes:
    return records[0] if isinstance(records[0], bytes) else records[0][0]


def _parsed(records: list[Record]) -> tuple[Any, ...]:
    try:
        return tuple(parse_response(records))
    except Exception:  # whatever the parser thinks of a server's words
        return ()


def _bracketed(pattern: re.Pattern[bytes], records: list[Record]) -> tuple[Any, ...]:
    """A line about a folder whose name holds a bracket: its name stands as it is, and its numbers are read here."""
    found = pattern.fullmatch(records[0]) if len(records) == 1 and isinstance(records[0], bytes) else None
    if found is None:
        return ()
    if pattern is _LIST:
        separator = b"" if found[2].upper() == b"NIL" else found[2][-2:-1]
        return tuple(found[1].split()), separator, found[3]
    items = [int(one) if one.isdigit() else one for one in found[2].split()]
    return found[1], tuple(items)


def _bytes(value: object) -> bytes:
    """A name that the parser took for a number, or for nothing at all."""
    if isinstance(value, bytes):
        return value
    return str(value).encode() if isinstance(value, int) else b""
