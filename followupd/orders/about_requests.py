"""The command letter."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from followupd import selectors
from followupd.core.addresses import canonical
from followupd.core.asking import ON_REQUEST
from followupd.core.case import Case
from followupd.core.keys import follow_up_key
from followupd.core.model import (
    IN_DRAFTS,
    WAS_SENT,
    FollowUp,
    HiringProcess,
    Interview,
    Kind,
    Part,
    Person,
    ProcessState,
    Purpose,
    Stage,
)
from followupd.core.recipients import (
    is_machinery,
    known,
    recipient,
    why_not,
)
from followupd.core.requests import SPEAKS_OF_THE_END
from followupd.core.rounds import Talks, local_date
from followupd.errors import UsageError
from followupd.orders.about_interviews import InterviewOrders
from followupd.orders.about_letters import GONE, LIES, LetterOrders
from followupd.orders.offers import DOES, Offers, command, live, who
from followupd.orders.persons import parsed_person, with_person
from followupd.orders.processes import ENDED, WAITING, name_of
from followupd.selectors import Someone

_ENDS = {Purpose.THANKS_AFTER_REJECTION: "rejected", Purpose.WITHDRAW: "withdrawn"}
_LISTED = 8


class RequestOrders(InterviewOrders, LetterOrders, Offers):
    """The user's commands about letters that are made on request alone."""

    def letter(self, purpose: str, word: str, to: str = "") -> str:
        """A letter for this purpose is wanted, to the right person or to the one named. Asking twice makes one.

        Raises UsageError where nobody was met yet, or nobody is known to whom it can go.
        """
        wanted = Purpose(purpose)
        with self.store.transaction():
            process = selectors.process(self.store, word)
            case, here = self._case(process.key)
            if here.round is None:
                raise UsageError(
                    f"No interview with {name_of(process)} has been held yet, and the letter would look back on one. "
                    "Nothing was changed."
                )
            there = None if to else live(case, here, wanted)
            said = self._stands(there) if there else self._want(case, here, wanted, to)
            self._answer(process.key, {ON_REQUEST})
        return said + _still_open(process, wanted)

    def again(self, word: str) -> str:
        """A letter that was discarded, expired or skipped is wanted after all."""
        follow_up = selectors.letter(self.store, word, ENDED)
        if follow_up.purpose is None:
            return super().again(word)
        return self.letter(follow_up.purpose, follow_up.process, follow_up.to)

    # --- asking for it ---

    def _want(self, case: Case, here: Talks, purpose: Purpose, to: str) -> str:
        person = self._named(case, to) if to else recipient(case, purpose)
        if person is None:
            raise UsageError(_nobody(case, purpose, selectors.everybody(self.store, case.process.key)))
        _refuse(case, person, purpose)
        letter = self._letter(case, here, purpose, person)
        if self.store.owner_of(letter.key) not in {"", case.process.key}:
            raise UsageError(
                f"This letter to {who(person)} belongs to the process {self.store.owner_of(letter.key)}, and one "
                "is enough. Nothing was changed."
            )
        before = self.store.follow_up(letter.key)
        if before is not None and (said := self._stands(before)):
            return said
        self._make_known(case.process, person)
        self._put_down(letter, before)
        other = "" if to else " `--to PERSON` names somebody else."
        return f"The letter to {who(person)} that {DOES[purpose]} is drafted {self._next_cycle()}.{other}"

    def _stands(self, letter: FollowUp) -> str:
        """Where a letter stands that was asked for before, "" if it can be asked for anew."""
        who = f"The letter to {letter.name or letter.to}"
        if letter.stage in IN_DRAFTS or self._still_lies(letter):
            return f"{who} was asked for before. {LIES if letter.gone_since is None else GONE}"
        if letter.stage in WAITING:
            return f"{who} is asked for already: it is drafted {self._next_cycle()}."
        if letter.stage in WAS_SENT and letter.sent:
            return f"{who} was sent on {letter.sent.at.astimezone(self.zone).date()}."
        return ""

    def _letter(self, case: Case, here: Talks, purpose: Purpose, person: Person) -> FollowUp:
        day = [i for i in here.held if local_date(i.event.start, self.zone.key) == here.round]
        talks = sorted(day, key=lambda i: (i.event.end, i.id))
        to = canonical(person.address)
        occasion = _occasion(purpose, here.round, talks, person)
        return FollowUp(
            key=follow_up_key(Kind.LETTER, to, occasion),
            kind=Kind.LETTER,
            process=case.process.key,
            account=talks[-1].account,
            sender=talks[-1].invited,
            to=to,
            address=person.address,
            name=person.name,
            part=person.part,
            occasion=occasion,
            interviews=tuple(i.id for i in talks),
            ends=self.now,
            due=self._due(),
            since=self.now,
            reason="",
            wanted=True,
            purpose=purpose,
        )

    def _due(self) -> datetime:
        paused = self.store.meta("paused_until")
        return max(self.now, datetime.fromisoformat(paused)) if paused else self.now

    def _put_down(self, letter: FollowUp, before: FollowUp | None) -> None:
        if before is None:
            self._stage(letter, Stage.PLANNED, "you asked for it")
        else:
            self._revive(replace(before, ends=letter.ends, due=letter.due, name=letter.name))
        self.store.wake(letter.process)

    # --- to whom ---

    def _named(self, case: Case, word: str) -> Person:
        """Whom `--to` means: somebody of the process, who wrote in it, or a new person by their address."""
        everybody = {a.sender: Someone(a.sender, (a.sender_name,)) for a in case.arrivals if a.sender}
        everybody |= {s.address or s.name: s for s in selectors.everybody(self.store, case.process.key)}
        name, address = parsed_person(word) if "@" in word else ("", "")
        if address and canonical(address) not in everybody:
            return Person(address=address, name=name, named_by="user")
        someone = everybody[canonical(address)] if address else selectors.among(word, everybody.values())
        if not someone.address:
            raise UsageError(
                f"No address of {someone.name} is known. Say it: --to '{someone.name} <address>'. Nothing was changed."
            )
        letters = [f for f in case.follow_ups if f.to == someone.address]
        part = letters[-1].part if letters else Part.INTERVIEWER
        found = known(case).get(someone.address)
        found = found or Person(address=someone.address, name=someone.name, part=part)
        return replace(found, name=name, named_by="user") if name else found

    def _make_known(self, process: HiringProcess, person: Person) -> None:
        """Their answer is to be seen; and who was named here is greeted by that name."""
        self.store.link(process.key, "address", [canonical(person.address)])
        as_named = {canonical(p.address): p.name for p in process.people if p.named_by == "user"}
        if (
            person.named_by == "user"
            and person.name
            and as_named.get(canonical(person.address)) != person.name
        ):
            named = with_person(process, canonical(person.address), person.name, {"name": person.name})
            self._put(named, f"you named {person.name}")


# --- what can be told without the store ---------------------------------------------------------


def _occasion(purpose: Purpose, day: date | None, talks: list[Interview], person: Person) -> str:
    """As of a thank-you, a consultant's also names an event: one may look after several clients."""
    first = min(talks, key=lambda i: (i.event.start, i.id)).event.uid
    agency = f"/{first}" if person.part is Part.AGENCY else ""
    return f"{purpose.value}/{day}{agency}"


def _refuse(case: Case, person: Person, purpose: Purpose) -> None:
    mine = {canonical(i.invited) for i in case.interviews} | {canonical(f.sender) for f in case.follow_ups}
    why = "that is your own address" if canonical(person.address) in mine else why_not(case, person)
    if purpose is Purpose.THANKS_AFTER_REJECTION and is_machinery(case, person.address):
        why = why or "a program reads what is sent there"
    if why:
        raise UsageError(
            f"{who(person)} can't be written to: {why}. Name somebody else with --to; nothing was changed."
        )


def _nobody(case: Case, purpose: Purpose, people: list[Someone]) -> str:
    listed = ", ".join(one.name or one.address for one in people[:_LISTED])
    likely = f" {listed} {'was' if len(people) == 1 else 'were'} there." if people else ""
    return (
        f"Nobody at {name_of(case.process)} has been thanked or has written, so it is not clear who is to get the "
        f"letter.{likely} Name one: {command(purpose, case.process.key)} --to 'Name <address>'"
    )


def _still_open(process: HiringProcess, purpose: Purpose) -> str:
    if purpose not in SPEAKS_OF_THE_END or process.state is ProcessState.CLOSED:
        return ""
    stop = f"followupd stop {process.key} --because {_ENDS[purpose]}"
    return f" {name_of(process)} is still open: `{stop}` ends it."
