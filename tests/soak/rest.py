"""What a process holds while it rests."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from followupd.database import DATABASE
from tests.daemon.kit import descriptors, threads, wakeups
from tests.soak.played import Play

STILL = 10  # equal readings, 20 ms apart


@dataclass(frozen=True)
class Rest:
    """Memory in MiB, open files, threads; the database and what is written ahead of it in bytes; drafts made so far."""

    memory: float
    files: int
    threads: int
    database: int
    ahead: int
    letters: int


def at_rest(play: Play) -> Rest:
    """When its threads have gone to sleep."""
    pid, same, before = play.daemon.pid, 0, -1
    while same < STILL:
        threading.Event().wait(0.02)
        now = wakeups(pid)
        same, before = (same + 1, before) if now == before else (0, now)
    database = play.running.state / DATABASE
    ahead = database.with_name(f"{DATABASE}-wal").stat().st_size
    letters = len(play.history.made)
    return Rest(resident(pid), len(descriptors(pid)), threads(pid), pages(database), ahead, letters)


def resident(pid: int) -> float:
    """Memory in MiB."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    return int(text.partition("\nRss:")[2].split()[0]) / 1024


def pages(database: Path) -> int:
    """Its size as its owner sees it: a part may still lie in the file of what is written ahead."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True)) as reading:
        (count,), (size,) = (
            reading.execute(f"PRAGMA {what}").fetchone() for what in ("page_count", "page_size")
        )
    return int(count) * int(size)
