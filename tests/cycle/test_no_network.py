"""Nothing is sent, nothing leaves the machine: whole lives without a socket (design.md, promises 1 and 5)."""

from __future__ import annotations

import ast
import inspect
import json
import re
import sys
from pathlib import Path
from typing import Any

import pytest

import followupd
from followupd.providers import base
from followupd.providers.registry import CALENDARS, MAILBOXES
from tests.cycle.files import DANA, ME, Files, Run, run

PACKAGE = Path(followupd.__file__).parent
PROJECT = PACKAGE.parent

# An audit hook can't be taken away again: it sees every socket, also those of C code in CPython.
BAN = """
import sys

def ban(event, args):
    if event.startswith("socket.") and event != "socket.gethostname":
        print("OPENED", event, args, file=sys.stderr, flush=True)
        raise RuntimeError("no network here: " + event)
    if event == "subprocess.Popen" and "followupd.spelling_reader" in args[1]:
        return  # reads a letter for spelling; what it may do is another test's
    if event in {"os.posix_spawn", "os.exec", "subprocess.Popen", "os.system", "os.fork", "os.forkpty"}:
        print("STARTED", event, args, file=sys.stderr, flush=True)
        raise RuntimeError("no other program here: " + event)

sys.addaudithook(ban)
"""

MAIN = """
import runpy
sys.argv = ["followupd", *sys.argv[1:]]
runpy.run_module("followupd", run_name="__main__", alter_sys=True)
"""


def banned(files: Files, *words: str, at: str = "") -> Run:
    """The real program as a child that may open no socket and start no program."""
    arguments = ["-c", str(files.config), "--state", str(files.state), *words]
    if at:
        files.now = files.time(at)
        arguments += ["--now", files.now.isoformat()]
    ended = run([sys.executable, "-c", BAN + MAIN, *arguments], files.environment(), files.folder, 60)
    assert "OPENED" not in ended.out, ended.out
    assert "STARTED" not in ended.out, ended.out
    assert "Traceback" not in ended.out, ended.out
    return ended


def test_the_ban_bans(tmp_path: Path) -> None:
    for attempt in (
        "import socket; socket.socket()",
        "import socket; socket.getaddrinfo('localhost', 80)",
        "import socket; socket.create_connection(('127.0.0.1', 9), 1)",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.system('true')",
    ):
        ended = run([sys.executable, "-c", f"{BAN}\n{attempt}"], {}, tmp_path, 20)
        assert ended.code != 0, attempt
        assert "OPENED" in ended.out or "STARTED" in ended.out, attempt


def test_a_whole_life_opens_no_socket(tmp_path: Path) -> None:
    """Thank-you, edit, sent, nudge, answer, decision, second round; each cycle and command a banned child."""
    files = Files(tmp_path)
    files.event("2026-03-04 14:00", "2026-03-04 15:00")
    assert banned(files, "once", at="2026-03-04 08:00").code == 0
    assert banned(files, "plan", "--json", at="2026-03-04 08:00").code == 0
    assert banned(files, "once", "--dry-run", at="2026-03-04 15:46").code == 0
    assert not files.drafts()
    assert banned(files, "once", at="2026-03-04 15:46").code == 0
    edited = files.save_again(
        files.draft_to(), at="2026-03-04 15:50", text="Hello Dana,\n\nthank you.\n\nSam\n"
    )
    assert banned(files, "once", at="2026-03-04 15:55").code == 0
    sent = files.send(edited, at="2026-03-04 16:00", client="thunderbird")
    assert banned(files, "once", at="2026-03-04 16:05").code == 0
    assert banned(files, "once", at="2026-03-11 09:05").code == 0
    assert files.draft_to().parsed["in-reply-to"] == sent.message_id
    files.receive(at="2026-03-11 12:00", in_reply_to=sent.message_id)
    assert banned(files, "once", at="2026-03-11 12:05").code == 0
    assert not files.drafts()
    for words in (("status",), ("status", "--json"), ("explain", "dana"), ("plan",)):
        banned(files, *words, at="2026-03-11 12:10")
    assert banned(files, "decide", "acme", "2026-03-20", at="2026-03-11 12:10").code == 0
    files.event("2026-03-16 14:00", "2026-03-16 15:00")
    assert banned(files, "once", at="2026-03-16 08:00").code == 0
    assert banned(files, "once", at="2026-03-16 15:46").code == 0
    assert [one.to for one in files.drafts()] == [[DANA]]
    banned(files, "stop", "acme", "--because", "withdrawn", at="2026-03-16 16:00")
    assert banned(files, "once", at="2026-03-16 16:05").code == 0


def test_the_demo_opens_no_socket(tmp_path: Path) -> None:
    files = Files(tmp_path)
    ended = banned(files, "demo")
    assert ended.code == 0, ended.out
    assert not files.drafts(), "it touches nothing of yours"
    assert not files.state.exists()


def test_check_opens_no_socket(tmp_path: Path) -> None:
    banned(Files(tmp_path), "check")


def test_addresses_are_never_asked_for(tmp_path: Path) -> None:
    """Names of hosts in events and mail are words: none is looked up."""
    files = Files(tmp_path)
    files.event(
        "2026-03-04 14:00",
        "2026-03-04 15:00",
        extra=[
            "ATTACH:http://tracker.example/pixel.gif",
            "URL:https://meet.example/room",
            "X-ALT-DESC;FMTTYPE=text/html:<img src='https://tracker.example/a.png'>",
        ],
    )
    banned(files, "once", at="2026-03-04 08:00")
    raw = (
        f"From: Dana Reyes <{DANA}>\nTo: {ME}\nDate: Wed, 04 Mar 2026 15:20:00 +0000\nSubject: Hello\n"
        "Message-ID: <h@acme.example>\nDisposition-Notification-To: <dana@acme.example>\n"
        "List-Unsubscribe: <https://tracker.example/u>\nMIME-Version: 1.0\nContent-Type: text/html\n\n"
        "<link rel=stylesheet href='http://tracker.example/s.css'><img src='http://tracker.example/p'>Hi\n"
    )
    files.put(raw.encode(), "INBOX", "2026-03-04 15:20", sub="new", name="1772637600.R1P1.server")
    assert banned(files, "once", at="2026-03-04 15:46").code == 0
    assert len(files.drafts()) == 1
    assert not files.mail("Sent")


def test_the_report_of_once_names_no_sending(tmp_path: Path) -> None:
    files = Files(tmp_path)
    files.event("2026-03-04 14:00", "2026-03-04 15:00")
    banned(files, "once", at="2026-03-04 08:00")
    told = json.loads(banned(files, "once", "--json", at="2026-03-04 15:46").out)
    actions = [one["action"] for account in told["accounts"] for one in account["actions"]]
    assert "create_draft" in actions
    assert not [one for one in actions if "send" in one]


# --- the code has no way to send ----------------------------------------------------------------


def names_of(thing: Any) -> list[str]:
    return [name for name, _ in inspect.getmembers(thing) if not name.startswith("__")]


def test_the_contracts_have_no_send() -> None:
    for contract in (base.Mailbox, base.Calendar):
        assert not [n for n in names_of(contract) if re.search("send|submit|deliver|transmit|post", n)]
    for name in ("put", "create", "update", "delete", "write", "respond", "reply"):
        assert not [n for n in names_of(base.Calendar) if name in n], "no method writes a calendar"


@pytest.mark.parametrize("table", [CALENDARS, MAILBOXES], ids=["calendars", "mailboxes"])
def test_no_provider_has_a_send(table: dict[str, str]) -> None:
    for place in table.values():
        module, _, name = place.partition(":")
        factory = getattr(__import__(module, fromlist=[name]), name)
        assert not [n for n in dir(factory) if re.search("send|submit|deliver", n, re.IGNORECASE)]


def sources() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def code_of(path: Path) -> str:
    """The source without comments and docstrings: sendmail may be spoken of, not called."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and body and isinstance(body[0], ast.Expr):
            first = body[0].value
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                first.value = ""
    return ast.unparse(tree)


def test_the_package_knows_no_way_to_send() -> None:
    for path in sources():
        found = re.search(
            r"smtplib|sendmail|smtp://|\bmsmtp\b|\bSMTP\(|send_message|/send\b", code_of(path), re.IGNORECASE
        )
        assert found is None, f"{path.relative_to(PROJECT)}: {found}"


def test_the_offline_part_imports_no_network() -> None:
    """Modules that only a provider of the network may import."""
    network = {
        "socketserver",
        "ssl",
        "http",
        "urllib.request",
        "ftplib",
        "imaplib",
        "smtplib",
        "poplib",
        "asyncio",
    }
    for path in sources():
        parts = path.relative_to(PACKAGE).parts
        provider = parts[:1] == ("providers",) and "local" not in parts
        if provider or parts == ("rewriting", "server.py"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            for name in names:
                assert name not in network, f"{path.relative_to(PROJECT)} imports {name}"
                assert name.partition(".")[0] not in network - {"urllib"}, path
