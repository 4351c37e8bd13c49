"""One container for each process of pytest, and Sam's home made anew for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.systemd.container import CannotBoot, Container, missing
from tests.systemd.headless import Headless
from tests.systemd.person import Person, visible


@pytest.fixture(scope="session")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Container]:
    """A machine with systemd, on which Sam has installed followupd."""
    if lacking := missing():
        pytest.skip(f"no container with a real systemd: {lacking}")
    root = tmp_path_factory.mktemp("machine") / "root"
    root.mkdir()
    try:
        container = Container.boot(root, visible())
    except CannotBoot as error:
        pytest.skip(str(error))
    try:
        Person(container).install_followupd()
        yield container
    finally:
        container.close()


@pytest.fixture
def sam(machine: Container) -> Iterator[Person]:
    """Sam, before the service is installed. A service that failed is started again at once, not after a while."""
    person = Person(machine)
    person.begins_anew()
    person.drop_in("RestartSec=100ms")
    yield person
    person.ends()


@pytest.fixture
def headless(machine: Container) -> Iterator[Headless]:
    """Sam's part of a machine without a session: the system unit, and a key that systemd keeps."""
    person = Headless(machine)
    person.begins_anew()
    person.install_unit()
    yield person
    person.ends()
