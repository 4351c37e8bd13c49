"""What moved in a Gmail mailbox since the last look.

History names messages and threads, nothing else. So: what is new in a known thread is read; for the
rest one search asks for the people and companies that matter, again until the index must have
caught up; drafts are compared with the last listing of them, which is exact.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice

from followupd.core.model import Folder, Message
from followupd.providers.base import MailChanges, Watched, Whereabouts
from followupd.providers.google import search
from followupd.providers.google.gmail import Gmail, History
from followupd.providers.google.place import SEARCH_LAG, Listed, Place, lags

NEWEST = 100


class Changes:
    """One look at what moved."""

    def __init__(self, gmail: Gmail, watched: Watched, since: datetime) -> None:
        self._gmail = gmail
        self._watched = watched
        self._since = since
        self._now = watched.now or datetime.now(UTC)
        self._listed: dict[str, Listed] | None = None

    def everything(self, *, after_a_loss: bool) -> tuple[MailChanges, Place]:
        """A full look, bounded by `since` and by whose mail matters; and all drafts.

        `after_a_loss` is true where an earlier place was lost: what came between it and now is then searched
        for once more until the index must show it.
        """
        # Asked for first: what comes while we look is told again by the next look, never missed.
        history = self._gmail.history_id()
        listed = self._list_drafts()
        drafts = self._gmail.read_drafts(listed, self._since)
        messages = self._gmail.messages(self._gmail.search(self._queries(self._since)))
        received = [m for m in messages if m.received >= self._since and m.folder is not Folder.DRAFTS]
        # What was made and removed before this look nobody can tell any more.
        second = int(self._now.timestamp())
        looked = second if after_a_loss else 0
        place = Place(history=history, drafts=listed, looked=looked, vanished=second)
        gone = tuple(Whereabouts(name, None) for name in sorted(self._unlisted(listed)))
        return MailChanges(messages=(*received, *drafts), moved=gone, cursor=place.to_cursor()), place

    def after(self, place: Place) -> tuple[MailChanges, Place]:
        """What moved since that place. Raises CursorLost."""
        history = self._gmail.history(place.history)
        if not history and place.is_settled:
            after = replace(place, history=history.latest)
            return MailChanges(cursor=after.to_cursor()), after
        if self._may_concern_drafts(history, place):
            self._list_drafts()
        told, pending = self._messages(history, place)
        drafts = self._saved(place)
        after = Place(
            history=history.latest,
            drafts=place.drafts if self._listed is None else self._listed,
            pending=pending,
            looked=place.looked if lags(place.looked, self._now) else 0,
            vanished=int(self._now.timestamp()) if history.vanished else place.vanished,
        )
        moved = self._moved(history, place) if history else ()
        return MailChanges(messages=(*told, *drafts), moved=moved, cursor=after.to_cursor()), after

    # --- messages ---

    def _messages(self, history: History, place: Place) -> tuple[list[Message], dict[str, int]]:
        """What is new and wanted, and what the search has yet to show."""
        new = {name: thread for name, thread in history.added.items() if not self._is_draft(name)}
        if self._watched.senders() is None:
            return self._read(new), {}
        near = self._near(new, history, place)
        second = int(self._now.timestamp())
        pending = {name: seen for name, seen in place.pending.items() if name not in history.removed}
        pending |= {name: second for name in new if name not in near}
        hits = self._hits(pending, place.looked) if pending or place.looked else []
        told = self._read(dict.fromkeys([*near, *hits]))
        left = {n: seen for n, seen in pending.items() if n not in hits and lags(seen, self._now)}
        return told, left

    def _near(self, new: dict[str, str], history: History, place: Place) -> list[str]:
        """New messages that are read whoever they are from: of known threads, and what a draft has become."""
        threads = {draft.thread for draft in (*place.drafts.values(), *(self._listed or {}).values())}
        threads |= set(self._watched.known_threads(list(dict.fromkeys(new.values()))))
        gone = self._listed is not None and bool(self._unlisted(self._listed))
        sent: set[str] = set()
        if gone:
            # A draft of ours is gone: it may be what was sent just now, in its thread or in another.
            threads |= set(history.vanished.values())
            sent = set(islice(self._gmail.newest("SENT"), NEWEST))
        return [name for name, thread in new.items() if thread in threads or name in sent]

    def _hits(self, pending: dict[str, int], looked: int) -> list[str]:
        """What the search shows to be to or from somebody who matters: of the pending messages, or shortly before a
        full look any."""
        seen = [*pending.values(), *([looked] if looked else [])]
        oldest = datetime.fromtimestamp(min(seen), UTC) - SEARCH_LAG
        found = self._gmail.search(self._queries(oldest))
        return [name for name in found if looked or name in pending]

    def _queries(self, since: datetime) -> list[str]:
        senders = self._watched.senders()
        if senders is None:
            return search.everything(since)
        return search.concerning(senders, since)

    def _read(self, names: Iterable[str]) -> list[Message]:
        """The messages. A draft among them is told as the draft that it is."""
        found = list(self._gmail.messages(names))
        if any(message.folder is Folder.DRAFTS for message in found):
            self._list_drafts()
        return [message for message in found if message.folder is not Folder.DRAFTS]

    # --- drafts ---

    def _may_concern_drafts(self, history: History, place: Place) -> bool:
        if not history:
            return False
        messages = {draft.message for draft in place.drafts.values()}
        threads = {draft.thread for draft in place.drafts.values()}
        touched = messages & (history.removed | history.relabelled) or threads & set(history.added.values())
        return bool(touched) or history.drafts or bool(self._unlisted(place.drafts))

    def _list_drafts(self) -> dict[str, Listed]:
        if self._listed is None:
            self._listed = self._gmail.drafts()
        return self._listed

    def _is_draft(self, name: str) -> bool:
        return any(draft.message == name for draft in (self._listed or {}).values())

    def _saved(self, place: Place) -> list[Message]:
        """Drafts that are new or were saved again: each saving makes another message."""
        listed = self._listed or {}
        new = {name: draft for name, draft in listed.items() if place.drafts.get(name) != draft}
        found = (self._gmail.draft(name) for name in new)
        return [message for message in found if message is not None]

    def _unlisted(self, drafts: Collection[str]) -> list[str]:
        """Watched drafts that are not in the listing."""
        return [name for name in self._watched.messages() if _is_draft_id(name) and name not in drafts]

    # --- places ---

    def _moved(self, history: History, place: Place) -> tuple[Whereabouts, ...]:
        watched = set(self._watched.messages())
        found = [Whereabouts(name, None) for name in watched & history.removed]
        found += [self._whereabouts(name) for name in watched & history.relabelled]
        if self._listed is not None:
            gone = self._unlisted(self._listed)
            found += [self._gone_draft(name, place.drafts.get(name)) for name in gone]
        return tuple(sorted(found, key=lambda one: one.id))

    def _gone_draft(self, name: str, was: Listed | None) -> Whereabouts:
        """A draft that is not listed any more: thrown away with its message, or gone for good (also when sent)."""
        place = self._gmail.whereabouts(was.message) if was else None
        in_trash = place is not None and place[0] in {Folder.TRASH, Folder.JUNK}
        return Whereabouts(name, *place) if place and in_trash else Whereabouts(name, None)

    def _whereabouts(self, name: str) -> Whereabouts:
        place = self._gmail.whereabouts(name)
        return Whereabouts(name, *place) if place else Whereabouts(name, None)


def _is_draft_id(name: str) -> bool:
    """Gmail writes a draft's id as "r" and a number, a message's in hexadecimal digits."""
    return name.startswith("r")
