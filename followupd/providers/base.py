"""What a calendar and a mailbox must do: the contracts that every provider passes.

Both are synchronous, used by one thread at a time, and constructed without touching the outside.
Every method may raise `Unavailable` (try later), `SignInNeeded` (only the user can go on) or
`Refused` (never, and why). There is no method that sends, and no method that writes a calendar.

Incremental sync: a cursor is an opaque string, stored by the caller in the same transaction as
what it covers. A cursor of None asks for a full, bounded look. A method that returns has read to
the last page; one that could not says so in `complete`. A cursor that the provider no longer
knows raises `CursorLost` before anything else is returned.

Robustness: one broken item (an unreadable file, a malformed message) never stops the rest. It is
told in `problems` and left out; it is never taken for a deletion.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from followupd.core.model import Draft, Event, Folder, Message


@dataclass(frozen=True, slots=True)
class Problem:
    """An item that could not be read: where it is, and what is wrong in words for the user."""

    where: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarChanges:
    """What moved since the cursor.

    `events` are new or changed occurrences whose end lies in the window asked for, cancelled ones
    with their status. `missing` are (uid, recurrence_id) that the calendar once listed and does
    not list any more; empty unless the listing was complete. `complete` is false when a part
    could not be read, or when a calendar suddenly lists none of its known events.
    """

    events: tuple[Event, ...] = ()
    missing: tuple[tuple[str, str], ...] = ()
    cursor: str = ""
    complete: bool = True
    problems: tuple[Problem, ...] = ()


class Calendar(Protocol):
    """One configured calendar block: one or several calendars, read only."""

    def changes(self, cursor: str | None, since: datetime, until: datetime) -> CalendarChanges:
        """New, changed and missing events that end after `since` and start before `until`.

        The window moves on between calls: occurrences that enter it are reported as new. An event
        that merely leaves the window is not missing. When nothing moved the answer is empty and
        its cursor equals the one given, and this costs one request or one look at file metadata.
        """

    def event(self, uid: str, recurrence_id: str) -> Event | None:
        """The event as it is now, None when the calendar was read completely and has it no more.

        Raises Unavailable when absence can't be told from a failure to read.
        """

    def notice(self, now: datetime) -> str:
        """What the user should do before this account stops working (a sign-in about to end), "" mostly.

        Asks nothing of the outside and never raises.
        """


@dataclass(frozen=True, slots=True)
class Senders:
    """Whose mail matters: the people and the domains (and all below them) of hiring processes.

    Of what comes in also all from `systems`, domains of recruiting systems, which write for any company, and
    from these `local_parts` at any domain: mail systems, which say what could not be delivered.
    """

    addresses: Collection[str] = ()
    domains: Collection[str] = ()
    systems: Collection[str] = ()
    local_parts: Collection[str] = ()


def _nothing() -> Collection[str]:
    return ()


def _none_of(_: Collection[str]) -> Collection[str]:
    return ()


def _everybody() -> Senders | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What the caller tracks. Its parts are functions because an idle mailbox never needs to ask.

    `messages()` yields the ids of messages that it wants to hear of when they move or go; `drafts()`
    those among them that should lie in Drafts, a handful that may be asked for in every look.
    `known_threads(ids)` says which of these threads (or Message-IDs) it knows: all that is new in them is told.
    `senders()` says whose mail it wants to hear of beyond these, in both directions; None is
    everybody's. A mailbox for which it costs nothing may tell more. `now` is the caller's time, for
    mailboxes whose search lags behind.
    """

    messages: Callable[[], Collection[str]]
    drafts: Callable[[], Collection[str]] = _nothing
    known_threads: Callable[[Collection[str]], Collection[str]] = _none_of
    senders: Callable[[], Senders | None] = _everybody
    now: datetime | None = None


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where a watched message is now; `folder` None when it is in no folder at all."""

    id: str
    folder: Folder | None
    folder_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MailChanges:
    """What moved since the cursor.

    `messages` are new ones in any folder, and drafts that were saved again, in no certain order.
    `moved` tells the place of watched messages that are not where they were, or gone.
    """

    messages: tuple[Message, ...] = ()
    moved: tuple[Whereabouts, ...] = ()
    cursor: str = ""
    complete: bool = True
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The answer to a question about the mailbox. Only a complete look may be taken for "not there".

    `vanished` is when the mailbox last noticed that something had been made and removed between two
    looks which it can't name, or that it can't tell; None where that never happens. `late` is how long what
    was made or sent may not be shown yet: so long after an unclear outcome nothing may be made again.
    """

    messages: tuple[Message, ...] = ()
    complete: bool = True
    problems: tuple[Problem, ...] = ()
    vanished: datetime | None = None
    late: timedelta = timedelta(0)


class Listening(Protocol):
    """Hears that something came in without asking for it (RFC 2177). For one thread, on a connection of its own.

    Constructed without touching the outside; opened again after it was closed.
    """

    def open(self) -> None:
        """Connects. Raises ProviderError."""

    def wait(self, seconds: float) -> bool:
        """Whether something came in, as soon as it does and after so many seconds at most.

        Raises Unavailable when the connection broke.
        """

    def wakeup(self) -> None:
        """Ends a wait at once; from any thread."""

    def close(self) -> None:
        """Lets the connection go. Never raises."""


class Mailbox(Protocol):
    """The user's own mailbox. It can hold drafts; it can't send."""

    def changes(self, cursor: str | None, since: datetime, watched: Watched) -> MailChanges:
        """New messages in all folders, saved drafts, and watched messages that moved or went.

        With cursor None: every wanted message received or saved since `since`, and all drafts. When
        nothing moved the answer is empty with the same cursor, at the price of one request.
        A message that is moved to another folder or whose flags change is the same message: it is
        not new, its id stays. A draft saved again may be a new message with a new id.
        """

    def letters_to(self, addresses: Collection[str], since: datetime, message_id: str = "") -> Look:
        """Messages to, cc or bcc any of the addresses, dated or saved since `since`, in every folder.

        By listing or exact property, never by an index that lags. An empty collection of
        addresses asks for drafts and sent messages without any recipient. Those that carry
        `message_id`, where one is given, are told too.
        """

    def message(self, message_id: str, since: datetime) -> Look:
        """The messages that carry this Message-ID (usually none or one), in any folder, saved since `since`."""

    def messages_from(self, addresses: Collection[str], domains: Collection[str], since: datetime) -> Look:
        """Messages received since `since` from any of the addresses or domains (or below), in every folder.

        From, Sender and Reply-To count; archive, junk and trash too.
        """

    def create_draft(self, draft: Draft) -> str:
        """Puts the draft into Drafts and returns its id.

        Raises Unavailable when the outcome is unclear: the caller looks before it tries again.
        Called again with the same draft after an unclear outcome, it must not leave remains of
        the first attempt (temporary files), but it need not detect a finished one.
        """

    def withdraw_draft(
        self, draft_id: str, message_id: str, unchanged: Callable[[Message], bool], now: datetime
    ) -> bool:
        """Removes a draft of ours if it still is what we wrote.

        Reads it again, asks `unchanged`, and removes it on the condition that it did not change
        in between, where the provider can do that. Returns False, and removes nothing, when it is not in Drafts any
        more. Raises Conflict when `unchanged` says no, or when it was saved in the ten minutes before `now` by
        somebody else.
        """

    def listening(self) -> Listening | None:
        """How to hear of what comes in between two looks; None where one has to look. Asks nothing of the outside."""

    def notice(self, now: datetime) -> str:
        """What the user should do before this account stops working (a sign-in about to end), "" mostly.

        Asks nothing of the outside and never raises.
        """

    def clean(self, draft: Draft) -> None:
        """Removes what an interrupted `create_draft` of this draft left behind, if anything. Never a finished draft."""


class Terminal(Protocol):
    """The person at the keyboard, for the time of a sign-in."""

    def say(self, words: str) -> None:
        """Prints words."""

    def ask(self, question: str) -> str:
        """A line of text. Raises UsageError where nobody can be asked."""

    def ask_hidden(self, question: str) -> str:
        """As `ask`, for what nobody must read from the screen. "" where Enter alone was pressed."""

    def agrees(self, question: str) -> bool:
        """Yes or no. Raises UsageError where nobody can be asked."""


@dataclass(frozen=True, slots=True)
class SignInWay:
    """How to reach the browser: one on this machine or, without, by addresses to copy; on which port (0: any free)."""

    browser: bool = True
    port: int = 0
    seconds: float = 300.0


class SignIn(Protocol):
    """The sign-in of one account at one provider. Its methods raise ProviderError with what to do."""

    def who(self) -> str:
        """The address of the mailbox that is signed in, "" where none is."""

    def is_kept(self) -> bool:
        """Whether a sign-in is kept, be it good or not."""

    def login(self, terminal: Terminal, way: SignInWay, taken: Collection[str], now: datetime) -> None:
        """Signs in and keeps what is granted, if all that is needed was. Nothing is kept when it raises.

        `taken` are the addresses of other accounts: a mailbox of two accounts would get each letter twice.
        """

    def prepared(self) -> None:
        """Raises Refused where something is missing that the user must bring before a first login."""

    def check(self, now: datetime) -> list[str]:
        """Asks the provider once for each thing that the account uses, and tells what is granted and until when."""

    def logout(self) -> str:
        """Forgets the sign-in, and revokes it where the provider can. Returns what is left to do, "" if nothing."""
