"""A machine that plays whole lives, guided to where things happen. After every cycle the oracle judges.

FOLLOWUPD_EXAMPLES sets the number of lives (the default keeps this file under two minutes); any number
but the default is played with fresh randomness.
"""

from __future__ import annotations

import os
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from followupd.core.model import Folder, Purpose
from tests.cycle.life import ACCOUNTS, COMPANIES, DAY, HOUR, WHERE, Company, Life, Made

LIVES = int(os.environ.get("FOLLOWUPD_EXAMPLES", "0"))
STEPS = int(os.environ.get("FOLLOWUPD_STEPS", "25"))

companies = st.sampled_from(COMPANIES)
people = st.sampled_from([(0,), (1,), (0, 1), (0, 2), (0, 1, 2)])
accounts = st.sampled_from([("personal",), ("personal",), ("work",), ACCOUNTS])
account = st.sampled_from(ACCOUNTS)
hows = st.sampled_from(["wake", "wake", "wake", "window", "talk", "hours", "minute"])
amounts = st.integers(1, 30)
picks = st.integers(0, 20)
starts = st.sampled_from(["2026-03-02 08:00", "2026-03-23 08:00", "2026-04-27 07:00", "2026-12-10 08:00"])


class WholeLife(RuleBasedStateMachine):
    """Each rule first lets time pass in a guided way, then somebody acts, then a cycle looks."""

    life: Life

    @initialize(at=starts, two=st.booleans(), company=companies, who=people, hour=st.integers(8, 17))
    def begin(self, at: str, two: bool, company: Company, who: tuple[int, ...], hour: int) -> None:
        self.folder = tempfile.TemporaryDirectory(prefix="life-", dir=WHERE)
        self.life = Life(Path(self.folder.name) / "state", ACCOUNTS if two else ACCOUNTS[:1], at)
        self.life.add_talk(company, who, self._moment(company, 1, hour))
        self.life.jump("minute")

    def _moment(self, company: Company, days: int, hour: int) -> datetime:
        local = (self.life.now + days * DAY).astimezone(ZoneInfo(company.zone))
        return local.replace(hour=hour, minute=0, second=0, microsecond=0).astimezone(self.life.now.tzinfo)

    def _names(self, wanted: tuple[str, ...] | str) -> tuple[str, ...]:
        names = (wanted,) if isinstance(wanted, str) else wanted
        return tuple(n for n in names if n in self.life.accounts) or ("personal",)

    # --- time ---

    @rule(how=hows, amount=amounts)
    def time_passes(self, how: str, amount: int) -> None:
        self.life.jump(how, amount)

    @rule(how=hows, amount=amounts)
    def time_passes_too(self, how: str, amount: int) -> None:
        self.life.jump(how, amount)
        self.life.jump("wake")

    @rule(days=st.sampled_from([1, 3, 8, 15, 30]))
    def the_machine_sleeps(self, days: int) -> None:
        self.life.jump("days", days)

    # --- the calendar ---

    @rule(
        company=companies,
        who=people,
        days=st.integers(0, 9),
        hour=st.integers(8, 17),
        where=accounts,
        how=hows,
    )
    def an_interview_is_added(
        self, company: Company, who: tuple[int, ...], days: int, hour: int, where: tuple[str, ...], how: str
    ) -> None:
        self.life.jump(how)
        self.life.add_talk(company, who, self._moment(company, days, hour), accounts=self._names(where))
        self.life.jump("minute")

    @rule(company=companies, who=people, ago=st.sampled_from([2, 20, 47, 50, 100]), where=accounts)
    def an_interview_is_added_afterwards(
        self, company: Company, who: tuple[int, ...], ago: int, where: tuple[str, ...]
    ) -> None:
        start = self.life.now.replace(minute=0, second=0) - ago * HOUR
        self.life.add_talk(company, who, start, accounts=self._names(where))
        self.life.jump("minute")

    @rule(company=companies, who=people, gap=st.sampled_from([1, 2, 5]), hour=st.integers(8, 13))
    def a_day_of_talks_is_added(self, company: Company, who: tuple[int, ...], gap: int, hour: int) -> None:
        start = self._moment(company, 1, hour)
        self.life.add_talk(company, who, start)
        self.life.add_talk(company, (0,), start + (1 + gap) * HOUR, minutes=30)
        self.life.jump("minute")

    @rule(company=companies, who=people, hour=st.integers(9, 16))
    def a_series_is_added(self, company: Company, who: tuple[int, ...], hour: int) -> None:
        self.life.counter += 1
        uid = f"series-{self.life.counter}"
        for week in range(3):
            start = self._moment(company, 1 + 7 * week, hour)
            self.life.add_talk(company, who, start, uid=uid, recurrence=start.isoformat())
        self.life.jump("minute")

    @precondition(lambda self: self.life.talks)
    @rule(pick=picks, days=st.integers(-1, 8), hours=st.integers(-3, 5), how=hows)
    def an_interview_is_moved(self, pick: int, days: int, hours: int, how: str) -> None:
        self.life.jump(how)
        talks = [t for t in self.life.talks if not t.off]
        if talks:
            talk = talks[-1 - pick % min(3, len(talks))]
            self.life.move_talk(talk, talk.start + timedelta(days=days, hours=hours))
            self.life.jump("minute")

    @precondition(lambda self: self.life.talks)
    @rule(pick=picks, manner=st.sampled_from(["cancelled", "declined", "removed"]), how=hows)
    def an_interview_is_called_off(self, pick: int, manner: str, how: str) -> None:
        self.life.jump(how)
        talks = [t for t in self.life.talks if not t.off and t.start > self.life.now]
        if talks:
            self.life.cancel_talk(talks[pick % len(talks)], manner)
            self.life.jump("minute")

    # --- the user's drafts ---

    def _drafts(self) -> list[Made]:
        return self.life.open_drafts()

    @rule(how=hows, edited=st.booleans(), new_id=st.booleans(), subject=st.booleans(), every=st.booleans())
    def drafts_are_sent(self, how: str, edited: bool, new_id: bool, subject: bool, every: bool) -> None:
        self.life.jump(how)
        drafts = self._drafts()
        for made in drafts if every else drafts[:1]:
            self.life.send(made, edited=edited, new_id=new_id, subject=subject)
        if drafts:
            self.life.jump("minute")

    @precondition(lambda self: self._drafts())
    @rule(pick=picks)
    def a_draft_is_sent_as_it_is(self, pick: int) -> None:
        self.life.send(self._drafts()[pick % len(self._drafts())])
        self.life.jump("wake")

    @precondition(lambda self: self._drafts())
    @rule(pick=picks, again=st.booleans(), hours=st.sampled_from(["minute", "hours", "wake"]))
    def a_draft_is_edited(self, pick: int, again: bool, hours: str) -> None:
        self.life.edit(self._drafts()[pick % len(self._drafts())], again=again)
        self.life.jump(hours, 2)

    @precondition(lambda self: self._drafts())
    @rule(pick=picks)
    def a_draft_is_saved_again_unchanged(self, pick: int) -> None:
        self.life.save(self._drafts()[pick % len(self._drafts())])
        self.life.jump("minute")

    @precondition(lambda self: self._drafts())
    @rule(pick=picks, after=st.sampled_from(["minute", "hours", "wake"]))
    def a_draft_is_deleted(self, pick: int, after: str) -> None:
        self.life.delete(self._drafts()[pick % len(self._drafts())])
        self.life.jump(after)

    @precondition(lambda self: self._drafts())
    @rule(
        pick=picks,
        folder=st.sampled_from([Folder.TRASH, Folder.OTHER, Folder.SCHEDULED]),
        back=st.booleans(),
        how=hows,
    )
    def a_draft_is_moved(self, pick: int, folder: Folder, back: bool, how: str) -> None:
        made = self._drafts()[pick % len(self._drafts())]
        self.life.place(made, folder)
        self.life.jump(how)
        if back and made.fate in {"deleted", "elsewhere"}:
            self.life.place(made, Folder.DRAFTS)
            self.life.jump("minute")

    @precondition(lambda self: self.life.talks)
    @rule(
        pick=picks,
        who=picks,
        folder=st.sampled_from([Folder.SENT, Folder.SENT, Folder.DRAFTS]),
        where=account,
        how=hows,
    )
    def the_user_writes_alone(self, pick: int, who: int, folder: Folder, where: str, how: str) -> None:
        self.life.jump(how)
        talk = self.life.talks[pick % len(self.life.talks)]
        self.life.write(talk.people[who % len(talk.people)], self._names(where)[0], folder)
        self.life.jump("minute")

    # --- what comes in ---

    @precondition(lambda self: self.life.talks)
    @rule(
        pick=picks,
        who=picks,
        thread=st.booleans(),
        folder=st.sampled_from([Folder.INBOX, Folder.ARCHIVE, Folder.OTHER, Folder.JUNK]),
        where=account,
        colleague=st.booleans(),
        how=hows,
    )
    def somebody_answers(
        self, pick: int, who: int, thread: bool, folder: Folder, where: str, colleague: bool, how: str
    ) -> None:
        self.life.jump(how)
        talk = self.life.talks[pick % len(self.life.talks)]
        sender = f"boss@{talk.company.domain}" if colleague else talk.people[who % len(talk.people)]
        self.life.receive(talk.company, sender, thread=thread, folder=folder, account=self._names(where)[0])
        self.life.jump("minute")

    @precondition(lambda self: self.life.talks)
    @rule(
        pick=picks,
        who=picks,
        what=st.sampled_from(["away", "away", "left", "bounce"]),
        back=st.sampled_from([None, 2, 9, 25]),
        how=hows,
    )
    def a_machine_answers(self, pick: int, who: int, what: str, back: int | None, how: str) -> None:
        self.life.jump(how)
        talk = self.life.talks[pick % len(self.life.talks)]
        day = (self.life.now + back * DAY).date() if back else None
        self.life.receive(talk.company, talk.people[who % len(talk.people)], what, thread=True, back=day)
        self.life.jump("minute")

    # --- what the user says ---

    @rule(company=companies, days=st.sampled_from([3, 10, 20]))
    def the_user_says_when_they_decide(self, company: Company, days: int) -> None:
        self.life.decide(company, (self.life.now + days * DAY).date())
        self.life.jump("minute")

    @rule(company=companies)
    def the_user_resumes(self, company: Company) -> None:
        self.life.resume(company)
        self.life.jump("minute")

    @rule(company=companies, after=st.sampled_from(["minute", "wake"]))
    def the_user_stops(self, company: Company, after: str) -> None:
        self.life.stop(company)
        self.life.jump(after)

    @precondition(lambda self: self.life.talks)
    @rule(
        pick=picks, purpose=st.sampled_from(list(Purpose)), stops=st.booleans(), named=st.booleans(), how=hows
    )
    def the_user_asks_for_a_letter(
        self, pick: int, purpose: Purpose, stops: bool, named: bool, how: str
    ) -> None:
        talk = self.life.talks[pick % len(self.life.talks)]
        if stops:
            self.life.stop(talk.company)
        self.life.ask_for(talk.company, purpose, talk.people[0] if named else "")
        self.life.jump("minute")
        self.life.jump(how)

    @rule(company=companies, days=st.sampled_from([2, 15]))
    def the_user_snoozes(self, company: Company, days: int) -> None:
        self.life.snooze(company, (self.life.now + days * DAY).date())
        self.life.jump("minute")

    @precondition(lambda self: self.life.talks)
    @rule(pick=picks, person=st.booleans())
    def the_user_skips(self, pick: int, person: bool) -> None:
        talk = self.life.talks[pick % len(self.life.talks)]
        self.life.skip(talk, talk.people[0] if person else "")
        self.life.jump("minute")

    @precondition(lambda self: self.life.talks)
    @rule(pick=picks)
    def the_user_asks_for_letters(self, pick: int) -> None:
        self.life.want(self.life.talks[pick % len(self.life.talks)])
        self.life.jump("minute")

    @precondition(lambda self: self.life.made)
    @rule(pick=picks)
    def the_user_asks_again(self, pick: int) -> None:
        self.life.again(self.life.made[pick % len(self.life.made)])
        self.life.jump("minute")

    @precondition(lambda self: self.life.talks)
    @rule(pick=picks)
    def the_user_phoned(self, pick: int) -> None:
        self.life.thanked(self.life.talks[pick % len(self.life.talks)].people[0])
        self.life.jump("minute")

    @precondition(lambda self: self.life.heard)
    @rule(pick=picks, what=st.sampled_from(["human", "auto"]))
    def the_user_marks_a_message(self, pick: int, what: str) -> None:
        heard = [h for h in self.life.heard if h.what != "bounce"]
        if heard:
            self.life.mark(heard[pick % len(heard)], what)
            self.life.jump("minute")

    @precondition(lambda self: self.life.made)
    @rule(pick=picks, what=st.sampled_from(["sent", "discarded"]))
    def the_user_marks_a_letter(self, pick: int, what: str) -> None:
        self.life.mark_letter(self.life.made[pick % len(self.life.made)], what)
        self.life.jump("minute")

    # --- trouble ---

    @rule(
        where=account,
        manner=st.sampled_from(["broken", "partial", "calendar", "forget", "forget calendar"]),
        how=hows,
        amount=amounts,
        more=st.booleans(),
    )
    def something_breaks(self, where: str, manner: str, how: str, amount: int, more: bool) -> None:
        self.life.break_mailbox(self._names(where)[0], manner)
        self.life.jump(how, amount)
        if more:
            self.life.jump("wake")
        self.life.mend()
        self.life.jump("minute")

    # --- the end ---

    def teardown(self) -> None:
        if not hasattr(self, "life"):
            return
        try:
            if self.life.sound:
                self.life.finish(sends=len(self.life.made) % 2 == 0)
        finally:
            self.life.close()
            self.folder.cleanup()


TestWholeLife = WholeLife.TestCase
TestWholeLife.settings = settings(
    max_examples=LIVES or 25,
    stateful_step_count=STEPS,
    derandomize=not LIVES,
    deadline=None,
    database=None,
    print_blob=False,
    phases=(Phase.explicit, Phase.generate, *([Phase.shrink] if os.environ.get("FOLLOWUPD_SHRINK") else [])),
    suppress_health_check=list(HealthCheck),
)
