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
from followupd.core import message_classes, tables
from followupd.core.addresses import domain_of
from followupd.core.bounces import (
    has_null_path,
    is_daemon,
    is_report_itself,
    judge_convention,
    judge_report,
    reads_like_bounce,
)
from followupd.core.model import ArrivalClass, Confidence, Judgement, Message
from followupd.core.phrases import CHALLENGE, NOTE
from followupd.core.promises import decision_date
from followupd.core.replies import Signs, judge_automatic, responder_field, signs_of
from followupd.core.tidings import tidings

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
    return judge_automatic(signs, day) or _list(message) or _notice(signs) or _person(signs, day)


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
    asks = is_report and not has_null_path(message) and CHALLENGE.search(message.text[:REPORT_READ])
    if not asks:
        return None
    reason = "a filter asks who wrote the letter that it holds back"
    return Judgement(kind=ArrivalClass.AUTO_REPLY, sub_kind="challenge", reason=reason)


def _receipt(message: Message) -> Judgement | None:
    if _is_receipt(message):
        delivered = message.message_class.lower().endswith(".dr")
        reason = "a delivery receipt of Exchange" if delivered else "a read receipt (RFC 8098)"
        return _notice_of(reason, "receipt", Confidence.CERTAIN)
    top = message.structure[0] if message.structure else ""
    if "message/feedback-report" in message.structure and top.startswith("multipart/report"):
        return _notice_of("a complaint report (RFC 5965)", "complaint", Confidence.CERTAIN)
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
        confidence=Confidence.CERTAIN if by_class or _METHOD.search(part) else Confidence.LIKELY,
        reason="a calendar's message (RFC 6047)" if part else "sent by a calendar",
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
        return {"cancel": "cancel", "reply": "reply", "counter": "reply"}.get(word, "request")
    if known.CALENDAR_REPLY.match(subject):
        return "reply"
    return "cancel" if known.CALENDAR_CANCEL.match(subject) else "request"


# --- lists, notices, people ---------------------------------------------------------------------


def _list(message: Message) -> Judgement | None:
    """RFC 2919 and 2369 with the old Precedence. A list to which people write (List-Post) carries their letters."""
    named = message.header("list-id") or message.header("list-unsubscribe")
    bulk = message.header("precedence").strip().lower() in {"bulk", "junk"}
    one_click = message.header("list-id") and message.header("list-unsubscribe-post")  # RFC 8058
    if not (named and (bulk or one_click)) or comes_through_a_list(message) or message.in_reply_to:
        return None
    return Judgement(
        kind=ArrivalClass.LIST,
        confidence=Confidence.CERTAIN,
        reason="sent to a list of subscribers (RFC 2369)",
    )


def comes_through_a_list(message: Message) -> bool:
    """Whether it came through a mailing list on which people write to one another."""
    post = message.header("list-post").strip().lower()
    if post.startswith("no"):  # RFC 2369 section 3.4: postings are not allowed
        return False
    by_precedence = message.header("precedence").strip().lower() == "list"  # Mailman's, and Google Groups'
    return bool(post) or by_precedence or any(message.header(name) for name in known.DISCUSSION_FIELDS)


def _notice(signs: Signs) -> Judgement | None:
    message = signs.message
    if signs.generated:
        return _notice_of("it says that a program made it (RFC 3834)", _seems(signs), Confidence.CERTAIN)
    if message.sender is None:
        return None
    nobody = known.NOBODY.match(known.local_part(message.sender.email)) is not None
    if not nobody and not is_recruiting_system(message):
        return None
    if nobody and (message.header("list-unsubscribe") or message.header("list-id")):
        return _notice_of("from an address that nobody reads, to subscribers (RFC 2369)", _seems(signs))
    if not _is_person(message.sender.name):
        reason = "from an address that nobody reads" if nobody else "from a recruiting system"
        return _notice_of(reason, _seems(signs))
    relayed = (message.in_reply_to and not nobody) or _replies_go_to_a_person(message)
    return None if relayed else _unsure("a person's name at a machine's address", signs)


def _seems(signs: Signs) -> str:
    return tidings(signs.message.subject, signs.words)


def is_recruiting_system(message: Message) -> bool:
    """Whether its sender is a recruiting system's or a scheduler's address (see `core.tables`)."""
    domain = domain_of(message.sender.email) if message.sender else ""
    return tables.listed(domain, tables.RECRUITING_SYSTEMS | tables.SCHEDULERS)


def _replies_go_to_a_person(message: Message) -> bool:
    """A letter typed in a recruiting system comes from the system's address; answers go to who wrote it."""
    own = message.sender.email.rpartition("@")[2] if message.sender else ""
    family = own.split(".")[-2:]
    return any(
        known.NOBODY.match(known.local_part(address.email)) is None
        and domain_of(address.email).split(".")[-2:] != family
        and not tables.machinery(domain_of(address.email))
        for address in message.reply_to
        if "@" in address.email
    )


def _is_person(name: str) -> bool:
    plain = name.partition(" via ")[0].partition(" (")[0].strip()
    return known.PERSON_NAME.match(plain) is not None and not known.OFFICE_NAME.search(name)


def _person(signs: Signs, day: date) -> Judgement:
    doubt = _doubt(signs)
    if doubt:
        return _unsure(doubt, signs)
    through_list = comes_through_a_list(signs.message)
    return Judgement(
        kind=ArrivalClass.HUMAN,
        sub_kind="list" if through_list else _seems(signs),
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


def _notice_of(reason: str, sub_kind: str = "", confidence: Confidence = Confidence.LIKELY) -> Judgement:
    return Judgement(kind=ArrivalClass.NOTICE, sub_kind=sub_kind, confidence=confidence, reason=reason)


def _unsure(reason: str, signs: Signs) -> Judgement:
    return Judgement(
        kind=ArrivalClass.UNSURE,
        sub_kind=_seems(signs),
        confidence=Confidence.DOUBTFUL,
        reason=reason,
    )
