"""Gmail as a mailbox.

A draft's id is Gmail's draft id, which stays while the user edits; any other message has its
message id. What is told is found by listing and history; the search, which lags, only adds to them.

Cost, in requests: an idle look 1 (history); new mail of unknown threads 1 search more however much
came; what concerns a hiring process 1 each; a look before a letter 2 (drafts, search), and 1 for
each draft not read before in this process; a draft made 1, in a thread 2.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice

from followupd.core.model import Address, Draft, Folder, Message
from followupd.errors import Conflict, Refused, Unavailable
from followupd.providers.base import Look, MailChanges, Watched
from followupd.providers.google import search, threading
from followupd.providers.google.api import Api
from followupd.providers.google.changes import Changes
from followupd.providers.google.gmail import Gmail
from followupd.providers.google.place import SEARCH_LAG, Listed, Place
from followupd.providers.google.refusals import NotThere
from followupd.providers.kept import Kept
from followupd.providers.matching import base_address, carries, is_from, is_letter_to
from followupd.providers.mime import parse_message, render_draft

RECENT = timedelta(minutes=10)
SOON = timedelta(minutes=5)
LONG_AGO = timedelta(days=60)
READ_ONE_BY_ONE = 100
NEWEST = 100


class GmailMailbox:
    """A `Mailbox` over the Gmail API. Constructed without touching the outside."""

    def __init__(self, api: Api, zone: str) -> None:
        self._api = api
        self._zone = zone
        self._gmail = Gmail(api, zone)
        self._place: Place | None = None
        self._is_lost = False
        self._aliases: dict[str, bool] | None = None

    # --- what moved ---

    def changes(self, cursor: str | None, since: datetime, watched: Watched) -> MailChanges:
        look = Changes(self._gmail, watched, since)
        if cursor is None:
            found, self._place = look.everything(after_a_loss=self._is_lost)
            self._is_lost = False
            return found
        self._is_lost = True  # until it is found again: what raises here may be followed by a full look
        place = Place.from_cursor(cursor)
        found, self._place = look.after(place)
        self._is_lost = False
        # The same place is the same text: an idle mailbox has nothing to store.
        return replace(found, cursor=cursor) if self._place == place else found

    # --- looks ---

    def letters_to(self, addresses: Collection[str], since: datetime, message_id: str = "") -> Look:
        def wanted(message: Message) -> bool:
            return is_letter_to(message, addresses, since) or carries(message, message_id, since)

        queries = search.letters_to(addresses, since, message_id)
        return self._look(wanted, queries, since, all_sent=not addresses)

    def message(self, message_id: str, since: datetime) -> Look:
        queries = [search.with_message_id(message_id)]
        return self._look(lambda m: carries(m, message_id, since), queries, since, all_sent=False)

    def _look(
        self, wanted: Callable[[Message], bool], queries: list[str], since: datetime, *, all_sent: bool
    ) -> Look:
        """Drafts by listing; the rest by search, and by listing what the search may not show yet."""
        listed = self._gmail.drafts()
        drafts = {draft.message for draft in listed.values()}
        names = [name for name in self._gmail.search(queries) if name not in drafts]
        names += self._just_sent(names)
        found = [*self._gmail.read_drafts(listed, since), *self._gmail.messages(names)]
        if all_sent or (self._place is not None and self._place.looked):
            # No search can ask for letters without recipient, or for what came shortly before a full look.
            found += self._gmail.since(self._gmail.newest("SENT"), names, since - search.MARGIN)
        vanished = self._place.vanished if self._place else 0
        return Look(
            messages=tuple(message for message in found if wanted(message)),
            vanished=datetime.fromtimestamp(vanished, UTC) if vanished else None,
        )

    def messages_from(self, addresses: Collection[str], domains: Collection[str], since: datetime) -> Look:
        names = self._gmail.search(search.messages_from(addresses, domains, since))
        place = self._place or Place(history="")
        pending = [name for name in place.pending if name not in names]
        if len(pending) > READ_ONE_BY_ONE:
            raise _much_mail()
        found = list(self._gmail.messages([*names, *pending]))
        if place.looked:
            found += self._before_the_full_look(place.looked, {*names, *pending})
        return Look(messages=tuple(m for m in found if is_from(m, addresses, domains, since)))

    def _before_the_full_look(self, looked: int, known: Collection[str]) -> list[Message]:
        """What came so shortly before that the search may not show it, one by one."""
        newest = list(islice(self._gmail.newest(), READ_ONE_BY_ONE + 1))
        lagging = datetime.fromtimestamp(looked, UTC) - SEARCH_LAG
        found = self._gmail.since(newest, known, lagging)
        if len(found) > READ_ONE_BY_ONE:
            raise _much_mail()
        return found

    def _just_sent(self, found: Collection[str]) -> list[str]:
        """Letters of mine that are so new that the search may not show them: by label, which does not lag."""
        pending = self._place.pending if self._place else {}
        if not pending:
            return []
        newest = islice(self._gmail.newest("SENT"), NEWEST)
        return [name for name in newest if name in pending and name not in found]

    # --- drafts ---

    def create_draft(self, draft: Draft) -> str:
        letter = replace(draft, sender=self._sender(draft.sender))
        if draft.thread:
            letter = threading.fitted(letter, self._thread(draft.thread))
        raw = render_draft(letter)
        try:
            made, listed = self._gmail.create(raw.replace(b"\n", b"\r\n"), letter.thread)
        except Refused as error:
            if not letter.thread or not threading.is_about_the_thread(error):
                raise
            raise Unavailable(
                "the conversation has just gone from Gmail. The next cycle looks again."
            ) from error
        self._remember(made, listed, letter, raw)
        return made

    def _thread(self, name: str) -> list[threading.InThread] | None:
        """What lies in the conversation now, None when it is gone."""
        try:
            return [threading.InThread.of(data) for data in self._gmail.thread(name)]
        except NotThere:
            return None

    def _remember(self, made: str, listed: Listed, draft: Draft, raw: bytes) -> None:
        """What we have just written need not be asked for."""
        message = parse_message(raw, id=made, folder=Folder.DRAFTS, received=draft.date, zone=self._zone)
        self._gmail.know(listed.message, replace(message, thread=listed.thread, changed=draft.date))

    def _sender(self, wanted: Address) -> Address:
        """The address as Gmail lets one write from it. Any other it would silently replace by the primary one."""
        primary = self._api.grant.email.lower()
        if wanted.email.lower() == primary:
            return wanted
        if self._aliases is None:
            self._aliases = self._gmail.aliases()
        for alias, verified in self._aliases.items():
            if verified and base_address(alias) == base_address(wanted.email):
                return replace(wanted, email=alias)
        self._aliases = None  # it may be verified by the next time
        raise Refused(
            f"Gmail does not write from {wanted.email}, the address that was invited. Add and verify it in Gmail "
            "(Settings, “Accounts”, “Send mail as”): the draft is then made by itself."
        )

    def withdraw_draft(
        self, draft_id: str, message_id: str, unchanged: Callable[[Message], bool], now: datetime
    ) -> bool:
        draft = self._gmail.draft(draft_id) or self._draft_named(message_id, now)
        if draft is None or draft.folder is not Folder.DRAFTS:
            return False
        if not unchanged(draft) or self._just_saved(draft, message_id, now):
            raise Conflict("The draft was changed since it was written; it is left as it is.")
        try:
            self._gmail.delete(draft.id)
        except NotThere as error:
            raise Conflict("The draft was sent or removed while it was being withdrawn.") from error
        return True

    def _draft_named(self, message_id: str, now: datetime) -> Message | None:
        """Some programs save a draft as another one; its Message-ID can have stayed."""
        recent = self._gmail.read_drafts(self._gmail.drafts(), now - LONG_AGO)
        return next((m for m in recent if message_id and m.message_id == message_id), None)

    def _just_saved(self, draft: Message, message_id: str, now: datetime) -> bool:
        """Saved within ten minutes by somebody else. Gmail does not say by whom; ours has our Message-ID and Date."""
        if draft.changed is None or draft.changed <= now - RECENT:
            return False
        ours = draft.message_id == message_id and abs(draft.changed - draft.date) < SOON
        return not ours

    def clean(self, draft: Draft) -> None:
        """Nothing: Gmail makes a draft wholly or not at all."""

    def listening(self) -> None:
        return None

    def notice(self, now: datetime) -> str:
        return self._api.notice(now)


def _much_mail() -> Unavailable:
    return Unavailable(
        "much mail has just arrived and Gmail's search does not show it yet. It is looked through within half an hour."
    )


def open_mailbox(*, account: str, secret: Kept, zone: str, gmail_root: str) -> GmailMailbox:
    return GmailMailbox(Api(account, secret, gmail_root=gmail_root), zone)
