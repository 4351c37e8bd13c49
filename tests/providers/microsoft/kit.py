"""A Microsoft account on the simulator, as the provider sees it: signed in, without a browser.

Its kept access token lasts until 2100 by its own word: the simulator alone says when a token is over. Whatever
renews it needs `REQUESTS_CA_BUNDLE`, from `simulator.environment()`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msal

from followupd.providers.microsoft.api import Api
from followupd.providers.microsoft.calendar import OutlookCalendar
from followupd.providers.microsoft.grant import Grant
from followupd.providers.microsoft.mail import OutlookMailbox
from tests.sim.microsoft import MicrosoftSimulator

ME = "sam@example.com"
ZONE = "Europe/London"
NEVER = 4_102_444_800  # the start of 2100, in seconds since 1970
ALL = ("Calendars.Read", "Mail.ReadWrite", "User.Read")


@dataclass
class Kept:
    """Tokens in memory."""

    secret: bytes | None = None

    def read(self) -> bytes | None:
        return self.secret

    def write(self, secret: bytes) -> None:
        self.secret = secret

    def delete(self) -> bool:
        was, self.secret = self.secret is not None, None
        return was


def sign_in(simulator: MicrosoftSimulator, email: str = ME, granted: Iterable[str] = ALL) -> Kept:
    """What `login` keeps after a consent to `granted`."""
    granted = tuple(granted)
    return kept_with(simulator, simulator.sign_in.sign_in(email, granted), email, granted)


def kept_with(
    simulator: MicrosoftSimulator, tokens: dict[str, Any], email: str = ME, granted: Iterable[str] = ALL
) -> Kept:
    """The same with tokens of a test's own making."""
    identity = simulator.sign_in.identity(email)
    grant = Grant(
        client_id=simulator.sign_in.client_id,
        authority=simulator.authority,
        email=email,
        name=identity.name,
        personal=identity.personal,
        scopes=tuple(granted),
        signed_in=simulator.clock.now,
        cache=cache_with(simulator, tokens),
    )
    return Kept(grant.to_bytes())


def cache_with(simulator: MicrosoftSimulator, tokens: dict[str, Any], expires: int = NEVER) -> str:
    """MSAL's cache, holding the answer of the token endpoint. `expires` in seconds since 1970."""
    cache = msal.SerializableTokenCache()
    event = {
        "client_id": simulator.sign_in.client_id,
        "scope": tokens["scope"].split(),
        "token_endpoint": simulator.authority + "/oauth2/v2.0/token",
        "environment": "localhost",
        "grant_type": "authorization_code",
        "response": {**tokens, "expires_in": expires, "ext_expires_in": expires},
    }
    cache.add(event, now=0)
    return str(cache.serialize())


def never(seconds: float) -> None:
    """Waiting in a test takes no time."""


def open_api(simulator: MicrosoftSimulator, kept: Kept) -> Api:
    return Api("personal", kept, graph_root=simulator.graph_root, sleep=never)


def open_mailbox(simulator: MicrosoftSimulator, kept: Kept) -> OutlookMailbox:
    return OutlookMailbox(open_api(simulator, kept), ZONE)


def open_calendar(
    simulator: MicrosoftSimulator, kept: Kept, calendars: tuple[str, ...] = ("primary",)
) -> OutlookCalendar:
    return OutlookCalendar(open_api(simulator, kept), calendars, ZONE)
