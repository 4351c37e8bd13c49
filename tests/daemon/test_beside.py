"""Commands beside the daemon: they need no lock, and what the user says is done at once, not at the next poll."""

from __future__ import annotations

import signal
import time

import pytest

from followupd import cycle
from followupd.config import load
from followupd.errors import Busy
from tests.daemon.homes import Home
from tests.daemon.kit import Daemon, descriptors

DUE = "2026-03-04 11:46"
DANA = "dana@acme.example"
ENDED = {"withdrawn", "skipped"}
AT_ONCE = 5.0  # seconds on a busy machine; the next poll is five minutes away


def drafted(home: Home) -> Daemon:
    """The letter to Dana lies in Drafts, and has for long enough not to be under the user's hands."""
    daemon = home.place.ready()
    daemon.step(DUE)
    assert home.drafted() == [DANA]
    daemon.step("2026-03-04 12:10")
    return daemon


def test_once_names_the_daemon_that_holds_the_state(home: Home) -> None:
    daemon = home.place.ready()
    with pytest.raises(Busy, match=f"followupd run, process {daemon.pid}") as busy:
        cycle.once(load(home.config, home.state), home.state, home.place.clock.now, wait=0.2)
    assert busy.value.exit_code == 75
    daemon.stop()


@pytest.mark.slow
def test_once_waits_half_a_minute_and_ends_with_75(home: Home) -> None:
    daemon = home.place.ready()
    begin = time.monotonic()
    ended = home.place.run("once")
    assert 25 < time.monotonic() - begin < 45
    assert ended.returncode == 75
    assert f"followupd run, process {daemon.pid}" in ended.stderr
    daemon.stop()


def test_reading_and_a_dry_run_need_no_lock(home: Home) -> None:
    daemon = home.place.ready()
    for words in (("once", "--dry-run"), ("status",), ("plan",), ("explain", "dana")):
        begin = time.monotonic()
        code, out = home.cli(*words, at=home.place.clock.now)
        assert code in {0, 1}, out
        assert time.monotonic() - begin < AT_ONCE
    assert daemon.process.poll() is None
    daemon.stop()


@pytest.mark.parametrize(
    "words", [("skip", "dana"), ("stop", "acme", "--because", "withdrawn")], ids=lambda words: words[0]
)
def test_what_the_user_ends_is_withdrawn_at_once(home: Home, words: tuple[str, ...]) -> None:
    daemon = drafted(home)
    home.say(*words)
    daemon.until(lambda: not home.drafts(), "Drafts without the letter", AT_ONCE)
    daemon.until(lambda: home.stages()[DANA] in ENDED, "the letter's end", AT_ONCE)
    daemon.stop()


def test_a_note_is_in_the_letter_at_once(home: Home) -> None:
    daemon = drafted(home)
    home.say("note", "dana", "your move from Perl to Rust")
    daemon.until(
        lambda: any("from Perl to Rust" in one.text for one in home.drafts()), "the user's words", AT_ONCE
    )
    daemon.until(lambda: home.drafted() == [DANA], "one letter", AT_ONCE)
    daemon.stop()


def test_a_letter_that_the_user_wants_after_all_is_there_at_once(home: Home) -> None:
    daemon = drafted(home)
    home.say("skip", "dana")
    daemon.until(lambda: home.stages()[DANA] in ENDED, "the letter's end", AT_ONCE)
    assert home.drafts() == []
    home.say("again", "dana")
    daemon.until(lambda: home.drafted() == [DANA], "the letter once more", AT_ONCE)
    daemon.stop()


def test_a_command_leaves_the_daemon_its_store(home: Home) -> None:
    """SQLite removes the write-ahead log when nobody else has the database open, as far as it can tell.

    Its locks are POSIX locks: a process loses all of them on a file when it closes any descriptor of that file.
    """
    first = home.place.ready()
    first.stop()
    daemon = home.place.ready()
    for text in ("your move from Perl to Rust", "the bridge over the Wye"):
        assert home.place.run("note", "dana", text).returncode == 0
        assert home.place.run("status").returncode == 0
    assert [name for name in descriptors(daemon.pid) if "(deleted)" in name] == []
    daemon.step(DUE)
    daemon.stop()
    assert home.stages() == {DANA: "drafted"}


def test_bytes_of_all_sorts_in_the_fifo_do_no_harm(home: Home) -> None:
    """It stands open to all of the user's programs; what is written there means “look”, and nothing else."""
    daemon = home.place.ready()
    with (home.state / "wake").open("wb", buffering=0) as bell:
        for _ in range(200):
            bell.write(b"\xff{}\n" * 50)
    daemon.has_heard()
    daemon.step(DUE)
    assert home.drafted() == [DANA]
    daemon.stop()


def test_a_command_after_the_daemon_has_ended_waits_for_nobody(home: Home) -> None:
    daemon = drafted(home)
    daemon.stop()
    begin = time.monotonic()
    home.say("skip", "dana")
    assert time.monotonic() - begin < AT_ONCE


def test_a_command_while_the_daemon_is_stopped_waits_for_nobody(home: Home) -> None:
    """Its process is frozen, as under a debugger or a full machine: the byte waits, the user does not."""
    daemon = drafted(home)
    daemon.process.send_signal(signal.SIGSTOP)
    begin = time.monotonic()
    home.say("skip", "dana")
    assert time.monotonic() - begin < AT_ONCE
    daemon.process.send_signal(signal.SIGCONT)
    daemon.until(lambda: not home.drafts(), "Drafts without the letter", AT_ONCE)
    daemon.stop()
