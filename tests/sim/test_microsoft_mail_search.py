"""The simulated Outlook mail as lists: pages, $filter, $orderby, $search, $expand, folders."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.sim.microsoft_mail import OutlookMail
from tests.sim.microsoft_mail_alone import DANA, IMMUTABLE, KEY, KIM, SAM, START, Alone, letter, person
from tests.sim.wire import Clock

TAG = "String 0x001A"


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


def subjects(mail: Alone, path: str = "messages", **query: str) -> list[str]:
    return [item["subject"] for item in mail.get(path, **query)["value"]]


def fill(mail: Alone, count: int, folder: str = "inbox") -> None:
    """Letters "1", "2" …, an hour apart."""
    for number in range(1, count + 1):
        raw = letter(subject=str(number), id_=f"<{number}@acme.example>")
        mail.box.receive(raw, folder, at=START + timedelta(hours=number))


# 18: pages


def test_a_page_has_ten_messages_the_newest_first(mail: Alone) -> None:
    fill(mail, 12)
    page = mail.get("messages")
    assert [item["subject"] for item in page["value"]] == [
        "12",
        "11",
        "10",
        "9",
        "8",
        "7",
        "6",
        "5",
        "4",
        "3",
    ]
    assert page["@odata.nextLink"].startswith(f"{mail.root}/me/messages?")
    assert [len(each["value"]) for each in mail.pages("messages")] == [10, 2]


def test_a_link_carries_all_that_was_asked(mail: Alone) -> None:
    fill(mail, 5)
    query = {"select": "subject", "filter": "isRead eq false", "top": "2"}
    pages = list(mail.pages("mailFolders/inbox/messages", **query))
    assert [[item["subject"] for item in page["value"]] for page in pages] == [["5", "4"], ["3", "2"], ["1"]]
    assert all(set(item) == {"@odata.etag", "id", "subject"} for page in pages for item in page["value"])
    assert "@odata.nextLink" not in pages[-1]


def test_a_letter_that_comes_in_between_shifts_the_pages(mail: Alone) -> None:
    fill(mail, 4)
    first = mail.get("messages", top="2")
    mail.box.receive(letter(subject="new"), at=START + timedelta(days=1))
    second = mail.get(first["@odata.nextLink"])
    assert [item["subject"] for item in second["value"]] == ["3", "2"]


def test_a_page_has_at_most_a_thousand(mail: Alone) -> None:
    assert mail.refused("GET", "messages", top="1001") == (400, "RequestBroker--ParseUri")
    assert mail.get("messages", top="1000")["value"] == []
    assert mail.refused("GET", "messages", top="many")[0] == 400


def test_the_preferred_page_size_is_an_upper_bound(mail: Alone) -> None:
    fill(mail, 5)
    answer = mail.ask("GET", "messages", prefer="odata.maxpagesize=3")
    assert len(answer.json()["value"]) == 3
    assert answer.headers["Preference-Applied"] == "odata.maxpagesize=3"


def test_all_matches_are_counted_when_asked(mail: Alone) -> None:
    fill(mail, 5)
    assert mail.get("messages", top="2", count="true")["@odata.count"] == 5


def test_deleted_items_are_among_all_messages_and_recoverable_ones_are_not(mail: Alone) -> None:
    fill(mail, 3)
    first, second, _ = mail.box.inbox()
    mail.box.delete(first.id)
    mail.ask("DELETE", f"messages/{second.id}")
    assert subjects(mail) == ["3", "1"]
    assert subjects(mail, "mailFolders/deleteditems/messages") == ["3"]


def test_an_unknown_property_is_refused(mail: Alone) -> None:
    assert mail.refused("GET", "messages", select="subject,threadId") == (400, "RequestBroker--ParseUri")


# 17: $filter and $orderby


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("receivedDateTime ge 2026-03-02T12:00:00Z", ["4", "3"]),
        ("receivedDateTime gt 2026-03-02T12:00:00Z", ["4"]),
        ("receivedDateTime ge 2026-03-02T13:00:00+01:00", ["4", "3"]),
        ("subject eq '2' or subject eq '3'", ["3", "2"]),
        ("not (subject eq '2') and receivedDateTime lt 2026-03-02T12:00:00Z", ["1"]),
        ("internetMessageId eq '<3@acme.example>'", ["3"]),
        ("from/emailAddress/address eq 'DANA@acme.example' and startswith(subject,'4')", ["4"]),
        ("contains(subject, '1')", ["1"]),
        ("isDraft eq true", []),
        ("categories/any(c:c eq 'Blue')", ["2"]),
    ],
)
def test_a_filter_finds(mail: Alone, text: str, found: list[str]) -> None:
    fill(mail, 4)
    mail.box.mark(mail.box.inbox()[2].id, categories=["Blue"])
    assert subjects(mail, filter=text) == found


@pytest.mark.parametrize(
    "text",
    [
        "receivedDateTime ge '2026-03-02T12:00:00Z'",
        "subject eq 3",
        "thread eq 'x'",
        "subject eq 'x' and",
        "subject like 'x'",
        "(subject eq 'x'",
        "contains(body/content, 'x')",
        "toRecipients/any(r:r/emailAddress/address eq 'dana@acme.example')",
        "isRead eq 'false'",
    ],
)
def test_a_filter_that_graph_does_not_take_is_refused(mail: Alone, text: str) -> None:
    fill(mail, 1)
    assert mail.refused("GET", "messages", filter=text)[0] == 400


def test_a_quote_in_a_filter_is_doubled(mail: Alone) -> None:
    mail.box.receive(letter(subject="Dana's day"))
    assert subjects(mail, filter="subject eq 'Dana''s day'") == ["Dana's day"]


def test_recipients_can_be_filtered_by_switch(mail: Alone) -> None:
    mail.box.recipients_can_be_filtered = True
    mail.draft()
    text = "toRecipients/any(r:r/emailAddress/address eq 'Dana@acme.example')"
    assert subjects(mail, filter=text) == ["Thank you"]


def test_a_conversation_sorted_by_date_is_too_complex(mail: Alone) -> None:
    base = mail.box.message(mail.box.receive(letter()))
    text = f"conversationId eq '{base.conversation}'"
    assert subjects(mail, filter=text) == ["Interview"]
    bad = mail.refused("GET", "messages", filter=text, orderby="receivedDateTime desc")
    assert bad == (400, "InefficientFilter")


def test_what_is_sorted_by_must_stand_first_in_the_filter_and_in_its_order(mail: Alone) -> None:
    fill(mail, 3)
    received, read = "receivedDateTime ge 2026-03-02T00:00:00Z", "isRead eq false"
    assert subjects(mail, filter=f"{received} and {read}", orderby="receivedDateTime asc") == ["1", "2", "3"]
    bad = mail.refused("GET", "messages", filter=f"{read} and {received}", orderby="receivedDateTime")
    assert bad == (400, "InefficientFilter")
    assert subjects(mail, filter=f"{read} and {received}", orderby="isRead,receivedDateTime desc")[0] == "3"
    bad = mail.refused("GET", "messages", filter=f"{received} and {read}", orderby="isRead,receivedDateTime")
    assert bad == (400, "InefficientFilter")


def test_a_list_may_be_sorted_without_a_filter(mail: Alone) -> None:
    fill(mail, 3)
    assert subjects(mail, orderby="subject") == ["1", "2", "3"]
    assert mail.refused("GET", "messages", orderby="thread")[0] == 400


# Extended properties


def test_a_property_is_found_by_its_name_in_this_case_and_its_value_in_any(mail: Alone) -> None:
    mail.draft()

    def found(key: str, value: str) -> int:
        text = f"singleValueExtendedProperties/Any(ep: ep/id eq '{key}' and ep/value eq '{value}')"
        return len(mail.get("messages", filter=text)["value"])

    assert found(KEY, "k1") == found(KEY, "K1") == 1
    assert found(KEY.replace("6b0c9a58", "6B0C9A58"), "k1") == 1
    assert found(KEY.replace("letter", "Letter"), "k1") == 0
    assert found(KEY, "k2") == 0


def test_a_property_is_shown_only_when_expanded_by_its_id(mail: Alone) -> None:
    id_ = mail.draft()["id"]
    expand = f"singleValueExtendedProperties($filter=id eq '{KEY}' or id eq '{TAG}')"
    shown = mail.message(id_, expand=expand)["singleValueExtendedProperties"]
    assert [each["value"] for each in shown] == ["IPM.Note", "k1"]
    assert "singleValueExtendedProperties" not in mail.message(id_)
    [item] = mail.get("messages", expand=expand, select="id")["value"]
    assert set(item) == {"@odata.etag", "id", "singleValueExtendedProperties"}
    assert mail.refused("GET", "messages", expand="singleValueExtendedProperties")[0] == 400


def test_a_property_that_is_not_there_leaves_no_trace(mail: Alone) -> None:
    id_ = mail.box.message(mail.box.receive(letter())).id
    expand = f"singleValueExtendedProperties($filter=id eq '{KEY}')"
    assert "singleValueExtendedProperties" not in mail.message(id_, expand=expand)


def test_a_malformed_property_id_is_refused(mail: Alone) -> None:
    bad = {"singleValueExtendedProperties": [{"id": "letter", "value": "x"}]}
    assert mail.refused("POST", "messages", bad) == (400, "ErrorInvalidPropertySet")
    text = "singleValueExtendedProperties/Any(ep: ep/id eq 'letter' and ep/value eq 'x')"
    assert mail.refused("GET", "messages", filter=text)[0] == 400


def test_the_class_of_a_message_tells_what_wrote_it(mail: Alone) -> None:
    sent = mail.box.send(mail.draft()["id"])

    def kind(id_: str) -> Any:
        shown = mail.message(
            id_, prefer=IMMUTABLE, expand=f"singleValueExtendedProperties($filter=id eq '{TAG}')"
        )
        return shown["singleValueExtendedProperties"][0]["value"]

    assert kind(mail.box.answer(sent)) == "IPM.Note"
    assert kind(mail.box.automatic_reply(sent)) == "IPM.Note.Rules.OofTemplate.Microsoft"
    assert kind(mail.box.automatic_reply(sent, by_rule=True)) == "IPM.Note.Rules.ReplyTemplate.Microsoft"
    assert kind(mail.box.bounce(sent)) == "REPORT.IPM.Note.NDR"


def test_threading_properties_set_the_headers(mail: Alone) -> None:
    values = [{"id": "String 0x1042", "value": "<b@x>"}, {"id": "String 0x1039", "value": "<a@x> <b@x>"}]
    made = mail.draft(singleValueExtendedProperties=values)
    assert mail.box.message(made["id"]).parents == ("<a@x>", "<b@x>")
    mail.box.threading_properties_count = False
    made = mail.draft(singleValueExtendedProperties=values)
    assert mail.box.message(made["id"]).parents == ()


# $search


def test_a_search_finds_words_and_people_by_the_date_of_sending(mail: Alone) -> None:
    mail.box.receive(letter(subject="Your interview", text="See you at Acme"))
    mail.box.receive(letter(subject="Lunch", sender="Kim Min-jun <kim@acme.example>", id_="<b@acme.example>"))
    mail.draft()
    assert subjects(mail, search='"from:kim"') == ["Lunch"]
    assert subjects(mail, search='"interv"') == ["Your interview"]
    assert subjects(mail, search='"participants:dana@acme.example"') == ["Thank you", "Your interview"]
    assert sorted(subjects(mail, search='"subject:lunch OR body:acme"')) == ["Lunch", "Your interview"]
    assert subjects(mail, search='"from:acme -lunch"') == ["Your interview"]
    mail.box.search_covers_drafts = False
    assert subjects(mail, search='"to:dana"') == []


def test_a_search_goes_with_no_filter_and_no_order(mail: Alone) -> None:
    bad = mail.refused("GET", "messages", search='"x"', filter="isRead eq false")
    assert bad == (400, "SearchWithFilter")
    assert mail.refused("GET", "messages", search='"x"', orderby="subject") == (400, "SearchWithOrderBy")
    assert mail.refused("GET", "messages", search="from:kim") == (400, "BadRequest")


def test_the_index_lags(mail: Alone) -> None:
    mail.box.search_lag = timedelta(minutes=2)
    mail.draft()
    assert subjects(mail, search='"thank"') == []
    mail.wait(minutes=2)
    assert subjects(mail, search='"thank"') == ["Thank you"]


def test_the_pages_of_a_search_are_followed_by_a_token(mail: Alone) -> None:
    fill(mail, 5)
    pages = list(mail.pages("messages", search='"hello"', top="2"))
    assert [len(page["value"]) for page in pages] == [2, 2, 1]
    assert "skiptoken" in pages[0]["@odata.nextLink"]


# Folders


def test_well_known_folders_have_names_in_the_users_language() -> None:
    box = OutlookMail(Clock(START), SAM, language="de")
    assert box.well_known("sentitems").name == "Gesendete Elemente"
    assert box.well_known("drafts").name == "Entwürfe"


def test_a_folder_is_named_by_its_id_or_its_well_known_name_in_any_case(mail: Alone) -> None:
    inbox = mail.get("mailFolders/Inbox")
    assert mail.get(f"mailFolders/{inbox['id']}") == inbox
    assert inbox["displayName"] == "Inbox"
    assert mail.get("mailFolders/inbox", prefer=IMMUTABLE)["id"] == inbox["id"]


def test_a_list_of_folders_has_one_level(mail: Alone) -> None:
    parent = mail.box.add_folder("Jobs")
    mail.box.add_folder("Acme", parent)
    top = [item for page in mail.pages("mailFolders") for item in page["value"]]
    names = [item["displayName"] for item in top]
    assert "Jobs" in names
    assert "Acme" not in names
    assert "Deletions" not in names
    assert next(item for item in top if item["displayName"] == "Jobs")["childFolderCount"] == 1
    assert [item["displayName"] for item in mail.get(f"mailFolders/{parent}/childFolders")["value"]] == [
        "Acme"
    ]


def test_a_folder_counts_its_messages(mail: Alone) -> None:
    fill(mail, 3)
    mail.box.mark(mail.box.inbox()[0].id, read=True)
    shown = mail.get("mailFolders/inbox", select="totalItemCount,unreadItemCount")
    assert (shown["totalItemCount"], shown["unreadItemCount"]) == (3, 2)


def test_a_renamed_folder_keeps_its_id(mail: Alone) -> None:
    folder = mail.box.add_folder("Acme")
    mail.box.rename_folder(folder, "Acme Ltd")
    assert mail.get(f"mailFolders/{folder}")["displayName"] == "Acme Ltd"
    found = mail.get("mailFolders", filter="displayName eq 'Acme Ltd'")["value"]
    assert [item["id"] for item in found] == [folder]


def test_a_deleted_folder_and_its_messages_are_not_found(mail: Alone) -> None:
    jobs = mail.box.add_folder("Jobs")
    folder = mail.box.add_folder("Acme", jobs)
    item = mail.box.message(mail.box.receive(letter(), folder))
    mail.box.delete_folder(jobs)
    assert mail.refused("GET", f"mailFolders/{folder}/messages") == (404, "ErrorItemNotFound")
    assert mail.refused("GET", f"messages/{item.id}") == (404, "ErrorItemNotFound")


def test_a_mailbox_may_have_no_archive(mail: Alone) -> None:
    assert mail.get("mailFolders/archive")["displayName"] == "Archive"
    mail.box.archive_exists = False
    assert mail.refused("GET", "mailFolders/archive")[0] in (400, 404)
    assert "Archive" not in [item["displayName"] for item in mail.get("mailFolders", top="50")["value"]]


def test_a_search_folder_shows_messages_of_others(mail: Alone) -> None:
    fill(mail, 3)
    mail.box.put(mail.box.inbox()[0].id, "archive")
    folder = mail.box.add_search_folder("Twos and threes", lambda item: item.subject in "23")
    assert subjects(mail, f"mailFolders/{folder}/messages") == ["3", "2"]
    assert subjects(mail) == ["3", "2", "1"]
    shown = mail.get(f"mailFolders/{folder}")
    assert shown["@odata.type"] == "#microsoft.graph.mailSearchFolder"
    parents = {item["parentFolderId"] for item in mail.get(f"mailFolders/{folder}/messages")["value"]}
    assert folder not in parents
    assert (
        mail.refused("POST", f"messages/{mail.box.inbox()[0].id}/move", {"destinationId": folder})[0] == 404
    )


def test_a_message_is_reached_through_its_folder_alone(mail: Alone) -> None:
    item = mail.box.message(mail.box.receive(letter()))
    assert mail.get(f"mailFolders/inbox/messages/{item.id}")["id"] == item.id
    assert mail.refused("GET", f"mailFolders/drafts/messages/{item.id}") == (404, "ErrorItemNotFound")


def test_names_and_addresses_of_people_are_told(mail: Alone) -> None:
    mail.box.receive(
        letter(to=f"Sam Lee <{SAM}>, {KIM}", extra="Cc: =?utf-8?b?xYF1a2Fzeg==?= <l@acme.example>")
    )
    [item] = mail.get("messages")["value"]
    assert item["from"] == person(DANA, "Dana Reyes") == item["sender"]
    assert item["toRecipients"] == [person(SAM, "Sam Lee"), person(KIM)]
    assert item["ccRecipients"] == [person("l@acme.example", "Łukasz")]
