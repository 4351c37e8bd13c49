"""The verdict on a month that was played: by the calendar, the user's hand and the clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from tests.soak.month import ACCOUNTS, DAY, HOUR, LONDON, MINUTE, Invited, Talk
from tests.soak.places import Made
from tests.soak.played import Play

READY = 45 * MINUTE
LATE = 48 * HOUR
# Looks that a letter may take longer where answers were lost: each try waits longer than the last.
RETRIES = 5
WAITS = (5, 7)  # working days
# Letters that it asks about: an answer was lost, the process killed, and the user deleted another draft.
UNSURE = 2
OFFICE = (time(9), time(17))


class Verdict:
    """Judges what is written down of a month."""

    def __init__(self, play: Play) -> None:
        self.play = play
        self.history = play.history
        self.made = [draft for _, draft in play.history.made]
        self.gone = {one.message_id: one.at for one in play.history.gone}
        self.unsure = play.unsure()

    def must_hold(self) -> None:
        self.must_be_sound()
        assert len(self.unsure) <= UNSURE, self.unsure
        for talk in self.play.month.talks:
            for person in talk.people:
                self.must_be_thanked_once(talk, person)
        for domain in sorted({talk.domain for talk in self.play.month.talks}):
            self.must_be_nudged_rightly(domain)

    def must_be_sound(self) -> None:
        """Nothing is sent, no request is wrong, no file is left half written."""
        for place in self.play.google.values():
            assert place.simulator.violations == []
            assert place.simulator.journal.sends() == []
        errors = [one for one in self.play.daemon.events if one["level"] in {"error", "critical"}]
        assert errors == []

    # --- thank-yous ---

    def must_be_thanked_once(self, talk: Talk, person: Invited) -> None:
        drafts = [one for one in self.made if one.to == person.address and not one.nudge]
        story = f"{person.address} ({person.hand}, {talk.fate}, {talk.start:%d %b %H:%M}, {talk.account}): {drafts}"
        for before, after in pairwise(drafts):
            self._must_replace(talk, person, before, after, story)
        standing = [one for one in drafts if one.message_id not in self.gone]
        if not talk.held:
            assert not drafts, f"a letter for a talk that was not held: {story}"
        elif person.hand == "write alone":
            assert not standing, f"a letter beside the user's own: {story}"
        elif person.address in self.unsure:
            assert len(standing) <= 1, story
        elif talk.last_end + READY < self._judged_until:
            assert len(standing) == 1, f"not one letter: {story}"
            self._must_be_in_time(talk, drafts, story)
        else:
            assert len(standing) <= 1, story

    @property
    def _judged_until(self) -> datetime:
        return self.play.month.end - 12 * HOUR

    def _must_replace(self, talk: Talk, person: Invited, before: Made, after: Made, story: str) -> None:
        """Another draft comes only where the first was taken away: moved, or late and worded for that."""
        taken = self.gone.get(before.message_id)
        assert taken is not None, f"a second letter beside the first: {story}"
        assert taken <= after.at, story
        moved = talk.fate == "moved after the draft" and before.at < talk.turns <= after.at
        late = before.at < talk.last_end + LATE <= after.at
        assert moved or late, f"replaced for no reason: {story}"
        touched = [at for at, to, nudge, _ in self.history.touched if to == person.address and not nudge]
        assert not [at for at in touched if before.at <= at <= taken], f"a touched draft was taken: {story}"

    def _must_be_in_time(self, talk: Talk, drafts: list[Made], story: str) -> None:
        due = talk.last_end + READY
        first = next(one.at for one in drafts if one.at >= talk.last_end)
        assert first >= due, f"too early: {story}"
        # What can't be looked at elsewhere may hold a letter of the user's own.
        missed = [at for at in self.history.looks if due <= at < first and self._are_all_reachable(at)]
        assert len(missed) <= RETRIES, f"too late by {len(missed)} looks: {story}"

    def _is_reachable(self, account: str, at: datetime) -> bool:
        mine = [one for one in self.play.month.outages if one.account == account]
        return not any(one.begin <= at <= one.end for one in mine)

    # --- nudges ---

    def must_be_nudged_rightly(self, domain: str) -> None:
        nudges = [one for one in self.made if one.nudge and one.to.endswith("@" + domain)]
        for number, nudge in enumerate(nudges):
            self._must_be_right(domain, nudge, nudges[:number])
        for talk in self._held(domain, self.play.month.end):
            self._must_be_there(domain, talk, nudges)

    def _must_be_right(self, domain: str, nudge: Made, before: list[Made]) -> None:
        story = f"nudge to {nudge.to} at {nudge.at}; before: {before}"
        last = self._held(domain, nudge.at)[-1]
        answers = self._answers(domain, last.last_end, nudge.at)
        assert not answers, f"answered at {answers}: {story}"
        assert not self._is_ahead(domain, nudge.at), f"a talk lies ahead: {story}"
        thanked = [
            at for at, to, again in self.history.sent if to == nudge.to and not again and at < nudge.at
        ]
        assert thanked, f"nobody thanked them: {story}"
        here = [one for one in before if one.at > last.last_end]
        sent = [one for one in here if self._was_sent(one)]
        taken = [one for one in here if one.message_id in self.gone]
        assert len(sent) + len(taken) == len(here), (
            f"a nudge beside another, or after one that was deleted: {story}"
        )
        assert len(sent) < len(WAITS), f"one too many: {story}"
        there = nudge.at.astimezone(self._zone(nudge.to))
        assert OFFICE[0] <= there.time() < OFFICE[1], story
        first = self._due(domain, last, nudge.at, len(sent))
        assert there.date() >= first, f"due on {first}: {story}"
        assert there.weekday() in {1, 2, 3}, story

    def _must_be_there(self, domain: str, talk: Talk, nudges: list[Made]) -> None:
        """On the first day that is right, if nothing speaks against it: the first one, and after it the second."""
        if any(person.away for person in talk.people):
            return
        mine = [person.address for person in talk.people]
        if not [at for at, to, again in self.history.sent if to in mine and not again]:
            return
        for step in range(len(WAITS)):
            before = [one for one in nudges if talk.last_end < one.at and self._was_sent(one)][:step]
            if len(before) < step:
                return
            after = before[-1].at if before else talk.last_end
            day = self._due(domain, talk, self._ends_round(domain, talk), step, before)
            last = self._last_call(talk, day)
            if last is None or self._answers(domain, talk.last_end, last) or self._is_ahead(domain, last):
                return
            if self._held(domain, last)[-1] is not talk:
                return
            there = [one for one in nudges if after < one.at <= last]
            assert there, f"no nudge {step + 1} to {domain} until {last}; its day was {day}; {talk}"

    def _ends_round(self, domain: str, talk: Talk) -> datetime:
        """When the next talk with them is over, or the month."""
        later = [
            one.last_end for one in self._held(domain, self.play.month.end) if one.last_end > talk.last_end
        ]
        return min(later, default=self.play.month.end)

    def _last_call(self, talk: Talk, day: date) -> datetime | None:
        """The end of the first office day, from that day on, on which all accounts could be looked at often."""
        zone = self._zone(talk.people[0].address)
        while day < self.play.month.end.date():
            begin, end = (datetime.combine(day, hour, zone) for hour in OFFICE)
            looks = [at for at in self.history.looks if begin <= at < end and self._are_all_reachable(at)]
            if day.weekday() in {1, 2, 3} and len(looks) > RETRIES:
                return end
            day += DAY
        return None

    def _are_all_reachable(self, at: datetime) -> bool:
        """For an hour already: who could not be reached is asked again a while later."""
        return all(self._is_reachable(name, at - late) for name in ACCOUNTS for late in (timedelta(0), HOUR))

    def _due(self, domain: str, talk: Talk, at: datetime, step: int, sent: list[Made] | None = None) -> date:
        """The working day on which the nudge is owed: the nth after my last letter, or the talk."""
        moments = [talk.last_end]
        for moment, to, again in self.history.sent:
            ours = to.endswith("@" + domain) and moment <= at
            if ours and not (again and sent is not None and not self._is_sent_copy_of(moment, to, sent)):
                moments.append(moment)
        day = max(moments).astimezone(LONDON).date()
        left = WAITS[step]
        while left:
            day += DAY
            left -= day.weekday() < 5
        return day

    def _is_sent_copy_of(self, at: datetime, to: str, nudges: list[Made]) -> bool:
        return any(one.to == to and one.at <= at for one in nudges)

    def _was_sent(self, nudge: Made) -> bool:
        """The user has sent this one: before another to the same person came."""
        later = [one.at for one in self.made if one.nudge and one.to == nudge.to and one.at > nudge.at]
        until = min(later, default=self.play.month.end)
        return any(
            to == nudge.to and again and nudge.at <= at <= until for at, to, again in self.history.sent
        )

    def _zone(self, address: str) -> ZoneInfo:
        talk, _ = self.play.whose(address)
        return LONDON if talk.account == "offline" else ZoneInfo(talk.zone)  # its files are written in UTC

    def _answers(self, domain: str, since: datetime, until: datetime) -> list[datetime]:
        return [at for at, who in self.history.answered if who == domain and since < at < until]

    def _held(self, domain: str, until: datetime) -> list[Talk]:
        mine = [one for one in self._talks(domain) if one.held and one.last_end <= until]
        return sorted(mine, key=lambda one: one.last_end)

    def _is_ahead(self, domain: str, at: datetime) -> bool:
        def ahead(talk: Talk) -> bool:
            start = talk.last_start if talk.turns <= at else talk.start
            off = not talk.held and talk.turns <= at
            return talk.announced <= at and not off and start > at

        return any(ahead(talk) for talk in self._talks(domain))

    def _talks(self, domain: str) -> Iterator[Talk]:
        return (talk for talk in self.play.month.talks if talk.domain == domain)
