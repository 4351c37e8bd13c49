"""Which words of a text name something: a person, a company, a tool, a number, a day. For `core.faithful`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from followupd.core.faithfultables import (
    ABSTRACT,
    BRANDS,
    DAYS,
    FUNCTION_WORDS,
    MAY_BE_WORDS,
    NOUNS,
    NUMBERS,
    OPENERS,
)

_WORD = re.compile(r"\d[\d.,:/]{0,20}\d|[^\W_]+")
_BETWEEN_SENTENCES = re.compile(r"(?<=[.!?…])\s+")
_VERB_FORMS = ("iendo", "ando", "ing", "ed", "er", "en", "es", "ar", "ir", "et", "s", "e", "n", "r", "t")
_STEM = 5  # letters that words of one stem have in common
_FORMS = frozenset({"s", "es", "e", "n", "en", "er", "em", "ed", "in"})
_PART = 4  # letters that a part of a compound has
_GERMAN = "de"  # all nouns have capitals
_TELLING = 4  # letters from which on a word says what a text is about


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it stands. `starts` is true where it begins a sentence, and so has a capital in any case."""

    text: str
    starts: bool = False

    @property
    def bare(self) -> str:
        """Without case."""
        return self.text.casefold()

    @property
    def has_capital(self) -> bool:
        return self.text != self.text.lower()

    @property
    def is_code(self) -> bool:
        """Written as only names and abbreviations are: AWS, iOS, K8s, GraphQL."""
        inside = self.text[1:] != self.text[1:].lower()
        return inside or (self.has_digit and not self.text.isdigit())

    @property
    def has_digit(self) -> bool:
        return any(char.isdigit() for char in self.text)


def sentences(text: str) -> list[str]:
    """A text cut after its full stops."""
    return [one for one in _BETWEEN_SENTENCES.split(text.strip()) if one]


def words_of(text: str) -> list[Word]:
    """The words of a text; what hyphens and apostrophes join are several."""
    found = []
    for sentence in sentences(text):
        begins = True
        for match in _WORD.finditer(sentence):
            found.append(Word(match[0], begins))
            begins = False
    return found


def spoken(text: str) -> str:
    """A text in one line, without case, for looking up phrases."""
    return " ".join(re.sub(r"[^\w'’-]+", " ", text.casefold().replace("’", "'")).split())


class Facts:
    """What may be named: the words of a text that is known to be true, in one language."""

    def __init__(self, known: str, language: str, vocabulary: frozenset[str]) -> None:
        self.language = language
        self.texts = frozenset(word.text for word in words_of(known))
        self.words = frozenset(text.casefold() for text in self.texts)
        self.vocabulary = vocabulary
        self._days = DAYS[language]
        self._numbers = NUMBERS[language]

    def is_invented(self, word: Word) -> bool:
        """Whether a word names something that is not known."""
        if word.text[0].isdigit():
            return _number(word.text) not in self.numbers
        if word.bare in self._numbers:
            return self._numbers[word.bare] not in self.numbers and word.bare not in self.words
        if self._names_day(word):
            return self._days[word.bare] not in self.days
        if self._is_named(word):
            return False
        if word.is_code or word.bare in BRANDS or not _is_latin(word.text):
            return True
        return word.has_capital and not self._is_common(word)

    def is_known(self, word: Word) -> bool:
        """Whether it, or a word of the same stem, stands in the text."""
        return word.bare in self.words or any(_same_stem(word.bare, other) for other in self.words)

    def _is_named(self, word: Word) -> bool:
        """Whether a name stands in the text, or another form of it. A verb does not name a person: Will, Mark."""
        verb = word.bare in FUNCTION_WORDS[self.language] and not word.starts and self.language != _GERMAN
        if verb and word.has_capital:
            return word.text in self.texts
        return word.bare in self.words or any(_is_form(word.bare, other) for other in self.words)

    def tells(self, word: Word) -> bool:
        """Whether it says what a text is about."""
        said_anyway = any(word.bare in known for known in FUNCTION_WORDS.values())
        return (len(word.text) >= _TELLING or word.is_code or word.has_digit) and not said_anyway

    @cached_property
    def numbers(self) -> frozenset[object]:
        """The numbers that are known, in digits or in words."""
        in_words = {value for name, value in self._numbers.items() if name in self.words}
        return frozenset(in_words | {_number(word) for word in self.words if word[0].isdigit()})

    @cached_property
    def days(self) -> frozenset[str]:
        """The weekdays and months that are known."""
        return frozenset(day for name, day in self._days.items() if self._is_known_day(name))

    def _is_known_day(self, name: str) -> bool:
        sure = name not in MAY_BE_WORDS and name in self.words
        return sure or not self.texts.isdisjoint({name.capitalize(), name[:3].capitalize()})

    def _names_day(self, word: Word) -> bool:
        if word.bare in MAY_BE_WORDS and (word.starts or not word.has_capital):
            return False
        return word.bare in self._days

    def _is_common(self, word: Word) -> bool:
        """Whether a word has its capital for another reason than being a name."""
        if self.language == "en" and word.text == "I":
            return True
        if self.language == _GERMAN:
            long = len(word.bare) > _STEM  # Automatisieren, where the notes say automatisiert
            return self._is_noun(word.bare) or self._is_plain(word.bare) or (long and self.is_known(word))
        return word.starts and (self._is_plain(word.bare) or _stem(word.bare) in self._stems)

    @cached_property
    def _stems(self) -> frozenset[str]:
        """Of the words that are no names: a sentence may begin with another form of a verb."""
        plain = {text for text in self.texts if text.islower()} | self._plain
        return frozenset(_stem(text) for text in plain if len(_stem(text)) >= _PART)

    def _is_plain(self, bare: str) -> bool:
        """A word that no name is: of the templates, or one of the many that begin a sentence."""
        return bare in self._plain

    @cached_property
    def _plain(self) -> frozenset[str]:
        return FUNCTION_WORDS[self.language] | OPENERS[self.language] | self.vocabulary

    def _is_noun(self, bare: str) -> bool:
        """A German noun that is no name: listed, abstract, or made of such."""
        if _stem(bare) in self._nouns or (len(bare) > _STEM and bare.endswith(ABSTRACT)):
            return True
        cuts = range(_PART, len(bare) - _PART + 1)
        return any(self._is_part(bare[:cut]) and self._is_part(bare[cut:]) for cut in cuts)

    @cached_property
    def _nouns(self) -> frozenset[str]:
        return frozenset(_stem(noun) for noun in NOUNS) | {_stem(word) for word in self.words}

    def _is_part(self, bare: str) -> bool:
        known = NOUNS | self.words
        joint = bare.removesuffix("s")  # Arbeits-weise
        return len(joint) >= _PART and (bare in known or joint in known)


def _number(text: str) -> object:
    """Its value; as it stands where it is no whole number (2.5, 10:30)."""
    digits = re.sub(r"[.,](?=\d{3}\b)", "", text)
    return int(digits) if digits.isdecimal() else digits


def _is_form(one: str, other: str) -> bool:
    """Whether two words are forms of one name: "Danas", "Kunden"."""
    shorter, longer = sorted((one, other), key=len)
    return len(shorter) >= 3 and longer.startswith(shorter) and longer[len(shorter) :] in _FORMS


def _stem(bare: str) -> str:
    """A word without the ending of its form: testing, tests, teste, tester."""
    ending = next((one for one in _VERB_FORMS if bare.endswith(one) and len(bare) - len(one) >= _PART), "")
    return bare.removesuffix(ending)


def _same_stem(one: str, other: str) -> bool:
    return _is_form(one, other) or (len(min(one, other, key=len)) >= _STEM and one[:_STEM] == other[:_STEM])


def _is_latin(text: str) -> bool:
    return all(char.isdigit() or char < "\u0250" or "\u1e00" <= char < "\u1f00" for char in text)
