"""`followupd letter` on the command line: what it says, its exit codes, and where the letter shows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from followupd.cli.letter import PURPOSES
from followupd.core.model import Purpose
from tests.cli.kit import CONFIG, data, lines, run
from tests.world import World

DANA = "dana@acme.example"
AFTER = "2026-03-06T12:00+00:00"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A config, and a state in which Dana was met and thanked."""
    (tmp_path / "config.yaml").write_text(CONFIG)
    world = _world(tmp_path)
    world.begin("2026-03-02 09:00")
    world.event("2026-03-04 15:00", "2026-03-04 16:00", uid="talk")
    world.cycle("2026-03-02 10:00")
    world.cycle("2026-03-04 16:46")
    world.send(world.draft_to(DANA), at="2026-03-04 18:00")
    world.cycle("2026-03-04 18:05")
    world.store.close()
    return tmp_path


def _world(home: Path) -> World:
    return World(home / "state")


def follow_ups(home: Path) -> list[dict[str, Any]]:
    (process,) = data(home, "status", now=AFTER)["processes"]
    return [one for one in process["follow_ups"] if one["kind"] == "letter"]


def test_every_purpose_of_the_model_can_be_asked_for() -> None:
    assert tuple(purpose.value for purpose in Purpose) == PURPOSES


@pytest.mark.parametrize(
    ("purpose", "does"),
    [
        ("thanks-after-rejection", "thanks them after the rejection"),
        ("withdraw", "withdraws your application"),
        ("thanks-for-offer", "thanks them for the offer"),
        ("keep-in-touch", "keeps in touch"),
    ],
)
def test_it_says_in_one_line_what_will_lie_in_drafts_and_status_shows_it(
    home: Path, purpose: str, does: str
) -> None:
    said = lines(run(home, "letter", purpose, "acme", now=AFTER))
    assert len(said) == 1
    assert f"The letter to Dana Reyes that {does} is drafted with the next look." in said[0]
    (shown,) = follow_ups(home)
    assert (shown["purpose"], shown["stage"], shown["to"]) == (purpose, "planned", DANA)


def test_other_letters_have_no_purpose(home: Path) -> None:
    (process,) = data(home, "status", now=AFTER)["processes"]
    assert {one["purpose"] for one in process["follow_ups"]} == {""}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("thank-them", "acme"), "is not one of"),
        (("withdraw", "nobody"), "no process fits"),
        (("withdraw", "acme", "--to", "paul"), "no person fits"),
        (("withdraw", "acme", "--to", "paul@"), "no address that mail could go to"),
        (("thanks-after-rejection", "acme", "--to", "noreply@acme.example"), "nobody reads"),
        (("withdraw",), "Missing argument"),
    ],
)
def test_words_that_do_not_fit_end_with_2_and_change_nothing(
    home: Path, words: tuple[str, ...], says: str
) -> None:
    result = run(home, "letter", *words, now=AFTER)
    assert result.exit_code == 2
    assert says in result.output
    assert follow_ups(home) == []


def test_stop_prints_the_command_and_status_asks_until_it_is_answered(home: Path) -> None:
    said = lines(run(home, "stop", "acme", "--because", "rejected", now=AFTER))
    command = said[0].partition("`")[2].partition("`")[0]
    assert command.startswith("followupd letter thanks-after-rejection ")
    (question,) = data(home, "status", now=AFTER)["questions"]
    assert (question["topic"], question["answer_with"]) == ("letter", command)
    assert question["if_silent"] == "no letter is written"
    assert run(home, *command.split()[1:], now=AFTER).exit_code == 0
    assert data(home, "status", now=AFTER)["questions"] == []


def test_a_broken_config_keeps_nobody_from_asking(home: Path) -> None:
    (home / "config.yaml").write_text("accounts: [")
    assert run(home, "letter", "withdraw", "acme", now=AFTER).exit_code == 0


def test_explain_knows_that_it_was_asked_for(home: Path) -> None:
    run(home, "letter", "withdraw", "acme", now=AFTER)
    (person,) = data(home, "explain", "dana", now=AFTER)["people"]
    shown = next(one for one in person["follow_ups"] if one["kind"] == "letter")
    assert shown["purpose"] == "withdraw"
    assert [entry["reason"] for entry in shown["history"]] == ["you asked for it"]


def test_an_ambiguous_word_for_a_letter_lists_its_purpose(home: Path) -> None:
    run(home, "letter", "withdraw", "acme", "--to", "Kim Park <kim@acme.example>", now=AFTER)
    output = run(home, "again", "acme.example", now=AFTER).output
    assert "withdraw to Kim Park (planned)" in output
