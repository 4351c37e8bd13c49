"""The events of some weeks as the rules see them: interviews, those in doubt, and those that nearly match."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from followupd.config import AccountConfig
from followupd.core import organisations
from followupd.core.addresses import canonical, domain_of, is_mine
from followupd.core.interviews import LONGEST_TITLE, judge
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
from followupd.credentials import Vault
from followupd.errors import FollowupdError
from followupd.providers.registry import open_calendar

WEEKS = timedelta(weeks=4)
# How people title talks with a company that a rule for “interview” does not see, in the languages of the letters.
# The first speak of nothing else; the others also of every meeting with one's own colleagues.
_PLAINLY = re.compile(
    r"\b(?:interviews?|screen(?:ing)?|hiring|recruit\w*|candidate|application|case study|assessment|"
    r"vorstellungsgespräch|kennenlernen|bewerbung\w*|entretien|entrevista|colloquio)\b",
    re.IGNORECASE,
)
_PERHAPS = re.compile(
    r"\b(?:chat|call|talk|phone|intro(?:duction)?|conversation|meet|meeting|coffee|panel|on-?site|gespräch)\b",
    re.IGNORECASE,
)
_NO_RULE = "none of the rules"
_THINGS = frozenset({CalendarUserType.ROOM, CalendarUserType.RESOURCE, CalendarUserType.GROUP})
_ABSENT = frozenset({PartStat.DECLINED, PartStat.DELEGATED})


@dataclass(frozen=True, slots=True)
class Looked:
    """What the calendars hold, each event once, by time; and what could not be read, in words."""

    events: tuple[Event, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sorted:
    """The events by what the rules say of them, each list by time."""

    interviews: tuple[Event, ...] = ()
    doubtful: tuple[Event, ...] = ()
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
    """What the rules of the policy make of the events. Cancelled ones are left out."""
    verdicts = [(e, judge(e, policy)) for e in events if e.status is not EventStatus.CANCELLED]
    return Sorted(
        tuple(e for e, verdict in verdicts if verdict.choice is Choice.YES),
        tuple(e for e, verdict in verdicts if verdict.choice is Choice.ASK),
        tuple(e for e, verdict in verdicts if verdict.reason.startswith(_NO_RULE) and _is_near(e, policy)),
    )


def _is_near(event: Event, policy: Policy) -> bool:
    title = event.title[:LONGEST_TITLE]
    return bool(_PLAINLY.search(title) or (_PERHAPS.search(title) and not _among_colleagues(event, policy)))


def _among_colleagues(event: Event, policy: Policy) -> bool:
    """Whether others are on it, and all of them are of the user's own employer."""
    own = organisations.employers(policy)
    addresses = [guest.email for guest in event.attendees if not is_mine(guest.email, policy)]
    domains = [organisations.registrable(domain_of(address), policy) for address in addresses]
    return bool(domains) and all(domain in own for domain in domains)


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
