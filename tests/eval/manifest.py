"""A folder of labelled samples: `manifest.tsv`, and each file at FOLDER/<class>/<file>.

The manifest is tab-separated with a header line. `class`, `file` and `label` are read, other columns
(source, licence, …) are for people. What can't be used is told and left out; it never ends the run.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.eval.labels import CALENDARS, MESSAGES, expected

NEEDED = ("class", "file", "label")
CLASSES = (*MESSAGES, CALENDARS)
CALENDAR_LABELS = ("valid_expected", "invalid_expected", "from_invite_mail")


class NoManifestError(Exception):
    """The folder can't be evaluated; its text says why and what is expected."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One file and what it is said to be."""

    group: str
    name: str
    label: str
    path: Path


@dataclass(frozen=True, slots=True)
class Samples:
    """The samples that can be read, ordered by class and name, and in words what was left out."""

    found: tuple[Sample, ...]
    left_out: tuple[str, ...]

    def messages(self) -> list[Sample]:
        return [sample for sample in self.found if sample.group != CALENDARS]

    def calendars(self) -> list[Sample]:
        return [sample for sample in self.found if sample.group == CALENDARS]


def read_samples(folder: Path) -> Samples:
    """What the manifest lists. Raises NoManifestError where there is none, or none that can be read."""
    try:
        header, lines = table(folder / "manifest.tsv")
    except OSError as error:
        raise NoManifestError(
            f"{folder} has no manifest.tsv that can be read ({error.strerror}). Name a folder of samples."
        ) from error
    if not set(NEEDED) <= set(header):
        raise NoManifestError(f"{folder}/manifest.tsv needs a header line with {', '.join(NEEDED)}.")
    found: list[Sample] = []
    left_out: Counter[str] = Counter()
    for number, fields in lines:
        row = dict(zip(header, fields, strict=False))
        sample = _sample(folder, row)
        reason = _unusable(row, sample, number)
        left_out.update([reason] if reason else [])
        found.extend([] if reason else [sample])
    told = tuple(f"{what} ({count} left out)" for what, count in sorted(left_out.items()))
    return Samples(tuple(sorted(found, key=lambda one: (one.group, one.name))), told)


def table(path: Path) -> tuple[list[str], list[tuple[int, list[str]]]]:
    """The header of a tab-separated file, and number and fields of each further line that is not empty."""
    text = path.read_text("utf-8-sig", "replace")
    lines = [(number, line.split("\t")) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    return (lines[0][1] if lines else []), lines[1:]


def _sample(folder: Path, row: dict[str, str]) -> Sample:
    group, name, label = (row.get(column, "").strip() for column in NEEDED)
    return Sample(group, name, label, folder / group / name)


def _unusable(row: dict[str, str], sample: Sample, number: int) -> str:
    """Why the line can't be used, "" if it can."""
    if not all(row.get(column, "").strip() for column in NEEDED):
        return f"line {number} of the manifest is too short"
    if sample.group not in CLASSES:
        return f"unknown class: {sample.group}"
    known = sample.label in CALENDAR_LABELS if sample.group == CALENDARS else expected(sample.label)
    if not known:
        return f"unknown label: {sample.label} in class {sample.group}"
    return "" if sample.path.is_file() else f"missing file: {sample.group}/{sample.name}"
