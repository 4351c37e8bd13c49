"""The user's hand on drafts in Gmail, each told apart, whatever Google does where it documents nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cycle.google import DANA, HOUR, ME, message
from tests.cycle.test_google_life import MADE, MINUTE, NUDGE, Life, field, living, made
from tests.sim.google_mail import DraftView

MY_WORDS = "Hello Dana,\n\nthese are my own words: I liked what you said about the archive.\n\nSam\n"

# Each stands for something that Google does not document; the first is the likelier way of all.
OTHERWISE: dict[str, Any] = {
    "edit_keeps_message_id": True,
    "send_keeps_message_id": True,
    "history_carries_labels": True,
    "headers_are_decoded": False,
    "ui_writes_html": False,
    "trashed_draft_stays_a_draft": False,
}
GUESSES: dict[str, dict[str, Any]] = {
    "as guessed": {},
    "all otherwise": OTHERWISE,
    "no Message-ID is kept, search lags 20 minutes": {
        "drafts_keep_message_id": False,
        "search_lag": timedelta(minutes=20),
    },
    "search lags 2 hours": {"search_lag": timedelta(hours=2)},
}


@pytest.fixture(params=GUESSES)
def life(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Life]:
    with living(tmp_path, **GUESSES[request.param]) as one:
        yield one


def nothing_new(life: Life, *minutes: float) -> None:
    done = life.poll(*(minutes or (5, 15, 36, 120, 1440, 2000)))
    assert not made(done), "a second draft"


def lies_there(life: Life, text: str, message_id: str = "") -> None:
    (draft,) = life.drafts()
    assert draft.text.split() == text.split()
    assert message_id in ("", draft.message)


def next_nudge(life: Life, days: tuple[str, str] = ("2026-03-05", "2026-03-10")) -> DraftView:
    """The first nudge, on Wednesday 11 March; nothing is made before."""
    assert not made(life.days(*days))
    assert [one.kind for one in made(life.cycle(NUDGE).actions)] == ["nudge"]
    (draft,) = [one for one in life.drafts() if one.to.endswith(f"<{DANA}>")]
    return draft


def nudges_the_sent_copy(life: Life, id_: str) -> None:
    """The nudge is in the thread of what was sent, with its subject, and answers that very message."""
    sent = life.mail.message(id_)
    nudge = next_nudge(life)
    assert nudge.thread == sent.thread
    assert nudge.subject == f"Re: {sent.subject}"
    assert field(nudge.raw, "In-Reply-To") == sent.message_id_header
    assert sent.message_id_header in field(nudge.raw, "References")


# --- edited -------------------------------------------------------------------------------------


def test_an_edited_draft_is_never_touched_again(life: Life) -> None:
    draft = life.thanked()
    life.at(MADE + 3 * MINUTE)
    id_ = life.mail.ui_edit(draft.id, body=MY_WORDS)
    nothing_new(life)
    assert life.stage() == "edited"
    lies_there(life, MY_WORDS, id_)


def test_an_edited_thank_you_outlives_an_answer_and_a_cancellation(life: Life) -> None:
    draft = life.thanked()
    life.at(MADE + 3 * MINUTE)
    id_ = life.mail.ui_edit(draft.id, body=MY_WORDS)
    life.poll(5)
    life.receive(at=MADE + 20 * MINUTE)
    life.calendars.cancel("talk-1@acme.example")
    nothing_new(life, 20, 25, 55, 120, 1440)
    assert life.stage() == "edited"
    lies_there(life, MY_WORDS, id_)


def test_an_edited_nudge_is_kept_when_an_answer_comes(life: Life) -> None:
    draft = life.nudged()
    life.at(NUDGE + 3 * MINUTE)
    id_ = life.mail.ui_edit(draft.id, body=MY_WORDS)
    life.poll(5, since=NUDGE)
    assert life.stage("nudge") == "edited"
    life.receive(at=NUDGE + 6 * MINUTE, subject="Next steps")
    done = life.poll(10, 40, 160, 1440, since=NUDGE)
    assert not made(done)
    assert not [one for one in done if one.action == "withdraw_draft"]
    lies_there(life, MY_WORDS, id_)


def test_an_untouched_nudge_is_withdrawn_when_an_answer_comes(life: Life) -> None:
    life.nudged()
    life.receive(at=NUDGE + 15 * MINUTE, subject="Next steps")
    life.poll(20, 40, 160, since=NUDGE)
    assert life.drafts() == []
    assert life.stage("nudge") in {"withdrawn", "answered"}


def test_thirty_autosaves_are_one_draft_and_nothing_sent(life: Life) -> None:
    draft = life.thanked()
    for minute in (2, 4, 7):
        life.at(MADE + minute * MINUTE)
        life.mail.ui_autosave_storm(draft.id, 30)
        nothing_new(life, minute + 1)
        assert life.stage() == "edited"
    nothing_new(life)
    assert life.stage() == "edited"
    assert len(life.drafts()) == 1
    assert life.mail.sent() == []


@pytest.mark.parametrize("seen", [True, False], ids=["seen between", "not seen between"])
def test_another_subject_is_another_thread_and_the_nudge_goes_there(life: Life, seen: bool) -> None:
    draft = life.thanked()
    life.at(MADE + 3 * MINUTE)
    life.mail.ui_edit_subject(draft.id, "About the archive – and Łódź")
    if seen:
        nothing_new(life, 5, 10)
        assert life.stage() == "edited"
    id_ = life.sent_at(draft)
    assert life.stage() == "sent"
    assert len(life.mail.sent()) == 1
    assert life.mail.message(id_).thread != draft.thread
    nudges_the_sent_copy(life, id_)


@pytest.mark.parametrize("other", ["", MY_WORDS], ids=["the same text", "another text"])
def test_a_draft_saved_again_by_imap_is_the_same_letter(life: Life, other: str) -> None:
    draft = life.thanked()
    life.at(MADE + 3 * MINUTE)
    mail = message(
        draft.sender, draft.to, life.simulator.clock.now, subject=draft.subject, text=other or draft.text
    )
    again = life.mail.imap_resave(draft.id, mail if other else draft.raw)
    nothing_new(life, 5, 15, 23, 36, 41, 60)
    assert life.stage() == ("edited" if other else "drafted")
    id_ = life.mail.ui_send(again, at=life.at(MADE + 61 * MINUTE))
    nothing_new(life, 65, 100, 200)
    assert life.stage() == "sent"
    nudges_the_sent_copy(life, id_)


# --- sent ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("edited", [None, MY_WORDS], ids=["as it is", "edited"])
@pytest.mark.parametrize("pause", [0, 6], ids=["at once", "after a look"])
def test_a_sent_draft_is_sent_once_and_nudged_in_its_thread(
    life: Life, edited: str | None, pause: int
) -> None:
    draft = life.thanked()
    life.at(MADE + MINUTE)
    if edited and pause:
        life.mail.ui_edit(draft.id, body=edited)
        nothing_new(life, 4)
    id_ = life.mail.ui_send(
        draft.id, edited=None if pause else edited, at=life.at(MADE + (4 + pause) * MINUTE)
    )
    nothing_new(life, 15, 20, 45, 120)
    assert life.stage() == "sent"
    nudges_the_sent_copy(life, id_)


def test_a_scheduled_letter_is_neither_discarded_nor_doubled_and_sent_in_the_end(life: Life) -> None:
    draft = life.thanked()
    life.at(MADE + 3 * MINUTE)
    waiting = life.mail.ui_schedule_send(draft.id)
    nothing_new(life, 5, 15, 36, 41, 120, 300, 900)
    assert life.drafts() == []
    assert life.stage() not in {"discarded", "sent"}
    id_ = life.mail.ui_send_scheduled(waiting, at=life.at(MADE + 17 * HOUR))
    nothing_new(life, 17 * 60 + 5, 17 * 60 + 40, 18 * 60 + 30, 20 * 60)
    assert life.stage() == "sent"
    assert life.letter().sent.message_id in life.mail.message(id_).message_id_header  # type: ignore[union-attr]
    assert len(life.mail.sent()) == 1


@pytest.mark.parametrize("seen", [True, False], ids=["seen between", "not seen between"])
@pytest.mark.parametrize("edited", [None, MY_WORDS], ids=["as it is", "edited"])
def test_a_send_that_is_undone_is_a_draft_again_until_it_is_sent_again(
    life: Life, seen: bool, edited: str | None
) -> None:
    draft = life.thanked()
    sent = life.mail.ui_send(draft.id, edited=edited, at=life.at(MADE + 4 * MINUTE))
    if seen:
        nothing_new(life, 4.1)
    life.at(MADE + 4.4 * MINUTE)
    back = life.mail.ui_undo_send(sent)
    nothing_new(life, 5, 10, 15, 36, 41, 60)
    assert life.stage() == ("edited" if edited else "drafted")
    assert len(life.drafts()) == 1
    id_ = life.mail.ui_send(back, at=life.at(MADE + 61 * MINUTE))
    nothing_new(life, 65, 100, 200)
    assert life.stage() == "sent"
    nudges_the_sent_copy(life, id_)


def test_a_send_that_is_undone_for_good_is_never_nudged_about(life: Life) -> None:
    """The letter was not sent: there is nothing of which one could ask for an answer."""
    sent = life.mail.ui_send(life.thanked().id, at=life.at(MADE + 4 * MINUTE))
    life.poll(4.1)
    life.at(MADE + 4.4 * MINUTE)
    back = life.mail.ui_undo_send(sent)
    life.poll(5, 10)
    life.at(MADE + 50 * MINUTE)
    life.mail.ui_discard(back)
    life.poll(55, 90, 120)
    assert not made(life.days("2026-03-05", "2026-03-12"))


def test_a_sent_copy_in_the_trash_leaves_a_nudge_that_can_be_seen(life: Life) -> None:
    id_ = life.sent_at(life.thanked())
    life.mail.trash(id_)
    nudge = next_nudge(life)
    assert nudge.to.endswith(f"<{DANA}>")
    assert life.mail.ghosts == []


# --- thrown away --------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["discarded", "trashed"])
@pytest.mark.parametrize("edited", [False, True], ids=["untouched", "edited"])
def test_a_draft_thrown_away_means_no(life: Life, way: str, edited: bool) -> None:
    draft = life.thanked()
    life.at(MADE + 3 * MINUTE)
    if edited:
        life.mail.ui_edit(draft.id, body=MY_WORDS)
        nothing_new(life, 5)
    life.at(MADE + 7 * MINUTE)
    if way == "discarded":
        life.mail.ui_discard(draft.id)
    else:
        life.mail.ui_trash_draft(draft.id)
    nothing_new(life, 10, 20, 30, 36)
    assert life.stage() != "discarded", "there is a grace of 30 minutes"
    nothing_new(life, 42, 47, 120, 180)
    assert life.stage() == "discarded"
    assert not made(life.days("2026-03-05", "2026-03-13"))
    assert life.drafts() == []


# --- the user's own letters ---------------------------------------------------------------------


def own(life: Life, subject: str = "Good to meet you", text: str = MY_WORDS, to: str = DANA) -> bytes:
    return message(f"Sam Lee <{ME}>", to, life.simulator.clock.now, subject=subject, text=text)


@pytest.mark.parametrize("minute", [2, 44.9], ids=lambda m: f"{m} minutes after the talk")
def test_the_user_s_own_letter_is_the_thank_you(life: Life, minute: float) -> None:
    """In a new thread, sent before ours is due, just before it too, whatever the search knows."""
    life.event("2026-03-04 14:00", "2026-03-04 15:00")
    life.cycle("2026-03-04 08:00")
    life.every_five_minutes("2026-03-04 15:30", "2026-03-04 15:40")
    end = life.time("2026-03-04 15:00")
    life.at(end + minute * MINUTE)
    id_ = life.mail.ui_send_new(own(life), at=end + minute * MINUTE)
    life.poll(0, 5, 10, 20, 34, 40, 130, 145)
    assert life.drafts() == []
    assert life.stage() == "sent"
    nudges_the_sent_copy(life, id_)


@pytest.mark.parametrize("lag", [0, 20], ids=["at once", "search lags 20 minutes"])
def test_the_user_s_own_letter_before_the_history_was_lost_is_the_thank_you(tmp_path: Path, lag: int) -> None:
    with living(tmp_path, search_lag=lag * MINUTE) as life:
        life.event("2026-03-04 14:00", "2026-03-04 15:00")
        life.cycle("2026-03-04 08:00")
        at = life.at("2026-03-04 15:30")
        life.mail.ui_send_new(own(life), at=at)
        life.mail.expire_history()
        life.poll(5, 10, 16, 21, 26, 31, 41, since=at)
        assert life.drafts() == []
        assert life.stage() == "sent"


@pytest.mark.parametrize("minute", [2, 44.9], ids=lambda m: f"{m} minutes after the talk")
def test_the_user_s_own_draft_counts_as_the_letter(life: Life, minute: float) -> None:
    life.event("2026-03-04 14:00", "2026-03-04 15:00")
    life.cycle("2026-03-04 08:00")
    end = life.time("2026-03-04 15:00")
    life.at(end + minute * MINUTE)
    mine = life.mail.ui_new_draft(own(life))
    life.poll(0, 5, 36, 45)
    assert [draft.id for draft in life.drafts()] == [mine]
    assert life.stage() == "edited"
    id_ = life.mail.ui_send(mine, at=life.at("2026-03-04 16:33"))
    life.poll(50, 90)
    assert life.stage() == "sent"
    nudges_the_sent_copy(life, id_)


@pytest.mark.parametrize("to", [DANA, ""], ids=["to Dana", "to nobody yet"])
@pytest.mark.parametrize("minutes", [1, 60 * 24], ids=["a minute before", "a day before"])
def test_no_second_draft_where_the_user_has_one_in_the_thread(life: Life, to: str, minutes: int) -> None:
    """Two drafts in one thread hide one another. `Life.cycle` checks the threads and the ghosts."""
    id_ = life.sent_at(life.thanked())
    assert not made(life.days("2026-03-05", "2026-03-09"))
    sent = life.mail.message(id_)
    raw = message(
        f"Sam Lee <{ME}>",
        to,
        life.at(NUDGE - minutes * MINUTE),
        subject=f"Re: {sent.subject}",
        text="Dear Dana, I only wanted",
        in_reply_to=sent.message_id_header,
    )
    mine = life.mail.ui_new_draft(raw)
    life.poll(0, 5, 60, since=NUDGE)
    life.days("2026-03-12", "2026-03-13")
    assert mine in [draft.id for draft in life.drafts()]


Hand = Callable[[Life, DraftView], object]
HANDS: dict[str, tuple[Hand, str]] = {
    "edited": (lambda life, draft: life.mail.ui_edit(draft.id, body=MY_WORDS), "edited"),
    "sent": (lambda life, draft: life.mail.ui_send(draft.id), "sent"),
    "sent, edited": (lambda life, draft: life.mail.ui_send(draft.id, edited=MY_WORDS), "sent"),
    "discarded": (lambda life, draft: life.mail.ui_discard(draft.id), "discarded"),
    "trashed": (lambda life, draft: life.mail.ui_trash_draft(draft.id), "discarded"),
    "saved again by IMAP": (lambda life, draft: life.mail.imap_resave(draft.id, draft.raw), "drafted"),
}


@pytest.mark.parametrize("name", HANDS)
def test_a_hand_on_a_nudge_is_told_apart(life: Life, name: str) -> None:
    act, stage = HANDS[name]
    draft = life.nudged()
    life.at(NUDGE + 3 * MINUTE)
    act(life, draft)
    assert not made(life.poll(5, 20, 36, 41, 46, 160, since=NUDGE))
    assert life.letter("nudge").stage == stage


@pytest.mark.parametrize("name", HANDS)
def test_a_hand_while_the_program_sleeps_and_history_is_lost_is_told_apart(tmp_path: Path, name: str) -> None:
    act, stage = HANDS[name]
    with living(tmp_path) as life:
        draft = life.thanked()
        life.poll(5, 10)
        life.at(MADE + 20 * MINUTE)
        act(life, draft)
        life.mail.expire_history()
        assert not made(life.poll(60, 65, 100, 105, 200))
        assert life.letter().stage == stage
