"""One home, one Google, and the end of every daemon that a test has started."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.daemon.homes import GoogleHome, Home
from tests.sim.google import GoogleSimulator


@pytest.fixture
def homes(tmp_path: Path) -> Iterator[Callable[..., Home]]:
    """Makes homes of local files, as many as are asked for."""
    made: list[Home] = []

    def make(**options: Any) -> Home:
        folder = tmp_path / f"home-{len(made)}"
        folder.mkdir()
        made.append(Home(folder, **options))
        return made[-1]

    yield make
    for home in made:
        home.place.close()


@pytest.fixture
def home(homes: Callable[..., Home]) -> Home:
    """An interview with Dana this morning from ten to eleven; it is eight."""
    made = homes()
    made.event("2026-03-04 10:00", "2026-03-04 11:00")
    return made


@pytest.fixture
def simulator() -> Iterator[GoogleSimulator]:
    with GoogleSimulator() as made:
        yield made


@pytest.fixture
def google(simulator: GoogleSimulator, tmp_path: Path) -> Iterator[GoogleHome]:
    """The same interview at Google, signed in."""
    folder = tmp_path / "google"
    folder.mkdir()
    made = GoogleHome(simulator, folder)
    made.signed_in()
    made.event("2026-03-04 10:00", "2026-03-04 11:00")
    yield made
    made.place.close()
