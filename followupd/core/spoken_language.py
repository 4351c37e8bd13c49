"""The language that people wrote an event in, told where it is sure. Tables of common words, no guessing.

The description decides where it is sure: whole sentences, addressed to whom it invites. Else the title does,
where it has a word for an interview that one language alone uses. English words in a title say nothing, since
titles in all languages use them. Words of neighbouring languages that we bring no letters in are counted too,
so that Portuguese is not taken for Spanish.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice
from typing import Final

from followupd.core.descriptions import lines
from followupd.core.model import Event

WORDS_AT_MOST: Final = 400
LONGEST_TITLE: Final = 300
_HITS_AT_LEAST: Final = 5
_DIFFERENT_AT_LEAST: Final = 3
_LEAD: Final = 1.4

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
# What conferencing and calendar systems add below the text, in whatever language they are set to.
_APPENDED: Final = re.compile(r"[_~=-]{8}|https?://|\b(?:zoom|teams|webex|google meet)\b", re.IGNORECASE)

_COMMON: Final = {
    "en": "the and with you your for we will please our are this have from is to of be an if on would",
    "de": "und der die das mit wir sie ihre ihren ihnen ist für bitte auf ein eine zum zur nicht uns im den wird",
    "fr": "le les des et vous votre nous pour avec est une dans du sur de merci bonjour au je la en un par qui",
    "es": "el los las y con para una del usted nos su de gracias por es la en un que se al te le",
    "nl": "de het een en met voor je jij u wij we van is bij op te ons graag aan wordt zijn dat uw in",
    "it": "il gli che con per di della del una sono grazie nel la le un si e al ci è",
    "pt": "o os uma com para não você em da do obrigado e as de um por que se ao no na dos",
    "ca": "el els les i amb per una del que la de en un al us",
    "da": "og det for med på vi du ikke jeg til der at er en et som dig",
    "sv": "och det för med på vi du inte jag till att är en ett som dig",
    "pl": "i w na z się do jest nie że o za pan pani oraz",
}
_OF: Final = {language: frozenset(words.split()) for language, words in _COMMON.items()}
_BROUGHT: Final = frozenset({"en", "de", "fr", "es", "nl"})

_INTERVIEW: Final = {
    "de": r"(?:vorstellungs|bewerbungs|bewerber|erst|zweit|auswahl|kennenlern)-?gespr(?:ä|ae)ch|gespr(?:ä|ae)ch mit",
    "fr": r"entretien",
    "nl": r"(?:sollicitatie|kennismakings|selectie)-?gesprek|gesprek met",
    "es": r"entrevista(?= (?:de trabajo|con|personal|t[eé]cnica|telef[oó]nica|laboral))",
}
_TITLE: Final = re.compile(
    "|".join(rf"(?P<{language}>\b(?:{words}))" for language, words in _INTERVIEW.items()), re.IGNORECASE
)


def language_of(event: Event) -> str:
    """The language of an event where it is sure and we bring letters in it, else ""."""
    return _of_text(event.description) or _of_title(event.title[:LONGEST_TITLE])


def _of_text(description: str) -> str:
    said = [word for line in _written(description) for word in _WORD.findall(line.casefold())]
    hits = {language: Counter(w for w in said[:WORDS_AT_MOST] if w in own) for language, own in _OF.items()}
    first, second = sorted(hits, key=lambda language: hits[language].total(), reverse=True)[:2]
    found = hits[first]
    enough = found.total() >= _HITS_AT_LEAST and len(found) >= _DIFFERENT_AT_LEAST
    return first if enough and found.total() >= _LEAD * hits[second].total() and first in _BROUGHT else ""


def _written(description: str) -> list[str]:
    """The lines of people: those before what a system has added."""
    written: list[str] = []
    for line in islice(lines(description), WORDS_AT_MOST):
        if _APPENDED.search(line):
            break
        written.append(line)
    return written


def _of_title(title: str) -> str:
    found = {match.lastgroup for match in _TITLE.finditer(title)}
    return next(iter(found)) or "" if len(found) == 1 else ""
