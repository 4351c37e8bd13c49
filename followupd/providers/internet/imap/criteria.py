"""How days, words and numbers of messages are written for a server, and how much is asked for at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from followupd.providers.internet.imap.answers import quoted
from followupd.providers.internet.imap.gate import Literal
from followupd.providers.internet.imap.heads import Head
from followupd.providers.mime import EPOCH, MAX_BODY

BATCH = 200
TEXT = MAX_BODY + 256 * 1024  # bytes of a message that are read: as much as is ever used of it
TEXTS = 4 * 1024 * 1024  # bytes of texts asked for at once
SLACK = timedelta(days=1)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day(since: datetime) -> bytes:
    """The day before, as SEARCH writes it: the server compares days, of whatever zone."""
    before = max(since.astimezone(UTC) - SLACK, EPOCH)
    return f"{before.day}-{MONTHS[before.month - 1]}-{before.year}".encode()


def string(text: str) -> bytes:
    """A word of a stranger's that can't be read as anything but a word."""
    data = text.encode("utf-8", "replace")
    return quoted(data) if all(32 <= byte < 127 for byte in data) and len(data) < 900 else Literal(data)


def batches(uids: Sequence[int], size: int) -> Iterator[Sequence[int]]:
    return (uids[at : at + size] for at in range(0, len(uids), size))


def by_size(heads: Collection[Head]) -> Iterator[list[Head]]:
    """Groups whose texts together are not too long."""
    group: list[Head] = []
    size = 0
    for head in heads:
        length = min(head.size or TEXT, TEXT)
        if group and (size + length > TEXTS or len(group) >= BATCH):
            yield group
            group, size = [], 0
        group.append(head)
        size += length
    if group:
        yield group


def uid_set(uids: Sequence[int]) -> bytes:
    """The numbers as IMAP writes them, with runs as ranges."""
    runs: list[list[int]] = []
    for uid in sorted(set(uids)):
        if runs and runs[-1][1] == uid - 1:
            runs[-1][1] = uid
        else:
            runs.append([uid, uid])
    return b",".join(b"%d" % a if a == b else b"%d:%d" % (a, b) for a, b in runs)
