"""Two cycles at once, and the user's commands in the middle of a cycle.

"One writer: a cycle lock per state folder. Reading commands and the user's commands never need it:
each is one transaction that wakes the daemon. A draft made while a `stop` or `skip` came in is
withdrawn at once, after a kill by the next start; no intent is journalled after such a command has
returned." (design, section 5)
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from followupd import cycle
from followupd.config import load
from followupd.errors import Busy
from tests import forked
from tests.crash.harness import A_MOMENT, EVENING, EVERYBODY, Ended, Machine, people_of

pytestmark = pytest.mark.slow

Another = Callable[[Machine], Machine]
HOLDER = "followupd run, process 4242"
AT_ONCE = 8.0  # seconds in which a command ends that waits for nobody, on a busy machine


@contextmanager
def lock_held(machine: Machine) -> Iterator[None]:
    """Another followupd holds the cycle lock."""
    with (machine.state / "lock").open("r+") as file:
        file.truncate()
        file.write(f"{HOLDER}\n")
        file.flush()
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


# --- two cycles ----------------------------------------------------------------------------------


@pytest.mark.parametrize("part", range(4))
def test_two_cycles_started_together_make_twenty_drafts_in_all(
    part: int, morning: Machine, another: Another
) -> None:
    for _ in range(3):
        machine = another(morning)
        children = [machine.start("once", "--json", now=EVENING) for _ in range(2)]
        ended = [machine.ended(child) for child in children]
        assert [one.code for one in ended] == [0, 0], ended
        assert sorted(len(one.did("create_draft")) for one in ended) == [0, 20]
        machine.must_have_all_twenty()
        shutil.rmtree(machine.root)


def test_two_machines_started_together_on_one_mailbox_and_state_copy_settle(
    morning: Machine, another: Another
) -> None:
    """Four at once: whoever comes first, the others find nothing left to do."""
    machine = another(morning)
    children = [machine.start("once", "--json", now=EVENING, fresh=True) for _ in range(4)]
    assert [machine.ended(child).code for child in children] == [0, 0, 0, 0]
    machine.must_have_all_twenty()


def test_a_cycle_that_finds_the_lock_held_names_its_holder(morning: Machine, another: Another) -> None:
    machine = another(morning)
    with lock_held(machine), pytest.raises(Busy, match=HOLDER) as busy:
        cycle.once(load(machine.config, machine.state), machine.state, EVENING, wait=0.2)
    assert busy.value.exit_code == 75


def test_once_ends_with_75_and_the_holders_name_when_the_lock_stays_held(
    morning: Machine, another: Another
) -> None:
    machine = another(morning)
    with lock_held(machine):
        ended = machine.once(EVENING, {"wait": 0.2})
    assert ended.code == 75
    assert HOLDER in ended.err
    assert machine.drafts() == []
    machine.once_well(EVENING)
    machine.must_have_all_twenty()


def test_a_dry_run_and_the_reading_commands_need_no_lock(morning: Machine, another: Another) -> None:
    machine = another(morning)
    with lock_held(machine):
        for words in (("once", "--dry-run"), ("status",), ("plan",)):
            child = machine.start(*words, now=EVENING)
            out, err = child.communicate(timeout=AT_ONCE)
            assert child.returncode in {0, 1}, (words, out, err)
    assert machine.drafts() == []


# --- commands in the middle of a cycle -----------------------------------------------------------


def interrupted(machine: Machine, step: int, *words: str, fresh: bool = False) -> Ended:
    """A cycle that is frozen at a step while a command of the user, or a fresh interpreter, runs to its end."""
    command = [sys.executable, "-m", "followupd", *machine.words(*words, now=EVENING)]
    return machine.once(
        EVENING,
        {
            "at": step,
            "command": command,
            "server": "" if fresh else forked.address(machine.environment()),
            "database": str(machine.state / "followupd.db"),
            "folder": str(machine.mail / "Drafts/cur"),
        },
    )


@pytest.fixture(scope="module")
def moments(morning: Machine, tmp_path_factory: pytest.TempPathFactory) -> list[int]:
    """The steps of a clean cycle at which no transaction is open: a frozen one would block for ever."""
    machine = morning.copy(tmp_path_factory.mktemp("clean") / "machine")
    return machine.once(EVENING, {}).told["outside"]


def some(moments: list[int], part: int, parts: int, each: int) -> list[int]:
    """Moments spread evenly over all; every part takes as many."""
    wanted = parts * each
    taken = [moments[place * (len(moments) - 1) // (wanted - 1)] for place in range(wanted)]
    return taken[part::parts]


def late_intents(machine: Machine, after: int) -> list[dict]:
    """Letters whose creation was journalled after the command had returned."""
    rows = machine.rows("SELECT data FROM journal WHERE act = 'create' AND number > ?", after)
    return [json.loads(row[0])["follow_up"] for row in rows]


def drafts_to(machine: Machine, people: set[str]) -> set[str]:
    return {draft.path.name for draft in machine.drafts() if draft.to in people}


@pytest.mark.parametrize("part", range(4))
def test_a_stop_in_the_middle_of_a_cycle_leaves_no_draft_of_that_process(
    part: int, moments: list[int], morning: Machine, another: Another
) -> None:
    for step in some(moments, part, 4, 8):
        machine = another(morning)
        ended = interrupted(machine, step, "stop", "cedar", "--because", "withdrawn")
        where = f"step {step}, {ended.told.get('event')}: {ended.told.get('what')}"
        assert ended.told["code"] == 0, (where, ended.told)
        assert ended.told["seconds"] < AT_ONCE, f"the command waited: {where}"
        assert ended.code == 0, (where, ended.err)
        late = [one["to"] for one in late_intents(machine, ended.told["intents"])]
        assert not people_of("cedar") & set(late), f"intended after the stop had returned: {late}, {where}"
        new = drafts_to(machine, people_of("cedar")) - set(ended.told["files"])
        assert not new, f"made while the stop came in and not withdrawn at once: {where}"
        machine.once_well(EVENING + A_MOMENT)
        assert machine.drafted() == sorted(EVERYBODY - people_of("cedar")), where
        stages = machine.stored_stages()
        assert {stages[to] for to in people_of("cedar")} == {"withdrawn"}, where
        assert {stages[to] for to in EVERYBODY - people_of("cedar")} == {"drafted"}, where
        machine.must_be_sound()
        machine.must_have_nothing_to_do(EVENING + A_MOMENT * 2)
        shutil.rmtree(machine.root)


@pytest.mark.parametrize("part", range(2))
def test_a_skip_in_the_middle_of_a_cycle_leaves_no_draft_to_that_person(
    part: int, moments: list[int], morning: Machine, another: Another
) -> None:
    who = "gita@cedar.example"
    for step in some(moments, part, 2, 10):
        machine = another(morning)
        ended = interrupted(machine, step, "skip", who)
        where = f"step {step}, {ended.told.get('event')}: {ended.told.get('what')}"
        assert (ended.told["code"], ended.code) == (0, 0), (where, ended.told, ended.err)
        assert ended.told["seconds"] < AT_ONCE, f"the command waited: {where}"
        assert who not in {one["to"] for one in late_intents(machine, ended.told["intents"])}, where
        assert not drafts_to(machine, {who}) - set(ended.told["files"]), where
        machine.once_well(EVENING + A_MOMENT)
        assert machine.drafted() == sorted(EVERYBODY - {who}), where
        machine.must_be_sound()
        shutil.rmtree(machine.root)


@pytest.mark.parametrize("part", range(2))
def test_a_stop_in_the_middle_of_a_cycle_that_is_then_killed_is_heeded_by_the_next_start(
    part: int, moments: list[int], morning: Machine, another: Another
) -> None:
    for step in some(moments, part, 2, 10):
        machine = another(morning)
        killed = machine.killed_at(step, EVENING)
        assert killed.killed
        machine.say("stop", "cedar", "--because", "withdrawn", now=EVENING)
        after = machine.copy(machine.root / "seen").rows("SELECT coalesce(max(number), 0) FROM journal")[0][0]
        shutil.rmtree(machine.root / "seen")
        machine.once_well(EVENING + A_MOMENT)
        assert machine.drafted() == sorted(EVERYBODY - people_of("cedar")), f"killed at step {step}"
        late = {one["to"] for one in late_intents(machine, after)}
        assert not late & people_of("cedar"), f"killed at step {step}"
        machine.must_be_sound()
        shutil.rmtree(machine.root)


def test_status_answers_in_the_middle_of_a_cycle(
    moments: list[int], morning: Machine, another: Another
) -> None:
    for step in some(moments, 0, 1, 6):
        machine = another(morning)
        ended = interrupted(machine, step, "status", fresh=True)
        assert ended.told["code"] in {0, 1}, ended.told
        assert ended.told["seconds"] < AT_ONCE
        machine.must_have_all_twenty()
        shutil.rmtree(machine.root)


def test_a_holder_that_was_killed_holds_nothing(morning: Machine, another: Another) -> None:
    machine = another(morning)
    assert machine.killed_at(200, EVENING).killed
    assert os.path.getsize(machine.state / "lock") > 0, "its name is still there"
    assert machine.once(EVENING, {"wait": 0.0}).code == 0
    machine.must_have_all_twenty()
