"""A server at which the user proves who they are by a password: what the config says of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Command: TypeAlias = str | tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """One block of the config. `command` prints the password: a line for the shell, or a program and its words;
    empty where the password is kept here. `options` is what the block's factory is called with."""

    kind: Literal["imap", "caldav", "feed"]
    host: str
    port: int
    user: str
    command: Command = field(default=(), repr=False)
    options: Mapping[str, object] = field(default_factory=dict, repr=False, compare=False)

    @property
    def place(self) -> str:
        """By this a kept password is known, so that no other server is ever told it."""
        return f"{self.host}:{self.port}"

    @property
    def named(self) -> str:
        """As the user reads it."""
        return f"{self.user} at {self.host}"
