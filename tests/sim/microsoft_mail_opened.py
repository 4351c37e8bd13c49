"""A draft that is open in a client while the mailbox changes: what the client holds wins when it saves or sends.

Reported of the classic desktop program (a change made meanwhile by a program was lost), and documented of all
("the app won't update the view"). That a draft deleted meanwhile is saved or sent as another message is a guess.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.sim.microsoft_mail_clients import WEB, Client
from tests.sim.microsoft_mail_hand import UserHand
from tests.sim.microsoft_mail_store import Item, locked

HELD = ("kind", "content", "subject", "to", "cc", "bcc", "reply_to", "conversation", "index", "parents")


@dataclass(frozen=True)
class Opened:
    """A draft as a client read it."""

    number: int
    fields: dict[str, Any]


class OpenHand(UserHand):
    """The user's hand in a window that was opened before."""

    @locked
    def open(self, id_: str) -> Opened:
        item = self.hold(id_)
        fields = {name: getattr(item, name) for name in HELD}
        return Opened(item.number, {**fields, "properties": dict(item.properties)})

    @locked
    def save_opened(self, opened: Opened, text: str | None = None, client: Client = WEB) -> str:
        return self.edit(self._restored(opened).immutable_id, text, client=client)

    @locked
    def send_opened(self, opened: Opened, client: Client = WEB, text: str | None = None) -> str:
        return self.send(self._restored(opened).immutable_id, client, text=text)

    def _restored(self, opened: Opened) -> Item:
        """The draft as the client holds it; another one, with no ids of the old, where that is gone."""
        item = self.items.get(opened.number)
        if item is None or not item.is_draft or self.is_hidden(item):
            kept = {name: value for name, value in opened.fields.items() if name != "properties"}
            return self.add("drafts", is_draft=True, sender=(self.name, self.address), **kept)
        self.change(item, **opened.fields)
        return item
