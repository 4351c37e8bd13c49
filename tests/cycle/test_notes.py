"""Notes that the user writes into files and events: whole cycles over a real store, and over real files.

Wed 4 March 2026, 15:00 to 16:00 with Dana; her thank-you is due at 16:45.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from followupd.apply import Done
from followupd.core.model import (
    Event,
    FollowUp,
    Interview,
    Kind,
    Message,
    ProcessState,
    Stage,
    event_id,
)
from followupd.cycle import Cycle
from followupd.errors import Conflict, Unavailable, UsageError
from followupd.notebook import Notebook
from followupd.notes_files import Unreadable, create, read
from followupd.observe import OpenAccount
from followupd.orders.from_notes import Within
from tests.cycle.files import Files
from tests.world import ME, World, policy, wording

DANA, KIM, IVO = "dana@acme.example", "kim@acme.example", "ivo@acme.example"
TALK = event_id("talk", "")
OPENS = "2026-03-04 14:30"
DUE = "2026-03-04 16:46"
HEADING = "## What we talked about"
RUST = "their move to Rust"


class Noted(World):
    """A world with a folder of notes."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "state", replace(policy(), notes_before=timedelta(minutes=30)))
        self.notes = folder / "notes"

    def cycle(self, at: str | datetime) -> list[Done]:
        self.now = self.time(at)
        opened = {
            name: OpenAccount(name, (("calendar:0", self.calendars[name]),), self.mailboxes[name])
            for name in self.calendars
        }
        made = Cycle(self.store, opened, self.policy, wording, None, "rules", notebook=Notebook(self.notes))
        self.reports = made.run(self.now)
        return [done for report in self.reports for done in report.actions]

    def files(self) -> list[str]:
        return sorted(path.name for path in self.notes.iterdir()) if self.notes.is_dir() else []

    def page(self, name: str = "2026-03-04 1500 acme.example.md") -> Path:
        return self.notes / name

    def save(self, at: str, text: str, path: Path | None = None) -> Path:
        """Somebody's editor saves a file at this time."""
        path = path or self.page()
        path.write_text(text)
        return self.touch(at, path)

    def touch(self, at: str, path: Path) -> Path:
        moment = self.time(at).timestamp()
        os.utime(path, (moment, moment))
        return path

    def jot(self, at: str, line: str, heading: str = HEADING) -> Path:
        """A line below a heading of the file as it is."""
        text = self.page().read_text()
        assert heading in text
        return self.save(at, text.replace(heading, f"{heading}\n{line}", 1))

    def interview(self, name: str = TALK) -> Interview:
        found = self.store.interview(name)
        assert found is not None
        return found

    def noted(self, name: str = TALK) -> list[tuple[str, str, str]]:
        return [(note.source, note.person, note.text) for note in self.interview(name).notes]

    def told(self) -> list[str]:
        rows = self.store.rows("SELECT reason FROM history WHERE action = 'tell' ORDER BY number")
        return [row[0] for row in rows]

    def said(self) -> list[str]:
        rows = self.store.rows("SELECT reason FROM history WHERE action = 'said' ORDER BY number")
        return [row[0] for row in rows]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[Noted]:
    world = Noted(tmp_path)
    world.begin("2026-03-02 09:00")
    yield world
    world.store.close()


def known(world: Noted, *people: str, uid: str = "talk", **more: Any) -> None:
    more.setdefault("start", "2026-03-04 15:00")
    more.setdefault("end", "2026-03-04 16:00")
    world.event(more.pop("start"), more.pop("end"), people or (f"Dana Reyes <{DANA}>",), uid=uid, **more)
    world.cycle("2026-03-02 10:00")


def opened(world: Noted, *people: str, **more: Any) -> None:
    known(world, *people, **more)
    world.cycle(OPENS)


def drafted(world: Noted, *people: str, **more: Any) -> Message:
    opened(world, *people, **more)
    world.cycle(DUE)
    return world.draft_to(DANA)


def mine(world: Noted, description: str, **more: Any) -> Event:
    """The interview as an event that the user organises."""
    more.setdefault("organizer", ME)
    return world.event(
        "2026-03-04 15:00",
        "2026-03-04 16:00",
        (),
        uid="talk",
        with_me=False,
        title="Interview at Acme",
        description=description,
        **more,
    )


def commits(world: Noted) -> int:
    return world.store.connection.total_changes


# --- the file appears ---------------------------------------------------------------------------


def test_it_appears_half_an_hour_before_and_the_daemon_wakes_for_it(world: Noted) -> None:
    known(world)
    assert world.store.next_wake(world.now) == world.time(OPENS)
    world.cycle("2026-03-04 14:29")
    assert world.files() == []
    world.cycle(OPENS)
    assert world.files() == ["2026-03-04 1500 acme.example.md"]
    assert stat.S_IMODE(world.page().stat().st_mode) == 0o600
    assert stat.S_IMODE(world.notes.stat().st_mode) == 0o700
    assert f"## Dana Reyes <{DANA}>" in world.page().read_text()


def test_an_idle_cycle_writes_nothing(world: Noted) -> None:
    opened(world)
    world.cycle("2026-03-04 14:31")
    before = commits(world)
    world.cycle("2026-03-04 14:32")
    assert commits(world) == before


@pytest.mark.parametrize(("at", "made"), [("2026-03-05 15:59", 1), ("2026-03-05 16:01", 0)])
def test_it_appears_late_but_not_a_day_after_the_end(world: Noted, at: str, made: int) -> None:
    known(world)
    world.cycle(at)
    assert len(world.files()) == made


def test_deleted_means_no(world: Noted) -> None:
    opened(world)
    world.page().unlink()
    for at in ("2026-03-04 14:35", "2026-03-04 15:30", DUE):
        world.cycle(at)
    assert world.files() == []


def test_deleted_means_no_also_when_the_talk_is_moved(world: Noted) -> None:
    opened(world)
    world.page().unlink()
    known(world, start="2026-03-05 15:00", end="2026-03-05 16:00")
    world.cycle("2026-03-05 14:45")
    assert world.files() == []


def test_never_over_a_file_that_is_there(world: Noted) -> None:
    known(world)
    world.notes.mkdir()
    world.page().with_name("2026-03-04 1500 ACME.example.MD").write_text("mine")
    world.cycle(OPENS)
    assert world.files() == ["2026-03-04 1500 ACME.example.MD", "2026-03-04 1500 acme.example (2).md"]
    assert world.page("2026-03-04 1500 ACME.example.MD").read_text() == "mine"


def test_two_interviews_of_one_name_and_time(world: Noted) -> None:
    known(world)
    known(world, f"Kim Osei <{KIM}>", uid="other")
    world.cycle(OPENS)
    first, second = world.files()
    assert {first, second} == {"2026-03-04 1500 acme.example (2).md", "2026-03-04 1500 acme.example.md"}
    for name in (TALK, event_id("other", "")):
        path = world.page(world.interview(name).notes_file)
        world.save("2026-03-04 16:10", f"{path.read_text()}\n{HEADING}\n{name}", path)
    world.cycle("2026-03-04 16:20")
    assert world.noted() == [("file", "", TALK)]
    assert world.noted(event_id("other", "")) == [("file", "", event_id("other", ""))]


@pytest.mark.parametrize("how", ["skip", "stop", "cancel", "asked"])
def test_none_where_no_letter_will_be(world: Noted, how: str) -> None:
    known(world, **({"organizer": ME} if how == "asked" else {}))
    if how == "skip":
        world.orders().skip("Interview")
    elif how == "stop":
        world.orders().stop("acme", "withdrawn")
    elif how == "cancel":
        world.calendars["personal"].cancel("talk")
    for at in (OPENS, "2026-03-04 15:30"):
        world.cycle(at)
    assert world.files() == []


def test_a_state_that_was_lost_finds_the_file_again(world: Noted, tmp_path: Path) -> None:
    opened(world)
    world.jot("2026-03-04 16:05", RUST)
    other = Noted(tmp_path / "new")
    other.notes, other.calendars = world.notes, world.calendars
    other.begin("2026-03-04 16:20")
    assert other.noted() == [("file", "", RUST)]
    assert len(other.files()) == 1
    assert other.interview().notes_file == world.page().name
    other.store.close()


def full(*_: object, **__: object) -> int:
    raise OSError(28, "No space left on device")


def test_a_full_folder_is_told_once_and_tried_again(world: Noted, monkeypatch: pytest.MonkeyPatch) -> None:
    known(world)
    with monkeypatch.context() as patch:
        patch.setattr("followupd.notes_files.os.fsync", full)
        for at in (OPENS, "2026-03-04 14:35", "2026-03-04 14:40"):
            world.cycle(at)
    assert world.files() == []
    (told,) = world.told()
    assert "No space left on device. Make room there, or name another folder under notes.folder" in told
    world.cycle("2026-03-04 14:45")
    assert world.files() == [world.page().name]


def test_a_folder_that_is_none_is_told_once_and_letters_come(world: Noted) -> None:
    known(world)
    world.notes.write_text("a file in its place")
    for at in (OPENS, "2026-03-04 14:35", DUE):
        world.cycle(at)
    (told,) = world.told()
    assert "Your letters are written without them" in told
    assert world.draft_to(DANA)


# --- read back ----------------------------------------------------------------------------------


def test_what_is_written_is_in_the_letters_that_it_is_for(world: Noted) -> None:
    opened(world, f"Dana Reyes <{DANA}>", f"Kim Osei <{KIM}>")
    world.jot("2026-03-04 16:05", RUST, f"## Dana Reyes <{DANA}>")
    world.jot("2026-03-04 16:06", "I speak Welsh", "## Forgot to mention")
    world.cycle("2026-03-04 16:10")
    assert ("file", DANA, RUST) in world.noted()
    assert [note.topic for note in world.interview().notes] == ["", "forgot"]
    world.cycle(DUE)
    assert RUST in world.draft_to(DANA).text
    assert RUST not in world.draft_to(KIM).text


def test_the_last_save_wins_and_notes_by_command_stay(world: Noted) -> None:
    opened(world)
    world.orders().note("dana", "the garden")
    world.jot("2026-03-04 16:05", "their mov")
    world.cycle("2026-03-04 16:10")
    world.save("2026-03-04 16:12", world.page().read_text().replace("their mov", RUST))
    world.cycle("2026-03-04 16:15")
    assert world.noted() == [("", DANA, "the garden"), ("file", "", RUST)]


def test_a_later_save_of_another_part_is_not_newer(world: Noted) -> None:
    opened(world)
    world.jot("2026-03-04 16:05", RUST)
    world.cycle("2026-03-04 16:10")
    world.jot("2026-03-04 16:12", "tea", "## Why I fit")
    world.cycle("2026-03-04 16:15")
    at = {note.text: note.at for note in world.interview().notes}
    assert at == {RUST: world.time("2026-03-04 16:10"), "tea": world.time("2026-03-04 16:15")}


@pytest.mark.parametrize("half", ["", "<!-- foll", "# Notes"])
def test_a_half_written_file_takes_nothing_away(world: Noted, half: str) -> None:
    opened(world)
    whole = world.jot("2026-03-04 16:05", RUST).read_text()
    world.cycle("2026-03-04 16:10")
    before = world.interview().notes
    world.save("2026-03-04 16:14:59", half)
    world.cycle("2026-03-04 16:15")
    assert world.interview().notes == before
    world.save("2026-03-04 16:15:01", whole)
    world.cycle("2026-03-04 16:20")
    assert world.interview().notes == before


def test_what_was_taken_out_is_gone_when_the_file_lies_still(world: Noted) -> None:
    opened(world)
    world.jot("2026-03-04 16:05", RUST)
    world.cycle("2026-03-04 16:10")
    world.save("2026-03-04 16:11", world.page().read_text().replace(RUST, ""))
    world.cycle("2026-03-04 16:15")
    assert world.noted() == []


def test_an_address_half_typed_is_nobodys(world: Noted) -> None:
    opened(world)
    world.jot("2026-03-04 16:09:59", "Ivo Park <ivo@acme.ex>", "## Who I met")
    world.cycle("2026-03-04 16:10")
    assert world.interview().people == ()
    world.save("2026-03-04 16:10:02", world.page().read_text().replace(".ex>", ".example>"))
    world.cycle("2026-03-04 16:15")
    assert [person.address for person in world.interview().people] == [IVO]


def test_renamed_copied_or_replaced_it_is_still_known(world: Noted) -> None:
    opened(world)
    world.jot("2026-03-04 16:05", RUST)
    world.page().rename(world.page("Acme, second round.txt"))
    world.cycle("2026-03-04 16:10")
    assert world.noted() == [("file", "", RUST)]
    world.save(
        "2026-03-04 16:11",
        f"{world.page('Acme, second round.txt').read_text()}\n{HEADING}\ntea",
        world.page("copy.md"),
    )
    world.cycle("2026-03-04 16:15")
    assert world.noted() == [("file", "", RUST), ("file", "", "tea")]
    fresh = world.save(
        "2026-03-04 16:16", world.page("copy.md").read_text().replace(RUST, "Go"), world.notes / "4913"
    )
    fresh.replace(world.page("Acme, second round.txt"))
    world.page("copy.md").unlink()
    world.cycle("2026-03-04 16:20")
    assert sorted(text for _, _, text in world.noted()) == ["Go", "tea"]


def test_without_its_line_it_is_known_by_its_name(world: Noted) -> None:
    opened(world)
    world.save("2026-03-04 16:05", RUST)
    world.cycle("2026-03-04 16:10")
    assert world.noted() == [("file", "", RUST)]


def test_when_the_file_is_deleted_its_notes_stay(world: Noted) -> None:
    opened(world)
    world.jot("2026-03-04 16:05", RUST)
    world.cycle("2026-03-04 16:10")
    world.page().unlink()
    world.cycle("2026-03-04 16:15")
    assert world.noted() == [("file", "", RUST)]
    assert world.files() == []


@pytest.mark.parametrize(
    "name",
    [".2026-03-04 1500 acme.example.md.swp", "x.md~", "#x.md#", ".#x.md", "~x.md", "x.md.tmp", "x.docx"],
)
def test_what_editors_leave_behind_is_not_read(world: Noted, name: str) -> None:
    opened(world)
    world.save("2026-03-04 16:05", f"{world.page().read_text()}\n{HEADING}\n{RUST}", world.notes / name)
    world.cycle("2026-03-04 16:10")
    assert world.noted() == []


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"x" * 65537, "it has 65,537 bytes, and 65,536 is the most. Shorten it"),
        (b"PK\x03\x04\0\0", "it is no text. Save it as plain text"),
    ],
)
def test_what_can_not_be_read_is_told_once_and_costs_nothing(world: Noted, raw: bytes, why: str) -> None:
    opened(world)
    world.jot("2026-03-04 16:05", RUST)
    world.cycle("2026-03-04 16:10")
    before = world.page().read_text()
    world.page().write_bytes(raw)
    world.touch("2026-03-04 16:11", world.page())
    for at in ("2026-03-04 16:15", "2026-03-04 16:20"):
        world.cycle(at)
    assert world.noted() == [("file", "", RUST)]
    (told,) = world.told()
    assert why in told
    world.save("2026-03-04 16:21", before.replace(RUST, "Go"))
    world.cycle("2026-03-04 16:25")
    assert world.noted() == [("file", "", "Go")]


def forbidden(path: object, *_: object, **__: object) -> int:
    raise PermissionError(13, "Permission denied", str(path))


def test_a_file_that_may_not_be_read_is_read_when_it_may(
    world: Noted, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(world)
    world.jot("2026-03-04 16:05", RUST)
    opens = os.open
    with monkeypatch.context() as patch:
        patch.setattr(
            "followupd.notes_files.os.open",
            lambda path, *rest: forbidden(path) if str(path).endswith(".md") else opens(path, *rest),
        )
        for at in ("2026-03-04 16:10", "2026-03-04 16:15"):
            world.cycle(at)
    (told,) = world.told()
    assert "Permission denied" in told
    world.cycle("2026-03-04 16:20")
    assert world.noted() == [("file", "", RUST)]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_as_other_systems_save_it(world: Noted, encoding: str) -> None:
    opened(world)
    text = world.page().read_text().replace(HEADING, f"{HEADING}\r\nMüllers Gärten")
    world.page().write_bytes(text.encode(encoding))
    world.cycle("2026-03-04 16:10")
    assert world.noted() == [("file", "", "Müllers Gärten")]


def test_things_in_the_folder_that_are_no_notes(world: Noted) -> None:
    opened(world)
    os.mkfifo(world.notes / "pipe.md")
    (world.notes / "folder.md").mkdir()
    (world.notes / "link.md").symlink_to(world.notes / "nothing")
    world.save("2026-03-04 16:05", "# My own notes\ndecide: 3 Dec", world.notes / "readme.md")
    world.save(
        "2026-03-04 16:05", "<!-- followupd: interview ffffffffffffffff. -->\nRust", world.notes / "old.md"
    )
    world.cycle("2026-03-04 16:10")
    before = commits(world)
    world.cycle("2026-03-04 16:11")
    assert commits(world) == before
    assert world.told() == []
    assert world.noted() == []


def test_long_after_the_interview_a_file_is_not_read(world: Noted) -> None:
    opened(world)
    world.jot("2026-04-10 10:00", RUST)
    world.cycle("2026-04-10 10:05")
    assert world.noted() == []


# --- lines that are obeyed ----------------------------------------------------------------------


def test_next_steps_by_decides_and_a_change_decides_again(world: Noted) -> None:
    opened(world)
    world.jot("2026-03-04 16:05", "20 March", "## Next steps by")
    world.cycle("2026-03-04 16:10")
    assert world.process().decision_by == date(2026, 3, 20)
    world.orders().decide("acme", date(2026, 3, 30))
    world.jot("2026-03-04 16:12", RUST)
    world.cycle("2026-03-04 16:15")
    assert world.process().decision_by == date(2026, 3, 30)  # the same words do nothing twice
    for at, words, day in (("16:20", "25 March", 25), ("16:30", "20 March", 20)):
        text = world.page().read_text()
        text = text.replace("20 March", words) if words == "25 March" else text.replace("25 March", words)
        world.save(f"2026-03-04 {at}", text)
        world.cycle(f"2026-03-04 {at[:-1]}5")
        assert world.process().decision_by == date(2026, 3, day)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("next week", "“next week” is no date. Write it like 3 Dec, or 2026-12-03."),
        ("3 March", "2026-03-03 has passed"),
        ("3 March 2036", "more than three years away"),
    ],
)
def test_a_date_that_is_none_is_told_once_and_the_rest_goes_on(world: Noted, words: str, why: str) -> None:
    opened(world)
    world.jot("2026-03-04 16:05", words, "## Next steps by")
    world.jot("2026-03-04 16:05", f"Ivo Park <{IVO}>", "## Who I met")
    world.jot("2026-03-04 16:05", RUST)
    for at in ("2026-03-04 16:10", "2026-03-04 16:15"):
        world.cycle(at)
    (told,) = world.told()
    assert why in told
    assert "In your notes on “Interview”" in told
    assert world.process().decision_by is None
    assert world.noted() == [("file", "", RUST)]
    world.cycle(DUE)
    assert world.draft_to(IVO)


def test_a_date_written_down_settles_no_answer_that_it_did_not_know_of(world: Noted) -> None:
    world.send(drafted(world), at="2026-03-04 18:00")
    world.cycle("2026-03-04 18:05")
    world.jot("2026-03-05 09:00", "20 March", "## Next steps by")
    world.receive(f"Dana Reyes <{DANA}>", at="2026-03-05 09:30", text="Unfortunately we will not go on.")
    world.cycle("2026-03-05 10:00")
    assert world.process().decision_by == date(2026, 3, 20)
    assert [question.topic for question in world.questions()] == ["answer"]
    world.save("2026-03-05 11:00", world.page().read_text().replace("20 March", "24 March"))
    world.cycle("2026-03-05 11:05")  # now the user has been asked, and this is the answer
    assert world.questions() == []
    assert world.process().state is ProcessState.ACTIVE


def test_a_date_that_answers_a_question_answers_it_for_what_had_come_alone(world: Noted) -> None:
    world.send(drafted(world), at="2026-03-04 18:00")
    world.receive(f"Dana Reyes <{DANA}>", at="2026-03-05 09:30", text="We will decide soon.")
    world.cycle("2026-03-05 10:00")
    (first,) = world.questions()
    world.jot("2026-03-05 11:00", "24 March", "## Next steps by")
    world.receive(f"Dana Reyes <{DANA}>", at="2026-03-05 11:02", text="Unfortunately we will not go on.")
    world.cycle("2026-03-05 11:05")
    assert world.process().decision_by == date(2026, 3, 24)
    assert [question.topic for question in world.questions()] == ["answer"]
    assert world.questions()[0].id != first.id


def test_whom_one_met_is_added_once(world: Noted) -> None:
    opened(world)
    world.jot("2026-03-04 16:05", f"Ivo Park <{IVO}>\n\nme <{ME}>\nthe dog\nx <y@z", "## Who I met")
    world.cycle("2026-03-04 16:10")
    assert [person.address for person in world.interview().people] == [IVO]
    assert len(world.told()) == 2
    world.orders().drop_person("Interview", IVO)
    world.jot("2026-03-04 16:12", RUST)
    world.cycle("2026-03-04 16:15")
    assert world.process().dropped == (IVO,)
    assert len(world.told()) == 2


def test_no_interest_in_the_file(world: Noted) -> None:
    opened(world)
    world.jot("2026-03-04 16:05", "no", "## Interest")
    world.cycle("2026-03-04 16:10")
    assert [note.interest for note in world.interview().notes] == [False]


def test_people_who_left_the_invitation_are_not_added_by_their_heading(world: Noted) -> None:
    opened(world, f"Dana Reyes <{DANA}>", f"Kim Osei <{KIM}>")
    assert KIM in world.page().read_text()
    known(world)
    world.jot("2026-03-04 16:05", RUST)
    world.cycle("2026-03-04 16:10")
    world.cycle(DUE)
    assert world.interview().people == ()
    assert [draft.to[0].email for draft in world.drafts()] == [DANA]


# --- events -------------------------------------------------------------------------------------

ORDERS = f"decide: 20 March\nstop: rejected\nskip\nvia: x@agency.example\nIvo Park <{IVO}>\nnotes:\n{RUST}"


@pytest.mark.parametrize(
    "more",
    [
        {"organizer": "Rita Hale <recruiting@acme.example>"},
        {"organizer": ""},
        {"organizer": ME, "from_mail": True},
    ],
)
def test_what_somebody_else_wrote_is_never_obeyed(world: Noted, more: dict[str, Any]) -> None:
    known(world, description=ORDERS, **more)
    world.cycle(OPENS)
    world.cycle(DUE)
    process, interview = world.process(), world.interview()
    assert (process.decision_by, process.via, process.reason) == (None, "", "")
    assert process.state is ProcessState.ACTIVE
    assert (interview.skipped, interview.people, interview.notes, interview.obeyed) == (None, (), (), ())
    assert world.said() == []


def test_the_deciding_copy_is_somebody_elses(world: Noted) -> None:
    """The same event twice: the one to which the user was invited counts, not a copy that looks like their own."""
    world.event("2026-03-04 15:00", "2026-03-04 16:00", uid="talk", organizer=f"Dana <{DANA}>")
    other = Noted(world.folder.parent / "two")
    other.store.close()
    world.calendars["work"], world.mailboxes["work"] = (
        other.calendars["personal"],
        other.mailboxes["personal"],
    )
    invited = world.calendars["personal"].event("talk", "")
    assert invited is not None
    world.calendars["work"].put(
        replace(invited, organizer=None, attendees=(), description=f"notes:\n{ORDERS}")
    )
    world.cycle("2026-03-02 10:00")
    assert world.interview().obeyed == ()


def test_a_phone_is_enough(world: Noted) -> None:
    mine(world, f"Ivo Park <{IVO}>\nnotes:\n{RUST}\ndecide: 20 March")
    world.cycle("2026-03-02 10:00")
    assert world.process().decision_by == date(2026, 3, 20)
    assert world.noted() == [("event", "", RUST)]
    world.cycle(DUE)
    assert RUST in world.draft_to(IVO).text


@pytest.mark.parametrize(
    ("line", "holds"),
    [
        (
            "stop: rejected",
            lambda w: w.process().state is ProcessState.CLOSED and w.process().reason == "rejected",
        ),
        ("skip", lambda w: w.interview().skipped is not None),
        ("via: kim@agency.example", lambda w: w.process().via == "kim@agency.example"),
        ("decide: 20 March", lambda w: w.process().decision_by == date(2026, 3, 20)),
    ],
)
def test_each_line_does_what_the_command_does_once(world: Noted, line: str, holds: Any) -> None:
    mine(world, f"notes:\n{line}", organizer="")
    world.cycle("2026-03-02 10:00")
    assert holds(world)
    said = world.said()
    # Seen again in another calendar, changed elsewhere, after a restart.
    event = world.calendars["personal"].event("talk", "")
    assert event is not None
    for number, change in enumerate(
        ({"calendar_name": "Work"}, {"location": "Room 2"}, {"description": f"Notes:\n- {line.upper()}"})
    ):
        world.calendars["personal"].put(replace(event, **change))
        world.cycle(f"2026-03-02 1{number + 1}:00")
    assert [text for text in world.said() if text != "your notes were read"] == said


def test_what_was_taken_back_by_command_stays_so(world: Noted) -> None:
    mine(world, "stop: rejected")
    world.cycle("2026-03-02 10:00")
    world.orders().resume(world.process().key)
    mine(world, "stop: rejected\nnotes:\ntea")
    world.cycle("2026-03-02 11:00")
    assert world.process().state is ProcessState.ACTIVE
    assert world.noted() == [("event", "", "tea")]


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("decide: 1 March", "“decide: 1 March” was not carried out. 2026-03-01 has passed."),
        ("decide: soon", "is no date"),
        ("stop: ghosted", "“ghosted” is no reason. Say one of: accepted"),
        ("via: nowhere", "is no address and no domain"),
        ("Ivo <ivo@nowhere>", ""),
        ("Ivo <ivo@@acme>", "Nobody was added"),
    ],
)
def test_what_can_not_be_obeyed_is_told_once(world: Noted, line: str, why: str) -> None:
    mine(world, f"{line}\nnotes:\n{RUST}")
    world.cycle("2026-03-02 10:00")
    mine(world, f"{line}\nnotes:\n{RUST}\ntea")
    world.cycle("2026-03-02 11:00")
    assert len(world.told()) == bool(why)
    assert all(why in told and "In your event “Interview at Acme”" in told for told in world.told())
    assert [text for _, _, text in world.noted()] == [RUST, "tea"]


def test_a_date_in_the_event_is_not_next_years_when_it_is_read_late(world: Noted) -> None:
    mine(world, "decide: 6 March")
    world.calendars["personal"].remove("talk")
    world.cycle("2026-03-02 10:00")
    mine(world, "decide: 6 March")
    world.cycle("2026-03-09 10:00")
    assert world.process().decision_by is None
    assert "2026-03-06 has passed" in world.told()[0]


def test_file_and_event_do_not_take_turns(world: Noted) -> None:
    mine(world, f"decide: 20 March\nIvo Park <{IVO}>")
    world.cycle("2026-03-02 10:00")
    world.cycle(OPENS)
    page = world.page(world.interview().notes_file)
    world.save(
        "2026-03-04 16:05", page.read_text().replace("## Next steps by", "## Next steps by 24 March"), page
    )
    for hour in (17, 18, 19):
        mine(world, f"decide: 20 March\nIvo Park <{IVO}>\nseen {hour}")
        world.cycle(f"2026-03-04 {hour}:00")
        assert world.process().decision_by == date(2026, 3, 24)


def test_an_event_that_is_no_interview_says_nothing(world: Noted) -> None:
    mine(world, "stop: rejected")
    event = world.calendars["personal"].event("talk", "")
    assert event is not None
    world.calendars["personal"].put(replace(event, title="Acme"))
    world.cycle("2026-03-02 10:00")
    assert world.store.interviews() == []


def test_an_event_that_is_no_interview_any_more_says_nothing(world: Noted) -> None:
    mine(world, "")
    world.cycle("2026-03-02 10:00")
    event = world.calendars["personal"].event("talk", "")
    assert event is not None
    world.calendars["personal"].put(replace(event, title="Lunch", description="stop: rejected"))
    world.cycle("2026-03-02 11:00")
    assert world.process().reason != "rejected"


# --- a draft that lies there already ------------------------------------------------------------


def by_file(world: Noted, at: str, text: str) -> None:
    world.jot(at, text)


def by_event(world: Noted, at: str, text: str) -> None:
    event = world.calendars["personal"].event("talk", "")
    assert event is not None
    before = event.description or "notes:"
    world.calendars["personal"].put(replace(event, description=f"{before}\n{text}"))


@pytest.fixture(params=[by_file, by_event])
def write(request: pytest.FixtureRequest, world: Noted) -> Any:
    """A way to write notes down; the talk is an event of the user's own, and released."""
    known(world, organizer=ME)
    world.orders().draft("Interview")
    world.cycle(OPENS)
    world.cycle(DUE)
    return request.param


def revisions(world: Noted) -> tuple[int, tuple[str, ...]]:
    letter: FollowUp = world.thank_you(DANA)
    return letter.revision, letter.replaced


def test_notes_after_the_draft_refresh_it_exactly_once(world: Noted, write: Any) -> None:
    before = world.draft_to(DANA)
    write(world, "2026-03-04 17:00", RUST)
    world.cycle("2026-03-04 17:05")
    after = world.draft_to(DANA)
    assert RUST in after.text
    assert after.message_id != before.message_id
    write(world, "2026-03-04 17:10", "the garden")
    world.cycle("2026-03-04 17:15")
    world.cycle("2026-03-04 17:20")
    assert world.draft_to(DANA).message_id == after.message_id
    assert revisions(world) == (1, ("notes",))


def test_notes_read_with_the_draft_are_in_it_and_refresh_nothing(world: Noted) -> None:
    opened(world)
    world.jot("2026-03-04 16:40", RUST)
    world.cycle("2026-03-04 16:46:00.700000")
    assert RUST in world.draft_to(DANA).text
    world.cycle("2026-03-04 17:05")
    assert revisions(world) == (0, ())


def test_an_edited_draft_is_never_refreshed(world: Noted, write: Any) -> None:
    edited = world.edit(world.draft_to(DANA), at="2026-03-04 17:00")
    write(world, "2026-03-04 17:01", RUST)
    for at in ("2026-03-04 17:05", "2026-03-04 17:10"):
        world.cycle(at)
    assert world.draft_to(DANA).text == edited.text


def test_nothing_is_refreshed_in_a_pause(world: Noted, write: Any) -> None:
    before = world.draft_to(DANA)
    world.orders("2026-03-04 16:50").pause(date(2026, 3, 5))
    write(world, "2026-03-04 17:00", RUST)
    world.cycle("2026-03-04 17:05")
    assert world.draft_to(DANA).message_id == before.message_id
    world.cycle("2026-03-05 12:05")
    assert RUST in world.draft_to(DANA).text
    assert revisions(world) == (1, ("notes",))


def test_a_failure_after_the_withdrawal_loses_nothing(
    world: Noted, write: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(world, "2026-03-04 17:00", RUST)

    def fails(*_: object) -> str:
        raise Unavailable("the mailbox does not answer")

    with monkeypatch.context() as patch:
        patch.setattr(world.mailboxes["personal"], "create_draft", fails)
        world.cycle("2026-03-04 17:05")
        assert world.drafts() == []
    for at in ("2026-03-04 17:20", "2026-03-04 18:00", "2026-03-04 19:00"):
        world.cycle(at)
    assert RUST in world.draft_to(DANA).text
    assert world.thank_you(DANA).stage is Stage.DRAFTED
    assert revisions(world) == (1, ("notes",))


def test_a_draft_just_touched_is_left_and_refreshed_later_if_it_may_be(
    world: Noted, write: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = world.draft_to(DANA)
    write(world, "2026-03-04 17:00", RUST)

    def touched(*_: object, **__: object) -> bool:
        raise Conflict("it was changed a moment ago")

    with monkeypatch.context() as patch:
        patch.setattr(world.mailboxes["personal"], "withdraw_draft", touched)
        world.cycle("2026-03-04 17:05")
    assert world.draft_to(DANA).message_id == before.message_id
    world.cycle("2026-03-04 17:30")
    assert RUST in world.draft_to(DANA).text


def test_a_note_for_one_person_refreshes_their_letter_alone(world: Noted) -> None:
    drafted(world, f"Dana Reyes <{DANA}>", f"Kim Osei <{KIM}>")
    before = {draft.to[0].email: draft.message_id for draft in world.drafts()}
    world.jot("2026-03-04 17:00", RUST, f"## Kim Osei <{KIM}>")
    world.cycle("2026-03-04 17:05")
    after = {draft.to[0].email: draft.message_id for draft in world.drafts()}
    assert after[DANA] == before[DANA]
    assert after[KIM] != before[KIM]


# --- parts --------------------------------------------------------------------------------------


def test_a_command_that_fails_half_way_is_undone_alone(world: Noted) -> None:
    with world.store.transaction():
        world.store.set_meta("one", "kept")
        with suppress(UsageError), Within(world.store).transaction():
            world.store.set_meta("two", "undone")
            raise UsageError("no")
        with Within(world.store).transaction():
            world.store.set_meta("three", "kept")
    assert [world.store.meta(name) for name in ("one", "two", "three")] == ["kept", "", "kept"]


def test_a_file_is_never_made_in_the_place_of_another(tmp_path: Path) -> None:
    path = tmp_path / "page.md"
    path.write_text("mine")
    with pytest.raises(FileExistsError):
        create(path, b"ours")
    assert path.read_text() == "mine"


def test_what_became_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "page.md")
    with pytest.raises(Unreadable):
        read(tmp_path / "page.md")


# --- real files ---------------------------------------------------------------------------------


def test_over_real_files_and_the_real_config(tmp_path: Path) -> None:
    files = Files(tmp_path)
    notes = files.state / "notes"
    files.once("2026-03-02 09:00")
    files.event("2026-03-04 15:00", "2026-03-04 16:00", uid="talk")
    files.once("2026-03-02 10:00")
    files.once(OPENS)
    (page,) = notes.iterdir()
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    files.once(DUE)
    before = files.draft_to()
    page.write_text(page.read_text().replace(HEADING, f"{HEADING}\n{RUST}"))
    at = datetime(2026, 3, 4, 17, tzinfo=UTC).timestamp()
    os.utime(page, (at, at))
    files.once("2026-03-04 17:05")
    assert RUST in files.draft_to().text
    assert files.draft_to().message_id != before.message_id
    after = files.draft_to().message_id
    files.once("2026-03-04 17:15")
    assert files.draft_to().message_id == after
    assert len(files.letters(Kind.THANK_YOU.value)) == 1


def test_a_dry_run_makes_no_file(tmp_path: Path) -> None:
    files = Files(tmp_path)
    files.once("2026-03-02 09:00")
    files.event("2026-03-04 15:00", "2026-03-04 16:00")
    files.once("2026-03-02 10:00")
    assert files.cli("once", "--dry-run", at=OPENS)[0] == 0
    assert not (files.state / "notes").exists()
