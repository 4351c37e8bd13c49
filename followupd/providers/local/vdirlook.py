"""One look at a vdir that changed: which occurrences are told, which are missing, what is remembered."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from followupd.core.model import Event, EventStatus
from followupd.providers.base import Problem
from followupd.providers.ics import (
    MAX_FILE,
    ParsedCalendar,
    Part,
    is_over,
    is_series,
    look_up,
    occurrences,
    read_calendar,
    starts_of,
)
from followupd.providers.local.regular import open_regular
from followupd.providers.local.vdir import Listing, digest
from followupd.providers.local.vdirstate import SeriesState, State

AHEAD = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Copy:
    """An event in one of several calendars, with SEQUENCE and DTSTAMP of the latest version there."""

    event: Event
    latest: tuple[int, str]


def best(copies: Iterable[Copy]) -> Copy:
    """The copy with the most to say: one that names people, is not cancelled, and is the latest."""

    def rank(copy: Copy) -> tuple[bool, bool, tuple[int, str]]:
        people = bool(copy.event.attendees or copy.event.organizer)
        return people, copy.event.status is not EventStatus.CANCELLED, copy.latest

    return max(copies, key=rank)


@dataclass(slots=True)
class Look:
    """One look in the making: what was known, what is read, what will be told.

    `held` are (calendar, uid) of which something can't be read now: what was known of them stays.
    """

    zone: str
    listing: Listing
    before: State
    after: State
    since: datetime
    until: datetime
    parsed: dict[str, ParsedCalendar] = field(default_factory=dict)
    holders: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    events: list[Event] = field(default_factory=list)
    missing: list[tuple[str, str]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    whole: bool = True
    held: set[tuple[str, str]] = field(default_factory=set)

    def index(self) -> None:
        """Which files speak of which UID."""
        for name in self.listing.files:
            for uid in self.uids_in(name):
                self.holders.setdefault((self.listing.of[name], uid), []).append(name)

    def missing_everywhere(self) -> tuple[tuple[str, str], ...]:
        """What no calendar lists any more: an event may stand in two, or have been moved to another."""
        series = self.after.series.values()
        return tuple(
            (uid, rid)
            for uid, rid in dict.fromkeys(self.missing)
            if not any(rid in one[uid].known for one in series if uid in one)
        )

    def fresh_mark(self) -> str:
        """A mark of the content of files whose stamps can't be trusted yet."""
        files = (self.after.files.get(name) for name in self.listing.fresh())
        return together([file.raw for file in files if file is not None])

    def uids_in(self, name: str) -> list[str]:
        file = self.after.files.get(name)
        return file.uids if file is not None else []

    # --- reading ---

    def parse(self, name: str, raw: bytes) -> ParsedCalendar:
        parsed, problems = read_calendar(raw, zone=self.zone)
        self.problems.extend(Problem(self.listing.path(name), what) for what in problems)
        self.parsed[name] = parsed
        return parsed

    def read(self, name: str) -> ParsedCalendar:
        """The file's events; one that can't be read now counts as half-written."""
        if name not in self.parsed:
            try:
                self.parse(name, contents(self.listing.path(name)))
            except OSError:
                self.parsed[name] = ParsedCalendar(whole=False)
        return self.parsed[name]

    def due(self) -> set[tuple[str, str]]:
        """Series that must be looked at again because the window moved or the calendar's name changed."""
        self.after.names = {c.id: [c.name, c.colour] for c in self.listing.collections.values()}
        earlier = self.since.timestamp() < self.before.since
        until = self.until.timestamp()
        due: set[tuple[str, str]] = set()
        for calendar, series in self.before.series.items():
            renamed = self.before.names.get(calendar) != self.after.names.get(calendar)
            if calendar not in self.listing.unread:
                due.update(
                    (calendar, uid)
                    for uid, one in series.items()
                    if earlier or renamed or (one.next is not None and one.next < until)
                )
        return due

    # --- expanding ---

    def expand(self, calendar: str, uid: str) -> None:
        """Finds the occurrences of one UID in one calendar, and what became of those told before."""
        names = self.holders.get((calendar, uid), [])
        old = self.before.series.get(calendar, {}).get(uid, SeriesState())
        files = [self.read(name) for name in names]
        if old.known and any(not parsed.whole or uid in parsed.unread for parsed in files):
            self.held.add((calendar, uid))
        if (calendar, uid) in self.held:
            self.after.series.setdefault(calendar, {})[uid] = old
            return
        if not names:
            self._gone(old, uid)
            return
        parts = [part for parsed in files for part in parsed.parts if part.uid == uid]
        found, problems = occurrences(parts, self.since, self.until + AHEAD, zone=self.zone)
        where = self.listing.path(names[0])
        self.problems.extend(Problem(where, what) for what in problems)
        new = SeriesState(self._next(parts, found))
        self.after.series.setdefault(calendar, {})[uid] = new
        for event in found:
            if event.start < self.until:
                self._tell(old, new, self.shown(calendar, event))
        self._not_found(calendar, uid, parts, old, new)

    def _not_found(
        self, calendar: str, uid: str, parts: list[Part], old: SeriesState, new: SeriesState
    ) -> None:
        """What became of occurrences told before that are not in the window now: moved, or missing."""
        now = self.since.timestamp()
        lost = [rid for rid, (end, _) in old.known.items() if rid not in new.known and end > now]
        elsewhere, problems = look_up(parts, lost, zone=self.zone)
        for rid in lost:
            if rid in elsewhere:
                self._tell(old, new, self.shown(calendar, elsewhere[rid]))
            elif problems:
                new.known[rid] = old.known[rid]
            else:
                self.missing.append((uid, rid))

    def _gone(self, old: SeriesState, uid: str) -> None:
        now = self.since.timestamp()
        self.missing.extend((uid, rid) for rid, (end, _) in old.known.items() if end > now)

    def _tell(self, old: SeriesState, new: SeriesState, event: Event) -> None:
        mark = digest(repr(event).encode("utf-8", "replace"))
        if old.known.get(event.recurrence_id, (0.0, ""))[1] != mark:
            self.events.append(event)
        new.known[event.recurrence_id] = (event.end.timestamp(), mark)

    def shown(self, calendar: str, event: Event) -> Event:
        """The event with what the calendar says of itself."""
        it = self.listing.collections[calendar]
        return replace(
            event,
            calendar=calendar,
            calendar_name=it.name or calendar,
            colour=event.colour or it.colour,
        )

    def carry_over(self) -> None:
        """Keeps what was not looked at, and all of a calendar that lists nothing of what it had."""
        now = self.since.timestamp()
        for calendar, series in self.before.series.items():
            live = {
                uid: one for uid, one in series.items() if any(end > now for end, _ in one.known.values())
            }
            unread = calendar in self.listing.unread
            listed = any((calendar, uid) in self.holders or (calendar, uid) in self.held for uid in series)
            if not unread and live and not listed:
                self._hold(calendar, live)
                continue
            after = self.after.series.setdefault(calendar, {})
            for uid, one in series.items():
                kept = unread or (calendar, uid) in self.holders or (calendar, uid) in self.held
                if uid not in after and kept:
                    after[uid] = SeriesState(one.next, {r: k for r, k in one.known.items() if k[0] > now})
            if not after:
                del self.after.series[calendar]

    def _hold(self, calendar: str, live: dict[str, SeriesState]) -> None:
        """A calendar that suddenly lists none of its events is taken for one that could not be read."""
        self.whole = False
        where = self.listing.path(calendar)
        self.problems.append(
            Problem(where, "it lists none of the events that it had; none is taken as cancelled")
        )
        self.missing = [(uid, rid) for uid, rid in self.missing if uid not in live]
        self.after.series.setdefault(calendar, {}).update(live)
        self.held.update((calendar, uid) for uid in live)
        for name, file in self.before.files.items():
            if calendar_of(name, self.listing) == calendar and not live.keys().isdisjoint(file.uids):
                self.after.files.setdefault(name, file)

    # --- an event in several calendars ---

    def agree(self) -> None:
        """Of an event in several calendars the copy that `event` would give is told last.

        While one of its calendars can't be read the others' copies are not told: they may be lesser.
        """
        doubtful = {uid for _, uid in self.held}
        self.events = [e for e in self.events if e.uid not in doubtful or (e.calendar, e.uid) in self.held]
        wanted: dict[str, dict[str, None]] = {}
        for uid, rid in [*((e.uid, e.recurrence_id) for e in self.events), *self.missing]:
            wanted.setdefault(uid, {})[rid] = None
        left = {uid for uid, _ in self.missing}
        for uid, names in self._files_of(wanted.keys() - doubtful).items():
            if uid in left or len({self.listing.of[name] for name in names}) > 1:
                copies, _ = self.copies(uid, names, wanted[uid])
                told = [best(copies[rid]).event for rid in wanted[uid] if rid in copies]
                self.events = [event for event in self.events if event not in told] + told

    def _files_of(self, uids: Collection[str]) -> dict[str, list[str]]:
        """The files that speak of these UIDs, in all calendars."""
        files: dict[str, list[str]] = {}
        for (_, uid), names in sorted(self.holders.items()):
            if uid in uids:
                files.setdefault(uid, []).extend(names)
        return files

    def copies(
        self, uid: str, names: Iterable[str], wanted: Collection[str]
    ) -> tuple[dict[str, list[Copy]], bool]:
        """The copies of these occurrences in each calendar, and whether all that was there could be read."""
        parts: dict[str, list[Part]] = {}
        sure = True
        for name in names:
            parsed = self.read(name)
            sure = sure and parsed.whole and uid not in parsed.unread
            parts.setdefault(self.listing.of[name], []).extend(p for p in parsed.parts if p.uid == uid)
        found: dict[str, list[Copy]] = {}
        for calendar, versions in sorted(parts.items()):
            there, problems = look_up(versions, wanted, zone=self.zone)
            sure = sure and not problems
            latest = max(((p.sequence, p.stamp) for p in versions), default=(0, ""))
            for rid, event in there.items():
                found.setdefault(rid, []).append(Copy(self.shown(calendar, event), latest))
        return found, sure

    def _next(self, parts: list[Part], found: Iterable[Event]) -> float | None:
        """When the window's end must reach for this UID to be looked at again."""
        starts = [event.start for event in found if event.start >= self.until]
        if is_series(parts) and not is_over(parts, self.since):
            starts.append(self.until + AHEAD)
        elif not starts:
            starts = [start for start in starts_of(parts, zone=self.zone) if start >= self.until]
        return min(starts).timestamp() if starts else None


def together(marks: list[str]) -> str:
    return digest("\n".join(marks).encode())


def calendar_of(name: str, listing: Listing) -> str:
    folder, slash, _ = name.rpartition("/")
    return listing.of.get(name) or (folder if slash else Path(listing.root).name)


def contents(path: str) -> bytes:
    with open_regular(path) as file:
        return file.read(MAX_FILE + 1)
