"""Hearing that something came in, without asking: IDLE (RFC 2177) on the inbox, on a connection of its own.

Between two renewals nothing is sent. Servers end an IDLE after half an hour, so it is renewed before.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import NoReturn

from followupd.errors import Unavailable
from followupd.providers.internet.imap.connection import Connection
from followupd.providers.internet.imap.refusals import broken, refusal
from followupd.providers.internet.imap.wire import BrokenWire

RENEWAL = 25 * 60.0  # seconds
_NEWS = frozenset({b"EXISTS", b"RECENT", b"EXPUNGE", b"VANISHED"})


class Ear:
    """A `Listening`."""

    def __init__(self, connection: Connection, clock: Callable[[], float] = time.monotonic) -> None:
        self._connection, self._clock = connection, clock
        self._bell, self._rope = socket.socketpair()
        self._bell.setblocking(False)
        self._rope.setblocking(False)
        self._tag = b""
        self._begun = 0.0

    def __del__(self) -> None:
        self._bell.close()
        self._rope.close()

    def open(self) -> None:
        """Opens the inbox and listens. Raises Unavailable where the server can't tell by itself."""
        self.close()
        if not self._connection.can("IDLE"):
            raise self._no_idle()
        inbox = self._connection.ask(b"EXAMINE", b'"INBOX"')
        if not inbox.good:
            raise refusal(inbox.end, self._connection.host, "the inbox can't be listened to")
        self._begin()

    def wait(self, seconds: float) -> bool:
        until = self._clock() + seconds
        while True:
            if not self._tag:
                raise Unavailable(f"nobody listens to {self._connection.host} any more.")
            now = self._clock()
            renewal = self._begun + RENEWAL
            if now >= renewal and self._renew():
                return True
            if self._heard(min(until, self._begun + RENEWAL) - self._clock()):
                return True
            if self._rung() or self._clock() >= until:
                return False

    def wakeup(self) -> None:
        with suppress(OSError):
            self._rope.send(b"!")

    def close(self) -> None:
        self._tag = b""
        self._connection.close()

    def _begin(self) -> None:
        try:
            self._tag = self._connection.wire.begin_idle()
        except (OSError, BrokenWire) as error:
            self._broke(error)
        self._begun = self._clock()

    def _renew(self) -> bool:
        """Ends IDLE and begins it again; whether something came in meanwhile."""
        try:
            kinds = self._connection.wire.end_idle(self._tag)
        except (OSError, BrokenWire) as error:
            self._broke(error)
        self._begin()
        return not _NEWS.isdisjoint(kinds)

    def _heard(self, seconds: float) -> bool:
        try:
            kinds = self._connection.wire.heard(seconds, self._bell)
        except (OSError, BrokenWire) as error:
            self._broke(error)
        return not _NEWS.isdisjoint(kinds)

    def _rung(self) -> bool:
        with suppress(OSError):
            return bool(self._bell.recv(64))
        return False

    def _broke(self, error: OSError | BrokenWire) -> NoReturn:
        self.close()
        raise broken(error, self._connection.host) from error

    def _no_idle(self) -> Unavailable:
        return Unavailable(
            f"the mail server {self._connection.host} can't tell by itself what comes in (IDLE): it is asked at every "
            "poll."
        )
