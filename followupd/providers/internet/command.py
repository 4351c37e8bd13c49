"""A command of the user's that prints a password.

A line is run by the shell, as isync and msmtp do; a list of words is run as it is. It has no terminal: what wants to
ask something must have a window for it. Nothing that it prints is ever logged or told.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from contextlib import suppress

from followupd.providers.internet.server import Command

SECONDS = 60.0  # a window may ask for a passphrase meanwhile
LARGEST = 64 * 1024  # bytes
_NOT_FOUND, _NOT_RUN = 127, 126  # POSIX.1-2017, Shell Command Language, section 2.8.2


class CommandFailed(Exception):
    """It printed no password. The message goes on from "password_command …"; it never holds what was printed."""


def printed(command: Command, seconds: float = SECONDS) -> str:
    """The first line that the command prints. Raises CommandFailed.

    When its time is over it is killed, with all that it started and that may hold its output open.
    """
    words = ["/bin/sh", "-c", command] if isinstance(command, str) else list(command)
    try:
        output = _output(words, seconds)
    except (OSError, ValueError) as error:
        why = (
            error.strerror if isinstance(error, OSError) else "it holds a character that no command may have"
        )
        raise CommandFailed(f"can't be run: {why}") from None
    try:
        password = output.partition(b"\n")[0].removesuffix(b"\r").decode()
    except UnicodeDecodeError:
        raise CommandFailed("printed something that is not text (UTF-8)") from None
    if not password:
        raise CommandFailed("printed nothing in its first line")
    return password


def _output(words: list[str], seconds: float) -> bytes:
    over = threading.Event()
    with subprocess.Popen(  # noqa: S603  the words are the user's own
        words,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        timer = threading.Timer(seconds, _end, (process, over))
        timer.daemon = True
        timer.start()
        try:
            assert process.stdout is not None
            output = process.stdout.read(LARGEST)
            if len(output) == LARGEST:
                _end(process, threading.Event())
            status = process.wait()
        finally:
            timer.cancel()
    if over.is_set():
        raise CommandFailed(f"did not end within {seconds:.0f} seconds")
    if len(output) == LARGEST:
        raise CommandFailed("prints more than any password is long")
    if status:
        raise CommandFailed(_status(status))
    return output


def _end(process: subprocess.Popen[bytes], over: threading.Event) -> None:
    over.set()
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _status(status: int) -> str:
    if status < 0:
        return f"was ended by signal {-status}"
    why = {_NOT_FOUND: " (a program in it was not found)", _NOT_RUN: " (a program in it can't be run)"}
    return f"ended with status {status}{why.get(status, '')}"
