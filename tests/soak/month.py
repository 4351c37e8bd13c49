"""A month that is made up once and always the same: sixty interviews, what becomes of them, and all that breaks.

It is data: who is invited where and when, what the user does with each letter, who answers, which account can't
be reached when. Nothing here knows the program. Times are aware; all talks lie on working days of March 2026.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LONDON = ZoneInfo("Europe/London")
BEGIN = datetime(2026, 3, 2, 7, tzinfo=UTC)  # a Monday; the clocks go forward on the 29th
DAYS = 30
FULL = os.environ.get("FOLLOWUPD_SOAK") == "full"

COMPANIES, SECOND_ROUNDS = 48, 12
NAMES = ("Dana Reyes", "Kim Min-jun", "Łukasz Żółć", "Priya Nair", "Omar Haddad", "Ines Roca", "Paul Stern")
ZONES = ("Europe/London",) * 5 + ("America/New_York",)
# What becomes of the talks; all others are held as they were announced.
FATES = {"cancelled": 5, "removed": 2, "declined": 3, "moved": 4, "moved after the draft": 3}
HANDS = ("send",) * 10 + ("edit and send",) * 4 + ("delete",) * 2 + ("write alone",) * 2 + ("leave",) * 2
NUDGE_HANDS = ("send", "send", "send", "edit and send", "delete", "leave")
AWAY = 3  # people whose mailbox answers by itself
LOST = (  # what becomes of the answer to a request that acts
    ("drop", "before", {}),
    ("drop", "after", {}),
    ("drop", "after", {}),
    ("truncated", "after", {}),
    ("status", "before", {"status": 503, "headers": {"Retry-After": "120"}}),
    ("status", "after", {"status": 500}),
    ("rate", "before", {"status": 429, "retry_after": 600}),
)


@dataclass(frozen=True)
class Invited:
    """Somebody who is on one talk and on no other, and what the user does with the letters to them."""

    name: str
    address: str
    hand: str
    nudge_hand: str
    after: timedelta  # from the draft to the hand
    away: bool = False


@dataclass
class Talk:
    """An interview as it is announced. `turns` is when its fate shows in the calendar."""

    number: int
    domain: str
    account: str
    people: list[Invited]
    announced: datetime
    start: datetime
    length: timedelta
    zone: str
    fate: str = "held"
    turns: datetime = BEGIN
    moved_to: datetime | None = None
    answered: datetime | None = None
    answered_in: str = ""

    @property
    def uid(self) -> str:
        return f"talk-{self.number}@{self.domain}"

    @property
    def end(self) -> datetime:
        return self.start + self.length

    @property
    def held(self) -> bool:
        return self.fate in {"held", "moved", "moved after the draft"}

    @property
    def last_start(self) -> datetime:
        """When it is held in the end."""
        return self.moved_to or self.start

    @property
    def last_end(self) -> datetime:
        return self.last_start + self.length


@dataclass(frozen=True)
class Outage:
    """A time in which an account can't be reached."""

    account: str
    kind: str  # 503, 429, refused, unreadable
    begin: datetime
    end: datetime


@dataclass(frozen=True)
class LostAnswer:
    """From this moment on the next request of this kind goes wrong, once."""

    account: str
    at: datetime
    method: str
    kind: str
    when: str
    options: dict[str, object] = field(hash=False)


@dataclass
class Month:
    """All that happens, but for what the program does."""

    talks: list[Talk]
    outages: list[Outage]
    lost: list[LostAnswer]
    end: datetime = BEGIN + DAYS * DAY


GOOGLE = ("personal", "work")
ACCOUNTS = (*GOOGLE, "offline")


def month(seed: int) -> Month:
    """The month of this number."""
    random = Random(seed)
    talks = list(_talks(random))
    _decide_fates(random, talks)
    _answer(random, talks)
    return Month(talks, list(_outages(random)), sorted(_lost(random), key=lambda one: one.at))


def moments(by_day: timedelta, by_night: timedelta) -> Iterator[datetime]:
    """When the clock is stepped: often between eight and twenty in London, seldom at night."""
    moment = BEGIN
    while moment < BEGIN + DAYS * DAY:
        yield moment
        step = by_day if 8 <= moment.astimezone(LONDON).hour < 20 else by_night
        moment += 5 * MINUTE if FULL else step


def working_days(first: date, count: int) -> list[date]:
    """No public holiday of Britain or of the United States lies in this month."""
    days = [first + number * DAY for number in range(count)]
    return [day for day in days if day.weekday() < 5]


# --- the talks ------------------------------------------------------------------------------------------


def _talks(random: Random) -> Iterator[Talk]:
    days = working_days(BEGIN.date(), DAYS - 2)
    for number in range(COMPANIES + SECOND_ROUNDS):
        company = number % COMPANIES
        second = number >= COMPANIES
        # The first rounds of those with a second one lie early, so that both lie in the month.
        early = company < SECOND_ROUNDS and not second
        day = random.choice(days[:5] if early else days[9:] if second else days)
        yield _talk(random, number, company, day)


def _talk(random: Random, number: int, company: int, day: date) -> Talk:
    start = datetime(day.year, day.month, day.day, 9, tzinfo=LONDON) + random.randrange(15) * 30 * MINUTE
    domain = f"company-{company:02d}.example"
    announced = max(BEGIN, start - random.choice((6, 24, 50, 75)) * HOUR - 7 * MINUTE)
    people = [_invited(random, number, place, domain) for place in range(random.choice((1, 1, 2, 2, 3)))]
    return Talk(
        number,
        domain,
        # A company has one account: its second round comes where the first one came.
        ACCOUNTS[company % len(ACCOUNTS)],
        people,
        announced.astimezone(UTC),
        start.astimezone(UTC),
        random.choice((30, 60, 90)) * MINUTE,
        random.choice(ZONES),
    )


def _invited(random: Random, number: int, place: int, domain: str) -> Invited:
    name = NAMES[(number + 3 * place) % len(NAMES)]
    first = name.split()[0].lower().replace("ł", "l")
    return Invited(
        name,
        f"{first}.{number}@{domain}",
        random.choice(HANDS),
        random.choice(NUDGE_HANDS),
        random.choice((1, 3, 6, 15, 22)) * HOUR,
        away=place == 0 and number in range(20, 20 + AWAY),
    )


def _decide_fates(random: Random, talks: list[Talk]) -> None:
    """Only those that lie far enough from both ends of the month."""
    free = [talk for talk in talks if BEGIN + 3 * DAY < talk.start < BEGIN + 20 * DAY]
    random.shuffle(free)
    for fate, count in FATES.items():
        for _ in range(count):
            talk = free.pop()
            talk.fate = fate
            talk.turns = talk.start - random.choice((1, 3, 5)) * HOUR
            if fate == "moved":
                talk.moved_to = talk.start + random.choice((1, 2, 7)) * DAY
            elif fate == "moved after the draft":
                talk.turns = talk.end + 2 * HOUR
                talk.moved_to = talk.start + 3 * DAY
            talk.announced = min(talk.announced, talk.turns - 2 * HOUR)


def _answer(random: Random, talks: list[Talk]) -> None:
    """Half of those that were held; often in the account that was invited, sometimes in another."""
    held = [talk for talk in talks if talk.held]
    for talk in random.sample(held, len(held) // 2):
        talk.answered = talk.last_end + random.choice((2, 20, 26, 50, 98, 146, 194)) * HOUR
        talk.answered_in = talk.account if random.random() < 0.8 else random.choice(ACCOUNTS)


# --- what breaks ----------------------------------------------------------------------------------------


def _outages(random: Random) -> Iterator[Outage]:
    """Each on a day of its own, so that those of one account never overlap."""
    for account in GOOGLE:
        kinds = ["503"] * 5 + ["429"] * 3 + ["refused"]
        for kind, day in zip(kinds, random.sample(range(2, DAYS - 2), len(kinds)), strict=True):
            hours = random.choice((2, 5, 11)) if kind == "503" else 2 if kind == "429" else 0.4
            begin = BEGIN + day * DAY + random.randrange(12) * HOUR
            yield Outage(account, kind, begin, begin + hours * HOUR)
    for day in random.sample(range(2, DAYS - 2), 4):
        begin = BEGIN + day * DAY + random.randrange(12) * HOUR
        yield Outage("offline", "unreadable", begin, begin + random.choice((1, 4)) * HOUR)


def _lost(random: Random) -> Iterator[LostAnswer]:
    for account in GOOGLE:
        for number in range(12):
            kind, when, options = LOST[number % len(LOST)]
            method = "gmail.users.drafts.delete" if number % 5 == 4 else "gmail.users.drafts.create"
            at = BEGIN + random.randrange(24, (DAYS - 3) * 24) * HOUR
            yield LostAnswer(account, at, method, kind, when, options)
