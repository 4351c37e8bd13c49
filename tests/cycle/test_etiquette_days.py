"""Talks of a day, and agencies. See etiquette.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from followupd.core.model import (
    PeopleRules,
)
from tests.cycle.etiquette import (
    case,
    live,
    says,
    sends,
    talk,
)
from tests.world import policy

AGENCY = policy(people=PeopleRules(agencies=("agency.example",)))
TALK = talk("2026-03-04 15:00", "16:00", "dana")
FIRST = "Wed 2026-03-04 16:45 thank_you to dana"


def all_at(moment: str, *people: str) -> list[str]:
    return [f"{moment} thank_you to {who}" for who in people]


def one(
    name: str, letters: list[str], because: str = "", until: str = "2026-03-05", **more: object
) -> object:
    """A talk on Wed 4 March, 15–16, with these particulars; what appears until Thursday evening."""
    keys = ("policy", "also", "how", "accounts")
    people = more.pop("people", ("dana",))
    about = {k: more.pop(k) for k in keys if k in more}
    reasons = [because] if because else []
    return case(
        name,
        [talk("2026-03-04 15:00", "16:00", *people, **more)],
        letters,
        until=until,
        because=reasons,
        **about,
    )


DAY = [
    case(
        "the same person twice that day, four hours between: one letter, after the second",
        [talk("2026-03-04 09:00", "10:00", "dana"), talk("2026-03-04 14:00", "15:00", "dana")],
        all_at("Wed 2026-03-04 15:45", "dana"),
        until="2026-03-05",
        how="a person met twice gets one letter, of the date of the last interview with her",
    ),
    case(
        "two interviews, two hours between: both letters after the second",
        [talk("2026-03-04 10:00", "11:00", "dana"), talk("2026-03-04 13:00", "14:00", "kim")],
        all_at("Wed 2026-03-04 14:45", "dana", "kim"),
        until="2026-03-04",
    ),
    case(
        "two interviews, three hours between exactly: not over three hours, one day",
        [talk("2026-03-04 10:00", "11:00", "dana"), talk("2026-03-04 14:00", "15:00", "kim")],
        all_at("Wed 2026-03-04 15:45", "dana", "kim"),
        until="2026-03-04",
    ),
    case(
        "two interviews, four hours between: each its own letter in its time",
        [talk("2026-03-04 09:00", "10:00", "dana"), talk("2026-03-04 14:00", "15:00", "kim")],
        [*all_at("Wed 2026-03-04 10:45", "dana"), *all_at("Wed 2026-03-04 15:45", "kim")],
        until="2026-03-04",
    ),
    case(
        "the same person twice that day: one letter, after the second",
        [talk("2026-03-04 10:00", "11:00", "dana"), talk("2026-03-04 13:00", "14:00", "dana", "kim")],
        all_at("Wed 2026-03-04 14:45", "dana", "kim"),
        until="2026-03-04",
    ),
    case(
        "two companies the same day: each in its own time",
        [talk("2026-03-04 10:00", "11:00", "dana"), talk("2026-03-04 11:00", "12:00", "gary@globex.example")],
        [*all_at("Wed 2026-03-04 11:45", "dana"), *all_at("Wed 2026-03-04 12:45", "gary@globex.example")],
        until="2026-03-04",
    ),
    case(
        "an onsite loop of six talks: six letters after the last",
        [
            talk("2026-03-04 09:30", "10:15", "dana"),
            talk("2026-03-04 10:30", "11:15", "kim"),
            talk("2026-03-04 11:30", "12:15", "lee"),
            talk("2026-03-04 13:15", "14:00", "mia"),
            talk("2026-03-04 14:00", "14:45", "ned"),
            talk("2026-03-04 15:00", "15:45", "olga"),
        ],
        all_at("Wed 2026-03-04 16:30", "dana", "kim", "lee", "mia", "ned", "olga"),
        until="2026-03-05",
    ),
    case(
        "the same invitation in two accounts: one letter",
        [
            talk("2026-03-04 15:00", "16:00", "dana", uid="same"),
            talk("2026-03-04 15:00", "16:00", "dana", uid="same", account="work"),
        ],
        [FIRST],
        accounts=("personal", "work"),
        until="2026-03-05",
    ),
    case(
        "a second round with the same person: a letter of its own, the nudge after the second",
        [
            TALK,
            sends("2026-03-04 18:00", "dana"),
            talk("2026-03-18 15:00", "16:00", "dana", seen="2026-03-10 09:00"),
            sends("2026-03-18 18:00", "dana"),
        ],
        [FIRST, "Wed 2026-03-18 16:45 thank_you to dana", "Wed 2026-03-25 09:00 nudge to dana"],
        until="2026-03-27",
        how="an interview ahead on Wed 11: none; Wed 18 + (19 20 23 24 25) = Wed 25",
    ),
    case(
        "an all-day event ends at five",
        [talk("2026-03-04 00:00", "2026-03-05 00:00", "dana", all_day=True)],
        ["Wed 2026-03-04 17:45 thank_you to dana"],
        until="2026-03-05",
    ),
    case(
        "an all-day event of two days ends at five on the second",
        [talk("2026-03-04 00:00", "2026-03-06 00:00", "dana", all_day=True)],
        ["Thu 2026-03-05 17:45 thank_you to dana"],
        until="2026-03-06",
    ),
]

AGENCIES = [
    case(
        "an agency with two clients: a letter to the consultant for each, the others wait",
        [
            talk("2026-03-04 10:00", "11:00", "carol@agency.example", "dana"),
            talk("2026-03-04 13:00", "14:00", "carol@agency.example", "gary@globex.example"),
        ],
        [
            "Wed 2026-03-04 11:45 thank_you to carol@agency.example",
            "Wed 2026-03-04 14:45 thank_you to carol@agency.example",
        ],
        policy=AGENCY,
        until="2026-03-05",
    ),
    case(
        "the interviewer's letter comes when it is released",
        [
            talk("2026-03-04 15:00", "16:00", "carol@agency.example", "dana"),
            says("2026-03-05 10:00", lambda o: o.release("dana")),
        ],
        ["Wed 2026-03-04 16:45 thank_you to carol@agency.example", "Thu 2026-03-05 10:00 thank_you to dana"],
        policy=AGENCY,
        until="2026-03-05",
    ),
    case(
        "not released for seven days: skipped",
        [
            talk("2026-03-04 15:00", "16:00", "carol@agency.example", "dana"),
            sends("2026-03-04 18:00", "carol@agency.example"),
        ],
        [
            "Wed 2026-03-04 16:45 thank_you to carol@agency.example",
            "Wed 2026-03-11 09:00 nudge to carol@agency.example",
        ],
        policy=AGENCY,
        until="2026-03-12",
        because=["thank_you dana skipped"],
    ),
    case(
        "only the agency's people on the event",
        [talk("2026-03-04 15:00", "16:00", "carol@agency.example", organizer="carol@agency.example")],
        ["Wed 2026-03-04 16:45 thank_you to carol@agency.example"],
        policy=AGENCY,
        until="2026-03-05",
    ),
]


@pytest.mark.parametrize("row", DAY)
def test_talks_of_a_day(row: tuple[object, ...], tmp_path: Path) -> None:
    live(tmp_path, row)


@pytest.mark.parametrize("row", AGENCIES)
def test_agencies(row: tuple[object, ...], tmp_path: Path) -> None:
    live(tmp_path, row)
