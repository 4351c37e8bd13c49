"""The event detection over `event_titles.tsv`, where the folder has one.

The table has a header line and the columns `title`, `organizer_kind` and `label`; what a kind of
organiser stands for is said in `tests.eval.events`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.eval.events import Appraised, Misjudged, appraised
from tests.eval.manifest import table
from tests.eval.trying import tried

NEEDED = ("title", "organizer_kind", "label")
LABELS = ("interview", "not")


@dataclass(slots=True)
class Titles:
    """What came of the titles: `crashes` are titles with their crash, `left_out` what can't be used."""

    found: Appraised
    count: int = 0
    crashes: list[tuple[str, str]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def titles_in(folder: Path) -> Titles:
    """Each title judged as the event that its row stands for."""
    read = Titles(appraised(()))
    path = folder / "event_titles.tsv"
    if not path.is_file():
        return read
    header, lines = table(path)
    if not set(NEEDED) <= set(header):
        read.left_out.append(f"event_titles.tsv needs a header line with {', '.join(NEEDED)}")
        return read
    rows = [_usable(number, dict(zip(header, fields, strict=False)), read) for number, fields in lines]
    whole = [row for row in rows if row and _survives(row, read)]
    read.found, read.count = appraised(whole), len(whole) + len(read.crashes)
    return read


def _usable(number: int, row: dict[str, str], read: Titles) -> dict[str, str]:
    """The row, or nothing where it can't be used."""
    if set(NEEDED) <= set(row) and row["label"] in LABELS:
        return row
    read.left_out.append(
        f"line {number} of event_titles.tsv is too short, or its label is not {' or '.join(LABELS)}"
    )
    return {}


def _survives(row: dict[str, str], read: Titles) -> bool:
    crash = tried(lambda: appraised([row])).crash
    if crash:
        read.crashes.append((row["title"], crash))
    return not crash


def lines(read: Titles) -> Iterator[str]:
    """Precision and recall of what is proposed, then the titles misjudged and unsure, with reasons."""
    if not read.count:
        return
    found = read.found
    proposed = found.true_positives + found.false_positives
    yield f"{read.count} titles; proposed: {proposed}, of these interviews: {found.true_positives}"
    yield (
        f"interviews not proposed: {found.false_negatives}, and unsure: {found.unsure_interviews}; "
        f"others unsure: {found.unsure_others}"
    )
    yield f"precision {found.precision:.2%}, recall {found.recall:.2%} (an unsure one is not proposed)"
    yield from (f"crash: {title}: {crash}" for title, crash in read.crashes)
    yield from _told("misjudged", found.misjudged)
    yield from _told("unsure", found.unsure)


def _told(what: str, rows: Sequence[Misjudged]) -> Iterator[str]:
    for row in sorted(rows, key=lambda row: (row.label, row.title)):
        yield f"{what}: {row.label}, from {row.organizer_kind}: {row.title} ({row.choice.value}: {row.reason})"
