"""Which provider is which code: named by strings, imported when one is used.

A new provider is one folder, one line here, and one model in followupd/config/accounts.py.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from importlib import import_module
from typing import Any, ClassVar, Protocol, cast

from followupd.credentials import Secret, Vault
from followupd.providers.base import Calendar, Mailbox, SignIn

CALENDARS: dict[str, str] = {
    "google": "followupd.providers.google.calendar:open_calendar",
    "local": "followupd.providers.local.calendar:VdirCalendar",
    "microsoft": "followupd.providers.microsoft.calendar:open_calendar",
}
MAILBOXES: dict[str, str] = {
    "google": "followupd.providers.google.mail:open_mailbox",
    "local": "followupd.providers.local.mail:Maildir",
    "microsoft": "followupd.providers.microsoft.mail:open_mailbox",
}
SIGN_INS: dict[str, str] = {
    "google": "followupd.providers.google.login:GoogleSignIn",
    "microsoft": "followupd.providers.microsoft.login:MicrosoftSignIn",
}


class Block(Protocol):
    """What is asked of a provider's block in the config, whose models are not imported here."""

    signs_in: ClassVar[bool]

    @property
    def provider(self) -> str:
        """Its name in the tables above."""

    def options(self) -> Mapping[str, object]:
        """What the factory is called with, besides the zone."""

    def sign_in_options(self) -> Mapping[str, object]:
        """What the sign-in is called with."""


def open_calendar(config: Block, zone: str, account: str, vault: Vault) -> Calendar:
    """The calendar that the block describes. Touches nothing outside."""
    return cast("Calendar", _made(CALENDARS, config, zone, account, vault))


def open_mailbox(config: Block, zone: str, account: str, vault: Vault) -> Mailbox:
    """The mailbox that the block describes. Touches nothing outside."""
    return cast("Mailbox", _made(MAILBOXES, config, zone, account, vault))


def sign_in(
    provider: str, account: str, blocks: Sequence[Block], uses: Collection[str], vault: Vault
) -> SignIn:
    """What signs an account in to a provider. `uses` is what it has there: "calendar", "mailbox" or both."""
    options = {name: value for block in blocks for name, value in block.sign_in_options().items()}
    factory = _named(SIGN_INS[provider])
    return cast(
        "SignIn", factory(account=account, secret=secret(vault, account, provider), uses=uses, **options)
    )


def secret(vault: Vault, account: str, provider: str) -> Secret:
    """Where the sign-in of an account at a provider is kept."""
    return vault.of(f"{account}.{provider}")


def _made(table: Mapping[str, str], config: Block, zone: str, account: str, vault: Vault) -> object:
    options = dict(config.options())
    if config.signs_in:
        options |= {"account": account, "secret": secret(vault, account, config.provider)}
    return _named(table[config.provider])(zone=zone, **options)


def _named(name: str) -> Any:
    module, _, factory = name.partition(":")
    return getattr(import_module(module), factory)
