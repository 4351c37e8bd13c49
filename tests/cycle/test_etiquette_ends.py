"""How rounds and processes end. See etiquette.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cycle.etiquette import (
    answers,
    case,
    deletes,
    live,
    sends,
    talk,
)

TALK = talk("2026-03-04 15:00", "16:00", "dana")
THANKED = [TALK, sends("2026-03-04 18:00", "dana")]
FIRST = "Wed 2026-03-04 16:45 thank_you to dana"
NUDGE = "Wed 2026-03-11 09:00 nudge to dana"
FIRST_BOTH = [FIRST, "Wed 2026-03-04 16:45 thank_you to kim"]
TWO = [*THANKED, sends("2026-03-11 10:00", "dana"), sends("2026-03-24 10:00", "dana")]
TWO_LINES = [FIRST, NUDGE, "Tue 2026-03-24 09:00 nudge to dana"]


ENDS = [
    case(
        "a discarded thank-you: no nudge, closed after ten working days",
        [TALK, deletes("2026-03-04 18:00", "dana")],
        [FIRST, "Wed 2026-03-18 closed"],
        until="2026-04-10",
        how="Wed 4 + (5 6 9 10 11 12 13 16 17 18) = Wed 18",
        because=["thank_you dana discarded"],
    ),
    case(
        "one thank-you discarded, the other sent: the other one is nudged",
        [
            talk("2026-03-04 15:00", "16:00", "dana", "kim"),
            deletes("2026-03-04 18:00", "dana"),
            sends("2026-03-04 18:30", "kim"),
        ],
        [*FIRST_BOTH, "Wed 2026-03-11 09:00 nudge to kim"],
        until="2026-03-12",
    ),
    case(
        "a discarded nudge: no more this round",
        [*THANKED, deletes("2026-03-11 10:00", "dana")],
        [FIRST, NUDGE],
        until="2026-05-01",
        because=["nudge dana discarded"],
    ),
    case(
        "a discarded nudge, and a new round: nudged again",
        [
            *THANKED,
            deletes("2026-03-11 10:00", "dana"),
            talk("2026-03-18 15:00", "16:00", "dana", seen="2026-03-16 09:00"),
            sends("2026-03-18 18:00", "dana"),
        ],
        [FIRST, NUDGE, "Wed 2026-03-18 16:45 thank_you to dana", "Wed 2026-03-25 09:00 nudge to dana"],
        until="2026-03-26",
    ),
    case(
        "four nudges in a process and no fifth in a third round",
        [
            *TWO,
            talk("2026-04-01 15:00", "16:00", "dana", seen="2026-03-30 09:00"),
            sends("2026-04-01 18:00", "dana"),
            sends("2026-04-14 10:00", "dana"),
            sends("2026-04-23 10:00", "dana"),
            talk("2026-04-29 15:00", "16:00", "dana", seen="2026-04-27 09:00"),
            sends("2026-04-29 18:00", "dana"),
        ],
        [
            *TWO_LINES,
            "Wed 2026-04-01 16:45 thank_you to dana",
            "Tue 2026-04-14 09:00 nudge to dana",
            "Thu 2026-04-23 09:00 nudge to dana",
            "Wed 2026-04-29 16:45 thank_you to dana",
        ],
        until="2026-06-12",
        how="Wed 1 + (2 [3 6] 7 8 9 10) = Fri 10 → Tue 14; + (15 16 17 20 21 22 23) = Thu 23: four",
    ),
    case(
        "a process that went quiet comes back with an interview",
        [
            *TWO,
            talk("2026-05-06 15:00", "16:00", "kim", seen="2026-05-01 09:00"),
            sends("2026-05-06 18:00", "kim"),
        ],
        [
            *TWO_LINES,
            "Thu 2026-04-09 closed",
            "Wed 2026-05-06 16:45 thank_you to kim",
            "Wed 2026-05-13 09:00 nudge to kim",
        ],
        until="2026-05-14",
        how="Wed 6 + (7 8 11 12 13) = Wed 13",
    ),
    case(
        "a process that went quiet and writes: answered, nothing more",
        [*TWO, answers("2026-04-20 10:00", "dana", to="dana")],
        [*TWO_LINES],
        until="2026-04-21",
        because=["process is answered"],
    ),
    case(
        "the nudge that nobody sent expires and stays in Drafts",
        THANKED,
        [FIRST, NUDGE],
        until="2026-04-30",
        how="Wed 11 + (12 13 16 17 18 19 20 23 24 25) = Wed 25",
        because=["nudge dana expired"],
    ),
    case(
        "the question about a panel of nine ends after ten working days",
        [
            talk(
                "2026-03-04 15:00", "16:00", "dana", "gary", "kim", "lee", "mia", "ned", "olga", "paul", "zoe"
            )
        ],
        ["Wed 2026-03-04 16:00 asks many"],
        until="2026-03-19 12:00",
        how="Wed 4 + (5 6 9 10 11 12 13 16 17 18) = Wed 18",
        because=["question many expired", "dana skipped"],
    ),
]


@pytest.mark.parametrize("row", ENDS)
def test_rounds_and_ends(row: tuple[object, ...], tmp_path: Path) -> None:
    live(tmp_path, row)
