"""The pages that are printed, as lines of text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from tests.eval.calendars import FileRead
from tests.eval.judging import Judged
from tests.eval.labels import CRASH, Standing
from tests.eval.targets import Target

Row = Sequence[object]


def target_lines(targets: Iterable[Target]) -> Iterator[str]:
    """Each figure beside its bound, with ok or MISSED."""
    rows: list[Row] = [("what must be reached", "count", "share", "with unsure", "bound", "")]
    for one in targets:
        bound = "at least" if one.least else "below" if one.below else "at most"
        share = _percent(one.share) if one.of else "all unsure"
        whole = _percent(one.share_of_all) if one.unsure else ""
        met = "ok" if one.met else "MISSED"
        rows.append(
            (one.what, f"{one.count} of {one.of}", share, whole, f"{bound} {_percent(one.bound)}", met)
        )
    yield from aligned(rows)


def confusion_lines(judged: Sequence[Judged]) -> Iterator[str]:
    """Label by what it was taken for."""
    if not judged:
        return
    columns = sorted({one.taken for one in judged})
    counts = Counter((one.sample.label, one.taken) for one in judged)
    rows: list[Row] = [("label", *columns, "all")]
    for label in sorted({one.sample.label for one in judged}):
        cells = [counts[label, column] for column in columns]
        rows.append((label, *(cell or "·" for cell in cells), sum(cells)))
    yield from aligned(rows)


def recall_lines(judged: Sequence[Judged]) -> Iterator[str]:
    """How much of each label is right; unsure stands apart."""
    yield from _shares(judged, "label", "recall", [one.sample.label for one in judged])


def precision_lines(judged: Sequence[Judged]) -> Iterator[str]:
    """How much of what was taken for a class is right. Nothing that is unsure or crashed was taken for one."""
    sure = [one for one in judged if one.standing is not Standing.UNSURE and one.taken != CRASH]
    yield from _shares(sure, "taken for", "precision", [one.kind for one in sure])


def _shares(judged: Sequence[Judged], what: str, figure: str, keys: list[str]) -> Iterator[str]:
    if not judged:
        return
    counts = Counter((key, one.standing) for key, one in zip(keys, judged, strict=True))
    rows: list[Row] = [(what, *Standing, figure)]
    for key in sorted(set(keys)):
        right, wrong, unsure = (counts[key, standing] for standing in Standing)
        rows.append((key, right, wrong, unsure, _percent(right / (right + wrong)) if right + wrong else "-"))
    yield from aligned(rows)


def rule_lines(judged: Sequence[Judged]) -> Iterator[str]:
    """Which rule decides how many samples of which label, the busiest first; `wrong` are those it misjudges."""
    if not judged:
        return
    decided = Counter(one.reason for one in judged)
    rows: list[Row] = [("rule", "decides", "wrong", "labels")]
    for reason, count in sorted(decided.items(), key=lambda pair: (-pair[1], pair[0])):
        its = [one for one in judged if one.reason == reason]
        labels = sorted(Counter(one.sample.label for one in its).items())
        wrong = sum(one.standing is Standing.WRONG for one in its)
        rows.append((reason, count, wrong or "·", ", ".join(f"{label} {n}" for label, n in labels)))
    yield from aligned(rows)


def sample_lines(judged: Iterable[Judged]) -> Iterator[str]:
    """Samples by file name, with what they were taken for and why."""
    rows = [
        (one.sample.label, one.taken, f"{one.sample.group}/{one.sample.name}", one.reason) for one in judged
    ]
    yield from aligned(rows)


def file_counts(files: Sequence[FileRead]) -> Iterator[str]:
    """How many files of each label the reader reads, beside icalendar alone, with events and occurrences."""
    if not files:
        return
    rows: list[Row] = [
        ("label", "files", "read", "icalendar alone", "events", "occurrences in a year", "crashes")
    ]
    for label in sorted({file.sample.label for file in files}):
        its = [file for file in files if file.sample.label == label]
        readings = [file.reading for file in its if file.reading is not None]
        counts = (sum(file.is_read for file in its), sum(file.alone is not None for file in its))
        found = (sum(one.events for one in readings), sum(one.occurrences for one in readings))
        rows.append((label, len(its), *counts, *found, sum(bool(file.crash) for file in its)))
    yield from aligned(rows)


def file_lines(files: Iterable[FileRead]) -> Iterator[str]:
    """Calendar files by name, with what stands against them."""
    yield from aligned([(file.sample.label, f"ics/{file.sample.name}", file.words) for file in files])


def aligned(rows: Sequence[Row]) -> Iterator[str]:
    """The rows with their columns in line; what is a number or a share stands to the right."""
    texts = [[str(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
    for row in texts:
        cells = (_cell(text, width, at) for at, (text, width) in enumerate(zip(row, widths, strict=True)))
        yield "  ".join(cells).rstrip()


def _cell(text: str, width: int, at: int) -> str:
    figure = (at > 0 and text[:1].isdigit()) or text == "·"
    return text.rjust(width) if figure else text.ljust(width)


def _percent(share: float) -> str:
    return f"{share:.2%}".replace("%", " %")
