"""Which thing the user means: a key that `status` shows, or any unambiguous part of a name or address."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar

from followupd.core.addresses import canonical
from followupd.core.model import OPEN_STAGES, Arrival, FollowUp, HiringProcess, Interview
from followupd.errors import UsageError
from followupd.store import Store

T = TypeVar("T")
LISTED = 12


def one(
    word: str, things: Iterable[T], key: Callable[[T], str], names: Callable[[T], Iterable[str]], what: str
) -> T:
    """The only thing that the word means: by key, by the start of a key, by a whole name, by part of one.

    Raises UsageError, with a list, when nothing or more than one thing fits.
    """
    wanted = word.strip().lower()
    everything = list(things)
    ways: tuple[Callable[[T], bool], ...] = (
        lambda thing: key(thing) == wanted,
        lambda thing: len(wanted) >= 4 and key(thing).startswith(wanted),
        lambda thing: any(name.lower() == wanted for name in names(thing) if name),
        lambda thing: any(wanted in name.lower() for name in names(thing) if name),
    )
    for fits in ways:
        found = [thing for thing in everything if wanted and fits(thing)]
        if len(found) == 1:
            return found[0]
        if found:
            raise UsageError(_ambiguous(word, what, [(key(t), next(iter(names(t)), "")) for t in found]))
    known = ", ".join(sorted({next(iter(names(t)), "") or key(t) for t in everything})[:LISTED])
    raise UsageError(f"no {what} fits “{word}”. Known: {known or 'none yet'}.")


def _ambiguous(word: str, what: str, found: list[tuple[str, str]]) -> str:
    lines = "\n".join(f"  {key}  {name}" for key, name in found[:LISTED])
    return f"“{word}” fits more than one {what}; name one of them by its key:\n{lines}"


def process(store: Store, word: str) -> HiringProcess:
    """The hiring process that the word means: its key, organisation, domain or one of its people."""
    people: dict[str, set[str]] = {}
    for follow_up in store.follow_ups():
        people.setdefault(follow_up.process, set()).update({follow_up.name, follow_up.to})
    titles: dict[str, set[str]] = {}
    for interview in store.interviews():
        titles.setdefault(interview.process, set()).add(interview.event.title)

    def names(p: HiringProcess) -> list[str]:
        known = sorted(people.get(p.key, set()) | titles.get(p.key, set()))
        return [p.organisation or next(iter(p.domains), "") or next(iter(known), ""), *p.domains, *known]

    return one(word, store.processes(), lambda p: p.key, names, "process")


def interview(store: Store, word: str, now: datetime) -> Interview:
    """The interview that the word means: its id, title, organisation or somebody on it.

    Where a word fits several of one process, the latest that has begun is meant, else the next.
    """
    organisations = {p.key: (p.organisation, *p.domains) for p in store.processes()}

    def names(i: Interview) -> list[str]:
        people = [n for a in i.event.attendees for n in (a.name, a.email)]
        people += [n for p in i.people for n in (p.name, p.address)]
        organiser = [i.event.organizer.name, i.event.organizer.email] if i.event.organizer else []
        return [
            f"{i.event.title} ({i.event.start:%d %b %Y})",
            i.event.title,
            *organisations.get(i.process, ()),
            *people,
            *organiser,
        ]

    everything = store.interviews()
    try:
        return one(word, everything, lambda i: i.id, names, "interview")
    except UsageError:
        wanted = word.strip().lower()
        fitting = [i for i in everything if wanted and any(wanted in n.lower() for n in names(i) if n)]
        if not fitting or len({i.process for i in fitting}) > 1:
            raise
        return latest(fitting, now)


def latest(interviews: Iterable[Interview], now: datetime) -> Interview:
    """The latest that has begun, else the next one."""
    known = list(interviews)
    begun = [i for i in known if i.event.start <= now]
    return max(begun, key=lambda i: i.event.start) if begun else min(known, key=lambda i: i.event.start)


def person(store: Store, word: str) -> tuple[str, str]:
    """(address, name) of the person that the word means; the address may be ""."""
    found: dict[tuple[str, str], None] = {}
    for follow_up in store.follow_ups():
        found[follow_up.to, follow_up.name] = None
    for i in store.interviews():
        found.update(((canonical(p.address), p.name), None) for p in i.people)
        found.update(((canonical(a.email), a.name), None) for a in i.event.attendees if a.email)
    merged = {(a, n) for a, n in found if n or not any(b == a and m for b, m in found)}
    return one(word, sorted(merged), lambda p: p[0], lambda p: [p[1], p[0]], "person")


def letter(store: Store, word: str) -> FollowUp:
    """The letter that the word means: its key, or the latest to the person named, an open one first."""
    everything = store.follow_ups()

    def names(f: FollowUp) -> list[str]:
        return [f"{f.kind} to {f.name or f.to} ({f.stage})", f.name, f.to]

    try:
        return one(word, everything, lambda f: f.key, names, "letter")
    except UsageError:
        wanted = word.strip().lower()
        fitting = [f for f in everything if wanted and any(wanted in n.lower() for n in names(f)[1:] if n)]
        if not fitting or len({(f.to, f.name) for f in fitting}) > 1:
            raise
        return max(fitting, key=lambda f: (f.stage in OPEN_STAGES, f.since))


def message(store: Store, word: str) -> list[Arrival]:
    """The arrival that the word means, once for each process that it concerns."""
    everything = {a.id: a for a in store.arrivals()}

    def names(a: Arrival) -> list[str]:
        return [f"{a.sender_name or a.sender} on {a.received:%d %b %Y}", a.sender_name, a.sender]

    try:
        found = one(word, everything.values(), lambda a: a.id, names, "message")
    except UsageError:
        wanted = word.strip().lower()
        fitting = [
            a for a in everything.values() if wanted and any(wanted in n.lower() for n in names(a)[1:] if n)
        ]
        if not fitting or len({a.sender for a in fitting}) > 1:
            raise
        found = max(fitting, key=lambda a: a.received)
    return store.arrival(found.id)
