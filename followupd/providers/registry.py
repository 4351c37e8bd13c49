"""Which provider is which code: named by strings, imported when one is used.

A new provider is one folder, one line here, and one model in followupd/config/accounts.py.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, cast

from followupd.credentials import Secret, Vault
from followupd.providers.base import Calendar, Mailbox, SignIn

if TYPE_CHECKING:
    from followupd.providers.internet.proof import Proof
    from followupd.providers.internet.server import Server

CALENDARS: dict[str, str] = {
    "caldav": "followupd.providers.internet.caldav.calendar:open_calendar",
    "feed": "followupd.providers.internet.feeds.calendar:open_feed",
    "google": "followupd.providers.google.calendar:open_calendar",
    "local": "followupd.providers.local.calendar:VdirCalendar",
    "microsoft": "followupd.providers.microsoft.calendar:open_calendar",
}
MAILBOXES: dict[str, str] = {
    "google": "followupd.providers.google.mail:open_mailbox",
    "imap": "followupd.providers.internet.imap.mailbox:open_mailbox",
    "local": "followupd.providers.local.mail:Maildir",
    "microsoft": "followupd.providers.microsoft.mail:open_mailbox",
}
SIGN_INS: dict[str, str] = {
    "google": "followupd.providers.google.login:GoogleSignIn",
    "microsoft": "followupd.providers.microsoft.login:MicrosoftSignIn",
    "microsoft-imap": "followupd.providers.microsoft.login:MicrosoftImapSignIn",
    "password": "followupd.providers.internet.login:PasswordSignIn",
}
# Whose access tokens open a mailbox by IMAP.
TOKENS: dict[str, str] = {
    "google": "followupd.providers.google.auth:tokens",
    "microsoft-imap": "followupd.providers.microsoft.auth:tokens",
}
_PASSWORDS = "followupd.providers.internet.passwords:"


class Block(Protocol):
    """What is asked of a provider's block in the config, whose models are not imported here."""

    given: ClassVar[tuple[str, ...]]

    @property
    def provider(self) -> str:
        """Its name in the tables of calendars and mailboxes."""

    @property
    def sign_in_at(self) -> str:
        """The name of its sign-in in the table above, "" where it needs none."""

    def options(self) -> Mapping[str, object]:
        """What the factory is called with, besides the zone."""

    def sign_in_options(self) -> Mapping[str, object]:
        """What the sign-in is called with."""


class AtServer(Block, Protocol):
    """A block whose server asks who the user is."""

    def server(self) -> Server:
        """Which server, and who the user is there."""


def open_calendar(config: Block, zone: str, account: str, vault: Vault) -> Calendar:
    """The calendar that the block describes. Touches nothing outside."""
    return cast("Calendar", _made(CALENDARS, config, zone, account, vault))


def open_mailbox(config: Block, zone: str, account: str, vault: Vault) -> Mailbox:
    """The mailbox that the block describes. Touches nothing outside."""
    return cast("Mailbox", _made(MAILBOXES, config, zone, account, vault))


def sign_in(
    provider: str, account: str, blocks: Sequence[Block], uses: Collection[str], vault: Vault
) -> SignIn:
    """What signs an account in. `provider` is the sign-in's name, `blocks` are those that go by it.

    `uses` is what they are: "calendar", "mailbox", or "imap" for a mailbox by another protocol than the provider's own.
    """
    options = _together(block.sign_in_options() for block in blocks)
    factory = _named(SIGN_INS[provider])
    return cast(
        "SignIn", factory(account=account, secret=secret(vault, account, provider), uses=uses, **options)
    )


def secret(vault: Vault, account: str, provider: str) -> Secret:
    """Where the sign-in of an account at a provider is kept."""
    return vault.of(f"{account}.{provider}")


def _together(said: Iterable[Mapping[str, object]]) -> dict[str, object]:
    """What the blocks of one sign-in say: all of their servers; all else is the same in each."""
    found: dict[str, object] = {}
    servers: list[object] = []
    for options in said:
        servers += cast("Iterable[object]", options.get("servers", ()))
        found |= options
    return found | ({"servers": tuple(servers)} if servers else {})


def _made(table: Mapping[str, str], config: Block, zone: str, account: str, vault: Vault) -> object:
    makers: dict[str, Callable[[], object]] = {
        "account": lambda: account,
        "secret": lambda: secret(vault, account, config.sign_in_at),
        "proof": lambda: proof(cast("AtServer", config), account, vault) if config.sign_in_at else None,
    }
    given = {name: makers[name]() for name in config.given}
    return _named(table[config.provider])(zone=zone, **config.options(), **given)


def proof(config: AtServer, account: str, vault: Vault) -> Proof:
    """Who the user is at the block's server. Asks nothing of the outside."""
    server, kept = config.server(), secret(vault, account, config.sign_in_at)
    if config.sign_in_at in TOKENS:
        tokens = _named(TOKENS[config.sign_in_at])(account=account, secret=kept)
        return cast("Proof", _named(_PASSWORDS + "TokenProof")(account, server, tokens))
    return cast("Proof", _named(_PASSWORDS + "PasswordProof")(account, server, kept))


def _named(name: str) -> Any:
    module, _, factory = name.partition(":")
    return getattr(import_module(module), factory)
