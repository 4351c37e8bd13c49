"""The service that keeps followupd running: a user service of systemd, an agent of launchd.

`service()` picks the one of this machine. What it writes is made from this installation and its config;
what the user edited is never overwritten without being told.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from followupd.errors import UsageError
from followupd.service.contract import Service, Standing
from followupd.service.launchd import Launchd
from followupd.service.systemd import Systemd

__all__ = ["Service", "Standing", "service"]


def service(config: Path, state: Path) -> Service:
    """The service for this config and state folder. Raises UsageError where there is none, saying what to do."""
    if sys.platform == "darwin":
        return Launchd(config, state)
    if shutil.which("systemctl"):
        return Systemd(config, state)
    raise UsageError(
        "this machine has neither systemd nor launchd, so there is nothing that could run a service. Let your "
        "own supervisor (runit, OpenRC, s6, a container) run `followupd run`: it stays in the foreground, logs "
        "to standard error, and ends on SIGTERM."
    )
