"""The interviews of the last four weeks, for people who begin while they wait for an answer.

What the first look found out by itself (a letter of the user's in Sent, an answer that came) is told; only the
rest is asked about.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from pathlib import Path

from followupd import cycle
from followupd.apply import Done
from followupd.config import Config
from followupd.core.interviews import ends
from followupd.core.model import (
    IN_DRAFTS,
    WAS_SENT,
    FollowUp,
    HiringProcess,
    Interview,
    Kind,
    ProcessState,
    Stage,
)
from followupd.core.rounds import counts
from followupd.database import DATABASE
from followupd.errors import Busy
from followupd.orders import Orders
from followupd.orders.processes import is_stopped
from followupd.setup.events import WEEKS
from followupd.store import Store

_UNDECIDED = frozenset({Stage.PLANNED, Stage.DUE, Stage.SKIPPED, Stage.EXPIRED})
_ANSWERED = frozenset({ProcessState.ANSWERED, ProcessState.ASKING})


class Answer(StrEnum):
    """What the user says of one interview."""

    DRAFT = "draft"
    SENT = "sent"
    SKIP = "skip"
    ANSWERED = "answered"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Recent:
    """An interview that was held: its company, its thank-yous that nothing is known of, and what is known.

    `known` is "" where the user is to be asked. `is_thanked` is where a letter of the user's was found in Sent.
    `is_old` is where the interview was long over when it was first seen: nothing follows it unless it is wanted.
    """

    interview: Interview
    process: HiringProcess
    letters: tuple[FollowUp, ...]
    known: str
    is_thanked: bool = False
    is_old: bool = False

    @property
    def company(self) -> str:
        """The name, else the domain, "" where the event tells neither."""
        return self.process.organisation or next(iter(self.process.domains), "")

    @property
    def people(self) -> tuple[str, ...]:
        return tuple(letter.name or letter.to for letter in self.letters)

    def fits(self, word: str) -> bool:
        """Whether a word means this one: a part of the title, the company, a domain or a person; or `all`."""
        texts = [self.interview.event.title, self.company, *self.process.domains, *self.people]
        texts += [letter.to for letter in self.letters]
        plain = word.strip().casefold()
        return (
            plain == "all" or self.interview.id.startswith(plain) or any(plain in t.casefold() for t in texts)
        )


def first_look(config: Config, state: Path, now: datetime) -> list[str]:
    """Looks once where that was never done: it makes nothing that is already due. Returns what failed, in words.

    On a state that knows the accounts already nothing is done: `run` or `once` look by themselves. Raises Busy,
    StoreError.
    """
    if _has_looked(state):
        return []
    reports = cycle.once(config, state, now)
    return [f"{report.name}: {report.error}" for report in reports if report.error]


def _has_looked(state: Path) -> bool:
    if not (state / DATABASE).exists():
        return False
    store = Store(state)
    try:
        return bool(store.meta("id")) and not store.meta("first")
    finally:
        store.close()


def recent(store: Store, zone: str, look_back: timedelta, now: datetime) -> list[Recent]:
    """Those that ended in the last four weeks, the latest first. Cancelled and skipped ones are left out.

    `look_back` is how long before its first sight an interview may have ended to be followed up unasked.
    """
    found = [
        one
        for one in store.interviews()
        if counts(one) and one.cancelled is None and one.skipped is None and _is_recent(one, zone, now)
    ]
    ordered = sorted(found, key=lambda one: one.event.start, reverse=True)
    return [each for one in ordered if (each := _recent(store, one, look_back)) is not None]


def _is_recent(interview: Interview, zone: str, now: datetime) -> bool:
    return now - WEEKS <= ends(interview.event, zone) <= now


def _recent(store: Store, interview: Interview, look_back: timedelta) -> Recent | None:
    process = store.process(interview.process)
    if process is None or is_stopped(process):
        return None
    # One letter thanks for all talks of a day with a person: it is asked about at the last of them.
    thanks = [
        one
        for one in store.follow_ups(process.key)
        if one.kind is Kind.THANK_YOU and one.interviews and one.interviews[-1] == interview.id
    ]
    undecided = [one for one in thanks if one.stage in _UNDECIDED and not one.wanted]
    undecided = [one for one in undecided if one.to not in interview.skip_people]
    known, is_old = _known(process, thanks, undecided), _is_old(interview, thanks, look_back)
    sent = bool(thanks) and all(one.stage in WAS_SENT for one in thanks)
    if sent and is_old and process.state is ProcessState.ACTIVE:
        return Recent(interview, process, tuple(thanks), "", is_thanked=True, is_old=True)
    return Recent(interview, process, tuple(undecided or thanks), known, is_old=is_old)


def _is_old(interview: Interview, thanks: list[FollowUp], look_back: timedelta) -> bool:
    """Whether neither letter nor nudge comes by itself. A letter that was drafted or deleted is no longer that."""
    touched = any(one.drafted_at or one.stage is Stage.DISCARDED for one in thanks)
    fresh = any(one.ends >= interview.recognised - look_back for one in thanks)
    return not (touched or fresh or interview.wanted)


def _known(process: HiringProcess, thanks: list[FollowUp], undecided: list[FollowUp]) -> str:
    """What needs no question, in words; "" where there is one to ask."""
    if process.state in _ANSWERED and not process.settled:
        return f"an answer has come: {process.reason}"
    if undecided:
        return ""
    if not thanks:
        return "the calendar names nobody to write to, or a later talk of that day is asked about"
    stages = {one.stage for one in thanks}
    if stages <= WAS_SENT:
        return f"thanked already: {thanks[0].reason}"
    return "a letter lies in Drafts" if stages & IN_DRAFTS else thanks[0].reason


# --- what the user says -------------------------------------------------------------------------


def said(orders: Orders, one: Recent, answer: Answer) -> str:
    """Carries it out; what is true now, in words."""
    if answer is Answer.DRAFT:
        return orders.draft(one.interview.id)
    if answer is Answer.SKIP:
        return orders.skip(one.interview.id)
    if answer is Answer.SENT:
        return _sent(orders, one)
    if one.is_old:
        return "No letter comes by itself, since it ended long before it was first seen: `followupd draft` makes one."
    return "It waits: `followupd draft`, `sent` or `skip` say it later."


def _sent(orders: Orders, one: Recent) -> str:
    unsent = [letter for letter in one.letters if letter.stage not in WAS_SENT]
    for letter in unsent:
        # By its key: a word for the person would mean the latest letter to them, perhaps another one.
        orders.thanked(letter.key)
    if one.is_old and len(unsent) < len(one.letters):
        orders.draft(one.interview.id)  # with every letter sent it makes none, and lets a nudge follow
    return "Noted. If nobody answers, a nudge will wait in Drafts."


def answered(orders: Orders, one: Recent, decision: date | None, *, over: bool) -> str:
    """They have answered: they decide by a day, or it is over, or neither is known: then nothing is written."""
    if over:
        return orders.stop(one.process.key, "other")
    if decision is not None:
        return orders.decide(one.process.key, decision)
    return orders.skip(one.interview.id)


def name_companies(orders: Orders, named: dict[str, str]) -> None:
    """Gives processes that were there before the config named their company the name (domain → name)."""
    for process in orders.store.processes():
        name = next((named[domain] for domain in process.domains if domain in named), "")
        if name and not process.organisation:
            orders.name_process(process.key, name)


def carry_out(config: Config, state: Path, now: datetime) -> Iterator[Done]:
    """Carries out what was just said; the letters that came of it. Where `run` is at work, that does it."""
    try:
        reports = cycle.once(config, state, now, wait=0)
    except Busy:
        return
    yield from (done for report in reports for done in report.actions if done.action == "create_draft")
