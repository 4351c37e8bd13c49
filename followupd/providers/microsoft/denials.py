"""What Microsoft's sign-in refuses, in words that say who must do what now.

Microsoft asks programs to look at `error` and `suberror`; the AADSTS numbers are for people, so here they
only choose finer words. Sources: "Microsoft Entra authentication and authorization error codes"; RFC 6749
sections 4.1.2.1 and 5.2; RFC 8628 section 3.5.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from followupd.errors import ProviderError, Refused, SignInNeeded, Unavailable
from followupd.providers.microsoft.grant import PERSONAL_PAGE, WORK_PAGE

_PASSING = {"server_error", "temporarily_unavailable"}
_LOOP = 50196  # many equal requests in a short time: it ends when none is made for some minutes

_MFA = (
    "Microsoft wants a second proof of who you are (multi-factor authentication). Give it when you sign in."
)
_BLOCKED = (
    "a rule of your organisation (Conditional Access) does not let followupd in here, or not on this computer. Ask "
    "its administrator whether followupd may be allowed; a personal account has no such rules."
)
_APPROVAL = (
    "your organisation wants an administrator to approve followupd first: that is Microsoft's default for apps that "
    "reach mail and calendars. Ask the administrator for it (docs/microsoft.md says what they need to know), or use "
    "a personal Microsoft account."
)
_UNUSED = "this sign-in was not used for 90 days, and Microsoft has ended it."
_REVOKED = "the password was changed, or all sign-ins of this account were ended."
_KIND = (
    "this kind of account can't be used here. In the config, `authority` must end with /consumers for personal "
    "accounts, /organizations for those of work or school, or /common for both; and the app registration must support "
    "that kind of account (“Supported account types”)."
)
_UNKNOWN_CLIENT = (
    "Microsoft does not know this client id in this place. Compare `client_id` and `authority` in the config with the "
    "app registration (docs/microsoft.md)."
)
_PUBLIC = (
    "the app registration does not let a program on your computer sign in. Under “Authentication” set “Allow public "
    "client flows” to Yes, and have http://localhost under the platform “Mobile and desktop applications”."
)
_REDIRECT = (
    "the app registration lacks the address that the browser comes back to. Under “Authentication” add the platform "
    "“Mobile and desktop applications” with http://localhost."
)
_SCOPE = (
    "Microsoft does not know a permission that followupd asks for. Compare `graph_root` in the config with "
    "`authority`: both must be of the same cloud."
)
_NO_CONSENT = "there is no consent to followupd for this account, or it was taken back."
_DECLINED = "the consent was refused on Microsoft's page."
_TENANT = (
    "Microsoft does not know this organisation's directory, or it was closed. Check `authority` in the config, or ask "
    "the organisation's administrator."
)

# Told without a number of its own, by public reports.
_AUDIENCE = (
    "the app registration is for personal accounts alone. End `authority` in the config with /consumers, or let the "
    "registration support more kinds of accounts."
)
_NUMBERS: dict[int, str] = {
    50011: _REDIRECT,
    50020: _KIND,
    50053: "the account is locked for now, after too many wrong sign-ins. Wait a while, or reset the password.",
    50055: "the password has expired. Set a new one at Microsoft.",
    50057: "this account is disabled. Its administrator can say why.",
    50076: _MFA,
    50078: _MFA,
    50079: "Microsoft wants a second proof of who you are (multi-factor authentication), which is not set up yet. Set "
    "it up when you sign in.",
    50105: "the administrator has not assigned followupd to this account. Ask them.",
    50173: _REVOKED,
    50194: "the app registration is for one organisation alone. End `authority` in the config with that organisation's "
    "directory id instead of /common, or let the registration support more kinds of accounts.",
    50199: "Microsoft wants you to confirm the sign-in.",
    53000: "your organisation lets only computers in that it manages itself (Conditional Access). Ask its "
    "administrator whether followupd may be allowed, or run it on such a computer.",
    53001: "your organisation lets only computers in that have joined its domain (Conditional Access). Ask its "
    "administrator whether followupd may be allowed, or run it on such a computer.",
    53002: "your organisation lets only approved apps in (Conditional Access). Ask its administrator whether followupd "
    "may be allowed.",
    53003: _BLOCKED,
    65001: _NO_CONSENT,
    65004: _DECLINED,
    65005: _APPROVAL,
    70008: _UNUSED,
    70011: _SCOPE,
    70019: "the code was not entered in time.",
    70043: "your organisation wants you to sign in again every so often, and the time is over.",
    90002: _TENANT,
    90072: _KIND,
    90094: _APPROVAL,
    90095: _APPROVAL,
    500208: _KIND,
    530003: "your organisation lets only computers in that it manages itself (Conditional Access). Ask its "
    "administrator whether followupd may be allowed, or run it on such a computer.",
    530035: "the security defaults of your organisation block this sign-in. Its administrator can say what is allowed.",
    500571: "this guest account is disabled. The organisation's administrator can say why.",
    650053: _SCOPE,
    700016: _UNKNOWN_CLIENT,
    700025: _PUBLIC,
    700082: _UNUSED,
    700084: "the app registration has http://localhost under the platform “Single-page application”, where each "
    "sign-in lives one day. Move it to “Mobile and desktop applications”.",
    5000224: _TENANT,
    7000218: _PUBLIC,
}
_SUBERRORS: dict[str, str] = {
    "basic_action": _MFA,
    "additional_action": "Microsoft wants one more step from you.",
    "message_only": _BLOCKED,
    "consent_required": _NO_CONSENT,
    "user_password_expired": "the password has expired. Set a new one at Microsoft.",
    "token_expired": "this sign-in has ended by itself: Microsoft ends those that are not used.",
}
_ERRORS: dict[str, str] = {
    "access_denied": _DECLINED,
    "authorization_declined": _DECLINED,
    "consent_required": _NO_CONSENT,
    "expired_token": "the code was not entered in time.",
    "invalid_scope": _SCOPE,
    "invalid_tenant": _TENANT,
    "unauthorized_client": _UNKNOWN_CLIENT,
    "invalid_client": _PUBLIC,
    "invalid_grant": "Microsoft does not take this sign-in any more: it was ended, or the password was changed.",
    "interaction_required": "Microsoft wants to see you sign in again.",
    "login_required": "Microsoft wants to see you sign in again.",
}

# Pages without a way back to the program: what the user may have read on one.
PAGES = """\
If Microsoft's page showed an error, it does not come back by itself:
  - “Need admin approval” (AADSTS90094, 90095): an administrator of your organisation must approve followupd first
    (docs/microsoft.md says what they need to know), or use a personal account.
  - Access is blocked (53000 to 53003, 530035): your organisation's rules do not let followupd in; only its
    administrator can change that.
  - The wrong kind of account (50020, 500208, 50194): correct `authority` in the config, or the supported account
    types of the app registration.
  - The redirect URI (50011): add http://localhost under the platform “Mobile and desktop applications”.
  - An application that was not found (700016): correct `client_id` in the config."""


class Denied(Refused):
    """A refusal in the sign-in's own form (`error`, `error_description` …), on its way to where it gets words."""

    def __init__(self, answer: Mapping[str, Any]) -> None:
        super().__init__("Microsoft's sign-in refuses.")
        self.answer = answer


def numbers(answer: Mapping[str, Any]) -> list[int]:
    """The AADSTS numbers of a refusal; those in its description where they stand nowhere else."""
    told = answer.get("error_codes")
    found = told if isinstance(told, list) else []
    described = re.findall(r"AADSTS(\d+)", str(answer.get("error_description") or ""))
    return [int(each) for each in found or described if str(each).isdecimal()]


def said(answer: Mapping[str, Any]) -> str:
    """What a refusal means and who must do what, with the number to name to an administrator."""
    found = numbers(answer)
    words = _AUDIENCE if "useraudience" in str(answer.get("error_description") or "").lower() else ""
    words = words or next((_NUMBERS[each] for each in found if each in _NUMBERS), "")
    words = words or _SUBERRORS.get(str(answer.get("suberror") or ""), "")
    words = words or _ERRORS.get(str(answer.get("error") or ""), "")
    words = words or "Microsoft's sign-in refuses, for a reason that followupd does not know."
    return f"{words} ({_reference(answer, found)})"


def _reference(answer: Mapping[str, Any], found: list[int]) -> str:
    code = re.sub(r"[^\w.-]", "", str(answer.get("error") or ""))[:60]
    return f"AADSTS{found[0]}" if found else code or "no code"


def is_passing(answer: Mapping[str, Any]) -> bool:
    """Whether it is Microsoft's own trouble, which ends by itself."""
    return answer.get("error") in _PASSING or _LOOP in numbers(answer)


def passing(answer: Mapping[str, Any]) -> Unavailable:
    """The words for such trouble, and the seconds to leave it alone."""
    reference = _reference(answer, numbers(answer))
    return Unavailable(
        f"Microsoft's sign-in has a problem of its own just now ({reference}). The next cycle tries again.",
        300.0 if _LOOP in numbers(answer) else 60.0,
    )


def as_ours(answer: Mapping[str, Any], account: str) -> ProviderError:
    """The error that the refusal of a renewal is for us."""
    if is_passing(answer):
        return passing(answer)
    return SignInNeeded(
        f"{said(answer)} `followupd login {account}` signs in again; nothing is lost meanwhile."
    )


def at_login(answer: Mapping[str, Any]) -> ProviderError:
    """The error that the refusal of a login is for us."""
    return passing(answer) if is_passing(answer) else Refused(said(answer))


def nothing_kept(error: ProviderError, again: str) -> ProviderError:
    """An error that ended a login, for somebody who waits at the keyboard. `again` says what to run."""
    told = str(error).removesuffix(" The next cycle tries again.")
    text = ("\n" if "\n" in told else " ").join((told, again))
    return Unavailable(text, error.retry_after) if isinstance(error, Unavailable) else Refused(text)


def carries_too_much(names: list[str]) -> str:
    """The words for a token with which mail could be sent or a calendar changed."""
    return (
        f"this sign-in could do more than followupd ever wants ({', '.join(names)}): with it mail could be sent or a "
        "calendar changed, so followupd does not use it. Remove that permission from the app registration (“API "
        "permissions”), take back the consent to the app (personal accounts: "
        f"{PERSONAL_PAGE}; work and school: {WORK_PAGE}), then sign in again."
    )
