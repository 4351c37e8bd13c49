"""The user's own hand on an IMAP mailbox, as their mail programs would move it, and a look at what lies there."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from email.utils import getaddresses

from imapclient import IMAPClient

from tests.servers.served import LOOPBACK


@dataclass(frozen=True)
class Account:
    """Where a mailbox is reached without encryption, and by whom."""

    user: str
    password: str
    port: int


@dataclass(frozen=True)
class Letter:
    """A message as the server holds it; `saved` is its internal date."""

    folder: str
    uid: int
    raw: bytes
    flags: frozenset[str]
    saved: datetime

    @property
    def parsed(self) -> EmailMessage:
        return BytesParser(policy=default).parsebytes(self.raw)

    @property
    def to(self) -> list[str]:
        fields = [str(value) for name in ("to", "cc", "bcc") for value in self.parsed.get_all(name, [])]
        return [address.lower() for _, address in getaddresses(fields)]

    @property
    def subject(self) -> str:
        return str(self.parsed["subject"])

    @property
    def message_id(self) -> str:
        return str(self.parsed["message-id"]).strip()

    @property
    def text(self) -> str:
        return str(self.parsed.get_content())


class Hand:
    """Each act is a connection of its own, so that nothing that a test does keeps a server busy."""

    def __init__(self, account: Account) -> None:
        self.account = account

    @contextlib.contextmanager
    def connected(self, folder: str = "", *, readonly: bool = False) -> Iterator[IMAPClient]:
        """A signed-in client, with the folder selected if one is named."""
        client = IMAPClient(LOOPBACK, self.account.port, ssl=False, timeout=30)
        client.normalise_times = False
        with client:
            client.login(self.account.user, self.account.password)
            if folder:
                client.select_folder(folder, readonly=readonly)
            yield client

    # --- looking ---

    def folders(self) -> list[str]:
        with self.connected() as client:
            return sorted(name for _, _, name in client.list_folders())

    def letters(self, folder: str) -> list[Letter]:
        """All messages of a folder, in the order of their UIDs. Sets no flag."""
        with self.connected(folder, readonly=True) as client:
            return _fetched(client, folder, client.search(["UNDELETED"]))

    def newest(self, folder: str) -> Letter:
        """The one that came there last."""
        with self.connected(folder, readonly=True) as client:
            next_ = int(client.folder_status(folder, ["UIDNEXT"])[b"UIDNEXT"])
            (letter,) = _fetched(client, folder, [next_ - 1])
        return letter

    # --- moving ---

    def put(
        self, raw: bytes, folder: str, at: datetime | None = None, flags: Sequence[str] = ("\\Seen",)
    ) -> None:
        """Saves a message there, as mail programs save what they sent or what is to be finished later."""
        wire = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        with self.connected() as client:
            client.append(folder, wire, flags, at)

    def delete(self, letter: Letter) -> None:
        """For ever: flagged, and expunged alone."""
        with self.connected(letter.folder) as client:
            client.delete_messages([letter.uid])
            client.expunge([letter.uid])

    def flag(self, letter: Letter, *flags: str) -> None:
        with self.connected(letter.folder) as client:
            client.add_flags([letter.uid], flags)

    def move(self, letter: Letter, folder: str) -> None:
        with self.connected(letter.folder) as client:
            client.move([letter.uid], folder)

    def save_again(self, letter: Letter, raw: bytes, at: datetime | None = None) -> None:
        """The draft opened and saved: a new message in its place."""
        self.put(raw, letter.folder, at, ("\\Draft", "\\Seen"))
        self.delete(letter)

    def send(self, letter: Letter, raw: bytes, at: datetime | None = None, folder: str = "Sent") -> None:
        """The draft sent: a copy lies in Sent, the draft is gone."""
        self.put(raw, folder, at)
        self.delete(letter)

    def make_folder(self, name: str) -> None:
        with self.connected() as client:
            client.create_folder(name)

    def rename_folder(self, name: str, to: str) -> None:
        with self.connected() as client:
            client.rename_folder(name, to)

    def delete_folder(self, name: str) -> None:
        with self.connected() as client:
            client.delete_folder(name)


def _fetched(client: IMAPClient, folder: str, uids: Sequence[int]) -> list[Letter]:
    found = client.fetch(uids, ["BODY.PEEK[]", "FLAGS", "INTERNALDATE"]) if uids else {}
    return [
        Letter(
            folder,
            uid,
            one[b"BODY[]"].replace(b"\r\n", b"\n"),
            frozenset(flag.decode("ascii", "replace") for flag in one[b"FLAGS"]),
            one[b"INTERNALDATE"].astimezone(UTC),
        )
        for uid, one in sorted(found.items())
    ]
