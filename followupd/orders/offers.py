"""What `stop` says and asks: the letter that the end of a process calls for."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from followupd.core.asking import ON_REQUEST
from followupd.core.case import Case
from followupd.core.keys import question_id
from followupd.core.model import (
    IN_DRAFTS,
    WAS_SENT,
    FollowUp,
    HiringProcess,
    Person,
    Purpose,
    Question,
    QuestionState,
)
from followupd.core.recipients import called_for, held, recipient
from followupd.core.rounds import Talks
from followupd.errors import UsageError
from followupd.orders.base import Base
from followupd.orders.processes import WAITING, name_of

DOES = {
    Purpose.THANKS_AFTER_REJECTION: "thanks them after the rejection",
    Purpose.WITHDRAW: "withdraws your application",
    Purpose.THANKS_FOR_OFFER: "thanks them for the offer",
    Purpose.KEEP_IN_TOUCH: "keeps in touch",
}


def command(purpose: Purpose, process: str) -> str:
    """What the user types to have the letter."""
    return f"followupd letter {purpose.value} {process}"


class Offers(Base):
    """What `stop` says and asks about a letter that the end of a process calls for."""

    def _case(self, key: str) -> tuple[Case, Talks]:
        case = self.store.case(key)
        if case is None:
            raise UsageError(f"the process {key} is not known any more.")
        return case, held(case, self.zone.key, self.now)

    def _offer(self, process: HiringProcess, *, everything: bool = False) -> str:
        """Asks once whether a letter is wanted. The sentence that tells the command, "" where none is called for."""
        case, here = self._case(process.key)
        purposes = called_for(case, here, process.reason, everything=everything)
        chosen = [(one, recipient(case, one)) for one in purposes if live(case, here, one) is None]
        offered = [(purpose, person) for purpose, person in chosen if person is not None]
        self._ask_once(process, _question(process, here, offered, self.now) if offered else None)
        if not offered:
            return ""
        purpose, person = offered[0]
        return f"`{command(purpose, process.key)}` drafts a letter to {who(person)} that {DOES[purpose]}."

    def _ask_once(self, process: HiringProcess, question: Question | None) -> None:
        """Never twice for the same end of the same round; what another end called for is asked no more."""
        known_before = {q.id: q for q in self.store.questions() if q.process == process.key}
        for before in known_before.values():
            is_open = before.topic == ON_REQUEST and before.state is QuestionState.OPEN
            if is_open and (question is None or before.id != question.id):
                self.store.put_question(replace(before, state=QuestionState.WITHDRAWN))
        if question is not None and question.id not in known_before:
            self.store.put_question(question)
            self.store.record(self.now, process.key, question.id, "ask", question.text)


def live(case: Case, here: Talks, purpose: Purpose) -> FollowUp | None:
    """The letter of this purpose that was asked for since the latest interview and is planned, in Drafts or sent."""
    stages = WAITING | IN_DRAFTS | WAS_SENT
    asked = [f for f in case.follow_ups if f.purpose is purpose and f.stage in stages]
    since = [f for f in asked if here.last_end is None or f.ends >= here.last_end]
    return max(since, key=lambda f: f.ends, default=None)


def _question(
    process: HiringProcess, here: Talks, offered: list[tuple[Purpose, Person]], now: datetime
) -> Question:
    whom, what = who(offered[0][1]), " or ".join(DOES[purpose] for purpose, _ in offered)
    return Question(
        id=question_id(ON_REQUEST, process.key, process.reason, str(here.round)),
        process=process.key,
        topic=ON_REQUEST,
        about=process.key,
        text=f"{name_of(process)} is closed ({process.reason}). Shall a letter to {whom} be drafted that {what}?",
        answer_with="\n".join(command(purpose, process.key) for purpose, _ in offered),
        since=now,
        if_silent="no letter is written",
    )


def who(person: Person) -> str:
    return person.name or person.address
