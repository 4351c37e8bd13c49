"""The planner: everything known and seen → what to do, why, and when to think again. Pure.

`plan` goes through one process after another, each in the same order: what became of the drafts,
what the arrivals mean, where the process stands, thank-yous, nudges, the end. Then it looks at what
concerns the whole state folder: the first start, and too many drafts in a day.

It decides and does nothing; `cycle.py` does and decides nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from followupd.core import nudges, proofreading, requests, thank_yous
from followupd.core.actions import (
    Action,
    Advance,
    Ask,
    CreateDraft,
    Plan,
    ProcessPlan,
    Recover,
    Settle,
    Tell,
)
from followupd.core.answers import sender_of, written_by
from followupd.core.asking import FIRST_START, TOO_MANY_TODAY
from followupd.core.case import Case, Desk, Known, Setting, Snapshot
from followupd.core.fates import (
    CORRECTION,
    GRACE,
    Fate,
    adopt,
    comes_from,
    fate,
    given_up,
    missed,
    taken_back,
)
from followupd.core.keys import question_id
from followupd.core.letters import Wording
from followupd.core.model import (
    IN_DRAFTS,
    WAS_SENT,
    Arrival,
    ArrivalClass,
    FollowUp,
    Kind,
    OwnLetter,
    Policy,
    Question,
    QuestionState,
    Sent,
    Stage,
)
from followupd.core.notebook import wake_for_pages
from followupd.core.proof import Spelling, nothing_misspelt
from followupd.core.rounds import (
    QUESTION_WAITS,
    after_working_days,
    close_if_quiet,
    effective,
    judge_process,
    local_date,
    talks,
    wake_for_questions,
)

CAN_BOUNCE = WAS_SENT | {Stage.BOUNCED}


def plan(
    known: Known,
    snapshot: Snapshot,
    policy: Policy,
    now: datetime,
    wordings: Callable[[str], Wording],
    spelling: Spelling = nothing_misspelt,
) -> Plan:
    """What to do at `now` (aware), and the next moment at which something falls due.

    The same arguments give the same plan. The order of the actions is the order to do them in.
    """
    setting = Setting(policy, wordings, snapshot, now, known.paused_until, spelling, known.perhaps_named_in)
    plans = [_plan_process(case, setting, known) for case in known.cases]
    plans = _spread_over_days(plans, known, policy)
    state = _whole_state(plans, known, policy, now)
    if state.actions:
        plans.append(state)
    wakes = [p.wake_at for p in plans if p.wake_at]
    return Plan(tuple(plans), min(wakes, default=None))


def _plan_process(case: Case, setting: Setting, known: Known) -> ProcessPlan:
    desk = Desk(case, setting, _elsewhere(known, case))
    _expire_first_start(desk, known)
    recovering = _recover(desk)
    if not recovering:
        _fates(desk)
    _bounces(desk)
    lettered = {i for f in desk.follow_ups.values() if f.drafted_at or f.sent for i in f.interviews}
    here = talks(case.interviews, setting.policy.me.zone, setting.now, lettered)
    judge_process(desk, here)
    if not recovering:
        thank_yous.think(desk)
        requests.think(desk, here)
        if not requests.silences(desk, here):
            nudges.think(desk, here)
        proofreading.think(desk)
    for interview in here.ahead:
        desk.wake(interview.event.end)
    wake_for_pages(desk)
    close_if_quiet(desk, here)
    wake_for_questions(desk)
    thank_yous.wake_for_drafts(desk)
    return desk.plan()


def _elsewhere(known: Known, case: Case) -> Callable[[str], str]:
    def owner(key: str) -> str:
        holder = known.owner_of(key)
        return "" if holder == case.process.key else holder

    return owner


def _recover(desk: Desk) -> bool:
    """An attempt to create or withdraw whose end is unknown comes before all else."""
    unknown = {intent.key for intent in desk.case.intents}
    found = [f for f in desk.follow_ups.values() if f.key in unknown]
    for follow_up in found:
        if follow_up.retry_at and desk.now < follow_up.retry_at:
            desk.wake(follow_up.retry_at)
        elif desk.looked_at_mail(follow_up.account):
            desk.actions.append(Recover(follow_up, "what came of the last attempt is not known yet"))
        else:
            desk.wake_with_next_look()
    return bool(found)


# --- what became of drafts ---


def _fates(desk: Desk) -> None:
    for follow_up in list(desk.follow_ups.values()):
        if follow_up.stage in IN_DRAFTS:
            _fate_of_draft(desk, follow_up)
        elif follow_up.stage in {Stage.DISCARDED, Stage.EXPIRED, Stage.UNSURE} and follow_up.drafted_at:
            _correct(desk, follow_up)
        elif follow_up.stage is Stage.SENT and follow_up.sent and follow_up.sent.message_id:
            _undone(desk, follow_up, follow_up.sent)


def _fate_of_draft(desk: Desk, follow_up: FollowUp) -> None:
    found = fate(follow_up, _of_its_time(desk, follow_up), thank_yous.taken_ids(desk, follow_up))
    if found.stage is None and _answered_by(desk, follow_up):
        _sent_by_answer(desk, follow_up)
    elif found.stage is None:
        _gone(desk, follow_up, found)
    else:
        _lies_or_sent(desk, follow_up, found)


def _undone(desk: Desk, follow_up: FollowUp, sent: Sent) -> None:
    """Some servers let one take back what was sent: then it is a draft again."""
    back = taken_back(follow_up, sent, desk.case.letters)
    if back is not None:
        desk.stage(back, back.stage, "you took back the sending: it lies in Drafts again")


def _lies_or_sent(desk: Desk, follow_up: FollowUp, found: Fate) -> None:
    stage = found.stage
    if follow_up.stage is Stage.EDITED and stage is Stage.DRAFTED:
        stage = Stage.EDITED  # once touched, always the user's
    adopted = adopt(follow_up, replace(found, stage=stage))
    if stage is Stage.SENT:
        adopted = _learn(adopted, follow_up)
    if stage is follow_up.stage and not found.reason.startswith("you moved"):
        desk.advance(adopted)
    else:
        desk.stage(adopted, adopted.stage, found.reason)
    _settle_fate(desk, follow_up)


def _learn(adopted: FollowUp, before: FollowUp) -> FollowUp:
    """An address that the user filled in reserves the key that it would have given."""
    if before.to or not adopted.to or adopted.kind is not Kind.THANK_YOU:
        return adopted
    return replace(adopted, also=thank_yous.learned_key(adopted, adopted.to))


def _settle_fate(desk: Desk, follow_up: FollowUp) -> None:
    for question in desk.open_questions():
        if question.topic == "fate" and question.about == follow_up.key:
            desk.settle(question, QuestionState.ANSWERED, "what became of it is known now")


def _gone(desk: Desk, follow_up: FollowUp, found: Fate) -> None:
    if follow_up.stage is Stage.UNSURE:
        desk.ask(_fate_question(desk, follow_up))
        _unsure_too_long(desk, follow_up)
        return
    if follow_up.sent is not None:
        desk.stage(follow_up, Stage.SENT, "you said that you have thanked them")
        return
    looked = desk.looked_at_mail(follow_up.account)
    follow_up = desk.advance(missed(follow_up, desk.now, looked=looked))
    if not given_up(follow_up, desk.now):
        since = follow_up.gone_since or desk.now
        desk.wake(max(since + GRACE, desk.now + desk.policy.poll))
    elif found.doubt:
        desk.stage(follow_up, Stage.UNSURE, "it is gone from Drafts, and a similar message of yours exists")
        desk.ask(_fate_question(desk, follow_up))
    else:
        desk.stage(follow_up, Stage.DISCARDED, "you deleted it: that means no")


def _fate_question(desk: Desk, follow_up: FollowUp) -> Question:
    who = follow_up.name or follow_up.to or "somebody"
    return Question(
        id=question_id("fate", follow_up.key, str(follow_up.revision)),
        process=follow_up.process,
        topic="fate",
        about=follow_up.key,
        text=f"The letter to {who} is no longer in Drafts. Did you send it, or delete it?",
        answer_with=f"followupd mark sent {follow_up.key}\nfollowupd mark discarded {follow_up.key}",
        since=desk.now,
        if_silent="it counts as deleted",
    )


def _unsure_too_long(desk: Desk, follow_up: FollowUp) -> None:
    ends = after_working_days(follow_up.since, QUESTION_WAITS, desk.policy)
    if desk.now >= ends:
        desk.stage(follow_up, Stage.DISCARDED, "nobody said what became of it: it counts as deleted")
        _settle_fate(desk, follow_up)
    else:
        desk.wake(ends)


def _correct(desk: Desk, follow_up: FollowUp) -> None:
    """A sent copy, an answer, or the draft itself may turn up later: thirty days long."""
    if desk.now - follow_up.since > CORRECTION:
        return
    found = fate(follow_up, _of_its_time(desk, follow_up), thank_yous.taken_ids(desk, follow_up))
    back = follow_up.stage is Stage.DISCARDED and found.stage in {Stage.DRAFTED, Stage.EDITED}
    if found.stage is Stage.SENT or (back and found.letter):
        reason = found.reason if found.stage is Stage.SENT else "it is back in Drafts"
        adopted = adopt(
            follow_up, replace(found, stage=Stage.SENT if found.stage is Stage.SENT else Stage.EDITED)
        )
        if back and found.stage is Stage.DRAFTED:
            adopted = replace(adopted, stage=Stage.DRAFTED)
        desk.stage(
            _learn(adopted, follow_up) if adopted.stage is Stage.SENT else adopted, adopted.stage, reason
        )
    elif _answered_by(desk, follow_up):
        _sent_by_answer(desk, follow_up)


def _of_its_time(desk: Desk, follow_up: FollowUp) -> list[OwnLetter]:
    """What was written after a later talk with the person belongs to that talk, unless it names this letter."""
    ids = {follow_up.message_id, *follow_up.former_ids}
    later = [f.ends for f in desk.of_kind(Kind.THANK_YOU) if f.to == follow_up.to and f.ends > follow_up.ends]
    before = min((moment for moment in later if moment <= desk.now), default=desk.now)
    if follow_up.kind is Kind.NUDGE or not later:
        return list(desk.case.letters)
    letters = desk.case.letters
    return [x for x in letters if x.carries(ids) or x.date < before or comes_from(follow_up, x)]


def _answered_by(desk: Desk, follow_up: FollowUp) -> bool:
    return any(arrival.answers == follow_up.key for arrival in desk.case.arrivals)


def _sent_by_answer(desk: Desk, follow_up: FollowUp) -> None:
    """Nobody answers a letter that was never sent."""
    at = follow_up.drafted_at or desk.now
    sent = Sent(at=at, message_id=follow_up.message_id, subject=follow_up.subject, sender=follow_up.sender)
    desk.stage(
        replace(follow_up, sent=sent, gone_since=None), Stage.SENT, "an answer to it has come, so it was sent"
    )
    _settle_fate(desk, follow_up)


# --- what arrivals say about letters and people ---


def _bounces(desk: Desk) -> None:
    closed: dict[str, str] = {}
    for arrival in desk.case.arrivals:
        judgement = arrival.judgement
        if effective(arrival) is ArrivalClass.BOUNCE and (arrival.marked or judgement.sub_kind == "hard"):
            for follow_up in list(desk.follow_ups.values()):
                if follow_up.stage in CAN_BOUNCE and _bounced(desk, follow_up, arrival):
                    desk.stage(follow_up, Stage.BOUNCED, "it came back: the address does not take mail")
                    closed[follow_up.to] = "their address does not take mail"
        elif judgement.sub_kind == "left" and effective(arrival) is ArrivalClass.AUTO_REPLY:
            closed[written_by(desk, arrival)] = "they have left the company"
            if judgement.contact:
                desk.tell(f"left {arrival.id}", _left(desk, arrival))
    people = tuple(closed.items())
    if people != desk.process.closed_people:
        names = ", ".join(closed) or "nobody"
        desk.change(replace(desk.process, closed_people=people), f"who can't be written to any more: {names}")


def _left(desk: Desk, arrival: Arrival) -> str:
    return (
        f"{sender_of(arrival)} has left the company; an automatic reply names {arrival.judgement.contact} instead. "
        "Nothing goes there by itself: write to them if you wish."
    )


def _bounced(desk: Desk, follow_up: FollowUp, arrival: Arrival) -> bool:
    """Whether it is this letter that came back, and not a copy of it that went to somebody else too."""
    failed = set(arrival.judgement.bounced)
    if arrival.answers != follow_up.key:
        return not arrival.answers and follow_up.to in failed
    sent = {follow_up.sent.message_id} if follow_up.sent else set()
    others = {address for letter in desk.case.letters if letter.carries(sent) for address in letter.to}
    return not failed or follow_up.to in failed or not failed <= others


# --- what concerns the whole state folder ---


def _expire_first_start(desk: Desk, known: Known) -> None:
    """Letters whose common question ended in silence, or whose day is over."""
    open_topics = {question.topic: question for question in known.questions}
    for follow_up in list(desk.follow_ups.values()):
        if follow_up.held not in {FIRST_START, TOO_MANY_TODAY} or follow_up.stage not in {
            Stage.PLANNED,
            Stage.DUE,
        }:
            continue
        question = open_topics.get(follow_up.held)
        since = question.since if question else desk.now
        ends = after_working_days(since, QUESTION_WAITS, desk.policy)
        fresh = any(held.key == follow_up.key for held in known.held_at_first)
        if (question and desk.now >= ends) or (question is None and not fresh):
            desk.stage(replace(follow_up, held=""), Stage.SKIPPED, "nobody answered the question about it")
        else:
            desk.wake(ends)


def _spread_over_days(plans: list[ProcessPlan], known: Known, policy: Policy) -> list[ProcessPlan]:
    """Beyond the day's number of new drafts of an account the user is asked first."""
    made = dict(known.drafted_today)
    allowed = policy.thank_you.at_most
    spread = []
    for process in plans:
        actions = tuple(_asked_beyond(action, made, allowed) for action in process.actions)
        spread.append(replace(process, actions=actions))
    return spread


def _asked_beyond(action: Action, made: dict[str, int], allowed: int) -> Action:
    if not isinstance(action, CreateDraft) or action.hold or action.follow_up.wanted:
        return action
    account = action.follow_up.account
    made[account] = made.get(account, 0) + 1
    return replace(action, hold=TOO_MANY_TODAY) if made[account] > allowed else action


def _whole_state(plans: list[ProcessPlan], known: Known, policy: Policy, now: datetime) -> ProcessPlan:
    """One question for all that was due at the first start, one for all beyond a day's number."""
    actions: list[Action] = []
    wakes: list[datetime] = []
    advanced = {
        a.follow_up.key for p in plans for a in p.actions if isinstance(a, Advance) and not a.follow_up.held
    }
    told = [action for p in plans for action in p.actions if isinstance(action, Tell)]
    if proofreading.offers(told, known.unfilled, policy.letters.slot):
        actions.append(Tell("", proofreading.OFFER, proofreading.OFFER_TEXT))
    for topic in (FIRST_START, TOO_MANY_TODAY):
        held = [f for f in known.held_at_first if f.held == topic and f.key not in advanced]
        before = next((q for q in known.questions if q.topic == topic), None)
        action = _common_question(topic, held, before, policy, now)
        if action:
            actions.append(action)
        if before:
            wakes.append(after_working_days(before.since, QUESTION_WAITS, policy))
    return ProcessPlan("", 0, tuple(actions), min(wakes, default=None))


def _common_question(
    topic: str, held: list[FollowUp], before: Question | None, policy: Policy, now: datetime
) -> Action | None:
    if before and now >= after_working_days(before.since, QUESTION_WAITS, policy):
        return Settle(replace(before, state=QuestionState.EXPIRED), "nobody answered it for ten working days")
    if not held:
        return (
            Settle(replace(before, state=QuestionState.ANSWERED), "nothing waits for it") if before else None
        )
    letters = tuple(sorted(f.key for f in held))
    if before and before.letters == letters:
        return None
    question = _worded(topic, held, letters, policy, now)
    question = replace(before, letters=letters, text=question.text) if before else question
    return Ask(question, question.text)


def _worded(
    topic: str, held: list[FollowUp], letters: tuple[str, ...], policy: Policy, now: datetime
) -> Question:
    names = ", ".join(sorted({f.name or f.to or "somebody without an address" for f in held})[:10])
    count = f"{len(held)} letter{'s' if len(held) > 1 else ''}"
    first = (
        f"{count} ({names}) had been due before this state folder knew of them. If you have not written "
        "already, shall they be drafted?"
    )
    many = f"{count} ({names}) are more than {policy.thank_you.at_most} new drafts in one day. Shall they be drafted?"
    return Question(
        id=question_id(topic, str(local_date(now, policy.me.zone)), now.isoformat()),
        process="",
        topic=topic,
        about="",
        text=first if topic == FIRST_START else many,
        answer_with="followupd draft --all\nfollowupd skip --all",
        since=now,
        letters=letters,
        if_silent="none of them is made",
    )
