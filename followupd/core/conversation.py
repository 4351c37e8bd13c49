"""In which conversation a letter on request stands, and which message it answers there."""

from __future__ import annotations

from dataclasses import replace

from followupd.core.answers import written_by
from followupd.core.case import Desk
from followupd.core.fates import left_us
from followupd.core.model import WAS_SENT, Arrival, ArrivalClass, FollowUp, OwnLetter, Sent
from followupd.core.rounds import effective


def going_on_from(desk: Desk, letter: FollowUp) -> FollowUp | None:
    """The letter of ours whose conversation goes on, its `sent` being what is answered; None starts a new one.

    That is their latest message, where it stands in the thread of a letter of ours; else our last letter to them.
    """
    return _their_latest(desk, letter) or _our_latest(desk, letter)


def _their_latest(desk: Desk, letter: FollowUp) -> FollowUp | None:
    theirs = [a for a in desk.case.arrivals if _is_word_of(desk, a, letter.to)]
    latest = max(theirs, key=lambda a: a.received, default=None)
    answered = desk.follow_ups.get(latest.answers) if latest else None
    if latest is None or answered is None or answered.sent is None:
        return None
    here = latest.account == answered.account and bool(latest.message_id)
    if not here or not _can_be_answered(desk, answered):
        return None
    return replace(answered, sent=_in_place_of(desk, answered.sent, latest))


def _our_latest(desk: Desk, letter: FollowUp) -> FollowUp | None:
    sent = [f for f in desk.follow_ups.values() if f.to == letter.to and _can_be_answered(desk, f)]
    return max(sent, key=lambda f: f.sent.at if f.sent else f.ends, default=None)


def _is_word_of(desk: Desk, arrival: Arrival, address: str) -> bool:
    return effective(arrival) is ArrivalClass.HUMAN and written_by(desk, arrival) == address


def _can_be_answered(desk: Desk, follow_up: FollowUp) -> bool:
    """Whether its sent copy was seen, in an account that is still there."""
    is_seen = follow_up.sent is not None and bool(follow_up.sent.message_id)
    return follow_up.stage in WAS_SENT and is_seen and follow_up.account in desk.setting.snapshot.accounts


def _in_place_of(desk: Desk, ours: Sent, theirs: Arrival) -> Sent:
    """Their message in the place of our letter, with the references that it has (RFC 5322 section 3.6.4).

    Those of an arrival are not stored: they are those of what it answers, the last of mine there before it.
    """
    before = [x for x in desk.case.letters if _is_in_thread(x, ours) and x.date <= theirs.received]
    parent = max(before, key=lambda x: x.date, default=None)
    chain = (*ours.references, ours.message_id)
    if parent is not None:
        chain = (*(parent.references or parent.in_reply_to), parent.message_id)
    return replace(ours, message_id=theirs.message_id, references=chain)


def _is_in_thread(mine: OwnLetter, ours: Sent) -> bool:
    named = (mine.message_id, *mine.in_reply_to, *mine.references)
    return mine.present and bool(mine.message_id) and left_us(mine) and ours.message_id in named
