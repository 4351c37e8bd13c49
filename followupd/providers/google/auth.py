"""The access of one account to Google: kept tokens in, requests with the right header out.

Renewed access tokens are kept, so that the next process need not renew them; a new login is noticed
at the next request. Sources: RFC 6749 sections 5.2 and 6; google-auth.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from google.auth.exceptions import GoogleAuthError, RefreshError
from google.auth.transport.requests import Request as AuthRequest
from google.oauth2.credentials import Credentials

from followupd.errors import ProviderError, SignInNeeded, Unavailable
from followupd.providers.google.grant import Grant
from followupd.providers.http import Allowed, Session, not_data
from followupd.providers.kept import Kept


class Access:
    """A signed-in session. `allowed` are the requests that it may make besides renewing its token."""

    def __init__(
        self, account: str, kept: Kept, allowed: Iterable[Allowed], clock: Callable[[], datetime]
    ) -> None:
        self._account, self._kept = account, kept
        self._allowed, self._clock = tuple(allowed), clock
        self._read: bytes = b""
        self._grant: Grant | None = None
        self._credentials: Any = None  # the library has no types
        self._session: Session | None = None

    @property
    def grant(self) -> Grant:
        """The sign-in that is kept. Raises SignInNeeded when there is none."""
        kept = self._kept.read()
        if kept is None:
            raise SignInNeeded(
                f"this account is not signed in to Google. Run `followupd login {self._account}`."
            )
        if kept != self._read or self._grant is None:
            self._grant = Grant.from_bytes(kept)
            self._credentials = _credentials(self._grant)
            self._read = kept
            self._close()
        return self._grant

    def send(self, method: str, uri: str, body: Any, headers: dict[str, str]) -> Any:
        """One request with the access token, renewed before where its time is over. Raises ProviderError."""
        session = self._open()
        before = self._credentials.token
        self._renewing(lambda: self._credentials.before_request(AuthRequest(session), method, uri, headers))
        if self._credentials.token != before:
            self._keep()
        return session.request(method, uri, data=body, headers=headers)

    def token(self, *, renewed: bool = False) -> str:
        """An access token that is good for a while yet, for a protocol other than HTTP. Raises ProviderError."""
        self._open()
        if renewed or not self._credentials.valid:
            self.renew()
        return str(self._credentials.token)

    def renew(self) -> None:
        """A new access token, because Google did not take this one. Raises ProviderError."""
        session = self._open()
        self._renewing(lambda: self._credentials.refresh(AuthRequest(session)))
        self._keep()

    def over(self) -> SignInNeeded:
        """The words for a sign-in that Google does not take any more."""
        return self.grant.over(self._account)

    def _open(self) -> Session:
        grant = self.grant
        if self._session is None:
            listed = (*self._allowed, Allowed("POST", grant.client.token_uri))
            self._session = Session(listed, self._clock)
        return self._session

    def _close(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None

    def _keep(self) -> None:
        """After a logout, or another login meanwhile, there is nothing of this sign-in to keep."""
        if self._grant is None or self._credentials.expiry is None or self._kept.read() != self._read:
            return
        token, refresh = self._credentials.token or "", self._credentials.refresh_token or ""
        self._grant = self._grant.renewed(token, refresh, self._credentials.expiry.replace(tzinfo=UTC))
        self._read = self._grant.to_bytes()
        self._kept.write(self._read)

    def _renewing(self, call: Callable[[], object]) -> None:
        """Google's library, with what can go wrong at the token address in our words."""
        try:
            call()
        except RefreshError as error:
            raise self._refusal(error) from error
        except GoogleAuthError as error:
            raise Unavailable("Google's sign-in did not answer. The next cycle tries again.") from error
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            # A page, or half an answer, where the library expects tokens.
            raise not_data(self.grant.client.token_uri) from error

    def _refusal(self, error: RefreshError) -> ProviderError:
        details = error.args[1] if len(error.args) > 1 and isinstance(error.args[1], dict) else {}
        code = details.get("error")
        if code in ("invalid_grant", "unauthorized_client"):
            return self.over()
        if code in ("invalid_client", "deleted_client", "org_internal", "admin_policy_enforced"):
            return SignInNeeded(
                f"Google does not take the OAuth client any more ({code}): it was deleted, its secret was changed, or "
                f"an administrator blocks it. Check it in the Google Cloud console under Clients, then "
                f"`followupd login {self._account}`."
            )
        # Google's library has tried three times by itself: a minute keeps the same request from doing so again.
        return Unavailable("Google could not renew the access just now. The next cycle tries again.", 60.0)


def tokens(*, account: str, secret: Kept) -> Callable[..., str]:
    """The access tokens of a kept sign-in, for IMAP: a function that takes `renewed`."""
    return Access(account, secret, (), lambda: datetime.now(UTC)).token


def _credentials(grant: Grant) -> Any:
    return Credentials(  # type: ignore[no-untyped-call]  # the library has no types
        token=grant.access_token,
        refresh_token=grant.refresh_token,
        token_uri=grant.client.token_uri,
        client_id=grant.client.client_id,
        client_secret=grant.client.client_secret,
        scopes=list(grant.scopes),
        expiry=grant.expires.replace(tzinfo=None),  # naive UTC is what the library compares with
    )
