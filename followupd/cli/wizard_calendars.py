"""Set-up: in which of the calendars on a CalDAV server the interviews stand."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from followupd.cli import reading
from followupd.cli.output import clean
from followupd.cli.source_internet import ALL, Internet
from followupd.errors import FollowupdError

if TYPE_CHECKING:
    from followupd.cli.wizard import Wizard

_WHY = "All of them are read unless you name some, with commas between."


def choose(wizard: Wizard) -> None:
    """Lets the user choose among several calendars. What can't be listed is told when the events are looked at."""
    source = wizard.answers.source
    if not isinstance(source, Internet) or not source.url or source.is_feed or source.calendars:
        return
    names = _names(wizard)
    if len(names) < 2 or not wizard.asker.talks:
        return
    click.echo(f"\nYour calendars: {reading.listed(map(clean, names))}.")
    question = "Those with your interviews"
    chosen = wizard.asker.answer("--calendar-name", question, reading.some_of(names, ALL), ALL, why=_WHY)
    if chosen != ALL:
        wizard.answers = replace(
            wizard.answers, source=replace(source, calendars=tuple(reading.names(chosen)))
        )


def _names(wizard: Wizard) -> tuple[str, ...]:
    from followupd.config.internet import CaldavCalendar
    from followupd.providers.internet.trial import calendar_names
    from followupd.providers.registry import proof

    account = wizard.account(wizard.config())
    block = account.calendars[0]
    if not isinstance(block, CaldavCalendar):
        return ()
    try:
        return calendar_names(block.url, proof(block, account.name, wizard.vault()))
    except FollowupdError:
        return ()
