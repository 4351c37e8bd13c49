"""What a CalDAV server answers: a multistatus, read by a parser that knows neither DTDs nor entities, and bounded.

Sources: RFC 4918 section 13 and 14 (multistatus, propstat, precondition codes), RFC 6578 section 6.4 (sync-token).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element, ParseError, TreeBuilder

from defusedxml.ElementTree import DefusedXMLParser

DAV = "{DAV:}"
CALDAV = "{urn:ietf:params:xml:ns:caldav}"
CALENDARSERVER = "{http://calendarserver.org/ns/}"
APPLE = "{http://apple.com/ns/ical/}"

MAX_ELEMENTS = 400_000
MAX_DEPTH = 64
MAX_WORD = 4_096
_PIECE = 65_536
_STATUS = re.compile(r"\b([1-5]\d\d)\b")
# What XML 1.0 can't hold, and some servers hand out all the same when it stands in an event.
_ILLEGAL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")


class NotReadableError(ValueError):
    """The answer is no multistatus, or none within the bounds."""


@dataclass(frozen=True, slots=True)
class Resource:
    """What one address answers: its status, and the properties that it has."""

    href: str
    status: int
    found: Mapping[str, Element] = field(default_factory=dict)

    def text(self, name: str, most: int = MAX_WORD) -> str:
        """A property as one piece of text, "" where it has none."""
        element = self.found.get(name)
        return "".join(element.itertext()).strip()[:most] if element is not None else ""

    def href_in(self, name: str) -> str:
        """The first address that a property names, "" where it names none."""
        return next(iter(self.hrefs_in(name)), "")

    def hrefs_in(self, name: str) -> list[str]:
        """The addresses that a property names."""
        element = self.found.get(name)
        told = [] if element is None else [(one.text or "").strip() for one in element.iter(f"{DAV}href")]
        return [one for one in told if one and len(one) <= MAX_WORD]

    def kinds(self) -> frozenset[str]:
        """The names in its resourcetype (RFC 4918 section 15.9)."""
        element = self.found.get(f"{DAV}resourcetype")
        return frozenset(one.tag for one in element) if element is not None else frozenset()


@dataclass(frozen=True, slots=True)
class Multistatus:
    """All that an answer says, one entry for each address; `token` is its sync-token."""

    resources: tuple[Resource, ...]
    token: str = ""


def read_multistatus(raw: bytes) -> Multistatus:
    """Reads an answer to PROPFIND or REPORT. Raises NotReadableError."""
    try:
        root = _parsed(raw)
    except NotReadableError:
        root = _parsed(_ILLEGAL.sub(b" ", raw))
    if root.tag != f"{DAV}multistatus":
        raise NotReadableError("it is no multistatus")
    token = root.find(f"{DAV}sync-token")
    told = tuple(one for child in root.iter(f"{DAV}response") for one in _resources(child))
    return Multistatus(told, (token.text or "").strip()[:MAX_WORD] if token is not None else "")


def preconditions(raw: bytes) -> frozenset[str]:
    """The codes in the body of an error, none where it has no such body (RFC 4918 section 16)."""
    try:
        root = _parsed(raw)
    except NotReadableError:
        return frozenset()
    return frozenset(one.tag for one in root.iter()) if root.tag == f"{DAV}error" else frozenset()


def _resources(response: Element) -> Iterator[Resource]:
    """What a response says; one status may stand for several addresses."""
    hrefs = [(one.text or "").strip() for one in response.findall(f"{DAV}href")]
    status = _status(response.find(f"{DAV}status"), 0)
    found: dict[str, Element] = {}
    statuses = []
    for propstat in response.findall(f"{DAV}propstat"):
        statuses.append(_status(propstat.find(f"{DAV}status"), 200))
        if statuses[-1] // 100 == 2:
            found.update({one.tag: one for prop in propstat.findall(f"{DAV}prop") for one in prop})
    for href in hrefs:
        if href and len(href) <= MAX_WORD:
            yield Resource(href, status or _overall(statuses), found)


def _overall(statuses: list[int]) -> int:
    """An address some of whose properties are there is there; only properties are missing (404) otherwise."""
    return 200 if not statuses or min(statuses) < 300 or set(statuses) == {404} else statuses[0]


def _status(element: Element | None, default: int) -> int:
    """The number in a status line such as "HTTP/1.1 404 Not Found"."""
    found = _STATUS.search((element.text or "")[:100]) if element is not None else None
    return int(found[1]) if found else default


def _parsed(raw: bytes) -> Element:
    parser = DefusedXMLParser(target=_Bounded(), forbid_dtd=True)
    try:
        for at in range(0, len(raw), _PIECE):
            parser.feed(raw[at : at + _PIECE])
        root = parser.close()
    except (ParseError, ValueError, LookupError, AssertionError) as error:
        raise NotReadableError("it is no XML") from error
    if not isinstance(root, Element):
        raise NotReadableError("it is empty")
    return root


class _Bounded(TreeBuilder):
    """Builds the tree while it stays small: a few bytes of XML can ask for a lot of memory."""

    def __init__(self) -> None:
        super().__init__()
        self._count = self._depth = 0

    def start(self, tag: str, attrs: dict[str, str], /) -> Element:
        self._count += 1
        self._depth += 1
        if self._count > MAX_ELEMENTS or self._depth > MAX_DEPTH:
            raise NotReadableError("it is too large")
        return super().start(tag, attrs)

    def end(self, tag: str, /) -> Element:
        self._depth -= 1
        return super().end(tag)
