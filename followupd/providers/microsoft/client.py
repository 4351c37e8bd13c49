"""The application that signs in at Microsoft: whose client id it has, and MSAL's part of it.

MSAL asks the network when its application is made (the authority's openid-configuration), so it is made when
a sign-in or a renewal needs it, never before. All of its requests go through our own `Session`.
Sources: "Public and confidential client apps (MSAL)"; OpenID Connect Discovery 1.0; MSAL for Python.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import msal
import requests

from followupd.errors import ProviderError, Refused, Unavailable
from followupd.providers.addresses import host, shown
from followupd.providers.http import Allowed, Session, guard, not_data, retry_after
from followupd.providers.microsoft.denials import Denied

# For packagers: the client id of your own app registration, which users then need not make. Audience: accounts
# in any organisational directory and personal Microsoft accounts. Platform: "Mobile and desktop applications"
# with the redirect URI http://localhost. "Allow public client flows": yes. No secret. Permissions, all delegated:
# Calendars.Read, Mail.ReadWrite, User.Read, and no other. All who use it share Microsoft's limits of requests.
DISTRIBUTED_CLIENT_ID = ""

_CONFIGURATION = "/.well-known/openid-configuration"
_ENDPOINTS = ("token_endpoint", "device_authorization_endpoint")

# What MSAL logs can hold tokens and names; what matters of it is told in our own words.
logging.getLogger("msal").setLevel(logging.CRITICAL + 1)


def client_id_for(configured: str) -> str:
    """The client id of the config, else the distribution's. Raises Refused where there is neither."""
    found = configured or DISTRIBUTED_CLIENT_ID
    if not found:
        raise Refused(
            "there is no client id for Microsoft. Register an app of your own (it is free; docs/microsoft.md shows "
            "each step), and name it in the config: `client_id: …` beside `provider: microsoft`."
        )
    return found


def checked(authority: str) -> str:
    """The authority's address without a slash at its end. Raises Refused where it is not one."""
    parts = urlsplit(authority)
    if parts.scheme != "https" or not parts.hostname or not parts.path.strip("/"):
        raise Refused(
            f"{shown(authority)} is no address to sign in at: it must begin with https:// and name a directory, as "
            "https://login.microsoftonline.com/common does. Correct `authority` in the config."
        )
    return authority.rstrip("/")


def application(
    client_id: str,
    authority: str,
    cache: msal.SerializableTokenCache,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Any:
    """MSAL's application, made new: asks the authority for its endpoints. Raises ProviderError."""
    root = checked(authority)
    try:
        return msal.PublicClientApplication(
            client_id,
            authority=root,
            token_cache=cache,
            http_client=Wire(root, clock),
            instance_discovery=False,
        )
    except ProviderError:
        raise
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise not_data(root) from error


class Wire:
    """The HTTP client of MSAL: asks one authority, and what is no answer becomes an error of ours here.

    Until the authority has named its endpoints, only that question may leave.
    """

    def __init__(self, authority: str, clock: Callable[[], datetime]) -> None:
        self._authority = authority
        self._questions = [
            Allowed("GET", authority + "/v2.0" + _CONFIGURATION),
            Allowed("GET", authority + _CONFIGURATION),
        ]
        self._session = Session(self._questions, clock)

    def get(self, url: str, **options: Any) -> requests.Response:
        """The authority's configuration. Raises Denied where it refuses, as for a tenant that it does not know."""
        answer = self._session.get(url, **options)
        if answer.status_code == 404 and url.startswith(self._authority + "/v2.0"):
            # Microsoft has the version in the address; other authorities (OpenID Connect Discovery) have not.
            answer = self._session.get(self._authority + _CONFIGURATION, **options)
        found = _data(answer)
        if answer.status_code >= 400:
            raise Denied(found)
        named = [str(found[name]) for name in _ENDPOINTS if found.get(name)]
        guard(self._session, [*self._questions, *(self._endpoint(address) for address in named)])
        return answer

    def post(self, url: str, **options: Any) -> requests.Response:
        """A request to the token or the device code endpoint. A refusal in its own form is an answer."""
        answer = self._session.post(url, **options)
        found = _data(answer)
        if not any(found.get(name) for name in ("access_token", "user_code", "error")):
            raise not_data(url)
        return answer

    def close(self) -> None:
        self._session.close()

    def _endpoint(self, address: str) -> Allowed:
        ours, theirs = urlsplit(self._authority), urlsplit(address)
        if (ours.scheme, ours.netloc) != (theirs.scheme, theirs.netloc):
            raise Refused(
                f"{host(self._authority)} sends the sign-in on to {host(address)}, which followupd does not do. Check "
                "`authority` in the config."
            )
        return Allowed("POST", address)


def _data(answer: requests.Response) -> dict[str, Any]:
    """The JSON object that an answer holds. Raises Unavailable where it has none, or says that it can't now."""
    if answer.status_code == 429 or answer.status_code >= 500:
        # A minute keeps the same request from being made again at once.
        raise Unavailable(
            "Microsoft's sign-in has a problem of its own just now. The next cycle tries again.",
            retry_after(answer.headers) or 60.0,
        )
    try:
        found = json.loads(answer.content)
    except ValueError as error:
        raise not_data(answer.url) from error
    if not isinstance(found, dict):
        raise not_data(answer.url)
    return found
