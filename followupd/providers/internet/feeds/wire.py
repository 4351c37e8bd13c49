"""The wire to a calendar feed: one GET, conditional where that is possible, and redirects followed by hand.

A feed's address is often a secret by itself (Google's private address, Outlook's published calendars), so no message
shows more of it than the host. The user's name and password go to the configured host alone; cookies nowhere.
Sources: RFC 9110 section 13.1 (conditional requests) and 15.4 (redirects), RFC 7986 section 5.7 (webcal by habit).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from http.cookiejar import DefaultCookiePolicy
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

import requests
from requests.auth import AuthBase, HTTPBasicAuth

from followupd.errors import ProviderError, Refused, Unavailable
from followupd.providers.addresses import host, is_private
from followupd.providers.http import Allowed, TooLarge, guard, retry_after, retrying, server_time
from followupd.providers.internet.caldav.hosts import origin
from followupd.providers.internet.caldav.refusals import better_words
from followupd.providers.internet.caldav.sign_in import SignedIn
from followupd.providers.internet.caldav.wire import OpenSession
from followupd.providers.internet.proof import Proof

LARGEST = 16 * 1024 * 1024
MOST_REDIRECTS = 5
MAX_MARK = 1_000


@dataclass(frozen=True, slots=True)
class Fetched:
    """What the feed answered: its text, None where it has not changed; its marks; and the server's time."""

    raw: bytes | None
    etag: str
    modified: str
    at: datetime


class FeedWire:
    """The requests of one feed. Constructed without touching the outside; one thread at a time."""

    def __init__(
        self,
        url: str,
        proof: Proof | None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.url, self._auth = _address(url)
        self._signed_in = SignedIn(proof) if proof else None
        self._clock, self._sleep = clock, sleep
        self._moved: str | None = None
        self._origins: set[str] = set()
        self._session: OpenSession | None = None

    @property
    def host(self) -> str:
        """The server's name, all that may be shown of the address."""
        return host(self.url)

    def fetch(self, etag: str = "", modified: str = "") -> Fetched:
        """The feed, or that it has not changed since these marks. Raises ProviderError."""
        headers = {"Accept": "text/calendar, text/plain;q=0.5, */*;q=0.1"}
        headers |= {"If-None-Match": etag} if etag else {}
        headers |= {"If-Modified-Since": modified} if modified else {}
        if self._signed_in:
            self._signed_in.forget()
        answer = self._followed(headers)
        at = self._time(answer)
        if answer.status_code == 304:
            return Fetched(None, etag, modified, at)
        _no_page(answer, self.host)
        etag, modified = (answer.headers.get(name, "")[:MAX_MARK] for name in ("ETag", "Last-Modified"))
        return Fetched(answer.content, etag, modified, at)

    def _followed(self, headers: dict[str, str]) -> requests.Response:
        """The answer at the end of the redirects; one that is for good is remembered in this process."""
        url, for_good = self._moved or self.url, True
        for _ in range(MOST_REDIRECTS + 1):
            answer = retrying(lambda: self._signed(url, headers), self._sleep)  # noqa: B023  called at once
            if not (answer.is_redirect or answer.is_permanent_redirect):
                return answer
            url, for_good = self._target(answer), for_good and answer.is_permanent_redirect
            self._moved = url if for_good else self._moved
        raise Unavailable(
            f"{self.host} sends on from one address to the next without end. Copy the feed's address anew."
        )

    def _target(self, answer: requests.Response) -> str:
        """Where a redirect leads. Raises Refused for a place that is not encrypted, or within this machine."""
        target = ""
        with suppress(ValueError):
            parts = urlsplit(urljoin(answer.url, answer.headers.get("Location", "")[:8192]))
            target = urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, parts.query, ""))
        is_inside = target.startswith("http://") and not self.url.startswith("http://")
        if not target or is_inside or not is_private(target):
            raise Refused(
                f"the feed at {self.host} is sent on to an address without encryption, which is not asked. Copy the "
                "feed's address anew, beginning with https://, into the config."
            )
        return target

    def _signed(self, url: str, headers: dict[str, str]) -> requests.Response:
        """One request; the user's name and password go with it to the configured host alone."""
        at_home = origin(url) == origin(self.url)
        auth = (self._signed_in or self._auth) if at_home else None
        answer = self._once(url, headers, auth)
        if answer.status_code == 401 and at_home and self._signed_in:
            if self._signed_in.learns(answer):
                answer = self._once(url, headers, auth)
            if answer.status_code == 401:
                raise self._signed_in.refused(answer)
        if answer.status_code >= 400:
            raise _as_ours(answer, self.host)
        return answer

    def _once(self, url: str, headers: dict[str, str], auth: AuthBase | None) -> requests.Response:
        if self._session is None:
            self._session = OpenSession(self._clock)
            self._session.largest = LARGEST
            self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        if origin(url) not in self._origins:
            self._origins.add(origin(url))
            guard(self._session, [Allowed("GET", place + "/", ".*") for place in sorted(self._origins)])
        try:
            return self._session.get(url, headers=headers, auth=auth)
        except TooLarge as error:
            raise TooLarge(
                f"the feed at {self.host} is larger than {LARGEST >> 20} MB and is not read. Publish a calendar of "
                "its own for your interviews."
            ) from error
        except Unavailable as error:
            raise better_words(error, url) from error

    def _time(self, answer: requests.Response) -> datetime:
        """The server's time, ours where it says none."""
        ours = self._clock()
        return server_time(answer.headers, ours) or ours


def _address(url: str) -> tuple[str, HTTPBasicAuth | None]:
    """The address that is asked, and the name and password that stood in it. Raises Refused for none."""
    try:
        parts = urlsplit(url.strip())
        scheme = {"webcal": "https", "webcals": "https"}.get(parts.scheme, parts.scheme)
        place = urlunsplit((scheme, parts.netloc.rpartition("@")[2], parts.path, parts.query, ""))
        origin(place)
    except ValueError:
        place = ""
    if not urlsplit(place).hostname or not is_private(place):
        raise Refused(
            "the feed's address must begin with https:// or webcal:// and name a server. Correct `url` in the config."
        )
    named = parts.username is not None
    return place, HTTPBasicAuth(
        unquote(parts.username or ""), unquote(parts.password or "")
    ) if named else None


def _no_page(answer: requests.Response, name: str) -> None:
    """A web page in the place of a calendar has reasons that the user can find."""
    head = answer.content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith((b"<!doctype", b"<html", b"<?xml", b"<head", b"<body", b"<script")):
        raise Unavailable(
            f"{name} answered with a web page instead of a calendar. On a network that asks for a sign-in of its own "
            "(hotel, train, café) open a web page in your browser; the rest goes on by itself. Otherwise the address "
            "leads to a page: copy the calendar's own address, which mostly ends in .ics, into the config."
        )


def _as_ours(answer: requests.Response, name: str) -> ProviderError:
    """The error that a refusal is for us."""
    status = answer.status_code
    if status in {408, 425, 429} or status >= 500:
        return Unavailable(
            f"{name} has a problem of its own just now ({status}). The next cycle tries again.",
            retry_after(answer.headers),
        )
    if status in {401, 403}:
        return Refused(
            f"{name} does not hand out the feed without a password ({status}), or has made its address invalid. Copy "
            "the address anew from the calendar's settings; where it needs a name and password, add `user` and "
            "`password_command`."
        )
    return Refused(
        f"{name} has no calendar at the feed's address any more ({status}). Its secret address may have been reset, or "
        "the calendar is not published any more. Copy the address anew from the calendar's settings."
    )
