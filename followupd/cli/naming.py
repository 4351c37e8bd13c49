"""What letters, people and companies are called where people read."""

from __future__ import annotations

from followupd.cli.output import Clock
from followupd.shapes import Json

_NTH = {1: "first", 2: "second", 3: "third"}
_HAPPENED = {
    "create_draft": "put into Drafts",
    "withdraw_draft": "taken out of Drafts",
    "recover": "looked what came of it",
    "remind": "reminded",
    "ask": "asked",
    "settle": "question settled",
    "close": "closed",
    "tell": "told",
    "failed": "could not be done yet",
    "said": "you said",
}
KEY_SHOWN = 8  # of a key; every command takes the start of one


def letter(follow_up: Json) -> str:
    """What a letter is: `thank-you`, `first nudge`; and what was seen of the user's hand on it."""
    step = follow_up["step"]
    of_kind = {"thank_you": "thank-you", "letter": follow_up.get("purpose", "")}
    what = of_kind.get(follow_up["kind"]) or f"{_NTH.get(step, f'{step}th')} nudge"
    if follow_up.get("gone_since") and follow_up["stage"] in {"drafted", "edited"}:
        return f"{what}, not in Drafts any more: counts as deleted after half an hour"
    return f"{what}, edited by you" if follow_up.get("stage") == "edited" else what


def person(follow_up: Json) -> str:
    """The name, with the address where both are known."""
    name, address = follow_up["name"], follow_up["to"]
    if name and address:
        return f"{name} <{address}>"
    return name or address or "somebody without an address"


def company(process: Json) -> str:
    """The organisation, else the title of its interview, else the key."""
    return str(process["organisation"] or process.get("title") or f"process {short(process)}")


def short(record: Json) -> str:
    """As much of a key as a command needs."""
    return str(record["key"])[:KEY_SHOWN]


def talk(interview: Json) -> tuple[str, str, str, str]:
    """What, to whom, company and key of an interview ahead, as `status` and `plan` list it."""
    doubt = "" if interview["choice"] == "yes" else ", perhaps an interview"
    skipped = ", no letters" if interview["skipped"] else ""
    what = f"“{interview['title']}”{doubt}{skipped}"
    return what, "", interview["organisation"] or "company unknown", interview["id"][:KEY_SHOWN]


def when(interview: Json, clock: Clock) -> str:
    """When an interview begins."""
    return clock.day(interview["start"]) if interview["all_day"] else clock.at(interview["start"])


def happened(entry: Json) -> str:
    """What was done and why: an entry of the history."""
    return ": ".join(part for part in (_HAPPENED.get(entry["action"], ""), entry["reason"]) if part)
