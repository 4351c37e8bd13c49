"""A scripted server of a language model (OpenAI's chat completions) on the loopback: it lies, stalls and breaks.

Every request is kept as it came. An answer is a function that gets the open connection; nothing sleeps: what stalls
waits until the client has gone away or the server is closed.
"""

from __future__ import annotations

import json
import socket
import socketserver
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

GAP = 0.01  # seconds between the bytes of an answer that drips


@dataclass(frozen=True)
class Asked:
    """One request: the first line, the headers with names in lower case, the body."""

    line: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def data(self) -> Any:
        return json.loads(self.body)

    @property
    def given(self) -> Any:
        """The user message, which holds JSON."""
        return json.loads(self.data["messages"][-1]["content"])


Answer = Callable[["LanguageModel", socket.socket], None]


def raw(content: bytes) -> Answer:
    """These bytes, and the end."""
    return lambda server, connection: connection.sendall(content)


def http(
    status: int, body: bytes, kind: str = "application/json", headers: Mapping[str, str] | None = None
) -> Answer:
    lines = [f"HTTP/1.1 {status} Said", f"Content-Type: {kind}", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return raw("\r\n".join([*lines, "", ""]).encode() + body)


def completion(content: object) -> bytes:
    """An answer of the API with this content."""
    message = {"role": "assistant", "content": content}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    return json.dumps({"id": "c-1", "object": "chat.completion", "model": "m", "choices": [choice]}).encode()


def says(content: object) -> Answer:
    return http(200, completion(content))


def silent(server: LanguageModel, connection: socket.socket) -> None:
    """Nothing at all, as long as the client waits."""
    server.wait_for(connection)


def dripping(content: bytes) -> Answer:
    """A byte at a time, for ever: each gap is short, the whole has no end."""

    def answer(server: LanguageModel, connection: socket.socket) -> None:
        with suppress(OSError):
            for byte in content:
                connection.sendall(bytes([byte]))
                if server.closing.wait(GAP):
                    return
            server.wait_for(connection)

    return answer


class _Handler(socketserver.StreamRequestHandler):
    server: _Server

    def handle(self) -> None:
        with suppress(OSError):
            if self.rfile.peek(1)[:1] == b"\x16":  # a client that begins with TLS: type of a handshake record
                self.connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                return
            line = self.rfile.readline(65_536).decode("latin-1").strip()
            if not line:
                return
            headers: dict[str, str] = {}
            while header := self.rfile.readline(65_536).decode("latin-1").strip():
                name, _, value = header.partition(":")
                headers[name.lower()] = value.strip()
            body = self.rfile.read(int(headers.get("content-length", "0")))
            model = self.server.model
            model.asked.append(Asked(line, headers, body))
            model.answer_of(len(model.asked))(model, self.connection)


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = True
    model: LanguageModel


class LanguageModel:
    """The server. `script` are its answers in their order; the last one is given again and again."""

    def __init__(self, *script: Answer) -> None:
        self.script = list(script)
        self.asked: list[Asked] = []
        self.closing = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.model = self
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/v1/"

    def answer_of(self, number: int) -> Answer:
        return self.script[min(number, len(self.script)) - 1]

    def wait_for(self, connection: socket.socket) -> None:
        """Until the client has gone, or the server is closed."""
        connection.settimeout(GAP)
        while not self.closing.is_set():
            try:
                if not connection.recv(1):
                    return
            except TimeoutError:
                continue
            except OSError:
                return

    def close(self) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
