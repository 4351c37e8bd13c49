"""What every calendar keeps. A provider passes by a subclass with one fixture: the hand that fills it.

class TestMine(CalendarContract):
    @pytest.fixture
    def hand(self, tmp_path): return MyHand(tmp_path)
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Protocol

import pytest

from followupd.core.model import Address, Attendee, Event, EventStatus, PartStat
from followupd.errors import CursorLost, Unavailable
from followupd.providers.base import Calendar, CalendarChanges
from followupd.providers.local.calendar import VdirCalendar
from followupd.providers.memory import MemoryCalendar

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
SINCE, UNTIL = NOW - timedelta(days=7), NOW + timedelta(days=30)
WEEK = timedelta(days=7)
HOUR = timedelta(hours=1)


class CalendarHand(Protocol):
    """The user's and the organiser's hand on the calendar under test."""

    def open(self) -> Calendar:
        """A provider that remembers nothing but what cursors say."""

    def put(self, event: Event) -> None:
        """Adds or replaces an event that does not recur."""

    def series(
        self,
        uid: str,
        start: datetime,
        count: int,
        moved: dict[int, datetime] | None = None,
        cancelled: tuple[int, ...] = (),
    ) -> None:
        """A weekly series of one hour, some occurrences moved or cancelled."""

    def remove(self, uid: str) -> None:
        """Takes the event off the calendar."""


def event(uid: str = "one@acme.example", start: datetime = NOW + HOUR, **more: object) -> Event:
    default = Event(
        uid=uid,
        title="Interview with Acme",
        description="Talk to Dana",
        location="Room 1",
        start=start,
        end=start + HOUR,
        zone="Europe/London",
        organizer=Address("dana@acme.example", "Dana Reyes"),
        attendees=(
            Attendee("dana@acme.example", "Dana Reyes", PartStat.ACCEPTED),
            Attendee("sam@example.com", "", PartStat.NEEDS_ACTION),
        ),
        categories=("Interview",),
    )
    return replace(default, **more)  # type: ignore[arg-type]


def look(calendar: Calendar, cursor: str | None = None) -> CalendarChanges:
    return calendar.changes(cursor, SINCE, UNTIL)


class CalendarContract:
    """The tests. `hand` is a fixture of the subclass."""

    def test_an_empty_calendar_says_so(self, hand: CalendarHand) -> None:
        first = look(hand.open())
        assert (first.events, first.missing, first.complete) == ((), (), True)
        assert look(hand.open(), first.cursor) == CalendarChanges(cursor=first.cursor)

    def test_a_new_event_is_told_as_it_is(self, hand: CalendarHand) -> None:
        hand.put(event())
        [told] = look(hand.open()).events
        given = event()
        for name in ("uid", "recurrence_id", "title", "start", "end", "status", "organizer", "attendees"):
            assert getattr(told, name) == getattr(given, name), name
        assert told.start.tzinfo is not None
        assert told.categories == ("Interview",)

    def test_idle_answers_with_the_same_cursor(self, hand: CalendarHand) -> None:
        hand.put(event())
        calendar = hand.open()
        cursor = look(calendar).cursor
        for other in (calendar, hand.open()):
            assert look(other, cursor) == CalendarChanges(cursor=cursor)

    def test_idle_while_the_window_moves_over_nothing(self, hand: CalendarHand) -> None:
        hand.put(event())
        calendar = hand.open()
        cursor = look(calendar).cursor
        later = calendar.changes(cursor, SINCE + HOUR, UNTIL + HOUR)
        assert later == CalendarChanges(cursor=cursor)

    def test_an_added_event_alone_is_told(self, hand: CalendarHand) -> None:
        hand.put(event())
        cursor = look(hand.open()).cursor
        hand.put(event("two@acme.example"))
        changes = look(hand.open(), cursor)
        assert [e.uid for e in changes.events] == ["two@acme.example"]
        assert changes.cursor != cursor

    def test_a_changed_event_alone_is_told(self, hand: CalendarHand) -> None:
        hand.put(event())
        hand.put(event("two@acme.example"))
        calendar = hand.open()
        cursor = look(calendar).cursor
        hand.put(event(title="Interview with ACME"))
        changes = look(calendar, cursor)
        assert [(e.uid, e.title) for e in changes.events] == [("one@acme.example", "Interview with ACME")]
        assert look(calendar, changes.cursor) == CalendarChanges(cursor=changes.cursor)

    def test_a_moved_event_is_changed_and_not_missing(self, hand: CalendarHand) -> None:
        hand.put(event())
        cursor = look(hand.open()).cursor
        hand.put(event(start=NOW + 5 * HOUR))
        changes = look(hand.open(), cursor)
        assert [e.start for e in changes.events] == [NOW + 5 * HOUR]
        assert changes.missing == ()

    @pytest.mark.parametrize("start", [UNTIL + WEEK, SINCE - WEEK], ids=["later", "earlier"])
    def test_an_event_moved_out_of_the_window_is_told(self, hand: CalendarHand, start: datetime) -> None:
        hand.put(event())
        hand.put(event("two@acme.example"))
        cursor = look(hand.open()).cursor
        hand.put(event(start=start))
        changes = look(hand.open(), cursor)
        assert [e.start for e in changes.events] == [start]
        assert changes.missing == ()

    def test_a_cancelled_event_keeps_its_place(self, hand: CalendarHand) -> None:
        hand.put(event())
        cursor = look(hand.open()).cursor
        hand.put(event(status=EventStatus.CANCELLED))
        changes = look(hand.open(), cursor)
        assert [e.status for e in changes.events] == [EventStatus.CANCELLED]
        assert changes.missing == ()

    def test_a_removed_event_is_missing_once(self, hand: CalendarHand) -> None:
        hand.put(event())
        hand.put(event("two@acme.example"))
        cursor = look(hand.open()).cursor
        hand.remove("one@acme.example")
        changes = look(hand.open(), cursor)
        assert changes.missing == (("one@acme.example", ""),)
        assert changes.complete
        assert look(hand.open(), changes.cursor) == CalendarChanges(cursor=changes.cursor)

    def test_a_calendar_that_lists_nothing_any_more_is_not_complete(self, hand: CalendarHand) -> None:
        hand.put(event())
        hand.put(event("two@acme.example"))
        cursor = look(hand.open()).cursor
        hand.remove("one@acme.example")
        hand.remove("two@acme.example")
        changes = look(hand.open(), cursor)
        assert not changes.complete
        assert changes.missing == ()
        hand.put(event())
        hand.put(event("two@acme.example"))
        back = look(hand.open(), changes.cursor)
        assert back.complete
        assert back.missing == ()

    def test_an_event_that_leaves_the_window_is_not_missing(self, hand: CalendarHand) -> None:
        hand.put(event())
        hand.put(event("two@acme.example", start=NOW + WEEK))
        cursor = look(hand.open()).cursor
        hand.remove("one@acme.example")
        later = hand.open().changes(cursor, NOW + 3 * HOUR, UNTIL)
        assert later.missing == ()
        assert later.complete

    def test_the_window_moves_on(self, hand: CalendarHand) -> None:
        hand.put(event())
        hand.put(event("far@acme.example", start=UNTIL + timedelta(days=2)))
        first = look(hand.open())
        assert [e.uid for e in first.events] == ["one@acme.example"]
        nearly = hand.open().changes(first.cursor, SINCE, UNTIL + timedelta(days=2))
        assert nearly.events == ()
        later = hand.open().changes(nearly.cursor, SINCE, UNTIL + timedelta(days=2, minutes=5))
        assert [e.uid for e in later.events] == ["far@acme.example"]
        again = hand.open().changes(later.cursor, SINCE, UNTIL + timedelta(days=2, minutes=10))
        assert again.events == ()

    def test_a_series_gives_each_occurrence_once(self, hand: CalendarHand) -> None:
        start = datetime(2026, 3, 5, 15, tzinfo=UTC)
        hand.series("weekly@acme.example", start, 20)
        first = look(hand.open())
        assert [e.start for e in first.events] == [start + n * WEEK for n in range(5)]
        assert first.events[0].recurrence_id == "2026-03-05T15:00:00+00:00"
        told = [e.start for e in first.events]
        cursor = first.cursor
        for days in range(1, 40):
            moved = hand.open().changes(cursor, SINCE, UNTIL + timedelta(days=days))
            told += [e.start for e in moved.events]
            cursor = moved.cursor
        assert told == [start + n * WEEK for n in range(len(told))]
        assert told[-1] < UNTIL + timedelta(days=39) <= told[-1] + WEEK

    def test_exceptions_of_a_series(self, hand: CalendarHand) -> None:
        start = datetime(2026, 3, 5, 15, tzinfo=UTC)
        hand.series("weekly@acme.example", start, 4)
        cursor = look(hand.open()).cursor
        hand.series("weekly@acme.example", start, 4, moved={1: start + WEEK + 3 * HOUR}, cancelled=(2,))
        changes = look(hand.open(), cursor)
        found = {e.recurrence_id: (e.start, e.status) for e in changes.events}
        assert found == {
            (start + WEEK).isoformat(): (start + WEEK + 3 * HOUR, EventStatus.CONFIRMED),
            (start + 2 * WEEK).isoformat(): (start + 2 * WEEK, EventStatus.CANCELLED),
        }
        assert changes.missing == ()
        told = hand.open().event("weekly@acme.example", (start + WEEK).isoformat())
        assert told is not None
        assert told.start == start + WEEK + 3 * HOUR

    def test_an_event_is_read_again(self, hand: CalendarHand) -> None:
        calendar = hand.open()
        assert calendar.event("one@acme.example", "") is None
        hand.put(event())
        hand.put(event("two@acme.example"))
        first = calendar.event("one@acme.example", "")
        assert first is not None
        assert first == next(e for e in look(calendar).events if e.uid == "one@acme.example")
        hand.put(event(title="Moved on", start=UNTIL + WEEK))
        for provider in (calendar, hand.open()):
            again = provider.event("one@acme.example", "")
            assert again is not None
            assert (again.title, again.start) == ("Moved on", UNTIL + WEEK)
        hand.remove("one@acme.example")
        assert calendar.event("one@acme.example", "") is None
        assert calendar.event("two@acme.example", "2026-03-05T15:00:00+00:00") is None

    @pytest.mark.parametrize("cursor", ["", "nonsense", "vdir1|x|y", "999999|", "maildir1||"])
    def test_a_cursor_of_somebody_else_is_lost(self, hand: CalendarHand, cursor: str) -> None:
        hand.put(event())
        with pytest.raises(CursorLost):
            look(hand.open(), cursor)


# --- the calendars of this module ---------------------------------------------------------------


class MemoryHand:
    def __init__(self) -> None:
        self.calendar = MemoryCalendar()

    def open(self) -> Calendar:
        return self.calendar

    def put(self, event: Event) -> None:
        self.calendar.put(event)

    def remove(self, uid: str) -> None:
        self.calendar.remove(uid)

    def series(
        self,
        uid: str,
        start: datetime,
        count: int,
        moved: dict[int, datetime] | None = None,
        cancelled: tuple[int, ...] = (),
    ) -> None:
        for n in range(count):
            original = start + n * WEEK
            begins = (moved or {}).get(n, original)
            status = EventStatus.CANCELLED if n in cancelled else EventStatus.CONFIRMED
            new = event(uid, begins, recurrence_id=original.isoformat(), status=status)
            if self.calendar.event(uid, new.recurrence_id) != new:
                self.calendar.put(new)


class TestMemory(CalendarContract):
    @pytest.fixture
    def hand(self) -> MemoryHand:
        return MemoryHand()

    def test_partial_answers_prove_no_absence(self, hand: MemoryHand) -> None:
        hand.calendar.partial = True
        with pytest.raises(Unavailable):
            hand.calendar.event("one@acme.example", "")
        assert not look(hand.calendar).complete

    def test_broken_says_so(self, hand: MemoryHand) -> None:
        hand.calendar.broken = Unavailable("away")
        with pytest.raises(Unavailable):
            look(hand.calendar)
        with pytest.raises(Unavailable):
            hand.calendar.event("one@acme.example", "")

    def test_forgotten_cursors_are_lost(self, hand: MemoryHand) -> None:
        hand.put(event())
        cursor = look(hand.calendar).cursor
        hand.calendar.forget()
        with pytest.raises(CursorLost):
            look(hand.calendar, cursor)


def stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def vevent(given: Event, *more: str) -> str:
    people = [
        f'ATTENDEE;CN="{a.name}";PARTSTAT={a.partstat.upper()}:mailto:{a.email}' for a in given.attendees
    ]
    people = [line.replace('CN="";', "") for line in people]
    lines = [
        "BEGIN:VEVENT",
        f"UID:{given.uid}",
        f"DTSTART:{stamp(given.start)}",
        f"DTEND:{stamp(given.end)}",
        f"SUMMARY:{given.title}",
        f"DESCRIPTION:{given.description}",
        f"LOCATION:{given.location}",
        f"STATUS:{given.status.upper()}",
        *(
            [f'ORGANIZER;CN="{given.organizer.name}":mailto:{given.organizer.email}']
            if given.organizer
            else []
        ),
        *people,
        *(f"CATEGORIES:{category}" for category in given.categories),
        *more,
        "END:VEVENT",
    ]
    return "\r\n".join(lines)


def vcalendar(*events: str, method: str = "") -> bytes:
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", *([f"METHOD:{method}"] if method else [])]
    return "\r\n".join([*head, *events, "END:VCALENDAR", ""]).encode()


class VdirHand:
    """Writes files as khal and vdirsyncer do; each gets a new stamp however fast the test is."""

    def __init__(self, root: Path) -> None:
        self.root = root
        root.mkdir(exist_ok=True)

    def open(self) -> Calendar:
        return VdirCalendar(self.root, "Europe/London")

    def write(self, name: str, raw: bytes) -> Path:
        path = self.root / name
        path.write_bytes(raw)
        return path

    def put(self, event: Event) -> None:
        self.write(f"{event.uid}.ics", vcalendar(vevent(event)))

    def remove(self, uid: str) -> None:
        (self.root / f"{uid}.ics").unlink()

    def series(
        self,
        uid: str,
        start: datetime,
        count: int,
        moved: dict[int, datetime] | None = None,
        cancelled: tuple[int, ...] = (),
    ) -> None:
        exceptions = {n: event(uid, begins) for n, begins in (moved or {}).items()}
        exceptions |= {n: event(uid, start + n * WEEK, status=EventStatus.CANCELLED) for n in cancelled}
        self.write(
            f"{uid}.ics",
            vcalendar(
                vevent(event(uid, start), f"RRULE:FREQ=WEEKLY;COUNT={count}"),
                *(vevent(e, f"RECURRENCE-ID:{stamp(start + n * WEEK)}") for n, e in exceptions.items()),
            ),
        )


class TestVdir(CalendarContract):
    @pytest.fixture
    def hand(self, tmp_path: Path) -> VdirHand:
        return VdirHand(tmp_path / "interviews")
