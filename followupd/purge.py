"""Forgetting: texts, names and addresses of what is closed and old.

What stays is what keeps a purged letter from being owed again: the keys and stages of letters, the ids and times
of interviews, the company's domains. A process is purged when it is closed, has no open question, and the last
thing in it happened before the moment asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from followupd.core.case import Case
from followupd.core.model import (
    OPEN_STAGES,
    Arrival,
    FollowUp,
    HiringProcess,
    Interview,
    ProcessState,
    Question,
    QuestionState,
    Sent,
)
from followupd.rows import DATABASE
from followupd.store import Store

AT_LEAST = timedelta(days=30)
"""As far back as calendars and mailboxes are read: what is younger would be read again."""
PURGED = "purged"
_ABOUT = "(SELECT key FROM follow_up WHERE process = ?)"
T = TypeVar("T")
Removed = dict[str, int]


def purge(state: Path, before: datetime) -> Removed:
    """Forgets what is closed and older than `before`; how many records of which kind were changed."""
    removed: Removed = {}
    if not (state / DATABASE).exists():
        return removed
    store = Store(state)
    try:
        # So that the words leave the file too, and not only the tables.
        store.connection.execute("PRAGMA secure_delete = ON")
        with store.transaction():
            for case in _old(store, before):
                _add(removed, _forget(store, case))
            _add(removed, {"events seen": _sightings(store, before)})
        store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        store.close()
    (state / "preview.html").unlink(missing_ok=True)  # letters as they were when it was written
    return removed


def _add(removed: Removed, more: Removed) -> None:
    for what, number in more.items():
        removed[what] = removed.get(what, 0) + number


def _old(store: Store, before: datetime) -> list[Case]:
    cases = (store.case(process.key) for process in store.processes())
    return [case for case in cases if case is not None and _is_old(case, before)]


def _is_old(case: Case, before: datetime) -> bool:
    waits = any(one.state is QuestionState.OPEN for one in case.questions)
    under_way = any(one.stage in OPEN_STAGES for one in case.follow_ups)
    if case.process.state is not ProcessState.CLOSED or waits or under_way or case.intents:
        return False
    return all(moment < before for moment in _moments(case))


def _moments(case: Case) -> Iterable[datetime]:
    yield case.process.since
    yield from (one.event.end for one in case.interviews)
    yield from (one.since for one in case.follow_ups)
    yield from (one.received for one in case.arrivals)
    yield from (one.date for one in case.letters)


# --- one process --------------------------------------------------------------------------------


def _forget(store: Store, case: Case) -> Removed:
    key = case.process.key
    removed = {
        "processes": _each((case.process,), _process, store.put_process),
        "interviews": _each(case.interviews, _interview, store.put_interview),
        "letters": _each(case.follow_ups, _follow_up, store.put_follow_up),
        "arrivals": _each(case.arrivals, _arrival, store.put_arrival),
        "questions": _each(case.questions, _question, store.put_question),
    }
    for what, sql in _STATEMENTS.items():
        removed[what] = store.connection.execute(sql, (key,)).rowcount
    # Put back to sleep: writing woke it, and nothing in it has changed that anybody must think about.
    store.connection.execute("UPDATE process SET wake_at = NULL WHERE key = ?", (key,))
    return removed


_STATEMENTS = {
    "withdrawn texts": f"DELETE FROM withdrawn WHERE key IN {_ABOUT}",  # noqa: S608  our own words
    "journal entries": f"UPDATE journal SET data = '{{}}' WHERE data != '{{}}' AND key IN {_ABOUT}",  # noqa: S608
    "own letters": "DELETE FROM own_letter WHERE process = ?",
    "reasons in the history": "UPDATE history SET reason = '' WHERE reason != '' AND process = ?",
    "events seen": "DELETE FROM sighting WHERE id IN (SELECT id FROM interview WHERE process = ?)",
    "links to people and messages": "DELETE FROM link WHERE kind != 'domain' AND process = ?",
}


def _each(records: Iterable[T], purged: Callable[[T], T], put: Callable[[T], object]) -> int:
    changed = [(one, purged(one)) for one in records]
    for before, after in changed:
        if before != after:
            put(after)
    return sum(before != after for before, after in changed)


def _process(one: HiringProcess) -> HiringProcess:
    via = one.via.rpartition("@")[2]
    return replace(one, via=via, people=(), dropped=(), closed_people=(), position="")


def _interview(one: Interview) -> Interview:
    event = replace(
        one.event, title="", description="", location="", organizer=None, attendees=(), categories=()
    )
    return replace(
        one,
        event=event,
        invited="",
        verdict=replace(one.verdict, reason=PURGED),
        skip_people=(),
        confirmed=(),
        people=(),
        notes=(),
        obeyed=(),
        notes_file="",
    )


def _follow_up(one: FollowUp) -> FollowUp:
    return replace(
        one,
        sender="",
        to="",
        address="",
        name="",
        reason=PURGED,
        subject="",
        text="",
        rewritten="",
        findings=(),
        proofread="",
        findings_since=None,
        choice=(),
        digest="",
        message_id="",
        draft_id="",
        former_ids=(),
        sent=Sent(at=one.sent.at, how=one.sent.how) if one.sent else None,
    )


def _arrival(one: Arrival) -> Arrival:
    judgement = replace(one.judgement, reason=PURGED, bounced=(), about="")
    return replace(one, message_id="", sender="", sender_name="", judgement=judgement)


def _question(one: Question) -> Question:
    return replace(one, text="", answer_with="")


# --- events that were no interviews -------------------------------------------------------------


def _sightings(store: Store, before: datetime) -> int:
    """Events of no interview: who met whom is nobody's business for longer either."""
    sql = "DELETE FROM sighting WHERE ends < ? AND id NOT IN (SELECT id FROM interview)"
    return store.connection.execute(sql, (before.timestamp(),)).rowcount
