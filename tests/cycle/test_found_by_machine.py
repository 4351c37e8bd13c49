"""What the machine of test_whole_life.py found, each shrunk to a directed life."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from followupd.core.model import Folder, Kind, ProcessState, Stage
from tests.cycle.life import ACCOUNTS, COMPANIES, ZONE, life

ACME, GLOBEX, INITECH = COMPANIES
DANA, KIM = "dana@acme.example", "kim@acme.example"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE).astimezone(UTC)


def test_an_untouched_thank_you_is_withdrawn_when_the_user_writes_alone() -> None:
    """Section 6: a message of mine after the interview counts; "an untouched draft is then withdrawn"."""
    with life() as lived:
        lived.add_talk(ACME, (0,), at("2026-03-03 09:00"))
        lived.jump("minute")
        lived.cycle(at("2026-03-03 10:46"))
        assert len(lived.world.drafts()) == 1
        lived.now = at("2026-03-03 18:00")
        lived.write(DANA)
        lived.jump("minute")
        assert lived.world.drafts() == []


def test_a_question_that_nothing_else_wakes_still_ends_and_closes_its_process() -> None:
    """Section 6: "Every question ends after 10 working days: the one after an answer closes"."""
    with life("2026-01-29 00:00") as lived:
        lived.add_talk(ACME, (0,), at("2026-01-26 22:00"))
        lived.jump("minute")
        lived.now = at("2026-02-10 09:00")
        lived.receive(ACME, DANA)
        lived.jump("minute")
        assert lived.world.questions()
        for day in range(30):
            lived.cycle(at("2026-02-11 09:00") + timedelta(days=day))
        assert lived.world.questions() == []
        assert lived.world.process().state is ProcessState.CLOSED


def test_a_draft_that_lies_there_is_not_lost_because_the_machine_slept_past_the_seventh_day() -> None:
    """Section 5: an untouched draft is replaced when it becomes late; section 6: unsent, it is left alone."""
    with life() as lived:
        lived.add_talk(ACME, (0,), at("2026-03-03 09:00"))
        lived.jump("minute")
        lived.cycle(at("2026-03-03 10:46"))
        lived.cycle(at("2026-03-12 10:00"))
        assert len(lived.world.drafts()) == 1


def test_a_letter_asked_for_finds_the_user_s_own_letter_and_comes_to_rest() -> None:
    """Section 5: "Found = it happened"; the letter of an earlier day must not be due for ever."""
    with life() as lived:
        lived.add_talk(ACME, (0, 1), at("2026-03-03 08:00"))
        lived.add_talk(ACME, (1,), at("2026-02-27 09:00"))
        lived.jump("minute")
        lived.cycle(at("2026-03-03 09:49"))
        for made in lived.open_drafts():
            lived.send(made)
        lived.jump("minute")
        lived.now = at("2026-03-05 17:31")
        lived.want(lived.talks[1])
        lived.jump("minute")
        lived.jump("minute")
        old = next(f for f in lived.world.follow_ups(Kind.THANK_YOU) if f.occasion == "2026-02-27")
        assert old.stage not in {Stage.PLANNED, Stage.DUE}, (old.stage, old.reason)


def test_a_draft_of_the_user_that_counts_as_the_nudge_expires_like_any_other() -> None:
    """Section 6: "Unsent for 10 working days: expired"."""
    with life() as lived:
        lived.add_talk(ACME, (0,), at("2026-03-03 09:00"))
        lived.jump("minute")
        lived.cycle(at("2026-03-03 10:46"))
        lived.send(lived.open_drafts()[0])
        lived.now = at("2026-03-05 10:00")
        lived.write(DANA, folder=Folder.DRAFTS)
        lived.jump("minute")
        for day in range(60):
            lived.cycle(at("2026-03-06 09:30") + timedelta(days=day))
        assert not [f.reason for f in lived.world.nudges() if f.stage is Stage.EDITED]


def test_an_absence_told_before_the_thank_you_was_sent_delays_the_nudge_too() -> None:
    """Section 6: "due at the later of its own day and return + 2 working days"."""
    with life() as lived:
        lived.add_talk(ACME, (0,), at("2026-03-03 09:00"))
        lived.jump("minute")
        lived.cycle(at("2026-03-03 10:46"))
        lived.receive(ACME, DANA, "away", back=date(2026, 3, 16))
        lived.jump("minute")
        lived.now = at("2026-03-03 15:00")
        lived.send(lived.open_drafts()[0])
        lived.jump("minute")
        lived.cycle(at("2026-03-10 09:30"))
        lived.cycle(at("2026-03-17 09:30"))
        assert lived.world.drafts() == []
        lived.cycle(at("2026-03-18 09:30"))
        assert len(lived.world.drafts()) == 1


def test_a_message_of_another_account_with_the_same_provider_id_is_another_message() -> None:
    """Section 5: before a nudge look for any letter to that person, whoever made it, in every account.

    Provider ids are opaque and unique in their mailbox only: m1 is our thank-you's draft here, and
    the user's own begun letter there.
    """
    with life(accounts=ACCOUNTS) as lived:
        lived.add_talk(ACME, (0,), at("2026-03-03 09:00"))
        lived.jump("minute")
        lived.cycle(at("2026-03-03 10:46"))
        lived.send(lived.open_drafts()[0])
        lived.jump("minute")
        lived.now = at("2026-03-05 10:00")
        lived.write(DANA, "work", Folder.DRAFTS)
        assert lived.own[-1][3] == lived.made[0].id
        lived.jump("minute")
        lived.cycle(at("2026-03-10 09:30"))
        assert lived.world.drafts() == []


def test_again_does_not_put_a_second_draft_beside_an_expired_one_that_still_lies_there() -> None:
    """Promise 2 and section 5: look for any letter to that person in Drafts; "Found = it happened"."""
    with life() as lived:
        lived.add_talk(ACME, (0,), at("2026-03-03 09:00"))
        lived.jump("minute")
        lived.cycle(at("2026-03-03 10:46"))
        lived.cycle(at("2026-03-05 12:00"))
        lived.cycle(at("2026-03-25 10:00"))
        assert lived.world.thank_you(DANA).stage is Stage.EXPIRED
        assert len(lived.world.drafts()) == 1
        lived.again(lived.made[-1])
        lived.cycle(lived.now + timedelta(minutes=1))
        assert len(lived.world.drafts()) == 1


def test_a_person_whom_the_user_calls_human_has_not_left() -> None:
    """Promise 4: an answer "never cancels a thank-you that is owed"; the user said that it was one."""
    with life() as lived:
        lived.add_talk(ACME, (1,), at("2026-03-03 09:00"))
        lived.jump("minute")
        lived.now = at("2026-03-03 10:05")
        lived.receive(ACME, KIM, "left")
        lived.jump("minute")
        lived.mark(lived.heard[0], "human")
        lived.jump("minute")
        lived.cycle(at("2026-03-03 10:46"))
        assert len(lived.world.drafts()) == 1


def test_a_second_nudge_is_not_put_beside_the_first_that_lies_there_untouched() -> None:
    """Section 6: "A nudge is planned only when the one before it was sent"; the user wrote alone instead."""
    with life() as lived:
        lived.add_talk(ACME, (0,), at("2026-03-03 09:00"))
        lived.jump("minute")
        lived.cycle(at("2026-03-03 10:46"))
        lived.send(lived.open_drafts()[0])
        lived.jump("minute")
        lived.cycle(at("2026-03-10 09:30"))
        assert len(lived.world.drafts()) == 1
        lived.write(DANA)
        lived.jump("minute")
        for day in range(30):
            lived.cycle(at("2026-03-11 09:30") + timedelta(days=day))
            assert len(lived.world.drafts()) <= 1


def test_a_draft_that_the_user_moved_to_a_folder_of_their_own_expires_too() -> None:
    """Section 6: "Unsent for 14 days: expired, left alone"."""
    with life() as lived:
        lived.add_talk(ACME, (0,), at("2026-03-03 09:00"))
        lived.jump("minute")
        lived.cycle(at("2026-03-03 10:46"))
        lived.now = at("2026-03-03 12:00")
        lived.place(lived.made[0], Folder.OTHER)
        for day in range(40):
            lived.cycle(at("2026-03-04 09:30") + timedelta(days=day))
        assert lived.world.thank_you(DANA).stage is Stage.EXPIRED


def test_a_person_who_left_before_the_interview_gets_no_nudge() -> None:
    """Section 6: "A hard bounce or 'left the company' closes the person"."""
    with life() as lived:
        lived.add_talk(ACME, (1,), at("2026-03-03 09:00"))
        lived.jump("minute")
        lived.receive(ACME, KIM, "left")
        lived.cycle(at("2026-03-03 10:46"))
        for made in lived.open_drafts():
            lived.send(made)
        for day in range(20):
            lived.cycle(at("2026-03-04 09:30") + timedelta(days=day))


def test_the_same_words_to_two_of_them_are_two_letters() -> None:
    """Section 5: "A letter that the user wrote alone, sent or still in Drafts, is the thank-you"."""
    with life(accounts=("personal", "work")) as lived:
        lived.add_talk(ACME, (0, 1), at("2026-03-03 10:00"))
        lived.jump("minute")
        lived.now = at("2026-03-03 11:01")
        lived.write(KIM, "work", Folder.DRAFTS)
        lived.cycle(at("2026-03-03 11:46"))
        lived.write(DANA)
        lived.cycle(at("2026-03-03 11:48"))
        assert lived.world.thank_you(DANA).stage is Stage.SENT
