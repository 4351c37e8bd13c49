"""A mailbox by IMAP keeps the contract, on real servers of more than one family."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Literal

import pytest
from imapclient import IMAPClient

from followupd.core.model import Folder
from followupd.errors import SignInNeeded
from followupd.providers.base import Mailbox, Whereabouts
from followupd.providers.internet.imap.heads import head_of
from followupd.providers.internet.imap.mailbox import open_mailbox
from followupd.providers.internet.imap.roles import MailFolder
from tests.contracts.test_mailboxes import DRAFT, MINUTE, NOW, MailboxContract, MailHand, look, mail
from tests.servers import cyrus, dovecot
from tests.servers.hand import Account, Hand, Letter

NAMES = {
    Folder.INBOX: "INBOX",
    Folder.DRAFTS: "Drafts",
    Folder.SENT: "Sent",
    Folder.TRASH: "Trash",
    Folder.JUNK: "Junk",
    Folder.ARCHIVE: "Archive",
    Folder.SCHEDULED: "Scheduled",
    Folder.OTHER: "Jobs",
}
ROLES = {NAMES[kind]: f"\\{NAMES[kind]}" for kind in (Folder.DRAFTS, Folder.SENT, Folder.TRASH)} | {
    NAMES[kind]: "" for kind in (Folder.JUNK, Folder.ARCHIVE, Folder.SCHEDULED, Folder.OTHER)
}

EXTENSIONS = [
    "LIST-STATUS",
    "LIST-EXTENDED",
    "SPECIAL-USE",
    "CONDSTORE",
    "QRESYNC",
    "UIDPLUS",
    "MOVE",
    "UNSELECT",
    "NAMESPACE",
    "IDLE",
    "LITERAL+",
    "ENABLE",
    "ID",
]


class Known:
    """A password that is known."""

    scheme: Literal["password", "token"] = "password"

    def __init__(self, user: str, password: str) -> None:
        self.user, self.password = user, password

    def secret(self, *, renewed: bool = False) -> str:
        return self.password

    def refused(self, said: str) -> SignInNeeded:
        return SignInNeeded(f"not taken: {said}")


def identity(raw: bytes) -> str:
    """The id that a message has in every folder."""
    wire = raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    folder = MailFolder(b"", "", Folder.OTHER)
    return head_of(wire, folder, uid=0, size=len(wire), received=NOW, deleted=False, zone="UTC").id


class KeptHand(Hand):
    """A hand that stays connected: a test has many acts."""

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        self.client: IMAPClient | None = None

    @contextlib.contextmanager
    def connected(self, folder: str = "", *, readonly: bool = False) -> Iterator[IMAPClient]:
        if self.client is None:
            self.client = IMAPClient("127.0.0.1", self.account.port, ssl=False, timeout=30)
            self.client.normalise_times = False
            self.client.login(self.account.user, self.account.password)
        if folder:
            self.client.select_folder(folder, readonly=readonly)
        yield self.client

    def close(self) -> None:
        if self.client is not None:
            self.client.logout()


class ImapHand:
    """The user's hand, by another IMAP program."""

    def __init__(self, box: dovecot.Mailbox | cyrus.Mailbox, prefix: str = "") -> None:
        self.box, self.prefix = box, prefix
        self.user = KeptHand(box.account)

    def open(self) -> Mailbox:
        return open_mailbox(
            account="mine",
            zone="Europe/London",
            proof=Known(self.box.user, self.box.password),
            host="127.0.0.1",
            port=self.box.server.port,
            tls="none",
            folders={},
        )

    def name(self, folder: Folder) -> str:
        return NAMES[folder] if folder is Folder.INBOX else self.prefix + NAMES[folder]

    def put(self, raw: bytes, folder: Folder, at: datetime, name: str = "") -> str:
        if not raw or b"\x00" in raw:
            self.leave(raw, at)
        else:
            flags = ("\\Draft", "\\Seen") if folder is Folder.DRAFTS else ()
            self.user.put(raw, name or self.name(folder), at, flags)
        return identity(raw)

    def leave(self, raw: bytes, at: datetime) -> None:
        """What no client may APPEND: nothing at all, or a NUL (RFC 9051 section 9)."""
        pytest.skip("this server takes no such message from anybody")

    def find(self, id: str) -> Letter:  # noqa: A002
        letters = (one for name in self.user.folders() for one in self.user.letters(name))
        return next(one for one in letters if identity(one.raw) == id)

    def move(self, id: str, folder: Folder) -> None:  # noqa: A002
        """As programs do it that don't know MOVE: a copy, and what it was copied from is removed."""
        letter = self.find(id)
        with self.user.connected(letter.folder) as client:
            client.copy([letter.uid], self.name(folder))
        self.user.delete(letter)

    def flag(self, id: str) -> None:  # noqa: A002
        self.user.flag(self.find(id), "\\Seen", "\\Flagged")

    def edit(self, id: str, raw: bytes, at: datetime) -> None:  # noqa: A002
        """By IMAP there is no other way than to save it again."""
        self.save_again(id, raw, at)

    def save_again(self, id: str, raw: bytes, at: datetime) -> str:  # noqa: A002
        self.user.save_again(self.find(id), raw, at)
        return identity(raw)

    def delete(self, id: str) -> None:  # noqa: A002
        self.user.delete(self.find(id))

    def close(self) -> None:
        self.user.close()

    def count(self) -> int:
        return sum(len(self.user.letters(name)) for name in self.user.folders())


class DovecotHand(ImapHand):
    def leave(self, raw: bytes, at: datetime) -> None:
        """As a file in a Maildir a delivery may have left it all the same."""
        assert isinstance(self.box, dovecot.Mailbox)
        for sub in ("cur", "tmp", "new"):
            (self.box.home / "Maildir" / sub).mkdir(parents=True, exist_ok=True)
        path = self.box.home / "Maildir" / "new" / f"{int(at.timestamp())}.M1P1.host"
        path.write_bytes(raw)
        os.utime(path, (at.timestamp(),) * 2)


class CyrusHand(ImapHand):
    def put(self, raw: bytes, folder: Folder, at: datetime, name: str = "") -> str:
        """Cyrus writes an X for what is no ASCII in a header: the id is that of what it holds."""
        super().put(raw, folder, at, name)
        return identity(self.user.letters(name or self.name(folder))[-1].raw)


class ImapContract(MailboxContract):
    """What is else by IMAP."""

    def test_a_draft_edited_in_place_is_told_again(self, hand: MailHand) -> None:
        made = hand.open().create_draft(DRAFT)
        cursor = look(hand.open()).cursor
        # As neomutt saves it: with its Message-ID, a Date of now, and another UID.
        edited = mail(
            DRAFT.sender.email,
            "dana@acme.example",
            NOW + MINUTE,
            text="My own words\n",
            message_id=DRAFT.message_id,
        )
        hand.edit(made, edited, NOW + MINUTE)
        changes = look(hand.open(), cursor, made)
        assert [(m.message_id, m.text.strip()) for m in changes.messages] == [
            (DRAFT.message_id, "My own words")
        ]
        assert changes.moved == (Whereabouts(made, None),)

    def test_two_copies_of_one_draft_do_not_hide_each_other(self, hand: MailHand) -> None:
        made = hand.open().create_draft(DRAFT)
        cursor = look(hand.open()).cursor
        other = mail(at=NOW + MINUTE, message_id=DRAFT.message_id, text="My own words\n")
        theirs = hand.put(other, Folder.DRAFTS, NOW + MINUTE)
        changes = look(hand.open(), cursor, made)
        assert [m.id for m in changes.messages] == [theirs]
        assert changes.moved == ()
        found = hand.open().message(DRAFT.message_id, NOW - timedelta(days=1)).messages
        assert {m.id for m in found} == {made, theirs}


class TestDovecot(ImapContract):
    @pytest.fixture
    def hand(self, usual: dovecot.Dovecot) -> Iterator[ImapHand]:
        with contextlib.closing(DovecotHand(usual.user())) as hand:
            yield hand


class TestPoorServer:
    """One with no extension that helps, with a prefix and names alone: what is done in another way there."""

    @pytest.fixture
    def hand(self, poor: dovecot.Dovecot) -> Iterator[ImapHand]:
        with contextlib.closing(DovecotHand(poor.user(), "INBOX.")) as hand:
            yield hand

    test_idle = ImapContract.test_idle_answers_with_the_same_cursor
    test_first = ImapContract.test_the_first_look_tells_what_is_recent_and_all_drafts
    test_new = ImapContract.test_a_new_message_is_told_whatever_folder_it_is_in
    test_moved = ImapContract.test_a_moved_message_is_the_same
    test_flagged = ImapContract.test_a_flagged_message_is_the_same
    test_deleted = ImapContract.test_a_deleted_message_is_nowhere
    test_made = ImapContract.test_a_draft_that_was_made_can_be_found_at_once
    test_saved_again = ImapContract.test_a_draft_saved_as_a_new_message_is_told
    test_sent = ImapContract.test_a_sent_copy_is_told
    test_withdrawn = ImapContract.test_an_untouched_draft_is_withdrawn
    test_left_alone = ImapContract.test_a_draft_just_saved_by_somebody_is_left_though_it_says_the_same
    test_copies = ImapContract.test_two_copies_of_one_draft_do_not_hide_each_other


class TestCyrus(ImapContract):
    @pytest.fixture
    def hand(self) -> Iterator[ImapHand]:
        with contextlib.closing(CyrusHand(cyrus.shared().user())) as hand:
            for folder in (Folder.SCHEDULED, Folder.OTHER):
                hand.user.make_folder(NAMES[folder])
            yield hand

    @pytest.mark.parametrize("folder", [Folder.DRAFTS, Folder.TRASH])
    @pytest.mark.parametrize("field", ["To", "Bcc"])
    def test_letters_are_found_in_every_folder(self, hand: MailHand, folder: Folder, field: str) -> None:
        super().test_letters_are_found_in_every_folder(hand, folder, field)


@pytest.fixture(scope="module")
def usual() -> Iterator[dovecot.Dovecot]:
    with dovecot.own(dovecot.Kind(roles=ROLES)) as server:
        yield server


@pytest.fixture(scope="module")
def poor() -> Iterator[dovecot.Dovecot]:
    kind = dovecot.Kind(without=EXTENSIONS, separator=".", prefix="INBOX.", roles=dict.fromkeys(ROLES, ""))
    with dovecot.own(kind) as server:
        yield server
