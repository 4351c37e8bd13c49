"""`followupd preview`: the thank-yous of an interview as they will stand in Drafts. Makes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from followupd.cli.context import Settings, json_option, now_option
from followupd.cli.output import clean, print_json

if TYPE_CHECKING:
    from followupd.config import Config
    from followupd.preview import Preview, Wordings
    from followupd.store import Store

_KEPT = {
    "drafted": "This is what was put into Drafts.",
    "edited": "This is what was put into Drafts; you have changed it since.",
    "sent": "This is what was put into Drafts before you sent it.",
    "answered": "This is what was put into Drafts before you sent it.",
}


@click.command()
@click.argument("about", metavar="[INTERVIEW|PERSON]", required=False)
@json_option
@now_option
@click.pass_context
def preview(ctx: click.Context, /, about: str | None, *, as_json: bool) -> None:
    """Show the letters of an interview, or the letter to a person, as they will be written.

    Without a word: those of the latest interview, else of the next. Where none is known yet, an invented
    one. Nothing is made, and no provider is asked.
    """
    settings: Settings = ctx.obj
    found, is_invented = _found(settings, settings.load_config(), about)
    if as_json:
        print_json({"letters": [_record(one, is_invented=is_invented) for one in found]})
        return
    if is_invented:
        click.echo("No interview is known yet. This is a letter after an invented one.\n")
    click.echo("\n\n".join(letter(one) for one in found))


def letter(one: Preview) -> str:
    """A letter as it looks in a mail program."""
    to = f"{clean(one.name)} <{one.to}>" if one.name and one.to else one.to or "(you fill in the address)"
    head = [f"From: {one.sender}", f"To: {to}", f"Subject: {clean(one.subject)}"]
    told = [f"({_KEPT[one.stage]})"] if one.stage in _KEPT else []
    return "\n".join([*told, *head, "", one.text.rstrip("\n")])


def wordings_of(config: Config) -> Wordings:
    """The words of the letters, in the languages that are asked for."""
    from functools import cache

    from followupd.templates import load_wording

    return cache(lambda language: load_wording(language, config.templates))


def _found(settings: Settings, config: Config, about: str | None) -> tuple[list[Preview], bool]:
    """The letters, and whether they are invented."""
    from followupd.cli.saying import open_store
    from followupd.database import DATABASE
    from followupd.preview import invented
    from followupd.reference import WorldReference

    if about or (settings.state / DATABASE).exists():
        with open_store(settings) as store:
            if about:
                return _about(store, settings, config, about), False
            if found := _latest(store, settings, config):
                return found, False
    return [invented(config.policy(WorldReference()), wordings_of(config), settings.now())], True


def _about(store: Store, settings: Settings, config: Config, about: str) -> list[Preview]:
    from followupd import selectors
    from followupd.errors import UsageError
    from followupd.selectors import latest

    interview, someone = selectors.interview_or_person(store, about, settings.now())
    if someone is not None:
        theirs = [one for one in store.interviews() if someone in selectors.on(one)]
        interview = latest(theirs, settings.now()) if theirs else None
    found = _of(store, settings, config, interview.id) if interview else []
    if someone is not None:
        who = {someone.address} if someone.address else set(someone.names)
        found = [one for one in found if {one.to.lower(), one.name} & who]
    if not found:
        raise UsageError(f"no letter is owed there: `followupd explain '{about}'` says why.")
    return found


def _latest(store: Store, settings: Settings, config: Config) -> list[Preview]:
    """The letters of the latest interview that is over, else of the next one."""
    now, everything = settings.now(), sorted(store.interviews(), key=lambda one: one.event.start)
    past = [one for one in reversed(everything) if one.event.end <= now]
    for one in (*past, *(one for one in everything if one.event.end > now)):
        if found := _of(store, settings, config, one.id):
            return found
    return []


def _of(store: Store, settings: Settings, config: Config, interview: str) -> list[Preview]:
    from followupd.preview import previews
    from followupd.reference import WorldReference

    known = store.interview(interview)
    case = store.case(known.process) if known else None
    if case is None:
        return []
    every = previews(case, config.policy(WorldReference()), wordings_of(config), settings.now())
    return [one for one in every if interview in {held.id for held in one.interviews}]


def _record(one: Preview, *, is_invented: bool) -> dict[str, Any]:
    last = one.interviews[-1]
    return {
        "invented": is_invented,
        "interview": "" if is_invented else last.id,
        "title": last.event.title,
        "name": one.name,
        "to": one.to,
        "from": one.sender,
        "subject": one.subject,
        "text": one.text,
        "stage": one.stage.value,
        "reason": one.reason,
    }
