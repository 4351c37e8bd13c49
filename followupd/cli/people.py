"""`followupd people`: who was there, and what the user knows about them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

import click

from followupd.cli.context import json_option, now_option
from followupd.cli.output import print_json
from followupd.cli.saying import open_store, say
from followupd.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from followupd.cli.context import Settings
    from followupd.core.model import Interview, Participant, Policy
    from followupd.store import Store

_PARTS = ("interviewer", "recruiter", "coordinator", "agency")
_ROUTES = ("direct", "recruiter", "none")
_LIST = "list"


class _ListOr(click.Group):
    """A group whose own words, where they name no command, are those of `list`."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """`people acme` means `people list acme`."""
        return super().resolve_command(ctx, args if args[0] in self.commands else [_LIST, *args])


@click.group(
    cls=_ListOr,
    invoke_without_command=True,
    context_settings={"ignore_unknown_options": True},
    short_help="Who was there: add, set, drop, release.",
    subcommand_metavar="[INTERVIEW] [--json] | COMMAND [ARGS]...",
)
@click.pass_context
def people(ctx: click.Context) -> None:
    """List who was on your interviews, or on one, and whether they get a letter; or say it."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_, interview=None, as_json=False)


@people.command(_LIST, hidden=True)
@click.argument("interview", required=False)
@json_option
@now_option
@click.pass_obj
def list_(settings: Settings, interview: str | None, *, as_json: bool) -> None:
    """List who was on the interviews, or on one."""
    policy = _policy(settings)
    with open_store(settings) as store:
        chosen = _chosen(settings, store, interview)
        rows = [row for each in chosen for row in _rows(store, each, policy)]
    if as_json:
        print_json({"people": rows})
    else:
        click.echo(_lines(rows) or "Nobody is known yet.")


@people.command()
@click.argument("interview", metavar="INTERVIEW")
@click.argument("who", metavar="'NAME <ADDRESS>'")
@click.option("--part", type=click.Choice(_PARTS), default="interviewer", help="What they are.")
@now_option
@click.pass_obj
def add(settings: Settings, interview: str, who: str, part: str) -> None:
    """Somebody was there whom the calendar does not name, or whose address it does not know."""
    say(settings, lambda orders: orders.add_person(interview, who, part))


@people.command("set")
@click.argument("person", metavar="PERSON")
@click.option("--name", help="Their name.")
@click.option("--greeting", help="What stands after “Dear”: Dr Reyes.")
@click.option("--language", help="The language of letters to them: two letters.")
@click.option("--formal/--informal", default=None, help="How letters to them are worded.")
@click.option("--zone", help="Where they work: Europe/Berlin.")
@click.option("--country", help="Whose public holidays they have: two letters.")
@click.option("--region", help="The part of that country, as the config names it.")
@click.option("--part", type=click.Choice(_PARTS), help="What they are.")
@click.option("--route", type=click.Choice(_ROUTES), help="Where letters for them go.")
@now_option
@click.pass_obj
def set_(settings: Settings, /, person: str, **given: str | bool | None) -> None:
    """Set what you know of a person, in every process they are in. '' takes a setting back."""
    checked = _checked(settings, given)
    say(settings, lambda orders: orders.set_person(person, **checked))


@people.command()
@click.argument("interview", metavar="INTERVIEW")
@click.argument("person", metavar="PERSON")
@now_option
@click.pass_obj
def drop(settings: Settings, interview: str, person: str) -> None:
    """No letters to a person of this interview's process."""
    say(settings, lambda orders: orders.drop_person(interview, person))


@people.command()
@click.argument("who", metavar="PROCESS|PERSON")
@now_option
@click.pass_obj
def release(settings: Settings, who: str) -> None:
    """Let letters go that wait: to a person in doubt, or to the interviewers of an agency's client."""
    say(settings, lambda orders: orders.release(who))


# --- what can be set ----------------------------------------------------------------------------


def _checked(settings: Settings, given: dict[str, str | bool | None]) -> dict[str, str | bool | None]:
    """The settings as the letters and the calendar can use them. Raises UsageError."""
    # Imported here: most settings need no tables of the world.
    from followupd.config.world import country, language, timezone

    readers: dict[str, Callable[[object], str]] = {
        "zone": timezone,
        "country": country,
        "language": language,
    }
    checked = dict(given)
    for option, read in readers.items():
        value = given[option]
        if value:
            checked[option] = _read(option, value, read)
    if checked["language"]:
        _has_letters(settings, str(checked["language"]))
    return checked


def _read(option: str, value: object, read: Callable[[object], str]) -> str:
    try:
        return read(value)
    except ValueError as error:
        raise UsageError(f"--{option}: {error}") from None


def _has_letters(settings: Settings, language: str) -> None:
    """A language without letters would stop every cycle that needs one."""
    from followupd.templates import load_wording

    try:
        folder = settings.load_config().templates
    except (ConfigError, OSError):
        folder = None
    try:
        load_wording(language, folder)
    except ConfigError as error:
        raise UsageError(f"--language: no letters can be written in “{language}” yet.\n{error}") from None


# --- the list -----------------------------------------------------------------------------------


def _policy(settings: Settings) -> Policy:
    from followupd.reference import WorldReference

    return settings.load_config().policy(WorldReference())


def _chosen(settings: Settings, store: Store, word: str | None) -> list[Interview]:
    from followupd import selectors

    if word:
        return [selectors.interview(store, word, settings.now())]
    return sorted(store.interviews(), key=lambda i: (i.event.start, i.id))


def _rows(store: Store, interview: Interview, policy: Policy) -> list[dict[str, object]]:
    from followupd.core.people import everybody

    process = store.process(interview.process)
    if process is None:
        return []
    return [
        {
            "interview": interview.id,
            "title": interview.event.title,
            "start": interview.event.start.isoformat(),
        }
        | {"process": process.key, "organisation": process.organisation}
        | _row(one)
        for one in everybody(interview, process, policy)
    ]


def _row(one: Participant) -> dict[str, object]:
    person = one.person
    return {
        "address": person.address,
        "name": person.name,
        "part": person.part.value,
        "letter": one.verdict.choice.value,
        "reason": one.verdict.reason,
        "greeting": person.greeting,
        "language": person.language,
        "formal": person.formal,
        "zone": person.zone,
        "country": person.country,
        "region": person.region,
        "route": person.route,
    }


def _lines(rows: Iterable[dict[str, object]]) -> str:
    lines: list[str] = []
    last = ""
    for row in rows:
        if row["interview"] != last:
            last = str(row["interview"])
            lines.append(f"{last}  {row['title']}  {row['start']}")
        who = " ".join(str(row[key]) for key in ("name", "address") if row[key])
        lines.append(f"  {who}  {row['part']}  letter: {row['letter']} ({row['reason']})")
    return "\n".join(lines)
