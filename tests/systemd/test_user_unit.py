"""The installed user unit under a real systemd: it starts, says how it is, and is started again where it should be."""

from __future__ import annotations

import time

import pytest

from followupd.heartbeat import heartbeat
from tests.systemd.container import UID
from tests.systemd.person import CONFIG, ONE_EACH, PROGRAM, Person

pytestmark = pytest.mark.slow

MANAGER = f"user@{UID}.service"
STOPS_WITHIN = 2.0  # seconds
SECOND_ACCOUNT = """\
  - name: offline
    calendar: {provider: local, path: ~/offline/calendars}
    mailbox: {provider: local, path: ~/offline/Mail}
interviews:"""


def test_it_is_ready_and_says_how_it_stands(sam: Person) -> None:
    sam.install_service()
    assert sam.systemctl("is-active", sam.unit).stdout.strip() == "active"
    assert sam.show("Type") == "notify"
    assert "waits" in sam.show("StatusText")
    assert sam.show("NRestarts") == "0"
    assert str(PROGRAM) in sam.says("cat", f"/proc/{sam.pid()}/cmdline").stdout


def test_it_starts_with_the_user_manager_of_someone_who_lingers(sam: Person) -> None:
    sam.install_service()
    first = sam.pid()
    sam.machine.run("systemctl", "restart", MANAGER)
    sam.wait_for(lambda: sam.show("ActiveState") == "active", "started by the manager")
    assert sam.pid() not in (0, first)


def test_the_letters_of_an_interview_are_drafted(sam: Person) -> None:
    sam.invited(ends_in=3)
    sam.install_service()
    sam.wait_for(lambda: sam.letters() == ONE_EACH, "one letter for each in Drafts")
    sam.wait_for(lambda: "3 letters" in sam.show("StatusText"), "told in the status line")
    assert sam.show("NRestarts") == "0"
    assert {draft["From"].addresses[0].addr_spec for draft in sam.drafts()} == {"sam@example.com"}
    assert [address for address in ONE_EACH if address in sam.log()] == []


def test_what_was_over_before_the_first_start_is_asked_about(sam: Person) -> None:
    sam.invited(ends_in=-60)
    sam.install_service()
    sam.wait_for(lambda: "question" in sam.show("StatusText"), "asked")
    assert sam.drafts() == []


def test_killed_while_it_drafts_it_is_started_again_and_each_letter_is_there_once(sam: Person) -> None:
    sam.invited(ends_in=3)
    sam.install_service()
    first = sam.pid()
    sam.kills_at_the_first_letter(first)
    assert sam.letters()
    sam.wait_for(lambda: sam.show("NRestarts") == "1", "started again")
    sam.wait_for(lambda: sam.letters() == ONE_EACH, "one letter for each in Drafts")
    sam.systemctl("stop", sam.unit)
    sam.followupd("once")
    assert sam.letters() == ONE_EACH


def test_one_that_hangs_is_ended_by_the_watchdog_and_started_again(sam: Person) -> None:
    sam.drop_in("RestartSec=100ms", "WatchdogSec=2s", "TimeoutAbortSec=2s")
    sam.install_service()
    first = sam.pid()
    assert sam.lives_on(first, seconds=3)  # it gives its signs of life in time
    sam.signal("STOP", first)
    sam.wait_for(lambda: sam.show("NRestarts") == "1", "started again")
    sam.wait_for(lambda: sam.show("ActiveState") == "active", "active")
    assert "Watchdog timeout" in sam.log()
    assert sam.lives_on(sam.pid(), seconds=0.5)


def test_a_reload_reads_the_config_again_in_the_same_process(sam: Person) -> None:
    sam.folder(sam.home / "offline/calendars")
    for sub in ("cur", "new", "tmp"):
        sam.folder(sam.home / "offline/Mail/Drafts" / sub)
    sam.install_service()
    pid = sam.pid()
    sam.write(sam.config, CONFIG.replace("interviews:", SECOND_ACCOUNT))
    assert sam.systemctl("reload", sam.unit).returncode == 0
    sam.wait_for(heartbeat(sam.state, "offline").exists, "a cycle of the new account")
    assert (sam.pid(), sam.show("ActiveState"), sam.show("NRestarts")) == (pid, "active", "0")


def test_a_reload_of_a_bad_config_keeps_the_old_one_and_says_so(sam: Person) -> None:
    sam.install_service()
    pid = sam.pid()
    sam.write(sam.config, CONFIG.replace("timezone", "timezoone"))
    sam.systemctl("reload", sam.unit)
    sam.wait_for(lambda: "timezoone" in sam.log("--priority=warning"), "told as a warning")
    assert (sam.pid(), sam.show("ActiveState")) == (pid, "active")


def test_it_stops_within_two_seconds_as_one_that_did_well(sam: Person) -> None:
    sam.invited(ends_in=600)
    sam.install_service()
    sam.wait_for(heartbeat(sam.state, "personal").exists, "a first cycle")
    began = time.monotonic()
    sam.systemctl("stop", sam.unit)
    assert time.monotonic() - began < STOPS_WITHIN
    ended = [sam.show(name) for name in ("ActiveState", "Result", "ExecMainStatus")]
    assert ended == ["inactive", "success", "0"]


def test_a_bad_config_at_the_start_is_told_and_not_tried_again(sam: Person) -> None:
    sam.install_service()
    sam.write(sam.config, CONFIG.replace("timezone", "timezoone"))
    sam.systemctl("restart", sam.unit)
    sam.wait_for(lambda: sam.show("ActiveState") == "failed", "failed")
    assert [sam.show(name) for name in ("ExecMainStatus", "NRestarts")] == ["78", "0"]
    assert "timezoone" in sam.log()
    assert "78: the config" in sam.followupd("service", "status", code=1)
    assert not sam.comes_true(lambda: sam.show("ActiveState") != "failed", seconds=1)
    sam.write(sam.config, CONFIG)
    assert sam.systemctl("start", sam.unit).returncode == 0


def test_without_a_user_manager_it_says_what_to_do_and_writes_nothing(sam: Person) -> None:
    sam.machine.run("systemctl", "stop", MANAGER)
    try:
        said = sam.followupd("service", "install", code=2)
    finally:
        sam.machine.run("systemctl", "start", MANAGER)
    assert "loginctl enable-linger sam" in said
    assert not (sam.units / sam.unit).exists()


def test_it_can_be_installed_from_a_shell_that_does_not_know_of_the_session(sam: Person) -> None:
    said = sam.says("env", "--unset=XDG_RUNTIME_DIR", PROGRAM, "service", "install")
    assert said.returncode == 0, said.stderr
    sam.wait_for(lambda: sam.show("ActiveState") == "active", "active")


def test_installing_again_changes_nothing(sam: Person) -> None:
    sam.install_service()
    written = (sam.units / sam.unit).stat().st_mtime_ns
    sam.followupd("service", "install")
    assert (sam.units / sam.unit).stat().st_mtime_ns == written
    sam.wait_for(lambda: sam.show("ActiveState") == "active", "active")
    assert sam.show("NRestarts") == "0"


def test_status_logs_and_uninstall(sam: Person) -> None:
    sam.install_service()
    sam.wait_for(lambda: sam.show("StatusText") in sam.followupd("service", "status"), "told by status")
    assert "followupd" in sam.followupd("service", "logs")
    sam.followupd("service", "uninstall")
    assert sam.show("ActiveState") == "inactive"
    assert sam.show("LoadState") == "not-found"
    assert not (sam.units / sam.unit).exists()
    sam.followupd("service", "status", code=1)
    sam.followupd("service", "uninstall")
