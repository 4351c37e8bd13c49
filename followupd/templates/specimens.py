"""Letters to try templates on: for each file the situations that it words, with all that can be known there.

A fact that no such situation knows never comes, so an alternative that names it is never used.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache

from followupd.core.model import Kind, Part, Person, Purpose
from followupd.core.situation import Situation, Wording, facts
from followupd.templates import DEFAULT, load_wording

MEANINGS: Mapping[str, str] = {
    "when": "the weekday, or the date where the letter may be read more than six days later: always known",
    "date": "the day of the interview: always known",
    "weekday": "the weekday of the interview, where that is clear",
    "company": "the company, where its name is known",
    "position": "the role, where it is known",
    "client": "the company, where an agency is between",
    "colleagues": "up to three others who were met together with the recipient",
    "promised": "the day by which they said that they would decide",
    "name": "the name to greet with: always known here",
    "text": "your own words: always known here",
    "day": "the number of the day: always known here",
    "month": "the name of the month: always known here",
}
"""Every fact that a template may name, and what it says."""

PHRASES: Mapping[str, tuple[str, ...]] = (
    dict.fromkeys(("greeting-formal", "greeting-neutral", "greeting-informal"), ("name",))
    | dict.fromkeys(("note", "about", "forgot", "question"), ("text",))
    | {"date": ("day", "month")}
)
"""The facts of the sections of phrases.txt that have any."""

_HELD = date(2026, 3, 4)
_THANKS = Situation(
    kind=Kind.THANK_YOU,
    part=Part.INTERVIEWER,
    recipient=Person(address="dana@acme.example", name="Dana Reyes"),
    met_on=_HELD,
    written_on=_HELD,
    me_name="Sam Lee",
    company="Acme",
    position="Data Engineer",
    colleagues=("Maya Chen", "Tom Okafor"),
)
_VIA_AGENCY = replace(_THANKS, client="Acme")
_NUDGE = replace(_VIA_AGENCY, kind=Kind.NUDGE, written_on=date(2026, 3, 12), colleagues=())
_EXPECTED = replace(_NUDGE, promised_date=date(2026, 3, 9))
_ASKED_FOR = replace(_NUDGE, kind=Kind.LETTER)

_WORDED_BY: Mapping[str, Situation] = {
    "interviewer": _VIA_AGENCY,
    "recruiter": replace(_VIA_AGENCY, part=Part.RECRUITER),
    "coordinator": replace(_VIA_AGENCY, part=Part.COORDINATOR),
    "agency": replace(_VIA_AGENCY, part=Part.AGENCY, company=""),
    "several": replace(_VIA_AGENCY, several=True),
    "short": replace(_VIA_AGENCY, short=True),
    "internal": replace(_THANKS, internal=True),
    "relay": replace(_VIA_AGENCY, relay=True),
    "nudge-first": _NUDGE,
    "nudge-promised": _EXPECTED,
    "nudge-second": replace(_EXPECTED, step=2),
    "nudge-third": replace(_EXPECTED, step=3),
    "nudge-unthreaded": replace(_EXPECTED, how="phone"),
} | {purpose.value: replace(_ASKED_FOR, purpose=purpose) for purpose in Purpose}


def specimen(file: str) -> Situation | None:
    """A situation that this file words, everything known that can be known there; None for phrases.txt."""
    return _WORDED_BY.get(file)


def unknown(known: Situation) -> Situation:
    """The same with nothing known that may be unknown; what a promised date brought about stays."""
    return replace(known, company="", position="", client="", colleagues=())


def facts_of(file: str, wording: Wording) -> dict[str, str]:
    """The facts that may ever be known in a file, worded."""
    situation = specimen(file)
    return facts(situation, wording) if situation else {}


def may_be_named(file: str, section: str) -> tuple[str, ...]:
    """The facts that an alternative of a section may name, those that are always known first."""
    if file == "phrases":
        return PHRASES.get(section, ())
    known = facts_of(file, _any_wording())
    return tuple(name for name in MEANINGS if name in known)


@cache
def _any_wording() -> Wording:
    """Which facts are known is the same in every language."""
    return load_wording(DEFAULT, None)
