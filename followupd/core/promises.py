"""The day by which somebody says that they will decide or answer, read to be offered to the user.

Nothing is done by it alone: it stands in the command that a question offers.
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from followupd.core.named_days import day_at

MAX_TEXT: Final = 20_000

_DECISION = re.compile(
    r"\b(?:deci(?:de|sion|ding)|get back|be in touch|let you know|hear (?:back |from )|come back to"
    r"|update you|an update|feedback"
    r"|(?:an |our )answer|reach out|follow up with you|inform you|contact you|next steps"
    r"|entscheid\w{0,6}|(?:bei|auf) (?:ihnen|dir) (?:melden|zurück)|melden uns|rückmeldung|bescheid"
    r"|décision|reviendrons vers|recontacte\w{0,5}|tenir informée?|vous répondr\w{2,4}"
    r"|decisión|decidir\w{0,4}|nos pondremos en contacto|te (?:diremos|avisaremos)"
    r"|decisione|faremo sapere|decisão|entraremos em contato|beslissing|laten (?:het )?(?:u|je) weten"
    r"|beslut|återkommer|besked|beslutning|vender tilbage|decyzj\w{1,3})",
    re.IGNORECASE,
)
_BY = re.compile(
    r"\b(?:by|before|on|until|no later than|not later than|bis(?:\szum|\sspätestens)?|spätestens(?:\sam)?|am|vor"
    r"|avant|d['\u2019]ici|le|antes del?|para el|hasta|el|entro|il|até|vóór|voor|uiterlijk|op|senast|innan|inden|do)"
    r"\s+(?:the end of\s|end of\s|close of\s|cob\s|eod\s|ende\s|la fin de\s)?",
    re.IGNORECASE,
)
# "within two weeks", "in the next 3-5 business days": the last of these days.
_NUMBERS: Final = dict.fromkeys(("a", "one", "einer", "eine", "une"), 1)
_NUMBERS.update(dict.fromkeys(("two", "couple", "zwei", "deux"), 2))
_NUMBERS.update(dict.fromkeys(("three", "few", "drei", "trois"), 3))
_NUMBERS.update(dict.fromkeys(("four", "vier", "quatre"), 4))
_COUNT = rf"(?:\d{{1,2}}|{'|'.join(_NUMBERS)})"
_WITHIN = re.compile(
    r"\b(?:within|in|over|during|innerhalb(?:\svon)?|dans|d['\u2019]ici)\s(?:about\s)?(?:the\s|a\s|den\s|les\s)?"
    r"(?:next\s|coming\s|nächsten\s|prochaines?\s)?"
    rf"(?:{_COUNT}(?:\s?(?:-|\u2013|to|or|bis|à)\s?))?(?P<count>{_COUNT})\s(?:of\s)?(?P<working>business\s|working\s)?"
    r"(?P<unit>days?|weeks?|tagen?|wochen?|jours?|semaines?)",
    re.IGNORECASE,
)
_NEXT_WEEK = re.compile(
    r"\b(?:next week|nächste woche|la semaine prochaine|volgende week|nästa vecka)\b", re.IGNORECASE
)
# "13. März" is no end of a sentence.
_SENTENCE = re.compile(r"(?<=[.!?])(?<!\d\.)\s+(?=[A-ZÄÖÜÉ])|\n\s*\n|(?<=[。！？])")  # noqa: RUF001  full-width marks


def decision_date(text: str, received: date) -> date | None:
    """The day by which somebody says that they will decide or answer; None where none is named."""
    for sentence in _SENTENCE.split(text[:MAX_TEXT]):
        flat = " ".join(sentence.split())
        promise = _DECISION.search(flat)
        day = (_promised(flat, promise.start(), received) or _within(flat, received)) if promise else None
        if day:
            return day
    return None


def _promised(sentence: str, promise: int, received: date) -> date | None:
    """The first day after the promise, else the last before it ("by Friday we will decide")."""
    named = [(phrase.start(), day_at(sentence, phrase.end(), received)) for phrase in _BY.finditer(sentence)]
    real = [(at, it.day) for at, it in named if it and not it.whole_month and it.day >= received]
    after = [day for at, day in real if at > promise]
    return after[0] if after else next((day for _, day in reversed(real)), None)


def _within(sentence: str, received: date) -> date | None:
    """The last day of the time that a sentence names ("within two weeks", "next week")."""
    span = _WITHIN.search(sentence)
    if span:
        word = span["count"].lower()
        count = _NUMBERS.get(word) or int(word)
        if span["working"]:
            return _working_days_after(received, count)
        weeks = span["unit"].lower().startswith(("week", "woche", "semaine"))
        return received + timedelta(days=count * 7 if weeks else count)
    if _NEXT_WEEK.search(sentence):
        return received + timedelta(days=11 - received.weekday())
    return None


def _working_days_after(received: date, count: int) -> date:
    """So many days from Monday to Friday later; holidays are the planner's business."""
    day = received
    for _ in range(count):
        day += timedelta(days=3 if day.weekday() == 4 else 2 if day.weekday() == 5 else 1)
    return day
