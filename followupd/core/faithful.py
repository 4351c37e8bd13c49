"""May this paragraph stand in a letter? It was written by a program that may lie, from the user's notes.

What it names must stand in the notes or in the letter as the templates word it: names, companies, tools, numbers,
days, addresses, promises. What can't be told is refused: then the template's paragraph stands, and nothing is lost.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from followupd.core.faithfulfacts import Facts, sentences, spoken, words_of
from followupd.core.faithfultables import (
    ABOUT_THE_TASK,
    CLAIMS,
    FAREWELLS,
    FUNCTION_WORDS,
    GREETINGS,
    MAYBE_GREETINGS,
    ONE_DAY_ONLY,
    WRONG_TERMS,
)
from followupd.core.names import plain

LANGUAGES = frozenset(FUNCTION_WORDS)
"""Those in which a paragraph can be checked."""

WORDS_AT_MOST = 60
_WORDS_AT_LEAST = 8
_LENGTH_AT_MOST = 800
_SENTENCES_AT_MOST = 5
_SAME_AS_ASKED = 6  # words in a row that repeat the instructions
_OF_ITS_LANGUAGE = 0.2  # the least share of function words; about half of a usual text are such
_CERTAIN_LENGTH = 6  # words from which on a sentence alone tells its language

_FRAMES = re.compile(r"[\[\]{}<>|\\`~^]|\*|__|\$\{|%\w+%|\bX{3,}\b|\bTODO\b|\bTBD\b|\.{4}|_{2}")
_LISTED = re.compile(r"\s*(?:[-–—•·▪#>+]\s|\d{1,2}[.)]\s|[a-z]\)\s)")
_ADDRESS = re.compile(r"@|://|\bwww\.|\bmailto:")
_HOST = re.compile(r"[^\W_]{1,63}\.[^\W\d_]{2,63}(?:/\S{0,200})?")  # bit.ly/x, also node.js
_DOUBLED = re.compile(r"([,;:!?])\s*\1|(?<!\.)\.\.(?!\.)|\b(\w+)\s+\2\b", re.IGNORECASE)
_QUOTES = tuple("\"'“”„«‘")
_ENDS = re.compile(r"[.!?…]\Z")
_OPENING_NAME = re.compile(r"[^\W\d_][\w'’-]{1,30}(?:\s[^\W\d_][\w'’.-]{0,30}){0,3}\s?,")
_RIGHTLY_DOUBLED = frozenset({"sie", "die", "das", "der", "had", "that", "nous", "vous", "que", "zich"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a paragraph is compared with.

    `notes` are the user's, `letter` the letter as the templates word it, `facts` what else is known of the event
    (company, position). `vocabulary` are the words of the templates of this language, without case. `asked` are
    the instructions that the model was given.
    """

    notes: tuple[str, ...]
    letter: str
    facts: tuple[str, ...] = ()
    language: str
    formal: bool
    vocabulary: frozenset[str] = field(default=frozenset(), repr=False)
    asked: str = field(default="", repr=False)

    @property
    def noted(self) -> str:
        """All notes, as one text."""
        return "\n".join(self.notes)

    @property
    def known(self) -> str:
        """All that the paragraph may name."""
        return "\n".join((*self.notes, *self.facts, self.letter))


def refusal(paragraph: str, given: Given) -> str:
    """Why the paragraph may not stand, as "named “Kubernetes”, which is not in your notes"; "" if it may."""
    if given.language not in LANGUAGES:
        return f"can't be checked in the language “{given.language}”"
    if len(paragraph) > _LENGTH_AT_MOST:
        return f"wrote more than {WORDS_AT_MOST} words"
    return next((why for check in _CHECKS if (why := check(paragraph, given))), "")


# --- its form -----------------------------------------------------------------------------------


def _hidden(paragraph: str, _: Given) -> str:
    hidden = any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Cn", "So"} for char in paragraph)
    if "\n" in paragraph or "\u2028" in paragraph or "\u2029" in paragraph:
        return "wrote more than one paragraph"
    return "used signs that do not belong in a letter" if hidden else ""


def _quotes(paragraph: str, _: Given) -> str:
    """Quotation marks around it all, or that are not closed."""
    around = paragraph.startswith(_QUOTES)
    return "put it in quotation marks" if around or paragraph.count('"') % 2 else ""


def _length(paragraph: str, _: Given) -> str:
    count = len(paragraph.split())
    if count > WORDS_AT_MOST:
        return f"wrote {count} words, and {WORDS_AT_MOST} is the most"
    if len(words_of(paragraph)) < _WORDS_AT_LEAST or len(sentences(paragraph)) > _SENTENCES_AT_MOST:
        return "wrote no paragraph"
    return "" if _ENDS.search(paragraph) else "broke off within a sentence"


def _marks(paragraph: str, given: Given) -> str:
    if found := _FRAMES.search(paragraph):
        return f"used “{plain(found[0], 20)}”, as in a placeholder or in markup"
    if _LISTED.match(paragraph):
        return "wrote a list or a heading"
    said, noted = paragraph.casefold(), given.noted.casefold()
    if _ADDRESS.search(said) or any(host[0] not in noted for host in _HOST.finditer(said)):
        return "named an address"
    doubled = _DOUBLED.search(paragraph)
    rightly = doubled and doubled[2] and doubled[2].casefold() in _RIGHTLY_DOUBLED
    return f"wrote “{plain(doubled[0], 40)}” double" if doubled and not rightly else ""


def _frame_of_a_letter(paragraph: str, given: Given) -> str:
    first = words_of(paragraph)[0].bare
    opening = _OPENING_NAME.match(paragraph)
    named = opening and opening[0].strip(" ,") in given.letter.partition("\n")[0]
    if first in GREETINGS or named or (opening and first in MAYBE_GREETINGS):
        return "began with a greeting"
    found = next((words for words in FAREWELLS if words in paragraph.casefold()), "")
    return "ended with a farewell" if found and found not in given.noted.casefold() else ""


def _task(paragraph: str, given: Given) -> str:
    said, noted = f" {spoken(paragraph)}", f" {spoken(given.noted)}"
    if found := next((words for words in ABOUT_THE_TASK if f" {words}" in said), ""):
        return "" if f" {found}" in noted else "wrote about its task instead"
    asked = _runs(given.asked)
    return "repeated what it was asked" if asked & _runs(paragraph) - _runs(given.known) else ""


def _runs(text: str) -> set[tuple[str, ...]]:
    """All runs of so many words."""
    found = [word.bare for word in words_of(text)]
    return {tuple(found[i : i + _SAME_AS_ASKED]) for i in range(len(found) - _SAME_AS_ASKED + 1)}


# --- its language -------------------------------------------------------------------------------


def _language(paragraph: str, given: Given) -> str:
    found = [word.bare for word in words_of(paragraph)]
    wanted = _shares(found)[given.language]
    texts = [[word.bare for word in words_of(one)] for one in sentences(paragraph)]
    long = [text for text in texts if len(text) >= _CERTAIN_LENGTH]
    strange = [text for text in (found, *long) if max(_shares(text).values()) > _shares(text)[given.language]]
    return "wrote in another language" if strange or wanted < _OF_ITS_LANGUAGE else ""


def _shares(found: list[str]) -> dict[str, float]:
    """The share of each language's function words."""
    return {
        language: sum(word in known for word in found) / max(len(found), 1)
        for language, known in FUNCTION_WORDS.items()
    }


def _terms(paragraph: str, given: Given) -> str:
    """First-name terms in a formal letter, or the other way round. German "Sie" may also be "they"."""
    informal, formal = WRONG_TERMS.get(given.language, (frozenset(), frozenset()))
    wrong = informal if given.formal else formal
    told = {word.text if word.text in wrong else word.bare for word in words_of(paragraph)} & wrong
    told -= {word.text for word in words_of(given.letter)} | {word.bare for word in words_of(given.letter)}
    return f"wrote “{min(told)}”, which is not how you address them" if told else ""


# --- what it says -------------------------------------------------------------------------------


def _days(paragraph: str, given: Given) -> str:
    found = {word.bare for word in words_of(paragraph)} & ONE_DAY_ONLY[given.language]
    return f"wrote “{min(found)}”, which is true on one day only" if found else ""


def _claims(paragraph: str, given: Given) -> str:
    said, known = f" {spoken(paragraph)}", f" {spoken(given.known)}"
    found = (words for words in CLAIMS[given.language] if f" {words}" in said and f" {words}" not in known)
    return next((f"wrote “{words.strip()}…”, of which your notes say nothing" for words in found), "")


def _facts(paragraph: str, given: Given) -> str:
    facts = Facts(given.known, given.language, given.vocabulary)
    invented = next(_invented(paragraph, facts), "")
    return f"named “{plain(invented, 40)}”, which is not in your notes" if invented else ""


def _invented(paragraph: str, facts: Facts) -> Iterator[str]:
    for sentence in sentences(paragraph):
        for word in words_of(sentence):
            if facts.is_invented(word):
                yield word.text


def _about_the_notes(paragraph: str, given: Given) -> str:
    facts = Facts(given.noted, given.language, frozenset())
    telling = [word for word in words_of(given.noted) if facts.tells(word)]
    taken_up = any(facts.is_known(word) for word in words_of(paragraph) if facts.tells(word))
    return "" if taken_up or not telling else "said nothing of your notes"


_CHECKS: tuple[Callable[[str, Given], str], ...] = (
    _hidden,
    _quotes,
    _marks,
    _length,
    _frame_of_a_letter,
    _task,
    _language,
    _terms,
    _days,
    _facts,
    _claims,
    _about_the_notes,
)
