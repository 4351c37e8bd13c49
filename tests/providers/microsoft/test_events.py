"""Graph's events as events of the model: item in, event out."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from followupd.core.interviews import judge
from followupd.core.model import (
    Address,
    Attendee,
    CalendarUserType,
    Choice,
    Event,
    EventStatus,
    PartStat,
)
from followupd.providers.google import events as google
from followupd.providers.microsoft.events import BROKEN, read_event
from followupd.providers.microsoft.globalids import day_of, uid_of, wrapped
from tests.core.people_kit import policy

ME = "sam@example.com"
ZONE = "Europe/London"
X500 = "/o=ExchangeLabs/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=0a1b-Kim"
SERIES = "040000008200E00074C5B7101A82E00800000000D0B2A46FA1ABDC01000000000000000010000000" + "0F" * 16
OCCURRENCE = SERIES[:32] + "07EA0305" + SERIES[40:]
WRAPPED = "040000008200E00074C5B7101A82E00807EA0305000000000000000000000000000000001A000000" + (
    b"vCal-Uid\x01\0\0\0a@google.com\0\0".hex().upper()
)


def at(text: str, zone: str = "UTC") -> dict[str, str]:
    return {"dateTime": text, "timeZone": zone}


def read(me: str = ME, zone: str = ZONE, **item: Any) -> Event:
    given = {
        "id": "AAMk=",
        "iCalUId": "abc@calendar.example",
        "type": "singleInstance",
        "start": at("2026-03-04T14:00:00.0000000"),
        "end": at("2026-03-04T15:00:00.0000000"),
        "originalStartTimeZone": "GMT Standard Time",
        **item,
    }
    return read_event(given, "primary", "Calendar", zone, me)


def who(address: str, name: str = "", **more: Any) -> dict[str, Any]:
    return {"emailAddress": {"name": name, "address": address}, **more}


def answered(response: str) -> dict[str, str]:
    return {"response": response, "time": "2026-03-01T09:00:00Z"}


def test_a_bare_event() -> None:
    assert read() == Event(
        uid="abc@calendar.example",
        calendar="primary",
        calendar_name="Calendar",
        start=datetime(2026, 3, 4, 14, tzinfo=UTC),
        end=datetime(2026, 3, 4, 15, tzinfo=UTC),
        zone="Europe/London",
    )


# --- times and zones --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "start", "original", "begins", "ends"),
    [
        ("Europe/London", "2026-03-29T00:00:00", "UTC", "2026-03-29T00:00:00", "2026-03-29T23:00:00"),
        ("Europe/London", "2026-07-01T00:00:00", "Tokyo Standard Time", "2026-06-30T23:00:00", ""),
        ("Pacific/Auckland", "2026-03-04T00:00:00", "UTC", "2026-03-03T11:00:00", "2026-03-04T11:00:00"),
        ("Pacific/Honolulu", "2026-03-04T00:00:00", "Tokyo Standard Time", "2026-03-04T10:00:00", ""),
        # told as the moment of the midnight of the zone in which it was made
        ("Europe/London", "2026-03-03T15:00:00", "Tokyo Standard Time", "2026-03-04T00:00:00", ""),
        ("Europe/London", "2026-06-30T23:00:00", "tzone://Microsoft/Custom", "2026-06-30T23:00:00", ""),
        ("Europe/Berlin", "2026-03-04T05:00:00", "Eastern Standard Time", "2026-03-03T23:00:00", ""),
    ],
)
def test_a_day_is_the_users_day(zone: str, start: str, original: str, begins: str, ends: str) -> None:
    end = start.replace("-29T", "-30T").replace("-01T", "-02T").replace("-04T", "-05T")
    told = read(zone=zone, isAllDay=True, start=at(start), end=at(end), originalStartTimeZone=original)
    assert told.all_day
    assert told.start.astimezone(UTC).isoformat() == begins + "+00:00"
    assert told.start.astimezone(ZoneInfo(zone)).hour == 0
    if ends:
        assert told.end.astimezone(UTC).isoformat() == ends + "+00:00"


def test_a_whole_day_lasts_a_day() -> None:
    told = read(isAllDay=True, start=at("2026-03-04T00:00:00"), end=at("2026-03-04T00:00:00"))
    assert told.end == datetime(2026, 3, 5, tzinfo=UTC)


def test_an_end_that_is_missing_or_before_the_start_is_the_start() -> None:
    assert read(end=None).end == read().start
    assert read(end=at("2026-03-04T13:00:00")).end == read().start


@pytest.mark.parametrize(
    ("told", "zone"),
    [
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("Europe/Paris", "Europe/Paris"),
        ("UTC", ""),
        ("tzone://Microsoft/Utc", ""),
        ("tzone://Microsoft/Custom", ""),
        ("../../etc/passwd", ""),
        (None, ""),
    ],
)
def test_the_zone_is_known_by_its_windows_name(told: str | None, zone: str) -> None:
    assert read(originalStartTimeZone=told).zone == zone


def test_a_time_in_another_zone_than_asked_for_is_read_in_it() -> None:
    assert read(start=at("2026-03-04T15:00:00", "W. Europe Standard Time")).start == read().start


@pytest.mark.parametrize(
    "broken",
    [
        {"start": None},
        {"start": {}},
        {"start": at("soon")},
        {"start": at("")},
        {"start": at("2026-13-01T00:00:00")},
        {"start": at("0001-01-01T00:00:00")},
        {"start": at("9999-12-31T23:59:59")},
        {"start": at("2026-03-04T14:00:00", "Mars/Base")},
        {"start": "2026-03-04"},
        {"attendees": ["dana@acme.example"]},
        {"type": "exception", "originalStart": "soon"},
    ],
)
def test_what_can_not_be_read_is_an_error_and_not_another_time(broken: dict[str, Any]) -> None:
    with pytest.raises(BROKEN):
        read(**broken)


# --- what it is called ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "in_series", "uid"),
    [
        (OCCURRENCE, True, SERIES),
        (OCCURRENCE.lower(), True, SERIES.lower()),
        (SERIES, True, SERIES),
        (SERIES, False, SERIES),
        (WRAPPED, True, "a@google.com"),
        (wrapped("a@google.com"), False, "a@google.com"),
        (wrapped("Bürö ' €"), True, "Bürö ' €"),
        # invited to one occurrence alone: its day tells it from the others
        (OCCURRENCE, False, OCCURRENCE),
        (WRAPPED, False, WRAPPED),
        ("a@google.com", True, "a@google.com"),
        (SERIES[:60], True, SERIES[:60]),
        (SERIES + "Z", True, SERIES + "Z"),
        (SERIES + "0", True, SERIES + "0"),
        ("", True, "AAMk="),
    ],
)
def test_the_uid_is_that_of_the_invitation(name: str, in_series: bool, uid: str) -> None:
    given = read(iCalUId=name, type="occurrence" if in_series else "singleInstance")
    assert given.uid == uid
    assert name == "" or uid_of(name, in_series=in_series) == uid


def test_an_occurrences_name_holds_its_day() -> None:
    assert day_of(OCCURRENCE) == day_of(WRAPPED) == date(2026, 3, 5)
    assert day_of(SERIES) is day_of("abc") is day_of(SERIES[:32] + "07EA1305" + SERIES[40:]) is None


def test_a_uid_is_wrapped_as_outlook_does() -> None:
    """The example of a Google invitation, with its length (12 + 12 + 1) before it."""
    assert wrapped("a@google.com")[72:80] == "19000000"
    assert wrapped("a@google.com")[80:] == "7643616C2D5569640100000061" + b"@google.com\0".hex().upper()
    assert wrapped(SERIES) == ""


@pytest.mark.parametrize(
    ("item", "recurrence_id"),
    [
        (
            {"type": "occurrence", "originalStart": "2026-03-05T15:00:00.0000000Z"},
            "2026-03-05T15:00:00+00:00",
        ),
        ({"type": "exception", "originalStart": "2026-03-05T16:00:00+01:00"}, "2026-03-05T15:00:00+00:00"),
        ({"type": "occurrence", "originalStart": None}, "2026-03-04T14:00:00+00:00"),
        ({"type": "occurrence", "isAllDay": True, "originalStart": "2026-03-05T00:00:00Z"}, "2026-03-05"),
        ({"type": "exception", "isAllDay": True, "originalStart": "2026-06-30T23:00:00Z"}, "2026-07-01"),
        (
            {
                "type": "exception",
                "isAllDay": True,
                "iCalUId": OCCURRENCE,
                "originalStart": "2026-03-04T11:00:00Z",
                "originalStartTimeZone": "tzone://Microsoft/Custom",
            },
            "2026-03-05",
        ),
        ({"type": "singleInstance", "originalStart": None}, ""),
    ],
)
def test_the_original_start_names_an_occurrence(item: dict[str, Any], recurrence_id: str) -> None:
    assert read(**item).recurrence_id == recurrence_id


@pytest.mark.parametrize("day", [False, True])
def test_an_invitation_has_one_name_in_google_and_in_outlook(day: bool) -> None:
    """A series from Google, its second occurrence moved."""
    whole = {"date": "2026-03-05"} if day else {"dateTime": "2026-03-05T15:00:00Z"}
    theirs = google.read_event(
        {
            "id": "a_20260305",
            "iCalUID": "a@google.com",
            "recurringEventId": "a",
            "originalStartTime": whole,
            "start": {"dateTime": "2026-03-06T15:00:00Z"},
            "end": {"dateTime": "2026-03-06T16:00:00Z"},
        },
        "primary",
        "Sam",
        ZONE,
        ZONE,
    )
    original = f"2026-03-05T{'00' if day else '15'}:00:00Z"
    ours = read(iCalUId=WRAPPED, type="exception", originalStart=original, isAllDay=day)
    assert (ours.uid, ours.recurrence_id) == (theirs.uid, theirs.recurrence_id)


# --- people -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (who("Dana@Acme.example", "Dana Reyes"), Attendee("dana@acme.example", "Dana Reyes")),
        (who("dana@acme.example", "Dana@acme.example"), Attendee("dana@acme.example")),
        (who("dana@acme.example", "'dana@acme.example'"), Attendee("dana@acme.example")),
        (who(X500, "Kim Min-jun"), Attendee("", "Kim Min-jun")),
        (who("", "Panel"), Attendee("", "Panel")),
        (
            who("room4@acme.example", "Room 4", type="resource"),
            Attendee("room4@acme.example", "Room 4", cutype=CalendarUserType.RESOURCE),
        ),
        (who("l@acme.example", type="optional"), Attendee("l@acme.example", role="opt-participant")),
        (
            who("d@acme.example", "Da\r\nna\u202eseyeR", status=answered("accepted")),
            Attendee("d@acme.example", "Da naseyeR", PartStat.ACCEPTED),
        ),
        (
            who("d@acme.example", status=answered("declined")),
            Attendee("d@acme.example", "", PartStat.DECLINED),
        ),
        (
            who("d@acme.example", status=answered("tentativelyAccepted")),
            Attendee("d@acme.example", "", PartStat.TENTATIVE),
        ),
        (
            who("d@acme.example", status=answered("organizer")),
            Attendee("d@acme.example", "", PartStat.ACCEPTED),
        ),
        (who("d@acme.example", status=answered("notResponded")), Attendee("d@acme.example")),
        (who("d@acme.example", status=answered("a new word")), Attendee("d@acme.example")),
        (who("d@acme.example", status=None), Attendee("d@acme.example")),
    ],
)
def test_guests(given: dict[str, Any], expected: Attendee) -> None:
    assert read(attendees=[given]).attendees == (expected,)


def test_a_guest_of_whom_nothing_is_known_is_none() -> None:
    nothing: list[dict[str, Any]] = [who(""), {"type": "required"}, {"emailAddress": None}, who(X500, X500)]
    assert read(attendees=nothing).attendees == ()
    assert read(attendees=None).attendees == ()


def test_an_organiser_without_an_address_is_among_the_guests() -> None:
    told = read(organizer=who(X500, "Dana Reyes"), attendees=[who(ME, "Sam Lee")])
    assert told.organizer == Address("", "Dana Reyes")
    assert told.attendees == (Attendee(ME, "Sam Lee"), Attendee("", "Dana Reyes", PartStat.ACCEPTED))
    listed = read(organizer=who("", "Dana Reyes"), attendees=[who("dana@acme.example", "Dana Reyes")])
    assert listed.attendees == (Attendee("dana@acme.example", "Dana Reyes"),)


def test_an_organiser_with_an_address_stays_only_organiser() -> None:
    told = read(organizer=who("Dana@acme.example", "Dana Reyes"))
    assert (told.organizer, told.attendees) == (Address("dana@acme.example", "Dana Reyes"), ())
    assert read(organizer=None).organizer is read(organizer=who("")).organizer is None


@pytest.mark.parametrize("address", ["outlook_0A1B2C3D4E5F6071@outlook.com", "", X500])
def test_ones_own_event_is_by_ones_own_address(address: str) -> None:
    given = who(address, "Sam Lee")
    assert read(organizer=given, isOrganizer=True).organizer == Address(ME, "Sam Lee")
    assert read(me="", organizer=given, isOrganizer=True).organizer != Address(ME, "Sam Lee")


def test_an_alias_of_ones_own_stays() -> None:
    told = read(organizer=who("sam.lee@example.org", "Sam Lee"), isOrganizer=True)
    assert told.organizer == Address("sam.lee@example.org", "Sam Lee")


# --- the user's own answer --------------------------------------------------------------------------

PEOPLE = [
    who("dana@acme.example", "Dana Reyes", status=answered("organizer")),
    who("kim@acme.example", "Kim"),
]


def judged(event: Event, *mine: str) -> tuple[Choice, str]:
    verdict = judge(event, policy(mine=(ME, *mine)))
    return verdict.choice, verdict.reason


@pytest.mark.parametrize(
    ("response", "partstat", "choice"),
    [
        ("declined", PartStat.DECLINED, Choice.NO),
        ("accepted", PartStat.ACCEPTED, Choice.YES),
        ("tentativelyAccepted", PartStat.TENTATIVE, Choice.YES),
        ("notResponded", PartStat.NEEDS_ACTION, Choice.YES),
        ("none", PartStat.NEEDS_ACTION, Choice.YES),
    ],
)
@pytest.mark.parametrize("address", [ME, "Sam+jobs@example.com"])
def test_my_answer_stands_in_the_event(
    address: str, response: str, partstat: PartStat, choice: Choice
) -> None:
    guests = [*PEOPLE, who(address, "Sam Lee", status=answered("none"))]
    told = read(
        subject="Interview",
        organizer=who("dana@acme.example", "Dana Reyes"),
        attendees=guests,
        responseStatus=answered(response),
    )
    assert told.attendees[-1] == Attendee(address.lower(), "Sam Lee", partstat)
    assert [one.partstat for one in told.attendees[:2]] == [PartStat.ACCEPTED, PartStat.NEEDS_ACTION]
    assert judged(told)[0] is choice


@pytest.mark.parametrize("listed", ["sam@alias.example", "candidates@list.example"])
def test_who_declined_what_came_to_another_address_is_out(listed: str) -> None:
    told = read(
        subject="Interview",
        organizer=who("dana@acme.example", "Dana Reyes"),
        attendees=[*PEOPLE, who(listed), who("", "Lu Han")],
        responseStatus=answered("declined"),
    )
    assert told.attendees[-1] == Attendee(ME, "", PartStat.DECLINED)
    assert {one.name for one in told.attendees} == {"Dana Reyes", "Lu Han", ""}
    assert judged(told, "sam@alias.example") == (Choice.NO, "you declined it")


def test_who_accepted_what_came_to_another_address_is_not_added() -> None:
    told = read(attendees=[who("list@list.example")], responseStatus=answered("accepted"))
    assert told.attendees == (Attendee("list@list.example"),)


def test_somebody_elses_answer_in_a_shared_calendar_is_not_mine() -> None:
    told = read(me="", attendees=[who(ME), *PEOPLE], responseStatus=answered("declined"))
    assert PartStat.DECLINED not in {one.partstat for one in told.attendees}
    assert len(told.attendees) == 3


@pytest.mark.parametrize(
    ("more", "hidden"),
    [
        ({"hideAttendees": True}, True),
        ({"hideAttendees": True, "isOrganizer": True}, False),
        ({"hideAttendees": False}, False),
    ],
)
def test_whether_others_are_hidden(more: dict[str, Any], hidden: bool) -> None:
    assert read(**more).attendees_hidden is hidden


# --- text -------------------------------------------------------------------------------------------


def test_a_description_in_html_is_text() -> None:
    html = {
        "contentType": "html",
        "content": "<html><head><style>p{}</style></head><p>Kim &amp; Dana<br>#interview",
    }
    assert read(body=html).description.splitlines() == ["Kim & Dana", "#interview"]
    assert read(body={"contentType": "text", "content": "a < b\r\nc\x00"}).description == "a < b\nc"
    assert read(body=None).description == ""
    assert len(read(body={"contentType": "text", "content": "x" * 100_000}).description) == 65_536


def test_what_others_wrote_is_one_line_and_bounded() -> None:
    told = read(
        subject="Interview\r\nBcc: all@example.com\u202e",
        location={"displayName": "Room 4\n\u2066"},
        categories=["Interview", " Interview ", "", "Job\r\nsearch"],
    )
    assert (told.title, told.location) == ("Interview Bcc: all@example.com", "Room 4")
    assert told.categories == ("Interview", "Job search")
    assert len(read(subject="x" * 5_000).title) == 1024


def test_cancelled_is_a_status() -> None:
    assert read(isCancelled=True).status is EventStatus.CANCELLED
    assert read(isCancelled=False).status is EventStatus.CONFIRMED
