"""The user's mail program works on a draft at the moment at which the program does."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cycle.files import DANA
from tests.servers.proxy import Break, Proxy
from tests.servers.talk import BEFORE, DUE, KIM, LATER, SEEN, nudged, world


@pytest.mark.parametrize("moment", ["UID FETCH", "UID STORE", "UID EXPUNGE"])
def test_what_the_user_saves_while_it_is_withdrawn_stays(tmp_path: Path, moment: str) -> None:
    """An answer came, the nudge is taken back; at that moment the user's other program saves it changed."""
    files = world(tmp_path)
    nudged(files)
    draft = files.draft_to(DANA)
    files.receive(at="2026-03-11 10:00", text="We would like to see you again on Monday.\n")
    own = "Dear Dana,\n\nA word of my own.\n\nSam\n"

    def saves() -> None:
        files.save_again(draft, at="2026-03-11 10:04", text=own)

    broken = Break(moment.encode() + b" ", how="pass", then=saves)
    with Proxy(files.box.account.port, broken) as proxy:
        files.reached_by(port=proxy.port)
        files.once("2026-03-11 10:05", well=False)
    assert broken.happened.is_set()
    files.reached_by(port=files.box.account.port)
    for at in ("2026-03-11 10:20", "2026-03-11 11:00", "2026-03-11 13:00"):
        files.once(at)
    assert [one.text for one in files.drafts()] == [own]


@pytest.mark.parametrize("seen", [False, True], ids=["never seen alone", "seen alone"])
@pytest.mark.parametrize("sent", [False, True], ids=["saved again", "sent"])
def test_the_old_draft_goes_after_a_look_at_both(tmp_path: Path, sent: bool, seen: bool) -> None:
    """As neomutt does it: saved again or sent under the same Message-ID, and the old one is expunged when it leaves."""
    files = world(tmp_path)
    for at in (BEFORE, DUE, *([SEEN] if seen else [])):
        files.once(at)
    old = files.draft_to(DANA)
    changed = old.raw.replace(b"FILL IN", b"By the sea")
    files.put(changed, "Sent" if sent else "Drafts", "2026-03-04 15:57", flags="S" if sent else "DS")
    files.once("2026-03-04 15:58")
    files.delete(old)
    for at in ("2026-03-04 16:05", *LATER[1:]):
        assert "create_draft" not in [one.action for one in files.once(at)]
    assert files.letter(DANA)["stage"] == ("sent" if sent else "edited")


def test_two_programs_save_the_same_draft(tmp_path: Path) -> None:
    """Two copies lie in Drafts under one Message-ID; both are the user's, and sending one of them is sending it."""
    files = world(tmp_path)
    for at in (BEFORE, DUE, SEEN):
        files.once(at)
    first = files.draft_to(DANA)
    for minute, word in ((0, "desk"), (1, "phone")):
        changed = first.raw.replace(b"FILL IN", f"By the {word}".encode())
        files.put(changed, "Drafts", f"2026-03-04 16:0{minute}", flags="DS")
    files.delete(first)
    for at in LATER:
        assert "create_draft" not in [one.action for one in files.once(at)]
    desk, phone = (one for one in files.drafts() if DANA in one.to)
    assert (b"By the desk" in desk.raw, b"By the phone" in phone.raw) == (True, True)
    assert files.letter(DANA)["stage"] == "edited"
    files.send(phone, at="2026-03-04 18:10", text="Dear Dana,\n\nfrom my phone.\n\nSam\n")
    files.delete(desk)
    files.once("2026-03-04 18:15")
    files.once("2026-03-04 19:00")
    assert files.letter(DANA)["stage"] == "sent"
    assert [one.to for one in files.drafts()] == [[KIM]]
