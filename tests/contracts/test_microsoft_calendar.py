"""Outlook's calendar, on the simulator of Graph: the contract in full."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from followupd.core.model import Attendee, Event, EventStatus, PartStat
from followupd.errors import Unavailable
from followupd.providers.base import Calendar
from tests.contracts import test_calendars
from tests.providers.microsoft import kit
from tests.sim.microsoft import MicrosoftSimulator
from tests.sim.microsoft_calendar import OutlookCalendars
from tests.sim.microsoft_calendar_time import weekly

RESPONSES = {
    PartStat.ACCEPTED: "accepted",
    PartStat.TENTATIVE: "tentativelyAccepted",
    PartStat.DECLINED: "declined",
}


class CalendarHand:
    """The user's and the organiser's hand in Outlook."""

    def __init__(self, simulator: MicrosoftSimulator) -> None:
        self.simulator = simulator
        self.calendars: OutlookCalendars = simulator.user(kit.ME).calendars
        self.kept = kit.sign_in(simulator)
        self.ids: dict[str, str] = {}

    def open(self) -> Calendar:
        return kit.open_calendar(self.simulator, self.kept)

    def put(self, event: Event) -> None:
        given = as_graph(event)
        if event.uid in self.ids:
            self.calendars.change(self.ids[event.uid], **given)
        else:
            self.ids[event.uid] = self._add(given)

    def _add(self, given: dict[str, Any]) -> str:
        return str(self.calendars.put(given)["id"])

    def remove(self, uid: str) -> None:
        self.calendars.remove(self.ids.pop(uid))

    def series(
        self,
        uid: str,
        start: datetime,
        count: int,
        moved: dict[int, datetime] | None = None,
        cancelled: tuple[int, ...] = (),
    ) -> None:
        if uid not in self.ids:
            master = as_graph(test_calendars.event(uid, start))
            rule = weekly(start.date(), times=count)
            self.ids[uid] = self._add(master | {"recurrence": rule})
        for number, begins in (moved or {}).items():
            day = (start + number * test_calendars.WEEK).date()
            self.calendars.move(self.ids[uid], begins, begins + test_calendars.HOUR, day)
        for number in cancelled:
            self.calendars.cancel(self.ids[uid], (start + number * test_calendars.WEEK).date())


def as_graph(event: Event) -> dict[str, Any]:
    """The event as a resource of Graph."""
    who = event.organizer
    return {
        "iCalUId": event.uid,
        "subject": event.title,
        "body": event.description,
        "location": event.location,
        "start": event.start,
        "end": event.end,
        "originalStartTimeZone": event.zone or "UTC",
        "isCancelled": event.status is EventStatus.CANCELLED,
        "organizer": {"emailAddress": {"name": who.name, "address": who.email}} if who else None,
        "attendees": [guest(one) for one in event.attendees],
        "categories": list(event.categories),
    }


def guest(one: Attendee) -> dict[str, Any]:
    """A guest of whom only the address is known has it for a name, as Outlook writes it."""
    return {
        "type": "required",
        "status": {"response": RESPONSES.get(one.partstat, "none"), "time": "0001-01-01T00:00:00Z"},
        "emailAddress": {"name": one.name or one.email, "address": one.email},
    }


@pytest.fixture(scope="module")
def running() -> Iterator[MicrosoftSimulator]:
    with MicrosoftSimulator(test_calendars.NOW) as simulator:
        yield simulator


@pytest.fixture
def simulator(running: MicrosoftSimulator) -> Iterator[MicrosoftSimulator]:
    """One server for all tests of this module; the mailbox of each is new."""
    running.accounts.clear()
    yield running
    assert running.violations == []
    assert running.journal.sends() == []


class TestOutlookCalendar(test_calendars.CalendarContract):
    @pytest.fixture
    def hand(self, simulator: MicrosoftSimulator) -> CalendarHand:
        return CalendarHand(simulator)


# Each switch of the simulator stands for something that Microsoft does not document.
SWITCHES: list[dict[str, Any]] = [
    {"page_size": 2},
    {"page_size": 2, "paging": "skiptoken", "empty_pages": True},
    {"path_takes_either_id": True},
]
GUESSES: list[dict[str, Any]] = [
    {"series_share_change_key": False},
    {"uid_in_answers": True},
    {"all_day_floats": False},
]


@pytest.mark.parametrize("switches", SWITCHES, ids=lambda given: "-".join(given))
class TestOutlookCalendarOtherwise(test_calendars.CalendarContract):
    @pytest.fixture
    def hand(self, simulator: MicrosoftSimulator, switches: dict[str, Any]) -> CalendarHand:
        hand = CalendarHand(simulator)
        for name, value in switches.items():
            assert getattr(hand.calendars, name) != value
            setattr(hand.calendars, name, value)
        return hand


@pytest.mark.parametrize("guesses", GUESSES, ids=lambda given: "-".join(given))
class TestOutlookCalendarGuessedOtherwise(test_calendars.CalendarContract):
    @pytest.fixture
    def hand(self, simulator: MicrosoftSimulator, guesses: dict[str, Any]) -> CalendarHand:
        hand = CalendarHand(simulator)
        for name, value in guesses.items():
            assert getattr(hand.calendars.guesses, name) != value
            setattr(hand.calendars.guesses, name, value)
        return hand


class OtherCalendarHand(CalendarHand):
    """The same in a calendar beside the account's own, which can't be asked by UID."""

    def __init__(self, simulator: MicrosoftSimulator) -> None:
        super().__init__(simulator)
        self.calendars.add_calendar("Job search")

    def open(self) -> Calendar:
        return kit.open_calendar(self.simulator, self.kept, ("job search",))

    def _add(self, given: dict[str, Any]) -> str:
        return str(self.calendars.put(given, "Job search")["id"])


class TestAnotherCalendar(test_calendars.CalendarContract):
    @pytest.fixture
    def hand(self, simulator: MicrosoftSimulator) -> CalendarHand:
        return OtherCalendarHand(simulator)

    def test_an_event_is_read_again(self, hand: test_calendars.CalendarHand) -> None:
        """It can't be asked before it was listed once, and says so."""
        hand.put(test_calendars.event())
        calendar = hand.open()
        with pytest.raises(Unavailable, match="not listed yet"):
            calendar.event("one@acme.example", "")
        [told] = test_calendars.look(calendar).events
        assert calendar.event("one@acme.example", "") == told
        moved = test_calendars.event(start=test_calendars.UNTIL + test_calendars.WEEK)
        hand.put(moved)
        assert (again := calendar.event("one@acme.example", "")) is not None
        assert again.start == moved.start
        hand.remove("one@acme.example")
        assert calendar.event("one@acme.example", "") is None
