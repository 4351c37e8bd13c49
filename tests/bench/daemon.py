"""The daemon: how soon a letter that is due reaches the provider, and what it costs while it rests.

Due moment: the real daemon against the simulated Google, which answers each request after 100 ms; one letter is
due at a time. What is measured goes from the due moment to the moment at which the create has arrived there. The
daemon looks five seconds before a due moment and then waits: when the look has ended its clock is put to 0.3 s
before that moment, so that a letter costs two seconds and not seven. FOLLOWUPD_SOAK=full measures 200 letters.

Rest: `followupd run` on local files, and at Google, against a bare Python with the same libraries imported.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.bench import files
from tests.bench.measure import FULL, Line, Sizes
from tests.soak.at_google import CREATE, AtGoogle
from tests.soak.month import Invited, Talk

PROJECT = Path(__file__).parents[2]
ANSWER = 0.1  # seconds
MOST = 4 * ANSWER * 1e3 + 250  # milliseconds: four round trips and a bit
LETTERS = 200 if os.environ.get("FOLLOWUPD_SOAK") == "full" else 5
REST = 5.0  # seconds of the real clock
PATIENCE = 60.0
HOUR, READY = timedelta(hours=1), timedelta(minutes=45)
APART = timedelta(minutes=10)
LOOKS_AHEAD, AHEAD = timedelta(seconds=4.9), timedelta(seconds=0.3)

CONFIG = """\
me: {{name: Sam Lee, addresses: [{address}], country: GB, timezone: Europe/London}}
accounts:
{accounts}interviews: {{any: [{{title: '\\binterview\\b'}}]}}
thank_you: {{at_most: 1000}}
poll: 1h
credentials: {{key_file: key}}
"""

# The daemon with a wall clock that its parent moves, by a line for each step. It answers with the moment at which
# the clock had that time, by the monotonic clock, which all processes share.
DRIVEN = """
import sys, threading, time
from datetime import UTC, datetime
from pathlib import Path
from followupd import clocks
from followupd.config import load
from followupd.daemon import Daemon

config, state = Path(sys.argv[1]), Path(sys.argv[2])
offset = [datetime.fromisoformat(sys.argv[3]) - datetime.now(UTC)]
clocks.now = lambda: datetime.now(UTC) + offset[0]
daemon = Daemon(lambda: load(config, state), state)

def obey():
    for line in sys.stdin:
        now = time.monotonic()
        offset[0] = datetime.fromisoformat(line.strip()) - datetime.now(UTC)
        daemon.waiting.poke()
        print(now, flush=True)

threading.Thread(target=obey, daemon=True).start()
daemon.run()
"""

BARE = """
import sys
for name in sys.argv[1:]:
    __import__(name)
"""
LIBRARIES = (
    "googleapiclient.discovery",
    "google.oauth2.credentials",
    "google_auth_oauthlib.flow",
    "requests",
)


def lines(sizes: Sizes) -> Iterator[Line]:
    """How late the letters are, and the costs of rest."""
    letters, rest = (LETTERS, REST) if sizes is FULL else (2, 1.0)
    with TemporaryDirectory() as name:
        taken = sorted(_lateness(Path(name), letters))
    worst = taken[min(len(taken) - 1, int(len(taken) * 0.99))]
    against = "ms four round trips and 250 ms"
    yield Line(f"due moment to draft, p99 of {letters}", worst, "ms", MOST, against, 1.0)
    yield from _resting(rest)


# --- from the due moment to the draft -------------------------------------------------------------------


def _lateness(folder: Path, letters: int) -> Iterator[float]:
    """Milliseconds from each due moment to the arrival of the create."""
    google = AtGoogle("personal", "sam.lee@gmail.com", folder)
    arrived: list[float] = []
    try:
        google.simulator.on(CREATE, lambda _: arrived.append(time.monotonic()))
        # Near the true time: the simulated Google tells that one.
        begin = datetime.now(UTC).replace(second=0, microsecond=0)
        ends = [begin + HOUR + number * APART for number in range(letters)]
        config = _google_config(folder, google, begin)
        for number, end in enumerate(ends):
            google.announce(_talk(number, end, begin))
        google.simulator.on("", lambda _: time.sleep(ANSWER))
        with _driven(config, folder / "state", begin) as child:
            for end in ends:
                yield _late(child, google, end + READY, arrived)
    finally:
        google.close()


def _late(child: subprocess.Popen[str], google: AtGoogle, due: datetime, arrived: list[float]) -> float:
    before, until = len(arrived), time.monotonic() + PATIENCE
    google.simulator.clock.now = due
    asked = len(google.simulator.journal)
    _step(child, due - LOOKS_AHEAD)
    while len(google.simulator.journal) == asked or not _is_quiet(google):
        assert time.monotonic() < until, f"no look before {due}"
    assert len(arrived) == before, f"the letter of {due} came before its time"
    moment = _step(child, due - AHEAD) + AHEAD.total_seconds()
    while len(arrived) == before:
        assert time.monotonic() < until, f"no letter at {due}"
        threading.Event().wait(0.005)
    # The cycle goes on to its end by the same clock; only then may that be stepped again.
    while not _is_quiet(google):
        assert time.monotonic() < until, f"no end of the cycle at {due}"
    return (arrived[before] - moment) * 1e3


def _step(child: subprocess.Popen[str], at: datetime) -> float:
    """Steps the clock; the moment at which it was there."""
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(f"{at.isoformat()}\n")
    child.stdin.flush()
    return float(child.stdout.readline())


def _is_quiet(google: AtGoogle) -> bool:
    """Whether no request comes for four times as long as one takes."""
    before = len(google.simulator.journal)
    threading.Event().wait(4 * ANSWER)
    return len(google.simulator.journal) == before


@contextmanager
def _driven(config: Path, state: Path, now: datetime) -> Iterator[subprocess.Popen[str]]:
    child = subprocess.Popen(
        [sys.executable, "-c", DRIVEN, str(config), str(state), now.isoformat()],
        env=_environment(config.parent),
        cwd=config.parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        _has_looked(state, child)
        yield child
    finally:
        child.kill()
        child.communicate()


def _talk(number: int, end: datetime, announced: datetime) -> Talk:
    person = Invited("Dana Reyes", f"dana@company-{number}.example", "leave", "leave", HOUR)
    domain, length = f"company-{number}.example", HOUR / 2
    return Talk(
        number, domain, "personal", [person], announced, end - length, length, "Europe/London", turns=end
    )


def _google_config(folder: Path, google: AtGoogle, now: datetime) -> Path:
    google.simulator.clock.now = now
    key = folder / "key"
    key.write_bytes(bytes(range(32)))
    key.chmod(0o600)
    google.sign_in(folder / "state", key)
    config = folder / "config.yaml"
    config.write_text(CONFIG.format(address=google.address, accounts=google.config), encoding="utf-8")
    return config


def _environment(folder: Path) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "XDG_", "FOLLOWUPD"))
    }
    return {
        **kept,
        "HOME": str(folder),
        "PYTHONPATH": str(PROJECT),
        "XDG_CACHE_HOME": str(folder / "cache"),
    }


# --- at rest --------------------------------------------------------------------------------------------


def _resting(seconds: float) -> Iterator[Line]:
    with ExitStack() as stack:
        local, google = (Path(stack.enter_context(TemporaryDirectory())) for _ in range(2))
        place = AtGoogle("personal", "sam.lee@gmail.com", google)
        stack.callback(place.close)
        _google_config(google, place, datetime.now(UTC))
        with files.make(local, messages=2, events=0).config.open("a", encoding="utf-8") as more:
            more.write("poll: 1h\n")
        running = {"local files": _run(stack, local), "Google": _run(stack, google)}
        bare = {"local files": _bare(stack), "Google": _bare(stack, *LIBRARIES)}
        before = {name: (_woken(pid), _ticks(pid)) for name, pid in running.items()}
        threading.Event().wait(seconds)
        for name, pid in running.items():
            woken, ticks = before[name]
            what = "MiB bare python" + (" with its libraries" if name == "Google" else "")
            yield Line(f"memory of a daemon at rest, {name}", _memory(pid), "MiB", _memory(bare[name]), what)
            yield Line(f"wake-ups at rest, {name}", _woken(pid) - woken, "", seconds, "seconds", 0.0)
            yield Line(f"processor ticks at rest, {name}", _ticks(pid) - ticks, "", seconds, "seconds", 0.0)


def _run(stack: ExitStack, folder: Path) -> int:
    """A daemon that has looked and sleeps. It has no watchdog."""
    words = ["-c", str(folder / "config.yaml"), "--state", str(folder / "state"), "run", "--log", "json"]
    said = folder / "said"
    with said.open("wb") as err:
        child = subprocess.Popen(
            [sys.executable, "-m", "followupd", *words], env=_environment(folder), cwd=folder, stderr=err
        )
    stack.callback(child.wait)
    stack.callback(child.send_signal, signal.SIGTERM)
    _has_looked(folder / "state", child)
    troubles = [line for line in said.read_text().splitlines() if json.loads(line)["level"] != "info"]
    assert not troubles, troubles
    return _still(child.pid)


def _has_looked(state: Path, child: subprocess.Popen[Any]) -> None:
    """Waits for the end of its first cycle."""
    until = time.monotonic() + PATIENCE
    while not list(state.glob("cycle-*")):
        assert child.poll() is None, f"the daemon has ended: {child.returncode}"
        assert time.monotonic() < until, "the daemon has not looked"
        threading.Event().wait(0.05)


def _bare(stack: ExitStack, *libraries: str) -> int:
    code = BARE + "print(flush=True)\nsys.stdin.read()\n"
    child = subprocess.Popen(
        [sys.executable, "-c", code, *libraries], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    stack.callback(child.communicate)
    assert child.stdout is not None
    child.stdout.readline()
    return child.pid


def _still(pid: int) -> int:
    """Waits until nothing stirs any more."""
    before, same = -1, 0
    while same < 10:
        threading.Event().wait(0.05)
        now = _woken(pid)
        same, before = (same + 1 if now == before else 0), now
    return pid


def _memory(pid: int) -> float:
    """MiB that are resident."""
    text = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    return int(text.partition("\nVmRSS:")[2].split()[0]) / 1024


def _woken(pid: int) -> int:
    """How often its threads have gone to sleep by themselves."""
    tasks = [task / "status" for task in Path(f"/proc/{pid}/task").iterdir()]
    texts = [task.read_text(encoding="utf-8") for task in tasks]
    return sum(int(text.partition("\nvoluntary_ctxt_switches:")[2].split()[0]) for text in texts)


def _ticks(pid: int) -> int:
    text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return int(text[11]) + int(text[12])
