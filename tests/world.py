"""A small world to play lives in: real store, planner and cycle; calendars, mailboxes and clock are ours.

Times are written as "2026-03-04 16:50" in the world's zone. Addresses of the company are at
acme.example unless said otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from followupd.apply import Done
from followupd.core.letters import Wording
from followupd.core.model import (
    Address,
    Attendee,
    Event,
    Folder,
    FollowUp,
    HiringProcess,
    Kind,
    Me,
    Message,
    Policy,
    Question,
    Rule,
)
from followupd.cycle import AccountReport, Cycle
from followupd.observe import OpenAccount
from followupd.orders import Orders
from followupd.providers.memory import MemoryCalendar, MemoryMailbox
from followupd.reference import WorldReference
from followupd.store import Store
from followupd.templates import load_wording

ME = "sam@example.com"
REFERENCE = WorldReference()


@cache
def wording(language: str) -> Wording:
    return load_wording(language, None)


def policy(zone: str = "Europe/London", country: str = "GB", region: str = "ENG", **more: object) -> Policy:
    """The config's defaults for Sam Lee; `more` replaces fields of Policy."""
    me = Me(name="Sam Lee", addresses=(ME,), country=country, region=region, zone=zone)
    default = Policy(me=me, reference=REFERENCE, any=(Rule(title=r"\binterview\b"),))
    return replace(default, **more)  # type: ignore[arg-type]


class World:
    """One user's calendars, mailboxes, state folder, and the moment."""

    def __init__(
        self, folder: Path, given: Policy | None = None, accounts: Iterable[str] = ("personal",)
    ) -> None:
        self.policy = given or policy()
        self.zone = ZoneInfo(self.policy.me.zone)
        self.folder = folder
        self.calendars = {name: MemoryCalendar() for name in accounts}
        self.mailboxes = {name: MemoryMailbox() for name in accounts}
        self.store = Store(folder)
        self.now = datetime(2026, 1, 1, tzinfo=UTC)
        self.reports: list[AccountReport] = []
        self._count = 0

    # --- time and cycles ---

    def time(self, text: str | datetime) -> datetime:
        """A moment, aware, in UTC."""
        moment = datetime.fromisoformat(text) if isinstance(text, str) else text
        return (moment if moment.tzinfo else moment.replace(tzinfo=self.zone)).astimezone(UTC)

    def cycle(self, at: str | datetime) -> list[Done]:
        """One cycle at this time; what it did."""
        self.now = self.time(at)
        opened = {
            name: OpenAccount(name, (("calendar:0", self.calendars[name]),), self.mailboxes[name])
            for name in self.calendars
        }
        self.reports = Cycle(self.store, opened, self.policy, wording, None, "rules").run(self.now)
        return [done for report in self.reports for done in report.actions]

    def cycles(
        self, first: str | datetime, last: str | datetime, step: timedelta = timedelta(hours=1)
    ) -> list[Done]:
        """Cycles at regular times, both ends included."""
        done: list[Done] = []
        at, end = self.time(first), self.time(last)
        while at <= end:
            done += self.cycle(at)
            at += step
        return done

    def begin(self, at: str | datetime) -> None:
        """The first cycle of an empty state: what is due later is made without a question."""
        self.cycle(at)

    # --- calendar ---

    def event(
        self,
        start: str,
        end: str,
        people: Iterable[str | Attendee] = ("Dana Reyes <dana@acme.example>",),
        *,
        title: str = "Interview",
        uid: str = "",
        organizer: str = "",
        account: str = "personal",
        zone: str = "",
        with_me: bool = True,
        **more: object,
    ) -> Event:
        """Puts an event into a calendar. People are "Name <address>"; Sam is among them unless said otherwise."""
        self._count += 1
        attendees = [
            p if isinstance(p, Attendee) else Attendee(_address(p).email, _address(p).name) for p in people
        ]
        if with_me:
            attendees.insert(0, Attendee(ME, "Sam Lee"))
        event = Event(
            uid=uid or f"event-{self._count}",
            title=title,
            start=self.time(start),
            end=self.time(end),
            zone=zone,
            organizer=_address(organizer) if organizer else None,
            attendees=tuple(attendees),
            **more,  # type: ignore[arg-type]
        )
        return self.calendars[account].put(event)

    # --- mail: what there is ---

    def messages(self, folder: Folder, account: str = "personal") -> list[Message]:
        return [m for m in self.mailboxes[account].all() if m.folder is folder]

    def drafts(self, account: str = "personal") -> list[Message]:
        return self.messages(Folder.DRAFTS, account)

    def draft_to(self, address: str, account: str = "personal") -> Message:
        """The one draft to this address."""
        found = [m for m in self.drafts(account) if any(a.email == address for a in m.to)]
        assert len(found) == 1, f"{len(found)} drafts to {address}"
        return found[0]

    # --- mail: the user's hand ---

    def write(
        self,
        to: str,
        *,
        at: str | datetime,
        folder: Folder = Folder.SENT,
        subject: str = "Hello",
        text: str = "A few words of my own.",
        message_id: str = "",
        in_reply_to: str = "",
        cc: str = "",
        sender: str = ME,
        account: str = "personal",
    ) -> Message:
        """A message of the user's own, sent or begun."""
        raw = self._raw(sender, to, self.time(at), subject, text, message_id, in_reply_to, cc=cc)
        return self.mailboxes[account].put(raw, folder, self.time(at))

    def send(
        self,
        draft: Message,
        *,
        at: str | datetime,
        text: str = "",
        subject: str = "",
        new_id: bool = False,
        to: str = "",
        account: str = "personal",
    ) -> Message:
        """The user sends a draft, as it is or changed: it leaves Drafts and a copy lies in Sent."""
        self.mailboxes[account].delete(draft.id)
        return self.write(
            to or ", ".join(a.email for a in draft.to),
            at=at,
            subject=subject or draft.subject,
            text=text or filled_in(draft.text),
            message_id="" if new_id else draft.message_id,
            in_reply_to=" ".join(f"<{m}>" for m in draft.in_reply_to),
            account=account,
        )

    def edit(
        self,
        draft: Message,
        *,
        at: str | datetime,
        text: str = "Hello, these are my own words now.",
        subject: str = "",
        again: bool = False,
        account: str = "personal",
    ) -> Message:
        """The user saves a draft changed: in place, or `again` as a new message with a new Message-ID."""
        raw = self._raw(
            draft.sender.email if draft.sender else ME,
            ", ".join(a.email for a in draft.to),
            self.time(at),
            subject or draft.subject,
            text,
            "" if again else draft.message_id,
            " ".join(f"<{m}>" for m in draft.in_reply_to),
        )
        return self.mailboxes[account].edit(draft.id, raw, self.time(at), again=again)

    def delete(self, draft: Message, account: str = "personal") -> None:
        self.mailboxes[account].delete(draft.id)

    def move(self, message: Message, folder: Folder, name: str = "", account: str = "personal") -> Message:
        return self.mailboxes[account].move(message.id, folder, name)

    # --- mail: what comes in ---

    def receive(
        self,
        sender: str,
        *,
        at: str | datetime,
        subject: str = "Your application",
        text: str = "Thank you for coming in. We enjoyed the conversation.",
        in_reply_to: str = "",
        folder: Folder = Folder.INBOX,
        headers: Iterable[tuple[str, str]] = (),
        to: str = ME,
        account: str = "personal",
    ) -> Message:
        """A message arrives. `in_reply_to` is a Message-ID without brackets."""
        reference = f"<{in_reply_to}>" if in_reply_to else ""
        raw = self._raw(sender, to, self.time(at), subject, text, "", reference, headers=headers)
        return self.mailboxes[account].put(raw, folder, self.time(at))

    def away(self, sender: str, *, at: str | datetime, text: str, in_reply_to: str = "") -> Message:
        """An automatic reply of somebody who is away (RFC 3834)."""
        return self.receive(
            sender,
            at=at,
            subject="Automatic reply: Thank you",
            text=text,
            in_reply_to=in_reply_to,
            headers=[("Auto-Submitted", "auto-replied")],
        )

    def _raw(
        self,
        sender: str,
        to: str,
        at: datetime,
        subject: str,
        text: str,
        message_id: str = "",
        in_reply_to: str = "",
        *,
        cc: str = "",
        headers: Iterable[tuple[str, str]] = (),
    ) -> bytes:
        self._count += 1
        mail = EmailMessage()
        mail["From"] = sender
        if to:
            mail["To"] = to
        if cc:
            mail["Cc"] = cc
        mail["Subject"] = subject
        mail["Date"] = format_datetime(at)
        mail["Message-ID"] = f"<{message_id or f'made-{self._count}@client.example'}>"
        if in_reply_to:
            mail["In-Reply-To"] = in_reply_to
            mail["References"] = in_reply_to
        for name, value in headers:
            mail[name] = value
        mail.set_content(text)
        return bytes(mail)

    # --- what is known ---

    def follow_ups(self, kind: Kind | None = None) -> list[FollowUp]:
        return [f for f in self.store.follow_ups() if kind is None or f.kind is kind]

    def thank_you(self, address: str) -> FollowUp:
        """The latest thank-you to this address."""
        return max((f for f in self.follow_ups(Kind.THANK_YOU) if f.to == address), key=lambda f: f.ends)

    def nudges(self) -> list[FollowUp]:
        return sorted(self.follow_ups(Kind.NUDGE), key=lambda f: (f.ends, f.step))

    def process(self, key: str = "") -> HiringProcess:
        found = [p for p in self.store.processes() if not key or p.key == key]
        assert len(found) == 1, [p.key for p in found]
        return found[0]

    def questions(self) -> list[Question]:
        """The open questions."""
        return self.store.questions(only_open=True)

    def orders(self, at: str | datetime | None = None) -> Orders:
        """The user's commands, at this moment or the last cycle's."""
        return Orders(self.store, self.policy.me.zone, self.time(at) if at else self.now)

    def day(self, moment: datetime | None) -> date | None:
        return moment.astimezone(self.zone).date() if moment else None


def _address(text: str) -> Address:
    name, _, rest = text.rpartition("<")
    return Address(rest.rstrip(">").strip(), name.strip()) if name else Address(text)


def filled_in(text: str) -> str:
    """The letter without the line that the user was to fill in."""
    return "\n\n".join(block for block in text.split("\n\n") if not block.startswith("FILL IN:"))
