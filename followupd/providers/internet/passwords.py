"""Who the user is at a server: by a password that is kept here, by one that a command prints, by an access token.

A password that a server refused is not tried there again for an hour, unless it has become another one or the user
has signed in again: servers shut out who repeats a wrong password, and a daemon would repeat it at every poll.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from typing import Literal, Protocol

from followupd.errors import SignInNeeded
from followupd.providers.internet.command import CommandFailed, printed
from followupd.providers.internet.server import Server
from followupd.providers.internet.services import hint
from followupd.providers.kept import Kept

RESTS = 3600.0  # seconds
STRIKES = 3  # refusals of ever other passwords, as a command may print, after which none is tried for as long
_SAID_AT_MOST = 160  # characters of a server's answer


class PasswordProof:
    """A password (`proof.Proof`). What a command printed is held in memory until a server refuses it."""

    scheme: Literal["password", "token"] = "password"

    def __init__(
        self, account: str, server: Server, kept: Kept, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._account, self._server, self._kept, self._clock = account, server, kept, clock
        self._given = ""
        self._signed_in = ""
        self._refused: tuple[tuple[str, str], float, SignInNeeded] | None = None
        self._strikes = 0

    @property
    def user(self) -> str:
        return self._server.user

    def secret(self, *, renewed: bool = False) -> str:
        if self._server.command and self._given and not renewed:
            return self._given
        password = self._found()
        if self._refused is not None:
            refused, when, error = self._refused
            if self._clock() - when >= RESTS or self._signed_in != refused[1]:
                self._strikes = 0
            elif (password, self._signed_in) == refused or self._strikes >= STRIKES:
                raise error
        self._given = password
        return password

    def refused(self, said: str) -> SignInNeeded:
        server = self._server
        ways = (
            "Correct what password_command prints; it is asked again at the next poll."
            if server.command
            else f"Run `followupd login {self._account}`."
        )
        error = SignInNeeded(
            f"{server.host} does not take the password of {server.user}{_quoted(said, self._given)}. "
            f"{_sentence(hint(server.host))}{ways}"
        )
        if self._given:  # else it has just been told to another thread
            self._refused, self._given = ((self._given, self._signed_in), self._clock(), error), ""
            self._strikes += 1
        return error

    def _found(self) -> str:
        if self._server.command:
            return self._printed()
        known = Passwords.of(self._kept)
        password, self._signed_in = known.get(self._server), known.signed_in
        if not password:
            raise SignInNeeded(
                f"there is no password yet for {self._server.named}. Run `followupd login {self._account}`."
            )
        return password

    def _printed(self) -> str:
        try:
            return printed(self._server.command)
        except CommandFailed as failed:
            raise SignInNeeded(
                f"password_command of {self._server.named} {failed}. Run it yourself in a terminal to see why: it must "
                "print the password as its first line. Here it has no terminal, so a passphrase can only be asked for "
                "in a window (docs/imap-caldav.md)."
            ) from None


class Tokens(Protocol):
    """Access tokens of a sign-in; a new one where the last was `renewed`, as the server did not take it."""

    def __call__(self, *, renewed: bool) -> str: ...


class TokenProof:
    """An access token of the account's sign-in at Google or Microsoft (`proof.Proof`)."""

    scheme: Literal["password", "token"] = "token"

    def __init__(self, account: str, server: Server, tokens: Tokens) -> None:
        self._account, self._server, self._tokens = account, server, tokens

    @property
    def user(self) -> str:
        return self._server.user

    def secret(self, *, renewed: bool = False) -> str:
        return self._tokens(renewed=renewed)

    def refused(self, said: str) -> SignInNeeded:
        return SignInNeeded(
            f"{self._server.host} does not take the sign-in of {self._server.user}{_quoted(said, '')}. It must be the "
            "address that you signed in with, and IMAP must be switched on in the mailbox's settings. "
            f"`followupd login {self._account}` signs in anew."
        )


# --- the passwords that are kept ----------------------------------------------------------------


class Passwords:
    """The kept passwords of one account, each for one user at one server. `signed_in` is when, "" if never."""

    def __init__(self, known: Mapping[tuple[str, str], str] | None = None, signed_in: str = "") -> None:
        self._known, self.signed_in = dict(known or {}), signed_in

    def __repr__(self) -> str:
        return f"Passwords({len(self._known)})"

    def get(self, server: Server) -> str:
        """The password there, "" where none is kept."""
        return self._known.get((server.place, server.user), "")

    def set(self, server: Server, password: str) -> None:
        self._known[server.place, server.user] = password

    def to_bytes(self) -> bytes:
        words = [[*key, word] for key, word in self._known.items()]
        return json.dumps({"signed_in": self.signed_in, "passwords": words}).encode()

    @classmethod
    def of(cls, kept: Kept) -> Passwords:
        """Those that are kept. Raises SignInNeeded where they can't be opened or understood."""
        data = kept.read()
        if data is None:
            return cls()
        try:
            said = json.loads(data)
            known = {(place, user): word for place, user, word in said["passwords"]}
            return cls(known, str(said["signed_in"]))
        except (ValueError, TypeError, KeyError):
            raise SignInNeeded(
                "the kept passwords can't be understood. `followupd login` asks for them anew."
            ) from None


# --- words --------------------------------------------------------------------------------------


def _quoted(said: str, password: str) -> str:
    """What the server said, in one short line. A server that repeats the password is not quoted."""
    words = " ".join("".join(one if one.isprintable() else " " for one in said[:2000]).split())
    if not words or (password and password in words):
        return ""
    return f" and says “{words[:_SAID_AT_MOST]}{'…' if len(words) > _SAID_AT_MOST else ''}”"


def _sentence(words: str) -> str:
    return f"{words} " if words else ""
