"""Which organisation an event belongs to, told by the domains of the people on it.

A domain says who somebody works for unless anybody can have it (freemail), many employers share it, or it
belongs to the machinery of recruiting. A company's name is never guessed from its domain.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from followupd.core import tables
from followupd.core.addresses import canonical, domain_of, is_below, is_mine, matches
from followupd.core.conventions import OFFICE_NAME
from followupd.core.day_names import MONTH_OF, WEEKDAY_OF
from followupd.core.model import Event, HiringProcess, Organisation, Policy

SHORTEST_NAME: Final = 3
LONGEST_NAME: Final = 100


@dataclass(frozen=True, slots=True)
class Belonging:
    """Where an event belongs. No `domains`: it is a process of its own. `via` is an agency's domain.

    `via` is the full address where the agency uses a domain that others use too.
    """

    name: str
    domains: tuple[str, ...]
    via: str
    internal: bool


def belongs(event: Event, policy: Policy, people: Collection[str] = ()) -> Belonging:
    """The organisation that most of the others are from. `people` are addresses the user added."""
    organiser = canonical(event.organizer.email) if event.organizer else ""
    others = _others((organiser, *(guest.email for guest in event.attendees), *people), policy)
    home = _majority([home_of(address, policy) for address in others], home_of(organiser, policy))
    known = configured((home,), policy)
    return Belonging(
        name=known.name if known else "",
        domains=_domains(known, policy) if known else (home,) if home else (),
        via=next((via for address in others if (via := agency_of(address, policy))), ""),
        internal=bool(home) and home in employers(policy),
    )


def process_key(belonging: Belonging, event: Event) -> str:
    """Stable for an organisation, for an agency and its client, or for one event that names neither."""
    client = f"domain {min(belonging.domains)}" if belonging.domains else f"uid {event.uid}"
    seed = f"via {belonging.via} {client}" if belonging.via else client
    return sha256(seed.encode(errors="surrogatepass")).hexdigest()[:12]


def registrable(domain: str, policy: Policy) -> str:
    """The organisation's part of a host name; the whole where the public suffix list knows none."""
    return policy.reference.registrable(domain) or domain if domain else ""


def own_part(domain: str, policy: Policy) -> str:
    """Of a shared domain the user's own words are all that tells one employer from another."""
    return domain if tables.is_shared_employer(domain) else registrable(domain, policy)


def configured(domains: Collection[str], policy: Policy) -> Organisation | None:
    """The organisation of the config that has one of the domains."""
    return next((one for one in policy.organisations if any(_has(one, d, policy) for d in domains)), None)


def employers(policy: Policy) -> frozenset[str]:
    """The registrable domains among the user's own addresses that are not freemail."""
    domains = {_domain_in(pattern) for pattern in policy.me.addresses}
    return frozenset(registrable(d, policy) for d in domains if d and not tables.is_freemail(d))


def agency_of(address: str, policy: Policy) -> str:
    """The domain of the agency that the address belongs to, "" if it is no agency's."""
    if not matches(address, policy.people.agencies):
        return ""
    domain = domain_of(address)
    shared = tables.is_freemail(domain) or tables.is_shared_employer(domain) or bool(tables.machinery(domain))
    return canonical(address) if shared else registrable(domain, policy)


def home_of(address: str, policy: Policy) -> str:
    """The domain that stands for the address's organisation, "" where it says nothing."""
    domain = domain_of(address)
    if not domain or tables.is_freemail(domain) or agency_of(address, policy):
        return ""
    if known := configured((domain,), policy):
        return _domains(known, policy)[0]
    silent = tables.is_shared_employer(domain) or tables.machinery(domain)
    return "" if silent else registrable(domain, policy)


def _others(addresses: Collection[str], policy: Policy) -> list[str]:
    """Everybody but the user and those whom the user does not count, each once, in order."""
    unique = dict.fromkeys(canonical(address) for address in addresses)
    strangers = (*policy.people.mine, *policy.people.ignore)
    return [one for one in unique if one and not is_mine(one, policy) and not matches(one, strangers)]


def _majority(homes: list[str], organisers: str) -> str:
    votes = Counter(home for home in homes if home)
    return max(votes, key=lambda home: (votes[home], home == organisers, home), default="")


def _domains(organisation: Organisation, policy: Policy) -> tuple[str, ...]:
    return tuple(sorted({own_part(domain.lower(), policy) for domain in organisation.domains}))


def _has(organisation: Organisation, domain: str, policy: Policy) -> bool:
    return bool(domain) and any(is_below(domain, own) for own in _domains(organisation, policy))


def _domain_in(pattern: str) -> str:
    """The domain of a pattern for addresses, "" where a `*` leaves it open."""
    domain = pattern.strip().lower().rpartition("@")[2].removeprefix("*.")
    return "" if "*" in domain else domain


def is_named_in(title: str, text: str, process: HiringProcess) -> bool:
    """Whether a message by others names the process's organisation, as a word and spelled like a name.

    `title` is its sender's name and subject, `text` its first lines. The first part of a domain counts where nobody
    said the name, written with a capital, unless it is a word of offices or of the calendar.
    """
    whole = f"{title}\n{text}"
    if process.organisation and (process.named_by or is_word_in(process.organisation, whole)):
        return is_word_in(process.organisation, whole)
    labels = (domain.partition(".")[0] for domain in process.domains)
    named = [label for label in labels if len(label) >= SHORTEST_NAME and not is_everyday(label)]
    return any(is_word_in(form, whole) for label in named for form in (label.title(), label.upper()))


def is_everyday(word: str) -> bool:
    """Whether it is a word of the calendar or of offices, which names no company where it stands alone."""
    return word in WEEKDAY_OF or word in MONTH_OF or OFFICE_NAME.search(word) is not None


def is_word_in(name: str, text: str) -> bool:
    """Whether the name stands in the text as a word or words of its own, spelled alike."""
    words = r"[\s-]{1,3}".join(re.escape(word) for word in name[:LONGEST_NAME].replace("-", " ").split())
    return bool(words) and re.search(rf"(?<![\w-]){words}(?![\w-])", text) is not None
