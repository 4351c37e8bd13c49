"""Pushes by the real Apprise to a server on this machine."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.util import find_spec
from threading import Thread

import pytest

from followupd.config.telling import _PUSHES, _PUSHES_TO
from followupd.notify import Notice, Settings, channels, deliver, findings

pytestmark = pytest.mark.skipif(
    find_spec("apprise") is None, reason="Apprise is not installed: pip install 'followupd[notify]'"
)
TEXT = "Thank-you to Łukasz Żółć (Smith & Sons) waits.\n<b>*_x_*</b>"


class Server(ThreadingHTTPServer):
    """Keeps what is pushed to it; answers with `status`, or sends on to another place."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.got: list[tuple[str, dict[str, str], bytes]] = []
        self.status = 200
        self.sends_on_to = ""

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((self.path, dict(self.headers), body))
        self.send_response(307 if self.server.sends_on_to else self.server.status)
        if self.server.sends_on_to:
            self.send_header("Location", self.server.sends_on_to)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    yield from served()


@pytest.fixture
def other() -> Iterator[Server]:
    yield from served()


def served() -> Iterator[Server]:
    with Server() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def pushed(*urls: str, text: str = TEXT) -> list[str]:
    settings = Settings(desktop=False, urls=urls)
    notice = Notice(
        title="2 letters wait in your Drafts",
        text=text,
        items=(),
        at=datetime(2026, 3, 4, tzinfo=UTC),
        channels=channels.present(settings),
    )
    return deliver(notice, settings)


def test_a_push_carries_title_and_text_as_they_are_and_our_name(server: Server) -> None:
    assert pushed(f"json://{server.place}/hook", f"ntfy://sam:s3cret@{server.place}/topic") == []
    ((_, headers, body), (path, _, ntfy)) = sorted(server.got, key=lambda one: one[0] != "/hook")
    told = json.loads(body)
    assert (told["title"], told["message"]) == ("2 letters wait in your Drafts", TEXT)
    assert headers["User-Agent"] == "followupd"
    assert path == "/"
    message = json.loads(ntfy)
    assert (message["topic"], message["title"], message["message"]) == ("topic", told["title"], TEXT)
    assert "apprise" not in ntfy.decode().casefold()


def test_what_a_service_refuses_is_told_without_the_secret(server: Server) -> None:
    server.status = 403
    assert pushed(f"ntfy://sam:s3cret@{server.place}/topic") == [
        "notify.urls#1 (ntfy): the service did not take it (it answered with 403)."
    ]


def test_a_service_that_is_away_is_told_and_the_others_have_the_push(server: Server) -> None:
    failures = pushed("json://127.0.0.1:1/hook", f"json://{server.place}/hook")
    assert failures == ["notify.urls#1 (json): the service did not take it."]
    assert len(server.got) == 1


def test_nothing_follows_a_service_that_sends_on_to_another_place(server: Server, other: Server) -> None:
    server.sends_on_to = f"http://{other.place}/elsewhere"
    assert pushed(f"json://{server.place}/hook") != []
    assert other.got == []


def test_an_address_that_apprise_can_not_read_is_told_by_check_which_pushes_nothing(server: Server) -> None:
    wrong, right = "tgram://s3cret", f"json://{server.place}/hook"
    ((ok, text),) = findings(Settings(desktop=False, urls=(right, wrong)))
    assert not ok
    assert text.startswith("notify.urls: notify.urls#2 (tgram): Apprise can't read this address.")
    assert "s3cret" not in text
    assert list(findings(Settings(desktop=False, urls=(right,)))) == [(True, "what waits is pushed by json.")]
    assert server.got == []


SCHEMES = """
import json, apprise
services = apprise.Apprise().details()["schemas"]
print(json.dumps([[s for one in services for s in one[key] or ()] for key in ("protocols", "secure_protocols")]))
"""


def test_the_services_of_the_config_are_apprises_and_encrypted() -> None:
    # In a process of its own, as the product has it: its modules stay out of this one.
    done = subprocess.run([sys.executable, "-c", SCHEMES], capture_output=True, check=True, text=True)
    plain, secure = (set(names) for names in json.loads(done.stdout))
    assert secure - plain >= _PUSHES
    assert plain >= _PUSHES_TO
    assert secure >= {f"{name}s" for name in _PUSHES_TO}
