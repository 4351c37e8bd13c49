"""Lives at Microsoft up to the moment at which a letter is due, made once and copied for each test.

All lives of a process of pytest share one simulator; `Letters.due` gives the user of a test a mailbox, a
calendar and a folder of their own, as they were when the letter became due, and forgets all requests so far.
"""

from __future__ import annotations

import copy
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

from followupd.cycle import AccountReport
from followupd.store import Store
from tests import forked
from tests.crash.harness import KILLED, LAUNCHER, LONG
from tests.cycle.google import PROJECT
from tests.cycle.microsoft import DANA, ME, MicrosoftWorld
from tests.sim.microsoft import MicrosoftSimulator
from tests.sim.microsoft_answers import GraphError
from tests.sim.microsoft_mail import MessageView, OutlookMail
from tests.sim.microsoft_parts import Account
from tests.sim.server import Request
from tests.sim.wire import Entry

MINUTE = timedelta(minutes=1)
# Minutes after the trouble at which the daemon looks again: half an hour long it can not tell what was made.
LATER = (5, 20, 61, 75)
A_DECADE = timedelta(days=3650)
CONNECT = sqlite3.connect
CREATE, REPLY, FILL, DELETE = "messages.create", "messages.createReply", "messages.update", "messages.delete"


@dataclass(frozen=True)
class Letter:
    """A letter that will be due, and when the test begins."""

    name: str
    kind: str
    to: str
    at: str
    act: str  # the request that makes it
    others: int = 0  # letters of mine to the same person before it

    def __str__(self) -> str:
        return self.name


THANKS = Letter("a thank-you", "thank_you", DANA, "2026-03-04T11:50", CREATE)
NUDGE = Letter("a nudge", "nudge", DANA, "2026-03-11T09:10", REPLY, others=1)
UNADDRESSED = Letter("one without a recipient", "thank_you", "", "2026-03-04T11:50", CREATE)
TWO_UNADDRESSED = Letter("two without a recipient", "thank_you", "", "2026-03-04T11:50", CREATE)
NAMES = {UNADDRESSED: "Dana Reyes\n", TWO_UNADDRESSED: "Dana Reyes\nKim Novak\n"}


def invite(world: MicrosoftWorld, letter: Letter) -> None:
    """The interview; a recruiting system names the people in its text alone."""
    if letter.to:
        world.event("2026-03-04T10:00", "2026-03-04T11:00")
    else:
        world.event(
            "2026-03-04T10:00",
            "2026-03-04T11:00",
            (),
            organizer="Greenhouse <no-reply@greenhouse.io>",
            hideAttendees=True,
            body={"contentType": "text", "content": f"Your interviewers:\n{NAMES[letter]}"},
        )


def live_until_due(world: MicrosoftWorld, letter: Letter) -> None:
    """From the sign-in to the last quiet cycle before the letter is due."""
    world.at("2026-03-04T08:00")
    world.signed_in()
    invite(world, letter)
    world.cycle("2026-03-04T09:00")
    if letter.kind == "nudge":
        world.cycle("2026-03-04T11:50")
        (thanks,) = world.drafts()
        world.at("2026-03-04T13:00")
        world.mail.send(thanks.id)
        world.cycle("2026-03-04T13:05")
        world.cycle("2026-03-11T08:00")
    assert world.drafts() == []


class Letters:
    """Worlds in which a letter is due, each made once."""

    def __init__(self, simulator: MicrosoftSimulator, folder: Path) -> None:
        self.simulator = simulator
        self.folder = folder
        self._made: dict[Letter, tuple[Path, Account]] = {}
        simulator.sign_in.tokens.access_life = A_DECADE  # renewals have tests of their own

    def due(self, letter: Letter, folder: Path, **switches: Any) -> Life:
        """A copy of that world, for one test, with switches of the mailbox."""
        self.must_be_sound()
        self._forget()
        if letter not in self._made:
            self._made[letter] = self._make(letter)
        made, account = self._made[letter]
        shutil.copytree(made, folder)
        self.simulator.accounts[ME] = self._copied(account)
        self._forget()
        life = Life(letter, MicrosoftWorld(self.simulator, folder))
        for name, value in switches.items():
            assert hasattr(life.mail, name)
            setattr(life.mail, name, value)
        return life

    def must_be_sound(self) -> None:
        """Nothing is sent, and no request is wrong."""
        assert self.simulator.violations == []
        assert self.simulator.journal.sends() == []
        assert [
            account.mail.sends for account in self.simulator.accounts.values() if account.mail.sends
        ] == []

    def _make(self, letter: Letter) -> tuple[Path, Account]:
        self.simulator.accounts.pop(ME, None)
        folder = self.folder / letter.name.replace(" ", "-")
        folder.mkdir()
        live_until_due(MicrosoftWorld(self.simulator, folder), letter)
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
    world: MicrosoftWorld
    began: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.began = self.world.at(self.letter.at)

    @property
    def simulator(self) -> MicrosoftSimulator:
        return self.world.simulator

    @property
    def mail(self) -> OutlookMail:
        return self.world.mail

    # --- time ---

    def cycle(self, minutes: float = 0) -> AccountReport:
        """A cycle so many minutes after the letter became due."""
        report = self.world.cycle(self.began + minutes * MINUTE)
        self.simulator.release()
        return report

    def later(self, since: float = 0) -> None:
        """The cycles after the trouble. The last one has nothing to do."""
        for minutes in LATER:
            report = self.cycle(since + minutes)
        assert report.ok, report
        assert report.actions == []

    def user_at(self, minutes: float) -> None:
        """The clock, when the user does something."""
        self.world.at(self.began + minutes * MINUTE)

    # --- the end of a process ---

    def start(self, minutes: float = 0, crash: str = "") -> subprocess.Popen[str]:
        """A cycle of the real program as a process of its own. `crash` is what `killed.py` is to do in it."""
        now = self.world.at(self.began + minutes * MINUTE).isoformat()
        program = [str(LAUNCHER)] if crash else ["-m", "followupd"]
        words = ["-c", str(self.world.config), "--state", str(self.world.state), "once", "--now", now]
        return forked.start(
            [sys.executable, *program, *words],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=PROJECT,
            env={**os.environ, **self.world.environment(), "CRASH": crash},
        )

    def ended(self, child: subprocess.Popen[str]) -> int:
        """Its exit code, negative for a signal."""
        return child.wait(LONG)

    def killed(self, match: Match, when: str, minutes: float = 0, *, acts: bool = True) -> None:
        """A cycle of the real program, killed when its request comes in, or when it has been done.

        With `acts` false the request that comes in is lost with the process.
        """
        running: list[subprocess.Popen[str]] = []
        known = threading.Event()

        def kill(_: Request) -> None:
            known.wait(LONG)
            os.kill(running[0].pid, signal.SIGKILL)
            if not acts:
                raise GraphError(503, "serviceNotAvailable", "Nobody is there to hear this.")

        undo = self.simulator.on(match, kill, when)
        running.append(self.start(minutes))
        known.set()
        assert self.ended(running[0]) == KILLED
        undo()

    def commits(self) -> list[int]:
        """Which statements of a cycle are commits, counted from 1; the cycle is done in this process."""
        statements: list[str] = []

        def connect(*arguments: Any, **named: Any) -> sqlite3.Connection:
            connection = CONNECT(*arguments, **named)
            connection.set_trace_callback(statements.append)
            return connection

        with mock.patch.object(sqlite3, "connect", connect):
            self.cycle()
        return [number for number, sql in enumerate(statements, 1) if sql == "COMMIT"]

    def second(self) -> Life:
        """Another machine of the same user, which has seen the same until now."""
        other = MicrosoftWorld(self.simulator, self.world.folder)
        other.state = self.world.folder / "other-state"
        shutil.copytree(self.world.state, other.state)
        return Life(self.letter, other)

    # --- what is there ---

    @property
    def draft(self) -> MessageView:
        """The one draft."""
        (draft,) = self.world.drafts()
        return draft

    @property
    def letters(self) -> list[MessageView]:
        """Every message of mine, in whatever folder it can be seen, but those before this letter."""
        mine = [one for one in self.mail.messages() if one.sender in ("", ME)]
        return mine[: len(mine) - self.letter.others]

    @property
    def written(self) -> list[tuple[str, ...]]:
        """What lies where, of this letter."""
        return [(one.folder, one.subject, *one.to, one.content) for one in self.letters]

    @property
    def base(self) -> MessageView:
        """What the nudge answers."""
        return self.mail.sent()[-1]

    @property
    def creates(self) -> list[Entry]:
        return [entry for entry in self.simulator.journal if entry.method in (CREATE, REPLY)]

    @property
    def made(self) -> list[Entry]:
        """The creates that Graph did, heard of or not."""
        return [entry for entry in self.creates if entry.acted]

    @property
    def told(self) -> list[str]:
        """The requests, for a message of a test."""
        return [f"{entry.method} {entry.status}" for entry in self.simulator.journal]

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

    @contextmanager
    def store(self) -> Iterator[Store]:
        """What the program keeps, while it is not at work."""
        store = Store(self.world.state)
        try:
            yield store
        finally:
            store.close()

    # --- what must hold ---

    def must_be_sound(self) -> None:
        """No create is blind, nothing of ours lies about, and no intent is left open."""
        self.must_have_looked_before_each_create()
        assert [one.subject for one in self.mail.messages() if one.is_draft and ME in one.to] == []
        with self.store() as store:
            assert store.rows("SELECT key, act FROM journal WHERE state = 'open'") == []

    def must_have_looked_before_each_create(self) -> None:
        """Since the create before it, at Drafts, at Sent Items and at all messages, and with an answer.

        Graph's 400 says that nothing was done, so that the same may be asked in other words at once.
        """
        looked: set[str] = set()
        for entry in self.simulator.journal:
            if entry.method in (CREATE, REPLY):
                assert looked >= LOOKS, f"a create without a look: {self.told}"
                looked = looked if entry.status == 400 and not entry.acted else set()
            elif entry.status == 200 and entry.acted:
                looked.add(entry.url.partition("?")[0].removeprefix("/v1.0/me/"))

    def must_have_one_draft(self, *stages: str) -> None:
        """The letter lies in Drafts once, whole and where it belongs, and the program knows it."""
        self.must_be_sound()
        assert [one.folder for one in self.letters] == ["drafts"], self.letters
        self.must_be_whole(self.draft)
        assert len(self.made) == 1, self.told
        status = self.world.status()
        assert self.stage_in(status) in (stages or ("drafted",))
        assert status["questions"] == []

    def must_be_whole(self, draft: MessageView) -> None:
        assert draft.to == ((self.letter.to,) if self.letter.to else ())
        assert (draft.cc, draft.bcc) == ((), ())
        assert draft.text.startswith("Hello Dana")
        assert "\nSam Lee" in draft.text
        if self.letter.kind == "nudge":
            assert draft.conversation == self.base.conversation
            assert draft.parents[-1] == self.base.internet_message_id

    def must_have_no_draft(self, count: int = 0) -> None:
        """Nothing lies in Drafts, and no second one was ever made. `count`: the creates of this test."""
        self.must_be_sound()
        assert self.world.drafts() == []
        assert len(self.made) == count, self.told


LOOKS = {"messages", "mailFolders/drafts/messages", "mailFolders/sentitems/messages"}
Match = str | Callable[[str], bool]
Hand = Callable[[Life], object]


def only(method: str, number: int = 1) -> Callable[[str], bool]:
    """A match of a method alone, from its n-th request on."""
    seen = 0

    def matches(called: str) -> bool:
        nonlocal seen
        seen += called == method
        return called == method and seen >= number

    return matches


def the_request(number: int) -> Callable[[str], bool]:
    """A match of the n-th request of all."""
    seen = 0

    def matches(called: str) -> bool:
        nonlocal seen
        seen += 1
        return seen == number

    return matches
