"""The machine's clock and time zone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from followupd.cli.doctor.finding import Finding, hint, ok, problem
from followupd.config.world import system_zone

_RELEASED = datetime(2026, 1, 1, tzinfo=UTC)
_HALF_A_YEAR = timedelta(days=182)


def clock(zone: str, now: datetime) -> Iterator[Finding]:
    """Whether the clock can be right. One that differs from a provider's is told with the account's sign-in.

    `zone` is "" where no config tells it: then the machine's is shown.
    """
    name = zone or system_zone() or "UTC"
    there = f"{now.astimezone(ZoneInfo(name)):%Y-%m-%d %H:%M} in {name}"
    if now < _RELEASED:
        yield problem(
            "clock",
            f"it says {there}, which is before this program was written. Set the machine's clock.",
        )
    else:
        yield ok("clock", f"it is {there}. If that is not your time, set me.timezone.")


def zone(wanted: str, now: datetime) -> Iterator[Finding]:
    """The zone in which letters are dated, against the machine's."""
    system = system_zone()
    if not system:
        yield ok(
            "zone",
            f"letters go by {wanted}, from the config; this machine runs in UTC or does not tell its zone.",
        )
    elif system == wanted or _keeps_the_same_clock(system, wanted, now):
        yield ok("zone", f"letters go by {wanted}, as this machine does.")
    else:
        yield hint(
            "zone",
            f"letters go by {wanted}, from the config, and this machine is in {system}. If you have moved, set "
            f"me.timezone: {system}",
        )


def _keeps_the_same_clock(one: str, other: str, now: datetime) -> bool:
    """Now and in the other half of the year."""
    return all(
        moment.astimezone(ZoneInfo(one)).utcoffset() == moment.astimezone(ZoneInfo(other)).utcoffset()
        for moment in (now, now + _HALF_A_YEAR)
    )
