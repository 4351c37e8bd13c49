"""Google's OAuth: the consent page, the token endpoint, revocation, and what a user does to tokens elsewhere."""

from __future__ import annotations

import base64
import binascii
import hashlib
import secrets
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import unquote, urlencode, urlsplit

from tests.sim.server import Reply, html_reply, json_reply
from tests.sim.wire import ApiError, Call, Clock

ACCESS_LIFE = timedelta(seconds=3599)
TESTING_LIFE = timedelta(days=7)
UNUSED_LIFE = timedelta(days=182)
CODE_LIFE = timedelta(minutes=10)
LIVE_TOKENS = 100  # per client and user; the oldest dies
GMAIL = ("https://mail.google.com/", "https://www.googleapis.com/auth/gmail.")
METADATA = "https://www.googleapis.com/auth/gmail.metadata"
MORE_SCOPES = frozenset(
    {
        "openid",
        "https://www.googleapis.com/auth/userinfo.email",
        "https://www.googleapis.com/auth/userinfo.profile",
    }
)


@dataclass
class Grant:
    """A refresh token: what one consent gave."""

    user: str
    asked: frozenset[str]
    scopes: frozenset[str]
    used: datetime
    dies: datetime | None
    tells_lifetime: bool
    revoked: bool = False


@dataclass(frozen=True)
class Access:
    """An access token, of a grant or without one."""

    user: str
    scopes: frozenset[str]
    expires: datetime
    grant: str | None


@dataclass(frozen=True)
class Code:
    """An authorization code on its way from the browser to the program."""

    user: str
    redirect_uri: str
    asked: frozenset[str]
    scopes: frozenset[str]
    challenge: str
    challenge_method: str
    refreshable: bool
    expires: datetime


@dataclass
class OAuthError(Exception):
    """An error of the token endpoint, in the words of its answer."""

    error: str
    description: str
    status: int = 400

    def reply(self) -> Reply:
        return json_reply(self.status, {"error": self.error, "error_description": self.description})


@dataclass
class OAuth:
    """The accounts server. Its attributes are the user's mind and the state of the project's consent screen."""

    clock: Clock
    known_scopes: frozenset[str]
    tell: Callable[[str], None]
    user: str = "me@example.com"
    granted: set[str] | None = None
    denied: bool = False
    testing: bool = False
    testing_tells_lifetime: bool = True
    client_id: str = "123456-simulated.apps.googleusercontent.com"
    client_secret: str = "GOCSPX-simulated"
    project_id: str = "followupd-simulated"
    codes: dict[str, Code] = field(default_factory=dict)
    grants: dict[str, Grant] = field(default_factory=dict)
    tokens: dict[str, Access] = field(default_factory=dict)
    _consents: dict[str, frozenset[str]] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    # --- the consent page -------------------------------------------------------------------------------

    def authorize(self, query: Iterable[tuple[str, str]]) -> Reply:
        asked = dict(query)
        if problem := self._page_problem(asked):
            return html_reply(
                401 if problem.startswith("invalid_client") else 400, f"Access blocked: {problem}"
            )
        for name in ("state", "code_challenge"):
            if not asked.get(name):
                self.tell(f"oauth.authorize: without {name}")
        scopes = frozenset(asked["scope"].split())
        given = scopes if self.granted is None else scopes & self.granted
        back = {"state": asked["state"]} if asked.get("state") else {}
        if self.denied or not given:
            back |= {"error": "access_denied"}
        else:
            with self._lock:
                back |= self._consent(asked, scopes, given)
        separator = "&" if "?" in asked["redirect_uri"] else "?"
        return html_reply(302, "Moved", {"Location": asked["redirect_uri"] + separator + urlencode(back)})

    def _page_problem(self, asked: Mapping[str, str]) -> str | None:
        for name in ("client_id", "redirect_uri", "response_type", "scope"):
            if not asked.get(name):
                return f"invalid_request. Required parameter is missing: {name}"
        if asked["client_id"] != self.client_id:
            return "invalid_client. The OAuth client was not found."
        if asked["response_type"] != "code":
            return f"unsupported_response_type. Invalid response_type: {asked['response_type']}"
        if not loopback(asked["redirect_uri"]):
            return "redirect_uri_mismatch"
        if wrong := set(asked["scope"].split()) - self.known_scopes - MORE_SCOPES:
            return f"invalid_scope. Some requested scopes were invalid. {sorted(wrong)}"
        return self._challenge_problem(asked)

    def _challenge_problem(self, asked: Mapping[str, str]) -> str | None:
        method = asked.get("code_challenge_method", "plain")
        if method not in ("S256", "plain"):
            return f"invalid_request. Invalid code_challenge_method: {method}"
        if asked.get("code_challenge") and method == "plain":
            self.tell("oauth.authorize: code_challenge without S256")
        return None

    def _consent(
        self, asked: Mapping[str, str], scopes: frozenset[str], given: frozenset[str]
    ) -> dict[str, str]:
        before = self._consents.get(self.user, frozenset())
        # a refresh token comes with a consent: one that is asked for, or the first for these scopes
        consents = "consent" in asked.get("prompt", "").split() or not given <= before
        self._consents[self.user] = before | given
        if asked.get("include_granted_scopes") == "true":
            given |= before
        code = f"4/0A{secrets.token_urlsafe(32)}"
        self.codes[code] = Code(
            user=self.user,
            redirect_uri=asked["redirect_uri"],
            asked=scopes,
            scopes=given,
            challenge=asked.get("code_challenge", ""),
            challenge_method=asked.get("code_challenge_method", "plain"),
            refreshable=asked.get("access_type") == "offline" and consents,
            expires=self.clock.now + CODE_LIFE,
        )
        return {"code": code, "scope": " ".join(sorted(given))}

    # --- the token endpoint -----------------------------------------------------------------------------

    def token(self, form: Iterable[tuple[str, str]], authorization: str = "") -> Reply:
        asked = dict(form)
        try:
            with self._lock:
                self._check_client(asked, authorization)
                match asked.get("grant_type"):
                    case "authorization_code":
                        answer = self._exchange(asked)
                    case "refresh_token":
                        answer = self._refresh(asked)
                    case None:
                        raise OAuthError("invalid_request", "Required parameter is missing: grant_type")
                    case other:
                        raise OAuthError("unsupported_grant_type", f"Invalid grant_type: {other}")
        except OAuthError as error:
            return error.reply()
        return json_reply(200, answer)

    def _check_client(self, asked: Mapping[str, str], authorization: str) -> None:
        name, secret = asked.get("client_id", ""), asked.get("client_secret", "")
        if authorization.startswith("Basic "):
            name, secret = _basic(authorization)
        if not name:
            raise OAuthError("invalid_request", "Could not determine client ID from request.")
        if name != self.client_id:
            raise OAuthError("invalid_client", "The OAuth client was not found.", 401)
        if not secret:
            raise OAuthError("invalid_request", "client_secret is missing.")
        if secret != self.client_secret:
            raise OAuthError("invalid_client", "The provided client secret is invalid.", 401)

    def _exchange(self, asked: Mapping[str, str]) -> dict[str, str | int]:
        code = self.codes.pop(asked.get("code", ""), None)  # a code is good for one try
        if code is None or code.expires <= self.clock.now:
            raise OAuthError("invalid_grant", "Malformed auth code.")
        if asked.get("redirect_uri") != code.redirect_uri:
            raise OAuthError("redirect_uri_mismatch", "Bad Request")
        _check_verifier(code, asked.get("code_verifier", ""))
        if code.refreshable:
            return self._grant(code.user, code.asked, code.scopes)
        return self._access(code.user, code.scopes, None)

    def _refresh(self, asked: Mapping[str, str]) -> dict[str, str | int]:
        if not asked.get("refresh_token"):
            raise OAuthError("invalid_request", "Missing required parameter: refresh_token")
        grant = self.grants.get(asked["refresh_token"])
        if grant is None:
            raise OAuthError("invalid_grant", "Bad Request")
        if not self._alive(grant):
            raise OAuthError("invalid_grant", "Token has been expired or revoked.")
        wanted = frozenset(asked.get("scope", "").split())
        # what was asked for and not given is left out; what was never asked for is refused
        if not wanted <= grant.asked | grant.scopes:
            raise OAuthError("invalid_scope", "Bad Request")
        grant.used = self.clock.now
        scopes = (wanted & grant.scopes) or grant.scopes
        return self._access(grant.user, scopes, asked["refresh_token"]) | self._lifetime(grant)

    def _alive(self, grant: Grant) -> bool:
        now = self.clock.now
        in_time = grant.dies is None or now < grant.dies
        return in_time and not grant.revoked and now - grant.used < UNUSED_LIFE

    def _lifetime(self, grant: Grant) -> dict[str, str | int]:
        if grant.dies is None or not grant.tells_lifetime:
            return {}
        # one second less than it is: Google's clock has moved on when the answer is written
        return {"refresh_token_expires_in": int((grant.dies - self.clock.now).total_seconds()) - 1}

    def _grant(self, user: str, asked: frozenset[str], scopes: frozenset[str]) -> dict[str, str | int]:
        name = f"1//0{secrets.token_urlsafe(32)}"
        dies = self.clock.now + TESTING_LIFE if self.testing else None
        grant = Grant(user, asked, scopes, self.clock.now, dies, self.testing_tells_lifetime)
        self.grants[name] = grant
        live = [each for each in self.grants.values() if each.user == user and self._alive(each)]
        for oldest in live[:-LIVE_TOKENS]:
            oldest.revoked = True
        return self._access(user, scopes, name) | {"refresh_token": name} | self._lifetime(grant)

    def _access(self, user: str, scopes: frozenset[str], grant: str | None) -> dict[str, str | int]:
        name = f"ya29.{secrets.token_urlsafe(32)}"
        self.tokens[name] = Access(user, scopes, self.clock.now + ACCESS_LIFE, grant)
        return {
            "access_token": name,
            "expires_in": int(ACCESS_LIFE.total_seconds()),
            "scope": " ".join(sorted(scopes)),
            "token_type": "Bearer",
        }

    # --- the end of tokens ------------------------------------------------------------------------------

    def revoke(self, token: str) -> Reply:
        """The revoke endpoint: either token of a grant ends all of it, and the consent with it."""
        with self._lock:
            access = self.tokens.get(token)
            name = token if access is None else access.grant
            grant = self.grants.get(name or "")
            live = self.identify(token) is not None or (grant is not None and self._alive(grant))
            if not live:
                return OAuthError("invalid_token", "Token expired or revoked").reply()
            self.tokens.pop(token, None)
            if grant is not None and name is not None:
                self._end(name)
                self._consents.pop(grant.user, None)
        return json_reply(200, {})

    def _end(self, name: str) -> None:
        self.grants[name].revoked = True
        self.tokens = {key: each for key, each in self.tokens.items() if each.grant != name}

    def revoke_all(self, user: str) -> None:
        """The user removes the program on the page of his account."""
        with self._lock:
            self._end_of_user(user, lambda _: True)
            self._consents.pop(user, None)

    def change_password(self, user: str) -> None:
        with self._lock:
            self._end_of_user(user, lambda scopes: any(each.startswith(GMAIL) for each in scopes))

    def _end_of_user(self, user: str, concerned: Callable[[frozenset[str]], bool]) -> None:
        for name, grant in self.grants.items():
            if grant.user == user and concerned(grant.scopes):
                self._end(name)
        self.tokens = {
            name: each
            for name, each in self.tokens.items()
            if each.user != user or each.grant is not None or not concerned(each.scopes)
        }

    def expire_access_tokens(self) -> None:
        with self._lock:
            self.tokens.clear()

    # --- for the APIs and for tests ---------------------------------------------------------------------

    def identify(self, token: str) -> Access | None:
        with self._lock:
            access = self.tokens.get(token)
        return access if access is not None and self.clock.now < access.expires else None

    def sign_in(self, email: str, scopes: Iterable[str]) -> dict[str, str | int]:
        given = frozenset(scopes)
        with self._lock:
            self._consents[email] = self._consents.get(email, frozenset()) | given
            return self._grant(email, given, given)


def loopback(uri: str) -> bool:
    parts = urlsplit(uri)
    return parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1")


def check_metadata(access: Access, call: Call) -> None:
    """The rules of gmail.metadata hold for the whole token, whatever else was granted with it."""
    if METADATA not in access.scopes:
        return
    if call.get("q") and call.method.startswith("gmail."):
        raise ApiError(403, "forbidden", "Metadata scope does not support 'q' parameter")
    if call.method in ("gmail.users.messages.get", "gmail.users.threads.get", "gmail.users.drafts.get"):
        form = str(call.get("format", "full"))
        if form in ("full", "raw"):
            raise ApiError(403, "forbidden", f"Metadata scope doesn't allow format {form.upper()}")


def check_mailbox(access: Access, call: Call) -> None:
    whose = call.get("userId", "me")
    if call.method.startswith("gmail.") and whose not in ("me", access.user):
        raise ApiError(403, "forbidden", f"Delegation denied for {access.user}")


def _basic(authorization: str) -> tuple[str, str]:
    try:
        name, _, secret = base64.b64decode(authorization.removeprefix("Basic ")).decode().partition(":")
    except (ValueError, binascii.Error):
        return "", ""
    return unquote(name), unquote(secret)


def _check_verifier(code: Code, verifier: str) -> None:
    if not code.challenge:
        return
    if not verifier:
        raise OAuthError("invalid_grant", "Missing code verifier.")
    made = verifier
    if code.challenge_method == "S256":
        made = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    if not 43 <= len(verifier) <= 128 or made != code.challenge:
        raise OAuthError("invalid_grant", "Invalid code verifier.")
