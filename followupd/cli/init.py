"""`followupd init`: asks a few things and writes a commented config, for Google or for files of this machine."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from followupd.cli.questions import Answers, Asker, Files, Google, answers
from followupd.errors import ConfigError, FollowupdError

if TYPE_CHECKING:
    from followupd.core.model import Folder


@click.command()
@click.option("--name", help="Your name, as it stands under your letters.")
@click.option("--address", "addresses", multiple=True, help="An address of yours. May be repeated.")
@click.option("--provider", type=click.Choice(("google", "local")), help="Where your calendar and mail are.")
@click.option("--client-file", metavar="PATH", help="Google: the client file. It may come later.")
@click.option(
    "--google-calendar",
    "google_calendars",
    metavar="ID",
    multiple=True,
    help="Google: a calendar's id. primary otherwise. May be repeated.",
)
@click.option("--calendar", metavar="PATH", help="Local: the folder with your .ics files.")
@click.option("--mail", metavar="PATH", help="Local: your Maildir.")
@click.option("--title", metavar="REGEX", help="What the titles of your interviews say.")
@click.option("--language", help="The language of your letters: two letters.")
@click.option("--timezone", help="Where you live: Europe/London. The machine's otherwise.")
@click.option("--country", help="Whose public holidays count: two letters. That of your zone otherwise.")
@click.option("--yes", is_flag=True, help="Ask nothing that has a usual answer.")
@click.option("--force", is_flag=True, help="Replace a config that exists.")
@click.pass_context
def init(
    ctx: click.Context,
    /,
    *,
    addresses: tuple[str, ...],
    google_calendars: tuple[str, ...],
    yes: bool,
    force: bool,
    **given: str | None,
) -> None:
    """Write a config for your calendar and mail: at Google, or files of this machine.

    Asks what is not given as an option. Touches nothing but the config file.
    """
    from followupd.cli.first_config import text

    path: Path = ctx.obj.config_path
    if os.path.lexists(path) and not force:
        raise click.UsageError(
            f"there is a config already: {path}. Nothing was changed. "
            "Edit it, or replace it with `followupd init --force`."
        )
    options = {f"--{name.replace('_', '-')}": value for name, value in given.items()}
    options["--address"] = " ".join(addresses) or None
    options["--google-calendar"] = " ".join(google_calendars) or None
    asked = answers(Asker(options, asks=sys.stdin.isatty(), usual=yes), path.absolute().parent)
    found = _folders(asked.source.mail) if isinstance(asked.source, Files) else {}
    _write(path, text(asked, found))
    click.echo(_next_steps(path, asked, found))


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


# --- what to do next ----------------------------------------------------------------------------


def _next_steps(path: Path, asked: Answers, found: dict[Folder, str]) -> str:
    source = asked.source
    told = _at_google(source) if isinstance(source, Google) else _on_this_machine(source, found)
    return f"Written: {path}\n{told}"


def _on_this_machine(source: Files, found: dict[Folder, str]) -> str:
    drafts = {str(kind): name for kind, name in found.items()}.get("drafts")
    where = (
        f"Drafts will appear in the folder {drafts} of {source.mail}."
        if drafts
        else f"No Drafts folder was found in {source.mail}: save a draft in your mail program once."
    )
    return (
        f"{where}\n"
        "Next: `followupd check` looks whether all can be read,\n"
        "then `followupd once --dry-run` shows what it would do."
    )


def _at_google(source: Google) -> str:
    steps = [
        "`followupd login personal` signs you in, in your browser.",
        "`followupd check` looks whether all can be read.",
        "`followupd once --dry-run` shows what it would do.",
    ]
    if not source.client_file.exists():
        steps.insert(0, f"Make a client as docs/google.md shows, and save its file as {source.client_file}")
    numbered = "\n".join(f"{number}. {step}" for number, step in enumerate(steps, 1))
    return (
        f"Drafts will appear in Gmail.\nNext:\n{numbered}\n"
        "Without a desktop keyring first add `credentials: {key_file: PATH}` to the config (docs/google.md)."
    )
