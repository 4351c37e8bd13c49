"""What the command line knows before any command runs, and the options that many commands share."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from pathlib import Path

    from followupd.config import Config

AnyFunction = TypeVar("AnyFunction", bound=Callable[..., Any])


class Settings:
    """Where things lie, what time it is, and how to print. `ctx.obj` of every command.

    Paths are made when asked for: `--help` needs none, and pathlib takes its time to load.
    """

    def __init__(self) -> None:
        self.config_named = ""
        self.state_named = ""
        self.is_plain_wanted = False
        self.at: datetime | None = None

    @property
    def config_path(self) -> Path:
        """The config file: `-c FILE`, else the usual one."""
        from pathlib import Path

        from followupd import paths

        return Path(self.config_named).expanduser() if self.config_named else paths.config_file()

    @property
    def state(self) -> Path:
        """The state folder: `--state DIR`, else the usual one. Nothing is made."""
        from pathlib import Path

        from followupd import paths

        return Path(self.state_named).expanduser() if self.state_named else paths.state_folder()

    @property
    def plain(self) -> bool:
        """Whether to print one fact a line, without borders and colours."""
        said = os.environ.get("FOLLOWUPD_PLAIN", "") not in {"", "0"}
        dumb = os.environ.get("TERM") == "dumb"
        return self.is_plain_wanted or said or dumb or not sys.stdout.isatty()

    def now(self) -> datetime:
        """The time, aware and the same throughout a command: that of `--now` where it was given."""
        if self.at is None:
            self.at = datetime.now(UTC)
        return self.at

    def load_config(self) -> Config:
        """The config. Raises ConfigError with every problem."""
        import os

        from followupd.config import load

        # Once it has run, a folder that is missing may be a disk that is not mounted: its account fails alone.
        # os.path: it answers no where we may not look.
        started = os.path.exists(self.state / "followupd.db")  # noqa: PTH110  Path.exists raises there
        return load(self.config_path, self.state, folders_must_exist=not started)


# --- options that may stand before the command and after it -------------------------------------


def _set_config(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
    if value:
        ctx.ensure_object(Settings).config_named = value


def _set_state(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
    if value:
        ctx.ensure_object(Settings).state_named = value


def _set_plain(ctx: click.Context, _: click.Parameter, value: bool) -> None:  # noqa: FBT001  click's signature
    if value:
        ctx.ensure_object(Settings).is_plain_wanted = True


def global_options(*, hidden: bool = False) -> list[click.Parameter]:
    """`--config`, `--state` and `--plain`; hidden where they only repeat what `followupd --help` lists."""
    return [
        click.Option(
            ["-c", "--config"],
            metavar="FILE",
            expose_value=False,
            callback=_set_config,
            hidden=hidden,
            help="The config file.",
        ),
        click.Option(
            ["--state"],
            metavar="DIR",
            expose_value=False,
            callback=_set_state,
            hidden=hidden,
            help="The state folder.",
        ),
        click.Option(
            ["--plain"],
            is_flag=True,
            expose_value=False,
            callback=_set_plain,
            hidden=hidden,
            help="One fact a line; no borders, no colours. FOLLOWUPD_PLAIN=1 does the same.",
        ),
    ]


# --- time ---------------------------------------------------------------------------------------


def _set_now(ctx: click.Context, _: click.Parameter, value: str | None) -> None:
    if value is not None:
        ctx.ensure_object(Settings).at = moment(value)


def moment(text: str) -> datetime:
    """A time with an offset, as the user wrote it."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        found = None
    if found is None or found.utcoffset() is None:
        what = "is no time" if found is None else "has no offset, so it is a different time in each place"
        msg = f"“{text}” {what}. Write it like 2026-11-26T10:45+00:00."
        raise click.BadParameter(msg, param_hint="--now")
    return found


def now_option(function: AnyFunction) -> AnyFunction:
    """`--now TIME`: for every command that acts on time. `Settings.now()` returns it."""
    option = click.option(
        "--now",
        metavar="TIME",
        expose_value=False,
        callback=_set_now,
        help="Act as if it were TIME, with offset: 2026-11-26T10:45+00:00.",
    )
    return option(function)


def json_option(function: AnyFunction) -> AnyFunction:
    """`--json`: for every command that reads. The function gets `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="One JSON object; see docs/json.md.")(
        function
    )
