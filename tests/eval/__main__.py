"""`python -m tests.eval FOLDER [--verbose]`: how well incoming mail and calendars are understood.

Ends with 0 when every target that the folder can measure is met, 1 when one is missed, 2 where the
folder can't be evaluated.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from tests.eval import tables
from tests.eval import titles as of_titles
from tests.eval.calendars import FileRead, files_read
from tests.eval.judging import Judged, judged
from tests.eval.labels import CRASH, Standing
from tests.eval.manifest import NoManifestError, read_samples
from tests.eval.targets import targets
from tests.eval.trying import SLOW

SHOWN = 3


def main(arguments: Sequence[str]) -> int:
    wanted = _parser().parse_args(arguments)
    try:
        samples = read_samples(wanted.folder)
    except NoManifestError as error:
        print(error, file=sys.stderr)
        return 2
    messages, files = judged(samples.messages()), files_read(samples.calendars())
    titles = of_titles.titles_in(wanted.folder)
    reached = targets(messages, files, titles)
    _page("left out", [*samples.left_out, *titles.left_out])
    _messages(messages, verbose=wanted.verbose)
    _files(files, verbose=wanted.verbose)
    _page("event titles", of_titles.lines(titles))
    _page("slowest messages", _slowest(messages))
    _page("slowest .ics files", _slowest(files))
    _page("targets", tables.target_lines(reached))
    if not reached:
        print(f"Nothing in {wanted.folder} could be evaluated.", file=sys.stderr)
        return 2
    return int(not all(target.met for target in reached))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.eval", description=__doc__)
    parser.add_argument("folder", type=Path, help="holds manifest.tsv and a folder for each class")
    parser.add_argument("--verbose", action="store_true", help="every sample, not only those misjudged")
    return parser


def _page(title: str, lines: Iterable[str]) -> None:
    """A heading and its lines; nothing where there are none."""
    found = list(lines)
    if found:
        print(f"== {title}", *found, "", sep="\n")


def _messages(messages: list[Judged], *, verbose: bool) -> None:
    _page("what each label was taken for", tables.confusion_lines(messages))
    _page("recall", tables.recall_lines(messages))
    _page("precision", tables.precision_lines(messages))
    _page("which rule decides", tables.rule_lines(messages))
    _page("misjudged", tables.sample_lines(_standing(messages, Standing.WRONG)))
    _page("unsure", tables.sample_lines(_standing(messages, Standing.UNSURE)))
    if verbose:
        _page("all messages", tables.sample_lines(messages))


def _standing(messages: list[Judged], standing: Standing) -> list[Judged]:
    found = [one for one in messages if one.standing is standing]
    return sorted(found, key=lambda one: (one.taken != CRASH, one.sample.label, one.taken, one.reason))


def _files(files: list[FileRead], *, verbose: bool) -> None:
    _page(".ics files", tables.file_counts(files))
    _page(
        ".ics files that count as not read",
        tables.file_lines(f for f in files if f.is_valid and not f.is_read),
    )
    _page(".ics files that crash", tables.file_lines(file for file in files if file.crash))
    if verbose:
        _page("all .ics files", tables.file_lines(files))


def _slowest(tried: Sequence[Judged | FileRead]) -> Iterator[str]:
    """The few that took longest, and all beyond SLOW."""
    slow = sorted(tried, key=lambda one: -one.seconds)
    for at, one in enumerate(slow):
        if at < SHOWN or one.seconds > SLOW:
            yield f"{one.seconds:.3f} s  {one.sample.group}/{one.sample.name}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
