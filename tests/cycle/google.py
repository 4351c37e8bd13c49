"""A world at Google: the real program, config, store and sign-in against the simulator, by HTTP.

`program` runs the real program as a child process (see forked.py); `cycle` runs the same cycle in this process. The
clock of the simulator and `--now` of the program are the same played time.
"""

from __future__ import annotations

import json
import os
import shlex
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from followupd import cycle
from followupd.cycle import AccountReport
from tests import forked
from tests.cycle.loaded import loaded
from tests.sim.google import GoogleSimulator
from tests.sim.google_calendar import GoogleCalendars
from tests.sim.google_mail import DraftView, GmailBox

PROJECT = Path(__file__).parents[2]
ME = "sam.lee@gmail.com"
DANA = "dana@acme.example"

CONFIG = """\
me:
  name: Sam Lee
  addresses: [{me}]
  country: GB
  timezone: Europe/London
accounts:
  - name: personal
    calendar: {{provider: google, client_file: google-client.json, calendar_root: {calendar}}}
    mailbox: {{provider: google, client_file: google-client.json, gmail_root: {gmail}}}
interviews:
  any:
    - title: '\\binterview\\b'
letters: {{spelling: false}}
credentials: {{key_file: key}}
"""


@dataclass(frozen=True)
class Run:
    """How a child process ended, and all that it wrote."""

    code: int
    out: str
    err: str


class GoogleWorld:
    """One user with one Google account, in a folder of their own."""

    fresh = False  # whether each process of the program is an interpreter that has just been started

    def __init__(self, simulator: GoogleSimulator, folder: Path, *, config: str = CONFIG) -> None:
        self.simulator = simulator
        self.folder = folder
        self.state = folder / "state"
        self.config = folder / "config.yaml"
        text = config.format(me=ME, calendar=simulator.calendar_root, gmail=simulator.gmail_root)
        self.config.write_text(text, encoding="utf-8")
        simulator.client_file(folder / "google-client.json")
        simulator.oauth.user = ME
        key = folder / "key"
        key.write_bytes(bytes(range(32)))
        key.chmod(0o600)

    @property
    def mail(self) -> GmailBox:
        return self.simulator.user(ME).mail

    @property
    def calendars(self) -> GoogleCalendars:
        return self.simulator.user(ME).calendars

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

    def program(self, *words: str, typed: str = "", **environment: str) -> Run:
        """The real program, with a browser that consents by itself."""
        browser = f"{shlex.quote(sys.executable)} {shlex.quote(str(PROJECT / 'tests/sim/browser.py'))} %s"
        places = {"HOME": str(self.folder), "XDG_CACHE_HOME": str(self.folder / "cache"), "BROWSER": browser}
        done = forked.run(
            [sys.executable, "-m", "followupd", "-c", str(self.config), "--state", str(self.state), *words],
            typed=typed,
            cwd=PROJECT,
            env={**os.environ, **places, **environment},
            fresh=self.fresh,
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
        os.environ["XDG_CACHE_HOME"] = str(self.folder / "cache")
        (report,) = cycle.once(loaded(self.config, self.state), self.state, self.at(at))
        return report

    def status(self, at: str | datetime | None = None) -> dict[str, Any]:
        moment = self.time(at) if at else self.simulator.clock.now
        return dict(json.loads(self.program("status", "--json", "--now", moment.isoformat()).out))

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
        uid: str = "talk-1@acme.example",
        title: str = "Interview",
        **more: Any,
    ) -> None:
        """An interview to which the first of the people has invited."""
        guests = [
            {"email": email, "displayName": name, "responseStatus": "accepted"} for email, name in people
        ]
        organizer = {name: guests[0][name] for name in ("email", "displayName")} if guests else {"email": ME}
        times = {"start": start, "end": end}
        self.calendars.put(
            {
                "iCalUID": uid,
                "summary": title,
                **{name: {"dateTime": self.time(at).isoformat()} for name, at in times.items()},
                "organizer": organizer,
                "attendees": [*guests, {"email": ME, "responseStatus": "accepted"}],
                **more,
            }
        )

    # --- mail ---

    def drafts(self, to: str = "") -> list[DraftView]:
        """What Gmail shows in Drafts."""
        return [draft for draft in self.mail.drafts() if to in draft.to]

    def receive(
        self,
        sender: str = f"Dana Reyes <{DANA}>",
        *,
        at: str | datetime | None = None,
        subject: str = "Your application",
        text: str = "Thank you for coming in. We enjoyed the conversation.\n",
        in_reply_to: str = "",
        labels: tuple[str, ...] = ("INBOX", "UNREAD"),
        **headers: str,
    ) -> str:
        """A message comes in."""
        moment = self.time(at) if at else self.simulator.clock.now
        return self.mail.receive(
            message(sender, ME, moment, subject=subject, text=text, in_reply_to=in_reply_to, **headers),
            labels,
            moment,
        )


_numbers = iter(range(1, 10**9))


def message(
    sender: str,
    to: str,
    at: datetime,
    *,
    subject: str,
    text: str,
    in_reply_to: str = "",
    **headers: str,
) -> bytes:
    """A letter as a mail program writes it. Keyword arguments are more fields: `Auto_Submitted="auto-replied"`."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = sender, to, subject
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<made-{next(_numbers)}@client.example>"
    if in_reply_to:
        mail["In-Reply-To"] = mail["References"] = in_reply_to
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail.as_bytes()


HOUR, DAY = timedelta(hours=1), timedelta(days=1)
