"""A machine of its own for every test: its home, its zone, its folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.config.sample import Write


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine in Berlin whose user has a calendar folder and two Maildirs."""
    for folder in ("calendars", "Mail/inner", "Other"):
        (tmp_path / folder).mkdir(parents=True)
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("sys.platform", "linux")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("TZ", "Europe/Berlin")
    return tmp_path


@pytest.fixture
def write(home: Path) -> Write:
    def _write(text: str) -> Path:
        path = home / "config.yaml"
        path.write_text(text, encoding="utf-8")
        return path

    return _write
