"""Cyrus as the user's mail and calendar server: a family of its own, in which both share one login.

Debian's packages of Cyrus and Dovecot can't be installed beside each other, so CYRUS_ROOT may name a folder into
which Cyrus's packages were only unpacked. `shared()` is one server for all tests of a process of pytest; `user()`
is a new account on it. Any password is right.
"""

from __future__ import annotations

import contextlib
import os
import smtplib
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from itertools import count
from pathlib import Path

import pytest

from tests.servers.calendars import Account as CalendarAccount
from tests.servers.calendars import Calendars
from tests.servers.hand import Account, Hand
from tests.servers.running import account_names, as_nobody_alone
from tests.servers.served import LOOPBACK, Served, free_port, own_folder

FOLDERS = "Drafts | Sent | Trash | Archive | Junk"
IMAPD = """
configdirectory: {here}/conf
defaultpartition: default
partition-default: {here}/spool
cyrus_user: {name}
cyrus_group: {group}
servername: localhost
allowplaintext: yes
sasl_pwcheck_method: alwaystrue
sasl_mech_list: PLAIN LOGIN
autocreate_quota: 0
autocreate_inbox_folders: {folders}
autocreate_subscribe_folders: {folders}
xlist-drafts: Drafts
xlist-sent: Sent
xlist-trash: Trash
xlist-archive: Archive
xlist-junk: Junk
httpmodules: caldav
caldav_create_default: no
duplicatesuppression: no
skiplist_unsafe: yes
"""
MASTER = """
START {{
}}
SERVICES {{
  imap cmd="{bin}/imapd -C {here}/imapd.conf" listen="127.0.0.1:{imap}" prefork=1
  http cmd="{bin}/httpd -C {here}/imapd.conf" listen="127.0.0.1:{http}" prefork=1
  lmtp cmd="{bin}/lmtpd -a -C {here}/imapd.conf" listen="127.0.0.1:{lmtp}" prefork=0
}}
EVENTS {{
}}
DAEMON {{
  idled cmd="{bin}/idled -C {here}/imapd.conf"
}}
"""


class Cyrus:
    """One server while it runs: `port` for IMAP, `http_port` for CalDAV, `lmtp_port`. Nothing is encrypted."""

    def __init__(self, folder: Path) -> None:
        root = Path(os.environ.get("CYRUS_ROOT", "/"))
        programs = root / "usr/lib/cyrus/bin"
        if not (programs / "master").exists() or not (programs / "httpd").exists():
            pytest.skip(
                "Cyrus not found: apt-get install cyrus-imapd cyrus-caldav, or CYRUS_ROOT (apt-get download, dpkg -x)"
            )
        self.here = folder
        self.port, self.http_port, self.lmtp_port = free_port(), free_port(), free_port()
        self._users = count(1)
        as_user, uid = as_nobody_alone()
        for name in ("conf/db", "conf/socket", "conf/proc", "conf/log", "conf/msg", "conf/lock", "spool"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        self._configure(programs, uid)
        files = [
            "-C",
            str(folder / "imapd.conf"),
            "-M",
            str(folder / "cyrus.conf"),
            "-p",
            str(folder / "pid"),
        ]
        ports = (self.port, self.http_port, self.lmtp_port)
        self.server = Served(folder, [str(programs / "master"), *files, "-D"], ports, as_user=as_user)
        self.server.more = {"LD_LIBRARY_PATH": str(root / "usr/lib/x86_64-linux-gnu")}

    def _configure(self, programs: Path, uid: int) -> None:
        name, group = account_names(uid)
        imapd = IMAPD.format(here=self.here, name=name, group=group, folders=FOLDERS)
        (self.here / "imapd.conf").write_text(imapd.lstrip(), encoding="utf-8")
        ports = {"imap": self.port, "http": self.http_port, "lmtp": self.lmtp_port}
        master = MASTER.format(here=self.here, bin=programs, **ports)
        (self.here / "cyrus.conf").write_text(master.lstrip(), encoding="utf-8")

    def start(self) -> Cyrus:
        self.server.start()
        return self

    def stop(self) -> None:
        self.server.stop()

    def restart(self) -> None:
        self.server.restart()

    def user(self, name: str = "", password: str = "secret") -> Mailbox:
        """A new account: an empty mailbox, and no calendar yet."""
        return Mailbox(self, Account(name or f"sam{next(self._users)}", password, self.port))


class Mailbox:
    """One user's mailbox and calendars: `hand` is the user's own, `deliver` is the world's."""

    def __init__(self, server: Cyrus, account: Account) -> None:
        self.server, self.account = server, account
        self.hand = Hand(account)
        self.hand.folders()  # the first login makes the mailbox, without which there are no calendars either
        root = f"http://{LOOPBACK}:{server.http_port}/"
        home = f"{root}dav/calendars/user/{account.user}/"
        self.calendars = Calendars(CalendarAccount(root, account.user, account.password, home))

    @property
    def user(self) -> str:
        return self.account.user

    @property
    def password(self) -> str:
        return self.account.password

    def deliver(self, raw: bytes, at: datetime | None = None, sender: str = "") -> None:
        """The message comes in by LMTP; `at` (aware) is the moment that the server notes for it, else now.

        `sender` is the envelope's, "" that of bounces and automatic replies.
        """
        data = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        if at is not None:  # LMTP can't say when; saved by hand it is the same message
            return self.hand.put(f"Return-Path: <{sender}>\r\n".encode() + data, "INBOX", at, ())
        with smtplib.LMTP(LOOPBACK, self.server.lmtp_port) as lmtp:
            lmtp.sendmail(sender, [self.user], data)
        return None


@cache
def shared() -> Cyrus:
    """The one of this process of pytest. Never stop it: start one of your own for that."""
    return Cyrus(own_folder("cyrus")).start()


@contextlib.contextmanager
def own() -> Iterator[Cyrus]:
    """A server for one test or module."""
    server = Cyrus(own_folder("cyrus")).start()
    try:
        yield server
    finally:
        server.stop()
