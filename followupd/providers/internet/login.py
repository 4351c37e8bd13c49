"""Signing in with passwords: each is asked for, tried once at its server, and kept only if the server takes it.

The passwords of one account lie together in one sealed file. What a command of the user's prints is kept nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from datetime import datetime

from followupd.errors import ProviderError, Refused, SignInNeeded, Unavailable
from followupd.providers.base import SignInWay, Terminal
from followupd.providers.internet.caldav.hosts import is_trusted
from followupd.providers.internet.passwords import PasswordProof, Passwords
from followupd.providers.internet.proof import Proof
from followupd.providers.internet.server import Server
from followupd.providers.internet.services import are_one, hint
from followupd.providers.internet.trial import tried
from followupd.providers.kept import Deletable, Held, must_be_free

ATTEMPTS = 3

_BEFORE = (
    "followupd asks for a password now, tries it at its server, and keeps it encrypted on this computer. It is never "
    "written into the config.\n"
)
Try = Callable[[Server, Proof, datetime], Iterable[str]]


class PasswordSignIn:
    """The passwords of one account (`providers.base.SignIn`).

    `tries` shows a proof to a server, and tells what is there.
    """

    def __init__(
        self,
        *,
        account: str,
        secret: Deletable,
        uses: Collection[str],
        servers: tuple[Server, ...],
        tries: Try = tried,
    ) -> None:
        self._account, self._secret, self._tries = account, secret, tries
        self._all = tuple(sorted(servers, key=lambda one: one.kind != "imap"))
        self._servers = tuple({(one.place, one.user): one for one in self._all}.values())
        self._mail = "mailbox" in uses

    def who(self) -> str:
        return next((_address(one) for one in self._all if one.kind == "imap"), "")

    def is_kept(self) -> bool:
        kept = [one for one in self._servers if not one.command]
        known = Passwords.of(self._secret) if kept else Passwords()
        return all(known.get(one) for one in kept)

    def prepared(self) -> None:
        """Nothing is needed beforehand."""

    # --- login ---

    def login(self, terminal: Terminal, way: SignInWay, taken: Collection[str], now: datetime) -> None:
        del way  # no browser is needed
        if self._mail:
            must_be_free(self.who(), taken)
        before, after = self._before(), Passwords(signed_in=now.isoformat())
        if any(not one.command for one in self._servers):
            terminal.say(_BEFORE)
        for server in self._servers:
            if server.command:
                self._show(terminal, server, Passwords(), now)
            else:
                after.set(server, self._password(terminal, server, before, after, now))
        if any(not one.command for one in self._servers):
            self._secret.write(after.to_bytes())

    def _before(self) -> Passwords:
        """Those kept so far. What can't be opened any more is none: new ones take their place."""
        try:
            return Passwords.of(self._secret)
        except ProviderError:
            return Passwords()

    def _password(
        self, terminal: Terminal, server: Server, before: Passwords, after: Passwords, now: datetime
    ) -> str:
        """A password that the server takes: the one that is kept, else what is typed. Raises ProviderError."""
        if kept := before.get(server):
            try:
                self._show(terminal, server, before, now)
            except SignInNeeded as error:
                terminal.say(f"The password that is kept: {error}\n")
            else:
                return kept
        return self._typed(terminal, server, after, now)

    def _typed(self, terminal: Terminal, server: Server, after: Passwords, now: datetime) -> str:
        same = self._offered(server, after)
        beside = f" (Enter: the same as at {same.host})" if same else ""
        if words := hint(server.host):
            terminal.say(words)
        refused: SignInNeeded | None = None
        for _ in range(ATTEMPTS):
            typed = terminal.ask_hidden(f"Password of {server.named}{beside}")
            password = typed or (after.get(same) if same else "")
            if not password:
                terminal.say("Nothing was typed.")
                continue
            trial = Passwords()
            trial.set(server, password)
            try:
                self._show(terminal, server, trial, now)
            except SignInNeeded as error:
                refused = error
                terminal.say(str(error).replace(f" Run `followupd login {self._account}`.", ""))
            else:
                return password
        raise refused or Refused(f"no password was given for {server.named}. Nothing was kept.")

    def _offered(self, server: Server, after: Passwords) -> Server | None:
        """A server of the same service, whose password may be typed once for both."""
        alike = (
            one
            for one in self._servers
            if after.get(one)
            and one.user == server.user
            and (
                are_one(one.host, server.host)
                or is_trusted(f"https://{one.host}/", f"https://{server.host}/")
            )
        )
        return next(alike, None)

    def _show(self, terminal: Terminal, server: Server, known: Passwords, now: datetime) -> None:
        """Tries it at all that the account has at this server under this name. Raises ProviderError."""
        proof = PasswordProof(self._account, server, Held(known.to_bytes()))
        try:
            for one in self._all:
                if (one.place, one.user) == (server.place, server.user):
                    for line in self._tries(one, proof, now):
                        terminal.say(line)
        except Unavailable as error:
            raise Unavailable(f"{error} Nothing was kept.", error.retry_after) from error
        except Refused as error:
            raise Refused(f"{error} Nothing was kept.") from error

    # --- check and logout ---

    def check(self, now: datetime) -> list[str]:
        found: list[str] = []
        for server in self._all:
            found += self._tries(server, PasswordProof(self._account, server, self._secret), now)
        return found

    def logout(self) -> str:
        if self._secret.delete():
            return "Its passwords were deleted here. The provider keeps no sign-in that could be ended."
        return "No password was kept here."


def _address(server: Server) -> str:
    """The mailbox's address, as other accounts may name it too."""
    return (server.user if "@" in server.user else f"{server.user}@{server.host}").lower()
