"""What happens to events in real .ics files, and what comes of it (design.md, section 5 and 6)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.cycle.files import DANA, Files, unreadable, vcalendar

HOUR = timedelta(hours=1)
START, END = "2026-03-04 14:00", "2026-03-04 15:00"
MY_WORDS = "Hello Dana,\n\nthese are my own words: I liked what you said about the archive.\n\nSam\n"


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """A calendar that also holds something else, so that it is never empty by the loss of one event."""
    found = Files(tmp_path)
    found.event("2026-03-06 09:00", "2026-03-06 09:30", [], uid="dentist", title="Dentist", with_me="")
    return found


@pytest.fixture
def talk(files: Files) -> Files:
    """An interview on Wednesday, seen on its morning."""
    files.event(START, END, uid="talk")
    files.once("2026-03-04 08:00")
    return files


@pytest.fixture
def drafted(talk: Files) -> Files:
    """The same, with its thank-you in Drafts."""
    assert created(talk.once("2026-03-04 15:46")) == [DANA]
    return talk


def created(done: list) -> list[str]:
    return [one.to for one in done if one.action == "create_draft"]


def through(files: Files, first: str, last: str, step: timedelta = 3 * HOUR) -> list[str]:
    """Cycles; to whom drafts were made."""
    return created(files.every(first, last, step))


def none_until(files: Files, last: str) -> None:
    assert through(files, "2026-03-04 15:46", last) == []
    assert not files.drafts()


# --- cancelled ----------------------------------------------------------------------------------


@pytest.mark.parametrize("title", ["Interview", "Cancelled: Interview", "Canceled: Interview"])
def test_cancelled_between_two_cycles(talk: Files, title: str) -> None:
    talk.event(START, END, uid="talk", status="CANCELLED", title=title)
    talk.once("2026-03-04 12:00")
    none_until(talk, "2026-03-07 18:00")


def test_cancelled_in_the_minute_before_the_draft(talk: Files) -> None:
    """Before a thank-you the event itself is read again."""
    talk.once("2026-03-04 15:44")
    talk.event(START, END, uid="talk", status="CANCELLED")
    none_until(talk, "2026-03-05 18:00")


def test_a_title_that_says_cancelled(talk: Files) -> None:
    talk.event(START, END, uid="talk", title="Abgesagt: Interview")
    talk.once("2026-03-04 12:00")
    none_until(talk, "2026-03-05 18:00")


def test_declined_by_me(talk: Files) -> None:
    path = talk.event(START, END, uid="talk")
    path.write_text(
        path.read_text(encoding="utf-8").replace(
            "CN=Sam Lee;PARTSTAT=ACCEPTED", "CN=Sam Lee;PARTSTAT=DECLINED"
        ),
        encoding="utf-8",
    )
    talk.once("2026-03-04 12:00")
    none_until(talk, "2026-03-05 18:00")


@pytest.mark.parametrize("status", ["", "CANCELLED"])
@pytest.mark.parametrize("beside", [False, True], ids=["in its place", "beside it"])
def test_a_file_with_method_cancel(talk: Files, status: str, beside: bool) -> None:
    lines = talk.vevent(START, END, uid="talk", status=status, extra=["SEQUENCE:1"])
    talk.ics("talk-cancel" if beside else "talk", vcalendar(lines, method="CANCEL"))
    talk.once("2026-03-04 12:00")
    none_until(talk, "2026-03-05 18:00")


def test_a_removed_file(talk: Files) -> None:
    (talk.calendar_folder("work") / "talk.ics").unlink()
    talk.once("2026-03-04 12:00")
    none_until(talk, "2026-03-07 18:00")


def test_a_removed_file_that_comes_back(talk: Files) -> None:
    path = talk.calendar_folder("work") / "talk.ics"
    kept = path.read_bytes()
    path.unlink()
    talk.once("2026-03-04 12:00")
    path.write_bytes(kept)
    talk.once("2026-03-04 13:00")
    assert through(talk, "2026-03-04 15:46", "2026-03-04 22:00") == [DANA]


def test_cancelled_after_its_start_is_asked(talk: Files) -> None:
    """Cancelled after its start with no later date: told, and asked if no draft exists yet."""
    talk.once("2026-03-04 14:20")
    talk.event(START, END, uid="talk", status="CANCELLED")
    talk.once("2026-03-04 14:40")
    none_until(talk, "2026-03-05 18:00")
    assert len(talk.questions()) == 1


def test_cancelled_after_the_draft_was_made_is_told(drafted: Files) -> None:
    """A draft exists: nothing is asked and nothing is lost."""
    drafted.event(START, END, uid="talk", status="CANCELLED")
    assert through(drafted, "2026-03-04 16:00", "2026-03-05 14:00") == []
    assert len(drafted.drafts()) == 1
    assert not drafted.questions()


# --- moved --------------------------------------------------------------------------------------


def test_moved_by_two_days_before_its_start(talk: Files) -> None:
    talk.event("2026-03-06 14:00", "2026-03-06 15:00", uid="talk")
    talk.once("2026-03-04 12:00")
    none_until(talk, "2026-03-06 15:40")
    assert through(talk, "2026-03-06 15:46", "2026-03-08 15:00") == [DANA]
    assert len(talk.drafts()) == 1
    assert {one["due"] for one in talk.letters() if one["stage"] == "drafted"} == {
        "2026-03-06T15:45:00+00:00"
    }


def test_moved_after_an_untouched_draft_was_made(drafted: Files) -> None:
    """The untouched draft is withdrawn and the letter owed at the new end."""
    drafted.event("2026-03-06 14:00", "2026-03-06 15:00", uid="talk")
    done = drafted.once("2026-03-04 16:30")
    assert [one.action for one in done].count("withdraw_draft") == 1
    none_until(drafted, "2026-03-06 15:40")
    assert through(drafted, "2026-03-06 15:46", "2026-03-08 14:00") == [DANA]
    assert len(drafted.drafts()) == 1


def test_moved_after_the_draft_was_edited(drafted: Files) -> None:
    """The edited one is kept and is the letter for the new time."""
    changed = drafted.save_again(
        drafted.draft_to(), at="2026-03-04 15:50", client="thunderbird", text=MY_WORDS
    )
    drafted.once("2026-03-04 16:00")
    drafted.event("2026-03-06 14:00", "2026-03-06 15:00", uid="talk")
    assert through(drafted, "2026-03-04 16:30", "2026-03-08 14:00") == []
    assert [one.raw for one in drafted.drafts()] == [changed.raw]
    assert drafted.letter()["stage"] == "edited"


def test_moved_after_the_draft_was_discarded(drafted: Files) -> None:
    """Owed anew on another date."""
    drafted.delete(drafted.draft_to())
    assert through(drafted, "2026-03-04 16:00", "2026-03-04 18:00", HOUR) == []
    drafted.event("2026-03-06 14:00", "2026-03-06 15:00", uid="talk")
    assert through(drafted, "2026-03-04 18:30", "2026-03-06 15:40") == []
    assert through(drafted, "2026-03-06 15:46", "2026-03-08 14:00") == [DANA]


def test_moved_on_the_same_date_after_the_draft_was_discarded(drafted: Files) -> None:
    """A discarded one stays so on the same date."""
    drafted.delete(drafted.draft_to())
    assert through(drafted, "2026-03-04 16:00", "2026-03-04 17:00", HOUR / 2) == []
    drafted.event("2026-03-04 18:00", "2026-03-04 19:00", uid="talk")
    assert through(drafted, "2026-03-04 17:10", "2026-03-06 15:40", HOUR) == []


def test_moved_after_the_letter_was_sent(drafted: Files) -> None:
    """One sent after the old end is done, and another date is a later talk with its own letter."""
    drafted.send(drafted.draft_to(), at="2026-03-04 16:00")
    drafted.once("2026-03-04 16:05")
    drafted.event("2026-03-06 14:00", "2026-03-06 15:00", uid="talk")
    assert through(drafted, "2026-03-04 16:30", "2026-03-06 15:40") == []
    assert through(drafted, "2026-03-06 15:46", "2026-03-08 14:00") == [DANA]
    assert sorted(one["stage"] for one in drafted.letters("thank_you")) == ["drafted", "sent"]


def test_a_longer_talk_is_thanked_for_at_its_new_end(talk: Files) -> None:
    talk.event(START, "2026-03-04 16:30", uid="talk")
    assert through(talk, "2026-03-04 15:30", "2026-03-04 17:10", HOUR / 6) == []
    assert created(talk.once("2026-03-04 17:16")) == [DANA]


def test_a_longer_talk_leaves_a_draft_alone(drafted: Files) -> None:
    """A changed end alone moves only what is not yet drafted."""
    draft = drafted.draft_to()
    drafted.event(START, "2026-03-04 16:30", uid="talk")
    assert through(drafted, "2026-03-04 16:00", "2026-03-05 12:00") == []
    assert [one.raw for one in drafted.drafts()] == [draft.raw]


# --- series -------------------------------------------------------------------------------------

WEEKLY = ["RRULE:FREQ=DAILY;COUNT=3"]  # Wednesday 4, Thursday 5, Friday 6 March


def series(files: Files, *lines: str, more: tuple[list[str], ...] = ()) -> None:
    vevent = files.vevent(START, END, uid="series", extra=[*WEEKLY, *lines])
    files.ics("series", vcalendar([*vevent, *(line for one in more for line in one)]))


def each_day(files: Files) -> list[str]:
    """The days on which drafts were made; each is sent at once."""
    days = []
    for day in ("04", "05", "06"):
        for moment in ("12:00", "15:46", "19:46"):
            if created(files.once(f"2026-03-{day} {moment}")):
                days.append(f"{day} {moment[:2]}")
                files.send(files.draft_to(), at=f"2026-03-{day} {moment[:2]}:50")
                files.once(f"2026-03-{day} {moment[:2]}:52")
    return days


def test_a_series(files: Files) -> None:
    series(files)
    files.once("2026-03-04 08:00")
    assert each_day(files) == ["04 15", "05 15", "06 15"]


@pytest.mark.parametrize("how", ["exdate", "cancelled", "cancelled alone"])
def test_one_occurrence_of_a_series_is_cancelled(files: Files, how: str) -> None:
    series(files)
    files.once("2026-03-04 08:00")
    gone = files.vevent("2026-03-05 14:00", "2026-03-05 15:00", uid="series", status="CANCELLED")
    gone.insert(2, "RECURRENCE-ID:20260305T140000Z")
    if how == "exdate":
        series(files, "EXDATE:20260305T140000Z")
    elif how == "cancelled":
        series(files, more=(gone,))
    else:
        files.ics("series-exception", vcalendar(gone))
    assert each_day(files) == ["04 15", "06 15"]


def test_a_moved_occurrence(files: Files) -> None:
    series(files)
    files.once("2026-03-04 08:00")
    moved = files.vevent("2026-03-05 18:00", "2026-03-05 19:00", uid="series")
    moved.insert(2, "RECURRENCE-ID:20260305T140000Z")
    series(files, more=(moved,))
    assert each_day(files) == ["04 15", "05 19", "06 15"]


def test_a_series_that_is_removed(files: Files) -> None:
    series(files)
    files.once("2026-03-04 08:00")
    assert created(files.once("2026-03-04 15:46")) == [DANA]
    (files.calendar_folder("work") / "series.ics").unlink()
    assert through(files, "2026-03-05 08:00", "2026-03-07 12:00", HOUR) == []


# --- what is no cancellation --------------------------------------------------------------------


@contextmanager
def _a_file_in_its_place(files: Files) -> Iterator[None]:
    with unreadable(files.calendar_folder("work")):
        yield


@contextmanager
def _root_empty(files: Files) -> Iterator[None]:
    root = files.calendars / "personal"
    aside = files.folder / "calendars.aside"
    root.rename(aside)
    root.mkdir()
    try:
        yield
    finally:
        root.rmdir()
        aside.rename(root)


@contextmanager
def _all_files_gone(files: Files) -> Iterator[None]:
    folder = files.calendar_folder("work")
    kept = {path: path.read_bytes() for path in folder.iterdir()}
    for path in kept:
        path.unlink()
    try:
        yield
    finally:
        for path, raw in kept.items():
            path.write_bytes(raw)


@contextmanager
def _content(files: Files, change: Callable[[bytes], bytes]) -> Iterator[None]:
    path = files.calendar_folder("work") / "talk.ics"
    kept = path.read_bytes()
    path.write_bytes(change(kept))
    try:
        yield
    finally:
        path.write_bytes(kept)


def _half(files: Files) -> contextmanager:
    return _content(files, lambda raw: raw[: len(raw) // 2])


def _without_its_last_line(files: Files) -> contextmanager:
    return _content(files, lambda raw: raw.replace(b"END:VCALENDAR\r\n", b""))


def _zero_bytes(files: Files) -> contextmanager:
    return _content(files, lambda raw: b"")


def _head_only(files: Files) -> contextmanager:
    return _content(files, lambda raw: raw[: raw.index(b"BEGIN:VEVENT")])


def _nul_bytes(files: Files) -> contextmanager:
    """What some file systems leave after a power cut."""
    return _content(files, lambda raw: bytes(len(raw)))


@contextmanager
def _a_link_to_nowhere(files: Files) -> Iterator[None]:
    path = files.calendar_folder("work") / "talk.ics"
    aside = files.folder / "talk.aside"
    path.rename(aside)
    path.symlink_to(path.name)  # to itself: it can be listed and not read
    try:
        yield
    finally:
        path.unlink()
        aside.rename(path)


@contextmanager
def _a_folder_in_its_place(files: Files) -> Iterator[None]:
    path = files.calendar_folder("work") / "talk.ics"
    aside = files.folder / "talk.aside"
    path.rename(aside)
    path.mkdir()
    try:
        yield
    finally:
        path.rmdir()
        aside.rename(path)


@pytest.mark.parametrize(
    "broken",
    [
        _a_file_in_its_place,
        _root_empty,
        _all_files_gone,
        _half,
        _without_its_last_line,
        _zero_bytes,
        _head_only,
        _nul_bytes,
        _a_link_to_nowhere,
        _a_folder_in_its_place,
    ],
)
def test_what_cannot_be_read_is_not_cancelled(talk: Files, broken: Callable[[Files], contextmanager]) -> None:
    """Missing from a complete, successful listing of a range, *and* a re-read confirms it."""
    with broken(talk):
        for moment in ("2026-03-04 12:00", "2026-03-04 13:00", "2026-03-04 15:20"):
            assert not created(talk.once(moment, well=False))
    assert through(talk, "2026-03-04 15:46", "2026-03-04 22:00", HOUR) == [DANA]
    assert not talk.questions()


@pytest.mark.parametrize("broken", [_a_file_in_its_place, _root_empty, _all_files_gone, _half, _zero_bytes])
def test_what_cannot_be_read_when_the_draft_is_due_waits_or_is_made(
    talk: Files, broken: Callable[[Files], contextmanager]
) -> None:
    """One draft in the end, whether or not it could be made without a look at the event."""
    made = []
    with broken(talk):
        for moment in ("2026-03-04 15:40", "2026-03-04 15:46", "2026-03-04 17:00", "2026-03-05 09:00"):
            made += created(talk.once(moment, well=False))
    made += through(talk, "2026-03-05 09:10", "2026-03-05 22:00", HOUR)
    assert made == [DANA]
    assert len(talk.drafts()) == 1


@pytest.mark.parametrize("broken", [_a_file_in_its_place, _root_empty, _all_files_gone, _half])
def test_an_unreadable_calendar_withdraws_nothing(
    drafted: Files, broken: Callable[[Files], contextmanager]
) -> None:
    draft = drafted.draft_to()
    with broken(drafted):
        for moment in ("2026-03-04 16:00", "2026-03-04 17:00", "2026-03-05 09:00"):
            drafted.once(moment, well=False)
            assert [one.raw for one in drafted.drafts()] == [draft.raw]
    assert through(drafted, "2026-03-05 09:10", "2026-03-05 22:00", HOUR) == []
    assert drafted.letter()["stage"] == "drafted"


def test_a_calendar_that_is_not_mounted_stops_no_other_account(tmp_path: Path) -> None:
    """One account failing never stops another; unavailable is later, not never."""
    files = Files(tmp_path, accounts=("personal", "office"))
    kim = "kim@globex.example"
    files.event(START, END, uid="talk", account="personal")
    files.event(
        START, END, [f"Kim Osei <{kim}>"], uid="other", account="office", with_me="sam@office.example"
    )
    files.once("2026-03-04 08:00")
    root = files.calendars / "personal"
    aside = files.folder / "calendars.aside"
    root.rename(aside)
    ended = files.program("once", at="2026-03-04 15:46", fresh=True)
    assert [one.to for one in files.drafts("office")] == [[kim]], ended.out
    assert ended.code == 1
    aside.rename(root)
    assert through(files, "2026-03-04 16:00", "2026-03-04 22:00", HOUR) == [DANA]


def test_a_half_written_file_is_told(talk: Files) -> None:
    with _half(talk):
        talk.once("2026-03-04 12:00", well=False)
        assert "talk.ics" in talk.problems()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything; the cases above stand for it")
def test_a_folder_without_permission(talk: Files) -> None:
    folder = talk.calendar_folder("work")
    folder.chmod(0)
    try:
        talk.once("2026-03-04 12:00", well=False)
    finally:
        folder.chmod(0o700)
    assert through(talk, "2026-03-04 15:46", "2026-03-04 22:00", HOUR) == [DANA]


# --- days, zones, calendars ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("last", "due"),
    [("20260305", "2026-03-04T17:45:00+00:00"), ("20260306", "2026-03-05T17:45:00+00:00")],
    ids=["one day", "two days"],
)
def test_all_day_events_end_at_five_of_their_last_day(files: Files, last: str, due: str) -> None:
    lines = files.vevent(START, END, uid="day")
    lines[3:5] = ["DTSTART;VALUE=DATE:20260304", f"DTEND;VALUE=DATE:{last}"]
    files.ics("day", vcalendar(lines))
    files.once("2026-03-04 08:00")
    assert files.letter()["due"] == due
    moment = datetime.fromisoformat(due)
    assert created(files.once(moment - timedelta(minutes=1))) == []
    assert created(files.once(moment + timedelta(minutes=1))) == [DANA]


VTIMEZONE = """BEGIN:VTIMEZONE
TZID:{name}
BEGIN:STANDARD
DTSTART:16010101T020000
TZOFFSETFROM:+0200
TZOFFSETTO:+0530
END:STANDARD
END:VTIMEZONE"""

ZONES = {
    "utc": (":20260304T140000Z", ":20260304T150000Z", "", "15:00"),
    "iana": (";TZID=America/New_York:20260304T090000", ";TZID=America/New_York:20260304T100000", "", "15:00"),
    "iana, prefixed": (
        ";TZID=/freeassociation.sourceforge.net/America/New_York:20260304T090000",
        ";TZID=/freeassociation.sourceforge.net/America/New_York:20260304T100000",
        "",
        "15:00",
    ),
    "windows": (
        ";TZID=Eastern Standard Time:20260304T090000",
        ";TZID=Eastern Standard Time:20260304T100000",
        "",
        "15:00",
    ),
    "windows, quoted": (
        ';TZID="W. Europe Standard Time":20260304T150000',
        ';TZID="W. Europe Standard Time":20260304T160000',
        "",
        "15:00",
    ),
    "defined in the file": (
        ";TZID=Our office:20260304T193000",
        ";TZID=Our office:20260304T203000",
        VTIMEZONE.format(name="Our office"),
        "15:00",
    ),
    "floating": (":20260304T140000", ":20260304T150000", "", "15:00"),
    "two zones": (";TZID=Asia/Tokyo:20260304T230000", ";TZID=Europe/Berlin:20260304T160000", "", "15:00"),
    "duration": (":20260304T140000Z", "", "DURATION:PT1H", "15:00"),
}


@pytest.mark.parametrize("zone", ZONES)
def test_time_zones(files: Files, zone: str) -> None:
    start, end, more, ended = ZONES[zone]
    lines = files.vevent(START, END, uid="zoned")
    lines[3:5] = [f"DTSTART{start}", f"DTEND{end}" if end else more]
    before = more.splitlines() if more.startswith("BEGIN") else []
    files.ics("zoned", vcalendar([*before, *lines]))
    files.once("2026-03-04 08:00")
    due = datetime.fromisoformat(files.letter()["due"])
    assert due == datetime.fromisoformat(f"2026-03-04T{ended}+00:00") + timedelta(minutes=45)


def test_summer_time_begins_between_two_occurrences(files: Files) -> None:
    """Sunday 29 March 2026: the talk at ten in London is an hour earlier in UTC from then on."""
    lines = files.vevent(START, END, uid="zoned", extra=["RRULE:FREQ=WEEKLY;COUNT=2"])
    lines[3:5] = [
        "DTSTART;TZID=GMT Standard Time:20260324T100000",
        "DTEND;TZID=GMT Standard Time:20260324T110000",
    ]
    files.ics("zoned", vcalendar(lines))
    files.once("2026-03-24 08:00")
    assert created(files.once("2026-03-24T11:46:00+00:00")) == [DANA]
    files.send(files.draft_to(), at="2026-03-24T12:00:00+00:00")
    files.once("2026-03-30 12:00")
    assert created(files.once("2026-03-31T10:44:00+00:00")) == []
    assert created(files.once("2026-03-31T10:46:00+00:00")) == [DANA]


def test_the_same_event_in_two_calendars(files: Files) -> None:
    files.event(START, END, uid="talk", calendar="work")
    files.event(START, END, uid="talk", calendar="home")
    files.once("2026-03-04 08:00")
    assert through(files, "2026-03-04 15:46", "2026-03-05 18:00") == [DANA]
    assert len(files.drafts()) == 1


def test_the_same_event_in_two_accounts(tmp_path: Path) -> None:
    """One interview; the letter goes out from the account and address that was invited."""
    files = Files(tmp_path, accounts=("personal", "office"))
    for account in files.accounts:
        files.event(START, END, uid="talk", account=account, with_me="sam@office.example")
    files.once("2026-03-04 08:00")
    assert through(files, "2026-03-04 15:46", "2026-03-05 18:00") == [DANA]
    assert not files.drafts()
    (draft,) = files.drafts("office")
    assert "sam@office.example" in str(draft.parsed["from"])


def test_removed_from_one_of_two_calendars(files: Files) -> None:
    files.event(START, END, uid="talk", calendar="work")
    files.event(START, END, uid="talk", calendar="home")
    files.once("2026-03-04 08:00")
    (files.calendar_folder("work") / "talk.ics").unlink()
    files.once("2026-03-04 12:00")
    assert through(files, "2026-03-04 15:46", "2026-03-05 18:00") == [DANA]


def test_mondays_talk_and_wednesdays_talk_are_two_letters(files: Files) -> None:
    files.event("2026-03-02 14:00", "2026-03-02 15:00", uid="one")
    files.event(START, END, uid="two")
    files.once("2026-03-02 08:00")
    assert created(files.once("2026-03-02 15:46")) == [DANA]
    first = files.draft_to()
    files.send(first, at="2026-03-02 16:00")
    files.once("2026-03-02 16:05")
    assert created(files.once("2026-03-04 15:46")) == [DANA]
    assert files.draft_to().text != first.text
