"""One writer: the cycle lock of a state folder, and the number kept outside it.

The lock is an flock on a file: the kernel frees it when its holder dies. The number tells a state
folder that was restored from an old copy from one that was merely asleep.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

from followupd.database import open_private, private_folder
from followupd.errors import Busy, StoreError
from followupd.paths import cache_folder

TRY_EVERY = 0.1  # seconds


@contextmanager
def cycle_lock(state: Path, holder: str, wait: float) -> Iterator[None]:
    """Holds the cycle lock of a state folder. `wait` is in seconds of the monotonic clock.

    Raises Busy, naming the holder, when another process keeps it for longer.
    """
    number = _taken(state, time.monotonic() + wait)
    try:
        with suppress(OSError):  # on a full disk the lock holds all the same, without a name
            os.ftruncate(number, 0)
            os.pwrite(number, f"{holder}, process {os.getpid()}\n".encode(), 0)
        yield
    finally:
        os.close(number)


def _taken(state: Path, until: float) -> int:
    """The open lock file, held. One that was removed while it was waited for would hold nobody off."""
    while True:
        private_folder(state)
        number = open_private(state / "lock")
        try:
            _take(number, state, until)
            is_there = os.fstat(number).st_nlink > 0
        except BaseException:
            os.close(number)
            raise
        if is_there:
            return number
        os.close(number)


def _take(number: int, state: Path, until: float) -> None:
    while True:
        try:
            fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if time.monotonic() >= until:
                who = os.pread(number, 200, 0).decode(errors="replace").strip() or "another followupd"
                raise Busy(f"{who} is working on {state}. Try again when it has ended.") from None
            time.sleep(TRY_EVERY)
        else:
            return


class OutsideNumber:
    """The count of intents of a state folder, kept in the cache folder as "state-id count"."""

    def __init__(self, state: Path) -> None:
        name = sha256(os.fsencode(state.resolve())).hexdigest()[:16]
        self.path = cache_folder() / name

    def read(self) -> tuple[str, int]:
        """State id and count, ("", 0) where none was kept or it can't be read."""
        try:
            words = self.path.read_text(encoding="ascii").split()
            return (words[0], int(words[1])) if len(words) == 2 else ("", 0)
        except (OSError, ValueError):
            return "", 0

    def write(self, state_id: str, count: int) -> None:
        """Keeps the number, atomically. A cache that can't be written is done without."""
        try:
            private_folder(self.path.parent)
            new = self.path.with_suffix(".new")
            number = open_private(new, os.O_TRUNC)
            try:
                os.write(number, f"{state_id} {count}\n".encode())
            finally:
                os.close(number)
            new.replace(self.path)
        except (OSError, StoreError):
            return  # losing the cache loses only a second guard
