"""Memory at rest: what a busy minute has taken is given back, so that a month costs no more than a day.

glibc keeps an arena for each thread and gives freed memory back only from its end (malloc(3), mallopt(3)); with
other C libraries nothing is done here.
"""

from __future__ import annotations

import ctypes
import gc
from contextlib import suppress

_ARENAS = -8  # M_ARENA_MAX


def keep_small() -> None:
    """One arena for all threads, which mostly wait anyway. Before any of them begins."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_ARENAS, 1)


def give_back() -> None:
    """Gives back what is free; it takes a few hundredths of a second."""
    gc.collect()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
