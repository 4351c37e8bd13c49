"""Builders for the tables of etiquette: a life in steps → the letters that appear, each with its moment.

A case reads: what happens and when, then the lines that the life must show, "Wed 2026-03-04 16:45
thank_you to dana", in Sam's zone. The clock jumps between a grid of three hours, the steps, the
planner's own wake-ups, and the minute before and of each expected line, so that a letter that comes
early, late or twice shows. Nothing here asks the product what a date should be.

Kinds of lines: a letter appears ("thank_you to dana"), is withdrawn ("... withdrawn") or replaced
("... replaced"); these are always compared. A "reminder ...", "asks TOPIC" or "closed" (date only) is
compared in the cases that name one, or list the kind in `also`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from followupd.core.model import Attendee, Event, Folder, Message, PartStat, Policy, ProcessState
from followupd.orders import Orders
from tests.world import ME, World

NAMES = {
    "dana": "Dana Reyes",
    "kim": "Kim Novak",
    "lee": "Leo Brandt",
    "mia": "Mia Stone",
    "ned": "Ned Archer",
    "olga": "Olga Petrova",
    "paul": "Paul Weber",
    "rita": "Rita Hale",
    "gary": "Gary Flint",
    "carol": "Carol West",
    "zoe": "Zoe Marsh",
}
GRID = timedelta(hours=3)
SPINS = 50
QUIET_KINDS = ("reminder", "asks", "closed")


@dataclass(frozen=True)
class Step:
    """Something that happens at a moment. `wakes` is set where no cycle runs until then from `at`."""

    at: str
    do: Callable[[Life], object]
    asleep_until: str = ""


@dataclass
class Line:
    """One thing that was seen."""

    at: datetime
    kind: str
    what: str

    def text(self, world: World) -> str:
        if self.kind == "closed":  # midnight is the end of the day before
            return f"{(self.at - timedelta(seconds=1)).astimezone(world.zone):%a %Y-%m-%d} {self.what}"
        return f"{self.at.astimezone(world.zone):%a %Y-%m-%d %H:%M} {self.what}"


class Life:
    """A world that is watched while it is lived."""

    def __init__(self, folder: Path, policy: Policy | None, accounts: Iterable[str]) -> None:
        self.world = World(folder / "state", policy, accounts)
        self.lines: list[Line] = []
        self.said: list[str] = []
        self.seen: dict[str, tuple[str, str]] = {}
        self.ours: dict[str, Message] = {}
        self.asked: set[str] = set()
        self.closed: set[str] = set()
        self.spins = 0

    # --- the clock ---

    def play(self, steps: list[Step], until: datetime, extra: Iterable[datetime]) -> None:
        world = self.world
        todo = sorted(((world.time(s.at), n, s) for n, s in enumerate(steps)), key=lambda x: x[:2])
        now = todo[0][0] - timedelta(hours=1)
        naps = [(at, world.time(s.asleep_until)) for at, _, s in todo if s.asleep_until]
        marks = {now} | set(extra) | {at for at, _, _ in todo} | {end for _, end in naps}
        at = now
        while at <= until:
            marks.add(at)
            at += GRID
        while True:
            while todo and todo[0][0] <= now:
                todo.pop(0)[2].do(self)
            awake = not any(start <= now < end for start, end in naps)
            if awake:
                self.cycle(now)
            later = [m for m in marks if m > now]
            wake = world.store.next_wake(now) if awake else None
            if awake and (due := world.store.due_processes(now)):
                self.spins += 1
                assert self.spins < SPINS, f"at {now} the planner wants to think of {due} at once, for ever"
                later.append(now + timedelta(minutes=5))
            if wake is not None:
                later.append(wake)
            now = min(later, default=until + timedelta(1))
            if now > until:
                return

    def cycle(self, at: datetime) -> None:
        before = {(a, m.id): m for a in self.world.mailboxes for m in self.world.drafts(a)}
        done = self.world.cycle(at)
        after = {(a, m.id): m for a in self.world.mailboxes for m in self.world.drafts(a)}
        came = [m for k, m in after.items() if k not in before]
        went = [m for k, m in before.items() if k not in after]
        fresh = sorted(self._name(m) for m in came)
        old = sorted(self._name(m) for m in went)
        for what in old:
            if what in fresh:
                fresh.remove(what)
                self._line(at, "letter", f"{what} replaced")
            else:
                self._line(at, "letter", f"{what} withdrawn")
        for what in fresh:
            self._line(at, "letter", what)
        self._note(at, done)

    def _note(self, at: datetime, done: Iterable[Any]) -> None:
        for d in done:
            self.said.append(f"{d.action} {d.kind} {d.to} {d.reason}")
            if d.action == "remind":
                self._line(at, "reminder", f"reminder {d.kind} to {short(d.to)}")
        for question in self.world.questions():
            if question.id not in self.asked:
                self.asked.add(question.id)
                self._line(at, "asks", f"asks {question.topic}")
        closed = {p.key for p in self.world.store.processes() if p.state is ProcessState.CLOSED}
        for _ in closed - self.closed:
            self._line(at, "closed", "closed")
        self.closed = closed

    def _line(self, at: datetime, kind: str, what: str) -> None:
        self.lines.append(Line(at, kind, what))

    def _name(self, draft: Message) -> str:
        if draft.message_id not in self.seen:
            found = [f for f in self.world.follow_ups() if f.message_id == draft.message_id]
            kind = found[0].kind.value if found else "unknown letter"
            self.seen[draft.message_id] = (kind, found[0].name if found else "")
        kind, name = self.seen[draft.message_id]
        return f"{kind} to {short(draft.to[0].email) if draft.to else f'nobody ({name})'}"

    # --- what is known ---

    def facts(self) -> list[str]:
        """Everything that the product says of itself, one fact a line."""
        world, out = self.world, list(self.said)
        out += [
            f"letter {f.kind} to {short(f.to)} {f.name} is {f.stage}: {f.reason}"
            f" {'late' if f.late else 'in time'}"
            f"{' without thread' if f.kind == 'nudge' and not self._threaded(f.message_id) else ''}"
            for f in world.follow_ups()
        ]
        out += [f"question {q.topic} {q.state}: {q.text}" for q in world.store.questions()]
        for p in world.store.processes():
            out.append(f"process {p.organisation} {' '.join(p.domains)} is {p.state}: {p.reason}")
            out += [f"told {action}: {reason}" for _, _, action, reason in world.store.history(p.key)]
        out += [f"told {action}: {reason}" for _, _, action, reason in world.store.history("")]
        out += [
            f"interview {i.event.title} {i.verdict.choice}: {i.verdict.reason} {i.cancel_reason}"
            for i in world.store.interviews()
        ]
        out += [
            f"event {e.title} {choice}: {reason}"
            for _, _, _, choice, reason, e in world.store.all_sightings()
        ]
        return out

    def _threaded(self, message_id: str) -> bool:
        everything = [m for a in self.world.mailboxes.values() for m in a.all()]
        return any(m.in_reply_to for m in everything if m.message_id == message_id)


def short(address: str) -> str:
    """ "dana" for dana@acme.example; other addresses whole."""
    return address.removesuffix("@acme.example") or "nobody"


def person(word: str) -> str:
    """ "Dana Reyes <dana@acme.example>" for "dana" or "dana@globex.example"."""
    local, _, domain = word.partition("@")
    address = f"{local}@{domain or 'acme.example'}"
    return f"{NAMES[local]} <{address}>" if local in NAMES else address


def _before(moment: str, **span: float) -> str:
    return (datetime.fromisoformat(moment) - timedelta(**span)).isoformat(sep=" ")


# --- steps: calendar --------------------------------------------------------------------------------


def talk(
    start: str, end: str, *people: str | Attendee, seen: str = "", organizer: str = "", **more: Any
) -> Step:
    """An interview is in the calendar from `seen` on (two days before it, unless said otherwise)."""
    end = end if "-" in end else f"{start[:10]} {end}"
    invited = [person(p) if isinstance(p, str) else p for p in people]
    more.setdefault("uid", f"{start} {'+'.join(p if isinstance(p, str) else p.email for p in people)}")
    host = person(organizer) if organizer else ""

    def do(life: Life) -> Event:
        return life.world.event(start, end, invited, organizer=host, **more)

    return Step(seen or _before(start, days=2), do)


def me(partstat: PartStat) -> Attendee:
    """Sam on the list of the invited, with an answer."""
    return Attendee(ME, "Sam Lee", partstat)


def _event(life: Life, uid: str, account: str = "personal") -> Event:
    found = [e for e in life.world.calendars[account]._events.values() if e.uid.startswith(uid)]
    assert len(found) == 1, f"{len(found)} events of {uid}"
    return found[0]


def moved(at: str, uid: str, start: str, end: str) -> Step:
    """The event whose uid begins so is moved."""
    end = end if "-" in end else f"{start[:10]} {end}"

    def do(life: Life) -> None:
        times = {"start": life.world.time(start), "end": life.world.time(end)}
        life.world.calendars["personal"].put(replace(_event(life, uid), **times))

    return Step(at, do)


def changed(at: str, uid: str, **more: Any) -> Step:
    """Something else about the event is changed."""
    return Step(at, lambda life: life.world.calendars["personal"].put(replace(_event(life, uid), **more)))


def cancelled(at: str, uid: str) -> Step:
    """The organiser cancels the event."""
    return Step(at, lambda life: life.world.calendars["personal"].cancel(_event(life, uid).uid))


def removed(at: str, uid: str) -> Step:
    """The event is gone from the calendar."""
    return Step(at, lambda life: life.world.calendars["personal"].remove(_event(life, uid).uid))


# --- steps: mail ------------------------------------------------------------------------------------


def _draft(life: Life, to: str) -> tuple[str, Message]:
    found = [
        (account, m)
        for account in life.world.mailboxes
        for m in life.world.drafts(account)
        if any(short(a.email) == to for a in m.to) or (not m.to and to == "nobody")
    ]
    assert len(found) == 1, f"{len(found)} drafts to {to}"
    return found[0]


def sends(at: str, *to: str) -> Step:
    """Sam sends the drafts as they are."""

    def do(life: Life) -> None:
        for who in to:
            account, draft = _draft(life, who)
            life.ours[who] = life.world.send(draft, at=at, account=account)

    return Step(at, do)


def deletes(at: str, *to: str) -> Step:
    """Sam deletes the drafts for good."""
    return Step(at, lambda life: [life.world.delete(d, a) for a, d in (_draft(life, who) for who in to)])


def edits(at: str, to: str) -> Step:
    """Sam rewrites the draft and saves it."""

    def do(life: Life) -> None:
        account, draft = _draft(life, to)
        life.world.edit(draft, at=at, account=account)

    return Step(at, do)


def writes(at: str, to: str, **more: Any) -> Step:
    """Sam writes a mail of his own."""
    return Step(at, lambda life: life.world.write(person(to), at=at, **more))


def answers(at: str, who: str, *, to: str = "", **more: Any) -> Step:
    """A person writes: in the thread of the letter sent `to` somebody, else in a new one."""

    def do(life: Life) -> None:
        thread = life.ours[to].message_id if to else ""
        life.world.receive(person(who), at=at, in_reply_to=thread, **more)

    return Step(at, do)


def away(at: str, who: str, text: str) -> Step:
    """The automatic reply to the letter that was sent to this person."""
    return Step(
        at, lambda life: life.world.away(person(who), at=at, text=text, in_reply_to=life.ours[who].message_id)
    )


def bounces(at: str, who: str) -> Step:
    """The letter to this person comes back: 5.1.1, as RFC 3464 has it."""
    address = person(who).partition("<")[2].rstrip(">") or person(who)

    def do(life: Life) -> None:
        letter = life.ours[who]
        mail = MIMEMultipart("report", report_type="delivery-status")
        mail["From"] = "Mail Delivery System <MAILER-DAEMON@example.com>"
        mail["To"] = ME
        mail["Subject"] = "Undelivered Mail Returned to Sender"
        mail["Date"] = format_datetime(life.world.time(at))
        mail["Message-ID"] = f"<bounce-{address}>"
        mail["Auto-Submitted"] = "auto-replied"
        mail.attach(MIMEText(f"<{address}>: host mx said: 550 5.1.1 user unknown"))
        host, final = MIMEText(""), MIMEText("")
        del host["MIME-Version"], final["MIME-Version"]
        lines = (
            "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.com\n\n"
            f"Final-Recipient: rfc822; {address}\nAction: failed\nStatus: 5.1.1\n"
            "Diagnostic-Code: smtp; 550 5.1.1 user unknown\n"
        )
        returned = f"Content-Type: text/rfc822-headers\n\nMessage-ID: <{letter.message_id}>\nTo: {address}\n"
        text = mail.as_string()
        end = text.rstrip().removesuffix("--")
        raw = f"{end}\n{lines}\n{end.splitlines()[-1]}\n{returned}\n{end.splitlines()[-1]}--\n"
        life.world.mailboxes["personal"].put(raw.encode(), Folder.INBOX, life.world.time(at))

    return Step(at, do)


# --- steps: Sam and the machine ---------------------------------------------------------------------


def says(at: str, order: Callable[[Orders], object]) -> Step:
    """Sam gives a command."""
    return Step(at, lambda life: order(life.world.orders(at)))


def asleep(at: str, until: str) -> Step:
    """The laptop sleeps: no cycle from `at` until `until`, when there is one at once."""
    return Step(at, lambda life: None, until)


def day(text: str) -> date:
    return date.fromisoformat(text)


# --- cases ------------------------------------------------------------------------------------------


def case(
    name: str,
    steps: list[Step],
    lines: list[str],
    *,
    until: str,
    how: str = "",
    because: Iterable[str] = (),
    also: tuple[str, ...] = (),
    policy: Policy | None = None,
    accounts: tuple[str, ...] = ("personal",),
) -> Any:
    """One row of a table. `how` says how the dates were worked out by hand; `because` are phrases.

    The words of a phrase must all stand in one fact that the product tells of itself.
    """
    reasons = (because,) if isinstance(because, str) else tuple(because)
    return pytest.param((steps, lines, until, how, reasons, also, policy, accounts), id=name)


def _moment(line: str, world: World) -> datetime | None:
    stamp = " ".join(line.split()[1:3])
    return world.time(stamp) if stamp[-3:-2] == ":" else None


def live(folder: Path, row: tuple[Any, ...]) -> None:
    """Plays a row and compares."""
    steps, lines, until, how, reasons, also, policy, accounts = row
    life = Life(folder, policy, accounts)
    moments = [m for m in (_moment(line, life.world) for line in lines) if m]
    end = until if ":" in until else f"{until} 23:00"
    life.play(
        steps, life.world.time(end), [m - d for m in moments for d in (timedelta(0), timedelta(minutes=1))]
    )
    wanted = [k for k in QUIET_KINDS if k in also or any(k in line.split() for line in lines)]
    seen = [ln.text(life.world) for ln in life.lines if ln.kind == "letter" or ln.kind in wanted]
    told = "\n".join(life.facts())
    assert sorted(seen) == sorted(lines), f"{how}\nseen: {seen}\n{told}"
    for phrase in reasons:
        fits = [f for f in life.facts() if all(w in f.lower() for w in phrase.lower().split())]
        assert fits, f"nothing tells “{phrase}”\n{told}"
