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
from followupd.providers.base import MailChanges, Problem, Watched, Whereabouts
from followupd.providers.matching import is_anyone_of, is_of_a_system
from followupd.providers.microsoft.folders import Folders
from followupd.providers.microsoft.messages import Item
from followupd.providers.microsoft.outlook import Outlook
from followupd.providers.microsoft.place import OVERLAP, Known, Place, seen_since, short, words_of

MANY = 200
A_WHILE = 240  # seconds; another letter's turn in each look
CLOCK_MAY_DIFFER = timedelta(hours=1)
# Where an open letter is listed anyway, or nobody goes on with it.
_STAYS = frozenset({Folder.DRAFTS, Folder.TRASH, None})


class Changes:
    """One look at what moved."""

    def __init__(self, outlook: Outlook, folders: Folders, watched: Watched, since: datetime) -> None:
        self._outlook = outlook
        self._folders = folders
        self._watched = watched
        self._since = since
        self._unread: list[Problem] = []
        self._strayed: list[Item] = []  # drafts of open letters that lie somewhere under another id

    # --- the two kinds of look ---

    def everything(self) -> tuple[MailChanges, Place]:
        """A full look, bounded by `since` and by whose mail matters; and all drafts."""
        # Asked for first: what comes while we look is told again by the next look, never missed.
        floor = (self._outlook.latest() or self._since) - OVERLAP
        listed = self._outlook.drafts()
        received = {item.id: item for item in self._outlook.received_since(self._since)}
        others = [item for name, item in received.items() if name not in {draft.id for draft in listed}]
        drafts = list(self._outlook.messages(listed, self._unread))
        messages = list(self._outlook.messages(self._wanted(others, all_sent=False), self._unread))
        letters, moved = self._letters(Place(floor=floor), listed, others)
        drafts += self._outlook.messages(self._strayed, self._unread)
        place = Place(
            floor=floor,
            seen=seen_since([*listed, *others], floor),
            drafts={short(draft.id): words_of(draft) for draft in drafts},
            letters=letters,
            folders=self._folders.known(),
        )
        return self._told([*messages, *drafts], moved, place), place

    def after(self, place: Place) -> tuple[MailChanges, Place]:
        """What moved since that place."""
        items = self._outlook.modified_since(place.floor)
        fresh = [item for item in items if not place.is_known(item)]
        listed = self._outlook.drafts() if self._lists_drafts(place) else None
        letters, moved = self._letters(place, listed, items)
        unsent = {item.id: item for item in (*fresh, *self._strayed) if item.unsent}
        drafts, known = self._drafts(unsent.values(), place, listed)
        new = self._new([item for item in fresh if not item.unsent], place)
        gone = any(letters[name].folder in {None, Folder.TRASH} for name in letters)
        messages = [*self._outlook.messages(self._wanted(new, all_sent=gone), self._unread), *drafts]
        moved = (*moved, *self._moved(fresh, [*new], {one.id for one in moved}))
        after = self._placed(place, items, known, letters)
        return self._told(messages, moved, after), after

    def _told(self, messages: list[Message], moved: Iterable[Whereabouts], place: Place) -> MailChanges:
        """Letters of mine first: an answer to one may have come in the same look."""
        mine = {Folder.SENT, Folder.DRAFTS}
        messages.sort(key=lambda message: (message.folder not in mine, message.received))
        return MailChanges(
            messages=tuple(messages),
            moved=tuple(moved),
            cursor=place.to_cursor(),
            problems=tuple(self._unread),
        )

    def _placed(
        self, place: Place, items: Collection[Item], drafts: dict[str, str], letters: dict[str, Known]
    ) -> Place:
        newest = max((item.modified for item in items), default=place.floor + OVERLAP)
        floor = max(place.floor, newest - OVERLAP)
        if len(items) > MANY and self._watched.now is not None:
            # So many were changed at once that they should not be listed for ever.
            later = min(newest, self._watched.now - OVERLAP - CLOCK_MAY_DIFFER)
            floor = later if later - floor >= OVERLAP else floor
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
            or is_of_a_system(item.senders, senders)
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
        changed = [item for item in fresh if not (self._is_old(item, known) and self._is_in_trash(item))]
        for draft in self._outlook.messages(changed, self._unread):
            name, words = short(draft.id), words_of(draft)
            if known.get(name) != words:
                told.append(draft)
            known[name] = words
        return told, known

    @staticmethod
    def _is_old(item: Item, known: Collection[str]) -> bool:
        return short(item.id) in known or item.is_withdrawn

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
        names = sorted(self._watched.drafts())
        turn = self._turn(place, names)
        for name in names:
            was = place.letters.get(name, Known("", Folder.DRAFTS))
            rests = was.folder is not Folder.DRAFTS and name != turn
            now, shown = (
                (was, "") if rests and name not in seen else self._letter(name, was, seen.get(name), listed)
            )
            letters[name] = now
            if now.folder is not was.folder:
                moved.append(Whereabouts(name, now.folder, shown))
        return letters, tuple(moved)

    def _turn(self, place: Place, names: Collection[str]) -> str:
        """Of the letters in other folders the one that is asked for in this look: what was deleted is told nowhere."""
        known = [name for name in names if name in place.letters and place.letters[name].folder not in _STAYS]
        now = self._watched.now or place.floor
        return known[int(now.timestamp() // A_WHILE) % len(known)] if known else ""

    def _letter(
        self, name: str, was: Known, item: Item | None, listed: Collection[Item] | None
    ) -> tuple[Known, str]:
        """Where one is now, and the shown name of that folder."""
        if item is None and was.folder is Folder.DRAFTS and listed is None:
            return was, ""
        item = item or self._outlook.item(name)
        if item is None:
            self._seek(was)
            return replace(was, folder=None), ""
        folder, shown = self._place(item)
        return Known(item.message_id, folder), shown

    def _seek(self, was: Known) -> None:
        """The same draft where a program gave it another id by moving it out of Drafts."""
        if was.message_id and was.folder is not None:
            same = (item for item in self._outlook.named(was.message_id) if item.unsent)
            self._strayed += [item for item in same if self._place(item)[0] is not Folder.DRAFTS]

    def _place(self, item: Item) -> tuple[Folder, str]:
        folder, shown = self._folders.of(item.folder)
        return (Folder.SCHEDULED, shown) if folder is Folder.DRAFTS and item.is_scheduled else (folder, shown)
