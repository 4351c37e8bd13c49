"""The daemon: for ever, sleep until the next due moment or poll, look at the accounts, and act.

It looks a few seconds before a moment that is due, so that a letter appears on time. Accounts are asked at the
same time, each in its own thread; one that does not answer is left out and never holds the others. All else,
the store above all, happens in the main thread. It decides nothing about letters.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack, closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

from followupd import clocks, memory
from followupd.chronicle import Chronicle
from followupd.config import Config
from followupd.config.world import system_zone
from followupd.credentials import Vault
from followupd.cycle import Cycle
from followupd.database import DATABASE
from followupd.errors import ConfigError, FollowupdError, StoreError, told_as_bug
from followupd.herald import Herald
from followupd.lock import OutsideNumber, cycle_lock
from followupd.observe import AccountLook, Observer, OpenAccount, Seen
from followupd.standing import standing
from followupd.store import Store
from followupd.supervisor import Supervisor
from followupd.waiting import Stopped, Waiting
from followupd.watch import Watch
from followupd.workers import reached

T = TypeVar("T")

LEAD = timedelta(seconds=5)  # before a due moment: looking takes a while
PATIENCE = 5.0  # seconds that the accounts wait for one that is slow, before they act and once while they do
IDLE = 2  # polls between looks when nothing is owed; `status` calls three without one a trouble
SOON = (20.0, 60.0)  # seconds after a sleep: the network is often later than the clock
LEAST = timedelta(seconds=1)  # between two cycles
REFUSED = "the changed config can't be used (see the log), "
LOCK_WAIT = 2.0  # seconds: a `once` may just be ending
STORE_WAIT = 1.0  # seconds: a command's change takes a moment, and the daemon must be able to stop


@dataclass(frozen=True, slots=True)
class Next:
    """When to look, and when to act on what was seen."""

    look: datetime
    act: datetime


class Daemon:
    """The accounts of one config on one state folder, for ever. `read` reads the config, and raises ConfigError."""

    def __init__(self, read: Callable[[], Config], state: Path) -> None:
        self.read = read
        self.state = state
        self.chronicle = Chronicle()
        self.watches: dict[str, Watch] = {}
        self._left: dict[str, Watch] = {}
        self._seen: dict[str, Seen] = {}
        self._soon: list[float] = []
        self._refused = ""
        self._settled = False

    def run(self) -> None:
        """Until SIGTERM or SIGINT. Raises ConfigError at its start, Busy, and StoreError where there is no state."""
        with ExitStack() as stack:
            try:
                self._start(stack)
                while not self.waiting.stop:
                    self._turn()
            except Stopped:
                pass
            self.supervisor.stopping()
            with suppress(Stopped):
                self.chronicle.stops()

    # --- start and reload ---

    def _start(self, stack: ExitStack) -> None:
        memory.keep_small()
        self.supervisor = stack.enter_context(Supervisor())
        config = self.read()
        stack.enter_context(cycle_lock(self.state, "followupd run", LOCK_WAIT))
        self.store = stack.enter_context(closing(Store(self.state, STORE_WAIT)))
        self._identity = _identity(self.state)
        self.waiting = stack.enter_context(closing(Waiting(self.state, self.supervisor)))
        self.herald = Herald(self.store, self.chronicle, self.waiting.poke)
        self._use(config)
        self._next = Next(clocks.now(), clocks.now())
        self.chronicle.starts(len(config.accounts), config.poll)
        self.supervisor.ready()

    def _use(self, config: Config) -> None:
        """Goes on with this config. What an account is at goes on too, and so does its rest."""
        opened: dict[str, OpenAccount] = {}

        def in_thread(account: OpenAccount) -> OpenAccount:
            opened[account.name] = account
            return reached(account, _InThread(self, account.name))

        vault = Vault(self.state, config.key_file)
        self.cycle = Cycle.of(config, self.store, OutsideNumber(self.state), vault, in_thread)
        self.config = config
        self.herald.use(config)
        self._read_from = self._sources()
        for name in self.watches.keys() - opened.keys():
            self._leave(self.watches.pop(name))
        for name, account in opened.items():
            watch = self.watches.get(name) or self._left.pop(name, None)
            if watch is None:
                self.watches[name] = Watch(account, self.waiting.poke)
            else:
                watch.use(account)
                self.watches[name] = watch

    def _leave(self, watch: Watch) -> None:
        """The config names it no more. Should it come back, what still hangs must not be overtaken by anything new."""
        if watch.worker.busy:
            self._left[watch.name] = watch
        else:
            watch.close()

    def _sources(self) -> tuple[object, ...]:
        """What a config depends on, cheaply compared: its file, and the machine's zone."""
        try:
            status = self.config.source.stat()
        except OSError:
            return (system_zone(),)
        return system_zone(), status.st_mtime_ns, status.st_size, status.st_ino

    def _reload(self) -> None:
        """Reads the config when it was asked to, or when it has changed. One that can't be used changes nothing."""
        if not self.waiting.reload and self._sources() == self._read_from:
            return
        self.waiting.reload = False
        self.supervisor.reloading()
        before = self._sources()
        try:
            self._use(self.read())
        except ConfigError as error:
            self._refused = REFUSED
            self.chronicle.reload_refused(error)
        else:
            self._refused = ""
            self.chronicle.reloaded()
        self._read_from = before  # what is saved while it is read is read at the next turn
        self.supervisor.ready()

    # --- a turn: sleep, look, act ---

    def _turn(self) -> None:
        self._sleep()
        if self.waiting.stop:
            return
        self._must_be_ours()
        early = self._is_early()
        if not early or self._have_news():
            self._reload()
            self._look(only_news=early)
        if not self._is_interrupted():
            self._act(late=early)

    def _is_interrupted(self) -> bool:
        """Whether what was seen is not to be acted on: the end has come, or it is older than it seemed."""
        return self.waiting.stop or self.waiting.jumped

    def _is_early(self) -> bool:
        """Whether nothing but accounts has ended the sleep: one that was slow, or one in which something came in."""
        return not self.waiting.happened and not self._is_soon() and clocks.now() < self._next.look

    def _have_news(self) -> bool:
        return any(watch.has_news for watch in self.watches.values())

    def _sleep(self) -> None:
        """Until looking is due, or anything happens."""
        while not (
            self.waiting.happened
            or self._have_news()
            or any(watch.finished for watch in self.watches.values())
        ):
            now = clocks.now()
            if now >= self._next.look or self._is_soon():
                return
            moments = [self._next.look, self.herald.tell(now) or self._next.look]
            again = [at - time.monotonic() for at in self._soon[:1] if self._is_anybody_unwell()]
            again += [
                at - time.monotonic() for one in self.watches.values() if (at := one.news_at) is not None
            ]
            self.waiting.sleep(min([*((moment - now).total_seconds() for moment in moments), *again]))

    def _is_soon(self) -> bool:
        """Whether an account that could not be reached after a sleep is to be looked at once more."""
        return self._is_anybody_unwell() and bool(self._soon) and time.monotonic() >= self._soon[0]

    def _is_anybody_unwell(self) -> bool:
        return any(watch.unwell for watch in self.watches.values())

    def _must_be_ours(self) -> None:
        """Raises StoreError when the state has been taken away: what is written to it now is lost."""
        if _identity(self.state) != self._identity:
            raise StoreError(
                f"the state in {self.state} was removed or replaced while followupd was at work, so it ends here. "
                "Start it again; it then asks before it drafts anything that was already due."
            )

    def _look(self, *, only_news: bool) -> None:
        """Has the accounts asked, and waits until they have answered and the moment has come."""
        if self.waiting.jumped or self.waiting.rung or self._is_soon():
            self._wake_up()
        self.waiting.jumped = self.waiting.rung = False
        self._seen = {}
        at, until = clocks.now(), time.monotonic() + PATIENCE
        # Where something else than the time has ended the sleep, nothing is waited for.
        act = self._next.act if at >= self._next.look else at
        asked = [one for one in self.watches.values() if one.has_news or not only_news]
        begun = [one for one in asked if one.begin(lambda account: self._ask(account, at))]
        while not self._is_interrupted():
            if self.waiting.rung:
                act = at  # the next turn, which comes at once, asks those who rest
            slow = any(watch.under_way for watch in begun)
            left = until - time.monotonic() if slow else (act - clocks.now()).total_seconds()
            if left <= 0:
                return
            self.waiting.sleep(left)

    def _wake_up(self) -> None:
        if self.waiting.jumped:
            self.chronicle.jumped()
            self._soon = [time.monotonic() + seconds for seconds in SOON]
        self._soon = [at for at in self._soon if at > time.monotonic()]
        for watch in self.watches.values():
            watch.wake()
            if self.waiting.jumped:
                watch.connect_anew()

    def _ask(self, account: OpenAccount, at: datetime) -> AccountLook:
        """A look; in the account's thread, with a connection to the store of its own, which it only reads."""
        with closing(Store(self.state, STORE_WAIT)) as store:
            return Observer(store, self.cycle.policy, at).look(account)

    def _act(self, *, late: bool) -> None:
        """Goes on with what the accounts have shown; `late`: only those that were slow."""
        asked = [watch for watch in self.watches.values() if watch.finished or not late]
        looks = {watch.name: shown for watch in asked if (shown := watch.shown()) is not None}
        for name, shown in looks.items():
            self.watches[name].went(shown, self.config.poll)
        try:
            at = clocks.now()
            reports = self.cycle.go_on(looks, at, seen=self._seen)
            # From the moment that was planned for: what became due while it acted is next.
            self._next = self._when(at)
            words = self._refused + standing(self.store, self.config.zone, clocks.now())
        except FollowupdError as error:
            self._later(str(error))
        except Exception as error:  # whatever it is: tomorrow's letters must not be lost for today's
            self._later(str(told_as_bug(error)))
        else:
            self.chronicle.cycle(reports)
            self.supervisor.status(words)
        if not any(watch.unwell or watch.under_way for watch in self.watches.values()):
            self._soon = []
        if not self._settled:
            memory.settle()
            self._settled = True
        memory.give_back()

    def _later(self, what: str) -> None:
        """A cycle came to nothing; the next poll tries again."""
        self.chronicle.broke(what)
        self.supervisor.status(what)
        again = clocks.now() + self.config.poll
        self._next = Next(again, again)

    # --- when next ---

    def _when(self, now: datetime) -> Next:
        """The next poll, or the next moment at which a process must be thought of, if that is earlier."""
        polls = 1 if self.store.is_anything_open() else IDLE
        seconds = self.config.poll.total_seconds() * polls
        # Every user's polls fall on other seconds, and always on the same ones.
        phase = int(sha256(self.store.meta("id").encode()).hexdigest(), 16) % seconds
        poll = datetime.fromtimestamp(phase + ((now.timestamp() - phase) // seconds + 1) * seconds, UTC)
        found = [Next(poll, poll)]
        wake = self.store.next_wake(now)
        if wake is not None and wake < poll + LEAD:
            due = max(wake, now + LEAST)
            found.append(Next(due - LEAD, due))
        return min(found, key=lambda one: one.look)


class _InThread:
    """Has something done in an account's thread, and waits for it."""

    def __init__(self, daemon: Daemon, name: str) -> None:
        self._daemon = daemon
        self._name = name

    def __call__(self, what: Callable[[], T]) -> T:
        if self._daemon.waiting.stop:
            raise Stopped
        watch, waiting = self._daemon.watches[self._name], self._daemon.waiting
        if watch.look is not None:
            # One that is merely slow is waited for; one that hangs is waited for once, not for each letter.
            until = watch.look.begun + 2 * PATIENCE
            waiting.is_done(watch.look, max(until - time.monotonic(), 0.0))
        job = watch.worker.begin(what)
        try:
            return waiting.answer(job, watch.act_bound, self._name)
        except FollowupdError:
            raise
        except Exception as error:  # a bug that one account meets must not stop the others
            raise told_as_bug(error) from error
        finally:
            if not job.done:
                watch.did_not_answer()


def _identity(state: Path) -> tuple[int, int] | None:
    """Which file the database is, None where there is none."""
    try:
        status = (state / DATABASE).stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
