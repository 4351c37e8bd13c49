"""The day that a text names at some place: "5 May", "12/05", "next Friday", "9月14日".

A day that can be read in two ways is the later one: that hurries nobody. Every pattern is anchored
and of bounded length, so that hostile text costs no more than friendly text of the same size.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from followupd.core.day_names import MONTH_OF, NEXT, TOMORROW, WEEKDAY_OF, one_of

ONE_DAY = timedelta(days=1)
# A day without a year that lies further ahead was last year's: the absence note was never removed.
STALE_AFTER = timedelta(days=335)
LAST_WORKING_WEEKDAY = 4

_MONTH = rf"(?P<month>{one_of(MONTH_OF)})\b\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.|er|º|ª|:e)?"
_YEAR = r"(?:\s?,?\s?(?:de\s)?(?P<year>20\d\d)\b)?"
_DATE_FORMS = tuple(
    re.compile(form + r"(?!\d)", re.IGNORECASE)
    for form in (
        r"(?P<year>20\d\d)[-/.](?P<number>\d{1,2})[-/.](?P<day>\d{1,2})",  # ISO 8601
        # 5.5.2026
        r"(?P<day>\d{1,2})\.\s?(?P<number>\d{1,2})(?:\.(?:\s?(?P<year>20\d\d|\d\d))?|(?![\d.:]))",
        r"(?:(?P<year>20\d\d)[年년]\s?)?(?P<number>\d{1,2})[月월]\s?(?P<day>\d{1,2})[日日일号號]",
        r"(?P<one>\d{1,2})[/-](?P<two>\d{1,2})(?:[/-](?P<year>20\d\d|\d\d))?",  # either order
        rf"{_DAY}\s?(?:of\s|de\s|di\s|-)?\s?{_MONTH}[-/]?{_YEAR}",
        rf"{_MONTH}\s(?:the\s)?{_DAY}\b{_YEAR}",
        rf"(?P<alone>{one_of(MONTH_OF)})\b{_YEAR}",
        rf"(?P<next>(?:{NEXT})\s)?(?:this\s|coming\s|diesen\s)?(?P<weekday>{one_of(WEEKDAY_OF)})\b"
        r"(?P<later>\s(?:prochaine?|que\sviene|prossim[oa]|próxim[oa]))?",
        r"(?P<week>(?:" + NEXT + r")\s(?:week|woche|vecka|uge|uke)|la\ssemaine\sprochaine"
        r"|la\s(?:próxima\ssemana|semana\sque\sviene)|la\sprossima\ssettimana|na\spróxima\ssemana)\b",
        r"(?P<day>\d{1,2})(?:st|nd|rd|th)\b",
        rf"(?P<tomorrow>{TOMORROW})\b",
    )
)
# What may stand between a phrase and its date: an hour, "the end of", a weekday that the date explains.
_FILLER = re.compile(
    r"(?:(?:\d{1,2}(?::\d\d)?\s?[ap]\.?m\.?|\d{1,2}:\d\d(?:\s?uhr)?|noon|midnight),?\s(?:on\s)?)?"
    r"(?:the\s|den\s|dem\s|der\s|le\s|el\s|al\s|il\s|o\s|dia\s|d\.\s|und\smit\s|and\sincluding\s){0,2}"
    r"(?:(?:cob|eod|close\sof\sbusiness)\s(?:on\s)?)?(?P<end>(?:end\sof|ende|fin\sde|la\sfin\sde|finales\sde|fine|fim\sde|eind|slutet\sav)\s)?"
    rf"(?:(?:{one_of(WEEKDAY_OF)})\b[,.]{{0,2}}\s(?:the\s|den\s|dem\s|le\s|el\s)?"
    rf"(?=\d|(?:{one_of(MONTH_OF)})\b))?",
    re.IGNORECASE,
)


# "the end of the month", said without naming it.
_UNIT = re.compile(
    r"(?:(?:the|this|der|dieser|des|dieses|du|de\sla|de\seste|del|de|van\sde|della)\s)?"
    r"(?:(?P<week>week|woche|semaine|semana|settimana)|(?P<month>month|monats?|mois|mes|maand|mese)"
    r"|(?P<year>year|jahre?s?|l['\u2019]année|année|año|jaar|anno))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Named:
    """A day as it was named, and where the words end. `whole_month` where no day of the month was."""

    day: date
    end: int
    whole_month: bool = False


def day_at(text: str, start: int, received: date) -> Named | None:
    """The day named at that place, for who got the text on the day `received`; None where there is none."""
    filler = _FILLER.match(text, start)
    unit = _UNIT.match(text, filler.end()) if filler and filler["end"] else None
    if unit:
        return Named(_end_of(unit, received), unit.end())
    for place in dict.fromkeys((filler.end() if filler else start, start)):
        for form in _DATE_FORMS:
            found = form.match(text, place)
            parts = {key: value for key, value in found.groupdict().items() if value} if found else {}
            day = _resolve(parts, received) if found else None
            if found and day:
                named = Named(day, found.end(), "alone" in parts)
                return _at_end(named, parts) if filler and filler["end"] else named
    return None


def _at_end(named: Named, parts: dict[str, str]) -> Named:
    """The last day of the month or week that "the end of" speaks of."""
    if named.whole_month:
        following = (named.day.replace(day=1) + timedelta(days=32)).replace(day=1)
        return Named(following - ONE_DAY, named.end)
    if "week" in parts:
        return Named(named.day + timedelta(days=LAST_WORKING_WEEKDAY), named.end)
    return named


def _end_of(unit: re.Match[str], received: date) -> date:
    if unit["week"]:
        return received + timedelta(days=(LAST_WORKING_WEEKDAY - received.weekday()) % 7)
    if unit["year"]:
        return received.replace(month=12, day=31)
    return (received.replace(day=1) + timedelta(days=32)).replace(day=1) - ONE_DAY


def _resolve(parts: dict[str, str], received: date) -> date | None:
    if "tomorrow" in parts:
        return received + ONE_DAY
    if "week" in parts:
        return _weekday(0, received, next_week=True)
    if "weekday" in parts:
        later = "next" in parts or "later" in parts
        return _weekday(WEEKDAY_OF[parts["weekday"].lower()], received, next_week=later)
    year = int(parts["year"]) % 100 + 2000 if "year" in parts else None
    if "one" in parts:
        one, two = int(parts["one"]), int(parts["two"])
        both = (_in_year(two, one, year, received), _in_year(one, two, year, received))
        # 12/05 is read by half the world as December, by half as May: the later hurries nobody.
        return max((day for day in both if day), default=None)
    if "alone" in parts:
        return _in_year(MONTH_OF[parts["alone"].lower()], 1, year, received)
    return _numbered(parts, year, received)


def _numbered(parts: dict[str, str], year: int | None, received: date) -> date | None:
    day = int(parts["day"])
    if "month" in parts:
        return _in_year(MONTH_OF[parts["month"].lower()], day, year, received)
    if "number" in parts:
        return _in_year(int(parts["number"]), day, year, received)
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
