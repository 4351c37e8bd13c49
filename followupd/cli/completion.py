"""`followupd completion SHELL`: the script that makes the shell complete our commands."""

from __future__ import annotations

import click

_HOW = {
    "bash": "followupd completion bash > ~/.local/share/bash-completion/completions/followupd",
    "zsh": "followupd completion zsh > a file _followupd in a folder of your $fpath",
    "fish": "followupd completion fish > ~/.config/fish/completions/followupd.fish",
}
_HELP = "Print the script that makes SHELL complete the commands of followupd.\n\n\b\n" + "\n".join(
    _HOW.values()
)


@click.command(help=_HELP)
@click.argument("shell", type=click.Choice(list(_HOW)))
@click.pass_context
def completion(ctx: click.Context, /, *, shell: str) -> None:
    """Print the script."""
    from click.shell_completion import get_completion_class

    made = get_completion_class(shell)
    assert made is not None
    click.echo(made(ctx.find_root().command, {}, "followupd", "_FOLLOWUPD_COMPLETE").source())
