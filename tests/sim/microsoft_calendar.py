"""The calendars of one Outlook user: what Graph answers below /me/calendar, calendars, calendarView and events."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

from tests.sim.microsoft_answers import (
    GraphCall,
    GraphError,
    access_denied,
    call_of,
    gone,
    graph_reply,
    not_found,
    unknown_path,
)
from tests.sim.microsoft_calendar_delta import FORBIDDEN, Delta, Page, Point, chunks_of
from tests.sim.microsoft_calendar_hands import CalendarHands
from tests.sim.microsoft_calendar_query import filtered, number, ordered, page_length, selected
from tests.sim.microsoft_calendar_store import (
    EXCEPTIONS,
    Item,
    StoredCalendar,
    change_key,
    instance,
    items_of,
    whole,
)
from tests.sim.microsoft_calendar_time import Event, asked_window, asked_zone
from tests.sim.microsoft_calendar_view import View
from tests.sim.server import Reply, Request

CONTEXT = "https://graph.microsoft.com/v1.0/$metadata#users('{user}')/{what}"
SHARED = {"Calendars.Read.Shared", "Calendars.ReadWrite.Shared"}


class OutlookCalendars(CalendarHands):
    """What the server asks; the hands and switches of a test are those of `CalendarHands`."""

    def handle(self, request: Request) -> Reply:
        call = call_of(request)
        if call.http_method != "GET":
            raise GraphError(501, "NotImplemented", "The simulator's calendars cannot be written to.")
        with self._lock:
            answer = self._answer(call, list(call.segments[1:]))
        return graph_reply(200, answer, _applied(call))

    def _answer(self, call: GraphCall, path: list[str]) -> dict[str, Any]:
        match path:
            case ["calendars"]:
                return self._list_calendars(call)
            case ["outlook", "masterCategories"]:
                return self._list_categories()
            case ["calendar"]:
                return self._calendar_answer(call, self._default())
            case ["calendars", name]:
                return self._calendar_answer(call, self._readable(name))
            case ["calendar", *rest] if rest:
                return self._within(call, self._default(), rest)
            case ["calendars", name, *rest]:
                return self._within(call, self._readable(name), rest)
        return self._within(call, self._default(), path)

    def _within(self, call: GraphCall, calendar: StoredCalendar, path: list[str]) -> dict[str, Any]:
        match path:
            case ["calendarView"]:
                return self._calendar_view(call, calendar)
            case ["calendarView", ("delta" | "delta()" | "microsoft.graph.delta()")]:
                return self._delta(call, calendar)
            case ["events"]:
                return self._list_events(call, calendar)
            case ["events", name]:
                return self._get_event(call, name)
            case ["events", name, "instances"]:
                return self._instances(call, name)
        raise unknown_path(path[-1])

    # --- calendars --------------------------------------------------------------------------------------

    def _default(self) -> StoredCalendar:
        return next(each for each in self._calendars.values() if each.default)

    def _readable(self, name: str) -> StoredCalendar:
        for calendar in self._calendars.values():
            if name == self.calendar_id(calendar.name):
                self._check_shared(calendar)
                return calendar
        raise not_found()

    def _check_shared(self, calendar: StoredCalendar) -> None:
        foreign = calendar.owner[1].lower() != self.address.lower()
        if not (foreign and self.shared_need_shared_scope) or self.scopes is None:
            return
        if self.scopes.isdisjoint(SHARED):
            raise access_denied()

    def _list_calendars(self, call: GraphCall) -> dict[str, Any]:
        shown = [self._calendar(each) for each in self._calendars.values()]
        return self._skipped(call, shown, "calendars")

    def _calendar_answer(self, call: GraphCall, calendar: StoredCalendar) -> dict[str, Any]:
        shown = self._calendar(calendar)
        names = call.query.get("$select", "")
        if names:
            shown = {name: shown[name] for name in ("id", *names.split(",")) if name in shown}
        return {"@odata.context": self._context("calendars/$entity"), **shown}

    def _calendar(self, calendar: StoredCalendar) -> dict[str, Any]:
        own = calendar.owner[1].lower() == self.address.lower()
        return {
            "id": self.calendar_id(calendar.name),
            "name": calendar.name,
            "color": calendar.color,
            "hexColor": "",
            "isDefaultCalendar": calendar.default,
            "changeKey": change_key(calendar.key, calendar.version),
            "canShare": own,
            "canViewPrivateItems": own,
            "canEdit": calendar.role in ("owner", "write"),
            "allowedOnlineMeetingProviders": ["teamsForBusiness"],
            "defaultOnlineMeetingProvider": "teamsForBusiness",
            "isTallyingResponses": calendar.default,
            "isRemovable": not calendar.default,
            "owner": {"name": calendar.owner[0], "address": calendar.owner[1]},
        }

    def _list_categories(self) -> dict[str, Any]:
        shown = [
            {"id": f"{at:08x}-0000-4000-8000-000000000000", "displayName": name, "color": color}
            for at, (name, color) in enumerate(self._categories)
        ]
        return {"@odata.context": self._context("outlook/masterCategories"), "value": shown}

    def _context(self, what: str) -> str:
        return CONTEXT.format(user=quote(self.address), what=what)

    # --- lists of events --------------------------------------------------------------------------------

    def _view_of(self, call: GraphCall) -> View:
        zone = call.prefer.get("outlook.timezone", "UTC")
        asked_zone(zone)
        text = call.prefer.get("outlook.body-content-type", "").lower() == "text"
        return View(self.address, self.guesses, zone, text_bodies=text, immutable=call.immutable)

    def _calendar_view(self, call: GraphCall, calendar: StoredCalendar) -> dict[str, Any]:
        self._check_shared(calendar)
        window, view = asked_window(call.query), self._view_of(call)
        items = sorted(calendar.items(window, self._number), key=lambda item: (item.start, item.name[0]))
        return self._listed(call, calendar, items, view, "calendarView")

    def _list_events(self, call: GraphCall, calendar: StoredCalendar) -> dict[str, Any]:
        """Single events and series masters; no occurrences."""
        records = [each for each in calendar.records.values() if each.last.event is not None]
        items = [whole(each, each.last) for each in records]
        return self._listed(call, calendar, items, self._view_of(call), "events")

    def _instances(self, call: GraphCall, name: str) -> dict[str, Any]:
        calendar, item = self._event(call, name)
        if item.kind != "seriesMaster":
            text = "Your request can't be completed. The event is not a series master."
            raise GraphError(400, "ErrorInvalidRequest", text)
        items = list(items_of(item.record, asked_window(call.query), self._number))
        items.sort(key=lambda each: each.start)
        return self._listed(call, calendar, items, self._view_of(call), "instances")

    def _listed(
        self, call: GraphCall, calendar: StoredCalendar, items: list[Item], view: View, what: str
    ) -> dict[str, Any]:
        for item in items:
            self._remember(calendar, item)
        shown = [] if self.shows_nothing else [view.shown(item, calendar) for item in items]
        shown = ordered(filtered(shown, call.query), call.query)
        return self._skipped(call, selected(shown, call.query, view=what == "calendarView"), what)

    def _skipped(self, call: GraphCall, shown: list[Event], what: str) -> dict[str, Any]:
        """One page of a list. By `$skip` every page is looked up anew: what moves meanwhile is missed or doubled."""
        length, at = page_length(call, self.page_size), number(call.query, "$skip", 0)
        again = {name: text for name, text in call.query.items() if name not in ("$skip", "$skiptoken")}
        link: str | None = None
        if self.paging == "skiptoken" and what != "calendars":
            page = self._fixed_page(call, shown[at:], length)
            items = list(page.items)
            if page.next_page is not None:
                link = self._link(call, again | {"$skiptoken": page.next_page})
        else:
            items = shown[:length] if self.endless_pages else shown[at : at + length]
            if at + length < len(shown) or self.endless_pages:
                link = self._link(call, again | {"$skip": str(at + length)})
        answer: dict[str, Any] = {"@odata.context": self._context(what)}
        if call.query.get("$count") == "true":
            answer["@odata.count"] = len(shown)
        return answer | {"value": items} | ({"@odata.nextLink": link} if link else {})

    def _fixed_page(self, call: GraphCall, shown: list[Event], length: int) -> Page:
        place = "/".join(call.segments)
        if "$skiptoken" in call.query:
            page = self._links.page(call.query["$skiptoken"], place, self.gone_code)
        else:
            chunks = chunks_of(shown, length, empty_pages=self.empty_pages)
            page = self._links.first_page(place, chunks, None)
        if self.endless_pages:
            return replace(page, next_page=self._links.keep(page))
        return page

    def _link(self, call: GraphCall, query: dict[str, str]) -> str:
        path = "/".join(quote(segment, safe="") for segment in call.segments)
        return f"{self.root}/{path}?{urlencode(query, safe='$')}"

    # --- delta ------------------------------------------------------------------------------------------

    def _delta(self, call: GraphCall, calendar: StoredCalendar) -> dict[str, Any]:
        self._check_shared(calendar)
        query, place = call.query, "/".join(call.segments)
        if wrong := [name for name in FORBIDDEN if name in query]:
            text = (
                "The following parameters are not supported with change tracking over the 'CalendarView' resource: "
                f"'{', '.join(wrong)}'."
            )
            raise GraphError(400, "ErrorInvalidUrlQuery", text)
        if "$skiptoken" in query:
            page = self._links.page(query["$skiptoken"], place, self.gone_code)
        else:
            page = self._delta_page(call, calendar, place)
        if self.endless_pages:
            page = replace(page, next_page=self._links.keep(page), delta=None)
        answer = {"@odata.context": self._context("calendarView"), "value": list(page.items)}
        if page.next_page is not None:
            return answer | {"@odata.nextLink": self._link(call, {"$skiptoken": page.next_page})}
        return answer | {"@odata.deltaLink": self._link(call, {"$deltatoken": page.delta or ""})}

    def _delta_page(self, call: GraphCall, calendar: StoredCalendar, place: str) -> Page:
        delta = Delta(calendar, self._view_of(call), self.occurrences_stripped, self.out_of_window_told)
        token, told = call.query.get("$deltatoken"), self._told_number()
        if token == "latest":
            raise gone(code=self.gone_code)  # promised for directories only
        if token:
            # the token holds the window of its beginning: another one beside it is not read
            point = self._links.point(token, calendar.key, self.gone_code)
            before = self._replayed(point) if self.delta_replays else point
            told = max(told, point.number)
            found, window = delta.since(before, told), point.window
        else:
            window = asked_window(call.query)
            found = delta.everything(window, told)
        for record in calendar.records.values():
            for item in items_of(record, window, self._number):
                self._remember(calendar, item)
        if self.delta_shuffled:
            found.sort(key=lambda event: str(event["id"])[::-1])
        iso = "%Y-%m-%dT%H:%M:%SZ"
        named = {"startDateTime": f"{window.start:{iso}}", "endDateTime": f"{window.end:{iso}}"}
        begin = self._link(call, {**named, "$deltatoken": ""})
        following = self._links.issue(Point(calendar.key, window, told), begin)
        chunks = chunks_of(found, page_length(call, self.page_size), empty_pages=self.empty_pages)
        return self._links.first_page(place, chunks, following, begin)

    def _told_number(self) -> int:
        """The version of the mailbox that a delta tells of: that of some time ago, where it lags."""
        if not self.delta_lag:
            return self._number
        until = self.clock.now - self.delta_lag
        records = (record for calendar in self._calendars.values() for record in calendar.records.values())
        return max(
            (each.number for record in records for each in record.history if each.at <= until), default=0
        )

    def _replayed(self, point: Point) -> Point:
        """The point of the round before, as nearly as the history knows it."""
        return replace(point, number=max(0, point.number - 1))

    # --- one event --------------------------------------------------------------------------------------

    def _event(self, call: GraphCall, name: str) -> tuple[StoredCalendar, Item]:
        found = self._seen.get((name, call.immutable))
        if found is None and self.path_takes_either_id:
            found = self._seen.get((name, not call.immutable))
        place, key, day = found or self._unseen(name)
        calendar = next((each for each in self._calendars.values() if each.key == place), None)
        record = calendar.records.get(key) if calendar else None
        if calendar is None or record is None or record.last.event is None:
            raise not_found()
        self._check_shared(calendar)
        foreign = calendar.owner[1].lower() != self.address.lower()
        if foreign and not self.shared_events_open_directly:
            raise not_found()
        try:
            item = whole(record, record.last) if day is None else instance(record, day)
        except KeyError:  # the series has changed, and has no such occurrence any more
            item = None
        if item is None:
            raise not_found()
        return calendar, item

    def _unseen(self, name: str) -> tuple[str, str, date | None]:
        if len(name) < 20 or not name.replace("-", "").replace("_", "").rstrip("=").isalnum():
            raise GraphError(400, "ErrorInvalidIdMalformed", "Id is malformed.")
        raise not_found()

    def _get_event(self, call: GraphCall, name: str) -> dict[str, Any]:
        calendar, item = self._event(call, name)
        shown = self._view_of(call).shown(item, calendar)
        if item.kind == "seriesMaster":
            shown["cancelledOccurrences"] = self._cancelled(item)
        (answer,) = selected([shown], call.query, view=False)
        if "cancelledOccurrences" not in call.query.get("$select", ""):
            answer.pop("cancelledOccurrences", None)
        return {"@odata.context": self._context("events/$entity"), **answer}

    def _cancelled(self, item: Item) -> list[str]:
        held = item.event.get(EXCEPTIONS, {})
        return [f"OID.{item.record.key}.{day}" for day, differs in held.items() if differs is None]


def _applied(call: GraphCall) -> dict[str, str]:
    """Which preferences were heard."""
    known = {
        "outlook.timezone": "outlook.timezone",
        "outlook.body-content-type": "outlook.body-content-type",
        "odata.maxpagesize": "odata.maxpagesize",
        "idtype": "IdType",
    }
    heard = [f'{name}="{call.prefer[key]}"' for key, name in known.items() if key in call.prefer]
    return {"Preference-Applied": ", ".join(heard)} if heard else {}
