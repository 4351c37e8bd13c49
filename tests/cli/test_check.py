"""`followupd check`: one line for each thing that is needed, and what to do where it is not there."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner, Result

from followupd.cli.check import check
from followupd.core.model import Address, Attendee, Event
from followupd.errors import Unavailable
from followupd.providers import registry
from followupd.providers.base import CalendarChanges, Look, Problem

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


@dataclass(frozen=True)
class FakeSettings:
    """What the command line knows before any command runs."""

    config_path: Path
    state: Path
    at: datetime = NOW
    plain: bool = True

    def now(self) -> datetime:
        return self.at


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

    def letters_to(self, addresses: tuple[str, ...], since: datetime) -> Look:
        return self.look

    def check(self, *arguments: str, at: datetime = NOW) -> Result:
        settings = FakeSettings(self.home / "config.yaml", self.home / "state", at)
        return CliRunner().invoke(check, arguments, obj=settings)


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
    result = world.check()
    assert result.exit_code == 0, result.output
    assert all(line.startswith("ok ") for line in result.output.splitlines())
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
        "state", "config", "clock", "calendar", "mailbox", "mailbox",
    ]  # fmt: skip
    assert said["checks"][3]["account"] == "personal"
    assert set(said["checks"][0]) == {"check", "account", "ok", "text"}


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
