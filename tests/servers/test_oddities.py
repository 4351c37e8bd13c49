"""Mail and folders of odd forms, servers that offer little, and servers that claim what they don't understand."""

from __future__ import annotations

import contextlib
from pathlib import Path
from types import ModuleType

import pytest
from imapclient.exceptions import IMAPClientError

from tests.servers import cyrus, dovecot
from tests.servers.proxy import Proxy
from tests.servers.talk import nudged_well, world

ODD = [
    b"From: J\xf6rg <joerg@paper.example>\nSubject: Gr\xfc\xdfe \xff\nDate: never\n\nA raw header.\n",
    b"Subject: =?utf-8?q?half\nMessage-ID: no brackets\n\n",
    b"\n\n",
    b"From: x@paper.example\nSubject: " + b"long " * 20_000 + b"\n\nHello.\n",
    b"From: x@paper.example\nTo: " + b"a@b.example, " * 5_000 + b"c@d.example\n\nHello.\n",
    b"From: x@paper.example\nContent-Type: multipart/mixed; boundary=never\n\nNo part at all.\n",
    b'From: "a\\"b" <"odd \\" name"@paper.example>\nSubject: {5}\n\n* 1 EXISTS\n',
]
NAMES = ["Äpfel & Birnen", 'a "quoted" name', "with {5} braces", "back\\slash", "日本語", "per%cent*"]


@pytest.mark.parametrize("server", [dovecot, cyrus], ids=["dovecot", "cyrus"])
def test_odd_mail_in_odd_folders_stops_nothing(tmp_path: Path, server: ModuleType) -> None:
    files = world(tmp_path, server.shared().user())
    hand = files.box.hand
    for name in NAMES:
        with contextlib.suppress(IMAPClientError):  # a name that this server does not take
            hand.make_folder(name)
            for raw in ODD:
                hand.put(raw, name, files.time("2026-03-04 09:00"), ())
    for raw in ODD:
        hand.put(raw, "INBOX", files.time("2026-03-04 09:00"), ())
    assert len(files.box.hand.folders()) > 6
    nudged_well(files)


# --- servers that lie ------------------------------------------------------------------------------------

LIES = {
    "LIST-STATUS, CONDSTORE, UIDPLUS, ID": {
        b" STATUS (UIDVALIDITY": b" STATVS (UIDVALIDITY",
        b"CHANGEDSINCE": b"CHANGEDSANS",
        b"HIGHESTMODSEQ": b"HIGHESTMOOD",
        b"(CONDSTORE": b"(CONDSTOP",
        b"UID EXPUNGE": b"UID EXPUNGY",
        b" ID (": b" IT (",
    },
    "LIST-EXTENDED, QRESYNC, MOVE": {
        b" RETURN (": b" RETURNED (",
        b"QRESYNC": b"QRESINK",
        b"UID MOVE": b"UID MOOV",
    },
    "SPECIAL-USE, UNSELECT, ENABLE, NAMESPACE": {
        b"SPECIAL-USE": b"SPECIAL-OFF",
        b"UNSELECT": b"UNSELLED",
        b"ENABLE": b"ENNOBLE",
        b"NAMESPACE": b"NAMESPICE",
    },
}


@pytest.mark.parametrize("claims", LIES)
def test_a_server_that_claims_what_it_does_not_understand(tmp_path: Path, claims: str) -> None:
    """Two thank-yous are made and sent, and a nudge is made and taken back all the same."""
    files = world(tmp_path)
    with Proxy(files.box.account.port, garble=LIES[claims]) as proxy:
        files.reached_by(port=proxy.port)
        nudged_well(files)


PLAIN = dovecot.Kind(
    without=[name for name in dovecot.CAPABILITIES if name not in {"IMAP4rev1", "LITERAL+", "SASL-IR"}],
    separator=".",
    prefix="INBOX.",
)


def test_a_server_with_nothing_but_the_protocol(tmp_path: Path) -> None:
    with dovecot.own(PLAIN) as server:
        box = server.user()
        files = world(tmp_path, box, prefix="INBOX.")
        nudged_well(files)
