"""Thank-yous through their life: planned, due, drafted, sent — or not, with the reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from followupd.core import asking, compose
from followupd.core.actions import CreateDraft, Remind, WithdrawDraft
from followupd.core.addresses import canonical
from followupd.core.case import Desk
from followupd.core.fates import comes_from, left_us, sent_copy
from followupd.core.keys import follow_up_key, message_ids
from followupd.core.model import (
    IN_DRAFTS,
    WAS_SENT,
    Choice,
    Folder,
    FollowUp,
    Kind,
    OwnLetter,
    Part,
    ProcessState,
    Stage,
)
from followupd.core.owing import Owed, owed
from followupd.core.rounds import STOPPED
from followupd.core.workdays import quiet_shift

SEND_WITHIN = timedelta(hours=24)
EXPIRES_AFTER = timedelta(days=14)
RELEASE_WITHIN = timedelta(days=7)
WAITING = frozenset({Stage.PLANNED, Stage.DUE})
UNSENT = frozenset({Folder.DRAFTS, Folder.SCHEDULED})
NOT_LETTERS = frozenset({Folder.TRASH, Folder.JUNK})


def think(desk: Desk) -> None:
    """Decides about every thank-you of the process."""
    stopped = desk.process.state is ProcessState.CLOSED and desk.process.reason in STOPPED
    due = [] if stopped else owed(desk)
    for item in due:
        _hold_place(desk, item)
    keys = {item.key: item for item in due}
    for follow_up in desk.of_kind(Kind.THANK_YOU):
        if follow_up.key in keys:
            _one(desk, follow_up, keys[follow_up.key])
        else:
            _no_longer_owed(desk, follow_up, stopped=stopped)
    asking.think(desk, due)


def _hold_place(desk: Desk, item: Owed) -> None:
    """Makes the follow-up, unless another letter already is this one."""
    if item.key in desk.follow_ups or desk.owner_of(item.key) or _covered(desk, item):
        return
    last = item.last
    wanted = any(i.wanted for i in item.interviews)
    follow_up = FollowUp(
        key=item.key,
        kind=Kind.THANK_YOU,
        process=desk.process.key,
        account=last.account,
        sender=compose.sender(last, desk.policy),
        to=canonical(item.person.address),
        address=item.person.address,
        name=item.person.name,
        part=item.person.part,
        occasion=item.occasion,
        interviews=tuple(i.id for i in item.interviews),
        ends=item.ends,
        due=item.day_ends + desk.policy.thank_you.ready_after,
        send_by=item.ends + SEND_WITHIN,
        since=desk.now,
        reason="",
        wanted=wanted,
    )
    desk.advance(follow_up, item.verdict.reason)


def _covered(desk: Desk, item: Owed) -> bool:
    """An edited draft is the letter for the new time; one sent before the old end is done; a learned
    address reserves the key that it would have given."""
    ids = {i.id for i in item.interviews}
    for other in desk.of_kind(Kind.THANK_YOU):
        if other.also == item.key:
            return True
        if other.to != canonical(item.person.address) or not ids & set(other.interviews):
            continue
        early = other.sent is not None and other.sent.at < other.ends
        if other.stage in {Stage.EDITED, Stage.UNSURE} or (other.stage in WAS_SENT and early):
            return True
    return False


def _no_longer_owed(desk: Desk, follow_up: FollowUp, *, stopped: bool) -> None:
    why = _why_not(desk, follow_up, stopped=stopped)
    if follow_up.stage in WAITING:
        desk.stage(replace(follow_up, held=""), Stage.WITHDRAWN, why)
    elif untouched(desk, follow_up) and not _too_late_to_cancel(desk, follow_up):
        withdraw(desk, follow_up, Stage.WITHDRAWN, why)
    elif follow_up.stage in IN_DRAFTS:
        if follow_up.gone_since is None:
            desk.tell(
                f"kept {follow_up.key} {why}", f"The letter to {_who(follow_up)} stays in Drafts, but: {why}."
            )
        _expire(desk, follow_up)


def _too_late_to_cancel(desk: Desk, follow_up: FollowUp) -> bool:
    """Cancelled after it had begun: it may have been held, and the letter is there. The user decides."""
    mine = [i for i in desk.case.interviews if i.id in follow_up.interviews]
    return any(i.cancelled and i.cancelled >= i.event.start and not i.skipped for i in mine)


def _why_not(desk: Desk, follow_up: FollowUp, *, stopped: bool) -> str:
    if stopped:
        return f"you stopped this process ({desk.process.reason})"
    mine = [i for i in desk.case.interviews if i.id in follow_up.interviews]
    if not mine:
        return "its interview belongs to another process now"
    cancelled = next((i for i in mine if i.cancelled), None)
    if cancelled:
        return cancelled.cancel_reason or "the interview was cancelled"
    if any(i.skipped or follow_up.to in i.skip_people for i in mine):
        return "you skipped it"
    if follow_up.to in desk.process.dropped:
        return "you took this person out"
    closed = dict(desk.process.closed_people).get(follow_up.to)
    return closed or "the interview was moved, or the person is not on it any more"


def _who(follow_up: FollowUp) -> str:
    return follow_up.name or follow_up.to or "somebody without an address"


def _one(desk: Desk, follow_up: FollowUp, item: Owed) -> None:
    follow_up = _refresh(desk, follow_up, item)
    if follow_up.stage is Stage.WITHDRAWN:
        follow_up = _again_owed(desk, follow_up, item)
    if follow_up.stage in WAITING:
        _waiting(desk, follow_up, item)
    elif follow_up.stage in IN_DRAFTS:
        _lying(desk, follow_up, item)


def _refresh(desk: Desk, follow_up: FollowUp, item: Owed) -> FollowUp:
    """A changed event moves what is not drafted yet; a new start after the old end moves a draft too."""
    moved = item.starts >= follow_up.ends and item.ends > follow_up.ends
    if moved and untouched(desk, follow_up):
        withdraw(
            desk, follow_up, Stage.WITHDRAWN, "the interview was moved: the letter comes after its new end"
        )
        return desk.follow_ups[follow_up.key]
    if follow_up.stage not in WAITING | {Stage.WITHDRAWN}:
        return follow_up
    if any(a for a in desk.actions if isinstance(a, WithdrawDraft) and a.follow_up.key == follow_up.key):
        return follow_up
    ready = item.day_ends + desk.policy.thank_you.ready_after
    fresh = replace(
        follow_up,
        account=item.last.account,
        sender=compose.sender(item.last, desk.policy),
        to=canonical(item.person.address) or follow_up.to,
        address=item.person.address or follow_up.address,
        name=item.person.name,
        part=item.person.part,
        interviews=tuple(i.id for i in item.interviews),
        ends=item.ends,
        due=ready,
        send_by=item.ends + SEND_WITHIN,
        reminded=follow_up.reminded and item.ends == follow_up.ends,
        wanted=follow_up.wanted or any(i.wanted for i in item.interviews),
    )
    return desk.advance(fresh)


def _again_owed(desk: Desk, follow_up: FollowUp, item: Owed) -> FollowUp:
    """What was withdrawn because of circumstances is owed again when they are gone."""
    if any(isinstance(a, WithdrawDraft) and a.follow_up.key == follow_up.key for a in desk.actions):
        return follow_up
    follow_up = replace(follow_up, draft_id="", drafted_at=None, gone_since=None, gone_looks=0)
    return desk.stage(follow_up, Stage.PLANNED, f"owed again: {item.verdict.reason}")


# --- before it is a draft ---


def _waiting(desk: Desk, follow_up: FollowUp, item: Owed) -> None:
    if _own_letter(desk, follow_up):
        return
    if _too_old(desk, follow_up, item):
        return
    follow_up = asking.hold(desk, follow_up, item)
    if follow_up.stage not in WAITING:
        return
    if follow_up.held:
        return
    if desk.now < follow_up.due and not (follow_up.wanted and desk.now >= follow_up.ends):
        desk.wake(follow_up.due)
        return
    _create(desk, follow_up, item)


def _too_old(desk: Desk, follow_up: FollowUp, item: Owed) -> bool:
    if follow_up.wanted:
        return False
    recognised = min(i.recognised for i in item.interviews)
    if item.ends < recognised - desk.policy.look_back:
        why = f"the interview had ended when it was first seen; `followupd draft {item.last.id}` makes the letter"
        desk.stage(follow_up, Stage.SKIPPED, why)
        return True
    if desk.now > item.ends + desk.policy.thank_you.give_up_after:
        if not desk.may_end(follow_up):
            desk.wake_with_next_look()
            return True
        unreleased = item.verdict.choice is Choice.ASK
        why = "nobody released it within seven days" if unreleased else "it would come too late to be polite"
        desk.stage(follow_up, Stage.SKIPPED if unreleased else Stage.EXPIRED, why)
        return True
    desk.wake(item.ends + desk.policy.thank_you.give_up_after + timedelta(seconds=1))
    return False


OWN_LETTER = "you wrote to them yourself"


def _own_letter(desk: Desk, follow_up: FollowUp) -> bool:
    """A letter of mine to the person after the interview is the thank-you, wherever it lies."""
    letter = own_letter(desk, follow_up)
    if letter is None:
        return False
    ours = letter.carries(message_ids(follow_up.key, follow_up.sender))
    if letter.folder is Folder.TRASH:
        desk.stage(
            replace(follow_up, message_id=letter.message_id),
            Stage.DISCARDED,
            "its draft is in Trash: that means no",
        )
    elif not left_us(letter):
        _take_draft(desk, follow_up, letter, ours=ours)
    else:
        sent = replace(
            follow_up,
            sent=sent_copy(letter),
            held="",
            to=follow_up.to or (letter.to[0] if letter.to else ""),
        )
        desk.stage(sent, Stage.SENT, "its sent copy was found" if ours else OWN_LETTER)
    return True


def _take_draft(desk: Desk, follow_up: FollowUp, letter: OwnLetter, *, ours: bool) -> None:
    untouched = ours and letter.digest == follow_up.digest
    taken = replace(
        follow_up,
        draft_id=letter.id,
        message_id=letter.message_id,
        drafted_at=letter.date,
        subject=letter.subject,
        text=letter.words,
        digest=letter.digest if ours and not follow_up.digest else follow_up.digest,
        expires=item_expiry(letter.date),
        held="",
    )
    if untouched:
        desk.stage(taken, Stage.DRAFTED, "it waits in Drafts")
    elif ours:
        desk.stage(
            taken,
            Stage.EDITED,
            "its draft was found; whether you changed it can't be told, so it stays as it is",
        )
    else:
        desk.stage(taken, Stage.EDITED, "you began a letter to them yourself: that is the thank-you")


def item_expiry(drafted: datetime) -> datetime:
    """When an unsent thank-you is left alone for good."""
    return drafted + EXPIRES_AFTER


def own_letter(desk: Desk, follow_up: FollowUp) -> OwnLetter | None:
    """The letter of mine that is this one: by its Message-ID, else any to the person since the interview's end.

    What the user wrote counts for every talk before it, also when it already is another letter. A
    draft of ours is for its own talk alone.
    """
    taken = taken_ids(desk, follow_up)
    withdrawn = (
        {follow_up.message_id, *follow_up.former_ids} if follow_up.revision else set(follow_up.former_ids)
    )
    ids = message_ids(follow_up.key, follow_up.sender) - withdrawn
    found = [x for x in desk.case.letters if x.present and not x.carries(withdrawn)]
    ours = [x for x in found if x.carries(ids) and x.folder is not Folder.JUNK and place(x) not in taken]
    if follow_up.wanted:
        # What the user put aside once, in Trash or a folder of their own, is not what they ask for now.
        found = [x for x in found if x.folder in UNSENT or left_us(x)]
        ours = [x for x in ours if x in found]
    theirs = [
        x
        for x in found
        if _is_to_them(follow_up, x)
        and not is_of_another_process(desk, x)
        and (left_us(x) or not _made_for_another(desk, follow_up, x))
    ]
    return max(ours + theirs, key=lambda x: (_rank(x), x.date), default=None)


def is_of_another_process(desk: Desk, letter: OwnLetter) -> bool:
    """Whether it was made for another process: one consultant may look after several clients."""
    return any(desk.owner_of(name) for name in (letter.message_id, letter.made_as) if name)


def _made_for_another(desk: Desk, follow_up: FollowUp, letter: OwnLetter) -> bool:
    others = [f for f in desk.follow_ups.values() if f.key != follow_up.key]
    return any(letter.carries(message_ids(f.key, f.sender)) for f in others)


def _rank(letter: OwnLetter) -> int:
    """A sent letter says more than a draft, and a draft more than one in Trash."""
    return 2 if left_us(letter) else 0 if letter.folder is Folder.TRASH else 1


def _is_to_them(follow_up: FollowUp, letter: OwnLetter) -> bool:
    after = letter.date >= follow_up.ends and letter.folder not in NOT_LETTERS
    return after and bool(follow_up.to) and follow_up.to in letter.to


def place(letter: OwnLetter) -> tuple[str, str]:
    """Provider ids are unique in their mailbox only."""
    return letter.account, letter.id


def is_draft_of(letter: OwnLetter, follow_up: FollowUp) -> bool:
    """Whether this is the message that the follow-up knows as its draft."""
    return place(letter) == (follow_up.account, follow_up.draft_id)


def taken_ids(desk: Desk, follow_up: FollowUp) -> frozenset[tuple[str, str]]:
    """My messages that already are another follow-up."""
    others = [f for f in desk.follow_ups.values() if f.key != follow_up.key]
    drafts = {(f.account, f.draft_id) for f in others if f.draft_id and f.stage in IN_DRAFTS}
    theirs = {f.sent.message_id for f in others if f.sent} | {f.message_id for f in others}
    mine = {"", follow_up.message_id, *follow_up.former_ids}
    taken = drafts | {place(x) for x in desk.case.letters if x.carries(theirs - mine)}
    return frozenset(taken - {(follow_up.account, follow_up.draft_id)})


def _create(desk: Desk, follow_up: FollowUp, item: Owed) -> None:
    if blocked(desk, follow_up):
        return
    late = desk.now > follow_up.ends + desk.policy.thank_you.late_after
    follow_up = replace(follow_up, stage=Stage.DUE, late=late)
    letter, draft = compose.thank_you(desk, follow_up, item)
    follow_up = compose.filled(follow_up, letter, draft, item_expiry(desk.now))
    if (
        follow_up.part is Part.AGENCY
    ):  # another client's process must know the draft to their consultant for ours
        follow_up = replace(follow_up, also=draft.message_id)
    hold = "first_start" if follow_up.account in desk.setting.snapshot.first and not follow_up.wanted else ""
    why = f"{item.verdict.reason}; the last talk ended {_clock(item.day_ends, desk)}"
    desk.actions.append(CreateDraft(follow_up, draft, follow_up.ends, why, hold))


def _clock(moment: datetime, desk: Desk) -> str:
    return moment.astimezone(ZoneInfo(desk.policy.me.zone)).strftime("%a %d %b %H:%M")


def blocked(desk: Desk, follow_up: FollowUp) -> bool:
    """Whether a letter that is due can't be made in this cycle; it is thought of again."""
    paused = desk.setting.paused_until
    if paused and desk.now < paused:
        desk.wake(paused)
        return True
    if follow_up.retry_at and desk.now < follow_up.retry_at:
        desk.wake(follow_up.retry_at)
        return True
    if not desk.looked_at_mail(follow_up.account):
        desk.wake_with_next_look()
        return True
    return False


# --- while it lies in Drafts ---


def _lying(desk: Desk, follow_up: FollowUp, item: Owed) -> None:
    if _overtaken(desk, follow_up):
        return
    if _replace_once(desk, follow_up, item):
        return
    _remind(desk, follow_up)
    _expire(desk, desk.follow_ups[follow_up.key])


def _overtaken(desk: Desk, follow_up: FollowUp) -> bool:
    """A message of mine to the person was sent, or the user said so, while our untouched draft lay there."""
    if untouched(desk, follow_up) and follow_up.sent is not None:
        withdraw(desk, follow_up, Stage.SENT, "you said that you have thanked them")
        return True
    if follow_up.stage not in {Stage.DRAFTED, Stage.EDITED} or not follow_up.to or follow_up.gone_since:
        return False
    sent = [
        x
        for x in desk.case.letters
        if x.present
        and left_us(x)
        and not is_of_another_process(desk, x)
        and not _is_letter_of_another(desk, follow_up, x)
        and not is_draft_of(x, follow_up)
        and follow_up.to in x.to
        and x.date >= follow_up.ends
        and not x.carries(message_ids(follow_up.key, follow_up.sender))
    ]
    if not sent:
        return False
    done = replace(follow_up, sent=sent_copy(max(sent, key=lambda x: x.date)))
    if not untouched(desk, follow_up):
        desk.stage(done, Stage.SENT, f"{OWN_LETTER}; the draft stays where you left it")
    else:
        withdraw(desk, done, Stage.SENT, OWN_LETTER)
    return True


def _replace_once(desk: Desk, follow_up: FollowUp, item: Owed) -> bool:
    """An untouched draft is made anew once for notes and once when it becomes late."""
    if not untouched(desk, follow_up) or not follow_up.drafted_at:
        return False
    if desk.setting.paused_until and desk.now < desk.setting.paused_until:
        desk.wake(desk.setting.paused_until)
        return False  # what is taken away in a pause could not be made anew
    notes = [n.at for i in item.interviews for n in i.notes if n.concerns(follow_up.to, follow_up.name)]
    if "notes" not in follow_up.replaced and any(at > follow_up.drafted_at for at in notes):
        withdraw(
            desk,
            follow_up,
            Stage.WITHDRAWN,
            "your notes came after it: it is written again with them",
            "notes",
        )
        return True
    if follow_up.late or "late" in follow_up.replaced or not _becomes_late(desk, follow_up):
        return False
    withdraw(desk, follow_up, Stage.WITHDRAWN, "it is late by now: it is worded for that", "late")
    return True


def _becomes_late(desk: Desk, follow_up: FollowUp) -> bool:
    """Late, and not yet too late to make one anew: after that the draft that lies there is better than none."""
    policy = desk.policy.thank_you
    return follow_up.ends + policy.late_after < desk.now <= follow_up.ends + policy.give_up_after


def _is_letter_of_another(desk: Desk, follow_up: FollowUp, letter: OwnLetter) -> bool:
    """Our draft for another talk, sent late, takes this one's place no more than this one takes its."""
    others = [f for f in desk.follow_ups.values() if f.key != follow_up.key and f.text]
    # What the user writes to one person may be word for word what they write to another.
    same = {follow_up.to, ""}
    return any(letter.carries([f.message_id]) or (f.to in same and comes_from(f, letter)) for f in others)


def _remind(desk: Desk, follow_up: FollowUp) -> None:
    if follow_up.reminded or follow_up.drafted_at is None:
        return
    policy = desk.policy.thank_you
    at = follow_up.ends + policy.remind_after
    had_draft = follow_up.drafted_at <= at
    at = quiet_shift(at, desk.policy.me.zone, policy.quiet_hours, _early(desk, follow_up, at) and had_draft)
    if desk.now < at:
        desk.wake(at)
        return
    if not desk.may_end(follow_up):
        desk.wake_with_next_look()  # it may have been sent from elsewhere meanwhile
        return
    reminded = replace(follow_up, reminded=True)
    desk.follow_ups[follow_up.key] = reminded
    text = f"The thank-you to {_who(follow_up)} is still in Drafts; it is best sent {_by(follow_up, desk)}."
    desk.actions.append(Remind(reminded, text))


def _early(desk: Desk, follow_up: FollowUp, at: datetime) -> bool:
    """Whether the draft existed when the quiet hours that hold `at` began."""
    start = quiet_shift(at, desk.policy.me.zone, desk.policy.thank_you.quiet_hours, True)
    return follow_up.drafted_at is not None and follow_up.drafted_at <= start


def _by(follow_up: FollowUp, desk: Desk) -> str:
    if follow_up.send_by is None or desk.now > follow_up.send_by:
        return "soon"
    return f"by {_clock(follow_up.send_by, desk)}"


def _expire(desk: Desk, follow_up: FollowUp) -> None:
    expires = follow_up.expires
    if expires is None or follow_up.stage not in IN_DRAFTS:
        return
    if desk.now < expires:
        desk.wake(expires)
        return
    if not desk.may_end(follow_up):
        desk.wake_with_next_look()
        return
    desk.stage(follow_up, Stage.EXPIRED, "it was not sent for two weeks: it is left alone where it lies")


def untouched(desk: Desk, follow_up: FollowUp) -> bool:
    """Whether our draft lies in Drafts as we made it: only then may it be taken away."""
    if follow_up.stage is not Stage.DRAFTED or follow_up.gone_since is not None:
        return False
    return all(x.folder is Folder.DRAFTS for x in desk.case.letters if is_draft_of(x, follow_up))


def wake_for_drafts(desk: Desk) -> None:
    """Everything that lies in Drafts is thought of again when it is to be reminded of, late, or expires."""
    policy = desk.policy.thank_you
    for follow_up in desk.follow_ups.values():
        if follow_up.stage not in IN_DRAFTS:
            continue
        desk.wake(follow_up.expires)
        if follow_up.kind is Kind.THANK_YOU:
            at = follow_up.ends + policy.remind_after
            desk.wake(quiet_shift(at, desk.policy.me.zone, policy.quiet_hours, _early(desk, follow_up, at)))
            desk.wake(follow_up.ends + policy.late_after + timedelta(seconds=1))


def withdraw(desk: Desk, follow_up: FollowUp, then: Stage, why: str, replaced: str = "") -> None:
    """Asks for an untouched draft to be removed, unless an earlier attempt failed a moment ago."""
    if follow_up.retry_at and desk.now < follow_up.retry_at:
        desk.wake(follow_up.retry_at)
        return
    if not desk.looked_at_mail(follow_up.account):
        desk.wake_with_next_look()
        return
    desk.actions.append(WithdrawDraft(follow_up, then, why, replaced))


def learned_key(follow_up: FollowUp, address: str) -> str:
    """The key that a letter without recipient would have had, had its address been known."""
    return follow_up_key(follow_up.kind, address, follow_up.occasion)
