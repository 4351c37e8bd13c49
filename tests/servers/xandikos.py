"""Xandikos as the user's calendar server: every change is a commit to git, and it asks for no password.

`shared()` is one server for all tests of a process of pytest; `user()` is its one account, emptied.
"""

from __future__ import annotations

import contextlib
import importlib.util
import shutil
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.servers.calendars import Account, Calendars
from tests.servers.served import LOOPBACK, Served, free_port, own_folder


class Xandikos:
    """One server while it runs. Whoever asks is the one principal, `sam`, whose calendars lie in his home."""

    def __init__(self, folder: Path) -> None:
        if importlib.util.find_spec("xandikos") is None:
            pytest.skip("Xandikos not installed: pip install xandikos")
        self.here, self.port = folder, free_port()
        folder.mkdir(exist_ok=True)
        place = ["-d", str(folder / "data"), "-l", LOOPBACK, "-p", str(self.port)]
        principal = ["--autocreate", "--current-user-principal", "/sam/"]
        self.server = Served(
            folder, [sys.executable, "-m", "xandikos", "serve", *place, *principal], [self.port]
        )

    @property
    def url(self) -> str:
        """The address that a user would configure."""
        return f"http://{LOOPBACK}:{self.port}/"

    def start(self) -> Xandikos:
        self.server.start()
        return self

    def stop(self) -> None:
        self.server.stop()

    def restart(self) -> None:
        self.server.restart()

    def user(self) -> Calendars:
        """Its one account, made empty: tests that share a server come one after the other."""
        home = self.here / "data/sam/calendars"
        for calendar in home.iterdir():
            shutil.rmtree(calendar)
        return Calendars(Account(self.url, "", "", f"{self.url}sam/calendars/"))


@contextlib.contextmanager
def own() -> Iterator[Xandikos]:
    """A server for one test or module."""
    server = Xandikos(own_folder("xandikos")).start()
    try:
        yield server
    finally:
        server.stop()


@cache
def shared() -> Xandikos:
    """The one of this process of pytest."""
    return Xandikos(own_folder("xandikos")).start()
