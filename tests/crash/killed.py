"""Runs followupd as a user would, and at its n-th step ends it with SIGKILL, or runs a command meanwhile.

A step is every audit event that writes to disk and every statement that SQLite is given; the thing
happens just before the step is taken. What is to happen stands in the environment as JSON, CRASH:

at       the number of the step, 0 for none
only     count only the audit events of this name
command  words of a command that runs to its end while this process is frozen; without it: SIGKILL
report   a file that gets, as JSON, the number of steps and what is known of the command
database the database in which intents are counted when the command has returned
folder   the folder whose entries are listed then
server   where processes are forked (see tests/forked.py), for the command; without it: a fresh interpreter
wait     seconds that a cycle waits for the lock, instead of its own thirty
"""

import importlib
import json
import os
import signal
import sqlite3
import sys
import time

from tests import forked

WRITES = frozenset(
    {
        "fcntl.flock",
        "os.chmod",
        "os.link",
        "os.mkdir",
        "os.remove",
        "os.rename",
        "os.rmdir",
        "os.symlink",
        "os.truncate",
        "os.utime",
    }
)
OPENS_TO_WRITE = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
CONNECT = sqlite3.connect


class Steps:
    """Counts steps and does what is asked for at one of them."""

    def __init__(self, wanted: dict) -> None:
        self.at = wanted.get("at", 0)
        self.only = wanted.get("only", "")
        self.command = wanted.get("command")
        self.server = wanted.get("server")
        self.report = wanted.get("report")
        self.database = wanted.get("database")
        self.folder = wanted.get("folder")
        self.count = 0
        self.outside = []  # steps outside of transactions
        self.told = {}
        self.connections = []
        self.frozen = False

    def audit(self, event: str, arguments: tuple) -> None:
        if self.frozen:
            return
        if event in WRITES or (event == "open" and arguments[2] and arguments[2] & OPENS_TO_WRITE):
            self.step(event, str(arguments[0]))

    def connect(self, *arguments: object, **named: object) -> sqlite3.Connection:
        """sqlite3.connect, traced. (In Python 3.11 the audit event comes before a callback can be set.)"""
        connection = CONNECT(*arguments, **named)
        if not self.frozen:
            self.connections.append(connection)
            connection.set_trace_callback(lambda sql: self.step("sql", sql))
        return connection

    def step(self, event: str, what: str) -> None:
        if self.frozen or (self.only and event != self.only):
            return
        self.count += 1
        if self.report and not self.in_transaction():
            self.outside.append(self.count)
        if self.count == self.at:
            self.frozen = True
            if self.command is None:
                os.kill(os.getpid(), signal.SIGKILL)
            self.meanwhile(event, what)
            self.frozen = False

    def meanwhile(self, event: str, what: str) -> None:
        """Runs the command. Not while a transaction of ours is open: it would wait for us for ever."""
        self.told = {"event": event, "what": what[:80], "skipped": self.in_transaction()}
        if self.told["skipped"]:
            return
        began = time.monotonic()
        done = forked.run(self.command, fresh=not self.server, server=self.server, timeout=60)
        self.told |= {
            "seconds": time.monotonic() - began,
            "code": done.returncode,
            "said": done.stdout + done.stderr,
            "intents": self.intents(),
            "files": os.listdir(self.folder),
        }

    def in_transaction(self) -> bool:
        return any(connection.in_transaction for connection in self.connections if is_open(connection))

    def intents(self) -> int:
        """How many intents have been journalled when the command has returned."""
        connection = CONNECT(self.database)
        try:
            return connection.execute("SELECT coalesce(max(number), 0) FROM journal").fetchone()[0]
        finally:
            connection.close()

    def tell(self) -> None:
        self.frozen = True
        if self.report:
            with open(self.report, "w", encoding="utf-8") as file:
                json.dump({"steps": self.count, "outside": self.outside, **self.told}, file)


def is_open(connection: sqlite3.Connection) -> bool:
    try:
        connection.total_changes  # noqa: B018  raises for a closed one
    except sqlite3.ProgrammingError:
        return False
    return True


def run(words: list[str]) -> None:
    crash = os.environ.pop("CRASH", None)
    wanted = json.loads(crash or "{}")
    steps = Steps(wanted)
    if crash:
        sys.addaudithook(steps.audit)
        sqlite3.connect = steps.connect
    from followupd import cli  # noqa: PLC0415  traced and counted like the rest

    if "wait" in wanted:
        importlib.import_module("followupd.cycle").once.__kwdefaults__["wait"] = wanted["wait"]
    try:
        cli.main(words)
    finally:
        steps.tell()


if __name__ == "__main__":
    run(sys.argv[1:])
