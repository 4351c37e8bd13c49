"""By what a letter of ours is known again: the Message-ID that it carries, or the one under which we made it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from followupd.core.fates import Likeness, fate, likeness
from followupd.core.model import Folder, FollowUp, Kind, Message, OwnLetter, Stage

MADE = datetime(2026, 3, 4, 15, 45, tzinfo=UTC)
LETTER = FollowUp(
    key="k",
    kind=Kind.THANK_YOU,
    process="acme",
    account="personal",
    sender="sam@example.com",
    to="dana@acme.example",
    name="Dana Reyes",
    occasion="2026-03-04",
    ends=MADE - timedelta(minutes=45),
    due=MADE,
    stage=Stage.DRAFTED,
    since=MADE,
    reason="it is time",
    subject="Thank you",
    text="Dear Dana, thank you for your time.",
    digest="d",
    message_id="ours@example.com",
    draft_id="draft-1",
    drafted_at=MADE,
)
# Sent by a program that gave it another Message-ID and subject, to an address that we don't know.
SENT = OwnLetter(
    id="sent-1",
    process="acme",
    account="personal",
    folder=Folder.SENT,
    message_id="theirs@outlook.example",
    to=("dana.reyes@home.example",),
    date=MADE + timedelta(hours=1),
    subject="One more thing",
    words="something else altogether",
)


def test_another_message_id_subject_recipient_and_text_is_another_letter() -> None:
    assert likeness(LETTER, SENT) is Likeness.NONE
    assert fate(LETTER, [SENT], ()).stage is None


def test_it_is_ours_by_the_message_id_under_which_we_made_it() -> None:
    marked = replace(SENT, made_as=LETTER.message_id)
    assert likeness(LETTER, marked) is Likeness.STRONG
    assert fate(LETTER, [marked], ()).stage is Stage.SENT


def test_an_empty_message_id_is_none() -> None:
    nameless = replace(LETTER, message_id="")
    assert likeness(nameless, replace(SENT, message_id="")) is Likeness.NONE


@pytest.mark.parametrize("was_draft", [True, False])
def test_a_moved_copy_that_never_left_is_moved_and_not_sent(was_draft: bool) -> None:
    """Under another id and with another date, as Exchange keeps it."""
    copy = replace(
        SENT,
        folder=Folder.OTHER,
        folder_name="Jobs",
        message_id=LETTER.message_id,
        to=(LETTER.to,),
        digest=LETTER.digest,
        was_draft=was_draft,
    )
    found = fate(LETTER, [copy], ())
    assert (found.stage, found.reason) == (
        (Stage.DRAFTED, "you moved it to Jobs") if was_draft else (Stage.SENT, "you sent it")
    )


def test_an_id_that_is_missing_is_carried_by_nothing() -> None:
    """A draft of the user's without a Message-ID leaves "" among the former ids: no letter may carry that."""
    letter = replace(SENT, made_as="")
    message = Message(
        id="m", folder=Folder.SENT, date=MADE, received=MADE, message_id="theirs@outlook.example"
    )
    for one in (letter, message, replace(message, message_id="")):
        assert not one.carries(["", "other@example.com"])
    assert message.carries(["theirs@outlook.example"])
    assert replace(message, made_as="ours@example.com").carries(["ours@example.com"])
