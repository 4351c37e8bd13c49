"""Pages and delta tokens of the calendars: what a link stands for, and what changed since a token."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.sim.microsoft_answers import GraphError, gone
from tests.sim.microsoft_calendar_store import (
    Item,
    Record,
    StoredCalendar,
    items_of,
    make_id,
    whole,
)
from tests.sim.microsoft_calendar_time import Event, Window
from tests.sim.microsoft_calendar_view import View

_KEPT = 2000  # a long test walks through many lists; old links die, as they do at Graph
FORBIDDEN = ("$orderby", "$filter", "$select", "$expand", "$search", "$top")


@dataclass(frozen=True)
class Point:
    """What a delta token stands for: a calendar, the first request's window, a version of the mailbox."""

    calendar: str
    window: Window
    number: int


@dataclass(frozen=True)
class Page:
    """One page of a list that was fixed when its first page was asked for."""

    place: str
    items: tuple[Event, ...]
    next_page: str | None
    delta: str | None
    begin: str = ""  # the link that begins anew, for the day on which this page is forgotten


class Links:
    """The tokens handed out. The same point gives the same token, so that polling does not pile them up."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._count = 0
        self._points: dict[str, Point] = {}
        self._tokens: dict[Point, str] = {}
        self._pages: dict[str, Page] = {}
        self._begins: dict[str, str] = {}  # of tokens that are dead, too

    def _make(self) -> str:
        self._count += 1
        return make_id(self._address, f"link/{self._count}", immutable=False).rstrip("=")[88:]

    def issue(self, point: Point, begin: str) -> str:
        if point not in self._tokens:
            token = self._make()
            self._tokens[point], self._points[token], self._begins[token] = token, point, begin
        return self._tokens[point]

    def point(self, token: str, calendar: str, code: str) -> Point:
        """410 with the address of a new beginning for a token that has been forgotten."""
        point = self._points.get(token)
        if point is None:
            raise gone(self._begins.get(token, ""), code)
        if point.calendar != calendar:
            raise GraphError(400, "ErrorInvalidUrlQuery", "Badly formed token.")
        return point

    def expire(self) -> None:
        """Every token and every link to a further page dies."""
        self._points.clear()
        self._tokens.clear()
        self._pages.clear()

    def first_page(
        self, place: str, chunks: list[tuple[Event, ...]], delta: str | None, begin: str = ""
    ) -> Page:
        page = Page(place, chunks[-1], None, delta, begin)
        for chunk in reversed(chunks[:-1]):
            page = Page(place, chunk, self.keep(page), None, begin)
        return page

    def keep(self, page: Page) -> str:
        token = self._make()
        self._pages[token], self._begins[token] = page, page.begin
        while len(self._pages) > _KEPT:
            del self._pages[next(iter(self._pages))]
        return token

    def page(self, token: str, place: str, code: str) -> Page:
        page = self._pages.get(token)
        if page is None:
            raise gone(self._begins.get(token, ""), code)
        if page.place != place:
            raise GraphError(400, "ErrorInvalidUrlQuery", "Badly formed token.")
        return page


def chunks_of(items: list[Event], size: int, *, empty_pages: bool) -> list[tuple[Event, ...]]:
    """Cut a list into pages, with empty ones between if a test wants so."""
    cut = [tuple(items[at : at + size]) for at in range(0, len(items), size)] or [()]
    return [page for chunk in cut for page in ((), chunk)] if empty_pages else cut


@dataclass(frozen=True)
class Delta:
    """What a round of `delta` tells, and the guesses about it."""

    calendar: StoredCalendar
    view: View
    strips_occurrences: bool
    tells_out_of_window: bool

    def everything(self, window: Window, number: int) -> list[Event]:
        """The first round: masters of what lies in the window, then the instances."""
        found: list[Event] = []
        for record in self.calendar.records.values():
            items = list(items_of(record, window, number))
            found += [self._told(item) for item in self._with_master(record, items)]
        return found

    def since(self, point: Point, number: int) -> list[Event]:
        found: list[Event] = []
        for record in self.calendar.records.values():
            if record.at(point.number) is not record.at(number):
                found += self._changes(record, point, number)
        return found

    def _changes(self, record: Record, point: Point, number: int) -> Iterator[Event]:
        before = list(self._with_master(record, list(items_of(record, point.window, point.number))))
        today = list(self._with_master(record, list(items_of(record, point.window, number))))
        names = {item.name for item in today}
        yield from (self._told(item) for item in today)
        yield from (self._removed(item) for item in before if item.name not in names)
        if not today and not before and self.tells_out_of_window:
            # a change elsewhere in the calendar is told as a removal of something never heard of
            yield self._removed(whole(record, record.at(number) or record.last))

    def _with_master(self, record: Record, items: list[Item]) -> Iterator[Item]:
        if items and items[0].kind != "singleInstance":
            yield whole(record, items[0].version)
        yield from items

    def _told(self, item: Item) -> Event:
        if item.kind == "occurrence" and self.strips_occurrences:
            return self.view.stripped(item)
        return {"@odata.type": "#microsoft.graph.event", **self.view.shown(item, self.calendar)}

    def _removed(self, item: Item) -> Event:
        return {
            "@odata.type": "#microsoft.graph.event",
            "id": self.view.id_of(item),
            "@removed": {"reason": "deleted"},
        }
