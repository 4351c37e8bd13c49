"""Servers that end, folders that are full, renamed or numbered anew: told in clear words, and no second letter."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from tenacity import Retrying

from followupd.errors import Unavailable
from followupd.providers import http
from tests.cycle.files import DANA
from tests.servers import dovecot, radicale
from tests.servers.hosted import Hosted
from tests.servers.staying import staying
from tests.servers.talk import BEFORE, DUE, KIM, LATER, SEEN, must_have_both_once, world


@pytest.fixture(autouse=True)
def _waits_are_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program's waits between two attempts take no time."""
    monkeypatch.setattr(http, "Retrying", lambda **options: Retrying(**{**options, "sleep": lambda _: None}))


# --- the server ends and comes back -------------------------------------------------------------------


def test_a_restart_costs_at_most_one_look(tmp_path: Path) -> None:
    with dovecot.own() as server:
        files = world(tmp_path, server.user())
        with staying(files) as program:
            program.look_well(BEFORE)
            server.restart()
            program.look(DUE)
            program.look_well(SEEN)
            must_have_both_once(files)
            server.stop()
            report = program.look("2026-03-04 16:00")
            assert isinstance(report.error, Unavailable), report
            assert "127.0.0.1" in str(report.error)
            server.start()
            for at in LATER:
                assert program.look_well(at) == []
        must_have_both_once(files)


def test_the_calendar_s_server_restarts(tmp_path: Path) -> None:
    with radicale.own() as server:
        files = Hosted(tmp_path / "user", dovecot.shared().user(), server.user())
        files.event("2026-03-04 14:00", "2026-03-04 15:00")
        with staying(files) as program:
            program.look_well(BEFORE)
            server.restart()
            program.look(DUE)
            program.look_well(SEEN)
            assert [one.to for one in files.drafts()] == [[DANA]]
            server.stop()
            assert isinstance(program.look("2026-03-04 16:00").error, Unavailable)
            server.start()
            assert program.look_well("2026-03-04 16:05") == []


# --- room and places --------------------------------------------------------------------------------------


def test_a_full_mailbox_is_told_and_filled_when_there_is_room(tmp_path: Path) -> None:
    with dovecot.own(dovecot.Kind(quota="6K")) as server:
        box = server.user()
        files = world(tmp_path, box)
        files.once(BEFORE)
        box.hand.put(b"Subject: large\n\n" + b"all that room\n" * 400, "Archive")
        files.once(DUE, well=False)
        assert files.drafts() == []
        told = f"{files.problems()} {files.cli('status')[1]} {files.cli('log')[1]}"
        assert re.search(r"(?i)quota|full|room|space", told), told
        (large,) = box.hand.letters("Archive")
        box.hand.delete(large)
        for at in LATER:
            files.once(at)
        must_have_both_once(files)


def test_a_renamed_folder_of_drafts_takes_no_letter_along(tmp_path: Path) -> None:
    """The drafts are found where they now lie; the server makes a new, empty Drafts; nothing is made anew."""
    files = world(tmp_path)
    for at in (BEFORE, DUE, SEEN):
        files.once(at)
    files.box.hand.rename_folder("Drafts", "Old drafts")
    for at in LATER:
        assert "create_draft" not in [one.action for one in files.once(at, well=False)]
    assert files.drafts() == []
    assert len(files.mail("Old drafts")) == 2
    assert {one["stage"] for one in files.letters()} <= {"drafted", "edited", "unsure"}


@pytest.mark.parametrize("folder", ["", "Drafts", "Sent", "Archive"])
def test_new_numbers_for_a_folder_cost_a_look_and_no_letter(tmp_path: Path, folder: str) -> None:
    box = dovecot.shared().user()
    files = world(tmp_path, box)
    for at in (BEFORE, DUE, SEEN):
        files.once(at)
    files.send(files.draft_to(DANA), at="2026-03-04 16:00", text="Dear Dana, thank you.\n\nSam\n")
    files.once("2026-03-04 16:05")
    news = "Tell your friends about our shop.\n"
    files.move(files.receive("News <news@paper.example>", at="2026-03-04 16:06", text=news), "Archive")
    files.receive("News <news@paper.example>", at="2026-03-04 16:06", text=news)
    files.once("2026-03-04 16:10")
    before = sorted((one["to"], one["stage"]) for one in files.letters())
    box.change_uid_validity(folder)
    assert files.once(LATER[1], well=False) == []
    assert files.once(LATER[2]) == []
    assert sorted((one["to"], one["stage"]) for one in files.letters()) == before
    assert [one.to for one in files.drafts()] == [[KIM]]
    assert len([one for one in box.deeds("save") if one.box == "Drafts"]) == 2
    files.receive(at="2026-03-04 19:00", text="Come again on Monday, we would like to see more.\n")
    files.once("2026-03-04 19:05")
    assert [one["state"] for one in files.status()["processes"]] == ["answered"]


@pytest.mark.parametrize("sent", [False, True], ids=["saved again", "sent"])
def test_a_draft_that_is_touched_while_its_folder_gets_new_numbers(tmp_path: Path, sent: bool) -> None:
    box = dovecot.shared().user()
    files = world(tmp_path, box)
    for at in (BEFORE, DUE, SEEN):
        files.once(at)
    act = files.send if sent else files.save_again
    act(files.draft_to(DANA), at="2026-03-04 16:00", text="Dear Dana, thank you.\n\nSam\n")
    for folder in ("Drafts", "Sent"):
        box.change_uid_validity(folder)
    for at in LATER:
        assert "create_draft" not in [one.action for one in files.once(at, well=at != LATER[0])]
    assert files.letter(DANA)["stage"] == ("sent" if sent else "edited")
    assert files.letter(KIM)["stage"] == "drafted"


def test_a_lost_state_makes_no_second_letter(tmp_path: Path) -> None:
    """One letter lies in Drafts, one was sent from Thunderbird; the state is gone, and the user asks for both."""
    files = world(tmp_path)
    for at in (BEFORE, DUE, SEEN):
        files.once(at)
    files.send(files.draft_to(KIM), at="2026-03-04 16:00", client="thunderbird")
    shutil.rmtree(files.state)
    shutil.rmtree(files.cache)
    files.once(LATER[0])
    (process,) = files.status()["processes"]
    code, told = files.cli("draft", process["title"])
    assert code == 0, told
    for at in LATER[1:]:
        files.once(at)
    assert [one.to for one in files.drafts()] == [[DANA]]
    assert len([one for one in files.box.deeds("save") if one.box == "Drafts"]) == 2  # type: ignore[attr-defined]
