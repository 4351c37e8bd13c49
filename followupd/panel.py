"""How alike the letters of a panel are: interviewers compare notes. The measure is that of `core.likeness`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import median

from followupd.core.likeness import TOO_ALIKE, likeness
from followupd.core.model import Kind
from followupd.preview import Preview

DIFFERENT = 0.6
"""Below this two letters read as letters about different things; from `TOO_ALIKE` on they read as one."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Two letters, the one shown first first, and how alike they are, from 0 to 1."""

    one: Preview
    other: Preview
    ratio: float


@dataclass(frozen=True, slots=True)
class Panel:
    """The thank-yous that are shown, in their order, and each pair of them. `pairs` is never empty."""

    letters: tuple[Preview, ...]
    pairs: tuple[Alike, ...]

    @property
    def highest(self) -> Alike:
        """The pair that is most alike."""
        return max(self.pairs, key=lambda pair: pair.ratio)

    @property
    def median(self) -> float:
        return median(pair.ratio for pair in self.pairs)

    def rows(self) -> Iterator[tuple[Preview, tuple[float, ...]]]:
        """Each letter but the first, with its likeness to each letter before it."""
        for place, letter in enumerate(self.letters[1:], 1):
            mine = {id(pair.one): pair.ratio for pair in self.pairs if pair.other is letter}
            yield letter, tuple(mine[id(other)] for other in self.letters[:place])


def panel_of(shown: Sequence[Preview]) -> Panel | None:
    """The panel among these letters, None where fewer than two people are thanked in words that are known."""
    letters = tuple(one for one in shown if one.letter.kind is Kind.THANK_YOU and one.text.strip())
    pairs = tuple(
        Alike(one, other, likeness(one.text, other.text)) for one, other in combinations(letters, 2)
    )
    return Panel(letters, pairs) if pairs else None


def in_words(ratio: float) -> str:
    """How alike two letters read."""
    if ratio >= TOO_ALIKE:
        return "too alike"
    return "different" if ratio < DIFFERENT else "somewhat alike"
