"""Exactly once on the wire: whatever becomes of a request to Gmail, there is one draft per letter.

"Only 'seen nowhere, by complete looks' allows a create, and only it allows another after an unclear
outcome. Never repeat a POST blindly." (design, section 5)
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from tenacity import Retrying

from followupd.providers import http
from tests.crash.google_kit import (
    CREATE,
    DELETE,
    DRAFTS,
    NUDGE,
    SEARCH,
    THANKS,
    TWO_UNADDRESSED,
    UNADDRESSED,
    Hand,
    Letter,
    Letters,
    Life,
)
from tests.cycle.google import DANA
from tests.sim.google import GoogleSimulator
from tests.sim.server import Match

PATIENCE = 0.4  # seconds, instead of thirty


@pytest.fixture(scope="module")
def letters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Letters]:
    with GoogleSimulator() as simulator:
        yield Letters(simulator, tmp_path_factory.mktemp("due"))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "world"


@pytest.fixture(autouse=True)
def _waits_are_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program's waits between two attempts take no time."""
    monkeypatch.setattr(http, "Retrying", lambda **options: Retrying(**{**options, "sleep": lambda _: None}))


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer that is held counts as lost at once."""
    monkeypatch.setattr(http, "READ", PATIENCE)
    monkeypatch.setattr(http, "CONNECT", PATIENCE)


# --- what can go wrong with one request ---------------------------------------------------------------


@dataclass(frozen=True)
class Trouble:
    """What becomes of a request, before or after Gmail has done it."""

    name: str
    kind: str
    when: str = "before"
    options: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.name} {self.when} it was done"

    def meets(self, life: Life, match: Match, times: int | None = 1) -> None:
        life.simulator.faults.fail(match, self.kind, times, self.when, **self.options)


def both(name: str, kind: str, **options: Any) -> list[Trouble]:
    return [Trouble(name, kind, when, options) for when in ("before", "after")]


SILENT = both("dropped", "drop") + both("no answer in time", "timeout")
BROKEN = [
    *both("500", "status", status=500),
    *both("502 with a page", "status", status=502, body="html"),
    *both("503", "status", status=503),
    *both("503 with a short wait", "status", status=503, headers={"Retry-After": "2"}),
    *both("503 with a long wait", "status", status=503, headers={"Retry-After": "900"}),
    *both("504", "status", status=504),
]
HALF = [
    Trouble("half an answer of the right length", "truncated", "after", {"length": "right"}),
    Trouble("half an answer of the wrong length", "truncated", "after", {"length": "wrong"}),
]
REFUSED = [
    Trouble("a hotel's page", "html"),
    Trouble("led to a hotel's page", "redirect"),
    Trouble("401", "unauthorized"),
    Trouble("429", "rate", options={"status": 429, "reason": "rateLimitExceeded"}),
    Trouble(
        "429 with a wait",
        "rate",
        options={"status": 429, "reason": "rateLimitExceeded", "retry_after": 30},
    ),
    Trouble("403 for its rate", "rate"),
]
TROUBLES = [*SILENT, *BROKEN, *HALF, *REFUSED]
LOST = [one for one in TROUBLES if one.when == "after"]
LETTERS = [THANKS, NUDGE]

KNOWN = ("drafted",)
FOUND = ("drafted", "edited")  # where Gmail took its Message-ID, it may count as the user's own: the safe end

each_letter = pytest.mark.parametrize("letter", LETTERS, ids=str)
any_letter = pytest.mark.parametrize("letter", [*LETTERS, UNADDRESSED], ids=str)
each_id = pytest.mark.parametrize("keeps", [True, False], ids=["Message-ID kept", "Message-ID replaced"])


# --- the create ---------------------------------------------------------------------------------------


@each_letter
@pytest.mark.parametrize("trouble", TROUBLES, ids=str)
@pytest.mark.usefixtures("short")
def test_one_draft_after_a_create_that_went_wrong(
    trouble: Trouble, letter: Letter, letters: Letters, folder: Path
) -> None:
    life = letters.due(letter, folder)
    trouble.meets(life, CREATE)
    life.cycle()
    assert life.simulator.faults.pending == []
    assert len(life.world.drafts()) <= 1
    life.later()
    life.must_have_one_draft()


@any_letter
@each_id
@pytest.mark.parametrize("trouble", [one for one in LOST if one.kind != "status"], ids=str)
@pytest.mark.usefixtures("short")
def test_one_draft_whatever_gmail_makes_of_its_message_id(
    trouble: Trouble, letter: Letter, keeps: bool, letters: Letters, folder: Path
) -> None:
    life = letters.due(letter, folder)
    life.mail.drafts_keep_message_id = keeps
    trouble.meets(life, CREATE)
    life.cycle()
    life.later()
    life.must_have_one_draft(KNOWN if keeps else FOUND)


@each_letter
@pytest.mark.parametrize("trouble", [*both("dropped", "drop"), *both("503", "status", status=503)], ids=str)
def test_one_draft_after_creates_that_went_wrong_for_an_hour(
    trouble: Trouble, letter: Letter, letters: Letters, folder: Path
) -> None:
    life = letters.due(letter, folder)
    trouble.meets(life, CREATE, times=None)
    for minutes in (0, 5, 15, 30, 60):
        life.cycle(minutes)
        assert len(life.world.drafts()) <= 1
    life.simulator.faults.clear()
    life.later(since=60)
    life.must_have_one_draft()


@each_letter
def test_one_draft_when_the_sign_in_ends_just_before_the_create(
    letter: Letter, letters: Letters, folder: Path
) -> None:
    life = letters.due(letter, folder)
    last_look = SEARCH if letter is THANKS else "gmail.users.threads.get"
    undo = life.simulator.on(last_look, lambda _: life.simulator.oauth.expire_access_tokens(), "after")
    life.cycle()
    undo()
    assert life.creates[0].status == 401
    life.later()
    life.must_have_one_draft()


# --- the end of the process ---------------------------------------------------------------------------


@any_letter
@each_id
@pytest.mark.parametrize(
    ("when", "acts"),
    [("before", False), ("before", True), ("after", True)],
    ids=["with its request", "before its request was done", "after its request was done"],
)
def test_one_draft_after_a_kill(
    when: str, acts: bool, keeps: bool, letter: Letter, letters: Letters, folder: Path
) -> None:
    life = letters.due(letter, folder)
    life.mail.drafts_keep_message_id = keeps
    life.killed(CREATE, when, acts=acts)
    assert len(life.world.drafts()) == acts
    life.later()
    life.must_have_one_draft(KNOWN if keeps or not acts else FOUND)


@each_letter
@pytest.mark.parametrize("method", [SEARCH, DRAFTS])
def test_one_draft_after_a_kill_in_a_look(
    method: str, letter: Letter, letters: Letters, folder: Path
) -> None:
    life = letters.due(letter, folder)
    life.killed(method, "after")
    assert life.creates == []
    life.later()
    life.must_have_one_draft()


# --- the looks ----------------------------------------------------------------------------------------


def from_the(number: int, method: str) -> Match:
    """A match that begins with the n-th request of a method."""
    seen = 0

    def matches(called: str) -> bool:
        nonlocal seen
        seen += called == method
        return called == method and seen >= number

    return matches


LOOKS = [
    (THANKS, "calendar.events.get", 1),
    (THANKS, "gmail.users.history.list", 1),
    (THANKS, SEARCH, 1),
    (THANKS, DRAFTS, 1),
    (NUDGE, "calendar.events.list", 1),
    (NUDGE, "gmail.users.history.list", 1),
    (NUDGE, SEARCH, 1),
    (NUDGE, SEARCH, 2),
    (NUDGE, "gmail.users.messages.get", 1),
    (NUDGE, DRAFTS, 1),
    (NUDGE, "gmail.users.threads.get", 1),
]
BLIND = [
    *both("dropped", "drop"),
    Trouble("503", "status", "before", {"status": 503}),
    HALF[0],
    Trouble("a hotel's page", "html"),
    Trouble("403 for its rate", "rate"),
]


@pytest.mark.parametrize(
    ("letter", "method", "number"), LOOKS, ids=[f"{a}-{b.rpartition('users.')[2]} {c}" for a, b, c in LOOKS]
)
@pytest.mark.parametrize("trouble", BLIND, ids=str)
def test_no_create_without_complete_looks(
    trouble: Trouble, letter: Letter, method: str, number: int, letters: Letters, folder: Path
) -> None:
    life = letters.due(letter, folder)
    trouble.meets(life, from_the(number, method), times=None)
    life.cycle()
    assert life.creates == []
    life.simulator.faults.clear()
    life.later()
    life.must_have_one_draft()


@each_letter
@pytest.mark.parametrize("method", [SEARCH, DRAFTS, "gmail.users.history.list"])
@pytest.mark.parametrize("trouble", [Trouble("dropped", "drop"), HALF[0]], ids=str)
def test_no_second_create_while_the_look_for_a_lost_one_fails(
    trouble: Trouble, method: str, letter: Letter, letters: Letters, folder: Path
) -> None:
    life = letters.due(letter, folder)
    Trouble("dropped", "drop", "after").meets(life, CREATE)
    life.cycle()
    trouble.meets(life, method, times=None)
    for minutes in (5, 15, 30):
        life.cycle(minutes)
        assert len(life.creates) == 1
    life.simulator.faults.clear()
    life.later(since=30)
    life.must_have_one_draft()


# --- the user's hand, before the program has heard of its draft ---------------------------------------

OWN = "Hello Dana,\n\nThank you for the talk about bridges. I would love to build them with you.\n\nSam\n"


def edits(life: Life) -> None:
    life.mail.ui_edit(life.draft.id, body=OWN)


def edits_the_subject(life: Life) -> None:
    life.mail.ui_edit_subject(life.draft.id, "Bridges")


def edits_by_imap(life: Life) -> None:
    life.mail.imap_resave(life.draft.id, life.draft.raw.replace(b"Sam Lee\r\n", b"Sam Lee (Bridges)\r\n"))


def sends(life: Life) -> None:
    addresses(life)
    life.mail.ui_send(life.draft.id)


def sends_edited(life: Life) -> None:
    addresses(life)
    life.mail.ui_send(life.draft.id, edited=OWN)


def addresses(life: Life) -> None:
    """Gmail sends nothing without a recipient."""
    if not life.draft.to:
        life.mail.ui_edit(life.draft.id, raw=f"To: {DANA}\r\n".encode() + life.draft.raw)


def discards(life: Life) -> None:
    life.mail.ui_discard(life.draft.id)


def trashes(life: Life) -> None:
    life.mail.ui_trash_draft(life.draft.id)


KEPT = [edits, edits_the_subject, edits_by_imap]
SENT = [sends, sends_edited]
GONE = [discards, trashes]
LOSSES = [
    Trouble("dropped", "drop", "after"),
    Trouble("no answer in time", "timeout", "after"),
    HALF[0],
]


def named(one: object) -> str:
    return str(getattr(one, "__name__", one)).replace("_", " ")


@any_letter
@each_id
@pytest.mark.parametrize("hand", [*KEPT, *SENT, *GONE], ids=named)
def test_the_user_is_faster_than_the_answer(
    hand: Hand, keeps: bool, letter: Letter, letters: Letters, folder: Path
) -> None:
    life = letters.due(letter, folder)
    life.mail.drafts_keep_message_id = keeps
    LOSSES[0].meets(life, CREATE)
    life.cycle()
    life.user_at(2)
    hand(life)
    must_stay_as_the_user_left_it(life, hand)


@each_letter
@pytest.mark.parametrize("hand", [edits, sends, sends_edited, discards], ids=named)
def test_the_user_is_faster_than_the_answer_and_the_search(
    hand: Hand, letter: Letter, letters: Letters, folder: Path
) -> None:
    life = letters.due(letter, folder)
    life.mail.search_lag = timedelta(minutes=45)
    LOSSES[0].meets(life, CREATE)
    life.cycle()
    life.user_at(2)
    hand(life)
    must_stay_as_the_user_left_it(life, hand)


@each_letter
@pytest.mark.parametrize("trouble", LOSSES[1:], ids=str)
@pytest.mark.parametrize("hand", [edits, sends, discards], ids=named)
@pytest.mark.usefixtures("short")
def test_the_user_is_faster_than_any_answer(
    hand: Hand, trouble: Trouble, letter: Letter, letters: Letters, folder: Path
) -> None:
    life = letters.due(letter, folder)
    trouble.meets(life, CREATE)
    life.cycle()
    life.user_at(2)
    hand(life)
    must_stay_as_the_user_left_it(life, hand)


@any_letter
@each_id
@pytest.mark.parametrize("hand", [edits, sends, discards], ids=named)
def test_the_user_is_faster_than_the_next_start(
    hand: Hand, keeps: bool, letter: Letter, letters: Letters, folder: Path
) -> None:
    life = letters.due(letter, folder)
    life.mail.drafts_keep_message_id = keeps
    life.killed(CREATE, "after")
    life.user_at(2)
    hand(life)
    must_stay_as_the_user_left_it(life, hand)


@each_letter
@pytest.mark.parametrize("hand", [edits, sends, discards], ids=named)
def test_the_user_is_faster_and_gmail_forgets_its_history(
    hand: Hand, letter: Letter, letters: Letters, folder: Path
) -> None:
    """What was discarded can't be known then; that it was made is journalled, so nothing is made blindly."""
    life = letters.due(letter, folder)
    LOSSES[0].meets(life, CREATE)
    life.cycle()
    life.user_at(2)
    hand(life)
    life.mail.expire_history()
    before = [draft.raw for draft in life.world.drafts()]
    life.later()
    life.must_be_sound()
    assert [draft.raw for draft in life.world.drafts()] == before


@each_letter
@pytest.mark.parametrize("trouble", both("dropped", "drop"), ids=str)
def test_one_draft_though_gmail_forgets_its_history(
    trouble: Trouble, letter: Letter, letters: Letters, folder: Path
) -> None:
    life = letters.due(letter, folder)
    trouble.meets(life, CREATE)
    life.cycle()
    life.mail.expire_history()
    life.later()
    if trouble.when == "after":
        life.must_have_one_draft()
    else:  # it may have been made and removed, and nobody can tell any more
        assert life.world.drafts() == []
        assert life.asks_what_became_of_it


@each_id
@pytest.mark.parametrize("lost", [1, 2], ids=["the first is lost", "the second is lost"])
@pytest.mark.parametrize("trouble", both("dropped", "drop"), ids=str)
def test_two_letters_without_a_recipient_are_told_apart(
    trouble: Trouble, lost: int, keeps: bool, letters: Letters, folder: Path
) -> None:
    life = letters.due(TWO_UNADDRESSED, folder)
    life.mail.drafts_keep_message_id = keeps
    trouble.meets(life, from_the(lost, CREATE))
    life.cycle()
    life.later()
    life.must_be_sound()
    assert sorted(draft.text.splitlines()[0] for draft in life.world.drafts()) == [
        "Hello Dana Reyes,",
        "Hello Kim Novak,",
    ]
    assert len(life.made) == 2
    assert [one["stage"] for one in life.world.letters()] == ["drafted", "drafted"]


def test_the_first_nudge_that_was_sent_is_not_made_again(letters: Letters, folder: Path) -> None:
    life = letters.due(NUDGE, folder)
    LOSSES[0].meets(life, CREATE)
    life.cycle()
    life.user_at(2)
    sends(life)
    life.later()
    life.cycle(7 * 24 * 60)
    assert [one["step"] for one in life.world.letters("nudge") if one["stage"] == "drafted"] in ([], [2])
    life.must_be_sound()


def must_stay_as_the_user_left_it(life: Life, hand: Hand) -> None:
    before = [draft.raw for draft in life.world.drafts()]
    life.later()
    life.must_be_sound()
    assert len(life.creates) == 1
    assert [draft.raw for draft in life.world.drafts()] == before
    if hand in KEPT:
        # A letter to nobody in other words can't be told from any other.
        assert life.stage == "edited" or (not life.letter.to and life.asks_what_became_of_it)
    elif hand in SENT:
        # Who was written to is not known where we had named nobody.
        assert life.stage == "sent" or (not life.letter.to and life.asks_what_became_of_it)
    else:
        # Gmail's history says that something was made and removed, not what.
        assert life.stage == "discarded" or life.asks_what_became_of_it


# --- the withdrawal -----------------------------------------------------------------------------------


def answered(life: Life) -> None:
    """The nudge lies in Drafts, untouched; then Dana answers."""
    life.cycle()
    life.cycle(5)
    assert len(life.world.drafts()) == 1
    life.user_at(18)
    life.world.receive()


@pytest.mark.parametrize("trouble", TROUBLES, ids=str)
@pytest.mark.usefixtures("short")
def test_a_draft_is_withdrawn_once_whatever_becomes_of_the_request(
    trouble: Trouble, letters: Letters, folder: Path
) -> None:
    life = letters.due(NUDGE, folder)
    answered(life)
    trouble.meets(life, DELETE)
    life.cycle(20)
    assert life.simulator.faults.pending == []
    life.later(since=20)
    life.must_have_no_draft(1)
    assert life.stage == "withdrawn"


@pytest.mark.parametrize(
    ("when", "acts"),
    [("before", False), ("after", True)],
    ids=["with its request", "after its request was done"],
)
def test_a_draft_is_withdrawn_after_a_kill(when: str, acts: bool, letters: Letters, folder: Path) -> None:
    life = letters.due(NUDGE, folder)
    life.world.fresh = True
    answered(life)
    life.killed(DELETE, when, 20, acts=acts)
    assert len(life.world.drafts()) == (not acts)
    life.later(since=20)
    life.must_have_no_draft(1)
    assert life.stage == "withdrawn"


@pytest.mark.parametrize("hand", KEPT, ids=named)
def test_an_edited_draft_is_never_withdrawn(hand: Hand, letters: Letters, folder: Path) -> None:
    life = letters.due(NUDGE, folder)
    life.cycle()
    life.user_at(3)
    hand(life)
    kept = life.draft.raw
    life.user_at(18)
    life.world.receive()
    life.cycle(20)
    life.later(since=20)
    life.must_be_sound()
    assert life.draft.raw == kept
    assert life.simulator.journal.of(DELETE) == []


@pytest.mark.parametrize("trouble", [one for one in TROUBLES if one.when == "before"], ids=str)
@pytest.mark.usefixtures("short")
def test_a_draft_that_was_edited_after_a_failed_withdrawal_stays(
    trouble: Trouble, letters: Letters, folder: Path
) -> None:
    life = letters.due(NUDGE, folder)
    answered(life)
    trouble.meets(life, DELETE, times=None)
    life.cycle(20)
    life.simulator.faults.clear()
    life.user_at(22)
    edits(life)
    kept = life.draft.raw
    asked = len(life.simulator.journal.of(DELETE))
    life.later(since=20)
    life.must_be_sound()
    assert life.draft.raw == kept
    assert len(life.simulator.journal.of(DELETE)) == asked


def test_a_draft_of_the_user_is_not_taken_for_the_withdrawn_one(letters: Letters, folder: Path) -> None:
    """The withdrawal was done, its answer lost, and the user begins a letter of their own."""
    life = letters.due(NUDGE, folder)
    answered(life)
    ours = life.draft.raw
    Trouble("dropped", "drop", "after").meets(life, DELETE)
    life.cycle(20)
    life.user_at(22)
    life.mail.ui_new_draft(ours.replace(b"Thank you again", b"Thanks again"))
    life.later(since=20)
    life.must_be_sound()
    assert DANA in life.draft.to
    assert len(life.creates) == 1
