"""What must be reached, as shares of the samples: the figure beside its bound.

"Unsure" is neither right nor wrong, so a share is one of the messages that were decided. Beside it
stands the same share of all of them, which is what a user with an unsure judge would have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tests.eval.calendars import FileRead
from tests.eval.judging import Judged
from tests.eval.labels import CRASH, FAILED, Standing
from tests.eval.titles import Titles
from tests.eval.trying import SLOW

ICALENDAR = 0.97  # what icalendar 7.3 alone reads of valid files


@dataclass(frozen=True, slots=True)
class Target:
    """A share of `of` samples and its bound; `least` says that it must be reached, else not passed.

    `unsure` are samples beyond `of` that were not decided. `below` means that the bound itself is missed.
    """

    what: str
    count: int
    of: int
    bound: float
    least: bool = False
    below: bool = False
    unsure: int = 0

    @property
    def share(self) -> float:
        return self.count / self.of if self.of else 0.0

    @property
    def share_of_all(self) -> float:
        return self.count / (self.of + self.unsure)

    @property
    def met(self) -> bool:
        if self.least:
            return self.share >= self.bound
        return self.share < self.bound if self.below else self.share <= self.bound


def targets(judged: Sequence[Judged], files: Sequence[FileRead], titles: Titles) -> list[Target]:
    """Those that these samples can measure."""
    found = (*_of_messages(judged), *_of_unsure(judged), *_of_files(files), *_of_all(judged, files, titles))
    return [target for target in found if target.of + target.unsure]


def _of_messages(judged: Sequence[Judged]) -> Iterator[Target]:
    people = _labelled(judged, "human")
    replies = _labelled(judged, "autoreply")
    bounces = _labelled(judged, "bounce_failed")
    reports = _labelled(judged, "dsn_delayed", "dsn_success")
    spam = _labelled(judged, "postmaster_spam")
    yield _share("people taken for people", people, _is_right, 0.995, least=True)
    yield _share("automatic replies and bounces taken for people", [*replies, *bounces], _is_human, 0.02)
    yield _share("automatic replies recognised", replies, _is_right, 0.92, least=True)
    yield _share("bounces recognised", bounces, _is_right, 0.98, least=True)
    yield _share("delayed and success reports taken for failed", reports, _is_failed, 0.0)
    yield _share("spam from postmaster@ taken for a bounce", spam, _is_bounce, 0.1)


def _of_unsure(judged: Sequence[Judged]) -> Iterator[Target]:
    people = _labelled(judged, "human")
    for what, among, bound in (
        ("unsure among people's mail", people, 0.03),
        ("unsure among all messages", list(judged), 0.08),
    ):
        yield Target(what, sum(map(_is_unsure, among)), len(among), bound, below=True)


def _of_files(files: Sequence[FileRead]) -> Iterator[Target]:
    valid = [file for file in files if file.is_valid]
    read = sum(file.is_read for file in valid)
    alone = sum(file.alone is not None for file in valid) / (len(valid) or 1)
    yield Target(".ics: valid files read", read, len(valid), ICALENDAR, least=True)
    yield Target(".ics: valid files read, beside icalendar alone", read, len(valid), alone, least=True)


def _of_all(judged: Sequence[Judged], files: Sequence[FileRead], titles: Titles) -> Iterator[Target]:
    crashed = sum(one.taken == CRASH for one in judged)
    yield Target("messages that crash", crashed, len(judged), 0.0)
    yield Target(".ics: files that crash", sum(bool(file.crash) for file in files), len(files), 0.0)
    yield Target("event titles that crash", len(titles.crashes), titles.count, 0.0)
    seconds = [*(one.seconds for one in judged), *(file.seconds for file in files)]
    slow = sum(each > SLOW for each in seconds)
    yield Target(f"samples that take more than {SLOW:g} s", slow, len(seconds), 0.0)


def _labelled(judged: Sequence[Judged], *beginnings: str) -> list[Judged]:
    return [one for one in judged if one.is_labelled(*beginnings)]


def _share(
    what: str, among: Sequence[Judged], fits: Callable[[Judged], bool], bound: float, *, least: bool = False
) -> Target:
    unsure = sum(map(_is_unsure, among))
    return Target(what, sum(map(fits, among)), len(among) - unsure, bound, least=least, unsure=unsure)


def _is_right(one: Judged) -> bool:
    return one.standing is Standing.RIGHT


def _is_unsure(one: Judged) -> bool:
    return one.standing is Standing.UNSURE


def _is_human(one: Judged) -> bool:
    return one.kind == "human"


def _is_failed(one: Judged) -> bool:
    return one.taken in FAILED


def _is_bounce(one: Judged) -> bool:
    return one.kind == "bounce"
