"""Planning: what 100,000 tracked letters cost when nothing is due, and when ten are."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from followupd.apply import Outcome
from followupd.core.model import Folder
from followupd.core.planner import plan
from followupd.cycle import Cycle
from followupd.providers.memory import MemoryCalendar, MemoryMailbox
from followupd.store import Store
from tests.bench import states
from tests.bench.measure import Line, Sizes, interleaved, timed
from tests.world import wording

CHANGED = ("journal", "own_letter", "history")


def lines(sizes: Sizes) -> Iterator[Line]:
    """The same due letters in a large store and in a small one."""
    with TemporaryDirectory() as name:
        large = states.make(Path(name) / "large", sizes.companies)
        small = states.make(Path(name) / "small", sizes.few_companies)
        try:
            yield from _nothing_due(large, sizes)
            yield from _ticks(Tick(large, sizes.due), Tick(small, sizes.due), sizes)
            yield _everything(large, sizes)
        finally:
            large.close()
            small.close()


def _nothing_due(store: Store, sizes: Sizes) -> Iterator[Line]:
    cycle = Cycle(store, {states.ACCOUNT: states.account()}, states.POLICY, wording, None, "rules")
    sides = {
        "plan": lambda: plan(cycle._known(states.NOW), states.SNAPSHOT, states.POLICY, states.NOW, wording),
        "fetch": lambda: store.connection.execute("SELECT * FROM follow_up").fetchall(),
    }
    made = cycle._plan(states.SNAPSHOT, states.NOW)
    assert not any(process.actions for process in made.processes), made
    taken = interleaved(sides, sizes.rounds)
    count = store.rows("SELECT count(*) FROM follow_up")[0][0]
    name = f"planning, none due of {count}"
    yield Line(name, taken["plan"], "ms", taken["fetch"], "ms bare fetch of their rows", 6.0)


class Tick:
    """Ten letters that fall due, again and again."""

    def __init__(self, store: Store, count: int) -> None:
        self.store = store
        self.companies = list(states.due(count))
        self.calendar = MemoryCalendar()
        self.again()

    def again(self) -> None:
        """As it was before the tick: the letters planned, the mailbox empty."""
        self.cycle = Cycle(
            self.store, {states.ACCOUNT: states.account(self.calendar)}, states.POLICY, wording, None, "rules"
        )
        with self.store.transaction():
            for table in CHANGED:
                self.store.write(f"DELETE FROM {table}")
            for one in self.companies:
                event = self.calendar.put(one.interview.event)
                self.store.sight(states.ACCOUNT, "calendar:0", one.interview.id, event, one.interview.verdict)
        states.fill(self.store, iter(self.companies), states.NOW)

    def plan(self) -> None:
        made = self.cycle._plan(states.SNAPSHOT, states.NOW)
        assert sum(bool(process.actions) for process in made.processes) == len(self.companies)

    def act(self) -> Outcome:
        return self.cycle._plan_and_apply(states.SNAPSHOT, states.NOW)

    def drafts(self) -> int:
        mailbox = self.cycle.accounts[states.ACCOUNT].mailbox
        assert isinstance(mailbox, MemoryMailbox)
        return sum(message.folder is Folder.DRAFTS for message in mailbox.all())


def _ticks(large: Tick, small: Tick, sizes: Sizes) -> Iterator[Line]:
    ticks = {"large": large, "small": small}

    def again() -> None:
        for tick in ticks.values():
            tick.again()

    planned = interleaved({name: tick.plan for name, tick in ticks.items()}, sizes.rounds)
    yield _line("planning alone", planned, sizes)
    applied = interleaved({name: tick.act for name, tick in ticks.items()}, sizes.rounds, again)
    assert small.drafts() == len(small.companies), small.drafts()
    yield _line("plan and apply", applied, sizes)


def _line(what: str, taken: dict[str, float], sizes: Sizes) -> Line:
    name = f"tick: {sizes.due} due of {sizes.companies * 4}, {what}"
    return Line(name, taken["large"], "ms", taken["small"], f"ms of {sizes.few_companies * 4}", 2.0)


def _everything(store: Store, sizes: Sizes) -> Line:
    """Many processes woken at once, as after a change of rules: the price of each letter."""
    cycle = Cycle(store, {states.ACCOUNT: states.account()}, states.POLICY, wording, None, "rules")
    with store.transaction():
        store.write("DELETE FROM process WHERE key LIKE 'held%'")
        store.write(
            "UPDATE process SET wake_at = 0 WHERE key IN (SELECT key FROM process LIMIT ?)", sizes.replanned
        )
    later = states.NOW + timedelta(minutes=5)
    made = cycle._plan(states.SNAPSHOT, later)
    assert len(made.processes) == min(sizes.replanned, sizes.companies)
    assert not any(process.actions for process in made.processes), made.processes[0]
    letters = len(made.processes) * len(states.NAMES)
    milliseconds = timed(lambda: cycle._plan(states.SNAPSHOT, later))
    return Line(f"re-planning {letters}, each letter", milliseconds * 1e3 / letters, "µs")
