"""What Graph refuses, as one of our errors in words for the user.

Graph asks programs to look at `error.code` alone; its case varies. Sources: "Microsoft Graph error responses
and resource types", "Microsoft Graph throttling guidance".
"""

from __future__ import annotations

import json
from typing import Any

import requests

from followupd.errors import Conflict, NotDone, ProviderError, Refused, SignInNeeded, Unavailable
from followupd.providers.http import retry_after


class NotThere(Refused):
    """404: the mailbox does not know what was asked for."""


class NotTaken(Refused):
    """400: Graph does not take the request as it is, and has done nothing."""


class Forgotten(Unavailable):
    """410: Graph has lost the place at which a list was to go on."""


_NO_MAILBOX = {
    "mailboxnotenabledforrestapi",
    "mailboxnotsupportedforrestapi",
    "errormissingemailaddress",
    "errornonexistentmailbox",
    "mailboxnothostedinexchangeonline",
    "errormailboxnothostedinexchangeonline",
    "resourcenotfound",
    "organizationfromtenantguidnotfound",
}
_FULL = {"errorquotaexceeded", "quotalimitreached"}
_LATER = {429, 500, 502, 503, 504, 509, 408}


def as_ours(answer: requests.Response, account: str) -> ProviderError:
    """The error that a refusal is for us. 401 is not among them: it is for `auth.Access`."""
    code, message = said(answer)
    status, word = answer.status_code, code.lower()
    if known := _by_code(word, code, message):
        return known
    if status in _LATER:
        return _later(status, retry_after(answer.headers))
    if status == 403:
        return _forbidden(code, message, account)
    return _by_status(status, code, message)


def _by_code(word: str, code: str, message: str) -> ProviderError | None:
    if word in _FULL:
        return _full()
    if word in _NO_MAILBOX:
        return Refused(
            "Microsoft has no mailbox in its cloud for this account: it has no licence for one, lies on a server of "
            "its organisation's own, or the account was made with an address of another provider. Use an account "
            "that you read in Outlook on the web (https://outlook.com); an administrator can say more about one of "
            f"work or school. ({code})"
        )
    if word == "errorinvalidpropertyset" and "not draft" in message.lower():
        return Conflict("the draft was sent at this very moment.")
    return None


def _by_status(status: int, code: str, message: str) -> ProviderError:
    words = f"Outlook refuses this request ({status} {code}): {message[:300]}"
    known: dict[int, ProviderError] = {
        400: NotTaken(words) if code else _not_graph(status),
        404: NotThere("Outlook does not know what was asked for."),
        # Not to be asked again at once: what was listed so far is to be begun anew.
        410: Forgotten("Outlook lost its place in a list. The next cycle begins it again.", 60.0),
        412: Conflict("the draft was changed at this very moment; it is left as it is."),
        507: _full(),
    }
    return known.get(status) or Refused(words)


def _full() -> Refused:
    return Refused(
        "your Outlook mailbox is full, so it takes no draft. Make room in it (empty Deleted Items); the draft is "
        "then made by itself."
    )


def _not_graph(status: int) -> Unavailable:
    """A refusal without Graph's code: something on the way wrote it, and what Graph did is not known."""
    return Unavailable(
        f"something between this computer and Microsoft answers for it ({status}): a proxy, or a gateway. The next "
        "cycle tries again."
    )


def _later(status: int, seconds: float | None) -> Unavailable:
    if status in (429, 509):
        return NotDone(
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
