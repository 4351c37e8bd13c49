"""The .ics reader over the calendar files of a folder, beside icalendar alone on the same files.

icalendar alone reads a file when `Calendar.from_ical` takes it. The reader reads it when it knows a
calendar in it and finds at least the events with a start that icalendar finds there; where icalendar
fails, nothing in it may be unread. Reading includes the expansion of recurrences over a year.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from email import message_from_bytes

from icalendar import Calendar, Component

from followupd.providers.ics import Part, occurrences, read_calendar, starts_of
from tests.eval.manifest import Sample
from tests.eval.trying import tried

ZONE = "Europe/London"
AHEAD = timedelta(days=366)
HEADER = 100_000
_BEGINS = re.compile(rb"(?:\xef\xbb\xbf)?\s{0,100}BEGIN:", re.IGNORECASE)
_IS_MAIL = re.compile(rb"^content-type:", re.IGNORECASE | re.MULTILINE)
VALID = ("valid_expected", "from_invite_mail")


@dataclass(frozen=True, slots=True)
class Reading:
    """What the reader found: `known` says that it is a calendar, `unread` that a part could not be read."""

    known: bool
    unread: bool
    events: int
    occurrences: int
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileRead:
    """One file. `alone` is how many events with a start icalendar alone reads, None where it fails."""

    sample: Sample
    reading: Reading | None
    crash: str
    seconds: float
    alone: int | None

    @property
    def is_valid(self) -> bool:
        return self.sample.label in VALID

    @property
    def is_read(self) -> bool:
        if self.reading is None or not self.reading.known:
            return False
        return not self.reading.unread if self.alone is None else self.reading.events >= self.alone

    @property
    def words(self) -> str:
        """What it came to, and what could not be read."""
        if self.reading is None:
            return self.crash
        beside = "fails" if self.alone is None else f"{self.alone}"
        return "; ".join((*self.reading.problems, f"{self.reading.events} events, icalendar alone {beside}"))


def files_read(samples: Iterable[Sample]) -> list[FileRead]:
    """Every file, in the order given."""
    return [_file_read(sample) for sample in samples]


def _file_read(sample: Sample) -> FileRead:
    ours = tried(lambda: _read(calendar_in(sample.path.read_bytes())))
    alone = tried(lambda: _alone(calendar_in(sample.path.read_bytes())))
    return FileRead(sample, ours.result, ours.crash, ours.seconds, alone.result)


def calendar_in(raw: bytes) -> bytes:
    """The file itself; of a whole mail its first calendar part (RFC 6047)."""
    if _BEGINS.match(raw) or not _IS_MAIL.search(raw[:HEADER]):
        return raw
    parts = message_from_bytes(raw).walk()
    bodies = (part.get_payload(decode=True) for part in parts if part.get_content_type() == "text/calendar")
    return next((body for body in bodies if isinstance(body, bytes)), raw)


def _read(raw: bytes) -> Reading:
    calendar, problems = read_calendar(raw, zone=ZONE)
    by_uid: dict[str, list[Part]] = {}
    for part in calendar.parts:
        by_uid.setdefault(part.uid, []).append(part)
    return Reading(
        known=calendar.whole or bool(calendar.uids),
        unread=not calendar.whole or bool(calendar.unread),
        events=len(calendar.parts),
        occurrences=sum(map(_expanded, by_uid.values())),
        problems=problems,
    )


def _expanded(parts: list[Part]) -> int:
    first = min(starts_of(parts, zone=ZONE))
    return len(occurrences(parts, first - timedelta(days=1), first + AHEAD, zone=ZONE)[0])


def _alone(raw: bytes) -> int:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return sum(_has_start(event) for event in Calendar.from_ical(raw).walk("VEVENT"))


def _has_start(event: Component) -> bool:
    return isinstance(getattr(event.get("DTSTART"), "dt", None), date)
