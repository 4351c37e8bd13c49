"""The simulated Google Calendar against the list of facts it was built from, point by point."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from tests.sim.google_calendar import GoogleCalendars
from tests.sim.google_calendar_fields import schemas
from tests.sim.wire import ApiError, Call, Clock

ME = "me@example.org"
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
KINDS: dict[str, Any] = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict}
ANSWERS = {
    "events.list": "Events",
    "events.instances": "Events",
    "calendarList.list": "CalendarList",
    "calendars.get": "Calendar",
}


def validate(value: Any, schema: dict[str, Any], where: str) -> None:
    schema = schemas()[schema["$ref"]] if "$ref" in schema else schema
    kind = schema["type"]
    assert type(value) is KINDS[kind], where
    if schema.get("format") == "date-time":
        assert datetime.fromisoformat(value).tzinfo is not None, where
    if schema.get("format") == "date":
        date.fromisoformat(value)
    if kind == "array":
        for each in value:
            validate(each, schema["items"], f"{where}[]")
    if kind == "object":
        for name, part in value.items():
            known = schema.get("properties", {}).get(name, schema.get("additionalProperties"))
            assert known is not None, f"{where}.{name} is no property of the schema"
            validate(part, known, f"{where}.{name}")


class Reader:
    """Calls the handlers as the server does and validates every answer."""

    def __init__(self, calendars: GoogleCalendars) -> None:
        self.handlers = calendars.handlers()

    def call(self, method: str, body: dict[str, Any] | None = None, **params: Any) -> Any:
        if not method.startswith("calendarList"):
            params.setdefault("calendarId", "primary")
        answer = self.handlers[f"calendar.{method}"](Call(f"calendar.{method}", params, body))
        if answer is not None:
            validate(answer, {"$ref": ANSWERS.get(method, "Event")}, method)
        return answer

    def list(self, **params: Any) -> tuple[list[dict[str, Any]], str]:
        items, answer = [], self.call("events.list", **params)
        items += answer["items"]
        while "nextPageToken" in answer:
            assert "nextSyncToken" not in answer
            answer = self.call("events.list", **params, pageToken=answer["nextPageToken"])
            items += answer["items"]
        return items, answer["nextSyncToken"]

    def refused(self, method: str = "events.list", **params: Any) -> tuple[int, str]:
        with pytest.raises(ApiError) as caught:
            self.call(method, **params)
        return caught.value.status, caught.value.reason


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def calendars(clock: Clock) -> GoogleCalendars:
    return GoogleCalendars(ME, clock)


@pytest.fixture
def reader(calendars: GoogleCalendars) -> Reader:
    return Reader(calendars)


def at(day: int, hour: int = 9, month: int = 3) -> dict[str, str]:
    return {"dateTime": f"2026-{month:02d}-{day:02d}T{hour:02d}:00:00Z"}


def event(uid: str = "a@x", day: int = 3, **more: Any) -> dict[str, Any]:
    return {"iCalUID": uid, "summary": uid, "start": at(day), "end": at(day, 10), **more}


def weekly(uid: str = "s@x", rule: str = "RRULE:FREQ=WEEKLY;COUNT=6", **more: Any) -> dict[str, Any]:
    """Mondays at nine in Berlin, from 16 March: the clocks change on the 29th."""
    zone = {"timeZone": "Europe/Berlin"}
    times = {
        "start": {"dateTime": "2026-03-16T09:00:00", **zone},
        "end": {"dateTime": "2026-03-16T10:00:00", **zone},
    }
    return {"iCalUID": uid, "summary": uid, "recurrence": [rule], **times, **more}


def ids(items: list[dict[str, Any]]) -> list[str]:
    return [item["id"] for item in items]


def test_1_pages_end_in_a_sync_token(calendars: GoogleCalendars, reader: Reader) -> None:
    stored = [calendars.put(event(f"{number}@x"))["id"] for number in range(5)]
    first = reader.call("events.list", maxResults=2)
    assert ids(first["items"]) == stored[:2]
    assert "nextSyncToken" not in first
    assert ids(reader.list(maxResults=2)[0]) == stored
    calendars.page_size = 1
    assert len(reader.call("events.list")["items"]) == 1
    calendars.empty_pages = True
    empty = reader.call("events.list")
    assert empty["items"] == []
    assert "nextPageToken" in empty
    assert ids(reader.list()[0]) == stored
    assert reader.refused(maxResults=0)[0] == 400
    assert reader.refused(pageToken="unknown")[0] == 400
    assert reader.refused(pageToken=empty["nextPageToken"], q="other")[0] == 400


def test_1_a_change_while_paging_is_in_the_next_delta(calendars: GoogleCalendars, reader: Reader) -> None:
    stored = [calendars.put(event(f"{number}@x"))["id"] for number in range(2)]
    first = reader.call("events.list", maxResults=1)
    calendars.put(event("0@x", day=9))
    last = reader.call("events.list", maxResults=1, pageToken=first["nextPageToken"])
    assert ids(reader.list(syncToken=last["nextSyncToken"])[0]) == stored[:1]


def test_1_filtered_lists_without_token(calendars: GoogleCalendars, reader: Reader) -> None:
    order: dict[str, Any] = {"singleEvents": True, "orderBy": "startTime"}
    assert "nextSyncToken" in reader.call("events.list", **order)
    calendars.filtered_lists_give_sync_token = False
    assert "nextSyncToken" not in reader.call("events.list", **order)
    assert "nextSyncToken" in reader.call("events.list", timeMin="2026-01-01T00:00:00Z")


def test_2_parameters_with_a_token(reader: Reader) -> None:
    _, token = reader.list(singleEvents=True, eventTypes=["default", "fromGmail"])
    same: dict[str, Any] = {"syncToken": token, "singleEvents": True, "eventTypes": ["default", "fromGmail"]}
    moment = "2026-03-01T00:00:00Z"
    forbidden: dict[str, Any] = {
        "iCalUID": "a",
        "orderBy": "startTime",
        "q": "a",
        "timeMin": moment,
        "timeMax": moment,
    }
    forbidden |= {"updatedMin": moment, "privateExtendedProperty": ["a=b"], "sharedExtendedProperty": ["a=b"]}
    for name, value in {**forbidden, "showDeleted": False}.items():
        assert reader.refused(**same, **{name: value})[0] == 400, name
    assert reader.refused(**{**same, "singleEvents": False})[0] == 400
    assert reader.refused(**{**same, "eventTypes": ["default"]})[0] == 400
    assert reader.refused(**same, maxAttendees=3)[0] == 400
    assert reader.list(**same, showDeleted=True)[0] == []


def test_3_expired_tokens(calendars: GoogleCalendars, reader: Reader) -> None:
    calendars.add_calendar("team@group.calendar.google.com", "Team")
    _, token = reader.list()
    gone = (410, "fullSyncRequired")
    assert reader.refused(syncToken="unknown") == gone
    assert reader.refused(syncToken=token, calendarId="team@group.calendar.google.com") == gone
    calendars.expire_tokens()
    assert reader.refused(syncToken=token) == gone


def test_4_deltas_and_tombstones(calendars: GoogleCalendars, reader: Reader) -> None:
    for uid in ("kept@x", "changed@x", "removed@x", "cancelled@x"):
        calendars.put(event(uid))
    everything, token = reader.list()
    calendars.put(event("changed@x", summary="New"))
    calendars.remove("removed@x")
    calendars.cancel("cancelled@x")
    new = calendars.put(event("new@x"))["id"]
    changed, following = reader.list(syncToken=token)
    by_id = {item["id"]: item for item in changed}
    assert set(by_id) == {*ids(everything[1:]), new}
    assert by_id[everything[1]["id"]]["summary"] == "New"
    assert by_id[everything[2]["id"]] == {"id": everything[2]["id"], "status": "cancelled"}
    assert by_id[everything[3]["id"]]["summary"] == "cancelled@x"
    assert by_id[everything[3]["id"]]["status"] == "cancelled"
    assert reader.list(syncToken=following)[0] == []
    assert ids(reader.list()[0]) == [everything[0]["id"], everything[1]["id"], new]
    assert len(reader.list(showDeleted=True)[0]) == 5
    calendars.tombstones_carry_ical_uid = True
    tombstone = reader.call("events.get", eventId=everything[2]["id"])
    assert tombstone["iCalUID"] == "removed@x"
    assert "start" not in tombstone


def test_4_a_replaced_event_keeps_its_id(calendars: GoogleCalendars, clock: Clock) -> None:
    first = calendars.put(event())
    clock.move(timedelta(minutes=1))
    second = calendars.put(event(day=5))
    assert (second["id"], second["sequence"], second["created"]) == (first["id"], 1, first["created"])
    assert second["etag"] != first["etag"]
    assert second["updated"] > first["updated"]


@pytest.mark.parametrize("keeps", [True, False])
def test_4_a_token_remembers_its_window(calendars: GoogleCalendars, reader: Reader, keeps: bool) -> None:
    calendars.token_keeps_window = keeps
    inside, outside = calendars.put(event("in@x", 3))["id"], calendars.put(event("out@x", 20))["id"]
    _, token = reader.list(timeMin="2026-03-01T00:00:00Z", timeMax="2026-03-10T00:00:00Z")
    calendars.put(event("in@x", 25))
    calendars.put(event("out@x", 21))
    changed, token = reader.list(syncToken=token)
    assert ids(changed) == ([inside] if keeps else [inside, outside])
    assert changed[0]["start"] == at(25)
    calendars.put(event("out@x", 4))
    assert ids(reader.list(syncToken=token)[0]) == [outside]


def test_4_updated_min(calendars: GoogleCalendars, reader: Reader, clock: Clock) -> None:
    calendars.put(event("old@x"))
    clock.move(timedelta(days=1))
    removed = calendars.put(event("new@x"))["id"]
    calendars.remove("new@x")
    assert ids(reader.list(updatedMin="2026-03-03T00:00:00Z")[0]) == [removed]
    calendars.updated_min_days = 28
    assert reader.refused(updatedMin="2026-01-01T00:00:00Z") == (410, "updatedMinTooLongAgo")


def test_5_expansion_over_a_change_of_the_clocks(calendars: GoogleCalendars, reader: Reader) -> None:
    calendars.add_calendar("primary", ME, "Europe/Berlin")
    master = calendars.put(weekly())
    items, _ = reader.list(singleEvents=True, orderBy="startTime")
    assert len(items) == 6
    assert [item["start"]["dateTime"] for item in items[1:3]] == [
        "2026-03-23T09:00:00+01:00",
        "2026-03-30T09:00:00+02:00",
    ]
    assert items[1]["id"] == f"{master['id']}_20260323T080000Z"
    assert items[2]["id"] == f"{master['id']}_20260330T070000Z"
    assert items[2]["originalStartTime"] == {
        "dateTime": "2026-03-30T09:00:00+02:00",
        "timeZone": "Europe/Berlin",
    }
    assert {item["iCalUID"] for item in items} == {"s@x"}
    assert {item["recurringEventId"] for item in items} == {master["id"]}
    assert ids(reader.list()[0]) == [master["id"]]
    assert reader.refused(orderBy="startTime") == (400, "badRequest")
    assert reader.call("events.get", eventId=items[2]["id"]) == items[2]
    assert reader.refused("events.get", eventId=f"{master['id']}_20260331T070000Z") == (404, "notFound")


def test_5_lines_of_a_recurrence(calendars: GoogleCalendars, reader: Reader) -> None:
    lines = [
        "RRULE:FREQ=WEEKLY;UNTIL=20260406T070000Z",
        "EXDATE;TZID=Europe/Berlin:20260323T090000",
        "RDATE:20260401T120000Z",
    ]
    calendars.put(weekly() | {"recurrence": lines})
    starts = [item["start"]["dateTime"] for item in reader.list(singleEvents=True)[0]]
    assert [start[5:13] for start in starts] == ["03-16T08", "03-30T07", "04-01T12", "04-06T07"]


def test_5_endless_series_are_bounded(calendars: GoogleCalendars, reader: Reader) -> None:
    calendars.put(weekly(rule="RRULE:FREQ=WEEKLY"))
    assert 100 < len(reader.list(singleEvents=True)[0]) < 110


def test_5_moved_and_cancelled_occurrences(calendars: GoogleCalendars, reader: Reader) -> None:
    master = calendars.put(weekly())["id"]
    _, token = reader.list(singleEvents=True)
    _, plain = reader.list()
    moved = calendars.override("s@x", "2026-03-23T09:00:00+01:00", {"start": at(24, 15)})
    assert moved["id"] == f"{master}_20260323T080000Z"
    assert moved["end"]["dateTime"] == "2026-03-24T16:00:00Z"
    assert moved["originalStartTime"]["dateTime"] == "2026-03-23T08:00:00Z"
    calendars.cancel_occurrence(master, datetime(2026, 3, 30, 7, tzinfo=UTC))
    tombstone = {"id": f"{master}_20260330T070000Z", "status": "cancelled", "recurringEventId": master}
    tombstone["originalStartTime"] = {"dateTime": "2026-03-30T07:00:00Z", "timeZone": "Europe/Berlin"}
    for delta in (reader.list(singleEvents=True, syncToken=token)[0], reader.list(syncToken=plain)[0]):
        assert delta == [moved, tombstone]
    assert reader.list()[0][1:] == [moved, tombstone]
    assert len(reader.list(singleEvents=True)[0]) == 5
    assert len(reader.list(singleEvents=True, showDeleted=True)[0]) == 6
    with pytest.raises(ValueError, match="no occurrence"):
        calendars.override("s@x", "2026-03-24T09:00:00+01:00", {})


def test_5_a_changed_master(calendars: GoogleCalendars, reader: Reader) -> None:
    master = calendars.put(weekly())["id"]
    calendars.override(master, date(2026, 4, 20), {"location": "Room"})
    _, token = reader.list(singleEvents=True)
    calendars.put(weekly(rule="RRULE:FREQ=WEEKLY;COUNT=3", description="New"))
    changed, _ = reader.list(singleEvents=True, syncToken=token)
    alive = [item for item in changed if item["status"] != "cancelled"]
    assert {item["description"] for item in alive} == {"New"}
    assert [item["id"][-16:-8] for item in alive] == ["20260420", "20260316", "20260323", "20260330"]
    gone = [item for item in changed if item["status"] == "cancelled"]
    assert [item["id"][-16:-8] for item in gone] == ["20260406", "20260413"]
    assert set(gone[0]) == {"id", "status", "recurringEventId", "originalStartTime"}
    assert reader.call("events.get", eventId=gone[0]["id"]) == gone[0]


@pytest.mark.parametrize(("months", "count"), [(6, 26), (None, 104), (1, 3)])
def test_5_a_deleted_series(
    calendars: GoogleCalendars, reader: Reader, months: int | None, count: int
) -> None:
    calendars.series_tombstone_months = months
    master = calendars.put(weekly(rule="RRULE:FREQ=WEEKLY"))["id"]
    _, token = reader.list(singleEvents=True)
    _, plain = reader.list()
    calendars.remove("s@x")
    changed, _ = reader.list(singleEvents=True, syncToken=token)
    assert {item["status"] for item in changed} == {"cancelled"}
    assert abs(len(changed) - count) <= 2
    assert reader.list(syncToken=plain)[0] == [{"id": master, "status": "cancelled"}]
    assert reader.list(singleEvents=True)[0] == []
    assert reader.call("events.get", eventId=changed[0]["id"]) == changed[0]


def test_5_a_cancelled_series_keeps_its_fields(calendars: GoogleCalendars, reader: Reader) -> None:
    calendars.put(weekly())
    calendars.override("s@x", date(2026, 3, 23), {"summary": "Other"})
    _, token = reader.list(singleEvents=True)
    calendars.cancel("s@x", original_start=date(2026, 4, 6))
    one, token = reader.list(singleEvents=True, syncToken=token)
    assert [(item["status"], item["summary"]) for item in one] == [("cancelled", "s@x")]
    calendars.cancel("s@x")
    changed, _ = reader.list(singleEvents=True, syncToken=token)
    assert len(changed) == 6
    assert {(item["status"], item["summary"]) for item in changed} == {
        ("cancelled", "s@x"),
        ("cancelled", "Other"),
    }
    assert reader.list()[0] == []


def test_5_instances(calendars: GoogleCalendars, reader: Reader) -> None:
    master = calendars.put(weekly())["id"]
    calendars.cancel_occurrence(master, date(2026, 3, 16))
    calendars.page_size = 2
    first = reader.call("events.instances", eventId=master)
    assert len(first["items"]) == 2
    second = reader.call("events.instances", eventId=master, pageToken=first["nextPageToken"])
    assert second["items"][0]["id"] > first["items"][1]["id"]
    calendars.page_size = None
    assert len(reader.call("events.instances", eventId=master, showDeleted=True)["items"]) == 6
    named = reader.call("events.instances", eventId=master, originalStart="2026-03-30T07:00:00Z")
    assert ids(named["items"]) == [f"{master}_20260330T070000Z"]
    window: dict[str, Any] = {"timeMin": "2026-04-06T08:00:00Z", "timeMax": "2026-04-13T07:00:00Z"}
    assert len(reader.call("events.instances", eventId=master, **window)["items"]) == 1
    assert reader.refused("events.instances", eventId="unknown") == (404, "notFound")
    single = calendars.put(event())["id"]
    assert reader.refused("events.instances", eventId=single)[0] == 400


def test_5_a_guest_of_one_occurrence(calendars: GoogleCalendars, reader: Reader) -> None:
    lone = event("s@x") | {"recurringEventId": "other", "originalStartTime": at(2)}
    stored = calendars.put(lone)
    assert stored["id"] == "other_20260302T090000Z"
    assert ids(reader.list(singleEvents=True)[0]) == [stored["id"]]


def test_6_windows(calendars: GoogleCalendars, reader: Reader) -> None:
    calendars.put(event(day=3))
    start, end = "2026-03-03T09:00:00Z", "2026-03-03T11:00:00+01:00"
    assert reader.list(timeMin=end)[0] == []
    assert reader.list(timeMax=start)[0] == []
    assert len(reader.list(timeMin="2026-03-03T09:59:59Z")[0]) == 1
    assert len(reader.list(timeMax="2026-03-03T09:00:01.5Z")[0]) == 1
    for naive in ("2026-03-03T09:00:00", "2026-03-03", "soon"):
        assert reader.refused(timeMin=naive) == (400, "badRequest")
    assert reader.refused(timeMin=start, timeMax=start) == (400, "timeRangeEmpty")
    assert len(reader.list(timeMax="9999-12-31T23:59:59Z")[0]) == 1


def test_6_the_window_of_a_master_is_that_of_its_occurrences(
    calendars: GoogleCalendars, reader: Reader
) -> None:
    calendars.put(weekly())
    assert len(reader.list(timeMin="2026-04-01T00:00:00Z", timeMax="2026-04-07T00:00:00Z")[0]) == 1
    assert reader.list(timeMin="2026-04-07T00:00:00Z", timeMax="2026-04-08T00:00:00Z")[0] == []


def test_7_all_day(calendars: GoogleCalendars, reader: Reader) -> None:
    calendars.add_calendar("primary", ME, "America/New_York")
    days = {"start": {"date": "2026-03-06"}, "end": {"date": "2026-03-07"}}
    calendars.put({"iCalUID": "d@x", **days, "recurrence": ["RRULE:FREQ=DAILY;COUNT=3"]})
    items, _ = reader.list(singleEvents=True)
    assert [item["start"] for item in items] == [{"date": f"2026-03-0{day}"} for day in (6, 7, 8)]
    assert items[2]["end"] == {"date": "2026-03-09"}
    assert items[2]["id"].endswith("_20260308")
    assert items[2]["originalStartTime"] == {"date": "2026-03-08"}
    assert reader.call("events.get", eventId=items[2]["id"]) == items[2]
    assert len(reader.list(singleEvents=True, timeMin="2026-03-09T03:59:59Z")[0]) == 1
    assert reader.list(singleEvents=True, timeMin="2026-03-09T04:00:00Z")[0] == []


def test_7_ends_and_zones(calendars: GoogleCalendars, reader: Reader) -> None:
    open_end = event()
    del open_end["end"]
    stored = calendars.put(open_end)
    assert stored["endTimeUnspecified"] is True
    assert stored["end"] == at(3, 10)
    answer = reader.call("events.list", timeZone="Asia/Tokyo")
    assert answer["timeZone"] == "Asia/Tokyo"
    assert answer["items"][0]["start"]["dateTime"] == "2026-03-03T18:00:00+09:00"
    plain = reader.call("events.list")
    assert plain["timeZone"] == "UTC"
    wanted = {"kind", "etag", "summary", "updated", "timeZone", "accessRole", "defaultReminders", "items"}
    assert set(plain) == wanted | {"nextSyncToken"}
    assert reader.refused(timeZone="Nowhere/At_All")[0] == 400


def test_8_event_types(calendars: GoogleCalendars, reader: Reader) -> None:
    calendars.put(event("plain@x"))
    stored = calendars.put(event("mail@x", eventType="fromGmail", organizer={"email": "shop@example.com"}))
    assert stored["organizer"] == {"email": ME, "self": True}
    calendars.put(event("focus@x", eventType="focusTime"))
    kinds = [item["eventType"] for item in reader.list(eventTypes=["default", "fromGmail"])[0]]
    assert kinds == ["default", "fromGmail"]
    assert len(reader.list()[0]) == 3
    assert reader.refused(eventTypes=["party"])[0] == 400
    _, token = reader.list(eventTypes=["default"])
    calendars.remove("focus@x")
    assert reader.list(eventTypes=["default"], syncToken=token)[0] == []


def guests(count: int) -> list[dict[str, Any]]:
    others = [{"email": f"g{number}@example.com", "responseStatus": "accepted"} for number in range(count)]
    return [{"email": ME.upper(), "responseStatus": "accepted"}, *others]


def test_9_people(calendars: GoogleCalendars, reader: Reader) -> None:
    room = {"email": "c_1@resource.calendar.google.com", "displayName": "Room"}
    boss = {"email": "g0@example.com"}
    stored = calendars.put(event(attendees=[*guests(2), room], organizer=boss))
    me, first, second, place = stored["attendees"]
    assert (me["self"], first["organizer"], place["resource"]) == (True, True, True)
    assert "self" not in second
    assert "displayName" not in second
    assert "self" not in stored["organizer"]
    assert stored["creator"] == {"email": ME, "self": True}
    calendars.decline("a@x")
    assert reader.list()[0][0]["attendees"][0]["responseStatus"] == "declined"
    calendars.accept("a@x", who="g1@example.com")
    few = reader.call("events.get", eventId=stored["id"], maxAttendees=2)
    assert few["attendeesOmitted"] is True
    assert [guest["email"] for guest in few["attendees"]] == [ME.upper()]
    assert "attendeesOmitted" not in reader.call("events.get", eventId=stored["id"], maxAttendees=4)
    assert "attendees" not in calendars.put(event("alone@x"))


def test_9_hidden_guests_and_large_events(calendars: GoogleCalendars) -> None:
    boss = {"email": "g0@example.com"}
    hidden = calendars.put(event("h@x", attendees=guests(3), organizer=boss, guestsCanSeeOtherGuests=False))
    assert [guest["email"] for guest in hidden["attendees"]] == [ME.upper()]
    own = calendars.put(event("o@x", attendees=guests(3), guestsCanSeeOtherGuests=False))
    assert len(own["attendees"]) == 4
    large = calendars.put(event("l@x", attendees=guests(201), organizer=boss))
    assert [guest["responseStatus"] for guest in large["attendees"][:2]] == ["accepted", "needsAction"]


def test_9_an_answer_for_one_occurrence(calendars: GoogleCalendars, reader: Reader) -> None:
    calendars.put(weekly(attendees=guests(1)))
    calendars.respond("s@x", "declined", original_start=date(2026, 3, 23))
    answers = [
        item["attendees"][0]["responseStatus"]
        for item in reader.list(singleEvents=True, orderBy="startTime")[0]
    ]
    assert answers == ["accepted", "declined", "accepted", "accepted", "accepted", "accepted"]


def test_10_colours_labels_and_properties(calendars: GoogleCalendars, reader: Reader) -> None:
    calendars.add_label("label1", "Interview")
    properties = {"private": {"kind": "one"}, "shared": {"team": "red"}}
    calendars.put(event("p@x", colorId="7", eventLabelId="label1", extendedProperties=properties))
    calendars.put(event("q@x", description="Meet the Panel"))
    found = reader.list(privateExtendedProperty=["kind=one"], sharedExtendedProperty=["team=red"])[0]
    assert [(item["colorId"], item["eventLabelId"]) for item in found] == [("7", "label1")]
    assert reader.list(privateExtendedProperty=["kind=one", "kind=two"])[0] == []
    assert reader.refused(privateExtendedProperty=["kind"])[0] == 400
    labels = reader.call("calendars.get")["labelProperties"]["eventLabels"]
    assert labels[0]["name"] == "Interview"
    assert [item["iCalUID"] for item in reader.list(q="panel MEET")[0]] == ["q@x"]


def test_10_by_ical_uid(calendars: GoogleCalendars, reader: Reader) -> None:
    calendars.put(event())
    calendars.put(weekly())
    calendars.override("s@x", date(2026, 3, 23), {"summary": "Other"})
    assert len(reader.list(iCalUID="s@x")[0]) == 2
    assert len(reader.list(iCalUID="s@x", singleEvents=True)[0]) == 6
    calendars.remove("a@x")
    assert reader.list(iCalUID="a@x")[0] == []
    assert len(reader.list(iCalUID="a@x", showDeleted=True)[0]) == 1


def test_11_fields(calendars: GoogleCalendars, reader: Reader) -> None:
    calendars.put(event(attendees=guests(1)))
    calendars.put(event("b@x"))
    wide = reader.call(
        "events.list", maxResults=1, fields="nextPageToken,items(id,status,attendees(email,self))"
    )
    assert set(wide) == {"nextPageToken", "items"}
    assert set(wide["items"][0]) == {"id", "status", "attendees"}
    assert wide["items"][0]["attendees"][1] == {"email": "g0@example.com"}
    slashed = reader.call("events.list", fields="items/attendees/email,items/start(dateTime),timeZone")
    assert slashed["items"][1] == {"start": {"dateTime": "2026-03-03T09:00:00Z"}}
    assert set(reader.call("events.list", fields="*")) == set(reader.call("events.list"))
    for wrong in ("items(id", "item", "items(colour)", "", "items)id", "items,"):
        assert reader.refused(fields=wrong) == (400, "invalidParameter"), wrong


def test_12_calendars(calendars: GoogleCalendars, reader: Reader) -> None:
    team = "team#1@group.calendar.google.com"
    calendars.add_calendar(team, "Team", "Europe/Berlin", "reader", "Ours")
    calendars.add_calendar("shut@example.org", "Shut", access="none")
    for method in ("events.list", "calendars.get"):
        assert reader.refused(method, calendarId="nobody") == (404, "notFound")
        assert reader.refused(method, calendarId="shut@example.org") == (403, "forbidden")
    assert reader.call("events.list", calendarId=ME)["summary"] == ME
    calendars.rename_calendar(team, "Crew")
    answer = reader.call("events.list", calendarId=team)
    assert (answer["summary"], answer["description"], answer["accessRole"]) == ("Crew", "Ours", "reader")
    entries = reader.call("calendarList.list")
    assert [(entry["id"], entry.get("primary", False)) for entry in entries["items"]] == [
        (ME, True),
        (team, False),
    ]
    calendars.rename_calendar(team, "Gang")
    assert ids(reader.call("calendarList.list", syncToken=entries["nextSyncToken"])["items"]) == [team]
    assert ids(reader.call("calendarList.list", minAccessRole="owner")["items"]) == [ME]
    calendars.page_size = 1
    assert "nextPageToken" in reader.call("calendarList.list")


def test_12_private_events_of_a_calendar_one_may_read(calendars: GoogleCalendars) -> None:
    calendars.add_calendar("other@example.org", "Other", access="reader")
    stored = calendars.put(event(visibility="private", attendees=guests(1)), "other@example.org")
    assert not {"summary", "attendees", "organizer"} & set(stored)


def test_12_get_of_a_deleted_event(calendars: GoogleCalendars, reader: Reader) -> None:
    name = calendars.put(event())["id"]
    calendars.remove(name)
    assert reader.call("events.get", eventId=name) == {"id": name, "status": "cancelled"}
    assert reader.refused("events.get", eventId="unknown") == (404, "notFound")
    assert calendars.put(event())["id"] == name
    assert calendars.events() == reader.list()[0]


def test_writing_acts(calendars: GoogleCalendars, reader: Reader) -> None:
    made = reader.call("events.insert", body={"summary": "New", "start": at(4), "end": at(4, 10)})
    changed = reader.call("events.patch", body={"summary": None, "location": "Here"}, eventId=made["id"])
    assert changed["location"] == "Here"
    assert "summary" not in changed
    assert reader.call("events.delete", eventId=made["id"]) is None
    assert reader.refused("events.delete", eventId=made["id"]) == (410, "deleted")
    master = calendars.put(weekly())["id"]
    reader.call("events.patch", body={"location": "There"}, eventId=f"{master}_20260323T080000Z")
    reader.call("events.delete", eventId=f"{master}_20260330T070000Z")
    assert [item.get("location") for item in reader.list(singleEvents=True)[0]].count("There") == 1
    assert len(reader.list(singleEvents=True)[0]) == 5
    calendars.add_calendar("other@example.org", "Other", access="reader")
    refused: Callable[..., tuple[int, str]] = reader.refused
    assert refused("events.insert", calendarId="other@example.org") == (403, "requiredAccessLevel")
    assert refused("events.insert", body={"summary": "No times"})[0] == 400
    assert refused("events.insert", body={"id": master, "start": at(4), "end": at(5)}) == (409, "duplicate")
