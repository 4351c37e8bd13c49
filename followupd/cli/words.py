"""What the user says about processes, interviews, letters and messages: one order, one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from followupd.cli.context import json_option, now_option
from followupd.cli.saying import day_of, say

if TYPE_CHECKING:
    from followupd.cli.context import Settings

_REASONS = ("rejected", "offer", "accepted", "withdrawn", "other")
_OF_LETTERS = ("sent", "discarded")
_OF_MESSAGES = ("human", "auto", "bounce")
_TWO_FORMS = "Dates are written like 2026-12-03, 3 Dec (the next one) or 3 December 2026."


# --- interviews and people ----------------------------------------------------------------------


@click.command(short_help="What was talked about; the letter uses your words.")
@click.argument("about", metavar="INTERVIEW|PERSON")
@click.argument("text", nargs=-1)
@click.option("--fit", "topic", flag_value="fit", help="TEXT is why you fit.")
@click.option("--forgot", "topic", flag_value="forgot", help="TEXT is what you forgot to mention.")
@click.option("--question", "topic", flag_value="question", help="TEXT is what you would still like to ask.")
@click.option("--interest", type=click.Choice(("yes", "no")), help="no: thank, but do not ask for the job.")
@click.option("--list", "listed", is_flag=True, help="Show what is noted, and from where.")
@json_option
@now_option
@click.pass_obj
def note(
    settings: Settings,
    /,
    about: str,
    text: tuple[str, ...],
    *,
    topic: str | None,
    interest: str | None,
    listed: bool,
    as_json: bool,
) -> None:
    """Note what was talked about.

    The letters of the interview, or the letter to the person, use your words. With `--interest no` the text may be
    left out. With neither text nor option it prints where the interview's notes file lies, and makes it if there
    is none: $EDITOR "$(followupd note Acme)".
    """
    from followupd.cli.noted import print_notes, print_place

    if (listed or as_json) and (text or topic or interest):
        msg = "--list only shows: leave out the text and the other options. Nothing was noted."
        raise click.UsageError(msg)
    if listed or as_json:
        print_notes(settings, about, as_json=as_json)
    elif not (text or topic or interest):
        print_place(settings, about)
    else:
        wanted = interest != "no"
        say(settings, lambda orders: orders.note(about, " ".join(text), interest=wanted, topic=topic or ""))


@click.command(short_help="No letter for an interview or a person.")
@click.argument("about", metavar="INTERVIEW|PERSON", required=False)
@click.option("--all", "everything", is_flag=True, help="All letters that wait for the common question.")
@now_option
@click.pass_obj
def skip(settings: Settings, about: str | None, *, everything: bool) -> None:
    """No letter for an interview, or to a person about their latest one.

    An untouched draft is withdrawn; an edited one stays.
    """
    _one_or_all(about, "an interview or a person", everything=everything)
    say(settings, lambda orders: orders.skip(about) if about else orders.skip_all())


@click.command(short_help="A letter all the same.")
@click.argument("interview", metavar="INTERVIEW", required=False)
@click.option("--all", "everything", is_flag=True, help="All letters that wait for the common question.")
@now_option
@click.pass_obj
def draft(settings: Settings, interview: str | None, *, everything: bool) -> None:
    """Draft the letters of an interview all the same: though it is old, or they were skipped or deleted."""
    _one_or_all(interview, "an interview", everything=everything)
    say(settings, lambda orders: orders.draft(interview) if interview else orders.draft_all())


# --- letters and messages -----------------------------------------------------------------------


@click.command(short_help="A letter once more, after you deleted it.")
@click.argument("letter", metavar="LETTER")
@now_option
@click.pass_obj
def again(settings: Settings, letter: str) -> None:
    """Owe a letter again that was deleted, skipped or given up.

    LETTER is its key, or the person it goes to.
    """
    say(settings, lambda orders: orders.again(letter))


@click.command(short_help="You have thanked somebody by hand or by phone.")
@click.argument("person", metavar="PERSON")
@click.option(
    "--how",
    type=click.Choice(("mail", "hand", "phone")),
    default="hand",
    show_default=True,
    help="mail: from where this program does not look.",
)
@now_option
@click.pass_obj
def sent(settings: Settings, person: str, how: str) -> None:
    """Tell that you have thanked a person where it can't be seen here.

    An untouched draft is withdrawn, and a later nudge refers to no mail of yours unless you say
    `--how mail`.
    """
    say(settings, lambda orders: orders.sent(person, how))


@click.command(short_help="What a message is, or what became of a letter.")
@click.argument("what", type=click.Choice((*_OF_MESSAGES, *_OF_LETTERS)), metavar="WHAT")
@click.argument("which", metavar="MESSAGE|LETTER")
@now_option
@click.pass_obj
def mark(settings: Settings, what: str, which: str) -> None:
    """Correct what was taken for something else.

    `mark human|auto|bounce MESSAGE`: a person wrote it, a machine did, or a letter came back.
    `mark sent|discarded LETTER`: what became of its draft.
    """
    if what in _OF_LETTERS:
        say(settings, lambda orders: orders.mark_letter(which, what))
    else:
        say(settings, lambda orders: orders.mark_message(which, what))


# --- processes ----------------------------------------------------------------------------------


@click.command(short_help="They will decide by a date: no nudge before.", epilog=_TWO_FORMS)
@click.argument("process", metavar="PROCESS")
@click.argument("day", metavar="DATE", nargs=-1, required=True)
@now_option
@click.pass_obj
def decide(settings: Settings, process: str, day: tuple[str, ...]) -> None:
    """They will decide by DATE: no nudge before the third working day after it.

    What has come in until now is settled.
    """
    say(settings, lambda orders: orders.decide(process, day_of(orders, day)))


@click.command(short_help="Leave one company alone until a date.", epilog=_TWO_FORMS)
@click.argument("process", metavar="PROCESS")
@click.argument("day", metavar="DATE", nargs=-1, required=True)
@now_option
@click.pass_obj
def snooze(settings: Settings, process: str, day: tuple[str, ...]) -> None:
    """Nudge nobody of a process before DATE. A thank-you that is owed comes all the same."""
    say(settings, lambda orders: orders.snooze(process, day_of(orders, day)))


@click.command(short_help="Make nothing at all until a date.", epilog=_TWO_FORMS)
@click.option("--until", metavar="DATE", help="Nothing new is drafted before this day.")
@click.option("--off", is_flag=True, help="End the pause.")
@now_option
@click.pass_obj
def pause(settings: Settings, until: str | None, *, off: bool) -> None:
    """Draft nothing new until a date, or end that."""
    if (until is None) != off:
        msg = "say either `--until DATE` or `--off`."
        raise click.UsageError(msg)
    say(settings, lambda orders: orders.pause(None if until is None else day_of(orders, until)))


@click.command(short_help="A process is over: rejected, offer, accepted, withdrawn.")
@click.argument("process", metavar="PROCESS", required=False)
@click.option("--all", "everything", is_flag=True, help="All processes.")
@click.option("--because", type=click.Choice(_REASONS), required=True, help="Why it is over.")
@now_option
@click.pass_obj
def stop(settings: Settings, process: str | None, *, everything: bool, because: str) -> None:
    """End a process: nothing more is written. Untouched drafts are withdrawn, edited ones stay.

    A letter that you ask for is written all the same: see `followupd letter`.
    """
    _one_or_all(process, "a process", everything=everything)
    say(settings, lambda orders: orders.stop(process, because) if process else orders.stop_all(because))


@click.command(short_help="Go on with a process.")
@click.argument("process", metavar="PROCESS")
@now_option
@click.pass_obj
def resume(settings: Settings, process: str) -> None:
    """Go on waiting: what came in until now is settled, and a process that was closed is open again."""
    say(settings, lambda orders: orders.resume(process))


def _one_or_all(one: str | None, what: str, *, everything: bool) -> None:
    if bool(one) == everything:
        msg = f"name either {what} or `--all`."
        raise click.UsageError(msg)
