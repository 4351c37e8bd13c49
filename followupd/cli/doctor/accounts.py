"""Each account: its sign-in, its calendars, and where its drafts go.

Accounts are looked at side by side, each within a bound: one that hangs or fails never hides another's lines.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import datetime
from functools import partial

from followupd.cli.doctor.calendars import calendar_findings
from followupd.cli.doctor.finding import Finding, hint, ok, problem, told
from followupd.cli.doctor.mailboxes import local_findings
from followupd.cli.login import sign_ins
from followupd.cli.reading import has_own_client
from followupd.config import AccountConfig, Config
from followupd.credentials import Vault
from followupd.errors import FollowupdError, SignInNeeded
from followupd.providers.base import SignIn
from followupd.providers.registry import open_calendar, open_mailbox
from followupd.reference import WorldReference

SECONDS = 60.0  # for all accounts together, since they are looked at side by side
_PLACES = {"google": "Gmail", "microsoft": "Outlook"}


def key(config: Config, vault: Vault) -> Iterator[Finding]:
    """Where the key to the kept sign-ins is; nothing where no account signs in."""
    if any(_signs_in(account) for account in config.accounts):
        yield from told("key", _key(vault))


def _key(vault: Vault) -> Iterator[Finding]:
    yield ok("key", f"the key to your sign-ins is in {vault.where()}.")


def _signs_in(account: AccountConfig) -> bool:
    return any(block.signs_in for block in (*account.calendars, account.mailbox))


# --- side by side ---------------------------------------------------------------------------------


def all_of_them(config: Config, vault: Vault, now: datetime, *, key_is_there: bool) -> Iterator[Finding]:
    """What there is to say of every account, in the order of the config."""
    until = time.monotonic() + SECONDS
    looks = [_Look(account, config, vault, now, key_is_there=key_is_there) for account in config.accounts]
    for look in looks:
        look.start()
    for look in looks:
        look.join(max(0.0, until - time.monotonic()))
        yield from tuple(look.found)
        if look.is_alive():
            yield problem(
                "account",
                f"it did not answer within {SECONDS:.0f} seconds. What was found until then stands above. Check the "
                "network, or the disk that its files lie on, and try again.",
                look.account,
            )


class _Look(threading.Thread):
    """The look at one account. `found` grows while it runs."""

    def __init__(
        self, account: AccountConfig, config: Config, vault: Vault, now: datetime, *, key_is_there: bool
    ) -> None:
        super().__init__(name=f"check {account.name}", daemon=True)  # what hangs must not keep the program
        self.account = account.name
        self.found: list[Finding] = []
        self._look = partial(_account, account, config, vault, now, key_is_there=key_is_there)

    def run(self) -> None:
        for finding in told("account", self._look(), self.account):
            self.found.append(finding)


# --- one account ----------------------------------------------------------------------------------


def _account(
    account: AccountConfig, config: Config, vault: Vault, now: datetime, *, key_is_there: bool
) -> Iterator[Finding]:
    name, policy = account.name, config.policy(WorldReference())
    calendars = [(block, open_calendar(block, config.zone, name, vault)) for block in account.calendars]
    is_signed_in = True
    notices = {calendar.notice(now) for _, calendar in calendars}
    for sign_in in sign_ins(account, vault):
        for finding in told(
            "sign_in", _sign_in(sign_in, name, notices, now, key_is_there=key_is_there), name
        ):
            is_signed_in = is_signed_in and finding.ok
            yield finding
    if not is_signed_in:
        yield from _client(account)
    for block, calendar in calendars:
        if is_signed_in or not block.signs_in:
            yield from told("calendar", calendar_findings(calendar, block, name, policy, now), name)
    if account.mailbox.provider == "local":
        mailbox = open_mailbox(account.mailbox, config.zone, name, vault)
        yield from told("mailbox", local_findings(account.mailbox, mailbox, name, now), name)
    elif is_signed_in:
        yield ok("mailbox", f"drafts will be put into {_PLACES[account.mailbox.provider]}.", name)


def _sign_in(
    sign_in: SignIn, account: str, notices: set[str], now: datetime, *, key_is_there: bool
) -> Iterator[Finding]:
    """What the provider says to it: whose it is, what is granted, until when."""
    kept = _is_kept(sign_in)
    if kept is False:
        unprepared = list(told("sign_in", _preparation(sign_in), account))
        yield from (problem("sign_in", one.text, account, SignInNeeded.exit_code) for one in unprepared)
        if unprepared:
            return
    if not key_is_there:
        yield problem("sign_in", "it can't be looked at without the key.", account, SignInNeeded.exit_code)
        return
    for line in sign_in.check(now):
        yield hint("sign_in", line, account) if line in notices else ok("sign_in", line, account)


def _client(account: AccountConfig) -> Iterator[Finding]:
    """Whose client it would sign in with at Microsoft; a sign-in that is good tells that itself."""
    blocks = [one for one in (*account.calendars, account.mailbox) if one.provider == "microsoft"]
    if not blocks:
        return
    if own := blocks[-1].client_id:
        yield ok("sign_in", f"its client at Microsoft is your own: {own}.", account.name)
    elif has_own_client():
        yield ok("sign_in", "its client at Microsoft is the one that this followupd brings.", account.name)


def _preparation(sign_in: SignIn) -> Iterator[Finding]:
    """What a first login will need; nothing is said where it is there."""
    sign_in.prepared()
    yield from ()


def _is_kept(sign_in: SignIn) -> bool | None:
    """None where it can't be told: something is kept, and does not open."""
    try:
        return bool(sign_in.is_kept())
    except FollowupdError:
        return None
