"""How things stand in one line, for `systemctl status`: "2 letters wait in Drafts, next Tue 09:00".

It names nobody and no company: anyone who looks over the shoulder may read it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from followupd.store import Store

_THIS_WEEK = timedelta(days=6)


def standing(store: Store, zone: str, now: datetime) -> str:
    """The line: what needs the user, what waits, what comes next."""
    parts = [*_accounts(store), *_waiting(store), *_next(store, zone, now)]
    return ", ".join(parts) or "nothing waits, nothing is due"


def _accounts(store: Store) -> list[str]:
    words = {"sign_in": "sign-in needed for", "refused": "something to mend for", "failing": "no answer from"}
    stand = [(words.get(state, ""), name) for name, state in store.accounts_standing()]
    return [f"{what} {name}" for what, name in stand if what]


def _waiting(store: Store) -> list[str]:
    drafts, questions = store.count_in_drafts(), store.count_questions()
    asked = [_some(questions, "question", "is asked", "are asked")] if questions else []
    return [*asked, *([_some(drafts, "letter", "waits in Drafts", "wait in Drafts")] if drafts else [])]


def _some(number: int, noun: str, one: str, many: str) -> str:
    return f"{number} {noun} {one}" if number == 1 else f"{number} {noun}s {many}"


def _next(store: Store, zone: str, now: datetime) -> list[str]:
    due = store.next_letter(now)
    if due is None:
        return []
    there = due.astimezone(ZoneInfo(zone))
    day = f"{there:%a}" if due - now <= _THIS_WEEK else f"{there.day} {there:%b}"
    return [f"next {day} {there:%H:%M}"]
