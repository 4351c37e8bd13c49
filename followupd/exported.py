"""All that is stored, for other programs: the records as they are, and the letters one a row."""

from __future__ import annotations

from pathlib import Path

from followupd.rows import Rows, reading
from followupd.shapes import Json, follow_up, organisation, time

FORMAT = 1
_TABLES = {
    "processes": "process",
    "interviews": "interview",
    "follow_ups": "follow_up",
    "arrivals": "arrival",
    "questions": "question",
    "own_letters": "own_letter",
}


def everything(state: Path) -> Json:
    """Every record, under the names of `core.model`."""
    with reading(state) as rows:
        found: Json = {"format": FORMAT}
        for name, table in _TABLES.items():
            found[name] = rows.records(table) if rows else []
        found["events"] = rows.sightings() if rows else []
        found["history"] = rows.history() if rows else []
        found["withdrawn_texts"] = _withdrawn(rows) if rows else []
        return found


def _withdrawn(rows: Rows) -> list[Json]:
    found = rows.select("SELECT key, revision, at, text FROM withdrawn ORDER BY key, revision")
    return [dict(zip(("key", "revision", "at", "text"), row, strict=True)) for row in found]


def letters(state: Path) -> list[Json]:
    """The letters, one a row, by when they are or were due."""
    with reading(state) as rows:
        if rows is None:
            return []
        processes = {record["key"]: record for record in rows.records("process")}
        records = sorted(rows.records("follow_up"), key=lambda one: (str(time(one["due"])), one["key"]))
        return [
            {
                **follow_up(one),
                "organisation": organisation(processes.get(one["process"])),
                "process": one["process"],
                "sender": one["sender"],
                "since": time(one["since"]),
                "subject": one["subject"],
            }
            for one in records
        ]
