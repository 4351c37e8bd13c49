"""Sam Lee on a machine in a container: a home, followupd in a virtual environment, a vdir, a Maildir, a user manager.

The clock is the real one, so an interview is put so many seconds ahead, and its letters are owed one second
after it ends.
"""

from __future__ import annotations

import email
import email.policy
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import followupd
from followupd.demo import EVENT
from tests.systemd.container import UID, Container

HOME = Path("/home/sam")
PROGRAM = HOME / "venv/bin/followupd"
UNIT = "followupd.service"
KEYRING = "keyring.service"
PROBE = Path(__file__).with_name("probe.py")
PATIENCE = 20  # seconds for what should take two at most: the machine may be busy
STEP = 0.02  # seconds between two looks

PANEL = ("dana@acme.example", "kim@acme.example", "lukasz@acme.example")
ONE_EACH = dict.fromkeys(PANEL, 1)
CONFIG = """\
me: {name: Sam Lee, addresses: [sam@example.com], country: GB, timezone: Europe/London}
accounts:
  - name: personal
    calendar: {provider: local, path: ~/calendars}
    mailbox: {provider: local, path: ~/Mail, folders: {drafts: Drafts, sent: Sent}}
interviews: {any: [{title: '\\binterview\\b'}]}
organisations: [{name: Acme, domains: [acme.example]}]
thank_you: {ready_after: 1s}
"""


LIBRARIES = {
    sysconfig.get_path(kind): Path(f"/opt/libraries/{number}")
    for number, kind in enumerate(("purelib", "platlib"))
}


def visible() -> list[tuple[str, Path]]:
    """What of this host a virtual environment in the container rests on, and where: interpreter and libraries.

    The libraries have a place of their own: a project may lie in /tmp, and the container has another one.
    """
    interpreter = Path(sys.base_prefix)
    own = [] if interpreter.is_relative_to("/usr") else [(str(interpreter), interpreter)]
    return [*own, *LIBRARIES.items()]


class Person:
    """Sam. Paths of the home are as the host sees them; commands run in the container."""

    def __init__(self, machine: Container) -> None:
        self.machine = machine
        self.home = machine.root / HOME.relative_to("/")
        self.calendars = self.home / "calendars"
        self.mail = self.home / "Mail"
        self.config = self.home / ".config/followupd/config.yaml"
        self.state = self.home / ".local/state/followupd"
        self.units = self.home / ".config/systemd/user"
        self.unit = UNIT
        self.manager: tuple[str, ...] = ("systemctl", "--user")
        self.began = time.time()

    # --- a home ---

    def install_followupd(self) -> None:
        """As pip does into a virtual environment: the package, and the program that imports it.

        The libraries that it needs are this host's, by a .pth file. The paths that such a file names
        may hold others of their kind, which are not read: followupd itself is the copy.
        """
        made = self.says(f"{sys.base_prefix}/bin/python3", "-m", "venv", "--without-pip", "venv")
        assert made.returncode == 0, made.stderr
        (packages,) = (self.home / "venv/lib").glob("python3.*/site-packages")
        source = Path(followupd.__file__).parent
        shutil.copytree(source, packages / "followupd")
        (packages / "libraries.pth").write_text("".join(f"{place}\n" for place in LIBRARIES.values()))
        program = self.machine.root / PROGRAM.relative_to("/")
        program.write_text(f"#!{PROGRAM.parent}/python\nfrom followupd.cli import main\n\nmain()\n")
        program.chmod(0o755)
        self._own(self.home)

    def begins_anew(self) -> None:
        """No service, no drop-ins, no state; a config, an empty calendar and an empty mailbox."""
        self.systemctl("disable", "--now", self.unit)
        self.systemctl("reset-failed")
        for folder in (".config", ".local", ".cache", "calendars", "Mail", "offline"):
            shutil.rmtree(self.home / folder, ignore_errors=True)
        for folder in ("", "Drafts", "Sent", "Trash", "Archive"):
            for sub in ("cur", "new", "tmp"):
                self.folder(self.mail / folder / sub)
        self.folder(self.calendars)
        self.folder(self.home / ".ssh")
        self.write(self.config, CONFIG)
        self.write(self.home / "probe.py", PROBE.read_text())

    def write(self, path: Path, content: str) -> None:
        """Writes a file of Sam's, as a program does that never shows half of it."""
        self.folder(path.parent)
        made = path.with_name(path.name + ".new")
        made.write_text(content, encoding="utf-8")
        os.chown(made, UID, UID)
        made.replace(path)

    def folder(self, path: Path) -> None:
        """Makes a folder of Sam's, and those between it and the home. Raises ValueError for one elsewhere."""
        here = self.home
        for name in path.relative_to(self.home).parts:
            here /= name
            if not here.exists():
                here.mkdir()
                os.chown(here, UID, UID)

    def kernel_says(self) -> dict[str, str]:
        """The daemon's /proc/PID/status: proc(5)."""
        said = self.machine.run("cat", f"/proc/{self.pid()}/status").stdout
        return dict(line.split(":\t", 1) for line in said.splitlines() if ":\t" in line)

    def _own(self, folder: Path) -> None:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, UID, UID, follow_symlinks=False)

    # --- calendar and mailbox ---

    def invited(self, *, ends_in: float) -> None:
        """The demo's interview, under way now, ends so many seconds from now."""
        ends = datetime.now(UTC) + timedelta(seconds=ends_in)
        begins, end = (f"{at:%Y%m%dT%H%M%SZ}" for at in (ends - timedelta(minutes=45), ends))
        event = re.sub(r"(DTSTART).*", rf"\1:{begins}", re.sub(r"(DTEND).*", rf"\1:{end}", EVENT))
        self.write(self.calendars / "panel.ics", re.sub(r"(DTSTAMP).*", rf"\1:{begins}", event))

    def drafts(self) -> list[EmailMessage]:
        """The letters in Drafts."""
        return list(_messages(self.mail / "Drafts"))

    def letters(self) -> Counter[str]:
        """How many drafts there are to each address."""
        return Counter(str(draft["To"].addresses[0].addr_spec) for draft in self.drafts())

    # --- commands ---

    def says(self, *command: str | Path) -> subprocess.CompletedProcess[str]:
        """Runs a command as Sam."""
        return self.machine.run(*command, user=True)

    def followupd(self, *words: str, code: int = 0) -> str:
        """Runs followupd, which must end with this code. What it printed."""
        ended = self.says(PROGRAM, *words)
        assert ended.returncode == code, f"{words}: {ended.returncode}\n{ended.stdout}\n{ended.stderr}"
        return ended.stdout + ended.stderr

    def unlocks_the_keyring(self) -> None:
        """gnome-keyring, as a desktop's login leaves it. It ends with the test."""
        self.says(
            "systemctl", "--user", "restart", "dbus.service"
        )  # ends one that the bus itself has started
        daemon = "printf secret | exec gnome-keyring-daemon --unlock --components=secrets --foreground"
        begun = self.says("systemd-run", "--user", "--collect", f"--unit={KEYRING}", "sh", "-c", daemon)
        assert begun.returncode == 0, begun.stderr
        asked = ("busctl", "--user", "--auto-start=no", "status", "org.freedesktop.secrets")
        self.wait_for(lambda: self.says(*asked).returncode == 0, "a keyring on the bus")

    # --- the service ---

    def systemctl(self, *words: str) -> subprocess.CompletedProcess[str]:
        return self.machine.run(*self.manager, *words, user="--user" in self.manager)

    def drop_in(self, *lines: str, name: str = "test") -> None:
        """Settings of the unit as `systemctl edit` makes them."""
        self.put(self.units / f"{self.unit}.d/{name}.conf", "\n".join(("[Service]", *lines, "")))
        self.systemctl("daemon-reload")

    def put(self, unit: Path, content: str) -> None:
        """Writes a file of the manager's."""
        self.write(unit, content)

    def install_service(self) -> str:
        """The real command. Afterwards the service has said that it is ready."""
        said = self.followupd("service", "install")
        self.wait_for(lambda: self.show("ActiveState") == "active", "active")
        return said

    def start(self) -> None:
        """Starts the service, anew if it runs. Afterwards it has said that it is ready."""
        started = self.systemctl("restart", self.unit)
        assert started.returncode == 0, f"{started.stderr}\n{self.log()}"

    def tries_freely(self) -> dict[str, str]:
        """What the probe says outside of any unit."""
        return _tried(self.says(HOME / "venv/bin/python", HOME / "probe.py").stdout)

    def attempts(self) -> dict[str, str]:
        """Starts the service with the probe before it, under the same restrictions: see probe.py."""
        self.drop_in(f"ExecStartPre={HOME}/venv/bin/python {HOME}/probe.py", name="probe")
        self.start()
        return _tried(self.log())

    def show(self, name: str) -> str:
        """A property of the unit: systemctl(1), "show"."""
        return self.systemctl("show", "--value", f"--property={name}", self.unit).stdout.strip()

    def pid(self) -> int:
        """The daemon's process, as the container counts."""
        return int(self.show("MainPID"))

    def signal(self, name: str, pid: int) -> None:
        """Sends a process a signal, not through systemd."""
        self.says("/bin/kill", f"-{name}", str(pid))

    def kills_at_the_first_letter(self, pid: int) -> None:
        """Waits for a letter in Drafts, next to the daemon, and kills it at once."""
        wait = 'until set -- Mail/Drafts/[cn]*/*:* Mail/Drafts/new/*; [ -e "$1" ] || [ -e "$2" ]; do sleep 0.002; done'
        self.says("sh", "-c", f"{wait}; kill -KILL {pid}")

    def lives_on(self, pid: int, seconds: float) -> bool:
        """Whether the daemon is this very process for so long."""
        return not self.comes_true(lambda: self.pid() != pid, seconds)

    def log(self, *only: str) -> str:
        """What the journal holds of the unit since this test began."""
        which = "--user-unit" if "--user" in self.manager else "--unit"
        words = (f"{which}={self.unit}", f"--since=@{self.began:.6f}", "--output=cat", "--no-pager", *only)
        return self.machine.run("journalctl", *words, user="--user" in self.manager).stdout

    def wait_for(self, condition: Callable[[], bool], what: str) -> None:
        """Waits until it is so. Fails with what systemd and the journal say."""
        if not self.comes_true(condition, PATIENCE):
            status = self.systemctl("status", "--no-pager", "--lines=0", self.unit).stdout
            raise AssertionError(f"not {what} after {PATIENCE} s\n{status}\n{self.log()[-4000:]}")

    def comes_true(self, condition: Callable[[], bool], seconds: float) -> bool:
        """Whether it is so at some time in the next so many seconds; looks again and again."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if condition():
                return True
            time.sleep(STEP)
        return False

    def ends(self) -> None:
        """The service is gone, whatever state a test has left it in."""
        self.systemctl("disable", "--now", self.unit)
        self.says("systemctl", "--user", "stop", KEYRING)


def _tried(said: str) -> dict[str, str]:
    (line,) = [line for line in said.splitlines() if line.startswith('{"probe"')]
    return dict(json.loads(line)["probe"])


def _messages(folder: Path) -> Iterator[EmailMessage]:
    for path in sorted(path for sub in ("new", "cur") for path in (folder / sub).glob("[!.]*")):
        with suppress(FileNotFoundError):
            yield email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
