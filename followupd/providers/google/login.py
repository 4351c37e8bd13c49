"""Signing in to Google: what was granted, whose it is, and the end of it.

Source: "OAuth 2.0 Scopes for Google APIs"; RFC 7009 (revocation).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from followupd.errors import FollowupdError, ProviderError, Refused
from followupd.providers.base import SignInWay, Terminal
from followupd.providers.google.api import (
    CALENDAR_ROOT,
    GMAIL_ROOT,
    Api,
    calendar_service,
    gmail_service,
)
from followupd.providers.google.consent import consent
from followupd.providers.google.grant import WORDS, Client, Grant, read_client, scopes
from followupd.providers.http import Allowed, Session
from followupd.providers.kept import Deletable, Held, Kept, must_be_free

PERMISSIONS_PAGE = "https://myaccount.google.com/permissions"

_TOO_MUCH = (
    "https://mail.google.com/",
    "https://www.googleapis.com/auth/gmail.",
    "https://www.googleapis.com/auth/calendar",
)
_PERSONAL = frozenset({"gmail.com", "googlemail.com"})

_BEFORE = """\
Google will ask for these permissions; please tick every box:
{boxes}
Google has no permission for drafts alone, so one of them names sending. followupd has no code that sends, and
lets no such request leave this computer. If Google says that it has not verified the app: it is your own; choose
“Advanced” and go on.
"""


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
        self._mail, self._calendar = bool({"mailbox", "imap"} & set(uses)), "calendar" in uses
        self._wanted = scopes(mail="mailbox" in uses, calendar=self._calendar, imap="imap" in uses)
        self._calendar_root, self._gmail_root = calendar_root, gmail_root

    def who(self) -> str:
        grant = self._kept()
        return grant.email if grant and self._mail else ""

    def is_kept(self) -> bool:
        return self._secret.read() is not None

    def _api(self, kept: Kept) -> Api:
        return Api(self._account, kept, calendar_root=self._calendar_root, gmail_root=self._gmail_root)

    def _kept(self) -> Grant | None:
        kept = self._secret.read()
        return Grant.from_bytes(kept) if kept is not None else None

    def _before(self) -> Grant | None:
        """The sign-in so far. One that can't be opened any more is none: a new one takes its place."""
        try:
            return self._kept()
        except ProviderError:
            return None

    # --- login ---

    def login(self, terminal: Terminal, way: SignInWay, taken: Collection[str], now: datetime) -> None:
        client = read_client(self._client_file)
        wanted = self._wanted
        terminal.say(_BEFORE.format(boxes="\n".join(f"  - {WORDS[scope]}" for scope in wanted)))
        how = "" if way.browser or way.port else " --no-browser"
        again = f"Nothing was kept. Run `followupd login {self._account}{how}` again."
        grant = _as_grant(consent(client, wanted, terminal, way, self._account, again), client, now)
        try:
            _must_be_all(grant, wanted, self._account)
            email = self._signed_in(grant)
            if self._mail:
                must_be_free(email, taken)
            _must_be_agreed(email, terminal)
        except FollowupdError:
            if not taken and self._before() is None:
                # Google ends all sign-ins of a client and user at once: not while another may be in use.
                _revoke(grant)
            raise
        self._secret.write(self._named(grant, email).to_bytes())
        terminal.say(f"Signed in to Google as {email}.")

    def _signed_in(self, grant: Grant) -> str:
        """Whose sign-in it is; asks each API once, so that one that is not enabled is told now."""
        try:
            return self._asked(self._api(Held(grant.to_bytes())))
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

    def _named(self, grant: Grant, email: str) -> Grant:
        """With what the sign-in before has shown about the project's publishing status."""
        before = self._before()
        same = before is not None and before.client.client_id == grant.client.client_id
        return replace(grant, email=email, proven=same and before is not None and before.outlived_testing)

    # --- check and logout ---

    def prepared(self) -> None:
        read_client(self._client_file)

    def check(self, now: datetime) -> list[str]:
        api = self._api(self._secret)
        wanted = self._wanted
        _must_be_all(api.grant, wanted, self._account)
        email = self._asked(api)
        until = f", until {api.grant.ends:%Y-%m-%d}" if api.grant.ends else "; Google names no end"
        lines = [f"signed in to Google as {email}, since {api.grant.signed_in:%Y-%m-%d}{until}."]
        lines += [f"granted: {WORDS[scope]}." for scope in wanted]
        notice = api.notice(now)
        return [*lines, *([notice] if notice else [])]

    def logout(self) -> str:
        grant = self._before()
        self._secret.delete()
        if grant is None:
            return f"Whether Google still lets followupd in can be seen at {PERMISSIONS_PAGE}."
        return (
            ""
            if _revoke(grant)
            else f"Google could not be told. Remove followupd's access at {PERMISSIONS_PAGE}."
        )


# --- what was granted ---------------------------------------------------------------------------


def _as_grant(token: Mapping[str, Any], client: Client, now: datetime) -> Grant:
    if not token.get("refresh_token"):
        raise Refused(
            f"Google gave no lasting sign-in. Remove followupd's access at {PERMISSIONS_PAGE}, then sign in again."
        )
    lives, granted = token.get("refresh_token_expires_in"), token.get("scope") or ()
    return Grant(
        client=client,
        refresh_token=str(token["refresh_token"]),
        access_token=str(token["access_token"]),
        expires=datetime.fromtimestamp(float(token["expires_at"]), UTC),
        scopes=tuple(granted.split() if isinstance(granted, str) else granted),
        email="",
        signed_in=now,
        ends=now + timedelta(seconds=int(lives)) if lives else None,
    )


def _must_be_all(grant: Grant, wanted: tuple[str, ...], account: str) -> None:
    missing = [f"“{WORDS[scope]}”" for scope in wanted if scope not in grant.scopes]
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
    is_google = "json" in answer.headers.get("Content-Type", "")
    return is_google and (answer.status_code == 200 or "invalid_token" in answer.text)
