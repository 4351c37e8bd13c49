"""Where a user's calendars are: from any address that a person would write into a config.

The address may be a calendar, the folder that holds them (the home set), the user's own page (the principal) or
the server's root. Sources: RFC 5397 (current-user-principal), RFC 4791 section 6.2.1 (calendar-home-set) and 5.2.3
(supported components), RFC 6764 section 5 (the well-known address; without DNS).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import unquote

from followupd.errors import Refused
from followupd.providers.addresses import host
from followupd.providers.internet.caldav.hosts import is_trusted, origin, path_of
from followupd.providers.internet.caldav.multistatus import APPLE, CALDAV, CALENDARSERVER, DAV, Resource
from followupd.providers.internet.caldav.refusals import Garbled, NotOffered, NotThere
from followupd.providers.internet.caldav.reports import properties
from followupd.providers.internet.caldav.wire import Wire
from followupd.providers.mimetext import one_line

WELL_KNOWN = "/.well-known/caldav"
MOST_CALENDARS = 200
MAX_NAME = 200
_ASKED = properties(
    "D:resourcetype",
    "D:displayname",
    "D:current-user-principal",
    "C:calendar-home-set",
    "C:supported-calendar-component-set",
    "A:calendar-color",
)
# Nextcloud keeps deleted calendars for a month; subscriptions are copies of somebody else's feed.
_LEFT_OUT = {
    f"{CALDAV}schedule-inbox",
    f"{CALDAV}schedule-outbox",
    f"{CALENDARSERVER}subscribed",
    "{http://nextcloud.com/ns}deleted-calendar",
    "{http://nextcloud.com/ns}trash-bin",
}

_USEFUL = {f"{DAV}current-user-principal", f"{CALDAV}calendar-home-set"}


class NoCalendars(Refused):
    """The server shows this user no calendar that holds events."""


@dataclass(frozen=True, slots=True)
class Place:
    """One calendar: its address, the name that the user sees, its colour."""

    url: str
    name: str = ""
    colour: str = ""

    @property
    def id(self) -> str:
        """The last part of its address."""
        return unquote(self.url.rstrip("/").rpartition("/")[2])

    def is_called(self, name: str) -> bool:
        """Whether the config means it: by its shown name, the last part of its address, or the address."""
        if "://" in name:
            with suppress(ValueError):
                return (origin(name) + path_of(name)).rstrip("/") == self.url.rstrip("/")
        return name.casefold() in {self.name.casefold(), self.id.casefold()}


def discovered(wire: Wire) -> tuple[Place, ...]:
    """All calendars for events that are found from the configured address. Raises Refused where there are none.

    Between two and six requests, and one for each home set.
    """
    at = _first(wire)
    if at is None:
        raise NotThere(
            f"{host(wire.root)} is no calendar server at this address. Write into the config as `url` the CalDAV "
            "address that the provider names in its help, or that your calendar program shows in its settings."
        )
    url, here = at
    if _is_calendar(here):
        return (_place(here, url),)
    if homes := _homes(wire, here, url):
        return _among(wire, homes)
    with suppress(Refused):  # most are no folder of calendars, and need not be shown at all
        if path_of(url) != "/" and (places := tuple(_inside(wire, url))):
            return places
    principal = here.href_in(f"{DAV}current-user-principal")
    if principal and (found := _asked(wire, wire.resolved(principal, url))):
        return _among(wire, _homes(wire, found[1], found[0]))
    raise _nothing(wire)


def named(wire: Wire, address: str) -> Place | None:
    """The calendar at an address that the config names itself; None where there is none."""
    found = _asked(wire, wire.resolved(address, wire.root)) if is_trusted(address, wire.root) else None
    return _place(found[1], found[0]) if found and _is_calendar(found[1]) else None


def _first(wire: Wire) -> tuple[str, Resource] | None:
    """What answers at the configured address, else at the well-known one of its server.

    Raises Unavailable where both answer with a page, as a network does that asks for a sign-in of its own.
    """
    known = origin(wire.root) + WELL_KNOWN
    try:
        found = _asked(wire, wire.root)
        if found is None and not wire.root.endswith("/"):
            found = _asked(wire, wire.root + "/")
    except Garbled:
        return _asked(wire, known)
    if found and (path_of(wire.root) != "/" or _USEFUL & found[1].found.keys() or _is_calendar(found[1])):
        return found
    with suppress(Garbled):
        return _asked(wire, known) or found
    return found


def _asked(wire: Wire, url: str) -> tuple[str, Resource] | None:
    """One address and its properties, None where no WebDAV answers there."""
    try:
        answer, base = wire.multistatus("PROPFIND", url, _ASKED)
    except (NotThere, NotOffered):
        return None
    return next(((base, one) for one in answer.resources if one.status < 300), None)


def _homes(wire: Wire, here: Resource, base: str) -> list[str]:
    homes = []
    for href in here.hrefs_in(f"{CALDAV}calendar-home-set"):
        with suppress(ValueError):
            homes.append(wire.resolved(href, base).rstrip("/") + "/")
    return list(dict.fromkeys(homes))


def _among(wire: Wire, homes: Sequence[str]) -> tuple[Place, ...]:
    """The calendars of home sets."""
    places = {one.url: one for home in homes for one in _inside(wire, home)}
    if not places:
        raise _nothing(wire)
    return tuple(places.values())[:MOST_CALENDARS]


def _inside(wire: Wire, home: str) -> Iterator[Place]:
    """The calendars right below an address."""
    try:
        answer, base = wire.multistatus("PROPFIND", home, _ASKED, depth=1)
    except NotOffered:
        return
    for one in answer.resources:
        with suppress(ValueError):
            url = wire.resolved(one.href, base)
            if _is_calendar(one) and url.rstrip("/") != base.rstrip("/"):
                yield _place(one, url)


def _is_calendar(one: Resource) -> bool:
    """Whether it is a calendar that holds events and is the user's own."""
    kinds = one.kinds()
    if one.status >= 300 or f"{CALDAV}calendar" not in kinds or kinds & _LEFT_OUT:
        return False
    kept = one.found.get(f"{CALDAV}supported-calendar-component-set")
    parts = [part.get("name", "").upper() for part in kept.iter(f"{CALDAV}comp")] if kept is not None else []
    return not parts or "VEVENT" in parts


def _place(one: Resource, url: str) -> Place:
    name = one_line(one.text(f"{DAV}displayname"))[:MAX_NAME]
    return Place(url.rstrip("/") + "/", name, one_line(one.text(f"{APPLE}calendar-color"))[:20])


def _nothing(wire: Wire) -> Refused:
    return NoCalendars(
        f"{host(wire.root)} shows this user no calendar that holds events. Make one in your calendar program, or write "
        "the address of the one that is meant into the config as `url`."
    )
