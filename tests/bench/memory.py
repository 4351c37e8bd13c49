"""Memory: the peak of a process on the local provider that has written one letter and stays.

On Linux the peak is read from /proc (VmHWM): `ru_maxrss` of a child also counts what its parent had
before the exec. Elsewhere it is `ru_maxrss`.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench import files
from tests.bench.measure import Line, Sizes

PEAK = """
def peak():
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024
    except OSError:
        import resource, sys
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 1024)
print(peak())
"""

LIFE = """
import sys
from datetime import datetime
from pathlib import Path
from followupd.config import load
from followupd.cycle import Cycle
from followupd.lock import OutsideNumber
from followupd.store import Store

home = Path(sys.argv[1])
store = Store(home / "state")
cycle = Cycle.of(load(home / "config.yaml"), store, OutsideNumber(home / "state"))
(before,) = cycle.run(datetime.fromisoformat("2026-03-04T12:00+00:00"))
(after,) = cycle.run(datetime.fromisoformat("2026-03-04T17:00+00:00"))
assert before.ok and after.ok, (before, after)
assert [one.action for one in after.actions].count("create_draft") == int(sys.argv[2]), after
"""

TALK = """\
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//bench//EN
BEGIN:VEVENT
UID:talk@acme.example
DTSTAMP:20260301T100000Z
DTSTART;TZID=Europe/London:20260304T140000
DTEND;TZID=Europe/London:20260304T150000
SUMMARY:Interview with Sam Lee
ATTENDEE;CN=Sam Lee:mailto:sam@example.com
ATTENDEE;CN=Dana Reyes:mailto:dana@acme.example
END:VEVENT
END:VCALENDAR
"""


def lines(_: Sizes) -> Iterator[Line]:
    """Without an interview, and with one and its letter."""
    bare = _peak(PEAK)
    yield Line("memory at rest, nothing to do", _life(letters=0), "MiB", bare, "MiB bare python")
    yield Line("memory at rest, after a letter", _life(letters=1), "MiB", bare, "MiB bare python")


def _life(letters: int) -> float:
    with TemporaryDirectory() as name:
        home = files.make(Path(name), messages=2, events=0)
        if letters:
            (home.calendars / "personal" / "talk.ics").write_text(TALK)
        return _peak(LIFE + PEAK, name, str(letters))


def _peak(code: str, *arguments: str) -> float:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], check=True, capture_output=True, text=True
    )
    return float(done.stdout)
