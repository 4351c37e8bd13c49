"""Questions about events, people and letters that wait for them. About answers: see rounds.

No question about one person holds back another's thank-you. Nothing is asked before the interview
is over: until then the calendar may still answer it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from followupd.core import interviews as rules
from followupd.core import people
from followupd.core.case import Desk
from followupd.core.keys import question_id
from followupd.core.model import (
    Choice,
    FollowUp,
    Interview,
    Kind,
    Question,
    QuestionState,
    Stage,
)
from followupd.core.owing import Owed, standing

FIRST_START = "first_start"
TOO_MANY_TODAY = "too_many_today"
ON_REQUEST = "letter"
HELD_ELSEWHERE = frozenset({FIRST_START, TOO_MANY_TODAY})
TOPICS = frozenset(
    {
        "answer",
        "arrival",
        "fate",
        "host",
        "not-invited",
        "doubtful",
        "nobody",
        "outsider",
        "many",
        "unaddressed",
        "agency",
        "route",
        "cancelled",
        "missing",
        ON_REQUEST,
        FIRST_START,
        TOO_MANY_TODAY,
    }
)
ABOUT_SOMEBODY = frozenset({"outsider", "agency", "route"})
SKIPPED_SILENTLY = "nobody answered the question about it"


def hold(desk: Desk, follow_up: FollowUp, item: Owed) -> FollowUp:
    """The follow-up, held by the question that it waits for or free of it; skipped when nobody answered."""
    if follow_up.held in HELD_ELSEWHERE:
        return desk.advance(replace(follow_up, held="")) if follow_up.wanted else follow_up
    if item.verdict.choice is Choice.YES:
        return desk.advance(replace(follow_up, held="")) if follow_up.held else follow_up
    if desk.now < item.ends:
        desk.wake(item.ends)
        return desk.advance(replace(follow_up, held="not yet asked"), told=False)
    question = _person_question(desk, follow_up, item)
    asked = desk.questions.get(question.id)
    if asked and asked.state in {QuestionState.EXPIRED, QuestionState.ANSWERED}:
        return desk.stage(replace(follow_up, held=""), Stage.SKIPPED, SKIPPED_SILENTLY)
    return desk.advance(replace(follow_up, held=question.id))


def _person_question(desk: Desk, follow_up: FollowUp, item: Owed) -> Question:
    """One question an interview and topic, whoever it is about."""
    topic = item.verdict.topic or "outsider"
    return Question(
        id=question_id(topic, desk.process.key, item.last.id),
        process=desk.process.key,
        topic=topic,
        about=item.last.id,
        text="",
        answer_with="",
        since=desk.now,
        letters=(follow_up.key,),
    )


def think(desk: Desk, due: Sequence[Owed]) -> None:
    """Asks what there is to ask about the interviews and people of a process."""
    _about_people(desk, due)
    for interview in desk.case.interviews:
        if interview.skipped is None and interview.wanted is None:
            _about_event(desk, interview)
    for interview in standing(desk.case.interviews):
        _about_nobody(desk, interview, due)
    _drop_pointless(desk)


def _about_people(desk: Desk, due: Sequence[Owed]) -> None:
    held: dict[str, list[Owed]] = {}
    for item in due:
        follow_up = desk.follow_ups.get(item.key)
        if follow_up and follow_up.held and follow_up.held not in HELD_ELSEWHERE and desk.now >= item.ends:
            held.setdefault(follow_up.held, []).append(item)
    for items in held.values():
        first = _person_question(desk, desk.follow_ups[items[0].key], items[0])
        desk.ask(_worded(desk, first, items))


def _worded(desk: Desk, question: Question, items: Sequence[Owed]) -> Question:
    event_id, key = question.about, desk.process.key
    names = ", ".join(item.person.name or item.person.address for item in items[:12])
    release = "\n".join(f"followupd people release {item.person.address or key}" for item in items[:12])
    drop = "\n".join(
        f"followupd people drop {event_id} '{item.person.address or item.person.name}'" for item in items[:12]
    )
    texts = {
        "many": f"{len(items)} people were on this interview ({names}). Shall each get a letter?",
        "agency": f"You were placed by an agency. May letters go straight to {names}?",
        "route": f"Letters to this company go through the recruiter, and none is known. Write to {names}?",
        "unaddressed": f"The invitation names {names} without an address. Add them to get a letter.",
    }
    default = f"Is {names} an interviewer? The address does not belong to the company."
    answers = {
        "many": f"followupd draft {event_id}\nfollowupd skip {event_id}",
        "agency": f"followupd people release {key}\nfollowupd skip {event_id}",
        "unaddressed": f"followupd people add {event_id} 'Name <address>'\nfollowupd skip {event_id}",
    }
    return replace(
        question,
        text=texts.get(question.topic, default),
        answer_with=answers.get(question.topic, f"{release}\n{drop}"),
        letters=tuple(item.key for item in items),
        if_silent="no letter is made for them",
    )


def _about_event(desk: Desk, interview: Interview) -> None:
    zone = desk.policy.me.zone
    ended = rules.ends(interview.event, zone)
    too_old = ended < interview.recognised - desk.policy.look_back
    if interview.cancelled is not None:
        _about_cancelled(desk, interview)
    elif interview.verdict.choice is Choice.ASK and not too_old:
        if desk.now < ended:
            desk.wake(ended)
            return
        text = f"Was “{interview.event.title}” an interview of yours? {interview.verdict.reason}"
        _ask_about(desk, interview, interview.verdict.topic or "doubtful", text)


def _about_cancelled(desk: Desk, interview: Interview) -> None:
    """Cancelled after its start and with no later date: it may have been held all the same."""
    if interview.cancelled is None or interview.cancelled < interview.event.start:
        return
    later = [i for i in standing(desk.case.interviews) if i.event.start > interview.event.start]
    drafted = [f for f in desk.follow_ups.values() if interview.id in f.interviews and f.drafted_at]
    if later or drafted or interview.verdict.choice is not Choice.YES:
        return
    if desk.now < interview.cancelled + timedelta(days=7):
        text = f"“{interview.event.title}” was cancelled after it had begun. Was it held all the same?"
        _ask_about(desk, interview, "cancelled", text)


def _ask_about(desk: Desk, interview: Interview, topic: str, text: str) -> None:
    desk.ask(
        Question(
            id=question_id(topic, interview.id),
            process=desk.process.key,
            topic=topic,
            about=interview.id,
            text=text,
            answer_with=f"followupd draft {interview.id}\nfollowupd skip {interview.id}",
            since=desk.now,
            if_silent="no letter is made",
        )
    )


def _about_nobody(desk: Desk, interview: Interview, due: Sequence[Owed]) -> None:
    """An interview that names nobody: asked as soon as it is over, while the 24 hours run."""
    if any(interview.id in {i.id for i in item.interviews} for item in due):
        return
    ended = rules.ends(interview.event, desk.policy.me.zone)
    if ended < interview.recognised - desk.policy.look_back and interview.wanted is None:
        return
    if _met(desk, interview) or people.participants(interview, desk.process, desk.policy):
        return  # somebody had a letter, or it was decided that those who were there get none
    if desk.now < ended:
        desk.wake(ended)
        return
    if desk.now > ended + desk.policy.thank_you.give_up_after and interview.wanted is None:
        return
    desk.ask(
        Question(
            id=question_id("nobody", interview.id),
            process=desk.process.key,
            topic="nobody",
            about=interview.id,
            text=f"Whom did you meet at “{interview.event.title}”? The calendar names nobody to write to.",
            answer_with=f"followupd people add {interview.id} 'Name <address>'\nfollowupd skip {interview.id}",
            since=desk.now,
            if_silent="no letter is made",
        )
    )


def _met(desk: Desk, interview: Interview) -> bool:
    """Whether a letter for this interview exists already, though nobody is owed one now."""
    return any(interview.id in f.interviews and f.stage is not Stage.WITHDRAWN for f in _not_asked_for(desk))


def _not_asked_for(desk: Desk) -> list[FollowUp]:
    """Letters owed for interviews. Those on request say nothing of who was there."""
    return [f for f in desk.follow_ups.values() if f.kind is not Kind.LETTER]


def _drop_pointless(desk: Desk) -> None:
    """Questions about an interview that is settled otherwise by now."""
    alive = {i.id: i for i in desk.case.interviews}
    for question in desk.open_questions():
        interview = alive.get(question.about)
        if interview is None:
            continue
        said = interview.wanted is not None and question.topic not in ABOUT_SOMEBODY
        if interview.skipped is not None or said:
            desk.settle(question, QuestionState.ANSWERED, "you said so")
        elif question.topic == "nobody" and any(interview.id in f.interviews for f in _not_asked_for(desk)):
            desk.settle(question, QuestionState.ANSWERED, "somebody to write to is known now")
        elif question.letters and not any(_still_held(desk, key, question.id) for key in question.letters):
            desk.settle(question, QuestionState.ANSWERED, "it holds nothing back any more")
        elif interview.cancelled is not None and question.topic != "cancelled":
            desk.settle(question, QuestionState.WITHDRAWN, "the interview was cancelled")


def _still_held(desk: Desk, key: str, question: str) -> bool:
    follow_up = desk.follow_ups.get(key)
    return follow_up is not None and follow_up.held == question
