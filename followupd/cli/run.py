"""`followupd run`: what the service runs."""

from __future__ import annotations

import signal
import sys
from types import FrameType
from typing import NoReturn

import click

from followupd.cli.context import Settings
from followupd.errors import FollowupdError


@click.command()
@click.option(
    "--log",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help="One JSON object a line, or text.",
)
@click.pass_context
def run(ctx: click.Context, /, *, form: str) -> None:
    """Look at calendars and mail for ever, and put what is due into Drafts when it is due.

    Ends with SIGTERM or Ctrl-C. SIGHUP reads the config again. `followupd service install` has it started
    for you.
    """
    # Until the daemon listens itself:
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    # Imported here: `run --help` needs no daemon.
    from followupd import log
    from followupd.daemon import Daemon

    settings: Settings = ctx.obj
    log.begin(form)
    daemon = Daemon(settings.load_config, settings.state)
    try:
        daemon.run()
    except FollowupdError as error:
        daemon.chronicle.ends(error)
        ctx.exit(error.exit_code)
    finally:
        _leave_log()


def _leave_log() -> None:
    """Where nobody reads the log any more, that is no failure of ours at the end."""
    try:
        sys.stderr.flush()
    except OSError:
        sys.stderr = None


def _end(_: int, __: FrameType | None) -> NoReturn:
    sys.exit(0)
