"""What Exchange says that a message is: PidTagMessageClass, compared by prefix and without case.

Only Exchange sets it, at delivery; a sender can't. Sources: MS-OXOMSG section 2.2.2.1 (reports),
MS-OXORULE section 2.2.5 (replies by rules), MS-OXOCAL section 2.2.10 (meetings).
"""

from __future__ import annotations

from followupd.core.model import Message


def _class(message: Message) -> str:
    return message.message_class.strip().lower()


def by_rule(message: Message) -> bool:
    """An automatic reply: out of office, or by a rule of the mailbox, which may leave no header."""
    return _class(message).startswith("ipm.note.rules.")


def undelivered(message: Message) -> bool:
    """A report that a letter could not be delivered."""
    return _class(message).startswith("report.") and _class(message).endswith(".ndr")


def receipt(message: Message) -> bool:
    """A report that a letter was delivered, read, or deleted unread."""
    return _class(message).startswith("report.") and _class(message).endswith((".dr", ".ipnrn", ".ipnnrn"))


def meeting(message: Message) -> str:
    """Of a meeting: "request", "cancel" or "reply"; "" for all else."""
    before, _, kind = _class(message).partition("ipm.schedule.meeting.")
    if before or not kind:
        return ""
    return "reply" if kind.startswith("resp") else "cancel" if kind.startswith("cancel") else "request"
