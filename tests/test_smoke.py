from __future__ import annotations

from pathlib import Path

from followupd.core.model import Folder, ProcessState, Stage
from tests.world import World


def test_a_whole_life_in_memory(tmp_path: Path) -> None:
    world = World(tmp_path / "state")
    world.begin("2026-03-02 09:00")
    world.event("2026-03-04 15:00", "2026-03-04 16:00", organizer="Rita Hale <recruiting@acme.example>")
    world.cycle("2026-03-02 10:00")
    assert not world.drafts()
    world.cycle("2026-03-04 16:44")
    assert not world.drafts()
    world.cycle("2026-03-04 16:46")
    assert len(world.drafts()) == 2
    for draft in world.drafts():
        world.send(draft, at="2026-03-04 18:00")
    world.cycle("2026-03-04 18:05")
    assert {f.stage for f in world.follow_ups() if f.kind == "thank_you"} == {Stage.SENT}
    [nudge] = world.nudges()
    assert nudge.stage is Stage.PLANNED
    assert world.day(nudge.due).isoformat() == "2026-03-11"
    world.cycle("2026-03-11 09:05")
    assert world.drafts()[0].subject.startswith("Re: ")
    world.receive("Kim <kim@acme.example>", at="2026-03-11 10:00")
    world.cycle("2026-03-11 10:05")
    assert not world.drafts()
    assert world.process().state is ProcessState.ANSWERED
    assert [q.topic for q in world.questions()] == ["answer"]
    assert len(world.messages(Folder.SENT)) == 2
