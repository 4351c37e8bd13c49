"""`followupd init` for mail by IMAP and calendars by CalDAV or address: what it asks, writes, finds and changes."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path

import pytest
from click.testing import Result

from followupd.cli import wizard_server
from followupd.config import Config, load
from followupd.core.model import Rule
from followupd.errors import FollowupdError, Refused, SignInNeeded, Unavailable
from followupd.providers.internet.imap.refusals import broken
from followupd.reference import WorldReference
from followupd.setup import progress
from tests.cli.init_kit import FakeService, Typing, sit_down, typed
from tests.cli.internet_kit import NOW, Person
from tests.cycle.files import Files

SAM = ("--name", "Sam Lee", "--address", "sam@lee.example")
IMAP = (*SAM, "--imap-host", "imap.lee.example", "--calendar-url", "https://dav.lee.example/")
FEED = "webcal://cal.lee.example/secret/interviews.ics"


@pytest.fixture
def world(tmp_path: Path) -> Files:
    """A machine in London without a config."""
    world = Files(tmp_path)
    world.config.unlink()
    return world


def run(world: Files, *words: str) -> Result:
    """`init` without a terminal."""
    return typed(world, "", *words)


def written(world: Files, *words: str) -> Config:
    result = run(world, *words)
    assert result.exit_code == 0, result.output
    return load(world.config)


def told(result: Result) -> str:
    return " ".join(result.output.split())


def blocks(config: Config) -> tuple[dict[str, object], dict[str, object]]:
    """What the calendar's and the mailbox's block say that is not usual."""
    (account,) = config.accounts
    (calendar,) = account.calendars
    return calendar.model_dump(exclude_defaults=True), account.mailbox.model_dump(exclude_defaults=True)


# --- what is written ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "host", "calendar", "more"),
    [
        ("sam@fastmail.com", "imap.fastmail.com", "https://caldav.fastmail.com/", {}),
        ("sam@me.com", "imap.mail.me.com", "https://caldav.icloud.com/", {}),
        ("sam@yahoo.co.uk", "imap.mail.yahoo.com", "https://caldav.calendar.yahoo.com/", {}),
        ("sam@gmx.net", "imap.gmx.net", "https://caldav.gmx.net/", {}),
        ("sam@web.de", "imap.web.de", "https://caldav.web.de/", {}),
    ],
)
def test_of_a_well_known_service_the_address_is_enough(
    world: Files, address: str, host: str, calendar: str, more: dict[str, object]
) -> None:
    config = written(world, "--name", "Sam Lee", "--address", address)
    assert blocks(config) == (
        {"provider": "caldav", "url": calendar, "user": address},
        {"provider": "imap", "host": host, "user": address, **more},
    )


@pytest.mark.parametrize("address", ["sam@notfastmail.com", "sam@fastmail.com.example", "sam@yahoo.co.jp"])
def test_an_address_that_only_looks_like_it_proposes_nothing(world: Files, address: str) -> None:
    result = run(world, "--name", "Sam Lee", "--address", address)
    assert result.exit_code == 2
    assert "Give also: --calendar, --mail" in told(result)


def test_a_service_without_caldav_asks_for_the_calendar(world: Files) -> None:
    result = run(world, "--name", "Sam Lee", "--address", "sam@proton.me")
    assert result.exit_code == 2
    assert "Give also: --calendar-url" in told(result)
    config = written(world, "--name", "Sam Lee", "--address", "sam@proton.me", "--calendar-url", FEED)
    assert blocks(config)[1] == {
        "provider": "imap",
        "host": "127.0.0.1",
        "port": 1143,
        "tls": "starttls",
        "user": "sam@proton.me",
    }


def test_all_may_be_given_as_options(world: Files) -> None:
    words = (
        "--imap-port",
        "1993",
        "--imap-tls",
        "starttls",
        "--imap-user",
        "sam",
        "--calendar-user",
        "dav-sam",
    )
    names = ("--calendar-name", "Interviews, all", "--calendar-name", 'Sam "private"')
    config = written(world, *IMAP, *words, *names, "--password-command", "pass show 'my mail'")
    assert blocks(config) == (
        {
            "provider": "caldav",
            "url": "https://dav.lee.example/",
            "user": "dav-sam",
            "password_command": "pass show 'my mail'",
            "calendars": ("Interviews, all", 'Sam "private"'),
        },
        {
            "provider": "imap",
            "host": "imap.lee.example",
            "port": 1993,
            "tls": "starttls",
            "user": "sam",
            "password_command": "pass show 'my mail'",
        },
    )
    assert config.policy(WorldReference()).any[0] == Rule(title=r"\binterview\b")
    assert max(map(len, world.config.read_text().splitlines())) <= 110


def test_a_feed_is_known_by_its_address(world: Files) -> None:
    config = written(world, *SAM, "--imap-host", "imap.lee.example", "--calendar-url", FEED)
    assert blocks(config)[0] == {"provider": "feed", "url": "https://cal.lee.example/secret/interviews.ics"}
    assert "keep it to yourself" in world.config.read_text()


def test_no_password_and_no_answer_can_become_something_else_in_the_file(world: Files) -> None:
    odd = 'sam "x": #y {z}'
    config = written(world, *IMAP, "--imap-user", odd)
    assert config.accounts[0].mailbox.user == odd
    assert "`followupd login personal` asks for them" in world.config.read_text()


@pytest.mark.parametrize(
    ("option", "value", "what"),
    [
        ("--imap-host", "imaps://imap.lee.example:993", "Did you mean “imap.lee.example”?"),
        ("--imap-tls", "ssl", "'implicit', 'starttls', 'none'"),
        ("--imap-port", "0", "is not in the range"),
        ("--imap-user", "a\tb", "must be one line"),
        ("--calendar-url", "http://dav.lee.example", "is not encrypted"),
        ("--calendar-url", "https://sam:x@dav.lee.example", "holds a name or a password"),
        ("--calendar-url", "webcal://sam:x@cal.lee.example/i.ics", "holds a name or a password"),
    ],
)
def test_a_wrong_answer_is_told_and_nothing_is_written(
    world: Files, option: str, value: str, what: str
) -> None:
    result = run(world, *IMAP, option, value)
    assert result.exit_code == 2
    assert what.replace("“", '"').replace("”", '"') in told(result).replace("“", '"').replace("”", '"')
    assert not world.config.exists()


def test_no_encryption_to_another_machine_is_refused(world: Files) -> None:
    result = run(world, *IMAP, "--imap-tls", "none")
    assert result.exit_code == 2
    assert "would send your password and mail through the net for all to read" in told(result)
    assert not world.config.exists()


def test_it_ends_with_what_to_do_next(world: Files) -> None:
    result = run(world, *IMAP)
    assert "Drafts will appear in your mailbox at imap.lee.example." in result.output
    assert "1. `followupd login personal` asks for your password." in result.output
    result = run(world, *IMAP, "--force", "--password-command", "pass show mail")
    assert "followupd login" not in result.output
    assert "key_file" not in result.output


@pytest.mark.usefixtures("service")
def test_at_a_terminal_it_asks_for_servers_and_names(world: Files) -> None:
    answers = (
        "Sam Lee\nsam@lee.example\nexchange\nIMAP\nimap.lee.example\n\nnowhere\nhttps://dav.lee.example\n"
        + "\n" * 5
    )
    result = typed(world, answers, "--no-sign-in")
    assert result.exit_code == 0, result.output
    said = told(result)
    assert "imap (every other mailbox, with a calendar by CalDAV or by its address)" in said
    assert "“exchange” is none of them." in said
    assert "Your name at the mail server [sam@lee.example]" in said
    assert "is not the address of a service" in said
    assert "Your name at the calendar server [sam@lee.example]" in said
    assert blocks(load(world.config))[1]["host"] == "imap.lee.example"


@pytest.mark.usefixtures("service")
def test_at_a_terminal_a_well_known_service_is_proposed(world: Files) -> None:
    result = typed(world, "Sam Lee\nsam@icloud.com\n" + "\n" * 8, "--no-sign-in")
    assert result.exit_code == 0, result.output
    assert "Where are your calendar and mail? (google, microsoft, imap, local) [imap]" in result.output
    assert "Your mail server (IMAP) [imap.mail.me.com]" in result.output
    assert "Address of your calendar (CalDAV, or .ics) [https://caldav.icloud.com/]" in result.output
    assert "Your name at the calendar server" not in result.output
    assert "Sign in now" not in result.output  # --no-sign-in


# --- a config that is there ---------------------------------------------------------------------

THERE = """\
me: {{name: Sam Lee, addresses: [sam@lee.example], country: GB, timezone: Europe/London}}
accounts:
  - name: jobs    # mine
    calendar:
      provider: caldav    # at home
      url: https://dav.lee.example/
      user: sam
      calendars: [Work, 'Jobs, shared']
    mailbox: {{provider: imap, host: imap.lee.example, user: sam@lee.example{more}}}    # no other
# the end
"""


def there(world: Files, more: str = "") -> bytes:
    world.config.write_text(THERE.format(more=more), encoding="utf-8")
    load(world.config)
    return world.config.read_bytes()


def lines_that_changed(world: Files, before: bytes, *words: str) -> list[str]:
    result = run(world, "--yes", *words)
    assert result.exit_code == 0, result.output
    load(world.config)
    former = before.decode().splitlines()
    return [line.strip() for line in world.config.read_text().splitlines() if line not in former]


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> FakeService:
    """Somebody sits at the terminal."""
    return sit_down(monkeypatch)


@pytest.mark.usefixtures("service")
@pytest.mark.parametrize("more", ["", ", tls: starttls, port: 1143", ", password_command: pass show mail"])
def test_enter_alone_keeps_every_byte(world: Files, more: str) -> None:
    before = there(world, more)
    result = typed(world, "\n" * 14, "--no-sign-in")
    assert result.exit_code == 0, result.output
    assert "[imap.lee.example]" in result.output
    assert world.config.read_bytes() == before


def test_another_server_changes_its_line_alone(world: Files) -> None:
    assert lines_that_changed(world, there(world), "--imap-host", "mail.lee.example") == [
        "mailbox: {provider: imap, host: mail.lee.example, user: sam@lee.example}    # no other"
    ]


STARTTLS = ", port: 11945, tls: starttls"


@pytest.mark.parametrize(
    ("more", "words", "after"),
    [
        (STARTTLS, ("--imap-port", "993", "--imap-tls", "implicit"), ", port: 993, tls: implicit"),
        (STARTTLS, ("--imap-port", "143"), ", port: 143, tls: starttls"),
        (STARTTLS, ("--imap-tls", "implicit"), ", port: 11945, tls: implicit"),
        (STARTTLS, ("--imap-port", "11946"), ", port: 11946, tls: starttls"),
        (STARTTLS, ("--imap-port", "11945"), STARTTLS),
        (", port: 993", (), ", port: 993"),
        (", port: 993", ("--imap-port", "993", "--imap-tls", "implicit"), ", port: 993"),
        ("", ("--imap-port", "993"), ""),
        (", tls: starttls", ("--imap-tls", "implicit"), ", tls: implicit"),
    ],
)
def test_an_option_changes_port_or_encryption_alone(
    world: Files, more: str, words: tuple[str, ...], after: str
) -> None:
    before = there(world, more).decode()
    result = run(world, *words)
    assert result.exit_code == 0, result.output
    load(world.config)
    assert world.config.read_text() == before.replace(f"lee.example{more}}}", f"lee.example{after}}}")


def test_another_server_by_an_option_keeps_port_and_encryption(world: Files) -> None:
    before = there(world, STARTTLS).decode()
    assert run(world, "--imap-host", "mail.lee.example").exit_code == 0
    assert world.config.read_text() == before.replace("imap.lee.example", "mail.lee.example")


def test_other_calendars_change_their_line_alone(world: Files) -> None:
    assert lines_that_changed(world, there(world), "--calendar-name", "Interviews") == [
        "calendars: [Interviews]"
    ]


@pytest.mark.parametrize("more", [", auth: google", ", auth: microsoft"])
@pytest.mark.usefixtures("service")
def test_a_mailbox_that_goes_by_another_sign_in_is_left_as_it_is(world: Files, more: str) -> None:
    before = there(world, more).decode().splitlines()
    result = typed(world, "Kim Min-jun\n" + "\n" * 6, "--no-sign-in")
    assert result.exit_code == 0, result.output
    (changed,) = [line for line in world.config.read_text().splitlines() if line not in before]
    assert changed.startswith("me: {name: Kim Min-jun,")


def test_an_account_moves_to_a_feed_to_google_and_back(world: Files) -> None:
    there(world)
    assert run(world, "--yes", "--calendar-url", FEED).exit_code == 0
    assert blocks(load(world.config))[0]["provider"] == "feed"
    assert run(world, "--yes", "--provider", "google").exit_code == 0
    assert blocks(load(world.config))[1]["provider"] == "google"
    assert run(world, "--yes", "--imap-host", "imap.lee.example", "--calendar-url", FEED).exit_code == 0
    assert blocks(load(world.config))[1]["provider"] == "imap"
    assert world.config.read_text().endswith("# the end\n")


# --- a config with calendars in a list -----------------------------------------------------------

LISTED = """\
me: {name: Sam Lee, addresses: [sam@lee.example], country: GB, timezone: Europe/London}
accounts:
  - name: jobs
    calendar:
      - provider: caldav    # at home
        url: https://dav.lee.example/
        user: dav-sam
        calendars: [Work]
      - {provider: feed, url: 'https://cal.lee.example/secret/interviews.ics'}
    mailbox:
      provider: imap
      host: imap.lee.example
      port: 1993
      user: box-sam    # not my address
# the end
"""
COMMAND = ("--password-command", "pass show mail")


def listed(world: Files) -> str:
    world.config.write_text(LISTED, encoding="utf-8")
    load(world.config)
    return LISTED


SAME = (
    ("--imap-host", "imap.lee.example", "--calendar-url", "https://dav.lee.example/"),
    ("--imap-port", "1993", "--calendar-user", "dav-sam", "--calendar-name", "Work"),
    ("--provider", "imap", "--calendar-url", FEED),
    ("--imap-user", "box-sam", "--imap-tls", "implicit"),
)


@pytest.mark.parametrize("words", [(), *SAME])
def test_beside_a_list_of_calendars_an_option_changes_the_mailbox_alone(
    world: Files, words: tuple[str, ...]
) -> None:
    before = listed(world)
    result = run(world, *COMMAND, *words)
    assert result.exit_code == 0, result.output
    assert "--password-command counts for the mailbox alone" in told(result)
    after = world.config.read_text()
    assert after == before.replace(
        "# not my address\n", "# not my address\n      password_command: pass show mail\n"
    )


@pytest.mark.parametrize("words", SAME)
def test_beside_a_list_what_stands_there_already_changes_nothing(
    world: Files, words: tuple[str, ...]
) -> None:
    before = listed(world)
    assert run(world, *words).exit_code == 0
    assert world.config.read_text() == before


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("--calendar-url", "https://other.lee.example/"), "--calendar-url"),
        (("--calendar-user", "kim"), "--calendar-user"),
        ((*COMMAND, "--calendar-name", "Play"), "--calendar-name"),
        (("--calendar-url", FEED, "--calendar-user", "dav-sam"), "--calendar-url and --calendar-user"),
        (("--provider", "google"), "--provider google"),
        (("--client-id", "-"), "--client-id"),
    ],
)
def test_a_list_of_calendars_is_never_changed_by_an_option(
    world: Files, words: tuple[str, ...], named: str
) -> None:
    before = listed(world)
    result = run(world, *words)
    assert result.exit_code == 2
    assert (
        "the calendars of this account stand in a list, which `init` never changes, so nothing was written: "
        f"leave out {named}, and edit the list in the config by hand." in told(result)
    )
    assert world.config.read_text() == before


@pytest.mark.usefixtures("service")
def test_at_a_terminal_a_list_of_calendars_is_told_to_stay(world: Files) -> None:
    before = listed(world)
    result = typed(world, "\n" * 8, "--no-sign-in")
    assert result.exit_code == 0, result.output
    assert "The calendars of this account stand in a list: they are left as they are" in told(result)
    assert world.config.read_text() == before


def test_a_calendar_of_another_provider_stays_beside_the_mailbox(world: Files) -> None:
    text = LISTED.replace(LISTED[LISTED.index("      - prov") : LISTED.index("    mailbox")], "")
    before = text.replace("calendar:\n", "calendar: {provider: google}\n")
    world.config.write_text(before, encoding="utf-8")
    assert run(world, *COMMAND).exit_code == 0
    (line,) = set(world.config.read_text().splitlines()) - set(before.splitlines())
    assert line.strip() == "password_command: pass show mail"


def test_another_kind_of_calendar_leaves_the_mailbox_as_it_is(world: Files) -> None:
    there(world, ", port: 1143, folders: {drafts: Entw}")
    assert run(world, "--calendar-url", FEED).exit_code == 0
    mailbox = blocks(load(world.config))[1]
    assert (mailbox["port"], mailbox["folders"]) == (1143, {"drafts": "Entw"})


# --- on real servers ----------------------------------------------------------------------------


def test_a_script_may_give_the_passwords_on_the_standard_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sam = Person(tmp_path, monkeypatch)
    sam.config.unlink()
    servers = (
        "--imap-host",
        "localhost",
        "--imap-port",
        str(sam.box.server.tls_port),
        "--imap-user",
        sam.box.user,
    )
    calendar = ("--calendar-url", sam.dav.url, "--calendar-user", sam.dav.user)
    words = ("--sign-in", "--key-file", str(sam.folder / "key"), "--now", NOW)
    typed = f"{sam.box.password}\n{sam.dav.password}\n"
    result = sam.run("init", *SAM, *servers, *calendar, *words, typed=typed)
    assert result.exit_code == 0, result.output
    assert (sam.kept("imap"), sam.kept("caldav")) == (sam.box.password, sam.dav.password)
    sam.assert_told_to_nobody()


# --- from nothing to the proof, on real servers -------------------------------------------------

EVENT = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//EN
BEGIN:VEVENT
UID:talk-1
DTSTAMP:20260301T090000Z
DTSTART:20260304T140000Z
DTEND:20260304T150000Z
SUMMARY:Interview with Acme
ATTENDEE;CN=Sam Lee:mailto:sam@lee.example
ATTENDEE;CN=Dana Reyes:mailto:dana@acme.example
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


def at_terminal(sam: Person, *words: str) -> Typing:
    arguments = ["-c", str(sam.config), "--state", str(sam.state), "init", "--now", NOW, "--no-service"]
    # No keyring of the machine: the key is offered in a file.
    places = {**sam.environment(), "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
    return Typing([*arguments, "--imap-port", str(sam.box.server.tls_port), *words], places, sam.folder)


def test_from_nothing_to_the_proof_on_real_servers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sam = Person(tmp_path, monkeypatch)
    sam.config.unlink()
    (sam.folder / "key").unlink()
    sam.dav.put("talks", "one", EVENT)
    with at_terminal(sam) as typing:
        typing.answer("Your name", "Sam Lee")
        typing.answer("Your addresses", "sam@lee.example")
        typing.answer("Your mail server (IMAP)", "imaps://localhost")
        assert 'Did you mean "localhost"?' in typing.answer("Your mail server (IMAP)", "localhost")
        typing.answer("Your name at the mail server", sam.box.user)
        typing.answer("Address of your calendar", sam.dav.url)
        typing.answer("Your name at the calendar server", sam.dav.user)
        for question in ("Language of", "Your time zone", "Your country"):
            typing.answer(question)
        typing.answer("Sign in now, with your password?")
        typing.answer("Key file")
        typing.answer(f"Password of {sam.box.user} at localhost", "wrong")
        refused = typing.answer(f"Password of {sam.box.user} at localhost", sam.box.password)
        assert "localhost does not take the password of" in refused
        seen = typing.answer(f"Password of {sam.dav.user} at 127.0.0.1", sam.dav.password)
        assert "Folders: Drafts “Drafts”, Sent “Sent”." in seen
        shown = typing.answer("Those with your interviews", "Intervews")
        assert 'Your calendars: "Interviews, all", Work.' in shown
        wrong = typing.answer("Those with your interviews", '"interviews, all"')
        assert "there is no calendar “Intervews”" in wrong
        listed = typing.answer("What titles")
        assert "Interview: Wed 4 Mar 14:00, “Interview with Acme”, with Dana Reyes" in listed
        typing.answer("What do you call acme.example in a letter? [Acme]")
        typing.answer("Wed 4 Mar, Acme, Dana Reyes", "later")
        typing.answer("Try it with a letter to yourself?")
        typing.expect("Seen: it is there.")
        (draft,) = sam.box.hand.letters("Drafts")
        sam.box.hand.delete(draft)
        typing.expect("Seen: you deleted it.")
        assert typing.end() == 0
        sam.printed.append(typing.said)
    calendar, mailbox = blocks(load(sam.config))
    assert calendar["calendars"] == ("Interviews, all",)
    assert mailbox["port"] == sam.box.server.tls_port
    assert (sam.kept("imap"), sam.kept("caldav")) == (sam.box.password, sam.dav.password)
    assert (sam.folder / "key").stat().st_mode & 0o777 == 0o600
    sam.assert_told_to_nobody()


# --- a mail server that can't be reached ---------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "is_meant"),
    [
        (broken(ConnectionRefusedError(), "imap.lee.example"), True),
        (broken(socket.gaierror(), "imap.lee.example"), True),
        (broken(TimeoutError(), "imap.lee.example"), True),
        (broken(ssl.SSLError(), "imap.lee.example"), True),
        (Unavailable("the certificate of the mail server imap.lee.example is for another server."), True),
        (broken(ConnectionResetError(), "imap.lee.example"), True),
        (Refused("the mail server imap.lee.example offers no encryption on this port (STARTTLS), so"), True),
        (SignInNeeded("imap.lee.example does not take the password of sam."), False),
        (Unavailable("dav.lee.example did not answer in time. The next cycle tries again."), False),
        (Refused("no password was given for sam at imap.lee.example. Nothing was kept."), False),
    ],
)
def test_what_speaks_against_server_port_or_encryption(error: FollowupdError, is_meant: bool) -> None:
    assert wizard_server.is_in_doubt(error) == is_meant


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def test_server_encryption_and_port_are_asked_again_after_a_failed_trial(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sam = Person(tmp_path, monkeypatch)
    nobody = str(free_port())
    sam.configure(mailbox=sam.imap(port=nobody))
    with at_terminal(sam, "--no-proof", "--imap-port", nobody, "--imap-host", "localhost") as typing:
        for question in ("Your name", "Your addresses", "Your name at the mail server"):
            typing.answer(question)
        for question in ("Address of your calendar", "Your name at the calendar", "Language", "Your time"):
            typing.answer(question)
        typing.answer("Your country")
        typing.answer("Sign in now, with your password?")
        typing.answer("Password of", sam.box.password)
        assert "takes no connection on this port" in typing.answer("Sign in now, with your password?")
        typing.answer("Your mail server (IMAP) [localhost]", "imap.lee.example")
        typing.answer("Its encryption (implicit, starttls, none) [implicit]", "none")
        typing.answer(f"Its port [{nobody}]", "many")
        assert "is not a port" in typing.answer(f"Its port [{nobody}]")
        refused = typing.answer("Your mail server (IMAP) [localhost]")
        assert "for all to read" in " ".join(refused.split())
        typing.answer("Its encryption (implicit, starttls, none) [implicit]", "tls")
        typing.answer("Its encryption (implicit, starttls, none) [implicit]")
        typing.answer(f"Its port [{nobody}]", str(sam.box.server.tls_port))
        typing.answer("Password of", sam.box.password)
        typing.expect("Folders: Drafts “Drafts”, Sent “Sent”.")
        typing.answer("Password of", sam.dav.password)
        typing.answer("Those with your interviews")
        typing.answer("What titles")
        assert typing.end() == 0
    assert blocks(load(sam.config))[1]["port"] == sam.box.server.tls_port
    assert sam.kept("imap") == sam.box.password


def test_a_server_corrected_in_a_config_that_was_written_is_kept_if_it_stops_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sam = Person(tmp_path, monkeypatch)
    sam.configure(mailbox=sam.imap(port=str(free_port())))
    progress.keep(sam.config, progress.Progress(progress.Step.SIGN_IN))
    arguments = ["-c", str(sam.config), "--state", str(sam.state), "init", "--now", NOW, "--no-service"]
    with Typing(arguments, dict(sam.environment()), sam.folder) as typing:
        typing.answer("Go on from there?")
        typing.answer("Sign in now, with your password?")
        typing.answer("Password of", sam.box.password)
        typing.answer("Sign in now, with your password?")
        typing.answer("Your mail server (IMAP)")
        typing.answer("Its encryption")
        typing.answer("Its port", str(sam.box.server.tls_port))
        typing.expect("Password of")
        typing.interrupt("Stopped.")
    assert blocks(load(sam.config))[1]["port"] == sam.box.server.tls_port


@pytest.mark.usefixtures("service")
def test_port_and_encryption_given_as_options_are_kept_where_it_is_broken_off(world: Files) -> None:
    words = ("--imap-port", "1143", "--imap-tls", "starttls")
    result = typed(world, "Sam Lee\nsam@lee.example\nimap.lee.example\n", *words)
    assert "Stopped." in result.output
    result = typed(world, "y\n\nhttps://dav.lee.example/\n" + "\n" * 6, "--no-sign-in")
    assert result.exit_code == 0, result.output
    mailbox = blocks(load(world.config))[1]
    assert (mailbox["port"], mailbox["tls"]) == (1143, "starttls")
