"""What Google refuses, as one of our errors in words for the user.

Sources: "Resolve errors" of the Gmail API, "Handle API errors" of the Calendar API.
"""

from __future__ import annotations

import json

from googleapiclient.errors import HttpError

from followupd.errors import CursorLost, ProviderError, Refused, SignInNeeded, Unavailable
from followupd.providers.google.grant import COMPOSE, READ_EVENTS, READ_MAIL, WORDS, Grant
from followupd.providers.http import retry_after


class NotThere(Refused):
    """404: Google does not know what was asked for."""


_LIMITS = {"userRateLimitExceeded", "rateLimitExceeded", "quotaExceeded", "limitExceeded"}
_DISABLED = {"accessNotConfigured", "SERVICE_DISABLED"}
_SCOPES = {"insufficientPermissions", "ACCESS_TOKEN_SCOPE_INSUFFICIENT"}
_FULL = ("over quota", "storage quota", "mailbox is full")
_A_DAY = 24 * 3600.0


def as_ours(error: HttpError, grant: Grant, account: str) -> ProviderError:
    """The error that a refusal is for us."""
    status, later = int(error.resp.status), retry_after(error.resp)
    reason, message = _said(error)
    if status == 403:
        return _forbidden(error, reason, message, grant, account)
    if status >= 500 or status == 408:
        return Unavailable(
            f"Google has a problem of its own just now ({status}). The next cycle tries again.", later
        )
    known: dict[int, ProviderError] = {
        401: grant.over(account),
        404: NotThere("Google does not know what was asked for."),
        410: CursorLost("Google has forgotten where the last look ended."),
        429: _too_many(later),
    }
    return known.get(status) or Refused(f"Google refuses this request ({status} {reason}): {message[:300]}")


def _forbidden(error: HttpError, reason: str, message: str, grant: Grant, account: str) -> ProviderError:
    is_full = any(words in message.lower() for words in _FULL) or reason == "storageQuotaExceeded"
    if is_full:
        return Refused(
            "your Google storage is full, so Gmail takes no draft. Make room (https://one.google.com/storage); the "
            "draft is then made by itself."
        )
    if reason in _LIMITS:
        return _too_many(retry_after(error.resp))
    if reason in _DISABLED:
        return _disabled(error, message)
    if reason in _SCOPES:
        return _lacking(str(error.uri), grant, account)
    known: dict[str, ProviderError] = {
        "dailyLimitExceeded": Unavailable(
            "today's limit of your Google project is used up. It goes on tomorrow.", _A_DAY
        ),
        "domainPolicy": Refused(
            "the administrator of this Google account does not allow this: ask them, or use another one."
        ),
    }
    return known.get(reason) or Refused(f"Google does not allow this ({reason}): {message[:300]}")


def _disabled(error: HttpError, message: str) -> Refused:
    page = next((word for word in message.split() if word.startswith("https://")), "")
    name = "Google Calendar API" if "/calendar/" in str(error.uri) else "Gmail API"
    return Refused(
        f"an API is not enabled in the Google Cloud project of your client file: the {name}. Open "
        f"{page or 'https://console.cloud.google.com/apis/library'} and press “Enable”; a few minutes later all "
        "goes on by itself."
    )


def _lacking(uri: str, grant: Grant, account: str) -> SignInNeeded:
    """Google does not say which permission is missing: the one that this request needs, and what was not granted."""
    needed = READ_EVENTS if "/calendar/" in uri else COMPOSE if "/drafts" in uri else READ_MAIL
    missing = [f"“{words}”" for scope, words in WORDS.items() if scope == needed or scope not in grant.scopes]
    return SignInNeeded(
        f"this sign-in lacks a permission that is needed: {', '.join(missing)}. Run `followupd login {account}` and "
        "tick every box."
    )


def _too_many(later: float | None) -> Unavailable:
    return Unavailable(
        "Google asks to go slower: its limit of requests is reached. A later cycle goes on.", later
    )


def _said(error: HttpError) -> tuple[str, str]:
    """The reason and message in the body of an error, "" where it is a page or cut."""
    try:
        told = json.loads(error.content)["error"]
        first = (told.get("errors") or [{}])[0]
        details = [d.get("reason", "") for d in told.get("details", ()) if isinstance(d, dict)]
        reason = first.get("reason") or next(filter(None, details), "") or told.get("status", "")
        return str(reason), str(told.get("message", ""))
    except (ValueError, KeyError, TypeError, AttributeError, IndexError):
        return "", ""
