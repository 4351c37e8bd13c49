"""Machines that were made ready once, to be copied for each life."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.crash.harness import A_MOMENT, EVENING, MORNING, Machine


@pytest.fixture(scope="session")
def new(tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """Nothing has run on it yet."""
    return Machine.new(tmp_path_factory.mktemp("new") / "machine")


@pytest.fixture(scope="session")
def morning(new: Machine, tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """Its first cycle has run, before anything was due."""
    machine = new.copy(tmp_path_factory.mktemp("morning") / "machine")
    machine.once_well(MORNING)
    return machine


@pytest.fixture(scope="session")
def evening(morning: Machine, tmp_path_factory: pytest.TempPathFactory) -> Machine:
    """All twenty letters wait in Drafts, and a cycle has seen them there."""
    machine = morning.copy(tmp_path_factory.mktemp("evening") / "machine")
    machine.once_well(EVENING)
    machine.once_well(EVENING + A_MOMENT)
    return machine


@pytest.fixture
def another(tmp_path: Path) -> Callable[[Machine], Machine]:
    """Copies a machine into this test's folder; call it as often as there are lives."""
    count = 0

    def copied(machine: Machine) -> Machine:
        nonlocal count
        count += 1
        return machine.copy(tmp_path / f"life-{count}")

    return copied
