"""What `init` asks: each answer comes from its option, else from the terminal, else it is the usual one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from followupd.cli import reading, sources
from followupd.cli.asker import Asker
from followupd.cli.sources import Source

if TYPE_CHECKING:
    from followupd.config.blocks import ProviderBlock


@dataclass(frozen=True, slots=True)
class Answers:
    """What a config can't be without, and what most people set.

    `source` is None where the config has an account that no question fits, which then stays as it is. `title` ""
    means the usual rules. `companies` are pairs of domain and name, `key_file` "" means the system's keyring.
    `listed` are the calendars of an account that has several, in a list that stays as it is.
    """

    name: str
    addresses: tuple[str, ...]
    source: Source | None
    title: str
    language: str
    timezone: str
    country: str
    companies: tuple[tuple[str, str], ...] = ()
    key_file: str = ""
    listed: tuple[ProviderBlock, ...] = ()


def answers(asker: Asker, folder: Path, templates: Path, known: Answers | None = None) -> Answers:
    """All answers but those about interviews, for a config in `folder`; what is `known` already is usual.

    `templates` is where the user's own wordings lie.
    Raises UsageError where one is wrong, or can't be asked for.
    """
    # Imported here: `init --help` needs neither pydantic nor YAML.
    from followupd.config import scalars, world

    named = sources.named_provider(asker.given)
    why = "It stands under your letters."
    name = asker.answer("--name", "Your name", scalars.line, known.name if known else None, why=why)
    question = "Your addresses at which interviews invite you, with spaces between"
    there = " ".join(known.addresses) if known else None
    why = "By them you are told apart from those whom you meet. '*@lee.example' means all of a domain."
    addresses = asker.answer("--address", question, reading.addresses, there, why=why).split()
    source = _source(asker, folder, known, named, addresses)
    usual = known.language if known else "en"
    why = "Letters come in English (en), German (de), French (fr), Spanish (es), Dutch (nl), or by your own templates."
    read = reading.language(templates)
    language = asker.answer("--language", "Language of your letters", read, usual, why=why)
    here, why = (known.timezone if known else world.system_zone()) or None, "Letters appear by your clock."
    timezone = asker.answer("--timezone", "Your time zone, as Europe/London", world.timezone, here, why=why)
    usual = (known.country if known else "") or reading.country_of(timezone)
    why = "No nudge comes on a public holiday."
    country = asker.answer("--country", "Your country", scalars.or_blank(world.country), usual, why=why)
    if asker.missing:
        raise click.UsageError(_give_also(asker.missing))
    title = known.title if known else ""
    key_file = known.key_file if known else ""
    if asker.knows("--key-file"):
        key_file = asker.answer("--key-file", "Key file", reading.path_or_dash, key_file).strip(reading.NONE)
    return Answers(name, tuple(addresses), source, title, language, timezone, country, key_file=key_file)


def _source(
    asker: Asker, folder: Path, known: Answers | None, named: str, addresses: list[str]
) -> Source | None:
    if known and known.listed:
        return sources.beside_a_list(asker, known.source, known.listed, named, addresses)
    if known and not named and sources.is_by_hand(known.source):
        return known.source
    return sources.ask(asker, folder, known.source if known else None, named, addresses)


def _give_also(missing: list[str]) -> str:
    others = " (--provider google, microsoft or imap needs neither --calendar nor --mail)"
    both = {"--calendar", "--mail"} <= set(missing)
    return (
        "there is no terminal to ask on. Nothing was written. "
        f"Give also: {', '.join(missing)}{others if both else ''}"
    )


def title(asker: Asker, usual: str) -> str:
    """What titles of interviews say: a pattern, "" for the usual rules."""
    question = "What titles of interviews say (a word, some with commas between, or a regular expression)"

    def read(value: str) -> str:
        """What the config says stays as it is written there."""
        return value if value == usual else reading.title(value)

    return asker.answer("--title", question, read, usual or reading.USUAL)
