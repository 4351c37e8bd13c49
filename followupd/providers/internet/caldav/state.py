"""What is known of CalDAV calendars since the last look: the cursor of `DavCalendar.changes`.

Per calendar: the mark from which changes go on, the items that matter to the window with their ETags, and what was
told of each UID. Items that lie wholly outside the window are not kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from followupd.errors import CursorLost
from followupd.providers.internet.caldav.places import Place
from followupd.providers.internet.cursors import pack, unpack
from followupd.providers.internet.occurrences import Doubt, Series, doubt_as_json, doubt_from_json

_MARK = "caldav1"
NEVER = datetime.min.replace(tzinfo=UTC)


class Way(StrEnum):
    """How changes are found, by what the server offers."""

    SYNC = "sync"
    CTAG = "ctag"
    ETAGS = "etags"


@dataclass(slots=True)
class Held:
    """An item: its ETag ("" where it must be read again), and the UIDs in it."""

    etag: str
    uids: list[str]


@dataclass(slots=True)
class Listed:
    """One calendar. `mark` is its sync-token or ctag; `lost` how often in a row the server did not know its own token.

    It was listed from `since` to `covered`. `unread` are items that the server lists and could not hand out.
    `doubt` is set while it shows nothing of all this.
    """

    place: Place
    way: Way = Way.SYNC
    mark: str = ""
    lost: int = 0
    since: datetime = NEVER
    covered: datetime = NEVER
    items: dict[str, Held] = field(default_factory=dict)
    series: dict[str, Series] = field(default_factory=dict)
    unread: frozenset[str] = frozenset()
    doubt: Doubt | None = None

    def holders(self, uids: Iterable[str]) -> set[str]:
        """The items that speak of any of these UIDs."""
        wanted = set(uids)
        return {href for href, one in self.items.items() if not wanted.isdisjoint(one.uids)}

    def live(self, since: datetime) -> dict[str, Series]:
        """The UIDs of which something told ends after a moment."""
        return {uid: one for uid, one in self.series.items() if one.lasting(since)}


@dataclass(slots=True)
class State:
    """All calendars of a block by address; `asked` marks the config that they are of, `looked` the last discovery."""

    asked: str
    looked: datetime
    calendars: dict[str, Listed] = field(default_factory=dict)


def write_cursor(state: State) -> str:
    """The same for the same content."""
    said = [state.asked, _time(state.looked), [_as_json(one) for one in state.calendars.values()]]
    return pack(_MARK, said)


def read_cursor(cursor: str, asked: str) -> State:
    """Raises CursorLost for anything that this version did not write, and for calendars of another config."""
    try:
        of, looked, calendars = unpack(_MARK, cursor)
        state = State(str(of), _moment(looked), {one["url"]: _from_json(one) for one in calendars})
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError):
        raise CursorLost("This is not a place in a CalDAV calendar.") from None
    if state.asked != asked:
        raise CursorLost("The config names another calendar server, or another user, than before.")
    return state


def _as_json(one: Listed) -> dict[str, Any]:
    return {
        "url": one.place.url,
        "name": one.place.name,
        "colour": one.place.colour,
        "way": one.way.value,
        "mark": one.mark,
        "lost": one.lost,
        "since": _time(one.since),
        "covered": _time(one.covered),
        "items": {href: [held.etag, held.uids] for href, held in one.items.items()},
        "series": {uid: [series.next, series.known] for uid, series in one.series.items()},
        "unread": sorted(one.unread),
        "doubt": doubt_as_json(one.doubt),
    }


def _from_json(data: Mapping[str, Any]) -> Listed:
    return Listed(
        place=Place(str(data["url"]), str(data["name"]), str(data["colour"])),
        way=Way(data["way"]),
        mark=str(data["mark"]),
        lost=int(data["lost"]),
        since=_moment(data["since"]),
        covered=_moment(data["covered"]),
        items={href: Held(str(etag), [str(u) for u in uids]) for href, (etag, uids) in data["items"].items()},
        series={
            uid: Series(ahead, {rid: (float(end), str(mark)) for rid, (end, mark) in known.items()})
            for uid, (ahead, known) in data["series"].items()
        },
        unread=frozenset(str(href) for href in data["unread"]),
        doubt=doubt_from_json(data.get("doubt")),
    )


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def _moment(said: str) -> datetime:
    moment = datetime.fromisoformat(said)
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone")
    return moment
