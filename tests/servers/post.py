"""A small SMTP server on loopback: it takes mail, or refuses it to some, and keeps what it took."""

from __future__ import annotations

import contextlib
import queue
import re
import socketserver
import threading
from dataclasses import dataclass
from typing import Self

PATIENCE = 30.0  # seconds until mail that does not come is a failure


@dataclass(frozen=True)
class Delivered:
    """A message as it was handed over: the envelope, and the bytes with a Return-Path as RFC 5321 demands."""

    envelope_from: str
    to: tuple[str, ...]
    data: bytes

    @property
    def filed(self) -> bytes:
        """As the last server writes it into the mailbox (RFC 5321 section 4.4)."""
        return f"Return-Path: <{self.envelope_from}>\n".encode() + self.data


class _Session(socketserver.StreamRequestHandler):
    """One connection (RFC 5321), no extensions."""

    server: _Server

    def handle(self) -> None:
        with contextlib.suppress(ConnectionError):  # a server that is killed in the middle of its good-bye
            self.converse()

    def converse(self) -> None:
        self.sender, self.recipients = "", list[str]()
        self.say("220 mx.example ready")
        for line in self.rfile:
            word = line[:4].decode("ascii", "replace").upper().strip()
            if word == "QUIT":
                return self.say("221 bye")
            self.say(getattr(self, f"on_{word.lower()}", lambda _: "250 ok")(line.decode("utf-8", "replace")))
        return None

    def say(self, answer: str) -> None:
        self.wfile.write(f"{answer}\r\n".encode())

    def on_mail(self, line: str) -> str:
        self.sender, self.recipients = _address(line), []
        return "250 ok"

    def on_rcpt(self, line: str) -> str:
        who = _address(line)
        refusal = self.server.refused.get(who)
        if refusal is None:
            self.recipients.append(who)
        return refusal or "250 ok"

    def on_data(self, _line: str) -> str:
        self.say("354 go on")
        lines = [line.removeprefix(b".") for line in iter(self.rfile.readline, b".\r\n")]
        data = b"".join(lines).replace(b"\r\n", b"\n")
        self.server.taken.put(Delivered(self.sender, tuple(self.recipients), data))
        return "250 taken"


class _Server(socketserver.ThreadingTCPServer):
    """`refused` maps a recipient to the reply that it gets instead of 250."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Session)
        self.refused: dict[str, str] = {}
        self.taken: queue.Queue[Delivered] = queue.Queue()


class Post:
    """The server while it runs."""

    def __init__(self) -> None:
        self._server = _Server()
        self.port = int(self._server.server_address[1])
        self.refused = self._server.refused

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def next(self) -> Delivered:
        """The next message that was handed over."""
        return self._server.taken.get(timeout=PATIENCE)

    def nothing_more(self) -> bool:
        return self._server.taken.empty()


def _address(line: str) -> str:
    found = re.search(r"<([^<>]{0,300})>", line)
    return found[1] if found else ""
