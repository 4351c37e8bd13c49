"""Memory at rest: what a busy minute has taken is given back, so that a month costs no more than a day.

glibc keeps an arena for each thread and gives freed memory back only from its end (malloc(3), mallopt(3)); with
other C libraries nothing is done here.
"""

from __future__ import annotations

import ctypes
import gc
from contextlib import suppress
from functools import cache

_ARENAS = -8  # M_ARENA_MAX


@cache
def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None)


def keep_small() -> None:
    """One arena for all threads, which mostly wait anyway. Before any of them begins."""
    with suppress(OSError, AttributeError):
        _libc().mallopt(_ARENAS, 1)


def settle() -> None:
    """What is there after the start stays: it is not looked through again each time."""
    gc.collect()
    gc.freeze()


def give_back() -> None:
    """Gives back what is free; it takes some thousandths of a second."""
    gc.collect()
    with suppress(OSError, AttributeError):
        _libc().malloc_trim(0)
