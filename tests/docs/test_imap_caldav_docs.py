"""What docs/imap-caldav.md says is what the program does."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from followupd.cli.commands import followupd
from followupd.config import load
from followupd.config.internet import CaldavCalendar, FeedCalendar, ImapMailbox
from followupd.providers.google.grant import ALL_MAIL
from followupd.providers.internet.caldav import places
from followupd.providers.internet.caldav.wire import METHODS
from followupd.providers.internet.command import SECONDS
from followupd.providers.internet.services import SERVICES
from followupd.providers.microsoft.grant import BY_IMAP, short
from tests.config.sample import RIGHT
from tests.docs.test_google_docs import anchors, flat, is_entry_of, is_for_the_user, literals, raised

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs" / "imap-caldav.md"
TEXT = DOCS.read_text(encoding="utf-8")
INTERNET = ROOT / "followupd" / "providers" / "internet"
SOURCES = sorted(INTERNET.rglob("*.py"))
ENTRIES = re.findall(r"^\| `(.+?)` \| .+ \|$", TEXT[TEXT.index("## 7.") :], re.MULTILINE)
EVERYTHING = [
    flat(one) for source in SOURCES for one in literals(ast.parse(source.read_text(encoding="utf-8")))
]
# What the user must be able to look up: all that may stop an account until they do something.
USERS_OWN = (
    "passwords.py", "login.py", "imap/admission.py", "imap/connection.py", "imap/folders.py", "imap/refusals.py",
    "imap/drafts.py", "caldav/places.py", "caldav/refusals.py", "caldav/wire.py", "caldav/calendar.py", "feeds/wire.py",
)  # fmt: skip
MESSAGES = sorted(
    {
        text
        for name in USERS_OWN
        for text in raised(INTERNET / name)
        if is_for_the_user(text) and text[0] != " "
    }
)
# A message that begins with the server's name.
NAMED = {text for text in MESSAGES if text.startswith("\0")}


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message[:40].replace("\0", "_"))
def test_each_message_that_wants_the_user_has_an_entry(message: str) -> None:
    assert [
        entry
        for entry in ENTRIES
        if is_entry_of(entry, message) or (message in NAMED and _fits(entry, message))
    ]


@pytest.mark.parametrize("entry", ENTRIES)
def test_each_entry_is_of_a_message(entry: str) -> None:
    assert [text for text in EVERYTHING if is_entry_of(entry, text) or _fits(entry, text)], entry


def _fits(entry: str, message: str) -> bool:
    """Whether the entry is the message's beginning, with a name where it has "…"."""
    words = [part.strip() for part in entry.split("…") if part.strip()]
    place = 0
    for word in words:
        place = message.find(word, place)
        if place < 0:
            return False
        place += len(word)
    return place < 160 and sum(map(len, words)) > 10


# --- services -----------------------------------------------------------------------------------

ROWS = {
    row[0].strip(): [cell.strip() for cell in row[1:]]
    for row in (
        line.strip("|").split("|")
        for line in TEXT[: TEXT.index("## 2.")].splitlines()
        if line.startswith("| ")
    )
}


@pytest.mark.parametrize("service", SERVICES, ids=lambda service: service.name)
def test_each_service_stands_in_the_table_as_init_proposes_it(service: object) -> None:
    imap, caldav, password = ROWS[service.name]
    tls = "" if service.tls == "implicit" else f" {service.tls}"
    assert imap == f"`{service.host}` {service.port}{tls}"
    assert caldav == (f"`{service.caldav}`" if service.caldav else "")
    for address in re.findall(r"https://[\w./-]+\w", service.wants):
        assert address in password


def test_the_other_rows_are_servers_of_one_s_own() -> None:
    assert [name for name in ROWS if name not in {one.name for one in SERVICES}] == [
        "service", "a university, a company", "Nextcloud", "SOGo", "Radicale", "Baïkal",
    ]  # fmt: skip


# --- config and commands ------------------------------------------------------------------------


def test_the_config_is_what_init_writes(tmp_path: Path) -> None:
    found = re.search(r"```yaml\n(.+?)\n```", TEXT, re.DOTALL)
    assert found
    shown, path = tmp_path / "shown.yaml", tmp_path / "written.yaml"
    shown.write_text(found[1], encoding="utf-8")
    words = ["init", "--yes", "--name", "Sam Lee", "--address", "sam@fastmail.com"]
    words += ["--timezone", "Europe/London", "--country", "GB"]
    told = CliRunner().invoke(followupd, ["-c", str(path), "--state", str(tmp_path / "state"), *words])
    assert told.exit_code == 0, told.output
    assert load(path).document == load(shown).document


@pytest.mark.parametrize(
    "block", re.findall(r"^ +(?:- |mailbox: )(\{provider: .+?\})(?: +#.*)?$", TEXT, re.MULTILINE)
)
def test_each_block_loads(tmp_path: Path, block: str) -> None:
    is_mail = "provider: imap" in block
    old = "{provider: local, path: Mail}" if is_mail else "{provider: local, path: calendars}"
    path = tmp_path / "config.yaml"
    path.write_text(RIGHT.replace(old, block), encoding="utf-8")
    for folder in ("Mail", "calendars"):
        (tmp_path / folder).mkdir()
    load(path)


def test_every_key_is_explained() -> None:
    for name, block in (("imap", ImapMailbox), ("caldav", CaldavCalendar), ("feed", FeedCalendar)):
        section = TEXT[TEXT.index(f"| key of `{name}`") :].partition("\n\n")[0]
        for key in set(block.model_fields) - {"provider", "client_file", "client_id", "authority"}:
            assert f"`{key}`" in section or (name == "caldav" and key == "auth"), (name, key)


@pytest.mark.parametrize(
    "option",
    ["--provider", "--imap-host", "--imap-port", "--imap-tls", "--imap-user", "--calendar-url", "--calendar-user",
     "--calendar-name", "--password-command"],
)  # fmt: skip
def test_init_has_the_options_that_are_named(option: str) -> None:
    assert option in TEXT
    assert option in CliRunner().invoke(followupd, ["init", "--help"]).output


def test_figures_and_permissions_are_those_of_the_code() -> None:
    assert f"It has {SECONDS:.0f} seconds" in TEXT
    assert ALL_MAIL in TEXT
    assert short(BY_IMAP) in TEXT
    assert ", ".join(f"`{one}`" for one in METHODS[:-1]) + f" and `{METHODS[-1]}`" in TEXT
    assert places.WELL_KNOWN  # what is below the server's address is found


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)]+)\)", TEXT):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        page = DOCS.parent / name if name else DOCS
        assert page.exists(), target
        if anchor:
            assert anchor in anchors(page.read_text(encoding="utf-8")), target


def test_the_page_is_short() -> None:
    assert len(TEXT.splitlines()) < 280
    assert max(map(len, TEXT.splitlines())) < 210
