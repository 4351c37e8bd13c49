"""The state folder under a running daemon: full, read-only, gone. Never a second draft, and never silence.

It may end with 74, which systemd answers with a new start, or stay and try again; both are told in words.
"""

from __future__ import annotations

import contextlib
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.daemon.homes import Home, disk
from tests.daemon.kit import Daemon

DUE = "2026-03-04 11:46"
DANA = "dana@acme.example"
SIZE = 8192  # kilobytes: plenty for a state with one letter


@pytest.fixture
def on_disk(home: Home, tmp_path: Path) -> Iterator[Path]:
    """The state lies on a small disk of its own."""
    with disk(tmp_path / "disk", SIZE) as small:
        home.state = home.place.state = small / "state"
        yield small
        home.place.close()  # before the disk goes


def told(daemon: Daemon) -> bool:
    """Whether it has said that the state is in trouble; if it ended by it, then with 74."""
    code = daemon.process.poll()
    assert code in {None, 74}, daemon.said
    return code == 74 or any(one["level"] in {"error", "warning"} for one in daemon.events)


def goes_on(home: Home, daemon: Daemon, at: str) -> Daemon:
    """What systemd does: a new start where it has ended."""
    if daemon.process.poll() is None:
        daemon.step(at)
        return daemon
    assert daemon.process.returncode == 74
    assert "Traceback" not in daemon.said
    return home.place.ready(at)


def test_a_full_disk_is_told_and_the_letter_comes_when_there_is_room(home: Home, on_disk: Path) -> None:
    daemon = home.place.ready()
    ballast = on_disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(65536)) == 65536:
                pass
        except OSError:
            pass
    daemon.jump(DUE)
    daemon.until(lambda: told(daemon) or home.drafts(), "a word about the disk")
    assert len(home.drafts()) <= 1
    ballast.unlink()
    goes_on(home, daemon, "2026-03-04 13:00")
    home.place.running[-1].step("2026-03-04 14:00")
    assert home.drafted() == [DANA]
    assert home.stages() == {DANA: "drafted"}


@contextlib.contextmanager
def read_only(daemon: Daemon, tmp_path: Path) -> Iterator[None]:
    """What the store's disk answers after the kernel found a fault in it: SQLite is who writes with pwrite64."""
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed")
    words = ["strace", "-f", "-qq", "-o", str(tmp_path / "strace"), "-e", "inject=pwrite64:error=EROFS"]
    with subprocess.Popen([*words, "-e", "trace=pwrite64", "-p", str(daemon.pid)]) as tracer:
        try:
            status = Path(f"/proc/{daemon.pid}/status")
            traced = f"TracerPid:\t{tracer.pid}\n"
            daemon.until(
                lambda: traced in status.read_text() or tracer.poll() is not None, "a disk that is read-only"
            )
            if tracer.poll() is not None:
                pytest.skip("strace may not attach to a process here")
            yield
        finally:
            tracer.terminate()


def test_a_disk_that_becomes_read_only_is_told_and_the_letter_comes_later(home: Home, tmp_path: Path) -> None:
    daemon = home.place.ready()
    with read_only(daemon, tmp_path):
        daemon.jump(DUE)
        daemon.until(lambda: told(daemon), "a word about the disk")
        assert home.drafts() == []
    goes_on(home, daemon, "2026-03-04 13:00")
    home.place.running[-1].step("2026-03-04 14:00")
    assert home.drafted() == [DANA]
    assert home.stages() == {DANA: "drafted"}


@pytest.mark.parametrize("when", ["before the letter", "after it"])
def test_a_state_folder_that_is_removed_costs_no_second_draft(home: Home, when: str) -> None:
    """A lost state asks before it drafts what was due already (promise 2), and never doubles a letter."""
    daemon = home.place.ready()
    if when == "after it":
        daemon.step(DUE)
    shutil.rmtree(home.state)
    home.place.clock.set("2026-03-04 12:00")
    daemon.process.send_signal(signal.SIGHUP)  # the FIFO is gone with the folder
    daemon.until(
        lambda: daemon.process.poll() is not None or (home.state / "followupd.db").exists(),
        "what it makes of it",
    )
    after = home.place.running[-1]
    if daemon.process.poll() is not None:
        assert daemon.process.returncode == 74
        assert "Traceback" not in daemon.said
        after = home.place.ready("2026-03-04 12:05")
    for minute in (10, 20, 30):
        after.step(f"2026-03-04 12:{minute}")
    if when == "after it":
        assert home.drafted() == [DANA]
    else:
        home.now = home.place.clock.now
        assert home.drafts() == []
        assert home.questions(), "the letter was neither made nor asked about"


def test_a_mail_disk_that_is_full_is_told_and_the_letter_comes_when_there_is_room(
    home: Home, tmp_path: Path
) -> None:
    drafts = home.mail_folder("Drafts")
    with disk(tmp_path / "disk", 64) as small:
        for part in ("cur", "new", "tmp"):
            (small / part).mkdir()
        shutil.rmtree(drafts)
        drafts.symlink_to(small)
        daemon = home.place.ready()
        ballast = small / "ballast"
        ballast.write_bytes(bytes((64 - 8) * 1024))
        try:
            with ballast.open("ab", buffering=0) as file:
                while file.write(bytes(4096)):
                    pass
        except OSError:
            pass
        daemon.step(DUE)
        assert home.drafts() == []
        assert [one for one in home.everything() if one.parent.name == "tmp"] == []
        ballast.unlink()
        daemon.step("2026-03-04 13:00")
        daemon.step("2026-03-04 14:00")
        assert home.drafted() == [DANA]
        daemon.stop()
