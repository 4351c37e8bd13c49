"""An IMAP mailbox for tests: of a scripted or of a real server."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from followupd.errors import SignInNeeded
from followupd.providers.internet.imap.mailbox import ImapMailbox, open_mailbox


class Known:
    """What is known of the user: a password or a token, and what it becomes when it is renewed."""

    def __init__(
        self,
        user: str = "sam",
        secret: str = "secret",
        renewed: str = "",
        scheme: Literal["password", "token"] = "password",
    ) -> None:
        self.user, self.scheme = user, scheme
        self.given, self.renewed = secret, renewed or secret
        self.asked: list[bool] = []

    def secret(self, *, renewed: bool = False) -> str:
        self.asked.append(renewed)
        return self.renewed if renewed else self.given

    def refused(self, said: str) -> SignInNeeded:
        return SignInNeeded(f"not taken: {said}")


def mailbox(
    port: int, proof: Known | None = None, folders: Mapping[str, str] | None = None, **more: Any
) -> ImapMailbox:
    """A mailbox on loopback, without encryption unless `tls` says so."""
    options = {"host": "127.0.0.1", "tls": "none"} | more
    return open_mailbox(
        account="mine", zone="UTC", proof=proof or Known(), port=port, folders=folders or {}, **options
    )
