"""Letters come when they are due, once and for a reason: beside slow, hung and offline accounts, and wrong clocks."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from followupd import acts, apply
from followupd import daemon as module
from followupd.core.model import Stage
from followupd.errors import Unavailable
from followupd.watch import Watch
from tests.daemon_kit import DEADLINE, Gate, Home, Step, moment, nothing, raising, slowly

KIM = "Kim Min-jun <kim@globex.example>"
TRY_AGAIN = timedelta(milliseconds=20)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """One account."""
    return Home(tmp_path, monkeypatch, ["personal"])


@pytest.fixture
def pair(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """Two accounts; letters are owed from the first."""
    return Home(tmp_path, monkeypatch, ["personal", "work"])


def tries_again_soon(patch: pytest.MonkeyPatch) -> None:
    for place in (acts, apply):
        patch.setattr(place, "BACKOFF", (TRY_AGAIN,))


def thanked(home: Home) -> None:
    """Dana was thanked on Tuesday, and has not answered: a nudge is due on Tuesday the 10th at 09:00."""
    home.cycle("2026-03-03 09:00")
    home.owes(due=2 * 3600)
    home.cycle("2026-03-03 09:01")
    home.cycle("2026-03-03 11:01")
    home.sends()
    home.cycle("2026-03-03 12:00")


# --- slow and hung ---


def test_a_letter_is_made_where_every_look_is_slow(home: Home) -> None:
    home.owes()
    home.calendars["personal"].before_look = slowly
    home.play(home.until_drafts)


def test_a_slow_account_beside_it_does_not_put_a_letter_off(
    pair: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last look asks all accounts: for the look that is still under way it waits, once as long again."""
    monkeypatch.setattr(module, "PATIENCE", 1.0)
    acting = threading.Event()
    pair.owes()

    def slow_beside_an_act() -> None:
        acting.wait(DEADLINE)
        slowly()  # less than the patience of this test

    def user() -> None:
        pair.calendars["work"].before_look = slow_beside_an_act
        pair.calendars["personal"].before_letter = acting.set
        pair.until_drafts()

    pair.play(user)
    assert pair.letters()[0].attempts == 0
    assert pair.told("failed") == []


def test_a_nudge_is_made_where_an_account_is_slow(pair: Home) -> None:
    """It needs a look at every mailbox, and those of one round count together."""
    thanked(pair)
    pair.calendars["work"].before_look = slowly
    pair.play(pair.until_drafts, moment("2026-03-10 09:30"))


def test_a_letter_that_falls_due_while_another_is_made_comes_right_after_it(home: Home) -> None:
    home.owes(due=0.3)
    home.owes(KIM, due=0.6)
    second = home.clock.now() + timedelta(seconds=0.6)
    home.mailboxes["personal"].before_create = lambda: home.until(
        lambda: home.clock.now() > second, "the second due moment"
    )
    home.play(lambda: home.until_drafts(2))


def test_an_account_whose_create_hangs_may_leave_the_config_and_come_back(
    pair: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries_again_soon(monkeypatch)
    bounded_by(monkeypatch, 0.3)
    hung, mailbox = Gate(), pair.mailboxes["personal"]
    mailbox.before_create = lambda: hung() if mailbox.creates == 1 else None
    pair.owes()

    def is_found() -> bool:
        pair.round()
        return pair.letters()[0].stage is Stage.DRAFTED

    def user() -> None:
        pair.until_told("failed")
        for reloads, names in enumerate((["work"], ["personal", "work"]), 1):
            pair.configure(*names)
            pair.hang_up()
            pair.until_told("reloaded", times=reloads)
        for _ in range(3):
            pair.round()
        assert (mailbox.creates, pair.drafts()) == (1, [])
        hung.open()
        pair.until(is_found, "the draft found")

    pair.play(user)
    assert (mailbox.creates, len(pair.drafts())) == (1, 1)


def bounded_by(patch: pytest.MonkeyPatch, seconds: float) -> None:
    """How long an act may take before it counts as not answered."""

    class Bounded(Watch):
        def __init__(self, *given: object) -> None:
            super().__init__(*given)  # type: ignore[arg-type]
            self.act_bound = seconds

    patch.setattr(module, "Watch", Bounded)


# --- wrong clocks, long sleeps ---


def test_a_nudge_outlives_a_clock_that_was_a_month_ahead(home: Home) -> None:
    thanked(home)
    home.cycle("2026-04-03 22:00")
    assert home.drafts() == []
    home.play(home.until_drafts, moment("2026-03-10 09:30"))


@pytest.mark.parametrize("answer", [slowly, raising(Unavailable("no network yet"))], ids=["slow", "offline"])
def test_nobody_is_reminded_of_a_letter_that_was_sent_while_the_machine_slept(
    home: Home, answer: Step
) -> None:
    home.cycle("2026-03-03 09:00")
    home.owes(due=2 * 3600)
    home.cycle("2026-03-03 09:01")
    home.cycle("2026-03-03 11:01")
    home.sends()
    home.calendars["personal"].before_look = answer

    def user() -> None:
        home.round()
        home.calendars["personal"].before_look = nothing
        home.round()
        home.until(lambda: Stage.SENT in {one.stage for one in home.letters()}, "the letter found sent")

    home.play(user, moment("2026-03-04 09:30"))
    assert home.told("remind") == []


def test_a_resume_that_went_well_is_over(pair: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """An account that fails later rests, as any other; it is not looked at again as after a sleep."""
    monkeypatch.setattr(module, "SOON", (0.05, 0.1))
    work, awake = pair.calendars["work"], moment("2026-03-04 18:00")
    owes_after(pair, awake)

    def user() -> None:
        pair.sleeps_until(awake)
        pair.until_cycle(awake, min)
        work.before_look = raising(Unavailable("no network"))
        looks = work.looks
        pair.until_drafts(2)
        assert work.looks == looks + 1

    pair.play(user)


def test_the_wait_that_a_server_asks_for_is_kept_after_a_sleep_too(
    pair: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SOON", (0.1, 0.2))
    work, awake = pair.calendars["work"], moment("2026-03-04 18:00")
    owes_after(pair, awake)

    def user() -> None:
        work.before_look = raising(Unavailable("not now", retry_after=3600.0))
        looks = work.looks
        pair.sleeps_until(awake)
        pair.until_drafts(2)
        assert work.looks <= looks + 2  # one may have been under way when the clock jumped

    pair.play(user)


def owes_after(home: Home, awake: datetime) -> None:
    """Two letters that are due a moment after it; who rests is not looked at for the second."""
    wait = (awake - home.clock.now()).total_seconds()
    home.owes(due=wait + 0.6)
    home.owes(KIM, due=wait + 0.9)


def test_an_account_that_can_not_be_reached_after_a_sleep_is_asked_again_soon(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where it takes longer than the daemon's patience to find that there is no network."""
    monkeypatch.setattr(module, "SOON", (0.6, 0.8))
    calendar, awake = home.calendars["personal"], moment("2026-03-04 18:00")

    def no_network_for_long() -> None:
        slowly()
        calendar.before_look = nothing
        raise Unavailable("no network")

    home.owes(due=3600.0)

    def user() -> None:
        calendar.before_look = no_network_for_long
        home.sleeps_until(awake)
        home.until_drafts()

    home.play(user)
