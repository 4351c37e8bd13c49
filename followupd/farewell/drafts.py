"""Letters that lie in Drafts, as the state knows them. Read without loading the model."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from followupd.rows import Record, Rows, reading

IN_DRAFTS = frozenset({"drafted", "edited", "unsure", "expired"})


@dataclass(frozen=True, slots=True)
class Lying:
    """A letter in Drafts. `untouched` as far as the last cycle saw: it is read again before it is removed.

    `doubtful` where an interruption left open whether it was made.
    """

    key: str
    kind: str
    step: int
    to: str
    name: str
    account: str
    stage: str
    since: str
    doubtful: bool = False

    @property
    def untouched(self) -> bool:
        return self.stage == "drafted" or self.doubtful


def lying(state: Path) -> list[Lying]:
    """The letters in Drafts that the state knows of, oldest first. Makes nothing. Raises StoreError."""
    with reading(state) as rows:
        if rows is None:
            return []
        begun = _begun(rows)
        records = [r for r in rows.records("follow_up") if r["key"] in begun or _lies(r)]
        return sorted((_lying(r, begun) for r in records), key=lambda one: (one.since, one.key))


def _begun(rows: Rows) -> set[str]:
    """Keys of letters whose making was begun, and nobody knows whether it came to its end."""
    return {
        str(key) for (key,) in rows.select("SELECT key FROM journal WHERE state = 'open' AND act = 'create'")
    }


def _lies(record: Record) -> bool:
    return record["stage"] in IN_DRAFTS and bool(record.get("draft_id"))


def _lying(record: Record, begun: Collection[str]) -> Lying:
    return Lying(
        record["key"],
        record["kind"],
        record["step"],
        record["to"],
        record["name"],
        record["account"],
        record["stage"],
        record.get("drafted_at") or record["since"],
        record["key"] in begun,
    )
