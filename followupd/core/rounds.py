"""Rounds and ends: which interviews are held or ahead, who answered, when a process is over.

Each day on which an interview with the company is held begins a new round.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from followupd.core import interviews as rules
from followupd.core.answers import answer_question, arrival_question, did, sender_of
from followupd.core.case import Desk
from followupd.core.fates import left_us
from followupd.core.model import (
    OPEN_STAGES,
    Arrival,
    ArrivalClass,
    Choice,
    FollowUp,
    Interview,
    OwnLetter,
    Policy,
    ProcessState,
    QuestionState,
)
from followupd.core.workdays import nth_working_day_after

QUIET_AFTER = 10
QUESTION_WAITS = 10
ENDING_TOPICS = frozenset({"answer", "arrival", "which"})
STOPPED = frozenset({"rejected", "offer", "accepted", "withdrawn", "other"})


def counts(interview: Interview) -> bool:
    """Whether this is an interview by the rules or by the user's word."""
    return interview.wanted is not None or interview.verdict.choice is Choice.YES


def local_date(moment: datetime, zone: str) -> date:
    """The calendar day in a zone."""
    return moment.astimezone(ZoneInfo(zone)).date()


def midnight_after(day: date, zone: str) -> datetime:
    """The end of a day in a zone, in UTC."""
    start = datetime.combine(day + timedelta(days=1), datetime.min.time(), ZoneInfo(zone))
    return start.astimezone(UTC)


def after_working_days(moment: datetime, days: int, policy: Policy) -> datetime:
    """The end of the nth working day (mine) after a moment."""
    me = policy.me
    last = nth_working_day_after(
        local_date(moment, me.zone), days, ((me.country, me.region),), policy.nudges, policy.reference
    )
    return midnight_after(last, me.zone)


@dataclass(frozen=True, slots=True)
class Talks:
    """The interviews of a process around a moment."""

    held: tuple[Interview, ...]
    ahead: tuple[Interview, ...]
    zone: str

    @property
    def last_end(self) -> datetime | None:
        return max((rules.ends(i.event, self.zone) for i in self.held), default=None)

    @property
    def round(self) -> date | None:
        """The day of the latest interview that was held."""
        return max((local_date(i.event.start, self.zone) for i in self.held), default=None)


def talks(interviews: Iterable[Interview], zone: str, now: datetime, lettered: Collection[str] = ()) -> Talks:
    """Sorts the interviews that stand into held and ahead.

    One that vanished from the calendar after its end, and for which a letter was made (`lettered`
    holds the ids), was held: people tidy their calendars.
    """
    standing = [i for i in interviews if counts(i) and (i.cancelled is None or _tidied(i, zone, lettered))]
    held = tuple(i for i in standing if rules.ends(i.event, zone) <= now)
    ahead = tuple(i for i in standing if rules.ends(i.event, zone) > now)
    return Talks(held, ahead, zone)


def _tidied(interview: Interview, zone: str, lettered: Collection[str]) -> bool:
    over = interview.cancelled is not None and interview.cancelled >= rules.ends(interview.event, zone)
    return over and interview.id in lettered


def effective(arrival: Arrival) -> ArrivalClass:
    """What an arrival is, the user's word first."""
    said = {"human": ArrivalClass.HUMAN, "auto": ArrivalClass.AUTO_REPLY, "bounce": ArrivalClass.BOUNCE}
    return said.get(arrival.marked, arrival.judgement.kind)


def unsettled(desk: Desk, kinds: Iterable[ArrivalClass], after: datetime | None) -> list[Arrival]:
    """Arrivals of these kinds after the latest interview that the user has not yet settled, oldest first."""
    wanted = frozenset(kinds)
    settled = desk.process.settled
    found = [
        arrival
        for arrival in desk.case.arrivals
        if effective(arrival) in wanted
        and after is not None
        and arrival.received > after
        and (settled is None or arrival.received > settled)
    ]
    return sorted(found, key=lambda arrival: arrival.received)


def is_answer(desk: Desk, arrival: Arrival) -> bool:
    """Within one's own company only a message in a letter's thread, or one that names the role, is an answer."""
    about_it = bool(arrival.answers) or arrival.names_role or arrival.marked == "human"
    return about_it or not desk.process.internal


def is_their_word(arrival: Arrival) -> bool:
    """Whether somebody at the company turned to the user: by a letter, or by an invitation to something new."""
    return effective(arrival) is ArrivalClass.HUMAN or is_invitation(arrival)


def is_invitation(arrival: Arrival) -> bool:
    return effective(arrival) is ArrivalClass.CALENDAR and arrival.judgement.sub_kind == "request"


def answers(desk: Desk, here: Talks) -> list[Arrival]:
    """Letters by people, and invitations, that end the waiting."""
    found = unsettled(desk, {ArrivalClass.HUMAN, ArrivalClass.CALENDAR}, here.last_end)
    return [a for a in found if is_their_word(a) and is_answer(desk, a) and not a.shared]


def doubtful(desk: Desk, here: Talks) -> list[Arrival]:
    """Messages about which only the user can say whether they are an answer. A receipt never is one."""
    kinds = {ArrivalClass.UNSURE, ArrivalClass.NOTICE, ArrivalClass.HUMAN, ArrivalClass.CALENDAR}
    found = [a for a in unsettled(desk, kinds, here.last_end) if is_answer(desk, a)]
    return [a for a in found if (a.shared if is_their_word(a) else _may_be_an_answer(a))]


def _may_be_an_answer(arrival: Arrival) -> bool:
    kind = effective(arrival)
    is_notice = kind is ArrivalClass.NOTICE and arrival.judgement.sub_kind not in {"receipt", "complaint"}
    return is_notice or kind is ArrivalClass.UNSURE


def judge_process(desk: Desk, here: Talks) -> None:
    """Sets the state of the process by what has come in and by what the user said."""
    expire_questions(desk)
    if desk.process.state is ProcessState.CLOSED and not _reopen(desk, here):
        return
    if _snoozing(desk):
        return
    replies, doubts = answers(desk, here), doubtful(desk, here)
    if here.ahead:
        _drop_questions(desk)
    if replies:
        _answered(desk, replies, here)
    elif doubts:
        _asking(desk, doubts, here)
    elif desk.process.state is not ProcessState.ACTIVE:
        _drop_questions(desk)
        desk.turn(ProcessState.ACTIVE, _why_active(desk, here))


def _why_active(desk: Desk, here: Talks) -> str:
    held = here.last_end
    if held and held >= desk.process.since:
        return "a new round began with the latest interview"
    return "nothing that came in is waiting to be settled"


def _snoozing(desk: Desk) -> bool:
    until = desk.process.snoozed_until
    if until is None:
        return False
    ends = midnight_after(until - timedelta(days=1), desk.policy.me.zone)
    if desk.now >= ends:
        desk.change(replace(desk.process, snoozed_until=None), f"the snooze until {until} is over")
        return False
    desk.wake(ends)
    desk.turn(ProcessState.SNOOZED, f"you asked for silence until {until}")
    return True


def _reopen(desk: Desk, here: Talks) -> bool:
    """A closed process comes back by a new interview or a human message, unless the user stopped it."""
    since = desk.process.since
    new_round = here.last_end is not None and here.last_end > since
    if desk.process.reason in STOPPED:
        if new_round:
            desk.tell(f"stays-closed {here.round}", _stays_closed(desk, here))
        return False
    spoke = any(arrival.received > since for arrival in answers(desk, here))
    return new_round or spoke


def _stays_closed(desk: Desk, here: Talks) -> str:
    return (
        f"There was an interview on {here.round} in a process that you closed ({desk.process.reason}). "
        f"It stays closed; `followupd resume {desk.process.key}` opens it again."
    )


def _answered(desk: Desk, replies: list[Arrival], here: Talks) -> None:
    first = replies[0]
    day = local_date(first.received, desk.policy.me.zone)
    desk.turn(ProcessState.ANSWERED, f"{sender_of(first)} {did(first)} on {day}")
    if not here.ahead:
        desk.ask(answer_question(desk, replies))


def _asking(desk: Desk, doubts: list[Arrival], here: Talks) -> None:
    first = doubts[0]
    desk.turn(
        ProcessState.ASKING, f"a message from {sender_of(first)} may be an answer: {first.judgement.reason}"
    )
    for arrival in doubts:
        if not here.ahead:
            desk.ask(arrival_question(desk, arrival))
    open_about = {arrival.id for arrival in doubts}
    for question in desk.open_questions():
        if question.topic == "arrival" and question.about not in open_about:
            desk.settle(question, QuestionState.ANSWERED, "you said what it is")


def _drop_questions(desk: Desk) -> None:
    """A new interview, or the user's own word, makes the questions about answers pointless."""
    for question in desk.open_questions():
        if question.topic in ENDING_TOPICS:
            desk.settle(question, QuestionState.WITHDRAWN, "there is nothing to settle any more")


def expire_questions(desk: Desk) -> None:
    """Every question ends after ten working days, in silence."""
    for question in desk.open_questions():
        ends = after_working_days(question.since, QUESTION_WAITS, desk.policy)
        if desk.now < ends:
            continue
        desk.settle(question, QuestionState.EXPIRED, "nobody answered it for ten working days")
        if question.topic in ENDING_TOPICS:
            desk.turn(ProcessState.CLOSED, "unanswered")


def wake_for_questions(desk: Desk) -> None:
    """Questions asked just now end in silence too."""
    for question in desk.open_questions():
        desk.wake(after_working_days(question.since, QUESTION_WAITS, desk.policy))


def last_thing(desk: Desk, here: Talks) -> datetime:
    """When the last thing happened in the process."""
    moments = [desk.case.process.since, *(f.since for f in desk.follow_ups.values())]
    moments += [arrival.received for arrival in desk.case.arrivals]
    moments += [letter.date for letter in desk.case.letters]
    moments += [i.cancelled for i in desk.case.interviews if i.cancelled]
    if here.last_end:
        moments.append(here.last_end)
    return max(moment for moment in moments if moment <= desk.now or moment == desk.case.process.since)


def close_if_quiet(desk: Desk, here: Talks) -> None:
    """Closes a process in which nothing is left to do, ten working days after the last thing happened."""
    if (
        desk.process.state in {ProcessState.CLOSED, ProcessState.SNOOZED}
        or here.ahead
        or desk.open_questions()
    ):
        return
    if any(follow_up.stage in OPEN_STAGES for follow_up in desk.follow_ups.values()):
        return
    ends = after_working_days(last_thing(desk, here), QUIET_AFTER, desk.policy)
    if desk.now < ends:
        desk.wake(ends)
        return
    desk.turn(ProcessState.CLOSED, "quiet")


def sent_to_company(letters: Iterable[OwnLetter], follow_ups: Iterable[FollowUp]) -> list[datetime]:
    """When each of my letters to the company was sent, by mail or otherwise."""
    mine = [x.date for x in letters if x.present and left_us(x)]
    return mine + [f.sent.at for f in follow_ups if f.sent]
