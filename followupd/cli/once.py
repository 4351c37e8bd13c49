"""`followupd once`: one cycle for each account, and what it did."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click

from followupd.cli.context import Settings, json_option, now_option
from followupd.cli.output import print_json, print_lines
from followupd.errors import SignInNeeded, UsageError

if TYPE_CHECKING:
    from followupd.apply import Done
    from followupd.config import Config
    from followupd.cycle import AccountReport


@click.command()
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@click.option("--account", "accounts", multiple=True, metavar="NAME", help="Only this one. May be repeated.")
@json_option
@now_option
@click.pass_context
def once(ctx: click.Context, /, *, dry_run: bool, accounts: tuple[str, ...], as_json: bool) -> None:
    """Look at calendars and mail once, and put what is due into Drafts.

    Ends with 1 when an account failed, 77 when all need a sign-in, 75 when another followupd is at work.
    """
    # Imported here: `once --help` needs no cycle.
    from followupd import cycle

    settings: Settings = ctx.obj
    config = settings.load_config()
    _must_be_known(accounts, config)
    reports = cycle.once(config, settings.state, settings.now(), only=frozenset(accounts), dry_run=dry_run)
    if as_json:
        print_json({"accounts": [_as_json(report) for report in reports]})
    else:
        for report in reports:
            print_lines(_lines(report, dry_run=dry_run))
            if report.error:
                click.echo(f"{report.name}: failed: {report.error}", err=True)
        if waiting := _questions(settings):
            click.echo(f"{waiting} question{'s wait' if waiting > 1 else ' waits'} for you: followupd status")
    ctx.exit(_exit_code(reports))


def _questions(settings: Settings) -> int:
    """How many questions wait for the user's answer."""
    from followupd.rows import reading

    with reading(settings.state) as rows:
        found = rows.select("SELECT count(*) FROM question WHERE state = 'open'") if rows else [(0,)]
    return int(found[0][0])


def _must_be_known(asked: tuple[str, ...], config: Config) -> None:
    known = [account.name for account in config.accounts]
    for name in asked:
        if name not in known:
            raise UsageError(f"no account is called “{name}”. Nothing was done. Known: {', '.join(known)}.")


def _exit_code(reports: list[AccountReport]) -> int:
    failed = [report for report in reports if not report.ok]
    if failed and len(failed) == len(reports) and all(isinstance(r.error, SignInNeeded) for r in failed):
        return SignInNeeded.exit_code
    return int(bool(failed))


def _as_json(report: AccountReport) -> dict[str, Any]:
    return {
        "name": report.name,
        "ok": report.ok,
        "error": str(report.error) if report.error else None,
        "actions": [_action(done) for done in report.actions],
        "notice": report.notice,
        "problems": [{"where": one.where, "what": one.what} for one in report.problems],
    }


def _action(done: Done) -> dict[str, Any]:
    names = ("action", "kind", "step", "to", "process", "reason", "message_id", "key")
    return {name: getattr(done, name) for name in names}


def _lines(report: AccountReport, *, dry_run: bool) -> Iterator[str]:
    from followupd.telling import sentence

    for done in report.actions:
        yield f"{report.name}: {sentence(done, dry_run=dry_run)}"
    for problem in report.problems:
        yield f"{report.name}: left out {problem.where}: {problem.what}"
    if report.notice:
        yield f"{report.name}: to do: {report.notice}"
    if report.ok and not report.actions:
        yield f"{report.name}: nothing to do."
