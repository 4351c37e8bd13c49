"""The file whose time of change is that of an account's last cycle: told without a commit.

`status` reads it and must not load the cycle, so it stands alone.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path


def heartbeat(folder: Path, account: str) -> Path:
    """The file of this account in the state folder."""
    return folder / f"cycle-{sha256(account.encode()).hexdigest()[:12]}"
