"""Questions, letters and people as every reading command shows them, made from what the store holds."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from followupd.rows import Record

Json = dict[str, Any]
IN_DRAFTS = frozenset({"drafted", "edited"})


def moment(text: str) -> datetime:
    """A time as the store keeps it."""
    return datetime.fromisoformat(text)


def time(text: str | None) -> str | None:
    """A stored time as ISO 8601 with a numeric offset."""
    return moment(text).isoformat() if text else None


def organisation(process: Record | None) -> str:
    """What to call a process: its organisation, else its domain, else nothing."""
    if process is None:
        return ""
    return str(process["organisation"] or next(iter(process["domains"]), ""))


def by_process(records: Iterable[Record]) -> dict[str, list[Record]]:
    """Records by the process that they belong to."""
    found: dict[str, list[Record]] = {}
    for record in records:
        found.setdefault(record["process"], []).append(record)
    return found


def question(record: Record) -> Json:
    """What only the user can say."""
    names = ("about", "text", "answer_with", "id", "topic", "process", "state", "if_silent")
    return {**{name: record.get(name, "") for name in names}, "since": time(record["since"])}


def follow_up(record: Record) -> Json:
    """A letter. The fields up to `reason` are those that design and docs promise first."""
    sent = record.get("sent")
    return {
        "key": record["key"],
        "kind": record["kind"],
        "step": record["step"],
        "to": record["to"],
        "stage": record["stage"],
        "due": time(record["due"]),
        "send_by": time(record.get("send_by")),
        "drafted_at": time(record.get("drafted_at")),
        "sent_at": time(sent["at"]) if sent else None,
        "expires": time(record.get("expires")),
        "reason": record["reason"],
        "name": record["name"],
        "part": record["part"],
        "account": record["account"],
        "held": bool(record.get("held")),
        "gone_since": time(record.get("gone_since")),
        "purpose": record.get("purpose") or "",
        "rewritten": record.get("rewritten", ""),
        "findings": list(record.get("findings", ())) if record["stage"] in IN_DRAFTS else [],
    }


def people(process: Record, letters: list[Record], interviews: list[Record]) -> list[Json]:
    """Everybody to whom a letter is or was owed, and whom the user or an answer named; each once."""
    named = [(one["to"], one["name"], one["part"]) for one in sorted(letters, key=lambda f: f["key"])]
    taught = [person for one in (*interviews, process) for person in one["people"]]
    named += [(person["address"], person["name"], person["part"]) for person in taught]
    found: dict[str, Json] = {}
    for address, name, part in named:
        entry = {"address": address, "name": name, "part": part}
        if (address or name) and not found.get(address or name, {}).get("name"):
            found[address or name] = entry
    return list(found.values())
