"""Where the last look at a Gmail mailbox ended: the cursor of `GmailMailbox.changes`.

Besides Gmail's history id it holds which message and thread each draft was (a draft's id stays
while its message's changes with every saving), and what the search, which lags behind, may still show:
new messages of unknown threads, or after a full look whatever came shortly before it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from followupd.errors import CursorLost

_MARK = "gmail1 "
SEARCH_LAG = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Listed:
    """The message that a draft is at present, and its thread."""

    message: str
    thread: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """All times are in seconds (epoch), 0 for never.

    `pending` maps a message's id to when it was first seen. `looked` is when the last full look was, as
    long as the search may not show all that came before it. `vanished` is when it was last noticed that
    a message had been made and removed between two looks.
    """

    history: str
    drafts: Mapping[str, Listed] = field(default_factory=dict)
    pending: Mapping[str, int] = field(default_factory=dict)
    looked: int = 0
    vanished: int = 0

    @property
    def is_settled(self) -> bool:
        """Whether the search has nothing more to show of what came."""
        return not self.pending and not self.looked

    def to_cursor(self) -> str:
        drafts = {name: [draft.message, draft.thread] for name, draft in self.drafts.items()}
        parts = [self.history, drafts, dict(self.pending), self.looked, self.vanished]
        return _MARK + json.dumps(parts, separators=(",", ":"))

    @classmethod
    def from_cursor(cls, cursor: str) -> Place:
        """Raises CursorLost where the cursor is not of this kind."""
        try:
            mark, text = cursor[: len(_MARK)], cursor[len(_MARK) :]
            history, drafts, pending, looked, vanished = json.loads(text)
            if mark != _MARK or not history.isdecimal():
                raise ValueError(mark)
            listed = {name: Listed(*draft) for name, draft in drafts.items()}
            seen = {name: int(second) for name, second in pending.items()}
            return cls(
                history=history, drafts=listed, pending=seen, looked=int(looked), vanished=int(vanished)
            )
        except (ValueError, TypeError, AttributeError):
            raise CursorLost("This is not a place in a Gmail mailbox.") from None


def lags(seen: int, now: datetime) -> bool:
    """Whether the search may still not show what was there in that second."""
    return seen > (now - SEARCH_LAG).timestamp()
