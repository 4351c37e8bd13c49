"""It never ends because an account needs its user, and goes on as soon as the user has done what is needed."""

from __future__ import annotations

import pytest

from tests.cycle.google import DANA, ME
from tests.daemon.homes import GoogleHome
from tests.daemon.kit import Daemon
from tests.sim.google import GoogleSimulator

DUE = "2026-03-04 11:46"


def ended_sign_in(google: GoogleHome, simulator: GoogleSimulator) -> Daemon:
    """The sign-in ends while the daemon runs, and the letter becomes due."""
    daemon = google.place.ready()
    simulator.oauth.revoke_all(ME)
    daemon.step(DUE)
    daemon.says("sign", "personal")
    assert google.drafts() == []
    return daemon


def test_a_login_in_another_process_is_noticed_at_once(
    google: GoogleHome, simulator: GoogleSimulator
) -> None:
    daemon = ended_sign_in(google, simulator)
    now = google.place.clock.now
    run = google.program("login", "personal", "--now", now.isoformat(), **google.place.clock.environment())
    assert run.code == 0, run.err
    daemon.until(lambda: google.drafts(DANA), "the letter after the login", 5)
    daemon.until(lambda: "sign" not in daemon.notify.status, "a status without the sign-in")
    daemon.stop()
    google.must_be_sound()


def test_a_login_that_could_not_tell_is_noticed_by_the_next_poll(
    google: GoogleHome, simulator: GoogleSimulator
) -> None:
    daemon = ended_sign_in(google, simulator)
    google.signed_in()
    daemon.step("2026-03-04 11:51")
    assert len(google.drafts(DANA)) == 1
    daemon.stop()


def test_a_sign_in_that_is_needed_is_told_once_and_is_no_reason_to_end(
    google: GoogleHome, simulator: GoogleSimulator
) -> None:
    daemon = google.place.ready()
    simulator.oauth.revoke_all(ME)
    before = len(daemon.events)
    for minute in range(0, 60, 5):
        daemon.step(f"2026-03-04 12:{minute:02}")
    told = daemon.logged("login personal", since=before)
    assert len(told) == 1, told
    assert told[0]["account"] == "personal"
    assert daemon.process.poll() is None
    daemon.stop()


@pytest.mark.parametrize("trouble", ["missing", "open to others", "another one"])
def test_a_key_file_that_is_put_back_is_noticed(google: GoogleHome, trouble: str) -> None:
    key = google.folder / "key"
    right = key.read_bytes()
    if trouble == "missing":
        key.unlink()
    elif trouble == "open to others":
        key.chmod(0o644)
    else:
        key.write_bytes(bytes(range(32, 64)))
    daemon = google.place.ready()
    daemon.step("2026-03-04 09:00")
    daemon.says("personal")
    key.write_bytes(right)
    key.chmod(0o600)
    daemon.step("2026-03-04 09:05")
    daemon.until(lambda: "personal" not in daemon.notify.status, "a status without the account's trouble")
    daemon.step(DUE)
    assert len(google.drafts(DANA)) == 1
    daemon.stop()


def test_a_logout_while_it_runs_rests_the_account(google: GoogleHome) -> None:
    daemon = google.place.ready()
    run = google.program("logout", "personal", **google.place.clock.environment())
    assert run.code == 0, run.err
    daemon.step(DUE)
    daemon.says("sign", "personal")
    assert google.drafts() == []
    daemon.stop()
