"""Who is let in, and whom the program believes: certificates, encryption, passwords, on real servers."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from tenacity import Retrying

from followupd.errors import SignInNeeded
from followupd.providers import http
from tests.servers import dovecot, radicale
from tests.servers.certificates import Authority, Certificate, authority
from tests.servers.hosted import Hosted
from tests.servers.proxy import Proxy
from tests.servers.staying import staying
from tests.servers.talk import BEFORE, DUE, SEEN, failed, must_have_both_once, world

BAD = {
    "expired": (Authority.expired, "(?i)expired|ended|ran out"),
    "of another host": (Authority.other_host, "(?i)another|other"),
    "signed by nobody": (Authority.self_signed, "signed by itself|self-signed"),
}


@pytest.fixture
def trusting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine trusts the tests' authority."""
    monkeypatch.setenv("SSL_CERT_FILE", str(authority().path))


@pytest.mark.usefixtures("trusting")
@pytest.mark.parametrize("tls", ["implicit", "starttls"])
@pytest.mark.parametrize("what", BAD)
def test_a_bad_certificate_is_refused_before_the_password_leaves(tmp_path: Path, what: str, tls: str) -> None:
    make: Callable[[Authority], Certificate] = BAD[what][0]
    with dovecot.own(dovecot.Kind(certificate=make(authority()))) as server:
        box = server.user()
        port = server.tls_port if tls == "implicit" else server.port
        with Proxy(port) as proxy:
            files = world(tmp_path, box)
            files.reached_by(host="localhost", port=proxy.port, tls=tls)
            words = failed(files, BEFORE)
            assert "certificate" in words.lower()
            assert re.search(BAD[what][1], words), words
            assert proxy.connections == 1, "it was tried again at once"
            assert proxy.commands("LOGIN", "AUTHENTICATE") == []
        assert not [line for line in server.log() if "method=" in line]


@pytest.mark.usefixtures("trusting")
@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_a_good_certificate_is_taken_and_nothing_is_readable(tmp_path: Path, tls: str) -> None:
    server = dovecot.shared()
    port = server.tls_port if tls == "implicit" else server.port
    files = world(tmp_path, server.user())
    with Proxy(port) as proxy:
        files.reached_by(host="localhost", port=proxy.port, tls=tls)
        files.once(BEFORE)
        files.once(DUE)
        assert proxy.commands("LOGIN", "AUTHENTICATE") == []
        assert b"secret" not in b"".join(proxy.out.lines)
    must_have_both_once(files)


@pytest.mark.usefixtures("trusting")
def test_without_starttls_the_password_does_not_leave(tmp_path: Path) -> None:
    """Somebody in between takes the offer out of the server's greeting."""
    files = world(tmp_path)
    with Proxy(files.box.account.port, rewrite={b" STARTTLS": b""}) as proxy:
        files.reached_by(host="localhost", port=proxy.port, tls="starttls")
        words = failed(files, BEFORE)
        assert "STARTTLS" in words or "encrypt" in words
        assert proxy.commands("LOGIN", "AUTHENTICATE") == []


@pytest.mark.parametrize("what", BAD)
def test_a_calendar_s_bad_certificate_is_refused_before_the_password_leaves(
    tmp_path: Path, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(authority().path))
    with radicale.own(authority().good()) as server:
        dav = server.user()
        dav.trust(str(authority().path))
        files = Hosted(tmp_path / "user", dovecot.shared().user(), dav)
        files.once(BEFORE)
        let_in = server.server.said().count("Successful login")
        server.shows(BAD[what][0](authority()))
        words = failed(files, DUE)
        assert "certificate" in words.lower()
        assert re.search(BAD[what][1], words), words
        assert server.server.said().count("Successful login") == let_in
        server.shows(authority().good())
        assert files.once(SEEN) == []


@pytest.fixture(autouse=True)
def _waits_are_short(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program's waits between two attempts take no time."""
    monkeypatch.setattr(http, "Retrying", lambda **options: Retrying(**{**options, "sleep": lambda _: None}))


# --- who may come in ------------------------------------------------------------------------------------


def test_a_refused_password_is_told_and_not_tried_again_and_again(tmp_path: Path) -> None:
    server = dovecot.shared()
    box = server.user()
    files = world(tmp_path, box)
    with Proxy(box.account.port) as proxy:
        files.reached_by(port=proxy.port)
        with staying(files) as program:
            program.look_well(BEFORE)
            server.set_password(box.user, "another")
            proxy.forget()
            for minute in (0, 5, 10, 15):
                proxy.drop()
                report = program.look(f"2026-03-04 15:{minute:02}")
                assert isinstance(report.error, SignInNeeded), report
                assert "127.0.0.1" in str(report.error)
                assert "secret" not in str(report.error)
            assert len(proxy.commands("LOGIN", "AUTHENTICATE")) <= 2


def test_an_unknown_user_is_told(tmp_path: Path) -> None:
    files = world(tmp_path)
    files.config.write_text(
        files.config.read_text(encoding="utf-8").replace(
            f"user: {files.box.account.user}\n", "user: nobody-here\n"
        ),
        encoding="utf-8",
    )
    words = failed(files, BEFORE)
    assert words.startswith("SignInNeeded")
    assert "nobody-here" in words


def test_a_calendar_s_refused_password_is_told(tmp_path: Path) -> None:
    server = radicale.shared()
    dav = server.user()
    files = Hosted(tmp_path / "user", dovecot.shared().user(), dav)
    with staying(files) as program:
        program.look_well(BEFORE)
        server.set_password(dav.user, "another")
        for minute in (0, 5, 10, 15):
            report = program.look(f"2026-03-04 15:{minute:02}")
            assert isinstance(report.error, SignInNeeded), report
            assert "secret" not in str(report.error)
        refused = [line for line in server.server.said().splitlines() if "Failed login" in line]
        assert len([line for line in refused if dav.user in line]) <= 2
