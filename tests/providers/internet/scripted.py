"""An IMAP server that says what a test tells it to say: lies, faults, odd answers. It keeps every line that it hears.

`answers` maps the beginning of a command to what is answered: lines, "{tag}" for the command's tag; None drops
the connection at once. A command that is not in it is answered as an ordinary server with an empty mailbox would. A
list of lists is taken one by one, the last for ever.
"""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections.abc import Mapping, Sequence

Lines = Sequence[str] | None
CAPABILITIES = (
    "IMAP4rev1 AUTH=PLAIN UIDPLUS MOVE IDLE NAMESPACE SPECIAL-USE LIST-EXTENDED LIST-STATUS CONDSTORE"
)
STATUS = "* STATUS {name} (UIDVALIDITY 7 UIDNEXT {next} MESSAGES {messages} HIGHESTMODSEQ {next})"
FOLDERS = ("INBOX", "Drafts", "Sent", "Trash")
ORDINARY: dict[str, Lines] = {
    "AUTHENTICATE": ["+ ", "{tag} OK in"],
    "LOGIN": ["{tag} OK in"],
    "NAMESPACE": ['* NAMESPACE (("" "/")) NIL NIL', "{tag} OK done"],
    "EXAMINE": ["* 0 EXISTS", "* OK [UIDVALIDITY 7] x", "* OK [UIDNEXT 1] x", "{tag} OK [READ-ONLY] done"],
    "SELECT": ["* 0 EXISTS", "* OK [UIDVALIDITY 7] x", "* OK [UIDNEXT 1] x", "{tag} OK [READ-WRITE] done"],
    "UID SEARCH": ["* SEARCH", "{tag} OK done"],
    "IDLE": ["+ idling"],
    "APPEND": ["+ go on", "{tag} OK [APPENDUID 7 1] done"],
}


def listing(messages: int = 0, *more: str) -> list[str]:
    """The answer to LIST with STATUS: `messages` in each folder."""
    lines = []
    for name in FOLDERS:
        role = f"\\{name}" if name != "INBOX" else ""
        lines.append(f'* LIST ({role}) "/" {name}')
        lines.append(STATUS.format(name=name, next=messages + 1, messages=messages))
    return [*lines, *more, "{tag} OK done"]


class Scripted:
    """Listens on `port` of this machine until the end of the `with`."""

    def __init__(
        self,
        answers: Mapping[str, Lines | Sequence[Lines]] | None = None,
        greeting: str = "* OK ready",
        capabilities: str = CAPABILITIES,
    ) -> None:
        told: dict[str, Lines | Sequence[Lines]] = {
            **ORDINARY,
            "CAPABILITY": [f"* CAPABILITY {capabilities}", "{tag} OK done"],
            "LIST": listing(),
            **(answers or {}),
        }
        self.answers = {name: _turns(turns) for name, turns in told.items()}
        self.greeting = greeting
        self.lines: list[str] = []
        self.literals: list[bytes] = []
        self.connections = 0
        self._plug = socket.create_server(("127.0.0.1", 0))
        self.port = self._plug.getsockname()[1]
        self._open: list[socket.socket] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Scripted:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(OSError):
            self._plug.shutdown(socket.SHUT_RDWR)
        self._plug.close()
        self.drop()
        self._thread.join(5)

    def drop(self) -> None:
        """Ends every connection."""
        for plug in self._open:
            with contextlib.suppress(OSError):
                plug.shutdown(socket.SHUT_RDWR)

    def heard(self, *beginnings: str) -> list[str]:
        """The commands, without their tags, that begin so."""
        found = [line.partition(" ")[2] for line in self.lines]
        return [line for line in found if not beginnings or line.startswith(beginnings)]

    def forget(self) -> None:
        self.lines.clear()

    def say(self, line: str) -> None:
        """Says something without being asked, to the newest connection."""
        self._open[-1].sendall(line.encode("latin-1") + b"\r\n")

    def _serve(self) -> None:
        while True:
            try:
                plug, _ = self._plug.accept()
            except OSError:
                return
            plug.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.connections += 1
            self._open.append(plug)
            threading.Thread(target=self._talk, args=(plug,), daemon=True).start()

    def _talk(self, plug: socket.socket) -> None:
        with plug, contextlib.suppress(OSError), plug.makefile("rb") as file:
            plug.sendall(self.greeting.encode() + b"\r\n")
            while line := file.readline().decode("latin-1").rstrip("\r\n"):
                self.lines.append(line)
                tag, _, command = line.partition(" ")
                lines = self._answer(command)
                if lines is None:
                    plug.shutdown(socket.SHUT_RDWR)
                    return
                self._give(plug, file, tag, command, lines)

    def _answer(self, command: str) -> Lines:
        names = [name for name in self.answers if command.startswith(name)]
        if not names:
            return ["{tag} OK done"]
        turns = self.answers[max(names, key=len)]
        return turns.pop(0) if len(turns) > 1 else turns[0]

    def _give(self, plug: socket.socket, file: object, tag: str, command: str, lines: Sequence[str]) -> None:
        for line in lines:
            if line == "DROP":
                plug.shutdown(socket.SHUT_RDWR)
                return
            plug.sendall(line.replace("{tag}", tag).encode("latin-1") + b"\r\n")
            if not line.startswith("+") or command.startswith("IDLE"):
                continue
            size = re.search(r"\{(\d+)\}$", command)
            if size:
                self.literals.append(file.read(int(size[1])))  # type: ignore[attr-defined]
            self.lines.append("> " + file.readline().decode("latin-1").rstrip("\r\n"))  # type: ignore[attr-defined]
        if command.startswith("IDLE"):
            done = file.readline().decode("latin-1").rstrip("\r\n")  # type: ignore[attr-defined]
            self.lines.append(f"> {done}")
            plug.sendall(f"{tag} OK done\r\n".encode())


def _turns(answers: Lines | Sequence[Lines]) -> list[Lines]:
    """One answer for ever, or several one after the other."""
    if answers is None or all(isinstance(one, str) for one in answers):
        return [answers]  # type: ignore[list-item]
    return list(answers)  # type: ignore[arg-type]
