"""A bound on work that can't be bounded by its arguments: the expansion of recurrence rules.

A rule such as "every day, but only on 30 February" has no occurrence, and dateutil looks for one up
to the year 9999. The interpreter's profiling hook (sys.setprofile) sees every call in this thread
and ends the work after a number of them: the same number on every machine, unlike a time.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class TooManyStepsError(Exception):
    """The work was ended at its bound."""


@contextmanager
def limited_steps(steps: int) -> Iterator[None]:
    """Runs the block for at most so many function calls and returns."""
    left = steps

    def count(_frame: FrameType, _event: str, _arg: object) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise TooManyStepsError

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        yield
    finally:
        sys.setprofile(before)
