"""Public holidays of both sides and quiet ranges. See etiquette.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from followupd.core.model import NudgePolicy, Organisation, QuietRange
from tests.cycle.etiquette import case, day, live, sends, talk
from tests.world import policy

NEW_YORK = policy(zone="America/New_York", country="US", region="")
BERLIN = policy(zone="Europe/Berlin", country="DE", region="")
YEAR_END = policy(nudges=NudgePolicy(quiet=(QuietRange(first=(0, 12, 24), last=(0, 1, 1)),)))
BAVARIAN = policy(
    organisations=(Organisation(name="Acme", domains=("acme.example",), country="DE", region="BY"),)
)


def row(name: str, date: str, nudge: str, how: str, zone: str = "", **more: object) -> object:
    """A talk at 15:00 with Dana, thanked at 18:00 that day; then one nudge, and nothing else before."""
    first = f"{day(date):%a} {date} 16:45 thank_you to dana"
    steps = [talk(f"{date} 15:00", "16:00", "dana", zone=zone), sends(f"{date} 18:00", "dana")]
    return case(name, steps, [first, f"{nudge} nudge to dana"], until=nudge.split()[1], how=how, **more)


HOLIDAYS = [
    row(
        "English Easter: Good Friday and Easter Monday do not count",
        "2026-03-30",
        "Wed 2026-04-08 09:00",
        "Mon 30 + (31 1 2 [3 6] 7 8) = Wed 8 Apr",
    ),
    row(
        "in Scotland Easter Monday counts",
        "2026-03-30",
        "Tue 2026-04-07 09:00",
        "Mon 30 + (31 1 2 [3] 6 7) = Tue 7 Apr",
        policy=policy(region="SCT"),
    ),
    row(
        "in Scotland it does not count when she sits in Berlin",
        "2026-03-30",
        "Wed 2026-04-08 08:00",
        "Mon 30 + (31 1 2 [3 6] 7 8) = Wed 8 Apr, 09:00 CEST = 08:00 BST",
        "Europe/Berlin",
        policy=policy(region="SCT"),
    ),
    row(
        "the English May Day alone",
        "2026-04-28",
        "Wed 2026-05-06 09:00",
        "Tue 28 + (29 30 1 [4] 5 6) = Wed 6 May",
    ),
    row(
        "the first of May in Berlin and the fourth in England",
        "2026-04-27",
        "Wed 2026-05-06 08:00",
        "Mon 27 + (28 29 30 [1 DE] [4 GB] 5 6) = Wed 6 May",
        "Europe/Berlin",
    ),
    row(
        "Ascension Day of hers",
        "2026-05-07",
        "Tue 2026-05-19 08:00",
        "Thu 7 + (8 11 12 13 [14] 15) = Fri 15 → Tue 19",
        "Europe/Berlin",
    ),
    row(
        "Ascension Day of mine",
        "2026-05-07",
        "Tue 2026-05-19 09:00",
        "Thu 7 + (8 11 12 13 [14] 15) = Fri 15 → Tue 19",
        policy=BERLIN,
    ),
    row(
        "Ascension Day of nobody's", "2026-05-07", "Thu 2026-05-14 09:00", "Thu 7 + (8 11 12 13 14) = Thu 14"
    ),
    row(
        "Corpus Christi of a company in Bavaria",
        "2026-05-28",
        "Tue 2026-06-09 08:00",
        "Thu 28 + (29 1 2 3 [4 BY] 5) = Fri 5 → Tue 9 Jun",
        "Europe/Berlin",
        policy=BAVARIAN,
    ),
    row(
        "Corpus Christi counts where only the zone is German",
        "2026-05-28",
        "Thu 2026-06-04 08:00",
        "Thu 28 + (29 1 2 3 4) = Thu 4 Jun: national holidays only",
        "Europe/Berlin",
    ),
    row(
        "Thanksgiving of hers",
        "2026-11-19",
        "Tue 2026-12-01 14:00",
        "Thu 19 + (20 23 24 25 [26] 27) = Fri 27 → Tue 1 Dec, 09:00 EST",
        "America/New_York",
    ),
    row(
        "Thanksgiving of mine, London at four in the morning",
        "2026-11-19",
        "Tue 2026-12-01 04:00",
        "Thu 19 + (20 23 24 25 [26] 27) = Fri 27 → Tue 1 Dec; 09–17 is 04–12 here: four hours of mine",
        "Europe/London",
        policy=NEW_YORK,
    ),
    row(
        "Thanksgiving of nobody's", "2026-11-19", "Thu 2026-11-26 09:00", "Thu 19 + (20 23 24 25 26) = Thu 26"
    ),
    row(
        "Juneteenth",
        "2026-06-15",
        "Tue 2026-06-23 09:00",
        "Mon 15 + (16 17 18 [19] 22 23) = Tue 23",
        policy=NEW_YORK,
    ),
    row(
        "the quiet days from 24 December to 1 January",
        "2026-12-17",
        "Tue 2027-01-05 09:00",
        "Thu 17 + (18 21 22 23 [24–1] 4) = Mon 4 Jan → Tue 5",
        policy=YEAR_END,
    ),
    row(
        "without quiet days Christmas Eve is a working day",
        "2026-12-17",
        "Thu 2026-12-24 09:00",
        "Thu 17 + (18 21 22 23 24) = Thu 24",
    ),
    row(
        "Christmas, and Boxing Day kept on Monday",
        "2026-12-22",
        "Thu 2026-12-31 09:00",
        "Tue 22 + (23 24 [25 28] 29 30 31) = Thu 31",
    ),
    row(
        "a quiet range named with its year",
        "2026-03-04",
        "Tue 2026-03-17 09:00",
        "Wed 4 + (5 6 [9 10] 11 12 13) = Fri 13 → Tue 17",
        policy=policy(nudges=NudgePolicy(quiet=(QuietRange(first=(2026, 3, 9), last=(2026, 3, 10)),))),
    ),
]


@pytest.mark.parametrize("row", HOLIDAYS)
def test_holidays(row: tuple[object, ...], tmp_path: Path) -> None:
    live(tmp_path, row)
