"""How a user proves to a server who they are: by a password, or by an access token of another sign-in."""

from __future__ import annotations

from typing import Literal, Protocol

from followupd.errors import SignInNeeded


class Proof(Protocol):
    """What stands between a connection and wherever the password is kept."""

    @property
    def user(self) -> str:
        """The name that the server knows the user by."""

    @property
    def scheme(self) -> Literal["password", "token"]:
        """A password (IMAP LOGIN or PLAIN, HTTP Basic), or an access token (XOAUTH2, RFC 6750's Bearer)."""

    def secret(self, *, renewed: bool = False) -> str:
        """The password or token. `renewed`: the server did not take the one that was given before.

        Raises SignInNeeded where there is none that could be tried, Unavailable where it can't be had just now.
        """

    def refused(self, said: str) -> SignInNeeded:
        """The words for a server that does not take it. `said` is the server's answer, shown shortened."""
