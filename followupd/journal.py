"""The journal: intents before acts, what came of them, withdrawn texts, and the reasons of everything."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from followupd.core.case import Intent
from followupd.core.model import Draft, FollowUp
from followupd.database import Database, decode, encode


class _Journalled(msgspec.Struct):
    draft: Draft | None
    follow_up: FollowUp


class Journal(Database):
    """What was meant, what was done, and why."""

    def intend(self, act: str, follow_up: FollowUp, draft: Draft | None, at: datetime) -> int:
        """Journals an intent before its act. Returns its number."""
        with self.errors_told():
            row = self.connection.execute(
                "INSERT INTO journal (key, revision, act, state, at, account, data) VALUES (?, ?, ?, 'open', ?, ?, ?)",
                (
                    follow_up.key,
                    follow_up.revision,
                    act,
                    at.astimezone(UTC).isoformat(),
                    follow_up.account,
                    encode({"draft": draft, "follow_up": follow_up}),
                ),
            )
        assert row.lastrowid is not None
        return row.lastrowid

    def conclude(self, key: str, state: str) -> None:
        """Closes the open intents of a letter: made, found, nothing, withdrawn, kept."""
        self.write("UPDATE journal SET state = ? WHERE key = ? AND state = 'open'", state, key)

    def intent(self, key: str) -> Intent | None:
        """The open intent of a letter, if any."""
        rows = self.rows(
            "SELECT revision, act, data FROM journal WHERE key = ? AND state = 'open' ORDER BY number DESC",
            key,
        )
        if not rows:
            return None
        return Intent(key, int(rows[0][0]), rows[0][1], decode(rows[0][2], _Journalled).draft)

    def intended(self, key: str) -> FollowUp | None:
        """The follow-up as it was to be after its open intent."""
        rows = self.rows(
            "SELECT data FROM journal WHERE key = ? AND state = 'open' ORDER BY number DESC", key
        )
        return decode(rows[0][0], _Journalled).follow_up if rows else None

    def made_since(self, account: str, since: datetime) -> int:
        """How many drafts were made in an account since a moment."""
        sql = "SELECT count(*) FROM journal WHERE state = 'made' AND account = ? AND at >= ?"
        return int(self.rows(sql, account, since.astimezone(UTC).isoformat())[0][0])

    def keep_text(self, follow_up: FollowUp, at: datetime) -> None:
        """Keeps the text of a withdrawn draft for a while."""
        self.write(
            "INSERT OR REPLACE INTO withdrawn VALUES (?, ?, ?, ?)",
            follow_up.key,
            follow_up.revision,
            at.astimezone(UTC).isoformat(),
            follow_up.text,
        )

    def forget_texts(self, before: datetime) -> None:
        self.write("DELETE FROM withdrawn WHERE at < ?", before.astimezone(UTC).isoformat())

    def record(self, at: datetime, process: str, about: str, action: str, reason: str) -> None:
        self.write(
            "INSERT INTO history (at, process, about, action, reason) VALUES (?, ?, ?, ?, ?)",
            at.astimezone(UTC).isoformat(),
            process,
            about,
            action,
            reason,
        )

    def told(self, process: str, about: str, action: str) -> bool:
        """Whether this was recorded before."""
        sql = "SELECT 1 FROM history WHERE process = ? AND about = ? AND action = ? LIMIT 1"
        return bool(self.rows(sql, process, about, action))

    def history(self, process: str) -> list[tuple[str, str, str, str]]:
        """(at, about, action, reason) of a process, oldest first."""
        rows = self.rows(
            "SELECT at, about, action, reason FROM history WHERE process = ? ORDER BY number", process
        )
        return [(r[0], r[1], r[2], r[3]) for r in rows]
