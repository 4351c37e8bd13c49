"""The event detection over rows of a table of titles: title, organizer_kind, label (interview or not).

A row names no address, so each kind of organiser stands for one invitation as that kind sends it (`_KINDS`).
No rule of a config is in force: what is judged is `appraise` alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from followupd.core.model import Address, Attendee, Choice, Event, Me, PeopleRules, Policy
from followupd.core.proposals import appraise
from followupd.reference import WorldReference

ME: Final = "sam@example.com"
INTERVIEW: Final = "interview"
_START = datetime(2026, 3, 4, 14, tzinfo=UTC)
POLICY: Final = Policy(
    me=Me(name="Sam Seeker", addresses=(ME, "sam@work.example")),
    reference=WorldReference(),
    people=PeopleRules(agencies=("agency.example",)),
)
# Who organises, by kind. "" is an entry without organiser and guests: one's own, or a recruiting system's file.
# A kind that is not here is somebody outside, at a domain of that name.
_KINDS: Final[Mapping[str, str]] = {
    "personal": "",
    "self": "",
    "ats-noorganizer": "",
    "ats": "no-reply@eu.greenhouse.io",
    "agency": "sarah@agency.example",
    "employer": "dana@acme.example",
    "company": "dana@acme.example",
    "colleague": "al@work.example",
    "manager": "al@work.example",
    "internal": "al@work.example",
    "calendly": "notifications@calendly.com",
    "scheduler": "notifications@calendly.com",
    "bot": "fred@fireflies.ai",
    "gmail": "jo.poe@gmail.com",
    "friend": "jo.poe@gmail.com",
    "family": "jo.poe@gmail.com",
    "icloud": "jo.poe@icloud.com",
    "google-group": "c_1@group.calendar.google.com",
    "m365": "dana@acme.example",
    "shop": "noreply@shop.example",
    "service": "noreply@service.example",
}


@dataclass(frozen=True, slots=True)
class Misjudged:
    """A row that was judged otherwise than its label, and why. `choice` YES: taken for an interview."""

    title: str
    organizer_kind: str
    label: str
    choice: Choice
    reason: str


@dataclass(slots=True)
class Appraised:
    """Counts of rows. Unsure (ASK: shown, not proposed) is neither right nor wrong, by label."""

    true_positives: int = 0
    false_positives: int = 0
    true_negatives: int = 0
    false_negatives: int = 0
    unsure_interviews: int = 0
    unsure_others: int = 0
    misjudged: list[Misjudged] = field(default_factory=list)
    unsure: list[Misjudged] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Of what is proposed, the part that is an interview; 1 where nothing is."""
        proposed = self.true_positives + self.false_positives
        return self.true_positives / proposed if proposed else 1.0

    @property
    def recall(self) -> float:
        """Of all interviews, the part that is proposed; an unsure one is not. 1 where there are none."""
        interviews = self.true_positives + self.false_negatives + self.unsure_interviews
        return self.true_positives / interviews if interviews else 1.0


def event_of(title: str, organizer_kind: str) -> Event:
    """The event that a row stands for; the user is its guest where somebody organises it."""
    kind = organizer_kind.strip().lower()
    organiser = _KINDS.get(kind, f"jo@{kind or 'acme'}.example")
    me = "sam@work.example" if organiser.endswith("@work.example") else ME
    guests = (Attendee(me), Attendee(organiser)) if organiser else ()
    return Event(
        uid=f"{kind} {title}",
        title=title,
        start=_START,
        end=_START + timedelta(hours=1),
        organizer=Address(organiser) if organiser else None,
        attendees=guests,
    )


def appraised(rows: Iterable[Mapping[str, str]]) -> Appraised:
    """How `appraise` judges the rows (mappings with title, organizer_kind and label)."""
    result = Appraised()
    for row in rows:
        _count(result, row["title"], row["organizer_kind"], row["label"])
    return result


def _count(result: Appraised, title: str, kind: str, label: str) -> None:
    verdict = appraise(event_of(title, kind), POLICY)
    is_interview = label == INTERVIEW
    row = Misjudged(title, kind, label, verdict.choice, verdict.reason)
    if verdict.choice is Choice.ASK:
        result.unsure.append(row)
        result.unsure_interviews += is_interview
        result.unsure_others += not is_interview
        return
    is_taken = verdict.choice is Choice.YES
    result.true_positives += is_taken and is_interview
    result.false_positives += is_taken and not is_interview
    result.true_negatives += not is_taken and not is_interview
    result.false_negatives += not is_taken and is_interview
    if is_taken != is_interview:
        result.misjudged.append(row)
