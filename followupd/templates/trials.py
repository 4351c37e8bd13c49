"""Tries the user's alternatives and whole letters with facts of many kinds, as a cycle would use them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import combinations

from followupd.core.letters import write
from followupd.core.likeness import TOO_ALIKE, likeness
from followupd.core.situation import ALWAYS_KNOWN, FACTS, Situation, Wording, facts, parts_of, section_of
from followupd.templates.jinja import names_in, render
from followupd.templates.parse import SLOT
from followupd.templates.sentences import has_no_end, mistakes_of
from followupd.templates.specimens import facts_of, may_be_named, unknown

WORDS_AT_MOST = 120
"""For opening, middle and closing together: what is longer is not read to its end."""

_LETTERS_OF_A_PANEL = 4
_SENTENCES = ("opening", "middle", "closing")
_FRAMES = ("note", "about", "forgot", "question", "late")
_GREETINGS = ("greeting-formal", "greeting-neutral", "greeting-informal", "greeting-unknown")
_WORDS_OF_A_LETTER = (*_SENTENCES, *_FRAMES, *_GREETINGS, "subject", "signoff")
_IN_PHRASES = {"name": "Dana Reyes", "text": "their move to Rust", "day": "4", "month": "March"}
# With a full stop, in one word, long, in other letters, and written by somebody who means harm.
_STRANGE: tuple[Mapping[str, str], ...] = (
    {"company": "Acme Inc.", "position": "Dev", "client": "Acme Inc.", "colleagues": "Ana", "text": "Rust"},
    {"company": "E", "position": "QA", "client": "7", "colleagues": "Ana and 김민준", "name": "김민준"},
    {"company": "The Far North-East Trading Company of Acme & Sons Limited", "text": "why: “it’s”, that"},
    {"company": "' \" \\ % {}", "position": "%s", "client": "{0.__class__}", "text": "{{ 7 * 7 }} {% if %}"},
)


def is_of_a_letter(section: str) -> bool:
    """Whether what stands in a section is read by others, as it is: no name of a month, no line for the user."""
    return section.startswith(_WORDS_OF_A_LETTER)


def mistakes_in(file: str, section: str, source: str, wording: Wording, language: str) -> Iterator[str]:
    """What is wrong with an alternative whose syntax is right, beyond what `templates.parse` tells."""
    can_be = may_be_named(file, section)
    if never := sorted((names_in(source) & FACTS) - set(can_be)):
        told = ", ".join(f"{{{{ {name} }}}}" for name in never)
        yield f"can never be used: {told} is never known in {file}.txt"
    # A fact that does not exist is told elsewhere: what else is wrong with the sentence is told with it.
    usual = dict.fromkeys(names_in(source), "Acme") | _usual(file, section, wording)
    text = render(source, usual)
    if text is None:
        return
    if any(render(source, usual | one) is None for one in _strange(usual)):
        yield "comes to nothing with some names or days: write the facts in as they are"
    if is_of_a_letter(section) and not source.startswith(SLOT):
        bare = render(source, {name: usual[name] for name in ALWAYS_KNOWN & usual.keys()})
        yield from dict.fromkeys(
            one for t in (text, bare or text) for one in _in_words(t, source, section, language)
        )


def _in_words(text: str, source: str, section: str, language: str) -> Iterator[str]:
    yield from mistakes_of(text, source, language)
    unseen = section.startswith(_FRAMES) or (section.startswith(_SENTENCES) and source.endswith("}"))
    if unseen and has_no_end(text):
        yield "does not end like a sentence: a full stop is missing"


def _usual(file: str, section: str, wording: Wording) -> dict[str, str]:
    """All that can be known there, worded as usual."""
    framed = {name: _IN_PHRASES[name] for name in may_be_named(file, section) if name in _IN_PHRASES}
    return facts_of(file, wording) | framed


def _strange(usual: Mapping[str, str]) -> list[dict[str, str]]:
    """The same facts with names as the world has them, and a date where a weekday would stand."""
    kinds = [{name: text for name, text in one.items() if name in usual} for one in _STRANGE]
    return [{}, *kinds, *([{"when": usual["date"]}] if "date" in usual and "when" in usual else [])]


# --- whole letters ------------------------------------------------------------------------------


def longest(situation: Situation, wording: Wording) -> dict[str, str]:
    """The longest text of each part of a letter, by the name of its section."""
    known = facts(situation, wording)
    names = [section_of(situation, wording, part) for part in parts_of(situation)]
    return {
        name: max((wording.render(one, known) or "" for one in wording.sections[name]), key=word_count)
        for name in names
        if name
    }


def word_count(text: str) -> int:
    """Words as one counts them by eye."""
    return len(text.split())


def tones_of(situation: Situation) -> tuple[Situation, Situation]:
    """The letter that asks for the job, and the one that only thanks."""
    return situation, replace(situation, interest=False)


def alike(situation: Situation, wording: Wording) -> float:
    """How alike the two nearest of four letters to one panel are, with nothing known that tells them apart."""
    made: list[str] = []
    for number in range(_LETTERS_OF_A_PANEL):
        made.append(write(unknown(situation), wording, f"panel {number}", made).text)
    return max(likeness(one, other) for one, other in combinations(made, 2))


__all__ = [
    "TOO_ALIKE",
    "WORDS_AT_MOST",
    "alike",
    "is_of_a_letter",
    "longest",
    "mistakes_in",
    "tones_of",
]
