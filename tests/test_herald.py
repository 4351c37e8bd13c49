"""Between the daemon and the channels: told once, again when no channel took it, and never in the way."""

from __future__ import annotations

import json
import shlex
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from followupd import herald as module
from followupd.chronicle import Chronicle
from followupd.config import load
from followupd.herald import Herald
from tests.world import World

HOOK = "import json, pathlib, sys; p = pathlib.Path({0!r}); p.open('a').write(sys.stdin.read() + '\\n'); sys.exit({1})"
EVENING = "2026-03-04 15:45"


class Said(Chronicle):
    """Keeps what would stand in the log."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def told(self, items: int) -> None:
        self.lines.append(f"told {items}")

    def untold(self, failures: list[str]) -> None:
        self.lines += failures


class Place:
    """A world, a hook that writes down what it is given, and the herald."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.heard = folder, folder / "heard"
        self.world = World(folder / "state")
        self.world.begin("2026-03-01 09:00")
        self.said = Said()
        self.poked = threading.Event()
        self.herald = Herald(self.world.store, self.said, self.poked.set)
        self.hook(0)
        self.world.event("2026-03-04 14:00", "2026-03-04 15:00")
        self.world.cycle("2026-03-04 14:30")

    def hook(self, code: int) -> None:
        command = shlex.join([sys.executable, "-c", HOOK.format(str(self.heard), code)])
        for name in ("cal", "mail"):
            (self.folder / name).mkdir(exist_ok=True)
        path = self.folder / "config.yaml"
        path.write_text(
            f"""\
me: {{name: Sam Lee, addresses: [sam@example.com], country: GB, timezone: Europe/London}}
accounts:
  - name: personal
    calendar: {{provider: local, path: {self.folder}/cal}}
    mailbox: {{provider: local, path: {self.folder}/mail}}
notify: {{desktop: false, command: {json.dumps(command)}}}
"""
        )
        self.herald.use(load(path))

    def tell(self, at: str = EVENING) -> object:
        return self.herald.tell(self.world.time(at))

    def tell_and_wait(self, at: str = EVENING) -> None:
        """Tells, and takes in what came of it."""
        self.poked.clear()
        self.tell(at)
        assert self.poked.wait(30)
        self.tell(at)

    @property
    def titles(self) -> list[str]:
        return (
            [json.loads(line)["title"] for line in self.heard.read_text().splitlines()]
            if self.heard.exists()
            else []
        )


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def later(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    real: Callable[[], float] = module.time.monotonic
    monkeypatch.setattr(module.time, "monotonic", lambda: real() + seconds)


def test_a_letter_that_waits_is_told_once(place: Place) -> None:
    place.world.cycle(EVENING)
    place.tell_and_wait()
    for _ in range(3):
        assert place.tell() is None
    assert len(place.titles) == 1
    assert "letter waits in your Drafts" in place.titles[0]
    assert place.said.lines == ["told 1"]


def test_where_nothing_waits_nothing_is_begun(place: Place) -> None:
    assert place.tell() is None
    assert place.titles == []


def test_what_no_channel_took_is_told_again_later(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.world.cycle(EVENING)
    place.hook(1)
    place.tell_and_wait()
    assert len(place.titles) == 1
    place.hook(0)
    place.tell()
    assert len(place.titles) == 1  # it rests
    later(monkeypatch, 61)
    place.tell_and_wait()
    assert len(place.titles) == 2
    assert place.said.lines[-1] == "told 1"


def test_it_says_when_what_is_held_may_be_told(place: Place) -> None:
    place.world.cycle("2026-03-04 22:30")
    assert place.tell("2026-03-04 22:30") == place.world.time("2026-03-05 08:00")
    assert place.titles == []


def test_nothing_is_told_twice_after_a_restart(place: Place) -> None:
    place.world.cycle(EVENING)
    place.tell_and_wait()
    again = Herald(place.world.store, place.said, place.poked.set)
    again.use(load(place.folder / "config.yaml"))
    assert again.tell(place.world.time(EVENING)) is None
    assert len(place.titles) == 1


def test_while_a_notice_is_on_its_way_no_other_begins(place: Place) -> None:
    place.world.cycle(EVENING)
    place.poked.clear()
    for _ in range(5):
        place.tell()
    assert place.poked.wait(30)
    place.tell()
    assert len(place.titles) == 1
