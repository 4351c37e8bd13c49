"""The kits of real servers do what they say: what the tests on them rest upon."""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from imapclient import IMAPClient
from imapclient.exceptions import LoginError

from tests.servers import cyrus, dovecot, radicale, xandikos
from tests.servers.calendars import Calendars
from tests.servers.certificates import authority
from tests.servers.hand import Account, Hand
from tests.servers.proxy import Break, Proxy

RAW = b"From: Dana <dana@acme.example>\nTo: sam@example.com\nSubject: Hello\nMessage-ID: <a@acme.example>\n\nHi.\n"
EARLIER = datetime(2026, 3, 3, 16, 40, tzinfo=UTC)
ICS = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\nBEGIN:VEVENT\r\nUID:one\r\n"
    "DTSTAMP:20260301T000000Z\r\nDTSTART:20260303T140000Z\r\nDTEND:20260303T150000Z\r\n"
    "SUMMARY:Interview\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
PROPFIND = '<propfind xmlns="DAV:"><prop><displayname/><resourcetype/></prop></propfind>'


@pytest.fixture(params=[dovecot.shared, cyrus.shared], ids=["dovecot", "cyrus"])
def box(request: pytest.FixtureRequest) -> dovecot.Mailbox | cyrus.Mailbox:
    mailbox: dovecot.Mailbox | cyrus.Mailbox = request.param().user()
    return mailbox


# --- mail -------------------------------------------------------------------------------------------


def test_mail_comes_in_now_and_at_another_time(box: dovecot.Mailbox | cyrus.Mailbox) -> None:
    box.deliver(RAW, sender="dana@acme.example")
    box.deliver(RAW, EARLIER)
    now, then = box.hand.letters("INBOX")
    assert now.saved > EARLIER
    assert then.saved == EARLIER
    assert now.subject == then.subject == "Hello"
    assert now.raw.startswith(b"Return-Path: <dana@acme.example>\n")
    assert then.raw.startswith(b"Return-Path: <>\n")


def test_the_hand_moves_flags_saves_and_deletes(box: dovecot.Mailbox | cyrus.Mailbox) -> None:
    box.hand.put(RAW, "Drafts", EARLIER, ("\\Draft",))
    (draft,) = box.hand.letters("Drafts")
    box.hand.flag(draft, "\\Flagged")
    box.hand.save_again(draft, RAW.replace(b"Hi.", b"Hello."))
    (again,) = box.hand.letters("Drafts")
    assert again.uid > draft.uid
    assert again.text == "Hello.\n"
    box.hand.move(again, "Archive")
    (moved,) = box.hand.letters("Archive")
    box.hand.send(moved, RAW)
    assert [len(box.hand.letters(name)) for name in ("Drafts", "Archive", "Sent")] == [0, 0, 1]
    box.hand.rename_folder("Archive", "Old")
    assert "Old" in box.hand.folders()


def test_dovecot_keeps_a_book_of_what_happened() -> None:
    box = dovecot.shared().user()
    box.hand.put(RAW, "Drafts")
    (draft,) = box.hand.letters("Drafts")
    box.hand.delete(draft)
    told = [(one.what, one.box, one.message_id) for one in box.deeds("save", "expunge")]
    assert told == [("save", "Drafts", "a@acme.example"), ("expunge", "Drafts", "a@acme.example")]


def test_dovecot_forgets_its_numbers() -> None:
    box = dovecot.shared().user()
    box.hand.put(RAW, "Drafts")
    before = validity(box.hand)
    box.change_uid_validity("Drafts")
    assert validity(box.hand) != before
    assert len(box.hand.letters("Drafts")) == 1


def validity(hand: Hand) -> int:
    with hand.connected() as client:
        return int(client.folder_status("Drafts", ["UIDVALIDITY"])[b"UIDVALIDITY"])


def test_another_kind_of_dovecot() -> None:
    """A prefix and another separator, fewer capabilities, folders without a role, little room, a restart."""
    kind = dovecot.Kind(
        without=("LIST-STATUS", "IDLE"),
        separator=".",
        prefix="INBOX.",
        roles={"Entwürfe": "", "Sent": "\\Sent"},
        quota="2K",
    )
    with dovecot.own(kind) as server:
        box = server.user(password="one")
        assert box.hand.folders() == ["INBOX", "INBOX.Entwürfe", "INBOX.Sent"]
        with box.hand.connected() as client:
            assert not {b"LIST-STATUS", b"IDLE"} & set(client.capabilities())
            with pytest.raises(Exception, match="OVERQUOTA"):
                client.append("INBOX.Sent", RAW + b"x" * 4000)
        server.restart()
        server.set_password(box.user, "two")
        with pytest.raises(LoginError):
            box.hand.folders()
        box.hand.account = Account(box.user, "two", server.port)
        assert "INBOX" in box.hand.folders()


def test_certificates_are_good_or_not() -> None:
    context = ssl.create_default_context(cafile=str(authority().path))
    good = dovecot.shared()
    with IMAPClient("localhost", good.tls_port, ssl_context=context) as client:
        client.login(good.user().user, "secret")
    with IMAPClient("localhost", good.port, ssl=False) as client:
        client.starttls(context)
    for certificate, word in (
        (authority().expired(), "expired"),
        (authority().other_host(), "mismatch"),
        (authority().self_signed(), "self.signed"),
    ):
        with (
            dovecot.own(dovecot.Kind(certificate=certificate)) as server,
            pytest.raises(ssl.SSLCertVerificationError, match=word),
        ):
            IMAPClient("localhost", server.tls_port, ssl_context=context)


# --- the way between ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("broken", "arrives"),
    [
        (Break(b"APPEND "), 0),
        (Break(b"Message-ID", after=True), 0),
        (Break(b"APPENDUID", "back"), 1),
        (Break(b"nowhere"), 1),
    ],
    ids=["before", "within", "answer lost", "not met"],
)
def test_connections_break_where_they_are_told_to(broken: Break, arrives: int) -> None:
    box = dovecot.shared().user()
    with Proxy(box.account.port, broken) as proxy:
        hand = Hand(Account(box.user, box.password, proxy.port))
        if broken.pattern == b"nowhere":
            hand.put(RAW, "Drafts")
            assert proxy.commands("APPEND") == [b'APPEND "Drafts" (\\Seen) {%d}' % (len(RAW) + 6)]
        else:
            with pytest.raises((OSError, imaplib.IMAP4.abort), match="reset"):
                hand.put(RAW, "Drafts")
    assert broken.happened.is_set() == (broken.pattern != b"nowhere")
    assert len(box.hand.letters("Drafts")) == arrives


def test_a_server_claims_what_is_not_so_and_bytes_are_counted() -> None:
    box = dovecot.shared().user()
    with Proxy(box.account.port, rewrite={b" IDLE": b" JUMP"}) as proxy:
        hand = Hand(Account(box.user, box.password, proxy.port))
        with hand.connected() as client:
            assert client.has_capability("JUMP")
            assert not client.has_capability("IDLE")
        assert proxy.out.size == sum(len(line) + 2 for line in proxy.out.lines) > 0
        assert proxy.back.size > proxy.out.size
        assert [one.split()[0] for one in proxy.commands()] == [b"CAPABILITY", b"LOGIN", b"LOGOUT"]
        assert proxy.connections == 1


# --- calendars ----------------------------------------------------------------------------------------


@pytest.fixture(params=["radicale", "xandikos", "cyrus"])
def calendars(request: pytest.FixtureRequest) -> Iterator[Calendars]:
    if request.param == "cyrus":
        yield cyrus.shared().user().calendars
    else:
        yield (radicale if request.param == "radicale" else xandikos).shared().user()


def test_calendars_are_made_filled_and_emptied(calendars: Calendars) -> None:
    calendars.make("work", "My work & more")
    calendars.put("work", "one", ICS)
    assert "SUMMARY:Interview" in calendars.get("work", "one")
    listed = calendars.request("PROPFIND", calendars.account.home, PROPFIND, {"Depth": "1"}).text
    assert "My work &amp; more" in listed or "My work & more" in listed
    calendars.delete("work", "one")
    with pytest.raises(AssertionError, match="404"):
        calendars.get("work", "one")
    calendars.delete("work")


def test_radicale_wants_the_password_and_speaks_tls() -> None:
    with radicale.own(authority().good()) as server:
        calendars = server.user(password="one")
        calendars.trust(str(authority().path))
        calendars.make("work")
        server.set_password(calendars.user, "two")
        with pytest.raises(AssertionError, match="401"):
            calendars.make("play")
