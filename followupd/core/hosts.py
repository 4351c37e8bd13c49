"""Who invites to an event, as far as that tells whether it is an interview of the user's as a candidate."""

from __future__ import annotations

from enum import Enum

from followupd.core import tables
from followupd.core.addresses import domain_of, is_mine, matches
from followupd.core.model import Attendee, CalendarUserType, Event, Policy
from followupd.core.organisations import agency_of, employers, registrable

_THINGS = frozenset({CalendarUserType.ROOM, CalendarUserType.RESOURCE})

# Scheduling programs for interviews alone (their own product pages); all others book sales calls and haircuts too.
_INTERVIEW_SCHEDULERS = tables.table("goodtime.io modernloop.io prelude.co candidate.fyi paradox.ai")
# Recruiting systems that are a part of something larger: their calendars hold absences, anniversaries, webinars.
_HALF_RECRUITING = tables.table("""
    bamboohr.com oraclecloud.com successfactors.com successfactors.eu ultipro.com personio.de personio.com
    myworkday.com rexx-systems.com linkedin.com indeed.com
    """)


class Host(Enum):
    """Who invites: the sentence that says so, and how much it says (two is enough, none speaks neither way)."""

    SYSTEM = "a recruiting system sent it", 2
    AGENCY = "somebody of an agency in your config is on it", 1
    SCHEDULER = "a program for appointments or for all of personnel sent it", 1
    OUTSIDER = "somebody from outside your employers is on it", 1
    NOBODY = "it is an entry of your own", 0
    PRIVATE = "it comes from an address that anybody can have", 0
    MACHINE = "a machine sent it", 0
    MIXED = "colleagues of yours are on it, and somebody from outside", 0
    COLLEAGUES = "all on it are of your own employer", -1
    MINE = "you invited the others", -1
    NOTES = "a note-taking robot sent it", -1

    def __init__(self, sentence: str, weight: int) -> None:
        self.sentence = sentence
        self.weight = weight


def host_of(event: Event, policy: Policy) -> Host:
    """Whose invitation it is, by its organiser and, where that is no person, by its guests."""
    organiser = event.organizer.email if event.organizer and not event.from_mail else ""
    others = [guest.email for guest in event.attendees if _counts(guest, policy)]
    if is_mine(organiser, policy):
        return Host.MINE if others else Host.NOBODY
    if machine := _machine(organiser):
        return machine
    is_person = organiser and not tables.machinery(domain_of(organiser))
    kinds = {_kind(address, policy) for address in (*others, *([organiser] if is_person else ()))}
    if Host.COLLEAGUES in kinds:
        return Host.COLLEAGUES if len(kinds) == 1 else Host.MIXED
    if is_person:
        return _kind(organiser, policy)
    usual = Host.PRIVATE if organiser else Host.NOBODY
    return next((kind for kind in (Host.AGENCY, Host.OUTSIDER, Host.PRIVATE) if kind in kinds), usual)


def _counts(guest: Attendee, policy: Policy) -> bool:
    ours = is_mine(guest.email, policy) or matches(guest.email, policy.people.mine)
    domain = domain_of(guest.email)
    return bool(domain) and not ours and guest.cutype not in _THINGS and not tables.machinery(domain)


def _machine(organiser: str) -> Host | None:
    """What sent it where that was no person; None for a person, nobody, and shared calendars."""
    domain, local = domain_of(organiser), organiser.rpartition("@")[0]
    if tables.listed(domain, tables.NOTE_TAKERS):
        return Host.NOTES
    if tables.listed(domain, _HALF_RECRUITING):
        return Host.SCHEDULER
    if tables.listed(domain, tables.RECRUITING_SYSTEMS) or tables.listed(domain, _INTERVIEW_SCHEDULERS):
        return Host.SYSTEM
    if tables.listed(domain, tables.SCHEDULERS):
        return Host.SCHEDULER
    is_shared = tables.listed(domain, tables.CALENDARS) or tables.listed(domain, tables.GROUPS)
    return Host.MACHINE if tables.is_robot_local(local) and not is_shared else None


def _kind(address: str, policy: Policy) -> Host:
    domain = domain_of(address)
    if registrable(domain, policy) in employers(policy):
        return Host.COLLEAGUES
    if agency_of(address, policy):
        return Host.AGENCY
    says_nothing = tables.is_freemail(domain) or bool(tables.machinery(domain))
    return Host.PRIVATE if says_nothing else Host.OUTSIDER


def sender_domain(event: Event, policy: Policy) -> str:
    """The organiser's domain as a rule can name it, "" where it is the user's or one that anybody shares."""
    organiser = event.organizer.email if event.organizer and not event.from_mail else ""
    domain = domain_of(organiser)
    is_shared = tables.listed(domain, tables.CALENDARS) or tables.listed(domain, tables.GROUPS)
    if is_mine(organiser, policy) or tables.is_freemail(domain) or is_shared:
        return ""
    return registrable(domain, policy)
