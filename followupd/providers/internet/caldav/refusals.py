"""What a CalDAV server refuses, as one of our errors in words for the user.

Sources: RFC 4791 section 1.3 (preconditions), RFC 6578 section 3.6 (truncation) and 3.2 (valid-sync-token), RFC 9110.
"""

from __future__ import annotations

import ssl

import requests

from followupd.errors import ProviderError, Refused, Unavailable
from followupd.providers.addresses import host
from followupd.providers.http import retry_after
from followupd.providers.internet.caldav.multistatus import CALDAV, DAV, preconditions


class NotThere(Refused):
    """404 or 410: the server knows nothing at this address."""


class NotOffered(Refused):
    """The server does not take this kind of request here."""


class TokenLost(Refused):
    """The server does not know the place any more at which the changes were to go on, or can't tell them."""


class Troubled(Unavailable):
    """The server answered that it can't just now; other things that it is asked may go well."""


class Garbled(Unavailable):
    """The server answered well by its status, with something that can't be read."""


_NOT_OFFERED = {400, 405, 415, 422, 501}
_LATER = {408, 423, 425, 429}
_FORGOTTEN = {
    f"{DAV}valid-sync-token",
    f"{DAV}number-of-matches-within-limits",
    f"{DAV}sync-traversal-supported",
}


def as_ours(answer: requests.Response) -> ProviderError:
    """The error that a refusal is for us. 401 is not among them."""
    status, name = answer.status_code, host(answer.url)
    if status in _LATER or (status >= 500 and status not in {501, 507}):
        return _later(status, name, retry_after(answer.headers))
    if status in {404, 410}:
        return NotThere(f"{name} has nothing at this address ({status}).")
    codes = preconditions(answer.content) if status in {403, 409, 412, 507} else frozenset()
    if codes & _FORGOTTEN or status in {409, 412, 507}:
        return TokenLost(f"{name} can't tell all that was asked of it ({status}). The next cycle asks again.")
    if (
        status in _NOT_OFFERED
        or f"{DAV}supported-report" in codes
        or any(c.startswith(CALDAV) for c in codes)
    ):
        return NotOffered(f"{name} does not answer this kind of question ({status}).")
    if status == 403:
        return Refused(
            f"{name} does not let this user read the calendar (403). Check `user` and `url` in the config; a calendar "
            "that somebody shares with you must be shared for reading."
        )
    return Refused(f"{name} refuses to be asked for the calendar ({status}). Check `url` in the config.")


def _later(status: int, name: str, seconds: float | None) -> Troubled:
    if status == 429:
        return Troubled(f"{name} asks to go slower (429). A later cycle goes on.", seconds)
    return Troubled(
        f"{name} has a problem of its own just now ({status}). The next cycle tries again.", seconds
    )


def sent_elsewhere(asked: str, target: str) -> Refused:
    """The words for a server that sends on to a place to which the user's password must not go."""
    return Refused(
        f"{host(asked)} sends on to {host(target)}, which belongs to somebody else or is not encrypted, so your "
        f"password was not sent there. If that is right, write the address at {host(target)} into the config as `url`."
    )


def better_words(error: Unavailable, url: str) -> Unavailable:
    """The same error, in the case of a certificate with the reason and what helps."""
    step: BaseException | None = error
    for _ in range(10):
        if isinstance(step, ssl.SSLCertVerificationError):
            return Unavailable(
                f"the certificate of {host(url)} is not valid ({step.verify_message}), so nothing was sent to it. If "
                "it is your own server with an authority of its own, name that authority's file in the environment "
                "variable SSL_CERT_FILE; otherwise somebody may be reading along. The next cycle tries again.",
                60.0,  # seconds: at once it would be no better
            )
        step = _cause(step)
    return error


def _cause(error: BaseException | None) -> BaseException | None:
    """What is behind an error: requests and urllib3 hand the true one on in three ways."""
    if error is None:
        return None
    inner = getattr(error, "reason", None) or next(
        (a for a in error.args if isinstance(a, BaseException)), None
    )
    return inner if isinstance(inner, BaseException) else error.__cause__ or error.__context__
