"""Nothing is told in the quiet hours or while an event of the user's is in progress: held, then told at once."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from followupd.core.model import Attendee, EventStatus, PartStat
from tests.notify.kit import Told, kinds
from tests.world import ME

NIGHT = (time(21), time(8))


class Waiting(Told):
    """Something waits to be told: an account that needs its user."""

    def __init__(self, folder: Path, **more: object) -> None:
        super().__init__(folder, **more)  # type: ignore[arg-type]
        with self.world.store.transaction():
            self.world.store.set_account("personal", "sign_in", "It ended.", "", self.world.now)

    def free_from(self, at: str) -> str:
        """When it is told that waits at this time, in the user's zone; "now" where nothing holds it."""
        moment = self.world.time(at)
        free = self.teller.next(moment)
        assert (self.teller.pending(moment) is None) == (free is not None)
        if free is None:
            return "now"
        assert self.teller.pending(free) is not None
        return f"{free.astimezone(self.world.zone):%Y-%m-%d %H:%M%z}"


@pytest.fixture
def waiting(tmp_path: Path) -> Waiting:
    return Waiting(tmp_path / "state")


# In Berlin the clocks go forward on 2026-03-29 at 2:00 and back on 2026-10-25 at 3:00.
QUIET = {
    "just before they begin": (NIGHT, "2026-03-04 20:59", "now"),
    "at their beginning": (NIGHT, "2026-03-04 21:00", "2026-03-05 08:00+0100"),
    "after midnight": (NIGHT, "2026-03-05 00:30", "2026-03-05 08:00+0100"),
    "just before they end": (NIGHT, "2026-03-05 07:59", "2026-03-05 08:00+0100"),
    "at their end": (NIGHT, "2026-03-05 08:00", "now"),
    "the night that is an hour shorter": (NIGHT, "2026-03-28 22:00", "2026-03-29 08:00+0200"),
    "the night that is an hour longer": (NIGHT, "2026-10-24 22:00", "2026-10-25 08:00+0100"),
    "an end in the hour that is skipped": (
        (time(22), time(2, 30)),
        "2026-03-28 23:00",
        "2026-03-29 03:30+0200",
    ),
    "an end in the hour that comes twice": (
        (time(22), time(2, 30)),
        "2026-10-24 23:00",
        "2026-10-25 02:30+0200",
    ),
    "a beginning in the hour that is skipped": ((time(2, 30), time(6)), "2026-03-29 03:29", "now"),
    "hours within a day": ((time(12), time(13)), "2026-03-04 12:30", "2026-03-04 13:00+0100"),
    "no hours at all": ((time(0), time(0)), "2026-03-04 03:00", "now"),
}


@pytest.mark.parametrize("case", QUIET)
def test_quiet_hours_in_and_out(tmp_path: Path, case: str) -> None:
    hours, at, told = QUIET[case]
    waiting = Waiting(tmp_path / "state", zone="Europe/Berlin", quiet_hours=hours)
    assert waiting.free_from(at) == told


def test_quiet_hours_are_those_of_the_users_zone_wherever_the_machine_is(tmp_path: Path) -> None:
    waiting = Waiting(tmp_path / "state", zone="America/New_York", quiet_hours=NIGHT)
    assert waiting.teller.pending(datetime(2026, 3, 4, 13, 30, tzinfo=ZoneInfo("Asia/Tokyo"))) is None
    assert waiting.teller.pending(datetime(2026, 3, 4, 9, 30, tzinfo=ZoneInfo("America/New_York")))


def seen(waiting: Waiting, start: str, end: str, *people: Attendee, **more: object) -> None:
    """An event of the user's that was seen already, at nine in the morning."""
    waiting.world.event(start, end, people, **{"title": "Team meeting", **more})  # type: ignore[arg-type]
    waiting.world.cycle("2026-03-04 09:00")
    with waiting.world.store.transaction():
        waiting.world.store.set_account("personal", "sign_in", "It ended.", "", waiting.world.now)


def test_nothing_is_told_while_an_event_is_in_progress(waiting: Waiting) -> None:
    seen(waiting, "2026-03-04 10:00", "2026-03-04 11:00")
    assert waiting.free_from("2026-03-04 09:59") == "now"
    assert waiting.free_from("2026-03-04 10:00") == "2026-03-04 11:00+0000"
    assert waiting.free_from("2026-03-04 10:59") == "2026-03-04 11:00+0000"
    assert waiting.free_from("2026-03-04 11:00") == "now"


def test_events_one_after_another_and_the_night_after_them_hold_to_their_end(tmp_path: Path) -> None:
    waiting = Waiting(tmp_path / "state", quiet_hours=NIGHT)
    for start, end in (("18:00", "19:00"), ("19:00", "20:30"), ("20:00", "21:30")):
        seen(waiting, f"2026-03-04 {start}", f"2026-03-04 {end}")
    assert waiting.free_from("2026-03-04 18:10") == "2026-03-05 08:00+0000"


def test_an_interview_that_lasts_all_day_holds_and_a_conference_does_not(waiting: Waiting) -> None:
    dana = Attendee("dana@acme.example", "Dana Reyes")
    seen(waiting, "2026-03-05 07:00", "2026-03-05 20:00", dana, title="Interview")
    seen(waiting, "2026-03-06 07:00", "2026-03-06 20:00", title="Conference")
    assert waiting.free_from("2026-03-05 12:00") == "2026-03-05 20:00+0000"
    assert waiting.free_from("2026-03-06 12:00") == "now"


@pytest.mark.parametrize(
    "more",
    [
        {"all_day": True},
        {"status": EventStatus.CANCELLED},
    ],
)
def test_what_takes_none_of_the_users_time_holds_nothing(waiting: Waiting, more: dict[str, object]) -> None:
    seen(waiting, "2026-03-04 10:00", "2026-03-04 11:00", **more)
    assert waiting.free_from("2026-03-04 10:30") == "now"


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (PartStat.DECLINED, "now"),
        (PartStat.DELEGATED, "now"),
        (PartStat.TENTATIVE, "2026-03-04 11:00+0000"),
        (PartStat.NEEDS_ACTION, "2026-03-04 11:00+0000"),
    ],
)
def test_an_event_that_the_user_declined_holds_nothing(waiting: Waiting, answer: PartStat, told: str) -> None:
    seen(waiting, "2026-03-04 10:00", "2026-03-04 11:00", Attendee(ME, "Sam Lee", answer), with_me=False)
    assert waiting.free_from("2026-03-04 10:30") == told


def test_what_is_held_is_told_as_one_at_the_end(tmp_path: Path) -> None:
    told = Told(tmp_path / "state", quiet_hours=NIGHT)
    told.world.begin("2026-03-03 20:00")
    told.interview("2026-03-04")
    told.world.event("2026-03-04 20:00", "2026-03-04 21:30", ["Jo Smith <jo@other.example>"])
    told.cycle("2026-03-04 09:00")
    assert kinds(told.cycle("2026-03-04 16:50")) == ["letter", "letter"]
    assert told.cycle("2026-03-04 20:30") is None
    assert told.cycle("2026-03-04 22:20") is None
    assert told.cycle("2026-03-05 07:50") is None
    held = told.teller.next(told.world.time("2026-03-05 07:50"))
    assert held is not None
    assert held.astimezone(told.world.zone).date() == date(2026, 3, 5)
    assert kinds(told.tell(held)) == ["letter"]
    assert told.teller.next(held) is None
