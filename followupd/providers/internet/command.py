"""A command of the user's that prints a password.

A line is run by the shell, as isync and msmtp do; a list of words is run as it is. It has no terminal: what wants to
ask something must have a window for it. Nothing that it prints is ever logged or told.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import time
from contextlib import suppress

from followupd.providers.internet.server import Command

SECONDS = 60.0  # a window may ask for a passphrase meanwhile
GLANCE = 0.05  # seconds between two looks whether it has ended
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
    with subprocess.Popen(  # noqa: S603  the words are the user's own
        words,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            output = _read(process, time.monotonic() + seconds)
            status = process.wait()
        except subprocess.TimeoutExpired:
            _end(process)
            raise CommandFailed(f"did not end within {seconds:.0f} seconds") from None
        except BaseException:
            _end(process)
            raise
    if status:
        raise CommandFailed(_status(status))
    return output


def _read(process: subprocess.Popen[bytes], until: float) -> bytes:
    """What it prints until it ends; an agent that it leaves behind may hold its output open for ever."""
    assert process.stdout is not None
    output, reader, open_ = b"", process.stdout.fileno(), True
    while open_ or process.poll() is None:
        left = until - time.monotonic()
        if left <= 0:
            raise subprocess.TimeoutExpired(process.args, 0)
        ended = process.poll() is not None
        if not open_:
            process.wait(left)
        elif select.select([reader], [], [], 0 if ended else min(left, GLANCE))[0]:
            part = os.read(reader, LARGEST)
            output, open_ = output + part, bool(part)
            if len(output) >= LARGEST:
                raise CommandFailed("prints more than any password is long")
        elif ended:
            break
    return output


def _end(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)


def _status(status: int) -> str:
    if status < 0:
        return f"was ended by signal {-status}"
    why = {_NOT_FOUND: " (a program in it was not found)", _NOT_RUN: " (a program in it can't be run)"}
    return f"ended with status {status}{why.get(status, '')}"
