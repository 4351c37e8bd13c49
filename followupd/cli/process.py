"""`followupd process`: which interviews are one company's process, and what is known of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from followupd.cli.context import json_option, now_option
from followupd.cli.output import print_json
from followupd.cli.saying import day_of, open_store, say

if TYPE_CHECKING:
    from followupd.cli.context import Settings
    from followupd.core.model import HiringProcess
    from followupd.orders import Orders
    from followupd.store import Store


@click.group(invoke_without_command=True, short_help="Which company's process: name, merge, split, set.")
@json_option
@now_option
@click.pass_context
def process(ctx: click.Context, *, as_json: bool) -> None:
    """List the hiring processes, or say what belongs together."""
    if ctx.invoked_subcommand is None:
        with open_store(ctx.obj) as store:
            if as_json:
                print_json({"processes": [_record(store, each) for each in _sorted(store)]})
            else:
                click.echo(_as_lines(store))
    elif as_json:
        msg = "--json is for the list alone."
        raise click.UsageError(msg)


@process.command()
@click.argument("which", metavar="PROCESS")
@click.argument("name", nargs=-1, required=True)
@now_option
@click.pass_obj
def name(settings: Settings, which: str, name: tuple[str, ...]) -> None:
    """Say what the company is called."""
    say(settings, lambda orders: orders.name_process(which, " ".join(name)))


@process.command()
@click.argument("first", metavar="A")
@click.argument("second", metavar="B")
@now_option
@click.pass_obj
def merge(settings: Settings, first: str, second: str) -> None:
    """Make A part of B: one company, one process. Letters stay what they are."""
    say(settings, lambda orders: orders.merge(first, second))


@process.command()
@click.argument("interview", metavar="INTERVIEW")
@now_option
@click.pass_obj
def split(settings: Settings, interview: str) -> None:
    """Make an interview a process of its own, for a second role at the same company."""
    say(settings, lambda orders: orders.split(interview))


@process.command("set")
@click.argument("which", metavar="PROCESS")
@click.option("--position", help="The role, as letters may name it.")
@click.option("--via", metavar="ADDRESS", help="The agency's consultant, or its domain; '' for none.")
@click.option("--decision-by", metavar="DATE", help="When they said that they decide.")
@now_option
@click.pass_obj
def set_(
    settings: Settings, which: str, position: str | None, via: str | None, decision_by: str | None
) -> None:
    """Set what is known of a process."""
    if position is None and via is None and decision_by is None:
        msg = "say what is to be set: --position, --via or --decision-by."
        raise click.UsageError(msg)

    def order(orders: Orders) -> str:
        day = None if decision_by is None else day_of(orders, decision_by)
        return orders.set_process(which, position=position, via=via, decision_by=day)

    say(settings, order)


# --- the list -----------------------------------------------------------------------------------


def _record(store: Store, each: HiringProcess) -> dict[str, object]:
    interviews = sorted(store.interviews(each.key), key=lambda i: (i.event.start, i.id))
    return {
        "key": each.key,
        "organisation": each.organisation,
        "domains": list(each.domains),
        "position": each.position,
        "via": each.via,
        "state": each.state.value,
        "reason": each.reason,
        "since": each.since.isoformat(),
        "decision_by": each.decision_by.isoformat() if each.decision_by else None,
        "snoozed_until": each.snoozed_until.isoformat() if each.snoozed_until else None,
        "interviews": [
            {"id": i.id, "title": i.event.title, "start": i.event.start.isoformat()} for i in interviews
        ],
    }


def _as_lines(store: Store) -> str:
    return "\n".join(_line(store, each) for each in _sorted(store)) or "No process is known yet."


def _line(store: Store, each: HiringProcess) -> str:
    interviews = store.interviews(each.key)
    number = f"{len(interviews)} interview{'' if len(interviews) == 1 else 's'}"
    shown = each.organisation or next(iter((*each.domains, *(i.event.title for i in interviews))), "")
    words = [each.key, shown, each.state.value, number]
    words += [each.position] if each.position else []
    words += [f"via {each.via}"] if each.via else []
    words += [f"they decide by {each.decision_by}"] if each.decision_by else []
    words += [f"silent until {each.snoozed_until}"] if each.snoozed_until else []
    why = f" ({each.reason})" if each.reason else ""
    return "  ".join(filter(None, words)) + why


def _sorted(store: Store) -> list[HiringProcess]:
    return sorted(store.processes(), key=lambda p: (p.organisation.casefold(), p.key))
