"""The benches run and their table can be made; of the bounds only those that no clock decides are held."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from followupd.core.arrivals import judge
from tests.bench import incoming
from tests.bench.__main__ import BENCHES, lines
from tests.bench.arrivals import ZONE, parsed
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
    "arrivals": 6,
    "daemon": 7,
}
NO_CLOCK = ("commits of an idle cycle", "memory, a letter of 50 MB in a Maildir")
COMPOSED = {
    incoming.person: "human",
    incoming.quoting: "human",
    incoming.thread: "human",
    incoming.away: "auto_reply away",
    incoming.acknowledged: "auto_reply acknowledgement",
    incoming.newsletter: "list",
    incoming.report: "bounce hard",
    incoming.delayed: "bounce delayed",
    incoming.qmail: "bounce hard",
    incoming.exim: "bounce hard",
    incoming.sendmail: "bounce hard",
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
    assert not any(line.over for line in found if line.name in NO_CLOCK)


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


@pytest.mark.parametrize("make", COMPOSED, ids=lambda make: make.__name__)
def test_what_is_judged_in_the_bench_is_what_it_is_meant_to_be(make: Callable[[int], bytes]) -> None:
    found = judge(parsed(make(1)), lambda _: False, ZONE)
    assert f"{found.kind.value} {found.sub_kind}".strip() == COMPOSED[make], found


@pytest.mark.parametrize("make", COMPOSED, ids=lambda make: make.__name__)
def test_every_kind_is_in_the_mixture_of_the_bench(make: Callable[[int], bytes]) -> None:
    assert {make(number) for number in range(40)} & set(incoming.messages(40))
