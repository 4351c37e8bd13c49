"""`init` tells which events look like interviews though no rule matches them, and adds a rule only for a yes."""

from __future__ import annotations

from pathlib import Path

import pytest

from followupd.config import load
from tests.cli.init_kit import FakeService, sit_down, typed
from tests.cycle.files import Files

MORE = ("--no-service", "--no-proof")
UP_TO_THE_RULES = "\n" * 10  # and the title is kept
QUESTION = "Add them to your rules?"


@pytest.fixture
def world(tmp_path: Path) -> Files:
    world = Files(tmp_path)
    world.event("2026-03-03 14:00", "2026-03-03 15:00", title="Phone screen, Acme")
    world.event("2026-03-06 14:00", "2026-03-06 15:00", title="Phone screen two")
    world.event("2026-03-07 14:00", "2026-03-07 15:00", title="Dentist", people=())
    return world


@pytest.fixture(autouse=True)
def service(monkeypatch: pytest.MonkeyPatch) -> FakeService:
    return sit_down(monkeypatch)


def said(world: Files, answers: str, *words: str) -> list[str]:
    result = typed(world, answers, *MORE, *words)
    assert result.exit_code == 0, result.output
    return result.output.splitlines()


def rules(world: Files) -> list[str]:
    return [
        one.title or one.category or one.hashtag or one.calendar or one.organiser_domain
        for one in load(world.config).document.interviews.any
    ]


def write_rules(world: Files, text: str) -> None:
    config, there = world.config.read_text(), "interviews:\n  any: [{title: '\\binterview\\b'}]\n"
    assert there in config
    world.config.write_text(config.replace(there, text))


LINE = r"- title: '\bphone screen\b' # Fri 6 Mar 14:00, “Phone screen two”, with Dana Reyes, and 1 more"


def test_they_are_offered_with_the_line_and_what_it_adds(world: Files) -> None:
    before = world.config.read_text()
    lines = said(world, UP_TO_THE_RULES + "\n" * 9)
    at = lines.index(LINE)
    assert "none of your rules matches" in lines[at - 1]
    assert f"{QUESTION} [y/N]: " in lines[at + 1]
    assert [line for line in lines if line.startswith("Looks like one")] == [
        "Looks like one, no rule matches: Tue 3 Mar 14:00, “Phone screen, Acme”, with Dana Reyes",
        "Looks like one, no rule matches: Fri 6 Mar 14:00, “Phone screen two”, with Dana Reyes",
    ]
    assert world.config.read_text() == before
    assert "put the lines" not in "\n".join(lines)


def test_a_yes_adds_the_rule_and_shows_the_list_anew(world: Files) -> None:
    lines = said(world, UP_TO_THE_RULES + "y\n" + "\n" * 9)
    after = lines[next(number for number, line in enumerate(lines) if QUESTION in line) :]
    assert "Interview: Fri 6 Mar 14:00, “Phone screen two”, with Dana Reyes" in after
    assert not [line for line in after if line.startswith("Looks like one")]
    assert rules(world) == [r"\binterview\b", r"\bphone screen\b"]
    again = "\n".join(said(world, UP_TO_THE_RULES + "\n" * 9))
    assert QUESTION not in again
    assert "Unchanged: " in again


def test_a_list_of_one_s_own_gets_it_at_the_end_and_keeps_its_comments(world: Files) -> None:
    people = ("Recruiting <no-reply@eu.greenhouse.io>",)
    world.event(
        "2026-03-09 14:00",
        "2026-03-09 15:00",
        people,
        title="Sam / Kim",
        organizer="no-reply@eu.greenhouse.io",
    )
    mine = "interviews:\n  any:\n    - title: talk    # mine\n    # no more\n  none: []\n"
    write_rules(world, mine)
    said(world, UP_TO_THE_RULES + "y\n" + "\n" * 9)
    assert rules(world) == ["talk", r"\bphone screen\b", "greenhouse.io"]
    config = world.config.read_text()
    assert all(line in config for line in mine.splitlines())


def test_the_usual_rules_stay_beside_it_where_none_were_written(world: Files) -> None:
    write_rules(world, "")
    said(world, UP_TO_THE_RULES + "y\n" + "\n" * 9)
    assert rules(world) == [r"\binterview\b", "Interview", "interview", "Interviews", r"\bphone screen\b"]


def test_a_new_config_gets_it_too(world: Files) -> None:
    world.config.unlink()
    answers = (
        "Sam Lee",
        "sam@example.com",
        "local",
        str(world.calendars / "personal"),
        str(world.mail_root()),
    )
    said(world, "\n".join(answers) + "\n" * 6 + "y\n" + "\n" * 9)
    assert rules(world) == [r"\binterview\b", "Interview", "interview", "Interviews", r"\bphone screen\b"]


@pytest.mark.parametrize("words", [("--yes",), ("--yes", "--title", "talk")])
def test_unasked_it_is_only_told(world: Files, words: tuple[str, ...]) -> None:
    lines = said(world, "", *words)
    assert LINE in lines
    assert "To let them count, put the lines under `interviews: any:` in your config." in lines
    assert QUESTION not in "\n".join(lines)
    assert r"\bphone screen\b" not in rules(world)


def test_a_list_that_can_t_be_added_to_is_left_to_the_user(world: Files) -> None:
    write_rules(world, "interviews: {none: &mine [{title: talk}], any: *mine}\n")
    before = world.config.read_text()
    lines = said(world, UP_TO_THE_RULES + "y\n" + "\n" * 9)
    assert any("can't be changed at interviews.any" in line for line in lines)
    assert "To let them count, put the lines under `interviews: any:` in your config." in lines
    assert world.config.read_text() == before


def test_where_nothing_looks_like_one_nothing_is_offered(world: Files) -> None:
    lines = "\n".join(said(world, "\n" * 9 + "phone screen\n" + "\n" * 9))
    assert "Looks like one" in lines  # before the title was changed
    assert QUESTION not in lines
