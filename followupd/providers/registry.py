"""Which provider is which code: named by strings, imported when one is used.

A new provider is one folder, one line here, and one model in followupd/config/accounts.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Protocol, cast

from followupd.providers.base import Calendar, Mailbox

CALENDARS: dict[str, str] = {"local": "followupd.providers.local.calendar:VdirCalendar"}
MAILBOXES: dict[str, str] = {"local": "followupd.providers.local.mail:Maildir"}


class Block(Protocol):
    """What is asked of a provider's block in the config, whose models are not imported here."""

    @property
    def provider(self) -> str:
        """Its name in the tables above."""

    def options(self) -> Mapping[str, object]:
        """What the factory is called with, besides the zone."""


def open_calendar(config: Block, zone: str) -> Calendar:
    """The calendar that the block describes. Touches nothing outside."""
    return cast("Calendar", _made(CALENDARS, config, zone))


def open_mailbox(config: Block, zone: str) -> Mailbox:
    """The mailbox that the block describes. Touches nothing outside."""
    return cast("Mailbox", _made(MAILBOXES, config, zone))


def _made(table: Mapping[str, str], config: Block, zone: str) -> object:
    module, _, factory = table[config.provider].partition(":")
    return getattr(import_module(module), factory)(zone=zone, **config.options())
