"""The wall clock jumps: sleep, a clock that is set, an outage of days. It looks first, then acts, and never twice."""

from __future__ import annotations

import signal
from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.cycle.files import unreadable
from tests.cycle.google import DANA
from tests.daemon.clock import DAY, HOUR, MINUTE
from tests.daemon.homes import GoogleHome, Home
from tests.sim.google import GoogleSimulator

DUE = "2026-03-04 11:46"
CREATE = "gmail.users.drafts.create"


def asleep(home: Home | GoogleHome, until: str) -> None:
    """The lid is closed, and opened at that time: the kernel wakes the daemon, and it looks."""
    daemon = home.place.running[-1]
    daemon.process.send_signal(signal.SIGSTOP)
    moment = home.place.clock.set(until)
    home.place.at(moment)
    daemon.process.send_signal(signal.SIGCONT)
    daemon.wake()
    daemon.has_looked(moment)


def test_after_sleep_over_the_due_moment_the_letter_is_there(home: Home) -> None:
    daemon = home.place.ready()
    asleep(home, "2026-03-04 15:00")
    assert home.drafted() == ["dana@acme.example"]
    daemon.stop()


def test_after_sleep_it_looks_before_it_drafts(home: Home) -> None:
    """Cancelled, thanked by hand: what happened meanwhile is seen first."""
    home.event("2026-03-04 10:00", "2026-03-04 11:00", ["Kim Min-jun <kim@globex.example>"], uid="with-kim")
    daemon = home.place.ready()
    home.event(
        "2026-03-04 10:00",
        "2026-03-04 11:00",
        ["Kim Min-jun <kim@globex.example>"],
        uid="with-kim",
        status="CANCELLED",
        extra=["SEQUENCE:1"],
    )
    home.write("dana@acme.example", at="2026-03-04 11:20")
    asleep(home, "2026-03-04 15:00")
    assert home.drafts() == []
    assert home.stages()["dana@acme.example"] == "sent"
    daemon.stop()


def test_after_sleep_google_is_asked_before_the_letter_is_made(
    google: GoogleHome, simulator: GoogleSimulator
) -> None:
    daemon = google.place.ready()
    simulator.journal.clear()
    asleep(google, "2026-03-04 15:00")
    asked = [entry.method for entry in simulator.journal]
    create = asked.index(CREATE)
    assert "calendar.events.list" in asked[:create]
    assert "gmail.users.history.list" in asked[:create]
    assert len(google.drafts(DANA)) == 1
    daemon.stop()
    google.must_be_sound()


def test_what_became_late_is_worded_late_and_what_is_too_late_is_closed_with_its_reason(home: Home) -> None:
    """The mailbox is gone for eight days: Dana's talk is eight days ago then, Kim's three."""
    home.event("2026-03-09 10:00", "2026-03-09 11:00", ["Kim Min-jun <kim@globex.example>"])
    daemon = home.place.ready()
    with unreadable(home.mail_folder("Drafts")):
        for day in range(4, 13):
            daemon.step(f"2026-03-{day:02} 11:46")
    daemon.step("2026-03-12 12:30")
    daemon.step("2026-03-12 13:30")  # after every wait before a retry
    draft = home.draft_to("kim@globex.example")
    assert home.drafted() == ["kim@globex.example"]
    assert any(word in draft.text for word in ("late", "later")), draft.text
    home.now = home.place.clock.now
    dana = home.letter("dana@acme.example")
    assert dana["stage"] in {"expired", "skipped"}
    assert dana["reason"]
    daemon.step("2026-03-12 13:40")
    assert len(home.drafts()) == 1
    daemon.stop()


def test_a_letter_that_becomes_due_right_after_the_start_is_not_put_off(homes: Callable[..., Home]) -> None:
    """The clock jumps while the first cycle is being ended. Six starts: which of the two is first is chance."""
    for _ in range(6):
        home = homes()
        home.event("2026-03-04 10:00", "2026-03-04 11:00")
        daemon = home.place.ready()
        daemon.step(DUE)
        assert home.drafted() == ["dana@acme.example"]
        daemon.process.kill()


def test_what_became_due_while_a_look_was_under_way_is_drafted_when_it_has_ended(
    google: GoogleHome, simulator: GoogleSimulator
) -> None:
    """Also when something else has waked the daemon meanwhile: it does not put the letter off for a poll."""
    daemon = google.place.ready()
    simulator.faults.fail("calendar.events.list", "timeout", when="after")  # it answers when it is let go
    asked = len(simulator.journal)
    moment = daemon.jump(DUE)
    daemon.until(lambda: len(simulator.journal) > asked, "a look that is under way")
    daemon.until(lambda: simulator.holds, "an answer that is held back")
    for _ in range(3):
        daemon.wake()
        daemon.has_heard()
    assert google.drafts() == []
    simulator.release()
    daemon.has_looked(moment)
    daemon.until(lambda: google.drafts(DANA), "the letter after the look", 5)
    daemon.stop()
    google.must_be_sound()


def of_an_api(method: str) -> bool:
    return method.startswith(("calendar.", "gmail."))


def test_a_google_that_is_down_for_three_days_is_told_once_and_its_letter_comes_late(
    google: GoogleHome, simulator: GoogleSimulator
) -> None:
    daemon = google.place.ready()
    simulator.faults.fail(of_an_api, "status", times=None, status=503, headers={"Retry-After": "900"})
    moment = google.time(DUE)
    while moment < google.time("2026-03-07 11:46"):
        daemon.step(moment)
        moment += 6 * HOUR
    daemon.until(lambda: daemon.of_event("account_broken"), "a word about Google")
    daemon.says("personal")
    assert google.drafts() == []
    simulator.faults.clear()
    daemon.step("2026-03-07 12:00")
    daemon.step("2026-03-07 12:10")
    (draft,) = google.drafts(DANA)
    assert "late" in draft.text
    daemon.until(lambda: daemon.of_event("account_recovered"), "a word that Google is back")
    for event, level in (("account_broken", "warning"), ("account_recovered", "info")):
        (told,) = daemon.of_event(event)
        assert (told["level"], told["account"]) == (level, "personal")
    daemon.step("2026-03-07 12:20")
    assert len(google.drafts()) == 1
    daemon.stop()
    google.must_be_sound()


# --- a clock that is set --------------------------------------------------------------------------------

BACK = [HOUR, DAY]


@pytest.mark.parametrize("back", BACK, ids=["an hour", "a day"])
def test_a_clock_set_back_makes_no_second_letter(home: Home, back: timedelta) -> None:
    daemon = home.place.ready()
    moment = daemon.step(DUE)
    before = [draft.raw for draft in home.drafts()]
    daemon.step(moment - back)
    for minutes in (-30, 0, 5, 24 * 60):
        daemon.step(moment + minutes * MINUTE)
    assert [draft.raw for draft in home.drafts()] == before
    assert set(home.stages().values()) == {"drafted"}
    daemon.stop()


@pytest.mark.parametrize("back", BACK, ids=["an hour", "a day"])
def test_a_clock_set_back_loses_no_letter(home: Home, back: timedelta) -> None:
    """Set back before the letter is due, and then the hours pass again."""
    daemon = home.place.ready()
    moment = daemon.step("2026-03-04 11:40")
    daemon.step(moment - back)
    assert home.drafts() == []
    daemon.step(DUE)
    assert home.drafted() == ["dana@acme.example"]
    daemon.stop()


def test_a_clock_a_year_ahead_and_back_makes_no_second_letter(home: Home) -> None:
    daemon = home.place.ready()
    moment = daemon.step(DUE)
    before = [draft.raw for draft in home.drafts()]
    daemon.step(moment + 365 * DAY)
    for minutes in (1, 10, 60):
        daemon.step(moment + minutes * MINUTE)
    assert [draft.raw for draft in home.drafts()] == before
    daemon.stop()


def test_a_clock_a_year_ahead_is_told_by_googles_and_loses_no_letter(
    google: GoogleHome, simulator: GoogleSimulator
) -> None:
    """The letter is not yet due when the clock goes wrong: a year later it would be far too late for it."""
    daemon = google.place.ready()
    true = google.place.clock.now
    wrong = google.place.clock.set(true + 365 * DAY)  # Google's clock stays right
    daemon.wake()
    daemon.has_looked(wrong)
    daemon.until(lambda: daemon.logged("clock"), "a word about the clock")
    daemon.step(true + MINUTE)
    daemon.step(DUE)
    assert len(google.drafts(DANA)) == 1
    daemon.stop()
    google.must_be_sound()


# --- one account that hangs -----------------------------------------------------------------------------

IN_TIME = 12.0  # seconds: ten that a cycle may wait for who does not answer, on a busy machine
BOTH = """\
me: {{name: Sam Lee, addresses: [{me}, sam@example.com], country: GB, timezone: Europe/London}}
accounts:
  - name: personal
    calendar: {{provider: google, client_file: google-client.json, calendar_root: {calendar}}}
    mailbox: {{provider: google, client_file: google-client.json, gmail_root: {gmail}}}
  - name: offline
    calendar: {{provider: local, path: calendars/personal}}
    mailbox: {{provider: local, path: Mail/personal}}
interviews: {{any: [{{title: '\\binterview\\b'}}]}}
letters: {{spelling: false}}
credentials: {{key_file: key}}
"""


@pytest.mark.parametrize("what", ["calendar.", CREATE], ids=["a look", "an act"])
def test_an_account_that_hangs_does_not_hold_up_another(
    homes: Callable[..., Home], simulator: GoogleSimulator, what: str
) -> None:
    """A server that accepts and never answers. The other account is looked at in time all the same.

    Its thank-you waits two hours for the mailbox that can't be asked, where the user may have thanked already,
    and then no longer.
    """
    local = homes()
    google = GoogleHome(simulator, local.folder, config=BOTH)
    google.signed_in()
    place = google.place
    place.accounts = ("personal", "offline")
    try:
        google.event("2026-03-04 10:00", "2026-03-04 11:00")
        local.event("2026-03-04 10:00", "2026-03-04 11:00", ["Kim Min-jun <kim@globex.example>"])
        daemon = place.ready()
        simulator.faults.fail(what, "timeout", times=None)
        daemon.jump(DUE)
        daemon.has_looked(DUE, ["offline"], IN_TIME)
        daemon.jump("2026-03-04 13:46")
        daemon.has_looked("2026-03-04 13:46", ["offline"], IN_TIME)
        daemon.jump("2026-03-04 13:56")  # after every wait before a retry
        daemon.until(lambda: local.drafted() == ["kim@globex.example"], "the letter of the other", IN_TIME)
        daemon.stop()
        simulator.faults.clear()
        simulator.release()
        after = place.ready("2026-03-04 14:05")
        after.step("2026-03-04 14:15")
        assert len(google.drafts(DANA)) == 1
        assert len(local.drafted()) == 1
        after.stop()
        google.must_be_sound()
    finally:
        place.close()
