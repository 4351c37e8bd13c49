"""Outlook as a mailbox.

A message's id is Graph's immutable one, which lasts when a message is moved; few programs keep it when
they send. Everything is found by listing or by an exact property; the search, which lags, is not used.

Cost, in requests: an idle look 1, with letters open 2; new mail that concerns a hiring process 1 each, a
saved draft 1; a look before a letter 4, and 1 for each letter that it finds; a draft made 1, in a
conversation 4, one withdrawn 3. A long absence, or very much mail, adds 1 for each further 500 messages.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from followupd.core.model import Draft, Folder, Message
from followupd.errors import Conflict, CursorLost
from followupd.providers.base import Look, MailChanges, Problem, Watched
from followupd.providers.kept import Kept
from followupd.providers.matching import base_address, carries, is_anyone_of, is_from, is_letter_to
from followupd.providers.microsoft.api import Api
from followupd.providers.microsoft.changes import Changes
from followupd.providers.microsoft.folders import Folders
from followupd.providers.microsoft.messages import Item
from followupd.providers.microsoft.outlook import Opened, Outlook
from followupd.providers.microsoft.place import OVERLAP, Place
from followupd.providers.microsoft.refusals import Forgotten, NotThere
from followupd.providers.microsoft.writing import Writing

RECENT = timedelta(minutes=10)
AT_ONCE = timedelta(minutes=2)


class OutlookMailbox:
    """A `Mailbox` over Graph. Constructed without touching the outside."""

    def __init__(self, api: Api, zone: str) -> None:
        self._folders = Folders(api)
        self._outlook = Outlook(api, self._folders, zone)
        self._writing = Writing(self._outlook, self._folders)

    # --- what moved ---

    def changes(self, cursor: str | None, since: datetime, watched: Watched) -> MailChanges:
        look = Changes(self._outlook, self._folders, watched, since)
        if cursor is None:
            return look.everything()[0]
        place = Place.from_cursor(cursor)
        self._folders.learn(place.folders)
        try:
            found, after = look.after(place)
        except Forgotten as error:
            raise CursorLost(str(error)) from error
        # The same place is the same text: an idle mailbox has nothing to store.
        return replace(found, cursor=cursor) if replace(after, folders=place.folders) == place else found

    # --- looks ---

    def letters_to(self, addresses: Collection[str], since: datetime, message_id: str = "") -> Look:
        wanted = {base_address(email) for email in addresses}

        def may_be(item: Item) -> bool:
            if item.is_withdrawn and self._folders.of(item.folder)[0] is Folder.TRASH:
                return False
            to_them = any(base_address(email) in wanted for email in item.recipients)
            return to_them or item.carries(message_id) or not (addresses or item.recipients)

        def is_one(message: Message) -> bool:
            ours = bool(message_id) and message.made_as == message_id
            return ours or is_letter_to(message, addresses, since) or carries(message, message_id, since)

        # The lists of single folders are exact at any moment; that of all folders may lag by moments.
        listed = [
            *self._outlook.drafts(),
            *self._outlook.sent_since(since),
            *self._outlook.modified_since(since),
        ]
        look = self._look(filter(may_be, listed), is_one)
        purged = self._outlook.purged(message_id) if message_id else []
        return replace(look, messages=(*look.messages, *filter(is_one, purged)), late=OVERLAP)

    def message(self, message_id: str, since: datetime) -> Look:
        return self._look(self._outlook.named(message_id), lambda m: carries(m, message_id, since))

    def messages_from(self, addresses: Collection[str], domains: Collection[str], since: datetime) -> Look:
        received = self._outlook.received_since(since)
        from_them = (item for item in received if is_anyone_of(item.senders, addresses, domains))
        return self._look(from_them, lambda m: is_from(m, addresses, domains, since))

    def _look(self, items: Iterable[Item], wanted: Callable[[Message], bool]) -> Look:
        unread: list[Problem] = []
        found = self._outlook.messages({item.id: item for item in items}.values(), unread)
        messages = tuple(message for message in found if wanted(message))
        return Look(messages=messages, complete=not unread, problems=tuple(unread))

    # --- drafts ---

    def create_draft(self, draft: Draft) -> str:
        return self._writing.write(draft)

    def withdraw_draft(
        self, draft_id: str, message_id: str, unchanged: Callable[[Message], bool], now: datetime
    ) -> bool:
        opened = self._outlook.open(draft_id) or self._draft_named(message_id)
        if opened is None:
            return False
        item, draft = opened
        if draft.folder is not Folder.DRAFTS or not item.unsent:
            return False
        if not unchanged(draft) or _just_saved(item, message_id, now):
            raise Conflict("The draft was changed since it was written; it is left as it is.")
        try:
            self._outlook.delete(item)
        except NotThere as error:
            raise Conflict("The draft was sent or removed while it was being withdrawn.") from error
        return True

    def _draft_named(self, message_id: str) -> Opened | None:
        """Some programs save a draft as another one; its Message-ID can have stayed."""
        same = self._outlook.named(message_id) if message_id else []
        opened = (self._outlook.open(item.id) for item in same if item.unsent)
        return next((one for one in opened if one and one[1].folder is Folder.DRAFTS), None)

    def clean(self, draft: Draft) -> None:
        """Completes a reply that an interrupted attempt has begun, as long as nobody has gone on with it."""
        self._writing.complete(draft)

    def listening(self) -> None:
        return None

    def notice(self, now: datetime) -> str:
        return ""  # each use prolongs the sign-in


def _just_saved(item: Item, message_id: str, now: datetime) -> bool:
    """Saved within ten minutes by somebody else. Graph does not say by whom; ours was made at once, and is marked."""
    ours = item.made_as == message_id and item.modified - item.created < AT_ONCE
    return item.modified > now - RECENT and not (ours or item.is_withdrawn)


def open_mailbox(*, account: str, secret: Kept, zone: str, graph_root: str) -> OutlookMailbox:
    return OutlookMailbox(Api(account, secret, graph_root=graph_root), zone)
