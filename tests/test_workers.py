"""An account's thread: one thing at a time, and nobody is held by one that hangs."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest

from followupd.errors import SignInNeeded, Unavailable
from followupd.workers import Worker
from tests.worker import Gate, patient, until


@pytest.fixture
def worker() -> Iterator[Worker]:
    worker = Worker("personal", lambda: None)
    yield worker
    worker.close()


def test_what_is_asked_is_done_in_the_threads_account_and_answered(worker: Worker) -> None:
    assert patient(worker)(lambda: threading.current_thread().name) == "personal"


def test_an_error_reaches_the_one_who_asked(worker: Worker) -> None:
    def fails() -> None:
        raise SignInNeeded("sign in")

    with pytest.raises(SignInNeeded, match="sign in"):
        patient(worker)(fails)


def test_nothing_is_asked_of_an_account_that_has_not_answered(worker: Worker) -> None:
    gate, second = Gate(), []
    job = worker.begin(gate.pass_through)
    assert gate.reached.wait(30)
    with pytest.raises(Unavailable, match="has not been answered yet"):
        worker.begin(lambda: second.append("done"))
    gate.open.set()
    until(lambda: job.done)
    assert (job.result(), second, worker.busy) == ("passed", [], False)


def test_it_tells_that_it_has_finished_after_the_answer_is_there() -> None:
    seen: list[bool] = []
    jobs: list[object] = []
    told = threading.Event()

    def finished() -> None:
        seen.append(jobs[0].done)  # type: ignore[attr-defined]
        told.set()

    worker = Worker("personal", finished)
    gate = Gate()
    jobs.append(worker.begin(gate.pass_through))
    gate.open.set()
    assert told.wait(30)
    assert seen == [True]
    worker.close()


def test_a_result_is_not_kept_alive_by_an_idle_thread(worker: Worker) -> None:
    class Big:
        pass

    kept: list[weakref.ref[Big]] = []

    def make() -> int:
        kept.append(weakref.ref(Big()))
        return 1

    patient(worker)(make)
    gc.collect()
    assert kept[0]() is None


def test_a_closed_one_ends_its_thread() -> None:
    worker = Worker("closing", lambda: None)
    worker.close()
    until(lambda: all(thread.name != "closing" for thread in threading.enumerate()))
