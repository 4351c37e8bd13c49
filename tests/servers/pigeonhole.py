"""Dovecot's delivery agent with Pigeonhole: it runs a person's Sieve script and sends what the script answers."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from tests.cycle.files import DANA, ME
from tests.servers.post import Delivered
from tests.servers.running import CLOCK, as_somebody, environment, lived_at, need, run

CONFIG = """
base_dir = {here}/run
state_dir = {here}/state
log_path = {here}/dovecot.log
import_environment = HOME {clock}
ssl = no
mail_uid = {uid}
mail_gid = {uid}
first_valid_uid = 1
mail_location = maildir:{here}/mail
sendmail_path = {here}/sendmail
hostname = mx.acme.example
postmaster_address = postmaster@acme.example
protocol lda {{
  mail_plugins = sieve
}}
plugin {{
  sieve = file:{here}/owner.sieve
}}
"""


class Pigeonhole:
    """The mailbox of a person at Acme."""

    def __init__(self, folder: Path, *, owner: str = DANA) -> None:
        need("dovecot-lda", package="dovecot-core")
        need("sievec", package="dovecot-sieve")
        self.here, self.owner = folder, owner
        self.words, uid = as_somebody()
        folder.mkdir()
        config = CONFIG.format(here=folder, uid=uid, clock=" ".join(CLOCK))
        (folder / "dovecot.conf").write_text(config, encoding="utf-8")
        (folder / "owner.sieve").write_text("keep;\n", encoding="utf-8")
        sends_into(folder)

    def script(self, text: str) -> None:
        (self.here / "owner.sieve").write_text(text, encoding="utf-8")

    def deliver(self, letter: bytes, at: datetime) -> list[Delivered]:
        """The letter comes to its owner; all that was ever sent in answer."""
        envelope = ["-f", ME, "-r", self.owner, "-a", self.owner]
        words = [*self.words, "dovecot-lda", "-c", str(self.here / "dovecot.conf"), *envelope]
        run(lived_at(at, words), environment(self.here) | {"USER": "owner"}, self.here, letter)
        return sent_by(self.here)


def sends_into(folder: Path) -> Path:
    """A sendmail that keeps what it is given: words and message, one pair of files per call."""
    path = folder / "sendmail"
    path.write_text(
        f'#!/bin/sh\nprintf "%s\\n" "$@" > {folder}/$$.words\ncat > {folder}/$$.mail\n', encoding="utf-8"
    )
    path.chmod(0o755)
    return path


def sent_by(folder: Path) -> list[Delivered]:
    """What went through that sendmail: -f is the envelope's sender, after -- come the recipients."""
    found = []
    for path in sorted(folder.glob("*.words")):
        words = path.read_text(encoding="utf-8").splitlines()
        sender = words[words.index("-f") + 1].strip("<>")
        to = tuple(words[words.index("--") + 1 :])
        found.append(Delivered(sender, to, path.with_suffix(".mail").read_bytes()))
    return found
