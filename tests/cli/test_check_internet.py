"""`check` for mailboxes by IMAP, calendars by CalDAV and feeds, at real servers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result

from tests.cli.internet_kit import NOW, Person
from tests.cli.test_check_microsoft import NoService
from tests.servers import dovecot, xandikos
from tests.servers.certificates import authority

ROLES = {"Drafts": "\\Drafts", "Sent": "\\Sent"}


@pytest.fixture
def sam(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Person]:
    monkeypatch.setattr("followupd.service.service", lambda config, state: NoService())
    person = Person(tmp_path, monkeypatch)
    person.signed_in()
    yield person
    person.assert_told_to_nobody()


def check(sam: Person) -> Result:
    return sam.run("check", "--now", NOW)


def lines(result: Result, about: str) -> list[str]:
    return [line for line in result.output.splitlines() if f" {about} of personal: " in line]


def at(sam: Person, kind: dovecot.Kind) -> Iterator[dovecot.Dovecot]:
    """The mailbox lies on a server of this kind."""
    with dovecot.own(kind) as server:
        sam.box = server.user(password=sam.box.password)
        sam.configure()
        sam.signed_in()
        yield server


def test_all_is_told_of_a_mailbox_and_calendars_that_are_right(sam: Person) -> None:
    sam.dav.put("talks", "one", EVENT)
    result = check(sam)
    of_the_machine = ("service", "notify", "disk")  # whoever runs the tests
    problems = [line for line in result.output.splitlines() if line.startswith("problem")]
    assert [line for line in problems if line.split()[1].rstrip(":") not in of_the_machine] == []
    assert lines(result, "sign_in") == [
        f"ok       sign_in of personal: 127.0.0.1 lets {sam.dav.user} in. Calendars there: “Interviews, all”, “Work”.",
        f"ok       sign_in of personal: localhost lets {sam.box.user} in, encrypted, with a certificate that is right.",
    ]
    assert lines(result, "calendar")[0] == (
        "ok       calendar of personal: 127.0.0.1 (all calendars): 1 event (1 interview) in the last four weeks, "
        "0 events (0 interviews) in the next four."
    )
    assert lines(result, "mailbox") == [
        "ok       mailbox of personal: drafts will be put into “Drafts” at localhost.",
        "ok       mailbox of personal: folders: Drafts is “Drafts”, Sent is “Sent”, Archive is “Archive”, "
        "Junk is “Junk”, Trash is “Trash”.",
        "ok       mailbox of personal: new mail is noticed at once (IDLE).",
    ]


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
ATTENDEE;CN=Sam Lee:mailto:sam@example.com
ATTENDEE;CN=Dana Reyes:mailto:dana@acme.example
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")


def test_a_password_that_is_missing_at_one_server_hides_nothing_of_the_other(sam: Person) -> None:
    sam.configure(calendar=sam.caldav(user="kim"))
    result = check(sam)
    assert result.exit_code == 77
    assert lines(result, "calendar") == [
        "problem  calendar of personal: there is no password yet for kim at 127.0.0.1. Run `followupd login personal`."
    ]
    assert len(lines(result, "mailbox")) == 3


def test_a_password_that_is_refused_is_told_with_what_to_do(sam: Person) -> None:
    sam.box.server.set_password(sam.box.user, "another")
    result = check(sam)
    assert result.exit_code == 77
    (line,) = lines(result, "mailbox")
    assert line.startswith(
        f"problem  mailbox of personal: localhost does not take the password of {sam.box.user}"
    )
    assert line.endswith("Run `followupd login personal`.")
    checks = json.loads(sam.run("check", "--json", "--now", NOW).stdout)["checks"]
    assert [one["exit"] for one in checks if one["check"] == "mailbox"] == [77]


def test_without_the_key_the_passwords_can_t_be_looked_at(sam: Person) -> None:
    (sam.folder / "key").unlink()
    result = check(sam)
    assert result.exit_code == 77
    assert lines(result, "sign_in") == [
        "problem  sign_in of personal: it can't be looked at without the key."
    ]
    assert lines(result, "mailbox") == lines(result, "calendar") == []


def test_a_command_that_fails_is_told_and_needs_no_key(sam: Person) -> None:
    sam.configure(
        mailbox=sam.imap(password_command="exit 3"), calendar=sam.caldav(password_command="[no-such-program]")
    )
    result = check(sam)
    assert result.exit_code == 77
    assert f"password_command of {sam.box.user} at localhost ended with status 3." in result.output
    assert f"password_command of {sam.dav.user} at 127.0.0.1 can't be run: No such file" in result.output
    assert " key: " not in result.output


def test_a_mailbox_without_folders_says_which_and_how_to_name_them(sam: Person) -> None:
    for _ in at(sam, dovecot.Kind(roles={"Mein Ordner": ""}, without=("IDLE",))):
        result = check(sam)
        assert result.exit_code == 1
        told = "\n".join(lines(result, "mailbox"))
        assert "problem  mailbox of personal: no Drafts folder was found at localhost. Save a draft" in told
        assert "problem  mailbox of personal: no Sent folder was found at localhost" in told
        assert "folders: {sent: NAME}" in told
        assert "hint     mailbox of personal: the server tells nothing by itself (no IDLE)" in told
        sam.configure(mailbox=sam.imap(folders="{drafts: Mein Ordner, sent: INBOX}"))
        assert "drafts will be put into “Mein Ordner” at localhost" in check(sam).output


def test_a_folder_of_the_config_that_is_not_there_is_told_with_those_that_are(sam: Person) -> None:
    sam.configure(mailbox=sam.imap(folders="{drafts: Entwürfe}"))
    (line,) = lines(check(sam), "mailbox")
    assert "the config names the folder Entwürfe (drafts), which is not there. These are:" in line
    assert "Drafts" in line


@pytest.mark.parametrize(
    ("make", "told"),
    [
        ("expired", "the certificate of the mail server localhost has expired"),
        ("self_signed", "the certificate of the mail server localhost is signed by itself"),
        ("other_host", "the certificate of the mail server localhost is for another server"),
    ],
)
def test_a_certificate_that_is_wrong_is_told_and_nothing_was_sent(sam: Person, make: str, told: str) -> None:
    for server in at(sam, dovecot.Kind(certificate=getattr(authority(), make)())):
        result = check(sam)
        assert result.exit_code == 1
        (line,) = lines(result, "mailbox")
        assert told in line
        assert not [one for one in server.log() if sam.box.user in one]


def test_a_server_that_is_down_and_a_calendar_that_is_not_there(sam: Person) -> None:
    sam.configure(mailbox=sam.imap(port="9"), calendar=sam.caldav(calendars="[Work, Intervews]"))
    sam.signed_in()
    known = sam.server("caldav")
    assert sam.kept("caldav")
    result = check(sam)
    assert result.exit_code in {1, 77}
    assert any("no calendar “Intervews”" in line and "“Work”" in line for line in lines(result, "calendar"))
    assert known.host == "127.0.0.1"


def test_a_feed_is_called_by_its_name_and_its_address_is_shown_to_nobody(sam: Person) -> None:
    address = f"{sam.dav.url}secret-part/basic.ics?key=also-secret"
    sam.configure(calendar=f"{{provider: feed, url: '{address}', name: My feed}}")
    result = check(sam)
    assert "secret-part" not in result.output
    assert "also-secret" not in result.output
    (line,) = lines(result, "calendar")
    assert line.startswith(
        "problem  calendar of personal: 127.0.0.1 does not hand out the feed without a password"
    )


def test_a_feed_without_a_name_is_called_by_its_server(sam: Person) -> None:
    public = xandikos.shared().user()
    public.make("secret-part")
    public.put("secret-part", "one", EVENT)
    sam.configure(
        calendar=f"{{provider: feed, url: '{public.address('secret-part', 'one')}?key=also-secret'}}"
    )
    result = check(sam)
    (line,) = lines(result, "calendar")
    assert "the calendar at 127.0.0.1: 1 event (1 interview) in the last four weeks" in line
    assert "secret-part" not in result.output
    assert "also-secret" not in result.output


def test_an_account_of_three_sorts_is_told_in_full(sam: Person) -> None:
    (sam.folder / "calendars").mkdir()
    local = f"{{provider: local, path: {sam.folder}/calendars}}"
    sam.configure(calendar=f"[{local}, {sam.caldav()}, {{provider: google}}]")
    result = check(sam)
    assert "sign_in of personal: there is no client file" in result.output  # Google's
    assert any(f"{sam.folder}/calendars: 0 events" in line for line in lines(result, "calendar"))
    assert any("127.0.0.1 (all calendars)" in line for line in lines(result, "calendar"))
    assert len(lines(result, "mailbox")) == 3
