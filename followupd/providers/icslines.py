"""The text of an iCalendar file: lines, properties and people, read leniently and within bounds.

Everything that later steps do not need is dropped here, before it costs anything. Sources: RFC 5545
section 3.1 (content lines) and 3.3.11 (text), RFC 6868 (parameter values), RFC 7986 (EMAIL).
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from followupd.core.model import Address, Attendee, CalendarUserType, PartStat
from followupd.providers.mimetext import decode_bytes, one_line

MAX_FILE = 32 * 1024 * 1024
MAX_LINE = 256 * 1024
MAX_ATTENDEES = 500
MAX_LINES = 10_000
MAX_NAME = 1024
MAX_DEPTH = 50

_PARAMETER = re.compile(r';\s*([A-Za-z0-9-]+)\s*=\s*("[^"]*"|[^;:"]*)')
_PROPERTY = re.compile(r"\s*([A-Za-z0-9-]+)")
_ESCAPE = re.compile(r"\\([\\;,:nN])")
_EMAIL = re.compile(r"[^\s<>()\[\],;:\"\\@]+@[^\s<>()\[\],;:\"\\@]+")
_CARET = {"^n": "\n", "^'": '"', "^^": "^"}
_Choice = TypeVar("_Choice", PartStat, CalendarUserType)

_EVENT_LINES = frozenset(
    {
        *("UID", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID"),
        *("SEQUENCE", "STATUS", "DTSTAMP", "SUMMARY", "DESCRIPTION", "LOCATION"),
        *("ORGANIZER", "ATTENDEE", "CATEGORIES", "COLOR"),
    }
)


@dataclass(slots=True)
class Property:
    """One content line: name and parameters in upper case, the value as written."""

    name: str
    parameters: dict[str, str]
    value: str


@dataclass(slots=True)
class Block:
    """A VEVENT or VTIMEZONE as its lines. `dropped` counts attendees beyond the bound."""

    kind: str
    lines: list[str] = field(default_factory=list)
    attendees: int = 0
    dropped: int = 0


@dataclass(slots=True)
class Text:
    """The file's own properties and its blocks. `cut` is true where it ends in the middle; `deep` where
    components are nested beyond the bound: those, `beyond` of them open, are passed over.
    """

    properties: dict[str, str] = field(default_factory=dict)
    blocks: list[Block] = field(default_factory=list)
    calendar: bool = False
    cut: bool = False
    deep: bool = False
    beyond: int = 0


def decoded(raw: bytes) -> str:
    """The file as text: by its byte order mark, else UTF-8, else a Western charset."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return raw[:MAX_FILE].decode("utf-16", "replace")
    return decode_bytes(raw[:MAX_FILE].removeprefix(codecs.BOM_UTF8))


def split_file(text: str) -> Text:
    """The blocks of a file. Components of other kinds are passed over."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    found, stack = Text(), list[str]()
    for line in _lines(plain.replace("\n\t", "\n ").replace("\n ", "")):
        _take(line, stack, found)
    found.cut = found.cut or bool(stack)
    if stack and found.blocks and stack[-1] != "VCALENDAR":
        found.blocks = [block for block in found.blocks if block.lines and block.lines[-1] == "END"]
    for block in found.blocks:
        block.lines = [line for line in block.lines if line != "END"]
    return found


def _lines(text: str) -> Iterator[str]:
    """One line after the other: millions of them at once would cost many times the file."""
    at, end = 0, text.find("\n")
    while end >= 0:
        yield text[at : min(end, at + MAX_LINE)]
        at, end = end + 1, text.find("\n", end + 1)
    yield text[at : at + MAX_LINE]


def _take(line: str, stack: list[str], found: Text) -> None:
    head = line[:60].strip().upper()
    if found.beyond or (len(stack) >= MAX_DEPTH and head.startswith("BEGIN:")):
        found.deep = True
        found.beyond += head.startswith("BEGIN:") - head.startswith("END:")
    elif head.startswith("BEGIN:"):
        stack.append(head[6:].strip())
        found.calendar = found.calendar or stack[-1] in {"VCALENDAR", "VEVENT"}
        if stack[-1] in {"VEVENT", "VTIMEZONE"}:
            found.blocks.append(Block(stack[-1]))
        elif "VTIMEZONE" in stack:
            _add(found.blocks[-1], line)
    elif head.startswith("END:"):
        _end(head[4:].strip(), line, stack, found)
    elif stack:
        _keep(line, stack, found)


def _end(kind: str, line: str, stack: list[str], found: Text) -> None:
    if kind not in stack:
        return
    found.cut = found.cut or stack[-1] != kind
    while stack.pop() != kind:
        pass
    if "VTIMEZONE" in stack:
        _add(found.blocks[-1], line)
    elif kind in {"VEVENT", "VTIMEZONE"}:
        found.blocks[-1].lines.append("END")


def _keep(line: str, stack: list[str], found: Text) -> None:
    named = _PROPERTY.match(line[:100])
    name = named[1].upper() if named else ""
    if stack[-1] == "VCALENDAR":
        if name in {"METHOD", "NAME", "COLOR", "X-WR-CALNAME", "X-APPLE-CALENDAR-COLOR"}:
            found.properties.setdefault(name, unescaped(line.partition(":")[2]).strip()[:MAX_NAME])
    elif "VTIMEZONE" in stack or (stack[-1] == "VEVENT" and name in _EVENT_LINES):
        _add(found.blocks[-1], line, attendee=name == "ATTENDEE")


def _add(block: Block, line: str, *, attendee: bool = False) -> None:
    block.attendees += attendee
    if block.attendees > MAX_ATTENDEES and attendee:
        block.dropped += 1
    elif len(block.lines) < MAX_LINES:
        block.lines.append(line)


# --- properties ---------------------------------------------------------------------------------


def properties(lines: list[str]) -> Iterator[Property]:
    """The lines that are properties, parsed leniently; others are passed over."""
    for line in lines:
        named = _PROPERTY.match(line)
        if named is None:
            continue
        parameters: dict[str, str] = {}
        at = named.end()
        while parameter := _PARAMETER.match(line, at):
            parameters.setdefault(parameter[1].upper(), parameter[2].strip('"'))
            at = parameter.end()
        # What stands before the colon and fits no grammar (an unquoted comma, a stray quote) is lost.
        yield Property(named[1].upper(), parameters, line[at:].partition(":")[2].strip())


def unescaped(value: str) -> str:
    """A TEXT value as meant."""
    return _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], value)


def text_list(value: str) -> list[str]:
    """The parts of a comma-separated TEXT value."""
    return [one_line(unescaped(part)) for part in re.split(r"(?<!\\),", value)]


# --- people -------------------------------------------------------------------------------------


def person(found: Property) -> Address:
    """ORGANIZER or ATTENDEE. The name stays as it is, also where it is an address or someone else's."""
    name = found.parameters.get("CN", "")
    name = re.sub(r"\^[n'^]", lambda caret: _CARET[caret[0]], name)
    return Address(email=_email(found), name=one_line(unescaped(name))[:MAX_NAME])


def _email(found: Property) -> str:
    value = found.value.strip()
    at = value.lower().rfind("mailto:")
    if at >= 0:
        value = value[at + 7 :]
    elif ":" in value or "@" not in value:
        value = found.parameters.get("EMAIL", "")
    email = _EMAIL.search(value[:2000])
    return email[0].lower().strip("'.") if email else ""


def attendee(found: Property) -> Attendee:
    """One who is asked to come."""
    who = person(found)
    return Attendee(
        email=who.email,
        name=who.name,
        partstat=_choice(found, "PARTSTAT", PartStat.NEEDS_ACTION),
        cutype=_choice(found, "CUTYPE", CalendarUserType.INDIVIDUAL),
        role=one_line(found.parameters.get("ROLE", "req-participant")).lower()[:50] or "req-participant",
    )


def _choice(found: Property, name: str, default: _Choice) -> _Choice:
    said = found.parameters.get(name, "").strip().lower()
    return next((choice for choice in type(default) if choice.value == said), default)
