"""A thank-you as it will be written, for reading: nothing is stored, and no mailbox is asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from followupd.core import compose, organisations
from followupd.core.addresses import canonical
from followupd.core.case import Case, Desk, Setting, Snapshot
from followupd.core.interviews import invited_address, judge
from followupd.core.letters import Wording
from followupd.core.model import (
    Address,
    Attendee,
    Event,
    FollowUp,
    HiringProcess,
    Interview,
    Kind,
    Policy,
    Stage,
    event_id,
)
from followupd.core.owing import Owed, owed

Wordings = Callable[[str], Wording]
_NOBODY = frozenset[str]()


@dataclass(frozen=True, slots=True)
class Preview:
    """One letter: to whom, about which interviews (the last one last), from which address, in which words.

    `stage` is that of the letter that is kept; PLANNED where none is. A letter that was drafted is shown as it
    was put into Drafts.
    """

    interviews: tuple[Interview, ...]
    name: str
    to: str
    sender: str
    subject: str
    text: str
    stage: Stage
    reason: str


def previews(case: Case, policy: Policy, wordings: Wordings, now: datetime) -> list[Preview]:
    """Every thank-you of a process, by time; each is written as it will be when it is due."""
    nothing_seen = Snapshot(accounts=_NOBODY, calendars=_NOBODY, mailboxes=_NOBODY)
    desk = Desk(case, Setting(policy, wordings, nothing_seen, now), lambda _: "")
    items = {item.key: item for item in owed(desk)}
    for item in items.values():
        desk.follow_ups.setdefault(item.key, _planned(desk, item))
    # In the order in which a cycle writes them: each letter is made unlike those before it.
    letters = [one for one in desk.of_kind(Kind.THANK_YOU) if one.key in items]
    found = {one.key: _preview(desk, one, items[one.key], now) for one in letters}
    return [found[key] for key in items]


def _preview(desk: Desk, one: FollowUp, item: Owed, now: datetime) -> Preview:
    if not one.text:
        desk.now = max(now, item.day_ends + desk.policy.thank_you.ready_after)
        one = replace(one, late=desk.now > item.ends + desk.policy.thank_you.late_after)
        _, draft = compose.thank_you(desk, one, item)
        one = replace(one, subject=draft.subject, text=draft.text)
        desk.follow_ups[item.key] = one
    return Preview(
        interviews=item.interviews,
        name=one.name,
        to=one.address or one.to,
        sender=one.sender,
        subject=one.subject,
        text=one.text,
        stage=one.stage,
        reason=one.reason or item.verdict.reason,
    )


def _planned(desk: Desk, item: Owed) -> FollowUp:
    """The letter as it is stored when it is first owed."""
    return FollowUp(
        key=item.key,
        kind=Kind.THANK_YOU,
        process=desk.process.key,
        account=item.last.account,
        sender=compose.sender(item.last, desk.policy),
        to=canonical(item.person.address),
        address=item.person.address,
        name=item.person.name,
        part=item.person.part,
        occasion=item.occasion,
        interviews=tuple(interview.id for interview in item.interviews),
        ends=item.ends,
        due=item.day_ends + desk.policy.thank_you.ready_after,
        since=desk.now,
        reason="",
    )


# --- before anything is stored ------------------------------------------------------------------


def case_of(event: Event, policy: Policy, now: datetime, account: str = "") -> Case:
    """The process of one event, as it would be stored when it is first seen."""
    belonging = organisations.belongs(event, policy)
    process = HiringProcess(
        key=organisations.process_key(belonging, event),
        organisation=belonging.name,
        domains=belonging.domains,
        via=belonging.via,
        internal=belonging.internal,
        since=now,
    )
    interview = Interview(
        id=event_id(event.uid, event.recurrence_id),
        process=process.key,
        account=account,
        invited=invited_address(event, policy),
        event=event,
        verdict=judge(event, policy),
        recognised=now,
    )
    return Case(process=process, version=0, interviews=(interview,))


def of_events(events: Iterable[Event], policy: Policy, wordings: Wordings, now: datetime) -> Preview | None:
    """A letter for the latest of these that is over, else for the next; None where nobody is to be thanked."""
    ordered = sorted(events, key=lambda event: event.start)
    past = [event for event in reversed(ordered) if event.end <= now]
    for event in (*past, *(event for event in ordered if event.end > now)):
        if found := previews(case_of(event, policy, now), policy, wordings, now):
            return found[0]
    return None


def invented(policy: Policy, wordings: Wordings, now: datetime) -> Preview:
    """A letter after an interview that never was, with Dana Reyes of Acme."""
    end = now - timedelta(hours=1)
    mine = next((address for address in policy.me.addresses if "*" not in address), "")
    guest = Attendee("dana@acme.example", "Dana Reyes")
    talk = Event(
        uid="invented",
        title="Interview",
        start=end - timedelta(hours=1),
        end=end,
        organizer=Address(guest.email, guest.name),
        attendees=(guest, *((Attendee(mine),) if mine else ())),
    )
    case = case_of(talk, policy, now)
    named = replace(case.process, organisation="Acme")
    held = replace(case.interviews[0], wanted=now)
    return previews(replace(case, process=named, interviews=(held,)), policy, wordings, now)[0]
