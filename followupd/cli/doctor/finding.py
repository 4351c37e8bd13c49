"""One thing that was looked at: how it is, and what to do."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from enum import StrEnum

from followupd.cli.output import clean
from followupd.errors import ConfigError, FollowupdError, SignInNeeded, StoreError, UsageError


class Level(StrEnum):
    """`HINT` is worth knowing and keeps nothing from working."""

    OK = "ok"
    HINT = "hint"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """`check` is what was looked at, `account` "" for what concerns no single one.

    `exit` is the code that this problem alone would end with, 0 where it is none.
    """

    check: str
    account: str = ""
    level: Level = Level.OK
    exit: int = 0
    text: str

    @property
    def ok(self) -> bool:
        """Whether nothing is to be done."""
        return self.level is not Level.PROBLEM

    def line(self) -> str:
        about = f"{self.check} of {self.account}" if self.account else self.check
        return f"{self.level:<8} {clean(f'{about}: {self.text}')}"

    def data(self) -> dict[str, object]:
        """The object of `--json`: fields are only ever added."""
        names = ("check", "account", "ok", "text", "level", "exit")
        return {name: getattr(self, name) for name in names}


def ok(check: str, text: str, account: str = "") -> Finding:
    return Finding(check=check, account=account, text=text)


def hint(check: str, text: str, account: str = "") -> Finding:
    return Finding(check=check, account=account, text=text, level=Level.HINT)


def problem(check: str, text: str, account: str = "", exit_code: int = 1) -> Finding:
    return Finding(check=check, account=account, text=text, level=Level.PROBLEM, exit=exit_code)


def told(check: str, found: Iterator[Finding], account: str = "") -> Iterator[Finding]:
    """What was found, and the error that ended it: one thing that fails never stops another."""
    try:
        yield from found
    except FollowupdError as error:
        # Nothing is wrong with the words of this command: 2 would say so.
        code = 1 if isinstance(error, UsageError) else error.exit_code
        yield problem(check, str(error), account, code)
    except OSError as error:
        yield problem(check, str(error), account)
    except Exception as error:
        # Not its words: they may quote somebody's mail.
        yield problem(
            check,
            f"this could not be looked at, by a bug of followupd ({type(error).__name__}). Please report it.",
            account,
        )


def exit_code(findings: Collection[Finding]) -> int:
    """By the kind of the problems: the config, the state, a sign-in that every account needs, any other, none."""
    codes = {finding.exit for finding in findings if not finding.ok}
    for code in (ConfigError.exit_code, StoreError.exit_code):
        if code in codes:
            return code
    accounts = {finding.account for finding in findings} - {""}
    waiting = {finding.account for finding in findings if finding.exit == SignInNeeded.exit_code} - {""}
    if accounts and accounts == waiting:
        return SignInNeeded.exit_code
    return int(bool(codes))


def some(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
