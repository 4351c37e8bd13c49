"""`followupd templates`: the words of the letters, ours and the user's, and what is wrong with them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from followupd.cli.context import json_option
from followupd.cli.output import print_blocks, print_json, print_lines
from followupd.errors import ConfigError, UsageError

if TYPE_CHECKING:
    from followupd.cli.context import Settings

_WORD = "[LANGUAGE/]FILE"


class _Place(NamedTuple):
    """Where the user's templates lie, and the language of letters that nobody set another for."""

    folder: Path
    language: str


@click.group(short_help="The words of your letters: list, show, copy, lint.")
def templates() -> None:
    """See the words of your letters, change single sentences, and look whether that went well.

    FILE is what a letter is for: interviewer, recruiter, nudge-first and others. LANGUAGE is de, en, es, fr or
    nl, or de-informal and the like for people on first-name terms.
    """


@templates.command("list", short_help="What there is, and what of it is yours.")
@click.option("--language", help="Every file and section of one language.")
@json_option
@click.pass_obj
def list_(settings: Settings, language: str | None, *, as_json: bool) -> None:
    """List the languages; with --language the files and sections of one, and which of them are yours."""
    from followupd.cli import template_views as views

    folder = _place(settings).folder
    languages = [_language(language, folder)] if language else _languages(folder)
    rows = [views.row(one, folder) for one in languages]
    if as_json:
        print_json({"folder": str(folder), "languages": rows})
    else:
        print_blocks([views.of_language(rows[0]) if language else views.summary(rows)], plain=settings.plain)


@templates.command(short_help="A file as it is used, and what it may name.")
@click.argument("which", metavar=_WORD)
@click.option("--language", help="Where the word names none; usually the one of your config.")
@json_option
@click.pass_obj
def show(settings: Settings, which: str, language: str | None, *, as_json: bool) -> None:
    """Print a file as it is used: your sections in the place of ours, and the facts that it may name."""
    from followupd.cli import template_views as views

    place = _place(settings)
    named, file = _named(which, language, place)
    if as_json:
        print_json({"name": named, "facts": views.facts(file)} | views.file_row(named, file, place.folder))
        return
    if views.problems(named, place.folder):
        click.echo(f"Your files for {named} have mistakes: `followupd templates lint` lists them.", err=True)
    click.echo(views.carried(views.page(named, file, place.folder)))


@templates.command(short_help="Begin to change a file, or a section.")
@click.argument("which", metavar=_WORD)
@click.argument("section", required=False)
@click.option("--language", help="Where the word names none; usually the one of your config.")
@click.option(
    "--force", is_flag=True, help="Replace what you have there; it is kept beside it as FILE.txt.bak."
)
@click.pass_obj
def copy(settings: Settings, which: str, section: str | None, language: str | None, *, force: bool) -> None:
    """Copy our file, or one section of it, into your folder, for you to change.

    With SECTION a file that you have gets it at its end; nothing of yours is replaced without --force.
    """
    from followupd.cli.template_copies import copied

    place = _place(settings, must_be_right=True)
    named, file = _named(which, language, place)
    path = copied(place.folder, named, file, section, force=force)
    click.echo(
        f"Copied to {path}: change it in your editor. What you take out of it is worded by us as before."
    )
    click.echo(
        "Then `followupd templates lint` tells whether it can be used, and `followupd preview` shows it."
    )


@templates.command(short_help="Every mistake in yours, with its line.")
@click.argument("folder", required=False)
@json_option
@click.pass_context
def lint(ctx: click.Context, folder: str | None, *, as_json: bool) -> None:
    """Look through your templates, or those in FOLDER, and tell every mistake with its line.

    Ends with 1 when there is one. It sees what can be seen in the words alone; docs/letters.md says what it can't.
    """
    from followupd.templates.lint import lint as look_through

    home = Path(folder) if folder else _place(ctx.obj, must_be_right=True).folder.expanduser()
    if folder and not home.expanduser().is_dir():
        raise UsageError(f"there is no folder {home}. Name the one that holds your templates.")
    found = look_through(home)
    if as_json:
        told = [{"file": str(one.path), "line": one.line, "text": one.text} for one in found.mistakes]
        print_json({"folder": str(home), "ok": not told, "files": found.files, "mistakes": told})
    else:
        print_lines(str(one) for one in found.mistakes)
        print_lines([_result(home, found.files, len(found.mistakes))])
    ctx.exit(1 if found.mistakes else 0)


def _result(home: Path, files: int, mistakes: int) -> str:
    if mistakes:
        return f"{_counted(files, 'file')}, {_counted(mistakes, 'problem')}."
    if not files:
        return (
            f"0 files in {home}: every word is ours. `followupd templates copy interviewer` begins with one."
        )
    return f"{_counted(files, 'file')}, no problem."


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


# --- what is meant ------------------------------------------------------------------------------


def _place(settings: Settings, *, must_be_right: bool = False) -> _Place:
    """As the config says. There need be none; with one that can't be used, looking goes on in the usual folder."""
    from os.path import lexists

    from followupd import paths
    from followupd.templates import DEFAULT

    usual = _Place(paths.config_file().parent / "templates", DEFAULT)
    if not lexists(settings.config_path):
        return usual
    try:
        config = settings.load_config()
    except ConfigError:
        if must_be_right:
            raise
        click.echo(f"The config can't be used (`followupd check`), so this is for {usual.folder}.", err=True)
        return usual
    return _Place(config.templates, config.document.letters.language)


def _named(which: str, language: str | None, place: _Place) -> tuple[str, str]:
    """The language and the file that the words of the user mean. Raises UsageError."""
    from followupd.templates import DEFAULT, files_of
    from followupd.templates.parse import suggest

    before, _, name = which.removesuffix(".txt").rpartition("/")
    if before and language and before != language:
        raise UsageError(f"“{which}” says {before} and --language says {language}. Name one of them.")
    files = [one.removesuffix(".txt") for one in files_of(DEFAULT)]
    if name not in files:
        raise UsageError(f"{suggest(f'there is no template “{name}”', name, files)}")
    return _language(before or language or place.language, place.folder), name


def _language(name: str, folder: Path) -> str:
    from followupd.templates import INFORMAL
    from followupd.templates.parse import suggest

    known = _languages(folder)
    formal = name.removesuffix(INFORMAL)
    if name in known:
        return name
    if formal in known:
        raise UsageError(
            f"{formal} has no letters of its own for first-name terms: {formal} serves for both."
        )
    raise UsageError(suggest(f"there are no letters in “{name}”", name, known))


def _languages(folder: Path) -> list[str]:
    from followupd.templates.pages import languages_in, tones

    return sorted({*tones(), *languages_in(folder)})
