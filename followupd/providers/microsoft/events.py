"""Events of Graph as events of the model.

Times come in UTC, whole days as midnights. Source: Graph v1.0, resource types event, attendee, responseStatus.
The user's own answer stands in the event; beside the user's name in the list of guests there is none.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from followupd.core.addresses import canonical, clean
from followupd.core.model import Address, Attendee, CalendarUserType, Event, EventStatus, PartStat
from followupd.providers.icszones import iana_name
from followupd.providers.microsoft.globalids import day_of, uid_of
from followupd.providers.mimetext import MAX_NAME, html_to_text, one_line

# What the functions here raise on an event that is not well formed.
BROKEN = (ValueError, KeyError, TypeError, AttributeError, OverflowError)

MAX_TITLE = 1024
MAX_DESCRIPTION = 64 * 1024
MAX_GUESTS = 1_000
MAX_CATEGORIES = 100
FIRST_YEAR, LAST_YEAR = 1000, 9000
DAY = timedelta(days=1)
_NOON = timedelta(hours=12)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
# Microsoft's stand-in for the address of an account that was made with one of another provider.
_STAND_IN = re.compile(r"outlook_[0-9a-f]+@outlook\.com")
_ANSWERS = {
    "accepted": PartStat.ACCEPTED,
    "tentativelyaccepted": PartStat.TENTATIVE,
    "declined": PartStat.DECLINED,
}
_PARTSTATS = _ANSWERS | {"organizer": PartStat.ACCEPTED}


def key_of(item: dict[str, Any], zone: str) -> tuple[str, str]:
    """The UID and the recurrence-id: the original start of an occurrence in UTC, a date where it lasts whole days."""
    name = str(item.get("iCalUId") or "")
    in_series = item.get("type") in ("occurrence", "exception")
    uid = uid_of(name, in_series=in_series) or str(item["id"])
    if not in_series:
        return uid, ""
    given = item.get("originalStart")
    original = _read(str(given)) if given else _moment(item["start"])
    if item.get("isAllDay"):
        return uid, (day_of(name) or _day(original, item, zone)).isoformat()
    return uid, original.replace(microsecond=0).isoformat()


def times_of(item: dict[str, Any], zone: str) -> tuple[datetime, datetime]:
    """When it begins and ends. A whole day begins at midnight in the user's `zone`, wherever it was made."""
    begins, ends = _moment(item["start"]), _moment(item.get("end") or item["start"])
    if not item.get("isAllDay"):
        return begins, max(begins, ends)
    first, after = _day(begins, item, zone), _day(ends, item, zone)
    return _midnight(first, zone), _midnight(max(first + DAY, after), zone)


def read_event(item: dict[str, Any], calendar: str, name: str, zone: str, me: str) -> Event:
    """The event in an item, as `me` has it in a calendar; `me` is "" in somebody else's. Raises one of BROKEN."""
    uid, recurrence_id = key_of(item, zone)
    start, end = times_of(item, zone)
    organizer = _organizer(item, me)
    location = item.get("location") or {}
    return Event(
        uid=uid,
        recurrence_id=recurrence_id,
        calendar=calendar,
        calendar_name=name,
        title=one_line(str(item.get("subject") or ""))[:MAX_TITLE],
        description=_text(item.get("body") or {}),
        location=one_line(str(location.get("displayName") or ""))[:MAX_TITLE],
        start=start,
        end=end,
        all_day=bool(item.get("isAllDay")),
        zone=_zone(item),
        status=EventStatus.CANCELLED if item.get("isCancelled") else EventStatus.CONFIRMED,
        organizer=organizer,
        attendees=tuple(_answered(_guests(item, organizer), item, organizer, me)),
        attendees_hidden=bool(item.get("hideAttendees")) and not item.get("isOrganizer"),
        categories=_categories(item),
    )


# --- times --------------------------------------------------------------------------------------


def _moment(when: dict[str, Any]) -> datetime:
    """A dateTimeTimeZone in UTC. Graph writes UTC unless asked for another zone."""
    name = str(when.get("timeZone") or "UTC")
    zone = "UTC" if name == "UTC" else iana_name(name)
    if not zone:
        raise ValueError("nobody knows its time zone")
    return _read(str(when["dateTime"]), ZoneInfo(zone))


def _read(text: str, zone: ZoneInfo | None = None) -> datetime:
    moment = datetime.fromisoformat(text)
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError("not a date that a calendar could show in every zone")
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone or UTC)).astimezone(UTC)


def _day(moment: datetime, item: dict[str, Any], zone: str) -> date:
    """The date that a whole day's midnight means: told as it is, or as the moment of a midnight far away."""
    if moment.time() == time():
        return moment.date()
    there = moment.astimezone(ZoneInfo(_zone(item) or zone))
    return (there + _NOON).date()


def _midnight(day: date, zone: str) -> datetime:
    return datetime.combine(day, time(), ZoneInfo(zone))


def _zone(item: dict[str, Any]) -> str:
    name = iana_name(str(item.get("originalStartTimeZone") or ""))
    return "" if name in {"UTC", "Etc/UTC", "GMT"} else name


# --- text ---------------------------------------------------------------------------------------


def _text(body: dict[str, Any]) -> str:
    content = str(body.get("content") or "")
    plain = html_to_text(content) if str(body.get("contentType")).lower() == "html" else content
    return _CONTROL.sub("", plain)[:MAX_DESCRIPTION]


def _categories(item: dict[str, Any]) -> tuple[str, ...]:
    words = (one_line(str(word)) for word in item.get("categories") or ())
    return tuple(dict.fromkeys(word for word in words if word))[:MAX_CATEGORIES]


# --- people -------------------------------------------------------------------------------------


def _who(recipient: dict[str, Any] | None) -> Address:
    """The address, "" where it is one of Exchange's own (X.500) or none; a name that repeats it is no name."""
    given = (recipient or {}).get("emailAddress") or {}
    address = str(given.get("address") or "")
    name = one_line(str(given.get("name") or ""))[:MAX_NAME]
    repeated = name.strip("'\"<> ").casefold() in (address.strip().casefold(), "")
    return Address(clean(address), "" if repeated else name)


def _organizer(item: dict[str, Any], me: str) -> Address | None:
    who = _who(item.get("organizer"))
    if item.get("isOrganizer") and me and (not who.email or _STAND_IN.fullmatch(who.email)):
        return Address(me, who.name)
    return who if who.email or who.name else None


def _guests(item: dict[str, Any], organizer: Address | None) -> list[Attendee]:
    """The guests, and an organiser of whom only the name is known: in the list that is not lost."""
    guests = [_attendee(one) for one in (item.get("attendees") or ())[:MAX_GUESTS]]
    found = [guest for guest in guests if guest.email or guest.name]
    if organizer is None or organizer.email or organizer.name in {guest.name for guest in found}:
        return found
    return [*found, Attendee("", organizer.name, PartStat.ACCEPTED)]


def _attendee(one: dict[str, Any]) -> Attendee:
    who, kind = _who(one), str(one.get("type") or "").lower()
    return Attendee(
        email=who.email,
        name=who.name,
        partstat=_PARTSTATS.get(_response(one.get("status")), PartStat.NEEDS_ACTION),
        cutype=CalendarUserType.RESOURCE if kind == "resource" else CalendarUserType.INDIVIDUAL,
        role="opt-participant" if kind == "optional" else "req-participant",
    )


def _response(status: dict[str, Any] | None) -> str:
    return str((status or {}).get("response") or "").lower()


def _answered(
    guests: list[Attendee], item: dict[str, Any], organizer: Address | None, me: str
) -> list[Attendee]:
    """The guests with the user's own answer.

    Who declined and is not listed was invited under another address, or through a list. Which of those without
    an answer that is, nobody can tell: they would stand for a user who has not answered, and are left out.
    """
    answer = _ANSWERS.get(_response(item.get("responseStatus")))
    if not me or answer is None:
        return guests
    if any(canonical(guest.email) == canonical(me) for guest in guests):
        mine = canonical(me)
        return [
            replace(guest, partstat=answer) if canonical(guest.email) == mine else guest for guest in guests
        ]
    if answer is not PartStat.DECLINED:
        return guests
    host = organizer.email if organizer else ""
    sure = [one for one in guests if one.partstat is not PartStat.NEEDS_ACTION or one.email in ("", host)]
    return [*sure, Attendee(me, "", PartStat.DECLINED)]
