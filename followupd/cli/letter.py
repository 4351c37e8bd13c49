"""`followupd letter`: the letters that are made only where the user asks for one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from followupd.cli.context import now_option
from followupd.cli.saying import say

if TYPE_CHECKING:
    from followupd.cli.context import Settings

PURPOSES = ("thanks-after-rejection", "withdraw", "thanks-for-offer", "keep-in-touch")


@click.command(short_help="A letter on request: thanks after a rejection, withdraw, thanks for an offer.")
@click.argument("purpose", metavar="PURPOSE", type=click.Choice(PURPOSES))
@click.argument("process", metavar="PROCESS")
@click.option("--to", metavar="PERSON", default="", help="Who gets it: a name, or 'Name <address>'.")
@now_option
@click.pass_obj
def letter(settings: Settings, purpose: str, process: str, to: str) -> None:
    """Put a letter into Drafts that is made on request alone.

    PURPOSE is one of thanks-after-rejection, withdraw, thanks-for-offer, keep-in-touch.

    It goes to who wrote to you last, else to the recruiter, the organiser or an interviewer whom you have
    thanked, in the conversation that you have with them; --to names somebody else. Asking twice makes one
    letter. To take it back, delete the draft. Nobody of the process is nudged after it.
    """
    say(settings, lambda orders: orders.letter(purpose, process, to))
