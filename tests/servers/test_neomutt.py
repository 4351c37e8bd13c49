"""A real neomutt and the program on the same IMAP server: what one of them does, the other sees.

neomutt lives by the machine's clock, so this life is played around the real time.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.cycle.files import ME
from tests.cycle.test_neomutt import LUKASZ, MINJUN, MINUTE, MISSING, Neomutt, quiet, stage, until
from tests.servers import dovecot, radicale
from tests.servers.hosted import Hosted

pytestmark = pytest.mark.skipif(
    bool(MISSING), reason=f"{' and '.join(MISSING)} not installed: apt-get install neomutt tmux"
)
BY_IMAP = """
set folder="imap://{user}@127.0.0.1:{port}/"
set imap_pass="{password}"
set ssl_starttls=no
set ssl_force_tls=no
set imap_check_subscribed=no
set spoolfile="+INBOX"
set record="+Sent"
set postponed="+Drafts"
set timeout=1
set mail_check=1
"""


class ByImap(Neomutt):
    """Its folders are those of the server."""

    def __init__(self, files: Hosted) -> None:
        account = files.box.account
        super().__init__(
            files, BY_IMAP.format(user=account.user, port=account.port, password=account.password)
        )

    def open(self, folder: str = "Drafts") -> None:
        command = f"neomutt -n -F '{self.here}/neomuttrc' -f '+{folder}'"
        self.tmux("new-session", "-d", "-s", "life", "-x", "150", "-y", "50", command)
        self.shows(r"-NeoMutt: .*\[Msgs:\d")


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def files(tmp_path: Path, now: datetime) -> Hosted:
    """Two interviewers' thank-yous lie in Drafts, made a moment ago."""
    lived = Hosted(tmp_path / "user", dovecot.shared().user(), radicale.shared().user())
    ended = now - 120 * MINUTE
    people = [f"Łukasz Żółć <{LUKASZ}>", f"김민준 <{MINJUN}>"]
    lived.event((ended - 60 * MINUTE).isoformat(), ended.isoformat(), people)
    lived.once(now - 1440 * MINUTE)
    done = lived.once(now)
    assert [one.action for one in done].count("create_draft") == 2
    return lived


@pytest.fixture
def neomutt(files: Hosted) -> Iterator[ByImap]:
    program = ByImap(files)
    yield program
    program.close()


def test_the_letters_are_shown_and_left_alone(neomutt: ByImap, files: Hosted, now: datetime) -> None:
    """Whatever flags neomutt sets at the server, looking at a draft is no edit."""
    neomutt.open()
    for name, address in (("Łukasz Żółć", LUKASZ), ("김민준", MINJUN)):
        neomutt.press("/", f'~C "{name}"', "Enter")
        neomutt.press("Enter")
        shown = neomutt.shows(rf"To: {name} <{address}>.*\n\s*\n.*{name},")
        assert f"From: Sam Lee <{ME}>" in shown
        assert "FILL IN: one thing that we talked about" in shown
        assert "=C5" not in shown
        assert "?=" not in shown
        neomutt.press("i")
        neomutt.shows("q:Quit")
    neomutt.leave()
    quiet(files, now, 5, 20, 45)
    assert [one["stage"] for one in files.letters()] == ["drafted", "drafted"]


def test_one_is_edited_and_postponed(neomutt: ByImap, files: Hosted, now: datetime) -> None:
    files.delete(files.draft_to(MINJUN))
    before = files.draft_to(LUKASZ)
    neomutt.script("editor.sh", 'sed -i "s/^FILL IN.*/I keep thinking of your loom, żółw./" "$1"')
    neomutt.open()
    neomutt.recall()
    neomutt.press("P")
    until(lambda: "loom" in "".join(one.text for one in files.drafts()), "the letter is saved again")
    quiet(files, now, 2)  # neomutt is still open
    assert stage(files) in {"drafted", "edited"}
    neomutt.leave()
    (after,) = files.drafts()
    assert after.path != before.path
    quiet(files, now, 5, 20, 45, 120)
    assert stage(files) == "edited"
    assert [one.raw for one in files.drafts()] == [after.raw]


def test_one_is_sent_and_answered(neomutt: ByImap, files: Hosted, now: datetime) -> None:
    """The answer is there for both: neomutt shows it, and the program waits no more."""
    files.delete(files.draft_to(MINJUN))
    neomutt.script("editor.sh", 'printf "Dear Łukasz,\\n\\nI liked your loom.\\n\\nSam\\n" > "$1"')
    neomutt.open()
    neomutt.recall()
    neomutt.press("y")
    until(lambda: files.mail("Sent"), "a copy lies in Sent")
    quiet(files, now, 2)
    neomutt.leave()
    (copy,) = files.mail("Sent")
    assert copy.to == [LUKASZ]
    handed = (files.folder / "sendmail.sh.mail").read_text(encoding="utf-8")
    assert "followupd" not in handed.lower()
    assert files.drafts() == []
    quiet(files, now, 5, 20, 45)
    assert stage(files) == "sent"
    text = "We would like to see you again next week.\n"
    files.receive(f"Łukasz Żółć <{LUKASZ}>", at=now + 50 * MINUTE, text=text, in_reply_to=copy.message_id)
    quiet(files, now, 55)
    neomutt.open("INBOX")
    neomutt.press("Enter")
    neomutt.shows("We would like to see you again")
    neomutt.press("i")
    neomutt.leave()
    quiet(files, now, 60)
    assert [one["state"] for one in files.status()["processes"]] == ["answered"]
