"""Can the oracle fail? Each way of breaking the planner is caught, and the same life unbroken passes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest

from followupd.core import nudges, owing, planner, rounds, thank_yous
from followupd.core.case import Desk
from followupd.core.fates import Fate
from followupd.core.model import FollowUp, NudgePolicy, ProcessState, Stage
from followupd.looks import Looks
from followupd.orders import Orders
from followupd.providers.base import MailChanges
from followupd.providers.memory import MemoryMailbox
from followupd.reference import WorldReference
from followupd.store import Store
from tests.cycle.life import COMPANIES, MINUTE, ZONE, Company, Life, life

ACME, GLOBEX, INITECH = COMPANIES
Patch = pytest.MonkeyPatch
Mutation = Callable[[Patch], None]
Story = Callable[[], None]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


def begin(
    lived: Life, company: Company = ACME, start: str = "2026-03-03 09:00", who: tuple[int, ...] = (0,)
) -> None:
    """An interview is known before, and its thank-you lies in Drafts after."""
    talk = lived.add_talk(company, who, at(start))
    lived.jump("minute")
    lived.cycle(talk.end + 46 * MINUTE)


def mornings(lived: Life, first: str, days: int, *, send: bool = False, hours: int = 9) -> None:
    """Every hour from nine in my zone; with `send` the user sends what lies there."""
    day = at(first)
    for number in range(days):
        for hour in range(hours):
            lived.cycle(day + timedelta(days=number, hours=hour, minutes=5))
            for made in lived.open_drafts() if send else []:
                lived.send(made)


# --- the lives ---


def two_nudges_and_no_more() -> None:
    with life() as lived:
        lived.world.policy = replace(lived.world.policy, nudges=NudgePolicy(wait=(5, 7, 7)))
        begin(lived)
        mornings(lived, "2026-03-03 13:00", 60, send=True, hours=3)


def an_answer_from_the_person() -> None:
    with life() as lived:
        begin(lived)
        lived.send(lived.open_drafts()[0])
        lived.cycle(at("2026-03-04 09:00"))
        lived.receive(ACME, "dana@acme.example", thread=True)
        mornings(lived, "2026-03-05 09:00", 10)


def an_answer_from_a_colleague_in_a_thread_of_its_own() -> None:
    with life() as lived:
        begin(lived)
        lived.send(lived.open_drafts()[0])
        lived.cycle(at("2026-03-04 09:00"))
        lived.receive(ACME, "boss@acme.example")
        mornings(lived, "2026-03-05 09:00", 10)


def a_deleted_draft() -> None:
    with life() as lived:
        begin(lived)
        lived.delete(lived.open_drafts()[0])
        for _ in range(8):
            lived.cycle(lived.now + 20 * MINUTE)


def a_stop() -> None:
    with life() as lived:
        begin(lived)
        lived.stop(ACME)
        lived.jump("minute")


def an_evening_of_theirs() -> None:
    with life() as lived:
        begin(lived, GLOBEX, "2026-03-03 16:00")
        lived.send(lived.open_drafts()[0])
        mornings(lived, "2026-03-10 09:00", 3, hours=8)


def a_promised_date() -> None:
    with life() as lived:
        begin(lived)
        lived.send(lived.open_drafts()[0])
        lived.jump("minute")
        lived.decide(ACME, date(2026, 3, 20))
        mornings(lived, "2026-03-09 09:00", 25)


def an_edited_draft_and_a_stop() -> None:
    with life() as lived:
        begin(lived)
        lived.now += MINUTE
        lived.edit(lived.open_drafts()[0])
        lived.cycle(lived.now + 30 * MINUTE)
        lived.stop(ACME)
        lived.cycle(lived.now + 30 * MINUTE)


def a_draft_that_is_gone_for_a_moment() -> None:
    with life() as lived:
        begin(lived)
        lived.delete(lived.open_drafts()[0])
        lived.jump("minute")
        lived.cycle(lived.now + 5 * MINUTE)


def an_answer_before_the_thank_you() -> None:
    with life() as lived:
        talk = lived.add_talk(ACME, (0, 1), at("2026-03-03 09:00"))
        lived.jump("minute")
        lived.now = talk.end + 10 * MINUTE
        lived.receive(ACME, "dana@acme.example")
        lived.jump("minute")
        lived.cycle(talk.end + 46 * MINUTE)
        lived.cycle(talk.end + 90 * MINUTE)


def _meanwhile(lived: Life, act: Callable[[], None]) -> None:
    """Somebody acts once, after the mailbox was read and before the cycle acts."""
    box = lived.world.mailboxes["personal"]
    read = box.changes

    def changes(*arguments: object) -> MailChanges:
        seen = read(*arguments)  # type: ignore[arg-type]
        box.changes = read  # type: ignore[method-assign]
        act()
        return seen

    box.changes = changes  # type: ignore[method-assign]


def a_letter_written_while_the_cycle_runs() -> None:
    with life() as lived:
        talk = lived.add_talk(ACME, (0,), at("2026-03-03 09:00"))
        lived.jump("minute")
        lived.now = talk.end + 46 * MINUTE
        _meanwhile(lived, lambda: lived.write("dana@acme.example"))
        lived.by_hand_meanwhile = True
        lived.cycle()


def an_answer_that_comes_while_the_cycle_runs() -> None:
    with life() as lived:
        begin(lived)
        lived.send(lived.open_drafts()[0])
        lived.jump("minute")
        lived.now = at("2026-03-10 09:05")
        _meanwhile(lived, lambda: lived.receive(ACME, "dana@acme.example", thread=True))
        lived.by_hand_meanwhile = True
        lived.cycle()


def a_christmas() -> None:
    with life("2025-12-22 08:00") as lived:
        begin(lived, start="2025-12-23 09:00")
        lived.send(lived.open_drafts()[0])
        mornings(lived, "2025-12-29 09:00", 12)


class Killed(BaseException):
    """The process is killed after the mailbox acted."""


def a_kill_after_the_draft_was_made() -> None:
    with life() as lived:
        talk = lived.add_talk(ACME, (0,), at("2026-03-03 09:00"))
        lived.jump("minute")
        box = lived.world.mailboxes["personal"]
        create = box.create_draft

        def killed(draft: object) -> str:
            create(draft)  # type: ignore[arg-type]
            raise Killed

        box.create_draft = killed  # type: ignore[method-assign,assignment]
        with pytest.raises(Killed):
            lived.world.cycle(talk.end + 46 * MINUTE)
        box.create_draft = create  # type: ignore[method-assign]
        for wait in (47, 60, 120, 600):
            lived.world.cycle(talk.end + wait * MINUTE)
        assert len(lived.world.drafts()) == 1, "two drafts of one letter after a kill"
        stages = [f.stage for f in lived.world.follow_ups()]
        assert stages == [Stage.DRAFTED], f"after a kill the untouched draft is {stages}"


# --- the mutations ---


def no_cap(patch: Patch) -> None:
    patch.setattr(nudges, "PROCESS_CAP", 99)
    patch.setattr(nudges, "min", lambda *values, **_: max(values), raising=False)


def replies_ignored(patch: Patch) -> None:
    patch.setattr(rounds, "answers", lambda *_: [])


def only_the_thread_counts(patch: Patch) -> None:
    patch.setattr(rounds, "is_answer", lambda _, arrival: bool(arrival.answers))


def discard_ignored(patch: Patch) -> None:
    stage = Desk.stage

    def owed_again(self: Desk, follow_up: FollowUp, to: Stage, reason: str) -> FollowUp:
        if to is Stage.DISCARDED:
            follow_up = replace(
                follow_up, draft_id="", message_id="", drafted_at=None, gone_since=None, gone_looks=0
            )
            to = Stage.PLANNED
        return stage(self, follow_up, to, reason)

    patch.setattr(Desk, "stage", owed_again)


def keys_change_every_time(patch: Patch) -> None:
    numbers = count()
    for module in (owing, nudges, thank_yous):
        if hasattr(module, "follow_up_key"):
            patch.setattr(module, "follow_up_key", lambda *_: f"{next(numbers):020d}")


def no_intent_before_the_act(patch: Patch) -> None:
    patch.setattr(Store, "intend", lambda *_: 0)


def wrong_zone(patch: Patch) -> None:
    patch.setattr(nudges, "nudge_zone", lambda _theirs, _event, mine, _day: mine)


def promised_date_ignored(patch: Patch) -> None:
    case = Store.case

    def forgetful(self: Store, key: str) -> object:
        found = case(self, key)
        return found and replace(found, process=replace(found.process, decision_by=None))

    patch.setattr(Store, "case", forgetful)


def stop_missing(patch: Patch) -> None:
    patch.setattr(Orders, "_stop", lambda *_: None)


def stop_forgotten_by_the_planner(patch: Patch) -> None:
    case = Store.case

    def forgetful(self: Store, key: str) -> object:
        found = case(self, key)
        return found and replace(found, process=replace(found.process, state=ProcessState.ACTIVE, reason=""))

    patch.setattr(Store, "case", forgetful)


def touched_is_untouched(patch: Patch) -> None:
    fate, withdraw = planner.fate, MemoryMailbox.withdraw_draft

    def blind(*arguments: object) -> Fate:
        found = fate(*arguments)  # type: ignore[arg-type]
        return replace(found, stage=Stage.DRAFTED) if found.stage is Stage.EDITED else found

    def blunt(self: MemoryMailbox, draft_id: str, message_id: str, _: object, now: datetime) -> bool:
        return withdraw(self, draft_id, message_id, lambda _: True, now)

    patch.setattr(planner, "fate", blind)
    patch.setattr(MemoryMailbox, "withdraw_draft", blunt)


def no_grace(patch: Patch) -> None:
    patch.setattr(planner, "given_up", lambda *_: True)


def an_answer_cancels_thank_yous(patch: Patch) -> None:
    think = thank_yous.think

    def sulking(desk: Desk) -> None:
        if desk.process.state is ProcessState.ACTIVE:
            think(desk)

    patch.setattr(thank_yous, "think", sulking)


def no_look_before_create(patch: Patch) -> None:
    patch.setattr(Looks, "letters", lambda *_: ([], True))


def no_last_look(patch: Patch) -> None:
    patch.setattr(Looks, "last_look", lambda *_: False)


def no_holidays(patch: Patch) -> None:
    patch.setattr(WorldReference, "holidays", lambda *_: frozenset())


PAIRS: list[tuple[Mutation, Story]] = [
    (no_cap, two_nudges_and_no_more),
    (replies_ignored, an_answer_from_the_person),
    (only_the_thread_counts, an_answer_from_a_colleague_in_a_thread_of_its_own),
    (discard_ignored, a_deleted_draft),
    (keys_change_every_time, a_deleted_draft),
    (no_intent_before_the_act, a_kill_after_the_draft_was_made),
    (wrong_zone, an_evening_of_theirs),
    (promised_date_ignored, a_promised_date),
    (stop_missing, a_stop),
    (stop_forgotten_by_the_planner, a_stop),
    (touched_is_untouched, an_edited_draft_and_a_stop),
    (no_grace, a_draft_that_is_gone_for_a_moment),
    (an_answer_cancels_thank_yous, an_answer_before_the_thank_you),
    (no_look_before_create, a_letter_written_while_the_cycle_runs),
    (no_last_look, an_answer_that_comes_while_the_cycle_runs),
    (no_holidays, a_christmas),
]


@pytest.mark.parametrize(
    "story", dict.fromkeys(story for _, story in PAIRS), ids=lambda story: story.__name__
)
def test_the_life_passes_unbroken(story: Story) -> None:
    story()


@pytest.mark.parametrize(("mutation", "story"), PAIRS, ids=lambda part: part.__name__)
def test_the_mutant_is_caught(mutation: Mutation, story: Story, monkeypatch: Patch) -> None:
    mutation(monkeypatch)
    with pytest.raises(AssertionError):
        story()
