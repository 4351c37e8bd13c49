"""The bell between a command and a sleeping daemon."""

from __future__ import annotations

import os
import select
import stat
from pathlib import Path

import pytest

from followupd.bell import NAME, heard, listening, ring
from followupd.errors import StoreError


def test_a_ring_is_heard_once_however_often_it_rang(tmp_path: Path) -> None:
    number = listening(tmp_path)
    assert not heard(number)
    ring(tmp_path)
    ring(tmp_path)
    assert select.select([number], [], [], 0)[0]
    assert heard(number)
    assert not heard(number)
    assert not select.select([number], [], [], 0)[0]
    os.close(number)


def test_where_nobody_listens_a_ring_does_nothing(tmp_path: Path) -> None:
    ring(tmp_path)
    ring(tmp_path / "no folder")
    os.close(listening(tmp_path))
    ring(tmp_path)
    number = listening(tmp_path)
    assert not heard(number)
    os.close(number)


def test_seventy_thousand_rings_wait_for_nobody(tmp_path: Path) -> None:
    number = listening(tmp_path)
    for _ in range(70_000):
        ring(tmp_path)
    assert heard(number)
    os.close(number)


def test_it_is_for_its_owner_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        os.close(listening(tmp_path))
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / NAME).stat().st_mode) == 0o600


@pytest.mark.parametrize("planted", ["link", "file", "folder"])
def test_what_is_not_our_fifo_is_refused_and_left_alone(tmp_path: Path, planted: str) -> None:
    other = tmp_path / "other"
    other.write_text("mine")
    path = tmp_path / NAME
    if planted == "link":
        path.symlink_to(other)
    elif planted == "file":
        path.write_text("mine")
    else:
        path.mkdir()
    with pytest.raises(StoreError, match="Remove it"):
        listening(tmp_path)
    ring(tmp_path)
    assert other.read_text() == "mine"
    assert planted != "file" or path.read_text() == "mine"
