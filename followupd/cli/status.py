"""`followupd status`: what is asked, what waits in Drafts, what comes next, and what is wrong."""

from __future__ import annotations

from collections.abc import Iterator

import click

from followupd.cli.context import Settings, json_option, now_option
from followupd.cli.naming import company, letter, person, short, talk, when
from followupd.cli.output import Block, Clock, clean, print_blocks, print_json
from followupd.overview import OPEN, WAITING, needs_user
from followupd.overview import status as read
from followupd.shapes import IN_DRAFTS, Json

NEXT_AT_MOST = 12


@click.command()
@json_option
@now_option
@click.pass_context
def status(ctx: click.Context, /, *, as_json: bool) -> None:
    """Show what is asked, what waits in Drafts, what comes next.

    Ends with 1 when a question is open, a sign-in is needed, or nothing has run lately.
    """
    settings: Settings = ctx.obj
    data = read(settings.state, settings.now())
    if as_json:
        print_json(data)
    else:
        clock = Clock(data["zone"], settings.now())
        print_blocks(_blocks(data, clock), plain=settings.plain)
    ctx.exit(int(needs_user(data)))


Pair = tuple[Json, Json]


def _blocks(data: Json, clock: Clock) -> Iterator[Block]:
    letters = [(process, one) for process in data["processes"] for one in process["follow_ups"]]
    drafts = [pair for pair in letters if pair[1]["stage"] in IN_DRAFTS]
    coming = _coming(letters, data["interviews"], clock)
    yield _asked(data["questions"], clock)
    yield _in_drafts(drafts, clock)
    yield _proofread(drafts)
    yield _next(coming, data["paused_until"], clock)
    yield _waiting(data, clock)
    yield _trouble(data)
    yield _model(data["model"], drafts, clock)
    if not (data["questions"] or drafts or coming or data["trouble"]):
        yield _quiet(data)


def _asked(questions: list[Json], clock: Clock) -> Block:
    # No table: a command that is cut into a column can't be copied.
    lines: list[str] = []
    for one in questions:
        lines.append(f"Question since {clock.at(one['since'])}: {one['text']}")
        lines += [f"Answer with: {command}" for command in one["answer_with"].splitlines()]
        if one["if_silent"]:
            lines.append(f"If you say nothing: {one['if_silent']}.")
    return Block("Asked", lines=tuple(lines))


def _in_drafts(pairs: list[Pair], clock: Clock) -> Block:
    rows = tuple(
        (person(one), company(process), letter(one), clock.at(one["drafted_at"]), _by(one, clock), short(one))
        for process, one in pairs
    )
    lines = tuple(
        f"In Drafts: {kind} to {who} ({where}), since {since}{f', {by}' if by else ''}; key {key}"
        for who, where, kind, since, by, key in rows
    )
    columns = ("To", "Company", "Letter", "In Drafts since", "Send", "Key")
    return Block("Waiting for you in Drafts", columns, rows, lines)


def _proofread(pairs: list[Pair]) -> Block:
    """What proofreading found in the drafts. No table: a sentence that is cut says nothing."""
    lines = tuple(
        f"Look again: {letter(one)} to {person(one)}: {clean(text)} (key {short(one)})"
        for _, one in pairs
        for text in one["findings"]
    )
    return Block("To look at before you send", lines=lines)


def _by(one: Json, clock: Clock) -> str:
    if one["send_by"]:
        late = "late: was " if clock.is_past(one["send_by"]) else ""
        return f"{late}best sent by {clock.at(one['send_by'])}"
    return f"left alone from {clock.day(one['expires'])}" if one["expires"] else ""


def _coming(letters: list[Pair], interviews: list[Json], clock: Clock) -> list[tuple[str, ...]]:
    """When, what, to whom, company, key: letters that nothing holds back, and interviews, by time."""
    found = [
        (one["due"], (clock.at(one["due"]), letter(one), person(one), company(process), short(one)))
        for process, one in letters
        if one["stage"] in WAITING and not one["held"]
    ]
    found += [(one["start"], (when(one, clock), *talk(one))) for one in interviews]
    return [row for _, row in sorted(found, key=lambda pair: clock.order(pair[0]))]


def _next(coming: list[tuple[str, ...]], paused_until: str | None, clock: Clock) -> Block:
    rows = coming[:NEXT_AT_MOST]
    lines = [
        f"Next: {at}: {what}{f' to {who}' if who else ''} ({where}); key {key}"
        for at, what, who, where, key in rows
    ]
    if len(coming) > len(rows):
        lines.append(f"Next: and {len(coming) - len(rows)} more; `followupd plan` lists them.")
        rows.append(("later", f"{len(coming) - len(rows)} more; see followupd plan", "", "", ""))
    if paused_until:
        lines.insert(0, f"Paused: nothing is made before {clock.at(paused_until)}.")
        rows.insert(0, (clock.at(paused_until), "paused until then", "", "", ""))
    return Block("Next", ("When", "What", "To", "Company", "Key"), tuple(rows), tuple(lines))


def _waiting(data: Json, clock: Clock) -> Block:
    """Open processes of which nothing above speaks."""
    spoken = {one["process"] for one in (*data["questions"], *data["interviews"])}
    silent = [
        process
        for process in data["processes"]
        if process["state"] != "closed"
        and process["key"] not in spoken
        and not any(one["stage"] in OPEN for one in process["follow_ups"])
    ]
    rows = tuple((company(one), _stands(one, clock), short(one)) for one in silent)
    lines = tuple(f"Waiting: {where}: {how}; key {key}" for where, how, key in rows)
    return Block("Waiting for them", ("Company", "Stands", "Key"), rows, lines)


def _stands(process: Json, clock: Clock) -> str:
    decision = process["decision_by"]
    parts = [process["state"], process["reason"], f"they decide by {clock.day(decision)}" if decision else ""]
    return ": ".join(part for part in parts if part)


def _trouble(data: Json) -> Block:
    about = [(f" with {one['account']}" if one["account"] else "", one["text"]) for one in data["trouble"]]
    lines = [f"Trouble{where}: {text}" for where, text in about]
    lines += [
        f"Trouble with {one['name']}: {one['problem']} It is tried again by itself."
        for one in data["accounts"]
        if one["state"] == "failing"
    ]
    lines += [f"To do for {one['name']}: {one['notice']}" for one in data["accounts"] if one["notice"]]
    return Block("Trouble", lines=tuple(lines))


def _model(model: Json | None, drafts: list[Pair], clock: Clock) -> Block:
    """A language model of the user's own choosing: where it is, how it went, and which drafts it had to do with."""
    if model is None:
        return Block("Language model")
    where = ", outside this machine" if model["elsewhere"] else ", on this machine"
    asked = (
        f"last asked {clock.at(model['last_at'])}: {model['last']}" if model["last_at"] else "not asked yet"
    )
    lines = [f"Language model: {model['name']} at {model['address']}{where}; {asked}."]
    lines += [
        f"Language model: {letter(one)} to {person(one)}: {one['rewritten']}; key {short(one)}"
        for _, one in drafts
        if one["rewritten"]
    ]
    return Block("Language model", lines=tuple(lines))


def _quiet(data: Json) -> Block:
    still = sum(process["state"] != "closed" for process in data["processes"])
    known = f"{still} open process{'' if still == 1 else 'es'}" if still else "no open process"
    return Block("All quiet", lines=(f"All quiet: nothing to send, nothing asked, {known}.",))
