"""A way between a client and a server on loopback that counts what passes, and that breaks where it is told to.

It knows nothing of what is spoken. Encrypted connections pass too, but then only their bytes can be counted.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal, Self

from tests.servers.served import LOOPBACK

Direction = Literal["out", "back"]  # from the client to the server, and what the server answers
CHUNK = 65_536
LONGEST = 200  # bytes of a pattern


@dataclass
class Break:
    """What happens at the n-th time that these bytes pass in this direction, counted over all connections.

    `drop`: what comes before them passes (they too, if `after`), then both sides see a reset. `swallow`: the
    same, but the connection stays open and nothing more passes in that direction. `then` is called at that
    moment, after what is let through has been handed over. Without `after`, the pattern must not begin with bytes
    for which the other side waits, such as the end of a line: they are held back until more comes.
    """

    pattern: bytes
    direction: Direction = "out"
    nth: int = 1
    after: bool = False
    how: Literal["drop", "swallow", "pass"] = "drop"
    then: Callable[[], None] = lambda: None
    happened: threading.Event = field(default_factory=threading.Event)
    seen: int = 0


@dataclass
class Count:
    """What passed in one direction. `lines` are those that ended with a line feed, without their end."""

    size: int = 0
    lines: list[bytes] = field(default_factory=list)


class Proxy:
    """Listens on `port` while it is entered, and hands everything on to `to` on loopback.

    `rewrite` replaces bytes in what the server says, and `garble` in what it is asked, for servers that claim what
    they then don't understand; what is replaced must not be split between two packets, as short lines never are.
    """

    def __init__(
        self,
        to: int,
        *breaks: Break,
        rewrite: Mapping[bytes, bytes] | None = None,
        garble: Mapping[bytes, bytes] | None = None,
    ) -> None:
        self.to, self.breaks = to, list(breaks)
        self.replaced = {"out": dict(garble or {}), "back": dict(rewrite or {})}
        self.connections = 0
        self.out, self.back = Count(), Count()
        self._lock = threading.Lock()
        self._open: set[_Connection] = set()
        self._listener = socket.create_server((LOOPBACK, 0))
        self.port = int(self._listener.getsockname()[1])
        self.refusing = False

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.drop()

    def forget(self) -> None:
        """Counts anew from here."""
        with self._lock:
            self.out, self.back, self.connections = Count(), Count(), 0

    def drop(self) -> None:
        """Resets every connection that is open."""
        with self._lock:
            gone = set(self._open)
        for one in gone:
            one.drop()

    def commands(self, *words: str) -> list[bytes]:
        """IMAP commands that passed, without their tags; only those that begin with one of the words, if any."""
        found = [line.partition(b" ")[2] for line in list(self.out.lines) if _is_tagged(line)]
        return [one for one in found if not words or one.upper().startswith(tuple(w.encode() for w in words))]

    # --- what passes ---

    def _accept(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._connect(client)

    def _connect(self, client: socket.socket) -> None:
        try:
            if self.refusing:
                raise ConnectionRefusedError
            server = socket.create_connection((LOOPBACK, self.to))
        except OSError:
            client.close()
            return
        connection = _Connection(client, server)
        with self._lock:
            self.connections += 1
            self._open.add(connection)
        threading.Thread(target=self._carry, args=(connection,), daemon=True).start()

    def _carry(self, connection: _Connection) -> None:
        """Until both directions have ended."""
        out, back = _Way(self, connection, "out"), _Way(self, connection, "back")
        other = threading.Thread(target=back.run, daemon=True)
        other.start()
        out.run()
        other.join()
        with self._lock:
            self._open.discard(connection)
        connection.close()

    def count(self, direction: Direction, passed: bytes, lines: list[bytes]) -> None:
        with self._lock:
            into = self.out if direction == "out" else self.back
            into.size += len(passed)
            into.lines += lines

    def next_break(self, direction: Direction, before: bytes, data: bytes) -> tuple[int, Break] | None:
        """The break that comes first in these bytes, and how many of them may pass. `before` has passed already.

        Each that is met but not yet at its n-th time is counted.
        """
        with self._lock:
            waiting = [one for one in self.breaks if one.direction == direction and not one.happened.is_set()]
            met = [(place, one) for one in waiting if (place := _met(one, before, data)) is not None]
        return min(met, key=lambda pair: pair[0]) if met else None


def _met(one: Break, before: bytes, data: bytes) -> int | None:
    # What began in bytes that have passed can only still be met at its end.
    known = before[1 - len(one.pattern) :] if one.after and len(one.pattern) > 1 else b""
    text = known + data
    place = text.find(one.pattern)
    while place >= 0:
        one.seen += 1
        if one.seen == one.nth:
            return place - len(known) + (len(one.pattern) if one.after else 0)
        place = text.find(one.pattern, place + len(one.pattern))
    return None


class _Connection:
    """The two ends of one connection."""

    def __init__(self, client: socket.socket, server: socket.socket) -> None:
        self.client, self.server = client, server
        self.dropped = False
        for one in (client, server):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def drop(self) -> None:
        """Ends it as a machine does that has lost its memory of it (RST)."""
        self.dropped = True
        for one in (self.client, self.server):
            with contextlib.suppress(OSError):
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                one.shutdown(socket.SHUT_RD)  # wakes the thread that reads; the reset comes when it is closed

    def close(self) -> None:
        self.client.close()
        self.server.close()


class _Way:
    """One direction of one connection."""

    def __init__(self, proxy: Proxy, connection: _Connection, direction: Direction) -> None:
        self.proxy, self.connection, self.direction = proxy, connection, direction
        ends = (connection.client, connection.server)
        self.source, self.target = ends if direction == "out" else ends[::-1]
        self._held = b""  # might be the beginning of what is waited for
        self._passed = b""  # the last of what has passed
        self._line = b""

    def run(self) -> None:
        with contextlib.suppress(OSError):
            while data := self.source.recv(CHUNK):
                if not self._pass(data):
                    return
            if not self.connection.dropped:
                self._send(self._held)
                self.target.shutdown(socket.SHUT_WR)
                if self.direction == "back":  # a client that is told no more has nothing to say either
                    self.source.shutdown(socket.SHUT_RDWR)
                    self.target.shutdown(socket.SHUT_RD)

    def _pass(self, data: bytes) -> bool:
        """Hands on what may pass; false when nothing more is to pass."""
        for old, new in self.proxy.replaced[self.direction].items():
            data = data.replace(old, new)
        data, self._held = self._held + data, b""
        met = self.proxy.next_break(self.direction, self._passed, data)
        if met is None:
            keep = self._may_begin(data)
            self._held = data[len(data) - keep :]
            self._send(data[: len(data) - keep])
            return True
        return self._break(data, *met)

    def _break(self, data: bytes, place: int, one: Break) -> bool:
        self._send(data[:place])
        one.happened.set()
        if one.how == "drop":
            self.connection.drop()
        one.then()
        if one.how == "pass":
            self._send(data[place:])
        return one.how == "pass"

    def _may_begin(self, data: bytes) -> int:
        """How many bytes at the end could be the beginning of a pattern before which all is to end."""
        waiting = [
            one.pattern
            for one in self.proxy.breaks
            if one.direction == self.direction and not one.after and not one.happened.is_set()
        ]
        sizes = [size for one in waiting for size in range(1, len(one)) if data.endswith(one[:size])]
        return max(sizes, default=0)

    def _send(self, data: bytes) -> None:
        if not data:
            return
        self._passed = (self._passed + data)[-LONGEST:]
        *lines, self._line = (self._line + data).split(b"\n")
        self.proxy.count(self.direction, data, [line.rstrip(b"\r") for line in lines])
        self.target.sendall(data)


def _is_tagged(line: bytes) -> bool:
    """Whether it looks like an IMAP command: a short tag with a digit, then a word in capitals."""
    tag, _, rest = line.partition(b" ")
    word = rest.partition(b" ")[0]
    return 0 < len(tag) < 12 and tag[-1:].isdigit() and tag.isalnum() and word.isalpha() and word.isupper()
