"""The store as it lies on disk: read only, as plain dicts, without loading the model.

`status` is asked for from prompts and scripts, so it must be quick; and a reading command must not
make a state folder. Records are JSON objects whose keys are the field names of `core.model`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from followupd.errors import StoreError
from followupd.migrations import APPLICATION_ID, NEWEST

DATABASE = "followupd.db"
WAIT = 5.0  # seconds; in WAL mode a reader waits for nobody but a recovery
Record = dict[str, Any]


class Rows:
    """One moment of the store: all that is asked of it fits together."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def select(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """What a query finds."""
        return self.connection.execute(sql, values).fetchall()

    def records(self, table: str) -> list[Record]:
        """Every record of a table that keeps its records in `data`, in the order of its key."""
        rows = self.select(f"SELECT data FROM {table}")  # noqa: S608  names of our own
        return [json.loads(row[0]) for row in rows]

    def whole(self, table: str) -> list[Record]:
        """Every row of a small table, by its key. A store that an older version wrote lacks newer columns."""
        cursor = self.connection.execute(f"SELECT * FROM {table} ORDER BY 1")  # noqa: S608  names of our own
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor]

    def meta(self, name: str) -> str:
        """A value of the folder itself, "" where it has none."""
        rows = self.select("SELECT value FROM meta WHERE name = ?", name)
        return str(rows[0][0]) if rows else ""

    def history(self) -> list[Record]:
        """Every decision, oldest first."""
        rows = self.select("SELECT at, process, about, action, reason FROM history ORDER BY number")
        return [dict(zip(("at", "process", "about", "action", "reason"), row, strict=True)) for row in rows]

    def sightings(self) -> list[Record]:
        """Every event as each calendar showed it, by time."""
        rows = self.select("SELECT id, account, source, choice, reason, data FROM sighting ORDER BY ends, id")
        names = ("id", "account", "source", "choice", "reason")
        return [{**dict(zip(names, row, strict=False)), "event": json.loads(row[5])} for row in rows]


@contextmanager
def reading(state: Path) -> Iterator[Rows | None]:
    """The store in a state folder, None where nothing has run yet. Raises StoreError; makes nothing."""
    path = state / DATABASE
    if not path.exists():
        yield None
        return
    try:
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=WAIT, isolation_level=None
        )
        try:
            connection.execute("BEGIN")
            yield Rows(connection) if _is_ours(connection) else None
        finally:
            connection.close()
    except sqlite3.Error as error:
        msg = (
            f"the state in {state} can't be read: {error}. "
            "Check its rights, or name another folder with --state."
        )
        raise StoreError(msg) from error


def _is_ours(connection: sqlite3.Connection) -> bool:
    """False for a store that is being made at this moment. Raises StoreError for one that is not ours."""
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    owner = int(connection.execute("PRAGMA application_id").fetchone()[0])
    if version == 0 and owner == 0 and not connection.execute("SELECT 1 FROM sqlite_master").fetchone():
        return False
    if owner != APPLICATION_ID:
        msg = "the state file belongs to another program. Name another folder with --state."
        raise StoreError(msg)
    if version > NEWEST:
        msg = (
            f"the state was written by a newer followupd (version {version}, this one knows {NEWEST}). "
            "Update followupd."
        )
        raise StoreError(msg)
    return True
