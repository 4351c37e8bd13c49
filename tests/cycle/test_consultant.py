"""One consultant, two clients on one day: two letters, and each is its own (design.md, section 3, agencies)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from followupd.core.letters import Situation, write
from followupd.core.model import Kind, Part, Person, Purpose, Stage
from tests.cycle.test_requests import AGENCY, CONSULTANT
from tests.world import World, policy, wording


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    made = World(tmp_path / "state", policy(people=AGENCY))
    made.begin("2026-03-02 09:00")
    for hour, client in ((10, "acme"), (11, "beta")):
        people = (f"Dana Reyes <dana@{client}.example>", f"Jo Hale <{CONSULTANT}>")
        start, end = f"2026-03-04 {hour}:00", f"2026-03-04 {hour}:45"
        made.event(start, end, people, uid=client, organizer=f"Jo Hale <{CONSULTANT}>")
    made.cycle("2026-03-02 10:00")
    yield made
    made.store.close()


def stages(world: World) -> list[Stage]:
    return sorted(f.stage for f in world.follow_ups(Kind.THANK_YOU) if f.to == CONSULTANT)


def test_the_second_client_s_letter_does_not_take_the_first_s_draft_for_the_user_s(world: World) -> None:
    world.cycles("2026-03-04 12:00", "2026-03-04 14:00")
    assert len(world.drafts()) == 2
    assert stages(world) == [Stage.DRAFTED, Stage.DRAFTED]


def test_sending_one_does_not_take_the_other_away(world: World) -> None:
    world.cycles("2026-03-04 12:00", "2026-03-04 14:00")
    world.send(world.drafts()[0], at="2026-03-04 18:00")
    world.cycles("2026-03-04 18:05", "2026-03-05 09:00")
    assert stages(world) == [Stage.DRAFTED, Stage.SENT]


@pytest.mark.parametrize("company", ["Acme", ""])
def test_a_withdrawal_tells_the_consultant_which_application(company: str) -> None:
    for number in range(50):
        situation = Situation(
            kind=Kind.LETTER,
            purpose=Purpose.WITHDRAW,
            part=Part.AGENCY,
            recipient=Person(address=CONSULTANT, name="Jo Hale", part=Part.AGENCY),
            met_on=date(2026, 3, 4),
            written_on=date(2026, 3, 6),
            me_name="Sam Lee",
            client=company,
        )
        text = write(situation, wording("en"), str(number), ()).text
        assert (company or "4 March") in text
