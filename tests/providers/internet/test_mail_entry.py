"""Getting in: encryption before anything is said, whose word counts, and what a refusal means."""

from __future__ import annotations

import threading
from base64 import b64decode
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from followupd.errors import ProviderError, Refused, SignInNeeded, Unavailable
from followupd.providers.base import Watched
from followupd.providers.internet.imap.mailbox import ImapMailbox
from tests.providers.internet.mailkit import Known, mailbox
from tests.providers.internet.scripted import CAPABILITIES, Scripted
from tests.servers import dovecot
from tests.servers.certificates import Certificate, authority

SINCE = datetime(2026, 3, 1, tzinfo=UTC)
WATCHED = Watched(messages=tuple)


def look(box: ImapMailbox) -> None:
    box.changes(None, SINCE, WATCHED)


def failure(box: ImapMailbox) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        look(box)
    return caught.value


@pytest.fixture(scope="module")
def usual() -> dovecot.Mailbox:
    return dovecot.shared().user(password="geheim£")


@pytest.fixture
def trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(authority().path))


# --- encryption ---


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_an_encrypted_connection_and_a_password_beyond_ascii(usual: dovecot.Mailbox, tls: str) -> None:
    port = usual.server.tls_port if tls == "implicit" else usual.server.port
    look(mailbox(port, Known(usual.user, usual.password), tls=tls, host="localhost"))
    [entry] = [line for line in usual.server.log() if f"user=<{usual.user}>" in line][-1:]
    assert "TLS" in entry


@pytest.fixture(params=["expired", "other_host", "self_signed"])
def wrong(request: pytest.FixtureRequest) -> Iterator[tuple[str, dovecot.Dovecot]]:
    made: Certificate = getattr(authority(), request.param)()
    with dovecot.own(dovecot.Kind(certificate=made)) as server:
        yield request.param, server


@pytest.mark.usefixtures("trusted")
@pytest.mark.parametrize("tls", ["implicit", "starttls"])
def test_a_certificate_that_proves_nothing_ends_it(wrong: tuple[str, dovecot.Dovecot], tls: str) -> None:
    name, server = wrong
    words = {"expired": "has expired", "other_host": "is for another server", "self_signed": "signed by"}
    proof = Known()
    error = failure(mailbox(server.tls_port if tls == "implicit" else server.port, proof, tls=tls))
    assert isinstance(error, Unavailable)
    assert words[name] in str(error)
    assert "nothing was sent" in str(error)
    assert proof.asked == []


def test_an_unknown_authority_is_said_to_be_one(usual: dovecot.Mailbox) -> None:
    error = failure(mailbox(usual.server.tls_port, tls="implicit"))
    assert "whom this computer does not know" in str(error)


@pytest.mark.parametrize(
    ("greeting", "capabilities"),
    [("* OK ready", "IMAP4rev1 AUTH=PLAIN"), ("* PREAUTH in already", "IMAP4rev1 STARTTLS")],
    ids=["stripped", "preauth"],
)
def test_without_starttls_nothing_is_said(greeting: str, capabilities: str) -> None:
    with Scripted(greeting=greeting, capabilities=capabilities) as server:
        error = failure(mailbox(server.port, tls="starttls"))
        assert isinstance(error, Refused)
        assert "offers no encryption" in str(error)
        assert set(server.heard()) <= {"CAPABILITY"}


def test_what_is_slipped_in_before_the_encryption_ends_it() -> None:
    slipped = ["{tag} OK begin\r\n* CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=EVIL"]
    with Scripted({"STARTTLS": slipped}, capabilities="IMAP4rev1 STARTTLS") as server:
        error = failure(mailbox(server.port, tls="starttls"))
        assert isinstance(error, Unavailable)
        assert server.heard() == ["CAPABILITY", "STARTTLS"]


def test_no_encryption_is_for_this_machine_alone() -> None:
    error = failure(mailbox(143, host="mail.example", tls="none"))
    assert isinstance(error, Refused)
    assert "without encryption" in str(error)


def test_a_port_that_speaks_something_else() -> None:
    with Scripted() as server:
        assert "993 implicit, 143 starttls" in str(failure(mailbox(server.port, tls="implicit")))
    with Scripted(greeting="HTTP/1.1 400 Bad Request") as server:
        assert isinstance(failure(mailbox(server.port)), Unavailable)
    assert "takes no connection" in str(failure(mailbox(server.port)))


# --- the sign-in ---


def refused_with(answer: str, **more: str) -> tuple[ProviderError, Known, list[str]]:
    proof = Known(**more)  # type: ignore[arg-type]
    with Scripted({"AUTHENTICATE": ["+ ", f"{{tag}} {answer}"]}) as server:
        return failure(mailbox(server.port, proof)), proof, server.heard("AUTHENTICATE")


@pytest.mark.parametrize(
    "answer",
    [
        "NO [AUTHENTICATIONFAILED] wrong",
        "NO [AUTHORIZATIONFAILED] not you",
        "NO [EXPIRED] old",
        "NO LOGIN failed.",
        "NO [ALERT] Application-specific password required",
    ],
)
def test_a_password_that_is_not_taken(answer: str) -> None:
    error, proof, said = refused_with(answer)
    assert isinstance(error, SignInNeeded)
    assert proof.asked == [False, True]
    assert len(said) == 1  # the same password is not tried twice


@pytest.mark.parametrize(
    "answer",
    [
        "NO [UNAVAILABLE] Temporary authentication failure",
        "NO [INUSE] busy",
        "NO [LIMIT] slow down",
        "NO [ALERT] Too many simultaneous connections. (Failure)",
        "NO [UNAVAILABLE] Maximum number of connections from user+IP exceeded",
        "BAD User is authenticated but not connected.",
    ],
)
def test_a_server_that_lets_nobody_in_just_now(answer: str) -> None:
    error, proof, said = refused_with(answer)
    assert isinstance(error, Unavailable)
    assert proof.asked == [False]
    assert len(said) == 1


@pytest.mark.parametrize(
    ("greeting", "answers"),
    [
        ("* BYE [UNAVAILABLE] come back later", {}),
        ("* OK ready", {"AUTHENTICATE": ["* BYE Too many connections", "DROP"]}),
        ("* OK ready", {"AUTHENTICATE": None}),
    ],
)
def test_a_farewell_is_no_wrong_password(greeting: str, answers: dict[str, list[str] | None]) -> None:
    with Scripted(answers, greeting=greeting) as server:
        assert isinstance(failure(mailbox(server.port)), Unavailable)


def test_a_renewed_password_is_tried_once() -> None:
    turns = [["+ ", "{tag} NO [AUTHENTICATIONFAILED] old"], ["+ ", "{tag} OK in"]]
    with Scripted({"AUTHENTICATE": turns}) as server:
        look(mailbox(server.port, Known(secret="old", renewed="new")))
        said = [b64decode(line) for line in server.lines if line.startswith("> ") for line in [line[2:]]]
        assert said == [b"\0sam\0old", b"\0sam\0new"]


def test_login_where_nothing_better_is_offered_and_no_word_can_break_out() -> None:
    with Scripted(capabilities="IMAP4rev1") as server:
        look(mailbox(server.port, Known('sam "the man"', 'a\\b"c')))
        assert server.heard("LOGIN") == [r'LOGIN "sam \"the man\"" "a\\b\"c"']


def test_login_with_a_password_beyond_ascii_is_a_literal() -> None:
    answers = {"LOGIN": ["+ go on", "{tag} OK in"]}
    with Scripted(answers, capabilities="IMAP4rev1") as server:
        look(mailbox(server.port, Known(secret="\u00fcber\r\nf9 EXPUNGE")))
        assert server.literals == ["\u00fcber\r\nf9 EXPUNGE".encode()]
        assert server.heard("EXPUNGE") == []


def test_where_a_password_is_not_wanted_it_is_not_said() -> None:
    with Scripted(capabilities="IMAP4rev1 LOGINDISABLED STARTTLS") as server:
        error = failure(mailbox(server.port))
        assert isinstance(error, Refused)
        assert server.heard("LOGIN", "AUTHENTICATE") == []


@pytest.mark.parametrize(
    ("mechanism", "said"),
    [
        ("XOAUTH2", b"user=sam\x01auth=Bearer old\x01\x01"),
        ("OAUTHBEARER", b"n,a=sam,\x01auth=Bearer old\x01\x01"),
    ],
)
def test_a_token_that_is_over_is_renewed_once(mechanism: str, said: bytes) -> None:
    turns = [["+ ", "+ eyJzdGF0dXMiOiI0MDAifQ==", "{tag} NO SASL failed"], ["+ ", "{tag} OK in"]]
    offered = CAPABILITIES.replace("AUTH=PLAIN", f"AUTH={mechanism}")
    with Scripted({"AUTHENTICATE": turns}, capabilities=offered) as server:
        look(mailbox(server.port, Known(secret="old", renewed="new", scheme="token")))
        replies = [b64decode(line[2:]) for line in server.lines if line.startswith("> ")]
        assert replies[0] == said
        assert b"old" not in replies[1]
        assert replies[2] == said.replace(b"old", b"new")


def test_a_server_without_tokens() -> None:
    with Scripted() as server:
        error = failure(mailbox(server.port, Known(scheme="token")))
        assert isinstance(error, Refused)
        assert "takes no access tokens" in str(error)


def test_capabilities_are_asked_again_once_in() -> None:
    turns = [
        ["* CAPABILITY IMAP4rev1 AUTH=PLAIN", "{tag} OK x"],
        [f"* CAPABILITY {CAPABILITIES}", "{tag} OK x"],
    ]
    with Scripted({"CAPABILITY": turns}) as server:
        look(mailbox(server.port))
        assert server.heard("LIST")[0].startswith('LIST "" "*" RETURN (SPECIAL-USE STATUS')
        assert server.heard("ID") == []


def test_a_mailbox_is_made_without_asking_anybody() -> None:
    before = threading.active_count()
    box = mailbox(1)
    assert (box.notice(SINCE), threading.active_count()) == ("", before)
