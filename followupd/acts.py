"""The acts on a mailbox: create, recover, withdraw. Each acts, and returns what is to be stored of it.

They never store by themselves: the caller does, in the transaction that also checks whether a
command was faster.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from followupd.core.actions import CreateDraft, Outward, Recover, WithdrawDraft
from followupd.core.fates import counts_since, digest
from followupd.core.model import Draft, Folder, FollowUp, Kind, Message, OwnLetter, Policy, Stage
from followupd.errors import Conflict, NotDone, Unavailable
from followupd.looks import Found, Looks
from followupd.observe import MINE, OpenAccount, own_letter, recipients_of
from followupd.providers.base import Mailbox
from followupd.store import Store

BACKOFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))

Storing = Callable[[], None]
Say = Callable[[Outward], None]


class Acts:
    """Carries out single acts. `say` records an act for the user, inside the storing transaction."""

    def __init__(
        self, store: Store, accounts: Mapping[str, OpenAccount], policy: Policy, now: datetime, say: Say
    ) -> None:
        self.store = store
        self.accounts = accounts
        self.now = now
        self.say = say
        self.looks = Looks(store, accounts, policy, now)
        self.attempted = False  # whether the act that failed may have done something outside

    def act(self, act: Outward) -> Storing:
        """Does it. Raises ProviderError; `attempted` says whether it may have acted then."""
        self.attempted = not isinstance(act, CreateDraft)
        if isinstance(act, CreateDraft):
            return self._create(act)
        if isinstance(act, WithdrawDraft):
            return self._withdraw(act)
        return self._recover(act)

    # --- create ---

    def _create(self, act: CreateDraft) -> Storing:
        follow_up = act.follow_up
        mailbox = self.accounts[follow_up.account].mailbox
        if follow_up.kind is Kind.THANK_YOU and self.looks.event_changed(follow_up):
            return self._nothing(act, "the event has changed: it is thought of again")
        if follow_up.kind is Kind.NUDGE:
            arrived = self.looks.last_look(act)
            if arrived:
                return self._nothing(act, "a message from them was found in the last look")
        found, complete = self.looks.letters(act, mailbox)
        if found:
            ours = self._ours(act, found)
            return self._made_after_all(follow_up, act.draft, ours) if ours else self._found(act, found)
        if not complete:
            raise Unavailable(
                "a folder could not be read, so it can't be told whether the letter exists already"
            )
        if act.hold:
            return self._held(act)
        self.attempted = True
        try:
            draft_id = mailbox.create_draft(act.draft)
        except NotDone:
            self.attempted = False
            raise
        return self._made(act, draft_id)

    def _nothing(self, act: Outward, why: str) -> Storing:
        def store() -> None:
            self.store.conclude(act.follow_up.key, "nothing")
            if isinstance(act, WithdrawDraft):
                current = self.store.follow_up(act.follow_up.key) or act.follow_up
                self.store.put_follow_up(replace(current, retry_at=self.now + BACKOFF[0]))

        return store

    def _held(self, act: CreateDraft) -> Storing:
        def store() -> None:
            self.store.conclude(act.follow_up.key, "nothing")
            held = replace(without_draft(act.follow_up), stage=Stage.PLANNED, held=act.hold)
            self.store.put_follow_up(held)

        return store

    def _made(self, act: CreateDraft, draft_id: str) -> Storing:
        follow_up = act.follow_up
        made = replace(
            follow_up,
            stage=Stage.DRAFTED,
            since=self.now,
            reason=act.reason,
            draft_id=draft_id,
            attempts=0,
            retry_at=None,
            held="",
        )

        def store() -> None:
            current = self.store.follow_up(follow_up.key) or made
            self.store.conclude(follow_up.key, "made")
            # What the user said meanwhile stays said; the planner withdraws the draft for it.
            self.store.put_follow_up(replace(made, sent=current.sent))
            self.store.put_own_letter(_as_letter(made, act.draft))
            self.say(replace(act, follow_up=made))

        return store

    def _found(self, act: CreateDraft, found: list[Found]) -> Storing:
        """It happened: ours or the user's own. What was found is stored; the planner says what it means."""

        def store() -> None:
            self.store.conclude(act.follow_up.key, "found")
            current = self.store.follow_up(act.follow_up.key) or act.follow_up
            kept = replace(
                current,
                digest=act.follow_up.digest,
                subject=act.draft.subject,
                text=act.draft.text,
                rewritten="",
            )
            self.store.put_follow_up(kept)
            for account, message in found:
                others = tuple(a for a in recipients_of(message) if not self.looks.observer.mine(a))
                self.store.put_own_letter(own_letter(account, act.follow_up.process, message, others))

        return store

    # --- recover ---

    def _recover(self, act: Recover) -> Storing:
        """What came of an attempt whose end is unknown: looks for its Message-ID before anything else."""
        intent, intended = self.store.intent(act.follow_up.key), self.store.intended(act.follow_up.key)
        if intent is None or intended is None:
            return self._nothing(act, "there is no open intent")
        mailbox = self.accounts[act.follow_up.account].mailbox
        if intent.draft is None:
            return self._recover_withdrawal(act, intended, mailbox)
        mailbox.clean(intent.draft)
        attempt = CreateDraft(intended, intent.draft, counts_since(intended), act.reason)
        look = self.looks.own_letters(attempt, mailbox)
        account = act.follow_up.account
        found = [(account, m) for m in look.messages if self.looks.counts(attempt, account, m)]
        if ours := self._ours(attempt, found, attempted=True):
            return self._made_after_all(intended, intent.draft, ours)
        if found:
            return self._found(attempt, found)
        if not look.complete:
            raise Unavailable("a folder could not be read, so it can't be told whether the draft was made")
        if self.now < intent.draft.date + look.late:
            raise Conflict("its mailbox may show it late, so it can't be told yet whether the draft was made")
        if look.vanished is not None and look.vanished > intent.draft.date:
            return self._unclear(intended, intent.draft)
        return self._nothing(act, "the draft had not been made")

    def _ours(self, act: CreateDraft, found: list[Found], *, attempted: bool = False) -> Message | None:
        """The letter among them that we have made: by its Message-ID, or by its words where the server gave another.

        After an attempt whose end is unknown it is also whatever was written to them since: what the user has
        made of our draft meanwhile can be told from nothing else.
        """
        here = [message for account, message in found if account == act.follow_up.account]
        named = [m for m in here if m.carries([act.draft.message_id])]
        if named:
            return next((m for m in named if attempted and m.folder in MINE), None)
        same = [m for m in here if self.looks.digest(m) == act.follow_up.digest]
        since = [m for m in here if attempted and m.date >= act.draft.date]
        return next(iter((*same, *since)), None)

    def _unclear(self, intended: FollowUp, draft: Draft) -> Storing:
        """Something was made and removed meanwhile, which may have been it: only the user can say."""
        unsure = replace(
            intended,
            stage=Stage.UNSURE,
            since=self.now,
            reason="it was perhaps made, and removed since",
            draft_id="",
            drafted_at=draft.date,
            attempts=0,
            retry_at=None,
        )

        def store() -> None:
            self.store.conclude(intended.key, "unclear")
            self.store.put_follow_up(unsure)

        return store

    def _recover_withdrawal(self, act: Recover, after: FollowUp, mailbox: Mailbox) -> Storing:
        """A draft that is nowhere after we meant to remove it was removed by us; else it is still to do."""
        current = act.follow_up
        to, since = [current.to] if current.to else [], (current.drafted_at or self.now) - timedelta(days=1)
        look = mailbox.letters_to(to, since, current.message_id)
        # Some mailboxes put into Trash what we remove.
        there = [m for m in look.messages if m.folder is not Folder.TRASH]
        if any(current.draft_id == m.id or m.carries([current.message_id]) for m in there):
            return self._nothing(act, "the draft had not been removed")
        if not look.complete:
            raise Unavailable("a folder could not be read, so it can't be told whether the draft was removed")
        return self._withdrawn(after, after.reason)

    def _made_after_all(self, intended: FollowUp, draft: Draft, there: Message) -> Storing:
        """What has become of it since, the planner tells from the message that is there."""
        former = (draft.message_id,) if there.message_id != draft.message_id else ()
        made = replace(
            intended,
            stage=Stage.DRAFTED,
            since=self.now,
            reason="it was made before an interruption",
            draft_id=there.id,
            message_id=there.message_id,
            former_ids=(*intended.former_ids, *former),
            attempts=0,
            retry_at=None,
        )

        def store() -> None:
            self.store.conclude(intended.key, "made")
            self.store.put_follow_up(made)
            others = tuple(a for a in recipients_of(there) if not self.looks.observer.mine(a))
            self.store.put_own_letter(own_letter(made.account, made.process, there, others))
            self.say(CreateDraft(made, draft, made.ends, made.reason))

        return store

    # --- withdraw ---

    def _withdraw(self, act: WithdrawDraft) -> Storing:
        follow_up = act.follow_up
        mailbox = self.accounts[follow_up.account].mailbox

        def unchanged(message: Message) -> bool:
            others = tuple(a for a in recipients_of(message) if not self.looks.observer.mine(a))
            return digest(message.text, message.subject, others) == follow_up.digest

        if not mailbox.withdraw_draft(follow_up.draft_id, follow_up.message_id, unchanged, self.now):
            return self._nothing(act, "its draft is not in Drafts any more")
        return self._withdrawn(after_withdrawal(act, self.now), act.reason)

    def _withdrawn(self, after: FollowUp, reason: str) -> Storing:
        def store() -> None:
            before = self.store.follow_up(after.key) or after
            self.store.conclude(after.key, "withdrawn")
            self.store.keep_text(before, self.now)
            for letter in self.store.own_letters_by_id(after.account, before.draft_id):
                self.store.put_own_letter(replace(letter, present=False))
            self.store.put_follow_up(after)
            self.say(WithdrawDraft(after, after.stage, reason))

        return store


def after_withdrawal(act: WithdrawDraft, now: datetime) -> FollowUp:
    """The follow-up once its draft has been removed by us: the next one is another revision."""
    follow_up = act.follow_up
    return replace(
        follow_up,
        stage=act.then,
        since=now,
        reason=act.reason,
        draft_id="",
        former_ids=(*follow_up.former_ids, follow_up.message_id),
        revision=follow_up.revision + 1,
        replaced=(*follow_up.replaced, act.replaced) if act.replaced else follow_up.replaced,
        drafted_at=None if act.then is Stage.WITHDRAWN else follow_up.drafted_at,
        attempts=0,
        retry_at=None,
        gone_since=None,
        gone_looks=0,
    )


def without_draft(follow_up: FollowUp) -> FollowUp:
    """A letter whose draft is intended but not there: due, and without the marks of a draft."""
    return replace(follow_up, stage=Stage.DUE, drafted_at=None, expires=None, draft_id="")


def _as_letter(made: FollowUp, draft: Draft) -> OwnLetter:
    return OwnLetter(
        id=made.draft_id,
        process=made.process,
        account=made.account,
        folder=Folder.DRAFTS,
        message_id=draft.message_id,
        to=(made.to,) if made.to else (),
        sender=draft.sender.email,
        date=draft.date,
        subject=draft.subject,
        in_reply_to=(draft.in_reply_to,) if draft.in_reply_to else (),
        references=draft.references,
        thread=draft.thread,
        digest=made.digest,
        words=draft.text[:4096],
        was_draft=True,
    )
