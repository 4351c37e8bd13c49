"""Microsoft's directory: clients, tenants and accounts, and who may sign in with which."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from tests.sim.microsoft_sign_in_errors import SignInError
from tests.sim.microsoft_sign_in_tokens import GRAPH_SCOPES, Identity, Tenant, Tokens
from tests.sim.wire import Clock

PLACES = ("common", "organizations", "consumers")
EXCHANGE = ("Calendars.", "Mail.", "MailboxSettings.", "Contacts.")


@dataclass
class Registration:
    """What the developer said in the portal about one client."""

    client_id: str
    audience: str = "all"  # all | organizations | consumers | the domain of a single tenant
    redirect_uris: tuple[str, ...] = ("http://localhost",)
    public_flows: bool = True  # "Allow public client flows": without it no device code (7000218)


class Directory:
    """Who there is. Attributes without underscore are for a test to set."""

    client_id = "5a1c0de0-0000-4000-8000-00000000c11e"

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.tokens = Tokens(clock)
        self.registrations = {self.client_id: Registration(self.client_id)}
        self.tenants = {"consumers": Tenant("consumers")}
        self.identities: dict[str, Identity] = {}
        self._lock = threading.RLock()

    # --- who there is -----------------------------------------------------------------------------------

    def add(self, email: str, name: str = "", tenant: str = "") -> Identity:
        """A personal account, or one of a tenant by its domain; a name may come later, a tenant may not."""
        with self._lock:
            home = self.tenants.setdefault(tenant or "consumers", Tenant(tenant or "consumers"))
            shown = name or email.partition("@")[0].replace(".", " ").title()
            who = self.identities.setdefault(email, Identity(email, home, shown))
            if tenant and who.tenant is not home:
                raise ValueError(f"{email} is an account of {who.tenant.domain}")
            who.name = name or who.name
            return who

    def sign_in(self, email: str, scopes: Iterable[str], roles: Iterable[str] = ()) -> dict[str, Any]:
        """Tokens without a browser: the answer that the token endpoint would have given."""
        asked = frozenset(scopes) | {"openid", "profile", "offline_access"}
        with self._lock:
            who = self.identities.get(email) or self.add(email)
            self.tokens.consent(email, asked & GRAPH_SCOPES, self.client_id)
            return self.tokens.issue(who, self.client_id, asked, roles=roles)

    def identity(self, email: str) -> Identity:
        return self.identities.get(email) or self.add(email)

    def tenant(self, place: str) -> Tenant:
        for tenant in self.tenants.values():
            if place in (tenant.domain, tenant.id):
                if tenant.disabled:
                    raise SignInError(5000224)
                return tenant
        raise SignInError(90002, f"Tenant '{place}'.")

    # --- who may sign in, with which client -------------------------------------------------------------

    def registration(self, asked: Mapping[str, str], place: str) -> Registration:
        if not asked.get("client_id"):
            raise SignInError(90014, "The field is 'client_id'.")
        found = self.registrations.get(asked["client_id"])
        if found is None or (place == "consumers" and found.audience not in ("all", "consumers")):
            raise SignInError(700016)
        if found.audience not in ("all", "organizations", "consumers") and place in PLACES:
            raise SignInError(50194)
        return found

    def check_account(self, who: Identity, place: str, registration: Registration) -> None:
        """The kind of account, its state and its tenant's; policies come later."""
        if place not in PLACES and self.tenant(place) is not who.tenant:
            raise SignInError(50020)
        if who.personal and (place == "organizations" or registration.audience not in ("all", "consumers")):
            raise SignInError(500208)
        if not who.personal and (place == "consumers" or registration.audience == "consumers"):
            raise SignInError(500208)
        if who.tenant.disabled:
            raise SignInError(5000224)
        if who.disabled:
            raise SignInError(50057)

    def check_policies(self, who: Identity, claims: str = "") -> None:
        if who.tenant.blocked_by is not None and not claims:
            raise SignInError(who.tenant.blocked_by)

    def check_consent(self, who: Identity, client_id: str, asked: frozenset[str]) -> None:
        """What an administrator must grant; consents that exist stay good."""
        new = asked & GRAPH_SCOPES - self.tokens.consented(who.email, client_id)
        if who.tenant.admin_consent_required and any(each.startswith(EXCHANGE) for each in new):
            raise SignInError(who.tenant.approval_number)


def registered(uri: str, registration: Registration) -> bool:
    """http://localhost is registered without a port and holds for every port of it; the path counts."""
    parts = urlsplit(uri)
    for known in map(urlsplit, registration.redirect_uris):
        same = (parts.scheme, parts.hostname, parts.path.rstrip("/")) == (
            known.scheme,
            known.hostname,
            known.path.rstrip("/"),
        )
        if same and (parts.port == known.port or known.hostname in ("localhost", "127.0.0.1")):
            return True
    return False
