"""Proofreading over whole cycles: when a text is read, what `status` shows, what is told, and what is left alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from followupd.apply import Done
from followupd.core.model import Folder, LetterPolicy, Message, Organisation
from followupd.core.proof import Misspelling
from followupd.core.proofreading import offers
from followupd.cycle import Cycle
from followupd.notify import Notice, Teller
from followupd.observe import OpenAccount
from followupd.overview import status
from followupd.spelling import Speller
from followupd.store import Store
from tests.notify.kit import settings
from tests.world import ME, World, wording
from tests.world import policy as usual_policy

DANA, KIM = "dana@acme.example", "kim@acme.example"
SLOT = "FILL IN: one thing that we talked about"
ORGANISATIONS = (
    Organisation(name="Acme", domains=("acme.example",)),
    Organisation(name="Globex", domains=("globex.example",)),
)
MENDED = "the story of your first customer made me smile."


class Reader:
    """Spelling that knows one slip, and counts what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.closed = 0

    def __call__(self, text: str, language: str) -> tuple[Misspelling, ...]:
        assert language == "en"
        self.asked.append(text)
        return (Misspelling("recieved", ("received",)),) if "recieved" in text else ()

    def close(self) -> None:
        self.closed += 1


class Read(World):
    """A world in which letters are read, and whose user is told."""

    def __init__(self, folder: Path, **letters: Any) -> None:
        given = replace(usual_policy(organisations=ORGANISATIONS), letters=LetterPolicy(**letters))
        super().__init__(folder, given)
        self.reader: Any = Reader()
        self.begin("2026-03-02 09:00")
        self.teller = Teller(self.store, settings(), self.policy.me.zone)
        self.told()
        self.event("2026-03-04 15:00", "2026-03-04 16:00", [f"Dana Reyes <{DANA}>", f"Kim Osei <{KIM}>"])
        self.cycle("2026-03-04 10:00")

    def cycle(self, at: Any) -> list[Done]:
        self.now = self.time(at)
        account = OpenAccount(
            "personal", (("calendar:0", self.calendars["personal"]),), self.mailboxes["personal"]
        )
        cycle = Cycle(
            self.store, {"personal": account}, self.policy, wording, None, "rules", speller=self.reader
        )
        self.reports = cycle.run(self.now)
        return [done for report in self.reports for done in report.actions]

    def drafted(self) -> Message:
        self.cycle("2026-03-04 16:46")
        return self.draft_to(DANA)

    def shown(self, to: str = DANA) -> list[str]:
        """The findings that `status` shows."""
        letters = [
            one for process in status(self.folder, self.now)["processes"] for one in process["follow_ups"]
        ]
        return [text for one in letters if one["to"] == to for text in one["findings"]]

    def told(self) -> Notice | None:
        """What the user is told now, and has been told with it."""
        notice = self.teller.pending(self.now)
        if notice:
            self.teller.told(notice)
        return notice

    def save(self, draft: Message, at: str, change: Callable[[str], str], *, again: bool = False) -> Message:
        return self.edit(draft, at=at, text=change(draft.text), again=again)


@pytest.fixture
def world(tmp_path: Path) -> Read:
    return Read(tmp_path / "state")


def tells(done: list[Done]) -> list[str]:
    return [one.reason for one in done if one.action == "tell"]


def kinds(notice: Notice | None) -> list[str]:
    return [item.kind for item in notice.items] if notice else []


def mended(text: str) -> str:
    return text.replace(SLOT, MENDED[0].upper() + MENDED[1:])


# --- our own draft ------------------------------------------------------------------------------


def test_in_a_draft_that_nobody_has_touched_the_line_to_fill_in_is_no_fault(world: Read) -> None:
    draft = world.drafted()
    assert SLOT in draft.text
    assert (world.shown(), world.reader.asked) == ([], [])
    assert kinds(world.told()) == ["letter", "letter"]


def test_a_slip_in_a_note_is_found_before_the_letter_is_a_draft(world: Read) -> None:
    world.orders("2026-03-04 16:10").note(DANA, "how you recieved the first order")
    draft = world.drafted()
    assert "recieved" in draft.text
    assert world.shown() == ["“recieved” may be misspelt. Did you mean “received”?"]
    notice = world.told()
    assert sorted(kinds(notice)) == ["findings", "letter"]
    assert notice
    assert "recieved" not in notice.title + notice.text
    # It is told with the draft, and not once more.
    assert tells(world.cycle("2026-03-04 17:10")) == []
    assert world.told() is None


# --- an edited draft ----------------------------------------------------------------------------


def test_an_edited_draft_is_read_at_once_and_told_of_once_when_it_rests(world: Read) -> None:
    draft = world.drafted()
    world.told()
    draft = world.save(draft, "2026-03-04 17:00", lambda text: text.replace("Hello", "Dear"))
    assert tells(world.cycle("2026-03-04 17:01")) == []
    (shown,) = world.shown()
    assert SLOT in shown
    for minute in ("02", "06", "10"):
        assert tells(world.cycle(f"2026-03-04 17:{minute}")) == []
        assert world.told() is None
    (told,) = tells(world.cycle("2026-03-04 17:12"))
    assert SLOT in told
    assert kinds(world.told()) == ["findings"]
    for at in ("17:17", "18:00", "20:00"):
        assert tells(world.cycle(f"2026-03-04 {at}")) == []
        assert world.told() is None
    assert world.shown() == [shown]
    assert {f.findings_since for f in world.store.follow_ups()} == {None}
    assert [m.text for m in world.drafts() if m.id == draft.id] == [draft.text]


def test_who_saves_while_writing_is_told_once_of_what_is_left(world: Read) -> None:
    draft = world.drafted()
    world.told()
    faults = [" the the", " recieved", ",,", ""]
    for number, fault in enumerate(faults):
        at = f"2026-03-04 17:{number * 5:02}"
        draft = world.save(
            draft,
            at,
            lambda text, fault=fault: (
                f"Hi Dana,\n\nYou told me{fault} of it, and I liked that story a lot.\n\nSam\n"
            ),
            again=True,
        )
        assert tells(world.cycle(f"2026-03-04 17:{number * 5 + 1:02}")) == []
    assert tells(world.cycle("2026-03-04 17:40")) == []
    assert world.shown() == []
    assert world.told() is None


def test_of_what_was_told_once_the_user_hears_no_more_but_of_what_is_new(world: Read) -> None:
    draft = world.drafted()
    world.told()
    draft = world.save(draft, "2026-03-04 17:00", lambda text: text.replace("Hello", "Dear"))
    world.cycle("2026-03-04 17:01")
    assert len(tells(world.cycle("2026-03-04 17:12"))) == 1
    world.told()
    draft = world.save(draft, "2026-03-04 17:20", lambda text: text.replace("Dear", "Good morning"))
    world.cycle("2026-03-04 17:21")
    assert tells(world.cycle("2026-03-04 17:40")) == []
    assert world.told() is None
    world.save(draft, "2026-03-04 18:00", lambda text: text.replace("Wednesday", "[day]"))
    world.cycle("2026-03-04 18:01")
    (told,) = tells(world.cycle("2026-03-04 18:12"))
    assert "[day]" in told
    assert len(world.shown()) == 2


@pytest.mark.parametrize("end", ["mended", "sent", "deleted"])
def test_what_was_found_vanishes_when_it_is(world: Read, end: str) -> None:
    draft = world.drafted()
    draft = world.save(draft, "2026-03-04 17:00", lambda text: text.replace("Hello Dana Reyes", "Dear Kim"))
    world.cycle("2026-03-04 17:01")
    assert len(world.shown()) == 2
    if end == "mended":
        world.save(draft, "2026-03-04 17:05", lambda text: mended(text).replace("Dear Kim", "Dear Dana"))
    elif end == "sent":
        world.send(draft, at="2026-03-04 17:05", text=mended(draft.text))
    else:
        world.delete(draft)
    world.cycle("2026-03-04 17:06")
    for minute in (20, 40, 50):
        world.cycle(f"2026-03-04 17:{minute}")
    assert world.shown() == []
    assert {f.findings for f in world.store.follow_ups() if f.to == DANA} == {()}
    assert "findings" not in kinds(world.told())


def test_also_a_change_of_spaces_alone_is_seen(world: Read) -> None:
    draft = world.drafted()
    draft = world.save(draft, "2026-03-04 17:00", lambda text: mended(text).replace("made me", "made  me"))
    world.cycle("2026-03-04 17:01")
    (shown,) = world.shown()
    assert "two spaces" in shown
    world.save(draft, "2026-03-04 17:05", lambda text: text.replace("made  me", "made me"))
    world.cycle("2026-03-04 17:06")
    assert world.shown() == []


def test_a_file_that_is_attached_later_is_missed_no_more(world: Read) -> None:
    draft = world.drafted()
    draft = world.save(
        draft,
        "2026-03-04 17:00",
        lambda text: (
            mended(text)
            .replace("\n\nSam", "\n\nSam")
            .replace(MENDED[1:], f"{MENDED[1:]} I have attached my slides.")
        ),
    )
    world.cycle("2026-03-04 17:01")
    assert ["attached" in text for text in world.shown()] == [True]
    mail = EmailMessage(policy=policy.default)
    for name, value in (
        ("From", ME),
        ("To", DANA),
        ("Subject", draft.subject),
        ("Message-ID", f"<{draft.message_id}>"),
    ):
        mail[name] = value
    mail.set_content(draft.text)
    mail.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="slides.pdf")
    assert message_from_bytes(mail.as_bytes()).is_multipart()
    world.mailboxes["personal"].edit(draft.id, mail.as_bytes(), world.time("2026-03-04 17:05"))
    world.cycle("2026-03-04 17:06")
    assert world.shown() == []


def test_another_company_is_known_by_the_user_s_other_processes(world: Read) -> None:
    world.event("2026-03-03 10:00", "2026-03-03 11:00", ["Paul Stern <paul@globex.example>"])
    draft = world.drafted()
    world.save(
        draft, "2026-03-04 17:00", lambda text: mended(text).replace("Wednesday", "Wednesday about Globex")
    )
    world.cycle("2026-03-04 17:01")
    assert ["Globex" in text for text in world.shown()] == [True]


def test_a_letter_that_the_user_sends_to_somebody_else_is_held_against_them(world: Read) -> None:
    draft = world.drafted()
    text = mended(draft.text).replace("Dana Reyes", "Priya")
    head = f"From: {ME}\r\nTo: x17@elsewhere.example\r\nSubject: {draft.subject}\r\n"
    raw = f"{head}Message-ID: <{draft.message_id}>\r\n\r\n{text}"
    world.mailboxes["personal"].edit(draft.id, raw.encode(), world.time("2026-03-04 17:00"))
    world.cycle("2026-03-04 17:01")
    assert world.shown() == []


def test_two_letters_of_a_panel_that_the_user_made_alike_are_found(world: Read) -> None:
    draft = world.drafted()
    text = (
        "Dear {},\n\n"
        + "You asked what I would do first, and I have thought about it since we spoke. " * 3
        + "\n\nSam\n"
    )
    world.edit(draft, at="2026-03-04 17:00", text=text.format("Dana"))
    world.cycle("2026-03-04 17:01")
    assert world.shown() == []
    world.edit(world.draft_to(KIM), at="2026-03-04 17:05", text=text.format("Kim"))
    world.cycle("2026-03-04 17:06")
    assert ["nearly the same" in one for one in world.shown(KIM)] == [True]


def test_a_draft_that_rests_costs_nothing(world: Read) -> None:
    draft = world.drafted()
    world.save(
        draft,
        "2026-03-04 17:00",
        lambda text: f"{mended(text)}\nPS: I recieved your card.\n".replace("made me", "made me me"),
    )
    world.cycle("2026-03-04 17:01")
    world.cycle("2026-03-04 17:12")
    asked, closed = len(world.reader.asked), world.reader.closed
    changes = world.store.connection.total_changes
    for minute in range(15, 55, 5):
        assert world.cycle(f"2026-03-04 17:{minute}") == []
    assert len(world.reader.asked) == asked == 1
    assert world.store.connection.total_changes == changes
    assert world.reader.closed == closed + 8


def test_after_a_restart_in_between_it_is_told_once_all_the_same(world: Read) -> None:
    draft = world.drafted()
    world.save(draft, "2026-03-04 17:00", lambda text: text.replace("Hello", "Dear"))
    world.cycle("2026-03-04 17:01")
    world.store.close()
    world.store = Store(world.folder)
    assert len(tells(world.cycle("2026-03-04 17:12"))) == 1
    world.store.close()
    world.store = Store(world.folder)
    assert tells(world.cycle("2026-03-04 17:20")) == []


def test_a_reader_that_fails_costs_no_letter(world: Read) -> None:
    said: list[str] = []
    world.reader = Speller(words=("/nowhere",), tell=said.append)
    draft = world.drafted()
    world.save(draft, "2026-03-04 17:00", lambda text: text.replace("Hello", "Dear"))
    world.cycle("2026-03-04 17:01")
    assert len(world.shown()) == 1
    assert len(said) == 1
    assert all(report.ok for report in world.reports)


def test_a_nudge_is_read_like_a_thank_you(world: Read) -> None:
    world.send(
        world.drafted(),
        at="2026-03-04 17:00",
        text="Hi Dana,\n\nthank you for everything you told me.\n\nSam\n",
    )
    world.cycles("2026-03-04 17:30", "2026-03-11 10:00", timedelta(hours=6))
    world.cycle("2026-03-11 10:01")
    nudge = world.draft_to(DANA)
    assert world.shown() == []
    world.save(
        nudge,
        "2026-03-11 10:10",
        lambda text: text.replace("Hello", "Hello hello").replace("Sam", "TODO\n\nSam"),
    )
    world.cycle("2026-03-11 10:11")
    assert ["TODO" in one for one in world.shown()] == [True]


# --- a letter that was sent ---------------------------------------------------------------------


def test_a_letter_sent_with_its_line_is_told_at_once_and_once(world: Read) -> None:
    draft = world.drafted()
    world.send(draft, at="2026-03-04 17:00", text=draft.text)
    (told,) = tells(world.cycle("2026-03-04 17:01"))
    assert SLOT in told
    assert "sent" in told
    assert "unfilled" in kinds(world.told())
    assert tells(world.cycle("2026-03-04 17:06")) == []
    assert tells(world.cycle("2026-03-05 09:00")) == []
    assert world.shown() == []


def test_a_letter_sent_with_its_line_filled_in_or_deleted_is_not(world: Read) -> None:
    draft = world.drafted()
    world.cycle("2026-03-04 16:51")  # its draft is seen, with its line
    world.send(draft, at="2026-03-04 17:00", text=mended(draft.text))
    other = world.draft_to(KIM)
    world.send(other, at="2026-03-04 17:00", text=other.text.replace(f"{SLOT}\n\n", ""), new_id=True)
    assert tells(world.cycle("2026-03-04 17:01")) == []
    assert tells(world.cycle("2026-03-04 17:30")) == []


def sent_with_their_lines(world: Read, number: int) -> list[str]:
    """So many letters go out as they are, each after its own talk; all that is told."""
    told: list[str] = []
    for day in range(number):
        date = f"2026-03-{9 + day:02}"
        world.event(f"{date} 15:00", f"{date} 16:00", [f"Nina{day} Roth <nina{day}@firm{day}.example>"])
        world.cycle(f"{date} 10:00")
        world.cycle(f"{date} 16:46")
        draft = world.draft_to(f"nina{day}@firm{day}.example")
        world.send(draft, at=f"{date} 17:00", text=draft.text)
        told += tells(world.cycle(f"{date} 17:01")) + tells(world.cycle(f"{date} 17:06"))
    return told


def test_after_the_second_such_letter_others_are_offered_once_for_ever(world: Read) -> None:
    told = sent_with_their_lines(world, 4)
    assert len(told) == 5
    assert ["slot: none" in one for one in told] == [False, False, True, False, False]
    assert "offer" in kinds(world.told())


def test_nothing_is_counted_where_nothing_is_new() -> None:
    assert offers([], lambda: pytest.fail("the history was read"), "mark") is False


def test_what_was_mended_before_it_could_be_told_is_no_news(world: Read) -> None:
    draft = world.drafted()
    world.told()
    draft = world.save(draft, "2026-03-04 17:00", lambda text: text.replace("Hello", "Dear"))
    world.cycle("2026-03-04 17:01")
    assert len(tells(world.cycle("2026-03-04 17:12"))) == 1
    world.save(draft, "2026-03-04 17:14", mended)
    world.cycle("2026-03-04 17:15")
    assert world.told() is None


def test_who_has_letters_without_lines_is_offered_nothing(tmp_path: Path) -> None:
    world = Read(tmp_path / "state", slot="none")
    for day in (9, 10):
        world.event(
            f"2026-03-{day:02} 15:00",
            f"2026-03-{day:02} 16:00",
            [f"Nina{day} Roth <nina{day}@firm{day}.example>"],
        )
        world.cycle(f"2026-03-{day:02} 10:00")
        world.cycle(f"2026-03-{day:02} 16:46")
        draft = world.draft_to(f"nina{day}@firm{day}.example")
        world.send(
            draft,
            at=f"2026-03-{day:02} 17:00",
            text=f"Dear [Name],\n\n{draft.text.partition(chr(10) * 2)[2]}",
        )
        (told,) = tells(world.cycle(f"2026-03-{day:02} 17:01"))
        assert "[Name]" in told


def test_the_notice_of_what_was_found_names_nobody_without_detail(world: Read) -> None:
    draft = world.drafted()
    world.told()
    world.save(draft, "2026-03-04 17:00", lambda text: text.replace("Hello Dana Reyes", "Dear Zacharias"))
    world.cycle("2026-03-04 17:01")
    world.cycle("2026-03-04 17:12")
    notice = world.told()
    assert notice
    assert not any(word in notice.title + notice.text for word in ("Dana", "Acme", "Zacharias", "FILL"))
    assert world.drafts()
    assert [m.folder for m in world.drafts()] == [Folder.DRAFTS] * 2
