"""The simulated Outlook mail, call by call: ids, drafts made, errors, received mail."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from email import message_from_bytes, policy
from typing import Any
from urllib.parse import unquote

import pytest

from tests.sim.microsoft_mail import OutlookMail
from tests.sim.microsoft_mail_alone import DANA, IMMUTABLE, KIM, SAM, Alone, letter, person


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


# 5, 6: ids


def test_ids_are_long_and_hold_signs_that_a_path_must_encode(mail: Alone) -> None:
    for number in range(12):
        id_ = mail.draft(f"text {number}")["id"]
        assert len(id_) > 150
        assert id_.endswith("=")
        assert "-" in id_
        assert "_" in id_
        assert mail.message(id_)["id"] == id_


def test_some_ids_differ_in_case_alone(mail: Alone) -> None:
    ids = [mail.draft()["id"] for _ in range(8)]
    assert len({id_.lower() for id_ in ids}) < len(set(ids)) == 8


def test_the_two_kinds_of_ids_name_one_message_each_under_its_own_header(mail: Alone) -> None:
    usual = mail.draft()["id"]
    lasting = mail.message(mail.box.drafts()[0].immutable_id, prefer=IMMUTABLE)["id"]
    assert lasting != usual
    assert mail.refused("GET", f"messages/{lasting}") == (404, "ErrorItemNotFound")
    assert mail.refused("GET", f"messages/{usual}", prefer=IMMUTABLE) == (404, "ErrorItemNotFound")


def test_either_id_may_be_taken_by_switch(mail: Alone) -> None:
    mail.box.path_takes_either_id = True
    usual = mail.draft()["id"]
    lasting = mail.message(usual, prefer=IMMUTABLE)["id"]
    assert mail.message(lasting)["id"] == usual


def test_a_heard_preference_is_told(mail: Alone) -> None:
    id_ = mail.draft()["id"]
    answer = mail.ask("GET", f"messages/{id_}", prefer='outlook.body-content-type="text"')
    assert answer.headers["Preference-Applied"] == 'outlook.body-content-type="text"'
    answer = mail.ask("GET", "messages", prefer=IMMUTABLE)
    assert answer.headers["Preference-Applied"] == IMMUTABLE


def test_a_move_changes_the_usual_id_and_keeps_the_lasting_one(mail: Alone) -> None:
    before = mail.box.message(mail.box.receive(letter()))
    folder = mail.box.add_folder("Acme")
    moved = mail.post(f"messages/{before.id}/move", {"destinationId": folder})
    assert moved["id"] != before.id
    assert moved["parentFolderId"] == folder
    assert mail.refused("GET", f"messages/{before.id}") == (404, "ErrorItemNotFound")
    assert mail.message(before.immutable_id, prefer=IMMUTABLE)["parentFolderId"] == folder


def test_a_move_to_the_archive_changes_both_ids(mail: Alone) -> None:
    before = mail.box.message(mail.box.receive(letter()))
    mail.post(f"messages/{before.id}/move", {"destinationId": "archive"})
    gone = mail.refused("GET", f"messages/{before.immutable_id}", prefer=IMMUTABLE)
    assert gone == (404, "ErrorItemNotFound")
    assert len(mail.box.messages("archive")) == 1


def test_an_id_that_never_was_one_is_malformed(mail: Alone) -> None:
    assert mail.refused("GET", "messages/17") == (400, "ErrorInvalidIdMalformed")
    assert mail.refused("GET", "messages/delta") == (400, "ErrorInvalidIdMalformed")
    assert mail.refused("GET", "mailFolders/nowhere") == (400, "ErrorInvalidIdMalformed")


def test_an_error_may_have_another_code_by_switch(mail: Alone) -> None:
    mail.box.renamed_codes["ErrorInvalidIdMalformed"] = "ErrorInvalidId"
    assert mail.refused("GET", "messages/17") == (400, "ErrorInvalidId")


def test_runs_repeat_and_mailboxes_differ(mail: Alone) -> None:
    def first(address: str) -> str:
        return OutlookMail(mail.clock, address).receive(letter())

    assert first(SAM) == first(SAM) != first(KIM)


# 10, 11, 16: drafts made


def test_a_post_makes_a_draft_that_no_one_gets(mail: Alone) -> None:
    made = mail.draft()
    assert made["isDraft"] is True
    assert made["parentFolderId"] == mail.get("mailFolders/drafts")["id"]
    assert made["internetMessageId"].endswith("outlook.com>")
    assert made["@odata.etag"] == f'W/"{made["changeKey"]}"'
    assert made["@odata.context"].startswith(mail.root)
    assert mail.box.sent() == []
    assert mail.box.sends == []


def test_a_given_message_id_is_kept(mail: Alone) -> None:
    assert mail.draft(internetMessageId="<mine@example.com>")["internetMessageId"] == "<mine@example.com>"


def test_a_given_conversation_is_not_taken(mail: Alone) -> None:
    assert mail.draft(conversationId="AAQk1")["conversationId"] != "AAQk1"
    mail.box.post_takes_conversation = True
    assert mail.draft(conversationId="AAQk1")["conversationId"] == "AAQk1"


def test_a_draft_may_be_made_in_another_folder(mail: Alone) -> None:
    folder = mail.box.add_folder("Letters")
    made = mail.post(f"mailFolders/{folder}/messages", {"subject": "Hello"})
    assert (made["parentFolderId"], made["isDraft"]) == (folder, True)


def test_html_is_cleaned_and_made_a_whole_document(mail: Alone) -> None:
    made = mail.draft(body={"contentType": "html", "content": '<p onclick="x()">Hi</p><script>x()</script>'})
    content = made["body"]["content"]
    assert content.startswith("<html><head>\r\n<meta")
    assert "<p>Hi</p>" in content
    assert "script" not in content


def test_a_body_comes_as_text_when_that_is_preferred(mail: Alone) -> None:
    made = mail.draft(body={"contentType": "html", "content": "<p>Dear Dana,</p><p>a &amp; b<br>c</p>"})
    shown = mail.message(made["id"], prefer='outlook.body-content-type="text"')["body"]
    assert shown == {"contentType": "text", "content": "Dear Dana,\r\n\r\na & b\r\nc\r\n"}


def test_a_plain_body_is_shown_as_html_unless_text_is_preferred(mail: Alone) -> None:
    made = mail.draft(body={"contentType": "text", "content": "One\nTwo <3"})
    assert made["body"]["contentType"] == "html"
    assert "One<br>" in made["body"]["content"]
    assert "Two &lt;3" in made["body"]["content"]
    mail.box.text_stays_text = True
    assert mail.message(made["id"])["body"] == {"contentType": "text", "content": "One\nTwo <3"}


def test_a_preview_has_255_characters(mail: Alone) -> None:
    assert len(mail.draft("word " * 100)["bodyPreview"]) == 255


def test_only_own_headers_can_be_given(mail: Alone) -> None:
    bad = {"internetMessageHeaders": [{"name": "In-Reply-To", "value": "<a@b>"}]}
    assert mail.refused("POST", "messages", bad) == (400, "InvalidInternetMessageHeader")
    made = mail.draft(internetMessageHeaders=[{"name": "x-letter", "value": "k1"}])
    assert "internetMessageHeaders" not in made
    shown = mail.message(made["id"], select="internetMessageHeaders")
    assert shown["internetMessageHeaders"] == [{"name": "x-letter", "value": "k1"}]


def test_what_is_of_the_wrong_type_is_not_taken(mail: Alone) -> None:
    for bad in ({"isDraft": "yes"}, {"importance": "urgent"}, {"toRecipients": "a@b"}, {"nonsense": 1}):
        assert mail.refused("POST", "messages", bad) == (400, "UnableToDeserializePostBody")
    assert mail.box.drafts() == []


def test_a_body_that_is_no_json_is_not_taken(mail: Alone) -> None:
    headers = {"Content-Type": "application/json"}
    assert mail.refused("POST", "messages", "{", headers=headers)[0] == 400


def test_a_recipient_without_an_at_sign_is_taken_unless_a_switch_says_no(mail: Alone) -> None:
    bad = {"toRecipients": [person("Dana")]}
    assert mail.post("messages", bad)["toRecipients"] == [person("Dana")]
    mail.box.bad_recipients_are_refused = True
    assert mail.refused("POST", "messages", bad) == (400, "ErrorInvalidRecipients")


def test_mime_may_be_posted_in_base64(mail: Alone) -> None:
    raw = letter(sender=SAM, to=DANA, id_="<mine@example.com>", extra="In-Reply-To: <a0@acme.example>")
    headers = {"Content-Type": "text/plain"}
    made = mail.post("messages", base64.b64encode(raw), headers=headers)
    assert (made["isDraft"], made["internetMessageId"]) == (True, "<mine@example.com>")
    whole = message_from_bytes(
        mail.ask("GET", f"messages/{made['id']}/$value").content, policy=policy.default
    )
    assert whole["In-Reply-To"] == "<a0@acme.example>"
    bad = mail.refused("POST", "messages", "no base64!", headers=headers)
    assert bad == (400, "ErrorMimeContentInvalidBase64String")


def test_a_full_mailbox_takes_no_draft(mail: Alone) -> None:
    id_ = mail.draft()["id"]
    mail.box.over_quota = True
    assert mail.refused("POST", "messages", {"subject": "x"}) == (507, "ErrorQuotaExceeded")
    assert mail.refused("POST", f"messages/{id_}/createReply")[0] in (400, 507)
    assert mail.message(id_)["subject"] == "Thank you"


def test_the_sender_of_a_draft_is_shown_by_switch_alone(mail: Alone) -> None:
    id_ = mail.draft()["id"]
    assert "from" not in mail.message(id_)
    mail.box.drafts_have_sender = True
    assert mail.message(id_)["from"]["emailAddress"]["address"] == SAM


# 1: nothing is sent


@pytest.mark.parametrize("action", ["send", "reply", "replyAll", "forward"])
def test_a_send_that_the_server_lets_through_sends_nothing(mail: Alone, action: str) -> None:
    id_ = mail.draft()["id"]
    assert mail.ask("POST", f"messages/{id_}/{action}").status_code == 202
    assert [unquote(what) for _, what in mail.box.sends] == [f"POST /v1.0/me/messages/{id_}/{action}"]
    assert (len(mail.box.drafts()), mail.box.sent(), mail.box.messages("outbox")) == (1, [], [])


def test_a_new_message_can_not_be_sent_either(mail: Alone) -> None:
    assert mail.ask("POST", "sendMail", {"message": {"subject": "x"}}).status_code == 202
    assert [what for _, what in mail.box.sends] == ["POST /v1.0/me/sendMail"]
    assert mail.box.messages() == []


# 2: every answer


def test_an_error_has_a_code_and_the_ids_of_the_request(mail: Alone) -> None:
    answer = mail.ask("GET", "messages/17", headers={"client-request-id": "abc"})
    error = answer.json()["error"]
    assert error["innerError"]["client-request-id"] == "abc" == answer.headers["client-request-id"]
    assert error["innerError"]["request-id"] == answer.headers["request-id"]
    assert error["innerError"]["date"] == "2026-03-02T09:00:00"


def test_a_path_that_graph_does_not_know_is_refused(mail: Alone) -> None:
    assert mail.refused("GET", "messages/17/nonsense") == (400, "BadRequest")
    assert mail.refused("PUT", "messages/17") == (400, "BadRequest")


def test_every_operation_on_mail_has_an_answer_and_a_price(mail: Alone) -> None:
    served = set(mail.box._acts) | {
        "messages.send",
        "messages.reply",
        "messages.replyAll",
        "messages.forward",
    }
    assert served | {"sendMail"} == set(mail.box.prices)
    assert set(mail.box.prices.values()) == {1}


# 9, 19: received mail


def test_headers_are_shown_of_received_mail_when_selected(mail: Alone) -> None:
    base = received(mail, extra="Auto-Submitted: auto-generated\r\nIn-Reply-To: <x@example.com>")
    assert "internetMessageHeaders" not in base
    shown = mail.message(base["id"], select="subject,internetMessageHeaders")
    assert {"name": "Auto-Submitted", "value": "auto-generated"} in shown["internetMessageHeaders"]
    assert {"name": "In-Reply-To", "value": "<x@example.com>"} in shown["internetMessageHeaders"]
    assert set(shown) == {"@odata.context", "@odata.etag", "id", "subject", "internetMessageHeaders"}


def test_headers_are_not_shown_of_sent_mail_though_mime_has_them(mail: Alone) -> None:
    made = mail.draft(internetMessageHeaders=[{"name": "x-letter", "value": "k1"}])
    sent = mail.box.message(mail.box.send(made["id"]))
    assert "internetMessageHeaders" not in mail.message(sent.id, select="internetMessageHeaders")
    answer = mail.ask("GET", f"messages/{sent.id}/$value")
    assert b"x-letter: k1" in answer.content
    mail.box.sent_headers_missing = False
    sent = mail.box.message(
        mail.box.send(mail.draft(internetMessageHeaders=[{"name": "x-a", "value": "b"}])["id"])
    )
    assert "internetMessageHeaders" in mail.message(sent.id, select="internetMessageHeaders")


def test_mime_of_received_mail_is_what_came(mail: Alone) -> None:
    raw = letter(text="Grüße")
    id_ = mail.box.message(mail.box.receive(raw)).id
    assert mail.ask("GET", f"messages/{id_}/$value").content == raw


def test_mime_of_a_draft_is_a_letter(mail: Alone) -> None:
    made = mail.draft("Grüße an Łukasz", ccRecipients=[person(KIM, "Kim Min-jun")])
    raw = mail.ask("GET", f"messages/{made['id']}/$value").content
    whole = message_from_bytes(raw, policy=policy.default)
    assert (whole["To"], whole["Cc"]) == ("Dana Reyes <dana@acme.example>", "Kim Min-jun <kim@acme.example>")
    assert whole["Message-ID"] == made["internetMessageId"]
    assert "Grüße an Łukasz" in whole.get_body(("plain",)).get_content()


def test_the_new_part_of_an_answer_can_be_selected(mail: Alone) -> None:
    text = "Yes, gladly.\r\n\r\nOn Mon, 2 Mar 2026 at 09:00, Sam Lee wrote:\r\n> Dear Dana\r\n"
    base = received(mail, text=text)
    shown = mail.message(base["id"], select="uniqueBody", prefer='outlook.body-content-type="text"')
    assert shown["uniqueBody"]["content"].strip() == "Yes, gladly."
    assert "uniqueBody" not in base


def test_a_broken_letter_is_still_shown(mail: Alone) -> None:
    raw = b"From: x\r\nTo: undisclosed-recipients:;\r\nContent-Type: text/plain; charset=nonsense\r\n\r\n\xff\xfe"
    id_ = mail.box.message(mail.box.receive(raw)).id
    assert mail.message(id_)["toRecipients"] == []


def test_meeting_mail_tells_its_type(mail: Alone) -> None:
    id_ = mail.box.receive(letter(), message_class="IPM.Schedule.Meeting.Request")
    assert mail.message(mail.box.message(id_).id)["@odata.type"] == "#microsoft.graph.eventMessageRequest"


def test_a_blind_copy_names_the_user_nowhere(mail: Alone) -> None:
    base = received(mail, to=KIM)
    people = [each["emailAddress"]["address"] for each in base["toRecipients"] + base["ccRecipients"]]
    assert (people, base["bccRecipients"]) == ([KIM], [])
