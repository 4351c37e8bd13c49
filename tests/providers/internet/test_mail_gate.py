"""No command leaves that sends, that marks as read, or that touches more than a draft of ours."""

from __future__ import annotations

import pytest

from followupd.providers.http import NotAllowed
from followupd.providers.internet.imap.gate import Gate, Literal
from followupd.providers.internet.imap.wire import Wire
from tests.providers.internet.scripted import Scripted

LETTER = Literal(b"Subject: x\r\n\r\nx")
DATE = b'"01-Mar-2026 10:00:00 +0000"'
FLAGS = rb"(\Draft \Seen)"

REFUSED = [
    (b"UID", b"FETCH", b"1", b"(BODY[])"),
    (b"UID", b"FETCH", b"1", b"(RFC822)"),
    (b"UID", b"FETCH", b"1:*", b"(UID BODY[TEXT])"),
    (b"FETCH", b"1", b"(FLAGS)"),
    (b"UID", b"STORE", b"1", b"+FLAGS.SILENT", rb"(\Seen)"),
    (b"UID", b"STORE", b"1:5", b"+FLAGS.SILENT", rb"(\Deleted)"),
    (b"UID", b"STORE", b"1", b"FLAGS", rb"(\Deleted)"),
    (b"EXPUNGE",),
    (b"UID", b"EXPUNGE", b"1:*"),
    (b"UID", b"COPY", b"1", b'"Sent"'),
    (b"UID", b"MOVE", b"1", b'"Sent"'),
    (b"UID", b"MOVE", b"1:2", b'"Trash"'),
    (b"APPEND", b'"Sent"', FLAGS, DATE, LETTER),
    (b"APPEND", b'"Drafts"', rb"(\Seen)", DATE, LETTER),
    (b"APPEND", b'"Drafts"', FLAGS, DATE, b"CATENATE", b'(URL "/Drafts/;UID=1")'),
    (b"GENURLAUTH", b'"imap://sam@x/Drafts/;uid=1;urlauth=submit+sam"', b"INTERNAL"),
    (b"URLFETCH", b'"imap://x"'),
    (b"SELECT", b'"INBOX"'),
    (b"CLOSE",),
    (b"DELETE", b'"Drafts"'),
    (b"CREATE", b'"Drafts"'),
    (b"RENAME", b'"Drafts"', b'"x"'),
    (b"SETACL", b'"Drafts"', b"x", b"lr"),
    (b"SUBSCRIBE", b'"x"'),
    (b"NOTIFY", b"SET", b"(x)"),
    (b"EXAMINE", b'"INBOX"\r\nf9 EXPUNGE'),
    (b"EXAMINE", b'"INBOX" "x'),
    (b"STATUS", b'"a\x00b"', b"(MESSAGES)"),
]
LET_OUT = [
    (b"UID", b"FETCH", b"1:5,9", b"(UID FLAGS BODY.PEEK[]<0.100>)"),
    (b"APPEND", b'"Drafts"', FLAGS, DATE, LETTER),
    (b"SELECT", b'"Drafts"'),
    (b"UID", b"MOVE", b"4", b'"Trash"'),
    (b"UID", b"STORE", b"4", b"+FLAGS.SILENT", rb"(\Deleted)"),
    (b"UID", b"EXPUNGE", b"4"),
    (b"UID", b"SEARCH", b"HEADER", b"MESSAGE-ID", Literal(b'x" ALL\r\n')),
]


@pytest.fixture
def gate() -> Gate:
    gate = Gate()
    gate.drafts, gate.trash = b'"Drafts"', b'"Trash"'
    return gate


@pytest.mark.parametrize("words", REFUSED, ids=lambda words: b" ".join(words[:3]).decode("latin-1")[:40])
def test_nothing_else_is_let_out(gate: Gate, words: tuple[bytes, ...]) -> None:
    with pytest.raises(NotAllowed, match="Nothing was sent"):
        gate.check(words)


@pytest.mark.parametrize("words", LET_OUT, ids=lambda words: b" ".join(words[:3]).decode("latin-1")[:40])
def test_what_is_needed_is(gate: Gate, words: tuple[bytes, ...]) -> None:
    gate.check(words)


def test_a_folder_is_left_by_close_only_where_that_removes_nothing(gate: Gate) -> None:
    gate.check((b"EXAMINE", b'"Drafts"'))
    gate.check((b"CLOSE",))
    gate.check((b"SELECT", b'"Drafts"'))
    with pytest.raises(NotAllowed):
        gate.check((b"CLOSE",))


def test_before_the_folders_are_known_nothing_is_put_anywhere() -> None:
    for words in ((b"APPEND", b'"Drafts"', FLAGS, DATE, LETTER), (b"SELECT", b'"Drafts"')):
        with pytest.raises(NotAllowed):
            Gate().check(words)


def test_what_is_refused_never_reaches_the_server(gate: Gate) -> None:
    with Scripted() as server:
        wire = Wire("127.0.0.1", server.port, gate, None)
        with pytest.raises(NotAllowed):
            wire.command(b"UID", b"EXPUNGE", b"1:*")
        with pytest.raises(NotAllowed):
            wire.command(b"LOGIN", b'"sam"', b'"secret"\r\nf1 EXPUNGE')
        assert wire.command(b"CAPABILITY").good
        assert server.heard() == ["CAPABILITY"]
        wire.close()


def test_its_words_quote_no_password() -> None:
    with pytest.raises(NotAllowed) as caught:
        Gate().check((b"LOGIN", b"sam", b"hunter2\r\n"))
    assert "hunter2" not in str(caught.value)
