"""One way out to the network: every request of every provider over HTTP goes through `Session`.

It lets through a list of (method, address) and refuses all else before a byte leaves: no send, no
upload, no batch, no method override, no redirect, no plain http but to this machine. It has
timeouts, bounds what it reads, and says in the user's words what went wrong. It never repeats a
request by itself: `retrying` does, for the caller that knows that a repetition is harmless.

Sources: RFC 9110 sections 9.2 (safe methods), 10.2.3 (Retry-After), 6.6.1 (Date); RFC 9111 section 5.1 (Age).
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from tenacity import RetryCallState, Retrying, retry_if_exception, stop_after_attempt

from followupd.errors import Refused, Unavailable
from followupd.providers.addresses import host, is_private, shown

T = TypeVar("T")

CONNECT, READ = 5.0, 30.0  # seconds
MAX_ANSWER = 64 * 1024 * 1024
ATTEMPTS = 3
LONGEST_WAIT = 5.0  # seconds within one request; what takes longer is for a later cycle
CLOCK_MAY_DIFFER = timedelta(hours=1)
LONGEST_KEPT = timedelta(days=31)  # by a cache; what says more is taken for this


@dataclass(frozen=True, slots=True)
class Allowed:
    """A request that may leave: its method, the address below which, and a pattern for the rest of the path."""

    method: str
    root: str
    path: str = ""

    def lets(self, method: str, url: str) -> bool:
        """Whether it is this one. The query does not count."""
        address, root = urlsplit(url), urlsplit(self.root)
        if method != self.method or (address.scheme, address.netloc) != (root.scheme, root.netloc):
            return False
        below = address.path.removeprefix(root.path)
        return address.path.startswith(root.path) and re.fullmatch(self.path, below) is not None


class TooLarge(Unavailable):
    """An answer beyond the bound. Asked for again at once it would be the same."""


class NotAllowed(Refused):
    """A request that is not on the list. It was not made."""


class Gate(HTTPAdapter):
    """The last thing before the wire: checks each request as it would leave."""

    def __init__(self, allowed: Iterable[Allowed]) -> None:
        super().__init__(max_retries=0)
        self.allowed = tuple(allowed)

    def send(self, request: requests.PreparedRequest, *words: Any, **options: Any) -> requests.Response:
        """Sends what is on the list. Raises NotAllowed for all else."""
        method, url = request.method or "", request.url or ""
        overridden = any(re.match(r"x-(http-)?method", name.lower()) for name in request.headers)
        if overridden or not any(one.lets(method, url) for one in self.allowed):
            raise NotAllowed(
                f"followupd does not make this request: {method} {shown(url)}. Nothing was sent."
            )
        options["timeout"] = options.get("timeout") or (CONNECT, READ)
        if not is_private(url):
            raise NotAllowed(
                f"{shown(url)} would be asked without encryption. Nothing was sent. Use an https:// address."
            )
        return super().send(request, *words, **options)


class Session(requests.Session):
    """A session that only makes the requests on its list. Used by one thread at a time.

    `largest` is how many bytes an answer may have.
    """

    def __init__(
        self, allowed: Iterable[Allowed], clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        super().__init__()
        self._clock = clock
        self.largest = MAX_ANSWER
        guard(self, allowed)

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """One request, made once. Raises Unavailable when no usable answer came; whether it acted is unknown."""
        options |= {"allow_redirects": False, "stream": True}
        try:
            answer = super().send(request, **options)
            _read(answer, self.largest)
        except requests.RequestException as error:
            raise unavailable(error, request.url or "") from error
        self._compare_clocks(answer)
        if answer.is_redirect or answer.is_permanent_redirect:
            self._sent_on(answer, request.url or "")
        return answer

    def get_redirect_target(self, resp: requests.Response) -> None:
        """None: `requests` would read where it leads, also when nothing follows it, and fail at what is no address."""

    def _sent_on(self, answer: requests.Response, url: str) -> None:
        """What a redirect means; it is never followed here."""
        raise Unavailable(_PORTAL.format(host=host(url)))

    def _compare_clocks(self, answer: requests.Response) -> None:
        """A clock that is wrong would put letters at wrong times."""
        ours = self._clock()
        theirs = server_time(answer.headers, ours)
        if theirs is None or abs(ours - theirs) <= CLOCK_MAY_DIFFER:
            return
        hours = (ours - theirs) / timedelta(hours=1)
        raise Unavailable(
            f"the clock of this computer is {abs(hours):.0f} hours {'ahead' if hours > 0 else 'behind'} of "
            f"that of {host(answer.url)}. Letters would come at wrong times, so none is made. "
            "Set the clock; the rest goes on by itself."
        )


def guard(session: requests.Session, allowed: Iterable[Allowed]) -> None:
    """Puts the gate before both schemes, and keeps ~/.netrc from replacing our sign-in."""
    gate = Gate(allowed)
    session.adapters.clear()
    session.mount("https://", gate)
    session.mount("http://", gate)
    session.auth = _as_it_is


def _as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request


def _read(answer: requests.Response, largest: int) -> None:
    """The whole answer, bounded."""
    parts, size = [], 0
    for part in answer.iter_content(65_536):
        size += len(part)
        if size > largest:
            answer.close()
            raise TooLarge(f"{host(answer.url)} answered with more than {largest >> 20} MB.")
        parts.append(part)
    answer._content = b"".join(parts)


# --- what went wrong ----------------------------------------------------------------------------

_PORTAL = (
    "{host} answered with a page instead of data. That happens on networks that ask for a sign-in of their "
    "own (hotel, train, café): open a web page in your browser. The rest goes on by itself."
)


def unavailable(error: requests.RequestException, url: str) -> Unavailable:
    """The words for a request that got no answer."""
    name, text = host(url), str(error).lower()
    if isinstance(error, requests.exceptions.SSLError):
        return Unavailable(
            f"the connection to {name} is not secure, so nothing was sent over it. The clock of this computer "
            "may be wrong, or this network reads along. The next cycle tries again."
        )
    if isinstance(error, requests.exceptions.ProxyError):
        return Unavailable(f"the proxy on the way to {name} does not answer. Check HTTPS_PROXY.")
    if isinstance(error, requests.Timeout):
        return Unavailable(f"{name} did not answer in time. The next cycle tries again.")
    if "resolve" in text or "name or service" in text or "nodename" in text:
        return Unavailable(
            f"{name} can't be found: this computer seems to be offline. The next cycle tries again."
        )
    return Unavailable(f"the connection to {name} failed or broke off. The next cycle tries again.")


def not_data(url: str) -> Unavailable:
    """The words for an answer that is no data though its status says that all is well."""
    return Unavailable(_PORTAL.format(host=host(url)))


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait by the header Retry-After, as a number or a date; None where it says nothing.

    A date is compared with the answer's own Date, so that this computer's clock does not matter.
    """
    given = {name.lower(): value.strip() for name, value in headers.items()}
    value = given.get("retry-after", "")
    if value.isdecimal():
        return float(value)
    moment, sent = _moment(value), _moment(given.get("date", ""))
    return max(0.0, (moment - sent).total_seconds()) if moment and sent else None


def server_time(headers: Mapping[str, str], ours: datetime) -> datetime | None:
    """The server's time as it answered, by Date and Age; None where it says none.

    An answer from a cache carries the Date of its origin, and in Age how long it was kept; other caches write a Date
    of their own beside Age. So the time lies between the two sums, and the one nearest to `ours` is taken.
    Sources: RFC 9110 section 6.6.1, RFC 9111 section 5.1.
    """
    given = {name.lower(): value.strip() for name, value in headers.items()}
    sent = _moment(given.get("date", "")[:100])
    if sent is None:
        return None
    return sent + min(max(ours - sent, timedelta(0)), _age(given.get("age", "")))


def _age(value: str) -> timedelta:
    """How long a cache has kept the answer. Of several values the first counts, and one that is no number not."""
    first = value.partition(",")[0].strip()
    if not (first.isascii() and first.isdecimal()):
        return timedelta(0)
    return min(timedelta(seconds=int(first[:9])), LONGEST_KEPT)


def _moment(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


# --- trying again -------------------------------------------------------------------------------


def retrying(call: Callable[[], T], sleep: Callable[[float], None] = time.sleep) -> T:
    """Makes a harmless request up to three times while the server is unavailable, waiting as it says.

    A wait longer than a few seconds is left to a later cycle. Raises what the last attempt raised.
    """
    attempts = Retrying(
        stop=stop_after_attempt(ATTEMPTS),
        retry=retry_if_exception(_is_short),
        wait=_wait,
        sleep=sleep,
        reraise=True,
    )
    return attempts(call)


def _is_short(error: BaseException) -> bool:
    if not isinstance(error, Unavailable) or isinstance(error, TooLarge):
        return False
    return (error.retry_after or 0) <= LONGEST_WAIT


def _wait(state: RetryCallState) -> float:
    error = state.outcome.exception() if state.outcome else None
    named = error.retry_after if isinstance(error, Unavailable) else None
    return named if named is not None else min(LONGEST_WAIT, 0.5 * 2.0**state.attempt_number)
