"""The state folder: whether it can be kept, from others too, and whether what lies in it can be read.

Nothing is made here, not even the files that SQLite lays beside a database that it reads.
"""

from __future__ import annotations

import os
import shlex
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from followupd.cli.doctor.finding import Finding, hint, ok, problem, told
from followupd.errors import StoreError
from followupd.migrations import NEWEST, check_owner
from followupd.overview import USUAL_POLL
from followupd.rows import DATABASE, WAIT, Record, Rows

CREDENTIALS, NOTES = "credentials", "notes"
FULL, SCARCE = 16 << 20, 200 << 20  # bytes that are free


@dataclass(frozen=True, slots=True)
class Stored:
    """What the pages need of the store; empty where nothing has run, or nothing can be read."""

    processes: tuple[Record, ...] = ()
    accounts: dict[str, Record] = field(default_factory=dict)
    poll: timedelta = timedelta(seconds=USUAL_POLL)


# --- the folder -----------------------------------------------------------------------------------


def folder(path: Path) -> Iterator[Finding]:
    """The folder itself, the links in it, and the room on its disk."""
    try:
        yield _folder(path)
        yield from _links(path)
        yield _room(path)
    except OSError as error:
        yield _bad(f"{path} can't be looked at ({error.strerror}). Name another with --state.")


def _folder(path: Path) -> Finding:
    if path.is_symlink():
        return _bad(f"{path} is a link, and followupd follows none there. Name its target with --state.")
    if not path.exists():
        return _to_be(path)
    if not path.is_dir():
        return _bad(f"{path} is a file, and a folder is needed. Name another with --state.")
    return _rights(path)


def _rights(path: Path) -> Finding:
    status = path.stat()
    if status.st_uid != os.geteuid():
        return _bad(
            f"{path} belongs to another user. Run followupd as that user, or make it yours: "
            f"sudo chown -R $USER {shlex.quote(str(path))}"
        )
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        return _bad(f"{path} can't be written. Give it back to yourself: chmod 700 '{path}'")
    if stat.S_IMODE(status.st_mode) & 0o077:
        return problem("state", f"{path} is open to others on this machine. Close it: chmod 700 '{path}'")
    return ok("state", f"{path} can be written, by you alone.")


def _to_be(path: Path) -> Finding:
    home = _nearest(path)
    if os.access(home, os.W_OK | os.X_OK):
        return ok("state", f"{path} does not exist yet and will be made at the first run.")
    return _bad(f"{path} does not exist, and {home} can't be written. Name another with --state.")


def _links(path: Path) -> Iterator[Finding]:
    """Links where followupd keeps files of its own. The notes are the user's, and may lie elsewhere."""
    if path.is_symlink() or not path.is_dir():
        return
    for place in (path, path / CREDENTIALS):
        if place.is_dir() and not place.is_symlink():
            for found in sorted(place.iterdir()):
                if found.is_symlink() and found != path / NOTES:
                    yield _bad(
                        f"{found} is a link, and followupd made none: somebody else may have. It is not followed. "
                        f"Remove it: rm {shlex.quote(str(found))}"
                    )


def _room(path: Path) -> Finding:
    disk = os.statvfs(_nearest(path))
    free = disk.f_bavail * disk.f_frsize
    if disk.f_flag & os.ST_RDONLY:
        return problem(
            "disk", f"the disk of {path} is read only. Mount it anew.", exit_code=StoreError.exit_code
        )
    if free < FULL or (disk.f_files and not disk.f_favail):
        return problem(
            "disk",
            f"the disk of {path} is full ({free >> 20} MB are free). Nothing can be kept until you make room.",
            exit_code=StoreError.exit_code,
        )
    if free < SCARCE:
        return hint("disk", f"the disk of {path} is nearly full: {free >> 20} MB are free. Make room soon.")
    return ok("disk", f"{free >> 20:,} MB are free for {path}.")


def _nearest(path: Path) -> Path:
    """The folder itself, or that around it which exists."""
    return next(one for one in (path.absolute(), *path.absolute().parents) if one.exists())


def _bad(text: str) -> Finding:
    return problem("state", text, exit_code=StoreError.exit_code)


# --- what lies in it ------------------------------------------------------------------------------


def stored(path: Path) -> tuple[Stored, list[Finding]]:
    """What was read, and what is to be said of the database; nothing where there is none."""
    read: list[Stored] = []
    about = list(told("state", _database(path, read)))
    return (read[0] if read else Stored()), about


def _database(path: Path, read: list[Stored]) -> Iterator[Finding]:
    database = path / DATABASE
    if path.is_symlink() or database.is_symlink() or not database.exists():
        return
    if not os.access(database, os.R_OK | os.W_OK):
        raise StoreError(f"{database} can't be read and written. Run: chmod 600 {shlex.quote(str(database))}")
    try:
        with closing(_opened(database)) as connection:
            check_owner(connection)
            yield _whole(connection, path)
            read.extend(_read(Rows(connection)))
    except sqlite3.Error as error:
        raise StoreError(_damaged(path, str(error))) from error


def _opened(database: Path) -> sqlite3.Connection:
    # Beside a database that is read SQLite leaves two files, unless it is told that nobody writes: so it is where
    # there is no log of a writer.
    is_resting = not database.with_name(f"{DATABASE}-wal").exists()
    uri = f"{database.absolute().as_uri()}?mode=ro{'&immutable=1' if is_resting else ''}"
    return sqlite3.connect(uri, uri=True, timeout=WAIT, isolation_level=None)


def _whole(connection: sqlite3.Connection, path: Path) -> Finding:
    wrong = [str(row[0]) for row in connection.execute("PRAGMA quick_check(3)") if row[0] != "ok"]
    if wrong:
        return _bad(_damaged(path, "; ".join(wrong)))
    version = _version(connection)
    if 0 < version < NEWEST:
        return ok("state", f"the database opens; the next run brings it from version {version} to {NEWEST}.")
    return ok("state", f"the database opens and is whole (version {version}).")


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _damaged(path: Path, why: str) -> str:
    aside = shlex.quote(f"{path}.damaged")
    return (
        f"the database in {path} can't be read ({why}). Check the disk; if you have a backup of the folder, put it "
        f"back. Without one: stop followupd and run mv {shlex.quote(str(path))} {aside}. The next run then begins "
        "anew, and asks before it drafts anything that was due."
    )


def _read(rows: Rows) -> Iterator[Stored]:
    if _version(rows.connection) == 0:  # a store that is being made at this moment
        return
    yield Stored(
        tuple(rows.records("process")),
        {str(account["name"]): account for account in rows.whole("account")},
        timedelta(seconds=float(rows.meta("poll") or USUAL_POLL)),
    )
