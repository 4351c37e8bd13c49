"""What goes wrong between a user and Microsoft: each is told in words with what to do, and nothing is lost by it.

A letter is due when the fault strikes; when the fault has ended it lies in Drafts exactly once.
"""

from __future__ import annotations

import json
import os
import re
import socket
import sqlite3
import threading
import time
import webbrowser
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import unquote, urlsplit

import pytest

from followupd import cycle
from followupd.cli.login import sign_ins
from followupd.config import Config, load
from followupd.credentials import Vault
from followupd.cycle import AccountReport
from followupd.database import DATABASE
from followupd.errors import CursorLost, Refused, SignInNeeded, Unavailable
from followupd.observe import OpenAccount
from followupd.providers import http
from followupd.providers.base import SignInWay
from followupd.providers.microsoft import outlook
from followupd.providers.microsoft.api import Api
from followupd.providers.microsoft.grant import Grant
from followupd.store import Store
from tests.cycle.google import message
from tests.cycle.microsoft import CONFIG, DANA, ME, MicrosoftWorld, accepted, guest
from tests.daemon_kit import Home
from tests.providers.microsoft import kit
from tests.sim.microsoft import MicrosoftSimulator
from tests.sim.microsoft_answers import GraphError, Manner, access_denied, no_mailbox
from tests.sim.microsoft_sign_in_browser import submit, visit
from tests.sim.microsoft_sign_in_errors import CLAIMS

LOGIN, BEFORE = "2026-03-01 09:00", "2026-03-01 10:00"
START, END = "2026-03-02 10:00", "2026-03-02 11:00"
DUE = "2026-03-02 12:00"
AFTERWARDS = ("2026-03-02 12:10", "2026-03-02 13:30", "2026-03-02 17:00")
LETTER = ("FILL IN", "Hello Dana", "Dear Dana", "Hi Dana", "Best regards")
OTHER = "sam@lee.example"


class Agreeing:
    """A user who agrees to everything."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, words: str) -> None:
        self.said.append(words)

    def ask(self, question: str) -> str:
        raise AssertionError(question)

    def agrees(self, question: str) -> bool:
        return True


class Days(MicrosoftWorld):
    """A world whose owner has signed in and talks to Dana tomorrow."""

    def begin(self) -> None:
        self.at(LOGIN)
        self.simulator.sign_in.tokens.access_life = timedelta(days=30)
        self.signed_in()
        self.event(START, END)
        assert self.cycle(BEFORE).ok
        self.simulator.journal.clear()

    def environs(self) -> Any:
        """The environment of the program, for the time of a `with`."""
        return mock.patch.dict(os.environ, self.environment())

    def keep_a_token_that_has_run_out(self) -> None:
        """A sign-in whose access token is over by its own word, as after a night."""
        tokens = self.simulator.sign_in.sign_in(self.address, kit.ALL)
        grant = Grant.from_bytes(kit.kept_with(self.simulator, tokens, self.address).secret or b"")
        cache = kit.cache_with(self.simulator, tokens, expires=1)
        Vault(self.state, self.folder / "key").write(
            "personal.microsoft", replace(grant, cache=cache).to_bytes()
        )

    def outdated(self) -> None:
        """The access token has run out: the sign-in is asked for another."""
        self.simulator.sign_in.tokens.expire_access_tokens()

    def secrets(self) -> set[str]:
        tokens = self.simulator.sign_in.tokens
        return {*tokens.grants, *tokens.accesses} - {""}

    def trouble(self, at: str | datetime = DUE) -> tuple[AccountReport, str]:
        """A cycle in which something goes wrong, and all that it says of it."""
        secrets = self.secrets()
        report = self.cycle(at)
        text = told(report)
        assert "Traceback" not in text
        assert "bug of followupd" not in text
        assert [one for one in {*secrets, *self.secrets(), *LETTER} if one in text] == []
        return report, text

    def afterwards(self) -> None:
        """The fault has ended: the letter is there, once, and stays alone."""
        self.simulator.faults.clear()
        for at in AFTERWARDS:
            report = self.cycle(at)
        assert report.ok, report
        assert [draft.to for draft in self.drafts()] == [(DANA,)]
        assert self.creates() == 1


def told(report: AccountReport) -> str:
    """All that a cycle says of what went wrong."""
    words = [str(report.error)] if report.error else []
    words += [done.reason for done in report.actions if done.action == "failed"]
    words += [f"{one.where}: {one.what}" for one in report.problems]
    return "\n".join(words)


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Waits between two tries take no time. How long they would have been."""
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    monkeypatch.setattr(http.retrying, "__defaults__", (waits.append,))
    options = dict(Api.__init__.__kwdefaults__ or {})
    monkeypatch.setattr(Api.__init__, "__kwdefaults__", options | {"sleep": waits.append})
    return waits


@pytest.fixture
def simulator() -> Iterator[MicrosoftSimulator]:
    with MicrosoftSimulator() as running:
        yield running
        assert running.violations == []
        assert running.journal.sends() == []


@pytest.fixture
def world(simulator: MicrosoftSimulator, tmp_path: Path) -> Days:
    days = Days(simulator, tmp_path)
    days.begin()
    return days


# --- every kind of request, everything that can befall it ------------------------------------------------

OF_GRAPH = (
    "calendarView.list",
    "events.get",
    "messages.list",
    "mailFolders.messages.list",
    "messages.create",
)
OF_SIGN_IN = ("oauth.configuration", "oauth.token")
PORTAL = ("answered with a page", "open a web page")
BROKEN = ("connection", "tries again")
DOWN = ("Microsoft", "next cycle tries again")
SLOWER = ("limit", "later cycle")
Case = tuple[str, Mapping[str, Any], tuple[str, ...]]

# What befalls a request, and what the message must name.
BEFALLS: dict[str, Case] = {
    "a page of the hotel": ("html", {}, PORTAL),
    "a redirect to the hotel": ("redirect", {}, PORTAL),
    "a broken connection": ("drop", {}, BROKEN),
    "half an answer": ("truncated", {}, ("tries again", "goes on")),
    "an answer cut off": ("truncated", {"length": "wrong"}, BROKEN),
    "an outage": ("status", {"status": 503}, DOWN),
    "an outage told by a page": ("status", {"status": 502, "body": "html"}, DOWN),
}
OF_THE_API: dict[str, Case] = {
    "the limit, for two seconds": ("throttled", {"seconds": 2}, SLOWER),
    "the limit, for five minutes": ("throttled", {"seconds": 300}, SLOWER),
    "the limit, with no time": ("throttled", {"seconds": None}, SLOWER),
    "an outage with a time": ("status", {"status": 503, "retry_after": 600}, DOWN),
    "a gateway's patience": ("status", {"status": 504}, DOWN),
    "the bandwidth": ("status", {"status": 509}, SLOWER),
    "a full mailbox": ("quota_full", {}, ("full", "Make room")),
    "a mailbox elsewhere": ("no_mailbox", {}, ("no mailbox in its cloud", "Outlook on the web")),
    "a permission that is gone": ("forbidden", {}, ("permission", "followupd login personal")),
    "a rule of the organisation": ("insufficient_claims", {}, ("Conditional Access", "login personal")),
}
CASES = [(request, *befalls) for request in OF_GRAPH for befalls in (*BEFALLS.values(), *OF_THE_API.values())]
CASES += [(request, *befalls) for request in OF_SIGN_IN for befalls in BEFALLS.values()]
NAMES = [f"{name} for {request}" for request in OF_GRAPH for name in (*BEFALLS, *OF_THE_API)]
NAMES += [f"{name} for {request}" for request in OF_SIGN_IN for name in BEFALLS]


@pytest.mark.parametrize(("request_", "kind", "options", "words"), CASES, ids=NAMES)
def test_what_befalls_a_request_is_told_and_the_letter_comes_once(
    world: Days, request_: str, kind: str, options: Mapping[str, Any], words: tuple[str, ...]
) -> None:
    if request_ in OF_SIGN_IN:
        world.outdated()
    world.simulator.faults.fail(request_, kind, times=None, **options)
    _, text = world.trouble()
    assert [one for one in world.simulator.journal.of(request_) if not one.acted]
    assert text != ""
    assert any(word in text for word in words) if kind == "truncated" else all(word in text for word in words)
    assert world.drafts() == []
    world.afterwards()


@pytest.mark.parametrize("kind", ["drop", "html", "truncated", "status"])
def test_a_draft_whose_answer_got_lost_is_not_made_twice(world: Days, kind: str) -> None:
    world.simulator.faults.fail("messages.create", kind, when="after")
    world.trouble()
    world.afterwards()
    assert len(world.simulator.journal.of("messages.create")) == 1


@pytest.mark.parametrize("fetched", [False, True], ids=["not by its id", "by its id"])
def test_a_draft_whose_answer_got_lost_and_that_was_deleted_for_good_is_not_made_again(
    world: Days, *, fetched: bool
) -> None:
    """As long as Exchange can recover it, it can still be found."""
    world.mail.deleted_can_be_fetched = fetched
    world.simulator.faults.fail("messages.create", "drop", when="after")
    world.trouble()
    world.mail.put(world.drafts()[0].immutable_id, "recoverableitemsdeletions")
    for at in AFTERWARDS:
        assert world.cycle(at).ok
    assert world.drafts() == []
    assert world.creates() == 1


def test_an_answer_that_does_not_come_is_not_waited_for_for_long(
    world: Days, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(http, "READ", 0.1)
    world.simulator.faults.fail("messages.create", "timeout", when="after")
    _, text = world.trouble()
    assert "did not answer in time" in text
    world.simulator.release()
    world.afterwards()


@pytest.mark.parametrize("seconds", [300, 3_600])
def test_a_wait_that_microsoft_names_is_kept_to(world: Days, impatience: list[float], seconds: int) -> None:
    world.simulator.faults.fail("calendarView.list", "throttled", times=None, seconds=seconds)
    report, _ = world.trouble()
    assert isinstance(report.error, Unavailable)
    assert report.error.retry_after == seconds
    assert len(world.simulator.journal.of("calendarView.list")) == 1
    assert impatience == []


def test_a_short_wait_is_waited_and_not_told(world: Days, impatience: list[float]) -> None:
    world.simulator.faults.fail("calendarView.list", "throttled", times=2, seconds=2)
    world.simulator.faults.fail("messages.list", "status", times=2, status=503)
    report, text = world.trouble()
    assert (report.ok, text) == (True, "")
    assert impatience[:2] == [2, 2]
    assert len(world.drafts()) == 1


def test_a_limit_of_requests_that_is_reached_costs_no_more_requests(world: Days) -> None:
    world.simulator.limit = 0
    report, text = world.trouble()
    assert isinstance(report.error, Unavailable)
    assert report.error.retry_after == 600
    assert "limit" in text
    assert world.simulator.journal.requests() == 1
    world.simulator.limit = 10_000
    world.afterwards()


# --- the way to Microsoft -------------------------------------------------------------------------------


def elsewhere(world: Days) -> str:
    """The config with an address at which nobody listens; what it was before."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        nowhere = server.getsockname()[1]
    config = world.config.read_text()
    world.config.write_text(config.replace(urlsplit(world.simulator.url).netloc, f"127.0.0.1:{nowhere}"))
    return config


def test_offline_at_the_start_is_told_and_the_letter_comes_later(world: Days) -> None:
    config = elsewhere(world)
    report, text = world.trouble()
    assert isinstance(report.error, Unavailable)
    assert "connection" in text
    assert "tries again" in text
    world.config.write_text(config)
    world.afterwards()


@contextmanager
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """No name is found. Which names were asked for."""
    asked: list[str] = []

    def unknown(host: str, *_: object, **__: object) -> None:
        asked.append(host)
        raise socket.gaierror(-2, "Name or service not known")

    with monkeypatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", unknown)
        yield asked


@pytest.mark.parametrize("run_out", [False, True], ids=["with a good token", "with a token that has run out"])
def test_a_name_that_is_not_found_means_offline(
    world: Days, monkeypatch: pytest.MonkeyPatch, *, run_out: bool
) -> None:
    """The sign-in's own library asks the network when it is made: it is not made before it is needed."""
    if run_out:
        world.keep_a_token_that_has_run_out()
    with no_network(monkeypatch) as asked:
        report, text = world.trouble()
    assert isinstance(report.error, Unavailable)
    assert "offline" in text
    assert set(asked) == {"localhost" if run_out else "127.0.0.1"}
    world.afterwards()


def test_a_proxy_that_does_not_answer_is_named(world: Days, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with monkeypatch.context() as patch:
        patch.setenv("http_proxy", "http://127.0.0.1:1")
        report, text = world.trouble()
    assert isinstance(report.error, Unavailable)
    assert "proxy" in text
    assert "HTTPS_PROXY" in text
    world.afterwards()


def test_a_certificate_that_nobody_trusts_is_told_and_gets_no_token(
    world: Days, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.outdated()
    monkeypatch.setattr(world.simulator, "environment", dict)
    report, text = world.trouble()
    assert isinstance(report.error, Unavailable)
    assert "not secure" in text
    assert world.simulator.journal.of("oauth.") == []
    monkeypatch.undo()
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

ENDED = {
    65001: ("no consent", "taken back"),
    90094: ("administrator", "approve"),
    50173: ("password was changed",),
    50055: ("password has expired",),
    50057: ("disabled",),
    50076: ("multi-factor",),
    53000: ("Conditional Access", "administrator"),
    53003: ("Conditional Access", "administrator"),
    530035: ("security defaults", "administrator"),
    70043: ("every so often",),
    70008: ("90 days",),
    700082: ("90 days",),
    5000224: ("directory",),
}


@pytest.mark.parametrize("number", ENDED)
def test_a_sign_in_that_ended_is_told_and_the_letter_comes_after_a_new_one(world: Days, number: int) -> None:
    world.simulator.sign_in.tokens.refuse(ME, number)
    world.outdated()
    report, text = world.trouble()
    assert isinstance(report.error, SignInNeeded)
    assert all(word in text for word in ENDED[number])
    assert f"AADSTS{number}" in text
    assert "followupd login personal" in text
    assert "nothing is lost" in text
    asked = len(world.simulator.journal)
    world.trouble("2026-03-02 12:05")
    assert len(world.simulator.journal) - asked <= 5  # it is not asked again and again
    world.signed_in()
    world.afterwards()


def test_a_consent_that_the_user_took_back_is_told(world: Days) -> None:
    world.simulator.sign_in.tokens.withdraw_consent(ME)
    world.outdated()
    report, text = world.trouble()
    assert isinstance(report.error, SignInNeeded)
    assert "taken back" in text
    world.signed_in()
    world.afterwards()


def test_a_sign_in_that_nobody_used_for_months_has_ended(world: Days) -> None:
    world.outdated()
    report, text = world.trouble("2026-06-10 12:00")
    assert isinstance(report.error, SignInNeeded)
    assert "90 days" in text


@pytest.mark.parametrize("number", [70012, 50196])
def test_trouble_of_the_sign_in_s_own_passes(world: Days, number: int) -> None:
    world.outdated()
    world.simulator.faults.fail("oauth.token", "sign_in_error", times=None, number=number)
    report, text = world.trouble()
    assert isinstance(report.error, Unavailable)
    assert "tries again" in text
    assert report.error.retry_after
    world.afterwards()


WANTED = {"Calendars.Read": "Read your calendars", "Mail.ReadWrite": "Read and write access to your mail"}


@pytest.mark.parametrize("missing", WANTED)
def test_a_permission_that_was_taken_away_is_told(world: Days, missing: str) -> None:
    tokens = world.simulator.sign_in.tokens
    tokens.accesses = {
        key: replace(each, scopes=each.scopes - {missing}) for key, each in tokens.accesses.items()
    }
    report, text = world.trouble()
    assert isinstance(report.error, SignInNeeded)
    assert "permission" in text
    assert "followupd login personal" in text
    world.signed_in()
    world.afterwards()


@pytest.mark.parametrize("tells", [True, False], ids=["the answer says it", "the token alone says it"])
@pytest.mark.parametrize("beyond", ["Mail.Send", "Mail.Send.Shared", "Calendars.ReadWrite"])
def test_a_renewed_token_that_could_send_is_not_used(
    simulator: MicrosoftSimulator, tmp_path: Path, beyond: str, *, tells: bool
) -> None:
    simulator.user(OTHER, "Sam Lee", "lee.example")  # whose tokens are JWTs
    world = Days(simulator, tmp_path, address=OTHER)
    world.begin()
    tokens = simulator.sign_in.tokens
    tokens.answer_tells_all_scopes = tells
    tokens.consent(world.address, [beyond], simulator.sign_in.client_id)
    before = set(tokens.accesses)
    world.outdated()
    report, text = world.trouble()
    assert isinstance(report.error, SignInNeeded)
    assert beyond in text
    assert "https://myapps.microsoft.com" in text
    given = set(tokens.accesses) - before
    used = {one.headers.get("authorization", "").partition(" ")[2] for one in simulator.journal if one.units}
    assert given
    assert given & used == set()
    tokens.consents[world.address, simulator.sign_in.client_id] -= {beyond}
    world.signed_in()
    world.afterwards()


# --- what a rule wants to be proven ---------------------------------------------------------------------


def browser(world: Days) -> Callable[[str], bool]:
    """Opens the page and sends its form, as the user's browser does."""

    def opened(url: str) -> bool:
        with world.environs():
            page = visit(url)
            threading.Thread(target=submit, args=(page,), daemon=True).start()
        return True

    return opened


def claims_of_the_next_login(world: Days, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Signs in by the real login; the claims that Microsoft's page was asked with."""
    monkeypatch.setattr(webbrowser, "open", browser(world))
    config = load(world.config, world.state)
    with world.environs():
        for one in sign_ins(config.accounts[0], Vault(world.state, config.key_file)):
            one.login(Agreeing(), SignInWay(), (), world.simulator.clock.now)
    (page,) = world.simulator.journal.of("oauth.authorize")
    return dict(json.loads(page.params.get("claims", "{}")))


def refused_at_a_renewal(world: Days) -> None:
    """The sign-in refuses, and says what it wants."""
    world.simulator.sign_in.tokens.refuse(ME, 53003)
    world.outdated()


def refused_in_time(world: Days) -> None:
    """Graph refuses a token that is in time, and the sign-in a new one."""
    world.simulator.sign_in.tokens.challenge(ME, CLAIMS)
    world.simulator.sign_in.tokens.refuse(ME, 50076)


@pytest.mark.parametrize("challenge", [refused_at_a_renewal, refused_in_time])
def test_what_a_rule_wants_to_be_proven_reaches_the_next_login(
    world: Days, monkeypatch: pytest.MonkeyPatch, challenge: Callable[[Days], object]
) -> None:
    challenge(world)
    report, text = world.trouble()
    assert isinstance(report.error, SignInNeeded)
    assert "login personal" in text
    asked = claims_of_the_next_login(world, monkeypatch)
    assert asked["access_token"]["capolids"] == json.loads(CLAIMS)["access_token"]["capolids"]
    monkeypatch.undo()
    world.afterwards()


def test_a_challenge_that_a_renewal_can_meet_is_not_told_at_all(world: Days) -> None:
    world.simulator.sign_in.tokens.challenge(ME, CLAIMS)
    report, text = world.trouble()
    assert (report.ok, text) == (True, "")
    (asked,) = world.simulator.journal.of("oauth.token")
    assert "capolids" in asked.body["claims"]
    world.afterwards()


# --- mailboxes and calendars ----------------------------------------------------------------------------

REFUSALS: dict[str, tuple[GraphError, tuple[str, ...]]] = {
    "on its organisation's server (404)": (no_mailbox(404), ("no mailbox in its cloud", "administrator")),
    "on its organisation's server (400)": (no_mailbox(400), ("no mailbox in its cloud", "administrator")),
    "of an account of another provider": (
        GraphError(
            404, "ErrorMissingEmailAddress", "When making a request as an account that does not have…"
        ),
        ("no mailbox in its cloud",),
    ),
    "of a tenant without licence": (
        GraphError(
            404, "OrganizationFromTenantGuidNotFound", "The tenant for tenant guid 'x' does not exist."
        ),
        ("no mailbox in its cloud", "licence"),
    ),
    "of an account without licence": (
        GraphError(404, "ResourceNotFound", "Resource could not be discovered."),
        ("no mailbox in its cloud", "licence"),
    ),
}


@pytest.mark.parametrize("name", REFUSALS)
@pytest.mark.parametrize(
    "manner", [Manner(), Manner(inner="innererror", lower=True)], ids=["", "spelled otherwise"]
)
def test_a_mailbox_that_is_not_there_is_told_with_what_to_do(world: Days, name: str, manner: Manner) -> None:
    world.simulator.manner = manner
    world.user.refusal, words = REFUSALS[name]
    report, text = world.trouble()
    assert isinstance(report.error, Refused)
    assert all(word in text for word in words)
    world.user.refusal = None
    world.afterwards()


SPELLED: dict[str, tuple[GraphError, type[Exception]]] = {
    "access denied": (access_denied(), SignInNeeded),
    "a step more": (GraphError(403, "insufficient_claims", "Step up."), SignInNeeded),
    "full": (GraphError(507, "ErrorQuotaExceeded", "Full."), Refused),
    "full, by its code alone": (GraphError(403, "ErrorQuotaExceeded", "Full."), Refused),
    "slower": (GraphError(429, "ApplicationThrottled", "Slower."), Unavailable),
    "later": (GraphError(503, "ServiceUnavailable", "Later."), Unavailable),
    "unheard of": (GraphError(418, "ErrorTeapot", "Short and stout."), Refused),
}


@pytest.mark.parametrize("name", SPELLED)
def test_errors_are_known_however_they_are_spelled(world: Days, name: str) -> None:
    world.user.refusal, kind = SPELLED[name]
    told_of = []
    for inner, lower in (("innerError", False), ("innererror", False), ("innerError", True)):
        world.simulator.manner = Manner(inner, lower)
        report, text = world.trouble()
        assert isinstance(report.error, kind)
        told_of.append(text.lower())
    assert len(set(told_of)) == 1
    world.user.refusal = None
    world.afterwards()


def test_a_mailbox_that_is_full_is_told_and_the_look_goes_on(world: Days) -> None:
    world.mail.over_quota = True
    report, text = world.trouble()
    assert "full" in text
    assert "Make room" in text
    world.mail.over_quota = False
    world.afterwards()
    assert not report.ok


def test_a_calendar_that_is_not_there_does_not_stop_the_one_beside_it(world: Days) -> None:
    text = world.config.read_text()
    two = text.replace(
        "calendar: {provider: microsoft,", "calendar: {provider: microsoft, calendars: [Gone, primary],"
    )
    assert two != text
    world.config.write_text(two)
    _, first = world.trouble("2026-03-01 11:00")
    assert "Gone" in first
    world.cycle(DUE)
    assert len(world.drafts()) == 1
    world.cycle(AFTERWARDS[0])
    assert len(world.drafts()) == 1


# --- one account and another ----------------------------------------------------------------------------

SECOND = """\
  - name: other
    calendar: {{provider: microsoft, client_id: {client_id}, authority: {authority}, graph_root: {graph}}}
    mailbox: {{provider: microsoft, client_id: {client_id}, authority: {authority}, graph_root: {graph}}}
interviews:
"""
BOTH = CONFIG.replace("[{me}]", f"[{{me}}, {OTHER}]").replace("interviews:\n", SECOND)


class Two(Days):
    """The same with a second account, in which another talk took place."""

    def begin(self) -> None:
        self.other = self.simulator.user(OTHER, "Sam Lee", "lee.example")
        secret = kit.sign_in(self.simulator, OTHER).secret
        assert secret
        Vault(self.state, self.folder / "key").write("other.microsoft", secret)
        super().begin()

    def both(self, at: str) -> dict[str, AccountReport]:
        with self.environs():
            reports = cycle.once(load(self.config, self.state), self.state, self.at(at))
        return {report.name: report for report in reports}

    def cycle(self, at: str | datetime) -> AccountReport:
        return self.both(str(at))["personal"]


def its_sign_in_has_ended(world: Two) -> None:
    world.simulator.sign_in.tokens.refuse(ME, 50173)
    world.simulator.sign_in.tokens.expire_access_tokens(ME)


def its_mailbox_is_not_in_the_cloud(world: Two) -> None:
    world.user.refusal = no_mailbox()


def its_limit_is_reached(world: Two) -> None:
    world.user.refusal = GraphError(429, "ApplicationThrottled", "Slower.", {"Retry-After": "300"})


@pytest.mark.parametrize(
    "strike", [its_sign_in_has_ended, its_mailbox_is_not_in_the_cloud, its_limit_is_reached]
)
def test_another_account_goes_on(
    simulator: MicrosoftSimulator, tmp_path: Path, strike: Callable[[Two], object]
) -> None:
    world = Two(simulator, tmp_path, config=BOTH)
    world.begin()
    theirs = {
        "iCalUId": "talk-2@globex.example",
        "subject": "Interview",
        "start": world.time(START),
        "end": world.time(END),
        "organizer": "Kim Novak <kim@globex.example>",
        "attendees": [guest("kim@globex.example", "Kim Novak"), guest(OTHER, "Sam Lee")],
        "responseStatus": accepted(),
    }
    world.other.calendars.put(theirs)
    world.both("2026-03-01 11:00")
    strike(world)
    reports = world.both(DUE)
    assert (reports["personal"].ok, world.drafts()) == (False, [])
    # A letter waits for an account that may hold it already; not for one that only its user can open again.
    for at in ("2026-03-02 12:10", "2026-03-02 14:30"):
        reports = world.both(at)
    assert reports["other"].ok, reports["other"]
    assert [draft.to for draft in world.other.mail.drafts()] == [("kim@globex.example",)]
    world.user.refusal = None
    world.signed_in()
    for at in ("2026-03-02 15:00", "2026-03-02 17:00"):
        reports = world.both(at)
    assert reports["personal"].ok
    assert [draft.to for draft in world.drafts()] == [(DANA,)]


class Away(Home):
    """A machine with a Microsoft account and one in memory, on which the daemon is started without a network."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch, simulator: MicrosoftSimulator) -> None:
        self.simulator, self.kept = simulator, kit.sign_in(simulator, "sam@example.com")
        self.offline = True
        super().__init__(folder, patch, ["personal", "other"])
        real = socket.getaddrinfo

        def found(*words: Any, **options: Any) -> Any:
            if self.offline:
                raise socket.gaierror(-2, "Name or service not known")
            return real(*words, **options)

        patch.setattr(socket, "getaddrinfo", found)

    def _open(self, config: Config, zone: str, vault: Vault) -> dict[str, OpenAccount]:
        opened = super()._open(config, zone, vault)
        calendar = kit.open_calendar(self.simulator, self.kept)
        mailbox = kit.open_mailbox(self.simulator, self.kept)
        return opened | {"personal": OpenAccount("personal", (("calendar:0", calendar),), mailbox)}


def test_the_daemon_starts_offline_says_so_once_and_goes_on_when_the_network_is_back(
    simulator: MicrosoftSimulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Away(tmp_path, monkeypatch, simulator)

    def user() -> None:
        home.until_told("account_broken", "personal")
        home.round()
        home.offline = False
        home.round()
        home.until_told("account_recovered", "personal")

    home.play(user)
    (broken,) = home.told("account_broken", "personal")
    assert "offline" in broken
    assert home.told("account_broken", "other") == home.told("cycle_failed") == []
    assert {"calendarView.list", "messages.list"} <= {entry.method for entry in simulator.journal}


# --- places and lists -----------------------------------------------------------------------------------


def test_a_place_that_outlook_forgot_costs_a_full_look_and_no_draft_from_it(world: Days) -> None:
    world.simulator.faults.fail("messages.list", "gone")
    report, text = world.trouble()
    assert (report.ok, text) == (True, "")
    assert world.drafts() == []
    world.afterwards()


@pytest.mark.parametrize(
    "request_", ["messages.list", "mailFolders.messages.list", "calendarView.list", "events.get"]
)
@pytest.mark.parametrize("nth", [1, 2, 3])
def test_a_place_that_is_forgotten_at_any_moment_loses_nothing(world: Days, request_: str, nth: int) -> None:
    left = [nth]

    def strike(_: object) -> None:
        left[0] -= 1
        if left[0] == 0:
            raise GraphError(410, "syncStateNotFound", "The sync state generation is not found.")

    undo = world.simulator.on(request_, strike)
    world.trouble()
    undo()
    world.trouble("2026-03-02 12:01")
    world.afterwards()


def test_a_place_that_is_forgotten_for_ever_is_told(world: Days) -> None:
    world.simulator.faults.fail("messages.list", "gone", times=None)
    report, text = world.trouble()
    assert isinstance(report.error, (CursorLost, Unavailable))
    assert text
    world.afterwards()


@pytest.mark.parametrize(
    "foreign", ["", "{}", "outlook1 ", "outlook1 []", "outlook-calendar1 []", "garbage", "\x00"]
)
def test_a_place_that_is_not_ours_is_read_anew(world: Days, foreign: str) -> None:
    with sqlite3.connect(world.state / DATABASE) as database:
        assert database.execute("UPDATE cursor SET value = ?", (foreign,)).rowcount >= 2
    database.close()
    report, _ = world.trouble()
    assert report.ok, report
    world.afterwards()


def several_drafts(world: Days, number: int) -> None:
    for each in range(number):
        raw = message(f"Sam <{ME}>", f"x{each}@y.example", world.simulator.clock.now, subject="x", text="x")
        world.mail.new_draft(raw)


@pytest.mark.parametrize(
    "root",
    [
        "http://evil.example/v1.0",
        "https://graph.microsoft.com/v1.0",
        "http://127.0.0.1:1/v1.0",
        "//evil.example/v1.0",
    ],
)
@pytest.mark.parametrize("of", ["mailbox", "calendar"])
def test_a_link_to_another_place_is_not_followed(
    world: Days, monkeypatch: pytest.MonkeyPatch, root: str, of: str
) -> None:
    several_drafts(world, 3)
    if of == "calendar":
        for each in range(3):
            world.event(START, END, uid=f"more-{each}@x.example", title="Lunch")
        world.calendars.page_size = 2
    monkeypatch.setitem(outlook._TOLD, "top", "2")
    world.simulator.links_to = root
    asked: list[str] = []
    real = socket.getaddrinfo

    def noted(host: str, *words: Any, **options: Any) -> Any:
        asked.append(host)
        return real(host, *words, **options)

    with monkeypatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", noted)
        _, text = world.trouble()
    assert "another address" in text
    assert "graph_root" in text
    assert set(asked) <= {"127.0.0.1"}
    assert world.drafts(DANA) == []
    world.simulator.links_to = None
    monkeypatch.undo()
    world.simulator.faults.clear()
    for at in AFTERWARDS:
        world.cycle(at)
    assert len(world.drafts(DANA)) == 1


@pytest.mark.parametrize("of", ["messages", "calendarView"])
def test_a_list_without_end_is_told(world: Days, monkeypatch: pytest.MonkeyPatch, of: str) -> None:
    part = world.mail if of == "messages" else world.calendars
    real = part.handle

    def endless(request: Any) -> Any:
        answer = real(request)
        if f"/{of}?" not in request.target or request.http_method != "GET":
            return answer
        body = json.loads(answer.body)
        body["@odata.nextLink"] = f"{world.simulator.graph_root}/me/{of}?{request.target.partition('?')[2]}"
        return replace(answer, body=json.dumps(body).encode())

    with monkeypatch.context() as patch:
        patch.setattr(part, "handle", endless)
        report, text = world.trouble()
    assert isinstance(report.error, Unavailable)
    assert "does not end" in text
    assert world.simulator.journal.requests() < 30
    world.afterwards()


@pytest.mark.parametrize(
    "switch", [("page_size", 1), ("page_size", 2), ("empty_pages", True), ("paging", "skiptoken")]
)
def test_small_and_empty_pages_are_followed(
    world: Days, monkeypatch: pytest.MonkeyPatch, switch: tuple[str, Any]
) -> None:
    name, value = switch
    assert hasattr(world.calendars, name)
    setattr(world.calendars, name, value)
    monkeypatch.setitem(outlook._TOLD, "top", "1")
    several_drafts(world, 3)
    for each in range(4):
        world.event(START, END, uid=f"more-{each}@x.example", title="Lunch")
    report, text = world.trouble()
    assert (report.ok, text) == (True, "")
    assert len(world.drafts(DANA)) == 1


# --- in the middle of a look ----------------------------------------------------------------------------


def answers(world: Days, number: int) -> list[str]:
    """Mail of Dana's, after the letter was sent; the immutable ids."""
    world.cycle(DUE)
    (draft,) = world.drafts()
    world.at("2026-03-02 12:30")
    world.mail.send(draft.immutable_id)
    world.cycle("2026-03-02 12:35")
    return [
        world.receive(at=f"2026-03-03 09:{minute:02}", subject=f"News {minute}") for minute in range(number)
    ]


def arrivals(world: Days) -> int:
    store = Store(world.state)
    try:
        return len(store.rows("SELECT 1 FROM arrival"))
    finally:
        store.close()


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_an_outage_in_the_middle_of_a_look_stores_nothing_and_loses_nothing(world: Days, nth: int) -> None:
    answers(world, 3)
    left = [nth]

    def strike(_: object) -> None:
        left[0] -= 1
        if left[0] <= 0:
            raise GraphError(503, "ServiceUnavailable", "Later.")

    undo = world.simulator.on("messages.get", strike)
    report, _ = world.trouble("2026-03-03 10:00")
    assert isinstance(report.error, Unavailable)
    assert arrivals(world) == 0
    undo()
    assert world.cycle("2026-03-03 10:05").ok
    assert arrivals(world) == 3


def test_a_message_that_vanishes_before_it_is_read_stops_nothing(world: Days) -> None:
    ids = answers(world, 3)
    gone = [ids[1]]
    world.simulator.on("messages.get", lambda _: gone and world.mail.purge(gone.pop()))
    report, text = world.trouble("2026-03-03 10:00")
    assert (report.ok, text) == (True, "")
    assert arrivals(world) == 2
    world.cycle("2026-03-03 10:05")
    assert arrivals(world) == 2


def test_a_message_that_outlook_can_not_show_stops_nothing(world: Days) -> None:
    """One broken message is told and left out; the answers around it count."""
    ids = answers(world, 3)

    def strike(request: Any) -> None:
        if ids[1] in unquote(request.path):
            raise GraphError(400, "ErrorCorruptData", "The data is corrupt.")

    world.simulator.on("messages.get", strike)
    world.trouble("2026-03-03 10:00")
    assert arrivals(world) == 2
    assert world.cycle("2026-03-03 10:05").ok


# --- hostile mail ---------------------------------------------------------------------------------------

HOSTILE: dict[str, bytes] = {
    "Bcc in the subject": b"Subject: =?utf-8?B?SGk=?= \r\n =?utf-8?Q?=0D=0ABcc:_evil=40x.example?=\r\n",
    "Bcc in the name": b"From: =?utf-8?Q?Dana=0D=0ABcc:_evil=40x.example?= <dana@acme.example>\r\n",
    "right to left": "Subject: \u202eyenom dnes\u202c\r\n".encode(),
    "no sender": b"From: \r\n",
    "X.500": b"From: /O=EXCHANGELABS/CN=DANA\r\n",
    "two senders": b"From: Dana <dana@acme.example>, evil@x.example\r\nSender: evil@x.example\r\n",
    "NUL": b"Subject: a\x00b\r\n",
    "terminal": b"Subject: \x1b]0;evil\x07\x1b[2J\r\n",
    "nothing at all": b"",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_mail_harms_nothing_and_nothing_of_it_is_shown_raw(world: Days, name: str) -> None:
    answers(world, 0)
    head = HOSTILE[name]
    head += b"" if b"From:" in head else b"From: Dana Reyes <dana@acme.example>\r\n"
    head += b"To: sam.lee@outlook.com\r\nMessage-ID: <h1@acme.example>\r\nDate: Tue, 03 Mar 2026 09:00:00 +0000\r\n"
    body = b"\r\nHello \x1b[31m\xe2\x80\xaesam\r\n" + b"<div>" * 20_000
    world.at("2026-03-03 09:00")
    world.mail.receive(head + body)
    for at in ("2026-03-03 09:05", "2026-03-09 09:30", "2026-03-10 09:30"):
        report, _ = world.trouble(at)
        assert report.ok, report
    shown = world.told("status") + world.told("status", "--json") + world.told("explain", "acme")
    assert re.search(r"[\x00-\x09\x0b-\x1f\u202e]", shown) is None
    for draft in world.mail.messages():
        assert (draft.cc, draft.bcc) == ((), ())
        assert "evil@x.example" not in draft.to
