"""The units of systemd: what they hold, and what systemd itself says of them."""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from followupd.errors import UsageError
from followupd.service.installation import Installation, installation
from followupd.service.units import system_unit, user_unit
from tests.service.machine import Machine

ROOT = Path(__file__).parents[2]
USER, SYSTEM = ROOT / "systemd/followupd.service", ROOT / "systemd/followupd@.service"
DOCS = (ROOT / "docs/service.md").read_text(encoding="utf-8")
# Each of these was put into a unit by hand and started by systemd 252.
ODD = "o d/é%n'q\"w\\b$HOME ${X} #;"
ODD_IN_A_UNIT = "o d/é%%n'q\\\"w\\\\b$HOME ${X} #;"
ANALYZE = shutil.which("systemd-analyze") or ""
needs_systemd_analyze = pytest.mark.skipif(not ANALYZE, reason="systemd-analyze is not installed")


def lines(unit: str, key: str) -> list[str]:
    return re.findall(rf"^{key}=(.*)$", unit, re.MULTILINE)


def unit_of(machine: Machine, *words: str) -> str:
    result = machine.service("show", *words)
    assert result.exit_code == 0, result.output
    return result.stdout


# The files of the project.


@pytest.fixture
def by_pipx(monkeypatch: pytest.MonkeyPatch) -> Installation:
    """What pipx makes of it in an ordinary home, with accounts that keep nothing on this disk."""
    home = Path("/home") / pwd.getpwuid(os.getuid()).pw_name
    monkeypatch.setenv("HOME", str(home))
    own = (home / ".local/state/followupd", home / ".cache/followupd")
    command = (str(home / ".local/bin/followupd"), "run")
    return Installation(command=command, environment=(), own=own, mail=(), read=())


def test_the_units_of_the_project_are_what_is_written_for_pipx(by_pipx: Installation) -> None:
    assert USER.read_text() == user_unit(by_pipx)
    assert SYSTEM.read_text() == system_unit(by_pipx)


@pytest.mark.parametrize("unit", [USER, SYSTEM], ids=["user", "system"])
def test_a_unit_never_gives_up_but_where_only_the_user_can_go_on(unit: Path) -> None:
    text = unit.read_text()
    assert lines(text, "Restart") == ["on-failure"]
    assert lines(text, "RestartPreventExitStatus") == ["77 78"]
    assert lines(text, "StartLimitIntervalSec") == ["0"]
    assert lines(text, "Type") == ["notify"]
    assert lines(text, "ExecReload") == ["/bin/kill -HUP $MAINPID"]


def test_the_key_of_the_system_unit_is_the_one_that_the_program_reads() -> None:
    assert lines(SYSTEM.read_text(), "LoadCredentialEncrypted") == [
        "followupd-key:/etc/credstore.encrypted/followupd-key.%i"
    ]
    assert lines(SYSTEM.read_text(), "User") == ["%i"]


# What systemd says of them.


def said(words: list[str], home: Path) -> str:
    """All that systemd-analyze prints."""
    environment = {**os.environ, "HOME": str(home), "XDG_RUNTIME_DIR": str(home), "LC_ALL": "C"}
    done = subprocess.run(words, capture_output=True, text=True, env=environment, timeout=60, check=False)
    return done.stdout + done.stderr


def put(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text)
    return path


@needs_systemd_analyze
def test_systemd_finds_nothing_to_say_about_the_user_unit(machine: Machine) -> None:
    assert said([ANALYZE, "verify", "--man=no", "--user", str(USER)], machine.home) == ""


@needs_systemd_analyze
def test_systemd_finds_nothing_to_say_about_the_system_unit(machine: Machine, tmp_path: Path) -> None:
    # The program is looked for, so the unit is read for a home where it is.
    text = SYSTEM.read_text().replace("/home/%i", str(machine.home))
    unit = put(tmp_path, "followupd@.service", text)
    assert said([ANALYZE, "verify", "--man=no", str(unit)], machine.home) == ""


@needs_systemd_analyze
def test_systemd_finds_nothing_to_say_about_odd_paths_and_less_limits(
    machine: Machine, tmp_path: Path
) -> None:
    machine.keep_files_locally(machine.home / ODD / "Mail")
    here = installation(machine.config, machine.home / ODD / "state")
    for folder, text in (("all", user_unit(here)), ("less", user_unit(here, namespaces=False))):
        (tmp_path / folder).mkdir()
        unit = put(tmp_path / folder, "followupd.service", text)
        assert said([ANALYZE, "verify", "--man=no", "--user", str(unit)], machine.home) == ""


@needs_systemd_analyze
def test_systemd_tells_of_a_unit_that_is_wrong(machine: Machine, tmp_path: Path) -> None:
    """Or the tests above would see nothing."""
    text = USER.read_text().replace("ProtectSystem=strict", "ProtectSystem=mostly")
    unit = put(tmp_path, "followupd.service", text)
    assert "protect system" in said([ANALYZE, "verify", "--man=no", "--user", str(unit)], machine.home)


@needs_systemd_analyze
@pytest.mark.parametrize(
    ("unit", "words", "at_most"), [(USER, ["--user"], 1.7), (SYSTEM, [], 1.5)], ids=["user", "system"]
)
def test_the_exposure_is_no_more_than_it_has_to_be_and_as_the_docs_say(
    machine: Machine, unit: Path, words: list[str], at_most: float
) -> None:
    told = said([ANALYZE, "security", "--offline=true", "--no-pager", *words, str(unit)], machine.home)
    found = re.search(r"Overall exposure level for \S+: ([\d.]+)", told)
    assert found, told
    assert float(found[1]) <= at_most
    version = re.search(r"systemd (\d+)", said([ANALYZE, "--version"], machine.home))
    if version and version[1] == "252":  # the figure changes a little with each systemd
        assert f"| `{unit.name}` | {found[1]} |" in DOCS


# What a service may write.


def test_a_service_may_write_its_state_and_the_number_in_the_cache_and_nothing_else(machine: Machine) -> None:
    unit = unit_of(machine)
    assert lines(unit, "ReadWritePaths") == ["-%h/.local/state/followupd -%h/.cache/followupd"]
    assert lines(unit, "ProtectSystem") == ["strict"]
    assert lines(unit, "ProtectHome") == ["read-only"]


def test_a_service_may_write_the_configured_maildir_and_the_notes(machine: Machine) -> None:
    machine.keep_files_locally(machine.home / "Mail", f"notes: {{folder: {machine.home}/Interviews}}\n")
    assert lines(unit_of(machine), "ReadWritePaths") == [
        "-%h/.local/state/followupd -%h/.cache/followupd -%h/Interviews -%h/Mail"
    ]


def test_drafts_that_a_link_leads_out_of_the_maildir_may_be_written_too(machine: Machine) -> None:
    mail = machine.keep_files_locally(machine.home / "Mail")
    drafts = machine.home / "disk/Drafts"
    (drafts / "cur").mkdir(parents=True)
    (mail / "Drafts").symlink_to(drafts)
    assert lines(unit_of(machine), "ReadWritePaths")[0].endswith("-%h/Mail -%h/disk/Drafts")


def test_a_maildir_on_a_disk_that_is_not_there_is_no_reason_not_to_start(machine: Machine) -> None:
    machine.keep_files_locally(machine.home / "Mail")
    machine.state.mkdir(parents=True)
    (machine.state / "followupd.db").touch()
    shutil.rmtree(machine.home / "Mail")
    assert "-%h/Mail" in lines(unit_of(machine), "ReadWritePaths")[0]


def test_a_private_tmp_hides_nothing_that_is_needed(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Path("/srv/sam")
    monkeypatch.setenv("HOME", str(home))
    usual = {"command": (str(home / "followupd"), "run"), "environment": (), "own": (home / "s",)}
    for mail, private in ((home / "Mail", ["yes"]), (Path("/tmp/Mail"), []), (Path("/var/tmp/Mail"), [])):
        here = Installation(**usual, mail=(mail,), read=())
        assert lines(user_unit(here), "PrivateTmp") == private
    here = Installation(**usual, mail=(), read=(Path("/tmp/calendars"),))
    assert lines(user_unit(here), "PrivateTmp") == []


# Odd places.


def test_odd_paths_are_written_as_systemd_reads_them(machine: Machine) -> None:
    machine.keep_files_locally(machine.home / ODD / "Mail")
    machine.move_config(f"{ODD}/config.yaml")
    here = installation(machine.config, machine.home / ODD / "state")
    unit = user_unit(here)
    command = (
        f':%h/.local/bin/followupd run -c "%h/{ODD_IN_A_UNIT}/config.yaml" --state "%h/{ODD_IN_A_UNIT}/state"'
    )
    assert lines(unit, "ExecStart") == [command]
    assert lines(unit, "ReadWritePaths") == [
        f'"-%h/{ODD_IN_A_UNIT}/state" -%h/.cache/followupd "-%h/{ODD_IN_A_UNIT}/Mail"'
    ]
    (before,) = lines(unit, "ExecStartPre")
    assert f'"%h/{ODD_IN_A_UNIT.replace("$", "$$")}/state"' in before


@pytest.mark.parametrize("name", ["a\nExecStartPost=/bin/evil", "a\tb", "a\udcffb", "a\u2028b"])
def test_a_path_that_no_unit_can_hold_is_refused_in_words(machine: Machine, name: str) -> None:
    here = installation(machine.config, machine.home / name)
    with pytest.raises(UsageError, match="can't hold"):
        user_unit(here)
    with pytest.raises(UsageError, match="can't hold"):
        system_unit(here)


def test_a_program_that_systemd_could_not_start_is_refused_in_words(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = machine.home / 'a"b/followupd'
    moved.parent.mkdir()
    monkeypatch.setattr(sys, "argv", [str(machine.program.rename(moved))])
    result = machine.service("show")
    assert result.exit_code == 2
    assert "can't be started by systemd" in result.output


# This installation.


def test_the_usual_places_are_not_named(machine: Machine) -> None:
    unit = unit_of(machine)
    assert lines(unit, "ExecStart") == ["%h/.local/bin/followupd run"]
    assert lines(unit, "Environment") == []


def test_another_config_and_state_are_named_with_their_whole_paths(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.move_config("work/config.yaml")
    monkeypatch.chdir(machine.home)
    unit = unit_of(machine, "-c", "work/config.yaml", "--state", "work/../state")
    assert lines(unit, "ExecStart") == ["%h/.local/bin/followupd run -c %h/work/config.yaml --state %h/state"]
    assert lines(unit, "ReadWritePaths") == ["-%h/state -%h/.cache/followupd"]


def test_xdg_folders_that_lie_elsewhere_are_passed_on(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.move_config("etc/followupd/config.yaml")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(machine.home / "etc"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(machine.home / "a b"))
    monkeypatch.setenv("XDG_STATE_HOME", str(machine.home / ".local/state"))  # the usual place
    unit = unit_of(machine)
    assert lines(unit, "Environment") == ["XDG_CONFIG_HOME=%h/etc", '"XDG_CACHE_HOME=%h/a b"']
    assert lines(unit, "ExecStart") == ["%h/.local/bin/followupd run"]
    assert lines(unit, "ReadWritePaths") == ['-%h/.local/state/followupd "-%h/a b/followupd"']


def test_a_link_that_outlives_updates_is_kept(machine: Machine) -> None:
    kept = machine.program.rename(machine.home / "followupd-0.1")
    machine.program.symlink_to(kept)
    assert lines(unit_of(machine), "ExecStart") == ["%h/.local/bin/followupd run"]


def test_run_as_a_module_it_finds_the_program_beside_its_python(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    python = machine.home / "venv/bin/python"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)
    monkeypatch.setattr(sys, "argv", ["/somewhere/followupd/__main__.py"])
    monkeypatch.setattr(sys, "executable", str(python))
    assert lines(unit_of(machine), "ExecStart") == ["%h/venv/bin/python -m followupd run"]
    shutil.copy2(machine.program, python.with_name("followupd"))
    assert lines(unit_of(machine), "ExecStart") == ["%h/venv/bin/followupd run"]


@pytest.mark.parametrize("folder", [".cache/uv/archive-v0/x/bin", ".local/share/pipx/.cache/x/bin"])
def test_a_program_in_a_cache_is_not_installed(
    machine: Machine, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    moved = machine.home / folder / "followupd"
    moved.parent.mkdir(parents=True)
    monkeypatch.setattr(sys, "argv", [str(machine.program.rename(moved))])
    result = machine.service("install")
    assert result.exit_code == 2
    assert "uv tool install ." in result.output
    assert not machine.unit.exists()


def test_an_install_with_sudo_is_refused(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setenv("SUDO_USER", "sam")
    result = machine.service("install")
    assert result.exit_code == 2
    assert "without sudo" in result.output


def test_a_home_that_is_not_in_home_stands_whole_in_the_system_unit(machine: Machine) -> None:
    unit = unit_of(machine, "--system")
    assert lines(unit, "ExecStart") == [f"{machine.program} run"]
    assert lines(unit, "ReadWritePaths") == [f"-{machine.state} -{machine.home}/.cache/followupd"]
