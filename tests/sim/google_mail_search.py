"""Gmail's search language: the subset of `q` that clients use. No query raises; odd ones match as words."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from email.utils import getaddresses

from tests.sim.google_mail_format import Letter

MAX_DEPTH = 50  # brackets deeper than this are read over
SYSTEM_LABELS = {
    "inbox": "INBOX",
    "sent": "SENT",
    "draft": "DRAFT",
    "drafts": "DRAFT",
    "trash": "TRASH",
    "spam": "SPAM",
    "scheduled": "SCHEDULED",
    "unread": "UNREAD",
    "starred": "STARRED",
    "important": "IMPORTANT",
}
OPERATORS = frozenset(
    [
        "from",
        "to",
        "cc",
        "bcc",
        "subject",
        "in",
        "label",
        "is",
        "newer_than",
        "older_than",
        "after",
        "before",
        "newer",
        "older",
        "rfc822msgid",
        "list",
        "has",
    ]
)
_TOKEN = re.compile(r"[^\W_]+")
_CHUNK = re.compile(r"[^\s(){}\"]+")
_AGE = re.compile(r"(\d{1,5})([dmyh])", re.IGNORECASE)
_DAY = re.compile(r"(\d{4})[/-](\d{1,2})[/-](\d{1,2})")
_UNITS = {
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "m": timedelta(days=30),
    "y": timedelta(days=365),
}


@dataclass(frozen=True)
class Indexed:
    """A letter as the index knows it; its labels may be older than the letter's own."""

    letter: Letter
    labels: frozenset[str]
    at: datetime


@dataclass(frozen=True)
class Scope:
    """What a query is asked against: the time, the mailbox, and how its operators are understood."""

    now: datetime
    zone: tzinfo
    own_addresses: tuple[str, ...]
    label_names: Mapping[str, str]
    to_covers_cc_bcc: bool
    words_cover_reply_to: bool


Test = Callable[[Indexed, Scope], bool]


@dataclass(frozen=True)
class Query:
    """A parsed `q`, and which of TRASH and SPAM it names and so includes."""

    test: Test | None
    reaches: frozenset[str]

    def matches(self, found: Indexed, scope: Scope) -> bool:
        return self.test is None or self.test(found, scope)


def parse(text: str) -> Query:
    parser = _Parser(text)
    return Query(parser.sequence("", ""), frozenset(parser.reaches))


def tokens(text: str) -> list[str]:
    return [token.casefold() for token in _TOKEN.findall(text)]


class _Parser:
    """Recursive descent. OR binds its two neighbours; everything else that stands side by side is AND."""

    def __init__(self, text: str) -> None:
        self.text, self.place, self.depth, self.negations = text, 0, 0, 0
        self.reaches: set[str] = set()

    def sequence(self, closing: str, operator: str) -> Test | None:
        groups: list[list[Test]] = []
        joins = False
        while self._skip_space():
            if self.text[self.place] in ")}":
                ends = self.text[self.place] == closing
                self.place += 1
                if ends:
                    break
                continue  # a bracket that nothing opened
            word = self._keyword()
            if word:
                joins = word == "OR" and bool(groups)
                continue
            test = self.term(operator)
            if test is None:
                continue
            if joins:
                groups[-1].append(test)
            else:
                groups.append([test])
            joins = False
        alternatives = [_any(group) for group in groups]
        if not alternatives:
            return None
        return _any(alternatives) if closing == "}" else _all(alternatives)

    def term(self, operator: str) -> Test | None:
        self.depth += 1
        try:
            if self.depth > MAX_DEPTH:
                self.place += 1
                return None
            if self.text[self.place] == "-" and self.text[self.place + 1 : self.place + 2].strip():
                self.place += 1
                return self._negated(operator)
            return self._positive(operator)
        finally:
            self.depth -= 1

    def _negated(self, operator: str) -> Test | None:
        self.negations += 1
        test = self._positive(operator)
        self.negations -= 1
        return None if test is None else lambda found, scope: not test(found, scope)

    def _positive(self, operator: str) -> Test | None:
        first = self.text[self.place]
        if first in "({":
            self.place += 1
            return self.sequence(")" if first == "(" else "}", operator)
        if first in ")}":  # behind a minus or a colon: nothing to match
            return None
        if first == '"':
            end = self.text.find('"', self.place + 1)
            end = len(self.text) if end < 0 else end
            phrase, self.place = self.text[self.place + 1 : end], end + 1
            return self._leaf(operator, phrase)
        return self._chunk(operator)

    def _chunk(self, operator: str) -> Test | None:
        match = _CHUNK.match(self.text, self.place)
        assert match is not None
        self.place = match.end()
        name, colon, value = match.group().partition(":")
        if not (colon and name.lower() in OPERATORS):
            return self._leaf(operator, match.group())
        if value:
            return self._leaf(name.lower(), value)
        return self.term(name.lower()) if self._skip_space() else None

    def _leaf(self, operator: str, value: str) -> Test | None:
        if operator in {"in", "label"} and not self.negations:
            reached = {"anywhere": {"TRASH", "SPAM"}, "trash": {"TRASH"}, "spam": {"SPAM"}}
            self.reaches |= reached.get(value.lower(), set())
        return leaf(operator, value)

    def _keyword(self) -> str:
        match = re.compile(r"(OR|AND)(?=[\s(){}\"]|$)").match(self.text, self.place)
        if match is None:
            return ""
        self.place = match.end()
        return match.group(1)

    def _skip_space(self) -> bool:
        """Whether anything is left behind the white space."""
        while self.place < len(self.text) and self.text[self.place].isspace():
            self.place += 1
        return self.place < len(self.text)


def _any(tests: list[Test]) -> Test:
    return tests[0] if len(tests) == 1 else lambda found, scope: any(test(found, scope) for test in tests)


def _all(tests: list[Test]) -> Test:
    return tests[0] if len(tests) == 1 else lambda found, scope: all(test(found, scope) for test in tests)


def leaf(operator: str, value: str) -> Test | None:
    """The test of one operator with one value; None for what says nothing."""
    if operator in {"from", "to", "cc", "bcc"}:
        return _address(operator, value)
    if operator in {"in", "label"}:
        return _label(value)
    if operator == "is":
        return _state(value)
    if operator in {"newer_than", "older_than"}:
        return _age(operator, value)
    if operator in {"after", "before", "newer", "older"}:
        return _date(operator, value)
    if operator == "rfc822msgid":
        wanted = value.strip().strip("<>")
        return lambda found, _: found.letter.message_id.strip("<>") == wanted
    if operator == "has" and value.lower() == "attachment":
        return lambda found, _: found.letter.has_attachment
    if operator in {"subject", "list"}:
        header = "Subject" if operator == "subject" else "List-Id"
        return lambda found, _: _runs(value, found.letter.all(header))
    return _words(f"{operator} {value}")


def _words(value: str) -> Test | None:
    if not tokens(value):
        return None

    def test(found: Indexed, scope: Scope) -> bool:
        names = ["Subject", "From", "To", "Cc", "Bcc"]
        names += ["Reply-To", "Sender"] if scope.words_cover_reply_to else []
        texts = [text for name in names for text in found.letter.all(name)]
        return _runs(value, [*texts, found.letter.text])

    return test


def _address(operator: str, value: str) -> Test:
    def test(found: Indexed, scope: Scope) -> bool:
        names = [operator]
        if operator == "to" and scope.to_covers_cc_bcc:
            names = ["to", "cc", "bcc"]
        texts = [text for name in names for text in found.letter.all(name)]
        if value.lower() == "me":
            return any(address.lower() in scope.own_addresses for _, address in getaddresses(texts))
        return _runs(value, texts)

    return test


def _runs(value: str, texts: list[str]) -> bool:
    """Whether the value's tokens stand side by side in one of the texts."""
    wanted = tokens(value)
    return bool(wanted) and any(_has_run(wanted, tokens(text)) for text in texts)


def _has_run(wanted: list[str], found: list[str]) -> bool:
    return any(found[start : start + len(wanted)] == wanted for start in range(len(found) - len(wanted) + 1))


def _label(value: str) -> Test:
    name = _label_key(value)
    if name == "anywhere":
        return lambda _found, _scope: True

    def test(found: Indexed, scope: Scope) -> bool:
        if name in SYSTEM_LABELS:
            return SYSTEM_LABELS[name] in found.labels
        return any(
            _label_key(shown) == name and id_ in found.labels for id_, shown in scope.label_names.items()
        )

    return test


def _label_key(name: str) -> str:
    """Gmail writes labels in queries in lower case, with a hyphen for blanks and slashes."""
    return re.sub(r"[^\w]+", "-", name.lower())


def _state(value: str) -> Test:
    state = value.lower()
    if state == "read":
        return lambda found, _: "UNREAD" not in found.labels
    label = SYSTEM_LABELS.get(state, "")
    return lambda found, _: label in found.labels


def _age(operator: str, value: str) -> Test | None:
    match = _AGE.fullmatch(value)
    if match is None:
        return _words(f"{operator} {value}")
    age = int(match[1]) * _UNITS[match[2].lower()]
    if operator == "newer_than":
        return lambda found, scope: scope.now - found.at <= age
    return lambda found, scope: scope.now - found.at > age


def _date(operator: str, value: str) -> Test | None:
    if _moment(value, UTC) is None:
        return _words(f"{operator} {value}")

    def test(found: Indexed, scope: Scope) -> bool:
        moment = _moment(value, scope.zone)
        assert moment is not None
        return found.at >= moment if operator in {"after", "newer"} else found.at < moment

    return test


def _moment(value: str, zone: tzinfo) -> datetime | None:
    day = _DAY.fullmatch(value)
    try:
        if day is not None:
            return datetime(int(day[1]), int(day[2]), int(day[3]), tzinfo=zone)
        return datetime.fromtimestamp(int(value), UTC) if value.isdecimal() else None
    except (ValueError, OverflowError, OSError):
        return None
