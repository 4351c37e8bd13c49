"""The looks before a letter: in every folder of the user's own, by listing, never by a text search that may lag.

What came since the day before is listed by its date, its header fields are read (those that were read before are
remembered), and compared exactly; Drafts is read whole. A message that is moved while the look goes on could be missed
in both folders: so the folders are asked again at the end how they stand, and those that changed are read once more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from followupd.core.model import Message
from followupd.providers.base import Look
from followupd.providers.internet.imap.folders import Folders, Mark
from followupd.providers.internet.imap.opened import FolderGone, Opened
from followupd.providers.internet.imap.roles import MailFolder
from followupd.providers.matching import MINE

ROUNDS = 3


def look(
    folders: Folders, opened: Opened, since: datetime, wanted: Callable[[Message], bool], vanished: int
) -> Look:
    """The messages that `wanted` says yes to, by their header fields. `vanished`: see `Place`."""
    found: dict[bytes, list[Message]] = {}
    known: dict[bytes, Mark] = {}
    settled = False
    folders.begin()
    for _ in range(ROUNDS):
        marks = folders.marks(every=True)
        if settled := marks == known:
            break
        for folder in folders.all():
            mark = marks.get(folder.name, Mark())
            if mark != known.get(folder.name, Mark()):
                found[folder.name] = _found(opened, folder, mark, since, wanted) if mark.messages else []
        opened.leave()
        known = marks
    complete = folders.whole and (settled or folders.marks(every=True) == known)
    mine = {folder.shown for folder in folders.all() if folder.kind in MINE}
    complete = complete and mine.isdisjoint(problem.where for problem in opened.problems)
    opened.forget_old()
    return Look(
        messages=_each_once(folders.all(), found),
        complete=complete,
        problems=tuple(dict.fromkeys((*folders.problems, *opened.problems))),
        vanished=datetime.fromtimestamp(vanished, UTC) if vanished else None,
    )


def _found(
    opened: Opened, folder: MailFolder, mark: Mark, since: datetime, wanted: Callable[[Message], bool]
) -> list[Message]:
    # Users have hundreds of folders in which nothing moves. In mine a mark of deletion counts, which no mark tells.
    known = opened.listed(folder, mark, since) if folder.kind not in MINE else None
    if known is not None and not any(wanted(head.message) for head in known):
        return []
    try:
        heads = opened.listing(folder, mark, since)
    except FolderGone:
        return []
    return list(opened.texts([head for head in heads if wanted(head.message)]))


def _each_once(folders: Iterable[MailFolder], found: dict[bytes, list[Message]]) -> tuple[Message, ...]:
    """A message that lies in several folders is told from where it means most."""
    best: dict[str, Message] = {}
    for folder in sorted(folders, key=lambda one: one.rank):
        # Of two drafts with the same fields the one that was saved last.
        for message in reversed(found.get(folder.name, [])):
            best.setdefault(message.id, message)
    return tuple(best.values())
