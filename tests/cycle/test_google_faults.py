"""What goes wrong between a user and Google: each is told in words with what to do, and nothing is lost by it.

A letter is due when the fault strikes; when the fault has ended it lies in Drafts exactly once.
"""

from __future__ import annotations

import socket
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from followupd.cli.login import sign_ins
from followupd.config import load
from followupd.credentials import Vault
from followupd.cycle import AccountReport
from followupd.errors import Refused, SignInNeeded, Unavailable
from followupd.providers import http
from followupd.providers.base import SignInWay
from followupd.providers.google.api import Api, allowed
from tests.cycle.google import DANA, ME, GoogleWorld
from tests.sim.browser import visit
from tests.sim.google import GoogleSimulator

LOGIN, BEFORE = "2026-03-01 09:00", "2026-03-01 10:00"
START, END = "2026-03-02 10:00", "2026-03-02 11:00"
DUE = "2026-03-02 12:00"
AFTERWARDS = ("2026-03-02 12:10", "2026-03-02 13:30", "2026-03-02 17:00")
LETTER = ("FILL IN", "Hello Dana", "Dear Dana", "Best regards")


class Pasting:
    """A user without a browser on this machine, who opens the address elsewhere and pastes what comes of it."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, words: str) -> None:
        self.said += words.split()

    def ask(self, question: str) -> str:
        (address,) = [word for word in self.said if "code_challenge=" in word]
        return visit(address)

    def agrees(self, question: str) -> bool:
        return True


class Days(GoogleWorld):
    """A world whose owner has signed in and talks to Dana tomorrow."""

    def sign_in(self) -> None:
        """What `followupd login personal` does, without the cost of a new process."""
        config = load(self.config, self.state)
        terminal = Pasting()
        vault = Vault(self.state, config.key_file)
        moment = self.at(LOGIN)
        for one in sign_ins(config.accounts[0], vault):
            one.login(terminal, SignInWay(browser=False), (), moment)

    def begin(self) -> None:
        self.sign_in()
        self.event(START, END)
        assert self.cycle(BEFORE).ok
        self.simulator.journal.clear()

    def secrets(self) -> set[str]:
        oauth = self.simulator.oauth
        return {oauth.client_secret, *oauth.grants, *oauth.tokens} - {""}

    def trouble(self, at: str | datetime = DUE) -> tuple[AccountReport, str]:
        """A cycle in which something goes wrong, and all that it says of it."""
        secrets = self.secrets()
        report = self.cycle(at)
        told = [str(report.error)] if report.error else []
        told += [done.reason for done in report.actions if done.action == "failed"]
        told += [f"{one.where}: {one.what}" for one in report.problems]
        text = "\n".join(told)
        assert "Traceback" not in text
        assert [one for one in {*secrets, *self.secrets(), *LETTER} if one in text] == []
        return report, text

    def afterwards(self) -> None:
        """The fault has ended: the letter is there, once, and stays alone."""
        self.simulator.faults.clear()
        for at in AFTERWARDS:
            report = self.cycle(at)
        assert report.ok, report
        assert [draft.to for draft in self.drafts()] == [f"Dana Reyes <{DANA}>"]


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Waits between two tries take no time."""
    monkeypatch.setattr(time, "sleep", lambda _: None)
    monkeypatch.setattr(http.retrying, "__defaults__", (lambda _: None,))
    options = dict(Api.__init__.__kwdefaults__ or {})
    monkeypatch.setattr(Api.__init__, "__kwdefaults__", options | {"sleep": lambda _: None})


@pytest.fixture
def simulator() -> Iterator[GoogleSimulator]:
    with GoogleSimulator() as running:
        yield running
        assert running.violations == []


@pytest.fixture
def world(simulator: GoogleSimulator, tmp_path: Path) -> Iterator[Days]:
    days = Days(simulator, tmp_path)
    days.begin()
    yield days
    assert simulator.journal.sends() == []


# --- every kind of request, everything that can befall it --------------------------------------------

REQUESTS = (
    "oauth.token",
    "calendar.events.list",
    "calendar.events.get",
    "gmail.users.history.list",
    "gmail.users.messages.list",
    "gmail.users.drafts.list",
    "gmail.users.drafts.create",
)
PORTAL = ("answered with a page", "open a web page")
BROKEN = ("connection", "tries again")
DOWN = ("Google", "next cycle tries again")
SLOWER = ("limit", "later cycle")
HTTP_DATE = format_datetime(datetime(2100, 1, 1, tzinfo=UTC), usegmt=True)  # later than any cycle
TOO_MANY: Mapping[str, Any] = {"reason": "rateLimitExceeded", "status": 429}

# what befalls a request, and what the message must name
BEFALLS: dict[str, tuple[str, Mapping[str, Any], tuple[str, ...]]] = {
    "a page of the hotel": ("html", {}, PORTAL),
    "a redirect to the hotel": ("redirect", {}, PORTAL),
    "a broken connection": ("drop", {}, BROKEN),
    "half an answer": ("truncated", {}, ()),
    "an answer cut off": ("truncated", {"length": "wrong"}, BROKEN),
    "an outage": ("status", {"status": 503}, DOWN),
    "an outage told by a page": ("status", {"status": 502, "body": "html"}, DOWN),
}
OF_THE_API: dict[str, tuple[str, Mapping[str, Any], tuple[str, ...]]] = {
    "the user's limit": ("rate", {"reason": "userRateLimitExceeded"}, SLOWER),
    "the limit": ("rate", {"reason": "rateLimitExceeded"}, SLOWER),
    "the day's limit": ("rate", {"reason": "dailyLimitExceeded"}, ("today's limit", "tomorrow")),
    "too many requests": ("rate", TOO_MANY, SLOWER),
    "too many requests and a short wait": ("rate", {**TOO_MANY, "retry_after": 2}, SLOWER),
    "too many requests and a long wait": ("rate", {**TOO_MANY, "retry_after": 600}, SLOWER),
    "too many requests and a date": ("rate", {**TOO_MANY, "retry_after": HTTP_DATE}, SLOWER),
    "an API that is not enabled": ("disabled", {}, ("not enabled", "https://console.", "Enable")),
}
CASES = [(request, *befalls) for request in REQUESTS for befalls in BEFALLS.values()]
CASES += [(request, *befalls) for request in REQUESTS[1:] for befalls in OF_THE_API.values()]
NAMES = [f"{name} for {request}" for request in REQUESTS for name in BEFALLS]
NAMES += [f"{name} for {request}" for request in REQUESTS[1:] for name in OF_THE_API]


@pytest.mark.parametrize(("request_", "kind", "options", "words"), CASES, ids=NAMES)
def test_what_befalls_a_request_is_told_and_the_letter_comes_once(
    world: Days, request_: str, kind: str, options: Mapping[str, Any], words: tuple[str, ...]
) -> None:
    world.simulator.oauth.expire_access_tokens()
    world.simulator.faults.fail(request_, kind, times=None, **options)
    _, text = world.trouble()
    assert [one for one in world.simulator.journal.of(request_) if not one.acted]
    assert text != ""
    for word in words:
        assert word in text
    world.afterwards()


@pytest.mark.parametrize("kind", ["drop", "html", "truncated", "status"])
def test_a_draft_whose_answer_got_lost_is_not_made_twice(world: Days, kind: str) -> None:
    world.simulator.faults.fail("gmail.users.drafts.create", kind, when="after")
    world.trouble()
    world.afterwards()
    assert len(world.simulator.journal.of("gmail.users.drafts.create")) == 1


def test_a_wait_that_google_names_is_kept_to(world: Days) -> None:
    fault = {"reason": "rateLimitExceeded", "status": 429, "retry_after": 600}
    world.simulator.faults.fail("calendar.events.list", "rate", times=None, **fault)
    report, _ = world.trouble()
    assert isinstance(report.error, Unavailable)
    assert report.error.retry_after == 600
    assert len(world.simulator.journal.of("calendar.events.list")) == 1


def test_a_short_trouble_is_not_told_at_all(world: Days) -> None:
    for request in ("calendar.events.list", "gmail.users.history.list", "gmail.users.drafts.list"):
        world.simulator.faults.fail(request, "status", times=2, status=503)
    report, text = world.trouble()
    assert report.ok
    assert text == ""
    assert len(world.drafts()) == 1


def test_an_api_that_is_not_enabled_for_the_calendar_is_a_failure_of_the_account(world: Days) -> None:
    world.simulator.faults.fail("calendar.", "disabled", times=None)
    report, _ = world.trouble("2026-03-01 11:00")  # no letter is due: only the calendar is looked at
    assert not report.ok
    world.afterwards()


# --- the way to Google --------------------------------------------------------------------------------


def test_offline_at_the_start_is_told_and_the_letter_comes_later(world: Days) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        nowhere = server.getsockname()[1]
    there = urlsplit(world.simulator.url).netloc
    config = world.config.read_text()
    world.config.write_text(config.replace(there, f"127.0.0.1:{nowhere}"))
    report, text = world.trouble()
    assert isinstance(report.error, Unavailable)
    assert "connection" in text
    assert "tries again" in text
    world.config.write_text(config)
    world.afterwards()


def test_a_name_that_is_not_found_means_offline(world: Days, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    with monkeypatch.context() as offline:
        offline.setattr(socket, "getaddrinfo", unknown)
        report, text = world.trouble()
    assert isinstance(report.error, Unavailable)
    assert "offline" in text
    world.afterwards()


@pytest.mark.parametrize("days", [-1, 1])
def test_a_clock_that_is_a_day_off_is_told_and_nothing_is_made(world: Days, days: int) -> None:
    world.simulator.clock_skew = timedelta(days=days)
    report, text = world.trouble()
    assert isinstance(report.error, Unavailable)
    assert f"24 hours {'behind' if days > 0 else 'ahead'}" in text
    assert "Set the clock" in text
    assert world.drafts() == []
    world.simulator.clock_skew = timedelta(0)
    world.afterwards()


# --- the sign-in ----------------------------------------------------------------------------------------

ENDED: dict[str, Callable[[Days], None]] = {
    "it was revoked": lambda world: world.simulator.oauth.revoke_all(ME),
    "the password was changed": lambda world: world.simulator.oauth.change_password(ME),
}


@pytest.mark.parametrize("end", ENDED.values(), ids=ENDED.keys())
def test_a_sign_in_that_ended_is_told_and_the_letter_comes_after_a_new_one(
    world: Days, end: Callable[[Days], None]
) -> None:
    end(world)
    report, text = world.trouble()
    assert isinstance(report.error, SignInNeeded)
    assert "followupd login personal" in text
    world.sign_in()
    world.afterwards()


# as Google's own page of consent names them
SCOPES = {
    "gmail.compose": "Manage drafts and send emails",
    "gmail.readonly": "View your email messages and settings",
    "calendar.events.readonly": "View events on all your calendars",
}


@pytest.mark.parametrize("missing", SCOPES)
def test_a_permission_that_is_missing_is_named_by_the_account(world: Days, missing: str) -> None:
    """What the user took back at Google afterwards: the tokens go on with fewer permissions."""
    oauth = world.simulator.oauth
    for grant in oauth.grants.values():
        grant.scopes -= {f"https://www.googleapis.com/auth/{missing}"}
    oauth.expire_access_tokens()
    report, text = world.trouble()
    assert isinstance(report.error, SignInNeeded)
    assert "login personal" in text
    assert SCOPES[missing] in text or missing in text
    world.sign_in()
    world.afterwards()


def test_a_whole_life_needs_no_more_than_the_three_permissions(world: Days) -> None:
    journal = world.simulator.journal
    world.cycle(DUE)
    (draft,) = world.drafts()
    world.at("2026-03-02 13:00")
    world.mail.ui_send(draft.id)
    for at in ("2026-03-02 13:30", "2026-03-08 09:30", "2026-03-09 09:30", "2026-03-10 09:30"):
        assert world.cycle(at).ok
    (nudge,) = world.drafts()
    assert nudge.subject.startswith("Re: ")
    world.receive(at="2026-03-10 12:00")
    assert world.cycle("2026-03-10 12:05").ok
    assert world.drafts() == []
    assert {grant.scopes for grant in world.simulator.oauth.grants.values()} == {
        frozenset(f"https://www.googleapis.com/auth/{name}" for name in SCOPES)
    }
    assert [entry for entry in journal if entry.status == 403] == []
    assert {entry.http_method for entry in journal if entry.method.startswith("calendar.")} == {"GET"}
    writing = {e.method for e in journal if e.http_method != "GET" and not e.method.startswith("oauth.")}
    assert writing == {"gmail.users.drafts.create", "gmail.users.drafts.delete"}


# --- calendars and mailboxes --------------------------------------------------------------------------


def calendars(world: Days, names: str) -> None:
    text = world.config.read_text()
    world.config.write_text(text.replace("calendar_root:", f"calendars: [{names}], calendar_root:"))


def test_a_calendar_that_is_not_there_is_named(world: Days) -> None:
    before = world.config.read_text()
    calendars(world, "gone@group.calendar.google.com")
    report, text = world.trouble("2026-03-01 11:00")
    assert not report.ok
    assert "gone@group.calendar.google.com" in text
    world.config.write_text(before)
    world.afterwards()


def test_a_calendar_that_is_not_there_does_not_stop_the_one_beside_it(world: Days) -> None:
    calendars(world, "gone@group.calendar.google.com, primary")
    _, first = world.trouble("2026-03-01 11:00")
    assert "gone@group.calendar.google.com" in first
    world.trouble()
    assert len(world.drafts()) == 1
    world.trouble(AFTERWARDS[0])
    assert len(world.drafts()) == 1


ALIAS = "sam@lee.example"


@pytest.mark.parametrize("known", [False, True], ids=["unknown to Gmail", "never confirmed"])
def test_an_address_from_which_gmail_may_not_write_is_told(world: Days, known: bool) -> None:
    if known:
        world.mail.add_alias(ALIAS, verified=False)
    world.config.write_text(world.config.read_text().replace(f"[{ME}]", f"[{ME}, {ALIAS}]"))
    world.calendars.remove("talk-1@acme.example")
    guests = [
        {"email": DANA, "displayName": "Dana Reyes", "responseStatus": "accepted"},
        {"email": ALIAS, "responseStatus": "accepted"},
    ]
    world.event(START, END, uid="talk-2@acme.example", attendees=guests)
    world.cycle("2026-03-01 11:00")
    report, text = world.trouble()
    if report.ok:  # written from the address that Gmail has: as good, if it is told
        (draft,) = world.drafts()
        assert ME in draft.sender
    else:
        assert ALIAS in text
        assert "Send mail as" in text or "alias" in text
    world.mail.aliases = [one for one in world.mail.aliases if one.email != ALIAS]
    world.mail.add_alias(ALIAS)
    for at in AFTERWARDS:
        world.cycle(at)
    assert len(world.drafts()) == 1
    assert world.mail.rewritten == []


def test_a_mailbox_that_is_full_is_told(world: Days) -> None:
    world.mail.over_quota = True
    report, text = world.trouble()
    assert not report.ok
    assert "full" in text or "storage" in text or "space" in text
    world.mail.over_quota = False
    world.afterwards()


LOST: dict[str, Callable[[Days], object]] = {
    "of the mailbox": lambda world: world.mail.expire_history(),
    "of the calendar": lambda world: world.calendars.expire_tokens(),
    "of both": lambda world: [world.mail.expire_history(), world.calendars.expire_tokens()],
}


@pytest.mark.parametrize("lose", LOST.values(), ids=LOST.keys())
def test_a_place_that_google_forgot_costs_a_full_look_and_no_draft_from_it(
    world: Days, lose: Callable[[Days], object]
) -> None:
    lose(world)
    report, _ = world.trouble()
    assert report.ok, report
    assert world.drafts() == []
    world.afterwards()


@pytest.mark.parametrize("foreign", ["", "{}", "0", "garbage", '{"v": 99}', "\x00"], ids=repr)
def test_a_place_that_is_not_ours_is_read_anew(world: Days, foreign: str) -> None:
    with sqlite3.connect(world.state / "followupd.db") as database:
        assert database.execute("UPDATE cursor SET value = ?", (foreign,)).rowcount >= 2
    database.close()
    report, _ = world.trouble()
    assert report.ok, report
    world.afterwards()


# --- it can't send ----------------------------------------------------------------------------------------

RAW = {"message": {"raw": "VG86IGFAYi5leGFtcGxlDQoNCkhpDQo"}}
EVENT = "calendar/v3/calendars/primary/events"
# requests of which the journal would tell, were they made
TOLD = [
    ("POST", "gmail/v1/users/me/messages/send"),
    ("POST", "gmail/v1/users/me/drafts/send"),
    ("POST", "upload/gmail/v1/users/me/messages/send"),
    ("POST", "upload/gmail/v1/users/me/drafts/send"),
    ("POST", "upload/gmail/v1/users/me/drafts"),
    ("POST", "batch"),
    ("POST", "batch/gmail/v1"),
    ("POST", "batch/calendar/v3"),
    ("POST", EVENT),
    ("POST", f"{EVENT}/quickAdd"),
    ("PUT", f"{EVENT}/one"),
    ("PATCH", f"{EVENT}/one"),
    ("DELETE", f"{EVENT}/one"),
    ("POST", f"{EVENT}/one/move"),
    ("POST", f"{EVENT}/import"),
    ("POST", "calendar/v3/calendars"),
    ("DELETE", "calendar/v3/calendars/primary"),
]
# other ways to say the same, and what nobody needs
OTHERS = [
    ("POST", "gmail/v1/users/me/drafts%2Fsend"),
    ("POST", "gmail/v1/users/me/drafts%2fsend"),
    ("POST", "gmail/v1/users/me/drafts%252Fsend"),
    ("POST", "gmail/v1/users/me/drafts/../messages/send"),
    ("POST", "gmail/v1/users/me/drafts/%2e%2e/messages/send"),
    ("POST", "gmail/v1/users/me/drafts/..%2Fmessages%2Fsend"),
    ("POST", "gmail/v1/users/me//drafts/send"),
    ("POST", "gmail/v1//users/me/messages/send"),
    ("POST", "/gmail/v1/users/me/messages/send"),
    ("POST", "gmail/v1/users/me/messages/send/"),
    ("POST", "gmail/v1/users/me/drafts/send?alt=json"),
    ("POST", "gmail/v1/users/me/drafts/send;x=1"),
    ("POST", "gmail/v1/users/me/drafts/s%65nd"),
    ("post", "gmail/v1/users/me/drafts/send"),
    ("POST", "gmail/v1/users/sam%40example.com/drafts/send"),
    ("POST", "resumable/upload/gmail/v1/users/me/messages/send"),
    ("POST", "gmail/v1/users/me/messages"),
    ("POST", "gmail/v1/users/me/messages/import"),
    ("POST", "gmail/v1/users/me/messages/batchDelete"),
    ("POST", "gmail/v1/users/me/messages/batchModify"),
    ("POST", "gmail/v1/users/me/messages/one/modify"),
    ("POST", "gmail/v1/users/me/messages/one/trash"),
    ("DELETE", "gmail/v1/users/me/messages/one"),
    ("DELETE", "gmail/v1/users/me/threads/one"),
    ("PUT", "gmail/v1/users/me/settings/vacation"),
    ("POST", "gmail/v1/users/me/settings/sendAs"),
    ("POST", "gmail/v1/users/me/settings/filters"),
    ("POST", "gmail/v1/users/me/settings/forwardingAddresses"),
    ("PUT", "gmail/v1/users/me/drafts/send"),
    ("DELETE", "gmail/v1/users/me/drafts/../messages/one"),
    ("POST", "gmail/v1/users/me/drafts\\send"),
    ("POST", "gmail/v1/users/me/drafts/\tsend"),
    ("TRACE", "gmail/v1/users/me/drafts"),
]


def session(simulator: GoogleSimulator) -> http.Session:
    """As the provider has it."""
    token_uri = f"{simulator.url}/token"
    listed = allowed(simulator.calendar_root, simulator.gmail_root)
    return http.Session((*listed, http.Allowed("POST", token_uri)))


def signed(simulator: GoogleSimulator, **more: str) -> dict[str, str]:
    tokens = simulator.sign_in(ME, [f"https://www.googleapis.com/auth/{name}" for name in SCOPES])
    return {"Authorization": f"Bearer {tokens['access_token']}", **more}


def asked(simulator: GoogleSimulator, method: str, url: str, **headers: str) -> None:
    """Makes the request through the provider's own session."""
    with session(simulator) as ours:
        ours.request(method, url, json=RAW, headers=signed(simulator, **headers))


@pytest.mark.parametrize(("method", "path"), TOLD + OTHERS, ids=lambda word: word)
def test_what_is_not_reading_or_drafting_never_leaves(
    simulator: GoogleSimulator, method: str, path: str
) -> None:
    with pytest.raises(Refused):
        asked(simulator, method, f"{simulator.url}/{path}")
    assert len(simulator.journal) == 0


@pytest.mark.parametrize(("method", "path"), TOLD, ids=lambda word: word)
def test_the_same_request_made_by_another_program_is_seen(
    simulator: GoogleSimulator, method: str, path: str
) -> None:
    with requests.Session() as plain:
        plain.trust_env = False
        plain.request(method, f"{simulator.url}/{path}", json=RAW, headers=signed(simulator), timeout=20)
    simulator.violations.clear()  # bodies that do not fit are no matter here
    assert len(simulator.journal.sends()) == 1


def test_drafting_and_reading_do_leave(simulator: GoogleSimulator) -> None:
    asked(simulator, "POST", f"{simulator.url}/gmail/v1/users/me/drafts")
    asked(simulator, "GET", f"{simulator.url}/{EVENT}")
    simulator.violations.clear()
    assert len(simulator.journal) == 2
    assert simulator.journal.sends() == []


@pytest.mark.parametrize(
    "header", ["X-HTTP-Method-Override", "x-http-method-override", "X-HTTP-Method", "X-Method-Override"]
)
def test_a_method_behind_another_never_leaves(simulator: GoogleSimulator, header: str) -> None:
    for path in ("gmail/v1/users/me/drafts", EVENT):
        for method, hidden in (("POST", "PUT"), ("GET", "DELETE"), ("POST", "GET")):
            with pytest.raises(Refused):
                asked(simulator, method, f"{simulator.url}/{path}", **{header: hidden})
    assert len(simulator.journal) == 0


ELSEWHERE = [
    "https://evil.example/gmail/v1/users/me/drafts",
    "https://gmail.googleapis.com.evil.example/gmail/v1/users/me/drafts",
    "http://gmail.googleapis.com/gmail/v1/users/me/drafts",
    "https://user@gmail.googleapis.com/gmail/v1/users/me/drafts",
    "https://gmail.googleapis.com:8443/gmail/v1/users/me/drafts",
    "https://gmail.googleapis.com@evil.example/gmail/v1/users/me/drafts",
    "https://evil.example\\@gmail.googleapis.com/gmail/v1/users/me/drafts",
    "http://127.0.0.1:9/gmail/v1/users/me/drafts",
    "http://10.0.0.1/gmail/v1/users/me/drafts",
    "file:///etc/passwd",
]


@pytest.mark.parametrize("url", ELSEWHERE)
def test_nothing_leaves_for_another_place(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    def reached(*_: object, **__: object) -> None:
        raise AssertionError("it would have been asked")

    monkeypatch.setattr(socket, "getaddrinfo", reached)
    monkeypatch.setattr(socket.socket, "connect", reached)
    google = "https://www.googleapis.com/calendar/v3/", "https://gmail.googleapis.com/"
    places = (*allowed(*google), http.Allowed("POST", "https://oauth2.googleapis.com/token"))
    with (
        http.Session(places) as ours,
        pytest.raises((Refused, Unavailable, requests.exceptions.InvalidSchema)),
    ):
        ours.post(url, json=RAW)


def test_a_root_without_encryption_on_another_machine_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def reached(*_: object, **__: object) -> None:
        raise AssertionError("it would have been asked")

    monkeypatch.setattr(socket, "getaddrinfo", reached)
    monkeypatch.setattr(socket.socket, "connect", reached)
    roots = "http://gateway.example/calendar/v3/", "http://gateway.example/"
    with http.Session((*allowed(*roots), http.Allowed("POST", "http://gateway.example/token"))) as ours:
        for method, url in (
            ("POST", f"{roots[1]}gmail/v1/users/me/drafts"),
            ("GET", f"{roots[0]}calendars/primary/events"),
            ("POST", "http://gateway.example/token"),
        ):
            with pytest.raises(Refused):
                ours.request(method, url)


def test_a_redirect_is_not_followed(simulator: GoogleSimulator) -> None:
    target = f"{simulator.url}/gmail/v1/users/me/messages/send"
    simulator.faults.fail("gmail.users.drafts.create", "redirect", location=target)
    url = f"{simulator.url}/gmail/v1/users/me/drafts"
    with session(simulator) as ours, pytest.raises(Unavailable):
        ours.post(url, json=RAW, headers=signed(simulator), allow_redirects=True)
    assert [entry.method for entry in simulator.journal] == ["gmail.users.drafts.create"]
