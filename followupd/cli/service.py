"""`followupd service`: install it, look at it, read its log, remove it."""

from __future__ import annotations

import shlex
import subprocess
from typing import TYPE_CHECKING

import click

from followupd.cli.context import Settings, json_option
from followupd.cli.output import print_json, print_lines
from followupd.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

    from followupd.service import Service


@click.group()
def service() -> None:
    """The service that runs followupd in the background: systemd on Linux, launchd on a Mac."""


@service.command()
@click.option("--dry-run", is_flag=True, help="Only print what would be written and run.")
@click.option("--force", is_flag=True, help="Replace a file that you changed; yours is kept as .bak.")
@click.option("--linger", is_flag=True, help="Also run while you are not logged in (Linux).")
@click.pass_context
def install(ctx: click.Context, /, *, dry_run: bool, force: bool, linger: bool) -> None:
    """Write the service's file, and start it now and with each session. Again after an update, or for a new config.

    Ends with 78 when the config has to be corrected first, 2 when you changed the file yourself.
    """
    settings: Settings = ctx.obj
    found = _service(settings)
    if dry_run:
        _print_plan(settings, found, linger=linger)
        return
    print_lines(found.install(force=force))
    if linger:
        print_lines(found.linger())


def _print_plan(settings: Settings, found: Service, *, linger: bool) -> None:
    """Exactly what would be written and run: each path, then what would stand there."""
    files, stands = found.files(), found.stands()
    click.echo(f"# folder, for you alone: {settings.state}")
    if stands.edited:
        click.echo("# You changed the file below: without --force it is left as it is, and nothing is done.")
    for path, text in files.items():
        click.echo(f"# file: {path}\n{text}", nl=False)
    click.echo("# then:")
    commands = [*found.commands(), *([["loginctl", "enable-linger"]] if linger else [])]
    for command in commands:
        click.echo(shlex.join(command))


@service.command()
@click.pass_context
def uninstall(ctx: click.Context, /) -> None:
    """Stop the service and remove its file. Letters, sign-ins and state stay."""
    print_lines(_service(ctx.obj).uninstall())


@service.command()
@json_option
@click.pass_context
def status(ctx: click.Context, /, *, as_json: bool) -> None:
    """Whether it runs, since when, and what it says. Ends with 0 when it runs, 1 when it does not."""
    from dataclasses import asdict

    stands = _service(ctx.obj).stands()
    if as_json:
        print_json(asdict(stands))
    else:
        print_lines(
            line
            for line, is_told in (
                (stands.text, True),
                ("Its file was changed by hand. The difference: followupd service install", stands.edited),
                ("Its file is not up to date. To renew it: followupd service install", stands.outdated),
            )
            if is_told
        )
    ctx.exit(0 if stands.running else 1)


@service.command()
@click.option(
    "-n", "--lines", type=click.IntRange(1), default=50, show_default=True, help="So many of the last lines."
)
@click.option("-f", "--follow", is_flag=True, help="Go on with new lines until Ctrl-C.")
@click.pass_context
def logs(ctx: click.Context, /, *, lines: int, follow: bool) -> None:
    """What it did, one line for each thing. It tells no subjects, no text and no full addresses."""
    command = _service(ctx.obj).logs_command(lines, follow=follow)
    try:
        # The child has the terminal: it pages, and ends with Ctrl-C.
        ended = subprocess.run(command, check=False).returncode  # noqa: S603  words of our own, read by no shell
    except OSError as error:
        raise UsageError(
            f"{command[0]} can't be run: {error.strerror}. It is what keeps the log here."
        ) from error
    ctx.exit(ended if ended >= 0 else 1)


@service.command()
@click.option(
    "--system", is_flag=True, help="The template of a system service, for a machine without a desktop."
)
@click.pass_context
def show(ctx: click.Context, /, *, system: bool) -> None:
    """Print the service's file as an install would write it for this installation and config."""
    found = _service(ctx.obj)
    for text in (_system_files(found) if system else found.files()).values():
        click.echo(text, nl=False)


def _system_files(found: Service) -> dict[Path, str]:
    from followupd.service.systemd import Systemd

    if not isinstance(found, Systemd):
        raise UsageError("--system is for Linux with systemd.")
    return found.system_files()


def _service(settings: Settings) -> Service:
    # Imported here: `service --help` needs no config.
    from followupd import service as services

    return services.service(settings.config_path, settings.state)
