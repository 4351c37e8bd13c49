"""Moments, time windows and the occurrences of a series, as Google Calendar reckons them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rrule, rruleset, rrulestr

from tests.sim.wire import ApiError

Event = dict[str, Any]
Start = datetime | date | str  # how a test names the original start of an occurrence

ENDLESS_REACH = timedelta(days=730)  # how far a series without an end is expanded when no timeMax is given
DAY = timedelta(days=1)
_FOREVER = datetime(9000, 1, 1)  # noqa: DTZ001 - naive, as the occurrences of a series are
_EARLIEST, _LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(8999, 1, 1, tzinfo=UTC)
_WITH_OFFSET = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)")


@dataclass(frozen=True)
class Window:
    """What timeMin and timeMax ask for: the first bounds the end of an event, the second its start."""

    after: datetime | None = None
    before: datetime | None = None
    inclusive: bool = False  # events.instances documents its timeMin as inclusive, events.list as exclusive

    def holds(self, start: datetime, end: datetime) -> bool:
        late = self.after is None or end > self.after or (self.inclusive and end == self.after)
        return late and (self.before is None or start < self.before)


def asked_moment(text: str, name: str) -> datetime:
    """A query parameter: an RFC 3339 timestamp, its offset mandatory, its fraction of a second ignored."""
    try:
        if _WITH_OFFSET.fullmatch(text):
            read = datetime.fromisoformat(text.upper()).astimezone(UTC).replace(microsecond=0)
            return max(_EARLIEST, min(read, _LATEST))  # room to reckon with days before and after
    except (ValueError, OverflowError):
        pass
    raise ApiError(
        400, "badRequest", f"Bad Request: {name} is no RFC 3339 timestamp with an offset: {text!r}"
    )


def asked_window(params: Mapping[str, Any], *, inclusive: bool = False) -> Window:
    after = asked_moment(params["timeMin"], "timeMin") if "timeMin" in params else None
    before = asked_moment(params["timeMax"], "timeMax") if "timeMax" in params else None
    if after is not None and before is not None and before <= after:
        raise ApiError(400, "timeRangeEmpty", "The specified time range is empty.")
    return Window(after, before, inclusive)


def asked_zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as unknown:
        raise ApiError(400, "invalid", f"Invalid time zone: {name!r}") from unknown


def moment(value: Mapping[str, str], zone: ZoneInfo) -> datetime:
    """An EventDateTime as UTC; an all-day date begins at midnight of the calendar's zone."""
    if "date" in value:
        return datetime.combine(date.fromisoformat(value["date"]), time(), zone).astimezone(UTC)
    read = datetime.fromisoformat(value["dateTime"])
    if read.tzinfo is None:
        read = read.replace(tzinfo=ZoneInfo(value["timeZone"]) if "timeZone" in value else zone)
    return read.astimezone(UTC)


def in_zone(value: Mapping[str, str], zone: ZoneInfo) -> dict[str, str]:
    """An EventDateTime as answers carry it: the instant with the offset of the response's zone."""
    if "date" in value:
        return {"date": value["date"]}
    return {**value, "dateTime": stamp(moment(value, zone).astimezone(zone))}


def stamp(when: datetime) -> str:
    """RFC 3339 as Google prints it: Z where the offset is zero because the zone is UTC."""
    text = when.isoformat(timespec="seconds")
    return text[:-6] + "Z" if str(when.tzinfo) in ("UTC", "Etc/UTC") else text


def stamp_milliseconds(when: datetime) -> str:
    return when.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{when.microsecond // 1000:03d}Z"


class Series:
    """A master event and the occurrences it generates, by the wall clock of its own time zone.

    Occurrences are named by their naive local start, so that 09:00 stays 09:00 over a change of the clocks.
    """

    def __init__(self, master: Event, calendar_zone: ZoneInfo) -> None:
        self.master = master
        self.all_day = "date" in master["start"]
        named = master["start"].get("timeZone")
        self.zone = ZoneInfo(named) if named and not self.all_day else calendar_zone
        began, ended = moment(master["start"], self.zone), moment(master["end"], self.zone)
        self.first = began.astimezone(self.zone).replace(tzinfo=None)
        self.length = ended - began
        if self.all_day:
            self.length = ended.astimezone(self.zone).replace(tzinfo=None) - self.first
        self._rules = rruleset()
        self._endless = False
        for line in master["recurrence"]:
            self._add(line)

    def _add(self, line: str) -> None:
        head, _, value = line.partition(":")
        name, *options = head.split(";")
        if name in ("RRULE", "EXRULE"):
            getattr(self._rules, name.lower())(self._rule(value))
            self._endless |= name == "RRULE" and not re.search("COUNT=|UNTIL=", value.upper())
        elif name in ("RDATE", "EXDATE"):
            zones = [option[5:] for option in options if option.upper().startswith("TZID=")]
            for text in value.split(","):
                getattr(self._rules, name.lower())(
                    self._local(text, ZoneInfo(zones[0]) if zones else self.zone)
                )
        else:
            raise ValueError(f"no line of a recurrence: {line!r}")

    def _rule(self, value: str) -> rrule:
        text = re.sub(r"UNTIL=(\w+)", lambda found: "UNTIL=" + self._until(found[1]), value.upper())
        rule = rrulestr(text, dtstart=self.first)
        if not isinstance(rule, rrule):
            raise TypeError(f"more than one rule in {value!r}")
        return rule

    def _until(self, text: str) -> str:
        if self.all_day:
            return text[:8]
        if len(text) == 8:
            return text + "T235959"
        return self._local(text, self.zone).strftime("%Y%m%dT%H%M%S")

    def _local(self, text: str, zone: ZoneInfo) -> datetime:
        if len(text) == 8 or self.all_day:
            day = datetime.strptime(text[:8], "%Y%m%d")  # noqa: DTZ007
            return datetime.combine(day, self.first.time())
        read = datetime.strptime(text[:15], "%Y%m%dT%H%M%S")  # noqa: DTZ007
        return (
            read.replace(tzinfo=UTC if text.endswith("Z") else zone)
            .astimezone(self.zone)
            .replace(tzinfo=None)
        )

    def starts(self, window: Window, now: datetime) -> list[datetime]:
        """The occurrences that may lie in the window (a day more on either side), bounded if endless."""
        low, high = self.first, _FOREVER
        if window.after is not None:
            low = window.after.astimezone(self.zone).replace(tzinfo=None) - self.length - DAY
        if window.before is not None:
            high = window.before.astimezone(self.zone).replace(tzinfo=None) + DAY
        if self._endless:
            here = now.astimezone(self.zone).replace(tzinfo=None)
            high = min(high, max(here, self.first) + ENDLESS_REACH)
        return list(self._rules.between(low, high, inc=True))

    def generates(self, start: datetime) -> bool:
        return bool(self._rules.between(start, start, inc=True))

    def local(self, original: Start) -> datetime:
        """An original start named by a test, a query or an id, as the naive local time of the series."""
        if isinstance(original, str):
            original = datetime.fromisoformat(original) if len(original) > 8 else _day(original)
        if not isinstance(original, datetime):
            return datetime.combine(original, self.first.time())
        if original.tzinfo is not None:
            original = original.astimezone(self.zone).replace(tzinfo=None)
        return datetime.combine(original.date(), time()) if self.all_day else original

    def name(self, start: datetime) -> str:
        """The id of an occurrence: the master's and the UTC stamp of the original start (a date if all-day)."""
        if self.all_day:
            return f"{self.master['id']}_{start:%Y%m%d}"
        return f"{self.master['id']}_{start.replace(tzinfo=self.zone).astimezone(UTC):%Y%m%dT%H%M%SZ}"

    def span(self, start: datetime) -> tuple[datetime, datetime]:
        if self.all_day:
            return self._instant(start), self._instant(start + self.length)
        return self._instant(start), self._instant(start) + self.length

    def instance(self, start: datetime) -> Event:
        event = {name: deepcopy(value) for name, value in self.master.items() if name != "recurrence"}
        began, ended = self.span(start)
        event |= {"id": self.name(start), "recurringEventId": self.master["id"]}
        return event | {
            "originalStartTime": self._value(began),
            "start": self._value(began),
            "end": self._value(ended),
        }

    def _instant(self, start: datetime) -> datetime:
        return start.replace(tzinfo=self.zone).astimezone(UTC)

    def _value(self, when: datetime) -> dict[str, str]:
        local = when.astimezone(self.zone)
        if self.all_day:
            return {"date": local.date().isoformat()}
        return {"dateTime": stamp(local), "timeZone": str(self.zone)}


def _day(text: str) -> date:
    return datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007
