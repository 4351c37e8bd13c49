"""What every mailbox keeps. A provider passes by a subclass with one fixture: the hand that fills it.

class TestMine(MailboxContract):
    @pytest.fixture
    def hand(self, tmp_path): return MyHand(tmp_path)
"""

from __future__ import annotations

import os
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Protocol

import pytest

from followupd.core.model import Address, Draft, Folder, Message
from followupd.errors import Conflict, CursorLost, Unavailable
from followupd.providers.base import Mailbox, MailChanges, Watched, Whereabouts
from followupd.providers.local.mail import Maildir
from followupd.providers.memory import MemoryMailbox

NOW = datetime(2026, 3, 4, 17, tzinfo=UTC)
SINCE = NOW - timedelta(days=7)
MINUTE = timedelta(minutes=1)
DRAFT = Draft(
    message_id="aa11bb22@example.com",
    sender=Address("sam@example.com", "Sam Lee"),
    to=Address("dana@acme.example", "Dana Reyes"),
    subject="Thank you",
    text="Dear Dana,\n\nthank you for your time on Wednesday.\n\nSam\n",
    date=NOW,
)


class MailHand(Protocol):
    """The user's and the world's hand on the mailbox under test."""

    def open(self) -> Mailbox:
        """A provider that remembers nothing but what cursors say."""

    def put(self, raw: bytes, folder: Folder, at: datetime, name: str = "") -> str:
        """A message comes to lie in a folder (OTHER: one of the user's own making). Returns its id."""

    def move(self, id: str, folder: Folder) -> None:  # noqa: A002
        """The user moves it."""

    def flag(self, id: str) -> None:  # noqa: A002
        """The user marks it as read and important."""

    def edit(self, id: str, raw: bytes, at: datetime) -> None:  # noqa: A002
        """The user's program saves the draft in place."""

    def save_again(self, id: str, raw: bytes, at: datetime) -> str:  # noqa: A002
        """The user's program saves the draft as a new message and removes the old one."""

    def delete(self, id: str) -> None:  # noqa: A002
        """Gone for good."""

    def count(self) -> int:
        """How many messages and remains of messages there are."""


def mail(
    sender: str = "Dana Reyes <dana@acme.example>",
    to: str = "sam@example.com",
    at: datetime = NOW,
    **more: str,
) -> bytes:
    lines = {
        "From": sender,
        "To": to,
        "Subject": more.pop("subject", "Hello"),
        "Date": at.strftime("%a, %d %b %Y %H:%M:%S +0000"),
        "Message-ID": f"<{more.pop('message_id', 'x1@acme.example')}>",
    }
    text = more.pop("text", "Hello Sam.\n")
    lines |= {name.replace("_", "-"): value for name, value in more.items()}
    head = "".join(f"{name}: {value}\n" for name, value in lines.items() if value)
    return f"{head}\n{text}".encode()


def watched(*ids: str) -> Watched:
    return Watched(messages=lambda: ids, drafts=lambda: ids)


def never() -> Collection[str]:
    raise AssertionError("an idle mailbox asks for nothing")


def look(mailbox: Mailbox, cursor: str | None = None, *ids: str) -> MailChanges:
    return mailbox.changes(cursor, SINCE, watched(*ids))


def same(message: Message) -> bool:
    return message.text.split() == DRAFT.text.split()


class MailboxContract:
    """The tests. `hand` is a fixture of the subclass."""

    def test_an_empty_mailbox_says_so(self, hand: MailHand) -> None:
        first = look(hand.open())
        assert (first.messages, first.moved, first.complete) == ((), (), True)
        idle = hand.open().changes(first.cursor, SINCE, Watched(messages=never))
        assert idle == MailChanges(cursor=first.cursor)

    def test_the_first_look_tells_what_is_recent_and_all_drafts(self, hand: MailHand) -> None:
        hand.put(mail(), Folder.INBOX, SINCE - timedelta(days=1))
        recent = hand.put(mail(message_id="2@acme.example"), Folder.INBOX, SINCE + MINUTE)
        old_draft = hand.put(mail(message_id="3@example.com"), Folder.DRAFTS, SINCE - timedelta(days=9))
        changes = look(hand.open())
        assert {m.id for m in changes.messages} == {recent, old_draft}
        assert look(hand.open(), changes.cursor) == MailChanges(cursor=changes.cursor)

    def test_idle_answers_with_the_same_cursor(self, hand: MailHand) -> None:
        mailbox = hand.open()
        hand.put(mail(), Folder.INBOX, NOW)
        mailbox.create_draft(DRAFT)
        cursor = look(mailbox).cursor
        for other in (mailbox, hand.open()):
            idle = other.changes(cursor, SINCE, Watched(messages=never))
            assert idle == MailChanges(cursor=cursor)

    @pytest.mark.parametrize("folder", list(Folder))
    def test_a_new_message_is_told_whatever_folder_it_is_in(self, hand: MailHand, folder: Folder) -> None:
        hand.put(mail(message_id="0@acme.example"), folder, NOW)
        cursor = look(hand.open()).cursor
        new = hand.put(mail(subject="An answer"), folder, NOW + MINUTE)
        changes = look(hand.open(), cursor)
        [message] = changes.messages
        assert (message.id, message.folder, message.subject) == (new, folder, "An answer")
        assert (message.message_id, message.received) == ("x1@acme.example", NOW + MINUTE)
        assert message.sender == Address("dana@acme.example", "Dana Reyes")
        assert look(hand.open(), changes.cursor) == MailChanges(cursor=changes.cursor)

    def test_a_moved_message_is_the_same(self, hand: MailHand) -> None:
        it = hand.put(mail(), Folder.INBOX, NOW)
        cursor = look(hand.open()).cursor
        hand.move(it, Folder.ARCHIVE)
        changes = look(hand.open(), cursor, it)
        assert changes.messages == ()
        assert [(w.id, w.folder) for w in changes.moved] == [(it, Folder.ARCHIVE)]

    def test_a_flagged_message_is_the_same(self, hand: MailHand) -> None:
        it = hand.put(mail(), Folder.INBOX, NOW)
        draft = hand.put(mail(message_id="2@example.com"), Folder.DRAFTS, NOW)
        cursor = look(hand.open()).cursor
        hand.flag(it)
        hand.flag(draft)
        changes = look(hand.open(), cursor)
        assert (changes.messages, changes.moved, changes.complete) == ((), (), True)

    def test_a_thrown_away_message_is_in_the_trash(self, hand: MailHand) -> None:
        it = hand.put(mail(), Folder.DRAFTS, NOW)
        cursor = look(hand.open()).cursor
        hand.move(it, Folder.TRASH)
        assert [(w.id, w.folder) for w in look(hand.open(), cursor, it).moved] == [(it, Folder.TRASH)]

    def test_a_deleted_message_is_nowhere(self, hand: MailHand) -> None:
        it = hand.put(mail(), Folder.DRAFTS, NOW)
        cursor = look(hand.open()).cursor
        hand.delete(it)
        changes = look(hand.open(), cursor, it)
        assert changes.moved == (Whereabouts(it, None),)
        assert look(hand.open(), changes.cursor, it) == MailChanges(cursor=changes.cursor)

    def test_a_draft_that_was_made_can_be_found_at_once(self, hand: MailHand) -> None:
        cursor = look(hand.open()).cursor
        made = hand.open().create_draft(DRAFT)
        mailbox = hand.open()
        [told] = look(mailbox, cursor).messages
        [listed] = mailbox.letters_to(["dana@acme.example"], SINCE).messages
        [named] = mailbox.message(DRAFT.message_id, SINCE).messages
        for found in (told, listed, named):
            assert (found.id, found.folder, found.message_id) == (made, Folder.DRAFTS, DRAFT.message_id)
            assert (found.to, found.sender, found.subject) == ((DRAFT.to,), DRAFT.sender, DRAFT.subject)
            assert found.date == NOW
            assert found.changed is not None
            assert same(found)
        assert hand.count() == 1

    def test_a_reply_keeps_its_thread(self, hand: MailHand) -> None:
        reply = Draft(
            message_id="bb@example.com",
            sender=DRAFT.sender,
            to=DRAFT.to,
            subject="Re: Thank you",
            text="Dear Dana\n",
            date=NOW,
            in_reply_to="aa@example.com",
            references=("a0@example.com", "aa@example.com"),
        )
        hand.open().create_draft(reply)
        [found] = hand.open().message("bb@example.com", SINCE).messages
        assert found.in_reply_to == ("aa@example.com",)
        assert found.references == ("a0@example.com", "aa@example.com")

    def test_a_draft_edited_in_place_is_told_again(self, hand: MailHand) -> None:
        made = hand.open().create_draft(DRAFT)
        cursor = look(hand.open()).cursor
        hand.edit(made, mail(DRAFT.sender.email, "dana@acme.example", text="My own words\n"), NOW + MINUTE)
        changes = look(hand.open(), cursor, made)
        assert [(m.id, m.text.strip()) for m in changes.messages] == [(made, "My own words")]
        assert all(w.folder is Folder.DRAFTS for w in changes.moved)

    def test_a_draft_saved_as_a_new_message_is_told(self, hand: MailHand) -> None:
        made = hand.open().create_draft(DRAFT)
        cursor = look(hand.open()).cursor
        text = mail(
            DRAFT.sender.email, "dana@acme.example", text="My own words\n", message_id="new@example.com"
        )
        new = hand.save_again(made, text, NOW + MINUTE)
        changes = look(hand.open(), cursor, made)
        assert [m.id for m in changes.messages] == [new]
        assert changes.moved == (Whereabouts(made, None),)

    def test_a_sent_copy_is_told(self, hand: MailHand) -> None:
        made = hand.open().create_draft(DRAFT)
        cursor = look(hand.open()).cursor
        hand.delete(made)
        sent = hand.put(
            mail(DRAFT.sender.email, "dana@acme.example", message_id=DRAFT.message_id),
            Folder.SENT,
            NOW + MINUTE,
        )
        changes = look(hand.open(), cursor, made)
        assert [(m.id, m.folder) for m in changes.messages] == [(sent, Folder.SENT)]
        assert changes.moved == (Whereabouts(made, None),)
        assert [m.id for m in hand.open().message(DRAFT.message_id, SINCE).messages] == [sent]

    # --- withdrawing ---

    def test_an_untouched_draft_is_withdrawn(self, hand: MailHand) -> None:
        made = hand.open().create_draft(DRAFT)
        assert hand.open().withdraw_draft(made, DRAFT.message_id, same, NOW + MINUTE)
        assert hand.count() == 0
        assert not hand.open().withdraw_draft(made, DRAFT.message_id, same, NOW + MINUTE)

    def test_an_edited_draft_is_left(self, hand: MailHand) -> None:
        made = hand.open().create_draft(DRAFT)
        hand.edit(made, mail(text="My own words\n", message_id=DRAFT.message_id), NOW + MINUTE)
        with pytest.raises(Conflict):
            hand.open().withdraw_draft(made, DRAFT.message_id, same, NOW + timedelta(days=1))
        assert hand.count() == 1

    def test_a_draft_just_saved_by_somebody_is_left_though_it_says_the_same(self, hand: MailHand) -> None:
        made = hand.open().create_draft(DRAFT)
        text = mail(text=DRAFT.text, message_id=DRAFT.message_id)
        hand.edit(made, text, NOW + timedelta(hours=1))
        with pytest.raises(Conflict):
            hand.open().withdraw_draft(made, DRAFT.message_id, same, NOW + timedelta(hours=1, minutes=9))
        assert hand.count() == 1
        assert hand.open().withdraw_draft(made, DRAFT.message_id, same, NOW + timedelta(hours=1, minutes=11))
        assert hand.count() == 0

    def test_a_draft_saved_under_a_new_id_is_found_by_its_message_id(self, hand: MailHand) -> None:
        made = hand.open().create_draft(DRAFT)
        hand.save_again(made, mail(text="My own words\n", message_id=DRAFT.message_id), NOW + MINUTE)
        with pytest.raises(Conflict):
            hand.open().withdraw_draft(made, DRAFT.message_id, same, NOW + timedelta(days=1))
        assert hand.count() == 1

    @pytest.mark.parametrize("folder", [Folder.TRASH, Folder.SENT, Folder.OTHER])
    def test_a_draft_that_left_drafts_is_not_withdrawn(self, hand: MailHand, folder: Folder) -> None:
        made = hand.open().create_draft(DRAFT)
        hand.move(made, folder)
        assert not hand.open().withdraw_draft(made, DRAFT.message_id, same, NOW + MINUTE)
        assert hand.count() == 1

    def test_cleaning_leaves_finished_drafts(self, hand: MailHand) -> None:
        hand.open().clean(DRAFT)
        hand.open().create_draft(DRAFT)
        hand.open().clean(DRAFT)
        assert hand.count() == 1

    # --- looks ---

    @pytest.mark.parametrize("folder", list(Folder))
    @pytest.mark.parametrize("field", ["To", "Cc", "Bcc"])
    def test_letters_are_found_in_every_folder(self, hand: MailHand, folder: Folder, field: str) -> None:
        fields = {field: "Dana <Dana+jobs@Acme.example>"}
        it = hand.put(mail("sam@example.com", fields.pop("To", "x@y.example"), **fields), folder, NOW)
        hand.put(mail("sam@example.com", "kim@acme.example"), folder, NOW)
        for asked in ("dana@acme.example", "DANA@acme.example", "dana+other@acme.example"):
            found = hand.open().letters_to([asked], SINCE)
            assert [(m.id, m.folder) for m in found.messages] == [(it, folder)]
            assert found.complete

    def test_letters_from_before_are_not_found(self, hand: MailHand) -> None:
        hand.put(mail("sam@example.com", "dana@acme.example", at=NOW), Folder.SENT, NOW)
        assert hand.open().letters_to(["dana@acme.example"], NOW + MINUTE).messages == ()
        assert len(hand.open().letters_to(["dana@acme.example"], NOW - MINUTE).messages) == 1

    def test_an_old_letter_that_was_saved_again_is_found(self, hand: MailHand) -> None:
        old = mail("sam@example.com", "dana@acme.example", at=SINCE - timedelta(days=9))
        hand.put(old, Folder.DRAFTS, NOW)
        assert len(hand.open().letters_to(["dana@acme.example"], SINCE).messages) == 1

    def test_letters_without_recipient(self, hand: MailHand) -> None:
        draft = hand.put(mail("sam@example.com", ""), Folder.DRAFTS, NOW)
        sent = hand.put(mail("sam@example.com", "undisclosed-recipients:;"), Folder.SENT, NOW)
        hand.put(mail("sam@example.com", "dana@acme.example"), Folder.DRAFTS, NOW)
        hand.put(mail("news@shop.example", ""), Folder.INBOX, NOW)
        assert {m.id for m in hand.open().letters_to([], SINCE).messages} == {draft, sent}

    @pytest.mark.parametrize(
        "folder", [Folder.INBOX, Folder.ARCHIVE, Folder.JUNK, Folder.TRASH, Folder.OTHER]
    )
    def test_messages_from_a_domain_in_every_folder(self, hand: MailHand, folder: Folder) -> None:
        below = hand.put(mail("Kim <Kim@Mail.Acme.example>"), folder, NOW)
        itself = hand.put(mail("Kim <kim@acme.example>"), folder, NOW)
        hand.put(mail("Kim <kim@notacme.example>"), folder, NOW)
        found = hand.open().messages_from([], ["acme.example"], SINCE)
        assert {m.id for m in found.messages} == {below, itself}
        assert {m.folder for m in found.messages} == {folder}
        assert found.complete
        assert hand.open().messages_from([], ["acme.example"], NOW + MINUTE).messages == ()

    def test_messages_by_sender_and_reply_to(self, hand: MailHand) -> None:
        by_tag = hand.put(mail("Dana+ats@freemail.example"), Folder.INBOX, NOW)
        by_reply = hand.put(
            mail("noreply@ats.example", Reply_To="Dana <dana@freemail.example>"), Folder.INBOX, NOW
        )
        by_sender = hand.put(mail("x@y.example", Sender="DANA@freemail.example"), Folder.INBOX, NOW)
        hand.put(mail("other@freemail.example"), Folder.INBOX, NOW)
        found = hand.open().messages_from(["dana@freemail.example"], [], SINCE)
        assert {m.id for m in found.messages} == {by_tag, by_reply, by_sender}

    @pytest.mark.parametrize(
        "raw",
        [
            b"",
            b"\x00\xff\xfe" * 50,
            b"From: g: a@b.example;\nTo: \xe9 <x\n\nbody",
            b"Content-Type: text/plain; charset=no-such\nSubject: =?what?x?y?=\n\nhi",
            b"Content-Type: multipart/mixed; boundary=b\n\n"
            + b"--b\nContent-Type: multipart/mixed\n\n" * 300,
        ],
        ids=["empty", "binary", "group", "charset", "nested"],
    )
    def test_a_broken_message_stops_nothing(self, hand: MailHand, raw: bytes) -> None:
        broken = hand.put(raw, Folder.INBOX, NOW)
        good = hand.put(mail(), Folder.INBOX, NOW)
        mailbox = hand.open()
        assert {m.id for m in look(mailbox).messages} == {broken, good}
        assert [m.id for m in mailbox.messages_from([], ["acme.example"], SINCE).messages] == [good]

    @pytest.mark.parametrize("cursor", ["", "nonsense", "maildir1|x|y", "vdir1|||||"])
    def test_a_cursor_of_somebody_else_is_lost(self, hand: MailHand, cursor: str) -> None:
        with pytest.raises(CursorLost):
            look(hand.open(), cursor)


# --- the mailboxes of this module ---------------------------------------------------------------


class MemoryHand:
    def __init__(self) -> None:
        self.mailbox = MemoryMailbox()

    def open(self) -> Mailbox:
        return self.mailbox

    def put(self, raw: bytes, folder: Folder, at: datetime, name: str = "") -> str:
        return self.mailbox.put(raw, folder, at, name).id

    def move(self, id: str, folder: Folder) -> None:  # noqa: A002
        self.mailbox.move(id, folder)

    def flag(self, id: str) -> None:  # noqa: A002
        """A mailbox in memory has no flags."""

    def edit(self, id: str, raw: bytes, at: datetime) -> None:  # noqa: A002
        self.mailbox.edit(id, raw, at)

    def save_again(self, id: str, raw: bytes, at: datetime) -> str:  # noqa: A002
        return self.mailbox.edit(id, raw, at, again=True).id

    def delete(self, id: str) -> None:  # noqa: A002
        self.mailbox.delete(id)

    def count(self) -> int:
        return len(self.mailbox.all())


class TestMemory(MailboxContract):
    @pytest.fixture
    def hand(self) -> MemoryHand:
        return MemoryHand()

    def test_partial_and_broken_say_so(self, hand: MemoryHand) -> None:
        hand.mailbox.partial = True
        assert not look(hand.mailbox).complete
        assert not hand.mailbox.letters_to([], SINCE).complete
        hand.mailbox.broken = Unavailable("away")
        for ask in (lambda: look(hand.mailbox), lambda: hand.mailbox.message("x", SINCE)):
            with pytest.raises(Unavailable):
                ask()

    def test_forgotten_cursors_are_lost(self, hand: MemoryHand) -> None:
        cursor = look(hand.mailbox).cursor
        hand.mailbox.forget()
        with pytest.raises(CursorLost):
            look(hand.mailbox, cursor)


NAMES = {
    Folder.DRAFTS: "Drafts",
    Folder.SENT: "Sent",
    Folder.TRASH: "Trash",
    Folder.JUNK: "Junk",
    Folder.ARCHIVE: "Archive",
    Folder.SCHEDULED: "Scheduled",
    Folder.OTHER: "Jobs",
}


class MaildirHand:
    """Moves files as mail programs do. `prefix` is "." for Maildir++, "" for plain folders."""

    def __init__(self, root: Path, prefix: str = ".", inbox: str = "") -> None:
        self.root, self.prefix, self.inbox = root, prefix, inbox
        self.numbers = count(1)
        for folder in (Folder.INBOX, *NAMES):
            for sub in ("cur", "new", "tmp"):
                (self.folder(folder) / sub).mkdir(parents=True)

    def open(self) -> Mailbox:
        return Maildir(self.root, {}, "Europe/London")

    def folder(self, folder: Folder) -> Path:
        return self.root / (self.inbox if folder is Folder.INBOX else self.prefix + NAMES[folder])

    def find(self, id: str) -> Path:  # noqa: A002
        return next(
            p for p in self.root.rglob("*") if p.is_file() and p.name.split(":")[0].split(",")[0] == id
        )

    def put(self, raw: bytes, folder: Folder, at: datetime, name: str = "") -> str:
        base = f"{int(at.timestamp())}.M{next(self.numbers)}P1.host"
        sub, info = ("new", "") if folder is Folder.INBOX else ("cur", ",U=7:2,S")
        path = (self.root / f"{self.prefix}{name}" if name else self.folder(folder)) / sub / (base + info)
        path.write_bytes(raw)
        self.touch(path, at)
        return base

    def touch(self, path: Path, at: datetime) -> None:
        os.utime(path, ns=(int(at.timestamp()) * 10**9,) * 2)

    def move(self, id: str, folder: Folder) -> None:  # noqa: A002
        path = self.find(id)
        path.rename(self.folder(folder) / "cur" / f"{id},U=12:2,S")

    def flag(self, id: str) -> None:  # noqa: A002
        path = self.find(id)
        path.rename(path.parent.parent / "cur" / f"{id},U=7:2,FS")

    def edit(self, id: str, raw: bytes, at: datetime) -> None:  # noqa: A002
        path = self.find(id)
        path.write_bytes(raw)
        self.touch(path, at)

    def save_again(self, id: str, raw: bytes, at: datetime) -> str:  # noqa: A002
        folder = next(f for f in NAMES if self.folder(f) == self.find(id).parent.parent)
        self.delete(id)
        return self.put(raw, folder, at)

    def delete(self, id: str) -> None:  # noqa: A002
        self.find(id).unlink()

    def count(self) -> int:
        return sum(p.is_file() for p in self.root.rglob("*"))


class TestMaildirPlusPlus(MailboxContract):
    @pytest.fixture
    def hand(self, tmp_path: Path) -> MaildirHand:
        return MaildirHand(tmp_path / "Maildir")


class TestPlainFolders(MailboxContract):
    @pytest.fixture
    def hand(self, tmp_path: Path) -> MaildirHand:
        return MaildirHand(tmp_path / "Mail", prefix="", inbox="Inbox")


class TestNestedFolders(MailboxContract):
    @pytest.fixture
    def hand(self, tmp_path: Path) -> MaildirHand:
        return MaildirHand(tmp_path / "Mail", prefix="[Gmail]/", inbox="INBOX")
