"""What Microsoft granted for one account: the sign-in as it is kept, and what its permissions allow.

Sources: "Microsoft Graph permissions reference"; "Scopes and permissions in the Microsoft identity platform".
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from followupd.errors import SignInNeeded

READ_EVENTS, WRITE_MAIL, READ_ME = "Calendars.Read", "Mail.ReadWrite", "User.Read"
BY_IMAP = "https://outlook.office.com/IMAP.AccessAsUser.All"

# As Microsoft's page of consent names them.
WORDS = {
    READ_EVENTS: "Read your calendars",
    WRITE_MAIL: "Read and write access to your mail",
    READ_ME: "Sign you in and read your profile",
    "IMAP.AccessAsUser.All": "Read and write access to mailboxes via IMAP",
}

PERSONAL_TENANT = "9188040d-6c67-4c5b-b112-36a304b66dad"  # of all personal accounts
PERSONAL_PAGE = "https://account.live.com/consent/Manage"
WORK_PAGE = "https://myapps.microsoft.com"

_GRAPH_OF_NATIONAL_CLOUDS = {
    "graph.microsoft.us",
    "dod-graph.microsoft.us",
    "microsoftgraph.chinacloudapi.cn",
}
# Permissions with which a program sends mail (group conversations go out as mail too) or changes calendars.
_TOO_MUCH = re.compile(
    r"(mail|smtp)\.send.*|calendars\.readwrite.*|ews\.accessasuser\.all|full_access_as_.*"
    r"|group(-conversation)?\.readwrite\.all",
    re.IGNORECASE,
)


def scopes(*, mail: bool, calendar: bool, graph_root: str) -> tuple[str, ...]:
    """The least that the work needs, as it is asked for at this Graph. None of it lets a program send."""
    names = (READ_EVENTS,) * calendar + (WRITE_MAIL,) * mail + (READ_ME,)
    host = urlsplit(graph_root).hostname or ""
    before = f"https://{host}/" if host in _GRAPH_OF_NATIONAL_CLOUDS else ""
    return tuple(before + name for name in names)


def short(scope: str) -> str:
    """A permission's name without the resource before it."""
    return scope.rpartition("/")[2]


def missing(wanted: Iterable[str], granted: Iterable[str]) -> list[str]:
    """The names of those wanted that were not granted. Upper and lower case are the same."""
    given = {short(scope).lower() for scope in granted}
    return [short(scope) for scope in wanted if short(scope).lower() not in given]


def too_much(granted: Iterable[str]) -> list[str]:
    """The names of those with which mail could be sent or a calendar changed."""
    return sorted({short(scope) for scope in granted if _TOO_MUCH.fullmatch(short(scope))})


def carried(token: str, scope: str) -> list[str]:
    """All that a token allows: by the `scope` told with it and, where it is a JWT (RFC 7519), by its own words.

    The signature does not matter here: nobody gains anything by a token that says that it can do more.
    """
    claims = _claims(token)
    roles = claims.get("roles")
    return [
        *scope.split(),
        *str(claims.get("scp") or "").split(),
        *(str(role) for role in (roles if isinstance(roles, list) else [])),
    ]


def _claims(token: str) -> dict[str, Any]:
    """The payload of a JWT; nothing for a token that is none, as those of personal accounts."""
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        found = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """One sign-in as it is kept, encrypted.

    `scopes` are the permissions as they are asked for again at each renewal. `cache` is MSAL's, with the
    tokens. `claims` is what Microsoft wants to be proven at the next login (JSON), "" mostly. `personal` is
    false for an account of work or school.
    """

    client_id: str
    authority: str
    email: str
    name: str
    personal: bool
    scopes: tuple[str, ...]
    signed_in: datetime
    cache: str = field(repr=False)
    claims: str = field(default="", repr=False)

    def renewed(self, cache: str) -> Grant:
        """The same sign-in with new tokens."""
        return replace(self, cache=cache, claims="")

    def challenged(self, claims: str) -> Grant:
        """The same sign-in, with what the next login must prove."""
        return replace(self, claims=claims)

    @property
    def consents_page(self) -> str:
        """Where the user takes the consent back."""
        return PERSONAL_PAGE if self.personal else WORK_PAGE

    def to_bytes(self) -> bytes:
        return json.dumps(asdict(self) | {"signed_in": self.signed_in.isoformat()}).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> Grant:
        """Raises SignInNeeded where these are not the tokens of a sign-in."""
        try:
            kept = json.loads(data)
            signed_in = datetime.fromisoformat(kept.pop("signed_in")).astimezone(UTC)
            return cls(signed_in=signed_in, scopes=tuple(kept.pop("scopes")), **kept)
        except (ValueError, TypeError, KeyError, AttributeError):
            raise not_understood() from None


def not_understood() -> SignInNeeded:
    """The words for a kept sign-in that is none, or of another version of followupd."""
    return SignInNeeded("the kept sign-in can't be understood. `followupd login` makes a new one.")
