"""A mailbox that says by itself that something came in: looked at at once, and polled as ever where it falls silent."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from queue import SimpleQueue
from types import SimpleNamespace

import pytest

from followupd import listener as module
from followupd import watch as watches
from followupd.errors import Unavailable
from followupd.listener import Listener
from tests.daemon_kit import Home
from tests.worker import until


class Ear:
    """The `Listening` of a mailbox, at the test's hand."""

    def __init__(self) -> None:
        self.said: SimpleQueue[str] = SimpleQueue()
        self.opened = self.closed = self.waits = 0
        self.refuses = False

    def open(self) -> None:
        self.opened += 1
        if self.refuses:
            raise Unavailable("no connection")

    def wait(self, seconds: float) -> bool:
        self.waits += 1
        what = self.said.get(timeout=30)
        if what == "broken":
            raise Unavailable("the connection broke")
        if what == "bug":
            raise KeyError("bug")
        return what == "mail"

    def wakeup(self) -> None:
        self.said.put("")

    def close(self) -> None:
        self.closed += 1


class Rests:
    """What the thread waits on between two connections, at once over; how long it was to be."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    def event(self) -> threading.Event:
        rests = self

        class Counting(threading.Event):
            def wait(self, timeout: float | None = None) -> bool:
                rests.seconds.append(timeout or 0.0)
                return False

        return Counting()


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def heard() -> list[str]:
    return []


@pytest.fixture
def listener(ear: Ear, heard: list[str]) -> Iterator[Listener]:
    one = Listener(ear, lambda: heard.append("heard"))
    yield one
    one.close()


def test_what_comes_in_is_heard_as_often_as_it_comes(ear: Ear, heard: list[str], listener: Listener) -> None:
    for _ in range(2):
        ear.said.put("mail")
        ear.said.put("")  # a wait that was over without anything
    until(lambda: ear.waits == 5)
    assert (heard, ear.opened) == (["heard", "heard"], 1)


def test_it_ends_when_it_is_closed_and_hears_nothing_after(ear: Ear, heard: list[str]) -> None:
    one = Listener(ear, lambda: heard.append("heard"))
    until(lambda: ear.waits == 1)
    one.close()
    until(lambda: ear.closed == 1)
    assert (heard, ear.opened) == ([], 1)


def test_after_a_sleep_of_the_machine_it_connects_anew_at_once(ear: Ear, listener: Listener) -> None:
    until(lambda: ear.waits == 1)
    listener.refresh()
    until(lambda: ear.waits == 2)
    assert (ear.opened, ear.closed) == (2, 1)


@pytest.mark.parametrize("how", ["broken", "bug"])
def test_a_connection_that_breaks_is_made_anew_after_growing_rests(
    monkeypatch: pytest.MonkeyPatch, ear: Ear, how: str
) -> None:
    rests = Rests()
    monkeypatch.setattr(module, "threading", SimpleNamespace(Event=rests.event, Thread=threading.Thread))
    for _ in range(8):
        ear.said.put(how)
    one = Listener(ear, lambda: None)
    until(lambda: ear.waits == 9)
    one.close()
    assert rests.seconds == [60.0, 120.0, 240.0, 480.0, 960.0, 1800.0, 1800.0, 1800.0]
    assert ear.closed >= 8


def test_after_weeks_without_a_connection_it_still_tries(monkeypatch: pytest.MonkeyPatch, ear: Ear) -> None:
    rests = Rests()
    monkeypatch.setattr(module, "threading", SimpleNamespace(Event=rests.event, Thread=threading.Thread))
    ear.refuses = True
    one = Listener(ear, lambda: None)
    until(lambda: ear.opened > 1_100)
    one.close()
    assert set(rests.seconds[5:]) == {1800.0}


# --- in the daemon ------------------------------------------------------------------------------


@pytest.fixture
def pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """Two accounts."""
    return Home(tmp_path, monkeypatch, ["personal", "work"])


def test_what_comes_in_is_looked_at_without_a_poll_and_nobody_else_is_asked(
    pair: Home, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watches, "BETWEEN_NEWS", 0.0)
    monkeypatch.setattr(pair.mailboxes["personal"], "listening", lambda: ear)
    mine, other = pair.calendars["personal"], pair.calendars["work"]

    def user() -> None:
        until(lambda: ear.waits == 1)
        before = mine.looks, other.looks
        ear.said.put("mail")
        pair.until(lambda: mine.looks > before[0], "a look")
        assert (mine.looks, other.looks) == (before[0] + 1, before[1])

    pair.play(user)
    until(lambda: ear.closed == 1)


def test_a_heap_of_mail_is_one_look(pair: Home, ear: Ear, monkeypatch: pytest.MonkeyPatch) -> None:
    """What comes within some seconds after a look waits for the next, which comes by itself."""
    monkeypatch.setattr(watches, "BETWEEN_NEWS", 0.5)
    monkeypatch.setattr(pair.mailboxes["personal"], "listening", lambda: ear)
    mine = pair.calendars["personal"]

    def user() -> None:
        until(lambda: ear.waits == 1)
        before = mine.looks
        for _ in range(20):
            ear.said.put("mail")
        until(lambda: ear.waits == 21)
        pair.until(lambda: mine.looks > before, "a look")
        assert mine.looks <= before + 2
        pair.round()

    pair.play(user)


def test_a_mailbox_that_breaks_whenever_it_is_listened_to_is_looked_at_as_ever(
    pair: Home, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    ear.refuses = True
    monkeypatch.setattr(pair.mailboxes["personal"], "listening", lambda: ear)
    pair.owes()
    pair.play(pair.until_drafts)
    assert ear.opened == 1  # and rests


def test_a_changed_config_listens_anew_and_a_leap_of_the_clock_too(
    pair: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    ears: list[Ear] = []

    def listening() -> Ear:
        ears.append(Ear())
        return ears[-1]

    monkeypatch.setattr(pair.mailboxes["personal"], "listening", listening)

    def user() -> None:
        until(lambda: ears[0].waits == 1)
        pair.hang_up()
        pair.until(lambda: ears[0].closed == 1 and len(ears) == 2 and ears[1].waits == 1, "the second ear")
        pair.sleeps_until(pair.clock.now() + timedelta(hours=3))
        pair.until(lambda: ears[1].opened == 2, "another connection")

    pair.play(user)
    assert ears[0].opened == 1
