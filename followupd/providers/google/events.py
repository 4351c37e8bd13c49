"""Events of the Google Calendar API as events of the model.

Source: Calendar API v3, resource Events. Google has no categories: a program may keep some in an
extended property of that name. The names of colours are those that Google Calendar shows.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from followupd.core.model import Address, Attendee, CalendarUserType, Event, EventStatus, PartStat
from followupd.providers.mimetext import html_to_text

COLOURS = {
    "1": "lavender",
    "2": "sage",
    "3": "grape",
    "4": "flamingo",
    "5": "banana",
    "6": "tangerine",
    "7": "peacock",
    "8": "graphite",
    "9": "blueberry",
    "10": "basil",
    "11": "tomato",
}
_PARTSTATS = {
    "accepted": PartStat.ACCEPTED,
    "declined": PartStat.DECLINED,
    "tentative": PartStat.TENTATIVE,
}
_STATUSES = {"cancelled": EventStatus.CANCELLED, "tentative": EventStatus.TENTATIVE}
_MARKUP = re.compile(r"</?(?:a|b|br|div|em|i|li|ol|p|span|strong|u|ul|html|html-blob)\b[^>]*>", re.IGNORECASE)


def is_tombstone(item: dict[str, Any]) -> bool:
    """Whether it is all that is left of a deleted event: an id without a time."""
    return not item.get("start")


def occurrence(item: dict[str, Any]) -> str:
    """The recurrence-id: the original start of an occurrence in UTC, a date for all-day series, "" otherwise."""
    if not item.get("recurringEventId"):
        return ""
    original = item.get("originalStartTime") or {}
    if original.get("date"):
        return str(original["date"])
    moment = _moment(original)
    return moment.astimezone(UTC).isoformat() if moment else ""


def read_event(item: dict[str, Any], calendar: str, name: str, zone: str, calendar_zone: str) -> Event:
    """The event in an item that has a time. Raises ValueError or KeyError where it is not well formed."""
    start, end = item["start"], item.get("end") or item["start"]
    begins = _begin(start, zone)
    return Event(
        uid=str(item.get("iCalUID") or item["id"]),
        recurrence_id=occurrence(item),
        calendar=calendar,
        calendar_name=name,
        title=str(item.get("summary") or ""),
        description=_text(str(item.get("description") or "")),
        location=str(item.get("location") or ""),
        start=begins,
        end=max(begins, _begin(end, zone)),
        all_day=bool(start.get("date")),
        zone=_zone(str(start.get("timeZone") or calendar_zone)),
        status=_STATUSES.get(str(item.get("status")), EventStatus.CONFIRMED),
        organizer=_organizer(item),
        attendees=tuple(_attendee(one) for one in item.get("attendees") or ()),
        attendees_hidden=_hidden(item),
        categories=_categories(item),
        colour=COLOURS.get(str(item.get("colorId") or ""), ""),
        label=str(item.get("eventLabelId") or ""),
        from_mail=item.get("eventType") == "fromGmail",
    )


def _begin(when: dict[str, Any], zone: str) -> datetime:
    """The moment; a day begins at the user's midnight."""
    if when.get("date"):
        day = date.fromisoformat(str(when["date"]))
        return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
    moment = _moment(when)
    if moment is None:
        raise ValueError("a time is missing")
    return moment


def _moment(when: dict[str, Any]) -> datetime | None:
    text = str(when.get("dateTime") or "")
    if not text:
        return None
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(str(when.get("timeZone") or "UTC")))


def _zone(name: str) -> str:
    return "" if name in {"UTC", "Etc/UTC", "GMT"} else name


def _text(description: str) -> str:
    """Google Calendar keeps descriptions as HTML where they were written in it."""
    return html_to_text(description) if _MARKUP.search(description) else description


def _organizer(item: dict[str, Any]) -> Address | None:
    """Who organises it. An event of a calendar of one's own names the calendar: then who made it."""
    found = item.get("organizer") or {}
    if str(found.get("email", "")).endswith(".calendar.google.com"):
        found = item.get("creator") or {}
    email = str(found.get("email") or "").lower()
    return Address(email, str(found.get("displayName") or "")) if email else None


def _attendee(one: dict[str, Any]) -> Attendee:
    email = str(one.get("email") or "").lower()
    return Attendee(
        email=email,
        name=str(one.get("displayName") or ""),
        partstat=_PARTSTATS.get(str(one.get("responseStatus")), PartStat.NEEDS_ACTION),
        cutype=_kind(one, email),
        role="opt-participant" if one.get("optional") else "req-participant",
    )


def _kind(one: dict[str, Any], email: str) -> CalendarUserType:
    if one.get("resource") or email.endswith("@resource.calendar.google.com"):
        return CalendarUserType.RESOURCE
    if email.endswith("@group.calendar.google.com"):
        return CalendarUserType.GROUP
    return CalendarUserType.INDIVIDUAL


def _hidden(item: dict[str, Any]) -> bool:
    """Whether others were invited whom this copy does not show."""
    others = [one for one in item.get("attendees") or () if not one.get("self")]
    return bool(item.get("attendeesOmitted")) or (
        item.get("guestsCanSeeOtherGuests") is False
        and not others
        and not (item.get("organizer") or {}).get("self")
    )


def _categories(item: dict[str, Any]) -> tuple[str, ...]:
    properties = item.get("extendedProperties") or {}
    given = [(properties.get(side) or {}).get("categories", "") for side in ("private", "shared")]
    words = (word.strip() for text in given for word in str(text).split(","))
    return tuple(dict.fromkeys(word for word in words if word))
