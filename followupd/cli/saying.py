"""What the commands by which the user says something share: the open state, and dates as people write them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING

import click

from followupd.errors import FollowupdError, UsageError

if TYPE_CHECKING:
    from followupd.cli.context import Settings
    from followupd.orders import Orders
    from followupd.store import Store


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
    from followupd.core.written_days import day_written

    day = day_written(text, today)
    if day is None:
        raise UsageError(f"“{text}” is no date. Write it like 2026-12-03, or 3 Dec, or 3 December 2026.")
    return day
