"""Dates that letters name: the day somebody is back, the day by which they mean to decide.

The text that comes in is what its sender wrote (`core.quotations`). Only a phrase that leads to a
date is read ("back on 5 May", "by Friday"); a date alone means nothing. Every pattern is anchored
or of bounded length, so that hostile text costs no more than friendly text of the same size.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

MAX_TEXT = 20_000
ONE_DAY = timedelta(days=1)
# A day without a year that lies further ahead was last year's: the absence note was never removed.
STALE_AFTER = timedelta(days=335)

# --- dates --------------------------------------------------------------------------------------

_MONTHS = {
    1: "january jan januar jänner januari janvier enero gennaio janeiro",
    2: "february feb februar februari février febrero febbraio fevereiro",
    3: "march mar mär märz maart mars marzo março",
    4: "april apr avril abril aprile",
    5: "may mai mei maj mayo maggio maio",
    6: "june jun juni juin junio giugno junho",
    7: "july jul juli juillet julio luglio julho",
    8: "august aug augustus augusti août agosto",
    9: "september sep sept septembre septiembre settembre setembro",
    10: "october oct okt oktober octobre octubre ottobre outubro",
    11: "november nov novembre noviembre novembro",
    12: "december dec dez dezember décembre diciembre dicembre dezembro",
}
_MONTH_OF = {name: number for number, names in _MONTHS.items() for name in names.split()}
_WEEKDAYS = {
    0: "monday mon montag lundi lunes maandag måndag",
    1: "tuesday tue tues dienstag mardi martes dinsdag tisdag",
    2: "wednesday wed mittwoch mercredi miércoles woensdag onsdag",
    3: "thursday thu thur thurs donnerstag jeudi jueves donderdag torsdag",
    4: "friday fri freitag vendredi viernes vrijdag fredag",
    5: "saturday sat samstag samedi sábado zaterdag lördag",
    6: "sunday sun sonntag dimanche domingo zondag söndag",
}
_WEEKDAY_OF = {name: number for number, names in _WEEKDAYS.items() for name in names.split()}


def _one_of(names: dict[str, int]) -> str:
    return "|".join(sorted(names, key=len, reverse=True))


_MONTH = rf"(?P<month>{_one_of(_MONTH_OF)})\b\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.|er|º|ª)?"
_YEAR = r"(?:\s?,?\s?(?:de\s)?(?P<year>20\d\d)\b)?"
_DATE_FORMS = tuple(
    re.compile(form + r"(?!\d)", re.IGNORECASE)
    for form in (
        r"(?P<year>20\d\d)[-/.](?P<number>\d{1,2})[-/.](?P<day>\d{1,2})",  # ISO 8601
        r"(?P<day>\d{1,2})\.\s?(?P<number>\d{1,2})(?:\.(?:\s?(?P<year>20\d\d|\d\d))?|(?![\d.:]))",  # 5.5.2026
        r"(?P<one>\d{1,2})[/-](?P<two>\d{1,2})(?:[/-](?P<year>20\d\d|\d\d))?",  # either order
        rf"{_DAY}\s?(?:of\s|de\s|-)?\s?{_MONTH}[-/]?{_YEAR}",
        rf"{_MONTH}\s(?:the\s)?{_DAY}\b{_YEAR}",
        rf"(?P<alone>{_one_of(_MONTH_OF)})\b{_YEAR}",
        rf"(?P<next>next\s)?(?:this\s|coming\s)?(?P<weekday>{_one_of(_WEEKDAY_OF)})\b",
        r"(?P<day>\d{1,2})(?:st|nd|rd|th)\b",
        r"(?P<tomorrow>tomorrow)\b",
    )
)
# What may stand between the phrase and its date: an hour, a weekday that the date explains.
_FILLER = re.compile(
    r"(?:(?:\d{1,2}(?::\d\d)?\s?[ap]\.?m\.?|\d{1,2}:\d\d(?:\s?uhr)?|noon|midnight),?\s(?:on\s)?)?"
    r"(?:the\s|den\s|dem\s|der\s|le\s|el\s|al\s|und\smit\s|and\sincluding\s)?"
    rf"(?:(?:{_one_of(_WEEKDAY_OF)})\b[,.]{{0,2}}\s(?:the\s|den\s|dem\s|le\s|el\s)?(?=\d|{_one_of(_MONTH_OF)}))?",
    re.IGNORECASE,
)


class _Named:
    """A date as it was named; `whole_month` where no day of the month was."""

    __slots__ = ("day", "end", "whole_month")

    def __init__(self, day: date, end: int, *, whole_month: bool) -> None:
        self.day, self.end, self.whole_month = day, end, whole_month


def _date_at(text: str, start: int, received: date) -> _Named | None:
    """The date that begins at that place."""
    filler = _FILLER.match(text, start)
    places = dict.fromkeys((filler.end() if filler else start, start))
    for place in places:
        for form in _DATE_FORMS:
            found = form.match(text, place)
            day = (
                _resolve({key: value for key, value in found.groupdict().items() if value}, received)
                if found
                else None
            )
            if found and day:
                return _Named(day, found.end(), whole_month="alone" in found.groupdict())
    return None


def _resolve(named: dict[str, str], received: date) -> date | None:
    if "tomorrow" in named:
        return received + ONE_DAY
    if "weekday" in named:
        return _weekday(_WEEKDAY_OF[named["weekday"].lower()], received, next_week="next" in named)
    year = int(named["year"]) % 100 + 2000 if "year" in named else None
    if "one" in named:
        one, two = int(named["one"]), int(named["two"])
        both = (_in_year(two, one, year, received), _in_year(one, two, year, received))
        # 12/05 is read by half the world as December, by half as May: the later hurries nobody.
        return max((day for day in both if day), default=None)
    if "alone" in named:
        return _in_year(_MONTH_OF[named["alone"].lower()], 1, year, received)
    return _numbered(named, year, received)


def _numbered(named: dict[str, str], year: int | None, received: date) -> date | None:
    day = int(named["day"])
    if "month" in named:
        return _in_year(_MONTH_OF[named["month"].lower()], day, year, received)
    if "number" in named:
        return _in_year(int(named["number"]), day, year, received)
    # "the 14th": of this month, or of the next.
    following = (received.replace(day=1) + timedelta(days=32)).replace(day=1)
    both = (_date(received.year, received.month, day), _date(following.year, following.month, day))
    return next((each for each in both if each and each >= received), None)


def _in_year(month: int, day: int, year: int | None, received: date) -> date | None:
    """Without a year the next such day; one that has just passed is not next year's."""
    if year is not None:
        return _date(year, month, day)
    coming = [_date(received.year + more, month, day) for more in (-1, 0, 1)]
    real = [each for each in coming if each and each - received <= STALE_AFTER]
    ahead = [each for each in real if each >= received]
    return min(ahead) if ahead else max(real, default=None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _weekday(wanted: int, received: date, *, next_week: bool) -> date:
    """The first such day after the letter; "next Friday" is the Friday of the week to come."""
    ahead = (wanted - received.weekday() - 1) % 7 + 1
    if next_week:
        ahead = wanted - received.weekday() + 7
    return received + timedelta(days=ahead)


# --- phrases ------------------------------------------------------------------------------------

_BACK = re.compile(
    r"\b(?:(?:be|am|i'm|will be|i'll be|we are)\s(?:back|returning)|back|returning|returns?|i'll return"
    r"|resume work|zurück|tillbaka|retour|terug)"
    r"(?:\s(?:to|in|at|im|au|op)\s(?:the\s|my\s|work|office|büro|bureau|kantoor|desk){1,3})?"
    r"(?:\s(?:to|at)\s(?:work|my desk))?"
    r"(?:\s(?:again|wieder|starting|from|as of))?"
    r"(?:\s(?:on|in|am|ab|den|le|el|op|vom|i))?:?\s+",
    re.IGNORECASE,
)
_UNTIL = re.compile(
    r"\b(?:until|till|til|through|thru|up to|bis(?:\szum|\seinschließlich|\seinschliesslich|\sund mit)?"
    r"|jusqu['\u2019]au|hasta(?:\sel)?"
    r"|tot(?:\sen met)?|fino al|até|till och med|t\.o\.m\.|do)(?:\sand including|\s\(?inclusive\)?)?:?\s+",
    re.IGNORECASE,
)
# "from 5 May to 9 May", "5 May - 9 May", "between 5 and 9 May"
_RANGE_START = re.compile(r"\b(?:from|between|vom|von|du|del|van)\s+", re.IGNORECASE)
_RANGE_JOIN = re.compile(
    r"\s{0,2}(?:,?\s?(?:to|until|till|through|and|bis(?:\szum)?|au|al|tot)\s"
    r"|[-\u2013\u2014]\s?)(?:and including\s)?",
    re.IGNORECASE,
)
_BARE_DAY = re.compile(
    r"\d{1,2}(?:st|nd|rd|th|\.)?(?=\s?(?:to|until|and|through|bis|[-\u2013\u2014])\W)", re.IGNORECASE
)

_DECISION = re.compile(
    r"\b(?:deci(?:de|sion|ding)|get back|be in touch|let you know|hear (?:back |from )|come back to"
    r"|update you|an update|feedback"
    r"|(?:an |our )answer|reach out|follow up with you|inform you|contact you|next steps)",
    re.IGNORECASE,
)
_BY = re.compile(
    r"\b(?:by|before|on|until|no later than|not later than)\s+(?:the end of\s|end of\s|close of\s|cob\s"
    r"|eod\s)?",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])|\n\s*\n")


def returns_on(text: str, received: date) -> date | None:
    """The first day back by an absence note: "back on" that day, the day after "until", or None."""
    flat = " ".join(text[:MAX_TEXT].split())
    readings: tuple[Callable[[str, date], Iterator[date]], ...] = (_backs, _untils, _ranges)
    return next((day for reading in readings for day in reading(flat, received)), None)


def _backs(text: str, received: date) -> Iterator[date]:
    for phrase in _BACK.finditer(text):
        named = _date_at(text, phrase.end(), received)
        if named:
            yield named.day


def _untils(text: str, received: date) -> Iterator[date]:
    for phrase in _UNTIL.finditer(text):
        named = _date_at(text, phrase.end(), received)
        if named:
            yield _day_after(named)


def _ranges(text: str, received: date) -> Iterator[date]:
    for phrase in _RANGE_START.finditer(text):
        first = _date_at(text, phrase.end(), received)
        bare = _BARE_DAY.match(text, phrase.end())
        for end in (first.end if first else None, bare.end() if bare else None):
            joined = _RANGE_JOIN.match(text, end) if end else None
            last = _date_at(text, joined.end(), received) if joined else None
            if last:
                yield _day_after(last)


def _day_after(named: _Named) -> date:
    # "until June" means the month in which they are back.
    return named.day if named.whole_month else named.day + ONE_DAY


def decision_date(text: str, received: date) -> date | None:
    """The day by which somebody says that they will decide or answer; None where none is named."""
    for sentence in _SENTENCE.split(text[:MAX_TEXT]):
        flat = " ".join(sentence.split())
        promise = _DECISION.search(flat)
        day = _promised(flat, promise.start(), received) if promise else None
        if day:
            return day
    return None


def _promised(sentence: str, promise: int, received: date) -> date | None:
    """The first day after the promise, else the last before it ("by Friday we will decide")."""
    named = [
        (phrase.start(), _date_at(sentence, phrase.end(), received)) for phrase in _BY.finditer(sentence)
    ]
    real = [(at, it.day) for at, it in named if it and not it.whole_month and it.day >= received]
    after = [day for at, day in real if at > promise]
    return after[0] if after else next((day for _, day in reversed(real)), None)
