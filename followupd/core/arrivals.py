"""What an incoming message is: a person's letter, or which machine wrote it.

The order matters: an own message, a bounce, a receipt, a calendar's message, an automatic reply, a
list's mail, a notice; what is left is a person's. A person taken for a machine is the costlier
error, so every machine must show itself by a standard (RFC 3834, 3464, 8098, 5546, 2369) or by
two signs of convention. One sign alone is told as unsure, and the user is asked.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, tzinfo
from zoneinfo import ZoneInfo

from followupd.core import conventions as known
from followupd.core import message_classes
from followupd.core.absences import decision_date
from followupd.core.bounces import (
    has_null_path,
    is_daemon,
    is_report_itself,
    judge_convention,
    judge_report,
    reads_like_bounce,
)
from followupd.core.model import ArrivalClass, Judgement, Message
from followupd.core.quotations import own_words
from followupd.core.replies import ABSENCE, is_titled, judge_automatic, responder_field, says

_METHOD = re.compile(
    r"method=\"?(request|publish|reply|cancel|counter|declinecounter|refresh|add)\b", re.IGNORECASE
)


def judge(message: Message, mine: Callable[[str], bool], received_zone: str) -> Judgement:
    """What the message is and why. `mine` tells the user's addresses, the zone the day of receipt."""
    day = _day(message, received_zone)
    return (
        _own(message, mine)
        or judge_report(message)
        or _receipt(message)
        or judge_convention(message)
        or _calendar(message)
        or judge_automatic(message, day)
        or _list(message)
        or _notice(message)
        or _person(message, day)
    )


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
    return Judgement(kind=ArrivalClass.OWN, sub_kind=_own_kind(message), reason="sent by you")


def _own_kind(message: Message) -> str:
    if _is_receipt(message):
        return "receipt"
    if _is_of_a_calendar(message) or known.CALENDAR_REPLY.match(message.subject):
        return "calendar"
    if responder_field(message) or known.AUTO_GENERATED.match(message.header("auto-submitted")):
        return "automatic"
    return "automatic" if known.REPLY_PREFIX.match(message.subject) else "letter"


# --- receipts, complaints -----------------------------------------------------------------------


def _receipt(message: Message) -> Judgement | None:
    if _is_receipt(message):
        delivered = message.message_class.lower().endswith(".dr")
        reason = "a delivery receipt" if delivered else "a read receipt (RFC 8098)"
        return Judgement(kind=ArrivalClass.NOTICE, reason=reason)
    top = message.structure[0] if message.structure else ""
    if "message/feedback-report" in message.structure and top.startswith("multipart/report"):
        return Judgement(kind=ArrivalClass.NOTICE, reason="a complaint report (RFC 5965)")
    return None


def _is_receipt(message: Message) -> bool:
    report = message.report
    by_report = report is not None and report.kind == "disposition-notification" and is_report_itself(message)
    return by_report or message_classes.receipt(message)


# --- calendars ----------------------------------------------------------------------------------


def _calendar(message: Message) -> Judgement | None:
    part = _calendar_part(message)
    service = known.address_in(message.header("sender")) in known.CALENDAR_SENDERS
    service = service or (message.sender is not None and message.sender.email in known.CALENDAR_SENDERS)
    meeting = message.header("content-class").strip().lower() == known.CALENDAR_CLASS
    wordless = not message.text.strip() and known.CALENDAR_REPLY.match(message.subject) is not None
    by_class = message_classes.meeting(message)
    if not (part or service or meeting or wordless or by_class):
        return None
    return Judgement(
        kind=ArrivalClass.CALENDAR,
        sub_kind=by_class or _calendar_kind(part, message.subject),
        reason="sent by a calendar",
    )


def _is_of_a_calendar(message: Message) -> bool:
    return bool(_calendar_part(message) or message_classes.meeting(message))


def _calendar_part(message: Message) -> str:
    """The type of the part that carries the calendar's data (RFC 6047), "" if none.

    It stands among the alternatives of the text, or names a method; a file that somebody attached
    to a letter does neither.
    """
    parts = [part.lower() for part in message.structure]
    top = message.header("content-type").lower()
    places = [at for at, part in enumerate(parts) if part.startswith("text/calendar")]
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
        return {"cancel": "cancel", "reply": "reply", "counter": "reply"}.get(word, "request")
    if known.CALENDAR_REPLY.match(subject):
        return "reply"
    return "cancel" if known.CALENDAR_CANCEL.match(subject) else "request"


# --- lists, notices, people ---------------------------------------------------------------------


def _list(message: Message) -> Judgement | None:
    """RFC 2919 and 2369 with the old Precedence: either alone stands on letters by people too."""
    named = message.header("list-id") or message.header("list-unsubscribe")
    if named and message.header("precedence").strip().lower() in {"list", "bulk", "junk"}:
        return Judgement(kind=ArrivalClass.LIST, reason="sent to a mailing list")
    return None


def _notice(message: Message) -> Judgement | None:
    if known.AUTO_GENERATED.match(message.header("auto-submitted")):
        return Judgement(kind=ArrivalClass.NOTICE, reason="it says that a program made it (RFC 3834)")
    if message.sender is None:
        return None
    local, _, domain = message.sender.email.partition("@")
    nobody = known.NOBODY.match(local) is not None
    if not nobody and not known.within(domain, known.RECRUITING_SYSTEMS):
        return None
    if not _is_person(message.sender.name):
        return Judgement(
            kind=ArrivalClass.NOTICE,
            reason="from an address that nobody reads" if nobody else "from a recruiting system",
        )
    return None if message.in_reply_to and not nobody else _unsure("a person's name at a machine's address")


def _is_person(name: str) -> bool:
    plain = name.partition(" via ")[0].partition(" (")[0].strip()
    return known.PERSON_NAME.match(plain) is not None and not known.OFFICE_NAME.search(name)


def _person(message: Message, day: date) -> Judgement:
    doubt = _doubt(message)
    if doubt:
        return _unsure(doubt)
    return Judgement(
        kind=ArrivalClass.HUMAN,
        reason="nothing says that a program wrote it",
        names_date=decision_date(own_words(message.text), day),
    )


def _doubt(message: Message) -> str:
    """What speaks against a person, though not enough for a machine."""
    newsletter = message.header("list-unsubscribe-post") or message.header("list-id")
    doubts = (
        (message.sender is None or not message.sender.email, "it names no sender"),
        (is_daemon(message), "from a mail system, but not about a delivery"),
        (has_null_path(message), "nothing can be returned to its sender, as with automatic mail"),
        (reads_like_bounce(message), "it reads like a delivery report, but no mail system sent it"),
        (is_titled(message), "its subject is that of an absence note, but nothing else says so"),
        (says(message, *ABSENCE) and says(message, known.NOTE), "it reads like an absence note"),
        (_has_calendar_file(message), "a calendar's data lies beside a text: an invitation, or a letter"),
        (
            newsletter and not message.in_reply_to,
            "it can be unsubscribed from, as newsletters can (RFC 8058)",
        ),
    )
    return next((reason for fits, reason in doubts if fits), "")


def _has_calendar_file(message: Message) -> bool:
    """A shape that both Exchange's invitations and letters with a file have."""
    has_both = {"text/calendar", "multipart/alternative"} <= set(message.structure)
    return has_both and not message.in_reply_to


def _unsure(reason: str) -> Judgement:
    return Judgement(kind=ArrivalClass.UNSURE, reason=reason)
