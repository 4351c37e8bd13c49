"""The simulator's own tests: Outlook's calendars answer as Graph is documented and reported to do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.sim.microsoft import MicrosoftSimulator
from tests.sim.microsoft_calendar import OutlookCalendars
from tests.sim.microsoft_calendar_time import weekly
from tests.sim.microsoft_client import ME, SCOPES, Client, problem

VIEW, DELTA = "/me/calendarView", "/me/calendarView/delta"
WINDOW = {"startDateTime": "2026-03-01T00:00:00Z", "endDateTime": "2026-04-01T00:00:00Z"}
DANA = "Dana Reyes <dana@acme.example>"
LONDON = ZoneInfo("Europe/London")


@pytest.fixture
def microsoft() -> Iterator[MicrosoftSimulator]:
    with MicrosoftSimulator() as simulator:
        simulator.user(ME, "Sam Lee")
        yield simulator
        assert simulator.violations == []


@pytest.fixture
def client(microsoft: MicrosoftSimulator) -> Client:
    return Client(microsoft)


@pytest.fixture
def sam(microsoft: MicrosoftSimulator) -> OutlookCalendars:
    calendars: OutlookCalendars = microsoft.user(ME).calendars
    return calendars


def at(day: int, hour: int = 14, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


def interview(day: int, hour: int = 14, **more: Any) -> dict[str, Any]:
    event = {
        "subject": f"Interview {day}",
        "start": at(day, hour),
        "end": at(day, hour + 1),
        "organizer": DANA,
    }
    return event | {"attendees": ["Sam Lee <sam@example.com>", "Kim Min-jun <kim@acme.example>"]} | more


def view(client: Client, prefer: str = "", **query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = client.get(VIEW, prefer, **WINDOW, **query)["value"]
    return found


def subjects(events: list[dict[str, Any]]) -> list[str]:
    return [event["subject"] for event in events]


def days(events: list[dict[str, Any]]) -> list[int]:
    return [int(event["start"]["dateTime"][8:10]) for event in events]


# --- one event ----------------------------------------------------------------------------------------------


def test_an_event_has_the_fields_and_forms_of_the_documentation(
    client: Client, sam: OutlookCalendars
) -> None:
    sam.put(
        interview(
            5, body="<p>With <b>Kim</b></p>", location="Acme House", onlineMeeting="https://teams.example/1"
        )
    )
    (event,) = view(client)
    assert event["start"] == {"dateTime": "2026-03-05T14:00:00.0000000", "timeZone": "UTC"}
    assert event["@odata.etag"] == f'W/"{event["changeKey"]}"'
    assert event["organizer"] == {"emailAddress": {"name": "Dana Reyes", "address": "dana@acme.example"}}
    assert event["attendees"][1] == {
        "type": "required",
        "status": {"response": "none", "time": "0001-01-01T00:00:00Z"},
        "emailAddress": {"name": "Kim Min-jun", "address": "kim@acme.example"},
    }
    assert (event["type"], event["isOrganizer"], event["isCancelled"]) == ("singleInstance", False, False)
    assert event["responseStatus"] == {"response": "notResponded", "time": "0001-01-01T00:00:00Z"}
    assert (event["recurrence"], event["seriesMasterId"]) == (None, None)
    assert event["onlineMeeting"]["joinUrl"] == "https://teams.example/1"
    assert event["location"]["displayName"] == "Acme House"
    assert event["body"]["contentType"] == "html"
    assert "<html>" in event["body"]["content"]
    assert event["bodyPreview"] == "With Kim"
    assert len(event["id"]) >= 150
    assert client.get(f"/me/events/{event['id']}")["subject"] == "Interview 5"


def test_ones_own_event(client: Client, sam: OutlookCalendars) -> None:
    sam.put({"subject": "Notes", "start": at(5)})
    (event,) = view(client)
    assert event["isOrganizer"] is True
    assert event["responseStatus"]["response"] == "organizer"
    assert event["organizer"]["emailAddress"]["address"] == ME


def test_bodies_come_as_text_to_those_who_prefer_it(client: Client, sam: OutlookCalendars) -> None:
    sam.put(interview(5, body="<p>Decide &amp; tell<br>by Friday</p>"))
    asked = {"Prefer": 'outlook.body-content-type="text"'}
    answer = client("GET", VIEW, params=WINDOW, headers=asked)
    assert answer.headers["Preference-Applied"] == 'outlook.body-content-type="text"'
    body = answer.json()["value"][0]["body"]
    assert (body["contentType"], body["content"].split()) == ("text", ["Decide", "&", "tell", "by", "Friday"])


def test_people_that_are_hard_to_read(client: Client, sam: OutlookCalendars) -> None:
    x500 = "/o=ExchangeLabs/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=0a1b-Kim"
    people = [
        {"type": "resource", "emailAddress": {"name": "Room 4", "address": "room4@acme.example"}},
        {"type": "optional", "emailAddress": {"name": "", "address": "lukasz@acme.example"}},
        {"type": "required", "emailAddress": {"name": "Kim Min-jun", "address": x500}},
        {"type": "required", "emailAddress": {"name": "Panel", "address": ""}},
    ]
    sam.put(interview(5, attendees=people))
    sam.put(interview(6, organizer={"emailAddress": {"name": "Dana Reyes", "address": x500}}))
    sam.put(interview(7, organizer=None))
    first, second, third = view(client)
    assert [each["type"] for each in first["attendees"]] == ["resource", "optional", "required", "required"]
    assert [each["emailAddress"]["address"] for each in first["attendees"]][2:] == [x500, ""]
    assert "dana@acme.example" not in str(first["attendees"])
    assert second["organizer"]["emailAddress"]["address"] == x500
    assert (third["organizer"], third["isOrganizer"]) == (None, False)


def test_answers_cancellations_and_removals(
    microsoft: MicrosoftSimulator, client: Client, sam: OutlookCalendars
) -> None:
    made = sam.put(interview(5))
    sam.respond(made["id"], "tentativelyAccepted")
    sam.respond(made["id"], "declined", who="kim@acme.example")
    (event,) = view(client)
    assert event["responseStatus"] == {
        "response": "tentativelyAccepted",
        "time": "2026-03-04T12:00:00.0000000Z",
    }
    assert event["attendees"][1]["status"]["response"] == "declined"
    microsoft.clock.move(timedelta(minutes=30))
    sam.cancel(made["id"])
    (event,) = view(client)
    assert (event["isCancelled"], event["showAs"], event["subject"]) == (
        True,
        "free",
        "Canceled: Interview 5",
    )
    assert event["lastModifiedDateTime"] == "2026-03-04T12:30:00.0000000Z"
    sam.remove(made["id"])
    assert view(client) == []
    assert problem(client("GET", f"/me/events/{made['id']}")) == (404, "ErrorItemNotFound")


def test_a_moved_event_keeps_its_id_and_changes_its_key(client: Client, sam: OutlookCalendars) -> None:
    made = sam.put(interview(5))
    sam.move(made["id"], at(9), at(9, 15))
    (event,) = view(client)
    assert (event["id"], event["iCalUId"]) == (made["id"], made["iCalUId"])
    assert event["changeKey"] != made["changeKey"]
    assert days([event]) == [9]


def test_looking_changes_no_key(client: Client, sam: OutlookCalendars) -> None:
    sam.put(interview(5))
    first, second = view(client), view(client)
    assert first == second


def test_another_calendar_gives_a_new_id_and_keeps_the_immutable_one(
    client: Client, sam: OutlookCalendars
) -> None:
    made = sam.put(interview(5))
    immutable = 'IdType="ImmutableId"'
    (before,) = view(client, immutable)
    assert before["id"] != made["id"]
    second = sam.add_calendar("Job search")
    moved = sam.move_to(made["id"], "Job search")
    assert moved["id"] != made["id"]
    assert view(client) == []
    (after,) = client.get(f"/me/calendars/{second}/calendarView", immutable, **WINDOW)["value"]
    assert after["id"] == before["id"]
    assert problem(client("GET", f"/me/events/{made['id']}")) == (404, "ErrorItemNotFound")


def test_ids_are_case_sensitive_and_malformed_ones_are_told(client: Client, sam: OutlookCalendars) -> None:
    made = sam.put(interview(5))
    assert problem(client("GET", f"/me/events/{made['id'].swapcase()}"))[0] == 404
    assert problem(client("GET", "/me/events/x")) == (400, "ErrorInvalidIdMalformed")


def test_a_uid_of_another_system_is_kept(client: Client, sam: OutlookCalendars) -> None:
    sam.put(interview(5, iCalUId="abc123@calendar.example"))
    own = sam.put(interview(6))
    assert view(client)[0]["iCalUId"] == "abc123@calendar.example"
    assert own["iCalUId"].startswith("040000008200E00074C5B7101A82E008")
    assert "uid" not in view(client)[0]
    sam.guesses.uid_in_answers = True
    assert view(client)[0]["uid"] == "abc123@calendar.example"


# --- zones and whole days -----------------------------------------------------------------------------------


def test_times_are_utc_unless_another_zone_is_preferred(client: Client, sam: OutlookCalendars) -> None:
    start = datetime(2026, 3, 31, 9, tzinfo=LONDON)
    sam.put({"subject": "Summer", "start": start, "end": start + timedelta(hours=1)})
    (event,) = view(client)
    assert event["start"] == {"dateTime": "2026-03-31T08:00:00.0000000", "timeZone": "UTC"}
    assert event["originalStartTimeZone"] == "Europe/London"
    asked = {"Prefer": 'outlook.timezone="Pacific Standard Time"'}
    answer = client("GET", VIEW, params=WINDOW, headers=asked)
    told = {"dateTime": "2026-03-31T01:00:00.0000000", "timeZone": "Pacific Standard Time"}
    assert answer.json()["value"][0]["start"] == told
    assert answer.headers["Preference-Applied"] == 'outlook.timezone="Pacific Standard Time"'
    wrong = client("GET", VIEW, params=WINDOW, headers={"Prefer": 'outlook.timezone="Mars"'})
    assert problem(wrong) == (400, "TimeZoneNotSupportedException")


def test_an_event_may_name_a_zone_that_nobody_knows(client: Client, sam: OutlookCalendars) -> None:
    sam.put(interview(5, originalStartTimeZone="tzone://Microsoft/Custom"))
    assert view(client)[0]["originalStartTimeZone"] == "tzone://Microsoft/Custom"


def test_whole_days_are_midnights_in_every_zone(client: Client, sam: OutlookCalendars) -> None:
    day = {"dateTime": "2026-03-30T00:00:00.0000000", "timeZone": "GMT Standard Time"}
    end = {"dateTime": "2026-03-31T00:00:00.0000000", "timeZone": "GMT Standard Time"}
    sam.put({"subject": "Assessment", "isAllDay": True, "start": day, "end": end})
    (event,) = view(client)
    assert event["isAllDay"] is True
    assert event["start"] == {"dateTime": "2026-03-30T00:00:00.0000000", "timeZone": "UTC"}
    (tokyo,) = view(client, 'outlook.timezone="Tokyo Standard Time"')
    assert tokyo["start"]["dateTime"] == "2026-03-30T00:00:00.0000000"
    sam.guesses.all_day_floats = False
    (event,) = view(client)
    assert event["start"] == {"dateTime": "2026-03-29T23:00:00.0000000", "timeZone": "UTC"}


def test_a_date_is_a_whole_day(client: Client, sam: OutlookCalendars) -> None:
    sam.put({"start": date(2026, 3, 10), "end": date(2026, 3, 12)})
    (event,) = view(client)
    assert (event["isAllDay"], days([event])) == (True, [10])


# --- the window ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "end", "found"),
    [
        ("2026-03-05T14:00:00Z", "2026-03-05T15:00:00Z", 1),
        ("2026-03-05T14:30:00Z", "2026-03-05T14:40:00Z", 1),
        ("2026-03-05T15:00:00Z", "2026-03-05T16:00:00Z", 0),
        ("2026-03-05T13:00:00Z", "2026-03-05T14:00:00Z", 0),
        ("2026-03-05T14:00:00-05:00", "2026-03-05T19:00:00Z", 0),
        ("2026-03-05T09:30:00-05:00", "2026-03-05T15:00:00-05:00", 1),
        ("2026-03-05", "2026-03-06", 1),
        ("2026-03-05T14:30:00.0000000", "2026-03-05T14:31:00.0000000", 1),
    ],
)
def test_the_view_holds_what_overlaps(
    client: Client, sam: OutlookCalendars, start: str, end: str, found: int
) -> None:
    sam.put(interview(5))
    assert len(client.get(VIEW, startDateTime=start, endDateTime=end)["value"]) == found


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("startDateTime=soon&endDateTime=2026-04-01", "ErrorInvalidParameter"),
        ("startDateTime=2026-03-01T00:00:00+01:00&endDateTime=2026-04-01", "ErrorInvalidParameter"),
        ("startDateTime=2026-04-01&endDateTime=2026-03-01", "ErrorInvalidParameter"),
        ("startDateTime=2020-01-01&endDateTime=2026-03-01", "ErrorCalendarViewRangeTooBig"),
    ],
)
def test_a_wrong_window_is_refused(client: Client, query: str, code: str) -> None:
    assert problem(client("GET", f"{VIEW}?{query}")) == (400, code)


def test_a_missing_window_is_refused(microsoft: MicrosoftSimulator, client: Client) -> None:
    assert problem(client("GET", VIEW)) == (400, "ErrorInvalidParameter")
    microsoft.violations.clear()


# --- series -------------------------------------------------------------------------------------------------


def mondays(sam: OutlookCalendars, **more: Any) -> dict[str, Any]:
    """Every Monday at 09:00 in London from 2 March, five times; the clocks change before the last."""
    start = datetime(2026, 3, 2, 9, tzinfo=LONDON)
    rule = weekly(date(2026, 3, 2), times=5, zone="Europe/London")
    event = {"subject": "Coaching", "start": start, "end": start + timedelta(hours=1), "recurrence": rule}
    return sam.put(event | more)


def test_a_series_is_expanded_by_the_wall_clock(client: Client, sam: OutlookCalendars) -> None:
    master = mondays(sam, categories=["Interview"])
    assert master["type"] == "seriesMaster"
    events = view(client)
    assert days(events) == [2, 9, 16, 23, 30]
    assert [event["start"]["dateTime"][11:16] for event in events] == ["09:00"] * 4 + ["08:00"]
    assert {event["type"] for event in events} == {"occurrence"}
    assert {event["seriesMasterId"] for event in events} == {master["id"]}
    assert {tuple(event["categories"]) for event in events} == {("Interview",)}
    assert len({event["id"] for event in events}) == 5
    assert len({event["iCalUId"] for event in events} | {master["iCalUId"]}) == 6
    assert events[1]["originalStart"] == "2026-03-09T09:00:00.0000000Z"
    assert events[1]["recurrence"] is None
    assert client.get(f"/me/events/{events[1]['id']}")["start"] == events[1]["start"]
    whole = client.get(f"/me/events/{master['id']}")
    assert whole["recurrence"]["pattern"]["type"] == "weekly"


def test_events_list_masters_and_instances_list_occurrences(client: Client, sam: OutlookCalendars) -> None:
    master = mondays(sam)
    sam.put(interview(5))
    assert [event["type"] for event in client.get("/me/events")["value"]] == [
        "seriesMaster",
        "singleInstance",
    ]
    instances = client.get(f"/me/events/{master['id']}/instances", **WINDOW)["value"]
    assert days(instances) == [2, 9, 16, 23, 30]
    single = sam.put(interview(6))
    refused = client("GET", f"/me/events/{single['id']}/instances", params=WINDOW)
    assert problem(refused) == (400, "ErrorInvalidRequest")


def test_an_exception_differs_and_follows_its_master_in_the_rest(
    client: Client, sam: OutlookCalendars
) -> None:
    master = mondays(sam, categories=["Interview"])
    day = date(2026, 3, 9)
    sam.move(master["id"], at(10, 9), at(10, 10), day=day)
    sam.categorise(master["id"], "Training")
    event = view(client)[1]
    assert (event["type"], days([event]), event["categories"]) == ("exception", [10], ["Training"])
    assert event["originalStart"] == "2026-03-09T09:00:00.0000000Z"
    sam.categorise(master["id"], "Interview", day=day)
    assert [each["categories"] for each in view(client)][:2] == [["Training"], ["Interview"]]
    sam.change(event["id"], subject="Mock interview")
    assert subjects(view(client))[:3] == ["Coaching", "Mock interview", "Coaching"]


def test_an_exception_can_be_moved_into_the_window_from_far_away(
    client: Client, sam: OutlookCalendars
) -> None:
    start = datetime(2026, 6, 1, 9, tzinfo=UTC)
    rule = weekly(date(2026, 6, 1), times=3)
    master = sam.put({"start": start, "end": start + timedelta(hours=1), "recurrence": rule})
    assert view(client) == []
    sam.move(master["id"], at(3), at(3, 15), day=date(2026, 6, 8))
    assert days(view(client)) == [3]


def test_one_occurrence_is_cancelled_another_deleted(client: Client, sam: OutlookCalendars) -> None:
    master = mondays(sam)
    events = view(client)
    sam.cancel(events[1]["id"])
    sam.remove(events[2]["id"])
    left = view(client)
    assert days(left) == [2, 9, 23, 30]
    assert [event["isCancelled"] for event in left] == [False, True, False, False]
    assert problem(client("GET", f"/me/events/{events[2]['id']}")) == (404, "ErrorItemNotFound")
    asked = client.get(f"/me/events/{master['id']}", select="cancelledOccurrences")
    assert [name[-10:] for name in asked["cancelledOccurrences"]] == ["2026-03-16"]
    with pytest.raises(KeyError, match="no occurrence"):
        sam.cancel(master["id"], day=date(2026, 3, 3))


def test_a_series_has_one_change_key_unless_told_otherwise(client: Client, sam: OutlookCalendars) -> None:
    master = mondays(sam)
    before = [event["changeKey"] for event in view(client)]
    sam.change(master["id"], date(2026, 3, 9), subject="Other")
    after = [event["changeKey"] for event in view(client)]
    assert (len(set(before)), len(set(after))) == (1, 1)
    assert before[0] != after[0]
    sam.guesses.series_share_change_key = False
    before = [event["changeKey"] for event in view(client)]
    sam.change(master["id"], date(2026, 3, 9), subject="Third")
    after = [event["changeKey"] for event in view(client)]
    assert [one == other for one, other in zip(before, after, strict=True)] == [True, False, True, True, True]


@pytest.mark.parametrize(
    ("pattern", "reach", "expected"),
    [
        ({"type": "daily", "interval": 7}, {"type": "endDate", "endDate": "2026-03-16"}, [2, 9, 16]),
        (
            {"type": "weekly", "interval": 2, "daysOfWeek": ["monday", "thursday"]},
            {"type": "noEnd"},
            [2, 5, 16, 19, 30],
        ),
        ({"type": "absoluteMonthly", "interval": 1, "dayOfMonth": 2}, {"type": "noEnd"}, [2]),
        (
            {"type": "relativeMonthly", "interval": 1, "daysOfWeek": ["monday"], "index": "last"},
            {"type": "numbered", "numberOfOccurrences": 2},
            [30],
        ),
        ({"type": "absoluteYearly", "interval": 1, "dayOfMonth": 9, "month": 3}, {"type": "noEnd"}, [9]),
        (
            {
                "type": "relativeYearly",
                "interval": 1,
                "daysOfWeek": ["friday"],
                "index": "second",
                "month": 3,
            },
            {"type": "noEnd"},
            [13],
        ),
    ],
)
def test_every_kind_of_recurrence(
    client: Client, sam: OutlookCalendars, pattern: dict[str, Any], reach: dict[str, Any], expected: list[int]
) -> None:
    rule = {"pattern": pattern, "range": {"startDate": "2026-03-02", **reach}}
    sam.put({"start": at(2), "end": at(2, 15), "recurrence": rule})
    assert days(view(client)) == expected


# --- pages and options --------------------------------------------------------------------------------------


def test_ten_a_page_and_links_to_the_rest(client: Client, sam: OutlookCalendars) -> None:
    for day in range(1, 26):
        sam.put(interview(day))
    pages = client.pages(VIEW, **WINDOW)
    assert [len(page) for page in pages] == [10, 10, 5]
    assert [day for page in pages for day in days(page)] == list(range(1, 26))
    assert [len(page) for page in client.pages(VIEW, **WINDOW, top="20")] == [20, 5]
    assert [len(page) for page in client.pages(VIEW, "odata.maxpagesize=12", **WINDOW)] == [12, 12, 1]
    assert client.get(VIEW, **WINDOW, top="1", count="true")["@odata.count"] == 25
    assert problem(client("GET", VIEW, params={**WINDOW, "$top": "1001"})) == (400, "ErrorInvalidUrlQuery")
    sam.page_size = 5
    assert [len(page) for page in client.pages(VIEW, **WINDOW, top="1000")] == [5] * 5


def test_an_event_that_goes_between_two_pages_hides_another(client: Client, sam: OutlookCalendars) -> None:
    made = [sam.put(interview(day)) for day in range(1, 13)]
    first = client.get(VIEW, **WINDOW)
    assert "$skip=10" in first["@odata.nextLink"]
    sam.remove(made[0]["id"])
    assert days(client.get(first["@odata.nextLink"])["value"]) == [12]
    sam.paging = "skiptoken"
    first = client.get(VIEW, **WINDOW)
    assert "$skiptoken=" in first["@odata.nextLink"]
    sam.remove(made[1]["id"])
    assert days(client.get(first["@odata.nextLink"])["value"]) == [12]
    sam.expire_tokens()
    assert problem(client("GET", first["@odata.nextLink"])) == (410, "SyncStateNotFound")


@pytest.mark.parametrize("paging", ["skip", "skiptoken"])
def test_pages_can_be_endless(client: Client, sam: OutlookCalendars, paging: str) -> None:
    sam.put(interview(5))
    sam.endless_pages, sam.paging = True, paging
    answer, links = client.get(VIEW, **WINDOW), set()
    for _ in range(30):
        assert subjects(answer["value"]) == ["Interview 5"]
        links.add(answer["@odata.nextLink"])
        answer = client.get(answer["@odata.nextLink"])
    assert len(links) == 30


def test_empty_pages_stand_between(client: Client, sam: OutlookCalendars) -> None:
    for day in range(1, 13):
        sam.put(interview(day))
    sam.empty_pages, sam.paging = True, "skiptoken"
    assert [len(page) for page in client.pages(VIEW, **WINDOW)] == [0, 10, 0, 2]


def test_a_calendar_can_suddenly_show_nothing(client: Client, sam: OutlookCalendars) -> None:
    made = sam.put(interview(5))
    sam.shows_nothing = True
    assert view(client) == []
    assert client.get(f"/me/events/{made['id']}")["subject"] == "Interview 5"


def test_select_leaves_the_id_and_what_is_named(client: Client, sam: OutlookCalendars) -> None:
    sam.put(interview(5))
    (event,) = view(client, select="subject,start,lastModifiedDateTime")
    assert set(event) == {"@odata.etag", "id", "subject", "start"}
    single = client.get(f"/me/events/{event['id']}", select="lastModifiedDateTime")
    assert "lastModifiedDateTime" in single
    refused = client("GET", VIEW, params={**WINDOW, "$select": "title"})
    assert problem(refused) == (400, "RequestBroker--ParseUri")


@pytest.mark.parametrize(
    ("test", "found"),
    [
        ("isCancelled eq false", [5, 6, 7]),
        ("categories/any(c:c eq 'interview')", [6]),
        ("attendees/any(a:a/emailAddress/address eq 'lukasz@acme.example')", [7]),
        ("start/dateTime ge '2026-03-06T00:00'", [6, 7]),
        ("startswith(subject,'Interview 5') or (subject eq 'Interview 7' and isAllDay eq false)", [5, 7]),
        ("not contains(subject,'5')", [6, 7]),
        ("lastModifiedDateTime gt 2026-03-04T12:00:00Z", []),
        ("seriesMasterId eq null", [5, 6, 7]),
    ],
)
def test_filters(client: Client, sam: OutlookCalendars, test: str, found: list[int]) -> None:
    sam.put(interview(5))
    sam.put(interview(6, categories=["Interview"]))
    sam.put(interview(7, attendees=["Łukasz Żółć <lukasz@acme.example>"]))
    assert days(view(client, filter=test)) == found


@pytest.mark.parametrize(
    "test", ["subject like 'x'", "title eq 'x'", "subject eq", "(subject eq 'x'", "§", "1"]
)
def test_wrong_filters_are_refused(client: Client, test: str) -> None:
    assert client("GET", VIEW, params={**WINDOW, "$filter": test}).status_code == 400


def test_orders(client: Client, sam: OutlookCalendars) -> None:
    for day in (6, 5, 7):
        sam.put(interview(day))
    assert days(view(client)) == [5, 6, 7]
    assert days(view(client, orderby="start/dateTime desc")) == [7, 6, 5]
    assert days(client.get("/me/events", orderby="subject")["value"]) == [5, 6, 7]
    assert problem(client("GET", VIEW, params={**WINDOW, "$orderby": "categories"}))[0] == 400


# --- calendars ----------------------------------------------------------------------------------------------


def test_the_list_of_calendars(client: Client, sam: OutlookCalendars) -> None:
    sam.add_calendar("Job search", color="lightGreen")
    first, second = client.get("/me/calendars")["value"]
    assert (first["isDefaultCalendar"], first["name"]) == (True, "Calendar")
    assert (second["name"], second["color"], second["canEdit"]) == ("Job search", "lightGreen", True)
    assert second["owner"] == {"name": "Sam Lee", "address": ME}
    assert client.get("/me/calendar")["id"] == first["id"]
    assert client.get(f"/me/calendars/{second['id']}", select="name") == {
        "@odata.context": client.get("/me/calendar")["@odata.context"],
        "id": second["id"],
        "name": "Job search",
    }
    made = sam.put(interview(5), "Job search")
    sam.rename_calendar("Job search", "Interviews")
    assert client.get(f"/me/events/{made['id']}")["changeKey"] == made["changeKey"]
    assert client.get(f"/me/calendars/{second['id']}")["name"] == "Interviews"
    sam.remove_calendar("Interviews")
    assert problem(client("GET", f"/me/calendars/{second['id']}")) == (404, "ErrorItemNotFound")


def test_calendars_are_apart(client: Client, sam: OutlookCalendars) -> None:
    second = sam.add_calendar("Job search")
    sam.put(interview(5))
    sam.put(interview(6), "Job search")
    assert days(view(client)) == [5]
    assert days(client.get(f"/me/calendars/{second}/calendarView", **WINDOW)["value"]) == [6]


def test_a_shared_calendar_wants_its_permission_and_hides_what_is_private(
    microsoft: MicrosoftSimulator, client: Client, sam: OutlookCalendars
) -> None:
    shared = sam.add_calendar("Kim", "read", ("Kim Min-jun", "kim@acme.example"))
    sam.put(interview(5), "Kim")
    private = sam.put(interview(6, sensitivity="private", body="<p>Secret</p>"), "Kim")
    path = f"/me/calendars/{shared}/calendarView"
    assert problem(client("GET", path, params=WINDOW)) == (403, "ErrorAccessDenied")
    assert [each["canEdit"] for each in client.get("/me/calendars")["value"]] == [True, False]
    able = Client(microsoft, [*SCOPES, "Calendars.Read.Shared"])
    first, second = able.get(path, **WINDOW)["value"]
    assert subjects([first, second]) == ["Interview 5", "Private Appointment"]
    assert (second["attendees"], second["bodyPreview"]) == ([], "")
    assert second["start"]["dateTime"].startswith("2026-03-06T14")
    assert able.get(f"/me/events/{private['id']}")["subject"] == "Private Appointment"
    sam.shared_events_open_directly = False
    assert problem(able("GET", f"/me/events/{private['id']}"))[0] == 404
    sam.shared_need_shared_scope = False
    assert len(client.get(path, **WINDOW)["value"]) == 2


def test_a_calendar_shared_as_busy_times_shows_no_more(client: Client, sam: OutlookCalendars) -> None:
    sam.shared_need_shared_scope = False
    shared = sam.add_calendar("Dana", "freeBusy", ("Dana Reyes", "dana@acme.example"))
    sam.put(interview(5, categories=["Interview"], showAs="tentative"), "Dana")
    (event,) = client.get(f"/me/calendars/{shared}/calendarView", **WINDOW)["value"]
    assert (event["subject"], event["showAs"], event["categories"]) == ("Tentative", "tentative", [])


# --- delta --------------------------------------------------------------------------------------------------


def rounds(client: Client, link: str, prefer: str = "", **query: str) -> tuple[list[dict[str, Any]], str]:
    """One round: all its items and the link of the next."""
    answer = client.get(link, prefer, **query)
    found = list(answer["value"])
    while "@odata.nextLink" in answer:
        answer = client.get(answer["@odata.nextLink"], prefer)
        found += answer["value"]
    return found, answer["@odata.deltaLink"]


def test_delta_tells_everything_then_changes(client: Client, sam: OutlookCalendars) -> None:
    first, second = sam.put(interview(5)), sam.put(interview(6))
    found, link = rounds(client, DELTA, **WINDOW)
    assert subjects(found) == ["Interview 5", "Interview 6"]
    assert rounds(client, link) == ([], link)
    sam.move(first["id"], at(8), at(8, 15))
    sam.remove(second["id"])
    sam.put(interview(7))
    found, link = rounds(client, link)
    assert [event.get("subject", event.get("@removed")) for event in found] == [
        "Interview 5",
        {"reason": "deleted"},
        "Interview 7",
    ]
    assert found[1]["id"] == second["id"]
    assert rounds(client, link) == ([], link)


def test_delta_strips_occurrences_to_their_times(client: Client, sam: OutlookCalendars) -> None:
    master = mondays(sam, categories=["Interview"])
    sam.change(master["id"], date(2026, 3, 9), subject="Other")
    found, _ = rounds(client, DELTA, **WINDOW)
    assert [event["type"] for event in found] == ["seriesMaster", "occurrence", "exception"] + [
        "occurrence"
    ] * 3
    names = {"@odata.type", "@odata.etag", "id", "seriesMasterId", "type", "start", "end"}
    assert set(found[1]) == names
    assert found[1]["seriesMasterId"] == found[0]["id"] == master["id"]
    assert found[0]["categories"] == ["Interview"]
    assert found[2]["subject"] == "Other"
    sam.occurrences_stripped = False
    found, _ = rounds(client, DELTA, **WINDOW)
    assert found[1]["subject"] == "Coaching"


def test_the_window_of_a_delta_stays_that_of_its_first_round(client: Client, sam: OutlookCalendars) -> None:
    made = sam.put(interview(5))
    _, link = rounds(client, DELTA, **WINDOW)
    later = sam.put({"subject": "May", "start": at(5, month=5), "end": at(5, 15, month=5)})
    other = client.get(link + "&startDateTime=2026-05-01&endDateTime=2026-06-01")
    assert [event["id"] for event in other["value"]] == [later["id"]]
    assert other["value"][0]["@removed"] == {"reason": "deleted"}
    sam.move(made["id"], at(5, month=6), at(5, 15, month=6))
    found, _ = rounds(client, other["@odata.deltaLink"])
    assert [(event["id"], "@removed" in event) for event in found] == [(made["id"], True)]
    sam.out_of_window_told = False
    sam.change(later["id"], subject="Still May")
    assert rounds(client, other["@odata.deltaLink"])[0] == found


def test_delta_pages_and_empty_pages(client: Client, sam: OutlookCalendars) -> None:
    for day in range(1, 13):
        sam.put(interview(day))
    pages = client.pages(DELTA, "odata.maxpagesize=5", **WINDOW)
    assert [len(page) for page in pages] == [5, 5, 2]
    sam.empty_pages = True
    assert [len(page) for page in client.pages(DELTA, **WINDOW)] == [0, 10, 0, 2]
    sam.endless_pages = True
    answer = client.get(DELTA, **WINDOW)
    for _ in range(20):
        answer = client.get(answer["@odata.nextLink"])
    assert "@odata.deltaLink" not in answer


def test_delta_promises_no_order_no_haste_and_no_single_telling(
    microsoft: MicrosoftSimulator, client: Client, sam: OutlookCalendars
) -> None:
    for day in range(1, 10):
        sam.put(interview(day))
    sam.delta_shuffled = True
    found, link = rounds(client, DELTA, **WINDOW)
    assert days(found) != sorted(days(found)) == list(range(1, 10))
    sam.delta_replays = True
    found, link = rounds(client, link)
    assert days(found) == [9]
    sam.delta_replays, sam.delta_lag = False, timedelta(minutes=5)
    sam.put(interview(20))
    found, link = rounds(client, link)
    assert found == []
    microsoft.clock.move(timedelta(minutes=5))
    found, link = rounds(client, link)
    assert days(found) == [20]
    assert rounds(client, link)[0] == []


@pytest.mark.parametrize("name", ["$select", "$filter", "$orderby", "$search", "$top"])
def test_delta_takes_no_options(client: Client, name: str) -> None:
    text = {"$top": "5", "$filter": "isCancelled eq false"}.get(name, "subject")
    assert problem(client("GET", DELTA, params={**WINDOW, name: text})) == (400, "ErrorInvalidUrlQuery")


@pytest.mark.parametrize("code", ["SyncStateNotFound", "syncStateNotFound"])
def test_a_lost_token_is_gone_and_shows_where_to_begin(
    client: Client, sam: OutlookCalendars, code: str
) -> None:
    for day in range(1, 13):
        sam.put(interview(day))
    sam.gone_code = code
    middle = client.get(DELTA, **WINDOW)["@odata.nextLink"]
    _, link = rounds(client, DELTA, **WINDOW)
    sam.expire_tokens()
    for lost in (link, middle):
        answer = client("GET", lost)
        assert problem(answer) == (410, code)
        assert answer.headers["Location"].endswith("&$deltatoken=")
        assert len(rounds(client, answer.headers["Location"])[0]) == 12
    unknown = client("GET", DELTA + "?$deltatoken=made-up")
    assert problem(unknown) == (410, code)
    assert "Location" not in unknown.headers


def test_a_token_is_good_for_its_own_calendar(client: Client, sam: OutlookCalendars) -> None:
    second = sam.add_calendar("Job search")
    sam.put(interview(6), "Job search")
    _, link = rounds(client, DELTA, **WINDOW)
    found, own = rounds(client, f"/me/calendars/{second}/calendarView/delta", **WINDOW)
    assert subjects(found) == ["Interview 6"]
    assert rounds(client, own)[0] == []
    token = link.partition("?")[2]
    wrong = client("GET", f"/me/calendars/{second}/calendarView/delta?{token}")
    assert problem(wrong) == (400, "ErrorInvalidUrlQuery")


def test_the_latest_token_is_for_directories(client: Client) -> None:
    assert problem(client("GET", DELTA + "?$deltatoken=latest")) == (410, "SyncStateNotFound")


def test_immutable_ids_run_through_a_delta(client: Client, sam: OutlookCalendars) -> None:
    made = sam.put(interview(5))
    immutable = 'IdType="ImmutableId"'
    (event,), link = rounds(client, DELTA, immutable, **WINDOW)
    assert event["id"] != made["id"]
    for name, prefer in ((event["id"], ""), (made["id"], immutable)):
        wrong = client("GET", f"/me/events/{name}", headers={"Prefer": prefer})
        assert problem(wrong) == (404, "ErrorItemNotFound")
    sam.path_takes_either_id = True
    assert client.get(f"/me/events/{event['id']}")["id"] == made["id"]
    assert client.get(f"/me/events/{event['id']}", immutable)["id"] == event["id"]
    sam.remove(made["id"])
    (gone,), _ = rounds(client, link, immutable)
    assert gone["id"] == event["id"]
