"""The state of one mailbox: letters, labels, drafts, history, and the primitives that change them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo
from email.utils import format_datetime
from functools import wraps
from hashlib import sha256
from threading import RLock
from typing import Any, Concatenate, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from tests.sim.google_mail_format import Letter, read, same_subject, with_headers
from tests.sim.google_mail_search import Indexed, Query, Scope
from tests.sim.wire import Clock

SYSTEM = [
    "INBOX",
    "SENT",
    "DRAFT",
    "TRASH",
    "SPAM",
    "UNREAD",
    "STARRED",
    "IMPORTANT",
    "SCHEDULED",
    "CATEGORY_PERSONAL",
    "CATEGORY_SOCIAL",
    "CATEGORY_PROMOTIONS",
    "CATEGORY_UPDATES",
    "CATEGORY_FORUMS",
]
HIDDEN = frozenset({"TRASH", "SPAM"})

P = ParamSpec("P")
R = TypeVar("R")


@dataclass
class Stored:
    """One message. Its bytes never change: an edit makes another message."""

    id: str
    thread: str
    raw: bytes
    at: datetime
    number: int
    labels: frozenset[str]
    history: int
    draft: str = ""
    # What the search index learns with a delay: (since when, labels; None once deleted)
    versions: list[tuple[datetime, frozenset[str] | None]] = field(default_factory=list)

    @property
    def letter(self) -> Letter:
        return read(self.raw)

    @property
    def age(self) -> tuple[int, int]:
        """The key of all lists: older is less."""
        return int(self.at.timestamp() * 1000), self.number

    def labels_at(self, moment: datetime) -> frozenset[str] | None:
        known = [labels for since, labels in self.versions if since <= moment]
        return known[-1] if known else None


@dataclass(frozen=True)
class Change:
    """One history record."""

    id: int
    kind: str  # messagesAdded, messagesDeleted, labelsAdded, labelsRemoved
    message: str
    thread: str
    labels: frozenset[str]  # the message's labels then; those it had before, where it was deleted
    changed: tuple[str, ...] = ()


@dataclass(frozen=True)
class Alias:
    """One entry of sendAs."""

    email: str
    verified: bool = True
    display_name: str = ""
    signature: str = ""


class Switches:
    """What the facts leave open, with the likelier behaviour as default. `google_mail` says each in a line."""

    invalid_thread_is_400: bool = False
    thread_id_suffices: bool = True
    update_without_thread_moves: bool = True
    drafts_keep_message_id: bool = True
    edit_keeps_message_id: bool = False
    send_keeps_message_id: bool = False
    ui_keeps_x_headers: bool = False
    ui_writes_html: bool = True
    ghosts_cover_unknown_parents: bool = True
    trashed_draft_stays_a_draft: bool = True
    history_carries_labels: bool = False
    to_covers_cc_bcc: bool = True
    words_cover_reply_to: bool = True
    index_lists_deleted: bool = True
    headers_are_decoded: bool = True
    send_as_states_all: bool = False


class MailStore(Switches):
    """Everything in one mailbox. Ids come from the address and a counter, so runs repeat."""

    def __init__(self, address: str, clock: Clock) -> None:
        self.address, self.clock, self.lock = address, clock, RLock()
        self.search_lag = timedelta(0)
        self.query_zone: tzinfo = ZoneInfo("America/Los_Angeles")
        self.over_quota = False
        self.ghosts: list[tuple[str, str]] = []
        self.rewritten: list[tuple[str, str]] = []
        self.aliases = [Alias(address)]
        self.default_alias = address
        self.stored: dict[str, Stored] = {}
        self.containers: dict[str, str] = {}  # draft id → id of its message
        self.label_names: dict[str, str] = {}
        self.changes: list[Change] = []
        self._deleted: list[Stored] = []
        self._counter = 0
        self.history_id = 1000 + int.from_bytes(self._digest("history")[:3], "big")
        self.oldest_history = self.history_id

    # Ids

    def _digest(self, kind: str) -> bytes:
        self._counter += 1
        return sha256(f"{self.address}/{kind}/{self._counter}".encode()).digest()

    def new_draft_id(self) -> str:
        return f"r{int.from_bytes(self._digest('draft')[:8], 'big', signed=True)}"

    def new_message_id_header(self) -> str:
        return f"<CA{self._digest('message-id').hex()[:40]}@mail.gmail.com>"

    def next_history(self) -> int:
        digest = self._digest("gap")
        self.history_id += 1 + digest[0] % 40
        return self.history_id

    # Letters

    def add(
        self,
        raw: bytes,
        labels: Iterable[str],
        *,
        thread: str | None = None,
        at: datetime | None = None,
        draft: str = "",
    ) -> Stored:
        """A new message; in a new thread, whose id is then its own, where none is given."""
        id_ = self._digest("message").hex()[:16]
        held = frozenset(self.label_id(label) for label in labels)
        moment = at or self.clock.now
        entry = Stored(id_, thread or id_, raw, moment, self._counter, held, 0, draft)
        entry.versions.append((min(moment, self.clock.now), held))
        self.stored[id_] = entry
        if draft:
            self.containers[draft] = id_
        self._record("messagesAdded", entry)
        return entry

    def remove(self, id_: str) -> Stored:
        """A message gone for good, and the draft it was the message of."""
        entry = self.stored.pop(id_)
        entry.versions.append((self.clock.now, None))
        self._deleted.append(entry)
        if self.containers.get(entry.draft) == id_:
            del self.containers[entry.draft]
        self._record("messagesDeleted", entry)
        return entry

    def rotate(self, draft_id: str, raw: bytes, *, thread: str | None, at: datetime | None = None) -> Stored:
        """Another message in the same draft, as every edit makes one."""
        self.remove(self.containers[draft_id])
        return self.add(raw, {"DRAFT"}, thread=thread, at=at, draft=draft_id)

    def relabel(self, id_: str, add: Iterable[str] = (), remove: Iterable[str] = ()) -> Stored:
        entry = self.stored[id_]
        added = frozenset(self.label_id(label) for label in add) - entry.labels
        removed = (frozenset(self.label_id(label) for label in remove) & entry.labels) - added
        if added:
            self._set_labels(entry, entry.labels | added)
            self._record("labelsAdded", entry, added)
        if removed:
            self._set_labels(entry, entry.labels - removed)
            self._record("labelsRemoved", entry, removed)
        return entry

    def to_trash(self, id_: str) -> Stored:
        entry = self.relabel(id_, add=["TRASH"], remove=["INBOX"])
        if "DRAFT" in entry.labels and not self.trashed_draft_stays_a_draft:
            self.containers.pop(entry.draft, None)
            self.relabel(id_, remove=["DRAFT"])
        return entry

    def _set_labels(self, entry: Stored, labels: frozenset[str]) -> None:
        entry.labels = labels
        entry.versions.append((self.clock.now, labels))

    def _record(self, kind: str, entry: Stored, changed: Iterable[str] = ()) -> None:
        entry.history = self.next_history()
        self.changes.append(
            Change(entry.history, kind, entry.id, entry.thread, entry.labels, tuple(sorted(changed)))
        )

    def find_label(self, label: str) -> str | None:
        """The id of a label, given by id or by name."""
        if label in SYSTEM or label in self.label_names:
            return label
        return next((id_ for id_, name in self.label_names.items() if name == label), None)

    def label_id(self, label: str) -> str:
        """The same; a name that is unknown becomes a user label."""
        known = self.find_label(label)
        if known is None:
            known = f"Label_{len(self.label_names) + 1}"
            self.label_names[known] = label
        return known

    # Threads

    def thread(self, thread_id: str) -> list[Stored]:
        """The messages of a thread, the oldest first."""
        return sorted((m for m in self.stored.values() if m.thread == thread_id), key=lambda m: m.age)

    def named(self, message_ids: Iterable[str]) -> list[Stored]:
        """The messages whose Message-ID is one of these."""
        wanted = set(message_ids)
        return [m for m in self.stored.values() if wanted and m.letter.message_id in wanted]

    def thread_for(self, raw: bytes) -> str | None:
        """Where Gmail puts a letter that came by itself: by the headers and the same subject, else new."""
        letter = read(raw)
        parents = [m for m in self.named(letter.references) if same_subject(m.letter.subject, letter.subject)]
        return parents[-1].thread if parents else None

    # Search

    def index(self) -> list[tuple[Stored, frozenset[str]]]:
        """What the search knows by now: the mailbox as it was `search_lag` ago."""
        if not self.search_lag:
            return [(m, m.labels) for m in self.stored.values()]
        moment = self.clock.now - self.search_lag
        entries = [*self.stored.values(), *(self._deleted if self.index_lists_deleted else [])]
        known = ((m, m.labels_at(moment)) for m in entries)
        return [(m, labels) for m, labels in known if labels is not None]

    def search(self, query: Query) -> list[tuple[Stored, frozenset[str]]]:
        scope = Scope(
            now=self.clock.now,
            zone=self.query_zone,
            own_addresses=tuple(alias.email.lower() for alias in self.aliases),
            label_names=self.label_names,
            to_covers_cc_bcc=self.to_covers_cc_bcc,
            words_cover_reply_to=self.words_cover_reply_to,
        )
        return [
            (m, labels) for m, labels in self.index() if query.matches(Indexed(m.letter, labels, m.at), scope)
        ]

    # Letters on their way out

    def outgoing(self, raw: bytes) -> bytes:
        """What sending makes of a draft's bytes."""
        put = {"Date": format_datetime(self.clock.now)}
        if not (self.send_keeps_message_id and read(raw).message_id):
            put["Message-ID"] = self.new_message_id_header()
        return self.without_x_headers(raw, put)

    def without_x_headers(self, raw: bytes, put: Mapping[str, str]) -> bytes:
        keeps = self.ui_keeps_x_headers
        return with_headers(raw, lambda name: name.startswith("x-") and not keeps, put)


Store = TypeVar("Store", bound=MailStore)


def locked(
    act: Callable[Concatenate[Store, P], R],
) -> Callable[Concatenate[Store, P], R]:
    """The method under the mailbox's lock: requests come from the server's threads."""

    @wraps(act)
    def inside(self: Store, /, *args: P.args, **kwargs: P.kwargs) -> R:
        with self.lock:
            return act(self, *args, **kwargs)

    return inside


def entity(**fields: Any) -> dict[str, Any]:
    """An answer without its empty lists: Google leaves those keys out."""
    return {name: value for name, value in fields.items() if value != [] and value is not None}
