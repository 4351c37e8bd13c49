"""Where the last look at a Gmail mailbox ended: the cursor of `GmailMailbox.changes`.

Besides Gmail's history id it holds which message and thread each draft was (a draft's id stays
while its message's changes with every saving), and new messages of unknown threads that the search
had not found yet: it lags behind, so they are searched for again for half an hour.
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
    """`pending` maps a message's id to the second (epoch) in which it was first seen."""

    history: str
    drafts: Mapping[str, Listed] = field(default_factory=dict)
    pending: Mapping[str, int] = field(default_factory=dict)

    def to_cursor(self) -> str:
        drafts = {name: [draft.message, draft.thread] for name, draft in self.drafts.items()}
        return _MARK + json.dumps([self.history, drafts, dict(self.pending)], separators=(",", ":"))

    @classmethod
    def from_cursor(cls, cursor: str) -> Place:
        """Raises CursorLost where the cursor is not of this kind."""
        try:
            mark, text = cursor[: len(_MARK)], cursor[len(_MARK) :]
            history, drafts, pending = json.loads(text)
            if mark != _MARK or not history.isdecimal():
                raise ValueError(mark)
            listed = {name: Listed(*draft) for name, draft in drafts.items()}
            return cls(history=history, drafts=listed, pending={k: int(v) for k, v in pending.items()})
        except (ValueError, TypeError, AttributeError):
            raise CursorLost("This is not a place in a Gmail mailbox.") from None


def still_pending(pending: Mapping[str, int], now: datetime) -> dict[str, int]:
    """Those that the search may still not show."""
    oldest = (now - SEARCH_LAG).timestamp()
    return {name: seen for name, seen in pending.items() if seen > oldest}
