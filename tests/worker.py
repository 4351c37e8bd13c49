"""A caller that waits for an account's thread, and a job that ends when the test says so."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from followupd.workers import Worker

T = TypeVar("T")
LONG = 30.0  # seconds after which something counts as hung


class patient:  # noqa: N801  reads as an adjective: reached(account, patient(worker))
    """Has something done in the thread and waits for it, as the daemon does but for its signals and bounds."""

    def __init__(self, worker: Worker) -> None:
        self.worker = worker

    def __call__(self, what: Callable[[], T]) -> T:
        finished = threading.Event()

        def job() -> T:
            try:
                return what()
            finally:
                finished.set()

        begun = self.worker.begin(job)
        assert finished.wait(LONG)
        until(lambda: begun.done)
        return begun.result()


class Gate:
    """A job that waits at it until it opens."""

    def __init__(self) -> None:
        self.reached, self.open = threading.Event(), threading.Event()

    def pass_through(self) -> str:
        self.reached.set()
        assert self.open.wait(LONG)
        return "passed"


def until(is_so: Callable[[], bool]) -> None:
    """Waits for another thread, giving way to it."""
    for _ in range(1_000_000):
        if is_so():
            return
        threading.Event().wait(0)
    raise AssertionError("it never came")
