"""What the user says: each command is one transaction that wakes the process it is about.

No cycle lock is needed. A cycle that is under way notices, in its next transaction, that the
process has changed, and plans again; what it made in between is withdrawn at once. Every function
returns a sentence that says what is true now, and raises UsageError when the words do not fit.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from email.utils import parseaddr
from zoneinfo import ZoneInfo

from followupd import selectors
from followupd.core.addresses import canonical, clean
from followupd.core.asking import HELD_ELSEWHERE
from followupd.core.keys import follow_up_key
from followupd.core.model import (
    IN_DRAFTS,
    WAS_SENT,
    Arrival,
    FollowUp,
    HiringProcess,
    Interview,
    Kind,
    Note,
    Part,
    Person,
    ProcessState,
    Question,
    QuestionState,
    Sent,
    Stage,
)
from followupd.core.names import plain
from followupd.core.rounds import ENDING_TOPICS, STOPPED
from followupd.errors import UsageError
from followupd.store import Store

NAME_AT_MOST = 80
NOTE_AT_MOST = 2000
REVIVABLE = frozenset(
    {Stage.SKIPPED, Stage.DISCARDED, Stage.WITHDRAWN, Stage.EXPIRED, Stage.PLANNED, Stage.DUE}
)


class Orders:
    """The user's commands on one state folder, at one moment."""

    def __init__(self, store: Store, zone: str, now: datetime) -> None:
        self.store = store
        self.zone = ZoneInfo(zone)
        self.now = now.astimezone(UTC)

    # --- about a process ---

    def decide(self, word: str, day: date) -> str:
        """They will decide by a day: no nudge before three working days after it."""
        with self.store.transaction():
            process = self._settled(selectors.process(self.store, word))
            self._put(replace(process, decision_by=day), f"they will decide by {day}")
        return f"{_name(process)}: no nudge before three working days after {day}."

    def resume(self, word: str) -> str:
        """The waiting goes on: what came before now is settled."""
        with self.store.transaction():
            process = self._settled(selectors.process(self.store, word))
            self._put(process, "you said that the waiting goes on")
        return f"{_name(process)}: the waiting goes on from today."

    def _settled(self, process: HiringProcess) -> HiringProcess:
        self._answer(process.key, ENDING_TOPICS)
        return replace(
            process,
            state=ProcessState.ACTIVE,
            since=self.now,
            reason="you settled what had come in",
            settled=self.now,
            snoozed_until=None,
        )

    def snooze(self, word: str, day: date) -> str:
        """No nudge before a day."""
        if day <= self.now.astimezone(self.zone).date():
            raise UsageError(f"{day} is not after today. Name a later day.")
        with self.store.transaction():
            process = selectors.process(self.store, word)
            if process.state is ProcessState.CLOSED:
                raise UsageError(
                    f"{_name(process)} is closed. `followupd resume {process.key}` opens it again."
                )
            self._put(replace(process, snoozed_until=day), f"you asked for silence until {day}")
        return f"{_name(process)}: nothing is nudged before {day}."

    def stop(self, word: str, because: str) -> str:
        """The process is over: nothing more is written, and untouched drafts are withdrawn."""
        if because not in STOPPED:
            raise UsageError(f"“{because}” is no reason. Say one of: {', '.join(sorted(STOPPED))}.")
        with self.store.transaction():
            process = selectors.process(self.store, word)
            self._stop(process, because)
        return (
            f"{_name(process)} is closed ({because}). Untouched drafts will be withdrawn; edited ones stay."
        )

    def stop_all(self, because: str) -> str:
        """All processes are over."""
        if because not in STOPPED:
            raise UsageError(f"“{because}” is no reason. Say one of: {', '.join(sorted(STOPPED))}.")
        with self.store.transaction():
            alive = [
                p
                for p in self.store.processes()
                if not (p.state is ProcessState.CLOSED and p.reason in STOPPED)
            ]
            for process in alive:
                self._stop(process, because)
        return f"{len(alive)} processes are closed ({because})."

    def _stop(self, process: HiringProcess, because: str) -> None:
        self._answer(process.key, ())
        closed = replace(process, state=ProcessState.CLOSED, since=self.now, reason=because)
        self._put(closed, f"you stopped it: {because}")

    def pause(self, until: date | None) -> str:
        """Nothing new is drafted before a day; None ends a pause."""
        moment = datetime.combine(until, datetime.min.time(), self.zone).astimezone(UTC) if until else None
        if moment and moment <= self.now:
            raise UsageError(f"{until} is not after today. Name a later day, or say `followupd pause --off`.")
        with self.store.transaction():
            self.store.set_meta("paused_until", moment.isoformat() if moment else "")
            self.store.wake_all()
        return f"Nothing new is drafted before {until}." if until else "The pause is over."

    def name_process(self, word: str, name: str) -> str:
        """What the company is called."""
        with self.store.transaction():
            process = selectors.process(self.store, word)
            named = replace(process, organisation=plain(name, NAME_AT_MOST))
            self._put(named, f"you named it {named.organisation}")
        return f"{process.key} is {named.organisation} now."

    def set_process(
        self, word: str, *, position: str | None, via: str | None, decision_by: date | None
    ) -> str:
        """The role, the agency, the promised date."""
        with self.store.transaction():
            process = selectors.process(self.store, word)
            if position is not None:
                process = replace(process, position=plain(position, NAME_AT_MOST))
            if via is not None:
                process = replace(process, via=clean(via) or via.strip().lower())
            if decision_by is not None:
                process = replace(process, decision_by=decision_by)
            self._put(process, "you set what is known of it")
        return f"{_name(process)} is set."

    def merge(self, word: str, into: str) -> str:
        """Two processes are one. Letters keep their keys."""
        with self.store.transaction():
            source, target = selectors.process(self.store, word), selectors.process(self.store, into)
            if source.key == target.key:
                raise UsageError("Both words name the same process. Nothing was merged.")
            self._move(self.store.interviews(source.key), source.key, target.key, everything=True)
            people = {canonical(p.address) or p.name: p for p in (*source.people, *target.people)}
            merged = replace(
                target,
                domains=tuple(dict.fromkeys((*target.domains, *source.domains))),
                organisation=target.organisation or source.organisation,
                people=tuple(people.values()),
                closed_people=tuple(dict((*source.closed_people, *target.closed_people)).items()),
            )
            self.store.delete_process(source.key)
            self._put(merged, f"you merged {_name(source)} into it")
        return f"{_name(source)} is part of {_name(merged)} now."

    def split(self, word: str) -> str:
        """An interview is a process of its own."""
        with self.store.transaction():
            interview = selectors.interview(self.store, word, self.now)
            key = follow_up_key(Kind.THANK_YOU, interview.event.uid, "process")[:12]
            if interview.process == key:
                raise UsageError("This interview is a process of its own already.")
            self.store.put_process(HiringProcess(key=key, since=self.now))
            self._move([interview], interview.process, key, everything=False)
            self.store.wake(interview.process)
            self.store.wake(key)
        return (
            f"“{interview.event.title}” is the process {key} now. Name it: followupd process name {key} NAME"
        )

    def _move(self, interviews: Iterable[Interview], source: str, target: str, *, everything: bool) -> None:
        ids = set()
        for interview in interviews:
            self.store.put_interview(replace(interview, process=target))
            ids.add(interview.id)
        for follow_up in self.store.follow_ups(source):
            if everything or ids & set(follow_up.interviews):
                self.store.hand_over(follow_up.key, target)
                self.store.put_follow_up(replace(follow_up, process=target))
        self.store.hand_over_mail(source, target, everything=everything)

    # --- about people ---

    def add_person(self, word: str, who: str, part: str = "") -> str:
        """Somebody was there whom the calendar does not name."""
        name, address = _parsed(who)
        with self.store.transaction():
            interview = selectors.interview(self.store, word, self.now)
            kept = [p for p in interview.people if not address or canonical(p.address) != canonical(address)]
            person = Person(address=address, name=name, part=Part(part or "interviewer"), named_by="user")
            confirmed = tuple(dict.fromkeys((*interview.confirmed, canonical(address))))
            interview = replace(interview, people=(*kept, person), confirmed=confirmed)
            self.store.put_interview(interview)
            self.store.link(interview.process, "address", [canonical(address)] if address else [])
            self._say(interview.process, interview.id, f"you added {name or address}")
        return f"{name or address} was at “{interview.event.title}”."

    def set_person(self, word: str, **settings: str | bool | None) -> str:
        """Greeting, language, formal address, zone, country, part, name or route of a person."""
        address, name = selectors.person(self.store, word)
        given = {key: value for key, value in settings.items() if value is not None}
        with self.store.transaction():
            touched = self._processes_with(address, name)
            for process in touched:
                before = next((p for p in process.people if _same(p, address, name)), None)
                person = before or Person(address=address, name=name, named_by="calendar")
                others = [p for p in process.people if p is not before]
                changed = replace(process, people=(*others, _with(person, given)))
                self._put(changed, f"you set what is known of {name or address}")
        return f"{name or address} is set in {len(touched)} process{'es' if len(touched) != 1 else ''}."

    def drop_person(self, word: str, who: str) -> str:
        """No letters to a person in this interview's process."""
        with self.store.transaction():
            interview = selectors.interview(self.store, word, self.now)
            address, name = self._on(interview, who)
            process = self._process(interview.process)
            dropped = tuple(dict.fromkeys((*process.dropped, address or name)))
            self._put(replace(process, dropped=dropped), f"you took out {name or address}")
        return f"{name or address} gets no letters in this process."

    def release(self, word: str) -> str:
        """Letters that wait for a person's, or an agency's, consent may go."""
        try:
            process = selectors.process(self.store, word)
            address = ""
        except UsageError:
            address, name = selectors.person(self.store, word)
            process = None
        if process is None or (address := self._exact_address(word)):
            return self._release_person(address or canonical(word), word)
        with self.store.transaction():
            self._put(replace(process, released=True), "you released its letters")
        return f"{_name(process)}: the letters to the interviewers may be written."

    def _exact_address(self, word: str) -> str:
        return canonical(word) if "@" in word else ""

    def _release_person(self, address: str, word: str) -> str:
        count = 0
        with self.store.transaction():
            for interview in self.store.interviews():
                if any(_same(p, address, word) for p in _everybody(interview)):
                    confirmed = tuple(dict.fromkeys((*interview.confirmed, address or word)))
                    self.store.put_interview(replace(interview, confirmed=confirmed))
                    self._say(interview.process, interview.id, f"you released {address or word}")
                    count += 1
        if not count:
            raise UsageError(f"“{word}” is on no interview. `followupd people` lists who is.")
        return f"{address or word} may be written to."

    def _on(self, interview: Interview, who: str) -> tuple[str, str]:
        people = [(canonical(p.address), p.name) for p in _everybody(interview)]
        people += [(f.to, f.name) for f in self.store.follow_ups(interview.process)]
        return selectors.one(who, sorted(set(people)), lambda p: p[0], lambda p: [p[1], p[0]], "person")

    def _processes_with(self, address: str, name: str) -> list[HiringProcess]:
        keys = {
            f.process
            for f in self.store.follow_ups()
            if (f.to, f.name) == (address, name) or (address and f.to == address)
        }
        keys |= {
            i.process for i in self.store.interviews() if any(_same(p, address, name) for p in _everybody(i))
        }
        return [self._process(key) for key in sorted(keys)]

    # --- about interviews and letters ---

    def note(self, word: str, text: str, *, interest: bool = True) -> str:
        """Something to put into the letters of an interview, or of one person."""
        words = " ".join(text.split())
        if len(words) > NOTE_AT_MOST:
            raise UsageError(f"The note has {len(words)} characters; {NOTE_AT_MOST} is the most. Shorten it.")
        if not words and interest:
            raise UsageError("The note is empty. Say what was talked about.")
        with self.store.transaction():
            interview, address = self._interview_or_person(word)
            note = Note(text=words, at=self.now, person=address, interest=interest)
            self.store.put_interview(replace(interview, notes=(*interview.notes, note)))
            self._say(interview.process, interview.id, "you wrote a note")
        return f"Noted for “{interview.event.title}”{f', {address}' if address else ''}."

    def _interview_or_person(self, word: str) -> tuple[Interview, str]:
        """A word that names one person means them; else the interview."""
        try:
            address, name = selectors.person(self.store, word)
        except UsageError:
            return selectors.interview(self.store, word, self.now), ""
        mine = [i for i in self.store.interviews() if any(_same(p, address, name) for p in _everybody(i))]
        mine = mine or [
            i
            for f in self.store.follow_ups()
            if f.to == address
            for n in f.interviews
            if (i := self.store.interview(n))
        ]
        if not mine or any(word.strip().lower() == i.id for i in self.store.interviews()):
            return selectors.interview(self.store, word, self.now), ""
        return selectors.latest(mine, self.now), address

    def skip(self, word: str) -> str:
        """No letter for an interview, or none to a person about their latest one."""
        with self.store.transaction():
            interview, address = self._interview_or_person(word)
            if address:
                skipped = tuple(dict.fromkeys((*interview.skip_people, address)))
                self.store.put_interview(replace(interview, skip_people=skipped))
                self._skip_nudges(interview.process, address)
            else:
                self.store.put_interview(replace(interview, skipped=self.now, wanted=None))
            self._say(interview.process, interview.id, f"you skipped {address or 'it'}")
        return f"No letter to {address}." if address else f"No letters for “{interview.event.title}”."

    def _skip_nudges(self, process: str, address: str) -> None:
        for follow_up in self.store.follow_ups(process):
            waits = follow_up.stage in {Stage.PLANNED, Stage.DUE}
            if follow_up.kind is Kind.NUDGE and follow_up.to == address and waits:
                self._stage(replace(follow_up, held=""), Stage.SKIPPED, "you skipped it")

    def skip_all(self) -> str:
        """None of the letters that wait for the common question."""
        with self.store.transaction():
            held = self.store.held(HELD_ELSEWHERE)
            for follow_up in held:
                self._stage(replace(follow_up, held=""), Stage.SKIPPED, "you skipped it")
                self.store.wake(follow_up.process)
            self._answer("", HELD_ELSEWHERE)
        return f"{len(held)} letters are skipped."

    def draft(self, word: str) -> str:
        """The letters of this interview are wanted: also late, also once discarded."""
        with self.store.transaction():
            interview = selectors.interview(self.store, word, self.now)
            if interview.event.start > self.now:
                wanted = "They come when it is over."
            else:
                wanted = "They are drafted in the next cycle."
            self.store.put_interview(
                replace(
                    interview, wanted=self.now, skipped=None, skip_people=(), cancelled=None, cancel_reason=""
                )
            )
            for follow_up in self.store.follow_ups(interview.process):
                mine = interview.id in follow_up.interviews and follow_up.kind is Kind.THANK_YOU
                if mine and follow_up.stage in REVIVABLE:
                    self._revive(follow_up)
            self._reopen(interview.process)
            self._say(interview.process, interview.id, "you asked for its letters")
        return f"The letters for “{interview.event.title}” are wanted. {wanted}"

    def _reopen(self, key: str) -> None:
        process = self._process(key)
        if process.state is ProcessState.CLOSED:
            self._put(
                replace(process, state=ProcessState.ACTIVE, since=self.now, reason="you asked for a letter"),
                "you asked for a letter",
            )

    def draft_all(self) -> str:
        """All of the letters that wait for the common question."""
        with self.store.transaction():
            held = self.store.held(HELD_ELSEWHERE)
            for follow_up in held:
                self._stage(replace(follow_up, held="", wanted=True), Stage.PLANNED, "you asked for it")
                self.store.wake(follow_up.process)
            self._answer("", HELD_ELSEWHERE)
        return f"{len(held)} letters will be drafted in the next cycle."

    def again(self, word: str) -> str:
        """A letter that was discarded, expired or skipped is wanted after all."""
        with self.store.transaction():
            follow_up = selectors.letter(self.store, word)
            if follow_up.stage in IN_DRAFTS:
                raise UsageError("It lies in Drafts. Nothing was changed.")
            if follow_up.stage in WAS_SENT:
                raise UsageError(
                    "It was sent. A second one to the same person would not be polite; nothing was changed."
                )
            if follow_up.kind is Kind.NUDGE:
                self._again_nudge(follow_up)
            else:
                self._revive(follow_up)
            self.store.wake(follow_up.process)
        return f"The letter to {follow_up.name or follow_up.to} is owed again."

    def _revive(self, follow_up: FollowUp) -> None:
        """The next draft is another revision, so that the remains of the first are not taken for it."""
        had = bool(follow_up.message_id)
        former = (*follow_up.former_ids, follow_up.message_id) if had else follow_up.former_ids
        revived = replace(
            follow_up,
            wanted=True,
            held="",
            revision=follow_up.revision + had,
            former_ids=former,
            message_id="",
            draft_id="",
            drafted_at=None,
            gone_since=None,
            gone_looks=0,
            attempts=0,
            retry_at=None,
        )
        self._stage(revived, Stage.PLANNED, "you asked for it")

    def _again_nudge(self, nudge: FollowUp) -> None:
        parts = nudge.occasion.rsplit("/", 1)
        generation = nudge.generation + 1
        occasion = f"{parts[0]}/{generation}"
        fresh = replace(
            nudge,
            key=follow_up_key(Kind.NUDGE, nudge.to, occasion),
            occasion=occasion,
            generation=generation,
            revision=0,
            former_ids=(),
            message_id="",
            digest="",
            text="",
            subject="",
        )
        self._revive(fresh)

    def sent(self, word: str, how: str) -> str:
        """A thank-you was given by hand, by phone, or by a mail that can't be seen here."""
        with self.store.transaction():
            address, name = selectors.person(self.store, word)
            mine = [
                f
                for f in self.store.follow_ups()
                if (f.to, f.name) == (address, name) or (address and f.to == address)
            ]
            thanks = [f for f in mine if f.kind is Kind.THANK_YOU and f.ends <= self.now]
            if not thanks:
                raise UsageError(f"No thank-you is owed to {name or address}. Nothing was changed.")
            follow_up = max(thanks, key=lambda f: f.ends)
            if follow_up.stage in WAS_SENT:
                raise UsageError(f"The thank-you to {name or address} counts as sent already.")
            self._count_as_sent(follow_up, how)
        return f"{name or address} is thanked."

    def _count_as_sent(self, follow_up: FollowUp, how: str) -> None:
        done = replace(follow_up, sent=Sent(at=self.now, how=how), held="")
        if follow_up.stage is Stage.DRAFTED:
            # The planner withdraws the untouched draft and then counts it as sent.
            self.store.put_follow_up(done)
        else:
            self._stage(done, Stage.SENT, f"you said that you thanked them ({how})")
        self.store.wake(follow_up.process)

    def mark_letter(self, word: str, what: str) -> str:
        """The user says what became of a draft: sent or discarded."""
        with self.store.transaction():
            follow_up = selectors.letter(self.store, word)
            if what == "sent":
                sent = follow_up.sent or self._sent_unseen(follow_up)
                self._stage(replace(follow_up, sent=sent, held=""), Stage.SENT, "you said that you sent it")
            else:
                self._stage(
                    replace(follow_up, sent=None, held=""), Stage.DISCARDED, "you said that you deleted it"
                )
            self._answer(follow_up.process, {"fate"}, about=follow_up.key)
            self.store.wake(follow_up.process)
        return f"The letter to {follow_up.name or follow_up.to} is {what}."

    def _sent_unseen(self, follow_up: FollowUp) -> Sent:
        """Sent where we can't see it: the nudge starts a conversation of its own."""
        return Sent(at=self.now, subject=follow_up.subject, sender=follow_up.sender, how="mail")

    def mark_message(self, word: str, what: str) -> str:
        """The user says what a message is: human, auto or bounce."""
        with self.store.transaction():
            arrivals = selectors.message(self.store, word)
            for arrival in arrivals:
                self._mark(arrival, what)
        return f"The message from {arrivals[0].sender_name or arrivals[0].sender} is marked as {what}."

    def _mark(self, arrival: Arrival, what: str) -> None:
        self.store.put_arrival(replace(arrival, marked=what, shared=False))
        self._answer(arrival.process, {"arrival"}, about=arrival.id)
        if what != "human":
            self._answer(arrival.process, {"answer"})
        self._say(arrival.process, arrival.id, f"you said that it is {what}")

    # --- shared ---

    def _process(self, key: str) -> HiringProcess:
        process = self.store.process(key)
        if process is None:
            raise UsageError(f"the process {key} is not known any more.")
        return process

    def _put(self, process: HiringProcess, reason: str) -> None:
        self.store.put_process(process)
        self.store.wake(process.key)
        self._say(process.key, process.key, reason)

    def _stage(self, follow_up: FollowUp, stage: Stage, reason: str) -> None:
        self.store.put_follow_up(replace(follow_up, stage=stage, since=self.now, reason=reason))
        self._say(follow_up.process, follow_up.key, reason)

    def _say(self, process: str, about: str, reason: str) -> None:
        self.store.record(self.now, process, about, "said", reason)

    def _answer(self, process: str, topics: Collection[str], about: str = "") -> None:
        """Settles open questions of a process: those of the topics (all, where none is named)."""
        for question in self.store.questions(only_open=True):
            right_topic = not topics or question.topic in topics
            if question.process == process and right_topic and (not about or question.about == about):
                self.store.put_question(_answered(question))


def _answered(question: Question) -> Question:
    return replace(question, state=QuestionState.ANSWERED)


def _name(process: HiringProcess) -> str:
    return process.organisation or next(iter(process.domains), "") or process.key


def _same(person: Person, address: str, name: str) -> bool:
    if address or person.address:
        return bool(address) and canonical(person.address) == address
    return bool(name) and person.name == name


def _everybody(interview: Interview) -> list[Person]:
    event = interview.event
    listed = [Person(address=a.email, name=a.name) for a in event.attendees]
    organiser = [Person(address=event.organizer.email, name=event.organizer.name)] if event.organizer else []
    return [*interview.people, *listed, *organiser]


def _parsed(who: str) -> tuple[str, str]:
    """(name, address) of 'Dana Reyes <dana@acme.example>', an address alone, or a name alone."""
    name, address = parseaddr(who)
    if "@" not in address:
        name, address = who, ""
    address = clean(address)
    if "@" in who and not address:
        raise UsageError(f"“{who}” holds no address that mail could go to. Write 'Name <address>'.")
    name = plain(name, NAME_AT_MOST)
    if not name and not address:
        raise UsageError("Say who it was: 'Name <address>'.")
    return name, address


def _with(person: Person, given: dict[str, str | bool]) -> Person:
    words = {key: plain(value, NAME_AT_MOST) for key, value in given.items() if isinstance(value, str)}
    part = Part(words.pop("part")) if "part" in words else person.part
    formal = given.get("formal", person.formal)
    named = "user" if "name" in words else person.named_by
    return replace(
        person,
        part=part,
        formal=formal if isinstance(formal, bool) else None,
        named_by=named,
        name=words.get("name", person.name),
        greeting=words.get("greeting", person.greeting),
        language=words.get("language", person.language),
        zone=words.get("zone", person.zone),
        country=words.get("country", person.country),
        region=words.get("region", person.region),
        route=words.get("route", person.route),
    )
