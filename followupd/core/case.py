"""The planner's only view of the world: what is known of a process, and what this cycle saw.

A `Desk` is the planner's scratch pad for one process: it holds the case as it would be after the
actions decided so far, and collects those actions.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from followupd.core.actions import (
    Action,
    Advance,
    Ask,
    ChangeProcess,
    ProcessPlan,
    Settle,
    Tell,
)
from followupd.core.letters import Wording
from followupd.core.model import (
    Arrival,
    Draft,
    FollowUp,
    HiringProcess,
    Interview,
    Kind,
    OwnLetter,
    Policy,
    ProcessState,
    Question,
    QuestionState,
    Stage,
)
from followupd.core.proof import Spelling, nothing_misspelt


@dataclass(frozen=True, slots=True)
class Intent:
    """A journalled intent whose end is unknown: `act` is "create" or "withdraw"."""

    key: str
    revision: int
    act: str
    draft: Draft | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """All that is stored of one hiring process. `version` changes with every change by anybody."""

    process: HiringProcess
    version: int
    interviews: tuple[Interview, ...] = ()
    follow_ups: tuple[FollowUp, ...] = ()
    arrivals: tuple[Arrival, ...] = ()
    letters: tuple[OwnLetter, ...] = ()
    questions: tuple[Question, ...] = ()
    intents: tuple[Intent, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is stored: the cases worth thinking of now, and what concerns the whole state folder.

    `owner_of` gives the process that holds a letter's key, "" if none does. `questions` are the open ones
    that belong to no single process. `held_at_first` are letters waiting for the first start's
    question. `drafted_today` counts new drafts by account since midnight in the user's zone. `perhaps_named_in`
    gives the processes, of all that are stored, whose organisation's name may stand in a text, `unfilled` how many
    letters were told of that were sent with a line to fill in; both are asked only where a new text is read.
    """

    cases: tuple[Case, ...]
    owner_of: Callable[[str], str] = field(default=lambda _key: "")
    questions: tuple[Question, ...] = ()
    held_at_first: tuple[FollowUp, ...] = ()
    drafted_today: Mapping[str, int] = field(default_factory=dict)
    paused_until: datetime | None = None
    perhaps_named_in: Callable[[str], Sequence[HiringProcess]] = field(default=lambda _: ())
    unfilled: Callable[[], int] = field(default=lambda: 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """What this cycle saw beside what is stored.

    `calendars` and `mailboxes` are the accounts whose calendars or mailbox were looked at completely in this cycle;
    `accounts` are all that the config names. `first` are the accounts whose first look (on an
    empty or restored state) this is: what is already due is asked about, not made.
    `accounts_seen` are those that answered at all, even if an item could not be read.
    """

    accounts: frozenset[str]
    calendars: frozenset[str]
    mailboxes: frozenset[str]
    first: frozenset[str] = frozenset()
    accounts_seen: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Setting:
    """What all planning shares: policy, words, and the moment. `spelling` reads a text that is new."""

    policy: Policy
    wordings: Callable[[str], Wording]
    snapshot: Snapshot
    now: datetime
    paused_until: datetime | None = None
    spelling: Spelling = nothing_misspelt
    perhaps_named_in: Callable[[str], Sequence[HiringProcess]] = lambda _: ()


AT_ONCE = datetime.fromtimestamp(0, UTC)  # a moment to think again that has always come


class Desk:
    """One process being thought through."""

    def __init__(self, case: Case, setting: Setting, owner_of: Callable[[str], str]) -> None:
        self.case = case
        self.setting = setting
        self.policy = setting.policy
        self.now = setting.now
        self.owner_of = owner_of
        self.process = case.process
        self.follow_ups = {follow_up.key: follow_up for follow_up in case.follow_ups}
        self.questions = {question.id: question for question in case.questions}
        self.actions: list[Action] = []
        self.wakes: list[datetime] = []
        self._waits_for_look = False

    # what is decided

    def advance(self, follow_up: FollowUp, reason: str = "", *, told: bool = True) -> FollowUp:
        """Stores the follow-up as it now stands. With a reason it says so; without, only facts changed."""
        if reason:
            follow_up = replace(follow_up, reason=reason, since=self.now)
        if self.follow_ups.get(follow_up.key) != follow_up:
            self._forget(follow_up.key)
            self.follow_ups[follow_up.key] = follow_up
            self.actions.append(Advance(follow_up, follow_up.reason, told and bool(reason)))
        return follow_up

    def _forget(self, key: str) -> None:
        """A later Advance of the same letter carries all that an earlier silent one had."""
        self.actions[:] = [
            action
            for action in self.actions
            if not (isinstance(action, Advance) and action.follow_up.key == key and not action.told)
        ]

    def stage(self, follow_up: FollowUp, stage: Stage, reason: str) -> FollowUp:
        """Moves a follow-up to a stage, once."""
        if follow_up.stage is stage and follow_up.reason == reason:
            return follow_up
        return self.advance(replace(follow_up, stage=stage), reason)

    def change(self, process: HiringProcess, reason: str) -> None:
        if process != self.process:
            self.process = process
            self.actions[:] = [a for a in self.actions if not isinstance(a, ChangeProcess) or a.reason]
            self.actions.append(ChangeProcess(process, reason))

    def turn(self, state: ProcessState, reason: str) -> None:
        """Moves the process to a state, once."""
        if self.process.state is not state or self.process.reason != reason:
            self.change(replace(self.process, state=state, since=self.now, reason=reason), reason)

    def ask(self, question: Question) -> None:
        """Asks once: a question that was ever asked is not asked again, unless it was withdrawn."""
        before = self.questions.get(question.id)
        if before is None or before.state is QuestionState.WITHDRAWN:
            self.questions[question.id] = question
            self.actions.append(Ask(question, question.text))
        elif before.state is QuestionState.OPEN and _says_more(before, question):
            text, answer_with = question.text, question.answer_with
            kept = replace(before, letters=question.letters, text=text, answer_with=answer_with)
            self.questions[question.id] = kept
            self.actions.append(Ask(kept, kept.text))

    def settle(self, question: Question, state: QuestionState, reason: str) -> None:
        settled = replace(question, state=state)
        self.questions[question.id] = settled
        self.actions.append(Settle(settled, reason))

    def tell(self, about: str, text: str) -> None:
        self.actions.append(Tell(self.process.key, about, text))

    def wake(self, moment: datetime | None) -> None:
        if moment is not None:
            self.wakes.append(moment)

    def wake_with_next_look(self) -> None:
        """What is due waits for an account to be looked at: it is thought of in every cycle until then."""
        self._waits_for_look = True

    def plan(self) -> ProcessPlan:
        ahead = [moment for moment in self.wakes if moment > self.now]
        wake_at = AT_ONCE if self._waits_for_look else min(ahead, default=None)
        return ProcessPlan(self.process.key, self.case.version, tuple(self.actions), wake_at)

    # what is asked of the case

    def of_kind(self, kind: Kind) -> list[FollowUp]:
        return [follow_up for follow_up in self.follow_ups.values() if follow_up.kind is kind]

    def open_questions(self) -> list[Question]:
        return [question for question in self.questions.values() if question.state is QuestionState.OPEN]

    def looked_at_mail(self, account: str) -> bool:
        return account in self.setting.snapshot.mailboxes

    def may_end(self, follow_up: FollowUp) -> bool:
        """Whether time alone may end a letter. Not while its mailbox can't be seen: the letter may have been sent,
        and where a provider says that our clock is wrong, it is not the time that it seems."""
        snapshot = self.setting.snapshot
        return follow_up.account in snapshot.mailboxes or follow_up.account not in snapshot.accounts


def _says_more(before: Question, question: Question) -> bool:
    return (before.letters, before.answer_with) != (question.letters, question.answer_with)
