"""What the parts of the simulators say to one another: a clock, a call, an error. No behaviour."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any


class Clock:
    """The simulated time, moved by the test alone. Aware, UTC."""

    def __init__(self, now: datetime) -> None:
        self.now = now.astimezone(UTC)

    def move(self, by: timedelta) -> None:
        self.now += by


@dataclass(frozen=True)
class Call:
    """One call of a method of a service, as its discovery document describes it.

    `method` is the id ("gmail.users.drafts.create"). `params` holds path and query parameters by name,
    converted to the types of the discovery document (integers as int, booleans as bool, repeated ones as a
    list of strings); absent ones are absent. `body` is the decoded JSON body, None where there was none.
    """

    method: str
    params: Mapping[str, Any]
    body: dict[str, Any] | None = None

    def get(self, name: str, default: Any = None) -> Any:
        return self.params.get(name, default)


class ApiError(Exception):
    """An error answer in the form of Google's APIs: status, reason, message, and headers to add."""

    def __init__(
        self, status: int, reason: str, message: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(f"{status} {reason}: {message}")
        self.status, self.reason, self.message = status, reason, message
        self.headers = dict(headers or {})


# What a service gives to the server: method id → what answers it (JSON-able, or None for an empty 204).
Handler = Callable[[Call], dict[str, Any] | None]
Handlers = dict[str, Handler]


@dataclass(frozen=True)
class Entry:
    """One request in the journal. `acted` says whether it changed or would have read the state (no fault before)."""

    number: int
    at: datetime
    http_method: str
    url: str
    method: str  # discovery id; "oauth.token" and the like for others; "" for an unknown path
    params: Mapping[str, Any]
    body: Any
    units: int
    status: int
    acted: bool
    user: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
