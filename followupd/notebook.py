"""The folder of the notes files: each is made once, and read again when it has changed. See core/notebook.py.

An idle cycle costs one listing of the folder. What was seen of it is kept as its cursor, like that of any source.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from followupd.apply import Done
from followupd.core import interviews as rules
from followupd.core import people
from followupd.core.addresses import is_mine
from followupd.core.jotted import Jotted, interview_in, jotted
from followupd.core.model import Interview, Person, Policy
from followupd.core.notebook import is_page_due, page, page_name
from followupd.errors import FollowupdError
from followupd.notes_files import (
    SOURCE,
    Seen,
    Unreadable,
    as_cursor,
    create,
    from_cursor,
    listed,
    read,
    saved_at,
    stamp_of,
)
from followupd.orders.from_notes import Obeying
from followupd.store import Store

READ_FOR = timedelta(days=30)
"""So long after its interview a file is read: older processes may have been purged."""
SAVED_FOR = timedelta(seconds=10)
"""A file that was saved less long ago may be half-written."""
_PROBLEM = "notes_problem"
_MOST = 99  # files of one name
_DUE = (
    "SELECT interview.id FROM interview JOIN process ON process.key = interview.process"
    " WHERE process.wake_at <= ? AND coalesce(json_extract(interview.data, '$.notes_file'), '') = ''"
    " AND julianday(json_extract(interview.data, '$.event.start')) <= julianday(?)"
    " AND julianday(json_extract(interview.data, '$.event.end')) >= julianday(?) ORDER BY interview.id"
)


class Notebook:
    """The notes files in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def keep(self, store: Store, policy: Policy, now: datetime, *, make: bool) -> list[Done]:
        """Reads what has changed and, with `make`, makes the files that are due. What there is to tell.

        Raises StoreError; what is wrong with files is told once and stops nothing.
        """
        return _Keeping(self.folder, store, policy, now).keep(make=make)

    def open(self, store: Store, policy: Policy, now: datetime, interview: Interview) -> Path:
        """The notes file of an interview; made if there is none. Raises FollowupdError."""
        return _Keeping(self.folder, store, policy, now).open(interview)


class _Keeping:
    """The folder at one moment."""

    def __init__(self, folder: Path, store: Store, policy: Policy, now: datetime) -> None:
        self.folder, self.store, self.policy, self.now = folder, store, policy, now
        self.obeying = Obeying(store, policy, now)
        self.before = self._known()
        self.seen = dict(self.before)

    def keep(self, *, make: bool) -> list[Done]:
        problem = self._read() or (self._make() if make else "")
        if self.seen != self.before or problem != self.store.meta(_PROBLEM):
            with self.store.transaction():
                self._remember()
                if problem != self.store.meta(_PROBLEM):
                    self.store.set_meta(_PROBLEM, problem)
                    if problem:
                        self.store.record(self.now, "", _PROBLEM, "tell", problem)
                        self.obeying.done.append(Done("tell", problem))
        return self.obeying.done

    def open(self, interview: Interview) -> Path:
        self._read()
        for name, seen in self.seen.items():
            if seen.interview == interview.id and (self.folder / name).is_file():
                return self.folder / name
        try:
            with self.store.transaction():
                name = self._made(self.store.interview(interview.id) or interview)
                self._remember()
        except OSError as error:
            raise FollowupdError(self._not_made(error)) from error
        return self.folder / name

    # --- what was seen ---

    def _known(self) -> dict[str, Seen]:
        return from_cursor(self.store.cursor("", SOURCE))

    def _remember(self) -> None:
        if self.seen != self.before:
            self.store.set_cursor("", SOURCE, as_cursor(self.seen))
            self.before = dict(self.seen)

    # --- reading ---

    def _read(self) -> str:
        """Takes over what has changed. A sentence on what is wrong with the folder, "" if nothing is."""
        try:
            found = listed(self.folder)
        except FileNotFoundError:
            return ""
        except OSError as error:
            return f"The notes in {self.folder} can't be read: {error.strerror}. Your letters are written without them."
        self.seen = {name: one for name, one in self.seen.items() if name in found}
        changed = {name for name, status in found.items() if self._has_changed(name, status)}
        concerned = {self._identified(name, found[name]) for name in sorted(changed)} - {""}
        for interview in sorted(concerned):
            self._take(interview)
        return ""

    def _has_changed(self, name: str, status: os.stat_result) -> bool:
        seen = self.seen.get(name)
        if seen is None or seen.stamp != stamp_of(status):
            return True
        return not seen.taken and bool(seen.interview) and self.store.interview(seen.interview) is not None

    def _identified(self, name: str, status: os.stat_result) -> str:
        """The interview that a file is about, "" where that is not known."""
        seen = self.seen.get(name, Seen())
        try:
            found = interview_in(read(self.folder / name)[1]) or seen.interview
        except (OSError, Unreadable) as error:
            self._tell_unreadable(name, seen.interview, error)
            if isinstance(error, Unreadable):
                self.seen[name] = Seen(stamp_of(status), seen.interview, taken=True)
            return ""
        self.seen[name] = Seen(stamp_of(status), found)
        return found

    def _tell_unreadable(self, name: str, interview: str, error: Exception) -> None:
        known = self.store.interview(interview) if interview else None
        why = error.strerror if isinstance(error, OSError) else str(error)
        text = f"The notes file {self.folder / name} can't be read: {why}. What was read before stays."
        self.obeying.tell(known.process if known else "", f"{name} {why}", text)

    def _take(self, name: str) -> None:
        """Takes over the notes on one interview, from all files about it: a copy is one of them."""
        interview = self.store.interview(name)
        files = sorted(file for file, seen in self.seen.items() if seen.interview == name)
        if interview is None:
            return
        pages: list[Jotted] = []
        whole = still = True
        for file in files:
            try:
                status, text = read(self.folder / file)
            except (OSError, Unreadable):
                whole = False  # told when it was met with; nothing of it is taken away
                continue
            settled = not timedelta(0) <= self.now - saved_at(status) < SAVED_FOR
            ours = self.before.get(file) == Seen(stamp_of(status), name, taken=True, ours=True)
            self.seen[file] = Seen(stamp_of(status) if settled else "", name, settled, ours)
            still = still and settled
            pages.append(jotted(text, self._people(interview), self.obeying.moment))
        if not self._is_old(interview):
            self.obeying.page(interview, _together(pages), whole=whole and still, still=still)

    def _is_old(self, interview: Interview) -> bool:
        return rules.ends(interview.event, self.policy.me.zone) < self.now - READ_FOR

    def _people(self, interview: Interview) -> list[Person]:
        """All whose headings mean them, also those who get no letter."""
        process = self.store.process(interview.process)
        everybody = people.everybody(interview, process, self.policy) if process else ()
        return [one.person for one in everybody if not is_mine(one.person.address, self.policy)]

    # --- making ---

    def _make(self) -> str:
        """Makes the files that are due. A sentence on why one can't be made, "" if all is well."""
        for interview in self._due():
            try:
                with self.store.transaction():
                    self._made(interview)
                    self._remember()
            except OSError as error:
                return self._not_made(error)
        return ""

    def _due(self) -> Iterator[Interview]:
        before = self.policy.notes_before
        if before is None:
            return
        # An all-day event ends later in the user's zone than it is written to.
        until, since = self.now + before, self.now - timedelta(days=3)
        moments = [moment.astimezone(UTC).isoformat() for moment in (until, since)]
        for (name,) in self.store.rows(_DUE, self.now.timestamp(), *moments):
            interview = self.store.interview(name)
            process = self.store.process(interview.process) if interview else None
            if interview and process and is_page_due(interview, process, self.policy, self.now):
                yield interview

    def _made(self, interview: Interview) -> str:
        """Makes the file unless one about this interview is there; in a transaction. Raises OSError."""
        there = next((name for name, one in self.seen.items() if one.interview == interview.id), "")
        name = there or self._written(interview)
        self.store.put_interview(replace(interview, notes_file=name))
        return name

    def _written(self, interview: Interview) -> str:
        process = self.store.process(interview.process)
        assert process is not None
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        text = page(interview, process, self.policy).encode("utf-8", "replace")
        taken = {path.name.casefold() for path in self.folder.iterdir()}
        for number in range(1, _MOST + 1):
            name = page_name(interview, process, self.policy, number)
            if name.casefold() not in taken:
                status = create(self.folder / name, text)
                self.seen[name] = Seen(stamp_of(status), interview.id, taken=True, ours=True)
                return name
        raise FileExistsError(17, "there are too many files of this name")

    def _not_made(self, error: OSError) -> str:
        return (
            f"A notes file can't be made in {self.folder}: {error.strerror}. Make room there, or name another folder "
            "under notes.folder in your config. It is tried again with each look."
        )


def _together(pages: list[Jotted]) -> Jotted:
    return Jotted(
        notes=tuple(note for one in pages for note in one.notes),
        decide=next((one.decide for one in pages if one.decide), ""),
        met=tuple(line for one in pages for line in one.met),
        odd=tuple(odd for one in pages for odd in one.odd),
    )
