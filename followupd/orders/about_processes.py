"""The commands decide, resume, snooze, stop, pause; name, set, merge, split."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime

from followupd import selectors
from followupd.core.addresses import clean
from followupd.core.asking import ON_REQUEST, TOPICS
from followupd.core.keys import follow_up_key
from followupd.core.model import (
    HiringProcess,
    Interview,
    Kind,
    ProcessState,
    QuestionState,
)
from followupd.core.names import plain
from followupd.core.rounds import ENDING_TOPICS
from followupd.errors import UsageError
from followupd.orders.offers import Offers
from followupd.orders.processes import (
    FAR,
    NAME_AT_MOST,
    check_reason,
    counted,
    is_closed,
    is_place,
    is_stopped,
    merged_process,
    name_of,
    refuse_if_stopped,
    split_off,
)

_DRAFTS_THEN = "Untouched drafts will be withdrawn; edited ones stay."
_ABOUT_WHAT_GOES_ON = (TOPICS | ENDING_TOPICS) - {ON_REQUEST}


class ProcessOrders(Offers):
    """The user's commands: decide, resume, snooze, stop, pause; name, set, merge, split."""

    def decide(self, word: str, day: date) -> str:
        """They will decide by a day: no nudge before three working days after it."""
        self._near(day)
        if day < self.today():
            raise UsageError(
                f"{day} has passed. Name the day by which they will decide; nothing was changed."
            )
        with self.store.transaction():
            process = selectors.process(self.store, word)
            refuse_if_stopped(process)
            settled = replace(self._settled(process), snoozed_until=process.snoozed_until)
            self._put(replace(settled, decision_by=day), f"they will decide by {day}")
        return f"{name_of(process)}: no nudge before three working days after {day}."

    def resume(self, word: str) -> str:
        """The waiting goes on: what came before now is settled."""
        with self.store.transaction():
            process = self._settled(selectors.process(self.store, word))
            self._put(process, "you said that the waiting goes on")
        return f"{name_of(process)}: the waiting goes on; what has come in until now is settled."

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
                raise UsageError(is_closed(process))
            # Asked again on waking: a question that ends in silence meanwhile would close the process.
            self._answer(process.key, ENDING_TOPICS, QuestionState.WITHDRAWN)
            self._put(replace(process, snoozed_until=day), f"you asked for silence until {day}")
        return f"{name_of(process)}: nothing is nudged before {day}."

    def stop(self, word: str, because: str) -> str:
        """The process is over: nothing more is written, and untouched drafts are withdrawn."""
        check_reason(because)
        with self.store.transaction():
            process = selectors.process(self.store, word)
            offered = self._stop(process, because)
        closed = f"{name_of(process)} is closed ({because})."
        return " ".join(filter(None, (closed, _DRAFTS_THEN, offered)))

    def stop_all(self, because: str) -> str:
        """All processes are over."""
        check_reason(because)
        with self.store.transaction():
            alive = [p for p in self.store.processes() if not is_stopped(p)]
            offers = [self._stop(process, because, everything=True) for process in alive]
        if not alive:
            return "No process was open."
        closed = f"{counted(len(alive), 'process is', 'processes are')} closed ({because})."
        offered = "`followupd status` asks about letters." if any(offers) else ""
        return " ".join(filter(None, (closed, _DRAFTS_THEN, offered)))

    def _stop(self, process: HiringProcess, because: str, *, everything: bool = False) -> str:
        """Closes it; what a letter can be had by that its end calls for, "" where there is none."""
        # Withdrawn, not answered: after a `resume` what is still open is asked again.
        self._answer(process.key, _ABOUT_WHAT_GOES_ON, QuestionState.WITHDRAWN)
        closed = replace(process, state=ProcessState.CLOSED, since=self.now, reason=because)
        self._put(closed, f"you stopped it: {because}")
        return self._offer(closed, everything=everything)

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
            self._put(replace(process, organisation=known_as, named_by="user"), f"you named it {known_as}")
        return f"{process.key} is {known_as} now."

    def set_process(
        self, word: str, *, position: str | None, via: str | None, decision_by: date | None
    ) -> str:
        """The role, the agency, the promised date."""
        if decision_by:
            self._near(decision_by)
        if via and not is_place(via):
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
        return f"{name_of(process)} is set."

    def merge(self, word: str, into: str) -> str:
        """Two processes are one. Letters keep their keys."""
        with self.store.transaction():
            source, target = selectors.process(self.store, word), selectors.process(self.store, into)
            if source.key == target.key:
                raise UsageError("Both words name the same process. Nothing was merged.")
            self._move(self.store.interviews(source.key), source.key, target.key, everything=True)
            merged = merged_process(source, target)
            self.store.delete_process(source.key)
            self._put(merged, f"you merged {name_of(source)} into it")
        return f"{name_of(source)} is part of {name_of(merged)} now."

    def split(self, word: str) -> str:
        """An interview is a process of its own, with all that is known of the company and its people."""
        with self.store.transaction():
            interview = selectors.interview(self.store, word, self.now)
            old = self._process(interview.process)
            key = follow_up_key(Kind.THANK_YOU, interview.event.uid, "process")[:12]
            if len(self.store.interviews(old.key)) == 1 or self.store.process(key) is not None:
                raise UsageError("This interview is a process of its own already. Nothing was changed.")
            self._put(split_off(old, key, self.now), f"you split it from {name_of(old)}")
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
