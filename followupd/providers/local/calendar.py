"""A vdir as a calendar: one folder of .ics files, one folder per calendar, or one file.

An idle look lists the folders and compares one mark; nothing is parsed. When files changed, these and
all others that speak of the same UIDs are read. Series are expanded anew when the window's end
reaches a time that was not looked at yet.

Cost of an idle look: one listing per folder, one stat a file.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from followupd.core.model import Event
from followupd.errors import CursorLost, Unavailable
from followupd.providers.base import CalendarChanges, Problem
from followupd.providers.ics import read_calendar, uid_text
from followupd.providers.local.vdir import Listing, Stamp, digest, list_files
from followupd.providers.local.vdirlook import Look, best, calendar_of, contents, together
from followupd.providers.local.vdirstate import (
    FileState,
    State,
    read_head,
    read_state,
    write_cursor,
)

SLACK = 2.0
LONG_AGO = datetime.min.replace(tzinfo=UTC)
_UID = re.compile(rb"^UID(?:;[^:\n]*)?:[ \t]*(.*?)[ \t]*$", re.MULTILINE | re.IGNORECASE)


class VdirCalendar:
    """A `Calendar` in files under `path`. `names` leaves only calendars of these names, if any are given."""

    def __init__(self, path: Path, zone: str, names: tuple[str, ...] = ()) -> None:
        self._root = str(path)
        self._zone = zone
        self._names = names
        self._clock = time.monotonic
        self._seen: dict[str, tuple[Stamp, float]] = {}
        self._rested: dict[str, Stamp] = {}
        self._index: dict[str, tuple[Stamp, frozenset[str], bool]] = {}
        self._told: set[Problem] = set()
        self._cursor: str | None = None

    # --- what moved ---

    def changes(self, cursor: str | None, since: datetime, until: datetime) -> CalendarChanges:
        listing = list_files(self._root, self._names)
        mark = listing.mark()
        if cursor is not None and self._idle(cursor, listing, mark, since, until):
            self._cursor = cursor
            return CalendarChanges(cursor=cursor)
        before = read_state(cursor) if cursor is not None else State()
        after = State(since=since.timestamp())
        look = Look(self._zone, listing, before, after, since, until)
        look.problems.extend(listing.problems)
        dirty = self._read_changed(look)
        look.index()
        for calendar, uid in sorted(dirty | look.due()):
            look.expand(calendar, uid)
        look.carry_over()
        look.agree()
        self._cursor = write_cursor(mark, look.fresh_mark(), look.after, whole=look.whole)
        return CalendarChanges(
            events=tuple(look.events),
            missing=look.missing_everywhere() if look.whole else (),
            cursor=self._cursor,
            complete=look.whole,
            problems=tuple(dict.fromkeys(look.problems)),
        )

    def _idle(self, cursor: str, listing: Listing, mark: str, since: datetime, until: datetime) -> bool:
        head = read_head(cursor)
        same = head.whole and head.mark == mark and not listing.problems
        covered = head.since <= since.timestamp() and until.timestamp() <= head.next
        return same and covered and self._at_rest(head.fresh, listing)

    def _at_rest(self, mark: str, listing: Listing) -> bool:
        """Whether files too new to trust their stamp still hold what was read."""
        fresh = listing.fresh()
        if all(self._rested.get(name) == listing.files[name] for name in fresh):
            return True
        try:
            read = [digest(contents(listing.path(name))) for name in fresh]
        except OSError:
            return False
        self._note(listing, fresh)
        return together(read) == mark

    def _note(self, listing: Listing, fresh: Iterable[str]) -> None:
        """Remembers since when these stamps are known; after SLACK a stamp is trusted."""
        now = self._clock()
        for name in fresh:
            stamp = listing.files[name]
            first, at = self._seen.get(name, (None, now))
            if first != stamp:
                self._seen[name] = (stamp, now)
            elif now - at >= SLACK:
                self._rested[name] = stamp

    # --- reading what changed ---

    def _read_changed(self, look: Look) -> set[tuple[str, str]]:
        """Reads files that are new or changed. Returns the (calendar, uid) that they speak or spoke of."""
        fresh = set(look.listing.fresh())
        dirty: set[tuple[str, str]] = set()
        for name, stamp in look.listing.files.items():
            old = look.before.files.get(name)
            if old is not None and old.stamp == stamp and name not in fresh:
                look.after.files[name] = old
            else:
                uids = self._read_one(look, name, stamp, old)
                dirty.update((look.listing.of[name], uid) for uid in uids)
        self._note(look.listing, fresh)
        for name in look.before.files.keys() - look.listing.files.keys():
            calendar = calendar_of(name, look.listing)
            if calendar in look.listing.unread or (name in look.listing.odd and look.before.files[name].uids):
                look.after.files[name] = look.before.files[name]
                look.held.update((calendar, uid) for uid in look.before.files[name].uids)
                look.whole = False
            else:
                dirty.update((calendar, uid) for uid in look.before.files[name].uids)
        look.whole = look.whole and not look.listing.problems
        self._tell_odd(look)
        return dirty

    def _tell_odd(self, look: Look) -> None:
        """What lies in the place of a file that was read is told at every look; a pipe or device once.

        A folder or a broken link of that name that never was a file is nothing to speak of.
        """
        for name, what in sorted(look.listing.odd.items()):
            problem = Problem(look.listing.path(name), what)
            if name in look.after.files or (name in look.listing.strange and problem not in self._told):
                look.problems.append(problem)
            self._told.add(problem)

    def _read_one(self, look: Look, name: str, stamp: Stamp, old: FileState | None) -> set[str]:
        """Reads one file. Returns its UIDs, those that it had before too; none if it did not change."""
        try:
            raw = contents(look.listing.path(name))
        except OSError as error:
            look.problems.append(Problem(look.listing.path(name), f"it can't be read: {error.strerror}"))
            look.whole = False
            if old is not None:
                look.after.files[name] = replace(old, stamp=(0, 0, 0, 0))
            return set()
        mark = digest(raw)
        if old is not None and old.raw == mark:
            look.after.files[name] = replace(old, stamp=stamp)
            return set()
        parsed = look.parse(name, raw)
        had = set(old.uids) if old is not None else set()
        kept = parsed.uids if parsed.whole else parsed.uids | had
        look.after.files[name] = FileState(stamp, mark, sorted(kept))
        return set(parsed.uids) | had

    # --- one event ---

    def notice(self, now: datetime) -> str:
        return ""

    def event(self, uid: str, recurrence_id: str) -> Event | None:
        listing = list_files(self._root, self._names)
        look = Look(self._zone, listing, State(), State(), LONG_AGO, LONG_AGO)
        index = {name: self._uids(listing, name) for name in listing.files}
        names = [name for name, (uids, _) in index.items() if uid in uids]
        copies, sure = look.copies(uid, names, [recurrence_id])
        found = copies.get(recurrence_id, [])
        several = len({listing.of[name] for name in names}) > 1
        readable = not listing.problems and all(whole for _, whole in index.values())
        if not (sure and readable) and (not found or (several and not sure)):
            raise self._in_part()
        if self._doubtful(listing, index, uid, found=bool(found)):
            raise self._in_part()
        return best(found).event if found else None

    def _in_part(self) -> Unavailable:
        return Unavailable(f"The calendar in {self._root} can be read only in part; the event may be there.")

    def _doubtful(
        self, listing: Listing, index: dict[str, tuple[frozenset[str], bool]], uid: str, *, found: bool
    ) -> bool:
        """Whether a calendar that had the event at the last look seems not to be there as a whole.

        One that was never looked at is believed, unless something in it is no file now.
        """
        if self._cursor is None:
            return not found and bool(listing.odd)
        try:
            state = read_state(self._cursor)
        except CursorLost:
            return not found
        if not found and not listing.files:
            return True
        odd = (state.files[name] for name in listing.odd if name in state.files)
        if any(uid in file.uids for file in odd):
            return True
        listed: dict[str, set[str]] = {}
        for name, (uids, _) in index.items():
            listed.setdefault(listing.of[name], set()).update(uids)
        return any(
            uid in series
            and any(one.known for one in series.values())
            and series.keys().isdisjoint(listed.get(calendar, ()))
            for calendar, series in state.series.items()
        )

    def _uids(self, listing: Listing, name: str) -> tuple[frozenset[str], bool]:
        """The UIDs in a file, remembered until it changes; and whether they could be read."""
        stamp = listing.files[name]
        kept = self._index.get(name)
        if kept is not None and kept[0] == stamp and self._rested.get(name, stamp) == stamp:
            return kept[1], kept[2]
        try:
            uids, readable = _uids_in(contents(listing.path(name)), self._zone)
        except OSError:
            return frozenset(), False
        self._index[name] = (stamp, uids, readable)
        return uids, readable


def _uids_in(raw: bytes, zone: str) -> tuple[frozenset[str], bool]:
    """The UIDs by a quick search where every event has one, else by reading. False: it may hide more."""
    lines = raw.replace(b"\r\n", b"\n").replace(b"\n\t", b"\n ").replace(b"\n ", b"")
    named = [uid_text(uid.rstrip(b"\r").decode("utf-8", "replace")) for uid in _UID.findall(lines)]
    upper = lines.upper()
    # An event without a UID gets one from all its lines, for which it must be read.
    if all(named) and upper.count(b"BEGIN:VEVENT") == len(named) and b"\0" not in lines:
        return frozenset(named), bool(named) or b"END:VCALENDAR" in upper
    parsed, _ = read_calendar(raw, zone=zone)
    return parsed.uids, parsed.whole or bool(parsed.uids)
