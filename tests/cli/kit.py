"""The real command line on a state folder that a real store has made."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from followupd.cli.commands import followupd
from tests.world import World

NOW = "2026-03-05T18:00:00+00:00"
ZONE = "America/New_York"  # not London, where the world lives, and not the machine's

CONFIG = """\
me: {name: Sam Lee, addresses: [sam@example.com], timezone: Europe/London, country: GB}
accounts:
  - name: personal
    calendar: {provider: local, path: calendars}
    mailbox: {provider: local, path: Mail}
"""


EVENT = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//test//EN
BEGIN:VEVENT
UID:talk-1
DTSTAMP:20260301T090000Z
DTSTART:20260304T150000Z
DTEND:20260304T160000Z
SUMMARY:Interview with Acme
ATTENDEE;CN=Sam Lee:mailto:sam@example.com
ATTENDEE;CN=Dana Reyes:mailto:dana@acme.example
END:VEVENT
END:VCALENDAR
"""
EARLY, DUE = (
    "2026-03-03T09:00:00+00:00",
    "2026-03-04T16:46:00+00:00",
)  # before that interview; when its letter is due


def run(home: Path, *arguments: str, now: str = NOW) -> Result:
    """The command as a user would type it. `now` "" gives no `--now`."""
    given = ["-c", str(home / "config.yaml"), "--state", str(home / "state"), *arguments]
    return CliRunner().invoke(followupd, [*given, "--now", now] if now else given)


def lines(result: Result) -> list[str]:
    assert result.exception is None or isinstance(result.exception, SystemExit), result.output
    return result.stdout.splitlines()


def data(home: Path, *arguments: str, now: str = NOW) -> dict[str, Any]:
    found = json.loads(run(home, *arguments, "--json", now=now).stdout)
    assert isinstance(found, dict)
    return found


def life(home: Path) -> World:
    """Three processes: at Acme one letter is sent and one lies in Drafts; Beta names nobody; Gamma is ahead."""
    world = World(home / "state")
    world.begin("2026-03-02 09:00")
    world.event("2026-03-04 15:00", "2026-03-04 16:00", organizer="Rita Hale <recruiting@acme.example>")
    world.cycle("2026-03-04 16:46")
    world.send(world.draft_to("recruiting@acme.example"), at="2026-03-04 18:00")
    world.event("2026-03-05 15:00", "2026-03-05 16:00", (), title="Interview with Beta")
    world.event(
        "2026-03-09 15:00", "2026-03-09 16:00", ["Jo Poe <jo@gamma.example>"], title="Interview, second"
    )
    world.event("2026-03-05 19:00", "2026-03-05 20:00", ["Lou <lou@friends.example>"], title="Dinner")
    world.cycle("2026-03-05 17:58")
    with world.store.transaction():
        world.store.set_meta("zone", ZONE)
    return world


def machine(home: Path) -> None:
    """A config, an empty calendar folder and a Maildir."""
    (home / "config.yaml").write_text(CONFIG)
    (home / "calendars").mkdir()
    for folder in ("Mail", "Mail/.Drafts", "Mail/.Sent"):
        for part in ("cur", "new", "tmp"):
            (home / folder / part).mkdir(parents=True)


def talk(home: Path) -> None:
    """One interview in the calendar folder."""
    (home / "calendars" / "talk.ics").write_text(EVENT.replace("\n", "\r\n"))
