"""What Graph is asked about calendars: windows of events, single ones, and those that are only known by name.

Source: Graph v1.0, "List calendarView", "List calendars", "Get event", "List instances", "List events".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from followupd.providers.microsoft.api import Answer, Api, segment
from followupd.providers.microsoft.events import BROKEN
from followupd.providers.microsoft.globalids import wrapped
from followupd.providers.microsoft.listed import NARROW, OFFERED, WHOLE, Known, Listed
from followupd.providers.microsoft.refusals import NotTaken, NotThere

FEW = 3  # so many events are read one by one; more are listed
# A whole day is a day of the user's, and of another zone's for Outlook: they begin so many hours apart at most.
ASIDE = timedelta(hours=26)
# How far an event that is looked for may have been moved: beyond the window, or from its place in a series.
_BEFORE, _AFTER = timedelta(days=62), timedelta(days=366)


@dataclass(frozen=True)
class Window:
    """A span of time that is looked at. Both ends are aware."""

    since: datetime
    until: datetime

    def holds(self, one: Known) -> bool:
        return one.lies_in(self.since, self.until)

    def wider(self, before: timedelta, after: timedelta) -> Window:
        return Window(self.since - before, self.until + after)


class Views:
    """The questions. Nothing is kept between them."""

    def __init__(self, api: Api, zone: str) -> None:
        self._api = api
        self._zone = zone

    def offered(self) -> list[Answer]:
        """The calendars of the account, and those that others share with it."""
        return self._items("me/calendars", OFFERED)

    def shown(self, listed: Listed, window: Window, fields: str) -> list[Answer]:
        """What a calendar lists in a window."""
        path = f"me/calendars/{segment(listed.id)}/calendarView" if listed.id else "me/calendarView"
        return self._items(path, fields, startDateTime=_utc(window.since), endDateTime=_utc(window.until))

    def _items(self, path: str, fields: str, **options: str) -> list[Answer]:
        top = "200" if fields == WHOLE else "1000"  # bodies may be long
        return list(self._api.items(path, select=fields, top=top, **options))

    def whole(self, listed: Listed, wanted: Mapping[str, Known]) -> list[Answer]:
        """Events with all that they say. One that has just gone is left out: the next look tells."""
        if not wanted:
            return []
        if listed.own and len(wanted) <= FEW:
            return [item for item in map(self.get, wanted) if item is not None]
        items = self.shown(listed, span_of(wanted.values()), WHOLE)
        return [item for item in items if str(item.get("id")) in wanted]

    def get(self, id_: str) -> Answer | None:
        """One event with all that it says, None where the mailbox has it no more.

        An id of before the mailbox was moved, or of another one, is told as malformed.
        """
        try:
            return self._api.get(f"me/events/{segment(id_)}", select=WHOLE)
        except (NotThere, NotTaken):
            return None

    def by_uid(self, uid: str, recurrence_id: str) -> Answer | None:
        """In the account's own calendar, which can be asked by UID. No series is an occurrence of itself."""
        for asked in filter(None, (uid, wrapped(uid))):
            quoted = asked.replace("'", "''")
            for item in self._items("me/events", WHOLE, filter=f"iCalUId eq '{quoted}'"):
                if item.get("type") == "seriesMaster":
                    found = self._instance(str(item["id"]), uid, recurrence_id)
                    if found is not None:
                        return found
                elif self._is(item, (uid, recurrence_id)):
                    return item
        return None

    def _instance(self, series: str, uid: str, recurrence_id: str) -> Answer | None:
        """An occurrence, wherever it was moved to."""
        first = begin_of(recurrence_id)
        if first is None:
            return None
        span = first.wider(_BEFORE, _AFTER)
        path = f"me/events/{segment(series)}/instances"
        items = self._items(path, NARROW, startDateTime=_utc(span.since), endDateTime=_utc(span.until))
        name = next((str(item["id"]) for item in items if self._is(item, (uid, recurrence_id))), None)
        return self.get(name) if name else None

    def seek(self, listed: Listed, key: tuple[str, str], window: Window) -> Answer | None:
        """An event by its key in a calendar that can't be asked for it: listed far beyond the window."""
        for item in self.shown(listed, window.wider(_BEFORE, _AFTER), NARROW):
            if self._is(item, key):
                wanted = {str(item["id"]): Known.of(item, self._zone)}
                return next(iter(self.whole(listed, wanted)), None)
        return None

    def _is(self, item: Answer, key: tuple[str, str]) -> bool:
        try:
            return Known.of(item, self._zone).key == key
        except BROKEN:
            return False


def begin_of(recurrence_id: str) -> Window | None:
    """When an occurrence was to begin first; None for an event that does not recur."""
    try:
        moment = datetime.fromisoformat(recurrence_id)
    except ValueError:
        return None
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return Window(aware, aware)


def span_of(events: Iterable[Known]) -> Window:
    """A window in which all of them are listed."""
    ends = [(one.start, one.end) for one in events]
    begin, end = min(start for start, _ in ends), max(end for _, end in ends)
    return Window(datetime.fromtimestamp(begin, UTC), datetime.fromtimestamp(end, UTC)).wider(ASIDE, ASIDE)


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
