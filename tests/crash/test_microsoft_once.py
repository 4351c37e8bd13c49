"""Exactly once on the wire: whatever becomes of a request to Graph, there is one draft per letter.

"Only 'seen nowhere, by complete looks' allows a create, and only it allows another after an unclear
outcome. Never repeat a POST blindly." (design, section 5)
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from tenacity import Retrying

from followupd.providers import http
from tests.crash.harness import KILLED
from tests.crash.microsoft_kit import (
    CREATE,
    DELETE,
    FILL,
    MINUTE,
    NUDGE,
    REPLY,
    THANKS,
    TWO_UNADDRESSED,
    UNADDRESSED,
    Hand,
    Letter,
    Letters,
    Life,
    Match,
    only,
    the_request,
)
from tests.cycle.microsoft import DANA
from tests.sim.microsoft import MicrosoftSimulator
from tests.sim.microsoft_mail import CLASSIC, MOBILE, WEB, Client

PATIENCE = 0.4  # seconds, instead of thirty


@pytest.fixture(scope="module")
def all_letters(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Letters]:
    with MicrosoftSimulator() as simulator:
        yield Letters(simulator, tmp_path_factory.mktemp("due"))


@pytest.fixture
def letters(all_letters: Letters) -> Iterator[Letters]:
    """Whatever a test is about: no request was wrong, and none would have sent anything."""
    yield all_letters
    all_letters.must_be_sound()


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
    """What becomes of a request, before or after Graph has done it."""

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


DROPPED, LOST = both("dropped", "drop")
SILENT = both("no answer in time", "timeout")
BROKEN = [
    *both("500", "status", status=500),
    *both("502 with a page", "status", status=502, body="html"),
    *both("503 with a long wait", "status", status=503, retry_after=900),
    *both("504", "status", status=504),
    *both("a hotel's page", "html"),
    *both("led to a hotel's page", "redirect"),
]
HALF = [
    Trouble("half an answer of the right length", "truncated", "after", {"length": "right"}),
    Trouble("half an answer of the wrong length", "truncated", "after", {"length": "wrong"}),
]
REFUSED = [
    Trouble("429", "throttled", options={"seconds": None}),
    Trouble("429 with a short wait", "throttled", options={"seconds": 2}),
    Trouble("429 with a wait", "throttled", options={"seconds": 300}),
    *both("401", "unauthorized"),
    Trouble(
        "a claims challenge", "claims", options={"claims": '{"access_token":{"nbf":{"essential":true}}}'}
    ),
    Trouble("404", "not_found"),
    Trouble("410", "gone"),
    *both("412", "conflict"),
    Trouble("400", "status", options={"status": 400, "code": "ErrorInvalidRequest"}),
    Trouble("400 of a proxy", "status", "after", options={"status": 400, "body": "html"}),
    Trouble("a full mailbox", "quota_full"),
]
UNAVAILABLE = Trouble("503", "status")
TROUBLES = [DROPPED, LOST, *SILENT, *BROKEN, *HALF, *REFUSED]


@dataclass(frozen=True)
class Situation:
    """A letter, what of a reply Graph takes, and the request that is in trouble."""

    letter: Letter
    request: str
    switches: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        told = " ".join(f"{name}={value}" for name, value in self.switches.items())
        return f"{self.letter} {self.request.rpartition('.')[2]} {told}".strip()


TWO_STEPS: dict[str, Any] = {"reply_takes_message": False}
SWITCHES: dict[str, dict[str, Any]] = {
    "all in one": {},
    "nothing in one": TWO_STEPS,
    "no property in one": {"reply_takes_properties": False},
    "the quote below": {"reply_keeps_quote": True},
    "nothing in one, no comment": {**TWO_STEPS, "comment_is_ignored": True},
    "nothing in one, to its recipients": {**TWO_STEPS, "reply_to_own_is_self": False},
}
UNCLEAR = [one for one in [LOST, *SILENT, *BROKEN, *HALF] if one.when == "after"]
SITUATIONS = [
    *((trouble, Situation(THANKS, CREATE)) for trouble in TROUBLES),
    *((trouble, Situation(NUDGE, REPLY)) for trouble in [DROPPED, *UNCLEAR, *REFUSED]),
    *((trouble, Situation(NUDGE, REPLY, TWO_STEPS)) for trouble in UNCLEAR),
    *(
        (trouble, Situation(NUDGE, FILL, TWO_STEPS))
        for trouble in [DROPPED, LOST, *SILENT, HALF[0], *REFUSED]
    ),
    *((trouble, Situation(UNADDRESSED, CREATE)) for trouble in [DROPPED, LOST, HALF[0]]),
]


@pytest.mark.parametrize(("trouble", "situation"), SITUATIONS, ids=str)
@pytest.mark.usefixtures("short")
def test_one_draft_after_a_request_that_went_wrong(
    trouble: Trouble, situation: Situation, letters: Letters, folder: Path
) -> None:
    life = letters.due(situation.letter, folder, **situation.switches)
    trouble.meets(life, only(situation.request))
    life.cycle()
    assert life.simulator.faults.pending == []
    assert len(life.letters) <= 1
    life.later()
    life.must_have_one_draft()


@pytest.mark.parametrize("situation", [Situation(THANKS, CREATE), Situation(NUDGE, FILL, TWO_STEPS)], ids=str)
@pytest.mark.parametrize("trouble", [LOST, UNAVAILABLE], ids=str)
def test_one_draft_after_requests_that_went_wrong_for_a_while(
    trouble: Trouble, situation: Situation, letters: Letters, folder: Path
) -> None:
    life = letters.due(situation.letter, folder, **situation.switches)
    trouble.meets(life, only(situation.request), times=None)
    for minutes in (0, 5, 15):
        life.cycle(minutes)
        assert len(life.letters) <= 1
    life.simulator.faults.clear()
    life.later(since=15)
    life.must_have_one_draft()


@pytest.mark.parametrize("lost", [1, 2], ids=["the first is lost", "the second is lost"])
def test_two_letters_without_a_recipient_are_told_apart(lost: int, letters: Letters, folder: Path) -> None:
    life = letters.due(TWO_UNADDRESSED, folder)
    LOST.meets(life, only(CREATE, lost))
    life.cycle()
    life.later()
    life.must_be_sound()
    assert sorted(draft.text.splitlines()[0] for draft in life.world.drafts()) == [
        "Hello Dana Reyes,",
        "Hello Kim Novak,",
    ]
    assert len(life.made) == 2
    assert [one["stage"] for one in life.world.letters()] == ["drafted", "drafted"]


# --- an answer drafted unseen -------------------------------------------------------------------------


@pytest.mark.parametrize("name", SWITCHES)
@pytest.mark.parametrize("request_", [REPLY, FILL])
def test_an_answer_that_was_drafted_unseen_is_found_and_made_whole(
    request_: str, name: str, letters: Letters, folder: Path
) -> None:
    life = letters.due(NUDGE, folder, **SWITCHES[name])
    LOST.meets(life, only(request_))
    life.cycle()
    life.cycle(2)
    life.must_have_one_draft()
    life.later()
    life.must_have_one_draft()


def test_words_of_the_user_in_an_answer_that_is_not_yet_whole_stay(letters: Letters, folder: Path) -> None:
    """Saved in the moment between the two requests: the second one is refused."""
    life = letters.due(NUDGE, folder, **TWO_STEPS)
    undo = life.simulator.on(only(FILL), lambda _: life.mail.edit(life.draft.id, OWN), "before")
    life.cycle()
    undo()
    assert [entry.status for entry in life.simulator.journal.of(FILL)] == [412]
    must_be_left_to_the_user(life)


@pytest.mark.parametrize("hand", ["edits", "sends"])
def test_the_user_goes_on_with_an_answer_that_is_not_whole(hand: str, letters: Letters, folder: Path) -> None:
    """The quote alone, addressed to the user: what they make of it is theirs."""
    life = letters.due(NUDGE, folder, **TWO_STEPS)
    LOST.meets(life, only(REPLY))
    life.cycle()
    by_hand(life, {"edits": edits, "sends": sends}[hand], 1)
    must_be_left_to_the_user(life)


def must_be_left_to_the_user(life: Life) -> None:
    """For as long as there could be a nudge on this day."""
    before = life.written
    for minutes in (5, 20, 61, 240):
        life.cycle(minutes)
    assert len(life.creates) == 1, life.told
    assert life.written == before


@pytest.mark.parametrize("way", ["purged", "archived"])
def test_the_letter_that_a_nudge_answers_goes_in_the_last_moment(
    way: str, letters: Letters, folder: Path
) -> None:
    life = letters.due(NUDGE, folder)
    base = life.base
    acts = {"purged": life.mail.purge, "archived": lambda id_: life.mail.put(id_, "archive")}
    undo = life.simulator.on(only(REPLY), lambda _: acts[way](base.id), "before")
    life.cycle()
    undo()
    life.later()
    life.must_be_sound()
    assert [one.to for one in life.world.drafts()] in ([], [(DANA,)])
    assert len(life.made) <= 1


# --- the end of the process ---------------------------------------------------------------------------

each_way = pytest.mark.parametrize(
    ("letter", "switches"), [(THANKS, {}), (NUDGE, TWO_STEPS)], ids=["a thank-you", "a nudge in two steps"]
)


@each_way
def test_one_draft_after_a_kill_at_any_request(
    letter: Letter, switches: dict[str, Any], letters: Letters, folder: Path
) -> None:
    """Each answer is lost with the process in turn; and each request that acts, before it is done."""
    whole = letters.due(letter, folder, **switches)
    whole.cycle()
    methods = [entry.method for entry in whole.simulator.journal]
    acting = [number for number, method in enumerate(methods, 1) if method in (letter.act, FILL)]
    assert len(acting) == (2 if switches else 1)
    moments = [(number, True) for number in range(1, len(methods) + 1)]
    for number, acts in [*moments, *((number, False) for number in acting)]:
        life = letters.due(letter, folder.with_name(f"{number}-{acts}"), **switches)
        life.killed(the_request(number), "after" if acts else "before", acts=acts)
        assert len(life.letters) == (number >= acting[0] + (not acts)), f"killed at {methods[number - 1]}"
        life.later()
        life.must_have_one_draft()
        shutil.rmtree(life.world.folder)


@each_way
def test_one_draft_after_a_kill_at_any_lasting_step(
    letter: Letter, switches: dict[str, Any], letters: Letters, folder: Path
) -> None:
    """Just before and just after each commit: between two of them the state on disk is one."""
    commits = letters.due(letter, folder, **switches).commits()
    assert len(commits) > 2
    for step in sorted({*commits, *(commit + 1 for commit in commits)}):
        life = letters.due(letter, folder.with_name(f"step-{step}"), **switches)
        code = life.ended(life.start(crash=json.dumps({"at": step, "only": "sql"})))
        assert code == KILLED or step > commits[-1]
        life.later()
        life.must_have_one_draft()
        shutil.rmtree(life.world.folder)


@pytest.mark.parametrize("hours", [2, 30])
def test_one_draft_when_the_machine_wakes_late_after_a_kill(
    hours: int, letters: Letters, folder: Path
) -> None:
    """Between the two steps of an answer: what was begun is completed, however much later."""
    life = letters.due(NUDGE, folder, **TWO_STEPS)
    life.killed(only(FILL), "before", acts=False)
    life.cycle(hours * 60)
    life.cycle(hours * 60 + 5)
    life.must_have_one_draft()


# --- the looks ----------------------------------------------------------------------------------------

BLIND = [LOST, UNAVAILABLE, HALF[0]]
LOOKS = [
    (THANKS, "events.get", 1),
    (THANKS, "messages.list", 2),
    *((THANKS, "mailFolders.messages.list", number) for number in (1, 2, 3)),
    *((NUDGE, "messages.list", number) for number in (1, 2, 3, 4)),
    (NUDGE, "messages.get", 1),
]


@pytest.mark.parametrize(
    ("letter", "method", "number"), LOOKS, ids=lambda part: str(part).rpartition("s.")[2]
)
@pytest.mark.parametrize("trouble", BLIND, ids=str)
def test_no_create_without_complete_looks(
    trouble: Trouble, letter: Letter, method: str, number: int, letters: Letters, folder: Path
) -> None:
    life = letters.due(letter, folder)
    trouble.meets(life, only(method, number), times=None)
    life.cycle()
    assert life.creates == []
    life.simulator.faults.clear()
    life.later()
    life.must_have_one_draft()


@pytest.mark.parametrize("letter", [THANKS, NUDGE], ids=str)
@pytest.mark.parametrize("method", ["messages.list", "mailFolders.messages.list"])
def test_no_second_create_while_the_look_for_a_lost_one_fails(
    method: str, letter: Letter, letters: Letters, folder: Path
) -> None:
    life = letters.due(letter, folder)
    LOST.meets(life, only(letter.act))
    life.cycle()
    DROPPED.meets(life, only(method), times=None)
    for minutes in (5, 15):
        life.cycle(minutes)
        assert len(life.creates) == 1
    life.simulator.faults.clear()
    life.later(since=15)
    life.must_have_one_draft()


# --- the user's hand, before the program has heard of its draft ---------------------------------------

OWN = "Hello Dana,\n\nThank you for the talk about bridges. I would love to build them with you.\n\nSam\n"


def edits(life: Life) -> None:
    life.mail.edit(life.draft.id, OWN)


def edits_in_classic_outlook(life: Life) -> None:
    life.mail.edit(life.draft.id, OWN, client=CLASSIC)


def edits_on_a_telephone(life: Life) -> None:
    life.mail.edit(life.draft.id, OWN, client=MOBILE)


def edits_the_subject(life: Life) -> None:
    life.mail.edit(life.draft.id, subject="Bridges")


def writes_to_another_too(life: Life) -> None:
    life.mail.edit(life.draft.id, to=[DANA, "kim@acme.example"])


def _sends(life: Life, client: Client, **how: Any) -> None:
    life.mail.send(life.draft.id, client, to=[DANA] if life.draft.to != (DANA,) else None, **how)


def sends(life: Life) -> None:
    _sends(life, WEB)


def sends_in_classic_outlook(life: Life) -> None:
    _sends(life, CLASSIC)


def sends_on_a_telephone(life: Life) -> None:
    _sends(life, MOBILE)


def sends_edited(life: Life) -> None:
    _sends(life, WEB, text=OWN)


def sends_edited_in_classic_outlook(life: Life) -> None:
    _sends(life, CLASSIC, text=OWN)


def sends_and_it_lies_in_the_outbox(life: Life) -> None:
    _sends(life, WEB, delay=10 * MINUTE)


def sends_and_it_is_nowhere_for_a_while(life: Life) -> None:
    life.mail.outbox_shows = False
    _sends(life, WEB, delay=10 * MINUTE)


def discards(life: Life) -> None:
    life.mail.delete(life.draft.id)


def deletes_for_good(life: Life) -> None:
    life.mail.put(life.draft.id, "recoverableitemsdeletions")


def purges(life: Life) -> None:
    life.mail.purge(life.draft.id)


def puts_aside(life: Life) -> None:
    life.mail.put(life.draft.id, life.mail.add_folder("Jobs"))


KEPT = [edits, edits_in_classic_outlook, edits_on_a_telephone, edits_the_subject, writes_to_another_too]
SENT = [
    sends,
    sends_in_classic_outlook,
    sends_on_a_telephone,
    sends_edited,
    sends_edited_in_classic_outlook,
    sends_and_it_lies_in_the_outbox,
    sends_and_it_is_nowhere_for_a_while,
]
GONE = [discards, deletes_for_good, purges]
SHOWN_LATE = (sends_and_it_lies_in_the_outbox, sends_and_it_is_nowhere_for_a_while)
HANDS = [*KEPT, *SENT, *GONE, puts_aside]


def named(one: object) -> str:
    return str(getattr(one, "__name__", one)).replace("_", " ")


# A letter to nobody that comes back under another id, Message-ID and text can't be told from any other.
STRANGE = [(hand, UNADDRESSED) for hand in (edits_on_a_telephone, sends_on_a_telephone)]
UNSEEN = [*STRANGE, *((purges, letter) for letter in (THANKS, NUDGE, UNADDRESSED))]
SEEN = [
    (hand, letter)
    for hand in HANDS
    for letter in (THANKS, NUDGE, UNADDRESSED)
    if (hand, letter) not in UNSEEN
]


@pytest.mark.parametrize(("hand", "letter"), SEEN, ids=named)
def test_the_user_is_faster_than_the_answer(
    hand: Hand, letter: Letter, letters: Letters, folder: Path
) -> None:
    life = letters.due(letter, folder)
    LOST.meets(life, only(letter.act))
    life.cycle()
    by_hand(life, hand, 1)
    must_stay_as_the_user_left_it(life, hand)


@pytest.mark.parametrize(("hand", "letter"), UNSEEN, ids=named)
@pytest.mark.xfail(
    strict=True, reason="Graph shows nothing of what was made and purged, or replaced, between two looks"
)
def test_no_second_letter_where_the_first_has_left_no_trace(
    hand: Hand, letter: Letter, letters: Letters, folder: Path
) -> None:
    life = letters.due(letter, folder)
    LOST.meets(life, only(letter.act))
    life.cycle()
    by_hand(life, hand, 1)
    for minutes in (5, 20, 61, 75):
        life.cycle(minutes)
    assert len(life.creates) == 1, life.told


@pytest.mark.parametrize("hand", [edits, sends_in_classic_outlook, discards], ids=named)
def test_the_user_is_faster_than_the_next_start(hand: Hand, letters: Letters, folder: Path) -> None:
    life = letters.due(THANKS, folder)
    life.killed(only(CREATE), "after")
    by_hand(life, hand, 1)
    must_stay_as_the_user_left_it(life, hand)


def by_hand(life: Life, hand: Hand, minutes: float) -> None:
    """The user acts; a moment later their program has done it too."""
    life.user_at(minutes)
    hand(life)
    life.user_at(minutes + 4)


def must_stay_as_the_user_left_it(life: Life, hand: Hand, since: float = 0) -> None:
    before = life.written
    life.later(since)
    assert len(life.creates) == 1, life.told
    assert life.written == before or (hand in SHOWN_LATE and len(life.letters) == 1)
    life.must_be_sound()
    must_know_what_the_user_did(life, hand)


def must_know_what_the_user_did(life: Life, hand: Hand) -> None:
    if hand in KEPT:
        # A letter to nobody in other words can't be told from any other.
        assert life.stage == "edited" or (not life.letter.to and life.asks_what_became_of_it)
    elif hand in SENT:
        # Who was written to is not known where we had named nobody.
        assert life.stage == "sent" or (not life.letter.to and life.asks_what_became_of_it)
    elif hand in GONE:
        assert life.stage == "discarded" or life.asks_what_became_of_it
    else:
        assert life.stage in ("drafted", "edited")


# --- a sent copy that is seen late --------------------------------------------------------------------


@pytest.mark.parametrize("letter", [THANKS, NUDGE], ids=str)
@pytest.mark.parametrize("client", [WEB, CLASSIC], ids=lambda client: client.name)
@pytest.mark.parametrize("shows", [True, False], ids=["in the Outbox", "nowhere"])
def test_a_letter_whose_copy_is_seen_five_minutes_later_was_sent(
    shows: bool, client: Client, letter: Letter, letters: Letters, folder: Path
) -> None:
    life = letters.due(letter, folder, outbox_shows=shows)
    life.cycle()
    life.cycle(5)
    life.user_at(6)
    life.mail.send(life.draft.id, client, delay=5 * MINUTE)
    for minutes in (7, 10, 12, 45):
        life.cycle(minutes)
        assert life.stage not in ("discarded", "due")
    assert life.stage == "sent"
    assert [one.folder for one in life.letters] == ["sentitems"]
    life.must_be_sound()
    assert len(life.creates) == 1


# --- another state, another machine -------------------------------------------------------------------

UNTOUCHED_OR = [None, edits, sends, sends_in_classic_outlook, discards, puts_aside]


@pytest.mark.parametrize("hand", UNTOUCHED_OR, ids=named)
@pytest.mark.parametrize("way", ["lost", "restored"])
def test_a_state_without_the_letter_finds_it(
    way: str, hand: Hand | None, letters: Letters, folder: Path
) -> None:
    life = letters.due(THANKS, folder)
    backup = folder.with_name("backup")
    shutil.copytree(life.world.state, backup)
    life.cycle()
    life.cycle(5)
    if hand is not None:
        by_hand(life, hand, 6)
    shutil.rmtree(life.world.state)
    if way == "restored":
        shutil.copytree(backup, life.world.state)
    life.world.signed_in()
    before = life.written
    life.later(since=10)
    life.must_be_sound()
    assert (len(life.creates), life.written) == (1, before)
    assert life.world.status()["questions"] == []
    if hand is None:
        assert life.stage in ("drafted", "edited")  # whether it is untouched can't always be told
    else:
        must_know_what_the_user_did(life, hand)


@pytest.mark.parametrize("letter", [THANKS, NUDGE], ids=str)
@pytest.mark.parametrize("cache", ["kept", "lost too"])
def test_an_empty_state_asks_once_before_it_makes_what_is_due(
    cache: str, letter: Letter, letters: Letters, folder: Path
) -> None:
    life = letters.due(letter, folder)
    shutil.rmtree(life.world.state)
    if cache != "kept":
        shutil.rmtree(folder / "cache")
    life.world.signed_in()
    asked = [one.action for minutes in (0, 5, 20) for one in life.cycle(minutes).actions].count("ask")
    assert life.creates == []
    assert (asked, len(life.world.status()["questions"])) == (1, 1)
    life.world.told("draft", "--all")
    life.later(since=21)
    life.must_have_one_draft()


@pytest.mark.parametrize("letter", [THANKS, NUDGE], ids=str)
def test_a_second_machine_at_the_same_mailbox_makes_no_second_letter(
    letter: Letter, letters: Letters, folder: Path
) -> None:
    life = letters.due(letter, folder)
    second = life.second()
    life.cycle()
    second.cycle(1)
    life.cycle(5)
    second.later(since=6)
    life.cycle(75)
    second.must_have_one_draft("drafted", "edited")
    life.must_have_one_draft()


def test_two_machines_whose_answers_are_lost_make_one_letter(letters: Letters, folder: Path) -> None:
    life = letters.due(NUDGE, folder, **TWO_STEPS)
    second = life.second()
    LOST.meets(life, only(REPLY))
    life.cycle()
    second.cycle(1)
    life.cycle(5)
    second.cycle(6)
    life.must_have_one_draft("drafted", "edited")


# --- a cursor that is damaged -------------------------------------------------------------------------

DAMAGE: dict[str, Callable[[str], str]] = {
    "empty": lambda _: "",
    "half": lambda cursor: cursor[: len(cursor) // 2],
    "another's": lambda _: '{"history": 1}',
    "its parts are of the wrong kind": lambda cursor: cursor.partition(" ")[0] + " [1,2,3,4,5]",
    "its time is none": lambda cursor: cursor.replace("2026-0", "2026-9", 1),
}


@pytest.mark.parametrize("letter", [THANKS, NUDGE], ids=str)
@pytest.mark.parametrize("damage", DAMAGE)
def test_after_a_damaged_cursor_one_full_look_and_no_draft_from_it(
    damage: str, letter: Letter, letters: Letters, folder: Path
) -> None:
    life = letters.due(letter, folder)
    with life.store() as store, store.transaction():
        cursor = store.cursor("personal", "mailbox")
        assert cursor != DAMAGE[damage](cursor)
        store.set_cursor("personal", "mailbox", DAMAGE[damage](cursor))
    assert life.cycle().error is None
    assert life.creates == []
    life.cycle(1)
    assert len(life.creates) == 1, "one full look is enough"
    life.later(since=1)
    life.must_have_one_draft()


@pytest.mark.parametrize("hand", [None, sends, discards], ids=named)
def test_a_damaged_cursor_after_a_lost_answer_makes_no_second_letter(
    hand: Hand | None, letters: Letters, folder: Path
) -> None:
    life = letters.due(THANKS, folder)
    LOST.meets(life, only(CREATE))
    life.cycle()
    if hand is not None:
        by_hand(life, hand, 1)
    with life.store() as store, store.transaction():
        store.set_cursor("personal", "mailbox", "")
    life.later(since=1)
    assert len(life.creates) == 1
    life.must_be_sound()
    if hand is None:
        life.must_have_one_draft()
    else:
        must_know_what_the_user_did(life, hand)


# --- the withdrawal -----------------------------------------------------------------------------------


def answered(life: Life) -> None:
    """The nudge lies in Drafts, untouched; then Dana answers."""
    life.cycle()
    life.cycle(5)
    assert len(life.world.drafts()) == 1
    life.user_at(18)
    life.world.receive()


SAID_NO = [one for one in REFUSED if one.when == "before"]
AT_A_DELETE = [
    *[(trouble, "recoverableitemsdeletions") for trouble in [DROPPED, *SILENT, *BROKEN, *SAID_NO]],
    *[(trouble, place) for trouble in [LOST] for place in ("recoverableitemsdeletions", "deleteditems")],
]


@pytest.mark.parametrize(("trouble", "place"), AT_A_DELETE, ids=str)
@pytest.mark.usefixtures("short")
def test_a_draft_is_withdrawn_once_whatever_becomes_of_the_request(
    trouble: Trouble, place: str, letters: Letters, folder: Path
) -> None:
    life = letters.due(NUDGE, folder, delete_goes_to=place)
    answered(life)
    trouble.meets(life, only(DELETE))
    life.cycle(20)
    assert life.simulator.faults.pending == []
    life.later(since=20)
    life.must_have_no_draft(1)
    assert life.stage == "withdrawn"


@pytest.mark.parametrize(("when", "acts"), [("before", False), ("after", True)])
@pytest.mark.parametrize("place", ["recoverableitemsdeletions", "deleteditems"])
def test_a_draft_is_withdrawn_after_a_kill(
    place: str, when: str, acts: bool, letters: Letters, folder: Path
) -> None:
    life = letters.due(NUDGE, folder, delete_goes_to=place)
    answered(life)
    life.killed(only(DELETE), when, 20, acts=acts)
    assert len(life.world.drafts()) == (not acts)
    life.later(since=20)
    life.must_have_no_draft(1)
    assert life.stage == "withdrawn"


@pytest.mark.parametrize("hand", [edits, edits_in_classic_outlook, edits_the_subject], ids=named)
def test_a_draft_that_is_edited_in_the_moment_of_its_withdrawal_stays(
    hand: Hand, letters: Letters, folder: Path
) -> None:
    """Graph answers 412: what it would remove is not what was read."""
    life = letters.due(NUDGE, folder)
    answered(life)
    undo = life.simulator.on(only(DELETE), lambda _: hand(life), "before")
    life.cycle(20)
    undo()
    assert [entry.status for entry in life.simulator.journal.of(DELETE)] == [412]
    must_stay_as_the_user_left_it(life, hand, since=20)


@pytest.mark.parametrize("hand", [sends, sends_in_classic_outlook, discards], ids=named)
def test_a_draft_that_goes_in_the_moment_of_its_withdrawal_is_the_users(
    hand: Hand, letters: Letters, folder: Path
) -> None:
    life = letters.due(NUDGE, folder)
    answered(life)
    undo = life.simulator.on(only(DELETE), lambda _: hand(life), "before")
    life.cycle(20)
    undo()
    life.cycle(25)
    must_stay_as_the_user_left_it(life, hand, since=51)


@pytest.mark.parametrize("trouble", [DROPPED, BROKEN[4], *REFUSED[:1]], ids=str)
def test_a_draft_that_was_edited_after_a_failed_withdrawal_stays(
    trouble: Trouble, letters: Letters, folder: Path
) -> None:
    life = letters.due(NUDGE, folder)
    answered(life)
    trouble.meets(life, only(DELETE), times=None)
    life.cycle(20)
    life.simulator.faults.clear()
    by_hand(life, edits, 21)
    asked = len(life.simulator.journal.of(DELETE))
    must_stay_as_the_user_left_it(life, edits, since=25)
    assert len(life.simulator.journal.of(DELETE)) == asked


def test_a_draft_of_the_user_is_not_taken_for_the_withdrawn_one(letters: Letters, folder: Path) -> None:
    """The withdrawal was done, its answer lost, and the user begins a letter of their own."""
    life = letters.due(NUDGE, folder)
    answered(life)
    LOST.meets(life, only(DELETE))
    life.cycle(20)
    life.user_at(22)
    life.mail.new_draft(life.world.own())
    before = life.written
    life.later(since=20)
    life.must_be_sound()
    assert (life.written, len(life.creates)) == (before, 1)
