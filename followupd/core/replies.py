"""Automatic replies: RFC 3834 where they follow it, signs of convention where they do not.

Of the real ones seldom half carry the header of the RFC, and what vendors add instead also stands
on letters by people. So a field that only responders write is enough, and of all else there must
be two signs.
"""

from __future__ import annotations

import re
from datetime import date

from followupd.core import conventions as known
from followupd.core import message_classes
from followupd.core.absences import returns_on
from followupd.core.bounces import has_null_path, is_daemon
from followupd.core.model import ArrivalClass, Judgement, Message
from followupd.core.quotations import own_words

# An absence note says so at once; a letter that mentions a holiday further down is a letter.
OPENING = 300
SHORT = 700
ABSENCE = (known.AWAY, known.LEFT)


def judge_automatic(message: Message, day: date) -> Judgement | None:
    """An automatic reply and its kind; `day` is that of its receipt. None where too little says so."""
    reason = responder_field(message) or _responder_signs(message)
    if not reason:
        return None
    text = own_words(message.text)
    kind = _reply_kind(message, text)
    returns = returns_on(f"{message.subject}\n{text}", day) if kind == "away" else None
    return Judgement(kind=ArrivalClass.AUTO_REPLY, sub_kind=kind, reason=reason, returns=returns)


def responder_field(message: Message) -> str:
    """One header field that only a responder writes."""
    if known.AUTO_REPLIED.match(message.header("auto-submitted")):
        return "it says that it is an automatic reply (RFC 3834)"
    for name, value in message.headers:
        if name in known.RESPONDER_FIELDS and value.strip().lower() != "no":
            return f"its header {name} is a responder's"
        if any(name == field and pattern.match(value) for field, pattern in known.RESPONDER_VALUES):
            return f"its header {name} is a responder's"
    ruled = message_classes.by_rule(message) or _exchange_rule(message)
    return "a mailbox rule of Exchange wrote it" if ruled else ""


def _exchange_rule(message: Message) -> bool:
    """Exchange's rules: the loop field also stands on forwarded mail, so it needs a second one."""
    if not message.header("x-ms-exchange-inbox-rules-loop"):
        return False
    source = message.header("x-ms-exchange-generated-message-source").lower()
    return (
        "mailbox rules agent" in source or message.header("x-auto-response-suppress").strip().lower() == "all"
    )


def _responder_signs(message: Message) -> str:
    """Signs of convention: a vendor's subject is enough, of the others there must be two."""
    if _has_vendor_subject(message):
        return "its subject is that of automatic replies"
    generated = known.AUTO_GENERATED.match(message.header("auto-submitted")) is not None
    answers = bool(message.in_reply_to) or known.REPLY_SUBJECT.match(message.subject) is not None
    # RFC 3834 section 3.3: an automatic reply has an empty return path.
    unreturnable = has_null_path(message) and answers and not is_daemon(message)
    acknowledges = generated and answers and says(message, known.ACKNOWLEDGEMENT)
    told = is_titled(message) and _tells(message)
    absent = is_titled(message) or says(message, *ABSENCE)
    suppressed = _suppresses(message) and ((absent and not _asks(message)) or (generated and answers))
    signs = (unreturnable, acknowledges, told, generated and absent, suppressed)
    return "several signs of an automatic reply" if any(signs) else ""


def _has_vendor_subject(message: Message) -> bool:
    subject = message.subject[:300]
    return bool(known.REPLY_PREFIX.match(subject)) or bool(
        known.REPLY_TITLE.match(subject) and not _asks(message)
    )


def _tells(message: Message) -> bool:
    """Whether the text goes with an absence note's subject. Who asks something is a person."""
    empty = not own_words(message.text).strip()
    return empty or (says(message, *ABSENCE, known.NOTE) and not _asks(message))


def _asks(message: Message) -> bool:
    return "?" in own_words(message.text)


def says(message: Message, *phrases: re.Pattern[str]) -> bool:
    """Whether a short text begins with one of them; a long one is somebody's letter."""
    text = own_words(message.text).strip()
    return len(text) <= SHORT and any(phrase.search(text[:OPENING]) for phrase in phrases)


def is_titled(message: Message) -> bool:
    """Whether the subject is an absence note's own, and not one that somebody answers."""
    answers = known.REPLY_SUBJECT.match(message.subject) is not None
    return not answers and known.ABSENT_SUBJECT.search(message.subject[:300]) is not None


def _suppresses(message: Message) -> bool:
    """Exchange marks all that it makes so; on letters by people the field lists single words."""
    return message.header("x-auto-response-suppress").strip().lower() == "all"


def _reply_kind(message: Message, text: str) -> str:
    if known.LEFT.search(text):
        return "left"
    if known.CHALLENGE.search(text) or known.CHALLENGE.search(message.subject[:300]):
        return "challenge"
    if known.AWAY.search(text) or known.ABSENT_SUBJECT.search(message.subject[:300]):
        return "away"
    shared = message.sender is not None and known.SHARED_MAILBOX.match(known.local_part(message.sender.email))
    return "acknowledgement" if shared or known.ACKNOWLEDGEMENT.search(text) else "away"
