"""`login`, `logout` and `uninstall` with passwords, commands and tokens, at real servers.

After every test the same is looked at: no password stands in anything that was printed, nor on disk in clear.
"""

from __future__ import annotations

import json
import threading
import webbrowser
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest

from followupd.config import load
from followupd.credentials import Vault
from followupd.providers import registry
from followupd.providers.base import SignInWay
from followupd.providers.google.grant import ALL_MAIL, scopes
from followupd.providers.google.grant import Grant as GoogleGrant
from followupd.providers.google.login import GoogleSignIn
from followupd.providers.microsoft.auth import tokens
from followupd.providers.microsoft.grant import BY_IMAP
from followupd.providers.microsoft.login import MicrosoftImapSignIn
from tests.cli import test_login_microsoft
from tests.cli.internet_kit import Person, flat
from tests.cli.test_check_microsoft import NoService
from tests.providers.google import kit as google_kit
from tests.servers import dovecot
from tests.servers.certificates import authority
from tests.sim import browser, microsoft_sign_in_tokens
from tests.sim.google import GoogleSimulator
from tests.sim.microsoft import MicrosoftSimulator

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


@pytest.fixture
def sam(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Person]:
    person = Person(tmp_path, monkeypatch)
    yield person
    person.assert_told_to_nobody()


# --- passwords ----------------------------------------------------------------------------------


def test_each_password_is_tried_at_its_server_and_what_is_there_is_told(sam: Person) -> None:
    result = sam.run("login", "personal", typed=f"wrong\n{sam.box.password}\n{sam.dav.password}\n")
    assert result.exit_code == 0, result.output
    told = flat(result)
    assert f"Password of {sam.box.user} at localhost: localhost does not take the password of" in told
    assert f"localhost lets {sam.box.user} in, encrypted, with a certificate that is right." in told
    assert "Folders: Drafts “Drafts”, Sent “Sent”. New mail is noticed at once (IDLE)." in told
    assert f"127.0.0.1 lets {sam.dav.user} in. Calendars there: “Interviews, all”, “Work”." in told
    assert f"The key to it is in the key file {sam.folder}/key." in told
    assert (sam.kept("imap"), sam.kept("caldav")) == (sam.box.password, sam.dav.password)
    checked = sam.run("login", "--check")
    assert checked.exit_code == 0
    assert f"personal: localhost lets {sam.box.user} in" in checked.output
    assert sam.run("once").exit_code == 0


def test_a_login_that_fails_at_the_second_server_keeps_nothing(sam: Person) -> None:
    result = sam.run("login", typed=f"{sam.box.password}\nwrong\nwrong\nwrong\n")
    assert result.exit_code == 77
    assert "127.0.0.1 does not take the password" in flat(result)
    assert not (sam.state / "credentials" / "personal.password").exists()


def test_a_script_that_gives_too_few_lines_is_told(sam: Person) -> None:
    result = sam.run("login", typed=f"{sam.box.password}\n")
    assert result.exit_code == 2
    assert "no password came on the standard input. Nothing was kept." in result.output


def test_a_password_goes_nowhere_where_the_certificate_is_wrong(sam: Person) -> None:
    with dovecot.own(dovecot.Kind(certificate=authority().expired())) as server:
        sam.configure(mailbox=sam.imap(port=str(server.tls_port)))
        result = sam.run("login", typed=f"{sam.box.password}\n")
        assert result.exit_code == 1
        assert "the certificate of the mail server localhost has expired" in flat(result)
        assert "Nothing was kept." in flat(result)
        assert not [line for line in server.log() if sam.box.user in line]


def test_another_host_in_the_config_is_not_told_the_password(sam: Person) -> None:
    sam.signed_in()
    with dovecot.own() as server:
        server.set_password(sam.box.user, sam.box.password)
        sam.configure(mailbox=sam.imap(port=str(server.tls_port)))
        result = sam.run("once")
        assert result.exit_code == 77
        assert f"there is no password yet for {sam.box.user} at localhost" in flat(result)
        assert not [line for line in server.log() if sam.box.user in line]


def test_starttls_and_no_encryption_within_this_machine(sam: Person) -> None:
    typed = f"{sam.box.password}\n{sam.dav.password}\n"
    for tls, told in (("starttls", "encrypted"), ("none", "without encryption, within this machine")):
        sam.configure(mailbox=sam.imap(tls=tls, port=str(sam.box.server.port)))
        result = sam.run("login", typed=typed)
        assert result.exit_code == 0, result.output
        assert f"localhost lets {sam.box.user} in, {told}" in flat(result)


def test_a_feed_with_a_password_is_asked_for_too(sam: Person) -> None:
    sam.dav.put("talks", "one", EVENT)
    url = f"{sam.dav.url}{sam.dav.user}/talks/"
    sam.configure(calendar=f"{{provider: feed, url: '{url}', user: {sam.dav.user}}}")
    result = sam.run("login", "--now", NOW.isoformat(), typed=f"{sam.box.password}\n{sam.dav.password}\n")
    assert result.exit_code == 0, result.output
    assert f"127.0.0.1 lets {sam.dav.user} in. Events in the last and the next four weeks: 1." in flat(result)
    assert url not in result.output


EVENT = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//EN
BEGIN:VEVENT
UID:talk-1
DTSTAMP:20260301T090000Z
DTSTART:20260304T150000Z
DTEND:20260304T160000Z
SUMMARY:Interview with Acme
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


def test_two_accounts_of_one_mailbox_are_told_before_a_password_is_asked_for(sam: Person) -> None:
    """By two names of one host, which the config alone can't know to be one."""
    sam.configure(mailbox=sam.imap(user="sam@lee.example"))
    second = sam.imap(user="sam@lee.example", host="127.0.0.1")
    text = sam.config.read_text()
    added = f"  - name: second\n    calendar: {sam.caldav()}\n    mailbox: {second}\n"
    sam.config.write_text(text.replace("credentials:", f"{added}credentials:"))
    result = sam.run("login", "second", typed="x\n")
    assert result.exit_code == 1
    assert "sam@lee.example is the mailbox of another account" in flat(result)
    assert "Password of" not in result.output


# --- going again --------------------------------------------------------------------------------


def test_a_logout_deletes_the_passwords(sam: Person) -> None:
    sam.signed_in()
    result = sam.run("logout")
    assert result.exit_code == 0
    assert "personal is signed out. Its passwords were deleted here." in flat(result)
    assert not (sam.state / "credentials" / "personal.password").exists()
    assert "No password was kept here." in sam.run("logout").output
    after = sam.run("once")
    assert after.exit_code == 77
    assert "there is no password yet for" in flat(after)


@pytest.mark.usefixtures("no_service")
def test_uninstall_deletes_them_also_those_of_accounts_that_the_config_does_not_name(sam: Person) -> None:
    sam.signed_in()
    sam.vault.write("former.password", b"{}")
    assert "Would delete the passwords of personal." in sam.run("uninstall", "--dry-run").output
    result = sam.run("uninstall", "--yes")
    assert result.exit_code == 0, result.output
    assert "personal is signed out. Its passwords were deleted here." in flat(result)
    assert "former: its passwords were deleted here." in flat(result)
    assert not sam.state.exists()


@pytest.fixture
def no_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("followupd.service.service", lambda config, state: NoService())


# --- commands -----------------------------------------------------------------------------------


@pytest.fixture
def commanded(sam: Person, monkeypatch: pytest.MonkeyPatch) -> Person:
    """Both passwords come from a command; there is no keyring, and no key file either."""
    for kind, password in (("mail", sam.box.password), ("dav", sam.dav.password)):
        (sam.folder / f"{kind}.sh").write_text(f"printf '%s\\n' {_spelled(password)}\n")
    sam.configure(
        mailbox=sam.imap(password_command=f"[sh, {sam.folder}/mail.sh]"),
        calendar=sam.caldav(password_command=f"sh {sam.folder}/dav.sh | head -1"),
    )
    sam.config.write_text(sam.config.read_text().partition("credentials:")[0])
    (sam.folder / "key").unlink()
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    return sam


def _spelled(password: str) -> str:
    """For the shell, so that the password itself stands nowhere on disk."""
    return "".join(f"'{letter}'" for letter in password)


def test_a_command_needs_no_sign_in_no_key_and_keeps_nothing(commanded: Person) -> None:
    assert commanded.run("once").exit_code == 0
    result = commanded.run("login")
    assert result.exit_code == 0, result.output
    assert "Password of" not in result.output
    assert "The key to it" not in result.output
    assert "localhost lets" in result.output
    assert not (commanded.state / "credentials").exists()
    assert "No password was kept here." in commanded.run("logout").output


def test_a_command_that_fails_is_told_by_its_status_alone(commanded: Person) -> None:
    (commanded.folder / "mail.sh").write_text("echo s3cret-words >&2; echo s3cret-words; exit 5\n")
    result = commanded.run("once")
    assert result.exit_code == 77
    assert f"password_command of {commanded.box.user} at localhost ended with status 5." in flat(result)
    assert "s3cret-words" not in result.output


# --- tokens -------------------------------------------------------------------------------------


class Introspection(ThreadingHTTPServer):
    """Tells Dovecot whose an access token is."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.owners: dict[str, str] = {}
        self.asked: list[str] = []
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/userinfo"


class _Answers(BaseHTTPRequestHandler):
    server: Introspection

    def do_GET(self) -> None:
        token = self.headers.get("Authorization", "").removeprefix("Bearer ")
        self.server.asked.append(token)
        owner = self.server.owners.get(token, "")
        body = json.dumps(
            {"email": owner, "active": "true"} if owner else {"active": "false", "email": "-"}
        ).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def introspection() -> Iterator[Introspection]:
    with Introspection() as server:
        yield server
        server.shutdown()


def test_a_mailbox_opens_by_the_sign_in_at_google(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, introspection: Introspection
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority().path))
    with (
        GoogleSimulator() as simulator,
        dovecot.own(dovecot.Kind(introspection=introspection.url)) as server,
    ):
        user = server.user("sam@example.com").user
        wanted = scopes(mail=False, calendar=False, imap=True)
        assert wanted == (ALL_MAIL,)
        grant = GoogleGrant.from_bytes(google_kit.sign_in(simulator, tmp_path, user, wanted).secret or b"")
        text = CONFIG.format(port=server.tls_port, user=user)
        (tmp_path / "config.yaml").write_text(text)
        (tmp_path / "calendars").mkdir()
        (tmp_path / "key").write_bytes(bytes(32))
        (tmp_path / "key").chmod(0o600)
        config = load(tmp_path / "config.yaml")
        (account,) = config.accounts
        vault = Vault(tmp_path / "state", tmp_path / "key")
        secret = registry.secret(vault, account.name, "google")
        secret.write(grant.to_bytes())
        # Google took its token back meanwhile: the server refuses it, and a new one is asked for, once.
        mailbox = registry.open_mailbox(account.mailbox, config.zone, account.name, vault)
        proof = registry.proof(account.mailbox, account.name, vault)
        old, new = proof.secret(), proof.secret(renewed=True)
        assert old != new
        introspection.owners[new] = user
        assert mailbox.letters_to(["dana@acme.example"], NOW).complete
        assert new in introspection.asked


CONFIG = """\
me: {{name: Sam Lee, addresses: [sam@example.com], country: GB, timezone: Europe/London}}
accounts:
  - name: personal
    calendar: {{provider: local, path: calendars}}
    mailbox: {{provider: imap, host: localhost, port: {port}, user: {user}, auth: google, client_file: c.json}}
credentials: {{key_file: key}}
"""


def test_a_sign_in_at_google_from_before_says_that_imap_needs_another_permission(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One sign-in for the calendar at Google and the mailbox by IMAP, by the real command."""
    sam = Person(tmp_path, monkeypatch)
    with GoogleSimulator() as simulator:
        simulator.client_file(tmp_path / "c.json")
        sam.configure(
            mailbox=sam.imap(auth="google"),
            calendar=f"{{provider: google, client_file: c.json, calendar_root: {simulator.calendar_root}}}",
        )
        before = google_kit.sign_in(simulator, tmp_path, granted=scopes(mail=False, calendar=True))
        sam.vault.write("personal.google", before.secret or b"")
        result = sam.run("login", "--check")
        assert result.exit_code == 1
        assert "“Read, compose, send, and permanently delete all your email from Gmail” is missing" in flat(
            result
        )


def test_the_sign_in_at_google_for_imap_asks_for_its_one_permission(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def browse(url: str) -> bool:
        threading.Thread(target=lambda: urlopen(browser.visit(url)).close(), daemon=True).start()
        return True

    monkeypatch.setattr(webbrowser, "open", browse)
    with GoogleSimulator() as simulator:
        simulator.oauth.user = "sam@gmail.com"
        kept = google_kit.Kept()
        sign_in = GoogleSignIn(
            account="personal",
            secret=kept,  # type: ignore[arg-type]  # nothing is deleted here
            uses=["imap"],
            client_file=simulator.client_file(tmp_path / "google-client.json"),
            calendar_root=simulator.calendar_root,
            gmail_root=simulator.gmail_root,
        )
        person = test_login_microsoft.Person()
        sign_in.login(person, SignInWay(seconds=20.0), (), simulator.clock.now)
        assert sign_in.who() == "sam@gmail.com"
        (asked,) = simulator.journal.of("oauth.authorize")
        assert asked.params["scope"] == ALL_MAIL
        assert any("permanently delete all your email from Gmail" in words for words in person.told)
        assert sign_in.check(simulator.clock.now)
        assert simulator.journal.sends() == []


def test_the_sign_in_at_microsoft_for_imap_is_one_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = microsoft_sign_in_tokens.GRAPH_SCOPES | {BY_IMAP}
    monkeypatch.setattr(microsoft_sign_in_tokens, "GRAPH_SCOPES", known)
    with MicrosoftSimulator() as simulator:
        desk = test_login_microsoft.Desk(simulator, tmp_path)
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(simulator.ca_bundle))
        monkeypatch.setattr(webbrowser, "open", test_login_microsoft.browse)
        secret = desk.vault.of("personal.microsoft-imap")
        places = desk.places()
        sign_in = MicrosoftImapSignIn(
            account="personal",
            secret=secret,
            uses=["imap"],
            client_id=places["client_id"],
            authority=places["authority"],
        )
        person = test_login_microsoft.Person()
        sign_in.login(person, SignInWay(seconds=20.0), (), NOW)
        assert desk.asked_scopes() == {BY_IMAP}
        assert sign_in.who() == desk.address
        assert any("Read and write access to mailboxes via IMAP" in words for words in person.told)
        assert "granted: Read and write access to mailboxes via IMAP." in sign_in.check(NOW)
        token = tokens(account="personal", secret=secret)
        first = token(renewed=False)
        assert token(renewed=False) == first
        assert token(renewed=True) != first
        assert desk.vault.read("personal.microsoft") is None
        assert simulator.journal.sends() == []
        assert {entry.method.partition(".")[0] for entry in simulator.journal} == {"oauth"}
