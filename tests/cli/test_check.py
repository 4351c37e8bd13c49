"""`followupd check`: one line for each thing that is needed, and what to do where it is not there."""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result

from followupd.cli.check import check
from followupd.cli.context import Settings
from followupd.cli.doctor import accounts, running
from followupd.core.model import Address, Attendee, Event
from followupd.cycle import touch_heartbeat
from followupd.errors import Refused, SignInNeeded, StoreError, Unavailable
from followupd.migrations import NEWEST
from followupd.providers import registry
from followupd.providers.base import CalendarChanges, Look, Problem
from followupd.service import Standing
from tests.cli.kit import life
from tests.cycle.google import GoogleWorld
from tests.sim.google import GoogleSimulator

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


@dataclass
class World:
    """What the provider will say."""

    home: Path
    calendar: CalendarChanges = field(default_factory=CalendarChanges)
    look: Look = field(default_factory=Look)
    broken: str = ""
    asked: tuple[datetime, datetime] | None = None

    def changes(self, cursor: str | None, since: datetime, until: datetime) -> CalendarChanges:
        self.asked = (since, until)
        if self.broken:
            raise Unavailable(self.broken)
        return self.calendar

    def notice(self, now: datetime) -> str:
        return ""

    def letters_to(self, addresses: tuple[str, ...], since: datetime) -> Look:
        return self.look

    def check(self, *arguments: str, at: datetime = NOW) -> Result:
        settings = Settings()
        settings.config_named, settings.state_named = str(self.home / "config.yaml"), str(self.home / "state")
        settings.at = at
        return CliRunner().invoke(check, arguments, obj=settings)

    def lines(self, *arguments: str, at: datetime = NOW) -> list[str]:
        result = self.check(*arguments, at=at)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.output
        return result.output.splitlines()

    def said(self, check: str, *, at: datetime = NOW) -> list[dict[str, Any]]:
        """The findings of one sort."""
        found = json.loads(self.check("--json", at=at).output)["checks"]
        return [one for one in found if one["check"] == check]


CONFIG = """\
me: {name: Sam Lee, addresses: [sam@example.com], timezone: Europe/London, country: GB}
accounts:
  - name: personal
    calendar: {provider: local, path: calendars}
    mailbox: {provider: local, path: Mail}
"""


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    """A home that is right, with a provider that answers what the test says."""
    (tmp_path / "calendars").mkdir()
    for folder in ("Mail", "Mail/.Drafts", "Mail/.Sent"):
        for part in ("cur", "new", "tmp"):
            (tmp_path / folder / part).mkdir(parents=True)
    (tmp_path / "state").mkdir(mode=0o700)
    (tmp_path / "config.yaml").write_text(CONFIG)
    world = World(tmp_path)
    opened: Callable[..., World] = lambda **options: world  # noqa: E731
    # No service manager, and no folders of whoever runs the tests.
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "xdg"))
    monkeypatch.setenv("TZ", "Europe/London")
    monkeypatch.setitem(sys.modules, "said_by_the_test", SimpleNamespace(opened=opened))
    monkeypatch.setitem(registry.CALENDARS, "local", "said_by_the_test:opened")
    monkeypatch.setitem(registry.MAILBOXES, "local", "said_by_the_test:opened")
    return world


def event(title: str, days: int) -> Event:
    start = NOW + timedelta(days=days)
    guests = (Attendee("sam@example.com"), Attendee("dana@acme.example", "Dana Reyes"))
    return Event(
        uid=f"{title}{days}",
        title=title,
        start=start,
        end=start + timedelta(hours=1),
        organizer=Address("dana@acme.example"),
        attendees=guests,
    )


def test_where_all_is_right_each_line_says_so(world: World) -> None:
    """Where there is no desktop to be told on, a hint says that too."""
    result = world.check()
    assert result.exit_code == 0, result.output
    hints = [line for line in result.output.splitlines() if not line.startswith("ok ")]
    assert [words for line in hints if (words := line.split(":")[0].split()) != ["hint", "notify"]] == [
        ["hint", "service"],
        ["hint", "last_cycle", "of", "personal"],
    ]
    assert f"{world.home}/config.yaml is right, with 1 account." in result.output
    assert "it is 2026-03-04 12:00 in Europe/London" in result.output
    assert "drafts is Drafts, sent is Sent" in result.output
    assert f"drafts will be put into {world.home}/Mail/.Drafts" in result.output


def test_events_and_interviews_are_counted_four_weeks_back_and_ahead(world: World) -> None:
    events = (event("Interview with Acme", -3), event("Lunch", -2), event("Interview at Acme", 5))
    world.calendar = CalendarChanges(events=events)
    output = world.check().output
    assert "2 events (1 interview) in the last four weeks, 1 event (1 interview) in the next four." in output
    assert world.asked == (NOW - timedelta(weeks=4), NOW + timedelta(weeks=4))


def test_an_empty_calendar_makes_one_wonder(world: World) -> None:
    result = world.check()
    assert result.exit_code == 0
    assert "Is this the calendar that your interviews stand in?" in result.output


def test_json_has_the_same_findings(world: World) -> None:
    said = json.loads(world.check("--json").output)
    assert said["ok"] is True
    assert [one["check"] for one in said["checks"]] == [
        "state", "disk", "config", "clock", "zone", "templates", "calendar", "mailbox", "mailbox",
        "service", "last_cycle", "notify",
    ]  # fmt: skip
    assert said["checks"][6]["account"] == "personal"
    assert set(said["checks"][0]) == {"check", "account", "ok", "text", "level", "exit"}
    assert said["exit"] == 0


def test_every_problem_of_the_config_is_told_and_the_exit_code_is_78(world: World) -> None:
    (world.home / "config.yaml").write_text(CONFIG.replace("Sam Lee", "12").replace("Mail}", "nowhere}"))
    result = world.check()
    assert result.exit_code == 78
    assert ":1: me.name: must be text" in result.output
    assert ":5: accounts#1.mailbox.path: the folder" in result.output
    assert json.loads(world.check("--json").output)["ok"] is False


def test_a_missing_country_is_mentioned(world: World) -> None:
    (world.home / "config.yaml").write_text(CONFIG.replace(", country: GB", ""))
    result = world.check()
    assert result.exit_code == 0
    assert "add me.country" in result.output


def test_a_calendar_that_fails_does_not_hide_the_mailbox(world: World) -> None:
    world.broken = "The calendar folder can't be read now. It is tried again later."
    result = world.check()
    assert result.exit_code == 1
    assert "problem  calendar of personal: The calendar folder can't be read now" in result.output
    assert "ok       mailbox of personal:" in result.output


def test_things_that_could_not_be_read_are_told(world: World) -> None:
    world.calendar = CalendarChanges(problems=(Problem("a.ics", "is not a calendar file"),), complete=False)
    world.look = Look(problems=(Problem("1234:2,S", "has no end"),))
    result = world.check()
    assert result.exit_code == 1
    assert "problem  calendar of personal: a.ics: is not a calendar file" in result.output
    assert "problem  mailbox of personal: 1234:2,S: has no end" in result.output


def test_a_calendar_that_was_cut_short_is_told(world: World) -> None:
    world.calendar = CalendarChanges(complete=False)
    assert "could not be read to its end" in world.check().output


def test_a_mail_store_without_drafts_says_how_to_name_them(world: World) -> None:
    (world.home / "Mail/.Drafts").rename(world.home / "Mail/.Whatever")
    result = world.check()
    assert result.exit_code == 1
    assert "no Drafts folder was found" in result.output
    assert "folders: {drafts: NAME}" in result.output


def test_a_mail_store_without_sent_letters_is_told(world: World) -> None:
    (world.home / "Mail/.Sent").rename(world.home / "Mail/.Whatever")
    result = world.check()
    assert result.exit_code == 1
    assert "folders: {sent: NAME}" in result.output


def test_a_folder_that_is_no_maildir_is_told(world: World) -> None:
    (world.home / "config.yaml").write_text(CONFIG.replace("path: Mail}", "path: calendars}"))
    result = world.check()
    assert result.exit_code == 1
    assert "no mail folder is in it. Is this your Maildir?" in result.output


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_drafts_that_can_t_be_written_are_told(world: World) -> None:
    (world.home / "Mail/.Drafts/tmp").chmod(0o500)
    assert "Drafts can't be written" in world.check().output


def test_a_state_folder_that_does_not_exist_yet_is_right(world: World) -> None:
    (world.home / "state").rmdir()
    result = world.check()
    assert result.exit_code == 0
    assert "state does not exist yet and will be made at the first run" in result.output


def test_a_state_folder_that_others_can_read_is_told_with_the_command(world: World) -> None:
    (world.home / "state").chmod(0o755)
    result = world.check()
    assert result.exit_code == 1
    assert f"chmod 700 '{world.home}/state'" in result.output


def test_a_file_in_place_of_the_state_folder_is_told(world: World) -> None:
    (world.home / "state").rmdir()
    (world.home / "state").write_text("")
    assert "state is a file, and a folder is needed" in world.check().output


def test_a_clock_that_stands_before_the_program_is_told(world: World) -> None:
    result = world.check(at=datetime(1970, 1, 1, tzinfo=UTC))
    assert result.exit_code == 1
    assert "before this program was written" in result.output


def test_nothing_is_changed_by_looking(world: World) -> None:
    before = sorted(world.home.rglob("*"))
    world.check()
    assert sorted(world.home.rglob("*")) == before


def lines_of(result: Result, check: str) -> list[str]:
    return [line for line in result.output.splitlines() if line.split()[1].rstrip(":") == check]


# --- the config, and what is told without it ----------------------------------------------------------


def test_a_config_that_can_t_be_used_does_not_hide_the_machine(world: World) -> None:
    (world.home / "config.yaml").write_text("me: {}\n")
    result = world.check()
    assert result.exit_code == 78
    assert {line.split()[1].rstrip(":") for line in result.output.splitlines()} == {
        "state", "disk", "config", "clock", "service",
    }  # fmt: skip
    assert {one["exit"] for one in world.said("config")} == {78}


def test_no_config_at_all_says_how_to_make_one(world: World) -> None:
    (world.home / "config.yaml").unlink()
    result = world.check()
    assert result.exit_code == 78
    assert "followupd init" in result.output


def test_a_mail_disk_that_is_not_mounted_is_a_problem_of_its_account_alone(world: World) -> None:
    """Once it has run; before that it is a slip in the config."""
    life(world.home)
    (world.home / "Mail").rename(world.home / "Away")
    result = world.check(at=DURING)
    assert result.exit_code == 1
    assert f"{world.home}/config.yaml is right" in result.output
    assert lines_of(result, "mailbox")[0].startswith("problem  mailbox of personal:")


# --- the state folder ----------------------------------------------------------------------------------


DURING = datetime(2026, 3, 5, 18, tzinfo=UTC)  # right after the last cycle of that life


def test_the_database_is_opened_and_checked(world: World) -> None:
    life(world.home)
    assert f"ok       state: the database opens and is whole (version {NEWEST})." in world.lines(at=DURING)


def test_looking_at_a_store_leaves_no_trace(world: World) -> None:
    """Not even the two files that SQLite lays beside a database that it reads."""
    life(world.home).store.close()
    before = traces(world.home)
    world.check(at=DURING)
    assert traces(world.home) == before
    assert not list((world.home / "state").glob("*-wal"))


def traces(home: Path) -> dict[Path, tuple[int, int, int]]:
    found = {path: path.lstat() for path in sorted(home.rglob("*"))}
    return {path: (one.st_mtime_ns, one.st_size, one.st_mode) for path, one in found.items()}


def test_what_a_running_cycle_has_just_written_is_read(world: World) -> None:
    store = life(world.home).store
    assert (world.home / "state" / "followupd.db-wal").exists()
    assert "Acme" not in world.check(at=DURING).output  # it has a name
    with store.transaction():
        store.set_meta("poll", "60")
    assert world.check(at=DURING).exit_code == 0


def test_nothing_is_made_where_no_state_folder_is(world: World) -> None:
    (world.home / "state").rmdir()
    world.check()
    assert not (world.home / "state").exists()


def damaged(state: Path) -> None:
    content = bytearray((state / "followupd.db").read_bytes())
    content[4096 : 4096 * 3] = b"\x00" * 8192
    (state / "followupd.db").write_bytes(content)


def someone_elses(state: Path) -> None:
    (state / "followupd.db").unlink()
    with closing(sqlite3.connect(state / "followupd.db")) as connection:
        connection.execute("CREATE TABLE theirs (a)")


def newer(state: Path) -> None:
    with closing(sqlite3.connect(state / "followupd.db")) as connection:
        connection.execute("PRAGMA user_version = 99")


def no_database(state: Path) -> None:
    (state / "followupd.db").write_bytes(b"not a database" * 1000)


@pytest.mark.parametrize(
    ("harm", "words"),
    [
        (damaged, "can't be read"),
        (no_database, "can't be read"),
        (someone_elses, "belongs to another program"),
        (newer, "written by a newer followupd (version 99"),
    ],
)
def test_a_database_that_can_t_be_used_is_told_and_ends_with_74(
    world: World, harm: Callable[[Path], None], words: str
) -> None:
    life(world.home).store.close()
    harm(world.home / "state")
    result = world.check(at=DURING)
    assert result.exit_code == 74
    (line,) = (one for one in lines_of(result, "state") if one.startswith("problem"))
    assert words in line
    assert "calendar of personal" in result.output


def test_an_older_database_is_told_as_what_the_next_run_brings_up_to_date(world: World) -> None:
    life(world.home).store.close()
    with closing(sqlite3.connect(world.home / "state/followupd.db")) as connection:
        connection.execute("ALTER TABLE account DROP COLUMN notice")
        connection.execute("PRAGMA user_version = 1")
    result = world.check(at=DURING)
    assert result.exit_code == 0
    assert f"the next run brings it from version 1 to {NEWEST}" in result.output


@pytest.mark.parametrize(
    "name", ["followupd.db", "lock", "wake", "credentials", "credentials/personal.google"]
)
def test_a_link_planted_in_the_state_folder_is_told_and_not_followed(world: World, name: str) -> None:
    theirs = world.home / "theirs"
    theirs.write_text("not ours")
    link = world.home / "state" / name
    link.parent.mkdir(exist_ok=True, mode=0o700)
    link.symlink_to(theirs)
    result = world.check()
    assert result.exit_code == 74
    problems = [line for line in result.output.splitlines() if line.startswith("problem")]
    assert len(problems) == 1, problems
    assert f"rm {link}" in problems[0]
    assert "not ours" not in result.output


def test_notes_may_lie_elsewhere(world: World) -> None:
    (world.home / "state/notes").symlink_to(world.home)
    assert world.check().exit_code == 0


def test_a_state_folder_that_is_a_link_is_told(world: World) -> None:
    (world.home / "state").rename(world.home / "elsewhere")
    (world.home / "state").symlink_to(world.home / "elsewhere")
    result = world.check()
    assert result.exit_code == 74
    assert "state is a link" in result.output


def test_a_state_folder_of_somebody_else_is_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: (world.home / "state").stat().st_uid + 1)
    result = world.check()
    assert result.exit_code == 74
    assert "sudo chown -R $USER" in result.output


@pytest.mark.parametrize(
    ("free", "files", "level", "code"),
    [(0, 9, "problem", 74), (100 << 20, 9, "hint", 0), (1 << 30, 9, "ok", 0), (1 << 30, 0, "problem", 74)],
)
def test_the_room_on_the_disk_is_told(
    world: World, monkeypatch: pytest.MonkeyPatch, free: int, files: int, level: str, code: int
) -> None:
    disk = SimpleNamespace(f_bavail=free >> 12, f_frsize=4096, f_files=10, f_favail=files, f_flag=0)
    monkeypatch.setattr(os, "statvfs", lambda _: disk)
    assert [one["level"] for one in world.said("disk")] == [level]
    assert world.check().exit_code == code


def test_a_disk_that_is_read_only_is_told(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = SimpleNamespace(f_bavail=1 << 20, f_frsize=4096, f_files=10, f_favail=9, f_flag=os.ST_RDONLY)
    monkeypatch.setattr(os, "statvfs", lambda _: disk)
    assert "is read only" in world.check().output


# --- zone, templates, companies ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("machine", "level", "words"),
    [
        ("Europe/London", "ok", "as this machine does"),
        ("Europe/Belfast", "ok", "as this machine does"),
        ("UTC", "ok", "this machine runs in UTC or does not tell its zone"),
        ("Europe/Berlin", "hint", "If you have moved, set me.timezone: Europe/Berlin"),
        ("Africa/Abidjan", "hint", "this machine is in Africa/Abidjan"),  # the same clock, in winter only
    ],
)
def test_the_machine_s_zone_is_held_against_the_config_s(
    world: World, monkeypatch: pytest.MonkeyPatch, machine: str, level: str, words: str
) -> None:
    monkeypatch.setenv("TZ", machine)
    (found,) = world.said("zone")
    assert found["level"] == level
    assert words in found["text"]
    assert world.check().exit_code == 0


def test_templates_of_the_user_s_own_that_are_wrong_end_with_78_and_name_the_line(world: World) -> None:
    own = world.home / "xdg/followupd/templates/en"
    own.mkdir(parents=True)
    (own / "thank_you.txt").write_text("[no such section]\nHello\n")
    (own / "nonsense.txt").write_text("[a]\n")
    result = world.check()
    assert result.exit_code == 78
    assert f"problem  templates: {own}/nonsense.txt:1: unknown template file" in result.output
    assert "calendar of personal" in result.output


def test_a_language_without_letters_is_told_also_when_one_company_alone_wants_it(world: World) -> None:
    acme = "organisations: [{name: Acme, domains: [acme.example], language: cy}]\n"
    (world.home / "config.yaml").write_text(CONFIG + acme)
    first, second = world.said("templates")
    assert first["ok"]
    assert "in en, in our words" in first["text"]
    assert not second["ok"]
    assert "no letters in the language 'cy'" in second["text"]


def test_companies_without_a_name_are_a_hint_with_the_command(world: World) -> None:
    life(world.home)
    result = world.check(at=DURING)
    assert result.exit_code == 0
    assert (
        "hint     organisations: the company of gamma.example has no name, so its letters do without: "
        "followupd process name gamma.example 'NAME'" in result.output
    )


def test_companies_that_the_config_names_by_now_are_not_mentioned(world: World) -> None:
    life(world.home)
    named = "organisations: [{name: A, domains: [acme.example]}, {name: G, domains: [gamma.example]}]\n"
    (world.home / "config.yaml").write_text(CONFIG + named)
    assert lines_of(world.check(at=DURING), "organisations") == []


# --- accounts ------------------------------------------------------------------------------------------

GOOGLE = """\
me: {name: Sam Lee, addresses: [sam@example.com], timezone: Europe/London, country: GB}
accounts:
  - name: gmail
    calendar: {provider: google}
    mailbox: {provider: google}
credentials: {key_file: key}
"""
AND_LOCAL = GOOGLE.replace(
    "credentials", "  - name: personal\n    calendar: {provider: local, path: calendars}\n"
    "    mailbox: {provider: local, path: Mail}\ncredentials",
)  # fmt: skip


@dataclass
class SignIn:
    """What the sign-in at a provider will say."""

    kept: bool = True
    lines: tuple[str, ...] = (
        "signed in to Google as sam@example.com, since 2026-03-01.",
        "granted: reading.",
    )
    fails: Exception | None = None
    unprepared: Exception | None = None

    def is_kept(self) -> bool:
        return self.kept

    def prepared(self) -> None:
        if self.unprepared:
            raise self.unprepared

    def check(self, now: datetime) -> list[str]:
        if self.fails:
            raise self.fails
        return list(self.lines)


@pytest.fixture
def sign_in(world: World, monkeypatch: pytest.MonkeyPatch) -> SignIn:
    made = SignIn()
    said = sys.modules["said_by_the_test"]
    monkeypatch.setattr(said, "signed", lambda **options: made, raising=False)
    monkeypatch.setitem(registry.SIGN_INS, "google", "said_by_the_test:signed")
    monkeypatch.setitem(registry.CALENDARS, "google", "said_by_the_test:opened")
    monkeypatch.setitem(registry.MAILBOXES, "google", "said_by_the_test:opened")
    (world.home / "key").write_bytes(bytes(range(32)))
    (world.home / "key").chmod(0o600)
    (world.home / "config.yaml").write_text(GOOGLE)
    return made


def test_a_sign_in_is_told_with_its_address_what_is_granted_and_where_the_key_is(
    world: World, sign_in: SignIn
) -> None:
    result = world.check()
    assert result.exit_code == 0, result.output
    for line in (
        f"ok       key: the key to your sign-ins is in the key file {world.home}/key.",
        "ok       sign_in of gmail: signed in to Google as sam@example.com, since 2026-03-01.",
        "ok       sign_in of gmail: granted: reading.",
        "ok       mailbox of gmail: drafts will be put into Gmail.",
    ):
        assert line in result.output


def test_a_sign_in_about_to_end_is_a_hint(
    world: World, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    notice = "Google ends this sign-in on Friday, 6 March."
    sign_in.lines = (*sign_in.lines, notice)
    monkeypatch.setattr(World, "notice", lambda self, now: notice)
    assert [one["level"] for one in world.said("sign_in")] == ["ok", "ok", "hint"]


@pytest.mark.parametrize(
    ("config", "error", "code"),
    [
        (GOOGLE, SignInNeeded("nobody is signed in: `followupd login gmail`."), 77),
        (AND_LOCAL, SignInNeeded("nobody is signed in: `followupd login gmail`."), 1),
        (GOOGLE, Refused("Google granted more than was asked for."), 1),
        (GOOGLE, Unavailable("this computer seems to be offline."), 1),
        (GOOGLE, StoreError("the sign-in can't be read."), 74),
    ],
)
def test_the_exit_code_is_that_of_the_kind(
    world: World, sign_in: SignIn, config: str, error: Exception, code: int
) -> None:
    (world.home / "config.yaml").write_text(config)
    sign_in.fails = error
    result = world.check()
    assert f"problem  sign_in of gmail: {error}" in result.output
    assert result.exit_code == code
    assert json.loads(world.check("--json").output)["exit"] == code


def test_what_a_first_login_lacks_is_told_before_it(world: World, sign_in: SignIn) -> None:
    sign_in.kept, sign_in.unprepared = False, Refused("there is no client file. Download yours.")
    result = world.check()
    assert lines_of(result, "sign_in") == [
        "problem  sign_in of gmail: there is no client file. Download yours."
    ]
    assert result.exit_code == 77


def test_a_key_that_is_not_there_is_told_once_and_hides_no_other_account(
    world: World, sign_in: SignIn
) -> None:
    (world.home / "config.yaml").write_text(AND_LOCAL)
    (world.home / "key").unlink()
    result = world.check()
    assert lines_of(result, "key")[0].startswith(f"problem  key: There is no key file {world.home}/key")
    assert "problem  sign_in of gmail: it can't be looked at without the key." in result.output
    assert "ok       mailbox of personal:" in result.output
    (world.home / "config.yaml").write_text(GOOGLE)
    assert world.check().exit_code == 77


def test_nothing_is_said_of_a_key_where_no_account_signs_in(world: World) -> None:
    assert world.said("key") == []


@pytest.fixture
def hanging(world: World, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """An account of two that never answers."""
    event = threading.Event()
    (world.home / "config.yaml").write_text(AND_LOCAL)
    monkeypatch.setattr(sign_in, "check", lambda now: [str(event.wait(20))], raising=False)
    monkeypatch.setattr(accounts, "SECONDS", 0.2)
    yield event
    event.set()
    for thread in threading.enumerate():
        if thread.name.startswith("check "):
            thread.join(20)


def test_an_account_that_hangs_never_hides_the_lines_of_another(
    world: World, hanging: threading.Event
) -> None:
    result = world.check()
    assert "problem  account of gmail: it did not answer within 0 seconds" in result.output
    assert "ok       calendar of personal:" in result.output
    assert "ok       mailbox of personal:" in result.output
    assert lines_of(result, "service")
    assert result.exit_code == 1


def test_a_bug_in_one_account_never_hides_the_lines_of_another(world: World, sign_in: SignIn) -> None:
    (world.home / "config.yaml").write_text(AND_LOCAL)
    sign_in.fails = KeyError("words of somebody's mail")
    result = world.check()
    assert (
        "problem  sign_in of gmail: this could not be looked at, by a bug of followupd (KeyError)"
        in result.output
    )
    assert "somebody's mail" not in result.output
    assert "ok       mailbox of personal:" in result.output


def test_what_others_wrote_can_t_steer_the_terminal(world: World) -> None:
    world.calendar = CalendarChanges(
        problems=(Problem("a\x1b[2J\n\u202e.ics", "is not one"),), complete=False
    )
    output = world.check().output
    assert "\x1b" not in output
    assert "\u202e" not in output


def test_the_real_google_is_told_with_scopes_and_what_is_missing(tmp_path: Path) -> None:
    with GoogleSimulator() as simulator:
        desk = GoogleWorld(simulator, tmp_path)
        at = "2026-03-01T09:00:00+00:00"
        assert desk.program("check", "--now", at).code == 77
        assert desk.login("2026-03-01 09:00").code == 0
        run = desk.program("check", "--now", at)
        assert run.code == 0, run.out + run.err
        assert "sign_in of personal: signed in to Google as sam.lee@gmail.com, since 2026-03-01" in run.out
        assert "granted: Manage drafts and send emails." in run.out
        simulator.oauth.revoke_all("sam.lee@gmail.com")
        run = desk.program("check", "--now", at)
        assert run.code == 77
        assert "followupd login personal" in run.out


# --- what runs by itself -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Manager:
    """A service manager that says how the service stands, whose file is there or not."""

    standing: Standing
    file: Path

    def files(self) -> dict[Path, str]:
        return {self.file: ""}

    def stands(self) -> Standing:
        return self.standing


def standing(*, installed: bool = True, outdated: bool = False, running: bool = True) -> Standing:
    words = "The service is there." if installed else "No service."
    return Standing(installed=installed, edited=False, outdated=outdated, running=running, text=words)


def looked_at(world: World, ago: timedelta) -> None:
    """A state folder whose account was looked at then."""
    touch_heartbeat(world.home / "state", "personal", NOW - ago)


LATELY, LONG_AGO = timedelta(minutes=2), timedelta(hours=3)


@pytest.mark.parametrize(
    ("how", "ago", "level", "words"),
    [
        (standing(), LATELY, "ok", "The service is there."),
        (standing(running=False), LATELY, "hint", "`followupd service logs` tells more"),
        (standing(running=False), LONG_AGO, "problem", "`followupd service logs` tells more"),
        (standing(running=False), None, "problem", "`followupd service logs` tells more"),
        (standing(outdated=True), LATELY, "hint", "`followupd service install` renews it"),
        (standing(installed=False), None, "hint", "or run `followupd once` from cron"),
        (standing(installed=False), LATELY, "hint", "It was looked at a moment ago"),
        (standing(installed=False), LONG_AGO, "problem", "Nothing has looked for 3 polls"),
    ],
)
def test_the_service_is_told(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    how: Standing,
    ago: timedelta | None,
    level: str,
    words: str,
) -> None:
    file = world.home / "config.yaml" if how.installed else world.home / "nowhere"
    monkeypatch.setattr(running, "service_here", lambda config, state: Manager(how, file))
    if ago is not None:
        looked_at(world, ago)
    (found,) = world.said("service")
    assert found["level"] == level, found
    assert words in found["text"]


def test_a_machine_without_a_service_manager_is_a_hint_until_nothing_has_run(world: World) -> None:
    assert world.said("service")[0]["level"] == "hint"
    looked_at(world, LONG_AGO)
    assert world.said("service")[0]["level"] == "problem"


def test_when_an_account_was_last_looked_at_is_told(world: World) -> None:
    assert world.said("last_cycle")[0]["level"] == "hint"
    looked_at(world, LATELY)
    assert world.said("last_cycle")[0]["text"] == "it was looked at 2 minutes ago."
    looked_at(world, timedelta(minutes=16))
    (found,) = world.said("last_cycle")
    assert (found["level"], found["account"]) == ("problem", "personal")
    assert "16 minutes ago, and should be every 5 minutes" in found["text"]
    looked_at(world, -LONG_AGO)
    assert "the clock was set back" in world.said("last_cycle")[0]["text"]


@pytest.mark.parametrize(
    ("state", "level"), [("failing", "hint"), ("sign_in", "hint"), ("refused", "problem")]
)
def test_what_the_last_look_came_to_is_told(world: World, state: str, level: str) -> None:
    store = life(world.home).store
    with store.transaction():
        store.set_account("personal", state, "Your storage is full.", "", NOW)
    looked_at(world, LATELY)
    (found,) = world.said("last_cycle")
    assert found["level"] == level
    assert "Your storage is full." in found["text"]


def test_now_moves_the_time_of_the_whole_check(world: World) -> None:
    looked_at(world, LATELY)
    late = (NOW + timedelta(days=1)).isoformat()
    assert "1 day ago" not in world.check().output
    assert "24 hours ago" in world.check("--now", late).output


def test_a_pipe_that_can_t_carry_every_letter_gets_the_rest(world: World) -> None:
    (world.home / "config.yaml").write_text(CONFIG.replace("name: personal", "name: Łukasz"))
    settings = Settings()
    settings.config_named, settings.state_named = str(world.home / "config.yaml"), str(world.home / "state")
    settings.at = NOW
    result = CliRunner(charset="ascii").invoke(check, [], obj=settings)
    assert result.exit_code == 0, result.exception
    assert "calendar of ?ukasz" in result.output


def test_the_manager_is_not_asked_where_no_file_of_the_service_is(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To ask it means to start a program."""
    manager = Manager(standing(), world.home / "nowhere")
    monkeypatch.setattr(running, "service_here", lambda config, state: manager)
    assert world.said("service")[0]["text"].startswith("no service is installed.")


def test_a_way_of_telling_that_is_missing_is_told(world: World) -> None:
    (world.home / "config.yaml").write_text(CONFIG + "notify: {command: [/nowhere/at/all]}\n")
    result = world.check()
    assert result.exit_code == 1
    assert "problem  notify: notify.command: /nowhere/at/all is not found" in result.output
