"""What the commands by which the user says something share: the open state, and dates as people write them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING

import click

from followupd.errors import FollowupdError, UsageError

if TYPE_CHECKING:
    from followupd.cli.context import Settings
    from followupd.orders import Orders
    from followupd.store import Store

_NAMES = "january february march april may june july august september october november december"
_MONTHS = tuple(_NAMES.split(" "))
_SHORTEST_MONTH = 3
_LEAP_YEARS_APART = 8
_DAY_FIRST = re.compile(r"(\d{1,2})(?:st|nd|rd|th|\.)? ([a-z]+)\.?(?:,? (\d{4}))?")
_MONTH_FIRST = re.compile(r"([a-z]+)\.? (\d{1,2})(?:st|nd|rd|th)?(?:,? (\d{4}))?")


@contextmanager
def open_store(settings: Settings) -> Iterator[Store]:
    """The state, where there is one; a command about nothing makes no folder."""
    # Imported here: `--help` needs no database.
    from followupd.database import DATABASE
    from followupd.store import Store

    if not (settings.state / DATABASE).exists():
        raise UsageError(f"nothing is known yet in {settings.state}; run `followupd once` first.")
    store = Store(settings.state)
    try:
        yield store
    finally:
        store.close()


@contextmanager
def open_orders(settings: Settings) -> Iterator[Orders]:
    """The user's commands on the state. They never wait for a cycle."""
    from followupd.bell import ring
    from followupd.orders import Orders

    with open_store(settings) as store:
        yield Orders(store, zone_of(settings, store), settings.now())
    ring(settings.state)


def say(settings: Settings, order: Callable[[Orders], str]) -> None:
    """Gives one order and prints what is true now."""
    with open_orders(settings) as orders:
        click.echo(order(orders))


def zone_of(settings: Settings, store: Store) -> str:
    """The user's zone. A config that can't be used must never keep anybody from `stop`."""
    try:
        return settings.load_config().zone
    except (FollowupdError, OSError):
        from followupd.config.world import system_zone

        return store.meta("zone") or system_zone() or "UTC"


# --- dates --------------------------------------------------------------------------------------


def day_of(orders: Orders, words: str | tuple[str, ...]) -> date:
    """The date that the user wrote, seen from today where they live."""
    return read_day(words if isinstance(words, str) else " ".join(words), orders.today())


def read_day(text: str, today: date) -> date:
    """2026-12-03, 3 Dec (today or the next one), 3 December 2026. Raises UsageError."""
    plain = " ".join(text.split()).lower()
    day = _iso(plain) or _written(plain, today)
    if day is None:
        raise UsageError(f"“{text}” is no date. Write it like 2026-12-03, or 3 Dec, or 3 December 2026.")
    return day


def _iso(text: str) -> date | None:
    # Only this form of ISO 8601: weeks and days without hyphens are more often slips than dates.
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        return None
    return _possible(int(text[:4]), int(text[5:7]), int(text[8:]))


def _written(text: str, today: date) -> date | None:
    if found := _DAY_FIRST.fullmatch(text):
        day, name, year = found.groups()
    elif found := _MONTH_FIRST.fullmatch(text):
        name, day, year = found.groups()
    else:
        return None
    month = _month(name)
    if not month:
        return None
    if year:
        return _possible(int(year), month, int(day))
    years = range(today.year, today.year + _LEAP_YEARS_APART + 1)
    possible = (_possible(each, month, int(day)) for each in years)
    return next((each for each in possible if each and each >= today), None)


def _month(name: str) -> int:
    found = [n for n, month in enumerate(_MONTHS, 1) if month.startswith(name)]
    found += [9] if name == "sept" and not found else []
    return found[0] if len(name) >= _SHORTEST_MONTH and len(found) == 1 else 0


def _possible(year: int, month: int, day: int) -> date | None:
    try:
        return datetime(year, month, day).date()  # noqa: DTZ001  a day without a time
    except ValueError:
        return None
