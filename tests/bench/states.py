"""States of any size, as the planner itself would leave them: it is asked once, the rest are copies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from followupd.core import interviews as rules
from followupd.core.actions import Advance
from followupd.core.case import Case, Known, Snapshot
from followupd.core.keys import follow_up_key
from followupd.core.model import Attendee, Event, FollowUp, HiringProcess, Interview, Kind, event_id
from followupd.core.planner import plan
from followupd.cycle import Cycle
from followupd.observe import OpenAccount
from followupd.providers.memory import MemoryCalendar, MemoryMailbox
from followupd.store import Store
from tests.world import ME, policy, wording

ACCOUNT = "personal"
NOW = datetime(2026, 3, 4, 15, 0, tzinfo=UTC)  # a Wednesday
EARLIER = NOW - timedelta(days=1)
HELD = NOW - timedelta(hours=3)
AHEAD = NOW + timedelta(days=10)
NAMES = ("Dana Reyes", "Kim Park", "Omar Haddad", "Ines Costa")
POLICY = policy()
SNAPSHOT = Snapshot(
    accounts=frozenset({ACCOUNT}), calendars=frozenset({ACCOUNT}), mailboxes=frozenset({ACCOUNT})
)


@dataclass(frozen=True, slots=True)
class Company:
    """All that is stored of one company: one interview, a thank-you planned for each who holds it."""

    process: HiringProcess
    interview: Interview
    follow_ups: tuple[FollowUp, ...]

    def case(self) -> Case:
        """As the planner sees it."""
        return Case(process=self.process, version=1, interviews=(self.interview,), follow_ups=self.follow_ups)


def company(name: str, starts: datetime, people: int) -> Company:
    """A company whose interview was known before its end; nothing is due before it."""
    pattern = _pattern(starts, people)
    domain = f"{name}.example"
    event = replace(
        pattern.interview.event,
        uid=f"talk@{domain}",
        attendees=(Attendee(ME, "Sam Lee"), *(Attendee(_address(n, domain), n) for n in NAMES[:people])),
    )
    interview = replace(pattern.interview, id=event_id(event.uid, ""), process=name, event=event)
    letters = (
        replace(
            letter,
            key=follow_up_key(Kind.THANK_YOU, _address(letter.name, domain), letter.occasion),
            process=name,
            to=_address(letter.name, domain),
            address=_address(letter.name, domain),
            interviews=(interview.id,),
        )
        for letter in pattern.follow_ups
    )
    process = replace(pattern.process, key=name, organisation=name.title(), domains=(domain,))
    return Company(process, interview, tuple(letters))


def _address(name: str, domain: str) -> str:
    return f"{name.split(maxsplit=1)[0].lower()}@{domain}"


@cache
def _pattern(starts: datetime, people: int) -> Company:
    """What the planner makes of such a company, a day before now."""
    event = Event(
        uid="talk@acme.example",
        title="Interview with Sam Lee",
        start=starts,
        end=starts + timedelta(hours=1),
        attendees=(
            Attendee(ME, "Sam Lee"),
            *(Attendee(_address(n, "acme.example"), n) for n in NAMES[:people]),
        ),
    )
    process = HiringProcess(key="acme", organisation="Acme", domains=("acme.example",), since=EARLIER)
    interview = Interview(
        id=event_id(event.uid, ""),
        process="acme",
        account=ACCOUNT,
        invited=ME,
        event=event,
        verdict=rules.judge(event, POLICY),
        recognised=EARLIER,
    )
    case = Company(process, interview, ()).case()
    made = plan(Known(cases=(case,)), SNAPSHOT, POLICY, EARLIER, wording)
    follow_ups = [a.follow_up for p in made.processes for a in p.actions if isinstance(a, Advance)]
    assert len(follow_ups) == people, made
    return Company(process, interview, tuple(follow_ups))


def waiting(count: int) -> Iterator[Company]:
    """Companies with an interview ahead and four letters each, none of them due."""
    return (company(f"ahead{i}", AHEAD, len(NAMES)) for i in range(count))


def due(count: int) -> Iterator[Company]:
    """Companies to which one letter each is due now."""
    return (company(f"held{i}", HELD, 1) for i in range(count))


def fill(store: Store, companies: Iterator[Company], wake_at: datetime) -> None:
    """Stores companies in one transaction; they are to be thought of at `wake_at`."""
    with store.transaction():
        for one in companies:
            store.put_process(one.process)
            store.put_interview(one.interview)
            for follow_up in one.follow_ups:
                assert store.put_follow_up(follow_up)
        store.write("UPDATE process SET wake_at = ? WHERE wake_at = 0", wake_at.timestamp())


def make(folder: Path, count: int) -> Store:
    """A store that knows of `count` companies, none due, as a cycle over nothing leaves it."""
    store = Store(folder)
    Cycle(store, {ACCOUNT: account()}, POLICY, wording, None, "rules").run(EARLIER)
    # Only while it is filled: the store that is measured is opened anew, as it always is.
    for faster in ("cache_size = -500000", "journal_mode = OFF", "synchronous = OFF"):
        store.connection.execute(f"PRAGMA {faster}")
    fill(store, waiting(count), AHEAD + timedelta(hours=1))
    store.close()
    return Store(folder)


def account(calendar: MemoryCalendar | None = None) -> OpenAccount:
    """An account in memory."""
    return OpenAccount(ACCOUNT, (("calendar:0", calendar or MemoryCalendar()),), MemoryMailbox())
