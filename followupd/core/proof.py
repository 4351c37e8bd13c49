"""What proofreading knows of a letter, and what it finds. Data only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to look at before a letter is sent. `text` is a sentence for the user, `words` what it is about.

    `kind`: slot, placeholder, greeting, company, empty, long, alike, doubled, punctuation, null, attachment, day,
    spelling.
    """

    kind: str
    text: str
    words: str = ""


@dataclass(frozen=True, slots=True)
class Misspelling:
    """A word that is probably not meant so. `better` are other words, the likeliest first. `problem` is "" where it
    is merely misspelt, else a sentence that says what is wrong."""

    words: str
    better: tuple[str, ...] = ()
    problem: str = ""


Spelling = Callable[[str, str], tuple[Misspelling, ...]]
"""Text and language ("en") → what is misspelt in it."""


def nothing_misspelt(_text: str, _language: str) -> tuple[Misspelling, ...]:
    """Spelling where nobody reads it."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What a letter is held against. Empty means unknown: then nothing is said of it.

    `names` and `addresses` are those of the recipients, `greeting` is what the user set. `others` are further people
    of the process. `me` is the user's name. `company` is whom it is about, `companies` are those that it is not
    about. `panel` are the texts of other letters to that company. `attached` tells whether a file is attached, None
    where the mailbox does not say. `day` is when it is read, `met` are the days of the interviews. `slots` are the
    lines to fill in that it was made with; with `slot_may_stand` nobody has had the time to fill them in yet.
    `misspelt` is what spelling found.
    """

    names: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    greeting: str = ""
    others: tuple[str, ...] = ()
    me: str = ""
    company: str = ""
    companies: tuple[str, ...] = ()
    panel: tuple[str, ...] = ()
    attached: bool | None = None
    day: date | None = None
    met: tuple[date, ...] = ()
    slots: tuple[str, ...] = ()
    slot_may_stand: bool = False
    misspelt: tuple[Misspelling, ...] = ()
