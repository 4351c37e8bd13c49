"""Run under a unit's restrictions by a drop-in: tries what the program needs, and what it must not be able to do.

Prints one JSON object: each word → "" where it was possible, else why not.
"""

from __future__ import annotations

import ctypes
import json
import mmap
import os
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

from followupd.credentials import Vault
from followupd.providers.internet.command import printed

# Of Linux: socket.h, personality.h, mman.h. Python names them only where it runs on Linux.
AF_NETLINK = 16
ADDR_NO_RANDOMIZE = 0x0040000
WRITE_AND_EXECUTE = 0x7  # with reading
HOME = Path.home()
STATE = HOME / ".local/state/followupd"


def touch(folder: Path, mode: int = 0o600) -> None:
    made = folder / ".probe"
    made.touch()
    try:
        made.chmod(mode)
    finally:
        made.unlink()


def notes() -> None:
    (STATE / "notes").mkdir(exist_ok=True)
    touch(STATE / "notes")


def on_the_bus() -> None:
    """What a keyring and notify-send need: a connection to the session's D-Bus."""
    with socket.socket(socket.AF_UNIX) as bus:
        bus.connect(f"{os.environ['XDG_RUNTIME_DIR']}/bus")


def seal_and_open(source: str) -> None:
    """A sign-in, with a key from there."""
    vault = Vault(STATE)
    if source not in vault.where():
        raise LookupError(vault.where())
    vault.write("probe", b"a token")
    if vault.read("probe") != b"a token":
        raise LookupError("what was sealed is another thing now")
    vault.delete("probe")


def system_call(name: str, argument: int) -> None:
    library = ctypes.CDLL(None, use_errno=True)
    if getattr(library, name)(argument) == -1:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


ATTEMPTS: dict[str, Callable[[], object]] = {
    "write state": lambda: touch(STATE),
    "write cache": lambda: touch(HOME / ".cache/followupd"),
    "write notes": notes,
    "write Drafts": lambda: touch(HOME / "Mail/Drafts/tmp"),
    "read config": lambda: (HOME / ".config/followupd/config.yaml").read_text(),
    "read calendar": lambda: list((HOME / "calendars").iterdir()),
    "run a program": lambda: subprocess.run(["/bin/sh", "-c", "true"], check=True),
    "a password by a command": lambda: printed("head -1 ~/.config/followupd/config.yaml | tr a-z A-Z"),
    "the internet": lambda: socket.socket(socket.AF_INET).close(),
    "the session's bus": on_the_bus,
    "a key of systemd's": lambda: seal_and_open("systemd credential"),
    "a key in the keyring": lambda: seal_and_open("keyring"),
    "write home": lambda: touch(HOME),
    "write config": lambda: touch(HOME / ".config/followupd"),
    "write calendar": lambda: touch(HOME / "calendars"),
    "write ssh": lambda: touch(HOME / ".ssh"),
    "write program": lambda: touch(HOME / "venv/bin"),
    "write units": lambda: touch(HOME / ".config/systemd/user"),
    "write elsewhere": lambda: touch(Path("/opt")),
    "netlink": lambda: socket.socket(AF_NETLINK, socket.SOCK_RAW).close(),
    "execute what it wrote": lambda: mmap.mmap(-1, 4096, prot=WRITE_AND_EXECUTE).close(),
    "set-user-id file": lambda: touch(STATE, 0o4700),
    "another personality": lambda: system_call("personality", ADDR_NO_RANDOMIZE),
    "another priority": lambda: os.setpriority(os.PRIO_PROCESS, 0, 1),
    "new namespaces": lambda: subprocess.run(["unshare", "--user", "--mount", "true"], check=True),
}


def why_not(attempt: Callable[[], object]) -> str:
    try:
        attempt()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""


def main() -> None:
    print(json.dumps({"probe": {words: why_not(attempt) for words, attempt in ATTEMPTS.items()}}))


if __name__ == "__main__":
    main()
