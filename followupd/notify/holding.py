"""When the user is not to be disturbed: their quiet hours, and while an event of theirs is in progress."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from followupd.core.addresses import matches
from followupd.core.model import Event, EventStatus, PartStat
from followupd.core.workdays import quiet_shift
from followupd.database import decode
from followupd.notify.settings import Settings
from followupd.store import Store

LONGEST_EVENT = timedelta(hours=12)
"""What lasts longer ("conference", "on call") is no meeting, unless it may be an interview."""
_ABSENT = frozenset({PartStat.DECLINED, PartStat.DELEGATED})
_ENOUGH = 200
Span = tuple[datetime, datetime]


def free_from(store: Store, settings: Settings, zone: str, now: datetime) -> datetime:
    """The first moment, from `now` on, in neither quiet hours nor an event; `now` itself where nothing holds."""
    spans = list(_busy(store, settings, now))
    at = now
    for _ in range(_ENOUGH):
        over = max((end for start, end in spans if start <= at < end), default=at)
        free = quiet_shift(over, zone, settings.quiet_hours, False)
        if free == at:
            break
        at = free
    return at


def _busy(store: Store, settings: Settings, now: datetime) -> Iterator[Span]:
    """The user's events that are not over. One that they declined in one calendar is declined in all."""
    rows = store.rows("SELECT id, choice, data FROM sighting WHERE ends > ?", now.timestamp())
    seen = [(key, choice, decode(data, Event)) for key, choice, data in rows]
    declined = {key for key, _, event in seen if _is_declined(event, settings)}
    for key, choice, event in seen:
        if key not in declined and _holds(event, choice):
            yield event.start, event.end


def _holds(event: Event, choice: str) -> bool:
    if event.all_day or event.status is EventStatus.CANCELLED:
        return False
    return choice != "no" or event.end - event.start <= LONGEST_EVENT


def _is_declined(event: Event, settings: Settings) -> bool:
    mine = [guest for guest in event.attendees if matches(guest.email, settings.addresses)]
    return bool(mine) and all(guest.partstat in _ABSENT for guest in mine)
