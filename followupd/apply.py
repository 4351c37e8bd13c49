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

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from followupd.acts import BACKOFF, Acts, after_withdrawal, without_draft
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
from followupd.core.model import (
    FollowUp,
    Policy,
)
from followupd.errors import Conflict, ProviderError, Refused, SignInNeeded, Unavailable
from followupd.observe import OpenAccount
from followupd.store import Store

AN_HOUR = 3_600.0  # seconds: for longer no letter is left to what a server asks for


@dataclass(frozen=True, slots=True)
class _Begun:
    """A process whose first act of these is intended."""

    process: str
    version: int
    acts: tuple[Outward, ...]


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
        ChangeProcess: "close"
        if isinstance(action, ChangeProcess) and action.process.state == "closed"
        else "process",
        CreateDraft: "create_draft",
        Recover: "recover",
        Remind: "remind",
        Settle: "settle",
        Tell: "tell",
        WithdrawDraft: "withdraw_draft",
    }[type(action)]
    if isinstance(action, CreateDraft) and action.hold:
        to = action.follow_up.to or "somebody without an address"
        return Done("ask", f"a letter to {to} was due before now: you are asked first", process)
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
        self.acts = Acts(store, accounts, policy, now, self._acted)
        self.mark_outside = mark_outside
        self.outcome = Outcome()

    def apply(self, plans: Iterable[ProcessPlan]) -> None:
        """Carries out the plans of one round. The transaction that stores an act's outcome begins what follows."""
        whole = list(plans)
        rest = iter(whole)
        # Plans without any action only say when to think again: that may be lost and thought again.
        with self.store.transaction(durable=any(plan.actions for plan in whole)):
            begun = self._begin(rest)
        while begun is not None:
            begun = self._act(begun, rest)

    def _begin(self, rest: Iterator[ProcessPlan]) -> _Begun | None:
        """Stores what merely changes what we know, up to and with the next intent to act; in a transaction."""
        for plan in rest:
            if plan.process and self.store.version(plan.process) != plan.version:
                self.outcome.overtaken = True
                continue
            known = [a for a in plan.actions if not isinstance(a, CreateDraft | WithdrawDraft | Recover)]
            acts = [a for a in plan.actions if isinstance(a, CreateDraft | WithdrawDraft | Recover)]
            possible = tuple(a for a in acts if self._may_act(a))
            for action in known:
                self._store(action, plan.process)
            version = self.store.version(plan.process) if known or possible else plan.version
            if possible:
                self._intend(possible[0])
                return _Begun(plan.process, self.store.version(plan.process), possible)
            if plan.process:
                self._sleep(plan, version, self.now + self.policy.poll if acts else None)
        return None

    def _may_act(self, act: Outward) -> bool:
        return act.follow_up.account in self.accounts and act.follow_up.account not in self.outcome.failed

    def _sleep(self, plan: ProcessPlan, version: int, again: datetime | None) -> None:
        wakes = [moment for moment in (plan.wake_at, again) if moment]
        self.store.sleep_until(plan.process, version, min(wakes, default=None))

    # --- what merely changes what we know ---

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

    def _acted(self, act: Outward) -> None:
        self._say(act, act.follow_up.process, act.follow_up.key)

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
            self.store.put_follow_up(without_draft(act.follow_up))
            self.store.link(act.follow_up.process, "reference", [act.draft.message_id])
            self.store.set_meta("counter", str(int(self.store.meta("counter") or 0) + 1))
        else:
            self.store.intend("withdraw", after_withdrawal(act, self.now), None, self.now)

    def _act(self, begun: _Begun, rest: Iterator[ProcessPlan]) -> _Begun | None:
        """One act and its outcome, stored whatever a command did meanwhile; the process is then planned
        again, so that a draft made while a `stop` came in is withdrawn at once. Returns what is begun next."""
        act, following = begun.acts[0], begun.acts[1:]
        if isinstance(act, CreateDraft):
            self.mark_outside()
        result = self._outcome_of(act)
        with self.store.transaction():
            overtaken = bool(begun.process) and self.store.version(begun.process) != begun.version
            result()
            if following and not overtaken:
                self._intend(following[0])
            self.store.wake(begun.process)
            if following and not overtaken:
                return _Begun(begun.process, self.store.version(begun.process), following)
            self.outcome.overtaken |= overtaken
            return self._begin(rest)

    def _outcome_of(self, act: Outward) -> Callable[[], None]:
        """Acts, and returns what to store. Failures are outcomes too."""
        try:
            return self.acts.act(act)
        except Refused as error:
            # One letter refused holds no other back.
            self.outcome.refused.setdefault(act.follow_up.account, error)
            return self._later(act, error)
        except (Unavailable, SignInNeeded) as error:
            self.outcome.failed[act.follow_up.account] = error
            return self._later(act, error)
        except Conflict as error:
            return self._later(act, error)

    def _later(self, act: Outward, error: ProviderError) -> Callable[[], None]:
        def store() -> None:
            current = self.store.follow_up(act.follow_up.key) or act.follow_up
            conflict, why = isinstance(error, Conflict), str(error)
            wait = timedelta(minutes=10) if conflict else BACKOFF[min(current.attempts, len(BACKOFF) - 1)]
            if isinstance(error, Unavailable) and error.retry_after:
                wait = max(wait, timedelta(seconds=min(error.retry_after, AN_HOUR)))
            waiting = replace(current, attempts=current.attempts + 1, retry_at=self.now + wait)
            self.store.put_follow_up(waiting)
            # Where the outcome is unclear the intent stays open: whether the draft is gone is looked for first.
            if isinstance(act, WithdrawDraft) and isinstance(error, Conflict | Refused):
                self.store.conclude(act.follow_up.key, "kept")
            if not self.acts.attempted:
                self.store.conclude(act.follow_up.key, "nothing")
            self.store.record(self.now, current.process, current.key, "failed", why)
            self.outcome.done.append(replace(told(act), action="failed", reason=why))

        return store
