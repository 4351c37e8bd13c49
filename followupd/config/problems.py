"""One thing that is wrong in a config: its line, its key, and what to do, in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches

At = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at `at`. A line of 0 speaks of the file as a whole."""

    line: int
    at: At
    text: str

    def told(self, source: str) -> str:
        """One line for the user: `file:LINE: me.timezone: what is wrong. What to do.`"""
        place = f"{source}:{self.line}" if self.line else source
        key = spelled(self.at)
        return f"{place}: {key}: {self.text}" if key else f"{place}: {self.text}"


def spelled(at: At) -> str:
    """A path as people write it: `accounts#2.mailbox.path`, counted from one."""
    words = (f"#{part + 1}" if isinstance(part, int) else f".{' '.join(part.split())}" for part in at)
    return "".join(words).removeprefix(".")


def shown(value: object) -> str:
    """A value as it stands in the file, short enough for a message."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a block of keys"
    if isinstance(value, list):
        return "a list"
    text = " ".join(str(value).split())
    short = text if len(text) <= 60 else text[:57] + "…"
    return f'"{short}"' if isinstance(value, str) else short


def one_of(words: tuple[str, ...]) -> str:
    """`a, b or c`."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


def suggestion(word: str, known: tuple[str, ...]) -> str:
    """` Did you mean "…"?`, or "" when nothing is near."""
    near = get_close_matches(word.casefold(), known, n=1, cutoff=0.6)
    return f' Did you mean "{near[0]}"?' if near else ""
