"""A feed keeps the contract in full, on servers that know more and less of conditional requests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from email.utils import format_datetime
from hashlib import sha256
from itertools import count

import pytest
import requests
import responses

from followupd.core.model import Event, EventStatus
from followupd.providers.base import Calendar
from followupd.providers.internet.feeds.calendar import open_feed
from tests.contracts import test_calendars
from tests.contracts.test_calendars import NOW, WEEK, event, stamp, vcalendar, vevent

URL = "https://calendar.example/ical/private-9f8e7d/basic.ics"
WAYS = ["etag", "modified", "stamps each answer", "odd lines"]


class FeedHand:
    """The user's and the organiser's hand on what a server publishes, and the server."""

    def __init__(self, way: str) -> None:
        self.way = way
        self.items: dict[str, tuple[str, ...]] = {}
        self.asked = count(1)

    def open(self) -> Calendar:
        return open_feed(zone="Europe/London", url=URL, clock=lambda: NOW)

    def put(self, event: Event) -> None:
        self.items[event.uid] = (vevent(event),)

    def remove(self, uid: str) -> None:
        del self.items[uid]

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
        self.items[uid] = (master, *others)

    def answer(self, request: requests.PreparedRequest) -> tuple[int, dict[str, str], bytes]:
        number = next(self.asked)
        raw = vcalendar(*(part for item in self.items.values() for part in item))
        if self.way == "stamps each answer":
            raw = raw.replace(b"BEGIN:VEVENT\r\n", b"BEGIN:VEVENT\r\nDTSTAMP:20260304T12%04dZ\r\n" % number)
        if self.way == "odd lines":
            raw = raw.replace(b"VERSION:2.0\r\n", b"VERSION:2.0\r\nX-ODD:%d\r\n" % number)
        mark = f'"{sha256(raw).hexdigest()}"'
        headers = {"Date": format_datetime(NOW, usegmt=True), "Content-Type": "text/calendar; charset=utf-8"}
        if self.way == "etag":
            headers |= {"ETag": mark}
        if self.way == "modified":
            headers |= {"Last-Modified": mark}
        if self.way == "odd lines":
            headers |= {"ETag": f'W/"{number}"'}
        if mark in (request.headers.get("If-None-Match"), request.headers.get("If-Modified-Since")):
            return 304, headers, b""
        return 200, headers, raw


@pytest.mark.parametrize("way", WAYS)
class TestFeed(test_calendars.CalendarContract):
    @pytest.fixture
    def hand(self, way: str) -> Iterator[FeedHand]:
        hand = FeedHand(way)
        with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
            mock.add_callback(responses.GET, URL, hand.answer, content_type=None)
            yield hand
