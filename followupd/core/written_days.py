"""Dates as people type them: 2026-12-03, 3 Dec (the next one), 3 December 2026, 4. Dezember, 4.12.2026.

Other than in `named_days`, which searches a stranger's letter, the whole text must be the date.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from followupd.core.day_names import MONTH_OF, WEEKDAY_OF

_NAMES = "january february march april may june july august september october november december"
_MONTHS = tuple(_NAMES.split(" "))
_DAYS = "monday tuesday wednesday thursday friday saturday sunday"
_SHORTEST_MONTH = 3
_LEAP_YEARS_APART = 8
_DAY_FIRST = re.compile(r"(\d{1,2})(?:st|nd|rd|th|er|\.)? (?:de )?([^\W\d_]{1,20})\.?(?:,? (?:de )?(\d{4}))?")
_MONTH_FIRST = re.compile(r"([a-z]+)\.? (\d{1,2})(?:st|nd|rd|th)?(?:,? (\d{4}))?")
_DOTTED = re.compile(r"(\d{1,2})\. ?(\d{1,2})(?:\. ?(\d{4})|\.)?", re.ASCII)  # with dots the day is first
_BEFORE = re.compile(
    rf"(?:(?:by|until|on|latest|the|{'|'.join(_DAYS.split())}|mon|tues?|wed|thu(?:rs?)?|fri|sat|sun)\b[.,:]? ?){{0,4}}"
)
_REMARK = re.compile(r" ?[(;–—].*| - .*")
_TO_A_NOTE = 200  # characters: a date with a remark is no longer
# Without a year, what would be so far ahead of the talk was meant to be before it.
_TOO_FAR = timedelta(days=335)


def day_written(text: str, today: date) -> date | None:
    """The date that the text is, today or the next one where no year is named; None where it is none."""
    plain = " ".join(text.split()).lower()
    return _iso(plain) or _written(plain, today)


def day_noted(text: str, met_on: date) -> date | None:
    """The date in a note on a talk: "by Thu 3 Dec (Dana writes)". Without a year it is seen from that day."""
    flat = " ".join(text[:_TO_A_NOTE].split()).lower()
    bare = _REMARK.sub("", flat.removeprefix(_BEFORE.match(flat)[0])).strip(" .,:!")  # type: ignore[index]
    first, _, rest = bare.partition(" ")
    bare = rest if first.strip(".,") in WEEKDAY_OF else bare
    day = day_written(bare, met_on)
    if day is None or str(day.year) in bare or day - met_on <= _TOO_FAR:
        return day
    return _possible(day.year - 1, day.month, day.day) or day


def _iso(text: str) -> date | None:
    # Only this form of ISO 8601: weeks and days without hyphens are more often slips than dates.
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        return None
    return _possible(int(text[:4]), int(text[5:7]), int(text[8:]))


def _written(text: str, today: date) -> date | None:
    if found := _DOTTED.fullmatch(text) or _DAY_FIRST.fullmatch(text):
        day, name, year = found.groups()
    elif found := _MONTH_FIRST.fullmatch(text):
        name, day, year = found.groups()
    else:
        return None
    month = _month(name)
    if not month:
        return None
    if year:
        return _possible(int(year), month, int(day))
    years = range(today.year, today.year + _LEAP_YEARS_APART + 1)
    possible = (_possible(each, month, int(day)) for each in years)
    return next((each for each in possible if each and each >= today), None)


def _month(name: str) -> int:
    if name.isdecimal():
        return int(name) if 1 <= int(name) <= 12 else 0
    if name in MONTH_OF:
        return MONTH_OF[name]
    found = [n for n, month in enumerate(_MONTHS, 1) if month.startswith(name)]
    found += [9] if name == "sept" and not found else []
    return found[0] if len(name) >= _SHORTEST_MONTH and len(found) == 1 else 0


def _possible(year: int, month: int, day: int) -> date | None:
    try:
        return datetime(year, month, day).date()  # noqa: DTZ001  a day without a time
    except ValueError:
        return None
