"""The proof at the end of a set-up: a letter to the user themself in the real Drafts folder.

What the user does with it on the phone is seen by looking at the mailbox: it is there, it was changed, it is
gone. It goes to an address of the user's own, so that no cycle takes it for a letter to anybody, and nothing of
it is stored.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from followupd.core.fates import bare_subject, normal_text
from followupd.core.model import Address, Draft, Folder, Me, Message
from followupd.errors import Conflict, ProviderError, Unavailable
from followupd.providers.base import Look, Mailbox

LOOK_EVERY = 2.0  # seconds
LOOKS = 2  # that miss it, before it counts as gone
ENDS_AFTER = timedelta(minutes=15)
_BEFORE = timedelta(minutes=1)  # a server's clock may be behind ours
_SUBJECT = "A letter to yourself"
_TEXT = """\
Hello {name},

this is how a draft of yours will arrive. Change a word of it and save it. Then delete it.

Both are seen, and told where you began. Nothing is ever sent for you, so this stays here until you
delete it.
"""


class Seen(StrEnum):
    """What was seen of the draft: `silence` is an outage, `sent` that the user sent it to themself."""

    THERE = "there"
    CHANGED = "changed"
    GONE = "gone"
    SENT = "sent"
    SILENCE = "silence"
    BACK = "back"


class End(StrEnum):
    """What became of the draft at the end."""

    GONE = "gone"
    TAKEN_AWAY = "taken away"
    LEFT = "left"


@dataclass
class Proof:
    """One letter to oneself, from its making to its end.

    `clock` gives the time, `wait` waits so many seconds and says whether the user wants no more.
    """

    mailbox: Mailbox
    me: Me
    clock: Callable[[], datetime]
    wait: Callable[[float], bool]
    _seen: set[Seen] = field(default_factory=set)
    _missed: int = 0
    _id: str = ""

    @property
    def address(self) -> str:
        """The user's first address that is no pattern, "" where there is none."""
        return _address(self.me)

    def begin(self) -> None:
        """Puts the letter into Drafts. Raises ProviderError; where it is unclear, a look says whether it is there."""
        self.draft = letter_to_oneself(self.me, self.clock())
        try:
            self._id = self.mailbox.create_draft(self.draft)
        except Unavailable:
            found = self._lying()
            if not found:
                raise
            self._id = found[0].id

    def watch(self) -> Iterator[Seen]:
        """What is seen, each thing once, until the letter is gone, the user has seen enough, or time is up."""
        until = self.clock() + ENDS_AFTER
        while True:
            for news in self._looked():
                if news in {Seen.SILENCE, Seen.BACK} or news not in self._seen:
                    self._seen.add(news)
                    yield news
            if self._seen & {Seen.GONE, Seen.SENT} or self.clock() >= until or self.wait(LOOK_EVERY):
                return

    def end(self) -> End:
        """Takes the letter away if it is untouched; one that was changed stays the user's. Raises ProviderError."""
        if self._seen & {Seen.GONE, Seen.SENT}:
            return End.GONE
        try:
            gone = self.mailbox.withdraw_draft(
                self._id, self.draft.message_id, self._is_untouched, self.clock()
            )
        except Conflict:
            return End.LEFT
        if gone:
            return End.TAKEN_AWAY
        return End.LEFT if self._lying() else End.GONE

    # --- looking ---

    def _looked(self) -> list[Seen]:
        try:
            look = self._look()
        except ProviderError:
            return self._silent()
        mine = [message for message in look.messages if self._is_it(message)]
        if not mine and not look.complete:
            return self._silent()
        news = [Seen.BACK] if Seen.SILENCE in self._seen else []
        self._seen.discard(Seen.SILENCE)
        return [*news, *self._told(mine)]

    def _told(self, mine: list[Message]) -> list[Seen]:
        lying = [message for message in mine if message.folder is Folder.DRAFTS]
        if lying:
            self._missed = 0
            is_changed = not any(self._is_untouched(message) for message in lying)
            return [Seen.THERE, Seen.CHANGED] if is_changed else [Seen.THERE]
        if any(message.folder in {Folder.SENT, Folder.INBOX} for message in mine):
            return [Seen.SENT]
        self._missed += 1
        return [Seen.GONE] if self._missed >= LOOKS else []  # some programs save by removing and writing anew

    def _silent(self) -> list[Seen]:
        return [] if Seen.SILENCE in self._seen else [Seen.SILENCE]

    def _look(self) -> Look:
        return self.mailbox.letters_to([self.address], self.draft.date - _BEFORE, self.draft.message_id)

    def _lying(self) -> list[Message]:
        return [one for one in self._look().messages if self._is_it(one) and one.folder is Folder.DRAFTS]

    def _is_it(self, message: Message) -> bool:
        """By its id; or, as Thunderbird saves a draft under new ones, by its subject."""
        if message.message_id == self.draft.message_id or message.id == self._id:
            return True
        return bare_subject(message.subject) == bare_subject(self.draft.subject)

    def _is_untouched(self, message: Message) -> bool:
        same_words = normal_text(message.text) == normal_text(self.draft.text)
        to = {address.email.lower() for address in (*message.to, *message.cc, *message.bcc)}
        mine = {self.draft.sender.email.lower()}
        return same_words and message.subject.strip() == self.draft.subject and to == mine


def letter_to_oneself(me: Me, now: datetime) -> Draft:
    """From the user's first address to the same. Each has a subject of its own, by the minute."""
    address = _address(me)
    mine = Address(address, me.name)
    return Draft(
        message_id=f"{uuid.uuid4()}@{address.rpartition('@')[2] or 'localhost'}",
        sender=mine,
        to=mine,
        subject=f"{_SUBJECT} ({now:%H:%M:%S})",
        text=_TEXT.format(name=me.name),
        date=now.replace(microsecond=0),
    )


def _address(me: Me) -> str:
    return next((one for one in me.addresses if "*" not in one), "")
