"""What is told, and what is not: lives in a small world, told after each cycle."""

from __future__ import annotations

from pathlib import Path

import pytest

from followupd.core.model import Attendee, Folder
from tests.notify.kit import Told, kinds

EVENING, AFTER, DAY_AFTER = "2026-03-03 20:00", "2026-03-04 16:50", "2026-03-05 12:30"


@pytest.fixture
def told(tmp_path: Path) -> Told:
    """Somebody whose interview with two people is on 4 March, 15:00 to 16:00."""
    told = Told(tmp_path / "state")
    told.world.begin(EVENING)
    told.interview()
    assert told.cycle("2026-03-04 09:00") is None
    return told


def test_letters_that_are_ready_are_told_together(told: Told) -> None:
    notice = told.cycle(AFTER)
    assert notice is not None
    assert notice.title == "2 letters wait in your Drafts"
    assert [item.kind for item in notice.items] == ["letter", "letter"]
    assert {item.key for item in notice.items} == {f.key for f in told.world.follow_ups()}


def test_nothing_is_told_twice_also_after_a_restart(told: Told) -> None:
    assert told.cycle(AFTER)
    assert told.cycle("2026-03-04 17:00") is None
    told.started()
    assert told.cycle("2026-03-04 17:10") is None


def test_what_nobody_took_is_told_again_also_after_a_restart(told: Told) -> None:
    told.world.cycle(AFTER)
    assert kinds(told.pending(AFTER)) == ["letter", "letter"]
    told.started()
    assert kinds(told.tell("2026-03-04 17:00")) == ["letter", "letter"]


def test_telling_twice_that_it_was_told_does_no_harm(told: Told) -> None:
    notice = told.cycle(AFTER)
    assert notice is not None
    told.world.cycle(DAY_AFTER)
    told.teller.told(notice)
    assert kinds(told.tell(DAY_AFTER)) == ["reminder", "reminder"]


def test_what_happens_while_it_is_on_its_way_is_told_next(told: Told) -> None:
    told.world.cycle(AFTER)
    notice = told.pending(AFTER)
    told.interview("2026-03-04", "Łukasz Żółć <lukasz@acme.example>")
    told.world.cycle("2026-03-04 17:20")
    assert notice is not None
    told.teller.told(notice)
    assert kinds(told.tell("2026-03-04 17:20")) == ["letter"]


def test_unsent_letters_are_reminded_of_once(told: Told) -> None:
    told.cycle(AFTER)
    assert kinds(told.cycle(DAY_AFTER)) == ["reminder", "reminder"]
    assert told.cycle("2026-03-05 13:00") is None


def test_a_letter_made_late_is_not_reminded_of_at_once(told: Told) -> None:
    assert kinds(told.cycle("2026-03-05 13:00")) == ["late_letter", "late_letter"]
    assert told.cycle("2026-03-05 13:05") is None


def test_a_letter_and_its_reminder_are_one_thing_when_told_at_once(told: Told) -> None:
    told.world.cycle(AFTER)
    told.world.cycle(DAY_AFTER)
    notice = told.tell(DAY_AFTER)
    assert kinds(notice) == ["reminder", "reminder"]


def test_a_letter_sent_before_it_could_be_told_is_no_news(told: Told) -> None:
    world = told.world
    world.cycle(AFTER)
    world.send(world.draft_to("dana@acme.example"), at="2026-03-04 16:55")
    assert kinds(told.cycle("2026-03-04 17:00")) == ["letter"]


def test_a_letter_deleted_or_begun_before_it_could_be_told_is_no_news(told: Told) -> None:
    world = told.world
    world.cycle(AFTER)
    world.move(world.draft_to("dana@acme.example"), Folder.TRASH)
    world.edit(world.draft_to("kim@acme.example"), at="2026-03-04 16:55")
    world.cycle("2026-03-04 17:00")
    assert kinds(told.cycle("2026-03-04 17:40")) == []


def test_a_letter_sent_before_its_reminder_could_be_told_is_no_news(told: Told) -> None:
    world = told.world
    told.cycle(AFTER)
    world.cycle(DAY_AFTER)
    for who in ("dana@acme.example", "kim@acme.example"):
        world.send(world.draft_to(who), at="2026-03-05 12:35")
    assert told.cycle("2026-03-05 12:40") is None


def test_a_letter_that_is_written_again_before_it_could_be_told_is_told_once(told: Told) -> None:
    told.world.cycle(AFTER)
    event = told.world.store.interviews()[0]
    told.world.orders("2026-03-04 17:00").note(event.id, "your move to Rust")
    assert kinds(told.cycle("2026-03-04 17:01")) == ["letter", "letter"]


def test_a_letter_that_is_written_again_with_notes_is_not_told_again(told: Told) -> None:
    told.cycle(AFTER)
    event = told.world.store.interviews()[0]
    told.world.orders("2026-03-04 17:00").note(event.id, "your move to Rust")
    told.world.cycle("2026-03-04 17:01")
    assert any("Rust" in draft.text for draft in told.world.drafts())
    assert told.tell("2026-03-04 17:01") is None


def test_after_a_sleep_one_notice_tells_what_came_late_and_what_was_lost(tmp_path: Path) -> None:
    told = Told(tmp_path / "state", detail=True)
    told.world.begin("2026-03-01 20:00")
    told.interview("2026-03-02", "Jo Smith <jo@other.example>")
    told.interview("2026-03-09")
    told.cycle("2026-03-02 09:00")
    notice = told.cycle("2026-03-10 09:00")
    assert kinds(notice) == ["late_letter", "late_letter", "lost"]
    assert notice is not None
    assert notice.title == "2 letters wait in your Drafts"
    assert "Thank-you to Dana Reyes (acme.example) waits in your Drafts, later than planned." in notice.text
    assert (
        "Thank-you to Jo Smith (other.example) was not made: it would come too late to be polite."
        in notice.text
    )
    assert told.cycle("2026-03-10 09:05") is None


def test_what_came_late_is_counted_without_detail(tmp_path: Path) -> None:
    told = Told(tmp_path / "state")
    told.world.begin(EVENING)
    told.interview()
    told.cycle("2026-03-04 09:00")
    notice = told.cycle("2026-03-05 09:00")
    assert notice is not None
    assert (notice.title, notice.text.splitlines()[0]) == (
        "2 letters wait in your Drafts",
        "Later than planned: 2.",
    )


def test_a_first_start_tells_nothing_of_the_past(tmp_path: Path) -> None:
    told = Told(tmp_path / "state")
    told.interview("2026-02-20")
    assert told.cycle(EVENING) is None


def test_a_first_start_on_a_used_state_tells_nothing_of_what_was(told: Told) -> None:
    world = told.world
    world.cycle(AFTER)
    with world.store.transaction():
        world.store.write("DELETE FROM meta WHERE name = 'told'")
    told.started()
    assert told.tell("2026-03-04 17:00") is None


def test_a_question_about_all_that_was_due_at_the_first_start_is_told(tmp_path: Path) -> None:
    told = Told(tmp_path / "state")
    told.interview()
    assert kinds(told.cycle("2026-03-05 09:00")) == ["question"]
    assert told.cycle("2026-03-05 09:05") is None


def test_people_who_are_missing_are_told(tmp_path: Path) -> None:
    told = Told(tmp_path / "state")
    told.world.begin(EVENING)
    told.world.event("2026-03-04 15:00", "2026-03-04 16:00", ())
    notice = told.cycle("2026-03-04 16:05")
    assert notice is not None
    assert kinds(notice) == ["people"]
    assert notice.title == "An interview names nobody to write to: say whom you met"


def test_a_question_answered_before_it_could_be_told_is_no_news(tmp_path: Path) -> None:
    told = Told(tmp_path / "state")
    told.world.begin(EVENING)
    told.world.event("2026-03-04 15:00", "2026-03-04 16:00", ())
    told.world.cycle("2026-03-04 16:05")
    told.world.orders("2026-03-04 16:06").skip(told.world.store.interviews()[0].id)
    assert told.cycle("2026-03-04 16:07") is None


def test_a_question_that_more_letters_wait_for_is_not_told_again(tmp_path: Path) -> None:
    told = Told(tmp_path / "state")
    told.interview()
    assert kinds(told.cycle("2026-03-05 09:00")) == ["question"]
    told.interview("2026-03-04", "Jo Smith <jo@other.example>")
    told.world.store.set_meta("first", "personal")
    told.world.cycle("2026-03-05 09:05")
    rows = told.world.store.rows("SELECT about FROM history WHERE action = 'ask'")
    assert len(rows) == 2
    assert len(set(rows)) == 1
    assert told.tell("2026-03-05 09:05") is None


@pytest.fixture
def nudged(told: Told) -> Told:
    """Both thanked on 5 March, and a first nudge in Drafts since 12 March."""
    world = told.world
    told.cycle(AFTER)
    for who in ("dana@acme.example", "kim@acme.example"):
        world.send(world.draft_to(who), at="2026-03-04 18:00")
    assert told.cycle("2026-03-05 09:00") is None
    assert kinds(told.cycle("2026-03-11 09:30")) == ["letter"]
    return told


def test_an_answer_that_overtook_an_edited_nudge_is_told(nudged: Told) -> None:
    world = nudged.world
    nudge = world.edit(world.drafts()[0], at="2026-03-11 10:00")
    assert nudged.cycle("2026-03-11 10:05") is None
    world.receive("Dana Reyes <dana@acme.example>", at="2026-03-11 11:00")
    notice = nudged.cycle("2026-03-11 11:05")
    assert kinds(notice) == ["answer", "question"]
    assert notice is not None
    assert notice.title == "An answer may have overtaken a nudge that you edited: read it first"
    assert world.drafts()[0].id == nudge.id
    assert nudged.cycle("2026-03-11 11:10") is None


def test_an_edited_nudge_that_is_gone_before_it_could_be_told_is_no_news(nudged: Told) -> None:
    world = nudged.world
    nudge = world.edit(world.drafts()[0], at="2026-03-11 10:00")
    world.cycle("2026-03-11 10:05")
    world.receive("Dana Reyes <dana@acme.example>", at="2026-03-11 11:00")
    world.cycle("2026-03-11 11:05")
    world.delete(nudge)
    world.cycle("2026-03-11 11:10")
    world.cycle("2026-03-11 11:50")
    assert kinds(nudged.cycle("2026-03-11 12:00")) == ["question"]


def test_an_untouched_nudge_that_an_answer_overtook_is_gone_and_only_the_question_is_told(
    nudged: Told,
) -> None:
    nudged.world.receive("Dana Reyes <dana@acme.example>", at="2026-03-11 11:00")
    assert kinds(nudged.cycle("2026-03-11 11:05")) == ["question"]


def test_a_recruiting_systems_mail_is_told(nudged: Told) -> None:
    world = nudged.world
    (follow_up,) = [f for f in world.follow_ups() if f.kind == "thank_you" and f.to == "dana@acme.example"]
    assert follow_up.sent
    world.receive(
        "Acme Hiring <no-reply@greenhouse.io>",
        at="2026-03-11 12:00",
        subject="Your application at Acme",
        in_reply_to=follow_up.sent.message_id,
    )
    assert kinds(nudged.cycle("2026-03-11 12:05")) == ["mail"]
    assert nudged.cycle("2026-03-11 12:10") is None


def test_an_interview_in_a_process_that_the_user_closed_is_told(nudged: Told) -> None:
    world = nudged.world
    world.orders("2026-03-11 12:00").stop(world.process().key, "rejected")
    nudged.cycle("2026-03-11 12:05")
    nudged.interview("2026-03-16")
    assert nudged.cycle("2026-03-13 09:00") is None
    assert kinds(nudged.cycle("2026-03-16 17:00")) == ["closed"]
    assert nudged.cycle("2026-03-16 18:00") is None


def test_a_letter_that_does_not_fit_any_more_is_told(told: Told) -> None:
    world = told.world
    told.cycle(AFTER)
    world.edit(world.draft_to("dana@acme.example"), at="2026-03-04 17:00")
    told.cycle("2026-03-04 17:05")
    world.orders("2026-03-04 17:10").drop_person(world.store.interviews()[0].id, "dana@acme.example")
    assert kinds(told.cycle("2026-03-04 17:11")) == ["kept"]


def test_only_what_the_user_wants_to_know_is_told(tmp_path: Path) -> None:
    told = Told(tmp_path / "state", tell=frozenset({"reminders"}))
    told.world.begin(EVENING)
    told.interview()
    told.cycle("2026-03-04 09:00")
    assert told.cycle(AFTER) is None
    assert kinds(told.cycle(DAY_AFTER)) == ["reminder", "reminder"]


def test_without_any_channel_nothing_is_pending_and_old_things_are_no_news_later(tmp_path: Path) -> None:
    told = Told(tmp_path / "state", command=())
    told.world.begin(EVENING)
    told.interview()
    told.cycle("2026-03-04 09:00")
    assert told.cycle(AFTER) is None
    told.settings = Told(tmp_path / "other").settings
    told.started()
    assert kinds(told.pending("2026-03-05 09:00")) == ["letter", "letter"]
    assert told.pending("2026-03-13 09:00") is None


def test_a_clock_that_was_far_ahead_for_a_while_loses_nothing(told: Told) -> None:
    told.world.cycle(AFTER)
    assert told.pending("2027-03-04 16:50") is None
    assert kinds(told.tell("2026-03-04 17:00")) == ["letter", "letter"]


# --- accounts -----------------------------------------------------------------------------------


def stand(told: Told, state: str, at: str, problem: str = "The sign-in has ended.", notice: str = "") -> None:
    with told.world.store.transaction():
        told.world.store.set_account(
            "personal", state, "" if state == "ok" else problem, notice, told.world.time(at)
        )


def test_a_sign_in_is_told_once_for_each_time_it_breaks(told: Told) -> None:
    stand(told, "sign_in", "2026-03-04 09:10")
    assert kinds(told.tell("2026-03-04 09:10")) == ["sign_in"]
    for at in ("2026-03-04 09:15", "2026-03-05 09:15"):
        told.started()
        stand(told, "failing", at, "The network is down.")
        assert told.tell(at) is None
        stand(told, "sign_in", at, "The sign-in has ended, in other words.")
        assert told.tell(at) is None
    stand(told, "ok", "2026-03-06 09:00")
    assert told.tell("2026-03-06 09:00") is None
    stand(told, "sign_in", "2026-03-06 09:05")
    assert kinds(told.tell("2026-03-06 09:05")) == ["sign_in"]


def test_a_sign_in_mended_before_it_could_be_told_is_no_news(told: Told) -> None:
    stand(told, "sign_in", "2026-03-04 09:10")
    assert kinds(told.pending("2026-03-04 09:10")) == ["sign_in"]
    stand(told, "ok", "2026-03-04 09:20")
    assert told.tell("2026-03-04 09:20") is None


def test_a_letter_refused_again_and_again_is_told_once_a_day_at_most(told: Told) -> None:
    found = []
    for minute in range(0, 300, 5):
        at = f"2026-03-04 {9 + minute // 60:02}:{minute % 60:02}"
        stand(told, "refused" if minute % 15 == 0 else "ok", at)
        found += kinds(told.tell(at))
    assert found == ["refused"]
    stand(told, "ok", "2026-03-06 09:00")
    assert told.tell("2026-03-06 09:00") is None
    stand(told, "refused", "2026-03-06 09:05")
    assert kinds(told.tell("2026-03-06 09:05")) == ["refused"]


def test_a_sign_in_that_is_about_to_end_is_told_once(told: Told) -> None:
    for at in ("2026-03-04 09:10", "2026-03-04 09:15"):
        stand(told, "ok", at, notice="Google ends this sign-in on Friday.")
        assert kinds(told.tell(at)) == (["warning"] if at.endswith("10") else [])


def test_an_account_that_the_config_does_not_name_any_more_is_forgotten(told: Told) -> None:
    stand(told, "sign_in", "2026-03-04 09:10")
    told.tell("2026-03-04 09:10")
    with told.world.store.transaction():
        told.world.store.forget_accounts(())
    assert told.tell("2026-03-04 09:15") is None
    assert "personal" not in told.world.store.meta("told")


def test_an_idle_look_for_news_writes_nothing(told: Told) -> None:
    told.cycle(AFTER)
    before = told.world.store.connection.total_changes
    assert told.tell("2026-03-04 17:00") is None
    assert told.teller.next(told.world.time("2026-03-04 17:00")) is None
    assert told.world.store.connection.total_changes == before


# --- what others wrote --------------------------------------------------------------------------


def test_without_detail_no_name_company_title_or_address_is_told(told: Told) -> None:
    world = told.world
    found = [told.cycle(AFTER), told.cycle(DAY_AFTER)]
    world.event("2026-03-05 15:00", "2026-03-05 16:00", (), title="Interview at Zebra")
    world.event(
        "2026-03-05 15:00", "2026-03-05 16:00", [Attendee("jo@gmail.com", "Jo Smith"), "dana@acme.example"]
    )
    found += [told.cycle("2026-03-05 17:00")]
    stand(told, "sign_in", "2026-03-05 17:05", "sam@example.com must sign in.")
    found += [told.tell("2026-03-05 17:05")]
    words = " ".join(f"{n.title} {n.text} {' '.join(i.text for i in n.items)}" for n in found if n).casefold()
    assert [len(n.items) > 0 for n in found if n] == [True] * 4
    for private in ("dana", "reyes", "kim", "acme", "zebra", "jo ", "smith", "sam", "@", "gmail"):
        assert private not in words, private
