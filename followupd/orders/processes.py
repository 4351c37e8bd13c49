"""What can be told of a process and its letters without the store: names, checks, merging, splitting."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from followupd.core.addresses import canonical, clean
from followupd.core.model import (
    FollowUp,
    HiringProcess,
    ProcessState,
    Stage,
)
from followupd.core.rounds import STOPPED
from followupd.errors import UsageError

NAME_AT_MOST = 80
NOTE_AT_MOST = 2000
FAR = timedelta(days=3 * 366)  # a date beyond this is a slip of the pen, and would silence for ever
WAITING = frozenset({Stage.PLANNED, Stage.DUE})
ENDED = frozenset({Stage.SKIPPED, Stage.DISCARDED, Stage.WITHDRAWN, Stage.EXPIRED})
REVIVABLE = WAITING | ENDED
IN_DOUBT = frozenset({ProcessState.ANSWERED, ProcessState.ASKING})
HOW = {"mail": "by mail", "hand": "by hand", "phone": "by phone"}


def name_of(process: HiringProcess) -> str:
    return process.organisation or next(iter(process.domains), "") or process.key


def is_stopped(process: HiringProcess) -> bool:
    return process.state is ProcessState.CLOSED and process.reason in STOPPED


def refuse_if_stopped(process: HiringProcess) -> None:
    """What the user stopped stays so until `resume`."""
    if is_stopped(process):
        raise UsageError(is_closed(process))


def is_closed(process: HiringProcess) -> str:
    return (
        f"{name_of(process)} is closed ({process.reason}). `followupd resume {process.key}` opens it again."
    )


def check_reason(because: str) -> None:
    if because not in STOPPED:
        raise UsageError(f"“{because}” is no reason. Say one of: {', '.join(sorted(STOPPED))}.")


def is_place(via: str) -> bool:
    """Whether it is an address, or the domain of one."""
    return bool(clean(via) or (clean(f"somebody@{via.strip()}") and "." in via))


def merged_process(source: HiringProcess, target: HiringProcess) -> HiringProcess:
    """All that is known of either; where both know, the second is right."""
    people = {canonical(p.address) or p.name: p for p in (*source.people, *target.people)}
    settled = target.settled
    if not {source.state, target.state} & IN_DOUBT:
        settled = max(filter(None, (source.settled, target.settled)), default=None)
    by_user = [one for one in (target, source) if one.named_by == "user"]
    named = next(iter(by_user), target if target.organisation else source)
    is_quiet = target.state is ProcessState.CLOSED and not is_stopped(target)
    awake = source if is_quiet and not is_stopped(source) else target
    return replace(
        target,
        domains=tuple(dict.fromkeys((*target.domains, *source.domains))),
        organisation=named.organisation,
        named_by=named.named_by,
        via=target.via or source.via,
        position=target.position or source.position,
        decision_by=target.decision_by or source.decision_by,
        snoozed_until=target.snoozed_until or source.snoozed_until,
        released=target.released or source.released,
        state=awake.state,
        reason=awake.reason,
        since=awake.since,
        settled=settled,
        people=tuple(people.values()),
        dropped=tuple(dict.fromkeys((*target.dropped, *source.dropped))),
        closed_people=tuple(dict((*source.closed_people, *target.closed_people)).items()),
    )


def split_off(old: HiringProcess, key: str, now: datetime) -> HiringProcess:
    """A process beside another of the same company: what is known of its people, not where it stands."""
    return replace(
        old,
        key=key,
        state=ProcessState.ACTIVE,
        since=now,
        reason="",
        decision_by=None,
        snoozed_until=None,
        position="",
    )


def no_second_nudge(nudge: FollowUp, process: HiringProcess) -> str:
    """Why a nudge can't be had again, "" if it can."""
    if nudge.stage in WAITING:
        return "It is planned already."
    goes_on = process.state in {ProcessState.ACTIVE, ProcessState.CLOSED}
    if nudge.stage is Stage.WITHDRAWN or not goes_on:
        why = nudge.reason if nudge.stage is Stage.WITHDRAWN else process.reason
        return f"No nudge may go now: {why}. `followupd resume {process.key}` lets the waiting go on."
    return ""


def counted(number: int, singular: str, plural: str) -> str:
    return f"{number} {singular if number == 1 else plural}"
