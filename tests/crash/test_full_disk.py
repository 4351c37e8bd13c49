"""A disk that is full, folders without permission, and a state that is broken, foreign or a trap.

Every failure is told and has its exit code (1 something failed, 74 the store), leaves no half file,
and is made good as soon as there is room. Nothing that is not ours is changed.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from tests.crash.harness import A_MOMENT, EVENING, EVERYBODY, MORNING, Ended, Machine

pytestmark = pytest.mark.slow

Another = Callable[[Machine], Machine]
LATER = EVENING + timedelta(hours=2)  # after every wait before a retry
AS_ROOT = os.geteuid() == 0


def must_have_told(ended: Ended, code: int) -> None:
    """It ended with this code and one sentence that says what is wrong; never a bug, never a traceback."""
    assert ended.code == code, (ended.out, ended.err)
    assert "bug of followupd" not in ended.err
    assert "Traceback" not in ended.err
    if code == 74:
        assert ended.err.startswith("followupd: "), ended.err


# --- full ----------------------------------------------------------------------------------------


@contextmanager
def small_disk(folder: Path, kilobytes: int) -> Iterator[Callable[[], None]]:
    """A folder becomes a disk of its own, of this size, with what it held. Yields what makes it big."""
    if not AS_ROOT:
        pytest.skip("only root can mount a small disk")
    aside = folder.with_name(f"{folder.name}-aside")
    folder.rename(aside)
    folder.mkdir()
    size = f"size={kilobytes}k"
    words = ["mount", "-t", "tmpfs", "-o", f"{size},mode=0700", "tmpfs", str(folder)]
    mounted = subprocess.run(words, capture_output=True, text=True, check=False)
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
    try:
        subprocess.run(["cp", "-a", f"{aside}/.", str(folder)], check=True)
        yield lambda: subprocess.run(["mount", "-o", "remount,size=64m", str(folder)], check=True) and None
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.mark.parametrize("kilobytes", [4, 8, 40, 60, 76])
def test_a_full_mail_disk_is_told_and_all_letters_come_when_there_is_room(
    kilobytes: int, morning: Machine, another: Another
) -> None:
    machine = another(morning)
    with small_disk(machine.mail, kilobytes) as make_room:
        ended = machine.once(EVENING)
        must_have_told(ended, 1)
        assert "the disk is full" in ended.out
        must_hold_whole_letters_only(machine)
        assert machine.once(EVENING + A_MOMENT).code in {0, 1}, "waiting for its retry is no failure"
        must_hold_whole_letters_only(machine)
        make_room()
        machine.once_well(LATER)
        machine.must_have_all_twenty()


def must_hold_whole_letters_only(machine: Machine) -> None:
    assert machine.left_in_tmp() == []
    assert len(set(machine.drafted())) == len(machine.drafts()) < 20
    for draft in machine.drafts():
        assert draft.text.rstrip().endswith("Sam Lee"), "half a letter"


@pytest.mark.parametrize("spare", [0, 4, 24, 48, 96, 160, 240])
def test_a_full_state_disk_is_told_and_all_letters_come_when_there_is_room(
    spare: int, morning: Machine, another: Another
) -> None:
    machine = another(morning)
    used = sum(-(-path.stat().st_size // 4096) * 4 for path in machine.state.rglob("*") if path.is_file())
    with small_disk(machine.state, used + spare) as make_room:
        ended = machine.once(EVENING)
        must_have_told(ended, 74)
        assert len(set(machine.drafted())) == len(machine.drafts())
        make_room()
        machine.once_well(LATER)
        machine.must_have_all_twenty()


@pytest.mark.parametrize("pages", [0, 1, 2, 8, 40])
def test_a_state_disk_that_is_full_from_the_start_is_told(pages: int, new: Machine, another: Another) -> None:
    machine = another(new)
    machine.state.mkdir(mode=0o700)
    with small_disk(machine.state, 400) as make_room:
        (machine.state / "ballast").write_bytes(b"\0" * 4096 * (100 - pages))
        must_have_told(machine.once(MORNING), 74)
        make_room()
        machine.once_well(MORNING + A_MOMENT)
        assert machine.questions() == []
        machine.once_well(EVENING)
        machine.must_have_all_twenty()


@pytest.mark.parametrize("limit", [0, 100, 600, 4096, 20_000, 60_000, 120_000, 200_000, 280_000])
def test_files_that_may_not_grow_are_told_and_all_letters_come_later(
    limit: int, morning: Machine, another: Another
) -> None:
    if shutil.which("prlimit") is None:
        pytest.skip("prlimit is not installed")
    machine = another(morning)
    machine.wrap = ["prlimit", f"--fsize={limit}"]
    ended = machine.run_cold("once", now=EVENING)
    machine.wrap = ()
    assert ended.code in {0, 1, 74}, (ended.out, ended.err)
    assert "Traceback" not in ended.err
    assert "bug of followupd" not in ended.err
    assert machine.left_in_tmp() == []
    machine.once_well(LATER)
    machine.must_have_all_twenty()


# --- no permission -------------------------------------------------------------------------------


@pytest.fixture
def mortal() -> list[str]:
    """Words before a program that make root obey permissions."""
    if not AS_ROOT:
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("root obeys no permissions, and setpriv is not installed")
    dropped = "-dac_override,-dac_read_search,-fowner"
    return ["setpriv", f"--bounding-set={dropped}", f"--inh-caps={dropped}"]


@contextmanager
def mode(path: Path, bits: int) -> Iterator[None]:
    before = stat.S_IMODE(path.stat().st_mode)
    path.chmod(bits)
    try:
        yield
    finally:
        path.chmod(before)


@pytest.mark.parametrize("below", ["Drafts/cur", "Drafts/tmp"])
def test_a_drafts_folder_that_may_not_be_written_is_told(
    below: str, morning: Machine, another: Another, mortal: list[str]
) -> None:
    machine = another(morning)
    machine.wrap = mortal
    with mode(machine.mail / below, 0o500):
        ended = machine.run_cold("once", now=EVENING)
        must_have_told(ended, 1)
        assert "Permission denied" in ended.out
        assert machine.drafts() == machine.left_in_tmp() == []
    machine.wrap = ()
    machine.once_well(LATER)
    machine.must_have_all_twenty()


@pytest.mark.parametrize("below", ["Sent/cur", "Trash", "Drafts/new"])
def test_a_mail_folder_that_may_not_be_read_holds_the_letters_back(
    below: str, morning: Machine, another: Another, mortal: list[str]
) -> None:
    """Only "seen nowhere, by complete looks" lets a draft be made."""
    machine = another(morning)
    machine.wrap = mortal
    with mode(machine.mail / below, 0o000):
        ended = machine.run_cold("once", now=EVENING)
        assert ended.code in {0, 1}
        assert "can't be read" in ended.out
    assert machine.drafts() == []
    machine.wrap = ()
    machine.once_well(LATER)
    machine.must_have_all_twenty()


def test_a_state_folder_that_may_not_be_written_ends_with_74(
    morning: Machine, another: Another, mortal: list[str]
) -> None:
    machine = another(morning)
    machine.wrap = mortal
    with mode(machine.state, 0o500):
        ended = machine.run_cold("once", now=EVENING)
    must_have_told(ended, 74)
    assert str(machine.state) in ended.err
    assert machine.drafts() == []
    machine.wrap = ()
    machine.once_well(LATER)
    machine.must_have_all_twenty()


def test_a_state_folder_that_can_not_be_made_ends_with_74(
    new: Machine, another: Another, mortal: list[str]
) -> None:
    machine = another(new)
    (machine.root / "closed").mkdir(mode=0o500)
    machine.state = machine.root / "closed/state"
    machine.wrap = mortal
    must_have_told(machine.run_cold("once", now=EVENING), 74)


def test_a_file_where_the_state_folder_should_be_ends_with_74(new: Machine, another: Another) -> None:
    machine = another(new)
    machine.state.write_text("mine")
    must_have_told(machine.once(EVENING), 74)
    assert machine.state.read_text() == "mine"


def test_a_cache_folder_that_may_not_be_written_is_done_without(
    morning: Machine, another: Another, mortal: list[str]
) -> None:
    machine = another(morning)
    machine.wrap = mortal
    with mode(machine.cache / "followupd", 0o500):
        assert machine.run_cold("once", now=EVENING).code == 0
    machine.wrap = ()
    machine.must_have_all_twenty()


# --- not ours, or broken -------------------------------------------------------------------------


def foreign(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
        connection.execute("INSERT INTO recipes VALUES ('soup')")
    connection.close()


def signed(path: Path) -> None:
    foreign(path)
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA application_id = 4711")
    connection.close()


def newer(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 4711")
    connection.close()


def text(path: Path) -> None:
    path.write_text("This was never a database, and it is longer than a header is. " * 40)


def torn(path: Path) -> None:
    raw = path.read_bytes()
    path.write_bytes(b"\0" * 64 + raw[64:])


@pytest.mark.parametrize("spoil", [foreign, signed, newer, text, torn])
@pytest.mark.parametrize("words", [("once",), ("status",), ("stop", "cedar", "--because", "other")])
def test_a_state_file_that_is_not_ours_is_told_and_left_as_it_is(
    spoil: Callable[[Path], None], words: tuple[str, ...], morning: Machine, another: Another
) -> None:
    machine = another(morning)
    database = machine.state / "followupd.db"
    for leftover in (*machine.state.glob("followupd.db-*"),):
        leftover.unlink()
    spoil(database)
    before = database.read_bytes()
    must_have_told(machine.run(*words, now=EVENING), 74)
    assert database.read_bytes() == before, "it was changed"
    assert machine.drafts() == []


def test_a_state_cut_off_in_the_middle_makes_no_second_letter(evening: Machine, another: Another) -> None:
    """Half a database is told; it is never taken for an empty one."""
    machine = another(evening)
    database = machine.state / "followupd.db"
    raw = database.read_bytes()
    for size in (len(raw) // 2 // 4096 * 4096, 8192, 4096, 1000):
        database.write_bytes(raw[:size])
        ended = machine.once(EVENING + timedelta(minutes=5))
        must_have_told(ended, 74)
        assert machine.drafted() == sorted(EVERYBODY)


# --- traps ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["lock", "followupd.db"])
@pytest.mark.parametrize("words", [("once",), ("stop", "cedar", "--because", "other")])
def test_a_link_planted_in_the_state_folder_is_refused(
    name: str, words: tuple[str, ...], morning: Machine, another: Another
) -> None:
    machine = another(morning)
    victim = machine.root / "victim"
    shutil.copy(machine.state / name, victim)
    victim.chmod(0o644)
    before = victim.read_bytes()
    (machine.state / name).unlink()
    (machine.state / name).symlink_to(victim)
    ended = machine.run(*words, now=EVENING)
    if name == "followupd.db" or words == ("once",):
        must_have_told(ended, 74)
    assert (victim.read_bytes(), stat.S_IMODE(victim.stat().st_mode)) == (before, 0o644)
    assert machine.drafts() == []


def test_a_link_planted_for_the_time_of_the_last_cycle_is_not_followed(
    morning: Machine, another: Another
) -> None:
    machine = another(morning)
    beat = next(machine.state.glob("cycle-*"))
    victim = machine.root / "victim"
    victim.write_text("mine")
    os.utime(victim, (1000, 1000))
    beat.unlink()
    beat.symlink_to(victim)
    machine.once(EVENING)
    assert victim.stat().st_mtime == 1000


def test_files_and_folders_are_for_their_owner_only_whatever_the_umask(
    new: Machine, another: Another
) -> None:
    machine = another(new)
    machine.ended(machine.start("once", now=MORNING, umask=0))
    machine.ended(machine.start("once", now=EVENING, umask=0))
    assert len(machine.drafts()) == 20
    places = [
        machine.state,
        machine.cache / "followupd",
        *machine.state.rglob("*"),
        *machine.cache.rglob("*/*"),
    ]
    places += [draft.path for draft in machine.drafts()]
    open_to_others = {
        str(path.relative_to(machine.root)): oct(stat.S_IMODE(path.stat().st_mode))
        for path in places
        if stat.S_IMODE(path.stat().st_mode) != (0o700 if path.is_dir() else 0o600)
    }
    assert open_to_others == {}


@pytest.mark.parametrize("kill", range(30, 800, 110))
def test_files_of_a_killed_cycle_are_for_their_owner_only(kill: int, new: Machine, another: Another) -> None:
    machine = another(new)
    machine.ended(machine.start("once", now=MORNING, umask=0))
    child = machine.start("once", now=EVENING, umask=0, crash={"at": kill})
    assert machine.ended(child).killed
    places = [*machine.state.rglob("*"), *(machine.mail / "Drafts").rglob("*")]
    modes = {oct(stat.S_IMODE(path.stat().st_mode)) for path in places if path.is_file()}
    assert modes == {"0o600"}
