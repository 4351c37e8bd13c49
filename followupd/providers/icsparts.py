"""One iCalendar file: read component by component, every time in a zone that icalendar knows.

A file that is broken in one place still gives what is whole in it. Sources: RFC 5545, RFC 7986
(COLOR, NAME).
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Component
from icalendar import Event as IcalEvent

from followupd.core.model import Address, Attendee, Event, EventStatus
from followupd.providers.icslines import (
    Block,
    Property,
    attendee,
    decoded,
    person,
    properties,
    split_file,
    text_list,
    unescaped,
)
from followupd.providers.icszones import Zones
from followupd.providers.mimetext import one_line

MAX_TITLE = 1024
MAX_UID = 1024
MAX_DESCRIPTION = 64 * 1024
MAX_CATEGORIES = 100
MAX_DATES = 2_000
DAY = timedelta(days=1)
MAX_LENGTH = timedelta(days=3660)
FIRST_YEAR, LAST_YEAR = 1000, 9000
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)

When = date | datetime
# All that icalendar, dateutil and recurring-ical-events have been seen to raise on crafted input.
LIBRARY_ERRORS = (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError, RecursionError)
_DATE_LINES = frozenset({"DTSTART", "DTEND", "RECURRENCE-ID", "RDATE", "EXDATE"})
_VALUE = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:[T ](\d{2}):?(\d{2}):?(\d{2})?(Z?))?", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Part:
    """One VEVENT. `component` holds its dates for the expansion, `event` what each occurrence shows."""

    uid: str
    recurrence: When | None
    start: When
    end: When
    sequence: int
    stamp: str
    cancelled: bool
    recurs: bool
    component: Component
    event: Event

    @property
    def rank(self) -> tuple[int, bool, str]:
        return self.sequence, self.cancelled, self.stamp


@dataclass(frozen=True, slots=True)
class ParsedCalendar:
    """What one file holds. `whole` is false where it ends in the middle, as a half-written one does;
    `unread` are the UIDs of components that could not be read.
    """

    parts: tuple[Part, ...] = ()
    unread: frozenset[str] = frozenset()
    whole: bool = True
    name: str = ""

    @property
    def uids(self) -> frozenset[str]:
        return frozenset(part.uid for part in self.parts) | self.unread


# --- reading ------------------------------------------------------------------------------------


def read_calendar(raw: bytes, *, zone: str) -> tuple[ParsedCalendar, tuple[str, ...]]:
    """The events of a file, and in words what could not be read. Never raises."""
    text = split_file(decoded(raw))
    if not text.calendar:
        return ParsedCalendar(whole=False), ("this is not a calendar file, or it is empty",)
    problems = ["the file ends in the middle; it may be half-written"] if text.cut else []
    if text.deep:
        problems.append("components in it are nested too deep; the innermost are left out")
    zones = Zones(zone)
    for block in text.blocks:
        if block.kind == "VTIMEZONE":
            zones.add(block)
    parts, unread = [], set()
    method = text.properties.get("METHOD", "").upper()
    colour = text.properties.get("COLOR") or text.properties.get("X-APPLE-CALENDAR-COLOR", "")
    for block in text.blocks:
        if block.kind == "VEVENT":
            try:
                parts.append(_part(block, zones, method, problems))
            except LIBRARY_ERRORS:
                unread.add(_uid_of(block))
                problems.append("an event in it can't be read")
    problems.extend(
        f"nobody knows its time zone {one_line(z)[:60]}; read as yours" for z in sorted(zones.unknown)
    )
    return (
        ParsedCalendar(
            parts=tuple(_coloured(part, colour) for part in parts),
            unread=frozenset(unread),
            whole=not text.cut,
            name=text.properties.get("NAME") or text.properties.get("X-WR-CALNAME", ""),
        ),
        tuple(dict.fromkeys(problems)),
    )


def _coloured(part: Part, colour: str) -> Part:
    """The event with the calendar's colour where it has none of its own."""
    return part if part.event.colour else replace(part, event=replace(part.event, colour=colour))


def _uid_of(block: Block) -> str:
    return next((uid_text(p.value) for p in properties(block.lines) if p.name == "UID"), "")


def _part(block: Block, zones: Zones, method: str, problems: list[str]) -> Part:
    found = list(properties(block.lines))
    first = {p.name: p for p in reversed(found)}
    component = _component(found, first, zones)
    status = _status(first, method)
    start = _start(component, cancelled=status is EventStatus.CANCELLED)
    if block.dropped:
        problems.append(f"an event in it has {block.dropped} attendees too many; they are left out")
    uid = uid_text(first["UID"].value) if "UID" in first else ""
    return Part(
        uid=uid or sha256("\n".join(block.lines).encode("utf-8", "replace")).hexdigest()[:32],
        recurrence=date_of(component, "RECURRENCE-ID"),
        start=start,
        end=_end(component, start),
        sequence=_sequence(first),
        stamp=first["DTSTAMP"].value[:20] if "DTSTAMP" in first else "",
        cancelled=status is EventStatus.CANCELLED,
        recurs="RRULE" in component or "RDATE" in component,
        component=component,
        event=_shown(found, first, zones, status),
    )


def _status(first: dict[str, Property], method: str) -> EventStatus:
    if method == "CANCEL":
        return EventStatus.CANCELLED
    said = first["STATUS"].value.strip().lower() if "STATUS" in first else ""
    return next((status for status in EventStatus if status.value == said), EventStatus.CONFIRMED)


def _sequence(first: dict[str, Property]) -> int:
    said = first["SEQUENCE"].value.strip() if "SEQUENCE" in first else "0"
    return int(said[:9]) if said[:9].isdecimal() else 0


def uid_text(value: str) -> str:
    """A UID as this module names it everywhere."""
    return _text(value, MAX_UID)


def _text(value: str, bound: int) -> str:
    return one_line(unescaped(value[: 2 * bound]))[:bound]


def _shown(found: list[Property], first: dict[str, Property], zones: Zones, status: EventStatus) -> Event:
    def text(name: str) -> str:
        return _text(first[name].value, MAX_TITLE) if name in first else ""

    described = unescaped(first["DESCRIPTION"].value) if "DESCRIPTION" in first else ""
    start = first.get("DTSTART")
    tzid = start.parameters.get("TZID", "") if start and not start.value.upper().endswith("Z") else ""
    zone = zones.iana(tzid) if tzid else ""
    organizer: Address | None = person(first["ORGANIZER"]) if "ORGANIZER" in first else None
    attendees: tuple[Attendee, ...] = tuple(attendee(p) for p in found if p.name == "ATTENDEE")
    categories = (
        word for p in found if p.name == "CATEGORIES" for word in text_list(p.value[:MAX_DESCRIPTION])
    )
    return Event(
        uid="",
        start=datetime.min.replace(tzinfo=UTC),
        end=datetime.min.replace(tzinfo=UTC),
        title=text("SUMMARY"),
        description=_CONTROL.sub("", described)[:MAX_DESCRIPTION],
        location=text("LOCATION"),
        zone="" if zone in {"UTC", "Etc/UTC"} else zone,
        status=status,
        organizer=organizer if organizer and (organizer.email or organizer.name) else None,
        attendees=attendees,
        categories=tuple(dict.fromkeys(word for word in categories if word))[:MAX_CATEGORIES],
        colour=text("COLOR"),
    )


# --- dates --------------------------------------------------------------------------------------


def _component(found: list[Property], first: dict[str, Property], zones: Zones) -> Component:
    """The dates and rules as icalendar reads them, every time in a zone that it knows."""
    tzid = first["DTSTART"].parameters.get("TZID", "") if "DTSTART" in first else ""
    default = zones.written(tzid) if tzid else zones.default
    lines = ["BEGIN:VEVENT"]
    dates = 0
    for p in found:
        if p.name in _DATE_LINES:
            values = p.value.split(",")[: max(0, MAX_DATES - dates)]
            dates += len(values)
            lines.extend(filter(None, (_date_line(p, value, zones, default) for value in values)))
        elif p.name == "DURATION":
            lines.append(f"DURATION:{p.value.strip()}")
        elif p.name == "RRULE":
            start = first["DTSTART"].value if "DTSTART" in first else ""
            lines.append(f"RRULE:{_rule(p.value, start, default)}")
    component = IcalEvent.from_ical("\r\n".join([*lines, "END:VEVENT", ""]))
    if not isinstance(component, Component):
        raise TypeError("not one component")
    return component


def _date_line(p: Property, value: str, zones: Zones, default: str) -> str:
    start, slash, rest = value.strip().partition("/")
    found = _VALUE.match(start)
    if found is None and p.name in {"DTSTART", "RECURRENCE-ID"}:
        raise ValueError("not a date")
    if found is None:
        return ""
    day = found[1] + found[2] + found[3]
    if found[4] is None:
        return f"{p.name};VALUE=DATE:{day}"
    kind = ";VALUE=PERIOD" if slash else ""
    moment = f"{day}T{found[4]}{found[5]}{found[6] or '00'}"
    if found[7]:
        return f"{p.name}{kind}:{moment}Z{slash}{rest}"
    tzid = p.parameters.get("TZID", "")
    return f"{p.name}{kind};TZID={zones.written(tzid) if tzid else default}:{moment}{slash}{rest}"


def _rule(value: str, start: str, zone: str) -> str:
    """The rule with UNTIL of the same kind as DTSTART, in UTC where that has a time (section 3.3.10).

    Many programs write a local time or a bare date there; the date then means all that day.
    """
    rule = re.sub(r"\s+", "", value).upper().strip(";")
    found = re.search(r"UNTIL=([^;]*)", rule)
    until = _VALUE.match(found[1]) if found else None
    if found is None or until is None:
        return rule
    year, month, day = int(until[1]), int(until[2]), int(until[3])
    if "T" not in start.upper():
        fixed = f"{year:04}{month:02}{day:02}"
    elif until[7]:
        fixed = f"{until[1]}{until[2]}{until[3]}T{until[4]}{until[5]}{until[6] or '00'}Z"
    else:
        clock = time(int(until[4]), int(until[5]), int(until[6] or 0)) if until[4] else time(23, 59, 59)
        local = datetime.combine(date(year, month, day), clock, _zone_info(zone))
        fixed = local.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
    return rule.replace(found[0], f"UNTIL={fixed}")


def _zone_info(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):  # a zone of the file's own rules
        return ZoneInfo("UTC")


def _value(component: Component, name: str) -> Any:
    """What a date property says, None where there is none. Broken ones raise BrokenCalendarProperty."""
    found: Any = component.get(name)
    return None if found is None else (found[0] if isinstance(found, list) else found).dt


def date_of(component: Component, name: str) -> When | None:
    value = _value(component, name)
    if value is not None and not isinstance(value, date):
        raise TypeError("not a date")
    if value is not None and not FIRST_YEAR <= value.year <= LAST_YEAR:
        raise ValueError("not a date that a calendar could show in every zone")
    return value


def _start(component: Component, *, cancelled: bool) -> When:
    """DTSTART; a cancellation may name its occurrence alone, or nothing but the UID."""
    start = date_of(component, "DTSTART") or date_of(component, "RECURRENCE-ID")
    if start is None and not cancelled:
        raise ValueError("no start")
    if "DTSTART" not in component:
        component.add("DTSTART", start or LONG_AGO)
    return start or LONG_AGO


def _end(component: Component, start: When) -> When:
    """DTEND, or DURATION, or by RFC 5545 section 3.6.1 the day itself, or no length at all."""
    length = timedelta(0) if isinstance(start, datetime) else DAY
    end: When = start + length
    with suppress(*LIBRARY_ERRORS):
        named, duration = date_of(component, "DTEND"), _value(component, "DURATION")
        if named is not None:
            end = as_kind_of(named, start)
        elif isinstance(duration, timedelta):
            end = start + duration
    if not start + length < end < start + MAX_LENGTH:
        end = start + length
    for name in ("DTEND", "DURATION"):
        component.pop(name, None)
    component.add("DTEND", end)
    return end


def as_kind_of(value: When, model: When) -> When:
    """The date or time as the same kind as the model, in the model's zone."""
    if isinstance(model, datetime):
        if isinstance(value, datetime):
            return value
        return datetime.combine(value, model.timetz())
    return value.date() if isinstance(value, datetime) else value
