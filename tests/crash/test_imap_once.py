"""Exactly once by IMAP: a hundred drafts, around whose APPEND the connection drops or the program is killed.

Ten letters are due at once, and an APPEND is hit ten times in ten ways. In the end each letter lies in Drafts once, by
what is there and by the server's own book of what it ever saved.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from followupd.providers.internet.imap import wire
from tests import forked
from tests.cycle.files import PROJECT
from tests.servers import dovecot, radicale
from tests.servers.hosted import Hosted
from tests.servers.proxy import Break, Proxy

PEOPLE = {
    company: [f"{name} Holm <{name.lower()}@{company}.example>" for name in names.split()]
    for company, names in {"acme": "Ada Ben Cleo Dan Eve", "globex": "Finn Gus Hana Ivo Jo"}.items()
}
EVERYBODY = sorted(one.partition("<")[2].rstrip(">") for company in PEOPLE.values() for one in company)
DUE = "2026-03-04 12:00"
MINUTE = timedelta(minutes=1)
FEW = 3
PATIENCE = 0.4  # seconds, instead of thirty
LONG = 60  # seconds after which a child counts as hung

POINTS = {
    "before the command": Break(b" APPEND "),
    "after the command": Break(b" APPEND ", after=True),
    "in the letter": Break(b"\r\nMessage-ID: <", after=True),
    "before the answer": Break(b" OK [APPENDUID", "back"),
    "in the answer": Break(b" OK [APPENDUID", "back", after=True),
}
TIMES = 10  # for each of these points and both ends: a hundred


class Due:
    """Ten letters are due, and the way to the server leads through a proxy that breaks."""

    def __init__(self, folder: Path) -> None:
        self.box = dovecot.shared().user()
        self.files = Hosted(folder, self.box, radicale.shared().user())
        for hour, (company, people) in enumerate(PEOPLE.items(), 8):
            times = (f"2026-03-04 {hour:02}:00", f"2026-03-04 {hour:02}:45")
            self.files.event(*times, people, title=f"Interview at {company.title()}")
        self.files.once("2026-03-03 09:00")
        self.now = self.files.time(DUE)

    def hit(self, breaks: list[Break], cycle: Callable[[list[Break]], object]) -> int:
        """A cycle some minutes later through a way that breaks there; how often it came to that."""
        self.now += 10 * MINUTE
        with Proxy(self.box.account.port, *breaks) as proxy:
            self.files.reached_by(port=proxy.port)
            cycle(breaks)
        self.files.reached_by(port=self.box.account.port)
        return sum(one.happened.is_set() for one in breaks)

    def dropped(self, point: Break, times: int) -> int:
        """Cycles that go on without their connection, each time that it comes there."""
        hits = 0
        while hits < times:
            breaks = [_fresh(point, nth) for nth in range(1, times - hits + 1)]
            hits += self.hit(breaks, lambda _: self.files.once(self.now, well=False))
        return hits

    def killed(self, point: Break, times: int) -> int:
        """The real program, killed when it comes there."""
        return sum(self.hit([_fresh(point)], self._kill) for _ in range(times))

    def _kill(self, breaks: list[Break]) -> None:
        words = ["-c", str(self.files.config), "--state", str(self.files.state), "once"]
        child: list[subprocess.Popen[str]] = []
        (broken,) = breaks
        broken.then = lambda: os.kill(child[0].pid, signal.SIGKILL)
        child.append(
            forked.start(
                [sys.executable, "-m", "followupd", *words, "--now", self.now.isoformat()],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                stdin=subprocess.DEVNULL,
                cwd=PROJECT,
                env={**os.environ, **self.files.environment()},
            )
        )
        assert child[0].wait(LONG) == -signal.SIGKILL

    def settle(self) -> None:
        """What a daemon does in the two hours after the trouble."""
        for minutes in (5, 10, 20, 60, 120):
            done = self.files.once(self.now + minutes * MINUTE)
        assert done == []

    def must_have_each_once(self) -> None:
        found = Counter(address for draft in self.files.drafts() for address in draft.to)
        assert found == dict.fromkeys(EVERYBODY, 1)
        assert {one["stage"] for one in self.files.letters()} == {"drafted"}
        assert self.files.questions() == []
        saved = Counter(one.message_id for one in self.box.deeds("save"))
        assert sorted(saved.values()) == [1] * len(EVERYBODY)
        assert self.box.deeds("expunge") == []


def _fresh(point: Break, nth: int = 1) -> Break:
    return replace(point, nth=nth, seen=0, happened=threading.Event())


@pytest.mark.parametrize("ends", ["dropped", "killed"])
@pytest.mark.parametrize("where", POINTS)
def test_one_draft_each_however_its_saving_ends(tmp_path: Path, where: str, ends: str) -> None:
    due = Due(tmp_path / "user")
    cycles = due.dropped if ends == "dropped" else due.killed
    assert cycles(POINTS[where], TIMES) == TIMES
    due.settle()
    due.must_have_each_once()


def test_one_draft_each_when_the_answer_never_comes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "READ", PATIENCE)
    due = Due(tmp_path / "user")
    silent = Break(b" OK [APPENDUID", "back", how="swallow")
    assert due.dropped(silent, FEW) == FEW
    due.settle()
    due.must_have_each_once()
