"""A keyring in memory, key files, and what is sealed in these tests."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

SECRET = b'{"refresh_token": "1//plain-and-secret"}'
OLD, NEW = b"old-plain-secret " * 40, b"new-plain-secret " * 40
KEY = bytes(range(1, 33))
ROOT = Path(__file__).parents[2]
Plug = Callable[[object], None]
"""Puts a keyring in the place of the system's."""

PLAIN_RING = """
import json, os, sys
from pathlib import Path
from keyring.backend import KeyringBackend

STORE = Path("{store}")

class Keyring(KeyringBackend):
    priority = 5
    def held(self):
        return json.loads(STORE.read_text()) if STORE.exists() else {{}}
    def get_password(self, service, user):
        return self.held().get(user)
    def set_password(self, service, user, password):
        if os.environ.get("WAITS"):
            print("making a key", flush=True)
            sys.stdin.readline()
        STORE.write_text(json.dumps({{**self.held(), user: password}}))
    def delete_password(self, service, user):
        raise NotImplementedError

Keyring.__module__ = {module!r}
"""


class Ring:
    """A keyring in memory, in the place of one that encrypts."""

    __module__ = "keyring.backends.SecretService"
    priority = 5.0

    def __init__(self) -> None:
        self.held: dict[tuple[str, str], str] = {}
        self.fails: Exception | None = None
        self.asked = 0

    def get_password(self, service: str, user: str) -> str | None:
        self.asked += 1
        self._fail()
        return self.held.get((service, user))

    def set_password(self, service: str, user: str, password: str) -> None:
        self._fail()
        self.held[service, user] = password

    def delete_password(self, service: str, user: str) -> None:
        self._fail()
        del self.held[service, user]

    def _fail(self) -> None:
        if self.fails:
            raise self.fails


def kind_of_ring(module: str, **more: object) -> type[Ring]:
    return type("Keyring", (Ring,), {"__module__": module, **more})


def key_in(path: Path, content: bytes = KEY, mode: int = 0o600) -> Path:
    path.write_bytes(content)
    path.chmod(mode)
    return path


def folder(state: Path) -> Path:
    return state / "credentials"


def child(code: str, *words: str, **environment: str) -> str:
    """What a child process prints; it must end well."""
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
