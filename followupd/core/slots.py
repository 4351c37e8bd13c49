"""Times in schedules: "10:00 AM - 10:45 AM PT", "14h00–14h45", "9.30–10.15 Uhr", "Round 2 –"."""

from __future__ import annotations

import re
from typing import Final

_CLOCK = r"\d{1,2}(?:[:.h]\d{2}| ?uhr| ?h\b|(?= ?[ap]\.?m))(?: ?[ap]\.?m\b\.?)?(?: ?uhr\b| ?h\b)?"
_ZONE = r"(?: ?\(?(?:[A-Z]{1,3}T|UTC|GMT|BST|IST|UK)\)?(?=\W|$))?"
_SLOT = re.compile(
    rf"^(?:kl\.? ?|at |from |um |von |de |à |a las )?(?i:{_CLOCK}){_ZONE}"
    rf"(?: ?(?:[-–—]|to|bis|until|à|a|tot|til) ?(?i:{_CLOCK}){_ZONE})?[ ,:|·–—-]{{0,5}}"
    r"|^(?i:interview|round|session|part|stage|entretien|gespräch|entrevista|colloquio|gesprek) #?\d{1,2} ?[:–—-] "
    r"|^\d{1,2}(?i:st|nd|rd|th) (?i:interview|round|session) ?[:–—-] "
)
_RANGE = re.compile(rf"(?i:{_CLOCK}){_ZONE} ?(?:[-–—]|to|bis|until|à|tot) ?(?i:{_CLOCK})")
_AFTER_TIME: Final = " ,:|·–—-"


def slot(bare: str) -> str | None:
    """The rest of a line that has a time at its beginning or a range of times anywhere; None for others."""
    if start := _SLOT.match(bare):
        return bare[start.end() :].strip()
    times = _RANGE.search(bare)
    return f"{bare[: times.start()]} – {bare[times.end() :].lstrip(_AFTER_TIME)}".strip() if times else None


def has_range(line: str) -> bool:
    """Whether a range of times stands anywhere in the line."""
    return _RANGE.search(line) is not None


def is_timed(text: str) -> bool:
    """Whether a time stands at the beginning."""
    return _SLOT.match(text) is not None
