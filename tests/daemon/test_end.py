"""A signal to end is heeded within two seconds, whatever the daemon is doing, and nothing is lost or doubled by it."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable

import pytest

from tests.crash.harness import COMPANIES, EVERYBODY, address
from tests.cycle.google import DANA
from tests.daemon.homes import GoogleHome, Home
from tests.daemon.kit import Daemon
from tests.sim.google import GoogleSimulator

DUE = "2026-03-04 11:46"
END = pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT], ids=lambda one: one.name)
CREATE = "gmail.users.drafts.create"


def must_be_free(daemon: Daemon) -> None:
    """It has said that it goes, and the next one finds all that it needs."""
    assert daemon.notify.of("STOPPING")
    assert "Traceback" not in daemon.said
    daemon.place.ready().stop()


@END
def test_it_ends_while_it_waits(home: Home, by: signal.Signals) -> None:
    daemon = home.place.ready()
    daemon.stop(by)
    must_be_free(daemon)


def test_it_ends_however_often_it_is_told(home: Home) -> None:
    daemon = home.place.ready()
    for _ in range(5):
        with contextlib.suppress(ProcessLookupError):
            daemon.process.send_signal(signal.SIGTERM)
    daemon.stop()


@END
def test_it_ends_while_a_look_is_not_answered(
    google: GoogleHome, simulator: GoogleSimulator, by: signal.Signals
) -> None:
    daemon = google.place.ready()
    simulator.faults.fail("calendar.", "timeout", times=None)
    asked = len(simulator.journal)
    daemon.jump(DUE)
    daemon.until(lambda: len(simulator.journal) > asked, "a look that is not answered")
    daemon.stop(by)
    simulator.faults.clear()
    simulator.release()
    google.place.at(google.place.clock.set("2026-03-04 11:55"))
    must_be_free(daemon)
    assert len(google.drafts(DANA)) == 1
    google.must_be_sound()


@pytest.mark.parametrize("acted", [True, False], ids=["made", "not made"])
def test_it_ends_while_a_create_is_not_answered_and_the_next_one_leaves_one_draft(
    google: GoogleHome, simulator: GoogleSimulator, acted: bool
) -> None:
    daemon = google.place.ready()
    simulator.faults.fail(CREATE, "timeout", when="after" if acted else "before")
    daemon.jump(DUE)
    daemon.until(lambda: simulator.journal.of(CREATE), "a create that is not answered")
    daemon.stop()
    assert len(google.drafts()) == acted
    simulator.release()
    after = google.place.ready("2026-03-04 11:50")
    for minute in (55, 59):
        after.step(f"2026-03-04 11:{minute}")
    assert len(google.drafts()) == 1
    assert [one["stage"] for one in google.letters("thank_you")] == ["drafted"]
    after.stop()
    google.must_be_sound()


def many(homes: Callable[..., Home]) -> Home:
    """Five talks with four people each."""
    home = homes()
    for hour, (company, people) in enumerate(COMPANIES.items(), 9):
        met = [f"{person} <{address(person, company)}>" for person in people]
        home.event(f"2026-03-04 {hour:02}:00", f"2026-03-04 {hour:02}:45", met)
    return home


@pytest.mark.parametrize("after", [0, 7])
def test_it_ends_in_the_midst_of_many_letters_and_the_next_one_writes_the_rest(
    homes: Callable[..., Home], after: int
) -> None:
    home = many(homes)
    daemon = home.place.ready()
    daemon.jump("2026-03-04 18:00")
    daemon.until(lambda: len(home.drafts()) >= after, f"{after} letters")
    daemon.stop()
    assert [path for path in home.everything() if path.parent.name == "tmp"] == []
    daemon = home.place.ready("2026-03-04 18:10")
    daemon.step("2026-03-04 18:20")
    assert home.drafted() == sorted(EVERYBODY)
    assert set(home.stages().values()) == {"drafted"}
    daemon.stop()


def test_it_ends_during_a_reload(home: Home) -> None:
    daemon = home.place.ready()
    daemon.process.send_signal(signal.SIGHUP)
    daemon.stop()
    must_be_free(daemon)


# What an interpreter says that is interrupted before it has got to the program, and ends with 1.
INTERPRETER = ("Could not import runpy module", "Failed to import the site module")


def begun(daemon: Daemon) -> bool:
    return True


def locked(daemon: Daemon) -> bool:
    return (daemon.place.state / "lock").exists()


def stored(daemon: Daemon) -> bool:
    return (daemon.place.state / "followupd.db").exists()


@pytest.mark.parametrize("seen", [begun, locked, stored], ids=lambda one: one.__name__)
@END
def test_it_ends_right_after_its_start(
    home: Home, by: signal.Signals, seen: Callable[[Daemon], bool]
) -> None:
    """Before it listens to signals they end it as they end any program, which is as good: nothing has begun."""
    daemon = home.place.start(fresh=True)
    daemon.until(lambda: seen(daemon), f"its beginning: {seen.__name__}")
    daemon.process.send_signal(by)
    code = daemon.ended(2)
    as_python_does = code == 1 and any(words in daemon.said for words in INTERPRETER)
    assert code in {0, -by, 130} or (seen is begun and as_python_does), daemon.said
    if seen is not begun:
        assert "Traceback" not in daemon.said
    home.place.ready().stop()
