"""A folder of samples, empty or with one of each kind."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.eval.samples import GOOD, World


@pytest.fixture
def world(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> World:
    return World(tmp_path, capsys)


@pytest.fixture
def good(world: World) -> World:
    for row in GOOD:
        world.add(*row)
    return world
