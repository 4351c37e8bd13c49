"""An account between cycles: how long it rests, and what is told of it meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from followupd import watch as module
from followupd.errors import ProviderError, SignInNeeded, StoreError, Unavailable
from followupd.observe import AccountLook, OpenAccount
from followupd.providers.base import MailChanges
from followupd.providers.memory import MemoryMailbox
from followupd.watch import LONGEST_REST, LOOK_BOUND, Watch
from tests.worker import Gate, until

POLL = timedelta(minutes=5)
LOOK = AccountLook("personal", (), MailChanges(), mail_lost=False)


class Clock:
    """The monotonic clock, set by the test."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    for name in ("monotonic", "time"):
        monkeypatch.setattr(module.time, name, clock.monotonic)
    return clock


@pytest.fixture
def watch(clock: Clock) -> Iterator[Watch]:
    watch = Watch(OpenAccount("personal", (), MemoryMailbox()), lambda: None)
    yield watch
    watch.close()


def shows(watch: Watch, *, fails: Exception | None = None) -> object:
    def look(_: OpenAccount) -> AccountLook:
        if fails:
            raise fails
        return LOOK

    assert watch.begin(look)
    until(lambda: watch.finished)
    shown = watch.shown()
    assert shown is not None
    watch.went(shown, POLL)
    return shown


def rest(watch: Watch, clock: Clock) -> float:
    """For how many seconds it rests from now on."""
    begun, clock.now = clock.now, clock.now
    while watch.rests:
        clock.now += 1
    rested, clock.now = clock.now - begun, begun
    return rested


def test_what_it_shows_is_given_once(watch: Watch) -> None:
    assert shows(watch) is LOOK
    assert watch.shown() is None


def test_an_account_that_can_not_be_reached_rests_for_growing_times(watch: Watch, clock: Clock) -> None:
    rests = []
    for _ in range(6):
        shows(watch, fails=Unavailable("offline"))
        rests.append(rest(watch, clock))
        clock.now += rests[-1]
    # Half a poll less than 5, 10, 20, 30, 30, 30 minutes: the poll at its end is not missed.
    assert [seconds / 60 for seconds in rests] == [2.5, 7.5, 17.5, 27.5, 27.5, 27.5]
    assert timedelta(minutes=30) == LONGEST_REST


def test_the_wait_that_a_server_asks_for_is_kept(watch: Watch, clock: Clock) -> None:
    shows(watch, fails=Unavailable("slow down", retry_after=7200))
    assert rest(watch, clock) == pytest.approx(7200, abs=1)


def test_the_wait_that_a_server_asks_for_is_kept_over_a_sleep_and_never_for_longer_than_a_day(
    watch: Watch, clock: Clock
) -> None:
    shows(watch, fails=Unavailable("slow down", retry_after=7200))
    watch.wake()
    assert watch.rests
    clock.now += 7201
    assert not watch.rests
    shows(watch, fails=Unavailable("slow down", retry_after=1e9))
    watch.wake()
    clock.now += 86_401
    assert not watch.rests


def test_one_that_needs_its_user_is_asked_at_every_poll(watch: Watch) -> None:
    for _ in range(3):
        shows(watch, fails=SignInNeeded("sign in"))
        assert not watch.rests


def test_while_it_rests_it_is_not_asked_and_its_failure_is_told_without_growing(
    watch: Watch, clock: Clock
) -> None:
    failure = Unavailable("offline")
    shows(watch, fails=failure)
    before = rest(watch, clock)
    for _ in range(5):
        assert not watch.begin(lambda _: LOOK)
        assert watch.shown() is failure
        watch.went(failure, POLL)
    assert rest(watch, clock) == before


def test_after_a_success_the_next_rest_is_short_again(watch: Watch, clock: Clock) -> None:
    for _ in range(4):
        shows(watch, fails=Unavailable("offline"))
        watch.wake()
    shows(watch)
    shows(watch, fails=Unavailable("offline"))
    assert rest(watch, clock) < POLL.total_seconds()


def test_a_sleep_ends_the_rest(watch: Watch) -> None:
    shows(watch, fails=Unavailable("offline"))
    watch.wake()
    assert not watch.rests
    assert watch.unwell


def test_a_look_that_hangs_is_told_at_its_bound_and_not_begun_again(watch: Watch, clock: Clock) -> None:
    gate = Gate()

    def look(_: OpenAccount) -> AccountLook:
        gate.pass_through()
        return LOOK

    assert watch.begin(look)
    assert gate.reached.wait(30)
    clock.now += LOOK_BOUND - 1
    assert watch.shown() is None
    clock.now += 1
    told = watch.shown()
    assert isinstance(told, Unavailable)
    assert "has not answered for 5 minutes" in str(told)
    assert not watch.begin(look)
    gate.open.set()
    until(lambda: watch.finished)
    assert watch.shown() is LOOK  # what it has shown in the end is not lost


@pytest.mark.parametrize("fails", [KeyError("secret words of a mail"), StoreError("disk full")])
def test_whatever_fails_in_one_account_is_told_and_stays_there(watch: Watch, fails: Exception) -> None:
    shown = shows(watch, fails=fails)
    assert isinstance(shown, ProviderError)
    assert "secret words" not in str(shown)
