"""A world with somebody to be told: what a channel would take, without one."""

from __future__ import annotations

from datetime import datetime, time
from pathlib import Path

from followupd.core.model import Me
from followupd.notify import Notice, Settings, Teller
from tests.world import ME, World, policy

ANYTIME = (time(0), time(0))


def settings(**more: object) -> Settings:
    """One channel that needs no desktop; no quiet hours unless asked for."""
    usual = {"desktop": False, "command": ("true",), "quiet_hours": ANYTIME, "addresses": (ME,)}
    return Settings(**{**usual, **more})  # type: ignore[arg-type]


class Told:
    """A world whose user is told through one channel."""

    def __init__(self, folder: Path, *, zone: str = "Europe/London", **more: object) -> None:
        given = policy(zone)
        self.world = World(folder, given, ("personal",))
        assert isinstance(given.me, Me)
        self.settings = settings(**more)
        self.teller = self.started()

    def started(self) -> Teller:
        """As after a restart."""
        self.teller = Teller(self.world.store, self.settings, self.world.policy.me.zone)
        return self.teller

    def pending(self, at: str | datetime) -> Notice | None:
        return self.teller.pending(self.world.time(at))

    def tell(self, at: str | datetime) -> Notice | None:
        """What is told at this time, and taken."""
        notice = self.pending(at)
        if notice is not None:
            self.teller.told(notice)
        return notice

    def cycle(self, at: str | datetime) -> Notice | None:
        """One cycle, and what is told after it."""
        self.world.cycle(at)
        return self.tell(at)

    def interview(self, day: str = "2026-03-04", *people: str, **more: object) -> None:
        """A first cycle on the evening before, then an interview from 15:00 to 16:00."""
        self.world.event(
            f"{day} 15:00",
            f"{day} 16:00",
            people or ("Dana Reyes <dana@acme.example>", "Kim Min-jun <kim@acme.example>"),
            **more,  # type: ignore[arg-type]
        )


def kinds(notice: Notice | None) -> list[str]:
    return sorted(item.kind for item in notice.items) if notice else []
