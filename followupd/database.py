"""The database under the store: one SQLite file in the state folder, WAL, for its owner's eyes alone.

Every write happens inside `with database.transaction():`. Errors of SQLite become StoreError, with words.
"""

from __future__ import annotations

import json
import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import msgspec

from followupd.errors import StoreError
from followupd.migrations import check_owner, migrate

DATABASE = "followupd.db"
WAIT = 30.0  # seconds
T = TypeVar("T")

_encoder = msgspec.json.Encoder()
_decoders: dict[type, Callable[[str | bytes], object]] = {}


def encode(record: object) -> str:
    """A record as JSON text."""
    try:
        return _encoder.encode(record).decode()
    except (
        UnicodeEncodeError
    ):  # halves of surrogate pairs, as JSON by others and the command line can hold them
        whole = json.dumps(msgspec.to_builtins(record), ensure_ascii=False)
        return whole.encode(errors="replace").decode()


def decode(text: str, kind: type[T]) -> T:
    """The record of this kind that the JSON text holds."""
    decoder = _decoders.get(kind)
    if decoder is None:
        decoder = _decoders[kind] = msgspec.json.Decoder(kind).decode
    record = decoder(text)
    assert isinstance(record, kind)
    return record


def private_folder(folder: Path) -> None:
    """Makes a folder that only its owner may enter. Raises StoreError."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if folder.is_symlink() or not folder.is_dir():
            raise StoreError(f"{folder} is not a folder of its own. Remove it, or name another with --state.")
        mode = folder.stat().st_mode
        if mode & 0o077 or not mode & 0o700:  # a umask may take away our own rights too
            folder.chmod(0o700)
    except OSError as error:
        raise StoreError(
            f"the state folder {folder} can't be used: {error.strerror}. Name another with --state."
        ) from error


def private_file(path: Path) -> None:
    """Makes sure that a file exists, is no link, and is for its owner only. Raises StoreError."""
    os.close(open_private(path))


def open_private(path: Path, flags: int = 0) -> int:
    """Opens a file of ours for reading and writing, making it if need be; never through a link.

    Returns the descriptor. Raises StoreError.
    """
    try:
        number = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | flags, 0o600)
        mode = os.fstat(number).st_mode
        if mode & 0o077 or not mode & 0o600:  # a umask may take away our own rights too
            os.fchmod(number, 0o600)
    except OSError as error:
        raise StoreError(f"{path} can't be used: {error.strerror}.") from error
    return number


class Database:
    """An open state folder. Use one instance a thread. `wait` is for other processes' transactions, in seconds."""

    def __init__(self, folder: Path, wait: float = WAIT) -> None:
        private_folder(folder)
        self.folder = folder
        self.path = folder / DATABASE
        if self.path.is_symlink() or not self.path.exists():
            private_file(self.path)
        self.connection = sqlite3.connect(self.path, timeout=wait, isolation_level=None)
        with self.errors_told():
            # Before anything is written: another program's file must stay as it is, mode and all.
            check_owner(self.connection)
            self._make_private()
            self.connection.execute("PRAGMA journal_mode = WAL")
            self.connection.execute("PRAGMA synchronous = FULL")
            migrate(self.connection)
        self.commits = 0

    def _make_private(self) -> None:
        """By its name: closing any descriptor of the file drops every lock that SQLite holds on it here, and
        the next process takes the log of changes away from under us (fcntl(2), sqlite.org/howtocorrupt.html 2.2)."""
        try:
            if stat.S_IMODE(self.path.stat().st_mode) != 0o600:
                self.path.chmod(0o600)
        except OSError as error:
            raise StoreError(f"{self.path} can't be used: {error.strerror}.") from error

    def close(self) -> None:
        self.connection.close()

    @contextmanager
    def errors_told(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise StoreError(
                f"the state in {self.folder} can't be read or written: {error}. "
                "Nothing was changed by this step; check the disk's space and rights."
            ) from error

    @contextmanager
    def transaction(self, *, durable: bool = True) -> Iterator[None]:
        """One atomic change; rolled back when the body raises. Not nested.

        With `durable` false it may be lost (whole) when the power fails, and costs no wait for the
        disk: for what is merely worked out again then.
        """
        with self.errors_told():
            self.connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
            self.connection.execute("BEGIN IMMEDIATE")
            before = self.connection.total_changes
            try:
                yield
            except BaseException:
                self.connection.execute("ROLLBACK")
                raise
            if self.connection.total_changes == before:
                self.connection.execute("ROLLBACK")
            else:
                self.connection.execute("COMMIT")
                self.commits += durable

    def rows(self, sql: str, *values: object) -> list[tuple[str, ...]]:
        with self.errors_told():
            return self.connection.execute(sql, values).fetchall()

    def write(self, sql: str, *values: object) -> int:
        with self.errors_told():
            return self.connection.execute(sql, values).rowcount
