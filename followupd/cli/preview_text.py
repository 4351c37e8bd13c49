"""Letters on a screen: beside one another where the terminal is wide enough, else one below the other."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from followupd.cli.letter_words import about, alike, origins_of, title
from followupd.cli.output import Clock
from followupd.cli.preview import head
from followupd.cli.runs import paragraphs

if TYPE_CHECKING:
    from rich.console import Console, RenderableType
    from rich.text import Text

    from followupd.preview import Preview

_WIDE = 100  # columns of a terminal
_CARD = 46  # columns of a letter at least
_READS_WELL = 88  # columns of a letter at most


def show(found: list[Preview], clock: Clock, *, plain: bool, origins: bool, is_invented: bool) -> None:
    """Prints the letters, and how alike they are."""
    told = [title(one, place, len(found)) for place, one in enumerate(found, 1)]
    stands = ["" if is_invented else about(one, clock) for one in found]
    if plain or not _carries_all():
        _print_plain(found, told, stands, origins=origins)
    else:
        _print_cards(found, told, stands, origins=origins)


def _encoding() -> str:
    return getattr(sys.stdout, "encoding", "") or "utf-8"


def _carries_all() -> bool:
    """Whether the terminal can show every character."""
    return _encoding().lower().replace("-", "") == "utf8"


def _carried(text: str) -> str:
    return text.encode(_encoding(), "replace").decode(_encoding())


# --- plain --------------------------------------------------------------------------------------


def _print_plain(found: list[Preview], told: list[str], stands: list[str], *, origins: bool) -> None:
    letters = zip(found, told, stands, strict=True)
    blocks = ["\n".join(_plain(*one, origins=origins)) for one in letters]
    blocks += filter(None, ["\n".join(alike(found))])
    click.echo(_carried("\n\n".join(blocks)))


def _plain(one: Preview, heading: str, stage: str, *, origins: bool) -> Iterator[str]:
    yield f"{heading}, {stage}" if stage else heading
    yield from head(one)
    for paragraph in paragraphs(one):
        yield ""
        yield "".join(
            f"{printable(run.text)} <- yours to fill in or delete" if run.is_slot else printable(run.text)
            for run in paragraph
        )
    if origins:
        yield ""
        yield from origins_of(one, "Origin {}:")


def printable(text: str) -> str:
    """Text fit for a terminal: its lines kept, no control characters, no turned directions."""
    return "".join(char if char.isprintable() or char == "\n" else " " for char in text)


# --- terminal -----------------------------------------------------------------------------------


def _print_cards(found: list[Preview], told: list[str], stands: list[str], *, origins: bool) -> None:
    # Imported here: only a terminal needs cards.
    from rich.console import Console

    console = Console(highlight=False)
    cards = [
        _card(one, heading, stage, origins=origins)
        for one, heading, stage in zip(found, told, stands, strict=True)
    ]
    _print_rows(console, cards)
    for line in alike(found):
        console.print(line, markup=False)


def _print_rows(console: Console, cards: list[RenderableType]) -> None:
    """As many beside one another as there is room for, in rows of the same width."""
    from rich.table import Table

    wide = console.width >= _WIDE
    across = max(1, min(len(cards), console.width // _CARD if wide else 1))
    across = -(-len(cards) // -(-len(cards) // across))  # four letters where three fit: two and two
    width = min(_READS_WELL, console.width // across)
    for first in range(0, len(cards), across):
        row = Table.grid(padding=0)
        for _ in range(across):
            row.add_column(width=width)
        row.add_row(*cards[first : first + across])
        console.print(row)


def _card(one: Preview, heading: str, stage: str, *, origins: bool) -> RenderableType:
    from rich.panel import Panel
    from rich.text import Text

    text = Text()
    if stage:
        text.append(f"{stage}\n", "italic")
    for line in head(one):
        name, _, value = line.partition(": ")
        text.append(f"{name}: ", "dim")
        text.append(f"{value}\n", "bold" if name == "Subject" else "")
    _append_body(text, one)
    if origins:
        _append_origins(text, one)
    text.rstrip()
    return Panel(text, title=Text(heading, "bold"), title_align="left", padding=(0, 1))


def _append_body(text: Text, one: Preview) -> None:
    for paragraph in paragraphs(one):
        text.append("\n")
        for run in paragraph:
            if run.is_slot:
                text.append(f"▶ {printable(run.text)}", "bold yellow")
                text.append("\n  yours to fill in or delete", "yellow")
            else:
                text.append(printable(run.text))
        text.append("\n")


def _append_origins(text: Text, one: Preview) -> None:
    for line in origins_of(one, "{}."):
        text.append(f"\n{line}", "dim")
