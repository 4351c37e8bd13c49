"""Drafts as files: written whole or not at all, taken back only when nobody touched them.

A draft is written to tmp, made durable, then linked into cur under its final name (Maildir by
D. J. Bernstein). Its name and its modification time come from the draft alone, so that a repeated
attempt makes the same file and a later change by somebody else shows.

A draft that is withdrawn first leaves cur for tmp, is compared once more, and only then removed.
A kill in between leaves it in tmp under a name that says where it was; `repair` puts it back.
"""

# ruff: noqa: PTH103, PTH104, PTH108, PTH208, S108
# Paths are joined by the hundred thousand, where pathlib is too slow; "tmp" is a directory of Maildir.
from __future__ import annotations

import contextlib
import errno
import os
import re
import socket
from collections.abc import Callable, Iterator
from datetime import datetime
from hashlib import sha256

from followupd.core.model import Draft
from followupd.errors import Conflict, Unavailable
from followupd.providers.local.maildir import SUBDIRECTORIES, key_of

RECENT_SECONDS = 600
_TAKEN = "taken-"
_NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK, errno.EXDEV})


def draft_stem(draft: Draft) -> str:
    """The part of the file name that only this draft has, whatever the machine is called."""
    return f"{int(draft.date.timestamp())}.M{draft.date.microsecond}R{_mark(draft)}."


def _mark(draft: Draft) -> str:
    return sha256(draft.message_id.encode("utf-8", "replace")).hexdigest()[:16]


def _host() -> str:
    name = socket.gethostname() or "localhost"
    return re.sub(r"[^A-Za-z0-9.-]", "-", name).strip(".")[:64] or "localhost"


def written_at(key: str) -> int | None:
    """When we wrote the draft of this name, in nanoseconds; None for a name that is not ours."""
    found = re.match(r"(\d{1,12})\.M(\d{1,6})R[0-9a-f]{16}\.", key)
    return (int(found[1]) * 1_000_000 + int(found[2])) * 1000 if found else None


def _entries(folder: str) -> Iterator[tuple[str, str]]:
    for sub in SUBDIRECTORIES:
        with contextlib.suppress(FileNotFoundError):
            yield from ((sub, name) for name in os.listdir(f"{folder}/{sub}"))


# --- writing ------------------------------------------------------------------------------------


def write_draft(folder: str, draft: Draft, raw: bytes) -> str:
    """Puts the bytes into the folder and returns the message's id. Leaves nothing when it fails."""
    stem = draft_stem(draft)
    try:
        clean(folder, draft)
        finished = next((key_of(name) for _, name in _entries(folder) if name.startswith(stem)), None)
        return finished or _write(folder, f"{stem}{_host()}", draft.date, raw)
    except OSError as error:
        with contextlib.suppress(OSError):
            clean(folder, draft)
        raise Unavailable(_words(folder, error)) from error


def _words(folder: str, error: OSError) -> str:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return f"The draft could not be saved in {folder}: the disk is full. Make room; it is tried again."
    return f"The draft could not be saved in {folder}: {error.strerror}. It is tried again."


def _write(folder: str, name: str, date: datetime, raw: bytes) -> str:
    temporary = f"{folder}/tmp/{name}"
    os.makedirs(f"{folder}/tmp", mode=0o700, exist_ok=True)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    descriptor = os.open(temporary, flags, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(raw)
        file.flush()
        at = written_at(name) or int(date.timestamp()) * 10**9
        os.utime(file.fileno(), ns=(at, at))
        os.fsync(file.fileno())
    _publish(temporary, f"{folder}/cur/{name}:2,DS")
    _sync(f"{folder}/cur")
    return name


def _publish(temporary: str, final: str) -> None:
    """Gives the file its final name; an existing one is never replaced."""
    try:
        os.link(temporary, final)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        os.rename(temporary, final)
        return
    os.unlink(temporary)


def _sync(directory: str) -> None:
    """Makes a new name durable. Some file systems can't; they say EINVAL."""
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def clean(folder: str, draft: Draft) -> None:
    """Removes what interrupted attempts at this letter left in tmp, whenever they were made.

    A draft that was being withdrawn lies there under another name: it is not ours to remove.
    """
    ours = re.compile(rf"\d{{1,12}}\.M\d{{1,6}}R{_mark(draft)}\.")
    with contextlib.suppress(FileNotFoundError):
        for name in os.listdir(f"{folder}/tmp"):
            if ours.match(name):
                os.unlink(f"{folder}/tmp/{name}")


# --- taking back --------------------------------------------------------------------------------


def changed_by_others(key: str, mtime_ns: int, now: datetime) -> bool:
    """Whether somebody else saved the draft in the ten minutes before `now`."""
    return mtime_ns != written_at(key) and mtime_ns / 1e9 > now.timestamp() - RECENT_SECONDS


def take_back(folder: str, sub: str, name: str, same: Callable[[str], bool]) -> None:
    """Removes the file if `same` still holds of it once no mail program can find it.

    Raises Conflict when it changed or went in between; then it lies where it was.
    """
    original, aside = f"{folder}/{sub}/{name}", f"{folder}/tmp/{_TAKEN}{sub}-{name}"
    os.makedirs(f"{folder}/tmp", mode=0o700, exist_ok=True)
    try:
        os.rename(original, aside)
    except FileNotFoundError as error:
        raise Conflict("The draft was moved or renamed while it was being withdrawn.") from error
    if not _holds(same, aside):
        _put_back(folder, f"{_TAKEN}{sub}-{name}")
        raise Conflict("The draft was changed while it was being withdrawn; it is left as it is.")
    os.unlink(aside)
    _sync(f"{folder}/{sub}")


def _holds(same: Callable[[str], bool], path: str) -> bool:
    with contextlib.suppress(OSError):
        return same(path)
    return False


def repair(folder: str) -> None:
    """Puts back drafts that an interrupted withdrawal left in tmp."""
    try:
        names = os.listdir(f"{folder}/tmp")
    except OSError:
        return
    for name in names:
        if name.startswith(_TAKEN):
            with contextlib.suppress(OSError):
                _put_back(folder, name)


def _put_back(folder: str, aside: str) -> None:
    sub, _, name = aside.removeprefix(_TAKEN).partition("-")
    if sub in SUBDIRECTORIES and not os.path.lexists(f"{folder}/{sub}/{name}"):
        os.rename(f"{folder}/tmp/{aside}", f"{folder}/{sub}/{name}")
