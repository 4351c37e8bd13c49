"""How Graph writes an event: its fields, its zone, its ids, and what a reader of a shared calendar may see."""

from __future__ import annotations

import hashlib
import re
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote

from tests.sim.microsoft_calendar_store import EXCEPTIONS, Item, StoredCalendar, change_key, make_id
from tests.sim.microsoft_calendar_time import NEVER, Event, asked_zone, instant, local, stamp, stamp_utc

NOBODY: dict[str, Any] = {"response": "none", "time": NEVER}
PLACE = {
    "displayName": "",
    "locationType": "default",
    "uniqueIdType": "unknown",
    "address": {},
    "coordinates": {},
}
DEFAULTS: Event = {
    "categories": [],
    "transactionId": None,
    "reminderMinutesBeforeStart": 15,
    "isReminderOn": True,
    "hasAttachments": False,
    "subject": "",
    "bodyPreview": "",
    "importance": "normal",
    "sensitivity": "normal",
    "isAllDay": False,
    "isCancelled": False,
    "isOrganizer": True,
    "responseRequested": True,
    "seriesMasterId": None,
    "showAs": "busy",
    "webLink": "",
    "onlineMeetingUrl": None,
    "isOnlineMeeting": False,
    "onlineMeetingProvider": "unknown",
    "allowNewTimeProposals": True,
    "isDraft": False,
    "hideAttendees": False,
    "recurrence": None,
    "attendees": [],
    "onlineMeeting": None,
}
_PRIVATE = ("private", "confidential")
_BUSY = ("id", "start", "end", "showAs", "type", "seriesMasterId", "isAllDay", "sensitivity", "recurrence")


@dataclass
class Guesses:
    """What Microsoft's documentation leaves open, and a test may turn over."""

    # All-day events are told as midnight of their dates in whatever zone; otherwise as the instant of the
    # local midnight of the zone in which they were made.
    all_day_floats: bool = True
    # The unchanging `uid` beside the iCalUId, which differs for each occurrence.
    uid_in_answers: bool = False
    # A series and all its instances have one change key, whichever instance was changed.
    series_share_change_key: bool = True
    # A private event in somebody else's calendar has this subject, and its times.
    private_subject: str = "Private Appointment"
    cancelled_prefix: str = "Canceled: "


@dataclass(frozen=True)
class View:
    """One request's view: the mailbox, the zone, the form of bodies, the space of ids."""

    address: str
    guesses: Guesses
    time_zone: str = "UTC"
    text_bodies: bool = False
    immutable: bool = False

    def id_of(self, item: Item) -> str:
        return self.name(item, item.day)

    def name(self, item: Item, day: date | None) -> str:
        seed = item.record.seed if self.immutable else item.record.key
        return make_id(self.address, f"{seed}/{day or ''}", immutable=self.immutable)

    def change_key(self, item: Item) -> str:
        series = item.day is None or self.guesses.series_share_change_key
        seed = item.record.seed if series else f"{item.record.seed}/{item.day}/{sorted(item.event.items())}"
        return change_key(seed, item.version.number if series else 0)

    def etag(self, item: Item) -> str:
        return f'W/"{self.change_key(item)}"'

    def stripped(self, item: Item) -> Event:
        """An occurrence as `delta` tells it: where its master is, and when it is."""
        return {
            "@odata.type": "#microsoft.graph.event",
            "@odata.etag": self.etag(item),
            "id": self.id_of(item),
            "seriesMasterId": self.name(item, None),
            "type": "occurrence",
            "start": self.when(item, "start"),
            "end": self.when(item, "end"),
        }

    def shown(self, item: Item, calendar: StoredCalendar) -> Event:
        given = {name: deepcopy(held) for name, held in item.event.items() if name != EXCEPTIONS}
        event = {"@odata.etag": self.etag(item), "id": self.id_of(item), **deepcopy(DEFAULTS)}
        event |= {
            "createdDateTime": stamp_utc(item.record.created),
            "lastModifiedDateTime": stamp_utc(item.version.at),
            "changeKey": self.change_key(item),
            "originalStartTimeZone": item.event["start"].get("timeZone", "UTC"),
            "originalEndTimeZone": item.event["end"].get("timeZone", "UTC"),
            "webLink": f"https://outlook.live.com/owa/?itemid={quote(self.id_of(item))}&exvsurl=1&path=/calendar/item",
            "type": item.kind,
        }
        event |= given
        event |= {"start": self.when(item, "start"), "end": self.when(item, "end")}
        event["iCalUId"] = global_id(item)
        if self.guesses.uid_in_answers:
            event["uid"] = item.event["iCalUId"]
        if item.original is not None:
            event |= {"seriesMasterId": self.name(item, None), "originalStart": stamp_utc(item.original)}
        self._people(event)
        self._text(event)
        return _limited(event, calendar, self.guesses)

    def when(self, item: Item, name: str) -> dict[str, str]:
        """A start or end in the zone that was asked for."""
        given = item.event[name]
        if item.event.get("isAllDay") and self.guesses.all_day_floats:
            return {"dateTime": stamp(local(given)), "timeZone": self.time_zone}
        moment = instant(given).astimezone(asked_zone(self.time_zone))
        return {"dateTime": stamp(moment), "timeZone": self.time_zone}

    def _people(self, event: Event) -> None:
        event.setdefault("organizer", {"emailAddress": {"name": "", "address": self.address}})
        address = (event["organizer"] or {}).get("emailAddress", {}).get("address") or ""
        mine = address.lower() == self.address.lower()
        event["isOrganizer"] = event.get("isOrganizer", True) if mine else False
        answer = "organizer" if mine else "notResponded"
        event.setdefault("responseStatus", {"response": answer, "time": NEVER})
        for guest in event["attendees"]:
            guest.setdefault("type", "required")
            guest.setdefault("status", dict(NOBODY))

    def _text(self, event: Event) -> None:
        body = event.setdefault("body", {"contentType": "html", "content": ""})
        plain = as_text(body["content"]) if body["contentType"] == "html" else body["content"]
        event["bodyPreview"] = re.sub(r"\s*\n\s*", "\r\n", plain.strip())[:255]
        if self.text_bodies:
            event["body"] = {"contentType": "text", "content": plain}
        elif body["contentType"] == "html" and body["content"] and "<html" not in body["content"]:
            event["body"] = {"contentType": "html", "content": f"<html>\r\n<head>\r\n{_META}</head>\r\n<body>\r\n{body['content']}\r\n</body>\r\n</html>\r\n"}  # fmt: skip  # noqa: E501 - Exchange's own wrapping, in one piece
        event.setdefault("location", deepcopy(PLACE))
        event.setdefault("locations", [event["location"]] if event["location"].get("displayName") else [])


_META = '<meta http-equiv="Content-Type" content="text/html; charset=utf-8">\r\n'


def as_text(content: str) -> str:
    """The words of an HTML body."""
    broken = re.sub(r"(?i)<br\s*/?>|</p>|</div>", "\n", content)
    words = re.sub(r"<[^>]*>", "", re.sub(r"(?is)<(style|head).*?</\1>", "", broken))
    for code, sign in (("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        words = words.replace(code, sign)
    return words


def _limited(event: Event, calendar: StoredCalendar, guesses: Guesses) -> Event:
    """What others may see of a shared calendar: nothing of private events, of all of them only the times."""
    hidden = calendar.role in ("read", "write") and event["sensitivity"] in _PRIVATE
    if calendar.role != "freeBusy" and not hidden:
        return event
    blank = event | deepcopy({**DEFAULTS, "body": {"contentType": "html", "content": ""}})
    blank |= {name: event[name] for name in _BUSY if name in event}
    return blank | {
        "subject": guesses.private_subject if hidden else event["showAs"].title(),
        "isOrganizer": False,
        "organizer": {"emailAddress": {"name": calendar.owner[0], "address": calendar.owner[1]}},
        "location": deepcopy(PLACE),
        "locations": [],
    }


def global_id(item: Item) -> str:
    """The iCalUId: an occurrence's holds its date (PidLidGlobalObjectId, MS-OXOCAL 2.2.1.27), the whole's doesn't.

    A UID that another system gave stays as it is on a single event, and is wrapped for an occurrence.
    """
    uid: str = item.event["iCalUId"]
    if item.day is None:
        return uid
    day = f"{item.day.year:04X}{item.day.month:02X}{item.day.day:02X}"
    head = "040000008200E00074C5B7101A82E008"
    if uid.startswith(head):
        return uid[:32] + day + uid[40:]
    data = b"vCal-Uid\x01\0\0\0" + uid.encode() + b"\0"
    size = len(data).to_bytes(4, "little").hex().upper()
    return f"{head}{day}{'0' * 32}{size}{data.hex().upper()}"


def new_global_id(seed: str, made: datetime) -> str:
    """The iCalUId of an event that was made in Outlook: 112 hexadecimal digits."""
    ticks = int((made - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds()) * 10_000_000
    when = ticks.to_bytes(8, "little").hex().upper()
    random = hashlib.sha256(seed.encode()).digest()[:16].hex().upper()
    return f"040000008200E00074C5B7101A82E00800000000{when}{'0' * 16}10000000{random}"
