"""Apply: carries out a plan. Journals each intent before it acts, and what came of it after.

The order in one process: one transaction stores all that merely changed what we know, together
with the first intent to act; then each act, and one transaction that stores its outcome together
with the next intent. So n drafts cost n + 1 durable commits. Each such transaction first checks
that nobody has changed the process since it was planned on: if a command was faster, nothing is
done and the process is planned again.

It decides nothing: whether a letter is owed was decided by the planner, and whether it happened
already is what a look at the mailbox says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from followupd.core.actions import (
    Action,
    Advance,
    Ask,
    ChangeProcess,
    CreateDraft,
    Outward,
    ProcessPlan,
    Recover,
    Remind,
    Settle,
    Tell,
    WithdrawDraft,
)
from followupd.core.arrivals import judge
from followupd.core.fates import digest
from followupd.core.model import (
    ArrivalClass,
    Draft,
    Folder,
    FollowUp,
    Kind,
    Message,
    OwnLetter,
    Policy,
    Stage,
)
from followupd.core.rounds import sent_to_company
from followupd.errors import Conflict, ProviderError, Refused, SignInNeeded, Unavailable
from followupd.observe import MINE, Observer, OpenAccount, own_letter, recipients_of
from followupd.providers.base import Look, Mailbox
from followupd.store import Store

BACKOFF = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
LOOK_SLACK = timedelta(seconds=1)


class Overtaken(Exception):
    """Somebody changed the process since it was planned on: plan again."""


@dataclass(frozen=True, slots=True)
class Done:
    """An action that was carried out, for people and scripts to read."""

    action: str
    reason: str
    process: str = ""
    kind: str = ""
    step: int = 0
    to: str = ""
    message_id: str = ""
    key: str = ""
    account: str = ""
    organisation: str = ""


def told(action: Action, process: str = "") -> Done:
    """An action as one line of output."""
    name = {
        Advance: "advance",
        Ask: "ask",
        ChangeProcess: "close" if isinstance(action, ChangeProcess) and action.process.state == "closed" else "process",
        CreateDraft: "create_draft",
        Recover: "recover",
        Remind: "remind",
        Settle: "settle",
        Tell: "tell",
        WithdrawDraft: "withdraw_draft",
    }[type(action)]
    follow_up = getattr(action, "follow_up", None)
    if follow_up is None:
        return Done(name, action.reason, process)
    return Done(
        name,
        action.reason,
        follow_up.process,
        follow_up.kind.value,
        follow_up.step,
        follow_up.to,
        action.draft.message_id if isinstance(action, CreateDraft) else follow_up.message_id,
        follow_up.key,
        follow_up.account,
    )


@dataclass
class Outcome:
    """What came of applying a plan."""

    done: list[Done] = field(default_factory=list)
    failed: dict[str, ProviderError] = field(default_factory=dict)
    refused: dict[str, ProviderError] = field(default_factory=dict)
    overtaken: bool = False


class Hand:
    """Carries out plans on the mailboxes of these accounts."""

    def __init__(
        self,
        store: Store,
        accounts: Mapping[str, OpenAccount],
        policy: Policy,
        now: datetime,
        mark_outside: Callable[[], None],
    ) -> None:
        self.store = store
        self.accounts = accounts
        self.policy = policy
        self.now = now
        self.observer = Observer(store, policy, now)
        self.mark_outside = mark_outside
        self.outcome = Outcome()

    def apply(self, plan: ProcessPlan) -> None:
        """Carries out the plan of one process."""
        known = [a for a in plan.actions if not isinstance(a, CreateDraft | WithdrawDraft | Recover)]
        acts = [a for a in plan.actions if isinstance(a, CreateDraft | WithdrawDraft | Recover)]
        possible = [a for a in acts if self._may_act(a)]
        put_off, acts = len(possible) < len(acts), possible
        try:
            version = self._store_known(plan, known, acts[0] if acts else None)
            for index, act in enumerate(acts):
                following = acts[index + 1] if index + 1 < len(acts) else None
                version = self._act(plan.process, version, act, following)
        except Overtaken:
            self.outcome.overtaken = True
            return
        if not acts and plan.process:
            self._sleep(plan, version, self.now + self.policy.poll if put_off else None)

    def _may_act(self, act: Outward) -> bool:
        return act.follow_up.account in self.accounts and act.follow_up.account not in self.outcome.failed

    def _sleep(self, plan: ProcessPlan, version: int, again: datetime | None) -> None:
        wakes = [moment for moment in (plan.wake_at, again) if moment]
        with self.store.transaction():
            self.store.sleep_until(plan.process, version, min(wakes, default=None))

    # --- what merely changes what we know ---

    def _store_known(self, plan: ProcessPlan, known: Sequence[Action], first: Outward | None) -> int:
        if not known and first is None:
            return plan.version
        with self.store.transaction():
            self._same(plan.process, plan.version)
            for action in known:
                self._store(action, plan.process)
            if first is not None:
                self._intend(first)
            return self.store.version(plan.process)

    def _same(self, process: str, version: int) -> None:
        if process and self.store.version(process) != version:
            raise Overtaken

    def _store(self, action: Action, process: str) -> None:
        if isinstance(action, Advance):
            self._put(action.follow_up)
            if action.told:
                self._say(action, process, action.follow_up.key)
        elif isinstance(action, ChangeProcess):
            self.store.put_process(action.process)
            self._say(action, process, process)
        elif isinstance(action, Ask | Settle):
            self.store.put_question(action.question)
            self._say(action, process, action.question.id)
        elif isinstance(action, Remind):
            self._put(action.follow_up)
            self._say(action, process, action.follow_up.key)
        elif isinstance(action, Tell) and not self.store.told(process, action.id, "tell"):
            self._say(action, process, action.id)

    def _put(self, follow_up: FollowUp) -> None:
        self.store.put_follow_up(follow_up)

    def _say(self, action: Action, process: str, about: str) -> None:
        line = told(action, process)
        self.store.record(self.now, process, about, line.action, line.reason)
        self.outcome.done.append(line)

    # --- acts ---

    def _intend(self, act: Outward) -> None:
        if isinstance(act, Recover):
            return
        if isinstance(act, CreateDraft):
            self.store.intend("create", act.follow_up, act.draft, self.now)
            self.store.put_follow_up(_before(act.follow_up))
            self.store.link(act.follow_up.process, "reference", [act.draft.message_id])
            self.store.set_meta("counter", str(int(self.store.meta("counter") or 0) + 1))
        else:
            self.store.intend("withdraw", _after(act, self.now), None, self.now)

    def _act(self, process: str, version: int, act: Outward, following: Outward | None) -> int:
        """One act and its outcome. The outcome is stored whatever a command did meanwhile; the process is
        then planned again, so that a draft made while a `stop` came in is withdrawn at once."""
        if isinstance(act, CreateDraft):
            self.mark_outside()
        result = self._outcome_of(act)
        with self.store.transaction():
            overtaken = bool(process) and self.store.version(process) != version
            result()
            if following is not None and not overtaken:
                self._intend(following)
            self.store.wake(process)
            version = self.store.version(process)
        if overtaken:
            raise Overtaken
        return version

    def _outcome_of(self, act: Outward) -> Callable[[], None]:
        """Acts, and returns what to store. Failures are outcomes too."""
        try:
            if isinstance(act, CreateDraft):
                return self._create(act)
            if isinstance(act, WithdrawDraft):
                return self._withdraw(act)
            return self._recover(act)
        except Conflict as error:
            return self._later(act, str(error), conflict=True)
        except Refused as error:
            # One letter refused holds no other back.
            self.outcome.refused.setdefault(act.follow_up.account, error)
            return self._later(act, str(error))
        except (Unavailable, SignInNeeded) as error:
            self.outcome.failed[act.follow_up.account] = error
            return self._later(act, str(error))

    def _later(self, act: Outward, why: str, *, conflict: bool = False) -> Callable[[], None]:
        def store() -> None:
            current = self.store.follow_up(act.follow_up.key) or act.follow_up
            wait = timedelta(minutes=10) if conflict else BACKOFF[min(current.attempts, len(BACKOFF) - 1)]
            waiting = replace(current, attempts=current.attempts + 1, retry_at=self.now + wait)
            self.store.put_follow_up(waiting)
            if isinstance(act, WithdrawDraft):
                self.store.conclude(act.follow_up.key, "kept")
            self.store.record(self.now, current.process, current.key, "failed", why)
            self.outcome.done.append(replace(told(act), action="failed", reason=why))

        return store

    # --- create ---

    def _create(self, act: CreateDraft) -> Callable[[], None]:
        follow_up = act.follow_up
        mailbox = self.accounts[follow_up.account].mailbox
        if follow_up.kind is Kind.THANK_YOU and self._event_changed(follow_up):
            return self._nothing(act, "the event has changed: it is thought of again")
        if follow_up.kind is Kind.NUDGE:
            arrived = self._last_look(act)
            if arrived:
                return self._nothing(act, "a message from them was found in the last look")
        found, complete = self._look(act, mailbox)
        if found:
            return self._found(act, found)
        if not complete:
            raise Unavailable("a folder could not be read, so it can't be told whether the letter exists already")
        if act.hold:
            return self._held(act)
        draft_id = mailbox.create_draft(act.draft)
        return self._made(act, draft_id)

    def _event_changed(self, follow_up: FollowUp) -> bool:
        """Re-reads the interviews of a thank-you; what has changed is filed, and the process planned again."""
        changed = False
        for name in follow_up.interviews:
            for account, source, event in self.store.sightings(name):
                calendar = dict(self.accounts[account].calendars).get(source) if account in self.accounts else None
                if calendar is None:
                    continue
                fresh = calendar.event(event.uid, event.recurrence_id)
                if fresh == event:
                    continue
                changed = True
                with self.store.transaction():
                    if fresh is None:
                        self.observer.file_removal(account, source, name)
                    else:
                        self.observer.file_event(account, source, fresh)
        return changed

    def _look(self, act: CreateDraft, mailbox: Mailbox) -> tuple[list[Message], bool]:
        """Any letter to that person since the interview (or since my last letter), whoever made it, in every account."""
        follow_up = act.follow_up
        looks = [mailbox.message(act.draft.message_id, act.since - LOOK_SLACK)]
        if follow_up.to:
            looks += [a.mailbox.letters_to([follow_up.to], act.since) for a in self.accounts.values()]
        messages = {m.id: m for look in looks for m in look.messages}
        mine = [m for m in messages.values() if self._counts(act, m)]
        return mine, all(look.complete for look in looks)

    def _counts(self, act: CreateDraft, message: Message) -> bool:
        follow_up = act.follow_up
        if message.message_id in follow_up.former_ids:
            return False
        if message.message_id == act.draft.message_id:
            return not (follow_up.wanted and message.folder is Folder.TRASH)
        judgement = judge(message, self.observer.mine, self.policy.me.zone)
        if judgement.kind is not ArrivalClass.OWN and message.folder not in MINE:
            return False
        if message.folder in {Folder.TRASH, Folder.JUNK} or judgement.sub_kind in {"calendar", "automatic", "receipt"}:
            return False
        if any(f.draft_id == message.id for f in self.store.follow_ups(follow_up.process) if f.key != follow_up.key):
            return False
        return message.date >= act.since

    def _last_look(self, act: CreateDraft) -> bool:
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
        looks: list[tuple[str, Look]] = [
            (name, account.mailbox.messages_from(addresses, domains, since)) for name, account in self.accounts.items()
        ]
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

    def _nothing(self, act: Outward, why: str) -> Callable[[], None]:
        def store() -> None:
            self.store.conclude(act.follow_up.key, "nothing")
            if isinstance(act, WithdrawDraft):
                current = self.store.follow_up(act.follow_up.key) or act.follow_up
                self.store.put_follow_up(replace(current, retry_at=self.now + BACKOFF[0]))

        return store

    def _held(self, act: CreateDraft) -> Callable[[], None]:
        def store() -> None:
            self.store.conclude(act.follow_up.key, "nothing")
            held = replace(_before(act.follow_up), stage=Stage.PLANNED, held=act.hold)
            self.store.put_follow_up(held)

        return store

    def _made(self, act: CreateDraft, draft_id: str) -> Callable[[], None]:
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
            self.store.conclude(follow_up.key, "made")
            self.store.put_follow_up(made)
            self.store.put_own_letter(_as_letter(made, act.draft))
            self._say(replace(act, follow_up=made), follow_up.process, follow_up.key)

        return store

    def _found(self, act: CreateDraft, found: list[Message]) -> Callable[[], None]:
        """It happened: ours or the user's own. What was found is stored; the planner says what it means."""

        def store() -> None:
            self.store.conclude(act.follow_up.key, "found")
            current = self.store.follow_up(act.follow_up.key) or act.follow_up
            kept = replace(current, digest=act.follow_up.digest, subject=act.draft.subject, text=act.draft.text)
            self.store.put_follow_up(kept)
            for message in found:
                others = tuple(a for a in recipients_of(message) if not self.observer.mine(a))
                self.store.put_own_letter(own_letter(act.follow_up.account, act.follow_up.process, message, others))

        return store

    # --- recover ---

    def _recover(self, act: Recover) -> Callable[[], None]:
        """What came of an attempt whose end is unknown: looks for its Message-ID before anything else."""
        intent, intended = self.store.intent(act.follow_up.key), self.store.intended(act.follow_up.key)
        if intent is None or intended is None:
            return self._nothing(act, "there is no open intent")
        mailbox = self.accounts[act.follow_up.account].mailbox
        if intent.draft is None:
            return self._recover_withdrawal(act, intended, mailbox)
        mailbox.clean(intent.draft)
        look = mailbox.message(intent.draft.message_id, intent.draft.date - timedelta(days=1))
        there = next((m for m in look.messages if m.folder in MINE), None)
        if there is not None:
            return self._made_after_all(intended, intent.draft, there)
        if look.messages:
            return self._found(CreateDraft(intended, intent.draft, intended.ends, ""), list(look.messages))
        if not look.complete:
            raise Unavailable("a folder could not be read, so it can't be told whether the draft was made")
        return self._nothing(act, "the draft had not been made")

    def _recover_withdrawal(self, act: Recover, after: FollowUp, mailbox: Mailbox) -> Callable[[], None]:
        """A draft that is nowhere after we meant to remove it was removed by us; else it is still to do."""
        current = act.follow_up
        look = mailbox.message(current.message_id, (current.drafted_at or self.now) - timedelta(days=1))
        if look.messages:
            return self._nothing(act, "the draft had not been removed")
        if not look.complete:
            raise Unavailable("a folder could not be read, so it can't be told whether the draft was removed")
        return self._withdrawn(after, after.reason)

    def _made_after_all(self, intended: FollowUp, draft: Draft, there: Message) -> Callable[[], None]:
        made = replace(
            intended,
            stage=Stage.DRAFTED,
            since=self.now,
            reason="it was made before an interruption",
            draft_id=there.id,
            attempts=0,
            retry_at=None,
        )

        def store() -> None:
            self.store.conclude(intended.key, "made")
            self.store.put_follow_up(made)
            others = tuple(a for a in recipients_of(there) if not self.observer.mine(a))
            self.store.put_own_letter(own_letter(made.account, made.process, there, others))
            self._say(CreateDraft(made, draft, made.ends, made.reason), made.process, made.key)

        return store

    # --- withdraw ---

    def _withdraw(self, act: WithdrawDraft) -> Callable[[], None]:
        follow_up = act.follow_up
        mailbox = self.accounts[follow_up.account].mailbox

        def unchanged(message: Message) -> bool:
            others = tuple(a for a in recipients_of(message) if not self.observer.mine(a))
            return digest(message.text, message.subject, others) == follow_up.digest

        if not mailbox.withdraw_draft(follow_up.draft_id, follow_up.message_id, unchanged, self.now):
            return self._nothing(act, "its draft is not in Drafts any more")
        return self._withdrawn(_after(act, self.now), act.reason)

    def _withdrawn(self, after: FollowUp, reason: str) -> Callable[[], None]:
        def store() -> None:
            before = self.store.follow_up(after.key) or after
            self.store.conclude(after.key, "withdrawn")
            self.store.keep_text(before, self.now)
            for letter in self.store.own_letters_by_id(after.account, before.draft_id):
                self.store.put_own_letter(replace(letter, present=False))
            self.store.put_follow_up(after)
            self._say(WithdrawDraft(after, after.stage, reason), after.process, after.key)

        return store


def _after(act: WithdrawDraft, now: datetime) -> FollowUp:
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


def _before(follow_up: FollowUp) -> FollowUp:
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
    )
