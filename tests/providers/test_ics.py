"""Real and hostile iCalendar: what must be read, and what must be bounded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from followupd.core.model import Attendee, CalendarUserType, Event, EventStatus, PartStat
from followupd.providers import ics
from followupd.providers.ics import occurrence, occurrences, read_calendar

ZONE = "Europe/London"
LONDON = ZoneInfo(ZONE)
KNOX = "America/Indiana/Knox"
SIXTY = ",".join(map(str, range(60)))
SINCE = datetime(2026, 3, 1, tzinfo=UTC)
UNTIL = datetime(2026, 5, 1, tzinfo=UTC)


def calendar(*lines: str) -> bytes:
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *lines, "END:VCALENDAR", ""]).encode()


def one(*lines: str) -> bytes:
    return calendar("BEGIN:VEVENT", "UID:1", *lines, "END:VEVENT")


def expand(*raws: bytes, since: datetime = SINCE, until: datetime = UNTIL) -> tuple[list[Event], list[str]]:
    read = [read_calendar(raw, zone=ZONE) for raw in raws]
    problems = [what for _, told in read for what in told]
    parts: dict[str, list[ics.Part]] = {}
    for parsed, _ in read:
        for part in parsed.parts:
            parts.setdefault(part.uid, []).append(part)
    events: list[Event] = []
    for versions in parts.values():
        found, told = occurrences(versions, since, until, zone=ZONE)
        events += found
        problems += told
        for event in found:
            assert occurrence(versions, event.recurrence_id, zone=ZONE) == event
    return events, problems


def at(*lines: str) -> Event:
    events, problems = expand(one(*lines))
    assert problems == []
    [event] = events
    return event


def utc(*when: int) -> datetime:
    return datetime(*when, tzinfo=UTC)  # type: ignore[arg-type, misc]


# --- times --------------------------------------------------------------------------------------

CUSTOM = [
    "BEGIN:VTIMEZONE",
    "TZID:{}",
    "BEGIN:STANDARD",
    "DTSTART:16010101T030000",
    "TZOFFSETFROM:+0700",
    "TZOFFSETTO:+0600",
    "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
    "END:STANDARD",
    "BEGIN:DAYLIGHT",
    "DTSTART:16010101T020000",
    "TZOFFSETFROM:+0600",
    "TZOFFSETTO:+0700",
    "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
    "END:DAYLIGHT",
    "END:VTIMEZONE",
]


@pytest.mark.parametrize(
    ("start", "moment", "zone"),
    [
        ("DTSTART:20260404T150000Z", utc(2026, 4, 4, 15), ""),
        ("DTSTART;TZID=Europe/Berlin:20260404T150000", utc(2026, 4, 4, 13), "Europe/Berlin"),
        ("DTSTART;TZID=\"Europe/Berlin\":20260404T150000", utc(2026, 4, 4, 13), "Europe/Berlin"),
        ("DTSTART;TZID=W. Europe Standard Time:20260404T150000", utc(2026, 4, 4, 13), "Europe/Berlin"),
        ("DTSTART;TZID=/libical.org/Europe/Berlin:20260404T150000", utc(2026, 4, 4, 13), "Europe/Berlin"),
        ("DTSTART;TZID=/a.org/2005_1/America/Indiana/Knox:20260404T150000", utc(2026, 4, 4, 20), KNOX),
        ("DTSTART:20260404T150000", utc(2026, 4, 4, 14), ""),
        ("DTSTART;TZID=Europe/Berlin:20260404T150000Z", utc(2026, 4, 4, 15), ""),
        ("DTSTART:2026-04-04T15:00:00Z", utc(2026, 4, 4, 15), ""),
        ("DTSTART;VALUE=DATE-TIME:20260404T150000Z", utc(2026, 4, 4, 15), ""),
        ("dtstart:20260404T150000Z", utc(2026, 4, 4, 15), ""),
    ],
)  # fmt: skip
def test_where_a_time_is(start: str, moment: datetime, zone: str) -> None:
    event = at(start, "DURATION:PT45M")
    assert (event.start, event.end, event.zone) == (moment, moment + timedelta(minutes=45), zone)


def test_rules_of_the_files_own_and_two_files_that_mean_different_ones_by_one_name() -> None:
    def file(shift: str) -> bytes:
        rules = [line.replace("06", shift).format("Customized Time Zone") for line in CUSTOM]
        start = "DTSTART;TZID=Customized Time Zone:20260304T150000"
        return calendar(*rules, "BEGIN:VEVENT", f"UID:{shift}", start, "DURATION:PT1H", "END:VEVENT")

    events, problems = expand(file("06"), file("05"))
    assert problems == []
    assert {e.uid: e.start.astimezone(UTC) for e in events} == {
        "06": utc(2026, 3, 4, 9),
        "05": utc(2026, 3, 4, 10),
    }
    assert {e.zone for e in events} == {""}


def test_a_zone_that_nobody_knows_is_told() -> None:
    events, problems = expand(one("DTSTART;TZID=Nowhere/Land:20260404T150000"))
    assert [e.start for e in events] == [utc(2026, 4, 4, 14)]
    assert problems == ["nobody knows its time zone Nowhere/Land; read as yours"]


@pytest.mark.parametrize("bomb", ["FREQ=SECONDLY", "FREQ=MINUTELY", "COUNT=3"])
def test_a_bomb_in_a_time_zone(bomb: str) -> None:
    rules = [line.format("Bomb").replace("FREQ=YEARLY", bomb) for line in CUSTOM]
    _, problems = expand(
        calendar(*rules, "BEGIN:VEVENT", "UID:1", "DTSTART;TZID=Bomb:20260404T150000", "END:VEVENT")
    )
    assert problems == ["nobody knows its time zone Bomb; read as yours"]


def test_all_day_events_end_before_midnight_of_the_users_zone() -> None:
    event = at("DTSTART;VALUE=DATE:20260404", "DTEND;VALUE=DATE:20260406")
    assert event.all_day
    assert (event.start, event.end) == (
        datetime(2026, 4, 4, tzinfo=LONDON),
        datetime(2026, 4, 6, tzinfo=LONDON),
    )
    assert at("DTSTART;VALUE=DATE:20260404").end == datetime(2026, 4, 5, tzinfo=LONDON)
    assert at("DTSTART:20260404", "DTEND:20260404").end == datetime(2026, 4, 5, tzinfo=LONDON)


@pytest.mark.parametrize(
    "end", ["", "DTEND:20260404T140000Z", "DTEND:never", "DURATION:soon", "DURATION:-PT1H"]
)
def test_an_event_without_a_usable_end_has_no_length(end: str) -> None:
    event = at("DTSTART:20260404T150000Z", end)
    assert event.start == event.end == utc(2026, 4, 4, 15)


# --- series -------------------------------------------------------------------------------------

WEEKLY = ["DTSTART;TZID=Europe/London:20260319T150000", "DTEND;TZID=Europe/London:20260319T160000"]


def test_a_series_keeps_its_hour_over_the_change_of_clocks() -> None:
    events, _ = expand(one(*WEEKLY, "RRULE:FREQ=WEEKLY;COUNT=3"))
    assert [e.start.astimezone(UTC) for e in events] == [
        utc(2026, 3, 19, 15),
        utc(2026, 3, 26, 15),
        utc(2026, 4, 2, 14),
    ]
    assert [e.recurrence_id for e in events][2] == "2026-04-02T14:00:00+00:00"


@pytest.mark.parametrize(
    ("until", "number"),
    [
        ("20260402T140000Z", 3),
        ("20260402T150000", 3),
        ("20260402T145959", 2),
        ("20260402", 3),
        ("20260401", 2),
        ("2026-04-02T14:00:00Z", 3),
    ],
)
def test_until_in_every_way_it_is_written(until: str, number: int) -> None:
    events, problems = expand(one(*WEEKLY, f"RRULE:FREQ=WEEKLY;UNTIL={until}"))
    assert (len(events), problems) == (number, [])


def test_until_of_all_day_and_floating_series() -> None:
    assert len(expand(one("DTSTART;VALUE=DATE:20260319", "RRULE:FREQ=DAILY;UNTIL=20260321T000000Z"))[0]) == 3
    assert len(expand(one("DTSTART:20260419T003000", "RRULE:FREQ=DAILY;UNTIL=20260421T003000"))[0]) == 3


def test_exdate_rdate_and_period() -> None:
    events, problems = expand(
        one(
            *WEEKLY,
            "RRULE:FREQ=WEEKLY;COUNT=3",
            "EXDATE;TZID=Europe/London:20260326T150000,20260402T150000",
            "RDATE;VALUE=PERIOD:20260410T100000Z/PT2H",
            "RDATE:20260411T100000Z",
        )
    )
    assert problems == []
    assert [(e.start.astimezone(UTC), e.end - e.start) for e in events] == [
        (utc(2026, 3, 19, 15), timedelta(hours=1)),
        (utc(2026, 4, 10, 10), timedelta(hours=2)),
        (utc(2026, 4, 11, 10), timedelta(hours=1)),
    ]


def exception(recurrence: str, *lines: str) -> list[str]:
    return ["BEGIN:VEVENT", "UID:1", recurrence, *lines, "END:VEVENT"]


@pytest.mark.parametrize(
    "recurrence",
    [
        "RECURRENCE-ID:20260402T140000Z",
        "RECURRENCE-ID;TZID=Europe/London:20260402T150000",
        "RECURRENCE-ID;TZID=Europe/Berlin:20260402T160000",
        "RECURRENCE-ID;RANGE=THISANDFUTURE:20260402T140000Z",
        "RECURRENCE-ID;VALUE=DATE:20260402",
    ],
)
def test_an_exception_stands_for_one_occurrence(recurrence: str) -> None:
    master = ["BEGIN:VEVENT", "UID:1", *WEEKLY, "RRULE:FREQ=WEEKLY;COUNT=4", "SUMMARY:All", "END:VEVENT"]
    moved = exception(recurrence, "DTSTART:20260403T090000Z", "DTEND:20260403T100000Z", "SUMMARY:Moved")
    events, problems = expand(calendar(*master, *moved))
    assert problems == []
    assert [(e.recurrence_id[:10], e.title, e.start.astimezone(UTC).day) for e in events] == [
        ("2026-03-19", "All", 19),
        ("2026-03-26", "All", 26),
        ("2026-04-02", "Moved", 3),
        ("2026-04-09", "All", 9),
    ]


def test_a_cancelled_occurrence_is_told_though_the_series_left_it_out() -> None:
    master = [
        "BEGIN:VEVENT",
        "UID:1",
        *WEEKLY,
        "RRULE:FREQ=WEEKLY;COUNT=2",
        "EXDATE:20260326T150000Z",
        "END:VEVENT",
    ]
    gone = exception("RECURRENCE-ID:20260326T150000Z", "DTSTART:20260326T150000Z", "STATUS:CANCELLED")
    events, _ = expand(calendar(*master, *gone))
    assert [(e.recurrence_id[:10], e.status) for e in events] == [
        ("2026-03-19", EventStatus.CONFIRMED),
        ("2026-03-26", EventStatus.CANCELLED),
    ]


def test_an_invitation_to_one_occurrence_alone() -> None:
    events, _ = expand(calendar(*exception("RECURRENCE-ID:20260402T140000Z", "DTSTART:20260402T160000Z")))
    assert [(e.recurrence_id, e.start) for e in events] == [
        ("2026-04-02T14:00:00+00:00", utc(2026, 4, 2, 16))
    ]


def test_a_cancelled_series_is_cancelled_in_every_occurrence() -> None:
    request = one(*WEEKLY, "RRULE:FREQ=WEEKLY;COUNT=3", "SUMMARY:Talk")
    for lines in ([*WEEKLY], []):
        cancel = one(*lines, "STATUS:CANCELLED", "SEQUENCE:1").replace(
            b"VERSION", b"METHOD:CANCEL\r\nVERSION"
        )
        events, problems = expand(request, cancel)
        assert [(e.title, e.status) for e in events] == [("Talk", EventStatus.CANCELLED)] * 3
        assert problems == []


def test_a_newer_request_after_a_cancellation() -> None:
    old = one(*WEEKLY, "STATUS:CANCELLED", "SEQUENCE:1")
    new = one("DTSTART:20260401T100000Z", "SEQUENCE:2")
    events, _ = expand(old, new)
    assert [(e.start, e.status) for e in events] == [(utc(2026, 4, 1, 10), EventStatus.CONFIRMED)]


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;INTERVAL=5",
        "FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;BYDAY=MO",
        f"FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10;BYMINUTE={SIXTY};BYSECOND={SIXTY}",
        "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=NONSENSE",
        "nothing at all",
    ],
)  # fmt: skip
def test_rules_that_never_end_are_bounded_and_told(rule: str) -> None:
    events, problems = expand(one(*WEEKLY, f"RRULE:{rule}"))
    assert len(problems) == ("YEARLY" not in rule and rule != "nothing at all")
    assert 1 <= len(events) <= ics.MAX_OCCURRENCES
    assert events[0].start == utc(2026, 3, 19, 15)


def test_an_hourly_series_is_followed() -> None:
    events, problems = expand(one(*WEEKLY, "RRULE:FREQ=HOURLY;COUNT=48"))
    assert (len(events), problems) == (48, [])


# --- people and words ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "email", "name"),
    [
        ("ATTENDEE:mailto:dana@acme.example", "dana@acme.example", ""),
        ("ATTENDEE;CN=Dana Reyes:MAILTO:Dana@Acme.example", "dana@acme.example", "Dana Reyes"),
        ('ATTENDEE;CN="Reyes, Dana: Dr.";X-A=1:mailto:dana@acme.example', "dana@acme.example", "Reyes, Dana: Dr."),
        ("ATTENDEE;CN=dana@acme.example:mailto:dana@acme.example", "dana@acme.example", "dana@acme.example"),
        ("ATTENDEE;CN=Dana:dana@acme.example", "dana@acme.example", "Dana"),
        ("ATTENDEE;CN=Dana:invalid:nomail", "", "Dana"),
        ("ATTENDEE;CN=Dana:urn:uuid:1234", "", "Dana"),
        ("ATTENDEE;CN=Dana;EMAIL=dana@acme.example:urn:uuid:1234", "dana@acme.example", "Dana"),
        ("ATTENDEE;CN=Reyes, Dana:mailto:dana@acme.example", "dana@acme.example", "Reyes, Dana"),
        ("ATTENDEE;CN=\"Dana ^'D^' Reyes\":mailto:dana@acme.example", "dana@acme.example", 'Dana "D" Reyes'),
        ("ATTENDEE;CN=\"'dana@acme.example'\":mailto:'dana@acme.example'", "dana@acme.example", "'dana@acme.example'"),
        ("ATTENDEE;CN=Dana\u202egnp:mailto:dana@acme.example", "dana@acme.example", "Danagnp"),
        ("ATTENDEE;CN=;PARTSTAT=:mailto: dana@acme.example", "dana@acme.example", ""),
    ],
)  # fmt: skip
def test_people_as_they_are_written(line: str, email: str, name: str) -> None:
    event = at(*WEEKLY, line, line.replace("ATTENDEE", "ORGANIZER"))
    assert [(a.email, a.name) for a in event.attendees] == [(email, name)]
    assert event.organizer is not None
    assert (event.organizer.email, event.organizer.name) == (email, name)


def test_what_is_said_of_an_attendee() -> None:
    event = at(
        *WEEKLY, "ATTENDEE;CUTYPE=ROOM;ROLE=NON-PARTICIPANT;PARTSTAT=Declined:mailto:room@acme.example"
    )
    assert event.attendees == (
        Attendee("room@acme.example", "", PartStat.DECLINED, CalendarUserType.ROOM, "non-participant"),
    )
    odd = at(*WEEKLY, "ATTENDEE;CUTYPE=X-ROBOT;PARTSTAT=DELEGATED:mailto:a@acme.example").attendees[0]
    assert (odd.cutype, odd.partstat) == (CalendarUserType.INDIVIDUAL, PartStat.DELEGATED)


def test_words_lists_and_colours() -> None:
    event = at(
        *WEEKLY,
        "SUMMARY;LANGUAGE=en:Talk\\, with Dana\\; Room\\n2",
        "DESCRIPTION:First\\nSecond:",
        " folded",
        "CATEGORIES:Interview,Job\\, new",
        "CATEGORIES: Later ",
        "COLOR:turquoise",
    )
    assert event.title == "Talk, with Dana; Room 2"
    assert event.description == "First\nSecond:folded"
    assert event.categories == ("Interview", "Job, new", "Later")
    assert event.colour == "turquoise"


def test_alarms_and_other_components_do_not_speak_for_the_event() -> None:
    alarm = ["BEGIN:VALARM", "SUMMARY:Wrong", "ATTENDEE:mailto:x@y.example", "DURATION:PT9H", "END:VALARM"]
    event = at(*WEEKLY, *alarm, "SUMMARY:Right")
    assert (event.title, event.attendees, event.end - event.start) == ("Right", (), timedelta(hours=1))
    events, problems = expand(calendar("BEGIN:VTODO", "UID:2", "DTSTART:20260404T150000Z", "END:VTODO"))
    assert (events, problems) == ([], [])


# --- bounds -------------------------------------------------------------------------------------


def test_long_words_are_cut() -> None:
    event = at(*WEEKLY, "SUMMARY:" + "t" * 10_000_000, "DESCRIPTION:" + "d" * 200_000)
    assert (len(event.title), len(event.description)) == (ics.MAX_TITLE, ics.MAX_DESCRIPTION)


def test_too_many_attendees_are_left_out_and_told() -> None:
    raw = one(*WEEKLY, *(f"ATTENDEE:mailto:a{n}@acme.example" for n in range(100_000)))
    [event], [problem] = expand(raw)
    assert len(event.attendees) == 500
    assert "99500" in problem


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\x00" * 1000,
        b"hello",
        b"BEGIN:VCALENDAR",
        b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTART:2026",
        b"END:VCALENDAR\r\nEND:VEVENT",
        b"BEGIN:VEVENT\n" * 5000,
        b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VCALENDAR\n",
        b"BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nEND:VTIMEZONE\nEND:VCALENDAR\n",
    ],
)
def test_what_is_no_calendar_raises_nothing(raw: bytes) -> None:
    events, _ = expand(raw)
    assert events == []


def test_byte_order_marks_charsets_and_nul() -> None:
    text = one(*WEEKLY, "SUMMARY:Gespräch").decode()
    for raw in (
        text.encode("utf-8-sig"),
        text.encode("utf-16"),
        text.encode("latin-1"),
        text.replace("G", "\x00G").encode(),
    ):
        [event], problems = expand(raw)
        assert (event.title, problems) == ("Gespräch", [])


def test_one_broken_event_does_not_take_the_others_with_it() -> None:
    broken = ["BEGIN:VEVENT", "UID:2", "DTSTART:whenever", "END:VEVENT"]
    good = ["BEGIN:VEVENT", "UID:3", "DTSTART:20260404T150000Z", "no colon here", "END:VEVENT"]
    parsed, problems = read_calendar(calendar(*broken, *good), zone=ZONE)
    assert [part.uid for part in parsed.parts] == ["3"]
    assert parsed.unread == {"2"}
    assert len(problems) == 1


@settings(max_examples=300, deadline=None, database=None)
@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                [
                    *CUSTOM,
                    *WEEKLY,
                    "BEGIN:VEVENT",
                    "END:VEVENT",
                    "UID:1",
                    "RRULE:FREQ=WEEKLY",
                    "RECURRENCE-ID:20260402T140000Z",
                    "RECURRENCE-ID;VALUE=DATE:20260402",
                    "DTSTART;VALUE=DATE:20260404",
                    "DTSTART:99991231T235959Z",
                    "DTSTART:00010101T000000",
                    "DTEND;VALUE=DATE:20260404",
                    "DURATION:P99999999D",
                    "RDATE:20260404",
                    "EXDATE:20260404T150000",
                    "RRULE:FREQ=DAILY;UNTIL=99999999",
                    "STATUS:CANCELLED",
                    "SEQUENCE:99999999999",
                ]
            ),
            st.text(max_size=40),
        ),
        max_size=30,
    )
)
def test_no_calendar_raises(lines: list[str]) -> None:
    expand(calendar(*lines), calendar("BEGIN:VEVENT", *lines, "END:VEVENT"))
