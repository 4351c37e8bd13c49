"""`subprocess.Popen` for the program, without the half second in which a fresh interpreter imports it.

The process is real: its own id, memory, descriptors, environment and end, by a signal too. It is forked from a
server (fork_server.py) that this process of pytest starts when it needs one, and that ends with it. Whatever Python
or the linker read only while an interpreter starts makes another server.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

SERVER = Path(__file__).with_name("fork_server.py")
# Python, its locale and the linker read these once; libfaketime asks for its file each time.
KEY = ("PYTHON", "LC_", "LANG", "LD_", "FAKETIME", "NO_FAKE")
NOT_KEY = frozenset({"PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX", "FAKETIME_TIMESTAMP_FILE"})


class Server:
    """The process that forks, for one set of what counts at a start."""

    def __init__(self, key: Mapping[str, str]) -> None:
        folder = tempfile.mkdtemp(prefix="forked-")  # the server removes it at its end
        self.address = str(Path(folder, "jobs"))
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(self.address)
        listener.listen(64)
        self._process = subprocess.Popen(
            [sys.executable, str(SERVER), str(listener.fileno())],
            stdin=subprocess.PIPE,
            env={"PATH": os.environ["PATH"], "HOME": folder, **key},
            cwd=folder,
            pass_fds=[listener.fileno()],
        )
        listener.close()

    def close(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait()


@cache
def _server(owner: int, key: tuple[tuple[str, str], ...]) -> Server:
    """The one of this process; a forked process of pytest would have its own."""
    made = Server(dict(key))
    atexit.register(made.close)
    return made


def address(environment: Mapping[str, str]) -> str:
    """Where the server for such an environment listens."""
    key = {n: v for n, v in environment.items() if n.startswith(KEY) and n not in NOT_KEY}
    return _server(os.getpid(), tuple(sorted(key.items()))).address


class Popen(subprocess.Popen[str]):
    """A process of Python: `Popen([sys.executable, "-m", "followupd", ...], env=..., cwd=...)`.

    It takes these options of `subprocess.Popen`: the streams, `text`, `cwd`, `env`, `umask`, `start_new_session`.
    `interrupts`: a test run in the background has SIGINT ignored, and its children would have too. `server`: the
    address of the one that forks, where this process itself is forked.
    """

    def __init__(
        self, words: Sequence[str], *, interrupts: bool = False, server: str = "", **options: Any
    ) -> None:
        assert words[0] == sys.executable
        self._interrupts = interrupts
        self._server = server or address(options.get("env") or os.environ)
        super().__init__(words, **options)

    def _execute_child(self, args: Sequence[str], *rest: Any) -> None:  # type: ignore[override]
        """Instead of fork and exec. The order is that of CPython 3.11 to 3.13."""
        _, preexec, _, _, cwd, env, _, _, shell, *pipes = rest
        read_in, write_in, read_out, write_out, read_err, write_err, _, _, _, _, mask, session, *_ = pipes
        assert not preexec
        assert not shell
        job = {
            "words": list(args[1:]),
            "environment": dict(os.environ if env is None else env),
            "folder": os.fspath(cwd or os.getcwd()),
            "mask": mask,
            "session": session,
            "interrupts": self._interrupts,
        }
        streams = [own if one == -1 else one for own, one in enumerate((read_in, write_out, write_err))]
        self._caller = socket.socket(socket.AF_UNIX)
        self._caller.connect(self._server)
        socket.send_fds(self._caller, [json.dumps(job).encode() + b"\n"], streams)
        self.pid = int.from_bytes(self._caller.recv(4), "little")
        self._child_created = True
        self._close_pipe_fds(read_in, write_in, read_out, write_out, read_err, write_err)

    def _internal_poll(self, *_: Any, **__: Any) -> int | None:
        return self._ends(0)

    def _wait(self, timeout: float | None) -> int:
        if self._ends(timeout) is None:
            assert timeout is not None
            raise subprocess.TimeoutExpired(self.args, timeout)
        return self.returncode

    def _ends(self, seconds: float | None) -> int | None:
        """Its exit code, None if it still runs after so many seconds."""
        if self.returncode is None and select.select([self._caller], [], [], seconds)[0]:
            status = self._caller.recv(4)
            assert status, "the server that has forked it has ended"
            self._handle_exitstatus(int.from_bytes(status, "little"))
            self._caller.close()
        return self.returncode


def start(
    words: Sequence[str], *, fresh: bool = False, interrupts: bool = False, server: str = "", **options: Any
) -> subprocess.Popen[str]:
    """A process of the program; `fresh` starts an interpreter for it, as a user's shell does."""
    if not fresh:
        return Popen(words, interrupts=interrupts, server=server, text=True, **options)
    heard = partial(signal.signal, signal.SIGINT, signal.SIG_DFL) if interrupts else None
    return subprocess.Popen(words, preexec_fn=heard, text=True, **options)


def run(
    words: Sequence[str], *, typed: str = "", timeout: float = 120, **options: Any
) -> subprocess.CompletedProcess[str]:
    """A process of the program to its end, with all that it wrote. Options are those of `start`."""
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    with start(words, **{**pipes, **options}) as child:
        try:
            out, err = child.communicate(typed if child.stdin else None, timeout)
        except BaseException:
            child.kill()
            raise
    return subprocess.CompletedProcess(words, child.returncode, out, err)
