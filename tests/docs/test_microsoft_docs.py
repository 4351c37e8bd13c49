"""What docs/microsoft.md says is what the program does."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from followupd.cli.commands import followupd
from followupd.config import Config, load
from followupd.providers.microsoft import denials
from followupd.providers.microsoft.api import GRAPH_ROOT, allowed
from followupd.providers.microsoft.grant import BY_IMAP, PERSONAL_PAGE, WORDS, WORK_PAGE, scopes, short
from followupd.providers.microsoft.login import AUTHORITY
from tests.docs.test_google_docs import anchors, flat, is_entry_of, is_for_the_user, literals, raised
from tests.sim import graph_description

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs" / "microsoft.md"
TEXT = DOCS.read_text(encoding="utf-8")
PROVIDERS = ROOT / "followupd" / "providers"
SOURCES = [*sorted((PROVIDERS / "microsoft").glob("*.py")), PROVIDERS / "kept.py"]
CLIENT = "00000000-0000-0000-0000-000000000000"


# --- messages -----------------------------------------------------------------------------------

TABLES = (denials._NUMBERS, denials._SUBERRORS, denials._ERRORS)
REFUSALS = {words for table in TABLES for words in table.values()}
# What one module says for another, and the words of the table above inside a sentence, begin with a gap.
MESSAGES = sorted(
    {text for source in SOURCES for text in raised(source) if is_for_the_user(text) and text[0] != "\0"}
    | {text for source in SOURCES for text in raised(source) if re.match(r"\0 \w+ \w+", text)}
    | REFUSALS
)
EVERYTHING = [
    flat(literal) for source in SOURCES for literal in literals(ast.parse(source.read_text(encoding="utf-8")))
]
SECTION = TEXT[TEXT.index("## 8.") :]
ENTRIES = re.findall(r"^\| `(.+?)` \| .+ \|$", SECTION, re.MULTILINE)


def test_the_messages_were_found() -> None:
    assert len(MESSAGES) > 60
    assert len(REFUSALS) > 25
    assert len(ENTRIES) == len(set(ENTRIES))


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message[:40].replace("\0", "_"))
def test_each_message_has_an_entry(message: str) -> None:
    assert [entry for entry in ENTRIES if is_entry_of(entry, message)], message


@pytest.mark.parametrize("entry", ENTRIES)
def test_each_entry_is_of_a_message(entry: str) -> None:
    assert [text for text in EVERYTHING if is_entry_of(entry, text)], entry


# --- requests and permissions -------------------------------------------------------------------


def test_the_table_of_requests_is_the_list_that_is_let_through() -> None:
    shown = re.findall(r"^\| ([A-Z]+) \| `(https://[^`]+)`", TEXT, re.MULTILINE)
    root = GRAPH_ROOT + "/"
    every = {
        (one.http_method, root + re.sub(r"\{[^}]+\}", "ID", one.template).lstrip("/"))
        for one in graph_description.operations()
    }
    assert len(every) > 30
    listed = allowed(root)
    let_through = {(m, url) for m, url in every if any(one.lets(m, url) for one in listed)}
    sign_in = {
        ("GET", AUTHORITY + "/v2.0/.well-known/openid-configuration"),
        ("POST", AUTHORITY + "/oauth2/v2.0/token"),
        ("POST", AUTHORITY + "/oauth2/v2.0/devicecode"),
    }
    assert len(shown) == len(set(shown))
    assert set(shown) == let_through | sign_in


def test_the_permissions_are_those_that_are_asked_for_in_microsoft_s_words() -> None:
    shown = re.findall(r"^\| ([^|]+) \| `((?:Calendars|Mail|User|IMAP)\.[\w.]+)` \|", TEXT, re.MULTILINE)
    assert {name: words for words, name in shown} == WORDS
    graph = scopes(mail=True, calendar=True, graph_root=GRAPH_ROOT)
    assert {name for _, name in shown} == {*graph, short(BY_IMAP)}


def test_the_pages_where_a_consent_is_taken_back_are_those_that_logout_names() -> None:
    assert PERSONAL_PAGE in TEXT
    assert WORK_PAGE in TEXT


def test_the_clouds_are_those_whose_permissions_need_their_resource() -> None:
    rows = re.findall(r"^\| .+ \| `(https://[^`]+)` \| `(https://[^`]+)` \|$", TEXT, re.MULTILINE)
    assert rows[0] == (AUTHORITY, GRAPH_ROOT)
    assert len(rows) == 4
    for _, graph_root in rows[1:]:
        for scope in scopes(mail=True, calendar=True, graph_root=graph_root):
            assert scope.startswith(graph_root.removesuffix("v1.0"))


# --- config, commands, links --------------------------------------------------------------------


@pytest.fixture
def shown(tmp_path: Path) -> Config:
    found = re.search(r"```yaml\n(.+?)\n```", TEXT, re.DOTALL)
    assert found
    path = tmp_path / "shown.yaml"
    path.write_text(found[1], encoding="utf-8")
    return load(path)


def test_the_config_is_complete(shown: Config) -> None:
    (account,) = shown.accounts
    assert (account.name, account.mailbox.provider) == ("personal", "microsoft")
    assert account.mailbox.sign_in_options() == account.calendars[0].sign_in_options()
    assert account.mailbox.sign_in_options()["client_id"] == CLIENT


def test_the_config_is_what_init_writes(shown: Config, tmp_path: Path) -> None:
    path = tmp_path / "written.yaml"
    words = ["init", "--provider", "microsoft", "--yes", "--name", "Sam Lee", "--address", "sam@outlook.com"]
    words += ["--timezone", "Europe/London", "--country", "GB", "--client-id", CLIENT]
    told = CliRunner().invoke(followupd, ["-c", str(path), "--state", str(tmp_path / "state"), *words])
    assert told.exit_code == 0, told.output
    assert load(path).document == shown.document


@pytest.mark.parametrize(
    ("command", "option"),
    [
        *(("login", option) for option in ("--no-browser", "--port", "--check", "--yes")),
        *(("init", o) for o in ("--provider", "--client-id", "--microsoft-calendar", "--authority", "--graph-root")),
    ],
)  # fmt: skip
def test_commands_have_the_options_that_are_named(command: str, option: str) -> None:
    assert option in TEXT
    assert option in CliRunner().invoke(followupd, [command, "--help"]).output


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
    assert len(TEXT.splitlines()) < 390
    assert max(map(len, TEXT.splitlines())) < 200
