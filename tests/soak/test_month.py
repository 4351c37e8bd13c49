"""A month without a restart: every letter once and in time, and the process on its last day as on its first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.soak.month import BEGIN, DAY, DAYS, HOUR, MINUTE, moments, month
from tests.soak.played import Play
from tests.soak.rest import Rest, at_rest
from tests.soak.verdict import Verdict

SEED = 7
GROWTH = 1.05
AHEAD = 8 << 20  # bytes: SQLite writes back what is ahead after 1,000 pages, and keeps the file
BY_DAY, BY_NIGHT = 30 * MINUTE, 2 * HOUR


@pytest.fixture
def play(tmp_path: Path) -> Iterator[Play]:
    made = Play(tmp_path, month(SEED))
    yield made
    made.close()


def live(play: Play) -> dict[int, Rest]:
    """The month; how the process rested at the end of each day."""
    rests: dict[int, Rest] = {}
    play.begin()
    for moment in list(moments(BY_DAY, BY_NIGHT))[1:]:
        play.step(moment)
        day = (moment + BY_NIGHT - BEGIN) // DAY
        if day > len(rests):
            rests[day] = at_rest(play)
    return rests


def must_grow_with_the_letters_alone(rests: dict[int, Rest]) -> None:
    """Letters, their history and their intents are kept until `export --purge`; looks leave nothing."""
    middle, last = rests[DAYS // 2], rests[DAYS]
    assert last.database / last.letters <= 1.1 * middle.database / middle.letters, rests
    assert last.ahead <= AHEAD, rests


def must_be_as_on_the_first_day(rests: dict[int, Rest]) -> None:
    first, last = rests[1], rests[DAYS]
    assert last.files == first.files, rests
    assert last.threads == first.threads, rests
    assert last.memory <= GROWTH * first.memory, rests


@pytest.mark.slow
def test_after_a_month_every_letter_is_there_once_and_the_process_is_as_on_its_first_day(play: Play) -> None:
    # One test: the month is what it costs, and xdist would live it again for each.
    rests = live(play)
    Verdict(play).must_hold()
    must_grow_with_the_letters_alone(rests)
    play.daemon.stop()
    must_be_as_on_the_first_day(rests)
