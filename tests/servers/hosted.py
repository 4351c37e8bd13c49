"""The user's world of `tests/cycle/files.py` with mail and calendar on real servers instead of the disk.

The cycle runs with the real config, store and providers by IMAP and CalDAV; the user's hand reaches the servers as
mail programs and calendars do. Every message carries the played time as its internal date.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from email.parser import BytesParser
from email.policy import default
from email.utils import parseaddr
from pathlib import Path
from typing import Protocol

from tests.cycle.files import Files, Mail
from tests.servers.calendars import Calendars
from tests.servers.hand import Account, Hand, Letter

CONFIG = """\
me:
  name: Sam Lee
  addresses: [sam@example.com]
  country: GB
  timezone: Europe/London
accounts:
  - name: personal
    calendar: {{provider: caldav, url: "{url}", user: {dav_user}, password_command: [echo, "{dav_password}"]}}
    mailbox:
      provider: imap
      host: {host}
      port: {port}
      tls: {tls}
      user: {user}
      password_command: [echo, "{password}"]
      folders: {{{folders}}}
interviews:
  any: [{{title: '\\binterview\\b'}}]
letters: {{spelling: false}}
"""


class Box(Protocol):
    """A mailbox of one of the kits."""

    account: Account
    hand: Hand

    def deliver(self, raw: bytes, at: datetime | None = None, sender: str = "") -> None: ...


@dataclass(frozen=True)
class Posted(Mail):
    """A message on the server; its path is only a name."""

    letter: Letter = field(kw_only=True)


class Hosted(Files):
    """One user whose mailbox is `box` and whose calendars are `dav`, with a calendar named work."""

    def __init__(self, folder: Path, box: Box, dav: Calendars, *, more: str = "", prefix: str = "") -> None:
        self.box, self.dav, self.prefix = box, dav, prefix
        self.host, self.port, self.tls = "127.0.0.1", box.account.port, "none"
        self.folders: dict[str, str] = {}
        folder.mkdir(exist_ok=True)
        dav.make("work")
        super().__init__(folder, more=more)

    # --- where things are ---

    def calendar_folder(self, name: str, account: str = "personal") -> Path:
        return self.folder

    def make_folder(self, name: str, account: str = "personal") -> Path:
        return self.folder

    def reached_by(self, *, host: str = "", port: int = 0, tls: str = "", more: str = "") -> None:
        """Writes the config anew: the mailbox is reached in another way."""
        self.host, self.port, self.tls = host or self.host, port or self.port, tls or self.tls
        self.write_config(more)

    def write_config(self, more: str = "") -> None:
        account, dav = self.box.account, self.dav.account
        text = CONFIG.format(
            url=dav.url,
            dav_user=dav.user or "nobody",
            dav_password=dav.password or "none",
            host=self.host,
            port=self.port,
            tls=self.tls,
            user=account.user,
            password=account.password,
            folders=", ".join(f"{kind}: {name}" for kind, name in self.folders.items()),
        )
        self.config.write_text(f"{text}{more}\n", encoding="utf-8")

    # --- calendar ---

    def ics(self, name: str, text: str | bytes, *, calendar: str = "work", account: str = "personal") -> Path:
        self.dav.put(calendar, name, text)
        return self.folder / name

    # --- mail ---

    def mail(self, folder: str, account: str = "personal") -> list[Mail]:
        return [self._posted(one) for one in self.box.hand.letters(self.called(folder))]

    def _newest(self, folder: str) -> Mail:
        return self._posted(self.box.hand.newest(self.called(folder)))

    def called(self, folder: str) -> str:
        """How the server calls the folder."""
        return folder if folder == "INBOX" else f"{self.prefix}{folder}"

    def _posted(self, letter: Letter) -> Posted:
        folder = letter.folder.removeprefix(self.prefix) or letter.folder
        return Posted(self.folder / str(letter.uid), folder, letter.raw, letter=letter)

    def everything(self) -> list[Path]:
        hand = self.box.hand
        return [Path(one.folder, str(one.uid)) for folder in hand.folders() for one in hand.letters(folder)]

    def put(
        self,
        raw: bytes,
        folder: str,
        at: str | datetime,
        *,
        account: str = "personal",
        flags: str = "S",
        sub: str = "cur",
        name: str = "",
    ) -> Mail:
        """New mail comes in by LMTP; all else is saved there by a mail program."""
        moment = self.time(at)
        if sub == "new":
            sender, rest = _envelope(raw)
            self.box.deliver(rest, moment, sender)
        else:
            known = {"S": "\\Seen", "D": "\\Draft", "F": "\\Flagged", "R": "\\Answered"}
            self.box.hand.put(raw, self.called(folder), moment, [known[flag] for flag in flags])
        return self._newest(folder)

    def save_again(
        self,
        draft: Mail,
        *,
        at: str | datetime,
        client: str = "neomutt",
        text: str = "",
        subject: str = "",
        to: str = "",
        account: str = "personal",
    ) -> Mail:
        raw = self._by(client, draft, at, text, subject, to, sending=False)
        saved = self.put(raw, draft.folder, at, flags="DS" if client != "neomutt" else "S")
        self.delete(draft)
        return saved

    def send(
        self,
        draft: Mail,
        *,
        at: str | datetime,
        client: str = "neomutt",
        text: str = "",
        subject: str = "",
        to: str = "",
        account: str = "personal",
        copy_to: str = "",
    ) -> Mail:
        raw = self._by(client, draft, at, text, subject, to, sending=True)
        sent = self.put(raw, "Sent", at)
        self.delete(draft)
        return sent

    def delete(self, mail: Mail) -> None:
        self.box.hand.delete(_letter(mail))

    def move(self, mail: Mail, folder: str, *, name: str = "", account: str = "personal") -> Mail:
        self.box.hand.move(_letter(mail), self.called(folder))
        return self._newest(folder)

    def flag(self, mail: Mail, flag: str) -> Mail:
        self.box.hand.flag(_letter(mail), flag)
        return mail


def _letter(mail: Mail) -> Letter:
    assert isinstance(mail, Posted)
    return mail.letter


def _envelope(raw: bytes) -> tuple[str, bytes]:
    """Who sent it by its envelope: as the Return-Path tells, which is left out then, else who wrote it."""
    if not raw.startswith(b"Return-Path: <"):
        return parseaddr(str(BytesParser(policy=default).parsebytes(raw)["From"]))[1], raw
    line, _, rest = raw.partition(b"\n")
    return line.partition(b"<")[2].rstrip(b">").decode(), rest
