"""The month, played before the real daemon: its clock is stepped, the user and the world act, it looks, it is killed.

Everything that was done by hand and everything that the program did is written down for the verdict.
"""

from __future__ import annotations

import heapq
import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path
from random import Random

import pytest

from followupd.heartbeat import heartbeat
from tests.cycle.files import Files
from tests.daemon.kit import Daemon, PlayedClock
from tests.daemon.kit import Place as Running
from tests.soak.at_google import AtGoogle
from tests.soak.month import (
    ACCOUNTS,
    BEGIN,
    FULL,
    HOUR,
    MINUTE,
    Invited,
    Month,
    Outage,
    Talk,
)
from tests.soak.on_disk import OnDisk
from tests.soak.places import Gone, Lying, Made, Place

ADDRESSES = {
    "personal": "sam.lee@gmail.com",
    "work": "sam.lee.writes@gmail.com",
    "offline": "sam@example.com",
}
LONGEST = 60.0  # seconds of the real clock within which a look must end, on a machine that is busy

CONFIG = """\
me:
  name: Sam Lee
  addresses: [{addresses}]
  country: GB
  timezone: Europe/London
accounts:
{accounts}interviews:
  any:
    - title: '\\binterview\\b'
letters: {{spelling: false}}
credentials: {{key_file: key}}
poll: {poll}
"""


class SteppedClock(PlayedClock):
    """As its parent, for a process with many threads."""

    def environment(self) -> dict[str, str]:
        # With libfaketime's own correction of waits by the monotonic clock each such wait ends at once: Python's
        # threads, when they wait for one another, spin (a look then takes 0.7 s and not 0.05 s).
        return {**super().environment(), "FAKETIME_FORCE_MONOTONIC_FIX": "0"}


@dataclass
class History:
    """What was done, by whom, when."""

    made: list[tuple[str, Made]] = field(default_factory=list)  # account, draft
    gone: list[Gone] = field(default_factory=list)
    sent: list[tuple[datetime, str, bool]] = field(default_factory=list)  # at, to, whether a nudge
    answered: list[tuple[datetime, str]] = field(default_factory=list)  # at, domain
    touched: list[tuple[datetime, str, bool, str]] = field(default_factory=list)  # at, to, nudge, how
    looks: list[datetime] = field(default_factory=list)
    kills: dict[str, int] = field(default_factory=dict)


class Play:
    """One user with three accounts, and the daemon that works for them. Close it."""

    def __init__(self, folder: Path, month: Month) -> None:
        self.month = month
        self.folder = folder
        self.history = History()
        self._events: list[tuple[datetime, int, Callable[[], None]]] = []
        self._order = count()
        self._conversations: dict[str, str] = {}  # domain → Message-ID of the latest letter
        clock = SteppedClock(folder, BEGIN.isoformat())  # skips where there is no libfaketime
        files = Files(folder, accounts=("offline",))
        self.google = {
            name: AtGoogle(name, ADDRESSES[name], folder) for name in ACCOUNTS if name != "offline"
        }
        self.disk = OnDisk("offline", ADDRESSES["offline"], files)
        self.places: dict[str, Place] = {**self.google, "offline": self.disk}
        self.running = Running(folder, files.config, files.state, clock, ACCOUNTS)
        self._prepare()
        self._plan()

    def _prepare(self) -> None:
        key = self.folder / "key"
        key.write_bytes(bytes(range(32)))
        key.chmod(0o600)
        text = CONFIG.format(
            addresses=", ".join(ADDRESSES.values()),
            accounts="".join(place.config for place in (*self.google.values(), self.disk)),
            poll="5m" if FULL else "30m",
        )
        self.running.config.write_text(text, encoding="utf-8")
        self.now = self._set(BEGIN)
        for place in self.google.values():
            place.sign_in(self.running.state, key)

    def close(self) -> None:
        self.running.close()
        for place in self.places.values():
            place.close()

    # --- what will happen by itself ---

    def at(self, moment: datetime, what: Callable[[], None]) -> None:
        """Has something done when the clock is there."""
        heapq.heappush(self._events, (moment, next(self._order), what))

    def _plan(self) -> None:
        for talk in self.month.talks:
            place = self.places[talk.account]
            self.at(talk.announced, lambda talk=talk, place=place: place.announce(talk))
            if talk.fate.startswith("moved"):
                self.at(talk.turns, lambda talk=talk, place=place: place.announce(talk))
            elif talk.fate != "held":
                self.at(talk.turns, lambda talk=talk, place=place: place.call_off(talk))
            if talk.answered:
                self.at(talk.answered, lambda talk=talk: self._answer(talk))
            for person in talk.people:
                if person.hand == "write alone" and talk.held:
                    self.at(talk.last_end + 20 * MINUTE, lambda t=talk, p=person: self._write_alone(t, p))
        for outage in self.month.outages:
            self._plan_outage(outage)
        for lost in self.month.lost:
            self.at(lost.at, lambda lost=lost: self.google[lost.account].lose(lost))

    def _plan_outage(self, outage: Outage) -> None:
        place = self.places[outage.account]
        self.at(outage.begin, lambda: place.breaks(outage))
        self.at(outage.end, place.mends)

    def _answer(self, talk: Talk) -> None:
        person = talk.people[0].address if talk.number % 2 else f"alex.{talk.number}@{talk.domain}"
        reply_to = self._conversations.get(talk.domain, "") if talk.number % 3 else ""
        self.places[talk.answered_in].receive(person, self.now, reply_to)
        self.history.answered.append((self.now, talk.domain))

    # --- the user's hand ---

    def _write_alone(self, talk: Talk, person: Invited) -> None:
        self.places[talk.account].write(person.address, self.now)
        self.history.sent.append((self.now, person.address, False))

    def _plan_hand(self, account: str, draft: Made) -> None:
        talk, person = self.whose(draft.to)
        if talk.fate == "moved after the draft" and draft.at < talk.turns:
            return  # the user has heard that it was moved
        hand = person.nudge_hand if draft.nudge else person.hand
        first = self.now + person.after
        if hand == "edit and send":
            self.at(first, lambda: self._lay_hand(account, draft, "edit"))
            self.at(first + 2 * HOUR, lambda: self._lay_hand(account, draft, "send"))
        elif hand in {"send", "delete"}:
            self.at(first, lambda: self._lay_hand(account, draft, hand))

    def _lay_hand(self, account: str, draft: Made, how: str) -> None:
        place = self.places[account]
        found = self._found(place, draft)
        if found is None:
            return  # it was taken away meanwhile; or its folder can't be opened now
        self.history.touched.append((self.now, draft.to, draft.nudge, how))
        if how == "edit":
            place.edit(found, self.now)
        elif how == "delete":
            place.delete(found, self.now)
        else:
            self._send(place, found, draft)

    def _found(self, place: Place, draft: Made) -> Lying | None:
        same = [one for one in place.lying() if (one.to, one.nudge) == (draft.to, draft.nudge)]
        return same[0] if same else None

    def _send(self, place: Place, found: Lying, draft: Made) -> None:
        talk, person = self.whose(draft.to)
        self._conversations[talk.domain] = place.send(found, self.now)
        self.history.sent.append((self.now, draft.to, draft.nudge))
        if person.away and not draft.nudge:
            sent = self._conversations[talk.domain]
            self.at(
                self.now + MINUTE,
                lambda: place.receive(person.address, self.now, sent, Auto_Submitted="auto-replied"),
            )

    def whose(self, address: str) -> tuple[Talk, Invited]:
        """The one talk with this person."""
        for talk in self.month.talks:
            for person in talk.people:
                if person.address == address:
                    return talk, person
        pytest.fail(f"a letter to {address or 'nobody'}, whom no talk names")

    def unsure(self) -> set[str]:
        """To whom there is a letter of which the program can't know whether it was ever made; it asks."""
        told = json.loads(self.running.run("status", "--json").stdout)
        letters = [one for process in told["processes"] for one in process["follow_ups"]]
        return {one["to"] for one in letters if one["stage"] == "unsure" or "perhaps made" in one["reason"]}

    # --- time ---

    def _set(self, moment: datetime) -> datetime:
        self.running.clock.set(moment)
        for place in self.places.values():
            place.follow(moment)
        return moment

    def _happen(self, moment: datetime) -> None:
        """Sets the clock, and has everything done that was to be done until then, now."""
        self.now = self._set(moment)
        while self._events and self._events[0][0] <= moment:
            heapq.heappop(self._events)[2]()

    def begin(self) -> None:
        """The first start, on an empty state."""
        self._happen(BEGIN)
        self._start(fresh=True)

    def step(self, moment: datetime) -> None:
        """The clock is there, things happen, the daemon looks."""
        self._happen(moment)
        self.daemon.wake()
        self._has_looked(moment)
        self._see()

    def _see(self) -> None:
        self.history.looks.append(self.now)
        for name, place in self.places.items():
            made, gone = place.done(self.now)
            self.history.gone += gone
            for draft in made:
                self.history.made.append((name, draft))
                self._plan_hand(name, draft)

    def _start(self, *, fresh: bool = False) -> None:
        """A new process, until it has looked. The first is a `fresh` interpreter, whose memory is all its own."""
        before = self.running.clock.now
        self.daemon = self._process(fresh=fresh)
        self._has_looked(before)
        self._see()

    def _process(self, *, fresh: bool = False) -> Daemon:
        # Compiled once for all starts, and not into the project's folders.
        compiled = {"PYTHONPYCACHEPREFIX": str(self.folder / "compiled"), "PYTHONDONTWRITEBYTECODE": ""}
        return self.running.start(environment=compiled, fresh=fresh)

    def _has_looked(self, since: datetime) -> None:
        """Until a cycle not older than that has ended for all accounts, also those out of reach."""
        files, end = [heartbeat(self.running.state, name) for name in ACCOUNTS], time.monotonic() + LONGEST
        while not all(_changed(file) >= since.timestamp() for file in files):
            if self.daemon.process.poll() is not None or time.monotonic() > end:
                told = "\n".join(self.daemon.said.splitlines()[-20:])
                pytest.fail(f"no look at {self.now}; exit code {self.daemon.process.poll()}\n{told}")
            threading.Event().wait(0.002)

    # --- kills ---

    def killed(self, moment: datetime, random: Random) -> None:
        """As `step`, but the process is killed: somewhere in its look, its acts, or just after them."""
        self._happen(moment)
        how = random.choice(("request", "request", "request", "delay", "delay", "rest"))
        with self._killing(how, random):
            self.daemon.wake()
            self._ends_or_looks(moment)
        self._kill()
        self._count_kill(how)
        if random.random() < 0.15:
            self.daemon = self._process()
            threading.Event().wait(random.uniform(0.05, 0.9))
            self._kill()
            self._count_kill("start")
        self._start()

    @contextmanager
    def _killing(self, how: str, random: Random) -> Iterator[None]:
        """Ends the process when so many requests have come, or so much time has passed."""
        with ExitStack() as stack:
            if how == "request":
                left, when = [random.randint(1, 12)], random.choice(("before", "after"))

                def asked(_: object) -> None:
                    left[0] -= 1
                    if left[0] == 0:
                        self._strike()

                for place in self.google.values():
                    stack.callback(place.simulator.on("", asked, when))
            elif how == "delay":
                timer = threading.Timer(random.uniform(0.0, 0.15), self._strike)
                stack.callback(timer.join)
                timer.start()
            yield

    def _strike(self) -> None:
        with suppress(ProcessLookupError):
            os.kill(self.daemon.pid, signal.SIGKILL)

    def _ends_or_looks(self, since: datetime) -> None:
        files, end = [heartbeat(self.running.state, name) for name in ACCOUNTS], time.monotonic() + LONGEST
        while self.daemon.process.poll() is None and time.monotonic() < end:
            if all(_changed(file) >= since.timestamp() for file in files):
                return
            threading.Event().wait(0.002)

    def _kill(self) -> None:
        if self.daemon.process.poll() is None:
            self._strike()
        self.daemon.process.wait(LONGEST)
        self.daemon.notify.close()

    def _count_kill(self, how: str) -> None:
        self.history.kills[how] = self.history.kills.get(how, 0) + 1


def _changed(file: Path) -> float:
    try:
        return file.stat().st_mtime
    except OSError:
        return 0.0
