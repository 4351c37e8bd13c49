"""`followupd login` and `logout`: an account's sign-in at its provider."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING

import click

from followupd.cli.context import Settings, now_option
from followupd.errors import ProviderError, UsageError

if TYPE_CHECKING:
    from followupd.config import AccountConfig, Config
    from followupd.credentials import Vault
    from followupd.providers.base import SignIn


class Keyboard:
    """Asks on the terminal. With `yes`, every question of yes or no is answered."""

    def __init__(self, *, yes: bool) -> None:
        self._yes = yes

    def say(self, words: str) -> None:
        click.echo(words)

    def ask(self, question: str) -> str:
        try:
            return str(click.prompt(question, prompt_suffix=": "))
        except click.Abort as abort:
            if not isinstance(abort.__context__, EOFError):
                raise
            raise UsageError("no answer came. Nothing was kept.") from None

    def ask_hidden(self, question: str) -> str:
        """Without a terminal it is the next line of the standard input: a script may give it there."""
        if sys.stdin.isatty():
            return str(
                click.prompt(question, prompt_suffix=": ", hide_input=True, default="", show_default=False)
            )
        click.echo(f"{question}: ")
        line = sys.stdin.readline()
        if not line:
            raise UsageError(
                "no password came on the standard input. Nothing was kept. Run it in a terminal, or give each password "
                "in a line of its own."
            )
        return line.removesuffix("\n").removesuffix("\r")

    def agrees(self, question: str) -> bool:
        if self._yes:
            return True
        if not sys.stdin.isatty():
            raise UsageError(
                "there is no terminal to ask on. Nothing was kept. Answer beforehand with --yes."
            )
        return click.confirm(question)


@click.command()
@click.argument("account", required=False)
@click.option("--no-browser", is_flag=True, help="Print an address to open elsewhere, and what to do there.")
@click.option("--port", type=click.IntRange(1, 65535), help="Listen on this port: for a tunnel by ssh -L.")
@click.option("--check", "only_check", is_flag=True, help="Only look whether the sign-in works.")
@click.option("--yes", is_flag=True, help="Use the account also if it is one of work or school.")
@now_option
@click.pass_context
def login(
    ctx: click.Context,
    /,
    *,
    account: str | None,
    no_browser: bool,
    port: int | None,
    only_check: bool,
    yes: bool,
) -> None:
    """Sign an account in at its provider, in your browser or with a password.

    ACCOUNT is its name in the config; it may be left out where only one account signs in.
    """
    # Imported here: `login --help` needs no provider.
    from followupd.bell import ring
    from followupd.providers.base import SignInWay

    settings: Settings = ctx.obj
    config, vault = _opened(settings)
    chosen = _chosen(account, config)
    way = SignInWay(browser=not no_browser and port is None, port=port or 0)
    for sign_in in sign_ins(chosen, vault):
        if only_check:
            for line in sign_in.check(settings.now()):
                click.echo(f"{chosen.name}: {line}")
        else:
            if chosen.keeps_secrets:
                vault.where()  # a keyring that can't be used is told before the browser opens, not after
            sign_in.login(Keyboard(yes=yes), way, taken(chosen, config, vault), settings.now())
    if not only_check:
        ring(settings.state)
        if chosen.keeps_secrets:
            click.echo(f"The key to it is in {vault.where()}.")
        click.echo("Next: `followupd once` looks with it; where the service runs, it does so by itself.")


@click.command()
@click.argument("account", required=False)
@click.pass_context
def logout(ctx: click.Context, /, *, account: str | None) -> None:
    """Forget an account's sign-in, and tell the provider where it can be told. Drafts and mail stay."""
    settings: Settings = ctx.obj
    config, vault = _opened(settings)
    chosen = _chosen(account, config)
    for sign_in in sign_ins(chosen, vault):
        left = sign_in.logout()
        told = left or "Its provider was told."
        click.echo(f"{chosen.name} is signed out. {told}")
    if not vault.names():
        with suppress(ProviderError):  # a keyring that can't be reached keeps a key that opens nothing
            vault.forget_key()


def _opened(settings: Settings) -> tuple[Config, Vault]:
    from followupd.credentials import Vault

    config = settings.load_config()
    return config, Vault(settings.state, config.key_file)


def _chosen(name: str | None, config: Config) -> AccountConfig:
    """The account named, or the only one that signs in."""
    signing = [account for account in config.accounts if account.signs_in_at]
    if name is None:
        if len(signing) == 1:
            return signing[0]
        raise UsageError(_which(signing))
    found = next((account for account in config.accounts if account.name == name), None)
    if found is None:
        known = ", ".join(account.name for account in config.accounts)
        raise UsageError(f"no account is called “{name}”. Nothing was done. Known: {known}.")
    if not found.signs_in_at:
        raise UsageError(f"{name} needs no sign-in: nobody asks it for one.")
    return found


def _which(signing: list[AccountConfig]) -> str:
    if not signing:
        return "no account of the config needs a sign-in: nobody asks for one."
    return f"several accounts sign in. Name one: {', '.join(account.name for account in signing)}."


def sign_ins(account: AccountConfig, vault: Vault) -> Iterator[SignIn]:
    """What signs the account in: one for each provider at which it does."""
    from followupd.providers.registry import sign_in

    for name in account.signs_in_at:
        calendars = [block for block in account.calendars if block.sign_in_at == name]
        mailboxes = [account.mailbox] if account.mailbox.sign_in_at == name else []
        mail = "imap" if account.mailbox.provider == "imap" and name != "password" else "mailbox"
        uses = ["calendar"] * bool(calendars) + [mail] * bool(mailboxes)
        yield sign_in(name, account.name, [*calendars, *mailboxes], uses, vault)


def taken(chosen: AccountConfig, config: Config, vault: Vault) -> set[str]:
    """The addresses of the other accounts' mailboxes, as far as they are signed in."""
    found: set[str] = set()
    for other in config.accounts:
        if other.name != chosen.name:
            found |= set(_addresses(other, vault))
    return found - {""}


def _addresses(account: AccountConfig, vault: Vault) -> Iterator[str]:
    for sign_in in sign_ins(account, vault):
        try:
            yield sign_in.who()
        except ProviderError:
            continue
