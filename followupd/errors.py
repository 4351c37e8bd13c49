"""Everything that can go wrong, as a tree; each class carries its exit code (sysexits.h).

FollowupdError (1)
├── ConfigError (78)          the config file says something that cannot be
├── UsageError (2)            the command's words do not fit; nothing was done
├── StoreError (74)           the state folder can't be read or written
├── Busy (75)                 another followupd holds this state folder
└── ProviderError (1)
    ├── Unavailable           try later; may carry how long to wait
    │   └── NotDone           try later; nothing was done
    ├── SignInNeeded (77)     only the user can go on
    ├── CursorLost            incremental sync must start again with a full look
    ├── Conflict              the user or another program was faster: look again
    └── Refused               the provider says no, and will say no again

A message says what happened, what it means and what to do now.
"""

from __future__ import annotations


class FollowupdError(Exception):
    """The base of all errors that a user may see."""

    exit_code = 1


class UsageError(FollowupdError):
    """The words of the command do not fit, or fit more than one thing. Nothing was done."""

    exit_code = 2


class ConfigError(FollowupdError):
    """The config can't be used. The message holds every problem, each with its line."""

    exit_code = 78


class StoreError(FollowupdError):
    """The state folder can't be read or written, or is not ours. Nothing was changed."""

    exit_code = 74


class Busy(FollowupdError):
    """Another process holds the cycle lock of this state folder."""

    exit_code = 75


class ProviderError(FollowupdError):
    """A calendar or mailbox could not do what was asked."""


class Unavailable(ProviderError):
    """Try again later. `retry_after` is in seconds, None where the provider named no time.

    Whether the request acted is unknown unless the raising method says otherwise.
    """

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class NotDone(Unavailable):
    """Try again later, and it is certain that the request did nothing."""


class SignInNeeded(ProviderError):
    """The account rests until the user signs in again."""

    exit_code = 77


class CursorLost(ProviderError):
    """The cursor is no longer known to the provider: one full look, and no new draft from it."""


class Conflict(ProviderError):
    """The thing changed since it was read: the user was faster. Nothing was changed."""


class Refused(ProviderError):
    """The provider will not do this, now or later. The message says what the user can do."""


def place_of(error: BaseException) -> str:
    """Where in our own code an error was raised. Its words are left out: they may quote somebody's mail."""
    place, step = "followupd", error.__traceback__
    while step is not None:
        module = str(step.tb_frame.f_globals.get("__name__", ""))
        if module.startswith("followupd"):
            place = f"{module}:{step.tb_lineno}"
        step = step.tb_next
    return place


def told_as_bug(error: Exception) -> Unavailable:
    """An error that nobody has foreseen, as one that passes: what else there is to do goes on."""
    return Unavailable(
        f"this is a bug of followupd: {type(error).__name__} in {place_of(error)}. It is tried again; please report it."
    )
