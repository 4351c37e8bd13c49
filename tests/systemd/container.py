"""A machine with a real systemd as its first process: systemd-nspawn(1) over this host's own /usr.

The root is made of a handful of files in /etc and the host's /usr, bound read-only. On two cores it boots in 0.4 s.
A root made by debootstrap takes a minute or more, a network and 300 MB, and would show the same: what is tested is
the program and its units, not a distribution.

The container has processes, mounts and a network of its own (the last with a loopback alone), and the host's kernel,
clock and user numbers. Its control groups are of the second version, as everywhere today; where the host has the
first, they come without controllers: MemoryMax= and TasksMax= are accepted and do nothing.

It needs root, systemd-nspawn (Debian: systemd-container), and in /usr what a machine with sessions has: systemd,
dbus, dbus-user-session, libpam-systemd.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
import uuid
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

BOOT = 30  # seconds after which a container counts as unable to boot
LONG = 60  # seconds after which a command in it counts as hung
PROGRAMS = ("systemd-nspawn", "nsenter", "setpriv")
PARTS = {
    "lib/systemd/systemd": "systemd",
    "lib/systemd/user/dbus.socket": "dbus-user-session",
    "lib/systemd/system/dbus.service": "dbus",
    "lib/*/security/pam_systemd.so": "libpam-systemd",
}
GROUPS = Path("/sys/fs/cgroup")
UID = 43210  # Sam's; of an ordinary user, and of nobody on the host

# env(1)'s words for who runs a command.
ROOTS = ("--chdir=/root", "-i", "HOME=/root")
SAMS = (
    "--chdir=/home/sam",
    "-i",
    "HOME=/home/sam",
    "USER=sam",
    "LOGNAME=sam",
    f"XDG_RUNTIME_DIR=/run/user/{UID}",
)

# In control groups of its own the container mixes with nothing else that runs here.
IN_GROUPS = 'for group in $0; do echo $$ > "$group/cgroup.procs"; done; exec "$@"'
# Kills the container's first process when the standard input ends: when it is closed, and when who holds the other
# end is killed. A number may have gone to another process since, so its control group must bear the container's name.
WATCHER = 'cat > /dev/null; if grep -q "$1" "/proc/$0/cgroup"; then kill -KILL "$0"; fi'

FOLDERS = ("usr", "proc", "sys", "dev", "run", "tmp", "root", "opt", "etc", "var/log/journal", "home/sam")
ETC = {
    "hostname": "interview\n",
    "passwd": "root:x:0:0:root:/root:/bin/sh\n"
    "messagebus:x:100:100::/nonexistent:/usr/sbin/nologin\n"
    f"sam:x:{UID}:{UID}:Sam Lee:/home/sam:/bin/sh\n"
    "nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
    "group": "root:x:0:\nadm:x:4:\ntty:x:5:\nmessagebus:x:100:\nsystemd-journal:x:101:\n"
    f"sam:x:{UID}:\nnogroup:x:65534:\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
    "hosts": "127.0.0.1 localhost\n",
    "pam.d/other": "auth required pam_rootok.so\naccount required pam_permit.so\nsession required pam_permit.so\n",
    # The user manager's own session: without pam_systemd it has no folder under /run/user.
    "pam.d/systemd-user": "account required pam_permit.so\nsession required pam_systemd.so\n",
}


class CannotBoot(Exception):
    """This machine can't run the container; the text says why."""


def missing() -> str:
    """What this machine lacks, "" where a container can be tried."""
    if os.name != "posix" or not Path("/proc/self/ns").exists():
        return "containers are for Linux"
    if os.geteuid() != 0:
        return "a container needs root"
    lacking = [name for name in PROGRAMS if not shutil.which(name)]
    lacking += [package for path, package in PARTS.items() if not any(Path("/usr").glob(path))]
    if lacking:
        return f"not installed: {', '.join(lacking)}"
    return "" if Path("/bin").is_symlink() else "/bin is not a link into /usr here"


@dataclass
class Container:
    """One that has booted. `root` is its root as the host sees it."""

    root: Path
    name: str = field(default_factory=lambda: f"followupd-{uuid.uuid4().hex[:12]}")
    leader: int = 0
    """Its first process, as the host counts."""
    _nspawn: subprocess.Popen[bytes] | None = None
    _watcher: subprocess.Popen[bytes] | None = None

    @classmethod
    def boot(cls, root: Path, visible: Sequence[tuple[str, Path]] = ()) -> Container:
        """Boots one in an empty folder, with these folders of the host read-only at the paths beside them.

        Raises CannotBoot, with the end of what its console said.
        """
        container = cls(root)
        _make_root(root)
        try:
            container._start(visible)
        except BaseException:
            container.close()
            raise
        return container

    def _start(self, visible: Sequence[tuple[str, Path]]) -> None:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ready, self._console().open("wb") as console:
            ready.bind(f"\0{self.name}")  # no file: the paths of tests may be longer than a socket's may be
            self._nspawn = subprocess.Popen(
                self._command(visible),
                env={"PATH": os.environ["PATH"], "NOTIFY_SOCKET": f"@{self.name}", **_hierarchy()},
                stdin=subprocess.DEVNULL,
                stdout=console,
                stderr=subprocess.STDOUT,
            )
            self._wait_until_booted(ready)

    def _command(self, visible: Sequence[tuple[str, Path]]) -> list[str]:
        return [
            *("sh", "-c", IN_GROUPS, self._make_groups()),
            *("systemd-nspawn", f"--directory={self.root}", f"--machine={self.name}", "--bind-ro=/usr"),
            *(f"--bind-ro={folder}:{path}" for folder, path in visible),
            *("--register=no", "--keep-unit", "--private-network", "--notify-ready=yes", "--console=pipe"),
            *("--boot", "systemd.unit=multi-user.target"),
        ]

    def _wait_until_booted(self, ready: socket.socket) -> None:
        """nspawn tells of its leader, then the leader's systemd of its READY=1: sd_notify(3)."""
        assert self._nspawn
        until = time.monotonic() + BOOT
        ready.settimeout(0.2)
        while time.monotonic() < until and self._nspawn.poll() is None:
            with suppress(TimeoutError):
                said = dict(line.partition("=")[::2] for line in ready.recv(4096).decode().splitlines())
                self._watch(said.get("X_NSPAWN_LEADER_PID", ""))
                if "READY" in said:
                    return
        last = self._console().read_text(errors="replace").strip().splitlines()[-3:]
        raise CannotBoot(f"systemd did not boot in a container here: {' / '.join(last) or 'no word from it'}")

    def _watch(self, leader: str) -> None:
        if leader:
            self.leader = int(leader)
            self._watcher = subprocess.Popen(
                ["sh", "-c", WATCHER, leader, self.name], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL
            )

    def close(self) -> None:
        """Kills it with all its processes, and takes away what nspawn leaves behind."""
        if self._watcher:
            self._watcher.communicate(timeout=LONG)  # closes its standard input
        elif self._nspawn:
            self._nspawn.kill()
        if self._nspawn:
            self._nspawn.wait(LONG)
        for group in self._groups():
            _remove_group(group)
        for kind in ("propagate", "unix-export"):
            with suppress(OSError):
                Path("/run/systemd/nspawn", kind, self.name).rmdir()

    def _console(self) -> Path:
        return self.root.parent / "console"

    def _groups(self) -> list[Path]:
        parents = (
            [GROUPS] if (GROUPS / "cgroup.controllers").exists() else [GROUPS / "systemd", GROUPS / "unified"]
        )
        return [parent / self.name for parent in parents if parent.is_dir()]

    def _make_groups(self) -> str:
        """Raises CannotBoot."""
        try:
            for group in self._groups():
                group.mkdir()
        except OSError as error:
            raise CannotBoot(f"no control groups can be made here: {error.strerror}") from error
        return " ".join(str(group) for group in self._groups())

    def run(self, *command: str | Path, user: bool = False) -> subprocess.CompletedProcess[str]:
        """Runs a command in it, as root or as Sam with the environment of a session; both streams as text."""
        session = ["setpriv", f"--reuid={UID}", f"--regid={UID}", "--clear-groups", "--"] if user else []
        words = [*(SAMS if user else ROOTS), "PATH=/usr/local/bin:/usr/bin:/usr/sbin", "LANG=C.UTF-8"]
        return subprocess.run(
            ["nsenter", f"--target={self.leader}", "--all", "--", *session, "env", *words, *command],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LONG,
            check=False,
        )


def _hierarchy() -> dict[str, str]:
    """nspawn gives a container the host's version of control groups, where it is not told otherwise."""
    unified = (GROUPS / "cgroup.controllers").exists()
    return {} if unified else {"SYSTEMD_NSPAWN_UNIFIED_HIERARCHY": "1"}


def _make_root(root: Path) -> None:
    """Files for a machine where Sam Lee lingers. A machine-id: without one, a first boot enables everything."""
    for folder in FOLDERS:
        (root / folder).mkdir(parents=True)
    (root / "opt").chmod(0o1777)
    for link in ("bin", "sbin", "lib", "lib64"):
        if Path("/", link).is_symlink():
            (root / link).symlink_to(Path("/", link).readlink())
    for name, content in {**ETC, "machine-id": f"{uuid.uuid4().hex}\n"}.items():
        path = root / "etc" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    for file in ("/etc/ld.so.cache", "/usr/lib/os-release"):
        shutil.copy(file, root / "etc")
    linger = root / "var/lib/systemd/linger/sam"
    linger.parent.mkdir(parents=True)
    linger.touch()
    os.chown(root / "home/sam", UID, UID)


def _remove_group(group: Path) -> None:
    """A control group is removed when it is empty, its children first. The kernel needs a moment after a kill."""
    for _ in range(50):
        for folder in sorted((path for path in group.rglob("*") if path.is_dir()), reverse=True):
            with suppress(OSError):
                folder.rmdir()
        with suppress(OSError):
            group.rmdir()
        if not group.exists():
            return
        time.sleep(0.02)
