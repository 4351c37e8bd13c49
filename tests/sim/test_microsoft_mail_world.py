"""What others send to the user of the simulated Outlook mail, and what the user wrote by himself."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes
from typing import Any

import pytest

from tests.sim.microsoft_mail import CLASSIC, WEB, Client, MessageView
from tests.sim.microsoft_mail_alone import DANA, KIM, SAM, Alone, letter


@pytest.fixture(scope="module")
def server() -> Iterator[Alone]:
    alone = Alone()
    yield alone
    alone.close()


@pytest.fixture
def mail(server: Alone) -> Iterator[Alone]:
    server.renew()
    yield server
    assert server.violations == []


def drafted(mail: Alone, **fields: Any) -> MessageView:
    return mail.box.message(mail.draft(**fields)["id"])


def sent(mail: Alone, draft: MessageView, client: Client) -> MessageView:
    return mail.box.message(mail.box.send(draft.id, client))


def test_an_answer_joins_the_conversation(mail: Alone) -> None:
    after = sent(mail, drafted(mail), CLASSIC)
    reply = mail.box.message(mail.box.answer(after.id))
    assert (reply.sender, reply.subject, reply.conversation) == (DANA, "Re: Thank you", after.conversation)
    assert reply.parents == (after.internet_message_id,)


def test_an_answer_from_elsewhere_may_have_a_conversation_of_its_own(mail: Alone) -> None:
    after = sent(mail, drafted(mail), WEB)
    reply = mail.box.message(mail.box.answer(after.id, f"Kim <{KIM}>", new_conversation=True))
    assert reply.conversation != after.conversation
    assert reply.parents == (after.internet_message_id,)


def test_unrelated_mail_may_share_a_conversation(mail: Alone) -> None:
    after = sent(mail, drafted(mail), WEB)
    other = mail.box.message(mail.box.receive(letter(), conversation=after.conversation))
    text = f"conversationId eq '{after.conversation}'"
    assert {item["id"] for item in mail.get("messages", filter=text)["value"]} == {after.id, other.id}


def test_a_reply_by_mime_headers_alone_joins_too(mail: Alone) -> None:
    after = sent(mail, drafted(mail), WEB)
    raw = letter(subject="Thanks", extra=f"In-Reply-To: {after.internet_message_id}")
    assert mail.box.message(mail.box.receive(raw)).conversation == after.conversation


def test_an_answer_may_be_filed_by_a_rule(mail: Alone) -> None:
    after = sent(mail, drafted(mail), WEB)
    folder = mail.box.add_folder("Acme")
    mail.box.answer(after.id, folder=folder)
    assert mail.box.inbox() == []
    assert [item["subject"] for item in mail.get(f"mailFolders/{folder}/messages")["value"]] == [
        "Re: Thank you"
    ]


def test_an_automatic_reply_has_headers_and_one_by_a_rule_has_none(mail: Alone) -> None:
    after = sent(mail, drafted(mail), WEB)
    away = mail.box.message(mail.box.automatic_reply(after.id))
    ruled = mail.box.message(mail.box.automatic_reply(after.id, by_rule=True))
    assert dict(away.headers)["Auto-Submitted"] == "auto-generated"
    assert not {name for name, _ in ruled.headers if name.lower().startswith(("auto", "x-"))}


def test_a_report_names_the_letter_and_its_recipient(mail: Alone) -> None:
    after = sent(mail, drafted(mail), WEB)
    report = mail.box.message(mail.box.bounce(after.id))
    whole = message_from_bytes(mail.ask("GET", f"messages/{report.id}/$value").content)
    assert whole.get_content_type() == "multipart/report"
    raw = whole.as_string()
    assert after.internet_message_id in raw
    assert f"Final-Recipient: rfc822;{DANA}" in raw
    assert report.sender == "postmaster@acme.example"


def test_the_users_own_letters_are_there_as_he_made_them(mail: Alone) -> None:
    own = mail.box.message(mail.box.send_new(letter(sender=SAM, to=DANA, extra=f"Bcc: {KIM}")))
    begun = mail.box.message(mail.box.new_draft(letter(sender=SAM, to=KIM, subject="Mine")))
    assert (own.folder, own.bcc, own.is_draft) == ("sentitems", (KIM,), False)
    assert (begun.folder, begun.subject, begun.is_draft) == ("drafts", "Mine", True)
    assert mail.message(begun.id)["isDraft"] is True
