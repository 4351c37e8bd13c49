"""Bugs, mistakes, signals and other processes: each stays where it is, is told in words, and the rest goes on."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from followupd import acts, apply
from followupd import daemon as module
from followupd.database import DATABASE
from followupd.errors import StoreError, Unavailable
from followupd.notify.teller import Teller
from followupd.store import Store
from followupd.supervisor import Supervisor
from followupd.waiting import Waiting
from tests.daemon_kit import Gate, Home, nothing, raising

KIM = "Kim Min-jun <kim@globex.example>"
LOCKS = Path("/proc/locks")
COMMAND = """\
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1])
connection.execute("UPDATE meta SET value = value")
connection.commit()
connection.close()
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """One account."""
    return Home(tmp_path, monkeypatch, ["personal"])


@pytest.fixture
def pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """Two accounts."""
    return Home(tmp_path, monkeypatch, ["personal", "work"])


# --- bugs and mistakes ---


def test_a_sign_in_file_that_can_not_be_read_stops_its_own_account_only(pair: Home) -> None:
    pair.mailboxes["personal"].before_notice = raising(StoreError("personal.google is a link"))
    pair.owes(account="work")
    pair.play(lambda: pair.until_drafts(account="work"))
    assert "personal.google is a link" in pair.told("account_broken", "personal")[0]
    assert pair.told("cycle_failed") == []


def test_a_bug_in_making_a_letter_stops_no_other_letter(pair: Home) -> None:
    pair.mailboxes["personal"].before_create = raising(KeyError("what a mail said"))
    pair.owes(due=0.3)
    pair.owes(KIM, account="work", due=0.5)
    pair.play(lambda: pair.until_drafts(account="work"))
    assert "a bug of followupd: KeyError" in pair.told("failed", "personal")[0]
    assert "what a mail said" not in str(pair.told("failed"))


def test_a_bug_in_telling_keeps_no_letter_from_being_made(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Teller, "pending", lambda *_: raising(ValueError("a bug"))())
    home.owes()

    def user() -> None:
        home.until_drafts()
        home.until_told("notify_failed")

    home.play(user)
    assert len(home.told("notify_failed")) == 1


def test_a_mistake_in_a_template_is_told_in_words_and_costs_no_letter(home: Home) -> None:
    (home.folder / "templates" / "thankyou.txt").write_text("Dear all")
    home.owes()
    home.play(home.until_drafts)
    (told,) = home.told("to_do")
    assert "thankyou.txt:1: unknown template file" in told
    assert "bug" not in told


def test_an_account_goes_on_after_a_library_that_wanted_to_exit(home: Home) -> None:
    calendar = home.calendars["personal"]

    def user() -> None:
        calendar.before_look = raising(SystemExit("panic"))
        home.round()
        home.until_told("account_broken")
        calendar.before_look = nothing
        home.round()
        home.until_told("account_recovered")

    home.play(user)


# --- trouble with creating alone ---


def test_a_create_waits_for_as_long_as_the_server_asks(home: Home) -> None:
    home.mailboxes["personal"].before_create = raising(Unavailable("slow down", retry_after=1800))
    home.owes()
    home.play(lambda: home.until_told("failed"))
    (letter,) = home.letters()
    assert letter.retry_at is not None
    assert letter.retry_at - home.clock.now() > timedelta(minutes=29)


def test_where_looks_go_well_and_creating_fails_the_log_says_so_once(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    soon, later = timedelta(milliseconds=20), timedelta(hours=1)
    for place in (acts, apply):
        monkeypatch.setattr(place, "BACKOFF", (soon, soon, soon, later))
    mailbox = home.mailboxes["personal"]
    mailbox.before_create = raising(Unavailable("over quota"))
    home.owes()

    def user() -> None:
        home.until(lambda: mailbox.creates >= 4, "the fourth attempt")
        home.round()
        home.round()  # a look alone
        assert len(home.told("failed")) == 1
        assert len(home.told("account_broken")) == 1
        assert home.told("account_recovered") == []
        mailbox.before_create = nothing
        home.sleeps_until(home.clock.now() + later)
        home.until_drafts()
        home.round()
        home.until_told("account_recovered")

    home.play(user)


# --- signals ---


def test_a_hangup_during_a_look_waits_for_it_asleep_and_with_signs_of_life(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.5)
    monkeypatch.setenv("WATCHDOG_USEC", "100000")  # a sign of life each 0.05 s
    slept = counted(monkeypatch, Waiting, "sleep")
    alive = counted(monkeypatch, Supervisor, "alive")
    gate = Gate()

    def user() -> None:
        home.calendars["personal"].before_look = gate
        home.rings()
        assert gate.reached.wait(5)
        before = len(slept), len(alive)
        home.hang_up()
        home.until_told("reloaded")
        assert len(slept) - before[0] < 30
        assert len(alive) - before[1] >= 3
        gate.open()

    home.play(user)


def test_a_config_that_is_saved_again_while_it_is_read_is_read_again(pair: Home) -> None:
    def user() -> None:
        pair.while_read = lambda: pair.configure("personal")
        pair.hang_up()
        pair.until_told("reloaded")
        assert set(pair.daemon.watches) == {"personal", "work"}
        pair.while_read = nothing
        pair.round()  # the one in which it was read has ended by then
        pair.rings()
        pair.until_told("reloaded", times=2)
        assert set(pair.daemon.watches) == {"personal"}

    pair.play(user)


def counted(patch: pytest.MonkeyPatch, where: type, name: str) -> list[None]:
    """Grows with each call."""
    calls: list[None] = []
    real = getattr(where, name)

    def call(*given: object) -> object:
        calls.append(None)
        return real(*given)

    patch.setattr(where, name, call)
    return calls


# --- other processes at the store ---


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """The daemon's own; a look in another thread has opened a second one, and closed it."""
    with closing(Store(tmp_path)) as store:
        with store.transaction():
            store.set_meta("id", "home")
        with closing(Store(tmp_path)):
            pass
        yield store


@pytest.mark.skipif(not LOCKS.exists(), reason="the kernel shows no /proc/locks here")
def test_a_store_that_was_opened_twice_keeps_its_lock(store: Store) -> None:
    whose = f" {os.getpid()} ", f":{store.path.stat().st_ino} "
    held = [line for line in LOCKS.read_text().splitlines() if all(word in line for word in whose)]
    assert held, "the database is open without a lock"


def test_a_command_takes_nothing_away_from_a_store_that_was_opened_twice(store: Store) -> None:
    log = store.path.with_name(f"{DATABASE}-wal")
    before = log.stat().st_ino
    for number in range(2):
        subprocess.run([sys.executable, "-c", COMMAND, str(store.path)], check=True)
        assert log.stat().st_ino == before
        with store.transaction():
            store.set_meta("counter", str(number))
        with closing(sqlite3.connect(store.path)) as other:
            assert other.execute("SELECT value FROM meta WHERE name = 'counter'").fetchone() == (str(number),)
