"""The daemon in the test's own thread, and its user in a thread beside it.

Loop, signals, store, cycles, and the threads of the accounts are real. The accounts lie in memory, the wall
clock is played, and how long the daemon waits is scaled down. Nothing sleeps for a fixed time: what a test waits
for is looked for until it is there, and a deadline makes it a failure.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from followupd import clocks, memory
from followupd import cycle as cycles
from followupd import daemon as module
from followupd.bell import ring
from followupd.config import Config, load
from followupd.core.model import Attendee, Draft, Event, Folder, FollowUp, Message
from followupd.credentials import Vault
from followupd.cycle import Cycle
from followupd.daemon import Daemon
from followupd.heartbeat import heartbeat
from followupd.lock import OutsideNumber
from followupd.log import LOG
from followupd.observe import OpenAccount
from followupd.providers.base import CalendarChanges
from followupd.providers.memory import MemoryCalendar, MemoryMailbox
from followupd.store import Store

AFTERNOON = datetime(2026, 3, 4, 16, 0, tzinfo=UTC)  # a Wednesday
DEADLINE = 10.0  # seconds of the real clock after which what was to come counts as missing, on a busy machine
PATIENCE = 0.2  # seconds that the daemon waits here for an account that is slow
SLOW = 0.4  # seconds that the answer of a slow account takes
NO_POLL = timedelta(days=1)  # nothing here lasts until a poll, which comes at 02:53 to who has this id
STATE_ID = "home"
HANDLED = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGALRM)
CONFIG = """\
me: {{name: Sam Lee, addresses: [sam@example.com], country: GB, timezone: Europe/London}}
accounts:
{accounts}
interviews: {{any: [{{title: '\\binterview\\b'}}]}}
letters: {{templates: {folder}/templates, spelling: false}}
notify: {{desktop: false}}
"""
ACCOUNT = """\
  - name: {name}
    calendar: {{provider: local, path: {folder}/{name}-calendar}}
    mailbox: {{provider: local, path: {folder}/{name}-mail}}"""
Step = Callable[[], object]


def nothing() -> None:
    """What happens where a test wants nothing to."""


def slowly() -> None:
    """An answer that takes longer than the daemon's patience."""
    threading.Event().wait(SLOW)


def raising(error: BaseException) -> Step:
    def fail() -> None:
        raise error

    return fail


class Gate:
    """Holds who comes to it until it is opened."""

    def __init__(self) -> None:
        self.reached, self._opened = threading.Event(), threading.Event()

    def __call__(self) -> None:
        self.reached.set()
        self._opened.wait(2 * DEADLINE)

    def open(self) -> None:
        self._opened.set()


class Calendar(MemoryCalendar):
    """Runs what a test has put there before it answers, in the account's thread."""

    def __init__(self) -> None:
        super().__init__()
        self.looks = 0
        self.before_look: Step = nothing
        self.before_letter: Step = nothing

    def changes(self, cursor: str | None, since: datetime, until: datetime) -> CalendarChanges:
        self.looks += 1
        self.before_look()
        return super().changes(cursor, since, until)

    def event(self, uid: str, recurrence_id: str) -> Event | None:
        """Asked for right before a letter to its people is made."""
        self.before_letter()
        return super().event(uid, recurrence_id)


class Mailbox(MemoryMailbox):
    """Runs what a test has put there before it answers, in the account's thread."""

    def __init__(self) -> None:
        super().__init__()
        self.creates = 0
        self.before_create: Step = nothing
        self.before_notice: Step = nothing

    def create_draft(self, draft: Draft) -> str:
        self.creates += 1
        self.before_create()
        return super().create_draft(draft)

    def notice(self, now: datetime) -> str:
        self.before_notice()
        return super().notice(now)


@dataclass(frozen=True, slots=True)
class Line:
    """What stands in the log."""

    event: str
    account: str
    text: str


class _Kept(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.lines: list[Line] = []

    def emit(self, record: logging.LogRecord) -> None:
        about = getattr(record, "about", {})
        self.lines.append(Line(getattr(record, "event", ""), about.get("account", ""), record.getMessage()))


class Clock:
    """The wall clock: it goes on with the real one, from where it was set."""

    def __init__(self) -> None:
        self.set(AFTERNOON)

    def set(self, at: datetime) -> None:
        self._set = at, time.monotonic()

    def now(self) -> datetime:
        at, when = self._set
        return at + timedelta(seconds=time.monotonic() - when)

    def distance(self) -> float:
        """From the monotonic clock, in seconds: by this a jump is seen."""
        return self.now().timestamp() - time.monotonic()


class Home:
    """Sam's machine: accounts, config, state and clock, and the daemon while it runs."""

    def __init__(self, folder: Path, patch: pytest.MonkeyPatch, accounts: Iterable[str]) -> None:
        self.folder, self.state, self.patch = folder, folder / "state", patch
        self.calendars = {name: Calendar() for name in accounts}
        self.mailboxes = {name: Mailbox() for name in self.calendars}
        self.clock = Clock()
        self.while_read: Step = nothing
        self._kept = _Kept()
        self._over = threading.Event()
        self._scale()
        self.configure(*self.calendars)
        with closing(Store(self.state)) as store, store.transaction():
            store.set_meta("id", STATE_ID)  # so its polls are known, and nothing is held as at a first start
        self.daemon = Daemon(self._read, self.state)

    def _scale(self) -> None:
        set_ = self.patch.setattr
        set_(module, "PATIENCE", PATIENCE)
        set_(module, "LEAD", timedelta(seconds=0.1))
        set_(module, "LEAST", timedelta(seconds=0.02))
        set_(clocks, "now", self.clock.now)
        set_(clocks, "_distance", self.clock.distance)
        set_(cycles, "open_accounts", self._open)
        # Both are for a whole process, and could not be taken back here.
        set_(memory, "keep_small", nothing)
        set_(memory, "settle", nothing)
        self.patch.setenv("XDG_CACHE_HOME", str(self.folder / "cache"))

    def configure(self, *names: str) -> None:
        """Saves a config with these accounts."""
        places = [f"{name}-{part}" for name in names for part in ("calendar", "mail")]
        for place in (*places, "templates"):
            (self.folder / place).mkdir(exist_ok=True)
        accounts = "\n".join(ACCOUNT.format(name=name, folder=self.folder) for name in names)
        (self.folder / "config.yaml").write_text(CONFIG.format(accounts=accounts, folder=self.folder))

    def _read(self) -> Config:
        config = load(self.folder / "config.yaml", self.state)
        self.while_read()
        document = config.document.model_copy(update={"poll": NO_POLL})
        return replace(config, poll=NO_POLL, document=document)

    def _open(self, config: Config, _: str, __: Vault) -> dict[str, OpenAccount]:
        names = [account.name for account in config.accounts]
        return {
            name: OpenAccount(name, (("calendar:0", self.calendars[name]),), self.mailboxes[name])
            for name in names
        }

    # --- the daemon ---

    def play(self, user: Step, at: datetime | None = None) -> None:
        """Runs the daemon until the user, after its first cycle, has done what they do; raises what failed."""
        failed: list[BaseException] = []
        before = self._beats()

        def does() -> None:
            try:
                self.until(lambda: self._beats() != before, "the first cycle")
                user()
            except BaseException as error:  # it is raised in the test's thread
                failed.append(error)
            finally:
                self._stop()

        beside = threading.Thread(target=does)
        self.clock.set(at or self.clock.now())
        with _signals_kept(), self._log_kept():
            beside.start()
            try:
                self.daemon.run()
            finally:
                self._over.set()
                beside.join()
                self._end_threads()
        if failed:
            raise failed[0]

    def _stop(self) -> None:
        while not hasattr(self.daemon, "waiting") and not self._over.wait(0.005):
            pass
        if not self._over.is_set():
            self.daemon.waiting.stop = True
            self.daemon.waiting.poke()

    def _end_threads(self) -> None:
        for watch in self.daemon.watches.values():
            watch.close()

    @contextmanager
    def _log_kept(self) -> Iterator[None]:
        level, LOG.level = LOG.level, logging.INFO
        LOG.addHandler(self._kept)
        try:
            yield
        finally:
            LOG.removeHandler(self._kept)
            LOG.level = level

    def until(self, is_so: Callable[[], object], what: str) -> None:
        """Waits for another thread. Fails with what it waited for, and the log."""
        end = time.monotonic() + DEADLINE
        while not is_so():
            if self._over.wait(0.002) or time.monotonic() > end:
                log = "\n".join(f"{line.event}: {line.text}" for line in self._kept.lines)
                pytest.fail(f"{what} never came; the log:\n{log}")

    def round(self) -> None:
        """Rings, and waits until the daemon has looked and acted after that."""
        asked = self.clock.now()
        ring(self.state)
        self.until_cycle(asked)

    def until_cycle(self, after: datetime, which: Callable[[list[float]], float] = max) -> None:
        """Waits until the daemon has acted at this moment or later, for an account, or with `min` for each."""
        self.until(lambda: which(self._beats() or [0.0]) >= after.timestamp(), f"a cycle after {after}")

    def _beats(self) -> list[float]:
        """When each account was last looked at."""
        beats = []
        for name in self.calendars:
            with suppress(OSError):
                beats.append(heartbeat(self.state, name).stat().st_mtime)
        return beats

    def rings(self) -> None:
        """A command has changed something, and does not wait for what comes of it."""
        ring(self.state)

    def sleeps_until(self, at: datetime) -> None:
        """The machine sleeps, and wakes at this moment."""
        self.clock.set(at)
        self.daemon.waiting.poke()

    def hang_up(self) -> None:
        os.kill(os.getpid(), signal.SIGHUP)

    # --- before it runs ---

    def cycle(self, at: str) -> None:
        """One cycle at this time in UTC, by itself: what has happened before the daemon was started."""
        self.clock.set(moment(at))
        config = self._read()
        with closing(Store(self.state)) as store:
            vault = Vault(self.state, config.key_file)
            Cycle.of(config, store, OutsideNumber(self.state), vault).run(self.clock.now())

    def owes(
        self, person: str = "Dana Reyes <dana@acme.example>", *, account: str = "personal", due: float = 0.3
    ) -> None:
        """An interview, after which a letter is due in so many seconds."""
        name, _, address = person.rstrip(">").rpartition(" <")
        end = self.clock.now() + timedelta(seconds=due, minutes=-45)
        invited = (Attendee("sam@example.com", "Sam Lee"), Attendee(address, name))
        self.calendars[account].put(
            Event(
                uid=address,
                title="Interview",
                start=end - timedelta(hours=1),
                end=end,
                zone="",
                organizer=None,
                attendees=invited,
            )
        )

    def sends(self, account: str = "personal") -> None:
        """Sam sends the one letter from another machine."""
        (draft,) = self.drafts(account)
        self.mailboxes[account].move(draft.id, Folder.SENT)

    # --- what there is ---

    def drafts(self, account: str = "personal") -> list[Message]:
        return [one for one in self.mailboxes[account].all() if one.folder is Folder.DRAFTS]

    def letters(self) -> list[FollowUp]:
        with closing(Store(self.state)) as store:
            return store.follow_ups()

    def until_drafts(self, number: int = 1, account: str = "personal") -> None:
        self.until(lambda: len(self.drafts(account)) >= number, f"draft {number} in {account}")

    def told(self, event: str, account: str = "") -> list[str]:
        """The log's lines of this event."""
        return [
            line.text
            for line in list(self._kept.lines)
            if line.event == event and account in ("", line.account)
        ]

    def until_told(self, event: str, account: str = "", times: int = 1) -> None:
        self.until(lambda: len(self.told(event, account)) >= times, f"{event} in the log")


def moment(at: str) -> datetime:
    """A moment in UTC."""
    return datetime.fromisoformat(at).replace(tzinfo=UTC)


@contextmanager
def _signals_kept() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in HANDLED}
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in before.items():
            signal.signal(number, handler)
