"""What moved in a Gmail mailbox since the last look.

History names messages and threads, nothing else. So: what is new in a known thread is read; for the
rest one search asks for the people and companies that matter, again until the index must have
caught up; drafts are compared with the last listing of them, which is exact.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import UTC, datetime

from followupd.core.model import Folder, Message
from followupd.providers.base import MailChanges, Watched, Whereabouts
from followupd.providers.google import search
from followupd.providers.google.gmail import Gmail, History
from followupd.providers.google.place import Listed, Place, still_pending


class Changes:
    """One look at what moved."""

    def __init__(self, gmail: Gmail, watched: Watched, since: datetime) -> None:
        self._gmail = gmail
        self._watched = watched
        self._since = since
        self._listed: dict[str, Listed] | None = None

    def everything(self) -> tuple[MailChanges, Place]:
        """A full look, bounded by `since` and by whose mail matters; and all drafts."""
        # Asked for first: what comes while we look is told again by the next look, never missed.
        history = self._gmail.history_id()
        listed = self._gmail.drafts()
        drafts = self._gmail.read_drafts(listed, self._since)
        messages = self._gmail.messages(self._gmail.search(self._queries(self._since)))
        received = [m for m in messages if m.received >= self._since and m.folder is not Folder.DRAFTS]
        place = Place(history=history, drafts=listed)
        return MailChanges(messages=(*received, *drafts), cursor=place.to_cursor()), place

    def after(self, place: Place) -> tuple[MailChanges, Place]:
        """What moved since that place. Raises CursorLost."""
        history = self._gmail.history(place.history)
        if not history and not place.pending:
            after = replace(place, history=history.latest)
            return MailChanges(cursor=after.to_cursor()), after
        if self._may_concern_drafts(history, place):
            self._list_drafts()
        told, pending = self._messages(history, place)
        drafts = self._saved(place)
        listed = place.drafts if self._listed is None else self._listed
        after = Place(history=history.latest, drafts=listed, pending=pending)
        moved = self._moved(history, place) if history else ()
        return MailChanges(messages=(*told, *drafts), moved=moved, cursor=after.to_cursor()), after

    # --- messages ---

    def _messages(self, history: History, place: Place) -> tuple[list[Message], dict[str, int]]:
        """What is new and wanted, and what the search has yet to show."""
        new = {name: thread for name, thread in history.added.items() if not self._is_draft(name)}
        senders = self._watched.senders()
        if senders is None:
            return self._read(new), {}
        known = {draft.thread for draft in (*place.drafts.values(), *(self._listed or {}).values())}
        known |= set(self._watched.known_threads(list(dict.fromkeys(new.values()))))
        near = [name for name, thread in new.items() if thread in known]
        now = self._watched.now or datetime.now(UTC)
        far = {name: int(now.timestamp()) for name in new if name not in near}
        pending = {n: s for n, s in place.pending.items() if n not in history.removed} | far
        hits = self._hits(pending) if pending else []
        told = self._read([*near, *hits])
        return told, still_pending({n: s for n, s in pending.items() if n not in hits}, now)

    def _hits(self, pending: dict[str, int]) -> list[str]:
        """Those of the pending messages that the search shows to be to or from somebody who matters."""
        oldest = datetime.fromtimestamp(min(pending.values()), UTC)
        queries = self._queries(oldest)
        return [name for name in self._gmail.search(queries) if name in pending] if queries else []

    def _queries(self, since: datetime) -> list[str]:
        senders = self._watched.senders()
        if senders is None:
            return search.everything(since)
        return search.concerning(senders.addresses, senders.domains, since)

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

    def _list_drafts(self) -> None:
        if self._listed is None:
            self._listed = self._gmail.drafts()

    def _is_draft(self, name: str) -> bool:
        return any(draft.message == name for draft in (self._listed or {}).values())

    def _saved(self, place: Place) -> list[Message]:
        """Drafts that are new or were saved again: each saving makes another message."""
        listed = self._listed or {}
        new = {name: draft for name, draft in listed.items() if place.drafts.get(name) != draft}
        found = (self._gmail.draft(name) for name in new)
        return [message for message in found if message is not None]

    def _unlisted(self, drafts: Collection[str]) -> list[str]:
        """Watched drafts that were not in the listing."""
        return [name for name in self._watched.messages() if _is_draft_id(name) and name not in drafts]

    # --- places ---

    def _moved(self, history: History, place: Place) -> tuple[Whereabouts, ...]:
        watched = set(self._watched.messages())
        found = [Whereabouts(name, None) for name in watched & history.removed]
        found += [self._whereabouts(name, name) for name in watched & history.relabelled]
        if self._listed is not None:
            gone = [name for name in self._unlisted(self._listed) if name in watched]
            found += [self._gone_draft(name, place.drafts.get(name)) for name in gone]
        return tuple(sorted(found, key=lambda one: one.id))

    def _gone_draft(self, name: str, was: Listed | None) -> Whereabouts:
        """A draft that is not listed any more: thrown away with its message, or gone for good (also when sent)."""
        place = self._gmail.whereabouts(was.message) if was else None
        in_trash = place is not None and place[0] in {Folder.TRASH, Folder.JUNK}
        return Whereabouts(name, *place) if place and in_trash else Whereabouts(name, None)

    def _whereabouts(self, name: str, message: str) -> Whereabouts:
        place = self._gmail.whereabouts(message)
        return Whereabouts(name, *place) if place else Whereabouts(name, None)


def _is_draft_id(name: str) -> bool:
    """Gmail writes a draft's id as "r" and a number, a message's in hexadecimal digits."""
    return name.startswith("r")
