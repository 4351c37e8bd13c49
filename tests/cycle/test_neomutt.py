"""A real neomutt on the Maildir in which the drafts lie: read, edited, postponed, sent, deleted.

neomutt lives by the machine's clock, so this life is played around the real time.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cycle.files import Files

MISSING = [name for name in ("neomutt", "tmux") if shutil.which(name) is None]
pytestmark = pytest.mark.skipif(
    bool(MISSING), reason=f"{' and '.join(MISSING)} not installed: apt-get install neomutt tmux"
)

LUKASZ = "lukasz@acme.example"
MINJUN = "minjun@acme.example"
PATIENCE = 30.0  # seconds until a screen that does not come is a failure
STEP = 0.03
MINUTE = timedelta(minutes=1)

SETTINGS = """
set mbox_type=Maildir
set folder="{root}"
set spoolfile="+INBOX"
set record="+Sent"
set postponed="+Drafts"
set sendmail="{here}/sendmail.sh"
set editor="{here}/editor.sh"
set from="sam@example.com"
set realname="Sam Lee"
set charset="utf-8"
set send_charset="us-ascii:utf-8"
set quit=yes
set delete=yes
set confirmappend=no
set wait_key=no
set markers=no
unset mark_old
"""


def until(seen: Callable[[], object], what: str) -> None:
    """Waits, in small steps, until it is so; fails after PATIENCE."""
    pause, end = threading.Event(), time.monotonic() + PATIENCE
    while not seen():
        assert time.monotonic() < end, what
        pause.wait(STEP)


class Neomutt:
    """A neomutt in a terminal of its own."""

    def __init__(self, files: Files, more: str = "") -> None:
        self.files = files
        self.here = files.folder
        self.socket = self.here / "tmux.socket"
        self.script("editor.sh", 'cat "$1" > "$0.seen"')
        self.script("sendmail.sh", 'printf "%s\\n" "$@" > "$0.words"; cat > "$0.mail"')
        rc = SETTINGS.format(root=files.mail_root(), here=self.here) + more
        (self.here / "neomuttrc").write_text(rc, encoding="utf-8")

    def script(self, name: str, body: str) -> Path:
        path = self.here / name
        path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        path.chmod(0o755)
        return path

    def tmux(self, *words: str, check: bool = True) -> str:
        # Curses would believe LINES and COLUMNS of a test runner more than the terminal.
        own = ("TMUX", "LINES", "COLUMNS")
        environment = {k: v for k, v in os.environ.items() if not k.startswith(own)}
        environment |= {"LC_ALL": "C.UTF-8", "TERM": "screen-256color", "HOME": str(self.here)}
        done = subprocess.run(
            ["tmux", "-S", str(self.socket), "-u", "-f", "/dev/null", *words],
            capture_output=True,
            env=environment,
            timeout=PATIENCE,
            check=check,
        )
        return done.stdout.decode()

    def open(self, folder: str = "Drafts") -> None:
        where = self.files.mail_folder(folder)
        command = f"neomutt -n -F '{self.here}/neomuttrc' -f '{where}'"
        self.tmux("new-session", "-d", "-s", "life", "-x", "150", "-y", "50", command)
        self.shows(r"-NeoMutt: =")

    def press(self, *keys: str) -> None:
        self.tmux("send-keys", "-t", "life", *keys)

    def screen(self) -> str:
        return self.tmux("capture-pane", "-p", "-t", "life", check=False)

    def shows(self, pattern: str) -> str:
        """The screen, as soon as it shows this."""
        found: list[str] = []

        def seen() -> bool:
            found[:] = [self.screen()]
            return re.search(pattern, found[0], re.DOTALL) is not None

        try:
            until(seen, pattern)
        except AssertionError:
            pytest.fail(f"neomutt never showed {pattern!r}:\n{found[0] if found else ''}")
        return found[0]

    def recall(self) -> None:
        """Opens the postponed letter, which runs the editor, up to the menu before sending."""
        self.press("R")
        self.shows(r"NeoMutt: Compose")

    def leave(self) -> None:
        self.press("q")
        until(lambda: not self.tmux("list-sessions", check=False).strip(), "neomutt never ended")

    def close(self) -> None:
        self.tmux("kill-server", check=False)


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def files(tmp_path: Path, now: datetime) -> Files:
    """Two interviewers' thank-yous lie in Drafts, made a moment ago; Minjun's is put aside where it disturbs."""
    lived = Files(tmp_path)
    ended = now - 2 * 60 * MINUTE
    lived.event(
        (ended - 60 * MINUTE).isoformat(),
        ended.isoformat(),
        [f"Łukasz Żółć <{LUKASZ}>", f"김민준 <{MINJUN}>"],
    )
    lived.once(now - 1440 * MINUTE)
    done = lived.once(now)
    assert [one.action for one in done].count("create_draft") == 2
    return lived


@pytest.fixture
def neomutt(files: Files) -> Iterator[Neomutt]:
    # One draft alone, so that it is opened without a list in between.
    aside = files.draft_to(MINJUN)
    aside.path.rename(files.folder / aside.name)
    program = Neomutt(files)
    yield program
    program.close()


def quiet(files: Files, now: datetime, *minutes: int) -> None:
    """Cycles, none of which makes a draft."""
    for each in minutes:
        done = files.once(now + each * MINUTE)
        assert "create_draft" not in [one.action for one in done]


def stage(files: Files) -> str:
    return str(files.letter(LUKASZ)["stage"])


def test_the_letter_is_shown_as_it_is_meant(files: Files) -> None:
    program = Neomutt(files)
    try:
        program.open()
        index = program.shows("Łukasz Żółć.*김민준|김민준.*Łukasz Żółć")
        assert index.count("To ") == 2, "both are drafts of mine, to them"
        for name in ("Łukasz Żółć", "김민준"):
            program.press("/", f'~C "{name}"', "Enter")
            program.press("Enter")
            shown = program.shows(rf"To: {name} <\w+@acme\.example>.*\n\s*\n.*{name},")
            assert "From: Sam Lee <sam@example.com>" in shown
            assert re.search(r"Subject: \S.*[^?=]\n", shown)
            assert "FILL IN: one thing that we talked about" in shown
            assert re.search(r"\nSam Lee\s", shown)
            assert "=C5" not in shown
            assert "?=" not in shown
            program.press("i")
            program.shows("q:Quit")
        program.leave()
    finally:
        program.close()
    assert [one["stage"] for one in files.letters()] == ["drafted", "drafted"]


def test_read_and_left_alone(neomutt: Neomutt, files: Files, now: datetime) -> None:
    """Looking at a draft and leaving is no edit, whatever flags neomutt writes into its name."""
    neomutt.open()
    neomutt.press("Enter")
    neomutt.shows("Łukasz Żółć,")
    neomutt.press("i")
    neomutt.shows("q:Quit")
    neomutt.leave()
    quiet(files, now, 5, 20, 45)
    assert stage(files) == "drafted"


def test_edited_and_postponed(neomutt: Neomutt, files: Files, now: datetime) -> None:
    neomutt.script("editor.sh", 'sed -i "s/^FILL IN.*/I keep thinking of your loom, żółw./" "$1"')
    before = files.draft_to(LUKASZ)
    neomutt.open()
    neomutt.recall()
    neomutt.press("P")
    until(lambda: len(files.drafts()) == 2, "the letter is saved again beside the old one")
    quiet(files, now, 2)  # neomutt is still open: the old file and the new one lie there
    assert stage(files) in {"drafted", "edited"}
    neomutt.leave()
    after = files.draft_to(LUKASZ)
    assert after.path != before.path
    assert after.message_id == before.message_id
    assert "I keep thinking of your loom, żółw." in after.text
    quiet(files, now, 5, 20, 45, 120)
    assert stage(files) == "edited"
    assert [one.raw for one in files.drafts()] == [after.raw]


def test_postponed_without_a_change(neomutt: Neomutt, files: Files, now: datetime) -> None:
    before = files.draft_to(LUKASZ)
    neomutt.open()
    neomutt.recall()
    neomutt.press("P")
    until(lambda: len(files.drafts()) == 2, "the letter is saved again beside the old one")
    neomutt.leave()
    after = files.draft_to(LUKASZ)
    assert (after.text.split(), after.path != before.path) == (before.text.split(), True)
    quiet(files, now, 5, 20, 45, 120)
    assert stage(files) == "drafted"


@pytest.mark.parametrize("edited", [False, True])
def test_sent(neomutt: Neomutt, files: Files, now: datetime, edited: bool) -> None:
    if edited:
        neomutt.script("editor.sh", 'printf "Dear Łukasz,\\n\\nI liked your loom.\\n\\nSam\\n" > "$1"')
    neomutt.open()
    neomutt.recall()
    neomutt.press("y")
    until(lambda: files.mail("Sent"), "a copy lies in Sent")
    quiet(files, now, 2)  # the draft is still there until neomutt leaves the folder
    neomutt.leave()
    (copy,) = files.mail("Sent")
    assert copy.to == [LUKASZ]
    assert ("I liked your loom." in copy.text) is edited
    handed = (files.folder / "sendmail.sh.mail").read_text(encoding="utf-8")
    assert "followupd" not in handed.lower()
    assert "Bcc" not in handed
    assert not files.drafts()
    quiet(files, now, 5, 20, 45, 120)
    assert stage(files) == "sent"
    assert re.search("sent", files.letter(LUKASZ)["reason"])


def test_another_address_typed_in_before_sending(neomutt: Neomutt, files: Files, now: datetime) -> None:
    neomutt.open()
    neomutt.recall()
    neomutt.press("t")
    neomutt.shows("To: ")
    neomutt.press("C-u", "l.zolc@acme.example", "Enter")
    neomutt.shows(r"To: l\.zolc@acme\.example")
    neomutt.press("y")
    until(lambda: files.mail("Sent"), "a copy lies in Sent")
    neomutt.leave()
    quiet(files, now, 5, 20, 45, 120)
    assert stage(files) == "sent"


@pytest.mark.parametrize("trash", [False, True])
def test_deleted(files: Files, now: datetime, trash: bool) -> None:
    files.draft_to(MINJUN).path.unlink()
    neomutt = Neomutt(files, 'set trash="+Trash"\n' if trash else "")
    try:
        neomutt.open()
        neomutt.press("d")
        neomutt.shows("D.*Łukasz Żółć")
        neomutt.leave()
    finally:
        neomutt.close()
    assert not files.drafts()
    assert len(files.mail("Trash")) == int(trash)
    quiet(files, now, 5, 20, 45, 120)
    assert stage(files) == "discarded"


def test_aborted_in_the_middle_of_it(neomutt: Neomutt, files: Files, now: datetime) -> None:
    """Recalled, then given up: the draft lies there as it was."""
    before = files.draft_to(LUKASZ)
    neomutt.open()
    neomutt.recall()
    quiet(files, now, 2)
    neomutt.press("q")
    neomutt.shows(r"[Ss]ave|[Pp]ostpone")
    neomutt.press("n")
    neomutt.shows("-NeoMutt: =")
    neomutt.leave()
    quiet(files, now, 5, 20, 45)
    left = files.drafts()
    assert stage(files) == ("drafted" if left else "discarded")
    assert all(one.message_id == before.message_id for one in left)
