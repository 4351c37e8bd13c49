"""The programs that are asked: systemctl, loginctl, launchctl. The only edge to them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from followupd.errors import FollowupdError

PATIENCE = 150.0  # seconds: systemd itself gives a service 90 to say that it is ready


@dataclass(frozen=True, slots=True)
class Ran:
    """How a program ended, and what it printed. 127 stands for one that is not there."""

    code: int
    out: str = ""
    err: str = ""

    @property
    def words(self) -> str:
        """What it complained of, in one line."""
        return " ".join((self.err or self.out).split()) or f"exit code {self.code}"


class Runner(Protocol):
    """Runs a program to its end."""

    def __call__(self, words: Sequence[str]) -> Ran:
        """Raises FollowupdError when it does not end."""


def run(words: Sequence[str]) -> Ran:
    """A real child, with what it prints in English. Raises FollowupdError when it does not end."""
    try:
        done = subprocess.run(  # noqa: S603  the words are ours; paths are single words, and no shell reads them
            words,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            stdin=subprocess.DEVNULL,
            timeout=PATIENCE,
            check=False,
            env={**os.environ, **_missing(), "LC_ALL": "C", "SYSTEMD_PAGER": "", "SYSTEMD_COLORS": "0"},
        )
    except FileNotFoundError:
        return Ran(127, err=f"{words[0]} is not installed")
    except OSError as error:
        return Ran(126, err=f"{words[0]} can't be run: {error.strerror}")
    except subprocess.TimeoutExpired:
        raise FollowupdError(
            f"`{' '.join(words)}` did not end within {PATIENCE:.0f} seconds. "
            "Look with `followupd service status` what became of it."
        ) from None
    return Ran(done.returncode, done.stdout, done.stderr)


def _missing() -> dict[str, str]:
    """After `su` or in cron nothing says where the user manager listens, though it may be there."""
    usual = Path(f"/run/user/{os.getuid()}")
    if os.environ.get("XDG_RUNTIME_DIR") or not usual.is_dir():
        return {}
    return {"XDG_RUNTIME_DIR": str(usual)}
