"""Signing in to Google: the consent in the browser, what was granted, and the end of it.

The answer comes to an address of this machine that listens for it alone (RFC 8252 section 7.3, with
PKCE, RFC 7636), or is pasted by the user where the browser runs elsewhere. The client is the user's
own, of the type "Desktop app".

Sources: "OAuth 2.0 for iOS & Desktop Apps", "OAuth 2.0 Scopes for Google APIs", both of Google.
"""

from __future__ import annotations

import os
import socket
import webbrowser
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from google.auth.exceptions import GoogleAuthError
from google_auth_oauthlib.flow import InstalledAppFlow, WSGITimeoutError
from oauthlib.oauth2 import OAuth2Error
from requests import RequestException

from followupd.errors import ProviderError, Refused
from followupd.providers.base import SignInWay, Terminal
from followupd.providers.google.api import (
    CALENDAR_ROOT,
    GMAIL_ROOT,
    Api,
    Kept,
    calendar_service,
    gmail_service,
)
from followupd.providers.google.grant import (
    COMPOSE,
    READ_EVENTS,
    READ_MAIL,
    Client,
    Grant,
    read_client,
    scopes,
)
from followupd.providers.http import Allowed, Session, guard, unavailable

PERMISSIONS_PAGE = "https://myaccount.google.com/permissions"

_WORDS = {
    COMPOSE: "Manage drafts and send emails",
    READ_MAIL: "View your email messages and settings",
    READ_EVENTS: "View events on all your calendars",
}
_TOO_MUCH = ("https://mail.google.com/", "https://www.googleapis.com/auth/gmail.")
_PERSONAL = frozenset({"gmail.com", "googlemail.com"})

_BEFORE = """\
Google will ask for these permissions; please tick every box:
{boxes}
Google has no permission for drafts alone, so one of them names sending. followupd has no code that sends, and
lets no such request leave this computer. If Google says that it has not verified the app: it is your own; choose
“Advanced” and go on.
"""
_PASTE = """\
Open this address in a browser, on any machine:

{url}

After the consent the browser goes to an address that begins with http://127.0.0.1 and shows an error: that is as
it should be. Copy that whole address from the browser's address bar.
(Or sign in through a tunnel: `ssh -L {port}:127.0.0.1:{port} THIS-MACHINE`, then `followupd login {account} \
--port {port}`.)
"""
_OPENED = "Your browser opens for the sign-in. If it does not, open this address:\n\n{url}\n"
_DONE = "followupd is signed in. You may close this page."


class Deletable(Kept, Protocol):
    """Where the tokens lie, and can be removed."""

    def delete(self) -> bool: ...


class _Held:
    """Tokens that are not kept yet."""

    def __init__(self, grant: Grant) -> None:
        self._bytes = grant.to_bytes()

    def read(self) -> bytes | None:
        return self._bytes

    def write(self, secret: bytes) -> None:
        self._bytes = secret


class GoogleSignIn:
    """The sign-in of one account at Google (`providers.base.SignIn`)."""

    def __init__(
        self,
        *,
        account: str,
        secret: Deletable,
        uses: Collection[str],
        client_file: Path,
        calendar_root: str = CALENDAR_ROOT,
        gmail_root: str = GMAIL_ROOT,
    ) -> None:
        self._account, self._secret, self._client_file = account, secret, client_file
        self._mail, self._calendar = "mailbox" in uses, "calendar" in uses
        self._calendar_root, self._gmail_root = calendar_root, gmail_root

    def who(self) -> str:
        grant = self._kept()
        return grant.email if grant and self._mail else ""

    def _api(self, kept: Kept) -> Api:
        return Api(self._account, kept, calendar_root=self._calendar_root, gmail_root=self._gmail_root)

    def _kept(self) -> Grant | None:
        kept = self._secret.read()
        return Grant.from_bytes(kept) if kept is not None else None

    # --- login ---

    def login(self, terminal: Terminal, way: SignInWay, taken: Collection[str], now: datetime) -> None:
        client = read_client(self._client_file)
        wanted = scopes(mail=self._mail, calendar=self._calendar)
        terminal.say(_BEFORE.format(boxes="\n".join(f"  - {_WORDS[scope]}" for scope in wanted)))
        grant = self._granted(client, wanted, terminal, way, now)
        try:
            email = self._signed_in(grant)
            self._must_be_free(email, taken)
            _must_be_agreed(email, terminal)
        except ProviderError:
            _revoke(grant)
            raise
        self._secret.write(self._named(grant, email).to_bytes())
        terminal.say(f"Signed in to Google as {email}.")

    def _granted(
        self, client: Client, wanted: tuple[str, ...], terminal: Terminal, way: SignInWay, now: datetime
    ) -> Grant:
        """What Google grants for the user's consent. Raises Refused."""
        flow = _flow(client, wanted)
        try:
            with _lenient(client):
                consent = _in_browser if way.browser or way.port else _pasted
                consent(flow, terminal, way, self._account)
        except webbrowser.Error:
            raise Refused(
                f"no browser can be opened here. Run `followupd login {self._account} --no-browser`."
            ) from None
        except (
            WSGITimeoutError,
            OAuth2Error,
            GoogleAuthError,
            OSError,
            RequestException,
            ValueError,
        ) as error:
            raise _failed(error, self._account, client) from error
        grant = _as_grant(flow, client, now)
        _must_be_all(grant, wanted, self._account)
        return grant

    def _signed_in(self, grant: Grant) -> str:
        """Whose sign-in it is; asks each API once, so that one that is not enabled is told now."""
        try:
            return self._asked(self._api(_Held(grant)))
        except Refused as error:
            again = f"Nothing was kept: run `followupd login {self._account}` again after that."
            raise Refused(f"{error} {again}") from error

    def _asked(self, api: Api) -> str:
        email = ""
        if self._calendar:
            events = calendar_service(api.calendar_root).events()
            email = str(
                api.read(events.list(calendarId="primary", maxResults=1, fields="summary"))["summary"]
            )
        if self._mail:
            users = gmail_service(api.gmail_root).users()
            email = str(api.read(users.getProfile(userId="me", fields="emailAddress"))["emailAddress"])
        return email.lower()

    def _must_be_free(self, email: str, taken: Collection[str]) -> None:
        if self._mail and email in taken:
            raise Refused(
                f"{email} is the mailbox of another account in your config already, and each letter would be drafted "
                "twice. Nothing was kept. Sign in as somebody else, or take one of the accounts out."
            )

    def _named(self, grant: Grant, email: str) -> Grant:
        """With what the sign-in before has shown about the project's publishing status."""
        before = self._kept()
        same = before is not None and before.client.client_id == grant.client.client_id
        return replace(grant, email=email, proven=same and before is not None and before.outlived_testing)

    # --- check and logout ---

    def check(self, now: datetime) -> list[str]:
        api = self._api(self._secret)
        wanted = scopes(mail=self._mail, calendar=self._calendar)
        _must_be_all(api.grant, wanted, self._account)
        email = self._asked(api)
        lines = [f"signed in to Google as {email}, since {api.grant.signed_in:%Y-%m-%d}."]
        lines += [f"granted: {_WORDS[scope]}." for scope in wanted]
        notice = api.notice(now)
        return [*lines, *([notice] if notice else [])]

    def logout(self) -> str:
        try:
            grant = self._kept()
        except ProviderError:
            grant = None
        self._secret.delete()
        if grant is None:
            return f"Whether Google still lets followupd in can be seen at {PERMISSIONS_PAGE}."
        return (
            ""
            if _revoke(grant)
            else f"Google could not be told. Remove followupd's access at {PERMISSIONS_PAGE}."
        )


# --- the consent --------------------------------------------------------------------------------


def _flow(client: Client, wanted: tuple[str, ...]) -> Any:
    names = ("client_id", "client_secret", "auth_uri", "token_uri")
    installed = {name: getattr(client, name) for name in names} | {"redirect_uris": ["http://localhost"]}
    flow = InstalledAppFlow.from_client_config({"installed": installed}, scopes=list(wanted))
    guard(flow.oauth2session, [Allowed("POST", client.token_uri)])
    return flow


_CONSENT = {"access_type": "offline", "prompt": "consent"}  # Google gives a lasting token only on consent


def _in_browser(flow: Any, terminal: Terminal, way: SignInWay, _: str) -> None:
    """Opens the browser, and waits for what it brings back to a port of this machine."""
    flow.run_local_server(
        host="127.0.0.1",
        port=way.port,
        open_browser=way.browser,
        authorization_prompt_message=_OPENED,
        success_message=_DONE,
        timeout_seconds=way.seconds,
        **_CONSENT,
    )


def _pasted(flow: Any, terminal: Terminal, _: SignInWay, account: str) -> None:
    """Shows the address, and takes the one to which the browser was sent afterwards."""
    port = _free_port()
    flow.redirect_uri = f"http://127.0.0.1:{port}/"
    url, _state = flow.authorization_url(**_CONSENT)
    terminal.say(_PASTE.format(url=url, port=port, account=account))
    answer = terminal.ask("The address").strip()
    if not answer.startswith("http") or "state=" not in answer:
        raise Refused(
            "that is not the address from the address bar: it begins with http://127.0.0.1 and holds “state=” and "
            f"“code=”. Nothing was kept. Run `followupd login {account} --no-browser` again."
        )
    # The library wants https here; the address is only read, never opened.
    flow.fetch_token(authorization_response="https://" + answer.partition("://")[2])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _lenient(client: Client) -> Iterator[None]:
    """Boxes that were not ticked are for us to name; and a token address on this machine needs no TLS."""
    wanted = {"OAUTHLIB_RELAX_TOKEN_SCOPE": "1"}
    if client.token_uri.startswith("http://"):
        wanted["OAUTHLIB_INSECURE_TRANSPORT"] = "1"
    before = {name: os.environ.get(name) for name in wanted}
    os.environ.update(wanted)
    try:
        yield
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            os.environ.update({name: value} if value is not None else {})


def _failed(error: Exception, account: str, client: Client) -> ProviderError:
    """The words for a sign-in that did not come to its end."""
    again = f"Nothing was kept. Run `followupd login {account}` again."
    if isinstance(error, ProviderError):
        return error
    if isinstance(error, RequestException):
        return unavailable(error, client.token_uri)
    if isinstance(error, WSGITimeoutError):
        return Refused(f"nobody signed in within five minutes. {again}")
    if isinstance(error, OSError):
        return Refused(
            f"the port for the browser's answer can't be opened ({error.strerror}). Name another: --port."
        )
    code = str(getattr(error, "error", "") or type(error).__name__)
    return Refused(_CODES.get(code, f"the sign-in did not come to its end ({code}). {again}"))


_UNKNOWN_CLIENT = (
    "Google does not know the client in your client file. Download it again from the Google Cloud console, under "
    "Clients; it must be of the type “Desktop app”. Nothing was kept."
)
_CODES = {
    "access_denied": "the consent was refused in the browser. Nothing was kept.",
    "invalid_client": _UNKNOWN_CLIENT,
    "unauthorized_client": _UNKNOWN_CLIENT,
    "admin_policy_enforced": "the administrator of this Google account does not allow followupd. Ask them.",
}


# --- what was granted ---------------------------------------------------------------------------


def _as_grant(flow: Any, client: Client, now: datetime) -> Grant:
    credentials, token = flow.credentials, flow.oauth2session.token
    if not credentials.refresh_token:
        raise Refused(
            f"Google gave no lasting sign-in. Remove followupd's access at {PERMISSIONS_PAGE}, then sign in again."
        )
    lives = token.get("refresh_token_expires_in")
    granted = token.get("scope") or ()
    return Grant(
        client=client,
        refresh_token=credentials.refresh_token,
        access_token=credentials.token,
        expires=credentials.expiry.replace(tzinfo=UTC),
        scopes=tuple(granted.split() if isinstance(granted, str) else granted),
        email="",
        signed_in=now,
        ends=now + timedelta(seconds=int(lives)) if lives else None,
    )


def _must_be_all(grant: Grant, wanted: tuple[str, ...], account: str) -> None:
    missing = [f"“{_WORDS[scope]}”" for scope in wanted if scope not in grant.scopes]
    if missing:
        raise Refused(
            f"not every permission was granted: {', '.join(missing)} is missing. followupd can't work without it. Run "
            f"`followupd login {account}` again, and tick every box."
        )
    beyond = [scope for scope in grant.scopes if scope not in wanted and scope.startswith(_TOO_MUCH)]
    if beyond:
        raise Refused(
            f"Google granted more than was asked for ({', '.join(beyond)}), and followupd does not keep that. Remove "
            f"its access at {PERMISSIONS_PAGE}, then run `followupd login {account}` again."
        )


def _must_be_agreed(email: str, terminal: Terminal) -> None:
    """Before a work or school account is kept: who else sees what lies in it."""
    if email.rpartition("@")[2] in _PERSONAL:
        return
    terminal.say(
        f"{email} is not a personal Gmail address. If it is a work or school account, its administrators can see that "
        "followupd has access and can read the drafts, and so can people whom the mailbox is delegated to."
    )
    if not terminal.agrees("Use this account?"):
        raise Refused("the account is not used. Nothing was kept.")


def _revoke(grant: Grant) -> bool:
    """Tells Google that the sign-in is over (RFC 7009). Whether that is certain."""
    uri = grant.client.revoke_uri
    with Session([Allowed("POST", uri)]) as session:
        try:
            answer = session.post(uri, data={"token": grant.refresh_token})
        except ProviderError:
            return False
    return answer.status_code == 200 or "invalid_token" in answer.text
