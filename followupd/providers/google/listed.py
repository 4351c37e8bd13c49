"""What is known of a Google calendar since the last look: the cursor of `GoogleCalendar.changes`.

A sync token tells what changed. Beside it stands an index of the known events, without what they
say: it tells what is missing after a full look, what enters the window, and under which id of
Google's an event is read again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from followupd.core.model import Event
from followupd.errors import CursorLost

_MARK = "gcal1 "


@dataclass(frozen=True, slots=True)
class Known:
    """An event of the index. Times are in seconds (epoch); `told` is false until it enters the window."""

    uid: str
    recurrence_id: str
    start: int
    end: int
    mark: str
    told: bool

    @classmethod
    def of(cls, event: Event, *, told: bool) -> Known:
        start, end = int(event.start.timestamp()), int(event.end.timestamp())
        return cls(event.uid, event.recurrence_id, start, end, _digest(event), told)

    @property
    def key(self) -> tuple[str, str]:
        return self.uid, self.recurrence_id

    def lies_in(self, since: datetime, until: datetime) -> bool:
        return self.end > since.timestamp() and self.start < until.timestamp()


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """One calendar. `covered` is the end of what the token's first listing asked for; `looked` the window's end
    when this was last stored."""

    token: str
    covered: datetime
    looked: datetime
    name: str = ""
    zone: str = ""
    events: Mapping[str, Known] = field(default_factory=dict)


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
        raise CursorLost("This is not a place in a Google calendar.") from None


def _as_json(one: Listed) -> dict[str, Any]:
    times = {"covered": one.covered.isoformat(), "looked": one.looked.isoformat()}
    events = {name: list(asdict(known).values()) for name, known in one.events.items()}
    return {"token": one.token, "name": one.name, "zone": one.zone, "events": events} | times


def _from_json(data: dict[str, Any]) -> Listed:
    return Listed(
        token=str(data["token"]),
        covered=datetime.fromisoformat(data["covered"]).astimezone(UTC),
        looked=datetime.fromisoformat(data["looked"]).astimezone(UTC),
        name=str(data["name"]),
        zone=str(data["zone"]),
        events={name: Known(*values) for name, values in data["events"].items()},
    )


def _digest(event: Event) -> str:
    return sha256(repr(event).encode("utf-8", "replace")).hexdigest()[:12]
