"""The headings of a notes file, however they are written: with or without `#`, bold, with a colon, in any case."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from followupd.core.written_days import day_noted

LONGEST_LINE: Final = 4000  # characters; what is longer is no line of a person's notes
_ANY_DAY: Final = date(2000, 1, 1)


class Section(StrEnum):
    """What the text under a heading is."""

    ASK = "ask"
    TALK = "talk"
    FIT = "fit"
    FORGOT = "forgot"
    QUESTION = "question"
    DECIDE = "decide"
    MET = "met"
    INTEREST = "interest"
    PRIVATE = "private"


TITLES: Final = {
    Section.ASK: "What to ask",
    Section.TALK: "What we talked about",
    Section.FIT: "Why I fit",
    Section.FORGOT: "Forgot to mention",
    Section.QUESTION: "Question to ask",
    Section.DECIDE: "Next steps by",
    Section.MET: "Who I met",
    Section.INTEREST: "Interest",
    Section.PRIVATE: "Only for me",
}
_ALSO: Final = {
    Section.ASK: ("questions to ask them", "things to ask", "worth asking"),
    Section.TALK: ("what was talked about", "what we discussed", "what we spoke about", "we talked about"),
    Section.FIT: ("why i'm a fit", "why i am a fit", "why i would fit", "why i'd fit", "why me"),
    Section.FORGOT: ("what i forgot to mention", "i forgot to mention", "what i forgot"),
    Section.QUESTION: (
        "questions to ask",
        "question i still have",
        "questions i still have",
        "open questions",
    ),
    Section.DECIDE: ("next step by", "decision by", "they decide by", "they will decide by"),
    Section.MET: ("whom i met", "who was there", "people i met"),
    Section.INTEREST: ("interested", "my interest", "still interested"),
    Section.PRIVATE: ("just for me", "for me only", "not for the letter", "not for letters"),
}
# Too common to be a heading without its `#`.
_ONLY_MARKED: Final = {
    Section.ASK: ("ask", "to ask"),
    Section.TALK: ("notes", "talk", "talked about", "discussed"),
    Section.FIT: ("fit",),
    Section.FORGOT: ("forgot", "forgotten"),
    Section.QUESTION: ("question", "questions", "open question"),
    Section.DECIDE: ("next steps", "next step", "decide", "decision"),
    Section.MET: ("met", "people"),
    Section.PRIVATE: ("private", "for me"),
}
_NAMED: Final = {title.lower(): section for section, title in TITLES.items()} | {
    name: section for section, names in _ALSO.items() for name in names
}
_MARKED: Final = _NAMED | {name: section for section, names in _ONLY_MARKED.items() for name in names}
_MARKS = re.compile(r" {0,3}(#{0,6}) ?(.*?)(?: #{1,6})?", re.DOTALL)
_ADDRESS = re.compile(r"<\s*([^<>\s@]{1,64}@[^<>\s@]{1,190})\s*>")


@dataclass(frozen=True, slots=True)
class Heading:
    """A line that may head what follows. `level` counts its `#`. `rest` stands in the line behind the heading."""

    level: int
    words: str
    section: Section | None = None
    rest: str = ""

    @property
    def address(self) -> str:
        """The address that it names in angle brackets, or is; "" where it names none."""
        found = _ADDRESS.search(self.words)
        alone = "@" in self.words and " " not in self.words
        return found[1] if found else self.words if alone else ""

    @property
    def name(self) -> str:
        """The words without that address."""
        return " ".join(_ADDRESS.sub(" ", self.words).split())


def heading_of(line: str) -> Heading:
    """The line as a heading; whether it is one is for the reader to say, who knows the people."""
    marks = _MARKS.fullmatch(line[:LONGEST_LINE].rstrip())
    assert marks is not None  # it fits any line
    level, words = len(marks[1]), _unwrapped(marks[2])
    names = _MARKED if level else _NAMED
    before, colon, after = words.partition(":")
    section = names.get(_folded(words.rstrip(": ")))
    if section is not None:
        return Heading(level, words.rstrip(": "), section)
    section = names.get(_folded(before)) if colon else None
    if section is not None:
        return Heading(level, words, section, _unwrapped(after))
    rest = _date_behind(words, names, marked=level > 0)
    return Heading(level, words.rstrip(": "), Section.DECIDE if rest else None, rest)


def section_of(words: str) -> Section | None:
    """The section that a heading with these words begins, None for any other."""
    return heading_of(f"# {words}").section


def _date_behind(words: str, names: dict[str, Section], *, marked: bool) -> str:
    """ "3 Dec" of "Next steps by 3 Dec"; behind a marked "by" also what is no date, so that this can be told."""
    parts = words.split(" ")
    for place in range(min(len(parts), 6) - 1, 0, -1):
        name, rest = _folded(" ".join(parts[:place])), " ".join(parts[place:])
        sure = marked and name.endswith(" by")
        if names.get(name) is Section.DECIDE and (sure or day_noted(rest, _ANY_DAY)):
            return rest
    return ""


def _unwrapped(words: str) -> str:
    """Without the marks of bold and italic type around it."""
    flat = " ".join(words.split())
    for mark in ("**", "__", "*", "_"):
        if flat.startswith(mark) and mark in flat[len(mark) :]:
            flat = flat[len(mark) :].replace(mark, "", 1)
    return flat.strip()


def _folded(words: str) -> str:
    return words.replace("’", "'").strip(" *_:").casefold()
