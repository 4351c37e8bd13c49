"""Outlook's calendars over Graph, on the simulator: what a look costs, and what it makes of what is odd."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from followupd.core.model import Attendee, Event, EventStatus, PartStat
from followupd.errors import CursorLost, Refused, SignInNeeded, Unavailable
from followupd.providers.base import Calendar, CalendarChanges
from followupd.providers.microsoft import calendar as module
from followupd.providers.microsoft.api import Api
from tests.providers.microsoft import kit
from tests.sim.microsoft import MicrosoftSimulator
from tests.sim.microsoft_answers import GraphError
from tests.sim.microsoft_calendar import OutlookCalendars
from tests.sim.microsoft_calendar_time import weekly
from tests.sim.wire import Entry

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
SINCE, UNTIL = NOW - timedelta(days=7), NOW + timedelta(days=30)
WEEK = timedelta(days=7)
HOUR = timedelta(hours=1)
DANA = "Dana Reyes <dana@acme.example>"
LIST, GET, OFFER = "calendarView.list", "events.get", "calendars.list"


@pytest.fixture(scope="module")
def running() -> Iterator[MicrosoftSimulator]:
    with MicrosoftSimulator(NOW) as simulator:
        yield simulator


class Desk:
    """A user with a mailbox of their own, and what the provider asks for it."""

    def __init__(self, simulator: MicrosoftSimulator) -> None:
        self.simulator = simulator
        self.sam: OutlookCalendars = simulator.user(kit.ME).calendars
        self.kept = kit.sign_in(simulator)
        self.calendar = self.open()
        self.cursor: str | None = None

    def open(self, *calendars: str) -> Calendar:
        return kit.open_calendar(self.simulator, self.kept, calendars or ("primary",))

    def look(self, since: datetime = SINCE, until: datetime = UNTIL) -> CalendarChanges:
        """What moved since the look before."""
        changes = self.calendar.changes(self.cursor, since, until)
        self.cursor = changes.cursor
        return changes

    def asked(self, since: datetime = SINCE, until: datetime = UNTIL) -> tuple[CalendarChanges, list[str]]:
        """The same, and the requests that it cost."""
        before = len(self.simulator.journal)
        changes = self.look(since, until)
        return changes, [one.method for one in list(self.simulator.journal)[before:]]

    def last(self) -> Entry:
        return self.simulator.journal[len(self.simulator.journal) - 1]

    def weekly(self, times: int = 4, start: datetime = NOW + HOUR, **more: Any) -> str:
        rule = weekly(start.date(), times=times)
        return str(self.sam.put(talk(start, recurrence=rule) | more)["id"])


@pytest.fixture
def desk(running: MicrosoftSimulator) -> Iterator[Desk]:
    """One server for all tests of this module; the mailbox of each is new."""
    running.accounts.clear()
    running.links_to = None
    yield Desk(running)
    assert running.violations == []
    assert running.journal.sends() == []


def talk(start: datetime = NOW + HOUR, **more: Any) -> dict[str, Any]:
    given = {"subject": "Interview", "start": start, "end": start + HOUR, "organizer": DANA}
    return given | {"attendees": ["Sam Lee <sam@example.com>", DANA]} | more


def only(changes: CalendarChanges) -> Event:
    [event] = changes.events
    return event


# --- what a look costs ------------------------------------------------------------------------------


def test_a_first_look_is_two_requests_and_an_idle_one_is_one(desk: Desk) -> None:
    for number in range(90):
        desk.sam.put(talk(NOW + number * HOUR))
    first, requests = desk.asked()
    assert (len(first.events), requests) == (90, [OFFER, LIST])
    for calendar in (desk.calendar, desk.open()):
        desk.calendar = calendar
        idle, requests = desk.asked()
        assert (idle, requests) == (CalendarChanges(cursor=first.cursor), [LIST])
    assert desk.last().params["$top"] == "1000"
    assert "body" not in desk.last().params["$select"].split(",")
    assert desk.last().headers["prefer"] == 'IdType="ImmutableId"'


@pytest.mark.parametrize(
    ("count", "requests"), [(1, [LIST, GET]), (3, [LIST, *[GET] * 3]), (4, [LIST, LIST])]
)
def test_what_changed_is_read_whole_once(desk: Desk, count: int, requests: list[str]) -> None:
    ids = [desk.sam.put(talk(NOW + number * HOUR))["id"] for number in range(10)]
    desk.look()
    for one in ids[:count]:
        desk.sam.change(one, body="<p>With <b>Kim</b> #interview</p>")
    changes, asked = desk.asked()
    assert asked == requests
    assert [event.description for event in changes.events] == ["With Kim #interview"] * count
    assert desk.asked() == (CalendarChanges(cursor=changes.cursor), [LIST])


def test_one_change_of_a_series_is_one_listing_more_and_told_alone(desk: Desk) -> None:
    series = desk.weekly(times=5)
    assert len(desk.look().events) == 5
    desk.sam.respond(series, "accepted", who="dana@acme.example", day=date(2026, 3, 11))
    changes, requests = desk.asked()
    assert requests == [LIST, LIST]
    assert only(changes).recurrence_id == "2026-03-11T13:00:00+00:00"
    assert desk.asked() == (CalendarChanges(cursor=changes.cursor), [LIST])


@pytest.mark.parametrize("share", [True, False])
def test_a_change_key_that_stays_hides_no_change(desk: Desk, share: bool) -> None:
    """Graph says little about the change key of an occurrence; what the list shows counts too."""
    desk.sam.guesses.series_share_change_key = share
    series = desk.weekly(changeKey="the same")
    assert len(desk.look().events) == 4
    steps: list[dict[str, Any]] = [
        {"subject": "Final interview"},
        {"categories": ["Interview"]},
        {"responseStatus": {"response": "declined", "time": "2026-03-04T12:00:00Z"}},
        {"start": NOW + 2 * HOUR, "end": NOW + 3 * HOUR},
        {"isCancelled": True},
    ]
    for step in steps:
        desk.sam.change(series, date(2026, 3, 4), **step)
        assert only(desk.look()).recurrence_id == "2026-03-04T13:00:00+00:00", step


def test_a_change_that_says_nothing_is_not_told(desk: Desk) -> None:
    made = desk.sam.put(talk())
    first = desk.look()
    desk.sam.change(made["id"], isReminderOn=False)
    changes, requests = desk.asked()
    assert (changes.events, requests) == ((), [LIST, GET])
    assert changes.cursor != first.cursor
    assert desk.asked()[1] == [LIST]


def test_a_removed_event_is_read_once_more(desk: Desk) -> None:
    made = desk.sam.put(talk())
    desk.sam.put(talk(NOW + 5 * HOUR))
    uid = desk.look().events[0].uid
    desk.sam.remove(made["id"])
    changes, requests = desk.asked()
    assert (changes.missing, requests) == (((uid, ""),), [LIST, GET])
    assert desk.asked() == (CalendarChanges(cursor=changes.cursor), [LIST])


def test_what_grew_old_is_dropped_without_a_word(desk: Desk) -> None:
    desk.sam.put(talk(NOW - 3 * HOUR))
    desk.sam.put(talk(NOW + HOUR))
    first = desk.look()
    later, requests = desk.asked(since=NOW)
    assert (later, requests) == (CalendarChanges(cursor=first.cursor), [LIST])
    old, ahead = (event.uid for event in first.events)
    desk.sam.put(talk(NOW + 5 * HOUR))
    cursor = desk.look(since=NOW).cursor
    assert (old in cursor, ahead in cursor) == (False, True)


def test_more_than_a_thousand_occurrences(desk: Desk) -> None:
    """Two pages when nothing moved; bodies come two hundred at a time."""
    daily = {"type": "daily", "interval": 1, "firstDayOfWeek": "sunday", "month": 0, "dayOfMonth": 0}
    reach = {"type": "noEnd", "startDate": "2026-02-20", "endDate": "0001-01-01", "numberOfOccurrences": 0}
    for number in range(28):
        begin = datetime(2026, 2, 20, 0, number, tzinfo=UTC)
        desk.sam.put(talk(begin, recurrence={"pattern": daily, "range": reach}))
    first = desk.look()
    assert len({(event.uid, event.recurrence_id) for event in first.events}) == len(first.events) == 1_036
    assert desk.asked() == (CalendarChanges(cursor=first.cursor), [LIST, LIST])


# --- pages ------------------------------------------------------------------------------------------


def test_a_list_without_end_is_unavailable(desk: Desk) -> None:
    desk.sam.put(talk())
    desk.look()
    desk.sam.endless_pages = True
    with pytest.raises(Unavailable, match="does not end"):
        desk.look()


def test_a_link_to_another_host_is_not_followed(desk: Desk) -> None:
    for number in range(3):
        desk.sam.put(talk(NOW + number * HOUR))
    desk.look()
    desk.sam.page_size = 2
    desk.simulator.links_to = "http://127.0.0.1:9/v1.0"
    with pytest.raises(Refused, match="leads to another address"):
        desk.look()
    assert desk.last().method == LIST


def test_a_list_whose_place_is_forgotten_is_no_lost_cursor(desk: Desk) -> None:
    """A lost cursor would keep back every letter of the cycle; here nothing but a page was lost."""
    for number in range(3):
        desk.sam.put(talk(NOW + number * HOUR))
    desk.look()
    desk.sam.page_size, desk.sam.paging = 2, "skiptoken"
    remove = desk.simulator.on(LIST, lambda _: desk.sam.expire_tokens(), when="before")
    with pytest.raises(Unavailable, match="lost its place"):
        desk.look()
    remove()


def test_an_event_that_slipped_between_two_pages_is_not_missing(desk: Desk) -> None:
    """Pages are counted anew for each request: what is removed in between moves up the rest."""
    ids = [desk.sam.put(talk(NOW + number * HOUR))["id"] for number in range(4)]
    uids = [event.uid for event in desk.look().events]
    desk.sam.page_size = 2
    slips = [lambda: desk.sam.remove(ids[0])]
    remove = desk.simulator.on(LIST, lambda _: slips and slips.pop()(), when="after")
    changes = desk.look()
    remove()
    assert changes.missing == ()  # the first was listed, the third slipped
    assert desk.look().missing == ((uids[0], ""),)


# --- what is odd ------------------------------------------------------------------------------------


def test_an_item_that_can_not_be_read_is_told_and_is_no_deletion(desk: Desk) -> None:
    broken = desk.sam.put(talk())
    desk.sam.put(talk(NOW + 3 * HOUR))
    desk.look()
    good = desk.sam._found(broken["id"])[1]
    was = dict(good.event)
    desk.sam.change(broken["id"], originalStart="0001-01-01T00:00:00Z", type="exception")
    for _ in range(2):
        changes = desk.look()
        assert (changes.events, changes.missing, changes.complete) == ((), (), True)
        assert [problem.where for problem in changes.problems] == ["primary"]
    desk.sam._write(good, was | {"subject": "Back"})
    assert only(desk.look()).title == "Back"


def test_an_item_that_moved_and_can_not_be_read_is_no_deletion(desk: Desk) -> None:
    made = desk.sam.put(talk())
    desk.sam.put(talk(NOW + 3 * HOUR))
    desk.look()
    start = UNTIL + WEEK
    desk.sam.change(
        made["id"], start=start, end=start + HOUR, originalStart="0001-01-01T00:00:00Z", type="exception"
    )
    changes = desk.look()
    assert (changes.missing, len(changes.problems)) == ((), 1)
    with pytest.raises(Unavailable, match="can't be understood"):
        desk.calendar.event(made["iCalUId"], "")


def test_a_calendar_that_shows_nothing_is_asked_for_nothing(desk: Desk) -> None:
    for number in range(2):
        desk.sam.put(talk(NOW + number * HOUR))
    first = desk.look()
    desk.sam.shows_nothing = True
    changes, requests = desk.asked()
    assert (changes.complete, changes.missing, changes.cursor) == (False, (), first.cursor)
    assert requests == [LIST]
    assert "none of its events" in changes.problems[0].what


def test_new_events_beside_none_of_the_known_are_a_calendar_that_works(desk: Desk) -> None:
    ids = [desk.sam.put(talk(NOW + number * HOUR))["id"] for number in range(2)]
    desk.look()
    for one in ids:
        desk.sam.remove(one)
    desk.sam.put(talk(NOW + 9 * HOUR, subject="Another"))
    changes = desk.look()
    assert (changes.complete, len(changes.missing), only(changes).title) == (True, 2, "Another")


def test_a_series_that_begins_at_another_hour_is_another_set_of_occurrences(desk: Desk) -> None:
    series = desk.weekly(times=3)
    before = {(event.uid, event.recurrence_id) for event in desk.look().events}
    start = NOW + 2 * HOUR
    desk.sam.change(series, start=start, end=start + HOUR)
    changes = desk.look()
    assert set(changes.missing) == before
    assert [event.start for event in changes.events] == [start + number * WEEK for number in range(3)]
    assert desk.calendar.event(*changes.missing[0]) is None


def test_a_removed_occurrence_is_missing_by_the_name_of_its_series(desk: Desk) -> None:
    series = desk.weekly(times=3)
    uid = desk.sam.events()[0]["iCalUId"]
    assert {event.uid for event in desk.look().events} == {uid}
    desk.sam.remove(series, date(2026, 3, 11))
    changes = desk.look()
    assert (changes.events, changes.missing) == ((), ((uid, "2026-03-11T13:00:00+00:00"),))
    assert desk.calendar.event(*changes.missing[0]) is None


# --- what stands in it ------------------------------------------------------------------------------


def test_who_declined_is_out_by_the_answer_of_the_event(desk: Desk) -> None:
    made = desk.sam.put(talk())
    me = Attendee("sam@example.com", "Sam Lee")
    assert only(desk.look()).attendees[0] == me
    desk.sam.respond(made["id"], "declined")
    told = only(desk.look())
    assert told.attendees[0] == Attendee("sam@example.com", "Sam Lee", PartStat.DECLINED)
    assert desk.calendar.event(told.uid, "") == told


def test_a_tag_on_a_series_and_one_on_an_occurrence(desk: Desk) -> None:
    series = desk.weekly(times=3)
    desk.look()
    desk.sam.categorise(series, "Interview", day=date(2026, 3, 11))
    assert only(desk.look()).categories == ("Interview",)
    desk.sam.categorise(series, "Training")
    told = desk.look().events
    assert [event.start.day for event in told] == [4, 18]
    assert {event.categories for event in told} == {("Training",)}


def test_cancelled_by_the_organiser(desk: Desk) -> None:
    made = desk.sam.put(talk())
    desk.look()
    desk.sam.cancel(made["id"])
    told = only(desk.look())
    assert (told.status, told.title) == (EventStatus.CANCELLED, "Canceled: Interview")


@pytest.mark.parametrize("floats", [True, False])
def test_a_whole_day_far_away_is_the_users_day(desk: Desk, floats: bool) -> None:
    """Made in Auckland, where its midnight is eleven in the morning of the day before."""
    desk.sam.guesses.all_day_floats = floats
    far = {"timeZone": "New Zealand Standard Time"}
    day = {"dateTime": "2026-03-30T00:00:00.0000000"} | far
    end = {"dateTime": "2026-03-31T00:00:00.0000000"} | far
    desk.sam.put(talk(isAllDay=True) | {"start": day, "end": end})
    london = ZoneInfo("Europe/London")
    begin = datetime(2026, 3, 30, tzinfo=london)
    # In the window by the user's midnight, not by the one in Auckland; and still once that one is over.
    told = only(desk.look(until=begin + timedelta(minutes=1)))
    assert (told.all_day, told.start, told.end) == (True, begin, datetime(2026, 3, 31, tzinfo=london))
    changes, requests = desk.asked(since=datetime(2026, 3, 30, 20, tzinfo=UTC))
    assert (changes.events, changes.missing, requests) == ((), (), [LIST])


@pytest.mark.parametrize("floats", [True, False])
def test_a_series_of_whole_days_is_named_by_dates(desk: Desk, floats: bool) -> None:
    desk.sam.guesses.all_day_floats = floats
    zone = {"timeZone": "W. Europe Standard Time"}
    begin, end = ({"dateTime": f"2026-03-{day:02}T00:00:00.0000000"} | zone for day in (24, 25))
    rule = weekly(date(2026, 3, 24), times=2)
    desk.sam.put(talk(isAllDay=True, recurrence=rule) | {"start": begin, "end": end})
    told = desk.look(until=UNTIL + WEEK).events
    assert [event.recurrence_id for event in told] == ["2026-03-24", "2026-03-31"]
    assert desk.open().event(told[1].uid, "2026-03-31") == told[1]


@pytest.mark.parametrize(
    ("name", "zone"), [("Pacific Standard Time", "America/Los_Angeles"), ("tzone://Microsoft/Custom", "")]
)
def test_the_zone_in_which_it_was_made(desk: Desk, name: str, zone: str) -> None:
    desk.sam.put(talk(originalStartTimeZone=name))
    told = only(desk.look())
    assert (told.zone, told.start) == (zone, NOW + HOUR)


def test_hostile_text_stays_text(desk: Desk) -> None:
    desk.sam.put(
        talk(subject="Interview\r\nBcc: all@example.com \u202egnp.exe", body="<p>{{ 7*7 }}<script>x</script>")
    )
    told = only(desk.look())
    assert (told.title, told.description) == ("Interview Bcc: all@example.com gnp.exe", "{{ 7*7 }}")


@pytest.mark.parametrize("uid", ["a@google.com", "o'brien@calendar.example", "ü €@calendar.example"])
def test_an_invitation_of_another_system_is_found_by_its_uid(desk: Desk, uid: str) -> None:
    desk.weekly(times=3, iCalUId=uid)
    told = desk.look().events
    assert {event.uid for event in told} == {uid}
    assert desk.open().event(uid, told[1].recurrence_id) == told[1]
    assert desk.open().event(uid, "") is None


def test_a_uid_that_outlook_wrapped_is_found(desk: Desk) -> None:
    desk.sam.put(talk(iCalUId=_wrapped("a@google.com")))
    told = only(desk.look())
    assert told.uid == "a@google.com"
    assert desk.open().event("a@google.com", "") == told


def _wrapped(uid: str) -> str:
    data = b"vCal-Uid\x01\0\0\0" + uid.encode() + b"\0"
    return f"040000008200E00074C5B7101A82E008{'0' * 40}{len(data):02X}000000{data.hex().upper()}"


def test_an_occurrence_moved_far_away_is_found(desk: Desk) -> None:
    series = desk.weekly(times=3)
    uid = desk.look().events[0].uid
    far = NOW + timedelta(days=200)
    desk.sam.move(series, far, far + HOUR, date(2026, 3, 11))
    found = desk.open().event(uid, "2026-03-11T13:00:00+00:00")
    assert found is not None
    assert found.start == far


# --- several calendars ------------------------------------------------------------------------------


def test_a_calendar_by_its_name_or_id_has_the_name_that_outlook_shows(desk: Desk) -> None:
    name = desk.sam.add_calendar("Job search")
    desk.sam.put(talk(), "Job search")
    for given in ("job SEARCH", name):
        desk.calendar, desk.cursor = desk.open(given), None
        first, requests = desk.asked()
        told = only(first)
        assert (told.calendar, told.calendar_name) == (given, "Job search")
        assert requests == [OFFER, "calendars.calendarView.list"]
        assert desk.asked() == (CalendarChanges(cursor=first.cursor), ["calendars.calendarView.list"])
    desk.calendar, desk.cursor = desk.open("Calendar"), None
    assert desk.asked()[1] == [OFFER, LIST]


def test_two_calendars_are_one_request_each(desk: Desk) -> None:
    desk.sam.add_calendar("Job search")
    desk.sam.put(talk())
    desk.sam.put(talk(NOW + 4 * HOUR), "Job search")
    desk.calendar = desk.open("primary", "Job search")
    first = desk.look()
    assert [event.calendar_name for event in first.events] == ["Calendar", "Job search"]
    assert desk.asked() == (CalendarChanges(cursor=first.cursor), [LIST, "calendars.calendarView.list"])


def test_a_calendar_that_is_not_there_is_left_out(desk: Desk) -> None:
    desk.sam.put(talk())
    desk.calendar = desk.open("primary", "Nowhere")
    for _ in range(2):
        changes = desk.look()
        assert not changes.complete
        assert [problem.where for problem in changes.problems] == ["Nowhere"]
    assert "the calendar “Nowhere” is left out" in desk.calendar.notice(NOW)
    with pytest.raises(Unavailable, match="Nowhere"):
        desk.calendar.event("unknown@acme.example", "")
    desk.sam.add_calendar("Nowhere")
    desk.sam.put(talk(NOW + 4 * HOUR), "Nowhere")
    assert only(back := desk.look()).calendar_name == "Nowhere"
    assert (back.complete, desk.calendar.notice(NOW)) == (True, "")
    alone = desk.open("Not there")
    with pytest.raises(Refused, match="Not there"):
        alone.changes(None, SINCE, UNTIL)


def test_a_calendar_that_went_and_came_back_is_found_by_its_name(desk: Desk) -> None:
    desk.sam.add_calendar("Job search")
    desk.sam.put(talk(subject="Old"), "Job search")
    desk.calendar = desk.open("primary", "Job search")
    desk.look()
    desk.sam.remove_calendar("Job search")
    gone = desk.look()
    assert (gone.missing, gone.complete) == ((), False)
    desk.sam.add_calendar("Job search")
    desk.sam.put(talk(subject="New"), "Job search")
    back = desk.look()
    assert (only(back).title, len(back.missing), back.complete) == ("New", 1, True)


def test_a_shared_calendar_that_stays_shut_does_not_stop_the_others(desk: Desk) -> None:
    desk.sam.add_calendar("Kim", role="read", owner=("Kim", "kim@example.com"))
    desk.sam.put(talk())
    desk.calendar = desk.open("primary", "Kim")
    for _ in range(2):
        changes = desk.look()
        assert [problem.where for problem in changes.problems] == ["Kim"]
        assert "shares the calendar “Kim” with you" in changes.problems[0].what
    assert len(desk.calendar.changes(None, SINCE, UNTIL).events) == 1
    assert "shares the calendar" in desk.calendar.notice(NOW)


def test_a_sign_in_that_is_over_is_no_shut_calendar(desk: Desk) -> None:
    desk.sam.add_calendar("Kim", role="read", owner=("Kim", "kim@example.com"))
    desk.sam.shared_need_shared_scope = False
    desk.calendar = desk.open("Kim")
    desk.look()
    for method in ("calendars.calendarView.list", "calendar.get"):
        desk.simulator.faults.fail(method, "forbidden")
    with pytest.raises(SignInNeeded):
        desk.look()


@pytest.mark.parametrize("directly", [True, False])
def test_a_shared_calendar_is_read_without_its_owners_answers(desk: Desk, directly: bool) -> None:
    desk.sam.add_calendar("Kim", role="read", owner=("Kim", "kim@example.com"))
    desk.sam.shared_need_shared_scope, desk.sam.shared_events_open_directly = False, directly
    made = desk.sam.put(talk(responseStatus={"response": "declined", "time": "2026-03-04T12:00:00Z"}), "Kim")
    desk.sam.put(talk(NOW + 9 * HOUR), "Kim")
    desk.calendar = desk.open("Kim")
    told = desk.look().events[0]
    assert told.attendees[0] == Attendee("sam@example.com", "Sam Lee")
    assert desk.calendar.event(told.uid, "") == told
    desk.sam.change(made["id"], subject="Changed")
    assert only(desk.look()).title == "Changed"
    start = UNTIL + WEEK
    desk.sam.move(made["id"], start, start + HOUR)
    changes = desk.look()
    assert (only(changes).start, changes.missing) == (start, ())
    desk.sam.move(made["id"], NOW, NOW + HOUR)
    desk.look()
    desk.sam.remove(made["id"])
    assert desk.look().missing == ((told.uid, ""),)
    assert desk.calendar.event(told.uid, "") is None


def test_moved_to_another_calendar_of_the_config_it_is_not_missing(desk: Desk) -> None:
    desk.sam.add_calendar("Job search")
    made = desk.sam.put(talk())
    desk.sam.put(talk(NOW + 9 * HOUR))
    desk.calendar = desk.open("primary", "Job search")
    uid = desk.look().events[0].uid
    desk.sam.move_to(made["id"], "Job search")
    changes = desk.look()
    assert (only(changes).calendar, changes.missing) == ("Job search", ())
    assert desk.calendar.event(uid, "") == only(changes)
    assert desk.look() == CalendarChanges(cursor=changes.cursor)


def test_moved_to_a_calendar_beside_the_config_it_is_missing(desk: Desk) -> None:
    """Its id still leads to it; no list of the calendars asked for has it."""
    desk.sam.add_calendar("Elsewhere")
    made = desk.sam.put(talk())
    desk.sam.put(talk(NOW + 9 * HOUR))
    uid = desk.look().events[0].uid
    desk.sam.move_to(made["id"], "Elsewhere")
    changes = desk.look()
    assert changes.missing == ((uid, ""),)
    assert desk.calendar.event(uid, "") is None
    assert desk.look() == CalendarChanges(cursor=changes.cursor)


def test_an_id_of_before_a_migration_leads_nowhere_and_stops_nothing(desk: Desk) -> None:
    """The mailbox has all its events under other ids: they are the same events, but for the one removed."""
    ids = [desk.sam.put(talk(NOW + number * HOUR))["id"] for number in range(5)]
    uids = [event.uid for event in desk.look().events]
    for one in ids:
        event = dict(desk.sam._found(one)[1].event)
        desk.sam.remove(one)
        if one != ids[0]:
            desk.sam.put(event)

    def malformed(_: object) -> None:
        raise GraphError(400, "ErrorInvalidIdMalformed", "Id is malformed.")

    remove = desk.simulator.on(GET, malformed)
    changes = desk.look()
    remove()
    assert (changes.missing, changes.complete) == (((uids[0], ""),), True)
    assert desk.look() == CalendarChanges(cursor=changes.cursor)


# --- refusals ---------------------------------------------------------------------------------------


def test_without_permission_or_a_mailbox_the_user_is_told(desk: Desk) -> None:
    desk.look()
    desk.simulator.faults.fail(LIST, "forbidden")
    with pytest.raises(SignInNeeded, match="lacks a permission"):
        desk.look()
    account = desk.simulator.user(kit.ME)
    account.refusal = GraphError(404, "MailboxNotEnabledForRESTAPI", "No mailbox.")
    with pytest.raises(Refused, match="no mailbox in its cloud"):
        desk.look()


@pytest.mark.parametrize("cursor", ["gcal1 {}", "outlook-calendar1 []", 'outlook-calendar1 {"primary":{}}'])
def test_a_cursor_that_is_none_is_lost(desk: Desk, cursor: str) -> None:
    desk.cursor = cursor
    with pytest.raises(CursorLost):
        desk.look()


def test_it_is_opened_as_the_config_says(desk: Desk) -> None:
    calendar = module.open_calendar(
        account="personal",
        secret=desk.kept,
        zone=kit.ZONE,
        calendars=("primary",),
        graph_root=desk.simulator.graph_root,
    )
    desk.sam.put(talk())
    assert only(calendar.changes(None, SINCE, UNTIL)).title == "Interview"
    assert isinstance(calendar._api, Api)
