"""Who gets a letter that the user asks for, and which letters the end of a process calls for.

Only what is stored is read and no config: `stop` and `letter` work beside a config that can't be used. So
nobody counts as known for whom no letter was ever made, unless the user named or wrote to them: the guests of an
event may be fellow candidates.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from followupd.core import tables, tidings
from followupd.core.addresses import canonical, domain_of, is_below
from followupd.core.case import Case
from followupd.core.fates import left_us
from followupd.core.model import (
    WAS_SENT,
    Arrival,
    ArrivalClass,
    FollowUp,
    Kind,
    Part,
    Person,
    Purpose,
)
from followupd.core.rounds import Talks, effective, talks

TO_THE_AGENCY = frozenset({Purpose.THANKS_AFTER_REJECTION, Purpose.WITHDRAW})
_BY_REASON = {
    "rejected": (Purpose.THANKS_AFTER_REJECTION,),
    "offer": (Purpose.THANKS_FOR_OFFER,),
    "accepted": (),  # what is said then, no letter of ours says
    "withdrawn": (Purpose.WITHDRAW,),
    "other": (Purpose.KEEP_IN_TOUCH,),
}


# --- which letters ------------------------------------------------------------------------------


def held(case: Case, zone: str, now: datetime) -> Talks:
    """The interviews of a process, as the planner sees them."""
    lettered = {i for f in case.follow_ups if f.drafted_at or f.sent for i in f.interviews}
    return talks(case.interviews, zone, now, lettered)


def called_for(case: Case, here: Talks, because: str, *, everything: bool) -> tuple[Purpose, ...]:
    """The letters that the end of a process calls for; none where nobody was met.

    `everything`: all processes were stopped at once. Where an offer was accepted, the others want to hear that
    the application is withdrawn, but for those who have said no; who made an offer is probably the one.
    """
    if here.last_end is None:
        return ()
    if not everything or because != "accepted":
        return _BY_REASON[because]
    told = {a.judgement.sub_kind for a in case.arrivals if a.received > here.last_end and _may_count(a)}
    return () if told & {tidings.REJECTION, tidings.OFFER} else (Purpose.WITHDRAW,)


def _may_count(arrival: Arrival) -> bool:
    return effective(arrival) in {ArrivalClass.HUMAN, ArrivalClass.NOTICE, ArrivalClass.UNSURE}


# --- to whom ------------------------------------------------------------------------------------


def recipient(case: Case, purpose: Purpose) -> Person | None:
    """The right person to write to, None where nobody is known who may be.

    Who wrote last; else who would be nudged: recruiter, organiser, then the interviewer met last, of those who
    were thanked; else the agency's consultant. An agency is never passed over with bad news.
    """
    if case.process.via and purpose in TO_THE_AGENCY:
        return _consultant(case)
    return _last_writer(case) or _thanked(case) or (_consultant(case) if case.process.via else None)


def why_not(case: Case, person: Person) -> str:
    """Why nothing can be written to somebody, "" if it can."""
    address = canonical(person.address)
    closed = dict(case.process.closed_people).get(address)
    if closed is not None:
        return closed or "they can't be written to any more"
    if address in {canonical(who) for who in case.process.dropped}:
        return "you took them out of this process"
    if tables.is_robot_local(person.address.rpartition("@")[0]):
        return "nobody reads what is sent there"
    if any(canonical(p.address) == address and p.route == "none" for p in case.process.people):
        return "you said that no letters go there"
    return ""


def is_machinery(case: Case, address: str) -> bool:
    """Whether a program runs the address, a recruiting system for one. Its maker may be the employer, too."""
    domain = domain_of(address)
    return bool(tables.machinery(domain)) and not _is_theirs(case, domain)


def known(case: Case) -> dict[str, Person]:
    """Everybody who is beyond doubt, by address: with a letter of ours, named by the user, or written to by them."""
    found = dict(_written_for(case))
    mine = {a for x in case.letters if x.present and left_us(x) for a in x.to}
    for arrival in case.arrivals:
        if arrival.sender in mine and _is_theirs(case, domain_of(arrival.sender)):
            found.setdefault(arrival.sender, Person(address=arrival.sender, name=arrival.sender_name))
    named = [p for i in case.interviews for p in i.people] + list(case.process.people)
    for person in named:
        if address := canonical(person.address):
            found[address] = _as_named(found.get(address), person)
    return found


def _written_for(case: Case) -> Iterator[tuple[str, Person]]:
    """Who got a letter of ours, or has one in Drafts; the latest says what they are."""
    for f in sorted(case.follow_ups, key=lambda f: f.ends):
        made = f.drafted_at or f.sent or f.message_id or f.former_ids
        if f.to and made and not f.held:
            yield f.to, Person(address=f.address or f.to, name=f.name, part=f.part)


def _as_named(before: Person | None, person: Person) -> Person:
    if before is None:
        return person
    says_part = person.part_set or person.part is not Part.INTERVIEWER
    part = person.part if says_part else before.part
    return replace(person, name=person.name or before.name, address=before.address, part=part)


def _is_theirs(case: Case, domain: str) -> bool:
    return any(is_below(domain, own) for own in case.process.domains)


def _usable(case: Case) -> dict[str, Person]:
    everybody = known(case).items()
    return {a: p for a, p in everybody if not why_not(case, p) and not is_machinery(case, a)}


def _last_writer(case: Case) -> Person | None:
    """Who wrote the latest human message, if they are known."""
    wrote = [a for a in case.arrivals if effective(a) is ArrivalClass.HUMAN and _is_about_it(case, a)]
    latest = max(wrote, key=lambda a: a.received, default=None)
    return _usable(case).get(latest.sender) if latest else None


def _is_about_it(case: Case, arrival: Arrival) -> bool:
    """Colleagues of one's own company write about much else."""
    named = bool(arrival.answers) or arrival.names_role or arrival.marked == "human"
    return not arrival.shared and (named or not case.process.internal)


def _thanked(case: Case) -> Person | None:
    """Of those who were thanked the one who would be nudged (see `core.nudges`)."""
    usable = _usable(case)
    thanked = [
        f for f in case.follow_ups if f.kind is Kind.THANK_YOU and f.stage in WAS_SENT and f.to in usable
    ]
    latest = {f.to: f for f in sorted(thanked, key=lambda f: f.ends)}
    first = min(latest.values(), key=lambda f: _rank(case, f, usable[f.to]), default=None)
    return usable[first.to] if first else None


def _rank(case: Case, thanked: FollowUp, person: Person) -> tuple[int, float, datetime, str]:
    hosts = {canonical(i.event.organizer.email) for i in case.interviews if i.event.organizer}
    is_recruiter = person.part in {Part.RECRUITER, Part.AGENCY}
    arranges = thanked.to in hosts or person.part is Part.COORDINATOR
    sent_at = thanked.sent.at if thanked.sent else thanked.ends
    return 0 if is_recruiter else 1 if arranges else 2, -thanked.ends.timestamp(), sent_at, thanked.to


def _consultant(case: Case) -> Person | None:
    """The agency's consultant: who wrote last, else who was thanked last, else as the user named them."""
    agency = {a: replace(p, part=Part.AGENCY) for a, p in _usable(case).items() if _is_agency(case, a, p)}
    for likely in (_last_writer(case), _thanked(case)):
        if likely and canonical(likely.address) in agency:
            return agency[canonical(likely.address)]
    via = Person(address=case.process.via, part=Part.AGENCY)
    if not agency and "@" in via.address and not why_not(case, via):
        return via
    return next(reversed(agency.values()), None)


def _is_agency(case: Case, address: str, person: Person) -> bool:
    via = case.process.via
    named = address == canonical(via) if "@" in via else is_below(domain_of(address), via)
    return person.part is Part.AGENCY or named
