"""Moments, zones and the occurrences of a series, as Outlook's calendars reckon them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import DAILY, FR, MO, MONTHLY, SA, SU, TH, TU, WE, WEEKLY, YEARLY, rrule
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from tests.sim.microsoft_answers import GraphError

Event = dict[str, Any]

DAY = timedelta(days=1)
LONGEST_VIEW = timedelta(days=1825)
NEVER = "0001-01-01T00:00:00Z"
_DAYS = dict(
    zip(
        ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
        (MO, TU, WE, TH, FR, SA, SU),
        strict=True,
    )
)
_INDEX = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d([Tt]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:?\d\d)?)?")


def zone_of(name: str) -> ZoneInfo:
    """A zone by its Windows or IANA name; KeyError for a name that nobody knows."""
    if name in ("", "UTC", "Etc/UTC", "tzone://Microsoft/Utc"):
        return ZoneInfo("UTC")
    return ZoneInfo(WINDOWS_TO_OLSON.get(name, name))


def asked_zone(name: str) -> ZoneInfo:
    """The zone of a Prefer header, or the 400 that Graph answers."""
    try:
        return zone_of(name)
    except (KeyError, ValueError, OSError) as unknown:
        text = f"A valid TimeZone value must be specified. The following TimeZone value is not supported: '{name}'."
        raise GraphError(400, "TimeZoneNotSupportedException", text) from unknown


def stamp(moment: datetime) -> str:
    """The local time with seven decimals and no offset, as dateTimeTimeZone has it."""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond:06d}0"


def stamp_utc(moment: datetime) -> str:
    """A DateTimeOffset: createdDateTime, lastModifiedDateTime, originalStart."""
    return stamp(moment.astimezone(UTC)) + "Z"


@dataclass(frozen=True)
class Window:
    """What startDateTime and endDateTime ask for: every event that overlaps."""

    start: datetime
    end: datetime

    def holds(self, start: datetime, end: datetime) -> bool:
        # an event without length lies in the window that it begins in
        return start < self.end and (end > self.start or start == end == self.start)


def asked_window(query: Mapping[str, str], longest: timedelta | None = LONGEST_VIEW) -> Window:
    names = ("startDateTime", "endDateTime")
    given = {name.lower(): value for name, value in query.items()}
    if any(name.lower() not in given for name in names):
        text = (
            "This request requires a time window specified by the query string parameters StartDateTime and "
            "EndDateTime."
        )
        raise GraphError(400, "ErrorInvalidParameter", text)
    start, end = (asked_moment(given[name.lower()], name) for name in names)
    if end < start:
        raise GraphError(400, "ErrorInvalidParameter", "The end of the time window lies before its start.")
    if longest is not None and end - start > longest:
        text = "The specified view range exceeds the maximum range."
        raise GraphError(400, "ErrorCalendarViewRangeTooBig", text)
    return Window(start, end)


def asked_moment(text: str, name: str) -> datetime:
    """ISO 8601; an offset holds, none means UTC. A `+` that was not encoded is a space, and a 400."""
    if _MOMENT.fullmatch(text):
        whole = re.sub(r"\.\d+", "", text.upper())
        try:
            read = datetime.fromisoformat(whole)
            return (read if read.tzinfo else read.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    raise GraphError(400, "ErrorInvalidParameter", f"The value '{text}' of parameter '{name}' is invalid.")


def value(moment: datetime | date | Mapping[str, str]) -> dict[str, str]:
    """A start or end as a test writes it: an aware datetime, a date, or Graph's own form."""
    if isinstance(moment, Mapping):
        return dict(moment)
    if not isinstance(moment, datetime):
        return {"dateTime": stamp(datetime.combine(moment, time())), "timeZone": "UTC"}
    name = str(moment.tzinfo) if isinstance(moment.tzinfo, ZoneInfo) else "UTC"
    return {"dateTime": stamp(moment.astimezone(zone_of(name))), "timeZone": name}


def local(given: Mapping[str, str]) -> datetime:
    """The wall clock of a dateTimeTimeZone, naive."""
    return datetime.fromisoformat(given["dateTime"][:19]).replace(tzinfo=None)


def instant(given: Mapping[str, str]) -> datetime:
    return local(given).replace(tzinfo=zone_of(given.get("timeZone", "UTC"))).astimezone(UTC)


class Series:
    """A series master, and its occurrences by the wall clock of the zone in which it was made.

    Occurrences are named by the date of their original start, as Outlook names them.
    """

    def __init__(self, master: Event) -> None:
        self.all_day = bool(master.get("isAllDay"))
        self.zone = zone_of(master["start"].get("timeZone", "UTC"))
        self.first = local(master["start"])
        self.length = instant(master["end"]) - instant(master["start"])
        self._rule = _rule(master["recurrence"], self.first)

    def starts(self, window: Window) -> list[datetime]:
        """The naive local starts that may lie in the window, a day more on either side."""
        low = window.start.astimezone(self.zone).replace(tzinfo=None) - self.length - DAY
        high = window.end.astimezone(self.zone).replace(tzinfo=None) + DAY
        return list(self._rule.between(low, high, inc=True))

    def start_on(self, day: date) -> datetime:
        """The original start on a date; KeyError where the series has none."""
        begin = datetime.combine(day, time())
        found = list(self._rule.between(begin, begin + DAY, inc=True))
        if not found or found[0].date() != day:
            raise KeyError(f"no occurrence on {day}")
        start: datetime = found[0]
        return start

    def span(self, start: datetime) -> tuple[datetime, datetime]:
        begun = start.replace(tzinfo=self.zone).astimezone(UTC)
        return begun, begun + self.length


def _rule(recurrence: Mapping[str, Any], first: datetime) -> rrule:
    """patternedRecurrence as an RRULE. Source: the reference of recurrencePattern and recurrenceRange."""
    pattern, reach = recurrence["pattern"], recurrence["range"]
    days = [_DAYS[name] for name in pattern.get("daysOfWeek", ())]
    kind, rule = pattern["type"], dict[str, Any]()
    frequency = {"daily": DAILY, "weekly": WEEKLY}.get(kind, YEARLY if kind.endswith("Yearly") else MONTHLY)
    if kind == "weekly":
        rule = {"byweekday": days, "wkst": _DAYS[pattern.get("firstDayOfWeek", "sunday")]}
    elif kind.startswith("absolute"):
        rule = {"bymonthday": pattern["dayOfMonth"]}
    elif kind.startswith("relative"):
        rule = {"byweekday": [day(_INDEX[pattern.get("index", "first")]) for day in days]}
    if kind.endswith("Yearly"):
        rule["bymonth"] = pattern["month"]
    begin = datetime.combine(date.fromisoformat(reach["startDate"]), first.time())
    if reach["type"] == "endDate":
        rule["until"] = datetime.combine(date.fromisoformat(reach["endDate"]), time.max)
    elif reach["type"] == "numbered":
        rule["count"] = reach["numberOfOccurrences"]
    return rrule(frequency, dtstart=begin, interval=pattern.get("interval", 1), cache=True, **rule)


def weekly(
    day: date, *names: str, times: int | None = None, until: date | None = None, zone: str = "UTC"
) -> dict[str, Any]:
    """The commonest recurrence, for tests: every week on these days (the first one's own, if none is named)."""
    named = list(names) or [list(_DAYS)[day.weekday()]]
    pattern = {"type": "weekly", "interval": 1, "daysOfWeek": named, "firstDayOfWeek": "sunday", "month": 0}
    pattern |= {"dayOfMonth": 0, "index": "first"}
    reach: dict[str, Any] = {"type": "noEnd", "startDate": day.isoformat(), "endDate": "0001-01-01"}
    reach |= {"recurrenceTimeZone": zone, "numberOfOccurrences": 0}
    if times is not None:
        reach |= {"type": "numbered", "numberOfOccurrences": times}
    elif until is not None:
        reach |= {"type": "endDate", "endDate": until.isoformat()}
    return {"pattern": pattern, "range": reach}
