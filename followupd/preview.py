"""A thank-you as it will be written, for reading: nothing is stored, and no mailbox is asked.

A letter that was made is shown as it was written, never written anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from followupd.core import compose, organisations
from followupd.core.addresses import canonical
from followupd.core.case import Case, Desk, Setting, Snapshot
from followupd.core.interviews import invited_address, judge
from followupd.core.letters import Piece, Wording
from followupd.core.model import (
    Address,
    Attendee,
    Event,
    FollowUp,
    HiringProcess,
    Interview,
    Kind,
    Person,
    Policy,
    Stage,
    event_id,
)
from followupd.core.owing import Owed, owed
from followupd.kept_words import is_made, kept_words

Wordings = Callable[[str], Wording]


class Words(StrEnum):
    """Whose words a letter is shown in: written now, ours as we put it into Drafts, or the user's."""

    NEW = "new"
    OURS = "ours"
    YOURS = "yours"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """One letter: to whom, about which interviews (the last one last), from which address, in which words.

    `letter` is the follow-up as it is kept, or as it would be when it is first owed; `due` is when it is to be put
    into Drafts, None once it was. `pieces` are what the text is made of; none where that is not known (any more).
    """

    interviews: tuple[Interview, ...]
    letter: FollowUp
    subject: str
    text: str
    language: str
    words: Words
    due: datetime | None = None
    pieces: tuple[Piece, ...] = ()

    @property
    def name(self) -> str:
        return self.letter.name

    @property
    def to(self) -> str:
        return self.letter.address or self.letter.to

    @property
    def sender(self) -> str:
        return self.letter.sender

    @property
    def stage(self) -> Stage:
        """That of the letter that is kept; PLANNED where none is."""
        return self.letter.stage

    @property
    def reason(self) -> str:
        return self.letter.reason


def setting_of(
    case: Case, policy: Policy, wordings: Wordings, now: datetime, paused_until: datetime | None = None
) -> Setting:
    """As if every account of a process had just been looked at, and all was seen there that is stored."""
    known = frozenset([*(one.account for one in case.interviews), *(one.account for one in case.follow_ups)])
    seen = Snapshot(accounts=known, calendars=known, mailboxes=known)
    return Setting(policy, wordings, seen, now, paused_until)


def previews(
    case: Case, policy: Policy, wordings: Wordings, now: datetime, paused_until: datetime | None = None
) -> list[Preview]:
    """Every thank-you of a process, by time; each is written as it will be when it is due."""
    desk = Desk(case, setting_of(case, policy, wordings, now, paused_until), lambda _: "")
    items = {item.key: item for item in owed(desk)}
    for item in items.values():
        desk.follow_ups.setdefault(item.key, _planned(desk, item))
    # In the order in which a cycle writes them: each letter is made unlike those before it.
    letters = [one for one in desk.of_kind(Kind.THANK_YOU) if one.key in items]
    found = {one.key: _preview(desk, one, items[one.key]) for one in letters}
    return [found[key] for key in items]


def _preview(desk: Desk, one: FollowUp, item: Owed) -> Preview:
    one = replace(one, reason=one.reason or item.verdict.reason)
    if is_made(one):
        return as_made(desk, one, item.person, item.interviews, _pieces_of(desk, one, item))
    now = desk.setting.now
    due = max(item.day_ends + desk.policy.thank_you.ready_after, desk.setting.paused_until or now)
    desk.now = max(now, due)
    one = replace(one, late=desk.now > item.ends + desk.policy.thank_you.late_after)
    letter, draft = compose.thank_you(desk, one, item)
    one = replace(one, subject=draft.subject, text=draft.text)
    desk.follow_ups[item.key] = one
    return Preview(
        interviews=item.interviews,
        letter=one,
        subject=draft.subject,
        text=draft.text,
        language=compose.language(desk, item.person, item.interviews),
        words=Words.NEW,
        due=due,
        pieces=letter.pieces,
    )


def as_made(
    desk: Desk,
    one: FollowUp,
    person: Person,
    interviews: tuple[Interview, ...],
    pieces: tuple[Piece, ...] = (),
) -> Preview:
    """A letter that was put into Drafts or sent, with the words that it has there as far as they were seen."""
    subject, text, is_users = kept_words(desk, one)
    return Preview(
        interviews=interviews,
        letter=one,
        subject=subject,
        text=text,
        language=compose.language(desk, person, interviews),
        words=Words.YOURS if is_users else Words.OURS,
        pieces=() if is_users else pieces,
    )


def _pieces_of(desk: Desk, one: FollowUp, item: Owed) -> tuple[Piece, ...]:
    """What a letter was made of: it is written as it was, beside those that were there; none where that fails."""
    if one.drafted_at is None:
        return ()
    before = [other for other in desk.case.follow_ups if other.text and _is_before(other, one, desk)]
    past = replace(desk.case, follow_ups=(*before, replace(one, subject="", text="")))
    setting = replace(desk.setting, now=one.drafted_at)
    letter, _ = compose.thank_you(Desk(past, setting, lambda _: ""), one, item)
    return letter.pieces if letter.text == one.text else ()


def _is_before(other: FollowUp, one: FollowUp, desk: Desk) -> bool:
    """Whether a letter was there when this one was written: made earlier, or earlier in the same cycle."""
    if other.drafted_at is None or one.drafted_at is None or other.key == one.key:
        return False
    order = [known.key for known in desk.case.follow_ups]
    return (other.drafted_at, order.index(other.key)) < (one.drafted_at, order.index(one.key))


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
