"""All that is stored, by what it is about: what `explain` looks things up in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from followupd.rows import Record, Rows
from followupd.shapes import Json, by_process, time

Judge = Callable[[str], list[Json]]
"""Interview id → everybody on it with the verdict: address, name, part, choice, reason."""
KEY_AT_LEAST = 4  # characters: keys are hexadecimal, and so are short words such as "ada"


def nobody(_: str) -> list[Json]:
    """A judge for where no config can be read."""
    return []


@dataclass
class Files:
    """All that is stored, by what it is about."""

    rows: Rows
    judge: Judge = nobody
    word: str = ""

    @cached_property
    def processes(self) -> dict[str, Record]:
        return {record["key"]: record for record in self.rows.records("process")}

    @cached_property
    def interviews(self) -> dict[str, Record]:
        return {record["id"]: record for record in self.rows.records("interview")}

    @cached_property
    def letters(self) -> list[Record]:
        return sorted(self.rows.records("follow_up"), key=lambda one: (one["ends"], one["key"]))

    @cached_property
    def questions(self) -> list[Record]:
        return [one for one in self.rows.records("question") if one["state"] == "open"]

    @cached_property
    def history(self) -> list[Record]:
        return [{**one, "at": time(one["at"])} for one in self.rows.history()]

    @cached_property
    def arrivals(self) -> dict[str, list[Record]]:
        return by_process(sorted(self.rows.records("arrival"), key=lambda one: str(one["received"])))

    def fits(self, *texts: str, key: str = "") -> bool:
        """Whether the word is part of a text, or the start of a key."""
        begins = len(self.word) >= KEY_AT_LEAST and key.startswith(self.word)
        return begins or any(self.word in text.casefold() for text in texts if text)
