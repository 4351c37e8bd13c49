"""Sleep and clock jumps: seen by the wall clock's distance from the monotonic one.

The monotonic clock stands still while the machine sleeps (Linux: CLOCK_MONOTONIC) and is not set with the
wall clock, so their distance changes by a jump and by nothing else. On Linux the kernel also tells at once:
a timer with TFD_TIMER_CANCEL_ON_SET is cancelled when the clock is set and when the machine resumes
(timerfd_create(2)). Elsewhere it is noticed at the next wake-up, so there is one a minute.
"""

from __future__ import annotations

import ctypes
import os
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache

JUMP = 10.0  # seconds: no clock is corrected by more in small steps between two wake-ups
UNTOLD = 60.0  # seconds between wake-ups where nobody tells of a resume
_FAR = 2**40  # a moment, in seconds, that does not come

_REALTIME = 0  # CLOCK_REALTIME
_NONBLOCK_CLOEXEC = 0o2004000  # TFD_NONBLOCK | TFD_CLOEXEC
_ABSTIME_CANCEL_ON_SET = 0b11  # TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET


def now() -> datetime:
    """The time by the wall clock, aware."""
    return datetime.now(UTC)


class Jumps:
    """Tells sleep and clock jumps. `descriptor` is readable after one, None where the kernel does not tell."""

    def __init__(self) -> None:
        self._distance = _distance()
        self.descriptor = _timer()
        self.tick = None if self.descriptor is not None else UNTOLD

    def seen(self) -> float:
        """By how many seconds the clock has jumped since the last call, 0.0 where it has not."""
        if self.descriptor is not None:
            with suppress(OSError):  # ECANCELED is the news; EAGAIN is none
                os.read(self.descriptor, 8)
            _armed(self.descriptor)
        before, self._distance = self._distance, _distance()
        jump = self._distance - before
        return jump if abs(jump) >= JUMP else 0.0

    def close(self) -> None:
        if self.descriptor is not None:
            os.close(self.descriptor)


def _distance() -> float:
    return time.time() - time.monotonic()


class _Time(ctypes.Structure):
    _fields_ = (("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long))


class _Timer(ctypes.Structure):
    _fields_ = (("interval", _Time), ("value", _Time))


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None)


def _timer() -> int | None:
    """A timer that is cancelled when the clock jumps. Python has these calls from 3.13 on only."""
    if sys.platform != "linux" or ctypes.sizeof(ctypes.c_long) != ctypes.sizeof(ctypes.c_int64):
        return None
    try:
        number = int(_libc().timerfd_create(_REALTIME, _NONBLOCK_CLOEXEC))
    except (OSError, AttributeError):
        return None
    if number >= 0 and not _armed(number):
        os.close(number)
        return None
    return number if number >= 0 else None


def _armed(number: int) -> bool:
    far = _Timer(_Time(0, 0), _Time(_FAR, 0))
    return bool(_libc().timerfd_settime(number, _ABSTIME_CANCEL_ON_SET, ctypes.byref(far), None) == 0)
