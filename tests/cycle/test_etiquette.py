"""The ladder of letters on the calendars of 2026 and 2027: waits, windows, holidays, zones.

How to read a row: tests/cycle/etiquette.py. Dates are worked out by hand: "Wed 4 + (5 6 9 10 11)"
lists the working days counted after Wed 4; [3 6] are days that do not count.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from followupd.core.model import NudgePolicy
from tests.cycle.etiquette import asleep, case, live, sends, talk
from tests.world import policy

NEW_YORK = policy(zone="America/New_York", country="US", region="")

TALK = talk("2026-03-04 15:00", "16:00", "dana")
THANKED = [TALK, sends("2026-03-04 18:00", "dana")]
FIRST = "Wed 2026-03-04 16:45 thank_you to dana"


def ladder(start: str, sent: str, zone: str = "", **more: object) -> list[object]:
    """A talk of an hour at 15:00 that day with Dana, thanked at a moment."""
    return [talk(f"{start} 15:00", "16:00", "dana", zone=zone, **more), sends(sent, "dana")]


LADDER = [
    case(
        "the example of etiquette.md: thanked on Thursday, two nudges, closed",
        [
            TALK,
            sends("2026-03-05 13:00", "dana"),
            sends("2026-03-12 10:00", "dana"),
            sends("2026-03-24 10:00", "dana"),
        ],
        [
            FIRST,
            "Thu 2026-03-05 12:00 reminder thank_you to dana",
            "Thu 2026-03-12 09:00 nudge to dana",
            "Tue 2026-03-24 09:00 nudge to dana",
            "Thu 2026-04-09 closed",
        ],
        until="2026-04-20",
        how="Thu 5 + (6 9 10 11 12) = Thu 12; + (13 16 17 18 19 20 23) = Mon 23 → Tue 24; "
        "Tue 24 + (25 26 27 30 31 1 2 [3 6 Easter] 7 8 9) = Thu 9 Apr",
        because=["process closed"],
    ),
    case(
        "thanked the same evening: first nudge on the next Wednesday, not on the day counted itself",
        THANKED,
        [FIRST, "Wed 2026-03-11 09:00 nudge to dana"],
        until="2026-03-20",
        how="Wed 4 + (5 6 9 10 11) = Wed 11",
    ),
    case(
        "the second nudge waits seven working days after the first was sent",
        [*THANKED, sends("2026-03-11 10:00", "dana")],
        [FIRST, "Wed 2026-03-11 09:00 nudge to dana", "Tue 2026-03-24 09:00 nudge to dana"],
        until="2026-03-31",
        how="Wed 11 + (12 13 16 17 18 19 20) = Fri 20 → Tue 24",
    ),
    case(
        "a first nudge that was sent two days late moves the second",
        [*THANKED, sends("2026-03-13 16:00", "dana")],
        [FIRST, "Wed 2026-03-11 09:00 nudge to dana", "Tue 2026-03-24 09:00 nudge to dana"],
        until="2026-03-31",
        how="Fri 13 + (16 17 18 19 20 23 24) = Tue 24",
    ),
    case(
        "a Monday is no day for a nudge: Tuesday",
        ladder("2026-03-02", "2026-03-02 18:00"),
        ["Mon 2026-03-02 16:45 thank_you to dana", "Tue 2026-03-10 09:00 nudge to dana"],
        until="2026-03-16",
        how="Mon 2 + (3 4 5 6 9) = Mon 9 → Tue 10",
    ),
    case(
        "an interview on Friday evening: thank-you the same evening, nudge on the Tuesday after next",
        [talk("2026-03-06 17:30", "18:30", "dana"), sends("2026-03-06 20:00", "dana")],
        ["Fri 2026-03-06 19:15 thank_you to dana", "Tue 2026-03-17 09:00 nudge to dana"],
        until="2026-03-20",
        how="Fri 6 + (9 10 11 12 13) = Fri 13 → Tue 17",
    ),
    case(
        "thanked on Saturday: the weekend does not count",
        [talk("2026-03-06 17:30", "18:30", "dana"), sends("2026-03-07 12:00", "dana")],
        ["Fri 2026-03-06 19:15 thank_you to dana", "Tue 2026-03-17 09:00 nudge to dana"],
        until="2026-03-20",
        how="Sat 7 + (9 10 11 12 13) = Fri 13 → Tue 17",
    ),
    case(
        "two nudges and no third in the round",
        [*THANKED, sends("2026-03-11 10:00", "dana"), sends("2026-03-24 10:00", "dana")],
        [FIRST, "Wed 2026-03-11 09:00 nudge to dana", "Tue 2026-03-24 09:00 nudge to dana"],
        until="2026-06-01",
    ),
    case(
        "one nudge where the config wants one",
        [*THANKED, sends("2026-03-11 10:00", "dana")],
        [FIRST, "Wed 2026-03-11 09:00 nudge to dana"],
        policy=policy(nudges=NudgePolicy(at_most=1)),
        until="2026-05-01",
    ),
    case(
        "no nudge where the config wants none",
        THANKED,
        [FIRST],
        policy=policy(nudges=NudgePolicy(at_most=0)),
        until="2026-05-01",
    ),
    case(
        "no second nudge while the first lies unsent",
        THANKED,
        [FIRST, "Wed 2026-03-11 09:00 nudge to dana"],
        until="2026-06-01",
        how="Wed 11 + (12 13 16 17 18 19 20 23 24 25): expired by Wed 25, and no other follows",
        because=["nudge dana expired"],
    ),
]

SLEEP = [
    case(
        "asleep through the window, awake at two: the same day",
        [*THANKED, asleep("2026-03-11 08:00", "2026-03-11 14:00")],
        [FIRST, "Wed 2026-03-11 14:00 nudge to dana"],
        until="2026-03-13",
    ),
    case(
        "awake a minute before five: the same day",
        [*THANKED, asleep("2026-03-11 08:00", "2026-03-11 16:59")],
        [FIRST, "Wed 2026-03-11 16:59 nudge to dana"],
        until="2026-03-13",
    ),
    case(
        "awake at five: the next window",
        [*THANKED, asleep("2026-03-11 08:00", "2026-03-11 17:00")],
        [FIRST, "Thu 2026-03-12 09:00 nudge to dana"],
        until="2026-03-13",
    ),
    case(
        "asleep from Wednesday until Thursday evening: Tuesday",
        [*THANKED, asleep("2026-03-11 08:00", "2026-03-12 18:00")],
        [FIRST, "Tue 2026-03-17 09:00 nudge to dana"],
        until="2026-03-18",
    ),
    case(
        "awake on a Friday: Tuesday",
        [*THANKED, asleep("2026-03-11 08:00", "2026-03-13 10:00")],
        [FIRST, "Tue 2026-03-17 09:00 nudge to dana"],
        until="2026-03-18",
    ),
    case(
        "awake on the day before dawn: at nine",
        [*THANKED, asleep("2026-03-10 08:00", "2026-03-11 05:00")],
        [FIRST, "Wed 2026-03-11 09:00 nudge to dana"],
        until="2026-03-13",
    ),
    case(
        "five in the evening is the recipient's five: noon in New York",
        [
            *ladder("2026-04-08", "2026-04-08 18:00", "America/New_York"),
            asleep("2026-04-15 13:00", "2026-04-15 21:30"),
        ],
        ["Wed 2026-04-08 16:45 thank_you to dana", "Wed 2026-04-15 21:30 nudge to dana"],
        until="2026-04-16",
        how="Wed 8 + (9 10 13 14 15) = Wed 15, 21:30 in London is 16:30 in New York",
    ),
]

CLOCKS = [
    case(
        "clocks go forward in London while the nudge waits",
        ladder("2026-03-24", "2026-03-24 18:00"),
        ["Tue 2026-03-24 16:45 thank_you to dana", "Tue 2026-03-31 09:00 nudge to dana"],
        until="2026-04-02",
        how="Tue 24 + (25 26 27 30 31) = Tue 31, nine in summer time",
    ),
    case(
        "clocks go back in London while the nudge waits",
        ladder("2026-10-20", "2026-10-20 18:00"),
        ["Tue 2026-10-20 16:45 thank_you to dana", "Tue 2026-10-27 09:00 nudge to dana"],
        until="2026-10-29",
        how="Tue 20 + (21 22 23 26 27) = Tue 27, nine in winter time",
    ),
    case(
        "clocks go forward in New York while the nudge waits",
        ladder("2026-03-04", "2026-03-04 18:00"),
        [FIRST, "Wed 2026-03-11 09:00 nudge to dana"],
        policy=NEW_YORK,
        until="2026-03-13",
        how="Wed 4 + (5 6 9 10 11) = Wed 11, clocks change on Sun 8",
    ),
    case(
        "clocks go back in New York while the nudge waits",
        ladder("2026-10-28", "2026-10-28 18:00"),
        ["Wed 2026-10-28 16:45 thank_you to dana", "Wed 2026-11-04 09:00 nudge to dana"],
        policy=NEW_YORK,
        until="2026-11-06",
        how="Wed 28 + (29 30 2 3 4) = Wed 4 Nov, clocks change on Sun 1",
    ),
    case(
        "a call in the night in which London's clocks go forward: 45 minutes are 45 minutes",
        [talk("2026-03-29 00:00", "00:30", "dana"), sends("2026-03-29 10:00", "dana")],
        ["Sun 2026-03-29 02:15 thank_you to dana"],
        until="2026-03-31",
        how="00:30 + 45 min = 01:15 GMT = 02:15 BST",
    ),
    case(
        "a call in the night in which London's clocks go back",
        [talk("2026-10-25 01:00", "01:30", "dana"), sends("2026-10-25 10:00", "dana")],
        ["Sun 2026-10-25 01:15 thank_you to dana"],
        until="2026-10-27",
        how="01:30 BST = 00:30 UTC, + 45 min = 01:15 UTC = 01:15 GMT",
    ),
    case(
        "a call in the night in which New York's clocks go forward",
        [talk("2026-03-08 01:00", "01:30", "dana"), sends("2026-03-08 10:00", "dana")],
        ["Sun 2026-03-08 03:15 thank_you to dana"],
        policy=NEW_YORK,
        until="2026-03-09",
        how="01:30 EST + 45 min = 02:15 EST = 03:15 EDT",
    ),
    case(
        "New York is four hours away for three weeks in March",
        ladder("2026-03-11", "2026-03-11 18:00", "America/New_York"),
        ["Wed 2026-03-11 16:45 thank_you to dana", "Wed 2026-03-18 13:00 nudge to dana"],
        until="2026-03-19",
        how="Wed 11 + (12 13 16 17 18) = Wed 18, 09:00 EDT = 13:00 GMT",
    ),
    case(
        "New York is four hours away for a week in autumn",
        ladder("2026-10-20", "2026-10-20 18:00", "America/New_York"),
        ["Tue 2026-10-20 16:45 thank_you to dana", "Tue 2026-10-27 13:00 nudge to dana"],
        until="2026-10-29",
        how="Tue 20 + (21 22 23 26 27) = Tue 27, 09:00 EDT = 13:00 GMT",
    ),
    case(
        "New York is five hours away in April",
        ladder("2026-04-08", "2026-04-08 18:00", "America/New_York"),
        ["Wed 2026-04-08 16:45 thank_you to dana", "Wed 2026-04-15 14:00 nudge to dana"],
        until="2026-04-16",
        how="Wed 8 + (9 10 13 14 15) = Wed 15, 09:00 EDT = 14:00 BST",
    ),
    case(
        "twenty hours over the change of clocks are twenty hours",
        [talk("2026-03-28 15:00", "16:00", "dana"), sends("2026-03-29 18:00", "dana")],
        ["Sat 2026-03-28 16:45 thank_you to dana", "Sun 2026-03-29 13:00 reminder thank_you to dana"],
        until="2026-03-30",
        how="Sat 16:00 GMT + 20 h = Sun 12:00 GMT = 13:00 BST",
    ),
]


@pytest.mark.parametrize("row", LADDER)
def test_ladder(row: tuple[object, ...], tmp_path: Path) -> None:
    live(tmp_path, row)


@pytest.mark.parametrize("row", SLEEP)
def test_a_laptop_that_sleeps(row: tuple[object, ...], tmp_path: Path) -> None:
    live(tmp_path, row)


@pytest.mark.parametrize("row", CLOCKS)
def test_clocks_that_change(row: tuple[object, ...], tmp_path: Path) -> None:
    live(tmp_path, row)
