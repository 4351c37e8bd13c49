"""How a letter becomes a draft in Outlook, whatever of it Exchange takes at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from followupd.core.model import Address, Draft, Folder
from followupd.errors import Conflict, Refused
from followupd.providers.base import Mailbox, Watched
from tests.providers.microsoft import kit
from tests.sim.microsoft import MicrosoftSimulator
from tests.sim.microsoft_answers import GraphError
from tests.sim.microsoft_mail import OutlookMail
from tests.sim.server import Request

NOW = datetime(2026, 3, 4, 17, tzinfo=UTC)
DANA = "dana@acme.example"
DRAFT = Draft(
    message_id="aa11@example.com",
    sender=Address("sam@example.com", "Sam Lee"),
    to=Address(DANA, "Dana Reyes"),
    subject="Thank you",
    text="Dear Dana,\n\nthank you for your time.\nIt was good.\n\nSam\n",
    date=NOW,
)


@pytest.fixture
def simulator() -> Iterator[MicrosoftSimulator]:
    with MicrosoftSimulator(NOW) as running:
        running.user(kit.ME, "Sam Lee")
        yield running
        assert running.violations == []
        assert running.journal.sends() == []


@pytest.fixture
def box(simulator: MicrosoftSimulator) -> OutlookMail:
    return simulator.user(kit.ME).mail  # type: ignore[no-any-return]


@pytest.fixture
def mailbox(simulator: MicrosoftSimulator) -> Mailbox:
    return kit.open_mailbox(simulator, kit.sign_in(simulator))


def reply_to_sent(box: OutlookMail, mailbox: Mailbox) -> Draft:
    """The nudge for a letter that was made and sent."""
    sent = box.message(box.send(mailbox.create_draft(DRAFT)))
    return replace(
        DRAFT,
        message_id="bb22@example.com",
        subject="Re: Thank you",
        text="Dear Dana,\n\nis there any news?\n\nSam\n",
        in_reply_to=sent.internet_message_id.strip("<>"),
        references=(sent.internet_message_id.strip("<>"),),
        thread=sent.conversation,
    )


def refused(named: str) -> Callable[[Request], None]:
    """Exchange does not take a body that has this."""

    def action(request: Request) -> None:
        if named.encode() in request.body:
            raise GraphError(400, "ErrorInvalidPropertySet", f"{named} can't be set.")

    return action


def test_the_html_is_paragraphs_and_nothing_else(box: OutlookMail, mailbox: Mailbox) -> None:
    made = mailbox.create_draft(replace(DRAFT, text="Dear <Dana> & co,\n\nfirst\nsecond\n"))
    content = box.message(made).content
    assert "<p>Dear &lt;Dana&gt; &amp; co,</p><p>first<br>second</p>" in content
    assert "style" not in content


def test_a_draft_whose_message_id_is_refused_is_made_with_another_and_known_by_the_property(
    simulator: MicrosoftSimulator, box: OutlookMail, mailbox: Mailbox
) -> None:
    simulator.on("messages.create", refused("internetMessageId"))
    made = mailbox.create_draft(DRAFT)
    (draft,) = box.drafts()
    assert draft.immutable_id == made
    assert draft.internet_message_id != f"<{DRAFT.message_id}>"
    (found,) = mailbox.letters_to(["nobody@else.example"], NOW, DRAFT.message_id).messages
    assert (found.id, found.made_as, found.unsent) == (made, DRAFT.message_id, True)


@pytest.mark.parametrize(
    ("operation", "named"),
    [
        ("messages.createReply", "message"),
        ("messages.createReply", "internetMessageId"),
        ("messages.update", "internetMessageId"),
    ],
)
def test_a_reply_is_whole_whatever_is_refused(
    simulator: MicrosoftSimulator, box: OutlookMail, mailbox: Mailbox, operation: str, named: str
) -> None:
    nudge = reply_to_sent(box, mailbox)
    if operation == "messages.update":
        box.reply_takes_message = False
    simulator.on(operation, refused(named))
    made = mailbox.create_draft(nudge)
    (draft,) = box.drafts()
    assert (draft.immutable_id, draft.to, draft.subject) == (made, (DANA,), "Re: Thank you")
    assert draft.text.split() == nudge.text.split()
    assert draft.conversation == nudge.thread
    (found,) = mailbox.letters_to([DANA], NOW + timedelta(seconds=1), nudge.message_id).messages
    assert found.made_as == nudge.message_id


def test_another_refusal_is_told_and_leaves_nothing(
    simulator: MicrosoftSimulator, box: OutlookMail, mailbox: Mailbox
) -> None:
    simulator.on("messages.create", refused("subject"))
    with pytest.raises(Refused, match="ErrorInvalidPropertySet"):
        mailbox.create_draft(DRAFT)
    assert box.messages() == []


def test_a_reply_that_was_begun_and_not_filled_is_completed_and_no_second_is_made(
    simulator: MicrosoftSimulator, box: OutlookMail, mailbox: Mailbox
) -> None:
    nudge = reply_to_sent(box, mailbox)
    box.reply_takes_message = False
    simulator.faults.fail("messages.createReply", "drop", when="after")
    with pytest.raises(Exception, match="broke off"):
        mailbox.create_draft(nudge)
    (begun,) = box.drafts()
    assert begun.to == (kit.ME,)  # addressed to ourselves, as Exchange begins it
    mailbox.create_draft(nudge)
    (draft,) = box.drafts()
    assert (draft.immutable_id, draft.to) == (begun.immutable_id, (DANA,))
    assert len(simulator.journal.of("messages.createReply")) == 1


def test_a_reply_that_the_user_goes_on_with_is_theirs(
    simulator: MicrosoftSimulator, box: OutlookMail, mailbox: Mailbox
) -> None:
    nudge = reply_to_sent(box, mailbox)
    box.reply_takes_message = False
    simulator.faults.fail("messages.createReply", "drop", when="after")
    with pytest.raises(Exception, match="broke off"):
        mailbox.create_draft(nudge)
    box.edit(box.drafts()[0].immutable_id, "My own words")
    with pytest.raises(Conflict, match="lies in this conversation"):
        mailbox.create_draft(nudge)
    assert [one.text.strip() for one in box.drafts()] == ["My own words"]


def test_a_draft_of_another_conversation_or_of_yesterday_is_not_taken(
    simulator: MicrosoftSimulator, box: OutlookMail, mailbox: Mailbox
) -> None:
    nudge = reply_to_sent(box, mailbox)
    raw = f"From: {kit.ME}\nTo: {DANA}\nSubject: Old\nIn-Reply-To: <{nudge.in_reply_to}>\n\n".encode()
    old = box.new_draft(raw, at=NOW - timedelta(days=1))
    mailbox.create_draft(nudge)
    assert {one.immutable_id for one in box.drafts()} > {old}
    assert box.message(old).subject == "Old"


def test_a_draft_that_was_shift_deleted_while_its_answer_was_lost_counts_as_made(
    box: OutlookMail, mailbox: Mailbox
) -> None:
    made = mailbox.create_draft(DRAFT)
    box.put(made, "recoverableitemsdeletions")
    (found,) = mailbox.letters_to([DANA], NOW - timedelta(days=1), DRAFT.message_id).messages
    assert (found.message_id, found.folder) == (DRAFT.message_id, Folder.TRASH)


@pytest.mark.parametrize("place", ["recoverableitemsdeletions", "deleteditems"])
def test_what_we_have_withdrawn_is_no_wish_of_the_user_also_where_nobody_remembers(
    box: OutlookMail, mailbox: Mailbox, place: str
) -> None:
    """After a lost state, or on another machine: a draft that was thrown away means no, ours does not."""
    box.delete_goes_to = place
    made = mailbox.create_draft(DRAFT)
    cursor = mailbox.changes(None, NOW - timedelta(days=30), Watched(messages=lambda: ())).cursor
    assert mailbox.withdraw_draft(made, DRAFT.message_id, lambda _: True, NOW)
    assert mailbox.letters_to([DANA], NOW - timedelta(days=1), DRAFT.message_id).messages == ()
    assert mailbox.changes(cursor, NOW - timedelta(days=30), Watched(messages=lambda: ())).messages == ()


def test_a_withdrawn_draft_that_the_user_takes_back_and_sends_is_a_letter(
    box: OutlookMail, mailbox: Mailbox
) -> None:
    box.delete_goes_to = "deleteditems"
    made = mailbox.create_draft(DRAFT)
    assert mailbox.withdraw_draft(made, DRAFT.message_id, lambda _: True, NOW)
    box.send(box.put(made, "drafts"))
    (found,) = mailbox.letters_to([DANA], NOW - timedelta(days=1), DRAFT.message_id).messages
    assert found.folder is Folder.SENT
