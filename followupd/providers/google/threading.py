"""How a reply must look so that Gmail shows it in its conversation.

A draft needs the thread's id and all three headers; one that answers a message in the trash, or
lies beside another draft of the thread, is not shown at all.

Sources: Gmail API v1, Message.threadId; reports of drafts that exist and are not shown.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from followupd.core.model import Draft
from followupd.errors import Conflict, Refused
from followupd.providers.google.refusals import NotThere

_HIDDEN = frozenset({"DRAFT", "TRASH", "SPAM"})


@dataclass(frozen=True, slots=True)
class InThread:
    """A message of a conversation: its Message-ID without angle brackets, and its labels."""

    message_id: str
    labels: frozenset[str]

    @classmethod
    def of(cls, data: dict[str, Any]) -> InThread:
        headers = (data.get("payload") or {}).get("headers") or ()
        named = {str(h.get("name", "")).lower(): str(h.get("value", "")) for h in headers}
        return cls(named.get("message-id", "").strip().strip("<>"), frozenset(data.get("labelIds") or ()))

    @property
    def is_shown(self) -> bool:
        return not self.labels & _HIDDEN


def fitted(draft: Draft, thread: Sequence[InThread] | None) -> Draft:
    """The reply so that it is seen: answering a message that is shown, else as a conversation of its own.

    Raises Conflict where a draft lies in the thread already: Gmail would show only one of them.
    """
    if any("DRAFT" in message.labels for message in thread or ()):
        raise Conflict(
            "a draft of yours lies in this conversation already, and Gmail shows only one. Send or delete it; this "
            "one is made then."
        )
    if thread is None:
        return replace(draft, thread="")  # for them it is an answer all the same
    shown = [message.message_id for message in thread if message.is_shown and message.message_id]
    if not shown:
        return replace(draft, thread="", in_reply_to="", references=())
    if draft.in_reply_to in shown:
        return draft
    base = shown[-1]
    references = tuple(r for r in (*draft.references, base) if r != draft.in_reply_to)
    return replace(draft, in_reply_to=base, references=tuple(dict.fromkeys(references)))


def is_about_the_thread(error: Refused) -> bool:
    """Whether Gmail refused a draft because its thread is not there."""
    return isinstance(error, NotThere) or "thread" in str(error).lower()
