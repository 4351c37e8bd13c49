"""`followupd preview` shows letters as they will be written, and makes nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from followupd.core.fates import normal_text
from tests.cycle.files import DANA, Files

KIM = "kim@acme.example"
BEFORE = "2026-03-04 10:00"


@pytest.fixture
def world(tmp_path: Path) -> Files:
    """A talk with Dana and Kim at Acme this afternoon; nothing is due."""
    world = Files(tmp_path, more="organisations: [{name: Acme, domains: [acme.example]}]")
    panel = [f"Dana Reyes <{DANA}>", f"Kim Min-jun <{KIM}>"]
    world.event("2026-03-04 14:00", "2026-03-04 15:00", panel, title="Interview, the panel")
    world.event("2026-03-20 14:00", "2026-03-20 15:00", ["Jo <jo@beta.example>"], title="Interview, ahead")
    world.once(BEFORE)
    return world


def letters(world: Files, *words: str, at: str = BEFORE) -> list[dict[str, Any]]:
    code, out = world.cli("preview", *words, "--json", at=at)
    assert code == 0, out
    found: list[dict[str, Any]] = json.loads(out)["letters"]
    return found


def test_the_letters_are_those_that_the_next_cycle_makes(world: Files) -> None:
    shown = {one["to"]: one for one in letters(world, "panel")}
    world.once("2026-03-04 15:46")
    for to in (DANA, KIM):
        draft = world.draft_to(to)
        assert draft.subject == shown[to]["subject"]
        assert normal_text(draft.text) == normal_text(shown[to]["text"])


def test_nothing_is_made_and_nothing_is_kept(world: Files) -> None:
    before = world.status()
    letters(world, "panel")
    letters(world)
    assert world.drafts() == []
    assert world.status() == before


def test_it_looks_like_a_letter(world: Files) -> None:
    code, out = world.cli("preview", "dana", at=BEFORE)
    assert code == 0
    head, _, text = out.partition("\n\n")
    assert head.splitlines()[:2] == ["From: sam@example.com", f"To: Dana Reyes <{DANA}>"]
    assert head.splitlines()[2].startswith("Subject: ")
    assert text.startswith("Hello Dana Reyes,\n\nFILL IN: ")
    assert out.endswith("Sam Lee\n")


def test_a_person_means_their_letter_alone(world: Files) -> None:
    assert [one["to"] for one in letters(world, "Kim Min-jun")] == [KIM]


def test_an_interview_ahead_is_written_as_of_its_day(world: Files) -> None:
    (one,) = letters(world, "ahead")
    assert "Friday" in one["text"] + one["subject"]
    assert (one["title"], one["stage"], one["invented"]) == ("Interview, ahead", "planned", False)


def test_an_old_one_is_worded_late(world: Files) -> None:
    in_time, late = letters(world, "dana"), letters(world, "dana", at="2026-03-09 10:00")
    assert "Wednesday" in in_time[0]["text"]
    assert "Wednesday" not in late[0]["text"]


def test_a_note_is_in_it(world: Files) -> None:
    world.cli("note", "panel", "your move to Rust", at=BEFORE)
    assert all("your move to Rust" in one["text"] for one in letters(world, "panel"))


def test_without_a_word_it_is_the_latest_else_the_next(world: Files) -> None:
    assert {one["title"] for one in letters(world)} == {"Interview, the panel"}
    assert {one["title"] for one in letters(world, at="2026-03-20 16:00")} == {"Interview, ahead"}


def test_what_lies_in_drafts_is_shown_as_it_was_made(world: Files) -> None:
    world.once("2026-03-04 15:46")
    code, out = world.cli("preview", "dana", at="2026-03-06 10:00")
    assert code == 0
    assert out.startswith("(This is what was put into Drafts.)\n")
    assert normal_text(world.draft_to(DANA).text) in normal_text(out)


def test_without_any_interview_it_is_an_invented_one(tmp_path: Path) -> None:
    world = Files(tmp_path)
    code, out = world.cli("preview", at=BEFORE)
    assert code == 0
    assert out.startswith("No interview is known yet. This is a letter after an invented one.\n\nFrom: sam@")
    assert "To: Dana Reyes <dana@acme.example>" in out
    assert not world.state.exists()
    (one,) = letters(world)
    assert (one["invented"], one["interview"]) == (True, "")


@pytest.mark.parametrize(
    ("word", "told"),
    [("initech", "no interview or person fits “initech”"), ("dinner", "no interview or person fits")],
)
def test_a_word_that_fits_nothing_is_told(world: Files, word: str, told: str) -> None:
    code, out = world.cli("preview", word, at=BEFORE)
    assert code == 2
    assert told in out


def test_a_person_without_a_letter_is_told_where_the_reason_stands(world: Files) -> None:
    world.cli("skip", "kim", at=BEFORE)
    code, out = world.cli("people", "drop", "panel", KIM)
    assert code == 0, out
    code, out = world.cli("preview", KIM, at=BEFORE)
    assert code == 2
    assert "no letter is owed there: `followupd explain 'kim@acme.example'` says why." in out


def test_without_a_state_a_word_is_told_what_to_do(tmp_path: Path) -> None:
    code, out = Files(tmp_path).cli("preview", "acme", at=BEFORE)
    assert code == 2
    assert "run `followupd once` first" in out
