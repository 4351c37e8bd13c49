"""The user's hand on the simulated Outlook mail: six clients that save and send, and what others send back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.sim.microsoft_mail import (
    CLASSIC,
    CLIENTS,
    IDEAL,
    IOS_MAIL,
    MOBILE,
    SUBJECT_EDITED,
    WEB,
    Client,
    MessageView,
)
from tests.sim.microsoft_mail_alone import DANA, IMMUTABLE, KIM, SAM, START, Alone, letter, person

X = [{"name": "x-letter", "value": "k1"}]
IN_PLACE = [WEB, CLASSIC, SUBJECT_EDITED, IDEAL]


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


def named(client: Client) -> str:
    return client.name


def drafted(mail: Alone, **fields: Any) -> MessageView:
    return mail.box.message(mail.draft(internetMessageHeaders=X, **fields)["id"])


def sent(mail: Alone, draft: MessageView, client: Client, **options: Any) -> MessageView:
    return mail.box.message(mail.box.send(draft.id, client, **options))


def lasts(before: MessageView, after: MessageView) -> set[str]:
    """What of a message's identity is the same."""
    names = ("id", "immutable_id", "internet_message_id", "conversation", "properties", "headers", "subject")
    return {name for name in names if getattr(before, name) == getattr(after, name)}


# 7: sending


def test_the_web_client_changes_both_ids_alone(mail: Alone) -> None:
    draft = drafted(mail)
    after = sent(mail, draft, WEB)
    kept = {"internet_message_id", "conversation", "properties", "headers", "subject"}
    assert lasts(draft, after) == kept
    assert after.immutable_id[:-8] == draft.immutable_id[:-8]


def test_the_classic_program_changes_the_message_id_too(mail: Alone) -> None:
    draft = drafted(mail)
    assert lasts(draft, sent(mail, draft, CLASSIC)) == {"conversation", "properties", "headers", "subject"}


def test_the_classic_program_may_lose_the_properties(mail: Alone) -> None:
    mail.box.classic_keeps_properties = False
    draft = drafted(mail)
    after = sent(mail, draft, CLASSIC)
    assert lasts(draft, after) == {"conversation", "subject"}
    assert after.properties == {}


def test_another_subject_is_another_conversation(mail: Alone) -> None:
    draft = drafted(mail)
    assert lasts(draft, sent(mail, draft, SUBJECT_EDITED)) == {"internet_message_id", "properties", "headers"}
    for client in CLIENTS:
        draft = drafted(mail)
        after = sent(mail, draft, client, subject="Our talk")
        assert (after.subject, after.conversation == draft.conversation) == ("Our talk", False)


def test_the_ideal_client_keeps_the_lasting_id(mail: Alone) -> None:
    draft = drafted(mail)
    after = sent(mail, draft, IDEAL)
    assert lasts(draft, after) == {
        "immutable_id",
        "internet_message_id",
        "conversation",
        "properties",
        "headers",
        "subject",
    }
    assert mail.message(draft.immutable_id, prefer=IMMUTABLE)["isDraft"] is False


@pytest.mark.parametrize("client", [MOBILE, IOS_MAIL], ids=named)
def test_a_mobile_client_makes_another_message_and_signs_it(mail: Alone, client: Client) -> None:
    assert client.guess
    draft = drafted(mail, body={"contentType": "text", "content": "Dear Dana,\nthank you."})
    after = sent(mail, draft, client)
    assert lasts(draft, after) == {"conversation", "subject"}
    assert after.content.startswith("<html>")
    lines = after.text.split("\r\n")
    assert lines[:2] == ["Dear Dana,", "thank you."]
    assert lines[2] in ("Get Outlook for iOS", "Sent from my iPhone")


@pytest.mark.parametrize("client", [MOBILE, IOS_MAIL], ids=named)
def test_both_messages_of_a_mobile_client_are_seen_for_minutes(mail: Alone, client: Client) -> None:
    draft = drafted(mail)
    sent(mail, draft, client)
    mail.wait(minutes=2)
    assert [item["id"] for item in mail.get("mailFolders/drafts/messages")["value"]] == [draft.id]
    assert len(mail.get("mailFolders/sentitems/messages")["value"]) == 1
    mail.wait(minutes=2)
    assert mail.get("mailFolders/drafts/messages")["value"] == []
    assert len(mail.box.sent()) == 1


@pytest.mark.parametrize("client", CLIENTS, ids=named)
def test_each_client_sends_once_and_leaves_no_draft(mail: Alone, client: Client) -> None:
    draft = drafted(mail)
    sent(mail, draft, client)
    mail.wait(minutes=10)
    assert mail.refused("GET", f"messages/{draft.id}") == (404, "ErrorItemNotFound")
    [after] = mail.box.sent()
    assert (after.to, after.sender, after.is_draft) == ((DANA,), SAM, False)
    assert (mail.box.drafts(), mail.box.messages("outbox"), mail.box.sends) == ([], [], [])


@pytest.mark.parametrize("client", CLIENTS, ids=named)
def test_a_letter_edited_at_the_end_goes_out_as_edited(mail: Alone, client: Client) -> None:
    after = sent(mail, drafted(mail), client, text="Dear Dana,\n\nother words.", to=[KIM])
    mail.wait(minutes=10)
    assert after.text.startswith("Dear Dana,\r\n\r\nother words.")
    assert after.to == (KIM,)
    assert after.text.count("Get Outlook") + after.text.count("Sent from my") == bool(client.line)
    assert mail.box.drafts() == []


@pytest.mark.parametrize("field", ["toRecipients", "ccRecipients", "bccRecipients"])
def test_a_letter_that_names_oneself_comes_to_the_inbox_too(mail: Alone, field: str) -> None:
    after = sent(mail, drafted(mail, **{field: [person(SAM)]}), WEB)
    [item] = mail.get("mailFolders/inbox/messages")["value"]
    assert item["internetMessageId"] == after.internet_message_id
    assert item["from"]["emailAddress"]["address"] == SAM
    assert (item["isDraft"], item["bccRecipients"]) == (False, [])
    assert mail.box.inbox()[0].properties == {}
    headers = mail.message(item["id"], select="internetMessageHeaders")["internetMessageHeaders"]
    assert {"name": "Message-ID", "value": after.internet_message_id} in headers
    assert not any(header["name"] == "Bcc" for header in headers)


def test_ones_own_letter_to_oneself_comes_to_the_inbox_too(mail: Alone) -> None:
    mail.box.send_new(letter(sender=SAM, to=DANA, extra=f"Cc: {SAM}"))
    assert [each.internet_message_id for each in mail.box.inbox()] == ["<a1@acme.example>"]


# 8: on its way


def test_the_copy_comes_after_the_draft_has_gone(mail: Alone) -> None:
    mail.box.sent_delay, mail.box.outbox_shows = timedelta(minutes=5), False
    draft = drafted(mail)
    mail.box.send(draft.id)
    assert mail.get("messages")["value"] == []
    mail.wait(minutes=4)
    assert mail.box.messages() == []
    mail.wait(minutes=1)
    [item] = mail.get("mailFolders/sentitems/messages")["value"]
    assert item["sentDateTime"] == "2026-03-02T09:00:00Z"
    assert item["createdDateTime"] == "2026-03-02T09:05:00Z"


def test_the_copy_may_lie_in_the_outbox_meanwhile(mail: Alone) -> None:
    draft = drafted(mail)
    later = mail.box.send(draft.id, delay=timedelta(minutes=1))
    [item] = mail.get("mailFolders/outbox/messages")["value"]
    assert item["isDraft"] is True
    assert mail.box.drafts() == mail.box.sent() == []
    mail.wait(minutes=1)
    assert mail.box.sent()[0].immutable_id == later
    assert mail.box.messages("outbox") == []


def test_a_scheduled_letter_waits_among_the_drafts_and_goes_by_itself(mail: Alone) -> None:
    draft = drafted(mail)
    mail.box.schedule(draft.id, START + timedelta(hours=2))
    [item] = mail.get("mailFolders/drafts/messages")["value"]
    assert (item["id"], item["isDraft"]) == (draft.id, True)
    expand = "singleValueExtendedProperties($filter=id eq 'SystemTime 0x3FEF')"
    [told] = mail.message(draft.id, expand=expand)["singleValueExtendedProperties"]
    assert told["value"] == "2026-03-02T11:00:00Z"
    mail.wait(hours=3)
    assert mail.box.drafts() == []
    assert len(mail.box.sent()) == 1


@pytest.mark.parametrize("where", ["classic", "switch"])
def test_a_scheduled_letter_may_wait_in_the_outbox(mail: Alone, where: str) -> None:
    if where == "switch":
        mail.box.scheduled_in = "outbox"
    mail.box.schedule(drafted(mail).id, START + timedelta(hours=2), CLASSIC if where == "classic" else WEB)
    assert (len(mail.box.drafts()), len(mail.box.messages("outbox"))) == (0, 1)
    mail.wait(hours=3)
    assert (len(mail.box.sent()), mail.box.messages("outbox")) == (1, [])


def test_a_letter_that_is_not_scheduled_any_more_stays(mail: Alone) -> None:
    mail.box.scheduled_is_draft = False
    for undo in (mail.box.unschedule, mail.box.delete, mail.box.purge):
        id_ = mail.box.schedule(drafted(mail).id, START + timedelta(hours=2))
        assert mail.box.message(id_).is_draft is False
        undo(id_)
    mail.wait(hours=3)
    assert mail.box.sent() == []
    assert (len(mail.box.drafts()), len(mail.box.deleted())) == (1, 1)


# Editing


@pytest.mark.parametrize("client", IN_PLACE, ids=named)
def test_an_edit_stays_the_same_message_with_another_change_key(mail: Alone, client: Client) -> None:
    made = mail.draft()
    mail.wait(minutes=1)
    mail.box.edit(made["id"], "Other words", client=client)
    after = mail.message(made["id"])
    assert "Other words" in after["body"]["content"]
    assert after["changeKey"] != made["changeKey"]
    assert after["lastModifiedDateTime"] > made["lastModifiedDateTime"]


@pytest.mark.parametrize("client", [MOBILE, IOS_MAIL], ids=named)
def test_a_mobile_edit_is_another_message_beside_the_old_one_for_minutes(mail: Alone, client: Client) -> None:
    draft = drafted(mail)
    after = mail.box.message(mail.box.edit(draft.id, "Other words", client=client))
    assert lasts(draft, after) == {"conversation", "subject"}
    assert {each.id for each in mail.box.drafts()} == {draft.id, after.id}
    mail.wait(minutes=5)
    assert [each.id for each in mail.box.drafts()] == [after.id]


@pytest.mark.parametrize("client", CLIENTS, ids=named)
def test_opened_and_saved_again_the_markup_is_other_and_the_words_are_not(
    mail: Alone, client: Client
) -> None:
    draft = drafted(mail)
    after = mail.box.message(mail.box.edit(draft.id, client=client))
    assert after.content != draft.content
    assert after.text.startswith(draft.text.strip())
    again = mail.box.message(mail.box.edit(after.id, client=client))
    assert again.text == after.text


def test_a_plain_draft_stays_plain_where_the_client_lets_it(mail: Alone) -> None:
    draft = drafted(mail, body={"contentType": "text", "content": "Plain."})
    assert mail.box.message(mail.box.edit(draft.id)).content == "Plain."
    assert mail.box.message(mail.box.edit(draft.id, "Plainer.")).content == "Plainer."


def test_another_subject_in_a_saved_draft_is_another_conversation(mail: Alone) -> None:
    draft = drafted(mail)
    after = mail.box.message(mail.box.edit(draft.id, subject="Our talk"))
    assert (after.id, after.conversation == draft.conversation) == (draft.id, False)


def test_a_touched_draft_has_another_change_key_and_nothing_else(mail: Alone) -> None:
    made = mail.draft()
    mail.box.touch(made["id"])
    after = mail.message(made["id"])
    assert after["changeKey"] != made["changeKey"]
    assert after["body"] == made["body"]


# Open in a window meanwhile


def test_what_a_window_holds_wins_over_what_came_since(mail: Alone) -> None:
    draft = drafted(mail)
    opened = mail.box.open(draft.id)
    mail.patch(draft.id, {"subject": "Ours", "toRecipients": []})
    after = mail.box.message(mail.box.send_opened(opened, CLASSIC))
    assert (after.subject, after.to) == ("Thank you", (DANA,))
    assert mail.box.drafts() == []


def test_a_draft_deleted_while_it_was_open_is_saved_or_sent_as_another(mail: Alone) -> None:
    draft = drafted(mail)
    opened = mail.box.open(draft.id)
    mail.ask("DELETE", f"messages/{draft.id}")
    saved = mail.box.message(mail.box.save_opened(opened, "Dear Dana"))
    assert not lasts(draft, saved) & {"id", "immutable_id", "internet_message_id", "properties"}
    mail.box.purge(saved.id)
    after = mail.box.message(mail.box.send_opened(opened))
    assert (after.to, after.conversation, after.properties) == ((DANA,), draft.conversation, {})


# Put away


def test_a_draft_in_deleted_items_is_still_a_draft(mail: Alone) -> None:
    draft = drafted(mail)
    after = mail.box.message(mail.box.delete(draft.id))
    assert (after.folder, after.is_draft) == ("deleteditems", True)
    assert (after.immutable_id, after.id == draft.id) == (draft.immutable_id, False)
    mail.box.purge(after.id)
    assert mail.get("messages")["value"] == []


def test_the_classic_program_moves_by_another_lasting_id(mail: Alone) -> None:
    folder = mail.box.add_folder("Acme")
    draft = drafted(mail)
    after = mail.box.message(mail.box.put(draft.id, folder, CLASSIC))
    assert "immutable_id" not in lasts(draft, after)
    draft = drafted(mail)
    assert "immutable_id" in lasts(draft, mail.box.message(mail.box.put(draft.id, folder, WEB)))
    mail.box.move_changes_immutable_id = True
    draft = drafted(mail)
    assert "immutable_id" not in lasts(draft, mail.box.message(mail.box.put(draft.id, "inbox", WEB)))


def test_the_archive_is_a_folder_with_other_ids(mail: Alone) -> None:
    draft = drafted(mail)
    after = mail.box.message(mail.box.put(draft.id, "archive"))
    assert not lasts(draft, after) & {"id", "immutable_id"}
    mail.box.archive_changes_immutable_id = False
    draft = drafted(mail)
    assert "immutable_id" in lasts(draft, mail.box.message(mail.box.put(draft.id, "archive")))
