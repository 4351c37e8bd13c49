"""What systemd would hear of the daemon: its end of NOTIFY_SOCKET.

Sources: sd_notify(3), sd_watchdog_enabled(3), unix(7) on SCM_CREDENTIALS.
"""

from __future__ import annotations

import shutil
import socket
import struct
import tempfile
import threading
import time
from dataclasses import dataclass

CREDENTIALS = struct.Struct("3i")  # pid, uid, gid
ENDS_IN = 15.0  # seconds


@dataclass(frozen=True)
class Told:
    """One datagram: its fields, who sent it, and when it came by the monotonic clock."""

    fields: dict[str, str]
    pid: int
    at: float


class NotifySocket:
    """The service manager's end of NOTIFY_SOCKET. `abstract` is one without a file."""

    def __init__(self, *, abstract: bool = False) -> None:
        self._folder = tempfile.mkdtemp(prefix="fu-", dir="/tmp")  # a short path: sun_path holds 108 bytes
        path = f"{self._folder}/notify"
        self.name = f"@{path}" if abstract else path
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        self._socket.bind(f"\0{path}" if abstract else path)
        self._told: list[Told] = []
        self._over = False
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        # Read at once, as systemd does: a queue of datagrams that is full blocks who sends.
        while not self._over:
            text, ancillary, _, _ = self._socket.recvmsg(4096, socket.CMSG_SPACE(CREDENTIALS.size))
            pid = next((CREDENTIALS.unpack(data)[0] for _, kind, data in ancillary if kind == 2), 0)
            pairs = [line.partition("=")[::2] for line in text.decode().splitlines()]
            self._told.append(Told(dict(pairs), pid, time.monotonic()))

    @property
    def told(self) -> list[Told]:
        return list(self._told)

    def of(self, name: str) -> list[Told]:
        """What was said under this name."""
        return [one for one in self.told if name in one.fields]

    @property
    def status(self) -> str:
        """The latest status line."""
        return next((one.fields["STATUS"] for one in reversed(self.told) if "STATUS" in one.fields), "")

    def close(self) -> None:
        if self._over:
            return
        self._over = True
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as myself:
            myself.sendto(b"", self._socket.getsockname())
        self._thread.join(ENDS_IN)
        self._socket.close()
        shutil.rmtree(self._folder)
