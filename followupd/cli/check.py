"""`followupd check`: can it work here? One line for each thing it needs, with what to do."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

import click

from followupd.errors import ConfigError, FollowupdError

if TYPE_CHECKING:
    from followupd.config import AccountConfig, CalendarConfig, Config
    from followupd.config.accounts import LocalMailbox
    from followupd.core.model import Event, Policy
    from followupd.credentials import Vault
    from followupd.providers.base import Calendar, Mailbox, SignIn

_WEEKS = timedelta(weeks=4)
_RELEASED = datetime(2026, 1, 1, tzinfo=UTC)


class Settings(Protocol):
    """What the command line knows before any command runs."""

    config_path: Path
    state: Path
    plain: bool

    def now(self) -> datetime:
        """The time, aware; `--now` where it was given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at. `check` is config, state, clock, sign_in, calendar or mailbox."""

    check: str
    account: str = ""
    ok: bool
    text: str

    def line(self) -> str:
        about = f"{self.check} of {self.account}" if self.account else self.check
        return f"{'ok' if self.ok else 'problem':<8} {about}: {self.text}"


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object.")
@click.pass_context
def check(ctx: click.Context, /, *, as_json: bool) -> None:
    """Look at the config, the state folder, and each account's calendar and mailbox. Changes nothing."""
    settings: Settings = ctx.obj
    findings = list(_findings(settings))
    is_ok = all(finding.ok for finding in findings)
    if as_json:
        checks = [asdict(finding) for finding in findings]
        click.echo(json.dumps({"ok": is_ok, "checks": checks}, ensure_ascii=False, indent=2))
    else:
        click.echo("\n".join(finding.line() for finding in findings))
    bad_config = any(finding.check == "config" and not finding.ok for finding in findings)
    ctx.exit(ConfigError.exit_code if bad_config else int(not is_ok))


def _findings(settings: Settings) -> Iterator[Finding]:
    # Imported here: `check --help` needs neither pydantic nor YAML.
    from followupd.config import load
    from followupd.credentials import Vault

    yield _state_folder(settings.state)
    try:
        config = load(settings.config_path, settings.state)
    except ConfigError as error:
        yield from (Finding(check="config", ok=False, text=line) for line in str(error).splitlines())
        return
    yield _config(config)
    yield _clock(config.zone, settings.now())
    vault = Vault(settings.state, config.key_file)
    for account in config.accounts:
        yield from _account(account, config, vault, settings.now())


def _state_folder(path: Path) -> Finding:
    """Whether the state can be kept there, and from others."""
    try:
        return _looked_at(path)
    except OSError as error:
        return _state(f"{path} can't be looked at ({error.strerror}). Name another with --state.", ok=False)


def _looked_at(path: Path) -> Finding:
    if not path.exists():
        home = next(parent for parent in path.absolute().parents if parent.exists())
        if os.access(home, os.W_OK | os.X_OK):
            return _state(f"{path} does not exist yet and will be made at the first run.")
        return _state(
            f"{path} does not exist, and {home} can't be written. Name another with --state.", ok=False
        )
    if not path.is_dir():
        return _state(f"{path} is a file, and a folder is needed. Name another with --state.", ok=False)
    if not os.access(path, os.R_OK | os.W_OK | os.X_OK):
        return _state(f"{path} can't be written. Give it back to yourself: chmod 700 '{path}'", ok=False)
    if path.stat().st_mode & 0o077:
        return _state(f"{path} is open to others on this machine. Close it: chmod 700 '{path}'", ok=False)
    return _state(f"{path} can be written, by you alone.")


def _state(text: str, *, ok: bool = True) -> Finding:
    return Finding(check="state", ok=ok, text=text)


def _config(config: Config) -> Finding:
    number = _some(len(config.accounts), "account")
    missing = "" if config.document.me.country else (
        " No country is named, so no public holidays are known: add me.country."
    )  # fmt: skip
    return Finding(check="config", ok=True, text=f"{config.source} is right, with {number}.{missing}")


def _clock(zone: str, now: datetime) -> Finding:
    there = f"{now.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} in {zone}"
    if now < _RELEASED:
        text = f"it says {there}, which is before this program was written. Set the machine's clock."
        return Finding(check="clock", ok=False, text=text)
    return Finding(check="clock", ok=True, text=f"it is {there}. If that is not your time, set me.timezone.")


def _account(account: AccountConfig, config: Config, vault: Vault, now: datetime) -> Iterator[Finding]:
    from followupd.providers.registry import open_calendar, open_mailbox
    from followupd.reference import WorldReference

    policy = config.policy(WorldReference())
    is_signed_in = True
    for ok, text in _told(_signed_in(account, vault, now)):
        is_signed_in = is_signed_in and ok
        yield Finding(check="sign_in", account=account.name, ok=ok, text=text)
    for calendar in account.calendars:
        if is_signed_in or not calendar.signs_in:
            opened = open_calendar(calendar, policy.me.zone, account.name, vault)
            for ok, text in _told(_calendar(opened, _place(calendar), policy, now)):
                yield Finding(check="calendar", account=account.name, ok=ok, text=text)
    if account.mailbox.provider == "local":
        opened_mail = open_mailbox(account.mailbox, config.zone, account.name, vault)
        for ok, text in _told(_mailbox(account.mailbox, opened_mail, now)):
            yield Finding(check="mailbox", account=account.name, ok=ok, text=text)
    elif is_signed_in:
        yield Finding(check="mailbox", account=account.name, ok=True, text="drafts will be put into Gmail.")


def _signed_in(account: AccountConfig, vault: Vault, now: datetime) -> Iterator[Told]:
    """What the providers say to each sign-in, and where the key to it lies."""
    from followupd.cli.login import sign_ins

    for sign_in in sign_ins(account, vault):
        missing = [*_told(_key(vault)), *(() if _is_signed_in(sign_in) else _told(_preparation(sign_in)))]
        yield from missing
        if all(ok for ok, _ in missing):
            yield from ((True, line) for line in sign_in.check(now))


def _key(vault: Vault) -> Iterator[Told]:
    yield True, f"the key to it is in {vault.where()}."


def _preparation(sign_in: SignIn) -> Iterator[Told]:
    """What a first login will need; nothing is said where it is there."""
    sign_in.prepared()
    yield from ()


def _is_signed_in(sign_in: SignIn) -> bool:
    try:
        return bool(sign_in.is_kept())
    except FollowupdError:
        return False


def _place(config: CalendarConfig) -> str:
    """What the user calls it."""
    return (
        str(config.path) if config.provider == "local" else f"Google Calendar ({', '.join(config.calendars)})"
    )


Told = tuple[bool, str]


def _told(found: Iterator[Told]) -> Iterator[Told]:
    """What was found, and the error that ended it: one account that fails never stops another."""
    try:
        yield from found
    except (FollowupdError, OSError) as error:
        yield False, str(error)


def _calendar(calendar: Calendar, place: str, policy: Policy, now: datetime) -> Iterator[Told]:
    seen = calendar.changes(None, now - _WEEKS, now + _WEEKS)
    past = [event for event in seen.events if event.end <= now]
    ahead = [event for event in seen.events if event.end > now]
    hint = "" if seen.events else " Is this the calendar that your interviews stand in?"
    yield (
        True,
        (
            f"{place}: {_counted(past, policy)} in the last four weeks, "
            f"{_counted(ahead, policy)} in the next four.{hint}"
        ),
    )
    for problem in seen.problems:
        yield False, f"{problem.where}: {problem.what}"
    if not seen.complete and not seen.problems:
        yield False, f"{place} could not be read to its end. Try again in a minute."


def _counted(events: list[Event], policy: Policy) -> str:
    from followupd.core.interviews import judge
    from followupd.core.model import Choice

    choices = [judge(event, policy).choice for event in events]
    asked = choices.count(Choice.ASK)
    doubt = f" and {asked} to ask you about" if asked else ""
    return f"{_some(len(events), 'event')} ({_some(choices.count(Choice.YES), 'interview')}{doubt})"


def _some(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _mailbox(config: LocalMailbox, mailbox: Mailbox, now: datetime) -> Iterator[Told]:
    from followupd.cli import folders
    from followupd.core.model import Folder

    found = folders.find(config.path, config.folders)
    names = ", ".join(f"{kind} is {name}" for kind, name in found.names.items())
    yield bool(names), f"{config.path}: {names or 'no mail folder is in it. Is this your Maildir?'}"
    for where in found.unread:
        yield False, where
    if names:
        yield _drafts(found.places.get(Folder.DRAFTS), config.path)
    if names and Folder.SENT not in found.names:
        yield (
            False,
            (
                f"no Sent folder was found in {config.path}, so letters that you send would not be seen. "
                "Name it in the config: folders: {sent: NAME}"
            ),
        )
    look = mailbox.letters_to((), now - timedelta(days=1))
    for problem in look.problems:
        yield False, f"{problem.where}: {problem.what}"


def _drafts(place: Path | None, root: Path) -> Told:
    from followupd.cli.folders import is_writable

    if place is None:
        return False, (
            f"no Drafts folder was found in {root}. Save a draft in your mail program once, or name "
            "the folder in the config: folders: {drafts: NAME}"
        )
    if not is_writable(place):
        return False, f"{place} can't be written, so no draft can be put there. Correct its permissions."
    return True, f"drafts will be put into {place}."
