"""The daemon starts whatever the world is like, says so, and tells in one line how things stand.

Where it can't start it ends with the exit code of the reason, and words: 78 config, 75 another one, 74 state.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.daemon.homes import GoogleHome, Home, disk, remount
from tests.daemon.kit import until
from tests.daemon.notified import NotifySocket
from tests.sim.google import GoogleSimulator

DUE = "2026-03-04 11:46"


# --- ready ----------------------------------------------------------------------------------------------


def test_it_says_itself_that_it_is_ready_and_drafts_what_becomes_due(home: Home) -> None:
    daemon = home.place.ready(fresh=True)
    told = daemon.is_ready()
    assert told.pid == daemon.pid
    assert len(daemon.notify.of("READY")) == 1
    assert home.drafts() == []
    daemon.step(DUE)
    assert home.drafted() == ["dana@acme.example"]
    daemon.stop()
    assert len(home.drafts()) == 1


def test_it_is_ready_also_by_an_abstract_socket(home: Home) -> None:
    home.place.ready(notify=NotifySocket(abstract=True)).stop()


def test_it_runs_without_anybody_to_report_to(home: Home) -> None:
    daemon = home.place.start(environment={"NOTIFY_SOCKET": ""})
    daemon.has_looked("2026-03-04 08:00")
    daemon.stop()
    assert daemon.notify.told == []


def test_it_runs_where_the_socket_to_report_to_is_gone(home: Home) -> None:
    daemon = home.place.start(environment={"NOTIFY_SOCKET": "/nowhere/notify"})
    daemon.has_looked("2026-03-04 08:00")
    daemon.stop()


def test_it_is_ready_without_a_network(google: GoogleHome, simulator: GoogleSimulator) -> None:
    simulator.close()
    daemon = google.place.start()
    daemon.is_ready()
    daemon.has_looked("2026-03-04 08:00")
    daemon.stop()


def test_it_is_ready_with_a_sign_in_that_is_needed_and_names_it(
    google: GoogleHome, simulator: GoogleSimulator
) -> None:
    simulator.oauth.revoke_all("sam.lee@gmail.com")
    simulator.oauth.expire_access_tokens()
    daemon = google.place.ready()
    daemon.says("sign", "personal")
    daemon.stop()


def test_it_is_ready_while_a_server_does_not_answer(google: GoogleHome, simulator: GoogleSimulator) -> None:
    """The service manager gives up on a start that takes too long: the first look must not hold it back."""
    simulator.faults.fail("", "timeout", times=None)
    daemon = google.place.start()
    daemon.is_ready(seconds=5)
    daemon.stop()
    simulator.release()


# --- the status line ------------------------------------------------------------------------------------


def test_the_status_tells_when_the_next_letter_is_due(home: Home) -> None:
    daemon = home.place.ready()
    daemon.says("11:45")


def test_the_status_counts_the_letters_that_wait_in_drafts(homes: Callable[..., Home]) -> None:
    home = homes()
    home.event("2026-03-04 10:00", "2026-03-04 11:00", ["Dana Reyes <dana@acme.example>"])
    home.event("2026-03-04 10:00", "2026-03-04 11:00", ["Łukasz Żółć <lukasz@globex.example>"])
    daemon = home.place.ready()
    daemon.step(DUE)
    daemon.says(r"\b2 letters wait")
    home.send(home.draft_to("dana@acme.example"), at="2026-03-04 12:00")
    daemon.step("2026-03-04 12:01")
    daemon.says(r"\b1 letter waits")


def test_the_status_names_nobody(home: Home) -> None:
    """It stands in `systemctl status`, in the journal, and on a screen that is shared."""
    daemon = home.place.ready()
    daemon.step(DUE)
    daemon.says("letter")
    for one in daemon.notify.of("STATUS"):
        assert "dana" not in one.fields["STATUS"].casefold()
        assert "acme" not in one.fields["STATUS"].casefold()


# --- what ends it at the start --------------------------------------------------------------------------


def test_a_bad_config_ends_it_with_78_and_every_problem(home: Home) -> None:
    home.config.write_text(
        home.config.read_text()
        .replace("country: GB", "country: Atlantis")
        .replace("timezone: Europe/London", "timezone: Europe/Londonn"),
        encoding="utf-8",
    )
    daemon = home.place.start()
    assert daemon.ended() == 78
    assert "Atlantis" in daemon.said
    assert "Londonn" in daemon.said
    assert "Traceback" not in daemon.said
    assert daemon.notify.of("READY") == []


def test_no_config_ends_it_with_78(home: Home) -> None:
    home.config.unlink()
    daemon = home.place.start()
    assert daemon.ended() == 78
    assert "init" in daemon.said


def test_a_second_one_on_the_same_state_ends_with_75_and_names_the_first(home: Home) -> None:
    first = home.place.ready()
    second = home.place.start()
    assert second.ended() == 75
    assert f"followupd run, process {first.pid}" in second.said
    assert second.notify.of("READY") == []
    first.step(DUE)
    assert home.drafted() == ["dana@acme.example"]
    first.stop()


def test_the_next_one_starts_after_the_first_was_killed(home: Home) -> None:
    first = home.place.ready()
    first.process.kill()
    first.ended()
    second = home.place.ready(DUE)
    assert home.drafted() == ["dana@acme.example"]
    second.stop()


@pytest.mark.parametrize("name", ["", "lock", "wake", "followupd.db"], ids=lambda name: name or "the folder")
def test_a_link_in_the_place_of_the_state_is_refused_with_74(home: Home, name: str) -> None:
    victim = home.folder / "victim"
    if name:
        home.state.mkdir(mode=0o700)
        victim.write_bytes(b"precious")
        (home.state / name).symlink_to(victim)
    else:
        victim.mkdir(mode=0o755)
        home.state.symlink_to(victim)
    daemon = home.place.start()
    assert daemon.ended() == 74
    assert "Traceback" not in daemon.said
    assert str(home.state) in daemon.said
    if name:
        assert victim.read_bytes() == b"precious"
    else:
        assert list(victim.iterdir()) == []
        assert stat.S_IMODE(victim.stat().st_mode) == 0o755


def test_a_state_folder_that_is_another_ones_ends_it_with_74(home: Home) -> None:
    if os.geteuid():
        pytest.skip("only root can make a folder that is another user's")
    if shutil.which("setpriv") is None:
        pytest.skip("root obeys no permissions, and setpriv is not installed")
    home.state.mkdir(mode=0o700)
    dropped = "-dac_override,-dac_read_search,-fowner"
    os.chown(home.state, 65534, 65534)
    daemon = home.place.start(wrap=["setpriv", f"--bounding-set={dropped}", f"--inh-caps={dropped}"])
    assert daemon.ended() == 74
    assert str(home.state) in daemon.said
    assert "Traceback" not in daemon.said


def test_a_state_on_a_read_only_disk_ends_it_with_74(home: Home, tmp_path: Path) -> None:
    with disk(tmp_path / "disk", 4096) as small:
        home.place.state = small / "state"
        home.place.state.mkdir(mode=0o700)
        remount(small, "ro")
        daemon = home.place.start()
        assert daemon.ended() == 74
        assert "ead-only" in daemon.said
        assert "Traceback" not in daemon.said


# --- private --------------------------------------------------------------------------------------------


def test_all_that_it_makes_is_for_its_owner_alone_whatever_the_umask(home: Home) -> None:
    daemon = home.place.ready(umask=0)
    daemon.step(DUE)
    daemon.stop()
    made = [home.state, *home.state.rglob("*"), home.cache / "followupd", *home.cache.rglob("*")]
    for path in made:
        if path != home.cache and not path.is_symlink():
            wanted = 0o700 if path.is_dir() else 0o600
            assert stat.S_IMODE(path.stat().st_mode) == wanted, path
    for draft in home.drafts():
        assert stat.S_IMODE(draft.path.stat().st_mode) & 0o077 == 0, draft.path


def test_only_what_the_accounts_need_is_loaded(home: Home) -> None:
    """A computer that has no account at Google does not hold in memory what speaks to the network."""
    daemon = home.place.ready(fresh=True)
    until(lambda: home.stages(), "a letter that is planned")
    mapped = Path(f"/proc/{daemon.pid}/maps").read_text(encoding="utf-8")
    assert "cryptography" not in mapped
    assert "_ssl." not in mapped
    daemon.stop()
