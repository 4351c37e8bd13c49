"""A large mail store and calendar on disk, and the config that names them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

OLD = 1_700_000_000  # November 2023: long before every window that is looked at
LINKS = 20_000  # names of one file; ext4 allows 65,000
FOLDERS = ("", "/.Archive", "/.Drafts", "/.Sent", "/.Trash")
LARGE = ("", "/.Archive")  # which folders hold the messages, half each
CALENDARS = ("personal", "other")

CONFIG = """\
me: {name: Sam Lee, addresses: [sam@example.com], country: GB, region: ENG, timezone: Europe/London}
accounts:
  - name: personal
    calendar: {provider: local, path: calendars}
    mailbox: {provider: local, path: Mail, folders: {drafts: Drafts, sent: Sent, trash: Trash}}
"""

MESSAGE = """\
From: Robin Ash <robin@shop.example>
To: sam@example.com
Subject: Your order
Date: Tue, 14 Nov 2023 22:13:20 +0000
Message-ID: <order@shop.example>

Thank you for your order.
"""

EVENT = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//bench//EN
BEGIN:VEVENT
UID:event-{0}@shop.example
DTSTAMP:20231101T100000Z
DTSTART:20231114T{1:02d}0000Z
DTEND:20231114T{1:02d}3000Z
SUMMARY:Lunch {0}
END:VEVENT
END:VCALENDAR
"""


@dataclass(frozen=True, slots=True)
class Home:
    """A folder with `config.yaml`, `Mail` (Maildir++) and `calendars` (a vdir)."""

    folder: Path

    @property
    def config(self) -> Path:
        return self.folder / "config.yaml"

    @property
    def mail(self) -> Path:
        return self.folder / "Mail"

    @property
    def calendars(self) -> Path:
        return self.folder / "calendars"

    def directories(self) -> Iterator[str]:
        """Every directory in which messages or events may lie."""
        for folder in FOLDERS:
            yield from (f"{self.mail}{folder}/{sub}" for sub in ("cur", "new"))
        yield from (f"{self.calendars}/{calendar}" for calendar in CALENDARS)

    def disturb(self) -> None:
        """Writes a small folder and a small calendar last: the clock is seen to have gone past the rest."""
        Path(f"{self.mail}/.Sent/cur/{OLD}.sent.host.example:2,S").write_text(MESSAGE)
        Path(f"{self.calendars}/other/last.ics").write_text(EVENT.format("last", 9))

    def receive(self) -> None:
        """One more message in a large folder."""
        Path(f"{self.mail}{LARGE[0]}/cur/{OLD}.new.host.example:2,S").write_text(MESSAGE)


def make(folder: Path, messages: int, events: int) -> Home:
    """Messages are names of one file each 20,000 times: what is read of them is the listing."""
    home = Home(folder)
    home.config.write_text(CONFIG)
    for below in FOLDERS:
        for sub in ("cur", "new", "tmp"):
            os.makedirs(f"{home.mail}{below}/{sub}")
    for index, below in enumerate(LARGE):
        _messages(f"{home.mail}{below}/cur", messages // len(LARGE), index)
    for calendar in CALENDARS:
        os.makedirs(home.calendars / calendar)
    for number in range(events):
        with open(f"{home.calendars}/{CALENDARS[0]}/event-{number:05d}.ics", "w") as file:
            file.write(EVENT.format(number, number % 24))
    return home


def _messages(folder: str, count: int, index: int) -> None:
    first = ""
    for number in range(count):
        path = f"{folder}/{OLD + number}.M{index}P{number:06d}.host.example:2,S"
        if number % LINKS == 0:
            first = path
            with open(first, "w") as file:
                file.write(MESSAGE)
            os.utime(first, (OLD, OLD))
        else:
            os.link(first, path)
