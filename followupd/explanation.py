"""Why: every event, person and process that a word matches, and what came of each. The data of `explain`.

Read from the store alone, but for who was judged how: that is the rules' word as they stand now,
so it is asked for through `Judge`.
"""

from __future__ import annotations

from collections.abc import Iterable

from followupd.files import Files, Judge
from followupd.rows import Record, Rows
from followupd.shapes import Json, follow_up, organisation, question, time


def explain(rows: Rows, word: str, judge: Judge) -> Json:
    """Everything that the word matches."""
    files = Files(rows, judge, word.strip().casefold())
    if not files.word:
        return {"word": word, "events": [], "people": [], "processes": []}
    return {"word": word, "events": _events(files), "people": _people(files), "processes": _processes(files)}


# --- events -------------------------------------------------------------------------------------


def _events(files: Files) -> list[Json]:
    seen: dict[str, list[Record]] = {}
    for sighting in files.rows.sightings():
        seen.setdefault(sighting["id"], []).append(sighting)
    for name in files.interviews:
        seen.setdefault(name, [])
    found = [_event(files, name, copies) for name, copies in seen.items() if _event_fits(files, name, copies)]
    return sorted(found, key=lambda one: (str(one["start"]), str(one["id"])))


def _event_fits(files: Files, name: str, copies: list[Record]) -> bool:
    interview = files.interviews.get(name)
    process = files.processes.get(interview["process"]) if interview else None
    texts = [organisation(process), *(process["domains"] if process else ())]
    for event in (*(copy["event"] for copy in copies), *([interview["event"]] if interview else ())):
        texts += [event["title"], *_names(event)]
    return files.fits(*texts, key=name)


def _names(event: Record) -> list[str]:
    organizer = [event["organizer"]] if event["organizer"] else []
    return [text for one in (*organizer, *event["attendees"]) for text in (one["name"], one["email"])]


def _event(files: Files, name: str, copies: list[Record]) -> Json:
    interview = files.interviews.get(name)
    event = interview["event"] if interview else copies[0]["event"]
    verdict = interview["verdict"] if interview else copies[0]
    return {
        "id": name,
        "title": event["title"],
        "start": time(event["start"]),
        "end": time(event["end"]),
        "all_day": event["all_day"],
        "status": event["status"],
        "choice": verdict["choice"],
        "reason": verdict["reason"],
        "seen_in": [_copy(copy) for copy in copies],
        **_as_interview(files, interview),
        "participants": files.judge(name) if interview else [],
        "follow_ups": [_letter(files, one) for one in files.letters if name in one["interviews"]],
        "questions": [question(one) for one in files.questions if one["about"] == name],
    }


def _copy(copy: Record) -> Json:
    event = copy["event"]
    calendar = event["calendar_name"] or event["calendar"]
    return {
        "account": copy["account"],
        "calendar": calendar,
        "calendar_id": event["calendar"],
        "categories": event["categories"],
        "colour": event["colour"],
        "label": event["label"],
        "choice": copy["choice"],
        "reason": copy["reason"],
    }


def _as_interview(files: Files, interview: Record | None) -> Json:
    record = interview or {}
    process = files.processes.get(record.get("process", ""))
    return {
        "process": record.get("process", ""),
        "organisation": organisation(process),
        "wanted": time(record.get("wanted")),
        "skipped": time(record.get("skipped")),
        "cancelled": time(record.get("cancelled")),
        "cancel_reason": record.get("cancel_reason", ""),
    }


def _letter(files: Files, record: Record) -> Json:
    history = [one for one in files.history if one["about"] == record["key"]]
    return {
        **follow_up(record),
        "process": record["process"],
        "since": time(record["since"]),
        "history": [{name: one[name] for name in ("at", "action", "reason")} for one in history],
    }


# --- people -------------------------------------------------------------------------------------


def _people(files: Files) -> list[Json]:
    found: dict[tuple[str, str], Json] = {}
    for process, person in _everybody(files):
        address, name = person["address"], person["name"]
        known = found.get((process, address or name))
        if known is not None:
            known["name"] = known["name"] or name
            continue
        letters = [one for one in files.letters if _is_to(one, process, address, name)]
        if files.fits(name, address) or any(files.fits(key=one["key"]) for one in letters):
            found[process, address or name] = _person(files, process, person, letters)
    return list(found.values())


def _everybody(files: Files) -> Iterable[tuple[str, Json]]:
    """(process, person): who was written to, whom the user named, and who was on an event."""
    for one in files.letters:
        yield one["process"], {"address": one["to"], "name": one["name"], "part": one["part"]}
    for process in files.processes.values():
        yield from ((process["key"], person) for person in process["people"])
    for interview in files.interviews.values():
        yield from ((interview["process"], person) for person in interview["people"])
        yield from ((interview["process"], person) for person in files.judge(interview["id"]))


def _is_to(letter: Record, process: str, address: str, name: str) -> bool:
    same = letter["to"] == address if address else letter["name"] == name
    return bool(letter["process"] == process and same)


def _person(files: Files, process: str, person: Json, letters: list[Record]) -> Json:
    record = files.processes.get(process)
    closed = dict(record["closed_people"]) if record else {}
    return {
        "address": person["address"],
        "name": person["name"],
        "part": person["part"],
        "process": process,
        "organisation": organisation(record),
        "closed": closed.get(person["address"], ""),
        "verdicts": _verdicts(files, process, person),
        "follow_ups": [_letter(files, one) for one in letters],
    }


def _verdicts(files: Files, process: str, person: Json) -> list[Json]:
    return [
        {
            "event": name,
            "title": interview["event"]["title"],
            "choice": one["choice"],
            "reason": one["reason"],
        }
        for name, interview in files.interviews.items()
        if interview["process"] == process
        for one in files.judge(name)
        if (one["address"], one["name"]) == (person["address"], person["name"])
        or (one["address"] and one["address"] == person["address"])
    ]


# --- processes ----------------------------------------------------------------------------------


def _processes(files: Files) -> list[Json]:
    found = [
        one
        for one in files.processes.values()
        if files.fits(one["organisation"], *one["domains"], one["via"], key=one["key"])
    ]
    return [_process(files, one) for one in found]


def _process(files: Files, record: Record) -> Json:
    key = record["key"]
    history = [one for one in files.history if one["process"] == key]
    return {
        "key": key,
        "organisation": organisation(record),
        "domains": record["domains"],
        "via": record["via"],
        "state": record["state"],
        "reason": record["reason"],
        "since": time(record["since"]),
        "decision_by": record["decision_by"],
        "snoozed_until": record["snoozed_until"],
        "follow_ups": [_letter(files, one) for one in files.letters if one["process"] == key],
        "arrivals": [_arrival(one) for one in files.arrivals.get(key, [])],
        "questions": [question(one) for one in files.questions if one["process"] == key],
        "history": [{name: one[name] for name in ("at", "about", "action", "reason")} for one in history],
    }


def _arrival(record: Record) -> Json:
    judgement = record["judgement"]
    return {
        "id": record["id"],
        "received": time(record["received"]),
        "sender": record["sender"],
        "sender_name": record["sender_name"],
        "kind": judgement["kind"],
        "sub_kind": judgement["sub_kind"],
        "confidence": judgement.get("confidence", "likely"),
        "reason": judgement["reason"],
        "returns": judgement["returns"],
        "contact": judgement.get("contact", ""),
        "marked": record["marked"],
    }
