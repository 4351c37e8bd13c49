"""It costs nothing to notice while there is nothing to do, and no more after a hundred looks than after ten."""

from __future__ import annotations

import os
import time
from collections.abc import Callable

import pytest

from tests.cycle.files import unreadable
from tests.daemon.clock import MINUTE
from tests.daemon.homes import GoogleHome, Home
from tests.daemon.kit import Daemon, descriptors, threads, ticks, until, wakeups
from tests.daemon.test_time import BOTH
from tests.sim.google import GoogleSimulator


def at_rest(daemon: Daemon) -> tuple[int, int]:
    """Descriptors and threads, when what the last look needed has gone."""
    seen: list[tuple[int, int]] = []

    def same() -> bool:
        seen.append((len(descriptors(daemon.pid)), threads(daemon.pid)))
        return len(seen) > 20 and len(set(seen[-20:])) == 1

    daemon.until(same, "rest")
    return seen[-1]


@pytest.mark.slow
def test_descriptors_and_threads_do_not_grow_over_a_hundred_looks(
    homes: Callable[..., Home], simulator: GoogleSimulator
) -> None:
    """With a mailbox of each kind, letters, and failures among them."""
    local = homes()
    google = GoogleHome(simulator, local.folder, config=BOTH)
    google.signed_in()
    place = google.place
    place.accounts = ("personal", "offline")
    try:
        google.event("2026-03-04 10:00", "2026-03-04 11:00")
        daemon = place.ready(fresh=True)
        moment = daemon.step("2026-03-04 08:05")
        for _ in range(10):
            moment = daemon.step(moment + 5 * MINUTE)
        before = at_rest(daemon)
        for number in range(100):
            if number % 20 == 10:
                with unreadable(local.mail_folder("Drafts")):
                    moment = daemon.step(moment + 5 * MINUTE)
            moment = daemon.step(moment + 5 * MINUTE)
        after = at_rest(daemon)
        assert after[0] <= before[0], descriptors(daemon.pid)
        assert after[1] <= before[1]
        assert len(google.drafts()) == 1
        daemon.stop()
        google.must_be_sound()
    finally:
        place.close()


IDLE = 10.0  # seconds of the real clock
A_POLL = 150.0  # two polls of a minute, since nothing is owed


@pytest.mark.slow
def test_between_polls_nothing_stirs_and_a_poll_comes_by_itself(homes: Callable[..., Home]) -> None:
    """No processor time and no wake-up; with a watchdog, one for each of its ticks.

    FOLLOWUPD_SOAK=full waits on: nobody wakes it and no clock jumps, and what is new is seen within its polls.
    """
    full = os.environ.get("FOLLOWUPD_SOAK") == "full"
    home, other = homes(more="poll: 1m" if full else ""), homes()
    quiet = home.place.ready(fresh=True)
    watched = other.place.ready(fresh=True, environment={"WATCHDOG_USEC": "4000000"})
    home.event("2026-03-05 10:00", "2026-03-05 11:00")
    daemons = (quiet, watched)
    looked = quiet.looked_at("personal")
    for daemon in daemons:
        at_rest(daemon)
    told = len(watched.notify.of("WATCHDOG"))
    woken, used = [wakeups(one.pid) for one in daemons], [ticks(one.pid) for one in daemons]
    end = time.monotonic() + IDLE
    until(lambda: time.monotonic() > end, "the end of the rest", IDLE + 5)
    told = len(watched.notify.of("WATCHDOG")) - told
    assert 4 <= told <= 6
    assert wakeups(quiet.pid) == woken[0]
    assert wakeups(watched.pid) <= woken[1] + 2 * told  # a busy machine may interrupt the sending of a tick
    assert ticks(quiet.pid) == used[0]
    assert ticks(watched.pid) <= used[1] + 1
    watched.stop()
    assert quiet.looked_at("personal") == looked
    if full:  # it takes two minutes of doing nothing
        quiet.until(lambda: quiet.looked_at("personal") > looked, "a poll", A_POLL)
        quiet.until(lambda: home.stages() == {"dana@acme.example": "planned"}, "what it has seen")
    quiet.stop()


def test_a_due_moment_comes_by_itself(home: Home) -> None:
    """The letter is due in three seconds, the next poll in five minutes."""
    daemon = home.place.ready("2026-03-04 11:44:57")
    assert home.drafts() == []
    due = home.time("2026-03-04 11:45")
    daemon.until(home.drafts, "the letter", 8)
    assert home.place.clock.now >= due
    daemon.stop()
