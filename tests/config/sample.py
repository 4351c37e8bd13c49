"""A right config to be changed, and what the tests ask of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from followupd.config import load
from followupd.errors import ConfigError

Write = Callable[[str], Path]

RIGHT = """\
me:
  name: Sam Lee
  addresses: [sam@example.com]
  timezone: Europe/London
accounts:
  - name: personal
    calendar: {provider: local, path: calendars}
    mailbox: {provider: local, path: Mail}
"""


class NoTables:
    """A world without holidays."""

    def holidays(self, country: str, region: str, year: int) -> frozenset[date]:
        return frozenset()

    def country_of(self, zone: str) -> str:
        return ""

    def registrable(self, domain: str) -> str:
        return domain


def problems(path: Path) -> list[str]:
    """The lines of the error, without the file's name."""
    with pytest.raises(ConfigError) as error:
        load(path)
    return [line.removeprefix(f"{path}:") for line in str(error.value).splitlines()]


def changed(old: str, new: str) -> str:
    assert old in RIGHT
    return RIGHT.replace(old, new)


def with_me(line: str) -> str:
    return changed("  timezone: Europe/London\n", f"  timezone: Europe/London\n  {line}\n")
