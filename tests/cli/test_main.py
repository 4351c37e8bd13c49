"""The front door: quick, lazy, and plain about what goes wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from followupd import __version__
from followupd.cli import commands
from followupd.cli.commands import TABLE, followupd
from followupd.errors import Busy, StoreError
from tests.cli.kit import life, run

HEAVY = ("followupd.core.model", "msgspec", "pydantic", "yaml", "rich", "icalendar")


def python(code: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )


def loaded(*arguments: str) -> set[str]:
    """The modules that a command leaves loaded."""
    code = (
        "import sys\nfrom followupd.cli import main\n"
        "try: main(sys.argv[1:])\nexcept SystemExit: pass\nprint(*sys.modules, file=sys.stderr)"
    )
    return set(python(code, *arguments).stderr.split())


def test_the_version_needs_nothing() -> None:
    modules = loaded("--version")
    assert "followupd.cli" in modules
    assert not modules & {"click", "pathlib", *HEAVY}


def test_it_tells_its_version() -> None:
    done = python("from followupd.cli import main; main(['--version'])")
    assert (done.stdout, done.returncode) == (f"followupd {__version__}\n", 0)


def test_help_imports_no_command() -> None:
    modules = loaded("--help")
    assert not modules & set(HEAVY)
    assert not {f"followupd.cli.{name}" for name in TABLE} & modules


def test_help_lists_every_command() -> None:
    told = CliRunner().invoke(followupd, ["--help"]).stdout
    assert [name for name in TABLE if f"\n  {name}  " not in told] == []
    assert told.index("Set up:") < told.index("Look:") < told.index("Say:") < told.index("More:")


@pytest.mark.parametrize("command", ["status", "plan"])
def test_looking_loads_neither_the_model_nor_the_config(tmp_path: Path, command: str) -> None:
    life(tmp_path).store.close()
    modules = loaded("--state", str(tmp_path / "state"), command, "--plain")
    assert "followupd.overview" in modules
    assert not modules & set(HEAVY)


def test_the_version_stands_after_other_options_too() -> None:
    assert __version__ in CliRunner().invoke(followupd, ["--plain", "--version"]).stdout


def test_a_name_that_is_no_command() -> None:
    result = CliRunner().invoke(followupd, ["stauts"])
    assert result.exit_code == 2
    assert "Did you mean “status”?" in result.stderr
    assert "lists them" in CliRunner().invoke(followupd, ["zzz"]).stderr


def test_global_options_may_follow_the_command(tmp_path: Path) -> None:
    life(tmp_path)
    state = str(tmp_path / "state")
    now = ["--now", "2026-03-05T18:00Z"]
    before = CliRunner().invoke(followupd, ["--state", state, "--plain", "status", *now])
    after = CliRunner().invoke(followupd, ["status", *now, "--state", state, "--plain"])
    assert before.stdout == after.stdout
    assert "Drafts" in before.stdout


def test_the_last_word_counts(tmp_path: Path) -> None:
    life(tmp_path)
    result = CliRunner().invoke(
        followupd, ["--state", "/nowhere", "plan", "--state", str(tmp_path / "state")]
    )
    assert "Owed" in result.stdout


def test_commands_of_commands_take_them_too(monkeypatch: pytest.MonkeyPatch) -> None:
    @click.group()
    def people() -> None:
        """A group."""

    @people.command()
    @click.pass_context
    def add(ctx: click.Context) -> None:
        """One of its commands."""
        click.echo(ctx.obj.state)

    monkeypatch.setitem(sys.modules, "made", type("made", (), {"people": people}))
    monkeypatch.setitem(commands.TABLE, "people", ("made:people", ""))
    result = CliRunner().invoke(followupd, ["people", "add", "--state", "/there"])
    assert result.stdout == "/there\n"
    assert [option.name for option in add.params] == []


@pytest.mark.parametrize("text", ["2026-03-05T18:00", "2026-03-05", "soon"])
def test_a_time_without_offset_is_refused(tmp_path: Path, text: str) -> None:
    result = run(tmp_path, "status", now=text)
    assert result.exit_code == 2
    assert "2026-11-26T10:45+00:00" in result.stderr


class Broken(click.Command):
    """A command that raises."""

    def __init__(self, error: BaseException) -> None:
        super().__init__("status")
        self.error = error

    def invoke(self, ctx: click.Context) -> None:
        raise self.error


def broken(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> tuple[int, str, str]:
    monkeypatch.setitem(sys.modules, "made", type("made", (), {"status": Broken(error)}))
    monkeypatch.setitem(commands.TABLE, "status", ("made:status", ""))
    result = CliRunner().invoke(followupd, ["status"])
    return result.exit_code, result.stdout, result.stderr


@pytest.mark.parametrize("error", [StoreError("the disk is full."), Busy("somebody is at work.")])
def test_errors_of_ours_are_one_message_and_their_code(
    monkeypatch: pytest.MonkeyPatch, error: StoreError | Busy
) -> None:
    assert broken(monkeypatch, error) == (error.exit_code, "", f"followupd: {error}\n")


def test_a_bug_is_called_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FOLLOWUPD_DEBUG", raising=False)
    code, _, told = broken(monkeypatch, ValueError("secret words of a mail"))
    assert code == 1
    assert "bug of followupd" in told
    assert "ValueError in " in told
    assert "secret" not in told
    assert "Traceback" not in told


def test_the_traceback_for_who_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOLLOWUPD_DEBUG", "1")
    assert "Traceback" in broken(monkeypatch, ValueError("words"))[2]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), click.Abort()])
def test_interrupted(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    assert broken(monkeypatch, error) == (130, "", "")


def test_a_reader_that_goes_is_no_error(tmp_path: Path) -> None:
    life(tmp_path).store.close()
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "followupd", "--state", str(tmp_path / "state"), "status"],
        stdout=write,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(write)
    assert done.stderr == b""


def test_completion_is_a_script_and_loads_no_command() -> None:
    script = CliRunner().invoke(followupd, ["completion", "zsh"]).stdout
    assert "#compdef followupd" in script
    done = python(
        "from followupd.cli import main; main([])",
        _FOLLOWUPD_COMPLETE="zsh_complete",
        COMP_WORDS="followupd st",
        COMP_CWORD="1",
    )
    assert done.stdout.split("\n")[1::3] == ["status", "stop"]
