"""The requests to an Outlook mailbox that followupd makes, one method each.

Each page is one request of the 10,000 that one program may make to one mailbox in ten minutes.
Lists are asked for in the order of the property that they are filtered by, which Graph demands.
Source: Graph v1.0, "List messages", "Use the $filter query parameter".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from followupd.core.model import Address, Message
from followupd.errors import Refused, SignInNeeded, Unavailable
from followupd.providers.base import Problem
from followupd.providers.microsoft.api import Api, is_item, segment
from followupd.providers.microsoft.folders import Folders
from followupd.providers.microsoft.messages import (
    ABOUT,
    MADE_AS,
    PROPERTIES,
    WHOLE,
    WITHDRAWN,
    Item,
    read_item,
    read_message,
)
from followupd.providers.microsoft.refusals import NotTaken, NotThere

PAGE = 500
MOST_ROUNDS = 1_000
_ALL = "me/messages"
_DRAFTS, _SENT = "me/mailFolders/drafts/messages", "me/mailFolders/sentitems/messages"
_PURGED = "me/mailFolders/recoverableitemsdeletions/messages"
_TOLD = {"select": ABOUT, "expand": PROPERTIES, "top": str(PAGE)}

Opened = tuple[Item, Message]


class Outlook:
    """The mailbox of one account as an API. Raises ProviderError."""

    def __init__(self, api: Api, folders: Folders, zone: str) -> None:
        self._api = api
        self._folders = folders
        self._zone = zone

    # --- lists ---

    def latest(self) -> datetime | None:
        """When something in the mailbox was last changed, None where it is empty."""
        newest = self._api.get(
            _ALL, select="id,lastModifiedDateTime", orderby="lastModifiedDateTime desc", top="1"
        )
        found = [read_item(data).modified for data in newest.get("value") or () if is_item(data)]
        return max(found, default=None)

    def modified_since(self, moment: datetime) -> list[Item]:
        """All that was made or changed since, in every folder.

        Each further request begins at the last moment seen instead of following the link, which counts
        places: what is changed meanwhile would shift them, and something would be left out.
        """
        found: dict[str, Item] = {}
        for _ in range(MOST_ROUNDS):
            asked = {"filter": f"lastModifiedDateTime ge {_when(moment)}", "orderby": "lastModifiedDateTime"}
            page = self._api.get(_ALL, **_TOLD, **asked)
            items = [read_item(data) for data in page.get("value") or () if is_item(data)]
            found |= {item.id: item for item in items}
            if "@odata.nextLink" not in page:
                return list(found.values())
            if not items or items[-1].modified <= moment:  # more in one second than one page holds
                return list({**found, **{item.id: item for item in self._listed(_ALL, **asked)}}.values())
            moment = items[-1].modified
        raise Unavailable("Outlook's list does not end. The next cycle tries again.")

    def received_since(self, moment: datetime) -> Iterator[Item]:
        """All that came or was sent since, in every folder."""
        asked = f"receivedDateTime ge {_when(moment)}"
        return self._listed(_ALL, filter=asked, orderby="receivedDateTime")

    def sent_since(self, moment: datetime) -> Iterator[Item]:
        """What lies in Sent Items since."""
        return self._listed(_SENT, filter=f"sentDateTime ge {_when(moment)}", orderby="sentDateTime")

    def drafts(self) -> list[Item]:
        """All that lies in Drafts."""
        return list(self._listed(_DRAFTS))

    def drafts_in(self, conversation: str) -> list[Item]:
        """What lies in Drafts of one conversation."""
        return list(self._listed(_DRAFTS, filter=f"conversationId eq {_quoted(conversation)}"))

    def named(self, message_id: str) -> list[Item]:
        """What carries this Message-ID, in every folder that is shown."""
        return list(self._listed(_ALL, filter=f"internetMessageId eq {_quoted(f'<{message_id}>')}"))

    def purged(self, message_id: str) -> list[Message]:
        """What carries this Message-ID and was deleted for good, as long as Exchange can recover it.

        It is read by this list, because it may not be opened by its id.
        """
        asked = {**_TOLD, "select": WHOLE, "filter": f"internetMessageId eq {_quoted(f'<{message_id}>')}"}
        try:
            found = [data for data in self._api.items(_PURGED, **asked) if not read_item(data).is_withdrawn]
            return [self._message(data) for data in found]
        except (Refused, SignInNeeded):  # not every mailbox shows it
            return []

    def _listed(self, path: str, **asked: str) -> Iterator[Item]:
        return (read_item(data) for data in self._api.items(path, **_TOLD, **asked))

    # --- single messages ---

    def item(self, name: str) -> Item | None:
        """What is told of a message, None when it is gone."""
        data = self._get(name, ABOUT)
        return read_item(data) if data else None

    def open(self, name: str) -> Opened | None:
        """The whole message and what is told of it at the same moment, None when it is gone."""
        data = self._get(name, WHOLE)
        if data is None:
            return None
        return read_item(data), self._message(data)

    def _message(self, data: dict[str, Any]) -> Message:
        item = read_item(data)
        return read_message(data, self._folders.of(item.folder), self.owner(), self._zone, self._report(item))

    def messages(self, items: Iterable[Item], unread: list[Problem]) -> Iterator[Message]:
        """Those of them that are still there, whole. What Outlook can't show is told in `unread`."""
        for item in items:
            try:
                opened = self.open(item.id)
            except NotTaken as error:
                unread.append(Problem("Outlook", f"a message can't be read and is left out: {error}"))
                continue
            if opened is not None:
                yield opened[1]

    def own_words(self, name: str) -> tuple[str, str]:
        """What stands in a draft above the text that it quotes, as HTML, and its subject; "" when it is gone."""
        data = self._get(name, "subject,uniqueBody", expand="") or {}
        return str((data.get("uniqueBody") or {}).get("content") or ""), str(data.get("subject") or "")

    def _get(self, name: str, select: str, expand: str = PROPERTIES) -> dict[str, Any] | None:
        options = {"select": select} | ({"expand": expand} if expand else {})
        try:
            return self._api.get(f"{_ALL}/{segment(name)}", **options)
        except NotThere:
            return None

    def _report(self, item: Item) -> bytes:
        """The MIME of a report: which letter it is about stands in parts that Graph does not show otherwise."""
        if not item.message_class.lower().startswith("report."):
            return b""
        try:
            return self._api.text(f"{_ALL}/{segment(item.id)}/$value")
        except NotThere:
            return b""

    def owner(self) -> Address:
        """Whose mailbox it is."""
        grant = self._api.grant
        return Address(grant.email, grant.name)

    # --- acts ---

    def create(self, body: dict[str, Any]) -> Item:
        """A new draft. Raises Unavailable when the outcome is unclear, NotTaken where nothing was made."""
        return self._made(self._api.act("POST", _ALL, body))

    def reply(self, base: str, body: dict[str, Any] | None) -> Item:
        """A new draft in the conversation of a message. Raises as `create`, and NotThere when that is gone."""
        given = {"message": body} if body else None
        return self._made(self._api.act("POST", f"{_ALL}/{segment(base)}/createReply", given))

    def fill(self, item: Item, body: dict[str, Any]) -> Item:
        """Completes a draft that nobody has changed. Raises Conflict when somebody has, NotThere when it is gone."""
        return self._made(self._api.act("PATCH", f"{_ALL}/{segment(item.id)}", body, _unchanged(item)))

    def delete(self, item: Item) -> None:
        """Removes a draft that nobody has changed, marked as withdrawn by us. Raises as `fill`.

        Exchange can recover it for a while: without the mark it would look like a draft that the user threw away.
        """
        marked = self.fill(item, {"singleValueExtendedProperties": [{"id": MADE_AS, "value": WITHDRAWN}]})
        self._api.act("DELETE", f"{_ALL}/{segment(item.id)}", headers=_unchanged(marked))

    @staticmethod
    def _made(answer: dict[str, Any]) -> Item:
        if not answer.get("id"):
            raise Unavailable(
                "Outlook's answer does not say whether the draft was made. The next cycle looks."
            )
        return read_item(answer)


def _unchanged(item: Item) -> dict[str, str]:
    """RFC 9110 section 13.1.1. Graph's etag of a message is its change key."""
    return {"If-Match": f'W/"{item.change_key}"'}


def _when(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _quoted(text: str) -> str:
    """A string of OData: an apostrophe is doubled."""
    return "'" + text.replace("'", "''") + "'"
