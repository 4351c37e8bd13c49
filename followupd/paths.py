"""Where things lie: the XDG base directories, and macOS's own folders there.

Nothing is created here, and nothing heavy is imported: `--help` passes through this module.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

_NAME = "followupd"


def config_file() -> Path:
    """The config that is read where `-c FILE` names none."""
    return _folder("XDG_CONFIG_HOME", ".config", "Library/Application Support") / "config.yaml"


def state_folder() -> Path:
    """Where the store, the notes and the locks live where `--state DIR` names no other place."""
    return _folder("XDG_STATE_HOME", ".local/state", "Library/Application Support")


def cache_folder() -> Path:
    """Outside the state folder, so that a restored state can be told from the latest one."""
    return _folder("XDG_CACHE_HOME", ".cache", "Library/Caches")


def _folder(variable: str, elsewhere: str, mac: str) -> Path:
    # The XDG specification says that a relative path in these variables is to be ignored.
    named = Path(os.environ.get(variable, ""))
    if named.is_absolute():
        return named / _NAME
    return Path.home() / (mac if sys.platform == "darwin" else elsewhere) / _NAME
