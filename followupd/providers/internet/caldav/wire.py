"""The wire to a CalDAV server: it reads, and the list of what may leave names nothing that writes.

The user's password goes to the configured server, and to others only as `hosts` says. Redirects are followed
by hand, with the same method, a few times. Sources: RFC 4918, RFC 4791, RFC 6764 section 5 (redirects).
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from urllib.parse import urljoin, urlsplit

import requests

from followupd.errors import Refused, Unavailable
from followupd.providers.addresses import host, is_private
from followupd.providers.http import Allowed, Session, guard, not_data, retrying
from followupd.providers.internet.caldav.hosts import is_trusted, origin, path_of, resolved
from followupd.providers.internet.caldav.multistatus import Multistatus, NotReadableError, read_multistatus
from followupd.providers.internet.caldav.refusals import Garbled, as_ours, better_words, sent_elsewhere
from followupd.providers.internet.caldav.sign_in import SignedIn
from followupd.providers.internet.proof import Proof

METHODS = ("PROPFIND", "REPORT", "GET")
LARGEST = 32 * 1024 * 1024
MOST_REDIRECTS = 5
_AGAIN = 2  # a refused sign-in is tried again with Digest, and with a renewed secret


class OpenSession(Session):
    """A session that hands redirects to its caller, who decides where they may lead."""

    def __init__(self, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        super().__init__((), clock)
        self.verify = authorities()

    def _sent_on(self, answer: requests.Response, url: str) -> None:
        """The caller looks at the answer's status."""


def authorities() -> str | bool:
    """The file of certificate authorities that the environment names besides those that `requests` reads."""
    return os.environ.get("SSL_CERT_FILE") or True


class Wire:
    """The requests of one account to one server. Constructed without touching the outside; one thread at a time."""

    def __init__(self, url: str, proof: Proof, sleep: Callable[[float], None] = time.sleep) -> None:
        self.root = checked(url)
        self._signed_in = SignedIn(proof)
        self._sleep = sleep
        self._origins: set[str] = set()
        self._session: OpenSession | None = None

    def multistatus(self, method: str, url: str, body: str, depth: int = 0) -> tuple[Multistatus, str]:
        """What PROPFIND or REPORT answers, and the address that answered in the end. Raises ProviderError."""
        answer = self._asked(method, url, body.encode(), depth)
        try:
            return read_multistatus(answer.content), answer.url
        except NotReadableError as error:
            raise Garbled(str(not_data(url))) from error

    def get(self, url: str) -> bytes:
        """One item as it is. Raises ProviderError."""
        return self._asked("GET", url, b"", 0).content

    def resolved(self, href: str, base: str) -> str:
        """The address that an href in an answer means. Raises ValueError where it means none."""
        return resolved(href, base, self.root)

    def refresh(self) -> None:
        """Before a new look: an access token may have run out since the last."""
        self._signed_in.forget()

    def _asked(self, method: str, url: str, body: bytes, depth: int) -> requests.Response:
        """The good answer, wherever redirects lead."""
        for _ in range(MOST_REDIRECTS + 1):
            answer = retrying(lambda: self._signed(method, url, body, depth), self._sleep)  # noqa: B023  called at once
            if not (answer.is_redirect or answer.is_permanent_redirect) or answer.status_code == 303:
                break
            url = self._target(answer)
        if answer.is_redirect or answer.is_permanent_redirect:
            raise Unavailable(f"{host(url)} sends on from one address to the next without end. Check `url`.")
        return answer

    def _target(self, answer: requests.Response) -> str:
        """Where a redirect leads, "" where to no address; `_open` decides whether the password may go there."""
        with suppress(ValueError):
            target = urljoin(answer.url, answer.headers.get("Location", "")[:4096])
            if host(target) == host(answer.url) and not is_private(target):
                target = origin(answer.url) + path_of(
                    target
                )  # it does not know that it is reached over https
            return origin(target) + path_of(target)
        return ""

    def _signed(self, method: str, url: str, body: bytes, depth: int) -> requests.Response:
        """One request with the user's proof, made again where a refusal shows how."""
        answer = self._once(method, url, body, depth)
        for _ in range(_AGAIN):
            if answer.status_code != 401 or not self._signed_in.learns(answer):
                break
            answer = self._once(method, url, body, depth)
        if answer.status_code == 401:
            raise self._signed_in.refused(answer)
        if answer.status_code >= 400:
            raise as_ours(answer)
        return answer

    def _once(self, method: str, url: str, body: bytes, depth: int) -> requests.Response:
        headers = {"Depth": str(depth), "Content-Type": "application/xml; charset=utf-8"} if body else {}
        try:
            return self._open(url).request(method, url, data=body, headers=headers, auth=self._signed_in)
        except Unavailable as error:
            raise better_words(error, url) from error

    def _open(self, url: str) -> OpenSession:
        """The session, which lets through what reads at the hosts that may have the password."""
        if not is_trusted(url, self.root):
            raise sent_elsewhere(self.root, url)
        if self._session is None:
            self._session = OpenSession()
            self._session.largest = LARGEST
        if origin(url) not in self._origins:
            self._origins.add(origin(url))
            every = (
                Allowed(method, place + "/", ".*") for place in sorted(self._origins) for method in METHODS
            )
            guard(self._session, every)
        return self._session


def checked(url: str) -> str:
    """The configured address in one spelling, without name and password. Raises Refused where it is not one."""
    try:
        place = origin(url) + path_of(url)
    except ValueError:
        place = ""
    if not place or not is_private(place) or not urlsplit(place).hostname:
        raise Refused(
            f"the calendar's address must begin with https:// and name a server; this one can't be asked safely: "
            f"{host(url) if place else 'it is no address'}. Correct `url` in the config."
        )
    return place
