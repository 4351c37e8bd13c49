"""`followupd init`: sets it up by asking where calendar and mail are, and changes what was set up."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from followupd.cli import INTERRUPTED
from followupd.cli.asker import Asker
from followupd.cli.context import now_option
from followupd.cli.questions import answers
from followupd.cli.sources import PROVIDERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from followupd.cli.wizard import Wizard


@click.command()
@click.option("--name", help="Your name, as it stands under your letters.")
@click.option("--address", "addresses", multiple=True, help="An address of yours. May be repeated.")
@click.option("--provider", type=click.Choice(PROVIDERS), help="Where your calendar and mail are.")
@click.option("--client-file", metavar="PATH", help="Google: the client file. It may come later.")
@click.option(
    "--google-calendar",
    "google_calendars",
    metavar="ID",
    multiple=True,
    help="Google: a calendar's id. primary otherwise. May be repeated.",
)
@click.option("--calendar-root", metavar="URL", help="Google: another address, for a gateway.")
@click.option("--gmail-root", metavar="URL", help="Google: another address, for a gateway.")
@click.option("--client-id", metavar="ID", help="Microsoft: the Application (client) ID. It may come later.")
@click.option(
    "--microsoft-calendar",
    "microsoft_calendars",
    metavar="NAME",
    multiple=True,
    help="Microsoft: a calendar's name or id. primary otherwise. May be repeated.",
)
@click.option(
    "--authority", metavar="URL", help="Microsoft: another sign-in, for one tenant or a national cloud."
)
@click.option(
    "--graph-root", metavar="URL", help="Microsoft: another address, for a national cloud or gateway."
)
@click.option("--imap-host", metavar="NAME", help="IMAP: the mail server. Proposed for well-known services.")
@click.option("--imap-port", type=click.IntRange(1, 65535), help="IMAP: another port than the usual one.")
@click.option("--imap-tls", type=click.Choice(("implicit", "starttls", "none")), help="IMAP: the encryption.")
@click.option("--imap-user", metavar="NAME", help="IMAP: your name at the mail server, mostly your address.")
@click.option("--calendar-url", metavar="URL", help="IMAP: your calendar, by CalDAV or by an address (.ics).")
@click.option(
    "--calendar-user", metavar="NAME", help="IMAP: your name at the calendar server, if it is another."
)
@click.option(
    "--calendar-name",
    "calendar_names",
    metavar="NAME",
    multiple=True,
    help="CalDAV: a calendar's name. All otherwise. May be repeated.",
)
@click.option(
    "--password-command", metavar="COMMAND", help="IMAP, CalDAV: prints your password; nothing is kept."
)
@click.option("--calendar", metavar="PATH", help="Local: the folder with your .ics files.")
@click.option("--mail", metavar="PATH", help="Local: your Maildir.")
@click.option("--drafts", metavar="FOLDER", help="Local: the folder for letters. Found by itself mostly.")
@click.option("--title", metavar="REGEX", help="What the titles of your interviews say.")
@click.option("--language", help="The language of your letters: two letters.")
@click.option("--timezone", help="Where you live: Europe/London. The machine's otherwise.")
@click.option("--country", help="Whose public holidays count: two letters. That of your zone otherwise.")
@click.option(
    "--company",
    "companies",
    metavar="DOMAIN=NAME",
    multiple=True,
    help="What letters call a company: acme.example=Acme. May be repeated.",
)
@click.option("--key-file", metavar="PATH", help="The key to kept sign-ins, where there is no keyring.")
@click.option("--sign-in/--no-sign-in", default=None, help="Sign in now, in the browser or with a password.")
@click.option("--no-browser", is_flag=True, help="Sign in by an address to copy.")
@click.option(
    "--recent",
    metavar="WHICH=ANSWER",
    multiple=True,
    help="Of an interview of the last four weeks: acme=sent, all=later; draft, skip, answered:DATE.",
)
@click.option("--service/--no-service", default=None, help="Let it run by itself from now on.")
@click.option("--proof/--no-proof", default=None, help="Try it with a letter to yourself.")
@click.option("--account", metavar="NAME", default="", help="Which account to change. The first otherwise.")
@click.option("--yes", is_flag=True, help="Ask nothing that has a usual answer.")
@click.option("--force", is_flag=True, help="Begin anew where a config exists; that one is kept beside it.")
@now_option
@click.pass_context
def init(
    ctx: click.Context,
    /,
    *,
    addresses: tuple[str, ...],
    google_calendars: tuple[str, ...],
    microsoft_calendars: tuple[str, ...],
    calendar_names: tuple[str, ...],
    imap_port: int | None,
    companies: tuple[str, ...],
    recent: tuple[str, ...],
    sign_in: bool | None,
    no_browser: bool,
    service: bool | None,
    proof: bool | None,
    account: str,
    yes: bool,
    force: bool,
    **given: str | None,
) -> None:
    """Set it up, or change what was set up: Enter keeps what is there, and your comments stay.

    Asks what is not given as an option. Without a terminal it writes the config and does only what an option
    asks for. A set-up that was broken off goes on where it ended.
    """
    from followupd.cli import reading, wizard_recent
    from followupd.cli.wizard import Wizard

    options = {f"--{name.replace('_', '-')}": value for name, value in given.items()}
    options["--address"] = " ".join(addresses) or None
    options["--google-calendar"] = " ".join(google_calendars) or None
    options["--microsoft-calendar"] = reading.listed(microsoft_calendars) or None
    options["--calendar-name"] = reading.listed(calendar_names) or None
    options["--imap-port"] = str(imap_port) if imap_port else None
    options["--company"] = _companies(companies)
    wizard_recent.check(recent)
    wizard = Wizard(ctx.obj, Asker(options, asks=sys.stdin.isatty(), usual=yes))
    if os.path.lexists(wizard.path) and not force:
        wizard.open(account)
    try:
        _begin(wizard, options, force=force)
        can_look = _config(wizard, sign_in, browser=not no_browser)
        _afterwards(wizard, can_look=can_look, recent=recent, service=service, proof=proof)
    except (click.Abort, KeyboardInterrupt):
        _stopped(wizard)
        ctx.exit(INTERRUPTED)


def _companies(given: tuple[str, ...]) -> str | None:
    from followupd.cli import reading

    try:
        return "\n".join(map(reading.companies, given)) or None
    except ValueError as error:
        raise click.UsageError(f"--company: {error} Write it like acme.example=Acme.") from None


# --- where it begins, and where it was broken off -----------------------------------------------


def _begin(wizard: Wizard, options: Mapping[str, str | None], *, force: bool) -> None:
    """Goes on where the last set-up was broken off, if that is wanted; else all is asked."""
    from followupd.setup.progress import Step, read

    left = read(wizard.path) if wizard.asker.talks and not force else None
    if left and wizard.asker.agrees("You stopped half way. Go on from there?", given=None):
        wizard.asker.earlier = dict(left.answers)
        is_asked = any(value is not None for value in options.values())
        wizard.step = Step.QUESTIONS if is_asked or not wizard.before else left.step
    elif wizard.before and wizard.asker.talks:
        click.echo("There is a config already. Each question shows what it says: Enter keeps it.")
    if wizard.step is not Step.QUESTIONS and wizard.before:
        wizard.answers = wizard.before
    else:
        wizard.asker.hints = dict(left.answers) if left else {}
        _ask(wizard)


def _ask(wizard: Wizard) -> None:
    """Asks until the answers make a config together."""
    while True:
        folder = wizard.path.absolute().parent
        wizard.answers = answers(wizard.asker, folder, wizard.templates, wizard.before)
        try:
            wizard.config()
        except click.UsageError as error:
            if not wizard.asker.again():
                raise
            click.echo(f"\n{error.message}\nAll is asked again: Enter keeps what you said.")
        else:
            return


def _stopped(wizard: Wizard) -> None:
    from followupd.setup.progress import Progress, Step, keep

    answered = {**wizard.asker.earlier, **wizard.asker.answered}
    is_saved = wizard.step is not Step.QUESTIONS
    if not (answered or is_saved):
        click.echo("\nStopped. Nothing was written.", err=True)
        return
    keep(wizard.path, Progress(wizard.step, {} if is_saved else answered))
    what = "The config is written, and what you said is done." if is_saved else "No config was written yet."
    click.echo(f"\nStopped. {what} `followupd init` goes on from here.", err=True)


# --- the steps ----------------------------------------------------------------------------------


def _config(wizard: Wizard, sign_in: bool | None, *, browser: bool) -> bool:  # noqa: FBT001  None is no answer
    """Up to the config in its file. Whether calendar and mail can be looked at."""
    from followupd.cli import wizard_calendars, wizard_interviews
    from followupd.setup.progress import Step

    can_look = wizard.signed_in(sign_in, browser=browser)
    if wizard.step in {Step.QUESTIONS, Step.SIGN_IN}:
        if can_look:
            wizard_calendars.choose(wizard)
        wizard_interviews.choose(wizard, can_look=can_look)
        wizard.save()
        wizard.step = Step.INTERVIEWS if can_look else Step.SIGN_IN
    return can_look


def _afterwards(
    wizard: Wizard,
    *,
    can_look: bool,
    recent: tuple[str, ...],
    service: bool | None,
    proof: bool | None,
) -> None:
    """What is done with a config that is written: at a terminal all of it, else what an option asks for."""
    from followupd.cli import wizard_end, wizard_next, wizard_recent
    from followupd.setup.progress import Progress, Step, forget, keep

    if not can_look:
        if wizard.asker.asks:
            keep(wizard.path, Progress(Step.SIGN_IN))
        if recent or proof:
            click.echo("--recent and --proof wait for the sign-in.")
        if service:
            wizard_end.offer_service(wizard, service)
        click.echo(wizard_next.steps(wizard))
        return
    if wizard.step is Step.INTERVIEWS:
        if wizard.asker.asks or recent:
            wizard_recent.ask(wizard, recent)
        wizard.step = Step.SERVICE
    if wizard.step is Step.SERVICE:
        wizard_end.offer_service(wizard, service)
        wizard.step = Step.PROOF
    wizard_end.offer_proof(wizard, proof)
    forget(wizard.path)
    click.echo(wizard_next.DONE if wizard.asker.asks else wizard_next.steps(wizard))
