"""What the config says about telling the user, as one frozen record."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import time
from typing import TYPE_CHECKING

from followupd.notify.notice import WISHES

if TYPE_CHECKING:
    from followupd.config import Config


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Channels, hours and wishes.

    `urls` hold passwords, so they are in no representation. `quiet_hours` that begin and end at the same time
    are none. `addresses` are the user's own: an event that they declined does not hold anything back.
    """

    desktop: bool = True
    urls: tuple[str, ...] = field(default=(), repr=False)
    command: tuple[str, ...] = field(default=(), repr=False)
    detail: bool = False
    quiet_hours: tuple[time, time] = (time(21), time(8))
    tell: frozenset[str] = frozenset(WISHES)
    addresses: tuple[str, ...] = ()

    @classmethod
    def of(cls, config: Config) -> Settings:
        """As the config says; the quiet hours are those of the reminders unless it names others."""
        said = config.document.notify
        return cls(
            desktop=said.desktop,
            urls=said.urls,
            command=said.command,
            detail=said.detail,
            quiet_hours=said.quiet_hours or config.document.thank_you.quiet_hours,
            tell=frozenset(said.tell),
            addresses=config.document.me.addresses,
        )
