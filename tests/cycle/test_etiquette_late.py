"""Late looks, first starts, and too many drafts at once. See etiquette.py."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from tests.cycle.etiquette import (
    asleep,
    case,
    changed,
    live,
    says,
    talk,
)
from tests.world import World

TALK = talk("2026-03-04 15:00", "16:00", "dana")

LATE = [
    case(
        "asleep for a day: drafted when awake",
        [TALK, asleep("2026-03-04 12:00", "2026-03-05 18:00")],
        ["Thu 2026-03-05 18:00 thank_you to dana"],
        until="2026-03-06 12:00",
        because=["thank_you dana in time"],
    ),
    case(
        "asleep for almost 48 hours: not late yet",
        [TALK, asleep("2026-03-04 12:00", "2026-03-06 15:59")],
        ["Fri 2026-03-06 15:59 thank_you to dana"],
        until="2026-03-06 15:59",
        because=["thank_you dana in time"],
    ),
    case(
        "asleep for three days: worded late",
        [TALK, asleep("2026-03-04 12:00", "2026-03-07 10:00")],
        ["Sat 2026-03-07 10:00 thank_you to dana"],
        until="2026-03-09",
        because=["thank_you dana drafted late"],
    ),
    case(
        "asleep until a minute before seven days: late, but drafted",
        [TALK, asleep("2026-03-04 12:00", "2026-03-11 15:59")],
        ["Wed 2026-03-11 15:59 thank_you to dana"],
        until="2026-03-12",
        because=["thank_you dana drafted late"],
    ),
    case(
        "asleep for more than seven days: given up",
        [TALK, asleep("2026-03-04 12:00", "2026-03-11 16:01")],
        [],
        until="2026-03-13",
    ),
    case(
        "first seen 47 hours after its end: drafted",
        [
            talk("2026-03-20 15:00", "16:00", "gary@globex.example", seen="2026-03-04 12:00"),
            talk("2026-03-04 15:00", "16:00", "dana", seen="2026-03-06 15:00"),
        ],
        ["Fri 2026-03-06 15:00 thank_you to dana"],
        until="2026-03-06 15:30",
    ),
    case(
        "first seen 49 hours after its end: told, not drafted",
        [
            talk("2026-03-20 15:00", "16:00", "gary@globex.example", seen="2026-03-04 12:00"),
            talk("2026-03-04 15:00", "16:00", "dana", seen="2026-03-06 17:00"),
        ],
        [],
        until="2026-03-08",
    ),
    case(
        "first seen 49 hours after its end, and Sam wants it",
        [
            talk("2026-03-20 15:00", "16:00", "gary@globex.example", seen="2026-03-04 12:00"),
            talk("2026-03-04 15:00", "16:00", "dana", seen="2026-03-06 17:00"),
            says("2026-03-06 18:00", lambda o: o.draft("dana")),
        ],
        ["Fri 2026-03-06 18:00 thank_you to dana"],
        until="2026-03-08",
        because=["dana drafted late"],
    ),
    case(
        "recognised too late because its title was set right after 49 hours",
        [
            talk("2026-03-04 15:00", "16:00", "dana", title="Chat"),
            changed("2026-03-06 17:00", "2026-03-04", title="Interview"),
        ],
        [],
        until="2026-03-08",
    ),
]


@pytest.mark.parametrize("row", LATE)
def test_late_looks(row: tuple[object, ...], tmp_path: Path) -> None:
    live(tmp_path, row)


def test_a_first_start_asks_once_for_all_that_is_due(tmp_path: Path) -> None:
    world = World(tmp_path / "state")
    world.event("2026-03-04 10:00", "2026-03-04 11:00", ["Dana Reyes <dana@acme.example>"])
    world.event("2026-03-04 09:00", "2026-03-04 10:00", ["Gary Flint <gary@globex.example>"])
    world.event("2026-03-04 11:30", "2026-03-04 12:00", ["Mia Stone <mia@initech.example>"])
    world.cycle("2026-03-04 12:15")
    assert not world.drafts()
    assert len(world.questions()) == 1
    # What is not yet due at the first look (12:00 + 45 min) is made in its time.
    world.cycle("2026-03-04 12:44")
    assert not world.drafts()
    world.cycle("2026-03-04 12:45")
    assert [m.to[0].email for m in world.drafts()] == ["mia@initech.example"]
    world.orders("2026-03-04 13:00").draft_all()
    world.cycle("2026-03-04 13:00")
    assert len(world.drafts()) == 3
    assert not world.questions()


def test_more_than_twenty_five_drafts_a_day_are_asked_about(tmp_path: Path) -> None:
    world = World(tmp_path / "state")
    world.begin("2026-03-02 09:00")
    for hour in range(4):  # four talks with seven people each: 28
        people = [f"Person {hour}{n} <p{hour}{n}@acme.example>" for n in range(7)]
        world.event(f"2026-03-04 1{hour}:00", f"2026-03-04 1{hour}:45", people)
    world.cycle("2026-03-04 14:29")
    assert not world.drafts()
    world.cycles("2026-03-04 14:30", "2026-03-04 23:00")
    assert len(world.drafts()) == 25
    assert [q.topic for q in world.questions()] == ["too_many_today"]
    world.orders("2026-03-04 23:00").draft_all()
    world.cycle("2026-03-04 23:05")
    assert len(world.drafts()) == 28
    assert world.now - world.time("2026-03-04 14:30") < timedelta(days=1)
