"""A mailbox by IMAP: Fastmail, iCloud, Yahoo, a university's server, any other.

Cost: a look at which nothing moved is one LIST with STATUS, else one STATUS for each watched folder; the connection
stays open in between. A look before a letter reads the header fields of what came since, in every folder, as far as
they were not read before. A draft made is three commands.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Literal

from followupd.core.model import Draft, Message
from followupd.providers.base import Look, MailChanges, Watched
from followupd.providers.internet.imap.changes import Changes
from followupd.providers.internet.imap.connection import Address, Connection
from followupd.providers.internet.imap.drafts import Drafts
from followupd.providers.internet.imap.folders import Folders
from followupd.providers.internet.imap.listening import Ear
from followupd.providers.internet.imap.looks import look
from followupd.providers.internet.imap.opened import Opened
from followupd.providers.internet.imap.place import Place
from followupd.providers.internet.proof import Proof
from followupd.providers.matching import carries, is_from, is_letter_to


class ImapMailbox:
    """A `Mailbox` on an IMAP server. `folders` names special ones by purpose. Constructed asking nobody."""

    def __init__(self, address: Address, proof: Proof, zone: str, folders: Mapping[str, str]) -> None:
        self._address, self._proof = address, proof
        self._connection = Connection(address, proof)
        self._folders = Folders(self._connection, folders)
        self._opened = Opened(self._connection, self._folders, zone)
        self._drafts = Drafts(self._connection, self._folders, self._opened, zone)
        self._given_up: set[bytes] = set()
        self._vanished = 0

    # --- what moved ---

    def changes(self, cursor: str | None, since: datetime, watched: Watched) -> MailChanges:
        before = Place.from_cursor(cursor) if cursor is not None else None

        def ask() -> tuple[MailChanges, Place]:
            self._opened.problems = []
            return Changes(self._folders, self._opened, watched, since, self._given_up).after(before)

        found, place = self._connection.steadily(ask)
        self._vanished = place.vanished
        # The same place is the same text: an idle mailbox has nothing to store.
        same = cursor is not None and place == before
        return replace(found, cursor=cursor if same and cursor is not None else place.to_cursor())

    # --- looks ---

    def letters_to(self, addresses: Collection[str], since: datetime, message_id: str = "") -> Look:
        def wanted(message: Message) -> bool:
            return is_letter_to(message, addresses, since) or carries(message, message_id, since)

        return self._look(since, wanted)

    def message(self, message_id: str, since: datetime) -> Look:
        return self._look(since, lambda message: carries(message, message_id, since))

    def messages_from(self, addresses: Collection[str], domains: Collection[str], since: datetime) -> Look:
        return self._look(since, lambda message: is_from(message, addresses, domains, since))

    def _look(self, since: datetime, wanted: Callable[[Message], bool]) -> Look:
        def ask() -> Look:
            self._opened.problems = []
            return look(self._folders, self._opened, since, wanted, self._vanished)

        return self._connection.steadily(ask)

    # --- drafts ---

    def create_draft(self, draft: Draft) -> str:
        return self._drafts.create(draft)

    def withdraw_draft(
        self, draft_id: str, message_id: str, unchanged: Callable[[Message], bool], now: datetime
    ) -> bool:
        return self._drafts.withdraw(draft_id, message_id, unchanged, now)

    def clean(self, draft: Draft) -> None:
        """Nothing: a server takes a message wholly or not at all."""

    def listening(self) -> Ear:
        return Ear(Connection(self._address, self._proof))

    def notice(self, now: datetime) -> str:
        return ""


def open_mailbox(
    *,
    account: str,
    zone: str,
    proof: Proof,
    host: str,
    port: int,
    tls: Literal["implicit", "starttls", "none"],
    folders: Mapping[str, str],
) -> ImapMailbox:
    """The mailbox of an account. The proof knows by which name its user speaks of it."""
    return ImapMailbox(Address(host, port, tls), proof, zone, folders)
