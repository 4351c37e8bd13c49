"""The requests to Gmail that followupd makes, one method each, with their pages drained.

Prices are in quota units of projects made since May 2026 (6,000 a minute and user).
Source: Gmail API v1.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from followupd.core.model import Folder, Message
from followupd.errors import CursorLost, Unavailable
from followupd.providers.google import search
from followupd.providers.google.api import Api, gmail_part, gmail_service
from followupd.providers.google.messages import folder_of, read_message
from followupd.providers.google.place import Listed
from followupd.providers.google.refusals import NotThere

KEPT_DRAFTS = 1_000
MANY_DRAFTS = 50

_LIST = "nextPageToken,messages(id,threadId)"


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What happened since a history id: ids and threads alone, as Gmail tells them.

    `added` and `vanished` map a message to its thread; the latter were added, and removed or thrown away since.
    `drafts` is true where Gmail says that drafts are among them.
    """

    latest: str
    added: dict[str, str] = field(default_factory=dict)
    removed: frozenset[str] = frozenset()
    relabelled: frozenset[str] = frozenset()
    vanished: dict[str, str] = field(default_factory=dict)
    drafts: bool = False

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.relabelled)


class Gmail:
    """The mailbox of one account as an API. Raises ProviderError; NotThere for what is gone."""

    def __init__(self, api: Api, zone: str) -> None:
        self._api = api
        self._zone = zone
        self._known_drafts: dict[str, Message] = {}

    @property
    def _user(self) -> Any:
        return gmail_service(self._api.gmail_root).users()

    def _part(self, name: str) -> Any:
        return gmail_part(self._api.gmail_root, name)

    # --- what moved ---

    def history_id(self) -> str:
        """Where the history is now. 1 unit."""
        answer = self._api.read(self._user.getProfile(userId="me", fields="historyId"))
        return str(answer.get("historyId", ""))

    def history(self, since: str) -> History:
        """What happened since. 2 units a page. Raises CursorLost when Gmail has forgotten (404)."""
        added: dict[str, str] = {}
        removed: set[str] = set()
        relabelled: set[str] = set()
        thrown: set[str] = set()
        latest, drafts = since, False
        try:
            for page in self._pages(self._part("history").list, startHistoryId=since, maxResults=500):
                latest = str(page.get("historyId") or latest)
                for record in page.get("history") or ():
                    added |= {m["id"]: m.get("threadId", "") for m in _of(record, "messagesAdded")}
                    removed |= {m["id"] for m in _of(record, "messagesDeleted")}
                    relabelled |= {m["id"] for m in _of(record, "labelsAdded", "labelsRemoved")}
                    labelled = record.get("labelsAdded") or ()
                    thrown |= {
                        one["message"]["id"] for one in labelled if "TRASH" in (one.get("labelIds") or ())
                    }
                    named = _of(record, "messagesAdded", "messagesDeleted")
                    drafts = drafts or any("DRAFT" in (m.get("labelIds") or ()) for m in named)
        except NotThere as error:
            raise CursorLost(
                "Gmail keeps its history for about a week, and this look ended earlier."
            ) from error
        new = {name: thread for name, thread in added.items() if name not in removed}
        return History(
            latest=latest,
            added=new,
            removed=frozenset(removed),
            relabelled=frozenset(relabelled - removed - new.keys()),
            vanished={name: thread for name, thread in added.items() if name in removed | thrown},
            drafts=drafts,
        )

    # --- messages ---

    def message(self, name: str) -> Message | None:
        """The message now, None when it is gone (drafts are saved away under the reader). 20 units."""
        try:
            answer = self._api.read(self._part("messages").get(userId="me", id=name, format="full"))
        except NotThere:
            return None
        return read_message(answer, self._zone)

    def messages(self, names: Iterable[str]) -> Iterator[Message]:
        """Those of them that are still there."""
        for name in names:
            message = self.message(name)
            if message is not None:
                yield message

    def whereabouts(self, name: str) -> tuple[Folder, str] | None:
        """Its folder, None when it is nowhere. 20 units."""
        try:
            answer = self._api.read(self._part("messages").get(userId="me", id=name, format="minimal"))
        except NotThere:
            return None
        return folder_of(answer.get("labelIds") or ())

    def search(self, queries: Iterable[str]) -> list[str]:
        """Ids of what the index shows; it lags. 5 units a page."""
        found: dict[str, None] = {}
        for query in queries:
            options = {"q": query, "includeSpamTrash": True, "maxResults": 500, "fields": _LIST}
            for page in self._pages(self._part("messages").list, **options):
                found |= dict.fromkeys(m["id"] for m in page.get("messages") or ())
        return list(found)

    def newest(self, *labels: str) -> Iterator[str]:
        """Ids of messages that carry the labels, newest first: a listing, which does not lag. 5 units a hundred."""
        options = {"labelIds": list(labels), "includeSpamTrash": True, "maxResults": 100, "fields": _LIST}
        for page in self._pages(self._part("messages").list, **options):
            yield from (m["id"] for m in page.get("messages") or ())

    def since(self, names: Iterable[str], known: Collection[str], since: datetime) -> list[Message]:
        """Of messages listed newest first those since then, without the known ones."""
        found = []
        for name in names:
            message = None if name in known else self.message(name)
            if message is not None and message.received < since:
                break
            found += [message] if message is not None else []
        return found

    def thread(self, name: str) -> list[dict[str, Any]]:
        """The messages of a conversation: labels and Message-ID of each, oldest first. 40 units."""
        options = {"format": "metadata", "metadataHeaders": ["Message-ID"]}
        answer = self._api.read(self._part("threads").get(userId="me", id=name, **options))
        return list(answer.get("messages") or ())

    # --- drafts ---

    def drafts(self) -> dict[str, Listed]:
        """Every draft and the message that it is at present: a listing, which does not lag."""
        found = {}
        for page in self._pages(self._part("drafts").list, maxResults=500):
            for draft in page.get("drafts") or ():
                message = draft.get("message") or {}
                found[str(draft["id"])] = Listed(str(message.get("id", "")), str(message.get("threadId", "")))
        return found

    def draft(self, name: str) -> Message | None:
        """The draft as it is now, None when it is gone."""
        try:
            answer = self._api.read(self._part("drafts").get(userId="me", id=name, format="full"))
        except NotThere:
            return None
        data = answer.get("message") or {}
        message = read_message(data, self._zone, draft_id=name)
        self.know(str(data.get("id", "")), message)
        return message

    def read_drafts(self, listed: dict[str, Listed], since: datetime) -> list[Message]:
        """The listed drafts; of very many only those saved since.

        One that is the same message as before has the same text: it is not asked for again. That a draft
        is old may be taken from the index: each saving makes a new message, which is not in it yet.
        """
        messages = {draft.message for draft in listed.values()}
        self._known_drafts = {name: m for name, m in self._known_drafts.items() if name in messages}
        unread = messages - self._known_drafts.keys()
        old = set(self.search([search.drafts_before(since)])) if len(unread) > MANY_DRAFTS else set()
        wanted = {name: draft for name, draft in listed.items() if draft.message not in old}
        found = [self._known_drafts.get(draft.message) or self.draft(name) for name, draft in wanted.items()]
        return [message for message in found if message is not None]

    def know(self, name: str, message: Message) -> None:
        """Remembers the text of a draft's message, which never changes."""
        if len(self._known_drafts) < KEPT_DRAFTS:
            self._known_drafts[name] = message

    def create(self, raw: bytes, thread: str) -> tuple[str, Listed]:
        """A new draft, and its message. Raises Unavailable when the outcome is unclear."""
        message = {"raw": urlsafe_b64encode(raw).decode()} | ({"threadId": thread} if thread else {})
        answer = self._api.act(self._part("drafts").create(userId="me", body={"message": message}))
        made = answer.get("message") or {}
        if not answer.get("id") or not made.get("id"):
            raise Unavailable("Gmail's answer does not say whether the draft was made. The next cycle looks.")
        return str(answer["id"]), Listed(str(made["id"]), str(made.get("threadId", "")))

    def delete(self, name: str) -> None:
        """Removes a draft for good: Gmail has no trash for drafts. Raises NotThere when it is gone."""
        self._api.act(self._part("drafts").delete(userId="me", id=name))

    # --- the user's addresses ---

    def aliases(self) -> dict[str, bool]:
        """The addresses that Gmail writes from, and whether each is verified. 1 unit."""
        answer = self._api.read(self._user.settings().sendAs().list(userId="me"))
        return {
            str(one.get("sendAsEmail", "")).lower(): bool(
                one.get("isPrimary") or one.get("verificationStatus") == "accepted"
            )
            for one in answer.get("sendAs") or ()
        }

    def _pages(self, method: Any, **options: Any) -> Iterator[dict[str, Any]]:
        return self._api.pages(method, userId="me", **options)


def _of(record: dict[str, Any], *kinds: str) -> Collection[dict[str, Any]]:
    return [entry["message"] for kind in kinds for entry in record.get(kind) or () if entry.get("message")]
