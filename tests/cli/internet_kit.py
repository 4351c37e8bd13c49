"""A person with a mailbox on a real Dovecot and calendars on a real Radicale, and the program at their hands."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from followupd.cli.commands import followupd
from followupd.credentials import Vault
from followupd.providers.internet.passwords import Passwords
from followupd.providers.internet.server import Server
from tests.servers import dovecot, radicale
from tests.servers.certificates import authority

NOW = "2026-03-05T10:00:00+00:00"
CONFIG = """\
me: {{name: Sam Lee, addresses: [sam@example.com], country: GB, timezone: Europe/London}}
accounts:
  - name: personal
    calendar: {calendar}
    mailbox: {mailbox}
credentials: {{key_file: key}}
"""


class Person:
    """One user of both servers, in a folder of their own. `printed` is all that was said."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.state, self.config = folder, folder / "state", folder / "config.yaml"
        self.box = dovecot.shared().user(password="mail-9f2c-secret")
        self.dav = radicale.shared().user(password="dav-77ab-secret")
        self.dav.make("work", "Work")
        self.dav.make("talks", "Interviews, all")
        self.printed: list[str] = []
        self.vault = Vault(self.state, folder / "key")
        key = folder / "key"
        key.write_bytes(bytes(range(32)))
        key.chmod(0o600)
        for name, value in self.environment().items():
            monkeypatch.setenv(name, value)
        self.configure()

    def environment(self) -> Mapping[str, str]:
        """What the program has besides the machine's own; the tests' authority is trusted."""
        return {
            "HOME": str(self.folder),
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            "XDG_CONFIG_HOME": str(self.folder / "config"),
            "TZ": "Europe/London",
            "FOLLOWUPD_PLAIN": "1",
            "SSL_CERT_FILE": str(authority().path),
            "REQUESTS_CA_BUNDLE": str(authority().path),
        }

    # --- the config ---

    def imap(self, **keys: str) -> str:
        """The block of the mailbox; a key of "" is left out."""
        said = {
            "provider": "imap",
            "host": "localhost",
            "port": str(self.box.server.tls_port),
            "user": self.box.user,
        }
        return _block(said | keys)

    def caldav(self, **keys: str) -> str:
        return _block({"provider": "caldav", "url": f"'{self.dav.url}'", "user": self.dav.user} | keys)

    def configure(self, mailbox: str = "", calendar: str = "") -> None:
        text = CONFIG.format(mailbox=mailbox or self.imap(), calendar=calendar or self.caldav())
        self.config.write_text(text, encoding="utf-8")

    # --- the program ---

    def run(self, *words: str, typed: str = "") -> Result:
        """The command line in this process, without a terminal; `typed` is its standard input."""
        given = ["-c", str(self.config), "--state", str(self.state), *words]
        result = CliRunner().invoke(followupd, given, input=typed)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        self.printed.append(result.output)
        return result

    def signed_in(self) -> None:
        """Both passwords are kept, as a login keeps them."""
        known = Passwords()
        known.set(self.server("imap"), self.box.password)
        known.set(self.server("caldav"), self.dav.password)
        self.vault.write("personal.password", known.to_bytes())

    def server(self, kind: str) -> Server:
        if kind == "imap":
            return Server(kind="imap", host="localhost", port=self.box.server.tls_port, user=self.box.user)
        port = int(self.dav.url.rstrip("/").rpartition(":")[2])
        return Server(kind="caldav", host="127.0.0.1", port=port, user=self.dav.user)

    def kept(self, kind: str) -> str:
        """The password that is kept for a server."""
        return Passwords.of(self.vault.of("personal.password")).get(self.server(kind))

    def assert_told_to_nobody(self, *secrets: str) -> None:
        """No password stands in what was printed, nor anywhere on disk in clear."""
        for secret in (*secrets, self.box.password, self.dav.password):
            assert [text for text in self.printed if secret in text] == []
            for path in self.folder.rglob("*"):
                assert not (path.is_file() and secret.encode() in path.read_bytes()), path


def _block(keys: Mapping[str, str]) -> str:
    return f"{{{', '.join(f'{key}: {value}' for key, value in keys.items() if value)}}}"


def flat(result: Result) -> str:
    """All that was said, in one line."""
    return " ".join(result.output.split())
