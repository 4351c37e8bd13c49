"""Whom to nudge, and interviews that lie ahead. See etiquette.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cycle.etiquette import (
    away,
    bounces,
    cancelled,
    case,
    edits,
    live,
    sends,
    talk,
    writes,
)

TALK = talk("2026-03-04 15:00", "16:00", "dana")
THANKED = [TALK, sends("2026-03-04 18:00", "dana")]
FIRST = "Wed 2026-03-04 16:45 thank_you to dana"
NUDGE = "Wed 2026-03-11 09:00 nudge to dana"
BOTH = [talk("2026-03-04 15:00", "16:00", "dana", "kim"), sends("2026-03-04 18:00", "dana", "kim")]
FIRST_BOTH = [FIRST, "Wed 2026-03-04 16:45 thank_you to kim"]


GONE = [
    case(
        "a bounce: the next thanked person",
        [*BOTH, bounces("2026-03-04 18:02", "dana")],
        [*FIRST_BOTH, "Wed 2026-03-11 09:00 nudge to kim"],
        until="2026-03-12",
        because=["dana bounced"],
    ),
    case(
        "a bounce, and nobody else was thanked: no nudge",
        [*THANKED, bounces("2026-03-04 18:02", "dana")],
        [FIRST],
        until="2026-03-27",
        because=["dana bounced"],
    ),
    case(
        "she left the company: the next thanked person",
        [
            *BOTH,
            away("2026-03-04 18:02", "dana", "I no longer work at Acme. Please write to jobs@acme.example."),
        ],
        [*FIRST_BOTH, "Wed 2026-03-11 09:00 nudge to kim"],
        until="2026-03-12",
    ),
    case(
        "the first nudge bounces: the second goes to the other one",
        [*BOTH, sends("2026-03-11 10:00", "dana"), bounces("2026-03-11 10:02", "dana")],
        [*FIRST_BOTH, NUDGE, "Tue 2026-03-24 09:00 nudge to kim"],
        until="2026-03-27",
        how="Wed 11 + (12 13 16 17 18 19 20) = Fri 20 → Tue 24",
    ),
    case(
        "a recruiter is nudged before the interviewers",
        [
            talk("2026-03-04 15:00", "16:00", "dana", "recruiting@acme.example"),
            sends("2026-03-04 18:00", "dana", "recruiting"),
        ],
        [FIRST, "Wed 2026-03-04 16:45 thank_you to recruiting", "Wed 2026-03-11 09:00 nudge to recruiting"],
        until="2026-03-12",
    ),
    case(
        "the organiser is nudged before the interviewers",
        [
            talk("2026-03-04 15:00", "16:00", "dana", organizer="rita"),
            sends("2026-03-04 18:00", "dana", "rita"),
        ],
        [FIRST, "Wed 2026-03-04 16:45 thank_you to rita", "Wed 2026-03-11 09:00 nudge to rita"],
        until="2026-03-12",
    ),
    case(
        "among interviewers of one talk the one who was thanked first",
        [
            talk("2026-03-04 15:00", "16:00", "dana", "kim"),
            sends("2026-03-04 17:00", "kim"),
            sends("2026-03-04 18:00", "dana"),
        ],
        [*FIRST_BOTH, "Wed 2026-03-11 09:00 nudge to kim"],
        until="2026-03-12",
    ),
]

AHEAD = [
    case(
        "an interview ahead blocks the nudge, which follows the interview",
        [
            *THANKED,
            talk("2026-03-12 15:00", "16:00", "kim", seen="2026-03-10 09:00"),
            sends("2026-03-12 18:00", "kim"),
        ],
        [FIRST, "Thu 2026-03-12 16:45 thank_you to kim", "Thu 2026-03-19 09:00 nudge to kim"],
        until="2026-03-20",
        how="Thu 12 + (13 16 17 18 19) = Thu 19",
    ),
    case(
        "an interview ahead withdraws an untouched nudge",
        [*THANKED, talk("2026-03-18 15:00", "16:00", "kim", seen="2026-03-11 12:00")],
        [FIRST, NUDGE, "Wed 2026-03-11 12:00 nudge to dana withdrawn"],
        until="2026-03-18 16:00",
    ),
    case(
        "an interview ahead leaves an edited nudge",
        [
            *THANKED,
            edits("2026-03-11 09:30", "dana"),
            talk("2026-03-18 15:00", "16:00", "kim", seen="2026-03-11 12:00"),
        ],
        [FIRST, NUDGE],
        until="2026-03-18 16:00",
        because=["nudge dana edited"],
    ),
    case(
        "a later interview that is cancelled sets the base date",
        [
            *THANKED,
            talk("2026-03-17 15:00", "16:00", "kim", seen="2026-03-06 09:00"),
            cancelled("2026-03-12 14:00", "2026-03-17"),
        ],
        [FIRST, "Thu 2026-03-19 09:00 nudge to dana"],
        until="2026-03-20",
        how="Thu 12 + (13 16 17 18 19) = Thu 19",
    ),
    case(
        "Sam's own letter to the company moves the nudge",
        [*THANKED, writes("2026-03-09 10:00", "kim", subject="My references")],
        [FIRST, "Tue 2026-03-17 09:00 nudge to dana"],
        until="2026-03-18",
        how="Mon 9 + (10 11 12 13 16) = Mon 16 → Tue 17",
    ),
]


@pytest.mark.parametrize("row", GONE)
def test_whom_to_nudge(row: tuple[object, ...], tmp_path: Path) -> None:
    live(tmp_path, row)


@pytest.mark.parametrize("row", AHEAD)
def test_an_interview_ahead(row: tuple[object, ...], tmp_path: Path) -> None:
    live(tmp_path, row)
