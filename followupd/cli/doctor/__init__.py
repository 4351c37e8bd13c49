"""What `check` looks at, in order: the machine, the config, each account, and what runs by itself.

Each page yields findings and changes nothing. A page that fails is told as a finding, and the next one is asked.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from followupd.cli.context import Settings
from followupd.cli.doctor import accounts, machine, running, state, words
from followupd.cli.doctor.finding import Finding, ok, problem, some
from followupd.cli.doctor.state import Stored
from followupd.config import Config, load
from followupd.credentials import Vault
from followupd.errors import ConfigError

__all__ = ["Finding", "findings"]


def findings(settings: Settings) -> Iterator[Finding]:
    """Everything that there is to say, as it is found. What `check` of a finding may be stands in docs/json.md."""
    folder, now = settings.state, settings.now()
    yield from state.folder(folder)
    stored, about = state.stored(folder)
    yield from about
    config, about = _config(settings)
    yield from about
    yield from machine.clock(config.zone if config else "", now)
    if config is not None:
        yield from _configured(settings, config, stored)
    poll = config.poll if config else stored.poll
    names = tuple(account.name for account in config.accounts) if config else tuple(stored.accounts)
    looks = [running.last_look(folder, name, poll, now) for name in names]
    yield from running.service(settings.config_path, folder, looks)
    yield from running.last_cycles(looks, stored.accounts, poll)
    if config is not None:
        yield from running.notices(config)


def _configured(settings: Settings, config: Config, stored: Stored) -> Iterator[Finding]:
    """What can be looked at only where the config can be read."""
    vault = Vault(settings.state, config.key_file)
    yield from machine.zone(config.zone, settings.now())
    yield from words.templates(config)
    yield from words.organisations(config, stored.processes)
    key = list(accounts.key(config, vault))
    yield from key
    is_there = all(finding.ok for finding in key)
    yield from accounts.all_of_them(config, vault, settings.now(), key_is_there=is_there)


def _config(settings: Settings) -> tuple[Config | None, list[Finding]]:
    """The config, None where it has problems; and what is to be said of it."""
    try:
        config = _loaded(settings)
    except ConfigError as error:
        lines = str(error).splitlines()
        return None, [problem("config", line, exit_code=error.exit_code) for line in lines]
    number = some(len(config.accounts), "account")
    missing = "" if config.document.me.country else (
        " No country is named, so no public holidays are known: add me.country."
    )  # fmt: skip
    return config, [ok("config", f"{config.source} is right, with {number}.{missing}")]


def _loaded(settings: Settings) -> Config:
    try:
        return settings.load_config()
    except (
        OSError
    ):  # the state folder can't be looked into, which has been told: whether it ever ran is unknown
        return load(Path(settings.config_path), settings.state)
