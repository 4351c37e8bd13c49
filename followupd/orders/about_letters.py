"""The commands again, sent, mark sent, mark discarded."""

from __future__ import annotations

from dataclasses import replace

from followupd import selectors
from followupd.core.keys import follow_up_key
from followupd.core.model import (
    IN_DRAFTS,
    WAS_SENT,
    FollowUp,
    HiringProcess,
    Kind,
    Sent,
    Stage,
)
from followupd.errors import UsageError
from followupd.orders.base import Base
from followupd.orders.persons import (
    allowing,
    called,
    is_to,
)
from followupd.orders.processes import (
    ENDED,
    HOW,
    no_second_nudge,
    refuse_if_stopped,
)

LIES = "It lies in Drafts."
GONE = "Its draft is gone, perhaps because it was sent: half an hour after that `again` can be said."


class LetterOrders(Base):
    """The user's commands: again, sent, mark sent, mark discarded."""

    def again(self, word: str) -> str:
        """A letter that was discarded, expired or skipped is wanted after all."""
        with self.store.transaction():
            follow_up = selectors.letter(self.store, word, ENDED)
            process = self._process(follow_up.process)
            refuse_if_stopped(process)
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
            return LIES if follow_up.gone_since is None else GONE
        if follow_up.stage in WAS_SENT:
            return "It was sent. A second one to the same person would not be polite."
        closed = dict(process.closed_people).get(follow_up.to)
        if closed or follow_up.stage is Stage.BOUNCED:
            return f"It would not arrive: {closed or follow_up.reason}."
        if follow_up.kind is Kind.NUDGE:
            return no_second_nudge(follow_up, process)
        cancelled = next((i for i in self._interviews_of(follow_up) if i.cancelled), None)
        if cancelled:
            return f"Its interview was cancelled. If it was held, say `followupd draft {cancelled.id}`."
        return ""

    def _allow(self, follow_up: FollowUp) -> None:
        """What the user said against this one letter is taken back; others that were skipped stay so."""
        for interview in self._interviews_of(follow_up):
            others = [s.address or s.name for s in selectors.on(interview)] if interview.skipped else []
            skipped = tuple(dict.fromkeys((*interview.skip_people, *others)))
            allowed = replace(interview, skipped=None, skip_people=skipped)
            self.store.put_interview(allowing(allowed, follow_up.to, follow_up.name))
        self._undrop(follow_up.process, follow_up.to, follow_up.name)

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
            mine = [f for f in self.store.follow_ups() if is_to(f, someone)]
            thanks = [f for f in mine if f.kind is Kind.THANK_YOU and f.ends <= self.now]
            if not thanks:
                raise UsageError(f"No thank-you is owed to {called(someone)}. Nothing was changed.")
            follow_up = max(thanks, key=lambda f: f.ends)
            if follow_up.stage in WAS_SENT:
                raise UsageError(f"The thank-you to {called(someone)} counts as sent already.")
            self._count_as_sent(follow_up, how)
        return f"{called(someone)} is thanked ({HOW[how]})."

    def thanked(self, key: str) -> None:
        """The thank-you with this key was given by hand. Raises UsageError."""
        with self.store.transaction():
            follow_up = self.store.follow_up(key)
            if follow_up is None:
                raise UsageError("this letter is not known any more. Nothing was changed.")
            self._count_as_sent(follow_up, "hand")

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
