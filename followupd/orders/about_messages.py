"""The commands mark human, auto, bounce."""

from __future__ import annotations

from dataclasses import replace

from followupd import selectors
from followupd.core.model import (
    Arrival,
    ProcessState,
    QuestionState,
)
from followupd.orders.base import Base
from followupd.orders.processes import (
    is_stopped,
)


class MessageOrders(Base):
    """The user's commands: mark human, auto, bounce."""

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
        if process.state is ProcessState.CLOSED and not is_stopped(process):
            reason = "you said what a message of theirs is"
            self._put(replace(process, state=ProcessState.ACTIVE, since=self.now, reason=reason), reason)
        self._say(arrival.process, arrival.id, f"you said that it is {what}")
