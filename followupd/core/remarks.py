"""The user's own words in a letter: notes about the talk, and what to say about oneself.

They are used as they were written, as far as a letter can carry them: a sentence stands by
itself, anything else is put into a frame that fits any phrase ("What stayed with me: ...").
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from followupd.core.names import plain

WORDS_AT_MOST = 40
"""What is longer is cut after a whole sentence; a longer sentence is not used: the slot stands there."""

_BULLET = re.compile(r"^[-*•–—]\s+")
_ENDS_SENTENCE = re.compile(r"[.!?…][\s\"'”“’‘»«›‹)\]]{0,4}$")  # noqa: RUF001  each language's quotation marks
_BETWEEN_SENTENCES = re.compile(r"(?<=[.!?…])\s+(?=[^\W\d_a-z])")
_SENTENCE_AT_LEAST = 3


@dataclass(frozen=True, slots=True)
class Remark:
    """Something that the user wrote, ready for a letter: `text` where it stands alone, `typed` as they wrote it."""

    text: str
    is_sentence: bool
    typed: str


def remarks(texts: Iterable[str]) -> list[Remark]:
    """Those that a letter can carry, in their order."""
    return [remark for text in texts if (remark := _remark(text)).text]


def _remark(text: str) -> Remark:
    clean = _bounded(_BULLET.sub("", plain(text, 2000)))
    if _ENDS_SENTENCE.search(clean) and len(clean.split()) >= _SENTENCE_AT_LEAST:
        return Remark(_with_capital(clean), is_sentence=True, typed=clean)
    phrase = clean.strip(" ,;:.-–—")
    return Remark(phrase, is_sentence=False, typed=phrase)


def _bounded(text: str) -> str:
    """As many whole sentences as fit."""
    if len(text.split()) <= WORDS_AT_MOST:
        return text
    kept = ""
    for sentence in _BETWEEN_SENTENCES.split(text):
        longer = f"{kept} {sentence}".strip()
        if len(longer.split()) > WORDS_AT_MOST:
            return kept
        kept = longer
    return kept


def _with_capital(sentence: str) -> str:
    """A capital at the start, unless the first word has its own way ("iOS")."""
    first = sentence.split(maxsplit=1)[0]
    return sentence[0].upper() + sentence[1:] if first.islower() else sentence
