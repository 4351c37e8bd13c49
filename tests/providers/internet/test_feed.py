"""Calendar feeds: what is asked of whom, what a broken or emptied feed means, and what stays secret."""

from __future__ import annotations

import gzip
import logging
from datetime import datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest
import requests
import responses

from followupd.core.model import EventStatus
from followupd.errors import CursorLost, ProviderError, Refused, SignInNeeded, Unavailable
from followupd.providers.base import CalendarChanges
from followupd.providers.http import TooLarge
from followupd.providers.internet.cursors import pack, unpack
from followupd.providers.internet.feeds import wire as feedwire
from followupd.providers.internet.feeds.calendar import FeedCalendar, open_feed
from tests.contracts.test_calendars import (
    HOUR,
    NOW,
    SINCE,
    UNTIL,
    WEEK,
    event,
    look,
    stamp,
    vcalendar,
    vevent,
)
from tests.providers.internet.dav_kit import Proof
from tests.sim.server import HttpServer, Reply, Request

SECRET = "private-9f8e7d6c5b4a"
URL = f"https://calendar.example/ical/sam%40example.com/{SECRET}/basic.ics?key={SECRET}"
ONE, TWO = "one@acme.example", "two@acme.example"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


class Feed:
    """A server of one feed at a moment, on `responses`."""

    def __init__(self, mock: responses.RequestsMock) -> None:
        self.mock, self.now, self.raw = mock, NOW, b""
        self.headers: dict[str, str] = {}
        self.status = 200
        mock.add_callback(responses.GET, URL.partition("?")[0], self._answer, content_type=None)

    def _answer(self, _: requests.PreparedRequest) -> tuple[int, dict[str, str], bytes]:
        date = {"Date": format_datetime(self.now, usegmt=True)}
        return self.status, date | self.headers, b"" if self.status == 304 else self.raw

    def shows(self, *uids: str, **more: Any) -> None:
        self.raw = vcalendar(*(vevent(event(uid, **more)) for uid in uids))

    def open(self, url: str = URL, proof: Proof | None = None, name: str = "") -> FeedCalendar:
        return _quick(
            open_feed(zone="Europe/London", url=url, proof=proof, name=name, clock=lambda: self.now)
        )

    @property
    def sent(self) -> list[requests.PreparedRequest]:
        return [call.request for call in self.mock.calls]


def _quick(calendar: FeedCalendar) -> FeedCalendar:
    calendar._wire._sleep = lambda _: None
    return calendar


@pytest.fixture
def feed() -> Any:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield Feed(mock)


def uids(changes: CalendarChanges) -> list[str]:
    return [one.uid for one in changes.events]


# --- addresses ---


@pytest.mark.parametrize("scheme", ["webcal", "https", "webcals", "WEBCAL"])
def test_webcal_is_asked_over_https(feed: Feed, scheme: str) -> None:
    feed.shows(ONE)
    assert uids(look(feed.open(URL.replace("https", scheme)))) == [ONE]
    assert [request.url for request in feed.sent] == [URL]


@pytest.mark.parametrize(
    "url", ["http://calendar.example/x.ics", "ftp://x.example/", "", "webcal://", "x.ics", "https://["]
)
def test_what_can_not_be_asked_safely_is_refused(url: str) -> None:
    with pytest.raises(Refused, match="must begin with https://"):
        open_feed(zone="UTC", url=url)


def test_a_name_and_password_in_the_address_go_as_basic(feed: Feed) -> None:
    feed.shows(ONE)
    look(feed.open(URL.replace("://", "://sam%40x:p%3Aw@")))
    [request] = feed.sent
    assert request.headers["Authorization"] == requests.auth._basic_auth_str("sam@x", "p:w")
    assert "sam%40x:" not in str(request.url)


def test_the_events_carry_the_calendars_name(feed: Feed) -> None:
    feed.raw = vcalendar("X-WR-CALNAME:Interviews", vevent(event()))
    assert [(e.calendar, e.calendar_name) for e in look(feed.open()).events] == [
        ("calendar.example", "Interviews")
    ]
    assert [(e.calendar, e.calendar_name) for e in look(feed.open(name="Jobs")).events] == [("Jobs", "Jobs")]


# --- conditional requests ---


def test_marks_are_sent_back_and_only_a_rest_is_a_rest(feed: Feed) -> None:
    feed.shows(ONE)
    feed.headers = {"ETag": 'W/"1"', "Last-Modified": "Wed, 04 Mar 2026 11:00:00 GMT"}
    calendar = feed.open()
    first = look(calendar)
    feed.status = 304
    for one in (calendar, feed.open()):
        assert look(one, first.cursor) == CalendarChanges(cursor=first.cursor)
        conditions = {
            name: feed.sent[-1].headers.get(name) for name in ("If-None-Match", "If-Modified-Since")
        }
        assert list(conditions.values()) == ['W/"1"', "Wed, 04 Mar 2026 11:00:00 GMT"]
    assert len(feed.sent) == 3


def test_a_feed_that_has_not_changed_is_read_anew_when_the_window_gets_to_an_event(feed: Feed) -> None:
    feed.raw = vcalendar(
        vevent(event(ONE, UNTIL + HOUR)), vevent(event("far@acme.example", UNTIL + 60 * DAY))
    )
    feed.headers = {"ETag": '"1"'}
    first = look(feed.open())
    assert first.events == ()
    later = feed.open().changes(first.cursor, SINCE, UNTIL + 2 * HOUR)
    assert uids(later) == [ONE]
    assert "If-None-Match" not in feed.sent[-1].headers
    far = feed.open().changes(later.cursor, SINCE, UNTIL + 65 * DAY)
    assert uids(far) == ["far@acme.example"]
    again = feed.open()
    again.changes(later.cursor, SINCE, UNTIL + 2 * HOUR)
    assert feed.sent[-1].headers["If-None-Match"] == '"1"'
    feed.status = 304
    near = again.changes(later.cursor, SINCE, UNTIL + 40 * DAY)
    assert (near.events, near.missing, near.complete) == ((), (), True)


def test_not_modified_without_having_asked_is_no_answer(feed: Feed) -> None:
    feed.status = 304
    with pytest.raises(Unavailable, match="did not hand out the feed"):
        look(feed.open())


@pytest.mark.parametrize("kept", [2 * HOUR, timedelta(0)], ids=["the origin's date", "the cache's date"])
def test_a_feed_from_a_cache_is_as_old_as_it_says(feed: Feed, kept: timedelta) -> None:
    """RFC 9111 section 5.1: what ended since it was made has ended now."""
    feed.shows(ONE)
    feed.headers = {"Age": "7200"}
    calendar = open_feed(zone="Europe/London", url=URL, clock=lambda: feed.now + kept)
    assert uids(look(calendar)) == [ONE]
    assert calendar._wire.fetch().at == feed.now + kept


# --- redirects and credentials ---


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed_without_credentials_elsewhere(feed: Feed, status: int) -> None:
    feed.shows(ONE)
    first, other = "https://short.example/x", "https://cdn.other.example/y"
    for url, target in ((first, other), (other, URL)):
        headers = {"Location": target, "Set-Cookie": "who=sam; Domain=example; Path=/"}
        feed.mock.add(responses.GET, url, status=status, headers=headers)
    calendar = feed.open(first, Proof("sam", ["secret"]))
    cursor = look(calendar).cursor
    sent = [
        (request.url, request.headers.get("Authorization"), request.headers.get("Cookie"))
        for request in feed.sent
    ]
    basic = requests.auth._basic_auth_str("sam", "secret")
    assert sent == [(first, basic, None), (other, None, None), (URL, None, None)]
    assert look(calendar, cursor).cursor == cursor
    assert len(feed.sent) == 3 + (1 if status in {301, 308} else 3)


@pytest.mark.parametrize(
    "target", ["http://calendar.example/x", "http://127.0.0.1/admin", "ftp://x.example/", "https://[", ""]
)
def test_redirects_out_of_the_encryption_are_refused(feed: Feed, target: str) -> None:
    feed.mock.add(responses.GET, "https://short.example/x", status=302, headers={"Location": target})
    with pytest.raises((Refused, Unavailable)) as told:
        look(feed.open("https://short.example/x"))
    assert len(feed.sent) <= 6
    assert {str(request.url).split("/")[2] for request in feed.sent} == {"short.example"}
    assert target == "" or "without encryption" in str(told.value)


def test_redirects_without_end(feed: Feed) -> None:
    feed.mock.add(responses.GET, "https://a.example/", status=302, headers={"Location": "https://b.example/"})
    feed.mock.add(responses.GET, "https://b.example/", status=302, headers={"Location": "https://a.example/"})
    with pytest.raises(Unavailable, match="without end"):
        look(feed.open("https://a.example/"))
    assert len(feed.sent) == 6


def test_a_refused_password(feed: Feed) -> None:
    feed.status = 401
    feed.headers = {"WWW-Authenticate": "Basic"}
    proof = Proof("sam", ["old", "new"])
    with pytest.raises(SignInNeeded):
        look(feed.open(proof=proof))
    assert len(feed.sent) == 2
    with pytest.raises(Refused, match="add `user` and `password_command`"):
        look(feed.open())


def test_the_address_is_told_nowhere(feed: Feed, caplog: pytest.LogCaptureFixture) -> None:
    """Not in errors, problems, cursors, or the log."""
    caplog.set_level(logging.INFO)
    feed.shows(ONE, TWO)
    cursor = look(feed.open()).cursor
    texts = [cursor]
    feed.shows()
    texts.append(str(look(feed.open(), cursor)))
    for status in (401, 403, 404, 410, 418, 429, 500):
        feed.status = status
        texts.append(_refusal(feed))
    feed.status, feed.raw = 200, b"<html>"
    texts.append(_refusal(feed))
    feed.status, feed.headers = 302, {"Location": f"http://evil.example/{SECRET}"}
    texts.append(_refusal(feed))
    feed.now += 3 * HOUR
    feed.mock.replace(responses.GET, URL.partition("?")[0], body=requests.ConnectionError(f"{URL} failed"))
    texts.append(_refusal(feed))
    assert not [text for text in [*texts, caplog.text] if SECRET in text]


def _refusal(feed: Feed) -> str:
    with pytest.raises(ProviderError) as told:
        look(feed.open())
    return str(told.value)


# --- what is no calendar ---


@pytest.mark.parametrize(
    "page", [b"<!DOCTYPE html><html>", b"\xef\xbb\xbf\n <HTML>", b"<?xml version='1.0'?><error/>"]
)
def test_a_web_page_is_no_calendar(feed: Feed, page: bytes) -> None:
    feed.shows(ONE, TWO)
    cursor = look(feed.open()).cursor
    feed.raw = page
    with pytest.raises(Unavailable, match="a web page instead of a calendar"):
        look(feed.open(), cursor)
    with pytest.raises(Unavailable):
        feed.open().event(ONE, "")


@pytest.mark.parametrize(
    "raw", [b"", b"nothing of the kind", b"\x00\xff\xfe", vcalendar()[:20]], ids=range(4)
)
def test_nothing_is_missing_from_what_is_no_calendar(feed: Feed, raw: bytes) -> None:
    feed.shows(ONE)
    calendar = feed.open()
    first = look(calendar)
    feed.raw = raw
    broken = look(calendar, first.cursor)
    assert (broken.events, broken.missing, broken.complete) == ((), (), False)
    assert broken.problems
    with pytest.raises(Unavailable):
        calendar.event(ONE, "")
    feed.shows(ONE)
    mended = look(feed.open(), broken.cursor)
    assert (mended.events, mended.missing, mended.complete) == ((), (), True)


def test_a_feed_that_was_cut_off_tells_what_it_has(feed: Feed) -> None:
    feed.shows(ONE, TWO)
    feed.headers = {"ETag": '"1"'}
    first = look(feed.open())
    whole = vcalendar(*(vevent(event(uid)) for uid in ("three@acme.example", TWO, ONE)))
    feed.raw, feed.headers = whole[: whole.index(b"UID:" + ONE.encode())], {"ETag": '"2"'}
    cut = look(feed.open(), first.cursor)
    assert (uids(cut), cut.missing, cut.complete) == (["three@acme.example"], (), False)
    feed.headers = {"ETag": '"3"'}
    again = look(feed.open(), cut.cursor)
    assert "If-None-Match" not in feed.sent[-1].headers
    assert (again.events, again.cursor, again.complete) == ((), cut.cursor, False)
    feed.raw = whole
    assert look(feed.open(), cut.cursor).complete


def test_an_event_that_can_not_be_read_does_not_stop_the_others(feed: Feed) -> None:
    feed.shows(ONE, TWO)
    calendar = feed.open()
    cursor = look(calendar).cursor
    feed.raw = feed.raw.replace(b"DTSTART:20260304T130000Z", b"DTSTART:tomorrow", 1)
    feed.raw = feed.raw.replace(b"SUMMARY:", b"SUMMARY:Changed ")
    changes = look(calendar, cursor)
    assert (uids(changes), changes.missing, changes.complete) == ([TWO], (), True)
    assert len(changes.problems) == 1
    with pytest.raises(Unavailable):
        calendar.event(ONE, "")


@pytest.mark.parametrize("charset", ["utf-8-sig", "utf-16", "cp1252"])
def test_charsets(feed: Feed, charset: str) -> None:
    feed.raw = vcalendar(vevent(event(title="Gespräch"))).decode().encode(charset)
    assert [one.title for one in look(feed.open()).events] == ["Gespräch"]


# --- what leaves the feed ---


def test_a_feed_that_shows_the_future_alone_cancels_nothing_that_was_held(feed: Feed) -> None:
    feed.shows(ONE, TWO)
    later = vevent(event("later@acme.example", NOW + WEEK))
    feed.raw = feed.raw.replace(b"END:VCALENDAR", later.encode() + b"\r\nEND:VCALENDAR")
    calendar = feed.open()
    first = look(calendar)
    feed.now = NOW + 2 * HOUR + 45 * MINUTE
    feed.raw = vcalendar(later)
    for one in (calendar, feed.open()):
        after = look(one, first.cursor)
        assert (after.events, after.missing, after.complete) == ((), (), True)
        held = one.event(ONE, "")
        assert held == first.events[0]
        assert look(one, after.cursor) == CalendarChanges(cursor=after.cursor)
    feed.now = NOW + 9 * timedelta(days=1)
    feed.raw = vcalendar(vevent(event("new@acme.example", feed.now + HOUR)))
    assert look(feed.open(), after.cursor).missing == ()


def test_a_feed_that_shows_the_past_has_lost_what_it_does_not_show(feed: Feed) -> None:
    past = vevent(event("past@acme.example", NOW - 5 * HOUR))
    feed.raw = vcalendar(past, vevent(event()), vevent(event(TWO)))
    calendar = feed.open()
    first = look(calendar)
    feed.now = NOW + 3 * HOUR
    feed.raw = vcalendar(past, vevent(event(TWO)))
    assert look(calendar, first.cursor).missing == ((ONE, ""),)
    assert calendar.event(ONE, "") is None


def test_what_leaves_before_it_ended_is_missing_from_any_feed(feed: Feed) -> None:
    feed.shows(ONE, TWO)
    calendar = feed.open()
    cursor = look(calendar).cursor
    feed.now = NOW + 90 * MINUTE
    feed.shows(TWO)
    assert look(calendar, cursor).missing == ((ONE, ""),)
    assert calendar.event(ONE, "") is None


@pytest.mark.parametrize("days_off", [0, 1], ids=["alone", "beside a day off"])
def test_a_feed_of_what_is_to_begin_cancels_nothing_that_is_held(feed: Feed, days_off: int) -> None:
    midnight = NOW.replace(hour=0)
    rest = [event(TWO, NOW + DAY)]
    rest += [event("off@acme.example", midnight, end=midnight + 2 * DAY, all_day=True)] * days_off
    feed.raw = vcalendar(*(vevent(one) for one in (event(ONE), *rest)))
    feed.raw = feed.raw.replace(b"DTSTART:20260304T000000Z", b"DTSTART;VALUE=DATE:20260304")
    feed.raw = feed.raw.replace(b"DTEND:20260306T000000Z", b"DTEND;VALUE=DATE:20260306")
    first = look(feed.open())
    without = feed.raw.replace(vevent(event(ONE)).encode() + b"\r\n", b"")
    feed.now, feed.raw = NOW + HOUR + 10 * MINUTE, without
    for one in (feed.open(), feed.open()):
        during = look(one, first.cursor)
        assert (during.events, during.missing, during.complete) == ((), (), True)
        held = one.event(ONE, "")
        assert held is not None
        assert held.start == NOW + HOUR
    feed.now = NOW + 50 * MINUTE
    soon = feed.open()
    assert look(soon, first.cursor).missing == ((ONE, ""),)
    assert soon.event(ONE, "") is None


def test_a_feed_that_lists_what_began_before_has_lost_what_is_held(feed: Feed) -> None:
    longer = event("long@acme.example", NOW + HOUR / 2, end=NOW + 5 * HOUR)
    feed.raw = vcalendar(vevent(event()), vevent(longer))
    calendar = feed.open()
    cursor = look(calendar).cursor
    feed.now, feed.raw = NOW + 90 * MINUTE, vcalendar(vevent(longer))
    assert look(calendar, cursor).missing == ((ONE, ""),)
    assert calendar.event(ONE, "") is None


def test_an_instance_of_a_series_that_is_over_may_leave(feed: Feed) -> None:
    starts = [NOW + HOUR, NOW + HOUR + WEEK]
    instances = [vevent(event(ONE, start), f"RECURRENCE-ID:{stamp(start)}") for start in starts]
    feed.raw = vcalendar(*instances)
    calendar = feed.open()
    cursor = look(calendar).cursor
    feed.now = NOW + 4 * HOUR
    feed.raw = vcalendar(instances[1])
    assert look(calendar, cursor).missing == ()
    feed.now = NOW
    assert look(feed.open(), cursor).missing == ((ONE, starts[0].isoformat()),)


def test_an_emptied_feed_is_doubted_until_it_shows_something(feed: Feed) -> None:
    feed.shows(ONE, TWO)
    calendar = feed.open()
    first = look(calendar)
    feed.raw = vcalendar()
    for one in (calendar, feed.open()):
        empty = look(one, first.cursor)
        assert (empty.events, empty.missing, empty.complete) == ((), (), False)
        assert ["nudges wait" in problem.what for problem in empty.problems] == [True]
        with pytest.raises(Unavailable):
            one.event(ONE, "")
    feed.shows("new@acme.example")
    back = look(calendar, first.cursor)
    assert (uids(back), sorted(back.missing), back.complete) == (
        ["new@acme.example"],
        [(ONE, ""), (TWO, "")],
        True,
    )


def at(calendar: FeedCalendar, cursor: str, passed: timedelta) -> CalendarChanges:
    return calendar.changes(cursor, SINCE + passed, UNTIL + passed)


@pytest.mark.parametrize("restarts", [False, True])
def test_an_emptied_feed_is_believed_after_a_day(feed: Feed, restarts: bool) -> None:
    feed.raw = vcalendar(vevent(event(ONE, NOW + 3 * DAY)), vevent(event(TWO, NOW + 4 * DAY)))
    calendar = feed.open()
    cursor = look(calendar).cursor
    feed.raw = vcalendar()
    cursors = []
    for hours in (0, 1, 2, 23):
        calendar = feed.open() if restarts else calendar
        doubtful = at(calendar, cursor, hours * HOUR)
        assert (doubtful.events, doubtful.missing, doubtful.complete) == ((), (), False)
        with pytest.raises(Unavailable):
            calendar.event(ONE, "")
        cursor = doubtful.cursor
        cursors.append(cursor)
    assert cursors[1:] == [cursors[1]] * 3
    calendar = feed.open() if restarts else calendar
    believed = at(calendar, cursor, DAY)
    assert (believed.missing, believed.complete, believed.problems) == (((ONE, ""), (TWO, "")), True, ())
    assert calendar.event(ONE, "") is None
    assert at(calendar, believed.cursor, DAY + HOUR) == CalendarChanges(cursor=believed.cursor)


def test_two_looks_at_an_emptied_feed_are_too_few(feed: Feed) -> None:
    feed.raw = vcalendar(vevent(event(ONE, NOW + 3 * DAY)), vevent(event(TWO, NOW + 4 * DAY)))
    cursor = look(feed.open()).cursor
    feed.raw = vcalendar()
    cursor = look(feed.open(), cursor).cursor
    second = at(feed.open(), cursor, 2 * DAY)
    assert (second.missing, second.complete) == ((), False)
    assert len(at(feed.open(), second.cursor, 2 * DAY + HOUR).missing) == 2


@pytest.mark.parametrize("tagged", [False, True])
def test_a_feed_that_shows_something_again_is_doubted_anew(feed: Feed, tagged: bool) -> None:
    feed.raw = vcalendar(vevent(event(ONE, NOW + 3 * DAY)), vevent(event(TWO, NOW + 4 * DAY)))
    full = feed.raw
    feed.headers = {"ETag": '"full"'} if tagged else {}
    first = look(feed.open())
    feed.raw, feed.headers = vcalendar(), {}
    cursor = at(feed.open(), look(feed.open(), first.cursor).cursor, HOUR).cursor
    feed.raw, feed.headers = full, {"ETag": '"full"'} if tagged else {}
    back = at(feed.open(), cursor, 2 * HOUR)
    assert (back.events, back.missing, back.complete) == ((), (), True)
    assert at(feed.open(), back.cursor, 3 * HOUR) == CalendarChanges(cursor=back.cursor)
    feed.raw, feed.headers = vcalendar(), {}
    cursor = at(feed.open(), back.cursor, 30 * HOUR).cursor
    again = at(feed.open(), cursor, 40 * HOUR)
    assert (again.missing, again.complete) == ((), False)
    assert at(feed.open(), again.cursor, 53 * HOUR).complete is False
    assert at(feed.open(), again.cursor, 54 * HOUR).complete is True


def test_the_last_event_of_a_feed_may_be_cancelled(feed: Feed) -> None:
    feed.shows(ONE)
    calendar = feed.open()
    cursor = look(calendar).cursor
    feed.raw = vcalendar()
    assert look(calendar, cursor).missing == ((ONE, ""),)
    assert calendar.event(ONE, "") is None
    feed.raw = vcalendar(vevent(event(status=EventStatus.CANCELLED)), method="CANCEL")
    assert [one.status for one in look(calendar, cursor).events] == [EventStatus.CANCELLED]


def test_what_is_missing_is_confirmed_without_asking_for_each(
    feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    moment = 1_000.0
    monkeypatch.setattr("followupd.providers.internet.feeds.calendar.time.monotonic", lambda: moment)
    feed.raw = vcalendar(*(vevent(event(f"{n}@x", NOW + n * HOUR)) for n in range(1, 61)))
    calendar = feed.open()
    cursor = look(calendar).cursor
    feed.raw = vcalendar(vevent(event("60@x", NOW + 60 * HOUR)))
    changes = look(calendar, cursor)
    assert len(changes.missing) == 59
    assert [key for key in changes.missing if calendar.event(*key)] == []
    assert len(feed.sent) == 2
    assert calendar.event("60@x", "") is not None
    assert len(feed.sent) == 3
    feed.raw = vcalendar(vevent(event("1@x")))
    moment += 59
    assert calendar.event("1@x", "") is None
    moment += 1
    assert calendar.event("1@x", "") is not None
    moment -= 1
    look(calendar, changes.cursor)
    assert calendar.event("1@x", "") is not None


# --- UIDs made anew ---


def _series(uid: str, start: datetime) -> str:
    return vevent(event(uid, start, title="Weekly call"), "RRULE:FREQ=WEEKLY;COUNT=3")


def test_events_go_on_though_the_feed_makes_new_uids_at_every_fetch(feed: Feed) -> None:
    def fetch(number: int, title: str = "Interview with Acme", text: str = "") -> None:
        first = event(f"1-{number}@x", NOW + HOUR, title=title, description=text)
        late = event(f"3-{number}@x", UNTIL + HOUR)
        feed.raw = vcalendar(vevent(first), _series(f"2-{number}@x", NOW - DAY), vevent(late))

    fetch(0)
    calendar = feed.open()
    first = look(calendar)
    assert sorted(uids(first)) == ["1-0@x", *["2-0@x"] * 3]
    cursor = first.cursor
    for number in range(1, 5):
        feed.now += 3 * HOUR
        fetch(number)
        one = calendar if number % 2 else feed.open()
        after = look(one, cursor)
        assert (after.events, after.missing, after.complete, after.problems) == ((), (), True, ())
        cursor = after.cursor
        fetch(number + 100)
        assert [one.event(told.uid, told.recurrence_id) for told in first.events] == list(first.events)
        assert one.event("1-7@x", "") is None
    fetch(9, text="Bring the plan")
    changed = look(feed.open(), cursor)
    assert [(told.uid, told.description) for told in changed.events] == [("1-0@x", "Bring the plan")]
    fetch(9, "Moved to Room 2", "Bring the plan")
    changed = look(feed.open(), changed.cursor)
    assert [(told.uid, told.title) for told in changed.events] == [("1-0@x", "Moved to Room 2")]
    later = feed.open().changes(changed.cursor, SINCE, UNTIL + DAY)
    assert [told.start for told in later.events] == [UNTIL + HOUR]
    feed.now, feed.raw = NOW, vcalendar(_series("2-10@x", NOW - DAY))
    last = feed.open()
    assert look(last, changed.cursor).missing == (("1-0@x", ""),)
    assert last.event("1-0@x", "") is None


def test_what_ended_weeks_ago_goes_on_too(feed: Feed) -> None:
    since = NOW - 30 * DAY
    feed.raw = vcalendar(vevent(event("1@x", NOW - 20 * DAY)), vevent(event("2@x")))
    first = feed.open().changes(None, since, UNTIL)
    assert uids(first) == ["1@x", "2@x"]
    feed.raw = vcalendar(vevent(event("3@x", NOW - 20 * DAY)), vevent(event("4@x")))
    after = feed.open().changes(first.cursor, since, UNTIL)
    assert (after.events, after.missing) == ((), ())


def test_a_new_event_in_the_place_of_several_is_a_new_one(feed: Feed) -> None:
    """And so is one of another time or title, one beside the old, and one of a feed that was cut off."""
    for new in (
        [event("3@x")],
        [event("3@x"), event("4@x")],
        [event(ONE), event(TWO), event("3@x")],
        [event(TWO), event("3@x", title="Coffee")],
        [event(TWO), event("3@x", NOW + 2 * HOUR)],
    ):
        feed.shows(ONE, TWO)
        cursor = look(feed.open()).cursor
        feed.raw = vcalendar(*map(vevent, new))
        changes = look(feed.open(), cursor)
        assert sorted(uids(changes)) == [one.uid for one in new if one.uid not in {ONE, TWO}]
        left = {ONE, TWO} - {one.uid for one in new}
        assert changes.missing == tuple((uid, "") for uid in sorted(left))


def test_an_event_that_comes_back_under_its_own_uid_is_itself(feed: Feed) -> None:
    feed.shows(ONE)
    cursor = look(feed.open()).cursor
    feed.shows(TWO)
    renamed = look(feed.open(), cursor)
    assert (renamed.events, renamed.missing) == ((), ())
    feed.shows(ONE, TWO)
    both = look(feed.open(), renamed.cursor)
    assert (uids(both), both.missing) == ([TWO], ())
    feed.shows(TWO)
    assert look(feed.open(), both.cursor).missing == ((ONE, ""),)


def test_a_cursor_of_the_version_before_is_read(feed: Feed) -> None:
    feed.shows(ONE)
    cursor = look(feed.open()).cursor
    said = unpack("feed1", cursor)
    for name in ("faces", "renamed", "doubt"):
        del said[name]
    before = pack("feed1", said)
    feed.raw += b"\r\n"
    assert look(feed.open(), before).events == ()
    feed.shows(TWO)
    after = look(feed.open(), before)
    assert (after.events, after.missing) == ((), ())


def test_a_cursor_is_of_one_feed(feed: Feed) -> None:
    feed.shows(ONE)
    cursor = look(feed.open()).cursor
    for other in (feed.open("https://calendar.example/other.ics"), feed.open(proof=Proof())):
        with pytest.raises(CursorLost):
            look(other, cursor)
    for broken in (cursor[:-4], cursor + "*", "feed1 " + cursor[:20], "feed1 eJw="):
        with pytest.raises(CursorLost):
            look(feed.open(), broken)


# --- on a real socket ---


def test_what_a_server_packs_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feedwire, "LARGEST", 1 << 20)
    small, bomb = gzip.compress(vcalendar(vevent(event()))), gzip.compress(b" " * (64 << 20), 9)
    asked: list[Request] = []

    def answer(request: Request) -> Reply:
        asked.append(request)
        return Reply(200, small if request.path == "/small" else bomb, {"Content-Encoding": "gzip"})

    server = HttpServer(answer, pytest.fail)
    try:
        root = f"http://127.0.0.1:{server.server_address[1]}"
        assert uids(look(_quick(open_feed(zone="UTC", url=root + "/small")))) == [ONE]
        with pytest.raises(TooLarge, match="larger than 1 MB"):
            look(_quick(open_feed(zone="UTC", url=root + "/bomb")))
        assert [one.path for one in asked] == ["/small", "/bomb"]
    finally:
        server.close()


def test_cookies_are_not_kept() -> None:
    cookies: list[str | None] = []
    raw = vcalendar(vevent(event()))

    def answer(request: Request) -> Reply:
        cookies.append(request.headers.get("cookie"))
        return Reply(200, raw, {"Set-Cookie": "who=sam; Path=/"})

    server = HttpServer(answer, pytest.fail)
    try:
        calendar = _quick(open_feed(zone="UTC", url=f"http://127.0.0.1:{server.server_address[1]}/"))
        look(calendar)
        look(calendar)
        assert cookies == [None, None]
    finally:
        server.close()


def test_a_feed_that_changes_in_what_is_not_read_is_parsed_once(
    feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    feed.shows(ONE)
    calendar = feed.open()
    cursor = look(calendar).cursor
    feed.raw = feed.raw.replace(b"VERSION:2.0", b"VERSION:2.0\r\nX-ODD:1")
    assert look(calendar, cursor) == CalendarChanges(cursor=cursor)
    monkeypatch.setattr("followupd.providers.internet.feeds.calendar.read_calendar", pytest.fail)
    assert look(calendar, cursor) == CalendarChanges(cursor=cursor)


def test_an_answer_that_breaks_off_is_no_calendar() -> None:
    raw = vcalendar(vevent(event()))
    server = HttpServer(lambda _: Reply(200, raw[:100], length=len(raw)), lambda _: None)
    try:
        calendar = _quick(open_feed(zone="UTC", url=f"http://127.0.0.1:{server.server_address[1]}/"))
        with pytest.raises(Unavailable, match="broke off"):
            look(calendar)
    finally:
        server.close()


def test_a_thousand_events_are_kept_within_bounds(feed: Feed) -> None:
    start: datetime = NOW + HOUR
    feed.raw = vcalendar(*(vevent(event(f"{n}@acme.example", start + n * MINUTE)) for n in range(1_200)))
    first = look(feed.open())
    assert len(first.events) == 1_200
    assert len(first.cursor) < 200_000
    assert look(feed.open(), first.cursor).cursor == first.cursor
