"""Real mail software as ordinary processes: under a played clock, as an ordinary user, never outliving its test.

The clock is libfaketime's: an offset from the machine's, so that all processes of one moment agree. Root
becomes an ordinary user in a user namespace of its own, since mail programs refuse to deliver as root and
other accounts can't enter a test's folder; files stay whose they are.
"""

from __future__ import annotations

import contextlib
import grp
import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

PATIENCE = 30.0  # seconds until a program that does not end is a failure
SOMEBODY = 1000
NOBODY = 65534  # for programs that want an account with a name: this one has one everywhere
# faketime names its shared memory after its process number, and will not start beside what a kill left there.
FRESH = 'rm -f /dev/shm/sem.faketime_sem_$$ /dev/shm/faketime_shm_$$; exec faketime "$@"'
# What a server that cleans its environment must hand on, so that its children live at the same moment.
CLOCK = ("TZ", "LD_PRELOAD", "FAKETIME", "FAKETIME_SHARED")


def need(*programs: str, package: str) -> None:
    """Skips the test where one of the programs is not installed, and names the packages that bring them."""
    for name, brought_by in (*((name, package) for name in programs), ("faketime", "faketime")):
        if shutil.which(name, path=_path()) is None:
            pytest.skip(f"{name} not installed: apt-get install {brought_by}")


def _path() -> str:
    """Mail programs lie where an ordinary user's PATH does not look."""
    return f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/usr/lib/dovecot"


def environment(home: Path) -> dict[str, str]:
    """Nothing of the machine's own settings."""
    return {"PATH": _path(), "HOME": str(home), "TZ": "UTC", "LC_ALL": "C.UTF-8"}


def lived_at(moment: datetime, words: Sequence[str]) -> list[str]:
    """The words that run the program at that moment (aware)."""
    offset = round((moment - datetime.now(UTC)).total_seconds())
    return ["sh", "-c", FRESH, "sh", "-f", f"{offset:+d}s", *words]


def as_somebody(number: int = SOMEBODY) -> tuple[list[str], int]:
    """The words that make root an ordinary user, none for an ordinary user; and the user's number then."""
    if os.getuid() != 0:
        return [], os.getuid()
    words = ["unshare", "--user", f"--map-user={number}", f"--map-group={number}"]
    if shutil.which("unshare") is None or subprocess.run([*words, "true"], check=False).returncode != 0:
        pytest.skip("user namespaces are not allowed here: unshare (apt-get install util-linux)")
    return words, number


def as_nobody_alone() -> tuple[list[str], int]:
    """As `as_somebody`, and what is started sees only itself: when it ends, all that it has started does.

    For servers whose children leave its session, so that nothing of them outlives even a killed test.
    """
    number = NOBODY if os.getuid() == 0 else os.getuid()
    group = NOBODY if os.getuid() == 0 else os.getgid()
    words = [
        *("unshare", "--user", f"--map-user={number}", f"--map-group={group}", "--keep-caps"),
        *("setpriv", "--pdeathsig", "KILL", "unshare", "--pid", "--fork", "--kill-child=KILL"),
        *("setpriv", "--ambient-caps=-all", "--inh-caps=-all"),
    ]
    if shutil.which("unshare") is None or subprocess.run([*words, "true"], check=False).returncode != 0:
        pytest.skip("user namespaces are not allowed here: unshare and setpriv (apt-get install util-linux)")
    return words, number


def account_names(number: int) -> tuple[str, str]:
    """The account's name and that of its group, for programs whose configuration wants names."""
    group = NOBODY if os.getuid() == 0 else os.getgid()
    return pwd.getpwuid(number).pw_name, grp.getgrgid(group).gr_name


@contextlib.contextmanager
def started(words: Sequence[str], env: dict[str, str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process in a session of its own, which ends with all its children when the test does."""
    child = subprocess.Popen(
        words,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=folder,
        env=env,
        start_new_session=True,
    )
    with child:
        try:
            yield child
        finally:
            _end(child)


def _end(child: subprocess.Popen[bytes]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)


def run(words: Sequence[str], env: dict[str, str], folder: Path, given: bytes = b"") -> str:
    """Runs a program to its end, which must be a good one, and that of its children; what they said."""
    with started(words, env, folder) as child:
        output, _ = child.communicate(given, timeout=PATIENCE)
    said = output.decode("utf-8", "replace")
    assert child.returncode == 0, f"{words} ended with {child.returncode}:\n{said}"
    return said
