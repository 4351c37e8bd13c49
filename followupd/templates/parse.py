"""Reads one template file: sections in brackets, one alternative a line, `#` for comments.

A line that starts with a space goes on with the line above it. Every mistake is told with its line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from followupd.core.situation import ALWAYS_KNOWN, FACTS
from followupd.templates.jinja import CLOSING_QUOTES, mistake, names_in, render

SLOT = "FILL IN:"

_HEADING = re.compile(r"\[\s*([^\]]*?)\s*\]\s*")
_SINGLE_BRACE = re.compile(r"(?<![{%#])\{\s*(\w+)\s*\}(?!\})")
_GREETINGS = ("greeting-formal", "greeting-neutral", "greeting-informal")
OPTIONAL = frozenset({"first-day", "and-before-i", "greeting-words", "signoff-words", "forgot", "question"})
"""What phrases.txt may have beside: "1er avril", "e Inés", words by which a whole greeting or sign-off is known,
and frames for what was forgotten or is to be asked (those of notes serve where there are none)."""

_COUNTS = {"weekdays": 7, "months": 12} | dict.fromkeys(
    ("and", "date", "first-day", "and-before-i", "slot", "share", "greeting-unknown", *_GREETINGS), 1
)
_NEEDED: Mapping[str, frozenset[str]] = (
    dict.fromkeys(_GREETINGS, frozenset({"name"}))
    | dict.fromkeys(("note", "about", "forgot", "question"), frozenset({"text"}))
    | {"date": frozenset({"day", "month"})}
)
_PROSE = ("opening", "middle", "closing")
_ENDS = (".", "!", "?", "…", "。", "！", "？")  # noqa: RUF001


@dataclass(slots=True)
class Section:
    """A section as it was read: each alternative with the line on which it starts."""

    name: str
    line: int
    alternatives: list[tuple[int, str]] = field(default_factory=list)


@dataclass(slots=True)
class Parsed:
    """A template file: what it says and what is wrong with it, as (line, problem)."""

    sections: dict[str, Section] = field(default_factory=dict)
    problems: list[tuple[int, str]] = field(default_factory=list)


def parse(text: str) -> Parsed:
    """Split a file into its sections; what is in them is not judged here."""
    parsed = Parsed()
    current: Section | None = None
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if heading := _HEADING.fullmatch(line):
            current = _begun(parsed, heading[1].casefold(), number)
        elif current is None:
            parsed.problems.append((number, "this line stands before the first [section]"))
        else:
            _add(current, number, line)
    return parsed


def check(parsed: Parsed, file: str, known: Iterable[str]) -> list[tuple[int, str]]:
    """All that is wrong with a file, given the names of the sections that it may have."""
    known = sorted(known)
    problems = list(parsed.problems)
    for section in parsed.sections.values():
        if section.name not in known:
            what = suggest(f"unknown section [{section.name}]", section.name, known, frame="[{}]")
            problems.append((section.line, what))
        elif not section.alternatives:
            problems.append((section.line, f"[{section.name}] is empty: write one alternative or remove it"))
        else:
            problems += _check_section(section, file)
    return sorted(problems)


def suggest(problem: str, word: str, known: Iterable[str], *, frame: str = "{}") -> str:
    """The problem, with the word that was probably meant, or all that there are."""
    options = sorted(known)
    close = options if len(options) == 1 else get_close_matches(word, options, 1, 0.5)
    if close:
        return f"{problem}: did you mean {frame.format(close[0])}?"
    return f"{problem}: there are {', '.join(frame.format(option) for option in options)}"


def _begun(parsed: Parsed, name: str, number: int) -> Section:
    if name in parsed.sections:
        parsed.problems.append((number, f"[{name}] stands here a second time"))
    return parsed.sections.setdefault(name, Section(name, number))


def _add(section: Section, number: int, line: str) -> None:
    # Blanks that must not break a line stay, as before a French colon.
    text = " ".join(re.split(r"[ \t]+", line.strip()))
    if line[0].isspace() and section.alternatives:
        start, above = section.alternatives[-1]
        section.alternatives[-1] = (start, f"{above} {text}")
    else:
        section.alternatives.append((number, text))


def _check_section(section: Section, file: str) -> list[tuple[int, str]]:
    problems = []
    for number, text in section.alternatives:
        problems += [(number, problem) for problem in _check_alternative(section.name, text)]
    found = len(section.alternatives)
    count = _COUNTS.get(section.name, found)
    if count != found:
        problems.append((section.line, f"[{section.name}] needs {count} line(s), not {found}"))
    if not problems and not _has_plain_one(section, file):
        needs = (
            "one alternative that names nothing but {{ when }} or {{ date }}, for when the rest is unknown"
        )
        problems.append((section.line, f"[{section.name}] needs {needs}"))
    return problems


def _check_alternative(section: str, text: str) -> list[str]:
    if wrong := mistake(text):
        return [f"can't be read as a template: {wrong}"]
    needed = _NEEDED.get(section, frozenset())
    named = names_in(text)
    problems = [
        suggest(f"unknown fact {{{{ {name} }}}}", name, needed or _facts_in(section), frame="{{{{ {} }}}}")
        for name in sorted(named - (needed or _facts_in(section)))
    ]
    problems += [f"{{{{ {name} }}}} is missing" for name in sorted(needed - named)]
    problems += [
        f"a fact stands in two braces: {{{{ {name} }}}}, not {{{name}}}"
        for name in _SINGLE_BRACE.findall(text)
    ]
    if not problems and render(text, dict.fromkeys(named, "Acme")) is None:
        problems.append("can't be used even when all that it names is known")
    if section.startswith(_PROSE) and not text.rstrip(CLOSING_QUOTES).endswith((*_ENDS, "}")):
        problems.append("does not end like a sentence (a line that goes on starts with a space)")
    if section in {"slot", "share"} and not text.startswith(SLOT):
        problems.append(f'must begin with "{SLOT}", so that it is noticed before you send')
    return problems


def _facts_in(section: str) -> frozenset[str]:
    return FACTS if section.startswith((*_PROSE, "subject")) else frozenset()


def _has_plain_one(section: Section, file: str) -> bool:
    """Whether something can be said when nothing but the date is known."""
    known = ALWAYS_KNOWN | ({"promised"} if file == "nudge-promised" else set())
    known |= _NEEDED.get(section.name, frozenset())
    return any(render(text, dict.fromkeys(known, "Acme")) for _, text in section.alternatives)
