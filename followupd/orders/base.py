"""What all orders share: the store, the zone, the moment, and the steps that more than one kind takes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from followupd.core.model import (
    Folder,
    FollowUp,
    HiringProcess,
    Interview,
    Kind,
    ProcessState,
    QuestionState,
    Stage,
)
from followupd.errors import UsageError
from followupd.orders.persons import (
    is_on,
    is_to,
    is_who,
)
from followupd.orders.processes import (
    WAITING,
)
from followupd.selectors import Someone
from followupd.store import Store


class Base:
    """Orders on one state folder, at one moment."""

    def __init__(self, store: Store, zone: str, now: datetime) -> None:
        self.store = store
        self.zone = ZoneInfo(zone)
        self.now = now.astimezone(UTC)

    def _undrop(self, key: str, address: str, name: str) -> None:
        process = self._process(key)
        dropped = tuple(who for who in process.dropped if not is_who(who, address, name))
        if dropped != process.dropped:
            self._put(replace(process, dropped=dropped), f"{name or address} gets letters again")

    def _interviews_with(self, someone: Someone) -> list[Interview]:
        lettered = {i for f in self.store.follow_ups() if is_to(f, someone) for i in f.interviews}
        return [i for i in self.store.interviews() if i.id in lettered or is_on(i, someone)]

    def _interviews_of(self, follow_up: FollowUp) -> list[Interview]:
        return [i for name in follow_up.interviews if (i := self.store.interview(name)) is not None]

    def _skip_nudges(self, process: str, reason: str, *, to: str = "", about: str = "") -> None:
        """Nudges that are planned: to a person, or about an interview."""
        for follow_up in self.store.follow_ups(process):
            meant = follow_up.to == to if to else about in follow_up.interviews
            if follow_up.kind is Kind.NUDGE and meant and follow_up.stage in WAITING:
                self._stage(replace(follow_up, held=""), Stage.SKIPPED, reason)

    def _reopen(self, key: str) -> None:
        """Opens a process that was closed as quiet; one that the user stopped never comes here."""
        process = self._process(key)
        if process.state is ProcessState.CLOSED:
            reason = "you asked for a letter"
            self._put(replace(process, state=ProcessState.ACTIVE, since=self.now, reason=reason), reason)

    def _still_lies(self, follow_up: FollowUp) -> bool:
        """Whether its draft was left alone in Drafts (expired): another one would be a second."""
        ids = {follow_up.draft_id, follow_up.message_id} - {""}
        return any(
            letter.present
            and letter.folder in {Folder.DRAFTS, Folder.SCHEDULED}
            and ids & {letter.id, letter.message_id}
            for letter in self.store.own_letters(follow_up.process)
        )

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
