"""Files that can be read: pipes, sockets, devices, folders and links to nowhere are told, never opened.

Opening a pipe waits for its writer and a device may never end, so only a regular file is opened.
"""

# ruff: noqa: PTH114, PTH116  called for every file of a mailbox, where pathlib is too slow
# Paths are joined by the hundred thousand, where pathlib is too slow.
from __future__ import annotations

import errno
import os
from stat import S_ISDIR, S_ISREG
from typing import BinaryIO

_NOWHERE = frozenset({errno.ENOENT, errno.ENOTDIR, errno.ELOOP})
_FLAGS = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


class NotAFileError(OSError):
    """What lies there is no file, and waiting makes it none: `strerror` says what it is."""

    def __init__(self, what: str, path: str) -> None:
        super().__init__(errno.EINVAL, what, path)


def regular(path: str) -> os.stat_result:
    """The stamp of a file, or of what a link leads to. Raises NotAFileError for anything else."""
    try:
        status = os.stat(path)
    except OSError as error:
        if error.errno in _NOWHERE and os.path.islink(path):
            raise NotAFileError("it is a link that leads nowhere", path) from error
        raise
    _check(status, path)
    return status


def _check(status: os.stat_result, path: str) -> None:
    if not S_ISREG(status.st_mode):
        what = "a folder" if S_ISDIR(status.st_mode) else "a pipe, a socket or a device"
        raise NotAFileError(f"it is {what}, not a file", path)


def open_regular(path: str) -> BinaryIO:
    """The file, open for reading. Never waits for a pipe that takes its place at this moment."""
    regular(path)
    descriptor = os.open(path, _FLAGS)
    try:
        _check(os.fstat(descriptor), path)
    except OSError:
        os.close(descriptor)
        raise
    return os.fdopen(descriptor, "rb")
