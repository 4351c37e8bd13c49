"""The child process that reads for spelling: `python -m followupd.spelling_reader`, JSON lines in and out.

In: {"text"}; out: a list of {"words", "better", "problem"}, `problem` "" for a word that no dictionary has. It knows
English, British and American. Harper is large and written in another language than we are: so it lives in a process
that ends, with little memory, which can open neither a file nor a connection once it has begun.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, TextIO

MEMORY = 1 << 30  # bytes of addresses; a tenth of it is used
LIFE = 60  # seconds
BETTER_AT_MOST = 4
READY = "ready"

# Rules of Harper that are right nearly always, and what they find.
RULES = {
    "AnA": "“{words}” is not the article that belongs here.",
    "TheirToThere": "“{words}” is the wrong word here.",
    "TheirToTheyre": "“{words}” is the wrong word here.",
    "ThereToTheir": "“{words}” is the wrong word here.",
    "PronounContraction": "“{words}” is the wrong word here.",
    "ItsPossessive": "“{words}” is the wrong word here.",
    "ItsContraction": "“{words}” is the wrong word here.",
    "ThenThan": "“{words}” is the wrong word here.",
    "WereWhere": "“{words}” is the wrong word here.",
    "ModalOf": "“{words}” is the wrong word here.",
    "HadOf": "“{words}” is the wrong word here.",
    "ToLoseTooLoose": "“{words}” is the wrong word here.",
    "FeelFell": "“{words}” is the wrong word here.",
    "ThoughThought": "“{words}” is the wrong word here.",
    "PiqueInterest": "“{words}” is the wrong word here.",
    "PrincipleToPrincipalRoleNoun": "“{words}” is the wrong word here.",
    "Payed": "“{words}” is misspelt.",
    "SupposedTo": "“{words}” lacks a letter.",
    "UseToUsedTo": "“{words}” lacks a letter.",
    "LookingForwardTo": "“{words}” is the wrong form after “looking forward to”.",
    "CapitalizePersonalPronouns": "“{words}” is written with a capital.",
}
_SPELLING = "SpellCheck"
# "lists none of its known events" is right: the rule is believed only before one of these.
_AFTER_ITS = (
    "a ",
    "an ",
    "the ",
    "been ",
    "not ",
    "so ",
    "very ",
    "great ",
    "good ",
    "nice ",
    "always ",
    "important ",
)


def main() -> None:
    """Reads texts until there are no more. Ends with 3 where Harper is not installed."""
    # What the parent is asked to end, this ends with: it has nothing to save.
    signal.alarm(LIFE)
    _limit(resource.RLIMIT_AS, MEMORY)
    _limit(resource.RLIMIT_CORE, 0)
    try:
        import harper  # noqa: PLC0415  an extra
    except ImportError:
        raise SystemExit(3) from None
    answers = _own_answers()
    american, british = harper.Linter(harper.Dialect.AMERICAN), harper.Linter(harper.Dialect.BRITISH)
    american.set_lint_config(
        {name: name in RULES or name == _SPELLING for name in american.get_lint_config()}
    )
    british.set_lint_config({name: name == _SPELLING for name in british.get_lint_config()})
    close_the_doors()
    _tell(answers, READY)
    for line in sys.stdin.buffer:
        _tell(answers, list(_misspelt(json.loads(line)["text"], american, british)))


def _limit(what: int, most: int) -> None:
    """A service may forbid to change limits: then its own hold."""
    with suppress(OSError, ValueError):
        resource.setrlimit(what, (most, most))


def close_the_doors() -> None:
    """No new file, connection or process: what is needed is open."""
    _limit(resource.RLIMIT_NOFILE, 3)
    _limit(resource.RLIMIT_FSIZE, 0)
    with suppress(OSError):
        os.chdir("/")


def _misspelt(text: str, american: Any, british: Any) -> Iterator[dict[str, object]]:
    found = american.organized_lints(text, language="plaintext")
    at_home = {(one.span.start, one.span.end) for one in british.lint(text, language="plaintext")}
    # What is right on one side of the ocean is right.
    for one in found.get(_SPELLING, ()):
        if (one.span.start, one.span.end) in at_home:
            yield _told(one, "")
    for rule, problem in RULES.items():
        for one in found.get(rule, ()):
            after = text[one.span.end :].lstrip()
            if rule != "ItsContraction" or after.startswith(_AFTER_ITS):
                yield _told(one, problem.format(words=one.problem_text))


def _told(one: Any, problem: str) -> dict[str, object]:
    better = [each.replacement_text.strip() for each in one.suggestions[:BETTER_AT_MOST]]
    return {"words": one.problem_text, "better": [each for each in better if each], "problem": problem}


def _own_answers() -> TextIO:
    """Where answers go. Some of Harper's rules print what they think: that goes nowhere."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
    return answers


def _tell(answers: TextIO, answer: object) -> None:
    answers.write(json.dumps(answer) + "\n")
    answers.flush()


if __name__ == "__main__":
    main()
