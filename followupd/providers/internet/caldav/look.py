"""One look at one CalDAV calendar: what moved, read as far as it matters to the window.

At rest it is one request: a sync-collection report, else the calendar's ctag, else the ETags in the window. What
is new or changed is read in batches. The calendar is listed anew, by time, at first, when its name changed, when the
server forgot the token, and each time the window has moved on by a month: no change tells what enters it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta

from followupd.core.model import Event
from followupd.providers.base import Problem
from followupd.providers.ics import ParsedCalendar
from followupd.providers.internet.caldav import reports
from followupd.providers.internet.caldav.items import Items
from followupd.providers.internet.caldav.places import Place
from followupd.providers.internet.caldav.refusals import NotOffered, TokenLost
from followupd.providers.internet.caldav.state import Held, Listed, Way
from followupd.providers.internet.caldav.wire import Wire
from followupd.providers.internet.occurrences import EMPTIED, Series, Telling, Window, doubted

AHEAD = timedelta(days=30)
DAY = timedelta(days=1)
MOST_CHANGED = 500  # a report of more, as after an import, is answered by a listing of the window
MOST_LOST = 3


@dataclass
class Found:
    """What a look at one calendar found. `suspected`: it shows nothing of what it had, taken for a mistake."""

    listed: Listed
    telling: Telling
    complete: bool = True
    suspected: bool = False
    problems: list[Problem] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _News:
    """Items to read with their ETags, items that are gone, and the mark that covers it. `seen`: all that is listed."""

    changed: Mapping[str, str]
    gone: frozenset[str]
    base: Listed
    seen: frozenset[str] = frozenset()


class Look:
    """One look. `before` is what the last one left, None at first; `renew`: marks may be older than a day."""

    def __init__(self, wire: Wire, zone: str, place: Place, before: Listed | None, window: Window) -> None:
        self._wire, self._place, self._before = wire, place, before
        self._window = window
        self._items = Items(wire, place, zone)
        self._telling = Telling(window, zone, self._shown)

    def run(self, *, renew: bool) -> Found:
        """What the calendar shows. Raises ProviderError."""
        news = self._news(renew=renew)
        if news is None and self._before is not None:
            return Found(replace(self._before, doubt=None), self._telling)
        assert news is not None
        return self._filed(news)

    # --- what changed ---

    def _news(self, *, renew: bool) -> _News | None:
        """What is to be read; None where nothing moved."""
        before = self._before
        if before is None or self._outgrown(before):
            return self._listed(reports.marks(self._wire, self._place.url), everything=True)
        if before.way is Way.SYNC:
            return self._reported(before, renew=renew)
        marks = reports.marks(self._wire, self._place.url) if before.way is Way.CTAG else None
        rests = marks is not None and marks.ctag == before.mark and not self._due(before)
        return None if rests and not renew else self._listed(marks, everything=False)

    def _outgrown(self, before: Listed) -> bool:
        """Whether the last listing does not reach as far as is asked now, or was of another name."""
        earlier, later = self._window.since < before.since, self._window.until > before.covered
        return earlier or later or before.place != self._place

    def _due(self, before: Listed) -> set[str]:
        """Items that must be read again: an occurrence enters the window, or they could not be read."""
        until = self._window.until.timestamp()
        entering = [uid for uid, one in before.series.items() if one.next is not None and one.next < until]
        return before.holders(entering) | before.unread

    def _reported(self, before: Listed, *, renew: bool) -> _News | None:
        """By the server's own report of changes (RFC 6578)."""
        try:
            report = reports.moved(self._wire, self._place.url, before.mark)
        except (TokenLost, NotOffered) as error:
            lost = MOST_LOST if isinstance(error, NotOffered) else before.lost + 1
            self._before = replace(before, lost=lost)
            return self._listed(reports.marks(self._wire, self._place.url), everything=False)
        due = self._due(before)
        if not (report.changed or report.gone or due or renew):
            return None
        if len(report.changed) > MOST_CHANGED:
            return self._listed(reports.marks(self._wire, self._place.url), everything=False)
        changed = {href: etag for href, etag in report.changed.items() if _differs(before, href, etag)}
        changed |= {
            href: before.items[href].etag if href in before.items else "" for href in due - changed.keys()
        }
        return _News(
            {href: etag for href, etag in changed.items() if href not in report.gone},
            report.gone & before.items.keys(),
            replace(before, mark=report.token, lost=0),
        )

    def _listed(self, marks: reports.Marks | None, *, everything: bool) -> _News:
        """By listing what the window needs; `marks` were taken before."""
        before = self._before or Listed(self._place)
        if everything:
            before = replace(before, lost=0)
        marks = marks or reports.Marks("", "")
        way = Way.SYNC if marks.token and before.lost < MOST_LOST else Way.CTAG if marks.ctag else Way.ETAGS
        base = replace(
            before, place=self._place, way=way, mark=marks.token if way is Way.SYNC else marks.ctag
        )
        if everything:
            base.since, base.covered = self._window.since, self._window.covered
        found = reports.listed(self._wire, self._place.url, base.since - DAY, base.covered + DAY)
        due = self._due(before)
        changed = {
            href: etag
            for href, etag in found.items()
            if everything or href in due or _differs(before, href, etag)
        }
        live = before.live(self._window.since).keys()
        # What is listed no more was moved out of the window, or is gone: the item itself says.
        absent = dict.fromkeys(before.holders(live) - found.keys(), "")
        left = before.items.keys() - found.keys() - absent.keys()
        return _News(changed | absent, frozenset(left), base, frozenset(found))

    # --- filing ---

    def _filed(self, news: _News) -> Found:
        """Reads what is new, and compares it with what was known."""
        items = {href: one for href, one in news.base.items.items() if href not in news.gone}
        dirty = {uid for href in news.gone for uid in news.base.items[href].uids}
        self._items.read(news.changed)
        dirty |= self._take(items, news.changed)
        siblings = {href for href, one in items.items() if not dirty.isdisjoint(one.uids)}
        self._items.read(siblings)
        self._take(items, {href: items[href].etag for href in siblings})
        series = dict(news.base.series)
        for uid in sorted(dirty):
            self._compare(uid, items, series)
        listed = replace(news.base, items=items, series=series, unread=frozenset(self._items.unread))
        return self._settled(listed, news.seen)

    def _take(self, items: dict[str, Held], changed: Mapping[str, str]) -> set[str]:
        """Files what each item holds now. Returns the UIDs that it holds and held."""
        dirty: set[str] = set()
        for href, etag in changed.items():
            had = items[href].uids if href in items else []
            dirty.update(had)
            if href in self._items.gone:
                items.pop(href, None)
            elif (parsed := self._items.parsed.get(href)) is not None:
                held = parsed.uids if parsed.whole else parsed.uids | set(had)
                items[href] = Held(etag, sorted(held))
                dirty.update(held)
        return dirty

    def _compare(self, uid: str, items: Mapping[str, Held], series: dict[str, Series]) -> None:
        """What became of one UID; it stays as it was where a part of it can't be read."""
        old = series.get(uid, Series())
        hrefs = [href for href, one in items.items() if uid in one.uids]
        read = [self._items.parsed.get(href) for href in hrefs]
        if not hrefs:
            self._telling.gone(uid, old)
            series.pop(uid, None)
        elif all(one is not None for one in read) and not (
            old.known and any(_in_part(one, uid) for one in read)
        ):
            parts = [part for one in read if one is not None for part in one.parts if part.uid == uid]
            series[uid] = self._telling.compare(uid, parts, old)

    def _settled(self, listed: Listed, seen: frozenset[str]) -> Found:
        """The outcome: without what matters no more, or as it was where all is gone at once."""
        if self._before is not None and self._is_emptied(self._before, listed):
            doubt = doubted(self._before.doubt, self._window.until)
            if doubt is not None:
                return self._held(replace(self._before, doubt=doubt))
        problems = [*self._items.problems, *self._in_words(self._telling.problems)]
        return Found(self._pruned(listed, seen), self._telling, not self._items.unread, problems=problems)

    def _is_emptied(self, before: Listed, listed: Listed) -> bool:
        """Whether it shows nothing of the several events that it had, and nothing else."""
        since = self._window.since
        had = sum(len(one.lasting(since)) for one in before.live(since).values())
        return had > 1 and not listed.live(since)

    def _held(self, before: Listed) -> Found:
        """Taken for a mistake: all stays as it was."""
        empty = Telling(self._window, "UTC", self._shown)
        return Found(before, empty, complete=False, suspected=True, problems=self._in_words([EMPTIED]))

    def _pruned(self, listed: Listed, seen: frozenset[str]) -> Listed:
        """Without what ended before the window; a calendar that is told by listing keeps all that it lists."""
        since = self._window.since
        series = {
            uid: Series(one.next, one.lasting(since))
            for uid, one in listed.series.items()
            if one.next is not None or one.lasting(since)
        }
        items = {
            href: one
            for href, one in listed.items.items()
            if not series.keys().isdisjoint(one.uids) or (listed.way is not Way.SYNC and href in seen)
        }
        return replace(listed, items=items, series=series, doubt=None)

    def _in_words(self, problems: Iterable[str]) -> list[Problem]:
        return [Problem(self._place.name or self._place.id, what) for what in dict.fromkeys(problems)]

    def _shown(self, event: Event) -> Event:
        return shown(self._place, event)


def shown(place: Place, event: Event) -> Event:
    """The event with what its calendar says of itself."""
    return replace(
        event,
        calendar=place.id,
        calendar_name=place.name or place.id,
        colour=event.colour or place.colour,
    )


def _differs(before: Listed, href: str, etag: str) -> bool:
    """Whether an item may hold something new; without an ETag nothing is known of it."""
    held = before.items.get(href)
    return held is None or not etag or held.etag != etag


def _in_part(parsed: ParsedCalendar | None, uid: str) -> bool:
    return parsed is None or not parsed.whole or uid in parsed.unread
