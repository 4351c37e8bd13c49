"""Calendar feeds by address (webcal:// or https://): one conditional request in a look at rest.

A feed tells no deletion: what it does not list any more is missing, but for two things. A feed that suddenly lists
nothing is taken for a mistake for a day, and an event that began or ended may have left a feed that shows the future
alone.
Source: RFC 5545; feeds as Google, Outlook, iCloud and recruiting systems publish them.
"""

from __future__ import annotations

import math
import re
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from followupd.core.model import Event
from followupd.errors import Unavailable
from followupd.providers.base import CalendarChanges, Problem
from followupd.providers.ics import ParsedCalendar, Part, look_up, read_calendar
from followupd.providers.internet.feeds.renamed import by_uid, renamed, under
from followupd.providers.internet.feeds.state import FeedState, face, read_cursor, write_cursor
from followupd.providers.internet.feeds.wire import FeedWire, Fetched
from followupd.providers.internet.occurrences import EMPTIED, Key, Series, Telling, Window, digest, doubted
from followupd.providers.internet.proof import Proof

AHEAD = timedelta(days=30)
KEPT_AFTER = timedelta(days=8)  # thank-yous are given up after a week
MOST_KEPT = 1_000
MAX_KEPT = 2_000_000  # characters of descriptions
CONFIRMED_FOR = 60.0  # seconds after a look in which its body answers for what it has just told as missing
# Some servers write the moment of the request into each event: that is no change.
_STAMPS = re.compile(rb"^(?:DTSTAMP|X-WR-RELCALID)[^\n]{0,200}\n", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Body:
    """The feed as it was last fetched: the server's marks for it, ours, and itself, packed."""

    etag: str
    modified: str
    mark: str
    packed: bytes
    at: datetime

    @property
    def raw(self) -> bytes:
        return zlib.decompress(self.packed)


@dataclass(frozen=True, slots=True)
class _Reach:
    """The earliest start and end (epoch) that a feed lists: what began or ended no earlier it would list, too."""

    start: float
    end: float

    def may_leave_out(self, start: float | None, end: float, now: datetime) -> bool:
        """Whether a feed of what is to end, or of what is to begin, would not list this event any more."""
        has_ended = end <= now.timestamp() and end < self.end
        has_begun = start is not None and start <= now.timestamp() and start < self.start
        return has_ended or has_begun


@dataclass(slots=True)
class _Look:
    """One look in the making. `parsed` has the UIDs that its events were told under, `names` are those."""

    before: FeedState
    names: dict[str, str]
    parsed: ParsedCalendar
    telling: Telling
    at: datetime
    series: dict[str, Series] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


class FeedCalendar:
    """A `Calendar` of one feed. `name` is what the user calls it; without, what it calls itself."""

    def __init__(self, wire: FeedWire, zone: str, name: str = "", user: str = "") -> None:
        self._wire, self._zone, self._name, self._user = wire, zone, name, user
        self._body: _Body | None = None
        self._parsed: tuple[str, ParsedCalendar, tuple[str, ...]] | None = None
        self._state: FeedState | None = None
        self._cursor = ""
        self._same: tuple[str | None, str] = (
            "",
            "",
        )  # a cursor, and the mark of a feed that adds nothing to it
        self._suspected = False
        self._missing: tuple[float, frozenset[Key]] = (0.0, frozenset())

    # --- what moved ---

    def changes(self, cursor: str | None, since: datetime, until: datetime) -> CalendarChanges:
        before = self._state_of(cursor)
        self._parsed = None
        self._missing = (0.0, frozenset())
        due = cursor is None or _is_due(before, since, until)
        body = self._fetched("" if due else before.etag, "" if due else before.modified)
        rests = body is None or body.mark == before.mark or (cursor, body.mark) == self._same
        if cursor is not None and not due and rests:
            self._state, self._cursor, self._suspected = before, cursor, False
            return CalendarChanges(cursor=cursor)
        assert body is not None
        look = self._compared(before, body, Window(since, until, until + AHEAD))
        doubt = doubted(before.doubt, until) if self._is_suspect(look) else None
        if doubt is not None:
            return self._held(replace(before, doubt=doubt), cursor if doubt == before.doubt else None)
        after = self._after(look, body)
        if cursor is not None and _says_the_same(before, after):
            after = before
        self._state, self._suspected = after, False
        self._cursor = cursor if cursor is not None and after is before else write_cursor(after)
        self._same = (self._cursor, after.mark and body.mark)
        self._missing = (time.monotonic(), frozenset(look.telling.missing))
        return CalendarChanges(
            events=tuple(sorted((one.event for one in look.telling.told), key=lambda event: event.start)),
            missing=tuple(look.telling.missing),
            cursor=self._cursor,
            complete=look.parsed.whole,
            problems=tuple(dict.fromkeys(look.problems)),
        )

    def _state_of(self, cursor: str | None) -> FeedState:
        asked = digest("\n".join([self._wire.url, self._user]).encode())
        if cursor is None:
            return FeedState(asked)
        if cursor == self._cursor and self._state is not None:
            return self._state
        return read_cursor(cursor, asked)

    def _fetched(self, etag: str = "", modified: str = "") -> _Body | None:
        """The feed as it is now; None where it is as the given marks say, and this process has not read it."""
        known = self._body
        fetched = self._wire.fetch(known.etag if known else etag, known.modified if known else modified)
        if fetched.raw is None:
            if known is None and not (etag or modified):
                raise Unavailable(f"{self._wire.host} did not hand out the feed. The next cycle asks again.")
            return replace(known, at=fetched.at) if known else None
        self._body = _packed(fetched, fetched.raw)
        return self._body

    def _read(self, body: _Body) -> tuple[ParsedCalendar, tuple[str, ...]]:
        """The events in it, read once in a cycle."""
        if self._parsed is None or self._parsed[0] != body.mark:
            self._parsed = (body.mark, *read_calendar(body.raw, zone=self._zone))
        return self._parsed[1:]

    def _compared(self, before: FeedState, body: _Body, window: Window) -> _Look:
        """What the feed shows now beside what was known."""
        read, problems = self._read(body)
        names = renamed(before, read, self._zone)
        parsed = under(read, names)
        telling = Telling(window, self._zone, lambda event: self._shown(parsed, event))
        look = _Look(before, names, parsed, telling, body.at)
        parts = by_uid(parsed)
        for uid in sorted(parsed.uids | before.series.keys()):
            self._compare(look, uid, parts.get(uid, []))
        look.problems = [Problem(self._called(parsed), what) for what in (*problems, *look.telling.problems)]
        self._excuse(look)
        return look

    def _compare(self, look: _Look, uid: str, parts: Sequence[Part]) -> None:
        """One UID; it stays as it was where the feed can't be read to its end."""
        old = look.before.series.get(uid, Series())
        in_part = not look.parsed.whole or uid in look.parsed.unread
        if old.known and in_part:
            look.series[uid] = old
        elif parts:
            look.series[uid] = look.telling.compare(uid, parts, old)
        else:
            look.telling.gone(uid, old)

    def _excuse(self, look: _Look) -> None:
        """What left a feed that shows the future alone is not missing: it stays as it was."""
        if not look.telling.missing:
            return
        reach = _reach(look.parsed, self._zone)
        for uid, rid in list(look.telling.missing):
            end, mark = look.before.series[uid].known[rid]
            event = look.before.kept.get((uid, rid))
            if reach.may_leave_out(event.start.timestamp() if event else None, end, look.at):
                look.telling.missing.remove((uid, rid))
                look.series.setdefault(uid, Series()).known[rid] = (end, mark)

    def _is_suspect(self, look: _Look) -> bool:
        """Whether it shows nothing of what it had, and nothing else."""
        left = any(one.known for uid, one in look.series.items() if uid in look.parsed.uids)
        return len(look.telling.missing) > 1 and not left

    def _held(self, before: FeedState, cursor: str | None) -> CalendarChanges:
        """Taken for a mistake: all stays as it was."""
        self._state, self._suspected = before, True
        self._cursor = cursor or write_cursor(before)
        problem = Problem(self._name or self._wire.host, EMPTIED)
        return CalendarChanges(cursor=self._cursor, complete=False, problems=(problem,))

    def _after(self, look: _Look, body: _Body) -> FeedState:
        """What is known now. Of a feed that was cut off no mark is kept, so that it is fetched again."""
        window = look.telling.window
        series = {
            uid: Series(one.next, one.lasting(window.since))
            for uid, one in look.series.items()
            if one.next is not None or one.lasting(window.since)
        }
        outgrown = window.until > look.before.covered
        return FeedState(
            asked=look.before.asked,
            etag=body.etag,
            modified=body.modified,
            mark=body.mark if look.parsed.whole else "",
            since=min(look.before.since, window.since).astimezone(UTC),
            covered=window.covered.astimezone(UTC) if outgrown else look.before.covered,
            series=series,
            kept=_kept(look, series),
            faces=_faces(look, series),
            renamed=look.names,
            doubt=None if look.parsed.whole else look.before.doubt,
        )

    # --- one event ---

    def event(self, uid: str, recurrence_id: str) -> Event | None:
        body = self._just_fetched((uid, recurrence_id)) or self._fetched()
        assert body is not None
        known = self._state or FeedState("")
        read, _ = self._read(body)
        parsed = under(read, renamed(known, read, self._zone))
        parts = [part for part in parsed.parts if part.uid == uid]
        found, problems = look_up(parts, [recurrence_id], zone=self._zone)
        if recurrence_id in found:
            return self._shown(parsed, found[recurrence_id])
        if not parsed.whole or problems or uid in parsed.unread or (self._suspected and uid in known.series):
            raise Unavailable(
                f"the feed at {self._wire.host} can be read only in part; the event may be there."
            )
        was = known.kept.get((uid, recurrence_id))
        if was is None:
            return None
        start, end = was.start.timestamp(), was.end.timestamp()
        return was if _reach(parsed, self._zone).may_leave_out(start, end, body.at) else None

    def _just_fetched(self, key: Key) -> _Body | None:
        """The body that has just shown this event as missing: it would be asked for once for each of them."""
        moment, missing = self._missing
        return self._body if key in missing and time.monotonic() - moment < CONFIRMED_FOR else None

    def notice(self, now: datetime) -> str:
        return ""

    def _shown(self, parsed: ParsedCalendar, event: Event) -> Event:
        return replace(
            event,
            calendar=self._name or self._wire.host,
            calendar_name=self._called(parsed),
            colour=event.colour,
        )

    def _called(self, parsed: ParsedCalendar) -> str:
        return self._name or parsed.name or self._wire.host


def _packed(fetched: Fetched, raw: bytes) -> _Body:
    mark = digest(_STAMPS.sub(b"", raw))
    return _Body(fetched.etag, fetched.modified, mark, zlib.compress(raw, 1), fetched.at)


def _is_due(before: FeedState, since: datetime, until: datetime) -> bool:
    """Whether the feed must be read though it has not changed: it was cut off, doubted, or the window moved on."""
    entering = any(one.next is not None and one.next < until.timestamp() for one in before.series.values())
    return (
        entering
        or since < before.since
        or until > before.covered
        or not before.mark
        or before.doubt is not None
    )


def _reach(parsed: ParsedCalendar, zone: str) -> _Reach:
    """How far back the feed lists events that do not recur; by starts those of a whole day say nothing."""
    singles = (part.uid for part in parsed.parts if not part.recurs and part.recurrence is None)
    parts = by_uid(parsed)
    found = [event for uid in set(singles) if (event := look_up(parts[uid], [""], zone=zone)[0].get(""))]
    return _Reach(
        min((event.start.timestamp() for event in found if not event.all_day), default=math.inf),
        min((event.end.timestamp() for event in found), default=math.inf),
    )


def _says_the_same(before: FeedState, after: FeedState) -> bool:
    """Whether they differ in marks alone: a feed may change in what is not read."""
    marked = replace(after, etag=before.etag, modified=before.modified, mark=before.mark)
    return marked == before and bool(after.mark) == bool(before.mark)


def _faces(look: _Look, series: Mapping[str, Series]) -> dict[str, dict[str, str]]:
    """The faces of all that is known after this look."""
    faces = {uid: dict(look.before.faces.get(uid, {})) for uid in series}
    for copy in look.telling.told:
        faces.setdefault(copy.event.uid, {})[copy.event.recurrence_id] = face(copy.event)
    known = {
        uid: {rid: one for rid, one in some.items() if uid in series and rid in series[uid].known}
        for uid, some in faces.items()
    }
    return {uid: some for uid, some in known.items() if some}


def _kept(look: _Look, series: Mapping[str, Series]) -> dict[Key, Event]:
    """The events that were told and may still be asked about, the next to end first, as many as are bearable."""
    known = look.before.kept | {copy.key: copy.event for copy in look.telling.told}
    near = look.at - KEPT_AFTER
    useful = [
        event
        for (uid, rid), event in known.items()
        if uid in series and rid in series[uid].known and event.end > near
    ]
    kept: dict[Key, Event] = {}
    size = 0
    for event in sorted(useful, key=lambda one: (one.end, one.uid, one.recurrence_id))[:MOST_KEPT]:
        size += len(event.description)
        if size <= MAX_KEPT:
            kept[event.uid, event.recurrence_id] = event
    return kept


def open_feed(
    *,
    zone: str,
    url: str,
    proof: Proof | None = None,
    name: str = "",
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> FeedCalendar:
    """The calendar of one feed. Touches nothing outside. Raises Refused where `url` can't be asked safely."""
    return FeedCalendar(FeedWire(url, proof, clock), zone, name, proof.user if proof else "")
