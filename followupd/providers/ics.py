"""iCalendar files as Events: read leniently, expanded within bounds.

Components of one UID are brought together whatever file they stand in: of several versions the
highest SEQUENCE counts, and on equal ones the cancellation (RFC 5546 section 2.1.4 and 3.2.5).
Recurrence is expanded by icalendar and recurring-ical-events. RANGE is not read: an exception stands
for its own occurrence alone. Source: RFC 5545 section 3.8.4.4 and 3.8.5.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar, Component

from followupd.core.model import Event, EventStatus
from followupd.providers.icslines import MAX_FILE
from followupd.providers.icsparts import (
    DAY,
    FIRST_YEAR,
    LAST_YEAR,
    LIBRARY_ERRORS,
    MAX_DESCRIPTION,
    MAX_TITLE,
    ParsedCalendar,
    Part,
    When,
    as_kind_of,
    date_of,
    read_calendar,
    uid_text,
)
from followupd.providers.icssteps import TooManyStepsError, limited_steps

__all__ = [
    "MAX_DESCRIPTION",
    "MAX_FILE",
    "MAX_OCCURRENCES",
    "MAX_TITLE",
    "ParsedCalendar",
    "Part",
    "is_over",
    "is_series",
    "look_up",
    "occurrence",
    "occurrences",
    "read_calendar",
    "recurrence_id",
    "starts_of",
    "uid_text",
]

MAX_OCCURRENCES = 2_000
STEPS = 1_000_000


def merged(parts: Iterable[Part]) -> tuple[Part | None, dict[str, Part]]:
    """Of one UID's versions the one that counts for the series, and for each exception."""
    parts = tuple(parts)
    exceptions: dict[str, Part] = {}
    master = _chosen([part for part in parts if part.recurrence is None])
    for part in parts:
        if part.recurrence is not None:
            aligned = _aligned(part, master)
            key = recurrence_id(aligned.recurrence)
            if key not in exceptions or aligned.rank >= exceptions[key].rank:
                exceptions[key] = aligned
    if master is not None and master.cancelled:
        exceptions = {key: _cancelled(part) for key, part in exceptions.items()}
    return master, exceptions


def _chosen(masters: list[Part]) -> Part | None:
    """The version with the highest rank. A cancellation may be short: the details are the last ones."""
    if not masters:
        return None
    best = max(masters, key=lambda part: part.rank)
    full = [part for part in masters if not part.cancelled]
    return _cancelled(max(full, key=lambda part: part.rank)) if best.cancelled and full else best


def _cancelled(part: Part) -> Part:
    return replace(part, cancelled=True, event=replace(part.event, status=EventStatus.CANCELLED))


def _aligned(part: Part, master: Part | None) -> Part:
    """RECURRENCE-ID as the same kind as the series' start; some programs write a bare date."""
    if master is None or part.recurrence is None:
        return part
    aligned = as_kind_of(part.recurrence, master.start)
    if aligned == part.recurrence and type(aligned) is type(part.recurrence):
        return part
    component = part.component.copy()
    component.pop("RECURRENCE-ID", None)
    component.add("RECURRENCE-ID", aligned)
    return replace(part, recurrence=aligned, component=component)


def recurrence_id(value: When | None) -> str:
    """The original start in the words of `Event.recurrence_id`."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if value is not None else ""


def occurrences(
    parts: Iterable[Part], since: datetime, until: datetime, *, zone: str
) -> tuple[tuple[Event, ...], tuple[str, ...]]:
    """The occurrences of one UID that end after `since` and start before `until`, and problems in words."""
    master, exceptions = merged(tuple(parts))
    problem = ""
    if master is None or not master.recurs:
        single = [master] if master else []
        found = [_event(p, p.start, p.end, p.recurrence, zone) for p in (*single, *exceptions.values())]
    else:
        found, problem = _expanded(master, exceptions, since, until, zone)
    within = sorted(
        (e for e in found if e.end > since and e.start < until), key=lambda e: (e.start, e.recurrence_id)
    )
    return tuple(within), (problem,) if problem else ()


def look_up(
    parts: Iterable[Part], wanted: Collection[str], *, zone: str
) -> tuple[dict[str, Event], tuple[str, ...]]:
    """The occurrences of one UID with these recurrence-ids, wherever they were moved, and problems."""
    parts = tuple(parts)
    master, exceptions = merged(parts)
    found = {
        key: _event(part, part.start, part.end, part.recurrence, zone)
        for key, part in exceptions.items()
        if key in wanted
    }
    if master is None:
        return found, ()
    if not master.recurs:
        return (
            found | {"": _event(master, master.start, master.end, None, zone)} if "" in wanted else found
        ), ()
    days = [day for key in wanted if key not in found for day in _day(key)]
    if not days:
        return found, ()
    within, problems = occurrences(parts, min(days) - 2 * DAY, max(days) + 2 * DAY, zone=zone)
    return found | {e.recurrence_id: e for e in within if e.recurrence_id in wanted}, problems


def occurrence(parts: Iterable[Part], wanted: str, *, zone: str) -> Event | None:
    """The one occurrence of a UID with this recurrence-id, wherever it was moved."""
    return look_up(parts, [wanted], zone=zone)[0].get(wanted)


def _day(recurrence: str) -> list[datetime]:
    """The time that a recurrence-id names, if it does, in years around which there is room."""
    with suppress(ValueError):
        named = datetime.fromisoformat(recurrence)
        aware = named if named.tzinfo else named.replace(tzinfo=UTC)
        return [aware] if FIRST_YEAR <= aware.year <= LAST_YEAR else []
    return []


def is_series(parts: Iterable[Part]) -> bool:
    """Whether the version that counts recurs."""
    master, _ = merged(parts)
    return master is not None and master.recurs


def is_over(parts: Iterable[Part], since: datetime) -> bool:
    """Whether a series surely has nothing after `since`: all its rules have an UNTIL before it."""
    parts = tuple(parts)
    with suppress(*LIBRARY_ERRORS):
        return _all_ended(parts, since)
    return False


def _all_ended(parts: tuple[Part, ...], since: datetime) -> bool:
    rules: list[Any] = [rule for part in parts for rule in _as_list(part.component.get("RRULE"))]
    dates = any("RDATE" in part.component or part.recurrence is not None for part in parts)
    limits = [limit for rule in rules for limit in _as_list(rule.get("UNTIL"))]
    bounded = bool(rules) and not dates and len(limits) == len(rules)
    return bounded and all(_moment(limit, "UTC") < since - 2 * DAY for limit in limits)


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else ([] if value is None else [value])


def starts_of(parts: Iterable[Part], *, zone: str = "UTC") -> list[datetime]:
    """The starts of events and exceptions as they stand."""
    return [_moment(part.start, zone) for part in parts]


def _expanded(
    master: Part, exceptions: dict[str, Part], since: datetime, until: datetime, zone: str
) -> tuple[list[Event], str]:
    """The occurrences of a series, and in words why these may not be all."""
    found, problem = _components(master, exceptions, since, until)
    events = []
    for component in found[:MAX_OCCURRENCES]:
        recurrence, start, end = (date_of(component, name) for name in ("RECURRENCE-ID", "DTSTART", "DTEND"))
        if start is not None and end is not None:
            events.append(
                _event(exceptions.get(recurrence_id(recurrence), master), start, end, recurrence, zone)
            )
    if problem:
        events.append(_event(master, master.start, master.end, master.start, zone))
    seen = {event.recurrence_id for event in events}
    # A cancelled occurrence stays told where the series itself no longer has it.
    lost = [part for key, part in exceptions.items() if part.cancelled and key not in seen]
    events.extend(_event(part, part.start, part.end, part.recurrence, zone) for part in lost)
    if len(found) > MAX_OCCURRENCES:
        problem = f"an event in it recurs more than {MAX_OCCURRENCES} times in the time looked at"
    return events, problem


def _components(
    master: Part, exceptions: dict[str, Part], since: datetime, until: datetime
) -> tuple[list[Component], str]:
    if re.search(r"FREQ=(SECONDLY|MINUTELY)", _rules(master), re.IGNORECASE):
        return [], "an event in it recurs every minute or second; only its first time is read"
    calendar = Calendar()
    calendar.subcomponents = [_named(part) for part in (master, *exceptions.values())]
    try:
        with limited_steps(STEPS):
            # Dates without a time carry no zone: a day more on both sides covers every zone.
            return list(recurring_ical_events.of(calendar).between(since - DAY, until + DAY)), ""
    except TooManyStepsError:
        return [], "an event in it recurs too often to be followed; only its first time is read"
    except LIBRARY_ERRORS:
        return [], "an event in it recurs in no known way; only its first time is read"


def _rules(master: Part) -> str:
    return " ".join(rule.to_ical().decode() for rule in _as_list(master.component.get("RRULE")))


def _named(part: Part) -> Component:
    """The dates of a part for the expansion: one UID, one SEQUENCE, no RANGE."""
    component = part.component.copy()
    component["UID"] = "one"
    return component


def _event(part: Part, start: When, end: When, recurrence: When | None, zone: str) -> Event:
    all_day = not isinstance(start, datetime)
    return replace(
        part.event,
        uid=part.uid,
        recurrence_id=recurrence_id(recurrence),
        start=_moment(start, zone),
        end=_moment(end, zone),
        all_day=all_day,
        zone="" if all_day else part.event.zone,
    )


def _moment(value: When, zone: str) -> datetime:
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=ZoneInfo(zone))
    return datetime.combine(value, time(0), ZoneInfo(zone))
