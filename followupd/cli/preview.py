"""`followupd preview`: the letters of an interview, or to a person, as they are or will be. Makes nothing."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from followupd.cli.context import Settings, json_option, now_option
from followupd.cli.output import Clock, clean, print_json
from followupd.errors import UsageError

if TYPE_CHECKING:
    from followupd.config import Config
    from followupd.preview import Preview, Wordings
    from followupd.store import Store

_PAGE = (".html", ".htm")
_NO_PAGE = "no page"  # no file has this name: it has no ending


@click.command()
@click.argument("about", metavar="[INTERVIEW|PERSON]", required=False)
@click.option("--origins/--no-origins", default=False, help="What each sentence came from.")
@click.option(
    "--html",
    "page",
    metavar="[FILE.html]",
    is_flag=False,
    flag_value="",
    default=_NO_PAGE,
    help="Write a page for the browser, for you alone to read, and print its path.",
)
@click.option("--force", is_flag=True, help="With --html: over a file that is no page of this command.")
@json_option
@now_option
@click.pass_context
def preview(
    ctx: click.Context, /, about: str | None, *, origins: bool, page: str, force: bool, as_json: bool
) -> None:
    """Show the letters of an interview, or those to a person, as they are or as they will be written.

    Without a word: those of the latest interview, else of the next. Where none is known yet, an invented
    one. What lies in Drafts or was sent is shown as it was written. Nothing is made, and no provider is asked.
    """
    settings: Settings = ctx.obj
    about, file = _words(about, page)
    if file is None and force:
        raise UsageError("--force says that --html may write over a file: give --html with it.")
    if file is not None and as_json:
        raise UsageError("--html writes a page and --json prints data: choose one.")
    config = settings.load_config()
    found, is_invented = _found(settings, config, about)
    if as_json:
        print_json(_data(found, is_invented=is_invented))
    elif file is not None:
        _write_page(settings, config, found, file, origins=origins, force=force, is_invented=is_invented)
    else:
        _print(settings, config, found, origins=origins, is_invented=is_invented)


def _words(about: str | None, page: str) -> tuple[str | None, str | None]:
    """About what, and the page's file: "" is the usual one, None no page.

    `--html Acme` means the interview: only what ends like a page is a file.
    """
    if page == _NO_PAGE:
        return about, None
    if not page or page.lower().endswith(_PAGE):
        return about, page
    if about is None:
        return page, ""
    raise UsageError(f"“{page}” is no name for a page: let it end in .html.")


# --- for people ---------------------------------------------------------------------------------


def letter(one: Preview) -> str:
    """A letter as it looks in a mail program."""
    return "\n".join([*head(one), "", one.text.rstrip("\n")])


def head(one: Preview) -> list[str]:
    """Its headers, a line each."""
    to = f"{clean(one.name)} <{one.to}>" if one.name and one.to else one.to or "(you fill in the address)"
    return [f"From: {one.sender}", f"To: {to}", f"Subject: {clean(one.subject)}"]


def wordings_of(config: Config) -> Wordings:
    """The words of the letters, in the languages that are asked for, as a cycle would have them."""
    from followupd.templates.in_use import WordingsInUse

    return WordingsInUse(config.templates, tell=lambda notice: click.echo(notice, err=True))


def _print(
    settings: Settings, config: Config, found: list[Preview], *, origins: bool, is_invented: bool
) -> None:
    from followupd.cli.preview_text import show

    if is_invented:
        click.echo("No interview is known yet. This is a letter after an invented one.\n")
    clock = Clock(config.zone, settings.now())
    show(found, clock, plain=settings.plain, origins=origins, is_invented=is_invented)


def _write_page(
    settings: Settings,
    config: Config,
    found: list[Preview],
    file: str,
    *,
    origins: bool,
    force: bool,
    is_invented: bool,
) -> None:
    from pathlib import Path

    from followupd.cli.page import page, write

    text = page(found, Clock(config.zone, settings.now()), origins=origins, is_invented=is_invented)
    path = write(text, Path(file).expanduser() if file else None, settings.state, force=force)
    click.echo(str(path))


# --- which letters ------------------------------------------------------------------------------


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
    from followupd.core.addresses import canonical
    from followupd.selectors import latest

    interview, someone = selectors.interview_or_person(store, about, settings.now())
    if someone is not None:
        theirs = [one for one in store.interviews() if someone in selectors.on(one)]
        interview = latest(theirs, settings.now()) if theirs else None
    found = _of(store, settings, config, interview.id) if interview else []
    if someone is not None:
        who = {someone.address} if someone.address else set(someone.names)
        found = [one for one in found if {canonical(one.to), one.name} & who]
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
    from followupd.foreseen import foreseen
    from followupd.preview import previews
    from followupd.reference import WorldReference

    known = store.interview(interview)
    case = store.case(known.process) if known else None
    if case is None:
        return []
    paused = store.meta("paused_until")
    until = datetime.fromisoformat(paused) if paused else None
    policy, wordings, now = config.policy(WorldReference()), wordings_of(config), settings.now()
    every = [
        *previews(case, policy, wordings, now, until),
        *foreseen(case, policy, wordings, now, until),
    ]
    return [one for one in every if interview in {held.id for held in one.interviews}]


# --- for scripts --------------------------------------------------------------------------------


def _data(found: list[Preview], *, is_invented: bool) -> dict[str, Any]:
    from followupd.panel import panel_of

    panel = panel_of(found)
    return {
        "letters": [_record(one, is_invented=is_invented) for one in found],
        "likeness": panel
        and {
            "highest": round(panel.highest.ratio, 3),
            "pair": [one.name or one.to for one in (panel.highest.one, panel.highest.other)],
            "median": round(panel.median, 3),
        },
    }


def _record(one: Preview, *, is_invented: bool) -> dict[str, Any]:
    last = one.interviews[-1]
    kept = one.letter
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
        "kind": kept.kind.value,
        "step": kept.step,
        "purpose": kept.purpose.value if kept.purpose else "",
        "language": one.language,
        "words": one.words.value,
        "due": _time(one.due),
        "drafted_at": _time(kept.drafted_at),
        "sent_at": _time(kept.sent.at) if kept.sent else None,
        "pieces": [{"part": piece.part, "origin": piece.origin, "text": piece.text} for piece in one.pieces],
    }


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
