"""A connection to a mail server that is kept between looks, and opened again where it broke.

Encryption is on before anything is said, with the certificate and the server's name in it checked; without, only
within this machine. A capability that turns out to be none is not believed again for the life of the connection.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal as Choice
from typing import TypeVar

from followupd.errors import Refused, Unavailable
from followupd.providers.addresses import is_private
from followupd.providers.internet.imap.admission import admitted
from followupd.providers.internet.imap.gate import Gate
from followupd.providers.internet.imap.refusals import broken
from followupd.providers.internet.imap.said import Answer
from followupd.providers.internet.imap.wire import BrokenWire, Wire
from followupd.providers.internet.proof import Proof

T = TypeVar("T")

# Their server refuses every folder to a client that has not named itself (RFC 2971).
_WANT_A_NAME = ("163.com", "126.com", "188.com", "yeah.net")


@dataclass(frozen=True, slots=True)
class Address:
    """Where the mail server is: `tls` from the first byte, by STARTTLS, or (within this machine) not at all."""

    host: str
    port: int
    tls: Choice["implicit", "starttls", "none"]


class Connection:
    """For one thread. Constructed without touching the outside; `ask` opens it when it must."""

    def __init__(self, address: Address, proof: Proof) -> None:
        self.address, self._proof = address, proof
        self._wire: Wire | None = None
        self._gate = Gate()
        self._capabilities: frozenset[str] = frozenset()
        self._acted = False
        self.opened = 0
        """How often it was opened: what is known of the server's state holds for one opening only."""

    @property
    def host(self) -> str:
        return self.address.host

    @property
    def wire(self) -> Wire:
        """The open connection, opened if there is none. Raises ProviderError."""
        if self._wire is None:
            self._open()
        assert self._wire is not None
        return self._wire

    @property
    def is_open(self) -> bool:
        return self._wire is not None

    @property
    def acted(self) -> bool:
        """Whether the last command's literal had been begun when the connection broke."""
        return self._acted

    def may_act_on(self, drafts: bytes, trash: bytes | None) -> None:
        """The only folders into which anything may be put (see `Gate`)."""
        self._gate.drafts, self._gate.trash = drafts, trash

    def ask(self, *words: bytes) -> Answer:
        """One command to its end, whatever that is. Raises Unavailable where the connection broke."""
        wire = self.wire
        self._acted = False
        try:
            return wire.command(*words)
        except (OSError, BrokenWire) as error:
            self._acted = wire.literal_begun
            self.close()
            raise broken(error, self.host) from error

    def can(self, capability: str) -> bool:
        """Whether the server says so, and has not shown otherwise."""
        self.wire  # noqa: B018  what it can is known once it is open
        return capability in self._capabilities

    def doubt(self, capability: str) -> None:
        """The server says that it can and then does not: it is not asked again on this connection."""
        self._capabilities -= {capability}

    def steadily(self, work: Callable[[], T]) -> T:
        """Does what may be repeated; once more where the connection of an earlier time turns out to be broken."""
        kept = self.is_open
        try:
            return work()
        except Unavailable:
            if not kept or self.is_open:
                raise
            return work()

    def close(self) -> None:
        """Lets the connection go; the next question opens another."""
        if self._wire is not None:
            self._wire.close()
        self._wire = None

    # --- opening ---

    def _open(self) -> None:
        where = self.address
        if where.tls == "none" and not _is_here(where.host):
            raise Refused(
                f"the mail server {where.host} would be asked without encryption. Nothing was sent. Set tls: implicit "
                "or tls: starttls in the config."
            )
        wire: Wire | None = None
        try:
            context = ssl.create_default_context()
            wire = Wire(where.host, where.port, self._gate, context if where.tls == "implicit" else None)
            self._enter(wire, context)
        except (OSError, UnicodeError, BrokenWire) as error:
            raise broken(error, where.host) from error
        finally:
            if self._wire is None and wire is not None:
                wire.close()

    def _enter(self, wire: Wire, context: ssl.SSLContext) -> None:
        known = wire.greeting.kind == "PREAUTH"
        if self.address.tls == "starttls" and (known or not _encrypted(wire, context)):
            raise Refused(
                f"the mail server {self.host} offers no encryption on this port (STARTTLS), so nothing was sent. Set "
                "tls: implicit and its port (mostly 993) in the config. If it did offer it before, somebody on this "
                "network may be in between."
            )
        if not known:
            admitted(wire, self._proof, _asked(wire), self.host)
        self._capabilities = _asked(wire)
        if "ID" in self._capabilities and self.host.endswith(_WANT_A_NAME):
            wire.command(b"ID", b'("name"', b'"followupd")')
        self._wire = wire
        self.opened += 1


def _encrypted(wire: Wire, context: ssl.SSLContext) -> bool:
    """Whether the connection is encrypted from now on. What the server said before does not count any more."""
    return "STARTTLS" in _asked(wire) and wire.start_tls(context)


def _asked(wire: Wire) -> frozenset[str]:
    """What the server can, by its word of this moment."""
    answer = wire.command(b"CAPABILITY")
    lines = [records[0] for records in answer.of(b"CAPABILITY") if isinstance(records[0], bytes)]
    return frozenset(b" ".join(lines).decode("ascii", "replace").upper().split())


def _is_here(host: str) -> bool:
    return is_private(f"http://[{host}]" if ":" in host else f"http://{host}")
