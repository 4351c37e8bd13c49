"""What the benches share: sizes, interleaved timing, and a line of the table.

Only ratios taken within one run mean anything: what is compared is measured in turn, again and
again, and the medians are compared, so that a busy machine slows both sides alike.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from time import perf_counter

Nothing = Callable[[], object]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """How much of everything. The bounds are meant for the full sizes."""

    starts: int = 20
    rounds: int = 11
    processes: int = 20
    messages: int = 100_000
    events: int = 10_000
    companies: int = 25_000
    few_companies: int = 250
    replanned: int = 1_000
    due: int = 10
    drafts: int = 20
    letters: int = 100
    judged: int = 200


FULL = Sizes()
TINY = Sizes(
    starts=1,
    rounds=2,
    processes=2,
    messages=30,
    events=5,
    companies=20,
    few_companies=5,
    replanned=5,
    due=2,
    letters=4,
    judged=10,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table. `bound` is the most that the ratio of figure to yardstick may be."""

    name: str
    figure: float
    unit: str
    yardstick: float = 0.0
    against: str = ""
    bound: float | None = None

    @property
    def ratio(self) -> float | None:
        return self.figure / self.yardstick if self.yardstick else None

    @property
    def over(self) -> bool:
        return self.bound is not None and self.ratio is not None and self.ratio > self.bound


def interleaved(sides: Mapping[str, Nothing], rounds: int, before: Nothing | None = None) -> dict[str, float]:
    """The median in milliseconds of each side, measured in turn. `before` is done, untimed, before each."""
    times: dict[str, list[float]] = {name: [] for name in sides}
    for _ in range(rounds):
        for name, side in sides.items():
            if before is not None:
                before()
            times[name].append(timed(side))
    return {name: median(taken) for name, taken in times.items()}


def timed(act: Nothing) -> float:
    """Milliseconds that it takes, without the garbage of what went before."""
    gc.collect()
    begun = perf_counter()
    act()
    return (perf_counter() - begun) * 1e3


def table(lines: list[Line]) -> str:
    """The lines, with their columns in line."""
    rows = [("bench", "figure", "yardstick", "ratio", "bound", "")]
    rows += [_cells(line) for line in lines]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(_row(row, widths) for row in rows)


def _row(cells: tuple[str, ...], widths: list[int]) -> str:
    name, *rest = (
        cell.ljust(w) if i in {0, 2, 5} else cell.rjust(w)
        for i, (cell, w) in enumerate(zip(cells, widths, strict=True))
    )
    return "  ".join((name, *rest)).rstrip()


def _cells(line: Line) -> tuple[str, ...]:
    yardstick = f"{_number(line.yardstick)} {line.against}" if line.yardstick else "-"
    ratio = "-" if line.ratio is None else f"{line.ratio:.2f}" if line.ratio >= 0.01 else f"{line.ratio:.4f}"
    bound = "-" if line.bound is None else f"{line.bound:g}"
    told = "" if line.bound is None else "OVER" if line.over else "ok"
    return line.name, f"{_number(line.figure)} {line.unit}", yardstick, ratio, bound, told


def _number(value: float) -> str:
    return f"{value:.0f}" if value == int(value) or value >= 1000 else f"{value:.3g}"
