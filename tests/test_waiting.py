"""The daemon's sleep: what ends it, and that the watchdog hears of nothing else. Signals are real."""

from __future__ import annotations

import itertools
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from followupd import clocks
from followupd import waiting as module
from followupd.bell import ring
from followupd.errors import SignInNeeded, Unavailable
from followupd.supervisor import Supervisor
from followupd.waiting import Stopped, Waiting
from followupd.workers import Worker
from tests.worker import Gate

LONG = 30.0
CAUGHT = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGALRM)


@pytest.fixture
def waiting(tmp_path: Path) -> Iterator[Waiting]:
    before = {number: signal.getsignal(number) for number in CAUGHT}
    with Supervisor() as supervisor:
        waiting = Waiting(tmp_path, supervisor)
        yield waiting
        waiting.close()
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def worker(waiting: Waiting) -> Iterator[Worker]:
    worker = Worker("personal", waiting.poke)
    yield worker
    worker.close()


def is_ended(waiting: Waiting) -> bool:
    """Whether a sleep of half a minute ends at once."""
    begun = time.monotonic()
    waiting.sleep(LONG)
    return time.monotonic() - begun < LONG / 2


def test_a_ring_ends_the_sleep(waiting: Waiting, tmp_path: Path) -> None:
    ring(tmp_path)
    assert is_ended(waiting)
    assert waiting.rung


def test_a_finished_job_ends_the_sleep_and_is_no_news_of_its_own(waiting: Waiting, worker: Worker) -> None:
    worker.begin(lambda: 1)
    assert is_ended(waiting)
    assert not waiting.happened


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_to_stop_ends_the_sleep(waiting: Waiting, number: signal.Signals) -> None:
    os.kill(os.getpid(), number)
    assert is_ended(waiting)
    assert waiting.stop


def test_a_hangup_asks_for_the_config(waiting: Waiting) -> None:
    os.kill(os.getpid(), signal.SIGHUP)
    assert is_ended(waiting)
    assert (waiting.reload, waiting.stop) == (True, False)


@pytest.mark.parametrize("jump", [3600.0, -3600.0, 11.0])
def test_a_clock_that_has_jumped_is_noticed_at_the_next_wake_up(
    waiting: Waiting, monkeypatch: pytest.MonkeyPatch, jump: float
) -> None:
    real = time.time
    monkeypatch.setattr(clocks.time, "time", lambda: real() + jump)
    waiting.poke()
    waiting.sleep(LONG)
    assert waiting.jumped


def test_a_clock_that_is_corrected_in_small_steps_has_not_jumped(
    waiting: Waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, ahead = time.time, 0.0
    monkeypatch.setattr(clocks.time, "time", lambda: real() + ahead)
    for ahead in (5.0, 10.0, 15.0):  # noqa: B007  the clock above reads it
        waiting.poke()
        waiting.sleep(LONG)
    assert not waiting.jumped


def test_an_answer_is_waited_for_and_errors_are_raised(waiting: Waiting, worker: Worker) -> None:
    def fails() -> None:
        raise SignInNeeded("sign in")

    assert waiting.answer(worker.begin(lambda: 7), LONG, "personal") == 7
    with pytest.raises(SignInNeeded):
        waiting.answer(worker.begin(fails), LONG, "personal")


def test_no_longer_than_the_bound_is_waited_for_an_answer(
    waiting: Waiting, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate()
    job = worker.begin(gate.pass_through)
    assert gate.reached.wait(LONG)
    begun, asked = time.monotonic(), itertools.count()
    monkeypatch.setattr(module.time, "monotonic", lambda: begun + (61 if next(asked) else 0))
    with pytest.raises(Unavailable, match="personal has not answered for 60 seconds"):
        waiting.answer(job, 60, "personal")
    gate.open.set()


def test_an_act_that_ends_within_the_grace_is_not_lost_to_a_stop(waiting: Waiting, worker: Worker) -> None:
    gate = Gate()
    job = worker.begin(gate.pass_through)
    assert gate.reached.wait(LONG)
    os.kill(os.getpid(), signal.SIGTERM)
    threading.Thread(target=gate.open.set).start()
    assert waiting.answer(job, LONG, "personal") == "passed"


def test_an_act_that_hangs_does_not_keep_the_program_from_ending(waiting: Waiting, worker: Worker) -> None:
    gate = Gate()
    job = worker.begin(gate.pass_through)
    os.kill(os.getpid(), signal.SIGTERM)
    begun = time.monotonic()
    with pytest.raises(Stopped):
        waiting.answer(job, LONG, "personal")
    assert time.monotonic() - begun < 2
    gate.open.set()


def test_work_that_never_sleeps_is_ended_too(waiting: Waiting) -> None:
    os.kill(os.getpid(), signal.SIGTERM)
    begun = time.monotonic()

    def work() -> None:
        while time.monotonic() - begun < LONG:
            pass

    with pytest.raises(Stopped):
        work()
    assert time.monotonic() - begun < 2


def test_signs_of_life_come_while_it_sleeps_and_only_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Counting(Supervisor):
        alives = 0

        def alive(self) -> None:
            self.alives += 1

    monkeypatch.setenv("WATCHDOG_USEC", "20000")
    before = {number: signal.getsignal(number) for number in CAUGHT}
    with Counting() as supervisor:
        waiting = Waiting(tmp_path, supervisor)
        busy_until = time.monotonic() + 0.1
        while time.monotonic() < busy_until:
            pass
        assert supervisor.alives == 0
        waiting.sleep(0.1)
        assert 3 <= supervisor.alives <= 12
        waiting.close()
    for number, handler in before.items():
        signal.signal(number, handler)
