"""Waits on this machine for the answer that a browser brings back from a sign-in (RFC 8252 section 7.3).

Browsers open connections that they never use, ask for icons, and people reload pages: only the
request that carries the right `state` is the answer; all others are turned away and waited past. The
answer stands in the address, or in a form that the page posts (OAuth 2.0 Form Post Response Mode).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

from followupd.errors import Refused

_DONE = "followupd has its answer. You may close this page."
_OTHER = "This is not the answer that followupd waits for."
_FORM = "application/x-www-form-urlencoded"
_LARGEST = 64 * 1024  # bytes of a form; a code has some 2,000


class NobodyCame(Refused):
    """No answer came in the time given. The user may be looking at a page that has no way back."""


class Listener:
    """Listens on a port of 127.0.0.1 until the answer with this `state` has come."""

    def __init__(self, server: _Server) -> None:
        self._server = server

    @property
    def address(self) -> str:
        """Where the browser is to be sent: the redirect URI."""
        return f"http://127.0.0.1:{self.port}/"

    @property
    def port(self) -> int:
        """On which it listens."""
        return self._server.server_port

    def expect(self, state: str) -> None:
        """Which answer to take. To be said before the browser is opened: it can be fast."""
        self._server.state = state

    def answer(self, seconds: float) -> str:
        """The whole address that the browser brought back; a form as the address that says the same.

        Raises NobodyCame when none came in that time.
        """
        if not self._server.came.wait(seconds):
            raise NobodyCame(f"nobody signed in within {seconds / 60:.0f} minutes.")
        return self.address.rstrip("/") + self._server.path


@contextmanager
def listening(port: int = 0) -> Iterator[Listener]:
    """A listener on this port, 0 for any free one. Raises Refused where the port is in use."""
    try:
        server = _Server(port)
    except OSError as error:
        raise Refused(
            f"nothing can listen on this computer's port {port} ({error.strerror}). Name another: --port."
        ) from None
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield Listener(server)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Server(ThreadingHTTPServer):
    # A port that was used a minute ago may be used again; one that another program listens on may not (Linux, macOS).
    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.state = ""
        self.path = ""
        self.came = Event()
        self._taking = Lock()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that breaks a connection off is nothing to tell."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)

    def take(self, path: str) -> None:
        """The first answer counts."""
        with self._taking:
            if not self.came.is_set():
                self.path = path
                self.came.set()


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = 10  # a connection that says nothing is closed

    def do_GET(self) -> None:
        """Takes the answer, and turns all else away."""
        self._answer(self.path)

    def do_POST(self) -> None:
        """Takes the form with the answer, and turns all else away."""
        self._answer(f"{urlsplit(self.path).path}?{self._form()}")

    def _form(self) -> str:
        """What was posted, "" where it is no form or too large for one."""
        length = self.headers.get("Content-Length", "")
        kind = self.headers.get_content_type()
        if kind != _FORM or not length.isdecimal() or int(length) > _LARGEST:
            return ""
        return self.rfile.read(int(length)).decode("ascii", "replace")

    def _answer(self, path: str) -> None:
        given = parse_qs(urlsplit(path).query)
        is_it = bool(self.server.state) and given.get("state") == [self.server.state]
        if is_it:
            self.server.take(path)
        body = (_DONE if is_it else _OTHER).encode()
        self.send_response(200 if is_it else 404)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing: the address holds the code."""
