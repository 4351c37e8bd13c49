"""A machine with a home of its own, and programs on its PATH that note what they are asked."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.service.machine import SHELL_VARIABLES, Machine


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """Linux, a config that loads, and a user manager that answers."""
    found = Machine(tmp_path)
    for name in SHELL_VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(found.home))
    monkeypatch.setenv("PATH", str(found.programs))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setattr(sys, "argv", [str(found.program)])
    monkeypatch.setattr(sys, "platform", "linux")
    return found


@pytest.fixture
def mac(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Machine:
    """The same, as a Mac."""
    monkeypatch.setattr(sys, "platform", "darwin")
    machine.move_config("Library/Application Support/followupd/config.yaml")
    return machine
