"""Absence notes written by real responders, from the letter that left to the nudge that waits."""

from __future__ import annotations

from pathlib import Path

import pytest

from followupd.core.model import ArrivalClass
from tests.cycle.files import DANA
from tests.servers.debian import Vacation
from tests.servers.exim import BY_FILTER, BY_TRANSPORT, Exim
from tests.servers.lived import ANSWERED, KIM, NUDGE_DAY, Waiting, day, judged
from tests.servers.pigeonhole import Pigeonhole
from tests.servers.post import Post

# The nudge's own day is Tuesday 10 March. Back on Monday 16 March, by "until 13 March" (a Friday) or by name:
# two working days later is Wednesday the 18th. Without a date five working days are waited: Tuesday the 17th.
AFTER_RETURN = "2026-03-18 09:05"
UNDATED = "2026-03-17 09:05"
GERMAN = "Ich bin bis einschließlich 13. März 2026 nicht im Büro."

# --- Sieve (RFC 5230) by Dovecot Pigeonhole ---------------------------------------------------------

SIEVE = [
    pytest.param('"I am out of the office until 13 March."', "2026-03-14", AFTER_RETURN, id="plain"),
    pytest.param(
        ':days 3 :handle "spring" :from "Dana Reyes <dana@acme.example>" :subject "Dana is sailing"'
        ' "Back on Monday, 16 March. For anything that cannot wait, please write to Kim."',
        "2026-03-16",
        AFTER_RETURN,
        id="own subject",
    ),
    pytest.param(f':days 1 :subject "Abwesenheitsnotiz" "{GERMAN}"', "2026-03-14", AFTER_RETURN, id="German"),
    pytest.param('"I am away from my desk and read mail again soon."', "", UNDATED, id="no date"),
    pytest.param(
        ":mime text:\nContent-Type: multipart/alternative; boundary=b\n\n--b\nContent-Type: text/html;"
        " charset=utf-8\n\n<p>I am travelling and will be back on <b>16 March</b>.</p>\n--b--\n.\n",
        "2026-03-16",
        AFTER_RETURN,
        id="only HTML",
    ),
]


@pytest.mark.parametrize(("vacation", "returns", "due"), SIEVE)
def test_sieve_absence_delays_the_nudge(
    tmp_path: Path, waiting: Waiting, vacation: str, returns: str, due: str
) -> None:
    mailbox = Pigeonhole(tmp_path / "dovecot")
    mailbox.script(f'require "vacation";\nvacation {vacation};\n')
    (note,) = mailbox.deliver(waiting.letters[DANA].raw, waiting.moment(ANSWERED))
    assert note.envelope_from == ""
    for raw in (note.data, note.filed):
        found = judged(raw)
        assert (found.kind, found.sub_kind) == (ArrivalClass.AUTO_REPLY, "away")
        assert found.returns == (day(returns) if returns else None)
    waiting.deliver(note.filed)
    waiting.look()
    waiting.waits_quietly()
    waiting.nudges(DANA, due)


def test_a_letter_is_answered_once_in_the_days_asked_for(tmp_path: Path, waiting: Waiting) -> None:
    """What makes the real responder real: the second letter of the week gets no note."""
    mailbox = Pigeonhole(tmp_path / "dovecot")
    mailbox.script('require "vacation";\nvacation :days 7 "I am out of the office until 13 March.";\n')
    moment = waiting.moment(ANSWERED)
    assert len(mailbox.deliver(waiting.letters[DANA].raw, moment)) == 1
    assert len(mailbox.deliver(waiting.letters[DANA].raw, moment)) == 1


def test_sieve_absence_of_another_holds_nobody_back(tmp_path: Path, waiting: Waiting) -> None:
    """Kim's letter is answered, the nudge is Dana's."""
    mailbox = Pigeonhole(tmp_path / "dovecot", owner=KIM)
    mailbox.script('require "vacation";\nvacation "I am out of the office until 27 March.";\n')
    (note,) = mailbox.deliver(waiting.letters[KIM].raw, waiting.moment(ANSWERED))
    assert judged(note.filed).returns == day("2026-03-28")
    waiting.deliver(note.filed)
    waiting.look()
    waiting.waits_quietly()
    waiting.nudges(DANA, NUDGE_DAY)


def test_a_long_absence_gives_the_nudge_to_the_next_person(tmp_path: Path, waiting: Waiting) -> None:
    """Back more than ten working days after the nudge's day: Kim is asked on that day."""
    mailbox = Pigeonhole(tmp_path / "dovecot")
    mailbox.script(
        'require "vacation";\nvacation "I am on parental leave and will be back on 1 September.";\n'
    )
    (note,) = mailbox.deliver(waiting.letters[DANA].raw, waiting.moment(ANSWERED))
    assert judged(note.filed).returns == day("2026-09-01")
    waiting.deliver(note.filed)
    waiting.look()
    waiting.waits_quietly()
    waiting.nudges(KIM, NUDGE_DAY)


def test_who_left_the_company_is_nudged_no_more(tmp_path: Path, waiting: Waiting) -> None:
    mailbox = Pigeonhole(tmp_path / "dovecot")
    mailbox.script('require "vacation";\nvacation "I no longer work at Acme. Please write to Kim Novak.";\n')
    (note,) = mailbox.deliver(waiting.letters[DANA].raw, waiting.moment(ANSWERED))
    assert (judged(note.filed).kind, judged(note.filed).sub_kind) == (ArrivalClass.AUTO_REPLY, "left")
    waiting.deliver(note.filed)
    waiting.look()
    assert waiting.files.questions() == []
    waiting.nudges(KIM, NUDGE_DAY)


# --- Exim's autoreply transport ---------------------------------------------------------------------

TRANSPORT = "  to = $sender_address\n  from = Dana Reyes <$local_part@$domain>\n"
EXIM = [
    pytest.param(
        BY_TRANSPORT,
        TRANSPORT
        + '  subject = "Re: $h_subject:"\n  text = "I am on leave and will be back on 16 March.\\n"',
        "",
        "2026-03-16",
        id="transport",
    ),
    pytest.param(
        BY_TRANSPORT,
        TRANSPORT + '  text = "I am out of the office until 13 March.\\n"',
        "",
        "2026-03-14",
        id="no subject",
    ),
    pytest.param(
        BY_TRANSPORT,
        TRANSPORT
        + '  headers = "Content-Type: text/plain; charset=utf-8\\nContent-Transfer-Encoding: 8bit"\n'
        f'  subject = Abwesend\n  text = "{GERMAN}\\n"',
        "",
        "2026-03-14",
        id="German",
    ),
    pytest.param(BY_FILTER, "", "I am away until 13 March.\n", "2026-03-14", id="filter"),
]


@pytest.mark.parametrize(("routers", "answer", "words", "returns"), EXIM)
def test_exim_absence_delays_the_nudge(
    tmp_path: Path, waiting: Waiting, post: Post, routers: str, answer: str, words: str, returns: str
) -> None:
    exim = Exim(tmp_path / "exim", post, host="mx.acme.example", routers=routers, answer=answer)
    exim.write("forward", '# Exim filter\nvacation from "Dana Reyes <dana@acme.example>"\n')
    exim.write(".vacation.msg", words)
    exim.send(waiting.letters[DANA].raw, [DANA], waiting.moment(ANSWERED))
    note = post.next()
    assert note.envelope_from == ""
    for raw in (note.data, note.filed):
        found = judged(raw)
        assert (found.kind, found.sub_kind) == (ArrivalClass.AUTO_REPLY, "away")
        assert found.returns == day(returns)
    waiting.deliver(note.filed)
    waiting.look()
    waiting.waits_quietly()
    waiting.nudges(DANA, AFTER_RETURN)


# --- Debian's vacation(1) ---------------------------------------------------------------------------

FROM = "From: Dana Reyes <dana@acme.example>\n"
# The message that the program itself proposes, the one of its manual, and a German one.
PROPOSED = (
    f"{FROM}Subject: away from my mail\n\nI will not be reading my mail for a while.\n"
    'Your mail concerning "$SUBJECT"\nwill be read when I return.\n'
)
MANUAL = (
    f"{FROM}Subject: I am on vacation\nPrecedence: bulk\n\nI am on vacation until March 13.  If you have"
    " something urgent,\nplease contact Kim Novak <kim@acme.example>.\n--dana\n"
)
URLAUB = (
    f"{FROM}Subject: Urlaub\nContent-Type: text/plain; charset=utf-8\n\n"
    "Ich bin bis zum 13. März im Urlaub und lese meine Mail erst danach.\n"
)
DEBIAN = [
    pytest.param(PROPOSED, "", UNDATED, id="proposed"),
    pytest.param(MANUAL, "2026-03-14", AFTER_RETURN, id="manual"),
    pytest.param(URLAUB, "2026-03-14", AFTER_RETURN, id="German"),
]


@pytest.mark.parametrize("more", [(), ("-z",)], ids=["own sender", "null sender"])
@pytest.mark.parametrize(("message", "returns", "due"), DEBIAN)
def test_vacation_delays_the_nudge(
    tmp_path: Path,
    waiting: Waiting,
    post: Post,
    message: str,
    returns: str,
    due: str,
    more: tuple[str, ...],
) -> None:
    """It writes neither Auto-Submitted nor In-Reply-To; only its subject and words tell."""
    raw = _by_vacation(tmp_path, waiting, post, message, *more)
    found = judged(raw)
    assert (found.kind, found.sub_kind) == (ArrivalClass.AUTO_REPLY, "away")
    assert found.returns == (day(returns) if returns else None)
    waiting.deliver(raw)
    waiting.look()
    waiting.waits_quietly()
    waiting.nudges(DANA, due)


def test_vacation_under_my_subject_is_never_an_answer(tmp_path: Path, waiting: Waiting, post: Post) -> None:
    """ "Re:" and my subject, a person's sender, no header of a responder: it may be asked about, no more."""
    message = MANUAL.replace("Subject: I am on vacation\nPrecedence: bulk", "Subject: Re: $SUBJECT")
    raw = _by_vacation(tmp_path, waiting, post, message)
    assert judged(raw).kind in {ArrivalClass.UNSURE, ArrivalClass.AUTO_REPLY}
    waiting.deliver(raw)
    waiting.look()
    waiting.look(NUDGE_DAY)
    assert waiting.process()["state"] != "answered"
    assert waiting.drafted() == []


def _by_vacation(tmp_path: Path, waiting: Waiting, post: Post, message: str, *more: str) -> bytes:
    """The note as it comes out of the company's Exim, to which vacation gave it."""
    moment = waiting.moment(ANSWERED)
    (note,) = Vacation(tmp_path / "vacation", message).answer(waiting.letters[DANA].raw, moment, *more)
    assert b"Auto-Submitted" not in note.data
    sender = "" if "-z" in more else DANA
    assert note.envelope_from == "" or sender == DANA
    exim = Exim(tmp_path / "exim", post, host="mx.acme.example")
    exim.send(note.data, note.to, moment, sender=sender)
    return post.next().filed
