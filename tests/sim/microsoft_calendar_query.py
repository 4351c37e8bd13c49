"""The OData options of the calendars' lists: $select, $filter, $orderby, $top, $skip. What Graph refuses is a 400."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tests.sim.graph_description import properties
from tests.sim.microsoft_answers import GraphCall, GraphError
from tests.sim.microsoft_calendar_time import Event

EVENT = "microsoft.graph.event"
UNSELECTABLE = ("createdDateTime", "lastModifiedDateTime")  # in calendarView; ask without $select instead
ALWAYS = ("@odata.etag", "id", "@odata.type")
ORDERS = ("start/dateTime", "end/dateTime", "subject", "createdDateTime", "lastModifiedDateTime")
COLLECTIONS = (
    "attachments",
    "extensions",
    "instances",
    "multiValueExtendedProperties",
    "singleValueExtendedProperties",
)
PAGE, MOST = 10, 1000

Test = Callable[[Any], bool]


def refused(message: str, code: str = "RequestBroker--ParseUri") -> GraphError:
    return GraphError(400, code, message)


def selected(events: Iterable[Event], query: Mapping[str, str], *, view: bool) -> list[Event]:
    """What `$select` leaves of each event, and what `$expand` adds."""
    names = [name.strip() for name in query.get("$select", "").split(",") if name.strip()]
    for name in names:
        if name not in properties(EVENT) | {"uid"}:
            raise refused(f"Could not find a property named '{name}' on type 'microsoft.graph.event'.")
    shown = [name for name in names if not (view and name in UNSELECTABLE)]
    expanded = re.findall(r"(?:^|,)\s*(\w+)", re.sub(r"\(.*?\)+", "", query.get("$expand", "")))
    if unknown := [name for name in expanded if name not in COLLECTIONS]:
        raise refused(f"Parsing OData Select and Expand failed: {unknown[0]}")
    kept = [{name: event[name] for name in (*ALWAYS, *shown) if name in event} for event in events]
    whole = kept if names else [dict(event) for event in events]
    return [event | {name: [] for name in expanded} for event in whole]


def ordered(events: list[Event], query: Mapping[str, str]) -> list[Event]:
    for one in reversed([each.strip() for each in query.get("$orderby", "").split(",") if each.strip()]):
        path, _, way = one.partition(" ")
        if path not in ORDERS or way.strip() not in ("", "asc", "desc"):
            raise refused("The OrderBy clause is not supported.", "ErrorInvalidUrlQuery")
        events = sorted(events, key=lambda event: str(_at(event, path)), reverse=way.strip() == "desc")
    return events


def number(query: Mapping[str, str], name: str, default: int, least: int = 0) -> int:
    text = query.get(name, str(default))
    if not text.isdecimal() or int(text) < least:
        raise refused(f"Invalid value '{text}' for {name} query option found.", "ErrorInvalidUrlQuery")
    return int(text)


def page_length(call: GraphCall, limit: int | None, default: int = PAGE) -> int:
    """`$top`, or what the client prefers at most, or ten; never more than the server's own limit."""
    asked = number(call.query, "$top", 0) or int(call.prefer.get("odata.maxpagesize", "0")) or default
    if asked > MOST:
        text = f"The value of $top must be between 1 and {MOST} inclusive."
        raise refused(text, "ErrorInvalidUrlQuery")
    return asked if limit is None else min(asked, limit)


def filtered(events: list[Event], query: Mapping[str, str]) -> list[Event]:
    if "$filter" not in query:
        return events
    test = _Filter(query["$filter"]).test()
    return [event for event in events if test(event)]


def _at(event: Any, path: str) -> Any:
    for name in path.split("/"):
        event = event.get(name) if isinstance(event, Mapping) else None
    return event


_WORDS = re.compile(r"\s*('(?:[^']|'')*'|[A-Za-z_@][\w@.]*(?:/[A-Za-z_]\w*)*|\d[\w:.+-]*|[(),:])")
_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}
_FUNCTIONS: dict[str, Callable[[str, str], bool]] = {
    "startswith": str.startswith,
    "endswith": str.endswith,
    "contains": operator.contains,
}


class _Filter:
    """The part of OData's filter language that events take: comparisons, text functions, any(), and, or, not."""

    def __init__(self, text: str) -> None:
        self._words: list[str] = []
        at = 0
        while text[at:].strip():
            found = _WORDS.match(text, at)
            if found is None:
                raise self._wrong()
            self._words.append(found[1])
            at = found.end()

    @staticmethod
    def _wrong() -> GraphError:
        text = "The query filter contains one or more invalid nodes."
        return GraphError(400, "ErrorInvalidUrlQueryFilter", text)

    def test(self) -> Test:
        found = self._either()
        if self._words:
            raise self._wrong()
        return found

    def _take(self, *wanted: str) -> str:
        if not self._words or (wanted and self._words[0] not in wanted):
            raise self._wrong()
        return self._words.pop(0)

    def _next(self, word: str) -> bool:
        return bool(self._words) and self._words[0] == word

    def _either(self) -> Test:
        tests = [self._both()]
        while self._next("or"):
            self._take()
            tests.append(self._both())
        return lambda event: any(test(event) for test in tests)

    def _both(self) -> Test:
        tests = [self._one()]
        while self._next("and"):
            self._take()
            tests.append(self._one())
        return lambda event: all(test(event) for test in tests)

    def _one(self) -> Test:
        word = self._take()
        if word == "not":
            inner = self._one()
            return lambda event: not inner(event)
        if word == "(":
            inner = self._either()
            self._take(")")
            return inner
        if word in _FUNCTIONS:
            return self._function(_FUNCTIONS[word])
        if word.endswith("/any"):
            return self._any(word.removesuffix("/any"))
        return self._comparison(word)

    def _function(self, holds: Callable[[str, str], bool]) -> Test:
        self._take("(")
        path = self._path(self._take())
        self._take(",")
        wanted = str(self._literal(self._take())).lower()
        self._take(")")
        return lambda event: holds(str(_at(event, path) or "").lower(), wanted)

    def _any(self, path: str) -> Test:
        path = self._path(path)
        self._take("(")
        name = self._take()
        self._take(":")
        inner = _Filter("")
        depth = 1
        while True:
            word = self._take()
            depth += (word == "(") - (word == ")")
            if depth == 0:
                break
            # within any() the element stands for itself
            inner._words.append("#" + word.removeprefix(name) if word.partition("/")[0] == name else word)
        test = inner.test()
        return lambda event: any(test({"#": one, **_elements(one)}) for one in _at(event, path) or [])

    def _comparison(self, path: str) -> Test:
        path = self._path(path)
        compare = _OPERATORS[self._take(*_OPERATORS)]
        wanted = self._literal(self._take())
        return lambda event: _compared(_at(event, path), compare, wanted)

    def _path(self, path: str) -> str:
        if not path.startswith("#") and path.partition("/")[0] not in properties(EVENT):
            raise refused(f"Could not find a property named '{path}' on type 'microsoft.graph.event'.")
        return path

    def _literal(self, word: str) -> Any:
        if word.startswith("'"):
            return word[1:-1].replace("''", "'")
        if word in ("true", "false", "null"):
            return {"true": True, "false": False, "null": None}[word]
        return int(word) if word.isdecimal() else word


def _elements(one: Any) -> dict[str, Any]:
    return {f"#/{name}": held for name, held in one.items()} if isinstance(one, Mapping) else {}


def _compared(held: Any, compare: Callable[[Any, Any], bool], wanted: Any) -> bool:
    if isinstance(held, str) and isinstance(wanted, str):
        return compare(_comparable(held), _comparable(wanted))
    if held is None or wanted is None or type(held) is not type(wanted):
        return compare is operator.eq and held is wanted
    return compare(held, wanted)


def _comparable(text: str) -> str:
    """Moments to the second, other text without case, as Exchange compares it."""
    if re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d", text):
        return text[:19] if len(text) > 18 else text[:16] + ":00"
    return text.lower()
