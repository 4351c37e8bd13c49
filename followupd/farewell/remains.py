"""What is left of followupd on this machine, and how the program itself is removed."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

from followupd.config import Config


def program() -> str:
    """The command that removes the program, as it was installed: pipx, uv tool, a virtual environment, pip.

    Source: pipx writes pipx_metadata.json and uv writes uv-receipt.toml into the environments that they make.
    """
    place = Path(sys.prefix)
    if (place / "pipx_metadata.json").is_file():
        return "pipx uninstall followupd"
    if (place / "uv-receipt.toml").is_file():
        return "uv tool uninstall followupd"
    pip = f"{shlex.quote(sys.executable)} -m pip uninstall followupd"
    if sys.prefix != sys.base_prefix:
        whole = f"rm -r {shlex.quote(str(place))}"
        return f"{whole} (or, where other programs live in that environment too: {pip})"
    return pip


def files_of_the_user(config: Config | None, config_path: Path) -> Iterator[tuple[str, Path]]:
    """What the user brought or wrote, as far as it is there: what it is, and where."""
    found = [("config", config_path)]
    found += [("config before the last `init`", config_path.with_name(f"{config_path.name}.bak"))]
    if config is not None:
        found += [("client file", path) for path in _client_files(config)]
        found += [("key file", config.key_file)] if config.key_file else []
        found += [("letter templates", config.templates), ("notes", config.notes_folder)]
    for what, path in found:
        if os.path.lexists(path):
            yield what, path


def _client_files(config: Config) -> list[Path]:
    blocks = [block for account in config.accounts for block in (*account.calendars, account.mailbox)]
    named = [block.sign_in_options().get("client_file") for block in blocks]
    return list(dict.fromkeys(path for path in named if isinstance(path, Path)))
