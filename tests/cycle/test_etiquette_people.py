"""Who is thanked, and what a title tells. See etiquette.py."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from followupd.core.model import (
    Attendee,
    CalendarUserType,
    PartStat,
    PeopleRules,
    ThankYouPolicy,
)
from tests.cycle.etiquette import (
    case,
    changed,
    live,
    me,
    says,
    talk,
)
from tests.world import ME, policy

NINE = ("dana", "gary", "kim", "lee", "mia", "ned", "olga", "paul", "zoe")
FIRST = "Wed 2026-03-04 16:45 thank_you to dana"


def all_at(moment: str, *people: str) -> list[str]:
    return [f"{moment} thank_you to {who}" for who in people]


def one(
    name: str, letters: list[str], because: str = "", until: str = "2026-03-05", **more: object
) -> object:
    """A talk on Wed 4 March, 15–16, with these particulars; what appears until Thursday evening."""
    keys = ("policy", "also", "how", "accounts")
    people = more.pop("people", ("dana",))
    about = {k: more.pop(k) for k in keys if k in more}
    reasons = [because] if because else []
    return case(
        name,
        [talk("2026-03-04 15:00", "16:00", *people, **more)],
        letters,
        until=until,
        because=reasons,
        **about,
    )


WHO = [
    one("a panel of eight", all_at("Wed 2026-03-04 16:45", *NINE[:8]), people=NINE[:8]),
    one(
        "a panel of nine is asked about",
        ["Wed 2026-03-04 16:00 asks many"],
        "question many open",
        people=NINE,
    ),
    one(
        "hidden attendees: the organiser, asked to pass it on",
        all_at("Wed 2026-03-04 16:45", "rita"),
        people=(),
        organizer="rita",
        attendees_hidden=True,
    ),
    one(
        "an organiser who is the only other party",
        all_at("Wed 2026-03-04 16:45", "rita"),
        people=(),
        organizer="rita",
    ),
    one(
        "an organiser beside listed interviewers is a coordinator",
        all_at("Wed 2026-03-04 16:45", "dana", "rita"),
        organizer="rita",
    ),
    one(
        "a fellow candidate is asked about, the interviewers are thanked",
        [*all_at("Wed 2026-03-04 16:45", "dana", "kim"), "Wed 2026-03-04 16:00 asks outsider"],
        "question outsider open",
        people=("dana", "kim", "alex@gmail.com"),
    ),
    one(
        "an interview that I hold myself is asked about",
        [],
        "question host open",
        people=("zoe@gmail.com",),
        organizer=ME,
        with_me=True,
    ),
    one(
        "one that my employer holds with a guest is asked about",
        [],
        "question host open",
        people=("boss@example.com", "zoe@gmail.com"),
        organizer="boss@example.com",
    ),
    one(
        "an interview with one's own employer",
        ["Wed 2026-03-04 16:45 thank_you to boss@example.com"],
        people=("boss@example.com",),
        organizer="boss@example.com",
    ),
    one("none of my addresses but others: asked", [], "question not-invited open", with_me=False),
    one(
        "names only in the description: drafts without recipient",
        [
            "Wed 2026-03-04 16:45 thank_you to nobody (Dana Reyes)",
            "Wed 2026-03-04 16:45 thank_you to nobody (Kim Novak)",
        ],
        people=(),
        description="Your interviewers:\nDana Reyes\nKim Novak\n",
        organizer="no-reply@greenhouse.io",
    ),
    one(
        "names only in the description, and Sam wants to be asked",
        [],
        "question unaddressed open",
        people=(),
        description="Your interviewers:\nDana Reyes\nKim Novak\n",
        organizer="no-reply@greenhouse.io",
        policy=policy(people=PeopleRules(unaddressed="ask")),
    ),
    one(
        "no names at all: asked while the 24 hours run",
        [],
        "question nobody open",
        people=(),
        organizer="no-reply@greenhouse.io",
    ),
    one("my own declined", [], "declined", people=(me(PartStat.DECLINED), "dana"), with_me=False),
    one("my own tentative counts", [FIRST], people=(me(PartStat.TENTATIVE), "dana"), with_me=False),
    one("my own unanswered counts", [FIRST], people=(me(PartStat.NEEDS_ACTION), "dana"), with_me=False),
    one(
        "an interviewer who declined is not thanked",
        all_at("Wed 2026-03-04 16:45", "kim"),
        people=(Attendee("dana@acme.example", "Dana Reyes", PartStat.DECLINED), "kim"),
    ),
    one(
        "a room, a note-taking robot and a noreply are not thanked",
        [FIRST],
        people=(
            "dana",
            Attendee("room-4@acme.example", "Room 4", cutype=CalendarUserType.ROOM),
            Attendee("fred@fireflies.ai", "Fireflies Notetaker"),
            "noreply@acme.example",
        ),
    ),
    one(
        "my partner is not thanked",
        [FIRST],
        people=("dana", "ann@home.example"),
        policy=policy(people=PeopleRules(mine=("ann@home.example",))),
    ),
    one(
        "another hour of readiness: none before the end, two hours after",
        ["Wed 2026-03-04 18:00 thank_you to dana"],
        policy=policy(thank_you=ThankYouPolicy(ready_after=timedelta(hours=2))),
    ),
]

PREFIXES = (
    "Cancelled: Interview",
    "Canceled: Interview",
    "Abgesagt: Interview",
    "Annulé : Interview",
    "Declined: Interview",
    "[Hold] Interview",
    "Moved: Interview",
)
DOUBTFUL = (
    "Interview debrief",
    "Interview training",
    "Mock interview",
    "Interview preparation",
    "Press interview",
)
TITLES = [
    *(one(f"a title “{t}” is not held until confirmed", [], title=t) for t in PREFIXES),
    *(one(f"a title “{t}” is asked about", [], "question doubtful open", title=t) for t in DOUBTFUL),
    one("a title that no rule names", [], title="Lunch"),
    case(
        "a Hold whose title is set right in time",
        [
            talk("2026-03-04 15:00", "16:00", "dana", title="[Hold] Interview"),
            changed("2026-03-03 12:00", "2026-03-04", title="Interview"),
        ],
        [FIRST],
        until="2026-03-05",
    ),
    case(
        "a doubtful one that Sam wants",
        [
            talk("2026-03-04 15:00", "16:00", "dana", title="Interview training"),
            says("2026-03-04 17:00", lambda o: o.draft("training")),
        ],
        ["Wed 2026-03-04 17:00 thank_you to dana"],
        until="2026-03-05",
    ),
]


@pytest.mark.parametrize("row", WHO)
def test_who_is_thanked(row: tuple[object, ...], tmp_path: Path) -> None:
    live(tmp_path, row)


@pytest.mark.parametrize("row", TITLES)
def test_what_a_title_tells(row: tuple[object, ...], tmp_path: Path) -> None:
    live(tmp_path, row)
