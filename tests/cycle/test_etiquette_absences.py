"""A promised date and people who are away. See etiquette.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cycle.etiquette import away, case, day, live, says, sends, talk

TALK = talk("2026-03-04 15:00", "16:00", "dana")
THANKED = [TALK, sends("2026-03-04 18:00", "dana")]
FIRST = "Wed 2026-03-04 16:45 thank_you to dana"
BOTH = [talk("2026-03-04 15:00", "16:00", "dana", "kim"), sends("2026-03-04 18:00", "dana", "kim")]
FIRST_BOTH = [FIRST, "Wed 2026-03-04 16:45 thank_you to kim"]


def row(name: str, date: str, nudge: str, how: str, zone: str = "", **more: object) -> object:
    """A talk at 15:00 with Dana, thanked at 18:00 that day; then one nudge, and nothing else before."""
    first = f"{day(date):%a} {date} 16:45 thank_you to dana"
    steps = [talk(f"{date} 15:00", "16:00", "dana", zone=zone), sends(f"{date} 18:00", "dana")]
    return case(name, steps, [first, f"{nudge} nudge to dana"], until=nudge.split()[1], how=how, **more)


DECIDE = [
    case(
        "they decide by Friday 13 March: the third working day after",
        [*THANKED, says("2026-03-05 10:00", lambda o: o.decide("acme", day("2026-03-13")))],
        [FIRST, "Wed 2026-03-18 09:00 nudge to dana"],
        until="2026-03-20",
        how="Fri 13 + (16 17 18) = Wed 18",
    ),
    case(
        "they decide soon: the ladder is later and rules",
        [*THANKED, says("2026-03-05 10:00", lambda o: o.decide("acme", day("2026-03-06")))],
        [FIRST, "Wed 2026-03-11 09:00 nudge to dana"],
        until="2026-03-13",
        how="Fri 6 + (9 10 11) = Wed 11 = Wed 4 + (5 6 9 10 11)",
    ),
    case(
        "they decide on Maundy Thursday: Easter does not count",
        [*THANKED, says("2026-03-05 10:00", lambda o: o.decide("acme", day("2026-04-02")))],
        [FIRST, "Thu 2026-04-09 09:00 nudge to dana"],
        until="2026-04-10",
        how="Thu 2 + ([3 6] 7 8 9) = Thu 9 Apr",
    ),
    case(
        "the date comes after the nudge lay in Drafts for an hour: it waits again",
        [*THANKED, says("2026-03-11 10:00", lambda o: o.decide("acme", day("2026-03-20")))],
        [
            FIRST,
            "Wed 2026-03-11 09:00 nudge to dana",
            "Wed 2026-03-11 10:00 nudge to dana withdrawn",
            "Wed 2026-03-25 09:00 nudge to dana",
        ],
        until="2026-03-27",
        how="Fri 20 + (23 24 25) = Wed 25",
    ),
]

ABSENT = [
    case(
        "back on a Monday: two working days later",
        [
            *THANKED,
            away("2026-03-04 18:01", "dana", "I am out of the office and will be back on 16 March 2026."),
        ],
        [FIRST, "Wed 2026-03-18 09:00 nudge to dana"],
        until="2026-03-20",
        how="Mon 16 + (17 18) = Wed 18",
    ),
    case(
        "away until a Friday: back on Monday",
        [*THANKED, away("2026-03-04 18:01", "dana", "I am out of the office until 13 March 2026.")],
        [FIRST, "Wed 2026-03-18 09:00 nudge to dana"],
        until="2026-03-20",
        how="until Fri 13 → back Mon 16 + (17 18) = Wed 18",
    ),
    case(
        "away until Maundy Thursday: Easter is no working day",
        [
            talk("2026-03-25 15:00", "16:00", "dana"),
            sends("2026-03-25 18:00", "dana"),
            away("2026-03-25 18:01", "dana", "I am out of the office until 2 April 2026."),
        ],
        ["Wed 2026-03-25 16:45 thank_you to dana", "Thu 2026-04-09 09:00 nudge to dana"],
        until="2026-04-10",
        how="until Thu 2 → back Tue 7 ([3 6]) + (8 9) = Thu 9",
    ),
    case(
        "back before the nudge is due: its own day",
        [
            *THANKED,
            away("2026-03-04 18:01", "dana", "I am out of the office and will be back on 9 March 2026."),
        ],
        [FIRST, "Wed 2026-03-11 09:00 nudge to dana"],
        until="2026-03-13",
        how="Mon 9 + (10 11) = Wed 11, its own day too",
    ),
    case(
        "away with no date: five working days more, once",
        [
            *THANKED,
            away("2026-03-04 18:01", "dana", "I am currently out of the office with no access to e-mail."),
        ],
        [FIRST, "Wed 2026-03-18 09:00 nudge to dana"],
        until="2026-03-27",
        how="Wed 11 + (12 13 16 17 18) = Wed 18",
    ),
    case(
        "away until June: the other one who was thanked is nudged on the day",
        [*BOTH, away("2026-03-04 18:01", "dana", "I am on leave and will be back in June.")],
        [*FIRST_BOTH, "Wed 2026-03-11 09:00 nudge to kim"],
        until="2026-03-27",
        how="Mon 1 June is more than ten working days after Wed 11 March",
    ),
    case(
        "away until June, and nobody else was thanked: the second day after",
        [*THANKED, away("2026-03-04 18:01", "dana", "I am on leave and will be back in June.")],
        [FIRST, "Wed 2026-06-03 09:00 nudge to dana"],
        until="2026-06-04",
        how="first working day of June = Mon 1, + (2 3) = Wed 3",
    ),
    case(
        "back exactly ten working days after the nudge's day: she is waited for",
        [
            *BOTH,
            away("2026-03-04 18:01", "dana", "I am out of the office and will be back on 25 March 2026."),
        ],
        [*FIRST_BOTH, "Tue 2026-03-31 09:00 nudge to dana"],
        until="2026-04-01",
        how="Wed 11 + (12 13 16 17 18 19 20 23 24 25) = Wed 25, the tenth; + (26 27) = Fri 27 → Tue 31",
    ),
    case(
        "back eleven working days after: the other one",
        [
            *BOTH,
            away("2026-03-04 18:01", "dana", "I am out of the office and will be back on 26 March 2026."),
        ],
        [*FIRST_BOTH, "Wed 2026-03-11 09:00 nudge to kim"],
        until="2026-03-20",
        how="Thu 26 is the eleventh working day after Wed 11",
    ),
    case(
        "an absence told in answer to the first nudge delays the second",
        [
            *THANKED,
            sends("2026-03-11 10:00", "dana"),
            away("2026-03-11 10:01", "dana", "I am out of the office and will be back on 24 March 2026."),
        ],
        [FIRST, "Wed 2026-03-11 09:00 nudge to dana", "Thu 2026-03-26 09:00 nudge to dana"],
        until="2026-03-27",
        how="own day Fri 20; back Tue 24 + (25 26) = Thu 26",
    ),
    case(
        "the absence of somebody who would not be nudged delays nothing",
        [*BOTH, away("2026-03-04 18:01", "kim", "I am out of the office and will be back on 16 March 2026.")],
        [*FIRST_BOTH, "Wed 2026-03-11 09:00 nudge to dana"],
        until="2026-03-13",
        how="same talk, same moment: dana comes before kim by address",
    ),
    case(
        "away until June, no date of the other one either: five working days more for the other",
        [
            *BOTH,
            away("2026-03-04 18:01", "dana", "I am on leave and will be back in June."),
            away("2026-03-04 18:02", "kim", "I am currently out of the office with no access to e-mail."),
        ],
        [*FIRST_BOTH, "Wed 2026-03-18 09:00 nudge to kim"],
        until="2026-03-20",
        how="the other one's absence delays her own nudge: Wed 11 + 5 = Wed 18",
    ),
]


@pytest.mark.parametrize("row", DECIDE)
def test_a_promised_date(row: tuple[object, ...], tmp_path: Path) -> None:
    live(tmp_path, row)


@pytest.mark.parametrize("row", ABSENT)
def test_absences(row: tuple[object, ...], tmp_path: Path) -> None:
    live(tmp_path, row)
