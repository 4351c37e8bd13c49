"""Set-up: the interviews of the last four weeks, one by one. People install this while they wait for an answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import click

from followupd.cli.output import Clock, clean, print_lines
from followupd.cli.wizard_interviews import joined
from followupd.errors import Busy, FollowupdError, UsageError

if TYPE_CHECKING:
    from followupd.cli.wizard import Wizard
    from followupd.config import Config
    from followupd.orders import Orders
    from followupd.setup.recent import Recent

_INTRODUCTION = (
    "\nYour interviews of the last four weeks. For each: has a thank-you been sent?\n"
    "  draft: put one into Drafts now.   sent: you thanked them; a nudge may come later.\n"
    "  skip: no letter.   answered: they have answered.   later: you say it another time."
)
_WORDS = "draft/sent/skip/answered/later"


def ask(wizard: Wizard, given: Sequence[str]) -> None:
    """Asks about each that nothing is known of. `given` are answers as options: WHICH=ANSWER."""
    from followupd.setup import recent

    config = wizard.config()
    try:
        failed = recent.first_look(config, wizard.state, wizard.clock())
    except Busy as error:
        click.echo(
            f"{error} The interviews of the last four weeks are asked about by the next `followupd init`."
        )
        return
    print_lines(f"Could not be looked at: {one}" for one in failed)
    if _with_orders(wizard, config, given):
        made = list(recent.carry_out(config, wizard.state, wizard.clock()))
        print_lines(
            f"Put into Drafts: a thank-you to {one.to or 'somebody without an address'}." for one in made
        )


def _with_orders(wizard: Wizard, config: Config, given: Sequence[str]) -> bool:
    """Gives the orders. Whether there were any."""
    from followupd import bell
    from followupd.orders import Orders
    from followupd.setup.recent import name_companies, recent
    from followupd.store import Store

    store = Store(wizard.state)
    try:
        orders = Orders(store, config.zone, wizard.clock())
        name_companies(orders, {d: one.name for one in config.document.organisations for d in one.domains})
        found = recent(store, config.zone, config.document.look_back, wizard.clock())
        return _one_by_one(wizard, orders, found, [_read(one) for one in given])
    finally:
        store.close()
        bell.ring(wizard.state)


def _one_by_one(wizard: Wizard, orders: Orders, found: list[Recent], given: list[tuple[str, str]]) -> bool:
    clock = Clock(orders.zone.key, wizard.clock())
    print_lines(f"{_line(one, clock)}: {one.known}." for one in found if one.known)
    waiting = [one for one in found if not one.known]
    for word, _ in given:
        if not any(one.fits(word) for one in waiting):
            click.echo(
                f"--recent {word}: no interview of the last four weeks waits for an answer by that name."
            )
    if wizard.asker.talks and not all(one.is_thanked for one in waiting):
        click.echo(_INTRODUCTION)
    wanted = [_about(wizard, orders, one, given, clock) for one in waiting]
    return any(wanted)


def _about(wizard: Wizard, orders: Orders, one: Recent, given: list[tuple[str, str]], clock: Clock) -> bool:
    said = next((answer for word, answer in given if one.fits(word)), "")
    if not said and wizard.asker.talks:
        said = _asked(_line(one, clock), is_thanked=one.is_thanked)
    if not said:
        return False
    try:
        click.echo(_carried_out(wizard, orders, one, said))
    except FollowupdError as error:
        click.echo(str(error))
        return False
    return said != "later"


def _asked(line: str, *, is_thanked: bool) -> str:
    if is_thanked:
        click.echo(f"\n{line}: you wrote to them, and no answer was found.")
        return (
            "sent"
            if click.confirm("Shall a nudge wait in Drafts if nobody answers?", default=True)
            else "later"
        )
    question = f"\n{line}: has a thank-you been sent? ({_WORDS})"
    return str(click.prompt(question, "later", value_proc=_answer))


def _carried_out(wizard: Wizard, orders: Orders, one: Recent, said: str) -> str:
    from followupd.setup.recent import Answer, answered
    from followupd.setup.recent import said as order

    word, _, rest = said.partition(":")
    if word != Answer.ANSWERED:
        return order(orders, one, Answer(word))
    if not rest and wizard.asker.talks:
        question = "Do they decide by a date, or is it over? (a date such as 3 Dec, over, or no)"
        rest = click.prompt(question, "no", value_proc=lambda raw: _decision(raw, orders))
    day = None if rest in {"", "no", "over"} else _day(rest, orders)
    return answered(orders, one, day, over=rest == "over")


def _line(one: Recent, clock: Clock) -> str:
    """`Thu 12 Nov, Acme, Dana Reyes and Kim Min-jun`."""
    company = one.company or f"“{clean(one.interview.event.title)}”"
    people = joined([clean(name) for name in one.people])
    return ", ".join(filter(None, (clock.day(one.interview.event.start.isoformat()), company, people)))


# --- reading answers ----------------------------------------------------------------------------


def _answer(raw: str) -> str:
    """The word, by its first letters too."""
    plain = raw.strip().casefold()
    fitting = [word for word in _WORDS.split("/") if plain and word.startswith(plain)]
    if len(fitting) != 1:
        raise click.UsageError(f"“{raw}” is none of these. Write one of {_WORDS}, or press Enter.")
    return fitting[0]


def _decision(raw: str, orders: Orders) -> str:
    plain = raw.strip().casefold()
    if plain not in {"no", "over"}:
        try:
            _day(plain, orders)
        except UsageError as error:
            raise click.UsageError(f"{error} Or write over, or no.") from None
    return plain


def _day(text: str, orders: Orders) -> date:
    from followupd.cli.saying import read_day

    day = read_day(text, orders.today())
    if day < orders.today():
        raise UsageError(f"{day} has passed.")
    return day


def _read(option: str) -> tuple[str, str]:
    """`acme=sent`, `all=later`, `acme=answered:2026-12-03`."""
    which, _, said = option.rpartition("=")
    word, _, rest = said.partition(":")
    if not which.strip() or (rest and word != "answered"):
        raise click.UsageError(f"--recent: “{option}” is not of the form WHICH=ANSWER, such as acme=sent.")
    return which, f"{_answer(word)}{f':{rest}' if rest else ''}"


def check(given: Sequence[str]) -> None:
    """Raises click.UsageError for an option that can't be read, before anything is done."""
    for option in given:
        _read(option)
