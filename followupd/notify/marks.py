"""What the user has been told already, in the store: how far in the history, and of which accounts' troubles."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from followupd.database import decode, encode
from followupd.store import Store

NAME = "told"
_SETTLED = timedelta(days=1)
"""A letter refused is tried again within the hour, and its account stands well in between: no news each time."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """An account's trouble of which the user was told: its state, or "notice"."""

    account: str
    what: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Marks:
    """How far in the history, since when there is telling at all, and the troubles that have not passed."""

    number: int = 0
    began: datetime | None = None
    troubles: tuple[Trouble, ...] = ()

    def knows(self, account: str, what: str) -> bool:
        """Whether the user was told of this trouble and it has not passed since."""
        return any((one.account, one.what) == (account, what) for one in self.troubles)

    def with_told(self, number: int, troubles: tuple[tuple[str, str], ...], at: datetime) -> Marks:
        """After these were told too."""
        new = tuple(Trouble(name, what, at) for name, what in troubles if not self.knows(name, what))
        return replace(self, number=max(self.number, number), troubles=(*self.troubles, *new))

    def without_passed(self, store: Store, now: datetime) -> Marks:
        """Without the troubles that have passed: the next of their kind is told again."""
        rows = store.rows("SELECT name, state, notice FROM account")
        stands = {name: (state, notice) for name, state, notice in rows}
        kept = tuple(
            one
            for one in self.troubles
            if one.account in stands and not _passed(one, *stands[one.account], now)
        )
        return replace(self, troubles=kept) if kept != self.troubles else self


def _passed(trouble: Trouble, state: str, notice: str, now: datetime) -> bool:
    # An account that fails for another reason meanwhile ("failing") has told nothing of its trouble.
    if trouble.what == "notice":
        return state == "ok" and not notice
    if trouble.what == "refused":
        return state == "ok" and not timedelta(0) <= now - trouble.at < _SETTLED
    return state in {"ok", "refused"}


def begin(store: Store) -> None:
    """Sets the marks of a state folder that has none: nothing of its past is told."""
    if store.meta(NAME):
        return
    newest = store.rows("SELECT max(number) FROM history")[0][0]
    with store.transaction():
        write(store, Marks(int(newest or 0)))


def read(store: Store) -> Marks:
    return decode(store.meta(NAME), Marks)


def write(store: Store, marks: Marks) -> None:
    """Stores the marks; inside a transaction."""
    store.set_meta(NAME, encode(marks))
