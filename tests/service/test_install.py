"""`followupd service install`, `uninstall`, `status`, `logs` with systemd, whose programs are stand-ins."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest
from click.testing import Result

from followupd.errors import UsageError
from followupd.service.systemd import Systemd
from tests.service.machine import Machine

STARTED = ["--user daemon-reload", "--user enable followupd.service", "--user restart followupd.service"]
EDIT = "\n[Service]\nNice=5\n"


def done(result: Result, code: int = 0) -> str:
    """All that was printed; the end was as expected, and no bug."""
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    assert "this is a bug" not in result.output
    return result.output


def changes(machine: Machine) -> list[str]:
    return [line for line in machine.asked() if "reset-failed" not in line]


# Installing.


def test_an_install_writes_the_unit_then_enables_and_starts_it(machine: Machine) -> None:
    told = done(machine.service("install"))
    assert f"Wrote {machine.unit}." in told
    assert "followupd service status" in told
    assert "followupd service logs" in told
    assert changes(machine) == STARTED
    assert "ExecStart=%h/.local/bin/followupd run\n" in machine.unit.read_text()


def test_what_the_service_writes_to_is_made_for_the_user_alone_whatever_the_umask(machine: Machine) -> None:
    before = os.umask(0)
    try:
        done(machine.service("install"))
    finally:
        os.umask(before)
    for folder in (machine.state, machine.home / ".cache/followupd"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(machine.unit.stat().st_mode) == 0o600


def test_a_second_install_changes_nothing_and_does_not_restart(machine: Machine) -> None:
    done(machine.service("install"))
    before = machine.unit.stat()
    machine.asked()
    assert "is as it should be" in done(machine.service("install"))
    assert STARTED[2] not in changes(machine)
    assert machine.unit.stat().st_mtime_ns == before.st_mtime_ns


def test_a_second_install_starts_what_has_ended(machine: Machine) -> None:
    done(machine.service("install"))
    machine.show("LoadState=loaded", "ActiveState=failed", "Result=exit-code", "ExecMainStatus=78")
    machine.asked()
    done(machine.service("install"))
    assert STARTED[2] in changes(machine)


def test_an_older_file_that_nobody_touched_is_replaced_and_what_ran_before_is_told(machine: Machine) -> None:
    done(machine.service("install"))
    machine.asked()
    (machine.home / "opt").mkdir()
    moved = machine.program.rename(machine.home / "opt/followupd")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.argv", [str(moved)])
        told = done(machine.service("install"))
    assert "It ran before: %h/.local/bin/followupd run. It runs now: %h/opt/followupd run." in told
    assert changes(machine) == STARTED
    assert [path.name for path in machine.unit.parent.iterdir()] == ["followupd.service"]


def test_a_file_that_the_user_edited_is_kept_and_the_difference_is_shown(machine: Machine) -> None:
    done(machine.service("install"))
    machine.asked()
    edited = machine.unit.read_text() + EDIT
    machine.unit.write_text(edited)
    told = done(machine.service("install"), 2)
    assert "was changed by hand" in told
    assert "+Nice=5" in told
    assert "systemctl --user edit followupd" in told
    assert machine.unit.read_text() == edited
    assert changes(machine) == []


def test_a_file_that_never_was_ours_is_kept_too(machine: Machine) -> None:
    machine.unit.parent.mkdir(parents=True)
    machine.unit.write_text("[Service]\nExecStart=/home/sam/own\n")
    done(machine.service("install"), 2)
    assert machine.unit.read_text() == "[Service]\nExecStart=/home/sam/own\n"


def test_force_writes_ours_and_keeps_each_version_of_the_users(machine: Machine) -> None:
    done(machine.service("install"))
    ours = machine.unit.read_text()
    for edit, kept in (("# one\n", "followupd.service.bak"), ("# two\n", "followupd.service.bak2")):
        machine.unit.write_text(ours + edit)
        assert kept in done(machine.service("install", "--force"))
        assert machine.unit.read_text() == ours
        assert (machine.unit.parent / kept).read_text() == ours + edit
    assert (machine.unit.parent / "followupd.service.bak").read_text() == ours + "# one\n"


def test_a_link_to_a_file_that_is_kept_elsewhere_is_neither_written_through_nor_replaced(
    machine: Machine,
) -> None:
    done(machine.service("install", "--state", str(machine.home / "before")))
    elsewhere = machine.unit.rename(machine.home / "dotfiles.service")
    text = elsewhere.read_text()
    machine.unit.symlink_to(elsewhere)
    assert "is a link to" in done(machine.service("install"), 2)
    assert machine.unit.is_symlink()
    done(machine.service("install", "--force"))
    assert elsewhere.read_text() == text
    assert machine.unit.with_name("followupd.service.bak").readlink() == elsewhere
    assert not machine.unit.is_symlink()


def test_a_link_to_the_right_file_is_right(machine: Machine) -> None:
    done(machine.service("install"))
    machine.unit.symlink_to(machine.unit.rename(machine.home / "dotfiles.service"))
    assert "is as it should be" in done(machine.service("install"))
    assert machine.unit.is_symlink()


def test_a_masked_service_stays_masked(machine: Machine) -> None:
    machine.unit.parent.mkdir(parents=True)
    machine.unit.symlink_to("/dev/null")
    done(machine.service("install"), 2)
    assert machine.unit.readlink() == Path("/dev/null")


def test_a_dry_run_prints_exactly_what_an_install_writes_and_runs(machine: Machine) -> None:
    told = done(machine.service("install", "--dry-run", "--linger"))
    assert not machine.unit.exists()
    assert not machine.state.exists()
    assert machine.asked() == []
    done(machine.service("install", "--linger"))
    ran = [f"systemctl {line}" for line in changes(machine)]
    printed = told.partition(f"# file: {machine.unit}\n")[2]
    text, _, commands = printed.partition("# then:\n")
    assert text == machine.unit.read_text()
    assert commands.splitlines() == [*ran, "loginctl enable-linger"]


def test_a_dry_run_says_when_the_users_file_would_be_left_as_it_is(machine: Machine) -> None:
    assert "--force" not in done(machine.service("install", "--dry-run"))
    done(machine.service("install"))
    assert "--force" not in done(machine.service("install", "--dry-run"))
    machine.unit.write_text(machine.unit.read_text() + EDIT)
    assert "without --force it is left as it is" in done(machine.service("install", "--dry-run"))


def test_a_config_that_does_not_load_ends_with_78_and_nothing_is_written(machine: Machine) -> None:
    machine.configure("me: {name: Sam Lee}\n")
    done(machine.service("install"), 78)
    machine.config.unlink()
    assert "followupd init" in done(machine.service("install"), 78)
    assert not machine.unit.exists()
    assert machine.asked() == []


def test_variables_that_only_the_shell_has_are_named_without_their_values(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.note("environment", "GNUPGHOME=/here")
    monkeypatch.setenv("GNUPGHOME", "/here")
    monkeypatch.setenv("HTTPS_PROXY", "http://sam:secret@proxy.example")
    told = done(machine.service("install"))
    assert "Your shell sets HTTPS_PROXY, and" in told
    assert "environment.d" in told
    assert "secret" not in told


# Lingering.


def test_lingering_is_offered_and_not_switched_on_unasked(machine: Machine) -> None:
    assert "loginctl enable-linger" in done(machine.service("install"))
    assert machine.asked("loginctl") == []


def test_lingering_is_not_offered_to_who_has_it(machine: Machine) -> None:
    machine.note("lingers")
    assert "enable-linger" not in done(machine.service("install"))


def test_lingering_is_switched_on_when_asked(machine: Machine) -> None:
    assert "while you are not logged in" in done(machine.service("install", "--linger"))
    assert machine.asked("loginctl") == ["enable-linger"]


def test_lingering_that_is_not_allowed_says_who_can(machine: Machine) -> None:
    machine.note("not-allowed")
    told = done(machine.service("install", "--linger"), 2)
    assert "Access denied" in told
    assert "sudo loginctl enable-linger" in told


# Where it can't be installed, or does not start.


@pytest.mark.parametrize(
    ("kernel", "folder", "words"),
    [
        ("6.1.0", "run/systemd/system", "sudo loginctl enable-linger"),
        ("6.1.0", "", "was not started by systemd"),
        ("5.15.90.1-microsoft-standard-WSL2", "", "/etc/wsl.conf"),
    ],
    ids=["no session", "a container", "WSL"],
)
def test_without_a_user_manager_the_reason_and_the_way_out_are_told(
    machine: Machine, tmp_path: Path, kernel: str, folder: str, words: str
) -> None:
    machine.note("no-bus")
    root = tmp_path / "root"
    (root / "proc/sys/kernel").mkdir(parents=True)
    (root / "proc/sys/kernel/osrelease").write_text(f"{kernel}\n")
    (root / folder).mkdir(parents=True, exist_ok=True)
    here = Systemd(machine.config, machine.state, root=root)
    with pytest.raises(UsageError, match=words):
        here.install(force=False)
    assert not machine.unit.exists()
    assert words in here.stands().text or not here.stands().installed


def test_without_systemd_at_all_another_supervisor_is_named(machine: Machine) -> None:
    (machine.programs / "systemctl").unlink()
    for word in ("install", "uninstall", "status"):
        assert "`followupd run`" in done(machine.service(word), 2)


def test_what_systemd_refuses_is_told(machine: Machine) -> None:
    machine.note("masked")
    assert "Unit is masked." in done(machine.service("install"), 1)


@pytest.mark.parametrize(
    ("code", "words"),
    [("78", "the config can't be used"), ("75", "another followupd"), ("3", "it ended with 3")],
)
def test_a_service_that_does_not_start_says_why(machine: Machine, code: str, words: str) -> None:
    machine.note("ends-with", code)
    told = done(machine.service("install"), 1)
    assert "did not start" in told
    assert words in told
    assert "followupd service logs" in told


def test_where_users_have_no_namespaces_it_runs_with_the_other_limits_and_says_so(machine: Machine) -> None:
    machine.note("no-namespaces")
    told = done(machine.service("install"))
    assert "no namespaces" in told
    text = machine.unit.read_text()
    assert "PrivateUsers" not in text
    assert "ProtectSystem" not in text
    assert "CapabilityBoundingSet" not in text
    for kept in ("NoNewPrivileges=yes", "SystemCallFilter=@system-service", "WantedBy=default.target"):
        assert kept in text
    machine.asked()
    assert "is as it should be" in done(machine.service("install"))
    assert "not up to date" not in done(machine.service("status"))
    machine.forget("no-namespaces")
    done(machine.service("install", "--force"))
    assert "PrivateUsers=yes" in machine.unit.read_text()


def test_another_failure_does_not_loosen_the_limits(machine: Machine) -> None:
    machine.note("ends-with", "78")
    done(machine.service("install"), 1)
    assert "PrivateUsers=yes" in machine.unit.read_text()


# Removing.


def test_an_uninstall_stops_disables_and_removes_it_and_again_finds_nothing(machine: Machine) -> None:
    done(machine.service("install"))
    machine.asked()
    told = done(machine.service("uninstall"))
    assert "stopped" in told
    assert f"Removed {machine.unit}." in told
    asked = machine.asked()
    assert asked.index("--user disable --now followupd.service") < asked.index("--user daemon-reload")
    assert not machine.unit.exists()
    assert machine.state.exists()
    assert "There was no service" in done(machine.service("uninstall"))


def test_an_uninstall_keeps_what_the_user_edited_and_names_drop_ins(machine: Machine) -> None:
    done(machine.service("install"))
    machine.unit.write_text(machine.unit.read_text() + EDIT)
    drop_in = machine.unit.parent / "followupd.service.d/override.conf"
    drop_in.parent.mkdir()
    drop_in.write_text("[Service]\nNice=5\n")
    told = done(machine.service("uninstall"))
    assert str(drop_in) in told
    assert not machine.unit.exists()
    assert (machine.unit.parent / "followupd.service.bak").read_text().endswith(EDIT)


def test_an_uninstall_needs_neither_config_nor_user_manager(machine: Machine) -> None:
    done(machine.service("install"))
    wants = machine.unit.parent / "default.target.wants/followupd.service"
    wants.parent.mkdir()
    wants.symlink_to(machine.unit)
    machine.config.unlink()
    machine.note("no-bus")
    done(machine.service("uninstall"))
    assert not machine.unit.exists()
    assert not wants.is_symlink()


# Looking.


def test_a_running_service_ends_status_with_0_and_tells_since_when_and_what_it_says(machine: Machine) -> None:
    done(machine.service("install"))
    told = done(machine.service("status"))
    assert told == (
        "running since Tue 2026-11-24 09:00:00 GMT, process 4242. It says: 2 letters wait in Drafts.\n"
    )
    assert json.loads(done(machine.service("status", "--json"))) == {
        "installed": True, "edited": False, "outdated": False, "running": True, "text": told.strip(),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("shown", "words"),
    [
        (["LoadState=not-found"], "not installed. `followupd service install` does that."),
        (
            ["ActiveState=inactive", "Result=success"],
            "installed, not running. `systemctl --user start followupd` starts it.",
        ),
        (
            ["ActiveState=failed", "Result=exit-code", "ExecMainStatus=78"],
            "the config can't be used: `followupd check`",
        ),
        (["ActiveState=failed", "Result=exit-code", "ExecMainStatus=77"], "a sign-in is needed"),
        (
            ["ActiveState=activating", "Result=exit-code", "ExecMainStatus=75"],
            "about to start (it ended with 75",
        ),
        (["ActiveState=activating", "Result=watchdog", "ExecMainStatus=6"], "did not answer any more"),
        (
            ["ActiveState=activating", "Result=signal", "ExecMainCode=2", "ExecMainStatus=9"],
            "signal 9 ended it",
        ),
        (["ActiveState=activating", "Result=oom-kill"], "no memory left"),
    ],
)
def test_a_service_that_does_not_run_ends_status_with_1_and_says_why(
    machine: Machine, shown: list[str], words: str
) -> None:
    machine.show(*(["LoadState=loaded"] if "LoadState" not in shown[0] else []), *shown)
    assert words in done(machine.service("status"), 1)


def test_restarts_by_systemd_are_told(machine: Machine) -> None:
    machine.show(
        "LoadState=loaded", "ActiveState=active", "MainPID=7", "NRestarts=3", "ActiveEnterTimestamp=Tue"
    )
    assert "started again 3 times" in done(machine.service("status"))


def test_status_tells_of_an_edited_file_and_of_one_that_is_not_up_to_date(machine: Machine) -> None:
    done(machine.service("install"))
    machine.keep_files_locally(machine.home / "Mail")
    assert "not up to date" in done(machine.service("status"))
    machine.unit.write_text(machine.unit.read_text() + EDIT)
    told = done(machine.service("status"))
    assert "changed by hand" in told
    assert "not up to date" not in told


def test_status_needs_no_config(machine: Machine) -> None:
    done(machine.service("install"))
    machine.config.unlink()
    assert "running since" in done(machine.service("status"))


def test_logs_shows_the_journal_of_the_unit(machine: Machine, capfd: pytest.CaptureFixture[str]) -> None:
    done(machine.service("logs", "-n", "7", "-f"))
    done(machine.service("logs"))
    assert capfd.readouterr().out.splitlines() == [
        "journalctl --user --unit=followupd.service --lines=7 --follow",
        "journalctl --user --unit=followupd.service --lines=50",
    ]


def test_logs_without_a_journal_says_so(machine: Machine) -> None:
    (machine.programs / "journalctl").unlink()
    assert "journalctl can't be run" in done(machine.service("logs"), 2)


def test_show_prints_the_unit_alone(machine: Machine) -> None:
    told = done(machine.service("show"))
    done(machine.service("install"))
    assert told == machine.unit.read_text()
    assert "LoadCredentialEncrypted=followupd-key" in done(machine.service("show", "--system"))
