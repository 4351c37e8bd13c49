"""Refusals, broken items, and servers that fail: nothing is taken for a deletion, and the rest goes on."""

from __future__ import annotations

import hashlib
import re
import ssl
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests
import responses

from followupd.core.model import Event
from followupd.errors import Refused, SignInNeeded, Unavailable
from followupd.providers.base import Calendar, CalendarChanges
from followupd.providers.internet.caldav.refusals import better_words
from followupd.providers.internet.cursors import pack, unpack
from tests.contracts.test_calendars import HOUR, NOW, SINCE, UNTIL, event, look, vcalendar, vevent
from tests.providers.internet.dav_kit import ROOT, Answer, DavServer, Folder, Proof

ONE, TWO = "one@acme.example", "two@acme.example"


def unauthorized(*offers: str) -> Answer:
    return 401, {"WWW-Authenticate": ", ".join(offers)}, "who are you?"


BASIC = unauthorized('Basic realm="dav"')


def seen(changes: CalendarChanges) -> list[str]:
    return [one.uid for one in changes.events]


# --- signing in ---


def test_a_password_goes_as_basic_in_utf8() -> None:
    server = DavServer()
    server.proof = Proof("sam", ["pässwörd"])
    with server.running():
        look(server.open())
    assert {headers["Authorization"] for _, headers in server.headers} == {"Basic c2FtOnDDpHNzd8O2cmQ="}


def test_a_token_goes_as_bearer_and_is_renewed_once() -> None:
    server = DavServer()
    server.proof = Proof("sam", ["old", "new"], "token")
    server.instead = [("place", unauthorized("Bearer"))]
    with server.running():
        look(server.open())
    sent = [headers["Authorization"] for _, headers in server.headers]
    assert sent[:2] == ["Bearer old", "Bearer new"]
    assert set(sent[1:]) == {"Bearer new"}


def test_a_refused_password_is_not_tried_twice() -> None:
    server = DavServer()
    server.always = {"place": BASIC}
    with server.running(), pytest.raises(SignInNeeded, match="does not take"):
        look(server.open())
    assert server.asked() == ["place"]
    assert server.proof.said == ["401 Unauthorized"]


def test_a_refused_password_is_tried_again_when_it_has_changed() -> None:
    server = DavServer()
    server.proof = Proof("sam", ["old", "new"])
    server.instead = [("place", BASIC), ("place", BASIC)]
    with server.running():
        calendar = server.open()
        with pytest.raises(SignInNeeded):
            look(calendar)
        assert server.asked() == ["place", "place"]
        assert look(calendar).complete


class DigestServer(BaseHTTPRequestHandler):
    """A calendar server that takes nothing but RFC 7616's answers to its own nonce."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1

    def do_PROPFIND(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        status, headers, body = self._answer(self.headers.get("Authorization", ""))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _answer(self, said: str) -> tuple[int, dict[str, str], bytes]:
        given = dict(re.findall(r'(\w+)="?([^",]*)"?', said.partition(" ")[2]))
        middle = [given.get(name, "") for name in ("nonce", "nc", "cnonce", "qop")]
        right = _md5(":".join([_md5("sam:dav:secret"), *middle, _md5(f"PROPFIND:{self.path}")]))
        if given.get("response") == right and given.get("nonce") == "abc":
            return 207, {}, b"<multistatus xmlns='DAV:'/>"
        return 401, {"WWW-Authenticate": 'Digest realm="dav", nonce="abc", qop="auth", algorithm=MD5'}, b"no"

    def log_message(self, *_: object) -> None:
        """Nothing."""


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


@pytest.mark.parametrize(("word", "error"), [("secret", Refused), ("wrong", SignInNeeded)])
def test_digest_where_nothing_else_is_offered(word: str, error: type[Exception]) -> None:
    """With the right password the server answers, though it has no calendar."""
    with ThreadingHTTPServer(("127.0.0.1", 0), DigestServer) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        dav = DavServer()
        dav.proof = Proof("sam", [word])
        try:
            with pytest.raises(error):
                look(dav.opened(f"http://127.0.0.1:{server.server_port}/"))
        finally:
            server.shutdown()
            thread.join()


def test_a_password_that_stops_being_right_is_said_and_nothing_is_missing() -> None:
    server = DavServer()
    server.put(event())
    with server.running():
        calendar = server.open()
        cursor = look(calendar).cursor
        server.always = {"sync": BASIC}
        with pytest.raises(SignInNeeded):
            look(calendar, cursor)
        server.always = {}
        assert look(calendar, cursor) == CalendarChanges(cursor=cursor)


# --- servers that fail ---


@pytest.mark.parametrize("status", [408, 423, 429, 500, 502, 503, 504])
def test_a_server_in_trouble_is_asked_later(status: int) -> None:
    server = DavServer()
    server.put(event())
    with server.running():
        cursor = look(server.open()).cursor
        server.always = {"sync": (status, {"Retry-After": "600"}, "")}
        with pytest.raises(Unavailable) as told:
            look(server.open(), cursor)
        assert told.value.retry_after == 600
        server.asked()
        server.always = {}
        server.instead = [("sync", (status, {}, ""))]
        assert look(server.open(), cursor) == CalendarChanges(cursor=cursor)
        assert server.asked() == ["sync", "sync"]


def test_a_calendar_in_trouble_at_the_first_look_is_read_by_the_next() -> None:
    server = DavServer()
    server.folders["home"] = Folder("Home")
    server.put(event())
    with server.running():
        calendar = server.open()
        server.always = {f"{ROOT}dav/calendars/sam/work/": (503, {}, "")}
        first = look(calendar)
        assert (first.events, first.complete) == ((), False)
        server.always = {}
        second = look(calendar, first.cursor)
        assert ([one.uid for one in second.events], second.complete) == ([ONE], True)


@pytest.mark.parametrize("answer", [(500, {}, ""), (403, {}, "no"), (207, {}, "<html>")], ids=str)
def test_one_calendar_in_trouble_does_not_stop_the_other(answer: Answer) -> None:
    server = DavServer()
    server.folders["home"] = Folder("Home")
    server.put(event())
    server.put(event(TWO))
    url = f"{ROOT}dav/calendars/sam/work/"
    with server.running():
        calendar = server.open()
        cursor = look(calendar).cursor
        server.always = {url: answer}
        server.write("three.ics", vcalendar(vevent(event("three@acme.example"))), "home")
        server.remove(ONE)
        first = look(calendar, cursor)
        assert (seen(first), first.missing, first.complete) == (["three@acme.example"], (), False)
        assert [problem.where for problem in first.problems] == ["Interviews"]
        assert calendar.notice(NOW).startswith("the calendar “Interviews” is left out")
        with pytest.raises(Unavailable):
            calendar.event(ONE, "")
        server.always = {}
        second = look(server.open(), first.cursor)
        assert (seen(second), second.missing, second.complete) == ([], ((ONE, ""),), True)


GARBAGE = [
    "",
    "<multistatus",
    "<multistatus xmlns='DAV:'><response>",
    "<?xml version='1.0' encoding='klingon'?><multistatus xmlns='DAV:'/>",
    "\x00\x01\x02",
    "<other xmlns='DAV:'/>",
    '<!DOCTYPE x [<!ENTITY a "aa"><!ENTITY b "&a;&a;&a;">]><multistatus xmlns="DAV:">&b;</multistatus>',
    '<!DOCTYPE x SYSTEM "https://evil.example/x.dtd"><multistatus xmlns="DAV:"/>',
    "<multistatus xmlns='DAV:'>" + "<a>" * 500 + "</a>" * 500 + "</multistatus>",
]


@pytest.mark.parametrize("body", GARBAGE, ids=range(len(GARBAGE)))
@pytest.mark.parametrize("kind", ["sync", "multiget"])
def test_garbage_is_no_answer(body: str, kind: str) -> None:
    server = DavServer()
    server.put(event())
    server.put(event(TWO))
    with server.running():
        cursor = look(server.open()).cursor
        server.remove(ONE)
        server.put(event("three@acme.example"))
        server.always = {kind: (207, {}, body)}
        if kind == "sync":
            with pytest.raises(Unavailable):
                look(server.open(), cursor)
        else:
            changes = look(server.open(), cursor)
            assert (seen(changes), changes.missing) == (["three@acme.example"], ((ONE, ""),))
        assert all(url.startswith(ROOT) for url, _ in server.headers)


def test_changes_without_a_new_token_are_listed_anew() -> None:
    server = DavServer()
    server.put(event())
    with server.running():
        cursor = look(server.open()).cursor
        server.put(event(TWO))
        server.always = {"sync": (207, {}, "<multistatus xmlns='DAV:'/>")}
        assert seen(look(server.open(), cursor)) == [TWO]


def test_a_report_that_is_cut_again_and_again_ends() -> None:
    server = DavServer()
    server.put(event())
    with server.running():
        cursor = look(server.open()).cursor
        server.put(event(TWO))
        cut = (
            "<multistatus xmlns='DAV:'><response><href>/dav/calendars/sam/work/</href><status>HTTP/1.1 507 No</status>"
            "</response><sync-token>data:,1&amp;0</sync-token></multistatus>"
        )
        server.always = {"sync": (207, {}, cut)}
        assert seen(look(server.open(), cursor)) == [TWO]
        assert len(server.log) < 20


# --- broken items ---


@pytest.mark.parametrize("odd", [{}, {"no_multiget": True}, {"keeps_back": True}], ids=str)
def test_an_item_at_which_the_server_fails(odd: dict[str, bool]) -> None:
    """The others are told; this one is asked for again in each look, and is not missing."""
    server = DavServer(**odd)
    for number in range(6):
        server.put(event(f"{number}@acme.example", NOW + number * HOUR))
    with server.running():
        known = look(server.open())
        assert len(known.events) == 6
        for number in range(6):
            server.put(event(f"{number}@acme.example", NOW + number * HOUR, title="Changed"))
        server.odd.broken = "3@acme.example.ics"
        changes = look(server.open(), known.cursor)
        assert [one.uid[0] for one in changes.events] == ["0", "1", "2", "4", "5"]
        assert (changes.missing, changes.complete) == ((), False)
        assert any("3@acme.example.ics" in problem.where for problem in changes.problems)
        server.odd.broken = ""
        later = look(server.open(), changes.cursor)
        assert (seen(later), later.complete) == (["3@acme.example"], True)
        assert look(server.open(), later.cursor) == CalendarChanges(cursor=later.cursor)


def test_one_that_breaks_a_batch_is_found_in_halves() -> None:
    server = DavServer()
    with server.running():
        cursor = look(server.open()).cursor
        for number in range(45):
            server.put(event(f"{number}@acme.example", NOW + number * HOUR))
        server.odd.broken = "33@acme.example.ics"
        changes = look(server.open(), cursor)
        assert (len(changes.events), changes.complete) == (44, False)


def test_a_series_that_can_not_be_followed_any_more_loses_nothing() -> None:
    server = DavServer()
    server.series("weekly@acme.example", NOW, 4)
    server.put(event())
    with server.running():
        first = look(server.open())
        assert len(first.events) == 5
        [raw] = [raw for name, raw in server.folders["work"].items.items() if name.startswith("weekly")]
        server.write("weekly@acme.example.ics", raw.replace(b"FREQ=WEEKLY", b"FREQ=SECONDLY"))
        changes = look(server.open(), first.cursor)
        assert (changes.missing, len(changes.problems)) == ((), 1)


BROKEN = [
    b"",
    b"not a calendar",
    b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:three@acme.example\r\nDTSTART:yesterday\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    vcalendar(vevent(event("three@acme.example")))[:200],
    b"BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\nUID:task\r\nEND:VTODO\r\nEND:VCALENDAR\r\n",
    vcalendar(vevent(event("three@acme.example", title="bell\x07 and form feed\x0c"))),
]


@pytest.mark.parametrize("raw", BROKEN, ids=range(len(BROKEN)))
def test_an_item_that_can_not_be_read_is_left_out(raw: bytes) -> None:
    server = DavServer()
    server.put(event())
    server.put(event(TWO))
    with server.running():
        cursor = look(server.open()).cursor
        server.write("three.ics", raw)
        server.put(event(TWO, title="Changed"))
        changes = look(server.open(), cursor)
        assert TWO in seen(changes)
        assert (changes.missing, changes.complete) == ((), True)
        again = look(server.open(), changes.cursor)
        assert (seen(again), again.missing) == ([], ())


@pytest.mark.parametrize("raw", BROKEN[1:4], ids=range(3))
def test_an_item_that_was_read_before_is_kept_while_it_is_broken(raw: bytes) -> None:
    server = DavServer()
    server.put(event())
    server.put(event("three@acme.example", title="As it was"))
    with server.running():
        calendar = server.open()
        cursor = look(calendar).cursor
        server.write("three@acme.example.ics", raw)
        changes = look(calendar, cursor)
        assert (seen(changes), changes.missing) == ([], ())
        assert len(changes.problems) == 1
        with pytest.raises(Unavailable):
            calendar.event("three@acme.example", "")
        server.put(event("three@acme.example", title="Again"))
        assert [one.title for one in look(calendar, changes.cursor).events] == ["Again"]


def test_several_events_in_one_item_and_one_event_in_several() -> None:
    server = DavServer()
    start = NOW + HOUR
    occurrence = vevent(event("s@acme.example", start + 2 * HOUR), f"RECURRENCE-ID:{start:%Y%m%dT%H%M%SZ}")
    master = vevent(event("s@acme.example", start), "RRULE:FREQ=WEEKLY;COUNT=2")
    with server.running():
        server.write("both.ics", vcalendar(vevent(event()), vevent(event(TWO))))
        server.write("series.ics", vcalendar(master))
        server.write("exception.ics", vcalendar(occurrence))
        first = look(server.open())
        assert sorted(seen(first)) == [ONE, "s@acme.example", "s@acme.example", TWO]
        assert {one.start for one in first.events if one.uid[0] == "s"} == {
            start + 2 * HOUR,
            start + timedelta(days=7),
        }
        moved = occurrence.replace("SUMMARY:", "SUMMARY:Moved ")
        server.write("exception.ics", vcalendar(moved))
        first = look(server.open(), first.cursor)
        assert [(one.title, one.start) for one in first.events] == [
            ("Moved Interview with Acme", start + 2 * HOUR)
        ]
        server.write("both.ics", vcalendar(vevent(event(TWO))))
        second = look(server.open(), first.cursor)
        assert (seen(second), second.missing) == ([], ((ONE, ""),))
        server.write("moved.ics", vcalendar(vevent(event(TWO, title="Elsewhere"))))
        del server.folders["work"].items["both.ics"]
        server.folders["work"].history.append("both.ics")
        third = look(server.open(), second.cursor)
        assert ([one.title for one in third.events], third.missing) == (["Elsewhere"], ())


# --- one event ---


@pytest.mark.parametrize("odd", [{"no_search": True}, {"no_search": True, "no_multiget": True}], ids=str)
def test_an_event_on_a_server_that_does_not_search(odd: dict[str, bool]) -> None:
    server = DavServer(**odd)
    server.put(event())
    with server.running():
        calendar = server.open()
        with pytest.raises(Unavailable, match="can't be asked whether"):
            calendar.event(ONE, "")
        look(calendar)
        server.put(event(title="Moved on"))
        told = calendar.event(ONE, "")
        assert told is not None
        assert told.title == "Moved on"
        server.remove(ONE)
        assert calendar.event(ONE, "") is None


def test_an_event_that_a_search_does_not_find_though_it_is_there() -> None:
    server = DavServer()
    server.put(event())
    with server.running():
        calendar = server.open()
        look(calendar)
        server.always = {"search": (207, {}, "<multistatus xmlns='DAV:'/>")}
        assert calendar.event(ONE, "") is not None
        server.remove(ONE)
        assert calendar.event(ONE, "") is None


def test_an_event_of_a_calendar_that_shows_nothing_may_be_there() -> None:
    server = DavServer()
    server.put(event())
    server.put(event(TWO))
    with server.running():
        calendar = server.open()
        cursor = look(calendar).cursor
        server.remove(ONE)
        server.remove(TWO)
        held = look(calendar, cursor)
        assert (held.complete, held.missing) == (False, ())
        assert ["nudges wait" in problem.what for problem in held.problems] == [True]
        with pytest.raises(Unavailable, match="may be there"):
            calendar.event(ONE, "")


def _emptied(server: DavServer) -> str:
    """The cursor of two events three days ahead that are there no more."""
    for uid in (ONE, TWO):
        server.put(event(uid, NOW + timedelta(days=3)))
    cursor = look(server.open()).cursor
    for uid in (ONE, TWO):
        server.remove(uid)
    return cursor


def _at(calendar: Calendar, cursor: str, passed: timedelta) -> CalendarChanges:
    return calendar.changes(cursor, SINCE + passed, UNTIL + passed)


WAYS = [{}, {"no_sync": True}, {"no_sync": True, "no_ctag": True}, {"forgets": 403}]


@pytest.mark.parametrize("odd", WAYS, ids=str)
@pytest.mark.parametrize("restarts", [False, True])
def test_an_emptied_calendar_is_believed_after_a_day(odd: dict[str, Any], restarts: bool) -> None:
    server = DavServer(**odd)
    with server.running():
        cursor, calendar = _emptied(server), server.open()
        for hours in (0, 1, 2, 23):
            calendar = server.open() if restarts else calendar
            doubtful = _at(calendar, cursor, hours * HOUR)
            assert (doubtful.events, doubtful.missing, doubtful.complete) == ((), (), False)
            with pytest.raises(Unavailable):
                calendar.event(ONE, "")
            assert (cursor == doubtful.cursor) is (hours > 1 and "forgets" not in odd)
            cursor = doubtful.cursor
        calendar = server.open() if restarts else calendar
        believed = _at(calendar, cursor, 24 * HOUR)
        assert (believed.missing, believed.complete) == (((ONE, ""), (TWO, "")), True)
        assert believed.problems == ()
        assert calendar.event(ONE, "") is None
        after = _at(calendar, believed.cursor, 25 * HOUR)
        assert (after.events, after.missing, after.complete) == ((), (), True)


@pytest.mark.parametrize("odd", WAYS, ids=str)
def test_a_calendar_that_shows_something_again_is_doubted_anew(odd: dict[str, Any]) -> None:
    server = DavServer(**odd)
    with server.running():
        cursor = _emptied(server)
        cursor = _at(server.open(), cursor, timedelta(0)).cursor
        cursor = _at(server.open(), cursor, HOUR).cursor
        for uid in (ONE, TWO):
            server.put(event(uid, NOW + timedelta(days=3)))
        back = _at(server.open(), cursor, 2 * HOUR)
        assert (back.events, back.missing, back.complete) == ((), (), True)
        for uid in (ONE, TWO):
            server.remove(uid)
        for hours in (30, 40, 53):
            back = _at(server.open(), back.cursor, hours * HOUR)
            assert (back.missing, back.complete) == ((), False)
        assert len(_at(server.open(), back.cursor, 54 * HOUR).missing) == 2


def test_a_cursor_of_the_version_before_is_read() -> None:
    server = DavServer()
    with server.running():
        asked, looked, calendars = unpack("caldav1", _emptied(server))
        for one in calendars:
            del one["doubt"]
        held = look(server.open(), pack("caldav1", [asked, looked, calendars]))
        assert (held.missing, held.complete) == ((), False)


def test_the_copy_with_people_is_told_last_and_survives_the_other() -> None:
    server = DavServer()
    server.folders = {"home": Folder("Home"), **server.folders}
    mine: Event = event(title="Blocked", attendees=(), organizer=None)
    server.put(event())
    server.write("copy.ics", vcalendar(vevent(mine)), "home")
    with server.running():
        calendar = server.open()
        first = look(calendar)
        assert [(one.title, one.calendar) for one in first.events] == [("Interview with Acme", "work")]
        server.write("copy.ics", vcalendar(vevent(mine, "X-ODD:1").replace("Blocked", "Blocked!")), "home")
        second = look(calendar, first.cursor)
        assert [one.title for one in second.events] == ["Interview with Acme"]
        server.remove(ONE)
        third = look(calendar, second.cursor)
        assert ([one.title for one in third.events], third.missing) == (["Blocked!"], ())


# --- certificates ---


def test_the_words_for_a_wrong_certificate_which_is_not_asked_again_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wrong = ssl.SSLCertVerificationError(1, "certificate verify failed")
    wrong.verify_message = "certificate has expired"
    server = DavServer()
    with responses.RequestsMock() as mock:
        mock.add("PROPFIND", ROOT, body=requests.exceptions.SSLError(wrong))
        with pytest.raises(Unavailable, match=r"not valid \(certificate has expired\).*SSL_CERT_FILE"):
            look(server.open())
    passing = Unavailable("offline")
    assert better_words(passing, ROOT) is passing


def test_a_huge_import_is_listed_by_time() -> None:
    server = DavServer()
    server.put(event())
    with server.running():
        cursor = look(server.open()).cursor
        old = SINCE - timedelta(days=400)
        for number in range(600):
            server.put(event(f"{number}@old.example", old + number * HOUR))
        server.put(event(TWO))
        server.asked()
        changes = look(server.open(), cursor)
        assert (seen(changes), server.asked()) == ([TWO], ["sync", "marks", "query", "multiget"])
        assert len(changes.cursor) < 2 * len(cursor)
        assert look(server.open(), changes.cursor).cursor == changes.cursor


def test_only_reading_leaves() -> None:
    server = DavServer()
    server.put(event())
    with server.running() as mock:
        calendar = server.open()
        look(calendar)
        calendar.event(ONE, "")
        assert {call.request.method for call in mock.calls} <= {"PROPFIND", "REPORT", "GET"}
        session = calendar._wire._open(ROOT)  # type: ignore[attr-defined]
        count = len(mock.calls)
        for method in ("PUT", "DELETE", "POST", "MKCALENDAR", "PROPPATCH", "MOVE", "PATCH", "ACL"):
            with pytest.raises(Refused, match="Nothing was sent"):
                session.request(method, ROOT + "x.ics")
        assert len(mock.calls) == count
