"""Files that followupd made, known by their names, and removed. What is not known stays, and so does its folder.

A folder is opened once and all goes by its descriptor, so that whoever swaps its path gets nothing. No link is
followed: neither in the place of a folder nor in that of a file.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from followupd.credentials.files import FOLDER, ID, LOCK
from followupd.errors import StoreError
from followupd.migrations import APPLICATION_ID
from followupd.providers.registry import SIGN_INS
from followupd.rows import DATABASE

NOTES = "notes"
SAID = r"said-until-[0-9-]+\.txt"
_HEADER = 100  # bytes, https://www.sqlite.org/fileformat2.html, section 1.3
HELD = "lock"

# In the order in which they go. The database first: what is left of a killed removal is then no older state.
# The lock last, since it is held.
STATE = (DATABASE, rf"{DATABASE}-(?:wal|shm|journal)", r"cycle-[0-9a-f]{12}", "wake", r"preview\.html", HELD)
_SIGN_IN = rf"[^/]+\.(?:{'|'.join(SIGN_INS)})"
# Not the id: by it the key is found in the keyring, and it goes when the key has gone.
CREDENTIALS = (rf"\.(?:{_SIGN_IN}|{ID})\.new", LOCK)
ANY_FILE = (r"[^/]+",)
LOGS = (r"[^/]+\.log",)


@dataclass(frozen=True, slots=True)
class Content:
    """What lies in a folder: files of ours, in the order in which they go, and all else."""

    ours: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


def content(folder: Path, names: tuple[str, ...]) -> Content:
    """What lies there; nothing where there is no folder. Raises StoreError where a link stands in its place."""
    with _opened(folder) as number:
        return Content() if number is None else _content(number, names)


def remove(folder: Path, names: tuple[str, ...], *, whole: bool = True) -> Content:
    """Removes the files of ours, and with `whole` the folder when that leaves it empty. Returns what there was.

    Raises StoreError where a link stands in the folder's place, OSError where the disk says no.
    """
    with _opened(folder) as number:
        if number is None:
            return Content()
        found = _content(number, names)
        for name in found.ours:
            with suppress(FileNotFoundError):
                os.unlink(name, dir_fd=number)
    if whole and not found.others:
        remove_empty(folder)
    return found


def remove_empty(folder: Path) -> None:
    """Removes a folder with nothing in it; one that is not there, or not empty, is left at that."""
    with suppress(FileNotFoundError):
        if not folder.is_symlink() and not any(folder.iterdir()):
            folder.rmdir()


@contextmanager
def _opened(folder: Path) -> Iterator[int | None]:
    try:
        number = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        yield None
        return
    except OSError as error:
        if folder.is_symlink() or not folder.is_dir():
            raise StoreError(
                f"{folder} is a link, or no folder. It was not followed, and nothing in it was removed."
            ) from error
        raise
    try:
        yield number
    finally:
        os.close(number)


def _content(number: int, names: tuple[str, ...]) -> Content:
    """By name and kind: a folder or a link that has one of our names is not ours."""
    ours: list[tuple[int, str]] = []
    others = []
    for name in sorted(os.listdir(number)):
        rank = next((n for n, one in enumerate(names) if re.fullmatch(one, name)), None)
        if rank is not None and _is_file(number, name):
            ours.append((rank, name))
        else:
            others.append(name)
    return Content(tuple(name for _, name in sorted(ours)), tuple(others))


def _is_file(number: int, name: str) -> bool:
    mode = os.stat(name, dir_fd=number, follow_symlinks=False).st_mode
    return stat.S_ISREG(mode) or stat.S_ISFIFO(mode)


# --- whether a folder is ours at all ------------------------------------------------------------


def is_ours(state: Path) -> bool:
    """Whether followupd has been at work in this folder: a slip of `--state` must not cost anybody their files."""
    with _opened(state) as number:
        if number is None:
            return False
        found = _content(number, STATE).ours
    signs = [name for name in found if name.startswith("cycle-")]
    by_lock = HELD in found and _first_bytes(state / HELD).startswith(b"followupd ")
    by_database = DATABASE in found and is_our_database(state / DATABASE)
    inside = ((FOLDER, (ID, _SIGN_IN)), (NOTES, (SAID,)))
    return bool(signs) or by_lock or by_database or any(_holds(state / name, names) for name, names in inside)


def _holds(folder: Path, names: tuple[str, ...]) -> bool:
    with suppress(StoreError):  # a link: told when it is met with
        return bool(content(folder, names).ours)
    return False


def is_our_database(path: Path) -> bool:
    """Whether a database is ours, or is being made. A file that is no database is what is left of ours.

    Source: https://www.sqlite.org/fileformat2.html, section 1.3: application id at 68, pages at 28.
    """
    header = _first_bytes(path)
    if not header.startswith(b"SQLite format 3\x00"):
        return True
    pages, owner = int.from_bytes(header[28:32], "big"), int.from_bytes(header[68:72], "big")
    return owner == APPLICATION_ID or (owner == 0 and pages <= 1)


def _first_bytes(path: Path) -> bytes:
    try:
        number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return b""
    try:
        return os.read(number, _HEADER)
    finally:
        os.close(number)
