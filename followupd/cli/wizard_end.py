"""Set-up: the service that runs it from now on, and the proof that drafts arrive."""

from __future__ import annotations

import io
import select
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from followupd.cli.output import print_lines
from followupd.errors import FollowupdError, ProviderError

if TYPE_CHECKING:
    from followupd.cli.wizard import Wizard
    from followupd.setup.proof import Proof

_BY_HAND = "Without it: `followupd run` in a window that stays open, or `followupd once` from cron."


def offer_service(wizard: Wizard, given: bool | None) -> None:  # noqa: FBT001  None is no answer
    """Installs what runs it at each login, if that is wanted."""
    if given is None and not wizard.asker.asks:
        return
    # Imported here: only who is asked needs it.
    from followupd.service import service

    try:
        found = service(wizard.path.absolute(), wizard.state.absolute())
        stands = found.stands()
        if stands.running and not stands.outdated:
            click.echo(f"\n{stands.text}")
            return
        why = "It looks every few minutes, in the background, from each login on."
        if wizard.asker.agrees("Shall it run by itself from now on?", given=given, why=why):
            print_lines(found.install(force=False))
        else:
            click.echo(f"`followupd service install` does it later. {_BY_HAND}")
    except FollowupdError as error:
        click.echo(f"{error}\n{_BY_HAND}")


# --- the proof ----------------------------------------------------------------------------------

_ASKS = (
    "A letter to yourself lies in your Drafts: “{subject}”.\n"
    "Open it on your phone, change a word, save it, then delete it. Each is told here. Enter ends it."
)
_SEEN = {
    "there": "Seen: it is there.",
    "changed": "Seen: you changed it. A letter that you changed is never touched again.",
    "gone": "Seen: you deleted it. A deleted letter means no. That was all: it works.",
    "sent": "Seen: you sent it to yourself. That was all: it works.",
    "silence": "The mailbox can't be looked at just now. It is tried again.",
    "back": "The mailbox can be looked at again.",
}
_ENDED = {
    "gone": "",
    "taken away": "The letter was taken away again.",
    "left": "The letter stays in your Drafts, for you changed it. Delete it when you like.",
}


def offer_proof(wizard: Wizard, given: bool | None) -> None:  # noqa: FBT001  None is no answer
    """Makes the proof, if that is wanted. It needs hands, so the usual answers alone do not begin it."""
    if given is None and not wizard.asker.talks:
        return
    why = "A letter to yourself shows that drafts reach your phone, and that your hand is seen."
    if wizard.asker.agrees("Try it with a letter to yourself?", given=given, why=why):
        prove(wizard, enter_within)


def prove(wizard: Wizard, wait: Callable[[float], bool]) -> None:
    """The proof, told as it goes on. Ctrl-C ends it as Enter does."""
    from followupd.providers.registry import open_mailbox
    from followupd.reference import WorldReference
    from followupd.setup.proof import Proof

    config = wizard.config()
    account = wizard.account(config)
    mailbox = open_mailbox(account.mailbox, config.zone, account.name, wizard.vault())
    proof = Proof(mailbox, config.policy(WorldReference()).me, wizard.clock, wait)
    if not proof.address:
        click.echo(
            "Your config writes out no address of yours, so there is none to write to. Nothing was made."
        )
        return
    try:
        proof.begin()
        click.echo("\n" + _ASKS.format(subject=proof.draft.subject))
        _watch(proof)
        if ended := _ENDED[proof.end()]:
            click.echo(ended)
    except ProviderError as error:
        click.echo(f"{error}\nIf the letter to yourself lies in your Drafts, delete it.")


def _watch(proof: Proof) -> None:
    try:
        for news in proof.watch():
            click.echo(_SEEN[news])
    except KeyboardInterrupt:
        click.echo()


def enter_within(seconds: float) -> bool:
    """Whether Enter was pressed within so many seconds, or nothing can be pressed any more."""
    try:
        ready, _, _ = select.select([sys.stdin], [], [], seconds)
    except (OSError, ValueError, io.UnsupportedOperation):
        return True
    if ready:
        sys.stdin.readline()
    return bool(ready)
