"""What the user says, and what the next cycles make of it: whole lives, with the real planner and store."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from followupd.core.model import Draft, Folder, FollowUp, Kind, ProcessState, Stage, event_id
from followupd.errors import UsageError
from tests.world import World, policy

DANA = "dana@acme.example"
KIM = "kim@acme.example"
RITA = "recruiting@acme.example"


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """An interview with Dana on Wed 4 March 2026, 15:00 to 16:00, known beforehand."""
    world = World(tmp_path / "state")
    yield world
    world.store.close()


def known(world: World, *people: str, uid: str = "talk", **more: Any) -> str:
    """The usual interview; its id."""
    world.begin("2026-03-02 09:00")
    world.event(
        "2026-03-04 15:00", "2026-03-04 16:00", people or ("Dana Reyes <dana@acme.example>",), uid=uid, **more
    )
    world.cycle("2026-03-02 10:00")
    return event_id(uid, "")


def drafted(world: World, *people: str, **more: Any) -> str:
    name = known(world, *people, **more)
    world.cycle("2026-03-04 16:46")
    return name


def thanked(world: World, *people: str, **more: Any) -> str:
    """All thank-yous sent that evening, the nudge planned for Wed 11 March."""
    name = drafted(world, *people, **more)
    for draft in world.drafts():
        world.send(draft, at="2026-03-04 18:00")
    world.cycle("2026-03-04 18:05")
    return name


def key(world: World) -> str:
    return world.process().key


def stages(world: World, kind: Kind = Kind.THANK_YOU) -> dict[str, Stage]:
    return {f.to or f.name: f.stage for f in world.follow_ups(kind)}


def nudge(world: World) -> FollowUp:
    return world.nudges()[-1]


@contextmanager
def meanwhile(world: World, say: Callable[[], object], account: str = "personal") -> Iterator[None]:
    """The user speaks while the cycle is making a draft: after its intent, before its outcome."""
    mailbox = world.mailboxes[account]
    create = mailbox.create_draft
    said: list[object] = []

    def creating(draft: Draft) -> str:
        made = create(draft)
        if not said:
            said.append(say())
        return made

    mailbox.create_draft = creating  # type: ignore[method-assign]
    try:
        yield
    finally:
        mailbox.create_draft = create  # type: ignore[method-assign]
    assert said


def journal(world: World) -> list[tuple[str, str]]:
    rows = world.store.connection.execute("SELECT act, state FROM journal ORDER BY number").fetchall()
    return [(act, state) for act, state in rows]


# --- note ---------------------------------------------------------------------------------------


def test_a_note_before_the_interview_is_in_the_letter(world: World) -> None:
    known(world)
    assert world.orders().note(DANA, "Rust in the tooling team").startswith("Noted for “Interview”")
    world.cycle("2026-03-04 16:46")
    assert "Rust in the tooling team" in world.draft_to(DANA).text


def test_a_note_after_the_draft_replaces_it_once(world: World) -> None:
    drafted(world)
    before = world.draft_to(DANA)
    world.orders("2026-03-04 17:30").note("dana", "their move to Rust")
    world.cycle("2026-03-04 17:35")
    after = world.draft_to(DANA)
    assert "their move to Rust" in after.text
    assert after.message_id != before.message_id
    world.orders("2026-03-04 18:30").note("dana", "the garden")
    world.cycle("2026-03-04 18:35")
    assert world.draft_to(DANA).message_id == after.message_id


def test_a_note_never_touches_an_edited_draft(world: World) -> None:
    drafted(world)
    mine = world.edit(world.draft_to(DANA), at="2026-03-04 17:00")
    world.cycle("2026-03-04 17:15")
    world.orders().note("dana", "their move to Rust")
    world.cycle("2026-03-04 17:35")
    assert world.draft_to(DANA).text == mine.text


def test_a_note_for_one_person_is_in_no_other_letter(world: World) -> None:
    known(world, "Dana Reyes <dana@acme.example>", "Kim Park <kim@acme.example>")
    world.orders().note("kim", "the garden")
    world.cycle("2026-03-04 16:46")
    assert "garden" in world.draft_to(KIM).text
    assert "garden" not in world.draft_to(DANA).text


def test_a_note_without_interest_asks_for_nothing(world: World) -> None:
    known(world)
    world.orders().note("acme", "", interest=False)
    assert not world.store.interviews()[0].notes[0].interest


@pytest.mark.parametrize(("text", "said"), [(" \n", "empty"), ("x" * 2001, "2000 is the most")])
def test_a_note_must_have_words_and_not_too_many(world: World, text: str, said: str) -> None:
    known(world)
    with pytest.raises(UsageError, match=said):
        world.orders().note("dana", text)


# --- decide, snooze, resume, pause --------------------------------------------------------------


def test_a_promised_date_holds_the_nudge_until_three_working_days_after(world: World) -> None:
    thanked(world)
    assert "2026-03-20" in world.orders("2026-03-05 09:00").decide("acme", date(2026, 3, 20))
    world.cycle("2026-03-05 10:00")
    assert world.day(nudge(world).due) == date(2026, 3, 25)
    world.cycle("2026-03-25 09:05")
    assert nudge(world).stage is Stage.DRAFTED


def test_an_answer_with_a_date_is_settled_by_decide(world: World) -> None:
    thanked(world)
    world.receive("Dana Reyes <dana@acme.example>", at="2026-03-06 10:00")
    world.cycle("2026-03-06 10:05")
    assert [q.topic for q in world.questions()] == ["answer"]
    world.orders("2026-03-06 11:00").decide("acme", date(2026, 3, 13))
    world.cycle("2026-03-06 11:05")
    assert not world.questions()
    assert world.process().state is ProcessState.ACTIVE
    assert world.day(nudge(world).due) == date(2026, 3, 18)


def test_a_date_far_away_is_a_slip_of_the_pen(world: World) -> None:
    thanked(world)
    for far in (date(9999, 12, 31), date(1, 1, 1)):
        with pytest.raises(UsageError, match="Check the year"):
            world.orders().decide("acme", far)
    with pytest.raises(UsageError, match="Check the year"):
        world.orders().pause(date(9999, 12, 31))


def test_what_was_stopped_is_opened_by_resume_alone(world: World) -> None:
    thanked(world)
    world.orders().stop("acme", "rejected")
    tries: list[Callable[[], str]] = [
        lambda: world.orders().decide("acme", date(2026, 3, 20)),
        lambda: world.orders().snooze("acme", date(2026, 3, 20)),
        lambda: world.orders().draft("acme"),
        lambda: world.orders().again(DANA),
    ]
    for order in tries:
        with pytest.raises(UsageError, match="followupd resume"):
            order()
    assert world.process().reason == "rejected"


def test_a_snoozed_process_wakes_on_its_date(world: World) -> None:
    thanked(world)
    world.orders("2026-03-05 09:00").snooze("acme", date(2026, 3, 18))
    world.cycle("2026-03-05 09:05")
    assert world.process().state is ProcessState.SNOOZED
    assert nudge(world).stage is Stage.WITHDRAWN
    world.cycle("2026-03-17 23:59")
    assert not world.drafts()
    world.cycle("2026-03-18 09:05")
    assert world.process().state is ProcessState.ACTIVE
    assert world.draft_to(DANA).subject.startswith("Re: ")


def test_a_snooze_withdraws_an_untouched_nudge_and_keeps_a_thank_you(world: World) -> None:
    thanked(world)
    world.cycle("2026-03-11 09:05")
    assert world.drafts()
    world.orders("2026-03-11 10:00").snooze("acme", date(2026, 3, 18))
    world.cycle("2026-03-11 10:05")
    assert not world.drafts()


def test_a_question_about_an_answer_is_asked_again_after_a_snooze(world: World) -> None:
    thanked(world)
    world.receive("Dana Reyes <dana@acme.example>", at="2026-03-06 10:00")
    world.cycle("2026-03-06 10:05")
    world.orders("2026-03-06 11:00").snooze("acme", date(2026, 4, 7))
    world.cycle("2026-03-06 11:05")
    assert not world.questions()
    world.cycle("2026-03-30 11:05")
    assert world.process().state is ProcessState.SNOOZED
    world.cycle("2026-04-07 09:05")
    assert world.process().state is ProcessState.ANSWERED
    assert [q.topic for q in world.questions()] == ["answer"]


def test_a_snooze_needs_a_day_to_come_and_an_open_process(world: World) -> None:
    thanked(world)
    with pytest.raises(UsageError, match="not after today"):
        world.orders().snooze("acme", date(2026, 3, 4))


def test_resume_lets_the_waiting_go_on_after_an_answer(world: World) -> None:
    thanked(world)
    world.receive("Dana Reyes <dana@acme.example>", at="2026-03-06 10:00")
    world.cycle("2026-03-06 10:05")
    assert nudge(world).stage is Stage.WITHDRAWN
    world.orders("2026-03-06 11:00").resume("acme")
    world.cycle("2026-03-06 11:05")
    assert nudge(world).stage is Stage.PLANNED
    assert world.day(nudge(world).due) == date(2026, 3, 17)  # five working days after their word, a Tuesday


def test_a_pause_drafts_nothing_until_its_day(world: World) -> None:
    known(world)
    world.orders("2026-03-04 12:00").pause(date(2026, 3, 6))
    world.cycle("2026-03-04 16:46")
    world.cycle("2026-03-05 23:59")
    assert not world.drafts()
    world.cycle("2026-03-06 00:01")
    assert world.draft_to(DANA)


def test_a_pause_can_be_ended(world: World) -> None:
    known(world)
    world.orders("2026-03-04 12:00").pause(date(2026, 3, 6))
    world.cycle("2026-03-04 16:46")
    assert "pause ends on 2026-03-06" in world.orders("2026-03-04 17:00").draft("acme")
    assert "There is no pause" in world.orders("2026-03-04 17:00").pause(None)
    world.cycle("2026-03-04 17:01")
    assert world.draft_to(DANA)


def test_a_pause_takes_nothing_away(world: World) -> None:
    drafted(world)
    world.orders("2026-03-04 17:00").pause(date(2026, 3, 12))
    world.orders("2026-03-04 17:30").note("dana", "their move to Rust")
    world.cycle("2026-03-04 17:35")
    world.cycle("2026-03-06 17:35")
    assert len(world.drafts()) == 1


# --- stop ---------------------------------------------------------------------------------------


def test_stop_withdraws_untouched_drafts_and_keeps_edited_ones(world: World) -> None:
    drafted(world, "Dana Reyes <dana@acme.example>", "Kim Park <kim@acme.example>")
    world.edit(world.draft_to(DANA), at="2026-03-04 17:00")
    world.cycle("2026-03-04 17:15")
    world.orders("2026-03-04 17:30").stop("acme", "rejected")
    world.cycle("2026-03-04 17:31")
    assert stages(world) == {DANA: Stage.EDITED, KIM: Stage.WITHDRAWN}
    assert world.draft_to(DANA)
    world.cycles("2026-03-05 09:00", "2026-03-27 09:00")
    assert len(world.drafts()) == 1
    assert world.process().reason == "rejected"


def test_stop_ends_the_nudges(world: World) -> None:
    thanked(world)
    world.orders("2026-03-05 09:00").stop("acme", "accepted")
    world.cycles("2026-03-05 09:00", "2026-03-27 09:00")
    assert not world.drafts()
    assert nudge(world).stage is Stage.WITHDRAWN


def test_stop_all_stops_each_once(world: World) -> None:
    thanked(world)
    world.event("2026-03-12 10:00", "2026-03-12 11:00", ["Bo <bo@beta.example>"])
    world.event("2026-03-13 10:00", "2026-03-13 11:00", ["Cy <cy@gamma.example>"])
    world.cycle("2026-03-05 09:00")
    world.orders().stop("beta", "rejected")
    assert world.orders().stop_all("accepted").startswith("2 processes are closed (accepted).")
    world.cycles("2026-03-05 09:00", "2026-03-20 09:00")
    assert not world.drafts()
    assert sorted(p.reason for p in world.store.processes()) == ["accepted", "accepted", "rejected"]
    assert world.orders().stop_all("other") == "No process was open."


def test_resume_after_stop_owes_again_what_is_not_too_late(world: World) -> None:
    drafted(world)
    world.orders("2026-03-04 17:00").stop("acme", "withdrawn")
    world.cycle("2026-03-04 17:01")
    assert not world.drafts()
    world.orders("2026-03-04 18:00").resume("acme")
    world.cycle("2026-03-04 18:01")
    assert world.draft_to(DANA)


def test_a_question_that_stop_took_away_is_asked_again_after_resume(world: World) -> None:
    drafted(world, "Dana Reyes <dana@acme.example>", "Kim Park <kim@gmail.com>")
    assert [q.topic for q in world.questions()] == ["outsider"]
    world.orders("2026-03-04 17:00").stop("acme", "withdrawn")
    world.cycle("2026-03-04 17:01")
    assert not world.questions()
    world.orders("2026-03-04 18:00").resume("acme")
    world.cycle("2026-03-04 18:01")
    assert [q.topic for q in world.questions()] == ["outsider"]


def test_only_known_reasons_stop(world: World) -> None:
    known(world)
    with pytest.raises(UsageError, match="Say one of: accepted, offer"):
        world.orders().stop("acme", "boredom")
    with pytest.raises(UsageError, match="Say one of: accepted, offer"):
        world.orders().stop_all("boredom")


# --- while a cycle is at work -------------------------------------------------------------------


def test_a_stop_while_a_draft_is_made_withdraws_it_in_the_same_cycle(world: World) -> None:
    known(world, "Dana Reyes <dana@acme.example>", "Kim Park <kim@acme.example>")
    with meanwhile(world, lambda: world.orders("2026-03-04 16:46").stop("acme", "rejected")):
        world.cycle("2026-03-04 16:46")
    assert not world.drafts()
    assert set(stages(world).values()) == {Stage.WITHDRAWN}
    assert [act for act, _ in journal(world)] == ["create", "withdraw"]


def test_no_intent_to_create_is_journalled_after_a_stop_has_returned(world: World) -> None:
    """The stop comes from another connection, between planning and the first transaction."""
    known(world, "Dana Reyes <dana@acme.example>", "Kim Park <kim@acme.example>")
    transaction = world.store.transaction
    told: list[str] = []

    @contextmanager
    def later(*, durable: bool = True) -> Iterator[None]:
        if world.store.follow_ups() and not told and world.now == world.time("2026-03-04 16:46"):
            told.append("now")
            other = World(world.folder)
            other.orders("2026-03-04 16:46").stop("acme", "rejected")
            other.store.close()
        with transaction(durable=durable):
            yield

    world.store.transaction = later  # type: ignore[method-assign]
    world.cycle("2026-03-04 16:46")
    assert told
    assert journal(world) == []
    assert not world.drafts()


def test_a_skip_while_a_draft_is_made_withdraws_it_in_the_same_cycle(world: World) -> None:
    known(world)
    with meanwhile(world, lambda: world.orders("2026-03-04 16:46").skip("dana")):
        world.cycle("2026-03-04 16:46")
    assert not world.drafts()
    assert stages(world) == {DANA: Stage.WITHDRAWN}


def test_a_drop_while_a_draft_is_made_withdraws_it_in_the_same_cycle(world: World) -> None:
    name = known(world)
    with meanwhile(world, lambda: world.orders("2026-03-04 16:46").drop_person(name, "dana")):
        world.cycle("2026-03-04 16:46")
    assert not world.drafts()


def test_sent_by_phone_while_a_draft_is_made_is_not_forgotten(world: World) -> None:
    known(world)
    with meanwhile(world, lambda: world.orders("2026-03-04 16:46").sent("dana", "phone")):
        world.cycle("2026-03-04 16:46")
    world.cycle("2026-03-04 16:51")
    assert not world.drafts()
    assert stages(world) == {DANA: Stage.SENT}


def test_a_skip_while_a_nudge_is_made_withdraws_it(world: World) -> None:
    thanked(world)
    with meanwhile(world, lambda: world.orders("2026-03-11 09:05").skip("dana")):
        world.cycle("2026-03-11 09:05")
    world.cycle("2026-03-11 09:10")
    assert not world.drafts()
    assert nudge(world).stage in {Stage.SKIPPED, Stage.WITHDRAWN}


def test_a_snooze_while_a_nudge_is_made_withdraws_it(world: World) -> None:
    thanked(world)
    with meanwhile(world, lambda: world.orders("2026-03-11 09:05").snooze("acme", date(2026, 3, 18))):
        world.cycle("2026-03-11 09:05")
    assert not world.drafts()


def test_a_merge_while_a_draft_is_made_makes_no_second_one(world: World) -> None:
    known(world)
    world.event("2026-03-12 10:00", "2026-03-12 11:00", ["Bo <bo@beta.example>"])
    world.cycle("2026-03-03 09:00")
    with meanwhile(world, lambda: world.orders("2026-03-04 16:46").merge("acme", "beta")):
        world.cycle("2026-03-04 16:46")
    world.cycles("2026-03-04 16:51", "2026-03-06 16:51")
    assert world.draft_to(DANA)
    assert world.thank_you(DANA).process == key(world)
    assert world.thank_you(DANA).stage in {Stage.DRAFTED, Stage.EDITED}


def test_draft_and_again_while_a_draft_is_made_make_no_second_one(world: World) -> None:
    known(world)
    with meanwhile(world, lambda: world.orders("2026-03-04 16:46").draft("acme")):
        world.cycle("2026-03-04 16:46")
    world.cycles("2026-03-04 16:51", "2026-03-05 09:51")
    assert world.draft_to(DANA)
    assert stages(world) == {DANA: Stage.DRAFTED}


# --- skip ---------------------------------------------------------------------------------------


def test_skip_an_interview_before_and_after(world: World) -> None:
    name = drafted(world, "Dana Reyes <dana@acme.example>", "Kim Park <kim@acme.example>")
    assert world.orders().skip(name) == "No letters for “Interview”."
    world.cycle("2026-03-04 17:00")
    assert not world.drafts()
    assert set(stages(world).values()) == {Stage.WITHDRAWN}


def test_skip_one_of_two_with_the_same_first_name_is_asked_back(world: World) -> None:
    drafted(world, "Dana Reyes <dana@acme.example>", "Dana Smith <smith@acme.example>")
    with pytest.raises(UsageError, match="fits more than one person"):
        world.orders().skip("dana")
    world.orders().skip("dana smith")
    world.cycle("2026-03-04 17:00")
    assert stages(world) == {DANA: Stage.DRAFTED, "smith@acme.example": Stage.WITHDRAWN}


def test_skip_a_company_is_never_skip_the_one_person_known_there(world: World) -> None:
    drafted(world)
    assert world.orders().skip("acme") == "No letters for “Interview”."


def test_skip_a_person_met_twice_that_day_skips_their_one_letter(world: World) -> None:
    known(world)
    world.event("2026-03-04 13:00", "2026-03-04 14:00", ["Dana Reyes <dana@acme.example>"])
    world.cycle("2026-03-02 10:05")
    world.orders("2026-03-04 16:10").skip("dana")
    world.cycle("2026-03-04 16:46")
    assert not world.drafts()


def test_skip_somebody_without_an_address_skips_nobody_else(world: World) -> None:
    known(world, "Dana Reyes <dana@acme.example>", "Lee Wong <>")
    world.orders().skip("lee wong")
    world.cycle("2026-03-04 16:46")
    assert [f.to for f in world.follow_ups() if f.stage is Stage.DRAFTED] == [DANA]
    assert world.store.interviews()[0].skipped is None


def test_skip_takes_the_planned_nudge_too(world: World) -> None:
    name = thanked(world)
    world.orders("2026-03-05 09:00").skip(name)
    world.cycles("2026-03-05 09:05", "2026-03-20 09:05")
    assert nudge(world).stage is Stage.SKIPPED
    assert not world.drafts()


def test_skip_all_after_the_first_start(world: World) -> None:
    world.event(
        "2026-03-04 15:00", "2026-03-04 16:00", ["Dana <dana@acme.example>", "Kim <kim@acme.example>"]
    )
    world.cycle("2026-03-04 17:00")
    assert [q.topic for q in world.questions()] == ["first_start"]
    assert world.orders().skip_all() == "2 letters are skipped."
    world.cycles("2026-03-04 17:05", "2026-03-06 17:05")
    assert not world.drafts()
    assert not world.questions()
    assert world.orders().skip_all() == "No letter waits for the common question."


def test_draft_all_after_the_first_start(world: World) -> None:
    world.event(
        "2026-03-04 15:00", "2026-03-04 16:00", ["Dana <dana@acme.example>", "Kim <kim@acme.example>"]
    )
    world.cycle("2026-03-04 17:00")
    assert not world.drafts()
    assert world.orders().draft_all() == "2 letters are drafted with the next look."
    world.cycle("2026-03-04 17:05")
    assert len(world.drafts()) == 2
    assert not world.questions()
    assert world.orders().draft_all() == "No letter waits for the common question."


# --- draft and again ----------------------------------------------------------------------------


def test_draft_makes_the_letter_of_an_interview_older_than_look_back(world: World) -> None:
    world.begin("2026-03-02 09:00")
    world.event("2026-02-24 15:00", "2026-02-24 16:00")
    world.cycle("2026-03-02 09:05")
    assert stages(world) == {DANA: Stage.SKIPPED}
    assert "drafted with the next look" in world.orders().draft("acme")
    world.cycle("2026-03-02 09:10")
    assert world.draft_to(DANA)


def test_draft_after_skip(world: World) -> None:
    name = drafted(world)
    world.orders().skip(name)
    world.cycle("2026-03-04 17:00")
    world.orders().draft(name)
    world.cycle("2026-03-04 17:05")
    assert world.draft_to(DANA)


def test_draft_before_the_end_says_that_it_waits(world: World) -> None:
    known(world)
    assert "when it is over" in world.orders("2026-03-04 15:30").draft("acme")
    world.cycle("2026-03-04 15:59")
    assert not world.drafts()
    world.cycle("2026-03-04 16:01")
    assert world.draft_to(DANA)


def test_draft_reopens_a_process_that_was_closed_as_quiet(world: World) -> None:
    name = drafted(world)
    world.delete(world.draft_to(DANA))
    world.cycles("2026-03-04 17:00", "2026-03-04 19:00")
    world.cycles("2026-03-05 17:00", "2026-03-23 19:00")
    assert world.process().state is ProcessState.CLOSED
    world.orders().draft(name)
    world.cycle("2026-03-23 19:05")
    assert world.process().state is ProcessState.ACTIVE
    assert world.draft_to(DANA)


@pytest.mark.parametrize("to_trash", [True, False])
def test_again_after_a_thank_you_was_deleted(world: World, to_trash: bool) -> None:
    drafted(world)
    first = world.draft_to(DANA)
    if to_trash:
        world.move(first, Folder.TRASH)
    else:
        world.delete(first)
    for at in ("17:00", "17:20", "17:40"):
        world.cycle(f"2026-03-04 {at}")
    assert stages(world) == {DANA: Stage.DISCARDED}
    assert "owed again" in world.orders().again("dana")
    world.cycle("2026-03-04 17:45")
    assert world.draft_to(DANA).message_id != first.message_id
    world.cycles("2026-03-04 18:00", "2026-03-05 18:00")
    assert world.draft_to(DANA)
    assert stages(world) == {DANA: Stage.DRAFTED}


def test_again_after_skip_brings_this_letter_alone(world: World) -> None:
    name = drafted(world, "Dana Reyes <dana@acme.example>", "Kim Park <kim@acme.example>")
    world.orders().skip(name)
    world.cycle("2026-03-04 17:00")
    world.orders().again("dana")
    world.cycle("2026-03-04 17:05")
    assert stages(world) == {DANA: Stage.DRAFTED, KIM: Stage.WITHDRAWN}


def test_again_takes_back_a_drop_and_a_skip_of_the_person(world: World) -> None:
    name = drafted(world)
    world.orders().drop_person(name, "dana")
    world.orders().skip("dana")
    world.cycle("2026-03-04 17:00")
    assert not world.drafts()
    world.orders().again("dana")
    world.cycle("2026-03-04 17:05")
    assert world.draft_to(DANA)


def test_again_for_an_outsider_whose_question_ended_in_silence(world: World) -> None:
    drafted(world, "Dana Reyes <dana@acme.example>", "Kim Park <kim@gmail.com>")
    world.cycles("2026-03-05 09:00", "2026-03-19 09:00")
    assert stages(world)["kim@gmail.com"] is Stage.SKIPPED
    world.orders().again("kim park")
    world.cycle("2026-03-19 09:05")
    assert stages(world)["kim@gmail.com"] is Stage.DRAFTED


def test_again_makes_no_second_draft_beside_one_that_expired_in_drafts(world: World) -> None:
    name = drafted(world)
    world.cycles("2026-03-05 09:00", "2026-03-06 20:00")
    world.cycle("2026-03-21 09:00")
    assert stages(world) == {DANA: Stage.EXPIRED}
    with pytest.raises(UsageError, match="It lies in Drafts"):
        world.orders().again("dana")
    world.orders().draft(name)
    world.cycle("2026-03-21 09:05")
    assert world.draft_to(DANA)


def test_again_refuses_what_was_sent_or_lies_in_drafts(world: World) -> None:
    drafted(world)
    with pytest.raises(UsageError, match="lies in Drafts"):
        world.orders().again("dana")
    world.send(world.draft_to(DANA), at="2026-03-04 18:00")
    world.cycle("2026-03-04 18:05")
    with pytest.raises(UsageError, match="was sent"):
        world.orders().again(world.thank_you(DANA).key)


def test_again_for_a_cancelled_interview_says_what_to_say(world: World) -> None:
    known(world)
    world.calendars["personal"].cancel("talk")
    world.cycle("2026-03-03 10:00")
    with pytest.raises(UsageError, match="followupd draft"):
        world.orders().again("dana")
    world.orders("2026-03-04 17:00").draft("acme")
    world.cycle("2026-03-04 17:05")
    assert world.draft_to(DANA)


def test_again_after_a_nudge_was_deleted(world: World) -> None:
    thanked(world)
    world.cycle("2026-03-11 09:05")
    world.delete(world.draft_to(DANA))
    for at in ("09:20", "09:40", "10:00"):
        world.cycle(f"2026-03-11 {at}")
    assert nudge(world).stage is Stage.DISCARDED
    first = nudge(world).key
    world.orders("2026-03-11 10:05").again(first)
    world.cycle("2026-03-11 10:10")
    world.cycle("2026-03-11 10:15")
    assert world.draft_to(DANA).subject.startswith("Re: ")
    assert {n.stage for n in world.nudges()} == {Stage.DISCARDED, Stage.DRAFTED}
    assert {n.generation for n in world.nudges()} == {0, 1}


def test_again_refuses_a_nudge_that_may_not_go(world: World) -> None:
    thanked(world)
    with pytest.raises(UsageError, match="planned already"):
        world.orders().again(nudge(world).key)
    world.receive("Dana Reyes <dana@acme.example>", at="2026-03-06 10:00")
    world.cycle("2026-03-06 10:05")
    with pytest.raises(UsageError, match="answered on 2026-03-06"):
        world.orders().again(nudge(world).key)


# --- sent and mark ------------------------------------------------------------------------------


def test_sent_by_phone_withdraws_the_draft_and_the_nudge_has_no_thread(world: World) -> None:
    drafted(world)
    assert world.orders("2026-03-04 17:00").sent("dana", "phone") == "Dana Reyes is thanked (by phone)."
    world.cycle("2026-03-04 17:05")
    assert not world.drafts()
    assert stages(world) == {DANA: Stage.SENT}
    world.cycle("2026-03-11 09:05")
    draft = world.draft_to(DANA)
    assert not draft.subject.startswith("Re:")
    assert draft.subject
    assert not draft.in_reply_to
    assert not draft.references


def test_sent_before_the_draft_is_due_makes_none(world: World) -> None:
    known(world)
    world.cycle("2026-03-04 16:05")
    world.orders("2026-03-04 16:10").sent("dana", "hand")
    world.cycles("2026-03-04 16:46", "2026-03-05 16:46")
    assert not world.drafts()
    assert world.day(nudge(world).due) == date(2026, 3, 11)


def test_sent_keeps_an_edited_draft(world: World) -> None:
    drafted(world)
    world.edit(world.draft_to(DANA), at="2026-03-04 17:00")
    world.cycle("2026-03-04 17:15")
    world.orders().sent("dana", "hand")
    world.cycle("2026-03-04 17:30")
    assert world.draft_to(DANA)
    assert stages(world) == {DANA: Stage.SENT}


def test_a_thank_you_given_by_hand_before_the_first_look_is_followed_by_a_nudge(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.event("2026-03-02 14:00", "2026-03-02 15:00")
    world.cycle("2026-03-09 09:00")
    assert world.follow_ups(Kind.NUDGE) == []
    world.orders().sent("dana", "hand")
    world.cycle("2026-03-09 09:05")
    assert [(f.to, f.stage) for f in world.follow_ups(Kind.NUDGE)] == [("dana@acme.example", Stage.PLANNED)]


def test_sent_right_after_the_draft_was_deleted(world: World) -> None:
    """The user deletes the draft, phones, and says so: before any cycle has seen that the draft is gone."""
    drafted(world)
    world.delete(world.draft_to(DANA))
    world.orders("2026-03-04 17:00").sent("dana", "phone")
    world.cycles("2026-03-04 17:05", "2026-03-05 17:05")
    assert stages(world) == {DANA: Stage.SENT}
    assert nudge(world).stage is Stage.PLANNED


def test_sent_needs_a_thank_you_that_is_owed(world: World) -> None:
    known(world)
    with pytest.raises(UsageError, match="No thank-you is owed"):
        world.orders().sent("dana", "hand")
    world.cycle("2026-03-04 16:46")
    world.orders().sent("dana", "hand")
    world.cycle("2026-03-04 16:50")
    with pytest.raises(UsageError, match="counts as sent already"):
        world.orders().sent("dana", "hand")


def unsure(world: World) -> FollowUp:
    """The draft is gone, and a letter that may be it went to an address nobody knows."""
    drafted(world)
    draft = world.draft_to(DANA)
    world.delete(draft)
    world.write(
        "d.reyes@acme.example",
        at="2026-03-04 17:00",
        subject=draft.subject,
        text="Something quite different.",
    )
    for at in ("17:05", "17:25", "17:45"):
        world.cycle(f"2026-03-04 {at}")
    assert [q.topic for q in world.questions()] == ["fate"]
    return world.thank_you(DANA)


def test_mark_sent_answers_the_question_about_a_fate(world: World) -> None:
    letter = unsure(world)
    assert world.orders().mark_letter(letter.key, "sent") == "The letter to Dana Reyes is sent."
    world.cycle("2026-03-04 17:50")
    assert not world.questions()
    assert stages(world) == {DANA: Stage.SENT}
    assert nudge(world).stage is Stage.PLANNED


def test_mark_discarded_answers_the_question_about_a_fate(world: World) -> None:
    letter = unsure(world)
    world.orders().mark_letter(letter.key, "discarded")
    world.cycles("2026-03-04 17:50", "2026-03-12 17:50")
    assert not world.questions()
    assert stages(world) == {DANA: Stage.DISCARDED}
    assert not world.nudges()
    assert not world.drafts()


def test_mark_discarded_holds_against_a_letter_that_was_taken_for_it(world: World) -> None:
    drafted(world)
    world.write(DANA, at="2026-03-04 17:00", subject="The parking permit")
    world.cycle("2026-03-04 17:05")
    world.cycle("2026-03-04 17:10")
    assert stages(world) == {DANA: Stage.SENT}
    world.orders().mark_letter("dana", "discarded")
    world.cycles("2026-03-04 17:15", "2026-03-05 17:15")
    assert stages(world) == {DANA: Stage.DISCARDED}


def test_mark_auto_undoes_an_answer_and_the_nudge_is_owed_again(world: World) -> None:
    thanked(world)
    world.receive("Dana Reyes <dana@acme.example>", at="2026-03-06 10:00")
    world.cycle("2026-03-06 10:05")
    [arrival] = world.store.arrivals()
    assert "marked as auto" in world.orders("2026-03-06 10:10").mark_message(arrival.id, "auto")
    world.cycle("2026-03-06 10:15")
    assert not world.questions()
    assert world.process().state is ProcessState.ACTIVE
    world.cycle("2026-03-11 09:05")
    assert world.draft_to(DANA).subject.startswith("Re: ")


def test_mark_auto_leaves_another_answer_standing(world: World) -> None:
    thanked(world)
    world.receive("Dana Reyes <dana@acme.example>", at="2026-03-06 10:00")
    world.receive("Rita Hale <rita@acme.example>", at="2026-03-06 11:00")
    world.cycle("2026-03-06 11:05")
    world.orders("2026-03-06 11:10").mark_message("rita", "auto")
    world.cycle("2026-03-06 11:15")
    assert world.process().state is ProcessState.ANSWERED
    assert [q.topic for q in world.questions()] == ["answer"]


def test_silence_about_an_answer_closes_the_process(world: World) -> None:
    """What `snooze`, `stop` and `mark` rely on: a question that nobody answers ends by itself."""
    thanked(world)
    world.receive("Dana Reyes <dana@acme.example>", at="2026-03-06 10:00")
    world.cycle("2026-03-06 10:05")
    world.cycle("2026-03-23 10:05")
    assert world.process().state is ProcessState.CLOSED
    assert not world.questions()


def test_mark_auto_reopens_a_process_that_closed_in_silence(world: World) -> None:
    thanked(world)
    world.receive("Dana Reyes <dana@acme.example>", at="2026-03-06 10:00")
    world.cycle("2026-03-06 10:05")
    world.orders("2026-03-23 10:00").note("dana", "wakes the process")
    world.cycle("2026-03-23 10:05")
    assert world.process().state is ProcessState.CLOSED
    world.orders("2026-03-23 10:10").mark_message("dana", "auto")
    world.cycle("2026-03-23 10:15")
    assert world.process().state is ProcessState.ACTIVE
    assert nudge(world).stage is Stage.PLANNED


def test_mark_human_ends_the_waiting(world: World) -> None:
    thanked(world)
    world.away("Dana Reyes <dana@acme.example>", at="2026-03-05 10:00", text="I am away until 9 March.")
    world.cycle("2026-03-05 10:05")
    assert world.process().state is ProcessState.ACTIVE
    world.orders("2026-03-05 10:10").mark_message("dana", "human")
    world.cycle("2026-03-05 10:15")
    assert world.process().state is ProcessState.ANSWERED


def test_mark_bounce_closes_the_person(world: World) -> None:
    thanked(world)
    sent = world.messages(Folder.SENT)[0]
    world.receive(
        "Mail <mail@acme.example>",
        at="2026-03-04 18:10",
        in_reply_to=sent.message_id,
        text="This never arrived.",
    )
    world.cycle("2026-03-04 18:15")
    world.orders().mark_message("mail", "bounce")
    world.cycle("2026-03-04 18:20")
    assert stages(world) == {DANA: Stage.BOUNCED}
    with pytest.raises(UsageError, match="would not arrive"):
        world.orders().again(world.thank_you(DANA).key)


# --- people -------------------------------------------------------------------------------------


def test_somebody_added_gets_a_letter(world: World) -> None:
    name = drafted(world)
    assert world.orders().add_person(name, "Kim Park <kim@acme.example>") == "Kim Park was at “Interview”."
    world.cycle("2026-03-04 17:00")
    assert world.draft_to(KIM)
    world.receive("Kim Park <kim@acme.example>", at="2026-03-05 10:00")
    world.cycle("2026-03-05 10:05")
    assert world.process().state is ProcessState.ANSWERED


def test_adding_answers_who_was_there(world: World) -> None:
    world.begin("2026-03-02 09:00")
    world.event("2026-03-04 15:00", "2026-03-04 16:00", [], uid="talk")
    world.cycle("2026-03-04 16:46")
    assert [q.topic for q in world.questions()] == ["nobody"]
    world.orders().add_person(event_id("talk", ""), "Dana Reyes <dana@acme.example>")
    world.cycle("2026-03-04 17:00")
    assert world.draft_to(DANA)
    assert not world.questions()


def test_adding_the_same_person_again_adds_nobody(world: World) -> None:
    name = known(world)
    for who in ("Kim Park", "Kim Park", "Kim Park <kim@acme.example>", "Kim Park <Kim@acme.example>"):
        world.orders().add_person(name, who)
    assert [(p.name, p.address) for p in world.store.interviews()[0].people] == [("Kim Park", KIM)]


def test_an_address_for_a_letter_without_recipient_that_was_edited_makes_no_second(world: World) -> None:
    name = drafted(world, "Lee Wong <>")
    [draft] = world.drafts()
    assert not draft.to
    world.edit(draft, at="2026-03-04 17:00", text="Dear Lee, my own words.")
    world.cycle("2026-03-04 17:15")
    world.orders().add_person(name, "Lee Wong <lee@acme.example>")
    world.cycles("2026-03-04 17:20", "2026-03-05 17:20")
    assert len(world.drafts()) == 1


def test_an_address_for_an_untouched_letter_without_recipient_makes_one_letter(world: World) -> None:
    name = drafted(world, "Lee Wong <>")
    world.orders("2026-03-04 17:00").add_person(name, "Lee Wong <lee@acme.example>")
    world.cycle("2026-03-04 17:05")
    world.cycle("2026-03-04 17:10")
    assert len(world.drafts()) == 1
    assert world.draft_to("lee@acme.example")


@pytest.mark.parametrize("touched", [True, False])
def test_an_address_for_somebody_whom_the_description_names_makes_one_letter(
    world: World, touched: bool
) -> None:
    name = drafted(world, "Acme Hiring <no-reply@greenhouse.io>", description="Interviewer: Lee Wong\n")
    [draft] = world.drafts()
    assert not draft.to
    if touched:
        world.edit(draft, at="2026-03-04 17:00", text="Dear Lee, my own words.")
        world.cycle("2026-03-04 17:15")
    world.orders("2026-03-04 17:16").add_person(name, "Lee Wong <lee@acme.example>")
    world.cycles("2026-03-04 17:20", "2026-03-05 17:20")
    assert len(world.drafts()) == 1
    assert bool(world.drafts()[0].to) is not touched


def test_a_part_said_after_a_thank_you_was_sent_makes_no_second_letter(world: World) -> None:
    thanked(world)
    world.orders("2026-03-04 18:10").set_person("dana", part="agency")
    world.cycles("2026-03-04 18:15", "2026-03-06 18:15")
    assert not world.drafts()
    assert set(stages(world).values()) == {Stage.SENT}


def test_adding_takes_a_drop_back(world: World) -> None:
    name = drafted(world)
    world.orders().drop_person(name, "dana")
    world.cycle("2026-03-04 17:00")
    assert not world.drafts()
    world.orders().add_person(name, "Dana Reyes <dana@acme.example>")
    world.cycle("2026-03-04 17:05")
    assert world.draft_to(DANA)


def test_a_drop_takes_the_planned_nudge_with_it(world: World) -> None:
    name = thanked(world, "Dana Reyes <dana@acme.example>", "Kim Park <kim@acme.example>")
    first = nudge(world).to
    world.orders("2026-03-05 09:00").drop_person(name, first)
    world.cycles("2026-03-05 09:05", "2026-03-12 09:05")
    assert all(first not in {a.email for a in draft.to} for draft in world.drafts())


def test_a_drop_withdraws_an_untouched_nudge(world: World) -> None:
    name = thanked(world)
    world.cycle("2026-03-11 09:05")
    world.orders("2026-03-11 10:00").drop_person(name, "dana")
    world.cycle("2026-03-11 10:05")
    assert not world.drafts()


def test_a_skip_withdraws_an_untouched_nudge(world: World) -> None:
    thanked(world)
    world.cycle("2026-03-11 09:05")
    world.orders("2026-03-11 10:00").skip("dana")
    world.cycle("2026-03-11 10:05")
    assert not world.drafts()


def test_somebody_known_by_two_names_is_one_person(world: World) -> None:
    name = known(world, "D. Reyes <dana@acme.example>")
    world.orders().add_person(name, "Dana Reyes <dana@acme.example>")
    world.orders().drop_person(name, "d. reyes")
    assert world.process().dropped == (DANA,)


def test_release_lets_the_letter_to_an_outsider_go(world: World) -> None:
    drafted(world, "Dana Reyes <dana@acme.example>", "Kim Park <kim@gmail.com>")
    assert len(world.drafts()) == 1
    assert world.orders().release("kim") == "Kim Park may be written to."
    world.cycle("2026-03-04 17:00")
    assert world.draft_to("kim@gmail.com")
    assert not world.questions()
    assert not world.process().released


@pytest.mark.parametrize("word", ["agency", "consultant"])
def test_release_of_an_agency_process_or_one_interviewer(tmp_path: Path, word: str) -> None:
    rules = policy()
    world = World(tmp_path / "state", rules)
    drafted(world, "Dana Reyes <dana@acme.example>", "Kim Park <kim@acme.example>")
    world.orders("2026-03-04 17:00").set_process(
        "acme", position=None, via="cora@agency.example", decision_by=None
    )
    assert world.process().via == "cora@agency.example"
    if word == "agency":
        assert "letters to the interviewers may be written" in world.orders().release("acme")
        assert world.process().released
    else:
        world.orders().release("dana reyes")
        assert not world.process().released
        assert world.store.interviews()[0].confirmed == (DANA,)
    world.store.close()


def test_an_agencys_interviewers_wait_for_release(world: World) -> None:
    known(world, "Dana Reyes <dana@acme.example>")
    world.orders().set_process("acme", position=None, via="cora@agency.example", decision_by=None)
    world.cycle("2026-03-04 16:46")
    assert [a.email for d in world.drafts() for a in d.to] == ["cora@agency.example"]
    assert [q.topic for q in world.questions()] == ["agency"]
    world.orders().release("acme")
    world.cycle("2026-03-04 17:00")
    assert world.draft_to(DANA)


def test_via_said_after_a_thank_you_was_sent_makes_no_second_letter(world: World) -> None:
    thanked(world, "Cora Bell <cora@agency.example>", "Dana Reyes <dana@agency.example>")
    world.orders("2026-03-04 18:10").set_process(
        key(world), position=None, via="cora@agency.example", decision_by=None
    )
    world.cycles("2026-03-04 18:15", "2026-03-06 18:15")
    assert not world.drafts()


def test_settings_of_a_person_are_in_the_letter(world: World) -> None:
    known(world)
    world.orders().set_person("dana", greeting="Dr Reyes", zone="America/New_York", part="recruiter")
    world.cycle("2026-03-04 16:46")
    assert world.draft_to(DANA).text.splitlines()[0].endswith(" Dr Reyes,")
    [person] = world.process().people
    assert (person.name, person.zone, person.part) == ("Dana Reyes", "America/New_York", "recruiter")
    world.orders().set_person("dana", formal=True)
    assert world.process().people[0].greeting == "Dr Reyes"
    assert world.process().people[0].formal is True


def test_a_zone_moves_the_nudge(world: World) -> None:
    thanked(world)
    world.orders().set_person("dana", zone="America/New_York")
    world.cycle("2026-03-04 18:10")
    assert nudge(world).due == world.time("2026-03-11T09:00-04:00")


def test_nothing_is_set_for_somebody_without_an_address(world: World) -> None:
    known(world, "Lee Wong <>")
    with pytest.raises(UsageError, match="No address of Lee Wong is known"):
        world.orders().set_person("lee", greeting="Lee")
    with pytest.raises(UsageError, match="Say what is to be set"):
        world.orders().set_person("lee")


@pytest.mark.parametrize(
    ("who", "name", "address"),
    [
        ("Kim Park <kim@acme.example>", "Kim Park", KIM),
        ("Park, Kim <Kim@Acme.example>", "Park, Kim", KIM),
        ('"Park, Kim" <kim@acme.example>', "Park, Kim", KIM),
        ("kim@acme.example", "", KIM),
        ("<kim@acme.example>", "", KIM),
        ("Kim Park", "Kim Park", ""),
        ("Kim\u200b\nPark <kim@acme.example>", "Kim Park", KIM),
    ],
)
def test_people_as_they_are_typed(world: World, who: str, name: str, address: str) -> None:
    talk = known(world)
    world.orders().add_person(talk, who)
    [person] = world.store.interviews()[0].people
    assert (person.name, person.address) == (name, address)


@pytest.mark.parametrize("who", ["", "  ", "<not an address@>", "Dana <dana@>"])
def test_a_person_needs_a_name_or_an_address(world: World, who: str) -> None:
    name = known(world)
    with pytest.raises(UsageError):
        world.orders().add_person(name, who)


# --- processes ----------------------------------------------------------------------------------


def two_processes(world: World) -> None:
    thanked(world)
    world.event("2026-03-05 10:00", "2026-03-05 11:00", ["Bo Beck <bo@beta.example>"], uid="beta")
    world.cycle("2026-03-05 09:00")
    world.cycle("2026-03-05 11:46")


def test_merge_keeps_keys_and_makes_no_second_letter(world: World) -> None:
    two_processes(world)
    before = {f.key for f in world.follow_ups(Kind.THANK_YOU)}
    assert world.orders("2026-03-05 12:00").merge("acme", "beta").endswith("is part of beta.example now.")
    world.cycles("2026-03-05 12:05", "2026-03-06 12:05")
    assert {f.key for f in world.follow_ups(Kind.THANK_YOU)} == before
    assert {f.process for f in world.follow_ups()} == {key(world)}
    assert len(world.drafts()) == 1
    assert world.draft_to("bo@beta.example")


def test_an_answer_from_either_company_ends_the_waiting_of_a_merged_process(world: World) -> None:
    two_processes(world)
    world.orders("2026-03-05 12:00").merge("acme", "beta")
    world.cycle("2026-03-05 12:05")
    world.receive("Somebody New <new@acme.example>", at="2026-03-06 10:00")
    world.cycle("2026-03-06 10:05")
    assert world.process().state is ProcessState.ANSWERED


def test_merge_keeps_what_the_user_said_about_either(world: World) -> None:
    two_processes(world)
    orders = world.orders("2026-03-05 12:00")
    orders.drop_person("acme", "dana")
    orders.decide("acme", date(2026, 3, 20))
    orders.set_process("acme", position="Engineer", via=None, decision_by=None)
    orders.merge("acme", "beta")
    process = world.process()
    assert process.dropped == (DANA,)
    assert process.decision_by == date(2026, 3, 20)
    assert process.position == "Engineer"
    with pytest.raises(UsageError, match="the same process"):
        orders.merge("beta", "beta")


def test_an_unsettled_answer_survives_a_merge(world: World) -> None:
    two_processes(world)
    world.receive("Bo Beck <bo@beta.example>", at="2026-03-06 10:00")
    world.cycle("2026-03-06 10:05")
    world.orders("2026-03-06 11:00").resume("acme")
    world.orders("2026-03-06 11:00").merge("acme", "beta")
    world.cycle("2026-03-06 11:05")
    assert world.process().state is ProcessState.ANSWERED
    assert [q.topic for q in world.questions()] == ["answer"]


def split(world: World) -> tuple[str, str]:
    """Two roles at one company: two interviews on two days, the second made a process of its own."""
    thanked(world)
    world.event(
        "2026-03-06 10:00",
        "2026-03-06 11:00",
        ["Kim Park <kim@acme.example>"],
        uid="other",
        title="Interview 2",
    )
    world.cycle("2026-03-05 09:00")
    assert "Name it" in world.orders("2026-03-05 09:10").split("Interview 2")
    world.cycle("2026-03-05 09:15")
    first = world.store.interview(event_id("talk", ""))
    second = world.store.interview(event_id("other", ""))
    assert first
    assert second
    return first.process, second.process


def test_split_makes_a_process_that_has_its_own_letters(world: World) -> None:
    first, second = split(world)
    assert first != second
    world.cycle("2026-03-06 11:46")
    assert world.thank_you(KIM).process == second
    assert world.thank_you(DANA).process == first
    assert world.draft_to(KIM)
    # The second interview holds the first process's nudge no more.
    assert nudge(world).stage is Stage.PLANNED
    with pytest.raises(UsageError, match="of its own already"):
        world.orders().split("Interview 2")


def test_mail_of_the_company_is_asked_about_after_a_split(world: World) -> None:
    _, second = split(world)
    world.cycle("2026-03-06 11:46")
    world.send(world.draft_to(KIM), at="2026-03-06 12:00")
    world.cycle("2026-03-06 12:05")
    world.receive("Kim Park <kim@acme.example>", at="2026-03-09 10:00")
    world.cycle("2026-03-09 10:05")
    found = world.store.process(second)
    assert found
    assert found.state in {ProcessState.ANSWERED, ProcessState.ASKING}


def test_the_only_interview_of_a_process_can_not_be_split_off(world: World) -> None:
    known(world)
    with pytest.raises(UsageError, match="of its own already"):
        world.orders().split("acme")
    assert len(world.store.processes()) == 1


def test_split_leaves_a_letter_that_was_sent_where_its_interview_is(world: World) -> None:
    thanked(world)
    world.event("2026-03-06 10:00", "2026-03-06 11:00", ["Dana Reyes <dana@acme.example>"], uid="other")
    world.cycle("2026-03-05 09:00")
    world.orders().split(event_id("talk", ""))
    world.cycles("2026-03-05 09:15", "2026-03-05 19:15")
    assert not world.drafts()
    assert [f.stage for f in world.follow_ups(Kind.THANK_YOU) if f.interviews == (event_id("talk", ""),)] == [
        Stage.SENT
    ]


def test_a_name_is_in_the_letters(world: World) -> None:
    known(world)
    world.orders().name_process("acme", " Acme  Robotics\n")
    assert world.process().organisation == "Acme Robotics"
    with pytest.raises(UsageError, match="empty"):
        world.orders().name_process("acme", "\u200b ")


def test_via_must_be_an_address_or_a_domain(world: World) -> None:
    known(world)
    orders = world.orders()
    with pytest.raises(UsageError, match="no address and no domain"):
        orders.set_process("acme", position=None, via="Cora of the agency", decision_by=None)
    orders.set_process("acme", position=None, via="Agency.example", decision_by=None)
    assert world.process().via == "agency.example"
    orders.set_process("acme", position=None, via="", decision_by=None)
    assert world.process().via == ""


# --- all of them --------------------------------------------------------------------------------


def test_an_order_that_fails_leaves_no_trace(world: World) -> None:
    name = drafted(world)
    before = list(world.store.connection.iterdump())
    tries: list[Callable[[], str]] = [
        lambda: world.orders().stop("nobody", "rejected"),
        lambda: world.orders().drop_person(name, "nobody"),
        lambda: world.orders().again("dana"),
        lambda: world.orders().merge("acme", "acme"),
        lambda: world.orders().split(name),
        lambda: world.orders().release("nobody"),
        lambda: world.orders().mark_message("nobody", "auto"),
    ]
    for order in tries:
        with pytest.raises(UsageError):
            order()
    assert list(world.store.connection.iterdump()) == before


@pytest.mark.parametrize(
    "order",
    [
        lambda o: o.note("dana", "Rust"),
        lambda o: o.decide("acme", date(2026, 3, 20)),
        lambda o: o.snooze("acme", date(2026, 3, 20)),
        lambda o: o.pause(date(2026, 3, 20)),
        lambda o: o.stop("acme", "rejected"),
        lambda o: o.stop_all("rejected"),
        lambda o: o.resume("acme"),
        lambda o: o.skip("dana"),
        lambda o: o.skip("acme"),
        lambda o: o.draft("acme"),
        lambda o: o.sent("dana", "hand"),
        lambda o: o.mark_letter("dana", "discarded"),
        lambda o: o.add_person("acme", "Kim <kim@acme.example>"),
        lambda o: o.set_person("dana", greeting="D"),
        lambda o: o.drop_person("acme", "dana"),
        lambda o: o.release("dana"),
        lambda o: o.name_process("acme", "Acme Ltd"),
        lambda o: o.set_process("acme", position="Engineer", via=None, decision_by=None),
    ],
)
def test_an_order_is_one_transaction_and_wakes_the_process(world: World, order: Callable[[Any], str]) -> None:
    drafted(world)
    version, commits = world.store.version(key(world)), world.store.commits
    said = order(world.orders("2026-03-04 17:00"))
    assert said.endswith((".", "NAME"))
    assert world.store.commits == commits + 1
    assert world.store.version(key(world)) > version
    assert world.store.due_processes(world.now) == [key(world)]
