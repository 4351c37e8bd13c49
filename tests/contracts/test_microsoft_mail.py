"""Outlook's mailbox keeps the contract, on the simulator, by HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from followupd.core.model import Folder
from followupd.providers.base import Mailbox, Whereabouts
from tests.contracts import test_mailboxes
from tests.providers.microsoft import kit
from tests.sim.microsoft import MicrosoftSimulator
from tests.sim.microsoft_mail_format import letter

PLACES = {
    Folder.INBOX: "inbox",
    Folder.DRAFTS: "drafts",
    Folder.SENT: "sentitems",
    Folder.TRASH: "deleteditems",
    Folder.JUNK: "junkemail",
    Folder.ARCHIVE: "archive",
    Folder.SCHEDULED: "outbox",
}


class OutlookHand:
    """The user's and the world's hand in Outlook."""

    def __init__(self, simulator: MicrosoftSimulator) -> None:
        self.simulator = simulator
        self.box = simulator.user(kit.ME, "Sam Lee").mail
        self.kept = kit.sign_in(simulator)
        self.box.drafts_have_sender = True
        self.box.archive_changes_immutable_id = False
        self.places = {**PLACES, Folder.OTHER: self.box.add_folder("Jobs")}

    def open(self) -> Mailbox:
        return kit.open_mailbox(self.simulator, self.kept)

    def put(self, raw: bytes, folder: Folder, at: datetime, name: str = "") -> str:
        if folder in (Folder.DRAFTS, Folder.SCHEDULED):
            return str(self.box.new_draft(raw, self.places[folder], at))
        name = str(self.box.receive(raw, self.places[folder], at=at))
        if folder is Folder.SENT:
            self.box.hold(name).tells_headers = not self.box.sent_headers_missing
        return name

    def move(self, id: str, folder: Folder) -> None:  # noqa: A002
        if folder is Folder.SENT:
            self.box.send(id)
        else:
            self.box.put(id, self.places[folder])

    def flag(self, id: str) -> None:  # noqa: A002
        self.box.mark(id, flagged=True, read=False)

    def edit(self, id: str, raw: bytes, at: datetime) -> None:  # noqa: A002
        kept = ("subject", "kind", "content", "to", "cc", "bcc")
        fields: dict[str, Any] = {name: value for name, value in letter(raw).items() if name in kept}
        self.box.change(self.box.hold(id), at=at, **fields)

    def save_again(self, id: str, raw: bytes, at: datetime) -> str:  # noqa: A002
        self.box.purge(id)
        return str(self.box.new_draft(raw, at=at))

    def delete(self, id: str) -> None:  # noqa: A002
        self.box.purge(id)

    def count(self) -> int:
        return len(self.box.messages())


@pytest.fixture
def simulator() -> Iterator[MicrosoftSimulator]:
    with MicrosoftSimulator(test_mailboxes.NOW) as running:
        yield running
        assert running.violations == []
        assert running.journal.sends() == []


class TestOutlook(test_mailboxes.MailboxContract):
    @pytest.fixture
    def hand(self, simulator: MicrosoftSimulator) -> OutlookHand:
        return OutlookHand(simulator)


# Each switch of the simulator stands for something that Microsoft does not document.
GUESSES = [
    ("text_stays_text", True),
    ("sent_headers_missing", False),
    ("page_size", 2),
]


@pytest.mark.parametrize(("guess", "holds"), GUESSES, ids=[name for name, _ in GUESSES])
class TestOutlookOtherwise(test_mailboxes.MailboxContract):
    @pytest.fixture
    def hand(self, simulator: MicrosoftSimulator, guess: str, holds: Any) -> OutlookHand:
        hand = OutlookHand(simulator)
        assert getattr(hand.box, guess) != holds
        setattr(hand.box, guess, holds)
        return hand


class TestIdsThatChange:
    """Programs, and perhaps the archive, give a message other ids when they move it: ours is found all the same."""

    @pytest.fixture
    def hand(self, simulator: MicrosoftSimulator) -> OutlookHand:
        hand = OutlookHand(simulator)
        hand.box.move_changes_immutable_id = True
        return hand

    @pytest.mark.parametrize("folder", [Folder.TRASH, Folder.ARCHIVE, Folder.OTHER])
    def test_a_moved_draft_is_found_by_its_message_id(self, hand: OutlookHand, folder: Folder) -> None:
        made = hand.open().create_draft(test_mailboxes.DRAFT)
        cursor = test_mailboxes.look(hand.open(), None, made).cursor
        hand.move(made, folder)
        changes = test_mailboxes.look(hand.open(), cursor, made)
        assert changes.moved == (Whereabouts(made, None),)
        assert [(one.folder, one.message_id, one.unsent) for one in changes.messages] == [
            (folder, test_mailboxes.DRAFT.message_id, True)
        ]
        assert not hand.open().withdraw_draft(
            made, test_mailboxes.DRAFT.message_id, test_mailboxes.same, test_mailboxes.NOW
        )
        found = hand.open().letters_to(["dana@acme.example"], test_mailboxes.SINCE).messages
        assert [(one.folder, one.unsent) for one in found] == [(folder, True)]

    def test_what_is_withdrawn_may_lie_in_deleted_items(self, hand: OutlookHand) -> None:
        hand.box.delete_goes_to = "deleteditems"
        made = hand.open().create_draft(test_mailboxes.DRAFT)
        assert hand.open().withdraw_draft(
            made, test_mailboxes.DRAFT.message_id, test_mailboxes.same, test_mailboxes.NOW
        )
        assert [one.folder for one in hand.box.messages()] == ["deleteditems"]
