"""Signing in at Microsoft and out again, as a user does: by the command line, and by what it is made of.

After every test the same is looked at: no token, code or verifier stands in anything that was printed or written
unencrypted, and nothing was asked for that sends.
"""

from __future__ import annotations

import json
import socket
import threading
import webbrowser
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from followupd.cli.commands import followupd
from followupd.credentials import Vault
from followupd.errors import FollowupdError, Refused, SignInNeeded, Unavailable
from followupd.providers.base import SignInWay
from followupd.providers.microsoft.grant import Grant
from followupd.providers.microsoft.login import MicrosoftSignIn
from tests.cycle.google import Run
from tests.cycle.microsoft import CONFIG, ME, MicrosoftWorld
from tests.sim import microsoft_sign_in_browser as browser
from tests.sim.microsoft import MicrosoftSimulator

KIM, ACME = "kim@acme.example", "acme.example"
ALL = {"Calendars.Read", "Mail.ReadWrite", "User.Read"}
NAMES = {
    "Calendars.Read": "Read your calendars",
    "Mail.ReadWrite": "Read and write access to your mail",
    "User.Read": "Sign you in and read your profile",
}
NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)
SECOND_OF_TIME = timedelta(seconds=1)
BROWSER, CODE = SignInWay(seconds=20.0), SignInWay(browser=False)
NOBODY = SignInWay(seconds=0.01)
AGAIN = "Nothing was kept. Run `followupd login personal` again."

LOCAL_CALENDAR = "calendar: {{provider: local, path: calendars}}"
LOCAL_MAIL = "mailbox: {{provider: local, path: Mail}}"
BLOCK = "{{provider: microsoft, client_id: {client_id}, authority: {authority}, graph_root: {graph}}}"
SECOND = f"  - name: second\n    calendar: {BLOCK}\n    mailbox: {BLOCK}\ninterviews:\n"


class Person:
    """Somebody at the keyboard, who answers every question of yes or no alike, and does as told with an address."""

    def __init__(self, *, agrees: bool = True) -> None:
        self._agrees = agrees
        self.told: list[str] = []
        self.asked: list[str] = []
        self.opens: Callable[[str], object] | None = None

    def say(self, words: str) -> None:
        self.told.append(words)
        for line in words.splitlines():
            if self.opens and line.startswith("https://localhost"):
                self.opens(line)

    def ask(self, question: str) -> str:
        raise AssertionError(f"nothing is to be typed: {question}")

    def agrees(self, question: str) -> bool:
        self.asked.append(question)
        return self._agrees


class Desk(MicrosoftWorld):
    """The world, and a note of all that was printed."""

    def __init__(self, simulator: MicrosoftSimulator, folder: Path) -> None:
        super().__init__(simulator, folder)
        simulator.user(KIM, "Kim Min-jun", tenant=ACME)
        self.printed: list[str] = []
        self.slept: list[float] = []
        self.vault = Vault(self.state, folder / "key")

    def configure(self, text: str, **other: str) -> None:
        self.config.write_text(text.format(**self.places() | other), encoding="utf-8")

    def run(self, *words: str) -> Run:
        """The command line in this process, without a terminal."""
        given = ["-c", str(self.config), "--state", str(self.state), *words]
        result = CliRunner().invoke(followupd, given)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        self.printed.append(result.output)
        return Run(result.exit_code, result.stdout, result.stderr)

    def sign_in(self, *uses: str, **options: str) -> MicrosoftSignIn:
        """What the command line signs in with."""
        places = self.places()
        given = {
            "client_id": places["client_id"],
            "authority": places["authority"],
            "graph_root": places["graph"],
        }
        return MicrosoftSignIn(
            account="personal",
            secret=self.vault.of("personal.microsoft"),
            uses=uses or ("calendar", "mailbox"),
            sleep=self.sleep,
            **given | options,
        )

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    def login(  # type: ignore[override]
        self,
        way: SignInWay = BROWSER,
        person: Person | None = None,
        taken: tuple[str, ...] = (),
        **options: str,
    ) -> Person:
        person = person or Person()
        try:
            self.sign_in(**options).login(person, way, taken, NOW)
        finally:
            self.printed += person.told
        return person

    def fails(self, error: type[FollowupdError] = Refused, way: SignInWay = BROWSER, **given: Any) -> str:
        """The words of a login that keeps nothing."""
        before = self.kept()
        with pytest.raises(error) as caught:
            self.login(way, **given)
        assert type(caught.value) is error
        assert self.kept() == before
        self.printed.append(str(caught.value))
        return str(caught.value)

    def kept(self) -> bytes | None:
        return self.vault.read("personal.microsoft")

    def grant(self) -> Grant:
        kept = self.kept()
        assert kept
        return Grant.from_bytes(kept)

    def assert_nothing_kept(self) -> None:
        folder = self.state / "credentials"
        assert [path for path in folder.rglob("*") if path.is_file() and path.stat().st_size] == []

    def asked_scopes(self) -> set[str]:
        (entry,) = self.simulator.journal.of("oauth.authorize")
        return set(entry.params["scope"].split()) - {"openid", "profile", "offline_access"}

    def secrets(self) -> set[str]:
        """All that opens a door."""
        tokens = self.simulator.sign_in.tokens
        found = {*tokens.accesses, *tokens.grants}
        for entry in self.simulator.journal:
            if isinstance(entry.body, dict):
                names = ("code", "code_verifier", "refresh_token", "device_code")
                found |= {str(entry.body.get(name, "")) for name in names}
        return found - {""}

    def assert_no_secret_is_told(self) -> None:
        for secret in self.secrets():
            assert all(secret not in text for text in self.printed)
        for path in self.folder.rglob("*"):
            content = path.read_bytes() if path.is_file() else b""
            assert [one for one in self.secrets() if one.encode() in content] == [], path


def browse(url: str) -> bool:
    """The user's browser: it looks at the page at once, and posts the form while the program listens."""
    page = browser.visit(url)
    if page.target:
        threading.Thread(target=browser.submit, args=(page,), daemon=True).start()
    return True


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    with MicrosoftSimulator() as simulator:
        world = Desk(simulator, tmp_path)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(simulator.ca_bundle))
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setattr(webbrowser, "open", browse)
        # the default of what the command line makes
        monkeypatch.setitem(MicrosoftSignIn.__init__.__kwdefaults__, "sleep", world.sleep)
        yield world
        assert simulator.violations == []
        assert simulator.journal.sends() == []
        world.assert_no_secret_is_told()


# --- the command line -----------------------------------------------------------------------------------


def test_the_real_program_signs_in_through_a_real_browser(desk: Desk) -> None:
    run = desk.program("login", "--now", NOW.isoformat())
    assert (run.code, run.err) == (0, "")
    assert f"Signed in to Microsoft as {ME}." in run.out
    (asked,) = desk.simulator.journal.of("oauth.authorize")
    assert asked.params["code_challenge_method"] == "S256"
    assert len(asked.params["state"]) >= 16
    assert asked.params["response_mode"] == "form_post"
    assert asked.params["prompt"] == "select_account"
    back = urlsplit(asked.params["redirect_uri"])
    assert (back.scheme, back.hostname, back.path) == ("http", "localhost", "")
    assert back.port
    assert desk.run("login", "--check").code == 0


def test_login_check_logout(desk: Desk) -> None:
    assert desk.run("login", "--check").code == 77
    run = desk.run("login", "personal", "--now", NOW.isoformat())
    assert (run.code, run.err) == (0, "")
    told, _, _ = run.out.partition("http")
    assert all(name in told for name in NAMES.values())
    assert "None of them lets anybody send mail" in told
    run = desk.run("login", "--check")
    assert run.code == 0
    words = (
        ME,
        "a personal account",
        f"since {NOW:%Y-%m-%d}",
        "your own",
        "can't send mail",
        desk.places()["authority"],
    )
    assert all(word in run.out for word in (*words, *NAMES.values()))
    run = desk.run("logout")
    assert run.code == 0
    assert "https://account.live.com/consent/Manage" in run.out
    desk.assert_nothing_kept()
    assert desk.run("login", "--check").code == 77


def test_a_refusal_is_told_in_words_and_by_the_exit_code(desk: Desk) -> None:
    desk.simulator.sign_in.denied = True
    run = desk.run("login")
    assert run.code == 1
    assert "the consent was refused on Microsoft's page." in run.err
    assert AGAIN in run.err
    desk.assert_nothing_kept()


def test_without_a_browser_a_code_is_shown(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    typed: list[str] = []

    def third_time(seconds: float) -> None:
        desk.slept.append(seconds)
        if len(desk.slept) == 3:
            typed.extend(desk.simulator.sign_in.devices.pending)
            desk.simulator.sign_in.enter_code(*typed)

    monkeypatch.setitem(MicrosoftSignIn.__init__.__kwdefaults__, "sleep", third_time)
    run = desk.run("login", "--no-browser", "--now", NOW.isoformat())
    assert (run.code, run.err) == (0, "")
    assert f"enter the code {typed[0]}" in run.out
    assert "https://microsoft.com/devicelogin" in run.out
    assert desk.slept == [5, 5, 5]
    assert len(desk.simulator.journal.of("oauth.token")) == 3


def test_a_work_account_needs_a_yes_and_there_may_be_nobody_to_ask(desk: Desk) -> None:
    desk.simulator.sign_in.user = KIM
    run = desk.run("login")
    assert run.code == 2
    assert "--yes" in run.err
    desk.assert_nothing_kept()
    assert desk.run("login", "--yes").code == 0
    assert desk.grant().email == KIM
    assert "https://myapps.microsoft.com" in desk.run("logout").out


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"client_id": ""}, "docs/microsoft.md"),
        ({"authority": "https://login.microsoftonline.com"}, "/common"),
    ],
)
def test_what_is_missing_is_told_before_the_browser_opens(
    desk: Desk, change: dict[str, str], word: str
) -> None:
    named = change.get("client_id", "client_id: {client_id}, ")
    desk.configure(CONFIG.replace("client_id: {client_id}, ", named), **change)
    run = desk.run("login")
    assert run.code == 1
    assert word in run.err
    assert list(desk.simulator.journal) == []


@pytest.mark.parametrize("authority", ["http://localhost:1/common", "http://login.example/common", "common"])
def test_an_authority_without_encryption_is_refused_before_anything_is_said(
    desk: Desk, authority: str
) -> None:
    person = Person()
    assert "https://" in desk.fails(person=person, authority=authority)
    assert person.told == []


def test_a_port_that_is_taken_is_named(desk: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        run = desk.run("login", "--port", str(server.getsockname()[1]))
    assert run.code == 1
    assert "--port" in run.err
    desk.assert_nothing_kept()


def test_the_mailbox_of_another_account_is_not_taken_twice(desk: Desk) -> None:
    desk.configure(CONFIG.replace("interviews:\n", SECOND))
    assert desk.run("login", "second").code == 0
    run = desk.run("login", "personal")
    assert run.code == 1
    assert "another account" in run.err
    assert desk.kept() is None


# --- what is asked for, and how -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("uses", "wanted"),
    [
        (("calendar",), {"Calendars.Read", "User.Read"}),
        (("mailbox",), {"Mail.ReadWrite", "User.Read"}),
        (("calendar", "mailbox"), ALL),
    ],
)
def test_only_what_is_needed_is_asked_for(desk: Desk, uses: tuple[str, ...], wanted: set[str]) -> None:
    person = Person()
    desk.sign_in(*uses).login(person, BROWSER, (), NOW)
    assert desk.asked_scopes() == wanted
    assert {name for name in ALL if NAMES[name] in person.told[0]} == wanted
    methods = {each.method for each in desk.simulator.journal}
    assert ("mailFolders.get" in methods) == ("mailbox" in uses)
    assert ("calendar.get" in methods) == ("calendar" in uses)
    signed_in = desk.sign_in(*uses)
    assert signed_in.is_kept()
    assert signed_in.who() == (ME if "mailbox" in uses else "")


def test_a_port_for_a_tunnel_shows_the_address_and_opens_nothing(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webbrowser, "open", lambda _: pytest.fail("a browser was opened"))
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    person = Person()
    person.opens = browse
    desk.login(SignInWay(browser=False, port=port, seconds=20.0), person)
    (asked,) = desk.simulator.journal.of("oauth.authorize")
    assert asked.params["redirect_uri"] == f"http://localhost:{port}"
    assert desk.grant().email == ME


def test_a_browser_that_does_not_open_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webbrowser, "open", lambda _: False)
    person = Person()
    desk.fails(way=NOBODY, person=person)
    assert "followupd login personal --no-browser" in person.told[-1]


def test_only_the_answer_with_the_right_state_counts(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    turned_away = []

    def strangers_first(url: str) -> bool:
        page = browser.visit(url)
        for state in ("", "of-another-one", page.fields["state"] + "x"):
            stranger = browser.Page()
            stranger.target, stranger.fields = page.target, {"state": state, "code": "stolen"}
            with pytest.raises(HTTPError) as caught:
                browser.submit(stranger)
            turned_away.append(caught.value.code)
            caught.value.close()
        threading.Thread(target=browser.submit, args=(page,), daemon=True).start()
        return True

    monkeypatch.setattr(webbrowser, "open", strangers_first)
    desk.login()
    assert turned_away == [404, 404, 404]
    (token,) = desk.simulator.journal.of("oauth.token")
    assert token.body["code"] != "stolen"


def test_whose_sign_in_it_is_where_the_account_has_no_mail_address_of_its_own(desk: Desk) -> None:
    identity = desk.simulator.sign_in.identity(ME)
    identity.mail_unknown, identity.sign_in_name = True, "Sam.Lee@Outlook.com"
    desk.login()
    grant = desk.grant()
    assert (grant.email, grant.name, grant.personal) == ("sam.lee@outlook.com", "Sam Lee", True)


def test_a_second_login_takes_the_place_of_the_first_and_a_failed_one_does_not(desk: Desk) -> None:
    desk.login()
    desk.simulator.sign_in.denied = True
    desk.fails()
    desk.simulator.sign_in.denied = False
    desk.simulator.sign_in.user = "jo@outlook.com"
    desk.login()
    assert desk.grant().email == "jo@outlook.com"
    assert desk.sign_in().check(NOW)


def test_a_sign_in_that_can_not_be_read_any_more_is_replaced(desk: Desk) -> None:
    desk.vault.write("personal.microsoft", b"{")
    with pytest.raises(SignInNeeded):
        desk.sign_in().check(NOW)
    desk.login()
    assert desk.sign_in().check(NOW)
    desk.vault.write("personal.microsoft", b"{")
    left = desk.sign_in().logout()
    assert "account.live.com" in left
    assert "myapps.microsoft.com" in left
    assert desk.kept() is None


# --- accounts of work or school -------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["organizations", ACME, "common"])
@pytest.mark.parametrize("agrees", [True, False])
def test_before_a_work_account_is_kept_the_user_is_asked(desk: Desk, place: str, agrees: bool) -> None:
    """Where only such accounts can sign in, before the browser opens; else as soon as it is known."""
    desk.simulator.sign_in.user = KIM
    person, authority = Person(agrees=agrees), f"{desk.simulator.sign_in.url}/{place}"
    if agrees:
        desk.login(person=person, authority=authority)
        assert not desk.grant().personal
    else:
        assert "Nothing was kept." in desk.fails(person=person, authority=authority)
        opened = desk.simulator.journal.of("oauth.authorize")
        assert bool(opened) == (place == "common")
    assert len(person.asked) == 1
    assert any("Administrators of a work or school account can see" in words for words in person.told)
    assert any("delegated" in words for words in person.told)


def test_a_personal_account_is_not_asked_about(desk: Desk) -> None:
    for place in ("common", "consumers"):
        assert desk.login(authority=f"{desk.simulator.sign_in.url}/{place}").asked == []


# --- refusals: nothing is kept --------------------------------------------------------------------------


def _blocked(number: int) -> Callable[[Desk], None]:
    def policy(desk: Desk) -> None:
        desk.simulator.sign_in.user = KIM
        desk.simulator.sign_in.tenants[ACME].blocked_by = number

    return policy


def _approval(desk: Desk) -> None:
    desk.simulator.sign_in.user = KIM
    desk.simulator.sign_in.tenants[ACME].admin_consent_required = True


def _unregistered(desk: Desk) -> None:
    desk.simulator.sign_in.registrations.clear()


@pytest.mark.parametrize("policy", [_blocked(53003), _blocked(530035), _approval, _unregistered])
def test_a_page_that_does_not_come_back_ends_with_what_it_may_have_said(
    desk: Desk, policy: Callable[[Desk], None]
) -> None:
    policy(desk)
    words = desk.fails(way=NOBODY)
    for word in (
        "nobody signed in",
        "Need admin approval",
        "90094",
        "53003",
        "530035",
        "50020",
        "700016",
        AGAIN,
    ):
        assert word in words


def test_an_approval_that_is_needed_and_comes_back_is_told(desk: Desk) -> None:
    _approval(desk)
    desk.simulator.sign_in.approval_page_returns = True
    words = desk.fails()
    assert "administrator to approve" in words
    assert "(AADSTS90094)" in words
    assert AGAIN in words


@pytest.mark.parametrize(
    ("number", "word"),
    [(50173, "password"), (50011, "http://localhost"), (700025, "Allow public client flows")],
)
def test_a_code_that_is_not_taken_is_told(desk: Desk, number: int, word: str) -> None:
    desk.simulator.faults.fail("oauth.token", "sign_in_error", number=number)
    words = desk.fails()
    assert word in words
    assert AGAIN in words


@pytest.mark.parametrize("place", ["nowhere.example", ACME])
def test_a_directory_that_is_unknown_or_closed_is_told(desk: Desk, place: str) -> None:
    desk.simulator.sign_in.tenants[ACME].disabled = True
    words = desk.fails(authority=f"{desk.simulator.sign_in.url}/{place}")
    assert "directory" in words
    assert AGAIN in words


@pytest.mark.parametrize("method", ["oauth.configuration", "oauth.token", "me.get", "calendar.get"])
@pytest.mark.parametrize(("kind", "options"), [("html", {}), ("drop", {}), ("status", {"status": 503})])
def test_an_outage_is_told_without_the_promise_of_a_cycle(
    desk: Desk, method: str, kind: str, options: dict[str, Any]
) -> None:
    desk.simulator.faults.fail(method, kind, times=None, **options)
    words = desk.fails(Unavailable)
    assert "next cycle" not in words
    assert AGAIN in words


def answering(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, change: Callable[[dict[str, Any]], object]
) -> None:
    """Changes what the token endpoint answers."""
    issue = desk.simulator.sign_in.tokens.issue

    def changed(*told: Any, **more: Any) -> dict[str, Any]:
        answer = issue(*told, **more)
        change(answer)
        return answer

    monkeypatch.setattr(desk.simulator.sign_in.tokens, "issue", changed)


@pytest.mark.parametrize("name", sorted(ALL))
def test_a_permission_that_was_not_granted_is_named(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    answering(desk, monkeypatch, lambda answer: answer.update(scope=answer["scope"].replace(name, "")))
    words = desk.fails()
    assert f"“{NAMES[name]}” ({name}) is missing" in words
    assert AGAIN in words


def test_a_sign_in_that_does_not_last_is_not_kept(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    answering(desk, monkeypatch, lambda answer: answer.pop("refresh_token"))
    assert "no lasting sign-in" in desk.fails()


def test_an_answer_to_another_sign_in_is_not_taken(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    def of_another(answer: dict[str, Any]) -> None:
        who = desk.simulator.sign_in.identity(ME)
        answer["id_token"] = desk.simulator.sign_in.tokens._id_token(who, "x", "another nonce")

    answering(desk, monkeypatch, of_another)
    words = desk.fails()
    assert "not what was asked for" in words
    assert "nonce" not in words


@pytest.mark.parametrize("name", ["Mail.Send", "Mail.Send.Shared", "Calendars.ReadWrite"])
@pytest.mark.parametrize("way", [BROWSER, CODE], ids=["browser", "code"])
def test_a_sign_in_that_could_send_is_not_kept(desk: Desk, name: str, way: SignInWay) -> None:
    """The user once consented to more, for the same client."""
    desk.simulator.sign_in.tokens.consent(ME, [name], desk.simulator.sign_in.client_id)
    desk.sleep = lambda _: desk.simulator.sign_in.enter_code(*desk.simulator.sign_in.devices.pending)  # type: ignore[method-assign]
    words = desk.fails(way=way)
    for word in (
        f"({name})",
        "app registration",
        "https://account.live.com/consent/Manage",
        "Nothing was kept.",
    ):
        assert word in words
    assert words.count("followupd login personal") == 1
    assert desk.simulator.journal.requests() == 0  # it was not even tried


def test_a_token_that_alone_tells_that_it_could_send_is_not_kept(desk: Desk) -> None:
    desk.simulator.sign_in.user = KIM
    desk.simulator.sign_in.tokens.answer_tells_all_scopes = False
    desk.simulator.sign_in.tokens.consent(KIM, ["Mail.Send"], desk.simulator.sign_in.client_id)
    assert "(Mail.Send)" in desk.fails()


@pytest.mark.parametrize(
    ("method", "kind", "word"),
    [
        ("mailFolders.get", "no_mailbox", "no mailbox in its cloud"),
        ("calendar.get", "no_mailbox", "no mailbox in its cloud"),
        ("mailFolders.get", "forbidden", "lacks a permission"),
    ],
)
def test_a_mailbox_that_is_not_there_is_told_at_the_login(
    desk: Desk, method: str, kind: str, word: str
) -> None:
    desk.simulator.faults.fail(method, kind, times=None)
    words = desk.fails()
    assert word in words
    assert AGAIN in words


def test_a_mailbox_that_another_account_has_is_not_kept(desk: Desk) -> None:
    assert "another account" in desk.fails(taken=(ME,))
    desk.sign_in("calendar").login(Person(), BROWSER, (ME,), NOW)  # a calendar may be of both


# --- by a code ------------------------------------------------------------------------------------------

TUNNEL = ("ssh -L 8400:127.0.0.1:8400", "followupd login personal --port 8400")
AGAIN_BY_CODE = "Run `followupd login personal --no-browser` again."


def waiting(desk: Desk, then: Callable[[str], object] | None = None) -> None:
    """Time goes on as the program waits; at the second question `then` is done with the code."""

    def wait(seconds: float) -> None:
        desk.slept.append(seconds)
        desk.simulator.clock.now += seconds * SECOND_OF_TIME
        if then is not None and len(desk.slept) == 2:
            then(*desk.simulator.sign_in.devices.pending)

    desk.sleep = wait  # type: ignore[method-assign]


def test_a_code_that_nobody_enters_ends_with_its_time(desk: Desk) -> None:
    waiting(desk)
    words = desk.fails(way=CODE)
    assert "not entered in time" in words
    assert sum(desk.slept) == 900
    for word in (*TUNNEL, "Need admin approval", AGAIN_BY_CODE):
        assert word in words


def test_a_code_that_the_user_declines(desk: Desk) -> None:
    desk.simulator.sign_in.denied = True
    waiting(desk, desk.simulator.sign_in.enter_code)
    words = desk.fails(way=CODE)
    assert "refused" in words
    assert TUNNEL[0] not in words


def test_an_organisation_that_blocks_codes_leaves_the_tunnel(desk: Desk) -> None:
    desk.simulator.sign_in.tenants[ACME].device_code_blocked = True
    desk.simulator.sign_in.devices.refusals_reach_the_program = True
    waiting(desk, lambda code: desk.simulator.sign_in.enter_code(code, KIM))
    words = desk.fails(way=CODE)
    for word in ("(AADSTS53003)", *TUNNEL, AGAIN_BY_CODE):
        assert word in words


def test_a_registration_without_public_flows_has_no_codes(desk: Desk) -> None:
    registration = desk.simulator.sign_in.registrations[desk.simulator.sign_in.client_id]
    registration.public_flows = False
    waiting(desk)
    assert "Allow public client flows" in desk.fails(way=CODE)


def test_a_client_that_is_unknown_gets_no_code(desk: Desk) -> None:
    desk.simulator.sign_in.registrations.clear()
    assert "(AADSTS700016)" in desk.fails(way=CODE)
    assert desk.slept == []


def test_it_asks_as_slowly_as_it_is_told_to(desk: Desk) -> None:
    """RFC 8628 section 3.5: five seconds more at each `slow_down`; twice as long after no answer."""
    devices = desk.simulator.sign_in.devices
    devices.interval, devices.slow_down_when_fast = 7, True
    waiting(desk)
    desk.simulator.faults.fail("oauth.token", "drop")

    def wait(seconds: float) -> None:
        desk.slept.append(seconds)  # the simulator's time stands still: every question is too fast
        if len(desk.slept) == 5:
            desk.simulator.sign_in.enter_code(*devices.pending)

    desk.sleep = wait  # type: ignore[method-assign]
    desk.login(CODE)
    assert desk.slept == [7, 14, 14, 19, 24]


def test_an_outage_to_the_end_of_the_code_is_told_as_one(desk: Desk) -> None:
    waiting(desk)
    desk.simulator.faults.fail("oauth.token", "drop", times=None)
    assert "broke off" in desk.fails(Unavailable, way=CODE)
    assert max(desk.slept) == 60
    assert 900 <= sum(desk.slept) < 960  # by its own count, whatever Microsoft says


# --- what the next login must prove ---------------------------------------------------------------------


@pytest.mark.parametrize("way", [BROWSER, CODE], ids=["browser", "code"])
def test_the_claims_of_a_refused_renewal_reach_the_next_login(desk: Desk, way: SignInWay) -> None:
    desk.simulator.sign_in.user = KIM
    desk.login()
    desk.simulator.sign_in.tokens.expire_access_tokens()
    desk.simulator.sign_in.tenants[ACME].blocked_by = 50076
    with pytest.raises(SignInNeeded, match="multi-factor"):
        desk.sign_in().check(NOW)
    claims = desk.grant().claims
    assert "access_token" in json.loads(claims)
    if way is CODE:
        desk.simulator.sign_in.tenants[ACME].blocked_by = None
    waiting(desk, desk.simulator.sign_in.enter_code)
    desk.login(way)
    asked = [*desk.simulator.journal.of("oauth.authorize"), *desk.simulator.journal.of("oauth.devicecode")]
    told = [each.params.get("claims") or (each.body or {}).get("claims") for each in asked]
    assert told == [None, claims]
    assert desk.grant().claims == ""


# --- check ----------------------------------------------------------------------------------------------


def test_check_asks_for_each_thing_and_says_what_is_wrong(desk: Desk) -> None:
    desk.login()
    desk.simulator.faults.fail("mailFolders.get", "no_mailbox")
    with pytest.raises(Refused, match="no mailbox in its cloud"):
        desk.sign_in().check(NOW)
    desk.sign_in("calendar").login(Person(), BROWSER, (), NOW)
    with pytest.raises(Refused, match=r"“Read and write access to your mail”.*followupd login personal"):
        desk.sign_in().check(NOW)


def test_check_tells_whose_client_it_is_and_what_changed_in_the_config(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "followupd.providers.microsoft.client.DISTRIBUTED_CLIENT_ID", desk.places()["client_id"]
    )
    monkeypatch.setattr(
        "followupd.providers.microsoft.login.DISTRIBUTED_CLIENT_ID", desk.places()["client_id"]
    )
    desk.login(client_id="")
    lines = desk.sign_in(client_id="").check(NOW)
    assert any("the distribution’s" in line for line in lines)
    assert not any("the config names another" in line for line in lines)
    for other in ({"client_id": "mine"}, {"authority": desk.simulator.sign_in.url + "/consumers"}):
        lines = desk.sign_in(**other).check(NOW)
        assert "`followupd login personal`" in lines[-1]
        assert "the config names another" in lines[-1]
