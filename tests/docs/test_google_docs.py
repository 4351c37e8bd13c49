"""What docs/google.md says is what the program does."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from googleapiclient.discovery_cache import get_static_doc

from followupd.cli.commands import followupd
from followupd.config import Config, load
from followupd.providers.google.api import CALENDAR_ROOT, GMAIL_ROOT, allowed
from followupd.providers.google.events import COLOURS
from followupd.providers.google.grant import scopes

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs" / "google.md"
TEXT = DOCS.read_text(encoding="utf-8")
TOKEN = "https://oauth2.googleapis.com/token"
PROVIDERS = ROOT / "followupd" / "providers"
SOURCES = [*sorted((PROVIDERS / "google").glob("*.py")), PROVIDERS / "http.py", PROVIDERS / "loopback.py"]
SOURCES += [PROVIDERS / "kept.py"]
ERRORS = {"Refused", "SignInNeeded", "Unavailable", "Conflict", "CursorLost", "NotThere", "NotAllowed"}
ENOUGH = 25  # characters of a message that tell it from others
GAP = "\0"  # where a message has a name, an address or a number


# --- messages -----------------------------------------------------------------------------------


def flat(text: ast.expr) -> str:
    """The words of a literal, with a mark for each thing that is put in."""
    if isinstance(text, ast.Constant):
        return re.sub(r"\{\w+\}", GAP, str(text.value))
    assert isinstance(text, ast.JoinedStr)
    return "".join(str(p.value) if isinstance(p, ast.Constant) else GAP for p in text.values)


def literals(node: ast.AST) -> Iterator[ast.expr]:
    """The outermost literal texts below."""
    if isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str)):
        yield node
        return
    for child in ast.iter_child_nodes(node):
        yield from literals(child)


def said(node: ast.expr, named: dict[str, ast.expr]) -> Iterator[str]:
    """What an error is made with: literals, also those of the module's constants that are named."""
    yield from (flat(literal) for literal in literals(node))
    for name in (n.id for n in ast.walk(node) if isinstance(n, ast.Name) and n.id in named):
        yield from said(named[name], named)


def raised(source: Path) -> Iterator[str]:
    tree = ast.parse(source.read_text(encoding="utf-8"))
    named = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name) and target.id.startswith("_")
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.args:
            if node.func.id in ERRORS:
                yield from said(node.args[0], named)
            if node.func.id == "Problem":
                yield from said(node.args[1], {})


def is_for_the_user(text: str) -> bool:
    return " " in text and len(text.replace(GAP, "")) > 20 and not text.startswith("This is not a place in")


MESSAGES = sorted({text for source in SOURCES for text in raised(source) if is_for_the_user(text)})
KEYS = sorted((PROVIDERS.parent / "credentials").glob("*.py"))
EVERYTHING = [
    flat(literal)
    for source in [*SOURCES, *KEYS]
    for literal in literals(ast.parse(source.read_text(encoding="utf-8")))
]
ENTRIES = re.findall(r"^\| `(.+?)` \| .+ \|$", TEXT[TEXT.index("## 8.") :], re.MULTILINE)


def is_entry_of(entry: str, message: str) -> bool:
    """Whether the entry is how the message begins, with "…" for what is put in; and enough of it."""
    pattern = ".+?".join(re.escape(part.strip()) for part in re.split("…", entry))
    begins = re.match(re.sub(r"\.\+\?", "[^\0]{0,30}\0[^\0]{0,30}", pattern), message)
    words = len(entry.replace("…", ""))
    return begins is not None and words >= min(ENOUGH, len(message.partition(GAP)[0].strip()) or ENOUGH)


def test_the_messages_were_found() -> None:
    assert len(MESSAGES) > 50
    assert len(ENTRIES) == len(set(ENTRIES))


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message[:40].replace(GAP, "_"))
def test_each_message_has_an_entry(message: str) -> None:
    assert [entry for entry in ENTRIES if is_entry_of(entry, message)], message


@pytest.mark.parametrize("entry", ENTRIES)
def test_each_entry_is_of_a_message(entry: str) -> None:
    assert [text for text in EVERYTHING if is_entry_of(entry, text)], entry


# --- requests -----------------------------------------------------------------------------------


def methods(resource: dict[str, dict]) -> Iterator[tuple[str, str]]:
    """Every method of an API: how it is asked, and its path with ID for each name."""
    for one in resource.get("methods", {}).values():
        path = one["path"].replace("{userId}", "me")
        yield one["httpMethod"], re.sub(r"\{\+?\w+\}", "ID", path)
    for below in resource.get("resources", {}).values():
        yield from methods(below)


def test_the_table_of_requests_is_the_list_that_is_let_through() -> None:
    shown = set(re.findall(r"^\| ([A-Z]+) \| `(https://[^`]+)`", TEXT, re.MULTILINE))
    listed = allowed(CALENDAR_ROOT, GMAIL_ROOT)
    apis = (("gmail", "v1", GMAIL_ROOT), ("calendar", "v3", CALENDAR_ROOT))
    every = {
        (method, root + path)
        for name, version, root in apis
        for method, path in methods(json.loads(get_static_doc(name, version)))
    }
    assert len(every) > 100
    let_through = {(m, url) for m, url in every if any(one.lets(m, url) for one in listed)}
    assert shown == let_through | {("POST", TOKEN)}


def test_the_permissions_are_those_that_are_asked_for() -> None:
    shown = re.findall(r"^\| [^|]+ \| `((?:gmail|calendar)\.[\w.]+)` \|", TEXT, re.MULTILINE)
    assert [f"https://www.googleapis.com/auth/{scope}" for scope in shown] == list(
        scopes(mail=True, calendar=True)
    )


def test_the_colours_are_those_that_a_rule_can_name() -> None:
    found = re.search(r"^Colours: ([a-z, ]+)\.", TEXT, re.MULTILINE)
    assert found
    assert found[1].split(", ") == list(COLOURS.values())


# --- config, commands, links --------------------------------------------------------------------


CLIENT_FILE = Path("~/.config/followupd/google-client.json").expanduser()


@pytest.fixture
def shown(tmp_path: Path) -> Config:
    found = re.search(r"```yaml\n(.+?)\n```", TEXT, re.DOTALL)
    assert found
    path = tmp_path / "shown.yaml"
    path.write_text(found[1], encoding="utf-8")
    return load(path)


def test_the_config_is_complete(shown: Config) -> None:
    (account,) = shown.accounts
    assert (account.name, account.mailbox.provider) == ("personal", "google")
    assert [one.provider for one in account.calendars] == ["google"]
    assert account.mailbox.sign_in_options()["client_file"] == CLIENT_FILE


def test_the_config_is_what_init_writes(shown: Config, tmp_path: Path) -> None:
    path = tmp_path / "written.yaml"
    words = ["init", "--provider", "google", "--yes", "--name", "Sam Lee", "--address", "sam@gmail.com"]
    words += ["--timezone", "Europe/London", "--country", "GB", "--client-file", str(CLIENT_FILE)]
    told = CliRunner().invoke(followupd, ["-c", str(path), *words])
    assert told.exit_code == 0, told.output
    assert load(path).document == shown.document


def options(command: str) -> str:
    return CliRunner().invoke(followupd, [command, "--help"]).output


@pytest.mark.parametrize("option", ["--no-browser", "--port", "--check", "--yes"])
def test_login_has_the_options_that_are_named(option: str) -> None:
    assert option in TEXT
    assert option in options("login")


@pytest.mark.parametrize("option", ["--provider", "--client-file", "--google-calendar"])
def test_init_has_the_options_that_are_named(option: str) -> None:
    assert option in TEXT
    assert option in options("init")


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)]+)\)", TEXT):
        if "://" in target:
            continue
        name, _, anchor = target.partition("#")
        page = DOCS.parent / name if name else DOCS
        assert page.exists(), target
        if anchor:
            assert anchor in anchors(page.read_text(encoding="utf-8")), target


def anchors(text: str) -> set[str]:
    heads = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", head.lower()).replace(" ", "-") for head in heads}


def test_the_page_is_short() -> None:
    assert len(TEXT.splitlines()) < 300
    assert max(map(len, TEXT.splitlines())) < 200
