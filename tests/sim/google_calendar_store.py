"""One calendar: its events with their whole history, so that a delta can compare then with now."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.sim.google_calendar_time import Event, Series, Start, Window, moment, stamp

_BASE32HEX = "0123456789abcdefghijklmnopqrstuv"


def make_id(seed: str) -> str:
    """An id of 26 characters of base32hex, the same for the same seed."""
    number = int.from_bytes(hashlib.sha256(seed.encode()).digest()[:17], "big")
    return "".join(_BASE32HEX[number >> (5 * place) & 31] for place in range(26))


@dataclass(frozen=True, eq=False)
class State:
    """A record from one version on. Of an exception `event` holds only what differs from its series."""

    version: int
    at: datetime
    event: Event
    removed: bool = False


@dataclass
class Record:
    """One stored id: a single event, a master, or an exception of a master."""

    id: str
    master: str | None = None
    history: list[State] = field(default_factory=list)

    def at(self, version: int) -> State | None:
        return next((state for state in reversed(self.history) if state.version <= version), None)

    @property
    def last(self) -> State:
        return self.history[-1]


@dataclass(frozen=True)
class Item:
    """What a list may show. `removed` makes it a tombstone; `series` is there for an unexpanded master."""

    event: Event
    version: int
    at: datetime
    removed: bool
    start: datetime
    end: datetime
    series: Series | None = None
    dead_series: bool = False

    @property
    def id(self) -> str:
        found: str = self.event["id"]
        return found

    @property
    def cancelled(self) -> bool:
        return self.removed or self.event["status"] == "cancelled"

    @property
    def exception(self) -> bool:
        return "recurringEventId" in self.event

    def lies_in(self, window: Window, now: datetime) -> bool:
        """A master lies where any of its occurrences lies."""
        if self.series is None:
            return window.holds(self.start, self.end)
        return any(window.holds(*self.series.span(start)) for start in self.series.starts(window, now))


@dataclass
class StoredCalendar:
    """The state of one calendar; `owner` is the address of the user whose list of calendars this is in."""

    id: str
    owner: str
    summary: str
    zone: ZoneInfo
    access: str
    description: str | None
    version: int
    changed: datetime
    labels: list[dict[str, str]] = field(default_factory=list)
    records: dict[str, Record] = field(default_factory=dict)

    @property
    def primary(self) -> bool:
        return self.id == self.owner

    # Writing

    def put(self, event: Event, version: int, now: datetime) -> Record:
        """Store a whole event; one with the same id or iCalUID is replaced under its id."""
        event = deepcopy(event)
        if "recurringEventId" in event:
            master = self.records.get(event["recurringEventId"])
            if master is not None and master.last.event.get("recurrence"):
                return self._put_exception(master, event, version, now)
            record = self._lone_exception(event)
        else:
            record = self._same(event) or Record(event.get("id") or make_id(f"{self.id}/{version}"))
        old = record.last.event if record.history else {}
        renewed = self._completed({**event, "id": record.id}, old, now)
        if renewed.get("recurrence"):
            Series(renewed, self.zone)  # a rule that cannot be read is refused before it is stored
        record.history.append(State(version, now, renewed))
        self.records[record.id] = record
        return record

    def _put_exception(self, master: Record, event: Event, version: int, now: datetime) -> Record:
        own = ("id", "etag", "updated", "kind", "recurringEventId", "originalStartTime", "recurrence")
        original = event["originalStartTime"]
        changes = {name: value for name, value in event.items() if name not in own}
        return self.override(master, original.get("dateTime") or original["date"], changes, version, now)

    def _lone_exception(self, event: Event) -> Record:
        """A guest invited to one occurrence of a series has the exception without its master."""
        master, original = event["recurringEventId"], event["originalStartTime"]
        day = original.get("date", "").replace("-", "")
        name = f"{master}_{day or f'{moment(original, self.zone):%Y%m%dT%H%M%SZ}'}"
        return self.records.get(name) or Record(name, master)

    def _same(self, event: Event) -> Record | None:
        for record in self.records.values():
            known = record.last.event
            if record.master is None and (
                record.id == event.get("id")
                or ("iCalUID" in event and known.get("iCalUID") == event["iCalUID"])
            ):
                return record
        return None

    def _completed(self, event: Event, old: Event, now: datetime) -> Event:
        """What Google adds by itself, and what it never takes from the one who writes."""
        me = {"email": self.id} if self.primary else {"email": self.id, "displayName": self.summary}
        given = {"status": "confirmed", "iCalUID": f"{event['id']}@google.com", "eventType": "default"}
        given |= {"organizer": me, "creator": {"email": self.owner}, "reminders": {"useDefault": True}}
        given |= {"created": old.get("created") or stamp(now.astimezone(UTC).replace(microsecond=0))}
        complete = {**given, **event}
        complete["sequence"] = old["sequence"] + 1 if "sequence" in old else event.get("sequence", 0)
        complete = {
            name: value for name, value in complete.items() if name not in ("etag", "updated", "kind")
        }
        if complete["eventType"] == "fromGmail":
            complete["organizer"] = me
        return complete | self._times(complete)

    def _times(self, event: Event) -> Event:
        start = self._with_offset(event["start"], recurring=bool(event.get("recurrence")))
        if "end" in event:
            return {"start": start, "end": self._with_offset(event["end"], recurring="timeZone" in start)}
        length = timedelta(days=1) if "date" in start else timedelta(hours=1)
        end = (moment(start, self.zone) + length).astimezone(self.zone)
        fake = {"date": end.date().isoformat()} if "date" in start else {**start, "dateTime": stamp(end)}
        return {"start": start, "end": fake, "endTimeUnspecified": True}

    def _with_offset(self, value: dict[str, str], *, recurring: bool) -> dict[str, str]:
        if "date" in value:
            return {"date": value["date"]}
        zone = ZoneInfo(value["timeZone"]) if "timeZone" in value else self.zone
        written = {**value, "dateTime": stamp(moment(value, self.zone).astimezone(zone))}
        return {**written, "timeZone": str(zone)} if recurring else written

    def override(
        self, master: Record, original: Start, changes: Event, version: int, now: datetime
    ) -> Record:
        record = self._occurrence(master, original)
        old = {} if not record.history or record.last.removed else record.last.event
        differing = {**old, **deepcopy(changes), "sequence": self._next_sequence(master, record)}
        for name in ("start", "end"):
            if name in differing:
                differing[name] = self._with_offset(differing[name], recurring=False)
        if "start" in changes and "end" not in changes:
            length = self.series(master.last).length
            differing["end"] = self._shifted(differing["start"], length)
        record.history.append(State(version, now, differing))
        self.records[record.id] = record
        return record

    def _shifted(self, start: dict[str, str], length: timedelta) -> dict[str, str]:
        if "date" in start:
            return {"date": (datetime.fromisoformat(start["date"]) + length).date().isoformat()}
        return {**start, "dateTime": stamp(datetime.fromisoformat(start["dateTime"]) + length)}

    def cancel_occurrence(self, master: Record, original: Start, version: int, now: datetime) -> Record:
        record = self._occurrence(master, original)
        old = record.last.event if record.history else {}
        record.history.append(State(version, now, old, removed=True))
        self.records[record.id] = record
        return record

    def _occurrence(self, master: Record, original: Start) -> Record:
        series = self.series(master.last)
        start = series.local(original)
        name = series.name(start)
        if name not in self.records and not series.generates(start):
            raise ValueError(f"the series {master.id} has no occurrence at {original}")
        return self.records.get(name) or Record(name, master.id)

    def _next_sequence(self, master: Record, record: Record) -> int:
        before = record.last.event if record.history else {}
        newest: int = max(before.get("sequence", 0), master.last.event["sequence"])
        return newest + 1

    def change(self, record: Record, version: int, now: datetime, how: Callable[[Event], None]) -> None:
        """A change that is no new version for the guests: an answer, a cancellation."""
        event = deepcopy(record.last.event)
        how(event)
        record.history.append(State(version, now, event, record.last.removed))

    def remove(self, record: Record, version: int, now: datetime) -> None:
        record.history.append(replace(record.last, version=version, at=now, removed=True))

    # Reading

    def series(self, state: State) -> Series:
        return Series(state.event, self.zone)

    def root(self, record: Record) -> Record:
        """The master of an exception if this calendar has it, else the record itself."""
        return self.records.get(record.master or "", record)

    def find(self, name: str) -> Record | None:
        """A record by its id, or a single event or master by its iCalUID."""
        if name in self.records:
            return self.records[name]
        return self._same({"iCalUID": name})

    def items(
        self, version: int, now: datetime, *, single: bool, window: Window, reach: timedelta | None
    ) -> Iterator[Item]:
        """All that there was at a version, the dead included. The window only spares expansion."""
        for record in self.records.values():
            if self.root(record) is record:
                yield from self.items_of(record, version, now, single=single, window=window, reach=reach)

    def items_of(
        self,
        record: Record,
        version: int,
        now: datetime,
        *,
        single: bool,
        window: Window,
        reach: timedelta | None,
    ) -> Iterator[Item]:
        state = record.at(version)
        if state is None:
            return
        if not state.event.get("recurrence"):
            yield self._item(state.event, state)
            return
        series = self.series(state)
        exceptions = self._exceptions(record, state, series, version)
        if not single:
            yield replace(self._item(state.event, state), series=series)
            yield from exceptions.values()
            return
        others = (start for start in series.starts(window, now) if series.name(start) not in exceptions)
        for item in (*exceptions.values(), *(self._item(series.instance(start), state) for start in others)):
            # Deleted series leave tombstones for some months only.
            if not (state.removed and reach is not None) or abs(item.start - now) <= reach:
                yield item

    def _exceptions(self, master: Record, state: State, series: Series, version: int) -> dict[str, Item]:
        found = {}
        for record in self.records.values():
            own = record.at(version) if record.master == master.id else None
            if own is not None:
                found[record.id] = self._exception(record, own, state, series)
        return found

    def _exception(self, record: Record, own: State, master: State, series: Series) -> Item:
        start = series.local(self._stamp_of(record.id, master.event["id"]))
        event = {**series.instance(start), **own.event, "id": record.id}
        cancelled = master.event["status"] == "cancelled"
        newest = State(
            max(own.version, master.version),
            max(own.at, master.at),
            {**event, "status": "cancelled"} if cancelled else event,
            own.removed or master.removed,
        )
        return replace(self._item(newest.event, newest), dead_series=cancelled or master.removed)

    @staticmethod
    def _stamp_of(name: str, master: str) -> str:
        return name.removeprefix(f"{master}_")

    def _item(self, event: Event, state: State) -> Item:
        start, end = moment(event["start"], self.zone), moment(event["end"], self.zone)
        return Item(event, state.version, state.at, state.removed, start, end)

    def lookup(self, name: str, version: int) -> Item | None:
        """By id, as events.get does: also an occurrence that is only generated, or once was."""
        record = self.records.get(name)
        everything = Window()
        if record is not None:
            root, now = self.root(record), record.last.at
            found = self.items_of(root, version, now, single=False, window=everything, reach=None)
            return next(item for item in found if item.id == name)
        master = self.records.get(name.rpartition("_")[0])
        for state in reversed(master.history if master else []):
            item = self._generated(name, state)
            if item is not None and master is not None:
                return item if state is master.last else replace(item, removed=True)
        return None

    def _generated(self, name: str, state: State) -> Item | None:
        if not state.event.get("recurrence"):
            return None
        series = self.series(state)
        try:
            start = series.local(self._stamp_of(name, state.event["id"]))
        except ValueError:
            return None
        known = series.generates(start) and series.name(start) == name
        return self._item(series.instance(start), state) if known else None
