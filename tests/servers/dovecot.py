"""Dovecot as the user's mail server: IMAP with and without encryption, and LMTP, by which mail comes in.

`shared()` is one server for all tests of a process of pytest; `user()` is a new mailbox on it, so that tests do
not meet. Tests that want another kind of server (see `Kind`) start one of their own, which takes 0.1 s.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import cache
from itertools import count
from pathlib import Path

from imapclient.exceptions import LoginError

from tests.servers.dovecot_config import CAPABILITIES, INTROSPECTION, ROLES, Kind, configuration
from tests.servers.dovecot_mail import Deed, Mailbox
from tests.servers.hand import Account, Hand
from tests.servers.running import NOBODY, as_nobody_alone, as_somebody, environment, run
from tests.servers.served import Served, free_port, installed, own_folder, until

__all__ = ["CAPABILITIES", "ROLES", "Deed", "Dovecot", "Kind", "Mailbox", "own", "shared"]


class Dovecot:
    """One server while it runs: `port` (plain and STARTTLS), `tls_port`, `lmtp_port`."""

    def __init__(self, folder: Path, kind: Kind | None = None) -> None:
        program = installed("dovecot", "dovecot-core")
        installed("imap-login", "dovecot-imapd")
        installed("lmtp", "dovecot-lmtpd")
        self.here, self.kind = folder, kind or Kind()
        self.port, self.tls_port, self.lmtp_port = free_port(), free_port(), free_port()
        as_user, self._uid = as_nobody_alone()
        self._users = count(1)
        (folder / "users").mkdir(parents=True, exist_ok=True)
        self._configure()
        words = [program, "-F", "-c", str(folder / "dovecot.conf")]
        ports = (self.port, self.tls_port, self.lmtp_port)
        self.server = Served(folder, words, ports, as_user=as_user)

    def _configure(self) -> None:
        ports = {"imap": self.port, "imaps": self.tls_port, "lmtp": self.lmtp_port}
        text = configuration(self.kind, self.here, self._uid, ports)
        (self.here / "dovecot.conf").write_text(text, encoding="utf-8")
        url = INTROSPECTION.format(url=self.kind.introspection)
        (self.here / "oauth.conf.ext").write_text(url, encoding="utf-8")

    def start(self) -> Dovecot:
        self.server.start()
        return self

    def stop(self) -> None:
        self.server.stop()

    def restart(self) -> None:
        """Ends at once, with every connection, and comes back on the same ports."""
        self.server.restart()

    # --- users ---

    def user(self, name: str = "", password: str = "secret") -> Mailbox:
        """A new, empty mailbox."""
        name = name or f"sam{next(self._users)}"
        self.set_password(name, password)
        return Mailbox(self, Account(name, password, self.port))

    def set_password(self, name: str, password: str) -> None:
        """For a new user, or instead of the one before; returns when it holds."""
        path = self.here / "users" / name
        changed = path.exists()
        path.write_text(f"{name}:{{PLAIN}}{password}::::::\n", encoding="utf-8")
        if changed:  # Dovecot looks at the file again in its next second
            until(lambda: self._takes(name, password), "the new password never held")

    def _takes(self, name: str, password: str) -> bool:
        with contextlib.suppress(LoginError):
            return bool(Hand(Account(name, password, self.port)).folders())
        return False

    def doveadm(self, *words: str) -> str:
        """Dovecot's own tool, on this server."""
        program = installed("doveadm", "dovecot-core")
        config = ["-c", str(self.here / "dovecot.conf")]
        as_user, _ = as_somebody(NOBODY)
        return run([*as_user, program, *config, *words], environment(self.here), self.here)

    def log(self, name: str = "") -> list[str]:
        """What it has logged, all or of one user."""
        text = (self.here / "dovecot.log").read_text(encoding="utf-8", errors="replace")
        return [line for line in text.splitlines() if not name or f"({name})" in line]


@cache
def shared() -> Dovecot:
    """The one of this process of pytest, of the usual kind. Never stop it: start one of your own for that."""
    return Dovecot(own_folder("dovecot")).start()


@contextlib.contextmanager
def own(kind: Kind | None = None) -> Iterator[Dovecot]:
    """A server for one test or module, of another kind or to be stopped."""
    server = Dovecot(own_folder("dovecot"), kind).start()
    try:
        yield server
    finally:
        server.stop()
