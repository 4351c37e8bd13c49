"""The questions about what came in: what an answer means for the process, and whether a message is one.

What a message seems to say stands in its question, with the command that would follow from it first. Nothing
is done by it alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from followupd.core import tidings
from followupd.core.case import Desk
from followupd.core.keys import question_id
from followupd.core.model import Arrival, ArrivalClass, Question

_SEEMS = {
    tidings.REJECTION: "It reads like a rejection.",
    tidings.OFFER: "It reads like an offer.",
    tidings.NEXT_STEP: "It reads like an invitation to a next step.",
    tidings.COURTESY: "It says thanks and no more.",
}
_ENDS = {tidings.REJECTION: "rejected", tidings.OFFER: "offer"}
_NEXT = "If another interview follows, put it into your calendar as the others: the process goes on with it."
_IF_SILENT = "the process is closed after ten working days"


def sender_of(arrival: Arrival) -> str:
    """The name of who sent it, else the address."""
    return arrival.sender_name or arrival.sender


def did(arrival: Arrival) -> str:
    """What they did, to stand behind their name."""
    return "sent an invitation" if arrival.judgement.kind is ArrivalClass.CALENDAR else "answered"


def written_by(desk: Desk, arrival: Arrival) -> str:
    """Whose automatic reply it is: its sender's, or of who got the letter that it answers, under another address."""
    letter = desk.follow_ups.get(arrival.answers)
    written_to = {follow_up.to for follow_up in desk.follow_ups.values()}
    written_to.update(address for mine in desk.case.letters for address in mine.to)
    if letter is None or not letter.to or arrival.sender in written_to:
        return arrival.sender
    names = [set(name.casefold().split()) for name in (letter.name, arrival.sender_name)]
    is_another = all(names) and names[0].isdisjoint(names[1])
    return arrival.sender if is_another else letter.to


def answer_question(desk: Desk, replies: Sequence[Arrival]) -> Question:
    """What the user makes of the answers that came, the oldest first; one question for all of them."""
    first, key = replies[0], desk.process.key
    said = _said(replies)
    dates = [reply.judgement.names_date for reply in replies if reply.judgement.names_date]
    ends = _ENDS.get(said, "other")
    decide, resume = f"followupd decide {key} {dates[-1] if dates else 'DATE'}", f"followupd resume {key}"
    stop = f"followupd stop {key} --because {ends}"
    order = (stop, decide, resume) if said in _ENDS else (decide, resume, stop)
    order = (resume, decide, stop) if said == tidings.COURTESY and not dates else order
    return Question(
        id=question_id("answer", key, first.id),
        process=key,
        topic="answer",
        about=key,
        text=f"{sender_of(first)} {did(first)}. {_meaning(said, first)}"
        "Have they named a date, should the waiting go on, or is it over?",
        answer_with="\n".join(order),
        since=desk.now,
        if_silent=_IF_SILENT,
    )


def _said(replies: Sequence[Arrival]) -> str:
    """What the latest of them seems to say that says more than thanks; thanks where all do no more."""
    found = [reply.judgement.sub_kind if reply.judgement.sub_kind in _SEEMS else "" for reply in replies]
    telling = [said for said in found if said not in {"", tidings.COURTESY}]
    only_thanks = set(found) == {tidings.COURTESY}
    return telling[-1] if telling else tidings.COURTESY if only_thanks else ""


def _meaning(said: str, first: Arrival) -> str:
    words = [_SEEMS.get(said, "")]
    if said == tidings.NEXT_STEP or first.judgement.kind is ArrivalClass.CALENDAR:
        words.append(_NEXT)
    return "".join(f"{one} " for one in words if one)


def arrival_question(desk: Desk, arrival: Arrival) -> Question:
    """Whether a message is an answer by a person."""
    key, said = desk.process.key, arrival.judgement.sub_kind
    day = arrival.received.astimezone(ZoneInfo(desk.policy.me.zone)).date()
    shared = " It fits more than one process." if arrival.shared else ""
    seems = f" {_SEEMS[said]}" if said in _SEEMS else ""
    commands = [f"followupd mark human {arrival.id}", f"followupd mark auto {arrival.id}"]
    if said in _ENDS:
        commands.insert(0, f"followupd stop {key} --because {_ENDS[said]}")
    return Question(
        id=question_id("arrival", key, arrival.id),
        process=key,
        topic="arrival",
        about=arrival.id,
        text=f"Is the message from {sender_of(arrival)} of {day} an answer "
        f"from a person?{shared}{seems} ({arrival.judgement.reason})",
        answer_with="\n".join(commands),
        since=desk.now,
        if_silent=_IF_SILENT,
    )
