"""`followupd explain WORD`: why an event, a person or a process led to a letter, or did not."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

import click

from followupd.cli.context import Settings, json_option, now_option
from followupd.cli.naming import company, happened, letter, person, short, when
from followupd.cli.output import Block, Clock, print_blocks, print_json
from followupd.errors import ConfigError
from followupd.shapes import Json

if TYPE_CHECKING:
    from followupd.files import Judge
    from followupd.rows import Rows

_LETTER = {"yes": "gets a letter", "no": "gets no letter", "ask": "you are asked"}
_EVENT = {"yes": "an interview", "no": "no interview", "ask": "perhaps an interview, you are asked"}


@click.command()
@click.argument("word")
@json_option
@now_option
@click.pass_context
def explain(ctx: click.Context, /, *, word: str, as_json: bool) -> None:
    """Tell of every event, person or process that matches WORD why it led to a letter, or did not.

    WORD is part of a title, name, address or company, or the start of a key. Ends with 1 when
    nothing matches.
    """
    data, zone = _read(ctx.obj, word)
    clock = Clock(zone, ctx.obj.now())
    blocks = list(_blocks(data, clock))
    if as_json:
        print_json(data)
    else:
        print_blocks(blocks or [_unknown(word)], plain=ctx.obj.plain)
    ctx.exit(int(not blocks))


def _read(settings: Settings, word: str) -> tuple[Json, str]:
    """The data, and the zone to show it in."""
    from followupd.explanation import explain as read
    from followupd.rows import reading

    with reading(settings.state) as rows:
        if rows is None:
            return {"word": word, "events": [], "people": [], "processes": []}, ""
        judge, zone = _judge(settings, rows)
        return read(rows, word, judge), zone or rows.meta("zone")


def _judge(settings: Settings, rows: Rows) -> tuple[Judge, str]:
    """Who is judged how by the rules of the config as it is now, and the user's zone."""
    # Imported here: `explain --help` needs no rules.
    from followupd.core import people
    from followupd.core.model import HiringProcess, Interview
    from followupd.database import decode
    from followupd.files import nobody
    from followupd.reference import WorldReference

    try:
        config = settings.load_config()
    except ConfigError:
        text = (
            "the config can't be used, so who gets a letter by the rules is left out. See `followupd check`."
        )
        click.echo(f"followupd: {text}", err=True)
        return nobody, ""
    policy = config.policy(WorldReference())

    @cache
    def judge(name: str) -> list[Json]:
        sql = "SELECT i.data, p.data FROM interview i JOIN process p ON p.key = i.process WHERE i.id = ?"
        found = rows.select(sql, name)
        if not found:
            return []
        interview, process = decode(found[0][0], Interview), decode(found[0][1], HiringProcess)
        return [
            {
                "address": one.person.address,
                "name": one.person.name,
                "part": one.person.part.value,
                "choice": one.verdict.choice.value,
                "reason": one.verdict.reason,
            }
            for one in people.everybody(interview, process, policy)
        ]

    return judge, config.zone


# --- for people ---------------------------------------------------------------------------------


def _unknown(word: str) -> Block:
    text = (
        f"Nothing that was seen matches “{word}”. Not seen are events more than 120 days ahead, and those "
        "in calendars that the config does not name."
    )
    return Block("Nothing", lines=(text,))


def _blocks(data: Json, clock: Clock) -> Iterator[Block]:
    told: set[str] = set()  # letters: each is told once, where it first fits
    for event in data["events"]:
        yield Block(f"Event “{event['title']}”", lines=tuple(_event(event, clock, told)))
    for one in data["people"]:
        yield Block(f"Person {_who(one)}", lines=tuple(_person(one, clock, told)))
    for process in data["processes"]:
        yield Block(f"Process {company(process)}", lines=tuple(_process(process, clock, told)))


def _event(event: Json, clock: Clock, told: set[str]) -> Iterator[str]:
    title = f"“{event['title']}”"
    yield f"Event {title} on {when(event, clock)}: {_EVENT[event['choice']]}: {event['reason']}; key {event['id']}"
    for copy in event["seen_in"]:
        where = f"the calendar {copy['calendar']}" if copy["calendar"] else "a calendar"
        yield f"Seen: {title} in {where} of {copy['account']}{_marks(copy)}"
    for name, words in (("wanted", "you asked for letters"), ("skipped", "you skipped it")):
        if event[name]:
            yield f"Your word: {title}: {words} on {clock.at(event[name])}"
    if event["cancelled"]:
        yield f"Cancelled: {title}: {event['cancel_reason']}, noticed on {clock.at(event['cancelled'])}"
    for one in event["participants"]:
        part = "" if one["choice"] == "no" else f"{one['part']}: "
        yield f"Person: {_who(one)}: {part}{_LETTER[one['choice']]}: {one['reason']}"
    yield from _letters(event["follow_ups"], clock, told)
    yield from _questions(event["questions"], clock)


def _marks(copy: Json) -> str:
    """By what a rule of the config can know the event, to be copied into it."""
    given = [f"category: {category}" for category in copy["categories"]]
    given += [f"{name}: {copy[name]}" for name in ("colour", "label") if copy[name]]
    if copy["calendar_id"] != copy["calendar"]:
        given.insert(0, f"calendar: {copy['calendar_id']}")
    return f"; a rule can name {', '.join(given)}" if given else ""


def _person(one: Json, clock: Clock, told: set[str]) -> Iterator[str]:
    yield f"Person {_who(one)}: {one['part']} at {one['organisation'] or 'a company without a name'}"
    for verdict in one["verdicts"]:
        yield f"Rule: for “{verdict['title']}” {_who(one)} {_LETTER[verdict['choice']]}: {verdict['reason']}"
    if one["closed"]:
        yield f"No more letters to {_who(one)}: {one['closed']}"
    if not one["follow_ups"]:
        yield f"Letters: none is or was owed to {_who(one)}."
    yield from _letters(one["follow_ups"], clock, told)


def _process(process: Json, clock: Clock, told: set[str]) -> Iterator[str]:
    reason = f": {process['reason']}" if process["reason"] else ""
    yield (
        f"Process {company(process)}: {process['state']} since {clock.at(process['since'])}{reason}; "
        f"key {process['key']}"
    )
    if process["decision_by"]:
        yield f"Decision: {company(process)} decides by {clock.day(process['decision_by'])}"
    if process["snoozed_until"]:
        yield f"Snoozed: {company(process)} until {clock.day(process['snoozed_until'])}"
    yield from _letters(process["follow_ups"], clock, told)
    for one in process["arrivals"]:
        yield _arrival(one, clock)
    yield from _questions(process["questions"], clock)
    letters = {one["key"] for one in process["follow_ups"]}
    for entry in process["history"]:
        if entry["about"] not in letters:
            yield f"History of {company(process)}: {clock.at(entry['at'])}: {happened(entry)}"


def _arrival(one: Json, clock: Clock) -> str:
    who = one["sender_name"] or one["sender"]
    kind = one["kind"].replace("_", " ") + (f" ({one['sub_kind']})" if one["sub_kind"] else "")
    marked = f"; you marked it {one['marked']}" if one["marked"] else ""
    back = f"; back on {clock.day(one['returns'])}" if one["returns"] else ""
    instead = f"; names {one['contact']} instead" if one["contact"] else ""
    about = f"{kind}: {one['reason']}{back}{instead}{marked}"
    return f"Message from {who} on {clock.at(one['received'])}: {about}; key {one['id']}"


def _letters(letters: list[Json], clock: Clock, told: set[str]) -> Iterator[str]:
    for one in letters:
        if one["key"] in told:
            continue
        told.add(one["key"])
        what = f"{letter(one)} to {person(one)}"
        held = "; held back until you answer (`followupd status`)" if one["held"] else ""
        stage = f"{one['stage']} since {clock.at(one['since'])}: {one['reason']}{held}"
        yield f"Letter: {what}: {stage}; key {short(one)}"
        for entry in one["history"]:
            yield f"History of the {what}: {clock.at(entry['at'])}: {happened(entry)}"


def _questions(questions: list[Json], clock: Clock) -> Iterator[str]:
    for one in questions:
        yield f"Question since {clock.at(one['since'])}: {one['text']}"
        for command in one["answer_with"].splitlines():
            yield f"Answer with: {command}"


def _who(one: Json) -> str:
    return person({"name": one["name"], "to": one["address"]})
