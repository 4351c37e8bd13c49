"""Google's library over our own session: one request at a time, made once, and answers that are data.

The library's own transport (httplib2) repeats a POST whose answer was lost; a draft would then be
there twice. So its requests go over `requests`, and what may be repeated (reading) is repeated here.

Source: google-api-python-client 2.x.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from typing import Any, Protocol

import httplib2
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from followupd.errors import ProviderError, StoreError, Unavailable
from followupd.providers.google.auth import Access
from followupd.providers.google.grant import Grant
from followupd.providers.google.refusals import as_ours
from followupd.providers.http import Allowed, not_data, retrying
from followupd.providers.kept import Kept

CALENDAR_ROOT = "https://www.googleapis.com/calendar/v3/"
GMAIL_ROOT = "https://gmail.googleapis.com/"
MOST_PAGES = 1_000

_ID = r"[A-Za-z0-9_%.@:+~!$'(),;=&*-]+"
_READ_MAIL = rf"gmail/v1/users/me/(profile|history|settings/sendAs|(drafts|messages|threads)(/{_ID})?)"
_READ_EVENTS = rf"calendars/{_ID}/events(/{_ID}(/instances)?)?"

Answer = dict[str, Any]


class ApiRequest(Protocol):
    """What the library makes of a call before it is made."""

    method: str
    uri: str

    def execute(self, http: object = None, num_retries: int = 0) -> Any: ...


@cache
def _service(name: str, version: str, root: str) -> Any:
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
    return _service("calendar", "v3", root)


def gmail_service(root: str) -> Any:
    """Gmail v1."""
    return _service("gmail", "v1", root.rstrip("/"))


# The library makes the methods of a part anew whenever the part is named, which takes longer than most answers.


@cache
def calendar_events(root: str) -> Any:
    """The events of Calendar v3."""
    return calendar_service(root).events()


@cache
def gmail_part(root: str, name: str) -> Any:
    """What Gmail v1 has below a user: messages, drafts, threads, history."""
    return getattr(gmail_service(root).users(), name)()


def allowed(calendar_root: str, gmail_root: str) -> tuple[Allowed, ...]:
    """Every request that followupd makes at Google, besides renewing its access at the token address.

    Nothing here sends, and nothing writes a calendar.
    """
    return (
        Allowed("GET", gmail_root, _READ_MAIL),
        Allowed("POST", gmail_root, "gmail/v1/users/me/drafts"),
        Allowed("DELETE", gmail_root, rf"gmail/v1/users/me/drafts/{_ID}"),
        Allowed("GET", calendar_root, _READ_EVENTS),
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
        self._sleep = sleep
        self._access = Access(account, kept, allowed(self.calendar_root, self.gmail_root), clock)

    @property
    def grant(self) -> Grant:
        """The sign-in that is kept. Raises SignInNeeded when there is none."""
        return self._access.grant

    def notice(self, now: datetime) -> str:
        """What the user should do before this sign-in ends, "" mostly."""
        try:
            return self.grant.notice(now, self.account)
        except (ProviderError, StoreError):
            return ""

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
        grant = self.grant
        try:
            answer = request.execute(http=self)
        except HttpError as error:
            raise as_ours(error, grant, self.account) from error
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
        given = headers or {}
        sent = {k: v for k, v in given.items() if k.lower() not in {"user-agent", "x-goog-api-client"}}
        answer = self._access.send(method, uri, body, dict(sent))
        if answer.status_code == 401:
            self._access.renew()
            if method != "GET":
                raise Unavailable("the access had run out and was renewed. The next cycle goes on.")
            answer = self._access.send(method, uri, body, dict(sent))
        fields = {name.lower(): value for name, value in answer.headers.items()}
        return httplib2.Response(fields | {"status": str(answer.status_code)}), answer.content


def _with_slash(root: str) -> str:
    return root.rstrip("/") + "/"
