"""What Google granted for one account: the tokens as they are kept, and how long they may live.

Sources: RFC 6749 (OAuth 2.0), Google's "Using OAuth 2.0 to Access Google APIs", section on the
expiration of refresh tokens: in a project whose publishing status is "Testing" they live seven days.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from followupd.errors import Refused, SignInNeeded
from followupd.providers.addresses import host, is_private

COMPOSE = "https://www.googleapis.com/auth/gmail.compose"
READ_MAIL = "https://www.googleapis.com/auth/gmail.readonly"
READ_EVENTS = "https://www.googleapis.com/auth/calendar.events.readonly"
ALL_MAIL = "https://mail.google.com/"  # the only one with which Gmail lets anybody in by IMAP

WORDS = {
    COMPOSE: "Manage drafts and send emails",
    READ_MAIL: "View your email messages and settings",
    READ_EVENTS: "View events on all your calendars",
    ALL_MAIL: "Read, compose, send, and permanently delete all your email from Gmail",
}

TESTING_LIFE = timedelta(days=7)
WARN_BEFORE = timedelta(days=2)
PROVEN_AFTER = timedelta(days=8)

PUBLISH = (
    "In the Google Cloud console open “Google Auth Platform”, then “Audience”, and press “Publish app” (docs/google.md "
    "says what to do where it is grey); then `followupd login {account}`."
)


def scopes(*, mail: bool, calendar: bool, imap: bool = False) -> tuple[str, ...]:
    """The least that the work needs. None of them allows less: there is no "drafts without sending"."""
    return (COMPOSE, READ_MAIL) * mail + (ALL_MAIL,) * imap + (READ_EVENTS,) * calendar


@dataclass(frozen=True, slots=True, kw_only=True)
class Client:
    """The user's own OAuth client of the type "Desktop app"."""

    client_id: str
    client_secret: str = field(repr=False)
    auth_uri: str
    token_uri: str

    @property
    def revoke_uri(self) -> str:
        """Beside the token address, as Google has it (RFC 7009)."""
        return self.token_uri.rpartition("/")[0] + "/revoke"


def read_client(path: Path) -> Client:
    """The client in the file that the Google Cloud console gave out. Raises Refused, saying what to do."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise Refused(
            f"there is no client file {path}. Download yours, of the type “Desktop app”, from the Google Cloud console "
            "and put it there, or name it in the config as client_file; docs/google.md shows each step."
        ) from None
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no JSON"
        raise Refused(
            f"the client file {path} can't be read: {why}. Download it again, or make a new client (docs/google.md)."
        ) from None
    return _client(data, path)


def _client(data: Any, path: Path) -> Client:
    kinds = data if isinstance(data, dict) else {}
    if "web" in kinds:
        raise Refused(
            f"the client in {path} is of the type “Web application”. Make one of the type “Desktop app” in the "
            "Google Cloud console, and download its file."
        )
    names = ("client_id", "client_secret", "auth_uri", "token_uri")
    found = kinds.get("installed")
    given = found if isinstance(found, dict) else {}
    values = {name: value for name in names if isinstance(value := given.get(name), str) and value}
    if len(values) < len(names):
        raise Refused(
            f"{path} is not the file of a Desktop client: it lacks “installed” with {', '.join(names)}. Download "
            "it again from the Google Cloud console, under Clients, or make a new one (docs/google.md)."
        )
    client = Client(**values)
    for address in (client.auth_uri, client.token_uri):
        if not is_private(address):
            raise Refused(f"{path} names an address without encryption ({host(address)}). Download it again.")
    return client


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """One sign-in as it is kept, encrypted. Times are aware; `ends` is None where Google named no end."""

    client: Client
    refresh_token: str = field(repr=False)
    access_token: str = field(repr=False)
    expires: datetime
    scopes: tuple[str, ...]
    email: str
    signed_in: datetime
    ends: datetime | None = None
    proven: bool = False

    def renewed(self, access_token: str, refresh_token: str, expires: datetime) -> Grant:
        """The same sign-in with a new access token."""
        return replace(self, access_token=access_token, refresh_token=refresh_token, expires=expires)

    @property
    def outlived_testing(self) -> bool:
        """Whether a sign-in through this client was seen to work for longer than "Testing" lets one."""
        return self.proven or self.expires - self.signed_in > PROVEN_AFTER

    def notice(self, now: datetime, account: str) -> str:
        """What to do before the sign-in ends, from two days before on; "" when nothing is to be feared."""
        if self.ends is None and self.outlived_testing:
            return ""
        ends = self.ends or self.signed_in + TESTING_LIFE
        if not ends - WARN_BEFORE <= now < ends:
            return ""
        day = f"{ends:%A}, {ends.day} {ends:%B}"
        if self.ends is None:
            return (
                f"Google may end this sign-in on {day}: it does so after seven days where the project's "
                f"publishing status is “Testing”. {PUBLISH.format(account=account)} If the status is “In "
                "production”, nothing is to be done."
            )
        return f"Google ends this sign-in on {day}. {PUBLISH.format(account=account)}"

    def over(self, account: str) -> SignInNeeded:
        """The words for a sign-in that Google does not take any more."""
        lived = self.expires - self.signed_in
        if self.ends is not None or (not self.outlived_testing and lived > TESTING_LIFE - WARN_BEFORE):
            return SignInNeeded(
                "Google has ended this sign-in, probably because the project's publishing status is “Testing”, "
                f"where each lives seven days. {PUBLISH.format(account=account)} Nothing is lost meanwhile."
            )
        return SignInNeeded(
            "Google does not take this sign-in any more: it was revoked, the password was changed, or it was not "
            f"used for six months. `followupd login {account}` signs in again; nothing is lost meanwhile."
        )

    def to_bytes(self) -> bytes:
        data = asdict(self)
        times = {name: value.isoformat() for name, value in data.items() if isinstance(value, datetime)}
        return json.dumps(data | times).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Grant:
        """Raises SignInNeeded where these are not the tokens of a sign-in."""
        try:
            kept = json.loads(data)
            return cls(
                client=Client(**kept.pop("client")),
                expires=_moment(kept.pop("expires")),
                signed_in=_moment(kept.pop("signed_in")),
                ends=_moment(ends) if (ends := kept.pop("ends")) else None,
                scopes=tuple(kept.pop("scopes")),
                **kept,
            )
        except (ValueError, TypeError, KeyError, AttributeError):
            raise SignInNeeded(
                "the kept sign-in can't be understood. `followupd login` makes a new one."
            ) from None


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
