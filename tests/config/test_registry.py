"""The registry: providers are named by strings, and what a block says fits who is called with it."""

from __future__ import annotations

import inspect
from importlib import import_module
from pathlib import Path

import pytest

from followupd.config import AccountConfig, load
from followupd.credentials import Vault
from followupd.providers import registry
from followupd.providers.registry import open_calendar, open_mailbox, sign_in
from tests.config.sample import Write, changed


@pytest.mark.parametrize("table", [registry.CALENDARS, registry.MAILBOXES], ids=["calendars", "mailboxes"])
def test_every_provider_that_is_named_can_be_imported(table: dict[str, str]) -> None:
    for target in table.values():
        module, _, factory = target.partition(":")
        assert "zone" in inspect.signature(getattr(import_module(module), factory)).parameters


def test_what_a_block_says_opens_its_calendar_and_its_mailbox(write: Write, tmp_path: Path) -> None:
    text = changed("Mail}", "Mail, folders: {drafts: D}}").replace(
        "calendars}", "calendars, calendars: [work]}"
    )
    config = load(write(text))
    (account,) = config.accounts
    vault = Vault(tmp_path / "state")
    assert hasattr(open_calendar(account.calendars[0], config.zone, account.name, vault), "event")
    assert hasattr(open_mailbox(account.mailbox, config.zone, account.name, vault), "create_draft")
    assert not (tmp_path / "state").exists()


@pytest.mark.parametrize("target", [*registry.SIGN_INS.values(), *registry.TOKENS.values()])
def test_every_sign_in_that_is_named_can_be_imported(target: str) -> None:
    module, _, factory = target.partition(":")
    parameters = inspect.signature(getattr(import_module(module), factory)).parameters
    assert {"account", "secret"} <= set(parameters)


@pytest.mark.parametrize("provider", ["google", "microsoft"])
def test_what_a_block_says_opens_its_calendar_its_mailbox_and_its_sign_in(
    write: Write, tmp_path: Path, provider: str
) -> None:
    block = f"{{provider: {provider}}}"
    text = changed("{provider: local, path: calendars}", block)
    config = load(write(text.replace("{provider: local, path: Mail}", block)))
    (account,) = config.accounts
    vault = Vault(tmp_path / "state")
    blocks = [*account.calendars, account.mailbox]
    assert hasattr(open_calendar(account.calendars[0], config.zone, account.name, vault), "event")
    assert hasattr(open_mailbox(account.mailbox, config.zone, account.name, vault), "create_draft")
    assert hasattr(sign_in(provider, account.name, blocks, ["calendar", "mailbox"], vault), "login")
    assert not (tmp_path / "state").exists()


def test_what_one_block_says_of_the_sign_in_holds_for_the_other(write: Write) -> None:
    text = changed(
        "{provider: local, path: calendars}",
        "{provider: microsoft, client_id: 00000000-0000-4000-8000-000000000001}",
    ).replace(
        "{provider: local, path: Mail}", "{provider: microsoft, graph_root: 'https://graph.example/v1.0'}"
    )
    (account,) = load(write(text)).accounts
    for block in (*account.calendars, account.mailbox):
        options = block.sign_in_options()
        assert (options["client_id"], options["graph_root"]) == (
            "00000000-0000-4000-8000-000000000001",
            "https://graph.example/v1.0/",
        )


IMAP = "provider: imap, host: imap.example.com, user: sam@example.com"
DAV = "provider: caldav, url: 'https://dav.example.com', user: sam"
FEED = "provider: feed, url: 'webcal://cal.example.com/secret/x.ics?key=1#x'"


def account_of(write: Write, mailbox: str, *calendars: str) -> AccountConfig:
    blocks = ", ".join(f"{{{one}}}" for one in calendars)
    text = changed("{provider: local, path: calendars}", f"[{blocks}]")
    return load(write(text.replace("{provider: local, path: Mail}", f"{{{mailbox}}}"))).accounts[0]


@pytest.mark.parametrize(
    ("tls", "port"),
    [("", 993), (", tls: implicit", 993), (", tls: starttls", 143), (", tls: starttls, port: 1143", 1143)],
)
def test_a_port_that_is_not_named_is_that_of_the_encryption(write: Write, tls: str, port: int) -> None:
    mailbox = account_of(write, IMAP + tls, FEED).mailbox
    assert mailbox.options()["port"] == port


def test_a_host_with_letters_of_other_languages_is_asked_by_its_name_in_certificates(write: Write) -> None:
    mailbox = account_of(write, "provider: imap, host: Mail.Bücher.example., user: sam", FEED).mailbox
    assert mailbox.options()["host"] == "mail.xn--bcher-kva.example"


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1", "127.8.8.8"])
def test_no_encryption_is_for_this_machine(write: Write, host: str) -> None:
    mailbox = account_of(write, f"provider: imap, host: '{host}', user: sam, tls: none", FEED).mailbox
    assert mailbox.options() == {"host": host, "port": 143, "tls": "none", "folders": {}}


def test_an_address_of_a_calendar_is_asked_over_https_and_shown_to_nobody(write: Write) -> None:
    (feed,) = account_of(write, IMAP, FEED).calendars
    assert feed.options() == {"url": "https://cal.example.com/secret/x.ics?key=1", "name": ""}
    assert "secret" not in repr(feed)


@pytest.mark.parametrize(
    ("said", "command"),
    [('"pass show \'my mail\' | head -1"', "pass show 'my mail' | head -1"),
     ("[pass, my mail]", ("pass", "my mail")), ("''", ()), ("[]", ())],
)  # fmt: skip
def test_a_command_is_a_line_for_the_shell_or_a_list_of_words(
    write: Write, said: str, command: object
) -> None:
    mailbox = account_of(write, f"{IMAP}, password_command: {said}", FEED).mailbox
    (server,) = mailbox.sign_in_options()["servers"]
    assert server.command == command
    assert "pass" not in repr(mailbox).replace("password", "")
    assert mailbox.keeps_secret == (not command)


def test_an_account_of_four_sorts_has_each_sign_in_once(write: Write, tmp_path: Path) -> None:
    account = account_of(write, IMAP, "provider: google", DAV, FEED, "provider: local, path: calendars")
    assert account.signs_in_at == ["google", "password"]
    vault = Vault(tmp_path / "state")
    for block in account.calendars:
        assert hasattr(open_calendar(block, "UTC", account.name, vault), "event")
    assert hasattr(open_mailbox(account.mailbox, "UTC", account.name, vault), "create_draft")
    blocks = [block for block in account.blocks if block.sign_in_at == "password"]
    assert [block.server().place for block in blocks] == ["dav.example.com:443", "imap.example.com:993"]
    assert hasattr(sign_in("password", account.name, blocks, ["calendar", "mailbox"], vault), "login")
    assert not (tmp_path / "state").exists()


def test_an_address_without_a_user_needs_no_sign_in(write: Write) -> None:
    account = account_of(write, "provider: local, path: Mail", FEED)
    assert (account.signs_in_at, account.keeps_secrets) == ([], False)
    account = account_of(write, "provider: local, path: Mail", f"{FEED}, user: sam")
    assert (account.signs_in_at, account.keeps_secrets) == (["password"], True)


@pytest.mark.parametrize(
    ("auth", "name", "keys"),
    [("google", "google", {"client_file"}), ("microsoft", "microsoft-imap", {"client_id", "authority"})],
)
def test_a_mailbox_by_imap_may_go_by_another_sign_in(
    write: Write, tmp_path: Path, auth: str, name: str, keys: set[str]
) -> None:
    account = account_of(write, f"{IMAP}, auth: {auth}", FEED)
    assert account.signs_in_at == [name]
    assert set(account.mailbox.sign_in_options()) == keys
    vault = Vault(tmp_path / "state")
    assert registry.proof(account.mailbox, "personal", vault).scheme == "token"
    assert hasattr(sign_in(name, "personal", [account.mailbox], ["imap"], vault), "login")


def test_the_client_of_a_calendar_at_microsoft_is_that_of_the_mailbox_by_imap(write: Write) -> None:
    client = "00000000-0000-4000-8000-000000000001"
    account = account_of(write, f"{IMAP}, auth: microsoft", f"provider: microsoft, client_id: {client}")
    assert account.signs_in_at == ["microsoft", "microsoft-imap"]
    assert account.mailbox.sign_in_options()["client_id"] == client
