"""The store's schema, one step a version. A fresh database takes every step, like an old one."""

from __future__ import annotations

import sqlite3

from followupd.errors import StoreError

APPLICATION_ID = 0x466F6C75  # "Folu", so that `file` and we can tell our database from others

STEPS: dict[int, tuple[str, ...]] = {
    1: (
        "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
        "CREATE TABLE account (name TEXT PRIMARY KEY, state TEXT NOT NULL, problem TEXT NOT NULL,"
        " since TEXT NOT NULL) STRICT, WITHOUT ROWID",
        "CREATE TABLE cursor (account TEXT NOT NULL, source TEXT NOT NULL, value TEXT NOT NULL,"
        " PRIMARY KEY (account, source)) STRICT, WITHOUT ROWID",
        # Every event that a calendar showed, with the rules' verdict: what `explain` tells from.
        "CREATE TABLE sighting (id TEXT NOT NULL, account TEXT NOT NULL, source TEXT NOT NULL,"
        " ends REAL NOT NULL, choice TEXT NOT NULL, reason TEXT NOT NULL, data TEXT NOT NULL,"
        " PRIMARY KEY (id, account, source)) STRICT, WITHOUT ROWID",
        "CREATE TABLE process (key TEXT PRIMARY KEY, state TEXT NOT NULL, wake_at REAL,"
        " version INTEGER NOT NULL, data TEXT NOT NULL) STRICT, WITHOUT ROWID",
        "CREATE INDEX process_wake ON process (wake_at) WHERE wake_at IS NOT NULL",
        # domain, address, reference (Message-ID or thread) → process
        "CREATE TABLE link (kind TEXT NOT NULL, value TEXT NOT NULL, process TEXT NOT NULL,"
        " PRIMARY KEY (kind, value, process)) STRICT, WITHOUT ROWID",
        "CREATE INDEX link_process ON link (process)",
        "CREATE TABLE interview (id TEXT PRIMARY KEY, process TEXT NOT NULL, data TEXT NOT NULL)"
        " STRICT, WITHOUT ROWID",
        "CREATE INDEX interview_process ON interview (process)",
        "CREATE TABLE follow_up (key TEXT PRIMARY KEY, process TEXT NOT NULL, stage TEXT NOT NULL,"
        " draft_id TEXT NOT NULL, held TEXT NOT NULL, data TEXT NOT NULL) STRICT, WITHOUT ROWID",
        "CREATE INDEX follow_up_process ON follow_up (process)",
        "CREATE INDEX follow_up_held ON follow_up (held) WHERE held != ''",
        # A letter's key for ever, also when everything else about it has been purged.
        "CREATE TABLE reserved (key TEXT PRIMARY KEY, process TEXT NOT NULL) STRICT, WITHOUT ROWID",
        "CREATE TABLE arrival (id TEXT NOT NULL, process TEXT NOT NULL, data TEXT NOT NULL,"
        " PRIMARY KEY (id, process)) STRICT, WITHOUT ROWID",
        "CREATE INDEX arrival_process ON arrival (process)",
        "CREATE TABLE own_letter (account TEXT NOT NULL, id TEXT NOT NULL, process TEXT NOT NULL,"
        " present INTEGER NOT NULL, data TEXT NOT NULL, PRIMARY KEY (account, id, process)) STRICT, WITHOUT ROWID",
        "CREATE INDEX own_letter_process ON own_letter (process)",
        "CREATE TABLE question (id TEXT PRIMARY KEY, process TEXT NOT NULL, state TEXT NOT NULL,"
        " data TEXT NOT NULL) STRICT, WITHOUT ROWID",
        "CREATE INDEX question_process ON question (process)",
        "CREATE TABLE journal (number INTEGER PRIMARY KEY, key TEXT NOT NULL, revision INTEGER NOT NULL,"
        " act TEXT NOT NULL, state TEXT NOT NULL, at TEXT NOT NULL, account TEXT NOT NULL,"
        " data TEXT NOT NULL) STRICT",
        "CREATE INDEX journal_open ON journal (key) WHERE state = 'open'",
        "CREATE INDEX journal_made ON journal (account, at) WHERE state = 'made'",
        "CREATE TABLE withdrawn (key TEXT NOT NULL, revision INTEGER NOT NULL, at TEXT NOT NULL,"
        " text TEXT NOT NULL, PRIMARY KEY (key, revision)) STRICT, WITHOUT ROWID",
        "CREATE TABLE history (number INTEGER PRIMARY KEY, at TEXT NOT NULL, process TEXT NOT NULL,"
        " about TEXT NOT NULL, action TEXT NOT NULL, reason TEXT NOT NULL) STRICT",
        "CREATE INDEX history_about ON history (process, about, action)",
    ),
    # What the user should do before an account stops working: a sign-in about to end.
    2: ("ALTER TABLE account ADD COLUMN notice TEXT NOT NULL DEFAULT ''",),
    # A handful among very many, asked for in every look at an Outlook mailbox.
    3: (
        "CREATE INDEX follow_up_in_drafts ON follow_up (stage) WHERE stage IN ('drafted', 'edited', 'unsure')",
    ),
    # By the first word of its organisation's name; "" for any, until the process is next written.
    4: ("INSERT OR IGNORE INTO link SELECT 'name', '', key FROM process",),
}
NEWEST = max(STEPS)


def check_owner(connection: sqlite3.Connection) -> None:
    """Raises StoreError for a database of another program or of a newer followupd. Changes nothing."""
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    owner = int(connection.execute("PRAGMA application_id").fetchone()[0])
    empty = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0
    if not (owner == APPLICATION_ID or (owner == 0 and version == 0 and empty)):
        msg = "the state file belongs to another program. Name another folder with --state."
        raise StoreError(msg)
    if version > NEWEST:
        msg = (
            f"the state was written by a newer followupd (version {version}, this one knows {NEWEST}). "
            "Update followupd."
        )
        raise StoreError(msg)


def migrate(connection: sqlite3.Connection) -> None:
    """Brings a database that is ours, or empty, to the newest version, in one transaction a step."""
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    for step in range(version + 1, NEWEST + 1):
        connection.execute("BEGIN IMMEDIATE")
        # Another process may have taken the step while this one waited for the lock.
        if int(connection.execute("PRAGMA user_version").fetchone()[0]) >= step:
            connection.execute("ROLLBACK")
            continue
        for statement in STEPS[step]:
            connection.execute(statement)
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {step}")
        connection.execute("COMMIT")
