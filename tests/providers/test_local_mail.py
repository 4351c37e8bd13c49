"""What is special about mail in files: layouts, stamps, vanished folders, and drafts under kill."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from followupd.core.model import Folder, Message
from followupd.errors import Conflict, Refused, Unavailable
from followupd.providers.base import MailChanges, Whereabouts
from followupd.providers.local import drafts as draft_files
from followupd.providers.local import mail as local_mail
from followupd.providers.local import maildir, mailstore
from followupd.providers.local.mail import Maildir
from followupd.providers.local.mailcursor import read_head
from tests.contracts.test_mailboxes import DRAFT, MINUTE, NOW, SINCE, MaildirHand, look, mail, same, watched

DAY = timedelta(days=1)


class KilledError(BaseException):
    """The process ends here."""


@pytest.fixture
def hand(tmp_path: Path) -> MaildirHand:
    return MaildirHand(tmp_path / "Maildir")


def opened(hand: MaildirHand, **folders: str) -> Maildir:
    return Maildir(hand.root, folders, "Europe/London")


def files(folder: Path) -> list[str]:
    return sorted(str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file())


def failing(number: int) -> Callable[..., None]:
    def fail(*_args: object, **_more: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


# --- layouts ------------------------------------------------------------------------------------


def kinds(root: Path, **folders: str) -> dict[str, Folder]:
    return {f.name: f.kind for f in maildir.find_folders(str(root), folders).folders}


def make(root: Path, *names: str) -> None:
    for name in names:
        for sub in ("cur", "new", "tmp"):
            (root / name / sub).mkdir(parents=True)


def test_maildir_plus_plus(tmp_path: Path) -> None:
    make(tmp_path, "", ".Drafts", ".Sent Items", ".Archive.2026", ".INBOX.Trash", ".Jobs", ".Spam")
    (tmp_path / ".notmuch").mkdir()
    assert kinds(tmp_path) == {
        "INBOX": Folder.INBOX,
        "Drafts": Folder.DRAFTS,
        "Sent Items": Folder.SENT,
        "Archive.2026": Folder.OTHER,
        "INBOX.Trash": Folder.TRASH,
        "Jobs": Folder.OTHER,
        "Spam": Folder.JUNK,
    }


def test_plain_folders_in_accounts_and_gmail_style(tmp_path: Path) -> None:
    make(
        tmp_path,
        "Inbox",
        "[Gmail]/Drafts",
        "[Gmail]/Sent Mail",
        "[Gmail]/All Mail",
        "Clients/Archive",
        "a/b/Sent",
    )
    assert kinds(tmp_path) == {
        "Inbox": Folder.INBOX,
        "[Gmail]/Drafts": Folder.DRAFTS,
        "[Gmail]/Sent Mail": Folder.SENT,
        "[Gmail]/All Mail": Folder.ARCHIVE,
        "Clients/Archive": Folder.OTHER,
        "a/b/Sent": Folder.OTHER,
    }


def test_the_config_names_folders(tmp_path: Path) -> None:
    make(tmp_path, "", ".Entwürfe", ".Drafts", ".Gesendet", ".Work.Sent")
    found = kinds(tmp_path, drafts=".Entwürfe", sent="Work/Sent")
    assert found["Entwürfe"] is Folder.DRAFTS
    assert found["Drafts"] is Folder.OTHER
    assert found["Work.Sent"] is Folder.SENT
    made = Maildir(tmp_path, {"drafts": "Entwürfe"}, "UTC").create_draft(DRAFT)
    assert files(tmp_path) == [f".Entwürfe/cur/{made}:2,DS"]


def test_loops_of_links_end_and_links_outwards_are_followed(tmp_path: Path) -> None:
    make(tmp_path / "else", "Drafts")
    make(tmp_path / "Mail", "INBOX")
    (tmp_path / "Mail" / "loop").symlink_to(tmp_path / "Mail")
    (tmp_path / "Mail" / "Drafts").symlink_to(tmp_path / "else" / "Drafts")
    (tmp_path / "Mail" / "dangling").symlink_to(tmp_path / "nowhere")
    assert kinds(tmp_path / "Mail") == {"Drafts": Folder.DRAFTS, "INBOX": Folder.INBOX}


def test_two_folders_shown_by_one_name_are_two(tmp_path: Path) -> None:
    hand = MaildirHand(tmp_path)
    make(tmp_path, "Jobs")
    one = hand.put(mail(), Folder.OTHER, NOW)
    (tmp_path / "Jobs" / "cur" / "2.x").write_bytes(mail(message_id="2@acme.example"))
    changes = look(opened(hand))
    assert {(m.id, m.folder_name) for m in changes.messages} == {(one, "Jobs"), ("2.x", "Jobs")}


def test_a_missing_drafts_folder_says_what_to_do(tmp_path: Path) -> None:
    make(tmp_path, "INBOX")
    mailbox = Maildir(tmp_path, {}, "UTC")
    with pytest.raises(Refused, match=r"no mail folder Drafts .* folders: \{drafts"):
        mailbox.create_draft(DRAFT)
    with pytest.raises(Refused, match="Sketches"):
        Maildir(tmp_path, {"drafts": "Sketches"}, "UTC").create_draft(DRAFT)
    assert look(mailbox).complete
    assert not mailbox.withdraw_draft("1", "x@y", same, NOW)


@pytest.mark.parametrize("make_root", [False, True], ids=["missing", "empty"])
def test_a_store_that_is_not_there_is_unavailable(tmp_path: Path, make_root: bool) -> None:
    root = tmp_path / "Mail"
    if make_root:
        root.mkdir()
    mailbox = Maildir(root, {}, "UTC")
    for ask in (
        lambda: look(mailbox),
        lambda: mailbox.letters_to([], SINCE),
        lambda: mailbox.withdraw_draft("1", "x@y", same, NOW),
    ):
        with pytest.raises(Unavailable):
            ask()


def test_the_trash_flag_is_the_trash(hand: MaildirHand) -> None:
    it = hand.put(mail(), Folder.DRAFTS, NOW)
    cursor = look(opened(hand)).cursor
    path = hand.find(it)
    path.rename(f"{path}T")
    assert look(opened(hand), cursor, it).moved == (Whereabouts(it, Folder.TRASH, "Drafts"),)
    assert not opened(hand).withdraw_draft(it, "", lambda _m: True, NOW + DAY)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("1.M2P3.host:2,DS", "1.M2P3.host"),
        ("1.M2P3.host,U=12:2,DS", "1.M2P3.host"),
        ("1.M2P3.host,S=900,W=920:2,", "1.M2P3.host"),
        ("1.M2P3.host", "1.M2P3.host"),
    ],
)
def test_the_id_is_what_stays_of_the_name(name: str, key: str) -> None:
    assert maildir.key_of(name) == key


# --- stamps -------------------------------------------------------------------------------------


def test_a_rested_store_is_not_listed(hand: MaildirHand, monkeypatch: pytest.MonkeyPatch) -> None:
    hand.put(mail(), Folder.INBOX, NOW)
    mailbox, moment = opened(hand), [0.0]
    mailbox._clock = lambda: moment[0]
    cursor = look(mailbox).cursor
    moment[0] = local_mail.SLACK
    look(mailbox, cursor)
    monkeypatch.setattr(os, "listdir", failing(errno.EIO))
    monkeypatch.setattr(draft_files, "repair", lambda _folder: None)
    assert look(mailbox, cursor) == MailChanges(cursor=cursor)


def test_a_change_within_the_same_stamp_is_seen(hand: MaildirHand, monkeypatch: pytest.MonkeyPatch) -> None:
    """A coarse clock gives a directory the same stamp before and after a second delivery."""
    hand.put(mail(), Folder.INBOX, NOW)
    mailbox = opened(hand)
    mailbox._clock = lambda: 0.0
    still, problems = maildir.stamped(maildir.find_folders(str(hand.root), {}))
    for module in (local_mail, mailstore):
        monkeypatch.setattr(module, "stamped", lambda _layout: (still, problems))
    cursor = look(mailbox).cursor
    assert look(mailbox, cursor) == MailChanges(cursor=cursor)
    new = hand.put(mail(message_id="2@acme.example"), Folder.INBOX, NOW)
    assert [m.id for m in look(mailbox, cursor).messages] == [new]
    assert [m.id for m in look(opened(hand), cursor).messages] == [new]


def test_an_old_directory_is_trusted_by_the_file_systems_own_clock(hand: MaildirHand) -> None:
    cursor = look(opened(hand)).cursor
    head = read_head(cursor)
    mailbox = opened(hand)
    place = maildir.stamped(maildir.find_folders(str(hand.root), {}))[0][0]
    old = replace(place, stamp=(1, head.newest - int(3e9), 1))
    assert mailbox._at_rest(head, old)


def test_an_edit_in_place_that_keeps_the_size_is_seen(hand: MaildirHand) -> None:
    it = hand.put(mail(text="one\n"), Folder.DRAFTS, NOW)
    mailbox = opened(hand)
    cursor = look(mailbox).cursor
    hand.edit(it, mail(text="two\n"), NOW + MINUTE)
    assert [m.text for m in look(mailbox, cursor).messages] == ["two"]


def test_a_flood_of_old_mail_is_remembered_and_not_told(
    hand: MaildirHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(local_mail, "MANY", 3)
    cursor = look(opened(hand)).cursor
    for _ in range(5):
        hand.put(mail(), Folder.ARCHIVE, SINCE - DAY)
    new = hand.put(mail(), Folder.INBOX, NOW)
    changes = look(opened(hand), cursor)
    assert [m.id for m in changes.messages] == [new]
    assert look(opened(hand), changes.cursor).messages == ()


# --- what can't be read -------------------------------------------------------------------------


def unreadable(monkeypatch: pytest.MonkeyPatch, name: str, path: str) -> None:
    """As a permission denied; the tests may run as root, whom nothing is denied."""
    real = getattr(os, name)

    def denied(asked: str, *args: object, **more: object) -> object:
        if str(asked).endswith(path):
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return real(asked, *args, **more)

    monkeypatch.setattr(os, name, denied)


@pytest.mark.parametrize(
    ("call", "path"), [("listdir", ".Sent/cur"), ("stat", ".Sent/cur"), ("scandir", ".Sent")]
)
def test_an_unreadable_folder_loses_nothing(
    hand: MaildirHand, monkeypatch: pytest.MonkeyPatch, call: str, path: str
) -> None:
    sent = hand.put(mail(), Folder.SENT, NOW)
    cursor = look(opened(hand)).cursor
    with monkeypatch.context() as patch:
        unreadable(patch, call, path)
        new = hand.put(mail(message_id="2@acme.example"), Folder.INBOX, NOW)
        changes = look(opened(hand), cursor, sent)
        assert not changes.complete
        assert changes.problems
        assert [m.id for m in changes.messages] == [new]
        assert changes.moved == ()
        found = opened(hand).letters_to(["sam@example.com"], SINCE)
        assert not found.complete
        assert [m.id for m in found.messages] == [new]
        with pytest.raises(Unavailable):
            opened(hand).withdraw_draft("gone", "gone@example.com", same, NOW)
        assert not look(opened(hand), changes.cursor).complete
    back = look(opened(hand), changes.cursor, sent)
    assert back.complete
    assert back.messages == ()
    assert [(w.id, w.folder) for w in back.moved] == [(sent, Folder.SENT)]


def test_an_unreadable_message_is_told_and_tried_again(
    hand: MaildirHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    cursor = look(opened(hand)).cursor
    bad = hand.put(mail(), Folder.INBOX, NOW)
    with monkeypatch.context() as patch:
        patch.setattr(mailstore, "contents", failing(errno.EACCES))
        changes = look(opened(hand), cursor)
        assert changes.messages == ()
        assert [bad in p.where for p in changes.problems] == [True]
        assert not opened(hand).messages_from([], ["acme.example"], SINCE).complete
    hand.put(mail(), Folder.INBOX, NOW)
    assert bad in {m.id for m in look(opened(hand), changes.cursor).messages}


def test_a_vanished_folder_is_waited_for_and_then_believed(hand: MaildirHand) -> None:
    it = hand.put(mail(), Folder.OTHER, NOW)
    mailbox = opened(hand)
    cursor = look(mailbox).cursor
    (hand.root / ".Jobs").rename(hand.root / "away")
    (hand.root / "away" / "cur").rename(hand.root / "away" / "hidden")
    gone = look(mailbox, cursor, it)
    assert (gone.complete, gone.moved) == (False, ())
    assert not mailbox.letters_to([], SINCE).complete
    assert look(mailbox, gone.cursor, it) == gone
    later = mailbox.changes(gone.cursor, SINCE + DAY, watched(it))
    assert later.complete
    assert later.moved == (Whereabouts(it, None),)
    assert mailbox.letters_to([], SINCE).complete


def test_a_folder_that_returns_has_nothing_new(hand: MaildirHand) -> None:
    hand.put(mail(), Folder.OTHER, NOW)
    cursor = look(opened(hand)).cursor
    (hand.root / ".Jobs").rename(hand.root.parent / "away")
    gone = look(opened(hand), cursor)
    (hand.root.parent / "away").rename(hand.root / ".Jobs")
    back = look(opened(hand), gone.cursor)
    assert (back.complete, back.messages) == (True, ())


def test_a_message_moved_while_it_is_looked_for_is_found(
    hand: MaildirHand, monkeypatch: pytest.MonkeyPatch
) -> None:
    it = hand.put(mail("sam@example.com", "dana@acme.example"), Folder.SENT, NOW)
    real, moved = mailstore.Reader.head, []

    def moving(self: mailstore.Reader, key: str, *args: object) -> Message:
        if not moved:
            moved.append(key)
            hand.move(it, Folder.ARCHIVE)
        return real(self, key, *args)

    monkeypatch.setattr(mailstore.Reader, "head", moving)
    found = opened(hand).letters_to(["dana@acme.example"], SINCE)
    assert [(m.id, m.folder) for m in found.messages] == [(it, Folder.ARCHIVE)]
    assert found.complete


def test_a_store_that_never_rests_is_not_complete(hand: MaildirHand, monkeypatch: pytest.MonkeyPatch) -> None:
    hand.put(mail(), Folder.INBOX, NOW)
    real = os.listdir

    def busy(path: str) -> list[str]:
        hand.put(mail(), Folder.ARCHIVE, NOW)
        return real(path)

    monkeypatch.setattr(os, "listdir", busy)
    assert not opened(hand).letters_to([], SINCE).complete


# --- drafts -------------------------------------------------------------------------------------


def test_a_draft_looks_like_any_other(hand: MaildirHand) -> None:
    made = opened(hand).create_draft(DRAFT)
    [name] = files(hand.root)
    assert name == f".Drafts/cur/{made}:2,DS"
    path = hand.root / name
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    raw = path.read_bytes()
    assert b"followup" not in raw.lower() + name.encode()
    assert b"\nX-" not in raw
    assert b"\r" not in raw


def test_a_repeated_create_makes_no_second_file_and_changes_nothing(hand: MaildirHand) -> None:
    made = opened(hand).create_draft(DRAFT)
    hand.edit(made, mail(text="My own words\n"), NOW + MINUTE)
    hand.flag(made)
    assert opened(hand).create_draft(DRAFT) == made
    [name] = files(hand.root)
    assert b"My own words" in (hand.root / name).read_bytes()


@pytest.mark.parametrize("call", ["fsync", "link", "unlink", "utime"])
def test_a_kill_while_creating_leaves_nothing_behind(
    hand: MaildirHand, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    def kill(*_args: object, **_more: object) -> None:
        raise KilledError

    for again in (lambda: opened(hand).clean(DRAFT), lambda: opened(hand).create_draft(DRAFT)):
        with monkeypatch.context() as patch:
            patch.setattr(os, call, kill)
            with pytest.raises(KilledError):
                opened(hand).create_draft(DRAFT)
        again()
        assert files(hand.root / ".Drafts" / "tmp") == []
        assert hand.count() <= 1
        for path in (hand.root / ".Drafts" / "cur").iterdir():
            path.unlink()


@pytest.mark.parametrize(("number", "words"), [(errno.ENOSPC, "disk is full"), (errno.EACCES, "denied")])
def test_a_failed_write_leaves_nothing_and_says_why(
    hand: MaildirHand, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    monkeypatch.setattr(os, "fsync", failing(number))
    with pytest.raises(Unavailable, match=words):
        opened(hand).create_draft(DRAFT)
    assert hand.count() == 0


def test_a_file_system_without_links(hand: MaildirHand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "link", failing(errno.EPERM))
    made = opened(hand).create_draft(DRAFT)
    assert files(hand.root) == [f".Drafts/cur/{made}:2,DS"]


def test_a_draft_without_a_recipient(hand: MaildirHand) -> None:
    made = opened(hand).create_draft(replace(DRAFT, to=None))
    [found] = opened(hand).letters_to([], SINCE).messages
    assert (found.id, found.to) == (made, ())


@pytest.mark.parametrize("ask", ["changes", "letters", "withdraw", "clean"])
def test_a_kill_while_withdrawing_is_repaired(
    hand: MaildirHand, monkeypatch: pytest.MonkeyPatch, ask: str
) -> None:
    made = opened(hand).create_draft(DRAFT)
    cursor = look(opened(hand)).cursor
    with monkeypatch.context() as patch:
        patch.setattr(os, "unlink", lambda _path: (_ for _ in ()).throw(KilledError))
        with pytest.raises(KilledError):
            opened(hand).withdraw_draft(made, DRAFT.message_id, same, NOW + MINUTE)
    assert files(hand.root / ".Drafts" / "cur") == []
    mailbox = opened(hand)
    if ask == "changes":
        assert look(mailbox, cursor, made).moved in {(), (Whereabouts(made, Folder.DRAFTS, "Drafts"),)}
    elif ask == "letters":
        assert [m.id for m in mailbox.letters_to(["dana@acme.example"], SINCE).messages] == [made]
    elif ask == "withdraw":
        assert mailbox.withdraw_draft(made, DRAFT.message_id, same, NOW + MINUTE)
    else:
        mailbox.clean(DRAFT)
    assert files(hand.root / ".Drafts" / "tmp") == []
    assert files(hand.root / ".Drafts" / "cur") == ([] if ask == "withdraw" else [f"{made}:2,DS"])


def test_an_edit_while_withdrawing_wins(hand: MaildirHand) -> None:
    made = opened(hand).create_draft(DRAFT)

    def meanwhile(_message: Message) -> bool:
        hand.edit(made, mail(text="My own words\n"), NOW)
        return True

    with pytest.raises(Conflict):
        opened(hand).withdraw_draft(made, DRAFT.message_id, meanwhile, NOW + DAY)
    [name] = files(hand.root)
    assert b"My own words" in (hand.root / name).read_bytes()


def test_a_draft_moved_while_it_is_withdrawn_is_left(hand: MaildirHand) -> None:
    made = opened(hand).create_draft(DRAFT)

    def meanwhile(_message: Message) -> bool:
        hand.move(made, Folder.TRASH)
        return True

    with pytest.raises(Conflict):
        opened(hand).withdraw_draft(made, DRAFT.message_id, meanwhile, NOW + DAY)
    assert hand.count() == 1
