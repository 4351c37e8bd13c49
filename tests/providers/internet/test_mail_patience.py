"""How long a refusal must last before all else goes on without what is refused."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from followupd.providers.internet.imap import refusals
from followupd.providers.internet.imap.refusals import Patience

MINUTE = 60.0


@pytest.mark.parametrize(
    ("minutes", "over"),
    [
        ([0], False),
        ([0, 5, 10, 15], False),
        ([0, 15, 30, 45, 60], True),
        ([0, 30, 60], False),  # three times are few
        ([0, 20, 40, 61], True),
        ([0, 120], False),  # in between nobody asked: it may have been well
        ([0, 30, 60, 90, 180], False),
    ],
)
def test_an_hour_without_a_break(monkeypatch: pytest.MonkeyPatch, minutes: list[float], over: bool) -> None:
    patience, told = Patience(), False
    for minute in minutes:
        clock = SimpleNamespace(monotonic=lambda minute=minute: 1_000.0 + minute * MINUTE)
        monkeypatch.setattr(refusals, "time", clock)
        told = patience.is_over("Jobs")
    assert told is over


def test_what_went_well_in_between_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "PATIENCE", 0.0)
    patience = Patience()
    assert [patience.is_over("Jobs") for _ in range(4)] == [False, False, False, True]
    patience.ended("Jobs")
    assert not patience.is_over("Jobs")
    assert not patience.is_over("Other")
