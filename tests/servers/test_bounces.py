"""Letters that came back: refused by a real company's server, reported by the user's own real server."""

from __future__ import annotations

from pathlib import Path

import pytest

from followupd.core.model import ArrivalClass, Judgement
from tests.cycle.files import DANA
from tests.servers.exim import SENT_ON, Exim
from tests.servers.lived import ANSWERED, KIM, NUDGE_DAY, Waiting, judged
from tests.servers.pigeonhole import Pigeonhole
from tests.servers.post import Post
from tests.servers.postfix import BEHIND, Postfix

UNKNOWN = "550 5.1.1 Recipient address rejected: User unknown"
FULL = "452 4.2.2 Mailbox full"
# Both servers tell of a delay after four hours; Exim gives up after four days here, Postfix after five.
DELAYED, GIVEN_UP = "2026-03-03 21:00", "2026-03-09 21:00"


def is_about(waiting: Waiting, found: Judgement, who: str, sub_kind: str) -> bool:
    """Whether it is a bounce of that kind, of the letter to that person, whose address it names."""
    letter = waiting.letters[who].message_id.strip("<>")
    told = (found.kind, found.sub_kind, found.about, found.bounced)
    return told == (ArrivalClass.BOUNCE, sub_kind, letter, (who,))


def dana_is_closed(waiting: Waiting) -> None:
    """Her letter bounced; nothing is asked; the nudge is Kim's, on the same day."""
    waiting.look()
    assert waiting.stages() == {DANA: "bounced", KIM: "sent"}
    assert waiting.files.questions() == []
    assert waiting.process()["state"] == "active"
    waiting.nudges(KIM, NUDGE_DAY)


# --- Exim -------------------------------------------------------------------------------------------

REPORTS = [
    pytest.param("", id="whole letter returned"),
    pytest.param("bounce_return_body = false", id="its header returned"),
    pytest.param("bounce_return_message = false", id="nothing returned"),
]


@pytest.mark.parametrize("more", REPORTS)
def test_exim_refused_letter_closes_the_person(
    tmp_path: Path, waiting: Waiting, post: Post, more: str
) -> None:
    post.refused[DANA] = UNKNOWN
    exim = Exim(tmp_path / "exim", post, more=more)
    exim.send(waiting.letters[DANA].raw, [DANA], waiting.moment(ANSWERED))
    report = post.next()
    assert report.envelope_from == ""
    for raw in (report.data, report.filed):
        assert is_about(waiting, judged(raw), DANA, "hard")
    waiting.deliver(report.filed)
    dana_is_closed(waiting)


def test_exim_unrouteable_domain_closes_the_person(tmp_path: Path, waiting: Waiting, post: Post) -> None:
    """No router takes the address: Exim knows no such domain, and no server was ever asked."""
    exim = Exim(tmp_path / "exim", post, reached="example.com")
    exim.send(waiting.letters[DANA].raw, [DANA], waiting.moment(ANSWERED))
    report = post.next()
    assert b"Unrouteable address" in report.data
    assert is_about(waiting, judged(report.filed), DANA, "hard")
    waiting.deliver(report.filed)
    dana_is_closed(waiting)


def test_exim_bounce_of_an_address_behind_closes_the_person(
    tmp_path: Path, waiting: Waiting, post: Post
) -> None:
    """The company's server sent the letter on, and another address than the one I wrote to refused it."""
    behind = "dana.reyes@old.acme.example"
    post.refused[behind] = UNKNOWN
    exim = Exim(tmp_path / "exim", post, host="mx.acme.example", routers=SENT_ON)
    exim.send(waiting.letters[DANA].raw, [DANA], waiting.moment(ANSWERED))
    report = post.next()
    assert f"X-Failed-Recipients: {behind}".encode() in report.data
    assert is_about(waiting, judged(report.filed), DANA, "hard")
    waiting.deliver(report.filed)
    dana_is_closed(waiting)


def test_exim_bounce_is_linked_to_the_right_of_two_letters(
    tmp_path: Path, waiting: Waiting, post: Post
) -> None:
    """Both left within a minute for the same company; only Kim's comes back."""
    post.refused[KIM] = UNKNOWN
    exim = Exim(tmp_path / "exim", post)
    for who in (DANA, KIM):
        exim.send(waiting.letters[who].raw, [who], waiting.moment(ANSWERED))
    arrived, report = post.next(), post.next()
    assert arrived.to == (DANA,)
    assert is_about(waiting, judged(report.filed), KIM, "hard")
    waiting.deliver(report.filed)
    waiting.look()
    assert waiting.stages() == {DANA: "sent", KIM: "bounced"}
    waiting.nudges(DANA, NUDGE_DAY)


def test_exim_bounce_of_a_copy_alone_closes_nobody(tmp_path: Path, post: Post) -> None:
    """The user wrote to Dana and put the office into Cc; Dana got the letter, the office's address is dead."""
    office = "office@acme.example"
    waiting = Waiting(tmp_path / "user", copy=office)
    post.refused[office] = UNKNOWN
    exim = Exim(tmp_path / "exim", post)
    exim.send(waiting.letters[DANA].raw, [DANA, office], waiting.moment(ANSWERED))
    (report,) = (one for one in (post.next(), post.next()) if one.envelope_from == "")
    found = judged(report.filed)
    assert (found.kind, found.sub_kind, found.bounced) == (ArrivalClass.BOUNCE, "hard", (office,))
    waiting.deliver(report.filed)
    waiting.look()
    waiting.waits_quietly()
    waiting.nudges(DANA, NUDGE_DAY)


def test_exim_delay_changes_nothing(tmp_path: Path, waiting: Waiting, post: Post) -> None:
    post.refused[DANA] = FULL
    exim = Exim(tmp_path / "exim", post)
    exim.send(waiting.letters[DANA].raw, [DANA], waiting.moment(ANSWERED))
    assert post.nothing_more()
    exim.try_again(waiting.moment(DELAYED))
    report = post.next()
    for raw in (report.data, report.filed):
        assert is_about(waiting, judged(raw, DELAYED), DANA, "delayed")
    waiting.deliver(report.filed, DELAYED)
    waiting.look("2026-03-03 21:10")
    waiting.waits_quietly()
    waiting.nudges(DANA, NUDGE_DAY)


def test_exim_letter_given_up_after_days_closes_the_person(
    tmp_path: Path, waiting: Waiting, post: Post
) -> None:
    """After four days of a full mailbox Exim calls it a permanent error (5.0.0)."""
    post.refused[DANA] = FULL
    exim = Exim(tmp_path / "exim", post)
    exim.send(waiting.letters[DANA].raw, [DANA], waiting.moment(ANSWERED))
    exim.try_again(waiting.moment(GIVEN_UP))
    report = post.next()
    assert b"retry timeout exceeded" in report.data
    assert is_about(waiting, judged(report.filed, GIVEN_UP), DANA, "hard")
    waiting.deliver(report.filed, GIVEN_UP)
    waiting.look("2026-03-09 21:10")
    assert waiting.stages() == {DANA: "bounced", KIM: "sent"}
    waiting.look(NUDGE_DAY)
    assert waiting.drafted() == [KIM]


# --- Postfix ----------------------------------------------------------------------------------------


def test_postfix_bounces_are_linked_to_their_letters(tmp_path: Path, waiting: Waiting, post: Post) -> None:
    """Dana's address is refused; Kim's is sent on to another, which is refused: then nobody is left."""
    post.refused |= {DANA: UNKNOWN, BEHIND: UNKNOWN}
    postfix = Postfix(tmp_path / "postfix", post)
    with postfix.at(waiting.moment(ANSWERED)):
        reports = {}
        for who in (KIM, DANA):
            postfix.send(waiting.letters[who].raw, who)
            reports[who] = post.next()
    for raw in (reports[DANA].data, reports[DANA].filed):
        assert is_about(waiting, judged(raw), DANA, "hard")
    found = judged(reports[KIM].filed)
    assert (found.kind, found.sub_kind) == (ArrivalClass.BOUNCE, "hard")
    assert found.about == waiting.letters[KIM].message_id.strip("<>")

    waiting.deliver(reports[DANA].filed)
    waiting.look()
    assert waiting.stages() == {DANA: "bounced", KIM: "sent"}
    assert waiting.files.questions() == []
    assert waiting.nudge()["to"] == KIM
    waiting.deliver(reports[KIM].filed, "2026-03-03 17:00")
    waiting.look("2026-03-03 17:10")
    assert waiting.stages() == {DANA: "bounced", KIM: "bounced"}
    waiting.look(NUDGE_DAY)
    assert waiting.drafted() == []


def test_postfix_delay_and_a_letter_given_up(tmp_path: Path, waiting: Waiting, post: Post) -> None:
    """The delay changes nothing. Given up with 4.2.2 it is a soft bounce, which does not close a person."""
    post.refused[DANA] = FULL
    postfix = Postfix(tmp_path / "postfix", post)
    with postfix.at(waiting.moment(ANSWERED)):
        postfix.send(waiting.letters[DANA].raw, DANA)
    for moment, sub_kind in ((DELAYED, "delayed"), (GIVEN_UP, "soft")):
        with postfix.at(waiting.moment(moment)):
            report = post.next()
        for raw in (report.data, report.filed):
            assert is_about(waiting, judged(raw, moment), DANA, sub_kind)
        waiting.deliver(report.filed, moment)
        waiting.look(moment.replace(":00", ":10"))
        waiting.waits_quietly()
    waiting.nudges(DANA, NUDGE_DAY)


# --- a person's own refusal -------------------------------------------------------------------------


def test_sieve_refusal_closes_the_person(tmp_path: Path, waiting: Waiting) -> None:
    """RFC 5429 section 2.2: `reject` returns the letter by a disposition notification; it was not read."""
    mailbox = Pigeonhole(tmp_path / "dovecot")
    mailbox.script('require "reject";\nreject "Mail from outside is not taken here.";\n')
    (report,) = mailbox.deliver(waiting.letters[DANA].raw, waiting.moment(ANSWERED))
    assert b"disposition-notification" in report.data
    assert is_about(waiting, judged(report.filed), DANA, "hard")
    waiting.deliver(report.filed)
    dana_is_closed(waiting)
