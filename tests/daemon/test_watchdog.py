"""WATCHDOG=1 comes while the daemon truly goes on, at half the time that systemd gives; sd_watchdog_enabled(3)."""

from __future__ import annotations

import signal
import time
from itertools import pairwise

from tests.daemon.homes import GoogleHome, Home
from tests.daemon.kit import Daemon
from tests.daemon.notified import Told
from tests.sim.google import GoogleSimulator

HALF = 0.5  # seconds
WATCHED = {"WATCHDOG_USEC": "1000000"}
LATE = 0.35  # seconds that a tick may be late on a busy machine, and still in time for systemd

# What a main thread hangs in does not matter: a disk over the network that is gone, a lock, a loop.
HANGS = """
import signal, time

def hang(*_):
    while True:
        time.sleep(3600)

signal.signal(signal.SIGUSR2, hang)
"""


def ticks_of(daemon: Daemon, count: int) -> list[Told]:
    """The next ticks, so many."""
    before = len(daemon.notify.of("WATCHDOG"))
    daemon.until(
        lambda: len(daemon.notify.of("WATCHDOG")) >= before + count, f"{count} ticks of the watchdog"
    )
    return daemon.notify.of("WATCHDOG")[before:]


def test_the_watchdog_ticks_at_half_its_time(home: Home) -> None:
    daemon = home.place.ready(environment=WATCHED)
    ticks = ticks_of(daemon, 5)
    gaps = [after.at - before.at for before, after in pairwise(ticks)]
    assert all(gap < HALF + LATE for gap in gaps), gaps
    assert ticks[-1].at - ticks[0].at > 0.6 * HALF * len(gaps), "more often than needed"
    assert {tick.pid for tick in ticks} == {daemon.pid}
    daemon.stop()


def test_no_tick_where_nobody_watches(home: Home) -> None:
    daemon = home.place.ready()
    daemon.step("2026-03-04 11:46")
    daemon.stop()
    assert daemon.notify.of("WATCHDOG") == []


def test_no_tick_where_another_process_is_watched(home: Home) -> None:
    daemon = home.place.ready(environment={**WATCHED, "WATCHDOG_PID": "1"})
    daemon.step("2026-03-04 11:46")
    daemon.stop()
    assert daemon.notify.of("WATCHDOG") == []


def test_the_watchdog_ticks_while_a_server_does_not_answer(
    google: GoogleHome, simulator: GoogleSimulator
) -> None:
    """One account that hangs is no reason to kill the service of all."""
    simulator.faults.fail("", "timeout", times=None)
    daemon = google.place.start(environment=WATCHED)
    daemon.is_ready()
    daemon.until(lambda: len(simulator.journal), "a request that is not answered")
    ticks = ticks_of(daemon, 5)
    assert all(after.at - before.at < HALF + LATE for before, after in pairwise(ticks))
    daemon.stop()


def test_the_watchdog_stops_when_the_main_thread_hangs(home: Home) -> None:
    home.place.clock.customise(HANGS)
    daemon = home.place.ready(environment=WATCHED)
    ticks_of(daemon, 2)
    daemon.process.send_signal(signal.SIGUSR2)
    hung = time.monotonic()
    daemon.until(lambda: time.monotonic() > hung + 4 * HALF, "the time in which systemd gives up")
    late = [tick.at - hung for tick in daemon.notify.of("WATCHDOG") if tick.at > hung + LATE]
    assert late == [], "it ticks on though nobody looks at calendars any more"
    assert daemon.process.poll() is None
