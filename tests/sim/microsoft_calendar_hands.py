"""The hands of a test on the calendars of one Outlook user: they play the user and the organisers."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import date, datetime, timedelta
from threading import RLock
from typing import Any

from tests.sim.microsoft_calendar_delta import Links
from tests.sim.microsoft_calendar_store import (
    EXCEPTIONS,
    Item,
    Record,
    StoredCalendar,
    Version,
    instance,
    make_id,
    whole,
)
from tests.sim.microsoft_calendar_time import Event, Series, stamp_utc, value
from tests.sim.microsoft_calendar_view import Guesses, View, new_global_id
from tests.sim.wire import Clock

DEFAULT = "Calendar"
ROLES = ("owner", "write", "read", "freeBusy")
_MOMENTS = ("start", "end")


class CalendarHands:
    """All calendars of the user `address`. Attributes without underscore are the switches of a test.

    An event is named by what `put` answered ("id", in the default space), a calendar by its name.
    """

    def __init__(
        self, address: str, clock: Clock, root: str = "https://graph.microsoft.com/v1.0", name: str = ""
    ) -> None:
        self.address, self.clock, self.root, self.name = address, clock, root, name
        self.guesses = Guesses()
        self.scopes: frozenset[str] | None = None  # of the request being answered; the server says it
        self.page_size: int | None = None  # the server's own limit
        self.paging = (
            "skip"  # of calendarView: skip (each page is looked up anew) | skiptoken (fixed at first)
        )
        self.empty_pages = False  # of lists with a skiptoken, delta among them
        self.endless_pages = False  # a link to a further page for ever, to the same items
        self.shows_nothing = False  # lists are suddenly empty, and say so with a 200
        self.occurrences_stripped = True  # by delta: no subject, no people, no categories
        self.out_of_window_told = True  # by delta: as @removed of unknown ids
        self.delta_shuffled = False  # its order is undefined
        self.delta_replays = False  # a round tells the changes of the one before again
        self.delta_lag = timedelta(0)  # a change is told so much later
        self.gone_code = "SyncStateNotFound"
        self.path_takes_either_id = False  # otherwise an id must be of the kind that Prefer names
        self.shared_need_shared_scope = True  # Calendars.Read alone does not open what others share
        self.shared_events_open_directly = True  # /me/events/{id} finds them too
        self._lock = RLock()
        self._number = 0
        self._names = 0
        self._links = Links(address)
        self._calendars: dict[str, StoredCalendar] = {}
        self._categories: list[tuple[str, str]] = []
        # (id, whether it is an immutable one) → key of the calendar, record, day of the original
        self._seen: dict[tuple[str, bool], tuple[str, str, date | None]] = {}
        self.add_calendar(DEFAULT)

    # --- calendars --------------------------------------------------------------------------------------

    def add_calendar(
        self, name: str, role: str = "owner", owner: tuple[str, str] | None = None, color: str = "auto"
    ) -> str:
        """Add a calendar of the user's own, or with `owner` (name, address) one that somebody shares; its id."""
        if role not in ROLES:
            raise ValueError(f"no role: {role}")
        with self._lock:
            if name in self._calendars:
                raise ValueError(f"there is a calendar {name}")
            self._names += 1
            key, who = f"calendar/{self._names}", owner or (self.name, self.address)
            default = not self._calendars
            self._calendars[name] = StoredCalendar(key, name, who, role, default, color, self._next())
            return self.calendar_id(name)

    def calendar_id(self, name: str = DEFAULT) -> str:
        """It lasts, and is of one kind only: Prefer's ImmutableId is for what lies in a calendar."""
        return make_id(self.address, self._calendars[name].key, immutable=False)

    def rename_calendar(self, name: str, new: str) -> None:
        with self._lock:
            self._calendars = {new if key == name else key: each for key, each in self._calendars.items()}
            self._calendars[new].name, self._calendars[new].version = new, self._next()

    def remove_calendar(self, name: str) -> None:
        with self._lock:
            del self._calendars[name]

    def add_category(self, name: str, color: str = "preset0") -> None:
        """One of the mailbox's own list; events take any text."""
        with self._lock:
            self._categories.append((name, color))

    # --- events -----------------------------------------------------------------------------------------

    def put(self, event: Event, calendar: str = DEFAULT) -> Event:
        """Add an event, in Graph's words; start and end may be aware datetimes, or dates for whole days.

        `attendees` and `organizer` may be written as "Dana Reyes <dana@acme.example>".
        """
        with self._lock:
            self._names += 1
            key, now = f"event/{self._names}", self.clock.now
            made = _normal(event)
            made.setdefault("iCalUId", new_global_id(f"{self.address}/{key}", now))
            made.setdefault("end", made["start"])
            record = Record(key, key, now)
            self._calendars[calendar].records[key] = record
            self._write(record, made)
            return self._show(calendar, whole(record, record.last))

    def change(self, id: str, day: date | None = None, **fields: Any) -> Event:  # noqa: A002
        """Change a single event, a whole series, or with `day` the occurrence that was to begin on that date."""
        changed = _normal(fields)
        with self._lock:
            calendar, record, seen = self._found(id)
            day = day or seen
            if day is None:
                self._edit(record, lambda event: event.update(changed))
                return self._show(calendar, whole(record, record.last))

            def differ(event: Event) -> None:
                Series(event).start_on(day)
                event.setdefault(EXCEPTIONS, {}).setdefault(day.isoformat(), {}).update(changed)

            self._edit(record, differ)
            item = instance(record, day)
            assert item is not None
            return self._show(calendar, item)

    def move(self, id: str, start: datetime, end: datetime, day: date | None = None) -> Event:  # noqa: A002
        """Another time, the same id."""
        return self.change(id, day, start=start, end=end)

    def cancel(self, id: str, day: date | None = None) -> Event:  # noqa: A002
        """The organiser's cancellation: the user's copy stays, and says so."""
        with self._lock:
            _, record, seen = self._found(id)
            day = day or seen
            item = whole(record, record.last) if day is None else instance(record, day)
            assert item is not None
            subject = self.guesses.cancelled_prefix + item.event.get("subject", "")
            return self.change(id, day, isCancelled=True, subject=subject, showAs="free")

    def remove(self, id: str, day: date | None = None) -> None:  # noqa: A002
        """Delete an event, a whole series, or one occurrence."""
        with self._lock:
            _, record, seen = self._found(id)
            day = day or seen
            if day is None:
                self._write(record, None)
                return

            def leave_out(event: Event) -> None:
                Series(event).start_on(day)
                event.setdefault(EXCEPTIONS, {})[day.isoformat()] = None

            self._edit(record, leave_out)

    def respond(
        self,
        id: str,  # noqa: A002
        response: str,
        who: str | None = None,
        day: date | None = None,
    ) -> Event:
        """The user's answer, or that of the guest `who`: accepted, tentativelyAccepted, declined, none."""
        told = {"response": response, "time": stamp_utc(self.clock.now)}
        with self._lock:
            if who is None:
                return self.change(id, day, responseStatus=told)
            _, record, seen = self._found(id)
            day = day or seen
            item = whole(record, record.last) if day is None else instance(record, day)
            assert item is not None
            guests = deepcopy(item.event.get("attendees", []))
            answering = [each for each in guests if each["emailAddress"].get("address") == who]
            if not answering:
                raise ValueError(f"{who} is no guest of {id}")
            answering[0]["status"] = told
            return self.change(id, day, attendees=guests)

    def categorise(self, id: str, *names: str, day: date | None = None) -> Event:  # noqa: A002
        return self.change(id, day, categories=list(names))

    def move_to(self, id: str, calendar: str) -> Event:  # noqa: A002
        """Into another calendar: a new id; the immutable one stays."""
        with self._lock:
            _, record, _ = self._found(id)
            event = deepcopy(record.event)
            self._write(record, None)
            self._names += 1
            moved = Record(f"event/{self._names}", record.seed, record.created)
            self._calendars[calendar].records[moved.key] = moved
            self._write(moved, event)
            return self._show(calendar, whole(moved, moved.last))

    def expire_tokens(self) -> None:
        """From now on every delta token and skip token handed out so far is answered with 410."""
        with self._lock:
            self._links.expire()

    def events(self, calendar: str = DEFAULT) -> list[Event]:
        """The living events and series masters of a calendar, as Graph shows them."""
        with self._lock:
            records = self._calendars[calendar].records.values()
            return [
                self._show(calendar, whole(each, each.last))
                for each in records
                if each.last.event is not None
            ]

    # --- within -----------------------------------------------------------------------------------------

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _write(self, record: Record, event: Event | None) -> None:
        record.history.append(Version(self._next(), self.clock.now, event))

    def _edit(self, record: Record, how: Callable[[Event], object]) -> None:
        event = deepcopy(record.event)
        how(event)
        self._write(record, event)

    def _view(self, *, immutable: bool = False) -> View:
        return View(self.address, self.guesses, immutable=immutable)

    def _show(self, calendar: str, item: Item) -> Event:
        self._remember(self._calendars[calendar], item)
        return self._view().shown(item, self._calendars[calendar])

    def _remember(self, calendar: StoredCalendar, item: Item) -> None:
        """Both ids of what was shown lead to it from now on, and those of its series."""
        for immutable in (False, True):
            view = self._view(immutable=immutable)
            for day in {item.day, None}:
                self._seen[view.name(item, day), immutable] = (calendar.key, item.record.key, day)

    def _found(self, name: str) -> tuple[str, Record, date | None]:
        place, key, day = self._seen.get((name, False)) or self._seen[name, True]
        calendar = next(each for each in self._calendars.values() if each.key == place)
        return calendar.name, calendar.records[key], day


def _normal(fields: Event) -> Event:
    """A test's short forms in Graph's words."""
    made = deepcopy(dict(fields))
    for name in _MOMENTS:
        if name in made:
            whole_day = isinstance(made[name], date) and not isinstance(made[name], datetime)
            made |= {"isAllDay": True} if whole_day else {}
            made[name] = value(made[name])
    if "attendees" in made:
        made["attendees"] = [_guest(each) for each in made["attendees"]]
    if isinstance(made.get("organizer"), str):
        made["organizer"] = {"emailAddress": _address(made["organizer"])}
    if isinstance(made.get("location"), str):
        made["location"] = {"displayName": made["location"], "locationType": "default"}
    if isinstance(made.get("body"), str):
        made["body"] = {"contentType": "html", "content": made["body"]}
    if isinstance(made.get("onlineMeeting"), str):
        made["onlineMeeting"] = {"joinUrl": made["onlineMeeting"]}
        made |= {"isOnlineMeeting": True, "onlineMeetingProvider": "teamsForBusiness"}
    return made


def _guest(guest: Event | str) -> Event:
    return {"emailAddress": _address(guest)} if isinstance(guest, str) else deepcopy(guest)


def _address(text: str) -> dict[str, str]:
    """ "Dana Reyes <dana@acme.example>" or an address alone, whose name Outlook then repeats."""
    name, open_, rest = text.partition(" <")
    return {"name": name, "address": rest.rstrip(">") if open_ else name}
