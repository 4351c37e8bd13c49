"""The one place where the daemon sleeps: until a moment, or until something happens.

Signals, the bell, a thread that has finished and a clock that has jumped all end a sleep. While it sleeps the
watchdog gets its signs of life, so none comes when the daemon hangs anywhere else.
"""

from __future__ import annotations

import os
import selectors
import signal
import time
from contextlib import suppress
from pathlib import Path
from types import FrameType
from typing import TypeVar

from followupd.bell import heard, listening
from followupd.clocks import Jumps
from followupd.errors import Unavailable
from followupd.supervisor import Supervisor
from followupd.workers import Job

T = TypeVar("T")

GRACE = 1.0  # seconds that an act under way has to end in when the program is to stop
STRIKES = 4  # after which it ends wherever it is
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


class Stopped(BaseException):
    """The program is to end. Whatever was under way is recovered by the next start, as after a kill."""


class Waiting:
    """What has happened since it was last asked, and the sleep in between. For the main thread."""

    def __init__(self, state: Path, supervisor: Supervisor) -> None:
        self.stop = self.reload = self.rung = self.jumped = False
        self._stop_at = 0.0
        self._strikes = 0
        self._supervisor = supervisor
        self._sign_of_life = time.monotonic()
        self._jumps = Jumps()
        self._bell = listening(state)
        self._heard, self._poked = _pipe()
        self._selector = selectors.DefaultSelector()
        for number in (self._bell, self._heard, self._jumps.descriptor):
            if number is not None:
                self._selector.register(number, selectors.EVENT_READ)
        self._catch_signals()

    def close(self) -> None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.set_wakeup_fd(-1)
        self._selector.close()
        self._jumps.close()
        # First of all no thread may poke what another file's descriptor may be in a moment.
        poked, self._poked = self._poked, -1
        for number in (self._bell, self._heard, poked):
            os.close(number)

    # --- what others do ---

    def poke(self) -> None:
        """Ends the sleep; for other threads."""
        with suppress(OSError):  # full: it is awake. Closed: nobody sleeps any more.
            os.write(self._poked, b"\0")

    def _catch_signals(self) -> None:
        signal.set_wakeup_fd(self._poked, warn_on_full_buffer=False)
        for number in STOP_SIGNALS:
            signal.signal(number, self._asked_to_stop)
        signal.signal(signal.SIGHUP, self._asked_to_reload)
        signal.signal(signal.SIGALRM, self._must_stop)

    def _asked_to_stop(self, _: int, __: FrameType | None) -> None:
        if not self.stop:
            self.stop, self._stop_at = True, time.monotonic() + GRACE
            # Wherever it is when the grace is over, it ends there; again, should that be in a place that hides it.
            signal.setitimer(signal.ITIMER_REAL, GRACE + 0.2, 0.1)

    def _asked_to_reload(self, _: int, __: FrameType | None) -> None:
        self.reload = True

    def _must_stop(self, _: int, __: FrameType | None) -> None:
        self._strikes += 1
        if self._strikes > STRIKES:
            os._exit(0)  # even the log does not let go of us; a kill does no harm
        raise Stopped

    # --- sleeping ---

    @property
    def happened(self) -> bool:
        """Whether anything waits to be seen to. The reader of a flag lowers it."""
        return self.stop or self.reload or self.rung or self.jumped

    def sleep(self, seconds: float) -> None:
        """Until the time is over or anything happens; a poke is enough. What has happened before is no news."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            if self._wait(min(left, *self._ticks())):
                return

    def answer(self, job: Job[T], seconds: float, whose: str) -> T:
        """Waits for what a job comes to, and raises what it raised. Raises Unavailable at the bound, and Stopped."""
        if not self.is_done(job, seconds):
            raise Unavailable(
                f"{whose} has not answered for {seconds:.0f} seconds. Whether it has done what was asked is "
                "looked for as soon as it answers."
            )
        return job.result()

    def is_done(self, job: Job[T], seconds: float) -> bool:
        """Waits for a job's end, for so long at most. Raises Stopped."""
        until = time.monotonic() + seconds
        while not job.done:
            left = (min(until, self._stop_at) if self.stop else until) - time.monotonic()
            if left <= 0 and self.stop:
                raise Stopped
            if left <= 0:
                return False
            self._wait(min(left, *self._ticks()))
        return True

    def _ticks(self) -> list[float]:
        """How long may be slept at most: until the next sign of life, or the next look at the clock."""
        tick = self._supervisor.tick
        ticks = [max(self._sign_of_life + tick - time.monotonic(), 0.0)] if tick is not None else []
        return [*ticks, self._jumps.tick or float("inf"), 86_400.0]

    def _wait(self, seconds: float) -> bool:
        """One wait; whether anything happened."""
        called = bool(self._selector.select(seconds))
        if (
            self._supervisor.tick is not None
            and time.monotonic() >= self._sign_of_life + self._supervisor.tick
        ):
            self._sign_of_life = time.monotonic()
            self._supervisor.alive()
        heard(self._heard)
        self.rung = heard(self._bell) or self.rung
        jumped = bool(self._jumps.seen())
        self.jumped = jumped or self.jumped
        return called or jumped


def _pipe() -> tuple[int, int]:
    """A pipe that never blocks, at either end."""
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    os.set_blocking(writer, False)
    return reader, writer
