"""The simulated Outlook mail, call by call: answers drafted, messages changed, moved and deleted."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from email import message_from_bytes, policy
from typing import Any

import pytest

from tests.sim.microsoft_mail_alone import DANA, IMMUTABLE, KEY, KIM, SAM, Alone, letter, person


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


def received(mail: Alone, **options: Any) -> Any:
    """A letter of Dana's in the inbox, as the API shows it."""
    id_ = mail.box.receive(letter(**options))
    return mail.message(mail.box.message(id_).id)


# 12: answers


def test_an_answer_is_a_draft_in_the_conversation_with_the_original_below(mail: Alone) -> None:
    base = received(mail, text="When could you start?", extra="References: <a0@acme.example>")
    made = mail.post(f"messages/{base['id']}/createReply")
    assert made["isDraft"] is True
    assert made["subject"] == "RE: Interview"
    assert made["conversationId"] == base["conversationId"]
    assert [each["emailAddress"]["address"] for each in made["toRecipients"]] == [DANA]
    assert "When could you start?" in made["body"]["content"]
    assert "Monday, March 02, 2026 08:00 AM" in made["body"]["content"]
    index = base64.b64decode(made["conversationIndex"])
    assert index.startswith(base64.b64decode(base["conversationIndex"]))
    assert len(index) == 27
    whole = message_from_bytes(
        mail.ask("GET", f"messages/{made['id']}/$value").content, policy=policy.default
    )
    assert whole["In-Reply-To"] == "<a1@acme.example>"
    assert whole["References"] == "<a0@acme.example> <a1@acme.example>"


def test_a_second_prefix_is_not_put(mail: Alone) -> None:
    base = received(mail, subject="Re: Interview")
    assert mail.post(f"messages/{base['id']}/createReply")["subject"] == "Re: Interview"


def test_an_answer_goes_where_reply_to_says(mail: Alone) -> None:
    base = received(mail, extra="Reply-To: Talent <talent@acme.example>")
    made = mail.post(f"messages/{base['id']}/createReply", {})
    assert made["toRecipients"] == [person("talent@acme.example", "Talent")]


def test_an_answer_to_all_leaves_oneself_out(mail: Alone) -> None:
    base = received(mail, to=f"{SAM}, {KIM}", extra="Cc: lukasz@acme.example, sam@example.com")
    made = mail.post(f"messages/{base['id']}/createReplyAll")
    assert [each["emailAddress"]["address"] for each in made["toRecipients"]] == [DANA, KIM]
    assert [each["emailAddress"]["address"] for each in made["ccRecipients"]] == ["lukasz@acme.example"]


def test_an_answer_to_ones_own_letter_goes_to_oneself(mail: Alone) -> None:
    sent = mail.box.message(mail.box.send_new(letter(sender=SAM, to=DANA)))
    made = mail.post(f"messages/{sent.id}/createReply")
    assert made["toRecipients"][0]["emailAddress"]["address"] == SAM
    mail.box.reply_to_own_is_self = False
    made = mail.post(f"messages/{sent.id}/createReply")
    assert made["toRecipients"][0]["emailAddress"]["address"] == DANA


def test_recipients_text_and_property_go_into_one_answer(mail: Alone) -> None:
    base = received(mail)
    message = {
        "toRecipients": [person(KIM)],
        "body": {"contentType": "html", "content": "<p>Any news?</p>"},
        "singleValueExtendedProperties": [{"id": KEY, "value": "k2"}],
    }
    made = mail.post(f"messages/{base['id']}/createReply", {"message": message})
    assert [each["emailAddress"]["address"] for each in made["toRecipients"]] == [KIM]
    assert "Any news?" in made["body"]["content"]
    assert "divRplyFwdMsg" not in made["body"]["content"]
    shown = mail.message(made["id"], expand=f"singleValueExtendedProperties($filter=id eq '{KEY}')")
    assert [each["value"] for each in shown["singleValueExtendedProperties"]] == ["k2"]


def test_what_an_answer_takes_is_a_switch_each(mail: Alone) -> None:
    base = received(mail)
    message = {
        "body": {"contentType": "html", "content": "<p>Any news?</p>"},
        "singleValueExtendedProperties": [{"id": KEY, "value": "k2"}],
    }
    mail.box.reply_takes_properties, mail.box.reply_keeps_quote = False, True
    made = mail.post(f"messages/{base['id']}/createReply", {"message": message})
    assert "Any news?" in made["body"]["content"]
    assert "divRplyFwdMsg" in made["body"]["content"]
    assert mail.box.message(made["id"]).properties == {}
    mail.box.reply_takes_message = False
    made = mail.post(f"messages/{base['id']}/createReply", {"message": message})
    assert "Any news?" not in made["body"]["content"]


def test_a_comment_stands_above_the_original(mail: Alone) -> None:
    base = received(mail, text="When?")
    content = mail.post(f"messages/{base['id']}/createReply", {"comment": "Soon."})["body"]["content"]
    assert content.index("Soon.") < content.index("When?")
    mail.box.comment_is_ignored = True
    content = mail.post(f"messages/{base['id']}/createReply", {"Comment": "Soon."})["body"]["content"]
    assert "Soon." not in content


def test_a_comment_beside_a_body_is_refused(mail: Alone) -> None:
    base = received(mail)
    both = {"comment": "Soon.", "message": {"body": {"contentType": "text", "content": "Now."}}}
    assert mail.refused("POST", f"messages/{base['id']}/createReply", both)[0] == 400
    assert mail.box.drafts() == []


def test_an_answer_to_a_draft_is_refused(mail: Alone) -> None:
    id_ = mail.draft()["id"]
    assert mail.refused("POST", f"messages/{id_}/createReply")[0] == 400
    mail.box.reply_to_draft_is_refused = False
    assert mail.post(f"messages/{id_}/createReply")["isDraft"] is True


# 13, 14: changes


def test_each_change_makes_another_change_key(mail: Alone) -> None:
    made = mail.draft()
    mail.wait(seconds=5)
    changed = mail.patch(made["id"], {"subject": "Thank you again"})
    assert changed["id"] == made["id"]
    assert changed["subject"] == "Thank you again"
    assert changed["conversationId"] == made["conversationId"]
    assert changed["changeKey"] != made["changeKey"]
    assert changed["lastModifiedDateTime"] > made["lastModifiedDateTime"] == made["createdDateTime"]


def test_properties_are_added_to_those_there_are(mail: Alone) -> None:
    other = KEY.replace("letter", "Letter")
    made = mail.draft()
    mail.patch(made["id"], {"singleValueExtendedProperties": [{"id": other, "value": "x"}]})
    assert set(mail.box.message(made["id"]).properties.values()) == {"k1", "x"}


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "x"},
        {"body": {"contentType": "text", "content": "x"}},
        {"replyTo": []},
        {"internetMessageId": "<x@example.com>"},
    ],
)
def test_a_sent_message_can_not_be_rewritten(mail: Alone, change: dict[str, Any]) -> None:
    sent = mail.box.message(mail.box.send(mail.draft()["id"]))
    answer = mail.ask("PATCH", f"messages/{sent.id}", change)
    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "ErrorInvalidPropertySet")
    assert answer.json()["error"]["message"] == "Message is not draft."
    assert mail.box.message(sent.id) == sent


def test_recipients_of_a_sent_message_are_guarded_by_switch(mail: Alone) -> None:
    sent = mail.box.message(mail.box.send(mail.draft()["id"]))
    assert mail.patch(sent.id, {"toRecipients": [person(KIM)]})["toRecipients"] == [person(KIM)]
    mail.box.recipients_are_draft_only = True
    change = {"ccRecipients": [person(KIM)]}
    assert mail.refused("PATCH", f"messages/{sent.id}", change) == (400, "ErrorInvalidPropertySet")


def test_a_sent_message_can_be_marked(mail: Alone) -> None:
    sent = mail.box.message(mail.box.send(mail.draft()["id"]))
    shown = mail.patch(sent.id, {"categories": ["Blue"], "flag": {"flagStatus": "flagged"}, "isRead": False})
    assert (shown["categories"], shown["flag"], shown["isRead"]) == (
        ["Blue"],
        {"flagStatus": "flagged"},
        False,
    )


def test_what_is_only_read_can_not_be_changed(mail: Alone) -> None:
    id_ = mail.draft()["id"]
    for change in ({"conversationId": "x"}, {"isDraft": False}, {"parentFolderId": "x"}):
        assert mail.refused("PATCH", f"messages/{id_}", change) == (400, "ErrorInvalidPropertySet")


@pytest.mark.parametrize("http_method", ["PATCH", "DELETE"])
def test_an_old_etag_meets_a_conflict(mail: Alone, http_method: str) -> None:
    made = mail.draft()
    mail.box.edit(made["id"], "Edited by hand.")
    body = {"subject": "x"} if http_method == "PATCH" else None
    path, headers = f"messages/{made['id']}", {"If-Match": made["@odata.etag"]}
    assert mail.refused(http_method, path, body, headers=headers) == (412, "ErrorIrresolvableConflict")
    assert "Edited by hand." in mail.box.drafts()[0].text
    now = {"If-Match": mail.message(made["id"])["@odata.etag"]}
    assert mail.ask(http_method, path, body, headers=now).ok


def test_a_patch_may_not_look_at_the_etag_by_switch(mail: Alone) -> None:
    mail.box.patch_honours_if_match = False
    made = mail.draft()
    mail.box.edit(made["id"], "Edited by hand.")
    assert mail.patch(made["id"], {"subject": "x"}, headers={"If-Match": made["@odata.etag"]})


# 15: deleted and moved


def test_a_deleted_message_is_not_found_again(mail: Alone) -> None:
    id_ = mail.draft()["id"]
    answer = mail.ask("DELETE", f"messages/{id_}")
    assert (answer.status_code, answer.content) == (204, b"")
    assert mail.refused("DELETE", f"messages/{id_}") == (404, "ErrorItemNotFound")
    assert mail.refused("GET", f"messages/{id_}") == (404, "ErrorItemNotFound")
    assert mail.box.drafts() == mail.box.deleted() == mail.get("messages")["value"] == []
    assert len(mail.get("mailFolders/recoverableitemsdeletions/messages")["value"]) == 1


def test_a_deleted_message_may_still_be_fetched_by_its_lasting_id(mail: Alone) -> None:
    lasting = mail.box.message(mail.draft()["id"]).immutable_id
    mail.ask("DELETE", f"messages/{lasting}", prefer=IMMUTABLE)
    assert mail.refused("GET", f"messages/{lasting}", prefer=IMMUTABLE) == (404, "ErrorItemNotFound")
    mail.box.deleted_can_be_fetched = True
    shown = mail.message(lasting, prefer=IMMUTABLE)
    assert shown["parentFolderId"] == mail.box.well_known("recoverableitemsdeletions").id


def test_a_delete_may_go_to_deleted_items_by_switch(mail: Alone) -> None:
    mail.box.delete_goes_to = "deleteditems"
    id_ = mail.draft()["id"]
    mail.ask("DELETE", f"messages/{id_}")
    assert mail.refused("GET", f"messages/{id_}") == (404, "ErrorItemNotFound")
    [found] = mail.get("mailFolders/deleteditems/messages")["value"]
    assert found["isDraft"] is True
    mail.ask("DELETE", f"messages/{found['id']}")
    assert mail.box.deleted() == []


def test_a_permanent_delete_leaves_nothing(mail: Alone) -> None:
    id_ = mail.draft()["id"]
    assert mail.ask("POST", f"messages/{id_}/permanentDelete").status_code == 204
    assert mail.get("mailFolders/recoverableitemsdeletions/messages")["value"] == []


def test_a_move_to_deleted_items_keeps_the_draft_a_draft(mail: Alone) -> None:
    moved = mail.post(f"messages/{mail.draft()['id']}/move", {"destinationId": "deleteditems"})
    assert moved["isDraft"] is True
    assert [each.id for each in mail.box.deleted()] == [moved["id"]]


def test_a_move_to_nowhere_is_not_found(mail: Alone) -> None:
    id_ = mail.draft()["id"]
    assert mail.refused("POST", f"messages/{id_}/move", {"destinationId": "nowhere"})[0] == 404
    assert len(mail.box.drafts()) == 1
