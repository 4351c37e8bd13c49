"""Judging what comes in: what a message costs beside flufl.bounce on the same, and a huge one in memory.

The messages are composed; where the environment variable FOLLOWUPD_SAMPLES names a folder of labelled
samples (see `tests.eval`), they are those instead. Each message is measured alone and in turn.
"""

from __future__ import annotations

import gc
import logging
import os
from collections.abc import Iterator
from contextlib import suppress
from email import message_from_bytes
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import perf_counter

from flufl.bounce import scan_message

from followupd.core.arrivals import judge
from followupd.core.model import Folder, Message
from followupd.providers.mime import parse_message
from tests.bench import files, incoming
from tests.bench.measure import Line, Sizes
from tests.bench.memory import PEAK, _peak
from tests.eval.manifest import read_samples

ROUNDS = 3
ZONE = "Europe/London"
SIDES = ("ours", "judge", "flufl.bounce")
ALLOWED = 2.0  # milliseconds a message in the median
BESIDE = 5.0  # about what is allowed where flufl.bounce takes 0.4 ms
LARGE = 50 * 2**20
# It logs, with a traceback, what its detectors raise on mail that is no bounce.
SILENT = logging.getLogger("flufl.bounce")

READ = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from followupd.core.arrivals import judge
from followupd.providers.base import Watched
from followupd.providers.local.mail import Maildir

since = datetime(2023, 1, 1, tzinfo=UTC)
mailbox = Maildir(Path(sys.argv[1]), {}, "Europe/London")
seen = mailbox.changes(None, since, Watched(messages=list))
found = mailbox.messages_from(["dana@acme.example"], [], since)
for message in (*seen.messages, *found.messages):
    assert judge(message, lambda _: False, "Europe/London").kind.value == "human", message
assert seen.complete and len(found.messages) == 1, found
"""


def lines(sizes: Sizes) -> Iterator[Line]:
    """Per message: the median and the 99th percentile."""
    raw = _messages(sizes.judged)
    taken = _timed(raw)
    ours, theirs = taken["ours"], taken["flufl.bounce"]
    yield Line(f"parse and judge, median of {len(raw)}", median(ours), "ms", ALLOWED, "ms allowed", 1.0)
    yield Line("parse and judge, median", median(ours), "ms", median(theirs), "ms flufl.bounce", BESIDE)
    yield Line("parse and judge, 99 of 100", _high(ours), "ms", _high(theirs), "ms flufl.bounce", 3.0)
    yield Line("judge alone, median", median(taken["judge"]), "ms")
    yield Line("judge alone, 99 of 100", _high(taken["judge"]), "ms")
    yield _memory()


def _messages(count: int) -> list[bytes]:
    folder = os.environ.get("FOLLOWUPD_SAMPLES")
    if folder:
        return [sample.path.read_bytes() for sample in read_samples(Path(folder)).messages()]
    return incoming.messages(count)


def _timed(raw: list[bytes]) -> dict[str, list[float]]:
    """Milliseconds of each message, the median of some rounds; the sides are measured in turn."""
    before, SILENT.disabled = SILENT.disabled, True
    gc.collect()
    try:
        taken = [[_once(one) for _ in range(ROUNDS)] for one in raw]
    finally:
        SILENT.disabled = before
    return {side: [median(each[side] for each in rounds) for rounds in taken] for side in SIDES}


def _once(raw: bytes) -> dict[str, float]:
    """Milliseconds of one message, by each side once."""
    begun = perf_counter()
    message = parsed(raw)
    between = perf_counter()
    _judged(message)
    done = perf_counter()
    _scanned(raw)
    scanned = perf_counter()
    seconds = (done - begun, done - between, scanned - done)
    return {side: each * 1e3 for side, each in zip(SIDES, seconds, strict=True)}


def parsed(raw: bytes) -> Message:
    """As a mailbox would give it."""
    return parse_message(raw, id="1", folder=Folder.INBOX, received=None, zone=ZONE)


def _judged(message: Message) -> object:
    return judge(message, lambda _: False, ZONE)


def _scanned(raw: bytes) -> object:
    """What flufl.bounce makes of it; on some mail that is no bounce it raises."""
    with suppress(Exception):
        return scan_message(message_from_bytes(raw))
    return None


def _high(milliseconds: list[float]) -> float:
    return quantiles(milliseconds, n=100, method="inclusive")[98]


def _memory() -> Line:
    """The peak of a process that reads and judges a mailbox, with a huge letter in it and with a small one."""
    small, large = _read(1), _read(LARGE)
    name = f"memory, a letter of {LARGE // 2**20} MB in a Maildir"
    return Line(name, large, "MiB", small, "MiB a small one", 1.5)


def _read(size: int) -> float:
    with TemporaryDirectory() as name:
        home = files.make(Path(name), messages=0, events=0)
        with open(home.mail / "cur" / f"{files.OLD}.large.host.example:2,S", "wb") as file:
            file.writelines(incoming.large(size))
        return _peak(READ + PEAK, str(home.mail))
