"""A child process that gets something to read, and a bound: at it, it and all that it started are killed."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from followupd.core.tables import table

# What systemd hands to the daemon is for the daemon alone: sd_notify(3), systemd.exec(5).
_OURS = table("""
    NOTIFY_SOCKET WATCHDOG_PID WATCHDOG_USEC LISTEN_PID LISTEN_FDS LISTEN_FDNAMES JOURNAL_STREAM
    CREDENTIALS_DIRECTORY INVOCATION_ID
    """)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child ended: its exit status (below zero: the signal), None where it was cut at its bound."""

    status: int | None
    output: bytes


def run(words: Sequence[str], given: bytes, bound: float, *, is_heard: bool = False) -> Ended:
    """Runs a program without a shell, `given` on its standard input, for at most `bound` seconds.

    What it prints is kept with `is_heard`, up to the bound, and goes nowhere otherwise. Raises OSError where it can't
    be started.
    """
    environment = {name: value for name, value in os.environ.items() if name not in _OURS}
    with subprocess.Popen(  # noqa: S603  the words are the config's or ours, and no shell reads them
        words,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE if is_heard else subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment,
        start_new_session=True,
    ) as process:
        try:
            output, _ = process.communicate(given, timeout=bound)
        except subprocess.TimeoutExpired as late:
            return Ended(None, late.output or b"")
        finally:
            _end(process)
    return Ended(process.returncode, output or b"")


def _end(process: subprocess.Popen[bytes]) -> None:
    """A child that has not ended by itself ends here, with its group."""
    if process.poll() is None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
