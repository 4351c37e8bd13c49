"""Leaving: what goes, what stays, and that neither a kill nor a slip nor a dead network costs anybody anything.

The service is a stand-in of the same contract, for it is what reaches outside; `systemctl` and `launchctl` are
stand-ins too, so that no test stops the service of whoever runs it. All else is real.
"""

from __future__ import annotations

import contextlib
import os
import pty
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import keyring
import pytest

from followupd.credentials import Vault
from followupd.errors import UsageError
from followupd.farewell import remains, steps
from followupd.farewell.folders import STATE, content, is_ours
from followupd.lock import cycle_lock
from followupd.service import Standing
from tests.crash import harness
from tests.crash.harness import A_MOMENT, EVENING, MORNING, Machine, Warm
from tests.credentials.kit import Ring
from tests.cycle.files import PROJECT, Files
from tests.cycle.google import GoogleWorld
from tests.sim.google import GoogleSimulator

DANA, KIM = "dana@acme.example", "kim@acme.example"
LOGIN, TALK, DRAFTED, LEAVING = (
    "2026-03-04T09:00",
    "2026-03-04T14:00",
    "2026-03-04T15:50",
    "2026-03-04T17:00",
)
MINE = "Dear Kim,\n\nthese are my own words.\n\nSam Lee\n"
WORDS = "your move to Rust"
CONSENT_PAGE = "https://myaccount.google.com/permissions"
TAKE_ALL = ("uninstall", "--yes", "--withdraw-drafts", "--delete-notes", "--delete-config")


class Service:
    """Stands in for the service: notes what it is asked, and does what a test wants at its end."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.at_the_end: Callable[[], object] = lambda: None
        self.outdated = False

    def uninstall(self) -> list[str]:
        self.asked.append("uninstall")
        self.at_the_end()
        return ["The service was stopped and removed."]

    def stands(self) -> Standing:
        return Standing(installed=True, edited=False, outdated=self.outdated, running=True, text="It runs.")


@pytest.fixture(autouse=True)
def _nothing_outside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No service manager, no keyring and no folder of whoever runs the tests."""
    programs = tmp_path / "programs"
    programs.mkdir()
    for name in ("systemctl", "launchctl", "loginctl"):
        (programs / name).write_text("#!/bin/sh\nexit 1\n")
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"):
        monkeypatch.setenv(name, str(tmp_path / name))
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Service:
    made = Service()
    monkeypatch.setattr("followupd.service.service", lambda config, state: made)
    return made


@pytest.fixture
def home(tmp_path: Path, service: Service) -> Files:
    """Two thank-yous in Drafts, one of them changed since, and a note."""
    folder = tmp_path / "home"
    folder.mkdir()
    world = Files(folder)
    world.once("2026-03-04 09:00")
    world.event(TALK, "2026-03-04T15:00", [f"Dana Reyes <{DANA}>", f"Kim Min-jun <{KIM}>"])
    world.once("2026-03-04 14:30")
    world.cli("note", "acme", WORDS)
    world.once(DRAFTED)
    world.edit_in_place(world.draft_to(KIM), at="2026-03-04 16:00", text=MINE)
    return world


def leave(world: Files, *words: str) -> tuple[int, str]:
    return world.cli("uninstall", *words, at=LEAVING)


def tree(folder: Path) -> dict[str, bytes]:
    """Every file by its place; SQLite's own beside a database that is being read aside."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith(("-wal", "-shm"))
    }


def to_whom(world: Files) -> list[str]:
    return sorted(one.to[0] for one in world.drafts())


# --- what goes and what stays -------------------------------------------------------------------


def test_yes_takes_all_away_but_drafts_notes_and_config(home: Files, service: Service) -> None:
    code, out = leave(home, "--yes")
    assert code == 0, out
    assert service.asked == ["uninstall"]
    assert to_whom(home) == [DANA, KIM]
    assert [path.name for path in home.state.rglob("*")] == ["notes", "said-until-2026-03-04.txt"]
    assert home.config.exists()
    assert list(home.cache.rglob("*")) == []
    for word in (str(home.config), str(home.state / "notes"), DANA, KIM, remains.program()):
        assert any(line.startswith("Left:") and word in line for line in out.splitlines()), word


def test_what_was_said_with_note_outlives_the_state(home: Files) -> None:
    leave(home, "--yes")
    (kept,) = (home.state / "notes").iterdir()
    assert kept.read_text() == f"2026-03-04 “Interview”: {WORDS}\n"
    assert kept.stat().st_mode & 0o777 == 0o600


def test_a_notes_file_stays_when_the_user_wrote_into_it(home: Files, service: Service) -> None:
    (page,) = (home.state / "notes").iterdir()
    page.write_text(page.read_text() + "\n## Forgot to mention\nWelsh\n")
    home.once("2026-03-04 16:30")
    code, out = leave(home, "--yes")
    assert code == 0, out
    (said,) = (home.state / "notes").glob("said-*")
    assert sorted((home.state / "notes").iterdir()) == [page, said]
    assert "Welsh" not in said.read_text()
    assert WORDS in said.read_text()


def test_words_from_a_notes_file_that_is_gone_are_kept(home: Files, service: Service) -> None:
    (page,) = (home.state / "notes").iterdir()
    page.write_text(page.read_text() + "\n## Forgot to mention\nWelsh\n")
    home.once("2026-03-04 16:30")
    page.unlink()
    assert leave(home, "--yes")[0] == 0
    (said,) = (home.state / "notes").iterdir()
    assert "Welsh" in said.read_text()


def test_notes_of_an_earlier_farewell_are_not_written_over(home: Files) -> None:
    earlier = home.state / "notes" / "said-until-2026-03-04.txt"
    earlier.parent.mkdir(exist_ok=True)
    earlier.write_text("older words\n")
    leave(home, "--yes")
    assert earlier.read_text() == "older words\n"
    assert WORDS in (home.state / "notes" / "said-until-2026-03-04-2.txt").read_text()


def test_the_state_stays_while_the_words_in_it_can_not_be_kept(home: Files) -> None:
    shutil.rmtree(home.state / "notes")
    (home.state / "notes").write_text("a file where the folder should be")
    code, out = leave(home, "--yes")
    assert code == 1
    assert (home.state / "followupd.db").exists()
    assert str(home.state / "notes") in out
    assert [path for path in home.cache.rglob("*") if path.is_file()]


def test_an_untouched_draft_is_taken_back_and_a_changed_one_stays(home: Files) -> None:
    code, out = leave(home, "--yes", "--withdraw-drafts")
    assert code == 0, out
    (draft,) = home.drafts()
    assert draft.to == [KIM]
    assert draft.text == MINE
    assert f"Dana Reyes <{DANA}> was taken out of Drafts" in out
    assert f"Kim Min-jun <{KIM}> is left to you" in out


def test_a_draft_that_was_sent_meanwhile_stays_in_sent(home: Files) -> None:
    home.send(home.draft_to(DANA), at="2026-03-04 16:30")
    code, out = leave(home, "--yes", "--withdraw-drafts")
    assert code == 0, out
    assert [one.to for one in home.mail("Sent")] == [[DANA]]
    assert "is left to you" in out


def test_a_draft_saved_in_the_last_ten_minutes_stays(home: Files) -> None:
    draft = home.draft_to(DANA)
    home.edit_in_place(draft, at="2026-03-04 16:55", text=draft.text)
    leave(home, "--yes", "--withdraw-drafts")
    assert to_whom(home) == [DANA, KIM]


def interrupted(world: Files, to: str) -> None:
    """What a kill leaves that comes after a draft was made and before that was stored."""
    with contextlib.closing(sqlite3.connect(world.state / "followupd.db")) as state, state:
        key = "(SELECT key FROM follow_up WHERE json_extract(data, '$.to') = ?)"
        state.execute(f"UPDATE journal SET state = 'open' WHERE key = {key}", (to,))
        state.execute(
            "UPDATE follow_up SET stage = 'due', draft_id = '', data = json_set(data, '$.stage', 'due',"
            f" '$.draft_id', '', '$.drafted_at', NULL) WHERE key = {key}",
            (to,),
        )


def test_a_letter_that_was_just_being_made_is_found_and_taken_back(home: Files) -> None:
    interrupted(home, DANA)
    code, out = leave(home, "--yes", "--withdraw-drafts")
    assert code == 0, out
    assert to_whom(home) == [KIM]
    assert f"Dana Reyes <{DANA}> was taken out of Drafts" in out


def test_a_letter_that_was_just_being_made_and_then_changed_stays(home: Files) -> None:
    interrupted(home, KIM)
    code, out = leave(home, "--yes", "--withdraw-drafts")
    assert code == 0, out
    assert [one.text for one in home.drafts()] == [MINE]


def test_a_letter_that_was_not_made_after_all_is_no_fault(home: Files) -> None:
    interrupted(home, DANA)
    home.delete(home.draft_to(DANA))
    code, out = leave(home, "--yes", "--withdraw-drafts")
    assert code == 0, out
    assert f"Dana Reyes <{DANA}> had not been made" in out


def test_all_is_gone_when_all_is_asked_for(home: Files) -> None:
    os.mkfifo(home.state / "wake")
    code, out = home.cli(*TAKE_ALL, at=LEAVING)
    assert code == 0, out
    assert not home.state.exists()
    assert not home.config.exists()
    assert to_whom(home) == [KIM]


def test_a_second_time_does_nothing_and_is_no_fault(home: Files) -> None:
    leave(home, "--yes")
    before = tree(home.folder)
    code, out = leave(home, "--yes")
    assert code == 0, out
    assert tree(home.folder) == before
    home.cli(*TAKE_ALL, at=LEAVING)
    assert not home.state.exists()
    code, out = home.cli(*TAKE_ALL, at=LEAVING)
    assert code == 0, out
    assert not home.state.exists()


def test_a_kept_state_makes_no_taken_back_letter_again(home: Files) -> None:
    code, out = leave(home, "--yes", "--withdraw-drafts", "--keep-state")
    assert code == 0, out
    assert to_whom(home) == [KIM]
    home.once("2026-03-04 17:10")
    home.once("2026-03-04 18:10")
    assert to_whom(home) == [KIM]
    assert home.letter(DANA)["stage"] == "skipped"


def test_notes_that_the_config_puts_elsewhere_are_named_and_left(tmp_path: Path, service: Service) -> None:
    folder = tmp_path / "own-notes"
    folder.mkdir()
    (folder / "diary.txt").write_text("mine")
    world = Files(tmp_path, more=f"notes: {{folder: {folder}}}")
    world.once(LOGIN)
    code, out = leave(world, "--yes", "--delete-notes")
    assert code == 0, out
    assert (folder / "diary.txt").read_text() == "mine"
    assert f"Left: your notes: {folder}" in out


# --- looking first, and being asked ---------------------------------------------------------------


def test_a_dry_run_says_all_and_changes_nothing(home: Files, service: Service) -> None:
    before = tree(home.folder)
    code, out = leave(home, "--dry-run", *TAKE_ALL[2:])
    assert code == 0, out
    assert tree(home.folder) == before
    assert service.asked == []
    for word in ("It runs.", f"Dana Reyes <{DANA}>", "followupd.db", "lock", str(home.config), "cache"):
        assert any(line.startswith("Would ") and word in line for line in out.splitlines()), word


def test_a_dry_run_where_nothing_ever_ran_makes_nothing(tmp_path: Path, service: Service) -> None:
    world = Files(tmp_path)
    before = tree(tmp_path)
    assert leave(world, "--dry-run")[0] == 0
    assert tree(tmp_path) == before


def test_without_a_terminal_and_without_yes_nothing_is_done(
    home: Files, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = tree(home.folder)
    with open(os.devnull) as nobody:
        monkeypatch.setattr(sys, "stdin", nobody)
        code, out = leave(home)
    assert code == 2
    assert "--yes" in out
    assert tree(home.folder) == before
    assert service.asked == []


def at_a_terminal(world: Files, typed: str) -> tuple[int, str]:
    """The real program with somebody at the keyboard."""
    keyboard, screen = pty.openpty()
    os.write(keyboard, typed.encode())
    arguments = ["-c", str(world.config), "--state", str(world.state), "uninstall"]
    try:
        done = subprocess.run(
            [sys.executable, "-m", "followupd", *arguments, "--now", world.time(LEAVING).isoformat()],
            stdin=screen,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=PROJECT,
            env={**os.environ, **world.environment()},
            timeout=60,
            check=False,
        )
    finally:
        os.close(keyboard)
        os.close(screen)
    return done.returncode, done.stdout


def test_somebody_who_only_presses_enter_loses_nothing(home: Files) -> None:
    before = tree(home.folder)
    code, out = at_a_terminal(home, "\n\n\n\n")
    assert code == 1
    assert "Nothing was done." in out
    assert tree(home.folder) == before
    assert out.count("[y/N]") == 4
    assert DANA in out


def test_each_question_is_answered_for_itself(home: Files) -> None:
    code, out = at_a_terminal(home, "y\nn\nn\ny\n")
    assert "Traceback" not in out
    assert code == 0, out
    assert to_whom(home) == [KIM]
    assert home.config.exists()
    assert [path.name for path in home.state.iterdir()] == ["notes"]


# --- one writer ---------------------------------------------------------------------------------


def test_the_service_is_stopped_before_the_lock_is_wanted(home: Files, service: Service) -> None:
    with contextlib.ExitStack() as held:
        held.enter_context(cycle_lock(home.state, "followupd run", 0))
        service.at_the_end = held.close
        code, out = leave(home, "--yes")
    assert code == 0, out
    assert not (home.state / "followupd.db").exists()


def test_nothing_is_removed_beside_a_daemon_that_goes_on(
    home: Files, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steps, "PATIENCE", 0.2)
    with cycle_lock(home.state, "followupd run", 0):
        before = tree(home.folder)
        code, out = home.cli(*TAKE_ALL, at=LEAVING)
        assert tree(home.folder) == before
    assert code == 75
    assert f"followupd run, process {os.getpid()}" in out


def test_a_service_that_fails_is_told_and_the_rest_goes_on(home: Files, service: Service) -> None:
    def fail() -> None:
        raise UsageError("systemctl says no. Try again.")

    service.at_the_end = fail
    code, out = leave(home, "--yes")
    assert code == 1
    assert "systemctl says no" in out
    assert not (home.state / "followupd.db").exists()


def test_a_service_for_another_state_folder_goes_on(home: Files, service: Service) -> None:
    service.outdated = True  # an install for this config and state would change it
    code, out = leave(home, "--yes")
    assert code == 0, out
    assert service.asked == []
    assert "followupd service uninstall" in out


def test_where_no_service_can_be_the_rest_is_done(home: Files, monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(config: Path, state: Path) -> Service:
        raise UsageError("there is no systemd here.")

    monkeypatch.setattr("followupd.service.service", nowhere)
    code, out = leave(home, "--yes")
    assert code == 0, out
    assert "there is no systemd here" in out
    assert not (home.state / "followupd.db").exists()


# --- files of others, links, and slips --------------------------------------------------------------


def test_files_of_others_keep_the_folder_and_are_named(home: Files) -> None:
    (home.state / "thesis.odt").write_text("mine")
    (home.state / "wake").mkdir()  # a folder with one of our names is not ours
    code, out = home.cli(*TAKE_ALL, at=LEAVING)
    assert code == 0, out
    assert sorted(path.name for path in home.state.iterdir()) == ["thesis.odt", "wake"]
    assert "thesis.odt" in out


def test_no_link_is_followed(home: Files) -> None:
    outside = home.folder / "outside"
    outside.mkdir()
    for name in ("id", "lock", "plan.txt", "said-until-2026-03-04.txt"):
        (outside / name).write_text("mine")
    before = tree(outside)
    (home.state / "credentials").symlink_to(outside)
    shutil.rmtree(home.state / "notes")
    (home.state / "notes").symlink_to(outside)
    (home.state / "cycle-0123456789ab").symlink_to(outside / "plan.txt")
    home.config.rename(outside / "config.yaml")
    home.config.symlink_to(outside / "config.yaml")
    before["config.yaml"] = (outside / "config.yaml").read_bytes()
    code, out = home.cli(*TAKE_ALL, at=LEAVING)
    assert code == 1
    assert "link" in out
    assert tree(outside) == before
    assert sorted(path.name for path in home.state.iterdir()) == [
        "credentials",
        "cycle-0123456789ab",
        "notes",
    ]
    assert to_whom(home) == [KIM]  # what could be done was done


def test_a_link_in_the_place_of_the_state_folder_is_not_followed(home: Files) -> None:
    real = home.state.rename(home.folder / "elsewhere")
    home.state.symlink_to(real)
    before = tree(real)
    code, out = leave(home, "--yes")
    assert code == 1
    assert "link" in out
    assert tree(real) == before


def test_the_database_goes_first_and_the_lock_last(home: Files) -> None:
    """A kill in between leaves no older state behind, and nobody else gets in."""
    for name in ("followupd.db-wal", "cycle-0123456789ab", "wake", "lock"):
        (home.state / name).touch()
    ours = content(home.state, STATE).ours
    assert (ours[0], ours[-1]) == ("followupd.db", "lock")


def test_a_slip_of_the_state_option_costs_nobody_their_files(tmp_path: Path, service: Service) -> None:
    world = Files(tmp_path)
    documents = tmp_path / "Documents"
    (documents / "notes").mkdir(parents=True)
    documents.chmod(0o755)
    for name in ("lock", "wake", "notes/diary.txt", "followupd.db-journal"):
        (documents / name).write_text("mine")
    world.state = documents
    before = tree(documents)
    code, out = world.cli(*TAKE_ALL, at=LEAVING)
    assert code == 0, out
    assert tree(documents) == before
    assert documents.stat().st_mode & 0o777 == 0o755
    assert "nothing that followupd made" in out


def test_a_database_of_another_program_stays(tmp_path: Path, service: Service) -> None:
    world = Files(tmp_path)
    world.state.mkdir()
    path = world.state / "followupd.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE theirs (what TEXT)")
    connection.close()
    before = path.read_bytes()
    assert not is_ours(world.state)
    (world.state / "cycle-0123456789ab").touch()
    code, out = world.cli(*TAKE_ALL, at=LEAVING)
    assert path.read_bytes() == before
    assert "another program" in out
    assert [one.name for one in world.state.iterdir()] == ["followupd.db"]
    assert code == 0, out


def test_a_damaged_state_stays_until_its_notes_may_go(home: Files) -> None:
    (home.state / "followupd.db").write_bytes(b"not a database at all" * 100)
    code, out = leave(home, "--yes")
    assert code == 1
    assert "--delete-notes" in out
    assert (home.state / "followupd.db").exists()
    code, out = leave(home, "--yes", "--delete-notes")
    assert code == 0, out
    assert not home.state.exists()


def test_a_config_that_can_not_be_read_keeps_nobody_from_leaving(home: Files) -> None:
    home.config.write_text("me: [")
    code, out = leave(home, "--yes")
    assert code == 0, out
    assert not (home.state / "followupd.db").exists()
    assert to_whom(home) == [DANA, KIM]


def test_a_draft_of_an_account_that_the_config_forgot_is_named(home: Files) -> None:
    home.config.write_text(home.config.read_text().replace("name: personal", "name: private"))
    code, out = leave(home, "--yes", "--withdraw-drafts")
    assert code == 1
    assert "the config names no account personal" in out
    assert to_whom(home) == [DANA, KIM]


def test_drafts_are_named_when_no_config_says_where_they_are(home: Files) -> None:
    home.config.write_text("me: [")
    code, out = leave(home, "--yes", "--withdraw-drafts")
    assert code == 1
    assert "They stay" in out
    assert to_whom(home) == [DANA, KIM]


def test_a_mail_folder_that_is_not_mounted_is_told_and_the_rest_goes_on(home: Files) -> None:
    (home.folder / "Mail").rename(home.folder / "away")
    code, out = leave(home, "--yes", "--withdraw-drafts")
    assert "Traceback" not in out
    assert not (home.state / "followupd.db").exists()
    assert len(list((home.folder / "away").rglob("*vm:2*"))) == 2
    assert code == 1, out


def test_the_files_of_launchd_go_and_those_of_others_beside_them_stay(
    home: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    logs = home.folder / "Library/Logs/followupd"
    logs.mkdir(parents=True)
    (logs / "followupd.log").write_text("a line")
    (logs / "photo.jpg").write_text("mine")
    monkeypatch.setattr(steps, "logs_folder", lambda: logs)
    assert leave(home, "--yes")[0] == 0
    assert [path.name for path in logs.iterdir()] == ["photo.jpg"]


@pytest.mark.parametrize(
    ("marker", "command"),
    [
        ("pipx_metadata.json", "pipx uninstall followupd"),
        ("uv-receipt.toml", "uv tool uninstall followupd"),
        ("", "rm -r "),
    ],
)
def test_the_program_is_removed_as_it_was_installed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, marker: str, command: str
) -> None:
    if marker:
        (tmp_path / marker).touch()
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    assert remains.program().startswith(command)


# --- the key in the keyring -----------------------------------------------------------------------


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Ring:
    made = Ring()
    monkeypatch.setattr(keyring, "get_keyring", lambda: made)
    return made


def test_the_key_leaves_the_keyring_also_for_an_account_that_is_not_in_the_config(
    home: Files, ring: Ring
) -> None:
    Vault(home.state).write("former.google", b'{"refresh_token": "1//planted"}')
    assert ring.held
    code, out = leave(home, "--yes", "--delete-notes")
    assert code == 1  # nobody can tell Google by a sign-in that can't be understood
    assert CONSENT_PAGE in out
    assert ring.held == {}
    assert not home.state.exists()


def test_a_locked_keyring_leaves_what_a_second_run_needs(home: Files, ring: Ring) -> None:
    Vault(home.state).write("former.google", b'{"refresh_token": "1//planted"}')
    ring.fails = type("KeyringLocked", (Exception,), {})()
    code, out = leave(home, "--yes", "--delete-notes")
    assert code == 1
    assert "nlock" in out
    left = [path.name for path in home.state.rglob("*") if path.is_file()]
    assert left == ["id"]
    ring.fails = None
    code, out = leave(home, "--yes", "--delete-notes")
    assert code == 0, out
    assert ring.held == {}
    assert not home.state.exists()


def test_a_key_file_is_the_users_and_is_named(tmp_path: Path, service: Service) -> None:
    key = tmp_path / "key"
    key.write_bytes(bytes(range(32)))
    key.chmod(0o600)
    world = Files(tmp_path, more=f"credentials: {{key_file: {key}}}")
    world.once(LOGIN)
    code, out = leave(world, "--yes")
    assert code == 0, out
    assert key.exists()
    assert f"Left: your key file: {key}" in out


# --- at Google ------------------------------------------------------------------------------------


@pytest.fixture
def google(tmp_path: Path) -> Iterator[GoogleWorld]:
    """Signed in, with two thank-yous in Drafts of Gmail."""
    folder = tmp_path / "google"
    folder.mkdir()
    with GoogleSimulator() as simulator:
        world = GoogleWorld(simulator, folder)
        assert world.login(LOGIN).code == 0
        world.cycle(LOGIN)
        world.event(TALK, "2026-03-04T15:00", ((DANA, "Dana Reyes"), (KIM, "Kim Min-jun")))
        world.cycle(DRAFTED)
        assert len(world.drafts()) == 2
        world.at(LEAVING)
        yield world
        assert simulator.violations == []
        assert simulator.journal.sends() == []


def part(world: GoogleWorld, *words: str) -> tuple[int, str]:
    run = world.program("uninstall", "--yes", *words, "--now", world.time(LEAVING).isoformat())
    assert "Traceback" not in run.err
    assert_no_secret(world, run.out + run.err)
    return run.code, run.out + run.err


def assert_no_secret(world: GoogleWorld, printed: str) -> None:
    """No token in any file of the user's home, nor in what was printed; sealed ones are gone too."""
    oauth = world.simulator.oauth
    secrets = {oauth.client_secret, *oauth.grants, *oauth.tokens, *oauth.codes} - {""}
    assert oauth.grants
    assert [one for one in secrets if one in printed] == []
    assert list(world.state.rglob("*.google")) == []
    for path in world.folder.rglob("*"):
        if path.is_file() and path.name != "google-client.json":
            content = path.read_bytes()
            assert [one for one in secrets if one.encode() in content] == [], path


def live_grants(world: GoogleWorld) -> int:
    return sum(not grant.revoked for grant in world.simulator.oauth.grants.values())


def test_google_hears_of_it_and_an_edited_draft_stays(google: GoogleWorld) -> None:
    (kim,) = google.drafts(KIM)
    google.mail.ui_edit(kim.id, body=MINE)
    code, out = part(google, "--withdraw-drafts")
    assert code == 0, out
    assert live_grants(google) == 0
    (left,) = google.drafts()
    assert KIM in left.to
    assert not google.state.exists()
    assert f"Left: your key file: {google.folder / 'key'}" in out
    assert f"Left: your client file: {google.folder / 'google-client.json'}" in out


def test_without_a_network_all_goes_here_and_the_page_is_named(google: GoogleWorld) -> None:
    google.simulator.close()
    code, out = part(google, "--withdraw-drafts")
    assert code == 1
    assert CONSENT_PAGE in out
    assert f"Dana Reyes <{DANA}> stays" in out
    assert not google.state.exists()


def test_an_account_that_was_renamed_in_the_config_is_revoked_too(google: GoogleWorld) -> None:
    google.config.write_text(google.config.read_text().replace("name: personal", "name: private"))
    code, out = part(google)
    assert live_grants(google) == 0
    assert "personal is signed out" in out
    assert code == 0, out
    assert len(google.drafts()) == 2


def test_the_page_is_named_where_a_kill_came_before_google_was_told(google: GoogleWorld) -> None:
    (google.state / "credentials" / "personal.google").unlink()
    code, out = part(google)
    assert code == 0, out
    assert CONSENT_PAGE in out
    assert not google.state.exists()


def test_a_broken_config_leaves_no_sign_in_behind(google: GoogleWorld) -> None:
    google.config.write_text("me: [")
    code, out = part(google)
    assert code == 1  # the key file is not known without the config
    assert CONSENT_PAGE in out
    assert not google.state.exists()


# --- killed in the middle -------------------------------------------------------------------------


@pytest.fixture(scope="module")
def warm() -> Warm:
    return Warm()


@pytest.fixture(scope="module")
def evening(warm: Warm, tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """Twenty letters wait in Drafts; one was changed since."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(harness, "warm", lambda: warm)
        machine = Machine.new(tmp_path_factory.mktemp("evening") / "machine")
        machine.once_well(MORNING)
        machine.once_well(EVENING)
        machine.edit(machine.draft_to(DANA), EVENING + A_MOMENT, MINE)
    return machine


LATER = EVENING + timedelta(hours=1)
SHARES = (0.02, 0.3, 0.6, 0.9, 0.96, 0.98, 0.988, 0.995)  # of all steps; the files go at the end


def gone(machine: Machine, crash: dict | None = None) -> harness.Ended:
    return machine.run("uninstall", "--yes", "--withdraw-drafts", now=LATER, crash=crash)


@pytest.fixture(scope="module")
def all_steps(warm: Warm, evening: Machine, tmp_path_factory: pytest.TempPathFactory) -> int:
    """How many steps the whole takes, on a machine of its own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(harness, "warm", lambda: warm)
        ended = gone(evening.copy(tmp_path_factory.mktemp("whole") / "machine"), {"at": 0})
    assert ended.code == 0, ended.err
    return ended.steps


@pytest.mark.parametrize("share", SHARES)
def test_a_second_run_finishes_what_a_kill_has_left(
    evening: Machine,
    all_steps: int,
    warm: Warm,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    share: float,
) -> None:
    monkeypatch.setattr(harness, "warm", lambda: warm)
    machine = evening.copy(tmp_path / "machine")
    assert gone(machine, {"at": int(all_steps * share)}).killed
    ended = gone(machine)
    assert ended.code == 0, ended.out + ended.err
    assert machine.left_in_tmp() == []
    assert not machine.state.exists()
    assert not machine.outside().exists()
    assert machine.drafted() == [DANA]


@pytest.mark.parametrize("share", SHARES[1:4])
def test_whoever_stays_after_a_kill_gets_no_letter_twice(
    evening: Machine,
    all_steps: int,
    warm: Warm,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    share: float,
) -> None:
    monkeypatch.setattr(harness, "warm", lambda: warm)
    machine = evening.copy(tmp_path / "machine")
    assert gone(machine, {"at": int(all_steps * share)}).killed
    lying = machine.drafted()
    for minutes in (5, 40, 120):
        machine.once_well(LATER + timedelta(minutes=minutes))
    machine.must_be_sound()
    assert set(machine.drafted()) <= set(lying)
