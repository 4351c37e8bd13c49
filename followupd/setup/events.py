"""The events of some weeks: interviews by the rules, those in doubt, and those that look like one without a rule."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from followupd.config import AccountConfig
from followupd.core import organisations
from followupd.core.addresses import canonical, is_mine
from followupd.core.interviews import judge
from followupd.core.model import (
    Attendee,
    CalendarUserType,
    Choice,
    Event,
    EventStatus,
    PartStat,
    Policy,
    event_id,
)
from followupd.core.proposals import appraise
from followupd.credentials import Vault
from followupd.errors import FollowupdError
from followupd.providers.registry import open_calendar

WEEKS = timedelta(weeks=4)
_THINGS = frozenset({CalendarUserType.ROOM, CalendarUserType.RESOURCE, CalendarUserType.GROUP})
_ABSENT = frozenset({PartStat.DECLINED, PartStat.DELEGATED})


@dataclass(frozen=True, slots=True)
class Looked:
    """What the calendars hold, each event once, by time; and what could not be read, in words."""

    events: tuple[Event, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sorted:
    """The events by what the rules say of them, each list by time. `likely` and `nearly` match no rule."""

    interviews: tuple[Event, ...] = ()
    doubtful: tuple[Event, ...] = ()
    likely: tuple[Event, ...] = ()
    nearly: tuple[Event, ...] = ()


def look(accounts: Iterable[AccountConfig], zone: str, vault: Vault, now: datetime) -> Looked:
    """The last and the next four weeks of the accounts' calendars. One that fails never stops another."""
    found: dict[str, Event] = {}
    problems: list[str] = []
    for account in accounts:
        for block in account.calendars:
            try:
                calendar = open_calendar(block, zone, account.name, vault)
                seen = calendar.changes(None, now - WEEKS, now + WEEKS)
            except (FollowupdError, OSError) as error:
                problems.append(str(error))
                continue
            found |= {event_id(one.uid, one.recurrence_id): one for one in seen.events}
            problems += [f"{one.where}: {one.what}" for one in seen.problems]
    ordered = sorted(found.values(), key=lambda event: (event.start, event.title))
    return Looked(tuple(ordered), tuple(dict.fromkeys(problems)))


def sort(events: Iterable[Event], policy: Policy) -> Sorted:
    """What the rules of the policy make of the events, and which others look like interviews. None is cancelled."""
    verdicts = [(e, judge(e, policy)) for e in events if e.status is not EventStatus.CANCELLED]
    unmatched = [(e, appraise(e, policy)) for e, verdict in verdicts if verdict.choice is Choice.NO]
    return Sorted(
        tuple(e for e, verdict in verdicts if verdict.choice is Choice.YES),
        tuple(e for e, verdict in verdicts if verdict.choice is Choice.ASK),
        tuple(e for e, verdict in unmatched if verdict.choice is Choice.YES),
        tuple(e for e, verdict in unmatched if verdict.choice is Choice.ASK),
    )


def others(event: Event, policy: Policy) -> tuple[str, ...]:
    """Names, or addresses, of the people on the event who are not the user."""
    organizer = [Attendee(event.organizer.email, event.organizer.name)] if event.organizer else []
    found: dict[str, str] = {}
    for guest in (*event.attendees, *organizer):
        if guest.cutype in _THINGS or guest.partstat in _ABSENT or is_mine(guest.email, policy):
            continue
        address = canonical(guest.email) or guest.name
        found[address] = found.get(address) or guest.name or guest.email
    return tuple(found.values())


# --- companies ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Company:
    """A company met that has no name yet. `is_read` is whether somebody spelled the name on an event."""

    domain: str
    name: str
    is_read: bool


def unnamed(events: Iterable[Event], policy: Policy) -> list[Company]:
    """The companies of these events that the config does not name, each once, in their order."""
    texts: dict[str, list[str]] = {}
    for event in events:
        belonging = organisations.belongs(event, policy)
        if belonging.domains and not (belonging.name or belonging.internal or belonging.via):
            names = [event.organizer.name] if event.organizer else []
            said = texts.setdefault(belonging.domains[0], [])
            said += [
                event.title,
                *names,
                *(guest.name for guest in event.attendees),
                event.description[:4096],
            ]
    return [_company(domain, said) for domain, said in texts.items()]


def _company(domain: str, texts: Iterable[str]) -> Company:
    """The name as somebody spelled it, else the first part of the domain with a capital."""
    label = domain.partition(".")[0]
    spelled = re.compile(
        rf"(?<![\w@.-]){re.escape(label).replace('-', '[ -]?')}(?![\w@-]|\.\w)", re.IGNORECASE
    )
    found = [match.group() for text in texts for match in spelled.finditer(text)]
    best = next((name for name in found if not name.islower()), "")
    return Company(domain, best or label.replace("-", " ").title(), bool(best))
