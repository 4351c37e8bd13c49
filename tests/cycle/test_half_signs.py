"""Halves of surrogate pairs: JSON by others, the command line and a config can hold them; no file and no mail can."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from followupd.core.model import Policy
from tests.world import World, policy

HALF = "\ud800"


def lived(path: Path, own: Policy, *, title: str = "Interview", name: str = "Dana Reyes") -> World:
    world = World(path / "state", own)
    world.begin("2026-03-02 09:00")
    world.event("2026-03-04 15:00", "2026-03-04 16:00", (f"{name} <dana@acme.example>",), title=title)
    world.cycle("2026-03-02 10:00")
    world.cycle("2026-03-04 16:46")
    return world


@pytest.fixture
def halves(tmp_path: Path) -> Iterator[dict[str, World]]:
    own = policy()
    worlds = {
        "title": lived(tmp_path / "1", own, title=f"Interview {HALF}"),
        "name": lived(tmp_path / "2", own, name=f"Dana {HALF} Reyes"),
        "me": lived(tmp_path / "3", replace(own, me=replace(own.me, name=f"Sam {HALF} Lee"))),
    }
    yield worlds
    for world in worlds.values():
        world.store.close()


def test_the_letter_is_made_all_the_same_and_holds_none(halves: dict[str, World]) -> None:
    for where, world in halves.items():
        (draft,) = world.drafts()
        assert not any("\ud800" <= char <= "\udfff" for char in f"{draft.subject}{draft.text}"), where


def test_a_note_from_a_broken_terminal_is_kept(halves: dict[str, World]) -> None:
    world = halves["title"]
    world.orders("2026-03-04 17:00").note("dana", "their \udcff move to Rust")
    world.cycle("2026-03-04 17:05")
    (draft,) = world.drafts()
    assert "move to Rust" in draft.text
