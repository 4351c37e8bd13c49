"""Which thing the user means: a key that `status` shows, or any unambiguous part of a name or address."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from followupd.core.addresses import canonical
from followupd.core.model import Arrival, FollowUp, HiringProcess, Interview, Stage
from followupd.errors import UsageError
from followupd.store import Store

T = TypeVar("T")
LISTED = 12
SHORTEST_KEY = 4
HEX = frozenset("0123456789abcdef")

Key = Callable[[T], str]
Names = Callable[[T], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Someone:
    """A person by all the names that calendars, letters and the user gave them. `address` may be ""."""

    address: str
    names: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.names[0] if self.names else ""

    @property
    def local(self) -> str:
        return self.address.partition("@")[0]


# --- how words fit ------------------------------------------------------------------------------


def fitting(word: str, things: Iterable[T], key: Key[T], names: Names[T]) -> list[T]:
    """All that the word may mean: by key, else by the start of a key, by a whole name, by part of one."""
    everything = list(things)
    return exactly(word, everything, key, names) or partly(word, everything, names)


def exactly(word: str, things: Iterable[T], key: Key[T], names: Names[T]) -> list[T]:
    """All that the word means by key, by the start of a key, or by a whole name."""
    wanted = _plain(word)
    everything = list(things)
    # Addresses are keys too, but the start of one is no more than a part of it.
    may_start = len(wanted) >= SHORTEST_KEY and HEX.issuperset(wanted)
    ways: tuple[Callable[[T], bool], ...] = (
        lambda thing: key(thing) == wanted,
        lambda thing: may_start and HEX.issuperset(key(thing)) and key(thing).startswith(wanted),
        lambda thing: any(_plain(name) == wanted for name in names(thing)),
    )
    for fits in ways:
        found = [thing for thing in everything if wanted and fits(thing)]
        if found:
            return found
    return []


def partly(word: str, things: Iterable[T], names: Names[T]) -> list[T]:
    """All that the word is part of a name of."""
    wanted = _plain(word)
    return [thing for thing in things if wanted and any(wanted in _plain(name) for name in names(thing))]


def one(word: str, things: Iterable[T], key: Key[T], names: Names[T], what: str) -> T:
    """The only thing that the word means. Raises UsageError, with a list, when nothing or more fits."""
    everything = list(things)
    return _only(word, fitting(word, everything, key, names), everything, key, names, what)


def _only(word: str, found: list[T], everything: list[T], key: Key[T], names: Names[T], what: str) -> T:
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(_ambiguous(word, what, [(key(thing), _shown(thing, names)) for thing in found]))
    known = ", ".join(sorted({_shown(thing, names) or key(thing) for thing in everything})[:LISTED])
    raise UsageError(f"no {what} fits “{word}”. Known: {known or 'none yet'}.")


def _ambiguous(word: str, what: str, found: list[tuple[str, str]]) -> str:
    lines = "\n".join(f"  {key}  {name}" for key, name in found[:LISTED])
    more = f"\n  and {len(found) - LISTED} more" if len(found) > LISTED else ""
    return f"“{word}” fits more than one {what}; name one of them by its key:\n{lines}{more}"


def _shown(thing: T, names: Names[T]) -> str:
    return next(iter(names(thing)), "")


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


# --- processes ----------------------------------------------------------------------------------


def process(store: Store, word: str) -> HiringProcess:
    """The hiring process that the word means: its key, organisation, domain or one of its people."""
    people: dict[str, set[str]] = {}
    for follow_up in store.follow_ups():
        people.setdefault(follow_up.process, set()).update({follow_up.name, follow_up.to} - {""})
    for i in store.interviews():
        people.setdefault(i.process, set()).add(i.event.title)

    def names(p: HiringProcess) -> list[str]:
        known = sorted(people.get(p.key, set()))
        return [p.organisation or next(iter((*p.domains, *known)), ""), *p.domains, *known]

    return one(word, store.processes(), lambda p: p.key, names, "process")


def process_named(store: Store, word: str) -> HiringProcess | None:
    """The process whose key, organisation or domain the word is, None where it is none."""
    found = exactly(word, store.processes(), lambda p: p.key, lambda p: [p.organisation, *p.domains])
    return found[0] if len(found) == 1 else None


# --- interviews ---------------------------------------------------------------------------------


def interview(store: Store, word: str, now: datetime, what: str = "interview") -> Interview:
    """The interview that the word means: its id, title, organisation or somebody on it.

    Where a word fits several of one process, the latest that has begun is meant, else the next.
    """
    organisations = _organisations(store)
    everything = store.interviews()

    def names(i: Interview) -> list[str]:
        people = [text for someone in on(i) for text in (*someone.names, someone.address)]
        return [_dated(i), i.event.title, *organisations.get(i.process, ()), *people]

    found = fitting(word, everything, lambda i: i.id, names)
    if len({i.process for i in found}) == 1:
        return latest(found, now)
    return _only(word, found, everything, lambda i: i.id, names, what)


def interview_or_person(store: Store, word: str, now: datetime) -> tuple[Interview | None, Someone | None]:
    """The interview, or the person, that the word means.

    Ids, titles, organisations and domains mean interviews, names and whole addresses people; so
    `acme` is never the one person whom one happens to know there.
    """
    organisations = _organisations(store)

    def names(i: Interview) -> list[str]:
        return [_dated(i), i.event.title, *organisations.get(i.process, ())]

    if exactly(word, store.interviews(), lambda i: i.id, names):
        return interview(store, word, now), None
    known = everybody(store)

    def called(someone: Someone) -> list[str]:
        return [*someone.names, someone.address if "@" in word else someone.local]

    found = exactly(_address(word), known, lambda s: s.address, lambda s: s.names)
    found = found or partly(_address(word), known, called)
    if found:
        return None, _only(word, found, known, lambda s: s.address, called, "person")
    return interview(store, word, now, "interview or person"), None


def latest(interviews: Iterable[Interview], now: datetime) -> Interview:
    """The latest that has begun, else the next one."""
    known = list(interviews)
    begun = [i for i in known if i.event.start <= now]
    return max(begun, key=lambda i: i.event.start) if begun else min(known, key=lambda i: i.event.start)


def _organisations(store: Store) -> dict[str, tuple[str, ...]]:
    return {p.key: (p.organisation, *p.domains) for p in store.processes()}


def _dated(i: Interview) -> str:
    return f"{i.event.title} ({i.event.start:%d %b %Y})"


# --- people -------------------------------------------------------------------------------------


def person(store: Store, word: str) -> tuple[str, str]:
    """(address, name) of the person that the word means; the address may be ""."""
    found = among(word, everybody(store))
    return found.address, found.name


def among(word: str, people: Iterable[Someone]) -> Someone:
    """The one of these people that the word means: by name, or by part of an address."""
    return one(_address(word), people, lambda s: s.address, lambda s: [*s.names, s.address], "person")


def on(i: Interview) -> list[Someone]:
    """Everybody on an interview but me: whom the user added, the guests, the organiser."""
    pairs = [(p.address, p.name) for p in i.people]
    pairs += [(a.email, a.name) for a in i.event.attendees]
    pairs += [(i.event.organizer.email, i.event.organizer.name)] if i.event.organizer else []
    return _merged(pairs, {canonical(i.invited)})


def everybody(store: Store, process: str = "") -> list[Someone]:
    """Everybody to whom a letter goes or may go, of one process or of all."""
    pairs: list[tuple[str, str]] = []
    mine: set[str] = set()
    for p in store.processes():
        pairs += [(one.address, one.name) for one in p.people if process in {"", p.key}]
    for i in store.interviews(process):
        pairs += [(someone.address, name) for someone in on(i) for name in someone.names or ("",)]
        mine.add(canonical(i.invited))
    pairs += [(f.to, f.name) for f in store.follow_ups(process)]
    return _merged(pairs, mine)


def _merged(pairs: Iterable[tuple[str, str]], mine: set[str]) -> list[Someone]:
    """Each address once, with all its names; somebody without an address only if no address has the name."""
    named: dict[str, dict[str, None]] = {}
    alone: dict[str, None] = {}
    for email, name in pairs:
        if address := canonical(email):
            named.setdefault(address, {}).update({name: None} if name else {})
        elif name:
            alone[name] = None
    known = {name for names in named.values() for name in names}
    people = [Someone(address, tuple(names)) for address, names in named.items() if address not in mine]
    people += [Someone("", (name,)) for name in alone if name not in known]
    return sorted(people, key=lambda s: (s.address, s.names))


def _address(word: str) -> str:
    """An address as it is compared; any other word as it is."""
    return canonical(word) or word


# --- letters and messages -----------------------------------------------------------------------


def letter(store: Store, word: str, *likely: Collection[Stage]) -> FollowUp:
    """The letter that the word means: its key, or one to the person named.

    Of several to one person it is the latest in one of the `likely` stages, tried in their order.
    """
    everything = store.follow_ups()

    def names(f: FollowUp) -> list[str]:
        return [f"{f.purpose or f.kind} to {f.name or f.to} ({f.stage})", f.name, f.to]

    def rank(f: FollowUp) -> tuple[bool | datetime, ...]:
        return (*(f.stage in stages for stages in likely), f.since)

    found = fitting(_address(word), everything, lambda f: f.key, names)
    if len({(f.to, "" if f.to else f.name) for f in found}) == 1:
        return max(found, key=rank)
    return _only(word, found, everything, lambda f: f.key, names, "letter")


def message(store: Store, word: str) -> list[Arrival]:
    """The arrival that the word means, once for each process that it concerns; the latest of a sender."""
    everything = {a.id: a for a in store.arrivals()}

    def names(a: Arrival) -> list[str]:
        return [f"{a.sender_name or a.sender} on {a.received:%d %b %Y}", a.sender_name, a.sender]

    found = fitting(_address(word), everything.values(), lambda a: a.id, names)
    if len({a.sender for a in found}) == 1:
        return store.arrival(max(found, key=lambda a: a.received).id)
    only = _only(word, found, list(everything.values()), lambda a: a.id, names, "message")
    return store.arrival(only.id)
