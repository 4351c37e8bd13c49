"""The place in a vdir's history: what each file was and gave, as one string.

The head alone tells whether anything can have moved; what stands behind it is read only then.
"""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, b64encode
from dataclasses import dataclass, field

from followupd.errors import CursorLost
from followupd.providers.local.vdir import Stamp

VERSION = "vdir1"


@dataclass(slots=True)
class FileState:
    """A file when it was last read: its stamp, a mark of its content, the UIDs in it."""

    stamp: Stamp
    raw: str
    uids: list[str]


@dataclass(slots=True)
class SeriesState:
    """One UID in one calendar. `known`: end and mark of each occurrence told, by recurrence-id.

    `next` is when the window's end must look again: the start of an occurrence not yet told, or
    as far as was looked ahead; None where nothing more can come.
    """

    next: float | None = None
    known: dict[str, tuple[float, str]] = field(default_factory=dict)


@dataclass(slots=True)
class State:
    """All that the last look saw. `since` is the earliest end that it told; `names` are the shown
    name and colour of each calendar.
    """

    files: dict[str, FileState] = field(default_factory=dict)
    series: dict[str, dict[str, SeriesState]] = field(default_factory=dict)
    since: float = 0.0
    names: dict[str, list[str]] = field(default_factory=dict)

    @property
    def next(self) -> float:
        times = (s.next for one in self.series.values() for s in one.values())
        return min((at for at in times if at is not None), default=float("inf"))


@dataclass(frozen=True, slots=True)
class Head:
    """What an idle look compares: the listing's mark, the window covered, whether all was read.

    `fresh` marks the content of files whose stamps were too new to be trusted.
    """

    mark: str
    fresh: str
    since: float
    next: float
    whole: bool


def read_head(cursor: str) -> Head:
    """The head of a cursor. Raises CursorLost for anything that this version did not write."""
    try:
        version, mark, fresh, since, ahead, whole, _ = cursor.split("|", 6)
        if version == VERSION:
            return Head(mark, fresh, float(since), float(ahead), whole == "whole")
    except ValueError:
        pass
    raise CursorLost("The place in the calendar's history can't be read.")


def read_state(cursor: str) -> State:
    try:
        packed = b64decode(cursor.split("|", 6)[6], validate=True)
        files, series, since, names = json.loads(zlib.decompress(packed))
        return State(
            files={name: FileState(_stamp(stamp), raw, uids) for name, (stamp, raw, uids) in files.items()},
            series={
                calendar: {
                    uid: SeriesState(ahead, {rid: (end, mark) for rid, (end, mark) in known.items()})
                    for uid, (ahead, known) in one.items()
                }
                for calendar, one in series.items()
            },
            since=float(since),
            names=dict(names),
        )
    except (ValueError, TypeError, IndexError, AttributeError, zlib.error) as error:
        raise CursorLost("The place in the calendar's history can't be read.") from error


def _stamp(value: list[int]) -> Stamp:
    first, second, third, fourth = value
    return first, second, third, fourth


def write_cursor(mark: str, fresh: str, state: State, *, whole: bool) -> str:
    """The same for the same content."""
    files = {name: [list(f.stamp), f.raw, f.uids] for name, f in state.files.items()}
    series = {
        calendar: {uid: [s.next, s.known] for uid, s in one.items()} for calendar, one in state.series.items()
    }
    said = json.dumps(
        [files, series, state.since, state.names], sort_keys=True, separators=(",", ":")
    ).encode()
    packed = b64encode(zlib.compress(said, 1)).decode()
    flag = "whole" if whole else "part"
    return "|".join([VERSION, mark, fresh, repr(state.since), repr(state.next), flag, packed])
