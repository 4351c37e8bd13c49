"""Which events are interviews of the user: yes, no, or only the user can say.

The rules are the user's; the titles that are never sure are ours. Every text here was written by others,
so all that is searched is bounded.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from functools import lru_cache
from typing import Final
from unicodedata import normalize
from zoneinfo import ZoneInfo

from followupd.core import tables
from followupd.core.addresses import canonical, domain_of, is_below, is_mine, matches
from followupd.core.model import (
    Attendee,
    CalendarUserType,
    Choice,
    Event,
    PartStat,
    Policy,
    Rule,
    Verdict,
)
from followupd.core.organisations import employers, registrable

LONGEST_TITLE: Final = 300
LONGEST_TEXT: Final = 65536
END_OF_DAY: Final = time(17)
_ABSENT = frozenset({PartStat.DECLINED, PartStat.DELEGATED})
_THINGS = frozenset({CalendarUserType.ROOM, CalendarUserType.RESOURCE})


def judge(event: Event, policy: Policy) -> Verdict:
    """Whether the event is an interview of the user's, and why. A cancelled status is not looked at."""
    if excluding := _first(policy.none, event):
        return Verdict(Choice.NO, f"interviews.none excludes it: {excluding}")
    matched = _first(policy.any, event)
    if not matched:
        return Verdict(Choice.NO, "none of the rules under interviews.any matches")
    return _not_held(event, policy) or _doubt(event, policy, matched) or Verdict(Choice.YES, matched)


def ends(event: Event, zone: str) -> datetime:
    """When the talk is over: an all-day event at 17:00 of its last day in the user's zone."""
    last = max(event.start, event.end)
    if not event.all_day:
        return last
    here = ZoneInfo(zone)
    inside = last.astimezone(UTC) - timedelta(microseconds=1) if last > event.start else last
    return datetime.combine(inside.astimezone(here).date(), END_OF_DAY, here)


def invited_address(event: Event, policy: Policy) -> str:
    """Which of the user's addresses was invited, without +tag. One that did not decline comes first."""
    mine = sorted(_own(event, policy), key=lambda guest: guest.partstat in _ABSENT)
    if mine:
        return canonical(mine[0].email)
    organiser = event.organizer.email if event.organizer else ""
    return canonical(organiser) if is_mine(organiser, policy) else ""


def rule_language(event: Event, policy: Policy) -> str:
    """The language that the first rule matching the event, of those with one, gives to its letters; else ""."""
    return next((rule.language for rule in policy.any if rule.language and _matched(rule, event)), "")


def title_problem(pattern: str) -> str:
    """What is wrong with a title pattern, "" if nothing. The config tells it; here it never matches."""
    if len(pattern) > LONGEST_TITLE:
        return f"is longer than {LONGEST_TITLE} characters"
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        return f"is not a regular expression: {error}"
    return "repeats a group that can itself be read in many ways" if _is_explosive(pattern) else ""


# --- rules --------------------------------------------------------------------------------------

_SIMPLE = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]")  # escapes and sets: nothing in them repeats
_REPEAT = re.compile(r"[*+]|\{\d*,\}|\{\d*,?\d{2,}\}")


def _is_explosive(pattern: str) -> bool:
    """Whether it repeats a group that repeats or chooses in itself: that can outlast the universe."""
    plain = _SIMPLE.sub("x", pattern)
    many_ways = [False]
    for place, char in enumerate(plain):
        if char == "(":
            many_ways.append(False)
        elif char == ")" and len(many_ways) > 1:  # a comment may close what it did not open
            inner, repeated = many_ways.pop(), _REPEAT.match(plain, place + 1) is not None
            if inner and repeated:
                return True
            many_ways[-1] |= inner or repeated
        elif char == "|" or _REPEAT.match(plain, place):
            many_ways[-1] = True
    return False


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str] | None:
    return None if title_problem(pattern) else re.compile(pattern, re.IGNORECASE)


def _title(event: Event) -> str:
    return normalize("NFC", event.title[:LONGEST_TITLE])


def _by_title(wanted: str, event: Event) -> str:
    pattern = _compiled(wanted)
    return f"the title matches {wanted}" if pattern and pattern.search(_title(event)) else ""


def _by_category(wanted: str, event: Event) -> str:
    found = any(_same(wanted, category) for category in event.categories)
    return f"the category is {wanted}" if found else ""


def _by_hashtag(wanted: str, event: Event) -> str:
    tag = re.escape(wanted.lstrip("#"))
    # "/#interview" is the end of an address in the web, "#interview-prep" another tag.
    pattern = re.compile(rf"(?<![\w/#&=?])#{tag}(?!-?\w)", re.IGNORECASE)
    found = pattern.search(event.title[:LONGEST_TITLE]) or pattern.search(event.description[:LONGEST_TEXT])
    return f"#{wanted.lstrip('#')} is written in it" if found else ""


def _by_calendar(wanted: str, event: Event) -> str:
    found = _same(wanted, event.calendar) or _same(wanted, event.calendar_name)
    return f"the calendar is {wanted}" if found else ""


def _by_organiser(wanted: str, event: Event) -> str:
    domain = domain_of(event.organizer.email) if event.organizer else ""
    return f"the organiser is at {wanted}" if is_below(domain, wanted.strip().lower().lstrip("@")) else ""


def _by_colour(wanted: str, event: Event) -> str:
    return f"the colour is {wanted}" if _same(wanted, event.colour) else ""


def _by_label(wanted: str, event: Event) -> str:
    return f"the label is {wanted}" if _same(wanted, event.label) else ""


_TESTS: Final[tuple[tuple[str, Callable[[str, Event], str]], ...]] = (
    ("title", _by_title),
    ("category", _by_category),
    ("hashtag", _by_hashtag),
    ("calendar", _by_calendar),
    ("organiser_domain", _by_organiser),
    ("colour", _by_colour),
    ("label", _by_label),
)


def _same(wanted: str, found: str) -> bool:
    return wanted.strip().casefold() == found.strip().casefold()


def _first(rules: tuple[Rule, ...], event: Event) -> str:
    return next((reason for rule in rules if (reason := _matched(rule, event))), "")


def _matched(rule: Rule, event: Event) -> str:
    """Why the rule matches: all that it names must. A rule that names nothing matches nothing."""
    named = [(test, wanted) for key, test in _TESTS if (wanted := str(getattr(rule, key)))]
    reasons = [test(wanted, event) for test, wanted in named]
    return " and ".join(reasons) if all(reasons) else ""


# --- whose --------------------------------------------------------------------------------------


def _own(event: Event, policy: Policy) -> list[Attendee]:
    return [guest for guest in event.attendees if is_mine(guest.email, policy)]


def _not_held(event: Event, policy: Policy) -> Verdict | None:
    mine = _own(event, policy)
    if mine and all(guest.partstat in _ABSENT for guest in mine):
        return Verdict(Choice.NO, "you declined it")
    if begins := tables.NOT_HELD.match(_title(event)):
        reason = f'the title begins with "{begins["word"]}": not held until confirmed'
        return Verdict(Choice.NO, reason)
    return None


def _doubt(event: Event, policy: Policy, matched: str) -> Verdict | None:
    if found := tables.DOUBTFUL.search(_title(event)):
        reason = f'{matched}, but "{found.group()}" in the title may mean that it is no interview of yours'
        return Verdict(Choice.ASK, reason, "doubtful")
    if _hosted(event, policy):
        reason = (
            f"{matched}, but you or your employer invited a guest from outside: you may be the interviewer"
        )
        return Verdict(Choice.ASK, reason, "host")
    if _is_others(event, policy):
        return Verdict(Choice.ASK, f"{matched}, but none of your addresses is invited", "not-invited")
    return None


def _hosted(event: Event, policy: Policy) -> bool:
    if event.organizer is None or event.from_mail:  # made from a mail, an event is "organised" by who got it
        return False
    organiser, own = event.organizer.email, employers(policy)
    by_us = is_mine(organiser, policy) or registrable(domain_of(organiser), policy) in own
    return by_us and any(_from_outside(guest, own, policy) for guest in event.attendees)


def _from_outside(guest: Attendee, own: frozenset[str], policy: Policy) -> bool:
    domain = domain_of(guest.email)
    if not domain or guest.cutype in _THINGS or tables.machinery(domain):
        return False
    ours = is_mine(guest.email, policy) or matches(guest.email, policy.people.mine)
    return not ours and registrable(domain, policy) not in own


def _is_others(event: Event, policy: Policy) -> bool:
    """Attendees, and none is the user. An organiser alone says nothing: recruiting systems list nobody."""
    organised = event.organizer is not None and is_mine(event.organizer.email, policy)
    listed = any(guest.cutype not in _THINGS for guest in event.attendees)
    return listed and not organised and not _own(event, policy)
