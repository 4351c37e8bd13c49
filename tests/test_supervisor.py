"""What is told to systemd, on a real socket."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from followupd.supervisor import Supervisor


class Manager:
    """The other end of $NOTIFY_SOCKET."""

    def __init__(self, address: str) -> None:
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(address)
        self.socket.settimeout(30)

    def heard(self) -> str:
        return self.socket.recv(4096).decode()

    def is_silent(self) -> bool:
        self.socket.setblocking(False)
        try:
            return not self.socket.recv(4096)
        except BlockingIOError:
            return True
        finally:
            self.socket.settimeout(30)


@pytest.fixture
def manager(monkeypatch: pytest.MonkeyPatch) -> Iterator[Manager]:
    with tempfile.TemporaryDirectory() as folder:  # a socket's path must be short
        address = str(Path(folder) / "notify")
        manager = Manager(address)
        monkeypatch.setenv("NOTIFY_SOCKET", address)
        yield manager
        manager.socket.close()


def test_it_tells_each_thing_in_its_words(manager: Manager) -> None:
    with Supervisor() as supervisor:
        supervisor.ready()
        supervisor.status("2 letters wait in Drafts")
        supervisor.reloading()
        supervisor.stopping()
    assert manager.heard() == "READY=1"
    assert manager.heard() == "STATUS=2 letters wait in Drafts"
    assert manager.heard().startswith("RELOADING=1\nMONOTONIC_USEC=")
    assert manager.heard() == "STOPPING=1"


def test_a_status_is_told_when_it_changes_and_is_one_line(manager: Manager) -> None:
    with Supervisor() as supervisor:
        supervisor.status("a\nREADY=1")
        supervisor.status("a\nREADY=1")
    assert manager.heard() == "STATUS=a READY=1"
    assert manager.is_silent()


def test_a_child_can_not_speak_for_us(manager: Manager) -> None:
    with Supervisor():
        assert "NOTIFY_SOCKET" not in os.environ


def test_an_abstract_socket_is_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    manager = Manager("\0followupd-test-notify")
    monkeypatch.setenv("NOTIFY_SOCKET", "@followupd-test-notify")
    with Supervisor() as supervisor:
        supervisor.ready()
    assert manager.heard() == "READY=1"
    manager.socket.close()


@pytest.mark.parametrize(
    ("usec", "pid", "tick"),
    [
        ("180000000", "", 90.0),
        ("1000000", "OURS", 0.5),
        ("1000000", "1", None),
        ("0", "", None),
        ("soon", "", None),
        ("", "", None),
    ],
)
def test_the_watchdog_is_ours_or_nobodys(
    manager: Manager, monkeypatch: pytest.MonkeyPatch, usec: str, pid: str, tick: float | None
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", usec)
    monkeypatch.setenv("WATCHDOG_PID", pid.replace("OURS", str(os.getpid())))
    with Supervisor() as supervisor:
        assert supervisor.tick == tick
        supervisor.alive()
    assert manager.is_silent() is (tick is None)


def test_without_a_manager_nothing_is_told_and_nothing_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    with Supervisor() as supervisor:
        supervisor.ready()


def test_a_manager_that_is_gone_does_no_harm(manager: Manager) -> None:
    with Supervisor() as supervisor:
        manager.socket.close()
        supervisor.ready()
