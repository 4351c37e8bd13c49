"""Hearing that something came in: silence between renewals, an end at once, and the way back to polling."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import closing

import pytest

from followupd.errors import Unavailable
from followupd.providers.internet.imap.connection import Address, Connection
from followupd.providers.internet.imap.listening import RENEWAL, Ear
from tests.providers.internet.mailkit import Known
from tests.providers.internet.scripted import CAPABILITIES, Scripted
from tests.servers import dovecot
from tests.servers.certificates import authority
from tests.servers.served import until


class Clock:
    """Monotonic seconds that a test moves on."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def server() -> Iterator[Scripted]:
    with Scripted() as server:
        yield server


def ear(server: Scripted, clock: Clock | None = None) -> Ear:
    connection = Connection(Address("127.0.0.1", server.port, "none"), Known())
    return Ear(connection, clock) if clock else Ear(connection)


def test_what_comes_in_ends_the_wait(server: Scripted) -> None:
    with closing(ear(server)) as listening:
        listening.open()
        for news in ("* 4 EXISTS", "* 1 EXPUNGE", "* 1 RECENT"):
            server.say(news)
            assert listening.wait(10)


def test_between_renewals_nothing_is_said(server: Scripted) -> None:
    with closing(ear(server)) as listening:
        listening.open()
        server.forget()
        for still in ("* OK Still here", "* 2 FETCH (FLAGS (\\Seen))"):
            server.say(still)
        assert not listening.wait(0.05)
        assert server.lines == []


def test_it_is_renewed_before_the_server_would_end_it(server: Scripted) -> None:
    clock = Clock()
    with closing(ear(server, clock)) as listening:
        listening.open()
        server.forget()
        clock.now += RENEWAL - 1
        assert not listening.wait(0)
        assert server.lines == []
        clock.now += 2
        assert not listening.wait(0)
        until(lambda: server.heard("IDLE"), "it was never renewed")
        assert [line.partition(" ")[2] for line in server.lines] == ["DONE", "IDLE"]


def test_another_thread_ends_the_wait(server: Scripted) -> None:
    with closing(ear(server)) as listening:
        listening.open()
        heard: list[bool] = []
        waiting = threading.Thread(target=lambda: heard.append(listening.wait(60)))
        waiting.start()
        listening.wakeup()
        waiting.join(10)
        assert heard == [False]
        later = threading.Timer(0.05, lambda: server.say("* 4 EXISTS"))
        later.start()
        assert listening.wait(10)  # it was that one only
        later.join()


@pytest.mark.parametrize("end", ["drop", "bye"])
def test_a_broken_connection_is_said_to_be_one_and_opened_again(server: Scripted, end: str) -> None:
    with closing(ear(server)) as listening:
        listening.open()
        if end == "drop":
            server.drop()
        else:
            server.say("* BYE idle for too long")
        with pytest.raises(Unavailable):
            listening.wait(10)
        with pytest.raises(Unavailable):
            listening.wait(0)
        listening.open()
        server.say("* 5 EXISTS")
        assert listening.wait(10)


@pytest.mark.parametrize(
    ("capabilities", "answer"),
    [(CAPABILITIES.replace(" IDLE", ""), ["+ idling"]), (CAPABILITIES, ["{tag} BAD what?"])],
    ids=["not offered", "a lie"],
)
def test_without_idle_one_has_to_look(capabilities: str, answer: list[str]) -> None:
    with Scripted({"IDLE": answer}, capabilities=capabilities) as server, pytest.raises(Unavailable):
        ear(server).open()


def test_closing_before_opening_is_nothing(server: Scripted) -> None:
    listening = ear(server)
    listening.close()
    listening.wakeup()
    assert server.connections == 0


def test_it_hears_through_the_encryption(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority().path))
    box = dovecot.shared().user()
    where = Address("127.0.0.1", box.server.tls_port, "implicit")
    with closing(Ear(Connection(where, Known(box.user, box.password)))) as listening:
        listening.open()
        assert not listening.wait(0.05)
        box.deliver(b"Subject: news\n\n")
        assert listening.wait(10)
