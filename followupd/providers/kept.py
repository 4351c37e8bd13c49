"""Where the sign-in of one account lies, and what is asked of every sign-in before it is put there."""

from __future__ import annotations

from collections.abc import Collection
from typing import Protocol

from followupd.errors import Refused


class Kept(Protocol):
    """Where the tokens of one account lie, encrypted."""

    def read(self) -> bytes | None: ...
    def write(self, secret: bytes) -> None: ...


class Deletable(Kept, Protocol):
    """Where the tokens lie, and can be removed."""

    def delete(self) -> bool: ...


class Held:
    """Tokens that are not kept yet: they live as long as this object."""

    def __init__(self, secret: bytes) -> None:
        self.secret = secret

    def read(self) -> bytes | None:
        return self.secret

    def write(self, secret: bytes) -> None:
        self.secret = secret


def must_be_free(email: str, taken: Collection[str]) -> None:
    """Raises Refused where another account has this mailbox already."""
    if email in taken:
        raise Refused(
            f"{email} is the mailbox of another account in your config already, and each letter would be drafted "
            "twice. Nothing was kept. Sign in as somebody else, or take one of the accounts out."
        )
