"""An idle cycle over a large Maildir and a large vdir, against one directory listing of both.

The yardstick is `os.scandir` over every directory in which messages or events lie, taking the name
of each entry: what the least look at all of it costs. It makes no stat, sorts nothing, keeps nothing.
The idle cycle is the whole of what `once` does after the config is read: open the store, look at
calendar and mailbox, plan, and store that nothing moved.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from followupd.config import load
from followupd.cycle import AccountReport, Cycle
from followupd.database import DATABASE
from followupd.lock import OutsideNumber
from followupd.store import Store
from tests.bench import files
from tests.bench.measure import Line, Sizes, interleaved

BOUND = 3.0
NOW = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)


def lines(sizes: Sizes) -> Iterator[Line]:
    """Just after all was written, at rest, and just after new mail; the whole cycle each time."""
    with TemporaryDirectory() as name:
        home = files.make(Path(name), sizes.messages, sizes.events)
        idle = Idle(home, Path(name) / "state")
        idle.settle()
        against = f"ms listing of {listing(home)}"
        sides: dict[str, Callable[[], object]] = {"listing": lambda: listing(home), "started": idle.started}
        # Files written within one tick of the clock are read again: how many depends on who wrote them.
        taken = interleaved(sides, min(sizes.rounds, 5))
        yield Line("idle, just started, all just written", taken["started"], "ms", taken["listing"], against)
        home.disturb()
        idle.settle()
        taken = interleaved({**sides, "staying": idle.stay()}, sizes.rounds)
        yield Line("idle, just started", taken["started"], "ms", taken["listing"], against, BOUND)
        yield Line("idle, running on", taken["staying"], "ms", taken["listing"], against, BOUND)
        home.receive()
        idle.settle()
        taken = interleaved(sides, sizes.rounds)
        yield Line(
            "idle, just started, after new mail", taken["started"], "ms", taken["listing"], against, BOUND
        )
        yield Line("commits of an idle cycle", idle.commits(), "", 1, "cycle", 0.0)


def listing(home: files.Home) -> int:
    """The yardstick. Returns the number of names."""
    names = 0
    for directory in home.directories():
        with os.scandir(directory) as entries:
            names += len([entry.name for entry in entries])
    return names


class Idle:
    """Cycles in which nothing has moved since the last one."""

    def __init__(self, home: files.Home, state: Path) -> None:
        self.config = load(home.config, state)
        self.state = state
        self.now = NOW

    def settle(self) -> None:
        """Cycles until nothing moves."""
        for _ in range(2):
            self.started()

    def started(self) -> None:
        """As a program that has just started: nothing is remembered but the state."""
        store = Store(self.state)
        try:
            self._run(Cycle.of(self.config, store, OutsideNumber(self.state)))
        finally:
            store.close()

    def stay(self) -> Callable[[], None]:
        """As a program that stays: the store is open, the providers are the same."""
        cycle = Cycle.of(self.config, Store(self.state), OutsideNumber(self.state))
        self._run(cycle)
        return lambda: self._run(cycle)

    def _run(self, cycle: Cycle) -> None:
        self.now += timedelta(minutes=5)
        (report,) = cycle.run(self.now)
        _all_well(report)

    def commits(self) -> int:
        """What two idle cycles commit, as they count it and as another connection sees it."""
        with sqlite3.connect(self.state / DATABASE) as other:
            before = other.execute("PRAGMA data_version").fetchone()
            store = Store(self.state)
            cycle = Cycle.of(self.config, store, OutsideNumber(self.state))
            changes = store.connection.total_changes
            self._run(cycle)
            self._run(cycle)
            unseen = other.execute("PRAGMA data_version").fetchone() == before
            unchanged = store.connection.total_changes == changes
            store.close()
        other.close()
        assert unseen == unchanged == (store.commits == 0)
        return store.commits


def _all_well(report: AccountReport) -> None:
    assert report.ok, report.error
    assert not report.problems, report.problems
    assert not report.actions, report.actions
