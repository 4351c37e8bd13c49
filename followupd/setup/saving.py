"""Puts a config into its file: whole or not at all, for the user alone, and never one that does not load."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from followupd.config import Config, load
from followupd.errors import ConfigError, UsageError

OPEN_TO_NOBODY_ELSE = 0o600


def trial(text: str, path: Path, state: Path) -> Config:
    """What the text would mean as the config in `path`. Raises ConfigError, one problem a line; UsageError."""
    with _beside(path, text) as file:
        return _loaded(file, state)


def save(text: str, path: Path, state: Path) -> Config:
    """Writes it. What stood there before is kept as `config.yaml.bak`. Raises ConfigError, UsageError.

    A link stays a link: what it points to is replaced.
    """
    trial(text, path, state)
    target = path.resolve()
    with _beside(target, text) as file:
        if target.exists():
            file.chmod(target.stat().st_mode & 0o777)
            _keep_former(target)
        file.replace(target)
    return load(path, state)


def former(path: Path) -> Path:
    """Where the config before the last change is kept."""
    target = path.resolve()
    return target.with_name(f"{target.name}.bak")


def _keep_former(target: Path) -> None:
    with _beside(target, target.read_bytes()) as copy:
        copy.replace(former(target))


@contextmanager
def _beside(path: Path, content: str | bytes) -> Iterator[Path]:
    """A file in the same folder, where relative paths mean the same. It is gone afterwards unless moved."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".config-", suffix=".yaml")
    except OSError as error:
        raise UsageError(
            f"nothing can be written in {path.parent} ({error.strerror}), so no config was. Correct its rights, or "
            "name another file with -c."
        ) from error
    file = Path(name)
    try:
        with os.fdopen(handle, "wb") as open_file:
            open_file.write(content.encode() if isinstance(content, str) else content)
            open_file.flush()
            os.fsync(open_file.fileno())
        file.chmod(OPEN_TO_NOBODY_ELSE)
        yield file
    finally:
        file.unlink(missing_ok=True)


def _loaded(file: Path, state: Path) -> Config:
    try:
        return load(file, state)
    except ConfigError as error:
        lines = (line.removeprefix(f"{file}:").partition(": ")[2] for line in str(error).splitlines())
        raise ConfigError("\n".join(lines)) from None
