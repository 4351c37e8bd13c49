"""Events, people and policies in few words, for the tests of the rules about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from followupd.core.model import (
    Address,
    Attendee,
    CalendarUserType,
    Choice,
    Event,
    HiringProcess,
    Interview,
    Me,
    Organisation,
    PartStat,
    PeopleRules,
    Person,
    Policy,
    Rule,
    Verdict,
)

START = datetime(2026, 3, 4, 14, 0, tzinfo=UTC)
ME = "sam@example.com"


@dataclass(frozen=True)
class TwoLabels:
    """A reference that knows one public suffix of two labels (co.uk)."""

    def holidays(self, country: str, region: str, year: int) -> frozenset[date]:
        return frozenset()

    def country_of(self, zone: str) -> str:
        return ""

    def registrable(self, domain: str) -> str:
        labels = domain.split(".")
        return ".".join(labels[-3:] if domain.endswith(".co.uk") else labels[-2:])


def policy(
    *,
    mine: tuple[str, ...] = (ME, "*@lee.example"),
    rules: tuple[Rule, ...] = (Rule(title=r"\binterview\b"),),
    none: tuple[Rule, ...] = (),
    organisations: tuple[Organisation, ...] = (),
    people_mine: tuple[str, ...] = (),
    **people: Any,
) -> Policy:
    return Policy(
        me=Me(name="Sam Lee", addresses=mine, zone="Europe/London"),
        reference=TwoLabels(),
        any=rules,
        none=none,
        people=PeopleRules(mine=people_mine, **people),
        organisations=organisations,
    )


def guest(email: str, name: str = "", partstat: str = "accepted", cutype: str = "individual") -> Attendee:
    return Attendee(email, name, PartStat(partstat), CalendarUserType(cutype))


def event(*guests: Attendee | str, organizer: str = "", **fields: Any) -> Event:
    """An interview at Acme. Guests may be plain addresses; the user is on it only when named."""
    fields.setdefault("title", "Interview")
    fields.setdefault("uid", "uid-1")
    fields.setdefault("start", START)
    fields.setdefault("end", START + timedelta(hours=1))
    name, _, email = organizer.rpartition(" ")
    return Event(
        organizer=Address(email, name) if organizer else None,
        attendees=tuple(guest(one) if isinstance(one, str) else one for one in guests),
        **fields,
    )


def interview(of: Event, **fields: Any) -> Interview:
    return Interview(
        id="i1",
        process="p1",
        account="personal",
        invited=ME,
        event=of,
        verdict=Verdict(Choice.YES, "the title matches"),
        recognised=START,
        **fields,
    )


def process(**fields: Any) -> HiringProcess:
    return HiringProcess(key="p1", since=START, **fields)


def person(address: str, name: str = "", **fields: Any) -> Person:
    return Person(address=address, name=name, **fields)
