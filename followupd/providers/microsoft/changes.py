"""What moved in an Outlook mailbox since the last look.

One request tells what was made, changed or moved in any folder. It can't tell what was deleted, so that
while letters are open Drafts is listed too, and a draft that is missing there is looked for by its id,
then by its Message-ID: some programs give a message another id when they move it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from followupd.core.model import Folder, Message
from followupd.providers.base import MailChanges, Watched, Whereabouts
from followupd.providers.matching import is_anyone_of
from followupd.providers.microsoft.folders import Folders
from followupd.providers.microsoft.messages import Item
from followupd.providers.microsoft.outlook import Outlook
from followupd.providers.microsoft.place import OVERLAP, Known, Place, seen_since, short, words_of

MANY = 200
CLOCK_MAY_DIFFER = timedelta(hours=1)
_STAYS = frozenset(
    {Folder.DRAFTS, Folder.TRASH, None}
)  # where an open letter need not be asked for each time


class Changes:
    """One look at what moved."""

    def __init__(self, outlook: Outlook, folders: Folders, watched: Watched, since: datetime) -> None:
        self._outlook = outlook
        self._folders = folders
        self._watched = watched
        self._since = since

    # --- the two kinds of look ---

    def everything(self) -> tuple[MailChanges, Place]:
        """A full look, bounded by `since` and by whose mail matters; and all drafts."""
        # Asked for first: what comes while we look is told again by the next look, never missed.
        floor = (self._outlook.latest() or self._since) - OVERLAP
        listed = self._outlook.drafts()
        received = {item.id: item for item in self._outlook.received_since(self._since)}
        others = [item for name, item in received.items() if name not in {draft.id for draft in listed}]
        drafts = list(self._outlook.messages(listed))
        messages = list(self._outlook.messages(self._wanted(others, all_sent=False)))
        letters, moved = self._letters(Place(floor=floor), listed, others)
        place = Place(
            floor=floor,
            seen=seen_since([*listed, *others], floor),
            drafts={short(draft.id): words_of(draft) for draft in drafts},
            letters=letters,
            folders=self._folders.known(),
        )
        return MailChanges(messages=(*messages, *drafts), moved=moved, cursor=place.to_cursor()), place

    def after(self, place: Place) -> tuple[MailChanges, Place]:
        """What moved since that place."""
        items = self._outlook.modified_since(place.floor)
        fresh = [item for item in items if not place.is_known(item)]
        listed = self._outlook.drafts() if self._lists_drafts(place) else None
        letters, moved = self._letters(place, listed, items)
        drafts, known = self._drafts([item for item in fresh if item.unsent], place, listed)
        new = self._new([item for item in fresh if not item.unsent], place)
        gone = any(letters[name].folder in {None, Folder.TRASH} for name in letters)
        messages = [*self._outlook.messages(self._wanted(new, all_sent=gone)), *drafts]
        moved = (*moved, *self._moved(fresh, [*new], {one.id for one in moved}))
        after = self._placed(place, items, known, letters)
        # Letters of mine first: an answer to one may have come in the same look.
        messages.sort(
            key=lambda message: (message.folder not in {Folder.SENT, Folder.DRAFTS}, message.received)
        )
        return MailChanges(messages=tuple(messages), moved=moved, cursor=after.to_cursor()), after

    def _placed(
        self, place: Place, items: Collection[Item], drafts: dict[str, str], letters: dict[str, Known]
    ) -> Place:
        newest = max((item.modified for item in items), default=place.floor + OVERLAP)
        floor = max(place.floor, newest - OVERLAP)
        if len(items) > MANY and self._watched.now is not None:
            # So many were changed at once that they should not be listed for ever.
            floor = max(floor, min(newest, self._watched.now - OVERLAP - CLOCK_MAY_DIFFER))
        return replace(
            place,
            floor=floor,
            seen=seen_since(items, floor),
            drafts=drafts,
            letters=letters,
            folders=self._folders.known(),
        )

    # --- messages ---

    def _new(self, fresh: Iterable[Item], place: Place) -> list[Item]:
        """Of what was modified that which came since the last look, or was a draft until now."""
        return [
            item
            for item in fresh
            if short(item.id) in place.drafts
            or (short(item.id) not in place.seen and item.came >= place.floor)
        ]

    def _wanted(self, items: Collection[Item], *, all_sent: bool) -> list[Item]:
        """Those that concern somebody who matters. `all_sent`: every letter of mine, since one of ours is gone."""
        senders = self._watched.senders() if items else None
        if senders is None:
            return list(items)
        references = {name for item in items for name in (item.conversation, *item.references) if name}
        known = set(self._watched.known_threads(sorted(references)))
        return [
            item
            for item in items
            if not known.isdisjoint([item.conversation, *item.references])
            or is_anyone_of(item.senders | item.recipients, senders.addresses, senders.domains)
            or item.made_as
            or (all_sent and self._folders.of(item.folder)[0] is Folder.SENT)
        ]

    def _moved(
        self, fresh: Iterable[Item], new: Collection[Item], told: Collection[str]
    ) -> list[Whereabouts]:
        """Watched messages that were moved, or merely marked: where they are now."""
        names = {item.id for item in new} | set(told)
        others = {item.id: item for item in fresh if item.id not in names}
        watched = set(self._watched.messages()) if others else set()
        return [Whereabouts(name, *self._place(others[name])) for name in sorted(watched & others.keys())]

    # --- drafts ---

    def _drafts(
        self, fresh: Iterable[Item], place: Place, listed: Collection[Item] | None
    ) -> tuple[list[Message], dict[str, str]]:
        """Drafts that are new or say something else than before, and what all known ones say."""
        known = dict(place.drafts)
        if listed is not None:
            there = {short(item.id) for item in (*listed, *fresh)}
            known = {name: words for name, words in known.items() if name in there}
        told = []
        unread = [item for item in fresh if not (short(item.id) in known and self._is_in_trash(item))]
        for draft in self._outlook.messages(unread):
            name, words = short(draft.id), words_of(draft)
            if known.get(name) != words:
                told.append(draft)
            known[name] = words
        return told, known

    def _is_in_trash(self, item: Item) -> bool:
        """Where nobody writes on: that it was moved there is enough."""
        return self._folders.of(item.folder)[0] is Folder.TRASH

    # --- open letters ---

    def _lists_drafts(self, place: Place) -> bool:
        """Whether a draft of an open letter may have left Drafts."""
        known = (place.letters.get(name) for name in self._watched.drafts())
        return any(one is None or one.folder in {Folder.DRAFTS, Folder.SCHEDULED} for one in known)

    def _letters(
        self, place: Place, listed: Collection[Item] | None, items: Collection[Item]
    ) -> tuple[dict[str, Known], tuple[Whereabouts, ...]]:
        """Where the drafts of open letters are, and those that are not where they were."""
        seen = {item.id: item for item in items} | {item.id: item for item in listed or ()}
        letters: dict[str, Known] = {}
        moved = []
        for name in sorted(self._watched.drafts()):
            was = place.letters.get(name, Known("", Folder.DRAFTS))
            now, shown = self._letter(name, was, seen.get(name), listed)
            letters[name] = now
            if now.folder is not was.folder:
                moved.append(Whereabouts(name, now.folder, shown))
        return letters, tuple(moved)

    def _letter(
        self, name: str, was: Known, item: Item | None, listed: Collection[Item] | None
    ) -> tuple[Known, str]:
        """Where one is now, and the shown name of that folder."""
        rests = was.folder in _STAYS and (was.folder is not Folder.DRAFTS or listed is None)
        if item is None and rests:
            return was, ""
        item = item or self._outlook.item(name) or self._under_another_id(was)
        if item is None:
            return replace(was, folder=None), ""
        folder, shown = self._place(item)
        return Known(item.message_id, folder), shown

    def _under_another_id(self, was: Known) -> Item | None:
        """The same draft where a program gave it another id by moving it out of Drafts."""
        if not was.message_id or was.folder is None:
            return None
        same = [item for item in self._outlook.named(was.message_id) if item.unsent]
        moved = [item for item in same if self._place(item)[0] is not Folder.DRAFTS]
        return next(iter(moved), None)

    def _place(self, item: Item) -> tuple[Folder, str]:
        folder, shown = self._folders.of(item.folder)
        return (Folder.SCHEDULED, shown) if folder is Folder.DRAFTS and item.is_scheduled else (folder, shown)
