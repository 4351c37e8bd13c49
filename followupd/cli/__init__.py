"""The command line. `--version` is answered before anything else is imported."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import NoReturn

from followupd import __version__

INTERRUPTED = 130  # 128 + SIGINT, as shells have it


def main(argv: Sequence[str] | None = None) -> NoReturn:
    """The `followupd` command. Ends the process with the exit code of what was asked."""
    arguments = sys.argv[1:] if argv is None else list(argv)
    try:
        if arguments == ["--version"]:
            _tell_version()
        # Imported here: the version needs no command.
        from followupd.cli.commands import followupd

        followupd.main(arguments, prog_name="followupd")
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    sys.exit(0)


def _tell_version() -> NoReturn:
    try:
        print(f"followupd {__version__}", flush=True)
    except BrokenPipeError:
        sys.stdout = None
    sys.exit(0)
