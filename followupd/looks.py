"""The looks that come before an act: only "seen nowhere, by complete looks" lets a draft be made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from followupd.core.actions import CreateDraft
from followupd.core.arrivals import judge
from followupd.core.fates import ONE_LETTER, alike, digest
from followupd.core.keys import message_ids
from followupd.core.model import ArrivalClass, Event, Folder, FollowUp, Message, Policy
from followupd.core.rounds import sent_to_company
from followupd.database import decode, encode
from followupd.errors import Conflict, ProviderError, SignInNeeded, Unavailable
from followupd.observe import MINE, Observer, OpenAccount, recipients_of
from followupd.providers.base import Look, Mailbox
from followupd.store import Store

LOOK_SLACK = timedelta(seconds=1)
PATIENCE = timedelta(hours=2)  # with another account, before a thank-you goes on without it
NO_LETTERS = frozenset({"calendar", "automatic", "receipt"})
Found = tuple[str, Message]  # the account in which a message lies, and the message


class Looks:
    """Looks at calendars and mailboxes of all accounts. What it finds is stored as if it had been observed."""

    def __init__(
        self, store: Store, accounts: Mapping[str, OpenAccount], policy: Policy, now: datetime
    ) -> None:
        self.store = store
        self.accounts = accounts
        self.policy = policy
        self.now = now
        self.observer = Observer(store, policy, now)

    def event_changed(self, follow_up: FollowUp) -> bool:
        """Re-reads the interviews of a thank-you; what has changed is filed, and the process planned again."""
        changed = False
        for name in follow_up.interviews:
            for account, source, event in self.store.sightings(name):
                calendar = (
                    dict(self.accounts[account].calendars).get(source) if account in self.accounts else None
                )
                if calendar is None:
                    continue
                fresh = calendar.event(event.uid, event.recurrence_id)
                if fresh is not None and decode(encode(fresh), Event) == event:  # as the store holds it
                    continue
                if fresh is None:
                    # Only a complete listing may say that it is gone; the next cycle's will.
                    raise Conflict("the calendar does not show the event at this moment")
                changed = True
                with self.store.transaction():
                    self.observer.file_event(account, source, fresh)
        return changed

    def letters(self, act: CreateDraft, mailbox: Mailbox) -> tuple[list[Found], bool]:
        """Letters to that person since the interview (or my last letter), whoever made them, in every account."""
        follow_up = act.follow_up
        looks = [(follow_up.account, self.own_letters(act, mailbox))]
        if follow_up.to:
            looks += self._elsewhere(act)
        found = {(name, m.id): (name, m) for name, look in looks for m in look.messages}
        mine = [(name, m) for name, m in found.values() if self.counts(act, name, m)]
        return mine, all(look.complete for _, look in looks)

    def own_letters(self, act: CreateDraft, mailbox: Mailbox) -> Look:
        """What the letter's own mailbox holds of letters to the person, or without any where it has none."""
        to = [act.follow_up.to] if act.follow_up.to else []
        return mailbox.letters_to(to, act.since - LOOK_SLACK, act.draft.message_id)

    def _elsewhere(self, act: CreateDraft) -> list[tuple[str, Look]]:
        """Letters to the person in the other accounts.

        One that can't be asked, or not wholly, never stops another for long: the letter waits for it for two
        hours, and not at all where only a sign-in would help.
        """
        looks = []
        for name, account in self.accounts.items():
            if name == act.follow_up.account:
                continue
            patient = self.now < act.follow_up.due + PATIENCE
            try:
                look = account.mailbox.letters_to([act.follow_up.to], act.since - LOOK_SLACK)
                if patient and not look.complete:
                    raise Unavailable("a folder could not be read")
                looks.append((name, replace(look, complete=True)))
            except ProviderError as error:
                if patient and not isinstance(error, SignInNeeded):
                    raise _not_asked(name, error) from error
        return looks

    def counts(self, act: CreateDraft, account: str, message: Message) -> bool:
        follow_up = act.follow_up
        if message.carries(follow_up.former_ids):
            return False
        if message.carries([act.draft.message_id]) or self.digest(message) == follow_up.digest:
            return not (follow_up.wanted and message.folder is Folder.TRASH)
        judgement = judge(message, self.observer.mine, self.policy.me.zone)
        if judgement.kind is not ArrivalClass.OWN and message.folder not in MINE:
            return False
        put_aside = follow_up.wanted and self._put_aside(account, message)
        if message.folder in {Folder.TRASH, Folder.JUNK} or judgement.sub_kind in NO_LETTERS or put_aside:
            return False
        if not follow_up.to:
            return alike(act.draft.text, message.text, ONE_LETTER)
        return message.date >= act.since and not self._is_another(follow_up, message)

    def digest(self, message: Message) -> str:
        """What tells a letter without recipient where a server gave it a Message-ID of its own."""
        others = tuple(a for a in recipients_of(message) if not self.observer.mine(a))
        return digest(message.text, message.subject, others)

    def _put_aside(self, account: str, message: Message) -> bool:
        """A draft in a folder of the user's own is not what they ask for by `draft` or `again`."""
        known = self.store.own_letters_by_id(account, message.id)
        return message.folder not in MINE and any(x.was_draft for x in known)

    def _is_another(self, follow_up: FollowUp, message: Message) -> bool:
        """Our draft for another talk with the same person is not this one; what the user wrote counts for all."""
        if message.folder not in {Folder.DRAFTS, Folder.SCHEDULED}:
            return False
        # A consultant may be known in several processes.
        others = [
            f for f in self.store.follow_ups() if f.process == follow_up.process or f.to == follow_up.to
        ]
        return any(message.carries(message_ids(f.key, f.sender)) for f in others if f.key != follow_up.key)

    def last_look(self, act: CreateDraft) -> bool:
        """Any message from their people or domains since my last letter, in every account and folder.

        What is found is stored like any other arrival. Returns whether anything new came of it.
        Raises Unavailable when a look failed or was cut short: then there is no nudge in this cycle.
        """
        key = act.follow_up.process
        case = self.store.case(key)
        if case is None:
            return True
        addresses = set(self.store.links(key, "address"))
        domains = set(self.store.links(key, "domain"))
        sent = sent_to_company(case.letters, case.follow_ups)
        since = max((moment for moment in sent if moment <= self.now), default=act.since)
        looks: list[tuple[str, Look]] = []
        for name, account in self.accounts.items():
            try:
                looks.append((name, account.mailbox.messages_from(addresses, domains, since)))
            except ProviderError as error:
                if name == act.follow_up.account:
                    raise
                raise _not_asked(name, error) from error
        if not all(look.complete for _, look in looks):
            raise Unavailable("a folder could not be read, so an answer may have been missed")
        with self.store.transaction():
            new = [
                arrival
                for name, look in looks
                for message in look.messages
                for arrival in self.observer.file_message(name, message)
            ]
        return bool(new)


def _not_asked(account: str, error: ProviderError) -> Conflict:
    """The letter waits; the account that it belongs to is well."""
    return Conflict(
        f"the mailbox of {account} can't be looked at, where a letter or an answer may lie ({error})"
    )
