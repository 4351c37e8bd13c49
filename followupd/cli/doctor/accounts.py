"""Each account: its sign-in, its calendars, and where its drafts go.

Accounts are looked at side by side, each within a bound: one that hangs or fails never hides another's lines.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Collection, Iterator
from datetime import datetime
from functools import partial

from followupd.cli.doctor.calendars import calendar_findings
from followupd.cli.doctor.finding import Finding, hint, ok, problem, told
from followupd.cli.doctor.internet import caldav_findings, imap_findings
from followupd.cli.doctor.mailboxes import local_findings
from followupd.cli.login import sign_ins
from followupd.cli.reading import has_own_client
from followupd.config import AccountConfig, CalendarConfig, Config
from followupd.core.model import Policy
from followupd.credentials import Vault
from followupd.errors import FollowupdError, SignInNeeded
from followupd.providers.base import Calendar, SignIn
from followupd.providers.registry import open_calendar, open_mailbox, proof
from followupd.reference import WorldReference

SECONDS = 60.0  # for all accounts together, since they are looked at side by side
_PLACES = {"google": "Gmail", "microsoft": "Outlook"}


def key(config: Config, vault: Vault) -> Iterator[Finding]:
    """Where the key to the kept sign-ins is; nothing where no account signs in."""
    if any(account.keeps_secrets for account in config.accounts):
        yield from told("key", _key(vault))


def _key(vault: Vault) -> Iterator[Finding]:
    yield ok("key", f"the key to your sign-ins is in {vault.where()}.")


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
    notices = {calendar.notice(now) for _, calendar in calendars}
    failed: set[str] = set()
    for sign_in_name, sign_in in zip(account.signs_in_at, sign_ins(account, vault), strict=True):
        found = (
            _passwords(account, key_is_there=key_is_there)
            if sign_in_name == "password"
            else _sign_in(sign_in, name, notices, now, key_is_there=key_is_there)
        )
        for finding in told("sign_in", found, name):
            if not finding.ok:
                failed.add(sign_in_name)
            yield finding
    yield from _client(account, failed)
    for block, calendar in calendars:
        if block.sign_in_at not in failed:
            yield from told("calendar", _calendar(block, calendar, account, vault, policy, now), name)
    if account.mailbox.sign_in_at not in failed:
        yield from told("mailbox", _mailbox(account, config, vault, now), name)


def _calendar(
    block: CalendarConfig,
    calendar: Calendar,
    account: AccountConfig,
    vault: Vault,
    policy: Policy,
    now: datetime,
) -> Iterator[Finding]:
    if block.provider == "caldav":
        yield from caldav_findings(block, proof(block, account.name, vault), account.name)
    yield from calendar_findings(calendar, block, account.name, policy, now)


def _mailbox(account: AccountConfig, config: Config, vault: Vault, now: datetime) -> Iterator[Finding]:
    block = account.mailbox
    if block.provider == "local":
        mailbox = open_mailbox(block, config.zone, account.name, vault)
        yield from local_findings(block, mailbox, account.name, now)
    elif block.provider == "imap":
        yield from imap_findings(block, proof(block, account.name, vault), account.name)
    else:
        yield ok("mailbox", f"drafts will be put into {_PLACES[block.provider]}.", account.name)


def _passwords(account: AccountConfig, *, key_is_there: bool) -> Iterator[Finding]:
    """Whether the passwords can be looked at. Each server tells itself whether it takes its own."""
    kept = [block for block in account.blocks if block.sign_in_at == "password" and block.keeps_secret]
    if kept and not key_is_there:
        text = "it can't be looked at without the key."
        yield problem("sign_in", text, account.name, SignInNeeded.exit_code)


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


def _client(account: AccountConfig, failed: Collection[str]) -> Iterator[Finding]:
    """Whose client it would sign in with at Microsoft; a sign-in that is good tells that itself."""
    blocks = [one for one in account.blocks if one.provider == "microsoft" and one.sign_in_at in failed]
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
