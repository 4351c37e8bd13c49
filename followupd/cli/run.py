"""`followupd run`: what the service runs."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType
from typing import NoReturn

import click

from followupd.cli.context import Settings
from followupd.errors import FollowupdError

PATIENCE = 0.5  # seconds that the last lines of the log have


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
    signal.signal(signal.SIGINT, _end)
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    # Imported here: `run --help` needs no daemon.
    from followupd import log
    from followupd.daemon import Daemon

    settings: Settings = ctx.obj
    log.begin(form)
    daemon, code = Daemon(settings.load_config, settings.state), 0
    try:
        daemon.run()
    except FollowupdError as error:
        daemon.chronicle.ends(error)
        code = error.exit_code
    _leave_log(code)
    ctx.exit(code)


def _leave_log(code: int) -> None:
    """Where nobody reads the log any more, or it is full, that must not keep us from ending."""
    signal.signal(signal.SIGALRM, lambda *_: os._exit(code))
    signal.setitimer(signal.ITIMER_REAL, PATIENCE)
    try:
        sys.stderr.flush()
    except OSError:
        sys.stderr = None


def _end(_: int, __: FrameType | None) -> NoReturn:
    sys.exit(0)
