"""People in zones far away. See etiquette.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cycle.etiquette import case, day, live, says, sends, talk
from tests.world import policy

ANGELES = policy(zone="America/Los_Angeles", country="US", region="")


def row(name: str, date: str, nudge: str, how: str, zone: str = "", **more: object) -> object:
    """A talk at 15:00 with Dana, thanked at 18:00 that day; then one nudge, and nothing else before."""
    first = f"{day(date):%a} {date} 16:45 thank_you to dana"
    steps = [talk(f"{date} 15:00", "16:00", "dana", zone=zone), sends(f"{date} 18:00", "dana")]
    return case(name, steps, [first, f"{nudge} nudge to dana"], until=nudge.split()[1], how=how, **more)


FAR = [
    row(
        "Los Angeles is written to at its own nine",
        "2026-03-11",
        "Wed 2026-03-18 16:00",
        "Wed 11 + (12 13 16 17 18) = Wed 18, 09:00 PDT = 16:00 GMT; 16–20 is four hours of mine",
        "America/Los_Angeles",
    ),
    row(
        "Los Angeles in summer",
        "2026-06-10",
        "Wed 2026-06-17 17:00",
        "Wed 10 + (11 12 15 16 17) = Wed 17, 09:00 PDT = 17:00 BST; 17–20 is three hours of mine",
        "America/Los_Angeles",
    ),
    row(
        "Tokyo's day ends before mine begins: my zone",
        "2026-03-04",
        "Wed 2026-03-11 09:00",
        "09–17 JST = 00–08 GMT: no hour of mine; Wed 4 + (5 6 9 10 11)",
        "Asia/Tokyo",
    ),
    row(
        "Tokyo's day in my summer leaves one hour: my zone",
        "2026-06-10",
        "Wed 2026-06-17 09:00",
        "09–17 JST = 01–09 BST: one hour of mine",
        "Asia/Tokyo",
    ),
    row(
        "Tokyo's holidays count in my zone too",
        "2026-03-13",
        "Tue 2026-03-24 09:00",
        "Fri 13 + (16 17 18 19 [20 equinox] 23) = Mon 23 → Tue 24",
        "Asia/Tokyo",
    ),
    row(
        "Singapore in my summer leaves just two hours: its zone",
        "2026-06-10",
        "Wed 2026-06-17 02:00",
        "09–17 SGT = 02–10 BST: two hours of mine, not less; 09:00 SGT = 02:00 BST",
        "Asia/Singapore",
    ),
    row(
        "Singapore in my winter leaves one hour: my zone",
        "2026-03-04",
        "Wed 2026-03-11 09:00",
        "09–17 SGT = 01–09 GMT: one hour of mine",
        "Asia/Singapore",
    ),
    row(
        "London from Los Angeles: an hour of mine",
        "2026-06-10",
        "Wed 2026-06-17 09:00",
        "09–17 BST = 01–09 PDT: one hour of mine; Juneteenth is on the 19th",
        "Europe/London",
        policy=ANGELES,
    ),
    row(
        "London from Los Angeles in the weeks between the clocks: two hours",
        "2026-03-11",
        "Wed 2026-03-18 02:00",
        "09–17 GMT = 02–10 PDT: two hours of mine; 09:00 GMT = 02:00 PDT",
        "Europe/London",
        policy=ANGELES,
    ),
    row(
        "an event written in UTC tells no zone: mine",
        "2026-06-10",
        "Wed 2026-06-17 09:00",
        "Wed 10 + (11 12 15 16 17) = Wed 17, 09:00 BST and not 10:00",
        "UTC",
    ),
    row("an event without a zone: mine", "2026-06-10", "Wed 2026-06-17 09:00", "Wed 10 + (11 12 15 16 17)"),
    case(
        "the zone that Sam set goes before the event's",
        [
            talk("2026-03-11 15:00", "16:00", "dana", zone="Europe/London"),
            says("2026-03-11 17:00", lambda o: o.set_person("dana", zone="America/New_York")),
            sends("2026-03-11 18:00", "dana"),
        ],
        ["Wed 2026-03-11 16:45 thank_you to dana", "Wed 2026-03-18 13:00 nudge to dana"],
        until="2026-03-19",
        how="Wed 11 + (12 13 16 17 18) = Wed 18, 09:00 EDT = 13:00 GMT",
    ),
    case(
        "the country that Sam set goes before the zone's",
        [
            talk("2026-11-19 15:00", "16:00", "dana", zone="Europe/London"),
            says("2026-11-19 17:00", lambda o: o.set_person("dana", country="US")),
            sends("2026-11-19 18:00", "dana"),
        ],
        ["Thu 2026-11-19 16:45 thank_you to dana", "Tue 2026-12-01 09:00 nudge to dana"],
        until="2026-12-02",
        how="Thu 19 + (20 23 24 25 [26 US] 27) = Fri 27 → Tue 1 Dec",
    ),
]


@pytest.mark.parametrize("row", FAR)
def test_people_far_away(row: tuple[object, ...], tmp_path: Path) -> None:
    live(tmp_path, row)
