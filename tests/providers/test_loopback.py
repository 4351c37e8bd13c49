"""The browser's answer to a sign-in: taken once, from the one request that carries the right state."""

from __future__ import annotations

import socket
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

import pytest

from followupd.errors import Refused
from followupd.providers.loopback import listening

OPENER = build_opener(ProxyHandler({}))


def visit(url: str) -> tuple[int, str]:
    try:
        with OPENER.open(url, timeout=10) as answer:
            return answer.status, answer.read().decode()
    except HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_the_answer_may_come_before_it_is_waited_for() -> None:
    with listening() as listener:
        listener.expect("s1")
        assert visit(f"{listener.address}?state=s1&code=abc")[0] == 200
        assert listener.answer(10) == f"{listener.address}?state=s1&code=abc"


@pytest.mark.parametrize(
    "path", ["favicon.ico", "", "?code=abc", "?state=other&code=abc", "?state=s1&state=s2"]
)
def test_other_requests_are_turned_away_and_waited_past(path: str) -> None:
    with listening() as listener:
        listener.expect("s1")
        assert visit(listener.address + path)[0] == 404
        assert visit(f"{listener.address}?state=s1&code=good")[0] == 200
        assert visit(f"{listener.address}?state=s1&code=again")[0] == 200
        assert "code=good" in listener.answer(10)


def test_a_connection_that_says_nothing_holds_nothing_up() -> None:
    with listening() as listener:
        listener.expect("s1")
        port = int(listener.address.rsplit(":", 1)[1].strip("/"))
        with socket.create_connection(("127.0.0.1", port)):
            assert visit(f"{listener.address}?state=s1")[0] == 200
            assert listener.answer(10)


def test_nobody_came() -> None:
    with listening() as listener:
        listener.expect("s1")
        with pytest.raises(Refused, match="nobody signed in"):
            listener.answer(0.0)


def test_a_port_can_be_used_again_at_once_and_not_twice_at_the_same_time() -> None:
    with listening() as first:
        port = int(first.address.rsplit(":", 1)[1].strip("/"))
        visit(first.address)
        with pytest.raises(Refused, match=f"computer's port {port} "), listening(port):
            pass
    with listening(port) as second:
        assert second.address == first.address


def test_it_listens_on_this_machine_alone() -> None:
    with listening() as listener:
        assert listener.address.startswith("http://127.0.0.1:")
