"""Signing in at Google and out again, as a user does: the real program, a browser, a terminal, a pasted answer.

After every test the same is looked at: no token, code or secret stands in anything that the program wrote,
and nothing but reading and drafting was asked for.
"""

from __future__ import annotations

import contextlib
import json
import os
import pty
import shlex
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import pytest
from google.auth import _helpers

from followupd.cycle import AccountReport
from followupd.errors import SignInNeeded
from followupd.providers.google.api import Api
from tests import forked
from tests.cycle.google import CONFIG, ME, PROJECT, GoogleWorld, Run
from tests.sim.browser import visit
from tests.sim.google import GoogleSimulator
from tests.sim.oauth import METADATA

AUTH = "https://www.googleapis.com/auth/"
COMPOSE, READONLY = f"{AUTH}gmail.compose", f"{AUTH}gmail.readonly"
EVENTS = f"{AUTH}calendar.events.readonly"
SEND = f"{AUTH}gmail.send"
MAIL = {COMPOSE, READONLY}
ALL = MAIL | {EVENTS}
# as Google's own page of consent names them
NAMES = {
    COMPOSE: "Manage drafts and send emails",
    READONLY: "View your email messages and settings",
    EVENTS: "View events on all your calendars",
}

LOGIN = "2026-03-01 09:00"
SIGNED_IN = datetime.fromisoformat("2026-03-01T09:00:00+00:00")
NO_SIGN_IN = 77

LOCAL_CALENDAR = "calendar: {provider: local, path: calendars}"
LOCAL_MAIL = "mailbox: {provider: local, path: Mail}"
SECOND = """\
  - name: second
    calendar: {{provider: google, client_file: google-client.json, calendar_root: {calendar}}}
    mailbox: {{provider: google, client_file: google-client.json, gmail_root: {gmail}}}
interviews:
"""
TWO = CONFIG.replace("interviews:\n", SECOND)


class Desk(GoogleWorld):
    """The world, and a note of all that the program has printed."""

    def __init__(self, simulator: GoogleSimulator, folder: Path) -> None:
        super().__init__(simulator, folder)
        self.printed: list[str] = []

    def program(self, *words: str, typed: str = "", **environment: str) -> Run:
        run = super().program(*words, typed=typed, **environment)
        return self.noted(run)

    def coded(self, code: str, *words: str, **environment: str) -> Run:
        """The program as this code calls it."""
        places = {"HOME": str(self.folder), "XDG_CACHE_HOME": str(self.folder / "cache")}
        done = forked.run(
            [sys.executable, "-c", code, "-c", str(self.config), "--state", str(self.state), *words],
            cwd=PROJECT,
            env={**os.environ, **places, **environment},
        )
        return self.noted(Run(done.returncode, done.stdout, done.stderr))

    def noted(self, run: Run) -> Run:
        self.printed.append(run.out + run.err)
        return run

    def configure(self, text: str, me: str = ME) -> None:
        roots = {"calendar": self.simulator.calendar_root, "gmail": self.simulator.gmail_root}
        self.config.write_text(text.format(me=me, **roots), encoding="utf-8")

    def local_files(self) -> None:
        (self.folder / "calendars").mkdir()
        for name in ("Mail", "Mail/.Drafts", "Mail/.Sent"):
            for part in ("cur", "new", "tmp"):
                (self.folder / name / part).mkdir(parents=True, exist_ok=True)

    @contextlib.contextmanager
    def running(self, *words: str, **streams: Any) -> Iterator[subprocess.Popen[str]]:
        """The program while it waits for somebody."""
        words = ("-c", str(self.config), "--state", str(self.state), *words)
        places = {"HOME": str(self.folder), "XDG_CACHE_HOME": str(self.folder / "cache")}
        with forked.start(
            [sys.executable, "-m", "followupd", *words],
            stdin=streams.get("stdin", subprocess.PIPE),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=PROJECT,
            env={**os.environ, **places, **streams.get("environment", {})},
            interrupts=True,
            fresh=self.fresh,
        ) as child:
            try:
                yield child
            finally:
                child.kill()

    def pasting(self, answer: Callable[[str], str], *words: str) -> Run:
        """`login --no-browser`: the address is read, and what `answer` makes of it is typed, once."""
        with self.running(
            "login", "personal", "--no-browser", "--now", self.at(LOGIN).isoformat(), *words
        ) as child:
            address, before = printed_address(child)
            out, err = child.communicate(answer(address) + "\n", timeout=60)
            return self.noted(Run(child.returncode, before + out, err))

    def on_a_terminal(self, typed: str, *words: str) -> Run:
        """The program with a keyboard at which `typed` is typed."""
        keyboard, stdin = pty.openpty()
        os.write(keyboard, typed.encode())
        browser = f"{shlex.quote(sys.executable)} {shlex.quote(str(PROJECT / 'tests/sim/browser.py'))} %s"
        try:
            with self.running(*words, stdin=stdin, environment={"BROWSER": browser}) as child:
                out, err = child.communicate(timeout=60)
                return self.noted(Run(child.returncode, out, err))
        finally:
            os.close(keyboard)
            os.close(stdin)

    def asked_scopes(self) -> list[set[str]]:
        return [set(entry.params["scope"].split()) for entry in self.simulator.journal.of("oauth.authorize")]

    def live_grants(self) -> int:
        return sum(not grant.revoked for grant in self.simulator.oauth.grants.values())

    def kept_files(self) -> list[Path]:
        """What a sign-in leaves, locks aside."""
        folder = self.state / "credentials"
        return [path for path in folder.rglob("*") if path.is_file() and path.stat().st_size]

    def assert_nothing_kept(self) -> None:
        assert self.kept_files() == []
        assert self.live_grants() == 0

    def secrets(self) -> set[str]:
        """All that opens a door: tokens, codes, verifiers and the client's secret."""
        oauth = self.simulator.oauth
        found = {oauth.client_secret, *oauth.grants, *oauth.tokens, *oauth.codes}
        for entry in self.simulator.journal:
            found.add(entry.headers.get("authorization", "").removeprefix("Bearer "))
            if isinstance(entry.body, dict):
                found |= {str(entry.body.get(name, "")) for name in ("code", "code_verifier", "token")}
        return found - {""}

    def files(self) -> Iterator[Path]:
        """All that lies in the user's home but the client file, which is the user's own."""
        for path in self.folder.rglob("*"):
            if path.is_file() and path.name != "google-client.json":
                yield path

    def assert_no_secret_is_told(self) -> None:
        assert self.secrets()
        for secret in self.secrets():
            assert all(secret not in text for text in self.printed)
        for path in self.files():
            content = path.read_bytes()
            assert [one for one in self.secrets() if one.encode() in content] == [], path


def printed_address(child: subprocess.Popen[str]) -> tuple[str, str]:
    """The address to open, and all that was printed up to it."""
    assert child.stdout is not None
    lines = []
    for line in child.stdout:
        lines.append(line)
        if line.startswith("http"):
            return line.strip(), "".join(lines)
    assert child.stderr is not None
    raise AssertionError("".join(lines) + child.stderr.read())


def get(url: str) -> None:
    """What a browser does with the redirect."""
    assert urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1")
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(url, timeout=20) as answer:
        answer.read()


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def no_traceback(run: Run) -> None:
    assert "Traceback" not in run.out + run.err
    assert run.err.strip(), "a failure without a word"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with GoogleSimulator() as simulator:
        world = Desk(simulator, tmp_path)
        yield world
        assert simulator.violations == []
        assert simulator.journal.sends() == []
        world.assert_no_secret_is_told()


# --- the way through the browser --------------------------------------------------------------------


def test_a_sign_in_through_the_browser_asks_with_pkce_on_a_free_port_of_this_machine(desk: Desk) -> None:
    desk.fresh = True
    run = desk.login(LOGIN)
    assert run.code == 0
    assert ME in run.out
    (asked,) = desk.simulator.journal.of("oauth.authorize")
    assert asked.params["code_challenge_method"] == "S256"
    assert len(asked.params["state"]) >= 16
    back = urlsplit(asked.params["redirect_uri"])
    assert (back.scheme, back.hostname) == ("http", "127.0.0.1")
    assert back.port
    (token,) = desk.simulator.journal.of("oauth.token")
    assert 43 <= len(token.body["code_verifier"]) <= 128
    ports = {back.port}
    assert desk.login(LOGIN).code == 0  # and again at once: nothing waits for a port
    ports.add(urlsplit(desk.simulator.journal.of("oauth.authorize")[1].params["redirect_uri"]).port)
    assert len(ports) == 2


SCOPES: list[tuple[str, str, set[str]]] = [
    ("mail and calendar", CONFIG, ALL),
    (
        "the calendar alone",
        CONFIG.replace(
            "mailbox: {{provider: google, client_file: google-client.json, gmail_root: {gmail}}}",
            LOCAL_MAIL.replace("{", "{{").replace("}", "}}"),
        ),
        {EVENTS},
    ),
    (
        "mail alone",
        CONFIG.replace(
            "calendar: {{provider: google, client_file: google-client.json, calendar_root: {calendar}}}",
            LOCAL_CALENDAR.replace("{", "{{").replace("}", "}}"),
        ),
        MAIL,
    ),
]


@pytest.mark.parametrize(("config", "wanted"), [one[1:] for one in SCOPES], ids=[one[0] for one in SCOPES])
def test_only_what_is_needed_is_asked_for(desk: Desk, config: str, wanted: set[str]) -> None:
    desk.local_files()
    desk.configure(config)
    run = desk.login(LOGIN)
    assert run.code == 0, run.err
    assert desk.asked_scopes() == [wanted]
    told = run.out.partition("http")[0]
    assert {scope for scope in ALL if NAMES[scope] in told} == wanted
    account = desk.once("2026-03-01 09:05")
    assert account["ok"], account


def test_the_browser_learns_nothing_but_the_address(desk: Desk, tmp_path: Path) -> None:
    seen = tmp_path / "seen.sh"
    args = tmp_path / "arguments"
    browser = f"{shlex.quote(sys.executable)} {shlex.quote(str(PROJECT / 'tests/sim/browser.py'))}"
    # every command line and every environment of this user while the program runs
    seen.write_text(
        f'#!/bin/sh\ncat /proc/$$/cmdline /proc/$PPID/cmdline /proc/$$/environ > {args}\n{browser} "$1"\n'
    )
    seen.chmod(0o700)
    assert desk.login(LOGIN).code == 0
    run = desk.program("login", "personal", "--now", desk.at(LOGIN).isoformat(), BROWSER=f"{seen} %s")
    assert run.code == 0, run.err
    assert b"oauth2/auth" in args.read_bytes()  # the rest is looked at after every test, in all files


def test_a_sign_in_that_nobody_completes_is_given_up_when_the_program_is_interrupted(desk: Desk) -> None:
    with desk.running("login", "personal", "--no-browser") as child:
        printed_address(child)
        child.send_signal(2)
        out, err = child.communicate(timeout=30)
        assert child.returncode in (1, 130)
        assert "Traceback" not in out + err
    assert desk.kept_files() == []


# --- without a browser ------------------------------------------------------------------------------


def test_without_a_browser_the_address_is_printed_and_the_answer_pasted(desk: Desk) -> None:
    desk.fresh = True
    run = desk.pasting(visit)
    assert run.code == 0, run.err
    assert ME in run.out
    assert desk.once("2026-03-01 09:05")["ok"]


def changed(url: str, **other: str) -> str:
    parts = urlsplit(url)
    return parts._replace(query=urlencode(dict(parse_qsl(parts.query)) | other)).geturl()


def without(url: str, name: str) -> str:
    parts = urlsplit(url)
    return parts._replace(query=urlencode([p for p in parse_qsl(parts.query) if p[0] != name])).geturl()


PASTED: dict[str, Callable[[str], str]] = {
    "something else": lambda _: "what should I paste here",
    "the address that was to be opened": lambda address: address,
    "an answer to another sign-in": lambda address: changed(visit(address), state="of-another-one"),
    "an answer without state": lambda address: without(visit(address), "state"),
    "an answer without a code": lambda address: without(visit(address), "code"),
    "an answer with a code that was never given": lambda address: changed(visit(address), code="4/0Amade-up"),
    "a code without its address": lambda address: parse_qs(urlsplit(visit(address)).query)["code"][0],
    "a refused consent": lambda address: without(changed(visit(address), error="access_denied"), "code"),
}


@pytest.mark.parametrize("answer", PASTED.values(), ids=PASTED.keys())
def test_a_wrong_thing_pasted_is_refused_in_words_and_nothing_is_kept(
    desk: Desk, answer: Callable[[str], str]
) -> None:
    run = desk.pasting(answer)
    assert run.code not in (0, 70), run
    no_traceback(run)
    desk.assert_nothing_kept()


def test_nothing_pasted_is_no_answer_and_nothing_is_kept(desk: Desk) -> None:
    run = desk.pasting(lambda _: "")
    assert run.code != 0
    assert "Traceback" not in run.err
    desk.assert_nothing_kept()


def test_a_port_can_be_named_for_a_tunnel(desk: Desk) -> None:
    port = free_port()
    for _ in range(2):  # the same port again at once
        with desk.running(
            "login", "personal", "--port", str(port), "--now", desk.at(LOGIN).isoformat()
        ) as child:
            address, before = printed_address(child)
            back = visit(address)
            assert urlsplit(back).port == port
            get(back)
            out, err = child.communicate(timeout=60)
            run = desk.noted(Run(child.returncode, before + out, err))
        assert run.code == 0, run.err
        assert ME in run.out


def test_a_port_that_is_taken_is_named(desk: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        run = desk.program("login", "personal", "--port", port, "--now", desk.at(LOGIN).isoformat())
    assert run.code not in (0, 70)
    no_traceback(run)
    assert "--port" in run.err
    desk.assert_nothing_kept()


# --- the client file --------------------------------------------------------------------------------


def client(simulator: GoogleSimulator, **other: str | None) -> dict[str, Any]:
    oauth = simulator.oauth
    whole = {
        "client_id": oauth.client_id,
        "client_secret": oauth.client_secret,
        "auth_uri": f"{simulator.url}/o/oauth2/auth",
        "token_uri": f"{simulator.url}/token",
        "redirect_uris": ["http://localhost"],
    }
    return {name: value for name, value in (whole | other).items() if value is not None}


# what lies there, and what the message must name
CLIENT_FILES: dict[str, tuple[Callable[[GoogleSimulator], str | None], tuple[str, ...]]] = {
    "missing": (lambda _: None, ("google-client.json", "Download", "docs/google.md")),
    "empty": (lambda _: "", ("google-client.json", "Download")),
    "broken": (lambda _: '{"installed": {"client_id": ', ("google-client.json", "Download")),
    "a list": (lambda _: "[]", ("google-client.json", "Desktop")),
    "binary": (lambda _: "\x00\x01\ufffe", ("google-client.json", "Download")),
    "of a web client": (lambda s: json.dumps({"web": client(s)}), ("Desktop", "google-client.json")),
    "of a service account": (
        lambda _: json.dumps({"type": "service_account", "private_key": "x"}),
        ("Desktop", "google-client.json"),
    ),
    "without a client id": (
        lambda s: json.dumps({"installed": client(s, client_id=None)}),
        ("google-client.json",),
    ),
    "without a secret": (
        lambda s: json.dumps({"installed": client(s, client_secret=None)}),
        ("google-client.json",),
    ),
    "with a number for its secret": (
        lambda s: json.dumps({"installed": client(s) | {"client_secret": 5}}),
        ("google-client.json",),
    ),
    "with an unencrypted address for tokens": (
        lambda s: json.dumps({"installed": client(s, token_uri="http://login.example/token")}),
        ("without encryption", "login.example"),
    ),
    "with an unencrypted address for consents": (
        lambda s: json.dumps({"installed": client(s, auth_uri="http://login.example/auth")}),
        ("without encryption", "login.example"),
    ),
}


@pytest.mark.parametrize(("content", "words"), CLIENT_FILES.values(), ids=CLIENT_FILES.keys())
def test_a_client_file_that_can_not_be_used_is_told_with_what_to_do(
    desk: Desk, content: Callable[[GoogleSimulator], str | None], words: tuple[str, ...]
) -> None:
    path = desk.folder / "google-client.json"
    path.unlink()
    text = content(desk.simulator)
    if text is not None:
        path.write_text(text)
    run = desk.login(LOGIN)
    assert run.code not in (0, 70)
    no_traceback(run)
    for word in words:
        assert word in run.err, run.err
    assert len(desk.simulator.journal) == 0
    assert desk.kept_files() == []


# --- a consent that is not what is needed -----------------------------------------------------------

Prepare = Callable[[Desk], object]


def granting(*scopes: str) -> Prepare:
    def prepare(desk: Desk) -> None:
        desk.simulator.oauth.granted = set(scopes)

    return prepare


def adding(*scopes: str) -> Prepare:
    """Google gives more than was asked for, as it does for a client that was given more before."""

    def prepare(desk: Desk) -> None:
        oauth = desk.simulator.oauth
        grant = oauth._grant
        oauth._grant = lambda user, asked, given: grant(user, asked, given | set(scopes))  # type: ignore[method-assign]

    return prepare


def without_refresh_token(desk: Desk) -> None:
    oauth = desk.simulator.oauth
    oauth._grant = lambda user, _, given: oauth._access(user, given, None)  # type: ignore[method-assign]


def denying(desk: Desk) -> None:
    desk.simulator.oauth.denied = True


def failing(match: str, kind: str, **options: Any) -> Prepare:
    def prepare(desk: Desk) -> None:
        desk.simulator.faults.fail(match, kind, times=None, **options)

    return prepare


# what happens, and what the message must name
REFUSED: dict[str, tuple[Prepare, tuple[str, ...]]] = {
    "reading mail is unticked": (granting(COMPOSE, EVENTS), (NAMES[READONLY], "login personal")),
    "drafts are unticked": (granting(READONLY, EVENTS), (NAMES[COMPOSE], "login personal")),
    "the calendar is unticked": (granting(*MAIL), (NAMES[EVENTS], "login personal")),
    "all but one is unticked": (granting(EVENTS), (NAMES[COMPOSE], NAMES[READONLY])),
    "Google gives leave to send": (adding(SEND), ("gmail.send",)),
    "Google gives the whole mailbox": (adding("https://mail.google.com/"), ("mail.google.com",)),
    "Google gives leave to change mail": (adding(f"{AUTH}gmail.modify"), ("gmail.modify",)),
    "Google gives headers alone": (adding(METADATA), ("gmail.metadata",)),
    "Google gives leave to write events": (adding(f"{AUTH}calendar.events"), ("calendar.events",)),
    "the user says no": (denying, ("refused in the browser", "Nothing was kept")),
    "no refresh token comes": (without_refresh_token, ("sign in again",)),
    "Gmail's API is not enabled": (
        failing("gmail.", "disabled"),
        ("not enabled", "/gmail.googleapis.com/", "login personal"),
    ),
    "Calendar's API is not enabled": (
        failing("calendar.", "disabled"),
        ("not enabled", "/calendar-json.googleapis.com/", "login personal"),
    ),
    "the client is gone": (failing("oauth.token", "invalid_client"), ("client",)),
    "the network answers with a page": (failing("oauth.token", "html"), ("page",)),
    "the network answers with half": (failing("oauth.token", "truncated"), ()),
    "the connection breaks": (failing("oauth.token", "drop"), ("127.0.0.1",)),
}


@pytest.mark.parametrize(("prepare", "words"), REFUSED.values(), ids=REFUSED.keys())
def test_a_consent_that_can_not_be_used_is_told_and_nothing_is_kept(
    desk: Desk, prepare: Prepare, words: tuple[str, ...]
) -> None:
    prepare(desk)
    run = desk.login(LOGIN)
    assert run.code not in (0, 70)
    no_traceback(run)
    for word in words:
        assert word in run.err, run.err
    assert "Signed in" not in run.out
    desk.simulator.faults.clear()
    desk.assert_nothing_kept()


def test_a_login_that_fails_leaves_the_sign_in_that_was(desk: Desk) -> None:
    desk.login(LOGIN)
    desk.simulator.oauth.granted = {EVENTS}
    assert desk.login(LOGIN).code != 0
    desk.simulator.oauth.granted = None
    assert len(desk.kept_files()) >= 1


@pytest.mark.parametrize(
    "address", ["sam@other.example", "SAM.LEE@gmail.com"], ids=["another", "in capitals"]
)
def test_who_signed_in_is_told(desk: Desk, address: str) -> None:
    desk.simulator.oauth.user = address
    run = desk.login(LOGIN, "--yes")
    assert run.code == 0, run.err
    assert address.lower() in run.out.lower()


# --- a mailbox of two accounts, an account of work ---------------------------------------------------


def test_a_mailbox_that_another_account_uses_is_refused(desk: Desk) -> None:
    desk.configure(TWO)
    assert desk.login(LOGIN).code == 0
    run = desk.program("login", "second", "--now", desk.at(LOGIN).isoformat())
    assert run.code not in (0, 70)
    no_traceback(run)
    assert ME in run.err
    assert desk.live_grants() >= 1, "the first account's sign-in was revoked with it"
    check = desk.program("login", "second", "--check", "--now", desk.at(LOGIN).isoformat())
    assert check.code == NO_SIGN_IN
    check = desk.program("login", "personal", "--check", "--now", desk.at(LOGIN).isoformat())
    assert check.code == 0, check.err


WORK = "x@corp.example"


@pytest.fixture
def at_work(desk: Desk) -> Desk:
    desk.simulator.oauth.user = WORK
    desk.configure(CONFIG, me=WORK)
    return desk


LOGIN_WORDS = ("login", "personal", "--now", SIGNED_IN.isoformat())


def test_an_account_of_work_is_asked_about_and_no_keeps_nothing(at_work: Desk) -> None:
    at_work.at(LOGIN)
    run = at_work.on_a_terminal("n\n", *LOGIN_WORDS)
    assert run.code != 0
    assert "corp.example" in run.out + run.err
    assert "work" in run.out + run.err
    at_work.assert_nothing_kept()


def test_an_account_of_work_is_used_after_a_yes(at_work: Desk) -> None:
    at_work.at(LOGIN)
    run = at_work.on_a_terminal("y\n", *LOGIN_WORDS)
    assert run.code == 0, run.err
    assert WORK in run.out
    assert at_work.live_grants() == 1


def test_an_account_of_work_is_used_with_yes_said_beforehand_and_still_told(at_work: Desk) -> None:
    run = at_work.login(LOGIN, "--yes")
    assert run.code == 0, run.err
    assert "work" in run.out
    assert at_work.live_grants() == 1


def test_an_account_of_work_is_refused_where_nobody_can_be_asked(at_work: Desk) -> None:
    run = at_work.login(LOGIN)
    assert run.code == 2
    assert "--yes" in run.err
    at_work.assert_nothing_kept()


def test_an_account_of_ones_own_is_not_asked_about(desk: Desk) -> None:
    run = desk.login(LOGIN)
    assert run.code == 0
    assert "work or school" not in run.out


# --- looking at it, and ending it --------------------------------------------------------------------


def check_of(desk: Desk, at: str = LOGIN) -> Run:
    return desk.program("login", "personal", "--check", "--now", desk.at(at).isoformat())


def test_a_look_at_the_sign_in_says_who_since_when_and_what_for(desk: Desk) -> None:
    desk.login(LOGIN)
    run = check_of(desk, "2026-03-03 09:00")
    assert run.code == 0, run.err
    for word in (ME, "2026-03-01", *NAMES.values()):
        assert word in run.out


ENDS: dict[str, Prepare] = {
    "nobody has signed in": lambda _: None,
    "it was revoked": lambda desk: (desk.login(LOGIN), desk.simulator.oauth.revoke_all(ME)),
    "the password was changed": lambda desk: (desk.login(LOGIN), desk.simulator.oauth.change_password(ME)),
    "it was ended here": lambda desk: (desk.login(LOGIN), desk.program("logout", "personal")),
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS.keys())
def test_a_look_at_a_sign_in_that_does_not_work_ends_with_77(desk: Desk, end: Prepare) -> None:
    end(desk)
    run = check_of(desk)
    assert run.code == NO_SIGN_IN
    no_traceback(run)
    assert "login personal" in run.err


def test_a_sign_out_revokes_and_removes_what_was_kept(desk: Desk) -> None:
    desk.login(LOGIN)
    assert desk.kept_files() != []
    assert desk.live_grants() == 1
    run = desk.program("logout", "personal")
    assert run.code == 0, run.err
    assert desk.live_grants() == 0
    assert desk.kept_files() == []
    (entry,) = desk.simulator.journal.of("oauth.revoke")
    assert "token" not in entry.url  # a token in an address stands in every log on the way
    account = desk.once("2026-03-01 10:00")
    assert account["code"] == NO_SIGN_IN


UNREVOKED: dict[str, Prepare] = {
    "offline": lambda desk: desk.simulator.close(),
    "the network answers with a page": failing("oauth.revoke", "html"),
    "Google is down": failing("oauth.revoke", "status", status=503),
}


@pytest.mark.parametrize("prepare", UNREVOKED.values(), ids=UNREVOKED.keys())
def test_a_sign_out_that_google_does_not_hear_of_says_where_to_end_it(desk: Desk, prepare: Prepare) -> None:
    desk.login(LOGIN)
    prepare(desk)
    run = desk.program("logout", "personal")
    assert "Traceback" not in run.err
    assert "https://myaccount.google.com/" in run.out + run.err
    assert desk.kept_files() == []


def test_a_sign_out_twice_is_no_fault(desk: Desk) -> None:
    desk.login(LOGIN)
    desk.program("logout", "personal")
    run = desk.program("logout", "personal")
    assert "Traceback" not in run.err


def test_an_account_that_needs_no_sign_in_says_so(desk: Desk) -> None:
    desk.local_files()
    desk.login(LOGIN)
    desk.config.write_text(
        f"me: {{name: Sam Lee, addresses: [{ME}], timezone: Europe/London}}\n"
        f"accounts:\n  - name: personal\n    {LOCAL_CALENDAR}\n    {LOCAL_MAIL}\n"
        "interviews: {any: [{title: interview}]}\n"
    )
    for word in ("login", "logout"):
        run = desk.program(word, "personal")
        assert run.code == 2
        assert "no sign-in" in run.err


def test_an_account_that_is_not_there_is_named_with_those_that_are(desk: Desk) -> None:
    desk.login(LOGIN)
    run = desk.program("login", "persnal")
    assert run.code == 2
    assert "persnal" in run.err
    assert "personal" in run.err.replace("persnal", "")


# --- what opens a door is told nowhere ----------------------------------------------------------------


def test_no_command_tells_what_opens_the_account(desk: Desk) -> None:
    desk.login(LOGIN)
    desk.event("2026-03-02 10:00", "2026-03-02 11:00")
    desk.cycle("2026-03-01 10:00")
    desk.cycle("2026-03-02 12:00")
    (draft,) = desk.drafts()
    now = ("--now", desk.at("2026-03-02 12:05").isoformat())
    for words in (
        ("once", *now),
        ("once", "--dry-run", *now),
        ("status", *now),
        ("plan", *now),
        ("explain", "dana", *now),
        ("people",),
        ("check",),
        ("check", "--json"),
        ("export",),
        ("login", "personal", "--check", *now),
    ):
        run = desk.program(*words)
        assert "Traceback" not in run.err, run.err
    for text in desk.printed:
        assert draft.text[40:120] not in text or "export" in text
    # the sign-in is not what a user exports, sealed or not
    for sealed in desk.kept_files():
        assert sealed.read_bytes()[:40] not in "".join(desk.printed).encode()


HURRIED = """\
import sys, time
from tenacity import Retrying
from followupd.cli import main
from followupd.providers import http

time.sleep = lambda _: None
http.Retrying = lambda **options: Retrying(**{**options, "sleep": lambda _: None})
main(sys.argv[1:])
"""

TOKEN_ANSWERS: dict[str, Mapping[str, Any]] = {
    "a page": {"kind": "html"},
    "half of it": {"kind": "truncated"},
    "an error": {"kind": "status", "status": 500},
    "an error as a page": {"kind": "status", "status": 502, "body": "html"},
    "another address": {"kind": "redirect"},
    "nothing": {"kind": "drop"},
    "a no": {"kind": "invalid_grant"},
    "an unknown client": {"kind": "invalid_client"},
}


@pytest.mark.parametrize("answer", TOKEN_ANSWERS.values(), ids=TOKEN_ANSWERS.keys())
def test_a_renewal_that_fails_tells_nothing_of_what_was_sent(desk: Desk, answer: Mapping[str, Any]) -> None:
    desk.login(LOGIN)
    desk.simulator.oauth.expire_access_tokens()
    desk.simulator.faults.fail("oauth.token", times=None, **answer)
    desk.at("2026-03-01 10:00")
    run = desk.coded(HURRIED, "once", "--now", desk.simulator.clock.now.isoformat())
    assert run.code in (1, NO_SIGN_IN), run
    no_traceback(run)


BROKEN = """\
import sys
from unittest.mock import patch
import requests
from followupd.cli import main

def broken(self, request, **options):
    raise RuntimeError(f"forced: {self!r} {request!r}")

with patch.object(requests.Session, "send", broken):
    main(sys.argv[1:])
"""


@pytest.mark.parametrize("debug", ["", "1"], ids=["as it is", "with its traceback"])
@pytest.mark.parametrize("command", ["once", "login"])
def test_a_program_that_breaks_where_the_tokens_are_does_not_print_them(
    desk: Desk, command: str, debug: str
) -> None:
    desk.login(LOGIN)
    words = ("login", "personal", "--check") if command == "login" else ("once",)
    run = desk.coded(BROKEN, *words, FOLLOWUPD_DEBUG=debug)
    assert run.code != 0
    assert ("forced" in run.err) is bool(debug)
    assert "RuntimeError" in run.err


# --- the trap called “Testing” -----------------------------------------------------------------------

LIFETIME_TOLD = pytest.mark.parametrize("told", [True, False], ids=["told", "not told"])


# an access token's end is told by the machine's clock, so the days begin there too
TODAY = datetime.now(UTC).replace(microsecond=0)


def after(days: float) -> datetime:
    return TODAY + timedelta(days=days)


@pytest.fixture
def years(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """One clock for all: the simulator's, the program's `--now`, and the one by which tokens are renewed."""
    options = dict(Api.__init__.__kwdefaults__ or {})
    monkeypatch.setattr(Api.__init__, "__kwdefaults__", options | {"clock": lambda: desk.simulator.clock.now})
    monkeypatch.setattr(_helpers, "utcnow", lambda: desk.simulator.clock.now.replace(tzinfo=None))
    return desk


def cycle(desk: Desk, at: datetime) -> AccountReport:
    """A cycle when the machine's clock shows the played time."""
    desk.simulator.clock_skew = at - datetime.now(UTC)
    try:
        return desk.cycle(at)
    finally:
        desk.simulator.clock_skew = timedelta(0)


def notice(desk: Desk, at: datetime) -> str:
    """What the cycle and `status` say; they agree."""
    report = cycle(desk, at)
    assert report.ok, report
    (shown,) = desk.status(at)["accounts"]
    assert shown["notice"] == report.notice
    return report.notice


@LIFETIME_TOLD
def test_from_day_five_on_a_sign_in_of_testing_is_warned_of_with_the_clicks(years: Desk, told: bool) -> None:
    years.simulator.oauth.testing = True
    years.simulator.oauth.testing_tells_lifetime = told
    years.login(after(0))
    for days in (0.1, 3, 4.9):
        assert notice(years, after(days)) == ""
    for days in (5.1, 6.9):
        warning = notice(years, after(days))
        assert "Publish app" in warning
        assert "login personal" in warning
        for words in ("status",), ("login", "personal", "--check"):
            run = years.program(*words, "--now", after(days).isoformat())
            assert "Publish app" in run.out, words


def test_the_program_itself_warns_in_what_once_and_status_print(desk: Desk) -> None:
    desk.simulator.oauth.testing = True
    desk.login(after(0))
    now = ("--now", desk.at(after(5.5)).isoformat())
    account = desk.once(after(5.5))
    assert "Publish app" in account["notice"]
    assert account["code"] == 0
    for command in ("once", "status"):
        run = desk.program(command, *now)
        assert "Publish app" in run.out + run.err, command


@LIFETIME_TOLD
def test_a_sign_in_that_ended_in_testing_is_told_once_and_goes_on_after_a_new_one(
    years: Desk, told: bool
) -> None:
    desk = years
    desk.simulator.oauth.testing = True
    desk.simulator.oauth.testing_tells_lifetime = told
    desk.login(after(0))
    talk = after(7.5)
    desk.event(f"{talk:%Y-%m-%d %H:%M}", f"{talk + timedelta(hours=1):%Y-%m-%d %H:%M}")
    assert cycle(desk, after(6.5)).ok

    report = cycle(desk, after(7.1))
    assert isinstance(report.error, SignInNeeded)
    assert "Testing" in str(report.error)
    assert "Publish app" in str(report.error)
    (first,) = desk.status()["accounts"]
    assert first["state"] == "sign_in"
    assert isinstance(cycle(desk, after(7.9)).error, SignInNeeded)
    again = desk.status()
    assert again["accounts"][0]["since"] == first["since"]
    assert [one["kind"] for one in again["trouble"]].count("sign_in") == 1
    assert desk.drafts() == []

    desk.simulator.oauth.testing = False  # the button was pressed
    assert desk.login(after(8)).code == 0
    assert cycle(desk, after(8) + timedelta(minutes=5)).ok
    assert len(desk.drafts()) == 1
    assert desk.status()["accounts"][0]["state"] == "ok"
    assert cycle(desk, after(8.5)).ok
    assert len(desk.drafts()) == 1


def test_a_sign_in_that_ended_ends_once_with_77(desk: Desk) -> None:
    desk.simulator.oauth.testing = True
    desk.login(after(0))
    assert desk.once(after(6))["code"] == 0
    account = desk.once(after(7.1))
    assert account["code"] == NO_SIGN_IN
    assert "Testing" in account["error"]
    assert desk.status()["accounts"][0]["state"] == "sign_in"


def test_a_sign_in_in_production_is_not_warned_of_once_it_has_outlived_eight_days(years: Desk) -> None:
    years.login(after(0))
    assert notice(years, after(1)) == ""
    for days in (8.1, 30, 100):
        assert notice(years, after(days)) == ""


def test_a_sign_in_that_slept_through_its_first_days_is_not_warned_of_in_its_second_week(years: Desk) -> None:
    years.login(after(0))
    assert notice(years, after(12)) == ""
    assert years.login(after(13)).code == 0
    assert notice(years, after(14)) == ""


# --- two accounts --------------------------------------------------------------------------------------


def test_one_account_that_must_sign_in_again_rests_and_the_other_goes_on(desk: Desk) -> None:
    other = "kim@gmail.com"
    desk.configure(TWO)
    assert desk.login(LOGIN).code == 0
    desk.simulator.oauth.user = other
    assert desk.program("login", "second", "--now", desk.at(LOGIN).isoformat()).code == 0
    desk.event("2026-03-02 10:00", "2026-03-02 11:00")
    assert desk.program("once", "--now", desk.at("2026-03-01 10:00").isoformat()).code == 0

    desk.simulator.oauth.revoke_all(other)
    run = desk.program("once", "--json", "--now", desk.at("2026-03-02 12:00").isoformat())
    assert run.code == 1, run
    accounts = {one["name"]: one for one in json.loads(run.out)["accounts"]}
    assert accounts["personal"]["ok"]
    assert not accounts["second"]["ok"]
    assert "login second" in accounts["second"]["error"]
    assert len(desk.drafts()) == 1
    states = {one["name"]: one["state"] for one in desk.status()["accounts"]}
    assert states == {"personal": "ok", "second": "sign_in"}
    assert desk.simulator.user(other).mail.drafts() == []
