"""Calendar feeds by address (webcal:// or https://): one conditional request in a look at rest.

A feed tells no deletion: what it does not list any more is missing, but for two things. A feed that suddenly lists
nothing is taken for a mistake, and an event that ended may have left a feed that shows the future alone.
Source: RFC 5545; feeds as Google, Outlook, iCloud and recruiting systems publish them.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from followupd.core.model import Event
from followupd.errors import Unavailable
from followupd.providers.base import CalendarChanges, Problem
from followupd.providers.ics import ParsedCalendar, look_up, read_calendar
from followupd.providers.internet.feeds.state import FeedState, read_cursor, write_cursor
from followupd.providers.internet.feeds.wire import FeedWire, Fetched
from followupd.providers.internet.occurrences import Key, Series, Telling, Window, digest
from followupd.providers.internet.proof import Proof

AHEAD = timedelta(days=30)
KEPT_AFTER = timedelta(days=8)  # thank-yous are given up after a week
MOST_KEPT = 1_000
MAX_KEPT = 2_000_000  # characters of descriptions
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


@dataclass(slots=True)
class _Look:
    """One look in the making."""

    before: FeedState
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

    # --- what moved ---

    def changes(self, cursor: str | None, since: datetime, until: datetime) -> CalendarChanges:
        before = self._state_of(cursor)
        self._parsed = None
        due = cursor is None or _is_due(before, since, until)
        body = self._fetched("" if due else before.etag, "" if due else before.modified)
        rests = body is None or body.mark == before.mark or (cursor, body.mark) == self._same
        if cursor is not None and not due and rests:
            self._state, self._cursor, self._suspected = before, cursor, False
            return CalendarChanges(cursor=cursor)
        assert body is not None
        look = self._compared(before, body, Window(since, until, until + AHEAD))
        if self._is_suspect(look):
            return self._held(before, cursor)
        after = self._after(look, body)
        if cursor is not None and _says_the_same(before, after):
            after = before
        self._state, self._suspected = after, False
        self._cursor = cursor if cursor is not None and after is before else write_cursor(after)
        self._same = (self._cursor, after.mark and body.mark)
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
        parsed, problems = self._read(body)
        look = _Look(
            before, parsed, Telling(window, self._zone, lambda event: self._shown(parsed, event)), body.at
        )
        for uid in sorted(parsed.uids | before.series.keys()):
            self._compare(look, uid)
        look.problems = [Problem(self._called(parsed), what) for what in (*problems, *look.telling.problems)]
        self._excuse(look)
        return look

    def _compare(self, look: _Look, uid: str) -> None:
        """One UID; it stays as it was where the feed can't be read to its end."""
        old = look.before.series.get(uid, Series())
        parts = [part for part in look.parsed.parts if part.uid == uid]
        in_part = not look.parsed.whole or uid in look.parsed.unread
        if old.known and in_part:
            look.series[uid] = old
        elif parts:
            look.series[uid] = look.telling.compare(uid, parts, old)
        else:
            look.telling.gone(uid, old)

    def _excuse(self, look: _Look) -> None:
        """What ended and left a feed that shows the future alone is not missing: it stays as it was."""
        for uid, rid in list(look.telling.missing):
            end, mark = look.before.series[uid].known[rid]
            if end <= look.at.timestamp() and not _reaches_back(look.parsed, end, self._zone):
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
        what = "none of its events is shown any more, which is taken for a mistake until one is shown again"
        return CalendarChanges(
            cursor=self._cursor, complete=False, problems=(Problem(self._name or self._wire.host, what),)
        )

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
        )

    # --- one event ---

    def event(self, uid: str, recurrence_id: str) -> Event | None:
        body = self._fetched()
        assert body is not None
        parsed, _ = self._read(body)
        parts = [part for part in parsed.parts if part.uid == uid]
        found, problems = look_up(parts, [recurrence_id], zone=self._zone)
        if recurrence_id in found:
            return self._shown(parsed, found[recurrence_id])
        known = self._state or FeedState("")
        if not parsed.whole or problems or uid in parsed.unread or (self._suspected and uid in known.series):
            raise Unavailable(
                f"the feed at {self._wire.host} can be read only in part; the event may be there."
            )
        was = known.kept.get((uid, recurrence_id))
        ended = was is not None and was.end <= body.at
        return was if was and ended and not _reaches_back(parsed, was.end.timestamp(), self._zone) else None

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
    """Whether the feed must be read though it has not changed: the window moved to something, or it was cut off."""
    entering = any(one.next is not None and one.next < until.timestamp() for one in before.series.values())
    return entering or since < before.since or until > before.covered or not before.mark


def _reaches_back(parsed: ParsedCalendar, end: float, zone: str) -> bool:
    """Whether the feed still lists an event that ended no later: then it would list one that ended at `end`, too."""
    single = (part for part in parsed.parts if not part.recurs and part.recurrence is None)
    return any(found.end.timestamp() <= end for part in single if (found := _once(part.uid, parsed, zone)))


def _once(uid: str, parsed: ParsedCalendar, zone: str) -> Event | None:
    return look_up([part for part in parsed.parts if part.uid == uid], [""], zone=zone)[0].get("")


def _says_the_same(before: FeedState, after: FeedState) -> bool:
    """Whether they differ in marks alone: a feed may change in what is not read."""
    marked = replace(after, etag=before.etag, modified=before.modified, mark=before.mark)
    return marked == before and bool(after.mark) == bool(before.mark)


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
