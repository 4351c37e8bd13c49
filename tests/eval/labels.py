"""What a label of the manifest expects of the judge.

What a message was taken for is written as `kind` or `kind/sub-kind`: "human", "bounce/hard",
"auto_reply/away". "unsure" is neither right nor wrong, whatever the label.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase

MESSAGES = ("human", "autoreply", "bounce", "other")
CALENDARS = "ics"
CRASH = "crash"
FAILED = ("bounce/hard", "bounce/soft")


class Standing(StrEnum):
    """How what a message was taken for stands to its label. A crash counts as wrong."""

    RIGHT = "right"
    WRONG = "wrong"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Expectation:
    """Labels, and what is `right` for them; an empty `right` allows all that is not `wrong`.

    A kind alone stands for all its sub-kinds.
    """

    labels: str
    right: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()

    def standing(self, taken: str) -> Standing:
        if taken.partition("/")[0] == "unsure":
            return Standing.UNSURE
        if taken == CRASH:
            return Standing.WRONG
        allowed = not self.right or _is_one(taken, self.right)
        return Standing.RIGHT if allowed and not _is_one(taken, self.wrong) else Standing.WRONG


# The first that fits counts.
EXPECTATIONS = (
    Expectation("human_list", right=("human", "list")),
    Expectation("human*", right=("human",)),
    Expectation("autoreply*", right=("auto_reply",)),
    # Whether it is for good is another question than whether it is a bounce.
    Expectation("bounce_failed", right=("bounce",)),
    Expectation("dsn_delayed", right=("bounce/delayed", "notice")),
    Expectation("dsn_success", wrong=("human", *FAILED)),
    Expectation("feedback_report", wrong=("human", *FAILED)),
    Expectation("read_receipt", wrong=("human", *FAILED)),
    Expectation("notice", wrong=("human", *FAILED)),
    Expectation("calendar_*", right=("calendar",)),
    Expectation("plain_not_bounce", wrong=("bounce",)),
    Expectation("postmaster_spam", wrong=("bounce", "auto_reply")),
    Expectation("spam", wrong=("bounce", "auto_reply")),
    Expectation("list", right=("list", "notice", "human/list")),
)


def expected(label: str) -> Expectation | None:
    """What the label expects, None where nobody knows it."""
    return next((each for each in EXPECTATIONS if fnmatchcase(label, each.labels)), None)


def _is_one(taken: str, names: tuple[str, ...]) -> bool:
    return taken in names or taken.partition("/")[0] in names
