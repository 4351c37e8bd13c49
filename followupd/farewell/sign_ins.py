"""What the providers granted comes to its end: told to them where they can be reached, and removed here always."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from pydantic import ValidationError

from followupd.config import AccountConfig
from followupd.config.accounts import AccountBlock
from followupd.credentials import Vault
from followupd.credentials.files import FOLDER, ID
from followupd.errors import FollowupdError, ProviderError
from followupd.farewell import Told
from followupd.farewell.folders import remove
from followupd.providers.base import SignIn
from followupd.providers.registry import SIGN_INS

SignInsOf = Callable[[AccountConfig, Vault], Iterable[SignIn]]

# Microsoft has no way for a program to end what the user consented to: only the user can, on a page.
_ENDED_BY_HAND = {"microsoft": "Microsoft", "microsoft-imap": "Microsoft"}
# Passwords are kept here alone: nobody else is to be told.
_OURS_ALONE = "password"


def kept(vault: Vault) -> list[str]:
    """The names of the sign-ins that are kept: `personal.google`. Needs no key. Raises StoreError."""
    return [name for name in vault.names() if name.rpartition(".")[2] in SIGN_INS]


def would_end(name: str) -> str:
    """What the end of a kept sign-in would be, in words."""
    if name.endswith(f".{_OURS_ALONE}"):
        return f"Would delete the passwords of {name.rpartition('.')[0]}."
    provider = _ENDED_BY_HAND.get(name.rpartition(".")[2], "")
    if provider:
        return f"Would remove the sign-in {name}, and name the page where {provider}'s consent is taken back."
    return f"Would end the sign-in {name}, and tell its provider."


def ended(accounts: Iterable[AccountConfig], vault: Vault, sign_ins: SignInsOf) -> Iterator[Told]:
    """Ends every sign-in: of the accounts in the config, and of those that it does not name any more."""
    known = list(accounts)
    there = kept(vault)
    for account in known:
        yield from _ended(account, vault, sign_ins, there)
    named = {f"{account.name}.{provider}" for account in known for provider in account.signs_in_at}
    for name in there:
        if name not in named:
            account_name, _, provider = name.rpartition(".")
            yield from _ended_nameless(account_name, provider, vault, sign_ins, there)


def _ended(account: AccountConfig, vault: Vault, sign_ins: SignInsOf, there: list[str]) -> Iterator[Told]:
    for provider, sign_in in zip(account.signs_in_at, sign_ins(account, vault), strict=True):
        was_kept = f"{account.name}.{provider}" in there
        try:
            left = sign_in.logout()
        except FollowupdError as error:
            yield Told(f"{account.name} could not be signed out: {error}", failed=True)
            continue
        if not was_kept:
            # A run that was killed may have removed it here without telling the provider.
            yield Told(f"{account.name} was not signed in here. {left}".rstrip())
        elif left and (provider in _ENDED_BY_HAND or provider == _OURS_ALONE):
            yield Told(f"{account.name} is signed out. {left}")
        elif left:
            yield Told(f"{account.name}: its sign-in was removed here, but: {left}", failed=True)
        else:
            yield Told(f"{account.name} is signed out, and its provider was told.")


def _ended_nameless(
    name: str, provider: str, vault: Vault, sign_ins: SignInsOf, there: list[str]
) -> Iterator[Told]:
    """An account that the config does not name (any more): its sign-in says all that is needed to end it."""
    account = _usual(name, provider)
    if account is not None:
        yield from _ended(account, vault, sign_ins, there)
        return
    vault.delete(f"{name}.{provider}")
    if provider == _OURS_ALONE:
        yield Told(f"{name}: its passwords were deleted here.")
        return
    told = f"{name}: its sign-in was removed here, but {provider} was not told."
    yield Told(f"{told} End followupd's access on that account's page of permissions.", failed=True)


def _usual(name: str, provider: str) -> AccountConfig | None:
    """The account as a config with nothing but the provider would have it, None where that needs more."""
    try:
        only = {"provider": provider}
        block = AccountBlock.model_validate({"name": name, "calendar": only, "mailbox": only})
    except ValidationError:
        return None
    return AccountConfig(name=block.name, calendars=block.calendar, mailbox=block.mailbox)


def is_key_in_keyring(state: Path) -> bool:
    """Whether a key was put into the system's keyring for this state folder."""
    return os.path.lexists(state / FOLDER / ID)


def key_forgotten(state: Path, vault: Vault) -> Iterator[Told]:
    """Takes the key out of the keyring, where it is in one."""
    if not is_key_in_keyring(state):
        return
    try:
        vault.forget_key()
    except ProviderError as error:
        yield Told(
            f"The key is still in the keyring: {error} It opens nothing any more. Where to find it is kept in "
            f"{state / FOLDER / ID}: unlock the keyring, then run `followupd uninstall` again.",
            failed=True,
        )
        return
    remove(state / FOLDER, (ID,))  # the vault leaves one that it can't read
    yield Told("The key was taken out of the keyring.")
