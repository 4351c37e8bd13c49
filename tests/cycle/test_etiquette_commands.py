"""What Sam says. See etiquette.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cycle.etiquette import (
    case,
    day,
    live,
    says,
    sends,
    talk,
)

TALK = talk("2026-03-04 15:00", "16:00", "dana")
THANKED = [TALK, sends("2026-03-04 18:00", "dana")]
FIRST = "Wed 2026-03-04 16:45 thank_you to dana"
NUDGE = "Wed 2026-03-11 09:00 nudge to dana"


COMMANDS = [
    case(
        "`stop` after the thank-you: no nudge",
        [*THANKED, says("2026-03-05 10:00", lambda o: o.stop("acme", "rejected"))],
        [FIRST],
        until="2026-04-10",
        because=["closed rejected"],
    ),
    case(
        "`stop` withdraws an untouched draft",
        [TALK, says("2026-03-04 18:00", lambda o: o.stop("acme", "withdrawn"))],
        [FIRST, "Wed 2026-03-04 18:00 thank_you to dana withdrawn"],
        until="2026-03-20",
    ),
    case(
        "`stop`, then `resume` when the day has passed: the next window",
        [
            *THANKED,
            says("2026-03-05 10:00", lambda o: o.stop("acme", "other")),
            says("2026-03-13 10:00", lambda o: o.resume("acme")),
        ],
        [FIRST, "Tue 2026-03-17 09:00 nudge to dana"],
        until="2026-03-18",
    ),
    case(
        "a process that was stopped stays so when an interview comes: told",
        [
            *THANKED,
            says("2026-03-05 10:00", lambda o: o.stop("acme", "rejected")),
            talk("2026-03-18 15:00", "16:00", "kim", seen="2026-03-16 09:00"),
        ],
        [FIRST],
        until="2026-03-20",
        because=["closed rejected"],
    ),
    case(
        "`snooze` until a Wednesday: that Wednesday",
        [*THANKED, says("2026-03-05 10:00", lambda o: o.snooze("acme", day("2026-03-18")))],
        [FIRST, "Wed 2026-03-18 09:00 nudge to dana"],
        until="2026-03-19",
    ),
    case(
        "`snooze` until a Friday: the Tuesday after",
        [*THANKED, says("2026-03-05 10:00", lambda o: o.snooze("acme", day("2026-03-20")))],
        [FIRST, "Tue 2026-03-24 09:00 nudge to dana"],
        until="2026-03-25",
    ),
    case(
        "`pause`: nothing new before that day",
        [TALK, says("2026-03-04 12:00", lambda o: o.pause(day("2026-03-06")))],
        ["Fri 2026-03-06 00:00 thank_you to dana"],
        until="2026-03-06 15:00",
    ),
    case(
        "`pause` over the nudge's day: the next window",
        [*THANKED, says("2026-03-10 12:00", lambda o: o.pause(day("2026-03-13")))],
        [FIRST, "Tue 2026-03-17 09:00 nudge to dana"],
        until="2026-03-18",
    ),
    case(
        "`skip` of the interview",
        [TALK, says("2026-03-04 12:00", lambda o: o.skip("Interview"))],
        [],
        until="2026-03-06",
        because=["skip"],
    ),
    case(
        "`skip` of a person: the other is thanked and nudged",
        [
            talk("2026-03-04 15:00", "16:00", "dana", "kim"),
            says("2026-03-04 12:00", lambda o: o.skip("dana")),
            sends("2026-03-04 18:00", "kim"),
        ],
        ["Wed 2026-03-04 16:45 thank_you to kim", "Wed 2026-03-11 09:00 nudge to kim"],
        until="2026-03-12",
    ),
    case(
        "thanked by phone: the draft goes, the nudge comes without a thread",
        [TALK, says("2026-03-04 18:00", lambda o: o.sent("dana", "phone"))],
        [FIRST, "Wed 2026-03-04 18:00 thank_you to dana withdrawn", NUDGE],
        until="2026-03-12",
        because=["nudge dana drafted without thread"],
    ),
    case(
        "thanked by hand in the evening before the draft's replacement",
        [TALK, says("2026-03-05 18:00", lambda o: o.sent("dana", "hand"))],
        [FIRST, "Thu 2026-03-05 18:00 thank_you to dana withdrawn", "Thu 2026-03-12 09:00 nudge to dana"],
        until="2026-03-13",
        how="Thu 5 + (6 9 10 11 12) = Thu 12",
        because=["nudge dana drafted without thread"],
    ),
]


@pytest.mark.parametrize("row", COMMANDS)
def test_commands(row: tuple[object, ...], tmp_path: Path) -> None:
    live(tmp_path, row)
