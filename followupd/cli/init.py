"""`followupd init`: asks a few things and writes a commented config for mail and calendar on this machine."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from followupd.errors import ConfigError, FollowupdError

if TYPE_CHECKING:
    from followupd.core.model import Folder

_USUAL = "the usual rules"


@dataclass(frozen=True, slots=True)
class Answers:
    """What a config can't be without, and what most people set. `title` "" means the usual rules."""

    name: str
    addresses: tuple[str, ...]
    calendar: Path
    mail: Path
    title: str
    language: str
    timezone: str
    country: str


@click.command()
@click.option("--name", help="Your name, as it stands under your letters.")
@click.option("--address", "addresses", multiple=True, help="An address of yours. May be repeated.")
@click.option("--calendar", metavar="PATH", help="The folder with your .ics files.")
@click.option("--mail", metavar="PATH", help="Your Maildir.")
@click.option("--title", metavar="REGEX", help="What the titles of your interviews say.")
@click.option("--language", help="The language of your letters: two letters.")
@click.option("--timezone", help="Where you live: Europe/London. The machine's otherwise.")
@click.option("--country", help="Whose public holidays count: two letters. That of your zone otherwise.")
@click.option("--yes", is_flag=True, help="Ask nothing that has a usual answer.")
@click.option("--force", is_flag=True, help="Replace a config that exists.")
@click.pass_context
def init(
    ctx: click.Context, /, *, addresses: tuple[str, ...], yes: bool, force: bool, **given: str | None
) -> None:
    """Write a config for the mail and the calendar on this machine.

    Asks what is not given as an option. Touches nothing but the config file.
    """
    from followupd.cli.first_config import text

    path: Path = ctx.obj.config_path
    if os.path.lexists(path) and not force:
        raise click.UsageError(
            f"there is a config already: {path}. Nothing was changed. "
            "Edit it, or replace it with `followupd init --force`."
        )
    answers = _answers(_Asker(asks=sys.stdin.isatty(), usual=yes), given, addresses)
    found = _folders(answers.mail)
    _write(path, text(answers, found))
    click.echo(_next_steps(path, answers, found))


# --- asking -------------------------------------------------------------------------------------

Read = Callable[[str], str]


class _Asker:
    """Takes each answer from its option, else from the terminal, else its usual one."""

    def __init__(self, *, asks: bool, usual: bool) -> None:
        self.asks = asks
        self.usual = usual
        self.missing: list[str] = []

    def answer(
        self, option: str, given: str | None, question: str, read: Read, usual: str | None = None
    ) -> str:
        if given is not None:
            return _checked(option, read)(given)
        if self.asks and not (self.usual and usual is not None):
            return str(click.prompt(question, default=usual, value_proc=_checked(option, read)))
        if usual is None:
            self.missing.append(option)
            return ""
        return read(usual)


def _checked(option: str, read: Read) -> Read:
    def check(value: str) -> str:
        try:
            return read(value)
        except ValueError as error:
            raise click.UsageError(f"{option}: {error}") from None

    return check


def _answers(asker: _Asker, given: dict[str, str | None], addresses: tuple[str, ...]) -> Answers:
    # Imported here: `init --help` needs neither pydantic nor YAML.
    from followupd.config import scalars, world

    name = asker.answer("--name", given["name"], "Your name", scalars.line)
    mine = _addresses(asker, addresses)
    calendar = asker.answer("--calendar", given["calendar"], "Folder with your .ics files", _folder)
    mail = asker.answer("--mail", given["mail"], "Your Maildir", _folder)
    title = asker.answer("--title", given["title"], "What titles of interviews say", _title, _USUAL)
    language = asker.answer("--language", given["language"], "Language of your letters", world.language, "en")
    here = world.system_zone() or None
    timezone = asker.answer("--timezone", given["timezone"], "Your time zone", world.timezone, here)
    there = _country_of(timezone)
    country = asker.answer(
        "--country", given["country"], "Your country", scalars.or_blank(world.country), there
    )
    if asker.missing:
        raise click.UsageError(
            f"there is no terminal to ask on. Nothing was written. Give also: {', '.join(asker.missing)}"
        )
    return Answers(name, mine, Path(calendar), Path(mail), title, language, timezone, country)


def _addresses(asker: _Asker, given: tuple[str, ...]) -> tuple[str, ...]:
    from followupd.config import scalars

    def several(value: str) -> str:
        return " ".join(scalars.address_pattern(word) for word in value.replace(",", " ").split())

    question = "Your addresses, with spaces between"
    return tuple(asker.answer("--address", " ".join(given) or None, question, several).split())


def _title(value: str) -> str:
    from followupd.config import scalars

    return "" if value == _USUAL else scalars.pattern(value)


def _folder(value: str) -> str:
    """A path as typed counts from where one stands, and in the config from anywhere."""
    path = Path(value).expanduser().absolute()
    if not path.is_dir():
        raise ValueError(f"there is no folder {path}. Correct the path, or create the folder first.")
    return str(path)


def _country_of(zone: str) -> str:
    from followupd.reference import WorldReference

    return WorldReference().country_of(zone)


def _folders(mail: Path) -> dict[Folder, str]:
    from followupd.cli import folders

    try:
        return folders.find(mail, {}).names
    except FollowupdError:
        return {}  # `check` tells why; a config can be written before the mail is there


# --- writing ------------------------------------------------------------------------------------


def _write(path: Path, text: str) -> None:
    """Whole or not at all, for the user alone, and never what `load` would refuse."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".config-", suffix=".yaml")
    trial = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        _must_load(trial)
        trial.replace(path)
    finally:
        trial.unlink(missing_ok=True)


def _must_load(trial: Path) -> None:
    from followupd.config import load

    try:
        load(trial)
    except ConfigError as error:
        lines = (line.removeprefix(f"{trial}:").partition(": ")[2] for line in str(error).splitlines())
        told = "\n".join(lines)
        raise click.UsageError(f"these answers make no config. Nothing was written.\n{told}") from None


def _next_steps(path: Path, answers: Answers, found: dict[Folder, str]) -> str:
    drafts = {str(kind): name for kind, name in found.items()}.get("drafts")
    where = (
        f"Drafts will appear in the folder {drafts} of {answers.mail}."
        if drafts
        else f"No Drafts folder was found in {answers.mail}: save a draft in your mail program once."
    )
    return (
        f"Written: {path}\n{where}\n"
        "Next: `followupd check` looks whether all can be read,\n"
        "then `followupd once --dry-run` shows what it would do."
    )
