"""The small parts of the Gmail provider: queries, threads, places, messages put together again."""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest

from followupd.core import tables
from followupd.core.model import Address, Draft, Folder
from followupd.errors import Conflict, CursorLost
from followupd.observe import MAIL_SYSTEMS
from followupd.providers.base import Senders
from followupd.providers.google import search
from followupd.providers.google.messages import folder_of, read_message
from followupd.providers.google.place import Listed, Place
from followupd.providers.google.threading import InThread, fitted

SINCE = datetime(2026, 3, 4, 12, tzinfo=UTC)
REPLY = Draft(
    message_id="new@example.com",
    sender=Address("sam@example.com"),
    to=Address("dana@acme.example"),
    subject="Re: Thank you",
    text="Dear Dana\n",
    date=SINCE,
    in_reply_to="sent@mail.gmail.com",
    references=("sent@mail.gmail.com",),
    thread="t1",
)
SENT = InThread("sent@mail.gmail.com", frozenset({"SENT"}))


# --- queries ------------------------------------------------------------------------------------


def test_letters_are_asked_for_by_the_local_part() -> None:
    (query,) = search.letters_to(["Dana+jobs@acme.example"], SINCE, "a@b")
    when = f"after:{int(SINCE.timestamp()) - 86_400}"
    assert query == f"in:anywhere {when} {{to:dana cc:dana bcc:dana rfc822msgid:a@b}}"


def test_an_address_below_a_domain_that_is_asked_for_is_not_asked_twice() -> None:
    (query,) = search.concerning(
        Senders(["dana@eu.acme.example", "x@freemail.example"], ["acme.example"]), SINCE
    )
    assert query.endswith("{from:acme.example to:acme.example from:x@freemail.example to:x@freemail.example}")


def test_of_systems_only_what_they_send_is_asked_for() -> None:
    senders = Senders([], ["acme.example"], ["greenhouse-mail.io"], ["mailer-daemon"])
    (query,) = search.concerning(senders, SINCE)
    assert query.endswith("{from:acme.example to:acme.example from:greenhouse-mail.io from:mailer-daemon}")


def test_one_query_asks_for_a_dozen_companies_and_all_systems() -> None:
    domains = [f"company-{number}.example" for number in range(12)]
    senders = Senders([], domains, tables.RECRUITING_SYSTEMS, MAIL_SYSTEMS)
    assert len(search.concerning(senders, SINCE)) == 1


def test_nobody_to_ask_for_asks_nothing() -> None:
    assert search.concerning(Senders(), SINCE) == []


@pytest.mark.parametrize(
    "name", ['a"b', "a} OR in:anywhere {", "-in:sent", "a OR b", "in:trash x", "x\r\ny", "{", ")", '"']
)
def test_a_name_never_becomes_an_operator(name: str) -> None:
    for query in search.letters_to([f"{name}@acme.example"], SINCE, "a@b"):
        terms = query.partition("{")[2].removesuffix("}")
        rest = re.sub(r'(to|cc|bcc|rfc822msgid):("[^"{}()\r\n]+"|[\w.@+]+)', "", terms)
        assert rest.strip() == ""


def test_many_companies_are_asked_for_in_several_queries_each_short_enough() -> None:
    domains = [f"company-number-{number}.example" for number in range(200)]
    queries = search.concerning(Senders([], domains), SINCE)
    assert len(queries) > 1
    assert all(len(quote(query)) < 1_900 for query in queries)
    for direction in ("from", "to"):
        for domain in domains:
            assert any(re.search(rf"{direction}:{domain}[ }}]", query) for query in queries)


# --- threads ------------------------------------------------------------------------------------


def test_a_reply_to_what_is_shown_stays_as_it_is() -> None:
    assert fitted(REPLY, [SENT]) == REPLY


def test_a_reply_to_what_lies_in_the_trash_answers_the_last_that_is_shown() -> None:
    theirs = InThread("theirs@acme.example", frozenset({"INBOX"}))
    thrown = InThread("sent@mail.gmail.com", frozenset({"SENT", "TRASH"}))
    told = fitted(REPLY, [theirs, thrown])
    assert (told.in_reply_to, told.references, told.thread) == (
        "theirs@acme.example",
        ("theirs@acme.example",),
        "t1",
    )


@pytest.mark.parametrize(
    "thread", [None, [], [InThread("sent@mail.gmail.com", frozenset({"TRASH"}))], [InThread("", frozenset())]]
)
def test_where_nothing_is_shown_the_reply_begins_a_conversation_of_its_own(
    thread: list[InThread] | None,
) -> None:
    assert fitted(REPLY, thread).thread == ""


def test_beside_another_draft_none_is_made() -> None:
    with pytest.raises(Conflict, match="Send or delete it"):
        fitted(REPLY, [SENT, InThread("x@mail.gmail.com", frozenset({"DRAFT"}))])


# --- places -------------------------------------------------------------------------------------


def test_a_place_is_written_and_read() -> None:
    place = Place(history="77", drafts={"r1": Listed("m1", "t1")}, pending={"m2": 1_772_000_000})
    assert Place.from_cursor(place.to_cursor()) == place


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "gmail1 ",
        "gmail1 []",
        'gmail1 ["x",{},{}]',
        'gmail1 ["1",{"r":["a"]},{}]',
        "gmail1 [1,{},{}]",
        "gcal1 {}",
    ],
)
def test_what_is_no_place_is_a_lost_cursor(cursor: str) -> None:
    with pytest.raises(CursorLost):
        Place.from_cursor(cursor)


# --- messages -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("labels", "folder"),
    [
        (["INBOX", "UNREAD"], Folder.INBOX),
        (["SENT"], Folder.SENT),
        (["SENT", "INBOX"], Folder.SENT),
        (["SENT", "TRASH"], Folder.TRASH),
        (["SPAM"], Folder.JUNK),
        (["DRAFT"], Folder.DRAFTS),
        (["DRAFT", "TRASH"], Folder.TRASH),
        (["SCHEDULED"], Folder.SCHEDULED),
        (["Label_2", "UNREAD"], Folder.OTHER),
        (["INBOX", "Label_2"], Folder.INBOX),
        (["IMPORTANT", "CATEGORY_UPDATES"], Folder.ARCHIVE),
        ([], Folder.ARCHIVE),
    ],
)
def test_labels_are_folders(labels: list[str], folder: Folder) -> None:
    assert folder_of(labels)[0] is folder


def data(text: str, charset: str = "utf-8") -> dict[str, Any]:
    return {"data": urlsafe_b64encode(text.encode(charset)).decode().rstrip("=")}


def field(name: str, value: str) -> dict[str, str]:
    return {"name": name, "value": value}


def read(payload: dict[str, Any], **more: Any) -> Any:
    return read_message({"id": "m1", "threadId": "t1", "payload": payload, **more}, "Europe/London")


def test_a_plain_message() -> None:
    told = read(
        {
            "mimeType": "text/plain",
            "headers": [
                field("From", "Dana Réyes <dana@acme.example>"),
                field("Content-Type", "text/plain; charset=iso-8859-1"),
                field("Content-Transfer-Encoding", "quoted-printable"),
            ],
            "body": data("Schön = =E4", "iso-8859-1"),
        },
        internalDate="1772625600000",
    )
    assert (told.id, told.thread, told.text.strip()) == ("m1", "t1", "Schön = =E4")
    assert told.sender == Address("dana@acme.example", "Dana Réyes")
    assert told.received == datetime(2026, 3, 4, 12, tzinfo=UTC)


def test_a_bounce_is_read_with_its_report() -> None:
    status = (
        "Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; dana@acme.example\nAction: failed\nStatus: 5.1.1\n"
    )
    told = read(
        {
            "mimeType": "multipart/report",
            "headers": [
                field("Content-Type", 'multipart/report; boundary="old"; report-type=delivery-status')
            ],
            "parts": [
                {"mimeType": "text/plain", "headers": [], "body": data("Not delivered")},
                {
                    "mimeType": "message/delivery-status",
                    "headers": [field("Content-Type", "message/delivery-status")],
                    "body": data(status),
                },
                {
                    "mimeType": "message/rfc822",
                    "headers": [field("Content-Type", "message/rfc822")],
                    "body": {"size": 0},
                    "parts": [
                        {
                            "mimeType": "text/plain",
                            "headers": [field("Message-ID", "<ours@example.com>")],
                            "body": data("Dear Dana"),
                        }
                    ],
                },
            ],
        }
    )
    assert told.report is not None
    assert told.report.recipients[0][0] == "dana@acme.example"
    assert told.report.returned_message_id == "ours@example.com"


def test_a_line_break_in_a_value_begins_no_field() -> None:
    headers = [field("Subject", "Hello\r\nBcc: evil@example.com"), field("X-Folded", "a\r\n b")]
    told = read({"mimeType": "text/plain", "headers": headers, "body": data("x")})
    assert told.bcc == ()
    assert "evil@example.com" in told.subject


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"mimeType": "text/plain", "body": {"data": "%%%"}},
        {"mimeType": "multipart/mixed", "headers": [{}], "parts": [{}, {"mimeType": None}]},
        {"mimeType": "image/png", "body": {"attachmentId": "a1", "size": 9}},
    ],
)
def test_whatever_comes_is_a_message(payload: dict[str, Any]) -> None:
    assert read(payload).id == "m1"


def test_a_tree_without_end_is_cut() -> None:
    tree: dict[str, Any] = {"mimeType": "text/plain", "body": data("deep")}
    for _ in range(400):
        tree = {"mimeType": "multipart/mixed", "headers": [], "parts": [tree]}
    assert read(tree).id == "m1"
