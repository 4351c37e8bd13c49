"""Printing: JSON for scripts, one fact a line for pipes and screen readers, tables for terminals."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from datetime import date, datetime, tzinfo
from typing import Any, NamedTuple

import click


class Block(NamedTuple):
    """Facts of one sort: as rows of a table, and as lines that each stand for themselves."""

    heading: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    lines: tuple[str, ...] = ()


class Clock:
    """Times as people read them: "Thu 26 Nov 10:45", in the user's zone where it is known."""

    def __init__(self, zone: str, now: datetime) -> None:
        self.zone = _zone(zone)
        self.now = now
        self.year = now.astimezone(self.zone).year

    def at(self, text: str | None) -> str:
        """Day and time of an ISO time, "" for none."""
        if not text:
            return ""
        there = datetime.fromisoformat(text).astimezone(self.zone)
        return f"{self._day(there)} {there:%H:%M}"

    def day(self, text: str | None) -> str:
        """The day of an ISO date or time, "" for none."""
        if not text:
            return ""
        if "T" not in text:
            return self._day(date.fromisoformat(text))
        return self._day(datetime.fromisoformat(text).astimezone(self.zone))

    def is_past(self, text: str) -> bool:
        """Whether an ISO time is over."""
        return datetime.fromisoformat(text) < self.now

    def order(self, text: str) -> datetime:
        """An ISO time to sort by."""
        return datetime.fromisoformat(text)

    def _day(self, day: date) -> str:
        return f"{day:%a} {day.day} {day:%b}" + ("" if day.year == self.year else f" {day.year}")


def _zone(name: str) -> tzinfo | None:
    """None is the machine's own zone."""
    if not name:
        return None
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        return None


def clean(text: str) -> str:
    """Text by others, fit for a terminal: no control characters, no line breaks, no turned directions."""
    return " ".join("".join(char if char.isprintable() else " " for char in text).split())


def print_json(data: object) -> None:
    """One JSON object, indented. Escaped where the terminal or pipe can't carry every character."""
    is_unicode = (getattr(sys.stdout, "encoding", "") or "").lower().replace("-", "") == "utf8"
    click.echo(json.dumps(data, ensure_ascii=not is_unicode, indent=2))


def print_blocks(blocks: Iterable[Block], *, plain: bool) -> None:
    """The blocks that have something to say."""
    told = [block for block in blocks if block.lines]
    if plain:
        print_lines(line for block in told for line in block.lines)
    else:
        _print_tables(told)


def print_lines(lines: Iterable[str]) -> None:
    """One fact a line, in what the terminal or pipe can carry."""
    for line in lines:
        click.echo(_carried(clean(line)))


def _carried(text: str) -> str:
    encoding = getattr(sys.stdout, "encoding", "") or "utf-8"
    return text.encode(encoding, "replace").decode(encoding)


def _print_tables(blocks: list[Block]) -> None:
    # Imported here: only a terminal needs tables.
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    for number, block in enumerate(blocks):
        if number:
            console.print()
        console.print(Text(block.heading, "bold"))
        if block.columns:
            console.print(_table(block))
        else:
            for line in block.lines:
                console.print(Text(clean(line)), soft_wrap=True)


def _table(block: Block) -> Any:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for column in block.columns:
        table.add_column(column, overflow="fold")
    for row in block.rows:
        # As Text, not as markup: a title in square brackets is no instruction.
        table.add_row(*(Text("\n".join(clean(part) for part in cell.split("\n"))) for cell in row))
    return table
