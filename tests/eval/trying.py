"""One sample at a time, whatever it does: it may crash or never end, and the run goes on."""

from __future__ import annotations

import signal
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from types import FrameType
from typing import Generic, TypeVar

LIMIT = 20.0
SLOW = 1.0
_Result = TypeVar("_Result")


class TooLong(BaseException):
    """The sample was ended at LIMIT seconds. No `except Exception` of what is tried can catch it."""


@dataclass(frozen=True, slots=True)
class Tried(Generic[_Result]):
    """What came of it: a result, or a crash in words. `seconds` is how long it took."""

    result: _Result | None
    crash: str
    seconds: float


def tried(act: Callable[[], _Result]) -> Tried[_Result]:
    """Does it, ended after LIMIT seconds; nothing that it raises comes out."""
    result, crash = None, ""
    begun = perf_counter()
    try:
        with _limited():
            result = act()
    except TooLong:
        crash = f"was ended after {LIMIT:g} s"
    except Exception as error:  # noqa: BLE001, RUF100  what a sample can raise is what is asked here
        crash = _in_words(error)
    return Tried(result, crash, perf_counter() - begun)


@contextmanager
def _limited() -> Iterator[None]:
    """By an alarm, which only the main thread of a Unix process can have; elsewhere there is no limit."""
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGALRM, _ring)
    signal.setitimer(signal.ITIMER_REAL, LIMIT)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _ring(_signal: int, _frame: FrameType | None) -> None:
    raise TooLong


def _in_words(error: Exception) -> str:
    place = traceback.extract_tb(error.__traceback__)[-1]
    said = " ".join(str(error).split())[:120]
    return f"{type(error).__name__}: {said} ({Path(place.filename).name}:{place.lineno})"
