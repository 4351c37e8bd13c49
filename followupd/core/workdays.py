"""Working days, the hours in which a nudge may appear, and quiet hours.

Pure: every table comes in as a `Reference`, every moment as an argument. Time zones are those of
the IANA database (RFC 6557) through `zoneinfo`.

Two datetimes that share a `ZoneInfo` are compared and subtracted by their wall clocks (Python's
rule for one tzinfo, PEP 495), which is wrong on the days on which the clocks change. So every
moment goes to UTC before it is compared, and comes back only to be shown.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from followupd.core.model import Me, NudgePolicy, QuietRange, Reference

LAST_CALL = time(17)
OFFICE_HOURS = (time(9), time(17))
MY_HOURS = (time(8), time(20))
ENOUGH_OVERLAP = timedelta(hours=2)
SEARCH_DAYS = 400
ONE_DAY = timedelta(days=1)
SATURDAY = 5

_UTC_NAMES = frozenset(
    {"", "Z", "UTC", "UCT", "GMT", "ZULU", "UNIVERSAL", "GREENWICH", "GMT0", "GMT+0", "GMT-0"}
)


@dataclass(frozen=True, slots=True)
class Window:
    """When a nudge may appear on one day; aware, in the zone that was asked for.

    It appears from `opens` to `closes`; one that was missed may still appear before `last_call`.
    """

    opens: datetime
    closes: datetime
    last_call: datetime


# --- working days -------------------------------------------------------------------------------


def is_working_day(
    day: date, countries: Collection[tuple[str, str]], nudges: NudgePolicy, reference: Reference
) -> bool:
    """False on Saturday and Sunday, a public holiday of any (country, region), and in a quiet range."""
    if day.weekday() >= SATURDAY or any(_is_quiet(day, quiet) for quiet in nudges.quiet):
        return False
    return not any(
        day in reference.holidays(country, region, day.year) for country, region in countries if country
    )


def nth_working_day_after(
    day: date, n: int, countries: Collection[tuple[str, str]], nudges: NudgePolicy, reference: Reference
) -> date:
    """The nth (from 1) working day after `day`, which itself is never counted.

    Where quiet ranges leave too few of them, the last day that was looked at.
    """
    looked = day
    for looked in _days_from(day, skip=1):
        n -= is_working_day(looked, countries, nudges, reference)
        if n <= 0:
            break
    return looked


def working_days_between(
    first: date, last: date, countries: Collection[tuple[str, str]], nudges: NudgePolicy, reference: Reference
) -> int:
    """How many working days lie after `first` up to and with `last`; 0 where `last` is not later."""
    span = (last - first).days
    days = (first + timedelta(days=step) for step in range(1, span + 1))
    return sum(is_working_day(day, countries, nudges, reference) for day in days)


def _is_quiet(day: date, quiet: QuietRange) -> bool:
    first_year, *first = quiet.first
    last_year, *last = quiet.last
    if first_year and last_year:
        return quiet.first <= (day.year, day.month, day.day) <= quiet.last
    today = [day.month, day.day]
    if first <= last:
        return first <= today <= last
    return today >= first or today <= last


def _days_from(start: date, skip: int = 0) -> Iterator[date]:
    """A bounded run of days, so that a policy that allows no day can't search for ever."""
    bound = min(SEARCH_DAYS, (date.max - start).days)
    return (start + timedelta(days=step) for step in range(skip, bound + 1))


# --- places -------------------------------------------------------------------------------------


def nudge_countries(
    me: Me, country: str, region: str, recipient_zone: str, reference: Reference
) -> tuple[tuple[str, str], ...]:
    """Whose public holidays count: mine and the recipient's.

    The recipient's are those of the country and region that the user set, else the national ones
    of the country in which their zone lies; where neither is known mine alone.
    """
    theirs = (country, region)
    if not country:
        theirs = ("" if _is_utc(recipient_zone) else reference.country_of(recipient_zone), "")
    both = ((me.country, me.region), theirs)
    return tuple(dict.fromkeys(pair for pair in both if pair[0]))


def nudge_zone(recipient_zone: str, event_zone: str, my_zone: str, day: date) -> str:
    """The zone in whose mornings a nudge appears on that day.

    The recipient's, else the event's unless UTC, else mine; mine too where the name is unknown or
    their office hours hardly meet the hours in which I am awake to send it.
    """
    wanted = next((name for name in (recipient_zone, event_zone) if not _is_utc(name)), my_zone)
    if wanted == my_zone or _zone(wanted) is None:
        return my_zone
    return wanted if _overlap(wanted, my_zone, day) >= ENOUGH_OVERLAP else my_zone


def _overlap(their_zone: str, my_zone: str, day: date) -> timedelta:
    theirs = _span(day, OFFICE_HOURS, _known(their_zone))
    # Their morning may be my yesterday or my tomorrow.
    mine = (_span(day + shift * ONE_DAY, MY_HOURS, _known(my_zone)) for shift in (-1, 0, 1))
    shared = (min(theirs[1], mine_[1]) - max(theirs[0], mine_[0]) for mine_ in mine)
    return sum((length for length in shared if length > timedelta(0)), timedelta(0))


def _is_utc(name: str) -> bool:
    return name.upper().removeprefix("ETC/") in _UTC_NAMES


@lru_cache(maxsize=256)
def _zone(name: str) -> tzinfo | None:
    """The zone of that name. A calendar may write anything here: a folder's name, a path, a novel."""
    if _is_utc(name):
        return UTC
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def _known(name: str) -> tzinfo:
    return _zone(name) or UTC


# --- windows ------------------------------------------------------------------------------------


def next_window(
    not_before: date,
    now: datetime,
    zone: str,
    countries: Collection[tuple[str, str]],
    nudges: NudgePolicy,
    reference: Reference,
) -> Window:
    """The first window, on `not_before` (a day in `zone`) or later, whose last call is still ahead.

    Raises ValueError where the policy leaves no day within 400 days.
    """
    place = _known(zone)
    for day in _days_from(max(not_before, now.astimezone(place).date())):
        if day.weekday() not in nudges.days or not is_working_day(day, countries, nudges, reference):
            continue
        window = _window(day, nudges.hours, place)
        if window.last_call.astimezone(UTC) > now.astimezone(UTC):
            return window
    raise ValueError(f"no day for a nudge within {SEARCH_DAYS} days after {not_before}")


def _window(day: date, hours: tuple[time, time], place: tzinfo) -> Window:
    opens, closes = _span(day, hours, place)
    # A window set to end after 17:00 must not be shut before it ends.
    last_call = max(_moment(day, LAST_CALL, place), closes)
    return Window(opens.astimezone(place), closes.astimezone(place), last_call.astimezone(place))


def _span(day: date, hours: tuple[time, time], place: tzinfo) -> tuple[datetime, datetime]:
    """That day's hours as moments in UTC; hours whose end is not after their start end the next day."""
    last = day if hours[1] > hours[0] else day + ONE_DAY
    opens = _moment(day, hours[0], place)
    return opens, max(opens, _moment(last, hours[1], place))


def _moment(day: date, clock: time, place: tzinfo) -> datetime:
    """In UTC. A time that the clocks skip becomes the one that much later (PEP 495, fold 0)."""
    return datetime.combine(day, clock, place).astimezone(UTC)


# --- quiet hours --------------------------------------------------------------------------------


def in_quiet_hours(moment: datetime, zone: str, hours: tuple[time, time]) -> bool:
    """Whether the moment lies in the quiet hours of that zone; their end does not belong to them."""
    return _quiet_span(moment, zone, hours) is not None


def quiet_shift(moment: datetime, zone: str, hours: tuple[time, time], had_draft: bool) -> datetime:  # noqa: FBT001  the contract
    """When a reminder for that moment comes: not in the quiet hours.

    At their start where a draft waited to be sent before them, else at their end.
    """
    span = _quiet_span(moment, zone, hours)
    if span is None:
        return moment
    return (span[0] if had_draft else span[1]).astimezone(moment.tzinfo)


def _quiet_span(moment: datetime, zone: str, hours: tuple[time, time]) -> tuple[datetime, datetime] | None:
    if hours[0] == hours[1]:
        return None
    place, instant = _known(zone), moment.astimezone(UTC)
    today = instant.astimezone(place).date()
    spans = (_span(day, hours, place) for day in (today - ONE_DAY, today))
    return next((span for span in spans if span[0] <= instant < span[1]), None)
