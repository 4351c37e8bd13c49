"""`python -m tests.bench [NAME…]`: the table. Ends with 1 when something is over its bound."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib import import_module
from time import perf_counter

from tests.bench.measure import FULL, Line, Sizes, table

# The start-up comes first: the smaller this process is, the less it adds to each start.
BENCHES = ("startup", "memory", "commits", "letters", "idle", "planning", "arrivals", "daemon")


def lines(name: str, sizes: Sizes) -> Iterator[Line]:
    """What one bench measures."""
    yield from import_module(f"tests.bench.{name}").lines(sizes)


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in BENCHES]
    if unknown:
        print(f"no bench is called {', '.join(unknown)}. Known: {', '.join(BENCHES)}.", file=sys.stderr)
        return 2
    found: list[Line] = []
    for name in names or BENCHES:
        begun = perf_counter()
        found += lines(name, FULL)
        print(f"{name}: {perf_counter() - begun:.1f} s", file=sys.stderr)
    print(table(found))
    return int(any(line.over for line in found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
