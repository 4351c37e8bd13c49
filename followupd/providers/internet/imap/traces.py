"""Where the messages lie that were told, while one look finds out where they are now."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cached_property

from followupd.core.model import Folder
from followupd.providers.base import Watched, Whereabouts
from followupd.providers.internet.imap.folders import Folders
from followupd.providers.internet.imap.heads import Head, key_of
from followupd.providers.internet.imap.place import Spot, day_of
from followupd.providers.internet.imap.roles import MailFolder


def spot_of(head: Head, folder: MailFolder) -> Spot:
    """Where the message lies, as the cursor keeps it."""
    return Spot(folder.name, head.uid, day_of(head.message.received), head.deleted)


class Traces:
    """`spots` as they are known, by key. A watched message keeps its spot until it is seen to have left it."""

    def __init__(self, spots: Mapping[bytes, Spot], copies: Mapping[bytes, Spot], watched: Watched) -> None:
        self.spots = dict(spots)
        self.copies = dict(copies)
        self.moved: set[bytes] = set()
        self.told: set[bytes] = set()
        """What this look tells: the caller may watch it from now on."""
        self._asked = watched
        self._lost: set[bytes] = set()
        self._renumbered: set[bytes] = set()

    @cached_property
    def watched(self) -> dict[bytes, str]:
        """The ids that the caller watches, by key. Asked only when something has moved."""
        ids = {*self._asked.messages(), *self._asked.drafts()}
        return {key: name for name in ids if (key := key_of(name))}

    @property
    def folders(self) -> set[bytes]:
        """Where something lies that was told."""
        return {spot.folder for spot in self.spots.values()}

    def watched_in(self, folder: MailFolder) -> dict[bytes, int]:
        """UIDs of what is watched and lay in the folder."""
        spots = ((key, self.spots.get(key)) for key in self.watched)
        return {key: spot.uid for key, spot in spots if spot is not None and spot.folder == folder.name}

    # --- what is seen ---

    def is_new(self, folder: MailFolder, head: Head) -> bool:
        """Whether a message that came to light is to be told. One that is known is filed where it lies now."""
        old, here = self.spots.get(head.key), spot_of(head, folder)
        if old is None:
            return True
        if (old.folder, old.uid) == (here.folder, here.uid):
            return False
        if folder.kind is Folder.DRAFTS and not head.deleted and folder.name not in self._renumbered:
            if head.key in self._lost:
                self.moved.add(head.key)
            # Saved again, or back from elsewhere; of two with the same fields the later.
            return old.folder != folder.name or old.uid < head.uid or head.key in self._lost
        if head.key not in self.watched and head.key not in self.told:
            self.spots[head.key] = here
        else:
            self.copies[head.key] = here
        return False

    def put(self, head: Head, folder: MailFolder) -> None:
        """The message is told from here."""
        self.told.add(head.key)
        self.spots[head.key] = spot_of(head, folder)
        self._lost.discard(head.key)

    def seen(self, tracked: Mapping[bytes, int], flags: Mapping[int, bool]) -> None:
        """Which of the watched messages of a folder are there still, and whether they are marked as deleted."""
        for key, uid in tracked.items():
            spot = self.spots[key]
            if uid not in flags:
                self._lost.add(key)
            elif flags[uid] != spot.deleted:
                self.spots[key] = Spot(spot.folder, uid, spot.day, flags[uid])
                self.moved.add(key)

    def renumbered(self, folder: MailFolder) -> None:
        """No UID of the folder means anything any more."""
        self._renumbered.add(folder.name)
        for key, spot in self.spots.items():
            if spot.folder == folder.name:
                self.spots[key] = Spot(spot.folder, 0, spot.day, spot.deleted)
                if key in self.watched:
                    self._lost.add(key)
        self.copies = {key: spot for key, spot in self.copies.items() if spot.folder != folder.name}

    def missed(self, there: Collection[bytes]) -> None:
        """These folders are there: what is watched and lay in others has to be found."""
        for key in self.watched:
            spot = self.spots.get(key)
            if spot is not None and spot.folder not in there:
                self._lost.add(key)

    # --- what is not ---

    @property
    def unplaced(self) -> bool:
        """Whether something watched is nowhere as yet."""
        return any(key not in self.copies for key in self._lost)

    def needed_copies(self) -> list[tuple[bytes, Spot]]:
        """Copies of what is not where it was, as they were last seen."""
        return [(key, self.copies[key]) for key in sorted(self._lost) if key in self.copies]

    def missing(self) -> Iterator[tuple[bytes, str]]:
        """Keys and ids of what is watched and was found nowhere; of the rest the spot is now where it was found."""
        for key in sorted(self._lost):
            if key in self.copies:
                self.settle(key, self.copies.pop(key))
                self.moved.add(key)
        for key in sorted(self._lost | {key for key in self.drafts if key not in self.spots}):
            yield key, self.watched[key]

    def settle(self, key: bytes, spot: Spot | None) -> None:
        """It lies there, or nowhere."""
        self._lost.discard(key)
        if spot is None:
            self.spots.pop(key, None)
        else:
            self.spots[key] = spot

    @cached_property
    def drafts(self) -> set[bytes]:
        """Those of the watched that should lie in Drafts, by key."""
        return {key for name in self._asked.drafts() if (key := key_of(name))}

    def lost_drafts(self) -> list[Spot]:
        """Where drafts lay that have not been settled."""
        return [self.spots[key] for key in self._lost & self.drafts if key in self.spots]

    def has_moved(self, key: bytes, before: Spot | None) -> bool:
        """Whether it lies elsewhere than before, or nowhere."""
        now = self.spots.get(key)
        if now is None or before is None:
            return True
        return (now.folder, now.deleted) != (before.folder, before.deleted)

    def whereabouts(self, key: bytes, folders: Folders) -> Whereabouts:
        """Where a watched message lies now."""
        spot = self.spots.get(key)
        folder = folders.at(spot.folder) if spot is not None else None
        if spot is None or folder is None:
            return Whereabouts(self.watched[key], None)
        kind = Folder.TRASH if spot.deleted else folder.kind
        return Whereabouts(self.watched[key], kind, folder.shown)
