"""`followupd plan`: what is owed and when, and the interviews ahead, from the store alone."""

from __future__ import annotations

from collections.abc import Iterator

import click

from followupd.cli.context import Settings, json_option, now_option
from followupd.cli.naming import company, letter, person, short, talk, when
from followupd.cli.output import Block, Clock, print_blocks, print_json
from followupd.overview import plan as read
from followupd.shapes import Json


@click.command()
@json_option
@now_option
@click.pass_context
def plan(ctx: click.Context, /, *, as_json: bool) -> None:
    """Show what is owed and when, and the interviews ahead.

    Asks neither calendar nor mailbox: it tells what is known since the last cycle.
    """
    settings: Settings = ctx.obj
    data = read(settings.state, settings.now())
    if as_json:
        print_json(data)
        return
    clock = Clock(data["zone"], settings.now())
    print_blocks(_blocks(data, clock), plain=settings.plain)


def _blocks(data: Json, clock: Clock) -> Iterator[Block]:
    if data["paused_until"]:
        yield Block("Paused", lines=(f"Paused: nothing is made before {clock.at(data['paused_until'])}.",))
    yield _owed(data["owed"], clock)
    yield _ahead(data["interviews"], clock)
    if not data["owed"] and not data["interviews"]:
        yield Block("Nothing", lines=("Nothing is owed, and no interview lies ahead.",))


def _owed(owed: list[Json], clock: Clock) -> Block:
    rows = tuple(
        (
            _due(one, clock),
            letter(one),
            person(one),
            company({**one, "key": one["process"]}),
            _why(one),
            short(one),
        )
        for one in owed
    )
    lines = tuple(
        f"Owed: {due}: {kind} to {who} ({where}): {why}; key {key}"
        for due, kind, who, where, why, key in rows
    )
    return Block("Owed", ("When", "Letter", "To", "Company", "Why", "Key"), rows, lines)


def _due(one: Json, clock: Clock) -> str:
    if one["retry_at"] and not clock.is_past(one["retry_at"]):
        return f"tried again {clock.at(one['retry_at'])}"
    return f"since {clock.at(one['due'])}" if clock.is_past(one["due"]) else clock.at(one["due"])


def _why(one: Json) -> str:
    held = "held back until you answer (`followupd status`)" if one["held"] else ""
    return "; ".join(part for part in (one["reason"], held) if part)


def _ahead(interviews: list[Json], clock: Clock) -> Block:
    rows = tuple((when(one, clock), *talk(one)) for one in interviews)
    told = tuple((at, what, where, key) for at, what, _, where, key in rows)
    lines = tuple(f"Ahead: {at}: {what} ({where}); key {key}" for at, what, where, key in told)
    return Block("Interviews ahead", ("When", "Title", "Company", "Key"), told, lines)
