"""$filter, $orderby and $search over messages, with what Exchange refuses.

Sources: the OData grammar as Graph's documentation shows it; list-messages ("properties that appear in $orderby
must also appear in $filter, in the same order, before any others"); search-query-parameter.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tests.sim.microsoft_answers import GraphError
from tests.sim.microsoft_mail_format import as_text
from tests.sim.microsoft_mail_store import Address, Item

Test = Callable[[Item], bool]

_TOKEN = re.compile(r"\s*('(?:[^']|'')*'|\d[\w:.+-]*|[A-Za-z_][\w./]*|[(),:])")
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
}


def _address(person: Address | None) -> str:
    return person[1].lower() if person else ""


FIELDS: dict[str, Callable[[Item], Any]] = {
    "receivedDateTime": lambda item: item.received,
    "sentDateTime": lambda item: item.sent_at,
    "createdDateTime": lambda item: item.created,
    "lastModifiedDateTime": lambda item: item.modified,
    "subject": lambda item: item.subject.lower(),
    "isDraft": lambda item: item.is_draft,
    "isRead": lambda item: item.is_read,
    "hasAttachments": lambda item: item.has_attachments,
    "importance": lambda item: item.importance,
    "conversationId": lambda item: item.conversation,
    "internetMessageId": lambda item: item.internet_message_id,
    "parentFolderId": lambda item: item.folder,
    "flag/flagStatus": lambda item: item.flag,
    "from/emailAddress/address": lambda item: _address(item.sender),
    "from/emailAddress/name": lambda item: item.sender[0].lower() if item.sender else "",
    "sender/emailAddress/address": lambda item: _address(item.on_behalf or item.sender),
}
LOWERED = {name for name in FIELDS if "emailAddress" in name} | {"subject"}
MOMENTS = {name for name in FIELDS if name.endswith("DateTime")}
FLAGS = {"isDraft", "isRead", "hasAttachments"}
RECIPIENTS: dict[str, Callable[[Item], list[Address]]] = {
    "toRecipients": lambda item: item.to,
    "ccRecipients": lambda item: item.cc,
    "bccRecipients": lambda item: item.bcc,
}


@dataclass(frozen=True)
class Filter:
    """A test of messages, and the properties it names in their order."""

    holds: Test
    names: tuple[str, ...]


def bad_request(message: str, code: str = "RequestBroker--ParseUri") -> GraphError:
    return GraphError(400, code, message)


def too_complex() -> GraphError:
    text = "The restriction or sort order is too complex for this operation."
    return GraphError(400, "InefficientFilter", text)


def property_id(given: str) -> str:
    """The id of an extended property in one spelling. GUID and number ignore case; a name does not."""
    words = given.split()
    if len(words) == 2 and words[1].lower().startswith("0x"):
        return f"{words[0]} 0x{int(words[1], 16):04x}"
    if len(words) >= 4 and words[2] in ("Name", "Id") and re.fullmatch(r"\{[0-9a-fA-F-]{36}\}", words[1]):
        return " ".join([words[0], words[1].lower(), *words[2:]])
    text = f"The property ID {given!r} is invalid."
    raise GraphError(400, "ErrorInvalidPropertySet", text)


def moment(given: str) -> datetime:
    try:
        found = datetime.fromisoformat(given)
    except ValueError:
        raise bad_request(f"Invalid filter clause: {given!r} is no date.") from None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def parse(text: str, *, recipients: bool = False) -> Filter:
    """The test of a $filter. `recipients`: whether lambdas over recipients are taken."""
    return _Parser(text, recipients).whole()


class _Parser:
    def __init__(self, text: str, recipients: bool) -> None:
        self.tokens = _tokens(text)
        self.recipients = recipients
        self.names: list[str] = []

    def whole(self) -> Filter:
        holds = self._either()
        if self.tokens:
            raise bad_request(f"Invalid filter clause: syntax error at {self.tokens[0]!r}.")
        return Filter(holds, tuple(dict.fromkeys(self.names)))

    def _either(self) -> Test:
        tests = [self._both()]
        while self._word("or"):
            tests.append(self._both())
        return lambda item: any(test(item) for test in tests)

    def _both(self) -> Test:
        tests = [self._one()]
        while self._word("and"):
            tests.append(self._one())
        return lambda item: all(test(item) for test in tests)

    def _one(self) -> Test:
        if self._word("not"):
            inner = self._one()
            return lambda item: not inner(item)
        if self._word("("):
            whole = self._either()
            self._expect(")")
            return whole
        token = self._next()
        if token.lower() in ("startswith", "contains", "endswith"):
            return self._function(token.lower())
        if token.lower().endswith("/any"):
            return self._any(token.partition("/")[0])
        return self._comparison(token)

    def _comparison(self, name: str) -> Test:
        compare = _COMPARE.get(self._next())
        if compare is None:
            raise bad_request("Invalid filter clause: an operator is missing.")
        get, wanted = self._property(name), _value(name, self._next())
        return lambda item: compare(get(item), wanted)

    def _function(self, function: str) -> Test:
        self._expect("(")
        name = self._next()
        self._expect(",")
        get, wanted = self._property(name), _string(self._next()).lower()
        self._expect(")")
        match function:
            case "startswith":
                return lambda item: str(get(item)).lower().startswith(wanted)
            case "endswith":
                return lambda item: str(get(item)).lower().endswith(wanted)
        return lambda item: wanted in str(get(item)).lower()

    def _property(self, name: str) -> Callable[[Item], Any]:
        if name in ("body/content", "bodyPreview", "uniqueBody/content", "conversationIndex"):
            raise bad_request(
                f"The query filter contains an unsupported property: {name}", "ErrorInvalidUrlQueryFilter"
            )
        if name not in FIELDS:
            text = f"Could not find a property named '{name}' on type 'microsoft.graph.message'."
            raise bad_request(text)
        self.names.append(name)
        return FIELDS[name]

    def _any(self, collection: str) -> Test:
        """`collection/any(x: …)` over categories, extended properties and, by switch, recipients."""
        self._expect("(")
        variable = self._next()
        self._expect(":")
        self.names.append(collection)
        match collection:
            case "categories":
                return self._category(variable)
            case "singleValueExtendedProperties":
                return self._extended(variable)
            case "toRecipients" | "ccRecipients" | "bccRecipients" if self.recipients:
                return self._recipient(collection, variable)
        raise bad_request(
            f"The query filter is not supported: {collection}/any", "ErrorInvalidUrlQueryFilter"
        )

    def _category(self, variable: str) -> Test:
        self._expect(variable)
        self._expect("eq")
        wanted = _string(self._next())
        self._expect(")")
        return lambda item: wanted in item.categories

    def _extended(self, variable: str) -> Test:
        """The id's name keeps its case, the value ignores it."""
        self._expect(f"{variable}/id")
        self._expect("eq")
        wanted, test = property_id(_string(self._next())), ""
        value, compare = "", _COMPARE["eq"]
        if self._word("and"):
            self._expect(f"{variable}/value")
            test = self._next()
            if test not in ("eq", "ne"):
                raise bad_request("Invalid filter clause: values are compared by eq or ne.")
            compare, value = _COMPARE[test], _string(self._next()).lower()
        self._expect(")")
        if not test:
            return lambda item: wanted in item.properties
        return lambda item: wanted in item.properties and compare(item.properties[wanted].lower(), value)

    def _recipient(self, collection: str, variable: str) -> Test:
        self._expect(f"{variable}/emailAddress/address")
        self._expect("eq")
        wanted, people = _string(self._next()).lower(), RECIPIENTS[collection]
        self._expect(")")
        return lambda item: wanted in [_address(person) for person in people(item)]

    def _word(self, word: str) -> bool:
        found = bool(self.tokens) and self.tokens[0].lower() == word
        if found:
            del self.tokens[0]
        return found

    def _next(self) -> str:
        if not self.tokens:
            raise bad_request("Invalid filter clause: it ends too early.")
        return self.tokens.pop(0)

    def _expect(self, token: str) -> None:
        found = self._next()
        if found != token:
            raise bad_request(f"Invalid filter clause: {token!r} expected, not {found!r}.")


def _tokens(text: str) -> list[str]:
    found, at = [], 0
    while text[at:].strip():
        held = _TOKEN.match(text, at)
        if held is None:
            raise bad_request(f"Invalid filter clause: syntax error at position {at}.")
        found.append(held.group(1))
        at = held.end()
    return found


def _string(token: str) -> str:
    if not token.startswith("'"):
        raise bad_request("A binary operator with incompatible types was detected.")
    return token[1:-1].replace("''", "'")


def _value(name: str, token: str) -> Any:
    """The literal, of the property's type; a date in quotes is a string, and does not fit."""
    if name in MOMENTS:
        if token.startswith("'"):
            raise bad_request("A binary operator with incompatible types was detected.")
        return moment(token)
    if name in FLAGS:
        if token not in ("true", "false"):
            raise bad_request("A binary operator with incompatible types was detected.")
        return token == "true"
    found = _string(token)
    return found.lower() if name in LOWERED else found


# $orderby


def ordered(items: Iterable[Item], orderby: str, filtered: Filter | None) -> list[Item]:
    """The items in the order asked for. What is ordered by must stand first in the filter, in the same order."""
    wanted = [part.split() for part in orderby.split(",")]
    names = [words[0] if words else "" for words in wanted]
    for name in names:
        if name not in FIELDS:
            raise bad_request(f"Could not find a property named '{name}' on type 'microsoft.graph.message'.")
    if filtered is not None and list(filtered.names[: len(names)]) != names:
        raise too_complex()
    found = list(items)
    for words in reversed(wanted):
        found.sort(key=FIELDS[words[0]], reverse=words[1:] == ["desc"])
    return found


# $search

_TERM = re.compile(r'(?P<not>-|NOT\s+)?(?:(?P<name>\w+):)?(?P<word>"[^"]*"|[^\s"]+)|\bOR\b|\bAND\b')


def search(text: str) -> Test:
    """A small part of KQL: words, phrases, `name:word`, NOT, OR. Words stand for beginnings of words."""
    quoted = len(text) > 1 and text.startswith('"') and text.endswith('"')
    if not quoted and (":" in text or '"' in text):
        at = min(text.index(mark) for mark in ':"' if mark in text)
        raise bad_request(
            f"Syntax error: character '{text[at]}' is not valid at position {at} in '{text}'.", "BadRequest"
        )
    query = text[1:-1].replace('\\"', '"') if quoted else text
    groups: list[list[Test]] = [[]]
    for held in _TERM.finditer(query):
        if held.group() == "OR":
            groups.append([])
        elif held.group() != "AND":
            groups[-1].append(_term(held))
    return lambda item: any(group and all(test(item) for test in group) for group in groups)


def _term(held: re.Match[str]) -> Test:
    name, word = (held["name"] or "").lower(), held["word"].strip('"').lower()
    pattern = re.compile(rf"(?<!\w){re.escape(word.rstrip('*'))}", re.IGNORECASE)
    wanted = not held["not"]
    return lambda item: bool(pattern.search(_searched(item, name))) is wanted


def _searched(item: Item, name: str) -> str:
    people = {"from": [item.sender] if item.sender else [], "to": item.to, "cc": item.cc, "bcc": item.bcc}
    fields = {key: " ".join(" ".join(each) for each in value) for key, value in people.items()}
    fields["recipients"] = " ".join(fields[key] for key in ("to", "cc", "bcc"))
    fields["participants"] = " ".join((fields["from"], fields["recipients"]))
    fields |= {"subject": item.subject, "body": as_text(item.kind, item.content)}
    return (
        fields.get(name, "")
        if name
        else " ".join((fields["participants"], fields["subject"], fields["body"]))
    )
