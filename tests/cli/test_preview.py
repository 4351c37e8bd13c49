"""`followupd preview` shows letters as they are or will be written, and makes nothing."""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from followupd.core.fates import normal_text
from followupd.core.likeness import likeness
from followupd.database import DATABASE
from followupd.lock import cycle_lock
from tests.cli.test_json import must_fit
from tests.cycle.files import DANA, Files

KIM = "kim@acme.example"
SLOT = "FILL IN: one thing that we talked about"
BEFORE = "2026-03-04 10:00"


MORE = "organisations: [{name: Acme, domains: [acme.example]}]"
THEN = "2026-03-05 10:00"


@pytest.fixture(scope="module")
def first_day(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Folders of one life at three moments: before a talk with Dana and Kim, after it, and when Dana was thanked.

    The talk at Acme is this afternoon; another, at Beta, lies ahead. The letter to Kim still lies in Drafts.
    """
    world = Files(tmp_path_factory.mktemp("life"), more=MORE)
    panel = [f"Dana Reyes <{DANA}>", f"Kim Min-jun <{KIM}>"]
    world.event("2026-03-04 14:00", "2026-03-04 15:00", panel, title="Interview, the panel")
    world.event("2026-03-20 14:00", "2026-03-20 15:00", ["Jo <jo@beta.example>"], title="Interview, ahead")
    world.once(BEFORE)
    before = tmp_path_factory.mktemp("before") / "life"
    shutil.copytree(world.folder, before)
    world.once("2026-03-04 15:46")
    drafted = tmp_path_factory.mktemp("drafted") / "life"
    shutil.copytree(world.folder, drafted)
    world.send(world.draft_to(DANA), at="2026-03-04 17:00")
    world.once("2026-03-04 17:30")
    return {"before": before, "drafted": drafted, "thanked": world.folder}


@pytest.fixture
def world(first_day: dict[str, Path], tmp_path: Path) -> Files:
    """Before the talk; nothing is due."""
    return copied(first_day["before"], tmp_path)


@pytest.fixture
def drafted(first_day: dict[str, Path], tmp_path: Path) -> Files:
    """Both letters lie in Drafts as we made them."""
    return copied(first_day["drafted"], tmp_path)


@pytest.fixture
def thanked(first_day: dict[str, Path], tmp_path: Path) -> Files:
    """Dana was thanked; the letter to Kim still lies in Drafts."""
    return copied(first_day["thanked"], tmp_path)


def copied(life: Path, folder: Path) -> Files:
    shutil.copytree(life, folder, dirs_exist_ok=True)
    return Files(folder, more=MORE)


def letters(world: Files, *words: str, at: str = BEFORE) -> list[dict[str, Any]]:
    code, out = world.cli("preview", *words, "--json", at=at)
    assert code == 0, out
    found: list[dict[str, Any]] = json.loads(out)["letters"]
    return found


def test_the_letters_are_those_that_the_next_cycle_makes(world: Files) -> None:
    shown = {one["to"]: one for one in letters(world, "panel")}
    world.once("2026-03-04 15:46")
    for to in (DANA, KIM):
        draft = world.draft_to(to)
        assert draft.subject == shown[to]["subject"]
        assert normal_text(draft.text) == normal_text(shown[to]["text"])


def test_nothing_is_made_and_nothing_is_kept(world: Files) -> None:
    before = world.status()
    letters(world, "panel")
    letters(world)
    assert world.drafts() == []
    assert world.status() == before


def test_it_looks_like_a_letter(world: Files) -> None:
    code, out = world.cli("preview", "dana", at=BEFORE)
    assert code == 0
    head, _, text = out.partition("\n\n")
    assert head.splitlines()[:3] == [
        "thank-you to Dana Reyes, to be put into Drafts on Wed 4 Mar 15:45",
        "From: sam@example.com",
        f"To: Dana Reyes <{DANA}>",
    ]
    assert head.splitlines()[3].startswith("Subject: ")
    assert text.startswith("Hello Dana Reyes,\n\nFILL IN: ")
    assert out.endswith("Sam Lee\n")


def test_a_person_means_their_letter_alone(world: Files) -> None:
    assert [one["to"] for one in letters(world, "Kim Min-jun")] == [KIM]


def test_an_interview_ahead_is_written_as_of_its_day(world: Files) -> None:
    (one,) = letters(world, "ahead")
    assert "Friday" in one["text"] + one["subject"]
    assert (one["title"], one["stage"], one["invented"]) == ("Interview, ahead", "planned", False)


def test_an_old_one_is_worded_late(world: Files) -> None:
    in_time, late = letters(world, "dana"), letters(world, "dana", at="2026-03-09 10:00")
    assert "Wednesday" in in_time[0]["text"]
    assert "Wednesday" not in late[0]["text"]


def test_a_note_is_in_it(world: Files) -> None:
    world.cli("note", "panel", "your move to Rust", at=BEFORE)
    assert all("your move to Rust" in one["text"] for one in letters(world, "panel"))


def test_without_a_word_it_is_the_latest_else_the_next(world: Files) -> None:
    assert {one["title"] for one in letters(world)} == {"Interview, the panel"}
    assert {one["title"] for one in letters(world, at="2026-03-20 16:00")} == {"Interview, ahead"}


def test_what_lies_in_drafts_is_shown_as_it_was_made(drafted: Files) -> None:
    code, out = drafted.cli("preview", "dana", at="2026-03-06 10:00")
    assert code == 0
    assert out.startswith("thank-you to Dana Reyes, in Drafts since Wed 4 Mar 15:46, as we wrote it\n")
    as_there = drafted.draft_to(DANA).text.replace(SLOT, f"{SLOT} <- yours to fill in or delete")
    assert normal_text(as_there) in normal_text(out)


def test_without_any_interview_it_is_an_invented_one(tmp_path: Path) -> None:
    world = Files(tmp_path)
    code, out = world.cli("preview", at=BEFORE)
    assert code == 0
    assert out.startswith(
        "No interview is known yet. This is a letter after an invented one.\n\nthank-you to "
    )
    assert "To: Dana Reyes <dana@acme.example>" in out
    assert not world.state.exists()
    (one,) = letters(world)
    assert (one["invented"], one["interview"], one["words"]) == (True, "", "new")


@pytest.mark.parametrize(
    ("word", "told"),
    [("initech", "no interview or person fits “initech”"), ("dinner", "no interview or person fits")],
)
def test_a_word_that_fits_nothing_is_told(world: Files, word: str, told: str) -> None:
    code, out = world.cli("preview", word, at=BEFORE)
    assert code == 2
    assert told in out


def test_a_person_without_a_letter_is_told_where_the_reason_stands(world: Files) -> None:
    world.cli("skip", "kim", at=BEFORE)
    code, out = world.cli("people", "drop", "panel", KIM)
    assert code == 0, out
    code, out = world.cli("preview", KIM, at=BEFORE)
    assert code == 2
    assert "no letter is owed there: `followupd explain 'kim@acme.example'` says why." in out


def test_without_a_state_a_word_is_told_what_to_do(tmp_path: Path) -> None:
    code, out = Files(tmp_path).cli("preview", "acme", at=BEFORE)
    assert code == 2
    assert "run `followupd once` first" in out


# --- as they were written -----------------------------------------------------------------------


def test_what_the_user_changed_is_shown_with_its_lines(drafted: Files) -> None:
    draft = drafted.draft_to(KIM)
    changed = draft.text.replace(SLOT, "I liked what you told me about pairing.").replace(
        "Hello Kim", "Hi Kim"
    )
    drafted.edit_in_place(draft, at="2026-03-04 17:00", text=changed)
    drafted.once("2026-03-04 17:30")
    (one,) = letters(drafted, KIM, at="2026-03-04 18:00")
    assert (one["stage"], one["words"], one["text"], one["pieces"]) == ("edited", "yours", changed, [])
    _, out = drafted.cli("preview", KIM, "--origins", at="2026-03-04 18:00")
    assert "in Drafts since Wed 4 Mar 15:46, in your words as last seen\n" in out
    assert out.endswith("Origins: not known any more; the text was changed, or what it was made from.\n")


def test_no_control_character_of_a_draft_reaches_the_terminal(drafted: Files) -> None:
    draft = drafted.draft_to(KIM)
    drafted.edit_in_place(
        draft, at="2026-03-04 17:00", text="Hi Kim,\n\na\x1b[31m red \u202eline\u202c.\n\nSam\n"
    )
    drafted.once("2026-03-04 17:30")
    _, out = drafted.cli("preview", KIM, at="2026-03-04 18:00")
    assert " [31m red  line" in out
    assert out.replace("\n", "").isprintable()


def test_a_letter_of_the_users_own_is_shown_and_none_is_written_for_it(drafted: Files) -> None:
    draft = drafted.draft_to(KIM)
    drafted.send(draft, at="2026-03-04 17:00", text="Dear Min-jun, short and mine. Sam", subject="Thanks!")
    drafted.once("2026-03-04 17:30")
    one = letters(drafted, KIM, at="2026-03-04 18:00")[0]
    assert (one["stage"], one["words"]) == ("sent", "yours")
    assert (one["subject"], one["text"]) == ("Thanks!", "Dear Min-jun, short and mine. Sam\n")
    assert (one["due"], one["sent_at"]) == (None, "2026-03-04T17:00:00+00:00")


def test_thanks_by_phone_have_no_words(world: Files) -> None:
    world.cli("sent", KIM, "--how", "phone", at="2026-03-04 15:30")
    one = letters(world, KIM, at="2026-03-04 18:00")[0]
    assert (one["stage"], one["text"], one["pieces"]) == ("sent", "", [])
    _, out = world.cli("preview", KIM, at="2026-03-04 18:00")
    assert "thank-you to Kim Min-jun, you thanked them by phone on Wed 4 Mar 15:30\n" in out


def test_a_draft_of_which_nothing_changed_tells_what_it_was_made_of(world: Files) -> None:
    coming = {one["to"]: one for one in letters(world, "panel")}
    world.once("2026-03-04 15:46")
    for one in letters(world, "panel", at="2026-03-04 16:00"):
        assert (one["stage"], one["words"]) == ("drafted", "ours")
        assert one["pieces"] == coming[one["to"]]["pieces"] != []


def test_a_deleted_one_is_told_as_deleted(drafted: Files) -> None:
    drafted.draft_to(KIM).path.unlink()
    for at in ("2026-03-04 16:00", "2026-03-04 16:40", "2026-03-04 17:20"):
        drafted.once(at)
    _, out = drafted.cli("preview", KIM, at="2026-03-04 18:00")
    assert "put into Drafts on Wed 4 Mar 15:46, and deleted by you, as we wrote it\n" in out


def test_one_to_be_written_again_is_shown_with_the_new_words(drafted: Files) -> None:
    drafted.cli("note", "panel", "your move to Rust", at="2026-03-04 16:00")
    assert all("Rust" not in one["text"] for one in letters(drafted, "panel", at="2026-03-04 16:00"))
    with closing(sqlite3.connect(drafted.state / DATABASE)) as database:
        database.execute("UPDATE follow_up SET data = json_set(data, '$.stage', 'withdrawn')")
        database.commit()
    assert all("Rust" in one["text"] for one in letters(drafted, "panel", at="2026-03-04 16:00"))


# --- what comes next ----------------------------------------------------------------------------


def test_the_nudge_that_is_next_is_the_one_that_is_made(thanked: Files) -> None:
    thanks, nudge = letters(thanked, "dana", at=THEN)
    assert (thanks["kind"], thanks["stage"], nudge["kind"], nudge["step"]) == (
        "thank_you",
        "sent",
        "nudge",
        1,
    )
    assert (nudge["due"], nudge["stage"]) == ("2026-03-11T09:00:00+00:00", "planned")
    assert [piece["part"] for piece in nudge["pieces"]][:2] == ["greeting", "opening"]
    thanked.once("2026-03-11 09:05")
    draft = thanked.draft_to(DANA)
    assert (draft.subject, normal_text(draft.text)) == (nudge["subject"], normal_text(nudge["text"]))


def test_the_nudge_that_is_next_says_when(thanked: Files) -> None:
    _, out = thanked.cli("preview", "dana", at=THEN)
    assert "2 of 2: first nudge to Dana Reyes, if nobody answers, on Wed 11 Mar\n" in out


def test_the_interview_shows_it_too_and_it_is_no_part_of_the_panel(thanked: Files) -> None:
    code, out = thanked.cli("preview", "panel", "--json", at=THEN)
    found = json.loads(out)
    assert code == 0
    assert [one["kind"] for one in found["letters"]] == ["thank_you", "thank_you", "nudge"]
    assert found["likeness"]["pair"] == ["Dana Reyes", "Kim Min-jun"]
    assert found["likeness"]["median"] == found["likeness"]["highest"]


def test_in_a_pause_it_comes_after_it(thanked: Files) -> None:
    thanked.cli("pause", "--until", "2026-03-25", at=THEN)
    assert letters(thanked, "dana", at=THEN)[-1]["due"] == "2026-03-25T09:00:00+00:00"


@pytest.mark.parametrize(
    "said", [("stop", "acme", "--because", "rejected"), ("snooze", "acme", "2026-04-01"), ("skip", "dana")]
)
def test_none_is_shown_where_none_is_planned(thanked: Files, said: tuple[str, ...]) -> None:
    code, out = thanked.cli(*said, at=THEN)
    assert code == 0, out
    thanked.once(THEN)
    assert {one["kind"] for one in letters(thanked, "panel", at=THEN)} == {"thank_you"}


def test_a_nudge_that_was_made_is_shown_as_it_lies_there(thanked: Files) -> None:
    thanked.once("2026-03-11 09:05")
    nudge = letters(thanked, "dana", at="2026-03-11 12:00")[-1]
    assert (nudge["kind"], nudge["stage"], nudge["words"], nudge["due"]) == ("nudge", "drafted", "ours", None)
    assert normal_text(nudge["text"]) == normal_text(thanked.draft_to(DANA).text)


def test_a_letter_on_request_is_shown_before_it_is_made(thanked: Files) -> None:
    thanked.cli("stop", "acme", "--because", "rejected", at=THEN)
    code, out = thanked.cli("letter", "thanks-after-rejection", "acme", at=THEN)
    assert code == 0, out
    one = letters(thanked, "dana", at=THEN)[-1]
    assert (one["kind"], one["purpose"], one["words"]) == ("letter", "thanks-after-rejection", "new")
    assert one["pieces"]
    thanked.once("2026-03-05 10:05")
    assert normal_text(thanked.draft_to(DANA).text) == normal_text(one["text"])


def test_after_a_letter_on_request_no_nudge_is_next(thanked: Files) -> None:
    thanked.cli("letter", "keep-in-touch", "acme", at=THEN)
    thanked.once("2026-03-05 10:05")
    shown = letters(thanked, "dana", at="2026-03-05 11:00")
    assert [(one["kind"], one["stage"]) for one in shown] == [("thank_you", "sent"), ("letter", "drafted")]


# --- for scripts --------------------------------------------------------------------------------


def test_what_scripts_read_fits_the_schema(thanked: Files) -> None:
    for words in ((), ("panel",), ("dana",), ("ahead",)):
        code, out = thanked.cli("preview", *words, "--json", at=THEN)
        assert code == 0, out
        must_fit(json.loads(out), "preview")


def test_pieces_are_the_text_and_likeness_is_that_of_the_texts(world: Files) -> None:
    _, out = world.cli("preview", "panel", "--json", at=BEFORE)
    found = json.loads(out)
    texts = [one["text"] for one in found["letters"]]
    for one in found["letters"]:
        assert one["language"] == "en"
        assert all(piece["text"] in one["text"] for piece in one["pieces"])
        assert normal_text(" ".join(piece["text"] for piece in one["pieces"])) == normal_text(one["text"])
    ratio = round(likeness(*texts), 3)
    assert found["likeness"] == {"highest": ratio, "pair": ["Dana Reyes", "Kim Min-jun"], "median": ratio}


def test_a_single_letter_has_no_likeness(world: Files) -> None:
    _, out = world.cli("preview", "dana", "--json", at=BEFORE)
    assert json.loads(out)["likeness"] is None


def test_the_language_is_that_of_each_letter(world: Files) -> None:
    world.cli("people", "set", "kim", "--language", "de")
    assert {one["to"]: one["language"] for one in letters(world, "panel")} == {DANA: "en", KIM: "de"}


# --- it only looks ------------------------------------------------------------------------------


def snapshot(folder: Path) -> dict[str, tuple[int, bytes]]:
    return {
        str(path): (path.stat().st_mtime_ns, path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.endswith("-shm")
    }


def test_no_file_is_written(thanked: Files) -> None:
    before = snapshot(thanked.folder)
    for words in ((), ("panel",), ("dana", "--json"), ("ahead", "--origins")):
        assert thanked.cli("preview", *words, at=THEN)[0] == 0
    assert snapshot(thanked.folder) == before


def test_it_works_while_another_holds_the_lock_and_writes(thanked: Files) -> None:
    shown = letters(thanked, "panel", at=THEN)
    with (
        cycle_lock(thanked.state, "followupd run", 0),
        closing(sqlite3.connect(thanked.state / DATABASE, isolation_level=None)) as writer,
    ):
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE follow_up SET stage = 'sent'")
        assert letters(thanked, "panel", at=THEN) == shown
        writer.execute("ROLLBACK")


def test_it_needs_neither_mail_nor_calendar(thanked: Files) -> None:
    shown = letters(thanked, "panel", at=THEN)
    for name in ("Mail", "calendars"):
        (thanked.folder / name).rename(thanked.folder / f"gone-{name}")
    assert letters(thanked, "panel", at=THEN) == shown
