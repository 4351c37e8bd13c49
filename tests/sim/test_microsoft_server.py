"""The simulator's own tests: what stands before Outlook's mail and calendars behaves as Graph does."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import pytest
import requests

from tests.sim.microsoft import MicrosoftSimulator
from tests.sim.microsoft_answers import GraphError, Manner, no_mailbox
from tests.sim.microsoft_client import ME, SCOPES, WAIT, Client, problem

VIEW = "/me/calendarView?startDateTime=2026-03-01T00:00:00Z&endDateTime=2026-03-20T00:00:00Z"
DRAFT = {"subject": "Thank you", "body": {"contentType": "html", "content": "<p>Hello</p>"}}


@pytest.fixture
def microsoft() -> Iterator[MicrosoftSimulator]:
    with MicrosoftSimulator() as simulator:
        yield simulator


@pytest.fixture
def client(microsoft: MicrosoftSimulator) -> Client:
    return Client(microsoft)


# --- who answers --------------------------------------------------------------------------------------------


def test_the_user_the_calendars_and_the_mail_answer(microsoft: MicrosoftSimulator, client: Client) -> None:
    sam = microsoft.user(ME, "Sam Lee")
    sam.calendars.put({"subject": "Interview", "start": datetime(2026, 3, 5, 14, tzinfo=UTC)})
    assert client.get("/me")["mail"] == ME
    assert client.get("/me", select="displayName")["displayName"] == "Sam Lee"
    assert [each["subject"] for each in client.get(VIEW)["value"]] == ["Interview"]
    made = client("POST", "/me/messages", json=DRAFT)
    assert (made.status_code, made.json()["isDraft"]) == (201, True)
    assert [each["subject"] for each in client.get("/me/messages")["value"]] == ["Thank you"]
    names = ["me.get", "me.get", "calendarView.list", "messages.create", "messages.list"]
    assert [each.method for each in microsoft.journal] == names
    assert microsoft.journal.requests() == 5
    assert microsoft.violations == []


def test_a_sign_in_name_may_differ_from_the_mailbox_and_the_address_be_unknown(
    microsoft: MicrosoftSimulator, client: Client
) -> None:
    identity = microsoft.user(ME).identity
    identity.sign_in_name, identity.mail_unknown = "sam.lee@mail.example", True
    who = client.get("/me")
    assert (who["mail"], who["userPrincipalName"]) == (None, "sam.lee@mail.example")
    assert microsoft.violations == []


def test_every_user_has_a_mailbox_of_their_own(microsoft: MicrosoftSimulator, client: Client) -> None:
    microsoft.user(ME).calendars.put({"subject": "Mine", "start": datetime(2026, 3, 5, tzinfo=UTC)})
    other = Client(microsoft, email="kim@acme.example")
    assert other.get(VIEW)["value"] == []
    assert len(client.get(VIEW)["value"]) == 1


def test_settings_and_categories_want_their_own_permission(
    microsoft: MicrosoftSimulator, client: Client
) -> None:
    assert problem(client("GET", "/me/mailboxSettings")) == (403, "ErrorAccessDenied")
    assert problem(client("GET", "/me/outlook/masterCategories")) == (403, "ErrorAccessDenied")
    sam = microsoft.user(ME)
    sam.calendars.add_category("Interview", "preset3")
    sam.time_zone = "GMT Standard Time"
    asking = Client(microsoft, [*SCOPES, "MailboxSettings.Read"])
    assert asking.get("/me/mailboxSettings")["timeZone"] == "GMT Standard Time"
    (category,) = asking.get("/me/outlook/masterCategories")["value"]
    assert (category["displayName"], category["color"]) == ("Interview", "preset3")
    assert microsoft.violations == []


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/me/sendMail", {"message": DRAFT}),
        ("POST", "/me/messages/AAMk/send", None),
        ("POST", "/me/messages/AAMk/reply", {"comment": "Hello"}),
        ("POST", "/me/messages/AAMk/forward", {"comment": "Hello"}),
        ("POST", "/$batch", {"requests": []}),
        ("POST", "/me/events", {"subject": "Interview"}),
        ("PATCH", "/me/events/AAMk", {"categories": ["Interview"]}),
        ("POST", "/me/events/AAMk/accept", {"sendResponse": True}),
        ("DELETE", "/me/calendars/AAMk", None),
    ],
)
def test_sends_and_calendar_writes_are_refused_and_told(
    microsoft: MicrosoftSimulator, client: Client, method: str, path: str, body: Any
) -> None:
    assert client(method, path, json=body).status_code in (400, 403)
    (entry,) = microsoft.journal.sends()
    assert (entry.http_method, entry.acted) == (method, False)


def test_a_token_with_mail_send_gets_further_and_still_sends_nothing(microsoft: MicrosoftSimulator) -> None:
    able = Client(microsoft, [*SCOPES, "Mail.Send"])
    assert able("POST", "/me/sendMail", json={"message": DRAFT}).status_code == 202
    assert [each.acted for each in microsoft.journal.sends()] == [True]


def test_what_does_not_fit_the_description_is_a_violation(
    microsoft: MicrosoftSimulator, client: Client
) -> None:
    assert client("GET", "/me/calendarView").status_code == 400
    client("GET", VIEW + "&fields=subject")
    client("POST", "/me/messages", json={"isDraft": "yes"})
    assert problem(client("GET", "/me/somewhere")) == (400, "BadRequest")
    assert problem(client("GET", "/users/kim@acme.example/messages")) == (400, "BadRequest")
    told = " ".join(microsoft.violations)
    for wrong in ("startDateTime is missing", "'fields'", "isDraft", "/me/somewhere"):
        assert wrong in told


# --- tokens -------------------------------------------------------------------------------------------------


def test_no_bad_and_expired_tokens(microsoft: MicrosoftSimulator, client: Client) -> None:
    nobody = requests.get(microsoft.graph_root + "/me", timeout=WAIT)
    assert problem(nobody) == (401, "InvalidAuthenticationToken")
    assert nobody.headers["WWW-Authenticate"].startswith("Bearer")
    bad = client("GET", "/me", headers={"Authorization": "Bearer nonsense"})
    assert problem(bad) == (401, "InvalidAuthenticationToken")
    microsoft.clock.move(timedelta(minutes=59))
    assert client("GET", "/me").status_code == 200
    microsoft.clock.move(timedelta(minutes=2))
    assert problem(client("GET", "/me")) == (401, "InvalidAuthenticationToken")
    assert [each.acted for each in microsoft.journal] == [False, False, True, False]


@pytest.mark.parametrize(
    ("scopes", "path", "code"),
    [
        (["Mail.ReadWrite"], VIEW, "ErrorAccessDenied"),
        (["Calendars.Read"], "/me/messages", "ErrorAccessDenied"),
        (["Mail.ReadWrite", "Calendars.Read"], "/me", "Authorization_RequestDenied"),
    ],
)
def test_a_missing_permission(microsoft: MicrosoftSimulator, scopes: list[str], path: str, code: str) -> None:
    assert problem(Client(microsoft, scopes)("GET", path)) == (403, code)


def test_reading_mail_is_not_writing_it(microsoft: MicrosoftSimulator) -> None:
    reader = Client(microsoft, ["Mail.Read"])
    assert reader("GET", "/me/messages").status_code == 200
    assert problem(reader("POST", "/me/messages", json=DRAFT)) == (403, "ErrorAccessDenied")


def test_continuous_access_evaluation_ends_a_token_before_its_time(
    microsoft: MicrosoftSimulator, client: Client
) -> None:
    microsoft.sign_in.tokens.challenge(ME, '{"access_token":{"nbf":{"essential":true}}}')
    refused = client("GET", "/me")
    assert problem(refused) == (401, "InvalidAuthenticationToken")
    challenge = refused.headers["WWW-Authenticate"]
    assert 'error="insufficient_claims"' in challenge
    claims = challenge.partition('claims="')[2].rstrip('"')
    assert json.loads(base64.b64decode(claims))["access_token"]["nbf"]["essential"] is True
    assert Client(microsoft)("GET", "/me").status_code == 200


@pytest.mark.parametrize("status", [404, 400])
def test_a_user_without_a_mailbox_in_the_cloud(
    microsoft: MicrosoftSimulator, client: Client, status: int
) -> None:
    microsoft.user(ME).refusal = no_mailbox(status)
    assert problem(client("GET", VIEW)) == (status, "MailboxNotEnabledForRESTAPI")
    assert problem(client("GET", "/me/messages")) == (status, "MailboxNotEnabledForRESTAPI")
    assert client("GET", "/me").status_code == 200


# --- the form of answers ------------------------------------------------------------------------------------


def test_every_answer_has_a_request_id_and_repeats_the_clients(
    microsoft: MicrosoftSimulator, client: Client
) -> None:
    mine = {"client-request-id": "9d0c7a1e-0000-4000-8000-000000000001"}
    good, bad = client("GET", "/me", headers=mine), client("GET", "/me/mailboxSettings", headers=mine)
    for answer in (good, bad):
        assert answer.headers["client-request-id"] == mine["client-request-id"]
        assert answer.headers["request-id"]
        assert "ServerInfo" in json.loads(answer.headers["x-ms-ags-diagnostic"])
        assert answer.headers["Content-Type"].startswith("application/json")
    inner = bad.json()["error"]["innerError"]
    assert inner["request-id"] == bad.headers["request-id"]
    assert inner["client-request-id"] == mine["client-request-id"]
    assert inner["date"] == "2026-03-04T12:00:00"
    alone = client("GET", "/me")
    assert alone.headers["client-request-id"] == alone.headers["request-id"]


def test_codes_and_the_inner_error_are_spelled_in_two_ways(
    microsoft: MicrosoftSimulator, client: Client
) -> None:
    microsoft.manner = Manner(inner="innererror", lower=True)
    error = client("GET", "/me/mailboxSettings").json()["error"]
    assert error["code"] == "errorAccessDenied"
    assert "innererror" in error


def test_the_date_header_is_the_machines_clock_and_its_skew(
    microsoft: MicrosoftSimulator, client: Client
) -> None:
    microsoft.clock_skew = timedelta(hours=2)
    told = parsedate_to_datetime(client("GET", "/me").headers["Date"])
    assert abs(told - datetime.now(UTC) - timedelta(hours=2)) < timedelta(minutes=5)


def test_links_can_lead_to_a_foreign_host(microsoft: MicrosoftSimulator, client: Client) -> None:
    for day in range(1, 13):
        microsoft.user(ME).calendars.put({"start": datetime(2026, 3, day, 9, tzinfo=UTC)})
    assert client.get(VIEW)["@odata.nextLink"].startswith(microsoft.graph_root + "/me/calendarView?")
    microsoft.links_to = "https://graph.microsoft.com.evil.example/v1.0"
    assert client.get(VIEW)["@odata.nextLink"].startswith("https://graph.microsoft.com.evil.example/v1.0/me/")
    assert microsoft.violations == []


# --- throttling ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("tells", [True, False])
def test_the_fifth_request_in_flight_is_throttled(
    microsoft: MicrosoftSimulator, client: Client, tells: bool
) -> None:
    microsoft.throttling_tells_when = tells
    arrived, gate = threading.Barrier(5), threading.Barrier(5)

    def hold(_: Any) -> None:
        arrived.wait(WAIT)
        gate.wait(WAIT)

    microsoft.on("me.get", hold)
    answers: list[requests.Response] = []
    threads = [threading.Thread(target=lambda: answers.append(client("GET", "/me"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    arrived.wait(WAIT)
    fifth = client("GET", "/me")
    gate.wait(WAIT)
    for thread in threads:
        thread.join(WAIT)
    assert [each.status_code for each in answers] == [200] * 4
    assert problem(fifth) == (429, "ApplicationThrottled")
    assert "MailboxConcurrency" in fifth.json()["error"]["message"]
    assert fifth.headers.get("Retry-After") == ("10" if tells else None)


def test_ten_thousand_requests_in_ten_minutes(microsoft: MicrosoftSimulator, client: Client) -> None:
    assert microsoft.limit == 10_000
    microsoft.limit = 3
    assert [client("GET", "/me").status_code for _ in range(5)] == [200, 200, 200, 429, 429]
    assert microsoft.spent(ME) == 5
    assert Client(microsoft, email="kim@acme.example")("GET", "/me").status_code == 200
    microsoft.clock.move(timedelta(minutes=9))
    assert problem(client("GET", "/me")) == (429, "ApplicationThrottled")
    microsoft.clock.move(timedelta(minutes=2))
    assert client("GET", "/me").status_code == 200


# --- what goes wrong on the way -----------------------------------------------------------------------------


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("kind", ["drop", "truncated", "html", "redirect"])
def test_an_answer_is_lost_before_or_after_the_draft_was_made(
    microsoft: MicrosoftSimulator, client: Client, kind: str, when: str
) -> None:
    microsoft.faults.fail("messages.create", kind, when=when)
    if kind == "drop":
        with pytest.raises(requests.ConnectionError):
            client("POST", "/me/messages", json=DRAFT)
    else:
        answer = client("POST", "/me/messages", json=DRAFT)
        assert answer.status_code in (200, 302)
        with pytest.raises(ValueError, match=r"."):
            answer.json()
    microsoft.journal.wait(1)
    assert microsoft.journal[0].acted is (when == "after")
    assert len(client.get("/me/messages")["value"]) == (when == "after")
    assert microsoft.faults.pending == []


def test_a_held_answer_is_released(microsoft: MicrosoftSimulator, client: Client) -> None:
    microsoft.faults.fail("me.get", "timeout", when="after")
    with pytest.raises(requests.ReadTimeout):
        client("GET", "/me", timeout=0.05)
    microsoft.journal.wait(1)
    assert (microsoft.journal[0].status, microsoft.journal[0].acted) == (0, True)
    microsoft.release()
    assert client("GET", "/me").status_code == 200


@pytest.mark.parametrize(
    ("kind", "options", "status", "code"),
    [
        ("status", {"status": 503, "retry_after": 120}, 503, "serviceNotAvailable"),
        ("status", {"status": 504}, 504, "UnknownError"),
        ("status", {"status": 500}, 500, "InternalServerError"),
        ("throttled", {"seconds": 7}, 429, "ApplicationThrottled"),
        ("throttled", {"seconds": None}, 429, "ApplicationThrottled"),
        ("unauthorized", {}, 401, "InvalidAuthenticationToken"),
        ("claims", {"claims": "{}"}, 401, "InvalidAuthenticationToken"),
        ("forbidden", {}, 403, "ErrorAccessDenied"),
        ("insufficient_claims", {}, 403, "insufficient_claims"),
        ("no_mailbox", {}, 404, "MailboxNotEnabledForRESTAPI"),
        ("not_found", {}, 404, "ErrorItemNotFound"),
        ("gone", {"code": "syncStateNotFound"}, 410, "syncStateNotFound"),
        ("conflict", {}, 412, "ErrorIrresolvableConflict"),
        ("quota_full", {}, 507, "ErrorQuotaExceeded"),
    ],
)
def test_refusals_of_graph(
    microsoft: MicrosoftSimulator, client: Client, kind: str, options: dict[str, Any], status: int, code: str
) -> None:
    microsoft.faults.fail("calendarView", kind, **options)
    refused = client("GET", VIEW)
    assert problem(refused) == (status, code)
    after = options.get("retry_after", options.get("seconds"))
    assert refused.headers.get("Retry-After") == (None if after is None else str(after))
    assert client("GET", VIEW).status_code == 200
    assert microsoft.violations == []


def test_a_gateway_may_answer_in_html(microsoft: MicrosoftSimulator, client: Client) -> None:
    microsoft.faults.fail("me.get", "status", status=502, body="html", times=2)
    assert "<html" in client("GET", "/me").text
    assert client("GET", "/me").status_code == 502
    assert client("GET", "/me").status_code == 200


def test_a_fault_with_a_wrong_option_fails_in_the_test(microsoft: MicrosoftSimulator) -> None:
    for kind, options in (("throttled", {"minutes": 3}), ("status", {"code_": 3}), ("gone", {"place": ""})):
        with pytest.raises(TypeError):
            microsoft.faults.fail("me.get", kind, **options)
    with pytest.raises(ValueError, match="during"):
        microsoft.faults.fail("me.get", "drop", when="during")


def test_hooks_run_before_and_after_and_may_answer(microsoft: MicrosoftSimulator, client: Client) -> None:
    def refuse(_: Any) -> None:
        raise GraphError(423, "Locked", "Not now.")

    stop = microsoft.on("messages.create", refuse, "after")
    assert problem(client("POST", "/me/messages", json=DRAFT)) == (423, "Locked")
    assert microsoft.journal[0].acted is True
    stop()
    microsoft.on("messages.create", refuse)
    client("POST", "/me/messages", json=DRAFT)
    assert microsoft.journal[1].acted is False
    assert len(client.get("/me/messages")["value"]) == 1


def test_a_mistake_of_a_part_reaches_the_test(microsoft: MicrosoftSimulator, client: Client) -> None:
    microsoft.user(ME).mail = object()
    assert client("GET", "/me/messages").status_code == 500
    assert "the simulator failed" in microsoft.violations[0]


def test_the_end_is_quick_and_closes_connections(tmp_path: Any) -> None:
    with MicrosoftSimulator() as microsoft, requests.Session() as session:
        tokens = microsoft.sign_in.sign_in(ME, SCOPES)
        session.headers["Authorization"] = f"Bearer {tokens['access_token']}"
        session.get(microsoft.graph_root + "/me", timeout=WAIT)
        folder = microsoft.ca_bundle.parent
        keep = microsoft.authority + "/v2.0/.well-known/openid-configuration"
        assert session.get(keep, verify=str(microsoft.ca_bundle), timeout=WAIT).status_code == 200
    assert not folder.exists()
    with pytest.raises(requests.ConnectionError):
        requests.get(microsoft.graph_root + "/me", timeout=WAIT)
    assert microsoft.violations == []
