"""Letters on request: whole lives from `letter` or `stop` to the letter's end, worst failures first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from followupd.apply import Done
from followupd.core.model import (
    Draft,
    Folder,
    FollowUp,
    Kind,
    Message,
    Organisation,
    PeopleRules,
    ProcessState,
    Purpose,
    Question,
    QuestionState,
    Stage,
    event_id,
)
from followupd.errors import Unavailable, UsageError
from tests.cycle.files import Files
from tests.world import World, policy

DANA, KIM, RITA = "dana@acme.example", "kim@acme.example", "recruiting@acme.example"
CONSULTANT = "jo@agency.example"
PURPOSES = tuple(Purpose)
SPEAK_OF_THE_END = {Purpose.THANKS_AFTER_REJECTION, Purpose.WITHDRAW}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "state")
    yield world
    world.store.close()


@pytest.fixture
def two(tmp_path: Path) -> Iterator[World]:
    """The same with a second account."""
    world = World(tmp_path / "state", accounts=("personal", "work"))
    yield world
    world.store.close()


def met(world: World, *people: str, **more: Any) -> None:
    """A talk on Wed 4 March 2026 from 15:00 to 16:00, and its thank-yous in Drafts."""
    world.begin("2026-03-02 09:00")
    people = people or ("Dana Reyes <dana@acme.example>",)
    world.event("2026-03-04 15:00", "2026-03-04 16:00", people, uid="talk", **more)
    world.cycle("2026-03-02 10:00")
    world.cycle("2026-03-04 16:46")


def thanked(world: World, *people: str, **more: Any) -> dict[str, Message]:
    """All of them sent that evening, by address."""
    met(world, *people, **more)
    sent = {draft.to[0].email: world.send(draft, at="2026-03-04 18:00") for draft in world.drafts()}
    world.cycle("2026-03-04 18:05")
    return sent


def asked(
    world: World, purpose: str = "withdraw", to: str = "", at: str = "2026-03-06 12:00", of: str = "acme"
) -> str:
    said = world.orders(at).letter(purpose, of, to)
    world.cycle(world.time(at) + timedelta(minutes=1))
    return said


def letters(world: World) -> list[FollowUp]:
    return sorted(world.follow_ups(Kind.LETTER), key=lambda f: f.ends)


def letter(world: World) -> FollowUp:
    (one,) = letters(world)
    return one


def created(world: World) -> int:
    """How many drafts of letters on request were ever made."""
    keys = [f.key for f in letters(world)]
    rows = world.store.connection.execute("SELECT key, act, state FROM journal").fetchall()
    return sum(row[0] in keys and row[1:] == ("create", "made") for row in rows)


def questions(world: World) -> list[Question]:
    return [q for q in world.store.questions() if q.topic == "letter"]


def answered(world: World, sender: str, at: str, **more: Any) -> Message:
    """A human message, seen at once."""
    got = world.receive(sender, at=at, **more)
    world.cycle(world.time(at) + timedelta(minutes=2))
    return got


def kept_told(done: list[Done]) -> list[str]:
    """What is told of drafts that stay though they may not fit."""
    return [d.reason for d in done if d.action == "tell" and "stays in Drafts" in d.reason]


class Killed(BaseException):
    """The process ends here."""


@contextmanager
def at_creating(world: World, before: BaseException | None, after: BaseException | None) -> Iterator[None]:
    """The next draft fails, or the process is killed, before or after it is made."""
    mailbox = world.mailboxes["personal"]
    create = mailbox.create_draft

    def creating(draft: Draft) -> str:
        if before is not None:
            raise before
        create(draft)
        assert after is not None
        raise after

    mailbox.create_draft = creating  # type: ignore[method-assign]
    yield
    mailbox.create_draft = create  # type: ignore[method-assign]


# --- one letter, whatever happens ---------------------------------------------------------------


@pytest.mark.parametrize("purpose", PURPOSES)
@pytest.mark.parametrize(
    ("before", "after", "made"),
    [
        (None, Unavailable("no answer"), 1),
        (Unavailable("not there"), None, 0),
        (None, Killed(), 1),
        (Killed(), None, 0),
    ],
)
def test_exactly_one_draft_after_a_lost_answer_or_a_kill(
    world: World, purpose: Purpose, before: BaseException | None, after: BaseException | None, made: int
) -> None:
    thanked(world)
    world.orders("2026-03-06 12:00").letter(purpose, "acme")
    with at_creating(world, before, after):
        try:
            world.cycle("2026-03-06 12:01")
        except Killed:
            world.store.close()
            world.store = type(world.store)(world.folder)
    assert len(world.drafts()) == made
    world.orders("2026-03-06 12:02").letter(purpose, "acme")
    world.cycles("2026-03-06 12:03", "2026-03-06 20:00")
    assert len(world.drafts()) == 1
    assert letter(world).stage is Stage.DRAFTED
    assert world.drafts()[0].message_id == letter(world).message_id


def test_asking_twice_makes_one_letter_and_says_where_it_stands(world: World) -> None:
    thanked(world)
    orders = world.orders("2026-03-06 12:00")
    assert orders.letter("withdraw", "acme").startswith(
        "The letter to Dana Reyes that withdraws your application is drafted with the next look."
    )
    assert "asked for already" in orders.letter("withdraw", "acme")
    world.cycle("2026-03-06 12:01")
    assert "It lies in Drafts." in asked(world)
    world.send(world.draft_to(DANA), at="2026-03-07 09:00")
    world.cycle("2026-03-07 09:05")
    assert "was sent on 2026-03-07" in asked(world, at="2026-03-08 12:00")
    assert world.drafts() == []
    assert created(world) == 1


def test_asking_twice_means_the_same_person_though_another_has_written_since(world: World) -> None:
    thanked(world, "Dana Reyes <dana@acme.example>", "Kim Park <kim@acme.example>")
    asked(world, to="dana")
    answered(world, KIM, "2026-03-06 14:00")
    assert "It lies in Drafts." in asked(world, at="2026-03-06 15:00")
    assert [f.to for f in letters(world)] == [DANA]


def test_two_machines_that_are_asked_make_one_draft(world: World, tmp_path: Path) -> None:
    thanked(world)
    other = World(tmp_path / "other")
    other.calendars, other.mailboxes = world.calendars, world.mailboxes
    other.begin("2026-03-05 09:00")
    asked(world)
    asked(other, at="2026-03-06 13:00")
    other.cycles("2026-03-06 14:00", "2026-03-06 18:00")
    assert len(world.drafts()) == 1
    assert letter(other).key == letter(world).key
    other.store.close()


def test_a_draft_made_while_the_user_resumes_is_taken_away_at_once(world: World) -> None:
    thanked(world)
    world.orders("2026-03-06 11:00").stop("acme", "rejected")
    world.orders("2026-03-06 12:00").letter("thanks-after-rejection", "acme")
    mailbox = world.mailboxes["personal"]
    create = mailbox.create_draft

    def creating(draft: Draft) -> str:
        world.orders("2026-03-06 12:01").resume("acme")
        return create(draft)

    mailbox.create_draft = creating  # type: ignore[method-assign]
    world.cycle("2026-03-06 12:01")
    assert created(world) == 1
    assert world.drafts() == []


# --- never to a machine, nor to a stranger ------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "purpose", "refused"),
    [
        ("noreply@acme.example", "thanks-after-rejection", True),
        ("no-reply@greenhouse.io", "thanks-after-rejection", True),
        ("dana.r@us.greenhouse-mail.io", "thanks-after-rejection", True),
        ("dana.r@us.greenhouse-mail.io", "withdraw", False),
        ("donotreply@acme.example", "keep-in-touch", True),
        ("sam@example.com", "withdraw", True),
    ],
)
def test_an_address_that_nobody_reads_is_refused_though_named(
    world: World, address: str, purpose: str, refused: bool
) -> None:
    thanked(world)
    if not refused:
        asked(world, purpose, address)
        assert world.draft_to(address)
        return
    with pytest.raises(UsageError, match="can't be written to"):
        world.orders("2026-03-06 12:00").letter(purpose, "acme", address)
    assert letters(world) == []


@pytest.mark.parametrize("sender", ["no-reply@acme.example", "Acme <jobs@us.greenhouse-mail.io>"])
def test_who_wrote_last_is_passed_over_where_it_is_a_machine(world: World, sender: str) -> None:
    sent = thanked(world)
    world.orders("2026-03-06 09:00").add_person("acme", sender)
    answered(world, sender, "2026-03-06 10:00", in_reply_to=sent[DANA].message_id)
    arrival = world.store.arrivals()[-1]
    world.orders("2026-03-06 10:30").mark_message(arrival.id, "human")
    asked(world, "thanks-after-rejection")
    assert letter(world).to == DANA


def test_a_fellow_candidate_who_writes_last_gets_nothing(world: World) -> None:
    thanked(world, "Dana Reyes <dana@acme.example>", "Pat Moor <pat@gmail.com>")
    assert DANA in {f.to for f in world.follow_ups() if f.sent}
    answered(world, "Pat Moor <pat@gmail.com>", "2026-03-06 10:00", text="How was it for you?")
    world.orders("2026-03-06 10:30").stop("acme", "rejected")
    world.cycle("2026-03-06 10:31")
    asked(world, "thanks-after-rejection")
    assert letter(world).to == DANA


def test_who_wrote_last_gets_it_before_the_recruiter(world: World) -> None:
    sent = thanked(world, "Dana Reyes <dana@acme.example>", "Rita Hale <recruiting@acme.example>")
    answered(world, DANA, "2026-03-06 10:00", in_reply_to=sent[DANA].message_id)
    asked(world)
    assert letter(world).to == DANA


@pytest.mark.parametrize("wrote_to_her", [True, False])
def test_a_colleague_nobody_knows_gets_it_only_if_i_have_written_to_her(
    world: World, wrote_to_her: bool
) -> None:
    thanked(world)
    if wrote_to_her:
        world.write("hanna@acme.example", at="2026-03-05 10:00", text="Here are my documents.")
    answered(world, "Hanna Vogt <hanna@acme.example>", "2026-03-06 10:00")
    asked(world)
    assert letter(world).to == ("hanna@acme.example" if wrote_to_her else DANA)


def test_without_a_message_of_theirs_the_recruiter_then_the_organiser_then_the_latest_met(
    world: World,
) -> None:
    everybody = (
        "Dana Reyes <dana@acme.example>",
        "Kim Park <kim@acme.example>",
        "Rita Hale <recruiting@acme.example>",
    )
    thanked(world, *everybody, organizer="Kim Park <kim@acme.example>")
    assert "to Rita Hale" in asked(world)
    world.orders("2026-03-06 13:00").drop_person("acme", "rita")
    assert "to Kim Park" in asked(world, "keep-in-touch", at="2026-03-06 14:00")
    world.orders("2026-03-06 15:00").drop_person("acme", "kim")
    assert "to Dana Reyes" in asked(world, "thanks-for-offer", at="2026-03-06 16:00")


def test_nobody_thanked_is_an_error_that_says_how_to_name_one(world: World) -> None:
    met(world)
    with pytest.raises(UsageError, match=r"Dana Reyes was there.*--to 'Name <address>'"):
        world.orders("2026-03-04 17:00").letter("withdraw", "acme")
    asked(world, to="dana", at="2026-03-04 17:00")
    assert letter(world).stage is Stage.DRAFTED


def test_a_person_named_by_address_is_greeted_by_that_name_and_heard(world: World) -> None:
    thanked(world)
    asked(world, to="Hanna Vogt <Hanna.Vogt@Acme.example>")
    assert "Hanna Vogt," in world.draft_to("hanna.vogt@acme.example").text
    assert letter(world).to == "hanna.vogt@acme.example"
    assert "hanna.vogt@acme.example" in world.store.links(world.process().key, "address")


def test_before_the_first_interview_there_is_nothing_to_look_back_on(world: World) -> None:
    world.begin("2026-03-02 09:00")
    world.event("2026-03-04 15:00", "2026-03-04 16:00", uid="talk")
    world.cycle("2026-03-02 10:00")
    with pytest.raises(UsageError, match="has been held yet"):
        world.orders("2026-03-03 10:00").letter("withdraw", "acme", "dana")


def test_somebody_without_an_address_is_asked_for_one(world: World) -> None:
    thanked(world, "Dana Reyes <dana@acme.example>")
    world.orders("2026-03-05 09:00").add_person("acme", "Ned Archer")
    world.cycle("2026-03-05 09:01")
    with pytest.raises(UsageError, match="--to 'Ned Archer <address>'"):
        world.orders("2026-03-06 12:00").letter("withdraw", "acme", "ned")


# --- nobody is nudged after it ------------------------------------------------------------------


@pytest.mark.parametrize("purpose", PURPOSES)
def test_nobody_is_nudged_after_a_letter_was_sent(world: World, purpose: Purpose) -> None:
    thanked(world)
    asked(world, purpose)
    sent = world.send(world.draft_to(DANA), at="2026-03-06 13:00")
    world.cycles("2026-03-06 14:00", "2026-04-30 14:00", timedelta(hours=11))
    assert not [f for f in world.nudges() if f.drafted_at or f.stage is Stage.PLANNED]
    assert world.drafts() == []
    assert letter(world).sent is not None
    assert letter(world).sent.message_id == sent.message_id  # type: ignore[union-attr]
    assert world.process().state is ProcessState.CLOSED


def test_an_untouched_nudge_goes_before_the_letter_comes_and_an_edited_one_stays(world: World) -> None:
    thanked(world, "Dana Reyes <dana@acme.example>", "Kim Park <kim@acme.example>")
    world.cycle("2026-03-11 10:00")
    assert len(world.drafts()) == 1
    asked(world, at="2026-03-11 12:00")
    (draft,) = world.drafts()
    assert draft.message_id == letter(world).message_id
    assert world.nudges()[0].stage is Stage.WITHDRAWN
    assert "another letter" in world.nudges()[0].reason


def test_an_edited_nudge_stays_beside_the_letter_and_is_told(world: World) -> None:
    thanked(world)
    world.cycle("2026-03-11 10:00")
    world.edit(world.draft_to(DANA), at="2026-03-11 11:00")
    world.cycle("2026-03-11 11:01")
    world.orders("2026-03-11 12:00").letter("keep-in-touch", "acme")
    done = world.cycle("2026-03-11 12:01")
    assert len(world.drafts()) == 2
    assert kept_told(done) == [
        "Your nudge to Dana Reyes stays in Drafts, but: you asked for another letter to them since."
    ]
    world.cycles("2026-03-12 12:00", "2026-04-10 12:00", timedelta(hours=20))
    assert world.nudges()[0].stage is Stage.EXPIRED


def test_a_later_interview_is_followed_up_as_any_other(world: World) -> None:
    thanked(world)
    asked(world, "keep-in-touch")
    world.send(world.draft_to(DANA), at="2026-03-06 13:00")
    world.event("2026-03-10 15:00", "2026-03-10 16:00", ("Kim Park <kim@acme.example>",), uid="next")
    world.cycle("2026-03-08 12:00")
    world.cycle("2026-03-10 16:46")
    thanks = world.send(world.draft_to(KIM), at="2026-03-10 18:00")
    world.cycles("2026-03-10 18:05", "2026-03-17 12:00", timedelta(hours=3))
    assert world.draft_to(KIM).in_reply_to == (thanks.message_id,)
    said = asked(world, "keep-in-touch", "dana", at="2026-03-17 13:00")
    assert "is drafted with the next look" in said, "another round, another letter"


@pytest.mark.parametrize("resumed", [True, False])
def test_a_discarded_letter_lets_the_waiting_go_on_only_by_the_user_s_word(
    world: World, resumed: bool
) -> None:
    thanked(world)
    asked(world, "keep-in-touch")
    world.delete(world.draft_to(DANA))
    world.cycles("2026-03-06 13:00", "2026-03-06 16:00")
    assert letter(world).stage is Stage.DISCARDED
    if resumed:
        world.orders("2026-03-06 17:00").resume("acme")
    world.cycle("2026-03-11 09:30")
    assert len(world.drafts()) == resumed


# --- what ends a process does not take it away --------------------------------------------------


@pytest.mark.parametrize("purpose", PURPOSES)
@pytest.mark.parametrize("first", ["letter", "stop"])
def test_stop_never_takes_a_requested_letter_away(world: World, purpose: Purpose, first: str) -> None:
    thanked(world)
    if first == "letter":
        asked(world, purpose)
    world.orders("2026-03-06 13:00").stop("acme", "rejected")
    world.cycle("2026-03-06 13:01")
    if first == "stop":
        asked(world, purpose, at="2026-03-06 14:00")
    world.orders("2026-03-06 15:00").stop_all("other")
    world.cycles("2026-03-06 15:01", "2026-03-08 15:01", timedelta(hours=8))
    assert letter(world).stage is Stage.DRAFTED
    assert len(world.drafts()) == 1
    assert world.process().state is ProcessState.CLOSED


@pytest.mark.parametrize("purpose", PURPOSES)
def test_resume_takes_away_untouched_what_speaks_of_the_end(world: World, purpose: Purpose) -> None:
    thanked(world)
    world.orders("2026-03-06 11:00").stop("acme", "rejected")
    asked(world, purpose)
    world.orders("2026-03-06 13:00").resume("acme")
    world.cycle("2026-03-06 13:01")
    assert bool(world.drafts()) is (purpose not in SPEAK_OF_THE_END)
    world.orders("2026-03-06 14:00").letter(purpose, "acme")
    world.cycle("2026-03-06 14:01")
    assert len(world.drafts()) == 1, "asked for again, it is made again"


def test_resumed_by_mistake_and_stopped_again_it_stays(world: World) -> None:
    thanked(world)
    world.orders("2026-03-06 11:00").stop("acme", "rejected")
    asked(world, "thanks-after-rejection")
    world.orders("2026-03-06 13:00").resume("acme")
    world.orders("2026-03-06 13:01").stop("acme", "rejected")
    world.cycles("2026-03-06 13:05", "2026-03-06 20:00")
    assert created(world) == len(world.drafts()) == 1


def test_resume_leaves_an_edited_letter_and_tells_once(world: World) -> None:
    thanked(world)
    world.orders("2026-03-06 11:00").stop("acme", "rejected")
    asked(world, "thanks-after-rejection")
    mine = world.edit(world.draft_to(DANA), at="2026-03-06 12:30")
    world.cycle("2026-03-06 12:31")
    world.orders("2026-03-06 13:00").resume("acme")
    assert kept_told(world.cycles("2026-03-06 13:01", "2026-03-07 13:01")) == [
        "Your letter to Dana Reyes stays in Drafts, but: the process goes on."
    ]
    assert world.draft_to(DANA).text == mine.text


def test_a_letter_that_waits_in_a_pause_is_dropped_by_resume(world: World) -> None:
    thanked(world)
    orders = world.orders("2026-03-06 11:00")
    orders.stop("acme", "withdrawn")
    orders.pause(date(2026, 3, 10))
    asked(world)
    world.orders("2026-03-07 12:00").resume("acme")
    world.cycles("2026-03-07 12:01", "2026-03-10 12:00", timedelta(hours=7))
    assert letter(world).stage is Stage.WITHDRAWN
    assert created(world) == 0


def test_it_does_not_open_a_process_that_was_closed_as_quiet(world: World) -> None:
    world.policy = policy(nudges=replace(world.policy.nudges, at_most=0))
    thanked(world)
    world.cycles("2026-03-05 12:00", "2026-03-25 12:00", timedelta(hours=20))
    assert world.process().reason == "quiet"
    asked(world, "keep-in-touch", at="2026-03-26 12:00")
    world.send(world.draft_to(DANA), at="2026-03-26 13:00")
    world.cycles("2026-03-26 13:01", "2026-04-20 12:00", timedelta(hours=20))
    assert world.process().reason == "quiet"


def test_an_answer_to_it_asks_nothing_where_the_user_has_stopped(world: World) -> None:
    thanked(world)
    world.orders("2026-03-06 11:00").stop("acme", "rejected")
    asked(world, "thanks-after-rejection")
    sent = world.send(world.draft_to(DANA), at="2026-03-06 13:00")
    world.cycle("2026-03-06 13:05")
    answered(world, "Dana Reyes <dana@acme.example>", "2026-03-07 10:00", in_reply_to=sent.message_id)
    assert world.questions() == []
    assert (world.process().state, world.process().reason) == (ProcessState.CLOSED, "rejected")
    assert world.store.arrivals()[-1].answers == letter(world).key


# --- the question -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("because", "purpose"),
    [
        ("rejected", "thanks-after-rejection"),
        ("offer", "thanks-for-offer"),
        ("withdrawn", "withdraw"),
        ("other", "keep-in-touch"),
    ],
)
def test_stop_says_and_asks_for_the_letter_that_its_reason_calls_for(
    world: World, because: str, purpose: str
) -> None:
    thanked(world)
    command = f"followupd letter {purpose} {world.process().key}"
    said = world.orders("2026-03-06 11:00").stop("acme", because)
    assert f"`{command}` drafts a letter to Dana Reyes" in said
    (question,) = world.questions()
    assert question.answer_with == command
    assert "Dana Reyes" in question.text
    asked(world, purpose)
    assert questions(world)[0].state is QuestionState.ANSWERED


def test_an_offer_that_was_accepted_calls_for_no_letter_of_ours(world: World) -> None:
    thanked(world)
    assert "followupd letter" not in world.orders("2026-03-06 11:00").stop("acme", "accepted")
    assert questions(world) == []


def test_silence_writes_nothing_and_ends_the_question_after_ten_working_days(world: World) -> None:
    thanked(world)
    world.orders("2026-03-06 11:00").stop("acme", "rejected")
    world.cycles("2026-03-06 11:01", "2026-03-20 23:00", timedelta(hours=9))
    assert len(world.questions()) == 1
    world.cycles("2026-03-21 00:01", "2026-04-20 12:00", timedelta(hours=20))
    assert questions(world)[0].state is QuestionState.EXPIRED
    assert world.process().reason == "rejected"
    assert world.drafts() == []
    assert letters(world) == []


def test_never_asked_twice_for_one_end_of_one_round(world: World) -> None:
    thanked(world)
    world.orders("2026-03-06 11:00").stop("acme", "rejected")
    world.orders("2026-03-06 11:05").stop("acme", "rejected")
    world.cycle("2026-03-06 11:06")
    assert len(world.questions()) == 1, "said twice, it is still asked"
    world.orders("2026-03-06 12:00").resume("acme")
    world.cycle("2026-03-06 12:01")
    assert world.questions() == [], "nothing is over"
    world.orders("2026-03-06 13:00").stop("acme", "rejected")
    world.cycles("2026-03-06 13:01", "2026-03-07 13:01")
    assert world.questions() == [], "asked once"
    world.orders("2026-03-07 14:00").stop("acme", "other")
    assert [q.answer_with.split()[2] for q in world.questions()] == ["keep-in-touch"]
    world.orders("2026-03-07 15:00").stop("acme", "withdrawn")
    assert [q.answer_with.split()[2] for q in world.questions()] == ["withdraw"]
    assert len(questions(world)) == 3


def test_another_round_asks_again(world: World) -> None:
    thanked(world)
    world.orders("2026-03-06 11:00").stop("acme", "rejected")
    world.orders("2026-03-06 12:00").resume("acme")
    world.event("2026-03-10 15:00", "2026-03-10 16:00", uid="next")
    world.cycle("2026-03-09 10:00")
    world.cycle("2026-03-10 16:46")
    world.orders("2026-03-11 11:00").stop("acme", "rejected")
    assert len(world.questions()) == 1
    assert len(questions(world)) == 2


def test_nothing_is_asked_where_nobody_was_met_or_nobody_is_known(world: World) -> None:
    world.begin("2026-03-02 09:00")
    world.event("2026-03-04 15:00", "2026-03-04 16:00", uid="talk")
    world.event("2026-03-09 15:00", "2026-03-09 16:00", ("Jo Poe <jo@beta.example>",), uid="ahead")
    world.cycle("2026-03-02 10:00")
    world.orders("2026-03-02 11:00").set_process(
        "beta", position=None, via="jo@agency.example", decision_by=None
    )
    world.cycle("2026-03-04 16:46")
    assert "followupd letter" not in world.orders("2026-03-04 17:00").stop("beta", "withdrawn")
    assert "followupd letter" not in world.orders("2026-03-04 17:00").stop("acme", "rejected")
    assert questions(world) == []


def test_nothing_is_asked_where_the_letter_is_there_already(world: World) -> None:
    thanked(world)
    asked(world)
    world.orders("2026-03-06 13:00").stop("acme", "withdrawn")
    assert questions(world) == []


def test_the_question_ends_when_the_user_has_written_alone(world: World) -> None:
    thanked(world)
    world.orders("2026-03-06 11:00").stop("acme", "rejected")
    world.write(DANA, at="2026-03-06 12:00", text="Thank you for letting me know.")
    world.cycle("2026-03-06 12:05")
    assert questions(world)[0].state is QuestionState.ANSWERED


def test_an_offer_accepted_withdraws_from_the_others_but_not_from_who_said_no_or_made_one(
    world: World,
) -> None:
    world.begin("2026-03-02 09:00")
    for company in ("acme", "beta", "gamma", "delta"):
        who = f"Dana Reyes <dana@{company}.example>"
        world.event("2026-03-04 15:00", "2026-03-04 16:00", (who,), uid=company)
    world.event("2026-03-20 15:00", "2026-03-20 16:00", ("Al <al@later.example>",), uid="later")
    world.cycle("2026-03-02 10:00")
    world.cycle("2026-03-04 16:46")
    for draft in world.drafts():
        world.send(draft, at="2026-03-04 18:00")
    world.cycle("2026-03-04 18:05")
    said_no = "Unfortunately we have decided to move forward with another candidate."
    answered(world, "dana@beta.example", "2026-03-06 10:00", text=said_no)
    made_one = "We are delighted to offer you the position. The offer letter is attached."
    answered(world, "dana@gamma.example", "2026-03-06 10:10", text=made_one)
    assert {a.judgement.sub_kind for a in world.store.arrivals()} == {"rejection", "offer"}
    said = world.orders("2026-03-06 11:00").stop_all("accepted")
    assert said.endswith("`followupd status` asks about letters.")
    by_key = {p.key: p.domains[0] for p in world.store.processes()}
    offered = {
        by_key[q.process]: [line.split()[2] for line in q.answer_with.splitlines()] for q in questions(world)
    }
    assert offered == {
        "acme.example": ["withdraw"],
        "delta.example": ["withdraw"],
    }


# --- in the right conversation ------------------------------------------------------------------


def test_it_answers_their_latest_message_in_the_thread_of_ours(world: World) -> None:
    sent = thanked(world)[DANA]
    first = answered(world, DANA, "2026-03-05 10:00", in_reply_to=sent.message_id)
    last = answered(world, DANA, "2026-03-06 10:00", in_reply_to=sent.message_id)
    asked(world, "thanks-after-rejection")
    draft = world.draft_to(DANA)
    assert first.message_id != last.message_id
    assert draft.in_reply_to == (last.message_id,)
    assert draft.references == (sent.message_id, last.message_id)
    assert draft.subject == f"Re: {sent.subject}"


def test_its_references_hold_what_i_wrote_in_between(world: World) -> None:
    sent = thanked(world)[DANA]
    first = answered(world, DANA, "2026-03-05 10:00", in_reply_to=sent.message_id)
    raw_references = f"<{sent.message_id}> <{first.message_id}>"
    mine = world.write(DANA, at="2026-03-05 11:00", in_reply_to=raw_references)
    world.cycle("2026-03-05 11:05")
    last = answered(world, DANA, "2026-03-06 10:00", in_reply_to=sent.message_id)
    asked(world, "thanks-after-rejection")
    chain = (sent.message_id, first.message_id, mine.message_id, last.message_id)
    assert world.draft_to(DANA).references == chain


def test_a_message_outside_our_thread_is_not_answered_but_our_last_letter_goes_on(world: World) -> None:
    sent = thanked(world)[DANA]
    answered(world, DANA, "2026-03-05 10:00", in_reply_to=sent.message_id)
    answered(world, DANA, "2026-03-06 10:00", subject="Your interview at Acme")
    asked(world)
    assert world.draft_to(DANA).in_reply_to == (sent.message_id,)
    assert world.draft_to(DANA).references == (sent.message_id,)


def test_it_goes_on_from_a_nudge_that_was_sent_last(world: World) -> None:
    sent = thanked(world)[DANA]
    world.cycle("2026-03-11 10:00")
    nudge = world.send(world.draft_to(DANA), at="2026-03-11 11:00")
    world.cycle("2026-03-11 11:05")
    asked(world, at="2026-03-12 12:00")
    assert world.draft_to(DANA).in_reply_to == (nudge.message_id,)
    assert world.draft_to(DANA).references == (sent.message_id, nudge.message_id)


def test_it_never_stands_in_a_thread_with_somebody_else(world: World) -> None:
    sent = thanked(world, "Dana Reyes <dana@acme.example>", "Kim Park <kim@acme.example>")
    answered(world, KIM, "2026-03-06 10:00", in_reply_to=sent[KIM].message_id)
    asked(world, to="dana")
    assert world.draft_to(DANA).in_reply_to == (sent[DANA].message_id,)


def test_without_a_mail_of_ours_it_starts_a_conversation_with_a_subject_of_its_own(world: World) -> None:
    met(world)
    world.orders("2026-03-04 17:00").sent("dana", "phone")
    world.cycle("2026-03-04 17:05")
    asked(world)
    draft = world.draft_to(DANA)
    assert (draft.in_reply_to, draft.references) == ((), ())
    assert draft.subject
    assert not draft.subject.startswith("Re:")


def test_it_lies_in_the_account_of_the_conversation_and_answers_no_message_of_another(two: World) -> None:
    two.begin("2026-03-02 09:00")
    two.event("2026-03-04 15:00", "2026-03-04 16:00", uid="talk", account="work")
    two.cycle("2026-03-02 10:00")
    two.cycle("2026-03-04 16:46")
    sent = two.send(two.draft_to(DANA, "work"), at="2026-03-04 18:00", account="work")
    two.cycle("2026-03-04 18:05")
    answered(two, DANA, "2026-03-06 10:00", in_reply_to=sent.message_id, account="personal")
    asked(two)
    assert two.drafts("personal") == []
    assert two.draft_to(DANA, "work").in_reply_to == (sent.message_id,)


# --- the user's hand ----------------------------------------------------------------------------


@pytest.mark.parametrize("folder", [Folder.SENT, Folder.DRAFTS])
def test_a_letter_of_my_own_since_the_request_is_the_letter(world: World, folder: Folder) -> None:
    thanked(world)
    world.orders("2026-03-06 12:00").letter("withdraw", "acme")
    mine = world.write(DANA, at="2026-03-06 12:00:30", folder=folder)
    world.cycles("2026-03-06 12:01", "2026-03-06 18:00")
    assert created(world) == 0
    assert world.drafts() == ([mine] if folder is Folder.DRAFTS else [])
    assert letter(world).stage is (Stage.EDITED if folder is Folder.DRAFTS else Stage.SENT)


@pytest.mark.parametrize("edited", [True, False])
def test_a_letter_of_my_own_beside_the_draft_takes_an_untouched_one_away(world: World, edited: bool) -> None:
    thanked(world)
    asked(world)
    if edited:
        world.edit(world.draft_to(DANA), at="2026-03-06 12:30")
        world.cycle("2026-03-06 12:31")
    world.write(DANA, at="2026-03-06 13:00", text="I withdraw my application.")
    world.cycles("2026-03-06 13:05", "2026-03-06 18:00")
    assert letter(world).stage is Stage.SENT
    assert len(world.drafts()) == edited


def test_a_thank_you_sent_late_is_not_the_letter(world: World) -> None:
    met(world, "Dana Reyes <dana@acme.example>", "Kim Park <kim@acme.example>")
    asked(world, "keep-in-touch", "dana", at="2026-03-04 17:00")
    thanks = next(d for d in world.drafts() if d.message_id == world.thank_you(DANA).message_id)
    world.send(thanks, at="2026-03-04 18:00")
    world.cycles("2026-03-04 18:05", "2026-03-05 18:00")
    assert world.thank_you(DANA).stage is Stage.SENT
    assert letter(world).stage is Stage.DRAFTED


@pytest.mark.parametrize(
    ("hand", "stage"),
    [
        (lambda w, d: w.send(d, at="2026-03-06 13:00"), Stage.SENT),
        (lambda w, d: w.send(d, at="2026-03-06 13:00", text="My own words.", new_id=True), Stage.SENT),
        (lambda w, d: w.edit(d, at="2026-03-06 13:00"), Stage.EDITED),
        (lambda w, d: w.edit(d, at="2026-03-06 13:00", again=True), Stage.EDITED),
        (lambda w, d: w.delete(d), Stage.DISCARDED),
        (lambda w, d: w.move(d, Folder.TRASH), Stage.DISCARDED),
        (lambda w, d: w.move(d, Folder.SCHEDULED), Stage.EDITED),
    ],
)
def test_what_the_user_does_with_the_draft(
    world: World, hand: Callable[[World, Message], object], stage: Stage
) -> None:
    thanked(world)
    asked(world)
    hand(world, world.draft_to(DANA))
    world.cycles("2026-03-06 13:05", "2026-03-07 13:00")
    assert letter(world).stage is stage
    assert created(world) == 1


@pytest.mark.parametrize("stopped", [True, False])
@pytest.mark.parametrize("by", ["letter", "again"])
def test_after_a_discard_it_can_be_asked_for_anew_as_another_message(
    world: World, stopped: bool, by: str
) -> None:
    thanked(world)
    if stopped:
        world.orders("2026-03-06 11:00").stop("acme", "withdrawn")
    asked(world)
    first = world.draft_to(DANA)
    world.delete(first)
    world.cycles("2026-03-06 13:00", "2026-03-06 16:00")
    orders = world.orders("2026-03-06 17:00")
    said = orders.letter("withdraw", "acme") if by == "letter" else orders.again(letter(world).key)
    assert "is drafted with the next look" in said
    world.cycles("2026-03-06 17:01", "2026-03-06 19:00")
    assert world.draft_to(DANA).message_id != first.message_id
    assert letter(world).revision == 1
    assert (world.process().state is ProcessState.CLOSED) is stopped


def test_unsent_for_fourteen_days_it_is_left_alone(world: World) -> None:
    thanked(world)
    asked(world)
    world.cycles("2026-03-07 12:00", "2026-03-20 11:00", timedelta(hours=20))
    assert letter(world).stage is Stage.DRAFTED
    world.cycles("2026-03-20 12:02", "2026-03-25 12:00", timedelta(hours=20))
    assert letter(world).stage is Stage.EXPIRED
    assert "It lies in Drafts." in asked(world, at="2026-03-26 12:00")
    assert len(world.drafts()) == 1


def test_what_is_marked_as_sent_goes_and_what_waits_can_be_called_off(world: World) -> None:
    thanked(world)
    asked(world)
    world.orders("2026-03-06 13:00").mark_letter(letter(world).key, "sent")
    world.cycle("2026-03-06 13:01")
    assert letter(world).stage is Stage.SENT
    assert world.drafts() == []
    world.orders("2026-03-06 14:00").letter("keep-in-touch", "acme")
    world.orders("2026-03-06 14:00").mark_letter(letters(world)[-1].key, "discarded")
    world.cycle("2026-03-06 14:01")
    assert world.drafts() == []


def test_who_was_taken_out_or_can_t_be_reached_gets_no_letter(world: World) -> None:
    sent = thanked(world, "Dana Reyes <dana@acme.example>", "Kim Park <kim@acme.example>")
    asked(world, to="dana")
    world.orders("2026-03-06 13:00").drop_person("acme", "dana")
    world.cycle("2026-03-06 13:01")
    assert world.drafts() == []
    asked(world, to="kim", at="2026-03-06 14:00")
    world.away(KIM, at="2026-03-06 15:00", text="I no longer work at Acme.", in_reply_to=sent[KIM].message_id)
    world.cycle("2026-03-06 15:01")
    assert world.drafts() == []
    for who, why in (("dana", "took them out"), ("kim", "left the company")):
        with pytest.raises(UsageError, match=why):
            world.orders("2026-03-06 16:00").letter("withdraw", "acme", who)


# --- when, and what is said ---------------------------------------------------------------------


def test_a_pause_holds_it_and_is_told(world: World) -> None:
    thanked(world)
    world.orders("2026-03-06 09:00").pause(date(2026, 3, 10))
    assert "when the pause ends on 2026-03-10" in asked(world)
    world.cycles("2026-03-07 12:00", "2026-03-09 23:00", timedelta(hours=5))
    assert world.drafts() == []
    world.cycle("2026-03-10 00:01")
    assert len(world.drafts()) == 1


def test_at_night_and_on_a_holiday_it_comes_at_once(world: World) -> None:
    thanked(world)
    asked(world, at="2026-03-08 03:00")
    assert len(world.drafts()) == 1


@pytest.mark.parametrize("purpose", PURPOSES)
def test_an_open_process_is_told_of_where_the_letter_speaks_of_the_end(
    world: World, purpose: Purpose
) -> None:
    thanked(world)
    said = asked(world, purpose)
    assert ("is still open" in said) is (purpose in SPEAK_OF_THE_END)
    world.orders("2026-03-06 13:00").stop("acme", "rejected")
    assert "is still open" not in asked(world, purpose, at="2026-03-06 14:00")


@pytest.mark.parametrize("purpose", PURPOSES)
def test_each_letter_is_whole_and_short(world: World, purpose: Purpose) -> None:
    thanked(world)
    asked(world, purpose)
    text = world.draft_to(DANA).text
    assert text.startswith("Hello Dana Reyes,\n\n")
    assert text.rstrip().endswith("Sam Lee")
    assert ("FILL IN:" in text) is (purpose is Purpose.KEEP_IN_TOUCH)
    assert len(text.split()) <= 120
    assert text.count("\n\n") >= 4, "greeting, three paragraphs, sign-off"


# --- agencies, and one's own company ------------------------------------------------------------

AGENCY = PeopleRules(agencies=("agency.example",))


def through_agency(world: World, *uids: str) -> None:
    world.policy = policy(people=AGENCY)
    world.begin("2026-03-02 09:00")
    for hour, uid in enumerate(uids or ("talk",), 10):
        people = (f"Dana Reyes <dana@{uid}.example>", "Jo Hale <jo@agency.example>")
        organizer = "Jo Hale <jo@agency.example>"
        world.event(
            f"2026-03-04 {hour}:00",
            f"2026-03-04 {hour}:45",
            people,
            uid=uid,
            title=f"Interview at {uid}",
            organizer=organizer,
        )
    world.cycle("2026-03-02 10:00")
    world.cycles("2026-03-04 12:00", "2026-03-04 17:00")
    for draft in world.drafts():
        world.send(draft, at="2026-03-04 18:00")
    world.cycle("2026-03-04 18:05")


@pytest.mark.parametrize("purpose", ["thanks-after-rejection", "withdraw"])
def test_through_an_agency_bad_news_go_to_the_consultant(world: World, purpose: str) -> None:
    through_agency(world)
    process = world.process()
    assert process.via
    with world.store.transaction():
        world.store.put_process(replace(process, released=True))
    world.cycles("2026-03-04 19:00", "2026-03-04 21:00")
    for draft in world.drafts():
        world.send(draft, at="2026-03-04 21:30")
    world.cycle("2026-03-04 21:35")
    answered(world, "dana@talk.example", "2026-03-06 10:00")
    asked(world, purpose, of=process.key)
    assert letter(world).to == CONSULTANT
    asked(world, "keep-in-touch", of=process.key, at="2026-03-06 14:00")
    assert letters(world)[-1].to == "dana@talk.example"


def test_a_consultant_with_two_clients_on_one_day_gets_a_letter_about_each(world: World) -> None:
    through_agency(world, "first", "second")
    processes = world.store.processes()
    assert len(processes) == 2
    for minute, process in enumerate(processes):
        asked(world, of=process.key, at=f"2026-03-06 12:0{minute}")
    assert [f.to for f in letters(world)] == [CONSULTANT, CONSULTANT]
    assert len(world.drafts()) == 2


def test_in_one_s_own_company_it_works_and_names_no_company(tmp_path: Path) -> None:
    own = policy(organisations=(Organisation(name="Example Works", domains=("example.com",)),))
    world = World(tmp_path / "state", own)
    thanked(world, "Dana Reyes <dana@example.com>")
    assert world.process().internal
    asked(world, "thanks-for-offer", of=world.process().key)
    assert "Example Works" not in world.draft_to("dana@example.com").text
    world.store.close()


# --- what it must not disturb -------------------------------------------------------------------


def test_whom_did_you_meet_is_asked_all_the_same(world: World) -> None:
    thanked(world)
    world.event("2026-03-06 10:00", "2026-03-06 11:00", (), uid="talk 2", title="Interview Acme")
    world.cycle("2026-03-06 09:00")
    world.cycle("2026-03-06 11:30")
    process = next(p.key for p in world.store.processes() if "acme.example" not in p.domains)
    assert [q.topic for q in world.questions()] == ["nobody"]
    world.orders("2026-03-06 12:00").letter("keep-in-touch", process, "Ned Archer <ned@acme.example>")
    world.cycles("2026-03-06 12:01", "2026-03-06 18:00")
    assert [q.topic for q in world.questions()] == ["nobody"]
    assert letter(world).interviews == (event_id("talk 2", ""),)


def test_merged_and_split_processes_keep_their_letter(world: World) -> None:
    thanked(world)
    asked(world)
    world.event("2026-03-06 10:00", "2026-03-06 11:00", ("Al Poe <al@beta.example>",), uid="beta")
    world.cycle("2026-03-06 13:00")
    world.orders("2026-03-06 14:00").merge("acme", "beta.example")
    world.cycle("2026-03-06 14:01")
    assert letter(world).process == world.process().key
    assert letter(world).stage is Stage.DRAFTED


def test_a_letter_in_real_files_is_edited_by_a_mail_program_and_stays_the_user_s(tmp_path: Path) -> None:
    files = Files(tmp_path)
    files.event("2026-03-04 14:00", "2026-03-04 15:00")
    files.once("2026-03-04 08:00")
    files.once("2026-03-04 15:46")
    thanks = files.draft_to()
    sent = files.send(thanks, at="2026-03-04 18:00")
    files.once("2026-03-04 18:05")
    assert files.cli("stop", "acme", "--because", "rejected", at="2026-03-06 11:00")[0] == 0
    assert files.cli("status", at="2026-03-06 11:01")[0] == 1
    assert files.cli("letter", "thanks-after-rejection", "acme", at="2026-03-06 12:00")[0] == 0
    files.once("2026-03-06 12:01")
    assert files.cli("status", at="2026-03-06 12:02")[0] == 0
    draft = files.draft_to()
    assert draft.parsed["In-Reply-To"] == sent.parsed["Message-ID"]
    files.save_again(draft, at="2026-03-06 13:00", text="Dear Dana,\n\nmy own words.\n\nSam\n")
    files.once("2026-03-06 13:01")
    assert files.letter(kind="letter")["stage"] == "edited"
    files.cli("resume", "acme", at="2026-03-06 14:00")
    files.once("2026-03-06 14:01")
    assert len(files.drafts()) == 1
