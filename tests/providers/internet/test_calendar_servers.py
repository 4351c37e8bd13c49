"""Real servers: certificates, restarts, passwords, and what a look costs there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
import requests

from followupd.errors import SignInNeeded, Unavailable
from followupd.providers.base import CalendarChanges
from followupd.providers.internet.caldav import calendar as followed
from tests.contracts.test_calendars import SINCE, UNTIL, WEEK, event, look, vcalendar, vevent
from tests.providers.internet.dav_kit import Proof
from tests.servers import cyrus, radicale, xandikos
from tests.servers.calendars import Calendars
from tests.servers.certificates import Certificate, authority

ONE, TWO = "one@acme.example", "two@acme.example"


def opened(calendars: Calendars, password: str = "", url: str = "") -> followed.DavCalendar:
    proof = Proof(calendars.user, [password or calendars.password])
    calendar = followed.open_calendar(
        account="personal", zone="Europe/London", proof=proof, url=url or calendars.url, calendars=()
    )
    calendar._wire._sleep = lambda _: None  # type: ignore[attr-defined]
    return calendar


@pytest.fixture(scope="module")
def secured() -> Iterator[radicale.Radicale]:
    with radicale.own(authority().good()) as server:
        yield server


@pytest.fixture
def trusting(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Names the file of authorities in one environment variable, and in no other."""

    def trust(variable: str) -> None:
        for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
            monkeypatch.delenv(name, raising=False)
        if variable:
            monkeypatch.setenv(variable, str(authority().path))

    return trust


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"])
def test_an_authority_of_ones_own(
    secured: radicale.Radicale, trusting: Callable[[str], None], variable: str
) -> None:
    trusting("")
    calendars = secured.user()
    calendars.trust(str(authority().path))
    calendars.make("work")
    calendars.put("work", ONE, vcalendar(vevent(event())))
    with pytest.raises(Unavailable, match=r"certificate of 127.0.0.1 is not valid .*so nothing was sent"):
        look(opened(calendars))
    assert f"PROPFIND request for '/{calendars.user}" not in secured.server.said()
    trusting(variable)
    assert len(look(opened(calendars)).events) == 1
    assert f"PROPFIND request for '/{calendars.user}" in secured.server.said()


@pytest.mark.parametrize(("wrong", "words"), [("expired", "expired"), ("other_host", "IP address mismatch")])
def test_a_wrong_certificate(trusting: Callable[[str], None], wrong: str, words: str) -> None:
    trusting("REQUESTS_CA_BUNDLE")
    certificate: Certificate = getattr(authority(), wrong)()
    with radicale.own(certificate) as server:
        with pytest.raises(Unavailable, match=f"is not valid .*{words}.*nothing was sent"):
            look(opened(server.user()))
        assert "PROPFIND" not in server.server.said()


def test_a_server_that_is_away_and_comes_back() -> None:
    with radicale.own() as server:
        calendars = server.user()
        calendars.make("work")
        calendars.put("work", ONE, vcalendar(vevent(event())))
        calendar = opened(calendars)
        first = look(calendar)
        server.stop()
        with pytest.raises(Unavailable, match="failed or broke off"):
            look(calendar, first.cursor)
        with pytest.raises(Unavailable):
            calendar.event(ONE, "")
        server.start()
        assert look(calendar, first.cursor) == CalendarChanges(cursor=first.cursor)


def test_a_wrong_password_and_a_new_one() -> None:
    server = radicale.shared()
    calendars = server.user()
    calendars.make("work")
    with pytest.raises(SignInNeeded):
        look(opened(calendars, "wrong"))
    cursor = look(calendar := opened(calendars)).cursor
    server.set_password(calendars.user, "changed")
    with pytest.raises(SignInNeeded):
        look(calendar, cursor)
    assert look(opened(calendars, "changed"), cursor).cursor == cursor


def on_radicale() -> Calendars:
    return radicale.shared().user()


def on_xandikos() -> Calendars:
    return xandikos.shared().user()


def on_cyrus() -> Calendars:
    return cyrus.shared().user().calendars


@pytest.mark.parametrize("account", [on_radicale, on_xandikos, on_cyrus])
def test_what_looks_cost_on_a_real_server(account: Callable[[], Calendars], record_property: Any) -> None:
    """One request for each calendar at rest, and two when something changed."""
    calendars = account()
    for name in ("work", "home"):
        calendars.make(name)
    for number in range(20):
        calendars.put("work", f"{number}@acme.example", vcalendar(vevent(event(f"{number}@acme.example"))))
    weekly = vevent(event("weekly@acme.example", SINCE - 10 * WEEK), "RRULE:FREQ=WEEKLY")
    calendars.put("home", "weekly@acme.example", vcalendar(weekly))
    calendar = opened(calendars)
    sent = counted(calendar)
    first = look(calendar)
    assert len(first.events) == 26
    del sent[:]
    for other in (calendar, opened(calendars)):
        sent = counted(other)
        assert look(other, first.cursor) == CalendarChanges(cursor=first.cursor)
        assert [one.method for one in sent] == ["REPORT", "REPORT"]
    record_property("bytes at rest", sum(len(one.body or b"") for one in sent))
    calendars.put("work", "0@acme.example", vcalendar(vevent(event("0@acme.example", title="Moved"))))
    calendars.delete("work", "1@acme.example")
    sent = counted(calendar)
    second = look(calendar, first.cursor)
    assert [one.title for one in second.events] == ["Moved"]
    assert second.missing == (("1@acme.example", ""),)
    assert len(sent) == 3
    later = calendar.changes(second.cursor, SINCE, UNTIL + timedelta(days=8))
    assert [one.uid for one in later.events] == ["weekly@acme.example"]
    assert calendar.event("weekly@acme.example", (SINCE + WEEK).isoformat()) is not None


def counted(calendar: followed.DavCalendar) -> list[requests.PreparedRequest]:
    """The requests that leave from now on."""
    session = calendar._wire._open(calendar._wire.root)
    sent: list[requests.PreparedRequest] = []
    before = type(session).send.__get__(session)

    def send(request: requests.PreparedRequest, **options: Any) -> requests.Response:
        sent.append(request)
        return before(request, **options)

    session.send = send  # type: ignore[method-assign]
    return sent


@pytest.mark.parametrize("account", [on_radicale, on_xandikos, on_cyrus])
def test_a_token_that_a_real_server_does_not_know(account: Callable[[], Calendars]) -> None:
    calendars = account()
    calendars.make("work")
    for uid in (ONE, TWO):
        calendars.put("work", uid, vcalendar(vevent(event(uid))))
    calendar = opened(calendars)
    cursor = look(calendar).cursor
    assert calendar._state is not None
    [listed] = calendar._state.calendars.values()
    assert listed.way == "sync"
    listed.mark = "data:,of-another-life"
    calendars.delete("work", ONE)
    changes = look(calendar, cursor)
    assert (changes.events, changes.missing, changes.complete) == ((), ((ONE, ""),), True)
    assert look(opened(calendars), changes.cursor) == CalendarChanges(cursor=changes.cursor)
    assert calendar.event(TWO, "") is not None
