"""The notes file of an interview: when it appears, what it is called, and what stands in it before the user writes.

Titles and names are written by strangers. None of them begins a line of its own, and none can be read later as a
heading that means something: a title stands in a comment, a name beside its address.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from unicodedata import category
from zoneinfo import ZoneInfo

from followupd.core import interviews as rules
from followupd.core import people
from followupd.core.addresses import clean, is_mine
from followupd.core.case import Desk
from followupd.core.headings import TITLES, Section, section_of
from followupd.core.jotted import MARK
from followupd.core.model import Choice, HiringProcess, Interview, Person, Policy, ProcessState
from followupd.core.names import plain
from followupd.core.rounds import STOPPED, counts

AFTER: Final = timedelta(hours=24)
"""So long after its end an interview still gets a notes file: by then the thank-you should be sent."""
ENDING: Final = ".md"
_NAME_AT_MOST: Final = 60  # characters
_BYTES_AT_MOST: Final = 120  # of the company's name in UTF-8: some disks carry no more than 143 in all
_TITLE_AT_MOST: Final = 120
_PUNCTUATION: Final = frozenset(" -_.,&+'()")
_MARKUP: Final = str.maketrans(dict.fromkeys("<>#*_`[]|\\", " "))
_QUESTIONS: Final = (
    "What happens next?",
    "By when will they decide?",
    "Whom may I write to?",
    "May we connect on LinkedIn?",
)


# --- when ---------------------------------------------------------------------------------------


def wants_page(interview: Interview, process: HiringProcess) -> bool:
    """Whether the interview is to have a notes file at all: it is held by the rules, and letters may come of it."""
    stopped = process.state is ProcessState.CLOSED and process.reason in STOPPED
    held = counts(interview) and interview.cancelled is None and interview.skipped is None
    return held and not stopped and not interview.notes_file


def page_window(interview: Interview, policy: Policy) -> tuple[datetime, datetime] | None:
    """From when until when its notes file may appear; None where there are to be none."""
    if policy.notes_before is None:
        return None
    ends = rules.ends(interview.event, policy.me.zone)
    return interview.event.start - policy.notes_before, ends + AFTER


def is_page_due(interview: Interview, process: HiringProcess, policy: Policy, now: datetime) -> bool:
    """Whether its notes file is to appear now."""
    window = page_window(interview, policy) if wants_page(interview, process) else None
    return window is not None and window[0] <= now < window[1]


def wake_for_pages(desk: Desk) -> None:
    """The process is thought of when a notes file is to appear, and again while it could not be made."""
    for interview in desk.case.interviews:
        window = page_window(interview, desk.policy) if wants_page(interview, desk.process) else None
        if window and desk.now < window[0]:
            desk.wake(window[0])
        elif window and desk.now < window[1]:
            desk.wake_with_next_look()


# --- what it is called --------------------------------------------------------------------------


def page_name(interview: Interview, process: HiringProcess, policy: Policy, number: int = 1) -> str:
    """ "2026-12-03 1500 Acme.md"; the number tells files of one name apart. Safe on every file system."""
    start = interview.event.start.astimezone(ZoneInfo(policy.me.zone))
    day = f"{start:%Y-%m-%d}" if interview.event.all_day else f"{start:%Y-%m-%d %H%M}"
    known = (process.organisation, next(iter(process.domains), ""), interview.event.title)
    company = next(filter(None, map(_safe, known)), "Interview")
    return f"{day} {company}{f' ({number})' if number > 1 else ''}{ENDING}"


def _safe(text: str) -> str:
    """Letters, digits and a few signs that every file system carries, and no more of them than it does."""
    kept = "".join(char if _is_safe(char) else " " for char in plain(text, _NAME_AT_MOST))
    cut = kept.encode()[:_BYTES_AT_MOST].decode(errors="ignore")
    found = " ".join(cut.split()).strip(" .-,")
    return found if any(char.isalnum() for char in found) else ""


def _is_safe(char: str) -> bool:
    return category(char)[0] in "LMN" or char in _PUNCTUATION


# --- what stands in it --------------------------------------------------------------------------


def page(interview: Interview, process: HiringProcess, policy: Policy) -> str:
    """The notes file before the user writes anything."""
    start = interview.event.start.astimezone(ZoneInfo(policy.me.zone))
    sections = [
        f"{MARK}{interview.id}. Leave this line: by it the file is known, also when you rename it. -->",
        f"# Notes of {start:%A} {start.day} {start:%B %Y}, {start:%H:%M}",
        f"<!-- {_inert(interview.event.title, _TITLE_AT_MOST) or 'Interview'} -->",
        "<!-- What you write below stands in your letters word for word: in the language of the letter, as you would",
        "say it to them, such as “your story about the outage”. The first line under a heading is used. -->",
        "",
        *_section(Section.ASK, "", *(f"- {question}" for question in _QUESTIONS)),
        *_section(
            Section.TALK,
            "One specific thing makes the letter. For those of whom you note nothing of their own below.",
        ),
        *_of_people(known_people(interview, process, policy)),
        *_section(Section.FIT),
        *_section(Section.FORGOT),
        *_section(Section.QUESTION),
        *_section(Section.DECIDE, "A day, such as 3 Dec: no nudge before the third working day after it."),
        *_section(
            Section.MET,
            "Whom the invitation does not name, one a line: Name <address>. They are thanked too.",
        ),
        *_section(Section.INTEREST, "no: the letters thank, and do not ask for the job."),
        *_section(Section.PRIVATE, "Goes into no letter."),
    ]
    return "\n".join(sections)


def _section(section: Section, prompt: str = "", *lines: str) -> list[str]:
    return [f"## {TITLES[section]}", *([f"<!-- {prompt} -->"] if prompt else []), *lines, ""]


def _of_people(met: Sequence[Person]) -> list[str]:
    headings = dict.fromkeys(filter(None, map(_heading, met)))
    return [line for heading in headings for line in (heading, "<!-- For the letter to them alone. -->", "")]


def _heading(person: Person) -> str:
    """A name that reads like one of our headings stands there by the address alone, or not at all."""
    name, address = _inert(person.name, _NAME_AT_MOST), clean(person.address)
    if name and section_of(name) is not None:
        name = ""
    parts = [name, f"<{address}>" if address else ""]
    return f"## {' '.join(filter(None, parts))}" if any(parts) else ""


def _inert(text: str, limit: int) -> str:
    """One line of a stranger's text without anything that Markdown or HTML would read as more than text."""
    return " ".join(plain(text, limit).translate(_MARKUP).split()).strip("- ")


def known_people(interview: Interview, process: HiringProcess, policy: Policy) -> tuple[Person, ...]:
    """Everybody on the interview who may get a letter: those who have headings."""
    everybody = people.everybody(interview, process, policy)
    met = (one.person for one in everybody if one.verdict.choice is not Choice.NO)
    return tuple(one for one in met if not is_mine(one.address, policy))
