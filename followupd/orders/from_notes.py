"""What the user wrote into a notes file or an event of their own, carried out as if it had been said.

Each line is obeyed once: that it was is stored in the transaction that obeys it. What can't be obeyed is told once
and counts as done too.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

from followupd.apply import Done
from followupd.core.addresses import canonical, is_mine
from followupd.core.jotted import FILE, Jotted
from followupd.core.model import Choice, HiringProcess, Interview, Note, Policy, ProcessState
from followupd.core.rounds import ENDING_TOPICS, local_date
from followupd.core.said_lines import EVENT, Said, said_in_event
from followupd.core.written_days import day_noted
from followupd.errors import UsageError
from followupd.orders import Orders
from followupd.orders.processes import refuse_if_stopped
from followupd.store import Store

_DUE = (
    "SELECT interview.id FROM interview JOIN process ON process.key = interview.process"
    " WHERE process.wake_at <= ? AND (json_extract(interview.data, '$.event.description') != ''"
    ' OR interview.data LIKE \'%"source":"event"%\') ORDER BY interview.id'
)


class Within(Store):
    """The store inside a transaction that is open: what a command begins is a part of it, undone alone."""

    def __init__(self, store: Store) -> None:
        self.folder, self.path, self.connection = store.folder, store.path, store.connection
        self.commits = 0

    @contextmanager
    def transaction(self, *, durable: bool = True) -> Iterator[None]:
        """A part of the transaction that is open; `durable` is for that one to say."""
        self.write("SAVEPOINT part")
        try:
            yield
        except BaseException:
            self.write("ROLLBACK TO part")
            raise
        finally:
            self.write("RELEASE part")


class NotedOrders(Orders):
    """The user's commands as they stand in notes: written some time ago, and read now."""

    def decide_as_noted(self, interview: Interview, words: str) -> None:
        """They will decide by a day. It settles what the user has been asked about, and nothing that came since:
        who wrote the date down did not know of that."""
        day = day_noted(words, local_date(interview.event.start, self.zone.key))
        if day is None:
            raise UsageError(f"“{words}” is no date. Write it like 3 Dec, or 2026-12-03.")
        self._near(day)
        if day < self.today():
            raise UsageError(f"{day} has passed. Nothing was changed.")
        process = self._process(interview.process)
        refuse_if_stopped(process)
        known_until = self._known_until(process)
        if known_until is not None:
            self._answer(process.key, ENDING_TOPICS)
            settled = max(filter(None, (process.settled, known_until)))
            reason = "you settled what had come in"
            process = replace(
                process, state=ProcessState.ACTIVE, since=self.now, reason=reason, settled=settled
            )
        self._put(replace(process, decision_by=day), f"they will decide by {day}")

    def _known_until(self, process: HiringProcess) -> datetime | None:
        """Until when the user knows what has come in, None where nothing waits to be settled."""
        asked = [
            question.since
            for question in self.store.questions(only_open=True)
            if question.process == process.key and question.topic in ENDING_TOPICS
        ]
        if asked:
            return max(asked)
        waits = process.state in {ProcessState.ACTIVE, ProcessState.SNOOZED}
        return None if waits else process.since

    def interview_of(self, word: str) -> Interview:
        """The interview that a word means; of a person the latest."""
        return self._about(word)[0][-1]


class Obeying:
    """Carries out what stands in notes, at one moment. `done` is what there is to tell."""

    def __init__(self, store: Store, policy: Policy, now: datetime) -> None:
        self.store = store
        self.policy = policy
        self.now = now
        # Like the date of a draft: notes that are read in the moment of a draft are in it.
        self.moment = now.replace(microsecond=0)
        self.done: list[Done] = []

    def events(self) -> None:
        """Obeys the user's own events in the processes that are to be thought of."""
        for (name,) in self.store.rows(_DUE, self.now.timestamp()):
            interview = self.store.interview(name)
            if interview is not None and interview.verdict.choice is not Choice.NO:
                self._event(interview)

    def _event(self, interview: Interview) -> None:
        said = said_in_event(interview.event, self.policy, self.moment)
        if said is not None:
            self._take(interview, EVENT, said.notes, said.commands)

    def page(self, interview: Interview, written: Jotted, *, whole: bool, still: bool) -> None:
        """Takes over what stands in the notes file. Nothing is taken away while a part can't be read (not `whole`),
        and nothing is obeyed while it may be half-written (not `still`)."""
        before = () if whole else _from(interview, FILE)
        self._take(interview, FILE, (*written.notes, *before), _commands(written) if still else ())
        for odd in written.odd if still else ():
            self.tell(interview.process, f"{interview.id} {odd}", f"In {_place(interview, FILE)}: {odd}")

    def tell(self, process: str, about: str, text: str) -> None:
        """Tells something once."""
        digest = f"notes {sha256(about.encode(errors='replace')).hexdigest()[:16]}"
        if not self.store.told(process, digest, "tell"):
            is_open = self.store.connection.in_transaction
            with nullcontext() if is_open else self.store.transaction():
                self.store.record(self.now, process, digest, "tell", text)
            self.done.append(Done("tell", text, process))

    # --- one interview ---

    def _take(
        self, interview: Interview, source: str, notes: tuple[Note, ...], commands: tuple[Said, ...]
    ) -> None:
        fresh = [one for one in commands if f"{source} {one.key}" not in interview.obeyed]
        if not fresh and _with_notes(interview, source, notes) == interview:
            return
        with self.store.transaction():
            for said in fresh:
                self._obey(interview, source, said)
            now_known = self.store.interview(interview.id) or interview
            self._put(now_known, _with_notes(_having_obeyed(now_known, source, fresh), source, notes))

    def _put(self, before: Interview, after: Interview) -> None:
        self.store.put_interview(after)
        if before.notes != after.notes:
            self.store.record(self.now, after.process, after.id, "said", "your notes were read")

    def _obey(self, interview: Interview, source: str, said: Said) -> None:
        orders = NotedOrders(Within(self.store), self.policy.me.zone, self.now)
        try:
            self._order(orders, interview, said)
        except UsageError as error:
            what = f"{said.kind}: {said.words}" if said.kind != "person" and said.words else said.words
            text = f"In {_place(interview, source)}: “{what or said.kind}” was not carried out. {error}"
            self.tell(interview.process, f"{interview.id} {source} {said.key}", text)

    def _order(self, orders: NotedOrders, interview: Interview, said: Said) -> None:
        orders_of: dict[str, Callable[[], object]] = {
            "decide": lambda: orders.decide_as_noted(interview, said.words),
            "stop": lambda: orders.stop(interview.process, said.words.strip(" .!").lower()),
            "skip": lambda: orders.skip(interview.id),
            "via": lambda: orders.set_process(
                interview.process, position=None, via=said.words, decision_by=None
            ),
            "person": lambda: self._met(orders, interview, said.words),
        }
        orders_of[said.kind]()

    def _met(self, orders: NotedOrders, interview: Interview, who: str) -> None:
        _, bracket, rest = who.rpartition("<")
        address = canonical(rest.partition(">")[0]) if bracket and who.rstrip().endswith(">") else ""
        if not address:
            raise UsageError("Nobody was added. Write one a line: Name <address>")
        if not is_mine(address, self.policy):
            orders.add_person(interview.id, who)


# --- what is stored -----------------------------------------------------------------------------


def _commands(written: Jotted) -> tuple[Said, ...]:
    decide = (Said("decide", written.decide),) if written.decide else ()
    return (*decide, *dict.fromkeys(Said("person", line) for line in written.met))


def _from(interview: Interview, source: str) -> tuple[Note, ...]:
    return tuple(note for note in interview.notes if note.source == source)


def _with_notes(interview: Interview, source: str, notes: tuple[Note, ...]) -> Interview:
    """The interview with these notes of this source; one whose words are unchanged keeps its moment."""
    known = {replace(note, at=_NEVER): note for note in _from(interview, source)}
    kept = dict.fromkeys(known.get(replace(note, at=_NEVER), note) for note in notes)
    others = tuple(note for note in interview.notes if note.source != source)
    return replace(interview, notes=tuple(sorted((*others, *kept), key=lambda note: note.source)))


_NEVER = datetime.min.replace(tzinfo=UTC)


def _having_obeyed(interview: Interview, source: str, fresh: list[Said]) -> Interview:
    """Of the dates only the last counts as obeyed, so that one may go back to an earlier one."""
    decided = any(one.kind == "decide" for one in fresh)
    kept = [key for key in interview.obeyed if not (decided and key.startswith(f"{source} decide "))]
    return replace(interview, obeyed=tuple(dict.fromkeys((*kept, *(f"{source} {one.key}" for one in fresh)))))


def _place(interview: Interview, source: str) -> str:
    """Where it stands, for the user."""
    title = interview.event.title
    return f"your notes on “{title}”" if source == FILE else f"your event “{title}”"
