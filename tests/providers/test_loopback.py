"""The browser's answer to a sign-in: taken once, from the one request that carries the right state."""

from __future__ import annotations

import socket
import struct
from urllib.error import HTTPError
from urllib.request import ProxyHandler, Request, build_opener

import pytest

from followupd.errors import Refused
from followupd.providers.loopback import NobodyCame, listening

OPENER = build_opener(ProxyHandler({}))
FORM = "application/x-www-form-urlencoded"


def visit(url: str, form: bytes | None = None, kind: str = FORM) -> tuple[int, str]:
    """A page is looked at or, with a form, posted to."""
    asked = Request(url, form, {"Content-Type": kind} if form is not None else {})
    try:
        with OPENER.open(asked, timeout=10) as answer:
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


def test_an_answer_may_be_a_form_that_the_page_posts() -> None:
    with listening() as listener:
        listener.expect("s1")
        assert visit(listener.address, b"code=a%26b%23c&state=s1&session_state=x")[0] == 200
        assert listener.answer(10) == f"{listener.address}?code=a%26b%23c&state=s1&session_state=x"


STRANGE_FORMS = {
    "no state": (b"code=abc", FORM, ""),
    "another state": (b"state=other&code=abc", FORM, ""),
    "two states": (b"state=s1&state=s2&code=abc", FORM, ""),
    "the state in the address alone": (b"code=abc", FORM, "?state=s1"),
    "no form": (b"state=s1&code=abc", "text/plain", ""),
    "too large": (b"state=s1&code=" + b"a" * 70_000, FORM, ""),
    "nothing": (b"", FORM, ""),
}


@pytest.mark.parametrize(("form", "kind", "path"), STRANGE_FORMS.values(), ids=STRANGE_FORMS.keys())
def test_forms_of_strangers_are_turned_away_and_waited_past(form: bytes, kind: str, path: str) -> None:
    with listening() as listener:
        listener.expect("s1")
        try:
            assert visit(listener.address + path, form, kind)[0] == 404
        except OSError:  # what was not read of a form may break the connection off
            assert len(form) > 64 * 1024
        assert visit(listener.address, b"state=s1&code=good")[0] == 200
        assert visit(listener.address, b"state=s1&code=again")[0] == 200
        assert "code=good" in listener.answer(10)


def test_nothing_is_taken_before_it_is_known_what_to_expect() -> None:
    with listening() as listener:
        assert visit(listener.address, b"state=&code=abc")[0] == 404
        assert visit(listener.address, b"code=abc")[0] == 404
        with pytest.raises(NobodyCame):
            listener.answer(0.0)


def test_a_form_that_is_broken_off_is_not_told(capfd: pytest.CaptureFixture[str]) -> None:
    with listening() as listener:
        listener.expect("s1")
        with socket.create_connection(("127.0.0.1", listener.port)) as broken:
            broken.sendall(
                f"POST / HTTP/1.1\r\nContent-Type: {FORM}\r\nContent-Length: 30\r\n\r\nstate".encode()
            )
            # closed with a reset instead of an end
            broken.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        assert visit(listener.address, b"state=s1&code=good")[0] == 200
        assert "code=good" in listener.answer(10)
    assert capfd.readouterr().err == ""


def test_a_connection_that_says_nothing_holds_nothing_up() -> None:
    with listening() as listener:
        listener.expect("s1")
        with socket.create_connection(("127.0.0.1", listener.port)):
            assert visit(f"{listener.address}?state=s1")[0] == 200
            assert listener.answer(10)


def test_nobody_came() -> None:
    with listening() as listener:
        listener.expect("s1")
        with pytest.raises(Refused, match="nobody signed in"):
            listener.answer(0.0)


def test_a_port_can_be_used_again_at_once_and_not_twice_at_the_same_time() -> None:
    with listening() as first:
        port = first.port
        visit(first.address)
        with pytest.raises(Refused, match=f"computer's port {port} "), listening(port):
            pass
    with listening(port) as second:
        assert second.address == first.address


def test_it_listens_on_this_machine_alone() -> None:
    with listening() as listener:
        assert listener.address.startswith("http://127.0.0.1:")
