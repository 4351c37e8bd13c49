"""What the user says: each command is one transaction that wakes the process it is about.

No cycle lock is needed. A cycle that is under way notices, in its next transaction, that the
process has changed, and plans again; what it made in between is withdrawn at once. Every function
returns a sentence that says what is true now, and raises UsageError when the words do not fit.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from followupd import selectors
from followupd.core.addresses import canonical, clean
from followupd.core.asking import HELD_ELSEWHERE
from followupd.core.keys import follow_up_key
from followupd.core.model import (
    IN_DRAFTS,
    WAS_SENT,
    Arrival,
    Folder,
    FollowUp,
    HiringProcess,
    Interview,
    Kind,
    Note,
    Part,
    Person,
    ProcessState,
    QuestionState,
    Sent,
    Stage,
)
from followupd.core.names import plain
from followupd.core.roster import same_name
from followupd.core.rounds import ENDING_TOPICS, STOPPED
from followupd.errors import UsageError
from followupd.selectors import Someone
from followupd.store import Store

NAME_AT_MOST = 80
NOTE_AT_MOST = 2000
FAR = timedelta(days=3 * 366)  # a date beyond this is a slip of the pen, and would silence for ever
WAITING = frozenset({Stage.PLANNED, Stage.DUE})
ENDED = frozenset({Stage.SKIPPED, Stage.DISCARDED, Stage.WITHDRAWN, Stage.EXPIRED})
REVIVABLE = WAITING | ENDED
IN_DOUBT = frozenset({ProcessState.ANSWERED, ProcessState.ASKING})
HOW = {"mail": "by mail", "hand": "by hand", "phone": "by phone"}


class Orders:
    """The user's commands on one state folder, at one moment."""

    def __init__(self, store: Store, zone: str, now: datetime) -> None:
        self.store = store
        self.zone = ZoneInfo(zone)
        self.now = now.astimezone(UTC)

    # --- about a process ---

    def decide(self, word: str, day: date) -> str:
        """They will decide by a day: no nudge before three working days after it."""
        self._near(day)
        if day < self.today():
            raise UsageError(
                f"{day} has passed. Name the day by which they will decide; nothing was changed."
            )
        with self.store.transaction():
            process = selectors.process(self.store, word)
            _not_stopped(process)
            settled = replace(self._settled(process), snoozed_until=process.snoozed_until)
            self._put(replace(settled, decision_by=day), f"they will decide by {day}")
        return f"{_name(process)}: no nudge before three working days after {day}."

    def resume(self, word: str) -> str:
        """The waiting goes on: what came before now is settled."""
        with self.store.transaction():
            process = self._settled(selectors.process(self.store, word))
            self._put(process, "you said that the waiting goes on")
        return f"{_name(process)}: the waiting goes on; what has come in until now is settled."

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
        self._near(day)
        if day <= self.today():
            raise UsageError(f"{day} is not after today. Name a later day.")
        with self.store.transaction():
            process = selectors.process(self.store, word)
            if process.state is ProcessState.CLOSED:
                raise UsageError(_is_closed(process))
            # Asked again on waking: a question that ends in silence meanwhile would close the process.
            self._answer(process.key, ENDING_TOPICS, QuestionState.WITHDRAWN)
            self._put(replace(process, snoozed_until=day), f"you asked for silence until {day}")
        return f"{_name(process)}: nothing is nudged before {day}."

    def stop(self, word: str, because: str) -> str:
        """The process is over: nothing more is written, and untouched drafts are withdrawn."""
        _check_reason(because)
        with self.store.transaction():
            process = selectors.process(self.store, word)
            self._stop(process, because)
        return (
            f"{_name(process)} is closed ({because}). Untouched drafts will be withdrawn; edited ones stay."
        )

    def stop_all(self, because: str) -> str:
        """All processes are over."""
        _check_reason(because)
        with self.store.transaction():
            alive = [p for p in self.store.processes() if not _is_stopped(p)]
            for process in alive:
                self._stop(process, because)
        if not alive:
            return "No process was open."
        closed = f"{_some(len(alive), 'process is', 'processes are')} closed ({because})."
        return f"{closed} Untouched drafts will be withdrawn; edited ones stay."

    def _stop(self, process: HiringProcess, because: str) -> None:
        # Withdrawn, not answered: after a `resume` what is still open is asked again.
        self._answer(process.key, (), QuestionState.WITHDRAWN)
        closed = replace(process, state=ProcessState.CLOSED, since=self.now, reason=because)
        self._put(closed, f"you stopped it: {because}")

    def pause(self, until: date | None) -> str:
        """Nothing new is drafted before a day; None ends a pause."""
        if until:
            self._near(until)
        moment = datetime.combine(until, datetime.min.time(), self.zone).astimezone(UTC) if until else None
        if moment and moment <= self.now:
            raise UsageError(f"{until} is not after today. Name a later day, or say `followupd pause --off`.")
        with self.store.transaction():
            self.store.set_meta("paused_until", moment.isoformat() if moment else "")
            self.store.wake_all()
        return (
            f"Nothing new is drafted before {until}."
            if until
            else "There is no pause: what is due is drafted."
        )

    def today(self) -> date:
        """The day where the user lives."""
        return self.now.astimezone(self.zone).date()

    def _near(self, day: date) -> None:
        if abs(day - self.today()) > FAR:
            raise UsageError(f"{day} is more than three years away. Check the year; nothing was changed.")

    def name_process(self, word: str, name: str) -> str:
        """What the company is called."""
        known_as = plain(name, NAME_AT_MOST)
        if not known_as:
            raise UsageError("The name is empty. Say what the company is called.")
        with self.store.transaction():
            process = selectors.process(self.store, word)
            self._put(replace(process, organisation=known_as), f"you named it {known_as}")
        return f"{process.key} is {known_as} now."

    def set_process(
        self, word: str, *, position: str | None, via: str | None, decision_by: date | None
    ) -> str:
        """The role, the agency, the promised date."""
        if decision_by:
            self._near(decision_by)
        if via and not _is_place(via):
            raise UsageError(f"“{via}” is no address and no domain. Write it like kim@agency.example.")
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
            merged = _merged(source, target)
            self.store.delete_process(source.key)
            self._put(merged, f"you merged {_name(source)} into it")
        return f"{_name(source)} is part of {_name(merged)} now."

    def split(self, word: str) -> str:
        """An interview is a process of its own, with all that is known of the company and its people."""
        with self.store.transaction():
            interview = selectors.interview(self.store, word, self.now)
            old = self._process(interview.process)
            key = follow_up_key(Kind.THANK_YOU, interview.event.uid, "process")[:12]
            if len(self.store.interviews(old.key)) == 1 or self.store.process(key) is not None:
                raise UsageError("This interview is a process of its own already. Nothing was changed.")
            self._put(_split_off(old, key, self.now), f"you split it from {_name(old)}")
            # The company's mail concerns both from now on; what fits both is asked about.
            for kind in ("domain", "address"):
                self.store.link(key, kind, self.store.links(old.key, kind))
            self._move([interview], old.key, key, everything=False)
            self.store.wake(old.key)
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
                for key in filter(None, (follow_up.key, follow_up.also)):
                    self.store.hand_over(key, target)
                self.store.put_follow_up(replace(follow_up, process=target))
        self.store.hand_over_mail(source, target, everything=everything)

    # --- about people ---

    def add_person(self, word: str, who: str, part: str = "") -> str:
        """Somebody was there whom the calendar does not name, or whose address it does not know."""
        name, address = _parsed(who)
        said = Part(part or "interviewer")
        person = Person(address=address, name=name, part=said, part_set=bool(part), named_by="user")
        with self.store.transaction():
            interview = selectors.interview(self.store, word, self.now)
            kept = [p for p in interview.people if not _is_named(p, address, name)]
            interview = replace(_allowing(interview, address, name), people=(*kept, person))
            self.store.put_interview(interview)
            self._undrop(interview.process, address, name)
            self._learn(interview, address, name)
            self.store.link(interview.process, "address", [canonical(address)] if address else [])
            self._say(interview.process, interview.id, f"you added {name or address}")
        return f"{name or address} was at “{interview.event.title}”."

    def _undrop(self, key: str, address: str, name: str) -> None:
        process = self._process(key)
        dropped = tuple(who for who in process.dropped if not _is_who(who, address, name))
        if dropped != process.dropped:
            self._put(replace(process, dropped=dropped), f"{name or address} gets letters again")

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
                    _with_person(process, address, name, given), f"you set what is known of {name or address}"
                )
        return f"{name or address} is set in {_some(len(touched), 'process', 'processes')}."

    def drop_person(self, word: str, who: str) -> str:
        """No letters to a person in this interview's process."""
        with self.store.transaction():
            interview = selectors.interview(self.store, word, self.now)
            known = {s.address or s.name: s for s in selectors.on(interview)}
            known |= {s.address or s.name: s for s in selectors.everybody(self.store, interview.process)}
            someone = selectors.among(who, known.values())
            process = self._process(interview.process)
            dropped = tuple(dict.fromkeys((*process.dropped, someone.address or someone.name)))
            self._put(replace(process, dropped=dropped), f"you took out {_called(someone)}")
            if someone.address:
                self._skip_nudges(process.key, "you took this person out", to=someone.address)
        return f"{_called(someone)} gets no letters in this process."

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
        return f"{_name(process)}: the letters to the interviewers may be written."

    def _release_person(self, someone: Someone) -> str:
        theirs = self._interviews_with(someone)
        if not theirs:
            raise UsageError(f"{_called(someone)} is on no interview. `followupd people` lists who is.")
        for interview in theirs:
            confirmed = tuple(dict.fromkeys((*interview.confirmed, someone.address or someone.name)))
            self.store.put_interview(replace(interview, confirmed=confirmed))
            self._say(interview.process, interview.id, f"you released {_called(someone)}")
        return f"{_called(someone)} may be written to."

    def _confirm(self, follow_up: FollowUp) -> None:
        """Whatever was in doubt about the letter's person is not any more."""
        for interview in self._interviews_of(follow_up):
            self.store.put_interview(_allowing(interview, follow_up.to, follow_up.name))

    def _interviews_with(self, someone: Someone) -> list[Interview]:
        lettered = {i for f in self.store.follow_ups() if _is_to(f, someone) for i in f.interviews}
        return [i for i in self.store.interviews() if i.id in lettered or _is_on(i, someone)]

    def _interviews_of(self, follow_up: FollowUp) -> list[Interview]:
        return [i for name in follow_up.interviews if (i := self.store.interview(name)) is not None]

    def _processes_with(self, address: str) -> list[HiringProcess]:
        keys = {i.process for i in self._interviews_with(Someone(address, ()))}
        return [self._process(key) for key in sorted(keys)]

    # --- about interviews ---

    def note(self, word: str, text: str, *, interest: bool = True) -> str:
        """Something to put into the letters of an interview, or of one person."""
        words = " ".join(text.split())
        if len(words) > NOTE_AT_MOST:
            raise UsageError(f"The note has {len(words)} characters; {NOTE_AT_MOST} is the most. Shorten it.")
        if not words and interest:
            raise UsageError("The note is empty. Say what was talked about.")
        with self.store.transaction():
            interviews, someone = self._about(word)
            interview, address = interviews[-1], someone.address if someone else ""
            note = Note(text=words, at=self.now, person=address, interest=interest)
            self.store.put_interview(replace(interview, notes=(*interview.notes, note)))
            self._say(interview.process, interview.id, "you wrote a note")
        whose = f", for {_called(someone)}" if someone and address else ""
        return f"Noted for “{interview.event.title}”{whose}."

    def _about(self, word: str) -> tuple[list[Interview], Someone | None]:
        """The interview that the word means; or a person, with all interviews of their latest day, the last last."""
        interview, someone = selectors.interview_or_person(self.store, word, self.now)
        if someone is None:
            assert interview is not None
            return [interview], None
        theirs = self._interviews_with(someone)
        if not theirs:
            raise UsageError(f"{_called(someone)} is on no interview. Nothing was changed.")
        last = selectors.latest(theirs, self.now)
        same_day = [i for i in theirs if i.process == last.process and self._day(i) == self._day(last)]
        return [*(i for i in same_day if i.id != last.id), last], someone

    def _day(self, interview: Interview) -> date:
        return interview.event.start.astimezone(self.zone).date()

    def skip(self, word: str) -> str:
        """No letter for an interview, or none to a person about their latest one."""
        with self.store.transaction():
            interviews, someone = self._about(word)
            last = interviews[-1]
            for interview in interviews:
                self._skip_on(interview, someone)
            if someone is None:
                self._skip_nudges(last.process, "you skipped it", about=last.id)
            elif someone.address:
                self._skip_nudges(last.process, "you skipped it", to=someone.address)
            self._say(last.process, last.id, f"you skipped {_called(someone) if someone else 'it'}")
        if someone:
            return f"No letter to {_called(someone)} about “{last.event.title}”."
        return f"No letters for “{last.event.title}”."

    def _skip_on(self, interview: Interview, someone: Someone | None) -> None:
        if someone is None:
            self.store.put_interview(replace(interview, skipped=self.now, wanted=None))
            return
        skipped = tuple(dict.fromkeys((*interview.skip_people, someone.address or someone.name)))
        self.store.put_interview(replace(interview, skip_people=skipped))

    def _skip_nudges(self, process: str, reason: str, *, to: str = "", about: str = "") -> None:
        """Nudges that are planned: to a person, or about an interview."""
        for follow_up in self.store.follow_ups(process):
            meant = follow_up.to == to if to else about in follow_up.interviews
            if follow_up.kind is Kind.NUDGE and meant and follow_up.stage in WAITING:
                self._stage(replace(follow_up, held=""), Stage.SKIPPED, reason)

    def skip_all(self) -> str:
        """None of the letters that wait for the common question."""
        with self.store.transaction():
            held = self.store.held(HELD_ELSEWHERE)
            for follow_up in held:
                self._stage(replace(follow_up, held=""), Stage.SKIPPED, "you skipped it")
                self.store.wake(follow_up.process)
            self._answer("", HELD_ELSEWHERE)
        if not held:
            return "No letter waits for the common question."
        return f"{_some(len(held), 'letter is', 'letters are')} skipped."

    def draft(self, word: str) -> str:
        """The letters of this interview are wanted: also late, also once discarded.

        A word that names one person means their letter alone: no other "no" is undone by it.
        """
        with self.store.transaction():
            interviews, someone = self._about(word)
            interview = interviews[-1]
            if someone is not None:
                return self._draft_to(interview, someone)
            _not_stopped(self._process(interview.process))
            wanted = replace(interview, wanted=self.now, skipped=None, skip_people=())
            self.store.put_interview(replace(wanted, cancelled=None, cancel_reason=""))
            for follow_up in self.store.follow_ups(interview.process):
                mine = interview.id in follow_up.interviews and follow_up.kind is Kind.THANK_YOU
                if mine and follow_up.stage in REVIVABLE and not self._still_lies(follow_up):
                    self._revive(follow_up)
            self._reopen(interview.process)
            self._say(interview.process, interview.id, "you asked for its letters")
        return f"The letters for “{interview.event.title}” are wanted. {self._when(interview)}"

    def _draft_to(self, interview: Interview, someone: Someone) -> str:
        name = _called(someone)
        _not_stopped(self._process(interview.process))
        mine = [f for f in self.store.follow_ups(interview.process) if interview.id in f.interviews]
        theirs = [f for f in mine if (f.to == someone.address if someone.address else f.name == someone.name)]
        letters = [f for f in theirs if f.kind is Kind.THANK_YOU and f.stage in REVIVABLE]
        if not letters or self._still_lies(letters[0]):
            raise UsageError(
                f"no letter to {name} can be drafted: `followupd explain '{name}'` says why. Nothing was changed."
            )
        self._revive(letters[0])
        skipped = tuple(who for who in interview.skip_people if who not in {someone.address, someone.name})
        self.store.put_interview(replace(interview, skip_people=skipped))
        self._reopen(interview.process)
        return f"The letter to {name} is wanted. {self._when(interview)}"

    def _when(self, interview: Interview) -> str:
        if interview.event.end > self.now:
            return "They come when it is over."
        return f"They are drafted {self._next_cycle()}."

    def _next_cycle(self) -> str:
        paused = self.store.meta("paused_until")
        if paused and datetime.fromisoformat(paused) > self.now:
            return f"when the pause ends on {datetime.fromisoformat(paused).astimezone(self.zone).date()}"
        return "in the next cycle"

    def _reopen(self, key: str) -> None:
        """Opens a process that was closed as quiet; one that the user stopped never comes here."""
        process = self._process(key)
        if process.state is ProcessState.CLOSED:
            reason = "you asked for a letter"
            self._put(replace(process, state=ProcessState.ACTIVE, since=self.now, reason=reason), reason)

    def draft_all(self) -> str:
        """All of the letters that wait for the common question."""
        with self.store.transaction():
            held = self.store.held(HELD_ELSEWHERE)
            for follow_up in held:
                self._stage(replace(follow_up, held="", wanted=True), Stage.PLANNED, "you asked for it")
                self.store.wake(follow_up.process)
            self._answer("", HELD_ELSEWHERE)
        if not held:
            return "No letter waits for the common question."
        return f"{_some(len(held), 'letter is', 'letters are')} drafted {self._next_cycle()}."

    # --- about letters ---

    def again(self, word: str) -> str:
        """A letter that was discarded, expired or skipped is wanted after all."""
        with self.store.transaction():
            follow_up = selectors.letter(self.store, word, ENDED)
            process = self._process(follow_up.process)
            _not_stopped(process)
            if refusal := self._no_second(follow_up, process):
                raise UsageError(f"{refusal} Nothing was changed.")
            if follow_up.kind is Kind.NUDGE:
                self._again_nudge(follow_up)
            else:
                self._allow(follow_up)
                self._revive(follow_up)
            self._reopen(follow_up.process)
            self.store.wake(follow_up.process)
        return f"The letter to {follow_up.name or follow_up.to} is owed again."

    def _no_second(self, follow_up: FollowUp, process: HiringProcess) -> str:
        """Why a letter can't be had again, "" if it can."""
        if follow_up.stage in IN_DRAFTS or self._still_lies(follow_up):
            return "It lies in Drafts."
        if follow_up.stage in WAS_SENT:
            return "It was sent. A second one to the same person would not be polite."
        closed = dict(process.closed_people).get(follow_up.to)
        if closed or follow_up.stage is Stage.BOUNCED:
            return f"It would not arrive: {closed or follow_up.reason}."
        if follow_up.kind is Kind.NUDGE:
            return _no_second_nudge(follow_up, process)
        cancelled = next((i for i in self._interviews_of(follow_up) if i.cancelled), None)
        if cancelled:
            return f"Its interview was cancelled. If it was held, say `followupd draft {cancelled.id}`."
        return ""

    def _still_lies(self, follow_up: FollowUp) -> bool:
        """Whether its draft was left alone in Drafts (expired): another one would be a second."""
        ids = {follow_up.draft_id, follow_up.message_id} - {""}
        return any(
            letter.present
            and letter.folder in {Folder.DRAFTS, Folder.SCHEDULED}
            and ids & {letter.id, letter.message_id}
            for letter in self.store.own_letters(follow_up.process)
        )

    def _allow(self, follow_up: FollowUp) -> None:
        """What the user said against this one letter is taken back; others that were skipped stay so."""
        for interview in self._interviews_of(follow_up):
            others = [s.address or s.name for s in selectors.on(interview)] if interview.skipped else []
            skipped = tuple(dict.fromkeys((*interview.skip_people, *others)))
            allowed = replace(interview, skipped=None, skip_people=skipped)
            self.store.put_interview(_allowing(allowed, follow_up.to, follow_up.name))
        self._undrop(follow_up.process, follow_up.to, follow_up.name)

    def _revive(self, follow_up: FollowUp) -> None:
        """The next draft is another revision, so that the remains of the first are not taken for it."""
        had = bool(follow_up.message_id) and follow_up.message_id not in follow_up.former_ids
        former = (*follow_up.former_ids, follow_up.message_id) if had else follow_up.former_ids
        revived = replace(
            follow_up,
            wanted=True,
            held="",
            revision=follow_up.revision + had,
            replaced=(),
            former_ids=former,
            message_id="",
            draft_id="",
            drafted_at=None,
            expires=None,
            reminded=False,
            gone_since=None,
            gone_looks=0,
            attempts=0,
            retry_at=None,
            sent=None,
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
            someone = selectors.among(word, selectors.everybody(self.store))
            mine = [f for f in self.store.follow_ups() if _is_to(f, someone)]
            thanks = [f for f in mine if f.kind is Kind.THANK_YOU and f.ends <= self.now]
            if not thanks:
                raise UsageError(f"No thank-you is owed to {_called(someone)}. Nothing was changed.")
            follow_up = max(thanks, key=lambda f: f.ends)
            if follow_up.stage in WAS_SENT:
                raise UsageError(f"The thank-you to {_called(someone)} counts as sent already.")
            self._count_as_sent(follow_up, how)
        return f"{_called(someone)} is thanked ({HOW[how]})."

    def _count_as_sent(self, follow_up: FollowUp, how: str) -> None:
        done = replace(follow_up, sent=replace(self._sent_unseen(follow_up), how=how), held="")
        if follow_up.stage is Stage.DRAFTED:
            # The planner withdraws the untouched draft and then counts it as sent.
            self.store.put_follow_up(done)
        else:
            self._stage(done, Stage.SENT, f"you said that you thanked them ({HOW[how]})")
            self._answer(follow_up.process, {"fate"}, about=follow_up.key)
        self.store.wake(follow_up.process)

    def mark_letter(self, word: str, what: str) -> str:
        """The user says what became of a draft: sent or discarded."""
        with self.store.transaction():
            follow_up = selectors.letter(self.store, word, IN_DRAFTS, ENDED if what == "sent" else WAS_SENT)
            if what == "sent":
                sent = follow_up.sent or self._sent_unseen(follow_up)
                if follow_up.stage is Stage.DRAFTED:
                    # Its untouched draft, if it still lies there, is withdrawn by the next cycle.
                    self.store.put_follow_up(replace(follow_up, sent=sent, held=""))
                else:
                    self._stage(
                        replace(follow_up, sent=sent, held=""), Stage.SENT, "you said that you sent it"
                    )
            else:
                # A sent copy that is known already is another letter, by the user's word.
                drafted_at = None if follow_up.stage in WAS_SENT else follow_up.drafted_at
                gone = replace(follow_up, sent=None, held="", drafted_at=drafted_at)
                self._stage(gone, Stage.DISCARDED, "you said that you deleted it")
            self._answer(follow_up.process, {"fate"}, about=follow_up.key)
            self.store.wake(follow_up.process)
        return f"The letter to {follow_up.name or follow_up.to} is {what}."

    def _sent_unseen(self, follow_up: FollowUp) -> Sent:
        """Sent where we can't see it: the nudge starts a conversation of its own."""
        return Sent(at=self.now, subject=follow_up.subject, sender=follow_up.sender, how="mail")

    # --- about messages ---

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
            # Withdrawn: where another message is an answer, it is asked again.
            self._answer(arrival.process, {"answer"}, QuestionState.WITHDRAWN)
        process = self._process(arrival.process)
        if process.state is ProcessState.CLOSED and not _is_stopped(process):
            reason = "you said what a message of theirs is"
            self._put(replace(process, state=ProcessState.ACTIVE, since=self.now, reason=reason), reason)
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

    def _answer(
        self,
        process: str,
        topics: Collection[str],
        state: QuestionState = QuestionState.ANSWERED,
        about: str = "",
    ) -> None:
        """Settles open questions of a process: those of the topics (all, where none is named)."""
        for question in self.store.questions(only_open=True):
            right_topic = not topics or question.topic in topics
            if question.process == process and right_topic and (not about or question.about == about):
                self.store.put_question(replace(question, state=state))


# --- processes ----------------------------------------------------------------------------------


def _name(process: HiringProcess) -> str:
    return process.organisation or next(iter(process.domains), "") or process.key


def _is_stopped(process: HiringProcess) -> bool:
    return process.state is ProcessState.CLOSED and process.reason in STOPPED


def _not_stopped(process: HiringProcess) -> None:
    """What the user stopped stays so until `resume`."""
    if _is_stopped(process):
        raise UsageError(_is_closed(process))


def _is_closed(process: HiringProcess) -> str:
    return f"{_name(process)} is closed ({process.reason}). `followupd resume {process.key}` opens it again."


def _check_reason(because: str) -> None:
    if because not in STOPPED:
        raise UsageError(f"“{because}” is no reason. Say one of: {', '.join(sorted(STOPPED))}.")


def _is_place(via: str) -> bool:
    """Whether it is an address, or the domain of one."""
    return bool(clean(via) or (clean(f"somebody@{via.strip()}") and "." in via))


def _merged(source: HiringProcess, target: HiringProcess) -> HiringProcess:
    """All that is known of either; where both know, the second is right."""
    people = {canonical(p.address) or p.name: p for p in (*source.people, *target.people)}
    settled = target.settled
    if not {source.state, target.state} & IN_DOUBT:
        settled = max(filter(None, (source.settled, target.settled)), default=None)
    is_quiet = target.state is ProcessState.CLOSED and not _is_stopped(target)
    awake = source if is_quiet and not _is_stopped(source) else target
    return replace(
        target,
        domains=tuple(dict.fromkeys((*target.domains, *source.domains))),
        organisation=target.organisation or source.organisation,
        via=target.via or source.via,
        position=target.position or source.position,
        decision_by=target.decision_by or source.decision_by,
        snoozed_until=target.snoozed_until or source.snoozed_until,
        released=target.released or source.released,
        state=awake.state,
        reason=awake.reason,
        since=awake.since,
        settled=settled,
        people=tuple(people.values()),
        dropped=tuple(dict.fromkeys((*target.dropped, *source.dropped))),
        closed_people=tuple(dict((*source.closed_people, *target.closed_people)).items()),
    )


def _split_off(old: HiringProcess, key: str, now: datetime) -> HiringProcess:
    """A process beside another of the same company: what is known of its people, not where it stands."""
    return replace(
        old,
        key=key,
        state=ProcessState.ACTIVE,
        since=now,
        reason="",
        decision_by=None,
        snoozed_until=None,
        position="",
    )


def _no_second_nudge(nudge: FollowUp, process: HiringProcess) -> str:
    """Why a nudge can't be had again, "" if it can."""
    if nudge.stage in WAITING:
        return "It is planned already."
    goes_on = process.state in {ProcessState.ACTIVE, ProcessState.CLOSED}
    if nudge.stage is Stage.WITHDRAWN or not goes_on:
        why = nudge.reason if nudge.stage is Stage.WITHDRAWN else process.reason
        return f"No nudge may go now: {why}. `followupd resume {process.key}` lets the waiting go on."
    return ""


# --- people -------------------------------------------------------------------------------------


def _called(someone: Someone) -> str:
    return someone.name or someone.address


def _is_who(who: str, address: str, name: str) -> bool:
    """Whether an entry of `dropped`, `skip_people` or `confirmed` means this person."""
    return canonical(who) == canonical(address) if address else same_name(who, name)


def _is_named(person: Person, address: str, name: str) -> bool:
    """Whether the user has named this person before, perhaps without the address."""
    if address and person.address:
        return canonical(person.address) == canonical(address)
    return same_name(person.name, name)


def _is_to(follow_up: FollowUp, someone: Someone) -> bool:
    if someone.address:
        return follow_up.to == someone.address
    return not follow_up.to and follow_up.name in someone.names


def _is_on(interview: Interview, someone: Someone) -> bool:
    if someone.address:
        return any(one.address == someone.address for one in selectors.on(interview))
    return any(not one.address and one.name in someone.names for one in selectors.on(interview))


def _allowing(interview: Interview, address: str, name: str) -> Interview:
    """The interview with this person beyond doubt and not skipped."""
    confirmed = (*interview.confirmed, canonical(address) or name)
    return replace(
        interview,
        confirmed=tuple(dict.fromkeys(confirmed)),
        skip_people=tuple(who for who in interview.skip_people if not _is_who(who, address, name)),
    )


def _with_person(
    process: HiringProcess, address: str, name: str, given: dict[str, str | bool]
) -> HiringProcess:
    """The process with what the user set about somebody."""
    before = next((p for p in process.people if canonical(p.address) == address), None)
    others = [p for p in process.people if p is not before]
    changed = _with(before or Person(address=address, name=name), given)
    return replace(process, people=(*others, changed))


def _parsed(who: str) -> tuple[str, str]:
    """(name, address) of 'Dana Reyes <dana@acme.example>', an address alone, or a name alone."""
    # Typed by a person, so not by the rules of headers: `Reyes, Dana <dana@acme.example>` is one name.
    text = who.strip()
    name, bracket, rest = text.rpartition("<")
    if bracket and text.endswith(">"):
        address = rest[:-1]
    else:
        name, address = ("", text) if "@" in text else (text, "")
    address = clean(address)
    if "@" in who and not address:
        raise UsageError(f"“{who}” holds no address that mail could go to. Write 'Name <address>'.")
    name = plain(name, NAME_AT_MOST).strip("\"' ")
    if not name and not address:
        raise UsageError("Say who it was: 'Name <address>'.")
    return name, address


def _with(person: Person, given: dict[str, str | bool]) -> Person:
    words = {key: plain(value, NAME_AT_MOST) for key, value in given.items() if isinstance(value, str)}
    said_part = words.pop("part", "")
    formal = given.get("formal", person.formal)
    return replace(
        person,
        part=Part(said_part) if said_part else person.part,
        part_set=bool(said_part) or person.part_set,
        formal=formal if isinstance(formal, bool) else None,
        named_by="user" if "name" in words else person.named_by,
        name=words.get("name", person.name),
        greeting=words.get("greeting", person.greeting),
        language=words.get("language", person.language),
        zone=words.get("zone", person.zone),
        country=words.get("country", person.country),
        region=words.get("region", person.region),
        route=words.get("route", person.route),
    )


def _some(number: int, singular: str, plural: str) -> str:
    return f"{number} {singular if number == 1 else plural}"
