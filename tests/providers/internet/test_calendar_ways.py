"""The contract on a server of each oddity, and what each look costs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from followupd.providers.base import CalendarChanges
from tests.contracts import test_calendars
from tests.contracts.test_calendars import SINCE, UNTIL, event, look
from tests.providers.internet.dav_kit import DavServer

ODDITIES: list[dict[str, Any]] = [
    {"no_sync": True},
    {"no_sync": True, "no_ctag": True},
    {"no_sync": True, "no_ctag": True, "no_etags": True},
    {"page": 1, "token_moves": True, "no_etags": True},
    {"keeps_back": True, "vtodo": True, "ignores_time": True},
    {"foreign_hosts": True, "encodes": True, "no_multiget": True},
]


@pytest.mark.parametrize("odd", ODDITIES, ids=lambda given: "-".join(map(str, given)))
class TestOddServers(test_calendars.CalendarContract):
    @pytest.fixture
    def hand(self, odd: dict[str, Any]) -> Iterator[DavServer]:
        server = DavServer(**odd)
        with server.running():
            yield server


@pytest.mark.parametrize("status", [403, 409, 412, 507])
def test_a_server_that_forgets_its_tokens(status: int) -> None:
    """Each look lists the window anew and tells what moved; after three times the server is asked for its ctag."""
    server = DavServer(forgets=status)
    for uid in ("one@acme.example", "two@acme.example", "three@acme.example"):
        server.put(event(uid))
    with server.running():
        cursor = look(server.open()).cursor
        for uid in ("one@acme.example", "two@acme.example"):
            server.asked()
            server.remove(uid)
            changes = look(server.open(), cursor)
            assert (changes.events, changes.missing, changes.complete) == ((), ((uid, ""),), True)
            assert server.asked() == ["sync", "marks", "query", "multiget"]
            cursor = changes.cursor
        cursor = look(server.open(), cursor).cursor
        server.asked()
        assert look(server.open(), cursor) == CalendarChanges(cursor=cursor)
        assert server.asked() == ["marks"]


def test_a_server_that_knows_its_tokens_again_is_asked_for_changes_after_a_month() -> None:
    server = DavServer(forgets=403)
    server.put(event())
    with server.running():
        cursor = look(server.open()).cursor
        for _ in range(3):
            cursor = look(server.open(), cursor).cursor
        server.odd.forgets = 0
        server.asked()
        assert look(server.open(), cursor).cursor == cursor
        assert server.asked() == ["marks"]
        later = UNTIL + timedelta(days=31)
        cursor = server.open().changes(cursor, SINCE, later).cursor
        server.asked()
        assert server.open().changes(cursor, SINCE, later).cursor == cursor
        assert server.asked() == ["sync"]


def test_what_is_asked_of_the_server() -> None:
    """A day more on both sides, for days without a time; and changes since the last that were told."""
    server = DavServer()
    server.put(event())
    with server.running() as mock:
        first = look(server.open())
        server.put(event("two@acme.example"))
        second = look(server.open(), first.cursor)
        look(server.open(), second.cursor)
        bodies = [call.request.body.decode() for call in mock.calls if call.request.method == "REPORT"]
    assert 'start="20260224T120000Z" end="20260504T120000Z"' in bodies[0]
    tokens = [
        re.search("sync-token>(.*)</D:sync-token>", body) for body in bodies if ":sync-collection" in body
    ]
    assert [token[1] for token in tokens if token] == ["data:,1&amp;0", "data:,2&amp;0"]


AT_REST = [
    ({}, ["sync"]),
    ({"token_moves": True}, ["sync"]),
    ({"no_sync": True}, ["marks"]),
    ({"no_sync": True, "no_ctag": True}, ["query"]),
]


@pytest.mark.parametrize(("odd", "cost"), AT_REST, ids=str)
def test_a_look_at_rest_is_one_request_for_each_calendar(odd: dict[str, Any], cost: list[str]) -> None:
    server = DavServer(**odd)
    server.folders["home"] = type(server.folders["work"])("Home")
    for number in range(30):
        server.put(event(f"{number}@acme.example", SINCE + timedelta(days=1 + number)))
    server.series("weekly@acme.example", SINCE, 200)
    with server.running():
        calendar = server.open()
        first = look(calendar)
        server.asked()
        for other in (calendar, server.open()):
            assert look(other, first.cursor) == CalendarChanges(cursor=first.cursor)
            assert server.asked() == cost * 2
        assert len(first.events) == 30 + 6


@pytest.mark.parametrize("odd", [{"no_sync": True}, {"no_sync": True, "no_ctag": True}], ids=str)
def test_what_is_listed_and_does_not_matter_is_read_once(odd: dict[str, Any]) -> None:
    server = DavServer(**odd)
    server.put(event("margin@acme.example", SINCE - timedelta(hours=5)))
    server.write("broken.ics", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
    with server.running():
        first = look(server.open())
        server.put(event())
        server.asked()
        second = look(server.open(), first.cursor)
        assert (len(second.events), second.problems) == (1, ())
        assert server.asked()[-2:] == ["query", "multiget"]


def test_what_lies_outside_the_window_leaves_nothing_in_the_cursor() -> None:
    server = DavServer()
    server.put(event())
    with server.running():
        first = look(server.open())
        for number in range(100):
            server.put(event(f"{number}@old.example", SINCE - timedelta(days=40 + number)))
        second = look(server.open(), first.cursor)
        assert second.events == ()
        assert len(second.cursor) < len(first.cursor) + 30


def test_what_other_looks_cost() -> None:
    server = DavServer()
    for number in range(60):
        server.put(event(f"{number}@acme.example", SINCE + timedelta(days=1, hours=number)))
    server.series("weekly@acme.example", SINCE, 200)
    with server.running():
        calendar = server.open()
        first = look(calendar)
        assert server.asked() == ["place", "place", "place", "marks", "query", "multiget", "multiget"]
        server.put(event("new@acme.example"))
        second = look(calendar, first.cursor)
        assert [one.uid for one in second.events] == ["new@acme.example"]
        assert server.asked() == ["sync", "multiget"]
        entering = calendar.changes(second.cursor, SINCE, UNTIL + timedelta(hours=23))
        assert (len(entering.events), server.asked()) == (0, ["sync"])
        entering = calendar.changes(entering.cursor, SINCE, UNTIL + timedelta(days=1))
        assert (len(entering.events), server.asked()) == (0, ["sync"])
        daily = calendar.changes(entering.cursor, SINCE, UNTIL + timedelta(days=6))
        assert [one.uid for one in daily.events] == ["weekly@acme.example"]
        assert server.asked() == ["place", "place", "place", "sync", "multiget"]
        calendar.changes(daily.cursor, SINCE, UNTIL + timedelta(days=31))
        assert server.asked() == ["place", "place", "place", "marks", "query", "multiget", "multiget"]
