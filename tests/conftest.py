"""The order of the tests: whole months of life come first, so that nothing waits for them at the end."""

from __future__ import annotations

import gc

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest first; all others in the order in which they stand."""
    items.sort(key=lambda item: "/soak/" not in item.nodeid)


def pytest_collection_finish() -> None:
    """What was collected stays to the end: the collector need not walk through it again and again."""
    gc.collect()
    gc.freeze()
