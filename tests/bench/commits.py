"""Durable commits: what a draft costs, alone and among others, in whole cycles on a mailbox in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from followupd.core.model import PeopleRules
from tests.bench.measure import Line, Sizes
from tests.world import World, policy

BEFORE, STARTS, ENDS, AFTER = (f"2026-03-04 {at}" for at in ("12:00", "14:00", "15:00", "16:00"))
FIRST = ("Dana", "Omar", "Ines", "Pavel", "Mara", "Jonas", "Aiko", "Leila", "Tomas", "Greta")
LAST = ("Reyes", "Haddad", "Costa", "Novak")


def lines(sizes: Sizes) -> Iterator[Line]:
    """At most two commits a draft where many are due at once."""
    many = sizes.drafts
    yield Line("commits: one draft", commits([1]), "", 1, "draft")
    yield Line("commits: drafts of one company", commits([many]), "", many, "drafts", 2.0)
    yield Line("commits: each of another company", commits([1] * many), "", many, "drafts", 2.0)


def commits(sizes: list[int]) -> int:
    """Commits of the whole cycle in which the drafts appear.

    One company for each number: that many people, one draft each.
    """
    with TemporaryDirectory() as name:
        given = replace(policy(), people=PeopleRules(at_most=sum(sizes)))
        world = World(Path(name), given)
        world.begin(BEFORE)
        for company, people in enumerate(sizes):
            world.event(STARTS, ENDS, [_person(i, f"company{company}.example") for i in range(people)])
        world.cycle(STARTS)
        before = world.store.commits
        world.cycle(AFTER)
        made = world.store.commits - before
        assert len(world.drafts()) == sum(sizes), [m.to for m in world.drafts()]
        world.store.close()
        return made


def _person(number: int, domain: str) -> str:
    first, last = FIRST[number % len(FIRST)], LAST[number // len(FIRST) % len(LAST)]
    return f"{first} {last} <{first.lower()}.{last.lower()}@{domain}>"
