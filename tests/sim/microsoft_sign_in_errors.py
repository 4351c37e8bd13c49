"""The errors of Microsoft's sign-in by their AADSTS numbers, in the words that programs see.

Programs react to `error` and `suberror`; the numbers are for people (Microsoft's reference of error codes
says so). Where the reference names no `error` for a number, the pair is a guess, and a test can replace it:
`monkeypatch.setitem(AADSTS, 53003, replace(AADSTS[53003], error="interaction_required"))`.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Problem:
    """One kind of refusal. `claims` says whether the answer carries a claims challenge."""

    error: str
    text: str
    suberror: str = ""
    status: int = 400
    claims: bool = False


BLOCKED = (
    "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance."
)
MFA = "Due to a configuration change made by your administrator, or because you moved to a new location, you must "
EXPIRED = "The provided authorization code or refresh token has expired due to inactivity."

AADSTS: dict[int, Problem] = {
    16000: Problem("interaction_required", "The user is signed in to more than one account."),
    50011: Problem(
        "invalid_request", "The redirect URI specified in the request does not match the redirect URIs configured."
    ),
    50020: Problem(
        "access_denied",
        "User account from identity provider 'live.com' does not exist in tenant and cannot access the "
        "application. The account needs to be added as an external user in the tenant first.",
    ),
    50053: Problem("invalid_grant", "The account is locked.", "bad_token"),
    50055: Problem("invalid_grant", "The password is expired.", "user_password_expired"),
    50057: Problem("invalid_grant", "The user account is disabled."),
    50058: Problem("login_required", "A silent sign-in request was sent but no user is signed in."),
    50059: Problem("invalid_request", "No tenant-identifying information found in either the request."),
    50076: Problem(
        "invalid_grant", MFA + "use multi-factor authentication to access it.", "basic_action", claims=True
    ),
    50078: Problem("invalid_grant", "Presented multi-factor authentication has expired.", "basic_action"),
    50079: Problem("invalid_grant", MFA + "enroll in multi-factor authentication.", "basic_action"),
    50173: Problem(
        "invalid_grant",
        "The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might "
        "have changed or reset their password.",
        "bad_token",
    ),
    50194: Problem(
        "invalid_request",
        "Application is not configured as a multi-tenant application. Usage of the /common endpoint is not "
        "supported for such apps created after '10/15/2018'.",
    ),
    50196: Problem(
        "invalid_grant", "The server terminated an operation because it encountered a client request loop."
    ),
    50199: Problem("interaction_required", "For security reasons, user confirmation is required."),
    53000: Problem("invalid_grant", "Device is not in required device state: compliant.", "message_only", claims=True),
    53001: Problem("invalid_grant", "Device is not in required device state: domain_joined.", "message_only"),
    53003: Problem("invalid_grant", BLOCKED, "message_only", claims=True),
    54005: Problem("invalid_grant", "OAuth2 Authorization code was already redeemed."),
    65001: Problem(
        "invalid_grant",
        "The user or administrator has not consented to use the application. Send an interactive authorization "
        "request for this user and resource.",
        "consent_required",
    ),
    65004: Problem("access_denied", "User declined to consent to access the app.", "consent_required"),
    70000: Problem("invalid_grant", "The user could not be authenticated as the grant is expired."),
    70008: Problem("invalid_grant", EXPIRED, "token_expired"),
    70011: Problem("invalid_scope", "The provided request must include a 'scope' input parameter."),
    70012: Problem("server_error", "A server error occurred while authenticating an MSA user.", status=500),
    70016: Problem("authorization_pending", "OAuth 2.0 device flow error. Authorization is pending."),
    70018: Problem("bad_verification_code", "Invalid verification code."),
    70019: Problem("expired_token", "Verification code expired."),
    70043: Problem(
        "invalid_grant", "The refresh token has expired or is invalid due to sign-in frequency checks.", "bad_token"
    ),
    70003: Problem("unsupported_grant_type", "The app returned an unsupported grant type."),
    90002: Problem("invalid_tenant", "Tenant not found. Check to make sure you have the correct tenant ID."),
    90014: Problem("invalid_request", "The required field is missing from the request."),
    90094: Problem(
        "access_denied", "Admin consent is required for the permissions requested by this application."
    ),
    90095: Problem("access_denied", "Admin consent is required; a request can be sent to the administrator."),
    500208: Problem("access_denied", "The domain is not a valid login domain for the account type."),
    500571: Problem("invalid_grant", "The guest user account is disabled."),
    501481: Problem("invalid_grant", "The Code_Verifier does not match the code_challenge supplied."),
    530035: Problem("invalid_grant", "Access has been blocked by security defaults.", "message_only"),
    650053: Problem("invalid_client", "The application asked for a scope that doesn't exist on the resource."),
    700016: Problem("unauthorized_client", "Application with this identifier was not found in the directory."),
    700025: Problem(
        "invalid_client", "Client is public so neither 'client_assertion' nor 'client_secret' should be presented.",
        status=401,
    ),
    700082: Problem(
        "invalid_grant", "The refresh token has expired due to inactivity. It was inactive for 90.00:00:00."
    ),
    700084: Problem("invalid_grant", "The refresh token was issued to a single page app and has expired."),
    900432: Problem("invalid_request", "Confidential Client is not supported in Cross Cloud request."),
    5000224: Problem("invalid_tenant", "We are sorry, this resource is not available."),
    7000218: Problem(
        "invalid_client",
        "The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
        status=401,
    ),
    9002313: Problem("invalid_request", "Invalid request. Request is malformed or invalid."),
}  # fmt: skip

CLAIMS = '{"access_token":{"capolids":{"essential":true,"values":["c1a0a5f0-0000-0000-0000-000000000001"]}}}'


class SignInError(Exception):
    """A refusal of the sign-in by its AADSTS number, or an error without one (`slow_down`)."""

    def __init__(self, number: int, detail: str = "", *, claims: str | None = None) -> None:
        super().__init__(f"AADSTS{number}")
        self.number, self.detail = number, detail
        self.problem = AADSTS[number]
        self.claims = claims or (CLAIMS if self.problem.claims else None)

    def described(self, now: datetime) -> str:
        name = uuid.uuid4()
        return (
            f"AADSTS{self.number}: {self.problem.text}{' ' * bool(self.detail)}{self.detail} "
            f"Trace ID: {name} Correlation ID: {name} Timestamp: {now:%Y-%m-%d %H:%M:%S}Z"
        )

    def answer(self, now: datetime) -> dict[str, Any]:
        """The JSON of the token endpoint."""
        found: dict[str, Any] = {
            "error": self.problem.error,
            "error_description": self.described(now),
            "error_codes": [self.number],
            "timestamp": f"{now:%Y-%m-%d %H:%M:%S}Z",
            "trace_id": str(uuid.uuid4()),
            "correlation_id": str(uuid.uuid4()),
            "error_uri": f"https://login.microsoftonline.com/error?code={self.number}",
        }
        if self.problem.suberror:
            found["suberror"] = self.problem.suberror
        if self.claims:
            found["claims"] = self.claims
        return found
