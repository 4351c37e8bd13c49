"""`followupd export`: all that is stored, for other programs; or forget what is old."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import click

from followupd.cli.context import Settings, now_option
from followupd.cli.output import print_lines
from followupd.errors import FollowupdError

_COLUMNS = (
    "key",
    "kind",
    "step",
    "organisation",
    "process",
    "account",
    "sender",
    "to",
    "name",
    "part",
    "stage",
    "since",
    "due",
    "send_by",
    "drafted_at",
    "sent_at",
    "expires",
    "subject",
    "reason",
)
_AGE = re.compile(r"(\d{1,5})\s*(d|w)", re.ASCII)
# What a spreadsheet takes for a formula (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


@click.command()
@click.option(
    "--format", "form", type=click.Choice(["json", "csv"]), default="json", help="json is the usual."
)
@click.option("--output", metavar="FILE", help="Write there, readable by you alone, and not to the screen.")
@click.option("--purge", is_flag=True, help="Export nothing; forget texts, names and addresses that are old.")
@click.option("--older-than", metavar="90d", help="With --purge: how old, in days (d) or weeks (w).")
@now_option
@click.pass_context
def export(
    ctx: click.Context, /, *, form: str, output: str | None, purge: bool, older_than: str | None
) -> None:
    """Write out all that is stored, as JSON; or the letters, one a row, as CSV.

    With --purge: forget texts, names and addresses of processes that are closed and older than asked. The keys
    of letters stay, so that nothing is owed twice.
    """
    settings: Settings = ctx.obj
    if purge:
        _purge(settings, older_than, form, output)
        return
    if older_than:
        raise click.UsageError("--older-than says what to forget: give --purge with it. Nothing was done.")
    text = _as_csv(settings.state) if form == "csv" else _as_json(settings.state)
    if output is None:
        click.echo(text, nl=False)
    else:
        _write(Path(output).expanduser(), text)
        click.echo(f"Written: {output}, readable by you alone.", err=True)


# --- export -------------------------------------------------------------------------------------


def _as_json(state: Path) -> str:
    from followupd.exported import everything

    return json.dumps(everything(state), indent=2) + "\n"


def _as_csv(state: Path) -> str:
    from followupd.exported import letters

    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(_COLUMNS)
    writer.writerows([_cell(one[column]) for column in _COLUMNS] for one in letters(state))
    return file.getvalue()


def _cell(value: Any) -> str:
    """A value that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _write(path: Path, text: str) -> None:
    """Whole or not at all, for the user alone."""
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".followupd-")
    except OSError as error:
        raise FollowupdError(f"{path} can't be written: {error.strerror}. Nothing was exported.") from error
    trial = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        trial.replace(path)
    except OSError as error:
        raise FollowupdError(f"{path} can't be written: {error.strerror}. Nothing was exported.") from error
    finally:
        trial.unlink(missing_ok=True)


# --- purge --------------------------------------------------------------------------------------


def _purge(settings: Settings, older_than: str | None, form: str, output: str | None) -> None:
    from followupd.purge import AT_LEAST, purge

    if output or form == "csv":
        raise click.UsageError("--purge exports nothing: leave out --output and --format. Nothing was done.")
    age = _age(older_than)
    if age < AT_LEAST:
        raise click.UsageError(
            f"--older-than must be {AT_LEAST.days}d or more: calendars and mail are read that far back, "
            "and what was forgotten would be read again. Nothing was done."
        )
    removed = purge(settings.state, settings.now() - age)
    print_lines(f"Removed: {what}: {number}" for what, number in removed.items() if number)
    if not any(removed.values()):
        print_lines([f"Nothing was removed: no closed process is older than {older_than}."])


def _age(text: str | None) -> timedelta:
    found = _AGE.fullmatch((text or "").strip().lower())
    if found is None:
        said = f"“{text}” is no age. " if text else ""
        raise click.UsageError(
            f"{said}Say what is old with --older-than, such as 90d or 12w. Nothing was done."
        )
    return int(found[1]) * timedelta(days=7 if found[2] == "w" else 1)
