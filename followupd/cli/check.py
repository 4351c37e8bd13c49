"""`followupd check`: can it work here? One line for each thing it needs, with what to do."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from followupd.cli.context import Settings, json_option, now_option
from followupd.cli.output import print_json

if TYPE_CHECKING:
    from followupd.cli.doctor import Finding


@click.command()
@json_option
@now_option
@click.pass_context
def check(ctx: click.Context, /, *, as_json: bool) -> None:
    """Look at the machine, the config, each account, and what runs by itself. Changes nothing.

    Ends with 78 for a config that can't be used, 74 for the state folder, 77 when every account needs a
    sign-in, 1 for any other problem. A hint is none.
    """
    # Imported here: `check --help` needs neither pydantic nor YAML.
    from followupd.cli.doctor import findings
    from followupd.cli.doctor.finding import exit_code

    settings: Settings = ctx.obj
    found: list[Finding] = []
    for finding in findings(settings):
        found.append(finding)
        if not as_json:
            _print(finding.line())
    code = exit_code(found)
    if as_json:
        checks = [finding.data() for finding in found]
        print_json({"ok": all(finding.ok for finding in found), "exit": code, "checks": checks})
    ctx.exit(code)


def _print(line: str) -> None:
    """Each line as it is found, in what the terminal or pipe can carry: an account may take its time."""
    encoding = getattr(sys.stdout, "encoding", "") or "utf-8"
    click.echo(line.encode(encoding, "replace").decode(encoding))
