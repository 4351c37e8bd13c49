"""Whose message is it: the comparisons behind `letters_to` and `messages_from`.

Addresses are compared in lower case and without a "+tag" (sub-addressing, RFC 5233). A domain
stands for itself and all below it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from followupd.core.model import Address, Folder, Message
from followupd.providers.base import Senders
from followupd.providers.mimetext import addresses as read_addresses

MINE = frozenset({Folder.DRAFTS, Folder.SENT, Folder.SCHEDULED})


def base_address(email: str) -> str:
    """The address without its tag, in lower case."""
    local, at, domain = email.strip().lower().rpartition("@")
    return local.partition("+")[0] + at + domain if at else email.strip().lower()


def is_anyone_of(emails: Collection[str], wanted: Collection[str], domains: Collection[str]) -> bool:
    """Whether one of these addresses is one of the wanted, or of one of the domains or below it."""
    asked = {base_address(email) for email in wanted}
    return any(base_address(email) in asked or _below(email, domains) for email in emails)


def is_of_a_system(emails: Collection[str], senders: Senders) -> bool:
    """Whether one of these senders is a recruiting system's or a mail system's address."""
    local_parts = {base_address(email).partition("@")[0] for email in emails}
    return not local_parts.isdisjoint(senders.local_parts) or is_anyone_of(emails, (), senders.systems)


def _any_of(found: Iterable[Address], wanted: Collection[str]) -> bool:
    asked = {base_address(email) for email in wanted}
    return any(base_address(address.email) in asked for address in found)


def is_letter_to(message: Message, wanted: Collection[str], since: datetime) -> bool:
    """Whether it is to, cc or bcc one of the addresses; with none asked, mine and without recipient."""
    if max(message.date, message.changed or message.received) < since:
        return False
    recipients = (*message.to, *message.cc, *message.bcc)
    if not wanted:
        return not recipients and message.folder in MINE
    return _any_of(recipients, wanted)


def carries(message: Message, message_id: str, since: datetime) -> bool:
    """Whether it carries this Message-ID, and came or was saved since."""
    same = bool(message_id) and message.message_id == message_id
    return same and (message.changed or message.received) >= since


def is_from(message: Message, wanted: Collection[str], domains: Collection[str], since: datetime) -> bool:
    """Whether From, Sender or Reply-To is one of the addresses, or of one of the domains or below it."""
    if message.received < since:
        return False
    named = (
        *message.reply_to,
        *read_addresses(message.header("from")),
        *read_addresses(message.header("sender")),
    )
    senders = (message.sender, *named) if message.sender else named
    return _any_of(senders, wanted) or any(_below(sender.email, domains) for sender in senders)


def _below(email: str, domains: Collection[str]) -> bool:
    host = email.rpartition("@")[2].lower()
    asked = [domain.strip().lower().lstrip("@.") for domain in domains]
    return any(host == domain or host.endswith("." + domain) for domain in asked if domain)
