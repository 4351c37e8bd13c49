"""A life to play: the user's and the company's hands on a World, and an oracle that judges by the contract.

The oracle remembers what was done by hand (sent, edited, answered, moved ...) and compares the
mailboxes before and after each cycle. It never asks the planner why: only which letter a new
draft is meant to be (`Done` and the follow-up's occasion), and both are checked against the events.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import holidays

from followupd.core.model import (
    Attendee,
    Draft,
    Event,
    EventStatus,
    Folder,
    FollowUp,
    Kind,
    Message,
    PartStat,
    ProcessState,
    Stage,
    event_id,
)
from followupd.errors import Unavailable, UsageError
from followupd.providers.memory import MemoryMailbox
from tests.world import ME, World

ZONE = ZoneInfo("Europe/London")
MEMORY = Path("/dev/shm")
WHERE = str(MEMORY) if MEMORY.is_dir() else None  # thousands of small commits
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
ACCOUNTS = ("personal", "work")
FINAL = {
    Stage.SENT,
    Stage.ANSWERED,
    Stage.SKIPPED,
    Stage.DISCARDED,
    Stage.WITHDRAWN,
    Stage.BOUNCED,
    Stage.EXPIRED,
}


@dataclass(frozen=True)
class Company:
    """A company, its people, and the zone that its events are written in."""

    domain: str
    zone: str
    country: str
    people: tuple[str, ...]

    def address(self, index: int) -> str:
        return self.people[index].partition("<")[2].rstrip(">")


COMPANIES = (
    Company(
        "acme.example",
        "Europe/London",
        "GB",
        (
            "Dana Reyes <dana@acme.example>",
            "Kim Osei <kim@acme.example>",
            "Rita Holm <recruiting@acme.example>",
        ),
    ),
    Company(
        "globex.example",
        "America/New_York",
        "US",
        (
            "Paul Stern <paul@globex.example>",
            "Ines Roca <ines@globex.example>",
            "Olu Ade <olu@globex.example>",
        ),
    ),
    Company(
        "initech.example",
        "Asia/Tokyo",
        "JP",
        ("Ken Mori <ken@initech.example>", "Yui Sato <yui@initech.example>", "Aki Abe <aki@initech.example>"),
    ),
)


@dataclass
class Talk:
    """An interview as the calendar tells it now, and what was done to it."""

    company: Company
    people: tuple[str, ...]
    uid: str
    recurrence: str
    start: datetime
    end: datetime
    accounts: tuple[str, ...]
    added: datetime
    off: bool = False
    off_at: datetime | None = None
    moved_after_end: bool = False
    skipped: datetime | None = None
    skipped_people: set[str] = field(default_factory=set)
    maybe_skipped: set[str] = field(default_factory=set)
    wanted: datetime | None = None
    seen: datetime | None = None

    @property
    def id(self) -> str:
        return event_id(self.uid, self.recurrence)

    @property
    def day(self) -> date:
        return self.start.astimezone(ZONE).date()


@dataclass
class Made:
    """A draft that the program made: where it is and whether the user has touched it."""

    account: str
    id: str
    message: Message
    kind: str
    to: str
    step: int
    key: str
    occasion: tuple[object, ...]
    at: datetime
    company: Company
    touched: bool = False
    fate: str = "drafted"  # drafted, sent, deleted, elsewhere, withdrawn
    gone_at: datetime | None = None
    allowed: bool = False  # made on the user's `again` or `draft`


@dataclass
class Heard:
    """Something that came in."""

    company: Company
    sender: str
    at: datetime
    what: str  # human, unsure, away, left, bounce
    account: str
    id: str
    returns: date | None = None
    settled: bool = False


@dataclass
class Standing:
    """What the user said about a company."""

    stopped: bool = False
    ever_stopped: bool = False
    settled: datetime | None = None
    decision_by: date | None = None
    snoozed: date | None = None
    again: bool = False


@cache
def _holidays(country: str, region: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, subdiv=region or None, years=year))


def working(day: date, company: Company) -> bool:
    """No weekend, no holiday of mine (England), none of the recipient's country."""
    off = _holidays("GB", "ENG", day.year) | _holidays(company.country, "", day.year)
    return day.weekday() < 5 and day not in off


def nth_working_day(after: date, count: int, company: Company) -> date:
    """Never counts the date itself."""
    while count:
        after += DAY
        count -= working(after, company)
    return after


def zone_of(company: Company, day: date) -> ZoneInfo:
    """The recipient's zone; mine where office hours there overlap mine by less than two hours."""
    theirs = ZoneInfo(company.zone)
    first = max(datetime.combine(day, time(9), theirs), datetime.combine(day, time(8), ZONE))
    last = min(datetime.combine(day, time(17), theirs), datetime.combine(day, time(20), ZONE))
    return theirs if last - first >= 2 * HOUR else ZONE


Box = dict[str, Message]


class Life:
    """One user's life, lived by calling its methods; every cycle is followed by `check`."""

    def __init__(
        self, folder: Path, accounts: tuple[str, ...] = ACCOUNTS, at: str = "2026-03-02 08:00"
    ) -> None:
        self.world = World(folder, accounts=accounts)
        self.world.store.connection.execute("PRAGMA synchronous = OFF")
        self.accounts = accounts
        self.now = self.world.time(at)
        self.talks: list[Talk] = []
        self.made: list[Made] = []
        self.heard: list[Heard] = []
        self.own: list[tuple[datetime, str, str, str, str]] = []  # when, to, account, id, folder
        self.sent_drafts: set[str] = set()  # ids of sent copies of the program's drafts
        self.asked_again: set[tuple[object, ...]] = set()
        self.asked_for: list[tuple[datetime, Company]] = []  # letters on request
        self.by_phone: list[tuple[datetime, str]] = []
        self.standing = {company.domain: Standing() for company in COMPANIES}
        self.paused: date | None = None
        self.forgot = False  # a cursor was lost since the last cycle: a full look, and no new draft from it
        self.troubled = False  # something was broken in this cycle
        self.ever_troubled = False
        self.by_hand_meanwhile = (
            False  # a hand acts while the cycle runs: its messages are known to `own` and `heard`
        )
        self.busy = 0  # cycles in a row after which something was due at once again
        self.sound = True  # false once a check has failed
        self.counter = 0
        for box in self.world.mailboxes.values():
            self._watch(box)
        self.story: list[str] = []
        self.withdrawn: list[Made] = []  # in this cycle
        self.cycle()

    def close(self) -> None:
        self.world.store.close()

    def _watch(self, box: MemoryMailbox) -> None:
        """Each act finds its intent journalled."""
        create = box.create_draft

        def watched(draft: Draft) -> str:
            open_ = [i.draft for f in self.world.store.follow_ups() if (i := self.world.store.intent(f.key))]
            assert draft in open_, "a draft is made and no intent was journalled"
            return create(draft)

        box.create_draft = watched  # type: ignore[method-assign]

    def _tell(self, what: str) -> None:
        self.story.append(f"  {self.now:%a %d %b %H:%M} {what}")

    # --- time ---

    def cycle(self, at: datetime | None = None) -> None:
        """One cycle, and everything that must hold after it."""
        self.now = at or self.now
        self.sound = False
        before = self._boxes()
        reported = self.world.cycle(self.now)
        after = self._boxes()
        calendars = list(self.world.calendars.values())
        boxes = list(self.world.mailboxes.values())
        self.troubled = (
            self.forgot
            or any(c.broken or c.partial for c in calendars)
            or any(m.broken or m.partial for m in boxes)
        )
        self.ever_troubled |= self.troubled and not self.forgot
        self.forgot = False
        self._see_talks()
        self.withdrawn = []
        try:
            self._compare(before, after, [d for d in reported if d.action == "create_draft"])
            self._check_replaced()
            self.check()
        except AssertionError as error:
            raise AssertionError(
                f"{error}\nat {self.now:%a %d %b %H:%M}, after\n" + "\n".join(self.story)
            ) from None
        self.sound = True

    def jump(self, how: str, amount: int = 1) -> None:
        """Guided: to what the store waits for next, into windows, past everything."""
        self.now += MINUTE
        if how == "wake":
            moment = self.world.store.next_wake(self.now) or self.now + DAY
            self.now = max(self.now + 5 * MINUTE, moment + MINUTE)
        elif how == "talk":
            ahead = [t.end for t in self.talks if not t.off and t.end > self.now]
            self.now = min(ahead, default=self.now) + 46 * MINUTE
        elif how == "window":
            local = (self.now + DAY).astimezone(ZONE)
            while local.weekday() not in {1, 2, 3}:
                local += DAY
            self.now = local.replace(hour=9 + amount % 9, minute=30).astimezone(UTC)
        elif how == "hours":
            self.now += amount * HOUR
        elif how == "days":
            self.now += amount * DAY + 3 * HOUR
        self.cycle()

    # --- the calendar ---

    def add_talk(
        self,
        company: Company,
        people: tuple[int, ...],
        start: datetime,
        *,
        minutes: int = 60,
        accounts: tuple[str, ...] = ("personal",),
        uid: str = "",
        recurrence: str = "",
    ) -> Talk:
        self.counter += 1
        talk = Talk(
            company=company,
            people=tuple(company.address(i) for i in people),
            uid=uid or f"talk-{self.counter}",
            recurrence=recurrence,
            start=start,
            end=start + minutes * MINUTE,
            accounts=accounts,
            added=self.now,
        )
        self.talks.append(talk)
        self._tell(f"added {talk.uid} {talk.people} {start:%a %d %b %H:%M}-{talk.end:%H:%M} UTC {accounts}")
        self._write(talk)
        return talk

    def _write(self, talk: Talk, **changes: object) -> None:
        names = {c.address(i): p.partition(" <")[0] for c in COMPANIES for i, p in enumerate(c.people)}
        mine = Attendee(ME, "Sam Lee", partstat=changes.pop("mine", PartStat.ACCEPTED))  # type: ignore[arg-type]
        event = Event(
            uid=talk.uid,
            recurrence_id=talk.recurrence,
            title="Interview",
            start=talk.start,
            end=talk.end,
            zone=talk.company.zone,
            attendees=(mine, *(Attendee(p, names[p]) for p in talk.people)),
        )
        for account in talk.accounts:
            self.world.calendars[account].put(replace(event, **changes))  # type: ignore[arg-type]

    def move_talk(self, talk: Talk, start: datetime) -> None:
        talk.moved_after_end |= talk.end <= self.now
        talk.start, talk.end = start, start + (talk.end - talk.start)
        self._write(talk)
        self._tell(f"moved {talk.uid} to {start:%a %d %b %H:%M} UTC")

    def cancel_talk(self, talk: Talk, how: str = "cancelled") -> None:
        talk.off, talk.off_at = True, self.now
        self._tell(f"{how} {talk.uid} {talk.start:%d %b}")
        if how == "declined":
            self._write(talk, mine=PartStat.DECLINED)
        elif how == "removed":
            for account in talk.accounts:
                self.world.calendars[account].remove(talk.uid, talk.recurrence)
        else:
            self._write(talk, status=EventStatus.CANCELLED)

    # --- drafts in the user's hand ---

    def open_drafts(self) -> list[Made]:
        return [m for m in self.made if m.fate == "drafted"]

    def send(self, made: Made, *, edited: bool = False, new_id: bool = False, subject: bool = False) -> None:
        self.counter += 1
        sent = self.world.send(
            self.message(made),
            at=self.now,
            text=f"My own words, number {self.counter}. It was good to meet you." if edited else "",
            subject=f"Thanks again ({self.counter})" if subject else "",
            new_id=new_id,
            account=made.account,
        )
        made.fate = "sent"
        self.own.append((self.now, made.to, made.account, sent.id, "sent"))
        self.sent_drafts.add(sent.id)
        self._tell(f"sent {made.kind} to {made.to} {edited=} {new_id=} {subject=}")

    def edit(self, made: Made, *, again: bool = False) -> None:
        self.counter += 1
        text = f"Dear you, these are my own words, the {self.counter}th."
        edited = self.world.edit(
            self.message(made), at=self.now, text=text, again=again, account=made.account
        )
        made.id, made.touched = edited.id, True
        self.own.append((self.now, made.to, made.account, edited.id, "edited"))
        self._tell(f"edited {made.kind} to {made.to} {again=}")

    def save(self, made: Made) -> None:
        """Saved again as a new message without a change: a new id alone is no edit."""
        old = self.message(made)
        saved = self.world.edit(old, at=self.now, text=old.text, again=True, account=made.account)
        made.id = saved.id
        self.own.append((self.now, made.to, made.account, saved.id, "edited"))
        self._tell(f"saved again {made.kind} to {made.to}")

    def delete(self, made: Made) -> None:
        self.world.delete(self.message(made), made.account)
        made.fate, made.gone_at = "deleted", self.now
        self._tell(f"deleted {made.kind} to {made.to}")

    def place(self, made: Made, folder: Folder) -> None:
        """To the trash, to a folder of the user's own, to the outbox, or back to Drafts."""
        self.world.move(self.message(made), folder, account=made.account)
        self._tell(f"placed {made.kind} to {made.to} in {folder}")
        back = folder is Folder.DRAFTS
        made.fate = "drafted" if back else "deleted" if folder is Folder.TRASH else "elsewhere"
        made.touched |= folder is Folder.SCHEDULED  # a letter that the user once scheduled is theirs

    def message(self, made: Made) -> Message:
        return next(m for m in self.world.mailboxes[made.account].all() if m.id == made.id)

    def write(self, to: str, account: str = "personal", folder: Folder = Folder.SENT) -> None:
        self.counter += 1
        text = f"A letter of my own, the {self.counter}th."
        mine = self.world.write(to, at=self.now, folder=folder, text=text, account=account)
        self.own.append((self.now, to, account, mine.id, folder.value))
        self._tell(f"wrote alone to {to} in {account}/{folder}")

    # --- what comes in ---

    def receive(
        self,
        company: Company,
        sender: str,
        what: str = "human",
        *,
        thread: bool = False,
        folder: Folder = Folder.INBOX,
        account: str = "personal",
        back: date | None = None,
    ) -> None:
        self.counter += 1
        sent = [m for m in self.made if m.fate == "sent" and m.to == sender]
        reference = sent[-1].message.message_id if thread and sent else ""
        headers = [("Auto-Submitted", "auto-replied")] if what in {"away", "left"} else []
        texts = {
            "human": "Thank you for the good conversation. We are still talking to others.",
            "away": f"I am out of the office and back on {back:%d %B %Y}."
            if back
            else "I am out of the office.",
            "left": "I no longer work at the company. This mailbox is not read.",
        }
        if what == "bounce":
            got = self._bounce(sender, reference, account)
        else:
            got = self.world.receive(
                sender,
                at=self.now,
                subject="Automatic reply: your letter" if headers else f"Our talk ({self.counter})",
                text=texts[what],
                in_reply_to=reference,
                folder=folder,
                headers=headers,
                account=account,
            )
        self._tell(f"heard {what} from {sender} in {account}/{folder} {thread=} {back=}")
        self.heard.append(Heard(company, sender, self.now, what, account, got.id, back))

    def _bounce(self, recipient: str, returned: str, account: str) -> Message:
        raw = (
            f"From: MAILER-DAEMON@mx.example\r\nTo: {ME}\r\nSubject: Undelivered Mail Returned to Sender\r\n"
            f"Date: {self.now:%a, %d %b %Y %H:%M:%S} +0000\r\n"
            f"Message-ID: <bounce-{self.counter}@mx.example>\r\n"
            "Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\nReturn-Path: <>\r\n"
            'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
            "--b\r\nContent-Type: text/plain\r\n\r\n"
            "This is the mail system. Your message could not be delivered.\r\n"
            "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
            f"Final-Recipient: rfc822; {recipient}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
            "Diagnostic-Code: smtp; 550 5.1.1 User unknown\r\n\r\n"
            "--b\r\nContent-Type: text/rfc822-headers\r\n\r\n"
            f"Message-ID: <{returned or 'unknown@client.example'}>\r\n"
            f"To: {recipient}\r\n\r\n--b--\r\n"
        )
        return self.world.mailboxes[account].put(raw.encode(), Folder.INBOX, self.now)

    # --- commands ---

    @contextmanager
    def _maybe(self, said: str) -> Iterator[list[bool]]:
        """A command may not fit; then nothing has changed."""
        done: list[bool] = []
        try:
            yield done
            done.append(True)
            self._tell(f"command {said}")
        except UsageError:
            pass

    def decide(self, company: Company, day: date) -> None:
        with self._maybe(f"decide {company.domain} {day}") as done:
            self.world.orders(self.now).decide(company.domain, day)
        if done:
            self._settle(company)
            self.standing[company.domain].decision_by = day

    def resume(self, company: Company) -> None:
        with self._maybe(f"resume {company.domain}") as done:
            self.world.orders(self.now).resume(company.domain)
        if done:
            self._settle(company)

    def _settle(self, company: Company) -> None:
        standing = self.standing[company.domain]
        standing.settled, standing.stopped, standing.snoozed = self.now, False, None

    def stop(self, company: Company) -> None:
        with self._maybe(f"stop {company.domain}") as done:
            self.world.orders(self.now).stop(company.domain, "other")
        if done:
            self.standing[company.domain].stopped = self.standing[company.domain].ever_stopped = True

    def ask_for(self, company: Company, purpose: str, to: str = "") -> None:
        """The command `letter`: made anew only where the user has taken the last one away."""
        with self._maybe(f"letter {purpose} {company.domain} --to {to or 'whom it may concern'}") as done:
            self.world.orders(self.now).letter(purpose, company.domain, to)
        if done:
            self.asked_for.append((self.now, company))
            self.asked_again |= {
                m.occasion
                for m in self.made
                if m.kind == "letter"
                and m.company is company
                and m.fate in {"deleted", "withdrawn", "elsewhere"}
            }

    def snooze(self, company: Company, day: date) -> None:
        with self._maybe(f"snooze {company.domain} {day}") as done:
            self.world.orders(self.now).snooze(company.domain, day)
        if done:
            self.standing[company.domain].snoozed = day

    def skip(self, talk: Talk, person: str = "") -> None:
        with self._maybe(f"skip {person or talk.uid}") as done:
            self.world.orders(self.now).skip(person or talk.id)
        if done and person:
            theirs = [t for t in self.talks if person in t.people]
            for other in theirs:
                other.maybe_skipped.add(person)
            begun = [t for t in theirs if t.start <= self.now and not t.off]
            if begun:
                max(begun, key=lambda t: t.start).skipped_people.add(person)
        elif done:
            talk.skipped = self.now

    def want(self, talk: Talk) -> None:
        """The command `draft INTERVIEW`."""
        with self._maybe(f"draft {talk.uid} {talk.recurrence}") as done:
            self.world.orders(self.now).draft(talk.id)
        if done:
            talk.wanted, talk.skipped = self.now, None
            talk.skipped_people.clear()
            self.standing[talk.company.domain].stopped = False
            self.asked_again |= {
                m.occasion for m in self.made if m.to in talk.people and m.kind == "thank_you"
            }
            if talk.off_at and talk.off:
                talk.off = False  # "draft" says that it was held after all
                talk.moved_after_end = True

    def again(self, made: Made) -> None:
        with self._maybe(f"again {made.kind} to {made.to}") as done:
            self.world.orders(self.now).again(made.key)
        if done:
            self.asked_again.add(made.occasion)
            self.standing[made.company.domain].again = True
            for talk in self.talks:
                talk.skipped_people.discard(made.to)
                talk.skipped = None

    def thanked(self, person: str) -> None:
        """The command `sent PERSON --how phone`."""
        with self._maybe(f"sent {person} by phone") as done:
            self.world.orders(self.now).sent(person, "phone")
        if done:
            self.by_phone.append((self.now, person))

    def mark(self, heard: Heard, what: str) -> None:
        arrivals = [
            a for a in self.world.store.arrivals() if a.sender == heard.sender and a.received == heard.at
        ]
        if not arrivals:
            return
        with self._maybe(f"mark {what} {heard.what} of {heard.sender}") as done:
            self.world.orders(self.now).mark_message(arrivals[0].id, what)
        if done:
            heard.what = {"auto": "auto", "human": "human"}[what]
            heard.settled = what == "auto"

    def mark_letter(self, made: Made, what: str) -> None:
        """Only where the program is unsure about it."""
        follow_up = self.world.store.follow_up(made.key)
        if follow_up is None or follow_up.stage is not Stage.UNSURE:
            return
        self.world.orders(self.now).mark_letter(made.key, what)
        made.fate, made.gone_at = ("sent" if what == "sent" else "deleted"), None
        if what == "sent":
            self.own.append((self.now, made.to, made.account, "", "sent"))

    # --- trouble ---

    def break_mailbox(self, account: str, how: str) -> None:
        self._tell(f"trouble in {account}: {how}")
        box, calendar = self.world.mailboxes[account], self.world.calendars[account]
        if how == "broken":
            box.broken = Unavailable("the server is away")
        elif how == "partial":
            box.partial = True
        elif how == "calendar":
            calendar.broken = Unavailable("the server is away")
        elif how == "forget":
            self.forgot = True
            box.forget()
        elif how == "forget calendar":
            self.forgot = True
            calendar.forget()

    def mend(self) -> None:
        self._tell("mended")
        for box in self.world.mailboxes.values():
            box.broken, box.partial = None, False
        for calendar in self.world.calendars.values():
            calendar.broken, calendar.partial = None, False

    # --- the oracle: what a cycle did to the mailboxes ---

    def _boxes(self) -> dict[str, Box]:
        return {name: {m.id: m for m in box.all()} for name, box in self.world.mailboxes.items()}

    def _see_talks(self) -> None:
        for talk in self.talks:
            calendars = [self.world.calendars[a] for a in talk.accounts]
            if talk.seen is None and not any(c.broken or c.partial for c in calendars):
                talk.seen = self.now

    def _compare(self, before: dict[str, Box], after: dict[str, Box], reported: list) -> None:
        for account in self.accounts:
            old, new = before[account], after[account]
            for id_ in old.keys() & new.keys():
                assert old[id_] == new[id_], f"a message was changed by the program: {old[id_].subject}"
            for id_ in old.keys() - new.keys():
                self._withdrawn(account, old[id_])
            for id_ in sorted(new.keys() - old.keys()):
                if self.by_hand_meanwhile and id_ in {o[3] for o in self.own} | {h.id for h in self.heard}:
                    continue
                self._created(account, new[id_], reported)

    def _withdrawn(self, account: str, message: Message) -> None:
        made = [m for m in self.made if m.account == account and m.id == message.id]
        assert made, "a message was removed that the program never made"
        assert message.folder is Folder.DRAFTS, f"a message was removed from {message.folder}"
        assert not made[0].touched, f"a draft that the user touched was removed ({made[0].to})"
        made[0].fate = "withdrawn"
        self.withdrawn.append(made[0])
        self._tell(f"WITHDRAWN {made[0].kind} to {made[0].to}")

    def _created(self, account: str, message: Message, reported: list) -> None:
        assert message.folder is Folder.DRAFTS, f"the program put a message into {message.folder}"
        done = [d for d in reported if d.message_id == message.message_id]
        assert done, "a draft was made and not told"
        follow_up = self.world.store.follow_up(done[0].key)
        assert follow_up, "a draft belongs to no letter"
        to = message.to[0].email if message.to else ""
        assert to == done[0].to, "the draft goes to another than was told"
        company = next((c for c in COMPANIES if to.endswith("@" + c.domain)), None)
        assert company, f"a draft to a stranger: {to}"
        occasion = self._occasion(follow_up, company)
        made = Made(
            account,
            message.id,
            message,
            follow_up.kind.value,
            to,
            follow_up.step,
            follow_up.key,
            occasion,
            self.now,
            company,
        )
        self._judge_any(made)
        if follow_up.kind is Kind.THANK_YOU:
            self._judge_thank_you(made, follow_up)
        elif follow_up.kind is Kind.LETTER:
            asked = [at for at, company in self.asked_for if company is made.company]
            assert asked, "a letter on request that nobody asked for"
        else:
            self._judge_nudge(made, follow_up)
        made.allowed = occasion in self.asked_again
        self.asked_again.discard(occasion)
        self.made.append(made)
        self._tell(f"DRAFTED {made.kind} {made.step} to {made.to} in {account}")

    def _occasion(self, follow_up: FollowUp, company: Company) -> tuple[object, ...]:
        if follow_up.kind is Kind.THANK_YOU:
            return ("thank_you", follow_up.to, date.fromisoformat(follow_up.occasion))
        if follow_up.kind is Kind.LETTER:
            return ("letter", follow_up.to, follow_up.occasion)
        return ("nudge", company.domain, self.round_of(company), follow_up.step)

    # --- the oracle: was this draft right? ---

    def _judge_any(self, made: Made) -> None:
        same = [m for m in self.made if m.occasion == made.occasion]
        places = {"drafted"} if made.occasion in self.asked_again else {"drafted", "elsewhere"}
        lying = [m for m in same if m.fate in places]
        assert not lying, f"two drafts of one letter to {made.to}"
        if made.occasion not in self.asked_again:
            assert not [m for m in same if m.fate == "sent"], (
                f"drafted again after it was sent: {made.occasion}"
            )
            assert not [m for m in same if m.fate == "deleted"], (
                f"drafted again after a delete: {made.occasion}"
            )
        stopped = self.standing[made.company.domain].stopped and made.kind != "letter"
        assert not stopped, "drafted in a process that the user stopped"
        today = self.now.astimezone(ZONE).date()
        assert not self.paused or today >= self.paused, "drafted in a pause"
        words = made.message.text
        assert "None" not in words
        assert words.strip()

    def _judge_thank_you(self, made: Made, follow_up: FollowUp) -> None:
        mine = self._held_with(made.to, made.occasion[2])  # type: ignore[arg-type]
        assert mine, f"a thank-you to {made.to} for no interview on {made.occasion[2]}"
        assert any(t.skipped is None and made.to not in t.skipped_people for t in mine), (
            "drafted though skipped"
        )
        end = max(t.end for t in mine)
        assert self.now >= end, "a thank-you before the interview's end"
        wanted = any(t.wanted for t in mine) or made.occasion in self.asked_again
        if not wanted:
            ready = self._block_end(made.company, end) + 45 * MINUTE
            assert self.now >= ready, f"a thank-you before it was due ({ready})"
            assert self.now <= end + 7 * DAY, "a thank-you more than seven days late"
            first_seen = min(t.added for t in mine)
            assert first_seen <= end + 48 * HOUR, "drafted though first seen more than 48 hours late"
            sent = [o for o in self.own if o[1] == made.to and o[0] >= end and o[4] == "sent"]
            assert not sent, f"a thank-you to {made.to}, to whom the user has written at {sent[0][0]}"
            begun = [
                o
                for o in self.own
                if o[1] == made.to and o[0] >= end and o[4] == "drafts" and o[3] in self._drafts(o[2])
            ]
            assert not begun, f"a thank-you beside a draft of the user's own to {made.to}"
            latest = [
                t.day
                for at, p in self.by_phone
                if p == made.to
                for t in self.talks
                if p in t.people and t.end <= at
            ]
            assert not latest or max(latest) != made.occasion[2], "thanked by phone already"

    def _drafts(self, account: str) -> set[str]:
        return {m.id for m in self.world.mailboxes[account].all() if m.folder is Folder.DRAFTS}

    def _judge_nudge(self, made: Made, follow_up: FollowUp) -> None:
        company, standing = made.company, self.standing[made.company.domain]
        boxes = self.world.mailboxes.values()
        assert not any(b.broken or b.partial for b in boxes), "a nudge though a look failed or was cut short"
        ahead = [t for t in self.talks if t.company is company and not t.off and t.start > self.now]
        assert not ahead, f"a nudge while an interview lies ahead ({ahead[0].start})"
        last = max((t.end for t in self._held(company)), default=self.now)
        ended = [
            m
            for m in self.made
            if m.kind == "letter" and m.company is company and m.at >= last and m.fate == "sent"
        ]
        assert not ended, "a nudge after a letter on request"
        answers = self.unsettled(company)
        assert not answers, f"a nudge after an answer of {answers[0].sender} at {answers[0].at}"
        self._judge_count(made)
        self._judge_moment(made)
        thanked = [t for t in self.talks if made.to in t.people and t.end <= self.now]
        wrote = [o[0] for o in self.own if o[1] == made.to and o[4] == "sent"]
        wrote += [at for at, person in self.by_phone if person == made.to]
        assert any(at >= t.end for at in wrote for t in thanked) or any(t.moved_after_end for t in thanked), (
            f"a nudge to {made.to}, who was never thanked"
        )
        gone = [h for h in self.heard if h.sender == made.to and h.what in {"bounce", "left"}]
        assert not gone or standing.again, "a nudge to somebody whom no mail reaches"
        sent = max(
            (o[0] for o in self.own if o[1].endswith("@" + company.domain) and o[4] == "sent"), default=None
        )
        begun = [
            o
            for o in self.own
            if o[1] == made.to and sent and o[0] > sent and o[4] == "drafts" and o[3] in self._drafts(o[2])
        ]
        assert not begun, "a nudge beside a draft of the user's own"

    def _judge_count(self, made: Made) -> None:
        counted = [
            m
            for m in self.made
            if m.kind == "nudge" and m.company is made.company and m.fate != "withdrawn" and not m.allowed
        ]
        if made.occasion in self.asked_again:
            return
        assert len(counted) < 4, "a fifth nudge in one process"
        this_round = self.round_of(made.company)
        in_round = [m for m in counted if m.occasion[2] == this_round]
        assert len(in_round) < 2, "a third nudge in one round"
        assert made.step <= 2, "a nudge beyond the second"
        others = [m for m in in_round if m.fate == "drafted"]
        assert not others, "a nudge while another lies in Drafts"
        if made.step == 2 and not self._fuzzy(made.company):
            assert any(m.fate == "sent" for m in in_round), "the second nudge, and the first was not sent"
        if not self._fuzzy(made.company):
            assert not [m for m in in_round if m.fate == "deleted"], (
                "a nudge after one was discarded in this round"
            )

    def _fuzzy(self, company: Company) -> bool:
        """Rounds were redrawn after the fact; or a letter was asked for again."""
        moved = any(
            t.moved_after_end or (t.off and t.off_at and t.off_at > t.start)
            for t in self.talks
            if t.company is company
        )
        return moved or self.standing[company.domain].again

    def _judge_moment(self, made: Made) -> None:
        company, standing = made.company, self.standing[made.company.domain]
        there = self.now.astimezone(ZoneInfo(company.zone)).date()
        local = self.now.astimezone(zone_of(company, there))
        today = local.date()
        assert today.weekday() in {1, 2, 3}, f"a nudge on a {today:%A}"
        assert working(today, company), f"a nudge on a holiday ({today})"
        assert time(9) <= local.time() < time(17), f"a nudge at {local.time()} in {local.tzinfo}"
        asked = made.occasion in self.asked_again or standing.again
        if standing.decision_by:
            first = nth_working_day(standing.decision_by, 3, company)
            assert today >= first, (
                f"a nudge on {today}, before {first}: they decide by {standing.decision_by}"
            )
        if standing.snoozed:
            assert self.now.astimezone(ZONE).date() >= standing.snoozed, "a nudge while snoozed"
        base = self.base(company)
        first = nth_working_day(base, (5, 7)[made.step - 1], company)
        assert asked or today >= first, (
            f"nudge {made.step} on {today}: {base} is less than the wait ago ({first})"
        )
        away = [h for h in self.heard if h.sender == made.to and h.what == "away"]
        if away and away[-1].returns:
            first = nth_working_day(away[-1].returns, 2, company)
            assert asked or today >= first, (
                f"a nudge on {today} to somebody who is back on {away[-1].returns}"
            )

    def base(self, company: Company) -> date:
        """The latest of my last letter, their human words, the last end, a later one's cancellation."""
        moments = [o[0] for o in self.own if o[1].endswith("@" + company.domain) and o[4] == "sent"]
        moments += [h.at for h in self.heard if h.company is company and h.what == "human"]
        moments += [t.end for t in self._held(company)]
        last = max((t.end for t in self._held(company)), default=self.now)
        moments += [
            t.off_at for t in self.talks if t.company is company and t.off and t.off_at and t.start > last
        ]
        return max(moments).astimezone(ZONE).date()

    def unsettled(self, company: Company) -> list[Heard]:
        """Human messages after the latest past interview that no command has settled."""
        last = max((t.end for t in self._held(company)), default=None)
        settled = self.standing[company.domain].settled
        return [
            h
            for h in self.heard
            if h.company is company
            and h.what == "human"
            and last
            and h.at > last
            and not (settled and h.at <= settled)
        ]

    def round_of(self, company: Company) -> date | None:
        return max((t.day for t in self._held(company)), default=None)

    def _held(self, company: Company) -> list[Talk]:
        return [t for t in self.talks if t.company is company and not t.off and t.end <= self.now]

    def _held_with(self, person: str, day: date) -> list[Talk]:
        """What was held with a person on a day; one called off after its start may count."""
        return [
            t
            for t in self.talks
            if person in t.people
            and t.day == day
            and t.end <= self.now
            and (not t.off or t.moved_after_end or t.wanted)
        ]

    def _block_end(self, company: Company, end: datetime) -> datetime:
        """The end of the day's talks with a company; a gap over three hours ends the day."""
        day = (end - MINUTE).astimezone(ZONE).date()
        for talk in sorted(
            (t for t in self.talks if t.company is company and not t.off), key=lambda t: t.start
        ):
            if (
                day in {talk.day, (talk.end - MINUTE).astimezone(ZONE).date()}
                and talk.start >= end - 3 * HOUR
                and talk.start <= end + 3 * HOUR
            ):
                end = max(end, talk.end)
        return end

    # --- the oracle: what must hold after each cycle ---

    def _check_replaced(self) -> None:
        """A thank-you is withdrawn only for a reason, or replaced at once."""
        for made in self.withdrawn:
            if made.kind != "thank_you" or self.standing[made.company.domain].stopped or self.troubled:
                continue
            mine = [t for t in self.talks if made.to in t.people and t.day == made.occasion[2] and not t.off]
            mine = [
                t for t in mine if not t.moved_after_end and not t.skipped and made.to not in t.maybe_skipped
            ]
            wrote = [o for o in self.own if o[1] == made.to and o[0] >= made.at]
            phoned = [p for _, p in self.by_phone if p == made.to]
            gone = [h for h in self.heard if h.sender == made.to and h.what in {"bounce", "left"}]
            again = [m for m in self.made if m.occasion == made.occasion and m.fate == "drafted"]
            later = [
                t
                for t in self.talks
                if t.company is made.company and t.day == made.occasion[2] and t.end > self.now
            ]
            assert not mine or wrote or phoned or gone or again or later, (
                f"the thank-you to {made.to} was taken away for no reason"
            )

    def check(self) -> None:
        for follow_up in self.world.store.follow_ups():
            assert follow_up.reason.strip(), (
                f"no reason: {follow_up.kind} to {follow_up.to} is {follow_up.stage}"
            )
        for made in self.made:
            if made.gone_at and made.fate == "deleted" and self.now < made.gone_at + 30 * MINUTE:
                stage = getattr(self.world.store.follow_up(made.key), "stage", None)
                assert stage is not Stage.DISCARDED, f"{made.to}: given up within the grace of a gone draft"
        open_ = Counter(m.occasion for m in self.made if m.fate == "drafted")
        assert all(count == 1 for count in open_.values()), f"two open drafts: {open_}"
        if not self.troubled:
            for made in self.open_drafts():
                self._check_lingering(made)
            self._check_owed()

    def _check_lingering(self, made: Made) -> None:
        """An untouched draft goes when it is not wanted any more."""
        if made.touched or any(o[3] == made.id and o[4] == "edited" for o in self.own):
            return
        if self._expired(made):
            return
        if made.kind == "letter":
            return
        standing = self.standing[made.company.domain]
        assert not standing.stopped, f"an untouched draft to {made.to} lies there after a stop"
        if made.kind == "nudge":
            answers = self.unsettled(made.company)
            assert not answers, f"an untouched nudge lies there after an answer at {answers[0].at}"
            ahead = [t for t in self.talks if t.company is made.company and not t.off and t.start > self.now]
            assert not ahead, "an untouched nudge lies there with an interview ahead"
            return
        mine = [t for t in self.talks if made.to in t.people and t.day == made.occasion[2]]
        drafts = self.sent_drafts
        if mine and not made.allowed and not any(t.wanted for t in mine):
            end = max(t.end for t in mine)
            wrote = [
                o
                for o in self.own
                if o[1] == made.to and o[0] >= end and o[4] == "sent" and o[3] not in drafts
            ]
            assert not wrote, f"an untouched thank-you to {made.to} lies there, though the user has written"

    def _expired(self, made: Made) -> bool:
        """Unsent for 14 days, or 10 working days: left alone."""
        if made.kind == "thank_you":
            return self.now >= made.at + 14 * DAY
        return self.now.astimezone(ZONE).date() >= nth_working_day(made.at.date(), 10, COMPANIES[0])

    def _check_owed(self) -> None:
        """A thank-you that is owed is there, whatever was answered."""
        for talk in self.talks:
            if self._excused(talk):
                continue
            for person in talk.people:
                if self._owed(talk, person):
                    made = [
                        m
                        for m in self.made
                        if m.kind == "thank_you" and m.to == person and m.occasion[2] == talk.day
                    ]
                    assert made, f"no thank-you to {person} for the talk that ended {talk.end}"

    def _excused(self, talk: Talk) -> bool:
        standing = self.standing[talk.company.domain]
        seen_in_time = talk.seen is not None and talk.seen <= talk.end
        due = self._block_end(talk.company, talk.end) + 45 * MINUTE
        in_time = due <= self.now < talk.end + 6 * DAY
        return (
            talk.off
            or talk.moved_after_end
            or bool(talk.skipped)
            or standing.ever_stopped
            or not seen_in_time
            or not in_time
            or self.ever_troubled
            or self.troubled  # from a look after a lost cursor nothing is drafted; the next cycle makes it
            or self.paused is not None
        )

    def _owed(self, talk: Talk, person: str) -> bool:
        later = [t for t in self.talks if person in t.people and t.day == talk.day and t.end > talk.end]
        wrote = [o for o in self.own if o[1] == person and o[0] >= talk.end]
        gone = [h for h in self.heard if h.sender == person and h.what in {"bounce", "left"}]
        phoned = [p for _, p in self.by_phone if p == person]
        return not (later or wrote or gone or phoned or person in talk.maybe_skipped)

    # --- the end of a life ---

    def finish(self, *, sends: bool) -> None:
        """Sixty working days in which nobody writes to us; the user sends every draft, or does nothing."""
        self.mend()
        quiet_from = max([self.now, *(t.end for t in self.talks)])
        last = max([quiet_from, *self._promised()]) + 95 * DAY
        while self.now < last:
            if sends:
                for made in self.open_drafts():
                    self.send(made)
            self._next_moment(last)
            self.cycle()
        if sends:
            for made in self.open_drafts():
                self.send(made)
        self.cycle(self.now + MINUTE)
        try:
            self._check_ended()
        except AssertionError as error:
            raise AssertionError(f"{error}\nat the end, {sends=}, of\n" + "\n".join(self.story)) from None

    def _promised(self) -> list[datetime]:
        days = [d for s in self.standing.values() for d in (s.decision_by, s.snoozed) if d]
        days += [h.returns for h in self.heard if h.returns]
        return [datetime.combine(d, time(12), UTC) for d in days]

    def _next_moment(self, last: datetime) -> None:
        store = self.world.store
        wake = self.now if store.due_processes(self.now) else store.next_wake(self.now)
        moment = wake + MINUTE if wake is not None else self.now + 10 * DAY
        self.busy = self.busy + 1 if moment <= self.now + MINUTE else 0
        assert self.busy < 20, "a process is thought of in every cycle for ever"
        self.now = min(max(moment, self.now + 6 * HOUR), self.now + (3 * DAY if wake else 10 * DAY), last)

    def _check_ended(self) -> None:
        store = self.world.store
        for f in store.follow_ups():
            assert f.stage in FINAL, (
                f"{f.kind} to {f.to} is {f.stage} for ever: {f.reason}; due {f.due}, held {f.held}"
            )
        for p in store.processes():
            assert p.state is ProcessState.CLOSED, (
                f"{p.domains} is {p.state} for ever since {p.since}: {p.reason}"
            )
        questions = store.questions(only_open=True)
        assert not questions, f"a question for ever: {questions[0].text}"
        commits, boxes = store.commits, self._boxes()
        for _ in range(6):
            self.cycle(self.now + 7 * DAY)
        assert self._boxes() == boxes, "the program acts after the end"
        wake = store.next_wake(self.now)
        assert wake is None or store.commits - commits <= 6, f"it wakes for ever: {wake}"


@contextmanager
def life(at: str = "2026-03-02 08:00", accounts: tuple[str, ...] = ("personal",)) -> Iterator[Life]:
    """A life in a folder of its own."""
    with tempfile.TemporaryDirectory(prefix="life-", dir=WHERE) as folder:
        lived = Life(Path(folder) / "state", accounts, at)
        try:
            yield lived
        finally:
            lived.close()
