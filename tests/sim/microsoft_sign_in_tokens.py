"""Who signs in at Microsoft, what was granted, and the tokens that stand for it."""

from __future__ import annotations

import base64
import json
import secrets
import threading
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.sim.microsoft_sign_in_errors import SignInError
from tests.sim.wire import Clock

PERSONAL_TENANT = "9188040d-6c67-4c5b-b112-36a304b66dad"  # the tenant of all personal accounts
RESOURCE = "https://graph.microsoft.com/"
CLOUDS = (
    RESOURCE,
    "https://graph.microsoft.us/",
    "https://dod-graph.microsoft.us/",
    "https://microsoftgraph.chinacloudapi.cn/",
)
RESOURCE_ID = "00000003-0000-0000-c000-000000000000"
OPENID = frozenset({"openid", "profile", "email", "offline_access"})
GRAPH_SCOPES = frozenset(
    f"{what}.{how}"
    for what, ways in {
        "Calendars": "Read ReadBasic Read.Shared ReadWrite ReadWrite.Shared",
        "Mail": "Read ReadBasic Read.Shared ReadWrite ReadWrite.Shared Send Send.Shared",
        "MailboxSettings": "Read ReadWrite",
        "User": "Read ReadWrite",
        "Contacts": "Read ReadWrite",
    }.items()
    for how in ways.split()
)
ACCESS_LIFE = timedelta(seconds=3599)
REFRESH_LIFE = timedelta(days=90)


def stable_id(text: str) -> str:
    """A GUID that is the same in every run."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, "https://login.microsoftonline.com/" + text))


@dataclass
class Tenant:
    """An organisation's directory, and what its administrators decided. All of it is for a test to set."""

    domain: str
    disabled: bool = False
    admin_consent_required: bool = False  # for apps that reach mail and calendars; older consents stay good
    approval_number: int = 90094  # or 90095, where the page offers to send the administrator a request
    device_code_blocked: bool = False
    blocked_by: int | None = None  # the AADSTS number of a policy: 53003, 50076, 530035 …

    @property
    def id(self) -> str:
        return PERSONAL_TENANT if self.domain == "consumers" else stable_id(self.domain)


@dataclass
class Identity:
    """An account of Microsoft's, personal or of a tenant."""

    email: str
    tenant: Tenant
    name: str
    disabled: bool = False
    sign_in_name: str = ""  # where it differs from the mailbox's address
    mail_unknown: bool = False  # GET /me has no `mail`, as of some personal accounts

    @property
    def personal(self) -> bool:
        return self.tenant.domain == "consumers"

    @property
    def object_id(self) -> str:
        if self.personal:
            return "00000000-0000-0000-" + stable_id(self.email)[19:]
        return stable_id(self.email)

    @property
    def user_principal_name(self) -> str:
        return self.sign_in_name or self.email


@dataclass
class Grant:
    """A refresh token. It lives 90 days from its last use; a use gives a new one and leaves the old alive."""

    user: str
    client_id: str
    used: datetime
    begun: datetime
    refused: int | None = None  # the AADSTS number that answers it from now on


@dataclass(frozen=True)
class Access:
    """An access token, as Graph understands it."""

    user: str
    client_id: str
    scopes: frozenset[str]
    roles: frozenset[str]
    issued: datetime
    expires: datetime


@cache
def signing_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def packed(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(claims: dict[str, Any]) -> str:
    """A JWT (RFC 7519), RS256."""
    head = {"typ": "JWT", "alg": "RS256", "kid": "simulated"}
    text = ".".join(packed(json.dumps(each).encode()) for each in (head, claims))
    return f"{text}.{packed(signing_key().sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def public_keys() -> dict[str, Any]:
    numbers = signing_key().public_key().public_numbers()
    modulus = packed(numbers.n.to_bytes(256, "big"))
    return {"keys": [{"kty": "RSA", "use": "sig", "kid": "simulated", "n": modulus, "e": packed(b"\1\0\1")}]}


def short(scope: str) -> str:
    """The permission's name without the resource before it, in Graph's spelling."""
    name = next((scope[len(each) :] for each in CLOUDS if scope.startswith(each)), scope)
    spelling = {each.lower(): each for each in GRAPH_SCOPES | OPENID}
    return spelling.get(name.lower(), name)


def asked_scopes(text: str) -> frozenset[str]:
    """What a request asks for; 70011 where it asks nothing, 650053 where Graph has no such permission."""
    scopes = frozenset(short(each) for each in text.split())
    if not scopes:
        raise SignInError(70011)
    if wrong := scopes - GRAPH_SCOPES - OPENID - {".default"}:
        raise SignInError(650053, f"The scopes are {sorted(wrong)}.")
    return scopes


@dataclass
class Tokens:
    """The tokens handed out, and the guesses about them. Attributes without underscore are for a test."""

    clock: Clock
    issuer: str = ""
    access_life: timedelta = ACCESS_LIFE
    # A personal account's access token is an opaque ticket and no JWT.
    personal_tokens_are_opaque: bool = True
    # A token carries whatever the user once consented to for this client, not only what was asked.
    earlier_consents_widen: bool = True
    # "scope" of the answer names all that the token can do; otherwise only what was asked.
    answer_tells_all_scopes: bool = True
    # "scope" has "https://graph.microsoft.com/" before each permission.
    scopes_with_resource: bool = False
    rotate_refresh_tokens: bool = True
    old_refresh_tokens_die: bool = False
    loop_limit: int | None = None  # so many refreshes in five minutes are a loop (50196)
    consents: dict[tuple[str, str], frozenset[str]] = field(default_factory=dict)
    grants: dict[str, Grant] = field(default_factory=dict)
    accesses: dict[str, Access] = field(default_factory=dict)
    challenges: dict[str, str] = field(default_factory=dict)  # access token → the claims that it lacks
    _refreshed: list[tuple[datetime, str]] = field(default_factory=list)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def consent(self, email: str, scopes: Iterable[str], client_id: str) -> None:
        """The user (or an administrator) says yes; it adds to what was consented to before."""
        with self._lock:
            before = self.consents.get((email, client_id), frozenset())
            self.consents[email, client_id] = before | {short(each) for each in scopes}

    def consented(self, email: str, client_id: str) -> frozenset[str]:
        return self.consents.get((email, client_id), frozenset())

    def issue(
        self,
        who: Identity,
        client_id: str,
        asked: frozenset[str],
        *,
        nonce: str = "",
        roles: Iterable[str] = (),
        refresh_token: str | None = None,
    ) -> dict[str, Any]:
        """The answer of the token endpoint, for scopes that were consented to."""
        with self._lock:
            consented = self.consented(who.email, client_id)
            asked = consented | OPENID if ".default" in asked else asked
            scopes = (asked | consented if self.earlier_consents_widen else asked) & GRAPH_SCOPES
            access = self._access(who, client_id, scopes, frozenset(roles))
            told = (scopes if self.answer_tells_all_scopes else asked) | (asked & OPENID)
            seconds = int(self.access_life.total_seconds())
            answer: dict[str, Any] = {
                "token_type": "Bearer",
                "scope": " ".join(sorted(self._shown(each) for each in told - {"offline_access"})),
                "expires_in": seconds,
                "ext_expires_in": seconds,
                "access_token": access,
            }
            if "offline_access" in asked or refresh_token:
                answer["refresh_token"] = self._refresh_token(who, client_id, refresh_token)
            if "openid" in asked:
                answer["id_token"] = self._id_token(who, client_id, nonce)
            info = {"uid": who.object_id, "utid": who.tenant.id}
            return answer | {"client_info": packed(json.dumps(info).encode())}

    def _shown(self, scope: str) -> str:
        return RESOURCE + scope if self.scopes_with_resource and scope in GRAPH_SCOPES else scope

    def _access(self, who: Identity, client: str, scopes: frozenset[str], roles: frozenset[str]) -> str:
        now = self.clock.now
        claims = self._claims(who, RESOURCE_ID, self.access_life)
        claims |= {"appid": client, "app_displayname": "followupd", "scp": " ".join(sorted(scopes))}
        if roles:
            claims["roles"] = sorted(roles)
        opaque = who.personal and self.personal_tokens_are_opaque
        token = f"EwB{secrets.token_urlsafe(1200)}" if opaque else signed(claims)
        self.accesses[token] = Access(who.email, client, scopes, roles, now, now + self.access_life)
        return token

    def _id_token(self, who: Identity, client: str, nonce: str) -> str:
        claims = self._claims(who, client, timedelta(hours=1))
        claims |= {"preferred_username": who.user_principal_name, "email": who.email}
        return signed(claims | ({"nonce": nonce} if nonce else {}))

    def _claims(self, who: Identity, audience: str, life: timedelta) -> dict[str, Any]:
        now = int(self.clock.now.timestamp())
        return {
            "aud": audience,
            "iss": f"{self.issuer}/{who.tenant.id}/v2.0",
            "iat": now,
            "nbf": now,
            "exp": now + int(life.total_seconds()),
            "name": who.name,
            "oid": who.object_id,
            "sub": stable_id(f"{who.email}/{audience}"),
            "tid": who.tenant.id,
            "upn": who.user_principal_name,
            "uti": packed(secrets.token_bytes(16)),
            "ver": "2.0",
        }

    def _refresh_token(self, who: Identity, client_id: str, old: str | None) -> str:
        now = self.clock.now
        if old is not None and not self.rotate_refresh_tokens:
            self.grants[old].used = now
            return old
        if old is not None:
            self.grants[old].used = now
            if self.old_refresh_tokens_die:
                self.grants[old].refused = 70000
        kind = "M.C5" if who.personal else "1.A"
        token = f"{kind}{secrets.token_urlsafe(900)}"
        self.grants[token] = Grant(who.email, client_id, now, now)
        return token

    # --- refreshing -------------------------------------------------------------------------------------

    def grant(self, token: str, client_id: str) -> Grant:
        """The living grant of a refresh token, or the refusal that it meets."""
        with self._lock:
            grant = self.grants.get(token)
            if grant is None or grant.client_id != client_id:
                raise SignInError(9002313)
            if grant.refused is not None:
                raise SignInError(grant.refused)
            if self.clock.now - grant.used >= REFRESH_LIFE:
                raise SignInError(700082, f"The token was issued on {grant.begun:%Y-%m-%dT%H:%M:%SZ}.")
            self._check_loop(token)
            return replace(grant)

    def _check_loop(self, token: str) -> None:
        since = self.clock.now - timedelta(minutes=5)
        self._refreshed = [each for each in self._refreshed if each[0] > since]
        self._refreshed.append((self.clock.now, token))
        same = sum(each == token for _, each in self._refreshed)
        if self.loop_limit is not None and same > self.loop_limit:
            raise SignInError(50196)

    # --- what a user and administrators do elsewhere ----------------------------------------------------

    def refuse(self, email: str, number: int) -> None:
        """Every refresh token of the user so far is answered with this AADSTS number; access tokens live on."""
        with self._lock:
            for grant in self.grants.values():
                if grant.user == email:
                    grant.refused = number

    def withdraw_consent(self, email: str) -> None:
        """The user removes the program on the page of his account."""
        with self._lock:
            self.consents = {key: given for key, given in self.consents.items() if key[0] != email}
            self.refuse(email, 65001)

    def expire_access_tokens(self, email: str | None = None) -> None:
        with self._lock:
            self.accesses = {
                key: each for key, each in self.accesses.items() if email not in (None, each.user)
            }

    def challenge(self, email: str, claims: str) -> None:
        """Continuous access evaluation: Graph answers the user's tokens of now with a claims challenge."""
        with self._lock:
            mine = (token for token, each in self.accesses.items() if each.user == email)
            self.challenges |= dict.fromkeys(mine, claims)

    def identify(self, token: str) -> Access | None:
        """None for a token that was never given, and for one whose time is over."""
        with self._lock:
            access = self.accesses.get(token)
        return access if access is not None and self.clock.now < access.expires else None
