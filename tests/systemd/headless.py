"""Sam's machine without a session: the templated system unit, and a key that only systemd can open.

The steps are those of docs/service.md, "A machine without a desktop".
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
from pathlib import Path

from tests.systemd.container import Container
from tests.systemd.person import Person

KEY = "/etc/credstore.encrypted/followupd-key.sam"


class Headless(Person):
    """Sam, whose service is started by the system's manager."""

    def __init__(self, machine: Container) -> None:
        super().__init__(machine)
        self.unit = "followupd@sam.service"
        self.manager = ("systemctl",)
        self.units = machine.root / "etc/systemd/system"

    def install_unit(self) -> None:
        """All but the key and the start."""
        self.put(self.units / "followupd@.service", self.followupd("service", "show", "--system"))
        self.drop_in("RestartSec=100ms")

    def put(self, unit: Path, content: str) -> None:
        """These are root's."""
        unit.parent.mkdir(parents=True, exist_ok=True)
        unit.write_text(content)

    def begins_anew(self) -> None:
        super().begins_anew()
        shutil.rmtree(self.units / f"{self.unit}.d", ignore_errors=True)

    def seal_key(self, name: str = "followupd-key") -> None:
        """Makes a key that systemd opens as the credential of this name, and for nothing else: systemd-creds(1)."""
        seal = shlex.join(("systemd-creds", "encrypt", f"--name={name}", "-", KEY))
        sealed = self.machine.run(
            "sh", "-c", f"mkdir -p -m 700 $(dirname {KEY}); head -c 32 /dev/urandom | {seal}"
        )
        assert sealed.returncode == 0, sealed.stderr

    def with_key(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Runs a command as Sam that may use the key, as the docs have one sign in."""
        return self.machine.run(
            *("systemd-run", "--quiet", "--pipe", "--wait", "--uid=sam"),
            *("-p", f"LoadCredentialEncrypted=followupd-key:{KEY}", *command),
        )
