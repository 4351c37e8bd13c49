"""The commands people add, set, drop, release."""

from __future__ import annotations

from dataclasses import replace

from followupd import selectors
from followupd.core.addresses import canonical
from followupd.core.keys import follow_up_key
from followupd.core.model import (
    WAS_SENT,
    FollowUp,
    HiringProcess,
    Interview,
    Part,
    Person,
    Stage,
)
from followupd.core.roster import same_name
from followupd.errors import UsageError
from followupd.orders.base import Base
from followupd.orders.persons import (
    allowing,
    called,
    is_named,
    parsed_person,
    with_person,
)
from followupd.orders.processes import (
    counted,
    name_of,
)
from followupd.selectors import Someone


class PeopleOrders(Base):
    """The user's commands: people add, set, drop, release."""

    def add_person(self, word: str, who: str, part: str = "") -> str:
        """Somebody was there whom the calendar does not name, or whose address it does not know."""
        name, address = parsed_person(who)
        said = Part(part or "interviewer")
        person = Person(address=address, name=name, part=said, part_set=bool(part), named_by="user")
        with self.store.transaction():
            interview = selectors.interview(self.store, word, self.now)
            kept = [p for p in interview.people if not is_named(p, address, name)]
            interview = replace(allowing(interview, address, name), people=(*kept, person))
            self.store.put_interview(interview)
            self._undrop(interview.process, address, name)
            self._learn(interview, address, name)
            self.store.link(interview.process, "address", [canonical(address)] if address else [])
            self._say(interview.process, interview.id, f"you added {name or address}")
        return f"{name or address} was at “{interview.event.title}”."

    def _learn(self, interview: Interview, address: str, name: str) -> None:
        """A letter without recipient that the user has touched is the letter to the address learned now."""
        for follow_up in self.store.follow_ups(interview.process):
            nameless = not follow_up.to and interview.id in follow_up.interviews
            touched = follow_up.stage in {Stage.EDITED, Stage.UNSURE, *WAS_SENT}
            if address and nameless and touched and same_name(follow_up.name, name):
                also = follow_up_key(follow_up.kind, canonical(address), follow_up.occasion)
                learned = replace(follow_up, to=canonical(address), address=address, also=also)
                self.store.put_follow_up(learned)

    def set_person(self, word: str, **settings: str | bool | None) -> str:
        """Greeting, language, formal address, zone, country, part, name or route of a person."""
        given = {key: value for key, value in settings.items() if value is not None}
        if not given:
            raise UsageError("Say what is to be set: `followupd people set --help` lists it.")
        with self.store.transaction():
            address, name = selectors.person(self.store, word)
            if not address:
                raise UsageError(
                    f"No address of {name} is known. Say it first: "
                    f"followupd people add INTERVIEW '{name} <address>'"
                )
            touched = self._processes_with(address)
            for process in touched:
                self._put(
                    with_person(process, address, name, given), f"you set what is known of {name or address}"
                )
        return f"{name or address} is set in {counted(len(touched), 'process', 'processes')}."

    def drop_person(self, word: str, who: str) -> str:
        """No letters to a person in this interview's process."""
        with self.store.transaction():
            interview = selectors.interview(self.store, word, self.now)
            known = {s.address or s.name: s for s in selectors.on(interview)}
            known |= {s.address or s.name: s for s in selectors.everybody(self.store, interview.process)}
            someone = selectors.among(who, known.values())
            process = self._process(interview.process)
            dropped = tuple(dict.fromkeys((*process.dropped, someone.address or someone.name)))
            self._put(replace(process, dropped=dropped), f"you took out {called(someone)}")
            if someone.address:
                self._skip_nudges(process.key, "you took this person out", to=someone.address)
        return f"{called(someone)} gets no letters in this process."

    def release(self, word: str) -> str:
        """Letters that wait for a person's, or an agency's, consent may go."""
        with self.store.transaction():
            process = selectors.process_named(self.store, word)
            if process is not None:
                return self._release_process(process)
            _, someone = selectors.interview_or_person(self.store, word, self.now)
            if someone is not None:
                return self._release_person(someone)
            return self._release_process(selectors.process(self.store, word))

    def _release_process(self, process: HiringProcess) -> str:
        self._put(replace(process, released=True), "you released its letters")
        # Somebody without an address can be named by their process alone.
        topics = {question.id: question.topic for question in self.store.questions()}
        for follow_up in self.store.follow_ups(process.key):
            if topics.get(follow_up.held) == "route":
                self._confirm(follow_up)
        return f"{name_of(process)}: the letters to the interviewers may be written."

    def _release_person(self, someone: Someone) -> str:
        theirs = self._interviews_with(someone)
        if not theirs:
            raise UsageError(f"{called(someone)} is on no interview. `followupd people` lists who is.")
        for interview in theirs:
            confirmed = tuple(dict.fromkeys((*interview.confirmed, someone.address or someone.name)))
            self.store.put_interview(replace(interview, confirmed=confirmed))
            self._say(interview.process, interview.id, f"you released {called(someone)}")
        return f"{called(someone)} may be written to."

    def _confirm(self, follow_up: FollowUp) -> None:
        """Whatever was in doubt about the letter's person is not any more."""
        for interview in self._interviews_of(follow_up):
            self.store.put_interview(allowing(interview, follow_up.to, follow_up.name))

    def _processes_with(self, address: str) -> list[HiringProcess]:
        keys = {i.process for i in self._interviews_with(Someone(address, ()))}
        return [self._process(key) for key in sorted(keys)]
