"""What is special about calendars in files: folders, half-written files, stamps, one UID in two files."""

from __future__ import annotations

import errno
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from followupd.core.model import EventStatus
from followupd.errors import Unavailable
from followupd.providers.base import CalendarChanges
from followupd.providers.local import calendar as local_calendar
from followupd.providers.local import vdir, vdirlook
from followupd.providers.local.calendar import VdirCalendar
from tests.contracts.test_calendars import (
    HOUR,
    NOW,
    SINCE,
    UNTIL,
    WEEK,
    VdirHand,
    event,
    look,
    stamp,
    vcalendar,
    vevent,
)


@pytest.fixture
def hand(tmp_path: Path) -> VdirHand:
    return VdirHand(tmp_path / "interviews")


def opened(hand: VdirHand, *names: str) -> VdirCalendar:
    return VdirCalendar(hand.root, "Europe/London", names)


# --- folders ------------------------------------------------------------------------------------


def test_the_calendar_is_the_folder(hand: VdirHand) -> None:
    hand.put(event())
    [told] = look(opened(hand)).events
    assert (told.calendar, told.calendar_name, told.colour) == ("interviews", "interviews", "")


def test_one_folder_per_calendar(hand: VdirHand) -> None:
    for name in ("work", "home", ".trash"):
        (hand.root / name).mkdir()
        hand.write(f"{name}/one.ics", vcalendar(vevent(event(f"{name}@x"))))
    hand.write("work/displayname", "Büro\n".encode())
    hand.write("work/color", b"#ff0000\n")
    told = {e.uid: (e.calendar, e.calendar_name, e.colour) for e in look(opened(hand)).events}
    assert told == {"work@x": ("work", "Büro", "#ff0000"), "home@x": ("home", "home", "")}
    assert [e.uid for e in look(opened(hand, "büro")).events] == ["work@x"]
    assert [e.uid for e in look(opened(hand, "HOME")).events] == ["home@x"]


def test_a_renamed_calendar_tells_its_events_again(hand: VdirHand) -> None:
    hand.put(event())
    cursor = look(opened(hand)).cursor
    hand.write("displayname", b"Interviews")
    changes = look(opened(hand), cursor)
    assert [e.calendar_name for e in changes.events] == ["Interviews"]
    assert look(opened(hand), changes.cursor) == CalendarChanges(cursor=changes.cursor)


def test_one_file_with_many_events(tmp_path: Path) -> None:
    path = tmp_path / "export.ics"
    path.write_bytes(vcalendar(*(vevent(event(f"{n}@x")) for n in range(3))))
    calendar = VdirCalendar(path, "Europe/London")
    first = look(calendar)
    assert {(e.uid, e.calendar) for e in first.events} == {(f"{n}@x", "export") for n in range(3)}
    path.write_bytes(vcalendar(*(vevent(event(f"{n}@x")) for n in range(2))))
    assert look(calendar, first.cursor).missing == (("2@x", ""),)
    assert calendar.event("2@x", "") is None


def test_the_same_event_in_two_calendars_is_told_from_both(hand: VdirHand) -> None:
    for name in ("a", "b"):
        (hand.root / name).mkdir()
        hand.write(f"{name}/one.ics", vcalendar(vevent(event())))
    hand.write("a/other.ics", vcalendar(vevent(event("two@x"))))
    first = look(opened(hand))
    assert sorted(e.calendar for e in first.events if e.uid == "one@acme.example") == ["a", "b"]
    (hand.root / "a" / "one.ics").unlink()
    changes = look(opened(hand), first.cursor)
    assert changes.complete
    assert changes.missing == ()


@pytest.mark.parametrize("name", ["no", "loop"])
def test_a_folder_that_is_not_there_is_unavailable(tmp_path: Path, name: str) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    calendar = VdirCalendar(tmp_path / name, "UTC")
    with pytest.raises(Unavailable):
        look(calendar)
    with pytest.raises(Unavailable):
        calendar.event("x", "")


def test_what_is_no_event_file_is_passed_over(hand: VdirHand) -> None:
    hand.put(event())
    for name in (".hidden.ics", "one.ics.tmp", "notes.txt"):
        hand.write(name, b"nothing")
    (hand.root / "folder.ics").mkdir()
    (hand.root / "dangling.ics").symlink_to(hand.root / "nowhere")
    changes = look(opened(hand))
    assert (len(changes.events), changes.problems, changes.complete) == (1, (), True)


# --- what can't be read -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "length", [0, 10, 60, 200, -20], ids=["empty", "head", "middle", "most", "all but the end"]
)
def test_a_half_written_file_changes_nothing(hand: VdirHand, length: int) -> None:
    hand.put(event())
    hand.put(event("two@acme.example"))
    first = look(opened(hand))
    raw = vcalendar(vevent(event(title="Interview, second version")))
    hand.write("one@acme.example.ics", raw[:length])
    half = look(opened(hand), first.cursor)
    assert (half.events, half.missing, half.complete) == ((), (), True)
    assert [p.where for p in half.problems] == [str(hand.root / "one@acme.example.ics")]
    assert look(opened(hand), half.cursor) == CalendarChanges(cursor=half.cursor)
    later = opened(hand).changes(half.cursor, SINCE, UNTIL + timedelta(days=3))
    assert (later.events, later.missing) == ((), ())
    hand.write("one@acme.example.ics", raw)
    assert [e.title for e in look(opened(hand), half.cursor).events] == ["Interview, second version"]


@pytest.mark.parametrize("length", [0, 60])
def test_a_half_written_file_proves_no_absence(hand: VdirHand, length: int) -> None:
    hand.put(event("two@acme.example"))
    hand.write("one@acme.example.ics", vcalendar(vevent(event()))[:length])
    with pytest.raises(Unavailable):
        opened(hand).event("one@acme.example", "")
    assert opened(hand).event("two@acme.example", "") is not None


def test_a_broken_event_beside_whole_ones(hand: VdirHand) -> None:
    good, bad = event("good@x"), event("bad@x")
    hand.write("all.ics", vcalendar(vevent(good), vevent(bad)))
    first = look(opened(hand))
    assert len(first.events) == 2
    broken = vevent(bad).replace("DTSTART:2026", "DTSTART:soon")
    hand.write("all.ics", vcalendar(vevent(event("good@x", title="New")), broken))
    changes = look(opened(hand), first.cursor)
    assert [(e.uid, e.title) for e in changes.events] == [("good@x", "New")]
    assert changes.missing == ()
    assert len(changes.problems) == 1
    with pytest.raises(Unavailable):
        opened(hand).event("bad@x", "")


def test_an_unreadable_file_loses_nothing(hand: VdirHand, monkeypatch: pytest.MonkeyPatch) -> None:
    hand.put(event())
    hand.put(event("two@acme.example"))
    first = look(opened(hand))
    hand.put(event(title="New"))
    with monkeypatch.context() as patch:
        real = local_calendar.contents

        def denied(path: str) -> bytes:
            if "one@" in path:
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
            return real(path)

        for module in (local_calendar, vdirlook):
            patch.setattr(module, "contents", denied)
        changes = look(opened(hand), first.cursor)
        assert (changes.events, changes.missing, changes.complete) == ((), (), False)
        assert len(changes.problems) == 1
        with pytest.raises(Unavailable):
            opened(hand).event("one@acme.example", "")
    back = look(opened(hand), changes.cursor)
    assert [e.title for e in back.events] == ["New"]
    assert back.complete


def test_an_unreadable_calendar_loses_nothing(hand: VdirHand, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("a", "b"):
        (hand.root / name).mkdir()
        hand.write(f"{name}/one.ics", vcalendar(vevent(event(f"{name}@x"))))
    first = look(opened(hand))
    hand.write("b/two.ics", vcalendar(vevent(event("new@x"))))
    with monkeypatch.context() as patch:
        real = vdir._list_folder

        def denied(listing: vdir.Listing, name: str, prefix: str) -> list[str]:
            if name == "a":
                raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
            return real(listing, name, prefix)

        patch.setattr(vdir, "_list_folder", denied)
        changes = look(opened(hand), first.cursor)
        assert [e.uid for e in changes.events] == ["new@x"]
        assert (changes.missing, changes.complete) == ((), False)
        with pytest.raises(Unavailable):
            opened(hand).event("a@x", "")
    back = look(opened(hand), changes.cursor)
    assert (back.events, back.missing, back.complete) == ((), (), True)


def test_one_calendar_that_lists_nothing_any_more(hand: VdirHand) -> None:
    for name in ("a", "b"):
        (hand.root / name).mkdir()
        hand.write(f"{name}/one.ics", vcalendar(vevent(event(f"{name}@x"))))
    hand.write("b/two.ics", vcalendar(vevent(event("two@x"))))
    first = look(opened(hand))
    (hand.root / "a" / "one.ics").unlink()
    changes = look(opened(hand), first.cursor)
    assert (changes.missing, changes.complete) == ((), False)
    # Once what it knew has passed, an empty calendar is just empty.
    later = opened(hand).changes(changes.cursor, NOW + 3 * HOUR, UNTIL)
    assert (later.missing, later.complete) == ((), True)


# --- stamps and windows -------------------------------------------------------------------------


def test_a_change_within_the_same_stamp_is_seen(hand: VdirHand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vdir, "_stamp", lambda status: (1, 2, status.st_size, status.st_ino))
    hand.put(event(title="AAA"))
    calendar = opened(hand)
    calendar._clock = lambda: 0.0
    cursor = look(calendar).cursor
    assert look(calendar, cursor) == CalendarChanges(cursor=cursor)
    hand.put(event(title="BBB"))
    for other in (calendar, opened(hand)):
        assert [e.title for e in look(other, cursor).events] == ["BBB"]


def test_rested_files_are_not_read(hand: VdirHand, monkeypatch: pytest.MonkeyPatch) -> None:
    hand.put(event())
    calendar, moment = opened(hand), [0.0]
    calendar._clock = lambda: moment[0]
    cursor = look(calendar).cursor
    moment[0] = local_calendar.SLACK
    look(calendar, cursor)
    for module in (local_calendar, vdirlook):
        monkeypatch.setattr(module, "contents", lambda _path: pytest.fail("read"))
    assert look(calendar, cursor) == CalendarChanges(cursor=cursor)


def test_a_touched_file_says_nothing_new(hand: VdirHand) -> None:
    hand.put(event())
    first = look(opened(hand))
    os.utime(hand.root / "one@acme.example.ics", ns=(10**18, 10**18))
    changes = look(opened(hand), first.cursor)
    assert (changes.events, changes.missing) == ((), ())


def test_a_window_that_begins_earlier_tells_what_it_missed(hand: VdirHand) -> None:
    hand.put(event())
    hand.put(event("old@x", start=SINCE - 2 * HOUR))
    first = look(opened(hand))
    assert len(first.events) == 1
    assert {e.uid for e in opened(hand).changes(first.cursor, SINCE - WEEK, UNTIL).events} == {"old@x"}


def test_a_series_that_is_shortened_is_missing_its_end(hand: VdirHand) -> None:
    start = datetime(2026, 3, 5, 15, tzinfo=UTC)
    hand.series("weekly@x", start, 4)
    first = look(opened(hand))
    hand.series("weekly@x", start, 2)
    changes = look(opened(hand), first.cursor)
    assert changes.missing == tuple(("weekly@x", (start + n * WEEK).isoformat()) for n in (2, 3))
    assert changes.complete


# --- one UID in several files -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cancel", "request_", "status"),
    [(0, 0, EventStatus.CANCELLED), (1, 0, EventStatus.CANCELLED), (0, 1, EventStatus.CONFIRMED)],
    ids=["equal", "newer", "older"],
)
def test_a_request_and_its_cancellation(
    hand: VdirHand, cancel: int, request_: int, status: EventStatus
) -> None:
    hand.write("1.ics", vcalendar(vevent(event(), f"SEQUENCE:{request_}"), method="REQUEST"))
    first = look(opened(hand))
    assert [e.status for e in first.events] == [EventStatus.CONFIRMED]
    hand.write("2.ics", vcalendar(vevent(event(), f"SEQUENCE:{cancel}"), method="CANCEL"))
    changes = look(opened(hand), first.cursor)
    assert [e.status for e in changes.events] == ([status] if status is EventStatus.CANCELLED else [])
    again = opened(hand).event("one@acme.example", "")
    assert again is not None
    assert again.status is status
    (hand.root / "2.ics").unlink()
    back = look(opened(hand), changes.cursor)
    assert [e.status for e in back.events] == (
        [EventStatus.CONFIRMED] if status is EventStatus.CANCELLED else []
    )
    assert back.missing == ()


def test_a_cancelled_occurrence_in_a_file_of_its_own(hand: VdirHand) -> None:
    start = datetime(2026, 3, 5, 15, tzinfo=UTC)
    hand.series("weekly@x", start, 3)
    first = look(opened(hand))
    gone = vevent(event("weekly@x", start + WEEK), f"RECURRENCE-ID:{stamp(start + WEEK)}", "SEQUENCE:1")
    hand.write("cancel.ics", vcalendar(gone, method="CANCEL"))
    changes = look(opened(hand), first.cursor)
    assert [(e.start, e.status) for e in changes.events] == [(start + WEEK, EventStatus.CANCELLED)]


def test_a_series_that_can_not_be_followed_proves_no_absence(hand: VdirHand) -> None:
    hand.write("1.ics", vcalendar(vevent(event(), "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30")))
    assert opened(hand).event("one@acme.example", event().start.isoformat()) is not None
    with pytest.raises(Unavailable):
        opened(hand).event("one@acme.example", (event().start + WEEK).isoformat())


def test_a_long_series_that_moves_as_a_whole(hand: VdirHand) -> None:
    start = datetime(2026, 2, 20, tzinfo=UTC)
    hand.write("1.ics", vcalendar(vevent(event("x", start), "RRULE:FREQ=HOURLY;COUNT=1000")))
    first = look(opened(hand))
    later = start + timedelta(minutes=30)
    hand.write("1.ics", vcalendar(vevent(event("x", later), "RRULE:FREQ=HOURLY;COUNT=1000")))
    changes = look(opened(hand), first.cursor)
    assert len(changes.events) in range(len(first.events) - 1, len(first.events) + 2)
    assert len(changes.missing) == len(first.events)


def test_the_colour_of_the_file(hand: VdirHand) -> None:
    raw = vcalendar(vevent(event())).replace(b"VERSION", b"X-APPLE-CALENDAR-COLOR:#00ff00\r\nVERSION")
    hand.write("1.ics", raw)
    hand.write("color", b"red")
    calendar = opened(hand)
    [told] = look(calendar).events
    assert told.colour == "#00ff00"
    assert calendar.event(told.uid, "") == told
