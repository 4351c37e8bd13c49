"""Microsoft's sign-in on the loopback: an https authority as `login.microsoftonline.com` is one.

Its paths: /{authority}/v2.0/.well-known/openid-configuration, /{authority}/oauth2/v2.0/authorize, token and
devicecode, /{authority}/discovery/v2.0/keys. An authority is common, organizations, consumers, or a tenant by
its id or domain. Attributes without underscore are the user's mind, the registration and the switches.
"""

from __future__ import annotations

import base64
import hashlib
import html
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from tests.sim.microsoft_answers import graph_reply
from tests.sim.microsoft_sign_in_device import DeviceCodes
from tests.sim.microsoft_sign_in_directory import PLACES, Directory, Registration, registered
from tests.sim.microsoft_sign_in_errors import SignInError
from tests.sim.microsoft_sign_in_tokens import (
    GRAPH_SCOPES,
    PERSONAL_TENANT,
    Identity,
    asked_scopes,
    public_keys,
)
from tests.sim.server import Reply, Request, html_reply
from tests.sim.wire import Clock

CODE_LIFE = timedelta(minutes=10)
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


@dataclass(frozen=True)
class Code:
    """An authorization code on its way from the browser to the program."""

    user: str
    client_id: str
    redirect_uri: str
    asked: frozenset[str]
    challenge: str
    nonce: str
    expires: datetime


class SignIn(Directory):
    """The authority. `url` is its root; a program is configured with `url + "/common"`."""

    def __init__(self, clock: Clock, tell: Callable[[str], None]) -> None:
        super().__init__(clock)
        self._tell = tell
        self.devices = DeviceCodes(clock)
        self.user = "sam@example.com"  # who sits before the browser
        self.denied = False
        # An administrator's approval is asked for on a page without a way back; otherwise the program hears 90094.
        self.approval_page_returns = False
        self._codes: dict[str, Code] = {}
        self._redeemed: set[str] = set()

    @property
    def url(self) -> str:
        return self.tokens.issuer

    @url.setter
    def url(self, url: str) -> None:
        self.tokens.issuer = url

    # --- requests ---------------------------------------------------------------------------------------

    def name_of(self, request: Request) -> str:
        """What the journal calls a request; "" for an unknown path."""
        _, _, rest = request.path.lstrip("/").partition("/")
        known = {
            ("GET", "v2.0/.well-known/openid-configuration"): "oauth.configuration",
            ("GET", "discovery/v2.0/keys"): "oauth.keys",
            ("GET", "oauth2/v2.0/authorize"): "oauth.authorize",
            ("POST", "oauth2/v2.0/token"): "oauth.token",
            ("POST", "oauth2/v2.0/devicecode"): "oauth.devicecode",
        }
        return known.get((request.http_method, rest), "")

    def handle(self, request: Request, name: str) -> Reply:
        place = request.path.lstrip("/").partition("/")[0].lower()
        if name == "oauth.authorize":
            return self._page(place, dict(request.query))
        try:
            with self._lock:
                return graph_reply(200, self._answer(name, place, dict(request.form)))
        except SignInError as error:
            return graph_reply(error.problem.status, error.answer(self.clock.now))

    def _answer(self, name: str, place: str, asked: Mapping[str, str]) -> dict[str, Any]:
        match name:
            case "oauth.configuration":
                return self._configuration(place)
            case "oauth.keys":
                return public_keys()
            case "oauth.devicecode":
                return self._begin_device(place, asked)
            case _:
                return self._token(place, asked)

    def _configuration(self, place: str) -> dict[str, Any]:
        issuer = "{tenantid}"
        if place not in ("common", "organizations"):
            issuer = self.tenant(place).id
        elif place == "consumers":
            issuer = PERSONAL_TENANT
        root = f"{self.url}/{place}"
        return {
            "issuer": f"{self.url}/{issuer}/v2.0",
            "authorization_endpoint": f"{root}/oauth2/v2.0/authorize",
            "token_endpoint": f"{root}/oauth2/v2.0/token",
            "device_authorization_endpoint": f"{root}/oauth2/v2.0/devicecode",
            "end_session_endpoint": f"{root}/oauth2/v2.0/logout",
            "jwks_uri": f"{root}/discovery/v2.0/keys",
            "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
            "response_modes_supported": ["query", "fragment", "form_post"],
            "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
            "subject_types_supported": ["pairwise"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "scopes_supported": ["openid", "profile", "email", "offline_access"],
            "tenant_region_scope": None,
            "cloud_instance_name": "microsoftonline.com",
            "msgraph_host": "graph.microsoft.com",
        }

    # --- the page in the browser ------------------------------------------------------------------------

    def _page(self, place: str, asked: dict[str, str]) -> Reply:
        try:
            with self._lock:
                self._check_page(place, asked)
                return self._sent_back(asked, self._decided(place, asked))
        except SignInError as error:
            # the user reads it and stays there: the program waits for an answer that never comes
            return html_reply(
                200, f"Sorry, but we’re having trouble signing you in. {error.described(self.clock.now)}"
            )

    def _check_page(self, place: str, asked: Mapping[str, str]) -> None:
        registration = self.registration(asked, place)
        if place not in PLACES:
            self.tenant(place)
        if not registered(asked.get("redirect_uri", ""), registration):
            raise SignInError(50011, asked.get("redirect_uri", ""))
        for name in ("scope", "response_type"):
            if not asked.get(name):
                raise SignInError(90014, f"The field is '{name}'.")
        if asked["response_type"] != "code":
            self._tell(f"oauth.authorize: response_type {asked['response_type']}")
        for name in ("state", "code_challenge"):
            if not asked.get(name):
                self._tell(f"oauth.authorize: without {name}")
        if asked.get("code_challenge") and asked.get("code_challenge_method") != "S256":
            self._tell("oauth.authorize: code_challenge without S256")
        asked_scopes(asked["scope"])

    def _decided(self, place: str, asked: Mapping[str, str]) -> dict[str, str]:
        who, client = self.identity(self.user), asked["client_id"]
        scopes = asked_scopes(asked["scope"])
        self.check_account(who, place, self.registrations[client])
        self.check_policies(who, asked.get("claims", ""))
        back = {"state": asked["state"]} if asked.get("state") else {}
        try:
            if asked.get("prompt") == "none":
                raise SignInError(50058)
            self.check_consent(who, client, scopes)
            if self.denied:
                raise SignInError(65004)
        except SignInError as error:
            if error.number in (90094, 90095) and not self.approval_page_returns:
                raise
            told = {"error": error.problem.error, "error_description": error.described(self.clock.now)}
            return back | told | ({"error_subcode": "cancel"} if error.number == 65004 else {})
        self.tokens.consent(who.email, scopes & GRAPH_SCOPES, client)
        return back | {"code": self._code(who, asked, scopes), "session_state": secrets.token_hex(16)}

    def _code(self, who: Identity, asked: Mapping[str, str], scopes: frozenset[str]) -> str:
        code = f"{'M.C5' if who.personal else '1.A'}{secrets.token_urlsafe(400)}"
        self._codes[code] = Code(
            user=who.email,
            client_id=asked["client_id"],
            redirect_uri=asked["redirect_uri"],
            asked=scopes,
            challenge=asked.get("code_challenge", ""),
            nonce=asked.get("nonce", ""),
            expires=self.clock.now + CODE_LIFE,
        )
        return code

    def _sent_back(self, asked: Mapping[str, str], back: dict[str, str]) -> Reply:
        """By a form that posts itself, where the program asked for that; else in the address."""
        target, mode = asked["redirect_uri"], asked.get("response_mode", "query")
        if mode == "form_post":
            return form_reply(target, back)
        sign = "#" if mode == "fragment" else "&" if "?" in target else "?"
        return html_reply(302, "Moved", {"Location": target + sign + urlencode(back)})

    # --- the token endpoint -----------------------------------------------------------------------------

    def _token(self, place: str, asked: Mapping[str, str]) -> dict[str, Any]:
        registration = self.registration(asked, place)
        if asked.get("client_secret") or asked.get("client_assertion"):
            raise SignInError(700025)
        match asked.get("grant_type"):
            case "authorization_code":
                return self._exchange(asked)
            case "refresh_token":
                return self._refresh(place, asked, registration)
            case other if other == DEVICE_GRANT:
                return self._finish_device(place, asked, registration)
            case None:
                raise SignInError(90014, "The field is 'grant_type'.")
            case other:
                raise SignInError(70003, f"The grant type is '{other}'.")

    def _exchange(self, asked: Mapping[str, str]) -> dict[str, Any]:
        text = asked.get("code", "")
        if text in self._redeemed:
            raise SignInError(54005)
        code = self._codes.pop(text, None)
        if code is None or code.client_id != asked["client_id"]:
            raise SignInError(9002313)
        self._redeemed.add(text)
        if code.expires <= self.clock.now:
            raise SignInError(70008)
        if asked.get("redirect_uri") != code.redirect_uri:
            raise SignInError(50011)
        if code.challenge and _challenge(asked.get("code_verifier", "")) != code.challenge:
            raise SignInError(501481)
        wanted = asked_scopes(asked["scope"]) if asked.get("scope") else code.asked
        return self.tokens.issue(
            self.identity(code.user), code.client_id, wanted & code.asked, nonce=code.nonce
        )

    def _refresh(self, place: str, asked: Mapping[str, str], registration: Registration) -> dict[str, Any]:
        token, client = asked.get("refresh_token", ""), asked["client_id"]
        if not token:
            raise SignInError(90014, "The field is 'refresh_token'.")
        grant = self.tokens.grant(token, client)
        who = self.identity(grant.user)
        self.check_account(who, place, registration)
        self.check_policies(who)
        consented = self.tokens.consented(grant.user, client)
        scopes = (
            asked_scopes(asked["scope"]) if asked.get("scope") else consented | {"openid", "offline_access"}
        )
        if scopes & GRAPH_SCOPES - consented:
            raise SignInError(65001)
        return self.tokens.issue(who, client, scopes, refresh_token=token)

    # --- the device code --------------------------------------------------------------------------------

    def _begin_device(self, place: str, asked: Mapping[str, str]) -> dict[str, Any]:
        self.registration(asked, place)
        if not asked.get("scope"):
            raise SignInError(90014, "The field is 'scope'.")
        return self.devices.begin(asked["client_id"], place, asked_scopes(asked["scope"]))

    def enter_code(self, user_code: str, email: str | None = None) -> str:
        """The user types the code at microsoft.com/devicelogin and says yes; what the page then shows."""
        with self._lock:
            device = self.devices.typed(user_code)
            who = self.identity(email or self.user)
            try:
                self.check_account(who, device.place, self.registrations[device.client_id])
                if who.tenant.device_code_blocked:
                    raise SignInError(53003)
                self.check_policies(who)
                self.check_consent(who, device.client_id, device.asked)
            except SignInError as error:
                self.devices.refuse(device, error.number)
                return error.described(self.clock.now)
            if self.denied:
                device.answer = "declined"
                return "You declined to sign in."
            self.tokens.consent(who.email, device.asked & GRAPH_SCOPES, device.client_id)
            device.answer = who.email
            return "You have signed in on your device. You may now close this window."

    def _finish_device(
        self, place: str, asked: Mapping[str, str], registration: Registration
    ) -> dict[str, Any]:
        if not registration.public_flows:
            raise SignInError(7000218)
        device = self.devices.poll(asked.get("device_code") or asked.get("code", ""), asked["client_id"])
        return self.tokens.issue(self.identity(device.answer or ""), device.client_id, device.asked)


def form_reply(target: str, fields: Mapping[str, str]) -> Reply:
    """The page that posts itself to the program (OAuth 2.0 Form Post Response Mode)."""
    inputs = "".join(
        f'<input type="hidden" name="{html.escape(name)}" value="{html.escape(value)}" />'
        for name, value in fields.items()
    )
    page = (
        "<html><head><title>Working...</title></head><body>"
        f'<form method="POST" name="hiddenform" action="{html.escape(target)}">{inputs}'
        '<noscript><p>Script is disabled. Click Submit to continue.</p><input type="submit" value="Submit" />'
        '</noscript></form><script language="javascript">document.forms[0].submit();</script></body></html>'
    )
    return Reply(200, page.encode(), {"Content-Type": "text/html; charset=utf-8"})


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
