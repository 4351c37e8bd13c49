"""Each person on an event alone: what part they have, and whether they get a letter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Final

from followupd.core import roster, tables
from followupd.core.addresses import canonical, domain_of, is_below, is_mine, matches
from followupd.core.model import CalendarUserType, Choice, Part, Participant, Person, Verdict
from followupd.core.names import sure_name
from followupd.core.organisations import agency_of, configured, registrable
from followupd.core.roster import Entry, View
from followupd.core.spelled import whole

Judged = tuple[Entry, Participant]
# Reasons of NO that are decisions: nobody needs to be asked who was there instead.
DECIDED: Final = ("skipped by you", "dropped by you", "closed", "no letters go there")


def judged(entry: Entry, view: View) -> Judged:
    person = replace(entry.person, part=_part(entry.person, view))
    entry = replace(entry, person=person)
    verdict = next((found for check in _CHECKS if (found := check(entry, view))), None)
    return entry, Participant(person, verdict or Verdict(Choice.YES, _welcome(person)))


def _part(person: Person, view: View) -> Part:
    """What the user set, else by the rules. The default of a set person says nothing."""
    if person.part_set or person.part is not Part.INTERVIEWER:
        return person.part
    if agency_of(person.address, view.policy) or matches(person.address, view.agency):
        return Part.AGENCY
    local = canonical(person.address).rpartition("@")[0]
    if matches(person.address, view.policy.people.recruiters):
        return Part.RECRUITER
    if _is_called(person, local):
        return Part.INTERVIEWER
    if tables.is_coordinator_local(local):
        return Part.COORDINATOR
    return Part.RECRUITER if tables.is_recruiter_local(local) else Part.INTERVIEWER


def _is_called(person: Person, local: str) -> bool:
    """Whether the local part is the given name of who has it: job@ of Job Smit, not jobs@ of Acme Jobs."""
    given, *others = sure_name(person.name, person.address).casefold().split() or [""]
    return bool(others) and given == local


def _welcome(person: Person) -> str:
    if person.named_by == "user":
        return "you named them"
    where = "named in the description" if person.named_by == "description" else "on the event"
    return f"{where} as {person.part.value}" if person.part is not Part.INTERVIEWER else where


def _mine(entry: Entry, view: View) -> Verdict | None:
    address, name = entry.person.address, entry.person.name
    if is_mine(address, view.policy) or (not address and _is_my_name(name, view.policy.me.name)):
        return Verdict(Choice.NO, "that is you")
    if matches(address, view.policy.people.mine):
        return Verdict(Choice.NO, "one of your own people (people.mine)")
    return None


def _is_my_name(name: str, mine: str) -> bool:
    """Whether it is the user's name, in any order and with or without initials: "Lee, Sam T."."""
    words, own = ({word.strip(".,") for word in one.casefold().split()} for one in (name, mine))
    spelled = {word for word in own if len(word) > 1}
    return bool(spelled) and {word for word in words if len(word) > 1} == spelled


def _set_aside(entry: Entry, view: View) -> Verdict | None:
    if roster.is_among(entry.person, view.interview.skip_people):
        return Verdict(Choice.NO, "skipped by you for this interview")
    if roster.is_among(entry.person, view.process.dropped):
        return Verdict(Choice.NO, "dropped by you from the process")
    closed = (why for who, why in view.process.closed_people if roster.is_among(entry.person, (who,)))
    why = next(closed, None)
    return None if why is None else Verdict(Choice.NO, f"closed: {why}" if why else "closed")


def _no_letters(entry: Entry, view: View) -> Verdict | None:
    if view.route(entry.person) == "none":
        return Verdict(Choice.NO, "no letters go there (route: none)")
    return None


def _named_by_user(entry: Entry, _view: View) -> Verdict | None:
    return Verdict(Choice.YES, "you named them") if entry.by_user else None


def _ignored(entry: Entry, view: View) -> Verdict | None:
    ignored = matches(entry.person.address, view.policy.people.ignore)
    return Verdict(Choice.NO, "ignored (people.ignore)") if ignored else None


def _declined(entry: Entry, _view: View) -> Verdict | None:
    return Verdict(Choice.NO, "declined") if entry.declined else None


_THINGS: Final = {
    CalendarUserType.ROOM: "a room",
    CalendarUserType.RESOURCE: "a resource",
    CalendarUserType.GROUP: "a group",
}


def _no_person(entry: Entry, view: View) -> Verdict | None:
    name, local = entry.person.name, canonical(entry.person.address).rpartition("@")[0]
    what = _THINGS.get(entry.cutype) or _machine(entry.person, view)
    if not what and (tables.is_room_name(name) or tables.is_room_local(local)):
        what = "" if _is_own_address(name, local) else "a room"
    if not what and tables.is_group_local(local) and not whole(name):
        what = "a shared mailbox"
    return Verdict(Choice.NO, f"{what}, not a person") if what else None


def _is_own_address(name: str, local: str) -> bool:
    """Whether the address is made of a name of two words: anna.room@ or a.room@ of Anna Room, not of a Board Room."""
    given, *family = name.casefold().split() or [""]
    addresses = {f"{given}.{family[0]}", f"{given[:1]}.{family[0]}"} if len(family) == 1 else set()
    return (
        local in addresses
        and given not in tables.ROOM_NAMES
        and name.rsplit(maxsplit=1)[-1].casefold() != "booth"
    )


def _machine(person: Person, view: View) -> str:
    """What runs the address, "" if a person may read it. The user may know a vendor as an employer."""
    domain = domain_of(person.address)
    if (what := tables.machinery(domain)) and not configured((domain,), view.policy):
        return what
    if tables.is_robot_local(person.address.rpartition("@")[0]):
        return "an address that nobody reads"
    return "a robot" if tables.is_robot_name(person.name) else ""


def _unaddressed(entry: Entry, view: View) -> Verdict | None:
    if entry.person.address:
        return None
    where = "in the description" if entry.person.named_by == "description" else "on the event"
    reason = f"named {where} without an address"
    wanted = view.interview.wanted or roster.is_among(entry.person, view.interview.confirmed)
    if wanted or view.policy.people.unaddressed == "draft":
        return Verdict(Choice.YES, f"{reason}: the draft has no recipient")
    return Verdict(Choice.ASK, reason, "unaddressed")


def _outsider(entry: Entry, view: View) -> Verdict | None:
    """Fellow candidates of a group interview stand on the event too."""
    domain, part = domain_of(entry.person.address), entry.person.part
    if not view.home or part in {Part.AGENCY, Part.RECRUITER} or view.knows(entry.person):
        return None
    own = registrable(domain, view.policy)
    if own in view.home or any(is_below(domain, home) for home in view.home):
        return None
    kind = "a private address" if tables.is_freemail(domain) else "an address of another organisation"
    return Verdict(Choice.ASK, f"{kind} on a company's event: may be a fellow candidate", "outsider")


_CHECKS: Final[tuple[Callable[[Entry, View], Verdict | None], ...]] = (
    _mine,
    _set_aside,
    _no_letters,
    _named_by_user,
    _ignored,
    _declined,
    _no_person,
    _unaddressed,
    _outsider,
)
