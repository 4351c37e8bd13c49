"""Everybody who stands on an event, each once, with what the user set; and what is asked about them all."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from followupd.core import tables
from followupd.core.addresses import canonical, clean, domain_of, is_mine, matches
from followupd.core.model import (
    Address,
    Attendee,
    CalendarUserType,
    HiringProcess,
    Interview,
    Organisation,
    Part,
    PartStat,
    Person,
    Policy,
)
from followupd.core.names import plain, sure_name
from followupd.core.organisations import belongs, configured, own_part, registrable

_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Somebody found. `listed` is true for attendees, `by_user` for people the user added to the event."""

    person: Person
    declined: bool = False
    cutype: CalendarUserType = CalendarUserType.INDIVIDUAL
    listed: bool = False
    by_user: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """One interview with its process. `home` are the company's domains, `agency` patterns of the agency."""

    interview: Interview
    process: HiringProcess
    policy: Policy
    home: frozenset[str]
    agency: tuple[str, ...]
    organisation: Organisation | None

    @property
    def hidden(self) -> bool:
        return self.interview.event.attendees_hidden

    def route(self, person: Person) -> str:
        """Where letters to the person go. An agency's people are not the organisation's."""
        of_all = self.organisation.route if self.organisation and person.part is not Part.AGENCY else ""
        return person.route or of_all or "direct"

    def knows(self, person: Person) -> bool:
        """Whether the user or an answer has vouched for the person."""
        vouched = (one.address for one in self.process.people if one.named_by == "user")
        known = (*self.interview.confirmed, *vouched)
        return is_among(person, known)

    def is_company(self, name: str) -> bool:
        """Whether the words look like the company's name ("Acme Robotics" of acme.example)."""
        labels = {domain.split(".")[0] for domain in self.home}
        organisation = self.process.organisation or (self.organisation.name if self.organisation else "")
        words = set(name.casefold().split())
        joined = "".join(name.casefold().split())
        return bool(words & labels) or joined in labels or words <= set(organisation.casefold().split())


def view_of(interview: Interview, process: HiringProcess, policy: Policy) -> View:
    added = [person.address for person in interview.people if person.address]
    domains = process.domains or belongs(interview.event, policy, added).domains
    home = frozenset(own_part(domain.lower(), policy) for domain in domains if domain)
    organisation = configured(home, policy) or _by_name(process.organisation, policy)
    return View(
        interview=interview,
        process=process,
        policy=policy,
        home=home or _shared_home(interview, policy),
        agency=_agency_patterns(process.via),
        organisation=organisation,
    )


def entries(view: View) -> list[Entry]:
    """Attendees in their order, then the organiser, then whom the user added, then an absent consultant."""
    found: dict[str, Entry] = {}
    organiser = view.interview.event.organizer
    for entry in (*_attendees(view, organiser), *_organiser(organiser), *_added(view)):
        key = _key(entry.person, found)
        found[key] = _merged(found[key], entry) if key in found else entry
    set_by_user = {canonical(person.address): person for person in view.process.people if person.address}
    for key, entry in found.items():
        by = set_by_user.get(canonical(entry.person.address))
        if by:
            found[key] = replace(entry, person=_overridden(entry.person, by))
    return [*found.values(), *_consultants(view, found)]


def _key(person: Person, found: dict[str, Entry]) -> str:
    """The address; somebody without one is whoever has that name, and an address joins the one of that name."""
    address = canonical(person.address)
    if not address:
        same = [key for key, entry in found.items() if same_name(entry.person.name, person.name)]
        return same[0] if len(same) == 1 else f"name {person.name.casefold()}"
    nameless = f"name {person.name.casefold()}"
    return nameless if person.name and nameless in found and address not in found else address


def described(name: str, view: View) -> Entry:
    """Somebody named in the description; with the address that the user gave for that name, if only one."""
    known = [person for person in view.process.people if person.address and same_name(person.name, name)]
    person = Person(address="", name=name, named_by="description")
    return Entry(
        person=_overridden(replace(person, address=known[0].address), known[0]) if len(known) == 1 else person
    )


def is_among(person: Person, named: Collection[str]) -> bool:
    """Whether the person is one of those: by address, or by name where there is no address."""
    if person.address:
        address = canonical(person.address)
        return any(canonical(one) == address for one in named)
    return any(same_name(one, person.name) for one in named)


def same_name(first: str, second: str) -> bool:
    return bool(first.strip()) and first.casefold().split() == second.casefold().split()


def may_be(person: Person, name: str) -> bool:
    """Whether a name in prose may mean this person, who is known by address or by a shorter name."""
    words, shown = _name_words(name), _name_words(person.name)
    local = canonical(person.address).rpartition("@")[0]
    parts = _name_words(local)
    if len(words & shown) > 1 or len(words & parts) > 1:
        return True
    if shown:
        return len(shown) == 1 and shown <= words
    return bool(words & parts) or any(word in local for word in words if len(word) > 3)  # dreyes@


def _name_words(text: str) -> set[str]:
    """The words of a name or local part, initials left out."""
    plain_text = "".join(char if char.isalpha() else " " for char in text.casefold())
    return {word for word in plain_text.split() if len(word) > 1}


def has_own_name(person: Person) -> bool:
    """Whether it is clear who the person is: a display name, or an address such as robin.hale@."""
    local = canonical(person.address).rpartition("@")[0]
    return (
        bool(person.name) or len([part for part in local.split(".") if part.isalpha() and len(part) > 1]) > 1
    )


def _attendees(view: View, organiser: Address | None) -> Iterator[Entry]:
    host = canonical(organiser.email) if organiser else ""
    for guest in view.interview.event.attendees:
        name = _shown(guest.name)
        if clean(guest.email) or sure_name(name, ""):
            yield _listed(guest, name, organises=bool(host) and canonical(guest.email) == host)


def _listed(guest: Attendee, name: str, *, organises: bool) -> Entry:
    return Entry(
        person=Person(address=clean(guest.email), name=name, organiser=organises),
        declined=guest.partstat in {PartStat.DECLINED, PartStat.DELEGATED},
        cutype=guest.cutype,
        listed=True,
    )


def _organiser(organiser: Address | None) -> Iterator[Entry]:
    if organiser and clean(organiser.email):
        yield Entry(
            person=Person(address=clean(organiser.email), name=_shown(organiser.name), organiser=True)
        )


def _added(view: View) -> Iterator[Entry]:
    for person in view.interview.people:
        tidy = replace(person, address=clean(person.address), name=_shown(person.name), named_by="user")
        if tidy.address or tidy.name:
            yield Entry(person=tidy, by_user=True)


def _consultants(view: View, found: Collection[str]) -> list[Entry]:
    """The agency's people of the process, where the event has none of them."""
    agency = [one for one in view.process.people if one.part is Part.AGENCY and one.address]
    if "@" in view.process.via and not agency:
        agency = [Person(address=clean(view.process.via), part=Part.AGENCY)]
    absent = [one for one in agency if one.address and canonical(one.address) not in found]
    if len(absent) < len(agency) or any(_is_agency(key, view) for key in found):
        return []
    return [Entry(person=replace(one, named_by="user"), by_user=True) for one in absent]


def _is_agency(address: str, view: View) -> bool:
    return matches(address, (*view.agency, *view.policy.people.agencies))


def _merged(first: Entry, second: Entry) -> Entry:
    """The same address twice. Who accepted once is there; the user's word comes on top."""
    person = replace(first.person, organiser=first.person.organiser or second.person.organiser)
    if second.by_user:
        person = replace(_overridden(person, second.person), named_by="user")
    both_listed = first.listed and second.listed
    person = replace(person, name=person.name or second.person.name)
    return replace(
        first,
        person=replace(person, address=person.address or second.person.address),
        declined=first.declined and second.declined if both_listed else first.declined,
        by_user=first.by_user or second.by_user,
    )


def _overridden(person: Person, by: Person) -> Person:
    """What the user set, where they set something."""
    return replace(
        person,
        name=_shown(by.name) or person.name,
        part=by.part if by.part_set or by.part is not Part.INTERVIEWER else person.part,
        part_set=by.part_set or person.part_set,
        greeting=by.greeting or person.greeting,
        language=by.language or person.language,
        formal=by.formal if by.formal is not None else person.formal,
        zone=by.zone or person.zone,
        country=by.country or person.country,
        region=by.region or person.region,
        route=by.route or person.route,
    )


def _shown(name: str) -> str:
    """The display name as one line; "" where it only repeats an address, as many calendars do."""
    text = plain(name[: _LONGEST_NAME * 4], _LONGEST_NAME).strip("\"'<> ")
    return "" if "@" in text else text


def _agency_patterns(via: str) -> tuple[str, ...]:
    """The consultant, and everybody at the agency where the domain is its own."""
    if not clean(via):
        return (via,) if via else ()
    domain = domain_of(via)
    return (via,) if tables.is_freemail(domain) or tables.is_shared_employer(domain) else (via, domain)


def _by_name(name: str, policy: Policy) -> Organisation | None:
    return next((one for one in policy.organisations if same_name(one.name, name)), None)


def _shared_home(interview: Interview, policy: Policy) -> frozenset[str]:
    """Domains that employers share still tell a company's people from private addresses."""
    domains = {
        domain_of(guest.email) for guest in interview.event.attendees if not is_mine(guest.email, policy)
    }
    return frozenset(registrable(domain, policy) for domain in domains if tables.is_shared_employer(domain))
