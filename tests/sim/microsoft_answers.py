"""What Microsoft Graph answers: its errors, its headers, and what goes wrong on the way. No state.

Who serves a part of Graph (`OutlookCalendars`, `OutlookMail`) has `handle(request: Request) -> Reply` for the
paths of its part, and may raise `GraphError`; the server adds the headers that every answer has.
"""

from __future__ import annotations

import base64
import json
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any
from urllib.parse import unquote

from tests.sim.microsoft_sign_in_errors import SignInError
from tests.sim.server import DROPPED, Fault, Faults, Match, Reply, Request, Scene, html_reply

JSON_TYPE = (
    "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
)
VERSION = "/v1.0"


class GraphError(Exception):
    """An error answer of Graph: status, code, message, and headers to add.

    Programs branch on `code` alone; its case varies (`MicrosoftSimulator.lower_codes`).
    """

    def __init__(
        self, status: int, code: str, message: str, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code, self.message = status, code, message
        self.headers = dict(headers or {})


def access_denied() -> GraphError:
    return GraphError(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")


def not_found() -> GraphError:
    return GraphError(404, "ErrorItemNotFound", "The specified object was not found in the store.")


def invalid_token(message: str = "Lifetime validation failed, the token is expired.") -> GraphError:
    challenge = (
        'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize"'
    )
    return GraphError(
        401,
        "InvalidAuthenticationToken",
        message,
        {"WWW-Authenticate": challenge + ', client_id="00000003-0000-0000-c000-000000000000"'},
    )


def claims_challenge(claims: str) -> GraphError:
    """Continuous access evaluation: the token is in time, and no longer good. The claims go to the sign-in."""
    packed = base64.b64encode(claims.encode()).decode()
    challenge = (
        'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize"'
    )
    return GraphError(
        401,
        "InvalidAuthenticationToken",
        "Continuous access evaluation resulted in challenge with result: InteractionRequired "
        "and code: TokenIssuedBeforeRevocationTimestamp",
        {"WWW-Authenticate": f'{challenge}, error="insufficient_claims", claims="{packed}"'},
    )


def throttled(seconds: int | None = 10, message: str = "") -> GraphError:
    headers = {} if seconds is None else {"Retry-After": str(seconds)}
    text = message or "Application is over its MailboxConcurrency limit."
    return GraphError(429, "ApplicationThrottled", text, headers)


def no_mailbox(status: int = 404) -> GraphError:
    text = "The mailbox is either inactive, soft-deleted, or is hosted on-premise."
    return GraphError(status, "MailboxNotEnabledForRESTAPI", text)


def gone(location: str = "", code: str = "SyncStateNotFound") -> GraphError:
    text = "The sync state generation is not found; generation=149;[highest=157][149:0][150:0]."
    return GraphError(410, code, text, {"Location": location} if location else {})


def unknown_path(segment: str) -> GraphError:
    return GraphError(400, "BadRequest", f"Resource not found for the segment '{segment}'.")


def graph_reply(status: int, answer: Any, headers: Mapping[str, str] | None = None) -> Reply:
    body = json.dumps(answer, ensure_ascii=False).encode()
    return Reply(status, body, {"Content-Type": JSON_TYPE, **(headers or {})})


@dataclass(frozen=True)
class Manner:
    """How this Graph spells its errors."""

    inner: str = "innerError"
    lower: bool = False


def error_reply(error: GraphError, now: datetime, asked: str = "", manner: Manner | None = None) -> Reply:
    """An error as Graph writes it; `asked` is the client's own request id."""
    manner = manner or Manner()
    name = str(uuid.uuid4())
    code = error.code[:1].lower() + error.code[1:] if manner.lower else error.code
    inner = {"date": f"{now:%Y-%m-%dT%H:%M:%S}", "request-id": name, "client-request-id": asked or name}
    body = {"error": {"code": code, "message": error.message, manner.inner: inner}}
    return graph_reply(error.status, body, {**error.headers, "request-id": name})


def dressed(reply: Reply, asked: str) -> Reply:
    """The headers that every answer of Graph has, errors included."""
    name = reply.headers.get("request-id") or str(uuid.uuid4())
    where = {
        "DataCenter": "West Europe",
        "Slice": "E",
        "Ring": "5",
        "ScaleUnit": "003",
        "RoleInstance": "AM1",
    }
    added = {
        "request-id": name,
        "client-request-id": asked or name,
        "x-ms-ags-diagnostic": json.dumps({"ServerInfo": where}),
    }
    return replace(reply, headers={**reply.headers, **added})


@dataclass(frozen=True)
class GraphCall:
    """One request to Graph, taken apart. Names of system options are in their own spelling ("$top")."""

    http_method: str
    segments: tuple[str, ...]
    query: Mapping[str, str]
    prefer: Mapping[str, str]
    body: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def immutable(self) -> bool:
        return self.prefer.get("idtype", "").lower() == "immutableid"


def call_of(request: Request) -> GraphCall:
    segments = tuple(unquote(each) for each in request.path.removeprefix(VERSION + "/").split("/"))
    try:
        body = json.loads(request.body) if request.body else None
    except ValueError as wrong:
        text = "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is"
        raise GraphError(400, "BadRequest", text + " of valid JSON format.") from wrong
    return GraphCall(
        request.http_method,
        segments,
        dict(request.query),
        _preferences(request.headers.get("prefer", "")),
        body,
        request.headers,
    )


def _preferences(header: str) -> dict[str, str]:
    """Prefer: IdType="ImmutableId", outlook.timezone="UTC" → names in lower case."""
    pairs = (part.partition("=") for part in header.replace(";", ",").split(",") if part.strip())
    return {name.strip().lower(): value.strip().strip('"') for name, _, value in pairs}


# --- what goes wrong ------------------------------------------------------------------------------------


def _error(scene: Scene, *, error: Callable[..., GraphError], **options: Any) -> Reply:
    return error_reply(error(**options), scene.now)


def _status(
    scene: Scene,
    *,
    status: int = 503,
    body: str = "json",
    retry_after: int | None = None,
    code: str = "serviceNotAvailable",
) -> Reply:
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    if body == "html":
        return html_reply(status, f"{status} Service Unavailable", headers)
    if scene.method.startswith("oauth."):
        wrong = {"error": "temporarily_unavailable", "error_description": "AADSTS90033: A transient error."}
        return graph_reply(status, {**wrong, "error_codes": [90033]}, headers)
    codes = {500: "InternalServerError", 502: "BadGateway", 504: "UnknownError"}
    text = "The service is temporarily unavailable. Please try again later."
    return error_reply(GraphError(status, codes.get(status, code), text, headers), scene.now)


def _sign_in_error(scene: Scene, *, number: int = 70012) -> Reply:
    """Any refusal of the sign-in by its AADSTS number, once; the page shows it, the token endpoint tells it."""
    error = SignInError(number)
    if scene.method == "oauth.authorize":
        return html_reply(200, error.described(scene.now))
    return graph_reply(error.problem.status, error.answer(scene.now))


def _truncated(scene: Scene, *, length: str = "right") -> Reply:
    """Half a JSON body; its Content-Length is of the half ("right") or of the whole ("wrong")."""
    reply = scene.reply if scene.reply and scene.reply.body else graph_reply(200, {"value": [{"id": "x"}]})
    half = reply.body[: len(reply.body) // 2]
    told = len(reply.body) if length == "wrong" else len(half)
    return Reply(200, half, {"Content-Type": JSON_TYPE}, length=told)


def _redirect(scene: Scene, *, location: str = "") -> Reply:
    return html_reply(302, "Please sign in.", {"Location": location or scene.portal})


def _quota_full() -> GraphError:
    return GraphError(507, "ErrorQuotaExceeded", "The mailbox has exceeded its storage quota.")


def _conflict() -> GraphError:
    text = (
        "The send or update operation could not be performed because the change key passed in the request "
        "does not match the current change key for the item."
    )
    return GraphError(412, "ErrorIrresolvableConflict", text)


def _insufficient_claims() -> GraphError:
    text = "Access is blocked by a Conditional Access policy that requires a step-up authentication."
    return GraphError(403, "insufficient_claims", text)


KINDS: dict[str, Callable[..., Reply]] = {
    "drop": lambda _: DROPPED,
    "timeout": lambda scene: replace(scene.reply or DROPPED, held=threading.Event()),
    "status": _status,
    "truncated": _truncated,
    "html": lambda _: html_reply(200, "Welcome to the hotel. Please sign in."),
    "redirect": _redirect,
    "sign_in_error": _sign_in_error,
    "throttled": partial(_error, error=throttled),
    "unauthorized": partial(_error, error=invalid_token),
    "claims": partial(_error, error=claims_challenge),
    "forbidden": partial(_error, error=access_denied),
    "insufficient_claims": partial(_error, error=_insufficient_claims),
    "no_mailbox": partial(_error, error=no_mailbox),
    "not_found": partial(_error, error=not_found),
    "gone": partial(_error, error=gone),
    "conflict": partial(_error, error=_conflict),
    "quota_full": partial(_error, error=_quota_full),
}


@dataclass
class GraphFault(Fault):
    """One thing that goes wrong at Graph or at the sign-in."""

    def strike(self, scene: Scene) -> Reply:
        return KINDS[self.kind](scene, **self.options)


class GraphFaults(Faults):
    """What will go wrong, in order; the first that matches a request is used up by it."""

    def fail(
        self, match: Match, kind: str, times: int | None = 1, when: str = "before", **options: Any
    ) -> Fault:
        if when not in ("before", "after"):
            raise ValueError(f"A fault strikes before or after, not {when}")
        scene = Scene("", None, datetime(2026, 1, 1, tzinfo=UTC), "")
        KINDS[kind](scene, **options)  # a wrong option fails here, not in a thread
        fault = GraphFault(match, kind, times, when, options)
        with self._lock:
            self._faults.append(fault)
        return fault
