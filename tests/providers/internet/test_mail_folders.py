"""Which folder is which: by the server's word, by the config, by name in six languages, with any separator."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from followupd.core.model import Folder
from followupd.errors import Refused, Unavailable
from followupd.providers.internet.imap.connection import Address, Connection
from followupd.providers.internet.imap.folders import WATCHED_AT_MOST, Folders
from tests.providers.internet.mailkit import Known
from tests.providers.internet.scripted import Scripted

PLAIN = "IMAP4rev1 AUTH=PLAIN"
SPACES = '* NAMESPACE (("" "/")) NIL NIL'


def found(
    *lines: str,
    spaces: str = SPACES,
    config: Mapping[str, str] | None = None,
    capabilities: str = PLAIN + " NAMESPACE",
) -> dict[str, Folder]:
    """Shown name and purpose of each folder that is the user's own."""
    answers = {"LIST": [*lines, "{tag} OK done"], "NAMESPACE": [spaces, "{tag} OK done"]}
    with Scripted(answers, capabilities=capabilities) as server:
        connection = Connection(Address("127.0.0.1", server.port, "none"), Known())
        folders = Folders(connection, config or {})
        kinds = {folder.shown: folder.kind for folder in folders.all()}
        connection.close()
    return kinds


def listing(*names: str, separator: str = '"/"') -> list[str]:
    return [f'* LIST () {separator} "{name}"' for name in names]


def test_a_name_with_a_bracket_is_a_name() -> None:
    kinds = found('* LIST () "/" a[b', '* LIST (\\Drafts) "/" Drafts', "* LIST () NIL [x]")
    assert kinds == {"a[b": Folder.OTHER, "Drafts": Folder.DRAFTS, "[x]": Folder.OTHER}


def test_the_server_knows_best() -> None:
    lines = [
        '* LIST (\\HasNoChildren \\Drafts) "/" Ungesendetes',
        '* LIST (\\Sent) "/" {3}\r\nRaus',
        "* LIST () NIL inbox",
        '* LIST (\\Junk) "/" "Drafts"',
    ]
    lines[1] = '* LIST (\\Sent) "/" Raus'
    assert found(*lines) == {
        "Ungesendetes": Folder.DRAFTS,
        "Raus": Folder.SENT,
        "inbox": Folder.INBOX,
        "Drafts": Folder.JUNK,
    }


@pytest.mark.parametrize(
    ("names", "kinds"),
    [
        (("Entw&APw-rfe", "Gesendet", "Papierkorb"), ("Entwürfe", "Gesendet", "Papierkorb")),
        (
            ("Brouillons", "&AMk-l&AOk-ments envoy&AOk-s", "Corbeille"),
            ("Brouillons", "Éléments envoyés", "Corbeille"),
        ),
        (("Borradores", "Enviados", "Papelera"), ("Borradores", "Enviados", "Papelera")),
        (("Bozze", "Posta inviata", "Cestino"), ("Bozze", "Posta inviata", "Cestino")),
        (("Concepten", "Verzonden items", "Prullenbak"), ("Concepten", "Verzonden items", "Prullenbak")),
        (("DRAFTS", "Sent Messages", "Deleted Messages"), ("DRAFTS", "Sent Messages", "Deleted Messages")),
    ],
)
def test_names_in_six_languages(names: tuple[str, ...], kinds: tuple[str, ...]) -> None:
    expected = dict(zip(kinds, (Folder.DRAFTS, Folder.SENT, Folder.TRASH), strict=True))
    assert found(*listing("INBOX", *names)) == {"INBOX": Folder.INBOX, **expected}


@pytest.mark.parametrize(
    ("prefix", "separator", "quoted"),
    [("INBOX.", ".", '"."'), ("", "\\", '"\\\\"'), ("Mail/", "/", '"/"'), ("", "", "NIL")],
    ids=["courier", "backslash", "below a folder", "none"],
)
def test_any_prefix_and_separator(prefix: str, separator: str, quoted: str) -> None:
    spaces = f'* NAMESPACE (("{prefix}" {quoted})) NIL NIL'
    names = ["INBOX", f"{prefix}Drafts", *([f"{prefix}Jobs{separator}Drafts"] if separator else [])]
    escaped = [name.replace("\\", "\\\\") for name in names]
    kinds = found(*listing(*escaped, separator=quoted), spaces=spaces)
    assert [kinds[name] for name in names] == [Folder.INBOX, Folder.DRAFTS, Folder.OTHER][: len(names)]


def test_gmail_by_imap() -> None:
    lines = [
        '* LIST (\\HasNoChildren) "/" "INBOX"',
        '* LIST (\\HasChildren \\Noselect) "/" "[Gmail]"',
        '* LIST (\\All \\HasNoChildren) "/" "[Gmail]/All Mail"',
        '* LIST (\\Drafts) "/" "[Gmail]/Drafts"',
        '* LIST (\\Flagged) "/" "[Gmail]/Starred"',
        '* LIST (\\Important) "/" "[Gmail]/Important"',
        '* LIST () "/" "[Gmail]/Sent Mail"',
    ]
    assert found(*lines) == {
        "INBOX": Folder.INBOX,
        "[Gmail]/All Mail": Folder.ARCHIVE,
        "[Gmail]/Drafts": Folder.DRAFTS,
        "[Gmail]/Sent Mail": Folder.SENT,
    }


def test_folders_of_others_are_nobodys_business() -> None:
    spaces = '* NAMESPACE (("" ".")) (("user." ".")) (("shared." "."))'
    lines = listing("INBOX", "Drafts", "user.kim.Drafts", "shared.team", separator='"."')
    assert set(found(*lines, spaces=spaces)) == {"INBOX", "Drafts"}


def test_odd_lines_cost_only_themselves() -> None:
    lines = [
        *listing("INBOX", "Drafts", "Drafts"),
        '* LIST (\\NonExistent) "/" Gone',
        "* LIST",
        "* LIST (",
        '* LIST NIL "/" Nothing',
        '* LIST () "/" 2026',
        '* LIST () "/" "Entw\u00fcrfe"',
        '* LIST () "/" ("x")',
        "* 3 EXISTS",
        "* FLAGS (x)",
    ]
    assert found(*lines) == {
        "INBOX": Folder.INBOX,
        "Drafts": Folder.DRAFTS,
        "2026": Folder.OTHER,
        "Entw\ufffdrfe": Folder.OTHER,
    }


@pytest.mark.parametrize(
    "written", ["Bewerbung/Entwürfe", "INBOX.Bewerbung.Entwürfe", "inbox.bewerbung.entwürfe"]
)
def test_the_config_wins(written: str) -> None:
    spaces = '* NAMESPACE (("INBOX." ".")) NIL NIL'
    lines = listing("INBOX", "INBOX.Drafts", "INBOX.Bewerbung.Entw&APw-rfe", separator='"."')
    kinds = found(*lines, spaces=spaces, config={"drafts": written})
    assert kinds["INBOX.Bewerbung.Entwürfe"] is Folder.DRAFTS
    assert kinds["INBOX.Drafts"] is Folder.OTHER


def test_a_name_that_is_not_there_is_refused_with_those_that_are() -> None:
    with pytest.raises(Refused, match=r"Entwurf \(drafts\), which is not there. These are: Drafts, INBOX"):
        found(*listing("INBOX", "Drafts"), config={"drafts": "Entwurf"})


def test_without_any_folder_the_server_is_asked_again() -> None:
    with pytest.raises(Unavailable):
        found()


def test_no_folder_for_drafts_names_the_key() -> None:
    with Scripted({"LIST": [*listing("INBOX", "Jobs"), "{tag} OK done"]}, capabilities=PLAIN) as server:
        connection = Connection(Address("127.0.0.1", server.port, "none"), Known())
        with pytest.raises(Refused, match=r"folders: \{drafts: \.\.\.\}\. These are there: INBOX, Jobs"):
            Folders(connection, {}).drafts()
        connection.close()


def test_of_very_many_folders_those_that_matter_are_asked_for() -> None:
    names = [f"Lists/{number:03}" for number in range(90)]
    answers = {
        "LIST": [*listing("INBOX", "Drafts", "Sent", *names), "{tag} OK done"],
        "STATUS": ["* STATUS x (UIDVALIDITY 1 UIDNEXT 2 MESSAGES 1)", "{tag} OK done"],
    }
    with Scripted(answers, capabilities=PLAIN) as server:
        connection = Connection(Address("127.0.0.1", server.port, "none"), Known())
        marks = Folders(connection, {}).marks(tracked={b"Lists/088"})
        assert len(marks) == len(server.heard("STATUS")) == WATCHED_AT_MOST
        assert {b"INBOX", b"Drafts", b"Sent", b"Lists/088"} <= marks.keys()
        assert len(Folders(connection, {}).marks(every=True)) == 93
        connection.close()
