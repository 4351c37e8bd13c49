"""Asks: each answer comes from its option, else from the terminal, else it is the usual one."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import click

Read = Callable[[str], str]


class Asker:
    """Takes each answer from its option, else from a set-up that was broken off, else from the terminal.

    `asks` is whether somebody sits there, `usual` whether they want the usual answers. `hints` are answers to
    offer as the usual ones, `answered` is all that was answered, `missing` are the options without which there is
    no answer.
    """

    def __init__(
        self,
        given: Mapping[str, str | None],
        *,
        asks: bool,
        usual: bool,
        earlier: Mapping[str, str] | None = None,
    ) -> None:
        self.given = given
        self.asks = asks
        self.usual = usual
        self.earlier = dict(earlier or {})
        self.hints: dict[str, str] = {}
        self.answered: dict[str, str] = {}
        self.missing: list[str] = []

    def answer(
        self, option: str, question: str, read: Read, usual: str | None = None, *, why: str = ""
    ) -> str:
        """The answer, read. Raises UsageError where the option's is wrong."""
        raw = self.given.get(option)
        if raw is not None:
            return self._kept(option, raw, _named(option, read)(raw))
        if option in self.earlier and (found := _read(read, self.earlier[option])) is not None:
            return self._kept(option, self.earlier[option], found)
        if self.asks and not (self.usual and usual is not None):
            return self._typed(option, question, read, usual, why)
        if usual is None:
            self.missing.append(option)
            return ""
        return _named(option, read)(usual)

    def _typed(self, option: str, question: str, read: Read, usual: str | None, why: str) -> str:
        if why:
            click.echo(f"\n{why}")
        usual = self.hints.get(option, usual)
        return self._kept(option, *click.prompt(question, default=usual, value_proc=_both(read)))

    def knows(self, option: str) -> bool:
        """Whether there is an answer without asking."""
        return self.given.get(option) is not None or option in self.earlier

    def again(self) -> bool:
        """Lets everything be asked again, with what was answered as the usual answers. Whether that may help."""
        self.hints, self.earlier, self.answered = {**self.hints, **self.answered}, {}, {}
        return self.talks and any(self.given.get(option) is None for option in self.hints)

    def _kept(self, option: str, raw: str, answer: str) -> str:
        self.answered[option] = raw
        return answer

    def agrees(self, question: str, *, given: bool | None, usual: bool = True, why: str = "") -> bool:
        """Yes or no: as the option says; where nobody can be asked, no."""
        if given is not None:
            return given
        if not self.asks or self.usual:
            return self.asks and usual
        if why:
            click.echo(f"\n{why}")
        return click.confirm(question, default=usual)

    @property
    def talks(self) -> bool:
        """Whether somebody sits there and wants to be asked."""
        return self.asks and not self.usual


def _read(read: Read, raw: str) -> str | None:
    try:
        return read(raw)
    except ValueError:
        return None


def _both(read: Read) -> Callable[[str], tuple[str, str]]:
    """For click: what was typed and what it means. A wrong answer is explained and asked again."""

    def check(raw: str) -> tuple[str, str]:
        try:
            return raw, read(raw)
        except ValueError as error:
            raise click.UsageError(str(error)) from None

    return check


def _named(option: str, read: Read) -> Read:
    def check(value: str) -> str:
        try:
            return read(value)
        except ValueError as error:
            raise click.UsageError(f"{option}: {error}") from None

    return check
