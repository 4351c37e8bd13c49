"""The simulator's own tests: what stands before Gmail and Calendar behaves as Google's does."""

from __future__ import annotations

import base64
import json
import socket
import subprocess
import sys
import threading
import webbrowser
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

import pytest
import requests
from google.auth.exceptions import RefreshError
from google.auth.transport.requests import AuthorizedSession, Request
from google.oauth2.credentials import Credentials
from google_auth_oauthlib.flow import InstalledAppFlow
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError

from tests.sim import browser, discovery
from tests.sim.discovery import OLD_UNITS
from tests.sim.google import Account, GoogleSimulator
from tests.sim.wire import ApiError, Call, Handlers

ME = "me@example.com"
AUTH = "https://www.googleapis.com/auth/"
COMPOSE, READ, META = AUTH + "gmail.compose", AUTH + "gmail.readonly", AUTH + "gmail.metadata"
EVENTS = AUTH + "calendar.events.readonly"
SCOPES = [COMPOSE, READ, EVENTS]
DRAFTS = "/gmail/v1/users/me/drafts"
EVENT_LIST = "/calendar/v3/calendars/primary/events"
WAIT = 10  # how long a client of these tests waits for what must come


class Tiny:
    """Handlers of a test, and what they were called with."""

    def __init__(self, **answers: Any) -> None:
        self.calls: list[Call] = []
        self.answers = answers

    def handlers(self) -> Handlers:
        return {name.replace("_", "."): self._handler(answer) for name, answer in self.answers.items()}

    def _handler(self, answer: Any) -> Callable[[Call], dict[str, Any] | None]:
        def handle(call: Call) -> dict[str, Any] | None:
            self.calls.append(call)
            if isinstance(answer, Exception):
                raise answer
            return answer

        return handle


DRAFT = {"id": "r1", "message": {"id": "m1", "threadId": "t1", "labelIds": ["DRAFT"]}}


def tiny_account() -> Account:
    mail = Tiny(
        gmail_users_getProfile={"emailAddress": ME, "historyId": "7"},
        gmail_users_drafts_create=DRAFT,
        gmail_users_drafts_get=DRAFT,
        gmail_users_drafts_list={"drafts": [DRAFT], "resultSizeEstimate": 1},
        gmail_users_drafts_delete=None,
        gmail_users_messages_list={"resultSizeEstimate": 0},
        gmail_users_messages_get={"id": "m1"},
        gmail_users_threads_get={"id": "t1"},
        gmail_users_messages_send={"id": "m2"},
    )
    calendars = Tiny(
        calendar_events_list={"items": [{"id": "e1", "start": {"date": "2026-03-04"}}], "timeZone": "UTC"},
        calendar_events_get=ApiError(404, "notFound", "Not Found"),
    )
    return Account(mail, calendars)


@pytest.fixture
def google() -> Iterator[GoogleSimulator]:
    with GoogleSimulator() as simulator:
        simulator.accounts[ME] = tiny_account()
        yield simulator


class Client:
    """A signed-in program over `requests`, which sends nothing twice."""

    def __init__(self, google: GoogleSimulator, scopes: list[str] = SCOPES) -> None:
        self.google = google
        self.tokens = google.sign_in(ME, scopes)

    def __call__(self, http_method: str, path: str, **options: Any) -> requests.Response:
        headers = {"Authorization": f"Bearer {self.tokens['access_token']}", **options.pop("headers", {})}
        return requests.request(
            http_method,
            self.google.url + path,
            headers=headers,
            timeout=options.pop("timeout", WAIT),
            **options,
        )

    def create(self, **options: Any) -> requests.Response:
        return self("POST", DRAFTS, json={"message": {"raw": "YQ=="}}, **options)

    def credentials(self) -> Credentials:
        return Credentials(
            self.tokens["access_token"],
            refresh_token=self.tokens["refresh_token"],
            token_uri=self.google.url + "/token",
            client_id=self.google.oauth.client_id,
            client_secret=self.google.oauth.client_secret,
        )


@pytest.fixture
def client(google: GoogleSimulator) -> Client:
    return Client(google)


def problem(answer: requests.Response) -> tuple[int, str, str]:
    error = answer.json()["error"]
    assert error["code"] == answer.status_code
    return answer.status_code, error["errors"][0]["reason"], error["errors"][0]["domain"]


# --- routing and checks -------------------------------------------------------------------------------------


def test_the_real_client_library_reaches_the_handlers(google: GoogleSimulator, client: Client) -> None:
    for name, version, root in (("gmail", "v1", google.gmail_root), ("calendar", "v3", google.calendar_root)):
        service = build(
            name,
            version,
            credentials=client.credentials(),
            static_discovery=True,
            cache_discovery=False,
            client_options={"api_endpoint": root},
        )
        with service:
            if name == "gmail":
                made = (
                    service.users().drafts().create(userId="me", body={"message": {"raw": "YQ=="}}).execute()
                )
                assert made == DRAFT
                assert service.users().drafts().delete(userId="me", id="r/1").execute() in ("", b"")
            else:
                listed = service.events().list(
                    calendarId="a#b@group.calendar.google.com",
                    singleEvents=True,
                    maxResults=5,
                    eventTypes=["default", "fromGmail"],
                    timeMin="2026-03-04T12:00:00Z",
                    fields="items(id)",
                )
                assert listed.execute() == {"items": [{"id": "e1"}]}
                with pytest.raises(HttpError) as caught:
                    service.events().get(calendarId="primary", eventId="gone").execute()
                assert caught.value.status_code == 404
                assert caught.value.error_details[0]["reason"] == "notFound"
    assert google.user(ME).mail.calls[1].params == {"userId": "me", "id": "r/1"}
    assert google.user(ME).calendars.calls[0].params == {
        "calendarId": "a#b@group.calendar.google.com",
        "singleEvents": True,
        "maxResults": 5,
        "eventTypes": ["default", "fromGmail"],
        "timeMin": "2026-03-04T12:00:00Z",
        "fields": "items(id)",
    }
    assert [each.acted for each in google.journal] == [True, True, True, False]
    assert google.violations == []


def test_a_long_get_comes_as_a_post(google: GoogleSimulator, client: Client) -> None:
    service = build(
        "gmail",
        "v1",
        credentials=client.credentials(),
        static_discovery=True,
        cache_discovery=False,
        client_options={"api_endpoint": google.gmail_root},
    )
    with service:
        service.users().messages().list(userId="me", q="x" * 3000, labelIds=["A", "B"]).execute()
    (call,) = google.user(ME).mail.calls
    assert (call.get("q"), call.get("labelIds")) == ("x" * 3000, ["A", "B"])
    assert google.journal[0].http_method == "GET"
    assert google.journal[0].headers["x-http-method-override"] == "GET"
    assert (google.violations, google.journal.sends()) == ([], [])


@pytest.mark.parametrize(
    ("path", "status", "reason", "told"),
    [
        (DRAFTS + "?colour=red", 400, "invalidParameter", "unknown parameter 'colour'"),
        (DRAFTS + "?maxResults=many", 400, "invalidParameter", "no integer"),
        (DRAFTS + "?maxResults=-1", 400, "invalidParameter", "uint32"),
        (DRAFTS + "?includeSpamTrash=yes", 400, "invalidParameter", "no boolean"),
        (DRAFTS + "/r1?format=big", 400, "invalidParameter", "is none of"),
        (DRAFTS + "?q=a&q=b", 400, "invalidParameter", "given twice"),
        (DRAFTS + "?fields=drafts(id", 400, "invalidParameter", "invalid field selection"),
        (DRAFTS + "?fields=drafts/size", 400, "invalidParameter", "invalid field selection 'size'"),
    ],
)
def test_wrong_parameters_are_refused_and_told(
    google: GoogleSimulator, client: Client, path: str, status: int, reason: str, told: str
) -> None:
    assert problem(client("GET", path)) == (status, reason, "global")
    assert len(google.violations) == 1
    assert told in google.violations[0]


def test_a_naive_time_is_told_and_left_to_the_calendar(google: GoogleSimulator, client: Client) -> None:
    assert client("GET", EVENT_LIST + "?timeMin=2026-03-04T12:00:00").status_code == 200
    assert "is no date-time" in google.violations[0]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"message": {"raw": "YQ==", "colour": "red"}}, ".message: unknown property 'colour'"),
        ({"message": {"raw": 5}}, ".message.raw: no string"),
        ({"message": {"raw": "ä"}}, ".message.raw: 'ä' is no byte"),
        ({"message": {"historyId": "x"}}, "is no uint64"),
        ({"message": {"labelIds": ["A", 1]}}, ".labelIds[1]: no string"),
        ({"message": {"sizeEstimate": 2**40}}, "is no int32"),
        ({"message": []}, ".message: no object"),
        ({"message": {"payload": {"parts": {}}}}, ".parts: no list"),
        (None, "needs a Draft for a body"),
    ],
)
def test_wrong_bodies_are_told(google: GoogleSimulator, client: Client, body: Any, told: str) -> None:
    client("POST", DRAFTS, **({} if body is None else {"json": body}))
    assert len(google.violations) == 1
    assert told in google.violations[0]


def test_other_wrong_requests_are_told(google: GoogleSimulator, client: Client) -> None:
    answer = client("POST", DRAFTS, data=b"{", headers={"Content-Type": "application/json"})
    assert problem(answer) == (400, "parseError", "global")
    client("POST", DRAFTS, data=b"{}", headers={"Content-Type": "text/plain"})
    client("DELETE", DRAFTS + "/r1", json={})
    assert client("GET", "/gmail/v1/users/me/labels").status_code == 501
    told = " ".join(google.violations)
    assert all(each in told for each in ("no JSON", "text/plain", "takes no body", "does not know how"))


def test_required_parameters() -> None:
    found = discovery.Discovery().find("POST", EVENT_LIST + "/quickAdd")
    assert found is not None
    told: list[str] = []
    with pytest.raises(ApiError, match="400 required: Required parameter: text"):
        discovery.read_parameters(found, [], told.append)
    assert told == ["calendar.events.quickAdd: required parameter text is missing"]


def test_required_properties_and_null_in_patches() -> None:
    methods = {each.id: each for each in discovery.Discovery().methods}
    told: list[str] = []
    discovery.check_request(methods["calendar.events.insert"], {"start": {"date": "2026-03-04"}}, told.append)
    discovery.check_request(methods["calendar.events.patch"], {"description": None}, told.append)
    times = {
        "start": {"dateTime": "2026-03-04T10:00:00"},
        "extendedProperties": {"private": {"any": "thing"}},
    }
    discovery.check_request(methods["calendar.events.patch"], times, told.append)
    assert told == ["calendar.events.insert request: required property 'end' is missing"]
    discovery.check_answer(methods["calendar.events.get"], times, told.append)
    discovery.check_answer(methods["calendar.events.get"], {"start": {"date": "2026-3-4"}}, told.append)
    assert [each.partition(": ")[2] for each in told[1:]] == [
        "'2026-03-04T10:00:00' is no date-time",
        "'2026-3-4' is no date",
    ]


def test_wrong_answers_of_handlers_are_told(google: GoogleSimulator, client: Client) -> None:
    google.user(ME).mail.answers |= {
        "gmail_users_getProfile": {"historyId": 7},
        "gmail_users_drafts_delete": {},
        "gmail_users_messages_get": RuntimeError("a mistake"),
    }
    client("GET", "/gmail/v1/users/me/profile")
    client("DELETE", DRAFTS + "/r1")
    assert client("GET", "/gmail/v1/users/me/messages/m1").status_code == 500
    assert "historyId: no string: 7" in google.violations[0]
    assert "answers nothing" in google.violations[1]
    assert "RuntimeError: a mistake" in google.violations[2]


def test_field_masks() -> None:
    value = {"a": 1, "b": [{"c": 1, "x": 2}], "e": {"f": 1, "g": 2}, "z": 0}
    masked = discovery.apply_mask(discovery.parse_mask("a, b(c,d), e/f"), value)
    assert masked == {"a": 1, "b": [{"c": 1}], "e": {"f": 1}}
    assert discovery.apply_mask(discovery.parse_mask("*"), value) == value
    for wrong in ("", "a(", "a)b", "a,,b", "a(b"):
        with pytest.raises(ValueError, match="Invalid field selection"):
            discovery.parse_mask(wrong)


def test_unknown_paths_uploads_and_batches_are_in_the_journal(
    google: GoogleSimulator, client: Client
) -> None:
    assert client("GET", "/gmail/v2/users/me/drafts").status_code == 404
    client("POST", "/upload" + DRAFTS + "?uploadType=media", data=b"From: me")
    client("POST", "/resumable/upload/gmail/v1/users/me/messages/send")
    client("POST", "/batch")
    client("POST", "/gmail/v1/users/me/messages/%73end", json={"raw": "YQ=="})
    client("POST", EVENT_LIST, json={})
    client("POST", "/calendar/v3/freeBusy", json={})
    assert [each.method for each in google.journal] == [
        "",
        "upload:gmail.users.drafts.create",
        "upload:gmail.users.messages.send",
        "batch",
        "gmail.users.messages.send",
        "calendar.events.insert",
        "calendar.freebusy.query",
    ]
    assert [each.number for each in google.journal.sends()] == [2, 3, 4, 5, 6]


def test_the_journal_counts(google: GoogleSimulator, client: Client) -> None:
    client.create()
    client("GET", "/gmail/v1/users/me/messages/m1")
    client("GET", EVENT_LIST)
    journal = google.journal
    assert journal.counts()["gmail.users.drafts.create"] == 1
    assert len(journal.of("gmail.users")) == 2
    assert (journal.units("gmail"), journal.units("gmail", OLD_UNITS), journal.units("calendar")) == (
        30,
        15,
        1,
    )
    first = journal[0]
    assert (first.number, first.http_method, first.status, first.units, first.user) == (
        1,
        "POST",
        200,
        10,
        ME,
    )
    assert (first.body, first.at) == ({"message": {"raw": "YQ=="}}, google.clock.now)
    journal.clear()
    assert len(journal) == 0


# --- who may do what ----------------------------------------------------------------------------------------


def test_no_bad_and_expired_tokens(google: GoogleSimulator, client: Client) -> None:
    assert problem(requests.get(google.url + DRAFTS, timeout=WAIT)) == (401, "authError", "global")
    client.google.clock.move(timedelta(seconds=3598))
    assert client("GET", DRAFTS).status_code == 200
    client.google.clock.move(timedelta(seconds=1))
    assert "invalid_token" in client("GET", DRAFTS).headers["WWW-Authenticate"]
    # the real library refreshes by itself
    with AuthorizedSession(client.credentials()) as session:
        assert session.get(google.url + DRAFTS, timeout=WAIT).status_code == 200
        google.oauth.expire_access_tokens()
        assert session.get(google.url + DRAFTS, timeout=WAIT).status_code == 200
    assert google.journal.counts()["oauth.token"] == 2


def test_scopes_of_every_method(google: GoogleSimulator) -> None:
    reader = Client(google, [READ])
    refused = reader.create()
    assert problem(refused) == (403, "insufficientPermissions", "global")
    assert refused.json()["error"]["message"] == "Request had insufficient authentication scopes."
    assert 'error="insufficient_scope"' in refused.headers["WWW-Authenticate"]
    assert reader("GET", DRAFTS).status_code == 200
    assert problem(reader("GET", EVENT_LIST))[0] == 403
    assert Client(google, [COMPOSE])("GET", "/gmail/v1/users/me/messages/m1").status_code == 403
    assert google.user(ME).mail.calls[0].method == "gmail.users.drafts.list"


@pytest.mark.parametrize("scopes", [[META, COMPOSE], [META, READ, COMPOSE]])
def test_the_metadata_scope_binds_the_whole_token(google: GoogleSimulator, scopes: list[str]) -> None:
    headers_only = Client(google, scopes)
    for path in (
        "/messages?q=x",
        "/drafts?q=x",
        "/messages/m1",
        "/threads/t1?format=full",
        "/messages/m1?format=raw",
    ):
        assert problem(headers_only("GET", "/gmail/v1/users/me" + path)) == (403, "forbidden", "global"), path
    for path in ("/messages", "/messages/m1?format=metadata", "/threads/t1?format=minimal"):
        assert headers_only("GET", "/gmail/v1/users/me" + path).status_code == 200, path
    text = headers_only("GET", "/gmail/v1/users/me/messages?q=x").text
    assert "Metadata scope does not support 'q' parameter" in text


def test_another_mailbox_is_refused(client: Client) -> None:
    assert client("GET", f"/gmail/v1/users/{quote(ME)}/drafts").status_code == 200
    assert problem(client("GET", "/gmail/v1/users/you@example.com/drafts"))[:2] == (403, "forbidden")


def test_the_quota_of_a_simulated_minute(google: GoogleSimulator, client: Client) -> None:
    google.limits = {"gmail": 25, "calendar": 1}
    assert [client.create().status_code for _ in range(3)] == [200, 200, 200]
    google.clock.move(timedelta(minutes=1))
    google.enforce_quota = True
    assert [client.create().status_code for _ in range(3)] == [200, 200, 403]
    assert client("GET", EVENT_LIST).status_code == 200
    assert problem(client("GET", EVENT_LIST)) == (403, "userRateLimitExceeded", "usageLimits")
    assert (google.spent("gmail", ME), google.spent("calendar", ME)) == (20, 1)
    google.clock.move(timedelta(minutes=1))
    assert client.create().status_code == 200


# --- faults -------------------------------------------------------------------------------------------------

WHEN = pytest.mark.parametrize("when", ["before", "after"])


def acted(google: GoogleSimulator, when: str) -> bool:
    """Whether the API did what the faulty request asked, as it should."""
    (entry,) = google.journal.of("gmail.users.drafts.create")
    done = len(google.user(ME).mail.calls) == 1
    assert done == entry.acted
    return done == (when == "after")


@WHEN
def test_a_dropped_connection(google: GoogleSimulator, client: Client, when: str) -> None:
    google.faults.fail("gmail.users.drafts.create", "drop", when=when)
    with pytest.raises(requests.ConnectionError):
        client.create()
    assert acted(google, when)
    assert google.journal[0].status == 0
    assert client.create().status_code == 200


def test_the_stock_client_posts_twice_when_the_connection_drops(
    google: GoogleSimulator, client: Client
) -> None:
    """What the real library does by itself, and why the journal counts: two drafts of one call."""
    google.faults.fail("gmail.users.drafts.create", "drop", when="after")
    service = build(
        "gmail",
        "v1",
        credentials=client.credentials(),
        static_discovery=True,
        cache_discovery=False,
        client_options={"api_endpoint": google.gmail_root},
    )
    with service:
        assert (
            service.users().drafts().create(userId="me", body={"message": {"raw": "YQ=="}}).execute() == DRAFT
        )
    assert [each.acted for each in google.journal] == [True, True]


def test_a_refused_request_is_written_down_as_it_came(google: GoogleSimulator, client: Client) -> None:
    google.faults.fail("gmail.users.drafts.delete", "status")
    client("DELETE", DRAFTS + "/r%2F7")
    assert google.journal[0].params == {"userId": "me", "id": "r/7"}
    assert not google.journal[0].acted


@WHEN
def test_a_timeout_is_the_clients_own(google: GoogleSimulator, client: Client, when: str) -> None:
    google.faults.fail("gmail.users.drafts.create", "timeout", when=when)
    with pytest.raises(requests.ReadTimeout):
        client.create(timeout=0.1)
    google.journal.wait(1)
    assert acted(google, when)
    assert google.journal[0].status == 0


def test_a_held_answer_is_released(google: GoogleSimulator, client: Client) -> None:
    google.faults.fail("gmail", "timeout", when="after")
    answers: list[int] = []
    reader = threading.Thread(target=lambda: answers.append(client.create().status_code))
    arrived = threading.Event()
    google.on("gmail", lambda _: arrived.set(), when="after")
    reader.start()
    assert arrived.wait(WAIT)
    while reader.is_alive():
        google.release()
        reader.join(0.01)
    assert answers == [200]


@WHEN
@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("body", ["html", "json"])
def test_server_errors(google: GoogleSimulator, client: Client, when: str, status: int, body: str) -> None:
    headers = {"Retry-After": "Wed, 04 Mar 2026 12:00:30 GMT"}
    google.faults.fail("gmail", "status", when=when, status=status, body=body, headers=headers)
    answer = client.create()
    assert (answer.status_code, answer.headers["Retry-After"]) == (status, headers["Retry-After"])
    assert answer.headers["Content-Type"].startswith("text/html" if body == "html" else "application/json")
    assert acted(google, when)


@WHEN
def test_a_truncated_answer(google: GoogleSimulator, client: Client, when: str) -> None:
    google.faults.fail("gmail.users.drafts.create", "truncated", when=when)
    answer = client.create()
    assert answer.status_code == 200
    with pytest.raises(requests.JSONDecodeError):
        answer.json()
    assert acted(google, when)
    google.faults.fail("gmail.users.drafts.create", "truncated", when=when, length="wrong")
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        client.create()


@WHEN
def test_a_captive_portal(google: GoogleSimulator, client: Client, when: str) -> None:
    google.faults.fail("gmail.users.drafts.create", "html", when=when)
    answer = client.create()
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=UTF-8")
    assert acted(google, when)
    google.faults.fail(lambda method: method.endswith("create"), "redirect", when=when)
    answer = client.create()
    assert "hotel" in answer.text
    assert [each.status for each in google.journal][-2:] == [302, 200]
    google.faults.fail("gmail", "redirect", location="http://portal.invalid/")
    assert client.create(allow_redirects=False).headers["Location"] == "http://portal.invalid/"


@WHEN
@pytest.mark.parametrize("reason", ["userRateLimitExceeded", "rateLimitExceeded", "dailyLimitExceeded"])
def test_rate_limits(google: GoogleSimulator, client: Client, when: str, reason: str) -> None:
    google.faults.fail("gmail", "rate", when=when, reason=reason)
    answer = client.create()
    assert problem(answer) == (403, reason, "usageLimits")
    assert "Retry-After" not in answer.headers
    assert acted(google, when)


@pytest.mark.parametrize("retry_after", [None, 7, "Wed, 04 Mar 2026 12:00:07 GMT"])
def test_too_many_requests(google: GoogleSimulator, client: Client, retry_after: Any) -> None:
    google.faults.fail(
        "gmail", "rate", times=2, reason="rateLimitExceeded", status=429, retry_after=retry_after
    )
    answer = client.create()
    assert problem(answer) == (429, "rateLimitExceeded", "usageLimits")
    assert answer.headers.get("Retry-After") == (None if retry_after is None else str(retry_after))
    assert "Retry after 2026-03-04T12:0" in answer.json()["error"]["message"]
    assert [client.create().status_code for _ in range(2)] == [429, 200]


@WHEN
def test_other_refusals(google: GoogleSimulator, client: Client, when: str) -> None:
    for kind in ("disabled", "unauthorized", "forbidden"):
        google.faults.fail("gmail.users.drafts.create", kind, when=when)
    disabled = client.create()
    assert acted(google, when)
    assert problem(disabled) == (403, "accessNotConfigured", "usageLimits")
    assert disabled.json()["error"]["message"].startswith(
        "Gmail API has not been used in project 123456 before or it is disabled. Enable it by visiting "
        "https://console.developers.google.com/apis/api/gmail.googleapis.com/overview?project=123456 then retry."
    )
    assert problem(client.create())[:2] == (401, "authError")
    assert problem(client.create())[:2] == (403, "insufficientPermissions")
    assert google.faults.pending == []


def test_faults_last_as_long_as_told(google: GoogleSimulator, client: Client) -> None:
    fault = google.faults.fail("calendar", "status", times=None)
    assert [client("GET", EVENT_LIST).status_code for _ in range(3)] == [500, 500, 500]
    assert google.faults.pending == [fault]
    google.faults.clear()
    assert client("GET", EVENT_LIST).status_code == 200
    for wrong in ({"kind": "rain"}, {"kind": "drop", "when": "later"}, {"kind": "status", "colour": "red"}):
        with pytest.raises((KeyError, ValueError, TypeError)):
            google.faults.fail("gmail", **wrong)


def test_hooks_run_before_and_after(google: GoogleSimulator, client: Client) -> None:
    seen: list[tuple[str, int]] = []
    mail = google.user(ME).mail
    undo = google.on("gmail.users.drafts", lambda call: seen.append((call.method, len(mail.calls))))
    google.on("gmail", lambda call: seen.append(("after", len(mail.calls))), when="after")
    client.create()
    undo()
    client("GET", DRAFTS)
    assert seen == [("gmail.users.drafts.create", 0), ("after", 1), ("after", 2)]


def test_the_date_header_is_the_machines_clock_and_its_skew(google: GoogleSimulator, client: Client) -> None:
    google.clock_skew = timedelta(hours=-3)
    told = parsedate_to_datetime(client("GET", DRAFTS).headers["Date"])
    assert abs(datetime.now(UTC) - timedelta(hours=3) - told) < timedelta(minutes=5)


def test_keep_alive_and_a_quick_end() -> None:
    with GoogleSimulator() as google:
        before = threading.active_count()
        with requests.Session() as session:
            for _ in range(3):
                session.get(google.url + "/nothing", timeout=WAIT)
            assert threading.active_count() == before + 1  # one connection, so one thread
            google.faults.fail("", "timeout")
            with pytest.raises(requests.ReadTimeout):
                session.get(google.url + "/nothing", timeout=0.1)
            address = urlsplit(google.url)
            idle = socket.create_connection((address.hostname, address.port))
            google.close()
            idle.close()
        assert [each for each in threading.enumerate() if "process_request" in each.name] == []


def test_the_real_boxes_stand_behind_it() -> None:
    with GoogleSimulator() as google:
        client = Client(google, [*SCOPES, AUTH + "calendar.events"])
        profile = client("GET", "/gmail/v1/users/me/profile?fields=emailAddress").json()
        raw = base64.urlsafe_b64encode(
            b"From: me@example.com\r\nTo: a@example.org\r\nSubject: Hi\r\n\r\nHi\r\n"
        ).decode()
        made = client("POST", DRAFTS, json={"message": {"raw": raw}}).json()
        again = client("GET", f"{DRAFTS}/{made['id']}?format=metadata")
        listed = client("GET", EVENT_LIST + "?singleEvents=true&fields=kind,items(id)")
        gone = client("GET", f"{DRAFTS}/none")
        assert client("DELETE", f"{DRAFTS}/{made['id']}").status_code == 204
    assert profile == {"emailAddress": ME}
    assert again.json()["message"]["labelIds"] == ["DRAFT"]
    assert listed.json()["kind"] == "calendar#events"
    assert problem(gone)[0] == 404
    assert google.violations == []


# --- OAuth --------------------------------------------------------------------------------------------------


@pytest.fixture
def flow(google: GoogleSimulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> InstalledAppFlow:
    monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")
    monkeypatch.setenv("OAUTHLIB_RELAX_TOKEN_SCOPE", "1")
    script = Path(browser.__file__)
    monkeypatch.setenv("BROWSER", f"{sys.executable} {script} %s")
    flow = InstalledAppFlow.from_client_secrets_file(
        str(google.client_file(tmp_path / "client.json")), SCOPES
    )
    flow.redirect_uri = "http://127.0.0.1:9/"
    return flow


def fetch(flow: InstalledAppFlow, **options: str) -> dict[str, Any]:
    """The user says yes and pastes the address."""
    url, _ = flow.authorization_url(**{"access_type": "offline", "prompt": "consent", **options})
    return flow.fetch_token(authorization_response=browser.visit(url))


def ask(google: GoogleSimulator, **form: str) -> tuple[int, dict[str, Any]]:
    client = {"client_id": google.oauth.client_id, "client_secret": google.oauth.client_secret}
    answer = requests.post(google.url + "/token", data={**client, **form}, timeout=WAIT)
    return answer.status_code, answer.json()


def refresh(google: GoogleSimulator, token: str, **form: str) -> tuple[int, dict[str, Any]]:
    return ask(google, grant_type="refresh_token", refresh_token=token, **form)


DEAD = (400, {"error": "invalid_grant", "error_description": "Token has been expired or revoked."})


def test_the_whole_sign_in_in_a_browser(
    google: GoogleSimulator, flow: InstalledAppFlow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webbrowser, "_tryorder", None)  # it reads BROWSER once in a process
    credentials = flow.run_local_server(
        host="127.0.0.1", port=0, prompt="consent", timeout_seconds=WAIT, authorization_prompt_message=""
    )
    assert sorted(credentials.granted_scopes) == sorted(SCOPES)
    assert credentials.refresh_token
    credentials.refresh(Request())
    assert google.oauth.identify(credentials.token).user == ME
    assert google.journal.counts() == {"oauth.authorize": 1, "oauth.token": 2}
    assert google.violations == []


def test_the_browser_script_says_nothing(google: GoogleSimulator, flow: InstalledAppFlow) -> None:
    google.oauth.client_id = "another"
    url, _ = flow.authorization_url()
    done = subprocess.run([sys.executable, browser.__file__, url], capture_output=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
    with pytest.raises(ValueError, match="invalid_client"):
        browser.visit(url)


def test_pasted_answers_and_refresh_tokens(google: GoogleSimulator, flow: InstalledAppFlow) -> None:
    url, state = flow.authorization_url(access_type="offline", prompt="consent")
    back = parse_qs(urlsplit(browser.visit(url)).query)
    assert (back["state"], back["scope"]) == ([state], [" ".join(sorted(SCOPES))])
    first = fetch(flow, prompt="select_account")  # the user has consented above already
    assert "refresh_token" not in first
    token = fetch(flow)
    assert (token["expires_in"], token["token_type"]) == (3599, "Bearer")
    assert "refresh_token" in token
    assert "refresh_token_expires_in" not in token
    assert "refresh_token" not in fetch(flow, access_type="online")
    status, answer = refresh(google, token["refresh_token"])
    assert (status, sorted(answer)) == (200, ["access_token", "expires_in", "scope", "token_type"])


def test_the_first_consent_gives_a_refresh_token(google: GoogleSimulator, flow: InstalledAppFlow) -> None:
    assert "refresh_token" in fetch(flow, prompt="select_account")
    google.oauth.revoke_all(ME)
    assert "refresh_token" in fetch(flow, prompt="select_account")


def test_the_user_unticks_a_scope_or_denies(google: GoogleSimulator, flow: InstalledAppFlow) -> None:
    google.oauth.granted = {COMPOSE, EVENTS}
    token = fetch(flow)
    assert sorted(token["scope"]) == sorted([COMPOSE, EVENTS])
    assert (
        refresh(google, token["refresh_token"], scope=" ".join(SCOPES))[1]["scope"] == f"{EVENTS} {COMPOSE}"
    )
    assert refresh(google, token["refresh_token"], scope=META)[1]["error"] == "invalid_scope"
    google.oauth.denied = True
    assert "error=access_denied" in browser.visit(flow.authorization_url()[0])


def test_another_user_signs_in_and_scopes_add_up(google: GoogleSimulator, flow: InstalledAppFlow) -> None:
    google.oauth.user = "you@example.com"
    google.sign_in("you@example.com", [META])
    token = fetch(flow, include_granted_scopes="true")
    assert google.oauth.identify(token["access_token"]).user == "you@example.com"
    assert META in token["scope"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"client_id": "other"}, "invalid_client"),
        ({"redirect_uri": "https://example.com/"}, "redirect_uri_mismatch"),
        ({"redirect_uri": "urn:ietf:wg:oauth:2.0:oob"}, "redirect_uri_mismatch"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "https://example.com/scope"}, "invalid_scope"),
        ({"scope": ""}, "Required parameter is missing: scope"),
        ({"code_challenge_method": "S1"}, "code_challenge_method"),
    ],
)
def test_wrong_authorization_requests(google: GoogleSimulator, change: dict[str, str], said: str) -> None:
    asked = {
        "client_id": google.oauth.client_id,
        "redirect_uri": "http://localhost:1/",
        "response_type": "code",
        "scope": READ,
    }
    page = requests.get(
        google.url + "/o/oauth2/auth", params=asked | change, timeout=WAIT, allow_redirects=False
    )
    assert page.status_code in (400, 401)
    assert said in page.text


def test_a_sign_in_without_state_and_pkce_is_told(google: GoogleSimulator) -> None:
    asked = (
        f"client_id={google.oauth.client_id}&redirect_uri=http://localhost:1/&response_type=code&scope={READ}"
    )
    browser.visit(f"{google.url}/o/oauth2/auth?{asked}")
    browser.visit(f"{google.url}/o/oauth2/auth?{asked}&state=s&code_challenge=c")
    assert [each.removeprefix("oauth.authorize: ") for each in google.violations] == [
        "without state",
        "without code_challenge",
        "code_challenge without S256",
    ]


def test_codes_are_good_once_with_their_verifier(google: GoogleSimulator, flow: InstalledAppFlow) -> None:
    def code() -> str:
        url, _ = flow.authorization_url()
        return parse_qs(urlsplit(browser.visit(url)).query)["code"][0]

    def exchange(**form: str) -> str:
        right = {"redirect_uri": str(flow.redirect_uri), "code_verifier": str(flow.code_verifier)}
        status, answer = ask(google, grant_type="authorization_code", **(right | form))
        return "" if status == 200 else f"{status} {answer['error']}: {answer['error_description']}"

    used = code()
    assert exchange(code=used) == ""
    assert exchange(code=used) == "400 invalid_grant: Malformed auth code."
    assert exchange(code=code(), code_verifier="x" * 50) == "400 invalid_grant: Invalid code verifier."
    assert exchange(code=code(), code_verifier="") == "400 invalid_grant: Missing code verifier."
    assert exchange(code=code(), redirect_uri="http://localhost/") == "400 redirect_uri_mismatch: Bad Request"
    late = code()
    google.clock.move(timedelta(minutes=10))
    assert exchange(code=late).startswith("400 invalid_grant")


def test_errors_of_the_token_endpoint(google: GoogleSimulator) -> None:
    token = google.sign_in(ME, SCOPES)["refresh_token"]
    assert refresh(google, token, client_id="other") == (
        401,
        {"error": "invalid_client", "error_description": "The OAuth client was not found."},
    )
    assert refresh(google, token, client_secret="wrong")[1]["error"] == "invalid_client"
    assert refresh(google, token, client_id="")[1]["error"] == "invalid_request"
    assert refresh(google, token, client_secret="")[1]["error_description"] == "client_secret is missing."
    assert refresh(google, "1//unknown")[1] == {"error": "invalid_grant", "error_description": "Bad Request"}
    assert refresh(google, "")[1]["error"] == "invalid_request"
    assert ask(google)[1]["error_description"] == "Required parameter is missing: grant_type"
    assert ask(google, grant_type="password")[1]["error"] == "unsupported_grant_type"


def test_faults_of_the_token_endpoint(google: GoogleSimulator) -> None:
    token = google.sign_in(ME, SCOPES)["refresh_token"]
    google.faults.fail("oauth.token", "status", status=503)
    assert refresh(google, token)[0] == 503
    google.faults.fail("oauth.token", "invalid_client")
    assert refresh(google, token)[1]["error"] == "invalid_client"
    google.faults.fail("oauth.token", "invalid_grant", when="after")
    assert refresh(google, token) == DEAD
    google.faults.fail("oauth", "drop", when="after")
    with pytest.raises(requests.ConnectionError):
        refresh(google, token)
    assert [each.acted for each in google.journal] == [False, False, True, True]
    assert refresh(google, token)[0] == 200


@pytest.mark.parametrize("tells", [True, False])
def test_tokens_of_a_project_in_testing_die_after_seven_days(
    google: GoogleSimulator, flow: InstalledAppFlow, tells: bool
) -> None:
    google.oauth.testing, google.oauth.testing_tells_lifetime = True, tells
    token = fetch(flow)
    assert token.get("refresh_token_expires_in") == (604799 if tells else None)
    google.clock.move(timedelta(days=6))
    assert refresh(google, token["refresh_token"])[1].get("refresh_token_expires_in") == (
        86399 if tells else None
    )
    google.clock.move(timedelta(days=1))
    assert refresh(google, token["refresh_token"]) == DEAD
    with pytest.raises(RefreshError, match="invalid_grant: Token has been expired or revoked"):
        flow.credentials.refresh(Request())


def test_what_ends_tokens(google: GoogleSimulator) -> None:
    mail, calendar = google.sign_in(ME, SCOPES), google.sign_in(ME, [EVENTS])
    google.oauth.change_password(ME)
    assert refresh(google, mail["refresh_token"]) == DEAD
    assert google.oauth.identify(mail["access_token"]) is None
    assert refresh(google, calendar["refresh_token"])[0] == 200
    google.clock.move(timedelta(days=182))
    assert refresh(google, calendar["refresh_token"]) == DEAD
    other, mine = google.sign_in("you@example.com", SCOPES), google.sign_in(ME, SCOPES)
    google.oauth.revoke_all(ME)
    assert refresh(google, mine["refresh_token"]) == DEAD
    assert refresh(google, other["refresh_token"])[0] == 200
    many = [google.sign_in(ME, SCOPES)["refresh_token"] for _ in range(101)]
    assert [refresh(google, each)[0] for each in many[:2]] == [400, 200]


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
def test_the_revoke_endpoint(google: GoogleSimulator, which: str) -> None:
    tokens = google.sign_in(ME, SCOPES)

    def revoke() -> requests.Response:
        return requests.post(google.url + "/revoke", data={"token": tokens[which]}, timeout=WAIT)

    assert revoke().status_code == 200
    assert google.oauth.identify(tokens["access_token"]) is None
    assert refresh(google, tokens["refresh_token"]) == DEAD
    assert (revoke().status_code, revoke().json()["error"]) == (400, "invalid_token")


def test_the_client_file_is_a_desktop_clients(google: GoogleSimulator, tmp_path: Path) -> None:
    (kind, client), *_ = json.loads(google.client_file(tmp_path / "client.json").read_text()).items()
    assert kind == "installed"
    assert client["token_uri"] == google.url + "/token"
    assert client["redirect_uris"] == ["http://localhost"]
