"""`check` hints at rules for events that look like interviews though none matches, and looks no more for it."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result

from followupd.cli.check import check
from followupd.cli.context import Settings
from followupd.core.model import Address, Attendee, Event
from followupd.providers import registry
from followupd.providers.base import CalendarChanges
from tests.cycle.files import Files

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


class Calendar:
    """A calendar that counts how often it is asked."""

    def __init__(self, *titles: str) -> None:
        self.asked = 0
        self.events = tuple(_invitation(title, number) for number, title in enumerate(titles))

    def changes(self, cursor: str | None, since: datetime, until: datetime) -> CalendarChanges:
        self.asked += 1
        return CalendarChanges(events=self.events)

    def notice(self, now: datetime) -> str:
        return ""


def _invitation(title: str, days: int) -> Event:
    start = NOW + timedelta(days=days)
    return Event(
        uid=str(days),
        title=title,
        start=start,
        end=start + timedelta(hours=1),
        organizer=Address("dana@acme.example"),
        attendees=(Attendee("sam@example.com"), Attendee("dana@acme.example", "Dana Reyes")),
    )


@pytest.fixture
def world(tmp_path: Path) -> Files:
    return Files(tmp_path)


def checked(world: Files, monkeypatch: pytest.MonkeyPatch, *titles: str) -> tuple[Calendar, Result]:
    calendar = Calendar(*titles)
    monkeypatch.setitem(registry.CALENDARS, "local", "said_by_the_test:opened")
    monkeypatch.setitem(sys.modules, "said_by_the_test", SimpleNamespace(opened=lambda **_: calendar))
    settings = Settings()
    settings.config_named, settings.state_named, settings.at = str(world.config), str(world.state), NOW
    return calendar, CliRunner(env=world.environment()).invoke(check, ["--json"], obj=settings)


def hints(result: Result) -> list[dict[str, Any]]:
    found = json.loads(result.output)["checks"]
    return [one for one in found if one["check"] == "calendar" and one["level"] == "hint"]


def test_a_rule_is_hinted_at_with_its_line_and_nothing_fails(
    world: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    calendar, result = checked(
        world, monkeypatch, "Phone screen, one", "Interview", "Phone screen \x1b[31mtwo", "Dentist", "Chat"
    )
    (hint,) = hints(result)
    assert hint["text"] == (
        "2 events look like interviews, but none of your rules matches them: “Phone screen, one”, "
        "“Phone screen [31mtwo”. If they are, put this line under `interviews: any:` in your config: "
        r"- title: '\bphone screen\b'"
    )
    assert hint["ok"]
    assert hint["exit"] == 0
    assert calendar.asked == 1


def test_a_single_one_is_told_so_and_many_are_not_all_named(
    world: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, result = checked(world, monkeypatch, "Phone screen " + "with Globex " * 9)
    (one,) = hints(result)
    assert one["text"].startswith(
        "1 event looks like an interview, but none of your rules matches it: “Phone screen"
    )
    assert "…”. If it is, put this line" in one["text"]
    _, result = checked(world, monkeypatch, *(f"Phone screen {letter}" for letter in "ABCDE"))
    (many,) = hints(result)
    assert "“Phone screen C” and 2 more. If" in many["text"]


def test_no_hint_where_the_rules_match_or_nothing_looks_like_one(
    world: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, result = checked(
        world, monkeypatch, "Phone screen interview", "Chat with Dana", "Interview debrief", "Dentist"
    )
    assert hints(result) == []
