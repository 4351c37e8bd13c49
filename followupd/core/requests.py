"""Letters on request through their life: asked for by `letter`, drafted, sent or not; and the question about them.

They are asked for because a process is over, so its end does not take them away; only a process that goes on
does, where they speak of its end. After one, nobody is nudged until another interview was held.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from followupd.core import compose
from followupd.core.actions import CreateDraft
from followupd.core.asking import ON_REQUEST
from followupd.core.case import Desk
from followupd.core.conversation import going_on_from
from followupd.core.fates import comes_from, counts_since, left_us, sent_copy
from followupd.core.keys import message_ids
from followupd.core.model import (
    IN_DRAFTS,
    WAS_SENT,
    FollowUp,
    Kind,
    OwnLetter,
    Part,
    ProcessState,
    Purpose,
    QuestionState,
    Stage,
)
from followupd.core.rounds import STOPPED, Talks
from followupd.core.thank_yous import (
    EXPIRES_AFTER,
    OWN_LETTER,
    WAITING,
    blocked,
    is_draft_of,
    is_of_another_process,
    own_letter,
    place,
    taken_ids,
    untouched,
    withdraw,
)

SPEAKS_OF_THE_END = frozenset({Purpose.THANKS_AFTER_REJECTION, Purpose.WITHDRAW})
ENDS_THE_WAITING = WAITING | IN_DRAFTS | WAS_SENT | {Stage.BOUNCED}
NOT_SENT = frozenset({Stage.DISCARDED, Stage.EXPIRED})
_NO_NUDGE = "you asked for another letter to them since"


def think(desk: Desk, here: Talks) -> None:
    """Decides about every letter on request of the process, and about the question whether one is wanted."""
    if silences(desk, here):
        _end_nudges(desk)  # first: some mailboxes show only one draft in a conversation
    for letter in desk.of_kind(Kind.LETTER):
        if letter.stage in WAITING:
            _waiting(desk, letter)
        elif letter.stage in IN_DRAFTS:
            _lying(desk, letter)
    _drop_pointless(desk)


def silences(desk: Desk, here: Talks) -> bool:
    """Whether nobody is to be nudged, because a letter was asked for after the latest interview."""
    asked = [f for f in desk.of_kind(Kind.LETTER) if here.last_end is None or f.ends >= here.last_end]
    return any(f.stage in ENDS_THE_WAITING or _was_told_otherwise(desk, f) for f in asked)


def _was_told_otherwise(desk: Desk, letter: FollowUp) -> bool:
    """A draft that was not sent may stand for what was said by phone, unless the user has let the waiting go on."""
    goes_on = desk.process.settled is not None and desk.process.settled >= letter.ends
    return letter.stage in NOT_SENT and not goes_on


# --- before it is a draft -----------------------------------------------------------------------


def _waiting(desk: Desk, letter: FollowUp) -> None:
    if why := _unwelcome(desk, letter):
        desk.stage(letter, Stage.WITHDRAWN, why)
        return
    base = going_on_from(desk, letter)
    letter = _placed(desk, letter, base)
    if not _found(desk, letter) and not blocked(desk, letter):
        _create(desk, letter, base)


def _unwelcome(desk: Desk, letter: FollowUp) -> str:
    """Why a letter that was asked for is wanted no more, "" if it is."""
    if letter.to in desk.process.dropped:
        return "you took this person out"
    settled, is_over = desk.process.settled, desk.process.state is ProcessState.CLOSED
    if letter.purpose in SPEAKS_OF_THE_END and not is_over and settled and settled >= letter.ends:
        return "the process goes on"
    return dict(desk.process.closed_people).get(letter.to, "")


def _placed(desk: Desk, letter: FollowUp, base: FollowUp | None) -> FollowUp:
    """From which account and address it goes: those of the conversation that it joins, else of the interview."""
    if base is not None:
        return replace(letter, account=base.account, sender=base.sender)
    mine = (i for i in desk.case.interviews if i.id in letter.interviews)
    sender = letter.sender or next((compose.sender(i, desk.policy) for i in mine), "")
    return replace(letter, sender=sender)


def _found(desk: Desk, letter: FollowUp) -> bool:
    """A letter of mine to them since the request is this one, wherever it lies."""
    there = own_letter(desk, letter)
    if there is None or is_of_another_process(desk, there):
        return False
    if left_us(there):
        ours = there.carries(message_ids(letter.key, letter.sender))
        reason = "its sent copy was found" if ours else OWN_LETTER
        desk.stage(replace(letter, sent=sent_copy(there)), Stage.SENT, reason)
        return True
    taken = replace(
        letter,
        account=there.account,
        draft_id=there.id,
        message_id=there.message_id,
        drafted_at=there.date,
        subject=there.subject,
        text=there.words,
        expires=there.date + EXPIRES_AFTER,
    )
    desk.stage(taken, Stage.EDITED, "a draft to them lies in Drafts already: that is the letter")
    return True


def _create(desk: Desk, letter: FollowUp, base: FollowUp | None) -> None:
    letter = replace(letter, stage=Stage.DUE)
    met_on = date.fromisoformat(letter.occasion.split("/")[1])
    written, draft = compose.requested(desk, letter, base, met_on)
    # Its name is reserved with its key: where the same consultant is known it is no letter by hand.
    filled = replace(compose.filled(letter, written, draft, desk.now + EXPIRES_AFTER), also=draft.message_id)
    desk.actions.append(CreateDraft(filled, draft, counts_since(letter), "you asked for it"))


# --- while it lies in Drafts --------------------------------------------------------------------


def _lying(desk: Desk, letter: FollowUp) -> None:
    if _overtaken(desk, letter):
        return
    why = _unwelcome(desk, letter)
    if why and untouched(desk, letter):
        withdraw(desk, letter, Stage.WITHDRAWN, why)
        return
    if why:
        _tell_kept(desk, letter, "letter", why)
    _expire(desk, letter, "it was not sent for two weeks: it is left alone where it lies")


def _overtaken(desk: Desk, letter: FollowUp) -> bool:
    """The user has written to them otherwise since, or said so, while the draft lay there."""
    if untouched(desk, letter) and letter.sent is not None:
        withdraw(desk, letter, Stage.SENT, "you said that you sent it")
        return True
    sent = [x for x in desk.case.letters if _is_by_hand(desk, letter, x)]
    if letter.stage is Stage.UNSURE or letter.gone_since or not sent:
        return False
    done = replace(letter, sent=sent_copy(max(sent, key=lambda x: x.date)))
    if untouched(desk, letter):
        withdraw(desk, done, Stage.SENT, OWN_LETTER)
    else:
        desk.stage(done, Stage.SENT, f"{OWN_LETTER}; the draft stays where you left it")
    return True


def _is_by_hand(desk: Desk, letter: FollowUp, mine: OwnLetter) -> bool:
    """A message of mine to them since the request that is no other letter of ours, nor this one.

    To a consultant, who may look after several clients, only one that is like it.
    """
    to_them = mine.present and left_us(mine) and letter.to in mine.to and mine.date >= letter.ends
    ours = is_draft_of(mine, letter) or mine.carries(message_ids(letter.key, letter.sender))
    if not to_them or ours or place(mine) in taken_ids(desk, letter) or is_of_another_process(desk, mine):
        return False
    return letter.part is not Part.AGENCY or comes_from(letter, mine)


def _tell_kept(desk: Desk, follow_up: FollowUp, what: str, why: str) -> None:
    if follow_up.gone_since is None:
        who = follow_up.name or follow_up.to
        desk.tell(f"kept {follow_up.key} {why}", f"Your {what} to {who} stays in Drafts, but: {why}.")


def _expire(desk: Desk, follow_up: FollowUp, why: str) -> None:
    if follow_up.expires is None:
        return
    if desk.now < follow_up.expires:
        desk.wake(follow_up.expires)
    elif not desk.may_end(follow_up):
        desk.wake_with_next_look()
    else:
        desk.stage(follow_up, Stage.EXPIRED, why)


# --- what else follows --------------------------------------------------------------------------


def _end_nudges(desk: Desk) -> None:
    for nudge in desk.of_kind(Kind.NUDGE):
        if nudge.stage in WAITING:
            desk.stage(replace(nudge, held=""), Stage.WITHDRAWN, _NO_NUDGE)
        elif untouched(desk, nudge):
            withdraw(desk, nudge, Stage.WITHDRAWN, _NO_NUDGE)
        elif nudge.stage in IN_DRAFTS:
            _tell_kept(desk, nudge, "nudge", _NO_NUDGE)
            _expire(desk, nudge, "it was not sent for ten working days: it is left alone where it lies")


def _drop_pointless(desk: Desk) -> None:
    """The question whether a letter is wanted, where the process goes on or the user has written already."""
    process = desk.process
    stopped = process.state is ProcessState.CLOSED and process.reason in STOPPED
    for question in desk.open_questions():
        wrote = any(x.present and left_us(x) and x.date > question.since for x in desk.case.letters)
        if question.topic != ON_REQUEST:
            continue
        if not stopped:
            desk.settle(question, QuestionState.WITHDRAWN, "the process goes on")
        elif wrote:
            desk.settle(question, QuestionState.ANSWERED, OWN_LETTER)
