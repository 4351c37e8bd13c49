"""A world at Microsoft: the real program, config, store and sign-in against the simulator, by HTTP.

`program` runs the real program as a child process; `cycle` and `told` run the same in this process, with
`simulator.environment()`. The clock of the simulator and `--now` of the program are the same played time.
`Life` is a world that is signed in already; `living` ends with what must hold at the end of each.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

from followupd import cycle
from followupd.cli import main
from followupd.core.model import FollowUp
from followupd.credentials import Vault
from followupd.cycle import AccountReport
from followupd.store import Store
from tests.cycle.google import PROJECT, Run, message
from tests.cycle.loaded import loaded
from tests.providers.microsoft import kit
from tests.sim.microsoft import MicrosoftSimulator
from tests.sim.microsoft_calendar import OutlookCalendars
from tests.sim.microsoft_mail import MessageView, OutlookMail

ME = "sam.lee@outlook.com"
DANA = "dana@acme.example"
UID = "talk-1@acme.example"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MADE = datetime(2026, 3, 4, 15, 46, tzinfo=UTC)  # the talk of Wednesday 4 March ended at 15:00
NUDGE = datetime(2026, 3, 11, 9, 5, tzinfo=UTC)
CREATES = ("messages.create", "messages.createReply", "mailFolders.messages.create")

CONFIG = """\
me:
  name: Sam Lee
  addresses: [{me}]
  country: GB
  timezone: Europe/London
accounts:
  - name: personal
    calendar: {{provider: microsoft, client_id: {client_id}, authority: {authority}, graph_root: {graph}}}
    mailbox: {{provider: microsoft, client_id: {client_id}, authority: {authority}, graph_root: {graph}}}
interviews:
  any:
    - title: '\\binterview\\b'
letters: {{spelling: false}}
credentials: {{key_file: key}}
"""


class MicrosoftWorld:
    """One user with one Microsoft account, in a folder of their own."""

    def __init__(
        self, simulator: MicrosoftSimulator, folder: Path, *, config: str = CONFIG, address: str = ME
    ) -> None:
        self.simulator, self.folder, self.address = simulator, folder, address
        self.state, self.config = folder / "state", folder / "config.yaml"
        self.user = simulator.user(address, "Sam Lee")
        simulator.sign_in.user = address
        self.config.write_text(config.format(**self.places()), encoding="utf-8")
        key = folder / "key"
        key.write_bytes(bytes(range(32)))
        key.chmod(0o600)

    def places(self) -> dict[str, str]:
        """What a config of the world names: `{me}`, `{client_id}`, `{authority}`, `{graph}`."""
        return {
            "me": self.address,
            "client_id": self.simulator.sign_in.client_id,
            "authority": self.simulator.authority,
            "graph": self.simulator.graph_root,
        }

    @property
    def mail(self) -> OutlookMail:
        return self.user.mail  # type: ignore[no-any-return]

    @property
    def calendars(self) -> OutlookCalendars:
        return self.user.calendars  # type: ignore[no-any-return]

    def signed_in(self) -> None:
        """Keeps a sign-in as `login` does, without a browser."""
        secret = kit.sign_in(self.simulator, self.address).secret
        assert secret
        Vault(self.state, self.folder / "key").write("personal.microsoft", secret)

    # --- time ---

    @staticmethod
    def time(at: str | datetime) -> datetime:
        """A moment; text is UTC."""
        return at if isinstance(at, datetime) else datetime.fromisoformat(at).replace(tzinfo=UTC)

    def at(self, at: str | datetime) -> datetime:
        """Moves the simulator's clock there."""
        self.simulator.clock.now = self.time(at)
        return self.simulator.clock.now

    # --- the program ---

    def environment(self) -> dict[str, str]:
        folders = {"HOME": str(self.folder), "XDG_CACHE_HOME": str(self.folder / "cache")}
        return {**folders, "FOLLOWUPD_PLAIN": "1", **self.simulator.environment()}

    def program(self, *words: str, typed: str = "", **environment: str) -> Run:
        """The real program, with a browser that consents by itself."""
        done = subprocess.run(
            [sys.executable, "-m", "followupd", "-c", str(self.config), "--state", str(self.state), *words],
            capture_output=True,
            text=True,
            input=typed,
            cwd=PROJECT,
            env={**os.environ, **self.environment(), **environment},
            timeout=120,
            check=False,
        )
        return Run(done.returncode, done.stdout, done.stderr)

    def login(self, at: str | datetime, *words: str) -> Run:
        """Signs in through the browser, as a user does."""
        moment = self.at(at)
        return self.program("login", "personal", "--now", moment.isoformat(), *words)

    def once(self, at: str | datetime, *words: str) -> dict[str, Any]:
        """One cycle of the real program. Returns what it says of the account; `code` is its exit code."""
        run = self.program("once", "--json", "--now", self.at(at).isoformat(), *words)
        (account,) = json.loads(run.out)["accounts"]
        return {**account, "code": run.code, "err": run.err}

    def cycle(self, at: str | datetime) -> AccountReport:
        """One cycle in this process: as `once`, without the cost of a new one."""
        with mock.patch.dict(os.environ, self.environment()):
            (report,) = cycle.once(loaded(self.config, self.state), self.state, self.at(at))
        return report

    def told(self, *words: str, at: str | datetime | None = None) -> str:
        """What a command prints, run in this process."""
        moment = self.time(at) if at else self.simulator.clock.now
        arguments = ["-c", str(self.config), "--state", str(self.state), *words, "--now", moment.isoformat()]
        out = io.StringIO()
        with (
            mock.patch.dict(os.environ, self.environment()),
            contextlib.redirect_stdout(out),
            contextlib.suppress(SystemExit),
        ):
            main(arguments)
        return out.getvalue()

    def status(self, at: str | datetime | None = None) -> dict[str, Any]:
        return dict(json.loads(self.told("status", "--json", at=at)))

    def letters(self, kind: str = "", to: str = "") -> list[dict[str, Any]]:
        """All follow-ups as `status` tells them."""
        found = [one for process in self.status()["processes"] for one in process["follow_ups"]]
        return [one for one in found if kind in ("", one["kind"]) and to in ("", one["to"])]

    # --- the calendar ---

    def event(
        self,
        start: str,
        end: str,
        people: Iterable[tuple[str, str]] = ((DANA, "Dana Reyes"),),
        *,
        uid: str = UID,
        title: str = "Interview",
        **more: Any,
    ) -> str:
        """An interview to which the first of the people has invited; the event's id."""
        named = list(people)
        organizer = f"{named[0][1]} <{named[0][0]}>" if named else f"Sam Lee <{self.address}>"
        made = self.calendars.put(
            {
                "iCalUId": uid,
                "subject": title,
                "start": self.time(start),
                "end": self.time(end),
                "organizer": organizer,
                "attendees": [guest(*each) for each in [*named, (self.address, "Sam Lee")]],
                "responseStatus": accepted(),
                **more,
            }
        )
        return str(made["id"])

    # --- mail ---

    def drafts(self, to: str = "") -> list[MessageView]:
        """What Outlook shows in Drafts."""
        return [draft for draft in self.mail.drafts() if to in ("", *draft.to)]

    def creates(self) -> int:
        """How many drafts the program has made, whatever became of them."""
        return sum(each.method in CREATES and each.acted for each in self.simulator.journal)

    def receive(
        self,
        sender: str = f"Dana Reyes <{DANA}>",
        *,
        at: str | datetime | None = None,
        subject: str = "Your application",
        text: str = "Thank you for coming in. We enjoyed the conversation.\n",
        in_reply_to: str = "",
        folder: str = "inbox",
        conversation: str | None = None,
        message_class: str = "IPM.Note",
        **headers: str,
    ) -> str:
        """A message comes in; its immutable id."""
        moment = self.at(at) if at else self.simulator.clock.now
        raw = message(
            sender, self.address, moment, subject=subject, text=text, in_reply_to=in_reply_to, **headers
        )
        return self.mail.receive(
            raw, folder, conversation=conversation, message_class=message_class, at=moment
        )

    def own(self, subject: str = "Good to meet you", text: str = "Hello,\n\nthank you.\n\nSam\n") -> bytes:
        """A letter to Dana that the user writes alone."""
        sender = f"Sam Lee <{self.address}>"
        return message(sender, DANA, self.simulator.clock.now, subject=subject, text=text)


class Life(MicrosoftWorld):
    """A signed-in world. Every cycle of it must succeed; the program never makes a second letter for one."""

    def __init__(
        self, simulator: MicrosoftSimulator, folder: Path, *, config: str = CONFIG, address: str = ME
    ) -> None:
        super().__init__(simulator, folder, config=config, address=address)
        self.signed_in()
        self.done: list[Any] = []

    def cycle(self, at: str | datetime) -> AccountReport:
        report = super().cycle(at)
        assert report.ok, report.error
        assert not report.problems, report.problems
        self.done += report.actions
        return report

    def poll(self, *minutes: float, since: str | datetime = MADE) -> list[Any]:
        """Cycles so many minutes after a moment; what they did."""
        before = len(self.done)
        for each in minutes:
            self.cycle(self.time(since) + each * MINUTE)
        return self.done[before:]

    def days(self, first: str, last: str) -> list[Any]:
        """Two cycles a day, in the hours of the nudges and after them."""
        begin, end = self.time(first), self.time(last)
        each_day = range((end - begin).days + 1)
        return self.poll(*(day * 1440 + m for day in each_day for m in (545, 900)), since=begin)

    def thanked(self) -> MessageView:
        """Up to the thank-you in Drafts."""
        self.event("2026-03-04 14:00", "2026-03-04 15:00")
        self.cycle("2026-03-04 08:00")
        self.cycle(MADE)
        (draft,) = self.drafts()
        return draft

    def sent_at(self, draft: MessageView, at: str = "2026-03-04 16:10", **how: Any) -> str:
        """The program sees the draft, the user sends it, and the program sees that five minutes later."""
        self.poll(5)
        self.at(at)
        id_ = self.mail.send(draft.immutable_id, **how)
        self.poll(5, 40, since=at)
        return id_

    def nudged(self) -> MessageView:
        """Up to the first nudge in Drafts, on Wednesday 11 March."""
        self.sent_at(self.thanked())
        assert not made(self.poll(0, since="2026-03-10 09:05"))
        self.cycle(NUDGE)
        (draft,) = self.drafts()
        return draft

    def kept(self) -> list[FollowUp]:
        store = Store(self.state)
        try:
            return store.follow_ups()
        finally:
            store.close()

    def letter(self, kind: str = "thank_you", to: str = DANA, step: int = 1) -> dict[str, Any]:
        """The one letter of this kind to this person, as `status` tells it."""
        found = [one for one in self.letters(kind, to) if one["step"] == step]
        assert len(found) == 1, f"{len(found)} letters {kind} {step} to {to}"
        return found[0]

    def stage(self, kind: str = "thank_you", to: str = DANA) -> str:
        return str(self.letter(kind, to)["stage"])

    def written(self, to: str = DANA) -> list[MessageView]:
        """Every letter of mine to somebody, in every folder that is seen."""
        return [one for one in self.mail.messages() if to in one.to and one.sender in ("", self.address)]


def guest(address: str, name: str, response: str = "accepted", kind: str = "required") -> dict[str, Any]:
    """An attendee in Graph's words."""
    status = {"response": response, "time": "2026-03-01T10:00:00Z"}
    return {"emailAddress": {"address": address, "name": name}, "type": kind, "status": status}


def accepted() -> dict[str, str]:
    return {"response": "accepted", "time": "2026-03-01T10:00:00Z"}


def made(done: Iterable[Any]) -> list[Any]:
    return [one for one in done if one.action == "create_draft"]


@contextmanager
def living(folder: Path, *, config: str = CONFIG, address: str = ME, **switches: Any) -> Iterator[Life]:
    """A life with switches of the mailbox; at its end nothing may have been sent or asked wrongly."""
    with MicrosoftSimulator() as simulator:
        life = Life(simulator, folder, config=config, address=address)
        for name, value in switches.items():
            assert hasattr(life.mail, name)
            setattr(life.mail, name, value)
        yield life
        assert simulator.violations == []
        assert simulator.journal.sends() == []
        assert life.mail.sends == []
