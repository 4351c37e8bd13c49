"""Killed with SIGKILL at any step, as often as it likes: in the end exactly one draft per letter.

A life is a machine whose cycle is killed several times in a row, each time at another step, and then
let be. First kills are spread evenly over all steps of a clean run; the later ones are random, with
a fixed seed, within what is still to do.
"""

from __future__ import annotations

import random
import re
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest

from tests.crash.harness import (
    A_MOMENT,
    COMPANIES,
    EVENING,
    EVERYBODY,
    KILLED,
    MORNING,
    Machine,
    address,
    people_of,
)

pytestmark = pytest.mark.slow

Another = Callable[[Machine], Machine]
PARTS = 10
STARTUP = 40  # a run has at least so many steps, whatever there is to do


def steps_of_a_clean_run(machine: Machine, now: datetime) -> int:
    """How many steps there are to be killed at."""
    ended = machine.once(now, {})
    assert ended.code == 0, ended.err
    return ended.steps


def spread(part: int, parts: int, lives: int, total: int) -> list[int]:
    """First kills of the lives of a part: all parts together cover 1..total evenly."""
    places = [part + parts * life for life in range(lives)]
    return [1 + place * (total - 1) // (parts * lives - 1) for place in places]


def kill_in_a_row(machine: Machine, first: int, kills: int, total: int, now: datetime) -> datetime:
    """Kills consecutive cycles; returns the moment after the last. Every kill must have hit."""
    chance = random.Random(f"{first} of {total}")
    step, left = first, total
    for _ in range(kills):
        ended = machine.killed_at(step, now)
        assert ended.killed, f"ended with {ended.code} before step {step}: {ended.err}"
        now += A_MOMENT
        left = max(STARTUP, left - step)
        step = chance.randint(1, left)
    return now


# --- twenty letters ------------------------------------------------------------------------------

LIVES, KILLS = 5, 4  # in each of the ten parts: 200 kills


@pytest.fixture(scope="module")
def steps_of_twenty(morning: Machine, tmp_path_factory: pytest.TempPathFactory) -> int:
    return steps_of_a_clean_run(morning.copy(tmp_path_factory.mktemp("clean") / "machine"), EVENING)


@pytest.mark.parametrize("part", range(PARTS))
def test_every_letter_is_drafted_exactly_once(
    part: int, steps_of_twenty: int, morning: Machine, another: Another
) -> None:
    for first in spread(part, PARTS, LIVES, steps_of_twenty):
        machine = another(morning)
        now = kill_in_a_row(machine, first, KILLS, steps_of_twenty, EVENING)
        machine.once_well(now)
        machine.must_have_all_twenty()
        machine.must_have_nothing_to_do(now + A_MOMENT)
        shutil.rmtree(machine.root)


def test_killed_again_and_again_it_still_gets_on(morning: Machine, another: Another) -> None:
    """A machine that dies a little later each time: no life is long enough to make all letters."""
    machine, now, step = another(morning), EVENING, 60
    while machine.killed_at(step, now).killed:
        assert len(machine.drafted()) == len(set(machine.drafted()))
        now, step = now + A_MOMENT, step + 7
    machine.once_well(now + A_MOMENT)
    machine.must_have_all_twenty()


# --- the first cycle -----------------------------------------------------------------------------


@pytest.mark.parametrize("part", range(2))
def test_a_first_cycle_that_is_killed_changes_nothing_about_what_comes(
    part: int, new: Machine, another: Another
) -> None:
    total = steps_of_a_clean_run(another(new), MORNING)
    for first in spread(part, 2, 5, total):
        machine = another(new)
        now = kill_in_a_row(machine, first, 3, total, MORNING)
        machine.once_well(now)
        assert machine.questions() == []
        machine.once_well(EVENING)
        machine.must_have_all_twenty()
        shutil.rmtree(machine.root)


@pytest.mark.parametrize("part", range(2))
def test_a_first_cycle_that_is_killed_still_asks_before_it_makes_what_is_due(
    part: int, new: Machine, another: Another
) -> None:
    total = steps_of_a_clean_run(another(new), EVENING)
    for first in spread(part, 2, 5, total):
        machine = another(new)
        now = kill_in_a_row(machine, first, 3, total, EVENING)
        machine.once_well(now)
        assert machine.drafted() == [], f"drafts without being asked, first kill at step {first}"
        assert [len(question["letters"]) for question in machine.questions()] == [20]
        machine.say("draft", "--all", now=now)
        machine.once_well(now + A_MOMENT)
        machine.must_have_all_twenty()
        shutil.rmtree(machine.root)


# --- withdrawing ---------------------------------------------------------------------------------

LATER = EVENING + timedelta(hours=1)


@pytest.mark.parametrize("part", range(3))
def test_drafts_of_a_stopped_process_are_withdrawn_by_us_whenever_we_are_killed(
    part: int, evening: Machine, another: Another, stopped: Machine
) -> None:
    total = steps_of_a_clean_run(another(stopped), LATER)
    for first in spread(part, 3, 5, total):
        machine = another(stopped)
        now = kill_in_a_row(machine, first, 3, total, LATER)
        machine.once_well(now)
        machine.must_be_sound()
        assert machine.drafted() == sorted(EVERYBODY - people_of("cedar"))
        assert machine.letters("Trash") == []
        assert only("cedar", machine.stored_stages()) == {"withdrawn"}
        assert len(machine.rows("SELECT DISTINCT key FROM withdrawn")) == 4, "the texts are kept"
        machine.must_have_nothing_to_do(now + timedelta(hours=1))
        shutil.rmtree(machine.root)


@pytest.fixture(scope="module")
def stopped(evening: Machine, tmp_path_factory: pytest.TempPathFactory) -> Machine:
    machine = evening.copy(tmp_path_factory.mktemp("stopped") / "machine")
    machine.say("stop", "cedar", "--because", "withdrawn", now=EVENING + A_MOMENT * 2)
    return machine


def of_cedar(machine: Machine) -> dict[str, int]:
    return Counter(one["stage"] for one in machine.follow_ups() if one["to"] in people_of("cedar"))


def only(company: str, stages: dict[str, str]) -> set[str]:
    return {stage for to, stage in stages.items() if to in people_of(company)}


@pytest.mark.parametrize("part", range(2))
def test_letters_of_a_moved_interview_are_withdrawn_and_made_once_more(
    part: int, evening: Machine, another: Another
) -> None:
    def moved() -> Machine:
        machine = another(evening)
        machine.move_by_a_day("cedar")
        return machine

    after = EVENING + timedelta(days=1)
    total = steps_of_a_clean_run(moved(), LATER)
    for first in spread(part, 2, 5, total):
        machine = moved()
        now = kill_in_a_row(machine, first, 3, total, LATER)
        machine.once_well(now)
        assert machine.drafted() == sorted(EVERYBODY - people_of("cedar"))
        assert of_cedar(machine) == {"withdrawn": 4, "planned": 4}, "another day is another occasion"
        now = kill_in_a_row(machine, STARTUP + first % 150, 2, 200, after)
        machine.once_well(now)
        machine.must_be_sound()
        assert machine.drafted() == sorted(EVERYBODY)
        assert of_cedar(machine) == {"withdrawn": 4, "drafted": 4}
        shutil.rmtree(machine.root)


@pytest.mark.parametrize("part", range(3))
def test_letters_that_became_late_are_replaced_and_never_doubled(
    part: int, evening: Machine, another: Another
) -> None:
    third_day = EVENING + timedelta(days=3)
    total = steps_of_a_clean_run(another(evening), third_day)
    before = {letter.message_id for letter in evening.drafts()}
    for first in spread(part, 3, 5, total):
        machine = another(evening)
        now = kill_in_a_row(machine, first, 3, total, third_day)
        machine.once_well(now)
        machine.must_have_all_twenty()
        assert before.isdisjoint(letter.message_id for letter in machine.drafts())
        machine.must_have_nothing_to_do(now + A_MOMENT)
        shutil.rmtree(machine.root)


# --- what became of drafts -----------------------------------------------------------------------


def handled(machine: Machine) -> dict[str, str]:
    """The user sends, edits and deletes; what that means in the end."""
    at = EVENING + timedelta(minutes=20)
    for number, person in enumerate(COMPANIES["acme"]):
        text = "" if number % 2 else f"Dear {person}, all of this is in my own words.\n"
        message_id = "" if number < 2 else f"sent-{number}@client.example"
        machine.send(machine.draft_to(address(person, "acme")), at, text=text, message_id=message_id)
    for number, person in enumerate(COMPANIES["bolt"]):
        message_id = "" if number < 2 else f"saved-{number}@client.example"
        text = f"Dear {person}, this is what I am going to say.\n"
        machine.edit(machine.draft_to(address(person, "bolt")), at, text, message_id=message_id)
    for number, person in enumerate(COMPANIES["cedar"]):
        draft = machine.draft_to(address(person, "cedar"))
        machine.trash(draft) if number % 2 else draft.path.unlink()
    meaning = {"acme": "sent", "bolt": "edited", "cedar": "discarded", "delta": "drafted", "ember": "drafted"}
    return {to: stage for company, stage in meaning.items() for to in people_of(company)}


@pytest.mark.parametrize("part", range(2))
def test_what_became_of_a_draft_is_known_whenever_we_are_killed(
    part: int, evening: Machine, another: Another
) -> None:
    plain = another(evening)
    handled(plain)
    total = steps_of_a_clean_run(plain, LATER)
    second = steps_of_a_clean_run(plain, LATER + timedelta(minutes=35))
    for life, first in enumerate(spread(part, 2, 5, total)):
        machine = another(evening)
        expected = handled(machine)
        mail = machine.mail_files()
        now = kill_in_a_row(machine, first, 2, total, LATER)
        machine.once_well(now)
        now += timedelta(minutes=31)
        now = kill_in_a_row(machine, 1 + life * (second - 1) // 10, 2, second, now)
        machine.once_well(now)
        assert machine.stored_stages() == expected
        assert machine.questions() == []
        assert machine.mail_files() == mail, "mail was touched"
        shutil.rmtree(machine.root)


# --- nudges --------------------------------------------------------------------------------------

THURSDAY = datetime.fromisoformat("2026-03-12T09:30+00:00")  # the fifth working day after they were sent


@pytest.fixture(scope="module")
def all_sent(evening: Machine, tmp_path_factory: pytest.TempPathFactory) -> Machine:
    machine = evening.copy(tmp_path_factory.mktemp("all-sent") / "machine")
    for draft in machine.drafts():
        machine.send(draft, datetime.fromisoformat("2026-03-05T09:00+00:00"))
    machine.once_well(datetime.fromisoformat("2026-03-05T10:00+00:00"))
    return machine


@pytest.mark.parametrize("part", range(3))
def test_one_nudge_a_company_is_made_as_a_reply(part: int, all_sent: Machine, another: Another) -> None:
    total = steps_of_a_clean_run(another(all_sent), THURSDAY)
    sent = {letter.to: letter.message_id for letter in all_sent.letters("Sent")}
    for first in spread(part, 3, 6, total):
        machine = another(all_sent)
        now = kill_in_a_row(machine, first, 3, total, THURSDAY)
        machine.once_well(now)
        machine.must_be_sound()
        nudges = machine.drafts()
        assert sorted(nudge.to.partition("@")[2] for nudge in nudges) == [f"{c}.example" for c in COMPANIES]
        assert {nudge.to: nudge.mail["In-Reply-To"] for nudge in nudges} == {n.to: sent[n.to] for n in nudges}
        assert machine.stored_stages("nudge") == dict.fromkeys((nudge.to for nudge in nudges), "drafted")
        machine.must_have_nothing_to_do(now + A_MOMENT)
        shutil.rmtree(machine.root)


# --- killed inside the libraries, at single system calls -----------------------------------------

CALLS = {  # how many places are taken of each
    "fdatasync": 8,
    "fsync": 6,
    "link": 5,
    "unlink": 5,
    "pwrite64": 9,
    "write": 3,
    "utimensat": 2,
    "ftruncate": 1,
    "mkdir": 1,
    "rename": 3,
    "openat": 3,
}


def strace(*options: str) -> list[str]:
    return ["strace", "-f", "-qq", "-o", *options]


@pytest.fixture(scope="module")
def calls(morning: Machine, tmp_path_factory: pytest.TempPathFactory) -> dict[str, int]:
    """How often a clean run makes each system call."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed: not killed at single system calls")
    machine = morning.copy(tmp_path_factory.mktemp("strace") / "machine")
    log = machine.root / "strace"
    machine.wrap = strace(str(log), "-e", f"trace={','.join(CALLS)}")
    ended = machine.run_cold("once", now=EVENING)
    if ended.code != 0 and "ptrace" in ended.err.lower():
        pytest.skip(f"strace may not trace here: {ended.err.strip()}")
    assert ended.code == 0, ended.err
    found = re.findall(r"^\d+ +(\w+)\(", log.read_text(), re.MULTILINE)  # a short process id is filled up
    made = {call: found.count(call) for call in CALLS}
    assert all(made.values()), f"a call that is never made: {made}"
    return made


def places(calls: dict[str, int]) -> Iterator[tuple[str, int]]:
    """(system call, its how-manieth), spread over all that are made."""
    for call, wanted in CALLS.items():
        made = calls[call]
        taken = min(wanted, made)
        yield from ((call, 1 + (2 * place + 1) * made // (2 * taken)) for place in range(taken))


@pytest.mark.parametrize("part", range(4))
def test_killed_at_a_system_call_every_letter_is_drafted_exactly_once(
    part: int, calls: dict[str, int], morning: Machine, another: Another
) -> None:
    for call, number in list(places(calls))[part::4]:
        machine = another(morning)
        machine.wrap = strace(
            "/dev/null", "-e", f"trace={call}", "-e", f"inject={call}:signal=KILL:when={number}"
        )
        assert machine.run_cold("once", now=EVENING).code == KILLED, f"{call} number {number}"
        machine.wrap = ()
        machine.once_well(EVENING + A_MOMENT)
        machine.must_have_all_twenty()
        shutil.rmtree(machine.root)
