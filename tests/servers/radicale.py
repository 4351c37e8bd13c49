"""Radicale as the user's calendar server, with a password per user.

`shared()` is one server for all tests of a process of pytest; `user()` is a new account on it without calendars.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import sys
from collections.abc import Iterator
from functools import cache
from itertools import count
from pathlib import Path

import pytest

from tests.servers.calendars import Account, Calendars
from tests.servers.certificates import Certificate
from tests.servers.served import LOOPBACK, Served, free_port, own_folder

CONFIG = """
[server]
hosts = 127.0.0.1:{port}
timeout = 30
max_connections = 40
{tls}
[auth]
type = htpasswd
htpasswd_filename = {here}/users
htpasswd_encryption = plain
htpasswd_cache = false
delay = 0
[storage]
filesystem_folder = {here}/collections
[web]
type = none
[logging]
level = info
"""
TLS = """
ssl = True
certificate = {certificate.chain}
key = {certificate.key}
"""


class Radicale:
    """One server while it runs; over TLS if it is given a certificate."""

    def __init__(self, folder: Path, certificate: Certificate | None = None) -> None:
        if importlib.util.find_spec("radicale") is None:
            pytest.skip("Radicale not installed: pip install radicale")
        self.here, self.port = folder, free_port()
        self.scheme = "https" if certificate else "http"
        self._certificate = certificate
        self._users = count(1)
        folder.mkdir(exist_ok=True)
        (folder / "users").touch()
        self._configure()
        words = [sys.executable, "-m", "radicale", "--config", str(folder / "config")]
        self.server = Served(folder, words, [self.port])

    def _configure(self) -> None:
        tls = TLS.format(certificate=self._certificate) if self._certificate else ""
        text = CONFIG.format(here=self.here, port=self.port, tls=tls)
        (self.here / "config").write_text(text, encoding="utf-8")

    @property
    def url(self) -> str:
        """The address that a user would configure."""
        return f"{self.scheme}://{LOOPBACK}:{self.port}/"

    def start(self) -> Radicale:
        self.server.start()
        return self

    def stop(self) -> None:
        self.server.stop()

    def restart(self) -> None:
        self.server.restart()

    def shows(self, certificate: Certificate) -> None:
        """Restarts with another certificate."""
        self._certificate = certificate
        self._configure()
        self.restart()

    def user(self, name: str = "", password: str = "secret") -> Calendars:
        """A new account."""
        name = name or f"sam{next(self._users)}"
        self.set_password(name, password)
        return Calendars(Account(self.url, name, password, f"{self.url}{name}/"))

    def set_password(self, name: str, password: str) -> None:
        path = self.here / "users"
        kept = [
            one for one in path.read_text(encoding="utf-8").splitlines() if not one.startswith(f"{name}:")
        ]
        fresh = path.with_name("users.new")
        fresh.write_text("\n".join([*kept, f"{name}:{password}", ""]), encoding="utf-8")
        os.replace(fresh, path)


@cache
def shared() -> Radicale:
    """The one of this process of pytest. Never stop it: start one of your own for that."""
    return Radicale(own_folder("radicale")).start()


@contextlib.contextmanager
def own(certificate: Certificate | None = None) -> Iterator[Radicale]:
    """A server for one test or module."""
    server = Radicale(own_folder("radicale"), certificate).start()
    try:
        yield server
    finally:
        server.stop()
