"""Decides what is told now, all of it as one notice, and keeps in mind what was told.

It holds no thread and no channel: the caller takes the notice to `deliver`, which may run elsewhere, and comes back
with `told` when it was taken. A kill in between tells again rather than never.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from followupd.notify import marks
from followupd.notify.channels import present
from followupd.notify.holding import free_from
from followupd.notify.marks import Marks
from followupd.notify.news import News, accounts
from followupd.notify.notice import Item, Notice, wished, worded
from followupd.notify.settings import Settings
from followupd.store import Store


@dataclass(frozen=True, slots=True)
class _Waiting:
    """What is to be told once nothing holds it."""

    items: tuple[Item, ...]
    number: int
    accounts: tuple[tuple[str, str], ...]


class Teller:
    """Tells what is in one store. It uses the store, so it belongs to the store's thread."""

    def __init__(self, store: Store, settings: Settings, zone: str) -> None:
        self.store = store
        self.settings = settings
        self.zone = zone
        self.news = News(store, detail=settings.detail, zone=zone)
        marks.begin(store)

    def pending(self, now: datetime) -> Notice | None:
        """What is to be told at `now`, as one notice. None: nothing, no channel is there, or it is held."""
        waiting = self._waiting(now)
        if waiting is None or self._free_from(now) > now:
            return None
        channels = present(self.settings)
        if not channels:
            return None
        title, text = worded(waiting.items, detail=self.settings.detail)
        return Notice(
            title=title,
            text=text,
            items=waiting.items,
            at=now,
            channels=channels,
            number=waiting.number,
            accounts=waiting.accounts,
        )

    def next(self, now: datetime) -> datetime | None:
        """When what is held may be told: the end of the quiet hours or of the event. None where nothing is held."""
        if self._waiting(now) is None:
            return None
        free = self._free_from(now)
        return free if free > now else None

    def told(self, notice: Notice) -> None:
        """Marks a notice that a channel took as told, in a transaction of its own. Told twice, it stays told."""
        with self.store.transaction():
            known = marks.read(self.store)
            marks.write(self.store, known.with_told(notice.number, notice.accounts, notice.at))

    def _waiting(self, now: datetime) -> _Waiting | None:
        known = self._marks(now)
        items, number = self.news.items(known, now)
        troubles = list(accounts(self.store, self.news.words, known))
        wanted = [item for item in (*(item for item, _ in troubles), *items) if self._is_wished(item)]
        if not wanted:
            return None
        marked = tuple(mark for item, mark in troubles if self._is_wished(item))
        return _Waiting(tuple(wanted), number, marked)

    def _is_wished(self, item: Item) -> bool:
        return wished(item.kind) in self.settings.tell

    def _marks(self, now: datetime) -> Marks:
        """The marks, without troubles that have passed; what passed is stored, so that it can come again."""
        known = marks.read(self.store)
        current = replace(known, began=known.began or now).without_passed(self.store, now)
        if current != known:
            with self.store.transaction(durable=False):
                marks.write(self.store, current)
        return current

    def _free_from(self, now: datetime) -> datetime:
        return free_from(self.store, self.settings, self.zone, now)
