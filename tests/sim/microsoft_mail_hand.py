"""The user's hand on the mailbox, and the world's: what happens there without the API.

A message is named by either of its ids; every act returns the immutable one, of the message as it is afterwards.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.sim.microsoft_mail_clients import WEB, Client
from tests.sim.microsoft_mail_format import as_text, letter, mime, sent_date, wrapped
from tests.sim.microsoft_mail_store import Address, Item, MailStore, locked


@dataclass(frozen=True)
class MessageView:
    """A message as a test looks at it. `folder` is the well-known name, or the shown one."""

    id: str
    immutable_id: str
    internet_message_id: str
    conversation: str
    folder: str
    sender: str
    to: tuple[str, ...]
    cc: tuple[str, ...]
    bcc: tuple[str, ...]
    subject: str
    text: str
    content: str
    is_draft: bool
    parents: tuple[str, ...]
    properties: dict[str, str]
    headers: tuple[tuple[str, str], ...]
    at: datetime
    changed: datetime


class UserHand(MailStore):
    """Hooks for tests. Each leaves the traces in the folders' logs that deltas tell."""

    # Folders

    @locked
    def add_folder(self, name: str, parent: str = "msgfolderroot") -> str:
        return self._make_folder(name, parent=self._folder(parent).id).id

    @locked
    def add_search_folder(self, name: str, holds: Callable[[Item], bool]) -> str:
        found = self._make_folder(name, parent=self.well_known("searchfolders").id)
        found.holds = holds
        return found.id

    @locked
    def rename_folder(self, folder: str, name: str) -> None:
        self._folder(folder).name = name

    @locked
    def delete_folder(self, folder: str) -> None:
        """The folder and all below it; the messages go where they can be recovered."""
        found = self._folder(folder)
        for child in self.children(found):
            self.delete_folder(child.id)
        for item in self.held(found) if found.holds is None else []:
            self.move(item, "recoverableitemsdeletions")
        del self.folders[found.id]

    # Letters that come

    @locked
    def receive(
        self,
        raw: bytes,
        folder: str = "inbox",
        *,
        conversation: str | None = None,
        message_class: str = "IPM.Note",
        at: datetime | None = None,
        read: bool = False,
    ) -> str:
        """A letter arrives. Its conversation is that of the letter it answers, another where `conversation` says so;
        "" makes a new one, as Exchange may for an answer from elsewhere."""
        fields = {"message_class": message_class, "is_read": read, **self._arrived(raw, conversation)}
        moment = at or self.clock.now
        return self.add(folder, moment, sent_at=sent_date(raw) or moment, **fields).immutable_id

    def _arrived(self, raw: bytes, conversation: str | None) -> dict[str, Any]:
        fields = letter(raw)
        parent = next(iter(reversed(self.named(fields["parents"]))), None)
        if conversation is not None:
            fields["conversation"] = conversation
        elif parent is not None:
            fields["conversation"] = parent.conversation
            fields["index"] = parent.index + self.digest("answer")[:5]
        return fields

    @locked
    def send_new(self, raw: bytes, at: datetime | None = None) -> str:
        """A letter the user wrote and sent by himself."""
        moment = at or self.clock.now
        fields = {**self._arrived(raw, None), "tells_headers": not self.sent_headers_missing}
        item = self.add("sentitems", moment, **fields)
        self._to_oneself(item, moment)
        return item.immutable_id

    @locked
    def new_draft(self, raw: bytes, folder: str = "drafts", at: datetime | None = None) -> str:
        """A letter the user began by himself."""
        fields = {**self._arrived(raw, None), "is_draft": True, "raw": None, "headers": []}
        return self.add(folder, at, **fields).immutable_id

    # Drafts in the user's hand

    @locked
    def edit(
        self,
        id_: str,
        text: str | None = None,
        *,
        subject: str | None = None,
        to: Iterable[str] | None = None,
        client: Client = WEB,
    ) -> str:
        """Saved with another text, subject or recipients; with none of them merely opened and saved again."""
        return self._edited(self.hold(id_), client, text, subject, to).immutable_id

    def _edited(
        self,
        item: Item,
        client: Client,
        text: str | None,
        subject: str | None = None,
        to: Iterable[str] | None = None,
    ) -> Item:
        fields: dict[str, Any] = self._written(item, client, text)
        if subject is not None and subject != item.subject:
            fields |= {"subject": subject, "conversation": self.new_conversation(), "index": self.new_index()}
        if to is not None:
            fields["to"] = [(address, address) for address in to]
        if not client.saves_anew:
            self.change(item, raw=None, **fields)
            return item
        copy = self.copy_of(item, item.folder, self.clock.now, **fields, **self._forgotten(client, item))
        self._leaves_after(item, client.overlap)
        return copy

    def _written(self, item: Item, client: Client, text: str | None) -> dict[str, Any]:
        """Plain text stays plain where the client lets it."""
        if item.kind == "text" and not client.saves_anew:
            return {} if text is None else {"content": text}
        held = item.content if item.kind == "html" else wrapped(client.composed(item.content))
        content = client.saved_again(held) if text is None else client.composed(text)
        return {"kind": "html", "content": content}

    def _forgotten(self, client: Client, item: Item) -> dict[str, Any]:
        """What another message made by a client has not from the old one."""
        keeps = self.classic_keeps_properties if client.keeps_properties is None else client.keeps_properties
        fields: dict[str, Any] = {"raw": None}
        fields |= {} if keeps else {"properties": {}, "headers": []}
        if not client.keeps_internet_message_id:
            fields["internet_message_id"] = self.new_internet_message_id()
        if client.keeps_immutable_id:
            fields["immutable_id"] = item.immutable_id
        elif not client.saves_anew:
            fields["immutable_id"] = self.new_immutable_id(like=item.immutable_id)
        return fields

    def _leaves_after(self, item: Item, wait: timedelta) -> None:
        def leave(_: datetime) -> None:
            if item.number in self.items:
                self.remove(item)

        if wait:
            self.when(self.clock.now + wait, leave)
        else:
            leave(self.clock.now)

    # Sent

    @locked
    def send(
        self,
        id_: str,
        client: Client = WEB,
        *,
        text: str | None = None,
        subject: str | None = None,
        to: Iterable[str] | None = None,
        delay: timedelta | None = None,
    ) -> str:
        """Sent by the user. The copy is seen in Sent Items after `delay` (otherwise `sent_delay`)."""
        item = self.hold(id_)
        if subject is None and client.edits_subject:
            subject = f"{item.subject}, and one thing more"
        if text is not None or subject is not None or to is not None:
            item = self._edited(item, client, text, subject, to)
        return self._sent(item, client, self.sent_delay if delay is None else delay)

    def _sent(self, item: Item, client: Client, delay: timedelta) -> str:
        """The draft leaves at once, or lies in the Outbox; a mobile client's stays beside the copy for a while."""
        now = self.clock.now
        fields = self._forgotten(client, item) | {"is_draft": False, "is_read": True, "send_at": None}
        fields |= {"sent_at": now, "received": now, "tells_headers": not self.sent_headers_missing}
        fields |= {"sender": item.sender or (self.name, self.address)}
        fields.setdefault("immutable_id", self.new_immutable_id())
        if client.saves_anew:
            fields |= self._written(item, client, None)

        def arrive(at: datetime) -> None:
            if item.number in self.items and not client.overlap:
                self.remove(item)
            self._to_oneself(self.copy_of(item, "sentitems", at, **fields), at)

        if client.overlap:
            self._leaves_after(item, client.overlap)
        elif delay and self.outbox_shows:
            self.move(item, "outbox")
        elif delay:
            self.remove(item)
        if delay:
            self.when(now + delay, arrive)
        else:
            arrive(now)
        return str(fields["immutable_id"])

    def _to_oneself(self, item: Item, at: datetime) -> None:
        """A letter that names the user in To, Cc or Bcc comes to the inbox too, with the same Message-ID."""
        if self.addresses.isdisjoint(address.lower() for _, address in item.to + item.cc + item.bcc):
            return
        fields = {"bcc": [], "properties": {}, "is_read": False, "tells_headers": True, "received": at}
        copy = self.copy_of(item, "inbox", at, **fields)
        copy.raw = mime(copy)
        copy.headers = letter(copy.raw)["headers"]

    @locked
    def schedule(self, id_: str, at: datetime, client: Client = WEB) -> str:
        """To be sent at a time, unless it is unscheduled, edited away or deleted before."""
        item = self.hold(id_)
        self.change(item, send_at=at, is_draft=self.scheduled_is_draft)
        folder = client.schedules_in or self.scheduled_in
        if self.folders[item.folder].well_known != folder:
            self.move(item, folder)

        def go(_: datetime) -> None:
            if self.items.get(item.number) is item and item.send_at == at:
                self._sent(item, client, timedelta(0))

        self.when(at, go)
        return item.immutable_id

    @locked
    def unschedule(self, id_: str) -> str:
        item = self.hold(id_)
        self.change(item, send_at=None, is_draft=True)
        if self.folders[item.folder].well_known != "drafts":
            self.move(item, "drafts")
        return item.immutable_id

    # Put away

    @locked
    def delete(self, id_: str) -> str:
        """Into Deleted Items, where a draft stays a draft. What was scheduled is not sent any more."""
        item = self.hold(id_)
        item.send_at = None
        self.move(item, "deleteditems")
        return item.immutable_id

    @locked
    def purge(self, id_: str) -> None:
        """Gone for good."""
        self.remove(self.hold(id_))

    @locked
    def put(self, id_: str, folder: str, client: Client = WEB) -> str:
        """Into a folder, by well-known name or id."""
        item = self.hold(id_)
        self.move(item, folder, immutable=client.keeps_immutable_id_at_move)
        return item.immutable_id

    @locked
    def mark(
        self, id_: str, *, read: bool | None = None, flagged: bool | None = None, categories: Any = None
    ) -> None:
        """Read or not, flagged or not, coloured: what a delta may tell without the rest."""
        fields: dict[str, Any] = {} if read is None else {"is_read": read}
        fields |= {} if flagged is None else {"flag": "flagged" if flagged else "notFlagged"}
        fields |= {} if categories is None else {"categories": list(categories)}
        names = {"is_read": "isRead", "flag": "flag", "categories": "categories"}
        self.change(self.hold(id_), marks=[names[name] for name in fields], **fields)

    @locked
    def touch(self, id_: str) -> None:
        """Another change key and time of change, and nothing else: as Exchange may do by itself."""
        self.change(self.hold(id_))

    # What tests look at

    def hold(self, id_: str) -> Item:
        item = self.find(id_)
        if item is None:
            raise KeyError(f"no message {id_}")
        return item

    @locked
    def message(self, id_: str) -> MessageView:
        return self._view(self.hold(id_))

    @locked
    def messages(self, folder: str = "") -> list[MessageView]:
        """All messages, or those of a folder, the newest first."""
        if folder:
            return [self._view(item) for item in self.held(self._folder(folder))]
        held = (item for item in self.items.values() if not self.is_hidden(item))
        return [self._view(item) for item in sorted(held, key=lambda item: item.number, reverse=True)]

    def drafts(self) -> list[MessageView]:
        return self.messages("drafts")

    def sent(self) -> list[MessageView]:
        return self.messages("sentitems")

    def inbox(self) -> list[MessageView]:
        return self.messages("inbox")

    def deleted(self) -> list[MessageView]:
        return self.messages("deleteditems")

    def _view(self, item: Item) -> MessageView:
        folder = self.folders[item.folder]

        def bare(people: list[Address]) -> tuple[str, ...]:
            return tuple(address for _, address in people)

        return MessageView(
            id=item.id,
            immutable_id=item.immutable_id,
            internet_message_id=item.internet_message_id,
            conversation=item.conversation,
            folder=folder.well_known or folder.name,
            sender=item.sender[1] if item.sender else "",
            to=bare(item.to),
            cc=bare(item.cc),
            bcc=bare(item.bcc),
            subject=item.subject,
            text=as_text(item.kind, item.content),
            content=item.content,
            is_draft=item.is_draft,
            parents=tuple(item.parents),
            properties=dict(item.properties),
            headers=tuple(item.headers),
            at=item.received,
            changed=item.modified,
        )
