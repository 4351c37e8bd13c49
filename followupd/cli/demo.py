"""`followupd demo`: the whole life of an interview on local files, in seconds. No account needed."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click


@click.command()
@click.option(
    "--keep",
    type=click.Path(file_okay=False, path_type=Path),
    help="Leave the files in this new or empty folder, for mutt or Thunderbird.",
)
def demo(keep: Path | None) -> None:
    """Play three weeks in seconds, on real files in a folder of their own.

    The engine is the real one; only the clock and the user's hand are played. Nothing outside the
    folder is read or written, and nothing is sent.
    """
    if keep is not None:
        _play_in_kept(keep.expanduser())
        return
    with tempfile.TemporaryDirectory(prefix="followupd-demo-") as folder:
        _play(Path(folder))
        click.echo("\nThe folder is gone again. To keep it: followupd demo --keep DIR")


def _play_in_kept(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        raise click.UsageError(f"{folder} is not empty. Name a new or empty folder; nothing was changed.")
    _play(folder)
    click.echo(f"\nLook at it with: neomutt -f {folder}/Mail/Drafts   (or {folder}/Mail/Sent)")
    click.echo(f"Ask it why:      followupd -c {folder}/config.yaml --state {folder}/state explain Acme")


def _play(folder: Path) -> None:
    from followupd.demo import Demo

    click.echo(f"Playing 2–23 March 2026 in {folder}\n")
    played = Demo(folder)
    try:
        day = ""
        for moment in played.play():
            today = f"{moment.at:%a %d %b}"
            click.echo(
                f"{today if today != day else '':<11}{moment.at:%H:%M}  {moment.who:<10} {moment.what}"
            )
            day = today
    finally:
        played.close()
    click.echo(f"\nOne of the letters, as it lay in Drafts:\n\n{_indented(played.letter)}")
    click.echo(
        "followupd sent nothing: the two letters and the nudge in Sent were put there by the played user."
    )


def _indented(text: str) -> str:
    return "".join(f"    {line}\n" if line else "\n" for line in text.splitlines())
