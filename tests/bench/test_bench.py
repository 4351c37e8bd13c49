"""The benches run and their table can be made; of the bounds only those that no clock decides are held."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.bench.__main__ import BENCHES, lines
from tests.bench.commits import commits
from tests.bench.measure import TINY, Line, table

INSTALLED = Path(sys.executable).with_name("followupd").exists()
FIGURES = {
    "startup": 6 if INSTALLED else 3,
    "memory": 2,
    "commits": 3,
    "letters": 4,
    "idle": 5,
    "planning": 4,
    "daemon": 7,
}


@pytest.mark.parametrize("name", BENCHES)
def test_every_bench_gives_its_lines(name: str) -> None:
    found = list(lines(name, TINY))
    assert len(found) == FIGURES[name]
    told = table(found).splitlines()
    assert len(told) == len(found) + 1
    for line, words in zip(found, told[1:], strict=True):
        assert words.startswith(line.name)
        assert line.figure > 0 or line.bound == 0.0
    assert not any(line.over for line in found if line.name == "commits of an idle cycle")


def test_twenty_drafts_of_one_company_cost_at_most_two_commits_each() -> None:
    assert commits([20]) <= 40


def test_twenty_drafts_of_twenty_companies_cost_at_most_two_commits_each() -> None:
    assert commits([1] * 20) <= 40


def test_over_is_what_exceeds_its_bound() -> None:
    assert Line("slow", 3.1, "ms", 1, "ms", 3.0).over
    assert not Line("at the bound", 3.0, "ms", 1, "ms", 3.0).over
    assert not Line("without bound", 99, "ms", 1, "ms").over
    assert Line("one commit too many", 1, "", 1, "cycle", 0.0).over
    assert "OVER" in table([Line("slow", 3.1, "ms", 1, "ms", 3.0)])
