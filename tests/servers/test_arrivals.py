"""Answers by real responders and reports by real mail servers, delivered by LMTP and read by IMAP."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cycle.files import DANA
from tests.servers import dovecot, radicale
from tests.servers.exim import Exim
from tests.servers.hosted import Hosted
from tests.servers.lived import ANSWERED, KIM, NUDGE_DAY, Waiting
from tests.servers.pigeonhole import Pigeonhole
from tests.servers.post import Post
from tests.servers.test_bounces import UNKNOWN, dana_is_closed
from tests.servers.test_vacations import AFTER_RETURN, GERMAN

HTML = (
    ":mime text:\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/html;"
    " charset=utf-8\n\n<p>I am travelling and will be back on <b>16 March</b>.</p>\n--b--\n.\n"
)


@pytest.fixture
def waiting(tmp_path: Path) -> Waiting:
    """Dana and Kim were thanked; the letters, and all that comes in, lie on the server."""
    files = Hosted(tmp_path / "user", dovecot.shared().user(), radicale.shared().user())
    return Waiting(tmp_path / "user", files=files)


@pytest.mark.parametrize(
    "vacation",
    [
        pytest.param('"I am out of the office until 13 March."', id="plain"),
        pytest.param(f':subject "Abwesenheitsnotiz" "{GERMAN}"', id="German"),
        pytest.param(HTML, id="only HTML"),
    ],
)
def test_an_absence_delays_the_nudge(tmp_path: Path, waiting: Waiting, vacation: str) -> None:
    mailbox = Pigeonhole(tmp_path / "dovecot")
    mailbox.script(f'require "vacation";\nvacation {vacation};\n')
    (note,) = mailbox.deliver(waiting.letters[DANA].raw, waiting.moment(ANSWERED))
    waiting.deliver(note.filed)
    waiting.look()
    waiting.waits_quietly()
    waiting.nudges(DANA, AFTER_RETURN)


def test_a_refused_letter_closes_the_person(tmp_path: Path, waiting: Waiting, post: Post) -> None:
    post.refused[DANA] = UNKNOWN
    exim = Exim(tmp_path / "exim", post)
    exim.send(waiting.letters[DANA].raw, [DANA], waiting.moment(ANSWERED))
    waiting.deliver(post.next().filed)
    dana_is_closed(waiting)


def test_a_person_s_own_refusal_closes_the_person(tmp_path: Path, waiting: Waiting) -> None:
    mailbox = Pigeonhole(tmp_path / "dovecot")
    mailbox.script('require "reject";\nreject "Mail from outside is not taken here.";\n')
    (report,) = mailbox.deliver(waiting.letters[DANA].raw, waiting.moment(ANSWERED))
    waiting.deliver(report.filed)
    dana_is_closed(waiting)


def test_an_answer_ends_the_waiting_wherever_the_server_files_it(waiting: Waiting) -> None:
    """Kim writes outside the thread, and the mail is filed away before the program looks."""
    files = waiting.files
    words = "We enjoyed the talk very much and would like to meet you again on Thursday.\n"
    mail = files.receive(f"Kim Novak <{KIM}>", at=ANSWERED, subject="Next steps", text=words)
    files.move(mail, "Archive")
    waiting.look()
    assert waiting.process()["state"] == "answered"
    waiting.look(NUDGE_DAY)
    assert waiting.drafted() == []
