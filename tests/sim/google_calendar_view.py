"""How one calendar shows an event: who is `self`, whom a guest may see, and which events a query means."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.sim.google_calendar_store import Item, StoredCalendar
from tests.sim.google_calendar_time import Event, asked_moment, asked_zone, in_zone, stamp_milliseconds
from tests.sim.wire import ApiError

EVENT_TYPES = ("birthday", "default", "focusTime", "fromGmail", "outOfOffice", "workingLocation")
_PROPAGATED_GUESTS = 200  # with more guests than that, a guest does not see what the others answered
_RESOURCE = "@resource.calendar.google.com"
_BUSY_FIELDS = {"id", "status", "start", "end", "iCalUID", "eventType", "visibility", "sequence", "created"}
_BUSY_FIELDS |= {"recurrence", "recurringEventId", "originalStartTime"}


@dataclass(frozen=True)
class View:
    """One reader's view: the calendar, the zone of the answer, and the limits of the request."""

    calendar: StoredCalendar
    zone: ZoneInfo
    max_attendees: int | None = None
    tombstones_carry_ical_uid: bool = False

    def shown(self, item: Item) -> Event:
        if item.removed:
            return self._tombstone(item)
        event = deepcopy(item.event)
        if self.calendar.access == "reader" and event.get("visibility") in ("private", "confidential"):
            event = {name: value for name, value in event.items() if name in _BUSY_FIELDS}
        else:
            self._mark_people(event)
        for name in ("start", "end", "originalStartTime"):
            if name in event:
                event[name] = in_zone(event[name], self.zone)
        return event | self._stamps(item)

    def _stamps(self, item: Item) -> Event:
        link = base64.urlsafe_b64encode(f"{item.id} {self.calendar.id}".encode()).decode().rstrip("=")
        return {
            "kind": "calendar#event",
            "etag": etag(item.version),
            "updated": stamp_milliseconds(item.at),
            "htmlLink": f"https://www.google.com/calendar/event?eid={link}",
        }

    def _tombstone(self, item: Item) -> Event:
        event: Event = {"id": item.id, "status": "cancelled"}
        if item.exception:
            event["recurringEventId"] = item.event["recurringEventId"]
            event["originalStartTime"] = in_zone(item.event["originalStartTime"], self.zone)
        if self.tombstones_carry_ical_uid:
            event |= {"kind": "calendar#event", "etag": etag(item.version), "iCalUID": item.event["iCalUID"]}
            event["updated"] = stamp_milliseconds(item.at)
        return event

    def _mark_people(self, event: Event) -> None:
        for role in ("organizer", "creator"):
            self._mark_self(event[role])
        organizer = event["organizer"].get("email", "").lower()
        guests = event.get("attendees", [])
        for guest in guests:
            self._mark_self(guest)
            _flag(guest, "organizer", guest.get("email", "").lower() == organizer)
            if guest.get("email", "").lower().endswith(_RESOURCE):
                guest["resource"] = True
            guest.setdefault("responseStatus", "needsAction")
        if "attendees" in event:
            self._set_guests(event, self._visible(event, guests))

    def _visible(self, event: Event, guests: list[Event]) -> list[Event]:
        mine = [guest for guest in guests if guest.get("self")]
        foreign = not event["organizer"].get("self")
        if foreign and event.get("guestsCanSeeOtherGuests") is False:
            guests = mine
        if foreign and len(guests) > _PROPAGATED_GUESTS:
            for guest in guests:
                if not guest.get("self"):
                    guest["responseStatus"] = "needsAction"
        if self.max_attendees is not None and len(guests) > self.max_attendees:
            event["attendeesOmitted"] = True
            return mine
        return guests

    @staticmethod
    def _set_guests(event: Event, guests: list[Event]) -> None:
        del event["attendees"]
        if guests:  # an event without visible guests has no such key at all
            event["attendees"] = guests

    def _mark_self(self, person: Event) -> None:
        _flag(person, "self", person.get("email", "").lower() == self.calendar.id.lower())


def _flag(person: Event, name: str, holds: bool) -> None:
    """Google leaves out what is false."""
    person.pop(name, None)
    if holds:
        person[name] = True


def etag(version: int) -> str:
    return f'"{3_500_000_000_000_000 + version * 2}"'


def view_of(calendar: StoredCalendar, params: Mapping[str, Any], *, carry: bool) -> View:
    zone = asked_zone(params["timeZone"]) if "timeZone" in params else calendar.zone
    most = params.get("maxAttendees")
    if most is not None and most < 1:
        raise ApiError(400, "invalidParameter", f"Invalid value '{most}' for maxAttendees. Allowed from 1.")
    return View(calendar, zone, most, carry)


class Query:
    """The filters of events.list besides the window. Everything malformed is a 400 at once."""

    def __init__(self, params: Mapping[str, Any], now: datetime, oldest: int | None) -> None:
        self.types: list[str] = list(params.get("eventTypes", []))
        for kind in self.types:
            if kind not in EVENT_TYPES:
                raise ApiError(400, "invalidParameter", f"Invalid value '{kind}' for eventTypes.")
        self._uid: str | None = params.get("iCalUID")
        self._terms = params.get("q", "").lower().split()
        self._private = _constraints(params.get("privateExtendedProperty", []))
        self._shared = _constraints(params.get("sharedExtendedProperty", []))
        self._since = asked_moment(params["updatedMin"], "updatedMin") if "updatedMin" in params else None
        if self._since and oldest is not None and (now - self._since).days >= oldest:
            raise ApiError(
                410,
                "updatedMinTooLongAgo",
                "The requested minimum modification time lies too far in the past.",
            )
        self._deleted = bool(params.get("showDeleted", False))
        self._single = bool(params.get("singleEvents", False))

    def wants_type(self, item: Item) -> bool:
        return not self.types or item.event["eventType"] in self.types

    def matches(self, item: Item) -> bool:
        event = item.event
        return (
            self.wants_type(item)
            and self._wants_status(item)
            and (self._uid is None or event["iCalUID"] == self._uid)
            and (self._since is None or item.at >= self._since)
            and all(any(term in text for text in _texts(event)) for term in self._terms)
            and _has(event, "private", self._private)
            and _has(event, "shared", self._shared)
        )

    def _wants_status(self, item: Item) -> bool:
        if not item.cancelled or self._deleted or self._since is not None:
            return True
        # Without expansion the holes of a living series are told even to those who want no deleted events.
        return not self._single and item.exception and not item.dead_series


def _constraints(texts: list[str]) -> list[tuple[str, str]]:
    pairs = [text.partition("=") for text in texts]
    for (name, equals, _), text in zip(pairs, texts, strict=True):
        if not name or not equals:
            raise ApiError(400, "badRequest", f"Bad Request: no propertyName=value: {text!r}")
    return [(name, value) for name, _, value in pairs]


def _has(event: Event, kind: str, wanted: list[tuple[str, str]]) -> bool:
    properties = event.get("extendedProperties", {}).get(kind, {})
    return all(properties.get(name) == value for name, value in wanted)


def _texts(event: Event) -> list[str]:
    people = [event["organizer"], *event.get("attendees", [])]
    words = [event.get(name, "") for name in ("summary", "description", "location")]
    words += [person.get(name, "") for person in people for name in ("displayName", "email")]
    place = event.get("workingLocationProperties", {})
    words += [str(value) for value in place.get("officeLocation", {}).values()]
    words.append(place.get("customLocation", {}).get("label", ""))
    return [word.lower() for word in words]
