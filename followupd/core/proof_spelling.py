"""Which of the words that a spelling program does not know are worth a word to the user.

A dictionary does not know names, products and words of the trade, and letters are full of them. So only what is one
slip away from a word, and looks like no name, counts.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from followupd.core.proof import Misspelling
from followupd.core.prooftables import ENGLISH, TRADE

SHORT = 5  # letters: below, only two swapped letters are surely a slip ("teh"): "dbt" is no "debt"
LONG = 8  # letters: from here on two slips may be in a word
MANY = 8  # more than these, and it is rather another language
_IS_ENGLISH = 0.2  # of the words: in English letters a third and more are of these
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")
_SENTENCE_START = re.compile(r"(?:^|[.!?:\n][\s\"“(]*)$")


def is_english(text: str) -> bool:
    """Whether enough of its words are the small ones that English can't do without."""
    words = [word.casefold() for word in _WORD.findall(text)]
    return bool(words) and sum(word in ENGLISH for word in words) / len(words) >= _IS_ENGLISH


def worth_telling(found: Iterable[Misspelling], text: str, known: Iterable[str]) -> tuple[Misspelling, ...]:
    """Those that are surely slips. `known` are names of the process: none of their words is ever one."""
    names = frozenset(word.casefold() for name in known for word in _WORD.findall(name.replace("’", "'")))
    kept = [one for one in found if _is_free(one.words, names) and (one.problem or _is_slip(one, text))]
    return tuple(kept) if len(kept) <= MANY else ()


def _is_free(words: str, names: Collection[str]) -> bool:
    low = [word.casefold() for word in _WORD.findall(words)]
    return not any(word in names or word.removesuffix("'s") in names for word in low)


def _is_slip(one: Misspelling, text: str) -> bool:
    word, better = one.words, next(iter(one.better), "")
    is_word = _WORD.fullmatch(word) is not None and word.isascii()
    if not is_word or not better or word[1:] != word[1:].lower() or word.casefold() in TRADE:
        return False
    place = re.search(rf"(?<![\w@./-]){re.escape(word)}(?![\w@/]|[.-]\w)", text)
    if place is None or (word[0].isupper() and not _begins_sentence(word, text[: place.start()])):
        return False
    return _is_near(word.casefold(), [other.casefold() for other in one.better])


def _begins_sentence(word: str, before: str) -> bool:
    """Whether a capital is there for the sentence; short words with one are names even then."""
    return len(word) > SHORT and _SENTENCE_START.search(before[-9:]) is not None


def _is_near(word: str, better: list[str]) -> bool:
    if len(word) < SHORT:
        return any(sorted(word) == sorted(other) and distance(word, other) == 1 for other in better)
    return distance(word, better[0]) <= (2 if len(word) >= LONG else 1)


def distance(one: str, other: str) -> int:
    """How many slips are between two words (Damerau): letters changed, left out, put in, or two swapped."""
    if abs(len(one) - len(other)) > 2:
        return abs(len(one) - len(other))
    before: list[int] = []
    row = list(range(len(other) + 1))
    for at, char in enumerate(one, 1):
        earlier, before, row = before, row, [at]
        for to, wanted in enumerate(other, 1):
            cost = min(before[to] + 1, row[to - 1] + 1, before[to - 1] + (char != wanted))
            if at > 1 and to > 1 and char == other[to - 2] and one[at - 2] == wanted:
                cost = min(cost, earlier[to - 2] + 1)
            row.append(cost)
    return row[-1]
