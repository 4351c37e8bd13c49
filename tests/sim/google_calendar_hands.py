"""The hands of a test on the calendars of one Google user: they play the user and the organisers."""

from __future__ import annotations

from datetime import timedelta
from threading import RLock
from zoneinfo import ZoneInfo

from tests.sim.google_calendar_store import Item, Record, StoredCalendar
from tests.sim.google_calendar_sync import (
    Tokens,
)
from tests.sim.google_calendar_time import Event, Start, Window
from tests.sim.google_calendar_view import View
from tests.sim.wire import ApiError, Clock

ROLES = ("none", "freeBusyReader", "reader", "writerWithoutPrivateAccess", "writer", "owner")
_MONTH = timedelta(days=30)


class CalendarHands:
    """All calendars of the user `address`. Attributes without underscore are the switches of a test."""

    def __init__(self, address: str, clock: Clock) -> None:
        self.address = address
        self.clock = clock
        self.page_size: int | None = None
        self.empty_pages = False
        self.token_keeps_window = True
        self.tombstones_carry_ical_uid = False
        self.series_tombstone_months: int | None = 6
        self.filtered_lists_give_sync_token = True
        self.updated_min_days: int | None = None
        self._lock = RLock()
        self._version = 0
        self._tokens = Tokens(address)
        self._calendars: dict[str, StoredCalendar] = {}
        self.add_calendar(address, address)

    def add_calendar(
        self,
        id: str,  # noqa: A002 - Google's own word
        summary: str,
        time_zone: str = "UTC",
        access: str = "owner",
        description: str | None = None,
    ) -> None:
        """Add a calendar, or change the summary, zone and access of one that exists."""
        name, zone = (self.address if id == "primary" else id), ZoneInfo(time_zone)
        if access not in ROLES:
            raise ValueError(f"no access role: {access}")
        with self._lock:
            new = StoredCalendar(
                name, self.address, summary, zone, access, description, self._next(), self.clock.now
            )
            if name in self._calendars:
                old = self._calendars[name]
                new.labels, new.records = old.labels, old.records
            self._calendars[name] = new

    def rename_calendar(self, id: str, summary: str) -> None:  # noqa: A002
        with self._lock:
            calendar = self._stored(id)
            calendar.summary, calendar.version, calendar.changed = summary, self._next(), self.clock.now

    def add_label(
        self,
        id: str,  # noqa: A002
        name: str,
        color: str = "#039be5",
        calendar: str = "primary",
    ) -> None:
        """An event label of the calendar, for `eventLabelId`."""
        with self._lock:
            self._stored(calendar).labels.append({"id": id, "name": name, "backgroundColor": color})

    def put(self, event: Event, calendar: str = "primary") -> Event:
        with self._lock:
            stored = self._stored(calendar)
            return self._show(stored, stored.put(event, self._next(), self.clock.now).id)

    def override(
        self, master: str, original_start: Start, changes: Event, calendar: str = "primary"
    ) -> Event:
        """Move or change one occurrence of a series (again); the rest goes on following its master."""
        with self._lock:
            stored, record = self._found(master, calendar)
            changed = stored.override(record, original_start, changes, self._next(), self.clock.now)
            return self._show(stored, changed.id)

    def cancel_occurrence(self, master: str, original_start: Start, calendar: str = "primary") -> None:
        """Delete one occurrence: what remains of it has no more than the guaranteed fields."""
        with self._lock:
            stored, record = self._found(master, calendar)
            stored.cancel_occurrence(record, original_start, self._next(), self.clock.now)

    def cancel(self, uid: str, calendar: str = "primary", original_start: Start | None = None) -> None:
        """The organiser's cancellation, of all or of one occurrence: the fields are kept."""
        cancelled = {"status": "cancelled"}
        with self._lock:
            stored, record = self._found(uid, calendar)
            if original_start is not None:
                stored.override(record, original_start, cancelled, self._next(), self.clock.now)
            else:
                stored.change(record, self._next(), self.clock.now, lambda event: event.update(cancelled))

    def remove(self, uid: str, calendar: str = "primary") -> None:
        """Delete the event (or the exception of that id): a tombstone remains."""
        with self._lock:
            stored, record = self._found(uid, calendar)
            stored.remove(record, self._next(), self.clock.now)

    def accept(self, uid: str, calendar: str = "primary", who: str | None = None) -> None:
        self.respond(uid, "accepted", calendar, who)

    def decline(self, uid: str, calendar: str = "primary", who: str | None = None) -> None:
        self.respond(uid, "declined", calendar, who)

    def respond(
        self,
        uid: str,
        status: str,
        calendar: str = "primary",
        who: str | None = None,
        original_start: Start | None = None,
    ) -> None:
        """Set a guest's answer (the calendar's own unless `who`), of all or of one occurrence."""
        with self._lock:
            stored, record = self._found(uid, calendar)
            address = (who or stored.id).lower()
            if original_start is not None:
                record = stored.override(record, original_start, {}, self._next(), self.clock.now)
            guests = [dict(guest) for guest in self._current(stored, record.id).event.get("attendees", [])]
            answering = [guest for guest in guests if guest["email"].lower() == address]
            if not answering:
                raise ValueError(f"{address} is no guest of {uid}")
            answering[0]["responseStatus"] = status
            stored.change(record, self._next(), self.clock.now, lambda event: event.update(attendees=guests))

    def expire_tokens(self) -> None:
        """From now on every sync token handed out so far is answered with 410."""
        with self._lock:
            self._tokens.expire()

    def events(
        self, calendar: str = "primary", *, single: bool = False, deleted: bool = False
    ) -> list[Event]:
        """What the calendar holds, as the API shows it; living events only unless `deleted`."""
        with self._lock:
            stored = self._stored(calendar)
            items = self._items(stored, single=single, window=Window())
            return [self._view(stored).shown(item) for item in items if deleted or not item.cancelled]

    def _found(self, name: str, calendar: str) -> tuple[StoredCalendar, Record]:
        stored = self._stored(calendar)
        record = stored.find(name)
        if record is None:
            raise KeyError(name)
        return stored, record

    def _stored(self, name: str) -> StoredCalendar:
        return self._calendars[self.address if name == "primary" else name]

    def _next(self) -> int:
        self._version += 1
        return self._version

    def _view(self, calendar: StoredCalendar) -> View:
        return View(calendar, calendar.zone, None, self.tombstones_carry_ical_uid)

    def _show(self, calendar: StoredCalendar, name: str) -> Event:
        return self._view(calendar).shown(self._current(calendar, name))

    def _current(self, calendar: StoredCalendar, name: str) -> Item:
        item = calendar.lookup(name, self._version)
        if item is None:
            raise ApiError(404, "notFound", "Not Found")
        return item

    def _items(self, calendar: StoredCalendar, *, single: bool, window: Window) -> list[Item]:
        now = self.clock.now
        found = calendar.items(self._version, now, single=single, window=window, reach=self._reach())
        return [item for item in found if item.lies_in(window, now)]

    def _reach(self) -> timedelta | None:
        return None if self.series_tombstone_months is None else self.series_tombstone_months * _MONTH
