"""Microsoft's own description as a judge of requests and answers, and the mail behind the whole simulator."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from tests.sim.graph_description import check_answer, check_request, find, operations
from tests.sim.microsoft import MicrosoftSimulator
from tests.sim.microsoft_client import ME, SCOPES, Client, problem
from tests.sim.microsoft_mail import CLASSIC, OutlookMail
from tests.sim.microsoft_mail_alone import DANA, IMMUTABLE, letter, person
from tests.sim.server import Reply, Request

DRAFT = {"subject": "Thank you", "toRecipients": [person(DANA)]}


def wrong(http_method: str, path: str, body: Any = None, **headers: str) -> list[str]:
    """What is wrong with a request, in words."""
    told: list[str] = []
    raw = b"" if body is None else json.dumps(body).encode()
    named = {"content-type": "application/json"} | headers if raw else headers
    check_request(Request(http_method, "/v1.0/me/" + path, named, raw), told.append)
    return told


def wrong_answer(path: str, status: int, answer: Any) -> list[str]:
    told: list[str] = []
    request = Request("GET", "/v1.0/me/" + path, {}, b"")
    check_answer(request, Reply(status, json.dumps(answer).encode()), told.append)
    return told


# --- the description --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("http_method", "path", "name"),
    [
        ("GET", "/v1.0/me", "me.get"),
        ("GET", "/v1.0/me/messages", "messages.list"),
        ("GET", "/v1.0/me/messages/AA%3D", "messages.get"),
        ("POST", "/v1.0/me/messages/AA=/createReply", "messages.createReply"),
        ("GET", "/v1.0/me/messages/AA=/$value", "messages.$value"),
        ("GET", "/v1.0/me/mailFolders/inbox/messages/delta", "mailFolders.messages.delta"),
        ("GET", "/v1.0/me/mailFolders/inbox/messages/AA=", "mailFolders.messages.get"),
        ("GET", "/v1.0/me/calendars/AA=/calendarView", "calendars.calendarView.list"),
        ("POST", "/v1.0/me/sendMail", "sendMail"),
    ],
)
def test_a_request_has_a_name(http_method: str, path: str, name: str) -> None:
    found = find(http_method, path)
    assert found is not None
    assert found.operation.name == name


def test_an_id_is_decoded() -> None:
    found = find("GET", "/v1.0/me/messages/AA%3D%3D")
    assert found is not None
    assert found.path == {"message-id": "AA=="}


def test_what_graph_does_not_know_has_no_name() -> None:
    assert find("PUT", "/v1.0/me/messages") is find("GET", "/v1.0/me/nonsense") is find("GET", "/") is None
    assert wrong("PUT", "messages") == ["PUT /v1.0/me/messages: Graph does not know this request"]


def test_only_what_sends_is_called_so() -> None:
    names = {each.name for each in operations() if each.sends}
    assert names == {"sendMail", *(f"messages.{name}" for name in ("send", "reply", "replyAll", "forward"))}


def test_a_good_request_is_not_told_of() -> None:
    assert wrong("POST", "messages", DRAFT) == []
    assert wrong("POST", "messages/AA=/createReply") == []
    assert wrong("POST", "messages/AA=/createReply", {"message": DRAFT}) == []
    assert wrong("GET", "messages?$filter=isDraft%20eq%20true&%24top=5&$select=id", prefer=IMMUTABLE) == []
    assert wrong("DELETE", "messages/AA=", **{"if-match": 'W/"x"'}) == []


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("messages?$foo=1", "no parameter '$foo'"),
        ("messages?top=1", "no parameter 'top'"),
        ("messages?$top=many", "not a number"),
        ("messages?$top=1&$top=2", "more than once"),
        ("messages?$count=yes", "not true or false"),
        ("calendarView?startDateTime=2026-03-04", "endDateTime is missing"),
    ],
)
def test_a_wrong_parameter_is_told(path: str, words: str) -> None:
    [told] = wrong("GET", path)
    assert words in told


def test_a_wrong_preference_is_told() -> None:
    assert wrong("GET", "messages", prefer='outlook.body-content-type="text", odata.maxpagesize=50') == []
    assert len(wrong("GET", "messages", prefer="IdType=Immutable")) == 1


@pytest.mark.parametrize(
    "body",
    [
        {"isDraft": "yes"},
        {"importance": "urgent"},
        {"toRecipients": "a@b"},
        {"toRecipients": [{"address": "a@b"}]},
        {"from": {"emailAddress": 5}},
        {"subjct": "Thank you"},
        {"body": {"contentType": "markdown", "content": ""}},
        "Thank you",
    ],
)
def test_a_wrong_body_is_told(body: Any) -> None:
    assert len(wrong("POST", "messages", body)) == 1
    if isinstance(body, dict):
        assert len(wrong("POST", "messages/AA=/createReply", {"message": body})) == 1


def test_a_body_of_a_wrong_kind_is_told() -> None:
    assert wrong("POST", "messages", DRAFT, **{"content-type": "text/plain"}) == []
    assert len(wrong("PATCH", "messages/AA=", DRAFT, **{"content-type": "text/plain"})) >= 1
    assert len(wrong("GET", "messages", DRAFT)) == 1


def test_a_wrong_answer_is_told() -> None:
    good = {"@odata.context": "x", "value": [{"id": "1", "@removed": {"reason": "deleted"}, "from": None}]}
    assert wrong_answer("messages", 200, good) == []
    assert len(wrong_answer("messages", 200, {"value": [{"id": 1}]})) == 1
    assert len(wrong_answer("messages", 200, {"value": [{"threadId": "1"}]})) == 1
    assert wrong_answer("messages", 404, {"error": {"code": "x", "message": "y"}}) == []
    assert len(wrong_answer("messages", 404, {"error": {"code": "x"}})) == 1


# --- the mail behind the server ---------------------------------------------------------------------------


@pytest.fixture(scope="module")
def microsoft() -> Iterator[MicrosoftSimulator]:
    with MicrosoftSimulator() as simulator:
        yield simulator


@pytest.fixture
def mail(microsoft: MicrosoftSimulator) -> Iterator[OutlookMail]:
    """A fresh mailbox of one user of the server."""
    microsoft.accounts.clear()
    microsoft.journal.clear()
    found = microsoft.user(ME, "Sam Lee").mail
    yield found
    assert microsoft.violations == []


@pytest.fixture
def client(microsoft: MicrosoftSimulator, mail: OutlookMail) -> Client:
    return Client(microsoft)


def test_a_letter_lives_from_the_draft_to_the_answer(mail: OutlookMail, client: Client) -> None:
    made = client("POST", "/me/messages", json=DRAFT).json()
    after = mail.message(mail.send(made["id"], CLASSIC))
    mail.answer(after.id)
    [item] = client.get("/me/mailFolders/inbox/messages", select="subject,conversationId")["value"]
    assert (item["subject"], item["conversationId"]) == ("Re: Thank you", made["conversationId"])


def test_a_send_is_refused_and_stands_in_the_journal(
    microsoft: MicrosoftSimulator, mail: OutlookMail, client: Client
) -> None:
    id_ = client("POST", "/me/messages", json=DRAFT).json()["id"]
    assert microsoft.journal.sends() == []
    assert problem(client("POST", f"/me/messages/{id_}/send")) == (403, "ErrorAccessDenied")
    assert [each.method for each in microsoft.journal.sends()] == ["messages.send"]
    allowed = Client(microsoft, [*SCOPES, "Mail.Send"])
    assert allowed("POST", f"/me/messages/{id_}/send").status_code == 202
    assert len(microsoft.journal.sends()) == 2
    assert len(mail.sends) == 1
    assert (len(mail.drafts()), mail.sent()) == (1, [])


def test_a_round_of_a_delta_goes_through_the_server(
    microsoft: MicrosoftSimulator, mail: OutlookMail, client: Client
) -> None:
    for number in range(12):
        mail.receive(letter(id_=f"<{number}@acme.example>"))
    answer = client.get("/me/mailFolders/inbox/messages/delta", select="subject")
    assert answer["@odata.nextLink"].startswith(microsoft.graph_root + "/me/mailFolders/")
    answer = client.get(answer["@odata.nextLink"])
    assert client.get(answer["@odata.deltaLink"])["value"] == []
    mail.lose_delta_tokens()
    lost = client("GET", answer["@odata.deltaLink"])
    assert problem(lost) == (410, "SyncStateNotFound")
    assert lost.headers["Location"].startswith(microsoft.graph_root)


def test_a_link_may_lead_elsewhere(microsoft: MicrosoftSimulator, mail: OutlookMail, client: Client) -> None:
    microsoft.links_to = "https://graph.evil.example/v1.0"
    answer = client.get("/me/mailFolders/inbox/messages/delta")
    microsoft.links_to = None
    assert answer["@odata.deltaLink"].startswith("https://graph.evil.example/v1.0/me/mailFolders/")


def test_a_draft_whose_answer_was_lost_is_found_by_its_property(
    microsoft: MicrosoftSimulator, mail: OutlookMail, client: Client
) -> None:
    key = "String {6b0c9a58-3a7e-4f0e-9b0a-2c9a1a5f7d10} Name letter"
    microsoft.faults.fail("messages.create", "status", when="after", status=504)
    body = {**DRAFT, "singleValueExtendedProperties": [{"id": key, "value": "k1"}]}
    assert client("POST", "/me/messages", json=body).status_code == 504
    text = f"singleValueExtendedProperties/Any(ep: ep/id eq '{key}' and ep/value eq 'k1')"
    assert len(client.get("/me/messages", filter=text)["value"]) == 1


def test_a_conflict_comes_without_an_etag_too(
    microsoft: MicrosoftSimulator, mail: OutlookMail, client: Client
) -> None:
    id_ = client("POST", "/me/messages", json=DRAFT).json()["id"]
    microsoft.faults.fail("messages.update", "conflict")
    answer = client("PATCH", f"/me/messages/{id_}", json={"subject": "x"})
    assert problem(answer) == (412, "ErrorIrresolvableConflict")
    assert mail.drafts()[0].subject == "Thank you"


def test_the_user_is_faster_than_a_patch(
    microsoft: MicrosoftSimulator, mail: OutlookMail, client: Client
) -> None:
    id_ = client("POST", "/me/messages", json=DRAFT).json()["id"]
    undo = microsoft.on("messages.update", lambda _: mail.send(id_))
    answer = client("PATCH", f"/me/messages/{id_}", json={"subject": "x"})
    undo()
    assert problem(answer) == (404, "ErrorItemNotFound")
    assert mail.sent()[0].subject == "Thank you"


def test_what_happens_by_itself_happens_on_the_servers_clock(
    microsoft: MicrosoftSimulator, mail: OutlookMail, client: Client
) -> None:
    id_ = client("POST", "/me/messages", json=DRAFT).json()["id"]
    mail.send(id_, delay=timedelta(minutes=5))
    assert client.get("/me/mailFolders/sentitems/messages")["value"] == []
    microsoft.clock.move(timedelta(minutes=5))
    assert len(client.get("/me/mailFolders/sentitems/messages")["value"]) == 1
