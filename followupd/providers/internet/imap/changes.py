"""What moved in an IMAP mailbox since the last look.

The price of a look at which nothing moved is one LIST with STATUS, else one STATUS for each watched folder, whatever
the mailbox holds and whatever is tracked. A folder that stands otherwise than before is opened: header fields of what
is new there are read, and texts of what the caller wants; what the caller watches there is asked for by UID. So a
change of flags costs nothing but in Drafts, where it may be the mark of deletion.

What is gone from one folder is gone only when it has not come to light in another one, by another listing of how all
of them stand. A folder whose UIDVALIDITY changed is read anew as far back as `since`: known messages are not new in
it, what was watched there is looked for by its Message-ID, and the look is not complete, so that nothing is drafted
from it. A folder that vanished with a draft of ours in it is waited for, for a day, unless that is found elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from followupd.core.model import Folder, Message
from followupd.providers.base import MailChanges, Problem, Watched, Whereabouts
from followupd.providers.internet.imap.folders import Folders, Mark
from followupd.providers.internet.imap.heads import Head, message_id_of
from followupd.providers.internet.imap.opened import FolderGone, Opened
from followupd.providers.internet.imap.place import Place, Spot, day_of
from followupd.providers.internet.imap.roles import MailFolder
from followupd.providers.internet.imap.traces import Traces, spot_of
from followupd.providers.internet.imap.wanted import Wanting

ROUNDS = 3
FOLDER_GRACE = 24 * 3600  # seconds


class Changes:
    """One look. `given_up` holds the keys of what was told as gone, so that it is not looked for again."""

    def __init__(
        self, folders: Folders, opened: Opened, watched: Watched, since: datetime, given_up: set[bytes]
    ) -> None:
        self._folders, self._opened = folders, opened
        self._watched, self._since = watched, since
        self._given_up = given_up
        self._wanting = Wanting(watched)
        self._messages: dict[str, Message] = {}
        self._problems: list[Problem] = []
        self._complete = True

    def after(self, before: Place | None) -> tuple[MailChanges, Place]:
        """What moved since that place; with none a full, bounded look."""
        place = before or Place()
        self._folders.begin()
        marks = self._folders.marks(tracked={spot.folder for spot in place.spots.values()})
        if before is not None and marks == place.marks and self._folders.whole and not place.gone:
            return MailChanges(problems=tuple(self._folders.problems)), place
        self._vanished = place.vanished if before is not None else self._second()
        self._traces = Traces(place.spots, place.copies, self._watched)
        marks = self._rounds(place, marks)
        self._watching = marks.keys()
        moved = self._moved(place) if before is not None else ()
        self._opened.leave()
        self._opened.forget_old()
        spots, watched = self._kept_spots(), self._traces.watched
        of_interest = watched.keys() | self._traces.told
        copies = {
            key: spot for key, spot in self._traces.copies.items() if key in of_interest and key in spots
        }
        after = Place(marks, spots, copies, self._waited_for(place), self._vanished)
        problems = (*self._problems, *self._folders.problems, *self._opened.problems)
        changes = MailChanges(
            messages=tuple(self._messages.values()),
            moved=moved,
            complete=self._complete and self._folders.whole and not after.gone,
            problems=tuple(dict.fromkeys(problems)),
        )
        return changes, after

    def _rounds(self, place: Place, marks: dict[bytes, Mark]) -> dict[bytes, Mark]:
        """Reads what changed; again, while a watched message is nowhere and folders go on changing.

        Returns how the folders stood as far as they were read.
        """
        known, unread = dict(place.marks), set[bytes]()
        for _ in range(ROUNDS):
            unread |= self._read_changed(known, marks)
            known = dict(marks)
            if not self._traces.unplaced:
                break
            self._opened.leave()
            marks = self._folders.marks(tracked=self._traces.folders)
            if marks == known:
                break
        else:
            self._complete = False  # what came meanwhile is read by the next look
        # What could not be asked or opened is compared with what it was, when it can be.
        listed = {folder.name for folder in self._folders.all()}
        before = {name: mark for name, mark in place.marks.items() if name in listed}
        return {**before, **known, **{name: place.marks.get(name, Mark()) for name in unread}}

    def _read_changed(self, known: dict[bytes, Mark], marks: dict[bytes, Mark]) -> set[bytes]:
        """Reads the folders that stand otherwise than is known; the names of those that could not be opened."""
        unread = set()
        for folder in self._folders.all():
            mark, was = marks.get(folder.name), known.get(folder.name)
            if mark is None or mark == was:
                continue
            try:
                self._read(folder, was, mark)
            except FolderGone:
                unread.add(folder.name)
        self._traces.missed({folder.name for folder in self._folders.all()})
        return unread

    def _read(self, folder: MailFolder, was: Mark | None, mark: Mark) -> None:
        tracked = self._traces.watched_in(folder)
        if not tracked and self._is_nothing_new(was, mark):
            return
        now = self._opened.open(folder)
        if was is None or was.validity != now.validity:
            if tracked or was is not None:
                self._traces.renumbered(folder)
            self._read_anew(folder, was)
            return
        end = max(now.next, mark.next)
        heads = self._opened.newer(was.next, end - 1, self._since)
        if folder.kind is Folder.DRAFTS and end - was.next > len(heads):
            self._vanished = self._second()
        if tracked:
            self._traces.seen(tracked, self._opened.flags(tracked.values()))
        self._take(folder, heads)

    @staticmethod
    def _is_nothing_new(was: Mark | None, mark: Mark) -> bool:
        """Whether the folder need not be opened: it is empty, or something was removed that nobody asks for."""
        return mark.messages == 0 if was is None else (was.validity, was.next) == (mark.validity, mark.next)

    def _read_anew(self, folder: MailFolder, was: Mark | None) -> None:
        """A folder that is new to us, or whose messages have other numbers than before."""
        if was is not None:
            self._complete = False
            self._problems.append(
                Problem(folder.shown, "the server has numbered this folder anew, so it is compared once more")
            )
            self._vanished = self._second() if folder.kind is Folder.DRAFTS else self._vanished
        self._take(folder, self._opened.recent(self._since))

    def _take(self, folder: MailFolder, heads: Iterable[Head]) -> None:
        """Tells what is new, and files what is known."""
        new = []
        for head in sorted(heads, key=lambda one: -one.uid):
            if not self._traces.is_new(folder, head):
                continue
            if folder.kind is Folder.DRAFTS or head.message.received >= self._since:
                new.append(head)
        # Of two with the same id the one that was saved last.
        told = self._wanting.of(list({head.key: head for head in reversed(new)}.values()))
        for head in told:
            self._traces.put(head, folder)
            self._given_up.discard(head.key)
        for message in self._opened.texts(told):
            self._messages.setdefault(message.id, message)

    # --- what is gone ---

    def _moved(self, place: Place) -> tuple[Whereabouts, ...]:
        """Where watched messages are that have moved or gone; those in a folder that is waited for are not told."""
        found = []
        without_copy = set()
        for key, copy in self._traces.needed_copies():
            if not self._lies_at(copy):
                self._traces.copies.pop(key)
                without_copy.add(key)
        for key, name in self._traces.missing():
            if key in self._given_up:
                continue
            spot = self._traces.spots.get(key)
            where = self._elsewhere(name, self._may_be_in(None if key in without_copy else spot))
            waits = spot is not None and key in self._traces.drafts and self._waits(place, spot.folder)
            if where is None and waits:
                continue
            self._traces.settle(key, where)
            found.append(key)
            if where is None:
                self._given_up.add(key)
        keys = [
            key for key in {*found, *self._traces.moved} if self._traces.has_moved(key, place.spots.get(key))
        ]
        told = (self._traces.whereabouts(key, self._folders) for key in keys)
        return tuple(sorted(told, key=lambda one: one.id))

    def _lies_at(self, spot: Spot) -> bool:
        """Whether the message is still there."""
        folder = self._folders.at(spot.folder)
        if folder is None:
            return False
        try:
            self._opened.open(folder)
        except FolderGone:
            return False
        return bool(self._opened.flags([spot.uid]))

    def _may_be_in(self, spot: Spot | None) -> list[MailFolder]:
        """Where a message can be that has not come to light: where nobody watches, or anywhere if its UID is old."""
        if spot is None or not spot.uid or self._folders.at(spot.folder) is None:
            return self._folders.all()
        return [folder for folder in self._folders.all() if folder.name not in self._watching]

    def _waits(self, place: Place, folder: bytes) -> bool:
        if self._folders.at(folder) is not None:
            return False
        second = int(self._since.timestamp())
        return second - place.gone.get(folder, second) < FOLDER_GRACE

    def _waited_for(self, place: Place) -> dict[bytes, int]:
        """Folders that vanished with something watched in them that is nowhere else."""
        names = {spot.folder for spot in self._traces.lost_drafts() if self._waits(place, spot.folder)}
        for name in sorted(names):
            what = "this mail folder was there before and is gone"
            self._problems.append(Problem(name.decode("utf-8", "replace"), what))
        return {name: place.gone.get(name, int(self._since.timestamp())) for name in names}

    def _elsewhere(self, name: str, folders: Iterable[MailFolder]) -> Spot | None:
        """Where a message lies, by its Message-ID."""
        message_id = message_id_of(name)
        for folder in folders if message_id else ():
            try:
                self._opened.open(folder)
            except FolderGone:
                continue
            head = next((head for head in self._opened.carrying(message_id) if head.id == name), None)
            if head is not None:
                return spot_of(head, folder)
        return None

    def _kept_spots(self) -> dict[bytes, Spot]:
        oldest = day_of(self._since) - 1
        drafts = {folder.name for folder in self._folders.all() if folder.kind is Folder.DRAFTS}
        watched = self._traces.watched
        return {
            key: spot
            for key, spot in self._traces.spots.items()
            if spot.day >= oldest or spot.folder in drafts or key in watched
        }

    def _second(self) -> int:
        return int((self._watched.now or datetime.now(UTC)).timestamp())
