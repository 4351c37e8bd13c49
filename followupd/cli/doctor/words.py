"""What the letters are made of: templates, and the names of companies."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from followupd.cli.doctor.finding import Finding, hint, ok, problem
from followupd.config import Config
from followupd.errors import ConfigError
from followupd.rows import Record
from followupd.templates import load_wording

NAMED_AT_MOST = 5


def templates(config: Config) -> Iterator[Finding]:
    """Whether the wording loads, in every language that the config names."""
    named = (config.document.letters.language, *(one.language for one in config.document.organisations))
    folder = config.templates.expanduser()
    whose = f"yours in {folder} before ours" if folder.is_dir() else "in our words"
    for language in dict.fromkeys(filter(None, named)):
        try:
            load_wording(language, config.templates)
        except ConfigError as error:
            for line in str(error).splitlines():
                yield problem("templates", line, exit_code=error.exit_code)
        else:
            yield ok("templates", f"letters can be written in {language}, {whose}.")


def organisations(config: Config, processes: Sequence[Record]) -> Iterator[Finding]:
    """Companies that the letters can't name. A name is never guessed from a domain."""
    known = {domain for one in config.document.organisations for domain in one.domains}
    nameless = [
        process
        for process in processes
        if process["state"] != "closed" and not process["organisation"] and _is_unknown(process, known)
    ]
    for process in nameless[:NAMED_AT_MOST]:
        domain = process["domains"][0]
        yield hint(
            "organisations",
            f"the company of {domain} has no name, so its letters do without: "
            f"followupd process name {shlex.quote(domain)} 'NAME'",
        )
    if len(nameless) > NAMED_AT_MOST:
        more = len(nameless) - NAMED_AT_MOST
        yield hint("organisations", f"and {more} more without a name: `followupd process` lists them.")


def _is_unknown(process: Record, known: set[str]) -> bool:
    return bool(process["domains"]) and not known.intersection(process["domains"])
