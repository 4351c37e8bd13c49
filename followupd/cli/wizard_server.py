"""Set-up: another mail server, encryption or port, where a trial came to no mail server by those that were given."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from followupd.cli import reading, source_internet
from followupd.cli.source_internet import Internet
from followupd.setup.progress import Step

if TYPE_CHECKING:
    from followupd.cli.asker import Asker
    from followupd.cli.wizard import Wizard
    from followupd.errors import FollowupdError

_OF_PLACE = ("--imap-host", "--imap-tls", "--imap-port")
# How providers/internet/imap tells that a name, a port or an encryption is wrong; the test compares.
_IN_DOUBT = (
    "takes no connection on this port",
    "can't be found",
    "no secure connection",
    "offers no encryption",
    "did not answer in time",
    "ended the connection",
    "failed or broke off",
    "the certificate of the mail server",
)
_WHY = "Is it the right server, with the right encryption and port? Enter keeps what stands in brackets."


def is_in_doubt(error: FollowupdError) -> bool:
    """Whether a trial failed on the way to the mail server, so that no password could help."""
    return "the mail server " in str(error) and any(words in str(error) for words in _IN_DOUBT)


def ask_again(wizard: Wizard) -> None:
    """Asks where the mail server is, until that makes a config. An option's answer is asked again too."""
    source = wizard.answers.source
    if not isinstance(source, Internet):
        return
    _forget(wizard.asker)
    while not _fits(wizard, _asked(wizard.asker, source)):
        pass
    if wizard.step is not Step.QUESTIONS and wizard.answers != wizard.before:
        wizard.save()  # nothing else is asked that would have to be written with it
        wizard.former, wizard.before = wizard.text(), wizard.answers


def _forget(asker: Asker) -> None:
    """What was said of it so far is only proposed."""
    asker.given = {option: None if option in _OF_PLACE else said for option, said in asker.given.items()}
    for option in _OF_PLACE:
        asker.earlier.pop(option, None)
        asker.hints.pop(option, None)


def _asked(asker: Asker, source: Internet) -> Internet:
    from followupd.config import internet

    host = asker.answer("--imap-host", source_internet.HOST, internet.host_name, source.host, why=_WHY)
    tls = asker.answer("--imap-tls", source_internet.TLS, reading.encryption, source.tls)
    has_own = source.port not in {0, internet.PORTS[source.tls]}
    usual = source.port if has_own else internet.PORTS[tls]
    port = int(asker.answer("--imap-port", source_internet.PORT, reading.port, str(usual)))
    return replace(source, host=host, tls=tls, port=0 if port == internet.PORTS[tls] else port)


def _fits(wizard: Wizard, source: Internet) -> bool:
    before = wizard.answers
    wizard.answers = replace(before, source=source)
    try:
        wizard.config()
    except click.UsageError as error:
        click.echo(f"\n{error.message}")
        wizard.answers = before
        return False
    return True
