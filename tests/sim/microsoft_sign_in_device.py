"""The device codes of Microsoft's sign-in (RFC 8628): a program asks, the user types, the program polls."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.sim.microsoft_sign_in_errors import Problem, SignInError
from tests.sim.wire import Clock

LIFE = timedelta(minutes=15)
PAGE = "https://microsoft.com/devicelogin"
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"


class SlowDown(SignInError):
    """The program polls faster than its interval. RFC 8628, section 3.5."""

    def __init__(self) -> None:
        super().__init__(70016)
        self.problem = Problem("slow_down", "The polling is too fast.")


class Declined(SignInError):
    """The user said no. Microsoft's page of the device flow names the error and no number."""

    def __init__(self) -> None:
        super().__init__(65004)
        self.problem = Problem("authorization_declined", "User declined to consent to access the app.")


@dataclass
class Device:
    """One code. `answer` is who typed it in and said yes, or "declined"; None while nobody has."""

    code: str
    user_code: str
    client_id: str
    place: str
    asked: frozenset[str]
    expires: datetime
    answer: str | None = None
    refused: int | None = None
    polled: datetime | None = None


class DeviceCodes:
    """The codes handed out. Attributes without underscore are the switches of a test."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.interval = 5  # seconds, as told to the program
        # A policy's refusal shows in the browser alone and the program polls until the code expires;
        # otherwise the program is told.
        self.refusals_reach_the_program = False
        self.slow_down_when_fast = False  # by the simulated clock
        self.codes: dict[str, Device] = {}

    @property
    def pending(self) -> list[str]:
        """The codes that wait for their user."""
        return [each.user_code for each in self.codes.values() if each.answer is None]

    def begin(self, client_id: str, place: str, asked: frozenset[str]) -> dict[str, Any]:
        user_code = "".join(secrets.choice(_LETTERS) for _ in range(9))
        device = Device(secrets.token_urlsafe(150), user_code, client_id, place, asked, self.clock.now + LIFE)
        self.codes[device.code] = device
        return {
            "user_code": user_code,
            "device_code": device.code,
            "verification_uri": PAGE,
            "expires_in": int(LIFE.total_seconds()),
            "interval": self.interval,
            "message": f"To sign in, use a web browser to open the page {PAGE} and enter the code "
            f"{user_code} to authenticate.",
        }

    def typed(self, user_code: str) -> Device:
        for device in self.codes.values():
            if device.user_code == user_code and self.clock.now < device.expires:
                return device
        raise KeyError(f"no living code {user_code}")

    def refuse(self, device: Device, number: int) -> None:
        if self.refusals_reach_the_program:
            device.refused = number

    def poll(self, code: str, client_id: str) -> Device:
        """The device whose user has said yes; every other state is an error that the program knows."""
        device = self.codes.get(code)
        if device is None or device.client_id != client_id:
            raise SignInError(70018)
        now, before = self.clock.now, device.polled
        device.polled = now
        if device.refused is not None:
            raise SignInError(device.refused)
        if device.answer == "declined":
            raise Declined
        if now >= device.expires:
            raise SignInError(70019)
        if device.answer is not None:
            del self.codes[code]  # a code is good for one sign-in
            return device
        fast = before is not None and now - before < timedelta(seconds=self.interval)
        raise SlowDown if fast and self.slow_down_when_fast else SignInError(70016)
