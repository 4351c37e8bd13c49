"""The folders of a mailbox: what each is for, which are watched, and how each stands.

Watched is every folder of the user's own. Servers with LIST-STATUS (RFC 5819) tell of all in one answer; of others
each folder has to be asked for, so at most `WATCHED_AT_MOST` are watched: those with a purpose, those where something
tracked lies, then by name. In the rest, and in Gmail's All Mail, messages are found by the looks before a letter.
Folders of others and shared ones are left out (RFC 2342), and so are views of other folders.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from followupd.core.model import Folder
from followupd.errors import Refused, Unavailable
from followupd.providers.base import Problem
from followupd.providers.internet.imap.answers import listed, namespaces, statuses
from followupd.providers.internet.imap.connection import Connection
from followupd.providers.internet.imap.refusals import Patience, passes, refusal, shown
from followupd.providers.internet.imap.roles import MailFolder, Roles, best, shown_names
from followupd.providers.internet.imap.said import Answer, Status

WATCHED_AT_MOST = 40
FOLDERS_AT_MOST = 2_000
_FORBIDDEN = (
    "permission",
    "denied",
    "not allowed",
    "not permitted",
    "no access",
    "not selectable",
    "noselect",
)
LIST_AGAIN = 3600.0  # seconds, where the folders are not listed in every look


@dataclass(frozen=True, slots=True)
class Mark:
    """How a folder stands (RFC 9051 section 6.3.11). `modseq` (RFC 7162) only of Drafts: it moves with every flag."""

    validity: int = 0
    next: int = 0
    messages: int = 0
    modseq: int = 0


class Folders:
    """What is known of the folders on this connection. `configured` names them by purpose, as the user wrote them."""

    def __init__(self, connection: Connection, configured: Mapping[str, str]) -> None:
        self._connection = connection
        self._configured = {Folder(kind): name for kind, name in configured.items() if name}
        self._known: list[MailFolder] = []
        self._opened = 0
        self._listed = 0.0
        self._mine: list[bytes] = []
        self._theirs: list[bytes] = []
        self._told: set[bytes] = set()
        self._patience = Patience()
        self.problems: list[Problem] = []
        self.whole = True

    # --- which there are ---

    def all(self) -> list[MailFolder]:
        """All folders of the user's own, those first where a message means most. Raises Refused by the config."""
        self._connection.wire  # noqa: B018  a new connection is listed anew
        stale = time.monotonic() - self._listed > LIST_AGAIN
        if self._opened != self._connection.opened or stale or not self._known:
            answer = self._connection.ask(b"LIST", b'""', b'"*"', *self._special_use())
            if not answer.good and self._special_use():
                self._connection.doubt("LIST-EXTENDED")
                answer = self._connection.ask(b"LIST", b'""', b'"*"')
            self._list(answer)
        return self._known

    def _special_use(self) -> tuple[bytes, ...]:
        """RFC 6154 section 5.2: without being asked some servers don't tell."""
        asked = self._connection.can("SPECIAL-USE") and self._connection.can("LIST-EXTENDED")
        return (b"RETURN", b"(SPECIAL-USE)") if asked else ()

    def begin(self) -> None:
        """A look begins: `problems` and `whole` are its own from now on."""
        self.problems, self.whole = [], True

    def forget(self) -> None:
        """Something has moved: they are listed again when they are asked for next."""
        self._opened = 0

    def at(self, name: bytes) -> MailFolder | None:
        """The folder of that name, None where it is gone."""
        return next((folder for folder in self.all() if folder.name == name), None)

    def drafts(self) -> MailFolder:
        """The folder for drafts. Raises Refused where there is none."""
        found = best(self.all(), Folder.DRAFTS)
        if found is None:
            raise Refused(
                f"there is no folder for drafts at {self._connection.host}. Make one in your mail program, or name "
                f"yours in the config: folders: {{drafts: ...}}. These are there: {shown_names(self.all())}."
            )
        trash = best(self.all(), Folder.TRASH)
        self._connection.may_act_on(found.word, trash.word if trash else None)
        return found

    def trash(self) -> MailFolder | None:
        """The folder for what was thrown away, None where there is none."""
        return best(self.all(), Folder.TRASH)

    def _list(self, answer: Answer) -> None:
        if not answer.good:
            raise refusal(answer.end, self._connection.host, "your mail folders can't be listed")
        if self._opened != self._connection.opened:
            self._ask_namespaces()
        found = list(Roles(self._configured, self._mine, self._theirs).of(listed(answer)))[:FOLDERS_AT_MOST]
        if not found:
            raise Unavailable(f"the mail server {self._connection.host} shows no folders. It is asked again.")
        self._known = sorted(found, key=lambda folder: (folder.rank, folder.name))
        self._opened, self._listed = self._connection.opened, time.monotonic()

    def _ask_namespaces(self) -> None:
        self._mine, self._theirs = [], []
        if self._connection.can("NAMESPACE"):
            answer = self._connection.ask(b"NAMESPACE")
            self._mine, self._theirs = namespaces(answer) if answer.good else ([], [])

    # --- how they stand ---

    def marks(self, *, tracked: Collection[bytes] = (), every: bool = False) -> dict[bytes, Mark]:
        """How the watched folders stand now, or `every` one that can be looked into.

        `tracked` are folders in which something tracked lies. A folder that can't be asked for is told in `problems`;
        `whole` is false where it is one that matters, or may come back.
        """
        if self._connection.can("LIST-STATUS"):
            answer = self._connection.ask(
                b"LIST", b'""', b'"*"', b"RETURN", b"(%s)" % self._wanted(listing=True)
            )
            numbers = statuses(answer) if answer.good else {}
            if numbers:
                self._list(answer)
                return self._from(numbers, self._asked_for(tracked, every=every, together=True))
            self._connection.doubt("LIST-STATUS")
        return self._from({}, self._asked_for(tracked, every=every, together=False))

    def _asked_for(self, tracked: Collection[bytes], *, every: bool, together: bool) -> list[MailFolder]:
        found = self.all()
        if every:
            return found
        found = [folder for folder in found if not folder.everything]
        if together or len(found) <= WATCHED_AT_MOST:
            return found
        first = [f for f in found if f.kind is not Folder.OTHER or f.name in tracked]
        return [*first, *(f for f in found if f not in first)][: max(WATCHED_AT_MOST, len(first))]

    def _wanted(self, *, listing: bool = False) -> bytes:
        modseq = b" HIGHESTMODSEQ" if self._connection.can("CONDSTORE") else b""
        items = b"UIDVALIDITY UIDNEXT MESSAGES" + modseq
        if not listing:
            return items
        return (b"SPECIAL-USE " if self._connection.can("SPECIAL-USE") else b"") + b"STATUS (%s)" % items

    def _from(
        self, numbers: Mapping[bytes, Mapping[str, int]], folders: Iterable[MailFolder]
    ) -> dict[bytes, Mark]:
        found = {}
        for folder in folders:
            items = numbers.get(folder.name) or numbers.get(folder.name.upper()) or self._status(folder)
            if items is not None:
                modseq = items.get("HIGHESTMODSEQ", 0) if folder.kind is Folder.DRAFTS else 0
                found[folder.name] = Mark(
                    items.get("UIDVALIDITY", 0), items.get("UIDNEXT", 0), items.get("MESSAGES", 0), modseq
                )
        return found

    def _status(self, folder: MailFolder) -> Mapping[str, int] | None:
        answer = self._connection.ask(b"STATUS", folder.word, b"(%s)" % self._wanted())
        if answer.end.kind == "BAD" and self._connection.can("CONDSTORE"):
            self._connection.doubt("CONDSTORE")
            answer = self._connection.ask(b"STATUS", folder.word, b"(%s)" % self._wanted())
        if answer.good:
            return next(iter(statuses(answer).values()), {})
        self.trouble(folder, answer)
        return None

    def trouble(self, folder: MailFolder, answer: Answer) -> None:
        """A folder could not be looked into. One that can't be for long is told once; all else goes on without it."""
        over = self._patience.is_over(folder.name)
        lasting = folder.kind is Folder.OTHER and (over or _is_forbidden(answer.end))
        if not lasting:
            self.whole = False
            self.forget()
        if not lasting or folder.name not in self._told:
            said = shown(answer.end.text) or answer.end.kind
            self.problems.append(Problem(folder.shown, f"this mail folder can't be read: {said}"))
        self._told.add(folder.name)

    def opened(self, folder: MailFolder) -> None:
        """A folder could be looked into."""
        self._patience.ended(folder.name)


def _is_forbidden(status: Status) -> bool:
    """Whether the user may not look into a folder. All other refusals may be of the moment."""
    said = shown(status.text).lower()
    return not passes(status) and (status.code == "NOPERM" or any(word in said for word in _FORBIDDEN))
