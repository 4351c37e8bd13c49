"""The bytes of an IMAP connection: commands out, answers in, each bounded.

IMAPClient reads what servers say (`answers.py`). Its own connection is not used: it writes piece by piece, where
no command can be held back as a whole, and cannot be woken while it waits.

Sources: RFC 9051 section 2.2 (commands, answers, literals), 7 (what an answer may be); RFC 8314 (TLS).
"""

from __future__ import annotations

import re
import selectors
import socket
import ssl
from collections.abc import Callable
from itertools import count

from followupd.providers.internet.imap.gate import Gate, Literal
from followupd.providers.internet.imap.said import STATUS, Answer, Record, Status, status_of

CONNECT, READ = 5.0, 30.0  # seconds
MAX_LINE = 8 * 1024 * 1024
MAX_ANSWER = 64 * 1024 * 1024

_LITERAL = re.compile(rb"\{(\d{1,20})\+?\}\Z")


class BrokenWire(Exception):
    """The connection can't be used any more. `said` is the server's farewell, where it gave one."""

    def __init__(self, why: str, said: bytes = b"") -> None:
        super().__init__(why)
        self.said = said


class Wire:
    """One connection, from the greeting on. Closed by `close`, or when it is forgotten.

    Raises OSError and BrokenWire; after either it is of no more use.
    """

    def __init__(self, host: str, port: int, gate: Gate, tls: ssl.SSLContext | None) -> None:
        self._host, self._gate = host, gate
        self._buffer = bytearray()
        self._left = 0
        self._numbers = count(1)
        self._answer = Answer(Status(""))
        self._early: Answer | None = None
        self.literal_begun = False
        self._socket = socket.create_connection((host, port), CONNECT)
        try:
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._socket.settimeout(READ)
            if tls is not None:
                self._encrypt(tls)
            self._left = MAX_ANSWER
            self.greeting = self._greet()
        except BaseException:
            self.close()
            raise

    def __del__(self) -> None:
        self.close()

    def close(self) -> None:
        """Ends the connection without a word. May be called again."""
        plug = getattr(self, "_socket", None)
        if plug is not None:
            plug.close()

    def _encrypt(self, tls: ssl.SSLContext) -> None:
        self._socket = tls.wrap_socket(self._socket, server_hostname=self._host)

    def _greet(self) -> Status:
        kind, records = self._untagged(self._line())
        status = status_of(records)
        if kind in {b"OK", b"PREAUTH"}:
            return status
        raise BrokenWire("no greeting", status.text if kind == b"BYE" else b"")

    def start_tls(self, tls: ssl.SSLContext) -> bool:
        """STARTTLS; False where the server refuses it.

        What was said before the encryption may be anybody's, so what waits unread ends the connection.
        """
        if not self.command(b"STARTTLS").good:
            return False
        if self._buffer:
            raise BrokenWire("something was said between STARTTLS and the encryption")
        self._encrypt(tls)
        return True

    # --- commands ---

    def command(self, *words: bytes, replies: Callable[[bytes], bytes] | None = None) -> Answer:
        """One command to its end. `replies` answers what the server asks for in between (SASL), without line ends."""
        tag = self.begin(*words, replies=replies)
        return self.finish(tag, replies)

    def begin(self, *words: bytes, replies: Callable[[bytes], bytes] | None = None) -> bytes:
        """Sends a command. Literals wait for the server's consent; where it has none, `finish` tells why."""
        self._gate.check(words)
        self.literal_begun, self._left = False, MAX_ANSWER
        self._early, self._answer = None, Answer(Status(""))
        tag = b"f%d" % next(self._numbers)
        line = tag
        for word in words:
            if isinstance(word, Literal):
                self._send(line + b" {%d}\r\n" % len(word))
                if not self._may_go_on(tag):
                    return tag
                self.literal_begun, line = True, bytes(word)
            else:
                line += b" " + word
        self._send(line + b"\r\n")
        return tag

    def _may_go_on(self, tag: bytes) -> bool:
        """Waits for the server's consent to a literal. Its refusal is the command's end."""
        while True:
            line = self._line()
            if line.startswith(b"+"):
                return True
            if self._is_end(tag, line):
                self._early = self._answer
                return False

    def finish(self, tag: bytes, replies: Callable[[bytes], bytes] | None = None) -> Answer:
        """What the command came to."""
        if self._early is not None:
            return self._early
        while True:
            line = self._line()
            if line.startswith(b"+"):
                if replies is not None:
                    self._send(replies(line[1:].strip()) + b"\r\n")
            elif self._is_end(tag, line):
                return self._answer

    def _is_end(self, tag: bytes, line: bytes) -> bool:
        """Takes a line in. Whether it ends the command."""
        if line.startswith(b"* "):
            kind, records = self._untagged(line)
            if kind == b"BYE":
                raise BrokenWire("the server ended it", status_of(records).text)
            self._take(kind, records)
            return False
        theirs, _, rest = line.partition(b" ")
        found = STATUS.match(rest)
        if theirs != tag or found is None:
            raise BrokenWire("an answer that is none")
        self._answer.end = status_of([rest])
        self._keep_code(self._answer.end)
        return True

    def _take(self, kind: bytes, records: list[Record]) -> None:
        if kind in {b"OK", b"NO", b"BAD"}:
            self._keep_code(status_of(records))
        else:
            self._answer.told.append((kind, records))

    def _keep_code(self, status: Status) -> None:
        if status.code:
            self._answer.codes[status.code] = status.value

    # --- waiting ---

    def begin_idle(self) -> bytes:
        """Begins IDLE (RFC 2177) and returns its tag, once the server consents."""
        tag = self.begin(b"IDLE")
        while not (line := self._line()).startswith(b"+"):
            if self._is_end(tag, line):
                raise BrokenWire("no IDLE", self._answer.end.text)
        return tag

    def end_idle(self, tag: bytes) -> list[bytes]:
        """Ends it; the kinds of what was said until then."""
        self._send(b"DONE\r\n")
        return [kind for kind, _ in self.finish(tag).told]

    def heard(self, seconds: float, bell: socket.socket) -> list[bytes]:
        """The kinds of what the server says, once it does, within so many seconds.

        It may be none before they are over: `bell` could be read, or what came was of the encryption alone.
        """
        if b"\n" not in self._buffer and not self._pending():
            with selectors.DefaultSelector() as waiting:
                waiting.register(self._socket, selectors.EVENT_READ)
                waiting.register(bell, selectors.EVENT_READ)
                ready = {key.fileobj for key, _ in waiting.select(max(0.0, seconds))}
            if self._socket not in ready:
                return []
        self._left = MAX_ANSWER
        self._take_what_is_there()
        kinds = []
        while b"\n" in self._buffer:
            kind, records = self._untagged(self._line())
            if kind == b"BYE":
                raise BrokenWire("the server ended it", status_of(records).text)
            kinds.append(kind)
        return kinds

    def _take_what_is_there(self) -> None:
        """Without waiting for more."""
        self._socket.setblocking(False)
        try:
            self._more()
        except (BlockingIOError, ssl.SSLWantReadError):
            return
        finally:
            self._socket.settimeout(READ)

    def _pending(self) -> bool:
        return isinstance(self._socket, ssl.SSLSocket) and self._socket.pending() > 0

    # --- bytes ---

    def _untagged(self, line: bytes) -> tuple[bytes, list[Record]]:
        """Kind and records of an answer without tag: of "* 3 FETCH (…" they are FETCH and "3 (…"."""
        if not line.startswith(b"* "):
            raise BrokenWire("an answer that is none")
        first, _, rest = line[2:].partition(b" ")
        if first.isdigit():
            kind, _, rest = rest.partition(b" ")
            rest = first + b" " + rest
        else:
            kind = first
        kind = kind.upper()
        if STATUS.match(kind):
            return kind, [kind + b" " + rest]
        return kind, self._records(rest)

    def _records(self, line: bytes) -> list[Record]:
        records: list[Record] = []
        while found := _LITERAL.search(line):
            records.append((line, self._exactly(int(found[1]))))
            line = self._line()
        return [*records, line]

    def _line(self) -> bytes:
        start = 0
        while (end := self._buffer.find(b"\n", start)) < 0:
            start = len(self._buffer)
            if start > MAX_LINE:
                raise BrokenWire("a line without end")
            self._more()
        line = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        return line.removesuffix(b"\r")

    def _exactly(self, size: int) -> bytes:
        if size > self._left:
            raise BrokenWire("more than was asked for")
        while len(self._buffer) < size:
            self._more()
        data = bytes(self._buffer[:size])
        del self._buffer[:size]
        return data

    def _more(self) -> None:
        data = self._socket.recv(65_536)
        self._left -= len(data)
        if not data or self._left < 0:
            raise BrokenWire("more than was asked for" if data else "the server ended it")
        self._buffer += data

    def _send(self, data: bytes) -> None:
        self._socket.sendall(data)
