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

from followupd.core.model import Event, EventStatus
from followupd.errors import Unavailable
from followupd.providers.base import CalendarChanges, Problem
from followupd.providers.ics import Part, look_up, read_calendar, uid_text
from followupd.providers.local.vdir import Listing, Stamp, digest, list_files
from followupd.providers.local.vdirlook import Look, calendar_of, contents, together
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

    # --- what moved ---

    def changes(self, cursor: str | None, since: datetime, until: datetime) -> CalendarChanges:
        listing = list_files(self._root, self._names)
        mark = listing.mark()
        if cursor is not None and self._idle(cursor, listing, mark, since, until):
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
        return CalendarChanges(
            events=tuple(look.events),
            missing=look.missing_everywhere() if look.whole else (),
            cursor=write_cursor(mark, look.fresh_mark(), look.after, whole=look.whole),
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
            if calendar in look.listing.unread:
                look.after.files[name] = look.before.files[name]
                look.whole = False
            else:
                dirty.update((calendar, uid) for uid in look.before.files[name].uids)
        look.whole = look.whole and not look.listing.problems
        return dirty

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

    def event(self, uid: str, recurrence_id: str) -> Event | None:
        listing = list_files(self._root, self._names)
        look = Look(self._zone, listing, State(), State(), LONG_AGO, LONG_AGO)
        unsure = bool(listing.problems)
        parts: dict[str, list[Part]] = {}
        for name in listing.files:
            uids, readable = self._uids(listing, name)
            unsure = unsure or not readable
            if uid in uids:
                parsed = look.read(name)
                unsure = unsure or not parsed.whole or uid in parsed.unread
                parts.setdefault(listing.of[name], []).extend(p for p in parsed.parts if p.uid == uid)
        found: list[Event] = []
        for calendar, versions in parts.items():
            there, problems = look_up(versions, [recurrence_id], zone=self._zone)
            unsure = unsure or bool(problems)
            found.extend(look.shown(calendar, event) for event in there.values())
        if not found and unsure:
            raise Unavailable(
                f"The calendar in {self._root} can be read only in part; the event may be there."
            )
        return min(found, key=lambda event: event.status is EventStatus.CANCELLED, default=None)

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
    lines = re.sub(rb"\r?\n[ \t]", b"", raw)
    named = _UID.findall(lines)
    if lines.upper().count(b"BEGIN:VEVENT") <= len(named) and b"\0" not in lines:
        uids = frozenset(uid_text(uid.rstrip(b"\r").decode("utf-8", "replace")) for uid in named)
        return uids, bool(named) or b"END:VCALENDAR" in lines.upper()
    parsed, _ = read_calendar(raw, zone=zone)
    return parsed.uids, parsed.whole or bool(parsed.uids)
