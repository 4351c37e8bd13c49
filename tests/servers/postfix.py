"""Postfix as the user's own server, from a folder of its own; no file of the machine's own Postfix is touched.

Debian's packages of Exim and Postfix can't be installed beside each other, so POSTFIX_ROOT may name a folder
into which Postfix's package was only unpacked. It starts as root, as Postfix must, and its processes become
the accounts `uucp` and `nobody`, which every Debian has and nothing uses.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import smtplib
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

import pytest

from tests.cycle.files import ME
from tests.servers.lived import KIM
from tests.servers.post import Post
from tests.servers.running import CLOCK, PATIENCE, environment, lived_at, need, started

# Also when the test itself is killed.
DIES_WITH_ITS_PARENT = ("setpriv", "--pdeathsig", "KILL")
OWNER, DROP_GROUP = "uucp", "news"
BEHIND = "kim.novak@old.acme.example"  # where Kim's mail is sent on to
QUEUES = (
    *("active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "maildrop"),
    *("private", "public", "saved", "trace", "data"),
)
# Delayed after 4 hours and given up after 5 days, as Postfix's documentation recommends and has by default.
MAIN = """
compatibility_level = 3.6
queue_directory = {here}/queue
data_directory = data
daemon_directory = {root}/usr/lib/postfix/sbin
command_directory = {root}/usr/sbin
mail_owner = {owner}
setgid_group = {group}
import_environment = MAIL_CONFIG {environment}
export_environment = MAIL_CONFIG {environment}
myhostname = mail.example.com
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mydestination =
alias_maps =
alias_database =
local_recipient_maps =
virtual_alias_maps = inline:{{ {{ {moved} = {behind} }} }}
default_transport = smtp:[127.0.0.1]:{port}
smtp_dns_support_level = disabled
smtp_host_lookup = native
delay_warning_time = 4h
maximal_queue_lifetime = 5d
bounce_queue_lifetime = 5d
"""
MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
pickup unix n - n 60 1 pickup
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
smtp unix - - n - - smtp
error unix - - n - - error
retry unix - - n - - error
anvil unix - - n - 1 anvil
"""


class Postfix:
    """One Postfix with a queue of its own, running while `at` is entered."""

    def __init__(self, folder: Path, post: Post) -> None:
        need(package="postfix")
        self.root = Path(os.environ.get("POSTFIX_ROOT", "/"))
        self.master = self.root / "usr/lib/postfix/sbin/master"
        if not self.master.exists():
            pytest.skip(
                "Postfix not found: apt-get install postfix, or POSTFIX_ROOT (apt-get download, dpkg -x)"
            )
        if os.getuid() != 0:
            pytest.skip("Postfix must be started as root")
        self.here, self.post, self.port = folder, post, _free_port()
        (folder / "conf").mkdir(parents=True)
        (folder / "queue" / "pid").mkdir(parents=True)
        for name in QUEUES:
            (folder / "queue" / name).mkdir(mode=0o700)
            shutil.chown(folder / "queue" / name, OWNER)
        self._write("master.cf", MASTER.format(port=self.port))

    @contextlib.contextmanager
    def at(self, moment: datetime) -> Iterator[None]:
        """Runs from that moment on; the queue of the time before is looked at once."""
        library = f"LD_LIBRARY_PATH={self.root / 'usr/lib/postfix'}"
        self._write(
            "main.cf",
            MAIN.format(
                here=self.here,
                root=str(self.root).rstrip("/"),
                owner=OWNER,
                group=DROP_GROUP,
                moved=KIM,
                behind=BEHIND,
                port=self.post.port,
                environment=" ".join((*CLOCK, library)),
            ),
        )
        master = [
            *DIES_WITH_ITS_PARENT,
            "env",
            library,
            str(self.master),
            "-c",
            str(self.here / "conf"),
            "-d",
        ]
        words = [*DIES_WITH_ITS_PARENT, *lived_at(moment, master)]
        with started(words, environment(self.here), self.here) as child:
            _until(lambda: child.poll() is not None or _listens(self.port), "Postfix never listened")
            assert child.poll() is None, f"Postfix ended: {child.stdout.read() if child.stdout else ''!r}"
            yield
            self.idle()
            os.kill(int((self.here / "queue/pid/master.pid").read_text(encoding="ascii")), signal.SIGKILL)
            child.wait(PATIENCE)

    def send(self, letter: bytes, to: str) -> None:
        """The letter as a mail program hands it over."""
        with smtplib.SMTP("127.0.0.1", self.port, timeout=PATIENCE) as smtp:
            smtp.sendmail(ME, [to], letter)

    def idle(self) -> None:
        """Waits until nothing is under way: what is left in the queue waits for a later try."""
        places = [self.here / "queue" / name for name in ("maildrop", "incoming", "active")]
        _until(lambda: not any(any(place.iterdir()) for place in places), "Postfix never came to rest")

    def _write(self, name: str, text: str) -> None:
        path = self.here / "conf" / name
        path.write_text(text.lstrip(), encoding="utf-8")
        # Postfix waits until a file is seconds old before it believes that it is whole.
        old = path.stat().st_mtime - 60
        os.utime(path, (old, old))


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _listens(port: int) -> bool:
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def _until(seen: Callable[[], bool], what: str) -> None:
    pause, end = threading.Event(), time.monotonic() + PATIENCE
    while not seen():
        assert time.monotonic() < end, what
        pause.wait(0.01)
