"""What the machine tells: its zone and its folders."""

from __future__ import annotations

from pathlib import Path

import pytest

from followupd import paths
from followupd.config.world import system_zone


def test_the_zone_of_the_machine_is_found_in_tz_localtime_or_timezone(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc/timezone").write_text("Asia/Tokyo\n")
    assert system_zone({}, tmp_path) == "Asia/Tokyo"
    (tmp_path / "etc/localtime").symlink_to("../usr/share/zoneinfo/America/New_York")
    assert system_zone({}, tmp_path) == "America/New_York"
    assert system_zone({"TZ": ":Europe/Oslo"}, tmp_path) == "Europe/Oslo"
    assert system_zone({"TZ": "/usr/share/zoneinfo/posix/Europe/Rome"}, tmp_path) == "Europe/Rome"
    assert system_zone({"TZ": "CET-1CEST"}, tmp_path) == ""


def test_folders_follow_xdg_and_its_defaults(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert paths.config_file() == home / ".config/followupd/config.yaml"
    assert paths.state_folder() == home / ".local/state/followupd"
    assert paths.cache_folder() == home / ".cache/followupd"
    monkeypatch.setenv("XDG_CONFIG_HOME", "/c")
    monkeypatch.setenv("XDG_STATE_HOME", "relative/paths/are/ignored")
    assert paths.config_file() == Path("/c/followupd/config.yaml")
    assert paths.state_folder() == home / ".local/state/followupd"


def test_a_mac_has_its_own_folders(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    assert paths.config_file() == home / "Library/Application Support/followupd/config.yaml"
    assert paths.state_folder() == home / "Library/Application Support/followupd"
    assert paths.cache_folder() == home / "Library/Caches/followupd"
