"""The registry: providers are named by strings, and what a block says fits who is called with it."""

from __future__ import annotations

import inspect
from importlib import import_module
from pathlib import Path

import pytest

from followupd.config import load
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


@pytest.mark.parametrize("provider", registry.SIGN_INS)
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
