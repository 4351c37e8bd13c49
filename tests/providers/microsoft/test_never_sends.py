"""Nothing that sends, and nothing that writes a calendar, ever leaves for Microsoft.

What is refused here is refused by the provider's own session, before a byte is on the wire; the same request
made by another program is seen by the simulator, so these tests can fail.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import requests

from followupd.errors import Refused, Unavailable
from followupd.providers.http import Allowed, Session
from followupd.providers.microsoft.api import GRAPH_ROOT, allowed
from followupd.providers.microsoft.auth import Access
from followupd.providers.microsoft.grant import scopes
from tests.providers.microsoft import kit
from tests.sim.microsoft import MicrosoftSimulator

LETTER = {
    "message": {
        "subject": "Thank you",
        "body": {"contentType": "text", "content": "Hello"},
        "toRecipients": [{"emailAddress": {"address": "dana@acme.example"}}],
    }
}
MESSAGE = "me/messages/AAkALgAAAAAAHYQDEapmEc2byACqAC-EWg0A="
FOLDER, EVENT = "me/mailFolders/drafts/messages/AAkALgAAAA=", "me/events/AAkALgAAAAAAHYQDEapm="
EVENTS_OF = "me/calendars/AAkALgAAAA=/events"
# Requests of which the simulator's journal would tell, were they made.
TOLD = [
    ("POST", "me/sendMail"),
    ("POST", "users/sam@example.com/sendMail"),
    ("POST", f"{MESSAGE}/send"),
    ("POST", f"{MESSAGE}/reply"),
    ("POST", f"{MESSAGE}/replyAll"),
    ("POST", f"{MESSAGE}/forward"),
    ("POST", f"{FOLDER}/send"),
    ("POST", f"{FOLDER}/reply"),
    ("POST", f"{FOLDER}/replyAll"),
    ("POST", f"{FOLDER}/forward"),
    ("PUT", f"{MESSAGE}/send"),
    ("PATCH", f"{MESSAGE}/send"),
    ("POST", "$batch"),
    ("POST", "me/$batch"),
    ("POST", "me/events"),
    ("POST", "me/calendar/events"),
    ("POST", EVENTS_OF),
    ("POST", f"{EVENT}/accept"),
    ("POST", f"{EVENT}/tentativelyAccept"),
    ("POST", f"{EVENT}/decline"),
    ("POST", f"{EVENT}/cancel"),
    ("POST", f"{EVENT}/forward"),
    ("POST", f"{EVENT}/snoozeReminder"),
    ("POST", f"{EVENT}/dismissReminder"),
    ("PATCH", EVENT),
    ("DELETE", EVENT),
    ("PUT", EVENT),
    ("DELETE", f"{EVENTS_OF}/AAkALgAAAA="),
    ("POST", "me/calendars"),
    ("PATCH", "me/calendar"),
    ("DELETE", "me/calendars/AAkALgAAAA="),
]
# Other ways to say the same, and what nobody needs.
OTHERS = [
    ("POST", "me/microsoft.graph.sendMail"),
    ("POST", f"{MESSAGE}/microsoft.graph.send"),
    ("POST", f"{MESSAGE}/microsoft.graph.createReply"),
    ("POST", "me/SendMail"),
    ("POST", "me//sendMail"),
    ("POST", "/me/sendMail"),
    ("POST", "me/sendMail/"),
    ("POST", "me/sendMail?$select=id"),
    ("POST", "me/sendMail;x=1"),
    ("POST", "me/s%65ndMail"),
    ("POST", "me/send%4Dail"),
    ("post", "me/sendMail"),
    ("POST", "me/messages/../sendMail"),
    ("POST", "me/messages/%2e%2e/sendMail"),
    ("POST", "me/messages%2F..%2FsendMail"),
    ("POST", "me/messages\\send"),
    ("POST", "me/messages/\tsend"),
    ("POST", f"{MESSAGE}/createReply/send"),
    ("POST", f"{MESSAGE}/createReply/../send"),
    ("POST", f"{MESSAGE}/%2e%2e/%2e%2e/sendMail"),
    ("POST", f"{MESSAGE}/createReplyAll"),
    ("POST", f"{MESSAGE}/createForward"),
    ("POST", f"{MESSAGE}/copy"),
    ("POST", f"{MESSAGE}/move"),
    ("POST", f"{MESSAGE}/permanentDelete"),
    ("POST", f"{MESSAGE}/attachments"),
    ("POST", f"{MESSAGE}/attachments/createUploadSession"),
    ("PUT", MESSAGE),
    ("PUT", "me/messages"),
    ("DELETE", "me/messages"),
    ("PATCH", "me/messages"),
    ("POST", "me/mailFolders"),
    ("DELETE", "me/mailFolders/drafts"),
    ("POST", "me/mailFolders/inbox/messageRules"),
    ("PATCH", "me/mailFolders/inbox/messageRules/one"),
    ("PATCH", "me/mailboxSettings"),
    ("POST", "subscriptions"),
    ("POST", "me/outlook/masterCategories"),
    ("POST", "me/contacts"),
    ("POST", "me/chats"),
    ("POST", "users/sam@example.com/messages"),
    ("POST", "../beta/me/sendMail"),
    ("POST", "../v1.0/me/sendMail"),
    ("TRACE", "me/messages"),
    ("CONNECT", "me/messages"),
]
# A path that is an id for the list of what may leave, and another place for a server that reads it loosely.
HIDDEN = [
    ("DELETE", "me/messages/..%2Fevents%2FAAkALgAAAA="),
    ("PATCH", "me/messages/..%2fevents%2fAAkALgAAAA="),
    ("DELETE", "me/messages/..%2Fcalendars%2FAAkALgAAAA="),
    ("POST", "me/messages/AAkALgAAAA=%2Fsend%3F/createReply"),
    ("POST", "me/messages/AAkALgAAAA=%2Freply%23/createReply"),
    ("POST", "me/messages/..%2FsendMail%3F/createReply"),
    ("DELETE", "me/messages/.."),
]


@pytest.fixture(scope="module")
def microsoft() -> Iterator[MicrosoftSimulator]:
    with MicrosoftSimulator() as running:
        running.user(kit.ME, "Sam Lee")
        yield running


@pytest.fixture
def simulator(microsoft: MicrosoftSimulator) -> MicrosoftSimulator:
    microsoft.journal.clear()
    microsoft.faults.clear()
    microsoft.violations.clear()
    return microsoft


@pytest.fixture(scope="module")
def kept(microsoft: MicrosoftSimulator) -> kit.Kept:
    return kit.sign_in(microsoft)


def asked(simulator: MicrosoftSimulator, kept: kit.Kept, method: str, url: str, **headers: str) -> None:
    """Makes the request as the provider makes all of its own: signed in, through its list."""
    access = Access("personal", kept, allowed(simulator.graph_root + "/"), lambda: datetime.now(UTC))
    access.send(method, url, params={}, body=LETTER, headers=headers)


@pytest.mark.parametrize(("method", "path"), TOLD + OTHERS + HIDDEN, ids=lambda word: word)
def test_what_is_not_reading_or_drafting_never_leaves(
    simulator: MicrosoftSimulator, kept: kit.Kept, method: str, path: str
) -> None:
    with pytest.raises(Refused):
        asked(simulator, kept, method, f"{simulator.graph_root}/{path}")
    assert len(simulator.journal) == 0


@pytest.mark.parametrize("path", ["me/sendMail", f"{MESSAGE}/send", "me/events"])
@pytest.mark.parametrize("root", ["/", "/v1.0//", "/beta/", "/V1.0/", "/v1.0/v1.0/"])
def test_no_other_version_of_graph_is_asked(
    simulator: MicrosoftSimulator, kept: kit.Kept, root: str, path: str
) -> None:
    with pytest.raises(Refused):
        asked(simulator, kept, "POST", f"{simulator.url}{root}{path}")
    assert len(simulator.journal) == 0


@pytest.mark.parametrize(("method", "path"), TOLD, ids=lambda word: word)
def test_the_same_request_made_by_another_program_is_seen(
    simulator: MicrosoftSimulator, kept: kit.Kept, method: str, path: str
) -> None:
    token = simulator.sign_in.sign_in(kit.ME, kit.ALL)["access_token"]
    with requests.Session() as plain:
        plain.trust_env = False
        headers = {"Authorization": f"Bearer {token}"}
        plain.request(method, f"{simulator.graph_root}/{path}", json=LETTER, headers=headers, timeout=20)
    assert len(simulator.journal.sends()) == 1


def test_drafting_and_reading_do_leave(simulator: MicrosoftSimulator, kept: kit.Kept) -> None:
    for method, path in (
        ("POST", "me/messages"),
        ("POST", f"{MESSAGE}/createReply"),
        ("PATCH", MESSAGE),
        ("DELETE", MESSAGE),
        ("GET", "me/events"),
        ("GET", f"{MESSAGE}/$value"),
    ):
        asked(simulator, kept, method, f"{simulator.graph_root}/{path}")
    assert len(simulator.journal) == 6
    assert simulator.journal.sends() == []


OVERRIDES = [
    "X-HTTP-Method-Override",
    "x-http-method-override",
    "X-HTTP-Method",
    "X-Method-Override",
    "X-METHOD",
]


@pytest.mark.parametrize("header", OVERRIDES)
def test_a_method_behind_another_never_leaves(
    simulator: MicrosoftSimulator, kept: kit.Kept, header: str
) -> None:
    for path in ("me/messages", MESSAGE, "me/events", EVENT):
        for method, hidden in (("POST", "PUT"), ("GET", "DELETE"), ("POST", "PATCH"), ("GET", "POST")):
            with pytest.raises(Refused):
                asked(simulator, kept, method, f"{simulator.graph_root}/{path}", **{header: hidden})
    assert len(simulator.journal) == 0


# --- other places ---------------------------------------------------------------------------------------

ELSEWHERE = [
    "https://evil.example/v1.0/me/messages",
    "https://graph.microsoft.com.evil.example/v1.0/me/messages",
    "https://graph.microsoft.com@evil.example/v1.0/me/messages",
    "https://evil.example\\@graph.microsoft.com/v1.0/me/messages",
    "https://user@graph.microsoft.com/v1.0/me/messages",
    "https://graph.microsoft.com:8443/v1.0/me/messages",
    "https://graph.microsoft.us/v1.0/me/messages",
    "https://graph.microsoft.com/beta/me/messages",
    "https://graph.microsoft.com/v1.0/../beta/me/messages",
    "https://graph.microsoft.com/v1.0.evil/me/messages",
    "https://outlook.office.com/api/v2.0/me/messages",
    "https://outlook.office365.com/EWS/Exchange.asmx",
    "https://login.microsoftonline.com/common/oauth2/v2.0/token",
    "http://graph.microsoft.com/v1.0/me/messages",
    "http://127.0.0.1:9/v1.0/me/messages",
    "http://10.0.0.1/v1.0/me/messages",
    "//graph.microsoft.com/v1.0/me/messages",
    "file:///etc/passwd",
]


@pytest.fixture
def unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    """A request that gets as far as the network ends the test."""

    def reached(*_: object, **__: object) -> None:
        raise AssertionError("it would have been asked")

    monkeypatch.setattr(socket, "getaddrinfo", reached)
    monkeypatch.setattr(socket.socket, "connect", reached)


@pytest.mark.usefixtures("unreachable")
@pytest.mark.parametrize("url", ELSEWHERE)
def test_nothing_leaves_for_another_place(url: str) -> None:
    wrong = (Refused, Unavailable, requests.exceptions.InvalidSchema, requests.exceptions.MissingSchema)
    with Session(allowed(GRAPH_ROOT + "/")) as ours, pytest.raises(wrong):
        ours.post(url, json=LETTER)


@pytest.mark.usefixtures("unreachable")
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_gateway_without_encryption_on_another_machine_is_not_asked(method: str) -> None:
    root = "http://gateway.example/v1.0/"
    with Session((*allowed(root), Allowed("POST", "http://gateway.example/token"))) as ours:
        with pytest.raises(Refused, match="without encryption"):
            ours.request(method, root + "me/messages")
        with pytest.raises(Refused):
            ours.post("http://gateway.example/token")


def test_a_redirect_is_not_followed(simulator: MicrosoftSimulator, kept: kit.Kept) -> None:
    target = f"{simulator.graph_root}/me/sendMail"
    simulator.faults.fail("messages.create", "redirect", location=target)
    with pytest.raises(Unavailable):
        asked(simulator, kept, "POST", f"{simulator.graph_root}/me/messages")
    assert [entry.method for entry in simulator.journal] == ["messages.create"]


# --- what is asked for ----------------------------------------------------------------------------------


@pytest.mark.parametrize("root", [GRAPH_ROOT, "https://graph.microsoft.us/v1.0", "http://127.0.0.1:9/v1.0"])
@pytest.mark.parametrize(("mail", "calendar"), [(True, True), (True, False), (False, True)])
def test_no_permission_is_asked_for_with_which_one_could_send(
    root: str, *, mail: bool, calendar: bool
) -> None:
    wanted = [scope.rpartition("/")[2] for scope in scopes(mail=mail, calendar=calendar, graph_root=root)]
    assert set(wanted) <= {"Calendars.Read", "Mail.ReadWrite", "User.Read"}
    assert ("Mail.ReadWrite" in wanted, "Calendars.Read" in wanted) == (mail, calendar)
