"""Calendars that are whole iCalendar objects: which occurrences are new to the user, and which are gone.

One UID is looked at at a time: what its parts give in the window is compared with what was told of it before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any

from followupd.core.model import Event, EventStatus
from followupd.providers.ics import Part, look_up, occurrences

Key = tuple[str, str]

DOUBTED = timedelta(days=1)
LOOKS_IN_DOUBT = 3
EMPTIED = (
    "none of its events is shown any more, which is taken for a mistake for a day, unless one is shown again; nudges "
    "wait meanwhile"
)


@dataclass(frozen=True, slots=True)
class Doubt:
    """Since when a calendar shows none of the events that it had, and in how many looks, as far as that matters."""

    since: datetime
    looks: int = 1


def doubted(before: Doubt | None, now: datetime) -> Doubt | None:
    """The doubt after a look that showed none of the events again; None where that is to be believed now.

    The looks are counted to the last but one, so that a cursor that holds it soon rests.
    """
    if before is None:
        return Doubt(now)
    looks = before.looks + 1
    if looks >= LOOKS_IN_DOUBT and now - before.since >= DOUBTED:
        return None
    return Doubt(before.since, min(looks, LOOKS_IN_DOUBT - 1))


def doubt_as_json(doubt: Doubt | None) -> list[Any] | None:
    """The doubt in a cursor."""
    return [doubt.since.astimezone(UTC).isoformat(), doubt.looks] if doubt else None


def doubt_from_json(said: Any) -> Doubt | None:
    """The doubt that a cursor holds, None also where it is of a version without. Raises ValueError or TypeError."""
    if said is None:
        return None
    since, looks = said
    return Doubt(datetime.fromisoformat(since).astimezone(UTC), int(looks))


@dataclass(frozen=True, slots=True)
class Window:
    """What is asked for: what ends after `since` and starts before `until`; `covered` is how far ahead is looked."""

    since: datetime
    until: datetime
    covered: datetime


@dataclass(slots=True)
class Series:
    """One UID in one calendar. `known`: end (epoch) and mark of each occurrence told, by recurrence-id.

    `next` is the start of the first occurrence not yet told, as far as was looked; None where there is none.
    """

    next: float | None = None
    known: dict[str, tuple[float, str]] = field(default_factory=dict)

    def lasting(self, since: datetime) -> dict[str, tuple[float, str]]:
        """What of it ends after a moment."""
        return {rid: one for rid, one in self.known.items() if one[0] > since.timestamp()}


@dataclass(frozen=True, slots=True)
class Copy:
    """An event in one of several calendars, with SEQUENCE and DTSTAMP of the latest version there."""

    event: Event
    latest: tuple[int, str]

    @property
    def key(self) -> Key:
        return self.event.uid, self.event.recurrence_id

    @property
    def rank(self) -> tuple[bool, bool, tuple[int, str]]:
        """The copy with the most to say names people, is not cancelled, and is the latest."""
        people = bool(self.event.attendees or self.event.organizer)
        return people, self.event.status is not EventStatus.CANCELLED, self.latest


@dataclass(slots=True)
class Telling:
    """What will be told of one calendar. `shown` gives an event what the calendar says of itself."""

    window: Window
    zone: str
    shown: Callable[[Event], Event]
    told: list[Copy] = field(default_factory=list)
    missing: list[Key] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def compare(self, uid: str, parts: Sequence[Part], old: Series) -> Series:
        """What is known of a UID after this look: new and changed occurrences are told, lost ones are missing."""
        found, problems = occurrences(parts, self.window.since, self.window.covered, zone=self.zone)
        self.problems.extend(problems)
        later = [event.start.timestamp() for event in found if event.start >= self.window.until]
        new = Series(min(later, default=None))
        latest = latest_of(parts)
        for event in found:
            if event.start < self.window.until:
                self._tell(old, new, Copy(self.shown(event), latest))
        self._compare_lost(uid, parts, old, new)
        return new

    def _compare_lost(self, uid: str, parts: Sequence[Part], old: Series, new: Series) -> None:
        """What became of occurrences told before that are not in the window now: moved, or missing."""
        lost = [rid for rid in old.lasting(self.window.since) if rid not in new.known]
        elsewhere, problems = look_up(parts, lost, zone=self.zone) if lost else ({}, ())
        for rid in lost:
            if rid in elsewhere:
                self._tell(old, new, Copy(self.shown(elsewhere[rid]), latest_of(parts)))
            elif problems:
                new.known[rid] = old.known[rid]
            else:
                self.missing.append((uid, rid))

    def gone(self, uid: str, old: Series) -> None:
        """The UID is in the calendar no more."""
        self.missing.extend((uid, rid) for rid in old.lasting(self.window.since))

    def _tell(self, old: Series, new: Series, copy: Copy) -> None:
        mark = digest(repr(copy.event).encode("utf-8", "replace"))
        rid = copy.event.recurrence_id
        if old.known.get(rid, (0.0, ""))[1] != mark:
            self.told.append(copy)
        new.known[rid] = (copy.event.end.timestamp(), mark)


def latest_of(parts: Iterable[Part]) -> tuple[int, str]:
    """SEQUENCE and DTSTAMP of the latest version."""
    return max(((part.sequence, part.stamp) for part in parts), default=(0, ""))


def digest(raw: bytes) -> str:
    return blake2b(raw, digest_size=8).hexdigest()
