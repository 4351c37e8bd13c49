"""`followupd uninstall`: takes followupd off this machine, and shows what is left.

All is asked before anything is done. With `--yes` nothing is asked, and nothing is done that could cost a
letter or a word: drafts stay, notes stay, the config stays.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

import click

from followupd.cli.context import Settings, now_option
from followupd.cli.output import clean, print_lines
from followupd.errors import FollowupdError, UsageError

if TYPE_CHECKING:
    from followupd.config import Config
    from followupd.farewell import Told
    from followupd.farewell.drafts import Lying
    from followupd.farewell.steps import Farewell, Wishes
    from followupd.service import Service

_OF_ANOTHER = (
    "The service was left: it is one for another config or state folder, or of another version. "
    "`followupd service uninstall` removes it."
)
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Said:
    """What the options say. `withdraw` is None where they leave it open."""

    yes: bool
    withdraw: bool | None
    keep_state: bool
    delete_notes: bool
    delete_config: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What there is before anything is done. `troubles` is what could not be looked at."""

    config: Config | None
    letters: list[Lying]
    notes: int
    troubles: list[str]

    @property
    def untouched(self) -> list[Lying]:
        return [one for one in self.letters if one.untouched]


@click.command()
@click.option(
    "--yes", is_flag=True, help="Ask nothing. Drafts, notes and config stay unless another option says so."
)
@click.option(
    "--withdraw-drafts/--keep-drafts",
    "withdraw",
    default=None,
    help="Whether drafts that you have not touched are taken out of Drafts.",
)
@click.option("--keep-state", is_flag=True, help="Keep what it knows of your interviews and letters.")
@click.option("--delete-notes", is_flag=True, help="Delete your notes too.")
@click.option("--delete-config", is_flag=True, help="Delete the config file too.")
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
@now_option
@click.pass_context
def uninstall(
    ctx: click.Context,
    /,
    *,
    yes: bool,
    withdraw: bool | None,
    keep_state: bool,
    delete_notes: bool,
    delete_config: bool,
    dry_run: bool,
) -> None:
    """Remove the service, the sign-ins and all that is stored here. Letters that you wrote or changed stay.

    Ends with 1 when something could not be done; run it again then. Twice does no harm.
    """
    from followupd.farewell import going_on

    settings: Settings = ctx.obj
    said = _Said(
        yes=yes,
        withdraw=withdraw,
        keep_state=keep_state,
        delete_notes=delete_notes,
        delete_config=delete_config,
    )
    if not yes and not dry_run and not sys.stdin.isatty():
        raise UsageError(
            "there is no terminal to ask on. Nothing was done. Answer beforehand with --yes (drafts, notes and "
            "config stay), or see with --dry-run what would happen."
        )
    found = _looked(settings)
    print_lines(_there(found))
    if dry_run:
        print_lines(_would(settings, _farewell(settings, found, _wishes(said, found))))
        return
    wishes = _wishes(said, found) if yes else _asked(settings, said, found)
    if wishes is None:
        click.echo("Nothing was done.")
        ctx.exit(1)
    stopped = _print(going_on(_service_removed(settings), "The service could not be removed"))
    is_well = _print(_farewell(settings, found, wishes).steps()) and stopped
    print_lines(_left(settings, found, wishes))
    ctx.exit(int(not is_well))


# --- what there is ------------------------------------------------------------------------------


def _looked(settings: Settings) -> _Found:
    from followupd.farewell.drafts import lying

    troubles: list[str] = []

    def known(look: Callable[[Settings], T], what: str, otherwise: T) -> T:
        try:
            return look(settings)
        except (FollowupdError, OSError) as error:
            troubles.append(f"{what}: {str(error).splitlines()[0]}")
            return otherwise

    return _Found(
        config=known(
            _config, "The config can't be used, so accounts are known by their sign-ins alone", None
        ),
        letters=known(lambda settings: lying(settings.state), "What lies in Drafts can't be told", []),
        notes=known(_notes, "Whether there are notes of yours can't be told", 0),
        troubles=troubles,
    )


def _notes(settings: Settings) -> int:
    from followupd.farewell import notes
    from followupd.farewell.folders import ANY_FILE, NOTES, content

    folder = settings.state / NOTES
    empty = notes.pages(settings.state, folder).untouched
    return len(notes.said(settings.state, folder)) + len(set(content(folder, ANY_FILE).ours) - set(empty))


def _config(settings: Settings) -> Config | None:
    from followupd.config import load

    # A mail folder that is not mounted must not keep anybody from leaving.
    return load(settings.config_path, settings.state, folders_must_exist=False)


def _there(found: _Found) -> Iterator[str]:
    yield from found.troubles
    for one in found.letters:
        yield f"In Drafts of {one.account}: {_called(one)}, {_state_of(one)}"


def _state_of(one: Lying) -> str:
    if one.doubtful:
        return "perhaps: an interruption came while it was made"
    return "not changed by you as far as was seen" if one.untouched else "left to you"


def _called(one: Lying) -> str:
    from followupd.cli.naming import letter, person

    names = {"kind": one.kind, "step": one.step, "name": one.name, "to": one.to}
    return f"{letter(names)} to {person(names)}"


# --- what is wished -----------------------------------------------------------------------------


def _wishes(said: _Said, found: _Found, *, withdraw: bool | None = None) -> Wishes:
    from followupd.farewell.steps import Wishes

    is_wanted = said.withdraw if withdraw is None else withdraw
    return Wishes(
        withdraw={one.key: _called(one) for one in found.untouched} if is_wanted else {},
        keep_state=said.keep_state,
        delete_notes=said.delete_notes,
        delete_config=said.delete_config,
    )


def _asked(settings: Settings, said: _Said, found: _Found) -> Wishes | None:
    """Every answer before the first act, None for "no"; Enter is the one by which nothing of the user's is lost."""
    from dataclasses import replace

    withdraw = said.withdraw
    if withdraw is None and found.untouched:
        number = _some(len(found.untouched), "untouched draft")
        withdraw = click.confirm(f"Take {number} out of Drafts? You can still send them otherwise.")
    wishes = _wishes(said, found, withdraw=bool(withdraw))
    if found.notes and not said.delete_notes and not said.keep_state:
        wishes = replace(
            wishes, delete_notes=click.confirm("Delete your notes too? They hold your own words.")
        )
    if settings.config_path.exists() and not said.delete_config:
        wishes = replace(
            wishes, delete_config=click.confirm(f"Delete the config {settings.config_path} too?")
        )
    what = (
        "the service and the sign-ins" if said.keep_state else "the service, the sign-ins and what it knows"
    )
    return wishes if click.confirm(f"Remove {what} now?") else None


def _some(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


# --- what is done -------------------------------------------------------------------------------


def _farewell(settings: Settings, found: _Found, wishes: Wishes) -> Farewell:
    from followupd.cli.login import sign_ins
    from followupd.farewell.steps import Farewell

    return Farewell(
        state=settings.state,
        config_path=settings.config_path,
        config=found.config,
        sign_ins=sign_ins,
        wishes=wishes,
        now=settings.now(),
    )


def _print(told: Iterable[Told]) -> bool:
    """Tells each thing as it happens. Whether all went well."""
    is_well = True
    for one in told:
        is_well = is_well and not one.failed
        if one.failed:
            click.echo(clean(one.text), err=True)
        else:
            print_lines([one.text])
    return is_well


def _service_removed(settings: Settings) -> Iterator[Told]:
    from followupd.farewell import Told
    from followupd.service import service

    try:
        found = service(settings.config_path, settings.state)
    except UsageError as error:
        yield Told(f"No service was looked for: {error}")
        return
    if _is_of_another(settings, found):
        yield Told(_OF_ANOTHER)
        return
    yield from (Told(line) for line in found.uninstall())


def _is_of_another(settings: Settings, service: Service) -> bool:
    """Whether the service may be one for another config or state folder than those that were named.

    One machine has one service. Where nothing was named it is that of the usual places, or made for them.
    """
    is_named = bool(settings.config_named or settings.state_named)
    return is_named and service.stands().outdated


# --- what would be done, and what is left -------------------------------------------------------


def _would(settings: Settings, farewell: Farewell) -> Iterator[str]:
    from followupd.farewell import going_on
    from followupd.farewell.forecast import forecast

    for told in (
        *going_on(_service_that_would_go(settings), "The service could not be looked at"),
        *forecast(farewell),
    ):
        yield told.text


def _service_that_would_go(settings: Settings) -> Iterator[Told]:
    from followupd.farewell import Told
    from followupd.service import service

    try:
        found = service(settings.config_path, settings.state)
    except UsageError as error:
        yield Told(f"No service can be looked for: {error}")
        return
    stands = found.stands()
    if _is_of_another(settings, found):
        yield Told(_OF_ANOTHER)
    elif stands.installed:
        yield Told(f"Would stop and remove the service. So far: {stands.text}")


def _left(settings: Settings, found: _Found, wishes: Wishes) -> Iterator[str]:
    from followupd.farewell.remains import files_of_the_user, program

    for what, path in files_of_the_user(found.config, settings.config_path):
        yield f"Left: your {what}: {path}"
    for one in found.letters:
        if one.key not in wishes.withdraw:
            yield f"Left: in Drafts of {one.account}: {_called(one)}"
    yield "Left: your mail. Letters that you sent, wrote or changed were not touched."
    if sys.platform != "darwin":
        yield "Left: what a service told the system's journal, until that is rotated. No letter stands in it."
    yield "Left: lines of your own that run followupd, in your crontab or your shell's start-up, if you wrote any."
    yield f"Left: the program. This removes it: {program()}"
