"""A Google account on the simulator, as the provider sees it: signed in, without a browser."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from followupd.providers.google.api import Api
from followupd.providers.google.calendar import GoogleCalendar
from followupd.providers.google.grant import Grant, read_client, scopes
from followupd.providers.google.mail import GmailMailbox
from tests.sim.google import GoogleSimulator

ME = "sam@example.com"
ZONE = "Europe/London"
NEVER = datetime(2100, 1, 1, tzinfo=UTC)  # the simulator says when a token is over, not this machine's clock
ALL = scopes(mail=True, calendar=True)


@dataclass
class Kept:
    """Tokens in memory."""

    secret: bytes | None = None

    def read(self) -> bytes | None:
        return self.secret

    def write(self, secret: bytes) -> None:
        self.secret = secret


def sign_in(
    simulator: GoogleSimulator, folder: Path, email: str = ME, granted: tuple[str, ...] = ALL
) -> Kept:
    """What `login` keeps after a consent."""
    tokens = simulator.sign_in(email, granted)
    grant = Grant(
        client=read_client(simulator.client_file(folder / "google-client.json")),
        refresh_token=tokens["refresh_token"],
        access_token=tokens["access_token"],
        expires=NEVER,
        scopes=granted,
        email=email,
        signed_in=simulator.clock.now,
    )
    return Kept(grant.to_bytes())


def never(seconds: float) -> None:
    """Waiting in a test takes no time."""


def open_api(simulator: GoogleSimulator, kept: Kept) -> Api:
    return Api(
        "personal",
        kept,
        calendar_root=simulator.calendar_root,
        gmail_root=simulator.gmail_root,
        sleep=never,
    )


def open_mailbox(simulator: GoogleSimulator, kept: Kept) -> GmailMailbox:
    return GmailMailbox(open_api(simulator, kept), ZONE)


def open_calendar(
    simulator: GoogleSimulator, kept: Kept, calendars: tuple[str, ...] = ("primary",)
) -> GoogleCalendar:
    return GoogleCalendar(open_api(simulator, kept), calendars, ZONE)
