"""The key to a language model, as a command of the user's prints it. It is kept nowhere, and told to nobody."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress

from followupd.rewriting.model import NoAnswer

_AT_MOST = 4096  # bytes


def key_of(command: Sequence[str], bound: float) -> str:
    """The first line that the command prints within `bound` seconds; "" without a command. Raises NoAnswer.

    At the bound it is killed with all that it started, which might hold its output open.
    """
    if not command:
        return ""
    try:
        printed = _printed(command, bound)
    except subprocess.TimeoutExpired:
        raise NoAnswer("was not asked: letters.model.key_command did not end in time") from None
    except (OSError, ValueError):
        raise NoAnswer("was not asked: letters.model.key_command can't be run") from None
    key = printed[:_AT_MOST].partition(b"\n")[0].strip()
    if not key or not key.isascii() or not key.decode().isprintable():
        raise NoAnswer("was not asked: letters.model.key_command printed no key")
    return key.decode()


def _printed(command: Sequence[str], bound: float) -> bytes:
    """What it printed; nothing where it failed."""
    with subprocess.Popen(  # noqa: S603  the words are the config's, and no shell reads them
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    ) as process:
        try:
            output, _ = process.communicate(timeout=bound)
        finally:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
    return output if process.returncode == 0 else b""
