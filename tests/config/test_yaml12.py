"""Scalars, keys and lines of the YAML reader."""

from __future__ import annotations

import pytest

from followupd.config import yaml12


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("12:30", "12:30"), ("NO", "NO"), ("yes", "yes"), ("off", "off"), ("1_000", "1_000"),
        ("2026-12-24", "2026-12-24"), ("0x1F", 31), ("0o17", 15), ("017", 17), ("-5", -5), ("1.5", 1.5),
        ("1e3", 1000.0), ("true", True), ("FALSE", False), ("'true'", "true"), ("=", "="),
        ("", None), ("~", None), ("Null", None),
        ("9" * 5000, "9" * 5000),
    ],
)  # fmt: skip
def test_scalars_mean_what_yaml_1_2_says(written: str, meant: object) -> None:
    marked = yaml12.read(f"- {written}\n")
    assert marked.data == [meant]


def test_a_key_is_its_text_and_has_its_line() -> None:
    marked = yaml12.read("on: 1\n12:\n  - a\n  - b\n")
    assert marked.data == {"on": 1, "12": ["a", "b"]}
    assert (marked.lines["on",], marked.lines["12",], marked.lines["12", 1]) == (1, 2, 4)
