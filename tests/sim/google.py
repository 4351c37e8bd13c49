"""Google, simulated: OAuth, Gmail and Calendar for several users on one loopback address.

The services behind it are `GmailBox` and `GoogleCalendars`; here is what stands before them: routing by the
discovery documents, sign-in, scopes, quota, faults, hooks, and a journal of every request.
"""

from __future__ import annotations

import functools
import json
import threading
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from tests.sim import discovery
from tests.sim.discovery import LIMITS, MINUTE, UNITS, Discovery, Found, Method, price
from tests.sim.google_calendar import GoogleCalendars
from tests.sim.google_mail import GmailBox
from tests.sim.oauth import Access, OAuth, check_mailbox, check_metadata
from tests.sim.server import (
    FORM_TYPE,
    Faults,
    HttpServer,
    Match,
    Reply,
    Request,
    Scene,
    error_reply,
    html_reply,
    insufficient,
    json_reply,
    matches,
    unauthorized,
)
from tests.sim.wire import ApiError, Call, Clock, Entry, Handlers

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
SENDS = ("gmail.users.drafts.send", "gmail.users.messages.send")


class Box(Protocol):
    """A service of one user."""

    def handlers(self) -> Handlers: ...


@dataclass
class Account:
    """A user of Google: his mail and his calendars."""

    mail: Any
    calendars: Any

    def handlers(self) -> Handlers:
        boxes: tuple[Box, Box] = (self.mail, self.calendars)
        return {name: handler for box in boxes for name, handler in box.handlers().items()}


@functools.cache
def documents() -> Discovery:
    return Discovery()


class Journal:
    """Every request in the order of its answer. `acted` is True where the API did what was asked."""

    def __init__(self) -> None:
        self._lock = threading.Condition()
        self._entries: list[Entry] = []

    def write(self, entry: Entry) -> None:
        with self._lock:
            self._entries.append(replace(entry, number=len(self._entries) + 1))
            self._lock.notify_all()

    def wait(self, length: int, seconds: float = 20) -> None:
        """Until so many requests are written down: a client that gave up may be ahead of the server."""
        with self._lock:
            if not self._lock.wait_for(lambda: len(self._entries) >= length, seconds):
                raise TimeoutError(f"{len(self._entries)} requests, not {length}")

    def __iter__(self) -> Iterator[Entry]:
        with self._lock:
            return iter(list(self._entries))

    def __len__(self) -> int:
        return len(self._entries)

    def __getitem__(self, index: int) -> Entry:
        return self._entries[index]

    def of(self, prefix: str) -> list[Entry]:
        return [each for each in self if each.method.startswith(prefix)]

    def counts(self) -> Counter[str]:
        return Counter(each.method for each in self)

    def units(self, service: str, table: Mapping[str, int] = UNITS) -> int:
        """What the requests of a service ("gmail", "calendar") cost, faults or not."""
        methods = (each.method.removeprefix("upload:") for each in self)
        return sum(price(each, table) for each in methods if each.partition(".")[0] == service)

    def sends(self) -> list[Entry]:
        """What a program that prepares drafts and reads calendars must never do, tried or done."""
        reading = {each.id for each in documents().methods if each.reads}
        return [
            each
            for each in self
            if each.method in SENDS
            or each.method.startswith(("upload:", "batch"))
            or (each.method.startswith("calendar.") and each.method not in reading)
        ]

    def clear(self) -> None:
        with self._lock:
            self._entries.clear()


@dataclass
class _Visit:
    """One request on its way through."""

    request: Request
    http_method: str
    query: list[tuple[str, str]]
    found: Found | None = None
    method: str = ""
    params: Mapping[str, Any] | None = None
    body: Any = None
    user: str = ""
    acted: bool = False

    @property
    def asked(self) -> dict[str, str]:
        """The parameters as they came, for a request that was not let in."""
        return {**(self.found.path if self.found else {}), **dict(self.query)}


@dataclass(frozen=True)
class _Hook:
    match: Match
    action: Callable[[Call], object]
    when: str


class GoogleSimulator:
    """A context manager. Tests end with `assert simulator.violations == []`."""

    def __init__(self, now: datetime = NOON) -> None:
        self.clock = Clock(now)
        self.journal, self.faults = Journal(), Faults()
        self.violations: list[str] = []
        self.accounts: dict[str, Account] = {}
        self.enforce_quota = False
        self.limits = dict(LIMITS)
        self.lock = threading.RLock()  # one request acts at a time; held by a test, it stops all
        self.oauth = OAuth(self.clock, documents().scopes, self.violations.append)
        self._hooks: list[_Hook] = []
        self._spent: list[tuple[datetime, str, str, int]] = []
        self._server = HttpServer(self._answer, self.violations.append)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self.calendar_root, self.gmail_root = self.url + "/calendar/v3/", self.url + "/"

    def __enter__(self) -> GoogleSimulator:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._server.close()

    @property
    def holds(self) -> bool:
        """Whether an answer is held back."""
        return self._server.holds

    def release(self) -> None:
        """Let the answers go that a fault holds."""
        self._server.release()

    @property
    def clock_skew(self) -> timedelta:
        return self._server.clock_skew

    @clock_skew.setter
    def clock_skew(self, skew: timedelta) -> None:
        self._server.clock_skew = skew

    def user(self, email: str) -> Account:
        with self.lock:
            if email not in self.accounts:
                self.accounts[email] = Account(
                    GmailBox(email, self.clock), GoogleCalendars(email, self.clock)
                )
            return self.accounts[email]

    def on(self, match: Match, action: Callable[[Call], object], when: str = "before") -> Callable[[], None]:
        """Run `action(call)` in every matching request, just before or after the handler; the answer undoes it.

        An `ApiError` it raises is the answer. It runs without the simulator's lock, in the server's thread.
        """
        if when not in ("before", "after"):
            raise ValueError(f"A hook runs before or after, not {when}")
        hook = _Hook(match, action, when)
        self._hooks.append(hook)
        return functools.partial(self._hooks.remove, hook)

    def client_file(self, path: Path) -> Path:
        """Write the file of a Desktop client, as the Cloud console gives it."""
        client = {
            "client_id": self.oauth.client_id,
            "project_id": self.oauth.project_id,
            "auth_uri": self.url + "/o/oauth2/auth",
            "token_uri": self.url + "/token",
            "auth_provider_x509_cert_url": self.url + "/oauth2/v1/certs",
            "client_secret": self.oauth.client_secret,
            "redirect_uris": ["http://localhost"],
        }
        path.write_text(json.dumps({"installed": client}), "utf-8")
        return path

    def sign_in(self, email: str, scopes: Iterable[str]) -> dict[str, Any]:
        return self.oauth.sign_in(email, scopes)

    def spent(self, service: str, user: str) -> int:
        """The units of the last simulated minute."""
        since = self.clock.now - MINUTE
        mine = (each for each in self._spent if each[1:3] == (service, user) and each[0] > since)
        return sum(units for *_, units in mine)

    # --- a request --------------------------------------------------------------------------------------

    def _answer(self, request: Request) -> Reply:
        visit = _arrive(request)
        fault = self.faults.take(visit.method)
        if fault is None or fault.when == "after":
            reply: Reply | None = self._reach(visit)
        else:
            reply = None
        if fault is not None:
            reply = fault.strike(Scene(visit.method, reply, self.clock.now, self.url + "/portal"))
        assert reply is not None
        self._write_down(visit, reply)
        return reply

    def _write_down(self, visit: _Visit, reply: Reply) -> None:
        entry = Entry(
            number=0,
            at=self.clock.now,
            http_method=visit.http_method,
            url=visit.request.target,
            method=visit.method,
            params=visit.asked if visit.params is None else visit.params,
            body=visit.body,
            units=price(visit.method),
            # nothing was heard of a held answer, whatever it would have been
            status=0 if reply.held is not None else reply.status,
            acted=visit.acted,
            user=visit.user,
            headers=visit.request.headers,
        )
        self.journal.write(entry)

    def _reach(self, visit: _Visit) -> Reply:
        try:
            if visit.found is not None and not visit.found.upload:
                return self._api(visit, visit.found)
            return self._elsewhere(visit)
        except ApiError as error:
            return error_reply(error)
        except Exception:  # a mistake of a handler or a hook must reach the test, not only the client
            self.violations.append(f"{visit.method}: the simulator failed\n{traceback.format_exc()}")
            return error_reply(ApiError(500, "backendError", "Internal error encountered."))

    def _elsewhere(self, visit: _Visit) -> Reply:
        match visit.method:
            case "oauth.authorize":
                visit.user, visit.acted = self.oauth.user, True
                return self.oauth.authorize(visit.query)
            case "oauth.token":
                reply = self.oauth.token(visit.request.form, visit.request.headers.get("authorization", ""))
                visit.acted = reply.status == 200
                return reply
            case "oauth.revoke":
                reply = self.oauth.revoke(dict([*visit.query, *visit.request.form]).get("token", ""))
                visit.acted = reply.status == 200
                return reply
            case "portal":
                return html_reply(200, "Welcome to the hotel. Please sign in.")
            case "":
                return html_reply(404, "Error 404 (Not Found)!!1")
            case (
                _
            ):  # uploads and batches are known, so that the journal tells of them; nobody here serves them
                raise ApiError(501, "notImplemented", "The simulator takes no uploads and no batches.")

    def _api(self, visit: _Visit, found: Found) -> Reply:
        method = found.method
        access = self._identify(visit.request)
        visit.user = access.user
        if access.scopes.isdisjoint(method.scopes):
            raise insufficient(method.scopes)
        visit.params = discovery.read_parameters(found, visit.query, self.violations.append)
        own = {name: each for name, each in visit.params.items() if name in method.parameters}
        call = Call(method.id, own | _fields(visit.params), visit.body)
        mask = discovery.read_mask(method, visit.params.get("fields"), self.violations.append)
        self._check_body(method, visit)
        check_metadata(access, call)
        check_mailbox(access, call)
        self._check_quota(method, access.user)
        answer = self._act(method, access.user, call, visit)
        discovery.check_answer(method, answer, self.violations.append)
        return Reply(204) if answer is None else json_reply(200, discovery.apply_mask(mask, answer))

    def _act(self, method: Method, user: str, call: Call, visit: _Visit) -> dict[str, Any] | None:
        handler = self.user(user).handlers().get(method.id)
        if handler is None:
            self.violations.append(f"{method.id}: the simulator does not know how")
            raise ApiError(501, "notImplemented", f"{method.id} is not simulated.")
        self._run_hooks(call, "before")
        with self.lock:
            answer = handler(call)
            visit.acted = True
        self._run_hooks(call, "after")
        return answer

    def _run_hooks(self, call: Call, when: str) -> None:
        for hook in list(self._hooks):
            if hook.when == when and matches(hook.match, call.method):
                hook.action(call)

    def _identify(self, request: Request) -> Access:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        access = self.oauth.identify(token.strip()) if kind.lower() == "bearer" else None
        if access is None:
            raise unauthorized()
        return access

    def _check_body(self, method: Method, visit: _Visit) -> None:
        if isinstance(visit.body, str):
            self.violations.append(f"{method.id}: no JSON: {visit.body[:80]!r}")
            raise ApiError(400, "parseError", "Parse Error")
        if visit.body is not None and visit.request.content_type != "application/json":
            self.violations.append(f"{method.id}: a body of type {visit.request.content_type!r}")
        discovery.check_request(method, visit.body, self.violations.append)

    def _check_quota(self, method: Method, user: str) -> None:
        service, units = method.service.name, price(method.id)
        with self.lock:
            if self.enforce_quota and self.spent(service, user) + units > self.limits[service]:
                raise ApiError(403, "userRateLimitExceeded", "User Rate Limit Exceeded")
            self._spent = [each for each in self._spent if each[0] > self.clock.now - MINUTE]
            self._spent.append((self.clock.now, service, user, units))


PATHS = {
    ("GET", "/o/oauth2/auth"): "oauth.authorize",
    ("GET", "/o/oauth2/v2/auth"): "oauth.authorize",
    ("POST", "/token"): "oauth.token",
    ("POST", "/revoke"): "oauth.revoke",
    ("GET", "/portal"): "portal",
    ("POST", "/batch"): "batch",
    ("POST", "/batch/calendar/v3"): "batch",
    ("POST", "/batch/gmail/v1"): "batch",
}


def _arrive(request: Request) -> _Visit:
    """Which method is called, and with what; a long GET may come as the form of a POST."""
    visit = _Visit(request, request.http_method, request.query)
    if request.http_method == "POST" and request.headers.get("x-http-method-override", "").upper() == "GET":
        visit.http_method = "GET"
        visit.query += request.form if request.content_type == FORM_TYPE else []
    elif request.content_type == FORM_TYPE:
        visit.body = dict(request.form)
    elif request.body:
        visit.body = _decoded(request.body)
    visit.found = documents().find(visit.http_method, request.path)
    if visit.found is not None:
        visit.method = "upload:" * visit.found.upload + visit.found.method.id
    else:
        visit.method = PATHS.get((visit.http_method, request.path), "")
    return visit


def _decoded(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode("utf-8", "replace")


def _fields(params: Mapping[str, Any]) -> dict[str, Any]:
    """The one common parameter that a service may like to apply by itself."""
    return {"fields": params["fields"]} if "fields" in params else {}
