"""Who is meant, who is named, and what the user set about them."""

from __future__ import annotations

from dataclasses import replace

from followupd import selectors
from followupd.core.addresses import canonical, clean
from followupd.core.model import (
    FollowUp,
    HiringProcess,
    Interview,
    Part,
    Person,
)
from followupd.core.names import plain
from followupd.core.roster import same_name
from followupd.errors import UsageError
from followupd.orders.processes import (
    NAME_AT_MOST,
)
from followupd.selectors import Someone


def called(someone: Someone) -> str:
    return someone.name or someone.address


def is_who(who: str, address: str, name: str) -> bool:
    """Whether an entry of `dropped`, `skip_people` or `confirmed` means this person."""
    return canonical(who) == canonical(address) if address else same_name(who, name)


def is_named(person: Person, address: str, name: str) -> bool:
    """Whether the user has named this person before, perhaps without the address."""
    if address and person.address:
        return canonical(person.address) == canonical(address)
    return same_name(person.name, name)


def is_to(follow_up: FollowUp, someone: Someone) -> bool:
    if someone.address:
        return follow_up.to == someone.address
    return not follow_up.to and follow_up.name in someone.names


def is_on(interview: Interview, someone: Someone) -> bool:
    if someone.address:
        return any(one.address == someone.address for one in selectors.on(interview))
    return any(not one.address and one.name in someone.names for one in selectors.on(interview))


def allowing(interview: Interview, address: str, name: str) -> Interview:
    """The interview with this person beyond doubt and not skipped."""
    confirmed = (*interview.confirmed, canonical(address) or name)
    return replace(
        interview,
        confirmed=tuple(dict.fromkeys(confirmed)),
        skip_people=tuple(who for who in interview.skip_people if not is_who(who, address, name)),
    )


def with_person(
    process: HiringProcess, address: str, name: str, given: dict[str, str | bool]
) -> HiringProcess:
    """The process with what the user set about somebody."""
    before = next((p for p in process.people if canonical(p.address) == address), None)
    others = [p for p in process.people if p is not before]
    changed = with_settings(before or Person(address=address, name=name), given)
    return replace(process, people=(*others, changed))


def parsed_person(who: str) -> tuple[str, str]:
    """(name, address) of 'Dana Reyes <dana@acme.example>', an address alone, or a name alone."""
    # Typed by a person, so not by the rules of headers: `Reyes, Dana <dana@acme.example>` is one name.
    text = who.strip()
    name, bracket, rest = text.rpartition("<")
    if bracket and text.endswith(">"):
        address = rest[:-1]
    else:
        name, address = ("", text) if "@" in text else (text, "")
    address = clean(address)
    if "@" in who and not address:
        raise UsageError(f"“{who}” holds no address that mail could go to. Write 'Name <address>'.")
    name = plain(name, NAME_AT_MOST).strip("\"' ")
    if not name and not address:
        raise UsageError("Say who it was: 'Name <address>'.")
    return name, address


def with_settings(person: Person, given: dict[str, str | bool]) -> Person:
    words = {key: plain(value, NAME_AT_MOST) for key, value in given.items() if isinstance(value, str)}
    said_part = words.pop("part", "")
    formal = given.get("formal", person.formal)
    return replace(
        person,
        part=Part(said_part) if said_part else person.part,
        part_set=bool(said_part) or person.part_set,
        formal=formal if isinstance(formal, bool) else None,
        named_by="user" if "name" in words else person.named_by,
        name=words.get("name", person.name),
        greeting=words.get("greeting", person.greeting),
        language=words.get("language", person.language),
        zone=words.get("zone", person.zone),
        country=words.get("country", person.country),
        region=words.get("region", person.region),
        route=words.get("route", person.route),
    )
