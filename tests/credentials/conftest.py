"""No keyring and no credential of this machine; a vault in a folder of its own."""

from __future__ import annotations

from pathlib import Path

import keyring
import pytest

from followupd.credentials import Vault
from tests.credentials.kit import Plug, Ring, key_in


@pytest.fixture(autouse=True)
def _no_systemd(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    monkeypatch.delenv("PYTHON_KEYRING_BACKEND", raising=False)


@pytest.fixture
def plugged(monkeypatch: pytest.MonkeyPatch) -> Plug:
    return lambda ring: monkeypatch.setattr(keyring, "get_keyring", lambda: ring)


@pytest.fixture
def ring(plugged: Plug) -> Ring:
    made = Ring()
    plugged(made)
    return made


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    return key_in(tmp_path / "key")


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def vault(state: Path, key_file: Path) -> Vault:
    return Vault(state, key_file)
