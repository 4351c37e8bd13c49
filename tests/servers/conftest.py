"""The post office and the waiting user that the tests with real servers share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.lived import Waiting
from tests.servers.post import Post


@pytest.fixture
def post() -> Iterator[Post]:
    """The SMTP server to which all mail goes."""
    with Post() as office:
        yield office


@pytest.fixture
def waiting(tmp_path: Path) -> Waiting:
    """Dana and Kim were thanked; nothing has come in yet."""
    return Waiting(tmp_path / "user")
