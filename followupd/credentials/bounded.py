"""Questions that may never be answered: each gets a bound, and at most one is ever left behind.

A keyring that is locked may wait for its user for as long as it likes, and none of its libraries lets a
call be cut. So each is asked in a thread of its own; while one is still without an answer after its
bound, nothing else is asked.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class NoAnswer(Exception):
    """No answer came within the bound; or the question before is still without one."""


class OneAtATime:
    """Asks one question after the other, from any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._until: float | None = None  # monotonic: the bound of the question under way

    def ask(self, question: Callable[[], T], seconds: float) -> T:
        """What the question returns or raises. Raises NoAnswer after `seconds`, and the thread is left to itself."""
        self._take_turn(seconds)
        answers: list[T] = []
        errors: list[Exception] = []

        def run() -> None:
            try:
                answers.append(question())
            except Exception as error:  # raised again below, for whoever asked
                errors.append(error)
            finally:
                self._end_turn()

        self._start(run).join(seconds)
        if errors:
            raise errors[0]
        if not answers:
            raise NoAnswer
        return answers[0]

    def _start(self, run: Callable[[], None]) -> threading.Thread:
        thread = threading.Thread(target=run, name="keyring", daemon=True)
        try:
            thread.start()
        except RuntimeError:  # no more threads: the turn must not be lost with it
            self._end_turn()
            raise
        return thread

    def _take_turn(self, seconds: float) -> None:
        """Waits for the question under way, but not beyond its bound: what is overdue may never end."""
        with self._changed:
            while self._until is not None:
                left = self._until - time.monotonic()
                if left <= 0:
                    raise NoAnswer
                self._changed.wait(left)
            self._until = time.monotonic() + seconds

    def _end_turn(self) -> None:
        with self._changed:
            self._until = None
            self._changed.notify_all()
