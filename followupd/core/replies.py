"""Automatic replies: RFC 3834 where they follow it, signs of convention where they do not.

Of the real ones seldom half carry the header of the RFC, and what vendors add instead also stands
on letters by people. So a field that only responders write is enough, and so is the subject that vendors put; of
all else there must be two signs. What then reads like an answer is asked about all the same (`core.arrivals`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from followupd.core import conventions as known
from followupd.core import message_classes, phrases
from followupd.core.absences import returns_on
from followupd.core.bounces import has_null_path, is_daemon
from followupd.core.contacts import contact_in
from followupd.core.model import ArrivalClass, Confidence, Judgement, Message
from followupd.core.quotations import own_words

# An absence note says so at once; a letter that mentions a holiday further down is a letter.
OPENING = 300
SHORT = 700
ABSENCE = (phrases.AWAY, phrases.LEFT)


@dataclass(frozen=True, slots=True)
class Signs:
    """A message read once for what speaks of a program: `words` are what its sender wrote, without quotations.

    `opening` is the beginning of a short text in one line, "" of a long one: that is somebody's letter.
    `answers`: it names what it answers, or its subject does. `titled`: its subject is an absence note's own.
    `absent`: its text begins as an absence note does. `asks`: it asks something, as people do. `generated`: it says
    that a program made it. `suppresses`: Exchange's mark on all that it makes; on letters by people the field lists
    single words. `unreturnable`: its return path is empty, and no mail system sent it.
    """

    message: Message
    words: str
    opening: str
    answers: bool
    titled: bool
    absent: bool
    asks: bool
    generated: bool
    suppresses: bool
    unreturnable: bool

    def says(self, *said: re.Pattern[str]) -> bool:
        """Whether a short text begins with one of them."""
        return any(one.search(self.opening) for one in said)


def signs_of(message: Message) -> Signs:
    """Reads a message."""
    words, subject = own_words(message.text).strip(), message.subject[:300]
    re_answers = known.REPLY_SUBJECT.match(subject) is not None
    opening = " ".join(words.split())[:OPENING] if len(words) <= SHORT else ""
    return Signs(
        message=message,
        words=words,
        opening=opening,
        answers=bool(message.in_reply_to) or re_answers,
        titled=not re_answers and known.ABSENT_SUBJECT.search(subject) is not None,
        absent=any(phrase.search(opening) for phrase in ABSENCE),
        asks="?" in words or "\uff1f" in words,
        generated=known.AUTO_GENERATED.match(message.header("auto-submitted")) is not None,
        suppresses=message.header("x-auto-response-suppress").strip().lower() == "all",
        unreturnable=has_null_path(message) and not is_daemon(message),
    )


def judge_automatic(signs: Signs, day: date) -> Judgement | None:
    """An automatic reply and its kind; `day` is that of its receipt. None where too little says so."""
    message = signs.message
    by_field = responder_field(message)
    reason = by_field or _by_signs(signs)
    if not reason:
        return None
    kind = _kind(signs)
    there = [address.email for address in (message.sender, *message.to, *message.cc) if address]
    return Judgement(
        kind=ArrivalClass.AUTO_REPLY,
        sub_kind=kind,
        confidence=Confidence.CERTAIN if by_field else Confidence.LIKELY,
        reason=reason,
        returns=returns_on(f"{message.subject}\n{signs.words}", day) if kind == "away" else None,
        contact=contact_in(signs.words, *there) if kind in {"away", "left"} else "",
    )


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


def _by_signs(signs: Signs) -> str:
    """By convention: a vendor's subject or a program's own sentence is enough, of other signs there must be two."""
    if _has_vendor_subject(signs):
        return "its subject is that of automatic replies"
    bulk = signs.message.header("precedence").strip().lower() in {"bulk", "junk"}
    acknowledges = signs.says(phrases.RECEIVED, phrases.THANKS, phrases.PROMISE)
    answers = signs.answers and not signs.asks
    told = not signs.words or (not signs.asks and (signs.absent or signs.says(phrases.NOTE)))
    said = acknowledges or signs.titled or signs.absent or signs.suppresses
    titled = signs.titled and not _is_announced(signs.message)
    calls_itself = bulk and signs.says(phrases.RESPONDER)
    found = (
        (answers and phrases.GENERATED.search(signs.words[:SHORT]), "it says in words that it is automatic"),
        (answers and signs.says(phrases.CHALLENGE), "it asks whoever writes to prove who they are"),
        # RFC 3834 section 3.3: an automatic reply has an empty return path.
        (signs.unreturnable and answers, "it answers, and nothing can be returned"),
        (signs.unreturnable and bulk and acknowledges, "it acknowledges, and nothing can be returned"),
        (calls_itself, "it calls itself an automatic reply, and its precedence is bulk"),
        (titled and told, "subject and text are those of an automatic reply"),
        (signs.generated and signs.answers and said, "a program says that it answers"),
    )
    return next((reason for fits, reason in found if fits), "")


def _is_announced(message: Message) -> bool:
    """Whether a person may announce their holidays: a responder writes to one recipient, and answers (RFC 3834 2)."""
    several = len({*message.to, *message.cc}) > 1
    to_a_list = any(message.header(name) for name in ("list-id", "list-post", "list-unsubscribe"))
    written = any(message.header(name) for name in ("x-mailer", "user-agent"))
    return several or to_a_list or (written and not message.in_reply_to)


def _has_vendor_subject(signs: Signs) -> bool:
    subject = signs.message.subject[:300]
    titled = known.REPLY_TITLE.match(subject) is not None and not signs.asks
    return titled or known.REPLY_PREFIX.match(subject) is not None


def _kind(signs: Signs) -> str:
    message, text = signs.message, f"{signs.message.subject[:300]}\n{signs.words}"
    absent = phrases.AWAY.search(text) is not None
    # An absence note may also tell of a colleague who left.
    left = phrases.LEFT_MYSELF if absent else phrases.LEFT
    if left.search(signs.words) or left.search(message.subject[:300]):
        return "left"
    if phrases.CHALLENGE.search(text) or phrases.HELD.search(text):
        return "challenge"
    if absent:
        return "away"
    titled = known.ABSENT_SUBJECT.search(message.subject[:300]) is not None
    shared = message.sender is not None and known.SHARED_MAILBOX.match(known.local_part(message.sender.email))
    is_ticket = known.TICKET.search(message.subject[:300]) is not None and not signs.words
    if phrases.RECEIVED.search(signs.words) or is_ticket or (shared and not titled):
        return "acknowledgement"
    # What a program sends of its own accord, answering nothing, tells of no absence.
    thanks = not titled and phrases.THANKS.search(signs.words) is not None
    return "away" if (titled or signs.answers) and not thanks else "acknowledgement"
