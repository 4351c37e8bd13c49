"""A calendar and a mailbox in memory: complete providers, with methods for the user's hand.

They keep every promise of the contracts and have deterministic ids, so that a machine can play
whole lives against them. `broken` is raised by every method while it is set; `partial` makes every
answer incomplete.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime, timedelta

from followupd.core.model import Draft, Event, EventStatus, Folder, Message
from followupd.errors import Conflict, CursorLost, ProviderError, Unavailable
from followupd.providers.base import CalendarChanges, Look, MailChanges, Watched, Whereabouts
from followupd.providers.matching import carries, is_from, is_letter_to
from followupd.providers.mime import parse_message, render_draft

RECENT = timedelta(minutes=10)
Key = tuple[str, str]


class MemoryCalendar:
    """A `Calendar` whose events are put there by hand."""

    def __init__(self) -> None:
        self.broken: ProviderError | None = None
        self.partial = False
        self._events: dict[Key, Event] = {}
        self._log: list[tuple[Key, Event | None]] = []
        self._oldest = 0

    # --- the user's hand ---

    def put(self, event: Event) -> Event:
        """Adds the event, or replaces the one of the same uid and recurrence-id."""
        return self._write((event.uid, event.recurrence_id), event)

    def cancel(self, uid: str, recurrence_id: str = "") -> Event:
        """Sets the status, as an organiser's cancellation does."""
        event = self._events[uid, recurrence_id]
        return self.put(replace(event, status=EventStatus.CANCELLED))

    def remove(self, uid: str, recurrence_id: str = "") -> None:
        """Takes the event off the calendar."""
        self._log.append(((uid, recurrence_id), self._events.pop((uid, recurrence_id))))

    def forget(self) -> None:
        """Makes every cursor given out so far unknown."""
        self._log.append((("", ""), None))
        self._oldest = len(self._log)

    def _write(self, key: Key, event: Event) -> Event:
        self._log.append((key, self._events.get(key)))
        self._events[key] = event
        return event

    # --- the contract ---

    def changes(self, cursor: str | None, since: datetime, until: datetime) -> CalendarChanges:
        if self.broken:
            raise self.broken
        seen, covered = self._read(cursor)
        before = dict(reversed(self._log[seen:]))
        events = tuple(
            event
            for key, event in self._events.items()
            if (_in(event, since, until) and self._news(key, event, cursor, before, covered))
            or _in(before.get(key), since, until)
        )
        gone = tuple(k for k, old in before.items() if k not in self._events and _in(old, since, until))
        complete = not self.partial and not (gone and not self._events)
        if not complete or (cursor and not events and not gone and not before):
            kept = () if not complete else gone
            return CalendarChanges(events=events, missing=kept, cursor=cursor or "0|", complete=complete)
        return CalendarChanges(events=events, missing=gone, cursor=f"{len(self._log)}|{until.isoformat()}")

    def event(self, uid: str, recurrence_id: str) -> Event | None:
        if self.broken:
            raise self.broken
        if self.partial and (uid, recurrence_id) not in self._events:
            raise Unavailable("The calendar could be read only in part.")
        return self._events.get((uid, recurrence_id))

    def notice(self, now: datetime) -> str:
        return ""

    @staticmethod
    def _news(
        key: Key, event: Event, cursor: str | None, before: dict[Key, Event | None], covered: datetime | None
    ) -> bool:
        """Whether it was written since the cursor, or has entered the window since."""
        return cursor is None or key in before or (covered is not None and event.start >= covered)

    def _read(self, cursor: str | None) -> tuple[int, datetime | None]:
        if cursor is None:
            return 0, None
        seen, _, covered = cursor.partition("|")
        known = _known(seen, self._oldest, len(self._log))
        return known, datetime.fromisoformat(covered) if covered else None


def _known(seen: str, oldest: int, newest: int) -> int:
    """How much of the history a cursor has seen."""
    if not seen.isdecimal() or not oldest <= int(seen) <= newest:
        raise CursorLost("This place in the history is not known, or not any more.")
    return int(seen)


def _in(event: Event | None, since: datetime, until: datetime) -> bool:
    return event is not None and event.end > since and event.start < until


class MemoryMailbox:
    """A `Mailbox` whose messages are put there by hand."""

    def __init__(self, zone: str = "UTC") -> None:
        self.broken: ProviderError | None = None
        self.partial = False
        self._zone = zone
        self._messages: dict[str, Message] = {}
        self._written: dict[str, Message] = {}
        self._log: list[tuple[str, bool]] = []
        self._oldest = 0
        self._count = 0

    # --- the user's hand ---

    def put(self, raw: bytes, folder: Folder, received: datetime, folder_name: str = "") -> Message:
        """A message comes in, or is saved by the user's mail program."""
        self._count += 1
        message = parse_message(
            raw,
            id=f"m{self._count}",
            folder=folder,
            folder_name=folder_name or folder.value,
            received=received,
            zone=self._zone,
        )
        return self._keep(replace(message, changed=received if folder is Folder.DRAFTS else None))

    def move(self, id: str, folder: Folder, folder_name: str = "") -> Message:  # noqa: A002  the model's word
        """The same message in another folder."""
        moved = replace(self._messages[id], folder=folder, folder_name=folder_name or folder.value)
        self._messages[id] = moved
        self._log.append((id, False))
        return moved

    def delete(self, id: str) -> None:  # noqa: A002  the model's word
        """Removes the message for good."""
        del self._messages[id]
        self._log.append((id, False))

    def edit(self, id: str, raw: bytes, at: datetime, *, again: bool = False) -> Message:  # noqa: A002
        """The user saves a draft: in place, or `again` as a new message with a new id."""
        old = self._messages[id]
        if again:
            self.delete(id)
            return self.put(raw, old.folder, at, old.folder_name)
        message = parse_message(
            raw, id=id, folder=old.folder, folder_name=old.folder_name, received=old.received, zone=self._zone
        )
        return self._keep(replace(message, changed=at))

    def all(self) -> tuple[Message, ...]:
        """What lies in the mailbox now, in the order in which it came."""
        return tuple(self._messages.values())

    def forget(self) -> None:
        """Makes every cursor given out so far unknown."""
        self._log.append(("", False))
        self._oldest = len(self._log)

    def _keep(self, message: Message) -> Message:
        self._messages[message.id] = message
        self._log.append((message.id, True))
        return message

    # --- the contract ---

    def changes(self, cursor: str | None, since: datetime, watched: Watched) -> MailChanges:
        self._check()
        if cursor is None:
            kept = (m for m in self._messages.values() if m.folder is Folder.DRAFTS or m.received >= since)
            return MailChanges(messages=tuple(kept), cursor=str(len(self._log)), complete=not self.partial)
        recent = self._log[_known(cursor, self._oldest, len(self._log)) :]
        if not recent or self.partial:
            return MailChanges(cursor=cursor, complete=not self.partial)
        saved = dict.fromkeys(name for name, new in recent if new and name in self._messages)
        touched = {name for name, new in recent if not new} & set(watched.messages())
        return MailChanges(
            messages=tuple(self._messages[name] for name in saved),
            moved=tuple(self._whereabouts(name) for name in sorted(touched)),
            cursor=str(len(self._log)),
        )

    def _whereabouts(self, id: str) -> Whereabouts:  # noqa: A002  the model's word
        found = self._messages.get(id)
        return Whereabouts(id, found.folder, found.folder_name) if found else Whereabouts(id, None)

    def letters_to(self, addresses: Collection[str], since: datetime, message_id: str = "") -> Look:
        return self._look(lambda m: is_letter_to(m, addresses, since) or carries(m, message_id, since))

    def message(self, message_id: str, since: datetime) -> Look:
        return self._look(lambda m: carries(m, message_id, since))

    def messages_from(self, addresses: Collection[str], domains: Collection[str], since: datetime) -> Look:
        return self._look(lambda m: is_from(m, addresses, domains, since))

    def create_draft(self, draft: Draft) -> str:
        self._check()
        message = self.put(render_draft(draft), Folder.DRAFTS, draft.date)
        self._written[message.id] = message
        return message.id

    def withdraw_draft(
        self, draft_id: str, message_id: str, unchanged: Callable[[Message], bool], now: datetime
    ) -> bool:
        self._check()
        drafts = [m for m in self._messages.values() if m.folder is Folder.DRAFTS]
        found = next((m for m in drafts if m.id == draft_id), None)
        found = found or next((m for m in drafts if message_id and m.message_id == message_id), None)
        if found is None:
            return False
        if not unchanged(found) or self._just_saved(found, now):
            raise Conflict("The draft was changed since it was written; it is left as it is.")
        self.delete(found.id)
        return True

    def _just_saved(self, draft: Message, now: datetime) -> bool:
        written = self._written.get(draft.id)
        by_others = written is None or written.changed != draft.changed
        return by_others and draft.changed is not None and draft.changed > now - RECENT

    def listening(self) -> None:
        return None

    def notice(self, now: datetime) -> str:
        return ""

    def clean(self, draft: Draft) -> None:
        self._check()

    def _look(self, wanted: Callable[[Message], bool]) -> Look:
        self._check()
        found = tuple(m for m in self._messages.values() if wanted(m))
        return Look(messages=found, complete=not self.partial)

    def _check(self) -> None:
        if self.broken:
            raise self.broken
