"""Debian's vacation(1). It calls /usr/sbin/sendmail by that name, so it runs where another file lies there.

The other file is seen in a mount namespace of the process's own only; the machine's sendmail stays as it is.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
from datetime import datetime
from pathlib import Path

import pytest

from tests.cycle.files import ME
from tests.servers.pigeonhole import sends_into, sent_by
from tests.servers.post import Delivered
from tests.servers.running import environment, lived_at, need, run

SENDMAIL = Path("/usr/sbin/sendmail")
INSIDE = 'mount --bind "$1" "$2" && shift 2 && exec "$@"'


class Vacation:
    """The mailbox of an account whose address is dana@acme.example; `message` is its ~/.vacation.msg."""

    def __init__(self, folder: Path, message: str) -> None:
        need("vacation", package="vacation")
        if not SENDMAIL.exists():
            pytest.skip(
                "no /usr/sbin/sendmail that another file could cover: apt-get install exim4-daemon-light"
            )
        self.words = _own_mounts()
        self.here = folder
        folder.mkdir()
        self.sendmail = sends_into(folder)
        (folder / "vacation.msg").write_text(message, encoding="utf-8")

    def answer(self, letter: bytes, at: datetime, *more: str) -> list[Delivered]:
        """The letter is piped to it as a delivery agent does; what was sent in answer."""
        account = pwd.getpwuid(os.getuid()).pw_name
        files = ["-f", str(self.here / "vacation.db"), "-m", str(self.here / "vacation.msg")]
        words = ["vacation", "-d", *more, *files, "-a", "dana", account]
        piped = f"From {ME} Tue Mar  3 16:40:00 2026\nReturn-Path: <{ME}>\n".encode() + letter
        inside = ["sh", "-c", INSIDE, "sh", str(self.sendmail), str(SENDMAIL), *words]
        run(lived_at(at, [*self.words, *inside]), environment(self.here), self.here, piped)
        return sent_by(self.here)


def _own_mounts() -> list[str]:
    words = ["unshare", "--mount"] + ["--map-root-user"] * (os.getuid() != 0)
    if shutil.which("unshare") is None or subprocess.run([*words, "true"], check=False).returncode != 0:
        pytest.skip("mount namespaces are not allowed here: unshare (apt-get install util-linux)")
    return words
