"""The registry: providers are named by strings, and what a block says fits who is called with it."""

from __future__ import annotations

import inspect
from importlib import import_module

import pytest

from followupd.config import load
from followupd.providers import registry
from followupd.providers.registry import open_calendar, open_mailbox
from tests.config.sample import Write, changed


@pytest.mark.parametrize("table", [registry.CALENDARS, registry.MAILBOXES], ids=["calendars", "mailboxes"])
def test_every_provider_that_is_named_can_be_imported(table: dict[str, str]) -> None:
    for target in table.values():
        module, _, factory = target.partition(":")
        assert "zone" in inspect.signature(getattr(import_module(module), factory)).parameters


def test_what_a_block_says_opens_its_calendar_and_its_mailbox(write: Write) -> None:
    text = changed("Mail}", "Mail, folders: {drafts: D}}").replace(
        "calendars}", "calendars, calendars: [work]}"
    )
    config = load(write(text))
    (account,) = config.accounts
    assert hasattr(open_calendar(account.calendars[0], config.zone), "event")
    assert hasattr(open_mailbox(account.mailbox, config.zone), "create_draft")
