"""Google's events as events of the model: item in, event out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from followupd.core.model import Address, CalendarUserType, Event, EventStatus, PartStat
from followupd.providers.google.events import is_tombstone, read_event

TIMES = {"start": {"dateTime": "2026-03-04T14:00:00Z"}, "end": {"dateTime": "2026-03-04T15:00:00Z"}}


def read(**item: Any) -> Event:
    given = {"id": "abc", "iCalUID": "abc@google.com", **TIMES, **item}
    return read_event(given, "primary", "Sam", "Europe/London", "Europe/London")


def test_a_bare_event() -> None:
    told = read()
    assert (told.uid, told.recurrence_id, told.calendar, told.calendar_name) == (
        "abc@google.com",
        "",
        "primary",
        "Sam",
    )
    assert (told.start, told.end) == (
        datetime(2026, 3, 4, 14, tzinfo=UTC),
        datetime(2026, 3, 4, 15, tzinfo=UTC),
    )
    assert (told.zone, told.organizer, told.attendees, told.status) == (
        "Europe/London",
        None,
        (),
        EventStatus.CONFIRMED,
    )


@pytest.mark.parametrize(
    ("start", "end", "begins", "ends"),
    [
        ("2026-07-01", "2026-07-02", "2026-06-30T23:00:00+00:00", "2026-07-01T23:00:00+00:00"),
        ("2026-03-29", "2026-03-30", "2026-03-29T00:00:00+00:00", "2026-03-29T23:00:00+00:00"),
    ],
)
def test_a_day_is_the_users_day(start: str, end: str, begins: str, ends: str) -> None:
    told = read(start={"date": start}, end={"date": end})
    assert told.all_day
    assert (told.start.astimezone(UTC).isoformat(), told.end.astimezone(UTC).isoformat()) == (begins, ends)


def test_an_occurrence_keeps_its_original_start() -> None:
    moved = read(
        recurringEventId="m", originalStartTime={"dateTime": "2026-03-04T10:00:00+01:00"}
    ).recurrence_id
    assert moved == "2026-03-04T09:00:00+00:00"
    assert read(recurringEventId="m", originalStartTime={"date": "2026-03-04"}).recurrence_id == "2026-03-04"


def test_an_end_that_is_missing_or_before_the_start_is_the_start() -> None:
    assert read(end=None).end == read().start
    assert read(end={"dateTime": "2026-03-04T13:00:00Z"}).end == read().start


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"email": "Dana@Acme.example", "displayName": "Dana"}, ("dana@acme.example", "Dana")),
        ({}, ("", "")),
        ({"email": "room@resource.calendar.google.com"}, CalendarUserType.RESOURCE),
        ({"email": "x@acme.example", "resource": True}, CalendarUserType.RESOURCE),
        ({"email": "team@group.calendar.google.com"}, CalendarUserType.GROUP),
        ({"email": "x@acme.example", "responseStatus": "declined"}, PartStat.DECLINED),
        ({"email": "x@acme.example", "responseStatus": "needsAction"}, PartStat.NEEDS_ACTION),
        ({"email": "x@acme.example", "responseStatus": "a new word"}, PartStat.NEEDS_ACTION),
        ({"email": "x@acme.example", "optional": True}, "opt-participant"),
    ],
)
def test_attendees(given: dict[str, Any], expected: object) -> None:
    (one,) = read(attendees=[given]).attendees
    assert expected in ((one.email, one.name), one.cutype, one.partstat, one.role)


def test_an_event_of_a_calendar_of_ones_own_is_by_who_made_it() -> None:
    organizer = {"email": "c_123@group.calendar.google.com", "displayName": "Interviews", "self": True}
    told = read(organizer=organizer, creator={"email": "Sam@example.com"})
    assert told.organizer == Address("sam@example.com", "")


@pytest.mark.parametrize(
    ("more", "hidden"),
    [
        ({"attendeesOmitted": True}, True),
        ({"guestsCanSeeOtherGuests": False, "attendees": [{"email": "sam@example.com", "self": True}]}, True),
        ({"guestsCanSeeOtherGuests": False, "organizer": {"self": True, "email": "sam@example.com"}}, False),
        ({"guestsCanSeeOtherGuests": False, "attendees": [{"email": "dana@acme.example"}]}, False),
        ({"attendees": [{"email": "sam@example.com", "self": True}]}, False),
    ],
)
def test_whether_others_are_hidden(more: dict[str, Any], hidden: bool) -> None:
    assert read(**more).attendees_hidden is hidden


def test_colour_label_and_categories() -> None:
    told = read(
        colorId="11",
        eventLabelId="lbl-7",
        extendedProperties={
            "private": {"categories": "Interview, Work"},
            "shared": {"categories": "Interview"},
        },
    )
    assert (told.colour, told.label, told.categories) == ("tomato", "lbl-7", ("Interview", "Work"))
    assert read(colorId="99").colour == ""


def test_a_description_in_html_is_text() -> None:
    assert read(description="Meet <b>Dana</b><br>at 3").description.split() == ["Meet", "Dana", "at", "3"]
    assert read(description="a < b and b > c").description == "a < b and b > c"


def test_an_event_from_mail_says_so() -> None:
    assert read(eventType="fromGmail").from_mail
    assert not read(eventType="default").from_mail


@pytest.mark.parametrize(
    "broken",
    [
        {"start": {"dateTime": "soon"}},
        {"start": {"dateTime": ""}},
        {"start": {"date": "2026-13-01"}},
        {"start": {"dateTime": "2026-03-04T14:00:00", "timeZone": "Mars/Base"}},
    ],
)
def test_what_can_not_be_read_is_an_error_and_not_another_time(broken: dict[str, Any]) -> None:
    with pytest.raises((ValueError, KeyError)):
        read(**broken)


def test_a_tombstone_has_no_time() -> None:
    assert is_tombstone({"id": "abc", "status": "cancelled"})
    assert not is_tombstone({"id": "abc", "status": "cancelled", **TIMES})
