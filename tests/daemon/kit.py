"""The real daemon as a child process: where it works, what it says and logs, how it ends.

A step of its clock is what a machine sees after sleep; the byte in the FIFO stands for the wake-up that the
kernel gives then. Nothing here sleeps for a fixed time: what a test waits for is looked for until it is there,
and a deadline makes it a failure. Source: proc(5).
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import signal
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import pytest

from followupd.heartbeat import heartbeat
from tests import forked
from tests.daemon.clock import MINUTE, PlayedClock
from tests.daemon.notified import NotifySocket, Told

T = TypeVar("T")
SOON = 15.0  # seconds of the real clock after which what was to come counts as missing, on a busy machine
ENDS_WITHIN = 2.0  # seconds from a signal to the end of the process


def until(ask: Callable[[], T], what: str, seconds: float = SOON, tell: Callable[[], str] = str) -> T:
    """Asks until the answer is true, and returns it. Fails with what was waited for, and what there is."""
    end = time.monotonic() + seconds
    while True:
        if answer := ask():
            return answer
        if time.monotonic() > end:
            pytest.fail(f"waited {seconds:.0f} s for {what}\n{tell()}")
        threading.Event().wait(0.01)


@dataclass
class Place:
    """Where a daemon works: its folder, config, state, accounts, and the clock that it sees."""

    folder: Path
    config: Path
    state: Path
    clock: PlayedClock
    accounts: tuple[str, ...] = ("personal",)
    at: Callable[[str | datetime], object] = lambda _: None
    running: list[Daemon] = field(default_factory=list)

    def environment(self) -> dict[str, str]:
        return {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "TZ": "UTC",
            "LC_ALL": "C.UTF-8",
            "XDG_CACHE_HOME": str(self.folder / "cache"),
            "XDG_CONFIG_HOME": str(self.folder / "xdg-config"),
            "XDG_STATE_HOME": str(self.folder / "xdg-state"),
            "XDG_DATA_HOME": str(self.folder / "xdg-data"),
            "PYTHONDONTWRITEBYTECODE": "1",
            **self.clock.environment(),
        }

    def words(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "followupd", "-c", str(self.config), "--state", str(self.state), *words]

    def start(self, **options: Any) -> Daemon:
        """Starts the daemon; it has not said yet that it is ready."""
        daemon = Daemon(self, **options)
        self.running.append(daemon)
        return daemon

    def ready(self, at: str | datetime | None = None, **options: Any) -> Daemon:
        """A daemon that is ready and has had its first look."""
        if at is not None:
            self.at(self.clock.set(at))
        begun = self.clock.now
        daemon = self.start(**options)
        daemon.is_ready()
        daemon.has_looked(begun)
        return daemon

    def run(self, *words: str, wrap: Sequence[str] = ()) -> subprocess.CompletedProcess[str]:
        """Runs a command of the real program to its end, under the same clock."""
        return forked.run(
            [*wrap, *self.words(*words)],
            fresh=bool(wrap),
            env=self.environment(),
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            timeout=60,
        )

    def close(self) -> None:
        for daemon in self.running:
            daemon.close()


class Daemon:
    """`followupd run` in a session of its own, `fresh` from its interpreter on. Its output goes to files."""

    def __init__(
        self,
        place: Place,
        *,
        log: str = "json",
        notify: NotifySocket | None = None,
        wrap: Sequence[str] = (),
        umask: int = -1,
        environment: dict[str, str] | None = None,
        fresh: bool = False,
    ) -> None:
        self.place = place
        self.notify = notify or NotifySocket()
        number = len(place.running)
        self.out, self.err = place.folder / f"run-{number}.out", place.folder / f"run-{number}.err"
        with self.out.open("wb") as out, self.err.open("wb") as err:
            self.process = forked.start(
                [*wrap, *place.words("run", *(["--log", log] if log else []))],
                fresh=fresh or bool(wrap),
                interrupts=True,
                env={**place.environment(), "NOTIFY_SOCKET": self.notify.name, **(environment or {})},
                cwd=place.folder,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                start_new_session=True,
                umask=umask,
            )

    @property
    def pid(self) -> int:
        return self.process.pid

    # --- what it says ---

    @property
    def said(self) -> str:
        """All that it wrote to standard error so far."""
        return self.err.read_text(encoding="utf-8", errors="replace")

    @property
    def events(self) -> list[dict[str, Any]]:
        """Its log lines as they are with `--log json`, without the sentence with which a failure ends it.

        The last one may still be under way.
        """
        lines = self.said.split("\n")[:-1]
        return [json.loads(line) for line in lines if not line.startswith("followupd: ")]

    def logged(self, *words: str, since: int = 0) -> list[dict[str, Any]]:
        """The lines from number `since` on that hold one of these words, whatever the field."""
        found = [json.dumps(one, ensure_ascii=False).casefold() for one in self.events]
        return [
            event
            for event, text in list(zip(self.events, found, strict=False))[since:]
            if any(word.casefold() in text for word in words)
        ]

    def of_event(self, name: str, since: int = 0) -> list[dict[str, Any]]:
        return [one for one in self.events[since:] if one["event"] == name]

    def news(self, since: int = 0) -> list[dict[str, Any]]:
        """What it logged of its own accord: that the clock was stepped is the test's doing."""
        return [one for one in self.events[since:] if one["event"] != "resumed"]

    def _story(self) -> str:
        code = self.process.poll()
        tail = "\n".join(self.said.splitlines()[-25:])
        return f"exit code {code}; status {self.notify.status!r}; log:\n{tail}"

    def until(self, ask: Callable[[], T], what: str, seconds: float = SOON) -> T:
        """As `until`; a daemon that ended meanwhile is told."""
        return until(ask, what, seconds, self._story)

    def is_ready(self, seconds: float = SOON) -> Told:
        """Its READY=1."""

        def ready() -> list[Told]:
            assert self.process.poll() is None, f"it ended instead of being ready: {self._story()}"
            return self.notify.of("READY")

        return self.until(ready, "READY=1", seconds)[0]

    def says(self, *words: str, seconds: float = SOON) -> str:
        """The status line, as soon as it holds all these words."""
        pattern = [re.compile(word, re.IGNORECASE) for word in words]

        def shown() -> str:
            line = self.notify.status
            return line if all(one.search(line) for one in pattern) else ""

        return self.until(shown, f"a status with {words}", seconds)

    # --- time ---

    def wake(self) -> None:
        """A byte in the FIFO, as the kernel's word after sleep, or a command's."""

        def rung() -> bool:
            with contextlib.suppress(OSError):
                number = os.open(self.place.state / "wake", os.O_WRONLY | os.O_NONBLOCK)
                try:
                    return os.write(number, b"\0") == 1
                finally:
                    os.close(number)
            return False

        self.until(rung, "a listener at the FIFO")

    def has_heard(self) -> None:
        """Until it has taken in what was written to the FIFO."""
        number = os.open(self.place.state / "wake", os.O_RDONLY | os.O_NONBLOCK)
        try:
            unread = bytearray(4)
            self.until(
                lambda: fcntl.ioctl(number, termios.FIONREAD, unread) == 0 and not any(unread),
                "an empty FIFO",
            )
        finally:
            os.close(number)

    def has_looked(
        self, at: str | datetime, accounts: Iterable[str] | None = None, seconds: float = SOON
    ) -> None:
        """Until a cycle at that time, or in the minute after it, has ended for these accounts."""
        begin = self.place.clock.time(at)

        def looked() -> bool:
            assert self.process.poll() is None, f"it ended instead of looking: {self._story()}"
            names = self.place.accounts if accounts is None else accounts
            return all(begin <= last < begin + MINUTE for last in map(self.looked_at, names))

        self.until(looked, f"a look at {begin}", seconds)

    def looked_at(self, account: str) -> datetime:
        """When the last cycle of an account was."""
        try:
            changed = heartbeat(self.place.state, account).stat().st_mtime
        except OSError:
            return datetime.min.replace(tzinfo=UTC)
        return datetime.fromtimestamp(changed, UTC)

    def jump(self, at: str | datetime) -> datetime:
        """Steps the clock and wakes the daemon; it has not looked yet."""
        moment = self.place.clock.set(at)
        self.place.at(moment)
        self.wake()
        return moment

    def step(
        self, at: str | datetime, accounts: Iterable[str] | None = None, seconds: float = SOON
    ) -> datetime:
        """Steps the clock, and waits for the cycle at that time."""
        moment = self.jump(at)
        self.has_looked(moment, accounts, seconds)
        return moment

    # --- the end ---

    def ended(self, seconds: float = SOON) -> int:
        """Its exit code, when it ends by itself."""
        try:
            return self.process.wait(seconds)
        except subprocess.TimeoutExpired:
            pytest.fail(f"it did not end within {seconds:.0f} s; {self._story()}")

    def stop(self, by: signal.Signals = signal.SIGTERM, code: int = 0) -> float:
        """Asks it to end; it must within two seconds. Returns how many it took."""
        begin = time.monotonic()
        self.process.send_signal(by)
        try:
            ended = self.process.wait(ENDS_WITHIN)
        except subprocess.TimeoutExpired:
            pytest.fail(f"{by.name} did not end it within {ENDS_WITHIN:.0f} s; {self._story()}")
        assert ended == code, f"{by.name} ended it with {ended}; {self._story()}"
        return time.monotonic() - begin

    def close(self) -> None:
        self._end()
        for name in (f"faketime_shm_{self.pid}", f"sem.faketime_sem_{self.pid}"):  # a kill leaves them behind
            Path("/dev/shm", name).unlink(missing_ok=True)
        self.notify.close()

    def _end(self) -> None:
        if self.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(SOON)


# --- what the kernel tells of it ------------------------------------------------------------------------


def threads(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/task").iterdir()))


def descriptors(pid: int) -> list[str]:
    """What its open descriptors lead to."""
    found = []
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):
            found.append(os.readlink(link))
    return sorted(found)


def wakeups(pid: int) -> int:
    """How often its threads have gone to sleep by themselves, all together."""
    found = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        text = (task / "status").read_text(encoding="ascii")
        found += int(text.partition("\nvoluntary_ctxt_switches:")[2].split()[0])
    return found


def ticks(pid: int) -> int:
    """The processor time that it has used, in clock ticks."""
    text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return int(text[11]) + int(text[12])
