"""Working days, windows of nudges and quiet hours."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from followupd.core.model import Me, NudgePolicy, QuietRange
from followupd.core.workdays import (
    Window,
    in_quiet_hours,
    is_working_day,
    next_window,
    nth_working_day_after,
    nudge_countries,
    nudge_zone,
    quiet_shift,
    working_days_between,
)

HOLIDAYS = {
    ("GB", ""): {date(2026, 5, 4), date(2026, 12, 25)},
    ("GB", "SCT"): {date(2026, 5, 4), date(2026, 11, 30)},
    ("DE", ""): {date(2026, 5, 1)},
}
COUNTRIES = {"Europe/London": "GB", "Europe/Berlin": "DE", "America/New_York": "US"}


class Tables:
    def holidays(self, country: str, region: str, year: int) -> frozenset[date]:
        return frozenset(day for day in HOLIDAYS.get((country, region), ()) if day.year == year)

    def country_of(self, zone: str) -> str:
        return COUNTRIES.get(zone, "")

    def registrable(self, domain: str) -> str:
        return domain


WORLD = Tables()
NUDGES = NudgePolicy()
GB = (("GB", ""),)
LONDON = ZoneInfo("Europe/London")
NEW_YORK = ZoneInfo("America/New_York")
QUIET_NIGHT = (time(21), time(8))
YEARS = (datetime(2024, 1, 1), datetime(2030, 1, 1))  # noqa: DTZ001  hypothesis adds the zone


def quiet(first: tuple[int, int, int], last: tuple[int, int, int]) -> NudgePolicy:
    return replace(NUDGES, quiet=(QuietRange(first, last),))


class TestAWorkingDay:
    def test_is_not_a_saturday_or_sunday(self) -> None:
        days = [date(2026, 3, 2) + timedelta(days=step) for step in range(7)]
        assert [is_working_day(day, (), NUDGES, WORLD) for day in days] == [True] * 5 + [False] * 2

    def test_is_not_a_public_holiday_of_any_country(self) -> None:
        both = (("GB", ""), ("DE", ""))
        assert not is_working_day(date(2026, 5, 1), both, NUDGES, WORLD)
        assert not is_working_day(date(2026, 5, 4), both, NUDGES, WORLD)
        assert is_working_day(date(2026, 5, 1), GB, NUDGES, WORLD)

    def test_knows_the_holidays_of_a_region(self) -> None:
        assert not is_working_day(date(2026, 11, 30), (("GB", "SCT"),), NUDGES, WORLD)
        assert is_working_day(date(2026, 11, 30), GB, NUDGES, WORLD)

    def test_ignores_an_empty_country(self) -> None:
        assert is_working_day(date(2026, 5, 4), (("", ""), ("", "SCT")), NUDGES, WORLD)

    def test_is_not_in_a_quiet_range_whose_ends_belong_to_it(self) -> None:
        policy = quiet((2026, 8, 10), (2026, 8, 14))
        days = [date(2026, 8, 7), date(2026, 8, 10), date(2026, 8, 14), date(2026, 8, 17), date(2027, 8, 10)]
        assert [is_working_day(day, (), policy, WORLD) for day in days] == [True, False, False, True, True]

    @pytest.mark.parametrize(
        "day", [date(2026, 12, 24), date(2026, 12, 31), date(2027, 1, 1), date(2029, 1, 1)]
    )
    def test_is_not_in_a_yearly_range_that_crosses_new_year(self, day: date) -> None:
        assert not is_working_day(day, (), quiet((0, 12, 24), (0, 1, 1)), WORLD)

    @pytest.mark.parametrize("day", [date(2026, 12, 23), date(2026, 1, 2), date(2026, 6, 3)])
    def test_is_any_weekday_outside_that_range(self, day: date) -> None:
        assert is_working_day(day, (), quiet((0, 12, 24), (0, 1, 1)), WORLD)

    def test_may_be_the_29th_of_february_outside_a_yearly_range(self) -> None:
        assert not is_working_day(date(2028, 2, 29), (), quiet((0, 2, 28), (0, 3, 1)), WORLD)


class TestCountingWorkingDays:
    def test_never_counts_the_day_itself(self) -> None:
        assert nth_working_day_after(date(2026, 3, 5), 5, (), NUDGES, WORLD) == date(2026, 3, 12)
        assert nth_working_day_after(date(2026, 3, 7), 1, (), NUDGES, WORLD) == date(2026, 3, 9)

    def test_passes_over_a_bank_holiday(self) -> None:
        assert nth_working_day_after(date(2026, 5, 1), 1, GB, NUDGES, WORLD) == date(2026, 5, 5)

    def test_ends_where_no_day_is_ever_a_working_day(self) -> None:
        never = quiet((0, 1, 1), (0, 12, 31))
        assert nth_working_day_after(date(2026, 3, 5), 1, (), never, WORLD) > date(2027, 3, 5)

    def test_ends_at_the_end_of_time(self) -> None:
        assert nth_working_day_after(date(9999, 12, 31), 3, (), NUDGES, WORLD) == date(9999, 12, 31)

    @given(st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.integers(1, 30))
    def test_between_undoes_after(self, day: date, n: int) -> None:
        later = nth_working_day_after(day, n, GB, NUDGES, WORLD)
        assert working_days_between(day, later, GB, NUDGES, WORLD) == n
        assert is_working_day(later, GB, NUDGES, WORLD)

    def test_between_is_nothing_backwards(self) -> None:
        assert working_days_between(date(2026, 3, 5), date(2026, 3, 2), (), NUDGES, WORLD) == 0


class TestTheCountriesOfANudge:
    ME = Me(name="Sam Lee", addresses=("sam@example.com",), country="GB", region="SCT")

    def test_are_mine_and_the_one_set_for_the_recipient(self) -> None:
        assert nudge_countries(self.ME, "DE", "BY", "America/New_York", WORLD) == (
            ("GB", "SCT"),
            ("DE", "BY"),
        )

    def test_are_mine_and_that_of_the_recipients_zone_without_a_region(self) -> None:
        assert nudge_countries(self.ME, "", "", "Europe/Berlin", WORLD) == (("GB", "SCT"), ("DE", ""))

    @pytest.mark.parametrize("zone", ["", "UTC", "Etc/UTC", "GMT", "Z", "Mars/Olympus"])
    def test_are_mine_alone_where_the_zone_has_no_country(self, zone: str) -> None:
        assert nudge_countries(self.ME, "", "", zone, WORLD) == (("GB", "SCT"),)

    def test_are_named_once_where_they_are_the_same(self) -> None:
        me = replace(self.ME, region="")
        assert nudge_countries(me, "", "", "Europe/London", WORLD) == (("GB", ""),)

    def test_are_none_where_nothing_is_known(self) -> None:
        assert nudge_countries(replace(self.ME, country=""), "", "", "", WORLD) == ()


class TestTheZoneOfANudge:
    DAY = date(2026, 3, 4)

    def test_is_the_recipients(self) -> None:
        assert nudge_zone("Europe/Berlin", "America/New_York", "Europe/London", self.DAY) == "Europe/Berlin"

    @pytest.mark.parametrize("unset", ["", "UTC", "Etc/UTC", "GMT", "Z", "etc/gmt"])
    def test_is_else_the_events(self, unset: str) -> None:
        assert nudge_zone(unset, "Europe/Berlin", "Europe/London", self.DAY) == "Europe/Berlin"

    @pytest.mark.parametrize("unset", ["", "UTC", "Etc/UTC", "GMT", "Z"])
    def test_is_else_mine(self, unset: str) -> None:
        assert nudge_zone("", unset, "Europe/London", self.DAY) == "Europe/London"

    @pytest.mark.parametrize(
        "wrong", ["Mars/Olympus", "../../etc/passwd", "Europe", "/etc/hosts", "a\0b", "x" * 5000]
    )
    def test_is_mine_where_the_name_is_unknown(self, wrong: str) -> None:
        assert nudge_zone(wrong, "Europe/Berlin", "Europe/London", self.DAY) == "Europe/London"

    def test_is_mine_where_their_office_hours_are_my_night(self) -> None:
        assert nudge_zone("Pacific/Auckland", "", "Europe/London", self.DAY) == "Europe/London"

    def test_is_theirs_where_their_morning_is_my_yesterday_evening(self) -> None:
        # 09:00–17:00 in Sydney is 14:00–22:00 the day before in Los Angeles: six hours are mine.
        assert nudge_zone("Australia/Sydney", "", "America/Los_Angeles", self.DAY) == "Australia/Sydney"

    def test_turns_with_the_clocks(self) -> None:
        # 09:00 in Los Angeles is 19:00 in Johannesburg in their winter, 18:00 in their summer.
        me = "Africa/Johannesburg"
        assert nudge_zone("America/Los_Angeles", "", me, date(2026, 3, 6)) == me
        assert nudge_zone("America/Los_Angeles", "", me, date(2026, 3, 9)) == "America/Los_Angeles"

    def test_is_theirs_with_two_hours_and_no_more(self) -> None:
        # 09:00 in Anchorage is 18:00 in London, two hours before my evening ends.
        assert nudge_zone("America/Anchorage", "", "Europe/London", self.DAY) == "America/Anchorage"

    def test_is_mine_with_less(self) -> None:
        # 17:00 in Kathmandu (+05:45) is 07:15 in Bermuda (-04:00), before I am up.
        assert nudge_zone("Asia/Kathmandu", "", "Atlantic/Bermuda", self.DAY) == "Atlantic/Bermuda"
        # 17:00 in Kabul (04:30) is 09:30 in Bermuda's summer time (UTC-3): one hour and a half.
        assert nudge_zone("Asia/Kabul", "", "Atlantic/Bermuda", date(2026, 7, 1)) == "Atlantic/Bermuda"


class TestTheNextWindow:
    def window(
        self, not_before: date, now: datetime, zone: str = "Europe/London", policy: NudgePolicy = NUDGES
    ) -> Window:
        return next_window(not_before, now, zone, GB, policy, WORLD)

    def test_opens_on_the_day_where_that_is_allowed(self) -> None:
        window = self.window(date(2026, 3, 12), datetime(2026, 3, 1, tzinfo=UTC))
        assert window.opens == datetime(2026, 3, 12, 9, tzinfo=LONDON)
        assert window.closes == datetime(2026, 3, 12, 11, tzinfo=LONDON)
        assert window.last_call == datetime(2026, 3, 12, 17, tzinfo=LONDON)

    def test_waits_for_tuesday_over_a_weekend(self) -> None:
        window = self.window(date(2026, 3, 13), datetime(2026, 3, 1, tzinfo=UTC))
        assert window.opens.date() == date(2026, 3, 17)

    def test_passes_over_a_holiday(self) -> None:
        policy = replace(NUDGES, days=(0, 1))
        assert self.window(date(2026, 5, 4), datetime(2026, 5, 1, tzinfo=UTC), policy=policy).opens.day == 5

    def test_is_todays_after_it_closed_and_before_the_last_call(self) -> None:
        window = self.window(date(2026, 3, 10), datetime(2026, 3, 10, 16, 59, tzinfo=UTC))
        assert window.opens == datetime(2026, 3, 10, 9, tzinfo=LONDON)

    def test_is_tomorrows_from_the_last_call_on(self) -> None:
        window = self.window(date(2026, 3, 10), datetime(2026, 3, 10, 17, tzinfo=UTC))
        assert window.opens == datetime(2026, 3, 11, 9, tzinfo=LONDON)

    def test_is_in_the_future_whatever_long_ago_was_asked_for(self) -> None:
        now = datetime(2026, 3, 10, 8, tzinfo=UTC)
        assert self.window(date(2010, 1, 1), now).opens == datetime(2026, 3, 10, 9, tzinfo=LONDON)

    def test_takes_days_in_the_zone_asked_for(self) -> None:
        # It is still the 9th in UTC, but the 10th in Auckland.
        now = datetime(2026, 3, 9, 22, tzinfo=UTC)
        window = self.window(date(2026, 3, 1), now, "Pacific/Auckland")
        assert window.opens == datetime(2026, 3, 9, 20, tzinfo=UTC)
        assert window.opens.date() == date(2026, 3, 10)

    def test_goes_on_after_a_long_quiet_time(self) -> None:
        policy = quiet((2026, 3, 1), (2026, 8, 31))
        assert self.window(
            date(2026, 3, 10), datetime(2026, 3, 1, tzinfo=UTC), policy=policy
        ).opens.date() == date(2026, 9, 1)

    def test_says_so_where_there_is_never_one(self) -> None:
        with pytest.raises(ValueError, match="no day for a nudge"):
            self.window(date(2026, 3, 10), datetime(2026, 3, 1, tzinfo=UTC), policy=replace(NUDGES, days=()))

    @pytest.mark.parametrize("sunday", [date(2026, 3, 29), date(2026, 10, 25)])
    def test_is_right_on_a_day_on_which_the_clocks_change(self, sunday: date) -> None:
        # Europe's clocks change on Sundays, which are no working days: the window is the Monday's.
        policy = replace(NUDGES, days=(0, 6))
        window = self.window(sunday, datetime(2026, 1, 1, tzinfo=UTC), policy=policy)
        assert (window.opens.hour, window.opens.date()) == (9, sunday + timedelta(days=1))

    def test_is_right_where_the_clocks_change_on_a_working_day(self) -> None:
        # Amman's clocks went from 00:00 to 01:00 on Friday 26 March 2021, and from 01:00 back on 29 October.
        policy = replace(NUDGES, days=(4,), hours=(time(0, 30), time(9)))
        for friday, length in ((date(2021, 3, 26), 7.5), (date(2021, 10, 29), 9.5)):
            window = self.window(friday, datetime(2021, 3, 1, tzinfo=UTC), "Asia/Amman", policy)
            assert window.closes.astimezone(UTC) - window.opens.astimezone(UTC) == timedelta(hours=length)

    def test_has_hours_that_exist_where_the_clocks_skip_them_on_a_weekday(self) -> None:
        policy = replace(NUDGES, days=(4,), hours=(time(0, 30), time(0, 45)))
        window = self.window(date(2021, 3, 26), datetime(2021, 3, 1, tzinfo=UTC), "Asia/Amman", policy)
        back = window.opens.astimezone(UTC).astimezone(ZoneInfo("Asia/Amman"))
        assert back.time() == window.opens.time() == time(1, 30)
        assert window.opens <= window.closes <= window.last_call

    def test_does_not_shut_before_it_opens_where_its_hours_are_late(self) -> None:
        policy = replace(NUDGES, hours=(time(18), time(19)))
        window = self.window(date(2026, 3, 10), datetime(2026, 3, 10, 17, 30, tzinfo=UTC), policy=policy)
        assert window.opens.date() == date(2026, 3, 10)
        assert window.last_call == window.closes

    @given(
        st.datetimes(*YEARS, timezones=st.just(UTC)),
        st.sampled_from(
            ["Europe/London", "America/New_York", "Pacific/Auckland", "Asia/Amman", "Asia/Kolkata", "UTC"]
        ),
    )
    def test_is_always_ahead_and_on_an_allowed_working_day(self, now: datetime, zone: str) -> None:
        window = self.window(date(2024, 1, 1), now, zone)
        day = window.opens.date()
        assert window.last_call > now
        assert day.weekday() in NUDGES.days
        assert is_working_day(day, GB, NUDGES, WORLD)
        assert window.opens <= window.closes <= window.last_call


class TestQuietHours:
    @pytest.mark.parametrize(
        ("clock", "is_quiet"),
        [
            ("20:59", False),
            ("21:00", True),
            ("23:59", True),
            ("00:00", True),
            ("07:59", True),
            ("08:00", False),
            ("12:00", False),
        ],
    )
    def test_may_cross_midnight(self, clock: str, is_quiet: bool) -> None:
        moment = datetime.combine(date(2026, 3, 4), time.fromisoformat(clock), LONDON)
        assert in_quiet_hours(moment, "Europe/London", QUIET_NIGHT) is is_quiet

    def test_may_lie_within_a_day(self) -> None:
        noon = datetime(2026, 3, 4, 12, tzinfo=UTC)
        assert in_quiet_hours(noon, "UTC", (time(11), time(13)))
        assert not in_quiet_hours(noon, "UTC", (time(13), time(14)))

    def test_are_none_where_they_start_as_they_end(self) -> None:
        moment = datetime(2026, 3, 4, 3, tzinfo=UTC)
        assert not in_quiet_hours(moment, "UTC", (time(3), time(3)))
        assert quiet_shift(moment, "UTC", (time(3), time(3)), True) == moment

    def test_are_those_of_the_zone_and_not_of_the_moment(self) -> None:
        assert in_quiet_hours(datetime(2026, 3, 4, 4, tzinfo=UTC), "America/New_York", QUIET_NIGHT)
        assert not in_quiet_hours(datetime(2026, 3, 4, 23, tzinfo=UTC), "America/New_York", QUIET_NIGHT)

    def test_bring_a_reminder_forward_where_a_draft_waited(self) -> None:
        night = datetime(2026, 3, 5, 3, tzinfo=LONDON)
        assert quiet_shift(night, "Europe/London", QUIET_NIGHT, True) == datetime(
            2026, 3, 4, 21, tzinfo=LONDON
        )

    def test_put_it_off_where_none_did(self) -> None:
        evening = datetime(2026, 3, 4, 22, tzinfo=LONDON)
        assert quiet_shift(evening, "Europe/London", QUIET_NIGHT, False) == datetime(
            2026, 3, 5, 8, tzinfo=LONDON
        )

    def test_leave_a_reminder_at_noon_alone(self) -> None:
        noon = datetime(2026, 3, 4, 12, tzinfo=LONDON)
        assert quiet_shift(noon, "Europe/London", QUIET_NIGHT, True) is noon

    def test_are_an_hour_shorter_when_the_clocks_go_forward(self) -> None:
        night = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
        start = quiet_shift(night, "Europe/London", QUIET_NIGHT, True)
        end = quiet_shift(night, "Europe/London", QUIET_NIGHT, False)
        assert end - start == timedelta(hours=10)

    def test_are_an_hour_longer_when_the_clocks_go_back(self) -> None:
        night = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)
        start = quiet_shift(night, "America/New_York", QUIET_NIGHT, True)
        end = quiet_shift(night, "America/New_York", QUIET_NIGHT, False)
        assert end - start == timedelta(hours=12)

    def test_hold_in_both_passes_of_an_hour_that_comes_twice(self) -> None:
        both = [datetime(2026, 11, 1, 1, 15, tzinfo=NEW_YORK, fold=fold) for fold in (0, 1)]
        hours = (time(1, 30), time(8))
        assert [in_quiet_hours(each, "America/New_York", hours) for each in both] == [False, True]

    @given(st.datetimes(*YEARS, timezones=st.just(UTC)), st.booleans())
    def test_never_keep_a_reminder_inside_except_at_their_start(
        self, moment: datetime, had_draft: bool
    ) -> None:
        shifted = quiet_shift(moment, "America/New_York", QUIET_NIGHT, had_draft)
        before = shifted - timedelta(seconds=1) if had_draft and shifted != moment else shifted
        assert not in_quiet_hours(before, "America/New_York", QUIET_NIGHT)
