"""One notice: what is told at once, in words for a small window or a telephone.

Without `detail` the words hold no name, company, subject or address: a telephone lies on tables. With it they hold
names that strangers chose, so those are cleaned of all that a screen or a chat program could take for more than text.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from unicodedata import category, normalize

LONGEST_WORDS = 60
LONGEST_LINE = 200
LINES_AT_MOST = 8
_FIRST = "followupd status shows what waits."
_LETTERS_ONLY = "Read, fill in the marked line or delete it, and send."

# kind → the word under notify.tell, what is said of one, what is said of several; most urgent first.
_KINDS = {
    "sign_in": (
        "accounts",
        "An account needs you to sign in again.",
        "{n} accounts need you to sign in again.",
    ),
    "refused": ("accounts", "An account can't go on without you.", "{n} accounts can't go on without you."),
    "answer": (
        "answers",
        "An answer may have overtaken a nudge that you edited: read it first.",
        "Answers may have overtaken {n} nudges that you edited: read them first.",
    ),
    "unfilled": (
        "letters",
        "A letter that you sent had a line that was to be filled in.",
        "{n} letters that you sent had lines that were to be filled in.",
    ),
    "findings": (
        "letters",
        "Proofreading found something in a letter in your Drafts: look before you send it.",
        "Proofreading found something in {n} letters in your Drafts: look before you send them.",
    ),
    "letter": ("letters", "A letter waits in your Drafts.", "{n} letters wait in your Drafts."),
    "late_letter": (
        "letters",
        "A letter waits in your Drafts, later than planned.",
        "Later than planned: {n}.",
    ),
    "reminder": (
        "reminders",
        "A letter is still unsent in your Drafts.",
        "{n} letters are still unsent in your Drafts.",
    ),
    "people": (
        "people",
        "An interview names nobody to write to: say whom you met.",
        "{n} interviews name nobody to write to: say whom you met.",
    ),
    "mail": (
        "mail",
        "A message waits for your look: it may be an answer.",
        "{n} messages wait for your look: they may be answers.",
    ),
    "question": ("questions", "A question waits for your word.", "{n} questions wait for your word."),
    "closed": (
        "questions",
        "There was an interview in a process that you closed; it stays closed.",
        "There were interviews in {n} processes that you closed; they stay closed.",
    ),
    "kept": (
        "letters",
        "A letter in your Drafts may not fit any more: look before you send it.",
        "{n} letters in your Drafts may not fit any more: look before you send them.",
    ),
    "warning": ("accounts", "An account will soon need you.", "{n} accounts will soon need you."),
    "offer": (
        "letters",
        "If you prefer letters without lines to fill in: slot: none under letters: in your config.",
        "If you prefer letters without lines to fill in ({n}): slot: none under letters: in your config.",
    ),
    "lost": (
        "lost",
        "A letter was not made: it would have come too late, or a question about it went unanswered.",
        "{n} letters were not made: they would have come too late, or a question went unanswered.",
    ),
}
KINDS = tuple(_KINDS)
WISHES = tuple(dict.fromkeys(word for word, _, _ in _KINDS.values()))
"""The words of notify.tell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing told. `key` is of a letter, question, process or account; `process` is "" where it is in none."""

    kind: str
    text: str
    key: str
    process: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """All that is told now.

    `channels` are those that it goes to. `at` is the moment (aware) it was made for; `number` (the last line of the
    history that it speaks of) and `accounts` (name and trouble) are what `told` marks.
    """

    title: str
    text: str
    items: tuple[Item, ...]
    at: datetime
    channels: tuple[str, ...] = ()
    number: int = 0
    accounts: tuple[tuple[str, str], ...] = field(default=(), repr=False)

    def reached(self, failures: Collection[str]) -> bool:
        """Whether at least one channel took it, when these failed: one entry for each that did."""
        return len(failures) < len(self.channels)


def wished(kind: str) -> str:
    """The word under notify.tell that asks for things of this kind."""
    return _KINDS[kind][0]


def sentence(kind: str) -> str:
    """What is said of one thing of this kind where no detail is asked for."""
    return _KINDS[kind][1]


def worded(items: Sequence[Item], *, detail: bool) -> tuple[str, str]:
    """Title and text of a notice about these things; there is at least one."""
    kinds = [item.kind for item in items]
    # A late letter is a letter too: it is counted as one, and spoken of again.
    kinds += ["letter"] * kinds.count("late_letter")
    said = [_counted(kind, kinds.count(kind)) for kind in KINDS if kind in kinds]
    only_letters = all(item.kind in {"letter", "late_letter", "reminder"} for item in items)
    lines = _listed(items) if detail else said[1:]
    return said[0].rstrip("."), "\n".join((*lines, _LETTERS_ONLY if only_letters else _FIRST))


def _counted(kind: str, number: int) -> str:
    _, one, several = _KINDS[kind]
    return one if number == 1 and kind != "late_letter" else several.format(n=number)


def _listed(items: Sequence[Item]) -> list[str]:
    ordered = sorted(items, key=lambda item: KINDS.index(item.kind))
    lines = [item.text for item in ordered[:LINES_AT_MOST]]
    more = len(ordered) - len(lines)
    return [*lines, f"And {more} more."] if more else lines


# --- words that others chose --------------------------------------------------------------------

# Chat programs make links, mentions and code of these.
_MARKUP = str.maketrans("<>[]{}`\\", "()()()'/")


def clean(text: str, longest: int = LONGEST_WORDS) -> str:
    """One line of plain words: no control or direction marks, no markup, no links, no mentions."""
    words = " ".join(normalize("NFC", text[: longest * 8]).split())
    plain = "".join(char for char in words if category(char)[0] != "C")
    harmless = plain.translate(_MARKUP).replace("@", "(at)").replace("://", ": ").strip().lstrip("-")
    return harmless if len(harmless) <= longest else harmless[: longest - 1].rstrip() + "…"
