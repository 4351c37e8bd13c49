"""What the daemon tells the service manager: ready, how it stands, that it is alive.

Source: sd_notify(3), the protocol of datagrams to $NOTIFY_SOCKET; without that variable nothing is told.
launchd has no such protocol.
"""

from __future__ import annotations

import os
import socket
import time
from contextlib import suppress
from types import TracebackType

LONGEST_STATUS = 200  # characters, as one line of `systemctl status` shows


class Supervisor:
    """systemd, where it has started this process; else nobody."""

    def __init__(self) -> None:
        # Taken out of the environment: a child process must not speak for us.
        self._address = os.environ.pop("NOTIFY_SOCKET", "")
        self.tick = _watchdog()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) if self._address else None
        if self._socket:
            self._socket.setblocking(False)
        self._status = ""

    def __enter__(self) -> Supervisor:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._socket:
            self._socket.close()

    def ready(self) -> None:
        self._tell("READY=1")

    def alive(self) -> None:
        """The sign of life that the watchdog waits for. `tick` is how often it is due, in seconds, None for never."""
        if self.tick is not None:
            self._tell("WATCHDOG=1")

    def status(self, words: str) -> None:
        """One line for `systemctl status`; told when it is another than before."""
        line = " ".join(words.split())[:LONGEST_STATUS]
        if line != self._status:
            self._status = line
            self._tell(f"STATUS={line}")

    def reloading(self) -> None:
        # MONOTONIC_USEC is what Type=notify-reload (systemd 253) asks for; older ones pass over it.
        self._tell(f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def stopping(self) -> None:
        self._tell("STOPPING=1")

    def _tell(self, words: str) -> None:
        if self._socket is None:
            return
        # "@" stands for the zero byte of the abstract namespace. A manager that does not listen loses a line.
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        with suppress(OSError):
            self._socket.sendto(words.encode(errors="replace"), address)


def _watchdog() -> float | None:
    """Half of the time within which a sign of life is expected, in seconds; sd_watchdog_enabled(3)."""
    length, whose = os.environ.pop("WATCHDOG_USEC", ""), os.environ.pop("WATCHDOG_PID", "")
    if not length.isdecimal() or int(length) == 0 or whose not in ("", str(os.getpid())):
        return None
    return int(length) / 2_000_000
