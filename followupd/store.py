"""The store: what was seen and decided, as records of the model. It knows nothing of why.

Each process has a version that every write to it raises, so that a cycle that planned on what it
read can tell, in the transaction in which it acts, whether a command has been faster.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

from followupd.core.case import Case
from followupd.core.model import (
    Arrival,
    Event,
    FollowUp,
    HiringProcess,
    Interview,
    OwnLetter,
    Question,
    Verdict,
)
from followupd.database import decode, encode
from followupd.journal import Journal

T = TypeVar("T")

_WORD = re.compile(r"\w+")


class Store(Journal):
    """The state of one user. Use one instance a thread."""

    # --- what concerns the whole folder ---

    def meta(self, name: str) -> str:
        """A value of the folder itself, "" where it has none."""
        rows = self.rows("SELECT value FROM meta WHERE name = ?", name)
        return rows[0][0] if rows else ""

    def set_meta(self, name: str, value: str) -> None:
        self.write(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", name, value
        )

    def cursor(self, account: str, source: str) -> str | None:
        rows = self.rows("SELECT value FROM cursor WHERE account = ? AND source = ?", account, source)
        return rows[0][0] if rows else None

    def set_cursor(self, account: str, source: str, value: str) -> None:
        self.write(
            "INSERT INTO cursor VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
            account,
            source,
            value,
        )

    def account(self, name: str) -> tuple[str, str, str]:
        """State (new, ok, sign_in, failing), problem and notice of an account."""
        rows = self.rows("SELECT state, problem, notice FROM account WHERE name = ?", name)
        return (rows[0][0], rows[0][1], rows[0][2]) if rows else ("new", "", "")

    def forget_accounts(self, named: Collection[str]) -> None:
        """Forgets how accounts stand that the config does not name any more."""
        for (name,) in self.rows("SELECT name FROM account"):
            if name not in named:
                self.write("DELETE FROM account WHERE name = ?", name)

    def accounts_standing(self) -> list[tuple[str, str]]:
        """(name, state) of every account that was looked at."""
        return [(r[0], r[1]) for r in self.rows("SELECT name, state FROM account ORDER BY name")]

    def set_account(self, name: str, state: str, problem: str, notice: str, since: datetime) -> None:
        """Stores how an account stands; `since` when, unless only the notice is another."""
        self.write(
            "INSERT INTO account (name, state, problem, notice, since) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE"
            " SET since = iif(state = excluded.state AND problem = excluded.problem, since, excluded.since),"
            " state = excluded.state, problem = excluded.problem, notice = excluded.notice",
            name,
            state,
            problem,
            notice,
            since.astimezone(UTC).isoformat(),
        )

    # --- events ---

    def sight(self, account: str, source: str, event_id: str, event: Event, verdict: Verdict) -> None:
        self.write(
            "INSERT INTO sighting VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET ends = excluded.ends,"
            " choice = excluded.choice, reason = excluded.reason, data = excluded.data",
            event_id,
            account,
            source,
            event.end.timestamp(),
            verdict.choice.value,
            verdict.reason,
            encode(event),
        )

    def unsight(self, account: str, source: str, event_id: str) -> None:
        self.write(
            "DELETE FROM sighting WHERE id = ? AND account = ? AND source = ?", event_id, account, source
        )

    def sightings(self, event_id: str) -> list[tuple[str, str, Event]]:
        """(account, source, event) of every copy of an event."""
        rows = self.rows(
            "SELECT account, source, data FROM sighting WHERE id = ? ORDER BY account, source", event_id
        )
        return [(r[0], r[1], decode(r[2], Event)) for r in rows]

    def all_sightings(self) -> Iterator[tuple[str, str, str, str, str, Event]]:
        """(id, account, source, choice, reason, event) of every event that was seen, by time."""
        for r in self.rows(
            "SELECT id, account, source, choice, reason, data FROM sighting ORDER BY ends, id"
        ):
            yield r[0], r[1], r[2], r[3], r[4], decode(r[5], Event)

    # --- processes ---

    def due_processes(self, now: datetime) -> list[str]:
        """Keys of the processes that must be thought of at `now`, most urgent first."""
        rows = self.rows("SELECT key FROM process WHERE wake_at <= ? ORDER BY wake_at, key", now.timestamp())
        return [r[0] for r in rows]

    def next_wake(self, after: datetime) -> datetime | None:
        """The first moment after this one at which a process must be thought of."""
        rows = self.rows("SELECT min(wake_at) FROM process WHERE wake_at > ?", after.timestamp())
        return datetime.fromtimestamp(float(rows[0][0]), UTC) if rows and rows[0][0] is not None else None

    def wake(self, process: str) -> None:
        """Has the process thought of in the next cycle; whoever planned on it must plan again."""
        self.write("UPDATE process SET wake_at = 0, version = version + 1 WHERE key = ?", process)

    def wake_all(self) -> None:
        self.write("UPDATE process SET wake_at = 0, version = version + 1")

    def sleep_until(self, process: str, version: int, wake_at: datetime | None) -> bool:
        """Sets when to think of a process again, if nobody has changed it since `version`."""
        stamp = wake_at.timestamp() if wake_at else None
        sql = "UPDATE process SET wake_at = ? WHERE key = ? AND version = ? AND wake_at IS NOT ?"
        return bool(self.write(sql, stamp, process, version, stamp))

    def version(self, process: str) -> int:
        rows = self.rows("SELECT version FROM process WHERE key = ?", process)
        return int(rows[0][0]) if rows else 0

    def is_anything_open(self) -> bool:
        """Whether any process is not closed."""
        return bool(self.rows("SELECT 1 FROM process WHERE state != 'closed' LIMIT 1"))

    def process(self, key: str) -> HiringProcess | None:
        rows = self.rows("SELECT data FROM process WHERE key = ?", key)
        return decode(rows[0][0], HiringProcess) if rows else None

    def processes(self) -> list[HiringProcess]:
        return [decode(r[0], HiringProcess) for r in self.rows("SELECT data FROM process ORDER BY key")]

    def perhaps_named_in(self, text: str) -> list[HiringProcess]:
        """The processes whose organisation's name may stand in a text: its first word does."""
        rows = self.rows(
            "SELECT data FROM process WHERE key IN (SELECT process FROM link WHERE kind = 'name'"
            " AND value IN (SELECT value FROM json_each(?))) ORDER BY key",
            json.dumps(["", *set(_WORD.findall(text))]),
        )
        return [decode(row[0], HiringProcess) for row in rows]

    def open_processes(self) -> list[HiringProcess]:
        """Those that are not closed."""
        rows = self.rows("SELECT data FROM process WHERE state != 'closed' ORDER BY key")
        return [decode(r[0], HiringProcess) for r in rows]

    def put_process(self, process: HiringProcess) -> None:
        """Stores a process, and the domains and people by whom its mail is known."""
        self.write(
            "INSERT INTO process VALUES (?, ?, 0, 1, ?) ON CONFLICT DO UPDATE SET"
            " state = excluded.state, data = excluded.data, version = process.version + 1",
            process.key,
            process.state.value,
            encode(process),
        )
        self.link(process.key, "domain", process.domains)
        self.link(process.key, "address", [p.address for p in process.people if p.address])
        self.link(process.key, "name", _WORD.findall(process.organisation)[:1])

    def delete_process(self, key: str) -> None:
        self.write("DELETE FROM process WHERE key = ?", key)
        self.write("DELETE FROM link WHERE process = ?", key)

    def link(self, process: str, kind: str, values: Iterable[str]) -> None:
        for value in values:
            self.write("INSERT OR IGNORE INTO link VALUES (?, ?, ?)", kind, value, process)

    def unlink(self, process: str, kind: str) -> None:
        self.write("DELETE FROM link WHERE process = ? AND kind = ?", process, kind)

    def linked(self, kind: str, values: Collection[str]) -> list[str]:
        """Processes to which any of the values leads, in no order."""
        found: set[str] = set()
        for value in values:
            found.update(
                r[0] for r in self.rows("SELECT process FROM link WHERE kind = ? AND value = ?", kind, value)
            )
        return sorted(found)

    def known(self, kind: str, values: Collection[str]) -> set[str]:
        """Which of the values lead to any process."""
        sql = "SELECT 1 FROM link WHERE kind = ? AND value = ? LIMIT 1"
        return {value for value in values if self.rows(sql, kind, value)}

    def links_of_open(self, kind: str, since: datetime, *, internal: bool = True) -> list[str]:
        """Values that lead to a process which is open, or was closed since; without `internal`, of other companies."""
        rows = self.rows(
            "SELECT DISTINCT value FROM link JOIN process ON process.key = link.process WHERE kind = ?"
            " AND (? OR json_extract(process.data, '$.internal') IS NOT 1)"
            " AND (process.state != 'closed' OR json_extract(process.data, '$.since') >= ?) ORDER BY value",
            kind,
            internal,
            since.astimezone(UTC).isoformat(),
        )
        return [r[0] for r in rows]

    def links(self, process: str, kind: str) -> list[str]:
        return [
            r[0] for r in self.rows("SELECT value FROM link WHERE process = ? AND kind = ?", process, kind)
        ]

    def case(self, key: str) -> Case | None:
        """All that is stored of a process, as the planner wants it."""
        rows = self.rows("SELECT data, version FROM process WHERE key = ?", key)
        if not rows:
            return None
        follow_ups = self.follow_ups(key)
        return Case(
            process=decode(rows[0][0], HiringProcess),
            version=int(rows[0][1]),
            interviews=tuple(self._of("interview", key, Interview)),
            follow_ups=tuple(follow_ups),
            arrivals=tuple(self._of("arrival", key, Arrival)),
            letters=tuple(self._of("own_letter", key, OwnLetter)),
            questions=tuple(self._of("question", key, Question)),
            intents=tuple(i for f in follow_ups if (i := self.intent(f.key)) is not None),
        )

    def _of(self, table: str, process: str, kind: type[T]) -> list[T]:
        rows = self.rows(f"SELECT data FROM {table} WHERE process = ?", process)  # noqa: S608  names of our own
        return [decode(r[0], kind) for r in rows]

    # --- what a process holds ---

    def interview(self, event_id: str) -> Interview | None:
        rows = self.rows("SELECT data FROM interview WHERE id = ?", event_id)
        return decode(rows[0][0], Interview) if rows else None

    def interviews(self, process: str = "") -> list[Interview]:
        if process:
            return self._of("interview", process, Interview)
        return [decode(r[0], Interview) for r in self.rows("SELECT data FROM interview ORDER BY id")]

    def put_interview(self, interview: Interview) -> None:
        self.write(
            "INSERT INTO interview VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET"
            " process = excluded.process, data = excluded.data",
            interview.id,
            interview.process,
            encode(interview),
        )
        self.wake(interview.process)

    def follow_up(self, key: str) -> FollowUp | None:
        rows = self.rows("SELECT data FROM follow_up WHERE key = ?", key)
        return decode(rows[0][0], FollowUp) if rows else None

    def follow_ups(self, process: str = "") -> list[FollowUp]:
        if process:
            return self._of("follow_up", process, FollowUp)
        return [decode(r[0], FollowUp) for r in self.rows("SELECT data FROM follow_up ORDER BY key")]

    def held(self, topics: Iterable[str]) -> list[FollowUp]:
        found = []
        for topic in topics:
            rows = self.rows(
                "SELECT data FROM follow_up WHERE held != '' AND held = ? AND stage IN ('planned', 'due')",
                topic,
            )
            found += [decode(r[0], FollowUp) for r in rows]
        return found

    def count_in_drafts(self) -> int:
        """How many letters wait in Drafts for the user."""
        sql = "SELECT count(*) FROM follow_up WHERE stage IN ('drafted', 'edited')"
        return int(self.rows(sql)[0][0])

    def next_letter(self, now: datetime) -> datetime | None:
        """When the next letter is due that nothing holds back, if one is due after `now`."""
        rows = self.rows(
            "SELECT min(julianday(due)), due FROM (SELECT json_extract(data, '$.due') AS due FROM follow_up"
            " WHERE stage IN ('planned', 'due') AND held = '') WHERE julianday(due) > julianday(?)",
            now.astimezone(UTC).isoformat(),
        )
        return datetime.fromisoformat(rows[0][1]) if rows and rows[0][1] else None

    def put_follow_up(self, follow_up: FollowUp) -> bool:
        """Stores a letter and reserves its keys. False, and nothing stored, when another process holds its key."""
        for key in filter(None, (follow_up.key, follow_up.also)):
            self.write("INSERT OR IGNORE INTO reserved VALUES (?, ?)", key, follow_up.process)
        if self.owner_of(follow_up.key) != follow_up.process:
            return False
        self.write(
            "INSERT INTO follow_up VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET process = excluded.process,"
            " stage = excluded.stage, draft_id = excluded.draft_id, held = excluded.held, data = excluded.data",
            follow_up.key,
            follow_up.process,
            follow_up.stage.value,
            follow_up.draft_id,
            follow_up.held,
            encode(follow_up),
        )
        return True

    def owner_of(self, key: str) -> str:
        """The process that holds a letter's key, "" if none does."""
        rows = self.rows("SELECT process FROM reserved WHERE key = ?", key)
        return rows[0][0] if rows else ""

    def hand_over(self, key: str, process: str) -> None:
        """Gives a letter's key to another process (merge and split: letters keep their keys)."""
        self.write("UPDATE reserved SET process = ? WHERE key = ?", process, key)

    def hand_over_mail(self, source: str, target: str, *, everything: bool) -> None:
        """Gives arrivals, my letters and links to another process; all of them, or a copy of them."""
        for arrival in self._of("arrival", source, Arrival):
            self.put_arrival(replace(arrival, process=target))
        for letter in self.own_letters(source):
            self.put_own_letter(replace(letter, process=target))
        if everything:
            for table in ("arrival", "own_letter"):
                self.write(f"DELETE FROM {table} WHERE process = ?", source)  # noqa: S608  names of our own
            self.write("DELETE FROM question WHERE process = ?", source)
            for kind_of_link in ("address", "domain", "reference"):
                self.link(target, kind_of_link, self.links(source, kind_of_link))
            self.write("UPDATE history SET process = ? WHERE process = ?", target, source)

    def arrival(self, arrival_id: str) -> list[Arrival]:
        return [decode(r[0], Arrival) for r in self.rows("SELECT data FROM arrival WHERE id = ?", arrival_id)]

    def arrivals(self) -> list[Arrival]:
        return [decode(r[0], Arrival) for r in self.rows("SELECT data FROM arrival ORDER BY id, process")]

    def marked_of(self, sender: str) -> list[Arrival]:
        """What the user said of messages from this canonical address, the oldest message first."""
        rows = self.rows(
            "SELECT data FROM arrival WHERE json_extract(data, '$.sender') = ?"
            " AND json_extract(data, '$.marked') != ''",
            sender,
        )
        return sorted((decode(r[0], Arrival) for r in rows), key=lambda arrival: arrival.received)

    def put_arrival(self, arrival: Arrival) -> None:
        self.write(
            "INSERT INTO arrival VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET data = excluded.data",
            arrival.id,
            arrival.process,
            encode(arrival),
        )
        self.link(arrival.process, "reference", [arrival.message_id] if arrival.message_id else [])
        self.wake(arrival.process)

    def own_letters(self, process: str) -> list[OwnLetter]:
        return self._of("own_letter", process, OwnLetter)

    def own_letters_by_id(self, account: str, message: str) -> list[OwnLetter]:
        rows = self.rows("SELECT data FROM own_letter WHERE account = ? AND id = ?", account, message)
        return [decode(r[0], OwnLetter) for r in rows]

    def watched(self, account: str) -> list[str]:
        """Ids of my messages in an account whose place matters."""
        rows = self.rows("SELECT DISTINCT id FROM own_letter WHERE account = ? AND present = 1", account)
        return sorted({r[0] for r in rows} | set(self.watched_drafts(account)))

    def watched_drafts(self, account: str) -> list[str]:
        """Ids of the drafts of open letters in an account."""
        rows = self.rows(
            "SELECT DISTINCT draft_id FROM follow_up WHERE draft_id != '' AND json_extract(data, '$.account') = ?"
            " AND stage IN ('drafted', 'edited', 'unsure')",
            account,
        )
        return [r[0] for r in rows]

    def put_own_letter(self, letter: OwnLetter) -> bool:
        """Stores a message of mine; whether anything about it is new."""
        before = self.rows(
            "SELECT data FROM own_letter WHERE account = ? AND id = ? AND process = ?",
            letter.account,
            letter.id,
            letter.process,
        )
        if before and decode(before[0][0], OwnLetter) == letter:
            return False
        self.write(
            "INSERT INTO own_letter VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
            " present = excluded.present, data = excluded.data",
            letter.account,
            letter.id,
            letter.process,
            int(letter.present),
            encode(letter),
        )
        references = [letter.message_id, *([letter.thread] if letter.thread else [])]
        self.link(letter.process, "reference", [value for value in references if value])
        self.wake(letter.process)
        return True

    def questions(self, *, only_open: bool = False) -> list[Question]:
        where = "WHERE state = 'open'" if only_open else ""
        return [decode(r[0], Question) for r in self.rows(f"SELECT data FROM question {where} ORDER BY id")]  # noqa: S608

    def count_questions(self) -> int:
        """How many questions wait for the user's answer."""
        return int(self.rows("SELECT count(*) FROM question WHERE state = 'open'")[0][0])

    def put_question(self, question: Question) -> None:
        self.write(
            "INSERT INTO question VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
            " process = excluded.process, state = excluded.state, data = excluded.data",
            question.id,
            question.process,
            question.state.value,
            encode(question),
        )
