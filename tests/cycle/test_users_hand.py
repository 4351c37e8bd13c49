"""The user's hand on drafts in real files, as real mail programs work on them (design.md, promise 3, section 5)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from tests.cycle.files import DANA, Files, Mail, sent_at, unreadable

KINDS = ("thank_you", "nudge")
MINUTE = timedelta(minutes=1)
MY_WORDS = "Hello Dana,\n\nthese are my own words: I liked what you said about the archive.\n\nSam\n"
NEITHER_SENT_NOR_GONE = {"drafted", "edited", "unsure"}


@dataclass
class Play:
    """A life in which one draft of the kind has just been made."""

    files: Files
    kind: str
    draft: Mail
    made: datetime

    def at(self, minutes: float) -> datetime:
        return self.made + minutes * MINUTE

    def look(self, *minutes: float) -> None:
        """Cycles so many minutes after the draft was made; not one may make a draft.

        But an untouched draft is replaced once when it becomes late (48 h): taken out, made anew.
        """
        for each in minutes:
            done = self.files.once(self.at(each))
            made = [one for one in created(done) if not (each > 2800 and withdrawn(done) == [one.key])]
            assert not made, f"a second draft after {each} minutes: {made}"
            assert len(self.files.drafts()) <= 1

    def days(self, days: int = 6) -> None:
        """Cycles twice a day, through what would be a window for nudges; not one may make a draft."""
        for day in range(1, days + 1):
            self.look(day * 1440 + 5, day * 1440 + 360)

    def stands(self, stage: str, reason: str = "") -> None:
        letter = self.files.letter(kind=self.kind)
        assert letter["stage"] == stage, letter
        assert re.search(reason, letter["reason"], re.IGNORECASE), letter["reason"]
        assert letter["reason"].strip()

    @property
    def stage(self) -> str:
        return str(self.files.letter(kind=self.kind)["stage"])

    def lies_there(self, mail: Mail) -> None:
        """The user's file is where the user put it, and is what the user wrote."""
        assert mail.path.read_bytes() == mail.raw
        assert [one.path for one in self.files.drafts()] == [mail.path]


def created(done: list) -> list:
    return [one for one in done if one.action == "create_draft"]


def withdrawn(done: list) -> list[str]:
    return [one.key for one in done if one.action == "withdraw_draft"]


def thanked(files: Files, layout: str = "") -> None:
    """Up to the thank-you in Drafts: the talk ended on Wednesday 4 March at 15:00."""
    files.event("2026-03-04 14:00", "2026-03-04 15:00")
    files.once("2026-03-04 08:00")
    assert len(created(files.once("2026-03-04 15:46"))) == 1


def play(files: Files, kind: str) -> Play:
    thanked(files)
    if kind == "thank_you":
        return Play(files, kind, files.draft_to(), files.now)
    files.send(files.draft_to(), at="2026-03-04 16:10")
    files.once("2026-03-04 16:15")
    assert not created(files.once("2026-03-10 10:00"))
    assert len(created(files.once("2026-03-11 09:05"))) == 1
    return Play(files, kind, files.draft_to(), files.now)


@pytest.fixture(params=KINDS)
def drafted(request: pytest.FixtureRequest, tmp_path: Path) -> Play:
    return play(Files(tmp_path), request.param)


@pytest.fixture
def thanks(tmp_path: Path) -> Play:
    return play(Files(tmp_path), "thank_you")


@pytest.fixture
def nudge(tmp_path: Path) -> Play:
    return play(Files(tmp_path), "nudge")


# --- nothing done -------------------------------------------------------------------------------


def test_an_untouched_draft_waits(drafted: Play) -> None:
    drafted.look(5, 15, 36, 120)
    drafted.lies_there(drafted.draft)
    drafted.days()
    drafted.stands("drafted")
    assert len(drafted.files.drafts()) == 1


@pytest.mark.parametrize("days", [1, 2, 3, 6, 7, 8, 13])
def test_an_untouched_draft_is_still_there_after_a_sleep(thanks: Play, days: int) -> None:
    """It may be replaced by a late one, never taken away for nothing; left alone when it expires."""
    thanks.files.once(thanks.at(20))
    for minutes in (0, 5, 60):
        thanks.files.once(thanks.at(days * 1440 + minutes))
        assert len(thanks.files.drafts()) == 1


def test_an_expired_draft_is_left_alone(thanks: Play) -> None:
    """Unsent for 14 days: expired, left alone."""
    thanks.days(16)
    thanks.stands("expired")
    assert len(thanks.files.drafts()) == 1


def test_a_nudge_is_in_the_thread_of_the_copy_that_was_sent(nudge: Play) -> None:
    (sent,) = nudge.files.mail("Sent")
    assert nudge.draft.parsed["in-reply-to"] == sent.message_id
    assert nudge.draft.subject.removeprefix("Re: ") == sent.subject


@pytest.mark.parametrize("kind", KINDS)
def test_a_maildir_plus_plus_does_as_well(tmp_path: Path, kind: str) -> None:
    lived = play(Files(tmp_path, layout="maildir++"), kind)
    assert lived.draft.path.parts[-3] == ".Drafts"
    changed = lived.files.save_again(lived.draft, at=lived.at(3), text=MY_WORDS)
    lived.look(5)
    lived.stands("edited")
    lived.files.send(changed, at=lived.at(10))
    lived.look(15, 36, 120)
    lived.days()
    lived.stands("sent", "sent")


# --- edited -------------------------------------------------------------------------------------


def test_edited_in_place(drafted: Play) -> None:
    changed = drafted.files.edit_in_place(drafted.draft, at=drafted.at(3), text=MY_WORDS)
    drafted.look(5, 15, 36, 120)
    drafted.days()
    drafted.stands("edited", "edit")
    drafted.lies_there(changed)


@pytest.mark.parametrize("client", ["neomutt", "thunderbird"])
def test_edited_and_saved_again(drafted: Play, client: str) -> None:
    changed = drafted.files.save_again(drafted.draft, at=drafted.at(3), client=client, text=MY_WORDS)
    drafted.look(5, 15, 36, 120)
    drafted.days()
    drafted.stands("edited", "edit")
    drafted.lies_there(changed)


@pytest.mark.parametrize("client", ["neomutt", "thunderbird"])
def test_saved_again_without_a_change_is_not_edited(drafted: Play, client: str) -> None:
    """Edited means that text, subject or recipients differ after normalisation; a new id alone does not."""
    drafted.files.save_again(drafted.draft, at=drafted.at(3), client=client)
    drafted.look(5, 15, 36, 120)
    drafted.days()
    drafted.stands("drafted")


@pytest.mark.parametrize("client", ["neomutt", "thunderbird"])
@pytest.mark.parametrize("what", ["subject", "to", "one word"])
def test_a_changed_subject_recipient_or_word_is_an_edit(thanks: Play, client: str, what: str) -> None:
    change = {
        "subject": {"subject": "About our talk"},
        "to": {"to": "Dana Reyes <dana.reyes@acme.example>"},
        "one word": {"text": thanks.draft.text.replace("Sam Lee", "Sam")},
    }[what]
    changed = thanks.files.save_again(thanks.draft, at=thanks.at(3), client=client, **change)
    thanks.look(5, 15, 36, 120)
    thanks.days()
    thanks.stands("edited", "edit")
    thanks.lies_there(changed)


@pytest.mark.parametrize("client", ["neomutt", "thunderbird"])
def test_edited_three_times_in_a_row(drafted: Play, client: str) -> None:
    mail = drafted.draft
    for number in range(3):
        mail = drafted.files.save_again(
            mail, at=drafted.at(10 * number + 3), client=client, text=f"{MY_WORDS}PS {number}\n"
        )
        drafted.look(10 * number + 5)
        drafted.stands("edited", "edit")
    drafted.look(60, 120)
    drafted.days()
    drafted.lies_there(mail)


def test_an_edited_thank_you_stays_when_the_event_is_cancelled(thanks: Play) -> None:
    changed = thanks.files.save_again(thanks.draft, at=thanks.at(3), client="thunderbird", text=MY_WORDS)
    thanks.look(5)
    thanks.files.event("2026-03-04 14:00", "2026-03-04 15:00", uid="event-1", status="CANCELLED")
    thanks.look(30, 60, 120)
    thanks.lies_there(changed)


def test_an_edited_nudge_stays_when_they_answer(nudge: Play) -> None:
    """Answer: it ends nudges, withdraws an untouched one, keeps an edited one and tells."""
    changed = nudge.files.save_again(nudge.draft, at=nudge.at(3), text=MY_WORDS)
    nudge.look(5)
    (sent,) = nudge.files.mail("Sent")
    nudge.files.receive(at=nudge.at(20), in_reply_to=sent.message_id)
    nudge.look(30, 60, 120)
    nudge.lies_there(changed)


def test_an_untouched_nudge_is_withdrawn_when_they_answer(nudge: Play) -> None:
    (sent,) = nudge.files.mail("Sent")
    nudge.files.receive(at=nudge.at(20), in_reply_to=sent.message_id)
    nudge.look(30, 60, 120)
    assert not nudge.files.drafts()
    assert nudge.stage in {"withdrawn", "answered"}


def test_mbsync_writing_its_uid_into_the_name_changes_nothing(drafted: Play) -> None:
    """The file is ours still: neither edited nor gone."""
    renamed = drafted.files.synced(drafted.draft)
    drafted.look(5, 15, 36, 120)
    drafted.days(1)
    drafted.stands("drafted")
    drafted.lies_there(renamed)


def test_flags_change_nothing(drafted: Play) -> None:
    flagged = drafted.files.flag(drafted.draft, "F")
    drafted.look(5, 15, 36, 120)
    drafted.stands("drafted")
    drafted.lies_there(flagged)


# --- deleted ------------------------------------------------------------------------------------


def _gone(play: Play) -> None:
    play.files.delete(play.draft)


def _to_trash(play: Play) -> None:
    play.files.move(play.draft, "Trash")


def _flag_t(play: Play) -> None:
    play.files.flag(play.draft, "T")


DELETIONS = pytest.mark.parametrize("delete", [_gone, _to_trash, _flag_t])


@DELETIONS
def test_a_deleted_draft_means_no(drafted: Play, delete: Callable[[Play], None]) -> None:
    drafted.look(5)
    delete(drafted)
    drafted.look(10, 20, 45, 120)
    drafted.stands("discarded", "delet|trash|thr[eo]w")
    drafted.days()
    drafted.stands("discarded", "delet|trash|thr[eo]w")
    assert not drafted.files.drafts()


def test_grace_is_thirty_minutes(drafted: Play) -> None:
    _gone(drafted)
    drafted.look(10, 15, 20, 25, 30, 35, 39)
    assert drafted.stage == "drafted", "thirty minutes from the first look that missed it"
    drafted.look(41)
    drafted.stands("discarded")


def test_grace_is_two_complete_looks(drafted: Play) -> None:
    _gone(drafted)
    drafted.look(240)
    assert drafted.stage == "drafted", "only one look has missed it"
    drafted.look(271)
    drafted.stands("discarded")


@contextmanager
def _drafts_unreadable(files: Files) -> Iterator[None]:
    with unreadable(files.mail_folder("Drafts")):
        yield


@contextmanager
def _cur_unreadable(files: Files) -> Iterator[None]:
    cur = files.mail_folder("Drafts") / "cur"
    aside = files.folder / "cur.aside"
    cur.rename(aside)
    cur.symlink_to("cur")  # a link to itself: nobody can list it, root neither
    try:
        yield
    finally:
        cur.unlink()
        aside.rename(cur)


@contextmanager
def _sent_unreadable(files: Files) -> Iterator[None]:
    with unreadable(files.mail_folder("Sent")):
        yield


@contextmanager
def _store_away(files: Files) -> Iterator[None]:
    """Not mounted: the folder is there and empty."""
    root = files.mail_root()
    aside = files.folder / "Mail.aside"
    root.rename(aside)
    root.mkdir()
    try:
        yield
    finally:
        root.rmdir()
        aside.rename(root)


BROKEN = pytest.mark.parametrize(
    "broken", [_drafts_unreadable, _cur_unreadable, _sent_unreadable, _store_away]
)


@BROKEN
def test_an_unreadable_folder_is_no_complete_look(
    drafted: Play, broken: Callable[[Files], contextmanager]
) -> None:
    """Only complete looks count; what can't be read is neither deleted nor made again."""
    drafted.look(5)
    with broken(drafted.files):
        for minutes in (10, 45, 90, 180, 1440):
            assert not created(drafted.files.once(drafted.at(minutes), well=False))
            assert drafted.stage == "drafted", f"after {minutes} minutes of an unreadable folder"
    drafted.look(1450, 1500)
    drafted.stands("drafted")
    drafted.lies_there(drafted.draft)


@BROKEN
def test_an_incomplete_look_does_not_count_for_the_grace(
    drafted: Play, broken: Callable[[Files], contextmanager]
) -> None:
    drafted.look(5)
    _gone(drafted)
    drafted.look(10)  # the first that missed it
    with broken(drafted.files):
        for minutes in (20, 45, 60):
            assert not created(drafted.files.once(drafted.at(minutes), well=False))
            assert drafted.stage == "drafted", f"after {minutes} minutes, one complete look"
    drafted.look(90, 130)
    drafted.stands("discarded")


@DELETIONS
@pytest.mark.parametrize("minutes", [12, 300])
def test_deleted_and_brought_back(drafted: Play, delete: Callable[[Play], None], minutes: int) -> None:
    """Before the grace nothing happened; after it "discarded" is corrected to "drafted"."""
    drafted.look(5)
    delete(drafted)
    drafted.look(*(m for m in (10, 20, 45, 120) if m < minutes))
    assert drafted.stage == ("drafted" if minutes < 30 else "discarded")
    for lying in (*drafted.files.everything(),):
        if drafted.draft.raw == lying.read_bytes():
            lying.unlink()
    drafted.files.put(drafted.draft.raw, "Drafts", drafted.made, name=drafted.draft.name, flags="DS")
    drafted.look(minutes + 5, minutes + 20, minutes + 60)
    drafted.stands("drafted")
    drafted.days(2)
    drafted.stands("drafted")
    assert len(drafted.files.drafts()) == 1


def test_discarded_then_sent_after_all(drafted: Play) -> None:
    """Corrected to sent if a sent copy appears within 30 days."""
    _gone(drafted)
    drafted.look(10, 45)
    drafted.stands("discarded")
    copy = drafted.files._by("neomutt", drafted.draft, drafted.at(120), "", "", "", sending=True)
    drafted.files.put(copy, "Sent", drafted.at(120))
    drafted.look(125)
    drafted.stands("sent", "sent")


def test_a_discarded_thank_you_is_never_followed_by_a_nudge(thanks: Play) -> None:
    _gone(thanks)
    thanks.look(10, 45)
    thanks.days(14)
    assert not thanks.files.drafts()


# --- moved, scheduled ---------------------------------------------------------------------------


@pytest.mark.parametrize("folder", ["Archive", "Later"])
def test_moved_to_another_folder_is_not_deleted(drafted: Play, folder: str) -> None:
    drafted.files.make_folder(folder)
    drafted.look(5)
    moved = drafted.files.move(drafted.draft, folder)
    drafted.look(10, 20, 45, 120)
    drafted.days()
    drafted.stands("drafted", f"moved.*{folder}")
    assert moved.path.exists()
    assert not drafted.files.drafts()


def test_moved_and_sent_from_there(drafted: Play) -> None:
    drafted.files.make_folder("Later")
    moved = drafted.files.move(drafted.draft, "Later")
    drafted.look(10, 20, 45)
    drafted.files.send(moved, at=drafted.at(60))
    drafted.look(65, 120)
    drafted.stands("sent", "sent")


@pytest.mark.parametrize("folder", ["Scheduled", "Outbox"])
@pytest.mark.parametrize("client", ["neomutt", "thunderbird"])
def test_scheduled_and_sent_a_day_later(drafted: Play, folder: str, client: str) -> None:
    drafted.files.make_folder(folder)
    drafted.look(5)
    moved = drafted.files.move(
        drafted.files.save_again(drafted.draft, at=drafted.at(8), client=client), folder
    )
    drafted.look(10, 20, 45, 120, 720)
    drafted.stands("edited", "schedul|outbox")
    drafted.files.send(moved, at=drafted.at(1440), client=client)
    drafted.look(1445, 1460, 1500)
    drafted.stands("sent", "sent")
    drafted.look(2880, 4320)
    assert not drafted.files.drafts()


# --- sent ---------------------------------------------------------------------------------------

SENDINGS = {
    "unchanged": {},
    "edited": {"text": MY_WORDS},
    "another subject": {"subject": "A word about Wednesday"},
    "edited, another subject": {"text": MY_WORDS, "subject": "A word about Wednesday"},
    "corrected address": {"to": "Dana Reyes <dana.reyes@acme.example>"},
}


@pytest.mark.parametrize("client", ["neomutt", "thunderbird"])
@pytest.mark.parametrize("how", SENDINGS)
def test_sent(drafted: Play, client: str, how: str) -> None:
    drafted.look(5)
    sent = drafted.files.send(drafted.draft, at=drafted.at(10), client=client, **SENDINGS[how])
    drafted.look(12)
    drafted.stands("sent", "sent")
    letter = drafted.files.letter(kind=drafted.kind)
    assert datetime.fromisoformat(letter["sent_at"]) == sent_at(sent)
    drafted.look(20, 45, 120)
    drafted.days(5)
    drafted.stands("sent", "sent")
    assert not drafted.files.drafts()


@pytest.mark.parametrize("client", ["neomutt", "thunderbird"])
@pytest.mark.parametrize("how", SENDINGS)
def test_sent_long_after_the_draft_was_gone(drafted: Play, client: str, how: str) -> None:
    """The copy in Sent appears late (a slow sync): never deleted, never made again."""
    drafted.look(5)
    drafted.files.delete(drafted.draft)
    drafted.look(12, 20)
    copy = drafted.files._by(
        client,
        drafted.draft,
        drafted.at(10),
        SENDINGS[how].get("text", ""),
        SENDINGS[how].get("subject", ""),
        SENDINGS[how].get("to", ""),
        sending=True,
    )
    drafted.look(45, 100)
    drafted.files.put(copy, "Sent", drafted.at(10))
    drafted.look(105)
    drafted.stands("sent", "sent")


@pytest.mark.parametrize("client", ["neomutt", "thunderbird"])
@pytest.mark.parametrize("how", SENDINGS)
def test_the_nudge_follows_the_copy_that_was_sent(thanks: Play, client: str, how: str) -> None:
    """Subject, Message-ID, thread and From come from the sent copy, never from our draft."""
    sent = thanks.files.send(thanks.draft, at=thanks.at(10), client=client, **SENDINGS[how])
    thanks.look(12)
    assert len(created(thanks.files.once("2026-03-11 09:05"))) == 1
    (nudge,) = thanks.files.drafts()
    assert nudge.parsed["in-reply-to"] == sent.message_id
    assert sent.message_id in nudge.parsed["references"]
    assert nudge.subject == f"Re: {sent.subject}"


def test_an_edited_and_saved_draft_of_thunderbird_sent_with_yet_another_id(drafted: Play) -> None:
    saved = drafted.files.save_again(drafted.draft, at=drafted.at(3), client="thunderbird", text=MY_WORDS)
    drafted.look(5)
    drafted.files.send(
        saved, at=drafted.at(10), client="thunderbird", text=f"{MY_WORDS}\nPS And thanks for the tea.\n"
    )
    drafted.look(12, 45, 120)
    drafted.stands("sent", "sent")
    drafted.days(5)
    assert not drafted.files.drafts()


def test_sent_between_two_cycles_with_the_file_left_for_a_moment(drafted: Play) -> None:
    """The copy in Sent is there first, the draft goes a little later."""
    copy = drafted.files._by("neomutt", drafted.draft, drafted.at(4), "", "", "", sending=True)
    drafted.files.put(copy, "Sent", drafted.at(4))
    drafted.look(5)
    drafted.files.delete(drafted.draft)
    drafted.look(10, 45, 120)
    drafted.stands("sent", "sent")


# --- written alone ------------------------------------------------------------------------------


@pytest.fixture
def early(tmp_path: Path) -> Files:
    """The talk has just ended; no draft is due yet."""
    files = Files(tmp_path)
    files.event("2026-03-04 14:00", "2026-03-04 15:00")
    files.once("2026-03-04 08:00")
    files.once("2026-03-04 15:05")
    return files


def nothing_made(files: Files, last: str = "2026-03-10 18:00") -> None:
    for moment in ("2026-03-04 15:30", "2026-03-04 15:46", "2026-03-04 17:00"):
        assert not created(files.once(moment)), moment
    assert not created(files.every("2026-03-04 20:00", last, timedelta(hours=6)))


@pytest.mark.parametrize(
    "words",
    [
        {},
        {"to": "Kim Osei <kim@acme.example>", "cc": f"Dana Reyes <{DANA}>"},
        {"to": "DANA+hiring@ACME.example, Kim Osei <kim@acme.example>"},
        {"to": f'"Reyes, Dana" <{DANA}>', "sender": "Sam Lee <sam+jobs@example.com>"},
    ],
    ids=["to", "cc only", "tagged and in capitals", "from a tagged address"],
)
def test_written_alone_and_sent_before_the_draft_was_due(early: Files, words: dict[str, str]) -> None:
    early.write(at="2026-03-04 15:20", **words)
    nothing_made(early)
    assert early.letter()["stage"] == "sent"
    assert not early.drafts()


def test_written_alone_and_sent_in_the_minute_of_the_cycle(early: Files) -> None:
    """The look before the create sees it, not only the changes."""
    early.write(at="2026-03-04 15:45")
    nothing_made(early)
    assert early.letter()["stage"] == "sent"


def test_written_alone_before_the_interview_does_not_count(early: Files) -> None:
    early.write(at="2026-03-04 11:00", subject="Where do I find the entrance?")
    assert len(created(early.once("2026-03-04 15:46"))) == 1


def test_written_alone_and_still_in_drafts(early: Files) -> None:
    mine = early.write(at="2026-03-04 15:20", folder="Drafts")
    nothing_made(early)
    assert early.letter()["stage"] == "edited"
    assert [one.raw for one in early.drafts()] == [mine.raw]
    early.send(mine, at="2026-03-10 18:30")
    early.once("2026-03-10 18:35")
    assert early.letter()["stage"] == "sent"


def test_written_alone_from_another_account(tmp_path: Path) -> None:
    """A message of mine to the person after the interview, any account."""
    files = Files(tmp_path, accounts=("personal", "office"))
    files.event("2026-03-04 14:00", "2026-03-04 15:00")
    files.once("2026-03-04 08:00")
    files.write(at="2026-03-04 15:20", account="office", sender="Sam Lee <sam@office.example>")
    nothing_made(files)
    assert files.letter()["stage"] == "sent"
    assert not files.drafts()
    assert not files.drafts("office")


def test_sent_from_another_account_after_it_was_drafted(tmp_path: Path) -> None:
    files = Files(tmp_path, accounts=("personal", "office"))
    thanked(files)
    files.send(files.draft_to(), at="2026-03-04 16:00", copy_to="office")
    nothing_made_after = files.every("2026-03-04 16:05", "2026-03-05 10:00", timedelta(minutes=30))
    assert not created(nothing_made_after)
    assert files.letter()["stage"] == "sent"


@pytest.mark.parametrize("cc", [False, True])
def test_written_alone_after_the_draft_was_made(thanks: Play, cc: bool) -> None:
    """It counts as the thank-you; the untouched draft is withdrawn."""
    words = {"to": "Kim Osei <kim@acme.example>", "cc": DANA} if cc else {}
    thanks.files.write(at=thanks.at(20), **words)
    thanks.look(25, 60, 120)
    thanks.stands("sent", "sent|wrote|thank")
    assert not thanks.files.drafts()
    thanks.days(5)


def test_written_alone_after_the_draft_was_edited(thanks: Play) -> None:
    """An edited draft is never touched again."""
    changed = thanks.files.save_again(thanks.draft, at=thanks.at(3), text=MY_WORDS)
    thanks.look(5)
    thanks.files.write(at=thanks.at(20))
    thanks.look(25, 60, 120)
    thanks.days(5)
    thanks.lies_there(changed)


@pytest.mark.parametrize("folder", ["Sent", "Drafts"])
def test_written_alone_before_the_nudge_was_due(thanks: Play, folder: str) -> None:
    """My own message moves the base date; my own begun draft is the nudge."""
    sent = thanks.files.send(thanks.draft, at=thanks.at(10))
    thanks.look(12)
    mine = thanks.files.write(at="2026-03-10 16:00", folder=folder, in_reply_to=sent.message_id)
    assert not created(thanks.files.every("2026-03-10 16:05", "2026-03-13 18:00", timedelta(hours=2)))
    assert [one.raw for one in thanks.files.drafts()] == ([mine.raw] if folder == "Drafts" else [])


def test_written_alone_while_the_nudge_waited(nudge: Play) -> None:
    """An untouched nudge is not left lying beside a message of mine to the same person, to be sent too.

    It was sent, or is owed anew, counted from my message.
    """
    nudge.files.write(at=nudge.at(60), subject="Any news?")
    nudge.look(65, 120, 300)
    nudge.days(4)
    assert nudge.stage in {"sent", "withdrawn", "planned"}
    assert not nudge.files.drafts()


def test_my_calendar_reply_is_no_letter(early: Files) -> None:
    """My own calendar replies, automatic replies and receipts are never a letter."""
    raw = (
        f"From: Sam Lee <sam@example.com>\nTo: Dana Reyes <{DANA}>\nSubject: Accepted: Interview\n"
        "Date: Wed, 04 Mar 2026 15:20:00 +0000\nMessage-ID: <acc-1@client.example>\nMIME-Version: 1.0\n"
        'Content-Type: text/calendar; method=REPLY; charset="utf-8"\n\n'
        "BEGIN:VCALENDAR\nVERSION:2.0\nMETHOD:REPLY\nBEGIN:VEVENT\nUID:event-1\nDTSTAMP:20260301T000000Z\n"
        "DTSTART:20260304T140000Z\nATTENDEE;PARTSTAT=ACCEPTED:mailto:sam@example.com\n"
        "END:VEVENT\nEND:VCALENDAR\n"
    )
    early.put(raw.encode(), "Sent", "2026-03-04 15:20")
    assert len(created(early.once("2026-03-04 15:46"))) == 1


def test_my_automatic_reply_is_no_letter(early: Files) -> None:
    raw = early.message(
        "Sam Lee <sam@example.com>",
        DANA,
        "2026-03-04 15:20",
        subject="Automatic reply: your invitation",
        text="I am away until Friday.\n",
        headers=[("Auto-Submitted", "auto-replied")],
    )
    early.put(raw, "Sent", "2026-03-04 15:20")
    assert len(created(early.once("2026-03-04 15:46"))) == 1


def test_one_of_two_people_deleted_the_other_kept(tmp_path: Path) -> None:
    files = Files(tmp_path)
    kim = "kim@acme.example"
    files.event("2026-03-04 14:00", "2026-03-04 15:00", [f"Dana Reyes <{DANA}>", f"Kim Osei <{kim}>"])
    files.once("2026-03-04 08:00")
    assert len(created(files.once("2026-03-04 15:46"))) == 2
    files.delete(files.draft_to(DANA))
    files.send(files.draft_to(kim), at="2026-03-04 16:00", client="thunderbird")
    assert not created(files.every("2026-03-04 16:05", "2026-03-04 19:00", timedelta(minutes=20)))
    assert files.letter(DANA)["stage"] == "discarded"
    assert files.letter(kim)["stage"] == "sent"
    files.once("2026-03-11 09:05")
    (nudge,) = files.drafts()
    assert nudge.to == [kim], "a nudge goes only to whom a thank-you was sent"
