"""Lives at Google up to the moment at which a letter is due, made once and copied for each test.

All lives of a process of pytest share one simulator; `Letters.due` gives the user of a test a mailbox, a
calendar and a folder of their own, as they were when the letter became due, and forgets all requests so far.
"""

from __future__ import annotations

import copy
import os
import shlex
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from followupd.cycle import AccountReport
from tests import forked
from tests.cycle.google import DANA, ME, PROJECT, GoogleWorld
from tests.sim.google import Account, GoogleSimulator
from tests.sim.google_mail import DraftView, GmailBox
from tests.sim.wire import ApiError, Call, Entry

MINUTE = timedelta(minutes=1)
LATER = (5, 10, 20, 60, 120)  # minutes after the trouble at which the daemon looks again
LONG = 60  # seconds after which a child counts as hung

CREATE, DELETE = "gmail.users.drafts.create", "gmail.users.drafts.delete"
DRAFTS, SEARCH = "gmail.users.drafts.list", "gmail.users.messages.list"


@dataclass(frozen=True)
class Letter:
    """A letter that will be due, and when the test begins."""

    name: str
    kind: str
    to: str
    at: str
    others: int = 0  # messages in the mailbox before it

    def __str__(self) -> str:
        return self.name


THANKS = Letter("a thank-you", "thank_you", DANA, "2026-03-04T11:50")
NUDGE = Letter("a nudge", "nudge", DANA, "2026-03-11T09:10", others=1)
UNADDRESSED = Letter("one without a recipient", "thank_you", "", "2026-03-04T11:50")
TWO_UNADDRESSED = Letter("two without a recipient", "thank_you", "", "2026-03-04T11:50")
NAMES = {UNADDRESSED: ("Dana Reyes",), TWO_UNADDRESSED: ("Dana Reyes", "Kim Novak")}


def invite(world: GoogleWorld, letter: Letter) -> None:
    if letter.to:
        world.event("2026-03-04T10:00", "2026-03-04T11:00")
    else:
        world.event(
            "2026-03-04T10:00",
            "2026-03-04T11:00",
            (),
            organizer={"email": "no-reply@greenhouse.io"},
            guestsCanSeeOtherGuests=False,
            description="\n".join(("Your interviewers:", *NAMES[letter])) + "\n",
        )


def live_until_due(world: GoogleWorld, letter: Letter) -> None:
    """From the sign-in to the last quiet cycle before the letter is due."""
    assert world.login("2026-03-04T08:00").code == 0
    invite(world, letter)
    world.cycle("2026-03-04T09:00")
    if letter is NUDGE:
        world.cycle("2026-03-04T11:50")
        (thanks,) = world.drafts()
        world.at("2026-03-04T13:00")
        world.mail.ui_send(thanks.id)
        world.cycle("2026-03-04T13:05")
        world.cycle("2026-03-11T08:00")
    assert world.drafts() == []


class Letters:
    """Worlds in which a letter is due, each made once."""

    def __init__(self, simulator: GoogleSimulator, folder: Path) -> None:
        self.simulator = simulator
        self.folder = folder
        self._made: dict[Letter, tuple[Path, Account]] = {}

    def due(self, letter: Letter, folder: Path) -> Life:
        """A copy of that world, for one test."""
        self._forget()
        if letter not in self._made:
            self._made[letter] = self._make(letter)
        made, account = self._made[letter]
        shutil.copytree(made, folder)
        self.simulator.accounts[ME] = self._copied(account)
        self._forget()
        return Life(letter, GoogleWorld(self.simulator, folder))

    def _make(self, letter: Letter) -> tuple[Path, Account]:
        self.simulator.accounts.pop(ME, None)
        folder = self.folder / letter.name.replace(" ", "-")
        folder.mkdir()
        live_until_due(GoogleWorld(self.simulator, folder), letter)
        return folder, self.simulator.accounts[ME]

    def _copied(self, account: Account) -> Account:
        shared = (self.simulator.clock, account.mail.lock, account.calendars._lock)
        return copy.deepcopy(account, {id(one): one for one in shared})

    def _forget(self) -> None:
        self.simulator.faults.clear()
        self.simulator.journal.clear()
        self.simulator.violations.clear()
        self.simulator.release()


@dataclass
class Life:
    """One user, from the moment at which a letter is due."""

    letter: Letter
    world: GoogleWorld
    began: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.began = self.world.at(self.letter.at)

    @property
    def simulator(self) -> GoogleSimulator:
        return self.world.simulator

    @property
    def mail(self) -> GmailBox:
        return self.world.mail

    # --- time ---

    def cycle(self, minutes: int = 0) -> AccountReport:
        """A cycle so many minutes after the letter became due, of a daemon that has a short patience."""
        report = self.world.cycle(self.began + minutes * MINUTE)
        self.simulator.release()
        return report

    def later(self, since: int = 0) -> AccountReport:
        """The cycles after the trouble. The last one has nothing to do."""
        for minutes in LATER:
            report = self.cycle(since + minutes)
        assert report.ok, report
        assert report.error is None
        assert report.actions == []
        return report

    def user_at(self, minutes: int) -> None:
        """The clock, when the user does something."""
        self.world.at(self.began + minutes * MINUTE)

    # --- the end of a process ---

    def killed(self, method: str, when: str, minutes: int = 0, *, acts: bool = True) -> None:
        """A cycle of the real program, killed when its request comes in, or when it has been done.

        With `acts` false the request that comes in is lost with the process.
        """
        with self._killing(method, when, acts=acts) as running:
            running.append(self._start(minutes))
            running[0].communicate(timeout=LONG)
        assert running[0].returncode == -signal.SIGKILL

    @contextmanager
    def _killing(self, method: str, when: str, *, acts: bool) -> Iterator[list[subprocess.Popen[str]]]:
        running: list[subprocess.Popen[str]] = []

        def kill(_: Call) -> None:
            os.kill(running[0].pid, signal.SIGKILL)
            if not acts:
                raise ApiError(503, "backendError", "Nobody is there to hear this.")

        undo = self.simulator.on(method, kill, when)
        yield running
        undo()

    def _start(self, minutes: int) -> subprocess.Popen[str]:
        """The real program, as `GoogleWorld.once` starts it."""
        world = self.world
        now = world.at(self.began + minutes * MINUTE).isoformat()
        browser = f"{shlex.quote(sys.executable)} {shlex.quote(str(PROJECT / 'tests/sim/browser.py'))} %s"
        places = {
            "HOME": str(world.folder),
            "XDG_CACHE_HOME": str(world.folder / "cache"),
            "BROWSER": browser,
        }
        words = ["-c", str(world.config), "--state", str(world.state), "once", "--json", "--now", now]
        return forked.start(
            [sys.executable, "-m", "followupd", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=PROJECT,
            env={**os.environ, **places},
            fresh=world.fresh,
        )

    # --- what is there ---

    @property
    def draft(self) -> DraftView:
        """The one draft."""
        (draft,) = self.world.drafts()
        return draft

    @property
    def creates(self) -> list[Entry]:
        return self.simulator.journal.of(CREATE)

    @property
    def made(self) -> list[Entry]:
        """The creates that Gmail did, heard of or not."""
        return [entry for entry in self.creates if entry.acted]

    @property
    def stage(self) -> str:
        """The letter's, as `status` tells it."""
        return self.stage_in(self.world.status())

    def stage_in(self, status: dict[str, Any]) -> str:
        found = [one for process in status["processes"] for one in process["follow_ups"]]
        (letter,) = [one for one in found if one["kind"] == self.letter.kind and one["step"] == 1]
        return str(letter["stage"])

    @property
    def asks_what_became_of_it(self) -> bool:
        """Where nobody can know, the letter is unsure, and one question is open."""
        status = self.world.status()
        topics = [question["topic"] for question in status["questions"]]
        return self.stage_in(status) == "unsure" and topics == ["fate"]

    # --- what must hold ---

    def must_have_looked_before_each_create(self) -> None:
        """Since the create before it, and with an answer."""
        looked: set[str] = set()
        for entry in self.simulator.journal:
            if entry.method == CREATE:
                assert {DRAFTS, SEARCH} <= looked, f"a create without a look: {told(self.simulator.journal)}"
                looked.clear()
            elif entry.status == 200 and entry.acted:
                looked.add(entry.method)

    def must_be_sound(self) -> None:
        """Nothing is sent, no request is wrong, no create is blind."""
        self.must_have_looked_before_each_create()
        assert self.simulator.violations == []
        assert self.simulator.journal.sends() == []

    def must_have_one_draft(self, stages: tuple[str, ...] = ("drafted",)) -> None:
        """The letter lies in Drafts once, where it belongs, and the program knows it."""
        self.must_be_sound()
        assert len(self.world.drafts()) == 1, [draft.subject for draft in self.world.drafts()]
        assert len(self.made) == 1
        assert self.mail.count() == self.letter.others + 1
        assert self.letter.to in self.draft.to
        status = self.world.status()
        assert self.stage_in(status) in stages
        assert status["questions"] == []
        self.must_lie_in_its_thread()

    def must_lie_in_its_thread(self) -> None:
        if self.letter is NUDGE:
            assert self.draft.thread == self.mail.sent()[0].thread
        assert self.mail.ghosts == []

    def must_have_no_draft(self, count: int = 0) -> None:
        """Nothing lies in Drafts, and no second one was ever made. `count`: the creates of this test."""
        self.must_be_sound()
        assert self.world.drafts() == []
        assert len(self.made) == count


def told(journal: Any) -> list[str]:
    return [f"{entry.method.rpartition('users.')[2]} {entry.status}" for entry in journal]


Hand = Callable[[Life], object]
