"""What one mailbox's calendars hold: events with their history, series with exceptions, and their ids."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from tests.sim.microsoft_calendar_time import Event, Series, Window, instant, zone_of

EXCEPTIONS = "#exceptions"  # within a master: date of the original start → what differs, or None (deleted)


def make_id(address: str, seed: str, *, immutable: bool) -> str:
    """About 150 characters, case-sensitive, alike at the beginning, ending with `=`: as Outlook's ids are."""
    head = b"\0\x09\0" if immutable else b"\0\x03\x24"
    kind = "immutable" if immutable else "default"
    whose = hashlib.sha512(f"{address}/{kind}".encode()).digest()[:61]
    which = hashlib.sha384(f"{address}/{seed}/{kind}".encode()).digest()
    return base64.urlsafe_b64encode(head + whose + which).decode()


def change_key(seed: str, version: int) -> str:
    made = hashlib.sha256(f"{seed}/{version}".encode()).digest()[:22]
    return base64.b64encode(b"\x0e\x03" + made).decode()


@dataclass(frozen=True)
class Version:
    """An event since a moment; without `event` it is gone."""

    number: int
    at: datetime
    event: Event | None


@dataclass
class Record:
    """A single event or a whole series. `seed` stays with it when it is moved, `key` does not."""

    key: str
    seed: str
    created: datetime
    history: list[Version] = field(default_factory=list)

    @property
    def last(self) -> Version:
        return self.history[-1]

    @property
    def event(self) -> Event:
        """The event, or what it was before it was removed."""
        return next(each.event for each in reversed(self.history) if each.event is not None)

    def at(self, number: int) -> Version | None:
        """What it was in a version of the mailbox; None before it was made."""
        earlier = [each for each in self.history if each.number <= number]
        return earlier[-1] if earlier else None


@dataclass(frozen=True)
class Item:
    """What a view lists: a single event, an occurrence, an exception; or a series master."""

    record: Record
    version: Version
    event: Event
    kind: str  # singleInstance | occurrence | exception | seriesMaster
    start: datetime
    end: datetime
    day: date | None = None  # of the original start
    original: datetime | None = None

    @property
    def name(self) -> tuple[str, date | None]:
        return self.record.key, self.day


@dataclass
class StoredCalendar:
    """One calendar in the list of a user. `role`: owner, write, read, or freeBusy of somebody else's."""

    key: str
    name: str
    owner: tuple[str, str]  # name and address
    role: str = "owner"
    default: bool = False
    color: str = "auto"
    version: int = 1
    records: dict[str, Record] = field(default_factory=dict)

    def items(self, window: Window, number: int) -> Iterator[Item]:
        """The events of a version of the mailbox that overlap the window; series are expanded."""
        for record in self.records.values():
            yield from items_of(record, window, number)


def items_of(record: Record, window: Window, number: int) -> Iterator[Item]:
    version = record.at(number)
    if version is None or version.event is None:
        return
    expands = bool(version.event.get("recurrence"))
    found = _instances(record, version, window) if expands else iter([whole(record, version)])
    yield from (item for item in found if window.holds(item.start, item.end))


def whole(record: Record, version: Version) -> Item:
    """The record itself: a single event, or the master of a series."""
    event = version.event or record.event
    kind = "seriesMaster" if event.get("recurrence") else "singleInstance"
    return Item(record, version, event, kind, instant(event["start"]), instant(event["end"]))


def instance(record: Record, day: date, version: Version | None = None) -> Item | None:
    """One occurrence by the date of its original start; None where it is deleted."""
    version = version or record.last
    event = version.event or record.event
    series = Series(event)
    return _instance(record, version, series, series.start_on(day))


def _instances(record: Record, version: Version, window: Window) -> Iterator[Item]:
    assert version.event is not None
    series = Series(version.event)
    starts = {start.date(): start for start in series.starts(window)}
    # an exception may have been moved into the window from far away
    for text in version.event.get(EXCEPTIONS, {}):
        day = date.fromisoformat(text)
        if day not in starts:
            starts[day] = series.start_on(day)
    for start in starts.values():
        item = _instance(record, version, series, start)
        if item is not None:
            yield item


def _instance(record: Record, version: Version, series: Series, start: datetime) -> Item | None:
    master = version.event or record.event
    begun, ended = series.span(start)
    exceptions: dict[str, Any] = master.get(EXCEPTIONS, {})
    text = start.date().isoformat()
    event = {name: deepcopy(held) for name, held in master.items() if name not in ("recurrence", EXCEPTIONS)}
    zone = master["start"].get("timeZone", "UTC")
    event["start"], event["end"] = _local(begun, zone), _local(ended, zone)
    kind = "occurrence"
    if text in exceptions:
        if exceptions[text] is None:
            return None
        event |= deepcopy(exceptions[text])
        kind = "exception"
    return Item(
        record, version, event, kind, instant(event["start"]), instant(event["end"]), start.date(), begun
    )


def _local(moment: datetime, zone: str) -> dict[str, str]:
    here = moment.astimezone(zone_of(zone))
    return {"dateTime": f"{here:%Y-%m-%dT%H:%M:%S}.0000000", "timeZone": zone}
