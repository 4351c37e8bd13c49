"""A certificate authority of the tests' own, and what goes wrong with certificates."""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.servers.served import own_folder

DAY = timedelta(days=1)
HERE = ("localhost", "127.0.0.1")


@dataclass(frozen=True)
class Certificate:
    """Two files in PEM: the certificate with those that it rests on, and its key."""

    chain: Path
    key: Path


class Authority:
    """Its `path` holds its own certificate: clients that trust that file trust what it issues."""

    def __init__(self, folder: Path) -> None:
        self.here = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("Tests' own authority")
        self._own = self._sign(self._name, self._key, (), (-400 * DAY, 400 * DAY), authority=True)
        self.path = folder / "authority.pem"
        self.path.write_bytes(self._own.public_bytes(serialization.Encoding.PEM))

    def good(self) -> Certificate:
        """For this machine's loopback, today."""
        return self._issue("good", HERE, (-DAY, 30 * DAY))

    def expired(self) -> Certificate:
        """Ended yesterday."""
        return self._issue("expired", HERE, (-30 * DAY, -DAY))

    def other_host(self) -> Certificate:
        """Good, but for another host."""
        return self._issue("other-host", ("imap.example.net",), (-DAY, 30 * DAY))

    def self_signed(self) -> Certificate:
        """Nobody else has signed it."""
        return self._issue("self-signed", HERE, (-DAY, 30 * DAY), by_itself=True)

    def _issue(
        self, name: str, hosts: Sequence[str], days: tuple[timedelta, timedelta], *, by_itself: bool = False
    ) -> Certificate:
        chain, keyfile = self.here / f"{name}.pem", self.here / f"{name}.key"
        if not chain.exists():
            key = ec.generate_private_key(ec.SECP256R1())
            signed = self._sign(_name(hosts[0]), key, hosts, days, by_itself=by_itself)
            keyfile.write_bytes(
                key.private_bytes(
                    serialization.Encoding.PEM,
                    serialization.PrivateFormat.PKCS8,
                    serialization.NoEncryption(),
                )
            )
            chain.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
        return Certificate(chain, keyfile)

    def _sign(
        self,
        name: x509.Name,
        key: ec.EllipticCurvePrivateKey,
        hosts: Sequence[str],
        days: tuple[timedelta, timedelta],
        *,
        by_itself: bool = False,
        authority: bool = False,
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        made = x509.CertificateBuilder(
            issuer_name=name if by_itself else self._name,
            subject_name=name,
            public_key=key.public_key(),
            serial_number=x509.random_serial_number(),
            not_valid_before=now + days[0],
            not_valid_after=now + days[1],
        )
        made = made.add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        if hosts:
            made = made.add_extension(x509.SubjectAlternativeName([_host(one) for one in hosts]), False)
        return made.sign(key if by_itself else self._key, hashes.SHA256())


@cache
def authority() -> Authority:
    """The one of this process of pytest."""
    return Authority(own_folder("certificates"))


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _host(text: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)
