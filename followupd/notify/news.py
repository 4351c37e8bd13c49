"""What there is to tell: lines of the history that the user has not been told of and that still hold.

The history says what happened, the records whether it is still so: what was settled before it could be told (a draft
sent, a question answered) is no news. Accounts have no history; how they stand is news until it was told.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from followupd.core.model import (
    IN_DRAFTS,
    FollowUp,
    Kind,
    ProcessState,
    Question,
    Stage,
)
from followupd.core.proofreading import OFFER, PROOFREAD, UNFILLED
from followupd.notify.marks import Marks
from followupd.notify.notice import Item
from followupd.notify.wording import Wording
from followupd.store import Store

NEWS = timedelta(days=7)
"""What could not be told for this long (no channel was there) is no news any more; `status` knows it."""
LATE = timedelta(hours=1)
FRESH = timedelta(hours=2)
"""A letter that was made so shortly before needs no reminder: that it waits has just been told."""
REPLACED = timedelta(hours=2)
_MISSING_PEOPLE = frozenset({"nobody", "unaddressed"})
_UNSENT = frozenset({Stage.DRAFTED, Stage.EDITED})
_LOST = frozenset({Stage.EXPIRED, Stage.SKIPPED})


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the history."""

    number: int
    at: datetime
    process: str
    about: str
    action: str
    reason: str


class News:
    """What the store has to tell. It reads each line of the history once."""

    def __init__(self, store: Store, *, detail: bool, zone: str) -> None:
        self.store = store
        self.words = Wording(store, detail=detail, zone=zone)
        self.read_to = 0
        self.read_at: datetime | None = None
        self.lines: list[Line] = []

    def items(self, marks: Marks, now: datetime) -> tuple[list[Item], int]:
        """What is news at `now`, each thing once, and the number of the last line that was read."""
        self._read(marks, now)
        # Of several lines about one thing the last says how it stands: a reminder tells of the letter too. What
        # proofreading found is said where nothing graver is.
        found: dict[str, Item] = {}
        for line in self.lines:
            item = self._item(line, marks, now)
            if item is not None and (item.kind != "findings" or item.key not in found):
                found[item.key] = item
        return list(found.values()), self.read_to

    def _read(self, marks: Marks, now: datetime) -> None:
        if self.read_at and now < self.read_at:
            self.read_to, self.lines = 0, []  # the clock was set back: what seemed old may be new
        self.read_at = now
        rows = self.store.rows(
            "SELECT number, at, process, about, action, reason FROM history WHERE number > ? ORDER BY number",
            max(self.read_to, marks.number),
        )
        read = [Line(int(r[0]), datetime.fromisoformat(r[1]), r[2], r[3], r[4], r[5]) for r in rows]
        self.read_to = read[-1].number if read else max(self.read_to, marks.number)
        known = [line for line in self.lines if line.number > marks.number and line.at >= now - NEWS]
        new = [line for line in read if line.at >= now - NEWS and self._may_be_news(line)]
        self.lines = known + new

    def _may_be_news(self, line: Line) -> bool:
        if line.action == "advance":  # there are many, and those of letters that were lost are the last ones
            return self._lost(line) is not None
        return line.action in {"create_draft", "remind", "ask", "tell"}

    def _item(self, line: Line, marks: Marks, now: datetime) -> Item | None:
        if line.action == "create_draft":
            return self._letter(line)
        if line.action == "remind":
            return self._reminder(line, now)
        if line.action == "ask":
            return self._question(line)
        if line.action == "tell":
            return self._told(line)
        lost = self._lost(line)
        began = marks.began is None or (lost is not None and lost.ends > marks.began)
        return self.words.of_letter("lost", lost) if lost is not None and began else None

    # --- letters ---

    def _letter(self, line: Line) -> Item | None:
        letter = self.store.follow_up(line.about)
        if (
            letter is None
            or letter.stage is not Stage.DRAFTED
            or letter.gone_since
            or self._is_replacement(line)
        ):
            return None  # a draft that is gone is in the user's hands: sent, moved or deleted
        if letter.findings:
            return self.words.of_letter("findings", letter)
        late = line.at > letter.due + LATE and not letter.wanted
        return self.words.of_letter("late_letter" if late else "letter", letter)

    def _is_replacement(self, line: Line) -> bool:
        """Whether it took another draft's place, for notes or because it is late: the first one's line tells of it."""
        rows = self.store.rows(
            "SELECT action, at FROM history WHERE process = ? AND about = ? AND number < ?"
            " AND action IN ('create_draft', 'withdraw_draft') ORDER BY number DESC LIMIT 2",
            line.process,
            line.about,
            line.number,
        )
        if [row[0] for row in rows] != ["withdraw_draft", "create_draft"]:
            return False
        withdrawn = datetime.fromisoformat(rows[0][1])
        return line.at - withdrawn <= REPLACED

    def _reminder(self, line: Line, now: datetime) -> Item | None:
        letter = self.store.follow_up(line.about)
        if letter is None or letter.gone_since or letter.stage not in _UNSENT:
            return None
        if letter.drafted_at is not None and line.at - letter.drafted_at < FRESH:
            return None
        is_in_time = letter.send_by is not None and now < letter.send_by
        return self.words.of_letter("reminder", letter, by=letter.send_by if is_in_time else None)

    def _lost(self, line: Line) -> FollowUp | None:
        """The letter that ended with this line without ever having lain in Drafts."""
        letter = self.store.follow_up(line.about)
        if letter is None or letter.kind is not Kind.THANK_YOU or letter.drafted_at is not None:
            return None
        return letter if letter.stage in _LOST and letter.reason == line.reason else None

    # --- questions ---

    def _question(self, line: Line) -> Item | None:
        question = self._open(line.about)
        if question is None or self._was_asked(line):
            return None
        return self.words.of_question(self._kind(question), question)

    def _open(self, key: str) -> Question | None:
        return next((q for q in self.store.questions(only_open=True) if q.id == key), None)

    def _was_asked(self, line: Line) -> bool:
        """Whether an earlier line asks the same: a question is worded anew when more letters wait for it."""
        rows = self.store.rows(
            "SELECT action FROM history WHERE process = ? AND about = ? AND number < ?"
            " AND action IN ('ask', 'settle') ORDER BY number DESC LIMIT 1",
            line.process,
            line.about,
            line.number,
        )
        return bool(rows) and rows[0][0] == "ask"

    def _kind(self, question: Question) -> str:
        if question.topic in _MISSING_PEOPLE:
            return "people"
        if question.topic == "arrival":
            return "mail"
        return "question"

    # --- what only is to be known ---

    def _told(self, line: Line) -> Item | None:
        word, _, rest = line.about.partition(" ")
        if word == "stays-closed":
            process = self.store.process(line.process)
            is_closed = process is not None and process.state is ProcessState.CLOSED
            return self.words.of_process("closed", line.process, line.reason) if is_closed else None
        if line.about == OFFER:
            return self.words.of_offer(line.reason)
        if word in {PROOFREAD, UNFILLED}:
            return self._proofread(word, self.store.follow_up(rest.partition(" ")[0]))
        letter = self.store.follow_up(rest.partition(" ")[0]) if word == "kept" else None
        if letter is None or letter.stage not in IN_DRAFTS:
            return None
        return self.words.of_letter("answer" if self._is_overtaken(letter) else "kept", letter)

    def _proofread(self, word: str, letter: FollowUp | None) -> Item | None:
        """What was mended, sent or thrown away before it could be told is no news; what was sent is past mending."""
        if letter is None or (word == PROOFREAD and (letter.stage not in _UNSENT or not letter.findings)):
            return None
        return self.words.of_letter("findings" if word == PROOFREAD else "unfilled", letter)

    def _is_overtaken(self, letter: FollowUp) -> bool:
        """Whether it is a nudge that came to lie beside an answer, or what may be one."""
        process = self.store.process(letter.process)
        states = {ProcessState.ANSWERED, ProcessState.ASKING}
        return letter.kind is Kind.NUDGE and process is not None and process.state in states


def accounts(store: Store, words: Wording, marks: Marks) -> Iterator[tuple[Item, tuple[str, str]]]:
    """The accounts that need their user and that were not told of, each with its mark."""
    for name, state, problem, notice in store.rows("SELECT name, state, problem, notice FROM account"):
        troubles = [(state, state, problem)] if state in {"sign_in", "refused"} else []
        troubles += [("notice", "warning", notice)] if notice else []
        for trouble, kind, text in troubles:
            if not marks.knows(name, trouble):
                yield words.of_account(kind, name, text), (name, trouble)
