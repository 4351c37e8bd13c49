"""The line that `systemctl status` shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from followupd.standing import standing
from tests.world import World

ZONE = "Europe/London"


@pytest.fixture
def world(tmp_path: Path) -> World:
    world = World(tmp_path)
    world.begin("2026-03-01 09:00")
    return world


def line(world: World) -> str:
    return standing(world.store, ZONE, world.now)


def test_nothing_is_said_to_be_nothing(world: World) -> None:
    assert line(world) == "nothing waits, nothing is due"


def test_what_comes_next_has_its_day_and_time(world: World) -> None:
    world.event("2026-03-04 14:00", "2026-03-04 15:00")
    world.cycle("2026-03-02 09:00")
    assert line(world) == "next Wed 15:45"


def test_what_is_far_has_its_date(world: World) -> None:
    world.event("2026-03-18 14:00", "2026-03-18 15:00")
    world.cycle("2026-03-02 09:00")
    assert line(world) == "next 18 Mar 15:45"


def test_letters_that_wait_are_counted(world: World) -> None:
    two = ("Dana Reyes <dana@acme.example>", "Kim Min-jun <kim@acme.example>")
    world.event("2026-03-04 14:00", "2026-03-04 15:00", two)
    world.cycle("2026-03-04 14:30")
    world.cycle("2026-03-04 15:45")
    assert line(world) == "2 letters wait in Drafts"


def test_what_is_asked_comes_before_what_waits(world: World) -> None:
    world.event("2026-03-04 14:00", "2026-03-04 15:00", ())
    world.cycle("2026-03-04 14:30")
    world.cycle("2026-03-04 15:45")
    assert line(world).startswith("1 question is asked")


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("sign_in", "sign-in needed for personal"),
        ("refused", "something to mend for personal"),
        ("failing", "no answer from personal"),
        ("ok", "nothing waits, nothing is due"),
    ],
)
def test_an_account_that_is_unwell_comes_first(world: World, state: str, words: str) -> None:
    with world.store.transaction():
        world.store.set_account("personal", state, "why", "", world.now)
    assert line(world) == words


def test_it_names_nobody(world: World) -> None:
    world.event("2026-03-04 14:00", "2026-03-04 15:00")
    for at in ("2026-03-04 14:30", "2026-03-04 15:45", "2026-03-05 09:00"):
        world.cycle(at)
        assert not {"Dana", "Acme", "acme", "@"} & set(line(world).replace(",", "").split())
