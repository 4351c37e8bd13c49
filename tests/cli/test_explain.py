"""`followupd explain`: why, also why not."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.kit import DUE, data, life, lines, machine, run, talk
from tests.world import World


@pytest.fixture
def home(tmp_path: Path) -> Path:
    machine(tmp_path)
    life(tmp_path)
    return tmp_path


def test_an_event_that_is_no_interview(home: Path) -> None:
    [event] = data(home, "explain", "dinn")["events"]
    assert event["choice"] == "no"
    assert event["participants"] == []
    result = run(home, "explain", "DINNER")
    assert result.exit_code == 0
    assert "no interview: none of the rules under interviews.any matches" in lines(result)[0]


def test_an_interview_with_the_verdict_on_each_of_its_people(home: Path) -> None:
    [event] = [e for e in data(home, "explain", "acme.example")["events"] if e["title"] == "Interview"]
    verdicts = {one["address"]: (one["choice"], one["part"]) for one in event["participants"]}
    assert verdicts["sam@example.com"][0] == "no"
    assert verdicts["dana@acme.example"] == ("yes", "interviewer")
    assert verdicts["recruiting@acme.example"] == ("yes", "recruiter")
    assert {one["stage"] for one in event["follow_ups"]} == {"sent", "drafted", "planned"}


def test_a_person_by_name_or_address(home: Path) -> None:
    for word in ("Dana", "dana@acme"):
        [person] = data(home, "explain", word)["people"]
        assert person["address"] == "dana@acme.example"
        assert [one["choice"] for one in person["verdicts"]] == ["yes"]
        [letter] = person["follow_ups"]
        assert letter["stage"] == "drafted"
        assert [one["action"] for one in letter["history"]] == ["advance", "create_draft", "remind"]


def test_a_process_with_all_that_happened_in_it(home: Path) -> None:
    [process] = data(home, "explain", "gamma")["processes"]
    assert process["domains"] == ["gamma.example"]
    assert [one["to"] for one in process["follow_ups"]] == ["jo@gamma.example"]
    assert [one["action"] for one in process["history"]] == ["advance"]


def test_what_is_asked_is_told_with_its_answer(home: Path) -> None:
    told = lines(run(home, "explain", "beta"))
    assert any(line.startswith("Question since Thu 5 Mar 17:58: Whom did you meet") for line in told)
    assert any(line.startswith("Answer with: followupd people add") for line in told)


def test_by_the_start_of_a_key(home: Path) -> None:
    [letter] = data(home, "explain", "Dana")["people"][0]["follow_ups"]
    [person] = data(home, "explain", letter["key"][:8])["people"]
    assert person["name"] == "Dana Reyes"


def test_short_words_are_no_keys(home: Path) -> None:
    keys = [one["key"] for one in data(home, "plan")["owed"]]
    assert data(home, "explain", keys[0][:3])["people"] == []


def test_a_letter_is_told_once(home: Path) -> None:
    told = [line for line in lines(run(home, "explain", "acme.example")) if line.startswith("Letter: ")]
    assert len(told) == len(set(told)) == 3


def test_nothing_matches(home: Path) -> None:
    result = run(home, "explain", "Zebra")
    assert result.exit_code == 1
    assert "Nothing that was seen matches “Zebra”" in result.stdout
    assert run(home, "explain", " ").exit_code == 1


def test_nothing_has_run(tmp_path: Path) -> None:
    machine(tmp_path)
    assert run(tmp_path, "explain", "Acme").exit_code == 1
    assert not (tmp_path / "state").exists()


def test_without_a_config_the_rest_is_told(home: Path) -> None:
    (home / "config.yaml").unlink()
    result = run(home, "explain", "Dana")
    assert result.exit_code == 0
    assert "See `followupd check`" in result.stderr
    assert "Letter: thank-you to Dana Reyes" in result.stdout


def test_an_event_that_is_gone_from_the_calendar(tmp_path: Path) -> None:
    machine(tmp_path)
    world = World(tmp_path / "state")
    world.begin("2026-03-02 09:00")
    world.event("2026-03-06 15:00", "2026-03-06 16:00", uid="gone")
    world.event("2026-03-07 19:00", "2026-03-07 20:00", title="Dinner")
    world.cycle("2026-03-02 10:00")
    world.calendars["personal"].remove("gone")
    world.cycle("2026-03-02 11:00")
    [event] = data(tmp_path, "explain", "interview")["events"]
    assert event["seen_in"] == []
    assert event["cancelled"]
    assert (
        "Cancelled: “Interview”: it was removed from your calendar" in run(tmp_path, "explain", "dana").stdout
    )


def test_what_came_in_and_what_the_user_said(tmp_path: Path) -> None:
    machine(tmp_path)
    world = World(tmp_path / "state")
    world.begin("2026-03-02 09:00")
    world.event("2026-03-04 15:00", "2026-03-04 16:00")
    world.cycle("2026-03-04 16:46")
    world.send(world.draft_to("dana@acme.example"), at="2026-03-04 18:00")
    world.receive("Kim <kim@acme.example>", at="2026-03-05 10:00")
    world.cycle("2026-03-05 10:05")
    world.orders("2026-03-05 11:00").resume("acme")
    told = run(tmp_path, "explain", "acme").stdout
    assert "Message from Kim on Thu 5 Mar 10:00: human" in told
    assert "answered" in told
    [process] = data(tmp_path, "explain", "acme")["processes"]
    assert process["arrivals"][0]["sender"] == "kim@acme.example"


def test_skipped_by_the_user(home: Path) -> None:
    world = World(home / "state")
    world.now = world.time("2026-03-05 17:59")
    world.orders().skip("Interview, second")
    assert "Your word: “Interview, second”: you skipped it" in run(home, "explain", "second").stdout


def test_a_letter_that_waits_for_an_answer_says_so(tmp_path: Path) -> None:
    """The first start holds back what is due already."""
    machine(tmp_path)
    talk(tmp_path)
    asked = run(tmp_path, "once", now=DUE)
    assert "1 question waits for you: followupd status" in asked.output
    told = [line for line in lines(run(tmp_path, "explain", "dana", now=DUE)) if line.startswith("Letter:")]
    assert len(told) == 1
    assert "held back until you answer" in told[0]
