"""What went wrong with a mail server, in the user's words.

Sources: RFC 5530 (codes of a refusal), RFC 9051 section 7.1; OpenSSL's verification errors (x509_vfy.h).
"""

from __future__ import annotations

import os
import socket
import ssl
import time
from collections.abc import Hashable
from pathlib import Path

from followupd.errors import NotDone, ProviderError, Refused, Unavailable
from followupd.providers.internet.imap.said import Status
from followupd.providers.internet.imap.wire import BrokenWire
from followupd.providers.mimetext import decode_bytes, one_line

SHOWN = 200
PATIENCE = 3600.0  # seconds
BREAK = 2700.0  # seconds: an account that fails is asked every half hour at least
LEAST = 3  # refusals before the one that counts
LATER = frozenset({"UNAVAILABLE", "INUSE", "LIMIT", "SERVERBUG", "CLIENTBUG"})
_MANY = ("too many", "maximum number of connections", "connection limit", "temporar", "try again", "throttl")
_CERTIFICATE = {
    9: "is not valid yet: the clock of this computer may be wrong",
    10: "has expired",
    18: "is signed by itself, so anybody could have made it",
    19: "is signed by somebody whom this computer does not know",
    20: "is signed by somebody whom this computer does not know",
    21: "is signed by somebody whom this computer does not know",
    62: "is for another server",
    64: "is for another server",
}
_BROKE_OFF = "the connection to the mail server {host} failed or broke off."
_WORDS: tuple[tuple[type[Exception] | tuple[type[Exception], ...], str], ...] = (
    (
        ssl.SSLError,
        "no secure connection to the mail server {host} came about, so nothing was sent over it. Is its port the right "
        "one for the kind of encryption (993 implicit, 143 starttls)?",
    ),
    (
        TimeoutError,
        "the mail server {host} did not answer in time. If it never does, its port is of the other kind of encryption "
        "(993 implicit, 143 starttls).",
    ),
    (
        (socket.gaierror, UnicodeError),
        "the mail server {host} can't be found: this computer is offline, or its name in the config is misspelt.",
    ),
    (ConnectionRefusedError, "the mail server {host} takes no connection on this port."),
)


def shown(text: bytes) -> str:
    """The server's own words, fit for one line."""
    return one_line(decode_bytes(text[:2_000]))[:SHOWN].strip()


def broken(error: OSError | UnicodeError | BrokenWire, host: str) -> Unavailable:
    """The words for a connection that could not be made, or broke off. What was under way may have been done."""
    if isinstance(error, BrokenWire):
        said = shown(error.said)
        told = f" It said: “{said}”." if said else ""
        return Unavailable(f"the mail server {host} ended the connection.{told} The next cycle tries again.")
    if isinstance(error, ssl.SSLCertVerificationError):
        return Unavailable(_certificate(error, host))
    words = next((words for kind, words in _WORDS if isinstance(error, kind)), _BROKE_OFF)
    return Unavailable(words.format(host=host) + " The next cycle tries again.")


def _certificate(error: ssl.SSLCertVerificationError, host: str) -> str:
    what = _CERTIFICATE.get(error.verify_code, "can't be trusted")
    return (
        f"the certificate of the mail server {host} {what}. So it may not be that server, and nothing was sent to it, "
        f"neither password nor mail. {_own_authority()} The next cycle tries again."
    )


def _own_authority() -> str:
    """What a server with an authority of its own needs, and whether what the user did for it can be found."""
    named = os.environ.get("SSL_CERT_FILE", "")
    if named and not Path(named).is_file():
        return "The file that the variable SSL_CERT_FILE names is not there: correct it."
    return (
        "If it is a company's or your own server with an authority of its own, name that authority's file in the "
        "variable SSL_CERT_FILE (docs/imap-caldav.md, Certificates); else ask who runs it."
    )


def passes(status: Status) -> bool:
    """Whether a refusal is one that passes by itself."""
    return status.code in LATER or any(word in shown(status.text).lower() for word in _MANY)


class Patience:
    """How long the same thing has been refused without a break. In memory only: a new start waits anew.

    That it is not refused any more may not be seen, where nothing asks for it: a refusal long after the one before is
    another one.
    """

    def __init__(self) -> None:
        self._refused: dict[Hashable, tuple[float, float, int]] = {}

    def is_over(self, what: Hashable) -> bool:
        """It was refused just now. Whether that has been so for an hour: all else goes on without it then."""
        now = time.monotonic()
        first, last, times = self._refused.get(what, (now, now, 0))
        if now - last > BREAK:
            first, times = now, 0
        self._refused[what] = first, now, times + 1
        return now - first >= PATIENCE and times >= LEAST

    def ended(self, what: Hashable) -> None:
        """It was not refused this time."""
        self._refused.pop(what, None)


def is_busy(status: Status) -> bool:
    """Whether a refusal is about the moment, and not about what was asked for."""
    return passes(status) and status.code not in {"SERVERBUG", "CLIENTBUG"}


def refusal(status: Status, host: str, what: str) -> ProviderError:
    """The error for a command that the server did not carry out. `what` it was for: "can't be listed"."""
    said = shown(status.text)
    told = f" It said: “{said}”." if said else ""
    if status.kind == "BAD" or passes(status):
        return Unavailable(f"{what}: the mail server {host} has a problem just now.{told} It is tried again.")
    return Refused(f"{what}: the mail server {host} refuses it.{told}")


def no_draft(status: Status, host: str, folder: str) -> ProviderError:
    """The error for a draft that the server did not take. It is certain that it did not."""
    said = shown(status.text)
    told = f" It said: “{said}”." if said else ""
    if status.code == "OVERQUOTA" or "quota" in said.lower():
        return Refused(
            f"your mailbox at {host} is full, so it takes no draft.{told} Make room: the draft is then made by itself."
        )
    if status.code in {"TRYCREATE", "NONEXISTENT"}:
        return Refused(
            f"the folder {folder} for drafts is not there any more at {host}. Make it again in your mail program, or "
            "name another one in the config: folders: {drafts: ...}."
        )
    if status.kind == "BAD" or passes(status):
        return NotDone(f"the mail server {host} takes no draft just now.{told} It is tried again.")
    return Refused(f"the mail server {host} does not take the draft into {folder}.{told}")
