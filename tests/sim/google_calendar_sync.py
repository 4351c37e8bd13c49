"""Pages and sync tokens of the lists, and what a delta since a token contains."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from tests.sim.google_calendar_store import Item, Record, StoredCalendar, make_id
from tests.sim.google_calendar_time import Window
from tests.sim.wire import ApiError

FORBIDDEN_WITH_TOKEN = (
    "iCalUID",
    "orderBy",
    "privateExtendedProperty",
    "q",
    "sharedExtendedProperty",
    "timeMax",
    "timeMin",
    "updatedMin",
)
_CONSTANT = ("alwaysIncludeEmail", "maxAttendees", "timeZone")
_FREE_WHILE_PAGING = ("pageToken", "maxResults", "fields")
_KEPT_PAGES = 2000  # a long test walks through many lists; old page tokens die, as they do at Google


@dataclass(frozen=True)
class SyncPoint:
    """What a sync token stands for: a version, the first request's window and its other parameters."""

    list_id: str
    version: int
    window: Window
    constant: tuple[Any, ...]


@dataclass(frozen=True)
class Page:
    """One page of a list whose content was fixed when the first page was asked for."""

    asked: tuple[Any, ...]
    items: tuple[Any, ...]
    next_page: str | None
    next_sync: str | None


class Tokens:
    """The tokens handed out. The same point gives the same token, so that polling does not pile them up."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._count = 0
        self._tokens: dict[SyncPoint, str] = {}
        self._points: dict[str, SyncPoint] = {}
        self._pages: dict[str, Page] = {}

    def _make(self) -> str:
        self._count += 1
        return f"C{make_id(f'{self._seed}/token/{self._count}')}=="

    def issue(self, point: SyncPoint) -> str:
        if point not in self._tokens:
            token = self._make()
            self._tokens[point], self._points[token] = token, point
        return self._tokens[point]

    def point(self, token: str, list_id: str) -> SyncPoint:
        point = self._points.get(token)
        if point is None or point.list_id != list_id:
            message = "Sync token is no longer valid, a full sync is required."
            raise ApiError(410, "fullSyncRequired", message)
        return point

    def expire(self) -> None:
        self._tokens.clear()
        self._points.clear()

    def first_page(
        self, chunks: list[tuple[Any, ...]], asked: tuple[Any, ...], next_sync: str | None
    ) -> Page:
        """Fix all pages of a list and give the first; they are linked from the last to the first."""
        page = Page(asked, chunks[-1], None, next_sync)
        for chunk in reversed(chunks[:-1]):
            token = self._make()
            self._pages[token] = page
            page = Page(asked, chunk, token, None)
        while len(self._pages) > _KEPT_PAGES:
            del self._pages[next(iter(self._pages))]
        return page

    def page(self, token: str, asked: tuple[Any, ...]) -> Page:
        page = self._pages.get(token)
        if page is None or page.asked != asked:
            raise ApiError(400, "badRequest", "Invalid page token value.")
        return page


def asked_for(method: str, params: Mapping[str, Any]) -> tuple[Any, ...]:
    """What must be the same in every request of one list."""
    kept = {name: value for name, value in params.items() if name not in _FREE_WHILE_PAGING}
    return (method, *sorted((name, repr(value)) for name, value in kept.items()))


def constant_parameters(params: Mapping[str, Any]) -> tuple[Any, ...]:
    """What must be the same in every request of one synchronisation."""
    return (
        bool(params.get("singleEvents", False)),
        bool(params.get("showHiddenInvitations", False)),
        tuple(sorted(params.get("eventTypes", []))),
        *(params.get(name) for name in _CONSTANT),
    )


def check_token_parameters(params: Mapping[str, Any]) -> None:
    for name in FORBIDDEN_WITH_TOKEN:
        if name in params:
            raise ApiError(400, "badRequest", f"Sync token cannot be used together with {name}.")
    if params.get("showDeleted") is False:
        raise ApiError(400, "badRequest", "Sync token cannot be used with showDeleted set to false.")


def chunks_of(items: list[Any], asked: int, limit: int | None, *, empty_pages: bool) -> list[tuple[Any, ...]]:
    """Cut a list into pages: by the request, by the test's limit, with empty ones between if it wants so."""
    size = asked if limit is None else min(asked, limit)
    cut = [tuple(items[at : at + size]) for at in range(0, len(items), size)] or [()]
    return [page for chunk in cut for page in ((), chunk)] if empty_pages else cut


def page_length(params: Mapping[str, Any], default: int, most: int) -> int:
    asked: int = params.get("maxResults", default)
    if asked < 1:
        raise ApiError(400, "invalidParameter", f"Invalid value '{asked}' for maxResults. Allowed from 1.")
    return min(asked, most)


def changes_since(
    calendar: StoredCalendar,
    point: SyncPoint,
    version: int,
    now: datetime,
    *,
    window: Window,
    reach: timedelta | None,
) -> Iterator[Item]:
    """All that changed or vanished since the point, if it lies in the window or lay there."""
    roots = {
        calendar.root(record).id: calendar.root(record)
        for record in calendar.records.values()
        if record.last.version > point.version
    }
    for root in roots.values():
        yield from _changes_of(calendar, root, point, version, now, window=window, reach=reach)


def _changes_of(
    calendar: StoredCalendar,
    root: Record,
    point: SyncPoint,
    version: int,
    now: datetime,
    *,
    window: Window,
    reach: timedelta | None,
) -> Iterator[Item]:
    single = bool(point.constant[0])
    hint = Window(before=window.before)
    then = {
        item.id: item
        for item in calendar.items_of(root, point.version, now, single=single, window=hint, reach=reach)
    }
    today = list(calendar.items_of(root, version, now, single=single, window=hint, reach=reach))
    for item in today:
        before = then.pop(item.id, None)
        lay = before is not None and before.lies_in(window, now)
        if item.version > point.version and (lay or item.lies_in(window, now)):
            yield item
    if not root.last.removed:
        for item in then.values():
            if item.lies_in(window, now) and not item.cancelled and not _still_there(calendar, root, item.id):
                yield replace(item, removed=True, version=root.last.version, at=root.last.at)


def _still_there(calendar: StoredCalendar, root: Record, name: str) -> bool:
    """Whether the series still has the occurrence, however short the expansion of today was."""
    found = calendar.lookup(name, root.last.version)
    return found is not None and not found.removed
