"""A server on loopback that a test needs for longer than one command: started once, ended with its test run.

It is an ordinary process on a port of its own, writes what it has to say into a file, and dies with the process
of pytest that started it, also when that is killed.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pytest

from tests.servers.running import PATIENCE, environment

LOOPBACK = "127.0.0.1"
DIES_WITH_ITS_PARENT = ("setpriv", "--pdeathsig", "KILL")
# Below those that the kernel gives to outgoing connections, so that none of them takes one before it is listened on.
PORTS = range(10_000, 32_000)
LIBRARIES = ("/usr/sbin", "/usr/bin", "/sbin", "/bin", "/usr/lib/dovecot")


def installed(program: str, package: str) -> str:
    """Where the program lies. Skips the test where it is not installed, and names the package that brings it."""
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), *LIBRARIES])
    found = shutil.which(program, path=path)
    if found is None:
        pytest.skip(f"{program} not installed: apt-get install {package}")
    return found


def free_port() -> int:
    """A port on which nobody listens."""
    for port in random.SystemRandom().sample(PORTS, 200):
        with contextlib.suppress(OSError), socket.socket() as found:
            found.bind((LOOPBACK, port))
            return port
    raise AssertionError("no free port on loopback")


def until(seen: Callable[[], object], what: str) -> None:
    """Waits, in small steps, until it is so; fails after PATIENCE."""
    pause, end = threading.Event(), time.monotonic() + PATIENCE
    while not seen():
        assert time.monotonic() < end, what
        pause.wait(0.005)


def listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection((LOOPBACK, port), timeout=1):
        return True
    return False


def own_folder(name: str) -> Path:
    """A folder with a short path, as sockets in it need, which goes when this process ends."""
    made = Path(tempfile.mkdtemp(prefix=f"{name}-"))
    atexit.register(shutil.rmtree, made, ignore_errors=True)
    return made


class Served:
    """A program that listens on `ports`; `words` run it in the foreground, `as_user` are those before them."""

    def __init__(
        self, folder: Path, words: Sequence[str], ports: Iterable[int], *, as_user: Sequence[str] = ()
    ) -> None:
        self.here, self.ports = folder, tuple(ports)
        # After the words that change the user: that change would forget the wish.
        dying = DIES_WITH_ITS_PARENT if shutil.which(DIES_WITH_ITS_PARENT[0]) else ()
        self._words = [*as_user, *dying, *words]
        self._child: subprocess.Popen[bytes] | None = None
        self.more: dict[str, str] = {}  # environment beyond the usual
        atexit.register(self.stop)

    def start(self) -> None:
        """Returns when it listens on all its ports."""
        with (self.here / "output.txt").open("ab") as output:
            child = subprocess.Popen(
                self._words,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=self.here,
                env=environment(self.here) | self.more,
                start_new_session=True,
            )
        self._child = child
        until(
            lambda: child.poll() is not None or all(listens(port) for port in self.ports), "it never listened"
        )
        assert child.poll() is None, f"{self._words} ended with {child.returncode}:\n{self.said()}"

    def stop(self) -> None:
        """Ends it and all its children at once, as a power cut would."""
        if self._child is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._child.pid, signal.SIGKILL)
        self._child.wait(PATIENCE)
        self._child = None

    def restart(self) -> None:
        self.stop()
        self.start()

    def said(self) -> str:
        """What it has written to its output."""
        return (self.here / "output.txt").read_text(encoding="utf-8", errors="replace")
