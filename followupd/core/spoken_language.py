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
from followupd.core.nametables import PARTICLES

WORDS_AT_MOST: Final = 400
LONGEST_TITLE: Final = 300
_HITS_AT_LEAST: Final = 5
_DIFFERENT_AT_LEAST: Final = 3
_TELLING_AT_LEAST: Final = 2
_LEAD: Final = 1.4

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SHORT_LINE: Final = 14
# What conferencing and calendar systems add below the text, in whatever language they are set to, begins with a
# row of signs (Teams "____", Google "-::~:~"), with "-- " (Webex; signatures by RFC 3676 section 4.3) or its link.
# Footers of company mail call it confidential. A product's name alone begins nothing: people write it too.
_RULED_OFF: Final = re.compile(
    r"[_~=:-]{8}|^--(?:\s|$)|\b(?:confidential|confidentiel|confidencial|vertraulich|vertrouwelijk)",
    re.IGNORECASE,
)
_LINK: Final = re.compile(r"https?://", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"https?://\S{1,2000}", re.IGNORECASE)
_PRODUCT: Final = re.compile(r"\b(?:[Zz]oom|Teams|[Ww]ebex|Google Meet)\b")

_COMMON: Final = {
    "en": "the and with you your for we will please our are this have from is to of be an if on at it about",
    "de": "und der die das mit wir sie ihre ihren ihnen ist für bitte ein eine zum zur nicht uns im den wird ich "
    "dich dir von bei es",
    "fr": "le les des et vous votre nous pour avec est une dans du sur de merci bonjour au je la en un par qui "
    "notre ce à que",
    "es": "el los las y con para una del usted nos su de gracias por es la en un que se al te le esta sobre hola",
    "nl": "de het een en met voor je jij u wij we van is bij op te ons graag aan wordt zijn dat uw in",
    "it": "il gli che con per di della del una sono grazie nel la le un si e al ci è",
    "pt": "o os uma com para não você em da do obrigado e as de um por que se ao no na dos esta sobre",
    "ca": "el els les i amb per una del que la de en un al us sobre hola",
    "da": "og det for med på vi du ikke jeg til der at er en et som dig",
    "sv": "och det för med på vi du inte jag till att är en ett som dig",
    "pl": "i w na z się do jest nie że o za pan pani oraz",
    "no": "og det for med på vi du ikke jeg til å er et en som deg av",
    "af": "die en is vir met ons jou jy nie van om te in wat het by sal as dat",
    "fy": "de it en is fan mei wy dy by op yn te foar nei ús in út",
    "ro": "și de la cu pe în te un o să pentru din despre vei este va ne",
    "gl": "o os a unha con para en da do coa na no que se te e por",
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
    """The one language of the text: none where a line of it is surely in another."""
    written = [_WORD.findall(line.casefold()) for line in _written(description)]
    whole = _of_words([word for line in written for word in line])
    return whole if whole in _BROUGHT and {_of_words(line) for line in written} <= {whole, ""} else ""


def _of_words(said: list[str]) -> str:
    """The language that leads clearly, "" if none: with words that are no parts of names ("de la", "van der")."""
    hits = {language: Counter(w for w in said[:WORDS_AT_MOST] if w in own) for language, own in _OF.items()}
    first, second = sorted(hits, key=lambda language: hits[language].total(), reverse=True)[:2]
    found = hits[first]
    enough = found.total() >= _HITS_AT_LEAST and len(found) >= _DIFFERENT_AT_LEAST
    telling = len(found.keys() - PARTICLES) >= _TELLING_AT_LEAST
    return first if enough and telling and found.total() >= _LEAD * hits[second].total() else ""


def _written(description: str) -> list[str]:
    """The lines of people: those before what a system has added. A row of "____" comes as an empty line."""
    written: list[str] = []
    for line in islice(lines(description), WORDS_AT_MOST):
        is_short = len(line.split()) <= _SHORT_LINE
        if not line or _RULED_OFF.search(line) or (is_short and _LINK.search(line)):
            break
        if not (is_short and _PRODUCT.search(line)):
            written.append(_ADDRESS.sub(" ", line))
    return written


def _of_title(title: str) -> str:
    found = {match.lastgroup for match in _TITLE.finditer(title)}
    return next(iter(found)) or "" if len(found) == 1 else ""
