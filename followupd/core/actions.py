"""What the planner decided, as inert data: printable, comparable, without any effect of its own.

Some actions change only what we know (Advance, ChangeProcess, Ask, Settle, Remind, Tell): all of
those of one process are stored in one transaction. The others touch a mailbox (CreateDraft,
WithdrawDraft, Recover) and are journalled one by one before they act.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from followupd.core.model import Draft, FollowUp, HiringProcess, Question, Stage


@dataclass(frozen=True, slots=True)
class Advance:
    """A follow-up is new, or stands elsewhere than before. `told` is false where only bookkeeping changed."""

    follow_up: FollowUp
    reason: str
    told: bool = True


@dataclass(frozen=True, slots=True)
class ChangeProcess:
    """A hiring process stands elsewhere than before."""

    process: HiringProcess
    reason: str


@dataclass(frozen=True, slots=True)
class Ask:
    """A question that only the user can answer."""

    question: Question
    reason: str


@dataclass(frozen=True, slots=True)
class Settle:
    """A question has been answered, has expired or is no longer worth asking."""

    question: Question
    reason: str


@dataclass(frozen=True, slots=True)
class Remind:
    """A letter is still unsent. The follow-up carries that it was reminded of."""

    follow_up: FollowUp
    reason: str


@dataclass(frozen=True, slots=True)
class Tell:
    """Something the user should know, and nothing to answer. Told once for the same `id`."""

    process: str
    id: str
    reason: str


@dataclass(frozen=True, slots=True)
class CreateDraft:
    """Put this letter into Drafts, unless a look finds that it happened already.

    `since` is from when on any letter to the person counts as this one. `hold` is the topic of
    the question that a letter seen nowhere waits for instead of being made ("" makes it).
    """

    follow_up: FollowUp
    draft: Draft
    since: datetime
    reason: str
    hold: str = ""


@dataclass(frozen=True, slots=True)
class WithdrawDraft:
    """Remove an untouched draft. When it is gone by our hand the follow-up stands at `then`."""

    follow_up: FollowUp
    then: Stage
    reason: str
    replaced: str = ""


@dataclass(frozen=True, slots=True)
class Recover:
    """An intent to create was journalled and its end is unknown: look what came of it."""

    follow_up: FollowUp
    reason: str


Action = Advance | ChangeProcess | Ask | Settle | Remind | Tell | CreateDraft | WithdrawDraft | Recover
Outward = CreateDraft | WithdrawDraft | Recover


@dataclass(frozen=True, slots=True)
class ProcessPlan:
    """What to do in one process, and when it must be thought of again (None: only when something comes)."""

    process: str
    version: int
    actions: tuple[Action, ...]
    wake_at: datetime | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do in this cycle, and when the next thing falls due."""

    processes: tuple[ProcessPlan, ...]
    wake_at: datetime | None

    @property
    def actions(self) -> tuple[Action, ...]:
        """All actions, in the order in which they are carried out."""
        return tuple(action for process in self.processes for action in process.actions)
