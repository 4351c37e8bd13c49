"""The one way out: what leaves, what does not, and what is said when no answer comes."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
import requests
import responses

from followupd.errors import Unavailable
from followupd.providers import http
from followupd.providers.addresses import is_private, shown
from followupd.providers.http import Allowed, NotAllowed, Session, retry_after, retrying

ROOT = "https://api.example/v1/"
NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
LIST = (Allowed("GET", ROOT, r"things(/[a-z0-9]+)?"), Allowed("POST", ROOT, "things"))


def session() -> Session:
    return Session(LIST, lambda: NOW)


@pytest.fixture
def server() -> responses.RequestsMock:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        mock.get(ROOT + "things", json={"ok": True})
        mock.post(ROOT + "things", json={"ok": True})
        yield mock


def test_what_is_on_the_list_is_asked(server: responses.RequestsMock) -> None:
    assert session().get(ROOT + "things", params={"q": "a/../send"}).json() == {"ok": True}


@pytest.mark.parametrize(
    ("method", "url"),
    [
        ("GET", ROOT + "others"),
        ("GET", ROOT + "things/a/b"),
        ("GET", ROOT + "things/../send"),
        ("GET", ROOT + "things%2F..%2Fsend"),
        ("GET", ROOT + "things/"),
        ("GET", "https://api.example/v1things"),
        ("GET", "https://api.example.evil.example/v1/things"),
        ("GET", "https://api.example:444/v1/things"),
        ("GET", "https://user@api.example/v1/things"),
        ("GET", "http://api.example/v1/things"),
        ("DELETE", ROOT + "things"),
        ("PUT", ROOT + "things"),
        ("POST", ROOT + "things/send"),
        ("POST", "https://api.example/upload/v1/things"),
        ("POST", "https://api.example/batch"),
    ],
)
def test_what_is_not_on_the_list_never_leaves(method: str, url: str) -> None:
    with responses.RequestsMock() as mock:
        with pytest.raises(NotAllowed, match="does not make this request"):
            session().request(method, url)
        assert len(mock.calls) == 0


@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "x-method-override", "X-Http-Method-Override"])
def test_a_method_is_not_disguised(name: str) -> None:
    with responses.RequestsMock() as mock, pytest.raises(NotAllowed):
        session().post(ROOT + "things", headers={name: "DELETE"})
    assert len(mock.calls) == 0


def test_plain_http_reaches_this_machine_alone() -> None:
    open_to_all = Session([Allowed("GET", "http://api.example/", "x")], lambda: NOW)
    with pytest.raises(NotAllowed, match="without encryption"):
        open_to_all.get("http://api.example/x")
    for host in ("127.0.0.1:8080", "localhost", "[::1]:80"):
        assert is_private(f"http://{host}/x")
    for host in ("10.0.0.1", "localhost.example", "127.0.0.1.example", "0.0.0.0"):
        assert not is_private(f"http://{host}/x")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(server: responses.RequestsMock, status: int) -> None:
    server.replace(
        responses.GET, ROOT + "things", status=status, headers={"Location": "https://portal.example/"}
    )
    with pytest.raises(Unavailable, match="a sign-in of their own"):
        session().get(ROOT + "things")
    assert len(server.calls) == 1


def test_netrc_does_not_replace_the_sign_in(
    server: responses.RequestsMock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine api.example login sam password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    session().get(ROOT + "things", headers={"Authorization": "Bearer abc"})
    assert server.calls[0].request.headers["Authorization"] == "Bearer abc"


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (requests.ConnectTimeout("x"), "did not answer in time"),
        (requests.ReadTimeout("x"), "did not answer in time"),
        (requests.exceptions.SSLError(ssl.SSLError("certificate has expired")), "clock of this computer"),
        (requests.exceptions.ProxyError("x"), "HTTPS_PROXY"),
        (requests.ConnectionError("Failed to resolve 'api.example'"), "seems to be offline"),
        (requests.ConnectionError("Connection aborted"), "failed or broke off"),
        (requests.exceptions.ChunkedEncodingError("cut"), "failed or broke off"),
    ],
)
def test_each_silence_has_its_words(
    server: responses.RequestsMock, error: requests.RequestException, words: str
) -> None:
    server.replace(responses.GET, ROOT + "things", body=error)
    with pytest.raises(Unavailable, match=words) as told:
        session().get(ROOT + "things?token=secret")
    assert "secret" not in str(told.value)
    assert "api.example" in str(told.value)


@pytest.mark.parametrize(("hours", "words"), [(25, "25 hours behind"), (-24, "24 hours ahead")])
def test_a_wrong_clock_is_told(server: responses.RequestsMock, hours: int, words: str) -> None:
    date = format_datetime(NOW + timedelta(hours=hours), usegmt=True)
    server.replace(responses.GET, ROOT + "things", json={}, headers={"Date": date})
    with pytest.raises(Unavailable, match=words):
        session().get(ROOT + "things")


@pytest.mark.parametrize("date", ["", "yesterday", format_datetime(NOW + timedelta(minutes=59), usegmt=True)])
def test_a_clock_that_is_nearly_right_is_right(server: responses.RequestsMock, date: str) -> None:
    server.replace(responses.GET, ROOT + "things", json={"ok": 1}, headers={"Date": date})
    assert session().get(ROOT + "things").json() == {"ok": 1}


@pytest.mark.parametrize(
    ("hours", "age"), [(-2, "7200"), (-2, "7200, 5"), (0, "7200"), (-700, "9" * 40), (0, "9" * 40), (0, "-5")]
)
def test_an_answer_from_a_cache_tells_the_time_of_its_origin(
    server: responses.RequestsMock, hours: int, age: str
) -> None:
    """Some caches hand on the origin's Date, and some write their own; both say how long they kept the answer."""
    date = format_datetime(NOW + timedelta(hours=hours), usegmt=True)
    server.replace(responses.GET, ROOT + "things", json={"ok": 1}, headers={"Date": date, "Age": age})
    assert session().get(ROOT + "things").json() == {"ok": 1}


@pytest.mark.parametrize(
    ("hours", "age", "words"),
    [
        (-4, "7200", "2 hours ahead"),
        (-4, "-7200", "4 hours ahead"),
        (-4, "\u0967", "4 hours ahead"),
        (2, "7200", "2 hours behind"),
        (-800, "9" * 40, "56 hours ahead"),
    ],
)
def test_an_age_does_not_hide_a_wrong_clock(
    server: responses.RequestsMock, hours: int, age: str, words: str
) -> None:
    date = format_datetime(NOW + timedelta(hours=hours), usegmt=True)
    server.replace(responses.GET, ROOT + "things", json={}, headers={"Date": date, "Age": age})
    with pytest.raises(Unavailable, match=words):
        session().get(ROOT + "things")


def test_an_endless_answer_is_cut(server: responses.RequestsMock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(http, "MAX_ANSWER", 1 << 20)
    server.replace(responses.GET, ROOT + "things", body=b"x" * (2 << 20))
    with pytest.raises(Unavailable, match="more than 1 MB"):
        session().get(ROOT + "things")


def test_every_request_has_a_timeout(server: responses.RequestsMock) -> None:
    session().get(ROOT + "things")
    assert server.calls[0].request.req_kwargs["timeout"] == (http.CONNECT, http.READ)


def test_addresses_are_shown_without_what_they_carry() -> None:
    assert shown("https://user:pw@api.example/path?code=1#x") == "https://api.example/path"


# --- trying again -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "7"}, 7.0),
        ({"retry-after": " 0 "}, 0.0),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-3"}, None),
        ({"Retry-After": format_datetime(NOW + timedelta(seconds=90), usegmt=True)}, None),
        (
            {
                "Retry-After": format_datetime(NOW + timedelta(seconds=90), usegmt=True),
                "Date": format_datetime(NOW, usegmt=True),
            },
            90.0,
        ),
        (
            {
                "Retry-After": format_datetime(NOW - timedelta(seconds=90), usegmt=True),
                "Date": format_datetime(NOW, usegmt=True),
            },
            0.0,
        ),
    ],
)
def test_how_long_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers) == seconds


def attempts(*outcomes: Unavailable | str) -> tuple[object, list[float], int]:
    left, waits = list(outcomes), []

    def call() -> str:
        outcome = left.pop(0)
        if isinstance(outcome, Unavailable):
            raise outcome
        return outcome

    try:
        return retrying(call, waits.append), waits, len(left)
    except Unavailable as error:
        return error, waits, len(left)


def test_a_passing_trouble_is_waited_for() -> None:
    assert attempts(Unavailable("x", 2.0), "done") == ("done", [2.0], 0)
    result, waits, _ = attempts(Unavailable("x"), Unavailable("x"), "done")
    assert (result, waits) == ("done", [1.0, 2.0])


def test_it_is_given_up_after_three_attempts_and_long_waits_are_left_to_later() -> None:
    errors = [Unavailable(str(number)) for number in range(4)]
    assert attempts(*errors) == (errors[2], [1.0, 2.0], 1)
    long = Unavailable("x", 60.0)
    assert attempts(long, "done") == (long, [], 1)
