"""The state of one Outlook mailbox: folders, messages, the log that deltas read, and what changes them."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import wraps
from hashlib import sha256
from threading import RLock
from typing import Any, Concatenate, ParamSpec, TypeVar

from tests.sim.wire import Clock

P = ParamSpec("P")
R = TypeVar("R")
Address = tuple[str, str]  # name, address

# Well-known name → (English, German, French); the documentation lists more, which no mail of ours reaches.
WELL_KNOWN = {
    "msgfolderroot": ("Top of Information Store", "Oberste Ebene des Informationsspeichers", "Racine"),
    "inbox": ("Inbox", "Posteingang", "Boîte de réception"),
    "drafts": ("Drafts", "Entwürfe", "Brouillons"),
    "sentitems": ("Sent Items", "Gesendete Elemente", "Éléments envoyés"),
    "deleteditems": ("Deleted Items", "Gelöschte Elemente", "Éléments supprimés"),
    "junkemail": ("Junk Email", "Junk-E-Mail", "Courrier indésirable"),
    "outbox": ("Outbox", "Postausgang", "Boîte d'envoi"),
    "archive": ("Archive", "Archiv", "Archive"),
    "conversationhistory": ("Conversation History", "Aufgezeichnete Unterhaltungen", "Historique"),
    "recoverableitemsdeletions": ("Deletions", "Deletions", "Deletions"),
    "searchfolders": ("Finder", "Finder", "Finder"),
}
HIDDEN = ("recoverableitemsdeletions", "searchfolders")
LANGUAGES = ("en", "de", "fr")


@dataclass
class Folder:
    """A folder. One with a `holds` is a search folder: it shows messages of others."""

    id: str
    name: str
    parent: str
    well_known: str = ""
    holds: Callable[[Item], bool] | None = None


@dataclass
class Item:
    """One message. The default id changes with the folder; both ids change where a client makes another message."""

    number: int
    id: str
    immutable_id: str
    folder: str
    internet_message_id: str
    conversation: str
    index: bytes
    created: datetime
    modified: datetime
    received: datetime
    sent_at: datetime
    change_key: str = ""
    subject: str = ""
    kind: str = "html"  # of the body: html or text
    content: str = ""
    sender: Address | None = None
    on_behalf: Address | None = None  # `sender`, where it is not `from`
    to: list[Address] = field(default_factory=list)
    cc: list[Address] = field(default_factory=list)
    bcc: list[Address] = field(default_factory=list)
    reply_to: list[Address] = field(default_factory=list)
    is_draft: bool = False
    is_read: bool = True
    importance: str = "normal"
    categories: list[str] = field(default_factory=list)
    flag: str = "notFlagged"
    properties: dict[str, str] = field(default_factory=dict)  # extended ones, by normal id
    headers: list[tuple[str, str]] = field(default_factory=list)
    tells_headers: bool = True  # whether internetMessageHeaders shows them
    parents: list[str] = field(default_factory=list)  # References; the last one is In-Reply-To
    message_class: str = "IPM.Note"
    raw: bytes | None = None  # MIME, where it came as such
    has_attachments: bool = False
    send_at: datetime | None = None  # scheduled

    @property
    def etag(self) -> str:
        return f'W/"{self.change_key}"'


@dataclass(frozen=True)
class Change:
    """One thing that a delta of the folder tells. `fields` are the changed ones where the rest stayed."""

    number: int
    folder: str
    item: int
    id: str
    immutable_id: str
    kind: str  # added, changed, marked, removed
    fields: frozenset[str] = frozenset()


class Switches:
    """What the facts leave open, with the likelier behaviour as default. `microsoft_mail` says each in a line."""

    path_takes_either_id: bool = False
    move_changes_immutable_id: bool = False
    archive_changes_immutable_id: bool = True
    delete_goes_to: str = "recoverableitemsdeletions"
    deleted_can_be_fetched: bool = False
    patch_honours_if_match: bool = True
    recipients_are_draft_only: bool = False
    reply_takes_message: bool = True
    reply_takes_properties: bool = True
    reply_to_own_is_self: bool = True
    reply_to_draft_is_refused: bool = True
    reply_keeps_quote: bool = False
    comment_is_ignored: bool = False
    drafts_have_sender: bool = False
    bad_recipients_are_refused: bool = False
    post_takes_conversation: bool = False
    text_stays_text: bool = False
    sent_headers_missing: bool = True
    threading_properties_count: bool = True
    classic_keeps_properties: bool = True
    scheduled_in: str = "drafts"
    scheduled_is_draft: bool = True
    outbox_shows: bool = True
    recipients_can_be_filtered: bool = False
    search_covers_drafts: bool = True
    archive_exists: bool = True
    delta_is_partial: bool = True
    delta_expands: bool = True
    delta_replays: bool = False
    delta_is_shuffled: bool = True
    delta_empty_pages: int = 0
    delta_is_endless: bool = False


class MailStore(Switches):
    """Everything in one mailbox. Ids come from the address and a counter, so runs repeat."""

    def __init__(self, clock: Clock, address: str, name: str, language: str) -> None:
        self.clock, self.address, self.name, self.lock = clock, address, name, RLock()
        self.addresses = {address.lower()}
        self.page_size, self.delta_page_size = 10, 10
        self.search_lag = self.sent_delay = timedelta(0)
        self.reply_prefix = "RE: "
        self.over_quota = False
        self.renamed_codes: dict[str, str] = {}
        self.items: dict[int, Item] = {}
        self.folders: dict[str, Folder] = {}
        self.log: list[Change] = []
        self.issued: set[str] = set()  # every id that ever was
        self.later: list[tuple[datetime, int, Callable[[datetime], object]]] = []
        self._counter, self._ids = 0, Counter[str]()
        for well_known, names in WELL_KNOWN.items():
            self._make_folder(names[LANGUAGES.index(language)], well_known)

    def _make_folder(self, name: str, well_known: str = "", parent: str = "") -> Folder:
        root = self.well_known("msgfolderroot").id if self.folders else ""
        own = self._id("AQMkADAwATM0MDAAMS0x", "AuAAAA==", 48)
        found = Folder(own, name, parent or root, well_known)
        self.folders[found.id] = found
        return found

    # Ids

    def next_number(self) -> int:
        self._counter += 1
        return self._counter

    def digest(self, kind: str, number: int = 0) -> bytes:
        return sha256(f"{self.address}/{kind}/{number or self.next_number()}".encode()).digest()

    def _id(self, start: str, end: str, length: int = 120) -> str:
        """Ids are told apart by case alone too: every second is the one before it in the other case."""
        self._ids[end] += 1
        seeds = (self.digest(f"{end}{part}", (self._ids[end] + 1) // 2) for part in range(4))
        middle = urlsafe_b64encode(b"".join(seeds)).decode()[:length]
        found = start + (middle if self._ids[end] % 2 else middle.swapcase()) + end
        self.issued.add(found)
        return found

    def new_id(self) -> str:
        return self._id("AQMkADAwATM0MDAAMS0x", "AAAA_-AAAA==")

    def new_immutable_id(self, like: str = "") -> str:
        """One of its own; or one that differs from another in its last characters alone, as a sent copy's may."""
        if not like:
            return self._id("AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0A", "AAAAAAAA==", 96)
        found = like[:-8] + urlsafe_b64encode(self.next_number().to_bytes(3)).decode() + "AA=="
        self.issued.add(found)
        return found

    def new_internet_message_id(self) -> str:
        host = self.digest("host", 1).hex()[:4].upper()
        local = self.digest("message-id").hex()[:32].upper()
        return f"<{local}@AM0PR{host}.eurprd04.prod.outlook.com>"

    def new_conversation(self) -> str:
        middle = urlsafe_b64encode(self.digest("conversation")[:16]).decode().rstrip("=")
        return f"AQQkADAwATM0MDAAMS0xZjQwLTZkMDgtMDACLTAwCgAQA{middle}="

    def new_index(self) -> bytes:
        """PidTagConversationIndex: 22 bytes, and 5 more for each answer (MS-OXOMSG 2.2.1.3)."""
        return b"\x01" + self.digest("index")[:21]

    # Folders

    def well_known(self, name: str) -> Folder:
        return next(each for each in self.folders.values() if each.well_known == name.lower())

    def find_folder(self, wanted: str) -> Folder | None:
        """A folder by id or well-known name."""
        if wanted in self.folders:
            found: Folder | None = self.folders[wanted]
        else:
            named = (each for each in self.folders.values() if each.well_known == wanted.lower() != "")
            found = next(named, None)
        missing = found is not None and found.well_known == "archive" and not self.archive_exists
        return None if missing else found

    def children(self, folder: Folder) -> list[Folder]:
        found = [each for each in self.folders.values() if each.parent == folder.id and each is not folder]
        return [each for each in found if each.well_known != "archive" or self.archive_exists]

    def held(self, folder: Folder) -> list[Item]:
        """The messages of a folder, the newest first."""
        items = (item for item in self.items.values() if self.is_in(item, folder))
        return sorted(items, key=lambda item: (item.received, item.number), reverse=True)

    def is_in(self, item: Item, folder: Folder) -> bool:
        if folder.holds is None:
            return item.folder == folder.id
        return not self.is_hidden(item) and folder.holds(item)

    def is_hidden(self, item: Item) -> bool:
        return self.folders[item.folder].well_known in HIDDEN

    # Messages

    def find(self, wanted: str) -> Item | None:
        """A message by one of its two ids, for a test's hand."""
        found = (item for item in self.items.values() if wanted in (item.id, item.immutable_id))
        return next(found, None)

    def named(self, message_ids: Iterable[str]) -> list[Item]:
        wanted = set(message_ids)
        return [item for item in self.items.values() if item.internet_message_id in wanted]

    def add(self, folder: str, at: datetime | None = None, **fields: Any) -> Item:
        """A new message in a folder (well-known name or id), with ids of its own where none are given."""
        moment, number = at or self.clock.now, self.next_number()
        made: dict[str, Any] = {"created": moment, "modified": moment, "received": moment, "sent_at": moment}
        made |= {"index": b"", "conversation": "", "internet_message_id": "", "immutable_id": "", **fields}
        item = Item(number=number, id=self.new_id(), folder=self._folder(folder).id, **made)
        item.index = item.index or self.new_index()
        item.conversation = item.conversation or self.new_conversation()
        item.internet_message_id = item.internet_message_id or self.new_internet_message_id()
        item.immutable_id = item.immutable_id or self.new_immutable_id()
        self._stamp(item, moment)
        self.items[number] = item
        self._record("added", item)
        return item

    def change(
        self, item: Item, *, marks: Iterable[str] = (), at: datetime | None = None, **fields: Any
    ) -> None:
        """Other contents under the same ids. `marks` are the properties that Graph may tell alone."""
        for name, value in fields.items():
            setattr(item, name, value)
        self._stamp(item, at or self.clock.now)
        self._record("marked" if marks else "changed", item, marks)

    def move(self, item: Item, folder: str, *, immutable: bool = True, at: datetime | None = None) -> None:
        """Into another folder: another default id, and another immutable one where that does not last."""
        target = self._folder(folder)
        if target.well_known == "archive" and self.archive_changes_immutable_id:
            immutable = False
        self._record("removed", item)
        item.folder, item.id = target.id, self.new_id()
        if not immutable or self.move_changes_immutable_id:
            item.immutable_id = self.new_immutable_id()
        self._stamp(item, at or self.clock.now)
        self._record("added", item)

    def remove(self, item: Item) -> None:
        """Gone for good."""
        self._record("removed", item)
        del self.items[item.number]

    def copy_of(self, item: Item, folder: str, at: datetime, **fields: Any) -> Item:
        """Another message with the same contents; ids and log entries of its own."""
        kept = {name: value for name, value in vars(item).items() if name not in {"number", "id", "folder"}}
        kept |= {"immutable_id": "", "created": at, "modified": at, "properties": dict(item.properties)}
        return self.add(folder, at, **kept | fields)

    def _folder(self, wanted: str) -> Folder:
        found = self.find_folder(wanted)
        if found is None:
            raise KeyError(f"no folder {wanted}")
        return found

    def _stamp(self, item: Item, at: datetime) -> None:
        item.modified = at
        item.change_key = "CQAAABYAAAD" + urlsafe_b64encode(self.digest("key")[:21]).decode()

    def _record(self, kind: str, item: Item, fields: Iterable[str] = ()) -> None:
        change = Change(0, item.folder, item.number, item.id, item.immutable_id, kind, frozenset(fields))
        self.log.append(replace(change, number=len(self.log) + 1))

    # Time

    def when(self, at: datetime, act: Callable[[datetime], object]) -> None:
        """Something that happens by itself once the clock is there."""
        self.later.append((at.astimezone(UTC), self.next_number(), act))

    def settle(self) -> None:
        """What should have happened by now happens, in its order."""
        while due := sorted(each[:2] for each in self.later if each[0] <= self.clock.now):
            entry = next(each for each in self.later if each[:2] == due[0])
            self.later.remove(entry)
            entry[2](entry[0])


Store = TypeVar("Store", bound=MailStore)


def locked(act: Callable[Concatenate[Store, P], R]) -> Callable[Concatenate[Store, P], R]:
    """The method under the mailbox's lock, the mailbox brought up to the clock first."""

    @wraps(act)
    def inside(self: Store, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with self.lock:
            self.settle()
            return act(self, *args, **kwargs)

    return inside
