"""How things stand: the data of `status` and `plan`, read from the store alone.

Both are documented in docs/json.md; fields are only ever added.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from followupd.heartbeat import heartbeat
from followupd.rows import Record, Rows, reading
from followupd.shapes import Json, by_process, follow_up, moment, organisation, people, question, time

OPEN = frozenset({"planned", "due", "drafted", "edited", "unsure"})
WAITING = frozenset({"planned", "due"})
USUAL_POLL = 300.0
STALE_AFTER = 3  # polls


def status(state: Path, now: datetime) -> Json:
    """Accounts, open questions, and every process with its people and letters."""
    with reading(state) as rows:
        if rows is None:
            nothing: Json = {name: [] for name in ("accounts", "questions", "processes", "interviews")}
            return {**_nothing(), **nothing, "trouble": [_never_ran()], "model": None}
        data = _folder(rows)
        accounts = _accounts(rows, state)
        return {
            **data,
            "accounts": accounts,
            "questions": _questions(rows),
            "processes": _processes(rows),
            "interviews": _ahead(rows, now),
            "trouble": _trouble(accounts, now, data["poll"]),
            "model": _model(rows),
        }


def plan(state: Path, now: datetime) -> Json:
    """What is owed and when, and the interviews ahead."""
    with reading(state) as rows:
        if rows is None:
            return {**_nothing(), "owed": [], "interviews": []}
        return {**_folder(rows), "owed": _owed(rows), "interviews": _ahead(rows, now)}


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
    return [
        {
            "name": account["name"],
            "state": account["state"],
            "last_cycle": _last_cycle(state, account["name"]),
            "problem": account["problem"],
            "notice": account.get("notice", ""),
            "since": time(account["since"]),
        }
        for account in rows.whole("account")
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
        if account["state"] in {"sign_in", "refused"}:
            text = f"{account['problem']} Its letters wait until then."
            found.append({"account": name, "kind": account["state"], "text": text})
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


def _model(rows: Rows) -> Json | None:
    """The language model that the config names and how the last question to it went; None where there is none."""
    if not (sign := rows.meta("model")):
        return None
    last = json.loads(rows.meta("model_last") or "{}")
    went = {"last_at": time(last.get("at")), "last_ok": last.get("ok"), "last": last.get("text", "")}
    return {**json.loads(sign), **went}


# --- questions, processes, letters --------------------------------------------------------------


def _questions(rows: Rows) -> list[Json]:
    found = [question(record) for record in rows.records("question") if record["state"] == "open"]
    return sorted(found, key=lambda one: moment(one["since"]))


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
        "title": _title(interviews),
    }


def _title(interviews: list[Record]) -> str:
    """The latest interview's title: what to call a process whose company nobody knows."""
    latest = max(interviews, key=lambda one: moment(one["event"]["start"]), default=None)
    return str(latest["event"]["title"]) if latest else ""


# --- plan ---------------------------------------------------------------------------------------


def _owed(rows: Rows) -> list[Json]:
    processes = _by_key(rows)
    waiting = [record for record in rows.records("follow_up") if record["stage"] in WAITING]
    return [
        {**follow_up(record), **_whose(record["process"], processes), "retry_at": time(record["retry_at"])}
        for record in sorted(waiting, key=lambda f: (moment(f["due"]), f["key"]))
    ]


def _by_key(rows: Rows) -> dict[str, Record]:
    return {record["key"]: record for record in rows.records("process")}


def _whose(key: str, processes: dict[str, Record]) -> Json:
    process = processes.get(key)
    state = process["state"] if process else ""
    return {"process": key, "organisation": organisation(process), "process_state": state}


def _ahead(rows: Rows, now: datetime) -> list[Json]:
    processes = _by_key(rows)
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
