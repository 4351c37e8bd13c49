"""Which time zone a TZID means: IANA names, Windows names, names with a vendor's path, own rules.

Sources: RFC 5545 section 3.2.19 and 3.6.5 (TZID, VTIMEZONE), CLDR's table of Windows zones as
icalendar carries it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from zoneinfo import ZoneInfo

from icalendar import Timezone
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from followupd.providers.icslines import Block, properties
from followupd.providers.icssteps import TooManyStepsError, limited_steps

MAX_TRANSITIONS = 400
STEPS = 100_000


@dataclass(slots=True)
class Zones:
    """The zones of one file. `default` is the user's, for times that name none."""

    default: str
    blocks: dict[str, Block] = field(default_factory=dict)
    unknown: set[str] = field(default_factory=set)

    def add(self, block: Block) -> None:
        tzid = next((p.value for p in properties(block.lines) if p.name == "TZID"), "")
        self.blocks.setdefault(tzid, block)

    def written(self, tzid: str) -> str:
        """The name under which icalendar finds this zone; the user's where nobody knows it."""
        known = self.iana(tzid) or self._own(tzid)
        if not known:
            self.unknown.add(tzid)
        return known or self.default

    def iana(self, tzid: str) -> str:
        """The IANA name, "" where there is none."""
        block = self.blocks.get(tzid)
        location = (
            next((p.value for p in properties(block.lines) if p.name == "X-LIC-LOCATION"), "")
            if block
            else ""
        )
        return _iana(tzid) or (_iana(location) if location else "")

    def _own(self, tzid: str) -> str:
        block = self.blocks.get(tzid)
        return _own_zone("\n".join(block.lines)) if block else ""


def iana_name(name: str) -> str:
    """The IANA name of a zone by its IANA or Windows name, "" where nobody knows it."""
    return _iana(name)


@cache
def _exists(name: str) -> bool:
    try:
        return bool(name) and bool(ZoneInfo(name).key)
    except (OSError, ValueError, KeyError):  # a directory of the database, "../x", unknown
        return False


@cache
def _iana(tzid: str) -> str:
    name = tzid.strip(' "/')[:200]
    name = WINDOWS_TO_OLSON.get(name, name)
    parts = name.split("/")
    tails = ["/".join(parts[at:]) for at in range(max(0, len(parts) - 3), len(parts) - 1)]
    return next((tail for tail in [name, *tails] if _exists(tail)), "")


@cache
def _own_zone(lines: str) -> str:
    """Makes the rules of a VTIMEZONE known to icalendar, under a name made from the rules themselves.

    icalendar remembers zones by name for the life of the process: two files that mean different
    rules by one name must not meet there.
    """
    safe = [line for line in lines.split("\n") if not re.match(r"TZID|X-|COMMENT", line, re.IGNORECASE)]
    rules = [line for line in safe if line.upper().startswith("RRULE")]
    if len(safe) > 10 * MAX_TRANSITIONS or any("FREQ=YEARLY" not in rule.upper() for rule in rules):
        return ""
    name = "own-" + sha256("\n".join(safe).encode("utf-8", "replace")).hexdigest()[:24]
    try:
        with limited_steps(STEPS):
            Timezone.from_ical("\r\n".join(["BEGIN:VTIMEZONE", f"TZID:{name}", *safe, "END:VTIMEZONE", ""]))
    except (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError, TooManyStepsError):
        return ""
    return name
