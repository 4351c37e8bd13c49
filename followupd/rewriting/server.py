"""One question to the server of a language model: made once, to one address, within one bound.

Not through the providers' session: that is for mailboxes and calendars, obeys the proxies of the environment and
bounds each gap, not the whole. Here nothing is followed, kept or repeated: no redirect, no proxy, no cookie, no netrc.
"""

from __future__ import annotations

import ssl
import threading
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from ipaddress import ip_address
from math import ceil
from socket import SHUT_RDWR
from urllib.parse import urlsplit

from followupd.providers.addresses import is_private
from followupd.rewriting.model import Model, NoAnswer, is_here

ANSWER_AT_MOST = 64 * 1024
_PATH = "chat/completions"
_GRACE = 1.0  # seconds: what is late is cut off by us; this ends what can't be cut, such as a connection not yet made
_REFUSED = {
    401: "it did not accept the key",
    403: "it did not accept the key",
    404: "it does not know this model",
}


def ask(model: Model, key: str, body: bytes, bound: float) -> bytes:
    """The answer to one request, after at most `bound` seconds, whatever the server does. Raises NoAnswer."""
    if not is_private(model.url) or not (model.elsewhere or is_here(model.url)):
        raise NoAnswer("lies outside this machine, which the config does not allow")
    try:
        call = _Call(model, key, body, bound)
    except (OSError, ValueError) as error:  # no certificates to check it with, or no address
        raise NoAnswer(_words(error)) from None
    thread = threading.Thread(target=call.run, name="language model", daemon=True)
    thread.start()
    try:
        thread.join(bound)
        is_late = thread.is_alive()
    finally:
        call.cut()
    if is_late:
        raise NoAnswer(f"did not answer within {ceil(10 * bound) / 10:g} seconds")
    if call.answer is None:
        raise NoAnswer(call.why)
    return call.answer


class _Call:
    """The request; in a thread of its own, since a server can hold up a read for ever by a byte a second."""

    def __init__(self, model: Model, key: str, body: bytes, bound: float) -> None:
        self.answer: bytes | None = None
        self.why = ""
        self._model, self._key, self._body = model, key, body
        self._over = False
        self._connection = _connection(model.url, bound + _GRACE)

    def run(self) -> None:
        try:
            answer = self._asked()
        except NoAnswer as error:
            self.why = str(error)
        except Exception as error:  # whatever a broken server makes of the library: the template stands
            self.why = _words(error)
        else:
            self.answer = answer
        finally:
            self._connection.close()

    def cut(self) -> None:
        """Ends the reading, wherever it is."""
        self._over = True
        with suppress(OSError, ValueError):
            if self._connection.sock is not None:
                self._connection.sock.shutdown(SHUT_RDWR)

    def _asked(self) -> bytes:
        self._connection.connect()
        self._must_be_here()
        if self._over:
            raise NoAnswer("did not answer in time")
        path = urlsplit(self._model.url).path + _PATH
        self._connection.request("POST", path, self._body, self._headers())
        with self._connection.getresponse() as answer:
            _must_be_data(answer)
            read = answer.read(ANSWER_AT_MOST + 1)
            is_cut = bool(answer.length)
        if len(read) > ANSWER_AT_MOST:
            raise NoAnswer(f"answered with more than {ANSWER_AT_MOST >> 10} KB")
        if is_cut:
            raise NoAnswer("broke off its answer")
        return read

    def _must_be_here(self) -> None:
        """A name such as localhost may lead elsewhere: nothing is sent then."""
        peer = self._connection.sock.getpeername()[0]
        if not self._model.elsewhere and not ip_address(peer.partition("%")[0]).is_loopback:
            raise NoAnswer("lies outside this machine, which the config does not allow")

    def _headers(self) -> dict[str, str]:
        key = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        kind = {"Content-Type": "application/json", "Accept": "application/json", "Connection": "close"}
        return kind | key


def _connection(url: str, bound: float) -> HTTPConnection:
    parts = urlsplit(url)
    name = parts.hostname or ""
    if parts.scheme == "http":
        return HTTPConnection(name, parts.port, timeout=bound)
    from requests.utils import DEFAULT_CA_BUNDLE_PATH  # noqa: PLC0415  takes a while, and is for https alone

    context = ssl.create_default_context()
    context.load_verify_locations(DEFAULT_CA_BUNDLE_PATH)  # some Pythons find no certificates of the system
    return HTTPSConnection(name, parts.port, timeout=bound, context=context)


def _must_be_data(answer: HTTPResponse) -> None:
    """Raises NoAnswer for all but a plain, whole answer in JSON."""
    if 300 <= answer.status < 400:
        raise NoAnswer("answered with a redirect, which is not followed")
    if answer.status != 200:
        words = _REFUSED.get(answer.status, "")
        raise NoAnswer(f"answered with {answer.status}{f': {words}' if words else ''}")
    kind = answer.headers.get_content_type()
    packed = answer.getheader("Content-Encoding", "identity").strip().lower() != "identity"
    if kind != "application/json" or packed:
        raise NoAnswer("answered with something else than JSON")


def _words(error: Exception) -> str:
    if isinstance(error, ssl.SSLError):
        return "could not be reached over a secure connection"
    if isinstance(error, ConnectionRefusedError):
        return "does not run: nothing listens at its address"
    if isinstance(error, TimeoutError):
        return "did not answer in time"
    if isinstance(error, HTTPException):
        return "broke off its answer, or answered in no HTTP"
    return "could not be reached, or broke off the connection"
