"""The wall clock of child processes: the real one and an offset that a test steps.

libfaketime reads the offset from a file at every question; the monotonic clock stays real. So a step is what a
machine sees after sleep, or when somebody sets its clock.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cycle.google import PROJECT

LIBRARIES = "/usr/lib/*/faketime/libfaketimeMT.so.1"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

SLEEP = Path(__file__).with_name("sleep")  # the folder of what each child runs before the program


class PlayedClock:
    """The wall clock of child processes. Naive times are UTC."""

    def __init__(self, folder: Path, at: str) -> None:
        found = sorted(Path("/").glob(LIBRARIES.lstrip("/")))
        if not found:
            pytest.skip("libfaketime is not installed (Debian: apt install faketime)")
        self._library = found[0]
        self._file = folder / "clock"
        self._folder = folder
        self._python = SLEEP
        self.offset = timedelta(0)
        self.set(at)

    @staticmethod
    def time(at: str | datetime) -> datetime:
        moment = datetime.fromisoformat(at) if isinstance(at, str) else at
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)

    @property
    def now(self) -> datetime:
        return datetime.now(UTC) + self.offset

    def set(self, at: str | datetime) -> datetime:
        """Steps it for every process that runs under it."""
        moment = self.time(at)
        self.offset = moment - datetime.now(UTC)
        new = self._file.with_suffix(".new")
        new.write_text(f"{self.offset.total_seconds():+.6f}", encoding="ascii")
        new.replace(self._file)  # never half an offset
        return moment

    def customise(self, code: str) -> None:
        """What a child of this clock runs before the program, too."""
        self._python = self._folder / "python"
        self._python.mkdir()
        usual = (SLEEP / "sitecustomize.py").read_text(encoding="utf-8")
        (self._python / "sitecustomize.py").write_text(usual + code, encoding="utf-8")

    def environment(self) -> dict[str, str]:
        return {
            "PYTHONPATH": f"{self._python}:{PROJECT}",
            "LD_PRELOAD": str(self._library),
            "FAKETIME_TIMESTAMP_FILE": str(self._file),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            # Its mend for glibc before 2.25 has each wait of a thread end at once with a newer one.
            "FAKETIME_FORCE_MONOTONIC_FIX": "0",
            "NO_FAKE_STAT": "1",  # the times of files are the played ones already, where they matter
        }
