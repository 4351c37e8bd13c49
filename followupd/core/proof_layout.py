"""The parts of a letter as its reader sees them: greeting, what it says, the end."""

from __future__ import annotations

import re
from dataclasses import dataclass

from followupd.core import likeness
from followupd.core.names import plain
from followupd.core.prooftables import GREETINGS, SIGN_OFFS
from followupd.core.quotations import own_words

TEXT_AT_MOST = 4096
_SIGN_OFF_WORDS = 7
_GREETING_WORDS = 9
_ALONE_WORDS = 5
_AFTER_WORDS = 9
_SENTENCE_END = re.compile(r"[.?…][\"'”’»)]*$")
_LIST_LINE = re.compile(r"^(?:[-*•–—·]|\d{1,2}[.)]|\[\d{1,2}\])\s")
_SLOT = re.compile(r"^FILL IN\b", re.IGNORECASE)
_HELLO = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")


@dataclass(frozen=True, slots=True)
class Layout:
    """`greeting` is the line that greets, "" if none does; `body` is what follows, to the end's beginning; `end` the
    sign-off, name and what stands below. Quoted lines are in none of them."""

    greeting: str
    body: str
    end: str

    @property
    def whole(self) -> str:
        """All of it, one after the other."""
        return "\n\n".join(part for part in (self.greeting, self.body, self.end) if part)


def laid_out(text: str, me: str) -> Layout:
    """Takes a letter apart. `me` is the name at its end."""
    lines = own_words(text[:TEXT_AT_MOST].replace("\u00a0", " ")).strip().splitlines()
    lines, below = _cut(lines, next((n for n, line in enumerate(lines) if line in {"--", "—"}), len(lines)))
    at = next((n for n, line in enumerate(lines) if line and not _SLOT.match(line)), len(lines))
    greeting = greeting_in(lines, at)
    first = at + 1 if greeting and greeting == lines[at] else at
    said, ending = _cut(lines[first:], _end_of(lines[first:], me))
    if greeting and first == at and said:
        said[0] = said[0].removeprefix(greeting).lstrip(" ,:!;–-")
    body = "\n".join([*lines[:at], *said]).strip()
    return Layout(greeting, body, "\n".join([*ending, *below]).strip())


def _cut(lines: list[str], at: int) -> tuple[list[str], list[str]]:
    return lines[:at], lines[at:]


# --- the beginning ------------------------------------------------------------------------------


def greeting_in(lines: list[str], at: int) -> str:
    """The greeting that begins with this line: the line, or its beginning where the letter goes on in it."""
    line = lines[at] if at < len(lines) else ""
    if greets(line):
        is_all = len(line.split()) <= _GREETING_WORDS and not _SENTENCE_END.search(line)
        return line if is_all else _first_clause(line)
    alone = at + 1 >= len(lines) or not lines[at + 1]
    is_short = 0 < len(line.split()) <= _ALONE_WORDS
    return line if is_short and alone and line.endswith((",", ":", "!", "-", "–")) else ""


def greets(line: str) -> bool:
    """Whether a line begins as letters begin: "Dear", "Guten Tag"."""
    first = _HELLO.match(line)
    return first is not None and first[0].casefold() in GREETINGS


def _first_clause(line: str) -> str:
    """ "Hola, Lucía: gracias" → "Hola, Lucía"; one comma may stand behind the greeting itself."""
    found = re.match(r"[^\W\d_]+,\s[^,:!–]{1,60}(?=[:!])|[^,:!–]{1,60}(?=[,:!–])", line)
    return found[0] if found else ""


# --- the end ------------------------------------------------------------------------------------


def _end_of(lines: list[str], me: str) -> int:
    """The number of the line with which the end begins; that after the last where there is none."""
    for number, line in enumerate(lines):
        if _is_sign_off(line) and _is_end(lines[number + 1 :]):
            return number
    return _name_alone(lines, me)


def _is_sign_off(line: str) -> bool:
    low = line.casefold()
    if not line or len(line.split()) > _SIGN_OFF_WORDS or _SENTENCE_END.search(low):
        return False
    return any(
        (low.startswith(word) and not low[len(word) :][:1].isalpha()) or low.startswith(f"{word} ")
        for word in SIGN_OFFS
    ) or any(low.startswith(word) for word in _STEMS)


_STEMS = tuple(word for word in SIGN_OFFS if " " in word or len(word) > 6)


def _is_end(following: list[str]) -> bool:
    """Whether what follows a sign-off may: a name, or nothing. A sentence would mean that the letter goes on."""
    after = next((line for line in following if line), "")
    return len(after.split()) <= _AFTER_WORDS and not _SENTENCE_END.search(after)


def _name_alone(lines: list[str], me: str) -> int:
    """Where the user's name stands alone, with at most one short line above it."""
    first = plain(me, 80).casefold().split()[:1]
    for number, line in enumerate(lines):
        if first and number and line.casefold().split()[:1] == first and len(line.split()) <= _ALONE_WORDS:
            above = lines[number - 1]
            return number - 1 if above and len(above.split()) <= 3 and above.endswith((",", "!")) else number
    return len(lines)


# --- what it says -------------------------------------------------------------------------------


def paragraphs(body: str) -> list[str]:
    """The paragraphs that a reader counts: a list belongs to what stands above it, a slot is none."""
    found: list[str] = []
    for part in likeness.body(body).split("\n\n"):
        block = part.strip()
        goes_on = bool(found) and (_LIST_LINE.match(block) is not None or found[-1].endswith(":"))
        if goes_on:
            found[-1] = f"{found[-1]}\n{block}"
        elif block:
            found.append(block)
    return found


def unwrapped(body: str) -> str:
    """Each paragraph as one line: mail programs break lines where they are full."""
    return "\n\n".join(" ".join(part.split("\n")) for part in re.split(r"\n{2,}", body))


def said(body: str) -> list[str]:
    """The words of the body without slots; of scripts that write without spaces each sign is one."""
    kept = "\n".join(line for line in body.splitlines() if not _SLOT.match(line))
    return re.findall(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W_]+", kept)
