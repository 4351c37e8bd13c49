"""Google's library over our own session: one request at a time, made once, and answers that are data.

The library's own transport (httplib2) repeats a POST whose answer was lost; a draft would then be
there twice. So its requests go over `requests`, and what may be repeated (reading) is repeated here.

Sources: google-api-python-client 2.x; "Resolve errors" of the Gmail and Calendar APIs.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any, Protocol

import httplib2
from google.auth.exceptions import GoogleAuthError, RefreshError, TransportError
from google.auth.transport.requests import Request as AuthRequest
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from followupd.errors import CursorLost, ProviderError, Refused, SignInNeeded, Unavailable
from followupd.providers.google.grant import Grant
from followupd.providers.http import Allowed, Session, not_data, retry_after, retrying

CALENDAR_ROOT = "https://www.googleapis.com/calendar/v3/"
GMAIL_ROOT = "https://gmail.googleapis.com/"

MOST_PAGES = 1_000

_ID = r"[A-Za-z0-9_%.@:+~!$'(),;=&*-]+"
_READ_MAIL = rf"gmail/v1/users/me/(profile|history|settings/sendAs|(drafts|messages|threads)(/{_ID})?)"
_READ_EVENTS = rf"calendars/{_ID}/events(/{_ID}(/instances)?)?"

Answer = dict[str, Any]


class NotThere(Refused):
    """404: Google does not know what was asked for."""


class Kept(Protocol):
    """Where the tokens of one account lie, encrypted."""

    def read(self) -> bytes | None: ...
    def write(self, secret: bytes) -> None: ...


class ApiRequest(Protocol):
    """What the library makes of a call before it is made."""

    method: str
    uri: str

    def execute(self, http: object = None, num_retries: int = 0) -> Any: ...


@cache
def service(name: str, version: str, root: str) -> Any:
    """The library's description of an API at this address, without a sign-in; shared by all accounts."""
    return build(
        name,
        version,
        http=httplib2.Http(),  # never used: each request is given its own
        static_discovery=True,
        cache_discovery=False,
        client_options={"api_endpoint": root},
    )


def calendar_service(root: str) -> Any:
    """Calendar v3. Its address holds the path of the service."""
    return service("calendar", "v3", root)


def gmail_service(root: str) -> Any:
    """Gmail v1."""
    return service("gmail", "v1", root.rstrip("/"))


def allowed(calendar_root: str, gmail_root: str, token_uri: str) -> tuple[Allowed, ...]:
    """Every request that followupd makes at Google. Nothing here sends, and nothing writes a calendar."""
    return (
        Allowed("GET", gmail_root, _READ_MAIL),
        Allowed("POST", gmail_root, "gmail/v1/users/me/drafts"),
        Allowed("DELETE", gmail_root, rf"gmail/v1/users/me/drafts/{_ID}"),
        Allowed("GET", calendar_root, _READ_EVENTS),
        Allowed("POST", token_uri),
    )


class Api:
    """The requests of one account. Constructed without touching the outside; one thread at a time."""

    def __init__(
        self,
        account: str,
        kept: Kept,
        *,
        calendar_root: str = CALENDAR_ROOT,
        gmail_root: str = GMAIL_ROOT,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.account = account
        self.calendar_root = _with_slash(calendar_root)
        self.gmail_root = _with_slash(gmail_root)
        self._kept, self._sleep, self._clock = kept, sleep, clock
        self._read: bytes = b""
        self._grant: Grant | None = None
        self._credentials: Any = None  # the library has no types
        self._session: Session | None = None

    # --- asking ---

    def read(self, request: ApiRequest) -> Answer:
        """Makes a request that changes nothing, again where the server says so. Raises ProviderError."""
        return retrying(lambda: self._ask(request), self._sleep)

    def pages(self, method: Callable[..., ApiRequest], **options: Any) -> Iterator[Answer]:
        """Every page of a list. Raises Unavailable where the list does not end."""
        token: dict[str, str] = {}
        for _ in range(MOST_PAGES):
            page = self.read(method(**options, **token))
            yield page
            if not page.get("nextPageToken"):
                return
            token = {"pageToken": page["nextPageToken"]}
        raise Unavailable("Google's list does not end. The next cycle tries again.")

    def act(self, request: ApiRequest) -> Answer:
        """Makes a request that acts, once. When it raises Unavailable it may have acted."""
        return self._ask(request)

    def _ask(self, request: ApiRequest) -> Answer:
        self._sign_in()
        try:
            answer = request.execute(http=self)
        except HttpError as error:
            raise _as_ours(error, self.grant.over(self.account)) from error
        except RefreshError as error:
            raise self._refusal(error) from error
        except (TransportError, GoogleAuthError) as error:
            raise _refresh_failed(error) from error
        except ValueError as error:  # cut JSON under a status that says that all is well
            raise not_data(request.uri) from error
        if isinstance(answer, dict):
            return answer
        if answer in ("", b"") and request.method == "DELETE":
            return {}
        raise not_data(request.uri)

    def request(
        self, uri: str, method: str = "GET", body: Any = None, headers: Any = None, **_: object
    ) -> tuple[httplib2.Response, bytes]:
        """What the library calls: one request in the form of httplib2, with the account's sign-in.

        A refused access token is renewed; the request is made again only if it reads.
        """
        answer = self._send(uri, method, body, headers or {})
        if answer.status_code == 401:
            self._renew()
            if method != "GET":
                raise Unavailable("the access had run out and was renewed. The next cycle goes on.")
            answer = self._send(uri, method, body, headers or {})
        given = {name.lower(): value for name, value in answer.headers.items()}
        return httplib2.Response(given | {"status": str(answer.status_code)}), answer.content

    def _send(self, uri: str, method: str, body: Any, headers: Mapping[str, str]) -> Any:
        session, credentials = self._open()
        sent = {k: v for k, v in headers.items() if k.lower() not in {"user-agent", "x-goog-api-client"}}
        before = credentials.token
        credentials.before_request(AuthRequest(session), method, uri, sent)
        if credentials.token != before:
            self._keep()
        return session.request(method, uri, data=body, headers=sent)

    # --- the sign-in ---

    @property
    def grant(self) -> Grant:
        """The sign-in that is kept. Raises SignInNeeded when there is none."""
        self._sign_in()
        if self._grant is None:
            raise AssertionError("a sign-in is there or SignInNeeded was raised")
        return self._grant

    def notice(self, now: datetime) -> str:
        """What the user should do before this sign-in ends, "" mostly."""
        try:
            return self.grant.notice(now, self.account)
        except ProviderError:
            return ""

    def _sign_in(self) -> None:
        """Reads the kept tokens; a new login is noticed here."""
        kept = self._kept.read()
        if kept is None:
            raise SignInNeeded(
                f"this account is not signed in to Google. Run `followupd login {self.account}`."
            )
        if kept != self._read:
            self._grant = Grant.from_bytes(kept)
            self._credentials = _credentials(self._grant)
            self._read = kept
            self.close()

    def _open(self) -> tuple[Session, Any]:
        if self._session is None:
            listed = allowed(self.calendar_root, self.gmail_root, self.grant.client.token_uri)
            self._session = Session(listed, self._clock)
        if self._credentials is None:
            raise AssertionError("a session is opened after the sign-in was read")
        return self._session, self._credentials

    def _renew(self) -> None:
        session, credentials = self._open()
        credentials.refresh(AuthRequest(session))
        self._keep()

    def _keep(self) -> None:
        """Keeps a renewed access token, so that the next process need not renew it.

        After a logout, or another login meanwhile, there is nothing of this sign-in to keep.
        """
        credentials, grant = self._credentials, self._grant
        if credentials is None or grant is None or credentials.expiry is None:
            return
        if self._kept.read() != self._read:
            return
        expires = credentials.expiry.replace(tzinfo=UTC)
        self._grant = grant.renewed(credentials.token or "", credentials.refresh_token or "", expires)
        kept = self._grant.to_bytes()
        self._kept.write(kept)
        self._read = kept

    def _refusal(self, error: RefreshError) -> ProviderError:
        details = error.args[1] if len(error.args) > 1 and isinstance(error.args[1], dict) else {}
        code = details.get("error")
        if code in {"invalid_grant", "unauthorized_client"}:
            return self.grant.over(self.account)
        if code in {"invalid_client", "deleted_client", "org_internal", "admin_policy_enforced"}:
            return SignInNeeded(
                f"Google does not take the OAuth client any more ({code}): it was deleted, its secret was changed, or "
                f"an administrator blocks it. Check it in the Google Cloud console under Clients, then "
                f"`followupd login {self.account}`."
            )
        return Unavailable("Google could not renew the access just now. The next cycle tries again.")

    def close(self) -> None:
        """Closes connections; the next request opens them again."""
        if self._session is not None:
            self._session.close()
            self._session = None


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


def _with_slash(root: str) -> str:
    return root.rstrip("/") + "/"


def _refresh_failed(error: Exception) -> Unavailable:
    """What kept the access from being renewed: our own words where the session has said them already."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, Unavailable):
            return cause
        cause = cause.__cause__ or cause.__context__
    return Unavailable("Google's sign-in did not answer. The next cycle tries again.")


# --- what Google refuses ------------------------------------------------------------------------

_LIMITS = {
    "userRateLimitExceeded",
    "rateLimitExceeded",
    "quotaExceeded",
    "dailyLimitExceeded",
    "limitExceeded",
}
_DISABLED = {"accessNotConfigured", "SERVICE_DISABLED"}
_FULL = ("over quota", "storage quota", "mailbox is full")


def _as_ours(error: HttpError, over: SignInNeeded) -> ProviderError:
    """Google's refusal as one of our errors, in words for the user."""
    status, later = int(error.resp.status), retry_after(error.resp)
    reason, message = _said(error)
    if status == 403:
        return _forbidden(reason, message, later)
    if status >= 500 or status == 408:
        return Unavailable(
            f"Google has a problem of its own just now ({status}). The next cycle tries again.", later
        )
    known: dict[int, ProviderError] = {
        401: over,
        404: NotThere("Google does not know what was asked for."),
        410: CursorLost("Google has forgotten where the last look ended."),
        429: _too_many(later),
    }
    return known.get(status) or Refused(f"Google refuses this request ({status} {reason}): {message[:300]}")


def _forbidden(reason: str, message: str, later: float | None) -> ProviderError:
    if any(words in message.lower() for words in _FULL) or reason == "storageQuotaExceeded":
        return Refused(
            "your Google storage is full, so Gmail takes no draft. Make room (https://one.google.com/storage); the "
            "draft is then made by itself."
        )
    if reason in _LIMITS:
        return _too_many(later)
    if reason in _DISABLED:
        page = next((word for word in message.split() if word.startswith("https://")), "")
        return Refused(
            "the API is not enabled in the Google Cloud project of your client file. Open "
            f"{page or 'https://console.cloud.google.com/apis/library'} and press “Enable”; a few minutes later all "
            "goes on by itself."
        )
    if reason in {"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}:
        return SignInNeeded(
            "this sign-in lacks a permission that is needed. Run `followupd login` for this account and tick every box."
        )
    if reason == "domainPolicy":
        return Refused(
            "the administrator of this Google account does not allow this. Ask them, or use another account."
        )
    return Refused(f"Google does not allow this ({reason}): {message[:300]}")


def _too_many(later: float | None) -> Unavailable:
    return Unavailable(
        "Google asks to go slower: its limit of requests is reached. A later cycle goes on.", later
    )


def _said(error: HttpError) -> tuple[str, str]:
    """The reason and message in the body of an error, "" where it is a page or cut."""
    try:
        told = json.loads(error.content)["error"]
        first = (told.get("errors") or [{}])[0]
        details = [d.get("reason", "") for d in told.get("details", ()) if isinstance(d, dict)]
        reason = first.get("reason") or next(filter(None, details), "") or told.get("status", "")
        return str(reason), str(told.get("message", ""))
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        return "", ""
