"""A state folder that is lost, restored from a copy, or another machine's: never a second letter.

"After a lost or restored state, or on a second machine: never a second one beside a draft or sent
letter that can still be found. The first cycle on an empty state, or on one whose counter is behind
the number kept outside the folder, creates nothing that is already due and asks once for all of it.
A state whose counter is not behind was merely asleep." (design, promise 2)
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.crash.harness import A_MOMENT, EVENING, EVERYBODY, MORNING, Machine, address

pytestmark = pytest.mark.slow

Another = Callable[[Machine], Machine]
NEXT_DAY = EVENING + timedelta(hours=15)


@pytest.fixture(scope="module")
def half_way(morning: Machine, tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """Killed when ten drafts had been made and the eleventh was on its way."""
    machine = morning.copy(tmp_path_factory.mktemp("half-way") / "machine")
    assert machine.killed_at(11, EVENING, only="os.link").killed
    assert len(machine.drafts()) == 10
    return machine


def use(machine: Machine) -> dict[str, str]:
    """The user takes nine of the ten drafts in hand; what the letters are by what can still be found."""
    at = EVENING + timedelta(minutes=30)
    drafts = sorted(machine.drafts(), key=lambda draft: draft.to)
    mine = "Dear all, these are my own words from beginning to end.\n"
    machine.send(drafts[0], at)
    machine.send(drafts[1], at, text=mine)
    machine.send(drafts[2], at, text=mine, message_id="sent-again@client.example")
    machine.send(drafts[3], at, message_id="sent-anew@client.example")
    machine.edit(drafts[4], at, mine)
    machine.edit(drafts[5], at, mine, message_id="saved-anew@client.example")
    machine.trash(drafts[6])
    drafts[7].path.unlink()
    drafts[8].path.unlink()
    kinds = ["sent", "sent", "sent", "sent", "edited", "edited", "discarded", "", "", "drafted"]
    return {draft.to: kind for draft, kind in zip(drafts, kinds, strict=True) if kind}


def letters_by_hand(machine: Machine) -> list[str]:
    """To whom a letter exists, anywhere in the mail; twice where there are two."""
    return sorted(letter.to for folder in ("Drafts", "Sent", "Trash") for letter in machine.letters(folder))


def must_recognise_and_ask(machine: Machine, expected: dict[str, str]) -> None:
    """Nothing is made, what exists is known for what it is, one question is about the rest."""
    mail = machine.mail_files()
    first = machine.once_well(NEXT_DAY)
    assert first.did("create_draft") == []
    again = machine.once_well(NEXT_DAY + A_MOMENT)
    assert again.did("create_draft") == []
    assert without_remains(machine.mail_files()) == without_remains(mail), "mail was touched"
    stages = machine.stages(NEXT_DAY + A_MOMENT)
    assert {to: stages[to] for to in expected} == expected
    rest = EVERYBODY - set(expected)
    assert {stages[to] for to in rest} <= {"planned", "due"}
    questions = machine.status(NEXT_DAY)["questions"]
    assert len(questions) == (1 if rest else 0), questions
    if rest:
        assert "draft --all" in questions[0]["answer_with"]
        by_key = {one["key"]: one["to"] for one in machine.follow_ups()}
        assert {by_key[key] for key in machine.questions()[0]["letters"]} == rest


def without_remains(mail: dict[str, bytes]) -> dict[str, bytes]:
    """What an interrupted attempt left in tmp is no mail; it may be removed."""
    return {name: raw for name, raw in mail.items() if "/tmp/" not in name}


def must_make_exactly_the_rest(machine: Machine, expected: dict[str, str]) -> None:
    """`draft --all`: never a second one beside a draft or sent letter."""
    before = letters_by_hand(machine)
    machine.say("draft", "--all", now=NEXT_DAY + A_MOMENT * 2)
    made = machine.once_well(NEXT_DAY + A_MOMENT * 3).did("create_draft")
    assert sorted(made) == sorted(EVERYBODY - set(expected))
    assert letters_by_hand(machine) == sorted([*before, *made])
    assert machine.once_well(NEXT_DAY + A_MOMENT * 4).did("create_draft") == []
    assert machine.questions() == []


# --- lost ----------------------------------------------------------------------------------------


def test_after_a_lost_state_ten_drafts_are_known_again_and_ten_are_asked_about(
    half_way: Machine, another: Another
) -> None:
    machine = another(half_way)
    expected = dict.fromkeys(machine.drafted(), "edited")  # whether they are untouched can't be told
    shutil.rmtree(machine.state)
    mail = machine.mail_files()
    assert machine.once_well(NEXT_DAY).did("create_draft") == []
    assert without_remains(machine.mail_files()) == without_remains(mail)
    stages = machine.stages(NEXT_DAY)
    assert {to for to, stage in stages.items() if stage in {"drafted", "edited"}} == set(expected)
    must_make_exactly_the_rest(machine, expected)
    assert machine.drafted() == sorted(EVERYBODY)
    machine.must_be_sound(after_a_lost_state=True)


def test_after_a_lost_state_letters_that_the_user_sent_edited_or_trashed_are_known_again(
    half_way: Machine, another: Another
) -> None:
    machine = another(half_way)
    expected = use(machine)
    shutil.rmtree(machine.state)
    untouched = next(to for to, stage in expected.items() if stage == "drafted")
    first = machine.once_well(NEXT_DAY)
    assert first.did("create_draft") == []
    stage = machine.stages(NEXT_DAY)[untouched]
    assert stage in {"drafted", "edited"}
    must_recognise_and_ask(machine, {**expected, untouched: stage})
    must_make_exactly_the_rest(machine, expected)


def test_with_the_cache_lost_too_it_is_the_same(half_way: Machine, another: Another) -> None:
    machine = another(half_way)
    expected = use(machine)
    shutil.rmtree(machine.state)
    shutil.rmtree(machine.cache)
    assert machine.once_well(NEXT_DAY).did("create_draft") == []
    assert len(machine.status(NEXT_DAY)["questions"]) == 1
    must_make_exactly_the_rest(machine, expected)


def test_the_question_is_asked_once_and_silence_makes_nothing(half_way: Machine, another: Another) -> None:
    machine = another(half_way)
    before = machine.drafted()
    shutil.rmtree(machine.state)
    asked = [machine.once_well(NEXT_DAY + timedelta(days=day)).did("ask") for day in range(0, 21, 4)]
    assert [len(did) for did in asked] == [1, 0, 0, 0, 0, 0]
    assert machine.questions() == []
    assert machine.drafted() == before


def test_a_state_lost_when_all_had_been_made_leaves_nothing_to_ask(
    evening: Machine, another: Another
) -> None:
    machine = another(evening)
    shutil.rmtree(machine.state)
    mail = machine.mail_files()
    for minute in range(3):
        assert machine.once_well(NEXT_DAY + A_MOMENT * minute).did("create_draft") == []
    assert machine.mail_files() == mail
    assert machine.questions() == []
    assert set(machine.stored_stages().values()) <= {"drafted", "edited"}


def test_what_a_killed_attempt_left_in_tmp_goes_when_its_letter_is_made_at_last(
    half_way: Machine, another: Another
) -> None:
    machine = another(half_way)
    assert len(machine.left_in_tmp()) == 1
    shutil.rmtree(machine.state)
    machine.once_well(NEXT_DAY)
    machine.say("draft", "--all", now=NEXT_DAY)
    machine.once_well(NEXT_DAY + A_MOMENT)
    assert machine.drafted() == sorted(EVERYBODY)
    assert machine.left_in_tmp() == []


# --- restored from a copy ------------------------------------------------------------------------


def restore(machine: Machine, copy: Path) -> None:
    shutil.rmtree(machine.state)
    shutil.copytree(copy, machine.state)


@pytest.mark.parametrize("kill", ["after ten drafts", "before the first draft", "not at all"])
def test_a_state_restored_from_before_the_drafts_makes_none_by_itself(
    kill: str, morning: Machine, another: Another
) -> None:
    machine = another(morning)
    shutil.copytree(machine.state, machine.root / "backup")
    link = {"after ten drafts": 11, "before the first draft": 1, "not at all": 0}[kill]
    assert machine.killed_at(link, EVENING, only="os.link").killed == bool(link)
    existing = set(machine.drafted())
    restore(machine, machine.root / "backup")
    assert machine.once_well(NEXT_DAY).did("create_draft") == []
    assert set(machine.drafted()) == existing
    assert len(machine.status(NEXT_DAY)["questions"]) == (1 if len(existing) < 20 else 0)
    stages = machine.stages(NEXT_DAY)
    assert {to for to, stage in stages.items() if stage in {"drafted", "edited"}} == existing
    if len(existing) < 20:
        must_make_exactly_the_rest(machine, dict.fromkeys(existing, "drafted"))
    assert machine.drafted() == sorted(EVERYBODY)
    machine.must_be_sound(after_a_lost_state=True)


def test_a_restored_state_knows_again_what_the_user_sent_edited_or_trashed(
    morning: Machine, another: Another
) -> None:
    machine = another(morning)
    shutil.copytree(machine.state, machine.root / "backup")
    assert machine.killed_at(11, EVENING, only="os.link").killed
    expected = use(machine)
    restore(machine, machine.root / "backup")
    untouched = next(to for to, stage in expected.items() if stage == "drafted")
    assert machine.once_well(NEXT_DAY).did("create_draft") == []
    stage = machine.stages(NEXT_DAY)[untouched]
    assert stage in {"drafted", "edited"}
    must_recognise_and_ask(machine, {**expected, untouched: stage})
    must_make_exactly_the_rest(machine, expected)


def test_a_restored_state_that_is_killed_in_its_first_cycle_still_asks(
    morning: Machine, another: Another
) -> None:
    ready = another(morning)
    shutil.copytree(ready.state, ready.root / "backup")
    assert ready.killed_at(11, EVENING, only="os.link").killed
    restore(ready, ready.root / "backup")
    existing = ready.drafted()
    total = another(ready).once(NEXT_DAY, {}).steps
    for step in range(1, total, total // 20):
        machine = another(ready)
        assert machine.killed_at(step, NEXT_DAY).killed
        assert machine.once_well(NEXT_DAY + A_MOMENT).did("create_draft") == []
        assert machine.drafted() == existing, f"drafts without being asked after a kill at step {step}"
        assert len(machine.questions()) == 1
        shutil.rmtree(machine.root)


# --- merely asleep -------------------------------------------------------------------------------


def test_a_state_that_slept_for_three_days_makes_what_is_due_without_asking(
    morning: Machine, another: Another
) -> None:
    machine = another(morning)
    later = EVENING + timedelta(days=3)
    machine.once_well(later)
    machine.must_have_all_twenty()
    assert machine.questions() == []


@pytest.mark.parametrize("days", [1, 3, 6, 8, 13])
def test_untouched_drafts_still_wait_when_the_machine_slept_for_days(
    days: int, evening: Machine, another: Another
) -> None:
    """Late from 48 hours, not made any more after seven days, left alone from fourteen: never taken away."""
    machine = another(evening)
    machine.once_well(EVENING + timedelta(days=days))
    machine.must_have_all_twenty()


def test_a_state_copied_back_identical_goes_on_without_asking(half_way: Machine, another: Another) -> None:
    machine = another(half_way)
    shutil.copytree(machine.state, machine.root / "backup")
    restore(machine, machine.root / "backup")
    machine.once_well(NEXT_DAY)
    machine.must_have_all_twenty()
    assert machine.questions() == []


@pytest.mark.parametrize("when", ["before anything was due", "half-way"])
def test_a_lost_cache_matters_to_nobody(
    when: str, morning: Machine, half_way: Machine, another: Another
) -> None:
    machine = another(half_way if when == "half-way" else morning)
    shutil.rmtree(machine.cache)
    machine.once_well(NEXT_DAY)
    machine.must_have_all_twenty()
    assert machine.questions() == []


def test_a_cache_that_holds_nonsense_matters_to_nobody(half_way: Machine, another: Another) -> None:
    machine = another(half_way)
    machine.outside().write_bytes(b"\xff\x00 not a number\n")
    machine.once_well(NEXT_DAY)
    machine.must_have_all_twenty()


# --- a second machine ----------------------------------------------------------------------------


def test_a_second_machine_makes_nothing_and_knows_what_exists(half_way: Machine, another: Another) -> None:
    machine = another(half_way)
    machine.once_well(EVENING + A_MOMENT)
    second = machine.second()
    mail = machine.mail_files()
    assert second.once_well(NEXT_DAY).did("create_draft") == []
    assert second.once_well(NEXT_DAY + A_MOMENT).did("create_draft") == []
    assert machine.mail_files() == mail
    assert second.questions() == []
    assert set(second.stages(NEXT_DAY).values()) <= {"drafted", "edited"}
    first = machine.once_well(NEXT_DAY)
    assert {action["action"] for action in first.actions} == {"remind"}, "its drafts are as they were"


def test_a_second_machine_that_starts_half_way_asks_for_the_rest_and_makes_it_once(
    half_way: Machine, another: Another
) -> None:
    machine = another(half_way)
    second = machine.second()
    assert second.once_well(NEXT_DAY).did("create_draft") == []
    assert len(second.questions()) == 1
    second.say("draft", "--all", now=NEXT_DAY)
    second.once_well(NEXT_DAY + A_MOMENT)
    machine.once_well(NEXT_DAY + A_MOMENT * 2)
    second.once_well(NEXT_DAY + A_MOMENT * 3)
    assert machine.drafted() == sorted(EVERYBODY)
    assert set(machine.stages(NEXT_DAY).values()) <= {"drafted", "edited"}


def test_a_second_machine_started_before_anything_is_due_never_doubles_a_letter(
    morning: Machine, another: Another
) -> None:
    machine = another(morning)
    second = machine.second()
    second.once_well(MORNING)
    machine.once_well(EVENING)
    second.once_well(EVENING)
    assert machine.drafted() == sorted(EVERYBODY)
    sent = machine.draft_to(address("Dana Reyes", "acme"))
    machine.send(sent, EVENING + A_MOMENT, message_id="sent-by-hand@client.example")
    for minute in range(2, 5):
        machine.once_well(EVENING + A_MOMENT * minute)
        second.once_well(EVENING + A_MOMENT * minute)
    assert machine.drafted() == sorted(EVERYBODY - {sent.to})
