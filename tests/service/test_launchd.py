"""The agent of launchd: its file, and what launchctl is asked. It can't run here, so launchctl is a stand-in."""

from __future__ import annotations

import os
import plistlib
import sys
from pathlib import Path

import pytest

from followupd.service.children import Ran
from followupd.service.launchd import Launchd
from tests.service.machine import Machine

DOMAIN = f"gui/{os.getuid()}"


def asked(machine: Machine) -> list[str]:
    return machine.asked("launchctl")


def installed(machine: Machine, *words: str) -> str:
    result = machine.service("install", *words)
    assert result.exit_code == 0, result.output
    return result.output


def test_an_install_writes_the_agent_and_has_it_loaded(mac: Machine) -> None:
    told = installed(mac)
    assert f"Wrote {mac.plist}." in told
    assert asked(mac) == [f"enable {DOMAIN}/followupd", f"bootstrap {DOMAIN} {mac.plist}"]
    assert (mac.home / "Library/Logs/followupd").stat().st_mode & 0o777 == 0o700
    assert (mac.home / "Library/Application Support/followupd").stat().st_mode & 0o777 == 0o700


def test_the_agent_starts_again_after_a_failure_alone_and_stays_in_the_background(mac: Machine) -> None:
    installed(mac)
    found = plistlib.loads(mac.plist.read_bytes())
    assert found == {
        "Label": "followupd",
        "ProgramArguments": [str(mac.program), "run"],
        "RunAtLoad": True,
        "KeepAlive": {"SuccessfulExit": False},
        "ThrottleInterval": 60,
        "ExitTimeOut": 15,
        "ProcessType": "Background",
        "Umask": 0o077,
        "StandardErrorPath": str(mac.home / "Library/Logs/followupd/followupd.log"),
    }


def test_odd_paths_and_folders_elsewhere_come_through_xml(
    mac: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    odd = mac.home / "a & <b> 'c' \"d\" %h $x é"
    monkeypatch.setenv("XDG_CACHE_HOME", str(odd))
    result = mac.service("install", "--state", str(odd))
    assert result.exit_code == 0, result.output
    found = plistlib.loads(mac.plist.read_bytes())
    assert found["ProgramArguments"] == [str(mac.program), "run", "--state", str(odd)]
    assert found["EnvironmentVariables"] == {"XDG_CACHE_HOME": str(odd)}


def test_a_path_that_xml_cannot_hold_is_refused(mac: Machine) -> None:
    result = mac.service("show", "--state", str(mac.home / "a\x01b"))
    assert result.exit_code == 2
    assert "can't hold" in result.output


def test_a_second_install_changes_nothing(mac: Machine) -> None:
    installed(mac)
    asked(mac)
    assert "as it should be" in installed(mac)
    assert asked(mac) == []


def test_an_older_agent_is_ended_before_the_new_one_is_loaded(mac: Machine) -> None:
    installed(mac)
    asked(mac)
    mac.keep_files_locally(mac.home / "Mail")
    result = mac.service("install", "--state", str(mac.home / "elsewhere"))
    assert result.exit_code == 0, result.output
    assert [line.split()[0] for line in asked(mac)] == ["bootout", "enable", "bootstrap"]


def test_an_agent_that_takes_its_time_to_end_is_waited_for(mac: Machine) -> None:
    installed(mac)
    mac.plist.unlink()
    mac.note("stays")
    waits: list[float] = []

    def pause(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 3:
            mac.forget("loaded")

    Launchd(mac.config, mac.state, pause=pause).install(force=False)
    assert len(waits) == 3


def test_an_agent_that_the_user_edited_is_kept(mac: Machine) -> None:
    installed(mac)
    edited = mac.plist.read_text().replace("<integer>60</integer>", "<integer>600</integer>")
    mac.plist.write_text(edited)
    result = mac.service("install")
    assert result.exit_code == 2
    assert "+\t<integer>600</integer>" in result.output
    assert mac.plist.read_text() == edited
    installed(mac, "--force")
    assert mac.plist.with_name("followupd.plist.bak").read_text() == edited


def test_without_a_desktop_the_way_out_is_told(mac: Machine) -> None:
    mac.note("no-desktop")
    result = mac.service("install")
    assert result.exit_code == 1
    assert "Mac's own screen" in result.output


def test_an_uninstall_ends_and_removes_it_and_again_finds_nothing(mac: Machine) -> None:
    installed(mac)
    asked(mac)
    mac.config.unlink()
    result = mac.service("uninstall")
    assert result.exit_code == 0
    assert asked(mac) == [f"bootout {DOMAIN}/followupd"]
    assert not mac.plist.exists()
    assert "There was no service" in mac.service("uninstall").output


def test_a_dry_run_prints_exactly_what_is_written_and_run(mac: Machine) -> None:
    told = mac.service("install", "--dry-run").output
    assert not mac.plist.exists()
    installed(mac)
    assert mac.plist.read_text() in told
    assert told.endswith("# then:\n" + "".join(f"launchctl {line}\n" for line in asked(mac)))


def test_status_reads_what_launchctl_prints(mac: Machine) -> None:
    assert "not installed" in mac.service("status").output
    installed(mac)
    result = mac.service("status")
    assert result.exit_code == 0
    assert result.output == "running, process 4242.\n"
    mac.note("loaded", "state = not running\nlast exit code = 78")
    result = mac.service("status")
    assert result.exit_code == 1
    assert "It last ended with 78" in result.output
    assert "followupd check" in result.output


def test_logs_shows_the_file_of_the_agent(mac: Machine, capfd: pytest.CaptureFixture[str]) -> None:
    assert mac.service("logs", "-n", "5", "-f").exit_code == 0
    assert capfd.readouterr().out == f"tail -n 5 -F {mac.home}/Library/Logs/followupd/followupd.log\n"


@pytest.mark.parametrize("words", [["install", "--linger"], ["show", "--system"]])
def test_what_a_mac_does_not_have_is_said(mac: Machine, words: list[str]) -> None:
    result = mac.service(*words)
    assert result.exit_code == 2
    assert "Linux" in result.output


def test_a_mac_without_launchctl_is_no_traceback(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    here = Launchd(
        machine.config, machine.state, runner=lambda words: Ran(127, err=f"{words[0]} is not installed")
    )
    assert here.stands().running is False
    assert here.uninstall() == ["There was no service to remove."]
    assert Path(here.logs_command(3, follow=False)[-1]).name == "followupd.log"
