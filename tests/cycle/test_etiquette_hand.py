"""Reminders, and Sam's own hand. See etiquette.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from followupd.core.model import Folder
from tests.cycle.etiquette import (
    asleep,
    case,
    deletes,
    edits,
    live,
    says,
    sends,
    talk,
    writes,
)

TALK = talk("2026-03-04 15:00", "16:00", "dana")
FIRST = "Wed 2026-03-04 16:45 thank_you to dana"

REMINDERS = [
    case(
        "unsent: reminded twenty hours after the end, once",
        [TALK],
        [FIRST, "Thu 2026-03-05 12:00 reminder thank_you to dana"],
        until="2026-03-06 15:00",
    ),
    case(
        "unsent, replaced when it is late: still reminded once only",
        [TALK],
        [
            FIRST,
            "Thu 2026-03-05 12:00 reminder thank_you to dana",
            "Fri 2026-03-06 16:00 thank_you to dana replaced",
        ],
        until="2026-03-12",
    ),
    case(
        "sent: not reminded",
        [TALK, sends("2026-03-04 18:00", "dana")],
        [FIRST],
        also=("reminder",),
        until="2026-03-06",
    ),
    case(
        "in the quiet hours: at their start",
        [talk("2026-03-04 09:00", "10:00", "dana")],
        ["Wed 2026-03-04 10:45 thank_you to dana", "Wed 2026-03-04 21:00 reminder thank_you to dana"],
        until="2026-03-05",
        how="10:00 + 20 h = Thu 06:00 → Wed 21:00",
    ),
    case(
        "in the quiet hours, drafted after their start: at their end",
        [talk("2026-03-04 09:00", "10:00", "dana"), asleep("2026-03-04 10:30", "2026-03-04 23:00")],
        ["Wed 2026-03-04 23:00 thank_you to dana", "Thu 2026-03-05 08:00 reminder thank_you to dana"],
        until="2026-03-05",
    ),
    case(
        "just when the quiet hours are over",
        [talk("2026-03-04 11:00", "12:00", "dana")],
        ["Wed 2026-03-04 12:45 thank_you to dana", "Thu 2026-03-05 08:00 reminder thank_you to dana"],
        until="2026-03-05",
        how="12:00 + 20 h = 08:00",
    ),
    case(
        "a minute before the quiet hours are over: on the evening before",
        [talk("2026-03-04 11:00", "11:59", "dana")],
        ["Wed 2026-03-04 12:44 thank_you to dana", "Wed 2026-03-04 21:00 reminder thank_you to dana"],
        until="2026-03-05",
        how="11:59 + 20 h = 07:59 → Wed 21:00",
    ),
]

HAND = [
    case(
        "Sam's own mail to her comes before the draft: no draft",
        [TALK, writes("2026-03-04 16:20", "dana")],
        ["Wed 2026-03-11 09:00 nudge to dana"],
        until="2026-03-12",
        how="his own is the thank-you: Wed 4 + 5 = Wed 11",
    ),
    case(
        "Sam's own mail comes after the draft: withdrawn",
        [TALK, writes("2026-03-04 17:20", "dana")],
        [FIRST, "Wed 2026-03-04 17:20 thank_you to dana withdrawn"],
        until="2026-03-10",
    ),
    case(
        "Sam's own mail with her in Cc counts",
        [TALK, writes("2026-03-04 16:20", "kim", cc="dana@acme.example")],
        [],
        until="2026-03-06",
    ),
    case(
        "Sam's own mail before the end of the interview does not count",
        [TALK, writes("2026-03-04 15:30", "dana", subject="I am in the lobby")],
        [FIRST],
        until="2026-03-05",
    ),
    case(
        "Sam's own draft to her is the letter",
        [TALK, writes("2026-03-04 16:20", "dana", folder=Folder.DRAFTS)],
        [],
        until="2026-03-05",
    ),
    case(
        "an edited draft is not replaced when it is late",
        [TALK, edits("2026-03-04 18:00", "dana")],
        [FIRST],
        until="2026-03-12",
        because=["thank_you dana edited"],
    ),
    case(
        "an untouched draft is worded late after 48 hours, once",
        [TALK],
        [FIRST, "Fri 2026-03-06 16:00 thank_you to dana replaced"],
        until="2026-03-12",
    ),
    case(
        "unsent for fourteen days: expired, left alone",
        [TALK],
        [FIRST, "Fri 2026-03-06 16:00 thank_you to dana replaced"],
        until="2026-03-27",
        because=["thank_you dana expired"],
    ),
    case(
        "a deleted draft means no",
        [TALK, deletes("2026-03-04 18:00", "dana")],
        [FIRST],
        until="2026-03-12",
        because=["dana discarded"],
    ),
    case(
        "a deleted draft, and `again`",
        [TALK, deletes("2026-03-04 18:00", "dana"), says("2026-03-05 10:00", lambda o: o.again("dana"))],
        [FIRST, "Thu 2026-03-05 10:00 thank_you to dana"],
        until="2026-03-05",
    ),
]


@pytest.mark.parametrize("row", REMINDERS)
def test_reminders(row: tuple[object, ...], tmp_path: Path) -> None:
    live(tmp_path, row)


@pytest.mark.parametrize("row", HAND)
def test_the_users_hand(row: tuple[object, ...], tmp_path: Path) -> None:
    live(tmp_path, row)
