"""What docs/service.md says is what the program says."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "docs/service.md").read_text(encoding="utf-8")
ENTRIES = re.findall(
    r"^\| `([^`]+)` \| .+ \|$", DOCS.partition("## When something is wrong")[2], re.MULTILINE
)
OF_SYSTEMD = "status="


def texts() -> Iterator[str]:
    """Every literal of the service, with a gap for what is put in; and "it ended with CODE: words"."""
    for source in sorted((ROOT / "followupd/service").glob("*.py")):
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                yield "".join(str(p.value) if isinstance(p, ast.Constant) else "\0" for p in node.values)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
            elif isinstance(node, ast.Dict):
                pairs = zip(node.keys, node.values, strict=True)
                yield from (
                    f"it ended with {code.value}: {words.value}"
                    for code, words in pairs
                    if isinstance(code, ast.Constant) and isinstance(words, ast.Constant)
                )


SAID = list(texts())


def test_the_messages_are_there() -> None:
    assert len(ENTRIES) > 12


@pytest.mark.parametrize("entry", [entry for entry in ENTRIES if not entry.startswith(OF_SYSTEMD)])
def test_each_message_in_the_docs_is_one_of_the_program(entry: str) -> None:
    pattern = re.compile("[^\0]*\0[^\0]*?".join(re.escape(part.strip()) for part in entry.split("…")))
    assert any(pattern.search(text) for text in SAID), entry


def test_the_limits_in_the_docs_are_those_of_the_units() -> None:
    for name in ("followupd.service", "followupd@.service"):
        unit = (ROOT / "systemd" / name).read_text()
        assert "TasksMax=64\n" in unit
        assert "MemoryMax=512M\n" in unit
        assert "RestartSec=30s\n" in unit
        assert "WatchdogSec=5min\n" in unit
    for words in ("64 threads", "512 MB", "after 30 seconds", "five minutes"):
        assert words in DOCS
