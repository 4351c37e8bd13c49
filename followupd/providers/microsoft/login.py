"""Signing in to Microsoft: what was granted, whose it is, and the end of it.

Sources: "Microsoft Graph permissions reference"; "Get a user"; the id token's claim `tid` ("ID token claims
reference"). Microsoft has no address where a program ends its own sign-in (RFC 7009).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import msal

from followupd.errors import ProviderError, Refused
from followupd.providers.base import SignInWay, Terminal
from followupd.providers.kept import Deletable, Held, Kept, must_be_free
from followupd.providers.microsoft.api import GRAPH_ROOT, Api
from followupd.providers.microsoft.client import DISTRIBUTED_CLIENT_ID, application, checked, client_id_for
from followupd.providers.microsoft.consent import Asker
from followupd.providers.microsoft.denials import carries_too_much, nothing_kept
from followupd.providers.microsoft.grant import (
    BY_IMAP,
    PERSONAL_PAGE,
    PERSONAL_TENANT,
    WORDS,
    WORK_PAGE,
    Grant,
    carried,
    missing,
    scopes,
    short,
    too_much,
)

AUTHORITY = "https://login.microsoftonline.com/common"

_BEFORE = """\
Microsoft will ask for these permissions:
{boxes}
  - Maintain access to data you have given it access to
None of them lets anybody send mail or change a calendar, and followupd keeps no sign-in that could.
"""
_SEEN = (
    "Administrators of a work or school account can see that followupd has access and can read the drafts, and so "
    "can people whom the mailbox is delegated to."
)


class MicrosoftSignIn:
    """The sign-in of one account at Microsoft (`providers.base.SignIn`). `sleep` waits for so many seconds."""

    def __init__(
        self,
        *,
        account: str,
        secret: Deletable,
        uses: Collection[str],
        client_id: str = "",
        authority: str = AUTHORITY,
        graph_root: str = GRAPH_ROOT,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._account, self._secret, self._client_id = account, secret, client_id
        self._mail, self._calendar = "mailbox" in uses, "calendar" in uses
        self._authority, self._graph_root, self._sleep = authority, graph_root, sleep
        self._wanted = scopes(mail=self._mail, calendar=self._calendar, graph_root=graph_root)

    def who(self) -> str:
        grant = self._kept()
        return grant.email if grant and self._mail else ""

    def is_kept(self) -> bool:
        return self._secret.read() is not None

    def _api(self, kept: Kept) -> Api:
        return Api(self._account, kept, graph_root=self._graph_root, sleep=self._sleep)

    def _kept(self) -> Grant | None:
        kept = self._secret.read()
        return Grant.from_bytes(kept) if kept is not None else None

    def _before(self) -> Grant | None:
        """The sign-in so far. One that can't be opened any more is none: a new one takes its place."""
        try:
            return self._kept()
        except ProviderError:
            return None

    # --- login ------------------------------------------------------------------------------------------

    def login(self, terminal: Terminal, way: SignInWay, taken: Collection[str], now: datetime) -> None:
        self.prepared()
        terminal.say(_BEFORE.format(boxes="\n".join(f"  - {WORDS[short(scope)]}" for scope in self._wanted)))
        asked = _is_of_an_organisation(self._authority)
        if asked:
            _must_be_agreed("This sign-in is for accounts of work or school.", terminal)
        how = "" if way.browser or way.port else " --no-browser"
        again = f"Nothing was kept. Run `followupd login {self._account}{how}` again."
        try:
            grant = self._signed_in(self._consented(terminal, way, now))
        except ProviderError as error:
            raise nothing_kept(error, again) from error
        if self._mail:
            must_be_free(grant.email, taken)
        if not grant.personal and not asked:
            _must_be_agreed(f"{grant.email} is an account of work or school.", terminal)
        self._secret.write(grant.to_bytes())
        terminal.say(f"Signed in to Microsoft as {grant.email}.")

    def _consented(self, terminal: Terminal, way: SignInWay, now: datetime) -> Grant:
        """What the user agreed to in the browser, if it is all that is needed and no more."""
        client_id, authority = client_id_for(self._client_id), checked(self._authority)
        before, cache = self._before(), msal.SerializableTokenCache()
        asker = Asker(
            lambda: application(client_id, authority, cache),
            self._wanted,
            terminal,
            self._account,
            claims=before.claims if before else "",
            sleep=self._sleep,
        )
        answer = asker.consent(way)
        _must_be_right(answer, self._wanted)
        return Grant(
            client_id=client_id,
            authority=authority,
            email=_claim(answer, "preferred_username").lower(),
            name=_claim(answer, "name"),
            personal=_claim(answer, "tid") == PERSONAL_TENANT,
            scopes=self._wanted,
            signed_in=now,
            cache=str(cache.serialize()),
        )

    def _signed_in(self, grant: Grant) -> Grant:
        """Whose sign-in it is; asks for each thing once, so that a mailbox that is not there is told now."""
        held = Held(grant.to_bytes())
        email, name = self._asked(self._api(held))
        return replace(Grant.from_bytes(held.secret), email=email, name=name)

    def _asked(self, api: Api) -> tuple[str, str]:
        """The account's address and name. Raises ProviderError where something that it uses does not answer."""
        me = api.get("me", select="mail,userPrincipalName,displayName")
        if self._mail:
            api.get("me/mailFolders/drafts", select="id")
        if self._calendar:
            api.get("me/calendar", select="id")
        address = me.get("mail") or me.get("userPrincipalName") or ""
        return str(address).lower(), str(me.get("displayName") or "")

    # --- check and logout -------------------------------------------------------------------------------

    def prepared(self) -> None:
        client_id_for(self._client_id)
        checked(self._authority)

    def check(self, now: datetime) -> list[str]:
        api = self._api(self._secret)
        lacking = missing(self._wanted, api.grant.scopes)
        if lacking:
            raise Refused(f"{_lacks(lacking)} Run `followupd login {self._account}`.")
        email, _ = self._asked(api)
        grant = api.grant
        kind = "a personal account" if grant.personal else "an account of work or school"
        return [
            f"signed in to Microsoft as {email} ({kind}), since {grant.signed_in:%Y-%m-%d}; it lasts while it is used.",
            f"client id: {_whose(grant.client_id)}; authority: {grant.authority}.",
            *(
                []
                if self._graph_root.rstrip("/") == GRAPH_ROOT
                else [f"mail and calendar go by {self._graph_root}."]
            ),
            *(f"granted: {WORDS[short(scope)]}." for scope in self._wanted),
            "it can't send mail, and can't change a calendar: no permission for that is granted.",
            *self._changed(grant),
        ]

    def _changed(self, grant: Grant) -> list[str]:
        """A client id or authority in the config that this sign-in was not made with."""
        if (grant.client_id, grant.authority) == (client_id_for(self._client_id), checked(self._authority)):
            return []
        return [
            "the config names another client id or authority than this sign-in was made with: "
            f"`followupd login {self._account}` makes one with these."
        ]

    def logout(self) -> str:
        grant = self._before()
        self._secret.delete()
        page = f"personal accounts: {PERSONAL_PAGE}; work and school: {WORK_PAGE}"
        return (
            "Microsoft lets no program take its consent back: where you want that too, remove followupd at "
            f"{grant.consents_page if grant else page}"
        )


class MicrosoftImapSignIn(MicrosoftSignIn):
    """The sign-in for a mailbox at Microsoft that is reached by IMAP. Graph is not asked with it."""

    def __init__(
        self,
        *,
        account: str,
        secret: Deletable,
        uses: Collection[str],
        client_id: str = "",
        authority: str = AUTHORITY,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        super().__init__(
            account=account, secret=secret, uses=uses, client_id=client_id, authority=authority, sleep=sleep
        )
        self._mail, self._wanted = True, (BY_IMAP,)

    def _asked(self, api: Api) -> tuple[str, str]:
        """Whose it is, as Microsoft said at the sign-in. A token that can't be renewed is told now."""
        api.token()
        return api.grant.email, api.grant.name


# --- what was granted -----------------------------------------------------------------------------------


def _must_be_right(answer: Mapping[str, Any], wanted: tuple[str, ...]) -> None:
    """All that is needed, nothing that sends, and for longer than an hour."""
    granted = carried(str(answer["access_token"]), str(answer.get("scope") or ""))
    if beyond := too_much(granted):
        raise Refused(carries_too_much(beyond))
    if lacking := missing(wanted, granted):
        raise Refused(_lacks(lacking))
    if not answer.get("refresh_token"):
        raise Refused("Microsoft gave no lasting sign-in.")


def _lacks(names: list[str]) -> str:
    words = ", ".join(f"“{WORDS[name]}” ({name})" for name in names)
    return f"not every permission was granted: {words} is missing, and followupd can't work without it."


def _claim(answer: Mapping[str, Any], name: str) -> str:
    """What the id token says of the account: `tid` is the directory that it is of."""
    claims = answer.get("id_token_claims")
    return str(claims.get(name) or "") if isinstance(claims, dict) else ""


def _is_of_an_organisation(authority: str) -> bool:
    """Whether only accounts of work or school can sign in there."""
    place = urlsplit(authority).path.strip("/").rpartition("/")[2].lower()
    return place not in ("common", "consumers", PERSONAL_TENANT)


def _whose(client_id: str) -> str:
    return f"{'the distribution’s' if client_id == DISTRIBUTED_CLIENT_ID else 'your own'} ({client_id})"


def _must_be_agreed(about: str, terminal: Terminal) -> None:
    """Before a work or school account is kept: who else sees what lies in it."""
    terminal.say(f"{about} {_SEEN}")
    if not terminal.agrees("Use this account?"):
        raise Refused("the account is not used. Nothing was kept.")
