"""The access of one account to Microsoft: kept tokens in, requests with the right header out.

Renewed tokens are kept, so that the next process need not renew them; a new login is noticed at the next
request. A token with which mail could be sent never leaves in a request. Sources: RFC 6749 section 6; MSAL
for Python; "Claims challenges, claims requests, and client capabilities".
"""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import msal
import requests

from followupd.errors import SignInNeeded, Unavailable
from followupd.providers.http import Allowed, Session, not_data
from followupd.providers.kept import Kept
from followupd.providers.microsoft.client import application
from followupd.providers.microsoft.denials import Denied, as_ours, carries_too_much
from followupd.providers.microsoft.grant import Grant, carried, not_understood, too_much

RENEW_BEFORE = timedelta(minutes=5)


class Access:
    """A signed-in session. `allowed` are the requests that it may make besides renewing its token."""

    def __init__(
        self, account: str, kept: Kept, allowed: Iterable[Allowed], clock: Callable[[], datetime]
    ) -> None:
        self._account, self._kept = account, kept
        self._allowed, self._clock = tuple(allowed), clock
        self._read: bytes = b""
        self._grant: Grant | None = None
        self._cache = msal.SerializableTokenCache()
        self._application: Any = None  # the library has no types
        self._session: Session | None = None

    @property
    def grant(self) -> Grant:
        """The sign-in that is kept. Raises SignInNeeded when there is none."""
        kept = self._kept.read()
        if kept is None:
            raise SignInNeeded(
                f"this account is not signed in to Microsoft. Run `followupd login {self._account}`."
            )
        if kept != self._read or self._grant is None:
            grant = Grant.from_bytes(kept)
            self._cache, self._application = _cache_of(grant), None
            self._grant, self._read = grant, kept
        return self._grant

    def token(self, *, renewed: bool = False) -> str:
        """An access token that is good for a while yet, for a protocol other than HTTP. Raises ProviderError."""
        return self._renewed(self.grant, "") if renewed else self._token()

    def send(
        self,
        method: str,
        url: str,
        *,
        params: dict[str, str],
        body: dict[str, Any] | None,
        headers: dict[str, str],
    ) -> requests.Response:
        """One request with the access token, renewed before where its time is over. Raises ProviderError.

        Where Microsoft does not take the token it is renewed, once; only a GET is then made again.
        """
        told = {"params": params, "json": body}
        answer = self._ask(self._token(), method, url, headers, told)
        claims = challenge(answer)
        if answer.status_code != 401 and not claims:
            return answer
        token = self._renewed(self.grant, claims)
        if method != "GET":
            raise Unavailable("the access had run out and was renewed. The next cycle goes on.")
        answer = self._ask(token, method, url, headers, told)
        self._remember(challenge(answer))
        if answer.status_code == 401:
            raise SignInNeeded(
                "Microsoft does not take this sign-in, though it has just renewed it. "
                f"`followupd login {self._account}` signs in again; nothing is lost meanwhile."
            )
        return answer

    def _ask(
        self, token: str, method: str, url: str, headers: Mapping[str, str], told: Mapping[str, Any]
    ) -> requests.Response:
        if self._session is None:
            self._session = Session(self._allowed, self._clock)
        given = {**headers, "Authorization": f"Bearer {token}"}
        return self._session.request(method, url, headers=given, **told)

    # --- the access token -------------------------------------------------------------------------------

    def _token(self) -> str:
        """The newest access token that is good for a while yet, else a new one."""
        grant = self.grant
        now = self._clock()
        kind = self._cache.CredentialType.ACCESS_TOKEN
        entries = list(self._cache.search(kind, now=int(now.timestamp())))
        enough = (now + RENEW_BEFORE).timestamp()
        good = [entry for entry in entries if int(entry["expires_on"]) > enough]
        if not good:
            return self._renewed(grant, "")
        newest = max(good, key=lambda entry: int(entry["cached_at"]))
        return self._harmless(str(newest["secret"]), str(newest.get("target") or ""))

    def _renewed(self, grant: Grant, claims: str) -> str:
        """A new access token, kept. `claims` is what Microsoft wants to be proven with it, "" mostly."""
        answer = self._renewal(grant, claims)
        if not answer.get("access_token"):
            # MSAL's application would repeat this refusal for a minute, whatever happens meanwhile.
            self._application = None
            self._remember(str(answer.get("claims") or claims))
            raise as_ours(answer, self._account)
        token = self._harmless(str(answer["access_token"]), str(answer.get("scope") or ""))
        self._keep(grant.renewed(self._cache.serialize()))
        return token

    def _renewal(self, grant: Grant, claims: str) -> Mapping[str, Any]:
        """What Microsoft answers to the refresh token, as MSAL tells it."""
        try:
            if self._application is None:
                self._application = application(grant.client_id, grant.authority, self._cache, self._clock)
            account = next(iter(self._application.get_accounts()), None)
            answer: Mapping[str, Any] | None = self._application.acquire_token_silent_with_error(
                list(grant.scopes), account, force_refresh=True, claims_challenge=claims or None
            )
        except Denied as denied:
            return denied.answer
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            # A page, or half an answer, where the library expects tokens.
            raise not_data(grant.authority) from error
        if answer is None:
            raise not_understood()
        return answer

    def _harmless(self, token: str, scope: str) -> str:
        """The token itself. Raises SignInNeeded, and forgets it, where mail could be sent with it."""
        beyond = too_much(carried(token, scope))
        if beyond:
            self._grant = None  # it is read again, as it was before this token came
            raise SignInNeeded(f"{carries_too_much(beyond)} Run `followupd login {self._account}`.")
        return token

    def _remember(self, claims: str) -> None:
        """What the next login must prove is kept for it."""
        if claims and self._grant is not None and self._grant.claims != claims:
            self._keep(self._grant.challenged(claims))

    def _keep(self, grant: Grant) -> None:
        """After a logout, or another login meanwhile, there is nothing of this sign-in to keep."""
        if self._kept.read() != self._read:
            return
        self._read, self._grant = grant.to_bytes(), grant
        self._kept.write(self._read)


def tokens(*, account: str, secret: Kept) -> Callable[..., str]:
    """The access tokens of a kept sign-in, for IMAP: a function that takes `renewed`."""
    return Access(account, secret, (), lambda: datetime.now(UTC)).token


def _cache_of(grant: Grant) -> msal.SerializableTokenCache:
    cache = msal.SerializableTokenCache()
    try:
        cache.deserialize(grant.cache)
    except ValueError:
        raise not_understood() from None
    return cache


def challenge(answer: requests.Response) -> str:
    """What Graph wants to be proven (JSON), in the header of a refusal; "" mostly."""
    if answer.status_code not in (401, 403):
        return ""
    found = re.search(r'\bclaims="([^"]+)"', answer.headers.get("WWW-Authenticate", ""))
    packed = found.group(1).rstrip("=") if found else ""
    try:
        text = base64.b64decode(packed + "=" * (-len(packed) % 4), altchars=b"-_").decode()
        return text if isinstance(json.loads(text), dict) else ""
    except ValueError:  # base64 and JSON alike
        return ""
