"""Nudges: to one right person, on the right morning, capped, and never after an answer."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from followupd.core import compose
from followupd.core.actions import CreateDraft
from followupd.core.answers import written_by
from followupd.core.case import Desk
from followupd.core.fates import GRACE, left_us, sent_copy
from followupd.core.keys import follow_up_key, message_ids
from followupd.core.model import (
    IN_DRAFTS,
    WAS_SENT,
    ArrivalClass,
    Choice,
    Folder,
    FollowUp,
    Kind,
    OwnLetter,
    Part,
    ProcessState,
    Stage,
)
from followupd.core.rounds import (
    Talks,
    after_working_days,
    effective,
    is_answer,
    is_their_word,
    local_date,
    sent_to_company,
)
from followupd.core.thank_yous import blocked, place, taken_ids, untouched, withdraw
from followupd.core.workdays import (
    Window,
    next_window,
    nth_working_day_after,
    nudge_countries,
    nudge_zone,
    working_days_between,
)

PROCESS_CAP = 4
ROUND_CAP = 3
AFTER_DECISION = 3
AFTER_RETURN = 2
AWAY_UNKNOWN = 5
LONG_ABSENCE = 10
UNSENT = 10
OPEN = frozenset({Stage.PLANNED, Stage.DUE}) | IN_DRAFTS
LEFT_US = WAS_SENT | {Stage.BOUNCED}
ENDS_ROUND = frozenset({Stage.DISCARDED, Stage.EXPIRED, Stage.SKIPPED})


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who may be nudged, and the letter of mine that a nudge follows."""

    address: str
    thanked: FollowUp
    base: FollowUp


@dataclass(frozen=True, slots=True)
class Moment:
    """When a nudge is due: the first morning it might have come, and the window it comes in."""

    window: Window
    first: datetime
    reason: str


def think(desk: Desk, here: Talks) -> None:
    """Decides about the nudges of a process."""
    for nudge in desk.of_kind(Kind.NUDGE):
        if nudge.stage in IN_DRAFTS:
            _expire(desk, nudge)
    _unwelcome(desk, here)
    why_not = _silence(desk, here)
    if why_not:
        _hold_back(desk, why_not)
        return
    _next(desk, here)


def _silence(desk: Desk, here: Talks) -> str:
    """Why no nudge may be planned or lie about now, "" if one may."""
    state = desk.process.state
    if state is not ProcessState.ACTIVE:
        return desk.process.reason or state.value
    if here.ahead:
        return "an interview with them lies ahead"
    if here.round is None:
        return "no interview has been held"
    return ""


def _hold_back(desk: Desk, why: str) -> None:
    for nudge in desk.of_kind(Kind.NUDGE):
        if nudge.stage in {Stage.PLANNED, Stage.DUE}:
            desk.stage(replace(nudge, held=""), Stage.WITHDRAWN, why)
        elif untouched(desk, nudge):
            withdraw(desk, nudge, Stage.WITHDRAWN, why)
        elif nudge.stage in IN_DRAFTS:
            text = f"Your nudge to {nudge.name or nudge.to} stays in Drafts, but: {why}."
            desk.tell(f"kept {nudge.key} {why}", text)


def _unwelcome(desk: Desk, here: Talks) -> None:
    """No nudge to somebody whom the user took out or skipped, or who can't be reached any more."""
    skipped = {who for i in here.held for who in i.skip_people}
    closed = dict(desk.process.closed_people)
    for nudge in desk.of_kind(Kind.NUDGE):
        why = "you skipped it" if nudge.to in skipped else closed.get(nudge.to, "")
        why = "you took this person out" if nudge.to in desk.process.dropped else why
        final = Stage.WITHDRAWN if nudge.to in closed else Stage.SKIPPED
        if why and untouched(desk, nudge):
            withdraw(desk, nudge, final, why)
        elif why and nudge.stage in {Stage.PLANNED, Stage.DUE}:
            desk.stage(replace(nudge, held=""), final, why)


def _expire(desk: Desk, nudge: FollowUp) -> None:
    if nudge.expires is None:
        return
    if desk.now < nudge.expires:
        desk.wake(nudge.expires)
        return
    if not desk.may_end(nudge):
        desk.wake_with_next_look()
        return
    desk.stage(nudge, Stage.EXPIRED, "it was not sent for ten working days: it is left alone where it lies")


def _next(desk: Desk, here: Talks) -> None:
    """Plans the next nudge of the round, if one is owed."""
    _end_rounds(desk, here)
    in_round = _latest_generation([n for n in desk.of_kind(Kind.NUDGE) if _round_of(n) == here.round])
    lying = [n for n in in_round if n.stage in IN_DRAFTS]
    if lying:
        _too_early(desk, here, lying)
        return
    waiting = [n for n in in_round if n.stage in {Stage.PLANNED, Stage.DUE}]
    if any(n.stage in ENDS_ROUND for n in in_round):
        _drop(desk, waiting, "an earlier nudge of this round was not sent")
        return
    candidates = _candidates(desk, here)
    # One that bounced was sent all the same: each number comes once a round, whoever receives it.
    sent = sum(n.stage in LEFT_US for n in in_round)
    ever = sum(n.stage in LEFT_US for n in desk.of_kind(Kind.NUDGE))
    cap = min(desk.policy.nudges.at_most, ROUND_CAP, len(desk.policy.nudges.wait))
    if not candidates or sent >= cap or ever >= PROCESS_CAP:
        _drop(desk, waiting, _why_none(candidates))
        return
    chosen, when = _choose(desk, here, candidates, sent + 1)
    _plan(desk, here, chosen, when, sent + 1, waiting)


def _end_rounds(desk: Desk, here: Talks) -> None:
    """A later interview ends the rounds before it."""
    for nudge in desk.of_kind(Kind.NUDGE):
        if _round_of(nudge) == here.round:
            continue
        if nudge.stage in {Stage.PLANNED, Stage.DUE}:
            desk.stage(replace(nudge, held=""), Stage.WITHDRAWN, "a new round began")
        elif untouched(desk, nudge):
            withdraw(desk, nudge, Stage.WITHDRAWN, "a new round began")


def _too_early(desk: Desk, here: Talks, lying: Collection[FollowUp]) -> None:
    """A promised date, an absence or a letter of mine that came after an untouched nudge makes it wait again."""
    candidates = _candidates(desk, here)
    for nudge in lying:
        if not candidates or not untouched(desk, nudge):
            continue
        _, when = _choose(desk, here, candidates, nudge.step)
        if when.first <= desk.now:
            continue
        sent = [x.date for x in desk.case.letters if x.present and left_us(x) and nudge.to in x.to]
        over = max(sent, default=desk.now - GRACE) + GRACE
        if desk.now < over:  # some programs show a draft beside its sent copy for minutes
            desk.wake(over)
        else:
            withdraw(desk, nudge, Stage.WITHDRAWN, "something came in between: it is due later now")


def _latest_generation(nudges: Collection[FollowUp]) -> list[FollowUp]:
    """Without those that the user asked to have again."""
    latest: dict[int, int] = {}
    for nudge in nudges:
        latest[nudge.step] = max(latest.get(nudge.step, 0), nudge.generation)
    return [n for n in nudges if n.generation == latest[n.step]]


def _why_none(candidates: Collection[Candidate]) -> str:
    if not candidates:
        return "there is nobody to whom a thank-you was sent"
    return "as many nudges as are polite were sent"


def _drop(desk: Desk, nudges: Collection[FollowUp], why: str) -> None:
    for nudge in nudges:
        desk.stage(replace(nudge, held=""), Stage.WITHDRAWN, why)


def _round_of(nudge: FollowUp) -> date | None:
    """The day of the round's last interview, as the occasion tells."""
    parts = nudge.occasion.split("/")
    return date.fromisoformat(parts[1]) if len(parts) > 1 else None


def _candidates(desk: Desk, here: Talks) -> list[Candidate]:
    """Who was thanked, the right one first: recruiter, organiser, then interviewers by latest talk."""
    thanked = [f for f in desk.of_kind(Kind.THANK_YOU) if f.stage in WAS_SENT and f.sent and f.to]
    if not any(_in_round(desk, f, here) and _opted(desk, f) for f in thanked):
        return []
    closed = dict(desk.process.closed_people)
    latest: dict[str, FollowUp] = {}
    for follow_up in sorted(thanked, key=lambda f: f.ends):
        if follow_up.to not in closed and follow_up.to not in desk.process.dropped:
            latest[follow_up.to] = follow_up
    ranked = sorted(latest.values(), key=lambda f: _rank(desk, f))
    return [Candidate(f.to, f, _base(desk, f)) for f in ranked]


def _in_round(desk: Desk, follow_up: FollowUp, here: Talks) -> bool:
    zone = desk.policy.me.zone
    days = {local_date(i.event.start, zone) for i in desk.case.interviews if i.id in follow_up.interviews}
    return here.round in days


def _opted(desk: Desk, follow_up: FollowUp) -> bool:
    """Nothing is drafted for interviews that had long ended when first seen, unless the letter was ours."""
    mine = [i for i in desk.case.interviews if i.id in follow_up.interviews]
    fresh = any(follow_up.ends >= i.recognised - desk.policy.look_back or i.wanted for i in mine)
    sent = follow_up.sent.message_id if follow_up.sent else ""
    said = (
        follow_up.sent is not None and follow_up.sent.how != "mail"
    )  # by `sent`: they count on what follows
    ours = follow_up.drafted_at is not None or sent in message_ids(follow_up.key, follow_up.sender)
    return fresh or said or ours


def _rank(desk: Desk, follow_up: FollowUp) -> tuple[int, float, datetime, str]:
    person = compose.known_person(desk, follow_up.to)
    part = person.part if person else follow_up.part
    organiser = person is not None and person.organiser
    order = 0 if part in {Part.RECRUITER, Part.AGENCY} else 1 if organiser or part is Part.COORDINATOR else 2
    sent_at = follow_up.sent.at if follow_up.sent else follow_up.ends
    return order, -follow_up.ends.timestamp(), sent_at, follow_up.to


def _base(desk: Desk, thanked: FollowUp) -> FollowUp:
    """The latest of my letters in the conversation: a nudge that was sent, else the thank-you."""
    nudges = [n for n in desk.of_kind(Kind.NUDGE) if n.to == thanked.to and n.stage in WAS_SENT and n.sent]
    later = [n for n in nudges if n.sent and thanked.sent and n.sent.at > thanked.sent.at]
    return max(later, key=lambda n: n.sent.at if n.sent else n.ends, default=thanked)


def base_moment(desk: Desk, here: Talks) -> datetime:
    """The latest of my letters, of their words and invitations, the last interview, a later one's cancellation."""
    moments = sent_to_company(desk.case.letters, desk.follow_ups.values())
    moments += [a.received for a in desk.case.arrivals if is_their_word(a) and is_answer(desk, a)]
    moments += [
        i.cancelled for i in desk.case.interviews if i.cancelled and i.verdict.choice is not Choice.ASK
    ]
    if here.last_end:
        moments.append(here.last_end)
    return max(moment for moment in moments if moment <= desk.now)


def _choose(desk: Desk, here: Talks, candidates: list[Candidate], step: int) -> tuple[Candidate, Moment]:
    """The right person; while they are away for long the next one; nobody there, the first on their return."""
    base = base_moment(desk, here)
    for candidate in candidates:
        day, away_for_long = _day(desk, candidate, base, step)
        if not away_for_long:
            return candidate, _moment(desk, candidate, day, step)
    day, _ = _day(desk, candidates[0], base, step)
    return candidates[0], _moment(desk, candidates[0], day, step)


def _day(desk: Desk, candidate: Candidate, base: datetime, step: int) -> tuple[date, bool]:
    """The day on which this person is to be nudged, and whether they are away for long before it."""
    own = _own_day(desk, candidate, base, step)
    returns = _returns(desk, candidate, base)
    if returns is None:
        return own, False
    countries = _countries(desk, candidate)
    away = working_days_between(own, returns, countries, desk.policy.nudges, desk.policy.reference)
    return max(own, _nth(desk, candidate, returns, AFTER_RETURN)), away > LONG_ABSENCE


def _countries(desk: Desk, candidate: Candidate) -> tuple[tuple[str, str], ...]:
    person = compose.known_person(desk, candidate.address)
    country, region = (person.country, person.region) if person else ("", "")
    if not country:
        domains = set(desk.process.domains)
        for organisation in desk.policy.organisations:
            if domains & set(organisation.domains) and organisation.country:
                country, region = organisation.country, organisation.region
    return nudge_countries(
        desk.policy.me, country, region, _their_zone(desk, candidate), desk.policy.reference
    )


def _their_zone(desk: Desk, candidate: Candidate) -> str:
    """The person's zone as set, else that of the latest event with them."""
    person = compose.known_person(desk, candidate.address)
    if person and person.zone:
        return person.zone
    events = [i.event for i in desk.case.interviews if i.id in candidate.thanked.interviews]
    return max(events, key=lambda e: e.start).zone if events else ""


def _nth(desk: Desk, candidate: Candidate, day: date, days: int) -> date:
    return nth_working_day_after(
        day, days, _countries(desk, candidate), desk.policy.nudges, desk.policy.reference
    )


def _own_day(desk: Desk, candidate: Candidate, base: datetime, step: int) -> date:
    """The working day on which the nudge is owed, leaving absences aside."""
    zone = desk.policy.me.zone
    day = _nth(desk, candidate, local_date(base, zone), desk.policy.nudges.wait[step - 1])
    if desk.process.decision_by:
        day = max(day, _nth(desk, candidate, desk.process.decision_by, AFTER_DECISION))
    return day


def _returns(desk: Desk, candidate: Candidate, base: datetime) -> date | None:
    """The first working day on which an absent person is back, None if they are not away."""
    # A date holds whenever it was told; an absence without one only from the talk on.
    away = [
        a
        for a in desk.case.arrivals
        if effective(a) is ArrivalClass.AUTO_REPLY
        and a.judgement.sub_kind == "away"
        and written_by(desk, a) == candidate.address
        and (a.judgement.returns is not None or a.received >= candidate.thanked.ends)
    ]
    if not away:
        return None
    latest = max(away, key=lambda a: a.received)
    own = _own_day(desk, candidate, base, 1)
    if latest.judgement.returns is None:
        return None if _waited_once(desk, candidate) else _unknown_return(desk, candidate, own)
    day = latest.judgement.returns
    return _nth(desk, candidate, day - timedelta(days=1), 1)


def _waited_once(desk: Desk, candidate: Candidate) -> bool:
    return any(n.to == candidate.address and n.stage in WAS_SENT for n in desk.of_kind(Kind.NUDGE))


def _unknown_return(desk: Desk, candidate: Candidate, own: date) -> date:
    """Five working days after the nudge's own day in the end: two of them come with every return."""
    return _nth(desk, candidate, own, AWAY_UNKNOWN - AFTER_RETURN)


def _moment(desk: Desk, candidate: Candidate, day: date, step: int) -> Moment:
    policy, zone_of_mine = desk.policy.nudges, desk.policy.me.zone
    zone = nudge_zone(_their_zone(desk, candidate), "", zone_of_mine, day)
    countries = _countries(desk, candidate)
    start = datetime.combine(day, datetime.min.time(), UTC) - timedelta(days=1)
    first = next_window(day, start, zone, countries, policy, desk.policy.reference)
    window = next_window(day, desk.now, zone, countries, policy, desk.policy.reference)
    return Moment(window, first.opens, _why(desk, candidate, day, step))


def _why(desk: Desk, candidate: Candidate, day: date, step: int) -> str:
    promised = desk.process.decision_by
    if promised and day == _nth(desk, candidate, promised, AFTER_DECISION):
        return f"{AFTER_DECISION} working days after {promised}, the day they had named, without an answer"
    return f"{desk.policy.nudges.wait[step - 1]} working days without an answer"


def _plan(
    desk: Desk, here: Talks, chosen: Candidate, when: Moment, step: int, waiting: list[FollowUp]
) -> None:
    generation = max((n.generation for n in waiting), default=0)
    occasion = f"{chosen.thanked.key}/{here.round}/{step}/{generation}"
    key = follow_up_key(Kind.NUDGE, chosen.address, occasion)
    _drop(desk, [n for n in waiting if n.key != key], "another person is the right one to write to now")
    if desk.owner_of(key) not in {"", desk.process.key}:
        return
    base = base_moment(desk, here)
    nudge = desk.follow_ups.get(key) or FollowUp(
        key=key,
        kind=Kind.NUDGE,
        process=desk.process.key,
        account=chosen.base.account,
        sender=chosen.base.sender,
        to=chosen.address,
        address=chosen.thanked.address,
        name=chosen.thanked.name,
        part=chosen.thanked.part,
        occasion=occasion,
        generation=generation,
        step=step,
        interviews=chosen.thanked.interviews,
        follows=chosen.thanked.key,
        ends=base,
        due=when.window.opens,
        since=desk.now,
        reason="",
    )
    if nudge.stage not in {Stage.PLANNED, Stage.DUE, Stage.WITHDRAWN}:
        return
    nudge = replace(nudge, ends=base, due=when.window.opens, account=chosen.base.account)
    if nudge.stage is Stage.WITHDRAWN or not nudge.reason:
        nudge = desk.stage(replace(nudge, stage=Stage.PLANNED, draft_id=""), Stage.PLANNED, _planned(when))
    else:
        nudge = desk.advance(nudge)
    _due(desk, here, nudge, chosen, when)


def _planned(when: Moment) -> str:
    return f"planned, for the case of {when.reason}"


def _due(desk: Desk, here: Talks, nudge: FollowUp, chosen: Candidate, when: Moment) -> None:
    if _found(desk, nudge):
        return
    if nudge.held:
        return
    if desk.now < when.window.opens:
        desk.wake(when.window.opens)
        return
    if blocked(desk, nudge) or not _all_looked(desk):
        return
    nudge = replace(nudge, stage=Stage.DUE)
    letter, draft = compose.nudge(desk, nudge, chosen.base, here.round or local_date(nudge.ends, "UTC"))
    expires = after_working_days(desk.now, UNSENT, desk.policy)
    nudge = compose.filled(nudge, letter, draft, expires)
    # A mailbox may hold a letter that follows the base in the same second; the base itself is older.
    since = nudge.ends + timedelta(seconds=1)
    hold = "first_start" if _already_due(desk, nudge, when) else ""
    desk.actions.append(CreateDraft(nudge, draft, since, when.reason, hold))


def _already_due(desk: Desk, nudge: FollowUp, when: Moment) -> bool:
    return nudge.account in desk.setting.snapshot.first and when.first <= desk.now and not nudge.wanted


def _found(desk: Desk, nudge: FollowUp) -> bool:
    """A draft or letter of this very nudge that a lost state or a lost answer left behind."""
    ids = message_ids(nudge.key, nudge.sender) - set(nudge.former_ids)
    if nudge.revision:
        ids -= {nudge.message_id}
    free = [
        x
        for x in desk.case.letters
        if x.present and place(x) not in taken_ids(desk, nudge) and (x.carries(ids) or _begun(nudge, x))
    ]
    letter = max(free, key=lambda x: x.date, default=None)
    if letter is None:
        return False
    taken = replace(nudge, draft_id=letter.id, message_id=letter.message_id, drafted_at=letter.date, held="")
    if letter.folder is Folder.TRASH:
        desk.stage(taken, Stage.DISCARDED, "its draft is in Trash: that means no")
    elif not left_us(letter):
        expires = after_working_days(letter.date, UNSENT, desk.policy)
        taken = replace(taken, text=letter.words, subject=letter.subject, expires=expires)
        desk.stage(taken, Stage.EDITED, "a draft to them lies in Drafts already: that is the nudge")
    elif letter.carries(ids):
        desk.stage(replace(taken, sent=sent_copy(letter)), Stage.SENT, "its sent copy was found")
    else:
        return False
    return True


def _begun(nudge: FollowUp, letter: OwnLetter) -> bool:
    in_drafts = letter.folder in {Folder.DRAFTS, Folder.SCHEDULED}
    return in_drafts and nudge.to in letter.to and letter.date > nudge.ends


def _all_looked(desk: Desk) -> bool:
    """Before a nudge every account's calendars and mailbox must have been looked at in this cycle."""
    snapshot = desk.setting.snapshot
    if snapshot.accounts <= snapshot.calendars and snapshot.accounts <= snapshot.mailboxes:
        return True
    desk.wake_with_next_look()
    return False
