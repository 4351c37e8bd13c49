"""Events that move or vanish. See etiquette.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from followupd.core.model import Attendee, PartStat
from tests.cycle.etiquette import (
    cancelled,
    case,
    changed,
    deletes,
    edits,
    live,
    me,
    moved,
    removed,
    sends,
    talk,
)

TALK = talk("2026-03-04 15:00", "16:00", "dana")
FIRST = "Wed 2026-03-04 16:45 thank_you to dana"

MOVES = [
    case(
        "moved two days later before it began",
        [TALK, moved("2026-03-03 12:00", "2026-03-04", "2026-03-06 15:00", "16:00")],
        ["Fri 2026-03-06 16:45 thank_you to dana"],
        until="2026-03-07",
    ),
    case(
        "moved to the day before",
        [
            talk("2026-03-05 15:00", "16:00", "dana"),
            moved("2026-03-03 18:00", "2026-03-05", "2026-03-04 10:00", "11:00"),
        ],
        ["Wed 2026-03-04 11:45 thank_you to dana"],
        until="2026-03-06 10:00",
    ),
    case(
        "moved to a time that has passed already: at once",
        [
            talk("2026-03-05 15:00", "16:00", "dana"),
            moved("2026-03-04 14:00", "2026-03-05", "2026-03-04 10:00", "11:00"),
        ],
        ["Wed 2026-03-04 14:00 thank_you to dana"],
        until="2026-03-05",
    ),
    case(
        "it ran over: the end alone is moved before the draft",
        [TALK, moved("2026-03-04 16:10", "2026-03-04", "2026-03-04 15:00", "16:30")],
        ["Wed 2026-03-04 17:15 thank_you to dana"],
        until="2026-03-05",
    ),
    case(
        "the end alone is moved after the draft: it stays",
        [TALK, moved("2026-03-04 17:00", "2026-03-04", "2026-03-04 15:00", "16:30")],
        [FIRST],
        until="2026-03-05",
    ),
    case(
        "moved two days later when the draft lay there untouched: owed at the new end",
        [TALK, moved("2026-03-04 17:00", "2026-03-04", "2026-03-06 15:00", "16:00")],
        [FIRST, "Wed 2026-03-04 17:00 thank_you to dana withdrawn", "Fri 2026-03-06 16:45 thank_you to dana"],
        until="2026-03-07",
    ),
    case(
        "moved two days later when the draft was edited: it is the letter",
        [
            TALK,
            edits("2026-03-04 16:50", "dana"),
            moved("2026-03-04 17:10", "2026-03-04", "2026-03-06 15:00", "16:00"),
        ],
        [FIRST],
        until="2026-03-08",
    ),
    case(
        "moved two days later when the draft was thrown away: owed anew",
        [
            TALK,
            deletes("2026-03-04 16:50", "dana"),
            moved("2026-03-05 09:00", "2026-03-04", "2026-03-06 15:00", "16:00"),
        ],
        [FIRST, "Fri 2026-03-06 16:45 thank_you to dana"],
        until="2026-03-07",
    ),
    case(
        "moved to the evening when the draft was thrown away: it stays so",
        [
            TALK,
            deletes("2026-03-04 16:50", "dana"),
            moved("2026-03-04 17:40", "2026-03-04", "2026-03-04 19:00", "20:00"),
        ],
        [FIRST],
        until="2026-03-06",
    ),
    case(
        "moved two days later when the letter was sent: a later talk with its own",
        [
            TALK,
            sends("2026-03-04 17:00", "dana"),
            moved("2026-03-04 18:00", "2026-03-04", "2026-03-06 15:00", "16:00"),
        ],
        [FIRST, "Fri 2026-03-06 16:45 thank_you to dana"],
        until="2026-03-07",
    ),
    case(
        "cancelled before it began",
        [TALK, cancelled("2026-03-03 12:00", "2026-03-04")],
        [],
        until="2026-03-06",
        because=["cancelled"],
    ),
    case(
        "gone from a calendar that shows another event",
        [
            TALK,
            talk("2026-03-20 15:00", "16:00", "gary@globex.example"),
            removed("2026-03-03 12:00", "2026-03-04"),
        ],
        [],
        until="2026-03-06",
    ),
    case(
        "cancelled after its start, no draft yet: asked",
        [TALK, cancelled("2026-03-04 15:30", "2026-03-04")],
        [],
        until="2026-03-06",
        because=["question cancelled open"],
    ),
    case(
        "cancelled after the draft: told, and the draft stays",
        [TALK, cancelled("2026-03-04 17:00", "2026-03-04")],
        [FIRST],
        until="2026-03-05",
        because=["told cancel"],
    ),
    case(
        "a person taken off the list before the end is not thanked",
        [
            talk("2026-03-04 15:00", "16:00", "dana", "kim"),
            changed(
                "2026-03-04 14:00",
                "2026-03-04",
                attendees=(me(PartStat.ACCEPTED), Attendee("kim@acme.example", "Kim")),
            ),
        ],
        ["Wed 2026-03-04 16:45 thank_you to kim"],
        until="2026-03-05",
    ),
]


@pytest.mark.parametrize("row", MOVES)
def test_events_that_move_or_vanish(row: tuple[object, ...], tmp_path: Path) -> None:
    live(tmp_path, row)
