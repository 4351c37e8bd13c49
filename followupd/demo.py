"""Three weeks in seconds: the real engine on real files; only the clock and the user's hand are played.

A panel of three with a room, a robot and a guest who declined. The user sends two of the letters
and deletes the third. One automatic reply, one nudge on the right morning, one answer by a
colleague, and everything stops.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from email import policy as email_policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import format_datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from followupd.apply import Done
from followupd.config import Config, load
from followupd.core.addresses import is_mine
from followupd.core.model import Choice, Folder, Message
from followupd.core.people import everybody
from followupd.cycle import Cycle
from followupd.observe import OpenAccount
from followupd.store import Store

ZONE = ZoneInfo("Europe/London")
ME = "sam@example.com"

CONFIG = """\
# The config of followupd's demo: local files only.
me:
  name: Sam Lee
  addresses: [{me}]
  country: GB
  region: ENG
  timezone: Europe/London
accounts:
  - name: demo
    calendar: {{provider: local, path: calendars}}
    mailbox: {{provider: local, path: Mail, folders: {{drafts: Drafts, sent: Sent, trash: Trash}}}}
interviews:
  any:
    - title: '\\binterview\\b'
organisations:
  - {{name: Acme, domains: [acme.example]}}
"""

EVENT = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Acme//Calendar//EN
BEGIN:VEVENT
UID:panel-20260304@acme.example
DTSTAMP:20260302T100000Z
DTSTART;TZID=Europe/London:20260304T140000
DTEND;TZID=Europe/London:20260304T153000
SUMMARY:Interview with Sam Lee
ORGANIZER;CN=Dana Reyes:mailto:dana@acme.example
ATTENDEE;CN=Sam Lee;PARTSTAT=ACCEPTED:mailto:sam@example.com
ATTENDEE;CN=Dana Reyes;PARTSTAT=ACCEPTED:mailto:dana@acme.example
ATTENDEE;CN=Kim Min-jun;PARTSTAT=ACCEPTED:mailto:kim@acme.example
ATTENDEE;CN=Łukasz Żółć;PARTSTAT=ACCEPTED:mailto:lukasz@acme.example
ATTENDEE;CN=Omar Haddad;PARTSTAT=DECLINED:mailto:omar@acme.example
ATTENDEE;CN=Room 4;CUTYPE=ROOM:mailto:room4@acme.example
ATTENDEE;CN=Notetaker;PARTSTAT=ACCEPTED:mailto:notetaker@fireflies.ai
END:VEVENT
END:VCALENDAR
"""


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the timeline: when, who ("you", "they", "followupd"), what."""

    at: datetime
    who: str
    what: str


class Demo:
    """The played three weeks, in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("calendars/work", "Mail"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        for name in ("INBOX", "Drafts", "Sent", "Trash"):
            for part in ("cur", "new", "tmp"):
                (folder / "Mail" / name / part).mkdir(parents=True, exist_ok=True)
        config_file = folder / "config.yaml"
        config_file.write_text(CONFIG.format(me=ME), encoding="utf-8")
        self.config: Config = load(config_file)
        self.store = Store(folder / "state")
        self.cycle = Cycle.of(self.config, self.store, None)
        self.count = 0
        self.letter = ""

    @property
    def account(self) -> OpenAccount:
        return self.cycle.accounts["demo"]

    def close(self) -> None:
        self.store.close()

    # --- the clock ---

    def play(self) -> Iterator[Moment]:
        """The three weeks, moment by moment, as they happen on the files."""
        for at, step in self._script():
            yield from step(at)

    def _script(self) -> list[tuple[datetime, Callable[[datetime], Iterator[Moment]]]]:
        day = datetime(2026, 3, 2, 9, tzinfo=ZONE)

        def at(days: int, hour: int, minute: int = 0) -> datetime:
            return (day + timedelta(days=days)).replace(hour=hour, minute=minute)

        return [
            (at(0, 9), self._look),
            (at(0, 10), self._invited),
            (at(0, 10, 5), self._look),
            (at(2, 15, 35), self._look),
            (at(2, 16, 20), self._look),
            (at(2, 18), self._send_two_delete_one),
            (at(2, 18, 5), self._look),
            (at(2, 18, 40), self._look),
            (at(3, 8, 30), self._automatic_reply),
            (at(3, 8, 35), self._look),
            (at(8, 9), self._look),
            (at(9, 9, 5), self._look),
            (at(9, 17, 30), self._send_the_nudge),
            (at(9, 17, 35), self._look),
            (at(10, 11), self._answer),
            (at(10, 11, 5), self._look),
            (at(15, 9, 5), self._look),
            (at(21, 9, 5), self._look),
        ]

    def _look(self, at: datetime) -> Iterator[Moment]:
        done = [d for report in self.cycle.run(at) for d in report.actions]
        told = [Moment(at, "followupd", words) for d in done if (words := _words(d))]
        if any(d.action == "advance" and d.kind == "thank_you" for d in done) and not self.letter:
            told += [Moment(at, "followupd", words) for words in self._nobody_else()]
        return iter(told or [Moment(at, "followupd", "looks, and has nothing to do")])

    def _nobody_else(self) -> Iterator[str]:
        """Who is on the event and gets no letter, and why."""
        policy = self.cycle.policy
        for interview in self.store.interviews():
            process = self.store.process(interview.process)
            for one in everybody(interview, process, policy) if process else ():
                if one.verdict.choice is Choice.NO and not is_mine(one.person.address, policy):
                    yield f"no letter to {one.person.name or one.person.address}: {one.verdict.reason}"

    # --- their hand ---

    def _invited(self, at: datetime) -> Iterator[Moment]:
        (self.folder / "calendars" / "work" / "panel.ics").write_text(EVENT, encoding="utf-8")
        yield Moment(
            at, "they", "invite you: “Interview with Sam Lee”, Wed 4 Mar 14:00–15:30, panel of three"
        )

    def _automatic_reply(self, at: datetime) -> Iterator[Moment]:
        reply = self._mail("Kim Min-jun <kim@acme.example>", ME, "Automatic reply: Thank you", at)
        reply["Auto-Submitted"] = "auto-replied"
        reply.set_content("I am out of the office until 9 March and will read your mail when I am back.\n")
        self._deliver("INBOX", reply, at)
        yield Moment(at, "they", "Kim's mailbox answers by itself: away until 9 March (that is no answer)")

    def _answer(self, at: datetime) -> Iterator[Moment]:
        answer = self._mail("Priya Nair <priya@acme.example>", ME, "Next steps", at)
        answer.set_content(
            "Hi Sam, the panel was impressed. I will come back to you with details this week.\n"
        )
        self._deliver("INBOX", answer, at)
        yield Moment(
            at, "they", "Priya Nair, whom you have never met, answers from the company in a new thread"
        )

    # --- the user's hand ---

    def _send_two_delete_one(self, at: datetime) -> Iterator[Moment]:
        for draft in sorted(self._drafts(), key=lambda message: message.to[0].email):
            name = draft.to[0].name
            self.letter = self.letter or _whole(draft)
            if draft.to[0].email.startswith("lukasz"):
                self._remove(draft)
                yield Moment(at, "you", f"delete the letter to {name}")
            else:
                self._send(draft, at, "I liked what you said about pairing with new colleagues.")
                yield Moment(at, "you", f"fill in the marked line and send the letter to {name}")

    def _send_the_nudge(self, at: datetime) -> Iterator[Moment]:
        for draft in self._drafts():
            self._send(draft, at, "")
            yield Moment(at, "you", f"send the nudge to {draft.to[0].name}")

    def _drafts(self) -> list[Message]:
        look = self.account.mailbox.letters_to(
            ["dana@acme.example", "kim@acme.example", "lukasz@acme.example"],
            datetime(2026, 3, 1, tzinfo=ZONE),
        )
        return [message for message in look.messages if message.folder is Folder.DRAFTS]

    def _file_of(self, draft: Message) -> Path:
        return next((self.folder / "Mail" / "Drafts" / "cur").glob(f"{draft.id}*"))

    def _remove(self, draft: Message) -> None:
        self._file_of(draft).unlink()

    def _send(self, draft: Message, at: datetime, line: str) -> None:
        """What a mail program does: the text with the slot filled in, a new Date, a copy in Sent."""
        path = self._file_of(draft)
        mail = BytesParser(policy=email_policy.default).parsebytes(path.read_bytes())
        assert isinstance(mail, EmailMessage)
        text = "\n".join(line if row.startswith("FILL IN") else row for row in mail.get_content().split("\n"))
        mail.set_content(text)
        del mail["Date"]
        mail["Date"] = format_datetime(at)
        self._deliver("Sent", mail, at)
        path.unlink()

    # --- files ---

    def _mail(self, sender: str, to: str, subject: str, at: datetime) -> EmailMessage:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"], mail["Date"] = sender, to, subject, format_datetime(at)
        mail["Message-ID"] = f"<{int(at.timestamp())}.{self.count}@acme.example>"
        return mail

    def _deliver(self, folder: str, mail: EmailMessage, at: datetime) -> None:
        self.count += 1
        name = f"{int(at.timestamp())}.P1Q{self.count}.demo"
        temporary = self.folder / "Mail" / folder / "tmp" / name
        temporary.write_bytes(bytes(mail))
        os.utime(temporary, (at.timestamp(), at.timestamp()))
        temporary.rename(self.folder / "Mail" / folder / "cur" / f"{name}:2,S")


def _whole(draft: Message) -> str:
    to = ", ".join(f"{address.name} <{address.email}>" for address in draft.to)
    return f"To: {to}\nSubject: {draft.subject}\n\n{draft.text.strip()}\n"


def _words(done: Done) -> str:
    """An action as a line of the timeline, "" for what only its bookkeeping changed."""
    what = "thank-you" if done.kind == "thank_you" else f"nudge {done.step}"
    lines = {
        "create_draft": f"puts a {what} to {done.to} into Drafts: {done.reason}",
        "withdraw_draft": f"takes the {what} to {done.to} out of Drafts: {done.reason}",
        "advance": f"{what} to {done.to}: {_planned(done.reason)}",
        "ask": f"asks: {done.reason}",
        "remind": done.reason,
        "tell": done.reason,
        "close": f"closes the process: {done.reason}",
        "process": f"the process: {done.reason}",
        "failed": f"could not: {done.reason}",
    }
    return lines.get(done.action, "")


def _planned(reason: str) -> str:
    """A letter that is merely owed has the reason why it is: say that it is owed."""
    return f"owed, for they are {reason}" if reason.startswith("on the event") else reason
