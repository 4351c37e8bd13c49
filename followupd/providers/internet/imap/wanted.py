"""Which of the messages that are new the caller wants to hear of (see `providers.base.Watched`)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cached_property

from followupd.core.model import Address, Folder, Message
from followupd.providers.base import Senders, Watched
from followupd.providers.internet.imap.heads import Head
from followupd.providers.matching import is_anyone_of, is_of_a_system
from followupd.providers.mimetext import addresses


class Wanting:
    """Asked once for a look; nothing is asked of the caller before a message is new."""

    def __init__(self, watched: Watched) -> None:
        self._watched = watched

    def of(self, heads: Collection[Head]) -> list[Head]:
        """Drafts, whatever concerns the senders or a known thread, and while a draft of ours lies there what I sent."""
        if not heads:
            return []
        senders = self._senders
        if senders is None:
            return list(heads)
        ids = {name for head in heads for name in _threads(head.message)}
        known = set(self._watched.known_threads(sorted(ids)))
        return [head for head in heads if self._is_wanted(head.message, senders, known)]

    @cached_property
    def _senders(self) -> Senders | None:
        return self._watched.senders()

    @cached_property
    def _has_drafts(self) -> bool:
        return bool(self._watched.drafts())

    def _is_wanted(self, message: Message, senders: Senders, known: set[str]) -> bool:
        if message.folder in {Folder.DRAFTS, Folder.SCHEDULED} or not known.isdisjoint(_threads(message)):
            return True
        if message.folder is Folder.SENT and self._has_drafts:
            return True  # it may be what a draft has become, whoever it went to
        writers = _emails((*_sender(message), *message.reply_to))
        everybody = [*writers, *_emails((*message.to, *message.cc, *message.bcc))]
        return is_anyone_of(everybody, senders.addresses, senders.domains) or is_of_a_system(writers, senders)


def _threads(message: Message) -> set[str]:
    return {name for name in (message.message_id, *message.in_reply_to, *message.references) if name}


def _sender(message: Message) -> tuple[Address, ...]:
    named = (*addresses(message.header("from")), *addresses(message.header("sender")))
    return (message.sender, *named) if message.sender else named


def _emails(found: Iterable[Address]) -> list[str]:
    return [address.email for address in found]
