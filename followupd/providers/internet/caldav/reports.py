"""The questions that are put to a CalDAV server, and their answers in our own terms.

Sources: RFC 4791 section 7.8 (calendar-query), 7.9 (calendar-multiget), 9.7 to 9.9 (filters), RFC 6578 section 3.2
(sync-collection), the calendarserver.org extension getctag.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape

from followupd.providers.addresses import host
from followupd.providers.internet.caldav.hosts import path_of
from followupd.providers.internet.caldav.multistatus import CALDAV, CALENDARSERVER, DAV, Multistatus, Resource
from followupd.providers.internet.caldav.refusals import TokenLost, Troubled
from followupd.providers.internet.caldav.wire import Wire

BATCH = 50
MOST_ROUNDS = 100

_NAMES = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" xmlns:S="http://calendarserver.org/ns/" xmlns:A="http://apple.com/ns/ical/"'
_HEAD = '<?xml version="1.0" encoding="utf-8"?>\n'
_EVENTS = '<C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">{}</C:comp-filter></C:comp-filter>'
_QUERY = f"<C:calendar-query {_NAMES}><D:prop>{{}}</D:prop><C:filter>{_EVENTS}</C:filter></C:calendar-query>"


@dataclass(frozen=True, slots=True)
class Marks:
    """What a calendar says of its own state: `token` for RFC 6578, `ctag` that differs when anything changed."""

    token: str
    ctag: str


@dataclass(frozen=True, slots=True)
class Moved:
    """What a sync-collection report tells: changed items with their ETags ("" where untold), those that are gone."""

    changed: Mapping[str, str]
    gone: frozenset[str]
    token: str


@dataclass(frozen=True, slots=True)
class Item:
    """An item as it is: its iCalendar text, None where the server has it no more."""

    href: str
    raw: bytes | None


def properties(*names: str) -> str:
    """The body of a PROPFIND for these properties, named with the prefixes D, C, S and A."""
    return f"{_HEAD}<D:propfind {_NAMES}><D:prop>{_tags(names)}</D:prop></D:propfind>"


def marks(wire: Wire, url: str) -> Marks:
    """The calendar's marks, taken before it is listed: one request."""
    answer, _ = wire.multistatus("PROPFIND", url, properties("D:sync-token", "S:getctag"))
    texts = [(one.text(f"{DAV}sync-token"), one.text(f"{CALENDARSERVER}getctag")) for one in answer.resources]
    return Marks(*texts[0]) if texts else Marks("", "")


def moved(wire: Wire, url: str, token: str) -> Moved:
    """What changed since the token. Raises TokenLost where that can't be told. One request, more where it is cut."""
    changed: dict[str, str] = {}
    gone: set[str] = set()
    for _ in range(MOST_ROUNDS):
        body = (
            f"<D:sync-collection {_NAMES}><D:sync-token>{escape(token)}</D:sync-token>"
            f"<D:sync-level>1</D:sync-level><D:prop>{_tags(['D:getetag'])}</D:prop></D:sync-collection>"
        )
        answer, base = wire.multistatus("REPORT", url, _HEAD + body)
        cut = _take_moved(wire, answer, base, changed, gone)
        if not answer.token or (cut and answer.token == token):
            raise TokenLost("the server tells changes without a place to go on from")
        token = answer.token
        if not cut:
            return Moved(changed, frozenset(gone), token)
    raise TokenLost("the server's list of changes does not end")


def _take_moved(wire: Wire, answer: Multistatus, base: str, changed: dict[str, str], gone: set[str]) -> bool:
    """Files one page. Returns whether there is more (507 for the calendar itself, RFC 6578 section 3.6)."""
    cut = False
    for one, href in _hrefs(wire, answer, base):
        if _is_collection(href, base):
            cut = cut or one.status == 507
        elif one.status in {404, 410}:
            gone.add(href)
            changed.pop(href, None)
        else:
            changed[href] = one.text(f"{DAV}getetag")
            gone.discard(href)
    return cut


def listed(wire: Wire, url: str, since: datetime, until: datetime) -> dict[str, str]:
    """The items with anything between two moments, and their ETags ("" where untold): one request."""
    time = f'<C:time-range start="{_utc(since)}" end="{_utc(until)}"/>'
    answer, base = wire.multistatus("REPORT", url, _HEAD + _QUERY.format("<D:getetag/>", time), depth=1)
    found = {
        href: one.text(f"{DAV}getetag")
        for one, href in _hrefs(wire, answer, base)
        if one.status < 300 and not _is_collection(href, base)
    }
    if any(one.status == 507 for one in answer.resources):
        raise Troubled(f"{host(url)} lists the calendar only in part. The next cycle asks again.")
    return found


def by_uid(wire: Wire, url: str, uid: str) -> list[Item]:
    """The items that speak of a UID, and perhaps others: one request."""
    match = f'<C:text-match collation="i;octet">{escape(uid)}</C:text-match>'
    wanted = f'<C:prop-filter name="UID">{match}</C:prop-filter>'
    body = _QUERY.format("<D:getetag/><C:calendar-data/>", wanted)
    answer, base = wire.multistatus("REPORT", url, _HEAD + body, depth=1)
    return list(_items(wire, answer, base))


def together(wire: Wire, url: str, hrefs: Collection[str]) -> list[Item]:
    """The items at these addresses, as many as the server hands out at once: one request."""
    paths = "".join(f"<D:href>{escape(path_of(href))}</D:href>" for href in hrefs)
    tags = "<D:prop><D:getetag/><C:calendar-data/></D:prop>"
    body = f"<C:calendar-multiget {_NAMES}>{tags}{paths}</C:calendar-multiget>"
    answer, base = wire.multistatus("REPORT", url, _HEAD + body, depth=1)
    return list(_items(wire, answer, base))


def _items(wire: Wire, answer: Multistatus, base: str) -> Iterator[Item]:
    """The items in an answer; one without its text and without a 404 is left out, as not told."""
    for one, href in _hrefs(wire, answer, base):
        data = one.found.get(f"{CALDAV}calendar-data")
        if data is not None and (text := "".join(data.itertext())).strip():
            yield Item(href, text.encode("utf-8", "replace"))
        elif one.status in {404, 410}:
            yield Item(href, None)


def _hrefs(wire: Wire, answer: Multistatus, base: str) -> Iterator[tuple[Resource, str]]:
    for one in answer.resources:
        with suppress(ValueError):
            yield one, wire.resolved(one.href, base)


def _is_collection(href: str, base: str) -> bool:
    return href.endswith("/") or href == base.rstrip("/")


def _tags(names: Iterable[str]) -> str:
    return "".join(f"<{name}/>" for name in names)


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
