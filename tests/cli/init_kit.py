"""The real `init` at a real terminal (a pty), typed at as a person does; and a service that only notes."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType

import pytest
from click.testing import CliRunner, Result

from followupd.cli.commands import followupd
from followupd.service.contract import Standing
from tests.cycle.files import Files

PROJECT = Path(__file__).parents[2]
PATIENCE = 60.0  # seconds: for a slow machine; nothing waits for it when all is well


class FakeService:
    """The manager of services: what was asked of it."""

    def __init__(self) -> None:
        self.installed = 0
        self.is_running = False

    def stands(self) -> Standing:
        text = "followupd runs." if self.is_running else "followupd is not installed."
        return Standing(
            installed=self.is_running, edited=False, outdated=False, running=self.is_running, text=text
        )

    def install(self, *, force: bool) -> list[str]:
        assert not force
        self.installed += 1
        return ["The service was installed."]


def sit_down(monkeypatch: pytest.MonkeyPatch) -> FakeService:
    """Somebody sits at the terminal, for runs in this process. No service of the machine is touched."""
    stdin = type("Somebody", (), {"isatty": lambda _: True})()
    monkeypatch.setattr("followupd.cli.init.sys", type("Sys", (), {"stdin": stdin}))
    fake = FakeService()
    monkeypatch.setattr("followupd.service.service", lambda config, state: fake)
    return fake


def typed(world: Files, answers: str, *words: str, at: str = "2026-03-05 10:00") -> Result:
    """`init` in this process, on the world's files, with these lines typed."""
    world.now = world.time(at)
    arguments = ["-c", str(world.config), "--state", str(world.state), "init", *words]
    environment = {**world.environment(), "TZ": "Europe/London"}
    runner = CliRunner(env=environment)
    return runner.invoke(followupd, [*arguments, "--now", world.now.isoformat()], input=answers)


# `python -m followupd` whose terminal is its standard input, so that Ctrl-C typed there reaches it; also where
# the tests themselves were started with Ctrl-C switched off.
_AT_A_TERMINAL = """
import fcntl, runpy, signal, sys, termios

fcntl.ioctl(0, termios.TIOCSCTTY, 0)
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.argv = ["followupd", *sys.argv[1:]]
runpy.run_module("followupd", run_name="__main__", alter_sys=True)
"""


class Typing:
    """The program at a terminal of its own. `expect` reads up to a text, `type` types."""

    def __init__(self, arguments: Iterable[str], environment: dict[str, str], folder: Path) -> None:
        self.arguments = [sys.executable, "-c", _AT_A_TERMINAL, *arguments]
        self.environment = {**os.environ, "TERM": "dumb", "PYTHONPATH": str(PROJECT), **environment}
        self.folder = folder
        self.said = ""
        self._read_up_to = 0
        self.has_ended = False

    def __enter__(self) -> Typing:
        self.keyboard, slave = pty.openpty()
        try:
            self.child = subprocess.Popen(
                self.arguments,
                stdin=slave,
                stdout=slave,
                stderr=slave,
                cwd=self.folder,
                env=self.environment,
                start_new_session=True,
            )
        finally:
            os.close(slave)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.child.kill()
        self.child.wait()
        os.close(self.keyboard)

    def type(self, text: str) -> None:
        os.write(self.keyboard, text.encode())

    def interrupt(self, told: str) -> None:
        """Ctrl-C, until it is told what came of it: Python loses one that comes just as it begins to read."""
        for _ in range(int(PATIENCE / 5)):
            self.type("\x03")
            if self._comes(lambda: told in self.said[self._read_up_to :], 5):
                return
        raise AssertionError(f"{told!r} did not come; said was: {self.said[-3000:]}")

    def expect(self, text: str) -> str:
        """Waits for the text, and returns all that was said since the last one up to it."""
        self._until(lambda: text in self.said[self._read_up_to :], text)
        begin = self._read_up_to
        self._read_up_to = self.said.index(text, begin) + len(text)
        return self.said[begin : self._read_up_to]

    def answer(self, question: str, text: str = "") -> str:
        """Types an answer to a question; Enter alone takes the usual one. What was said before it."""
        before = self.expect(question)
        self.expect(": ")
        self.type(f"{text}\n")
        return before

    def end(self) -> int:
        """Reads to the end; the exit code."""
        self._until(lambda: False, "its end")
        return self.child.wait(PATIENCE)

    def _until(self, is_there: Callable[[], bool], what: str) -> None:
        came = self._comes(is_there, PATIENCE)
        assert came or (self.has_ended and what == "its end"), f"no {what!r}; said was: {self.said[-3000:]}"

    def _comes(self, is_there: Callable[[], bool], seconds: float) -> bool:
        until = time.monotonic() + seconds
        while not is_there():
            if self.has_ended or time.monotonic() > until:
                return False
            ready, _, _ = select.select([self.keyboard], [], [], 0.2)
            if ready:
                self._read()
        return True

    def _read(self) -> None:
        try:
            data = os.read(self.keyboard, 65536)
        except OSError:  # the other side is closed: Linux says EIO
            data = b""
        self.has_ended = not data
        self.said += re.sub("\r\n?", "\n", data.decode(errors="replace"))
