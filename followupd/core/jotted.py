"""What the user wrote into a notes file, read back. Prompts and headings of ours are never taken for notes.

The file may be half-written, renamed, in any order, without its headings: whatever is under no heading that is
known counts as something that was talked about. It is the user's, and yet cut and bounded: it may hold anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from followupd.core.addresses import canonical
from followupd.core.headings import LONGEST_LINE, Heading, Section, heading_of
from followupd.core.model import Note, Person
from followupd.core.names import plain

LONGEST_FILE: Final = 65536  # bytes, and so characters
MOST_LINES: Final = 4000
MOST_NOTES: Final = 200
LONGEST_NOTE: Final = 2000
FILE: Final = "file"
MARK: Final = "<!-- followupd: interview "
_ID = re.compile(rf"^{MARK}([0-9a-f]{{16}})\b", re.MULTILINE)
_BULLET = re.compile(r"\A\s{0,40}(?:>\s?)*(?:[-*+•–—]|\d{1,3}\))\s{1,8}(?:\[[ xX]\]\s{1,4})?")
_NUMBER = re.compile(r"\A\s{0,40}(\d{1,3})\.\s{1,8}")
_QUOTE = re.compile(r"\A\s{0,40}(?:>\s?)+")
_RULE = re.compile(r"\s{0,3}(?:[-*_=]\s{0,3}){3,}|`{3,}.*|~{3,}.*")
_LINK = re.compile(r"\[([^][]{1,300})\]\([^()\s]{1,500}\)")
_TOPICS: Final = {Section.FIT: "fit", Section.FORGOT: "forgot", Section.QUESTION: "question"}
_NOT_FOR_LETTERS: Final = frozenset((Section.ASK, Section.PRIVATE))
_NO: Final = frozenset(("no", "none", "not", "nope", "nein", "non", "nee", "not interested", "not any more"))
_YES: Final = frozenset(("yes", "yeah", "yep", "ja", "oui", "sí", "si", "very much", "strong", "high"))


@dataclass(frozen=True, slots=True)
class Jotted:
    """What a notes file says. `interview` is the id on its line, "" where that is gone.

    `decide` is what stands under "Next steps by", `met` are the lines under "Who I met", both as they were
    written. `odd` are sentences on what could not be understood.
    """

    interview: str = ""
    notes: tuple[Note, ...] = ()
    decide: str = ""
    met: tuple[str, ...] = ()
    odd: tuple[str, ...] = ()


def interview_in(text: str) -> str:
    """The id of the interview that a notes file is about, "" where its line is gone."""
    found = _ID.search(text[:LONGEST_FILE])
    return found[1] if found else ""


def jotted(text: str, people: Sequence[Person], at: datetime) -> Jotted:
    """Reads a notes file. `people` are those whose headings are known; the notes are of the moment `at`."""
    reader = _Reader(people, at)
    for line in _shown(text[:LONGEST_FILE].removeprefix("\ufeff").splitlines()[:MOST_LINES]):
        reader.line(line[:LONGEST_LINE])
    reader.flush()
    return Jotted(
        interview=interview_in(text),
        notes=tuple(dict.fromkeys(reader.notes))[:MOST_NOTES],
        decide=reader.decide,
        met=tuple(dict.fromkeys(reader.met))[:MOST_NOTES],
        odd=tuple(dict.fromkeys(reader.odd)),
    )


def said_in(line: str, at: datetime, source: str) -> Note | None:
    """A single line of notes, which may name its topic ("Forgot to mention: ..."); None where it says nothing."""
    reader = _Reader((), at)
    reader.line(line[:LONGEST_LINE])
    reader.flush()
    first = next(iter(reader.notes), None)
    return Note(first.text, at, "", first.interest, first.topic, source) if first else None


# --- lines --------------------------------------------------------------------------------------


def _shown(lines: Sequence[str]) -> Iterator[str]:
    """The lines without comments and without the properties that some editors put in front."""
    place = _after_properties(lines)
    while place < len(lines):
        line, start = lines[place], lines[place].find("<!--")
        if start < 0:
            if not line.rstrip().endswith("-->"):  # else what is left of a prompt
                yield line
        elif "-->" in line[start:]:
            yield from filter(None, [_uncommented(line).strip()])
        else:
            yield from filter(None, [line[:start].strip()])
            place = _end_of_comment(lines, place)
        place += 1


def _uncommented(line: str) -> str:
    kept, place = "", 0
    while (start := line.find("<!--", place)) >= 0:
        end = line.find("-->", start)
        kept, place = kept + line[place:start], len(line) if end < 0 else end + 3
    return kept + line[place:]


def _end_of_comment(lines: Sequence[str], start: int) -> int:
    """The line that ends a comment; the one that begins it where none does before the next heading."""
    for place in range(start + 1, len(lines)):
        if "-->" in lines[place] and "<!--" not in lines[place]:
            return place
        if lines[place].startswith("#") or "<!--" in lines[place]:
            break
    return start


def _after_properties(lines: Sequence[str]) -> int:
    """Where the text begins behind a YAML block as Obsidian writes it."""
    if not lines or lines[0].rstrip() != "---":
        return 0
    return next((n + 1 for n in range(1, min(len(lines), 60)) if lines[n].rstrip() == "---"), 0)


# --- reading ------------------------------------------------------------------------------------


@dataclass
class _Reader:
    """Where the reading stands: under which heading, and for whom."""

    people: Sequence[Person]
    at: datetime
    notes: list[Note] = field(default_factory=list)
    met: list[str] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    decide: str = ""
    section: Section = Section.TALK
    level: int = 0
    person: str = ""
    person_level: int = 0
    paragraph: list[str] = field(default_factory=list)
    number: int = 0

    def line(self, line: str) -> None:
        if not line.strip() or _RULE.fullmatch(line):
            self.flush()
        elif not self._heads(line):
            self._text(line)

    # headings

    def _heads(self, line: str) -> bool:
        """Whether the line is a heading; then what follows is under it."""
        heading = heading_of(_BULLET.sub("", line))
        is_section = heading.section is not None and not (heading.level and "<" in heading.words)
        somebody = None if is_section else self._who(heading)
        is_hashtag = heading.level == 1 and "# " not in line
        if not is_section and somebody is None and (not heading.level or is_hashtag):
            return False
        self.flush()
        if is_section:
            self._begin(heading)
        elif somebody is not None:
            self.section, self.level = Section.TALK, heading.level
            self.person, self.person_level = somebody, heading.level
        elif heading.level <= (self.level or 2):  # a deeper one divides what it stands under
            self.section, self.level = Section.TALK, heading.level
            self._leave_person(heading)
        return True

    def _begin(self, heading: Heading) -> None:
        assert heading.section is not None
        if heading.rest and not heading.level:
            self._aside(heading.section, heading.rest)
            return
        self._leave_person(heading)
        self.section, self.level, self.number = heading.section, heading.level, 0
        if heading.rest:
            self._text(heading.rest)
            self.flush()

    def _leave_person(self, heading: Heading) -> None:
        """A topic below a person's heading is about that person; any other is about everybody."""
        below = heading.level == 0 or heading.level > self.person_level
        if not (self.person_level and below):
            self.person, self.person_level = "", 0

    def _aside(self, section: Section, text: str) -> None:
        """One line with its own heading in front: what follows it goes on as before."""
        before, self.section = self.section, section
        self._text(text)
        self.flush()
        self.section = before

    def _who(self, heading: Heading) -> str | None:
        """The canonical address, or the name, of whom a heading means; None where it means nobody."""
        if heading.level and (address := canonical(heading.address)):
            return address
        if not heading.level and self.section is Section.MET:
            return None
        wanted = heading.words.casefold()
        found = [one for one in self.people if wanted in {one.name.casefold(), canonical(one.address)} - {""}]
        if not found and heading.level:
            found = [one for one in self.people if wanted in one.name.casefold().split()]
        return key_of(found[0]) if len(found) == 1 else None

    # text

    def _text(self, line: str) -> None:
        if self.section is Section.MET:
            self.met += filter(None, [plain(_bare(line), LONGEST_LINE // 8)])
        elif self.section is Section.DECIDE:
            self.decide = self.decide or plain(_bare(line), LONGEST_LINE // 8)
        elif self.section is Section.INTEREST:
            self._interest(plain(_bare(line), LONGEST_LINE // 8))
        elif self.section not in _NOT_FOR_LETTERS:
            line = self._unnumbered(line)
            if _BULLET.match(line):
                self.flush()
            self.paragraph.append(_bare(line))

    def _unnumbered(self, line: str) -> str:
        """Without the number of an item, where the items before it are there: "4. Dezember" keeps its own."""
        found = _NUMBER.match(line)
        if found is None or int(found[1]) != self.number + 1:
            return line
        self.flush()
        self.number += 1
        return line[found.end() :]

    def _interest(self, said: str) -> None:
        folded = said.strip(" .!").casefold()
        if folded in _NO:
            self.notes.append(Note("", self.at, self.person, interest=False, source=FILE))
        elif folded not in _YES and any(char.isalnum() for char in folded):
            self.odd.append(
                f"“{plain(said, 60)}” under Interest is neither yes nor no, so the letters ask for the job as usual."
            )

    def flush(self) -> None:
        """Ends a paragraph: it is one note."""
        text = _unmarked(" ".join(self.paragraph))
        self.paragraph = []
        if any(char.isalnum() for char in text):
            topic = _TOPICS.get(self.section, "")
            self.notes.append(Note(text, self.at, self.person, topic=topic, source=FILE))


def key_of(person: Person) -> str:
    """By what a note names a person: the canonical address, else the name."""
    return canonical(person.address) or person.name


def _bare(line: str) -> str:
    """Without what makes it an item of a list or a quotation."""
    return _QUOTE.sub("", _BULLET.sub("", line)).strip()


def _unmarked(text: str) -> str:
    """Without bold type, code marks and the addresses of links."""
    flat = plain(_LINK.sub(r"\1", text), LONGEST_NOTE)
    for mark in ("**", "__", "`"):
        flat = flat.replace(mark, "")
    return flat
