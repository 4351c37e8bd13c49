"""The bell: by it a command tells a sleeping daemon that the store has changed.

It is a FIFO in the state folder. Ringing never waits and never fails: where nobody listens the command's
change is found at the next start. `status` and `--help` never come here; commands do, so it stays light.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

from followupd.errors import StoreError

NAME = "wake"


def ring(state: Path) -> None:
    """Wakes the daemon of this state folder, if one listens."""
    with suppress(OSError):  # nobody listens, or the pipe is full: then it is awake
        number = os.open(state / NAME, os.O_WRONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            if stat.S_ISFIFO(os.fstat(number).st_mode):
                os.write(number, b"\n")
        finally:
            os.close(number)


def listening(state: Path) -> int:
    """The descriptor that becomes readable when the bell rings. The caller closes it. Raises StoreError."""
    path = state / NAME
    try:
        with suppress(FileExistsError):
            os.mkfifo(path, 0o600)
        # Opened for writing too: a reader alone would see an end of file whenever the last ringer leaves.
        number = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError as error:
        raise StoreError(f"{path} can't be used: {error.strerror}. Remove it; it is made anew.") from error
    if not stat.S_ISFIFO(os.fstat(number).st_mode):
        os.close(number)
        raise StoreError(f"{path} is not what followupd has put there. Remove it; it is made anew.")
    os.fchmod(number, 0o600)
    return number


def heard(number: int) -> bool:
    """Whether it has rung; takes in every ring that there was."""
    rang = False
    with suppress(BlockingIOError):
        while os.read(number, 4096):
            rang = True
    return rang
