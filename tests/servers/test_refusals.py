"""A server that refuses one command for a while: nothing in the mailbox is taken for seen or gone because of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cycle.files import DANA
from tests.servers import dovecot
from tests.servers.hosted import Hosted
from tests.servers.proxy import Proxy
from tests.servers.staying import staying
from tests.servers.talk import BEFORE, DUE, KIM, SEEN, world

MORNING = "2026-03-11 08:00"


def thanked(files: Hosted) -> None:
    """Both letters were sent; the nudge to Dana is due at nine on Wednesday 11 March."""
    for at in (BEFORE, DUE, SEEN):
        files.once(at)
    for number, who in enumerate((DANA, KIM)):
        files.send(files.draft_to(who), at=f"2026-03-04 16:0{number}", text="Thank you.\n\nSam\n")
    for at in ("2026-03-04 16:05", "2026-03-04 16:45"):
        files.once(at)


@pytest.mark.parametrize(
    ("folder", "said", "instead"),
    [
        ("INBOX", b"BODY.PEEK[HEADER", b"BODY.PEEK[HEADXX"),
        ("Jobs", b'EXAMINE "Jobs"', b'EXAMINX "Jobs"'),
    ],
    ids=["reading", "opening"],
)
def test_no_nudge_while_an_answer_can_not_be_read_and_it_is_seen_afterwards(
    folder: str, said: bytes, instead: bytes, tmp_path: Path
) -> None:
    files = world(tmp_path)
    files.box.hand.make_folder("Jobs")
    with Proxy(files.box.account.port) as proxy:
        files.reached_by(port=proxy.port)
        thanked(files)
        with staying(files) as program:
            program.look(MORNING)
            mail = files.receive(at="2026-03-11 08:30", text="We would like to see you again on Monday.\n")
            if folder != "INBOX":
                files.move(mail, folder)
            proxy.replaced["out"][said] = instead
            assert not program.look("2026-03-11 09:05").ok
            assert files.drafts() == []
            proxy.replaced["out"].clear()
            program.look("2026-03-11 09:15")
    assert files.drafts() == []
    assert [one["state"] for one in files.status()["processes"]] == ["answered"]


def test_no_letter_beside_one_that_can_not_be_read(tmp_path: Path) -> None:
    """The user has thanked Dana by hand; Sent can't be read at the moment at which the letter is due."""
    files = world(tmp_path)
    with Proxy(files.box.account.port) as proxy:
        files.reached_by(port=proxy.port)
        with staying(files) as program:
            program.look(BEFORE)
            files.write(DANA, at="2026-03-04 15:10", text="Dear Dana, thank you for today.\n\nSam\n")
            proxy.replaced["out"][b"BODY.PEEK[HEADER"] = b"BODY.PEEK[HEADXX"
            assert not program.look(DUE).ok
            proxy.replaced["out"].clear()
            program.look(SEEN)
    assert [draft.to for draft in files.drafts()] == [[KIM]]


@pytest.mark.parametrize("hand", ["deletes", "sends"])
def test_what_became_of_a_draft_is_known_though_its_folder_was_refused_once(
    hand: str, tmp_path: Path
) -> None:
    kind = dovecot.Kind(without=("LIST-STATUS", "CONDSTORE"))
    with dovecot.own(kind) as server:
        files = world(tmp_path, server.user())
        with Proxy(files.box.account.port) as proxy:
            files.reached_by(port=proxy.port)
            for at in (BEFORE, DUE, SEEN):
                files.once(at)
            with staying(files) as program:
                program.look("2026-03-04 16:00")
                proxy.replaced["out"][b'STATUS "Drafts"'] = b'STATVS "Drafts"'
                assert not program.look("2026-03-04 16:05").ok
                for who in (DANA, KIM):
                    draft = files.draft_to(who)
                    if hand == "deletes":
                        files.delete(draft)
                    else:
                        files.send(
                            draft, at="2026-03-04 16:06", client="thunderbird", text="Thank you.\n\nSam\n"
                        )
                proxy.replaced["out"].clear()
                for at in ("2026-03-04 16:10", "2026-03-04 16:50", "2026-03-04 18:00"):
                    program.look(at)
    stage = {"deletes": "discarded", "sends": "sent"}[hand]
    assert {one["stage"] for one in files.letters("thank_you")} == {stage}


def test_a_folder_that_the_user_deletes_for_good_holds_no_letter_back(tmp_path: Path) -> None:
    files = world(tmp_path)
    files.box.hand.make_folder("Acme")
    thanked(files)
    files.move(files.mail("Sent")[0], "Acme")
    files.once("2026-03-04 17:00")
    pat = "pat@other.example"
    files.event("2026-03-05 14:00", "2026-03-05 15:00", [f"Pat Poe <{pat}>"], organizer=pat, uid="other")
    files.once("2026-03-05 08:00")
    files.box.hand.delete_folder("Acme")
    files.once("2026-03-05 15:50")
    assert [draft.to for draft in files.drafts()] == [[pat]]


def test_a_draft_that_was_first_seen_with_its_copy_stays_one_when_the_copy_goes(tmp_path: Path) -> None:
    files = world(tmp_path)
    files.box.hand.make_folder("Jobs")
    for at in (BEFORE, DUE, SEEN):
        files.once(at)
    mine = "Dear Dana, thank you so much for the talk.\n\nSam\n"
    saved = files.save_again(files.draft_to(DANA), at="2026-03-04 16:00", client="thunderbird", text=mine)
    files.box.hand.put(saved.raw, "Jobs", files.time("2026-03-04 16:00"), ())
    files.once("2026-03-04 16:05")
    (copy,) = files.box.hand.letters("Jobs")
    files.box.hand.delete(copy)
    for at in ("2026-03-05 09:05", "2026-03-05 09:45", "2026-03-05 10:45"):
        files.once(at)
    stages = {one["to"]: one["stage"] for one in files.letters("thank_you")}
    assert stages[DANA] == "edited"
