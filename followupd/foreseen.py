"""The letters beside the thank-yous: nudges and letters on request, as they were made or as they will be.

What comes next is found by thinking ahead as the planner does, from one moment at which it would think to the
next, as if nobody answered. Nothing is stored, and no mailbox is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from followupd.core import compose, nudges, requests
from followupd.core.actions import CreateDraft
from followupd.core.case import Case, Desk, Setting
from followupd.core.conversation import going_on_from
from followupd.core.letters import Letter, Piece
from followupd.core.model import FollowUp, Interview, Kind, Person, Policy, Stage
from followupd.core.rounds import Talks, talks
from followupd.core.thank_yous import WAITING
from followupd.kept_words import is_made
from followupd.preview import Preview, Wordings, Words, as_made, setting_of

_MOMENTS_AHEAD = 8


def foreseen(
    case: Case, policy: Policy, wordings: Wordings, now: datetime, paused_until: datetime | None = None
) -> list[Preview]:
    """Nudges and letters on request of a process that were made, by time, then the one that is next."""
    desk = Desk(case, setting_of(case, policy, wordings, now, paused_until), lambda _: "")
    made = [one for one in case.follow_ups if one.kind is not Kind.THANK_YOU and is_made(one)]
    made.sort(key=lambda one: (one.drafted_at or one.ends, one.key))
    kept = [as_made(desk, one, _person(desk, one), _interviews(case, one)) for one in made]
    return [*kept, *_next(desk)]


def _next(desk: Desk) -> Iterator[Preview]:
    """What the first moment ahead brings at which a letter would be put into Drafts."""
    case = replace(desk.case, follow_ups=tuple(_let_go(one) for one in desk.case.follow_ups))
    setting = desk.setting
    for _ in range(_MOMENTS_AHEAD):
        then, here = _thought(case, setting)
        coming = [action for action in then.actions if isinstance(action, CreateDraft)]
        if coming:
            before = Desk(replace(case, follow_ups=tuple(then.follow_ups.values())), setting, lambda _: "")
            yield from (_coming(before, action, here) for action in coming)
            return
        moment = then.plan().wake_at
        if moment is None or moment <= setting.now:
            return
        case = replace(case, follow_ups=tuple(then.follow_ups.values()))
        setting = replace(setting, now=moment)


def _let_go(one: FollowUp) -> FollowUp:
    """As if the user answered the question that holds a letter back, or the last failure was long ago."""
    waits = one.kind is not Kind.THANK_YOU and one.stage in WAITING
    return replace(one, held="", retry_at=None) if waits else one


def _thought(case: Case, setting: Setting) -> tuple[Desk, Talks]:
    """A moment of the planner, for these letters alone and in its order."""
    desk = Desk(case, setting, lambda _: "")
    lettered = {i for one in case.follow_ups if one.drafted_at or one.sent for i in one.interviews}
    here = talks(case.interviews, setting.policy.me.zone, setting.now, lettered)
    requests.think(desk, here)
    if not requests.silences(desk, here):
        nudges.think(desk, here)
    return desk, here


def _coming(desk: Desk, action: CreateDraft, here: Talks) -> Preview:
    made = action.follow_up
    letter = replace(
        made,
        stage=Stage.PLANNED,
        reason=made.reason or action.reason,
        drafted_at=None,
        expires=None,
    )
    return Preview(
        interviews=_interviews(desk.case, made),
        letter=letter,
        subject=action.draft.subject,
        text=action.draft.text,
        language=compose.language(desk, _person(desk, made), _interviews(desk.case, made)),
        words=Words.NEW,
        due=max(made.due, desk.now),
        pieces=_pieces(desk, action, here),
    )


def _pieces(desk: Desk, action: CreateDraft, here: Talks) -> tuple[Piece, ...]:
    """What the planner's letter is made of: it is written a second time, since its plan holds the text alone."""
    letter = _again(desk, action, here)
    return letter.pieces if letter and letter.text == action.draft.text else ()


def _again(desk: Desk, action: CreateDraft, here: Talks) -> Letter | None:
    one = action.follow_up
    if one.kind is Kind.LETTER:
        met_on = date.fromisoformat(one.occasion.split("/")[1])
        return compose.requested(desk, one, going_on_from(desk, one), met_on)[0]
    answered = action.draft.in_reply_to
    bases = (f for f in desk.follow_ups.values() if answered and f.sent and f.sent.message_id == answered)
    base = next(bases, desk.follow_ups.get(one.follows))
    return compose.nudge(desk, one, base, here.round)[0] if base and here.round else None


def _person(desk: Desk, one: FollowUp) -> Person:
    known = compose.known_person(desk, one.to)
    return known or Person(address=one.to, name=one.name, part=one.part)


def _interviews(case: Case, one: FollowUp) -> tuple[Interview, ...]:
    return tuple(interview for interview in case.interviews if interview.id in one.interviews)
