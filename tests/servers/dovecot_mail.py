"""A mailbox on a Dovecot of the tests: mail that comes in, what the server notes, what goes wrong with it."""

from __future__ import annotations

import os
import re
import smtplib
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import TYPE_CHECKING

from tests.servers.hand import Account, Hand
from tests.servers.served import LOOPBACK

if TYPE_CHECKING:
    from tests.servers.dovecot import Dovecot

LF, CRLF = b"\n", b"\r\n"
LINKS = 50_000  # names that one file may have, with room to spare
OLD = (
    b"From: News <news@paper.example>\nTo: sam@example.com\nSubject: The week\n"
    b"Message-ID: <%d@paper.example>\nDate: Mon, 1 Sep 2025 09:00:00 +0000\n\nAll that happened.\n"
)


@dataclass(frozen=True)
class Deed:
    """One line of the server's own book of what happened to mail: append, save, expunge, copy, delete …"""

    what: str
    box: str
    uid: int
    message_id: str


DEED = re.compile(
    r": (append|save|copy|expunge|delete|undelete|flag_change|copy from [^:]{1,200}):"
    r" box=([^,]{0,200}), uid=(\d{1,10})(?:, msgid=<?([^,>]{0,900})>?)?"
)


class Mailbox:
    """One user's mailbox: `hand` is the user's own, `deliver` is the world's."""

    def __init__(self, server: Dovecot, account: Account) -> None:
        self.server, self.account = server, account
        self.hand = Hand(account)
        self.home = server.here / "mail" / account.user

    @property
    def user(self) -> str:
        return self.account.user

    @property
    def password(self) -> str:
        return self.account.password

    def deliver(self, raw: bytes | EmailMessage, at: datetime | None = None, sender: str = "") -> None:
        """The message comes in by LMTP; `at` (aware) is the moment that the server notes for it, else now.

        `sender` is the envelope's, "" that of bounces and automatic replies.
        """
        data = bytes(raw) if isinstance(raw, EmailMessage) else raw
        before = set(self._files())
        with smtplib.LMTP(LOOPBACK, self.server.lmtp_port) as lmtp:
            lmtp.sendmail(sender, [self.user], data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n"))
        for path in set(self._files()) - before if at else ():
            assert at is not None
            os.utime(path, (at.timestamp(), at.timestamp()))

    def _files(self) -> list[Path]:
        return [path for sub in ("new", "cur") for path in (self.home / "Maildir" / sub).glob("*")]

    def fill(self, count: int, moment: datetime) -> None:
        """So many read messages lie in the inbox, received at that moment; made as files, so that it takes seconds.

        Only for mailboxes in which nobody has looked yet. Many names stand for one file: their texts are the same.
        """
        place = self.home / "Maildir"
        for name in ("cur", "new", "tmp"):
            (place / name).mkdir(parents=True, exist_ok=True)
        for number in range(count):
            if number % LINKS == 0:
                data = OLD % number
                source = place / "tmp" / f"{number}"
                source.write_bytes(data)
                os.utime(source, (moment.timestamp(), moment.timestamp()))
            sizes = f"S={len(data)},W={len(data.replace(LF, CRLF))}"  # as Dovecot's own names have it
            name = f"{moment.timestamp():.0f}.M{number}.old,{sizes}:2,S"
            os.link(source, place / "cur" / name)

    def deeds(self, *whats: str) -> list[Deed]:
        """What happened to this mailbox, by the server's own log, whoever did it."""
        found = [
            Deed(match[1].partition(" ")[0], match[2], int(match[3]), match[4] or "")
            for line in self.server.log(self.user)
            if (match := DEED.search(line))
        ]
        return [one for one in found if not whats or one.what in whats]

    def change_uid_validity(self, folder: str = "") -> None:
        """The server forgets the numbers that it has given to a folder's messages ("" the inbox)."""
        place = self.home / "Maildir"
        place = place / f".{folder.replace(self.server.kind.separator, '.')}" if folder else place
        for path in (place / "dovecot-uidlist", *place.glob("dovecot.index*")):
            path.unlink(missing_ok=True)
        for path in (self.home / "Maildir").glob("dovecot.list.index*"):
            path.unlink(missing_ok=True)
