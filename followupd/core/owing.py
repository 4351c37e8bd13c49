"""Which thank-yous are owed: one to each person met, for each day on which they were met.

Nothing is decided here about time or drafts; this only reads interviews and people.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from followupd.core import interviews as rules
from followupd.core import people
from followupd.core.addresses import canonical
from followupd.core.case import Desk
from followupd.core.keys import follow_up_key, nameless
from followupd.core.model import (
    Choice,
    Interview,
    Kind,
    Part,
    Person,
    Policy,
    Verdict,
)
from followupd.core.rounds import counts, local_date

GAP = timedelta(hours=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """A thank-you owed. `ends` is the end of the last interview with the person that day, `day_ends`
    that of the company's day, `starts` the start of that last interview."""

    key: str
    person: Person
    verdict: Verdict
    interviews: tuple[Interview, ...]
    starts: datetime
    ends: datetime
    day_ends: datetime
    day: date

    @property
    def last(self) -> Interview:
        """The interview that names the account and the address that was invited."""
        return self.interviews[-1]

    @property
    def occasion(self) -> str:
        return self.day.isoformat()


def standing(interviews: Iterable[Interview]) -> list[Interview]:
    """Interviews that will be or were held, and whose letters the user has not skipped, by time."""
    return [i for i in _held(interviews) if i.skipped is None]


def _held(interviews: Iterable[Interview]) -> list[Interview]:
    kept = [i for i in interviews if counts(i) and i.cancelled is None]
    return sorted(kept, key=lambda i: (i.event.start, i.id))


def owed(desk: Desk) -> list[Owed]:
    """Every thank-you that the process owes, past and to come, one a person and day."""
    # A skipped interview gets no letters, but the day there is over only after it.
    kept = _held(desk.case.interviews)
    found: dict[str, Owed] = {}
    for cluster in company_days(kept, desk.policy.me.zone):
        for item in _of_cluster(desk, cluster, kept):
            found[item.key] = _merge(found[item.key], item) if item.key in found else item
    return sorted(found.values(), key=lambda item: (item.ends, item.person.address, item.key))


def company_days(interviews: list[Interview], zone: str) -> list[list[Interview]]:
    """Interviews of one day without a gap of more than three hours belong together."""
    clusters: list[list[Interview]] = []
    end: datetime | None = None
    for interview in interviews:
        start = interview.event.start
        same_day = clusters and local_date(start, zone) == local_date(clusters[-1][0].event.start, zone)
        if end is None or not same_day or start - end > GAP:
            clusters.append([])
            end = None
        clusters[-1].append(interview)
        this_end = rules.ends(interview.event, zone)
        end = this_end if end is None else max(end, this_end)
    return clusters


def _of_cluster(desk: Desk, cluster: list[Interview], kept: list[Interview]) -> list[Owed]:
    zone = desk.policy.me.zone
    day_ends = max(rules.ends(i.event, zone) for i in cluster)
    met: dict[str, list[tuple[Interview, Person, Verdict]]] = {}
    for interview in standing(cluster):
        for participant in people.participants(interview, desk.process, desk.policy):
            if participant.verdict.choice is Choice.NO:
                continue
            who = canonical(participant.person.address) or nameless(
                participant.person.name, interview.event.uid
            )
            met.setdefault(who, []).append((interview, participant.person, participant.verdict))
    return [_one(who, meetings, day_ends, kept, desk.policy) for who, meetings in met.items()]


def _one(
    who: str,
    meetings: list[tuple[Interview, Person, Verdict]],
    day_ends: datetime,
    kept: list[Interview],
    policy: Policy,
) -> Owed:
    zone = policy.me.zone
    meetings.sort(key=lambda meeting: rules.ends(meeting[0].event, zone))
    last, person, verdict = meetings[-1]
    # A person who is beyond doubt on one interview of the day is beyond doubt.
    sure = next((v for _, _, v in meetings if v.choice is Choice.YES), verdict)
    day = local_date(last.event.start, zone)
    return Owed(
        key=follow_up_key(Kind.THANK_YOU, who, _occasion(person, day, kept, zone)),
        person=person,
        verdict=sure,
        interviews=tuple(interview for interview, _, _ in meetings),
        starts=last.event.start,
        ends=rules.ends(last.event, zone),
        day_ends=day_ends,
        day=day,
    )


def _occasion(person: Person, day: date, kept: list[Interview], zone: str) -> str:
    """One consultant may look after several clients: theirs also names the process's first event of the day."""
    if person.part is not Part.AGENCY:
        return day.isoformat()
    first = next(i for i in kept if local_date(i.event.start, zone) == day)
    return f"{day.isoformat()}/{first.event.uid}"


def _merge(first: Owed, second: Owed) -> Owed:
    """Somebody met in two halves of one day gets one letter, after the second."""
    later, earlier = (second, first) if second.ends >= first.ends else (first, second)
    return Owed(
        key=later.key,
        person=later.person,
        verdict=first.verdict if first.verdict.choice is Choice.YES else second.verdict,
        interviews=(*earlier.interviews, *later.interviews),
        starts=later.starts,
        ends=later.ends,
        day_ends=later.day_ends,
        day=later.day,
    )
