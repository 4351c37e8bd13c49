"""The text of a letter cut up to be shown: into paragraphs, lines to fill in, and pieces with their origins."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from followupd.kept_words import SLOT

if TYPE_CHECKING:
    from followupd.preview import Preview

_PARAGRAPH = "\n\n"


class Run(NamedTuple):
    """Some text, the number of its piece (from 1; 0 for what is between pieces), and whether it is to be filled in."""

    text: str
    piece: int = 0
    is_slot: bool = False


def paragraphs(one: Preview) -> list[list[Run]]:
    """The paragraphs of a letter; joined by empty lines they are its whole text but for the last line's end."""
    found: list[list[Run]] = [[]]
    for run in _runs(one, one.text.rstrip("\n")):
        first, *others = run.text.split(_PARAGRAPH)
        for number, text in enumerate((first, *others)):
            if number:
                found.append([])
            if text:
                found[-1].append(Run(text, run.piece, _is_slot(text)))
    return found


def slots(one: Preview) -> int:
    """How many lines the user is to fill in or delete."""
    return sum(run.is_slot for paragraph in paragraphs(one) for run in paragraph)


def _runs(one: Preview, text: str) -> Iterator[Run]:
    at = 0
    for number, piece in enumerate(one.pieces, 1):
        start = text.find(piece.text, at) if piece.text else -1
        if start < 0:
            continue
        if start > at:
            yield Run(text[at:start])
        at = start + len(piece.text)
        yield Run(piece.text, number)
    if at < len(text):
        yield Run(text[at:])


def _is_slot(text: str) -> bool:
    return text.startswith(SLOT) and "\n" not in text
