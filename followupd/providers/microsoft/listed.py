"""What is known of an Outlook calendar since the last look: the cursor of `OutlookCalendar.changes`.

A look lists the calendar's window with few fields, and compares it with this index. A mark is of those few
fields: where it differs, the event is read whole. All instances of a series may have one change key, so a
changed mark alone says little; what the event says, as a digest, tells whether it is told.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from followupd.core.model import Event
from followupd.errors import CursorLost
from followupd.providers.microsoft.events import key_of, times_of

_MARK = "outlook-calendar1 "
_CHEAP = (
    "changeKey",
    "iCalUId",
    "seriesMasterId",
    "type",
    "start",
    "end",
    "originalStart",
    "originalStartTimeZone",
    "isAllDay",
    "isCancelled",
    "hideAttendees",
    "subject",
    "categories",
    "responseStatus",
)
NARROW = ",".join(("id", *_CHEAP))
WHOLE = f"{NARROW},body,location,organizer,isOrganizer,attendees"
OFFERED = "id,name,owner,canShare,isDefaultCalendar"
PRIMARY = "primary"


@dataclass(frozen=True, slots=True)
class Known:
    """An event of the index. Times are in seconds (epoch); `digest` is "" until it was read whole."""

    uid: str
    recurrence_id: str
    start: int
    end: int
    mark: str
    digest: str = ""

    @classmethod
    def of(cls, item: dict[str, Any], zone: str) -> Known:
        """What the few fields of an item say. Raises one of `events.BROKEN`."""
        uid, recurrence_id = key_of(item, zone)
        start, end = (int(moment.timestamp()) for moment in times_of(item, zone))
        fields = json.dumps([item.get(name) for name in _CHEAP], sort_keys=True)
        return cls(uid, recurrence_id, start, end, _digest(fields))

    def told(self, event: Event) -> Known:
        """The same, with what the event says."""
        return replace(self, digest=_digest(repr(event)))

    @property
    def key(self) -> tuple[str, str]:
        return self.uid, self.recurrence_id

    def lies_in(self, since: datetime, until: datetime) -> bool:
        return self.end > since.timestamp() and self.start < until.timestamp()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One calendar. `id` is "" for the account's own calendar, `name` as Outlook shows it; `own` is false for one
    that somebody shares; `found` is false when it was not there at the last look."""

    id: str = ""
    name: str = ""
    own: bool = True
    found: bool = True
    events: Mapping[str, Known] = field(default_factory=dict)


def offered_as(name: str, offered: Sequence[dict[str, Any]], me: str) -> Listed | None:
    """The calendar that the config calls `name`, among those that Graph offers to `me`: by id, else as it is shown."""
    default = next((one for one in offered if one.get("isDefaultCalendar")), {})
    if name == PRIMARY:
        return Listed(name=str(default.get("name") or ""))
    wanted = name.strip().casefold()
    by_name = (one for one in offered if str(one.get("name") or "").strip().casefold() == wanted)
    found = next((one for one in offered if one.get("id") == name), None) or next(by_name, None)
    if found is None:
        return None
    owner = str((found.get("owner") or {}).get("address") or "")
    return Listed(
        id="" if found is default else str(found["id"]),
        name=str(found.get("name") or ""),
        own=bool(found.get("canShare")) or owner.casefold() == me.casefold(),
    )


def write_cursor(calendars: Mapping[str, Listed]) -> str:
    """The cursor for all calendars of a block."""
    return _MARK + json.dumps({name: _as_json(one) for name, one in calendars.items()}, separators=(",", ":"))


def read_cursor(cursor: str) -> dict[str, Listed]:
    """Raises CursorLost where the cursor is not of this kind."""
    try:
        mark, text = cursor[: len(_MARK)], cursor[len(_MARK) :]
        if mark != _MARK:
            raise ValueError(mark)
        return {name: _from_json(one) for name, one in json.loads(text).items()}
    except (ValueError, TypeError, KeyError, AttributeError):
        raise CursorLost("This is not a place in an Outlook calendar.") from None


def _as_json(one: Listed) -> dict[str, Any]:
    events = {name: list(asdict(known).values()) for name, known in one.events.items()}
    return {"id": one.id, "name": one.name, "own": one.own, "found": one.found, "events": events}


def _from_json(data: dict[str, Any]) -> Listed:
    return Listed(
        id=str(data["id"]),
        name=str(data["name"]),
        own=bool(data["own"]),
        found=bool(data["found"]),
        events={name: Known(*values) for name, values in data["events"].items()},
    )


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "replace")).hexdigest()[:12]
