"""What a letter is about, which template files word it, and what is known for them.

An alternative of a template is eligible only when every fact that it names is known: what is
unknown changes the sentence, never its grammar. Text by others is data: it is put in as a value and
never read as a template.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from followupd.core.model import Kind, Part, Person, Purpose
from followupd.core.names import plain, sure_name

FACTS = frozenset({"weekday", "date", "when", "company", "position", "client", "colleagues", "promised"})
"""What an alternative may name. `{when}` is the weekday where that is clear, else the date."""

ALWAYS_KNOWN = frozenset({"date", "when"})

_NAME_AT_MOST = 60
_COLLEAGUES_AT_MOST = 3
_WEEKDAY_CLEAR_FOR = 2
# Spanish "y" becomes "e" before it (Real Academia Española): Inés, Hilario, Yves, not Ian or Yolanda.
_SOUNDS_LIKE_I = re.compile(r"(?:h?[ií](?![aeoáéó])|y[^aeiouáéíóú])", re.IGNORECASE)
_NOT_IN_A_NAME = re.compile(r"[{}<>|]|\]\(|\S@\S|://|\bwww\.|\b(?:bcc|mailto|javascript):", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wording:
    """The templates of one language: "file.section" → its alternatives, "interviewer.opening" for one.

    `render` puts facts into an alternative, and gives None where it names one that is unknown. `own` are the
    sections that the user wrote.
    """

    language: str
    sections: Mapping[str, tuple[str, ...]]
    render: Callable[[str, Mapping[str, str]], str | None] = field(repr=False)
    own: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """All that a letter may know. "" and () mean unknown.

    `met_on` is the day of the interview (for a nudge: the round's last), `written_on` the day of
    drafting. `several`: several interviews with that person that day. `short`: a first or phone
    round. `relay`: an organiser asked to pass it on. `how` the thank-you went that a nudge
    follows: mail, hand, phone. `colleagues` were met together with the recipient (for those who
    only organise: are whom I met). `notes` are the user's on what was talked about, the most fitting
    first; `fit` why I fit, `forgot` what I did not mention, `question` what I would still ask. `purpose` is
    what a letter on request is for.
    """

    kind: Kind
    part: Part
    recipient: Person
    met_on: date
    written_on: date
    me_name: str
    step: int = 1
    late: bool = False
    several: bool = False
    short: bool = False
    relay: bool = False
    unaddressed: bool = False
    internal: bool = False
    promised_date: date | None = None
    how: str = "mail"
    company: str = ""
    position: str = ""
    client: str = ""
    colleagues: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    fit: tuple[str, ...] = ()
    forgot: tuple[str, ...] = ()
    question: tuple[str, ...] = ()
    purpose: Purpose | None = None
    interest: bool = True
    signature: str = ""
    about_me: str = ""
    slot: str = "mark"
    language: str = "en"
    formality: str = "neutral"


# --- what is known ------------------------------------------------------------------------------


def facts(situation: Situation, wording: Wording) -> dict[str, str]:
    """The facts that are known, worded."""
    met = _date(situation.met_on, wording)
    weekday = wording.sections["phrases.weekdays"][situation.met_on.weekday()]
    clear = _weekday_is_clear(situation)
    promised = _promised(situation)
    told = {
        "weekday": weekday if clear else "",
        "date": met,
        "when": weekday if clear else met,
        "company": _company(situation),
        "position": _told(situation.position),
        "client": _told(situation.client),
        "colleagues": _colleagues(situation.colleagues, wording),
        "promised": _date(promised, wording) if promised else "",
    }
    return {name: text for name, text in told.items() if text}


def salutation_name(person: Person) -> str:
    """The name to greet with: the user's own word, else the name if it is sure, else ""."""
    if person.greeting:
        return plain(person.greeting, 80).rstrip(" ,:;")
    if person.named_by == "user":
        return plain(person.name, 80)
    return sure_name(person.name, person.address)


def _weekday_is_clear(situation: Situation) -> bool:
    """False where the letter may be read more than six days after the interview."""
    lingers = situation.late or situation.relay or situation.unaddressed
    days = (situation.written_on - situation.met_on).days
    return situation.kind is Kind.THANK_YOU and not lingers and 0 <= days <= _WEEKDAY_CLEAR_FOR


def _promised(situation: Situation) -> date | None:
    """The date promised in this round; one from before the interview was about something else."""
    promised = situation.promised_date
    return promised if promised and promised >= situation.met_on else None


def _date(day: date, wording: Wording) -> str:
    month = wording.sections["phrases.months"][day.month - 1]
    first = wording.sections.get("phrases.first-day", ("1",))[0]
    number = first if day.day == 1 else str(day.day)
    return wording.render(wording.sections["phrases.date"][0], {"day": number, "month": month}) or ""


def _told(text: str) -> str:
    """A name of a company or position as it can stand in a sentence, "" if it can't."""
    clean = plain(text, 4 * _NAME_AT_MOST).strip(" ,;:-–")
    usable = len(clean) <= _NAME_AT_MOST and any(char.isalnum() for char in clean)
    return clean if usable and not _NOT_IN_A_NAME.search(clean) else ""


def _company(situation: Situation) -> str:
    """Where I want to work; colleagues need not be told, and an agency's consultant means the client."""
    if situation.internal:
        return ""
    return _told(situation.client if situation.part is Part.AGENCY else situation.company)


def _colleagues(names: tuple[str, ...], wording: Wording) -> str:
    sure = [sure_name(name, "") for name in names]
    if not all(sure) or not 0 < len(sure) <= _COLLEAGUES_AT_MOST:
        return ""
    before_i = _SOUNDS_LIKE_I.match(sure[-1]) is not None and "phrases.and-before-i" in wording.sections
    joint = wording.sections["phrases.and-before-i" if before_i else "phrases.and"][0]
    return f" {joint} ".join(filter(None, (", ".join(sure[:-1]), sure[-1])))


# --- which files word it ------------------------------------------------------------------------


def files_for(situation: Situation) -> tuple[str, ...]:
    """The template files that word a situation, the most special first; each may hold some sections."""
    if situation.purpose is not None:
        return (situation.purpose.value,)
    return _nudge_files(situation) if situation.kind is Kind.NUDGE else _thanks_files(situation)


def _nudge_files(situation: Situation) -> tuple[str, ...]:
    by_step = {1: "nudge-promised" if _promised(situation) else "nudge-first", 2: "nudge-second"}
    base = by_step.get(situation.step, "nudge-third")
    return (base,) if situation.how == "mail" else ("nudge-unthreaded", base)


def _thanks_files(situation: Situation) -> tuple[str, ...]:
    if situation.relay:
        return ("relay",)
    if situation.part in {Part.AGENCY, Part.COORDINATOR}:
        return (situation.part.value,)
    among_colleagues = situation.internal and situation.part is Part.INTERVIEWER
    special = {"several": situation.several, "short": situation.short, "internal": among_colleagues}
    return (*(name for name, applies in special.items() if applies), situation.part.value)


def section_of(situation: Situation, wording: Wording, part: str) -> str:
    """The section that words one part of the letter, "" if none does."""
    wanted = (part,) if situation.interest else (f"{part}-no-interest", part)
    names = (f"{file}.{section}" for file in files_for(situation) for section in wanted)
    return next((name for name in names if name in wording.sections), "")


def parts_of(situation: Situation) -> tuple[str, ...]:
    """The paragraphs of the letter: two in a short one, else three."""
    brief = situation.short or situation.part is Part.COORDINATOR
    is_brief = brief and situation.kind is Kind.THANK_YOU and not situation.relay
    is_brief = is_brief and situation.part is not Part.AGENCY
    return ("opening", "closing") if is_brief else ("opening", "middle", "closing")
