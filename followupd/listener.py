"""Waits for a mailbox to say that something came in, in a thread of its own.

What it hears only brings the next look forward. Where a mailbox can't say it, or the connection breaks, nothing is
lost: the polls go on as if nobody listened.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress

from followupd.providers.base import Listening

WAIT = 3600.0  # seconds
SHORTEST_REST, LONGEST_REST = 60.0, 1800.0  # seconds between two connections
GOOD = 300.0  # seconds that a connection must have lasted for a broken one to be the first again


class Listener:
    """Listens until it is closed. `heard` is called in its thread; so is nothing else of its owner's."""

    def __init__(self, listening: Listening, heard: Callable[[], None]) -> None:
        self._listening = listening
        self._heard = heard
        self._over, self._afresh, self._stirred = (threading.Event() for _ in range(3))
        # A daemon thread: one that hangs must not keep the program from ending.
        threading.Thread(target=self._listen, name="listener", daemon=True).start()

    def refresh(self) -> None:
        """Connects anew: after the machine has slept, the old connection may be dead and not know it."""
        self._afresh.set()
        self._stir()

    def close(self) -> None:
        """Ends the thread, which nobody waits for."""
        self._over.set()
        self._stir()

    def _stir(self) -> None:
        self._stirred.set()
        self._listening.wakeup()

    def _is_stirred(self) -> bool:
        return self._over.is_set() or self._afresh.is_set()

    def _listen(self) -> None:
        failures = 0
        while not self._over.is_set():
            begun = time.monotonic()
            self._afresh.clear()
            self._stirred.clear()
            # Whatever it was, also a bug: the account's own look meets it too, and tells.
            with suppress(Exception):
                self._hear()
            self._listening.close()
            lasted = time.monotonic() - begun >= GOOD
            failures = 1 if lasted or self._afresh.is_set() else failures + 1
            if not self._is_stirred():
                self._stirred.wait(min(SHORTEST_REST * 2.0 ** min(failures - 1, 10), LONGEST_REST))

    def _hear(self) -> None:
        self._listening.open()
        while not self._is_stirred():
            if self._listening.wait(WAIT) and not self._is_stirred():
                self._heard()
