"""What Graph refuses, as one of our errors in words for the user.

Graph asks programs to look at `error.code` alone; its case varies. Sources: "Microsoft Graph error responses
and resource types", "Microsoft Graph throttling guidance".
"""

from __future__ import annotations

import json
from typing import Any

import requests

from followupd.errors import Conflict, CursorLost, ProviderError, Refused, SignInNeeded, Unavailable
from followupd.providers.http import retry_after


class NotThere(Refused):
    """404: the mailbox does not know what was asked for."""


class NotTaken(Refused):
    """400: Graph does not take the request as it is, and has done nothing."""


_NO_MAILBOX = {
    "mailboxnotenabledforrestapi",
    "mailboxnotsupportedforrestapi",
    "errormissingemailaddress",
    "errornonexistentmailbox",
    "mailboxnothostedinexchangeonline",
    "errormailboxnothostedinexchangeonline",
    "resourcenotfoundinactivemailbox",
}
_FULL = {"errorquotaexceeded", "quotalimitreached", "errormessagesizeexceeded", "erroroverquota"}
_LATER = {429, 500, 502, 503, 504, 509, 408}


def as_ours(answer: requests.Response, account: str) -> ProviderError:
    """The error that a refusal is for us. 401 is not among them: it is for `auth.Access`."""
    code, message = said(answer)
    status, word = answer.status_code, code.lower()
    if word in _FULL or status == 507:
        return Refused(
            "your Outlook mailbox is full, so it takes no draft. Make room in it (empty Deleted Items); the draft is "
            "then made by itself."
        )
    if status in _LATER:
        return _later(status, retry_after(answer.headers))
    if word in _NO_MAILBOX:
        return Refused(
            "Microsoft has no mailbox in its cloud for this account: it has no licence for one, lies on a server of "
            "its organisation's own, or the account was made with an address of another provider. Use an account "
            "that you read in Outlook on the web (https://outlook.com); an administrator can say more about one of "
            f"work or school. ({code})"
        )
    if status == 403:
        return _forbidden(code, message, account)
    known: dict[int, ProviderError] = {
        404: NotThere("Outlook does not know what was asked for."),
        410: CursorLost("Outlook has forgotten where the last look ended."),
        412: Conflict("the draft was changed at this very moment; it is left as it is."),
    }
    if word == "errorinvalidpropertyset" and "not draft" in message.lower():
        return Conflict("the draft was sent at this very moment.")
    kind = NotTaken if status == 400 else Refused
    return known.get(status) or kind(f"Outlook refuses this request ({status} {code}): {message[:300]}")


def _later(status: int, seconds: float | None) -> Unavailable:
    if status in (429, 509):
        return Unavailable(
            "Microsoft asks to go slower: its limit of requests is reached. A later cycle goes on.", seconds
        )
    return Unavailable(
        f"Microsoft has a problem of its own just now ({status}). The next cycle tries again.", seconds
    )


def _forbidden(code: str, message: str, account: str) -> ProviderError:
    if code.lower() == "insufficient_claims":
        return SignInNeeded(
            "a rule of your organisation (Conditional Access) wants you to sign in again before followupd may go on. "
            f"Run `followupd login {account}`; if that ends the same way, ask its administrator. ({code})"
        )
    if code.lower() in ("erroraccessdenied", "authorization_requestdenied", "accessdenied"):
        return SignInNeeded(
            "this sign-in lacks a permission that is needed, or an administrator has taken it away. Run "
            f"`followupd login {account}` and agree to all that is asked. ({code})"
        )
    return Refused(f"Microsoft does not allow this ({code}): {message[:300]}")


def said(answer: requests.Response) -> tuple[str, str]:
    """The code and message in the body of an error, "" where it is a page or cut."""
    try:
        told: Any = json.loads(answer.content)["error"]
        return str(told.get("code") or ""), str(told.get("message") or "")
    except (ValueError, KeyError, TypeError, AttributeError):
        return "", ""
