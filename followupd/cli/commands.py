"""Which commands there are. Each is loaded when it is called: `--help` imports none of them."""

from __future__ import annotations

import os
from importlib import import_module
from typing import Any, NoReturn

import click

from followupd import __version__
from followupd.cli import INTERRUPTED
from followupd.cli.context import Settings, global_options
from followupd.errors import FollowupdError, place_of

_SET_UP = {
    "demo": (
        "followupd.cli.demo:demo",
        "See it at work on an invented job search. Touches nothing of yours.",
    ),
    "init": ("followupd.cli.init:init", "Write a config for your mail and calendar."),
    "login": ("followupd.cli.login:login", "Sign an account in, in your browser or with a password."),
    "logout": ("followupd.cli.login:logout", "Forget a sign-in."),
    "check": ("followupd.cli.check:check", "Look whether all it needs can be read and written."),
    "preview": (
        "followupd.cli.preview:preview",
        "Your letters as they are or will be, beside one another; makes nothing.",
    ),
    "templates": ("followupd.cli.templates:templates", "The words of your letters: list, show, copy, lint."),
    "once": ("followupd.cli.once:once", "Look at calendar and mail, and put what is due into Drafts."),
    "run": ("followupd.cli.run:run", "Do that for ever, as a service does."),
    "service": ("followupd.cli.service:service", "Install and look after the service that runs it."),
}
_LOOK = {
    "status": ("followupd.cli.status:status", "What is asked, what waits in Drafts, what comes next."),
    "plan": ("followupd.cli.plan:plan", "What is owed and when, and the interviews ahead."),
    "explain": ("followupd.cli.explain:explain", "Why an event or a person led to a letter, or did not."),
}
_SAY = {
    "people": ("followupd.cli.people:people", "Who was there: add, set, drop, release."),
    "process": ("followupd.cli.process:process", "Which company's process: name, merge, split, set."),
    "note": ("followupd.cli.words:note", "What was talked about; the letter uses your words."),
    "decide": ("followupd.cli.words:decide", "They will decide by a date: no nudge before."),
    "sent": ("followupd.cli.words:sent", "You have thanked somebody by hand or by phone."),
    "skip": ("followupd.cli.words:skip", "No letter for an interview or a person."),
    "draft": ("followupd.cli.words:draft", "A letter all the same."),
    "again": ("followupd.cli.words:again", "A letter once more, after you deleted it."),
    "mark": ("followupd.cli.words:mark", "What a message is, or what became of a letter."),
    "snooze": ("followupd.cli.words:snooze", "Leave one company alone until a date."),
    "pause": ("followupd.cli.words:pause", "Make nothing at all until a date."),
    "letter": (
        "followupd.cli.letter:letter",
        "A letter on request: after a rejection, to withdraw, for an offer, to keep in touch.",
    ),
    "stop": ("followupd.cli.words:stop", "A process is over: rejected, offer, accepted, withdrawn."),
    "resume": ("followupd.cli.words:resume", "Go on with a process."),
}
_MORE = {
    "export": ("followupd.cli.export:export", "All that is stored, as JSON or CSV; or forget what is old."),
    "uninstall": (
        "followupd.cli.uninstall:uninstall",
        "Remove the service, the sign-ins and all that is stored.",
    ),
    "completion": ("followupd.cli.completion:completion", "Let your shell complete the commands."),
}
SECTIONS = {"Set up": _SET_UP, "Look": _LOOK, "Say": _SAY, "More": _MORE}
TABLE = {name: entry for section in SECTIONS.values() for name, entry in section.items()}
_REPEATED = "-c, --state and --plain may stand here too."


class Commands(click.Group):
    """The group of all commands, loaded when called."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """As click does, with the width found by ourselves: click loads shutil for it."""
        return super().make_context(info_name, args, parent, **{"terminal_width": _width(), **extra})

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every name, in the order of the help."""
        return list(TABLE)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command, with the global options repeated on it."""
        if cmd_name not in TABLE:
            return None
        module, _, attribute = TABLE[cmd_name][0].partition(":")
        return _with_globals(getattr(import_module(module), attribute))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with a suggestion for a name that does not exist."""
        if args and args[0] not in TABLE and not args[0].startswith("-"):
            ctx.fail(_unknown(args[0]))
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands by purpose."""
        for title, section in SECTIONS.items():
            with formatter.section(title):
                formatter.write_dl([(name, text) for name, (_, text) in section.items()])

    def shell_complete(
        self, ctx: click.Context, incomplete: str
    ) -> list[click.shell_completion.CompletionItem]:
        """Names come from the table: a key press loads no command."""
        from click.shell_completion import CompletionItem

        names = [CompletionItem(n, help=text) for n, (_, text) in TABLE.items() if n.startswith(incomplete)]
        return names + click.Command.shell_complete(self, ctx, incomplete)

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command; whatever goes wrong is told in one message, with its exit code."""
        ctx.ensure_object(Settings)
        try:
            return super().invoke(ctx)
        except FollowupdError as error:
            _end(ctx, str(error), error.exit_code)
        except (KeyboardInterrupt, click.Abort):
            ctx.exit(INTERRUPTED)
        except (click.ClickException, click.exceptions.Exit, BrokenPipeError):
            raise
        except Exception as error:  # the last place where a bug can be told in words
            _bug(ctx, error)


def _width() -> int:
    """As wide as the terminal, within what reads well."""
    try:
        columns = int(os.environ.get("COLUMNS", "") or os.get_terminal_size().columns)
    except (ValueError, OSError):
        columns = 80
    return max(min(columns, 80) - 2, 50)


def _with_globals(command: click.Command) -> click.Command:
    """A copy that takes the global options too, and so do its own commands."""
    from copy import copy

    known = copy(command)
    known.params = [*command.params, *global_options(hidden=True)]
    known.epilog = command.epilog or _REPEATED
    if isinstance(known, click.Group):
        known.commands = {name: _with_globals(one) for name, one in known.commands.items()}
    return known


def _unknown(name: str) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, TABLE, n=1)
    hint = f"Did you mean “{near[0]}”?" if near else "`followupd --help` lists them."
    return f"there is no command “{name}”. {hint}"


def _end(ctx: click.Context, message: str, exit_code: int) -> NoReturn:
    click.echo(f"followupd: {message}", err=True)
    ctx.exit(exit_code)


def _bug(ctx: click.Context, error: Exception) -> NoReturn:
    if os.environ.get("FOLLOWUPD_DEBUG", "") not in {"", "0"}:
        import traceback

        click.echo("".join(traceback.format_exception(error)), err=True, nl=False)
    _end(
        ctx,
        f"this is a bug of followupd, not of your config: {type(error).__name__} in {place_of(error)}. "
        "Run it again with FOLLOWUPD_DEBUG=1 and report what it prints.",
        1,
    )


@click.group(cls=Commands, params=global_options(), context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="followupd", message="%(prog)s %(version)s")
def followupd() -> None:
    """Interview thank-yous and polite nudges, waiting in your own Drafts. It never sends."""
