"""The same month, and a hundred times the process is killed: in a look, in an act, at rest, while it starts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from random import Random

import pytest

from tests.soak.month import HOUR, MINUTE, Month, moments, month
from tests.soak.played import Play
from tests.soak.verdict import READY, Verdict

SEED = 7
KILLS = 100
BY_DAY, BY_NIGHT = 90 * MINUTE, 4 * HOUR


@pytest.fixture
def play(tmp_path: Path) -> Iterator[Play]:
    made = Play(tmp_path, month(SEED))
    yield made
    made.close()


def chosen(random: Random, planned: Month, steps: list[datetime]) -> set[datetime]:
    """Half of them at looks in which a letter is due, the others anywhere."""
    due = [talk.last_end + READY for talk in planned.talks if talk.held]
    first = {next((at for at in steps if at >= moment), steps[-1]) for moment in due}
    acting = random.sample(sorted(first), min(len(first), KILLS // 2))
    others = [at for at in steps if at not in first]
    return {*acting, *random.sample(others, KILLS - len(acting))}


@pytest.mark.slow
def test_every_letter_once_though_the_process_is_killed_a_hundred_times(play: Play) -> None:
    random = Random(SEED)
    steps = list(moments(BY_DAY, BY_NIGHT))[1:]
    kills = chosen(random, play.month, steps[:-8])
    play.begin()
    for moment in steps:
        if moment in kills:
            play.killed(moment, random)
        else:
            play.step(moment)
    assert sum(play.history.kills.values()) >= KILLS
    Verdict(play).must_hold()
    assert play.disk.unfinished() == []
    play.daemon.stop()
