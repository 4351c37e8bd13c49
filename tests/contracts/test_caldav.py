"""CalDAV on real servers: the contract in full."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from typing import Literal

import pytest

from followupd.core.model import Event, EventStatus
from followupd.errors import SignInNeeded
from followupd.providers.base import Calendar
from followupd.providers.internet.caldav.calendar import open_calendar
from tests.contracts import test_calendars
from tests.contracts.test_calendars import WEEK, event, stamp, vcalendar, vevent
from tests.servers import cyrus, radicale, xandikos
from tests.servers.calendars import Calendars

NUMBERS = count()


class Password:
    """A `Proof` that never changes."""

    scheme: Literal["password", "token"] = "password"

    def __init__(self, user: str, word: str) -> None:
        self.user, self._word = user, word

    def secret(self, *, renewed: bool = False) -> str:
        return self._word

    def refused(self, said: str) -> SignInNeeded:
        return SignInNeeded(f"not taken: {said}")


class DavHand:
    """The user's and the organiser's hand in a calendar on a server."""

    def __init__(self, calendars: Calendars) -> None:
        self.calendars = calendars
        self.calendar = f"talks-{next(NUMBERS)}"
        calendars.make(self.calendar, "Interviews & talks")

    def open(self) -> Calendar:
        proof = Password(self.calendars.user, self.calendars.password)
        return open_calendar(
            account="personal",
            zone="Europe/London",
            proof=proof,
            url=self.calendars.url,
            calendars=(),
        )

    def put(self, event: Event) -> None:
        self.calendars.put(self.calendar, event.uid, vcalendar(vevent(event)))

    def remove(self, uid: str) -> None:
        self.calendars.delete(self.calendar, uid)

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
        master = vevent(event(uid, start), f"RRULE:FREQ=WEEKLY;COUNT={count}")
        others = (vevent(e, f"RECURRENCE-ID:{stamp(start + n * WEEK)}") for n, e in exceptions.items())
        self.calendars.put(self.calendar, uid, vcalendar(master, *others))


class TestRadicale(test_calendars.CalendarContract):
    @pytest.fixture
    def hand(self) -> DavHand:
        return DavHand(radicale.shared().user())


class TestXandikos(test_calendars.CalendarContract):
    @pytest.fixture
    def hand(self) -> DavHand:
        return DavHand(xandikos.shared().user())


class TestCyrus(test_calendars.CalendarContract):
    @pytest.fixture
    def hand(self) -> DavHand:
        return DavHand(cyrus.shared().user().calendars)
