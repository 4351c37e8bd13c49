"""The commands note, skip, draft."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

from followupd import selectors
from followupd.core.asking import HELD_ELSEWHERE
from followupd.core.model import (
    Interview,
    Kind,
    Note,
    Stage,
)
from followupd.errors import UsageError
from followupd.orders.base import Base
from followupd.orders.persons import (
    called,
)
from followupd.orders.processes import (
    NOTE_AT_MOST,
    REVIVABLE,
    counted,
    refuse_if_stopped,
)
from followupd.selectors import Someone


class InterviewOrders(Base):
    """The user's commands: note, skip, draft."""

    def note(self, word: str, text: str, *, interest: bool = True, topic: str = "") -> str:
        """Something to put into the letters of an interview, or of one person. `topic` is one of `Note.topic`."""
        words = " ".join(text.split())
        if len(words) > NOTE_AT_MOST:
            raise UsageError(f"The note has {len(words)} characters; {NOTE_AT_MOST} is the most. Shorten it.")
        if not words and interest:
            raise UsageError("The note is empty. Say what was talked about.")
        with self.store.transaction():
            interviews, someone = self._about(word)
            interview, address = interviews[-1], someone.address if someone else ""
            note = Note(text=words, at=self.now, person=address, interest=interest, topic=topic)
            self.store.put_interview(replace(interview, notes=(*interview.notes, note)))
            self._say(interview.process, interview.id, "you wrote a note")
        whose = f", for {called(someone)}" if someone and address else ""
        return f"Noted for “{interview.event.title}”{whose}."

    def _about(self, word: str) -> tuple[list[Interview], Someone | None]:
        """The interview that the word means; or a person, with all interviews of their latest day, the last last."""
        interview, someone = selectors.interview_or_person(self.store, word, self.now)
        if someone is None:
            assert interview is not None
            return [interview], None
        theirs = self._interviews_with(someone)
        if not theirs:
            raise UsageError(f"{called(someone)} is on no interview. Nothing was changed.")
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
            self._say(last.process, last.id, f"you skipped {called(someone) if someone else 'it'}")
        if someone:
            return f"No letter to {called(someone)} about “{last.event.title}”."
        return f"No letters for “{last.event.title}”."

    def _skip_on(self, interview: Interview, someone: Someone | None) -> None:
        if someone is None:
            self.store.put_interview(replace(interview, skipped=self.now, wanted=None))
            return
        skipped = tuple(dict.fromkeys((*interview.skip_people, someone.address or someone.name)))
        self.store.put_interview(replace(interview, skip_people=skipped))

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
        return f"{counted(len(held), 'letter is', 'letters are')} skipped."

    def draft(self, word: str) -> str:
        """The letters of this interview are wanted: also late, also once discarded.

        A word that names one person means their letter alone: no other "no" is undone by it.
        """
        with self.store.transaction():
            interviews, someone = self._about(word)
            interview = interviews[-1]
            if someone is not None:
                return self._draft_to(interview, someone)
            refuse_if_stopped(self._process(interview.process))
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
        name = called(someone)
        refuse_if_stopped(self._process(interview.process))
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
        return "with the next look"

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
        return f"{counted(len(held), 'letter is', 'letters are')} drafted {self._next_cycle()}."
