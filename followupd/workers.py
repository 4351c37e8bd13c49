"""One thread for each account: all that an account asks of the outside is asked there.

Whoever waits for an answer waits for so long and no longer. A job that outlasts its bound is left alone: its
thread can't be ended, so its account has no other job until it returns, and nobody else waits for it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from queue import SimpleQueue
from typing import Any, Generic, Protocol, TypeVar

from followupd.core.model import Draft, Event, Message
from followupd.errors import Unavailable
from followupd.observe import OpenAccount
from followupd.providers.base import Calendar, CalendarChanges, Listening, Look, Mailbox, MailChanges, Watched

T = TypeVar("T")
S = TypeVar("S")


class Job(Generic[T]):
    """Something that is being done in a worker's thread."""

    def __init__(self, what: Callable[[], T]) -> None:
        self._what = what
        self._value: list[T] = []
        self._error: Exception | None = None
        self.begun = time.monotonic()

    @property
    def done(self) -> bool:
        return bool(self._value) or self._error is not None

    def result(self) -> T:
        """What came of it; raises what it raised. Only once it is done."""
        if self._error is not None:
            raise self._error
        return self._value[0]

    def run(self) -> None:
        try:
            self._value.append(self._what())
        except Exception as error:  # whatever it is, it is told to who waits
            self._error = error
        except BaseException as error:  # not even an exit may end the thread: nobody would ever be answered
            self._error = RuntimeError(type(error).__name__).with_traceback(error.__traceback__)


class Worker:
    """A thread that does one job at a time. `finished` is called in it after each."""

    def __init__(self, name: str, finished: Callable[[], None]) -> None:
        self.name = name
        self._finished = finished
        self._job: Job[Any] | None = None
        self._jobs: SimpleQueue[Job[Any] | None] = SimpleQueue()
        # A daemon thread: one that hangs must not keep the program from ending.
        threading.Thread(target=self._work, name=name, daemon=True).start()

    @property
    def busy(self) -> bool:
        return self._job is not None and not self._job.done

    def begin(self, what: Callable[[], T]) -> Job[T]:
        """Begins a job. Raises Unavailable while an earlier one has not returned."""
        if self.busy:
            raise Unavailable(
                f"an earlier question to {self.name} has not been answered yet. It goes on when it is."
            )
        job = Job(what)
        self._job = job
        self._jobs.put(job)
        return job

    def close(self) -> None:
        """Lets the thread end after its job."""
        self._jobs.put(None)

    def _work(self) -> None:
        while (job := self._jobs.get()) is not None:
            job.run()
            del job  # what it holds is not kept until the next one
            self._finished()


class Call(Protocol):
    """Has something done in the account's thread, and waits for it. Raises Unavailable at the bound."""

    def __call__(self, what: Callable[[], S]) -> S: ...


def reached(account: OpenAccount, call: Call) -> OpenAccount:
    """The account as the thread of the store may use it: each question goes through `call`."""
    calendars = tuple((source, ReachedCalendar(calendar, call)) for source, calendar in account.calendars)
    return replace(account, calendars=calendars, mailbox=ReachedMailbox(account.mailbox, call))


@dataclass(frozen=True, slots=True)
class ReachedCalendar:
    """A calendar that answers in its account's thread."""

    calendar: Calendar
    call: Call

    def changes(self, cursor: str | None, since: datetime, until: datetime) -> CalendarChanges:
        return self.call(lambda: self.calendar.changes(cursor, since, until))

    def event(self, uid: str, recurrence_id: str) -> Event | None:
        return self.call(lambda: self.calendar.event(uid, recurrence_id))

    def notice(self, now: datetime) -> str:
        return self.calendar.notice(now)  # asks nothing of the outside


@dataclass(frozen=True, slots=True)
class ReachedMailbox:
    """A mailbox that answers in its account's thread."""

    mailbox: Mailbox
    call: Call

    def changes(self, cursor: str | None, since: datetime, watched: Watched) -> MailChanges:
        return self.call(lambda: self.mailbox.changes(cursor, since, watched))

    def letters_to(self, addresses: Collection[str], since: datetime, message_id: str = "") -> Look:
        return self.call(lambda: self.mailbox.letters_to(addresses, since, message_id))

    def message(self, message_id: str, since: datetime) -> Look:
        return self.call(lambda: self.mailbox.message(message_id, since))

    def messages_from(self, addresses: Collection[str], domains: Collection[str], since: datetime) -> Look:
        return self.call(lambda: self.mailbox.messages_from(addresses, domains, since))

    def create_draft(self, draft: Draft) -> str:
        return self.call(lambda: self.mailbox.create_draft(draft))

    def withdraw_draft(
        self, draft_id: str, message_id: str, unchanged: Callable[[Message], bool], now: datetime
    ) -> bool:
        return self.call(lambda: self.mailbox.withdraw_draft(draft_id, message_id, unchanged, now))

    def listening(self) -> Listening | None:
        return self.mailbox.listening()

    def notice(self, now: datetime) -> str:
        return self.mailbox.notice(now)  # asks nothing of the outside

    def clean(self, draft: Draft) -> None:
        self.call(lambda: self.mailbox.clean(draft))
