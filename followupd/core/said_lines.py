"""Lines in the description of an event of the user's own that are read as commands, and its notes.

An event is the user's own when they organise it, or when it has neither an organiser nor guests; then only what
stands under a line `notes:` is read. Nothing that a calendar made by reading a mail is ever read, for its text
is the sender's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from followupd.core import descriptions
from followupd.core.addresses import canonical, is_mine
from followupd.core.headings import Section, heading_of
from followupd.core.jotted import MOST_NOTES, said_in
from followupd.core.model import Event, Note, Policy

EVENT: Final = "event"
_BULLET = re.compile(r"\A(?:[-*+•–]|\d{1,2}[.)]) ")
_COMMAND = re.compile(r"(?P<kind>decide|stop|via) ?: ?(?P<words>.{1,200})", re.IGNORECASE)
_SKIP = re.compile(r"skip ?[.:!]?", re.IGNORECASE)
_NOTES = re.compile(r"#{0,6} ?(?:my )?notes ?: ?(?P<rest>.*)", re.IGNORECASE)
_PERSON = re.compile(r"[^<>@:]{1,100} ?< ?[^<>\s]{1,254} ?>")
_OPEN, _CLOSE = "\u2039", "\u203a"
# Tags would be taken for markup, and an address with its brackets is one to a program that reads pages.
_ADDRESS = re.compile(r"(?:<|&lt;)\s{0,3}([^<>\s&]{1,100}@[^<>\s&]{1,190})\s{0,3}(?:>|&gt;)")
_KEPT = re.compile(f"{_OPEN} ?([^{_OPEN}{_CLOSE}\\s]{{1,255}}) ?{_CLOSE}")
# What conference systems draw above and below their own text.
_DRAWN = re.compile(r"(?:\A|[\n>])[ \t]{0,9}[-_=~:*.─━═•]{5,}[ \t]{0,9}(?=\Z|[\r\n<])")


@dataclass(frozen=True, slots=True)
class Said:
    """A command as it was written: kind is decide, stop, skip, via or person."""

    kind: str
    words: str = ""

    @property
    def key(self) -> str:
        """By what a command is known again, however it is spaced."""
        words = " ".join(self.words.split()).casefold()
        address = canonical(words.rpartition("<")[2]) if self.kind == "person" else ""
        return f"{self.kind} {address or words}".strip()


@dataclass(frozen=True, slots=True)
class SaidInEvent:
    """What the user wrote into an event of their own."""

    commands: tuple[Said, ...] = ()
    notes: tuple[Note, ...] = ()


def is_own(event: Event, policy: Policy) -> bool:
    """Whether the description is the user's own text as a whole: they organise it."""
    return not event.from_mail and event.organizer is not None and is_mine(event.organizer.email, policy)


def is_bare(event: Event) -> bool:
    """Whether nobody organises it and nobody is invited: what stands under `notes:` is the user's own."""
    invited = event.attendees or event.attendees_hidden
    return not event.from_mail and event.organizer is None and not invited


def said_in_event(event: Event, policy: Policy, at: datetime) -> SaidInEvent | None:
    """Commands and notes in an event; None where it is not the user's own. The notes are of the moment `at`."""
    own = is_own(event, policy)
    if not own and not is_bare(event):
        return None
    commands: list[Said] = []
    notes: list[Note] = []
    for line, under_notes in _lines(event.description):
        command = _command(line) if own or under_notes else None
        if command is not None:
            commands.append(command)
        elif under_notes and "://" not in line and (note := said_in(line, at, EVENT)):
            notes.append(note)
    return SaidInEvent(tuple(dict.fromkeys(commands)), tuple(dict.fromkeys(notes))[:MOST_NOTES])


def _lines(description: str) -> Iterator[tuple[str, bool]]:
    """Each line, and whether it stands under `notes:`."""
    under_notes = False
    text = _ADDRESS.sub(rf"{_OPEN}\1{_CLOSE}", _DRAWN.split(description[: descriptions.LONGEST_TEXT], 1)[0])
    for shown in descriptions.lines(text):
        line = _BULLET.sub("", _KEPT.sub(r"<\1>", shown.replace(descriptions.CELL, " "))).strip()
        if found := _NOTES.fullmatch(line):
            under_notes, line = True, found["rest"].strip()
        if line:
            yield line, under_notes


def _command(line: str) -> Said | None:
    if found := _COMMAND.fullmatch(line):
        return Said(found["kind"].lower(), found["words"].strip())
    if _SKIP.fullmatch(line):
        return Said("skip")
    if _PERSON.fullmatch(line):
        return Said("person", line)
    heading = heading_of(line)
    if heading.section is Section.DECIDE and heading.rest:
        return Said("decide", heading.rest)
    return None
