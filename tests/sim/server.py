"""The HTTP side of the simulator: a server on the loopback, answers in Google's form, and faults on the way."""

from __future__ import annotations

import contextlib
import inspect
import json
import re
import socket
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

from tests.sim.wire import ApiError

JSON_TYPE = "application/json; charset=UTF-8"
HTML_TYPE = "text/html; charset=UTF-8"
FORM_TYPE = "application/x-www-form-urlencoded"

STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
LIMITS = ("userRateLimitExceeded", "rateLimitExceeded", "dailyLimitExceeded", "quotaExceeded")
CALENDAR_REASONS = ("timeRangeEmpty", "fullSyncRequired", "updatedMinTooLongAgo")
INNER_MESSAGES = {"authError": "Invalid Credentials", "insufficientPermissions": "Insufficient Permission"}
APIS = {
    "gmail": ("Gmail API", "gmail.googleapis.com"),
    "calendar": ("Google Calendar API", "calendar-json.googleapis.com"),
}


@dataclass(frozen=True)
class Request:
    """One HTTP request, its body read. Header names are in lower case."""

    http_method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        return self.target.partition("?")[0]

    @property
    def query(self) -> list[tuple[str, str]]:
        return parse_qsl(self.target.partition("?")[2], keep_blank_values=True)

    @property
    def form(self) -> list[tuple[str, str]]:
        return parse_qsl(self.body.decode("utf-8", "replace"), keep_blank_values=True)

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


@dataclass(frozen=True)
class Reply:
    """One HTTP answer, and what the network makes of it."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    length: int | None = None  # the Content-Length told, where it is not the body's
    dropped: bool = False
    held: threading.Event | None = None  # nothing is written before this is set


DROPPED = Reply(0, dropped=True)


def json_reply(status: int, answer: Any, headers: Mapping[str, str] | None = None) -> Reply:
    body = json.dumps(answer, indent=2, ensure_ascii=False).encode() + b"\n"
    return Reply(status, body, {"Content-Type": JSON_TYPE, **(headers or {})})


def html_reply(status: int, title: str, headers: Mapping[str, str] | None = None) -> Reply:
    body = f"<!DOCTYPE html>\n<html lang=en><title>{title}</title><p>{title}</p></html>\n".encode()
    return Reply(status, body, {"Content-Type": HTML_TYPE, **(headers or {})})


def error_reply(error: ApiError) -> Reply:
    """An error as Google's APIs write it: the old list of reasons and the new status in one body."""
    one = {
        "message": INNER_MESSAGES.get(error.reason, error.message),
        "domain": _domain(error.reason),
        "reason": error.reason,
    }
    if error.status == 401:
        one |= {"location": "Authorization", "locationType": "header"}
    body: dict[str, Any] = {"code": error.status, "message": error.message, "errors": [one]}
    if error.status in STATUSES:
        body["status"] = STATUSES[error.status]
    return json_reply(error.status, {"error": body}, error.headers)


def _domain(reason: str) -> str:
    if reason in LIMITS or reason == "accessNotConfigured":
        return "usageLimits"
    return "calendar" if reason in CALENDAR_REASONS else "global"


def unauthorized() -> ApiError:
    return ApiError(
        401,
        "authError",
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other "
        "valid authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
        {"WWW-Authenticate": 'Bearer realm="https://accounts.google.com/", error="invalid_token"'},
    )


def insufficient(scopes: frozenset[str] = frozenset()) -> ApiError:
    wanted = f', scope="{" ".join(sorted(scopes))}"' if scopes else ""
    challenge = f'Bearer realm="https://accounts.google.com/", error="insufficient_scope"{wanted}'
    return ApiError(
        403,
        "insufficientPermissions",
        "Request had insufficient authentication scopes.",
        {"WWW-Authenticate": challenge},
    )


@dataclass(frozen=True)
class Scene:
    """What a fault knows when it happens. `reply` is what the API answered; None when it was not reached."""

    method: str
    reply: Reply | None
    now: datetime
    portal: str


def _timeout(scene: Scene) -> Reply:
    return replace(scene.reply or DROPPED, held=threading.Event())


def _status(
    scene: Scene, *, status: int = 500, body: str = "json", headers: Mapping[str, str] | None = None
) -> Reply:
    if body == "html":
        return html_reply(status, f"Error {status} (Server Error)!!1", headers)
    if scene.method.startswith("oauth."):
        wrong = {"error": "internal_failure", "error_description": "Backend Error"}
        return json_reply(status, wrong, headers)
    return error_reply(ApiError(status, "backendError", "Internal error encountered.", headers))


def _truncated(scene: Scene, *, length: str = "right") -> Reply:
    """Half a JSON body; its Content-Length is of the half ("right") or of the whole ("wrong")."""
    reply = (
        scene.reply if scene.reply and scene.reply.body else json_reply(200, {"id": "simulated", "items": []})
    )
    half = reply.body[: len(reply.body) // 2]
    told = len(reply.body) if length == "wrong" else len(half)
    return Reply(200, half, {"Content-Type": JSON_TYPE}, length=told)


def _redirect(scene: Scene, *, location: str = "") -> Reply:
    return html_reply(302, "Please sign in.", {"Location": location or scene.portal})


def _rate(
    scene: Scene,
    *,
    reason: str = "userRateLimitExceeded",
    status: int = 403,
    retry_after: int | str | None = None,
) -> Reply:
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    message = re.sub("([A-Z])", r" \1", reason[0].upper() + reason[1:]).strip()
    if status == 429:
        until = scene.now + timedelta(seconds=retry_after if isinstance(retry_after, int) else 60)
        message = f"User-rate limit exceeded.  Retry after {until:%Y-%m-%dT%H:%M:%S}.000Z"
    return error_reply(ApiError(status, reason, message, headers))


def _disabled(scene: Scene, *, project: str = "123456") -> Reply:
    name, host = APIS[scene.method.removeprefix("upload:").partition(".")[0]]
    message = (
        f"{name} has not been used in project {project} before or it is disabled. Enable it by visiting "
        f"https://console.developers.google.com/apis/api/{host}/overview?project={project} then retry. If you "
        "enabled this API recently, wait a few minutes for the action to propagate to our systems and retry."
    )
    return error_reply(ApiError(403, "accessNotConfigured", message))


def _oauth_error(_: Scene, status: int, error: str, description: str) -> Reply:
    return json_reply(status, {"error": error, "error_description": description})


KINDS: dict[str, Callable[..., Reply]] = {
    "drop": lambda _: DROPPED,
    "timeout": _timeout,
    "status": _status,
    "truncated": _truncated,
    "html": lambda _: html_reply(200, "Welcome to the hotel. Please sign in."),
    "redirect": _redirect,
    "rate": _rate,
    "disabled": _disabled,
    "unauthorized": lambda _: error_reply(unauthorized()),
    "forbidden": lambda _: error_reply(insufficient()),
    "invalid_client": partial(
        _oauth_error, status=401, error="invalid_client", description="The OAuth client was not found."
    ),
    "invalid_grant": partial(
        _oauth_error, status=400, error="invalid_grant", description="Token has been expired or revoked."
    ),
}

Match = str | Callable[[str], bool]


def matches(match: Match, method: str) -> bool:
    return method.startswith(match) if isinstance(match, str) else match(method)


@dataclass
class Fault:
    """One thing that goes wrong, `left` times (None: always), before or after the API has acted."""

    match: Match
    kind: str
    left: int | None
    when: str
    options: Mapping[str, Any]

    def strike(self, scene: Scene) -> Reply:
        return KINDS[self.kind](scene, **self.options)


class Faults:
    """What will go wrong, in order; the first that matches a request is used up by it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []

    def fail(
        self, match: Match, kind: str, times: int | None = 1, when: str = "before", **options: Any
    ) -> Fault:
        if when not in ("before", "after"):
            raise ValueError(f"A fault strikes before or after, not {when}")
        inspect.signature(KINDS[kind]).bind(None, **options)  # a wrong option fails here, not in a thread
        fault = Fault(match, kind, times, when, options)
        with self._lock:
            self._faults.append(fault)
        return fault

    def take(self, method: str) -> Fault | None:
        with self._lock:
            for fault in self._faults:
                if matches(fault.match, method):
                    if fault.left is not None:
                        fault.left -= 1
                    if fault.left == 0:
                        self._faults.remove(fault)
                    return fault
        return None

    @property
    def pending(self) -> list[Fault]:
        with self._lock:
            return list(self._faults)

    def clear(self) -> None:
        with self._lock:
            self._faults.clear()


class HttpServer(ThreadingHTTPServer):
    """Answers every request with `answer(request)`. Closing ends every connection and waits for its thread."""

    daemon_threads = True

    def __init__(self, answer: Callable[[Request], Reply], tell: Callable[[str], None]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer, self.tell = answer, tell
        self.clock_skew = timedelta(0)
        self._lock = threading.Lock()
        self._closing = False
        self._held: list[threading.Event] = []
        self._working: dict[threading.Thread, socket.socket] = {}
        # a short poll, since shutdown() waits for the next one
        self._thread = threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True)
        self._thread.start()

    def hold(self, event: threading.Event) -> None:
        with self._lock:
            self._held.append(event)
            if self._closing:
                event.set()
        event.wait()

    @property
    def holds(self) -> bool:
        """Whether an answer is held back: what is in the journal may not have come so far."""
        with self._lock:
            return bool(self._held)

    def release(self) -> None:
        with self._lock:
            for event in self._held:
                event.set()
            self._held.clear()

    def process_request(self, request: Any, client_address: Any) -> None:
        thread = threading.Thread(
            target=self.process_request_thread, args=(request, client_address), daemon=True
        )
        with self._lock:
            self._working[thread] = request
        thread.start()

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._working.pop(threading.current_thread(), None)
            super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that has gone away is no news; anything else is a mistake of the simulator."""
        error = sys.exception()
        if not isinstance(error, ConnectionError):
            self.tell(f"the simulator's server failed: {error!r}")

    def close(self) -> None:
        self.shutdown()
        self._thread.join()
        with self._lock:
            self._closing = True
            working = dict(self._working)
            for connection in working.values():
                with contextlib.suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        self.release()
        self.server_close()
        for thread in working:
            thread.join(5)


class _Handler(BaseHTTPRequestHandler):
    server: HttpServer
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "ESF", ""
    disable_nagle_algorithm = True
    wbufsize = -1  # an answer leaves in one piece

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = self.server.answer(Request(self.command, self.path, headers, body))
        if reply.held is not None:
            self.server.hold(reply.held)
        if reply.dropped:
            self.close_connection = True
        else:
            self._write(reply)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = do_OPTIONS = _answer  # noqa: N815

    def _write(self, reply: Reply) -> None:
        length = len(reply.body) if reply.length is None else reply.length
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Cache-Control", "no-cache, no-store, max-age=0, must-revalidate")
        if reply.status != 204:
            self.send_header("Content-Length", str(length))
        if length != len(reply.body):
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(reply.body)

    def date_time_string(self, timestamp: float | None = None) -> str:
        # the machine's clock, not the simulated one: this header is how a program learns its clock is wrong
        return format_datetime(datetime.now(UTC) + self.server.clock_skew, usegmt=True)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing: the journal tells it."""
