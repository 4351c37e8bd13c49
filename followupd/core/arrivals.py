"""What an incoming message is: a person's letter, or which machine wrote it.

The order matters: an own message, a bounce, a receipt, a calendar's message, an automatic reply, a
list's mail, a notice; what is left is a person's. A person taken for a machine is the costlier
error, so every machine must show itself by a standard (RFC 3834, 3464, 8098, 5546, 2369), by a subject
or sentence that only programs write, or by two signs of convention. Fewer are told as unsure, and the user
is asked; so they are where a machine's message reads like an answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, tzinfo
from zoneinfo import ZoneInfo

from followupd.core import conventions as known
from followupd.core import message_classes
from followupd.core.bounces import (
    has_null_path,
    is_daemon,
    is_report_itself,
    judge_convention,
    judge_report,
    reads_like_bounce,
)
from followupd.core.model import ArrivalClass, Confidence, Judgement, Message
from followupd.core.notices import comes_through_a_list, judge_list, judge_notice, notice, seems, unsure
from followupd.core.phrases import CHALLENGE, HELD, NOTE
from followupd.core.promises import decision_date
from followupd.core.replies import Signs, judge_automatic, responder_field, signs_of
from followupd.core.tidings import ANSWERS

# RFC 5546 section 1.4: what an organiser sends to guests. Of the others "refresh" is a guest's, and a counter's refusal
# proposes nothing new.
_INVITES = frozenset({"request", "publish", "add"})
REPORT_READ = 4_000
_METHOD = re.compile(
    r"method=\"?(request|publish|reply|cancel|counter|declinecounter|refresh|add)\b", re.IGNORECASE
)


def judge(message: Message, mine: Callable[[str], bool], received_zone: str) -> Judgement:
    """What the message is and why. `mine` tells the user's addresses, the zone the day of receipt."""
    by_a_system = (
        _own(message, mine)
        or _challenge(message)
        or judge_report(message)
        or _receipt(message)
        or judge_convention(message)
        or _calendar(message)
    )
    if by_a_system:
        return by_a_system
    signs, day = signs_of(message), _day(message, received_zone)
    automatic = judge_automatic(signs, day) or judge_list(message)
    if automatic and (seems(signs) not in ANSWERS or responder_field(message)):
        return automatic
    return judge_notice(signs) or _person(signs, day, automatic)


def _day(message: Message, zone: str) -> date:
    place: tzinfo = UTC
    try:
        place = ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        place = UTC
    return message.received.astimezone(place).date()


# --- own ----------------------------------------------------------------------------------------


def _own(message: Message, mine: Callable[[str], bool]) -> Judgement | None:
    """A message of mine. A mail system or machine at my own domain is not me, whatever pattern fits."""
    writer = message.sender.email if message.sender else ""
    sender = known.address_in(message.header("sender"))
    reported = message.report is not None and message.report.kind == "delivery-status"
    reported = reported and is_report_itself(message)
    if reported or is_daemon(message) or not any(address and mine(address) for address in (writer, sender)):
        return None
    return Judgement(
        kind=ArrivalClass.OWN,
        sub_kind=_own_kind(message),
        confidence=Confidence.CERTAIN,
        reason="sent by you",
    )


def _own_kind(message: Message) -> str:
    if _is_receipt(message):
        return "receipt"
    if _is_of_a_calendar(message) or known.CALENDAR_REPLY.match(message.subject):
        return "calendar"
    if responder_field(message) or known.AUTO_GENERATED.match(message.header("auto-submitted")):
        return "automatic"
    return "automatic" if known.REPLY_PREFIX.match(message.subject) else "letter"


# --- challenges, receipts, complaints -----------------------------------------------------------------------


def _challenge(message: Message) -> Judgement | None:
    """A filter that lets a letter through when its writer asks for it, and says so in a delivery report."""
    is_report = message.header("content-type").lower().startswith("multipart/report")
    text = message.text[:REPORT_READ]
    if not is_report or has_null_path(message) or not (CHALLENGE.search(text) or HELD.search(text)):
        return None
    reason = "a filter asks who wrote the letter that it holds back"
    return Judgement(kind=ArrivalClass.AUTO_REPLY, sub_kind="challenge", reason=reason)


def _receipt(message: Message) -> Judgement | None:
    if _is_receipt(message):
        delivered = message.message_class.lower().endswith(".dr")
        reason = "a delivery receipt of Exchange" if delivered else "a read receipt (RFC 8098)"
        return notice(reason, "receipt", Confidence.CERTAIN)
    top = message.structure[0] if message.structure else ""
    if "message/feedback-report" in message.structure and top.startswith("multipart/report"):
        return notice("a complaint report (RFC 5965)", "complaint", Confidence.CERTAIN)
    return None


def _is_receipt(message: Message) -> bool:
    report = message.report
    by_report = report is not None and report.kind == "disposition-notification"
    return by_report or message_classes.receipt(message)


# --- calendars ----------------------------------------------------------------------------------


def _calendar(message: Message) -> Judgement | None:
    part = _calendar_part(message)
    service = known.address_in(message.header("sender")) in known.CALENDAR_SENDERS
    service = service or (message.sender is not None and message.sender.email in known.CALENDAR_SENDERS)
    meeting = message.header("content-class").strip().lower() == known.CALENDAR_CLASS
    wordless = not message.text.strip() and not _has_a_file(message)
    wordless = wordless and known.CALENDAR_REPLY.match(message.subject) is not None
    by_class = message_classes.meeting(message)
    if not (part or service or meeting or wordless or by_class):
        return None
    return Judgement(
        kind=ArrivalClass.CALENDAR,
        sub_kind=by_class or _calendar_kind(part, message.subject),
        confidence=Confidence.CERTAIN if by_class or _METHOD.search(part) else Confidence.LIKELY,
        reason="a calendar's message (RFC 6047)" if part else "sent by a calendar",
    )


def _has_a_file(message: Message) -> bool:
    return any(not part.startswith(("text/", "multipart/")) for part in message.structure)


def _is_of_a_calendar(message: Message) -> bool:
    return bool(_calendar_part(message) or message_classes.meeting(message))


def _calendar_part(message: Message) -> str:
    """The type of the part that carries the calendar's data (RFC 6047), "" if none.

    It stands among the alternatives of the text, or names a method; a file that somebody attached
    to a letter does neither.
    """
    parts = [part.lower() for part in message.structure]
    top = message.header("content-type").lower()
    # Some programs write application/ics where RFC 6047 asks for text/calendar.
    places = [at for at, part in enumerate(parts) if part.startswith("text/calendar")]
    places += [at for at, part in enumerate(parts) if part.startswith("application/ics") and at > 0]
    if top.startswith("text/calendar"):
        return top
    return next((parts[at] for at in places if _METHOD.search(parts[at]) or _is_alternative(parts, at)), "")


def _is_alternative(parts: list[str], at: int) -> bool:
    """Whether the part at that place is one of the alternatives, as far as a flat list tells.

    After both plain text and HTML it may as well be a file beside them, unless all parts are
    alternatives or the same data follows as a file (Google's and Outlook's way).
    """
    if at == 0 or "multipart/alternative" in (parts[0], parts[at - 1]):
        return True
    one_text = parts[max(at - 2, 0) : at] in (
        ["multipart/alternative", "text/plain"],
        ["multipart/alternative", "text/html"],
    )
    return one_text or parts[at + 1 : at + 2] == ["application/ics"]


def _calendar_kind(part: str, subject: str) -> str:
    method = _METHOD.search(part)
    if method:
        word = method.group(1).lower()
        return word if word == "cancel" else "request" if word in _INVITES else "reply"
    if known.CALENDAR_REPLY.match(subject):
        return "reply"
    return "cancel" if known.CALENDAR_CANCEL.match(subject) else "request"


# --- people -------------------------------------------------------------------------------------


def _person(signs: Signs, day: date, automatic: Judgement | None) -> Judgement:
    """A person's letter, or a doubt. `automatic` is what it would be if it did not read like an answer."""
    doubt = f"{automatic.reason}, but it reads like an answer" if automatic else _doubt(signs)
    if doubt:
        return unsure(doubt, signs)
    through_list = comes_through_a_list(signs.message)
    return Judgement(
        kind=ArrivalClass.HUMAN,
        sub_kind="list" if through_list else seems(signs),
        reason="written to a mailing list" if through_list else "nothing says that a program wrote it",
        names_date=decision_date(signs.words, day),
    )


def _doubt(signs: Signs) -> str:
    """What speaks against a person, though not enough for a machine."""
    message = signs.message
    newsletter = message.header("list-unsubscribe-post") or message.header("list-id")
    alone = not comes_through_a_list(message)
    doubts = (
        (message.sender is None or not message.sender.email, "it names no sender"),
        (is_daemon(message), "from a mail system, but not about a delivery"),
        (has_null_path(message), "nothing can be returned to its sender, as with automatic mail"),
        (reads_like_bounce(message), "it reads like a delivery report, but no mail system sent it"),
        (
            known.ANSWERED_REPLY.search(message.subject[:300]) and signs.absent,
            "it answers an automatic reply, or is one",
        ),
        (signs.titled and alone, "its subject is that of an absence note, but nothing else says so"),
        (
            signs.absent and signs.says(NOTE) and alone,
            "it reads like an absence note",
        ),
        (_has_calendar_file(message), "a calendar's data lies beside a text: an invitation, or a letter"),
        (
            newsletter and not message.in_reply_to and alone,
            "it can be unsubscribed from, as newsletters can (RFC 8058)",
        ),
    )
    return next((reason for fits, reason in doubts if fits), "")


def _has_calendar_file(message: Message) -> bool:
    """A shape that both Exchange's invitations and letters with a file have."""
    types = {part.partition(";")[0] for part in message.structure}
    has_both = {"text/calendar", "multipart/alternative"} <= types
    return has_both and not message.in_reply_to
