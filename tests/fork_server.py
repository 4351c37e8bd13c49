"""A process that has loaded the program and forks one Python process for each job: real ones, without the imports.

A job comes over a socket: what a command line of Python says (`-m module`, `-c code` or a file, and words), the
environment, the folder, the mask, and three descriptors. The forked process becomes what a fresh interpreter would
be, runs that, and ends as Python ends. The socket then says its process id, and later its wait status.

What counts only while an interpreter starts (see `forked.KEY`) is the server's own; that caller has one for each.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import json
import os
import pkgutil
import runpy
import select
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
import warnings
from pathlib import Path
from typing import Any, NoReturn

PROJECT = Path(__file__).parents[1]
PATH = list(sys.path[1:])  # without the folder of this file
INTERRUPTED = -signal.SIGINT
LATE = (  # what the program's libraries import when they are first used
    "concurrent.futures.thread",
    "email.mime.text",
    "googleapiclient.discovery",
    "holidays.countries.united_kingdom",
    "http.cookiejar",
    "icalendar",
    "jinja2.sandbox",
    "recurring_ical_events",
    "requests",
    "rich.table",
    "sqlite3",
    "webbrowser",
    "zoneinfo._zoneinfo",
)


def load() -> None:
    """Imports every module of the program, and reads its tables about the world."""
    sys.path[:] = [str(PROJECT), *PATH]
    package = importlib.import_module("followupd")
    found = [one.name for one in pkgutil.walk_packages(package.__path__, "followupd.", lambda _: None)]
    for name in (*found, *LATE):
        if not name.endswith("__main__"):
            with contextlib.suppress(ImportError):  # the run that needs it will tell
                importlib.import_module(name)
    reference = importlib.import_module("followupd.reference").WorldReference()
    reference.registrable("acme.example")
    reference.country_of("Europe/London")
    for year in (2025, 2026, 2027):
        reference.holidays("GB", "", year)
    wording = importlib.import_module("followupd.templates").load_wording("en", None)
    for name, alternatives in wording.sections.items():
        if name.startswith(("interviewer.", "phrases.", "nudge-")):  # compiled once, not by each child
            for one in alternatives:
                wording.render(one, {})
    gc.collect()
    gc.freeze()  # a collection in a child copies no page of ours


class Server:
    """Forks for every job on its socket, until its standard input ends."""

    def __init__(self, listener: socket.socket) -> None:
        self._listener = listener
        self._ended, self._alarm = socket.socketpair()
        self._alarm.setblocking(False)
        self._running: dict[int, socket.socket] = {}

    def serve(self) -> dict[str, Any] | None:
        """None at the end. In a child: the job that it is to be."""
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._alarm.fileno())
        while True:
            ready, _, _ = select.select([0, self._ended, self._listener], [], [])
            if self._ended in ready:
                self._ended.recv(1024)
                self._tell_the_ended()
            if 0 in ready:
                return None
            if self._listener in ready and (job := self._begin()):
                return job

    def _begin(self) -> dict[str, Any] | None:
        caller, _ = self._listener.accept()
        job, descriptors = _received(caller)
        if not job:
            caller.close()
            return None
        signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())  # until the child is who it is to be
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for ours in (self._listener, self._ended, self._alarm, caller, *self._running.values()):
                ours.close()
            return {**job, "descriptors": descriptors}
        signal.pthread_sigmask(signal.SIG_UNBLOCK, signal.valid_signals())
        for one in descriptors:
            os.close(one)
        self._running[pid] = caller
        caller.sendall(pid.to_bytes(4, "little"))
        return None

    def _tell_the_ended(self) -> None:
        for pid, caller in list(self._running.items()):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                del self._running[pid]
                with contextlib.suppress(OSError):  # nobody waits for it any more
                    caller.sendall(status.to_bytes(4, "little"))
                caller.close()


def _received(caller: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """One line of JSON, and the descriptors that come with its first part."""
    text, descriptors, _, _ = socket.recv_fds(caller, 65536, 3)
    while text and not text.endswith(b"\n"):
        text += caller.recv(65536)
    return json.loads(text or b"{}"), descriptors


# --- being somebody else --------------------------------------------------------------------------------


def become(job: dict[str, Any]) -> None:
    """Makes this process what a fresh interpreter would be for that job."""
    if job["session"]:
        os.setsid()
    if job["interrupts"]:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if job["mask"] >= 0:
        os.umask(job["mask"])
    _take(job["descriptors"])
    os.chdir(job["folder"])
    os.environ.clear()
    os.environ.update(job["environment"])
    time.tzset()
    tempfile.tempdir = None
    sys.path[:] = [_first(job), *PATH]
    signal.pthread_sigmask(signal.SIG_UNBLOCK, signal.valid_signals())


def _first(job: dict[str, Any]) -> str:
    """The folder that Python itself puts before all others."""
    kind = job["words"][0]
    return {"-m": os.getcwd(), "-c": ""}.get(kind, str(Path(kind).parent))


def _take(descriptors: list[int]) -> None:
    """They become standard input, output and error."""
    for number, one in enumerate(descriptors):
        os.dup2(one, number)
        os.close(one)
    streams = ((0, "r", "stdin"), (1, "w", "stdout"), (2, "w", "stderr"))
    for number, mode, name in streams:
        old = getattr(sys, name)
        new = open(  # noqa: SIM115  it is the process's own stream
            number,
            mode,
            encoding=old.encoding,
            errors=old.errors,
            buffering=1 if number == 2 or os.isatty(number) else -1,
            closefd=False,
        )
        setattr(sys, name, new)
        setattr(sys, f"__{name}__", new)


def run(words: list[str]) -> None:
    """As `python WORDS`."""
    kind, *rest = words
    if kind == "-m":
        sys.argv = rest
        runpy.run_module(rest[0], run_name="__main__", alter_sys=True)
    elif kind == "-c":
        sys.argv = ["-c", *rest[1:]]
        exec(compile(rest[0], "<string>", "exec"), {"__name__": "__main__"})
    else:
        sys.argv = words
        runpy.run_path(kind, run_name="__main__")


def end_after(words: list[str]) -> NoReturn:
    """Runs it and ends as Python does, but for taking all modules apart, which takes longer than most runs."""
    code = 0
    try:
        run(words)
    except SystemExit as end:
        code = _code(end.code)
    except BaseException as error:
        sys.excepthook(type(error), error, error.__traceback__)
        code = INTERRUPTED if isinstance(error, KeyboardInterrupt) else 1
    threading._shutdown()
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
    except OSError:
        code = 120
    if code == INTERRUPTED:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGINT)
    os._exit(code)


def _code(said: object) -> int:
    """What `sys.exit` of that ends with."""
    if said is None or isinstance(said, int):
        return (said or 0) & 0xFF
    print(said, file=sys.stderr)
    return 1


def main() -> None:
    listener = socket.socket(fileno=int(sys.argv[1]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        load()
    job = Server(listener).serve()
    if job:
        become(job)
        end_after(job["words"])
    shutil.rmtree(Path.cwd())  # where the socket was


if __name__ == "__main__":
    main()
