"""A CalDAV server on `responses` that can be told to be as odd as servers are, and as no installed one is."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from html import escape
from typing import Literal
from urllib.parse import quote, unquote, urlsplit
from xml.etree import ElementTree

import recurring_ical_events
import requests
import responses
from icalendar import Calendar as Ical

from followupd.core.model import Event, EventStatus
from followupd.errors import SignInNeeded
from followupd.providers.base import Calendar
from followupd.providers.internet.caldav import calendar as followed
from tests.contracts.test_calendars import WEEK, event, stamp, vcalendar, vevent

ROOT = "https://dav.example.com/"
HOME = "/dav/calendars/sam/"
D, C, S = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}", "{http://calendarserver.org/ns/}"
Answer = tuple[int, dict[str, str], bytes | str]


@dataclass
class Proof:
    """A password, or a token, of which the server takes one only."""

    user: str = "sam@example.com"
    words: list[str] = field(default_factory=lambda: ["secret"])
    scheme: Literal["password", "token"] = "password"
    said: list[str] = field(default_factory=list)

    def secret(self, *, renewed: bool = False) -> str:
        if renewed and len(self.words) > 1:
            self.words.pop(0)
        return self.words[0]

    def refused(self, said: str) -> SignInNeeded:
        self.said.append(said)
        return SignInNeeded(f"the server does not take the password and says {said}")


@dataclass
class Folder:
    """One calendar: its items as iCalendar text, and all that ever changed in it."""

    name: str = "Interviews"
    items: dict[str, bytes] = field(default_factory=dict)
    history: list[str] = field(default_factory=list)
    types: str = "<c:calendar/>"
    parts: str = '<c:comp name="VEVENT"/>'


@dataclass
class Oddities:
    """What this server does in a way of its own."""

    no_sync: bool = False
    no_ctag: bool = False
    no_etags: bool = False
    page: int = 0  # so many changes at once
    forgets: int = 0  # refuses every token, with this status
    token_moves: bool = False  # another token in every answer
    no_multiget: bool = False
    keeps_back: bool = False  # hands out no calendar-data together
    no_search: bool = False  # by UID
    foreign_hosts: bool = False  # absolute addresses with the name of the machine behind a proxy
    encodes: bool = False  # %40 for @
    vtodo: bool = False  # tasks and odd answers among the events
    ignores_time: bool = False
    broken: str = ""  # an item whose sight makes the server fail


class DavServer:
    """The server, and the user's and the organiser's hand on it."""

    def __init__(self, **oddities: object) -> None:
        self.odd = Oddities(**oddities)  # type: ignore[arg-type]
        self.folders = {"work": Folder()}
        self.log: list[str] = []
        self.headers: list[tuple[str, dict[str, str]]] = []
        self.instead: list[tuple[str, Answer]] = []  # answers given once to requests of this kind
        self.always: dict[str, Answer] = {}
        self.turn = 0
        self.proof = Proof()

    # --- the hand ---

    def open(self) -> Calendar:
        return self.opened()

    def opened(self, url: str = ROOT, names: tuple[str, ...] = ()) -> followed.DavCalendar:
        calendar = followed.open_calendar(
            account="personal", zone="Europe/London", proof=self.proof, url=url, calendars=names
        )
        calendar._wire._sleep = lambda _: None  # type: ignore[attr-defined]
        return calendar

    def put(self, event: Event) -> None:
        self.write(f"{event.uid}.ics", vcalendar(vevent(event)))

    def write(self, name: str, raw: bytes, folder: str = "work") -> None:
        self.folders[folder].items[name] = raw
        self.folders[folder].history.append(name)

    def remove(self, uid: str, folder: str = "work") -> None:
        del self.folders[folder].items[f"{uid}.ics"]
        self.folders[folder].history.append(f"{uid}.ics")

    def series(
        self,
        uid: str,
        start: datetime,
        count: int,
        moved: dict[int, datetime] | None = None,
        cancelled: tuple[int, ...] = (),
    ) -> None:
        exceptions = {n: event(uid, begins) for n, begins in (moved or {}).items()}
        exceptions |= {n: event(uid, start + n * WEEK, status=EventStatus.CANCELLED) for n in cancelled}
        master = vevent(event(uid, start), f"RRULE:FREQ=WEEKLY;COUNT={count}")
        others = (vevent(e, f"RECURRENCE-ID:{stamp(start + n * WEEK)}") for n, e in exceptions.items())
        self.write(f"{uid}.ics", vcalendar(master, *others))

    @contextlib.contextmanager
    def running(self) -> Iterator[responses.RequestsMock]:
        with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
            for method in ("PROPFIND", "REPORT", "GET"):
                mock.add_callback(method, re.compile(r"https?://.*"), self.answer, content_type=None)
            yield mock

    def asked(self) -> list[str]:
        """The kinds of requests since the last call."""
        log, self.log = self.log, []
        return log

    # --- answers ---

    def answer(self, request: requests.PreparedRequest) -> Answer:
        kind = _kind(request)
        self.log.append(kind)
        self.headers.append((str(request.url), dict(request.headers)))
        for at, (wanted, told) in enumerate(self.instead):
            if wanted in (kind, request.url):
                del self.instead[at]
                return told
        for wanted, told in self.always.items():
            if wanted in (kind, request.url):
                return told
        return self._answered(request, kind)

    def _answered(self, request: requests.PreparedRequest, kind: str) -> Answer:
        path = unquote(urlsplit(str(request.url)).path)
        below = path.removeprefix(HOME) if path.startswith(HOME) else ""
        folder, _, name = below.partition("/")
        if path in {"/", "/dav/", "/dav/principals/sam/"}:
            return self._people(path)
        if path == HOME:
            return _multistatus(self._home(), *map(self._folder, self.folders if _depth(request) else ()))
        if folder not in self.folders:
            return 404, {}, "not found"
        if request.method == "GET":
            return self._item(self.folders[folder], name)
        if kind in {"marks", "place"}:
            return _multistatus(self._folder(folder))
        return getattr(self, f"_{kind}")(folder, ElementTree.fromstring(request.body or b""))

    def _item(self, folder: Folder, name: str) -> Answer:
        if name == self.odd.broken:
            return 500, {}, "Traceback (most recent call last)"
        return (200, {}, folder.items[name]) if name in folder.items else (404, {}, "gone")

    def _people(self, path: str) -> Answer:
        principal = (
            "<d:current-user-principal><d:href>/dav/principals/sam/</d:href></d:current-user-principal>"
        )
        home = f"<c:calendar-home-set><d:href>{self._href(HOME)}</d:href></c:calendar-home-set>"
        found = principal + (home if "principals" in path else "")
        return _multistatus(_found(path, found + "<d:resourcetype><d:collection/></d:resourcetype>"))

    def _home(self) -> str:
        return _found(self._href(HOME), "<d:resourcetype><d:collection/></d:resourcetype>")

    def _folder(self, name: str) -> str:
        folder = self.folders[name]
        marks = "" if self.odd.no_sync else f"<d:sync-token>{self._token(folder)}</d:sync-token>"
        marks += "" if self.odd.no_ctag else f"<s:getctag>{len(folder.history)}</s:getctag>"
        return _found(
            self._href(f"{HOME}{name}/"),
            f"<d:resourcetype><d:collection/>{folder.types}</d:resourcetype>{marks}"
            f"<d:displayname>{escape(folder.name)}</d:displayname>"
            f"<c:supported-calendar-component-set>{folder.parts}</c:supported-calendar-component-set>",
        )

    def _token(self, folder: Folder) -> str:
        self.turn += self.odd.token_moves
        return f"data:,{len(folder.history)}&amp;{self.turn}"

    def _sync(self, name: str, asked: ElementTree.Element) -> Answer:
        folder, token = self.folders[name], asked.findtext(f"{D}sync-token", "")
        if self.odd.no_sync:
            return 403, {}, '<x:error xmlns:x="DAV:"><x:supported-report/></x:error>'
        if self.odd.forgets:
            body = '<e:error xmlns:e="DAV:"><e:valid-sync-token/></e:error>'
            return self.odd.forgets, {"Content-Type": "application/xml"}, body
        begin = int(token.removeprefix("data:,").partition("&")[0])
        end = min(len(folder.history), begin + (self.odd.page or len(folder.history)))
        told = [self._listed(name, item, data=False) for item in dict.fromkeys(folder.history[begin:end])]
        if end < len(folder.history):
            status = "<d:status>HTTP/1.1 507 Insufficient Storage</d:status>"
            told.append(f"<d:response><d:href>{self._href(f'{HOME}{name}/')}</d:href>{status}</d:response>")
        self.turn += self.odd.token_moves
        return _multistatus(*told, f"<d:sync-token>data:,{end}&amp;{self.turn}</d:sync-token>")

    def _query(self, name: str, asked: ElementTree.Element) -> Answer:
        time = asked.find(f".//{C}time-range")
        assert time is not None
        begin, end = (_moment(time.get(one, "")) for one in ("start", "end"))
        folder = self.folders[name]
        inside = [
            one for one, raw in folder.items.items() if self.odd.ignores_time or _lies_in(raw, begin, end)
        ]
        told = [self._listed(name, item, data=False) for item in inside]
        task = "<d:response><d:href>tasks/x y.ics</d:href><d:status>HTTP/1.1 200 OK</d:status></d:response>"
        return _multistatus(*told, *([task, "<d:response/>", "<d:odd/>"] if self.odd.vtodo else []))

    def _search(self, name: str, asked: ElementTree.Element) -> Answer:
        if self.odd.no_search:
            return 501, {}, "not implemented"
        wanted = asked.findtext(f".//{C}text-match", "")
        found = [one for one, raw in self.folders[name].items.items() if wanted.encode() in raw]
        return _multistatus(*(self._listed(name, item, data=True) for item in found))

    def _multiget(self, name: str, asked: ElementTree.Element) -> Answer:
        if self.odd.no_multiget:
            return 405, {}, "not allowed"
        names = [unquote(one.text or "").rpartition("/")[2] for one in asked.findall(f"{D}href")]
        if self.odd.broken in names:
            return 500, {}, "Traceback (most recent call last)"
        return _multistatus(*(self._listed(name, item, data=not self.odd.keeps_back) for item in names))

    def _listed(self, name: str, item: str, *, data: bool) -> str:
        raw = self.folders[name].items.get(item)
        href = self._href(f"{HOME}{name}/{item}")
        if raw is None:
            return (
                f"<d:response><d:href>{href}</d:href><d:status>HTTP/1.1 404 Not Found</d:status></d:response>"
            )
        etag = f'<d:getetag>"{sha256(raw).hexdigest()[:8]}"</d:getetag>'
        text = f"<c:calendar-data>{escape(raw.decode())}</c:calendar-data>" if data else ""
        return _found(href, ("" if self.odd.no_etags else etag) + text)

    def _href(self, path: str) -> str:
        encoded = quote(path, safe="/" if self.odd.encodes else "/@")
        return f"http://backend-7.internal:8080{encoded}" if self.odd.foreign_hosts else encoded


def _kind(request: requests.PreparedRequest) -> str:
    """What a request is about, in one word."""
    body = (request.body or b"").decode() if isinstance(request.body, bytes) else str(request.body or "")
    words = {
        "sync-collection": "sync",
        "calendar-multiget": "multiget",
        "prop-filter": "search",
        "calendar-query": "query",
        "getctag": "marks",
        "propfind": "place",
    }
    return next((kind for word, kind in words.items() if f":{word}" in body), "get")


def _depth(request: requests.PreparedRequest) -> bool:
    return request.headers.get("Depth") == "1"


def _found(href: str, properties: str) -> str:
    return (
        f"<d:response><d:href>{href}</d:href>"
        f"<d:propstat><d:prop>{properties}</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat>"
        "<d:propstat><d:prop><d:owner/></d:prop><d:status>HTTP/1.1 404 Not Found</d:status></d:propstat>"
        "</d:response>"
    )


def _multistatus(*parts: str) -> Answer:
    names = 'xmlns:d="DAV:" xmlns:c="urn:ietf:params:xml:ns:caldav" xmlns:s="http://calendarserver.org/ns/"'
    body = f'<?xml version="1.0"?>\n<d:multistatus {names}>{"".join(parts)}</d:multistatus>'
    return 207, {"Content-Type": "application/xml"}, body


def _moment(said: str) -> datetime:
    return datetime.strptime(said, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def _lies_in(raw: bytes, begin: datetime, end: datetime) -> bool:
    try:
        found = recurring_ical_events.of(Ical.from_ical(raw.decode())).between(begin, end)
    except (ValueError, KeyError):
        return True
    return bool(found) or (b"CANCELLED" in raw and end - begin > timedelta(0))
