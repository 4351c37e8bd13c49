"""Where the month takes place: what every account lets its user and the world do, told in the same words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any, Protocol

from tests.soak.month import Outage, Talk

TEXT = "These are words of my own, the {}th of them.\n"
ANSWER = "We enjoyed the conversation and come back to you.\n"


@dataclass(frozen=True)
class Lying:
    """A draft that lies in Drafts, made by the program or saved by the user."""

    to: str
    nudge: bool
    message_id: str
    handle: Any


@dataclass(frozen=True)
class Made:
    """A draft that the program has put down, and when."""

    to: str
    nudge: bool
    message_id: str
    at: datetime


@dataclass(frozen=True)
class Gone:
    """A draft that the program has taken away."""

    message_id: str
    at: datetime


class Place(Protocol):
    """An account, as its user and the world lay hands on it."""

    address: str

    def announce(self, talk: Talk) -> None:
        """Puts the talk into the calendar as it stands now."""

    def call_off(self, talk: Talk) -> None: ...

    def lying(self) -> list[Lying]: ...

    def send(self, draft: Lying, at: datetime) -> str:
        """The Message-ID of the copy in Sent."""

    def edit(self, draft: Lying, at: datetime) -> None: ...

    def delete(self, draft: Lying, at: datetime) -> None: ...

    def write(self, to: str, at: datetime) -> None: ...

    def receive(self, sender: str, at: datetime, reply_to: str, **headers: str) -> None: ...

    def follow(self, at: datetime) -> None:
        """Its clock is there now."""

    def done(self, at: datetime) -> tuple[list[Made], list[Gone]]:
        """What the program has done since the last call."""

    def breaks(self, outage: Outage) -> None: ...

    def mends(self) -> None: ...

    def close(self) -> None: ...


def parsed(raw: bytes) -> EmailMessage:
    return BytesParser(policy=default).parsebytes(raw)  # type: ignore[return-value]


def is_nudge(letter: EmailMessage) -> bool:
    """A thank-you begins a conversation; a nudge goes on with one."""
    return letter["In-Reply-To"] is not None


def addressed(letter: EmailMessage) -> str:
    return str(letter["To"].addresses[0].addr_spec) if letter["To"] else ""
