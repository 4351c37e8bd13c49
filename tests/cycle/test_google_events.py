"""Interviews in Google Calendar: several calendars, series, what is moved, called off, hidden, coloured or lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cycle.google import CONFIG, DANA, ME
from tests.cycle.test_google_life import MADE, MINUTE, NUDGE, Life, living, made

TEAM = "team@group.calendar.google.com"
UID = "talk-1@acme.example"
BEFORE = "2026-03-04 08:00"


def ruled(rule: str, calendars: str = "") -> str:
    """The config with one rule, and with calendars where they are named."""
    config = CONFIG.replace("    - title: '\\binterview\\b'", f"    - {rule}")
    assert rule in config
    more = f", calendars: [{calendars}]" if calendars else ""
    return config.replace("calendar_root: {calendar}", "calendar_root: {calendar}" + more)


@pytest.fixture
def life(tmp_path: Path) -> Iterator[Life]:
    with living(tmp_path) as one:
        yield one


def talk(life: Life, **more: Any) -> None:
    life.event("2026-03-04 14:00", "2026-03-04 15:00", **more)


def times(start: str, end: str) -> dict[str, Any]:
    return {"start": {"dateTime": f"{start}:00Z"}, "end": {"dateTime": f"{end}:00Z"}}


def test_a_rule_may_name_a_calendar(tmp_path: Path) -> None:
    with living(tmp_path, ruled("calendar: Interviews", f"primary, {TEAM}")) as life:
        life.calendars.add_calendar(TEAM, "Interviews")
        talk(life, title="Chat")
        other = {"email": "kim@globex.example", "displayName": "Kim Novak", "responseStatus": "accepted"}
        life.calendars.put(
            {
                "iCalUID": "talk-2@globex.example",
                "summary": "Chat",
                **times("2026-03-04T14:00", "2026-03-04T15:00"),
                "organizer": {"email": other["email"]},
                "attendees": [other, {"email": ME, "responseStatus": "accepted"}],
            },
            calendar=TEAM,
        )
        life.cycle(BEFORE)
        life.cycle(MADE)
        assert [draft.to for draft in life.drafts()] == ["Kim Novak <kim@globex.example>"]


def test_the_same_interview_in_two_calendars_is_one(tmp_path: Path) -> None:
    with living(tmp_path, ruled(r"title: '\binterview\b'", f"primary, {TEAM}")) as life:
        life.calendars.add_calendar(TEAM, "Interviews")
        talk(life)
        (shown,) = life.calendars.events()
        life.calendars.put(
            {name: shown[name] for name in ("iCalUID", "summary", "start", "end", "organizer", "attendees")},
            calendar=TEAM,
        )
        life.cycle(BEFORE)
        life.cycle(MADE)
        assert len(life.drafts()) == 1
        assert not made(life.days("2026-03-05", "2026-03-06"))


def series(life: Life) -> None:
    talk(life, recurrence=["RRULE:FREQ=WEEKLY;COUNT=3"])


def test_an_occurrence_that_was_moved_is_thanked_for_where_it_is(life: Life) -> None:
    series(life)
    life.cycle(BEFORE)
    life.calendars.override(UID, life.time("2026-03-04 14:00"), times("2026-03-05T10:00", "2026-03-05T11:00"))
    assert not made(life.poll(0, 5, 60))
    assert len(made(life.poll(46, since=life.time("2026-03-05 11:00")))) == 1
    life.poll(46, since=life.time("2026-03-11 15:00"))
    drafted = [one.occasion[:10] for one in life.kept() if one.stage == "drafted"]
    assert sorted(drafted) == ["2026-03-05", "2026-03-11"]
    assert len(life.drafts()) == 2


def test_an_occurrence_that_was_cancelled_gets_no_letter(life: Life) -> None:
    series(life)
    life.cycle(BEFORE)
    life.calendars.cancel_occurrence(UID, life.time("2026-03-04 14:00"))
    assert not made(life.poll(0, 5, 60, 1440))
    assert len(made(life.poll(46, since=life.time("2026-03-11 15:00")))) == 1


def test_an_event_moved_after_drafting_gets_its_letter_at_the_new_end(life: Life) -> None:
    talk(life)
    life.cycle(BEFORE)
    life.cycle(MADE)
    life.at(MADE + 12 * MINUTE)
    life.event("2026-03-05 14:00", "2026-03-05 15:00")
    life.poll(15, 20, 30)
    assert life.drafts() == []
    assert len(made(life.poll(46, 60, since=life.time("2026-03-05 15:00")))) == 1
    assert len(life.drafts()) == 1


GONE: dict[str, Callable[[Life], object]] = {
    "cancelled": lambda life: life.calendars.cancel(UID),
    "deleted": lambda life: life.calendars.remove(UID),
    "declined by me": lambda life: life.calendars.decline(UID),
}


@pytest.mark.parametrize("way", GONE)
@pytest.mark.parametrize("expired", [False, True], ids=["", "while the token is expired"])
@pytest.mark.parametrize("at", ["2026-03-04 12:00", "2026-03-04 15:44"])
def test_an_interview_that_is_not_held_gets_no_letter(life: Life, way: str, expired: bool, at: str) -> None:
    talk(life)
    talk(life, uid="talk-2@globex.example", people=[("kim@globex.example", "Kim Novak")])
    life.cycle(BEFORE)
    life.cycle("2026-03-04 11:55")
    life.at(at)
    GONE[way](life)
    if expired:
        life.calendars.expire_tokens()
    life.poll(0, 5, 60)
    assert [draft.to for draft in life.drafts()] == ["Kim Novak <kim@globex.example>"]


@pytest.mark.parametrize("way", GONE)
def test_an_interview_called_off_during_the_cycle_gets_no_letter(life: Life, way: str) -> None:
    """The event is read again before the letter is made."""
    talk(life)
    life.cycle(BEFORE)
    called = [0]

    def act(_: object) -> None:
        called[0] += 1
        if called[0] == 1:
            GONE[way](life)

    undo = life.simulator.on("gmail.users.history.list", act)
    life.cycle(MADE)
    undo()
    assert called[0]
    assert life.drafts() == []
    assert not made(life.poll(5, 60, 300))


AT = [
    *("2026-03-04 08:05", "2026-03-04 15:10", MADE - MINUTE, MADE + 3 * MINUTE, "2026-03-04 16:12"),
    *("2026-03-04 16:30", "2026-03-09 12:00", NUDGE - MINUTE, NUDGE + MINUTE, NUDGE + 30 * MINUTE),
]


@pytest.mark.parametrize("lost", AT, ids=str)
def test_expired_tokens_cost_one_full_look_and_double_nothing(life: Life, lost: Any) -> None:
    talk(life)
    life.cycle(BEFORE)
    marks: list[Any] = ["2026-03-04 15:05", MADE, MADE + 5 * MINUTE, "2026-03-04 16:10", "2026-03-04 16:15"]
    marks += ["2026-03-04 17:00", "2026-03-06 09:05", "2026-03-10 09:05", NUDGE, NUDGE + 5 * MINUTE]
    marks += [NUDGE + 60 * MINUTE, "2026-03-12 09:05"]
    looks = 0
    for moment in sorted([*(life.time(one) for one in marks), life.time(lost)]):
        if moment == life.time(lost):
            life.at(moment)
            life.calendars.expire_tokens()
            continue
        if moment == life.time("2026-03-04 16:10"):
            life.mail.ui_send(life.drafts()[0].id, at=life.at(moment))
        life.simulator.journal.clear()
        life.cycle(moment)
        looks += sum(one.status == 410 for one in life.simulator.journal)
        entries = [one for one in life.simulator.journal.of("calendar.events.list") if one.status != 401]
        assert len(entries) <= 2
    assert looks == 1
    assert len(made(life.done)) == 2
    assert [life.stage(), life.stage("nudge")] == ["sent", "drafted"]


def test_an_event_from_a_mail_of_the_booking_is_an_interview(life: Life) -> None:
    """Google itself makes it: I am its organiser, and nobody else is on it. It must not break a cycle."""
    me = {"email": ME, "self": True, "responseStatus": "accepted"}
    talk(life, eventType="fromGmail", organizer={"email": ME, "self": True}, attendees=[me])
    life.cycle(BEFORE)
    life.cycle(MADE)
    told = life.program("explain", "Interview", "--now", MADE.isoformat())
    assert "Interview" in told.out
    assert len(life.drafts()) == 0 or not life.drafts()[0].to


def test_hidden_guests_leave_the_organiser_asked_to_pass_it_on(life: Life) -> None:
    people = [(DANA, "Dana Reyes"), ("kim@acme.example", "Kim Novak")]
    talk(life, people=people, guestsCanSeeOtherGuests=False)
    life.cycle(BEFORE)
    life.cycle(MADE)
    (draft,) = life.drafts()
    assert DANA in draft.to


def test_an_all_day_event_ends_at_17_of_its_last_day(life: Life) -> None:
    guests = [{"email": DANA, "displayName": "Dana Reyes", "responseStatus": "accepted"}]
    life.calendars.put(
        {
            "iCalUID": UID,
            "summary": "Interview day",
            "start": {"date": "2026-03-03"},
            "end": {"date": "2026-03-05"},
            "organizer": {"email": DANA},
            "attendees": [*guests, {"email": ME, "responseStatus": "accepted"}],
        }
    )
    life.cycle("2026-03-03 08:00")
    assert not made(life.poll(0, since=life.time("2026-03-04 17:40")))
    assert len(made(life.poll(0, since=life.time("2026-03-04 17:46")))) == 1


@pytest.mark.parametrize(("colour", "drafts"), [("11", 1), ("5", 0)], ids=["tomato", "banana"])
def test_a_rule_may_name_a_colour(tmp_path: Path, colour: str, drafts: int) -> None:
    with living(tmp_path, ruled("colour: tomato")) as life:
        talk(life, title="Chat with Acme", colorId=colour)
        life.cycle(BEFORE)
        life.cycle(MADE)
        assert len(life.drafts()) == drafts
        told = life.program("explain", "Chat", "--now", MADE.isoformat())
        assert ("tomato" if drafts else "banana") in told.out.lower()


@pytest.mark.parametrize(("label", "drafts"), [("lab-17", 1), ("lab-18", 0)])
def test_a_rule_may_name_a_label(tmp_path: Path, label: str, drafts: int) -> None:
    with living(tmp_path, ruled("label: lab-17")) as life:
        for name in ("lab-17", "lab-18"):
            life.calendars.add_label(name, f"Job search {name}")
        talk(life, title="Chat with Acme", eventLabelId=label)
        life.cycle(BEFORE)
        life.cycle(MADE)
        assert len(life.drafts()) == drafts
        told = life.program("explain", "Chat", "--now", MADE.isoformat())
        assert label in told.out, told.out


def test_an_event_that_names_nobody_gets_no_letter_and_breaks_nothing(life: Life) -> None:
    """As a phone makes it: no guests at all, and not even an organiser."""
    life.calendars.put(
        {"iCalUID": UID, "summary": "Interview", **times("2026-03-04T14:00", "2026-03-04T15:00")}
    )
    life.cycle(BEFORE)
    life.cycle(MADE)
    assert life.drafts() == []
    assert life.program("explain", "Interview", "--now", MADE.isoformat()).out
