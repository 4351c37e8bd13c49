"""The calendars of one Google user: the methods of the API."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from tests.sim.google_calendar_fields import masked
from tests.sim.google_calendar_hands import ROLES, CalendarHands
from tests.sim.google_calendar_store import Item, Record, StoredCalendar
from tests.sim.google_calendar_sync import (
    Page,
    SyncPoint,
    asked_for,
    changes_since,
    check_token_parameters,
    chunks_of,
    constant_parameters,
    page_length,
)
from tests.sim.google_calendar_time import Event, Window, asked_window, stamp_milliseconds
from tests.sim.google_calendar_view import Query, View, etag, view_of
from tests.sim.wire import ApiError, Call, Handlers

_FILTERS = ("iCalUID", "orderBy", "privateExtendedProperty", "q", "sharedExtendedProperty", "updatedMin")


class GoogleCalendars(CalendarHands):
    """What the server asks; the hands and switches of a test are those of `CalendarHands`."""

    def handlers(self) -> Handlers:
        return {
            "calendar.events.list": self._guarded(self._list, "Events"),
            "calendar.events.get": self._guarded(self._get, "Event"),
            "calendar.events.instances": self._guarded(self._instances, "Events"),
            "calendar.events.insert": self._guarded(self._insert, "Event"),
            "calendar.events.patch": self._guarded(self._patch, "Event"),
            "calendar.events.delete": self._guarded(self._delete, "Event"),
            "calendar.calendarList.list": self._guarded(self._list_calendars, "CalendarList"),
            "calendar.calendars.get": self._guarded(self._get_calendar, "Calendar"),
        }

    def _guarded(self, act: Callable[[Call], Any], schema: str) -> Callable[[Call], dict[str, Any] | None]:
        def answer(call: Call) -> dict[str, Any] | None:
            with self._lock:
                found: dict[str, Any] | None = masked(act(call), call.get("fields"), schema)
                return found

        return answer

    def _readable(self, call: Call) -> StoredCalendar:
        asked = call.params["calendarId"]
        stored = self._calendars.get(self.address if asked == "primary" else asked)
        if stored is None:
            raise ApiError(404, "notFound", "Not Found")
        if stored.access == "none":
            raise ApiError(403, "forbidden", "Forbidden")
        return stored

    def _writable(self, call: Call) -> StoredCalendar:
        stored = self._readable(call)
        if stored.access not in ("owner", "writer"):
            raise ApiError(403, "requiredAccessLevel", "You need to have writer access to this calendar.")
        return stored

    def _list(self, call: Call) -> dict[str, Any]:
        stored = self._readable(call)
        params = call.params
        view = view_of(stored, params, carry=self.tombstones_carry_ical_uid)
        length = page_length(params, 250, 2500)
        asked = asked_for(f"events of {stored.id}", params)
        if "syncToken" in params:
            check_token_parameters(params)
        window = asked_window(params)
        query = Query(params, self.clock.now, self.updated_min_days)
        if params.get("orderBy") == "startTime" and not params.get("singleEvents"):
            message = "The requested ordering is not available for the particular query."
            raise ApiError(400, "badRequest", message)
        if "pageToken" in params:
            return self._answer(view, self._tokens.page(params["pageToken"], asked))
        if "syncToken" in params:
            items, point = self._delta(stored, call, query)
        else:
            found = self._items(stored, single=bool(params.get("singleEvents")), window=window)
            items = [item for item in found if query.matches(item)]
            point = SyncPoint(stored.id, self._version, window, constant_parameters(params))
        if "orderBy" in params:
            by_start = params["orderBy"] == "startTime"
            items.sort(key=lambda item: item.start if by_start else item.at)
        filtered = any(name in params for name in _FILTERS)
        token = None
        if self.filtered_lists_give_sync_token or not filtered:
            token = self._tokens.issue(point)
        return self._answer(view, self._paged(items, length, asked, token))

    def _delta(self, stored: StoredCalendar, call: Call, query: Query) -> tuple[list[Item], SyncPoint]:
        point = self._tokens.point(call.params["syncToken"], stored.id)
        if constant_parameters(call.params) != point.constant:
            message = "The parameters differ from those of the initial synchronization."
            raise ApiError(400, "badRequest", message)
        window = point.window if self.token_keeps_window else Window()
        now = self.clock.now
        changed = changes_since(stored, point, self._version, now, window=window, reach=self._reach())
        following = SyncPoint(point.list_id, self._version, point.window, point.constant)
        return [item for item in changed if query.wants_type(item)], following

    def _paged(self, items: list[Any], length: int, asked: tuple[Any, ...], token: str | None) -> Page:
        chunks = chunks_of(items, length, self.page_size, empty_pages=self.empty_pages)
        return self._tokens.first_page(chunks, asked, token)

    def _answer(self, view: View, page: Page) -> dict[str, Any]:
        stored = view.calendar
        latest: datetime = max([stored.changed, *(record.last.at for record in stored.records.values())])
        answer: dict[str, Any] = {
            "kind": "calendar#events",
            "etag": etag(self._version),
            "summary": stored.summary,
            "updated": stamp_milliseconds(latest),
            "timeZone": str(view.zone),
            "accessRole": stored.access,
            "defaultReminders": [{"method": "popup", "minutes": 10}] if stored.primary else [],
            "items": [view.shown(item) for item in page.items],
        }
        if stored.description is not None:
            answer["description"] = stored.description
        return answer | _tokens_of(page)

    def _get(self, call: Call) -> dict[str, Any]:
        stored = self._readable(call)
        view = view_of(stored, call.params, carry=self.tombstones_carry_ical_uid)
        return view.shown(self._current(stored, call.params["eventId"]))

    def _instances(self, call: Call) -> dict[str, Any]:
        stored, params = self._readable(call), call.params
        view = view_of(stored, params, carry=self.tombstones_carry_ical_uid)
        window = asked_window(params, inclusive=True)
        asked = asked_for(f"instances of {stored.id}", params)
        length = page_length(params, 250, 2500)
        record = stored.records.get(params["eventId"])
        if record is None:
            raise ApiError(404, "notFound", "Not Found")
        if not record.last.event.get("recurrence"):
            raise ApiError(400, "badRequest", "Bad Request: the event is not recurring.")
        if "pageToken" in params:
            return self._answer(view, self._tokens.page(params["pageToken"], asked))
        items = self._instances_of(stored, record, call, window)
        return self._answer(view, self._paged(items, length, asked, None))

    def _instances_of(self, stored: StoredCalendar, record: Record, call: Call, window: Window) -> list[Item]:
        now = self.clock.now
        found = stored.items_of(record, self._version, now, single=True, window=window, reach=self._reach())
        items = [item for item in found if item.lies_in(window, now)]
        if not call.get("showDeleted"):
            items = [item for item in items if not item.cancelled]
        if "originalStart" in call.params:
            series = stored.series(record.last)
            try:
                name = series.name(series.local(call.params["originalStart"]))
            except ValueError as malformed:
                raise ApiError(400, "badRequest", f"Bad Request: {malformed}") from malformed
            items = [item for item in items if item.id == name]
        return sorted(items, key=lambda item: item.start)

    def _insert(self, call: Call) -> Event:
        stored, body = self._writable(call), call.body or {}
        if body.get("id") in stored.records:
            raise ApiError(409, "duplicate", "The requested identifier already exists.")
        if "start" not in body or "end" not in body:
            raise ApiError(400, "required", "Missing start or end time.")
        return self.put(body, stored.id)

    def _patch(self, call: Call) -> Event:
        stored, body = self._writable(call), dict(call.body or {})
        item = self._current(stored, call.params["eventId"])
        master = stored.records.get(item.event.get("recurringEventId", ""))
        if master is not None:
            changed = stored.override(master, _original(item.event), body, self._next(), self.clock.now)
            return self._show(stored, changed.id)
        merged = {name: value for name, value in {**item.event, **body}.items() if value is not None}
        return self.put(merged, stored.id)

    def _delete(self, call: Call) -> None:
        stored = self._writable(call)
        item = self._current(stored, call.params["eventId"])
        if item.removed:
            raise ApiError(410, "deleted", "Resource has been deleted")
        master = stored.records.get(item.event.get("recurringEventId", ""))
        if master is not None:
            stored.cancel_occurrence(master, _original(item.event), self._next(), self.clock.now)
        else:
            stored.remove(stored.records[item.id], self._next(), self.clock.now)

    def _list_calendars(self, call: Call) -> dict[str, Any]:
        params = call.params
        length, asked = page_length(params, 100, 250), asked_for("calendarList", params)
        if "pageToken" in params:
            page = self._tokens.page(params["pageToken"], asked)
        else:
            least, since = ROLES.index(params.get("minAccessRole", "freeBusyReader")), 0
            if "syncToken" in params:
                if "minAccessRole" in params or params.get("showDeleted") is False:
                    raise ApiError(400, "badRequest", "Sync token cannot be used with these parameters.")
                since = self._tokens.point(params["syncToken"], "calendarList").version
            shown = [
                calendar
                for calendar in self._calendars.values()
                if ROLES.index(calendar.access) >= max(least, 1) and calendar.version > since
            ]
            point = SyncPoint("calendarList", self._version, Window(), ())
            page = self._paged(shown, length, asked, self._tokens.issue(point))
        entries = [self._entry(calendar) for calendar in page.items]
        answer = {"kind": "calendar#calendarList", "etag": etag(self._version), "items": entries}
        return answer | _tokens_of(page)

    def _entry(self, calendar: StoredCalendar) -> dict[str, Any]:
        entry = self._described(calendar) | {"kind": "calendar#calendarListEntry", "selected": True}
        entry |= {"accessRole": calendar.access, "colorId": "14", "backgroundColor": "#9fe1e7"}
        entry |= {"foregroundColor": "#000000", "defaultReminders": []}
        return entry | ({"primary": True} if calendar.primary else {})

    def _get_calendar(self, call: Call) -> dict[str, Any]:
        calendar = self._readable(call)
        described = self._described(calendar) | {"kind": "calendar#calendar"}
        if calendar.labels:
            described["labelProperties"] = {"eventLabels": [dict(label) for label in calendar.labels]}
        return described

    def _described(self, calendar: StoredCalendar) -> dict[str, Any]:
        described = {"id": calendar.id, "etag": etag(calendar.version), "summary": calendar.summary}
        described["timeZone"] = str(calendar.zone)
        return described | ({"description": calendar.description} if calendar.description else {})


def _tokens_of(page: Page) -> dict[str, str]:
    if page.next_page is not None:
        return {"nextPageToken": page.next_page}
    return {} if page.next_sync is None else {"nextSyncToken": page.next_sync}


def _original(event: Event) -> str:
    original: dict[str, str] = event["originalStartTime"]
    return original.get("dateTime") or original["date"]
