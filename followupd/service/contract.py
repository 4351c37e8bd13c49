"""What a service is, whichever manager runs it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How the service stands. `edited`: the user changed its file; `outdated`: an install would change it."""

    installed: bool
    edited: bool
    outdated: bool
    running: bool
    text: str


class Service(Protocol):
    """The service on this machine. Every method may raise FollowupdError when the manager does not answer."""

    def files(self) -> dict[Path, str]:
        """What an install would write. Raises ConfigError, UsageError."""

    def commands(self) -> list[list[str]]:
        """What an install would run then."""

    def install(self, *, force: bool) -> list[str]:
        """Writes, enables and starts it; again changes nothing. Returns the lines to print.

        Raises ConfigError, and UsageError when the user edited the file and not `force`.
        """

    def uninstall(self) -> list[str]:
        """Stops, disables and removes it; needs no config. Returns the lines to print."""

    def linger(self) -> list[str]:
        """Lets it run while the user is not logged in. Returns the lines to print. Raises UsageError."""

    def stands(self) -> Standing:
        """How it stands, in words for the user. Needs no config."""

    def logs_command(self, lines: int, *, follow: bool) -> list[str]:
        """The command that shows the last lines that it wrote."""
