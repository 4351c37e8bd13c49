"""Start-up: `--version`, `--help` and `status` against `python -c pass`, as module and as console script."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench.measure import Line, Sizes, interleaved

BOUNDS = {"--version": 3.0, "--help": 5.0, "status --plain": 7.0}
BARE = "python -c pass"


def lines(sizes: Sizes) -> Iterator[Line]:
    """Medians of interleaved runs, output thrown away; the bare interpreter is run as often."""
    with TemporaryDirectory() as name:
        state = Path(name) / "state"
        _make_state(state, sizes.processes)
        commands = dict(_commands(state))
        _check(commands, name)
        sides = {what: (lambda command=command: _run(command, name)) for what, command in commands.items()}
        taken = interleaved(sides, sizes.starts)
    for what, milliseconds in taken.items():
        if what != BARE:
            option = what.partition(" ")[2]
            yield Line(what, milliseconds, "ms", taken[BARE], "ms bare python", BOUNDS[option])


def _commands(state: Path) -> Iterator[tuple[str, list[str]]]:
    script = Path(sys.executable).with_name("followupd")
    yield BARE, [sys.executable, "-c", "pass"]
    for option in BOUNDS:
        arguments = option.split()
        if arguments[0] == "status":
            arguments += ["--state", str(state)]
        yield f"module {option}", [sys.executable, "-m", "followupd", *arguments]
        if script.exists():
            yield f"script {option}", [str(script), *arguments]


def _check(commands: dict[str, list[str]], folder: str) -> None:
    """Each does what it says, and has its bytecode now."""
    for what, command in commands.items():
        done = _run(command, folder)
        # `status` ends with 1 where nobody has looked lately.
        assert done.returncode in ({0, 1} if "status" in what else {0}), done.stderr
        assert bool(done.stdout) is (what != BARE), done
        assert "status" not in what or done.stdout.count(b"Dana Reyes") >= 1, done.stdout


def _run(command: list[str], folder: str) -> subprocess.CompletedProcess[bytes]:
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "FOLLOWUPD", "COVERAGE"))}
    return subprocess.run(command, cwd=folder, env=kept, capture_output=True, check=False)


def _make_state(state: Path, processes: int) -> None:
    """In another process: the smaller this one is, the less it adds to each start."""
    code = f"from tests.bench import states; states.make(states.Path({str(state)!r}), {processes}).close()"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=Path(__file__).parents[2])
