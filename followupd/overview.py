"""How things stand: the data of `status` and `plan`, read from the store alone.

Both are documented in docs/json.md; fields are only ever added.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from followupd.heartbeat import heartbeat
from followupd.rows import Record, Rows, reading

Json = dict[str, Any]
OPEN = frozenset({"planned", "due", "drafted", "edited", "unsure"})
IN_DRAFTS = frozenset({"drafted", "edited"})
WAITING = frozenset({"planned", "due"})
USUAL_POLL = 300.0
STALE_AFTER = 3  # polls


def moment(text: str) -> datetime:
    """A time as the store keeps it."""
    return datetime.fromisoformat(text)


def status(state: Path, now: datetime) -> Json:
    """Accounts, open questions, and every process with its people and letters."""
    with reading(state) as rows:
        if rows is None:
            return {**_nothing(), "accounts": [], "questions": [], "processes": [], "trouble": [_never_ran()]}
        data = _folder(rows)
        accounts = _accounts(rows, state)
        return {
            **data,
            "accounts": accounts,
            "questions": _questions(rows),
            "processes": _processes(rows),
            "trouble": _trouble(accounts, now, data["poll"]),
        }


def plan(state: Path, now: datetime) -> Json:
    """What is owed and when, and the interviews ahead."""
    with reading(state) as rows:
        if rows is None:
            return {**_nothing(), "owed": [], "interviews": []}
        processes = {p["key"]: p for p in rows.records("process")}
        return {
            **_folder(rows),
            "owed": _owed(rows, processes),
            "interviews": _ahead(rows, processes, now),
        }


def needs_user(data: Json) -> bool:
    """Whether `status` ends with 1: a question is open, a sign-in is needed, or nothing has run lately."""
    return bool(data["questions"] or data["trouble"])


# --- what concerns the whole folder -------------------------------------------------------------


def _nothing() -> Json:
    return {"zone": "", "poll": USUAL_POLL, "paused_until": None}


def _folder(rows: Rows) -> Json:
    paused = rows.meta("paused_until")
    return {
        "zone": rows.meta("zone"),
        "poll": float(rows.meta("poll") or USUAL_POLL),
        "paused_until": time(paused) if paused else None,
    }


def _accounts(rows: Rows, state: Path) -> list[Json]:
    found = rows.select("SELECT name, state, problem, since FROM account ORDER BY name")
    return [
        {
            "name": name,
            "state": how,
            "last_cycle": _last_cycle(state, name),
            "problem": problem,
            "since": time(since),
        }
        for name, how, problem, since in found
    ]


def _last_cycle(state: Path, account: str) -> str | None:
    try:
        changed = heartbeat(state, account).stat().st_mtime
    except OSError:
        return None
    return datetime.fromtimestamp(changed, UTC).isoformat()


def _never_ran() -> Json:
    text = (
        "nothing has run yet. `followupd init` writes a config, `followupd once` looks at calendar and mail."
    )
    return {"account": "", "kind": "never", "text": text}


def _trouble(accounts: list[Json], now: datetime, poll: float) -> list[Json]:
    """What keeps it from doing its work, worth the user's eyes."""
    if not accounts:
        return [_never_ran()]
    found: list[Json] = []
    for account in accounts:
        name = account["name"]
        if account["state"] == "sign_in":
            text = f"{account['problem']} Its letters wait until then."
            found.append({"account": name, "kind": "sign_in", "text": text})
        if text := _stale(account["last_cycle"], now, poll):
            found.append({"account": name, "kind": "stale", "text": text})
    return found


def _stale(last: str | None, now: datetime, poll: float) -> str:
    how = "`followupd once` looks now; the service, or a timer, must be running to look by itself."
    if last is None:
        return f"nobody has looked at it yet. {how}"
    age = now - moment(last)
    if age <= timedelta(seconds=STALE_AFTER * poll):
        return ""
    return f"nobody has looked at it for {_long(age)}. {how}"


def _long(age: timedelta) -> str:
    minutes = int(age.total_seconds() // 60)
    for size, noun in ((60 * 24, "day"), (60, "hour"), (1, "minute")):
        if minutes >= 2 * size or size == 1:
            return f"{minutes // size} {noun}s"
    return ""


# --- questions, processes, letters --------------------------------------------------------------


def question(record: Record) -> Json:
    """A question, as every command shows it."""
    names = ("about", "text", "answer_with", "id", "topic", "process", "state", "if_silent")
    return {**{name: record.get(name, "") for name in names}, "since": time(record["since"])}


def follow_up(record: Record) -> Json:
    """A letter, as every command shows it."""
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
    }


def time(text: str | None) -> str | None:
    """A stored time as ISO 8601 with a numeric offset."""
    return moment(text).isoformat() if text else None


def organisation(process: Record | None) -> str:
    """What to call a process: its organisation, else its domain, else nothing."""
    if process is None:
        return ""
    return str(process["organisation"] or next(iter(process["domains"]), ""))


def _questions(rows: Rows) -> list[Json]:
    found = [question(record) for record in rows.records("question") if record["state"] == "open"]
    return sorted(found, key=lambda one: moment(one["since"]))


def by_process(records: Iterable[Record]) -> dict[str, list[Record]]:
    """Records by the process that they belong to."""
    found: dict[str, list[Record]] = {}
    for record in records:
        found.setdefault(record["process"], []).append(record)
    return found


def _processes(rows: Rows) -> list[Json]:
    letters = by_process(rows.records("follow_up"))
    interviews = by_process(rows.records("interview"))
    processes = sorted(rows.records("process"), key=lambda p: (organisation(p).casefold(), p["key"]))
    return [_process(p, letters.get(p["key"], []), interviews.get(p["key"], [])) for p in processes]


def _process(process: Record, letters: list[Record], interviews: list[Record]) -> Json:
    return {
        "key": process["key"],
        "organisation": organisation(process),
        "state": process["state"],
        "decision_by": process["decision_by"],
        "people": people(process, letters, interviews),
        "follow_ups": [follow_up(one) for one in sorted(letters, key=lambda f: moment(f["due"]))],
        "reason": process["reason"],
        "since": time(process["since"]),
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


# --- plan ---------------------------------------------------------------------------------------


def _owed(rows: Rows, processes: dict[str, Record]) -> list[Json]:
    waiting = [record for record in rows.records("follow_up") if record["stage"] in WAITING]
    return [
        {**follow_up(record), **_whose(record["process"], processes), "retry_at": time(record["retry_at"])}
        for record in sorted(waiting, key=lambda f: (moment(f["due"]), f["key"]))
    ]


def _whose(key: str, processes: dict[str, Record]) -> Json:
    process = processes.get(key)
    state = process["state"] if process else ""
    return {"process": key, "organisation": organisation(process), "process_state": state}


def _ahead(rows: Rows, processes: dict[str, Record], now: datetime) -> list[Json]:
    standing = [one for one in rows.records("interview") if _stands(one)]
    ahead = [one for one in standing if moment(one["event"]["end"]) > now]
    return [_interview(one, processes) for one in sorted(ahead, key=lambda i: moment(i["event"]["start"]))]


def _stands(interview: Record) -> bool:
    counts = interview["wanted"] or interview["verdict"]["choice"] != "no"
    return bool(counts and not interview["cancelled"])


def _interview(record: Record, processes: dict[str, Record]) -> Json:
    event = record["event"]
    return {
        "id": record["id"],
        "title": event["title"],
        "start": time(event["start"]),
        "end": time(event["end"]),
        "all_day": event["all_day"],
        "account": record["account"],
        "skipped": bool(record["skipped"]),
        "choice": "yes" if record["wanted"] else record["verdict"]["choice"],
        "reason": record["verdict"]["reason"],
        **_whose(record["process"], processes),
    }
