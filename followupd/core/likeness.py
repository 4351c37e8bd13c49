"""How alike two letters are: interviewers compare notes, so no two of one company may be twins.

The measure: `difflib.SequenceMatcher` over the lists of words (case and punctuation ignored) of
the two bodies, without greeting, slot and signature. 0 is nothing in common, 1 is the same words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from difflib import SequenceMatcher

TOO_ALIKE = 0.8
"""Two letters to one company stay below this."""

_WORD = re.compile(r"\w+")
_GREETING_AT_MOST = 12
_SIGNATURE_AT_MOST = 12


def words(text: str) -> tuple[str, ...]:
    """The words of a text as they are compared."""
    return tuple(_WORD.findall(text.casefold()))


def body(text: str) -> str:
    """A letter without its greeting, slot lines and signature. A text of one paragraph stays whole."""
    paragraphs = [part for part in re.split(r"\n\s*\n", text.strip()) if not _is_slot(part)]
    if len(paragraphs) > 1 and _is_greeting(paragraphs[0]):
        del paragraphs[0]
    if len(paragraphs) > 1 and _is_signature(paragraphs[-1]):
        del paragraphs[-1]
    return "\n\n".join(paragraphs)


def likeness(one: str, other: str) -> float:
    """How alike the bodies of two letters are, from 0 to 1; the order of the two does not matter."""
    return likeness_of_words(words(body(one)), words(body(other)))


def likeness_of_words(one: Sequence[str], other: Sequence[str]) -> float:
    """The same for words already taken from the bodies."""
    first, second = sorted((list(one), list(other)))
    return SequenceMatcher(None, first, second, autojunk=False).ratio()


def nearest(one: Sequence[str], others: Iterable[Sequence[str]], enough: float) -> float:
    """How alike the nearest of the others is; the search ends where one is as near as `enough`."""
    alike = 0.0
    for other in others:
        alike = max(alike, likeness_of_words(one, other))
        if alike >= enough:
            break
    return alike


def _is_slot(paragraph: str) -> bool:
    head, colon, _ = paragraph.partition(":")
    return bool(colon) and head.isupper() and "\n" not in paragraph


def _is_greeting(paragraph: str) -> bool:
    return paragraph.rstrip().endswith((",", ":")) and len(words(paragraph)) <= _GREETING_AT_MOST


def _is_signature(paragraph: str) -> bool:
    last = paragraph.rstrip().splitlines()[-1]
    return len(words(last)) <= _SIGNATURE_AT_MOST and not last.endswith((".", "!", "?"))
