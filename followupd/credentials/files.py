"""The folder of sealed files: their names, how one is replaced, and who may change them.

A file has its old content or its new, whenever the process is killed. No link is followed.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from followupd.database import private_folder
from followupd.errors import StoreError

FOLDER = "credentials"
LARGEST = 1 << 20  # bytes of a file; a token cache has 5,000 to 6,500
LONGEST = 250  # bytes of a file's name: 255, without the dot and the ".new" of a file being written
ID, LOCK = "id", "lock"  # files of our own beside those of the accounts


# Names of files.


def name_bytes(name: str) -> bytes:
    return name.encode("utf-8", "surrogatepass")


def file_name(name: str) -> str:
    """The file of an account, whose name may be any line of text. Raises StoreError where there is none.

    Like urllib's quote, with "_" for "%", and capitals quoted too: some file systems know no case. A
    first dot is quoted, for "." and "..", and so are the names of our own files.
    """
    raw = name_bytes(name)
    file = re.sub(rb"\A\.|[^a-z0-9.-]", lambda found: b"_%02x" % found[0][0], raw).decode()
    if file in (ID, LOCK):
        file = f"_{raw[0]:02x}{file[1:]}"
    if not file or len(file) > LONGEST:
        raise StoreError(
            f"an account can't be called {name[:40]!r}{'…' * (len(name) > 40)}: its sign-in is kept in a "
            "file of that name, and a file can't have it. Name it with a few letters in the config."
        )
    return file


def name_of(file: str) -> str | None:
    """The account of a file, None for a file that is no account's."""
    with suppress(StoreError, UnicodeError):
        name = unquote(file.replace("_", "%"), errors="surrogatepass")
        return name if file_name(name) == file else None
    return None


def being_written(file: str) -> str:
    return f".{file}.new"


# The folder and its files.


@contextmanager
def closed_after(number: int) -> Iterator[int]:
    try:
        yield number
    finally:
        os.close(number)


def first_bytes(number: int, most: int) -> bytes:
    content = b""
    while len(content) < most and (more := os.read(number, most - len(content))):
        content += more
    return content


@contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.ENOTDIR):
            words = f"{path} is a link, or not what followupd made. It is not followed; remove it."
        else:
            words = f"{path} can't be used: {error.strerror}. What was kept before is still there."
        raise StoreError(words) from error


@dataclass(frozen=True, slots=True)
class Files:
    """The open folder. All goes by its descriptor: whoever swaps its path gets nothing."""

    path: Path
    number: int

    def read(self, file: str) -> bytes | None:
        """The first bytes of a file, one more than are allowed. None where there is no such file."""
        with _told(self.path / file):
            try:
                number = os.open(
                    file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, dir_fd=self.number
                )
            except FileNotFoundError:
                return None
            with closed_after(number):
                if not stat.S_ISREG(os.fstat(number).st_mode):
                    raise OSError(errno.ENOTDIR, "not a file")
                return first_bytes(number, LARGEST + 1)

    def replace(self, file: str, content: bytes) -> None:
        """Gives a file new content, on the disk when this returns. The lock is held."""
        new = being_written(file)
        with _told(self.path / file):
            self._unlink(new)  # a killed process may have left it
            try:
                self._make(new, content)
                os.rename(new, file, src_dir_fd=self.number, dst_dir_fd=self.number)
            except BaseException:
                with suppress(OSError):
                    self._unlink(new)
                raise
            os.fsync(self.number)

    def remove(self, file: str) -> bool:
        """Removes a file, or the link in its place. Whether there was one."""
        with _told(self.path / file):
            there = self._unlink(file)
            os.fsync(self.number)
        return there

    def all(self) -> list[str]:
        with _told(self.path):
            return os.listdir(self.number)  # noqa: PTH208  a path would be looked up again

    def _make(self, file: str, content: bytes) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        with closed_after(os.open(file, flags, 0o600, dir_fd=self.number)) as number:
            os.fchmod(number, 0o600)  # whatever the umask takes away
            while content:
                content = content[os.write(number, content) :]
            os.fsync(number)

    def _unlink(self, file: str) -> bool:
        try:
            os.unlink(file, dir_fd=self.number)
        except FileNotFoundError:
            return False
        return True


@contextmanager
def opened(path: Path) -> Iterator[Files | None]:
    """The folder as it is, None where there is none."""
    number = None
    with _told(path), suppress(FileNotFoundError):
        number = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    if number is None:
        yield None
        return
    with closed_after(number):
        yield Files(path, number)


@contextmanager
def locked(path: Path) -> Iterator[Files]:
    """The folder for the one process that changes it: made if need be, and for its owner alone."""
    private_folder(path.parent)
    private_folder(path)
    with opened(path) as files:
        if files is None:
            raise StoreError(f"{path} was removed just now. Nothing was kept; try again.")
        with _told(path / LOCK):
            flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
            number = os.open(LOCK, flags, 0o600, dir_fd=files.number)
        with closed_after(number):
            with _told(path / LOCK):
                os.fchmod(number, 0o600)
                fcntl.flock(number, fcntl.LOCK_EX)  # the kernel frees it when its holder dies
            yield files


def id_in(files: Files | None) -> str:
    """What the keyring knows this folder's key by, "" where it was never given one."""
    content = (files.read(ID) if files else None) or b""
    found = re.fullmatch(rb"([0-9a-f]{32})\n", content)
    return found[1].decode() if found else ""
